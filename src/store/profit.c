/* Profit and its shares. */
#include "store/profit.h"
#include "store/book_figure.h"

#define PROFIT_OF_MONTH                                                                                                \
	"(SELECT CAST(COALESCE(-SUM(e.amount), 0) AS SIGNED) FROM ledger_account a"                                    \
	" JOIN ledger_entry e ON e.account_id = a.id JOIN ledger_transfer x ON x.id = e.transfer_id"                   \
	" WHERE a.currency = ? AND " IN_PROFIT " AND x.at >= ? AND x.at < ?)"

/* What the house has now of all it made, and did not lose, spend or share since. */
#define HOUSE_HAS                                                                                                      \
	"(SELECT CAST(COALESCE(-SUM(e.amount), 0) AS SIGNED) FROM ledger_account a"                                    \
	" JOIN ledger_entry e ON e.account_id = a.id"                                                                  \
	" WHERE " OF_HOUSE " AND a.currency = ?)"
#define OTHERS_HAD                                                                                                     \
	"(SELECT CAST(COALESCE(SUM(s.amount), 0) AS SIGNED) FROM profit_share s"                                       \
	" WHERE s.month = ? AND s.currency = ? AND s.shareholder_id <> ?)"
#define HAD_BEFORE "EXISTS (SELECT 1 FROM profit_share s WHERE s.month = ? AND s.currency = ? AND s.shareholder_id = ?)"
#define RULE                                                                                                           \
	"(SELECT r.rate FROM profit_rule r WHERE r.shareholder_id = ? AND r.since <= ? ORDER BY r.since DESC LIMIT 1)"

/* Down, so that the parts of all are never more than the whole. */
#define PART_DOWN "CAST(CAST(x.profit AS DECIMAL(38, 0)) * x.rate DIV 10000 AS SIGNED)"

/* Why there is no share, as it stands; PROFIT_SHARED: there is one. */
static enum profit_shared fit(const struct row *p)
{
	int64_t amount = row_int(p, "amount");

	return row_null(p, "rate") || !row_int(p, "rate")	      ? PROFIT_NO_RULE
	       : row_int(p, "before")				      ? PROFIT_BEFORE
	       : amount <= 0					      ? PROFIT_NONE
	       : amount > row_int(p, "profit") - row_int(p, "others") ? PROFIT_SPENT
	       : amount > row_int(p, "house")			      ? PROFIT_GONE
								      : PROFIT_SHARED;
}

enum profit_shared profit_share(struct db *db, const struct profit_asked *asked, ms_t now, int64_t *id)
{
	const char *currency = asked->currency, *month = asked->month;
	int64_t who = asked->shareholder_id, amount;
	enum profit_shared fits;
	const struct row *p;

	/* Whoever shares a month out comes after another who does. */
	db_query(db, "SELECT id FROM shareholder ORDER BY id FOR UPDATE", no_args);
	p = db_one(db,
		   "SELECT x.*, " PART_DOWN " AS amount FROM (SELECT " PROFIT_OF_MONTH " AS profit, " RULE
		   " AS rate, " HOUSE_HAS " AS house, " OTHERS_HAD " AS others, " HAD_BEFORE " AS `before`) x",
		   args(currency, arg_time(asked->begins), arg_time(asked->ends), who, month, currency, month, currency,
			who, month, currency, who));
	if (!p)
		return PROFIT_FAILED;
	fits = fit(p);
	if (fits != PROFIT_SHARED)
		return fits;
	amount = row_int(p, "amount");
	*id = db_insert(
		db,
		"INSERT INTO profit_share (shareholder_id, month, begins_at, ends_at, currency, profit, rate, amount,"
		" created_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? FROM DUAL WHERE ? + " OTHERS_HAD
		" <= ? AND ? <= " HOUSE_HAS,
		args(who, month, arg_time(asked->begins), arg_time(asked->ends), currency, row_int(p, "profit"),
		     row_int(p, "rate"), amount, arg_time(now), amount, month, currency, who, row_int(p, "profit"),
		     amount, currency));
	if (!*id)
		return db_last(db) == DB_DUPLICATE ? PROFIT_BEFORE
		       : db_error(db) == DB_OK	   ? PROFIT_SPENT
						   : PROFIT_FAILED;
	return ledger_post(db,
			   &(struct ledger_transfer){
				   .noun = "profit_share",
				   .kind = "share",
				   .noun_id = *id,
				   .currency = currency,
				   .legs = { { "platform", 0, amount }, { "shareholder", who, -amount } } },
			   now) == LEDGER_POSTED
		       ? PROFIT_SHARED
		       : PROFIT_FAILED;
}
