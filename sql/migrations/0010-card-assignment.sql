-- A card on its way to a customer: asked for by a merchant, done once the customer's code came back. The card stays in
-- stock until then; a pending one that is older than half an hour counts as lapsed, by the clock.
CREATE TABLE IF NOT EXISTS card_assignment (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	card_id BIGINT NOT NULL,
	customer_id BIGINT NOT NULL,
	merchant_id BIGINT NOT NULL,
	status VARCHAR(10) NOT NULL DEFAULT 'pending' COMMENT 'pending, done, cancelled',
	created_at DATETIME(3) NOT NULL,
	KEY card_assignment_card (card_id),
	KEY card_assignment_customer (customer_id),
	KEY card_assignment_pending (merchant_id, status, created_at),
	CONSTRAINT card_assignment_card FOREIGN KEY (card_id) REFERENCES nfc_card (id),
	CONSTRAINT card_assignment_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CONSTRAINT card_assignment_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id),
	CHECK (status IN ('pending', 'done', 'cancelled'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A merchant's cards, the one handed out last first, and how many were handed out today.
ALTER TABLE nfc_card
	ADD KEY IF NOT EXISTS nfc_card_handed_out (merchant_id, assigned_at, id);
