/* How nouns and their rows are said: what a column is called, what a code begins with, a row as a tree. */
#include "app/picture.h"
#include "app/resource.h"
#include "rules/keys.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* "starts_at" is "Starts at", "venue.name" is "Venue". */
const char *resource_label(TALLOC_CTX *ctx, const struct resource_column *c)
{
	char *label;

	if (c->label)
		return c->label;
	label = talloc_strdup(ctx, c->name);
	label[strcspn(label, ".")] = '\0';
	for (char *s = label; *s; s++)
		if (*s == '_')
			*s = ' ';
	if (strlen(label) > 3 && !strcmp(label + strlen(label) - 3, " id"))
		label[strlen(label) - 3] = '\0';
	*label = (char)toupper((unsigned char)*label);
	return label;
}

const char *resource_words(struct request *rq, const struct resource *r)
{
	char *words = talloc_strdup(rq->mem, r->noun);

	for (char *s = words; *s; s++)
		if (*s == '_')
			*s = ' ';
	return said_to(rq, words);
}

const char *resource_code(struct request *rq, const struct resource *r, const char *suffix)
{
	char *code = talloc_asprintf(rq->mem, "%s%s", r->noun, suffix);

	for (char *s = code; *s; s++)
		*s = (char)toupper((unsigned char)*s);
	return code;
}

/* ---- rows ---- */

struct json_object *resource_json(const struct row *row)
{
	struct json_object *json = json_object_new_object();

	answer_row(json, row);
	return json;
}

enum { VERSION_BYTES = 16 };

bool resource_versioned(const struct resource *r)
{
	const struct resource_column *c = r->columns;

	while (c->name && !(c->flags & EDITED))
		c++;
	return c->name && r->writers != NOBODY && !(r->stamps & STAMP_UPDATED);
}

const char *resource_version(struct request *rq, const struct resource *r, const struct row *row)
{
	struct json_object *all = resource_json(row), *seen = json_object_new_object();
	uint8_t hash[HASH_BYTES];
	char *version = talloc_zero_size(rq->mem, 2 * VERSION_BYTES + 1);
	const char *text;

	json_object_object_foreach(all, name, value)
	{
		const struct resource_column *c = resource_column(r, name);

		if (c && c->flags & EDITED)
			json_object_object_add(seen, name, json_object_get(value));
	}
	text = json_object_to_json_string_ext(seen, JSON_C_TO_STRING_PLAIN);
	hash_plain(text, strlen(text), hash);
	for (size_t i = 0; i < VERSION_BYTES; i++)
		snprintf(version + 2 * i, 3, "%02x", hash[i]);
	json_object_put(seen);
	json_object_put(all);
	return version;
}

struct pictures resource_pictures(struct request *rq, const struct resource *r)
{
	const char **columns = talloc_array(rq->mem, const char *, 1);
	unsigned n = 0;

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->type == F_FILE) {
			columns = talloc_realloc(rq->mem, columns, const char *, n + 2);
			columns[n++] = c->name;
		}
	columns[n] = NULL;
	return (struct pictures){ columns, picture_signed };
}

void resource_answer(struct request *rq, const struct resource *r, struct json_object *object, const struct row *row)
{
	const struct rows rows = { 1, row->n_columns, row->columns, row->cells };
	struct pictures pictures = resource_pictures(rq, r);
	struct row shown = row_at(picture_rows(rq->mem, rq, &rows, &pictures), 0);

	answer_row(object, &shown);
	if (resource_versioned(r))
		answer_text(object, "version", resource_version(rq, r, row));
}

const char *resource_act_key(struct request *rq, const char *act)
{
	char *key = talloc_strdup(rq->mem, act);

	for (char *at = key; *at; at++)
		if (*at == '-')
			*at = '_';
	return key;
}
