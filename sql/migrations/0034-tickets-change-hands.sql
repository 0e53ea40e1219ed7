-- A ticket that changes hands leaves a row: who had it, who has it, from which generation of its code on. One that waits for its
-- receiver is pending, and of a ticket there is one such at most.
CREATE TABLE IF NOT EXISTS ticket_transfer (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	ticket_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	kind VARCHAR(8) NOT NULL COMMENT 'transfer, gift',
	status VARCHAR(10) NOT NULL DEFAULT 'pending' COMMENT 'pending, claimed, declined, cancelled, expired',
	from_customer_id BIGINT NOT NULL,
	to_customer_id BIGINT NULL COMMENT 'NULL: nobody has that number yet',
	mobile_number VARCHAR(20) NOT NULL COMMENT 'E.164, of the receiver',
	message VARCHAR(500) NULL,
	generation INT NOT NULL COMMENT 'the ticket''s, as it was given',
	account_id BIGINT NULL COMMENT 'of staff who did it; NULL: the owner',
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL COMMENT 'pending until then at most',
	settled_at DATETIME(3) NULL,
	pending_ticket_id BIGINT AS (IF(status = 'pending', ticket_id, NULL)) PERSISTENT,
	UNIQUE KEY ticket_transfer_pending (pending_ticket_id),
	KEY ticket_transfer_ticket (ticket_id, id),
	KEY ticket_transfer_from (from_customer_id, id),
	KEY ticket_transfer_to (to_customer_id, id),
	KEY ticket_transfer_number (mobile_number, status),
	KEY ticket_transfer_end (status, expires_at),
	CONSTRAINT ticket_transfer_ticket FOREIGN KEY (ticket_id) REFERENCES ticket (id),
	CONSTRAINT ticket_transfer_from FOREIGN KEY (from_customer_id) REFERENCES customer (id),
	CONSTRAINT ticket_transfer_to FOREIGN KEY (to_customer_id) REFERENCES customer (id),
	CHECK (kind IN ('transfer', 'gift')),
	CHECK (status IN ('pending', 'claimed', 'declined', 'cancelled', 'expired'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE event
	ADD COLUMN IF NOT EXISTS transfers TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'who has a ticket may pass it on',
	ADD COLUMN IF NOT EXISTS renames TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'who has a ticket may put another name on it';

-- An event's terms: who asks so many days before or earlier gets so many per cent back. Without a row that fits: nothing.
CREATE TABLE IF NOT EXISTS refund_rule (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	days_before INT NOT NULL,
	percent INT NOT NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY refund_rule_event (event_id, days_before),
	CONSTRAINT refund_rule_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE,
	CHECK (days_before >= 0),
	CHECK (percent BETWEEN 1 AND 100)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who wants the money of a ticket back, by the terms as they were when it was asked. It goes to whoever paid.
CREATE TABLE IF NOT EXISTS refund_request (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	ticket_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	customer_id BIGINT NOT NULL COMMENT 'who asks: the ticket''s owner',
	reason VARCHAR(500) NOT NULL,
	days_before INT NOT NULL COMMENT 'of the rule by which it is worked out',
	percent INT NOT NULL,
	paid BIGINT NOT NULL COMMENT 'for this ticket, after discounts, in minor units',
	amount BIGINT NOT NULL COMMENT 'of it that goes back',
	currency CHAR(3) NOT NULL,
	status VARCHAR(10) NOT NULL DEFAULT 'requested' COMMENT 'requested, approved, rejected, withdrawn',
	note VARCHAR(300) NULL COMMENT 'of staff, to who asked',
	decided_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	open_ticket_id BIGINT AS (IF(status IN ('requested', 'approved'), ticket_id, NULL)) PERSISTENT,
	UNIQUE KEY refund_request_open (open_ticket_id),
	KEY refund_request_ticket (ticket_id, id),
	KEY refund_request_status (status, id),
	KEY refund_request_event (event_id, id),
	KEY refund_request_customer (customer_id, id),
	CONSTRAINT refund_request_ticket FOREIGN KEY (ticket_id) REFERENCES ticket (id),
	CONSTRAINT refund_request_order FOREIGN KEY (order_id) REFERENCES orders (id),
	CONSTRAINT refund_request_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CHECK (status IN ('requested', 'approved', 'rejected', 'withdrawn')),
	CHECK (amount >= 0 AND amount <= paid),
	CHECK (percent BETWEEN 0 AND 100)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
