-- What staff write down beside an order or a customer, each by whoever wrote it.
CREATE TABLE IF NOT EXISTS note (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	order_id BIGINT NULL,
	customer_id BIGINT NULL,
	account_id BIGINT NULL COMMENT 'who wrote it',
	text VARCHAR(2000) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	KEY note_order (order_id, id),
	KEY note_customer (customer_id, id),
	CONSTRAINT note_order FOREIGN KEY (order_id) REFERENCES orders (id),
	CONSTRAINT note_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
	CHECK ((order_id IS NULL) <> (customer_id IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Of a person, whatever ticket they come with: shown at the gate beside the ticket's own.
ALTER TABLE customer
	ADD COLUMN IF NOT EXISTS labels JSON NULL COMMENT '["Press", …]';
