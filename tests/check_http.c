/* Forms, JSON, uploads and heads, as clients send them and as attackers do. Everything is fed
 * from memory. */
#include "base/uuid.h"
#include "http/http.h"
#include "http/input.h"
#include <check.h>
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *http_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

static const char *plain(struct json_object *tree)
{
	return json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

START_TEST(utf8_is_checked)
{
	static const struct {
		int line;
		const char *text;
		bool valid;
	} cases[] = {
		{ __LINE__, "", true },
		{ __LINE__, "plain text that is longer than eight bytes", true },
		{ __LINE__, "é ش € 𝄞", true },
		{ __LINE__, "\xEF\xBF\xBF", true },
		{ __LINE__, "\xF4\x8F\xBF\xBF", true },
		{ __LINE__, "\x80", false },
		{ __LINE__, "12345678\xC3", false },
		{ __LINE__, "\xC0\xAF", false },
		{ __LINE__, "\xC1\xBF", false },
		{ __LINE__, "\xE0\x9F\xBF", false },
		{ __LINE__, "\xED\xA0\x80", false },
		{ __LINE__, "\xF0\x8F\xBF\xBF", false },
		{ __LINE__, "\xF4\x90\x80\x80", false },
		{ __LINE__, "\xF5\x80\x80\x80", false },
		{ __LINE__, "\xE2\x82", false },
		{ __LINE__, "\xE2\x28\xA1", false },
		{ __LINE__, "\xF0\x9D\x84(", false },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(utf8_valid(cases[i].text, strlen(cases[i].text)) == cases[i].valid, "line %d",
			      cases[i].line);
}
END_TEST

START_TEST(a_prefix_ends_between_characters)
{
	static const struct {
		int line;
		const char *text;
		size_t max, len;
	} cases[] = {
		{ __LINE__, "", 4, 0 },	     { __LINE__, "abc", 4, 3 },	 { __LINE__, "abcd", 4, 4 },
		{ __LINE__, "abcde", 4, 4 }, { __LINE__, "abcé", 4, 3 }, { __LINE__, "abé", 4, 4 },
		{ __LINE__, "abéé", 4, 4 },  { __LINE__, "a𝄞", 4, 1 },	 { __LINE__, "𝄞a", 4, 4 },
		{ __LINE__, "𝄞", 3, 0 },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(utf8_prefix(cases[i].text, cases[i].max) == cases[i].len, "line %d", cases[i].line);
}
END_TEST

START_TEST(forms_are_read)
{
	static const struct {
		int line;
		const char *text, *tree, *repeated; /* tree NULL: a fault */
	} cases[] = {
		{ __LINE__, "", "{}", "null" },
		{ __LINE__, "a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}", "null" },
		{ __LINE__, "a&b=&c", "{\"a\":\"\",\"b\":\"\",\"c\":\"\"}", "null" },
		{ __LINE__, "&&a=1&&", "{\"a\":\"1\"}", "null" },
		{ __LINE__, "=x&a=1", "{\"a\":\"1\"}", "null" },
		{ __LINE__, "a=x%20y+z%2B", "{\"a\":\"x y z+\"}", "null" },
		{ __LINE__, "a=b=c", "{\"a\":\"b=c\"}", "null" },
		{ __LINE__, "%61=1", "{\"a\":\"1\"}", "null" },
		{ __LINE__, "a=%C3%A9", "{\"a\":\"é\"}", "null" },
		{ __LINE__, "i[0][c]=1&i[0][q]=2&i[1][c]=3", "{\"i\":[{\"c\":\"1\",\"q\":\"2\"},{\"c\":\"3\"}]}",
		  "null" },
		{ __LINE__, "i[2]=c&i[0]=a&i[7]=d", "{\"i\":[\"a\",\"c\",\"d\"]}", "null" },
		{ __LINE__, "i[9999]=a", "{\"i\":[\"a\"]}", "null" },
		{ __LINE__, "i[99999]=a", "{\"i\":{\"99999\":\"a\"}}", "null" },
		{ __LINE__, "i[01]=a", "{\"i\":{\"01\":\"a\"}}", "null" },
		{ __LINE__, "i[0]=a&i[x]=b", "{\"i\":{\"0\":\"a\",\"x\":\"b\"}}", "null" },
		{ __LINE__, "i[]=a&i[]=b", "{\"i\":[\"a\",\"b\"]}", "null" },
		{ __LINE__, "i%5B%5D=a", "{\"i\":[\"a\"]}", "null" },
		{ __LINE__, "v[name]=x&v[at][lat]=1", "{\"v\":{\"name\":\"x\",\"at\":{\"lat\":\"1\"}}}", "null" },
		{ __LINE__, "a=1&a=2", "{\"a\":\"1\"}", "[\"a\"]" },
		{ __LINE__, "a=1&a=2&a=3", "{\"a\":\"1\"}", "[\"a\"]" },
		{ __LINE__, "i[0][c]=1&i[0][c]=2", "{\"i\":[{\"c\":\"1\"}]}", "[\"i.0.c\"]" },
		{ __LINE__, "a=1&a[b]=2", "{\"a\":\"1\"}", "[\"a\"]" },
		{ __LINE__, "a[b]=2&a=1", "{\"a\":{\"b\":\"2\"}}", "[\"a\"]" },
		{ __LINE__, "i[1]=x&i[]=y", "{\"i\":[\"x\"]}", "[\"i.1\"]" },
		{ __LINE__, "i[1]=x&i[][b]=y", "{\"i\":[\"x\"]}", "[\"i.1\"]" },
		{ __LINE__, "a[b=1&a]b=2&[c]=3&a[b]c=4&a[[b]]=5",
		  "{\"a[b\":\"1\",\"a]b\":\"2\",\"[c]\":\"3\",\"a[b]c\":\"4\",\"a[[b]]\":\"5\"}", "null" },
		{ __LINE__, "a[b][c][d][e][f][g][h]=1",
		  "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":\"1\"}}}}}}}}", "null" },
		{ __LINE__, "a[b][c][d][e][f][g][h][i]=1", NULL, "null" },
		{ __LINE__, "a=%", NULL, "null" },
		{ __LINE__, "a=%4", NULL, "null" },
		{ __LINE__, "a=%zz", NULL, "null" },
		{ __LINE__, "a=%00", NULL, "null" },
		{ __LINE__, "%00=a", NULL, "null" },
		{ __LINE__, "a=%FF", NULL, "null" },
		{ __LINE__, "%FF=a", NULL, "null" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *tree = json_object_new_object(), *repeated = NULL;
		const char *sentence = NULL;
		/* A copy of its own, so that a read past the end shows under a checker of
		 * memory. */
		size_t len = strlen(cases[i].text);
		char *copy = talloc_size(NULL, len + !len);
		enum body_fault fault;

		memcpy(copy, cases[i].text, len);
		fault = form_parse(copy, len, tree, &repeated, &sentence);
		ck_assert_msg((fault == BODY_OK) == (cases[i].tree != NULL), "line %d", cases[i].line);
		ck_assert_msg((fault != BODY_OK) == (sentence != NULL), "line %d", cases[i].line);
		ck_assert_msg(!strcmp(plain(tree), cases[i].tree ? cases[i].tree : "{}"), "line %d: %s", cases[i].line,
			      plain(tree));
		ck_assert_msg(!strcmp(plain(repeated), cases[i].repeated), "line %d: %s", cases[i].line,
			      plain(repeated));
		json_object_put(tree);
		json_object_put(repeated);
		talloc_free(copy);
	}
}
END_TEST

START_TEST(what_the_tree_had_stays)
{
	struct json_object *tree = json_object_new_object(), *repeated = NULL;
	const char *sentence;

	ck_assert_int_eq(form_parse("a=1&b[x]=1", 10, tree, &repeated, &sentence), BODY_OK);
	ck_assert_int_eq(form_parse("a=2&b[y]=2&c=3", 14, tree, &repeated, &sentence), BODY_OK);
	ck_assert_str_eq(plain(tree), "{\"a\":\"1\",\"b\":{\"x\":\"1\"},\"c\":\"3\"}");
	ck_assert_str_eq(plain(repeated), "[\"a\",\"b\"]");
	json_object_put(tree);
	json_object_put(repeated);
}
END_TEST

/* text over and over, on ctx. */
static struct buf *many(TALLOC_CTX *ctx, const char *text, size_t bytes)
{
	struct buf *all = buf_new(ctx, bytes + 100);

	while (all->len < bytes)
		buf_text(all, text);
	return all;
}

/* The work is counted, not timed: look-ups stay within a fixed number a pair, whatever is sent. */
START_TEST(hostile_forms_cost_little)
{
	static const struct {
		int line;
		const char *text;
		size_t bytes;
		enum body_fault fault;
		unsigned pairs;
	} cases[] = {
		{ __LINE__, "a=&", 200 * 1024, BODY_TOO_LARGE, 1001 },
		{ __LINE__, "a=&", 3000, BODY_OK, 1000 },
		{ __LINE__, "a[]=&", 5000, BODY_OK, 1000 },
		{ __LINE__, "a[b][b][b][b][b][b][b]=&", 24000, BODY_OK, 1000 },
		{ __LINE__, "a[][][][][][][]=&", 17000, BODY_OK, 1000 },
		{ __LINE__, "&", 200 * 1024, BODY_OK, 0 },
		{ __LINE__, "=&", 200 * 1024, BODY_TOO_LARGE, 1001 },
		{ __LINE__, "[", 200 * 1024, BODY_UNREADABLE, 1 },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		struct buf *text = many(ctx, cases[i].text, cases[i].bytes);
		struct json_object *tree = json_object_new_object(), *repeated = NULL;
		const char *sentence;
		struct form form;

		form_begin(&form);
		ck_assert_msg(form_add_pairs(&form, text->data, text->len, &sentence) == cases[i].fault, "line %d",
			      cases[i].line);
		ck_assert_msg(form.pairs == cases[i].pairs, "line %d: %u pairs", cases[i].line, form.pairs);
		ck_assert_msg(form.steps <= (size_t)FORM_DEPTH * form.pairs, "line %d: %zu steps", cases[i].line,
			      form.steps);
		form_end(&form, tree, &repeated);
		/* A name that came 1,000 times is named once. */
		ck_assert_msg(!repeated || json_object_array_length(repeated) == 1, "line %d", cases[i].line);
		json_object_put(tree);
		json_object_put(repeated);
	}
	talloc_free(ctx);
}
END_TEST

START_TEST(json_is_read)
{
	static const struct {
		int line;
		const char *text, *tree; /* NULL: refused */
	} cases[] = {
		{ __LINE__, "{}", "{}" },
		{ __LINE__, " \r\n\t{ } \n", "{}" },
		{ __LINE__, "{\"a\":1,\"b\":[true,false,null,\"x\"]}", "{\"a\":1,\"b\":[true,false,null,\"x\"]}" },
		{ __LINE__, "{\"a\":-0}", "{\"a\":0}" },
		{ __LINE__, "{\"a\":9223372036854775807}", "{\"a\":9223372036854775807}" },
		{ __LINE__, "{\"a\":-9223372036854775808}", "{\"a\":-9223372036854775808}" },
		{ __LINE__, "{\"a\":9223372036854775808}", NULL },
		{ __LINE__, "{\"a\":-9223372036854775809}", NULL },
		{ __LINE__, "{\"a\":99999999999999999999}", NULL },
		{ __LINE__, "{\"a\":1.5e3}", "{\"a\":1.5e3}" },
		{ __LINE__, "{\"a\":1e999}", NULL },
		{ __LINE__, "{\"a\":-1e999}", NULL },
		{ __LINE__, "{\"a\":01}", NULL },
		{ __LINE__, "{\"a\":1.}", NULL },
		{ __LINE__, "{\"a\":.5}", NULL },
		{ __LINE__, "{\"a\":+1}", NULL },
		{ __LINE__, "{\"a\":-}", NULL },
		{ __LINE__, "{\"a\":1e}", NULL },
		{ __LINE__, "{\"a\":1-2}", NULL },
		{ __LINE__, "{\"a\":0x10}", NULL },
		{ __LINE__, "{\"a\":12true}", NULL },
		{ __LINE__, "{\"a\":NaN}", NULL },
		{ __LINE__, "{\"a\":-NaN}", NULL },
		{ __LINE__, "{\"a\":Infinity}", NULL },
		{ __LINE__, "{\"a\":-Infinity}", NULL },
		{ __LINE__, "{\"a\":True}", NULL },
		{ __LINE__, "{\"a\":nul}", NULL },
		{ __LINE__, "{\"a\":1,\"a\":2}", NULL },
		{ __LINE__, "{\"a\":1,\"\\u0061\":2}", NULL },
		{ __LINE__, "{\"a\":[{\"b\":1,\"b\":1}]}", NULL },
		{ __LINE__, "{\"a\":{\"b\":1},\"b\":{\"a\":1}}", "{\"a\":{\"b\":1},\"b\":{\"a\":1}}" },
		{ __LINE__, "{\"a\":\"::::\"}", "{\"a\":\"::::\"}" },
		{ __LINE__, "{\"a\":\"\\\"\\\\\\/\\b\\n\"}", "{\"a\":\"\\\"\\\\/\\b\\n\"}" },
		{ __LINE__, "{\"a\":\"\\u00e9\\ud834\\udd1e\"}", "{\"a\":\"é𝄞\"}" },
		/* as they are; json-c 0.18 (Debian 13) would refuse them when told to be strict */
		{ __LINE__, "{\"a\":\"Zoë €5 🎫\"}", "{\"a\":\"Zoë €5 🎫\"}" },
		{ __LINE__, "{\"größe\":\"ü\"}", "{\"größe\":\"ü\"}" },
		{ __LINE__, "{\"a\":ü}", NULL },
		{ __LINE__, "{\"a\":\"\\ü\"}", NULL },
		{ __LINE__, "{\"a\":\"\\u0000\"}", NULL },
		{ __LINE__, "{\"a\\u0000b\":1}", NULL },
		{ __LINE__, "{\"a\":\"\\x\"}", NULL },
		{ __LINE__, "{\"a\":\"\\u12g4\"}", NULL },
		{ __LINE__, "{\"a\":\"\\u12", NULL },
		{ __LINE__, "{\"a\":\"\\", NULL },
		{ __LINE__, "{\"a\":\"line\nend\"}", NULL },
		{ __LINE__, "{\"a\":\"\xFF\"}", NULL },
		{ __LINE__, "{\"a\":\"\xED\xA0\x80\"}", NULL },
		{ __LINE__, "\xEF\xBB\xBF{}", NULL },
		{ __LINE__, "{\"a\":1,}", NULL },
		{ __LINE__, "{\"a\":[1,]}", NULL },
		{ __LINE__, "{ \"a\" : [ 1 , ] }", NULL },
		{ __LINE__, "{\"a\":[{\"b\":2},]}", NULL },
		{ __LINE__, "{\"a\":[],}", NULL },
		{ __LINE__, "{\"a\":[\",]\",\"\"]}", "{\"a\":[\",]\",\"\"]}" },
		{ __LINE__, "{\"a\":[,]}", NULL },
		{ __LINE__, "{\"a\":[,1]}", NULL },
		{ __LINE__, "{\"a\":[1,,2]}", NULL },
		{ __LINE__, "{\"a\":[1 2]}", NULL },
		{ __LINE__, "{\"a\":\"b\" \"c\"}", NULL },
		{ __LINE__, "{,}", NULL },
		{ __LINE__, "{\"a\"}", NULL },
		{ __LINE__, "{\"a\":}", NULL },
		{ __LINE__, "{\"a\"::1}", NULL },
		{ __LINE__, "{\"a\":1:2}", NULL },
		{ __LINE__, "{1:2}", NULL },
		{ __LINE__, "{'a':1}", NULL },
		{ __LINE__, "{a:1}", NULL },
		{ __LINE__, "{\"a\" 1}", NULL },
		{ __LINE__, "{\"a\":1 \"b\":2}", NULL },
		{ __LINE__, "{\"a\":1}}", NULL },
		{ __LINE__, "{\"a\":1}{}", NULL },
		{ __LINE__, "{\"a\":1} x", NULL },
		{ __LINE__, "{\"a\":[1}]", NULL },
		{ __LINE__, "{\"a\":/* b */1}", NULL },
		{ __LINE__, "{\"a\":1", NULL },
		{ __LINE__, "[1]", NULL },
		{ __LINE__, "\"x\"", NULL },
		{ __LINE__, "1", NULL },
		{ __LINE__, "null", NULL },
		{ __LINE__, "", NULL },
		{ __LINE__, " ", NULL },
	};

	for (size_t i = 0; i < N(cases); i++) {
		size_t len = strlen(cases[i].text);
		char *copy = talloc_size(NULL, len + !len);
		struct json_object *tree;
		const char *sentence = NULL;
		enum body_fault fault;

		memcpy(copy, cases[i].text, len);
		fault = json_parse(copy, len, &tree, &sentence);
		ck_assert_msg((fault == BODY_OK) == (cases[i].tree != NULL), "line %d: %s", cases[i].line, plain(tree));
		ck_assert_msg(!strcmp(plain(tree), cases[i].tree ? cases[i].tree : "null"), "line %d: %s",
			      cases[i].line, plain(tree));
		ck_assert_msg((fault != BODY_OK) == (sentence != NULL), "line %d", cases[i].line);
		json_object_put(tree);
		talloc_free(copy);
	}
}
END_TEST

START_TEST(json_has_no_nul)
{
	struct json_object *tree;
	const char *sentence;

	ck_assert_int_eq(json_parse("{\"a\":1}\0", 8, &tree, &sentence), BODY_UNREADABLE);
	ck_assert_int_eq(json_parse("{\"a\":\"\0\"}", 9, &tree, &sentence), BODY_UNREADABLE);
	ck_assert_ptr_null(tree);
}
END_TEST

/* depth objects in one another: {"a":{"a":…1…}} */
static struct buf *nested(TALLOC_CTX *ctx, int depth)
{
	struct buf *text = buf_new(ctx, 100000);

	for (int i = 0; i < depth; i++)
		buf_text(text, "{\"a\":");
	buf_text(text, "1");
	for (int i = 0; i < depth; i++)
		buf_text(text, "}");
	return text;
}

START_TEST(json_depth_is_bounded)
{
	static const struct {
		int depth;
		enum body_fault fault;
	} cases[] = { { 1, BODY_OK }, { 32, BODY_OK }, { 33, BODY_UNREADABLE }, { 10000, BODY_UNREADABLE } };
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		struct buf *text = nested(ctx, cases[i].depth);
		struct json_object *tree;
		const char *sentence;

		ck_assert_msg(json_parse(text->data, text->len, &tree, &sentence) == cases[i].fault, "depth %d",
			      cases[i].depth);
		json_object_put(tree);
	}
	talloc_free(ctx);
}
END_TEST

/* ---- bodies from memory ---- */

struct memory {
	struct body_source source;
	const char *p, *end;
	size_t piece; /* bytes a read at most */
	bool fails;   /* at the end, instead of ending */
};

static long memory_read(struct body_source *source, char *into, size_t max)
{
	struct memory *memory = (struct memory *)source;
	size_t n = (size_t)(memory->end - memory->p);

	if (!n && memory->fails)
		return -1;
	n = n < max ? n : max;
	n = n < memory->piece ? n : memory->piece;
	memcpy(into, memory->p, n);
	memory->p += n;
	return (long)n;
}

static struct config CONFIG = { .max_body_kb = 4, .max_upload_kb = 64, .files = "/tmp" };

struct post {
	const char *method, *type, *query;
	const char *body;
	size_t len, piece;
	const char *declared;
	bool fails;
	int kb;
};

static int release(struct http *http)
{
	json_object_put(http->input);
	json_object_put(http->repeated);
	json_object_put(http->query_names);
	return 0;
}

static struct http *post(TALLOC_CTX *ctx, const struct post *given)
{
	struct http *http = talloc_zero(ctx, struct http);
	struct memory memory = { .source = { memory_read },
				 .p = given->body,
				 .end = given->body + (given->len ? given->len : strlen(given->body)),
				 .piece = given->piece ? given->piece : SIZE_MAX,
				 .fails = given->fails };

	talloc_set_destructor(http, release);
	http->method = given->method ? given->method : "POST";
	http->content_type = given->type;
	http->query = given->query ? given->query : "";
	body_read(http, &CONFIG, given->kb, &memory.source, given->declared);
	return http;
}

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"

START_TEST(bodies_are_read_by_type)
{
	static const struct {
		int line;
		struct post given;
		enum body_fault fault;
		const char *input, *repeated, *query_names;
	} cases[] = {
		{ __LINE__, { .type = JSON, .body = "{\"a\":1}" }, BODY_OK, "{\"a\":1}", "null", "null" },
		{ __LINE__,
		  { .type = "Application/JSON; charset=utf-8", .body = "{\"a\":1}" },
		  BODY_OK,
		  "{\"a\":1}",
		  "null",
		  "null" },
		{ __LINE__, { .type = FORM, .body = "a=1" }, BODY_OK, "{\"a\":\"1\"}", "null", "null" },
		{ __LINE__,
		  { .method = "PUT", .type = FORM, .body = "a=1", .piece = 1 },
		  BODY_OK,
		  "{\"a\":\"1\"}",
		  "null",
		  "null" },
		{ __LINE__,
		  { .type = JSON, .query = "b=2", .body = "{\"a\":1}" },
		  BODY_OK,
		  "{\"b\":\"2\",\"a\":1}",
		  "null",
		  "{\"b\":true}" },
		{ __LINE__,
		  { .type = JSON, .query = "a=2&b=1", .body = "{\"a\":1}" },
		  BODY_OK,
		  "{\"a\":\"2\",\"b\":\"1\"}",
		  "[\"a\"]",
		  "{\"b\":true}" },
		{ __LINE__,
		  { .type = FORM, .query = "a=2", .body = "a=1&c=3" },
		  BODY_OK,
		  "{\"a\":\"2\",\"c\":\"3\"}",
		  "[\"a\"]",
		  "{}" },
		{ __LINE__, { .type = "", .body = "" }, BODY_OK, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .body = "" }, BODY_OK, "{}", "null", "null" },
		{ __LINE__, { .type = "", .body = "x" }, BODY_TYPE, "{}", "null", "null" },
		{ __LINE__, { .type = "text/plain", .body = "x" }, BODY_TYPE, "{}", "null", "null" },
		{ __LINE__, { .type = "application/jsonx", .body = "{}" }, BODY_TYPE, "{}", "null", "null" },
		{ __LINE__,
		  { .method = "GET", .type = JSON, .query = "a=1", .body = "{\"b\":1}" },
		  BODY_OK,
		  "{\"a\":\"1\"}",
		  "null",
		  "{\"a\":true}" },
		{ __LINE__, { .method = "HEAD", .type = "text/plain", .body = "x" }, BODY_OK, "{}", "null", "null" },
		{ __LINE__,
		  { .method = "DELETE", .type = JSON, .body = "{\"b\":1}" },
		  BODY_OK,
		  "{\"b\":1}",
		  "null",
		  "null" },
		{ __LINE__, { .type = JSON, .body = "{\"a\":" }, BODY_UNREADABLE, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .query = "a=%", .body = "{}" }, BODY_UNREADABLE, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .body = "{}", .declared = "2" }, BODY_OK, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .body = "{}", .declared = "3" }, BODY_UNREADABLE, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .body = "{} ", .declared = "2" }, BODY_UNREADABLE, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .body = "{}", .declared = "-1" }, BODY_UNREADABLE, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .body = "{}", .declared = " 2" }, BODY_UNREADABLE, "{}", "null", "null" },
		{ __LINE__,
		  { .type = JSON, .body = "{}", .declared = "99999999999999999999" },
		  BODY_UNREADABLE,
		  "{}",
		  "null",
		  "null" },
		{ __LINE__, { .type = JSON, .body = "{}", .declared = "5000" }, BODY_TOO_LARGE, "{}", "null", "null" },
		{ __LINE__, { .type = JSON, .body = "{}", .fails = true }, BODY_UNREADABLE, "{}", "null", "null" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct http *http = post(ctx, &cases[i].given);

		ck_assert_msg(http->fault == cases[i].fault, "line %d: fault %d", cases[i].line, http->fault);
		ck_assert_msg(!http->fault_text == (http->fault == BODY_OK), "line %d", cases[i].line);
		ck_assert_msg(!strcmp(plain(http->input), cases[i].input), "line %d: %s", cases[i].line,
			      plain(http->input));
		ck_assert_msg(!strcmp(plain(http->repeated), cases[i].repeated), "line %d: %s", cases[i].line,
			      plain(http->repeated));
		ck_assert_msg(!strcmp(plain(http->query_names), cases[i].query_names), "line %d: %s", cases[i].line,
			      plain(http->query_names));
		talloc_free(ctx);
	}
}
END_TEST

START_TEST(ceilings_count_what_comes)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *text = many(ctx, "x", 5000);
	/* 5,000 bytes against 4 KB, announced as 10, as nothing, and as they are. */
	static const char *const declared[] = { "10", NULL, "5000" };

	for (size_t i = 0; i < N(declared); i++) {
		struct post given = { .type = FORM, .body = text->data, .declared = declared[i] };

		ck_assert_int_eq(post(ctx, &given)->fault, BODY_TOO_LARGE);
	}
	text = many(ctx, "x", 4096);
	ck_assert_int_eq(post(ctx, &(struct post){ .type = FORM, .body = text->data })->fault,
			 BODY_UNREADABLE); /* the name is too long, but not the body */
	talloc_free(ctx);
}
END_TEST

/* ---- multipart ---- */

#define MULTI "multipart/form-data; boundary=XX"
#define PART(name, value) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, file, value)                                                                                   \
	"--XX\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file                                  \
	"\"\r\nContent-Type: image/png\r\n\r\n" value "\r\n"

START_TEST(multipart_is_read)
{
	static const struct {
		int line;
		const char *type, *body;
		enum body_fault fault;
		const char *input, *repeated;
		size_t files;
	} cases[] = {
		{ __LINE__, MULTI, PART("a", "1") "--XX--\r\n", BODY_OK, "{\"a\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") PART("b[0][c]", "2") "--XX--", BODY_OK,
		  "{\"a\":\"1\",\"b\":[{\"c\":\"2\"}]}", "null", 0 },
		{ __LINE__, "multipart/form-data; charset=utf-8; Boundary=\"XX\"", PART("a", "1") "--XX--", BODY_OK,
		  "{\"a\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, "before\r\n" PART("a", "1") "--XX--\r\nbehind", BODY_OK, "{\"a\":\"1\"}", "null",
		  0 },
		{ __LINE__, MULTI, PART("a", "") "--XX--", BODY_OK, "{\"a\":\"\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "x\r\n--X\r\n-XX\r\r\n") "--XX--", BODY_OK,
		  "{\"a\":\"x\\r\\n--X\\r\\n-XX\\r\\r\\n\"}", "null", 0 },
		{ __LINE__, MULTI, "--XX \t\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--XX--", BODY_OK,
		  "{\"a\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a\\\"b", "1") "--XX--", BODY_OK, "{\"a\\\"b\":\"1\"}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") PART("a", "2") "--XX--", BODY_OK, "{\"a\":\"1\"}", "[\"a\"]", 0 },
		{ __LINE__, MULTI, FILE_PART("f", "x.png", "bytes") "--XX--", BODY_OK, "{}", "null", 1 },
		{ __LINE__, MULTI, FILE_PART("f", "x.png", "") "--XX--", BODY_OK, "{}", "null", 1 },
		{ __LINE__, MULTI, FILE_PART("f", "", "") "--XX--", BODY_OK, "{}", "null", 0 },
		{ __LINE__, MULTI, FILE_PART("f", "a", "1") FILE_PART("f", "b", "2") "--XX--", BODY_OK, "{}", "[\"f\"]",
		  2 },
		{ __LINE__, MULTI, PART("f", "1") FILE_PART("f", "b", "2") "--XX--", BODY_OK, "{\"f\":\"1\"}",
		  "[\"f\"]", 1 },
		{ __LINE__, MULTI, "--XX--", BODY_OK, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") "--XX", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1"), BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("a", "1") "--XXjunk\r\n", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, FILE_PART("f", "x", "cut"), BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--", BODY_UNREADABLE, "{}",
		  "null", 0 },
		{ __LINE__, MULTI, "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--",
		  BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "--XX\r\n\r\n1\r\n--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "--XX\r\nContent-Disposition: form-data; name=a\r\n1", BODY_UNREADABLE, "{}", "null",
		  0 },
		{ __LINE__, MULTI, PART("a", "\xFF") "--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, PART("\xFF", "1") "--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, MULTI, "x", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, "multipart/form-data", PART("a", "1") "--XX--", BODY_UNREADABLE, "{}", "null", 0 },
		{ __LINE__, "multipart/form-data; boundary=", PART("a", "1") "--XX--", BODY_UNREADABLE, "{}", "null",
		  0 },
	};

	/* Whole, and a byte at a time. */
	for (size_t i = 0; i < 2 * N(cases); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		size_t c = i / 2;
		struct post given = { .type = cases[c].type, .body = cases[c].body, .piece = i % 2 };
		struct http *http = post(ctx, &given);

		ck_assert_msg(http->fault == cases[c].fault, "line %d: fault %d %s", cases[c].line, http->fault,
			      http->fault_text);
		ck_assert_msg(!strcmp(plain(http->input), cases[c].input), "line %d: %s", cases[c].line,
			      plain(http->input));
		ck_assert_msg(!strcmp(plain(http->repeated), cases[c].repeated), "line %d: %s", cases[c].line,
			      plain(http->repeated));
		ck_assert_msg(http->n_uploads == cases[c].files, "line %d: %zu", cases[c].line, http->n_uploads);
		talloc_free(ctx);
	}
}
END_TEST

/* A file that ends in what almost is a delimiter, at every place around the window's end. */
START_TEST(files_are_whole_and_close)
{
	for (size_t size = 65536 - 160; size < 65536 - 80; size++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct buf *body = buf_new(ctx, 200000), *content = buf_new(ctx, 100000);
		struct http *http;
		char *back;
		int fd;

		CONFIG.max_upload_kb = 200;
		while (content->len < size)
			buf_char(content, (char)(content->len * 7));
		buf_text(content, "\r\n--X");
		buf_text(body, "--XX\r\nContent-Disposition: form-data; name=f; "
			       "filename=\"C:\\dir\\x.png\"\r\nContent-Type: image/png\r\n\r\n");
		buf_add(body, content->data, content->len);
		buf_text(body, "\r\n" PART("a", "1") "--XX--");
		http = post(ctx, &(struct post){ .type = MULTI, .body = body->data, .len = body->len });
		ck_assert_int_eq(http->fault, BODY_OK);
		ck_assert_str_eq(plain(http->input), "{\"a\":\"1\"}");
		ck_assert_uint_eq(http->n_uploads, 1);
		ck_assert_int_eq(http->uploads[0].size, (int64_t)content->len);
		ck_assert_str_eq(http->uploads[0].name, "x.png");
		ck_assert_str_eq(http->uploads[0].type, "image/png");
		fd = http->uploads[0].fd;
		back = talloc_size(ctx, content->len + 1);
		ck_assert_int_eq(read(fd, back, content->len + 1), (ssize_t)content->len);
		ck_assert_mem_eq(back, content->data, content->len);
		talloc_free(ctx);
		ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), -1);
	}
	CONFIG.max_upload_kb = 64;
}
END_TEST

START_TEST(a_route_has_a_ceiling_of_its_own)
{
	static const struct {
		int line, kb;
		size_t size; /* of the text */
		const char *fault;
	} cases[] = {
		{ __LINE__, 0, 3900, NULL }, { __LINE__, 0, 6000, "The body is larger than 4 KB." },
		{ __LINE__, 8, 6000, NULL }, { __LINE__, 8, 9000, "The body is larger than 8 KB." },
		{ __LINE__, 1, 900, NULL },  { __LINE__, 1, 3000, "The body is larger than 1 KB." },
	};

	for (size_t i = 0; i < N(cases); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		char *text = talloc_zero_size(ctx, cases[i].size + 1);
		const struct post posts[] = {
			{ .type = JSON,
			  .body = talloc_asprintf(ctx, "{\"a\":\"%s\"}", (char *)memset(text, 'x', cases[i].size)) },
			{ .type = FORM, .body = talloc_asprintf(ctx, "a=%s", text) },
			{ .type = MULTI,
			  .body = talloc_asprintf(ctx, "%s--XX--", talloc_asprintf(ctx, PART("a", "%s"), text)) },
		};

		for (size_t k = 0; k < N(posts); k++) {
			struct post given = posts[k];
			struct http *http;

			given.kb = cases[i].kb;
			http = post(ctx, &given);
			ck_assert_msg(http->fault == (cases[i].fault ? BODY_TOO_LARGE : BODY_OK),
				      "line %d, %s: fault %d", cases[i].line, given.type, http->fault);
			if (cases[i].fault && k < 2)
				ck_assert_str_eq(http->fault_text, cases[i].fault);
			else if (!cases[i].fault)
				ck_assert_uint_eq(strlen(tree_text(http->input, "a")), cases[i].size);
		}
		talloc_free(ctx);
	}
}
END_TEST

START_TEST(multipart_has_ceilings)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *body = buf_new(ctx, 1000000);
	struct http *http;

	/* Text may be 4 KB altogether. */
	buf_text(body, "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n");
	buf_add(body, many(ctx, "x", 4097)->data, 4097);
	buf_text(body, "\r\n--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);

	/* Everything 64 KB. */
	buf_clear(body);
	buf_text(body, "--XX\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n");
	buf_add(body, many(ctx, "x", 70000)->data, 70000);
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);

	/* 32 files. */
	buf_clear(body);
	for (int i = 0; i < 33; i++)
		buf_text(body, FILE_PART("f", "x", "1"));
	buf_text(body, "--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);
	ck_assert_uint_eq(http->n_uploads, 32);

	/* 1,000 parts, though each be an empty file input. */
	buf_clear(body);
	CONFIG.max_upload_kb = 1000;
	for (int i = 0; i < 1001; i++)
		buf_text(body, FILE_PART("f", "", ""));
	buf_text(body, "--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_TOO_LARGE);
	CONFIG.max_upload_kb = 64;

	/* A head of 4 KB. */
	buf_clear(body);
	buf_text(body, "--XX\r\nX: ");
	buf_add(body, many(ctx, "x", 5000)->data, 5000);
	buf_text(body, "\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--");
	http = post(ctx, &(struct post){ .type = MULTI, .body = body->data });
	ck_assert_int_eq(http->fault, BODY_UNREADABLE);
	talloc_free(ctx);
}
END_TEST

/* ---- heads ---- */

START_TEST(paths_are_decoded_once)
{
	static const struct {
		int line;
		const char *uri, *path;
	} cases[] = {
		{ __LINE__, "/", "/" },
		{ __LINE__, "/a/b?c=d", "/a/b" },
		{ __LINE__, "/a%20b/%C3%A9", "/a b/é" },
		{ __LINE__, "/a+b", "/a+b" },
		{ __LINE__, "/%2541", "/%41" },
		{ __LINE__, "http://host/a?b", "/a" },
		{ __LINE__, "HTTPS://host:8080/a", "/a" },
		{ __LINE__, "http://host", NULL },
		{ __LINE__, "", NULL },
		{ __LINE__, "*", NULL },
		{ __LINE__, "a/b", NULL },
		{ __LINE__, "/%", NULL },
		{ __LINE__, "/%4", NULL },
		{ __LINE__, "/%g0", NULL },
		{ __LINE__, "/%00", NULL },
		{ __LINE__, "/%0a", NULL },
		{ __LINE__, "/%7f", NULL },
		{ __LINE__, "/%FF", NULL },
		{ __LINE__, "/\xC0\xAF", NULL },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		const char *path = head_path(ctx, cases[i].uri);

		ck_assert_msg(!path == !cases[i].path && (!path || !strcmp(path, cases[i].path)), "line %d: %s",
			      cases[i].line, path);
	}
	talloc_free(ctx);
}
END_TEST

START_TEST(strangers_cannot_choose_their_address)
{
	static const struct {
		int line;
		const char *remote, *forwarded, *ip;
	} cases[] = {
		{ __LINE__, "9.9.9.9", NULL, "9.9.9.9" },
		{ __LINE__, "9.9.9.9", "1.1.1.1", "9.9.9.9" },
		{ __LINE__, "10.0.0.1", NULL, "10.0.0.1" },
		{ __LINE__, "10.0.0.1", "", "10.0.0.1" },
		{ __LINE__, "10.0.0.1", "1.1.1.1", "1.1.1.1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6,1.1.1.1 , ::1", "1.1.1.1" },
		{ __LINE__, "10.0.0.1", "::1,10.0.0.1", "::1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6, nonsense", "10.0.0.1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6, nonsense, ::1", "::1" },
		{ __LINE__, "10.0.0.1", ",,,", "10.0.0.1" },
		{ __LINE__, "::1", "2001:DB8:0:0::1", "2001:db8::1" },
		{ __LINE__, "::ffff:9.9.9.9", NULL, "9.9.9.9" },
		{ __LINE__, "::FFFF:10.0.0.1", "6.6.6.6, ::ffff:1.1.1.1", "1.1.1.1" },
		{ __LINE__, "::9.9.9.9", NULL, "::9.9.9.9" },
		{ __LINE__, "", "1.1.1.1", "" },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		const char *ip = head_client(ctx, cases[i].remote, cases[i].forwarded, "10.0.0.1, ::1");

		ck_assert_msg(!strcmp(ip, cases[i].ip), "line %d: %s", cases[i].line, ip);
	}
	talloc_free(ctx);
}
END_TEST

/* What the web server hands us is CGI's: a client's X_Forwarded_For has the name of the proxy's X-Forwarded-For. */
START_TEST(what_came_twice_is_not_believed)
{
	static char remote[] = "REMOTE_ADDR=10.0.0.1", theirs[] = "HTTP_X_FORWARDED_FOR=6.6.6.6",
		    ours[] = "HTTP_X_FORWARDED_FOR=1.1.1.1", https[] = "HTTP_X_FORWARDED_PROTO=https",
		    http_too[] = "HTTP_X_FORWARDED_PROTO=http", other[] = "HTTP_X_FORWARDED_FORWARD=7.7.7.7";
	static const struct {
		int line;
		char *env[6];
		const char *ip;
		bool https;
	} cases[] = {
		{ __LINE__, { remote, ours, https, other }, "1.1.1.1", true },
		{ __LINE__, { remote, theirs, ours, https }, "10.0.0.1", true },
		{ __LINE__, { ours, theirs, remote }, "10.0.0.1", false },
		{ __LINE__, { remote, ours, https, http_too }, "1.1.1.1", false },
	};
	struct config config = { .proxies = "10.0.0.1" };
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		char *env[6];
		FCGX_Request request = { .envp = env };
		const struct http *http;

		memcpy(env, cases[i].env, sizeof(env));
		http = http_from_fcgi(ctx, &request, &config);
		ck_assert_msg(!strcmp(http->ip, cases[i].ip), "line %d: %s", cases[i].line, http->ip);
		ck_assert_msg(http->https == cases[i].https, "line %d", cases[i].line);
	}
	talloc_free(ctx);
}
END_TEST

START_TEST(inner_addresses_are_told_apart)
{
	static const struct {
		int line;
		const char *ip;
		bool inner;
	} cases[] = {
		{ __LINE__, "127.0.0.1", true },
		{ __LINE__, "10.9.8.7", true },
		{ __LINE__, "172.16.0.1", true },
		{ __LINE__, "172.31.255.255", true },
		{ __LINE__, "172.32.0.1", false },
		{ __LINE__, "192.168.1.1", true },
		{ __LINE__, "192.169.1.1", false },
		{ __LINE__, "8.8.8.8", false },
		{ __LINE__, "::1", true },
		{ __LINE__, "fd00::1", true },
		{ __LINE__, "fe80::1", true },
		{ __LINE__, "2001:db8::1", false },
		{ __LINE__, "::ffff:10.0.0.1", true },
		{ __LINE__, "::ffff:8.8.8.8", false },
		{ __LINE__, "", false },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(head_inner(cases[i].ip) == cases[i].inner, "line %d", cases[i].line);
}
END_TEST

START_TEST(request_ids_are_told_or_made)
{
	static const struct {
		int line;
		const char *theirs;
		bool told;
	} cases[] = {
		{ __LINE__, NULL, false },
		{ __LINE__, "", false },
		{ __LINE__, "1234567", false },
		{ __LINE__, "12345678", true },
		{ __LINE__, "Az09-_.x", true },
		{ __LINE__, "1234567 ", false },
		{ __LINE__, "1234567\n", false },
		{ __LINE__, "12345<b>", false },
		{ __LINE__, "1234567é", false },
		{ __LINE__, "0123456789012345678901234567890123456789012345678901234567890123", true },
		{ __LINE__, "01234567890123456789012345678901234567890123456789012345678901234", false },
	};

	for (size_t i = 0; i < N(cases); i++) {
		char id[HTTP_ID_SIZE];
		uint8_t uuid[UUID_BYTES];

		http_request_id(cases[i].theirs, id);
		if (cases[i].told)
			ck_assert_str_eq(id, cases[i].theirs);
		else
			ck_assert_msg(uuid_parse(id, uuid), "line %d: %s", cases[i].line, id);
	}
}
END_TEST

START_TEST(cookies_are_read)
{
	static const struct {
		int line;
		const char *header, *tree;
	} cases[] = {
		{ __LINE__, NULL, "{}" },
		{ __LINE__, "", "{}" },
		{ __LINE__, "a=b", "{\"a\":\"b\"}" },
		{ __LINE__, "a=b; c=d=e;f=", "{\"a\":\"b\",\"c\":\"d=e\",\"f\":\"\"}" },
		{ __LINE__, "a=1; a=2", "{\"a\":\"1\"}" },
		{ __LINE__, ";; =x; y; a=1", "{\"a\":\"1\"}" },
		{ __LINE__, "a=\xFF; b=2", "{\"b\":\"2\"}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *tree = head_cookies(cases[i].header);

		ck_assert_msg(!strcmp(plain(tree), cases[i].tree), "line %d: %s", cases[i].line, plain(tree));
		json_object_put(tree);
	}
}
END_TEST

START_TEST(cookies_are_bounded)
{
	struct buf *header = buf_new(NULL, 100000);
	struct json_object *tree;

	for (int i = 0; i < 5000; i++)
		buf_printf(header, "c%d=1;", i);
	tree = head_cookies(header->data);
	ck_assert_int_eq(json_object_object_length(tree), 100);
	json_object_put(tree);
	talloc_free(header);
}
END_TEST

START_TEST(headers_hold_one_line)
{
	struct response response = { .head = buf_new(NULL, 1000) };

	response_header(&response, "X-Name", "a\r\nSet-Cookie: b\x7F\t\xC3\xA9");
	ck_assert_str_eq(response.head->data, "X-Name: aSet-Cookie: b\xC3\xA9\r\n");
	talloc_free(response.head);
}
END_TEST

Suite *http_suite(void)
{
	Suite *suite = suite_create("http");
	TCase *text = tcase_create("text"), *body = tcase_create("body"), *head = tcase_create("head");

	tcase_add_test(text, utf8_is_checked);
	tcase_add_test(text, a_prefix_ends_between_characters);
	tcase_add_test(text, forms_are_read);
	tcase_add_test(text, what_the_tree_had_stays);
	tcase_add_test(text, hostile_forms_cost_little);
	tcase_add_test(text, json_is_read);
	tcase_add_test(text, json_has_no_nul);
	tcase_add_test(text, json_depth_is_bounded);
	suite_add_tcase(suite, text);
	tcase_add_test(body, bodies_are_read_by_type);
	tcase_add_test(body, ceilings_count_what_comes);
	tcase_add_test(body, multipart_is_read);
	tcase_add_test(body, files_are_whole_and_close);
	tcase_add_test(body, a_route_has_a_ceiling_of_its_own);
	tcase_add_test(body, multipart_has_ceilings);
	suite_add_tcase(suite, body);
	tcase_add_test(head, paths_are_decoded_once);
	tcase_add_test(head, strangers_cannot_choose_their_address);
	tcase_add_test(head, what_came_twice_is_not_believed);
	tcase_add_test(head, inner_addresses_are_told_apart);
	tcase_add_test(head, request_ids_are_told_or_made);
	tcase_add_test(head, cookies_are_read);
	tcase_add_test(head, cookies_are_bounded);
	tcase_add_test(head, headers_hold_one_line);
	suite_add_tcase(suite, head);
	return suite;
}
