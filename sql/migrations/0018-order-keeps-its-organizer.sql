-- Whose sale an order is stands on the order from the booking on, as its currency and its prices do: an event that changes
-- hands leaves its old sales, and their refunds, with who made them. What was sold before was whoever's the ledger says;
-- what nobody paid is its event's. Organizers are never deleted, and a foreign key would lock the organizer's row at each
-- booking.
ALTER TABLE orders
	ADD COLUMN IF NOT EXISTS organizer_id BIGINT NULL COMMENT 'whose sale it is, whoever has the event later' AFTER event_id;

UPDATE orders o
JOIN event e ON e.id = o.event_id
SET o.organizer_id = COALESCE((
	SELECT a.owner_id
	FROM payment p
	JOIN ledger_transfer t ON t.noun = 'payment' AND t.noun_id = p.id AND t.kind = 'sale'
	JOIN ledger_entry l ON l.transfer_id = t.id
	JOIN ledger_account a ON a.id = l.account_id AND a.kind = 'organizer'
	WHERE p.order_id = o.id
	ORDER BY p.status = 'succeeded' DESC, t.id DESC
	LIMIT 1), e.organizer_id)
WHERE o.organizer_id IS NULL;

ALTER TABLE orders MODIFY organizer_id BIGINT NOT NULL COMMENT 'whose sale it is, whoever has the event later';

-- What an event sold on a day for an organizer is read from this index alone.
ALTER TABLE orders
	DROP KEY IF EXISTS orders_sold,
	ADD KEY orders_sold (event_id, paid_at, status, total, tickets, organizer_id);
