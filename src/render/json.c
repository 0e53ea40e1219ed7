/* The envelope around an answer. It is written by hand around the data's finished text, for a kept answer (an ETag, an
 * idempotency key) must come out byte for byte, and a large one should not be parsed to be wrapped. */
#include "render/json.h"
#include "base/clock.h"

enum { JSON_STYLE = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE };

const char *json_data(struct json_object *data, size_t *len)
{
	return json_object_to_json_string_length(data, JSON_STYLE, len);
}

static void add_tree(struct buf *out, struct json_object *tree)
{
	size_t len;
	const char *text = json_data(tree, &len);

	buf_add(out, text, len);
}

/* A quoted string; NULL becomes null. */
static void add_string(struct buf *out, const char *text)
{
	struct json_object *string = text ? json_object_new_string(text) : NULL;

	add_tree(out, string);
	json_object_put(string);
}

static void add_meta(struct buf *out, const char *request_id, ms_t now, struct json_object *pagination,
		     struct json_object *ignored)
{
	char iso[ISO_SIZE];

	/* Of letters, digits and -_.: alone (http_request_id()). */
	buf_text(out, ",\"meta\":{\"request_id\":\"");
	buf_text(out, request_id);
	buf_text(out, "\",\"timestamp\":\"");
	buf_text(out, clock_iso(now, iso));
	buf_char(out, '"');
	if (pagination) {
		buf_text(out, ",\"pagination\":");
		add_tree(out, pagination);
	}
	if (ignored) {
		buf_text(out, ",\"ignored\":");
		add_tree(out, ignored);
	}
	buf_text(out, "}}");
}

void json_success(struct buf *out, const char *data_text, size_t data_len, const char *message, const char *request_id,
		  ms_t now, struct json_object *pagination, struct json_object *ignored)
{
	buf_text(out, "{\"success\":true,\"data\":");
	buf_add(out, data_text, data_len);
	buf_text(out, ",\"message\":");
	if (message)
		add_string(out, message);
	else
		buf_text(out, "\"OK\"");
	add_meta(out, request_id, now, pagination, ignored);
}

void json_refusal(struct buf *out, int status, const char *code, const char *message, struct json_object *errors,
		  const char *request_id, ms_t now, struct json_object *data)
{
	buf_text(out, "{\"success\":false,\"error\":{\"code\":");
	add_string(out, code);
	buf_text(out, ",\"message\":");
	add_string(out, message);
	buf_text(out, "},\"message\":");
	add_string(out, message);
	buf_printf(out, ",\"status_code\":%d", status);
	if (errors) {
		buf_text(out, ",\"errors\":");
		add_tree(out, errors);
	}
	if (data && json_object_is_type(data, json_type_object) && json_object_object_length(data)) {
		buf_text(out, ",\"data\":");
		add_tree(out, data);
	}
	add_meta(out, request_id, now, NULL, NULL);
}
