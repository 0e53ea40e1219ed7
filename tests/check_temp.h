#ifndef CHECK_TEMP_H
#define CHECK_TEMP_H
/* Directories for files of a test, below TMPDIR, which tests/run-unit removes with all that is in it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECK_TEMP_SIZE = 80 };

/* Makes a new one. Returns out. */
static inline char *check_temp(char out[CHECK_TEMP_SIZE])
{
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(out, CHECK_TEMP_SIZE, "%s/check-XXXXXX", tmp && *tmp ? tmp : "/tmp");

	ck_assert_int_lt(n, CHECK_TEMP_SIZE);
	ck_assert_ptr_nonnull(mkdtemp(out));
	return out;
}

#endif
