-- What a merchant sets for their counter, and when they were told that few cards are left.
ALTER TABLE merchant
	ADD COLUMN IF NOT EXISTS receipt_name VARCHAR(80) NULL COMMENT 'what customers read on receipts; NULL: the company',
	ADD COLUMN IF NOT EXISTS charge_note VARCHAR(200) NULL COMMENT 'of a charge that says nothing else',
	ADD COLUMN IF NOT EXISTS charge_most BIGINT NULL COMMENT 'minor units; NULL: what is on the card',
	ADD COLUMN IF NOT EXISTS stock_low INT NULL COMMENT 'so few cards are told of; NULL: never',
	ADD COLUMN IF NOT EXISTS stock_told TINYINT(1) NOT NULL DEFAULT 0;

-- A merchant's charges, and what they gave back, by day.
ALTER TABLE card_charge
	ADD KEY IF NOT EXISTS card_charge_day (merchant_id, created_at),
	ADD KEY IF NOT EXISTS card_charge_back (merchant_id, reversed_at);
