-- A card of a payment provider's that a customer chose there, on its own page, so that a card of ours is reloaded from it without them.
CREATE TABLE IF NOT EXISTS card_keep (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL COMMENT 'what the provider knows it by',
	customer_id BIGINT NOT NULL,
	card_id BIGINT NOT NULL COMMENT 'nfc_card: what is reloaded from it',
	provider VARCHAR(20) NOT NULL,
	provider_ref VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'of the page on which it is chosen',
	payer VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'the provider''s name of the customer',
	token VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'and of their card, once it is chosen',
	reload_below BIGINT NOT NULL,
	reload_amount BIGINT NOT NULL,
	status VARCHAR(8) NOT NULL COMMENT 'open, done, failed; leaving: not needed any more; erase: nor who has it; gone: the provider has let go',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY card_keep_uuid (uuid),
	KEY card_keep_customer (customer_id, id),
	KEY card_keep_card (card_id, id),
	KEY card_keep_status (status, updated_at),
	CONSTRAINT card_keep_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CONSTRAINT card_keep_card FOREIGN KEY (card_id) REFERENCES nfc_card (id),
	CHECK (reload_below > 0),
	CHECK (reload_amount > 0),
	CHECK (status IN ('open', 'done', 'failed', 'leaving', 'erase', 'gone'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE nfc_card
	MODIFY reload_token VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'by this card of the provider''s; NULL: auto-reload is off',
	ADD COLUMN IF NOT EXISTS reload_provider VARCHAR(20) NULL COMMENT 'whose card that is',
	ADD COLUMN IF NOT EXISTS reload_payer VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'the provider''s name of who has it',
	ADD COLUMN IF NOT EXISTS reload_shown VARCHAR(60) NULL COMMENT 'as people know it: visa, its last digits';

UPDATE nfc_card SET reload_provider = IF(reload_token LIKE 'tok\_%', 'sandbox', 'stripe')
WHERE reload_token IS NOT NULL AND reload_provider IS NULL;

-- What nobody was there to confirm.
ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS automatic BOOLEAN NOT NULL DEFAULT 0 COMMENT 'a card that reloads itself';
