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

/* Where one caller's live rows are, in every statement. The owner's mark is its first. */
static void add_where(struct buf *sql, const struct noun *noun)
{
	ADD(sql, "\nWHERE ", noun->soft_delete ? "t.deleted_at IS NULL" : "1");
	if (noun->part)
		ADD(sql, " AND ", noun->part);
	if (noun->owner)
		ADD(sql, " AND t.", noun->owner, " = ?");
	else if (noun->scope)
		ADD(sql, " AND ", noun->scope);
}

static const char *compose_from(TALLOC_CTX *ctx, const struct noun *noun, const char *joins)
{
	struct buf *sql = text(ctx);

	ADD(sql, "\nFROM ", noun->table, " t");
	if (joins)
		ADD(sql, "\n", joins);
	add_where(sql, noun);
	return done(sql);
}

static const char *compose_where_one(TALLOC_CTX *ctx, const struct noun *noun)
{
	struct buf *sql = text(ctx);

	add_where(sql, noun);
	ADD(sql, " AND ", noun->row, " = ?");
	return done(sql);
}

static const char *compose_select(TALLOC_CTX *ctx, const struct noun *noun, bool list)
{
	struct buf *sql = text(ctx);

	ADD(sql, "SELECT ", noun->row, " AS id");
	for (const struct noun_column *c = noun->columns; c->name; c++)
		if ((c->listed || !list) && strcmp(c->name, "id"))
			ADD(sql, ",\n\t", c->sql, " AS `", c->name, c->suffix, "`");
	ADD(sql, noun->from);
	return done(sql);
}

void noun_compose(TALLOC_CTX *ctx, struct noun *noun)
{
	noun->row = talloc_asprintf(ctx, "t.%s", noun->id);
	noun->from = compose_from(ctx, noun, noun->joins);
	noun->from_bare = compose_from(ctx, noun, NULL);
	noun->where_one = compose_where_one(ctx, noun);
	noun->select_list = compose_select(ctx, noun, true);
	noun->select_one = compose_select(ctx, noun, false);
}

/* What stands for the marks of a statement, in their order. */
struct marks {
	struct arg v[2 * VALUES_MAX + 8];
	size_t n;
	uint8_t uuid[UUID_BYTES]; /* what one of them may point to */
};

static void mark(struct marks *marks, struct arg value)
{
	assert(marks->n < sizeof marks->v / sizeof *marks->v);
	marks->v[marks->n++] = value;
}

static void mark_owner(struct marks *marks, struct noun_view view)
{
	if (view.noun->owner || view.noun->scope)
		mark(marks, arg_int(view.owner));
}

/* Those of where_one. */
static void mark_one(struct marks *marks, struct noun_view view, int64_t id)
{
	mark_owner(marks, view);
	mark(marks, arg_int(id));
}

static struct args all_of(const struct marks *marks)
{
	return (struct args){ marks->n, marks->v };
}

/* ---- lists ---- */

/* The optimizer weighs what a LIMIT saves only where it is told to, and by servers that know that: MariaDB 10.11.10 and 11.4.4. */
#define WALK "SET STATEMENT optimizer_join_limit_pref_ratio = 100 FOR "

static void walk(struct query *q, struct db *db, const struct noun *noun)
{
	const unsigned long server = db_server(db);

	if (noun->straight)
		query_straight(q);
	else if ((server >= 101110 && server < 110000) || server >= 110404)
		query_before(q, WALK);
}

static struct query *query_of(struct db *db, struct noun_view view, const struct noun_ask *ask)
{
	const struct noun *noun = view.noun;
	struct query *q = query_new(NULL, noun->select_list);
	struct marks marks = { .n = 0 };
	bool many = noun->walked && !ask->few;

	mark_owner(&marks, view);
	query_args(q, all_of(&marks));
	for (size_t i = 0; i < ask->n_filters; i++)
		query_where(q, ask->filters[i].condition, (struct args){ ask->filters[i].n, ask->filters[i].values });
	if (noun->found_by)
		many |= search_long_rows(q, db, noun->found_by, noun->searched, ask->search);
	else
		search_rows(q, noun->searched, ask->search);
	if (many)
		walk(q, db, noun);
	return q;
}

void noun_ask_also(struct noun_ask *ask, const char *condition, struct arg value, bool joined)
{
	assert(ask->n_filters < sizeof ask->filters / sizeof *ask->filters);
	ask->filters[ask->n_filters++] = (struct noun_filter){ condition, joined, 1, { value } };
}

void noun_ask_between(struct noun_ask *ask, int64_t first, int64_t last)
{
	if (first > 1)
		noun_ask_also(ask, "t.id >= ?", arg_int(first), false);
	if (last < INT64_MAX)
		noun_ask_also(ask, "t.id <= ?", arg_int(last), false);
}

static const char *tie_of(const struct noun *noun, const char *order)
{
	const char *dot = noun->tie ? strchr(noun->tie, '.') : NULL;

	return dot && !strncmp(order, noun->tie, (size_t)(dot - noun->tie) + 1) ? noun->tie : noun->row;
}

/* "account_name" has the order of "t.name". */
static bool is_order_of(const char *index, const struct noun *noun, const char *order)
{
	size_t len = strlen(noun->table);

	return index && !strncmp(index, noun->table, len) && !strncmp(order, "t.", 2) &&
	       !strcmp(index + len + 1, order + 2);
}

/* Joins that only add columns are left out where nothing looks at them: counting 100,000 rows must not join each. */
struct row_list *noun_rows(struct db *db, struct noun_view view, const struct noun_ask *ask)
{
	const struct noun *noun = view.noun;
	struct query *q = query_of(db, view, ask);
	bool joined = ask->search || (noun->joins && strncmp(noun->joins, "LEFT ", 5));

	for (size_t i = 0; i < ask->n_filters; i++)
		joined = joined || ask->filters[i].joined;
	if (!ask->search && !ask->n_filters && is_order_of(noun->order_index, noun, ask->order))
		query_order_index(q, noun->order_index);
	query_order(q, ask->order, ask->descending, tie_of(noun, ask->order));
	return query_list(q, db, joined ? noun->from : noun->from_bare, noun->row);
}

const struct rows *noun_list(struct db *db, struct noun_view view, const struct noun_ask *ask)
{
	struct row_list *list = noun_rows(db, view, ask);

	return list->page(list, ask->page, ask->limit);
}

int64_t noun_count(struct db *db, struct noun_view view, const struct noun_ask *ask, bool *estimated)
{
	struct row_list *list = noun_rows(db, view, ask);

	return list->count(list, estimated);
}

/* ---- one row ---- */

static const struct row *one(struct db *db, const char *const pieces[], const struct marks *marks)
{
	struct buf *sql = text(NULL);
	const struct row *row;

	add(sql, pieces);
	row = db_one(db, done(sql), all_of(marks));
	talloc_free(sql);
	return row;
}

/* clang-format off */
#define ONE(db, marks, ...) one(db, (const char *const[]){ __VA_ARGS__, NULL }, marks)
/* clang-format on */

const struct row *noun_get(struct db *db, struct noun_view view, int64_t id)
{
	struct marks marks = { .n = 0 };

	mark_one(&marks, view, id);
	return ONE(db, &marks, view.noun->select_one, " AND ", view.noun->row, " = ?");
}

bool noun_lock(struct db *db, struct noun_view view, int64_t id)
{
	struct marks marks = { .n = 0 };

	mark_one(&marks, view, id);
	return ONE(db, &marks, "SELECT 1", view.noun->from_bare, " AND ", view.noun->row, " = ? FOR UPDATE");
}

bool noun_exists(struct db *db, struct noun_view view, const char *condition, int64_t value)
{
	struct marks marks = { .n = 0 };

	mark_one(&marks, view, value);
	return ONE(db, &marks, "SELECT 1", view.noun->from, " AND (", condition, ") LIMIT 1 LOCK IN SHARE MODE");
}

const struct rows *noun_choices(struct db *db, struct noun_view view, const char *key, const char *title,
				const char *condition, int limit)
{
	struct buf *sql = text(NULL);
	struct marks marks = { .n = 0 };
	const struct rows *rows;

	ADD(sql, "SELECT ", key, " AS value, ", title, " AS label", view.noun->from, " AND (",
	    condition ? condition : "1", ") ORDER BY label LIMIT ?");
	mark_one(&marks, view, limit);
	rows = db_query(db, done(sql), all_of(&marks));
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

/* A column and its value. */
static void set_column(struct buf *columns, struct buf *signs, struct marks *marks, const char *name, struct arg value)
{
	ADD(columns, marks->n ? ", " : "", name);
	buf_text(signs, marks->n ? ", ?" : "?");
	mark(marks, value);
}

/* The column that holds the words of this one's text, on ctx; NULL: none does. */
static const char *words_column(TALLOC_CTX *ctx, const struct noun_value *value)
{
	return value->words ? talloc_asprintf(ctx, "%s_words", value->column) : NULL;
}

static struct arg words_value(TALLOC_CTX *ctx, const struct noun_value *value)
{
	return arg_text(value->value.s ? words_of(ctx, value->value.s, value->words) : NULL);
}

/* Adds "(…) VALUES (…)". */
static void add_values(struct buf *sql, struct marks *marks, struct noun_view view, const struct noun_value *values,
		       size_t n, ms_t now)
{
	struct buf *signs = text(sql);

	buf_text(sql, " (");
	if (view.noun->owner)
		set_column(sql, signs, marks, view.noun->owner, arg_int(view.owner));
	for (size_t i = 0; i < n; i++) {
		const char *words = words_column(sql, &values[i]);

		set_column(sql, signs, marks, values[i].column, values[i].value);
		if (words)
			set_column(sql, signs, marks, words, words_value(sql, &values[i]));
	}
	if (view.noun->stamps & STAMP_UUID) {
		uuid_make(marks->uuid);
		set_column(sql, signs, marks, "uuid", arg_bytes(marks->uuid, sizeof marks->uuid));
	}
	if (view.noun->stamps & STAMP_CREATED)
		set_column(sql, signs, marks, "created_at", arg_time(now));
	if (view.noun->stamps & STAMP_UPDATED)
		set_column(sql, signs, marks, "updated_at", arg_time(now));
	ADD(sql, ") VALUES (", signs->data, ")");
}

enum noun_outcome noun_insert(struct db *db, struct noun_view view, const struct noun_value *values, size_t n, ms_t now,
			      int64_t *id)
{
	struct buf *sql = text(NULL);
	struct marks marks = { .n = 0 };
	bool made;

	assert(n <= VALUES_MAX);
	ADD(sql, "INSERT INTO ", view.noun->table);
	add_values(sql, &marks, view, values, n, now);
	*id = 0;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(values[i].column, view.noun->id))
			*id = values[i].value.i;
	if (*id) {
		made = db_exec(db, done(sql), all_of(&marks)) == 1;
	} else {
		*id = db_insert(db, done(sql), all_of(&marks));
		made = *id > 0;
	}
	talloc_free(sql);
	return made ? NOUN_OK : outcome_of(db);
}

/* Adds "AND t.status is one of from". The words are a declaration's. */
static void add_from(struct buf *sql, struct marks *marks, const char *from)
{
	if (!from)
		return;
	buf_text(sql, "\nAND FIND_IN_SET(t.status, ?)");
	mark(marks, arg_text(from));
}

static void add_settings(struct buf *sql, struct marks *marks, const struct noun *noun,
			 const struct noun_change *change, ms_t now)
{
	for (size_t i = 0; i < change->n; i++) {
		const char *words = words_column(sql, &change->values[i]);

		ADD(sql, marks->n ? ", t." : "t.", change->values[i].column, " = ?");
		mark(marks, change->values[i].value);
		if (words) {
			ADD(sql, ", t.", words, " = ?");
			mark(marks, words_value(sql, &change->values[i]));
		}
	}
	if (noun->stamps & STAMP_UPDATED) {
		ADD(sql, marks->n ? ", t." : "t.",
		    "updated_at = GREATEST(?, t.updated_at + INTERVAL 1000 MICROSECOND)");
		mark(marks, arg_time(now));
	}
}

enum noun_outcome noun_update(struct db *db, struct noun_view view, int64_t id, const struct noun_change *change,
			      ms_t now)
{
	struct buf *sql = text(NULL);
	struct marks marks = { .n = 0 };
	bool guarded = change->from, any;
	int64_t changed;

	assert(change->n <= VALUES_MAX);
	ADD(sql, "UPDATE ", view.noun->table, " t\nSET ");
	add_settings(sql, &marks, view.noun, change, now);
	any = marks.n > 0;
	buf_text(sql, view.noun->where_one);
	mark_one(&marks, view, id);
	for (size_t i = 0; i < change->n; i++)
		if (change->values[i].guard) {
			ADD(sql, "\nAND (", change->values[i].guard, ")");
			mark(&marks, change->values[i].value);
			guarded = true;
		}
	add_from(sql, &marks, change->from);
	/* or a change of nothing would look like a refusal */
	assert(!guarded || view.noun->stamps & STAMP_UPDATED);
	changed = any ? db_exec(db, done(sql), all_of(&marks)) : 0;
	talloc_free(sql);
	if (changed < 0)
		return outcome_of(db);
	return guarded && !changed ? NOUN_GUARDED : NOUN_OK;
}

const struct noun_value *noun_guarded(struct db *db, struct noun_view view, int64_t id,
				      const struct noun_change *change)
{
	for (size_t i = 0; i < change->n; i++) {
		const struct noun_value *value = &change->values[i];
		struct marks marks = { .n = 0 };

		if (!value->guard)
			continue;
		mark_one(&marks, view, id);
		mark(&marks, value->value);
		if (!ONE(db, &marks, "SELECT 1 FROM ", view.noun->table, " t", view.noun->where_one, " AND (",
			 value->guard, ")"))
			return value;
	}
	return NULL;
}

enum noun_outcome noun_delete(struct db *db, struct noun_view view, int64_t id, const char *from, ms_t now)
{
	const struct noun *noun = view.noun;
	struct buf *sql = text(NULL);
	struct marks marks = { .n = 0 };
	int64_t gone;

	if (noun->soft_delete) {
		ADD(sql, "UPDATE ", noun->table, " t\nSET t.deleted_at = ?");
		mark(&marks, arg_time(now));
	} else {
		ADD(sql, "DELETE FROM t USING ", noun->table, " AS t");
	}
	buf_text(sql, noun->where_one);
	mark_one(&marks, view, id);
	if (noun->in_use)
		ADD(sql, " AND NOT (", noun->in_use, ")");
	for (const char *at = noun->in_use; at && (at = strchr(at, '?')); at++)
		mark(&marks, arg_time(now));
	add_from(sql, &marks, from);
	gone = db_exec(db, done(sql), all_of(&marks));
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
