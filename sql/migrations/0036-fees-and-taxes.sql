-- What the house takes of a sale, and what of its price is tax. Both are kept with the payment, as the rates were when it was made.
ALTER TABLE organizer
	ADD COLUMN IF NOT EXISTS fee_rate INT NULL COMMENT 'of a sale, basis points; NULL: what the site takes',
	ADD COLUMN IF NOT EXISTS fee_fixed BIGINT NULL COMMENT 'and so much of each, minor units of its currency; NULL: the site''s',
	ADD COLUMN IF NOT EXISTS tax_number VARCHAR(40) NOT NULL DEFAULT '' COMMENT 'stands on invoices',
	ADD CONSTRAINT IF NOT EXISTS organizer_fee CHECK (fee_rate BETWEEN 0 AND 10000 AND fee_fixed >= 0);

ALTER TABLE event
	ADD COLUMN IF NOT EXISTS tax_rate INT NOT NULL DEFAULT 0 COMMENT 'basis points, included in its prices',
	ADD CONSTRAINT IF NOT EXISTS event_tax CHECK (tax_rate BETWEEN 0 AND 10000);

ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS fee BIGINT NOT NULL DEFAULT 0 COMMENT 'of the amount, what the house takes',
	ADD COLUMN IF NOT EXISTS tax BIGINT NOT NULL DEFAULT 0 COMMENT 'of the amount, what is tax',
	ADD COLUMN IF NOT EXISTS tax_rate INT NOT NULL DEFAULT 0 COMMENT 'basis points',
	ADD CONSTRAINT IF NOT EXISTS payment_fee_and_tax CHECK (fee >= 0 AND tax >= 0 AND fee + tax <= amount);

-- Their parts in what went back, once it did.
ALTER TABLE payment_refund
	ADD COLUMN IF NOT EXISTS fee BIGINT NOT NULL DEFAULT 0,
	ADD COLUMN IF NOT EXISTS tax BIGINT NOT NULL DEFAULT 0;

-- As they were when it was made out.
ALTER TABLE invoice
	ADD COLUMN IF NOT EXISTS tax BIGINT NOT NULL DEFAULT 0 COMMENT 'included in the amount',
	ADD COLUMN IF NOT EXISTS tax_rate INT NOT NULL DEFAULT 0 COMMENT 'basis points',
	ADD COLUMN IF NOT EXISTS tax_number VARCHAR(40) NOT NULL DEFAULT '' COMMENT 'the seller''s';
