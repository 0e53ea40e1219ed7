-- A ticket that staff let its owner change for one of another category: an order that waits to be paid, whose payment gives the old ticket back.
-- Of one that has not been paid in time, or whose ticket was used meanwhile, nothing comes.
CREATE TABLE IF NOT EXISTS ticket_exchange (
	order_id BIGINT NOT NULL PRIMARY KEY COMMENT 'of the new ticket',
	ticket_id BIGINT NOT NULL COMMENT 'the old one',
	account_id BIGINT NOT NULL COMMENT 'who let it be changed',
	reason VARCHAR(300) NOT NULL DEFAULT '',
	created_at DATETIME(3) NOT NULL,
	given_back_at DATETIME(3) NULL COMMENT 'when the new one was paid and the old one given back',
	KEY ticket_exchange_ticket (ticket_id),
	CONSTRAINT ticket_exchange_order FOREIGN KEY (order_id) REFERENCES orders (id),
	CONSTRAINT ticket_exchange_ticket FOREIGN KEY (ticket_id) REFERENCES ticket (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Items are read by category, in whose order seats are taken and what each brought is rounded: in that order they stand in the index.
ALTER TABLE order_item
	ADD KEY IF NOT EXISTS order_item_in_turn (order_id, category_id),
	DROP KEY IF EXISTS order_item_order;
