/* How nouns and their rows are said: what a column is called, what a code begins with, a row as a tree. */
#include "app/picture.h"
#include "app/resource.h"
#include <ctype.h>
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
}
