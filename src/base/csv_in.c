/* One pass over the text. A cell in quotes may hold anything, its own quotes doubled; what stands behind its last quote is a fault, for
 * then nobody can say what was meant. */
#include "base/csv_in.h"
#include "base/buf.h"
#include "base/tongue.h"
#include "base/utf8.h"
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { COLUMNS_MAX = 60, CELL_MAX = 16 << 10 };

struct csv {
	const char *at, *end;
	char comma;
	size_t line;
	struct buf *cell;
	const char *fault;
};

static void take_quoted(struct csv *c)
{
	for (c->at++; c->at < c->end; c->at++) {
		if (*c->at == '\n')
			c->line++;
		if (*c->at != '"') {
			buf_char(c->cell, *c->at);
			continue;
		}
		if (c->at + 1 == c->end || c->at[1] != '"')
			break;
		buf_char(c->cell, *c->at++);
	}
	if (c->at == c->end)
		c->fault = SAID("A quote is opened and not closed.");
	else if (++c->at < c->end && *c->at != c->comma && !strchr("\r\n", *c->at))
		c->fault = SAID("Something stands behind a closing quote.");
}

/* The next cell, trimmed; is it its line's last? */
static bool take_cell(struct csv *c)
{
	buf_clear(c->cell);
	while (c->at < c->end && *c->at == ' ')
		c->at++;
	if (c->at < c->end && *c->at == '"')
		take_quoted(c);
	else
		for (; c->at < c->end && *c->at != c->comma && !strchr("\r\n", *c->at); c->at++)
			buf_char(c->cell, *c->at);
	while (c->cell->len && c->cell->data[c->cell->len - 1] == ' ')
		c->cell->data[--c->cell->len] = '\0';
	if (buf_over(c->cell))
		c->fault = SAID("A cell is too long.");
	if (c->at < c->end && *c->at == c->comma) {
		c->at++;
		return false;
	}
	c->at += c->at < c->end && *c->at == '\r';
	c->at += c->at < c->end && *c->at == '\n';
	return true;
}

/* "Student ID" as "student_id". */
static void name_column(char *name)
{
	for (; *name; name++)
		*name = *name == ' ' || *name == '-' ? '_' : (char)tolower((unsigned char)*name);
}

static size_t take_names(struct csv *c, struct json_object *names[COLUMNS_MAX])
{
	size_t n = 0;
	bool last = false;

	while (!last && !c->fault) {
		last = take_cell(c);
		name_column(c->cell->data);
		if (n == COLUMNS_MAX)
			c->fault = SAID("There are too many columns.");
		else
			names[n++] = json_object_new_string(c->cell->data);
	}
	return n;
}

static struct json_object *take_row(struct csv *c, struct json_object *names[COLUMNS_MAX], size_t n)
{
	struct json_object *row = json_object_new_object();
	bool last = false;

	for (size_t i = 0; !last && !c->fault; i++) {
		last = take_cell(c);
		if (!c->cell->len)
			continue;
		if (i >= n)
			c->fault = SAID("A line has more cells than there are columns.");
		else
			json_object_object_add(row, json_object_get_string(names[i]),
					       json_object_new_string(c->cell->data));
	}
	return row;
}

static void take_rows(struct csv *c, struct json_object *rows, size_t max)
{
	struct json_object *names[COLUMNS_MAX];
	size_t n = take_names(c, names);

	while (!c->fault && c->at < c->end) {
		struct json_object *row;

		c->line++;
		row = take_row(c, names, n);
		if (!json_object_object_length(row) || c->fault)
			json_object_put(row);
		else if (json_object_array_length(rows) < max)
			json_object_array_add(rows, row);
		else {
			c->fault = SAID("There are too many lines.");
			json_object_put(row);
		}
	}
	for (size_t i = 0; i < n; i++)
		json_object_put(names[i]);
}

static char comma_of(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);
	const size_t line = end ? (size_t)(end - text) : len;

	return memchr(text, ';', line) && !memchr(text, ',', line) ? ';' : ',';
}

const char *csv_read(const char *text, size_t len, size_t max, struct json_object **rows, size_t *line)
{
	const size_t mark = len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0;
	struct csv c = { text + mark, text + len, comma_of(text + mark, len - mark), 1, buf_new(NULL, CELL_MAX), NULL };

	*rows = json_object_new_array();
	if (!utf8_valid(text, len) || memchr(text, '\0', len))
		c.fault = SAID("This is no text in UTF-8.");
	else
		take_rows(&c, *rows, max);
	talloc_free(c.cell);
	*line = c.line;
	if (!c.fault)
		return NULL;
	json_object_put(*rows);
	*rows = NULL;
	return c.fault;
}
