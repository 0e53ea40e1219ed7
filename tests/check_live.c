/* Live counts against a plain recount of the log: whatever was summed up when, the sums are the same, and the tag moves
 * when the content does and only then. */
#include "app/live.h"
#include "base/local_socket.h"
#include "base/log.h"
#include "base/uuid.h"
#include "check_database.h"
#include "live/head.h"
#include "live/hint.h"
#include "store/live.h"
#include "store/scan_summary.h"
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

Suite *live_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

enum { EVENT = 1, OTHER_EVENT = 2 };

static const ms_t NOW = INT64_C(1795000000000);

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db, *other;

/* Once for the suite; the tests are forked, so each makes connections of its own. */
static void make_database(void)
{
	TALLOC_CTX *top = talloc_new(NULL);
	struct config *server = check_config(top, "gatehouse_check_live");

	log_threshold(LOG_ERROR_ + 1);
	check_database(top, server, "sql/migrations");
	talloc_free(top);
}

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	config = check_config(ctx, "gatehouse_check_live");
	db = db_new(ctx, config);
	other = db_new(ctx, config);
	db_memory(db, ctx);
	db_memory(other, ctx);
	check_script(
		db,
		"SET FOREIGN_KEY_CHECKS = 0;"
		"TRUNCATE scan_log; TRUNCATE scan_count; TRUNCATE scan_log_count; TRUNCATE scan_summary; TRUNCATE order_item; TRUNCATE orders;"
		"TRUNCATE ticket_category; TRUNCATE event; TRUNCATE venue; TRUNCATE usher; TRUNCATE organizer;"
		"TRUNCATE account;"
		"SET FOREIGN_KEY_CHECKS = 1;"
		"INSERT INTO account (id, uuid, name, created_at, updated_at) VALUES"
		" (1, UNHEX(MD5('a1')), 'Olga', '2026-01-01', '2026-01-01'),"
		" (2, UNHEX(MD5('a2')), 'Uma', '2026-01-01', '2026-01-01');"
		"INSERT INTO organizer (id, account_id, company) VALUES (5, 1, 'Olga & Co');"
		"INSERT INTO usher (id, account_id) VALUES (7, 2);"
		"INSERT INTO venue (id, uuid, name, city, country, time_zone, created_at, updated_at)"
		" VALUES (1, UNHEX(MD5('v')), 'Hall', 'Bonn', 'DE', 'Europe/Berlin', '2026-01-01', '2026-01-01');"
		"INSERT INTO event (id, uuid, organizer_id, venue_id, category_id, title, description, starts_at,"
		" ends_at, time_zone, currency, status, created_at, updated_at) VALUES"
		" (1, UNHEX(MD5('e1')), 5, 1, 1, 'One', '', '2026-11-18', '2026-11-19', 'Europe/Berlin', 'EUR',"
		" 'published', '2026-01-01', '2026-01-01'),"
		" (2, UNHEX(MD5('e2')), 5, 1, 1, 'Two', '', '2026-11-18', '2026-11-19', 'Europe/Berlin', 'EUR',"
		" 'published', '2026-01-01', '2026-01-01');"
		"INSERT INTO ticket_category (id, event_id, name, price, capacity, held, sold, position, created_at,"
		" updated_at) VALUES"
		" (11, 1, 'Floor', 100, 500, 5, 200, 2, '2026-01-01', '2026-01-01'),"
		" (12, 1, 'Balcony', 100, 100, 0, 50, 1, '2026-01-01', '2026-01-01'),"
		" (21, 2, 'Other', 100, 10, 0, 3, 0, '2026-01-01', '2026-01-01')");
}

static void teardown(void)
{
	talloc_free(ctx);
}

/* ---- scans ---- */

/* Numerical Recipes' LCG: the same scans in every run. */
static uint32_t dice(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % sides;
}

struct scan {
	int64_t event_id, category_id;
	const char *gate, *direction, *result;
	bool moved, first;
	ms_t at;
};

static int64_t insert(struct db *on, const struct scan *scan)
{
	uint8_t id[UUID_BYTES];
	int64_t made;

	uuid_make(id);
	made = db_insert(
		on,
		"INSERT INTO scan_log (event_id, scan_id, category_id, usher_id, gate, direction, result, reason,"
		" moved, first_entry, attendee_name, at, scanned_at)"
		" VALUES (?, ?, ?, 7, ?, ?, ?, 'ok', ?, ?, 'Ada', ?, ?)",
		args(scan->event_id, arg_bytes(id, sizeof id), arg_id_or_null(scan->category_id), scan->gate,
		     scan->direction, scan->result, scan->moved, scan->first, arg_time(scan->at), arg_time(scan->at)));
	ck_assert_int_gt(made, 0);
	return made;
}

static const struct scan ENTRY = { EVENT, 11, "North", "in", "valid", true, true, 0 };

static int64_t insert_at(struct db *on, ms_t at)
{
	struct scan scan = ENTRY;

	scan.at = at;
	return insert(on, &scan);
}

struct many {
	uint32_t seed;
	int n;
	ms_t from, until;
};

static struct scan random_scan(struct many *m)
{
	static const char *const GATES[] = { "North", "South", "south", "", "VIP" };
	static const char *const RESULTS[] = { "valid", "valid", "valid", "invalid", "already_scanned", "not_found" };
	static const int64_t CATEGORIES[] = { 11, 11, 12, 0 };
	uint32_t span = (uint32_t)(m->until - m->from);
	struct scan scan = { .event_id = dice(&m->seed, 10) ? EVENT : OTHER_EVENT,
			     .category_id = CATEGORIES[dice(&m->seed, N(CATEGORIES))],
			     .gate = GATES[dice(&m->seed, N(GATES))],
			     .result = RESULTS[dice(&m->seed, N(RESULTS))] };

	scan.direction = dice(&m->seed, 4) ? "in" : "out";
	scan.moved = !strcmp(scan.result, "valid") && dice(&m->seed, 8);
	scan.first = scan.moved && !strcmp(scan.direction, "in") && dice(&m->seed, 5);
	scan.at = m->from + dice(&m->seed, span);
	return scan;
}

static void take_back(int64_t id)
{
	ck_assert_int_eq(
		db_exec(db,
			"INSERT INTO scan_log (event_id, scan_id, category_id, usher_id, gate, direction, result, reason,"
			" moved, first_entry, attendee_name, at, scanned_at, kind, undoes)"
			" SELECT event_id, RANDOM_BYTES(16), category_id, usher_id, gate, direction, result, 'undone',"
			" moved, first_entry, attendee_name, at, scanned_at, 'undo', id FROM scan_log WHERE id = ?",
			args(id)),
		1);
}

static bool insert_many_work(void *with)
{
	struct many *m = with;

	for (int i = 0; i < m->n; i++) {
		struct scan scan = random_scan(m);
		int64_t id = insert(db, &scan);

		if (scan.moved && !dice(&m->seed, 6))
			take_back(id);
	}
	return true;
}

static void insert_many(uint32_t seed, int n, ms_t from, ms_t until)
{
	struct many m = { seed, n, from, until };

	ck_assert(db_transaction(db, insert_many_work, NULL, &m));
}

/* ---- reading a snapshot ---- */

static struct json_object *snapshot(ms_t now)
{
	struct json_object *made = live_snapshot(db, EVENT, now);

	ck_assert_msg(made != NULL, "%s", db_message(db));
	return made;
}

static int64_t number(struct json_object *object, const char *key)
{
	struct json_object *value;

	ck_assert_msg(json_object_object_get_ex(object, key, &value), "no %s", key);
	return json_object_get_int64(value);
}

static struct json_object *member(struct json_object *object, const char *key)
{
	struct json_object *value = json_object_object_get(object, key);

	ck_assert_msg(value != NULL, "no %s", key);
	return value;
}

static int64_t count_of(ms_t now, const char *key)
{
	struct json_object *made = snapshot(now);
	int64_t n = number(member(made, "counts"), key);

	json_object_put(made);
	return n;
}

/* Of what was taken back neither side counts. */
#define STANDS "(undoes IS NULL AND id NOT IN (SELECT undoes FROM scan_log WHERE undoes IS NOT NULL))"
#define RECOUNT                                                                                                        \
	" COALESCE(SUM(first_entry AND " STANDS "), 0) AS entered,"                                                    \
	" COALESCE(SUM(moved AND direction = 'in' AND " STANDS "), 0)"                                                 \
	" - COALESCE(SUM(moved AND direction = 'out' AND " STANDS "), 0) AS inside,"                                   \
	" COALESCE(SUM(moved AND direction = 'out' AND " STANDS "), 0) AS outs,"                                       \
	" COALESCE(SUM(result <> 'valid' AND kind <> 'record'), 0) AS refused,"                                        \
	" SUM(kind NOT IN ('undo', 'record')) AS scans FROM scan_log WHERE event_id = ?"

/* Each number of the snapshot against the log itself, counted from its first row. */
static const char *text_or_null(const struct row *row, const char *name)
{
	return row_null(row, name) ? NULL : row_text(row, name);
}

/* By each thing that may be asked for, and by any of them together. */
static void compare_logged(int line)
{
	const struct rows *rows = db_query(
		db,
		"SELECT event_id, result, reason, direction, COUNT(*) AS n FROM scan_log GROUP BY event_id, result, reason, direction"
		" UNION ALL SELECT 0, result, NULL, NULL, COUNT(*) FROM scan_log GROUP BY result"
		" UNION ALL SELECT 0, NULL, reason, NULL, COUNT(*) FROM scan_log GROUP BY reason"
		" UNION ALL SELECT event_id, NULL, NULL, direction, COUNT(*) FROM scan_log GROUP BY event_id, direction",
		no_args);

	ck_assert_uint_ge(rows->n, 4);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct scans_of of = { .event_id = row_int(&row, "event_id"),
				       .result = text_or_null(&row, "result"),
				       .reason = text_or_null(&row, "reason"),
				       .direction = text_or_null(&row, "direction") };

		ck_assert_msg(scans_logged(db, &of) == row_int(&row, "n"), "line %d: %s %s %s", line,
			      of.result ? of.result : "", of.reason ? of.reason : "", of.direction ? of.direction : "");
	}
}

static void compare_with_log(int line, ms_t now)
{
	static const char *const RESULTS[] = { "valid", "invalid", "already_scanned", "not_found" };
	struct json_object *made = snapshot(now), *counts = member(made, "counts"), *gates = member(made, "by_gate");
	struct json_object *categories = member(made, "by_category");
	const struct row *all = db_one(db, "SELECT" RECOUNT, args(EVENT));
	const struct rows *by_gate = db_query(db, "SELECT gate," RECOUNT " GROUP BY gate ORDER BY gate", args(EVENT));
	int64_t left = row_int(all, "entered") - row_int(all, "inside");

	compare_logged(line);
	ck_assert_msg(number(counts, "entered") == row_int(all, "entered") &&
			      number(counts, "inside") == row_int(all, "inside") &&
			      number(counts, "refused") == row_int(all, "refused") &&
			      number(counts, "left") == (left > 0 ? left : 0),
		      "line %d: %s", line, json_object_get_string(made));
	ck_assert_uint_eq(json_object_array_length(gates), by_gate->n);
	for (size_t i = 0; i < by_gate->n; i++) {
		struct row row = row_at(by_gate, i);
		struct json_object *gate = json_object_array_get_idx(gates, i);

		/* "South" and "south" are one gate to the database; either name is right. */
		ck_assert_int_eq(strcasecmp(json_object_get_string(member(gate, "gate")), row_text(&row, "gate")), 0);
		ck_assert_int_eq(number(gate, "entered"), row_int(&row, "entered"));
		ck_assert_int_eq(number(gate, "left"), row_int(&row, "outs"));
		ck_assert_int_eq(number(gate, "refused"), row_int(&row, "refused"));
		ck_assert_int_eq(number(gate, "scans"), row_int(&row, "scans"));
	}
	for (size_t i = 0; i < N(RESULTS); i++)
		ck_assert_int_eq(number(member(made, "by_result"), RESULTS[i]),
				 db_int(db,
					"SELECT COUNT(*) FROM scan_log WHERE event_id = ? AND result = ?"
					" AND kind NOT IN ('undo', 'record')",
					args(EVENT, RESULTS[i])));
	for (size_t i = 0; i < json_object_array_length(categories); i++) {
		struct json_object *category = json_object_array_get_idx(categories, i);
		const struct row *row =
			db_one(db, "SELECT" RECOUNT " AND category_id = ?", args(EVENT, number(category, "id")));

		ck_assert_int_eq(number(category, "entered"), row_int(row, "entered"));
		ck_assert_int_eq(number(category, "inside"), row_int(row, "inside"));
	}
	json_object_put(made);
}

/* ---- tests ---- */

START_TEST(an_event_without_scans_shows_its_stock)
{
	struct json_object *made = snapshot(NOW), *counts = member(made, "counts"), *category;
	char at[ISO_SIZE];

	ck_assert_int_eq(number(made, "event_id"), EVENT);
	ck_assert_int_eq(number(counts, "capacity"), 600);
	ck_assert_int_eq(number(counts, "sold"), 250);
	ck_assert_int_eq(number(counts, "held"), 5);
	ck_assert_int_eq(number(counts, "expected"), 250);
	ck_assert_int_eq(number(counts, "entered"), 0);
	ck_assert_int_eq(number(counts, "left"), 0);
	ck_assert_int_eq(number(counts, "inside"), 0);
	ck_assert_int_eq(number(counts, "refused"), 0);
	ck_assert_uint_eq(json_object_array_length(member(made, "by_category")), 2);
	category = json_object_array_get_idx(member(made, "by_category"), 0);
	ck_assert_str_eq(json_object_get_string(member(category, "name")), "Balcony");
	ck_assert_uint_eq(json_object_array_length(member(made, "by_gate")), 0);
	ck_assert_uint_eq(json_object_array_length(member(made, "last_scans")), 0);
	ck_assert_str_eq(json_object_get_string(member(made, "at")), clock_iso(NOW, at));
	ck_assert_uint_eq(strlen(live_tag(made)), LIVE_TAG_SIZE - 1);
	json_object_put(made);
}
END_TEST

START_TEST(sums_equal_a_recount)
{
	ms_t now = NOW;

	for (uint32_t round = 0; round < 6; round++) {
		insert_many(round + 1, 300, now - 2 * MS_MINUTE, now);
		compare_with_log(__LINE__, now);
		ck_assert_int_ge(scan_summarise(db, EVENT, now), 0);
		compare_with_log(__LINE__, now);
		now += (round % 3) * 25 * MS_SECOND;
	}
	ck_assert_int_gt(scan_tail(db, EVENT), 0);
	ck_assert_int_gt(scan_summarise(db, EVENT, now + MS_HOUR), 0);
	compare_with_log(__LINE__, now);
	ck_assert_int_eq(scan_tail(db, EVENT), 0);
	ck_assert_int_eq(scan_summarise(db, EVENT, now + MS_HOUR), 0);
	compare_with_log(__LINE__, now);
	/* The other event's scans went nowhere. */
	ck_assert_int_gt(scan_tail(db, OTHER_EVENT), 0);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM scan_count WHERE event_id <> ?", args(EVENT)), 0);
}
END_TEST

START_TEST(the_last_scans_come_newest_first)
{
	struct json_object *made, *list, *first;
	struct scan scan = ENTRY;
	char at[ISO_SIZE];

	for (int i = 0; i < 12; i++)
		insert_at(db, NOW + i);
	scan.category_id = 0;
	scan.result = "not_found";
	scan.moved = scan.first = false;
	scan.at = NOW + 100;
	insert(db, &scan);
	made = snapshot(NOW + 200);
	list = member(made, "last_scans");
	ck_assert_uint_eq(json_object_array_length(list), 10);
	first = json_object_array_get_idx(list, 0);
	ck_assert_str_eq(json_object_get_string(member(first, "at")), clock_iso(NOW + 100, at));
	ck_assert_str_eq(json_object_get_string(member(first, "result")), "not_found");
	ck_assert_int_eq(number(first, "id"), db_int(db, "SELECT MAX(id) FROM scan_log", no_args));
	ck_assert_str_eq(json_object_get_string(member(first, "reason")), "ok");
	ck_assert_str_eq(json_object_get_string(member(first, "direction")), "in");
	ck_assert_str_eq(json_object_get_string(member(first, "gate")), "North");
	ck_assert_str_eq(json_object_get_string(member(first, "attendee_name")), "Ada");
	ck_assert_str_eq(json_object_get_string(member(first, "usher")), "Uma");
	ck_assert(json_object_object_get_ex(first, "category", NULL) && !json_object_object_get(first, "category"));
	first = json_object_array_get_idx(list, 1);
	ck_assert_str_eq(json_object_get_string(member(first, "category")), "Floor");
	ck_assert_str_eq(json_object_get_string(member(first, "at")), clock_iso(NOW + 11, at));
	json_object_put(made);
}
END_TEST

struct late {
	int64_t slow, quick;
};

/* The slow transaction takes the lower id and commits last. */
static bool commit_late(void *with)
{
	struct late *late = with;

	late->slow = insert_at(db, NOW);
	late->quick = insert_at(other, NOW + 10);
	/* 20 s later the slow one is still on its way, and the quick one must not be summed up past it. */
	ck_assert_int_eq(scan_summarise(other, EVENT, NOW + 20 * MS_SECOND), 0);
	return true;
}

START_TEST(a_row_that_commits_late_is_not_lost)
{
	struct late late;

	ck_assert(db_transaction(db, commit_late, NULL, &late));
	ck_assert_int_lt(late.slow, late.quick);
	compare_with_log(__LINE__, NOW + 20 * MS_SECOND);
	ck_assert_int_eq(count_of(NOW, "entered"), 2);
	ck_assert_int_eq(scan_summarise(db, EVENT, NOW + 40 * MS_SECOND), 2);
	compare_with_log(__LINE__, NOW + 40 * MS_SECOND);
	ck_assert_int_eq(count_of(NOW, "entered"), 2);
}
END_TEST

/* Two nodes' clocks differ: an old row may stand behind a young one, and must wait for it. */
START_TEST(summing_up_stops_at_the_first_young_row)
{
	insert_at(db, NOW - 2 * MS_MINUTE);
	insert_at(db, NOW - MS_SECOND);
	insert_at(db, NOW - 2 * MS_MINUTE);
	ck_assert_int_eq(scan_summarise(db, EVENT, NOW), 1);
	ck_assert_int_eq(scan_tail(db, EVENT), 2);
	compare_with_log(__LINE__, NOW);
	ck_assert_int_eq(scan_summarise(db, EVENT, NOW + MS_MINUTE), 2);
	compare_with_log(__LINE__, NOW);
}
END_TEST

struct race {
	int64_t first; /* the row that the winner sums up */
	pid_t loser;
};

/* Sums the first row up while another process, which has read the same beginning, waits to sum up all three. */
static bool win_the_race(void *with)
{
	struct race *race = with;

	ck_assert_ptr_nonnull(
		db_one(db, "SELECT upto_id FROM scan_summary WHERE event_id = ? FOR UPDATE", args(EVENT)));
	race->loser = fork();
	if (race->loser == 0)
		_exit(scan_summarise(db_new(ctx, config), EVENT, NOW) == 0 ? 0 : 1);
	while (!db_int(other,
		       "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'UPDATE scan_summary%'",
		       no_args))
		ck_assert_int_eq(db_error(other), DB_OK);
	ck_assert_int_eq(
		db_exec(db, "UPDATE scan_summary SET upto_id = ? WHERE event_id = ?", args(race->first, EVENT)), 1);
	ck_assert_int_eq(
		db_exec(db, "INSERT INTO scan_count VALUES (?, 11, 'North', 'valid', 1, 1, 0, 1)", args(EVENT)), 1);
	ck_assert_int_eq(db_exec(db, "INSERT INTO scan_log_count VALUES (?, 'valid', 'ok', 'in', 1)", args(EVENT)), 1);
	return true;
}

START_TEST(of_two_who_sum_up_one_does)
{
	struct race race = { 0 };
	int status;

	ck_assert_int_eq(scan_summarise(db, EVENT, NOW), 0); /* makes the row that is fought for */
	race.first = insert_at(db, NOW - MS_HOUR);
	insert_at(db, NOW - MS_HOUR);
	insert_at(db, NOW - MS_HOUR);
	ck_assert(db_transaction(db, win_the_race, NULL, &race));
	ck_assert_int_eq(waitpid(race.loser, &status, 0), race.loser);
	ck_assert_int_eq(status, 0);
	compare_with_log(__LINE__, NOW);
	ck_assert_int_eq(scan_summarise(db, EVENT, NOW), 2);
	compare_with_log(__LINE__, NOW);
}
END_TEST

START_TEST(only_events_with_a_tail_are_to_be_summed_up)
{
	const struct rows *events = scan_events_to_summarise(db, NOW);
	struct row row;

	ck_assert_ptr_nonnull(events);
	ck_assert_uint_eq(events->n, 0);
	insert_at(db, NOW - MS_HOUR);
	events = scan_events_to_summarise(db, NOW);
	ck_assert_uint_eq(events->n, 1);
	row = row_at(events, 0);
	ck_assert_int_eq(row_int(&row, "id"), EVENT);
	ck_assert_int_eq(scan_summarise(db, EVENT, NOW), 1);
	events = scan_events_to_summarise(db, NOW);
	ck_assert_uint_eq(events->n, 0);
}
END_TEST

static void add_hold(ms_t expires)
{
	check_script(db, "SET FOREIGN_KEY_CHECKS = 0");
	ck_assert_int_gt(
		db_insert(db,
			  "INSERT INTO orders (id, uuid, reference, customer_id, event_id, organizer_id, status,"
			  " currency, subtotal, total, expires_at, created_at)"
			  " VALUES (1, UNHEX(MD5('o')), 'K7QM2XPA', 1, 1, 1, 'held', 'EUR', 300, 300, ?, ?)",
			  args(arg_time(expires), arg_time(NOW))),
		0);
	ck_assert_int_gt(db_insert(db,
				   "INSERT INTO order_item (order_id, category_id, quantity, unit_price)"
				   " VALUES (1, 11, 3, 100)",
				   no_args),
			 0);
}

/* The tag now, on ctx. */
static const char *tag_at(ms_t now)
{
	struct json_object *made = snapshot(now);
	const char *tag = talloc_strdup(ctx, live_tag(made));

	json_object_put(made);
	return tag;
}

START_TEST(a_lapsed_hold_is_held_no_more)
{
	const char *before;

	add_hold(NOW);
	before = tag_at(NOW - 1);
	ck_assert_int_eq(count_of(NOW - 1, "held"), 5);
	ck_assert_int_eq(count_of(NOW, "held"), 2);
	ck_assert_str_ne(tag_at(NOW), before);
	check_script(db, "UPDATE orders SET status = 'lapsed'; UPDATE ticket_category SET held = 2 WHERE id = 11");
	ck_assert_int_eq(count_of(NOW, "held"), 2);
}
END_TEST

START_TEST(the_tag_moves_with_the_content_and_only_then)
{
	static const struct {
		int line;
		const char *change;
		bool moves;
	} CASES[] = {
		{ __LINE__, "SELECT 1", false },
		{ __LINE__, "UPDATE ticket_category SET sold = 201 WHERE id = 11", true },
		{ __LINE__, "UPDATE ticket_category SET held = 4 WHERE id = 11", true },
		{ __LINE__, "UPDATE ticket_category SET capacity = 501 WHERE id = 11", true },
		{ __LINE__, "UPDATE ticket_category SET name = 'Stalls' WHERE id = 11", true },
		{ __LINE__, "UPDATE ticket_category SET description = 'near' WHERE id = 11", false },
		{ __LINE__, "UPDATE ticket_category SET sold = 4 WHERE id = 21", false },
		{ __LINE__, "UPDATE ticket_category SET deleted_at = '2026-11-01' WHERE id = 12", true },
		{ __LINE__, "UPDATE account SET name = 'Ulla' WHERE id = 2", true },
		{ __LINE__, "UPDATE event SET title = 'Uno' WHERE id = 1", false },
	};
	const char *tag;

	insert_at(db, NOW);
	tag = tag_at(NOW);
	for (size_t i = 0; i < N(CASES); i++) {
		const char *next;

		check_script(db, CASES[i].change);
		next = tag_at(NOW + (ms_t)i * MS_MINUTE);
		ck_assert_msg((strcmp(tag, next) != 0) == CASES[i].moves, "line %d", CASES[i].line);
		tag = next;
	}
	ck_assert_int_eq(scan_summarise(db, EVENT, NOW + MS_HOUR), 1);
	ck_assert_str_eq(tag_at(NOW), tag);
	insert_at(db, NOW);
	ck_assert_str_ne(tag_at(NOW), tag);
}
END_TEST

START_TEST(a_failed_database_gives_no_snapshot)
{
	struct config gone = *config;
	struct db *away;

	gone.db_socket = "/nonexistent/socket";
	away = db_new(ctx, &gone);
	ck_assert_ptr_null(live_snapshot(away, EVENT, NOW));
	ck_assert_int_eq(db_error(away), DB_AWAY);
	ck_assert_int_eq(scan_summarise(away, EVENT, NOW), -1);
}
END_TEST

START_TEST(only_those_concerned_may_watch)
{
	static const struct {
		int line;
		struct identity who;
		int64_t organizer_id;
		bool may;
	} CASES[] = {
		{ __LINE__, { .role = ADMIN }, 5, true },
		{ __LINE__, { .role = FINANCE }, 5, true },
		{ __LINE__, { .role = ADMIN }, 0, false },
		{ __LINE__, { .role = ORGANIZER, .role_id = 5, .rights = RIGHT_OWNER }, 5, true },
		{ __LINE__, { .role = ORGANIZER, .role_id = 6, .rights = RIGHT_OWNER }, 5, false },
		{ __LINE__, { .role = ORGANIZER, .role_id = 5, .rights = RIGHT_WORKS | RIGHT_GATE }, 5, true },
		{ __LINE__, { .role = ORGANIZER, .role_id = 6, .rights = RIGHT_WORKS | RIGHT_GATE }, 5, false },
		{ __LINE__, { .role = ORGANIZER, .role_id = 5, .rights = RIGHT_WORKS | RIGHT_MONEY }, 5, false },
		{ __LINE__, { .role = ORGANIZER, .role_id = 5 }, 5, false },
		{ __LINE__, { .role = ORGANIZER }, 0, false },
		{ __LINE__, { .role = USHER, .event_id = EVENT }, 5, true },
		{ __LINE__, { .role = USHER, .event_id = OTHER_EVENT }, 5, false },
		{ __LINE__, { .role = USHER, .role_id = 5 }, 5, false },
		{ __LINE__, { .role = CUSTOMER, .role_id = 5, .event_id = EVENT }, 5, false },
		{ __LINE__, { .role = MERCHANT, .role_id = 5 }, 5, false },
		{ __LINE__, { .role = NOBODY }, 5, false },
	};

	for (size_t i = 0; i < N(CASES); i++)
		ck_assert_msg(live_may_watch(&CASES[i].who, EVENT, CASES[i].organizer_id) == CASES[i].may, "line %d",
			      CASES[i].line);
	ck_assert_int_eq(row_int(live_facts(db, 1, EVENT), "organizer_id"), 5);
	ck_assert_ptr_null(live_facts(db, 1, 999));
}
END_TEST

START_TEST(hints_are_read_or_ignored)
{
	static const struct {
		int line;
		const char *text, *kind;
		int64_t id;
	} CASES[] = {
		{ __LINE__, "event 7\n", "event", 7 },
		{ __LINE__, "order 17\n", "order", 17 },
		{ __LINE__, "campus_event 9007199254740993\n", "campus_event", INT64_C(9007199254740993) },
		{ __LINE__, "event 7", NULL, 0 },
		{ __LINE__, "event 0\n", NULL, 0 },
		{ __LINE__, "event -7\n", NULL, 0 },
		{ __LINE__, "event 7 \n", NULL, 0 },
		{ __LINE__, "event  7\n", NULL, 0 },
		{ __LINE__, "event\n", NULL, 0 },
		{ __LINE__, "", NULL, 0 },
		{ __LINE__, "\n", NULL, 0 },
		{ __LINE__, " 7\n", NULL, 0 },
		{ __LINE__, "7\n", NULL, 0 },
		{ __LINE__, "Event 7\n", NULL, 0 },
		{ __LINE__, "event 7x\n", NULL, 0 },
		{ __LINE__, "abcdefghijklmnopqrstuvwxyz 7\n", NULL, 0 },
		{ __LINE__, "event 9223372036854775808\n", NULL, 0 },
		{ __LINE__, "event 111111111111111111111111111111111111111111111111111\n", NULL, 0 },
	};
	struct hint hint;

	for (size_t i = 0; i < N(CASES); i++) {
		bool read = hint_read(CASES[i].text, strlen(CASES[i].text), &hint);

		ck_assert_msg(read == (CASES[i].kind != NULL), "line %d", CASES[i].line);
		ck_assert_msg(!read || (!strcmp(hint.kind, CASES[i].kind) && hint.id == CASES[i].id), "line %d",
			      CASES[i].line);
	}
	ck_assert(!hint_read("event 7\0x\n", 10, &hint));
}
END_TEST

START_TEST(hints_arrive_and_never_wait)
{
	char *directory = check_directory(ctx), text[HINT_SIZE];
	struct sockaddr_un address;
	struct hint hint;
	const char *error;
	ssize_t len;
	int fd, n = 0;

	live_hint(directory, "event", 1); /* nobody listens */
	fd = local_socket(directory, "hint.sock", SOCK_DGRAM, &error);
	ck_assert_int_ge(fd, 0);
	live_hint(directory, "event", 42);
	len = recv(fd, text, sizeof text, 0);
	ck_assert_int_gt(len, 0);
	ck_assert(hint_read(text, (size_t)len, &hint));
	ck_assert_str_eq(hint.kind, "event");
	ck_assert_int_eq(hint.id, 42);
	for (int i = 0; i < 5000; i++) /* far more than its queue takes */
		live_hint(directory, "event", 43);
	while (recv(fd, text, sizeof text, 0) > 0)
		n++;
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, 5000);
	close(fd);
	ck_assert(local_address(directory, "hint.sock", &address));
	ck_assert_int_eq(unlink(address.sun_path), 0);
	ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

/* ---- a request's head ---- */

/* One record; the bytes of text as its content. */
static size_t record(uint8_t *out, unsigned type, unsigned id, const char *content, size_t len, unsigned padding)
{
	const uint8_t header[8] = {
		1, (uint8_t)type, (uint8_t)(id >> 8), (uint8_t)id, (uint8_t)(len >> 8), (uint8_t)len, (uint8_t)padding,
		0
	};

	memcpy(out, header, sizeof header);
	memcpy(out + sizeof header, content, len);
	memset(out + sizeof header + len, 'p', padding);
	return sizeof header + len + padding;
}

static const char BEGIN[8] = { 0, 1, 0, 0, 0, 0, 0, 0 };

/* A head whose FCGI_PARAMS hold content, cut in two records at cut. */
static size_t head_of(uint8_t *out, const char *content, size_t len, size_t cut)
{
	size_t n = record(out, 1, 7, BEGIN, sizeof BEGIN, 0);

	if (cut > 0)
		n += record(out + n, 4, 7, content, cut, 3);
	if (cut < len)
		n += record(out + n, 4, 7, content + cut, len - cut, 0);
	return n + record(out + n, 4, 7, "", 0, 0);
}

START_TEST(a_head_is_whole_or_bad_by_its_lengths)
{
	static const struct {
		int line;
		const char *params;
		size_t len;
		enum head_state state;
	} CASES[] = {
#define P(text) text, sizeof(text) - 1
		{ __LINE__, P(""), HEAD_WHOLE },
		{ __LINE__, P("\3\2abcxy"), HEAD_WHOLE },
		{ __LINE__, P("\0\0"), HEAD_WHOLE },
		{ __LINE__, P("\1\0a\2\1bcd"), HEAD_WHOLE },
		{ __LINE__, P("\200\0\0\3\2abcxy"), HEAD_WHOLE },
		{ __LINE__, P("\3\200\0\0\2abcxy"), HEAD_WHOLE },
		{ __LINE__, P("\3"), HEAD_BAD },
		{ __LINE__, P("\3\2abcx"), HEAD_BAD },
		{ __LINE__, P("\3\2abcxyz"), HEAD_BAD },
		{ __LINE__, P("\3\377\377\377\377abc"), HEAD_BAD },
		{ __LINE__, P("\377\377\377\377\377\377\377\377abc"), HEAD_BAD },
		{ __LINE__, P("\3\200\0\0"), HEAD_BAD },
#undef P
	};
	uint8_t bytes[512];

	for (size_t i = 0; i < N(CASES); i++) {
		for (size_t cut = 0; cut <= CASES[i].len; cut++) {
			size_t n = head_of(bytes, CASES[i].params, CASES[i].len, cut);

			ck_assert_msg(head_state(bytes, n) == CASES[i].state, "line %d, cut %zu", CASES[i].line, cut);
			/* What stands before its end is not whole yet, and what stands behind it is not looked at. */
			for (size_t part = 0; part < n; part++)
				ck_assert_msg(head_state(bytes, part) == HEAD_MORE, "line %d, %zu of %zu",
					      CASES[i].line, part, n);
			memset(bytes + n, 0xff, 20);
			ck_assert_int_eq(head_state(bytes, n + 20), CASES[i].state);
		}
	}
}
END_TEST

/* Whoever reads one that is alone waits for nothing; of any other it may have to. */
START_TEST(a_head_is_alone_where_nothing_follows)
{
	static const struct {
		int line;
		unsigned type, id, padding;
		size_t len;
		enum head_state state;
	} CASES[] = {
		{ __LINE__, 5, 7, 0, 0, HEAD_ALONE }, { __LINE__, 5, 8, 0, 0, HEAD_WHOLE }, /* another request's */
		{ __LINE__, 4, 7, 0, 0, HEAD_WHOLE },					    /* FCGI_PARAMS */
		{ __LINE__, 5, 7, 1, 0, HEAD_WHOLE },					    /* one byte more */
		{ __LINE__, 5, 7, 0, 8, HEAD_WHOLE }, /* a body, that looks like an end */
	};
	static const uint8_t END[8] = { 1, 5, 0, 7 };
	uint8_t bytes[512];

	for (size_t i = 0; i < N(CASES); i++) {
		size_t n = head_of(bytes, "\3\2abcxy", 7, 7);

		n += record(bytes + n, CASES[i].type, CASES[i].id, (const char *)END, CASES[i].len, CASES[i].padding);
		ck_assert_msg(head_state(bytes, n) == CASES[i].state, "line %d", CASES[i].line);
		ck_assert_int_eq(head_state(bytes, n - 1), HEAD_WHOLE);
	}
}
END_TEST

START_TEST(a_head_is_bad_by_its_records)
{
	static const struct {
		int line;
		size_t at;
		uint8_t byte;
	} CASES[] = {
		{ __LINE__, 0, 2 },			  /* another version */
		{ __LINE__, 1, 4 },			  /* no FCGI_BEGIN_REQUEST */
		{ __LINE__, 1, 9 },			  /* a management record */
		{ __LINE__, 3, 0 },			  /* request 0 */
		{ __LINE__, 3, 8 },			  /* another request than the second record's */
		{ __LINE__, 5, 7 },			  /* a body of another length */
		{ __LINE__, 17, 5 },			  /* FCGI_STDIN instead of FCGI_PARAMS */
		{ __LINE__, 16, 0 }, { __LINE__, 17, 2 }, /* FCGI_ABORT_REQUEST */
	};
	static uint8_t huge[2 * HEAD_BYTES];
	uint8_t bytes[512];
	size_t n;

	for (size_t i = 0; i < N(CASES); i++) {
		n = head_of(bytes, "\3\2abcxy", 7, 7);
		bytes[CASES[i].at] = CASES[i].byte;
		ck_assert_msg(head_state(bytes, n) == HEAD_BAD, "line %d", CASES[i].line);
	}
	/* A head that never ends. */
	n = record(huge, 1, 7, BEGIN, sizeof BEGIN, 0);
	while (n < HEAD_BYTES)
		n += record(huge + n, 4, 7, "\3\2abcxy", 7, 200);
	ck_assert_int_eq(head_state(huge, HEAD_BYTES - 1), HEAD_MORE);
	ck_assert_int_eq(head_state(huge, HEAD_BYTES), HEAD_BAD);
}
END_TEST

Suite *live_suite(void)
{
	Suite *suite = suite_create("live");
	TCase *tests = tcase_create("live");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, an_event_without_scans_shows_its_stock);
	tcase_add_test(tests, sums_equal_a_recount);
	tcase_add_test(tests, the_last_scans_come_newest_first);
	tcase_add_test(tests, a_row_that_commits_late_is_not_lost);
	tcase_add_test(tests, summing_up_stops_at_the_first_young_row);
	tcase_add_test(tests, of_two_who_sum_up_one_does);
	tcase_add_test(tests, only_events_with_a_tail_are_to_be_summed_up);
	tcase_add_test(tests, a_lapsed_hold_is_held_no_more);
	tcase_add_test(tests, the_tag_moves_with_the_content_and_only_then);
	tcase_add_test(tests, a_failed_database_gives_no_snapshot);
	tcase_add_test(tests, only_those_concerned_may_watch);
	tcase_add_test(tests, hints_are_read_or_ignored);
	tcase_add_test(tests, hints_arrive_and_never_wait);
	tcase_add_test(tests, a_head_is_whole_or_bad_by_its_lengths);
	tcase_add_test(tests, a_head_is_alone_where_nothing_follows);
	tcase_add_test(tests, a_head_is_bad_by_its_records);
	suite_add_tcase(suite, tests);
	return suite;
}
