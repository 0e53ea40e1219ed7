-- What each category brought, moved by the same UPDATE as sold, so that an organizer's list costs the same however many
-- orders stand behind it. An order's discount is spread over its items in proportion, running totals rounded, so that
-- the parts add up to the order's total to the last cent (price_net() in rules/price.c).
ALTER TABLE ticket_category
	ADD COLUMN IF NOT EXISTS revenue BIGINT NOT NULL DEFAULT 0 COMMENT 'of paid orders, after discounts, in minor units' AFTER sold;

-- What an event sold on a day is read from this index alone.
ALTER TABLE orders
	ADD COLUMN IF NOT EXISTS tickets INT NOT NULL DEFAULT 0 COMMENT 'all its items together' AFTER total,
	ADD KEY IF NOT EXISTS orders_sold (event_id, paid_at, status, total, tickets);

UPDATE orders o
SET o.tickets = (SELECT COALESCE(SUM(i.quantity), 0) FROM order_item i WHERE i.order_id = o.id);

UPDATE ticket_category c
JOIN (
	SELECT category_id, SUM(amount - COALESCE(discount * upto DIV NULLIF(subtotal, 0), 0) + COALESCE(discount * (upto - amount) DIV NULLIF(subtotal, 0), 0)) AS revenue
	FROM (
		SELECT i.category_id, i.quantity * i.unit_price AS amount, o.subtotal,
			CAST(o.subtotal - o.total AS DECIMAL(38, 0)) AS discount,
			SUM(i.quantity * i.unit_price) OVER (PARTITION BY i.order_id ORDER BY i.category_id) AS upto
		FROM orders o
		JOIN order_item i ON i.order_id = o.id
		WHERE o.status = 'paid'
	) items
	GROUP BY category_id
) r ON r.category_id = c.id
SET c.revenue = r.revenue;
