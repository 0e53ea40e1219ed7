/* Statements: run once, and when one failed, what may be done about it: outside of a transaction what was undone, or never
 * sent, is run again; inside of one all is lost, and transaction.c begins anew. */
#include "base/clock.h"
#include "db/internal.h"
#include <assert.h>
#include <errmsg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One run of a statement. */
struct run {
	const char *sql;
	struct args args;
	const struct args *rows; /* of a bulk execution, in place of args */
	size_t n_rows;
	size_t keep; /* rows */
	bool sent;   /* the server may have seen it */
	struct result *result;
	int64_t affected, insert_id;
};

static bool begins(const char *sql, const char *word)
{
	sql += strspn(sql, " \t\n");
	if (!strncmp(sql, "/*", 2) && strstr(sql, "*/ ")) /* settings of this one statement */
		sql = strstr(sql, "*/ ") + 3;
	return strncasecmp(sql, word, strlen(word)) == 0;
}

static bool execute(struct statement *st, const struct run *run)
{
	TALLOC_CTX *arrays;
	bool good;

	if (!run->n_rows) {
		statement_bind(st, run->args);
		return mysql_stmt_execute(st->stmt) == 0;
	}
	arrays = talloc_new(st);
	statement_bind_rows(st, arrays, run->rows, (unsigned)run->n_rows);
	good = mysql_stmt_execute(st->stmt) == 0;
	statement_bind_rows(st, NULL, NULL, 0);
	talloc_free(arrays);
	return good;
}

static bool run_once(struct db *db, struct run *run)
{
	struct statement *st = statement_get(db, run->sql);

	run->sent = false;
	if (!st)
		return false;
	run->sent = true;
	if (!execute(st, run) || !result_read(db, st, run->keep, &run->result)) {
		unsigned code = mysql_stmt_errno(st->stmt);

		if (code)
			db_note(db, code, mysql_stmt_error(st->stmt));
		else if (mysql_errno(db->mysql))
			db_note(db, mysql_errno(db->mysql), mysql_error(db->mysql));
		if (code_means(db->code) == DB_BROKEN)
			statement_drop(db, st);
		return false;
	}
	run->affected = (int64_t)mysql_stmt_affected_rows(st->stmt);
	run->insert_id = (int64_t)mysql_stmt_insert_id(st->stmt);
	return true;
}

/* After a failure outside a transaction: what it means, with the session left clean for the next statement. */
static enum db_error settle(struct db *db, const struct run *run)
{
	enum db_error error = schema_excuses(db);

	if (code_is_loss(db->code)) {
		/* Gone before it was sent is harmless; lost after that leaves a write in doubt. */
		if (error == DB_AWAY && run->sent && db->code != CR_SERVER_GONE_ERROR &&
		    db->code != CR_NEW_STMT_METADATA && !begins(run->sql, "SELECT"))
			error = DB_UNKNOWN;
		db_close(db);
	} else if (begins(run->sql, "CALL")) {
		/* A routine that failed may have left its own transaction open. */
		db_rollback(db);
	}
	return error;
}

/* May a statement outside a transaction be run again? A conflict undid all of it; a lost connection is replaced once
 * for what was never sent and for reads, but a read that ran into its time limit is not asked again. */
static bool may_run_again(const struct db *db, const struct run *run, enum db_error error, int tries, ms_t took)
{
	if (error == DB_CONFLICT)
		return tries < RETRIES && took < RETRY_FOR_MS;
	return error == DB_AWAY && !db->mysql && tries == 0 && took < MS_SECOND &&
	       (!run->sent || begins(run->sql, "SELECT"));
}

static bool run_statement(struct db *db, struct run *run)
{
	ms_t began = clock_monotonic();

	if (db->error)
		return false;
	db->last = DB_OK;
	for (int tries = 0;; tries++) {
		enum db_error error;

		if (!db_ready(db))
			return false;
		if (run_once(db, run))
			return true;
		if (db->in_transaction) {
			db_fail(db, schema_excuses(db), run->sql);
			return false;
		}
		error = settle(db, run);
		if (!may_run_again(db, run, error, tries, clock_monotonic() - began)) {
			db_fail(db, error, run->sql);
			return false;
		}
		if (error == DB_CONFLICT)
			db_backoff(tries);
	}
}

const struct rows *db_query(struct db *db, const char *sql, struct args args)
{
	static const struct rows NONE;
	struct run run = { .sql = sql, .args = args, .keep = ROWS_MAX };

	if (!run_statement(db, &run))
		return &NONE;
	assert(run.result);
	return &run.result->rows;
}

const struct row *db_one(struct db *db, const char *sql, struct args args)
{
	struct run run = { .sql = sql, .args = args, .keep = 1 };

	if (!run_statement(db, &run))
		return NULL;
	assert(run.result);
	return run.result->rows.n ? &run.result->first : NULL;
}

int64_t db_int(struct db *db, const char *sql, struct args args)
{
	struct run run = { .sql = sql, .args = args, .keep = 1 };
	const struct cell *cell;
	int64_t answer = 0;

	if (!run_statement(db, &run))
		return 0;
	assert(run.result);
	cell = run.result->rows.cells;
	if (run.result->rows.n && !cell->null)
		switch (run.result->rows.columns[0].type) {
		case COL_INT:
		case COL_KEY:
		case COL_MONEY:
		case COL_RATE:
		case COL_BOOL:
		case COL_TIME:
			answer = cell->i;
			break;
		case COL_REAL:
			answer = (int64_t)cell->d;
			break;
		default:
			answer = strtoll(cell->s, NULL, 10);
		}
	talloc_free(run.result);
	return answer;
}

int64_t db_exec(struct db *db, const char *sql, struct args args)
{
	struct run run = { .sql = sql, .args = args };

	return run_statement(db, &run) ? run.affected : -1;
}

void db_attempt(struct db *db, const char *sql, struct args args)
{
	assert(!db->in_transaction);
	if (!db->error && db_exec(db, sql, args) < 0)
		db_clear(db);
}

int64_t db_bulk(struct db *db, const char *sql, const struct args rows[], size_t n)
{
	struct run run = { .sql = sql, .rows = rows, .n_rows = n };

	if (n == 1)
		return db_exec(db, sql, rows[0]);
	return n == 0 ? 0 : run_statement(db, &run) ? run.affected : -1;
}

int64_t db_insert(struct db *db, const char *sql, struct args args)
{
	struct run run = { .sql = sql, .args = args };

	return run_statement(db, &run) ? run.insert_id : 0;
}

int db_schema_version(struct db *db)
{
	int64_t there = db_int(db,
			       "SELECT COUNT(*)\n"
			       "FROM information_schema.TABLES\n"
			       "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'schema_migration'",
			       no_args);
	int64_t version = there ? db_int(db, "SELECT MAX(version) FROM schema_migration", no_args) : 0;

	return db->error ? -1 : (int)version;
}
