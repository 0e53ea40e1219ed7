/* Forms and queries: pairs whose names nest in brackets, as browsers and the clients of most
 * frameworks write them.
 *
 * A list grows as an object keyed by its indexes and becomes an array at the end, so that
 * "items[999999999]" costs one entry, and rows that a page's script took out of the middle leave
 * no holes. Every look-up is a hash's (json-c seeds them), so no input makes the work more than
 * linear. */
#include "http/input.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDEX_DIGITS = 4 };

/* ---- escapes ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

long percent_decode(const char *text, size_t len, bool plus, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '%') {
			int high = len - i > 2 ? hex_digit(text[i + 1]) : -1;
			int low = len - i > 2 ? hex_digit(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return (long)n;
}

/* ---- growing ---- */

void form_begin(struct form *form)
{
	*form = (struct form){ .root = json_object_new_object(), .twice = json_object_new_object() };
}

/* Splits "items[0][id]" into its steps, in place. A name with brackets out of order is one plain
 * name. 0: too deep. */
static size_t split_name(char *name, char *steps[FORM_DEPTH])
{
	char *open = strchr(name, '[');
	size_t n = 1;

	steps[0] = name;
	if (!open || open == name)
		return 1;
	for (const char *p = open; *p; p++) {
		p = *p == '[' ? p + 1 + strcspn(p + 1, "[]") : "";
		if (*p != ']')
			return 1;
	}
	for (char *p = open; *p; n++) {
		if (n == FORM_DEPTH)
			return 0;
		steps[n] = p + 1;
		*p = '\0';
		p = strchr(p + 1, ']');
		*p++ = '\0';
	}
	return n;
}

static void note_twice(struct form *form, char *const steps[], size_t n)
{
	char path[FORM_NAME + 12 * FORM_DEPTH];
	int len = 0;

	/* Two brackets went for each dot that comes, and "[]" became 11 digits at most: it fits. */
	for (size_t i = 0; i < n; i++)
		len += snprintf(path + len, sizeof(path) - (size_t)len, "%s%s", i ? "." : "", steps[i]);
	json_object_object_add(form->twice, path, json_object_new_boolean(true));
}

/* Gives "[]" the next index, written into number. */
static void name_step(struct json_object *parent, char **step, char number[12])
{
	if (**step)
		return;
	snprintf(number, 12, "%d", json_object_object_length(parent));
	*step = number;
}

static void plant(struct form *form, char *steps[], size_t n, const char *value, size_t value_len)
{
	struct json_object *at = form->root, *next;
	char numbers[FORM_DEPTH][12];

	for (size_t i = 0; i + 1 < n; i++) {
		name_step(at, &steps[i], numbers[i]);
		form->steps++;
		if (!json_object_object_get_ex(at, steps[i], &next)) {
			next = json_object_new_object();
			json_object_object_add(at, steps[i], next);
		} else if (!json_object_is_type(next, json_type_object)) {
			note_twice(form, steps, i + 1);
			return;
		}
		at = next;
	}
	name_step(at, &steps[n - 1], numbers[n - 1]);
	form->steps++;
	if (json_object_object_get_ex(at, steps[n - 1], NULL))
		note_twice(form, steps, n);
	else
		json_object_object_add(at, steps[n - 1], json_object_new_string_len(value, (int)value_len));
}

static bool clean(const char *text, size_t len)
{
	return !memchr(text, '\0', len) && utf8_valid(text, len);
}

enum body_fault form_add(struct form *form, const char *name, size_t name_len, const char *value, size_t value_len,
			 const char **fault_text)
{
	char copy[FORM_NAME + 1], *steps[FORM_DEPTH];
	size_t n;

	if (++form->pairs > FORM_PAIRS) {
		*fault_text = "There are more than 1,000 fields.";
		return BODY_TOO_LARGE;
	}
	if (!name_len)
		return BODY_OK;
	if (name_len > FORM_NAME) {
		*fault_text = "The name of a field is longer than 200 bytes.";
		return BODY_UNREADABLE;
	}
	if (!clean(name, name_len) || !clean(value, value_len)) {
		*fault_text = "A field is not valid UTF-8 text.";
		return BODY_UNREADABLE;
	}
	memcpy(copy, name, name_len);
	copy[name_len] = '\0';
	n = split_name(copy, steps);
	if (!n) {
		*fault_text = "The name of a field nests deeper than 8 levels.";
		return BODY_UNREADABLE;
	}
	plant(form, steps, n, value, value_len);
	return BODY_OK;
}

enum body_fault form_add_pairs(struct form *form, const char *text, size_t len, const char **fault_text)
{
	char *work = talloc_size(NULL, len + 2);
	enum body_fault fault = BODY_OK;
	const char *end = text + len;

	if (!work)
		abort();
	while (text < end && fault == BODY_OK) {
		const char *stop = memchr(text, '&', (size_t)(end - text));
		const char *equals;
		char *value;
		long name_len, value_len = 0;

		if (!stop)
			stop = end;
		if (stop == text) {
			text++;
			continue;
		}
		equals = memchr(text, '=', (size_t)(stop - text));
		if (!equals)
			equals = stop;
		name_len = percent_decode(text, (size_t)(equals - text), true, work);
		value = work + (equals - text) + 1;
		*value = '\0';
		if (equals < stop)
			value_len = percent_decode(equals + 1, (size_t)(stop - equals - 1), true, value);
		if (name_len < 0 || value_len < 0) {
			*fault_text = "A field has a % that begins no escape.";
			fault = BODY_UNREADABLE;
			break;
		}
		fault = form_add(form, work, (size_t)name_len, value, (size_t)value_len, fault_text);
		text = stop + 1;
	}
	talloc_free(work);
	return fault;
}

/* ---- the end: objects keyed by indexes become arrays ---- */

struct item {
	long index;
	struct json_object *value;
};

static int by_index(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* The index that a key writes in the one usual way; -1 when it does not. */
static long index_of(const char *key)
{
	size_t len = strspn(key, "0123456789");

	if (!len || key[len] || len > INDEX_DIGITS || (key[0] == '0' && len > 1))
		return -1;
	return strtol(key, NULL, 10);
}

/* The array that object stands for, or NULL when its keys are not all indexes. */
static struct json_object *as_array(struct json_object *object)
{
	size_t n = 0, size = (size_t)json_object_object_length(object);
	struct item *items = talloc_array(NULL, struct item, (unsigned)size + 1);
	struct json_object *array = NULL;

	if (!items)
		abort();
	json_object_object_foreach(object, key, value)
	{
		items[n] = (struct item){ index_of(key), value };
		if (items[n++].index < 0)
			goto out;
	}
	qsort(items, n, sizeof(*items), by_index);
	array = json_object_new_array_ext((int)size);
	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, json_object_get(items[i].value));
out:
	talloc_free(items);
	return array;
}

/* Depth is FORM_DEPTH at most. */
static void settle(struct json_object *object)
{
	json_object_object_foreach(object, key, value)
	{
		struct json_object *array;

		if (!json_object_is_type(value, json_type_object))
			continue;
		settle(value);
		array = as_array(value);
		if (array)
			json_object_object_add(object, key, array); /* an old key: the walk goes on */
	}
}

void input_repeat(struct json_object **repeated, const char *name)
{
	if (!*repeated)
		*repeated = json_object_new_array();
	json_object_array_add(*repeated, json_object_new_string(name));
}

void input_merge(struct json_object *tree, struct json_object *from, struct json_object **repeated)
{
	json_object_object_foreach(from, key, value)
	{
		if (json_object_object_get_ex(tree, key, NULL))
			input_repeat(repeated, key);
		else
			json_object_object_add(tree, key, json_object_get(value));
	}
	json_object_put(from);
}

void form_end(struct form *form, struct json_object *tree, struct json_object **repeated)
{
	if (tree) {
		settle(form->root);
		json_object_object_foreach(form->twice, name, truth)
		{
			(void)truth;
			input_repeat(repeated, name);
		}
		input_merge(tree, form->root, repeated);
	} else {
		json_object_put(form->root);
	}
	json_object_put(form->twice);
}

enum body_fault form_parse(const char *text, size_t len, struct json_object *tree, struct json_object **repeated,
			   const char **fault_text)
{
	struct form form;
	enum body_fault fault;

	form_begin(&form);
	fault = form_add_pairs(&form, text, len, fault_text);
	form_end(&form, fault == BODY_OK ? tree : NULL, repeated);
	return fault;
}
