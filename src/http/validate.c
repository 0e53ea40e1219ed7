/* Walks the raw tree and the declared fields side by side. What is declared is read by its type
 * (value.c); what is not is left out and named, so no action ever sees a member that its table
 * does not have. */
#include "http/validate.h"
#include "base/json_in.h"
#include "http/dialect.h"
#include "http/http.h"
#include "http/mount.h"
#include "http/value.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 1000, IGNORED_MAX = 20, IGNORED_NAME = 100 };

struct check {
	struct request *rq;
	bool form;
	struct json_object *twice; /* dotted name → true */
	struct json_object *ignored;
};

static void check_members(struct check *check, const struct field *fields, struct json_object *input,
			  struct json_object *out, const char *prefix);

static const char *path_of(struct check *check, const char *prefix, const char *name)
{
	const char *path = prefix ? talloc_asprintf(check->rq->mem, "%s.%s", prefix, name) : name;

	if (!path)
		abort();
	return path;
}

static bool was_sent_twice(struct check *check, const char *path)
{
	if (!check->twice || !json_object_object_get_ex(check->twice, path, NULL))
		return false;
	field_fault(check->rq, path, "This was sent more than once.");
	return true;
}

/* May numbers be text here? Members of a form's or a query's value are text as it is. */
static bool may_be_text(const struct check *check, const char *path)
{
	const struct request *rq = check->rq;
	char top[IGNORED_NAME];
	size_t len = strcspn(path, ".");

	if (check->form || !strcmp(rq->method, "GET") || !strcmp(rq->method, "HEAD"))
		return true;
	if (!rq->http || !rq->http->query_names || len >= sizeof(top))
		return false;
	memcpy(top, path, len);
	top[len] = '\0';
	return json_object_object_get_ex(rq->http->query_names, top, NULL);
}

/* May this field's value be text as a form has it? Ids are, in some dialects, and times as people type them. */
static bool reads_text(const struct check *check, const struct field *field, const char *path)
{
	const struct mount *mount = check->rq->mount;

	return (field->type == F_ID && mount && mount->dialect->id_texts) ||
	       (field->type == F_TIME && mount && mount->dialect->wall_times) || may_be_text(check, path);
}

static bool is_empty_text(struct json_object *in)
{
	return json_object_is_type(in, json_type_string) && json_object_get_string_len(in) == 0;
}

static struct json_object *check_object(struct check *check, const struct field *field, struct json_object *in,
					const char *path)
{
	struct json_object *out;

	if (is_empty_text(in) && may_be_text(check, path))
		return NULL;
	if (!json_object_is_type(in, json_type_object)) {
		field_fault(check->rq, path, "This must be an object.");
		return NULL;
	}
	out = json_object_new_object();
	check_members(check, field->of, in, out, path);
	return out;
}

const struct field *field_plain_item(const struct field *list)
{
	static const struct field WORD = { .name = "", .type = F_TEXT };

	if (!list->of)
		return &WORD;
	return list->of->name && !*list->of->name ? list->of : NULL;
}

/* One item of a list: an object, or a value. */
static struct json_object *check_item(struct check *check, const struct field *list, struct json_object *in,
				      const char *path)
{
	struct value_place place = { .mem = check->rq->mem, .tongue = check->rq->tongue, .config = check->rq->config };
	const struct field *plain = field_plain_item(list);
	struct json_object *out;
	const char *fault;

	if (was_sent_twice(check, path))
		return NULL;
	if (!plain)
		return check_object(check, list, in, path);
	place.text = reads_text(check, plain, path);
	out = value_read(plain, in, &place, &fault);
	if (!in || fault)
		field_fault(check->rq, path, "%s",
			    fault		    ? fault
			    : plain->type == F_TEXT ? "This must be text."
						    : "This is required.");
	return out;
}

/* Moves what was found wrong since there were n faults into the item itself. */
static struct json_object *keep_faults(struct check *check, struct json_object *item, int n, const char *path)
{
	struct json_object *errors = check->rq->errors, *all = json_object_new_object();
	const size_t len = strlen(path);

	if (!item)
		item = json_object_new_object();
	while (errors && json_object_object_length(errors) > n) {
		const char *last = NULL, *name;
		struct json_object *said = NULL;

		json_object_object_foreach(errors, key, value)
		{
			last = key;
			said = value;
		}
		name = last + len + (last[len] == '.');
		json_object_object_add(item, FIELD_FAULT,
				       json_object_new_string(talloc_asprintf(
					       check->rq->mem, "%s%s%s", name, *name ? ": " : "",
					       json_object_get_string(json_object_array_get_idx(said, 0)))));
		json_object_object_add(all, name, json_object_get(said));
		json_object_object_del(errors, last);
	}
	json_object_object_add(item, FIELD_FAULTS, all);
	return item;
}

static int count_faults(const struct check *check)
{
	return check->rq->errors ? json_object_object_length(check->rq->errors) : 0;
}

static struct json_object *check_items(struct check *check, const struct field *field, struct json_object *in,
				       const char *path)
{
	size_t max = field->max ? (size_t)field->max : LIST_MAX, n;
	struct json_object *out;

	if (!json_object_is_type(in, json_type_array)) {
		field_fault(check->rq, path, "This must be a list.");
		return NULL;
	}
	n = json_object_array_length(in);
	if (n > max || n < (size_t)field->min) {
		if (n > max)
			field_fault(check->rq, path, "Send at most %zu items.", max);
		else
			field_fault(check->rq, path, "Send at least %zu items.", (size_t)field->min);
		return NULL;
	}
	out = json_object_new_array_ext((int)n);
	for (size_t i = 0; i < n; i++) {
		char number[24];
		struct json_object *item;
		int faults = count_faults(check);
		const char *place;

		snprintf(number, sizeof(number), "%zu", i);
		place = path_of(check, path, number);
		item = check_item(check, field, json_object_array_get_idx(in, i), place);
		if (field->each && (!item || count_faults(check) > faults))
			item = keep_faults(check, item, faults, place);
		if (item)
			json_object_array_add(out, item);
	}
	return out;
}

/* People write a list of words as one text, with commas between them. */
static struct json_object *words_of(const char *text)
{
	struct json_object *list = json_object_new_array();

	while (*text) {
		size_t len = strcspn(text, ","), blanks = strspn(text, " "), end = len;

		while (end > blanks && text[end - 1] == ' ')
			end--;
		if (end > blanks)
			json_object_array_add(list, json_object_new_string_len(text + blanks, (int)(end - blanks)));
		text += len + (text[len] == ',');
	}
	return list;
}

/* A form's list of objects may be one text of JSON. NULL: it is none. */
static struct json_object *objects_of(struct json_object *text)
{
	struct json_object *tree = NULL;

	if (json_read(json_object_get_string(text), (size_t)json_object_get_string_len(text), &tree))
		return NULL;
	return tree;
}

static struct json_object *check_list(struct check *check, const struct field *field, struct json_object *in,
				      const char *path)
{
	struct json_object *words = NULL, *out;

	if (is_empty_text(in) && may_be_text(check, path))
		return NULL;
	if (json_object_is_type(in, json_type_string) && may_be_text(check, path))
		in = words = field_plain_item(field) ? words_of(json_object_get_string(in)) : objects_of(in);
	out = check_items(check, field, in, path);
	json_object_put(words);
	return out;
}

static bool has_upload(const struct request *rq, const char *name)
{
	for (size_t i = 0; i < rq->n_uploads; i++)
		if (strcmp(rq->uploads[i].field, name) == 0)
			return true;
	return false;
}

/* Files are known by their own names at the top only. True when one was sent. */
static bool check_file(struct check *check, const struct field *field, struct json_object *in, const char *path)
{
	const struct request *rq = check->rq;

	if (in && !is_empty_text(in))
		field_fault(check->rq, path, "Send this as a file.");
	for (size_t i = 0; i < rq->n_uploads; i++)
		if (!strcmp(rq->uploads[i].field, path) && field->max && rq->uploads[i].size > field->max)
			field_fault(check->rq, path, "Send a file of at most %lld KB.", (long long)(field->max / 1024));
	return has_upload(rq, path);
}

/* A list of lists, none of which is empty, or in a form the text of one. */
static struct json_object *check_raw(struct check *check, struct json_object *in, const char *path)
{
	bool list = json_object_is_type(in, json_type_array);

	if (json_object_is_type(in, json_type_string) && may_be_text(check, path))
		return is_empty_text(in) ? NULL : json_object_get(in);
	for (size_t i = 0; list && i < json_object_array_length(in); i++) {
		struct json_object *item = json_object_array_get_idx(in, i);

		list = json_object_is_type(item, json_type_array) && json_object_array_length(item) > 0;
	}
	if (list)
		return json_object_get(in);
	field_fault(check->rq, path, "This must be a list of lists, none of which is empty.");
	return NULL;
}

/* The checked value of a field that was sent, or NULL. */
static struct json_object *check_value(struct check *check, const struct field *field, struct json_object *in,
				       struct json_object *siblings, const char *path)
{
	struct value_place place = { .mem = check->rq->mem,
				     .tongue = check->rq->tongue,
				     .config = check->rq->config,
				     .siblings = siblings,
				     .form = check->form };
	struct json_object *out;
	const char *fault;

	if (!in)
		return NULL;
	if (field->raw)
		return check_raw(check, in, path);
	if (field->type == F_OBJECT)
		return check_object(check, field, in, path);
	if (field->type == F_LIST)
		return check_list(check, field, in, path);
	place.text = reads_text(check, field, path);
	out = value_read(field, in, &place, &fault);
	if (fault)
		field_fault(check->rq, path, "%s", fault);
	return out;
}

/* What a field's absence means: a fault, a default, or nothing. */
static void check_absent(struct check *check, const struct field *field, bool sent, struct json_object *out,
			 const char *path, bool top)
{
	if (field->required)
		field_fault(check->rq, path, "This is required.");
	else if (field->otherwise && !top)
		json_object_object_add(out, field->name, value_otherwise(field, check->rq->config));
	else if (sent)
		json_object_object_add(out, field->name, NULL);
}

static void check_field(struct check *check, const struct field *field, struct json_object *input,
			struct json_object *out, const char *prefix)
{
	const char *path = path_of(check, prefix, field->name);
	struct json_object *in = NULL, *value;
	bool sent = json_object_object_get_ex(input, field->name, &in);

	if (was_sent_twice(check, path) && !field->lenient)
		return;
	if (field->type == F_FILE) {
		if (check_file(check, field, in, path))
			return;
		if (field->required)
			field_fault(check->rq, path, "Choose a file.");
		else if (sent && !in)
			json_object_object_add(out, field->name, NULL);
		return;
	}
	value = check_value(check, field, in, input, path);
	if (field->lenient && check->rq->errors)
		json_object_object_del(check->rq->errors, path);
	if (value)
		json_object_object_add(out, field->name, value);
	else if (!json_object_object_get_ex(check->rq->errors, path, NULL))
		check_absent(check, field, sent, out, path, !prefix);
}

static bool declared(const struct field *fields, const char *name)
{
	for (; fields && fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return true;
	return false;
}

/* Is a file's name one that is declared, or does it begin as one of those that only begin? */
static bool file_declared(const struct field *fields, const char *name)
{
	for (const struct field *field = fields; field && field->name; field++)
		if (field->begins && !strncmp(name, field->name, strlen(field->name)))
			return true;
	return declared(fields, name);
}

/* Names a member that nobody declared. A few are enough to see what is wrong; a client does not
 * choose how long our answer gets. */
static void ignore(struct check *check, const char *prefix, const char *name)
{
	if (!prefix && (!strcmp(name, "csrf") || !strcmp(name, "once")))
		return;
	if (!check->ignored)
		check->ignored = json_object_new_array();
	if (json_object_array_length(check->ignored) < IGNORED_MAX && strlen(name) <= IGNORED_NAME)
		json_object_array_add(check->ignored, json_object_new_string(path_of(check, prefix, name)));
}

static void check_members(struct check *check, const struct field *fields, struct json_object *input,
			  struct json_object *out, const char *prefix)
{
	for (const struct field *field = fields; field && field->name; field++)
		check_field(check, field, input, out, prefix);
	json_object_object_foreach(input, name, value)
	{
		(void)value;
		if (!declared(fields, name))
			ignore(check, prefix, name);
	}
}

static struct json_object *set_of(struct json_object *names)
{
	struct json_object *set = NULL;

	if (names && json_object_array_length(names) > 0)
		set = json_object_new_object();
	for (size_t i = 0; set && i < json_object_array_length(names); i++)
		json_object_object_add(set, json_object_get_string(json_object_array_get_idx(names, i)),
				       json_object_new_boolean(true));
	return set;
}

/* By the clocks that are ahead of all others, for it may be of an event or a person anywhere. */
const char *day_past_rule(const struct request *rq, const char *day)
{
	return clock_day_to_come(day, "Pacific/Kiritimati", rq->now) ? SAID("This day is still to come.") : NULL;
}

/* What is well by its type is held against its rule. */
static void check_rules(struct request *rq, const struct field *fields)
{
	for (const struct field *field = fields; field && field->name; field++) {
		struct json_object *value = NULL;
		const char *fault = NULL;

		if (field->rule && json_object_object_get_ex(rq->fields, field->name, &value) && value)
			fault = field->rule(rq, json_object_get_string(value));
		if (fault)
			field_fault(rq, field->name, "%s", fault);
	}
}

void fields_validate(struct request *rq, const struct field *fields, struct json_object *input,
		     struct json_object *repeated, bool from_form, struct json_object **ignored)
{
	struct check check = { .rq = rq, .form = from_form, .twice = set_of(repeated) };

	if (!rq->fields)
		rq->fields = json_object_new_object();
	check_members(&check, fields, input, rq->fields, NULL);
	check_rules(rq, fields);
	for (size_t i = 0; i < rq->n_uploads; i++)
		if (!file_declared(fields, rq->uploads[i].field))
			ignore(&check, NULL, rq->uploads[i].field);
	json_object_put(check.twice);
	if (check.ignored && !json_object_array_length(check.ignored)) {
		json_object_put(check.ignored);
		check.ignored = NULL;
	}
	*ignored = check.ignored;
}

void field_from_file(struct request *rq, const char *name, struct json_object *value)
{
	struct check check = { .rq = rq, .form = true };
	struct json_object *input = json_object_new_object();
	const struct field *field = request_fields(rq);

	while (field->name && strcmp(field->name, name) != 0)
		field++;
	assert(field->name);
	json_object_object_add(input, name, value);
	check_field(&check, field, input, rq->fields, NULL);
	json_object_put(check.ignored);
	json_object_put(input);
}
