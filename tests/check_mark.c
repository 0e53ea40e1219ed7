/* Where the rows of a long table stand, told by marks, is where counting finds them: at every place, before all is marked and after, with
 * gaps among the ids, and whatever commits late. */
#include "base/log.h"
#include "check_database.h"
#include "store/mark.h"

Suite *mark_suite(void);

enum { CARDS = 3 * MARK_STEP + 100 };

static const ms_t NOW = INT64_C(1795000000000);

static TALLOC_CTX *ctx;
static struct db *db;

static void make_database(void)
{
	TALLOC_CTX *top = talloc_new(NULL);

	log_threshold(LOG_ERROR_ + 1);
	check_database(top, check_config(top, "gatehouse_check_mark"), "sql/migrations");
	talloc_free(top);
}

/* Every third id from one on, of moments that go up and down: within an hour they are in any order. */
static void make_cards(int64_t from, int64_t n)
{
	ck_assert_int_eq(
		db_exec(db,
			"INSERT INTO nfc_card (id, uid, status, created_at)"
			" SELECT ? + 3 * seq, HEX(? + 3 * seq), 'stock', ? + INTERVAL seq * 60 + seq * 7919 % 3600 SECOND"
			" FROM seq_0_to_20000 WHERE seq < ?",
			args(from, from, arg_time(NOW - 30 * MS_DAY), n)),
		n);
}

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	db = db_new(ctx, check_config(ctx, "gatehouse_check_mark"));
	db_memory(db, ctx);
	check_script(db, "DELETE FROM nfc_card; DELETE FROM row_mark; DELETE FROM row_seen;");
	make_cards(7, CARDS);
}

static void teardown(void)
{
	talloc_free(ctx);
}

static void add(ms_t now)
{
	bool more = true;

	while (more)
		ck_assert(marks_add(db, now, &more));
}

static int64_t n_marks(void)
{
	return db_int(db, "SELECT COUNT(*) FROM row_mark WHERE what = 'nfc_card'", no_args);
}

/* All that was there some while ago. */
static void add_settled(void)
{
	add(NOW);
	add(NOW + MARK_OVERLAP_S * MS_SECOND);
}

static void stands_at(int64_t place, int64_t n)
{
	int64_t first = 0, last = 0;
	bool any = marks_range(db, "nfc_card", place, n, &first, &last);
	const struct row *row = db_one(
		db,
		"SELECT MIN(id) AS first, MAX(id) AS last FROM (SELECT id FROM nfc_card ORDER BY id LIMIT ? OFFSET ?) t",
		args(n, place - 1));

	ck_assert(any == !row_null(row, "first"));
	if (any) {
		ck_assert_int_eq(first, row_int(row, "first"));
		ck_assert_int_eq(last, row_int(row, "last"));
	}
}

static void all_stands(int64_t cards)
{
	ck_assert_int_eq(marks_count(db, "nfc_card"), cards);
	for (int64_t place = 1; place < cards + 40; place += 37)
		stands_at(place, 20);
	for (int64_t around = MARK_STEP; around < cards; around += MARK_STEP)
		for (int64_t place = around - 1; place <= around + 2; place++) {
			stands_at(place, 1);
			stands_at(place, 2);
		}
	stands_at(cards, 20);
	stands_at(cards + 1, 20);
}

START_TEST(every_row_stands_where_counting_finds_it)
{
	all_stands(CARDS);
	add_settled();
	ck_assert_int_eq(n_marks(), 3);
	all_stands(CARDS);
	make_cards(100000, 5 * MARK_STEP);
	all_stands(CARDS + 5 * MARK_STEP);
	ck_assert(marks_add_all(db));
	ck_assert_int_eq(n_marks(), 8);
	all_stands(CARDS + 5 * MARK_STEP);
}
END_TEST

/* Its id is lower than those of others, who committed before it. */
START_TEST(what_commits_late_is_counted_all_the_same)
{
	int64_t bad;

	add(NOW);
	ck_assert_int_eq(n_marks(), 0);
	check_script(db,
		     "INSERT INTO nfc_card (id, uid, status, created_at) VALUES (8, 'LATE', 'stock', '2026-01-01')");
	add(NOW + MARK_OVERLAP_S * MS_SECOND - 1);
	ck_assert_int_eq(n_marks(), 0);
	add(NOW + MARK_OVERLAP_S * MS_SECOND);
	ck_assert_int_eq(n_marks(), 3);
	all_stands(CARDS + 1);
	ck_assert(marks_verify(db, &bad));
}
END_TEST

START_TEST(who_has_too_many_to_count_is_told_so)
{
	make_cards(100000, MARK_TAIL - CARDS);
	ck_assert_int_eq(marks_count(db, "nfc_card"), MARK_TAIL);
	make_cards(200000, 1);
	ck_assert_int_eq(marks_count(db, "nfc_card"), -1);
	ck_assert(marks_add_all(db));
	ck_assert_int_eq(marks_count(db, "nfc_card"), MARK_TAIL + 1);
}
END_TEST

static int64_t outside(int64_t first, int64_t last, ms_t from, ms_t to)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM nfc_card WHERE (id < ? OR id > ?) AND (? IS NULL OR created_at >= ?)"
		      " AND (? IS NULL OR created_at < ?)",
		      args(first, last, arg_time_or_null(from), arg_time_or_null(from), arg_time_or_null(to),
			   arg_time_or_null(to)));
}

static void all_within(void)
{
	int64_t first, last;

	for (int hour = 0; hour < 24 * 40; hour += 5) {
		ms_t at = NOW - 31 * MS_DAY + hour * MS_HOUR;

		marks_between(db, "nfc_card", at, 0, &first, &last);
		ck_assert_int_eq(outside(first, last, at, 0), 0);
		marks_between(db, "nfc_card", 0, at, &first, &last);
		ck_assert_int_eq(outside(first, last, 0, at), 0);
		marks_between(db, "nfc_card", at, at + 7 * MS_HOUR, &first, &last);
		ck_assert_int_eq(outside(first, last, at, at + 7 * MS_HOUR), 0);
	}
}

START_TEST(no_row_of_a_span_lies_outside)
{
	int64_t first, last;

	all_within();
	add_settled();
	all_within();
	/* And they are bounds. */
	marks_between(db, "nfc_card", 0, NOW - 40 * MS_DAY, &first, &last);
	ck_assert_int_eq(last, 0);
	marks_between(db, "nfc_card", NOW - 30 * MS_DAY + MARK_STEP * MS_MINUTE + 2 * MS_HOUR, 0, &first, &last);
	ck_assert_int_gt(first, MARK_STEP);
	/* One of long ago comes now. */
	check_script(db,
		     "INSERT INTO nfc_card (id, uid, status, created_at) VALUES (99999, 'OLD', 'stock', '2020-01-01')");
	all_within();
	marks_between(db, "nfc_card", 0, NOW - 40 * MS_DAY, &first, &last);
	ck_assert_int_eq(last, INT64_MAX);
}
END_TEST

START_TEST(marks_that_stand_wrong_are_found_and_made_anew)
{
	const struct rows *rows;
	int64_t bad = 0;
	size_t found = 0;

	add_settled();
	ck_assert(marks_verify(db, &bad));
	check_script(db, "DELETE FROM nfc_card WHERE id = 7 + 3 * 600");
	ck_assert(!marks_verify(db, &bad));
	ck_assert_int_eq(bad, 2 * MARK_STEP);
	for (size_t i = 0; (rows = marks_faults(db, i)); i++)
		for (size_t k = 0; k < rows->n; k++, found++) {
			struct row row = row_at(rows, k);

			ck_assert_str_eq(row_text(&row, "what"), "nfc_card");
			ck_assert(row_int(&row, "id") != row_int(&row, "id_found"));
			marks_reset(db, row_text(&row, "what"));
		}
	ck_assert_uint_eq(found, 2); /* and the one behind it */
	ck_assert(marks_verify(db, &bad));
	all_stands(CARDS - 1);
	/* A moment that its rows have not would hide some of them. */
	ck_assert(marks_add_all(db));
	check_script(db, "UPDATE row_mark SET first_at = first_at + INTERVAL 1 DAY WHERE place = 512");
	ck_assert(!marks_verify(db, &bad));
	ck_assert_int_eq(bad, MARK_STEP);
}
END_TEST

Suite *mark_suite(void)
{
	Suite *suite = suite_create("mark");
	TCase *tests = tcase_create("marks");

	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, every_row_stands_where_counting_finds_it);
	tcase_add_test(tests, what_commits_late_is_counted_all_the_same);
	tcase_add_test(tests, who_has_too_many_to_count_is_told_so);
	tcase_add_test(tests, no_row_of_a_span_lies_outside);
	tcase_add_test(tests, marks_that_stand_wrong_are_found_and_made_anew);
	suite_add_tcase(suite, tests);
	return suite;
}
