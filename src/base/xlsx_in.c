/* An archive (libzip) of XML files (expat), of which four are read: which sheet is the first, where that is, the texts that cells share, and
 * the cells. Whoever sent it is not trusted: what is unpacked has a ceiling, and a file that declares entities is none. Names are compared
 * without their prefix, for writers choose that. */
#include "base/xlsx_in.h"
#include "base/tongue.h"
#include <expat.h>
#include <string.h>
#include <zip.h>

enum {
	PART_MAX = 16 << 20, /* bytes of one file of it, unpacked */
	TEXT_MAX = 16 << 10, /* of a cell's text, of a path */
	ROWS_MAX = 20000,
	COLUMNS_MAX = 60
};

static const char BROKEN[] = SAID("This spreadsheet cannot be read. Save it as XLSX or CSV once more.");
static const char TOO_LARGE[] = SAID("This spreadsheet is too large.");

bool xlsx_is(const void *bytes, size_t len)
{
	return len > 4 && !memcmp(bytes, "PK\x03\x04", 4);
}

/* ---- one of its files ---- */

struct reader {
	XML_Parser parser;
	const char *fault;

	/* What is looked up: of the first element so called, whose attribute by (NULL: any) says so, the attribute wanted. */
	const char *element, *by, *so, *wanted;
	struct buf *found;

	/* What a text is collected in; text within an element that says how words are read aloud is none. */
	struct buf *text;
	bool open, within, aloud; /* a cell or shared text; in it, an element that has its text */

	/* Texts that cells share: each ends with NUL. */
	struct buf *texts;
	size_t *starts, n, room;

	struct buf *out;
	size_t rows, columns; /* rows that were begun; cells of this one that were written */
	size_t column, next;  /* of the cell that is open; of one that does not say */
	bool shared;
};

static const char *bare(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

/* What an attribute says; NULL: there is none. */
static const char *attribute(const char **said, const char *name)
{
	for (; *said; said += 2)
		if (!strcmp(bare(*said), name))
			return said[1];
	return NULL;
}

static void collect(void *user, const char *text, int len)
{
	struct reader *r = user;

	if (r->within && !r->aloud)
		buf_add(r->text, text, (size_t)len);
}

/* The one document type that these have is none. */
static void has_type(void *user, const char *name, const char *system, const char *public, int inside)
{
	struct reader *r = user;

	(void)name, (void)system, (void)public, (void)inside;
	XML_StopParser(r->parser, XML_FALSE);
}

/* Reads the file of that name; false: there is none, or it is broken or too large. */
static bool read_part(struct reader *r, zip_t *archive, const char *name, XML_StartElementHandler begin,
		      XML_EndElementHandler end)
{
	zip_file_t *file = zip_fopen(archive, name, 0);
	char piece[16384];
	zip_int64_t got = 0;
	size_t all = 0;
	bool well = file != NULL;

	r->parser = XML_ParserCreate(NULL);
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, begin, end);
	XML_SetCharacterDataHandler(r->parser, collect);
	XML_SetStartDoctypeDeclHandler(r->parser, has_type);
	while (well && !r->fault && (got = zip_fread(file, piece, sizeof piece)) > 0) {
		all += (size_t)got;
		if (all > PART_MAX)
			r->fault = TOO_LARGE;
		well = XML_Parse(r->parser, piece, (int)got, 0) == XML_STATUS_OK;
	}
	well = well && !r->fault && !got && XML_Parse(r->parser, "", 0, 1) == XML_STATUS_OK;
	XML_ParserFree(r->parser);
	if (file)
		zip_fclose(file);
	return well && !r->fault;
}

/* ---- where the first sheet is ---- */

static void look(void *user, const char *name, const char **said)
{
	struct reader *r = user;
	const char *value = strcmp(bare(name), r->element) ? NULL : attribute(said, r->wanted);
	const char *by = r->by ? attribute(said, r->by) : NULL;

	if (value && !r->found->len && (!r->by || (by && !strcmp(by, r->so))))
		buf_text(r->found, value);
}

static void pass(void *user, const char *name)
{
	(void)user, (void)name;
}

static bool look_up(struct reader *r, zip_t *archive, const char *part, const char *element, const char *by,
		    const char *so, const char *wanted)
{
	r->element = element;
	r->by = by;
	r->so = so;
	r->wanted = wanted;
	buf_clear(r->found);
	return read_part(r, archive, part, look, pass) && r->found->len && !buf_over(r->found);
}

/* Its path in the archive, on r; NULL: there is none. */
static const char *find_sheet(struct reader *r, zip_t *archive)
{
	const char *id, *path;

	if (!look_up(r, archive, "xl/workbook.xml", "sheet", NULL, NULL, "id"))
		return NULL;
	id = talloc_strdup(r, r->found->data);
	if (!look_up(r, archive, "xl/_rels/workbook.xml.rels", "Relationship", "Id", id, "Target"))
		return NULL;
	path = r->found->data;
	return *path == '/' ? talloc_strdup(r, path + 1) : talloc_asprintf(r, "xl/%s", path);
}

/* ---- the texts that cells share ---- */

static void begin_text(void *user, const char *name, const char **said)
{
	struct reader *r = user;

	(void)said;
	name = bare(name);
	if (!strcmp(name, "si")) {
		if (r->n == r->room)
			r->starts = talloc_realloc(r, r->starts, size_t, (unsigned)(r->room = 2 * r->room + 64));
		r->starts[r->n++] = r->texts->len;
		r->open = true;
	} else if (!strcmp(name, "rPh")) {
		r->aloud = true;
	} else if (!strcmp(name, "t")) {
		r->within = r->open;
	}
}

static void end_text(void *user, const char *name)
{
	struct reader *r = user;

	name = bare(name);
	if (!strcmp(name, "si")) {
		buf_char(r->texts, '\0');
		r->open = false;
	} else if (!strcmp(name, "rPh")) {
		r->aloud = false;
	} else if (!strcmp(name, "t")) {
		r->within = false;
	}
	if (buf_over(r->texts))
		r->fault = TOO_LARGE;
}

/* ---- cells ---- */

/* Digits, at most seven; otherwise where they are none. */
static size_t number_of(const char *said, size_t otherwise)
{
	size_t n = 0, len = said ? strlen(said) : 0;

	if (!len || len > 7 || strspn(said, "0123456789") != len)
		return otherwise;
	while (*said)
		n = n * 10 + (size_t)(*said++ - '0');
	return n;
}

/* "AB12" is column 27; what says nothing is the next one. */
static size_t column_of(const char *said, size_t next)
{
	size_t column = 0, i = 0;

	for (; said && i < 4 && said[i] >= 'A' && said[i] <= 'Z'; i++)
		column = column * 26 + (size_t)(said[i] - 'A' + 1);
	return i ? column - 1 : next;
}

static void begin_row(struct reader *r, const char **said)
{
	const size_t row = number_of(attribute(said, "r"), r->rows + 1);

	if (row <= r->rows || row > ROWS_MAX) {
		r->fault = row > ROWS_MAX ? TOO_LARGE : BROKEN;
		return;
	}
	for (; r->rows < row; r->rows++)
		if (r->rows)
			buf_char(r->out, '\n');
	r->columns = r->next = 0;
}

static void begin_cell(struct reader *r, const char **said)
{
	const char *type = attribute(said, "t");

	buf_clear(r->text);
	r->column = column_of(attribute(said, "r"), r->next);
	r->next = r->column + 1;
	r->shared = type && !strcmp(type, "s");
	r->open = r->rows && r->column >= r->columns;
}

static void begin_in_sheet(void *user, const char *name, const char **said)
{
	struct reader *r = user;

	name = bare(name);
	if (r->fault)
		return;
	if (!strcmp(name, "row"))
		begin_row(r, said);
	else if (!strcmp(name, "c"))
		begin_cell(r, said);
	else if (!strcmp(name, "rPh"))
		r->aloud = true;
	else if (!strcmp(name, "v") || !strcmp(name, "t"))
		r->within = r->open;
}

/* A cell's text as CSV has it (RFC 4180), with what separates it from those before it. */
static void write_cell(struct reader *r, const char *text, size_t len)
{
	for (size_t i = r->columns ? r->columns - 1 : 0; i < r->column; i++)
		buf_char(r->out, ',');
	buf_char(r->out, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_char(r->out, '"');
		buf_char(r->out, text[i]);
	}
	buf_char(r->out, '"');
	r->columns = r->column + 1;
}

/* The open cell has its text; an empty one is left out. */
static void end_cell(struct reader *r)
{
	const char *text = r->text->data;
	size_t len = r->text->len;

	if (r->shared) {
		const size_t n = number_of(text, r->n);

		text = n < r->n ? r->texts->data + r->starts[n] : "";
		len = strlen(text);
	}
	r->open = false;
	if (!len)
		return;
	if (r->column >= COLUMNS_MAX)
		r->fault = SAID("There are too many columns.");
	else
		write_cell(r, text, len);
}

static void end_in_sheet(void *user, const char *name)
{
	struct reader *r = user;

	name = bare(name);
	if (!strcmp(name, "rPh"))
		r->aloud = false;
	else if (!strcmp(name, "v") || !strcmp(name, "t"))
		r->within = false;
	else if (!r->fault && r->open && !strcmp(name, "c"))
		end_cell(r);
	if (!r->fault && (buf_over(r->out) || buf_over(r->text)))
		r->fault = TOO_LARGE;
}

/* ---- all of it ---- */

static void read_archive(struct reader *r, zip_t *archive)
{
	const char *path = find_sheet(r, archive);

	if (path && zip_name_locate(archive, "xl/sharedStrings.xml", 0) >= 0) {
		r->text = r->texts;
		if (!read_part(r, archive, "xl/sharedStrings.xml", begin_text, end_text))
			path = NULL;
	}
	r->text = buf_new(r, TEXT_MAX);
	if (!path || !read_part(r, archive, path, begin_in_sheet, end_in_sheet))
		r->fault = r->fault ? r->fault : BROKEN;
}

const char *xlsx_csv(const void *bytes, size_t len, struct buf *out)
{
	struct reader *r = talloc_zero(NULL, struct reader);
	zip_source_t *source = zip_source_buffer_create(bytes, len, 0, NULL);
	zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
	const char *fault;

	r->out = out;
	r->found = buf_new(r, TEXT_MAX);
	r->texts = buf_new(r, PART_MAX);
	if (archive)
		read_archive(r, archive);
	else
		r->fault = BROKEN;
	if (archive)
		zip_discard(archive);
	else if (source)
		zip_source_free(source);
	fault = r->fault;
	talloc_free(r);
	return fault;
}
