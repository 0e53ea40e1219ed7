/* Cards, as staff have them. */
#include "store/card_office.h"

int64_t card_new(struct db *db, const char *uid, int64_t merchant_id, ms_t now)
{
	return db_insert(db, "INSERT INTO nfc_card (uid, merchant_id, status, created_at) VALUES (?, ?, 'stock', ?)",
			 args(uid, arg_id_or_null(merchant_id), arg_time(now)));
}

/* Whose payments and refunds went by a card gets what is still to come of them there, so it stays theirs. */
#define CARRIED                                                                                                        \
	"(EXISTS (SELECT 1 FROM ledger_account x WHERE x.kind = 'card' AND x.owner_id = n.id)"                         \
	" OR EXISTS (SELECT 1 FROM payment p WHERE p.card_id = n.id))"
#define CARD                                                                                                           \
	"SELECT n.id, n.uid, n.status, n.customer_id, n.merchant_id, n.assigned_at, " CARRIED                          \
	" AS `carried:bool`, a.name, a.email, a.mobile_number, a.locale FROM nfc_card n"                               \
	" LEFT JOIN customer c ON c.id = n.customer_id LEFT JOIN account a ON a.id = c.account_id WHERE"

const struct row *card_locked_uid(struct db *db, const char *uid)
{
	return db_one(db, CARD " n.uid = ? FOR UPDATE", args(uid));
}

const struct row *card_locked(struct db *db, int64_t id)
{
	return db_one(db, CARD " n.id = ? FOR UPDATE", args(id));
}

const struct row *card_seen(struct db *db, int64_t id)
{
	return db_one(db, CARD " n.id = ?", args(id));
}

bool card_stock_move(struct db *db, int64_t id, int64_t merchant_id, ms_t now)
{
	return db_exec(db, "UPDATE nfc_card SET merchant_id = ?, updated_at = ? WHERE id = ? AND status = 'stock'",
		       args(merchant_id, arg_time(now), id)) == 1;
}

bool card_block(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db,
		       "UPDATE nfc_card SET status = 'blocked', updated_at = ? WHERE id = ?"
		       " AND status IN ('stock', 'active')",
		       args(arg_time(now), id)) == 1;
}

bool card_pass_on(struct db *db, int64_t id, int64_t from, int64_t to, ms_t now)
{
	return db_exec(db,
		       "UPDATE nfc_card n SET n.passed_from = n.customer_id, n.customer_id = ?, n.assigned_at = ?, n.updated_at = ?, n.reload_below = NULL,"
		       " n.reload_amount = NULL, n.reload_provider = NULL, n.reload_payer = NULL, n.reload_token = NULL,"
		       " n.reload_shown = NULL, n.reload_failed_at = NULL"
		       " WHERE n.id = ? AND n.customer_id = ? AND n.status IN ('active', 'blocked') AND NOT " CARRIED,
		       args(to, arg_time(now), arg_time(now), id, from)) == 1;
}

const struct row *card_receiver(struct db *db, const char *mobile_number, int64_t customer_id)
{
	return db_one(db,
		      "SELECT c.id, a.name, a.email, a.mobile_number, a.locale FROM account a"
		      " JOIN customer c ON c.account_id = a.id"
		      " JOIN account_role r ON r.account_id = a.id AND r.role = 'customer'"
		      " WHERE IF(? = 0, a.mobile_number = ?, c.id = ?) AND a.status = 'active' FOR UPDATE",
		      args(customer_id, mobile_number, customer_id));
}

bool card_merchant_is(struct db *db, int64_t merchant_id)
{
	return db_int(db, "SELECT COUNT(*) FROM merchant WHERE id = ?", args(merchant_id)) == 1;
}

const struct rows *card_merchants(struct db *db)
{
	return db_query(db, "SELECT id AS value, company AS label FROM merchant ORDER BY company, id LIMIT 1000",
			no_args);
}
