#ifndef STORE_CO_WORKER_H
#define STORE_CO_WORKER_H
/* Who works for an organizer beside whose account it is. */
#include "db/db.h"

enum { CO_WORKER_INVITED_DAYS = 14 }; /* so long somebody may take an invitation up */

/* What a session of a co-worker may, as an expression over a session s: the bits of enum right (http/request.h); of the organizer's own
 * account all of them. 0 of everybody else, and while the organizer's own account is disabled or none any more. */
#define SESSION_RIGHTS                                                                                                 \
	"IF(s.role = 'organizer', COALESCE("                                                                           \
	"(SELECT 127 FROM organizer o WHERE o.id = s.role_id AND o.account_id = s.account_id),"                        \
	" (SELECT 64 | m.may_events | m.may_guests << 1 | m.may_money << 2 | m.may_team << 3 | m.may_gate << 4"        \
	"  FROM co_worker m JOIN organizer o ON o.id = m.organizer_id"                                                 \
	"  JOIN account b ON b.id = o.account_id AND b.status = 'active'"                                              \
	"  JOIN account_role q ON q.account_id = b.id AND q.role = 'organizer'"                                        \
	"  WHERE m.account_id = s.account_id AND m.organizer_id = s.role_id), 0), 0)"

/* The invitation of a number that may be taken up, the newest: id, organizer_id, name, company. NULL: there is none, or who has the number
 * works for an organizer already. */
const struct row *co_worker_invitation(struct db *db, const char *mobile_number, ms_t now);
/* Takes it up for an account, which gets the role. False: it is gone, or somebody was first. */
bool co_worker_join(struct db *db, int64_t id, int64_t account_id, ms_t now);
/* Does the account work for an organizer that is not its own? */
bool co_worker_is(struct db *db, int64_t account_id);
/* A co-worker's row, locked: id, organizer_id, account_id, may_events and so on. By account: NULL where it is none. */
const struct row *co_worker_locked(struct db *db, int64_t id);
const struct row *co_worker_of_account(struct db *db, int64_t account_id);
/* Ends it: the role goes, and with it the row and their sessions; of who has not come, the invitation alone. False: it was gone. */
bool co_worker_end(struct db *db, const struct row *row);
/* What an organizer is called: company. */
const struct row *co_worker_company(struct db *db, int64_t organizer_id);

#endif
