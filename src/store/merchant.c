/* Merchants. */
#include "store/merchant.h"
#include "store/day.h"

#define SETTINGS                                                                                                             \
	"SELECT m.company, m.receipt_name, m.charge_note, m.charge_most AS `charge_most:money`, m.stock_low, " MERCHANT_NAME \
	" AS name FROM merchant m WHERE m.id = ?"

const struct row *merchant_settings(struct db *db, int64_t merchant_id, bool lock)
{
	return lock ? db_one(db, SETTINGS " FOR UPDATE", args(merchant_id)) : db_one(db, SETTINGS, args(merchant_id));
}

bool merchant_settings_set(struct db *db, int64_t merchant_id, const struct merchant_set *set)
{
	return db_exec(db,
		       "UPDATE merchant SET receipt_name = ?, charge_note = ?, charge_most = NULLIF(?, 0),"
		       " stock_low = NULLIF(?, 0) WHERE id = ?",
		       args(set->receipt_name, set->charge_note, set->charge_most, set->stock_low, merchant_id)) >= 0;
}

#define LEFT_IN_STOCK "(SELECT COUNT(*) FROM nfc_card n WHERE n.merchant_id = m.id AND n.status = 'stock')"

bool merchant_stock_fell(struct db *db, int64_t merchant_id)
{
	db_exec(db,
		"UPDATE merchant m SET m.stock_told = 0 WHERE m.id = ? AND m.stock_told"
		" AND (m.stock_low IS NULL OR " LEFT_IN_STOCK " > m.stock_low)",
		args(merchant_id));
	return db_exec(db,
		       "UPDATE merchant m SET m.stock_told = 1 WHERE m.id = ? AND NOT m.stock_told"
		       " AND " LEFT_IN_STOCK " <= m.stock_low",
		       args(merchant_id)) == 1;
}

const struct row *merchant_told(struct db *db, int64_t merchant_id)
{
	return db_one(db,
		      "SELECT a.name, a.email, a.mobile_number, a.locale, " LEFT_IN_STOCK
		      " AS `left` FROM merchant m JOIN account a ON a.id = m.account_id WHERE m.id = ?",
		      args(merchant_id));
}

/* ---- figures ---- */

/* what BY is counted by: the local day of a column, with the arguments before it. */
static const struct rows *by_day(struct db *db, const char *sql, int64_t merchant_id, const char *zone, ms_t since,
				 ms_t now)
{
	struct arg values[DAY_ARGS + 2];

	day_args(values, zone, now);
	values[DAY_ARGS] = arg_int(merchant_id);
	values[DAY_ARGS + 1] = arg_time(since);
	return db_query(db, sql, (struct args){ sizeof values / sizeof *values, values });
}

/* clang-format off */
#define DAY_OF(column) "DATE_FORMAT(" DAY_LOCAL(column) ", '%Y-%m-%d') AS day"
#define CHARGES_BY(column)                                                                                             \
	"SELECT " DAY_OF(column) ", currency, COUNT(*) AS charges, SUM(amount) AS amount FROM card_charge"             \
	" WHERE merchant_id = ? AND " column " >= ? GROUP BY 1, 2"
/* clang-format on */

const struct rows *merchant_days_cards(struct db *db, int64_t merchant_id, const char *zone, ms_t since, ms_t now)
{
	return by_day(db,
		      "SELECT " DAY_OF("assigned_at") ", COUNT(*) AS cards FROM nfc_card"
						      " WHERE merchant_id = ? AND assigned_at >= ? GROUP BY 1",
		      merchant_id, zone, since, now);
}

const struct rows *merchant_days_charged(struct db *db, int64_t merchant_id, const char *zone, ms_t since, ms_t now)
{
	return by_day(db, CHARGES_BY("created_at"), merchant_id, zone, since, now);
}

const struct rows *merchant_days_reversed(struct db *db, int64_t merchant_id, const char *zone, ms_t since, ms_t now)
{
	return by_day(db, CHARGES_BY("reversed_at"), merchant_id, zone, since, now);
}

const struct rows *merchant_owed(struct db *db, int64_t merchant_id)
{
	return db_query(db,
			"SELECT x.currency, CAST(COALESCE(-SUM(e.amount), 0) AS SIGNED) AS owed FROM ledger_account x"
			" LEFT JOIN ledger_entry e ON e.account_id = x.id WHERE x.kind = 'merchant' AND x.owner_id = ?"
			" GROUP BY x.currency ORDER BY owed DESC, x.currency",
			args(merchant_id));
}
