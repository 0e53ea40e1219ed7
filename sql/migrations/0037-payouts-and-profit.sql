-- Who the house belongs to, and which part of the profit is theirs from a day on.
CREATE TABLE IF NOT EXISTS shareholder (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name VARCHAR(160) NOT NULL,
	name_words VARBINARY(1200) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS profit_rule (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	shareholder_id BIGINT NOT NULL,
	rate INT NOT NULL COMMENT 'basis points of the profit',
	since DATE NOT NULL COMMENT 'of months that begin on this day or later',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY profit_rule_since (shareholder_id, since),
	CONSTRAINT profit_rule_shareholder FOREIGN KEY (shareholder_id) REFERENCES shareholder (id),
	CONSTRAINT profit_rule_rate CHECK (rate BETWEEN 0 AND 10000)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A shareholder's part of a month's profit, once.
CREATE TABLE IF NOT EXISTS profit_share (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	shareholder_id BIGINT NOT NULL,
	month DATE NOT NULL COMMENT 'its first day',
	begins_at DATETIME(3) NOT NULL COMMENT 'the month, where the site is',
	ends_at DATETIME(3) NOT NULL,
	currency CHAR(3) NOT NULL,
	profit BIGINT NOT NULL COMMENT 'of all, minor units',
	rate INT NOT NULL,
	amount BIGINT NOT NULL,
	created_at DATETIME(3) NOT NULL,
	UNIQUE KEY profit_share_month (shareholder_id, month, currency),
	KEY profit_share_of_month (month, currency),
	CONSTRAINT profit_share_shareholder FOREIGN KEY (shareholder_id) REFERENCES shareholder (id),
	CONSTRAINT profit_share_amount CHECK (amount > 0 AND amount <= profit)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What is paid out, to one of the three. Who asks for it does not approve it.
CREATE TABLE IF NOT EXISTS payout (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	organizer_id BIGINT NULL,
	merchant_id BIGINT NULL,
	shareholder_id BIGINT NULL,
	amount BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	status VARCHAR(10) NOT NULL COMMENT 'requested, approved, paid, rejected',
	had BIGINT NULL COMMENT 'what was on the account just before it was paid',
	reference VARCHAR(80) NOT NULL DEFAULT '' COMMENT 'of the bank''s transfer',
	note VARCHAR(300) NOT NULL DEFAULT '',
	reason VARCHAR(300) NULL COMMENT 'why it was rejected',
	requested_by BIGINT NOT NULL COMMENT 'account',
	approved_by BIGINT NULL COMMENT 'account; NULL: it was small enough for one person',
	approved_at DATETIME(3) NULL,
	paid_at DATETIME(3) NULL,
	rejected_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	KEY payout_organizer (organizer_id, id),
	KEY payout_merchant (merchant_id, id),
	KEY payout_shareholder (shareholder_id, id),
	KEY payout_status (status, id),
	CONSTRAINT payout_organizer FOREIGN KEY (organizer_id) REFERENCES organizer (id),
	CONSTRAINT payout_merchant FOREIGN KEY (merchant_id) REFERENCES merchant (id),
	CONSTRAINT payout_shareholder FOREIGN KEY (shareholder_id) REFERENCES shareholder (id),
	CONSTRAINT payout_status CHECK (status IN ('requested', 'approved', 'paid', 'rejected')),
	CONSTRAINT payout_amount CHECK (amount > 0),
	CONSTRAINT payout_to_one CHECK ((organizer_id IS NOT NULL) + (merchant_id IS NOT NULL) + (shareholder_id IS NOT NULL) = 1),
	CONSTRAINT payout_second_person CHECK (approved_by IS NULL OR approved_by <> requested_by),
	CONSTRAINT payout_enough CHECK (status <> 'paid' OR COALESCE(had >= amount, 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An expense that was approved moved money; what was approved until now did so then. It may be taken back.
ALTER TABLE expense
	DROP CONSTRAINT IF EXISTS CONSTRAINT_1,
	ADD CONSTRAINT IF NOT EXISTS expense_status CHECK (status IN ('requested', 'approved', 'paid', 'withdrawn')),
	ADD COLUMN IF NOT EXISTS withdrawn_at DATETIME(3) NULL AFTER approved_at;

INSERT IGNORE INTO ledger_account (kind, owner_id, currency)
SELECT k.kind, 0, e.currency FROM expense e JOIN (SELECT 'platform' AS kind UNION ALL SELECT 'bank') k
WHERE e.status IN ('approved', 'paid') GROUP BY k.kind, e.currency;
INSERT IGNORE INTO ledger_transfer (kind, noun, noun_id, at)
SELECT 'expense', 'expense', id, COALESCE(approved_at, updated_at) FROM expense WHERE status IN ('approved', 'paid');
INSERT INTO ledger_entry (transfer_id, account_id, amount)
SELECT t.id, a.id, IF(a.kind = 'platform', e.amount, -e.amount)
FROM ledger_transfer t
JOIN expense e ON e.id = t.noun_id
JOIN ledger_account a ON a.kind IN ('platform', 'bank') AND a.owner_id = 0 AND a.currency = e.currency
WHERE t.noun = 'expense' AND t.kind = 'expense' AND NOT EXISTS (SELECT 1 FROM ledger_entry x WHERE x.transfer_id = t.id);
