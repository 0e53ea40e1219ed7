#ifndef STORE_SECOND_FACTOR_H
#define STORE_SECOND_FACTOR_H
/* An account's second factor: a sealed TOTP secret, which waits until its first code was shown. All changes are guarded
 * and answer whether they changed a row. */
#include "db/db.h"

/* Keeps a secret (sealed, len bytes) that is not yet asked for; false when one is in use already, and where the database does
 * not know the site key (store/site_key.h). */
bool second_factor_offer(struct db *db, int64_t account_id, const void *sealed, size_t len, ms_t now);
/* From now on it is asked for; step: of the code that proved it. */
bool second_factor_enable(struct db *db, int64_t account_id, int64_t step, ms_t now);
bool second_factor_disable(struct db *db, int64_t account_id, ms_t now);
/* Notes that the code of a time step was used; false when it, or a later one, was used before. */
bool second_factor_spend(struct db *db, int64_t account_id, int64_t step);
/* Does the setting staff_second_factor require one of all staff? */
bool second_factor_required(struct db *db);

#endif
