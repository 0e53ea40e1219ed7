/* One-time codes. A try and the use are guarded UPDATEs, so that of many guesses at once only so many count, and of two right
 * ones only one.
 *
 * A code is bound to its account as it was when the code was sent. What that is, is worked out from the account's row when
 * it is looked at, so nobody who changes a password, a number or an address has to think of the codes that are under way. */
#include "store/otp.h"

/* Of account a. A name or a picture may change meanwhile; what somebody is found and proved by may not. */
#define STATE                                                                                                          \
	"UNHEX(SHA2(CONCAT_WS('\n', a.status, COALESCE(a.password_hash, ''), COALESCE(a.email, ''),"                   \
	" COALESCE(a.mobile_number, ''), COALESCE(a.username, ''), a.totp_enabled), 256))"

bool otp_insert(struct db *db, const struct otp_new *otp)
{
	return db_insert(
		       db,
		       "INSERT INTO otp (challenge, purpose, role, recipient, account_id, account_state, code_hash, payload,"
		       " created_at, expires_at)"
		       " VALUES (?, ?, ?, ?, ?, (SELECT " STATE " FROM account a WHERE a.id = ?), ?, ?, ?, ?)",
		       args(arg_bytes(otp->challenge, UUID_BYTES), otp->purpose, otp->role, otp->recipient,
			    arg_id_or_null(otp->account_id), otp->account_id, arg_bytes(otp->code_hash, HASH_BYTES),
			    otp->payload, arg_time(otp->now), arg_time(otp->expires))) > 0;
}

#define OTP_SELECT                                                                                                     \
	"SELECT id, challenge AS `challenge:uuid`, purpose, role, recipient, account_id, code_hash,"                   \
	" payload AS `payload:json`, tries, created_at, expires_at FROM otp"

const struct row *otp_latest(struct db *db, const char *purpose, const char *role, const char *recipient)
{
	return db_one(db, OTP_SELECT " WHERE recipient = ? AND purpose = ? AND role = ? ORDER BY id DESC LIMIT 1",
		      args(recipient, purpose, role));
}

const struct row *otp_by_challenge(struct db *db, const char *purpose, const char *role,
				   const uint8_t challenge[UUID_BYTES])
{
	return db_one(db, OTP_SELECT " WHERE challenge = ? AND purpose = ? AND role = ?",
		      args(arg_bytes(challenge, UUID_BYTES), purpose, role));
}

bool otp_alive(struct db *db, int64_t id, ms_t now)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM otp o LEFT JOIN account a ON a.id = o.account_id"
		      " WHERE o.id = ? AND o.used_at IS NULL AND o.expires_at > ?"
		      " AND (o.account_id IS NULL OR o.account_state = " STATE ") FOR UPDATE",
		      args(id, arg_time(now))) == 1;
}

bool otp_try(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db,
		       "UPDATE otp SET tries = tries + 1"
		       " WHERE id = ? AND tries < ? AND used_at IS NULL AND expires_at > ?",
		       args(id, (int)OTP_TRIES_OPEN, arg_time(now))) == 1;
}

/* Those sent before go with it: whoever has an old message has nothing. */
bool otp_use(struct db *db, const struct row *otp, ms_t now)
{
	int64_t id = row_int(otp, "id");

	if (db_exec(db, "UPDATE otp SET used_at = ? WHERE id = ? AND used_at IS NULL", args(arg_time(now), id)) != 1)
		return false;
	return db_exec(db,
		       "UPDATE otp SET used_at = ?"
		       " WHERE recipient = ? AND purpose = ? AND role = ? AND id < ? AND used_at IS NULL",
		       args(arg_time(now), row_text(otp, "recipient"), row_text(otp, "purpose"), row_text(otp, "role"),
			    id)) >= 0;
}
