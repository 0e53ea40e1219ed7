/* Which key sealed a row does not stand in it: a seal tells whose it is by opening. */
#include "store/site_key.h"
#include "rules/keys.h"
#include "rules/lti.h"
#include "store/event_key.h"
#include "store/push.h"
#include <string.h>

const struct rows *site_keys(struct db *db)
{
	return db_query(db, "SELECT fingerprint, added_at, retired_at FROM site_key ORDER BY added_at, fingerprint",
			no_args);
}

bool site_key_known(struct db *db, const char *fingerprint)
{
	return db_int(db, "SELECT COUNT(*) FROM site_key WHERE fingerprint = ? AND retired_at IS NULL",
		      args(fingerprint)) == 1;
}

bool site_key_add(struct db *db, const char *fingerprint, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO site_key (fingerprint, added_at) VALUES (?, ?)"
		       " ON DUPLICATE KEY UPDATE retired_at = NULL",
		       args(fingerprint, arg_time(now))) >= 0;
}

bool site_key_retire(struct db *db, const char *fingerprint, ms_t now)
{
	return db_exec(db, "UPDATE site_key SET retired_at = ? WHERE fingerprint = ? AND retired_at IS NULL",
		       args(arg_time(now), fingerprint)) >= 0;
}

void site_key_remove(struct db *db, const char *fingerprint)
{
	db_exec(db, "DELETE FROM site_key WHERE fingerprint = ?", args(fingerprint));
}

/* ---- what is sealed ---- */

static const struct shelf {
	const char *all, *anew, *without;
} SHELF[SEALED_KINDS] = {
	/* One that is retired signs nothing any more. */
	[SEALED_EVENT_KEY] = { "SELECT id, sealed_secret AS `sealed:hex` FROM event_key"
			       " WHERE retired_at IS NULL AND id > ? ORDER BY id LIMIT 1000",
			       "UPDATE event_key SET sealed_secret = ? WHERE id = ? AND sealed_secret = ?",
			       "UPDATE event_key SET retired_at = ? WHERE id = ? AND sealed_secret = ?" },
	[SEALED_SECOND_FACTOR] = { "SELECT id, totp_secret AS `sealed:hex` FROM account"
				   " WHERE totp_secret IS NOT NULL AND id > ? ORDER BY id LIMIT 1000",
				   "UPDATE account SET totp_secret = ? WHERE id = ? AND totp_secret = ?",
				   "UPDATE account SET totp_enabled = 0, totp_secret = NULL, totp_last_step = 0,"
				   " updated_at = ? WHERE id = ? AND totp_secret = ?" },
	[SEALED_WEBHOOK] = { "SELECT id, secret AS `sealed:hex` FROM webhook"
			     " WHERE secret IS NOT NULL AND id > ? ORDER BY id LIMIT 1000",
			     "UPDATE webhook SET secret = ? WHERE id = ? AND secret = ?",
			     "UPDATE webhook SET status = 'off', off_because = 'key', secret = NULL, secret_at = NULL,"
			     " updated_at = ? WHERE id = ? AND secret = ?" },
	/* The one before the last, while it signs beside it. */
	[SEALED_WEBHOOK_BEFORE] = { "SELECT id, old_secret AS `sealed:hex` FROM webhook"
				    " WHERE old_secret IS NOT NULL AND id > ? ORDER BY id LIMIT 1000",
				    "UPDATE webhook SET old_secret = ? WHERE id = ? AND old_secret = ?",
				    "UPDATE webhook SET old_secret = NULL, old_until = NULL, updated_at = ?"
				    " WHERE id = ? AND old_secret = ?" },
	/* What browsers were given for it is worth nothing without it. */
	[SEALED_PUSH] = { "SELECT id, sealed_secret AS `sealed:hex` FROM push_key WHERE id > ? ORDER BY id LIMIT 1000",
			  "UPDATE push_key SET sealed_secret = ? WHERE id = ? AND sealed_secret = ?",
			  "DELETE FROM push_key WHERE created_at <= ? AND id = ? AND sealed_secret = ?" },
	/* Its public half is worth nothing without it: who keeps it makes it anew. */
	[SEALED_PLATFORM] = { "SELECT id, secret AS `sealed:hex` FROM lti_platform"
			      " WHERE secret IS NOT NULL AND id > ? ORDER BY id LIMIT 1000",
			      "UPDATE lti_platform SET secret = ? WHERE id = ? AND secret = ?",
			      "UPDATE lti_platform SET secret = NULL, updated_at = ? WHERE id = ? AND secret = ?" },
};

enum { PLAIN_MAX = LTI_SECRET_MAX, SEALED_MAX = PLAIN_MAX + SEAL_EXTRA };

/* What is done with a row on the way: nothing, sealed anew, or given up where nothing opens it. */
enum doing { LOOK, ANEW, GIVE_UP };

struct walk {
	struct db *db;
	enum doing doing;
	ms_t now;
};

/* Guarded by what was read: what somebody else has sealed meanwhile is theirs. */
static bool seal_anew(const struct walk *w, const struct shelf *shelf, const struct row *row, const uint8_t *plain)
{
	const struct cell *cell = row_cell(row, "sealed");
	uint8_t sealed[SEALED_MAX];

	seal(plain, cell->len - SEAL_EXTRA, sealed);
	return db_exec(w->db, shelf->anew,
		       args(arg_bytes(sealed, cell->len), row_int(row, "id"), arg_bytes(cell->s, cell->len))) >= 0;
}

static bool give_up(const struct walk *w, const struct shelf *shelf, const struct row *row)
{
	const struct cell *cell = row_cell(row, "sealed");

	return db_exec(w->db, shelf->without,
		       args(arg_time(w->now), row_int(row, "id"), arg_bytes(cell->s, cell->len))) >= 0;
}

static bool visit(const struct walk *w, const struct shelf *shelf, const struct row *row, struct sealed_count *count)
{
	const struct cell *cell = row_cell(row, "sealed");
	const uint8_t *bytes = (const uint8_t *)cell->s;
	uint8_t plain[PLAIN_MAX];
	bool fits = cell->len >= SEAL_EXTRA && cell->len <= SEALED_MAX, good = true;

	count->all++;
	if (fits && sealed_now(bytes, cell->len, plain)) {
		explicit_bzero(plain, sizeof plain);
		return true;
	}
	if (fits && unseal(bytes, cell->len, plain)) {
		count->under_others++;
		good = w->doing != ANEW || seal_anew(w, shelf, row, plain);
		explicit_bzero(plain, sizeof plain);
		return good;
	}
	count->unopened++;
	if (!count->first_unopened)
		count->first_unopened = row_int(row, "id");
	return w->doing != GIVE_UP || give_up(w, shelf, row);
}

static bool walk(const struct walk *w, struct sealed_count count[SEALED_KINDS])
{
	bool good = true;

	memset(count, 0, SEALED_KINDS * sizeof *count);
	for (int kind = 0; kind < SEALED_KINDS && good; kind++) {
		struct row_source *all = db_source(NULL, w->db, SHELF[kind].all, no_args);
		const struct rows *batch;

		while (good && (batch = all->next(all)))
			for (size_t i = 0; i < batch->n && good; i++) {
				struct row row = row_at(batch, i);

				good = visit(w, &SHELF[kind], &row, &count[kind]);
			}
		talloc_free(all);
	}
	return good && db_error(w->db) == DB_OK;
}

bool sealed_walk(struct db *db, struct sealed_count count[SEALED_KINDS])
{
	return walk(&(struct walk){ .db = db, .doing = LOOK }, count);
}

bool sealed_anew(struct db *db, struct sealed_count count[SEALED_KINDS])
{
	return walk(&(struct walk){ .db = db, .doing = ANEW }, count);
}

bool sealed_all(struct db *db, int64_t *n)
{
	*n = db_int(db,
		    "SELECT (SELECT COUNT(*) FROM event_key WHERE retired_at IS NULL)"
		    " + (SELECT COUNT(*) FROM account WHERE totp_secret IS NOT NULL)"
		    " + (SELECT COUNT(*) FROM webhook WHERE secret IS NOT NULL) + (SELECT COUNT(*) FROM push_key)",
		    no_args);
	return db_error(db) == DB_OK;
}

bool sealed_give_up(struct db *db, ms_t now, struct sealed_count count[SEALED_KINDS])
{
	struct row_source *without;
	const struct rows *batch;

	if (!walk(&(struct walk){ .db = db, .doing = GIVE_UP, .now = now }, count))
		return false;
	without = db_source(NULL, db,
			    "SELECT id FROM event e WHERE NOT EXISTS"
			    " (SELECT 1 FROM event_key k WHERE k.event_id = e.id AND k.retired_at IS NULL)"
			    " AND id > ? ORDER BY id LIMIT 1000",
			    no_args);
	while ((batch = without->next(without)))
		for (size_t i = 0; i < batch->n; i++) {
			struct row row = row_at(batch, i);

			event_key_insert(db, row_int(&row, "id"), now);
		}
	talloc_free(without);
	return db_error(db) == DB_OK && push_key_settle(db, now);
}
