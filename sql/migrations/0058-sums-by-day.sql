-- What was sold and given back, what was put on cards and taken from them, and who came new, added up by the days of the site's zone: up to
-- a moment, from where on the rows themselves are asked. The rows are the truth (gatehouse audit), and all of it can be made anew from them.
CREATE TABLE IF NOT EXISTS day_sum (
	what VARCHAR(10) NOT NULL PRIMARY KEY COMMENT 'sale, card, customer: <what>_day',
	zone VARCHAR(64) NOT NULL COMMENT 'whose days they are; made anew when the site moves to another',
	upto DATETIME(3) NOT NULL COMMENT 'what happened before this moment is in'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS sale_day (
	day DATE NOT NULL,
	event_id BIGINT NOT NULL,
	organizer_id BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	orders INT NOT NULL COMMENT 'paid on this day, whatever became of them',
	tickets INT NOT NULL,
	gross BIGINT NOT NULL COMMENT 'before discounts, minor units',
	discounts BIGINT NOT NULL,
	sales BIGINT NOT NULL COMMENT 'what was paid',
	fees BIGINT NOT NULL COMMENT 'of that, what the house takes',
	refunds INT NOT NULL COMMENT 'that went back on this day, whenever they were paid',
	refunded BIGINT NOT NULL,
	fees_back BIGINT NOT NULL COMMENT 'of that, fees',
	PRIMARY KEY (day, event_id, organizer_id, currency)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS card_day (
	day DATE NOT NULL,
	currency CHAR(3) NOT NULL,
	reloads INT NOT NULL,
	reloaded BIGINT NOT NULL,
	charges INT NOT NULL,
	charged BIGINT NOT NULL,
	reversals INT NOT NULL,
	reversed BIGINT NOT NULL,
	PRIMARY KEY (day, currency)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS customer_day (
	day DATE NOT NULL PRIMARY KEY,
	customers INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- When somebody became a customer, which their role says too, but only for as long as they have it.
ALTER TABLE customer
	ADD COLUMN IF NOT EXISTS created_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
	ADD KEY IF NOT EXISTS customer_created (created_at);
UPDATE customer k
LEFT JOIN account_role r ON r.account_id = k.account_id AND r.role = 'customer'
JOIN account a ON a.id = k.account_id
SET k.created_at = COALESCE(r.granted_at, a.created_at);

-- What the tail of each is read by, and what is counted as it is asked for.
ALTER TABLE orders ADD KEY IF NOT EXISTS orders_paid (paid_at);
ALTER TABLE account_role ADD KEY IF NOT EXISTS account_role_granted (role, granted_at);
ALTER TABLE account
	ADD KEY IF NOT EXISTS account_verified (mobile_verified_at),
	ADD KEY IF NOT EXISTS account_status (status);
ALTER TABLE session ADD KEY IF NOT EXISTS session_created (created_at, role);
ALTER TABLE nfc_card
	ADD KEY IF NOT EXISTS nfc_card_made (created_at),
	ADD KEY IF NOT EXISTS nfc_card_assigned (assigned_at),
	ADD KEY IF NOT EXISTS nfc_card_status (status);
