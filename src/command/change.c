/* A figure's row, split into what was kept and what was found. */
#include "command/change.h"
#include "http/request.h"
#include "store/figure.h"
#include <string.h>

static int put(struct change *change)
{
	json_object_put(change->kept);
	json_object_put(change->found);
	return 0;
}

static bool same(const struct cell *a, const struct cell *b)
{
	if (a->null || b->null)
		return a->null == b->null;
	return a->s && b->s ? a->len == b->len && !memcmp(a->s, b->s, a->len) : a->i == b->i;
}

/* Adds one value as the API would spell it. */
static void add(struct json_object *into, const struct column *column, const struct cell *cell)
{
	answer_row(into, &(struct row){ 1, column, cell });
}

struct change *change_of(TALLOC_CTX *ctx, const struct row *row)
{
	struct change *change = talloc(ctx, struct change);

	change->kept = json_object_new_object();
	change->found = json_object_new_object();
	talloc_set_destructor(change, put);
	for (size_t i = 0; i < row->n_columns; i++) {
		const struct cell *found = row_found(row, row->columns[i].name);

		if (!found || same(&row->cells[i], found))
			continue;
		add(change->kept, &row->columns[i], &row->cells[i]);
		add(change->found, &row->columns[i], found);
	}
	return change;
}

static const char *text_of(struct json_object *value)
{
	return value ? json_object_get_string(value) : "none";
}

const char *change_text(TALLOC_CTX *ctx, const struct change *change, const char *between)
{
	char *text = talloc_strdup(ctx, "");

	json_object_object_foreach(change->kept, name, kept)
	{
		text = talloc_asprintf_append(text, "%s%s %s%s%s", *text ? ", " : "", name, text_of(kept), between,
					      text_of(json_object_object_get(change->found, name)));
	}
	return text;
}
