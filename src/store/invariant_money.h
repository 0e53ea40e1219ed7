#ifndef STORE_INVARIANT_MONEY_H
#define STORE_INVARIANT_MONEY_H
/* The invariants of money and its papers, as queries for their exceptions; see invariant.c, which alone asks them. */
#include "store/fee.h"

/* ---- money ---- */

#define PAYMENT_UNLIKE_ORDER                                                                                           \
	"SELECT CONCAT('payment ', p.id, ' of customer ', p.customer_id, ': ', p.amount, ' ', p.currency, ', order '," \
	"  COALESCE(CONCAT(o.id, ' of customer ', o.customer_id, ': ', o.total, ' ', o.currency), 'missing')) AS what" \
	" FROM payment p FORCE INDEX (PRIMARY)"                                                                        \
	" LEFT JOIN orders o ON o.id = p.order_id"                                                                     \
	" WHERE p.purpose = 'order'"                                                                                   \
	" AND (o.id IS NULL OR (p.amount, p.currency, p.customer_id) <> (o.total, o.currency, o.customer_id))"         \
	" LIMIT 5"

/* What a card is charged for, or is put on it. */
#define PAYMENT_UNLIKE_PURPOSE                                                                                                    \
	"SELECT CONCAT('payment ', p.id, ', ', p.purpose, ' by ', p.method, ': order ', COALESCE(p.order_id, 'none'), ', card '," \
	"  COALESCE(CONCAT(p.card_id, ' of customer ', COALESCE(n.customer_id, 'none'), ', ', n.currency), 'none')) AS what"      \
	" FROM payment p FORCE INDEX (PRIMARY)"                                                                                   \
	" LEFT JOIN nfc_card n ON n.id = p.card_id"                                                                               \
	" WHERE (p.order_id IS NOT NULL) <> (p.purpose = 'order')"                                                                \
	" OR (p.card_id IS NOT NULL) <> (p.purpose = 'reload' OR p.method = 'nfc_card')"                                          \
	" OR (p.method = 'nfc_card') <> (p.provider = 'nfc_card')"                                                                \
	" OR (p.card_id IS NOT NULL AND NOT ((n.customer_id, n.currency) <=> (p.customer_id, p.currency)))"                       \
	" OR p.purpose NOT IN ('order', 'reload', 'registration_fee')"                                                            \
	" LIMIT 5"

#define PAID_FOR_NOTHING                                                                                                    \
	"SELECT CONCAT('payment ', p.id, ', ', p.purpose, ': order ', COALESCE(CONCAT(o.id, ' is ', o.status), 'missing')," \
	"  ', fee ', COALESCE(c.registration_fee_paid_at, 'not paid')) AS what"                                             \
	" FROM payment p FORCE INDEX (PRIMARY)"                                                                             \
	" LEFT JOIN orders o ON o.id = p.order_id"                                                                          \
	" LEFT JOIN customer c ON c.id = p.customer_id"                                                                     \
	" WHERE p.status = 'succeeded' AND CASE p.purpose WHEN 'order' THEN COALESCE(o.status, '') <> 'paid'"               \
	"  WHEN 'registration_fee' THEN c.registration_fee_paid_at IS NULL ELSE 0 END"                                      \
	" LIMIT 5"

/* live_order_id is the order's while a payment of it runs or has succeeded. */
#define ORDER_UNLIKE_PAYMENT                                                                                           \
	"SELECT CONCAT('order ', o.id, ' is ', o.status, ': paid ', COALESCE(o.paid_at, 'never'), ', payment ',"       \
	"  COALESCE(p.id, 'none'), COALESCE(CONCAT(', money of ', t.at), '')) AS what"                                 \
	" FROM orders o FORCE INDEX (PRIMARY)"                                                                         \
	" LEFT JOIN payment p ON p.live_order_id = o.id AND p.status = 'succeeded'"                                    \
	" LEFT JOIN ledger_transfer t ON t.noun = 'payment' AND t.noun_id = p.id AND t.kind = 'sale'"                  \
	" WHERE (o.paid_at IS NOT NULL) <> (o.status IN ('paid', 'refunded'))"                                         \
	" OR (o.status = 'paid' AND ((o.total > 0 AND p.id IS NULL) OR t.at <> o.paid_at))"                            \
	" OR (o.status = 'refunded' AND o.total > 0 AND NOT EXISTS (SELECT 1 FROM payment r"                           \
	"  WHERE r.order_id = o.id AND r.status IN ('refunding', 'refunded')))"                                        \
	" LIMIT 5"

#define MONEY_NOT_MOVED_ONCE                                                                                           \
	"SELECT p.status, p.amount, COALESCE(SUM(t.kind = CASE p.purpose WHEN 'order' THEN 'sale'"                     \
	"  WHEN 'reload' THEN 'reload' ELSE 'fee' END), 0) AS there, COUNT(t.id) AS transfers,"                        \
	" CONCAT('payment ', p.id, ' is ', p.status, ': ', COALESCE(GROUP_CONCAT(t.kind), 'no transfer')) AS what"     \
	" FROM payment p FORCE INDEX (PRIMARY)"                                                                        \
	" LEFT JOIN ledger_transfer t ON t.noun = 'payment' AND t.noun_id = p.id"                                      \
	" GROUP BY p.id"                                                                                               \
	" HAVING there <> (p.amount > 0 AND p.status IN ('succeeded', 'refunding', 'refunded')) OR transfers <> there" \
	" LIMIT 5"

#define REFUND_NOT_MOVED_ONCE                                                                                          \
	"SELECT r.state, COUNT(t.id) AS transfers, CONCAT('refund ', r.id, ' of payment ', r.payment_id, ' is ',"      \
	"  r.state, ': ', COUNT(t.id), ' transfers') AS what"                                                          \
	" FROM payment_refund r FORCE INDEX (PRIMARY)"                                                                 \
	" LEFT JOIN ledger_transfer t ON t.noun = 'payment_refund' AND t.noun_id = r.id AND t.kind = 'refund'"         \
	" GROUP BY r.id"                                                                                               \
	" HAVING transfers <> (r.state = 'done')"                                                                      \
	" LIMIT 5"

#define WENT_BACK_WRONGLY                                                                                                          \
	"SELECT p.status, p.amount, COALESCE(SUM(IF(r.state <> 'failed', r.amount, 0)), 0) AS going,"                              \
	" COALESCE(SUM(IF(r.state = 'done', r.amount, 0)), 0) AS gone, COALESCE(SUM(r.currency <> p.currency), 0) AS other,"       \
	" CONCAT('payment ', p.id, ' of ', p.amount, ' is ', p.status, ': ',"                                                      \
	"  COALESCE(GROUP_CONCAT(r.amount, ' ', r.currency, ' ', r.state ORDER BY r.id SEPARATOR ', '), 'nothing'), ' went back')" \
	" AS what"                                                                                                                 \
	" FROM payment p FORCE INDEX (PRIMARY)"                                                                                    \
	" LEFT JOIN payment_refund r ON r.payment_id = p.id"                                                                       \
	" GROUP BY p.id"                                                                                                           \
	" HAVING going > p.amount OR other > 0 OR (going > 0 AND p.status NOT IN ('succeeded', 'refunding', 'refunded'))"          \
	" OR (p.amount > 0 AND (gone = p.amount) <> (p.status = 'refunded'))"                                                      \
	" LIMIT 5"

#define CHARGE_NOT_MOVED_ONCE                                                                                           \
	"SELECT h.status, COALESCE(SUM(t.kind = 'charge'), 0) AS there, COALESCE(SUM(t.kind = 'reversal'), 0) AS back," \
	" CONCAT('charge ', h.id, ' is ', h.status, ': ', COALESCE(GROUP_CONCAT(t.kind), 'no transfer')) AS what"       \
	" FROM card_charge h FORCE INDEX (PRIMARY)"                                                                     \
	" LEFT JOIN ledger_transfer t ON t.noun = 'charge' AND t.noun_id = h.id"                                        \
	" GROUP BY h.id"                                                                                                \
	" HAVING there <> 1 OR back <> (h.status = 'reversed')"                                                         \
	" LIMIT 5"

#define MOVE_NOT_MOVED_ONCE                                                                                            \
	"SELECT CONCAT('move ', m.id, ' from card ', m.from_id, ' to ', m.to_id, ': no transfer') AS what"             \
	" FROM card_move m FORCE INDEX (PRIMARY)"                                                                      \
	" LEFT JOIN ledger_transfer t ON t.noun = 'card_move' AND t.noun_id = m.id AND t.kind = 'moved'"               \
	" WHERE t.id IS NULL"                                                                                          \
	" LIMIT 5"

/* Who pays and who gets, as what caused it says: a provider, by its number (ledger_provider()), or a card; an organizer, a
 * merchant, a card or the platform. */
#define PAYS                                                                                                           \
	"a.kind = CASE WHEN p.id IS NULL OR p.method = 'nfc_card' THEN 'card' ELSE 'provider' END AND a.owner_id ="    \
	" CASE WHEN p.method <> 'nfc_card' THEN IF(p.provider = 'sandbox', 1, 2)"                                      \
	"  ELSE COALESCE(p.card_id, h.card_id, m.from_id) END"
/* What went back of money on a card comes from that card, or from the site once it was spent. */
#define GETS                                                                                                              \
	"a.kind = CASE t.kind WHEN 'sale' THEN 'organizer' WHEN 'refund' THEN IF(p.order_id IS NOT NULL, 'organizer',"    \
	"  IF(p.purpose = 'reload' AND a.kind = 'card', 'card', 'platform')) WHEN 'charge' THEN 'merchant'"               \
	"  WHEN 'reversal' THEN 'merchant' WHEN 'fee' THEN 'platform' ELSE 'card' END AND a.owner_id ="                   \
	" CASE WHEN a.kind = 'platform' THEN 0 WHEN t.kind IN ('reload', 'refund') AND p.order_id IS NULL THEN p.card_id" \
	"  ELSE COALESCE(o.organizer_id, h.merchant_id, m.to_id) END"
/* Of a sale, or what went back of one, its parts are the tax, which is the organizer's too, and the fee. */
#define MOVED(column) "COALESCE(" column ", 0) * IF(t.kind IN ('refund', 'reversal'), -1, 1)"
#define ON(account, as) " SUM(IF(" account ", e.amount, 0)) AS " as ","
/* clang-format off */
#define TRANSFER_UNLIKE_CAUSE                                                                                          \
	"SELECT t.noun, t.kind, " MOVED("COALESCE(r.amount, p.amount, h.amount, m.amount)") " AS moved,"               \
	" " MOVED("COALESCE(r.fee, p.fee)") " AS fee, " MOVED("COALESCE(r.tax, p.tax)") " AS tax,"                     \
	" COUNT(e.id) AS entries, SUM(a.currency = COALESCE(p.currency, h.currency, m.currency)) AS in_currency,"      \
	ON(PAYS, "paid") ON(GETS, "got")                                                                               \
	ON("a.kind = 'platform' AND a.owner_id = 0 AND p.order_id IS NOT NULL", "house")                               \
	ON("a.kind = 'tax' AND a.owner_id = o.organizer_id", "taxed")                                                  \
	" CONCAT('transfer ', t.id, ', ', t.kind, ' of ', t.noun, ' ', t.noun_id,"                                     \
	"  COALESCE(CONCAT(': ', COALESCE(r.amount, p.amount, h.amount, m.amount)), ''), ', entries ',"                \
	"  COALESCE(GROUP_CONCAT(a.kind, ' ', a.owner_id, ' ', e.amount ORDER BY e.id SEPARATOR ', '), 'none')) AS what" \
	" FROM ledger_transfer t FORCE INDEX (PRIMARY)"                                                                \
	" LEFT JOIN payment_refund r ON r.id = t.noun_id AND t.noun = 'payment_refund'"                                \
	" LEFT JOIN payment p ON p.id = IF(t.noun = 'payment', t.noun_id, r.payment_id)"                               \
	" LEFT JOIN orders o ON o.id = p.order_id"                                                                     \
	" LEFT JOIN card_charge h ON h.id = t.noun_id AND t.noun = 'charge'"                                           \
	" LEFT JOIN card_move m ON m.id = t.noun_id AND t.noun = 'card_move'"                                          \
	" LEFT JOIN ledger_entry e ON e.transfer_id = t.id"                                                            \
	" LEFT JOIN ledger_account a ON a.id = e.account_id"                                                           \
	" WHERE t.noun NOT IN ('payout', 'expense', 'profit_share', 'deposit')"                                        \
	" GROUP BY t.id"                                                                                               \
	" HAVING entries <> (moved <> 0) + (moved <> fee + tax) + (fee <> 0) + (tax <> 0)"                             \
	" OR NOT (in_currency <=> entries) OR NOT (paid <=> moved) OR NOT (got <=> fee + tax - moved)"                 \
	" OR NOT (house <=> -fee) OR NOT (taxed <=> -tax)"                                                             \
	" OR NOT CASE t.noun WHEN 'payment' THEN t.kind IN ('sale', 'reload', 'fee')"                                  \
	"  WHEN 'payment_refund' THEN t.kind = 'refund'"                                                               \
	"  WHEN 'charge' THEN t.kind IN ('charge', 'reversal') WHEN 'card_move' THEN t.kind = 'moved' ELSE 0 END"      \
	" LIMIT 5"

#define FEE_UNLIKE_RATE                                                                                                \
	"SELECT p.amount, p.fee, p.tax, p.tax_rate, p.order_id, COALESCE(SUM(IF(r.state = 'done', r.amount, 0)), 0) AS gone," \
	" COALESCE(SUM(r.fee), 0) AS fee_gone, COALESCE(SUM(r.tax), 0) AS tax_gone,"                                   \
	" CONCAT('payment ', p.id, ' of ', p.amount, ': fee ', p.fee, ', tax ', p.tax, ' by ', p.tax_rate, ', of which went back '," \
	"  COALESCE(SUM(r.fee), 0), ' and ', COALESCE(SUM(r.tax), 0)) AS what"                                         \
	" FROM payment p FORCE INDEX (PRIMARY) LEFT JOIN payment_refund r ON r.payment_id = p.id"                      \
	" GROUP BY p.id"                                                                                               \
	" HAVING p.tax <> " TAX_IN("p.amount", "p.tax_rate") " OR p.fee < 0 OR p.fee + p.tax > p.amount"               \
	" OR (p.order_id IS NULL AND p.fee <> 0)"                                                                      \
	" OR (p.amount > 0 AND (fee_gone, tax_gone) <>"                                                                \
	"  (" GONE_BACK("p.fee", "gone", "p.amount") ", " GONE_BACK("p.tax", "gone", "p.amount") "))"                  \
	" LIMIT 5"
/* clang-format on */

#define TRANSFER_UNBALANCED                                                                                            \
	"SELECT CONCAT('transfer ', t.id, ': sum ', COALESCE(SUM(e.amount), 0), ' in ', COUNT(e.id), ' entries')"      \
	" AS what"                                                                                                     \
	" FROM ledger_transfer t FORCE INDEX (PRIMARY)"                                                                \
	" LEFT JOIN ledger_entry e ON e.transfer_id = t.id"                                                            \
	" GROUP BY t.id"                                                                                               \
	" HAVING COALESCE(SUM(e.amount), 0) <> 0 OR COUNT(e.id) < 2"                                                   \
	" LIMIT 5"

#define ENTRY_ASTRAY                                                                                                   \
	"SELECT CONCAT('transfer ', e.transfer_id) AS what"                                                            \
	" FROM ledger_entry e"                                                                                         \
	" LEFT JOIN ledger_transfer t ON t.id = e.transfer_id"                                                         \
	" LEFT JOIN ledger_account a ON a.id = e.account_id"                                                           \
	" GROUP BY e.transfer_id"                                                                                      \
	" HAVING COUNT(t.id) < COUNT(*) OR COUNT(a.id) < COUNT(*) OR MIN(a.currency) <> MAX(a.currency)"               \
	" LIMIT 5"

#define ACCOUNT_OF_NOBODY                                                                                              \
	"SELECT CONCAT('account ', a.id, ': ', a.kind, ' ', a.owner_id, ', balance ', COALESCE(a.balance, 'none'))"    \
	" AS what"                                                                                                     \
	" FROM ledger_account a"                                                                                       \
	" LEFT JOIN organizer o ON a.kind IN ('organizer', 'tax') AND o.id = a.owner_id"                               \
	" LEFT JOIN merchant m ON a.kind = 'merchant' AND m.id = a.owner_id"                                           \
	" LEFT JOIN nfc_card n ON a.kind = 'card' AND n.id = a.owner_id"                                               \
	" LEFT JOIN shareholder h ON a.kind = 'shareholder' AND h.id = a.owner_id"                                     \
	" WHERE (a.balance IS NOT NULL) <> (a.kind = 'card')"                                                          \
	" OR NOT CASE a.kind WHEN 'provider' THEN a.owner_id IN (1, 2) WHEN 'platform' THEN 1"                         \
	"  WHEN 'bank' THEN a.owner_id = 0 WHEN 'capital' THEN a.owner_id = 0"                                         \
	"  ELSE COALESCE(o.id, m.id, n.id, h.id) IS NOT NULL END"                                                      \
	" LIMIT 5"

/* Who asked a ticket's money back and what of the payment goes back for it. */
#define REQUEST_UNLIKE_REFUND                                                                                          \
	"SELECT CONCAT('refund request ', r.id, ' of ', r.amount, ' is ', r.status, ': refund ',"                      \
	"  COALESCE(CONCAT(f.id, ' of ', f.amount, ' of payment ', f.payment_id), 'none')) AS what"                    \
	" FROM refund_request r FORCE INDEX (PRIMARY)"                                                                 \
	" LEFT JOIN payment_refund f ON f.refund_request_id = r.id"                                                    \
	" LEFT JOIN payment p ON p.id = f.payment_id"                                                                  \
	" WHERE (r.status = 'approved' AND r.amount > 0) <> (f.id IS NOT NULL) OR (f.id IS NOT NULL"                   \
	"  AND NOT (f.amount, f.currency, p.order_id, f.origin) <=> (r.amount, r.currency, r.order_id, 'here'))"       \
	" UNION ALL SELECT CONCAT('refund ', f.id, ': refund request ', f.refund_request_id, ' is missing')"           \
	" FROM payment_refund f LEFT JOIN refund_request r ON r.id = f.refund_request_id"                              \
	" WHERE f.refund_request_id IS NOT NULL AND r.id IS NULL"                                                      \
	" LIMIT 5"

/* ---- invoices ---- */

#define NUMBERS_WITH_GAPS                                                                                                        \
	"SELECT CONCAT(s.kind, 's of seller ', s.seller_id, ': ', COALESCE(i.n, 0), ' numbered ', COALESCE(i.first, 0), ' to '," \
	"  COALESCE(i.most, 0), ', the last given out is ', COALESCE(t.last, 'missing')) AS what"                                \
	" FROM (SELECT seller_id, kind FROM invoice_series UNION SELECT seller_id, kind FROM invoice) s"                         \
	" LEFT JOIN (SELECT seller_id, kind, COUNT(*) AS n, MIN(number) AS first, MAX(number) AS most FROM invoice"              \
	"  GROUP BY seller_id, kind) i ON i.seller_id = s.seller_id AND i.kind = s.kind"                                         \
	" LEFT JOIN invoice_series t ON t.seller_id = s.seller_id AND t.kind = s.kind"                                           \
	" WHERE NOT (COALESCE(i.n, 0) <=> t.last AND COALESCE(i.most, 0) <=> t.last AND COALESCE(i.first, 1) = 1)"               \
	" LIMIT 5"

/* They are made out by jobs, a moment after; by the database's clock, for nobody's request asks here. */
#define SOON_AFTER "UTC_TIMESTAMP(3) - INTERVAL 5 MINUTE"

#define PAID_WITHOUT_INVOICE                                                                                           \
	"SELECT CONCAT('payment ', p.id, ' is ', p.status, ' since ', p.updated_at, ': no invoice') AS what"           \
	" FROM payment p WHERE p.invoice_due = 1 AND p.updated_at < " SOON_AFTER                                       \
	" UNION ALL SELECT CONCAT('payment ', p.id, ': its invoice ', p.invoice_id, ' is missing')"                    \
	" FROM payment p FORCE INDEX (PRIMARY) LEFT JOIN invoice i ON i.id = p.invoice_id AND i.payment_id = p.id"     \
	"  AND i.kind = 'invoice' WHERE p.invoice_id IS NOT NULL AND i.id IS NULL"                                     \
	" UNION ALL SELECT CONCAT('refund ', r.id, ' of payment ', r.payment_id, ' is done since ', r.updated_at,"     \
	"  ': no credit note') FROM payment_refund r WHERE r.credit_due = 1 AND r.updated_at < " SOON_AFTER            \
	" UNION ALL SELECT CONCAT('refund ', r.id, ': its credit note ', r.credit_id, ' is missing')"                  \
	" FROM payment_refund r FORCE INDEX (PRIMARY) LEFT JOIN invoice i ON i.id = r.credit_id"                       \
	"  AND i.payment_id = r.payment_id AND i.kind = 'credit' WHERE r.credit_id IS NOT NULL AND i.id IS NULL"       \
	" LIMIT 5"

#define INVOICE_UNLIKE_PAYMENT                                                                                            \
	"SELECT CONCAT(i.kind, ' ', i.number, ' of seller ', i.seller_id, ': ', i.amount, ' ', i.currency, ', payment '," \
	"  i.payment_id) AS what"                                                                                         \
	" FROM invoice i FORCE INDEX (PRIMARY)"                                                                           \
	" LEFT JOIN payment p ON p.id = i.payment_id"                                                                     \
	" LEFT JOIN orders o ON o.id = p.order_id"                                                                        \
	" LEFT JOIN invoice v ON v.id = i.invoice_id"                                                                     \
	" WHERE p.id IS NULL OR p.status NOT IN ('succeeded', 'refunding', 'refunded') OR i.currency <> p.currency"       \
	" OR i.seller_id <> COALESCE(o.organizer_id, 0)"                                                                  \
	" OR (i.kind = 'invoice' AND (i.amount, i.tax, i.tax_rate) <> (p.amount, p.tax, p.tax_rate))"                     \
	" OR (i.kind = 'credit' AND NOT (v.payment_id <=> i.payment_id AND v.kind <=> 'invoice'))"                        \
	" LIMIT 5"

#define CREDIT_UNLIKE_INVOICE                                                                                          \
	"SELECT c.amount, v.amount AS of, COALESCE(SUM(r.amount), 0) AS back, CONCAT('credit note ', c.number,"        \
	"  ' of seller ', c.seller_id, ': ', c.amount, ', its refunds are of ', COALESCE(SUM(r.amount), 0),"           \
	"  ', its invoice ', COALESCE(v.amount, 'none')) AS what"                                                      \
	" FROM invoice c FORCE INDEX (PRIMARY) LEFT JOIN invoice v ON v.id = c.invoice_id"                             \
	" LEFT JOIN payment_refund r ON r.credit_id = c.id AND r.payment_id = c.payment_id AND r.state = 'done'"       \
	"  AND c.part IN (0, r.id)"                                                                                    \
	" WHERE c.kind = 'credit' GROUP BY c.id HAVING back <> c.amount OR NOT COALESCE(c.amount <= of, 0) LIMIT 5"

#endif
