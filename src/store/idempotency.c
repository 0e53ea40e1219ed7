/* Idempotency keys: see the header for why a claim is a row of its own. */
#include "store/idempotency.h"
#include <assert.h>

static enum idempotency look(struct db *db, struct kept *kept, ms_t now)
{
	const struct row *row = db_one(
		db,
		"SELECT body_hash AS `body:hex`, status, data AS `data:json`, message, created_at FROM idempotency"
		" WHERE account_id = ? AND name = ?",
		args(kept->account_id, arg_bytes(kept->name, HASH_BYTES)));

	if (!row)
		return KEY_FAILED;
	if (!same_bytes(row_cell(row, "body")->s, kept->body, HASH_BYTES))
		return KEY_MISMATCH;
	if (row_int(row, "status")) {
		kept->status = (int)row_int(row, "status");
		kept->data = row_null(row, "data") ? NULL : row_text(row, "data");
		kept->message = row_null(row, "message") ? NULL : row_text(row, "message");
		return KEY_DONE;
	}
	if (now - row_time(row, "created_at") < MS_MINUTE)
		return KEY_RUNNING;
	return db_exec(db,
		       "UPDATE idempotency SET created_at = ? WHERE account_id = ? AND name = ? AND status = 0"
		       " AND created_at = ?",
		       args(arg_time(now), kept->account_id, arg_bytes(kept->name, HASH_BYTES),
			    arg_time(row_time(row, "created_at")))) == 1
		       ? KEY_CLAIMED
		       : KEY_RUNNING;
}

enum { CLAIM_VALUES = 4, KEEP_VALUES = 6 };

bool idempotency_claim_new(struct db *db, struct kept *const kept[], size_t n, ms_t now)
{
	struct arg values[DB_SOME][CLAIM_VALUES];
	struct args rows[DB_SOME];

	assert(n <= DB_SOME);
	for (size_t i = 0; i < n; i++) {
		rows[i] = args_into(args(kept[i]->account_id, arg_bytes(kept[i]->name, HASH_BYTES),
					 arg_bytes(kept[i]->body, HASH_BYTES), arg_time(now)),
				    values[i]);
		kept[i]->claimed = now;
	}
	return db_bulk(db,
		       "INSERT INTO idempotency (account_id, name, body_hash, status, created_at) VALUES (?, ?, ?, 0, ?)",
		       rows, n) == (int64_t)n;
}

enum idempotency idempotency_claim(struct db *db, struct kept *kept, ms_t now)
{
	if (idempotency_claim_new(db, &kept, 1, now))
		return KEY_CLAIMED;
	if (db_last(db) != DB_DUPLICATE)
		return KEY_FAILED;
	return look(db, kept, now);
}

bool idempotency_keep(struct db *db, const struct kept *const kept[], size_t n)
{
	struct arg values[DB_SOME][KEEP_VALUES];
	struct args rows[DB_SOME];

	assert(n <= DB_SOME);
	for (size_t i = 0; i < n; i++)
		rows[i] = args_into(args(kept[i]->status, kept[i]->data, kept[i]->message, kept[i]->account_id,
					 arg_bytes(kept[i]->name, HASH_BYTES), arg_time(kept[i]->claimed)),
				    values[i]);
	return db_bulk(db,
		       "UPDATE idempotency SET status = ?, data = ?, message = ? WHERE account_id = ? AND name = ?"
		       " AND status = 0 AND created_at = ?",
		       rows, n) == (int64_t)n;
}

void idempotency_drop(struct db *db, const struct kept *kept)
{
	db_exec(db, "DELETE FROM idempotency WHERE account_id = ? AND name = ? AND status = 0 AND created_at = ?",
		args(kept->account_id, arg_bytes(kept->name, HASH_BYTES), arg_time(kept->claimed)));
}
