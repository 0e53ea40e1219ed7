/* The first step in: what a client named in its mount's words becomes what the code calls it, and what its dialect takes for
 * missing is not there. Only declared names are touched, so that what nobody declared is told back as it came, and keys that are
 * somebody's data stay. */
#include "http/dialect.h"
#include "http/http.h"
#include "http/input.h"
#include "http/request.h"
#include "http/validate.h"
#include <stdio.h>
#include <string.h>

/* Where in the input, in our names and in the client's. */
struct place {
	const char *ours, *theirs;
	bool part; /* it came in a part of a multipart body */
};

struct respell {
	TALLOC_CTX *mem;
	struct http *http;
	const struct dialect *dialect;
};

static const struct place TOP = { "", "", false };

static struct place place_below(const struct respell *r, const struct place *above, const char *ours,
				const char *theirs)
{
	if (!*above->ours)
		return (struct place){ ours, theirs, above->part };
	return (struct place){ talloc_asprintf(r->mem, "%s.%s", above->ours, ours),
			       talloc_asprintf(r->mem, "%s.%s", above->theirs, theirs), above->part };
}

static bool has(struct json_object *tree, const char *name)
{
	return json_object_object_get_ex(tree, name, NULL);
}

static void rename_member(struct json_object *tree, const char *from, const char *to)
{
	struct json_object *value;

	if (!strcmp(from, to) || !json_object_object_get_ex(tree, from, &value))
		return;
	json_object_object_add(tree, to, json_object_get(value));
	json_object_object_del(tree, from);
}

/* A fault is told by the name that was sent, which is kept where it is not the usual one. */
static void keep_name(struct respell *r, const struct place *place)
{
	char usual[NAME_SIZE];

	if (!strcmp(place->theirs, name_spelt(r->dialect, place->ours, usual)))
		return;
	if (!r->http->sent_as)
		r->http->sent_as = json_object_new_object();
	json_object_object_add(r->http->sent_as, place->ours, json_object_new_string(place->theirs));
}

/* Does the dialect take this for a value that was not sent? */
static bool is_missing(const struct respell *r, const struct place *place, struct json_object *value)
{
	const char *text;

	if (!value)
		return r->dialect->null_missing;
	if (!place->part || !json_object_is_type(value, json_type_string))
		return false;
	text = json_object_get_string(value);
	return !strcmp(text, "undefined") || !strcmp(text, "null");
}

static void respell_members(struct respell *r, struct json_object *tree, const struct field *fields,
			    const struct place *place);

static void respell_items(struct respell *r, struct json_object *list, const struct field *of,
			  const struct place *place)
{
	char number[24];

	for (size_t i = 0; i < json_object_array_length(list);) {
		struct json_object *item = json_object_array_get_idx(list, i);
		struct place at;

		snprintf(number, sizeof number, "%zu", i);
		at = place_below(r, place, number, number);
		if (item && is_missing(r, &at, item)) {
			json_object_array_del_idx(list, i, 1);
			continue;
		}
		respell_members(r, item, of, &at);
		i++;
	}
}

static void respell_below(struct respell *r, struct json_object *value, const struct field *field,
			  const struct place *place)
{
	if (field->type == F_OBJECT)
		respell_members(r, value, field->of, place);
	if (field->type == F_LIST && json_object_is_type(value, json_type_array))
		respell_items(r, value, field->of, place);
}

/* One field of an object. Sent by two of its names it was sent twice. */
static void respell_member(struct respell *r, struct json_object *tree, const struct field *f,
			   const struct place *place)
{
	struct place above = *place, at;
	struct json_object *value = NULL;
	char usual[NAME_SIZE];
	bool top = !*place->ours, other = strcmp(name_spelt(r->dialect, f->name, usual), f->name) != 0;
	bool by_usual = has(tree, usual);
	const char *sent = by_usual ? usual : f->name;

	if (top)
		above.part = r->dialect->words_missing && r->http->body_had_parts && !has(r->http->query_names, sent);
	at = place_below(r, &above, f->name, sent);
	if (other && by_usual && has(tree, f->name)) {
		input_repeat(&r->http->repeated, at.ours);
		json_object_object_del(tree, usual);
		return;
	}
	rename_member(tree, usual, f->name);
	if (top && r->http->query_names)
		rename_member(r->http->query_names, usual, f->name);
	if (!json_object_object_get_ex(tree, f->name, &value))
		return;
	if (is_missing(r, &at, value)) {
		json_object_object_del(tree, f->name);
		return;
	}
	keep_name(r, &at);
	respell_below(r, value, f, &at);
}

static void respell_members(struct respell *r, struct json_object *tree, const struct field *fields,
			    const struct place *place)
{
	if (json_object_is_type(tree, json_type_object))
		for (const struct field *f = fields; f && f->name; f++)
			respell_member(r, tree, f, place);
}

/* ---- names beside the tree ---- */

static const struct field *field_called(const struct dialect *dialect, const struct field *fields, const char *name)
{
	char usual[NAME_SIZE];

	for (const struct field *f = fields; f && f->name; f++)
		if (!strcmp(f->name, name) || !strcmp(name_spelt(dialect, f->name, usual), name))
			return f;
	return NULL;
}

/* "items.0.categoryId" as we call it: out. */
static const char *name_of_ours(const struct dialect *dialect, const struct field *fields, const char *dotted,
				char out[NAME_SIZE])
{
	size_t n = 0;

	*out = '\0';
	while (*dotted && n < NAME_SIZE - 1) {
		size_t len = strcspn(dotted, ".");
		char segment[NAME_SIZE];
		const struct field *f;

		snprintf(segment, sizeof segment, "%.*s", (int)len, dotted);
		f = field_called(dialect, fields, segment);
		n += (size_t)snprintf(out + n, NAME_SIZE - n, "%s%s", n ? "." : "", f ? f->name : segment);
		if (f) /* an item's number leads no deeper */
			fields = f->of;
		dotted += len + (dotted[len] == '.');
	}
	return out;
}

/* Names that were sent twice stand in a list. */
static void respell_repeated(struct http *http, const struct dialect *dialect, const struct field *fields)
{
	char name[NAME_SIZE];

	for (size_t i = 0; http->repeated && i < json_object_array_length(http->repeated); i++) {
		const char *sent = json_object_get_string(json_object_array_get_idx(http->repeated, i));

		json_object_array_put_idx(http->repeated, i,
					  json_object_new_string(name_of_ours(dialect, fields, sent, name)));
	}
}

static void respell_files(struct respell *r, const struct field *fields)
{
	struct upload *uploads = (struct upload *)(uintptr_t)r->http->uploads;
	for (size_t i = 0; i < r->http->n_uploads; i++) {
		const struct field *f = field_called(r->dialect, fields, uploads[i].field);

		if (!f)
			continue;
		keep_name(r, &(struct place){ f->name, uploads[i].field, true });
		uploads[i].field = f->name;
		for (size_t other = 0; other < i; other++)
			if (!strcmp(uploads[other].field, f->name))
				input_repeat(&r->http->repeated, f->name);
	}
}

/* "-fullName,day2", each as the rows call it that has that name. */
static void respell_order(struct http *http, const struct dialect *dialect, const struct field *rows)
{
	enum { SIZE = 400 };
	struct json_object *sorted;
	char ours[SIZE] = "", name[NAME_SIZE];
	size_t n = 0;

	if (!json_object_object_get_ex(http->input, "sort_by", &sorted) ||
	    !json_object_is_type(sorted, json_type_string))
		return;
	for (const char *at = json_object_get_string(sorted); *at;) {
		bool down = *at == '-';
		size_t len = strcspn(at + down, ",");
		const struct field *f;

		snprintf(name, sizeof name, "%.*s", (int)len, at + down);
		f = field_called(dialect, rows, name);
		n += (size_t)snprintf(ours + n, SIZE - n, "%s%s%s", n ? "," : "", down ? "-" : "", f ? f->name : name);
		at += down + len;
		at += *at == ',';
		if (n >= SIZE) /* longer than any order that is taken: refused as it is */
			return;
	}
	json_object_object_add(http->input, "sort_by", json_object_new_string(ours));
}

void input_respell(struct http *http, const struct dialect *dialect, const struct field *fields,
		   const struct field *rows)
{
	struct respell r = { .http = http, .dialect = dialect };

	if (!dialect->camel && !dialect->word && !dialect->null_missing && !dialect->words_missing)
		return;
	respell_repeated(http, dialect, fields);
	r.mem = talloc_new(NULL);
	respell_members(&r, http->input, fields, &TOP);
	respell_files(&r, fields);
	talloc_free(r.mem);
	if (dialect->camel)
		respell_order(http, dialect, rows);
}

void input_from_path(struct http *http, struct json_object *params, const struct field *fields)
{
	struct json_object *value;

	for (const struct field *f = fields; f && f->name && params; f++)
		if (json_object_object_get_ex(params, f->name, &value))
			json_object_object_add(http->input, f->name, json_object_get(value));
}
