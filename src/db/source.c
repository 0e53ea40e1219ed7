/* A long list in keyset batches: each asks for what comes after the last id seen, so the database never counts its way
 * to an offset, no cursor is held open, and one batch is all the memory it takes. */
#include "db/internal.h"
#include <assert.h>

struct batches {
	struct row_source source;
	struct db *db;
	const char *sql;
	struct arg *args; /* the last is the id */
	size_t n_args;
	TALLOC_CTX *batch;
	bool given; /* the first batch, which there is always */
};

static const struct rows *next_batch(struct row_source *source)
{
	struct batches *b = (struct batches *)(void *)source;
	TALLOC_CTX *memory = b->db->memory;
	const struct rows *rows;
	const struct cell *id;

	talloc_free_children(b->batch);
	b->db->memory = b->batch;
	rows = db_query(b->db, b->sql, (struct args){ b->n_args, b->args });
	b->db->memory = memory;
	if (db_error(b->db) != DB_OK || (rows->n == 0 && b->given))
		return NULL;
	b->given = true;
	if (rows->n == 0)
		return rows;
	id = &rows->cells[(rows->n - 1) * rows->n_columns];
	assert((rows->columns[0].type == COL_INT || rows_hidden(rows)) && id->i > b->args[b->n_args - 1].i);
	b->args[b->n_args - 1].i = id->i;
	return rows;
}

struct row_source *db_source(TALLOC_CTX *ctx, struct db *db, const char *sql, struct args args)
{
	struct batches *b = talloc_zero(ctx, struct batches);

	b->source.next = next_batch;
	b->db = db;
	b->sql = talloc_strdup(b, sql);
	b->n_args = args.n + 1;
	b->args = talloc_array(b, struct arg, (unsigned)b->n_args);
	b->batch = talloc_new(b);
	for (size_t i = 0; i < args.n; i++)
		b->args[i] = arg_copy(b, args.v[i]);
	b->args[args.n] = arg_int(INT64_MIN);
	return &b->source;
}
