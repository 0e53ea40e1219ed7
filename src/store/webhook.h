#ifndef STORE_WEBHOOK_H
#define STORE_WEBHOOK_H
/* Outgoing webhooks: who is told, and each telling of something to one of them (a delivery). A delivery leaves at least once, under
 * one id that never changes, so that its receiver can tell a repetition. In a copy that was restored none leaves. */
#include "base/uuid.h"
#include "db/db.h"

/* ---- whom ---- */

/* A new secret, sealed, in place of the one there is, which signs beside it for a while (until). False: the site key is not known to the
 * database, or failure. */
bool webhook_secret_set(struct db *db, int64_t id, const void *sealed, size_t len, ms_t until, ms_t now);
/* It is told from now on what happens from now on, and what waited is sent. */
void webhook_begin(struct db *db, int64_t id, ms_t now);
/* It is off, and why: "hand". */
void webhook_rest(struct db *db, int64_t id, const char *because);
/* id, url, contacts:bool (is it told who can be reached how), secret:hex, old_secret:hex (NULL: none that signs) of those that are active and have something due. */
const struct rows *webhooks_due(struct db *db, ms_t now);
/* The last delivery was taken. */
void webhook_took(struct db *db, int64_t id, const char *url, ms_t now);
/* One failed. Since when that is so stays what it was. */
void webhook_refused(struct db *db, int64_t id, const char *url, ms_t now);
/* It is switched off, because it is "gone", or "failing" since before a moment. False: it is not so, or it was off. */
bool webhook_switch_off(struct db *db, int64_t id, const char *url, const char *because, ms_t failing_before, ms_t now);
/* Staff who look after them: name, email, locale of those who have an address. */
const struct rows *webhook_keepers(struct db *db);
/* Its address. */
const char *webhook_url(struct db *db, int64_t id);

/* ---- deliveries ---- */

/* Takes at most limit of a webhook's that are due, under lease (a UUID's text) until a time, after which they are due again. Columns id,
 * webhook_id, type, noun_id, uuid:uuid, happened_at, attempts (this one counted), body, customer_id, created_at. */
const struct rows *delivery_claim(struct db *db, int64_t webhook_id, ms_t now, const char *lease, ms_t until,
				  int limit);

struct delivery_result {
	int64_t id;
	const char *lease;
	const char *body;    /* as it was sent */
	int64_t customer_id; /* whom that is about; 0: nobody */
	int64_t status;	     /* 0: nothing was answered */
	ms_t took;
	const char *answer, *error; /* error "": it was taken */
	ms_t again;		    /* of one that was not; 0: never */
};

/* What became of one. Changes nothing when the lease has passed to another. False on failure. */
bool delivery_note(struct db *db, const struct delivery_result *result, ms_t now);
/* A test of a webhook. */
int64_t delivery_test(struct db *db, int64_t webhook_id, ms_t now);
/* One is told anew, under the id that it had. The new one's; 0: its webhook is gone, or failure. */
int64_t delivery_anew(struct db *db, int64_t id, ms_t now);
/* The same of all of a webhook's that failed and that were made since a moment, but for those that were sent anew since. How many; -1 on failure. */
int64_t deliveries_anew(struct db *db, int64_t webhook_id, ms_t since, ms_t now);

/* ---- what happened ---- */

/* Finds what happened since it was last looked for, of each kind that somebody wants to be told, and puts a delivery down for each who
 * does; a bounded number. *more: there may be others. False on failure. */
bool webhook_find(struct db *db, ms_t now, bool *more);

#endif
