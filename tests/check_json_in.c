/* JSON as apps send it, and what only looks like it. */
#include "check_input.h"

Suite *json_in_suite(void);

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

Suite *json_in_suite(void)
{
	Suite *suite = suite_create("json_in");
	TCase *tests = tcase_create("json_in");

	tcase_add_test(tests, json_is_read);
	tcase_add_test(tests, json_has_no_nul);
	tcase_add_test(tests, json_depth_is_bounded);
	suite_add_tcase(suite, tests);
	return suite;
}
