-- A ticket whose refund was approved gives its seat back at once, and its order counts what it gave back beside what it bought.
ALTER TABLE orders
	ADD COLUMN IF NOT EXISTS returned INT NOT NULL DEFAULT 0 COMMENT 'of its tickets, given back one by one' AFTER tickets,
	ADD COLUMN IF NOT EXISTS given_back BIGINT NOT NULL DEFAULT 0 COMMENT 'of its total, for those' AFTER returned;

UPDATE orders o
JOIN (SELECT order_id, COUNT(*) AS n, SUM(amount) AS amount FROM refund_request WHERE status = 'approved' GROUP BY order_id) r ON r.order_id = o.id
SET o.returned = r.n, o.given_back = r.amount;

-- Until now such seats stayed sold while their order was paid. Both are counted anew, so that this may run twice.
UPDATE organizer_sale s
JOIN (SELECT organizer_id, category_id, SUM(quantity) AS sold,
		SUM(amount - COALESCE(discount * upto DIV NULLIF(subtotal, 0), 0)
			+ COALESCE(discount * (upto - amount) DIV NULLIF(subtotal, 0), 0)) AS revenue
	FROM (
		SELECT o.organizer_id, i.category_id, i.quantity, i.quantity * i.unit_price AS amount, o.subtotal,
			CAST(o.subtotal - o.total AS DECIMAL(38, 0)) AS discount,
			SUM(i.quantity * i.unit_price) OVER (PARTITION BY i.order_id ORDER BY i.category_id) AS upto
		FROM orders o
		JOIN order_item i ON i.order_id = o.id
		WHERE o.status = 'paid'
	) items
	GROUP BY organizer_id, category_id) b ON b.organizer_id = s.organizer_id AND b.category_id = s.category_id
JOIN (SELECT o.organizer_id, t.category_id, COUNT(*) AS n, SUM(r.amount) AS amount
	FROM refund_request r
	JOIN ticket t ON t.id = r.ticket_id
	JOIN orders o ON o.id = r.order_id AND o.status = 'paid'
	WHERE r.status = 'approved'
	GROUP BY o.organizer_id, t.category_id) g ON g.organizer_id = s.organizer_id AND g.category_id = s.category_id
SET s.sold = b.sold - g.n, s.revenue = b.revenue - g.amount;

UPDATE ticket_category c
JOIN (SELECT DISTINCT t.category_id FROM refund_request r JOIN ticket t ON t.id = r.ticket_id WHERE r.status = 'approved') k ON k.category_id = c.id
SET c.sold = (SELECT COUNT(*) FROM ticket v WHERE v.category_id = c.id AND v.status = 'valid');

-- What an event sold on a day for an organizer is read from this index alone.
ALTER TABLE orders
	DROP KEY IF EXISTS orders_sold,
	ADD KEY orders_sold (event_id, paid_at, status, total, tickets, organizer_id, returned, given_back);

-- Whose money it is that goes back: an approved request has one of these, and no two have the same.
ALTER TABLE payment_refund
	ADD COLUMN IF NOT EXISTS refund_request_id BIGINT NULL COMMENT 'of a ticket''s part: what it was approved for' AFTER payment_id,
	ADD UNIQUE KEY IF NOT EXISTS payment_refund_request (refund_request_id);

UPDATE payment_refund p
JOIN payment y ON y.id = p.payment_id
JOIN refund_request r ON r.order_id = y.order_id AND r.status = 'approved' AND p.reason = CONCAT('ticket ', r.ticket_id) AND p.amount = r.amount
SET p.refund_request_id = r.id
WHERE p.refund_request_id IS NULL;
