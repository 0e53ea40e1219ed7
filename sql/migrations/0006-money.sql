CREATE TABLE payment (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	customer_id BIGINT NOT NULL,
	purpose VARCHAR(20) NOT NULL COMMENT 'order, registration_fee',
	order_id BIGINT NULL,
	provider VARCHAR(20) NOT NULL,
	method VARCHAR(10) NOT NULL COMMENT 'card, nfc_card',
	amount BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	status VARCHAR(16) NOT NULL COMMENT 'processing, requires_action, succeeded, declined, refunding, refunded',
	provider_ref VARCHAR(80) NULL,
	failure VARCHAR(120) NULL,
	live_order_id BIGINT AS (IF(status IN ('processing', 'requires_action', 'succeeded'), order_id, NULL)) PERSISTENT
		COMMENT 'one live payment an order',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY payment_uuid (uuid),
	UNIQUE KEY payment_live (live_order_id),
	UNIQUE KEY payment_provider (provider, provider_ref),
	KEY payment_customer (customer_id, id),
	KEY payment_order (order_id),
	KEY payment_status (status, updated_at),
	CONSTRAINT payment_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CHECK (status IN ('processing', 'requires_action', 'succeeded', 'declined', 'refunding', 'refunded')),
	CHECK (amount >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What a provider told us, once each: a webhook repeated is a duplicate key.
CREATE TABLE payment_notice (
	provider VARCHAR(20) NOT NULL,
	notice_id VARCHAR(80) NOT NULL,
	payment_id BIGINT NULL,
	at DATETIME(3) NOT NULL,
	PRIMARY KEY (provider, notice_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The ledger: double entry, append only. Only a card carries a balance, guarded; every other account's is the sum of
-- its entries, so that no sale waits for another on a hot row.
CREATE TABLE ledger_account (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(12) NOT NULL COMMENT 'provider, organizer, platform, merchant, card',
	owner_id BIGINT NOT NULL DEFAULT 0,
	currency CHAR(3) NOT NULL,
	balance BIGINT NULL COMMENT 'cards only; never below zero',
	UNIQUE KEY ledger_account_owner (kind, owner_id, currency),
	CHECK (balance IS NULL OR balance >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ledger_transfer (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind VARCHAR(20) NOT NULL COMMENT 'sale, refund, …',
	noun VARCHAR(20) NOT NULL COMMENT 'what caused it: payment',
	noun_id BIGINT NOT NULL,
	at DATETIME(3) NOT NULL,
	UNIQUE KEY ledger_transfer_cause (noun, noun_id, kind) COMMENT 'a cause moves money once'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ledger_entry (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	transfer_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	amount BIGINT NOT NULL COMMENT 'debit is positive; a transfer sums to zero',
	KEY ledger_entry_transfer (transfer_id),
	KEY ledger_entry_account (account_id, id),
	CONSTRAINT ledger_entry_transfer FOREIGN KEY (transfer_id) REFERENCES ledger_transfer (id),
	CONSTRAINT ledger_entry_account FOREIGN KEY (account_id) REFERENCES ledger_account (id),
	CHECK (amount <> 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
