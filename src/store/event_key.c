/* Events' signing keys. */
#include "store/event_key.h"
#include "store/site_key.h"
#include <string.h>

static int64_t insert(struct db *db, int64_t event_id, const uint8_t public_key[EVENT_PUBLIC],
		      const uint8_t secret[EVENT_SECRET], ms_t now)
{
	uint8_t sealed[EVENT_SEALED];

	seal(secret, EVENT_SECRET, sealed);
	return db_insert(db,
			 "INSERT INTO event_key (event_id, public_key, sealed_secret, created_at)"
			 " SELECT ?, ?, ?, ? FROM " SITE_KEY_HELD,
			 args(event_id, arg_bytes(public_key, EVENT_PUBLIC), arg_bytes(sealed, sizeof sealed),
			      arg_time(now), key_print(0)));
}

/* Where the site key was retired just now, the one that replaced it may not have been seen here yet. */
int64_t event_key_insert(struct db *db, int64_t event_id, ms_t now)
{
	uint8_t public_key[EVENT_PUBLIC], secret[EVENT_SECRET];
	int64_t id;

	event_key_make(public_key, secret);
	id = insert(db, event_id, public_key, secret, now);
	if (!id && keys_look_again())
		id = insert(db, event_id, public_key, secret, now);
	explicit_bzero(secret, sizeof secret);
	return id;
}

#define EVENT_KEY                                                                                                      \
	"SELECT id, event_id, public_key AS `public_key:hex`, sealed_secret AS `sealed_secret:hex`, created_at"        \
	" FROM event_key"

const struct row *event_key_active(struct db *db, int64_t event_id)
{
	return db_one(db, EVENT_KEY " WHERE event_id = ? AND retired_at IS NULL ORDER BY id DESC LIMIT 1",
		      args(event_id));
}

bool event_key_open(const struct row *key, uint8_t secret[EVENT_SECRET])
{
	const struct cell *sealed = row_cell(key, "sealed_secret");

	return !sealed->null && sealed->len == EVENT_SEALED && unseal((const uint8_t *)sealed->s, sealed->len, secret);
}

/* As many as events let people in at once, and some more; of two in one place the later stays. */
enum { GATE_KEYS = 64 };

static struct gate_key {
	int64_t key_id;
	uint8_t bytes[TURNING_KEY];
} gate_keys[GATE_KEYS];

static bool open_gate_key(struct db *db, int64_t key_id, uint8_t gate_key[TURNING_KEY])
{
	uint8_t secret[EVENT_SECRET];
	const struct row *key = db_one(db, EVENT_KEY " WHERE id = ?", args(key_id));

	if (!key || !event_key_open(key, secret))
		return false;
	turning_gate_key(secret, gate_key);
	explicit_bzero(secret, sizeof secret);
	return true;
}

bool event_gate_key(struct db *db, int64_t key_id, uint8_t gate_key[TURNING_KEY])
{
	struct gate_key *kept = &gate_keys[key_id % GATE_KEYS];

	if (key_id <= 0)
		return false;
	if (kept->key_id != key_id) {
		kept->key_id = 0;
		if (!open_gate_key(db, key_id, kept->bytes))
			return false;
		kept->key_id = key_id;
	}
	memcpy(gate_key, kept->bytes, TURNING_KEY);
	return true;
}

static bool verify(const struct row *key)
{
	uint8_t secret[EVENT_SECRET];
	bool fits =
		event_key_open(key, secret) && event_key_fits((const uint8_t *)row_cell(key, "public_key")->s, secret);

	explicit_bzero(secret, sizeof secret);
	return fits;
}

bool event_keys_verify(struct db *db, int64_t *bad)
{
	struct row_source *keys =
		db_source(NULL, db, EVENT_KEY " WHERE retired_at IS NULL AND id > ? ORDER BY id LIMIT 1000", no_args);
	const struct rows *batch;

	*bad = 0;
	while (!*bad && (batch = keys->next(keys)))
		for (size_t i = 0; i < batch->n && !*bad; i++) {
			struct row key = row_at(batch, i);

			if (!verify(&key))
				*bad = row_int(&key, "id");
		}
	talloc_free(keys);
	return !*bad && db_error(db) == DB_OK;
}
