#ifndef STORE_PRIVACY_H
#define STORE_PRIVACY_H
/* What is held on a customer: all of it for them to take along, and how a person goes while the books stay. */
#include "db/db.h"

/* ---- sessions ---- */
/* An account's live ones, the last used first: id, role, app:bool (an app's, not a browser's), ip, user_agent, created_at, seen_at,
 * expires_at. */
const struct rows *sessions_of(struct db *db, int64_t account_id, ms_t now);
/* Ends one of an account's. False: it has no such live one. */
bool session_end_own(struct db *db, int64_t account_id, int64_t session_id, ms_t now);

/* ---- all that is held ---- */
/* A part of it, by its name in what is exported; each newest first, at most PRIVACY_ROWS. */
enum { PRIVACY_ROWS = 5000 };
struct held_part {
	const char *name; /* "orders" */
	const char *sql;  /* the account is its first argument, the customer its second, PRIVACY_ROWS its third */
};
extern const struct held_part HELD_PARTS[];	   /* ends with a NULL name */
extern const struct held_part CAMPUS_HELD_PARTS[]; /* the same of a member of a campus; there is no customer */
const struct rows *held_rows(struct db *db, const struct held_part *part, int64_t account_id, int64_t customer_id);

/* ---- deletion ---- */
/* What stands in the way: tickets (valid ones of events to come), payments (open or on their way back), holds, refunds (requests that
 * are not decided), balance (of the cards, in any currency: how many have one). One row. */
const struct row *deletion_facts(struct db *db, int64_t account_id, int64_t customer_id, ms_t now);
/* Removes what an account is called, how it signs in, and what was sent to its e-mail (NULL: it has none). In a transaction. False on failure. */
bool account_erase(struct db *db, int64_t account_id, const char *email, ms_t now);
/* Removes the person: names, numbers, pictures, dependents, favourites, messages, sessions, offers; what the books need stays, by the
 * number of an account without a name. In a transaction that holds account_lock(). recipients: email and mobile number, each may be
 * NULL. False on failure. */
bool person_erase(struct db *db, int64_t account_id, int64_t customer_id, const char *email, const char *mobile_number,
		  ms_t now);

#endif
