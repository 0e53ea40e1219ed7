/* From the wire into struct rows. A statement's columns are worked out once and kept with it; its rows are gathered in
 * buffers that the connection keeps, then packed into one block: one allocation a result, on the request's memory, which
 * owes nothing to the statement or the connection any more. */
#include "base/json_in.h"
#include "db/internal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CELLS_START = 256,
	BYTES_START = 8192,
	SCRATCH_KEEP = 1 << 20 /* bytes; more than that is given back after the result */
};

static const struct {
	const char *suffix;
	enum col_type type;
} SUFFIXES[] = { { ":bool", COL_BOOL },	  { ":json", COL_JSON }, { ":uuid", COL_UUID }, { ":hex", COL_HEX },
		 { ":money", COL_MONEY }, { ":rate", COL_RATE }, { ":key", COL_KEY } };

static bool column_suffix(const char *suffix, enum col_type *type)
{
	for (size_t i = 0; i < sizeof(SUFFIXES) / sizeof(SUFFIXES[0]); i++)
		if (strcmp(SUFFIXES[i].suffix, suffix) == 0) {
			*type = SUFFIXES[i].type;
			return true;
		}
	return false;
}

/* What the database's own type says. SUM() of whole numbers is a DECIMAL without places: a number still. */
static enum col_type column_type(const MYSQL_FIELD *field)
{
	switch (field->type) {
	case MYSQL_TYPE_TINY:
		return field->length == 1 ? COL_BOOL : COL_INT;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
		return COL_INT;
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return field->decimals ? COL_REAL : COL_INT;
	case MYSQL_TYPE_FLOAT:
	case MYSQL_TYPE_DOUBLE:
		return COL_REAL;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return COL_TIME;
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_NEWDATE:
		return COL_DATE;
	default:
		return COL_TEXT;
	}
}

static void bind_value(MYSQL_BIND *bind, struct value *value, enum col_type type, const MYSQL_FIELD *field)
{
	bind->is_null = &value->null;
	bind->length = &value->length;
	switch (type) {
	case COL_INT:
	case COL_KEY:
	case COL_MONEY:
	case COL_RATE:
	case COL_BOOL:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &value->i;
		bind->is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
		break;
	case COL_REAL:
		bind->buffer_type = MYSQL_TYPE_DOUBLE;
		bind->buffer = &value->d;
		break;
	case COL_TIME:
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &value->time;
		break;
	default:
		bind->buffer_type = MYSQL_TYPE_STRING;
	}
}

static struct shape *shape_new(struct statement *st, const MYSQL_FIELD *fields, size_t n)
{
	struct shape *shape = talloc_zero(st, struct shape);
	char *name;

	shape->n = n;
	shape->columns = talloc_array(shape, struct column, (unsigned)n);
	shape->keys = talloc_array(shape, struct field_key, (unsigned)n);
	shape->values = talloc_zero_array(shape, struct value, (unsigned)n);
	shape->binds = talloc_zero_array(shape, MYSQL_BIND, (unsigned)n);
	for (size_t i = 0; i < n; i++)
		shape->names_len += strlen(fields[i].name) + 1;
	shape->names = name = talloc_array(shape, char, (unsigned)shape->names_len);
	for (size_t i = 0; i < n; i++) {
		const MYSQL_FIELD *field = &fields[i];
		const char *suffix = strchr(field->name, ':');
		size_t len = suffix ? (size_t)(suffix - field->name) : strlen(field->name);
		enum col_type type = column_type(field);
		bool known = !suffix || column_suffix(suffix, &type);

		assert(known);
		(void)known;
		memcpy(name, field->name, len);
		name[len] = '\0';
		shape->columns[i] = (struct column){ .name = name, .type = type };
		name += len + 1;
		shape->keys[i] = (struct field_key){ .type = field->type,
						     .flags = field->flags,
						     .decimals = field->decimals,
						     .charset = field->charsetnr,
						     .length = field->length,
						     .name = talloc_strdup(shape, field->name),
						     .origin = talloc_asprintf(shape, "%s.%s", field->org_table,
									       *field->org_name ? field->org_name
												: field->name) };
		bind_value(&shape->binds[i], &shape->values[i], type, field);
	}
	shape->names_len = (size_t)(name - shape->names);
	return shape;
}

/* A parameter's type, an altered table or another branch of a routine can change what a statement answers. */
static bool shape_fits(const struct shape *shape, const MYSQL_FIELD *fields, size_t n)
{
	if (!shape || shape->n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct field_key *key = &shape->keys[i];
		const MYSQL_FIELD *field = &fields[i];

		if (key->type != field->type || key->flags != field->flags || key->decimals != field->decimals ||
		    key->charset != field->charsetnr || key->length != field->length ||
		    strcmp(key->name, field->name) != 0)
			return false;
	}
	return true;
}

/* Days since 1970 of a Gregorian date, with March as the year's first month so that the leap day comes last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	month += month <= 2 ? 9 : -3;
	return year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719468;
}

static ms_t time_of(const MYSQL_TIME *t)
{
	return days_of(t->year, t->month, t->day) * MS_DAY + t->hour * MS_HOUR + t->minute * MS_MINUTE +
	       t->second * MS_SECOND + (int64_t)(t->second_part / 1000);
}

static struct cell *new_cells(struct db *db, size_t n)
{
	struct scratch *s = &db->scratch;
	struct cell *cells;

	if (s->n_cells + n > s->max_cells) {
		s->max_cells = (s->n_cells + n) * 2 + CELLS_START;
		s->cells = talloc_realloc_size(db, s->cells, s->max_cells * sizeof(*s->cells));
	}
	cells = s->cells + s->n_cells;
	s->n_cells += n;
	memset(cells, 0, n * sizeof(*cells));
	return cells;
}

/* Text goes straight into the buffer; until the buffer is packed, a cell's i is its place there. */
static bool keep_bytes(struct db *db, MYSQL_STMT *stmt, unsigned column, unsigned long len, struct cell *cell)
{
	struct scratch *s = &db->scratch;
	MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_STRING, .buffer_length = len, .length = &len };

	if (s->len + len + 1 > s->max_bytes) {
		s->max_bytes = (s->len + len + 1) * 2 + BYTES_START;
		s->bytes = talloc_realloc_size(db, s->bytes, s->max_bytes);
	}
	cell->i = (int64_t)s->len;
	cell->len = len;
	bind.buffer = s->bytes + s->len;
	if (len && mysql_stmt_fetch_column(stmt, &bind, column, 0) != 0)
		return false;
	s->len += cell->len;
	s->bytes[s->len++] = '\0';
	return true;
}

/* Is it a JSON text and nothing more, as strictly as what clients send is read? */
static bool is_json(const char *text, size_t len)
{
	struct json_object *tree;
	const char *fault = json_read(text, len, &tree);

	json_object_put(tree);
	return !fault;
}

/* What is damaged is not shown as if nothing had been there, nor anything made of it. */
static bool check_json(struct db *db, const struct shape *shape, size_t column, const struct cell *cell)
{
	char message[MESSAGE_SIZE];

	if (is_json(db->scratch.bytes + cell->i, cell->len))
		return true;
	snprintf(message, sizeof(message), "%s is damaged: it holds no JSON", shape->keys[column].origin);
	db_note(db, 0, message);
	return false;
}

static bool keep_row(struct db *db, struct statement *st)
{
	const struct shape *shape = st->shape;
	struct cell *cells = new_cells(db, shape->n);

	for (size_t i = 0; i < shape->n; i++) {
		const struct value *value = &shape->values[i];

		cells[i].null = value->null != 0;
		if (cells[i].null)
			continue;
		switch (shape->columns[i].type) {
		case COL_INT:
		case COL_KEY:
		case COL_MONEY:
		case COL_RATE:
			cells[i].i = value->i;
			break;
		case COL_BOOL:
			cells[i].i = value->i != 0;
			break;
		case COL_REAL:
			cells[i].d = value->d;
			break;
		case COL_TIME:
			cells[i].i = time_of(&value->time);
			break;
		default:
			if (!keep_bytes(db, st->stmt, (unsigned)i, value->length, &cells[i]))
				return false;
			if (shape->columns[i].type == COL_JSON && !check_json(db, shape, i, &cells[i]))
				return false;
		}
	}
	return true;
}

static bool is_text(enum col_type type)
{
	return type != COL_INT && type != COL_KEY && type != COL_MONEY && type != COL_RATE && type != COL_BOOL &&
	       type != COL_REAL && type != COL_TIME;
}

static struct result *pack(struct db *db, const struct shape *shape)
{
	struct scratch *s = &db->scratch;
	size_t columns_size = shape->n * sizeof(struct column), cells_size = s->n_cells * sizeof(struct cell);
	char *block =
		talloc_size(db->memory, sizeof(struct result) + columns_size + cells_size + shape->names_len + s->len);
	struct result *result = (struct result *)(void *)block;
	struct column *columns = (struct column *)(void *)(block + sizeof(*result));
	struct cell *cells = (struct cell *)(void *)(block + sizeof(*result) + columns_size);
	char *names = block + sizeof(*result) + columns_size + cells_size;
	const char *bytes = names + shape->names_len;

	memcpy(names, shape->names, shape->names_len);
	if (s->len)
		memcpy(names + shape->names_len, s->bytes, s->len);
	if (cells_size)
		memcpy(cells, s->cells, cells_size);
	for (size_t i = 0; i < shape->n; i++) {
		columns[i].type = shape->columns[i].type;
		columns[i].name = names + (shape->columns[i].name - shape->names);
		if (!is_text(columns[i].type))
			continue;
		for (size_t at = i; at < s->n_cells; at += shape->n)
			if (!cells[at].null) {
				cells[at].s = bytes + cells[at].i;
				cells[at].i = 0;
			}
	}
	result->rows =
		(struct rows){ .n = s->n_cells / shape->n, .n_columns = shape->n, .columns = columns, .cells = cells };
	result->first = (struct row){ .n_columns = shape->n, .columns = columns, .cells = cells };
	return result;
}

static void scratch_clear(struct scratch *s)
{
	s->n_cells = s->len = 0;
	if (s->max_cells * sizeof(struct cell) + s->max_bytes <= SCRATCH_KEEP)
		return;
	talloc_free(s->cells);
	talloc_free(s->bytes);
	*s = (struct scratch){ 0 };
}

static bool fetch_rows(struct db *db, struct statement *st, size_t keep)
{
	size_t n = 0;
	int got;

	while ((got = mysql_stmt_fetch(st->stmt)) == 0)
		if (n < keep) {
			if (!keep_row(db, st))
				return false;
			n++;
		} else if (keep == ROWS_MAX) {
			/* A list without an end belongs into a row source. It grew with what people did, so it costs
			 * this request and not the process. */
			db_note(db, 0, "The result has too many rows");
			return false;
		}
	return got == MYSQL_NO_DATA;
}

/* What follows the first result set of a CALL. Unread, it would be taken for the next statement's answer. */
static bool drain(struct statement *st)
{
	int next;

	while ((next = mysql_stmt_next_result(st->stmt)) == 0) {
		int got = MYSQL_NO_DATA;

		if (mysql_stmt_field_count(st->stmt))
			while ((got = mysql_stmt_fetch(st->stmt)) == 0)
				;
		if (got != MYSQL_NO_DATA)
			return false;
	}
	return next < 0;
}

bool result_read(struct db *db, struct statement *st, size_t keep, struct result **out)
{
	unsigned n = mysql_stmt_field_count(st->stmt);
	bool good = true;

	*out = NULL;
	if (n) {
		const MYSQL_FIELD *fields = mariadb_stmt_fetch_fields(st->stmt);

		if (!shape_fits(st->shape, fields, n)) {
			talloc_free(st->shape);
			st->shape = shape_new(st, fields, n);
		}
		/* Every time: a CALL's result set comes with new binds. */
		mysql_stmt_bind_result(st->stmt, st->shape->binds);
		good = fetch_rows(db, st, keep);
		if (good && keep)
			*out = pack(db, st->shape);
		scratch_clear(&db->scratch);
	}
	if (good && drain(st))
		return true;
	talloc_free(*out);
	*out = NULL;
	return false;
}
