/* An archive of XML files, of which four are read: which sheet is the first, where that is, the texts that cells share, and the cells. Whoever
 * sent it is not trusted: every offset is held against the file's end, what is unpacked has a ceiling, and of XML only tags, their attributes
 * and the five entities that need no document are known. Names are compared without their prefix, for writers choose that. */
#include "base/xlsx_in.h"
#include "base/tongue.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
	PART_MAX = 16 << 20, /* bytes of one file of it, unpacked */
	TEXT_MAX = 16 << 10,
	ROWS_MAX = 20000,
	COLUMNS_MAX = 60,
	ENTRY = 46, /* bytes of an entry of the archive's directory, before its name */
	LOCAL = 30, /* and of the head before a file's bytes */
	ENDS = 22,  /* and of what the archive ends with, before its comment */
	STORED = 0,
	DEFLATED = 8
};

static const char BROKEN[] = SAID("This spreadsheet cannot be read. Save it as XLSX or CSV once more.");
static const char TOO_LARGE[] = SAID("This spreadsheet is too large.");

/* ---- the archive ---- */

struct span {
	const char *at;
	size_t len;
};

static uint32_t number(const uint8_t *at, int bytes)
{
	uint32_t n = 0;

	while (bytes--)
		n = n << 8 | at[bytes];
	return n;
}

bool xlsx_is(const void *bytes, size_t len)
{
	return len > ENDS && !memcmp(bytes, "PK\x03\x04", 4);
}

/* Where its directory begins, and how many entries that has. */
static bool find_directory(const uint8_t *all, size_t len, size_t *at, size_t *n)
{
	if (len < ENDS)
		return false;
	for (size_t end = len - ENDS, tries = 0; tries <= UINT16_MAX; end--, tries++) {
		if (!memcmp(all + end, "PK\x05\x06", 4)) {
			*n = number(all + end + 10, 2);
			*at = number(all + end + 16, 4);
			return true;
		}
		if (!end)
			break;
	}
	return false;
}

/* Unpacked into out. */
static bool unpack(const uint8_t *from, size_t packed, unsigned method, struct buf *out)
{
	uint8_t piece[16384];
	z_stream z = { .next_in = (Bytef *)(uintptr_t)from, .avail_in = (uInt)packed };
	int state = Z_OK;

	if (method == STORED) {
		buf_add(out, from, packed);
		return !buf_over(out);
	}
	if (method != DEFLATED || inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return false;
	while (state == Z_OK && !buf_over(out)) {
		z.next_out = piece;
		z.avail_out = sizeof piece;
		state = inflate(&z, Z_NO_FLUSH);
		if (state == Z_OK || state == Z_STREAM_END)
			buf_add(out, piece, sizeof piece - z.avail_out);
	}
	inflateEnd(&z);
	return state == Z_STREAM_END && !buf_over(out);
}

/* The bytes of an entry at. */
static bool unpack_entry(const uint8_t *all, size_t len, const uint8_t *entry, struct buf *out)
{
	const size_t head = number(entry + 42, 4), packed = number(entry + 20, 4);
	size_t data;

	if (head + LOCAL > len)
		return false;
	data = head + LOCAL + number(all + head + 26, 2) + number(all + head + 28, 2);
	return data <= len && packed <= len - data && unpack(all + data, packed, number(entry + 10, 2), out);
}

/* The file of that name; false: there is none, or it is broken or too large. */
static bool part(const uint8_t *all, size_t len, const char *name, struct buf *out)
{
	size_t at, n;

	buf_clear(out);
	if (!find_directory(all, len, &at, &n))
		return false;
	while (n-- && at + ENTRY <= len && !memcmp(all + at, "PK\x01\x02", 4)) {
		const size_t named = number(all + at + 28, 2);

		if (at + ENTRY + named > len)
			return false;
		if (named == strlen(name) && !memcmp(all + at + ENTRY, name, named))
			return unpack_entry(all, len, all + at, out);
		at += ENTRY + named + number(all + at + 30, 2) + number(all + at + 32, 2);
	}
	return false;
}

/* ---- XML ---- */

struct tag {
	struct span before;	/* text that stands before it */
	struct span name, said; /* its name without a prefix; its attributes */
	bool closes, empty;
};

/* Past "-->" of a comment, or ">" of what is no tag; end where it has none. */
static const char *past_other(const char *at, const char *end)
{
	const bool comment = end - at >= 4 && !memcmp(at, "<!--", 4);
	const char *close = at;

	do {
		close = memchr(close, '>', (size_t)(end - close));
		if (!close)
			return end;
		close++;
	} while (comment && memcmp(close - 3, "-->", 3) != 0);
	return close;
}

/* Where the tag ends that is open at: a ">" in quotes is none. */
static const char *tag_end(const char *at, const char *end)
{
	char quote = '\0';

	for (; at < end && (quote || *at != '>'); at++)
		if (quote ? *at == quote : *at == '"' || *at == '\'')
			quote = quote ? '\0' : *at;
	return at;
}

/* The next tag of what *from is at; false: there is none. */
static bool next_tag(struct span *from, struct tag *tag)
{
	const char *end = from->at + from->len, *at = memchr(from->at, '<', from->len), *close, *colon;

	while (at && at + 1 < end && (at[1] == '?' || at[1] == '!')) {
		const char *past = past_other(at, end);

		from->at = past;
		at = memchr(past, '<', (size_t)(end - past));
	}
	if (!at || (close = tag_end(at, end)) == end)
		return false;
	*tag = (struct tag){ .before = { from->at, (size_t)(at - from->at) } };
	at++;
	tag->closes = *at == '/';
	at += tag->closes;
	tag->empty = close > at && close[-1] == '/';
	tag->name.at = at;
	while (at < close && !strchr(" \t\r\n/", *at))
		at++;
	tag->name.len = (size_t)(at - tag->name.at);
	tag->said = (struct span){ at, (size_t)(close - at) };
	colon = memchr(tag->name.at, ':', tag->name.len);
	if (colon)
		tag->name = (struct span){ colon + 1, (size_t)(tag->name.at + tag->name.len - colon - 1) };
	from->at = close + 1;
	from->len = (size_t)(end - from->at);
	return true;
}

static bool is(const struct tag *tag, const char *name)
{
	return tag->name.len == strlen(name) && !memcmp(tag->name.at, name, tag->name.len);
}

/* What an attribute says, as it is written; of none: at is NULL. name with the blank before it. */
static struct span attribute(const struct tag *tag, const char *name)
{
	const size_t len = strlen(name);

	for (size_t i = 0; i + len + 2 <= tag->said.len; i++) {
		const char *at = tag->said.at + i, *close;

		if (memcmp(at, name, len) != 0 || at[len] != '=' || (at[len + 1] != '"' && at[len + 1] != '\''))
			continue;
		close = memchr(at + len + 2, at[len + 1], tag->said.len - i - len - 2);
		return close ? (struct span){ at + len + 2, (size_t)(close - at) - len - 2 } : (struct span){ NULL, 0 };
	}
	return (struct span){ NULL, 0 };
}

static bool says(struct span said, const char *text)
{
	return said.at && said.len == strlen(text) && !memcmp(said.at, text, said.len);
}

static void add_character(struct buf *out, unsigned long c)
{
	if (c < 0x80) {
		buf_char(out, (char)c);
	} else if (c < 0x800) {
		buf_char(out, (char)(0xC0 | c >> 6));
		buf_char(out, (char)(0x80 | (c & 0x3F)));
	} else if (c < 0x10000) {
		buf_char(out, (char)(0xE0 | c >> 12));
		buf_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_char(out, (char)(0x80 | (c & 0x3F)));
	} else {
		buf_char(out, (char)(0xF0 | c >> 18));
		buf_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
		buf_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_char(out, (char)(0x80 | (c & 0x3F)));
	}
}

/* The character of an entity, between "&" and ";"; 0: none that is known. */
static unsigned long entity(const char *at, size_t len)
{
	static const struct {
		const char *name;
		char is;
	} NAMED[] = { { "lt", '<' }, { "gt", '>' }, { "amp", '&' }, { "quot", '"' }, { "apos", '\'' } };
	char digits[10];
	unsigned long c;

	for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++)
		if (len == strlen(NAMED[i].name) && !memcmp(at, NAMED[i].name, len))
			return (unsigned char)NAMED[i].is;
	if (len < 2 || len > sizeof digits || *at != '#')
		return 0;
	memcpy(digits, at + 1, len - 1);
	digits[len - 1] = '\0';
	c = digits[0] == 'x' ? strtoul(digits + 1, NULL, 16) : strtoul(digits, NULL, 10);
	return c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0 : c;
}

/* Text as it is meant. */
static void add_text(struct buf *out, struct span text)
{
	const char *at = text.at, *end = text.at + text.len;

	while (at < end) {
		const char *close = *at == '&' ? memchr(at, ';', (size_t)(end - at)) : NULL;
		const unsigned long c = close ? entity(at + 1, (size_t)(close - at - 1)) : 0;

		if (c)
			add_character(out, c);
		else
			buf_char(out, *at);
		at = c ? close + 1 : at + 1;
	}
}

/* ---- where the first sheet is ---- */

/* The value of another attribute of the first tag of that name whose attribute by (NULL: any) says so. On out; false: there is none. */
static bool look_up(const struct buf *xml, const char *name, const char *by, const char *so, const char *wanted,
		    struct buf *out)
{
	struct span from = { xml->data, xml->len };
	struct tag tag;

	while (next_tag(&from, &tag)) {
		const struct span value = attribute(&tag, wanted);

		if (!is(&tag, name) || (by && !says(attribute(&tag, by), so)) || !value.at)
			continue;
		buf_clear(out);
		add_text(out, value);
		return !buf_over(out);
	}
	return false;
}

/* Its path in the archive, into path. */
static bool find_sheet(const uint8_t *all, size_t len, struct buf *xml, struct buf *path)
{
	char id[64];

	if (!part(all, len, "xl/workbook.xml", xml) || !look_up(xml, "sheet", NULL, NULL, ":id", path) ||
	    path->len >= sizeof id)
		return false;
	memcpy(id, path->data, path->len + 1);
	if (!part(all, len, "xl/_rels/workbook.xml.rels", xml) ||
	    !look_up(xml, "Relationship", " Id", id, " Target", path))
		return false;
	if (path->data[0] == '/') {
		memmove(path->data, path->data + 1, path->len--);
		return true;
	}
	if (path->len + 4 > TEXT_MAX)
		return false;
	buf_text(path, "xl/");
	memmove(path->data + 3, path->data, path->len - 3);
	memcpy(path->data, "xl/", 3);
	return true;
}

/* ---- cells ---- */

/* Texts that cells share: each ends with NUL. */
struct texts {
	struct buf *all;
	size_t *starts;
	size_t n, room;
};

static void begin_text(struct texts *t)
{
	if (t->n == t->room)
		t->starts = talloc_realloc(t->all, t->starts, size_t, (unsigned)(t->room = 2 * t->room + 64));
	t->starts[t->n++] = t->all->len;
}

/* How words are read aloud stands among some. */
static void read_texts(const struct buf *xml, struct texts *t)
{
	struct span from = { xml->data, xml->len };
	bool within = false, aloud = false;
	struct tag tag;

	while (next_tag(&from, &tag)) {
		if (is(&tag, "t") && tag.closes && within && !aloud)
			add_text(t->all, tag.before);
		else if (is(&tag, "rPh"))
			aloud = !tag.closes;
		if (!is(&tag, "si"))
			continue;
		within = !tag.closes && !tag.empty;
		if (!tag.closes)
			begin_text(t);
		if (!within)
			buf_char(t->all, '\0');
	}
}

/* "AB12" is column 27; what says nothing is the next one. */
static size_t column_of(struct span r, size_t next)
{
	size_t column = 0, i = 0;

	for (; i < r.len && i < 4 && r.at[i] >= 'A' && r.at[i] <= 'Z'; i++)
		column = column * 26 + (size_t)(r.at[i] - 'A' + 1);
	return i ? column - 1 : next;
}

static size_t number_of(struct span said, size_t otherwise)
{
	size_t n = 0;

	if (!said.at || !said.len || said.len > 7)
		return otherwise;
	for (size_t i = 0; i < said.len; i++) {
		if (said.at[i] < '0' || said.at[i] > '9')
			return otherwise;
		n = n * 10 + (size_t)(said.at[i] - '0');
	}
	return n;
}

struct sheet {
	const struct texts *texts;
	struct buf *out, *cell;
	size_t rows, columns; /* rows that were begun; cells of this one that were written */
	size_t column, next;  /* of the cell that is open; of one that does not say */
	bool shared, open, aloud;
	const char *fault;
};

static void begin_row(struct sheet *s, const struct tag *tag)
{
	const size_t row = number_of(attribute(tag, " r"), s->rows + 1);

	if (row <= s->rows || row > ROWS_MAX) {
		s->fault = row > ROWS_MAX ? TOO_LARGE : BROKEN;
		return;
	}
	for (; s->rows < row; s->rows++)
		if (s->rows)
			buf_char(s->out, '\n');
	s->columns = s->next = 0;
}

static void begin_cell(struct sheet *s, const struct tag *tag)
{
	buf_clear(s->cell);
	s->column = column_of(attribute(tag, " r"), s->next);
	s->next = s->column + 1;
	s->shared = says(attribute(tag, " t"), "s");
	s->open = s->rows && s->column >= s->columns && !tag->empty;
}

/* The open cell has its text; an empty one is left out. */
static void end_cell(struct sheet *s)
{
	const char *text = s->cell->data;
	size_t len = s->cell->len, i = 0;

	if (s->shared) {
		const size_t n = number_of((struct span){ text, len }, s->texts->n);

		text = n < s->texts->n ? s->texts->all->data + s->texts->starts[n] : "";
		len = strlen(text);
	}
	s->open = false;
	if (!len)
		return;
	if (s->column >= COLUMNS_MAX) {
		s->fault = SAID("There are too many columns.");
		return;
	}
	for (i = s->columns ? s->columns - 1 : 0; i < s->column; i++)
		buf_char(s->out, ',');
	buf_char(s->out, '"');
	for (i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_char(s->out, '"');
		buf_char(s->out, text[i]);
	}
	buf_char(s->out, '"');
	s->columns = s->column + 1;
}

/* A tag that begins something, or has nothing in it. */
static void begin(struct sheet *s, const struct tag *tag)
{
	if (is(tag, "row"))
		begin_row(s, tag);
	else if (is(tag, "c"))
		begin_cell(s, tag);
	else if (is(tag, "rPh"))
		s->aloud = !tag->empty;
}

static void end(struct sheet *s, const struct tag *tag)
{
	if (is(tag, "rPh"))
		s->aloud = false;
	else if (s->open && is(tag, "c"))
		end_cell(s);
	else if (s->open && !s->aloud && (is(tag, "v") || is(tag, "t")))
		add_text(s->cell, tag->before);
}

static void read_sheet(const struct buf *xml, struct sheet *s)
{
	struct span from = { xml->data, xml->len };
	struct tag tag;

	while (!s->fault && next_tag(&from, &tag)) {
		if (tag.closes)
			end(s, &tag);
		else
			begin(s, &tag);
		if (buf_over(s->out) || buf_over(s->cell))
			s->fault = TOO_LARGE;
	}
}

const char *xlsx_csv(const void *bytes, size_t len, struct buf *out)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *xml = buf_new(ctx, PART_MAX), *path = buf_new(ctx, TEXT_MAX);
	struct texts texts = { .all = buf_new(ctx, PART_MAX) };
	struct sheet sheet = { .texts = &texts, .out = out, .cell = buf_new(ctx, TEXT_MAX) };

	if (!find_sheet(bytes, len, xml, path))
		sheet.fault = BROKEN;
	if (!sheet.fault && part(bytes, len, "xl/sharedStrings.xml", xml))
		read_texts(xml, &texts);
	if (!sheet.fault && !part(bytes, len, path->data, xml))
		sheet.fault = buf_over(xml) ? TOO_LARGE : BROKEN;
	if (!sheet.fault && buf_over(texts.all))
		sheet.fault = TOO_LARGE;
	if (!sheet.fault)
		read_sheet(xml, &sheet);
	talloc_free(ctx);
	return sheet.fault;
}
