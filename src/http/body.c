/* A body read whole, whatever its type, under ceilings that count the bytes which come rather
 * than believe what was announced. Knows no FastCGI: bytes come from a source. */
#include "http/input.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PIECE = 16 * 1024 };

/* Between the real source and whoever reads: counts, and ends at the ceiling. */
struct counted {
	struct body_source source;
	struct body_source *inner;
	int64_t seen, max, max_text; /* max_text: of the values that are no files */
	bool over;
};

static long counted_read(struct body_source *source, char *into, size_t max)
{
	struct counted *counted = (struct counted *)source;
	long got = counted->inner->read(counted->inner, into, max);

	if (got > 0)
		counted->seen += got;
	if (counted->seen > counted->max) {
		counted->over = true;
		return -1;
	}
	return got;
}

static void set_fault(struct http *http, enum body_fault fault, const char *sentence)
{
	http->fault = fault;
	http->fault_text = sentence;
}

/* Is content_type this media type, whatever its parameters? */
static bool is_type(const char *content_type, const char *type)
{
	size_t len = strlen(type);

	return strncasecmp(content_type, type, len) == 0 && (!content_type[len] || strchr("; \t", content_type[len]));
}

/* -1: not announced; -2: no number. */
static int64_t declared_length(const char *text)
{
	char *end;
	long long n;

	if (!text || !*text)
		return -1;
	errno = 0;
	n = strtoll(text, &end, 10);
	return *end || errno || n < 0 || strspn(text, "0123456789") != strlen(text) ? -2 : n;
}

/* Reads to the end; NULL when the source failed or ran over. */
static struct buf *read_all(TALLOC_CTX *ctx, struct counted *counted)
{
	struct buf *body = buf_new(ctx, (size_t)counted->max);
	char piece[PIECE];
	long got;

	while ((got = counted->source.read(&counted->source, piece, sizeof(piece))) > 0)
		buf_add(body, piece, (size_t)got);
	return got < 0 ? NULL : body;
}

static void read_query(struct http *http)
{
	const char *sentence = NULL;
	enum body_fault fault;

	if (!*http->query)
		return;
	fault = form_parse(http->query, strlen(http->query), http->input, &http->repeated, &sentence);
	if (fault != BODY_OK) {
		set_fault(http, fault, sentence);
		return;
	}
	http->query_names = json_object_new_object();
	json_object_object_foreach(http->input, name, value)
	{
		(void)value;
		json_object_object_add(http->query_names, name, json_object_new_boolean(true));
	}
}

/* The body's members into input; a name that the query had too is one sent twice. */
static void take(struct http *http, struct json_object *body)
{
	json_object_object_foreach(body, name, value)
	{
		(void)value;
		if (http->query_names)
			json_object_object_del(http->query_names, name);
	}
	input_merge(http->input, body, &http->repeated);
}

/* JSON and urlencoded bodies. */
static void read_text(struct http *http, struct counted *counted, bool json)
{
	struct json_object *tree = NULL;
	const char *sentence = "The body could not be read.";
	enum body_fault fault = BODY_UNREADABLE;
	struct buf *body = read_all(http, counted);

	if (body && !body->len) {
		fault = BODY_OK;
	} else if (body && json) {
		fault = json_parse(body->data, body->len, &tree, &sentence);
	} else if (body) {
		tree = json_object_new_object();
		fault = form_parse(body->data, body->len, tree, &http->repeated, &sentence);
	}
	if (fault == BODY_OK && tree)
		take(http, tree);
	else
		json_object_put(tree);
	if (fault != BODY_OK)
		set_fault(http, fault, sentence);
	if (body && json) {
		http->body = body->data;
		http->body_len = body->len;
	} else {
		talloc_free(body);
	}
}

/* A file whose name came as text too, or twice, is one name sent twice. */
static void merge_uploads(struct http *http, struct multipart *m)
{
	http->uploads = m->uploads;
	http->n_uploads = m->n_uploads;
	for (size_t i = 0; i < m->n_uploads; i++) {
		bool twice = json_object_object_get_ex(http->input, m->uploads[i].field, NULL);

		for (size_t j = 0; j < i && !twice; j++)
			twice = strcmp(m->uploads[i].field, m->uploads[j].field) == 0;
		if (twice)
			input_repeat(&http->repeated, m->uploads[i].field);
	}
}

static void read_multipart(struct http *http, const struct config *config, struct counted *counted)
{
	struct multipart m = { .ctx = http,
			       .content_type = http->content_type,
			       .source = &counted->source,
			       .max_text = (size_t)counted->max_text,
			       .files = config->files };
	struct json_object *tree;
	const char *sentence = NULL;
	struct form form;
	enum body_fault fault;
	char rest[PIECE];

	form_begin(&form);
	fault = multipart_read(&m, &form, &sentence);
	tree = fault == BODY_OK ? json_object_new_object() : NULL;
	form_end(&form, tree, &http->repeated);
	if (tree)
		take(http, tree);
	merge_uploads(http, &m);
	if (fault != BODY_OK) {
		set_fault(http, fault, sentence);
		return;
	}
	/* What stands behind the last boundary is for nobody, but it counts. */
	while (counted->source.read(&counted->source, rest, sizeof(rest)) > 0)
		;
}

static void read_unknown(struct http *http, struct counted *counted)
{
	char piece[PIECE];

	if (counted->source.read(&counted->source, piece, sizeof(piece)) != 0)
		set_fault(http, BODY_TYPE, "Send JSON, an urlencoded form or multipart/form-data.");
}

static void too_large(struct http *http, int64_t max)
{
	const char *sentence = talloc_asprintf(http, "The body is larger than %lld KB.", (long long)(max / 1024));

	set_fault(http, BODY_TOO_LARGE, sentence ? sentence : "The body is too large.");
}

/* Reads the body by its type, and judges how long it was. */
static void read_typed(struct http *http, const struct config *config, struct counted *counted, int64_t length)
{
	const char *type = http->content_type;
	bool json = is_type(type, "application/json");

	if (is_type(type, "multipart/form-data"))
		read_multipart(http, config, counted);
	else if (json || is_type(type, "application/x-www-form-urlencoded"))
		read_text(http, counted, json);
	else
		read_unknown(http, counted);
	if (counted->over)
		too_large(http, counted->max);
	else if (http->fault == BODY_OK && length >= 0 && counted->seen != length)
		set_fault(http, BODY_UNREADABLE, "The body is not as long as was announced.");
}

void body_read(struct http *http, const struct config *config, int body_kb, struct body_source *source,
	       const char *declared)
{
	int usual_kb = body_kb ? body_kb : config->max_body_kb;
	struct counted counted = { .source = { counted_read }, .inner = source, .max_text = (int64_t)usual_kb * 1024 };
	int64_t length = declared_length(declared);
	bool multipart = is_type(http->content_type, "multipart/form-data");

	if (!http->input)
		http->input = json_object_new_object();
	read_query(http);
	if (http->fault != BODY_OK || !strcmp(http->method, "GET") || !strcmp(http->method, "HEAD"))
		return;
	http->body_had_parts = multipart;
	http->body_was_form = multipart || is_type(http->content_type, "application/x-www-form-urlencoded");
	counted.max = counted.max_text;
	if (multipart && config->max_upload_kb > usual_kb)
		counted.max = (int64_t)config->max_upload_kb * 1024;
	if (length == -2)
		set_fault(http, BODY_UNREADABLE, "Content-Length is not a number.");
	else if (length > counted.max)
		too_large(http, counted.max);
	else if (length != 0)
		read_typed(http, config, &counted, length);
}
