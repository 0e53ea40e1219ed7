#ifndef STORE_ACCOUNT_TOKEN_H
#define STORE_ACCOUNT_TOKEN_H
/* What was sent to somebody's address, and what it is good for there: a password, the address itself, or a role. Here is only its hash. */
#include "db/db.h"
#include "rules/keys.h"

struct account_token {
	const char *purpose; /* "password", "email": the address becomes theirs, "join": a role does */
	int64_t account_id;
	const char *email;   /* of "email": which address; else NULL */
	const char *payload; /* JSON, as whoever made it reads it; NULL: nothing */
};

void account_token_insert(struct db *db, const uint8_t hash[HASH_BYTES], const struct account_token *token, ms_t now,
			  ms_t expires);
/* Whose it is, if it is good: account_id, email, payload. NULL: it is not. Until the transaction ends nobody else takes it. */
const struct row *account_token_find(struct db *db, const uint8_t hash[HASH_BYTES], const char *purpose, ms_t now);
/* All that were made for an account, or of one purpose alone (NULL: of any), are good no more. */
void account_tokens_drop(struct db *db, int64_t account_id, const char *purpose);
/* What was sent last to an address that an account said it has, while it is good: email, payload. NULL: nothing. */
const struct row *account_token_email(struct db *db, int64_t account_id, ms_t now);

#endif
