#ifndef STORE_OTP_H
#define STORE_OTP_H
/* One-time codes: bound to a purpose, a role, a recipient and their account as it is; five minutes, few tries, one use. Here
 * is only a keyed hash of code and challenge. */
#include "base/uuid.h"
#include "db/db.h"
#include "rules/keys.h"

/* With the challenge, or without it from one address; without it from all addresses together. */
enum { OTP_TRIES = 5, OTP_TRIES_OPEN = 10 };

struct otp_new {
	const uint8_t *challenge; /* UUID_BYTES */
	const char *purpose, *role, *recipient;
	int64_t account_id;	  /* 0: nobody's */
	const uint8_t *code_hash; /* HASH_BYTES */
	const char *payload;	  /* JSON, or NULL */
	ms_t now, expires;
};

bool otp_insert(struct db *db, const struct otp_new *otp);
/* The newest code sent to recipient for a purpose and role, used up or not: id, challenge (UUID), recipient, account_id,
 * code_hash (raw), payload, purpose, role, tries (without its challenge), created_at, expires_at. NULL when none was. */
const struct row *otp_latest(struct db *db, const char *purpose, const char *role, const char *recipient);
/* The same by its challenge. */
const struct row *otp_by_challenge(struct db *db, const char *purpose, const char *role,
				   const uint8_t challenge[UUID_BYTES]);
/* Is it unused and unexpired, and its account what it was when it was sent (active, with that password, e-mail, mobile
 * number, user name and app or none)? Until the transaction ends, both stay so. */
bool otp_alive(struct db *db, int64_t id, ms_t now);
/* Takes one of the tries that all without its challenge have; false when it has none left, is used or has expired. */
bool otp_try(struct db *db, int64_t id, ms_t now);
/* Uses it up (its row as above), and with it all that were sent before for the same purpose; false when another was first. */
bool otp_use(struct db *db, const struct row *otp, ms_t now);

#endif
