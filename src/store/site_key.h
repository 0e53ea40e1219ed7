#ifndef STORE_SITE_KEY_H
#define STORE_SITE_KEY_H
/* The site keys that the database knows, by their fingerprints (key_print() in rules/keys.h), and what is kept sealed under
 * them: events' signing keys, second factors, webhooks' secrets and the site's own for push services. Nothing is sealed under a key that is not known here. */
#include "db/db.h"

/* The row of the key with that fingerprint, as long as it is not retired: behind FROM, its one argument is the fingerprint.
 * It is held as it is until the transaction ends, so a key is retired after what is sealed under it just now, or before. */
#define SITE_KEY_HELD "site_key WHERE fingerprint = ? AND retired_at IS NULL LOCK IN SHARE MODE"

/* fingerprint, added_at, retired_at of all, the oldest first. */
const struct rows *site_keys(struct db *db);
/* Is that key known, and not retired? */
bool site_key_known(struct db *db, const char *fingerprint);
/* Makes it known; one that was retired is known again. False on failure. */
bool site_key_add(struct db *db, const char *fingerprint, ms_t now);
/* Nothing is sealed under it from now on. False on failure. */
bool site_key_retire(struct db *db, const char *fingerprint, ms_t now);
/* Takes back site_key_add(). */
void site_key_remove(struct db *db, const char *fingerprint);

enum sealed_kind {
	SEALED_EVENT_KEY,
	SEALED_SECOND_FACTOR,
	SEALED_WEBHOOK,
	SEALED_WEBHOOK_BEFORE,
	SEALED_PUSH,
	SEALED_PLATFORM,
	SEALED_KINDS
};

struct sealed_count {
	int64_t all, under_others, unopened; /* under_others: opened, but not by the key in force */
	int64_t first_unopened;		     /* its row's id; 0: none */
};

/* Opens all that is sealed. False on failure. */
bool sealed_walk(struct db *db, struct sealed_count count[SEALED_KINDS]);
/* The same, and what another key than the one in force sealed is sealed anew. */
bool sealed_anew(struct db *db, struct sealed_count count[SEALED_KINDS]);

/* How much of all kinds is sealed, by whichever key. False on failure. */
bool sealed_all(struct db *db, int64_t *n);
/* Gives up what no key opens: second factors are taken off, webhooks are off, no device is told anything, no platform is sent scores, events' signing keys are retired, and the
 * events that have none left get new ones, as does the site for push services. False on failure. */
bool sealed_give_up(struct db *db, ms_t now, struct sealed_count count[SEALED_KINDS]);

#endif
