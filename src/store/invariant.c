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
#include "store/attendance_sum.h"
#include "store/conflict.h"
#include "store/invariant_books.h"
#include "store/invariant_finance.h"
#include "store/invariant_money.h"
#include "store/scan_sum.h"
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
	" STRAIGHT_JOIN orders o FORCE INDEX (PRIMARY) ON o.id = i.order_id AND o.status = 'paid'"                     \
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
	" STRAIGHT_JOIN orders o FORCE INDEX (PRIMARY) ON o.id = m.order_id AND o.status IN ('paid', 'refunded')"      \
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

/* What moves a ticket leaves a row that was claimed: each raises the generation once, begins with who had it, the buyer at first,
 * and the last says who has it. */
#define TICKET_OF_ANOTHER                                                                                              \
	"SELECT CONCAT('ticket ', t.id, ': customer ', t.customer_id, ', generation ', t.generation, ', bought by ',"  \
	"  o.customer_id) AS what"                                                                                     \
	" FROM ticket t FORCE INDEX (PRIMARY)"                                                                         \
	" STRAIGHT_JOIN orders o ON o.id = t.order_id"                                                                 \
	" WHERE (t.customer_id <> o.customer_id OR t.generation <> 1)"                                                 \
	" AND (t.generation <> 1 + (SELECT COUNT(*) FROM ticket_transfer x WHERE x.ticket_id = t.id"                   \
	"   AND x.status = 'claimed')"                                                                                 \
	"  OR NOT t.customer_id <=> (SELECT x.to_customer_id FROM ticket_transfer x WHERE x.ticket_id = t.id"          \
	"   AND x.status = 'claimed' ORDER BY x.generation DESC LIMIT 1))"                                             \
	" LIMIT 5"

#define TRANSFER_ASTRAY                                                                                                     \
	"SELECT CONCAT('transfer ', x.id, ' of ticket ', x.ticket_id, ': ', x.status, ', from ', x.from_customer_id,"       \
	"  ' to ', COALESCE(x.to_customer_id, 'nobody'), ', generation ', x.generation) AS what"                            \
	" FROM ticket_transfer x FORCE INDEX (PRIMARY)"                                                                     \
	" LEFT JOIN ticket t ON t.id = x.ticket_id"                                                                         \
	" LEFT JOIN orders o ON o.id = t.order_id"                                                                          \
	" LEFT JOIN ticket_transfer y ON y.ticket_id = x.ticket_id AND y.status = 'claimed'"                                \
	"  AND y.generation = x.generation - 1"                                                                             \
	" WHERE t.id IS NULL OR x.event_id <> t.event_id OR x.generation > t.generation"                                    \
	" OR (x.status = 'claimed' AND x.to_customer_id IS NULL) OR (x.status = 'claimed' AND x.generation = t.generation)" \
	" OR NOT x.from_customer_id <=> IF(x.generation = 1, o.customer_id, y.to_customer_id)"                              \
	" LIMIT 5"

#define TICKET_UNLIKE_ORDER                                                                                            \
	"SELECT CONCAT('ticket ', t.id, ' is ', t.status, ', order ', o.id, ' is ', o.status) AS what"                 \
	" FROM ticket t FORCE INDEX (PRIMARY)"                                                                         \
	" STRAIGHT_JOIN orders o ON o.id = t.order_id"                                                                 \
	" WHERE (t.status = 'valid' AND o.status <> 'paid') OR (t.status = 'refunded' AND o.status <> 'refunded'"      \
	"  AND NOT EXISTS (SELECT 1 FROM refund_request r WHERE r.open_ticket_id = t.id AND r.status = 'approved'))"   \
	" OR (t.status = 'cancelled'"                                                                                  \
	"  AND NOT EXISTS (SELECT 1 FROM refund_request r WHERE r.open_ticket_id = t.id AND r.status = 'approved'))"   \
	" LIMIT 5"

#define REFUND_UNLIKE_TICKET                                                                                                              \
	"SELECT CONCAT('refund request ', r.id, ' is ', r.status, ', ticket ', COALESCE(t.id, 'missing'), ' is ',"                        \
	"  COALESCE(t.status, '')) AS what"                                                                                               \
	" FROM refund_request r FORCE INDEX (PRIMARY)"                                                                                    \
	" LEFT JOIN ticket t ON t.id = r.ticket_id"                                                                                       \
	" LEFT JOIN orders o ON o.id = t.order_id"                                                                                        \
	" WHERE t.id IS NULL OR r.order_id <> t.order_id OR r.event_id <> t.event_id OR r.currency <> o.currency"                         \
	" OR (r.status = 'approved' AND t.status <> IF(r.amount > 0, 'refunded', 'cancelled')) OR r.amount <> r.paid * r.percent DIV 100" \
	" LIMIT 5"

#define DEPENDENT_OF_ANOTHER                                                                                           \
	"SELECT CONCAT('ticket ', t.id, ': dependent ', t.dependent_id) AS what"                                       \
	" FROM ticket t"                                                                                               \
	" LEFT JOIN dependent d ON d.id = t.dependent_id"                                                              \
	" WHERE t.dependent_id IS NOT NULL AND (d.id IS NULL OR d.customer_id <> t.customer_id)"                       \
	" LIMIT 5"

/* ---- scans ---- */

/* Each row that says that it moved its ticket, in the order in which they came: in and out by turns, whether it was by a move or by
 * one that was taken back. Where days begin afresh one comes in on each. */
#define NOT_BY_TURNS                                                                                                        \
	"SELECT CONCAT('ticket ', ticket_id, ': scan ', id, ' went ', direction, ' as the ', n, '. that moved it') AS what" \
	" FROM (SELECT w.id, w.ticket_id, w.direction, (w.direction = 'in') <> (w.undoes IS NOT NULL) AS goes_in,"          \
	"  ROW_NUMBER() OVER (PARTITION BY w.ticket_id ORDER BY w.id) AS n FROM scan_log w"                                 \
	"  JOIN event e ON e.id = w.event_id AND NOT e.daily WHERE w.moved) s WHERE goes_in <> (n % 2 = 1)"                 \
	" UNION ALL SELECT CONCAT('ticket ', t.id, ' came in ', t.entries, ' times, first by ', f.firsts, ' scans')"        \
	" FROM (SELECT ticket_id, " SCAN_FIRSTS(                                                                            \
		"") " AS firsts FROM scan_log"                                                                              \
		    "  WHERE ticket_id IS NOT NULL AND (moved OR first_entry) GROUP BY ticket_id) f"                        \
		    " JOIN ticket t ON t.id = f.ticket_id WHERE f.firsts <> (t.entries > 0) LIMIT 5"

/* What stands of them is of two entries that stand; what was withdrawn is of one ticket all the same. */
#define CONFLICT_OF_ANOTHER                                                                                                \
	"SELECT CONCAT('conflict ', c.id, ' (', c.kind, ', ', c.status, '): scans ', COALESCE(c.winner_id, 'none'), ', '," \
	"  c.loser_id) AS what FROM scan_conflict c LEFT JOIN scan_log l ON l.id = c.loser_id"                             \
	" LEFT JOIN scan_log w ON w.id = c.winner_id LEFT JOIN scan_log bl ON bl.undoes = l.id"                            \
	" LEFT JOIN scan_log bw ON bw.undoes = w.id"                                                                       \
	" WHERE l.id IS NULL OR l.event_id <> c.event_id OR NOT l.ticket_id <=> c.ticket_id OR l.direction <> 'in'"        \
	" OR (c.kind = 'twice' AND (w.id IS NULL OR w.direction <> 'in' OR NOT w.ticket_id <=> c.ticket_id"                \
	"  OR (c.status <> 'withdrawn' AND (bl.id IS NOT NULL OR bw.id IS NOT NULL OR l.result <> 'valid'"                 \
	"   OR w.result <> 'valid'))))"                                                                                    \
	" OR (c.status = 'withdrawn') <> (c.withdrawn_at IS NOT NULL)"                                                     \
	" OR (c.status = 'seen') > (c.seen_at IS NOT NULL) LIMIT 5"

/* What came late says by moved what it changed, and may have changed nothing: an entry that was given is valid in any case. */
#define SCAN_OF_ANOTHER                                                                                                                                                                                                           \
	"SELECT CONCAT('scan ', s.id, ': ', s.result, ' (', s.reason, '), ticket ', COALESCE(s.ticket_id, 'none'),"                                                                                                               \
	"  ', usher ', s.usher_id) AS what"                                                                                                                                                                                       \
	" FROM scan_log s FORCE INDEX (PRIMARY)"                                                                                                                                                                                  \
	" LEFT JOIN ticket t ON t.id = s.ticket_id LEFT JOIN scan_log w ON w.id = s.undoes"                                                                                                                                       \
	" LEFT JOIN usher u ON u.id = s.usher_id"                                                                                                                                                                                 \
	" WHERE u.id IS NULL"                                                                                                                                                                                                     \
	" OR (s.ticket_id IS NOT NULL AND NOT (t.event_id <=> s.event_id AND t.category_id <=> s.category_id))"                                                                                                                   \
	" OR (s.kind NOT IN ('record', 'undo') AND NOT s.uploaded AND (s.moved <> (s.result = 'valid')"                                                                                                                           \
	" OR (s.reason IN ('ok', 'by_hand')) <> (s.result = 'valid')))"                                                                                                                                                           \
	" OR (s.moved AND (s.ticket_id IS NULL OR s.result <> 'valid')) OR (s.first_entry AND NOT s.moved AND NOT s.uploaded AND s.kind <> 'undo')"                                                                               \
	" OR (s.kind = 'record' AND s.moved) OR (s.kind = 'undo') <> (s.undoes IS NOT NULL)"                                                                                                                                      \
	" OR (s.uploaded AND (s.device_id IS NULL OR s.device_at IS NULL OR s.scanned_at > s.at))"                                                                                                                                \
	" OR (s.undoes IS NOT NULL AND (w.undoes IS NULL AND w.id < s.id AND (w.result = 'valid' OR NOT s.moved AND NOT s.first_entry AND EXISTS (SELECT 1 FROM scan_conflict c WHERE c.loser_id = w.id AND c.kind = 'refused'))" \
	"  AND w.kind IN ('scan', 'hand', 'leave') AND w.ticket_id <=> s.ticket_id AND w.direction = s.direction) IS NOT TRUE)"                                                                                                   \
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
	" UNION ALL SELECT CONCAT('customer ', id, ': labels') FROM customer WHERE NOT JSON_VALID(labels)"             \
	" UNION ALL SELECT CONCAT('order ', order_id, ': holders') FROM order_item WHERE NOT JSON_VALID(holders)"      \
	" UNION ALL SELECT CONCAT('code ', id, ': payload') FROM otp WHERE NOT JSON_VALID(payload)"                    \
	" UNION ALL SELECT CONCAT('card request ', id, ': delivery') FROM card_request WHERE NOT JSON_VALID(delivery)" \
	" UNION ALL SELECT CONCAT('kept answer of ', created_at, ' for account ', account_id) FROM idempotency"        \
	"  WHERE NOT JSON_VALID(data)"                                                                                 \
	" UNION ALL SELECT CONCAT('message ', id) FROM outbox WHERE NOT JSON_VALID(data)"                              \
	" UNION ALL SELECT CONCAT('decoy ', id) FROM outbox_decoy WHERE NOT JSON_VALID(data)"                          \
	" UNION ALL SELECT CONCAT('notice ', id) FROM event_notice WHERE NOT JSON_VALID(data)"                         \
	" LIMIT 5"

#define ROLE_WITHOUT_PROFILE                                                                                           \
	"SELECT CONCAT('account ', r.account_id, ': ', r.role) AS what"                                                \
	" FROM account_role r" PROFILES_OF("r", "account_id = r.account_id") " WHERE " PROFILE(                        \
		"id") " IS NULL"                                                                                       \
		      " AND NOT (r.role = 'organizer' AND EXISTS (SELECT 1 FROM co_worker w WHERE w.account_id = r.account_id)) LIMIT 5"

/* Whoever has an organizer of their own is nobody's co-worker. */
#define CO_WORKER_OF_TWO                                                                                               \
	"SELECT CONCAT('co-worker ', w.id, ' of organizer ', w.organizer_id, ' has organizer ', o.id) AS what"         \
	" FROM co_worker w JOIN organizer o ON o.account_id = w.account_id LIMIT 5"

#define SESSION_OF_ANOTHER                                                                                                             \
	"SELECT CONCAT('session ', s.id, ' of account ', s.account_id, ': ', s.role, ' ', s.role_id) AS what"                          \
	" FROM session s" PROFILES_OF("s", "id = s.role_id") " WHERE NOT (s.account_id <=> " PROFILE(                                  \
		"account_id") ")"                                                                                                      \
			      " AND NOT (s.role = 'organizer' AND EXISTS (SELECT 1 FROM co_worker w WHERE w.account_id = s.account_id" \
			      "  AND w.organizer_id = s.role_id)) LIMIT 5"

const struct invariant INVARIANTS[] = {
	{ "sold and held never exceed capacity",
	  "SELECT CONCAT('category ', id, ': ', held, ' held and ', sold, ' sold of ', capacity) AS what"
	  " FROM ticket_category WHERE held + sold > capacity OR held < 0 OR sold < 0 LIMIT 5" },
	{ "a ticket that was given back for another is, and the other was paid",
	  "SELECT CONCAT('ticket ', x.ticket_id, ' for order ', x.order_id, ': it is ', t.status, ', and that ', o.status) AS what"
	  " FROM ticket_exchange x JOIN ticket t ON t.id = x.ticket_id JOIN orders o ON o.id = x.order_id"
	  " WHERE x.given_back_at IS NOT NULL AND (t.status = 'valid' OR o.status NOT IN ('paid', 'refunded'))"
	  " LIMIT 5" },
	{ "an event of so many tickets sells no more, and is counted",
	  "SELECT CONCAT('event ', COALESCE(e.id, x.id), ': ', COALESCE(x.taken, 'uncounted'), ' of ', COALESCE(e.capacity, 'any'))"
	  " AS what FROM event e LEFT JOIN event_stock x ON x.id = e.id"
	  " WHERE e.capacity IS NOT NULL AND (x.id IS NULL OR x.taken > e.capacity)"
	  " UNION ALL SELECT CONCAT('event ', x.id, ': counted, and of any number') FROM event_stock x"
	  " LEFT JOIN event e ON e.id = x.id WHERE e.capacity IS NULL LIMIT 5" },
	{ "every item of an order is of a category of its event", ITEM_OF_ANOTHER_EVENT },
	{ "an order has items, and costs what they cost less its discount", ORDER_OF_ANOTHER_PRICE },
	{ "an order is in its event's currency", ORDER_OF_ANOTHER_CURRENCY },
	{ "what was paid for is counted for its organizer", SALE_NOT_COUNTED },
	{ "a discount has its promo code, which is for the order's event", DISCOUNT_WITHOUT_CODE },
	{ "a held order ends within a day of its booking", HELD_TOO_LONG },

	{ "an order that was paid has as many tickets as it bought, and no other has any", TICKETS_UNLIKE_ORDER },
	{ "an order of several categories has its tickets of each", TICKETS_UNLIKE_ITEMS },
	{ "every ticket is one that its order bought, for its event", TICKET_NOT_BOUGHT },
	{ "a ticket is its buyer's in its first generation, or whose it was passed on to, in the next",
	  TICKET_OF_ANOTHER },
	{ "a ticket is passed on by who has it", TRANSFER_ASTRAY },
	{ "a ticket is good as long as its order is paid and its own refund not approved", TICKET_UNLIKE_ORDER },
	{ "a refund that was approved is of a ticket that is refunded, by its percentage", REFUND_UNLIKE_TICKET },
	{ "a ticket for a dependent is for one of its owner's", DEPENDENT_OF_ANOTHER },

	{ "a ticket goes in first, then out and in by turns", NOT_BY_TURNS },
	{ "no ticket has two entries without an exit between, unless a conflict joins them", CONFLICTS_UNTOLD },
	{ "a conflict is of entries of its ticket", CONFLICT_OF_ANOTHER },
	{ "a scan is of a ticket of its event, and moves it when it was valid", SCAN_OF_ANOTHER },
	{ "the live summaries are sums of the scan log", SCAN_SUMMARY_WRONG },
	{ "sums of attendance are those of its records", ATTENDANCE_SUMS_WRONG },
	{ "what a supervisor looks after is of their campus",
	  "SELECT CONCAT('account ', s.account_id, ' of campus ', COALESCE(m.campus_id, 'none'), ': department ', d.id) AS what"
	  " FROM supervisor_department s JOIN campus_member m ON m.account_id = s.account_id"
	  " JOIN department d ON d.id = s.department_id WHERE NOT (m.campus_id <=> d.campus_id) LIMIT 5" },
	{ "the check-in log's counts are those of its rows", SCAN_LOGGED_WRONG },
	{ "a live summary reaches up to a scan of its event", SCAN_SUMMARY_ASTRAY },
	{ "entries by quarters of an hour are sums of the scan log", SCAN_QUARTERS_WRONG },

	{ "every event has a signing key", EVENT_WITHOUT_KEY },
	{ "an event's first signing key is older than its first order", KEY_YOUNGER_THAN_SALES },

	{ "every payment is of its order's amount, currency and customer", PAYMENT_UNLIKE_ORDER },
	{ "a payment has an order or puts money on a card, of its customer's", PAYMENT_UNLIKE_PURPOSE },
	{ "every succeeded payment has done what it is for", PAID_FOR_NOTHING },
	{ "a paid order has its payment since that moment, and a refunded one its refund", ORDER_UNLIKE_PAYMENT },
	{ "every succeeded payment has moved its money once", MONEY_NOT_MOVED_ONCE },
	{ "what went back of a payment is never more than it, and all of it where it is refunded", WENT_BACK_WRONGLY },
	{ "every refund has moved its money once", REFUND_NOT_MOVED_ONCE },
	{ "a refund request that was approved has its refund, of its amount, and no other has one",
	  REQUEST_UNLIKE_REFUND },
	{ "every charge of a card has moved its money once, and every reversal back", CHARGE_NOT_MOVED_ONCE },
	{ "what was on a lost card was moved once", MOVE_NOT_MOVED_ONCE },
	{ "every transfer is of the amount and between the accounts that its cause says", TRANSFER_UNLIKE_CAUSE },
	{ "what of a payment is tax is by its rate, and fee and tax go back in proportion", FEE_UNLIKE_RATE },
	{ "every payout, expense, deposit and share of the profit has moved its money once", BOOKED_NOT_ONCE },
	{ "what is paid out, spent, paid in and shared is of the amount and between the accounts that its cause says",
	  BOOKED_UNLIKE_CAUSE },
	{ "nobody was paid out more than there was on their account", PAID_OUT_ABOVE },
	{ "nobody approved a payout, or an expense, that they asked for", PAYOUT_BY_ONE_PERSON },
	{ "shares of a month are of its profit, by their rate, and together no more than it", SHARE_UNLIKE_PROFIT },
	{ "a month that is closed is what the ledger says of it", MONTH_UNLIKE_LEDGER },
	{ "nothing was dated into a month after it was closed", DATED_INTO_CLOSED },
	{ "a settlement is what the ledger says of its period, and its payout no more than what is left",
	  SETTLEMENT_UNLIKE_LEDGER },
	{ "settlements of an organizer in one currency do not meet", SETTLEMENTS_MEET },
	{ "nobody approved a settlement that they made", SETTLEMENT_BY_ONE_PERSON },
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
	{ "nobody works for an organizer beside one of their own", CO_WORKER_OF_TWO },
	{ NULL, NULL },
};
