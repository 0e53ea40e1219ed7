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

const struct rows *demo_events_without_key(struct db *db)
{
	return db_query(db,
			"SELECT id, created_at FROM event WHERE id NOT IN (SELECT event_id FROM event_key) ORDER BY id",
			no_args);
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

bool demo_refresh(struct db *db, ms_t now)
{
	ms_t starts = now - now % MS_HOUR - MS_HOUR;

	/* Demos that were loaded before keys were as old as their events. */
	db_exec(db,
		"UPDATE event_key k JOIN event e ON e.id = k.event_id SET k.created_at = e.created_at"
		" WHERE k.created_at > e.created_at",
		no_args);
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

const struct row *demo_merchant(struct db *db)
{
	return db_one(db, "SELECT id, account_id FROM merchant ORDER BY id LIMIT 1", no_args);
}
