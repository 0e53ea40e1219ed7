/* Whether the schema is the one that this program was made for. One row says for which program it is open: the number of the
 * last migration, or none while one runs (migrate.c). A transaction reads it in the statement that opens it. The server
 * then holds that table for it until it ends, so a migration, which first takes the number away and then waits for the
 * table, begins after all that the old program still stores and before all that it would. */
#include "base/clock.h"
#include "base/log.h"
#include "db/internal.h"
#include <mysqld_error.h>
#include <stdio.h>
#include <string.h>

#define SQL(text) (text), sizeof(text) - 1

static const char ASK[] = "SELECT version FROM schema_now WHERE one = 1";
/* One statement, for two would be one way more to the server and back; prepared, so that it is parsed once; and of no result, for
 * to send a row and to read it costs as much as all else here. */
static const char OPEN[] = "BEGIN NOT ATOMIC DECLARE it INT; START TRANSACTION;"
			   " SELECT version INTO it FROM schema_now WHERE one = 1;"
			   " IF NOT (it <=> ?) THEN SIGNAL SQLSTATE '45000'; END IF; END";

void db_expect_schema(struct db *db, int version)
{
	db->schema = version;
}

/* Notes that it is open for version, and not for us. */
static void note_other(struct db *db, int64_t version)
{
	char text[MESSAGE_SIZE];

	db->seen = (int)version;
	if (version > 0)
		snprintf(text, sizeof(text), "the schema is at %lld, this program is for %d", (long long)version,
			 db->schema);
	else
		snprintf(text, sizeof(text), "the schema is being changed, or was never made");
	db_note(db, OTHER_SCHEMA, text);
}

/* Runs sql, whose one row is the number for which the schema is open; 0: for none. False: noted. */
static bool ask(struct db *db, const char *sql, size_t len, int64_t *version)
{
	*version = 0;
	return db_text_number(db, sql, len, version) || db->code == ER_NO_SUCH_TABLE;
}

/* False: noted. */
static bool open_if_ours(struct db *db)
{
	struct statement *st = statement_get(db, OPEN);
	struct result *none;

	if (!st)
		return false;
	statement_bind(st, args(db->schema));
	if (!mysql_stmt_execute(st->stmt) && result_read(db, st, 0, &none))
		return true;
	if (mysql_stmt_errno(st->stmt))
		db_note(db, mysql_stmt_errno(st->stmt), mysql_stmt_error(st->stmt));
	else if (mysql_errno(db->mysql))
		db_note(db, mysql_errno(db->mysql), mysql_error(db->mysql));
	return false;
}

/* Asked whose it is, it may be ours again: then once more. */
bool schema_open(struct db *db)
{
	int64_t version = 0;

	for (int tries = 0; tries < 2; tries++) {
		if (open_if_ours(db))
			return true;
		if (code_is_loss(db->code))
			return false;
		db_rollback(db);
		if (db->code != ER_SIGNAL_EXCEPTION && db->code != ER_NO_SUCH_TABLE)
			return false;
		if (!ask(db, SQL(ASK), &version))
			return false;
		if (version != db->schema)
			break;
	}
	note_other(db, version);
	return false;
}

enum db_error schema_excuses(struct db *db)
{
	enum db_error means = code_means(db->code);
	unsigned code = db->code;
	char message[MESSAGE_SIZE];
	int64_t version;

	if (means != DB_BROKEN || !db->schema || !db->mysql || code_is_loss(code))
		return means;
	memcpy(message, db->message, sizeof(message));
	if (ask(db, SQL(ASK), &version) && version != db->schema) {
		note_other(db, version);
		return DB_SCHEMA;
	}
	db_note(db, code, message);
	return DB_BROKEN;
}

bool db_schema_fits(struct db *db)
{
	int64_t version;

	if (db->error || !db_ready(db))
		return false;
	if (!ask(db, SQL(ASK), &version)) {
		db_fail(db, code_means(db->code), ASK);
		return false;
	}
	db->seen = (int)version;
	return version == db->schema;
}

bool db_schema_refused(struct db *db)
{
	if (!db->schema || db_schema_fits(db) || db->error)
		return false;
	note_other(db, db->seen);
	db_fail(db, DB_SCHEMA, NULL);
	return true;
}

int db_schema_expected(const struct db *db)
{
	return db->schema;
}

int db_schema_seen(const struct db *db)
{
	return db->seen;
}
