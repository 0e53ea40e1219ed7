/* The one place that puts SQL together for declared nouns. The pieces are names and expressions of static declarations;
 * a statement's text depends on the declaration and on which filters are used, so there are few texts and each is
 * prepared once a connection. */
#include "store/resource.h"
#include "base/buf.h"
#include "db/compose.h"
#include <assert.h>
#include <string.h>

enum { TEXT_MAX = 32 << 10, VALUES_MAX = 40 };

static struct buf *text(TALLOC_CTX *ctx)
{
	return buf_new(ctx, TEXT_MAX);
}

static const char *done(const struct buf *sql)
{
	assert(!buf_over(sql));
	return sql->data;
}

static void add(struct buf *sql, const char *const pieces[])
{
	for (; *pieces; pieces++)
		buf_text(sql, *pieces);
}

/* clang-format off */
#define ADD(sql, ...) add(sql, (const char *const[]){ __VA_ARGS__, NULL })
/* clang-format on */

static const char *compose_from(TALLOC_CTX *ctx, const struct noun *noun, const char *joins)
{
	struct buf *sql = text(ctx);

	ADD(sql, "\nFROM ", noun->table, " t");
	if (joins)
		ADD(sql, "\n", joins);
	ADD(sql, "\nWHERE ", noun->soft_delete ? "t.deleted_at IS NULL" : "1");
	return done(sql);
}

static const char *compose_select(TALLOC_CTX *ctx, const struct noun *noun, bool list)
{
	struct buf *sql = text(ctx);

	ADD(sql, "SELECT t.id");
	for (const struct noun_column *c = noun->columns; c->name; c++)
		if ((c->listed || !list) && strcmp(c->name, "id"))
			ADD(sql, ",\n\t", c->sql, " AS `", c->name, c->suffix, "`");
	ADD(sql, noun->from);
	return done(sql);
}

void noun_compose(TALLOC_CTX *ctx, struct noun *noun)
{
	noun->from = compose_from(ctx, noun, noun->joins);
	noun->from_bare = compose_from(ctx, noun, NULL);
	noun->select_list = compose_select(ctx, noun, true);
	noun->select_one = compose_select(ctx, noun, false);
}

/* ---- lists ---- */

static struct query *query_of(TALLOC_CTX *ctx, const struct noun *noun, const struct noun_ask *ask)
{
	struct query *q = query_new(ctx, noun->select_list);

	for (size_t i = 0; i < ask->n_filters; i++)
		query_where(q, ask->filters[i].condition, args(ask->filters[i].value));
	if (ask->search)
		query_search(q, noun->searched, ask->search);
	return q;
}

const struct rows *noun_list(struct db *db, const struct noun *noun, const struct noun_ask *ask)
{
	struct query *q = query_of(NULL, noun, ask);
	const struct rows *rows;

	query_order(q, ask->order, ask->descending, "t.id");
	rows = query_page(q, db, ask->page, ask->limit);
	talloc_free(q);
	return rows;
}

/* Joins that only add columns are left out where nothing looks at them: counting 100,000 rows must not join each. */
int64_t noun_count(struct db *db, const struct noun *noun, const struct noun_ask *ask, bool *estimated)
{
	struct query *q = query_of(NULL, noun, ask);
	bool joined = ask->search || (noun->joins && strncmp(noun->joins, "LEFT ", 5));
	int64_t n;

	for (size_t i = 0; i < ask->n_filters; i++)
		joined = joined || ask->filters[i].joined;
	n = query_count(q, db, joined ? noun->from : noun->from_bare, estimated);
	talloc_free(q);
	return n;
}

struct row_source *noun_source(TALLOC_CTX *ctx, struct db *db, const struct noun *noun, const struct noun_ask *ask)
{
	struct query *q = query_of(ctx, noun, ask);

	return query_source(q, ctx, db, "t.id", 500);
}

/* ---- one row ---- */

const struct row *noun_get(struct db *db, const struct noun *noun, int64_t id)
{
	struct buf *sql = text(NULL);
	const struct row *row;

	ADD(sql, noun->select_one, " AND t.id = ?");
	row = db_one(db, done(sql), args(id));
	talloc_free(sql);
	return row;
}

bool noun_lock(struct db *db, const struct noun *noun, int64_t id)
{
	struct buf *sql = text(NULL);
	bool found;

	ADD(sql, "SELECT t.id", noun->from_bare, " AND t.id = ? FOR UPDATE");
	found = db_one(db, done(sql), args(id)) != NULL;
	talloc_free(sql);
	return found;
}

bool noun_exists(struct db *db, const struct noun *noun, const char *expression, int64_t value)
{
	struct buf *sql = text(NULL);
	bool found;

	ADD(sql, "SELECT 1", noun->from, " AND ", expression, " = ? LIMIT 1 LOCK IN SHARE MODE");
	found = db_int(db, done(sql), args(value)) == 1;
	talloc_free(sql);
	return found;
}

const struct rows *noun_choices(struct db *db, const struct noun *noun, const char *key, const char *title, int limit)
{
	struct buf *sql = text(NULL);
	const struct rows *rows;

	ADD(sql, "SELECT ", key, " AS value, ", title, " AS label", noun->from, " ORDER BY label LIMIT ?");
	rows = db_query(db, done(sql), args(limit));
	talloc_free(sql);
	return rows;
}

/* ---- writing ---- */

static enum noun_outcome outcome_of(const struct db *db)
{
	if (db_error(db) != DB_OK)
		return NOUN_FAILED;
	return db_last(db) == DB_DUPLICATE ? NOUN_DUPLICATE : NOUN_REFUSED;
}

enum noun_outcome noun_insert(struct db *db, const struct noun *noun, const struct noun_value *values, size_t n,
			      ms_t now, int64_t *id)
{
	struct buf *sql = text(NULL), *marks = text(sql);
	struct arg all[VALUES_MAX + 3];
	uint8_t uuid[UUID_BYTES];
	size_t used = 0;

	assert(n <= VALUES_MAX);
	ADD(sql, "INSERT INTO ", noun->table, " (");
	for (size_t i = 0; i < n; i++) {
		ADD(sql, used ? ", " : "", values[i].column);
		buf_text(marks, used ? ", ?" : "?");
		all[used++] = values[i].value;
	}
	if (noun->stamps & STAMP_UUID) {
		uuid_make(uuid);
		ADD(sql, used ? ", " : "", "uuid");
		buf_text(marks, used ? ", ?" : "?");
		all[used++] = arg_bytes(uuid, sizeof uuid);
	}
	for (unsigned stamp = STAMP_CREATED; stamp <= STAMP_UPDATED; stamp <<= 1)
		if (noun->stamps & stamp) {
			ADD(sql, used ? ", " : "", stamp == STAMP_CREATED ? "created_at" : "updated_at");
			buf_text(marks, used ? ", ?" : "?");
			all[used++] = arg_time(now);
		}
	ADD(sql, ") VALUES (", marks->data, ")");
	*id = db_insert(db, done(sql), (struct args){ used, all });
	talloc_free(sql);
	return *id > 0 ? NOUN_OK : outcome_of(db);
}

enum noun_outcome noun_update(struct db *db, const struct noun *noun, int64_t id, const struct noun_value *values,
			      size_t n, ms_t now)
{
	struct buf *sql = text(NULL);
	struct arg all[2 * VALUES_MAX + 2];
	size_t used = 0;
	bool guarded = false;
	int64_t changed;

	assert(n <= VALUES_MAX);
	ADD(sql, "UPDATE ", noun->table, " t\nSET ");
	for (size_t i = 0; i < n; i++) {
		ADD(sql, used ? ", t." : "t.", values[i].column, " = ?");
		all[used++] = values[i].value;
	}
	if (noun->stamps & STAMP_UPDATED) {
		ADD(sql, used ? ", t." : "t.", "updated_at = GREATEST(?, t.updated_at + INTERVAL 1000 MICROSECOND)");
		all[used++] = arg_time(now);
	}
	ADD(sql, "\nWHERE t.id = ?");
	all[used++] = arg_int(id);
	for (size_t i = 0; i < n; i++)
		if (values[i].guard) {
			ADD(sql, "\nAND (", values[i].guard, ")");
			all[used++] = values[i].value;
			guarded = true;
		}
	assert(!guarded || noun->stamps & STAMP_UPDATED); /* or a change of nothing would look like a refusal */
	changed = used > 1 ? db_exec(db, done(sql), (struct args){ used, all }) : 0;
	talloc_free(sql);
	if (changed < 0)
		return outcome_of(db);
	return guarded && !changed ? NOUN_GUARDED : NOUN_OK;
}

const struct noun_value *noun_guarded(struct db *db, const struct noun *noun, int64_t id,
				      const struct noun_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf *sql = text(NULL);
		bool may = !values[i].guard;

		if (!may) {
			ADD(sql, "SELECT (", values[i].guard, ") FROM ", noun->table, " t WHERE t.id = ?");
			may = db_int(db, done(sql), args(values[i].value, id)) == 1;
		}
		talloc_free(sql);
		if (!may)
			return &values[i];
	}
	return NULL;
}

enum noun_outcome noun_delete(struct db *db, const struct noun *noun, int64_t id, ms_t now)
{
	struct buf *sql = text(NULL);
	struct arg all[2] = { arg_time(now), arg_int(id) };
	int64_t gone;

	if (noun->soft_delete)
		ADD(sql, "UPDATE ", noun->table, " t\nSET t.deleted_at = ?\nWHERE t.id = ? AND t.deleted_at IS NULL");
	else
		ADD(sql, "DELETE FROM t USING ", noun->table, " AS t\nWHERE t.id = ?");
	if (noun->in_use)
		ADD(sql, " AND NOT (", noun->in_use, ")");
	gone = db_exec(db, done(sql), noun->soft_delete ? (struct args){ 2, all } : (struct args){ 1, all + 1 });
	talloc_free(sql);
	return gone > 0 ? NOUN_OK : outcome_of(db);
}

/* "Duplicate entry 'x' for key 'venue_slug'": unique keys are named after their table and column. */
const char *noun_clash(TALLOC_CTX *ctx, const struct db *db, const char *table)
{
	const char *message = db_message(db), *key = NULL;
	size_t len = strlen(table);

	for (const char *at = message; at && (at = strstr(at, "for key '")); at++)
		key = at + strlen("for key '");
	if (!key || strncmp(key, table, len) || key[len] != '_')
		return NULL;
	key += len + 1;
	return talloc_strndup(ctx, key, strcspn(key, "'"));
}
