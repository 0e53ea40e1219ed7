/* What an action reads from its request and leaves in its answer. */
#include "base/list.h"
#include "base/role.h"
#include "http/request.h"
#include "http/validate.h"
#include "render/dialect.h"
#include "routes/routes.h"
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

Suite *request_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

static const struct config CONFIG = { .country_code = "+1" };
static const struct field ITEM[] = {
	{ "id", F_ID, .help = "" }, { "at", F_TIME, .help = "" }, { "ok", F_BOOL, .help = "" }, FIELDS_END
};
static const struct field FIELDS[] = { FIELDS_PAGE,
				       { "name", F_TEXT, .help = "" },
				       { "amount", F_MONEY, .help = "" },
				       { "open", F_BOOL, .otherwise = "true" },
				       { "at", F_TIME, .help = "" },
				       { "ratio", F_REAL, .otherwise = "0.5" },
				       { "items", F_LIST, .of = ITEM },
				       { "photo", F_FILE, .help = "" },
				       FIELDS_END };
static const struct mount MOUNT = { .name = "customer", .dialect = &DIALECT_WRAPPED };
static const struct route ROUTE = { .method = "POST", .path = "/x", .fields = FIELDS };

static struct request *asked(const char *input)
{
	struct request *rq = talloc_zero(NULL, struct request);
	struct json_object *tree = json_tokener_parse(input), *ignored;

	rq->mem = rq;
	rq->method = "POST";
	rq->config = &CONFIG;
	rq->mount = &MOUNT;
	rq->route = &ROUTE;
	rq->status = 200;
	rq->data = json_object_new_object();
	fields_validate(rq, FIELDS, tree, NULL, false, &ignored);
	json_object_put(tree);
	json_object_put(ignored);
	return rq;
}

static void done(struct request *rq)
{
	json_object_put(rq->data);
	json_object_put(rq->fields);
	json_object_put(rq->errors);
	json_object_put(rq->audits);
	json_object_put(rq->params);
	talloc_free(rq);
}

static const char *plain(struct json_object *tree)
{
	return json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

START_TEST(fields_are_typed)
{
	struct request *rq = asked("{\"name\":\"A\",\"amount\":1250,\"open\":false,\"ratio\":0.25,"
				   "\"at\":\"2026-11-21T08:45:00.123Z\","
				   "\"items\":[{\"id\":7,\"at\":\"1970-01-01T00:00:01Z\",\"ok\":true}]}");
	struct json_object *item;

	ck_assert(!has_faults(rq));
	ck_assert(field_given(rq, "name"));
	ck_assert_str_eq(field_text(rq, "name"), "A");
	ck_assert_int_eq(field_int(rq, "amount"), 1250);
	ck_assert(!field_bool(rq, "open"));
	ck_assert(field_time(rq, "at") == 1795250700123);
	ck_assert_double_eq(field_real(rq, "ratio"), 0.25);
	item = json_object_array_get_idx(field_tree(rq, "items"), 0);
	ck_assert_int_eq(tree_int(item, "id"), 7);
	ck_assert_ptr_null(tree_text(item, "none"));
	ck_assert_int_eq(tree_int(item, "none"), 0);
	done(rq);
}
END_TEST

START_TEST(missing_fields_have_their_otherwise)
{
	struct request *rq = asked("{\"name\":null}");

	ck_assert(!field_given(rq, "name"));
	ck_assert(field_cleared(rq, "name"));
	ck_assert(!field_cleared(rq, "amount"));
	ck_assert_ptr_null(field_text(rq, "name"));
	ck_assert_int_eq(field_int(rq, "amount"), 0);
	ck_assert_int_eq(field_time(rq, "at"), 0);
	ck_assert(!field_given(rq, "open"));
	ck_assert(field_bool(rq, "open"));
	ck_assert_double_eq(field_real(rq, "ratio"), 0.5);
	ck_assert_str_eq(field_text(rq, "sort_order"), "asc");
	ck_assert_ptr_null(field_tree(rq, "items"));
	ck_assert_int_eq(list_page(rq), 1);
	ck_assert_int_eq(list_limit(rq), 20);
	done(rq);
}
END_TEST

START_TEST(limit_is_clamped)
{
	struct request *rq = asked("{\"page\":3,\"limit\":5000}");

	ck_assert_int_eq(list_page(rq), 3);
	ck_assert_int_eq(list_limit(rq), 100);
	done(rq);
}
END_TEST

START_TEST(files_are_found)
{
	static const struct upload UPLOAD = { .field = "photo", .size = 5, .fd = -1 };
	struct request *rq = asked("{}");

	ck_assert(!field_given(rq, "photo"));
	ck_assert_ptr_null(field_file(rq, "photo"));
	rq->uploads = &UPLOAD;
	rq->n_uploads = 1;
	ck_assert(field_given(rq, "photo"));
	ck_assert_ptr_eq(field_file(rq, "photo"), &UPLOAD);
	done(rq);
}
END_TEST

START_TEST(an_undeclared_field_is_a_bug)
{
	struct request *rq = asked("{}");

	field_text(rq, "nmae"); /* asserted: ends in SIGABRT */
	done(rq);
}
END_TEST

START_TEST(roles_have_names)
{
	const char *at = ROLE_CHOICES;
	size_t len, offered = 0, n = 0;

	for (unsigned bit = 0; bit < 31; bit++) {
		enum role role = EVERY_ROLE & 1u << bit;

		if (!role)
			continue;
		ck_assert_int_eq(role_named(role_name(role)), role);
		ck_assert_int_eq(list_has(ROLE_CHOICES, ',', role_name(role)), (role & ANY_ROLE) != 0);
		ck_assert_int_eq(list_has(STAFF_CHOICES, ',', role_name(role)), (role & STAFF) != 0);
		n += (role & ANY_ROLE) != 0;
	}
	while (list_next(&at, ',', &len))
		offered++;
	ck_assert_uint_eq(offered, n);
	ck_assert_ptr_null(role_name(STAFF));
	ck_assert_ptr_null(role_name(NOBODY));
	ck_assert_int_eq(role_named("root"), NOBODY);
}
END_TEST

START_TEST(refusals_say_why)
{
	struct request *rq = asked("{}");

	ck_assert(!refused(rq));
	ck_assert(!has_faults(rq));
	ck_assert_int_eq(refuse(rq, 409, "TICKET_SOLD_OUT", "Only %d are left.", 3), ANSWERED);
	ck_assert(refused(rq));
	ck_assert_int_eq(rq->status, 409);
	ck_assert_str_eq(rq->code, "TICKET_SOLD_OUT");
	ck_assert_str_eq(rq->message, "Only 3 are left.");
	field_fault(rq, "name", "Too %s.", "short");
	field_fault(rq, "name", "Too plain.");
	field_fault(rq, "items.0.id", "Missing.");
	ck_assert(has_faults(rq));
	ck_assert_int_eq(refuse_fields(rq), ANSWERED);
	ck_assert_int_eq(rq->status, 422);
	ck_assert_str_eq(plain(rq->errors), "{\"name\":[\"Too short.\",\"Too plain.\"],\"items.0.id\":[\"Missing.\"]}");
	done(rq);
}
END_TEST

START_TEST(answers_are_built)
{
	struct request *rq = asked("{}");
	struct json_object *venue = answer_object(rq->data, "venue");
	struct json_object *list = answer_array(rq->data, "list");

	answer_text(venue, "name", "Hall");
	answer_text(venue, "city", NULL);
	answer_int(answer_item(list), "id", INT64_MAX);
	answer_bool(rq->data, "open", true);
	answer_time(rq->data, "at", 1);
	answer_time(rq->data, "never", 0);
	answer_null(rq->data, "gone");
	answer_add(rq->data, "tree", json_object_new_array());
	ck_assert_str_eq(plain(rq->data), "{\"venue\":{\"name\":\"Hall\",\"city\":null},"
					  "\"list\":[{\"id\":9223372036854775807}],\"open\":true,"
					  "\"at\":\"1970-01-01T00:00:00.001Z\",\"never\":null,\"gone\":null,"
					  "\"tree\":[]}");
	answer_set(rq, json_object_new_array());
	ck_assert_str_eq(plain(rq->data), "[]");
	answer_bytes(rq, "image/png", "x", 1);
	ck_assert_int_eq(rq->drawing.kind, DRAW_BYTES);
	ck_assert_str_eq(((const struct plain_bytes *)rq->drawing.what)->type, "image/png");
	ck_assert_uint_eq(((const struct plain_bytes *)rq->drawing.what)->len, 1);
	done(rq);
}
END_TEST

static const struct column COLUMNS[] = {
	{ "id", COL_INT },	    { "open", COL_BOOL },	  { "ratio", COL_REAL },
	{ "venue.name", COL_TEXT }, { "venue.at.lat", COL_REAL }, { "at", COL_TIME },
	{ "day", COL_DATE },	    { "labels", COL_JSON },	  { "uuid", COL_UUID },
	{ "code", COL_HEX },
};
static const struct cell CELLS[] = {
	{ .i = 7 },
	{ .i = 1 },
	{ .d = 0.1 },
	{ .s = "Hall", .len = 4 },
	{ .d = 52.5 },
	{ .i = 1795250700000 },
	{ .s = "2026-11-21", .len = 10 },
	{ .s = "[\"a\"]", .len = 5 },
	{ .s = "\x0a\xf1\xc9\xe2\x11\x11\x42\x22\x83\x33\x44\x44\x55\x55\x66\x66", .len = 16 },
	{ .s = "\x00\xff", .len = 2 },
	{ .null = true },
	{ .null = true },
	{ .null = true },
	{ .null = true },
	{ .null = true },
	{ .null = true },
	{ .null = true },
	{ .null = true },
	{ .null = true },
	{ .null = true },
};
static const struct rows ROWS = { .n = 2, .n_columns = N(COLUMNS), .columns = COLUMNS, .cells = CELLS };

/* clang-format off */
#define FIRST                                                                                        \
	"{\"id\":7,\"open\":true,\"ratio\":0.1,\"venue\":{\"name\":\"Hall\",\"at\":{\"lat\":52.5}}," \
	"\"at\":\"2026-11-21T08:45:00.000Z\",\"day\":\"2026-11-21\",\"labels\":[\"a\"],"             \
	"\"uuid\":\"0af1c9e2-1111-4222-8333-444455556666\",\"code\":\"00ff\"}"
#define SECOND                                                                                       \
	"{\"id\":null,\"open\":null,\"ratio\":null,\"venue\":{\"name\":null,\"at\":{\"lat\":null}}," \
	"\"at\":null,\"day\":null,\"labels\":null,\"uuid\":null,\"code\":null}"
/* clang-format on */

START_TEST(rows_become_objects)
{
	struct request *rq = asked("{}");
	struct row row = row_at(&ROWS, 0);

	answer_row(rq->data, &row);
	ck_assert_str_eq(plain(rq->data), FIRST);
	done(rq);
}
END_TEST

START_TEST(lists_know_their_pages)
{
	static const struct {
		int line;
		const char *asked;
		int64_t total;
		bool estimated;
		const char *tail;
	} cases[] = {
		{ __LINE__, "{}", 41, false, "\"total\":41,\"page\":1,\"limit\":20,\"total_pages\":3}" },
		{ __LINE__, "{\"page\":2,\"limit\":2}", 4, false,
		  "\"total\":4,\"page\":2,\"limit\":2,\"total_pages\":2}" },
		{ __LINE__, "{}", 0, false, "\"total\":0,\"page\":1,\"limit\":20,\"total_pages\":0}" },
		{ __LINE__, "{}", 100001, true,
		  "\"total\":100001,\"page\":1,\"limit\":20,\"total_pages\":5001,\"total_estimated\":true}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct request *rq = asked(cases[i].asked);
		char *whole = talloc_asprintf(rq, "{\"items\":[" FIRST "," SECOND "],%s", cases[i].tail);

		answer_list(rq, &ROWS, cases[i].total, cases[i].estimated);
		ck_assert_msg(!strcmp(plain(rq->data), whole), "line %d: %s", cases[i].line, plain(rq->data));
		done(rq);
	}
}
END_TEST

START_TEST(effects_are_noted)
{
	struct request *rq = asked("{}");

	audit_change(rq, "update", "event", 7, NULL, json_tokener_parse("{\"a\":1}"));
	audit_change(rq, "delete", "event", 8, json_object_new_object(), NULL);
	ck_assert_str_eq(plain(rq->audits),
			 "[{\"action\":\"update\",\"noun\":\"event\",\"id\":7,\"before\":null,\"after\":{\"a\":1}},"
			 "{\"action\":\"delete\",\"noun\":\"event\",\"id\":8,\"before\":{},\"after\":null}]");
	for (int64_t id = 1; id < 10; id++) {
		event_changed(rq, id);
		event_changed(rq, id);
	}
	ck_assert_uint_eq(rq->n_changed, 4);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(rq->changed[i].id, i + 1);
	done(rq);
}
END_TEST

START_TEST(pages_are_told_from_json)
{
	static const struct route PAGE = { .page = "event/show.html" };
	struct request rq = { .route = &PAGE };

	ck_assert(wants_page(&rq));
	rq.route = &ROUTE;
	ck_assert(!wants_page(&rq));
	rq.route = NULL;
	ck_assert(!wants_page(&rq));
}
END_TEST

Suite *request_suite(void)
{
	Suite *suite = suite_create("request");
	TCase *asks = tcase_create("asks"), *answers = tcase_create("answers");

	tcase_add_test(asks, fields_are_typed);
	tcase_add_test(asks, missing_fields_have_their_otherwise);
	tcase_add_test(asks, limit_is_clamped);
	tcase_add_test(asks, files_are_found);
	tcase_add_test(asks, roles_have_names);
	tcase_add_test_raise_signal(asks, an_undeclared_field_is_a_bug, SIGABRT);
	suite_add_tcase(suite, asks);
	tcase_add_test(answers, refusals_say_why);
	tcase_add_test(answers, answers_are_built);
	tcase_add_test(answers, rows_become_objects);
	tcase_add_test(answers, lists_know_their_pages);
	tcase_add_test(answers, effects_are_noted);
	tcase_add_test(answers, pages_are_told_from_json);
	suite_add_tcase(suite, answers);
	return suite;
}
