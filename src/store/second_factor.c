/* Second factors. */
#include "store/second_factor.h"
#include "rules/keys.h"
#include "store/site_key.h"

bool second_factor_offer(struct db *db, int64_t account_id, const void *sealed, size_t len, ms_t now)
{
	return db_exec(db,
		       "UPDATE account SET totp_secret = ?, totp_last_step = 0, updated_at = ?"
		       " WHERE id = ? AND totp_enabled = 0 AND EXISTS (SELECT 1 FROM " SITE_KEY_HELD ")",
		       args(arg_bytes(sealed, len), arg_time(now), account_id, key_print(0))) == 1;
}

bool second_factor_enable(struct db *db, int64_t account_id, int64_t step, ms_t now)
{
	return db_exec(db,
		       "UPDATE account SET totp_enabled = 1, totp_last_step = ?, updated_at = ?"
		       " WHERE id = ? AND totp_enabled = 0 AND totp_secret IS NOT NULL",
		       args(step, arg_time(now), account_id)) == 1;
}

bool second_factor_disable(struct db *db, int64_t account_id, ms_t now)
{
	return db_exec(db,
		       "UPDATE account SET totp_enabled = 0, totp_secret = NULL, totp_last_step = 0, updated_at = ?"
		       " WHERE id = ? AND totp_enabled = 1",
		       args(arg_time(now), account_id)) == 1;
}

bool second_factor_spend(struct db *db, int64_t account_id, int64_t step)
{
	return db_exec(db, "UPDATE account SET totp_last_step = ? WHERE id = ? AND totp_last_step < ?",
		       args(step, account_id, step)) == 1;
}

bool second_factor_required(struct db *db)
{
	const struct row *row = db_one(db, "SELECT value FROM setting WHERE name = 'staff_second_factor'", no_args);

	return row && row_is(row, "value", "required");
}
