-- References of a real provider are longer, and differ by case.
ALTER TABLE payment
	MODIFY provider_ref VARCHAR(255) COLLATE utf8mb4_bin NULL;

ALTER TABLE payment_notice
	MODIFY notice_id VARCHAR(255) COLLATE utf8mb4_bin NOT NULL;

-- What of a payment went back, or is to: a row each, whoever gave it back.
CREATE TABLE IF NOT EXISTS payment_refund (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL COMMENT 'what the provider knows it by',
	payment_id BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	provider_reference VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'of the refund, or of the dispute that was lost',
	origin VARCHAR(8) NOT NULL COMMENT 'here, desk: given back by us, or at the provider; dispute: taken back',
	reason VARCHAR(60) NOT NULL DEFAULT '',
	state VARCHAR(8) NOT NULL COMMENT 'asked, pending, done, failed',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY payment_refund_uuid (uuid),
	UNIQUE KEY payment_refund_reference (provider_reference),
	KEY payment_refund_payment (payment_id),
	KEY payment_refund_state (state, updated_at),
	CONSTRAINT payment_refund_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
	CHECK (amount > 0),
	CHECK (origin IN ('here', 'desk', 'dispute')),
	CHECK (state IN ('asked', 'pending', 'done', 'failed'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO payment_refund (uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
	SELECT uuid, id, amount, currency, 'here', 'done', updated_at, updated_at FROM payment WHERE status = 'refunded' AND amount > 0;

-- Payments that a bank has questioned.
CREATE TABLE IF NOT EXISTS payment_dispute (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	payment_id BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	provider_reference VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
	reason VARCHAR(60) NOT NULL DEFAULT '',
	status VARCHAR(8) NOT NULL COMMENT 'open, won, lost',
	opened_at DATETIME(3) NOT NULL,
	due_at DATETIME(3) NULL COMMENT 'until when the provider takes an answer',
	closed_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY payment_dispute_reference (provider_reference),
	KEY payment_dispute_payment (payment_id),
	KEY payment_dispute_status (status, opened_at),
	CONSTRAINT payment_dispute_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
	CHECK (status IN ('open', 'won', 'lost'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
