/* Which hosts a list means, and whose origin a token names: as curl reads an address, for it is curl that goes there. */
#include "outside/guard.h"
#include <check.h>
#include <string.h>

Suite *guard_suite(void);

START_TEST(hosts_are_those_of_a_list)
{
	static const struct {
		int line;
		const char *url, *list;
		bool listed;
	} CASES[] = {
		{ __LINE__, "https://push.example/x", "push.example", true },
		{ __LINE__, "https://PUSH.example:8443/x", " other.example , Push.Example", true },
		{ __LINE__, "https://push.example/x", "", false },
		{ __LINE__, "https://push.example.evil.example/", "push.example", false },
		{ __LINE__, "https://evilpush.example/", "push.example", false },
		{ __LINE__, "https://push.example@evil.example/", "push.example", false },
		{ __LINE__, "https://evil.example/push.example", "push.example", false },
		{ __LINE__, "https://a.push.example/", "*.push.example", true },
		{ __LINE__, "https://a.b.push.example/", "*.push.example", true },
		{ __LINE__, "https://push.example/", "*.push.example", false },
		{ __LINE__, "https://.push.example/", "*.push.example", false },
		{ __LINE__, "https://evilpush.example/", "*.push.example", false },
		{ __LINE__, "https://a.push.example.evil.example/", "*.push.example", false },
		{ __LINE__, "https://push.example/", "*", false },
		{ __LINE__, "https://push.example/", "*.", false },
		{ __LINE__, "https://[::1]/", "[::1]", true },
		{ __LINE__, "no address", "*.push.example", false },
		{ __LINE__, "", "push.example", false },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		ck_assert_msg(host_listed(CASES[i].url, CASES[i].list) == CASES[i].listed, "line %d", CASES[i].line);
}
END_TEST

START_TEST(an_origin_has_no_usual_port)
{
	static const struct {
		int line;
		const char *url, *origin; /* NULL: it has none */
	} CASES[] = {
		{ __LINE__, "https://push.example/a/b?c", "https://push.example" },
		{ __LINE__, "https://push.example:443/a", "https://push.example" },
		{ __LINE__, "https://push.example:8443/a", "https://push.example:8443" },
		{ __LINE__, "http://127.0.0.1:8080/", "http://127.0.0.1:8080" },
		{ __LINE__, "https://somebody@push.example/", "https://push.example" },
		{ __LINE__, "https://a-name-that-is-longer-than-there-is-room-for.push.example/", NULL },
		{ __LINE__, "/path", NULL },
	};
	char out[40];

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		bool fits = url_origin(CASES[i].url, out, sizeof out);

		ck_assert_msg(fits == (CASES[i].origin != NULL), "line %d", CASES[i].line);
		ck_assert_msg(!fits || !strcmp(out, CASES[i].origin), "line %d: %s", CASES[i].line, out);
	}
}
END_TEST

Suite *guard_suite(void)
{
	Suite *suite = suite_create("guard");
	TCase *tests = tcase_create("addresses");

	tcase_add_test(tests, hosts_are_those_of_a_list);
	tcase_add_test(tests, an_origin_has_no_usual_port);
	suite_add_tcase(suite, tests);
	return suite;
}
