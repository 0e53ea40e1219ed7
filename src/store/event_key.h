#ifndef STORE_EVENT_KEY_H
#define STORE_EVENT_KEY_H
/* The Ed25519 keys that sign events' ticket codes. Secrets are kept sealed (rules/keys.h); who signs unseals. */
#include "db/db.h"
#include "rules/keys.h"
#include "rules/turning.h"

enum { EVENT_SEALED = EVENT_SECRET + SEAL_EXTRA };

/* Makes a fresh key for an event. Its id, 0 on failure, and where the database does not know the site key (store/site_key.h). */
int64_t event_key_insert(struct db *db, int64_t event_id, ms_t now);
/* The newest key that is not retired: id, event_id, public_key (bytes), sealed_secret (EVENT_SEALED bytes), created_at;
 * NULL when there is none. */
const struct row *event_key_active(struct db *db, int64_t event_id);
/* Opens the secret half of a row with sealed_secret in it; the caller wipes it. False: it is not whole, or was sealed under
 * another site key. */
bool event_key_open(const struct row *key, uint8_t secret[EVENT_SECRET]);
/* The gate key of an event's key (rules/turning.h), retired or not, opened once and then kept in this process's memory: an event's key
 * never changes. False: there is no key of that number, its secret does not open, or the database failed. */
bool event_gate_key(struct db *db, int64_t key_id, uint8_t gate_key[TURNING_KEY]);
/* Walks all keys that are not retired: does each open and fit its public half? False: *bad is the first that does not, 0 when the database
 * failed. */
bool event_keys_verify(struct db *db, int64_t *bad);

#endif
