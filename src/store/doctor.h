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
int64_t doctor_events_without_key(struct db *db);

#endif
