/* Bodies by their type, and how much of one is read. */
#include "check_input.h"
#include <stdint.h>

Suite *body_suite(void);

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"
#define MULTI "multipart/form-data; boundary=XX"
#define PART(name, value) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

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
		  "null" },
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

/* Of a form that is shown again when it is refused, what was typed stays: of one that is too large too, and of no other. */
START_TEST(what_was_typed_stays)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *long_text = many(ctx, "x", 6000)->data, *longest = many(ctx, "x", 20000)->data;
	const char *photo = many(ctx, "p", 70000)->data, *huge = many(ctx, "p", 300000)->data;
#define FILE_PART(name, value)                                                                                         \
	"--XX\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"x\"\r\n\r\n" value "\r\n"
	const struct {
		int line;
		const char *type, *body;
		bool undeclared;
		enum body_wish wish;
		enum body_fault fault;
		const char *typed; /* b's, behind what is too large */
		size_t a, files;
	} cases[] = {
		{ __LINE__, FORM, talloc_asprintf(ctx, "a=%s&b=2", long_text), false, BODY_OR_TYPED, BODY_TOO_LARGE,
		  "2", 6000, 0 },
		{ __LINE__, FORM, talloc_asprintf(ctx, "a=%s&b=2", long_text), false, BODY_WHOLE, BODY_TOO_LARGE, NULL,
		  0, 0 },
		/* What would be cut is left out, and so is what comes behind the last that is looked at. */
		{ __LINE__, FORM, talloc_asprintf(ctx, "b=2&a=%s&c=3", longest), false, BODY_OR_TYPED, BODY_TOO_LARGE,
		  "2", 0, 0 },
		{ __LINE__, FORM, talloc_asprintf(ctx, "b=2&a=%s", long_text), true, BODY_OR_TYPED, BODY_TOO_LARGE, "2",
		  0, 0 },
		{ __LINE__, FORM, "b=2&a=%", false, BODY_OR_TYPED, BODY_UNREADABLE, "2", 0, 0 },
		{ __LINE__, FORM, "b=2&a=%", false, BODY_WHOLE, BODY_UNREADABLE, NULL, 0, 0 },
		{ __LINE__, FORM, "b=2&a=1", false, BODY_TYPED, BODY_OK, "2", 1, 0 },
		{ __LINE__, MULTI, talloc_asprintf(ctx, PART("a", "%s") PART("b", "2") "--XX--", long_text), false,
		  BODY_OR_TYPED, BODY_TOO_LARGE, "2", 6000, 0 },
		{ __LINE__, MULTI, talloc_asprintf(ctx, PART("a", "%s") PART("b", "2") "--XX--", longest), false,
		  BODY_OR_TYPED, BODY_TOO_LARGE, "2", 0, 0 },
		{ __LINE__, MULTI, talloc_asprintf(ctx, PART("a", "%s") PART("b", "2") "--XX--", long_text), false,
		  BODY_WHOLE, BODY_TOO_LARGE, NULL, 0, 0 },
		{ __LINE__, MULTI,
		  talloc_asprintf(ctx, PART("a", "1") FILE_PART("f", "%s") PART("b", "2") "--XX--", photo), false,
		  BODY_OR_TYPED, BODY_TOO_LARGE, "2", 1, 0 },
		{ __LINE__, MULTI,
		  talloc_asprintf(ctx, PART("a", "1") FILE_PART("f", "%s") PART("b", "2") "--XX--", photo), false,
		  BODY_WHOLE, BODY_TOO_LARGE, NULL, 0, 0 },
		{ __LINE__, MULTI,
		  talloc_asprintf(ctx, PART("b", "2") FILE_PART("f", "%s") PART("a", "1") "--XX--", huge), false,
		  BODY_OR_TYPED, BODY_TOO_LARGE, "2", 0, 0 },
		{ __LINE__, MULTI, PART("a", "1") FILE_PART("f", "bytes") PART("b", "2") "--XX--", false, BODY_OR_TYPED,
		  BODY_OK, "2", 1, 1 },
		{ __LINE__, MULTI, PART("a", "1") FILE_PART("f", "bytes") PART("b", "2") "--XX--", false, BODY_TYPED,
		  BODY_OK, "2", 1, 0 },
		{ __LINE__, MULTI, PART("b", "2") PART("a", "\xFF") "--XX--", false, BODY_OR_TYPED, BODY_UNREADABLE,
		  "2", 0, 0 },
		{ __LINE__, JSON, talloc_asprintf(ctx, "{\"b\":\"2\",\"a\":\"%s\"}", long_text), false, BODY_OR_TYPED,
		  BODY_TOO_LARGE, NULL, 0, 0 },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct post given = { .type = cases[i].type, .body = cases[i].body, .wish = cases[i].wish };
		const char *a, *b;
		struct http *http;

		given.declared = cases[i].undeclared ? NULL : talloc_asprintf(ctx, "%zu", strlen(given.body));
		http = post(ctx, &given);
		a = tree_text(http->input, "a");
		b = tree_text(http->input, "b");
		ck_assert_msg(http->fault == cases[i].fault, "line %d: fault %d, %s", cases[i].line, http->fault,
			      http->fault_text);
		ck_assert_msg(cases[i].typed ? b && !strcmp(b, cases[i].typed) : !b, "line %d: b %s", cases[i].line, b);
		ck_assert_msg((a ? strlen(a) : 0) == cases[i].a, "line %d: a of %zu", cases[i].line, a ? strlen(a) : 0);
		ck_assert_msg(http->n_uploads == cases[i].files, "line %d: %zu files", cases[i].line, http->n_uploads);
		ck_assert_msg(!tree_text(http->input, "c"), "line %d", cases[i].line);
	}
	talloc_free(ctx);
}
END_TEST

Suite *body_suite(void)
{
	Suite *suite = suite_create("body");
	TCase *tests = tcase_create("body");

	tcase_add_test(tests, bodies_are_read_by_type);
	tcase_add_test(tests, ceilings_count_what_comes);
	tcase_add_test(tests, a_route_has_a_ceiling_of_its_own);
	tcase_add_test(tests, what_was_typed_stays);
	suite_add_tcase(suite, tests);
	return suite;
}
