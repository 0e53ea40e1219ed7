/* Kept cards. */
#include "store/keep.h"
#include "base/uuid.h"
#include "store/copy.h"

#define KEEP(k)                                                                                                        \
	k "id, " k "uuid AS `uuid:uuid`, " k "customer_id, " k "card_id, " k "provider, " k "provider_ref, " k         \
	  "payer, " k "reload_below, " k "reload_amount, " k "status, " k "created_at"

const struct row *keep_start(struct db *db, int64_t customer_id, int64_t card_id, const char *provider, int64_t below,
			     int64_t amount, ms_t now)
{
	uint8_t uuid[UUID_BYTES];
	const struct row *keep;

	uuid_make(uuid);
	keep = db_one(
		db,
		"INSERT INTO card_keep (uuid, customer_id, card_id, provider, payer, reload_below, reload_amount,"
		" status, created_at, updated_at)"
		" SELECT ?, n.customer_id, n.id, ?, (SELECT k.payer FROM card_keep k WHERE k.customer_id = n.customer_id"
		"  AND k.provider = ? AND k.payer IS NOT NULL ORDER BY k.id DESC LIMIT 1), ?, ?, 'open', ?, ?"
		" FROM nfc_card n WHERE n.id = ? AND n.customer_id = ? AND n.status = 'active'"
		" AND " NOT_A_COPY " AND " SCHEMA_HELD " RETURNING " KEEP(""),
		args(arg_bytes(uuid, sizeof uuid), provider, provider, below, amount, arg_time(now), arg_time(now),
		     card_id, customer_id, db_schema_expected(db)));
	if (!keep && db_last(db) == DB_OK)
		db_schema_refused(db);
	return keep;
}

void keep_called(struct db *db, int64_t id, const char *reference, const char *payer, ms_t now)
{
	db_exec(db,
		"UPDATE card_keep SET provider_ref = COALESCE(NULLIF(?, ''), provider_ref),"
		" payer = COALESCE(NULLIF(?, ''), payer), updated_at = ? WHERE id = ? AND status = 'open'",
		args(reference, payer, arg_time(now), id));
}

const struct rows *keep_open(struct db *db, int64_t customer_id, int64_t card_id)
{
	return db_query(db,
			"SELECT " KEEP("k.") " FROM card_keep k WHERE k.card_id = ? AND k.customer_id = ?"
					     " AND k.status = 'open' ORDER BY k.id DESC LIMIT 10",
			args(card_id, customer_id));
}

const struct row *keep_of_uuid(struct db *db, const char *uuid)
{
	uint8_t bytes[UUID_BYTES];

	return uuid_parse(uuid, bytes) ? db_one(db, "SELECT " KEEP("k.") " FROM card_keep k WHERE k.uuid = ?",
						args(arg_bytes(bytes, sizeof bytes)))
				       : NULL;
}

const struct rows *keep_waiting(struct db *db, ms_t before)
{
	return db_query(
		db, "SELECT id FROM card_keep WHERE status = 'open' AND updated_at < ? ORDER BY updated_at LIMIT 50",
		args(arg_time(before)));
}

const struct row *keep_get(struct db *db, int64_t id)
{
	return db_one(db, "SELECT " KEEP("k.") " FROM card_keep k WHERE k.id = ?", args(id));
}

const char *keep_email(struct db *db, int64_t customer_id)
{
	const struct row *row = db_one(
		db,
		"SELECT COALESCE(a.email, '') AS email FROM customer c JOIN account a ON a.id = c.account_id WHERE c.id = ?",
		args(customer_id));

	return row ? row_text(row, "email") : "";
}

/* What another was kept for is not needed any more, and what is still being chosen comes too late. */
static bool let_others_go(struct db *db, int64_t card_id, int64_t but, ms_t now)
{
	return db_exec(db,
		       "UPDATE card_keep SET status = IF(status = 'done', 'leaving', 'failed'), updated_at = ?"
		       " WHERE card_id = ? AND id <> ? AND status IN ('open', 'done')",
		       args(arg_time(now), card_id, but)) >= 0;
}

#define SET_CARD                                                                                                       \
	"UPDATE nfc_card SET reload_below = NULLIF(?, 0), reload_amount = NULLIF(?, 0), reload_provider = ?,"          \
	" reload_payer = NULLIF(?, ''), reload_token = ?, reload_shown = NULLIF(?, ''), reload_failed_at = NULL,"      \
	" updated_at = ?, id = LAST_INSERT_ID(id) WHERE id = ? AND customer_id = ? AND status = 'active'"

bool keep_take(struct db *db, const struct row *keep, const struct keep_card *chosen, ms_t now)
{
	int64_t id = row_int(keep, "id"), card_id = row_int(keep, "card_id");

	return db_exec(db,
		       "UPDATE card_keep SET status = 'done', token = ?, payer = COALESCE(NULLIF(?, ''), payer), updated_at = ?"
		       " WHERE id = ? AND status = 'open'",
		       args(chosen->token, chosen->payer, arg_time(now), id)) == 1 &&
	       let_others_go(db, card_id, id, now) &&
	       db_exec(db, SET_CARD,
		       args(row_int(keep, "reload_below"), row_int(keep, "reload_amount"), chosen->provider,
			    chosen->payer, chosen->token, chosen->shown, arg_time(now), card_id,
			    row_int(keep, "customer_id"))) == 1;
}

void keep_fail(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE card_keep SET status = 'failed', updated_at = ? WHERE id = ? AND status = 'open'",
		args(arg_time(now), id));
}

void keep_too_late(struct db *db, int64_t id, const char *token, ms_t now)
{
	db_exec(db,
		"UPDATE card_keep SET status = 'leaving', token = ?, updated_at = ?"
		" WHERE id = ? AND status IN ('open', 'failed')",
		args(token, arg_time(now), id));
}

void keep_asked(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE card_keep SET updated_at = ? WHERE id = ? AND status IN ('open', 'leaving', 'erase')",
		args(arg_time(now), id));
}

bool keep_set(struct db *db, int64_t customer_id, int64_t card_id, int64_t below, int64_t amount,
	      const struct keep_card *card, ms_t now)
{
	return let_others_go(db, card_id, 0, now) &&
	       db_exec(db, SET_CARD,
		       args(below, amount, card ? card->provider : NULL, card ? card->payer : NULL,
			    card ? card->token : NULL, card ? card->shown : NULL, arg_time(now), card_id,
			    customer_id)) >= 0;
}

const struct rows *keep_leaving(struct db *db)
{
	return db_query(
		db,
		"SELECT id, provider, COALESCE(token, '') AS token, COALESCE(payer, '') AS payer, status = 'erase' AS `erase:bool`"
		" FROM card_keep WHERE status IN ('leaving', 'erase') ORDER BY updated_at LIMIT 50",
		no_args);
}

void keep_gone(struct db *db, int64_t id, ms_t now)
{
	db_exec(db,
		"UPDATE card_keep SET payer = IF(status = 'erase', NULL, payer), status = 'gone', token = NULL, updated_at = ?"
		" WHERE id = ? AND status IN ('leaving', 'erase')",
		args(arg_time(now), id));
}
