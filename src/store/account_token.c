/* Taking one takes others of its account's: whoever set a password has no use for older mails, and nobody else shall have. */
#include "store/account_token.h"

static struct arg hash_arg(const uint8_t hash[HASH_BYTES])
{
	return arg_bytes(hash, HASH_BYTES);
}

void account_token_insert(struct db *db, const uint8_t hash[HASH_BYTES], const struct account_token *t, ms_t now,
			  ms_t expires)
{
	db_exec(db,
		"INSERT INTO account_token (hash, account_id, purpose, email, payload, created_at, expires_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		args(hash_arg(hash), t->account_id, t->purpose, t->email, t->payload, arg_time(now),
		     arg_time(expires)));
}

const struct row *account_token_find(struct db *db, const uint8_t hash[HASH_BYTES], const char *purpose, ms_t now)
{
	return db_one(db,
		      "SELECT account_id, email, payload FROM account_token WHERE hash = ? AND purpose = ?"
		      " AND expires_at > ? FOR UPDATE",
		      args(hash_arg(hash), purpose, arg_time(now)));
}

void account_tokens_drop(struct db *db, int64_t account_id, const char *purpose)
{
	db_exec(db, "DELETE FROM account_token WHERE account_id = ? AND (? IS NULL OR purpose = ?)",
		args(account_id, purpose, purpose));
}

const struct row *account_token_email(struct db *db, int64_t account_id, ms_t now)
{
	return db_one(db,
		      "SELECT email, payload FROM account_token WHERE account_id = ? AND purpose = 'email'"
		      " AND expires_at > ? ORDER BY created_at DESC LIMIT 1",
		      args(account_id, arg_time(now)));
}
