/* Lists as files on a disk that fills: what was not written whole is told, and nothing of it is kept. */
#include "base/row.h"
#include "render/dialect.h"
#include "render/renderer.h"
#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

Suite *sheet_suite(void);

enum { ROWS = 5000, BATCH = 500, LIMITS = 60 };

static const struct column COLUMNS[] = { { "id", COL_INT }, { "name", COL_TEXT }, { "at", COL_TIME } };

/* ROWS rows, none of which packs well. */
struct many {
	struct row_source source;
	struct cell cells[BATCH * 3];
	char names[BATCH][64];
	int64_t given;
};

static const struct rows *next_of_many(struct row_source *source)
{
	struct many *many = (struct many *)(void *)source;
	static struct rows rows;

	if (many->given == ROWS)
		return NULL;
	for (int i = 0; i < BATCH; i++, many->given++) {
		uint64_t mixed = (uint64_t)(many->given + 1) * UINT64_C(0x9E3779B97F4A7C15);

		snprintf(many->names[i], sizeof many->names[i], "%016llx%016llx", (unsigned long long)mixed,
			 (unsigned long long)(mixed * mixed));
		many->cells[3 * i] = (struct cell){ .i = many->given };
		many->cells[3 * i + 1] = (struct cell){ .s = many->names[i], .len = strlen(many->names[i]) };
		many->cells[3 * i + 2] = (struct cell){ .i = (int64_t)(mixed >> 24) };
	}
	rows = (struct rows){ .n = BATCH, .n_columns = 3, .columns = COLUMNS, .cells = many->cells };
	return &rows;
}

/* The whole file, on ctx; NULL: it was told that there is none. */
static const char *drawn_as(TALLOC_CTX *ctx, const char *form, size_t *len)
{
	struct many *many = talloc_zero(ctx, struct many);
	const struct sheet sheet = { .rows = &many->source, .name = "things", .dialect = &DIALECT_WRAPPED };
	struct drawn drawn;
	char *bytes;

	many->source.next = next_of_many;
	if (!drawing_draw(ctx, &(struct drawing){ .kind = DRAW_ROWS, .what = &sheet, .form = form }, "", &drawn))
		return NULL;
	*len = drawn.len;
	bytes = talloc_size(ctx, drawn.len);
	ck_assert_int_eq(pread(drawn.fd, bytes, drawn.len, 0), (ssize_t)drawn.len);
	return bytes;
}

static int descriptors(void)
{
	DIR *all = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(all))
		n++;
	closedir(all);
	return n;
}

/* A file ends at limit bytes, as on a disk that is full: it is told, or what is told to be whole is. */
static void draw_within(const char *form, rlim_t limit, const char *whole, size_t whole_len)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct rlimit was;
	const char *bytes;
	size_t len = 0;

	getrlimit(RLIMIT_FSIZE, &was);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit, was.rlim_max }), 0);
	bytes = drawn_as(ctx, form, &len);
	setrlimit(RLIMIT_FSIZE, &was);
	ck_assert_msg(!bytes || (len == whole_len && !memcmp(bytes, whole, len)),
		      "%s: in files of %llu bytes %zu of %zu were called whole", form, (unsigned long long)limit, len,
		      whole_len);
	ck_assert_msg(bytes || limit < whole_len, "%s: %zu bytes were too many for files of %llu", form, whole_len,
		      (unsigned long long)limit);
	talloc_free(ctx);
}

START_TEST(a_full_disk_is_told)
{
	static const char *const FORMS[] = { "csv", "xlsx" };
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *form = FORMS[_i], *whole;
	int before = descriptors();
	size_t len = 0;

	signal(SIGXFSZ, SIG_IGN);
	whole = drawn_as(ctx, form, &len);
	ck_assert(whole && len > 100000);
	for (size_t i = 0; i <= LIMITS; i++) {
		draw_within(form, len * i / LIMITS, whole, len);
		draw_within(form, len - i, whole, len);
		draw_within(form, len + len * i / 6, whole, len);
	}
	talloc_free(ctx);
	ck_assert_int_eq(descriptors(), before);
}
END_TEST

Suite *sheet_suite(void)
{
	Suite *suite = suite_create("sheet");
	TCase *disk = tcase_create("disk");

	tcase_set_timeout(disk, 60);
	tcase_add_loop_test(disk, a_full_disk_is_told, 0, 2);
	suite_add_tcase(suite, disk);
	return suite;
}
