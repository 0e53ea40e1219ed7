-- A message may name what goes with it: that is drawn when it is sent, so a sale's transaction stores no file. A subject has room
-- for the longest title and what stands before it: who bought for an event of such a title could not pay.
ALTER TABLE outbox
	MODIFY subject VARCHAR(400) NOT NULL DEFAULT '',
	ADD COLUMN IF NOT EXISTS attached_noun VARCHAR(12) NULL COMMENT 'order, ticket: what goes with it' AFTER traceparent,
	ADD COLUMN IF NOT EXISTS attached_id BIGINT NULL AFTER attached_noun;
ALTER TABLE outbox_decoy
	MODIFY subject VARCHAR(400) NOT NULL DEFAULT '',
	ADD COLUMN IF NOT EXISTS attached_noun VARCHAR(12) NULL AFTER traceparent,
	ADD COLUMN IF NOT EXISTS attached_id BIGINT NULL AFTER attached_noun;

-- Invoices and credit notes are numbered after the sale, by seller, under a lock of the seller's row here: no sale waits for it.
CREATE TABLE IF NOT EXISTS invoice_series (
	seller_id BIGINT NOT NULL COMMENT 'organizer; 0: the site itself',
	kind VARCHAR(8) NOT NULL COMMENT 'invoice, credit',
	last BIGINT NOT NULL COMMENT 'the number given out last',
	PRIMARY KEY (seller_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Names are as they were on that day, for what was made out is not changed.
CREATE TABLE IF NOT EXISTS invoice (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	seller_id BIGINT NOT NULL COMMENT 'organizer; 0: the site itself',
	kind VARCHAR(8) NOT NULL COMMENT 'invoice, credit',
	number BIGINT NOT NULL COMMENT 'of the seller and kind, from 1 without a gap',
	payment_id BIGINT NOT NULL,
	part BIGINT NOT NULL DEFAULT 0 COMMENT 'of a credit: which refund of several; 0: of all that was left',
	invoice_id BIGINT NULL COMMENT 'of a credit: the invoice that it is for',
	amount BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	seller VARCHAR(160) NOT NULL,
	buyer VARCHAR(120) NOT NULL,
	moved_at DATETIME(3) NOT NULL COMMENT 'when it was paid, or given back',
	issued_at DATETIME(3) NOT NULL,
	UNIQUE KEY invoice_number (seller_id, kind, number),
	UNIQUE KEY invoice_payment (payment_id, kind, part),
	CONSTRAINT invoice_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
	CONSTRAINT invoice_of FOREIGN KEY (invoice_id) REFERENCES invoice (id),
	CHECK (kind IN ('invoice', 'credit')),
	CHECK ((kind = 'credit') = (invoice_id IS NOT NULL)),
	CHECK (amount > 0),
	CHECK (number > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What still lacks one says so by itself, however its payment came to its state.
ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS invoice_id BIGINT NULL COMMENT 'once it is numbered',
	ADD COLUMN IF NOT EXISTS credit_id BIGINT NULL COMMENT 'its credit note of all that was left';
ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS invoice_due TINYINT AS (IF(amount > 0 AND status IN ('succeeded', 'refunding', 'refunded'),
		IF(invoice_id IS NULL, 1, IF(status = 'refunded' AND credit_id IS NULL, 2, NULL)), NULL)) PERSISTENT
		COMMENT '1: an invoice, 2: a credit note',
	ADD KEY IF NOT EXISTS payment_invoice_due (invoice_due, id);

-- What was paid and given back until now, in that order.
INSERT INTO invoice (seller_id, kind, number, payment_id, amount, currency, seller, buyer, moved_at, issued_at)
SELECT COALESCE(o.organizer_id, 0), 'invoice',
	ROW_NUMBER() OVER (PARTITION BY COALESCE(o.organizer_id, 0) ORDER BY COALESCE(o.paid_at, p.charged_at, p.updated_at), p.id),
	p.id, p.amount, p.currency, COALESCE(g.company, ''), a.name, COALESCE(o.paid_at, p.charged_at, p.updated_at), UTC_TIMESTAMP(3)
FROM payment p
LEFT JOIN orders o ON o.id = p.order_id
LEFT JOIN organizer g ON g.id = o.organizer_id
JOIN customer k ON k.id = p.customer_id
JOIN account a ON a.id = k.account_id
WHERE p.invoice_due = 1 AND NOT EXISTS (SELECT 1 FROM invoice i WHERE i.payment_id = p.id AND i.kind = 'invoice');
UPDATE payment p JOIN invoice i ON i.payment_id = p.id AND i.kind = 'invoice' SET p.invoice_id = i.id WHERE p.invoice_id IS NULL;

INSERT INTO invoice (seller_id, kind, number, payment_id, invoice_id, amount, currency, seller, buyer, moved_at, issued_at)
SELECT i.seller_id, 'credit', ROW_NUMBER() OVER (PARTITION BY i.seller_id ORDER BY p.updated_at, p.id),
	p.id, i.id, p.amount, p.currency, i.seller, i.buyer, p.updated_at, UTC_TIMESTAMP(3)
FROM payment p
JOIN invoice i ON i.id = p.invoice_id
WHERE p.invoice_due = 2 AND NOT EXISTS (SELECT 1 FROM invoice c WHERE c.payment_id = p.id AND c.kind = 'credit');
UPDATE payment p JOIN invoice i ON i.payment_id = p.id AND i.kind = 'credit' SET p.credit_id = i.id WHERE p.credit_id IS NULL;

INSERT INTO invoice_series (seller_id, kind, last)
SELECT seller_id, kind, MAX(number) FROM invoice GROUP BY seller_id, kind
ON DUPLICATE KEY UPDATE last = VALUES(last);
