-- A card carries money in one currency. Its holder has one active card, by a key: whoever hands out two at once finds one taken.
ALTER TABLE nfc_card
	ADD COLUMN IF NOT EXISTS currency CHAR(3) NOT NULL DEFAULT 'EUR' COMMENT 'of what is on it; set when it is handed out',
	ADD COLUMN IF NOT EXISTS active_of BIGINT AS (IF(status = 'active', customer_id, NULL)) PERSISTENT,
	ADD COLUMN IF NOT EXISTS reload_below BIGINT NULL COMMENT 'auto-reload: when less is on it',
	ADD COLUMN IF NOT EXISTS reload_amount BIGINT NULL COMMENT 'so much is put on it',
	ADD COLUMN IF NOT EXISTS reload_token VARCHAR(200) NULL COMMENT 'by this card of the provider''s; NULL: auto-reload is off',
	ADD COLUMN IF NOT EXISTS reload_failed_at DATETIME(3) NULL COMMENT 'the provider declined the last one',
	ADD COLUMN IF NOT EXISTS updated_at DATETIME(3) NOT NULL DEFAULT (created_at),
	ADD KEY IF NOT EXISTS nfc_card_reload (reload_below),
	ADD UNIQUE KEY IF NOT EXISTS nfc_card_active (active_of);

-- What is paid besides an order: something put on a card, or the fee for one. card_id: what an order was paid with, or is put
-- money on.
ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS card_id BIGINT NULL COMMENT 'nfc_card' AFTER order_id,
	ADD COLUMN IF NOT EXISTS live_fee_of BIGINT AS (IF(purpose = 'registration_fee'
		AND status IN ('processing', 'requires_action', 'succeeded'), customer_id, NULL)) PERSISTENT COMMENT 'one fee a customer',
	ADD KEY IF NOT EXISTS payment_card (card_id),
	ADD UNIQUE KEY IF NOT EXISTS payment_fee (live_fee_of);

-- What a merchant took from a card at the counter. Given back whole, once.
CREATE TABLE IF NOT EXISTS card_charge (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	merchant_id BIGINT NOT NULL,
	card_id BIGINT NOT NULL,
	amount BIGINT NOT NULL COMMENT 'minor units',
	currency CHAR(3) NOT NULL,
	note VARCHAR(200) NOT NULL DEFAULT '',
	status VARCHAR(10) NOT NULL DEFAULT 'done' COMMENT 'done, reversed',
	balance BIGINT NOT NULL COMMENT 'what was on the card after it',
	created_at DATETIME(3) NOT NULL,
	reversed_at DATETIME(3) NULL,
	updated_at DATETIME(3) NOT NULL DEFAULT (created_at),
	KEY card_charge_merchant (merchant_id, id),
	KEY card_charge_card (card_id, id),
	CONSTRAINT card_charge_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id),
	CONSTRAINT card_charge_card FOREIGN KEY (card_id) REFERENCES nfc_card (id),
	CHECK (amount > 0),
	CHECK (status IN ('done', 'reversed')),
	CHECK ((reversed_at IS NOT NULL) = (status = 'reversed'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What was on a card that was lost, moved to the one that took its place.
CREATE TABLE IF NOT EXISTS card_move (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	from_id BIGINT NOT NULL,
	to_id BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	KEY card_move_from (from_id),
	KEY card_move_to (to_id),
	CONSTRAINT card_move_from FOREIGN KEY (from_id) REFERENCES nfc_card (id),
	CONSTRAINT card_move_to FOREIGN KEY (to_id) REFERENCES nfc_card (id),
	CHECK (amount > 0),
	CHECK (from_id <> to_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What went back of a payment is a cause of its own.
UPDATE ledger_transfer t JOIN payment_refund r ON r.payment_id = t.noun_id AND r.state = 'done'
SET t.noun = 'payment_refund', t.noun_id = r.id
WHERE t.noun = 'payment' AND t.kind = 'refund';
