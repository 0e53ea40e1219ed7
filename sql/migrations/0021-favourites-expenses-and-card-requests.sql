-- Events that a customer wants to keep in sight; each once.
CREATE TABLE IF NOT EXISTS favorite (
	customer_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	created_at DATETIME(3) NOT NULL,
	PRIMARY KEY (customer_id, event_id),
	KEY favorite_event (event_id),
	CONSTRAINT favorite_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CONSTRAINT favorite_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What the house spent. Once approved it stays as it is.
CREATE TABLE IF NOT EXISTS expense (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NULL COMMENT 'NULL: of no event',
	title VARCHAR(160) NOT NULL,
	kind VARCHAR(12) NOT NULL COMMENT 'venue, artists, staff, marketing, equipment, travel, other',
	amount BIGINT NOT NULL COMMENT 'minor units',
	currency CHAR(3) NOT NULL,
	spent_on DATE NOT NULL,
	reference VARCHAR(80) NOT NULL DEFAULT '',
	note TEXT NOT NULL,
	status VARCHAR(10) NOT NULL DEFAULT 'requested',
	approved_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	KEY expense_day (spent_on, id),
	KEY expense_event (event_id, spent_on),
	CONSTRAINT expense_event FOREIGN KEY (event_id) REFERENCES event (id),
	CHECK (status IN ('requested', 'approved', 'paid')),
	CHECK (amount > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A card that a customer would like to have sent, or to collect; one at a time.
CREATE TABLE IF NOT EXISTS card_request (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	customer_id BIGINT NOT NULL,
	status VARCHAR(10) NOT NULL DEFAULT 'requested',
	delivery JSON NULL COMMENT '{name, address, postcode, city, country}; NULL: collected at a desk',
	tracking VARCHAR(80) NULL,
	reason VARCHAR(300) NULL COMMENT 'why it was rejected',
	approved_at DATETIME(3) NULL,
	sent_at DATETIME(3) NULL,
	open_for BIGINT AS (IF(status IN ('requested', 'approved'), customer_id, NULL)) PERSISTENT,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY card_request_open (open_for),
	KEY card_request_customer (customer_id, id),
	KEY card_request_status (status, id),
	CONSTRAINT card_request_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CHECK (status IN ('requested', 'approved', 'sent', 'rejected', 'withdrawn'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
