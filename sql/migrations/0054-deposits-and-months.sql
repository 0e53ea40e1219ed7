-- Money that came into the house's bank account otherwise than by a sale: paid in by whom it belongs to, or sent on by a provider.
CREATE TABLE IF NOT EXISTS deposit (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	source VARCHAR(10) NOT NULL COMMENT 'capital, provider',
	amount BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	date DATE NOT NULL COMMENT 'on which the bank has it',
	reference VARCHAR(80) NOT NULL DEFAULT '' COMMENT 'of the bank',
	status VARCHAR(10) NOT NULL DEFAULT 'received' COMMENT 'received, revoked',
	note VARCHAR(300) NOT NULL DEFAULT '',
	reason VARCHAR(300) NULL COMMENT 'why it was revoked',
	made_by BIGINT NOT NULL COMMENT 'account',
	revoked_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	KEY deposit_date (date, id),
	CONSTRAINT deposit_source CHECK (source IN ('capital', 'provider')),
	CONSTRAINT deposit_status CHECK (status IN ('received', 'revoked')),
	CONSTRAINT deposit_amount CHECK (amount > 0),
	CONSTRAINT deposit_revoked CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A month of the books. Closed, it takes nothing any more; what is dated into one locks its row, so that nobody closes it meanwhile.
CREATE TABLE IF NOT EXISTS finance_month (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	month DATE NOT NULL COMMENT 'its first day',
	begins_at DATETIME(3) NOT NULL COMMENT 'the month, where the site is',
	ends_at DATETIME(3) NOT NULL,
	status VARCHAR(10) NOT NULL DEFAULT 'open' COMMENT 'open, closed',
	closed_at DATETIME(3) NULL COMMENT 'the last time',
	closed_by BIGINT NULL COMMENT 'account',
	reopened_at DATETIME(3) NULL,
	reason VARCHAR(300) NULL COMMENT 'why it was opened again',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY finance_month_month (month),
	KEY finance_month_closed (status, ends_at),
	CONSTRAINT finance_month_status CHECK (status IN ('open', 'closed')),
	CONSTRAINT finance_month_closed CHECK (status <> 'closed' OR (closed_at >= ends_at AND closed_by IS NOT NULL)),
	CONSTRAINT finance_month_whole CHECK (DAY(month) = 1 AND begins_at < ends_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What the ledger said of a month when it was closed, a row a currency.
CREATE TABLE IF NOT EXISTS finance_month_sum (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	month_id BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	sales BIGINT NOT NULL,
	refunds BIGINT NOT NULL,
	taxes BIGINT NOT NULL,
	fees BIGINT NOT NULL,
	expenses BIGINT NOT NULL,
	profit BIGINT NOT NULL,
	payouts BIGINT NOT NULL,
	deposits BIGINT NOT NULL,
	UNIQUE KEY finance_month_sum_currency (month_id, currency),
	CONSTRAINT finance_month_sum_month FOREIGN KEY (month_id) REFERENCES finance_month (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What happened in a month is found by when; and an account is summed by its key alone.
ALTER TABLE ledger_transfer
	ADD KEY IF NOT EXISTS ledger_transfer_at (at, kind);
ALTER TABLE ledger_entry
	ADD KEY IF NOT EXISTS ledger_entry_sum (account_id, id, amount),
	DROP KEY IF EXISTS ledger_entry_account;
