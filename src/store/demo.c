/* Loading the demo. */
#include "store/demo.h"
#include <assert.h>
#include <string.h>

bool demo_set_hash(struct db *db, const char *name, const char *hash)
{
	static const char *const SET[][2] = {
		{ "customer", "SET @hash_customer = ?" },     { "organizer", "SET @hash_organizer = ?" },
		{ "merchant", "SET @hash_merchant = ?" },     { "usher", "SET @hash_usher = ?" },
		{ "admin", "SET @hash_admin = ?" },	      { "student", "SET @hash_student = ?" },
		{ "supervisor", "SET @hash_supervisor = ?" }, { "hr", "SET @hash_hr = ?" },
		{ "person", "SET @hash_person = ?" },	      { "moderator", "SET @hash_moderator = ?" },
		{ "people", "SET @hash_people = ?" },
	};

	for (size_t i = 0; i < sizeof SET / sizeof *SET; i++)
		if (!strcmp(SET[i][0], name))
			return db_exec(db, SET[i][1], args(hash)) >= 0;
	assert(false && "no such demo account");
	return false;
}

bool demo_set_size(struct db *db, ms_t now, long tickets)
{
	return db_exec(db, "SET @now = CAST(? AS DATETIME(3)), @tickets = ?", args(arg_time(now), tickets)) >= 0;
}

bool demo_set_clocks(struct db *db, const char *campus, const char *zone, ms_t now)
{
	struct clock_shift shifts[2] = { 0 };

	clock_shifts(now + 21 * MS_DAY, zone, shifts, 2);
	return db_exec(db,
		       strcmp(campus, "river") != 0
			       ? "SET @hill_since = CAST(? AS DATETIME(3)), @hill_ahead = ?, @hill_before = ?"
			       : "SET @river_since = CAST(? AS DATETIME(3)), @river_ahead = ?, @river_before = ?",
		       args(arg_time(shifts[0].from), shifts[0].ahead, shifts[1].ahead)) >= 0;
}

const struct rows *demo_events_without_key(struct db *db)
{
	return db_query(db,
			"SELECT id, created_at FROM event WHERE id NOT IN (SELECT event_id FROM event_key) ORDER BY id",
			no_args);
}

const struct rows *demo_pending(struct db *db, int64_t most)
{
	return db_query(
		db,
		"SELECT a.id, a.account_id, a.event_id, a.submitted_at FROM attendance a"
		" WHERE a.verification_status = 'pending' AND a.method = 'self'"
		" ORDER BY (SELECT COUNT(*) FROM attendance_flag f WHERE f.attendance_id = a.id) DESC, a.submitted_at, a.id"
		" LIMIT ?",
		args(most));
}

bool demo_evidence_seen(struct db *db)
{
	return db_exec(db, "UPDATE attendance_evidence SET looked_at = received_at", no_args) >= 0 &&
	       db_exec(db,
		       "UPDATE campus_member m JOIN attendance a ON a.account_id = m.account_id"
		       " JOIN attendance_evidence x ON x.attendance_id = a.id"
		       " SET m.consent_version = 1, m.consent_at = x.received_at",
		       no_args) >= 0;
}

int64_t demo_count(struct db *db, const char *table)
{
	static const char *const COUNT[][2] = {
		{ "account", "SELECT COUNT(*) FROM account" },
		{ "event", "SELECT COUNT(*) FROM event" },
		{ "ticket", "SELECT COUNT(*) FROM ticket" },
		{ "scan_log", "SELECT COUNT(*) FROM scan_log" },
	};

	for (size_t i = 0; i < sizeof COUNT / sizeof *COUNT; i++)
		if (!strcmp(COUNT[i][0], table))
			return db_int(db, COUNT[i][1], no_args);
	assert(false && "no such table to count");
	return 0;
}

/* It began so long ago, and what follows from that. */
static bool campus_moved(struct db *db, int64_t id, ms_t starts, const char *day, ms_t now)
{
	db_exec(db, "DELETE FROM event_expected WHERE event_id = ?", args(id));
	return db_exec(db,
		       "UPDATE campus_event SET ends_at = ?, starts_at = ?, starts_on = ?, opens_at = ?, late_at = ?,"
		       " closes_at = ?, roster_at = NULL, updated_at = ? WHERE id = ?",
		       args(arg_time(starts + 90 * MS_MINUTE), arg_time(starts), day, arg_time(starts - 15 * MS_MINUTE),
			    arg_time(starts + 15 * MS_MINUTE), arg_time(starts + 90 * MS_MINUTE), arg_time(now), id)) >=
	       0;
}

static bool refresh_campus(struct db *db, ms_t now)
{
	const struct row *open =
		db_one(db, "SELECT time_zone FROM campus_event WHERE id = 1 AND closes_at < ?", args(arg_time(now)));
	ms_t minute = now - now % MS_MINUTE;
	char day[DATE_SIZE];

	if (!open)
		return true;
	return clock_date(minute, row_text(open, "time_zone"), day) &&
	       campus_moved(db, 1, minute - 5 * MS_MINUTE, day, now) &&
	       campus_moved(db, 2, minute + 20 * MS_MINUTE, day, now);
}

bool demo_refresh(struct db *db, ms_t now)
{
	ms_t starts = now - now % MS_HOUR - MS_HOUR;

	/* Demos that were loaded before keys were as old as their events. */
	db_exec(db,
		"UPDATE event_key k JOIN event e ON e.id = k.event_id SET k.created_at = e.created_at"
		" WHERE k.created_at > e.created_at",
		no_args);
	if (!refresh_campus(db, now))
		return false;
	return db_exec(db, "UPDATE event SET starts_at = ?, ends_at = ?, updated_at = ? WHERE id = 1 AND ends_at < ?",
		       args(arg_time(starts), arg_time(starts + 8 * MS_HOUR), arg_time(now),
			    arg_time(now + MS_HOUR))) >= 0;
}

struct row_source *demo_tickets(TALLOC_CTX *ctx, struct db *db, int64_t event_id)
{
	return db_source(ctx, db,
			 "SELECT id, category_id, generation, nonce AS `nonce:hex` FROM ticket"
			 " WHERE event_id = ? AND id > ? ORDER BY id LIMIT 1000",
			 args(event_id));
}

struct row_source *demo_customers(TALLOC_CTX *ctx, struct db *db)
{
	return db_source(ctx, db,
			 "SELECT id, account_id FROM customer WHERE id > 1000 AND id > ? ORDER BY id LIMIT 1000",
			 no_args);
}

const struct rows *demo_ushers(struct db *db)
{
	return db_query(db,
			"SELECT u.id, u.account_id FROM usher_assignment g JOIN usher u ON u.id = g.usher_id"
			" WHERE g.event_id = 1 ORDER BY u.id",
			no_args);
}

const struct rows *demo_members(struct db *db, const char *role, int64_t n)
{
	return db_query(
		db,
		"SELECT m.id, m.account_id FROM campus_member m JOIN account_role r ON r.account_id = m.account_id"
		" AND r.role = ? WHERE m.campus_id = 1 AND m.left_at IS NULL AND m.account_id > 100"
		" ORDER BY m.account_id LIMIT ?",
		args(role, n));
}

const struct row *demo_merchant(struct db *db)
{
	return db_one(db, "SELECT id, account_id FROM merchant ORDER BY id LIMIT 1", no_args);
}
