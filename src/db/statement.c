/* Preparing costs a round trip and a parse, so every statement is prepared once a connection and found again by its
 * text. The table is bounded: composed queries have many texts, and the server counts statements over all workers. */
#include "db/internal.h"
#include <assert.h>
#include <string.h>
#include <time.h>

/* Eight bytes at a time, for a text of some hundred bytes is hashed on every call. */
static uint64_t hash_of(const char *text, size_t len)
{
	uint64_t hash = len, word;

	for (; len >= sizeof(word); text += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text, len);
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

static void use_forget(struct db *db, struct statement *st)
{
	*(st->newer ? &st->newer->older : &db->newest) = st->older;
	*(st->older ? &st->older->newer : &db->oldest) = st->newer;
	st->newer = st->older = NULL;
}

static void use_note(struct db *db, struct statement *st)
{
	st->older = db->newest;
	*(db->newest ? &db->newest->newer : &db->oldest) = st;
	db->newest = st;
}

static int statement_free(struct statement *st)
{
	if (st->stmt)
		mysql_stmt_close(st->stmt);
	return 0;
}

void statement_drop(struct db *db, struct statement *st)
{
	struct statement **at = &db->buckets[st->hash % BUCKETS];

	while (*at != st)
		at = &(*at)->bucket_next;
	*at = st->bucket_next;
	use_forget(db, st);
	db->n_statements--;
	talloc_free(st);
}

void statements_drop_all(struct db *db)
{
	while (db->oldest)
		statement_drop(db, db->oldest);
}

static struct statement *prepare(struct db *db, const char *sql, size_t len, uint64_t hash)
{
	struct statement *st = talloc_zero(db, struct statement);

	talloc_set_destructor(st, statement_free);
	st->stmt = mysql_stmt_init(db->mysql);
	if (!st->stmt || mysql_stmt_prepare(st->stmt, sql, (unsigned long)len) != 0) {
		if (st->stmt)
			db_note(db, mysql_stmt_errno(st->stmt), mysql_stmt_error(st->stmt));
		else
			db_note(db, mysql_errno(db->mysql), mysql_error(db->mysql));
		talloc_free(st);
		return NULL;
	}
	st->hash = hash;
	st->sql = talloc_strndup(st, sql, len);
	st->sql_len = len;
	st->n_params = mysql_stmt_param_count(st->stmt);
	st->params = talloc_zero_array(st, MYSQL_BIND, (unsigned)st->n_params);
	st->times = talloc_zero_array(st, MYSQL_TIME, (unsigned)st->n_params);
	return st;
}

struct statement *statement_get(struct db *db, const char *sql)
{
	size_t len = strlen(sql);
	uint64_t hash = hash_of(sql, len);
	struct statement *st = db->buckets[hash % BUCKETS];

	while (st && (st->hash != hash || st->sql_len != len || memcmp(st->sql, sql, len) != 0))
		st = st->bucket_next;
	if (st) {
		if (st != db->newest) {
			use_forget(db, st);
			use_note(db, st);
		}
		return st;
	}
	st = prepare(db, sql, len, hash);
	if (!st)
		return NULL;
	if (db->n_statements == STATEMENTS_MAX)
		statement_drop(db, db->oldest);
	st->bucket_next = db->buckets[hash % BUCKETS];
	db->buckets[hash % BUCKETS] = st;
	use_note(db, st);
	db->n_statements++;
	return st;
}

static void bind_time(MYSQL_TIME *to, int64_t ms)
{
	time_t seconds = ms / 1000 - (ms % 1000 < 0);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	*to = (MYSQL_TIME){ .year = (unsigned)(tm.tm_year + 1900),
			    .month = (unsigned)tm.tm_mon + 1,
			    .day = (unsigned)tm.tm_mday,
			    .hour = (unsigned)tm.tm_hour,
			    .minute = (unsigned)tm.tm_min,
			    .second = (unsigned)tm.tm_sec,
			    .second_part = (unsigned long)(ms - seconds * 1000) * 1000,
			    .time_type = MYSQL_TIMESTAMP_DATETIME };
}

/* The arguments are read while the statement is sent, so they are borrowed, not copied. */
static void bind_one(struct statement *st, size_t i, const struct arg *arg)
{
	MYSQL_BIND *bind = &st->params[i];

	memset(bind, 0, sizeof(*bind));
	switch (arg->type) {
	case ARG_NULL:
		bind->buffer_type = MYSQL_TYPE_NULL;
		break;
	case ARG_INT:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = (void *)(uintptr_t)&arg->i;
		break;
	case ARG_TEXT:
	case ARG_BYTES:
		bind->buffer_type = arg->type == ARG_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
		bind->buffer = (void *)(uintptr_t)arg->s;
		bind->buffer_length = (unsigned long)arg->len;
		break;
	case ARG_TIME:
		bind_time(&st->times[i], arg->i);
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &st->times[i];
		break;
	}
}

void statement_bind(struct statement *st, struct args args)
{
	assert(args.n == st->n_params);
	for (size_t i = 0; i < args.n; i++)
		bind_one(st, i, &args.v[i]);
	if (args.n)
		mysql_stmt_bind_param(st->stmt, st->params);
}

/* ---- one statement, many rows of arguments ---- */

/* A parameter's values, one a row: numbers themselves, of all else the address. */
struct column_bind {
	union {
		int64_t number;
		const void *at;
	} * values;
	MYSQL_TIME *times;
	unsigned long *lengths;
	char *indicators;
};

static enum arg_type type_of_column(const struct args rows[], size_t n, size_t column)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].v[column].type != ARG_NULL)
			return rows[i].v[column].type;
	return ARG_NULL;
}

static enum enum_field_types wire_type(enum arg_type type)
{
	switch (type) {
	case ARG_INT:
		return MYSQL_TYPE_LONGLONG;
	case ARG_TIME:
		return MYSQL_TYPE_DATETIME;
	case ARG_BYTES:
		return MYSQL_TYPE_BLOB;
	default:
		return MYSQL_TYPE_STRING;
	}
}

static void put_value(struct column_bind *column, enum arg_type type, size_t row, const struct arg *value)
{
	column->indicators[row] = value->type == ARG_NULL ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
	if (value->type == ARG_NULL)
		return;
	assert(value->type == type);
	if (type == ARG_INT) {
		column->values[row].number = value->i;
	} else if (type == ARG_TIME) {
		bind_time(&column->times[row], value->i);
		column->values[row].at = &column->times[row];
	} else {
		column->values[row].at = value->s;
		column->lengths[row] = (unsigned long)value->len;
	}
}

static void bind_column(struct statement *st, TALLOC_CTX *ctx, const struct args rows[], unsigned n, size_t at)
{
	enum arg_type type = type_of_column(rows, n, at);
	struct column_bind column = { .values = talloc_zero_size(ctx, n * sizeof(*column.values)),
				      .times = talloc_array(ctx, MYSQL_TIME, type == ARG_TIME ? n : 0),
				      .lengths = talloc_zero_array(ctx, unsigned long, n),
				      .indicators = talloc_zero_array(ctx, char, n) };

	for (size_t row = 0; row < n; row++)
		put_value(&column, type, row, &rows[row].v[at]);
	st->params[at] = (MYSQL_BIND){ .buffer_type = wire_type(type),
				       .buffer = column.values,
				       .length = column.lengths,
				       .u.indicator = column.indicators };
}

void statement_bind_rows(struct statement *st, TALLOC_CTX *ctx, const struct args rows[], unsigned n)
{
	mysql_stmt_attr_set(st->stmt, STMT_ATTR_ARRAY_SIZE, &n);
	if (!n)
		return;
	for (size_t i = 0; i < st->n_params; i++)
		bind_column(st, ctx, rows, n, i);
	mysql_stmt_bind_param(st->stmt, st->params);
}

struct arg arg_copy(TALLOC_CTX *ctx, struct arg a)
{
	char *copy;

	if (!a.s)
		return a;
	copy = talloc_size(ctx, a.len + 1);
	memcpy(copy, a.s, a.len);
	copy[a.len] = '\0';
	a.s = copy;
	return a;
}
