/* One-time codes. A try and the use are guarded UPDATEs, so that of many guesses at once only five count, and of two right
 * ones only one. */
#include "store/otp.h"

bool otp_insert(struct db *db, const struct otp_new *otp)
{
	return db_insert(db,
			 "INSERT INTO otp (challenge, purpose, role, recipient, account_id, code_hash, payload, created_at,"
			 " expires_at)"
			 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 args(arg_bytes(otp->challenge, UUID_BYTES), otp->purpose, otp->role, otp->recipient,
			      arg_id_or_null(otp->account_id), arg_bytes(otp->code_hash, HASH_BYTES), otp->payload,
			      arg_time(otp->now), arg_time(otp->expires))) > 0;
}

#define OTP_SELECT                                                                                                     \
	"SELECT id, challenge AS `challenge:uuid`, purpose, role, recipient, account_id, code_hash, payload, tries,"  \
	" expires_at FROM otp"

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
	return db_int(db, "SELECT COUNT(*) FROM otp WHERE id = ? AND used_at IS NULL AND expires_at > ?",
		      args(id, arg_time(now))) == 1;
}

bool otp_try(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db,
		       "UPDATE otp SET tries = tries + 1"
		       " WHERE id = ? AND tries < ? AND used_at IS NULL AND expires_at > ?",
		       args(id, (int)OTP_TRIES, arg_time(now))) == 1;
}

bool otp_use(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db, "UPDATE otp SET used_at = ? WHERE id = ? AND used_at IS NULL", args(arg_time(now), id)) == 1;
}
