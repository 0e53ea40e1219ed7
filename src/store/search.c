/* Each word is looked for by itself, as a part of what is kept, so there is a statement for each number of words and not for each
 * text. Of a list with a million rows few are looked at: those to which an index of people's words leads (store/sought.h). FULLTEXT
 * finds no part of a number, hides short and frequent words by settings of the server, and would be another index to write for each
 * ticket and each scan. */
#include "store/search.h"
#include "base/buf.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 32 << 10, COLUMNS_MAX = 12, VALUES_MAX = COLUMNS_MAX * (SOUGHT_MAX + 1), ID_DIGITS = 18 };

/* A condition on its way. */
struct condition {
	struct buf *sql;
	struct arg values[VALUES_MAX];
	size_t n;
};

static const char *pattern(const struct condition *c, const char *word)
{
	return word ? talloc_asprintf(c->sql, "%%%s%%", word) : NULL;
}

static const char *start(const struct condition *c, const char *word)
{
	return word ? talloc_asprintf(c->sql, "%s%%", word) : NULL;
}

static int64_t id_of(const char *word)
{
	return strspn(word, "0123456789") == strlen(word) && strlen(word) <= ID_DIGITS ? strtoll(word, NULL, 10) : 0;
}

/* Until its words are written beside it (after an upgrade, by what is no statement of ours) a text is looked at itself. */
static void add_column(struct condition *c, const struct searched *column, const char *word, const char *digits)
{
	if (strchr(column->column, '?'))
		buf_text(c->sql, column->column);
	else if (column->as == AS_WORDS)
		buf_printf(c->sql, HAS_WORD("%s"), column->column, column->column);
	else
		buf_printf(c->sql, column->as == AS_ID ? "%s = ?" : "%s LIKE ?", column->column);
	assert(c->n < VALUES_MAX);
	c->values[c->n++] = column->as == AS_ID	      ? arg_int(id_of(word))
			    : column->as == AS_START  ? arg_text(start(c, word))
			    : column->as == AS_MOBILE ? arg_text(pattern(c, digits))
						      : arg_text(pattern(c, word));
}

static void add_word(struct condition *c, const struct searched *columns, const char *word, const char *digits)
{
	buf_char(c->sql, '(');
	for (size_t i = 0; columns[i].column; i++) {
		buf_text(c->sql, i ? " OR " : "");
		add_column(c, &columns[i], word, digits);
	}
	buf_char(c->sql, ')');
}

/* "04:A1:B2" and "0171 / 123 45": all of it, for the columns that know no separators. */
static void add_joined(struct condition *c, const struct searched *columns, const struct sought *sought)
{
	for (size_t i = 0; columns[i].column; i++)
		if (columns[i].as == AS_CODE || columns[i].as == AS_START || columns[i].as == AS_MOBILE) {
			buf_text(c->sql, " OR ");
			add_column(c, &columns[i], sought->joined, sought->number);
		}
}

const char *words_beside(struct db *db, const char *line)
{
	return line ? words_of(db_results(db), line, LINE_WORDS) : NULL;
}

/* The condition goes into q. NULL: there is none, for nothing is asked. On q. */
static const struct sought *narrow(struct query *q, const struct searched *columns, const char *text)
{
	struct condition c = { .sql = buf_new(q, TEXT_MAX) };
	const struct sought *sought;

	if (!text || !*text || !columns[0].column)
		return NULL;
	sought = words_sought(q, text);
	buf_text(c.sql, sought->n ? "(" : "1 = 0");
	for (size_t i = 0; i < sought->n; i++) {
		buf_text(c.sql, i ? " AND " : "");
		add_word(&c, columns, sought->words[i], sought->digits[i]);
	}
	buf_text(c.sql, sought->n ? ")" : "");
	if (sought->joined)
		add_joined(&c, columns, sought);
	assert(!buf_over(c.sql));
	query_where(q, c.sql->data, (struct args){ c.n, c.values });
	return sought;
}

void search_rows(struct query *q, const struct searched *columns, const char *text)
{
	narrow(q, columns, text);
}

/* "t.id IN (?, …)", of as many "?" as a few texts have: what is left over is the last one again. */
static void among(struct query *q, const struct sought_found *found)
{
	size_t max = found->n > 200 ? 5000 : found->n > 20 ? 200 : 20;
	struct buf *sql = buf_new(q, TEXT_MAX);
	struct arg *values = talloc_array(sql, struct arg, (unsigned)max);

	buf_text(sql, "t.id IN (");
	for (size_t i = 0; i < max; i++) {
		buf_text(sql, i ? ", ?" : "?");
		values[i] = arg_int(found->ids[i < found->n ? i : found->n - 1]);
	}
	buf_char(sql, ')');
	assert(found->n <= max && !buf_over(sql));
	query_where(q, sql->data, (struct args){ max, values });
	talloc_free(sql);
}

bool search_long_rows(struct query *q, struct db *db, const struct sought_way *way, const struct searched *columns,
		      const char *text)
{
	const struct sought *sought = narrow(q, columns, text);
	struct sought_found found;

	if (!sought || !sought->n)
		return false;
	found = sought_find(db, way, sought);
	if (found.few && found.n)
		among(q, &found);
	else if (found.few)
		query_where(q, "1 = 0", no_args);
	else
		query_uncounted(q);
	return !found.few;
}
