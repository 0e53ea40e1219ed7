-- What of a payment went back has a credit note of its own, each part of it, so a refund says by itself that one is due.
ALTER TABLE payment_refund
	ADD COLUMN IF NOT EXISTS credit_id BIGINT NULL COMMENT 'its credit note, once it is numbered',
	ADD KEY IF NOT EXISTS payment_refund_credit (credit_id);

-- One that was made out for all that went back of a payment is of all of it.
UPDATE payment_refund r
JOIN invoice c ON c.payment_id = r.payment_id AND c.kind = 'credit' AND c.part = 0
SET r.credit_id = c.id
WHERE r.state = 'done' AND r.credit_id IS NULL;

ALTER TABLE payment_refund
	ADD COLUMN IF NOT EXISTS credit_due TINYINT AS (IF(state = 'done' AND credit_id IS NULL, 1, NULL)) PERSISTENT,
	ADD KEY IF NOT EXISTS payment_refund_credit_due (credit_due, id);

ALTER TABLE payment
	MODIFY COLUMN invoice_due TINYINT AS (IF(amount > 0 AND status IN ('succeeded', 'refunding', 'refunded') AND invoice_id IS NULL, 1, NULL))
		PERSISTENT COMMENT '1: an invoice';
ALTER TABLE payment
	DROP COLUMN IF EXISTS credit_id;

ALTER TABLE invoice
	MODIFY COLUMN part BIGINT NOT NULL DEFAULT 0 COMMENT 'of a credit: the refund that it is of; 0: all that had gone back';
