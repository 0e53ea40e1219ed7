/* The campus dialect: what existing attendance apps read. A success is the object itself. A refusal says one sentence three
 * times, for the apps read it in three places, and each field at fault is a key of its own beside it. */
#include "base/utf8.h"
#include "http/http.h"
#include "render/dialect.h"
#include "render/json.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- its shapes ---- */

static const struct field DEAD_TOKEN[] = {
	{ "token_class", F_TEXT, .help = "AccessToken" },
	{ "token_type", F_TEXT, .help = "access" },
	{ "message", F_TEXT, .help = "What is wrong with it" },
	FIELDS_END,
};
static const struct field FAILURE[] = {
	{ "detail", F_TEXT, .help = "One sentence" },
	{ "error", F_TEXT, .help = "The same" },
	{ "message", F_TEXT, .help = "The same" },
	{ "code", F_TEXT,
	  .help = "Why, for programs: step_order. Fields at fault are keys of their own, each a list of sentences" },
	{ "messages", F_LIST, .of = DEAD_TOKEN, .sometimes = true, .help = "Of a dead token" },
	FIELDS_NAMED("BareFailure"),
};
static const struct field PAGE[] = {
	{ "count", F_INT, .help = "Rows in all: exact to 100,000, then an estimate" },
	{ "next", F_TEXT, .null = true, .help = "Address of the next page" },
	{ "previous", F_TEXT, .null = true, .help = "Address of the page before" },
	{ "results", F_LIST, .of = THE_ROWS, .help = "The rows of this page" },
	{ "count_estimated", F_BOOL, .sometimes = true, .help = "Is count an estimate" },
	FIELDS_END,
};

/* ---- codes ---- */

/* Our codes whose names here are other words; all others are themselves in small letters. */
static const struct {
	const char *ours, *theirs;
} CODES[] = {
	{ "TOKEN_EXPIRED", "token_not_valid" },
	{ "TOKEN_INVALID", "not_authenticated" },
	{ "INVALID_CREDENTIALS", "no_active_account" },
	{ "FORBIDDEN", "permission_denied" },
	{ "UNSUPPORTED_TYPE", "unsupported_media_type" },
	{ "RATE_LIMITED", "throttled" },
	{ "TOO_MANY_ATTEMPTS", "throttled" },
	{ "UNREADABLE", "parse_error" },
	{ "VALIDATION_ERROR", "invalid" },
};

static const char *code_of(const struct spoken *said, char out[NAME_SIZE])
{
	size_t n = 0, len = strlen(said->code);

	if (said->status == 401 && said->token_sent && !strncmp(said->code, "TOKEN_", 6))
		return "token_not_valid";
	for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
		if (!strcmp(CODES[i].ours, said->code))
			return CODES[i].theirs;
	if (said->status == 404 && len > 10 && !strcmp(said->code + len - 10, "_NOT_FOUND"))
		return "not_found";
	for (; said->code[n] && n < NAME_SIZE - 1; n++)
		out[n] = (char)tolower((unsigned char)said->code[n]);
	out[n] = '\0';
	return out;
}

/* ---- lists ---- */

/* Is this pair of a query called so, in whatever way that is written: "p%61ge=2"? */
static bool pair_is(const char *pair, size_t len, const char *name)
{
	const char *equals = memchr(pair, '=', len);
	char *decoded = talloc_size(NULL, len + 1);
	bool same;

	if (!decoded)
		abort();
	same = percent_decode(pair, equals ? (size_t)(equals - pair) : len, true, decoded) >= 0 &&
	       !strcmp(decoded, name);
	talloc_free(decoded);
	return same;
}

/* The address of another page: its query with page in place of the one that was asked for. */
static struct json_object *link_to(const struct spoken *said, int64_t page)
{
	struct buf *out = buf_new(NULL, strlen(said->site) + strlen(said->path) + strlen(said->query) + 40);
	struct json_object *link;
	const char *at = said->query;

	buf_text(out, said->site);
	buf_text(out, said->path);
	buf_printf(out, "?page=%lld", (long long)page);
	while (*at) {
		size_t len = strcspn(at, "&");

		if (len && !pair_is(at, len, "page")) {
			buf_char(out, '&');
			buf_add(out, at, len);
		}
		at += len + (at[len] == '&');
	}
	link = json_object_new_string_len(out->data, (int)out->len);
	talloc_free(out);
	return link;
}

static int64_t number(struct json_object *data, const char *key)
{
	return json_object_get_int64(json_object_object_get(data, key));
}

static void shape(struct spoken *said)
{
	struct json_object *data = said->data, *items, *estimated;
	int64_t page, pages;

	if (!json_object_object_get_ex(data, "items", &items) || !json_object_object_get_ex(data, "total_pages", NULL))
		return;
	page = number(data, "page");
	pages = number(data, "total_pages");
	json_object_object_add(data, "count", json_object_new_int64(number(data, "total")));
	json_object_object_add(data, "next", page < pages ? link_to(said, page + 1) : NULL);
	json_object_object_add(data, "previous", page > 1 ? link_to(said, page - 1) : NULL);
	json_object_object_add(data, "results", json_object_get(items));
	if (json_object_object_get_ex(data, "total_estimated", &estimated))
		json_object_object_add(data, "count_estimated", json_object_get(estimated));
	for (size_t i = 0; i < 6; i++)
		json_object_object_del(data, (const char *const[]){ "items", "total", "page", "limit", "total_pages",
								    "total_estimated" }[i]);
}

/* A page is asked for as page_size, or as limit; order in one word. */
static const char *word(const char *field)
{
	return !strcmp(field, "limit") ? "page_size" : !strcmp(field, "sort_by") ? "ordering" : NULL;
}

/* ---- what is said ---- */

static void add(struct buf *out, struct json_object *tree)
{
	size_t len;
	const char *text = json_data(tree, &len);

	buf_add(out, text, len);
}

/* An answer that has nothing but a sentence to say says that. */
static void success(struct buf *out, const char *data, size_t len, const struct spoken *said)
{
	struct json_object *sentence;

	if (len > 2 || !said->message) {
		buf_add(out, data, len);
		return;
	}
	sentence = json_object_new_object();
	json_object_object_add(sentence, "message", json_object_new_string(said->message));
	add(out, sentence);
	json_object_put(sentence);
}

static struct json_object *dead_token(void)
{
	struct json_object *list = json_object_new_array(), *one = json_object_new_object();

	json_object_object_add(one, "token_class", json_object_new_string("AccessToken"));
	json_object_object_add(one, "token_type", json_object_new_string("access"));
	json_object_object_add(one, "message", json_object_new_string("Token is invalid or expired"));
	json_object_array_add(list, one);
	return list;
}

/* The first fault with its field's name, for clients show one sentence. */
static struct json_object *sentence_of(const struct spoken *said)
{
	char text[600], label[NAME_SIZE];
	size_t n = 0;

	if (!said->errors)
		return json_object_new_string(said->message ? said->message : "");
	json_object_object_foreach(said->errors, field, list)
	{
		for (; field[n] && n < NAME_SIZE - 1; n++)
			label[n] = field[n] == '_' ? ' ' : field[n];
		label[n] = '\0';
		label[0] = (char)toupper((unsigned char)label[0]);
		snprintf(text, sizeof text, "%s: %s", label,
			 json_object_get_string(json_object_array_get_idx(list, 0)));
		return json_object_new_string_len(text, (int)utf8_prefix(text, sizeof text));
	}
	return json_object_new_string(said->message ? said->message : "");
}

static void refusal(struct buf *out, const struct spoken *said)
{
	struct json_object *body = json_object_new_object(), *sentence = sentence_of(said);
	char code[NAME_SIZE];

	tree_add_all(body, said->data);
	tree_add_all(body, said->errors);
	json_object_object_add(body, "detail", json_object_get(sentence));
	json_object_object_add(body, "error", json_object_get(sentence));
	json_object_object_add(body, "message", sentence);
	json_object_object_add(body, "code", json_object_new_string(code_of(said, code)));
	if (said->status == 401 && !strcmp(code_of(said, code), "token_not_valid"))
		json_object_object_add(body, "messages", dead_token());
	add(out, body);
	json_object_put(body);
}

const struct dialect DIALECT_BARE = { .name = "bare",
				      .ignored_in_head = true,
				      .words_missing = true,
				      .wall_times = true,
				      .fault = 400,
				      .mismatch = 409,
				      .unfit = 400,
				      .limit = 20,
				      .limit_max = 200,
				      .past_end_missing = true,
				      .patched = true,
				      .deletion = DELETION_IS_EMPTY,
				      .told_beside = true,
				      .failure = FAILURE,
				      .page = PAGE,
				      .challenge = "Bearer realm=\"api\"",
				      .word = word,
				      .shape = shape,
				      .success = success,
				      .refusal = refusal };
