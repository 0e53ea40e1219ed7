/* The invariants of design §6, as queries for their exceptions. `gatehouse audit` runs them all in one snapshot. */
#include "store/invariant.h"

/* A discount is spread over an order's items as price_net() does. */
#define SOLD_BY_ORDERS                                                                                                 \
	"SELECT organizer_id, category_id, SUM(quantity) AS sold, SUM(amount"                                          \
	" - COALESCE(discount * upto DIV NULLIF(subtotal, 0), 0)"                                                      \
	" + COALESCE(discount * (upto - amount) DIV NULLIF(subtotal, 0), 0)) AS revenue"                               \
	" FROM (SELECT o.organizer_id, i.category_id, i.quantity, i.quantity * i.unit_price AS amount, o.subtotal,"    \
	" CAST(o.subtotal - o.total AS DECIMAL(38, 0)) AS discount,"                                                   \
	" SUM(i.quantity * i.unit_price) OVER (PARTITION BY i.order_id ORDER BY i.category_id) AS upto"                \
	" FROM orders o JOIN order_item i ON i.order_id = o.id WHERE o.status = 'paid') items"                         \
	" GROUP BY organizer_id, category_id"

const struct invariant INVARIANTS[] = {
	{ "sold and held never exceed capacity",
	  "SELECT CONCAT('category ', id, ': ', held, ' held and ', sold, ' sold of ', capacity) AS what"
	  " FROM ticket_category WHERE held + sold > capacity OR held < 0 OR sold < 0 LIMIT 5" },
	{ "a category's sold counter is its tickets that are not given back",
	  "SELECT CONCAT('category ', c.id, ': counter ', c.sold, ', tickets ', COALESCE(t.n, 0)) AS what"
	  " FROM ticket_category c"
	  " LEFT JOIN (SELECT category_id, COUNT(*) AS n FROM ticket WHERE status = 'valid' GROUP BY category_id) t"
	  " ON t.category_id = c.id WHERE c.sold <> COALESCE(t.n, 0) LIMIT 5" },
	{ "a category's held counter is the items of its held orders",
	  "SELECT CONCAT('category ', c.id, ': counter ', c.held, ', items ', COALESCE(h.n, 0)) AS what"
	  " FROM ticket_category c"
	  " LEFT JOIN (SELECT i.category_id, SUM(i.quantity) AS n FROM orders o JOIN order_item i ON i.order_id = o.id"
	  " WHERE o.status = 'held' GROUP BY i.category_id) h ON h.category_id = c.id"
	  " WHERE c.held <> COALESCE(h.n, 0) LIMIT 5" },
	{ "what a category sold for an organizer is their paid orders",
	  "SELECT CONCAT('category ', r.category_id, ', organizer ', r.organizer_id, ': counter ', COALESCE(s.sold, 0),"
	  " ' for ', COALESCE(s.revenue, 0), ', orders ', r.sold, ' for ', r.revenue) AS what FROM (" SOLD_BY_ORDERS ") r"
	  " LEFT JOIN organizer_sale s ON s.organizer_id = r.organizer_id AND s.category_id = r.category_id"
	  " WHERE COALESCE(s.sold, 0) <> r.sold OR COALESCE(s.revenue, 0) <> r.revenue"
	  " UNION ALL SELECT CONCAT('category ', s.category_id, ', organizer ', s.organizer_id, ': counter ', s.sold, ' for ',"
	  " s.revenue, ', no orders') FROM organizer_sale s LEFT JOIN (" SOLD_BY_ORDERS ") r"
	  " ON r.organizer_id = s.organizer_id AND r.category_id = s.category_id"
	  " WHERE r.category_id IS NULL AND (s.sold <> 0 OR s.revenue <> 0) LIMIT 5" },
	{ "an order's count of tickets is its items",
	  "SELECT CONCAT('order ', o.id, ': counter ', o.tickets, ', items ', COALESCE(i.n, 0)) AS what FROM orders o"
	  " LEFT JOIN (SELECT order_id, SUM(quantity) AS n FROM order_item GROUP BY order_id) i ON i.order_id = o.id"
	  " WHERE o.tickets <> COALESCE(i.n, 0) LIMIT 5" },
	{ "a promo code's uses are its held and paid orders",
	  "SELECT CONCAT('promo code ', p.id, ': counter ', p.uses, ', orders ', COALESCE(o.n, 0)) AS what"
	  " FROM promo_code p LEFT JOIN (SELECT promo_code_id, COUNT(*) AS n FROM orders"
	  " WHERE promo_code_id IS NOT NULL AND status IN ('held', 'paid') GROUP BY promo_code_id) o"
	  " ON o.promo_code_id = p.id WHERE p.uses <> COALESCE(o.n, 0) LIMIT 5" },
	{ "a paid order has the tickets it was paid for",
	  "SELECT CONCAT('order ', o.id, ': ', COALESCE(i.n, 0), ' bought, ', COALESCE(t.n, 0), ' tickets') AS what"
	  " FROM orders o"
	  " LEFT JOIN (SELECT order_id, SUM(quantity) AS n FROM order_item GROUP BY order_id) i ON i.order_id = o.id"
	  " LEFT JOIN (SELECT order_id, COUNT(*) AS n FROM ticket GROUP BY order_id) t ON t.order_id = o.id"
	  " WHERE o.status = 'paid' AND COALESCE(i.n, 0) <> COALESCE(t.n, 0) LIMIT 5" },
	{ "no ticket has two entries without an exit between",
	  "SELECT CONCAT('ticket ', ticket_id, ': two entries in a row, scan ', id) AS what FROM ("
	  " SELECT id, ticket_id, direction,"
	  " LAG(direction) OVER (PARTITION BY ticket_id ORDER BY id) AS earlier FROM scan_log WHERE moved) s"
	  " WHERE direction = 'in' AND earlier = 'in' LIMIT 5" },
	{ "a ticket's entries and presence are what its scans say",
	  "SELECT CONCAT('ticket ', t.id, ': ', t.entries, ' entries and ', t.presence, ', log says ',"
	  " COALESCE(s.ins, 0), ' in and ', COALESCE(s.outs, 0), ' out') AS what FROM ticket t"
	  " LEFT JOIN (SELECT ticket_id, SUM(direction = 'in') AS ins, SUM(direction = 'out') AS outs FROM scan_log"
	  " WHERE moved GROUP BY ticket_id) s ON s.ticket_id = t.id"
	  " WHERE t.entries <> COALESCE(s.ins, 0)"
	  " OR (t.presence = 'inside') <> (COALESCE(s.ins, 0) - COALESCE(s.outs, 0) = 1) LIMIT 5" },
	{ "the live summaries are sums of the scan log",
	  "SELECT CONCAT('event ', m.event_id, ': summary ', COALESCE(c.n, 0), ', log ', COALESCE(l.n, 0)) AS what"
	  " FROM scan_summary m"
	  " LEFT JOIN (SELECT event_id, SUM(scans) AS n FROM scan_count GROUP BY event_id) c ON c.event_id = m.event_id"
	  " LEFT JOIN (SELECT s.event_id, COUNT(*) AS n FROM scan_log s JOIN scan_summary u ON u.event_id = s.event_id"
	  " WHERE s.id <= u.upto_id GROUP BY s.event_id) l ON l.event_id = m.event_id"
	  " WHERE COALESCE(c.n, 0) <> COALESCE(l.n, 0) LIMIT 5" },
	{ "every ledger transfer sums to zero",
	  "SELECT CONCAT('transfer ', t.id, ': sum ', COALESCE(SUM(e.amount), 0), ' in ', COUNT(e.id), ' entries') AS what"
	  " FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id"
	  " GROUP BY t.id HAVING COALESCE(SUM(e.amount), 0) <> 0 OR COUNT(e.id) < 2 LIMIT 5" },
	{ "a transfer stays in one currency",
	  "SELECT CONCAT('transfer ', e.transfer_id) AS what FROM ledger_entry e"
	  " JOIN ledger_account a ON a.id = e.account_id GROUP BY e.transfer_id HAVING COUNT(DISTINCT a.currency) > 1 LIMIT 5" },
	{ "no card is below zero and its balance is the sum of its entries",
	  "SELECT CONCAT('account ', a.id, ': balance ', a.balance, ', entries ', COALESCE(e.n, 0)) AS what"
	  " FROM ledger_account a LEFT JOIN (SELECT account_id, SUM(amount) AS n FROM ledger_entry GROUP BY account_id) e"
	  " ON e.account_id = a.id"
	  " WHERE a.kind = 'card' AND (a.balance <> COALESCE(e.n, 0) OR a.balance < 0) LIMIT 5" },
	{ "every succeeded payment has its order paid or given back",
	  "SELECT CONCAT('payment ', p.id, ': order ', COALESCE(o.id, 0), ' is ', COALESCE(o.status, 'missing')) AS what"
	  " FROM payment p LEFT JOIN orders o ON o.id = p.order_id"
	  " WHERE p.purpose = 'order' AND p.status = 'succeeded'"
	  " AND COALESCE(o.status, '') NOT IN ('paid', 'refunded') LIMIT 5" },
	{ "every succeeded payment has moved its money once, and every refund back",
	  "SELECT CONCAT('payment ', p.id, ' is ', p.status, ': ', COALESCE(t.sales, 0), ' sales, ',"
	  " COALESCE(t.refunds, 0), ' refunds') AS what FROM payment p"
	  " LEFT JOIN (SELECT noun_id, SUM(kind = 'sale') AS sales, SUM(kind = 'refund') AS refunds FROM ledger_transfer"
	  " WHERE noun = 'payment' GROUP BY noun_id) t ON t.noun_id = p.id"
	  " WHERE p.amount > 0 AND ((p.status = 'succeeded' AND (COALESCE(t.sales, 0), COALESCE(t.refunds, 0)) <> (1, 0))"
	  " OR (p.status = 'refunded' AND COALESCE(t.sales, 0) <> COALESCE(t.refunds, 0))) LIMIT 5" },
	{ "every paid order that cost something has its payment",
	  "SELECT CONCAT('order ', o.id) AS what FROM orders o LEFT JOIN payment p ON p.order_id = o.id"
	  " AND p.status = 'succeeded' WHERE o.status = 'paid' AND o.total > 0 AND p.id IS NULL LIMIT 5" },
	{ "a payment's money moved for the organizer whose sale its order is",
	  "SELECT CONCAT('transfer ', t.id, ' of payment ', p.id, ': organizer ', a.owner_id, ', of order ', o.id, ' ',"
	  " o.organizer_id) AS what FROM ledger_transfer t"
	  " JOIN ledger_entry l ON l.transfer_id = t.id JOIN ledger_account a ON a.id = l.account_id AND a.kind = 'organizer'"
	  " JOIN payment p ON p.id = t.noun_id JOIN orders o ON o.id = p.order_id"
	  " WHERE t.noun = 'payment' AND a.owner_id <> o.organizer_id LIMIT 5" },
	{ "an order, its payments and their transfers are in its event's currency",
	  "SELECT CONCAT('order ', o.id, ': ', o.currency, ', event ', e.currency) AS what FROM orders o"
	  " JOIN event e ON e.id = o.event_id WHERE o.currency <> e.currency"
	  " UNION ALL SELECT CONCAT('payment ', p.id, ': ', p.currency, ', order ', o.currency) FROM payment p"
	  " JOIN orders o ON o.id = p.order_id WHERE p.currency <> o.currency"
	  " UNION ALL SELECT CONCAT('transfer ', t.id, ': ', a.currency, ', payment ', p.currency) FROM ledger_transfer t"
	  " JOIN ledger_entry l ON l.transfer_id = t.id JOIN ledger_account a ON a.id = l.account_id"
	  " JOIN payment p ON p.id = t.noun_id WHERE t.noun = 'payment' AND a.currency <> p.currency LIMIT 5" },
	{ NULL, NULL },
};
