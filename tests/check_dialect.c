/* How mounts spell what is said, and understand what they are told. */
#include "http/http.h"
#include "http/request.h"
#include "http/validate.h"
#include "render/dialect.h"
#include <check.h>
#include <string.h>

Suite *dialect_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

static const char *plain(struct json_object *tree)
{
	return json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

START_TEST(names_go_there_and_back)
{
	static const struct {
		int line;
		const char *snake, *camel;
	} cases[] = {
		{ __LINE__, "id", "id" },
		{ __LINE__, "first_name", "firstName" },
		{ __LINE__, "is_active", "isActive" },
		{ __LINE__, "events.0.starts_at", "events.0.startsAt" },
		{ __LINE__, "a_b_c", "aBC" },
		{ __LINE__, "day_2", "day2" },
	};
	char out[NAME_SIZE];

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_str_eq(name_camel(cases[i].snake, out), cases[i].camel);
		if (strcmp(cases[i].snake, "day_2"))
			ck_assert_str_eq(name_snake(cases[i].camel, out), cases[i].snake);
	}
}
END_TEST

START_TEST(keys_that_are_data_stay)
{
	struct json_object *tree = json_tokener_parse(
		"{\"user_id\":7,\"by_day\":[{\"day_at\":1}],\"meta_data\":{\"a_b\":{\"c_d\":1}},\"none_at\":null}");
	struct json_object *camel;

	tree_is_data(json_object_object_get(tree, "meta_data"));
	camel = tree_camel(tree);
	ck_assert_str_eq(plain(camel),
			 "{\"userId\":7,\"byDay\":[{\"dayAt\":1}],\"metaData\":{\"a_b\":{\"c_d\":1}},\"noneAt\":null}");
	json_object_put(camel);
	json_object_put(tree);
}
END_TEST

/* ---- in ---- */

static const struct field PLACE[] = { { "short_name", F_TEXT, .help = "" }, FIELDS_END };
static const struct field FIELDS[] = {
	FIELDS_PAGE,
	{ "first_name", F_TEXT, .help = "" },
	{ "home_place", F_OBJECT, .of = PLACE },
	{ "all_places", F_LIST, .of = PLACE },
	FIELDS_END,
};

START_TEST(what_comes_in_is_understood)
{
	static const struct {
		int line;
		const struct dialect *dialect;
		const char *sent, *understood;
	} cases[] = {
		{ __LINE__, &DIALECT_CAMEL, "{\"firstName\":\"A\",\"homePlace\":{\"shortName\":\"b\"}}",
		  "{\"first_name\":\"A\",\"home_place\":{\"short_name\":\"b\"}}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"allPlaces\":[{\"shortName\":\"b\"},7]}",
		  "{\"all_places\":[{\"short_name\":\"b\"},7]}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"sortBy\":\"fullName\",\"otherName\":1}",
		  "{\"otherName\":1,\"sort_by\":\"full_name\"}" },
		{ __LINE__, &DIALECT_BARE, "{\"page_size\":\"7\",\"ordering\":\"-title\",\"firstName\":\"A\"}",
		  "{\"firstName\":\"A\",\"limit\":\"7\",\"sort_by\":\"-title\"}" },
		{ __LINE__, &DIALECT_BARE, "{\"limit\":\"7\"}", "{\"limit\":\"7\"}" },
		{ __LINE__, &DIALECT_WRAPPED, "{\"page_size\":\"7\",\"firstName\":\"A\"}",
		  "{\"page_size\":\"7\",\"firstName\":\"A\"}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct http http = { .input = json_tokener_parse(cases[i].sent) };
		struct json_object *want = json_tokener_parse(cases[i].understood);

		input_respell(&http, cases[i].dialect, FIELDS);
		ck_assert_msg(json_object_equal(http.input, want), "line %d: %s", cases[i].line, plain(http.input));
		json_object_put(http.input);
		json_object_put(want);
	}
}
END_TEST

START_TEST(the_path_is_the_truth)
{
	struct http http = { .input = json_tokener_parse("{\"first_name\":\"body\"}") };
	struct json_object *params = json_tokener_parse("{\"first_name\":\"path\",\"other\":1}");

	input_from_path(&http, params, FIELDS);
	ck_assert_str_eq(plain(http.input), "{\"first_name\":\"path\"}");
	json_object_put(http.input);
	json_object_put(params);
}
END_TEST

/* ---- out ---- */

#define LIST "{\"items\":[{\"id\":7,\"campus_id\":2}],\"total\":41,\"page\":2,\"limit\":20,\"total_pages\":3}"

/* Without the times and ids that each envelope has. */
static char *said_in(const struct dialect *dialect, struct spoken *said)
{
	struct buf *out = buf_new(NULL, 4000);
	char *text;

	said->request_id = "r";
	said->address = "https://a.example/api/campus/users/?page=2&search=x";
	if (said->status < 400) {
		dialect->shape(said);
		dialect->success(out, plain(said->data), strlen(plain(said->data)), said);
	} else {
		struct json_object *by_field = said->errors;

		said->errors = tree_spelt(dialect, by_field);
		json_object_put(by_field);
		dialect->refusal(out, said);
	}
	json_object_put(said->pages);
	json_object_put(said->data);
	json_object_put(said->errors);
	text = strdup(out->data);
	talloc_free(out);
	return text;
}

#define META "\"meta\":{\"request_id\":\"r\",\"timestamp\":\"1970-01-01T00:00:00.000Z\""
#define META_CAMEL "\"meta\":{\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"requestId\":\"r\""

START_TEST(each_dialect_says_it_its_way)
{
	static const struct {
		int line;
		const struct dialect *dialect;
		int status;
		const char *data, *code, *errors, *said;
	} cases[] = {
		{ __LINE__, &DIALECT_WRAPPED, 200, "{\"a_b\":1}", NULL, NULL,
		  "{\"success\":true,\"data\":{\"a_b\":1},\"message\":\"OK\"," META "}}" },
		{ __LINE__, &DIALECT_BARE, 200, "{\"a_b\":1}", NULL, NULL, "{\"a_b\":1}" },
		{ __LINE__, &DIALECT_CAMEL, 200, "{\"a_b\":1,\"user_id\":3,\"id\":4}", NULL, NULL,
		  "{\"success\":true,\"data\":{\"aB\":1,\"userId\":\"3\",\"id\":\"4\"},\"message\":\"OK\"," META_CAMEL
		  "}}" },
		{ __LINE__, &DIALECT_BARE, 200, LIST, NULL, NULL,
		  "{\"count\":41,\"next\":\"https://a.example/api/campus/users/?page=3&search=x\","
		  "\"previous\":\"https://a.example/api/campus/users/?page=1&search=x\","
		  "\"results\":[{\"id\":7,\"campus_id\":2}]}" },
		{ __LINE__, &DIALECT_CAMEL, 200, LIST, NULL, NULL,
		  "{\"success\":true,\"data\":{\"items\":[{\"id\":\"7\",\"campusId\":\"2\"}],\"total\":41,\"page\":2,"
		  "\"limit\":20,\"totalPages\":3,\"users\":[{\"id\":\"7\",\"campusId\":\"2\"}],\"pagination\":{\"page\":2,"
		  "\"limit\":20,\"total\":41,\"totalPages\":3}},\"message\":\"OK\"," META_CAMEL
		  ",\"pagination\":{\"page\":2,\"limit\":20,\"total\":41,\"totalPages\":3}}}" },
		{ __LINE__, &DIALECT_BARE, 404, "{}", "EVENT_NOT_FOUND", NULL,
		  "{\"detail\":\"No.\",\"error\":\"No.\",\"message\":\"No.\",\"code\":\"not_found\"}" },
		{ __LINE__, &DIALECT_BARE, 409, "{\"version\":3}", "STALE_VERSION", NULL,
		  "{\"version\":3,\"detail\":\"No.\",\"error\":\"No.\",\"message\":\"No.\",\"code\":\"stale_version\"}" },
		{ __LINE__, &DIALECT_BARE, 400, "{}", "VALIDATION_ERROR", "{\"year_level\":[\"This is no number.\"]}",
		  "{\"year_level\":[\"This is no number.\"],\"detail\":\"Year level: This is no number.\","
		  "\"error\":\"Year level: This is no number.\",\"message\":\"Year level: This is no number.\","
		  "\"code\":\"invalid\"}" },
		{ __LINE__, &DIALECT_BARE, 401, "{}", "TOKEN_INVALID", NULL,
		  "{\"detail\":\"No.\",\"error\":\"No.\",\"message\":\"No.\",\"code\":\"not_authenticated\"}" },
		{ __LINE__, &DIALECT_BARE, 401, "{}", "TOKEN_EXPIRED", NULL,
		  "{\"detail\":\"No.\",\"error\":\"No.\",\"message\":\"No.\",\"code\":\"token_not_valid\",\"messages\":[{"
		  "\"token_class\":\"AccessToken\",\"token_type\":\"access\",\"message\":\"Token is invalid or expired\"}]}" },
		{ __LINE__, &DIALECT_BARE, 400, "{}", "VALIDATION_ERROR", "{\"sort_by\":[\"Not that.\"]}",
		  "{\"ordering\":[\"Not that.\"],\"detail\":\"Ordering: Not that.\",\"error\":\"Ordering: Not that.\","
		  "\"message\":\"Ordering: Not that.\",\"code\":\"invalid\"}" },
		{ __LINE__, &DIALECT_CAMEL, 422, "{}", "VALIDATION_ERROR", "{\"first_name\":[\"Too long.\"]}",
		  "{\"success\":false,\"message\":\"Too long.\",\"code\":\"VALIDATION_ERROR\",\"statusCode\":422,"
		  "\"error\":{\"code\":\"VALIDATION_ERROR\",\"message\":\"Too long.\"},\"errors\":{\"firstName\":[\"Too "
		  "long.\"]}," META_CAMEL "}}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct spoken said = { .status = cases[i].status,
				       .data = json_tokener_parse(cases[i].data),
				       .list = "users",
				       .code = cases[i].code,
				       .message = cases[i].code ? "No." : NULL,
				       .errors = cases[i].errors ? json_tokener_parse(cases[i].errors) : NULL };
		char *text = said_in(cases[i].dialect, &said);

		ck_assert_msg(!strcmp(text, cases[i].said), "line %d: %s", cases[i].line, text);
		free(text);
	}
}
END_TEST

Suite *dialect_suite(void)
{
	Suite *suite = suite_create("dialect");
	TCase *tests = tcase_create("dialect");

	tcase_add_test(tests, names_go_there_and_back);
	tcase_add_test(tests, keys_that_are_data_stay);
	tcase_add_test(tests, what_comes_in_is_understood);
	tcase_add_test(tests, the_path_is_the_truth);
	tcase_add_test(tests, each_dialect_says_it_its_way);
	suite_add_tcase(suite, tests);
	return suite;
}
