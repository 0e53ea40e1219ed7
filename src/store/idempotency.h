#ifndef STORE_IDEMPOTENCY_H
#define STORE_IDEMPOTENCY_H
/* Idempotency keys. A key is claimed by a row of its own, committed before the work begins; the answer is then stored in
 * the same transaction as the effect, guarded by the claim. A worker that dies in between leaves a claim whose effect
 * cannot be there, so after a minute another may take it over. What commits on its way (a payment) is named by the key instead, so that
 * the next finds it. */
#include "db/db.h"
#include "rules/keys.h"

enum idempotency { KEY_CLAIMED, KEY_RUNNING, KEY_DONE, KEY_MISMATCH, KEY_FAILED };

struct kept {
	int64_t account_id;
	uint8_t name[HASH_BYTES], body[HASH_BYTES]; /* of what the key is good for, and of what was sent with it */
	ms_t claimed;
	/* the answer: of KEY_DONE, on db's memory; or to be kept */
	int status;
	const char *data, *message;
};

/* Claims kept->name at now, or says what is there. KEY_FAILED: the database did not answer. */
enum idempotency idempotency_claim(struct db *db, struct kept *kept, ms_t now);
/* Claims 1 to DB_SOME keys that are all new; false: none is claimed, for one of them is there or the database failed. */
bool idempotency_claim_new(struct db *db, struct kept *const kept[], size_t n, ms_t now);
/* Stores the answers of 1 to DB_SOME claims; false when a claim was lost to another: then the transaction must not
 * commit. */
bool idempotency_keep(struct db *db, const struct kept *const kept[], size_t n);
/* Gives the claim back: nothing was done. */
void idempotency_drop(struct db *db, const struct kept *kept);

#endif
