/* Which row a method and a path mean, over the real site map. */
#include "render/dialect.h"
#include "routes/mounts.h"
#include <check.h>
#include <json-c/json.h>
#include <string.h>

Suite *router_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(a_path_means_one_row)
{
	static const struct {
		int line;
		const char *method, *path, *row; /* NULL: none */
		const char *params;		 /* NULL: none */
	} cases[] = {
		{ __LINE__, "GET", "/", "/", NULL },
		{ __LINE__, "GET", "/events", "/events", NULL },
		{ __LINE__, "GET", "/events/", "/events", NULL },
		{ __LINE__, "GET", "/events//", NULL, NULL },
		{ __LINE__, "GET", "//events", NULL, NULL },
		{ __LINE__, "GET", "/events/7", "/events/:event_id", "{\"event_id\":7}" },
		{ __LINE__, "GET", "/events/7/", "/events/:event_id", "{\"event_id\":7}" },
		{ __LINE__, "GET", "/events/7/more", NULL, NULL },
		/* A number is one from 1, in the one usual way. */
		{ __LINE__, "GET", "/events/0", NULL, NULL },
		{ __LINE__, "GET", "/events/07", NULL, NULL },
		{ __LINE__, "GET", "/events/-7", NULL, NULL },
		{ __LINE__, "GET", "/events/+7", NULL, NULL },
		{ __LINE__, "GET", "/events/7x", NULL, NULL },
		{ __LINE__, "GET", "/events/ 7", NULL, NULL },
		{ __LINE__, "GET", "/events/999999999999999999", "/events/:event_id",
		  "{\"event_id\":999999999999999999}" },
		{ __LINE__, "GET", "/events/9999999999999999999", NULL, NULL },
		/* What is written out is no parameter. */
		{ __LINE__, "GET", "/api/v1/public/events/featured", "/api/v1/public/events/featured", NULL },
		{ __LINE__, "GET", "/api/v1/public/events/12", "/api/v1/public/events/:event_id", "{\"event_id\":12}" },
		{ __LINE__, "GET", "/api/v1/public/events/none", NULL, NULL },
		/* A word is anything, and several parameters each have theirs. */
		{ __LINE__, "GET", "/api/usher/scan/attendee/04:A2/event/3",
		  "/api/usher/scan/attendee/:card_id:word/event/:event_id", "{\"card_id\":\"04:A2\",\"event_id\":3}" },
		{ __LINE__, "DELETE", "/api/users/3/roles/usher", "/api/users/:id/roles/:role:word",
		  "{\"id\":3,\"role\":\"usher\"}" },
		{ __LINE__, "POST", "/events", NULL, NULL },
		{ __LINE__, "BREW", "/events", NULL, NULL },
		{ __LINE__, "GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", NULL, NULL },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *params = NULL;
		const char *allow;
		const struct route *row = route_match(cases[i].method, cases[i].path, &params, &allow);

		if (!cases[i].row)
			ck_assert_msg(!row && !params, "line %d", cases[i].line);
		else
			ck_assert_msg(row && !strcmp(row->path, cases[i].row), "line %d: %s", cases[i].line,
				      row ? row->path : "none");
		if (cases[i].params)
			ck_assert_str_eq(json_object_to_json_string_ext(params, JSON_C_TO_STRING_PLAIN),
					 cases[i].params);
		json_object_put(params);
	}
}
END_TEST

START_TEST(a_path_knows_its_methods)
{
	static const struct {
		int line;
		const char *path, *allow;
	} cases[] = {
		{ __LINE__, "/events", "GET, HEAD, OPTIONS" },
		{ __LINE__, "/sign-in", "GET, HEAD, POST, OPTIONS" },
		{ __LINE__, "/api/venues/3", "GET, HEAD, PUT, DELETE, OPTIONS" },
		{ __LINE__, "/api/v1/tickets/book", "POST, OPTIONS" },
		{ __LINE__, "/nowhere", NULL },
		{ __LINE__, "/api/venues/none", NULL },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *params = NULL;
		const char *allow;

		ck_assert_ptr_null(route_match("TRACE", cases[i].path, &params, &allow));
		ck_assert_msg(cases[i].allow ? allow && !strcmp(allow, cases[i].allow) : !allow, "line %d: %s",
			      cases[i].line, allow ? allow : "none");
	}
}
END_TEST

/* ---- mounts ---- */

START_TEST(a_path_lies_in_one_mount)
{
	static const struct {
		int line;
		const char *path, *mount;
		bool api;
	} cases[] = {
		{ __LINE__, "/", "customer", false },
		{ __LINE__, "/organizers", "customer", false },
		{ __LINE__, "/organizer", "organizer", false },
		{ __LINE__, "/organizer/", "organizer", false },
		{ __LINE__, "/organizer/events/7", "organizer", false },
		{ __LINE__, "/api/organizer/login/", "organizer", true },
		{ __LINE__, "/api/organizers/3", "staff", true },
		{ __LINE__, "/api", "staff", true },
		{ __LINE__, "/api/venues", "staff", true },
		{ __LINE__, "/api/auth/login", "staff", true },
		{ __LINE__, "/admin/venues", "staff", false },
		{ __LINE__, "/api/usher/login", "usher", true },
		{ __LINE__, "/gate", "usher", false },
		{ __LINE__, "/api/token/refresh", "everybody", true },
		{ __LINE__, "/api/live/events/7", "live", true },
		{ __LINE__, "/api/v1/users/me", "customer", true },
		{ __LINE__, "/api/v12", "staff", true },
		{ __LINE__, "/api/campus", "campus", true },
		{ __LINE__, "/api/campus/users/7/", "campus", true },
		{ __LINE__, "/api/campuses", "staff", true },
		{ __LINE__, "/api/people/users/me", "people", true },
		{ __LINE__, "/api/peoples", "staff", true },
	};

	for (size_t i = 0; i < N(cases); i++) {
		bool api;
		const struct mount *m = mount_find(MOUNTS, cases[i].path, &api);

		ck_assert_msg(!strcmp(m->name, cases[i].mount) && api == cases[i].api, "line %d: %s", cases[i].line,
			      m->name);
	}
}
END_TEST

/* Each mount says all that is asked of one, and no two say the same of a path or a cookie; nor of a role, but that it may come
 * to a second mount, which has no portal. */
START_TEST(mounts_are_whole)
{
	for (const struct mount *m = MOUNTS; m->name; m++) {
		ck_assert_msg(m->dialect && m->api[0] && m->roles && m->token_for, "%s", m->name);
		ck_assert_msg(m->rate.reads && m->rate.writes && m->rate.account, "%s", m->name);
		if (!m->contact)
			continue;
		ck_assert_msg(m->way && m->mistaken && m->session > m->access && m->access > 0, "%s", m->name);
		ck_assert_msg(!m->portal || (m->frame && m->cookie), "%s", m->name);
		ck_assert_msg(m->account[ACCOUNT_SIGN_IN] && m->account[ACCOUNT_REFRESH] &&
				      m->account[ACCOUNT_SIGN_OUT],
			      "%s", m->name);
		for (const struct mount *other = m + 1; other->name; other++)
			if (other->contact)
				ck_assert_msg((!(m->roles & other->roles) || (m->cookie && !other->cookie)) &&
						      strcmp(m->name, other->name) &&
						      (!m->cookie || !other->cookie ||
						       strcmp(m->cookie, other->cookie)),
					      "%s and %s", m->name, other->name);
	}
}
END_TEST

/* ---- names ---- */

static void no_field_is_called(const char *path, const struct dialect *dialect, const struct field *fields)
{
	char name[NAME_SIZE];

	for (const struct field *f = fields; f && f->name; f++) {
		if (f->lenient) /* it is never at fault */
			continue;
		for (const struct field *own = dialect->failure; own->name; own++)
			ck_assert_msg(strcmp(name_spelt(dialect, f->name, name), own->name), "%s takes %s", path,
				      f->name);
		no_field_is_called(path, dialect, f->of);
	}
}

/* Where fields at fault stand beside what a refusal says, none may bear a name of it: detail, error, message, code, messages. */
START_TEST(fields_at_fault_hide_nothing)
{
	static const char *const WORDS[] = { "detail", "error", "message", "code", "messages" };
	size_t n, looked_at = 0;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < N(WORDS); i++)
		ck_assert_str_eq(DIALECT_BARE.failure[i].name, WORDS[i]);
	for (size_t i = 0; i < n; i++)
		if (all[i].api && !all[i].mount->dialect->enveloped) {
			no_field_is_called(all[i].path, all[i].mount->dialect, all[i].fields);
			looked_at++;
		}
	ck_assert_uint_gt(looked_at, 5);
}
END_TEST

Suite *router_suite(void)
{
	Suite *suite = suite_create("router");
	TCase *tests = tcase_create("router");

	tcase_add_test(tests, a_path_means_one_row);
	tcase_add_test(tests, a_path_knows_its_methods);
	tcase_add_test(tests, a_path_lies_in_one_mount);
	tcase_add_test(tests, mounts_are_whole);
	tcase_add_test(tests, fields_at_fault_hide_nothing);
	suite_add_tcase(suite, tests);
	return suite;
}
