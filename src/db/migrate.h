#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H
/* Numbered, forward-only migrations: sql/migrations/NNNN-what.sql. DDL commits by itself in MariaDB, so each file
 * is one small step and the version is stored after each. */
#include "db/db.h"

/* The highest number in directory, 0 when there is none, -1 when it cannot be read. */
int migrate_latest(const char *directory);
/* Creates the database when missing, takes an advisory lock, applies what is not applied yet, in order; prints a line
 * each to stdout. False after the first failure, which it has logged with file and statement, and where the schema is newer than directory. */
bool migrate_run(struct db *db, const char *directory);
/* The same, with so many seconds for what the programs that are in have still open: longer than any of their statements may
 * take, MIGRATE_WAIT_S is what they have. After that nothing is changed, and they go on. */
bool migrate_run_within(struct db *db, const char *directory, int wait_s);
enum { MIGRATE_WAIT_S = 40 };
/* Connects without a database, makes it when it is not there, and goes into it. False: db remembers why. */
bool migrate_enter(struct db *db);

#endif
