# What one order makes of the database: a booking of two tickets of one category, its payment, and the question how it stands.
# Made from what MariaDB's general log says of one order of the program's (statements_of in `run`), a line broken here and there.
# Played by `limit … play`; `run orders` compares the two and complains where they differ. They are 22.
#
# A paragraph is a statement. "> a b c*16" before it are the values of its question marks: numbers, 'text' without blanks, null,
# and names: category, event, price, total, minus_total, organizer and most (an order) of what is sold; session and customer, the
# next ones for each order; card and uid, the next for each; counter and merchant, who charges cards; seat (a session) and student, the next ones of a hall, at
# lecture and lecture_uuid, the next when all were at one; schema, its number; now, and
# soon, ten minutes later; bytesN… and lettersN…, so many random ones for each order and name.
# "< name" keeps the first column of its first row, or the id of the row it made, as name.

> session now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ?
AND s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> schema
BEGIN NOT ATOMIC DECLARE it INT; START TRANSACTION; SELECT version INTO it FROM schema_now WHERE one = 1; IF NOT
(it <=> ?) THEN SIGNAL SQLSTATE '45000'; END IF; END

> event*16
SELECT e.currency AS `event.currency`, e.id AS `event.event.id`, e.title AS `event.event.title`, e.status AS
`event.event.status`, e.starts_at AS `event.event.starts_at`, e.ends_at AS `event.event.ends_at`, e.time_zone AS
`event.event.time_zone`, v.name AS `event.venue.name`, e.organizer_id AS `whose.organizer_id`, e.id AS
`category.event_id`, c.id AS `category.id`, c.name AS `category.name`, c.price AS `category.price`, c.capacity AS
`category.capacity`, c.held AS `category.held`, c.sold AS `category.sold`, c.max_per_order AS
`category.max_per_order`, c.sales_start AS `category.sales_start`, c.sales_end AS `category.sales_end` FROM event e
JOIN venue v ON v.id = e.venue_id LEFT JOIN ticket_category c ON c.event_id = e.id AND c.deleted_at IS NULL WHERE
e.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

> now customer
SELECT c.id AS customer_id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = c.id AND o.status = 'held' AND
o.expires_at > ? AND NOT EXISTS (SELECT 1 FROM event e WHERE e.id = o.event_id AND e.status = 'cancelled')) AS
holds FROM customer c WHERE c.id = ? FOR UPDATE

< order
> bytes16order letters8 customer event organizer 'held' 'EUR' total 0 total 2 null soon now
INSERT INTO orders (uuid, reference, customer_id, event_id, organizer_id, status, currency, subtotal, discount,
total, tickets, promo_code_id, expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING
id

> order category 2 price null
INSERT INTO order_item (order_id, category_id, quantity, unit_price, holders) VALUES (?, ?, ?, ?, ?) RETURNING id

> 2 category price most now now now 'EUR' organizer 2
UPDATE ticket_category c JOIN event e ON e.id = c.event_id SET c.held = c.held + ? WHERE c.id = ? AND c.deleted_at
IS NULL AND c.price = ? AND c.max_per_order >= ? AND (c.sales_start IS NULL OR c.sales_start <= ?) AND (c.sales_end
IS NULL OR c.sales_end > ?) AND e.status = 'published' AND e.ends_at > ? AND e.currency = ? AND e.organizer_id = ?
AND c.held + c.sold + ? <= c.capacity

COMMIT

> session now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ?
AND s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> now order customer customer
SELECT o.id AS `order.id`, o.uuid AS `order.uuid:uuid`, o.reference AS `order.reference`, CASE WHEN o.status <>
'held' THEN o.status WHEN e.status = 'cancelled' THEN 'cancelled' WHEN o.expires_at <= ? THEN 'lapsed' ELSE 'held'
END AS `order.status`, o.subtotal AS `order.subtotal:money`, o.discount AS `order.discount:money`, o.total AS
`order.total:money`, o.currency AS `order.currency`, o.expires_at AS `order.expires_at`, o.created_at AS
`order.created_at`, o.paid_at AS `order.paid_at`, o.customer_id AS `order.customer_id`, e.id AS `order.event.id`,
e.title AS `order.event.title`, e.status AS `order.event.status`, e.starts_at AS `order.event.starts_at`, e.ends_at
AS `order.event.ends_at`, e.time_zone AS `order.event.time_zone`, v.name AS `order.venue.name`, o.organizer_id AS
`terms.organizer_id`, COALESCE(o.promo_code_id, 0) AS `terms.promo_code_id`, v.city AS `terms.city`, a.name AS
`buyer.name`, a.email AS `buyer.email`, a.mobile_number AS `buyer.mobile_number`, a.locale AS `buyer.locale`, i.id
AS `item.id`, i.category_id AS `item.category_id`, c.name AS `item.category`, i.quantity AS `item.quantity`,
i.unit_price AS `item.unit_price`, i.quantity * i.unit_price AS `item.amount`, i.holders AS `of_item.holders:json`
FROM orders o JOIN event e ON e.id = o.event_id JOIN venue v ON v.id = e.venue_id JOIN customer k ON k.id =
o.customer_id JOIN account a ON a.id = k.account_id JOIN order_item i ON i.order_id = o.id JOIN ticket_category c
ON c.id = i.category_id WHERE o.id = ? AND (? = 0 OR o.customer_id = ?) ORDER BY i.id

< payment
> bytes16payment 0 'sandbox' 'card' 0 'EUR' 0 now now order customer now 0
INSERT INTO payment (uuid, customer_id, purpose, order_id, card_id, provider, method, amount, currency, tax,
tax_rate, fee, status, created_at, updated_at) SELECT ?, o.customer_id, 'order', o.id, NULLIF(?, 0), ?, ?, o.total,
o.currency, CAST((CAST(o.total AS DECIMAL(38, 0)) * (e.tax_rate) * 2 + 10000 + (e.tax_rate)) DIV (2 * (10000 +
(e.tax_rate))) AS SIGNED), e.tax_rate, LEAST(o.total - CAST((CAST(o.total AS DECIMAL(38, 0)) * (e.tax_rate) * 2 +
10000 + (e.tax_rate)) DIV (2 * (10000 + (e.tax_rate))) AS SIGNED), IF(o.total = 0, 0, (SELECT CAST((CAST(o.total AS
DECIMAL(38, 0)) * (COALESCE(g.fee_rate, ?)) + 5000) DIV 10000 AS SIGNED) + IF(o.currency = ?, COALESCE(g.fee_fixed,
?), 0) FROM organizer g WHERE g.id = o.organizer_id))), 'processing', ?, ? FROM orders o JOIN event e ON e.id = o.event_id WHERE o.id = ?
AND o.customer_id = ? AND o.status = 'held' AND o.expires_at > ? AND e.status = 'published' AND NOT EXISTS (SELECT
1 FROM setting WHERE name = 'restored') AND ? IN (0, (SELECT version FROM schema_now WHERE one = 1)) LOCK IN SHARE
MODE RETURNING id AS `id`, uuid AS `uuid:uuid`, status AS `status`, amount AS `amount`, currency AS `currency`,
method AS `method`, provider AS `provider`, provider_ref AS `provider_ref`, order_id AS `order_id`, card_id AS
`card_id`, failure AS `failure`, charged_at AS `charged_at`, created_at AS `created_at`, fee AS `fee`, tax AS `tax`

> schema
BEGIN NOT ATOMIC DECLARE it INT; START TRANSACTION; SELECT version INTO it FROM schema_now WHERE one = 1; IF NOT
(it <=> ?) THEN SIGNAL SQLSTATE '45000'; END IF; END

> now letters24ref now order payment 'held'
UPDATE orders o JOIN payment p ON p.order_id = o.id JOIN event e ON e.id = o.event_id SET o.status = 'paid',
o.paid_at = ?, p.status = 'succeeded', p.provider_ref = COALESCE(NULLIF(?, ''), p.provider_ref), p.failure = NULL,
p.updated_at = ? WHERE o.id = ? AND p.id = ? AND o.status = ? AND p.status IN ('processing', 'requires_action') AND
e.status = 'published'

> bytes16a order event category customer null 'Ben_Abadi' null bytes12a now bytes16b order event category customer null 'Ben_Abadi' null bytes12b now
INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id, dependent_id, holder_name,
holder_name_words, nonce, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id, uuid AS `uuid:uuid`, status, holder_name, presence, entries, labels AS `labels:json`, first_scan_at,
order_id, category_id AS `category.id`

< transfer
> 'sale' 'payment' payment now
INSERT INTO ledger_transfer (kind, noun, noun_id, at) VALUES (?, ?, ?, ?)

> transfer 'provider' 1 total 'organizer' organizer minus_total 'EUR' 'provider' 1 'organizer' organizer
INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT ?, a.id, CASE WHEN a.kind = ? AND a.owner_id = ?
THEN ? WHEN a.kind = ? AND a.owner_id = ? THEN ? END FROM ledger_account a WHERE a.currency = ? AND (a.kind = ? AND
a.owner_id = ? OR a.kind = ? AND a.owner_id = ?)

> 'sms' '+15550199999' '' '' null 'order-paid' '{"order":{"id":1234567,"reference":"K7QM2XPA"},"amount":5000,"currency":"EUR","event":{"title":"Harbour_Lights_Festival","time_zone":"Europe/Lisbon","venue":"Old_Customs_Hall","starts_at":"2026-11-22T19:00:00.000Z","city":"Porto"},"name":"Mira_Castellanos"}' 'en' event 0 '00-c59c19f6ac587f8d1e8b66dd0f67a090-c987605ca955b47d-00' null null now now now
INSERT INTO outbox (channel, recipient, subject, body, secret_until, kind, data, locale, event_id, optional,
traceparent, attached_noun, attached_id, due_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
?, ?, ?, ?, ?)

> -2 2 2 total category organizer 0 -2 2 2 0
UPDATE ticket_category c JOIN organizer_sale s ON s.category_id = c.id SET c.held = c.held + ?, c.sold = c.sold +
?, s.sold = s.sold + ?, s.revenue = s.revenue + ? WHERE c.id = ? AND s.organizer_id = ? AND (c.deleted_at IS NULL
OR ? <= 0) AND c.held + ? >= 0 AND c.sold + ? >= 0 AND s.sold + ? >= 0 AND c.held + c.sold + ? <= c.capacity

COMMIT

> session now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ?
AND s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> now payment customer customer
SELECT o.id AS `order.id`, o.uuid AS `order.uuid:uuid`, o.reference AS `order.reference`, CASE WHEN o.status <>
'held' THEN o.status WHEN e.status = 'cancelled' THEN 'cancelled' WHEN o.expires_at <= ? THEN 'lapsed' ELSE 'held'
END AS `order.status`, o.subtotal AS `order.subtotal:money`, o.discount AS `order.discount:money`, o.total AS
`order.total:money`, o.currency AS `order.currency`, o.expires_at AS `order.expires_at`, o.created_at AS
`order.created_at`, o.paid_at AS `order.paid_at`, o.customer_id AS `order.customer_id`, e.id AS `order.event.id`,
e.title AS `order.event.title`, e.status AS `order.event.status`, e.starts_at AS `order.event.starts_at`, e.ends_at
AS `order.event.ends_at`, e.time_zone AS `order.event.time_zone`, v.name AS `order.venue.name`, o.organizer_id AS
`terms.organizer_id`, COALESCE(o.promo_code_id, 0) AS `terms.promo_code_id`, v.city AS `terms.city`, a.name AS
`buyer.name`, a.email AS `buyer.email`, a.mobile_number AS `buyer.mobile_number`, a.locale AS `buyer.locale`, i.id
AS `item.id`, i.category_id AS `item.category_id`, c.name AS `item.category`, i.quantity AS `item.quantity`,
i.unit_price AS `item.unit_price`, i.quantity * i.unit_price AS `item.amount`, i.holders AS `of_item.holders:json`,
p.id AS `payment.id`, p.uuid AS `payment.uuid:uuid`, p.status AS `payment.status`, p.amount AS `payment.amount`,
p.currency AS `payment.currency`, p.method AS `payment.method`, p.provider AS `payment.provider`, p.provider_ref AS
`payment.provider_ref`, p.order_id AS `payment.order_id`, p.card_id AS `payment.card_id`, p.failure AS
`payment.failure`, p.charged_at AS `payment.charged_at`, p.created_at AS `payment.created_at`, p.fee AS
`payment.fee`, p.tax AS `payment.tax` FROM payment p JOIN orders o ON o.id = p.order_id JOIN event e ON e.id =
o.event_id JOIN venue v ON v.id = e.venue_id JOIN customer k ON k.id = o.customer_id JOIN account a ON a.id =
k.account_id JOIN order_item i ON i.order_id = o.id JOIN ticket_category c ON c.id = i.category_id WHERE p.id = ?
AND (? = 0 OR p.customer_id = ?) ORDER BY i.id

> order customer 100
SELECT id, uuid AS `uuid:uuid`, status, holder_name, presence, entries, labels AS `labels:json`, first_scan_at,
order_id, category_id AS `category.id` FROM ticket WHERE order_id = ? AND customer_id = ? ORDER BY id LIMIT ?
