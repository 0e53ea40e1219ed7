/* What a scan and a sale decide, and the audit chain's links: every combination of the facts, not a
 * choice of them. */
#include "rules/audit.h"
#include "rules/price.h"
#include "rules/scan.h"
#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *verdicts_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define NOW INT64_C(1790000000000)

/* ---- scans ---- */

static const struct scan_facts CODE_IN = { .scanning_enabled = true,
					   .event_live = true,
					   .now = NOW,
					   .opens = NOW - MS_DAY,
					   .closes = NOW + MS_DAY,
					   .found = true,
					   .this_event = true,
					   .newest_code = true,
					   .valid = true,
					   .re_entry = true };

/* clang-format off */
#define LIKE(...)                                                                                  \
	{                                                                                          \
		.scanning_enabled = true, .event_live = true, .now = NOW, .opens = NOW - MS_DAY,   \
		.closes = NOW + MS_DAY, .found = true, .card_known = true, .card_active = true,    \
		.this_event = true, .newest_code = true, .valid = true, .re_entry = true,          \
		__VA_ARGS__                                                                        \
	}
/* clang-format on */

START_TEST(each_fact_decides)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
	static const struct {
		int line;
		struct scan_facts facts;
		const char *result, *reason;
	} cases[] = {
		{ __LINE__, LIKE(.entries = 0), "valid", "ok" },
		{ __LINE__, LIKE(.presence = OUTSIDE, .entries = 1), "valid", "ok" },
		{ __LINE__, LIKE(.presence = INSIDE, .entries = 1, .out = true), "valid", "ok" },
		{ __LINE__, LIKE(.by_card = true, .newest_code = false), "valid", "ok" },
		{ __LINE__, LIKE(.event_live = false), "invalid", "event_not_live" },
		{ __LINE__, LIKE(.scanning_enabled = false), "invalid", "scanning_off" },
		{ __LINE__, LIKE(.opens = NOW + 1), "invalid", "too_early" },
		{ __LINE__, LIKE(.opens = NOW), "valid", "ok" },
		{ __LINE__, LIKE(.closes = NOW - 1), "invalid", "too_late" },
		{ __LINE__, LIKE(.closes = NOW), "valid", "ok" },
		{ __LINE__, LIKE(.opens = NOW + 1, .presence = INSIDE, .entries = 1, .out = true), "valid", "ok" },
		{ __LINE__, LIKE(.closes = NOW - 1, .presence = INSIDE, .entries = 1, .out = true), "valid", "ok" },
		{ __LINE__, LIKE(.found = false), "not_found", "unknown_code" },
		{ __LINE__, LIKE(.found = false, .forged = true), "invalid", "forged" },
		{ __LINE__, LIKE(.forged = true), "invalid", "forged" },
		{ __LINE__, LIKE(.found = false, .unread = true), "not_found", "not_read" },
		{ __LINE__, LIKE(.by_card = true, .card_known = false), "not_found", "unknown_card" },
		{ __LINE__, LIKE(.by_card = true, .card_active = false), "invalid", "card_blocked" },
		{ __LINE__, LIKE(.by_card = true, .found = false), "not_found", "no_ticket" },
		{ __LINE__, LIKE(.this_event = false), "invalid", "wrong_event" },
		{ __LINE__, LIKE(.newest_code = false), "invalid", "superseded" },
		{ __LINE__, LIKE(.valid = false), "invalid", "cancelled" },
		{ __LINE__, LIKE(.valid = false, .refunded = true), "invalid", "refunded" },
		{ __LINE__, LIKE(.presence = INSIDE, .entries = 1), "already_scanned", "inside" },
		{ __LINE__, LIKE(.presence = OUTSIDE, .entries = 1, .re_entry = false), "already_scanned",
		  "no_re_entry" },
		{ __LINE__, LIKE(.re_entry = false), "valid", "ok" },
		{ __LINE__, LIKE(.out = true), "invalid", "not_inside" },
		{ __LINE__, LIKE(.presence = OUTSIDE, .entries = 1, .out = true), "invalid", "not_inside" },
		{ __LINE__, LIKE(.presence = INSIDE, .entries = 1, .repeats = true), "already_scanned",
		  "just_scanned_here" },
		{ __LINE__, LIKE(.presence = OUTSIDE, .entries = 1, .out = true, .repeats = true), "already_scanned",
		  "just_scanned_here" },
		{ __LINE__, LIKE(.presence = INSIDE, .entries = 1, .valid = false, .repeats = true), "invalid",
		  "cancelled" },
		{ __LINE__, LIKE(.presence = INSIDE, .entries = 1, .newest_code = false, .repeats = true), "invalid",
		  "superseded" },
	};
#pragma GCC diagnostic pop

	for (size_t i = 0; i < N(cases); i++) {
		struct verdict v = scan_verdict(&cases[i].facts);

		ck_assert_msg(strcmp(v.result, cases[i].result) == 0 && strcmp(v.reason, cases[i].reason) == 0,
			      "line %d: %s, %s", cases[i].line, v.result, v.reason);
		ck_assert_msg(v.moves == (strcmp(v.result, "valid") == 0), "line %d: moves", cases[i].line);
		ck_assert_msg(*v.sentence && *scan_sentence(v.reason, false, false), "line %d: sentence",
			      cases[i].line);
	}
	ck_assert_str_eq(scan_sentence("nonsense", false, false), "");
}
END_TEST

/* The facts of combination n: one bit each. */
static struct scan_facts combine(unsigned n)
{
	struct scan_facts f = CODE_IN;

	f.scanning_enabled = n & 1;
	f.event_live = n & 2;
	f.opens = n & 4 ? NOW - 1 : NOW + 1;
	f.closes = n & 8 ? NOW + 1 : NOW - 1;
	f.found = n & 16;
	f.card_known = n & 32;
	f.card_active = n & 64;
	f.by_card = n & 128;
	f.forged = n & 256;
	f.this_event = n & 512;
	f.newest_code = n & 1024;
	f.valid = n & 2048;
	f.refunded = n & 4096;
	f.re_entry = n & 8192;
	f.out = n & 16384;
	f.entries = n & 32768 ? 1 : 0;
	f.presence = (enum presence)(n >> 16);
	return f;
}

/* Written the other way round than the rule: everything that must be so for a ticket to move. */
static bool may_move(const struct scan_facts *f)
{
	bool in_time = f->out || (f->opens <= f->now && f->now <= f->closes);
	bool gate = f->scanning_enabled && f->event_live && in_time;
	bool held_up = f->by_card ? f->card_known && f->card_active : !f->forged && f->newest_code;
	bool ticket = f->found && f->this_event && f->valid && !f->refunded;
	bool way = f->out ? f->presence == INSIDE : f->presence != INSIDE && (f->entries == 0 || f->re_entry);

	return gate && held_up && ticket && way;
}

START_TEST(every_combination_is_decided)
{
	unsigned moved = 0;

	for (unsigned n = 0; n < 3u << 16; n++) {
		struct scan_facts f = combine(n);
		struct verdict v = scan_verdict(&f);
		bool valid = strcmp(v.result, "valid") == 0;

		ck_assert_msg(v.moves == may_move(&f), "combination %x: %s", n, v.reason);
		ck_assert_msg(valid == v.moves && (strcmp(v.reason, "ok") == 0) == valid, "combination %x", n);
		ck_assert_msg(*v.sentence, "combination %x", n);
		moved += v.moves;
	}
	ck_assert_uint_gt(moved, 0);
}
END_TEST

static bool is_one_of(const char *reason, const char *const reasons[])
{
	while (*reasons && strcmp(*reasons, reason) != 0)
		reasons++;
	return *reasons;
}

/* As the verdict has it, also where a day began since, or somebody is out for a while. */
START_TEST(a_rank_is_what_the_verdict_says_of_where_a_ticket_stands)
{
	static const char *const THERE[] = { "inside", "not_inside", NULL }, *const NEARLY[] = { "no_re_entry",
												 "used_today",
												 "not_on_leave", NULL };
	unsigned ranks[RANK_THERE + 1] = { 0 };

	for (unsigned n = 0; n < 3u << 19; n++) {
		struct scan_facts f = combine(n >> 3);
		struct verdict v;
		enum scan_rank rank;

		f.leave = n & 1;
		f.on_leave = n & 2;
		f.day_began = n & 4 ? NOW - MS_HOUR : 0;
		f.last_in_at = f.entries ? NOW - MS_DAY : 0;
		rank = scan_rank(&f);
		v = scan_verdict(&f);
		ck_assert_msg(!v.moves || rank == RANK_MAY, "combination %x", n);
		ck_assert_msg(!is_one_of(v.reason, THERE) || rank == RANK_THERE, "combination %x: %s", n, v.reason);
		ck_assert_msg(!is_one_of(v.reason, NEARLY) || rank == RANK_NEARLY, "combination %x: %s", n, v.reason);
		ranks[rank]++;
	}
	ck_assert(ranks[RANK_MAY] && ranks[RANK_NEARLY] && ranks[RANK_THERE]);
}
END_TEST

/* It lets nobody in and keeps nobody out: only what a scan is told that comes too late. */
START_TEST(a_repeated_scan_moves_nothing)
{
	unsigned told = 0;

	for (unsigned n = 0; n < 3u << 16; n++) {
		struct scan_facts f = combine(n);
		struct verdict plain = scan_verdict(&f), repeated;

		f.repeats = true;
		repeated = scan_verdict(&f);
		ck_assert_msg(repeated.moves == plain.moves, "combination %x", n);
		ck_assert_msg(plain.late == !!strcmp(repeated.reason, plain.reason), "combination %x: %s", n,
			      plain.reason);
		if (!plain.late)
			continue;
		ck_assert_str_eq(repeated.reason, "just_scanned_here");
		ck_assert_msg(!plain.moves && repeated.late, "combination %x: %s", n, plain.reason);
		told++;
	}
	ck_assert_uint_gt(told, 0);
}
END_TEST

START_TEST(presences_have_names)
{
	for (int i = NEVER_IN; i <= OUTSIDE; i++)
		ck_assert_int_eq(presence_named(presence_name((enum presence)i)), i);
	ck_assert_str_eq(presence_name(NEVER_IN), "never");
}
END_TEST

/* ---- prices and sales ---- */

START_TEST(prices_add_up)
{
	static const struct {
		int line;
		int64_t unit[2], quantity[2];
		struct promo promo;
		bool good;
		int64_t subtotal, discount;
	} cases[] = {
		{ __LINE__, { 1250, 300 }, { 2, 3 }, { 0, 0 }, true, 3400, 0 },
		{ __LINE__, { 0, 0 }, { 4, 0 }, { 50, 0 }, true, 0, 0 },
		{ __LINE__, { 1, 0 }, { 1, 0 }, { 50, 0 }, true, 1, 1 },  /* 0.50 rounds up */
		{ __LINE__, { 49, 0 }, { 1, 0 }, { 1, 0 }, true, 49, 0 }, /* 0.49 rounds down */
		{ __LINE__, { 50, 0 }, { 1, 0 }, { 1, 0 }, true, 50, 1 },
		{ __LINE__, { 333, 0 }, { 3, 0 }, { 33, 0 }, true, 999, 330 }, /* 329.67, once on the whole */
		{ __LINE__, { 999, 0 }, { 1, 0 }, { 100, 0 }, true, 999, 999 },
		{ __LINE__, { 500, 0 }, { 1, 0 }, { 0, 200 }, true, 500, 200 },
		{ __LINE__, { 500, 0 }, { 1, 0 }, { 0, 501 }, true, 500, 500 },
		{ __LINE__, { 500, 0 }, { 1, 0 }, { 0, INT64_MAX }, true, 500, 500 },
		{ __LINE__, { 500, 0 }, { 1, 0 }, { 50, 300 }, true, 500, 500 },
		{ __LINE__, { INT64_MAX, 0 }, { 1, 5 }, { 100, 0 }, true, INT64_MAX, INT64_MAX },
		{ __LINE__, { INT64_MAX, 0 }, { 1, 5 }, { 50, 0 }, true, INT64_MAX, INT64_C(4611686018427387904) },
		{ __LINE__, { INT64_MAX, 1 }, { 1, 1 }, { 0, 0 }, false, 0, 0 },
		{ __LINE__, { INT64_MAX / 2, 0 }, { 3, 0 }, { 0, 0 }, false, 0, 0 },
		{ __LINE__, { 100, 0 }, { -1, 0 }, { 0, 0 }, false, 0, 0 },
		{ __LINE__, { -100, 0 }, { 1, 0 }, { 0, 0 }, false, 0, 0 },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct price price = { 1, 2, 3 };

		ck_assert_msg(price_of(cases[i].unit, cases[i].quantity, 2, &cases[i].promo, &price) == cases[i].good,
			      "line %d", cases[i].line);
		if (!cases[i].good)
			continue;
		ck_assert_msg(price.subtotal == cases[i].subtotal && price.discount == cases[i].discount &&
				      price.total == cases[i].subtotal - cases[i].discount,
			      "line %d: %lld off", cases[i].line, (long long)price.discount);
	}
}
END_TEST

START_TEST(prices_without_promo)
{
	const int64_t unit[] = { 700 }, quantity[] = { 2 };
	struct price price;

	ck_assert(price_of(unit, quantity, 1, NULL, &price));
	ck_assert_int_eq(price.total, 1400);
	ck_assert(price_of(unit, quantity, 0, NULL, &price));
	ck_assert_int_eq(price.total, 0);
}
END_TEST

START_TEST(sales_open_and_close)
{
	static const struct {
		int line;
		ms_t start, end, event_ends;
		enum sale_state want;
	} cases[] = {
		{ __LINE__, 0, 0, NOW + 1, SALE_OPEN },		 { __LINE__, NOW, 0, NOW + 9, SALE_OPEN },
		{ __LINE__, NOW + 1, 0, NOW + 9, SALE_NOT_YET }, { __LINE__, 0, NOW, NOW + 9, SALE_OVER },
		{ __LINE__, 0, NOW + 1, NOW + 9, SALE_OPEN },	 { __LINE__, 0, 0, NOW, SALE_OVER },
		{ __LINE__, 0, NOW + 9, NOW - 1, SALE_OVER },	 { __LINE__, NOW + 9, NOW + 99, NOW - 1, SALE_OVER },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(sale_state(NOW, cases[i].start, cases[i].end, cases[i].event_ends) == cases[i].want,
			      "line %d", cases[i].line);
}
END_TEST

START_TEST(prices_are_narrowed_by_round_ones)
{
	static const struct {
		int line;
		int64_t dearest;
		size_t n;
		int64_t steps[PRICE_STEPS];
	} cases[] = {
		{ __LINE__, 0, 0, { 0 } },
		{ __LINE__, 1, 0, { 0 } },
		{ __LINE__, 2, 1, { 1 } },
		{ __LINE__, 4, 2, { 1, 2 } },
		{ __LINE__, 10, 3, { 1, 2, 5 } },
		{ __LINE__, 10800, 3, { 2000, 5000, 10000 } },
		{ __LINE__, 3000, 3, { 500, 1000, 2000 } },
		{ __LINE__, 5000, 3, { 500, 1000, 2000 } },
		{ __LINE__,
		  INT64_C(10000000000000),
		  3,
		  { INT64_C(1000000000000), INT64_C(2000000000000), INT64_C(5000000000000) } },
	};

	for (size_t i = 0; i < N(cases); i++) {
		int64_t steps[PRICE_STEPS] = { 0 };

		ck_assert_msg(price_steps(cases[i].dearest, steps) == cases[i].n &&
				      !memcmp(steps, cases[i].steps, sizeof steps),
			      "line %d", cases[i].line);
	}
}
END_TEST

START_TEST(references_can_be_read_out)
{
	char out[11], other[11];

	for (int i = 0; i < 200; i++) {
		ck_assert_uint_eq(strlen(order_reference(out)), 8);
		ck_assert_uint_eq(strspn(out, "23456789ABCDEFGHJKMNPQRSTUVWXYZ"), 8);
		ck_assert_str_ne(out, order_reference(other));
	}
}
END_TEST

/* ---- the audit chain ---- */

START_TEST(audit_links_depend_on_everything)
{
	static const struct audit_entry base = {
		1000, 7, "admin", "update", "event", 5, "{}", "{\"a\":1}", "::1", "rq"
	};
	const uint8_t none[HASH_BYTES] = { 0 }, other[HASH_BYTES] = { 1 };
	struct audit_entry e[10];
	uint8_t first[HASH_BYTES], hash[HASH_BYTES];

	audit_hash(none, 1, 1, &base, first);
	audit_hash(none, 1, 1, &base, hash);
	ck_assert_mem_eq(first, hash, HASH_BYTES);
	audit_hash(other, 1, 1, &base, hash);
	ck_assert_mem_ne(first, hash, HASH_BYTES);
	audit_hash(none, 2, 1, &base, hash);
	ck_assert_mem_ne(first, hash, HASH_BYTES);
	audit_hash(none, 1, 2, &base, hash);
	ck_assert_mem_ne(first, hash, HASH_BYTES);
	for (size_t i = 0; i < N(e); i++)
		e[i] = base;
	e[0].at++;
	e[1].account_id = 0;
	e[2].role = "support";
	e[3].action = "updat";
	e[4].action = "updat";
	e[4].noun = "eevent"; /* the same letters, shifted */
	e[5].noun_id++;
	e[6].before_json = NULL;
	e[7].after_json = "";
	e[8].ip = "::2";
	e[9].request_id = "rs";
	for (size_t i = 0; i < N(e); i++) {
		audit_hash(none, 1, 1, &e[i], hash);
		ck_assert_msg(memcmp(first, hash, HASH_BYTES) != 0, "change %zu", i);
	}
	e[0].before_json = NULL;
	audit_hash(none, 1, 1, &e[0], first);
	e[0].before_json = "";
	audit_hash(none, 1, 1, &e[0], hash);
	ck_assert_mem_ne(first, hash, HASH_BYTES);
}
END_TEST

Suite *verdicts_suite(void)
{
	Suite *suite = suite_create("verdicts");
	TCase *tests = tcase_create("verdicts");

	tcase_set_timeout(tests, 60); /* some hundred thousand combinations, on a slow machine */

	tcase_add_test(tests, each_fact_decides);
	tcase_add_test(tests, every_combination_is_decided);
	tcase_add_test(tests, a_rank_is_what_the_verdict_says_of_where_a_ticket_stands);
	tcase_add_test(tests, a_repeated_scan_moves_nothing);
	tcase_add_test(tests, presences_have_names);
	tcase_add_test(tests, prices_add_up);
	tcase_add_test(tests, prices_without_promo);
	tcase_add_test(tests, sales_open_and_close);
	tcase_add_test(tests, prices_are_narrowed_by_round_ones);
	tcase_add_test(tests, references_can_be_read_out);
	tcase_add_test(tests, audit_links_depend_on_everything);
	suite_add_tcase(suite, tests);
	return suite;
}
