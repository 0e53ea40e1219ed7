/* Forms as browsers send them and as attackers do. */
#include "check_input.h"

Suite *form_suite(void);

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

Suite *form_suite(void)
{
	Suite *suite = suite_create("form");
	TCase *tests = tcase_create("form");

	tcase_add_test(tests, forms_are_read);
	tcase_add_test(tests, what_the_tree_had_stays);
	tcase_add_test(tests, hostile_forms_cost_little);
	suite_add_tcase(suite, tests);
	return suite;
}
