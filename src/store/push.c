/* An endpoint is as long as its push service likes, so its hash is what is unique. */
#include "store/push.h"
#include "rules/keys.h"
#include "store/site_key.h"
#include <string.h>

_Static_assert((int)PUSH_SEALED == (int)PUSH_SECRET + (int)SEAL_EXTRA, "a sealed secret");

/* ---- the site's key ---- */

static bool there_is(struct db *db)
{
	return db_int(db, "SELECT COUNT(*) FROM push_key", no_args) > 0;
}

/* Whoever makes it at the same moment on another node was first: that one stays. */
bool push_key_settle(struct db *db, ms_t now)
{
	struct push_pair pair;
	uint8_t sealed[PUSH_SEALED];

	if (there_is(db))
		return true;
	if (db_error(db) != DB_OK || !push_pair_make(&pair))
		return false;
	seal(pair.secret, PUSH_SECRET, sealed);
	explicit_bzero(pair.secret, sizeof pair.secret);
	db_exec(db,
		"INSERT IGNORE INTO push_key (id, public_key, sealed_secret, created_at)"
		" SELECT 1, ?, ?, ? FROM " SITE_KEY_HELD,
		args(arg_bytes(pair.point, PUSH_POINT), arg_bytes(sealed, sizeof sealed), arg_time(now), key_print(0)));
	return there_is(db);
}

static bool take(const struct row *row, const char *column, void *to, size_t size)
{
	const struct cell *cell = row_cell(row, column);

	if (cell->null || cell->len != size)
		return false;
	memcpy(to, cell->s, size);
	return true;
}

static const struct row *key_row(struct db *db)
{
	return db_one(db, "SELECT public_key AS `point:hex`, sealed_secret AS `sealed:hex` FROM push_key WHERE id = 1",
		      no_args);
}

bool push_key_point(struct db *db, uint8_t point[PUSH_POINT])
{
	const struct row *row = key_row(db);

	return row && take(row, "point", point, PUSH_POINT);
}

bool push_key_open(struct db *db, struct push_pair *pair)
{
	const struct row *row = key_row(db);
	uint8_t sealed[PUSH_SEALED];

	return row && take(row, "point", pair->point, PUSH_POINT) && take(row, "sealed", sealed, sizeof sealed) &&
	       unseal(sealed, sizeof sealed, pair->secret) && push_pair_fits(pair);
}

/* ---- devices ---- */

static struct arg hash_of(const char *endpoint, uint8_t hash[HASH_BYTES])
{
	hash_plain(endpoint, strlen(endpoint), hash);
	return arg_bytes(hash, HASH_BYTES);
}

/* What waits for a device of somebody else's never reaches it: it is a new one, under a number of its own. */
static void leave_others(struct db *db, int64_t account_id, struct arg hash)
{
	db_exec(db, "DELETE FROM push_subscription WHERE endpoint_hash = ? AND account_id <> ?",
		args(hash, account_id));
}

static void keep_the_last(struct db *db, int64_t account_id)
{
	int64_t n = db_int(db, "SELECT COUNT(*) FROM push_subscription WHERE account_id = ?", args(account_id));

	if (n > PUSH_DEVICES)
		db_exec(db, "DELETE FROM push_subscription WHERE account_id = ? ORDER BY updated_at, id LIMIT ?",
			args(account_id, n - PUSH_DEVICES));
}

int64_t push_subscribe(struct db *db, const struct push_device *d, ms_t now)
{
	uint8_t bytes[HASH_BYTES];
	struct arg hash = hash_of(d->endpoint, bytes);

	leave_others(db, d->account_id, hash);
	db_exec(db,
		"INSERT INTO push_subscription"
		" (account_id, endpoint, endpoint_hash, point, auth, created_at, updated_at, session_id)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE point = VALUES(point), auth = VALUES(auth), updated_at = VALUES(updated_at),"
		" session_id = VALUES(session_id)",
		args(d->account_id, d->endpoint, hash, arg_bytes(d->reader.point, PUSH_POINT),
		     arg_bytes(d->reader.auth, PUSH_AUTH), arg_time(now), arg_time(now), d->session_id));
	keep_the_last(db, d->account_id);
	return db_int(db, "SELECT id FROM push_subscription WHERE endpoint_hash = ? AND account_id = ?",
		      args(hash, d->account_id));
}

bool push_unsubscribe(struct db *db, int64_t account_id, const char *endpoint, int64_t id)
{
	uint8_t bytes[HASH_BYTES];

	if (!endpoint)
		return db_exec(db, "DELETE FROM push_subscription WHERE id = ? AND account_id = ?",
			       args(id, account_id)) == 1;
	return db_exec(db, "DELETE FROM push_subscription WHERE endpoint_hash = ? AND account_id = ?",
		       args(hash_of(endpoint, bytes), account_id)) == 1;
}

void push_gone(struct db *db, int64_t id)
{
	db_exec(db, "DELETE FROM push_subscription WHERE id = ?", args(id));
}

const struct rows *push_devices(struct db *db, int64_t account_id)
{
	return db_query(
		db,
		"SELECT id, " PUSH_SERVICE("endpoint") " AS service, created_at, updated_at"
						       " FROM push_subscription WHERE account_id = ? ORDER BY id DESC",
		args(account_id));
}

const char *push_marks(struct db *db, int64_t account_id)
{
	const struct row *row =
		db_one(db,
		       "SELECT COALESCE(GROUP_CONCAT(LEFT(SHA2(endpoint, 256), 16) SEPARATOR ' '), '') AS marks"
		       " FROM push_subscription WHERE account_id = ?",
		       args(account_id));

	return row ? row_text(row, "marks") : "";
}
