/* Uploads (RFC 7578, with the grammar of RFC 2046, 5.1), read in one pass through one window, so
 * an upload of any size costs 64 KB. A file goes to a temporary file that has no name from the
 * start: when the process dies, it is gone. */
#include "base/file.h"
#include "base/log.h"
#include "http/input.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { WINDOW = 64 * 1024, MAX_BOUNDARY = 70 };

/* A body on its way. What is between start and end was read and not yet used. */
struct reader {
	struct multipart *m;
	struct form *form;
	const char **fault_text;
	struct buf *text; /* the value of a part that is no file */
	size_t text_seen;
	bool over; /* more than max_text, and told at the end */
	unsigned parts;
	bool eof;
	size_t start, end;
	char delimiter[4 + MAX_BOUNDARY + 1]; /* CR LF "--" boundary */
	size_t delimiter_len;
	char window[WINDOW];
};

/* What the head of a part says. */
struct part {
	char *name, *filename, *type;
};

/* ---- the window ---- */

static enum body_fault broken(struct reader *reader, const char *sentence)
{
	*reader->fault_text = sentence;
	return BODY_UNREADABLE;
}

/* Fills the window as far as it goes, so that what is searched again is little. */
static bool fill(struct reader *reader)
{
	memmove(reader->window, reader->window + reader->start, reader->end - reader->start);
	reader->end -= reader->start;
	reader->start = 0;
	while (!reader->eof && reader->end < WINDOW) {
		long got =
			reader->m->source->read(reader->m->source, reader->window + reader->end, WINDOW - reader->end);

		if (got < 0)
			return false;
		reader->eof = got == 0;
		reader->end += (size_t)got;
	}
	return true;
}

static size_t have(const struct reader *reader)
{
	return reader->end - reader->start;
}

/* The next bytes of the part: false at a fault; *len 0 at the delimiter, which is then behind
 * us. */
static bool part_bytes(struct reader *reader, const char **bytes, size_t *len)
{
	const char *hit;

	if (have(reader) < reader->delimiter_len && (!fill(reader) || have(reader) < reader->delimiter_len))
		return false;
	*bytes = reader->window + reader->start;
	hit = memmem(*bytes, have(reader), reader->delimiter, reader->delimiter_len);
	if (hit == *bytes) {
		*len = 0;
		reader->start += reader->delimiter_len;
		return true;
	}
	/* Without a hit the last bytes may be a delimiter's first ones. */
	*len = hit ? (size_t)(hit - *bytes) : have(reader) - reader->delimiter_len + 1;
	reader->start += *len;
	return true;
}

/* ---- heads ---- */

bool head_parameter(char **at, char **name, char **value)
{
	char *p = *at, *out;

	p += strspn(p, "; \t");
	if (!*p)
		return false;
	*name = p;
	p += strcspn(p, "=;");
	if (*p != '=') {
		*value = p;
		*at = p + (*p == ';');
		*p = '\0';
		return true;
	}
	*p++ = '\0';
	*value = out = p;
	if (*p != '"') {
		p += strcspn(p, "; \t");
		*at = p + (*p != '\0');
		*p = '\0';
		return true;
	}
	/* Browsers write a quote as %22 and leave a backslash as it is; others escape both. */
	for (p++; *p && *p != '"'; p++) {
		if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		*out++ = *p;
	}
	*at = p + (*p == '"');
	*out = '\0';
	return true;
}

/* What stands behind the head's name, or NULL when line is another one. */
static char *head_value(char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

static void read_head(char *line, struct part *part)
{
	char *value = head_value(line, "Content-Type"), *key;

	if (value) {
		part->type = value;
		return;
	}
	value = head_value(line, "Content-Disposition");
	if (!value || strncasecmp(value, "form-data", 9) != 0)
		return;
	line = value + 9;
	while (head_parameter(&line, &key, &value)) {
		if (strcasecmp(key, "name") == 0)
			part->name = value;
		else if (strcasecmp(key, "filename") == 0)
			part->filename = value;
	}
}

/* The head's lines, from the line end behind the delimiter to the empty line. head is room for
 * them, and part points into it. */
static enum body_fault part_head(struct reader *reader, char head[MULTIPART_HEAD + 1], struct part *part)
{
	const char *from, *end;
	size_t len;
	char *line, *next;

	*part = (struct part){ NULL, NULL, NULL };
	if (have(reader) < MULTIPART_HEAD && !fill(reader))
		return BODY_UNREADABLE;
	from = reader->window + reader->start;
	len = have(reader) < MULTIPART_HEAD ? have(reader) : MULTIPART_HEAD;
	end = memmem(from, len, "\r\n\r\n", 4);
	if (!end)
		return broken(reader, "The head of a part of the upload is too long or cut off.");
	len = (size_t)(end - from);
	if (memchr(from, '\0', len) || !utf8_valid(from, len))
		return broken(reader, "The head of a part of the upload is not valid UTF-8 text.");
	memcpy(head, from, len);
	head[len] = '\0';
	reader->start += len + 4;
	for (line = head; line; line = next) {
		next = strstr(line, "\r\n");
		if (next) {
			*next = '\0';
			next += 2;
		}
		read_head(line, part);
	}
	if (!part->name || !*part->name)
		return broken(reader, "A part of the upload has no name.");
	return BODY_OK;
}

/* ---- parts ---- */

static enum body_fault too_much_text(struct reader *reader)
{
	*reader->fault_text = "The fields of the form are too large.";
	return BODY_TOO_LARGE;
}

static enum body_fault text_part(struct reader *reader, const struct part *part)
{
	const char *bytes;
	size_t len;
	size_t before = reader->text_seen;

	buf_clear(reader->text);
	do {
		if (!part_bytes(reader, &bytes, &len))
			return BODY_UNREADABLE;
		reader->text_seen += len;
		if (reader->text_seen > reader->m->max_text)
			reader->over = true;
		if (reader->over && !reader->m->max_kept)
			return too_much_text(reader);
		if (!reader->over || reader->text_seen <= reader->m->max_kept)
			buf_add(reader->text, bytes, len);
	} while (len);
	if (reader->over && reader->text_seen > reader->m->max_kept) {
		reader->text_seen = before; /* this one alone is left out */
		return BODY_OK;
	}
	return form_add(reader->form, part->name, strlen(part->name), reader->text->data, reader->text->len,
			reader->fault_text);
}

/* A file that closes with the memory it hangs on. */
struct held {
	int fd;
};

static int held_close(struct held *held)
{
	close(held->fd);
	return 0;
}

static enum body_fault failed(struct reader *reader, const char *what)
{
	log_error("upload_failed", F("step", what), F("error", strerror(errno)));
	*reader->fault_text = "The upload could not be stored.";
	return BODY_FAILED;
}

static struct upload *add_upload(struct multipart *m, const struct part *part, int fd)
{
	struct held *held = talloc(m->ctx, struct held);
	const char *name = part->filename;
	struct upload *upload;

	if (!held)
		abort();
	for (const char *p = name; *p; p++) /* some send the whole path */
		if (*p == '/' || *p == '\\')
			name = p + 1;
	held->fd = fd;
	talloc_set_destructor(held, held_close);
	m->uploads = talloc_realloc(m->ctx, m->uploads, struct upload, (unsigned)m->n_uploads + 1);
	if (!m->uploads)
		abort();
	upload = &m->uploads[m->n_uploads++];
	*upload = (struct upload){ .field = talloc_strdup(held, part->name),
				   .name = talloc_strdup(held, name),
				   .type = talloc_strdup(held, part->type ? part->type : ""),
				   .fd = fd };
	if (!upload->field || !upload->name || !upload->type)
		abort();
	return upload;
}

static enum body_fault file_part(struct reader *reader, const struct part *part)
{
	struct upload *upload = NULL;
	const char *bytes;
	size_t len;

	for (;;) {
		if (!part_bytes(reader, &bytes, &len))
			return BODY_UNREADABLE;
		/* A file input left empty sends an empty name and no bytes. */
		if (!upload && !reader->m->past_files && (len || *part->filename)) {
			int fd;

			if (reader->m->n_uploads == MULTIPART_FILES) {
				*reader->fault_text = "There are more than 32 files.";
				return BODY_TOO_LARGE;
			}
			fd = open_nameless(reader->m->files);
			if (fd < 0)
				return failed(reader, "open");
			upload = add_upload(reader->m, part, fd);
		}
		if (!len)
			break;
		if (!upload)
			continue;
		if (!write_all(upload->fd, bytes, len))
			return failed(reader, "write");
		upload->size += (int64_t)len;
	}
	if (upload && lseek(upload->fd, 0, SEEK_SET) != 0)
		return failed(reader, "seek");
	return BODY_OK;
}

/* ---- the whole ---- */

static bool find_boundary(struct reader *reader)
{
	char *copy = talloc_strdup(reader, reader->m->content_type), *at, *name, *value;

	if (!copy)
		abort();
	at = copy + strcspn(copy, ";");
	while (head_parameter(&at, &name, &value)) {
		size_t len = strlen(value);

		if (strcasecmp(name, "boundary") != 0 || !len || len > MAX_BOUNDARY)
			continue;
		memcpy(reader->delimiter, "\r\n--", 4);
		memcpy(reader->delimiter + 4, value, len);
		reader->delimiter_len = 4 + len;
		return true;
	}
	return false;
}

/* Behind a delimiter: *last when it was the closing one; else we stand at the line end before
 * the head. */
static bool after_delimiter(struct reader *reader, bool *last)
{
	const char *p;

	if (have(reader) < 2 && (!fill(reader) || have(reader) < 2))
		return false;
	*last = memcmp(reader->window + reader->start, "--", 2) == 0;
	if (*last)
		return true;
	for (;; reader->start++) { /* blanks that a gateway may have added */
		if (have(reader) < 2 && (!fill(reader) || have(reader) < 2))
			return false;
		p = reader->window + reader->start;
		if (*p != ' ' && *p != '\t')
			return p[0] == '\r' && p[1] == '\n';
	}
}

static enum body_fault read_parts(struct reader *reader)
{
	char head[MULTIPART_HEAD + 1];
	struct part part;
	enum body_fault fault;
	const char *bytes;
	size_t len;
	bool last;

	do /* what stands before the first delimiter is for nobody */
		if (!part_bytes(reader, &bytes, &len))
			return BODY_UNREADABLE;
	while (len);
	for (;;) {
		if (!after_delimiter(reader, &last))
			return BODY_UNREADABLE;
		if (last)
			return reader->over ? too_much_text(reader) : BODY_OK;
		if (++reader->parts > MULTIPART_PARTS) {
			*reader->fault_text = "There are more than 1,000 fields.";
			return BODY_TOO_LARGE;
		}
		fault = part_head(reader, head, &part);
		if (fault == BODY_OK)
			fault = part.filename ? file_part(reader, &part) : text_part(reader, &part);
		if (fault != BODY_OK)
			return fault;
	}
}

enum body_fault multipart_read(struct multipart *multipart, struct form *form, const char **fault_text)
{
	struct reader *reader = talloc_zero(multipart->ctx, struct reader);
	enum body_fault fault;

	if (!reader)
		abort();
	reader->m = multipart;
	reader->form = form;
	reader->fault_text = fault_text;
	reader->text = buf_new(reader, multipart->max_kept ? multipart->max_kept : multipart->max_text);
	*fault_text = "The upload is cut off or not multipart/form-data.";
	/* The first delimiter may stand at the very beginning, without the line end that belongs
	 * to all others. */
	memcpy(reader->window, "\r\n", 2);
	reader->end = 2;
	fault = find_boundary(reader) ? read_parts(reader) : BODY_UNREADABLE;
	if (fault == BODY_OK)
		*fault_text = NULL;
	talloc_free(reader);
	return fault;
}
