/* What `gatehouse doctor` asks of the database. */
#include "store/doctor.h"

const struct server_wish SERVER_WISHES[] = {
	{ "innodb_flush_log_at_trx_commit", "1", true,
	  "Set it to 1: with less, a power cut loses sales that were confirmed." },
	{ "innodb_doublewrite", "ON", true, "Switch it on: without it a crash can tear a page." },
	{ "character_set_server", "utf8mb4", false, "Set it to utf8mb4." },
	{ "local_infile", "OFF", false, "Switch it off; nothing here needs it." },
	{ "innodb_print_all_deadlocks", "ON", false, "Switch it on: a deadlock is then in the server's log." },
	{ NULL, NULL, false, NULL },
};

const char *doctor_variable(struct db *db, const char *name)
{
	const struct row *row = db_one(db,
				       "SELECT VARIABLE_VALUE AS value FROM information_schema.GLOBAL_VARIABLES"
				       " WHERE VARIABLE_NAME = ?",
				       args(name));

	return row ? row_text(row, "value") : NULL;
}

/* This account may have a limit of its own; 0 is none. */
int64_t doctor_connections(struct db *db)
{
	return db_int(db,
		      "SELECT IF(@@max_user_connections > 0, LEAST(@@max_user_connections, @@max_connections),"
		      " @@max_connections)",
		      no_args);
}

/* A server that takes no writes refuses the statement, not the row. */
enum db_error doctor_try_write(struct db *db)
{
	enum db_error error;

	db_exec(db, "UPDATE job SET due_at = due_at WHERE name = ''", no_args);
	error = db_error(db);
	db_clear(db);
	return error;
}

/* The database's own clock is what is asked for here. */
ms_t doctor_clock(struct db *db)
{
	const struct row *row = db_one(db, "SELECT UTC_TIMESTAMP(3) AS now", no_args);

	return row ? row_time(row, "now") : 0;
}

const struct rows *doctor_names(struct db *db)
{
	return db_query(db,
			"(SELECT title AS name FROM event ORDER BY id DESC LIMIT 300)"
			" UNION (SELECT name FROM venue ORDER BY id DESC LIMIT 100)"
			" UNION (SELECT company FROM organizer ORDER BY id DESC LIMIT 100)"
			" UNION (SELECT name FROM account ORDER BY id DESC LIMIT 300)",
			no_args);
}

int64_t doctor_tables(struct db *db)
{
	return db_int(db, "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()", no_args);
}

int64_t doctor_others(struct db *db)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
		      " WHERE DB = DATABASE() AND ID <> CONNECTION_ID()",
		      no_args);
}

int64_t doctor_overdue_holds(struct db *db, ms_t now)
{
	return db_int(db, "SELECT COUNT(*) FROM orders WHERE status = 'held' AND expires_at < ?",
		      args(arg_time(now - 5 * MS_MINUTE)));
}

const struct row *doctor_job_due(struct db *db, ms_t before)
{
	return db_one(db, "SELECT name, due_at FROM job WHERE due_at < ? ORDER BY due_at LIMIT 1",
		      args(arg_time(before)));
}

const struct row *doctor_job_failed(struct db *db)
{
	return db_one(db, "SELECT name, error FROM job WHERE error IS NOT NULL ORDER BY ran_at DESC LIMIT 1", no_args);
}

const struct row *doctor_messages_failed(struct db *db, ms_t since)
{
	return db_one(db,
		      "SELECT m.n, o.channel, o.error FROM"
		      " (SELECT COUNT(*) AS n, MAX(id) AS id FROM outbox WHERE status = 'failed' AND created_at > ?) m"
		      " LEFT JOIN outbox o ON o.id = m.id",
		      args(arg_time(since)));
}

int64_t doctor_priced(struct db *db)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM ticket_category c JOIN event e ON e.id = c.event_id"
		      " WHERE c.price > 0 AND e.status = 'published'",
		      no_args);
}

const struct row *doctor_to_scan(struct db *db, ms_t now)
{
	return db_one(db,
		      "SELECT title, COUNT(*) OVER () AS n FROM event WHERE status = 'published' AND scanning_enabled"
		      " AND ends_at > ? ORDER BY starts_at LIMIT 1",
		      args(arg_time(now)));
}

const struct rows *doctor_zones(struct db *db)
{
	return db_query(db, "SELECT DISTINCT time_zone FROM event", no_args);
}

#define ACCOUNT "CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')"

/* A name of a database stands there as a pattern, in which _ and % of its own are escaped. */
const struct rows *doctor_rights_too_many(struct db *db)
{
	return db_query(
		db,
		"SELECT CONCAT(PRIVILEGE_TYPE, ' on all databases') AS what"
		" FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = " ACCOUNT " AND PRIVILEGE_TYPE <> 'USAGE'"
		" UNION ALL SELECT CONCAT(PRIVILEGE_TYPE, ' on ', TABLE_SCHEMA)"
		" FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = " ACCOUNT
		" AND REPLACE(TABLE_SCHEMA, '\\\\', '') <> DATABASE()"
		" UNION ALL SELECT CONCAT(PRIVILEGE_TYPE, ' on ', TABLE_SCHEMA, '.', TABLE_NAME)"
		" FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = " ACCOUNT " AND TABLE_SCHEMA <> DATABASE()"
		" UNION ALL SELECT CONCAT(PRIVILEGE_TYPE, ', to be handed on') FROM information_schema.SCHEMA_PRIVILEGES"
		" WHERE GRANTEE = " ACCOUNT " AND IS_GRANTABLE = 'YES' LIMIT 1000",
		no_args);
}

const char *doctor_account(struct db *db)
{
	const struct row *row = db_one(db, "SELECT " ACCOUNT " AS account", no_args);

	return row ? row_text(row, "account") : "";
}

int64_t doctor_staff(struct db *db)
{
	return db_int(
		db,
		"SELECT COUNT(*) FROM account_role r JOIN account a ON a.id = r.account_id AND a.status = 'active'"
		" WHERE r.role = 'superadmin' AND a.password_hash IS NOT NULL",
		no_args);
}

int64_t doctor_events_without_key(struct db *db)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM event e WHERE NOT EXISTS"
		      " (SELECT 1 FROM event_key k WHERE k.event_id = e.id AND k.retired_at IS NULL)",
		      no_args);
}
