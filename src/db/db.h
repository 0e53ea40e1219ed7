#ifndef DB_DB_H
#define DB_DB_H
/* One connection to MariaDB, blocking, with timeouts, never reconnecting by itself inside a transaction.
 *
 * Failures are sticky: after one, every further call answers nothing (no rows, -1) until db_clear() or the
 * transaction helper's next attempt. So an action need not check for an environment that broke: dispatch
 * looks once, before it believes the answer. "No row" and "failed" look alike to the action on purpose, and rows are
 * never NULL: a failure's are empty.
 *
 * Statements are prepared once a connection and found again by their text. SQL text is literal. */
#include "base/arg.h"
#include "base/config.h"
#include "base/row.h"
#include <talloc.h>

struct db;

/* A literal text for a list of one to DB_SOME values: "… WHERE id IN " DB_IN_SOME, whose places that are over repeat the
 * last value. */
enum { DB_SOME = 16 };
#define DB_IN_SOME "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
/* Fills the places from n on, n ≥ 1. */
static inline void db_fill_some(struct arg values[DB_SOME], size_t n)
{
	for (; n < DB_SOME; n++)
		values[n] = values[n - 1];
}

/* n ids in such a list. values may have room for more arguments behind it. */
static inline struct args db_some_ids(struct arg values[DB_SOME], const int64_t ids[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		values[i] = arg(ids[i]);
	db_fill_some(values, n);
	return (struct args){ DB_SOME, values };
}

enum db_error {
	DB_OK,
	DB_AWAY,      /* cannot connect, lost, non-Primary: the client may try again (503) */
	DB_FULL,      /* no room on its disk: the statement was undone, and the transaction with it (503) */
	DB_READ_ONLY, /* it takes no writes, a replica or one under repair; the connection is given up, for the next may
			 lead to another node (503) */
	DB_BUSY,      /* it gives nobody a connection more (503) */
	DB_SCHEMA,   /* its schema is another program's, or is being changed: the next program is about to come (503) */
	DB_CONFLICT, /* deadlock, lock wait, certification: run the transaction again */
	DB_UNKNOWN,  /* lost at COMMIT: it may have been stored */
	DB_DUPLICATE, /* a UNIQUE key said no (1062); not sticky: db_exec answers -1 and the transaction lives on */
	DB_REFUSED,   /* a CHECK, a foreign key or a routine said no (4025, 1451, 1452; 1644); not sticky either */
	DB_BROKEN     /* anything else: a bug in our SQL or schema (500) */
};

/* A handle on ctx; connects at first use. Closed by its talloc destructor. */
struct db *db_new(TALLOC_CTX *ctx, const struct config *config);
/* Connects if it is not; false when the database is away, or takes nobody more. */
bool db_connect(struct db *db);
void db_close(struct db *db);
/* No time limits from now on: for commands run by hand (audit, demo-data), never in a worker. */
void db_patient(struct db *db);

/* Results are allocated on the context last given here (the request's attempt memory). */
void db_memory(struct db *db, TALLOC_CTX *ctx);
/* That context: for what is worked out beside a statement. */
TALLOC_CTX *db_results(const struct db *db);

/* All rows; none on failure, never NULL. At most 10,000, more is a failure: a longer list goes through a row source. */
const struct rows *db_query(struct db *db, const char *sql, struct args args);
/* The first row; NULL when there is none. */
const struct row *db_one(struct db *db, const char *sql, struct args args);
/* The first column of the first row as a number; 0 when there is none. */
int64_t db_int(struct db *db, const char *sql, struct args args);
/* Outside a transaction a statement that met a conflict is run again, at most five times, for nothing of it was stored;
 * a lost connection is replaced once for a SELECT; a write lost after it was sent is DB_UNKNOWN.
 * A CALL answers its first result set. */
/* Rows changed (MariaDB counts changed rows: a no-op UPDATE is 0), or -1. */
int64_t db_exec(struct db *db, const char *sql, struct args args);
/* The same statement for each of n rows of arguments in one round trip (MariaDB's bulk execution): rows changed in all, or
 * -1. One value of a column may be NULL where another is not; otherwise its type is one. For UPDATE,
 * DELETE, and INSERT of VALUES without a subquery, which the server would work out once for all rows. Outside a transaction
 * only the INSERT is all or nothing. */
int64_t db_bulk(struct db *db, const char *sql, const struct args rows[], size_t n);
/* As db_exec, for what may as well be left undone (noting when somebody was last seen): where it fails, that is logged
 * and forgotten. Outside a transaction. */
void db_attempt(struct db *db, const char *sql, struct args args);
/* Makes one row and answers its AUTO_INCREMENT id, or 0 on failure or duplicate. */
int64_t db_insert(struct db *db, const char *sql, struct args args);
/* A script in the text protocol, statement by statement, for migrations and bulk demo data only; DELIMITER lines as in
 * the mariadb client. False at the first failure, any kind of which is sticky here; *error (on the memory) then says
 * "statement 3, line 14: …". */
bool db_script(struct db *db, const char *sql, const char **error);
/* Has the server count all tables anew, which plans go by. It does so by itself some seconds after much has changed, but not
 * where it is stopped before that: then it takes full tables for empty ones from there on. False on failure, with *error as
 * above. */
bool db_analyze(struct db *db, const char **error);
/* Which server it is connected to: 101114 for MariaDB 10.11.14; 0: to none. */
unsigned long db_server(const struct db *db);

enum db_error db_error(const struct db *db); /* of the sticky failure */
enum db_error db_last(const struct db *db);  /* of the last statement, sticky or not */
/* Did it fail because the database takes nothing at present, whatever it is asked (away, full, read-only, busy, another program's)? */
bool db_unavailable(const struct db *db);
/* MariaDB's words for db_last(), "" for DB_OK. For logs and operators: they may hold a client's data. */
const char *db_message(const struct db *db);
/* Forgets a failure. Without effect inside a transaction that failed: nothing more can be stored in that. */
void db_clear(struct db *db);

/* Runs work inside a transaction at READ COMMITTED, commits when it answers true, rolls back when false.
 * A conflict or a lost connection before COMMIT runs it again, at most five times, with jittered backoff (once where a
 * server that takes no writes was left for another): work must start afresh each time (reset is called before every attempt, may be NULL).
 * Answers true when it committed. False: rolled back; db_error() tells whether by a failure. At DB_UNKNOWN alone it may
 * have been stored. With a failure still uncleared it does nothing. Not to be nested. */
bool db_transaction(struct db *db, bool (*work)(void *), void (*reset)(void *), void *with);
/* Inside a transaction: where work answers false, what it stored is undone, and the transaction goes on. A failure undoes all of the
 * transaction, as ever. Answers what work did; false after a failure. Not to be nested. */
bool db_part(struct db *db, bool (*work)(void *), void *with);
bool db_in_transaction(const struct db *db);
/* Inside a transaction whose guarded statement found that what the transaction had read is not so any more: a DB_CONFLICT
 * like the database's own, so that it runs again and reads anew. */
void db_conflict(struct db *db);
/* Reads only, one consistent snapshot (REPEATABLE READ): for audit and exports. */
bool db_snapshot_begin(struct db *db);
void db_snapshot_end(struct db *db);

/* Keyset batches of sql, a literal whose last clause is "AND id > ? ORDER BY id LIMIT n" with the last id as its
 * last argument; the batch's first column is that id. args are copied and do not hold the last id: it starts below all. */
struct row_source *db_source(TALLOC_CTX *ctx, struct db *db, const char *sql, struct args args);

/* From now on each transaction looks as it opens whether the schema is at that number, and a migration begins when the last
 * that found it so has ended. What finds another fails with DB_SCHEMA, and so does a statement that the schema's change
 * broke. One outside of a transaction does not look: it notes what was done already (a message sent, a key given back),
 * which is better noted late than never. 0, as it is at first: nothing looks, for what makes schemas or looks at them. */
void db_expect_schema(struct db *db, int version);
/* Is the schema the expected one now? False also after a failure. */
bool db_schema_fits(struct db *db);
/* The same look in the condition of one statement outside of a transaction that is no such note, with db_schema_expected() as its
 * argument. Where it did nothing, db_schema_refused() says whether that was why, which is then a failure (DB_SCHEMA). */
#define SCHEMA_HELD "? IN (0, (SELECT version FROM schema_now WHERE one = 1))"
bool db_schema_refused(struct db *db);
/* The expected number. */
int db_schema_expected(const struct db *db);
/* For which program it was when it was found to be for another, or asked; 0: for none. */
int db_schema_seen(const struct db *db);
/* The latest migration applied; 0 for an empty schema, -1 when the database is away. */
int db_schema_version(struct db *db);

#endif
