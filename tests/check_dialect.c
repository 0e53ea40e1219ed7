/* How mounts spell what is said, and understand what they are told. */
#include "http/http.h"
#include "http/mount.h"
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

START_TEST(names_are_camelled)
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
		{ __LINE__, "day2", "day2" },
	};
	char out[NAME_SIZE];

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_msg(!strcmp(name_camel(cases[i].snake, out), cases[i].camel), "line %d: %s", cases[i].line,
			      out);
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

/* What a JSON column holds is somebody's data, as an answer has it: neither its names nor its ids are ours. */
START_TEST(json_columns_are_data)
{
	const struct column columns[] = { { "account_id", COL_INT },
					  { "first_day.before", COL_JSON },
					  { "labels", COL_JSON },
					  { "half", COL_JSON } };
	const struct cell cells[] = { { .i = 3 },
				      { .s = "{\"user_id\":7,\"a_b\":[{\"id\":1}]}", .len = 29 },
				      { .s = "[{\"id\":2}]", .len = 10 },
				      { .s = "0.5", .len = 3 } };
	const struct row row = { N(columns), columns, cells };
	struct spoken said = { .status = 200, .data = json_object_new_object() };

	answer_row(said.data, &row);
	DIALECT_CAMEL.shape(&said);
	ck_assert_str_eq(plain(said.data),
			 "{\"accountId\":\"3\",\"firstDay\":{\"before\":{\"user_id\":7,\"a_b\":[{\"id\":1}]}},"
			 "\"labels\":[{\"id\":2}],\"half\":0.5}");
	json_object_put(said.data);
}
END_TEST

/* What an answer declares as an id is a text, whatever it is called; what is declared as a number stays one. */
START_TEST(declared_ids_are_texts)
{
	static const struct field ID[] = { { "", F_ID, .help = "" }, FIELDS_END };
	static const struct field PERSON[] = { { "id", F_ID, .help = "" },
					       { "turn_id", F_INT, .help = "" },
					       FIELDS_END };
	static const struct field SAID[] = { { "owner", F_ID, .help = "" },
					     { "grid", F_INT, .help = "" },
					     { "turn_id", F_INT, .help = "" },
					     { "event.owner", F_ID, .help = "" },
					     { "event.turn_id", F_INT, .help = "" },
					     { "people", F_LIST, .of = PERSON, .help = "" },
					     { "friends", F_LIST, .of = ID, .help = "" },
					     FIELDS_END };
	struct spoken said = { .status = 200,
			       .declared = SAID,
			       .data = json_tokener_parse(
				       "{\"owner\":1,\"grid\":2,\"turn_id\":3,\"event\":{\"owner\":4,"
				       "\"turn_id\":5},\"people\":[{\"id\":6,\"turn_id\":7}],"
				       "\"friends\":[8,9],\"other_id\":10}") };

	DIALECT_CAMEL.shape(&said);
	ck_assert_str_eq(plain(said.data),
			 "{\"owner\":\"1\",\"grid\":2,\"turnId\":3,\"event\":{\"owner\":\"4\",\"turnId\":5},"
			 "\"people\":[{\"id\":\"6\",\"turnId\":7}],\"friends\":[\"8\",\"9\"],\"otherId\":\"10\"}");
	json_object_put(said.data);
}
END_TEST

/* ---- in ---- */

static const struct field PLACE[] = { { "short_name", F_TEXT, .help = "" }, FIELDS_END };
static const struct field FIELDS[] = {
	FIELDS_PAGE,
	{ "first_name", F_TEXT, .help = "" },
	{ "home_place", F_OBJECT, .of = PLACE },
	{ "all_places", F_LIST, .of = PLACE },
	{ "tags", F_LIST, .help = "" },
	{ "photo", F_FILE, .help = "" },
	FIELDS_END,
};
/* Of the list's rows. */
static const struct field ROWS[] = {
	{ "full_name", F_TEXT, .help = "" }, { "day_2", F_INT, .help = "" }, { "day3", F_INT, .help = "" }, FIELDS_END
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
		/* What a list is sorted by is a name of its rows. */
		{ __LINE__, &DIALECT_CAMEL, "{\"sortBy\":\"fullName\",\"otherName\":1}",
		  "{\"otherName\":1,\"sort_by\":\"full_name\"}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"sortBy\":\"day2,-day3,fullName,-other\"}",
		  "{\"sort_by\":\"day_2,-day3,full_name,-other\"}" },
		/* null is as if nothing had been sent, but an empty text takes away. */
		{ __LINE__, &DIALECT_CAMEL, "{\"firstName\":null,\"homePlace\":{\"shortName\":null},\"other\":null}",
		  "{\"home_place\":{},\"other\":null}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"firstName\":\"\",\"allPlaces\":[{\"shortName\":null}]}",
		  "{\"first_name\":\"\",\"all_places\":[{}]}" },
		{ __LINE__, &DIALECT_BARE, "{\"first_name\":null}", "{\"first_name\":null}" },
		/* The words of a form are words elsewhere. */
		{ __LINE__, &DIALECT_BARE, "{\"first_name\":\"undefined\"}", "{\"first_name\":\"undefined\"}" },
		{ __LINE__, &DIALECT_BARE, "{\"page_size\":\"7\",\"ordering\":\"-title\",\"firstName\":\"A\"}",
		  "{\"firstName\":\"A\",\"limit\":\"7\",\"sort_by\":\"-title\"}" },
		{ __LINE__, &DIALECT_BARE, "{\"limit\":\"7\"}", "{\"limit\":\"7\"}" },
		{ __LINE__, &DIALECT_WRAPPED, "{\"page_size\":\"7\",\"firstName\":\"A\"}",
		  "{\"page_size\":\"7\",\"firstName\":\"A\"}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct http http = { .input = json_tokener_parse(cases[i].sent) };
		struct json_object *want = json_tokener_parse(cases[i].understood);

		input_respell(&http, cases[i].dialect, FIELDS, ROWS);
		ck_assert_msg(json_object_equal(http.input, want), "line %d: %s", cases[i].line, plain(http.input));
		json_object_put(http.input);
		json_object_put(want);
	}
}
END_TEST

/* A part of a form that says "undefined" or "null" was not sent, for files too; what stands in the address was. */
START_TEST(words_of_a_form_are_missing)
{
	static const struct {
		int line;
		const struct dialect *dialect;
		bool parts;
		const char *sent, *understood;
	} cases[] = {
		{ __LINE__, &DIALECT_BARE, true, "{\"first_name\":\"undefined\",\"photo\":\"null\",\"other\":\"null\"}",
		  "{\"other\":\"null\"}" },
		{ __LINE__, &DIALECT_BARE, true, "{\"search\":\"undefined\",\"page_size\":\"null\"}",
		  "{\"search\":\"undefined\"}" },
		{ __LINE__, &DIALECT_BARE, true, "{\"first_name\":\"Undefined\"}", "{\"first_name\":\"Undefined\"}" },
		{ __LINE__, &DIALECT_BARE, true,
		  "{\"home_place\":{\"short_name\":\"null\"},\"tags\":[\"undefined\",\"a\",\"null\",\"b\"]}",
		  "{\"home_place\":{},\"tags\":[\"a\",\"b\"]}" },
		{ __LINE__, &DIALECT_BARE, false, "{\"first_name\":\"null\"}", "{\"first_name\":\"null\"}" },
		{ __LINE__, &DIALECT_CAMEL, true, "{\"firstName\":\"null\"}", "{\"first_name\":\"null\"}" },
		{ __LINE__, &DIALECT_WRAPPED, true, "{\"first_name\":\"null\"}", "{\"first_name\":\"null\"}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct http http = { .input = json_tokener_parse(cases[i].sent),
				     .query_names = json_tokener_parse("{\"search\":true}"),
				     .body_had_parts = cases[i].parts };
		struct json_object *want = json_tokener_parse(cases[i].understood);

		input_respell(&http, cases[i].dialect, FIELDS, NULL);
		ck_assert_msg(json_object_equal(http.input, want), "line %d: %s", cases[i].line, plain(http.input));
		json_object_put(http.input);
		json_object_put(http.query_names);
		json_object_put(http.sent_as);
		json_object_put(want);
	}
}
END_TEST

/* By two of its names, a field is sent twice; what is said of it is said by the name that was sent. */
START_TEST(names_beside_the_tree_are_understood)
{
	static const struct {
		int line;
		const struct dialect *dialect;
		const char *sent, *repeated, *query, *understood, *names, *told;
	} cases[] = {
		{ __LINE__, &DIALECT_CAMEL, "{\"firstName\":\"A\",\"first_name\":\"B\"}", NULL, NULL,
		  "[\"first_name\"]", NULL, NULL },
		{ __LINE__, &DIALECT_BARE, "{\"page_size\":\"1\",\"limit\":\"2\"}", NULL, NULL, "[\"limit\"]", NULL,
		  NULL },
		{ __LINE__, &DIALECT_CAMEL,
		  "{\"allPlaces\":[{\"shortName\":\"a\"},{\"shortName\":\"a\",\"short_name\":\"b\"}]}", NULL, NULL,
		  "[\"all_places.1.short_name\"]", NULL, NULL },
		{ __LINE__, &DIALECT_CAMEL, "{}",
		  "[\"firstName\",\"allPlaces.0.shortName\",\"homePlace.shortName\",\"tags.0\",\"otherName.shortName\"]",
		  NULL,
		  "[\"first_name\",\"all_places.0.short_name\",\"home_place.short_name\",\"tags.0\","
		  "\"otherName.shortName\"]",
		  NULL, NULL },
		{ __LINE__, &DIALECT_CAMEL, "{\"firstName\":\"A\"}", NULL, "{\"firstName\":true}", NULL,
		  "{\"first_name\":true}", NULL },
		{ __LINE__, &DIALECT_BARE, "{\"limit\":\"x\"}", NULL, NULL, NULL, NULL, "{\"limit\":\"limit\"}" },
		{ __LINE__, &DIALECT_BARE, "{\"page_size\":\"x\"}", NULL, NULL, NULL, NULL, NULL },
		{ __LINE__, &DIALECT_CAMEL, "{\"home_place\":{\"shortName\":\"a\"},\"firstName\":\"b\"}", NULL, NULL,
		  NULL, NULL, "{\"home_place\":\"home_place\",\"home_place.short_name\":\"home_place.shortName\"}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *names[3] = { json_tokener_parse(cases[i].understood ? cases[i].understood : "null"),
						 json_tokener_parse(cases[i].names ? cases[i].names : "null"),
						 json_tokener_parse(cases[i].told ? cases[i].told : "null") };
		struct http http = { .input = json_tokener_parse(cases[i].sent),
				     .repeated = cases[i].repeated ? json_tokener_parse(cases[i].repeated) : NULL,
				     .query_names = cases[i].query ? json_tokener_parse(cases[i].query) : NULL };

		input_respell(&http, cases[i].dialect, FIELDS, NULL);
		ck_assert_msg(json_object_equal(http.repeated, names[0]), "line %d: %s", cases[i].line,
			      plain(http.repeated));
		ck_assert_msg(json_object_equal(http.query_names, names[1]), "line %d: %s", cases[i].line,
			      plain(http.query_names));
		ck_assert_msg(json_object_equal(http.sent_as, names[2]), "line %d: %s", cases[i].line,
			      plain(http.sent_as));
		json_object_put(http.input);
		json_object_put(http.repeated);
		json_object_put(http.query_names);
		json_object_put(http.sent_as);
		for (size_t n = 0; n < N(names); n++)
			json_object_put(names[n]);
	}
}
END_TEST

START_TEST(files_have_two_names_too)
{
	static const struct field FILES[] = { { "id_photo", F_FILE, .help = "" },
					      { "cv", F_FILE, .help = "" },
					      FIELDS_END };
	struct upload uploads[] = {
		{ .field = "idPhoto" }, { .field = "cv" }, { .field = "id_photo" }, { .field = "x" }
	};
	struct http http = { .input = json_object_new_object(), .uploads = uploads, .n_uploads = N(uploads) };

	input_respell(&http, &DIALECT_CAMEL, FILES, NULL);
	ck_assert_str_eq(uploads[0].field, "id_photo");
	ck_assert_str_eq(uploads[3].field, "x");
	ck_assert_str_eq(plain(http.repeated), "[\"id_photo\"]");
	json_object_put(http.input);
	json_object_put(http.repeated);
	json_object_put(http.sent_as);
}
END_TEST

/* Ids are texts where the dialect says so: alone, in objects, in lists of objects and in lists of themselves. */
START_TEST(ids_come_as_texts)
{
	static const struct field ID[] = { { "", F_ID, .help = "" }, FIELDS_END };
	static const struct field OF[] = { { "user_id", F_ID, .help = "" },
					   { "count", F_INT, .help = "" },
					   FIELDS_END };
	static const struct field TAKEN[] = { { "user_id", F_ID, .help = "" },
					      { "user_ids", F_LIST, .of = ID },
					      { "rows", F_LIST, .of = OF },
					      { "one", F_OBJECT, .of = OF },
					      FIELDS_END };
	static const struct {
		int line;
		const struct dialect *dialect;
		const char *sent, *fields; /* NULL: a fault */
	} cases[] = {
		{ __LINE__, &DIALECT_CAMEL, "{\"user_id\":\"7\"}", "{\"user_id\":7}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"user_id\":7}", "{\"user_id\":7}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"user_ids\":[\"1\",2]}", "{\"user_ids\":[1,2]}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"rows\":[{\"user_id\":\"1\"}],\"one\":{\"user_id\":\"2\"}}",
		  "{\"rows\":[{\"user_id\":1}],\"one\":{\"user_id\":2}}" },
		{ __LINE__, &DIALECT_CAMEL, "{\"rows\":[{\"count\":\"1\"}]}", NULL },
		{ __LINE__, &DIALECT_CAMEL, "{\"user_ids\":[\"1\",null]}", NULL },
		{ __LINE__, &DIALECT_CAMEL, "{\"user_ids\":[\"x\"]}", NULL },
		{ __LINE__, &DIALECT_CAMEL, "{\"user_id\":\"1e3\"}", NULL },
		{ __LINE__, &DIALECT_CAMEL, "{\"user_id\":\"0\"}", NULL },
		{ __LINE__, &DIALECT_CAMEL, "{\"user_id\":\"99999999999999999999\"}", NULL },
		{ __LINE__, &DIALECT_WRAPPED, "{\"user_id\":\"7\"}", NULL },
		{ __LINE__, &DIALECT_WRAPPED, "{\"user_ids\":[\"7\"]}", NULL },
		{ __LINE__, &DIALECT_WRAPPED, "{\"user_ids\":[7]}", "{\"user_ids\":[7]}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		const struct mount mount = { .dialect = cases[i].dialect };
		struct request rq = { .mem = talloc_new(NULL), .method = "POST", .mount = &mount };
		struct json_object *input = json_tokener_parse(cases[i].sent), *ignored,
				   *want = cases[i].fields ? json_tokener_parse(cases[i].fields) : NULL;

		fields_validate(&rq, TAKEN, input, NULL, false, &ignored);
		ck_assert_msg(has_faults(&rq) == !want, "line %d: %s", cases[i].line, plain(rq.errors));
		ck_assert_msg(!want || json_object_equal(rq.fields, want), "line %d: %s", cases[i].line,
			      plain(rq.fields));
		json_object_put(input);
		json_object_put(want);
		json_object_put(rq.fields);
		json_object_put(rq.errors);
		talloc_free(rq.mem);
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
	said->site = "https://a.example";
	said->path = "/api/campus/users/";
	said->query = "page=2&search=x";
	if (said->status < 400) {
		spoken_entire(said);
		dialect->shape(said);
		dialect->success(out, plain(said->data), strlen(plain(said->data)), said);
	} else {
		struct json_object *by_field = said->errors;

		said->errors = tree_spelt(dialect, by_field, NULL);
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

/* A list that is never long is its rows by themselves; a refusal and an object are what they are. */
START_TEST(an_entire_list_is_its_rows)
{
	static const struct {
		int line;
		const struct dialect *dialect;
		const char *data, *said;
	} cases[] = {
		{ __LINE__, &DIALECT_BARE, LIST, "[{\"id\":7,\"campus_id\":2}]" },
		{ __LINE__, &DIALECT_BARE, "{\"items\":[],\"total_pages\":0}", "[]" },
		{ __LINE__, &DIALECT_BARE, "{\"a_b\":1}", "{\"a_b\":1}" },
		{ __LINE__, &DIALECT_WRAPPED, LIST,
		  "{\"success\":true,\"data\":[{\"id\":7,\"campus_id\":2}],\"message\":\"OK\"," META "}}" },
		{ __LINE__, &DIALECT_CAMEL, LIST,
		  "{\"success\":true,\"data\":[{\"id\":\"7\",\"campusId\":\"2\"}],\"message\":\"OK\"," META_CAMEL
		  "}}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct spoken said = {
			.status = 200, .entire = true, .data = json_tokener_parse(cases[i].data), .list = "users"
		};
		char *text = said_in(cases[i].dialect, &said);

		ck_assert_msg(!strcmp(text, cases[i].said), "line %d: %s", cases[i].line, text);
		free(text);
	}
}
END_TEST

START_TEST(links_lead_to_other_pages)
{
	static const struct {
		int line;
		const char *query, *next;
	} cases[] = {
		{ __LINE__, "", "?page=3" },
		{ __LINE__, "limit=2&page=2", "?page=3&limit=2" },
		{ __LINE__, "limit=2&p%61ge=2", "?page=3&limit=2" },
		{ __LINE__, "%70%61%67%65=2&pages=1", "?page=3&pages=1" },
		{ __LINE__, "page&page=2&xpage=2&pag=1&page%=1", "?page=3&xpage=2&pag=1&page%=1" },
	};
	char *filler = talloc_size(NULL, 20001), *address = talloc_new(NULL);

	for (size_t i = 0; i <= N(cases); i++) {
		struct spoken said = { .data = json_tokener_parse(LIST), .site = "https://a.example", .path = "/" };
		const char *query, *next;

		if (i < N(cases)) {
			query = cases[i].query;
			next = talloc_asprintf(address, "https://a.example/%s", cases[i].next);
		} else { /* a long one is whole */
			memset(filler, 'x', 20000);
			filler[20000] = '\0';
			query = talloc_asprintf(address, "search=%s", filler);
			next = talloc_asprintf(address, "https://a.example/?page=3&search=%s", filler);
		}
		said.query = query;
		DIALECT_BARE.shape(&said);
		ck_assert_msg(!strcmp(json_object_get_string(json_object_object_get(said.data, "next")), next),
			      "%s: %s", query, plain(said.data));
		json_object_put(said.data);
	}
	talloc_free(filler);
	talloc_free(address);
}
END_TEST

START_TEST(a_clock_that_is_off_is_told)
{
	static const struct {
		int line;
		ms_t skew;
		const char *told;
	} cases[] = {
		{ __LINE__, 0, NULL },
		{ __LINE__, 300000, NULL },
		{ __LINE__, 301000, "\"clockSkew\":301" },
		{ __LINE__, -3600000, "\"clockSkew\":-3600" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct spoken said = { .status = i % 2 ? 404 : 200,
				       .skew = cases[i].skew,
				       .code = "X",
				       .data = json_object_new_object() };
		char *text = said_in(&DIALECT_CAMEL, &said);

		ck_assert_msg(cases[i].told ? strstr(text, cases[i].told) != NULL : !strstr(text, "clockSkew"),
			      "line %d: %s", cases[i].line, text);
		free(text);
	}
}
END_TEST

Suite *dialect_suite(void)
{
	Suite *suite = suite_create("dialect");
	TCase *tests = tcase_create("dialect");

	tcase_add_test(tests, names_are_camelled);
	tcase_add_test(tests, keys_that_are_data_stay);
	tcase_add_test(tests, json_columns_are_data);
	tcase_add_test(tests, declared_ids_are_texts);
	tcase_add_test(tests, an_entire_list_is_its_rows);
	tcase_add_test(tests, links_lead_to_other_pages);
	tcase_add_test(tests, a_clock_that_is_off_is_told);
	tcase_add_test(tests, what_comes_in_is_understood);
	tcase_add_test(tests, words_of_a_form_are_missing);
	tcase_add_test(tests, names_beside_the_tree_are_understood);
	tcase_add_test(tests, files_have_two_names_too);
	tcase_add_test(tests, ids_come_as_texts);
	tcase_add_test(tests, the_path_is_the_truth);
	tcase_add_test(tests, each_dialect_says_it_its_way);
	suite_add_tcase(suite, tests);
	return suite;
}
