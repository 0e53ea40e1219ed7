/* Everything that strangers' bytes meet first: JSON, forms, uploads, heads. The first byte
 * chooses which.
 * tests/fuzz/run builds and runs it.
 *
 * Besides not crashing, each has something to hold: what JSON was taken survives being written and read again, and is
 * JSON for json-c's strict reader too; a form never makes more look-ups than its pairs allow. */
#include "http/http.h"
#include "http/input.h"
#include "http/validate.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

#if JSON_C_VERSION_NUM < 0x001200
/* What json-c itself takes when it is strict. */
static bool strictly_json(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(40);
	struct json_object *tree;
	bool good;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	tree = json_tokener_parse_ex(tokener, text, (int)len);
	good = json_tokener_get_error(tokener) == json_tokener_success;
	json_object_put(tree);
	json_tokener_free(tokener);
	return good;
}
#endif

static void fuzz_json(const char *text, size_t len)
{
	struct json_object *tree, *again;
	const char *sentence = NULL, *written;
	size_t written_len;

	if (json_parse(text, len, &tree, &sentence) != BODY_OK) {
		must(!tree && sentence);
		return;
	}
	written = json_object_to_json_string_length(tree, JSON_C_TO_STRING_PLAIN, &written_len);
	must(json_parse(written, written_len, &again, &sentence) == BODY_OK);
	must(json_object_equal(tree, again));
#if JSON_C_VERSION_NUM < 0x001200 /* from 0.18 on it refuses letters that are not ASCII */
	must(strictly_json(text, len));
#endif
	json_object_put(again);
	json_object_put(tree);
}

static void fuzz_form(const char *text, size_t len)
{
	struct json_object *tree = json_object_new_object(), *repeated = NULL;
	const char *sentence = NULL;
	struct form form;
	enum body_fault fault;

	form_begin(&form);
	fault = form_add_pairs(&form, text, len, &sentence);
	must(form.steps <= (size_t)FORM_DEPTH * form.pairs);
	form_end(&form, fault == BODY_OK ? tree : NULL, &repeated);
	must((fault == BODY_OK) == !sentence);
	json_object_put(tree);
	json_object_put(repeated);
}

struct memory {
	struct body_source source;
	const char *p, *end;
	size_t piece;
};

static long memory_read(struct body_source *source, char *into, size_t max)
{
	struct memory *memory = (struct memory *)source;
	size_t n = (size_t)(memory->end - memory->p);

	n = n < max ? n : max;
	n = n < memory->piece ? n : memory->piece;
	memcpy(into, memory->p, n);
	memory->p += n;
	return (long)n;
}

static void fuzz_multipart(const char *text, size_t len)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct memory memory = { { memory_read }, text, text + len, len % 7 ? 4096 : 1 };
	struct multipart m = { .ctx = ctx,
			       .content_type = "multipart/form-data; boundary=X",
			       .source = &memory.source,
			       .max_text = 1000,
			       .files = "/tmp" };
	struct json_object *tree = json_object_new_object(), *repeated = NULL;
	const char *sentence;
	struct form form;
	enum body_fault fault;

	form_begin(&form);
	fault = multipart_read(&m, &form, &sentence);
	must((fault == BODY_OK) == !sentence);
	form_end(&form, tree, &repeated);
	json_object_put(tree);
	json_object_put(repeated);
	talloc_free(ctx);
}

static void fuzz_head(const char *text, size_t len)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *line = talloc_strndup(ctx, text, len), *at, *name, *value, mobile[20];
	const char *path = head_path(ctx, line);

	must(!path || utf8_valid(path, strlen(path)));
	json_object_put(head_cookies(line));
	head_client(ctx, "127.0.0.1", line, "127.0.0.1,::1");
	if (mobile_normalise(line, "+1", mobile))
		must(mobile[0] == '+' && strlen(mobile) <= 16);
	email_valid(line);
	for (at = line; head_parameter(&at, &name, &value);)
		must(name && value);
	talloc_free(ctx);
}

static const struct field INNER[] = {
	{ "id", F_ID, .help = "" },   { "text", F_LONG_TEXT, .help = "" },    { "uuid", F_UUID, .help = "" },
	{ "m", F_MONEY, .help = "" }, { "currency", F_CURRENCY, .help = "" }, FIELDS_END
};
static const struct field FIELDS[] = { { "a", F_TEXT, .help = "" },
				       { "b", F_INT, .help = "" },
				       { "c", F_LIST, .of = INNER },
				       { "d", F_LIST, .help = "" },
				       { "e", F_TIME, .help = "" },
				       { "f", F_REAL, .help = "" },
				       { "g", F_OBJECT, .of = INNER },
				       { "h", F_MOBILE, .help = "" },
				       { "i", F_EMAIL, .help = "" },
				       { "time_zone", F_ZONE, .help = "" },
				       FIELDS_END };

static void fuzz_fields(const char *text, size_t len, bool form)
{
	static const struct config CONFIG = { .country_code = "+49" };
	struct request rq = { .mem = talloc_new(NULL), .config = &CONFIG, .method = "POST" };
	struct json_object *tree = NULL, *repeated = NULL, *ignored = NULL;
	const char *sentence;
	enum body_fault fault;

	if (form) {
		tree = json_object_new_object();
		fault = form_parse(text, len, tree, &repeated, &sentence);
	} else {
		fault = json_parse(text, len, &tree, &sentence);
	}
	if (fault == BODY_OK)
		fields_validate(&rq, FIELDS, tree, repeated, form, &ignored);
	json_object_put(rq.fields);
	json_object_put(rq.errors);
	json_object_put(tree);
	json_object_put(repeated);
	json_object_put(ignored);
	talloc_free(rq.mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;

	if (!size)
		return 0;
	switch (data[0] % 6) {
	case 0:
		fuzz_json(text, size - 1);
		break;
	case 1:
		fuzz_form(text, size - 1);
		break;
	case 2:
		fuzz_multipart(text, size - 1);
		break;
	case 3:
		fuzz_head(text, size - 1);
		break;
	default:
		fuzz_fields(text, size - 1, data[0] % 6 == 5);
		break;
	}
	return 0;
}
