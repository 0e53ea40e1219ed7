CREATE TABLE orders (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	reference CHAR(10) NOT NULL COMMENT 'what a person reads out, e.g. K7QM-2XPA without the dash',
	customer_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	status VARCHAR(10) NOT NULL COMMENT 'held, paid, lapsed, cancelled, refunded',
	currency CHAR(3) NOT NULL,
	subtotal BIGINT NOT NULL,
	discount BIGINT NOT NULL DEFAULT 0,
	total BIGINT NOT NULL,
	promo_code_id BIGINT NULL,
	expires_at DATETIME(3) NOT NULL COMMENT 'of the hold',
	created_at DATETIME(3) NOT NULL,
	paid_at DATETIME(3) NULL,
	UNIQUE KEY orders_uuid (uuid),
	UNIQUE KEY orders_reference (reference),
	KEY orders_customer (customer_id, id),
	KEY orders_event (event_id, id),
	KEY orders_lapse (status, expires_at),
	CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CONSTRAINT orders_event FOREIGN KEY (event_id) REFERENCES event (id),
	CHECK (status IN ('held', 'paid', 'lapsed', 'cancelled', 'refunded')),
	CHECK (total >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- While an order is held, its items are the hold; tickets are made when it is paid.
CREATE TABLE order_item (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	order_id BIGINT NOT NULL,
	category_id BIGINT NOT NULL,
	quantity INT NOT NULL,
	unit_price BIGINT NOT NULL,
	holders JSON NULL COMMENT '[{name, dependent_id}]',
	KEY order_item_order (order_id),
	KEY order_item_category (category_id, order_id),
	CONSTRAINT order_item_order FOREIGN KEY (order_id) REFERENCES orders (id),
	CONSTRAINT order_item_category FOREIGN KEY (category_id) REFERENCES ticket_category (id),
	CHECK (quantity > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE dependent (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	customer_id BIGINT NOT NULL,
	name VARCHAR(120) NOT NULL,
	relationship VARCHAR(40) NOT NULL,
	birth_date DATE NULL,
	blood_type VARCHAR(3) NULL,
	photo VARCHAR(64) NULL,
	deleted_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	KEY dependent_customer (customer_id),
	CONSTRAINT dependent_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE nfc_card (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid VARCHAR(32) NOT NULL COMMENT 'normalised: upper-case hex without separators',
	customer_id BIGINT NULL,
	merchant_id BIGINT NULL COMMENT 'who handed it out',
	status VARCHAR(10) NOT NULL DEFAULT 'stock' COMMENT 'stock, active, blocked, lost',
	assigned_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	UNIQUE KEY nfc_card_uid (uid),
	KEY nfc_card_customer (customer_id),
	CONSTRAINT nfc_card_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CONSTRAINT nfc_card_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id),
	CHECK (status IN ('stock', 'active', 'blocked', 'lost'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE ticket (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	order_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	category_id BIGINT NOT NULL,
	customer_id BIGINT NOT NULL COMMENT 'owner',
	dependent_id BIGINT NULL,
	holder_name VARCHAR(120) NOT NULL,
	nonce BINARY(12) NOT NULL COMMENT 'random, in the code; finds the ticket online',
	generation INT NOT NULL DEFAULT 1 COMMENT 'a transfer raises it: older codes die',
	status VARCHAR(10) NOT NULL DEFAULT 'valid' COMMENT 'valid, cancelled, refunded',
	presence VARCHAR(8) NOT NULL DEFAULT 'never' COMMENT 'never, inside, outside',
	entries INT NOT NULL DEFAULT 0,
	labels JSON NULL COMMENT '["VIP", …]',
	first_scan_at DATETIME(3) NULL,
	first_usher_id BIGINT NULL,
	first_gate VARCHAR(40) NULL,
	last_scan_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	UNIQUE KEY ticket_uuid (uuid),
	UNIQUE KEY ticket_nonce (nonce),
	KEY ticket_order (order_id),
	KEY ticket_customer (customer_id, id),
	KEY ticket_event (event_id, customer_id, id),
	KEY ticket_category (category_id, status),
	CONSTRAINT ticket_order FOREIGN KEY (order_id) REFERENCES orders (id),
	CONSTRAINT ticket_event FOREIGN KEY (event_id) REFERENCES event (id),
	CONSTRAINT ticket_category FOREIGN KEY (category_id) REFERENCES ticket_category (id),
	CONSTRAINT ticket_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CONSTRAINT ticket_dependent FOREIGN KEY (dependent_id) REFERENCES dependent (id),
	CHECK (status IN ('valid', 'cancelled', 'refunded')),
	CHECK (presence IN ('never', 'inside', 'outside'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
