/* Runs every unit test. The suites are named in tests/suites.h, from which both the declarations and
 * the table are made, so that a suite cannot be declared and forgotten.
 *
 *	check_gatehouse [SUITE…]    all suites, or those named ("base", "scan")
 *
 * libcheck's own variables hold: CK_FORK=no for a debugger, CK_VERBOSITY, CK_RUN_CASE. Tests of the
 * database want a MariaDB server of their own, whose socket is in GATEHOUSE_TEST_SOCKET. */
#include "base/log.h"
#include "picture/child.h"
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE(name) Suite *name##_suite(void);
#include "suites.h"
#undef SUITE

static const struct {
	const char *name;
	Suite *(*make)(void);
} SUITES[] = {
/* clang-format off */
#define SUITE(name) { #name, name##_suite },
/* clang-format on */
#include "suites.h"
#undef SUITE
	{ NULL, NULL }
};

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	int ran = 0, failed = 0;

	if (picture_is_child(argc, argv))
		return picture_child();
	for (size_t i = 0; SUITES[i].name; i++) {
		SRunner *runner;

		if (!wanted(SUITES[i].name, argc, argv))
			continue;
		/* A suite may have quietened the log for itself. */
		log_threshold(LOG_INFO_);
		runner = srunner_create(SUITES[i].make());
		srunner_run_all(runner, CK_ENV);
		ran += srunner_ntests_run(runner);
		failed += srunner_ntests_failed(runner);
		srunner_free(runner);
	}
	printf("%d passed, %d failed\n", ran - failed, failed);
	return ran > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
