/* A line is put together in a fixed buffer and leaves in one write(2): lines of many workers never mix,
 * and logging needs no memory when memory is what ran out. Text is escaped as JSON (RFC 8259) here, and
 * bytes that are not UTF-8 (RFC 3629) become U+FFFD, so every line stays one valid object. */
#include "base/log.h"
#include "base/chronicle.h"
#include "base/clock.h"
#include "base/line_file.h"
#include "base/trace.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 8192,
	VALUE_MAX_BYTES = 2048, /* one long value must not cost the line its other fields */
	TAIL_BYTES = 16		/* room kept for: ,"cut":true} and the newline */
};

struct line {
	char text[LINE_MAX_BYTES];
	size_t len;
	bool cut;
};

static const char *const LEVELS[] = { "debug", "info", "warn", "error" };

static enum log_level threshold = LOG_INFO_;
static char request_id[64];
static struct line_file file = { .fd = -1 };

bool log_to(const char *path)
{
	return line_file_open(&file, path);
}

void log_threshold(enum log_level level)
{
	threshold = level;
}

void log_request_id(const char *id)
{
	snprintf(request_id, sizeof(request_id), "%s", id ? id : "");
}

static bool put(struct line *line, const char *s, size_t len)
{
	if (len > LINE_MAX_BYTES - TAIL_BYTES - line->len) {
		line->cut = true;
		return false;
	}
	memcpy(line->text + line->len, s, len);
	line->len += len;
	return true;
}

/* Writes the character at s as JSON into out and its length into *out_len; answers the bytes read. */
static size_t escape_one(const unsigned char *s, size_t len, char out[8], size_t *out_len)
{
	size_t n = utf8_length((const char *)s, len);

	if (n == 0) {
		*out_len = (size_t)snprintf(out, 8, "\\ufffd");
		return 1;
	}
	if (s[0] == '"' || s[0] == '\\')
		*out_len = (size_t)snprintf(out, 8, "\\%c", s[0]);
	else if (s[0] == '\n')
		*out_len = (size_t)snprintf(out, 8, "\\n");
	else if (s[0] < 0x20 || s[0] == 0x7f)
		*out_len = (size_t)snprintf(out, 8, "\\u%04x", s[0]);
	else {
		memcpy(out, s, n);
		*out_len = n;
	}
	return n;
}

/* A JSON string; what does not fit is cut at a whole character and the quote is still closed. */
static void put_string(struct line *line, const char *s, size_t len)
{
	const unsigned char *at = (const unsigned char *)s, *end = at + len;
	size_t stop = line->len + VALUE_MAX_BYTES, n;
	char one[8];

	if (stop > LINE_MAX_BYTES - TAIL_BYTES - 1)
		stop = LINE_MAX_BYTES - TAIL_BYTES - 1;
	put(line, "\"", 1);
	while (at < end) {
		at += escape_one(at, (size_t)(end - at), one, &n);
		if (line->len + n > stop) {
			line->cut = true;
			break;
		}
		put(line, one, n);
	}
	put(line, "\"", 1);
}

static void put_hex(struct line *line, const char *bytes, size_t len)
{
	char hex[2 * 128 + 1];
	size_t n = len < 128 ? len : 128;

	hex_text(bytes, n, hex);
	if (n < len)
		line->cut = true;
	put_string(line, hex, 2 * n);
}

static void put_field(struct line *line, const char *key, struct arg value)
{
	/* The shortest field that says something: comma, colon, quotes, a number or a time. */
	const size_t least = strlen(key) + 40;
	char text[ISO_SIZE];

	if (line->len + least > LINE_MAX_BYTES - TAIL_BYTES) {
		line->cut = true;
		return;
	}
	put(line, line->len > 1 ? "," : "", line->len > 1 ? 1 : 0);
	put_string(line, key, strlen(key));
	put(line, ":", 1);
	switch (value.type) {
	case ARG_NULL:
		put(line, "null", 4);
		break;
	case ARG_INT:
		put(line, text, (size_t)snprintf(text, sizeof(text), "%" PRId64, value.i));
		break;
	case ARG_TEXT:
		put_string(line, value.s, value.len);
		break;
	case ARG_BYTES:
		put_hex(line, value.s, value.len);
		break;
	case ARG_TIME:
		put_string(line, clock_iso(value.i, text), ISO_SIZE - 1);
		break;
	}
}

static bool has_field(const struct log_field *fields, const char *key)
{
	for (; fields->key; fields++)
		if (strcmp(fields->key, key) == 0)
			return true;
	return false;
}

static void put_trace(struct line *line)
{
	const struct trace *trace = trace_current();

	if (!trace)
		return;
	put_field(line, "trace_id", arg_text(trace->id));
	put_field(line, "span_id", arg_text(trace->span));
}

/* The line of an event. */
static void make_line(struct line *line, enum log_level level, const char *event, const struct log_field *fields)
{
	line->len = 0; /* the text is not cleared: that would be most of the work */
	line->cut = false;
	put(line, "{", 1);
	put_field(line, "at", arg_time(clock_now()));
	put_field(line, "level", arg_text(LEVELS[level]));
	put_field(line, "event", arg_text(event));
	/* A caller's own value wins, for a key must not stand twice in an object. */
	if (!has_field(fields, "pid"))
		put_field(line, "pid", arg_int(getpid()));
	if (request_id[0] && !has_field(fields, "request_id"))
		put_field(line, "request_id", arg_text(request_id));
	put_trace(line);
	for (; fields->key; fields++)
		put_field(line, fields->key, fields->value);
	line->len += (size_t)snprintf(line->text + line->len, TAIL_BYTES, "%s}\n", line->cut ? ",\"cut\":true" : "");
}

bool log_fields_to(struct line_file *to, enum log_level level, const char *event, const struct log_field *fields)
{
	struct line line;

	make_line(&line, level, event, fields);
	return line_file_add(to, line.text, line.len);
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields)
{
	struct line line;

	chronicle_heed(event, fields);
	if (level < threshold)
		return;
	make_line(&line, level, event, fields);
	/* There is nowhere to complain when stderr itself fails. */
	if (!line_file_add(&file, line.text, line.len) && write(STDERR_FILENO, line.text, line.len) < 0)
		return;
}
