/* Transactions fail for reasons that are nobody's fault: two of them met, or a node went away. Then the work is done
 * again from its start, in a new transaction; never the failed statement alone, for what stood before it is gone. Only a
 * connection lost at COMMIT is told to the caller, for then nobody knows. */
#include "base/clock.h"
#include "db/internal.h"
#include <assert.h>

#define SQL(text) (text), sizeof(text) - 1

static bool snapshot_start(struct db *db)
{
	return db_text(db, SQL("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")) &&
	       db_text(db, SQL("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"));
}

static bool transaction_start(struct db *db)
{
	return db->schema ? schema_open(db) : db_text(db, SQL("START TRANSACTION"));
}

/* Nothing hangs on the connection yet, so one that died while idle is replaced here. */
static bool begin(struct db *db, bool (*start)(struct db *))
{
	for (int tries = 0; db_ready(db); tries++) {
		if (start(db)) {
			db->in_transaction = true;
			return true;
		}
		if (tries > 0 || !code_is_loss(db->code)) {
			db_fail(db, code_means(db->code), "START TRANSACTION");
			return false;
		}
		db_close(db);
	}
	return false;
}

/* Ends a transaction that is not to be stored. A server that cannot be told undoes it by itself. */
static void roll_back(struct db *db)
{
	db_rollback(db);
	db->in_transaction = db->doomed = false;
}

/* A server that says that it takes no writes has stored nothing. */
static bool lost_at_commit(const struct db *db)
{
	return code_is_loss(db->code) && code_means(db->code) != DB_READ_ONLY;
}

static bool commit(struct db *db)
{
	if (db_text(db, SQL("COMMIT"))) {
		db->in_transaction = false;
		return true;
	}
	db_fail(db, lost_at_commit(db) ? DB_UNKNOWN : code_means(db->code), "COMMIT");
	roll_back(db);
	return false;
}

enum outcome { COMMITTED, ENDED, AGAIN };

/* Where a node that takes no writes was left, the next connection may lead to the one that does, or to the same again:
 * that is tried once. */
static bool curable(const struct db *db)
{
	return db->error == DB_CONFLICT || db->error == DB_READ_ONLY;
}

static enum outcome attempt(struct db *db, bool (*work)(void *), void *with)
{
	bool good;

	if (!begin(db, transaction_start))
		return curable(db) ? AGAIN : ENDED;
	good = work(with);
	if (good && !db->error) {
		if (commit(db))
			return COMMITTED;
		return curable(db) ? AGAIN : ENDED;
	}
	roll_back(db);
	return curable(db) || (db->error == DB_AWAY && !db->mysql) ? AGAIN : ENDED;
}

static int tries_of(enum db_error error)
{
	return error == DB_READ_ONLY ? 1 : RETRIES;
}

bool db_transaction(struct db *db, bool (*work)(void *), void (*reset)(void *), void *with)
{
	ms_t began = clock_monotonic();

	assert(!db->in_transaction);
	if (db->error)
		return false;
	for (int tries = 0;; tries++) {
		enum outcome outcome;

		if (reset)
			reset(with);
		db_clear(db);
		outcome = attempt(db, work, with);
		if (outcome != AGAIN || tries >= tries_of(db->error) || clock_monotonic() - began > RETRY_FOR_MS)
			return outcome == COMMITTED;
		db_backoff(tries);
	}
}

static bool part_told(struct db *db, const char *sql, size_t len)
{
	if (!db_text(db, sql, len))
		db_fail(db, code_means(db->code), sql);
	return !db->error;
}

bool db_part(struct db *db, bool (*work)(void *), void *with)
{
	bool good;

	assert(db->in_transaction);
	if (db->error || !part_told(db, SQL("SAVEPOINT part")))
		return false;
	good = work(with);
	if (db->error)
		return false;
	return good ? part_told(db, SQL("RELEASE SAVEPOINT part"))
		    : part_told(db, SQL("ROLLBACK TO SAVEPOINT part")) && false;
}

void db_conflict(struct db *db)
{
	assert(db->in_transaction);
	if (db->error)
		return;
	db_note(db, 0, "what was read has changed");
	db_fail(db, DB_CONFLICT, NULL);
}

bool db_snapshot_begin(struct db *db)
{
	assert(!db->in_transaction);
	return !db->error && begin(db, snapshot_start);
}

void db_snapshot_end(struct db *db)
{
	assert(db->in_transaction);
	roll_back(db);
}
