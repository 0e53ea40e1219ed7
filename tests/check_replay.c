/* What a ticket's scans say in the order in which they were made: cases, and that the order in which they come is nothing to it. */
#include "rules/replay.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *replay_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))
enum { MOST = 12 };

/* A letter a move, a minute apart: i in, I in and may come back, o out, l out for a while, | the next day begins. */
static size_t read_moves(const char *text, struct replay_scan scans[])
{
	ms_t at = MS_DAY, day = 0;
	size_t n = 0;

	for (; *text; text++, at += MS_MINUTE) {
		if (*text == '|') {
			day = at;
			continue;
		}
		scans[n] = (struct replay_scan){ .id = (int64_t)n + 1,
						 .at = at,
						 .day_began = day,
						 .out = *text == 'o' || *text == 'l',
						 .leave = *text == 'l',
						 .returns = *text == 'I' };
		scans[n].scan_id[0] = (uint8_t)n;
		n++;
	}
	return n;
}

START_TEST(moves_lead_where_they_lead)
{
	static const struct {
		int line;
		const char *moves;
		enum presence presence;
		int entries, balance;
		bool on_leave;
		const char *met; /* a digit for each: the index that it met; - none */
	} cases[] = {
		{ __LINE__, "", NEVER_IN, 0, 0, false, "" },
		{ __LINE__, "i", INSIDE, 1, 1, false, "-" },
		{ __LINE__, "io", OUTSIDE, 1, 0, false, "--" },
		{ __LINE__, "ii", INSIDE, 2, 1, false, "-0" },
		{ __LINE__, "iii", INSIDE, 3, 1, false, "-00" },
		{ __LINE__, "iio", OUTSIDE, 2, 0, false, "-0-" },
		{ __LINE__, "ioI", INSIDE, 2, 1, false, "---" },
		{ __LINE__, "ioII", INSIDE, 3, 1, false, "---2" },
		{ __LINE__, "ioi", INSIDE, 2, 1, false, "--0" },
		{ __LINE__, "ioioi", INSIDE, 3, 1, false, "--0-0" },
		{ __LINE__, "ili", INSIDE, 2, 1, false, "---" },
		{ __LINE__, "il", OUTSIDE, 1, 0, true, "--" },
		{ __LINE__, "ilioi", INSIDE, 3, 1, false, "----0" },
		{ __LINE__, "o", NEVER_IN, 0, 0, false, "-" },
		{ __LINE__, "l", NEVER_IN, 0, 0, false, "-" },
		{ __LINE__, "oi", INSIDE, 1, 1, false, "--" },
		{ __LINE__, "ioo", OUTSIDE, 1, 0, false, "---" },
		{ __LINE__, "iol", OUTSIDE, 1, 0, true, "---" },
		{ __LINE__, "|i|i", INSIDE, 2, 2, false, "--" },
		{ __LINE__, "|i|ii", INSIDE, 3, 2, false, "--1" },
		{ __LINE__, "|io|i", INSIDE, 2, 1, false, "---" },
		{ __LINE__, "|io|ioi", INSIDE, 3, 1, false, "----2" },
		{ __LINE__, "|i|o", OUTSIDE, 1, 0, false, "--" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct replay_scan scans[MOST];
		int met[MOST];
		size_t n = read_moves(cases[i].moves, scans);
		struct replay_state s = replay(scans, n, met);

		ck_assert_msg(s.presence == cases[i].presence && s.entries == cases[i].entries &&
				      s.balance == cases[i].balance && s.on_leave == cases[i].on_leave,
			      "line %d: %s: presence %d, entries %d, balance %d, leave %d", cases[i].line,
			      cases[i].moves, (int)s.presence, s.entries, s.balance, s.on_leave);
		for (size_t k = 0; k < n; k++)
			ck_assert_msg(met[k] == (cases[i].met[k] == '-' ? REPLAY_NONE : cases[i].met[k] - '0'),
				      "line %d: the %zu. of %s met %d", cases[i].line, k + 1, cases[i].moves, met[k]);
	}
}
END_TEST

START_TEST(times_are_those_of_entries_and_moves)
{
	struct replay_scan scans[MOST];
	size_t n = read_moves("oiiol", scans);
	struct replay_state s = replay(scans, n, NULL);

	ck_assert_uint_eq(s.first, 1);
	ck_assert_int_eq(s.last_in_at, scans[2].at);
	ck_assert_int_eq(s.last_at, scans[4].at);
	ck_assert(replay_in_since(&s, 0));
	ck_assert(replay_in_since(&s, scans[2].at));
	ck_assert(!replay_in_since(&s, scans[2].at + 1));
}
END_TEST

/* ---- any order of arrival ---- */

static unsigned seed;

static unsigned dice(unsigned sides)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % sides;
}

static size_t throw_scans(struct replay_scan scans[])
{
	size_t n = 1 + dice(MOST);
	bool daily = dice(2);

	for (size_t i = 0; i < n; i++) {
		unsigned minute = dice(16); /* few, so that some are at one moment */

		scans[i] = (struct replay_scan){ .id = (int64_t)i + 1,
						 .at = MS_DAY + minute * MS_MINUTE,
						 .day_began = daily && minute >= 8 ? MS_DAY + 8 * MS_MINUTE : 0,
						 .out = dice(2),
						 .returns = dice(2) };
		scans[i].leave = scans[i].out && dice(2);
		scans[i].scan_id[0] = (uint8_t)dice(256);
		scans[i].scan_id[15] = (uint8_t)i;
	}
	return n;
}

static void shuffle(struct replay_scan scans[], size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = dice((unsigned)i);
		struct replay_scan kept = scans[i - 1];

		scans[i - 1] = scans[k];
		scans[k] = kept;
	}
}

/* They come one by one, and each row says what it changed, once and for good. Adds these up; into has them in order at the end. */
static void arrive(const struct replay_scan scans[], size_t n, struct replay_scan into[], int *moved, int *firsts)
{
	*moved = *firsts = 0;
	for (size_t i = 0; i < n; i++) {
		struct replay_state before = replay(into, i, NULL), after;
		size_t place = replay_place(into, i, &scans[i]);
		int by;

		memmove(&into[place + 1], &into[place], (i - place) * sizeof *into);
		into[place] = scans[i];
		after = replay(into, i + 1, NULL);
		by = after.balance - before.balance;
		ck_assert_msg(by == 0 || by == (scans[i].out ? -1 : 1), "an %s changed the count by %d",
			      scans[i].out ? "exit" : "entry", by);
		*moved += by;
		*firsts += (after.entries > 0) - (before.entries > 0);
	}
}

static bool same_state(const struct replay_state *a, const struct replay_state *b)
{
	return a->presence == b->presence && a->entries == b->entries && a->on_leave == b->on_leave &&
	       a->last_at == b->last_at && a->last_in_at == b->last_in_at && a->first == b->first &&
	       a->balance == b->balance;
}

START_TEST(the_order_in_which_they_come_is_nothing_to_it)
{
	for (seed = 1; seed < 400000; seed += 97) {
		struct replay_scan scans[MOST], one[MOST], other[MOST];
		int met[MOST], also_met[MOST], moved, firsts;
		unsigned printed = seed;
		size_t n = throw_scans(scans);
		struct replay_state a, b;

		arrive(scans, n, one, &moved, &firsts);
		a = replay(one, n, met);
		ck_assert_msg(moved == a.balance && firsts == (a.entries > 0), "seed %u: rows say %d, %d", printed,
			      moved, firsts);
		shuffle(scans, n);
		arrive(scans, n, other, &moved, &firsts);
		b = replay(other, n, also_met);
		ck_assert_msg(moved == b.balance && firsts == (b.entries > 0), "seed %u: rows say %d, %d", printed,
			      moved, firsts);
		ck_assert_msg(same_state(&a, &b), "seed %u", printed);
		for (size_t i = 0; i < n; i++)
			ck_assert_msg(one[i].id == other[i].id && met[i] == also_met[i], "seed %u", printed);
		replay_order(scans, n);
		for (size_t i = 0; i < n; i++)
			ck_assert_int_eq(scans[i].id, one[i].id);
		seed = printed;
	}
}
END_TEST

/* What is taken back was never there. */
START_TEST(what_is_taken_back_changes_the_count_by_what_it_was)
{
	for (seed = 1; seed < 200000; seed += 89) {
		struct replay_scan scans[MOST];
		unsigned printed = seed;
		size_t n = throw_scans(scans), gone = dice((unsigned)n);
		struct replay_state before, after;
		bool out;
		int by;

		replay_order(scans, n);
		before = replay(scans, n, NULL);
		out = scans[gone].out;
		memmove(&scans[gone], &scans[gone + 1], (n - gone - 1) * sizeof *scans);
		after = replay(scans, n - 1, NULL);
		by = after.balance - before.balance;
		ck_assert_msg(by == 0 || by == (out ? 1 : -1), "seed %u", printed);
		ck_assert_msg(after.entries == before.entries - !out, "seed %u", printed);
		seed = printed;
	}
}
END_TEST

Suite *replay_suite(void)
{
	Suite *suite = suite_create("replay");
	TCase *tc = tcase_create("replay");

	tcase_add_test(tc, moves_lead_where_they_lead);
	tcase_add_test(tc, times_are_those_of_entries_and_moves);
	tcase_add_test(tc, the_order_in_which_they_come_is_nothing_to_it);
	tcase_add_test(tc, what_is_taken_back_changes_the_count_by_what_it_was);
	suite_add_tcase(suite, tc);
	return suite;
}
