/* The invariants of design §6, as queries for their exceptions. `gatehouse audit` runs them all in one snapshot.
 *
 * A query walks one table in the order of its id and asks its neighbours through their indexes, so that both are read
 * nearly in the order in which they lie on the disk: a million tickets then cost seconds, and no table is gathered in a
 * temporary one. Figures that are kept beside the rows they come from are in figure.c, for those can be mended; what no
 * query can tell (keys, the hash chain) is in audit.c and event_key.c. docs/audit.md says of each column which of them
 * would notice a change by hand.
 *
 * A new one: its sentence and query here, its planted fault in tests/api/faults.test.mjs, its columns in docs/audit.md. */
#include "store/invariant.h"
#include "base/role.h"
#include "store/scan_summary.h"

/* ---- orders ---- */

#define ITEM_OF_ANOTHER_EVENT                                                                                          \
	"SELECT CONCAT('order ', i.order_id, ': an item of category ', i.category_id) AS what"                         \
	" FROM order_item i FORCE INDEX (PRIMARY)"                                                                     \
	" LEFT JOIN orders o ON o.id = i.order_id"                                                                     \
	" LEFT JOIN ticket_category c ON c.id = i.category_id"                                                         \
	" WHERE o.id IS NULL OR c.id IS NULL OR c.event_id <> o.event_id"                                              \
	" LIMIT 5"

#define ORDER_OF_ANOTHER_PRICE                                                                                         \
	"SELECT o.subtotal, o.discount, o.total,"                                                                      \
	" SUM(i.quantity * i.unit_price) AS items, MIN(i.unit_price) AS lowest,"                                       \
	" CONCAT('order ', o.id, ': items of ', COALESCE(SUM(i.quantity * i.unit_price), 'nothing'), ', subtotal ',"   \
	"  o.subtotal, ', discount ', o.discount, ', total ', o.total) AS what"                                        \
	" FROM orders o FORCE INDEX (PRIMARY)"                                                                         \
	" LEFT JOIN order_item i ON i.order_id = o.id"                                                                 \
	" GROUP BY o.id"                                                                                               \
	" HAVING NOT (o.subtotal <=> items) OR o.total <> o.subtotal - o.discount OR o.discount < 0 OR lowest < 0"     \
	" LIMIT 5"

#define ORDER_OF_ANOTHER_CURRENCY                                                                                      \
	"SELECT CONCAT('order ', o.id, ': ', o.currency, ', event ', e.currency) AS what"                              \
	" FROM orders o FORCE INDEX (PRIMARY)"                                                                         \
	" JOIN event e ON e.id = o.event_id"                                                                           \
	" WHERE o.currency <> e.currency"                                                                              \
	" LIMIT 5"

#define SALE_NOT_COUNTED                                                                                               \
	"SELECT CONCAT('order ', o.id, ': category ', i.category_id, ' has no sales row of organizer ',"               \
	"  o.organizer_id) AS what"                                                                                    \
	" FROM order_item i FORCE INDEX (PRIMARY)"                                                                     \
	" STRAIGHT_JOIN orders o ON o.id = i.order_id AND o.status = 'paid'"                                           \
	" LEFT JOIN organizer_sale s ON s.organizer_id = o.organizer_id AND s.category_id = i.category_id"             \
	" WHERE s.id IS NULL"                                                                                          \
	" LIMIT 5"

/* A code may be deleted once nobody holds or has it; who then pays late has the price that was promised. */
#define DISCOUNT_WITHOUT_CODE                                                                                          \
	"SELECT CONCAT('order ', o.id, ': discount ', o.discount, ', promo code ', COALESCE(o.promo_code_id, 'none'))" \
	" AS what"                                                                                                     \
	" FROM orders o FORCE INDEX (PRIMARY)"                                                                         \
	" LEFT JOIN promo_code p ON p.id = o.promo_code_id"                                                            \
	" WHERE (o.discount <> 0 AND o.promo_code_id IS NULL)"                                                         \
	" OR (o.status = 'held' AND o.promo_code_id IS NOT NULL AND p.id IS NULL)"                                     \
	" OR p.event_id <> o.event_id"                                                                                 \
	" LIMIT 5"

#define HELD_TOO_LONG                                                                                                  \
	"SELECT CONCAT('order ', id, ': booked ', created_at, ', held until ', expires_at) AS what"                    \
	" FROM orders WHERE status = 'held' AND expires_at > created_at + INTERVAL 1 DAY LIMIT 5"

/* ---- tickets ---- */

#define TICKETS_UNLIKE_ORDER                                                                                           \
	"SELECT o.status, o.tickets, COUNT(t.id) AS n, CONCAT('order ', o.id, ' is ', o.status, ', of ', o.tickets,"   \
	"  ' tickets: there are ', COUNT(t.id)) AS what"                                                               \
	" FROM orders o FORCE INDEX (PRIMARY)"                                                                         \
	" LEFT JOIN ticket t ON t.order_id = o.id"                                                                     \
	" GROUP BY o.id"                                                                                               \
	" HAVING n <> IF(o.status IN ('paid', 'refunded'), o.tickets, 0)"                                              \
	" LIMIT 5"

/* Of an order of one category this follows from the others, which need not look at each ticket's row. */
#define TICKETS_UNLIKE_ITEMS                                                                                           \
	"SELECT i.quantity, COUNT(t.id) AS n, CONCAT('order ', i.order_id, ', category ', i.category_id, ': ',"        \
	"  i.quantity, ' bought, ', COUNT(t.id), ' tickets') AS what"                                                  \
	" FROM (SELECT order_id FROM order_item GROUP BY order_id HAVING COUNT(*) > 1) m"                              \
	" STRAIGHT_JOIN orders o ON o.id = m.order_id AND o.status IN ('paid', 'refunded')"                            \
	" STRAIGHT_JOIN order_item i ON i.order_id = m.order_id"                                                       \
	" LEFT JOIN ticket t ON t.order_id = i.order_id AND t.category_id = i.category_id"                             \
	" GROUP BY i.id"                                                                                               \
	" HAVING n <> i.quantity"                                                                                      \
	" LIMIT 5"

#define TICKET_NOT_BOUGHT                                                                                              \
	"SELECT CONCAT('ticket ', t.id, ': order ', t.order_id, IF(o.id IS NULL, ', which is missing', '')) AS what"   \
	" FROM ticket t FORCE INDEX (PRIMARY)"                                                                         \
	" LEFT JOIN orders o ON o.id = t.order_id"                                                                     \
	" LEFT JOIN order_item i ON i.order_id = t.order_id AND i.category_id = t.category_id"                         \
	" WHERE o.id IS NULL OR i.id IS NULL OR o.event_id <> t.event_id"                                              \
	" LIMIT 5"

/* Nothing moves a ticket yet. What will must leave a row for this to read: from whom, to whom, to which generation. */
#define TICKET_OF_ANOTHER                                                                                              \
	"SELECT CONCAT('ticket ', t.id, ': customer ', t.customer_id, ', generation ', t.generation, ', bought by ',"  \
	"  o.customer_id) AS what"                                                                                     \
	" FROM ticket t FORCE INDEX (PRIMARY)"                                                                         \
	" STRAIGHT_JOIN orders o ON o.id = t.order_id"                                                                 \
	" WHERE t.customer_id <> o.customer_id OR t.generation <> 1"                                                   \
	" LIMIT 5"

#define TICKET_UNLIKE_ORDER                                                                                            \
	"SELECT CONCAT('ticket ', t.id, ' is ', t.status, ', order ', o.id, ' is ', o.status) AS what"                 \
	" FROM ticket t FORCE INDEX (PRIMARY)"                                                                         \
	" STRAIGHT_JOIN orders o ON o.id = t.order_id"                                                                 \
	" WHERE (t.status = 'valid' AND o.status <> 'paid') OR (t.status = 'refunded' AND o.status <> 'refunded')"     \
	" LIMIT 5"

#define DEPENDENT_OF_ANOTHER                                                                                           \
	"SELECT CONCAT('ticket ', t.id, ': dependent ', t.dependent_id) AS what"                                       \
	" FROM ticket t"                                                                                               \
	" LEFT JOIN dependent d ON d.id = t.dependent_id"                                                              \
	" WHERE t.dependent_id IS NOT NULL AND (d.id IS NULL OR d.customer_id <> t.customer_id)"                       \
	" LIMIT 5"

/* ---- scans ---- */

#define NOT_BY_TURNS                                                                                                   \
	"SELECT CONCAT('ticket ', ticket_id, ': scan ', id, ' went ', direction, ' as the ', n, '. that moved it',"    \
	"  IF(first_entry, ', marked the first', '')) AS what"                                                         \
	" FROM (SELECT id, ticket_id, direction, first_entry,"                                                         \
	"  ROW_NUMBER() OVER (PARTITION BY ticket_id ORDER BY id) AS n FROM scan_log WHERE moved) s"                   \
	" WHERE (direction = 'in') <> (n % 2 = 1) OR first_entry <> (n = 1)"                                           \
	" LIMIT 5"

#define SCAN_OF_ANOTHER                                                                                                \
	"SELECT CONCAT('scan ', s.id, ': ', s.result, ' (', s.reason, '), ticket ', COALESCE(s.ticket_id, 'none'),"    \
	"  ', usher ', s.usher_id) AS what"                                                                            \
	" FROM scan_log s FORCE INDEX (PRIMARY)"                                                                       \
	" LEFT JOIN ticket t ON t.id = s.ticket_id"                                                                    \
	" LEFT JOIN usher u ON u.id = s.usher_id"                                                                      \
	" WHERE u.id IS NULL"                                                                                          \
	" OR (s.ticket_id IS NOT NULL AND NOT (t.event_id <=> s.event_id AND t.category_id <=> s.category_id))"        \
	" OR s.moved <> (s.result = 'valid') OR (s.reason = 'ok') <> (s.result = 'valid')"                             \
	" OR (s.moved AND s.ticket_id IS NULL) OR (s.first_entry AND NOT s.moved)"                                     \
	" LIMIT 5"

/* ---- keys ---- */

#define EVENT_WITHOUT_KEY                                                                                              \
	"SELECT CONCAT('event ', e.id) AS what"                                                                        \
	" FROM event e"                                                                                                \
	" LEFT JOIN event_key k ON k.event_id = e.id AND k.retired_at IS NULL"                                         \
	" WHERE k.id IS NULL"                                                                                          \
	" LIMIT 5"

/* An event has its key before anybody can buy. One that is younger stands in another's place, whose codes are out. */
#define KEY_YOUNGER_THAN_SALES                                                                                         \
	"SELECT CONCAT('event ', o.event_id, ': first key of ', k.since, ', first order of ', o.created_at) AS what"   \
	" FROM (SELECT event_id, MIN(id) AS id FROM orders GROUP BY event_id) f"                                       \
	" JOIN orders o ON o.id = f.id"                                                                                \
	" JOIN (SELECT event_id, MIN(created_at) AS since FROM event_key GROUP BY event_id) k"                         \
	"  ON k.event_id = f.event_id"                                                                                 \
	" WHERE k.since > o.created_at"                                                                                \
	" LIMIT 5"

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
#define GETS                                                                                                             \
	"a.kind = CASE t.kind WHEN 'sale' THEN 'organizer' WHEN 'refund' THEN 'organizer' WHEN 'charge' THEN 'merchant'" \
	"  WHEN 'reversal' THEN 'merchant' WHEN 'fee' THEN 'platform' ELSE 'card' END AND a.owner_id ="                  \
	" CASE t.kind WHEN 'fee' THEN 0 WHEN 'reload' THEN p.card_id"                                                    \
	"  ELSE COALESCE(o.organizer_id, h.merchant_id, m.to_id) END"
#define TRANSFER_UNLIKE_CAUSE                                                                                                             \
	"SELECT t.noun, t.kind, COALESCE(r.amount, p.amount, h.amount, m.amount) * IF(t.kind IN ('refund', 'reversal'), -1, 1) AS moved," \
	" COUNT(e.id) AS entries, SUM(a.currency = COALESCE(p.currency, h.currency, m.currency)) AS in_currency,"                         \
	" SUM(IF(" PAYS ", e.amount, 0)) AS paid, SUM(IF(" GETS ", e.amount, 0)) AS got,"                                                 \
	" CONCAT('transfer ', t.id, ', ', t.kind, ' of ', t.noun, ' ', t.noun_id,"                                                        \
	"  COALESCE(CONCAT(': ', COALESCE(r.amount, p.amount, h.amount, m.amount)), ''), ', entries ',"                                   \
	"  COALESCE(GROUP_CONCAT(a.kind, ' ', a.owner_id, ' ', e.amount ORDER BY e.id SEPARATOR ', '), 'none')) AS what"                  \
	" FROM ledger_transfer t FORCE INDEX (PRIMARY)"                                                                                   \
	" LEFT JOIN payment_refund r ON r.id = t.noun_id AND t.noun = 'payment_refund'"                                                   \
	" LEFT JOIN payment p ON p.id = IF(t.noun = 'payment', t.noun_id, r.payment_id)"                                                  \
	" LEFT JOIN orders o ON o.id = p.order_id"                                                                                        \
	" LEFT JOIN card_charge h ON h.id = t.noun_id AND t.noun = 'charge'"                                                              \
	" LEFT JOIN card_move m ON m.id = t.noun_id AND t.noun = 'card_move'"                                                             \
	" LEFT JOIN ledger_entry e ON e.transfer_id = t.id"                                                                               \
	" LEFT JOIN ledger_account a ON a.id = e.account_id"                                                                              \
	" GROUP BY t.id"                                                                                                                  \
	" HAVING entries <> 2 OR NOT (in_currency <=> 2) OR NOT (paid <=> moved) OR NOT (got <=> -moved)"                                 \
	" OR NOT CASE t.noun WHEN 'payment' THEN t.kind IN ('sale', 'reload', 'fee')"                                                     \
	"  WHEN 'payment_refund' THEN t.kind = 'refund'"                                                                                  \
	"  WHEN 'charge' THEN t.kind IN ('charge', 'reversal') WHEN 'card_move' THEN t.kind = 'moved' ELSE 0 END"                         \
	" LIMIT 5"

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
	" LEFT JOIN organizer o ON a.kind = 'organizer' AND o.id = a.owner_id"                                         \
	" LEFT JOIN merchant m ON a.kind = 'merchant' AND m.id = a.owner_id"                                           \
	" LEFT JOIN nfc_card n ON a.kind = 'card' AND n.id = a.owner_id"                                               \
	" WHERE (a.balance IS NOT NULL) <> (a.kind = 'card')"                                                          \
	" OR NOT CASE a.kind WHEN 'provider' THEN a.owner_id IN (1, 2) WHEN 'platform' THEN 1"                         \
	"  ELSE COALESCE(o.id, m.id, n.id) IS NOT NULL END"                                                            \
	" LIMIT 5"

/* ---- people and cards ---- */

#define CARD_UNLIKE_HOLDER                                                                                             \
	"SELECT CONCAT('card ', n.id, ' is ', n.status, ', customer ', COALESCE(n.customer_id, 'none')) AS what"       \
	" FROM nfc_card n"                                                                                             \
	" LEFT JOIN customer c ON c.id = n.customer_id"                                                                \
	" WHERE IF(n.status = 'stock', n.customer_id IS NOT NULL, n.status = 'active' AND c.id IS NULL)"               \
	" LIMIT 5"

#define CARD_OF_ANOTHER                                                                                                \
	"SELECT CONCAT('card ', s.card_id, ': customer ', COALESCE(n.customer_id, 'none'), ', handed to ',"            \
	"  s.customer_id) AS what"                                                                                     \
	" FROM (SELECT card_id, MAX(id) AS id FROM card_assignment WHERE status = 'done' GROUP BY card_id) d"          \
	" JOIN card_assignment s ON s.id = d.id"                                                                       \
	" LEFT JOIN nfc_card n ON n.id = s.card_id"                                                                    \
	" WHERE NOT (n.customer_id <=> s.customer_id AND n.merchant_id <=> s.merchant_id)"                             \
	" LIMIT 5"

#define PROFILES_OF(row, id)                                                                                           \
	" LEFT JOIN customer c ON " row ".role = 'customer' AND c." id " LEFT JOIN organizer o ON " row                \
	".role = 'organizer' AND o." id " LEFT JOIN merchant m ON " row ".role = 'merchant' AND m." id                 \
	" LEFT JOIN usher u ON " row ".role = 'usher' AND u." id " LEFT JOIN admin a ON FIND_IN_SET(" row              \
	".role, '" STAFF_WORDS "') AND a." id " LEFT JOIN campus_member n ON FIND_IN_SET(" row ".role, '" CAMPUS_WORDS \
	"') AND n." id " LEFT JOIN person p ON FIND_IN_SET(" row ".role, '" PEOPLE_WORDS "') AND p." id
#define PROFILE(column)                                                                                                \
	"COALESCE(c." column ", o." column ", m." column ", u." column ", a." column ", n." column ", p." column ")"

/* The columns' own CHECK keeps statements from it, not disks, nor whoever switches checks off. */
#define JSON_DAMAGED                                                                                                   \
	"SELECT CONCAT('ticket ', id, ': labels') AS what FROM ticket WHERE NOT JSON_VALID(labels)"                    \
	" UNION ALL SELECT CONCAT('order ', order_id, ': holders') FROM order_item WHERE NOT JSON_VALID(holders)"      \
	" UNION ALL SELECT CONCAT('code ', id, ': payload') FROM otp WHERE NOT JSON_VALID(payload)"                    \
	" UNION ALL SELECT CONCAT('card request ', id, ': delivery') FROM card_request WHERE NOT JSON_VALID(delivery)" \
	" UNION ALL SELECT CONCAT('kept answer of ', created_at, ' for account ', account_id) FROM idempotency"        \
	"  WHERE NOT JSON_VALID(data)"                                                                                 \
	" LIMIT 5"

#define ROLE_WITHOUT_PROFILE                                                                                           \
	"SELECT CONCAT('account ', r.account_id, ': ', r.role) AS what"                                                \
	" FROM account_role r" PROFILES_OF("r",                                                                        \
					   "account_id = r.account_id") " WHERE " PROFILE("id") " IS NULL LIMIT 5"

#define SESSION_OF_ANOTHER                                                                                             \
	"SELECT CONCAT('session ', s.id, ' of account ', s.account_id, ': ', s.role, ' ', s.role_id) AS what"          \
	" FROM session s" PROFILES_OF("s", "id = s.role_id") " WHERE NOT (s.account_id <=> " PROFILE(                  \
		"account_id") ") LIMIT 5"

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
	"SELECT CONCAT('payment ', p.id, ' is ', p.status, ' since ', p.updated_at, ': no ',"                          \
	"  IF(p.invoice_due = 2, 'credit note', 'invoice')) AS what"                                                   \
	" FROM payment p WHERE p.invoice_due IN (1, 2) AND p.updated_at < " SOON_AFTER                                 \
	" UNION ALL SELECT CONCAT('payment ', p.id, ': its invoice ', p.invoice_id, ' is missing')"                    \
	" FROM payment p FORCE INDEX (PRIMARY) LEFT JOIN invoice i ON i.id = p.invoice_id AND i.payment_id = p.id"     \
	"  AND i.kind = 'invoice' WHERE p.invoice_id IS NOT NULL AND i.id IS NULL"                                     \
	" UNION ALL SELECT CONCAT('payment ', p.id, ': its credit note ', p.credit_id, ' is missing')"                 \
	" FROM payment p FORCE INDEX (PRIMARY) LEFT JOIN invoice i ON i.id = p.credit_id AND i.payment_id = p.id"      \
	"  AND i.kind = 'credit' WHERE p.credit_id IS NOT NULL AND i.id IS NULL"                                       \
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
	" OR (i.kind = 'invoice' AND i.amount <> p.amount)"                                                               \
	" OR (i.kind = 'credit' AND NOT (v.payment_id <=> i.payment_id AND v.kind <=> 'invoice'))"                        \
	" LIMIT 5"

#define CREDIT_UNLIKE_INVOICE                                                                                          \
	"SELECT v.amount, p.status, SUM(c.amount) AS back, CONCAT('payment ', v.payment_id, ' of ', v.amount, ' is '," \
	"  p.status, ': its credit notes are of ', SUM(c.amount)) AS what"                                             \
	" FROM invoice c JOIN invoice v ON v.id = c.invoice_id JOIN payment p ON p.id = v.payment_id"                  \
	" GROUP BY v.id HAVING back > v.amount OR (p.status = 'refunded' AND back <> v.amount) LIMIT 5"

const struct invariant INVARIANTS[] = {
	{ "sold and held never exceed capacity",
	  "SELECT CONCAT('category ', id, ': ', held, ' held and ', sold, ' sold of ', capacity) AS what"
	  " FROM ticket_category WHERE held + sold > capacity OR held < 0 OR sold < 0 LIMIT 5" },
	{ "every item of an order is of a category of its event", ITEM_OF_ANOTHER_EVENT },
	{ "an order has items, and costs what they cost less its discount", ORDER_OF_ANOTHER_PRICE },
	{ "an order is in its event's currency", ORDER_OF_ANOTHER_CURRENCY },
	{ "what was paid for is counted for its organizer", SALE_NOT_COUNTED },
	{ "a discount has its promo code, which is for the order's event", DISCOUNT_WITHOUT_CODE },
	{ "a held order ends within a day of its booking", HELD_TOO_LONG },

	{ "an order that was paid has as many tickets as it bought, and no other has any", TICKETS_UNLIKE_ORDER },
	{ "an order of several categories has its tickets of each", TICKETS_UNLIKE_ITEMS },
	{ "every ticket is one that its order bought, for its event", TICKET_NOT_BOUGHT },
	{ "a ticket is its buyer's, in its first generation", TICKET_OF_ANOTHER },
	{ "a ticket is good as long as its order is paid", TICKET_UNLIKE_ORDER },
	{ "a ticket for a dependent is for one of its owner's", DEPENDENT_OF_ANOTHER },

	{ "a ticket goes in first, then out and in by turns", NOT_BY_TURNS },
	{ "a scan is of a ticket of its event, and moves it when it was valid", SCAN_OF_ANOTHER },
	{ "the live summaries are sums of the scan log", SCAN_SUMMARY_WRONG },
	{ "a live summary reaches up to a scan of its event", SCAN_SUMMARY_ASTRAY },

	{ "every event has a signing key", EVENT_WITHOUT_KEY },
	{ "an event's first signing key is older than its first order", KEY_YOUNGER_THAN_SALES },

	{ "every payment is of its order's amount, currency and customer", PAYMENT_UNLIKE_ORDER },
	{ "a payment has an order or puts money on a card, of its customer's", PAYMENT_UNLIKE_PURPOSE },
	{ "every succeeded payment has done what it is for", PAID_FOR_NOTHING },
	{ "a paid order has its payment since that moment, and a refunded one its refund", ORDER_UNLIKE_PAYMENT },
	{ "every succeeded payment has moved its money once", MONEY_NOT_MOVED_ONCE },
	{ "what went back of a payment is never more than it, and all of it where it is refunded", WENT_BACK_WRONGLY },
	{ "every refund has moved its money once", REFUND_NOT_MOVED_ONCE },
	{ "every charge of a card has moved its money once, and every reversal back", CHARGE_NOT_MOVED_ONCE },
	{ "what was on a lost card was moved once", MOVE_NOT_MOVED_ONCE },
	{ "every transfer is of the amount and between the accounts that its cause says", TRANSFER_UNLIKE_CAUSE },
	{ "every ledger transfer sums to zero", TRANSFER_UNBALANCED },
	{ "every ledger entry has its transfer and account, and a transfer one currency", ENTRY_ASTRAY },
	{ "every ledger account is somebody's, and cards alone carry a balance", ACCOUNT_OF_NOBODY },
	{ "no card is below zero",
	  "SELECT CONCAT('account ', id, ': balance ', balance) AS what FROM ledger_account WHERE balance < 0 LIMIT 5" },

	{ "invoices and credit notes of a seller are numbered from 1 without a gap", NUMBERS_WITH_GAPS },
	{ "every payment that money came by has its invoice soon after, and every refund its credit note",
	  PAID_WITHOUT_INVOICE },
	{ "an invoice is of its payment's amount, currency and seller, and a credit note of its invoice",
	  INVOICE_UNLIKE_PAYMENT },
	{ "credit notes take back what was refunded, and no more than their invoice", CREDIT_UNLIKE_INVOICE },

	{ "a card in stock is nobody's, and an active one somebody's", CARD_UNLIKE_HOLDER },
	{ "a card that was handed out is that customer's", CARD_OF_ANOTHER },
	{ "what is stored as JSON can be read as that", JSON_DAMAGED },
	{ "every role has its profile", ROLE_WITHOUT_PROFILE },
	{ "every session is in its account's own role", SESSION_OF_ANOTHER },
	{ NULL, NULL },
};
