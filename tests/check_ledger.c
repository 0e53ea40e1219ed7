/* Where the lines of a long ledger are looked for: whatever is asked for, no line that fits lies outside of its bounds, also of what was
 * posted since the days were added up. */
#include "base/log.h"
#include "check_database.h"
#include "store/finance.h"
#include "store/tally.h"

Suite *ledger_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

enum { TRANSFERS = 300 };

static const ms_t NOW = INT64_C(1795000000000);

static TALLOC_CTX *ctx;
static struct db *db;

static void make_database(void)
{
	TALLOC_CTX *top = talloc_new(NULL);

	log_threshold(LOG_ERROR_ + 1);
	check_database(top, check_config(top, "gatehouse_check_ledger"), "sql/migrations");
	talloc_free(top);
}

static void post(const char *kind, int64_t noun_id, int64_t from, int64_t to, ms_t at)
{
	int64_t id;

	ck_assert_int_eq(db_exec(db,
				 "INSERT INTO ledger_transfer (kind, noun, noun_id, at) VALUES (?, 'payment', ?, ?)",
				 args(kind, noun_id, arg_time(at))),
			 1);
	id = db_int(db, "SELECT LAST_INSERT_ID()", no_args);
	ck_assert_int_eq(
		db_exec(db,
			"INSERT INTO ledger_entry (transfer_id, account_id, amount) VALUES (?, ?, -100), (?, ?, 100)",
			args(id, from, id, to)),
		2);
}

static void add_up(void)
{
	bool more = true;

	while (more)
		ck_assert(tally_add(db, TALLY_BOOK, "UTC", NOW, &more));
}

/* Forty days of sales, with reloads in the middle of them; neighbours by id are up to a day apart. */
static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	db = db_new(ctx, check_config(ctx, "gatehouse_check_ledger"));
	db_memory(db, ctx);
	check_script(
		db,
		"SET FOREIGN_KEY_CHECKS = 0;"
		"TRUNCATE ledger_entry; TRUNCATE ledger_transfer; TRUNCATE ledger_account; TRUNCATE book_day; TRUNCATE day_sum;"
		"SET FOREIGN_KEY_CHECKS = 1;"
		"INSERT INTO ledger_account (id, kind, owner_id, currency, balance) VALUES (1, 'provider', 1, 'EUR', NULL),"
		" (2, 'organizer', 5, 'EUR', NULL), (3, 'card', 9, 'EUR', 100000), (4, 'organizer', 6, 'KWD', NULL),"
		" (5, 'provider', 1, 'KWD', NULL)");
	for (int i = 0; i < TRANSFERS; i++) {
		ms_t at = NOW - 40 * MS_DAY + i * (39 * MS_DAY / TRANSFERS) + i * 7919 % 24 * MS_HOUR;

		if (i > 100 && i < 200 && i % 5 == 0)
			post("reload", i, 1, 3, at);
		else
			post("sale", i, i % 9 ? 1 : 5, i % 9 ? 2 : 4, at);
	}
	add_up();
}

static void teardown(void)
{
	talloc_free(ctx);
}

#define LINES                                                                                                          \
	"SELECT COUNT(*) FROM ledger_entry e JOIN ledger_transfer x ON x.id = e.transfer_id"                           \
	" JOIN ledger_account a ON a.id = e.account_id WHERE (e.id < ? OR e.id > ?)"
#define OF_THESE                                                                                                       \
	" AND (? IS NULL OR a.kind = ?) AND (? IS NULL OR a.currency = ?) AND (? IS NULL OR x.noun = ?)"               \
	" AND (? IS NULL OR x.kind = ?)"

static const struct ledger_of ASKED[] = { { .kind = "provider" },
					  { .kind = "organizer" },
					  { .kind = "card" },
					  { .currency = "EUR" },
					  { .currency = "KWD" },
					  { .kind = "provider", .currency = "KWD" },
					  { .kind = "merchant" },
					  { .transfer = "reload" },
					  { .noun = "payment" },
					  { .transfer = "sale", .currency = "KWD" },
					  { .noun = "payment", .kind = "card" } };

static int64_t outside(const struct ledger_of *of, int64_t first, int64_t last)
{
	return db_int(db, LINES OF_THESE,
		      args(first, last, of->kind, of->kind, of->currency, of->currency, of->noun, of->noun,
			   of->transfer, of->transfer));
}

START_TEST(no_line_of_an_account_lies_outside)
{
	int64_t first, last;

	for (size_t i = 0; i < N(ASKED); i++) {
		ledger_lines_of(db, &ASKED[i], &first, &last);
		ck_assert_int_eq(outside(&ASKED[i], first, last), 0);
	}
	/* And they are bounds: reloads were in the middle alone. */
	ledger_lines_of(db, &ASKED[2], &first, &last);
	ck_assert(first > 1 && last < 2 * TRANSFERS);
}
END_TEST

START_TEST(what_was_posted_since_has_none)
{
	int64_t first, last;

	post("reload", 9999, 1, 3, NOW - MS_MINUTE);
	for (size_t i = 0; i < N(ASKED); i++) {
		ledger_lines_of(db, &ASKED[i], &first, &last);
		ck_assert_int_eq(outside(&ASKED[i], first, last), 0);
	}
	ledger_lines_of(db, &ASKED[2], &first, &last);
	ck_assert(first == 1 && last == INT64_MAX);
	ledger_lines_of(db, &ASKED[4], &first, &last); /* nothing of this currency came */
	ck_assert(last < INT64_MAX);
}
END_TEST

START_TEST(no_line_of_some_days_lies_outside)
{
	int64_t first, last;

	post("sale", 9999, 1, 2, NOW - MS_MINUTE);
	for (int from = 0; from <= 42; from += 3)
		for (int to = 0; to < from; to += 2) {
			ms_t begins = NOW - from * MS_DAY, ends = NOW - to * MS_DAY;

			ledger_between(db, begins, ends, NOW, &first, &last);
			ck_assert_int_eq(db_int(db, LINES " AND x.at >= ? AND x.at < ?",
						args(first, last, arg_time(begins), arg_time(ends))),
					 0);
		}
	ledger_between(db, 0, NOW - 900 * MS_DAY, NOW, &first, &last);
	ck_assert_int_eq(last, 0);
	ledger_between(db, 0, NOW - 20 * MS_DAY, NOW, &first, &last);
	ck_assert(last < 2 * TRANSFERS);
}
END_TEST

static void each_is_counted(void)
{
	for (size_t i = 0; i < N(ASKED); i++)
		ck_assert_int_eq(ledger_lines_count(db, &ASKED[i]), outside(&ASKED[i], INT64_MAX, 0));
}

START_TEST(their_number_is_that_of_their_lines)
{
	each_is_counted();
	post("reload", 9998, 1, 3, NOW - MS_MINUTE);
	post("sale", 9999, 5, 4, NOW - MS_MINUTE);
	each_is_counted();
	check_script(db, "DELETE FROM book_day; DELETE FROM day_sum");
	each_is_counted();
	ck_assert_int_gt(ledger_lines_count(db, &ASKED[0]), 0);
}
END_TEST

/* Few lines are better found by their account; of many none is the one. */
START_TEST(few_are_told_from_many_and_from_none_of_that_name)
{
	bool few = false;

	ck_assert_int_eq(ledger_account_of(db, &(struct ledger_of){ .kind = "card" }, &few), 3);
	ck_assert(few);
	ck_assert_int_eq(ledger_account_of(db, &(struct ledger_of){ .currency = "KWD" }, &few), 0);
	ck_assert(few);
	check_script(
		db,
		"INSERT INTO ledger_account (kind, owner_id, currency, balance) SELECT 'card', 100 + seq, 'USD', 0 FROM seq_1_to_60");
	ck_assert_int_eq(ledger_account_of(db, &(struct ledger_of){ .currency = "USD" }, &few), 0);
	ck_assert(!few);
	ck_assert_int_eq(ledger_account_of(db, &(struct ledger_of){ .owner_id = 140, .owned = true }, &few),
			 db_int(db, "SELECT id FROM ledger_account WHERE owner_id = 140", no_args));
}
END_TEST

Suite *ledger_suite(void)
{
	Suite *suite = suite_create("ledger");
	TCase *tests = tcase_create("lines");

	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, no_line_of_an_account_lies_outside);
	tcase_add_test(tests, what_was_posted_since_has_none);
	tcase_add_test(tests, no_line_of_some_days_lies_outside);
	tcase_add_test(tests, their_number_is_that_of_their_lines);
	tcase_add_test(tests, few_are_told_from_many_and_from_none_of_that_name);
	suite_add_tcase(suite, tests);
	return suite;
}
