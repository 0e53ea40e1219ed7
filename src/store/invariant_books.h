#ifndef STORE_INVARIANT_BOOKS_H
#define STORE_INVARIANT_BOOKS_H
/* The invariants of money that leaves the house, or goes to those whom it belongs to; see invariant.c, which alone asks them. */

/* ---- once ---- */

#define WAS_MOVED(cause, id, kind)                                                                                     \
	"(SELECT COUNT(*) FROM ledger_transfer t WHERE t.noun = '" cause "' AND t.noun_id = " id                       \
	" AND t.kind = '" kind "')"
/* clang-format off */
#define BOOKED_NOT_ONCE                                                                                                \
	"SELECT CONCAT('payout ', p.id, ' is ', p.status, ': ', " WAS_MOVED("payout", "p.id", "payout") ", ' transfers') AS what" \
	" FROM payout p WHERE " WAS_MOVED("payout", "p.id", "payout") " <> (p.status = 'paid')"                        \
	" UNION ALL SELECT CONCAT('expense ', x.id, ' is ', x.status, ': ', " WAS_MOVED("expense", "x.id", "expense")  \
	", ' transfers and ', " WAS_MOVED("expense", "x.id", "expense_back") ", ' back')"                              \
	" FROM expense x WHERE " WAS_MOVED("expense", "x.id", "expense") " <> (x.status <> 'requested')"               \
	" OR " WAS_MOVED("expense", "x.id", "expense_back") " <> (x.status = 'withdrawn')"                             \
	" UNION ALL SELECT CONCAT('profit share ', s.id, ': ', " WAS_MOVED("profit_share", "s.id", "share") ", ' transfers')" \
	" FROM profit_share s WHERE " WAS_MOVED("profit_share", "s.id", "share") " <> 1"                               \
	" UNION ALL SELECT CONCAT('deposit ', d.id, ' is ', d.status, ': ', " WAS_MOVED("deposit", "d.id", "deposit")  \
	", ' transfers and ', " WAS_MOVED("deposit", "d.id", "deposit_back") ", ' back')"                              \
	" FROM deposit d WHERE " WAS_MOVED("deposit", "d.id", "deposit") " <> 1"                                       \
	" OR " WAS_MOVED("deposit", "d.id", "deposit_back") " <> (d.status = 'revoked')"                               \
	" LIMIT 5"
/* clang-format on */

/* ---- the amounts, and between whom ---- */

#define LEAVES_FROM                                                                                                    \
	"a.kind = CASE WHEN t.noun = 'deposit' THEN 'bank' WHEN t.noun <> 'payout' THEN 'platform'"                    \
	"  WHEN p.organizer_id IS NOT NULL THEN 'organizer' WHEN p.merchant_id IS NOT NULL THEN 'merchant'"            \
	"  ELSE 'shareholder' END AND a.owner_id ="                                                                    \
	" IF(t.noun <> 'payout', 0, COALESCE(p.organizer_id, p.merchant_id, p.shareholder_id))"
#define COMES_TO                                                                                                       \
	"a.kind = CASE t.noun WHEN 'profit_share' THEN 'shareholder' WHEN 'deposit' THEN d.source ELSE 'bank' END"     \
	" AND a.owner_id = CASE WHEN t.noun = 'profit_share' THEN s.shareholder_id"                                    \
	"  WHEN d.source = 'provider' THEN a.owner_id ELSE 0 END"
/* clang-format off */
#define BOOKED_UNLIKE_CAUSE                                                                                            \
	"SELECT t.noun, t.kind, COALESCE(p.amount, x.amount, s.amount, d.amount)"                                      \
	"  * IF(t.kind IN ('expense_back', 'deposit_back'), -1, 1) AS moved,"                                          \
	" COUNT(e.id) AS entries, SUM(a.currency = COALESCE(p.currency, x.currency, s.currency, d.currency)) AS in_currency," \
	" SUM(IF(" LEAVES_FROM ", e.amount, 0)) AS left_it, SUM(IF(" COMES_TO ", e.amount, 0)) AS came,"               \
	" CONCAT('transfer ', t.id, ', ', t.kind, ' of ', t.noun, ' ', t.noun_id, ', entries ',"                       \
	"  COALESCE(GROUP_CONCAT(a.kind, ' ', a.owner_id, ' ', e.amount ORDER BY e.id SEPARATOR ', '), 'none')) AS what" \
	" FROM ledger_transfer t FORCE INDEX (ledger_transfer_cause)"                                                  \
	" LEFT JOIN payout p ON p.id = t.noun_id AND t.noun = 'payout'"                                                \
	" LEFT JOIN expense x ON x.id = t.noun_id AND t.noun = 'expense'"                                              \
	" LEFT JOIN profit_share s ON s.id = t.noun_id AND t.noun = 'profit_share'"                                    \
	" LEFT JOIN deposit d ON d.id = t.noun_id AND t.noun = 'deposit'"                                              \
	" LEFT JOIN ledger_entry e ON e.transfer_id = t.id"                                                            \
	" LEFT JOIN ledger_account a ON a.id = e.account_id"                                                           \
	" WHERE t.noun IN ('payout', 'expense', 'profit_share', 'deposit')"                                            \
	" GROUP BY t.id"                                                                                               \
	" HAVING entries <> 2 OR NOT (in_currency <=> 2) OR NOT (left_it <=> moved) OR NOT (came <=> -moved)"          \
	" OR NOT CASE t.noun WHEN 'payout' THEN t.kind = 'payout' WHEN 'expense' THEN t.kind IN ('expense', 'expense_back')" \
	"  WHEN 'deposit' THEN t.kind IN ('deposit', 'deposit_back') ELSE t.kind = 'share' END"                        \
	" LIMIT 5"
/* clang-format on */

/* ---- no more than there was ---- */

/* What was paid out of an account up to a payout, and what went back of it before, is no more than had come by then. Those who move it
 * otherwise do not wait for a payout, so what was under way at that moment counts for it: no transaction takes a minute. */
#define PAID_OUT_ABOVE                                                                                                                      \
	"SELECT p.amount, p.had, SUM(IF(e.amount < 0 AND t.at <= p.paid_at + INTERVAL 1 MINUTE, -e.amount, 0)) AS come,"                    \
	" SUM(IF(e.amount > 0 AND IF(t.noun = 'payout', t.id <= w.id, t.at < p.paid_at - INTERVAL 1 MINUTE), e.amount, 0)) AS gone,"        \
	" CONCAT('payout ', p.id, ' of ', p.amount, ' from an account that had ', COALESCE(p.had, 'nobody knows what')) AS what"            \
	" FROM payout p"                                                                                                                    \
	" LEFT JOIN ledger_transfer w ON w.noun = 'payout' AND w.noun_id = p.id AND w.kind = 'payout'"                                      \
	" LEFT JOIN ledger_account a ON a.currency = p.currency AND a.owner_id = COALESCE(p.organizer_id, p.merchant_id, p.shareholder_id)" \
	"  AND a.kind = CASE WHEN p.organizer_id IS NOT NULL THEN 'organizer' WHEN p.merchant_id IS NOT NULL THEN 'merchant'"               \
	"   ELSE 'shareholder' END"                                                                                                         \
	" LEFT JOIN ledger_entry e ON e.account_id = a.id LEFT JOIN ledger_transfer t ON t.id = e.transfer_id"                              \
	" WHERE p.status = 'paid'"                                                                                                          \
	" GROUP BY p.id HAVING NOT COALESCE(come >= gone AND p.had >= p.amount, 0)"                                                         \
	" LIMIT 5"

/* Nobody may have approved what they asked for; what is small enough nobody has. */
#define PAYOUT_BY_ONE_PERSON                                                                                           \
	"SELECT CONCAT('payout ', id, ': asked for and approved by account ', approved_by) AS what"                    \
	" FROM payout WHERE approved_by = requested_by"                                                                \
	" UNION ALL SELECT CONCAT('expense ', id, ': entered and approved by account ', approved_by)"                  \
	" FROM expense WHERE approved_by IN (requested_by, entered_by) LIMIT 5"

#define SHARE_UNLIKE_PROFIT                                                                                                \
	"SELECT s.amount, s.profit, s.rate, COALESCE(-SUM(e.amount), 0) AS made,"                                          \
	" (SELECT SUM(z.amount) FROM profit_share z WHERE z.month = s.month AND z.currency = s.currency) AS shared,"       \
	" CONCAT('profit share ', s.id, ': ', s.amount, ', ', s.rate, ' of ', s.profit, '; the profit was ',"              \
	"  COALESCE(-SUM(e.amount), 0)) AS what"                                                                           \
	" FROM profit_share s"                                                                                             \
	" LEFT JOIN ledger_account a ON a.kind = 'platform' AND a.owner_id = 0 AND a.currency = s.currency"                \
	" LEFT JOIN (ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id AND t.kind <> 'share')"                 \
	"  ON e.account_id = a.id AND t.at >= s.begins_at AND t.at < s.ends_at"                                            \
	" GROUP BY s.id"                                                                                                   \
	" HAVING made <> s.profit OR shared > s.profit OR s.amount <> CAST(s.profit AS DECIMAL(38, 0)) * s.rate DIV 10000" \
	" LIMIT 5"

#endif
