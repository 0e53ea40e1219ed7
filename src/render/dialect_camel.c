/* The people dialect. Two families of clients read it, so what they call differently stands there under both names: rows of a
 * list as items and under their own word, tokens as token and accessToken. Ids are texts here. */
#include "render/dialect.h"
#include "render/json.h"
#include <stdio.h>
#include <string.h>

/* ---- its shapes ---- */

static const struct field PAGINATION[] = { FIELDS_PAGES, FIELDS_END };
static const struct field META[] = {
	FIELDS_META,
	{ "pagination", F_OBJECT, .of = PAGINATION, .sometimes = true, .help = "Of a list" },
	{ "clock_skew", F_INT, .sometimes = true,
	  .help = "Seconds that the client's clock is ahead, where it is far off" },
	FIELDS_NAMED("CamelMeta"),
};
static const struct field ERROR[] = { FIELDS_ERROR, FIELDS_END };
static const struct field FAILURE[] = {
	{ "success", F_BOOL, .help = "false" },
	{ "message", F_TEXT, .help = "Why, for people; of fields at fault the first" },
	{ "code", F_TEXT, .help = "Why, for programs: EMAIL_TAKEN" },
	{ "status_code", F_INT, .help = "The status of the answer" },
	{ "error", F_OBJECT, .of = ERROR, .help = "Code and message once more" },
	FIELD_ERRORS,
	{ "meta", F_OBJECT, .of = META, .help = "Of this answer" },
	FIELDS_NAMED("CamelFailure"),
};
static const struct field PAGE[] = {
	{ "items", F_LIST, .of = THE_ROWS, .help = "The rows of this page" },
	FIELDS_PAGES,
	{ "", F_LIST, .of = THE_ROWS, .help = "The same rows" },
	{ "pagination", F_OBJECT, .of = PAGINATION, .help = "The same page" },
	FIELDS_END,
};

/* ---- ids ---- */

/* Of what nothing is declared: what a token says of its user. */
static bool names_id(const char *key)
{
	size_t len = strlen(key);

	return !strcmp(key, "id") || (len > 3 && !strcmp(key + len - 3, "_id"));
}

/* What is declared of a member: below prefix, which is "event." of "event.id". NULL: nothing. */
static const struct field *declared_as(const struct field *declared, const char *prefix, const char *key)
{
	size_t len = strlen(prefix);

	for (; declared && declared->name; declared++)
		if (!strncmp(declared->name, prefix, len) && !strcmp(declared->name + len, key))
			return declared;
	return NULL;
}

static void ids_to_texts(struct json_object *tree, const struct field *declared, const char *prefix);

/* A number that is an id, as its field says or, where nothing is declared, its name. */
static bool is_id(const struct field *f, const char *key, struct json_object *value)
{
	return json_object_is_type(value, json_type_int) && (f ? f->type == F_ID : names_id(key));
}

static void member_to_text(struct json_object *tree, const char *key, struct json_object *value,
			   const struct field *declared, const char *prefix)
{
	const struct field *f = declared_as(declared, prefix, key);
	char below[NAME_SIZE];

	if (is_id(f, key, value)) {
		json_object_object_add(tree, key, json_object_new_string(json_object_get_string(value)));
		return;
	}
	snprintf(below, sizeof below, "%.60s%.60s.", prefix, key);
	ids_to_texts(value, f ? f->of : declared, f ? "" : below);
}

/* Numbers that are ids become texts, in place, but for what lies below a tree marked as data. */
static void ids_to_texts(struct json_object *tree, const struct field *declared, const char *prefix)
{
	if (!tree || tree_marked_data(tree))
		return;
	if (json_object_is_type(tree, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(tree); i++) {
			struct json_object *item = json_object_array_get_idx(tree, i);

			if (is_id(declared, "", item) && !*declared->name)
				json_object_array_put_idx(tree, i,
							  json_object_new_string(json_object_get_string(item)));
			else
				ids_to_texts(item, declared, prefix);
		}
	} else if (json_object_is_type(tree, json_type_object)) {
		json_object_object_foreach(tree, key, value) member_to_text(tree, key, value, declared, prefix);
	}
}

/* A clock that is farther off is told of. */
#define SKEW_TOLD (300 * MS_SECOND)

static struct json_object *pages_of(struct json_object *data)
{
	static const char *const KEYS[] = { "page", "limit", "total", "total_pages", "total_estimated" };
	struct json_object *pages = json_object_new_object(), *value;

	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
		if (json_object_object_get_ex(data, KEYS[i], &value))
			json_object_object_add(pages, KEYS[i], json_object_get(value));
	return pages;
}

/* Both families say refreshToken. */
static const char *word(const char *field)
{
	return !strcmp(field, "refresh") ? "refreshToken" : NULL;
}

static void shape(struct spoken *said)
{
	struct json_object *items, *pages = NULL, *camel;

	if (json_object_object_get_ex(said->data, "items", &items) &&
	    json_object_object_get_ex(said->data, "total_pages", NULL)) {
		ids_to_texts(items, said->declared, "");
		pages = pages_of(said->data);
		if (said->list)
			json_object_object_add(said->data, said->list, json_object_get(items));
		json_object_object_add(said->data, "pagination", json_object_get(pages));
	} else {
		ids_to_texts(said->data, said->declared, "");
	}
	camel = tree_camel(said->data);
	json_object_put(said->data);
	said->data = camel;
	said->pages = tree_camel(pages);
	json_object_put(pages);
}

static void tokens(struct json_object *data)
{
	json_object_object_add(data, "token", json_object_get(json_object_object_get(data, "access")));
	json_object_object_add(data, "access_token", json_object_get(json_object_object_get(data, "access")));
	json_object_object_add(data, "refresh_token", json_object_get(json_object_object_get(data, "refresh")));
	json_object_object_del(data, "access");
	json_object_object_del(data, "refresh");
}

static void meta(struct json_object *body, const struct spoken *said)
{
	struct json_object *meta = json_object_new_object();
	char iso[ISO_SIZE];

	json_object_object_add(meta, "timestamp", json_object_new_string(clock_iso(said->now, iso)));
	json_object_object_add(meta, "requestId", json_object_new_string(said->request_id));
	if (said->skew > SKEW_TOLD || said->skew < -SKEW_TOLD)
		json_object_object_add(meta, "clockSkew", json_object_new_int64(said->skew / MS_SECOND));
	if (said->pages)
		json_object_object_add(meta, "pagination", json_object_get(said->pages));
	if (said->ignored)
		json_object_object_add(meta, "ignored", json_object_get(said->ignored));
	json_object_object_add(body, "meta", meta);
}

/* Writes body's members behind what out has already. */
static void add_members(struct buf *out, struct json_object *body)
{
	size_t len;
	const char *text = json_data(body, &len);

	buf_add(out, text + 1, len - 1);
	json_object_put(body);
}

static void success(struct buf *out, const char *data, size_t len, const struct spoken *said)
{
	struct json_object *body = json_object_new_object();

	json_object_object_add(body, "message", json_object_new_string(said->message ? said->message : "OK"));
	meta(body, said);
	buf_text(out, "{\"success\":true,\"data\":");
	buf_add(out, data, len);
	buf_char(out, ',');
	add_members(out, body);
}

/* One family shows no more than message, so that is the first fault where fields are. */
static const char *sentence_of(const struct spoken *said)
{
	if (said->errors) {
		struct json_object_iterator first = json_object_iter_begin(said->errors);

		return json_object_get_string(json_object_array_get_idx(json_object_iter_peek_value(&first), 0));
	}
	return said->message ? said->message : "";
}

static void refusal(struct buf *out, const struct spoken *said)
{
	struct json_object *body = json_object_new_object(), *error = json_object_new_object();
	const char *sentence = sentence_of(said);
	struct json_object *beside = tree_camel(said->data);

	tree_add_all(body, beside);
	json_object_put(beside);
	json_object_object_add(body, "success", json_object_new_boolean(false));
	json_object_object_add(body, "message", json_object_new_string(sentence));
	json_object_object_add(body, "code", json_object_new_string(said->code));
	json_object_object_add(body, "statusCode", json_object_new_int(said->status));
	json_object_object_add(error, "code", json_object_new_string(said->code));
	json_object_object_add(error, "message", json_object_new_string(sentence));
	json_object_object_add(body, "error", error);
	if (said->errors)
		json_object_object_add(body, "errors", json_object_get(said->errors));
	meta(body, said);
	buf_char(out, '{');
	add_members(out, body);
}

const struct dialect DIALECT_CAMEL = { .name = "camel",
				       .camel = true,
				       .id_texts = true,
				       .null_missing = true,
				       .fault = 422,
				       .mismatch = 422,
				       .limit = 10,
				       .limit_max = 100,
				       .patched = true,
				       .deletion = DELETION_TELLS_NOTHING,
				       .enveloped = true,
				       .told_beside = true,
				       .failure = FAILURE,
				       .meta = META,
				       .page = PAGE,
				       .word = word,
				       .shape = shape,
				       .tokens = tokens,
				       .success = success,
				       .refusal = refusal };
