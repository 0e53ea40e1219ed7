/* A body read whole, whatever its type, under ceilings that count the bytes which come rather
 * than believe what was announced. Knows no FastCGI: bytes come from a source. */
#include "base/json_in.h"
#include "http/input.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	PIECE = 16 * 1024,
	TYPED_PAST = 4 /* of a form that is too large, so many times what may come is looked at for what was typed */
};

/* Between the real source and whoever reads: counts, and ends where no more is wanted. */
struct counted {
	struct body_source source;
	struct body_source *inner;
	int64_t seen, max, max_text; /* what may come; max_text: of the values that are no files */
	int64_t wanted;		     /* what is read: more than may come, where it is looked at for what was typed */
	enum body_wish wish;
};

static bool is_over(const struct counted *counted)
{
	return counted->seen > counted->max;
}

static long counted_read(struct body_source *source, char *into, size_t max)
{
	struct counted *counted = (struct counted *)source;
	int64_t left = counted->wanted - counted->seen; /* one byte more shows that there is more */
	long got =
		left < 0 ? -1 : counted->inner->read(counted->inner, into, max > (size_t)left ? (size_t)left + 1 : max);

	if (got > 0)
		counted->seen += got;
	return got > left ? (left ? (long)left : -1) : got;
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

/* Reads to the end. False when the source failed or ran over: body holds what came before. */
static bool read_all(struct buf *body, struct counted *counted)
{
	char piece[PIECE];
	long got;

	while ((got = counted->source.read(&counted->source, piece, sizeof(piece))) > 0)
		buf_add(body, piece, (size_t)got);
	return got == 0;
}

static bool bodyless(const struct http *http)
{
	return !strcmp(http->method, "GET") || !strcmp(http->method, "HEAD");
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
	if (bodyless(http))
		return;
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

enum body_fault json_parse(const char *text, size_t len, struct json_object **tree, const char **fault_text)
{
	const char *sentence = json_read(text, len, tree);

	if (!sentence && json_object_is_type(*tree, json_type_object))
		return BODY_OK;
	*fault_text = sentence ? sentence : "The body must be a JSON object.";
	json_object_put(*tree);
	*tree = NULL;
	return BODY_UNREADABLE;
}

static const char UNREAD[] = "The body could not be read.";

static void read_json(struct http *http, struct counted *counted)
{
	struct buf *body = buf_new(http, (size_t)counted->wanted);
	struct json_object *tree = NULL;
	const char *sentence = UNREAD;
	enum body_fault fault = BODY_UNREADABLE;

	if (read_all(body, counted)) {
		fault = body->len ? json_parse(body->data, body->len, &tree, &sentence) : BODY_OK;
		http->body = body->data;
		http->body_len = body->len;
	}
	if (tree)
		take(http, tree);
	if (fault != BODY_OK)
		set_fault(http, fault, sentence);
}

/* An urlencoded body. Of one that was cut off, the last pair is no whole one. */
static void read_pairs(struct http *http, struct counted *counted)
{
	struct buf *body = buf_new(http, (size_t)counted->wanted);
	bool whole = read_all(body, counted), typed = counted->wish != BODY_WHOLE;
	const char *last = whole ? NULL : memrchr(body->data, '&', body->len), *sentence = UNREAD;
	struct json_object *tree = json_object_new_object();
	enum body_fault fault = BODY_UNREADABLE;
	struct form form;

	form_begin(&form);
	if (whole || (typed && last))
		fault = form_add_pairs(&form, body->data, last ? (size_t)(last - body->data) : body->len, &sentence);
	form_end(&form, fault == BODY_OK || typed ? tree : NULL, &http->repeated);
	take(http, tree);
	if (fault != BODY_OK || !whole)
		set_fault(http, fault != BODY_OK ? fault : BODY_UNREADABLE, sentence);
	talloc_free(body);
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
			       .max_kept = counted->wish != BODY_WHOLE ? TYPED_PAST * (size_t)counted->max_text : 0,
			       .past_files = counted->wish == BODY_TYPED || counted->wanted > counted->max,
			       .files = config->files };
	struct json_object *tree = json_object_new_object();
	const char *sentence = NULL;
	struct form form;
	enum body_fault fault;
	char rest[PIECE];

	form_begin(&form);
	fault = multipart_read(&m, &form, &sentence);
	form_end(&form, fault == BODY_OK || counted->wish != BODY_WHOLE ? tree : NULL, &http->repeated);
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
	const char *sentence =
		tongue_say(http->tongue, http, "The body is larger than %lld KB.", (long long)(max / 1024));

	set_fault(http, BODY_TOO_LARGE, sentence ? sentence : "The body is too large.");
}

/* Reads the body by its type, and judges how long it was. */
static void read_by_type(struct http *http, const struct config *config, struct counted *counted, int64_t length)
{
	const char *type = http->content_type;

	if (is_type(type, "multipart/form-data"))
		read_multipart(http, config, counted);
	else if (is_type(type, "application/json"))
		read_json(http, counted);
	else if (is_type(type, "application/x-www-form-urlencoded"))
		read_pairs(http, counted);
	else
		read_unknown(http, counted);
	if (is_over(counted) || length > counted->max)
		too_large(http, counted->max);
	else if (http->fault == BODY_OK && length >= 0 && counted->seen != length)
		set_fault(http, BODY_UNREADABLE, "The body is not as long as was announced.");
}

/* How much of it may come, and how much is read. */
static void set_ceilings(struct counted *counted, const struct config *config, int body_kb, bool multipart,
			 int64_t length)
{
	int usual_kb = body_kb ? body_kb : config->max_body_kb;

	counted->max_text = (int64_t)usual_kb * 1024;
	counted->max = counted->max_text;
	if (multipart && config->max_upload_kb > usual_kb)
		counted->max = (int64_t)config->max_upload_kb * 1024;
	counted->wanted = counted->max;
	if (counted->wish == BODY_OR_TYPED && length > counted->max)
		counted->wanted *= TYPED_PAST;
}

void body_read(struct http *http, const struct config *config, int body_kb, enum body_wish wish,
	       struct body_source *source, const char *declared)
{
	struct counted counted = { .source = { counted_read }, .inner = source };
	int64_t length = declared_length(declared);
	bool multipart = is_type(http->content_type, "multipart/form-data");

	if (!http->input)
		http->input = json_object_new_object();
	read_query(http);
	if (http->fault != BODY_OK || bodyless(http))
		return;
	http->body_had_parts = multipart;
	http->body_was_form = multipart || is_type(http->content_type, "application/x-www-form-urlencoded");
	counted.wish = http->body_was_form ? wish : BODY_WHOLE;
	set_ceilings(&counted, config, body_kb, multipart, length);
	if (length == -2)
		set_fault(http, BODY_UNREADABLE, "Content-Length is not a number.");
	else if (length > counted.max && counted.wish == BODY_WHOLE)
		too_large(http, counted.max);
	else if (length != 0)
		read_by_type(http, config, &counted, length);
}
