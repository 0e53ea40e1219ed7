#ifndef STORE_INVARIANT_FINANCE_H
#define STORE_INVARIANT_FINANCE_H
/* The invariants of the house's books that are closed: months and organizers' periods; see invariant.c, which alone asks them. */
#include "store/book_figure.h"
#include "store/settlement_sum.h"

#define FIGURE_TAKEN(condition, sign, name) "-(" FIGURE_SUM(condition, sign "e.amount") ")"
/* Kept less what the ledger says, for each month that is closed: nothing in every currency. */
#define MONTH_UNLIKE_LEDGER                                                                                                      \
	"SELECT SUM(k.sales) AS sales, SUM(k.refunds) AS refunds, SUM(k.taxes) AS taxes, SUM(k.fees) AS fees,"                   \
	" SUM(k.expenses) AS expenses, SUM(k.profit) AS profit, SUM(k.payouts) AS payouts, SUM(k.deposits) AS deposits,"         \
	" CONCAT('month ', k.month_id, ', ', k.currency, ': kept less what the ledger says are sales ', SUM(k.sales),"           \
	"  ', refunds ', SUM(k.refunds), ', taxes ', SUM(k.taxes), ', fees ', SUM(k.fees), ', expenses ',"                       \
	"  SUM(k.expenses), ', profit ', SUM(k.profit), ', payouts ', SUM(k.payouts), ', deposits ', SUM(k.deposits)) AS what"   \
	" FROM (SELECT s.month_id, s.currency, s.sales, s.refunds, s.taxes, s.fees, s.expenses, s.profit, s.payouts, s.deposits" \
	"  FROM finance_month_sum s"                                                                                             \
	"  UNION ALL SELECT m.id, a.currency, " FIGURE_EACH(                                                                     \
		FIGURE_TAKEN,                                                                                                    \
		", ") "  FROM finance_month m JOIN ledger_transfer x ON x.at >= m.begins_at AND x.at < m.ends_at"                \
		      "  JOIN ledger_entry e ON e.transfer_id = x.id JOIN ledger_account a ON a.id = e.account_id"               \
		      "  WHERE m.status = 'closed' GROUP BY m.id, a.currency) k"                                                 \
		      " GROUP BY k.month_id, k.currency"                                                                         \
		      " HAVING (sales, refunds, taxes, fees, expenses, profit, payouts, deposits) <> (0, 0, 0, 0, 0, 0, 0, 0)"   \
		      " LIMIT 5"

/* What was dated into a month after it was closed. Acts do not date, so it is when a row was made that counts. */
#define DATED_INTO(table, day)                                                                                         \
	"SELECT CONCAT('" table " ', t.id, ' of ', t." day                                                             \
	", ', made ', t.created_at, ', its month was closed ', m.closed_at) AS what"                                   \
	" FROM finance_month m JOIN " table " t ON t." day " >= m.month AND t." day " < m.month + INTERVAL 1 MONTH"    \
	" AND t.created_at > m.closed_at WHERE m.status = 'closed'"
#define DATED_INTO_CLOSED DATED_INTO("expense", "spent_on") " UNION ALL " DATED_INTO("deposit", "date") " LIMIT 5"

#define SETTLEMENT_UNLIKE_LEDGER                                                                                        \
	"SELECT CONCAT('settlement ', n.id, ' of organizer ', n.organizer_id, ': from ', n.opening, ' to ', n.closing," \
	"  ', the ledger says otherwise') AS what"                                                                      \
	" FROM settlement n WHERE (" SETTLEMENT_KEPT ") <> (" SETTLEMENT_SUMS ")"                                       \
	" UNION ALL SELECT CONCAT('settlement ', n.id, ' of ', n.closing, ': payout ', COALESCE(p.id, 'missing'))"      \
	" FROM settlement n LEFT JOIN payout p ON p.id = n.payout_id WHERE n.payout_id IS NOT NULL"                     \
	" AND NOT ((p.organizer_id, p.currency) <=> (n.organizer_id, n.currency) AND p.amount <= n.closing)"            \
	" LIMIT 5"

#define SETTLEMENTS_MEET                                                                                                   \
	"SELECT CONCAT('settlements ', n.id, ' and ', z.id, ' of organizer ', n.organizer_id, ' in ', n.currency) AS what" \
	" FROM settlement n JOIN settlement z ON z.organizer_id = n.organizer_id AND z.currency = n.currency"              \
	" AND z.id > n.id AND z.begins_at < n.ends_at AND z.ends_at > n.begins_at LIMIT 5"

/* The CHECK that keeps it was away. */
#define SETTLEMENT_BY_ONE_PERSON                                                                                       \
	"SELECT CONCAT('settlement ', id, ' is ', status, ': made by account ', made_by, ', approved by ',"            \
	"  COALESCE(approved_by, 'nobody')) AS what"                                                                   \
	" FROM settlement WHERE COALESCE(approved_by = made_by, status <> 'open') LIMIT 5"

#endif
