/* Events' signing keys. */
#include "store/event_key.h"
#include <string.h>

int64_t event_key_insert(struct db *db, int64_t event_id, ms_t now)
{
	uint8_t public_key[EVENT_PUBLIC], secret[EVENT_SECRET], sealed[EVENT_SEALED];

	event_key_make(public_key, secret);
	seal(secret, sizeof secret, sealed);
	explicit_bzero(secret, sizeof secret);
	return db_insert(db, "INSERT INTO event_key (event_id, public_key, sealed_secret, created_at) VALUES (?, ?, ?, ?)",
			 args(event_id, arg_bytes(public_key, sizeof public_key), arg_bytes(sealed, sizeof sealed),
			      arg_time(now)));
}

#define EVENT_KEY                                                                                                      \
	"SELECT id, event_id, public_key AS `public_key:hex`, sealed_secret AS `sealed_secret:hex`, created_at"        \
	" FROM event_key"

const struct row *event_key_active(struct db *db, int64_t event_id)
{
	return db_one(db, EVENT_KEY " WHERE event_id = ? AND retired_at IS NULL ORDER BY id DESC LIMIT 1", args(event_id));
}

const struct row *event_key_by_id(struct db *db, int64_t id)
{
	return db_one(db, EVENT_KEY " WHERE id = ?", args(id));
}

const struct rows *event_key_list(struct db *db, int64_t event_id)
{
	return db_query(db, EVENT_KEY " WHERE event_id = ? ORDER BY id DESC", args(event_id));
}
