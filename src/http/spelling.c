/* The first step in: what a client named in its mount's words becomes what the code calls it. Only declared names are touched,
 * so that what nobody declared is told back as it came, and keys that are somebody's data stay. */
#include "http/dialect.h"
#include "http/http.h"
#include "http/request.h"
#include "http/validate.h"
#include <string.h>

/* Gives a member another name, unless that one was sent too. */
static void rename_member(struct json_object *tree, const char *from, const char *to)
{
	struct json_object *value;

	if (!strcmp(from, to) || !json_object_object_get_ex(tree, from, &value) ||
	    json_object_object_get_ex(tree, to, NULL))
		return;
	json_object_object_add(tree, to, json_object_get(value));
	json_object_object_del(tree, from);
}

static void respell_members(struct json_object *tree, const struct dialect *dialect, const struct field *fields);

static void respell_below(struct json_object *value, const struct dialect *dialect, const struct field *field)
{
	if (field->type == F_OBJECT)
		respell_members(value, dialect, field->of);
	for (size_t i = 0; field->type == F_LIST && json_object_is_type(value, json_type_array) &&
			   i < json_object_array_length(value);
	     i++)
		respell_members(json_object_array_get_idx(value, i), dialect, field->of);
}

static void respell_members(struct json_object *tree, const struct dialect *dialect, const struct field *fields)
{
	char name[NAME_SIZE];

	if (!json_object_is_type(tree, json_type_object))
		return;
	for (const struct field *f = fields; f && f->name; f++) {
		const char *word = dialect->word ? dialect->word(f->name) : NULL;
		struct json_object *value = NULL;

		if (word)
			rename_member(tree, word, f->name);
		if (dialect->camel)
			rename_member(tree, name_camel(f->name, name), f->name);
		if (json_object_object_get_ex(tree, f->name, &value) && f->of)
			respell_below(value, dialect, f);
	}
}

/* Names that were sent twice stand in a list. */
static void respell_list(struct json_object *names, const struct dialect *dialect, const struct field *fields)
{
	char name[NAME_SIZE];

	for (size_t i = 0; names && i < json_object_array_length(names); i++)
		for (const struct field *f = fields; f && f->name; f++)
			if (!strcmp(json_object_get_string(json_object_array_get_idx(names, i)),
				    name_spelt(dialect, f->name, name)))
				json_object_array_put_idx(names, i, json_object_new_string(f->name));
}

static void respell_files(struct http *http, const struct field *fields)
{
	struct upload *uploads = (struct upload *)(uintptr_t)http->uploads;
	char name[NAME_SIZE];

	for (size_t i = 0; i < http->n_uploads; i++)
		for (const struct field *f = fields; f && f->name; f++)
			if (!strcmp(uploads[i].field, name_camel(f->name, name)))
				uploads[i].field = f->name;
}

void input_respell(struct http *http, const struct dialect *dialect, const struct field *fields)
{
	struct json_object *sorted;
	char name[NAME_SIZE];

	if (!dialect->camel && !dialect->word)
		return;
	respell_members(http->input, dialect, fields);
	respell_list(http->repeated, dialect, fields);
	if (!dialect->camel)
		return;
	respell_files(http, fields);
	if (json_object_object_get_ex(http->input, "sort_by", &sorted) && json_object_is_type(sorted, json_type_string))
		json_object_object_add(http->input, "sort_by",
				       json_object_new_string(name_snake(json_object_get_string(sorted), name)));
}

void input_from_path(struct http *http, struct json_object *params, const struct field *fields)
{
	struct json_object *value;

	for (const struct field *f = fields; f && f->name && params; f++)
		if (json_object_object_get_ex(params, f->name, &value))
			json_object_object_add(http->input, f->name, json_object_get(value));
}
