/* Values, buffers, money, identifiers, lists and rows. */
#include "base/arg.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/list.h"
#include "base/money.h"
#include "base/row.h"
#include "base/uuid.h"
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

Suite *base_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(arg_picks_by_type)
{
	const uint8_t bytes[] = { 1, 2, 3 };
	uint8_t u8 = 200;
	uint16_t u16 = 65535;
	int16_t i16 = -5;
	uint32_t u32 = 4000000000u;
	int64_t i64 = INT64_MIN;
	size_t size = 9;
	bool yes = true;
	char text[] = "own";
	const char *none = NULL;
	struct args a = args(u8, u16, i16, u32, i64, size, yes, 7, text, "literal", none,
			     arg_bytes(bytes, sizeof(bytes)), arg_time(0), arg_time_or_null(0), arg_time_or_null(5),
			     arg_id_or_null(0), arg_id_or_null(3), arg_null());
	const struct {
		int line;
		enum arg_type type;
		int64_t i;
		const char *s;
		size_t len;
	} want[] = {
		{ __LINE__, ARG_INT, 200, NULL, 0 },	   { __LINE__, ARG_INT, 65535, NULL, 0 },
		{ __LINE__, ARG_INT, -5, NULL, 0 },	   { __LINE__, ARG_INT, 4000000000, NULL, 0 },
		{ __LINE__, ARG_INT, INT64_MIN, NULL, 0 }, { __LINE__, ARG_INT, 9, NULL, 0 },
		{ __LINE__, ARG_INT, 1, NULL, 0 },	   { __LINE__, ARG_INT, 7, NULL, 0 },
		{ __LINE__, ARG_TEXT, 0, "own", 3 },	   { __LINE__, ARG_TEXT, 0, "literal", 7 },
		{ __LINE__, ARG_NULL, 0, NULL, 0 },	   { __LINE__, ARG_BYTES, 0, "\1\2\3", 3 },
		{ __LINE__, ARG_TIME, 0, NULL, 0 },	   { __LINE__, ARG_NULL, 0, NULL, 0 },
		{ __LINE__, ARG_TIME, 5, NULL, 0 },	   { __LINE__, ARG_NULL, 0, NULL, 0 },
		{ __LINE__, ARG_INT, 3, NULL, 0 },	   { __LINE__, ARG_NULL, 0, NULL, 0 },
	};

	ck_assert_uint_eq(a.n, N(want));
	for (size_t i = 0; i < N(want); i++) {
		ck_assert_msg(a.v[i].type == want[i].type, "line %d: type", want[i].line);
		ck_assert_msg(a.v[i].i == want[i].i, "line %d: number", want[i].line);
		ck_assert_msg(a.v[i].len == want[i].len, "line %d: length", want[i].line);
		ck_assert_msg(!want[i].s || memcmp(a.v[i].s, want[i].s, want[i].len) == 0, "line %d: bytes",
			      want[i].line);
	}
	ck_assert_uint_eq(no_args.n, 0);
	ck_assert_uint_eq((args(1)).n, 1);
	a = args(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
	ck_assert_uint_eq(a.n, 20);
	ck_assert_int_eq(a.v[19].i, 20);
}
END_TEST

START_TEST(buf_grows_and_stops)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *b = buf_new(ctx, 1000);
	char long_text[700];

	ck_assert_str_eq(b->data, "");
	buf_text(b, "one ");
	buf_char(b, '2');
	buf_add(b, "\0x", 2);
	buf_printf(b, " %s-%d", "three", 4);
	ck_assert_uint_eq(b->len, 15);
	ck_assert_int_eq(memcmp(b->data, "one 2\0x three-4", 16), 0);
	memset(long_text, 'a', sizeof(long_text));
	buf_add(b, long_text, sizeof(long_text));
	ck_assert_uint_eq(b->len, 715);
	ck_assert(!buf_over(b));
	buf_add(b, long_text, 285);
	ck_assert_uint_eq(b->len, 1000);
	ck_assert(!buf_over(b));
	buf_text(b, "");
	ck_assert(!buf_over(b));
	buf_char(b, 'b');
	ck_assert(buf_over(b));
	ck_assert_uint_eq(b->len, 1000);
	ck_assert_int_eq(b->data[1000], '\0');
	buf_clear(b);
	ck_assert(!buf_over(b));
	ck_assert_str_eq(b->data, "");
	talloc_free(ctx);
}
END_TEST

START_TEST(buf_keeps_no_text_with_a_hole)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *b = buf_new(ctx, 4), *none = buf_new(ctx, 0);

	buf_printf(b, "%s", "abcdefgh");
	ck_assert_str_eq(b->data, "abcd");
	ck_assert(buf_over(b));
	b->len = 2; /* even where there would be room again */
	buf_text(b, "x");
	ck_assert_uint_eq(b->len, 2);
	buf_char(none, 'x');
	ck_assert(buf_over(none));
	ck_assert_str_eq(none->data, "");
	talloc_free(ctx);
}
END_TEST

START_TEST(buf_escapes_for_urls)
{
	static const struct {
		int line;
		const char *text, *keep, *want;
	} cases[] = {
		{ __LINE__, "", "", "" },
		{ __LINE__, "AZaz09-._~", "", "AZaz09-._~" },
		{ __LINE__, "/a?b=c&d+e%", "", "%2Fa%3Fb%3Dc%26d%2Be%25" },
		{ __LINE__, "/a?b=c", "/", "/a%3Fb%3Dc" },
		{ __LINE__, " \r\n\x7F\"", "", "%20%0D%0A%7F%22" },
		{ __LINE__, "é", "/", "%C3%A9" },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		struct buf *b = buf_new(ctx, 100);

		buf_url(b, cases[i].text, cases[i].keep);
		ck_assert_msg(!strcmp(b->data, cases[i].want), "line %d: %s", cases[i].line, b->data);
	}
	talloc_free(ctx);
}
END_TEST

/* A pipe takes 64 KB at a time, and a signal may come in between. */
static void nothing(int signal)
{
	(void)signal;
}

START_TEST(a_write_is_whole)
{
	enum { SIZE = 1 << 20 };
	struct sigaction interrupts = { .sa_handler = nothing };
	char *bytes = calloc(1, SIZE), into[4096];
	int pipes[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC), status;
	size_t got = 0;
	ssize_t n;
	pid_t writer;

	ck_assert_int_eq(pipe(pipes), 0);
	ck_assert_int_eq(sigaction(SIGUSR1, &interrupts, NULL), 0);
	writer = fork();
	ck_assert_int_ge(writer, 0);
	if (!writer) {
		close(pipes[0]);
		_exit(!write_all(pipes[1], bytes, SIZE));
	}
	close(pipes[1]);
	while ((n = read(pipes[0], into, sizeof(into))) > 0) {
		got += (size_t)n;
		kill(writer, SIGUSR1);
	}
	ck_assert_uint_eq(got, SIZE);
	ck_assert_int_eq(waitpid(writer, &status, 0), writer);
	ck_assert_int_eq(status, 0);
	ck_assert(!write_all(full, bytes, 1));
	ck_assert_int_eq(errno, ENOSPC);
	close(pipes[0]);
	close(full);
	free(bytes);
}
END_TEST

START_TEST(a_nameless_file_goes_with_its_descriptor)
{
	static const char *const DIRECTORIES[] = { NULL, "", "/nowhere/at/all", "/tmp" };

	for (size_t i = 0; i < N(DIRECTORIES); i++) {
		int fd = open_nameless(DIRECTORIES[i]);
		struct stat st;
		char back = 0;

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(fstat(fd, &st), 0);
		ck_assert_uint_eq(st.st_nlink, 0);
		ck_assert_uint_eq(st.st_mode & 0777, 0600);
		ck_assert(write_all(fd, "x", 1));
		ck_assert_int_eq(pread(fd, &back, 1, 0), 1);
		ck_assert_int_eq(back, 'x');
		close(fd);
	}
}
END_TEST

START_TEST(money_knows_places)
{
	static const struct {
		int line;
		const char *code;
		int places;
	} cases[] = {
		{ __LINE__, "EUR", 2 },	 { __LINE__, "AED", 2 },  { __LINE__, "ZWG", 2 },   { __LINE__, "JPY", 0 },
		{ __LINE__, "BIF", 0 },	 { __LINE__, "XPF", 0 },  { __LINE__, "KWD", 3 },   { __LINE__, "TND", 3 },
		{ __LINE__, "eur", -1 }, { __LINE__, "XXX", -1 }, { __LINE__, "", -1 },	    { __LINE__, "EU", -1 },
		{ __LINE__, "D A", -1 }, { __LINE__, "UR ", -1 }, { __LINE__, "EURO", -1 }, { __LINE__, NULL, -1 },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(money_places(cases[i].code) == cases[i].places, "line %d", cases[i].line);
}
END_TEST

START_TEST(money_refuses_overflow)
{
	int64_t out = 42;

	ck_assert(!money_add(INT64_MAX, 1, &out));
	ck_assert(!money_add(INT64_MIN, -1, &out));
	ck_assert(!money_times(INT64_MAX / 2 + 1, 2, &out));
	ck_assert(!money_times(INT64_MIN, -1, &out));
	ck_assert_int_eq(out, 42);
	ck_assert(money_add(INT64_MAX - 1, 1, &out));
	ck_assert_int_eq(out, INT64_MAX);
	ck_assert(money_times(-1250, 3, &out));
	ck_assert_int_eq(out, -3750);
}
END_TEST

START_TEST(money_is_written)
{
	static const struct {
		int line;
		int64_t minor;
		const char *code, *text;
	} cases[] = {
		{ __LINE__, 1250, "EUR", "12.50 EUR" },
		{ __LINE__, 5, "EUR", "0.05 EUR" },
		{ __LINE__, 0, "EUR", "0.00 EUR" },
		{ __LINE__, -1250, "EUR", "-12.50 EUR" },
		{ __LINE__, -1, "KWD", "-0.001 KWD" },
		{ __LINE__, 1250, "JPY", "1250 JPY" },
		{ __LINE__, 0, "JPY", "0 JPY" },
		{ __LINE__, 1250, "XXX", "1250 minor XXX" },
		{ __LINE__, INT64_MAX, "EUR", "92233720368547758.07 EUR" },
		{ __LINE__, INT64_MIN, "KWD", "-9223372036854775.808 KWD" },
	};
	char out[32];

	for (size_t i = 0; i < N(cases); i++) {
		money_text(cases[i].minor, cases[i].code, out, sizeof(out));
		ck_assert_msg(strcmp(out, cases[i].text) == 0, "line %d: %s", cases[i].line, out);
	}
}
END_TEST

START_TEST(money_is_read)
{
	enum { NO = -1 };
	static const struct {
		int line;
		const char *text, *code;
		int64_t minor;
	} cases[] = {
		{ __LINE__, "12.50", "EUR", 1250 },
		{ __LINE__, "12.5", "EUR", 1250 },
		{ __LINE__, "12", "EUR", 1200 },
		{ __LINE__, "0", "EUR", 0 },
		{ __LINE__, "007", "JPY", 7 },
		{ __LINE__, "1.234", "KWD", 1234 },
		{ __LINE__, "92233720368547758.07", "EUR", INT64_MAX },
		{ __LINE__, "92233720368547758.08", "EUR", NO },
		{ __LINE__, "92233720368547759", "EUR", NO },
		{ __LINE__, "99999999999999999999", "JPY", NO },
		{ __LINE__, "12.345", "EUR", NO },
		{ __LINE__, "12.0", "JPY", NO },
		{ __LINE__, "12.", "EUR", NO },
		{ __LINE__, ".5", "EUR", NO },
		{ __LINE__, "-1", "EUR", NO },
		{ __LINE__, "+1", "EUR", NO },
		{ __LINE__, "1,50", "EUR", NO },
		{ __LINE__, "1 ", "EUR", NO },
		{ __LINE__, " 1", "EUR", NO },
		{ __LINE__, "1.2.3", "KWD", NO },
		{ __LINE__, "", "EUR", NO },
		{ __LINE__, "1", "XXX", NO },
	};

	for (size_t i = 0; i < N(cases); i++) {
		int64_t minor = NO;
		bool ok = money_parse(cases[i].text, cases[i].code, &minor);

		ck_assert_msg(ok == (cases[i].minor != NO), "line %d", cases[i].line);
		ck_assert_msg(minor == cases[i].minor, "line %d", cases[i].line);
	}
}
END_TEST

START_TEST(uuid_round_trips)
{
	uint8_t a[UUID_BYTES], b[UUID_BYTES];
	char text[UUID_SIZE];

	uuid_make(a);
	uuid_make(b);
	ck_assert_int_ne(memcmp(a, b, UUID_BYTES), 0);
	uuid_text(a, text);
	ck_assert_uint_eq(strlen(text), UUID_SIZE - 1);
	ck_assert_int_eq(text[14], '4');
	ck_assert_ptr_nonnull(strchr("89ab", text[19]));
	ck_assert(uuid_parse(text, b));
	ck_assert_mem_eq(a, b, UUID_BYTES);
	ck_assert(uuid_parse("F81D4FAE-7dec-11d0-a765-00A0C91E6BF6", a));
	ck_assert_str_eq(uuid_text(a, text), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
}
END_TEST

START_TEST(uuid_refuses)
{
	static const struct {
		int line;
		const char *text;
	} cases[] = {
		{ __LINE__, "" },
		{ __LINE__, "f81d4fae" },
		{ __LINE__, "f81d4fae7dec11d0a76500a0c91e6bf6" },
		{ __LINE__, "f81d4fae-7dec-11d0-a765-00a0c91e6bf" },
		{ __LINE__, "f81d4fae-7dec-11d0-a765-00a0c91e6bf67" },
		{ __LINE__, "f81d4fae-7dec-11d0-a765-00a0c91e6bfg" },
		{ __LINE__, "{81d4fae-7dec-11d0-a765-00a0c91e6bf6" },
		{ __LINE__, "f81d4fae-7dec-11d0a-765-00a0c91e6bf6" },
	};
	uint8_t out[UUID_BYTES] = { 7 };

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(!uuid_parse(cases[i].text, out), "line %d", cases[i].line);
	ck_assert_uint_eq(out[0], 7);
}
END_TEST

START_TEST(hex_reads_and_writes)
{
	uint8_t out[3];
	char text[7];

	ck_assert_str_eq(hex_text("\x00\x9f\xff", 3, text), "009fff");
	ck_assert(hex_parse("009Fff", out, 3));
	ck_assert_mem_eq(out, "\x00\x9f\xff", 3);
	ck_assert(!hex_parse("009ff", out, 3));
	ck_assert(!hex_parse("009fff0", out, 3));
	ck_assert(!hex_parse("009fff00", out, 3));
	ck_assert(!hex_parse("00 fff", out, 3));
	ck_assert(hex_parse("", out, 0));
}
END_TEST

/* What was drawn ahead before fork(2) is no child's. */
START_TEST(a_name_is_given_once_by_all_processes)
{
	uint8_t given[2][64], ours[64];
	int ends[2];

	random_name(ours, sizeof ours);
	ck_assert_int_eq(pipe(ends), 0);
	for (int i = 0; i < 2; i++) {
		if (fork() == 0) {
			random_name(ours, sizeof ours);
			_exit(write(ends[1], ours, sizeof ours) != sizeof ours);
		}
		ck_assert_int_eq(read(ends[0], given[i], sizeof given[i]), sizeof given[i]);
		wait(NULL);
	}
	random_name(ours, sizeof ours);
	ck_assert_int_ne(memcmp(given[0], given[1], sizeof ours), 0);
	ck_assert_int_ne(memcmp(given[0], ours, sizeof ours), 0);
	ck_assert_int_ne(memcmp(given[1], ours, sizeof ours), 0);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(random_stays_below)
{
	bool seen[5] = { false };
	int low = 0;

	for (int i = 0; i < 500; i++) {
		uint32_t value = random_below(5);

		ck_assert_uint_lt(value, 5);
		seen[value] = true;
	}
	for (size_t i = 0; i < N(seen); i++)
		ck_assert_msg(seen[i], "%zu never came", i);
	ck_assert_uint_eq(random_below(1), 0);
	/* A third of these lies in the first third; a plain modulo would put half of them there. */
	for (int i = 0; i < 3000; i++)
		low += random_below(0xc0000000u) < 0x40000000u;
	ck_assert_int_gt(low, 800);
	ck_assert_int_lt(low, 1200);
}
END_TEST

START_TEST(list_walks)
{
	const char *at = " one, two ,,three four ,", *item;
	static const char *const want[] = { "one", "two", "", "three four" };
	size_t len, n = 0;

	while ((item = list_next(&at, ',', &len))) {
		ck_assert_uint_lt(n, N(want));
		ck_assert_uint_eq(len, strlen(want[n]));
		ck_assert_mem_eq(item, want[n], len);
		n++;
	}
	ck_assert_uint_eq(n, N(want));
	ck_assert(list_has("a, bc", ',', "bc"));
	ck_assert(!list_has("a, bc", ',', "b"));
	ck_assert(!list_has("", ',', "b"));
	ck_assert_uint_eq(list_prefix("https:// http://", "http://x", 8), 7);
	ck_assert_uint_eq(list_prefix("https:// http://", "http://", 7), 0);
	ck_assert_uint_eq(list_prefix("https:// http://", "ftp://x", 7), 0);
}
END_TEST

START_TEST(row_is_read_by_name)
{
	static const struct column columns[] = {
		{ "id", COL_INT }, { "open", COL_BOOL }, { "title", COL_TEXT }, { "at", COL_TIME }
	};
	static const struct cell cells[] = {
		{ .i = 1 },
		{ .i = 1 },
		{ .s = "First", .len = 5 },
		{ .i = 1000 },
		{ .null = true, .i = 9 },
		{ .null = true, .i = 9 },
		{ .null = true, .i = 9 },
		{ .null = true, .i = 9 },
	};
	struct rows rows = { 2, 4, columns, cells };
	struct row first = row_at(&rows, 0), second = row_at(&rows, 1);

	ck_assert_int_eq(row_int(&first, "id"), 1);
	ck_assert(row_bool(&first, "open"));
	ck_assert_str_eq(row_text(&first, "title"), "First");
	ck_assert(row_is(&first, "title", "First"));
	ck_assert(!row_is(&first, "title", "first"));
	ck_assert_int_eq(row_time(&first, "at"), 1000);
	ck_assert(!row_null(&first, "id"));
	ck_assert(row_has(&first, "open"));
	ck_assert(!row_has(&first, "closed"));
	ck_assert_ptr_eq(row_cell(&second, "id"), &cells[4]);
	ck_assert(row_null(&second, "id"));
	ck_assert_int_eq(row_int(&second, "id"), 0);
	ck_assert(!row_bool(&second, "open"));
	ck_assert_str_eq(row_text(&second, "title"), "");
	ck_assert(row_is(&second, "title", ""));
	ck_assert_int_eq(row_time(&second, "at"), 0);
}
END_TEST

START_TEST(rows_are_a_list_of_one_page)
{
	static const struct column COLUMNS[] = { { "id", COL_INT } };
	static const struct cell CELLS[] = { { .i = 1 }, { .i = 2 } };
	const struct rows rows = { 2, 1, COLUMNS, CELLS }, none = { 0, 1, COLUMNS, NULL };
	struct row_list *list = rows_list(NULL, &rows), *empty = rows_list(list, &none);
	struct row_source *source = list->source(list);
	bool estimated = true;

	ck_assert_int_eq(list->count(list, &estimated), 2);
	ck_assert(!estimated);
	ck_assert_ptr_eq(list->page(list, 3, 1), &rows);
	ck_assert_ptr_eq(source->next(source), &rows);
	ck_assert_ptr_null(source->next(source));
	source = empty->source(empty);
	ck_assert_ptr_eq(source->next(source), &none); /* which has the columns */
	ck_assert_ptr_null(source->next(source));
	talloc_free(list);
}
END_TEST

START_TEST(a_joined_row_reads_in_parts)
{
	static const struct column COLUMNS[] = { { "order.id", COL_INT },
						 { "item.id", COL_INT },
						 { "order.event.id", COL_INT } };
	static const struct cell CELLS[] = { { .i = 1 }, { .i = 11 }, { .i = 7 }, { .i = 1 }, { .i = 12 }, { .i = 7 } };
	struct rows *rows = talloc(NULL, struct rows);
	const struct rows *orders, *items;
	struct row row;

	*rows = (struct rows){ 2, 3, COLUMNS, CELLS };
	orders = rows_part(rows, "order.");
	items = rows_part(rows, "item.");
	ck_assert_uint_eq(orders->n, 2);
	ck_assert_uint_eq(orders->n_columns, 2);
	row = row_at(orders, 1);
	ck_assert_int_eq(row_int(&row, "id"), 1);
	ck_assert_int_eq(row_int(&row, "event.id"), 7);
	ck_assert(!row_has(&row, "order.id"));
	ck_assert_uint_eq(items->n_columns, 1);
	ck_assert_ptr_eq(row_with_id(items, "id", 12, &row), &row);
	ck_assert_int_eq(row_int(&row, "id"), 12);
	ck_assert_ptr_null(row_with_id(items, "id", 13, &row));
	ck_assert_ptr_null(row_with_id(&(struct rows){ 0 }, "id", 12, &row));
	talloc_free(rows);
}
END_TEST

Suite *base_suite(void)
{
	Suite *suite = suite_create("base");
	TCase *tests = tcase_create("base");

	tcase_add_test(tests, arg_picks_by_type);
	tcase_add_test(tests, buf_grows_and_stops);
	tcase_add_test(tests, buf_keeps_no_text_with_a_hole);
	tcase_add_test(tests, buf_escapes_for_urls);
	tcase_add_test(tests, a_write_is_whole);
	tcase_add_test(tests, a_nameless_file_goes_with_its_descriptor);
	tcase_add_test(tests, money_knows_places);
	tcase_add_test(tests, money_refuses_overflow);
	tcase_add_test(tests, money_is_written);
	tcase_add_test(tests, money_is_read);
	tcase_add_test(tests, uuid_round_trips);
	tcase_add_test(tests, uuid_refuses);
	tcase_add_test(tests, hex_reads_and_writes);
	tcase_add_test(tests, a_name_is_given_once_by_all_processes);
	tcase_add_test(tests, random_stays_below);
	tcase_add_test(tests, list_walks);
	tcase_add_test(tests, row_is_read_by_name);
	tcase_add_test(tests, a_joined_row_reads_in_parts);
	tcase_add_test(tests, rows_are_a_list_of_one_page);
	suite_add_tcase(suite, tests);
	return suite;
}
