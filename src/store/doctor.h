#ifndef STORE_DOCTOR_H
#define STORE_DOCTOR_H
/* What `gatehouse doctor` asks of the database. */
#include "db/db.h"

struct server_wish {
	const char *name, *value; /* as SHOW GLOBAL VARIABLES says it */
	bool must;
	const char *mend;
};

extern const struct server_wish SERVER_WISHES[]; /* ends with a NULL name */

/* A global variable's value; NULL when the server has none of that name. */
const char *doctor_variable(struct db *db, const char *name);
/* How many this account may have at once. */
int64_t doctor_connections(struct db *db);
/* Would it take a change now? Tries one of nothing; DB_OK, or the failure, which is forgotten. */
enum db_error doctor_try_write(struct db *db);
ms_t doctor_clock(struct db *db);
/* Tables of this database, and connections to it besides this one, as far as this account sees them. */
int64_t doctor_tables(struct db *db);
int64_t doctor_others(struct db *db);
/* Held orders whose time was over five minutes ago: jobs would have reaped them. */
int64_t doctor_overdue_holds(struct db *db, ms_t now);
int64_t doctor_staff(struct db *db);
/* The job that has been due for longest: name, due_at; and one that failed when it ran last: name, error. NULL: none. */
const struct row *doctor_job_due(struct db *db, ms_t before);
const struct row *doctor_job_failed(struct db *db);
/* Messages that were given up since a time: n, channel and error of the newest, NULL where n is 0. */
const struct row *doctor_messages_failed(struct db *db, ms_t since);
/* Kinds of tickets that cost something and are on sale: how many. */
int64_t doctor_priced(struct db *db);
/* Published events whose tickets are still to be scanned: their title, the next first, and n of them. NULL: none. */
const struct row *doctor_to_scan(struct db *db, ms_t now);
/* What the newest events, places, organizers and people are called: name. */
const struct rows *doctor_names(struct db *db);
/* time_zone of all events, each once. */
const struct rows *doctor_zones(struct db *db);
/* This account's rights beyond its own database, and those to hand on: "what" ("SUPER on all databases"). And the account, as
 * GRANT names it: 'gatehouse'@'localhost'. */
const struct rows *doctor_rights_too_many(struct db *db);
const char *doctor_account(struct db *db);
int64_t doctor_events_without_key(struct db *db);

#endif
