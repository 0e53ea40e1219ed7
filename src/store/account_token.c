/* Taking one takes all of its account's: whoever set a password has no use for older mails, and nobody else shall have. */
#include "store/account_token.h"

static struct arg hash_arg(const uint8_t hash[HASH_BYTES])
{
	return arg_bytes(hash, HASH_BYTES);
}

void account_token_insert(struct db *db, const uint8_t hash[HASH_BYTES], int64_t account_id, ms_t now, ms_t expires)
{
	db_exec(db, "INSERT INTO account_token (hash, account_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
		args(hash_arg(hash), account_id, arg_time(now), arg_time(expires)));
}

int64_t account_token_take(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now)
{
	int64_t id = db_int(db, "SELECT account_id FROM account_token WHERE hash = ? AND expires_at > ? FOR UPDATE",
			    args(hash_arg(hash), arg_time(now)));

	if (id)
		db_exec(db, "DELETE FROM account_token WHERE account_id = ?", args(id));
	return id;
}
