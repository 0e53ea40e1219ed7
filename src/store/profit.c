/* Profit and its shares. */
#include "store/profit.h"

#define PROFIT_OF_MONTH                                                                                                \
	"(SELECT CAST(COALESCE(-SUM(e.amount), 0) AS SIGNED) FROM ledger_account a"                                    \
	" JOIN ledger_entry e ON e.account_id = a.id JOIN ledger_transfer t ON t.id = e.transfer_id"                   \
	" WHERE a.kind = 'platform' AND a.owner_id = 0 AND a.currency = ? AND t.kind <> 'share'"                       \
	" AND t.at >= ? AND t.at < ?)"

/* Down, so that the parts of all are never more than the whole. */
#define PART_DOWN(profit, rate) "CAST(CAST(" profit " AS DECIMAL(38, 0)) * " rate " DIV 10000 AS SIGNED)"

enum profit_shared profit_share(struct db *db, const struct profit_asked *asked, ms_t now, int64_t *id)
{
	const struct row *p;
	int64_t amount;

	/* Whoever shares a month out comes after another who does. */
	db_query(db, "SELECT id FROM shareholder ORDER BY id FOR UPDATE", no_args);
	p = db_one(
		db,
		"SELECT x.profit, x.rate, " PART_DOWN(
			"x.profit",
			"x.rate") " AS amount FROM (SELECT " PROFIT_OF_MONTH
				  " AS profit, (SELECT r.rate FROM profit_rule r WHERE r.shareholder_id = ? AND r.since <= ?"
				  " ORDER BY r.since DESC LIMIT 1) AS rate) x",
		args(asked->currency, arg_time(asked->begins), arg_time(asked->ends), asked->shareholder_id,
		     asked->month));
	if (!p)
		return PROFIT_FAILED;
	if (row_null(p, "rate") || !row_int(p, "rate"))
		return PROFIT_NO_RULE;
	amount = row_int(p, "amount");
	if (amount <= 0)
		return PROFIT_NONE;
	*id = db_insert(
		db,
		"INSERT INTO profit_share (shareholder_id, month, begins_at, ends_at, currency, profit, rate, amount,"
		" created_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? FROM DUAL WHERE ? + (SELECT COALESCE(SUM(s.amount), 0)"
		" FROM profit_share s WHERE s.month = ? AND s.currency = ? AND s.shareholder_id <> ?) <= ?",
		args(asked->shareholder_id, asked->month, arg_time(asked->begins), arg_time(asked->ends),
		     asked->currency, row_int(p, "profit"), row_int(p, "rate"), amount, arg_time(now), amount,
		     asked->month, asked->currency, asked->shareholder_id, row_int(p, "profit")));
	if (!*id)
		return db_last(db) == DB_DUPLICATE ? PROFIT_BEFORE
		       : db_error(db) == DB_OK	   ? PROFIT_SPENT
						   : PROFIT_FAILED;
	return ledger_post(db,
			   &(struct ledger_transfer){ .noun = "profit_share",
						      .kind = "share",
						      .noun_id = *id,
						      .currency = asked->currency,
						      .legs = { { "platform", 0, amount },
								{ "shareholder", asked->shareholder_id, -amount } } },
			   now) == LEDGER_POSTED
		       ? PROFIT_SHARED
		       : PROFIT_FAILED;
}
