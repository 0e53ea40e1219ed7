#ifndef STORE_ACCOUNT_TOKEN_H
#define STORE_ACCOUNT_TOKEN_H
/* What was sent to somebody so that they can set their password. Here is only its hash. */
#include "db/db.h"
#include "rules/keys.h"

void account_token_insert(struct db *db, const uint8_t hash[HASH_BYTES], int64_t account_id, ms_t now, ms_t expires);
/* Whose it is, if it is good: it and all others of that account are good no more. 0: it is not. */
int64_t account_token_take(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now);

#endif
