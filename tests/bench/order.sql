# What one order makes of the database: a booking of two tickets of one category, its payment, and the question how it stands.
# Played by `limit … play`; `run orders` compares it with what the program makes and complains where they differ.
#
# A paragraph is a statement. "> a b c*16" before it are the values of its question marks: numbers, 'text' without blanks, null,
# and names: category, event, price, total, minus_total, organizer and most (an order) of what is sold; session and customer, the
# next ones for each order;
# now, and soon, ten minutes later; bytesN… and lettersN…, so many random ones for each order and name. "< name" keeps the first
# column of its first row, or the id of the row it made, as name.

> session now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ? AND
s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

START TRANSACTION

> event*16
SELECT e.currency, e.id AS `event.id`, e.title AS `event.title`, e.status AS `event.status`, e.starts_at AS
`event.starts_at`, e.ends_at AS `event.ends_at`, e.time_zone AS `event.time_zone`, v.name AS `venue.name` FROM event e
JOIN venue v ON v.id = e.venue_id WHERE e.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

> event*16
SELECT id, event_id, name, price, capacity, held, sold, max_per_order, sales_start, sales_end FROM ticket_category
WHERE event_id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AND deleted_at IS NULL ORDER BY id

> customer*16
SELECT id FROM customer WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ORDER BY id FOR UPDATE

> customer*16 now
SELECT customer_id, COUNT(*) AS holds FROM orders WHERE customer_id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
?) AND status = 'held' AND expires_at > ? GROUP BY customer_id

> bytes16order letters8 customer event 'EUR' total 0 total 2 null soon now
INSERT INTO orders (uuid, reference, customer_id, event_id, status, currency, subtotal, discount, total, tickets,
promo_code_id, expires_at, created_at) VALUES (?, ?, ?, ?, 'held', ?, ?, ?, ?, ?, ?, ?, ?)

< order
> bytes16order*16
SELECT id, uuid AS `uuid:uuid` FROM orders WHERE uuid IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

> order category 2 price null
INSERT INTO order_item (order_id, category_id, quantity, unit_price, holders) VALUES (?, ?, ?, ?, ?)

> order*16
SELECT id, order_id, category_id FROM order_item WHERE order_id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

> 2 0 0 category 2 2 0 2
UPDATE ticket_category SET held = held + ?, sold = sold + ?, revenue = revenue + ? WHERE id = ? AND (deleted_at IS
NULL OR ? <= 0) AND held + ? >= 0 AND sold + ? >= 0 AND held + sold + ? <= capacity

COMMIT

> session now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ? AND
s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> now order customer customer
SELECT o.id, o.uuid AS `uuid:uuid`, o.reference, IF(o.status = 'held' AND o.expires_at <= ?, 'lapsed', o.status) AS
status, o.subtotal, o.discount, o.total, o.currency, o.expires_at, o.created_at, o.paid_at, o.customer_id, e.id AS
`event.id`, e.title AS `event.title`, e.status AS `event.status`, e.starts_at AS `event.starts_at`, e.ends_at AS
`event.ends_at`, e.time_zone AS `event.time_zone`, v.name AS `venue.name` FROM orders o JOIN event e ON e.id =
o.event_id JOIN venue v ON v.id = e.venue_id WHERE o.id = ? AND (? = 0 OR o.customer_id = ?)

< payment
> bytes16payment customer order 'sandbox' 'card' total 'EUR' now now
INSERT INTO payment (uuid, customer_id, purpose, order_id, provider, method, amount, currency, status, created_at,
updated_at) VALUES (?, ?, 'order', ?, ?, ?, ?, ?, 'processing', ?, ?)

> payment customer customer
SELECT p.id, p.uuid AS `uuid:uuid`, p.status, p.amount, p.currency, p.method, p.provider, p.provider_ref, p.purpose,
p.order_id, p.customer_id, e.organizer_id, e.id AS event_id, p.failure, p.charged_at, p.created_at FROM payment p LEFT
JOIN orders o ON o.id = p.order_id LEFT JOIN event e ON e.id = o.event_id WHERE p.id = ? AND (? = 0 OR p.customer_id =
?)

START TRANSACTION

> 'succeeded' letters24ref null now payment 'succeeded'
UPDATE payment SET status = ?, provider_ref = COALESCE(NULLIF(?, ''), provider_ref), failure = ?, updated_at = ? WHERE
id = ? AND status IN ('processing', 'requires_action') AND status <> ?

> now order 0 0
SELECT o.id, o.uuid AS `uuid:uuid`, o.reference, IF(o.status = 'held' AND o.expires_at <= ?, 'lapsed', o.status) AS
status, o.subtotal, o.discount, o.total, o.currency, o.expires_at, o.created_at, o.paid_at, o.customer_id, e.id AS
`event.id`, e.title AS `event.title`, e.status AS `event.status`, e.starts_at AS `event.starts_at`, e.ends_at AS
`event.ends_at`, e.time_zone AS `event.time_zone`, v.name AS `venue.name` FROM orders o JOIN event e ON e.id =
o.event_id JOIN venue v ON v.id = e.venue_id WHERE o.id = ? AND (? = 0 OR o.customer_id = ?)

> now order 'held'
UPDATE orders SET status = 'paid', paid_at = ? WHERE id = ? AND status = ?

> order
SELECT i.order_id, o.event_id, i.category_id, o.customer_id, i.quantity, i.holders, a.name AS buyer FROM order_item i
JOIN orders o ON o.id = i.order_id JOIN customer c ON c.id = o.customer_id JOIN account a ON a.id = c.account_id WHERE
i.order_id = ? ORDER BY i.category_id

> bytes16ticketa order event category customer null 'Ben_Abadi' bytes12a now
INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id, dependent_id, holder_name, nonce, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)

> bytes16ticketb order event category customer null 'Ben_Abadi' bytes12b now
INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id, dependent_id, holder_name, nonce, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)

> order
SELECT i.category_id, i.quantity, i.quantity * i.unit_price AS amount, o.subtotal, o.total FROM orders o JOIN
order_item i ON i.order_id = o.id WHERE o.id = ? ORDER BY i.category_id

> -2 2 total category -2 -2 2 0
UPDATE ticket_category SET held = held + ?, sold = sold + ?, revenue = revenue + ? WHERE id = ? AND (deleted_at IS
NULL OR ? <= 0) AND held + ? >= 0 AND sold + ? >= 0 AND held + sold + ? <= capacity

< provider_account
> 'provider' 1 'EUR'
SELECT id FROM ledger_account WHERE kind = ? AND owner_id = ? AND currency = ?

< organizer_account
> 'organizer' organizer 'EUR'
SELECT id FROM ledger_account WHERE kind = ? AND owner_id = ? AND currency = ?

< transfer
> 'sale' payment now
INSERT INTO ledger_transfer (kind, noun, noun_id, at) VALUES (?, 'payment', ?, ?)

> transfer provider_account total transfer organizer_account minus_total
INSERT INTO ledger_entry (transfer_id, account_id, amount) VALUES (?, ?, ?), (?, ?, ?)

> now order 0 0
SELECT o.id, o.uuid AS `uuid:uuid`, o.reference, IF(o.status = 'held' AND o.expires_at <= ?, 'lapsed', o.status) AS
status, o.subtotal, o.discount, o.total, o.currency, o.expires_at, o.created_at, o.paid_at, o.customer_id, e.id AS
`event.id`, e.title AS `event.title`, e.status AS `event.status`, e.starts_at AS `event.starts_at`, e.ends_at AS
`event.ends_at`, e.time_zone AS `event.time_zone`, v.name AS `venue.name` FROM orders o JOIN event e ON e.id =
o.event_id JOIN venue v ON v.id = e.venue_id WHERE o.id = ? AND (? = 0 OR o.customer_id = ?)

> order
SELECT a.name, a.email, a.mobile_number FROM orders o JOIN customer c ON c.id = o.customer_id JOIN account a ON a.id =
c.account_id WHERE o.id = ?

> 'sms' '+15550199999' '' 'Order_is_paid._Your_tickets:_https://tickets.example/orders/1234567' now now
INSERT INTO outbox (channel, recipient, subject, body, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?)

COMMIT

> payment customer customer
SELECT p.id, p.uuid AS `uuid:uuid`, p.status, p.amount, p.currency, p.method, p.provider, p.provider_ref, p.purpose,
p.order_id, p.customer_id, e.organizer_id, e.id AS event_id, p.failure, p.charged_at, p.created_at FROM payment p LEFT
JOIN orders o ON o.id = p.order_id LEFT JOIN event e ON e.id = o.event_id WHERE p.id = ? AND (? = 0 OR p.customer_id =
?)

> now order customer customer
SELECT o.id, o.uuid AS `uuid:uuid`, o.reference, IF(o.status = 'held' AND o.expires_at <= ?, 'lapsed', o.status) AS
status, o.subtotal, o.discount, o.total, o.currency, o.expires_at, o.created_at, o.paid_at, o.customer_id, e.id AS
`event.id`, e.title AS `event.title`, e.status AS `event.status`, e.starts_at AS `event.starts_at`, e.ends_at AS
`event.ends_at`, e.time_zone AS `event.time_zone`, v.name AS `venue.name` FROM orders o JOIN event e ON e.id =
o.event_id JOIN venue v ON v.id = e.venue_id WHERE o.id = ? AND (? = 0 OR o.customer_id = ?)

> order
SELECT i.id, i.category_id, c.name AS category, i.quantity, i.unit_price, i.quantity * i.unit_price AS amount FROM
order_item i JOIN ticket_category c ON c.id = i.category_id WHERE i.order_id = ? ORDER BY i.category_id

> customer order 10000
SELECT COUNT(*) FROM (SELECT 1 FROM ticket t JOIN event e ON e.id = t.event_id JOIN venue v ON v.id = e.venue_id JOIN
ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id JOIN order_item i ON i.order_id =
t.order_id AND i.category_id = t.category_id WHERE 1 AND (t.customer_id = ?) AND (t.order_id = ?) LIMIT ?) AS counted

> customer order 100 0
SELECT t.id, t.uuid AS `uuid:uuid`, t.status, t.holder_name, t.presence, t.entries, t.labels AS `labels:json`,
t.first_scan_at, t.order_id, o.reference AS order_reference, e.id AS `event.id`, e.title AS `event.title`, e.starts_at
AS `event.starts_at`, e.ends_at AS `event.ends_at`, e.time_zone AS `event.time_zone`, e.status AS `event.status`,
v.name AS `event.venue`, v.city AS `event.city`, c.id AS `category.id`, c.name AS `category.name`, i.unit_price AS
price, e.currency FROM ticket t JOIN event e ON e.id = t.event_id JOIN venue v ON v.id = e.venue_id JOIN
ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id JOIN order_item i ON i.order_id =
t.order_id AND i.category_id = t.category_id WHERE 1 AND (t.customer_id = ?) AND (t.order_id = ?) ORDER BY
e.starts_at, t.id LIMIT ? OFFSET ?

> session now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ? AND
s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> payment customer customer
SELECT p.id, p.uuid AS `uuid:uuid`, p.status, p.amount, p.currency, p.method, p.provider, p.provider_ref, p.purpose,
p.order_id, p.customer_id, e.organizer_id, e.id AS event_id, p.failure, p.charged_at, p.created_at FROM payment p LEFT
JOIN orders o ON o.id = p.order_id LEFT JOIN event e ON e.id = o.event_id WHERE p.id = ? AND (? = 0 OR p.customer_id =
?)

> payment customer customer
SELECT p.id, p.uuid AS `uuid:uuid`, p.status, p.amount, p.currency, p.method, p.provider, p.provider_ref, p.purpose,
p.order_id, p.customer_id, e.organizer_id, e.id AS event_id, p.failure, p.charged_at, p.created_at FROM payment p LEFT
JOIN orders o ON o.id = p.order_id LEFT JOIN event e ON e.id = o.event_id WHERE p.id = ? AND (? = 0 OR p.customer_id =
?)

> now order customer customer
SELECT o.id, o.uuid AS `uuid:uuid`, o.reference, IF(o.status = 'held' AND o.expires_at <= ?, 'lapsed', o.status) AS
status, o.subtotal, o.discount, o.total, o.currency, o.expires_at, o.created_at, o.paid_at, o.customer_id, e.id AS
`event.id`, e.title AS `event.title`, e.status AS `event.status`, e.starts_at AS `event.starts_at`, e.ends_at AS
`event.ends_at`, e.time_zone AS `event.time_zone`, v.name AS `venue.name` FROM orders o JOIN event e ON e.id =
o.event_id JOIN venue v ON v.id = e.venue_id WHERE o.id = ? AND (? = 0 OR o.customer_id = ?)

> order
SELECT i.id, i.category_id, c.name AS category, i.quantity, i.unit_price, i.quantity * i.unit_price AS amount FROM
order_item i JOIN ticket_category c ON c.id = i.category_id WHERE i.order_id = ? ORDER BY i.category_id

> customer order 10000
SELECT COUNT(*) FROM (SELECT 1 FROM ticket t JOIN event e ON e.id = t.event_id JOIN venue v ON v.id = e.venue_id JOIN
ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id JOIN order_item i ON i.order_id =
t.order_id AND i.category_id = t.category_id WHERE 1 AND (t.customer_id = ?) AND (t.order_id = ?) LIMIT ?) AS counted

> customer order 100 0
SELECT t.id, t.uuid AS `uuid:uuid`, t.status, t.holder_name, t.presence, t.entries, t.labels AS `labels:json`,
t.first_scan_at, t.order_id, o.reference AS order_reference, e.id AS `event.id`, e.title AS `event.title`, e.starts_at
AS `event.starts_at`, e.ends_at AS `event.ends_at`, e.time_zone AS `event.time_zone`, e.status AS `event.status`,
v.name AS `event.venue`, v.city AS `event.city`, c.id AS `category.id`, c.name AS `category.name`, i.unit_price AS
price, e.currency FROM ticket t JOIN event e ON e.id = t.event_id JOIN venue v ON v.id = e.venue_id JOIN
ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id JOIN order_item i ON i.order_id =
t.order_id AND i.category_id = t.category_id WHERE 1 AND (t.customer_id = ?) AND (t.order_id = ?) ORDER BY
e.starts_at, t.id LIMIT ? OFFSET ?
