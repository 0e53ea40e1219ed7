#ifndef STORE_SETTLEMENT_SUM_H
#define STORE_SETTLEMENT_SUM_H
/* What the ledger says of an organizer's period, as expressions over a settlement's row (n): by these one is made, and later held
 * against the ledger. */

/* The sum of their account's entries, the other way round: what is theirs is positive. */
#define SETTLEMENT_ACCOUNT(condition)                                                                                  \
	"CAST(COALESCE((SELECT -SUM(e.amount) FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id"        \
	" JOIN ledger_transfer x ON x.id = e.transfer_id WHERE a.kind = 'organizer' AND a.owner_id = n.organizer_id"   \
	" AND a.currency = n.currency AND " condition "), 0) AS SIGNED)"
#define IN_PERIOD "x.at >= n.begins_at AND x.at < n.ends_at"

/* Of sales and refunds the payment says how much was fee and tax, for where these take all, nothing of one is on the account. */
#define SETTLEMENT_MOVED(amount, transfers)                                                                            \
	"CAST(COALESCE((SELECT SUM(" amount ") FROM orders o JOIN payment p ON p.order_id = o.id"                      \
	" AND p.currency = n.currency " transfers " WHERE o.organizer_id = n.organizer_id AND " IN_PERIOD              \
	"), 0) AS SIGNED)"
#define OF_SALE "JOIN ledger_transfer x ON x.noun = 'payment' AND x.noun_id = p.id AND x.kind = 'sale'"
#define OF_REFUND                                                                                                      \
	"JOIN payment_refund r ON r.payment_id = p.id"                                                                 \
	" JOIN ledger_transfer x ON x.noun = 'payment_refund' AND x.noun_id = r.id AND x.kind = 'refund'"

/* In the order of SETTLEMENT_COLUMNS. */
#define SETTLEMENT_SUMS                                                                                                                                                                                   \
	SETTLEMENT_ACCOUNT("x.at < n.begins_at")                                                                                                                                                          \
	", " SETTLEMENT_MOVED("p.amount", OF_SALE) ", " SETTLEMENT_MOVED("r.amount", OF_REFUND) ", " SETTLEMENT_MOVED("p.fee", OF_SALE) " - " SETTLEMENT_MOVED("r.fee", OF_REFUND) ", " SETTLEMENT_MOVED( \
		"p.tax",                                                                                                                                                                                  \
		OF_SALE) " - " SETTLEMENT_MOVED("r.tax",                                                                                                                                                  \
						OF_REFUND) ", -" SETTLEMENT_ACCOUNT("x.noun = 'payout' AND " IN_PERIOD) ", " SETTLEMENT_ACCOUNT("x.kind NOT IN ('sale', 'refund', 'payout') AND " IN_PERIOD) ", " SETTLEMENT_ACCOUNT("x.at < n.ends_at")
#define SETTLEMENT_COLUMNS "opening, sales, refunds, fees, taxes, paid_out, others, closing"
#define SETTLEMENT_KEPT "n.opening, n.sales, n.refunds, n.fees, n.taxes, n.paid_out, n.others, n.closing"

#endif
