/* The ticketing API's dialect: the envelope of render/json.h, and a list's page repeated in meta. */
#include "render/dialect.h"
#include "render/json.h"

/* ---- its shapes ---- */

static const struct field PAGINATION[] = { FIELDS_PAGES, FIELDS_NAMED("Pagination") };
static const struct field META[] = {
	FIELDS_META,
	{ "pagination", F_OBJECT, .of = PAGINATION, .sometimes = true, .help = "Of a list" },
	FIELDS_NAMED("Meta"),
};
static const struct field ERROR[] = { FIELDS_ERROR, FIELDS_END };
static const struct field FAILURE[] = {
	{ "success", F_BOOL, .help = "false" },
	{ "error", F_OBJECT, .of = ERROR, .help = "Why" },
	{ "message", F_TEXT, .help = "The error's message once more" },
	{ "status_code", F_INT, .help = "The status of the answer" },
	FIELD_ERRORS,
	{ "meta", F_OBJECT, .of = META, .help = "Of this answer" },
	FIELDS_NAMED("Failure"),
};
static const struct field PAGE[] = {
	{ "items", F_LIST, .of = THE_ROWS, .help = "The rows of this page" },
	FIELDS_PAGES,
	FIELDS_END,
};

/* ---- what is said ---- */

/* A list says what page it is in meta too. */
static void shape(struct spoken *said)
{
	static const char *const KEYS[] = { "total", "page", "limit", "total_pages", "total_estimated" };
	struct json_object *value;

	if (!json_object_object_get_ex(said->data, "items", NULL) ||
	    !json_object_object_get_ex(said->data, "total_pages", NULL))
		return;
	said->pages = json_object_new_object();
	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
		if (json_object_object_get_ex(said->data, KEYS[i], &value))
			json_object_object_add(said->pages, KEYS[i], json_object_get(value));
}

static void success(struct buf *out, const char *data, size_t len, const struct spoken *said)
{
	json_success(out, data, len, said->message, said->request_id, said->now, said->pages, said->ignored);
}

static void refusal(struct buf *out, const struct spoken *said)
{
	json_refusal(out, said->status, said->code, said->message, said->errors, said->request_id, said->now,
		     said->data);
}

const struct dialect DIALECT_WRAPPED = { .name = "wrapped",
					 .fault = 422,
					 .mismatch = 422,
					 .limit = 20,
					 .limit_max = 100,
					 .enveloped = true,
					 .failure = FAILURE,
					 .meta = META,
					 .page = PAGE,
					 .shape = shape,
					 .success = success,
					 .refusal = refusal };
