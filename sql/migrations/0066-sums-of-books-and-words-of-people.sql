-- What moved in the ledger, added up by the days of the site's zone, currency and kind of account, up to day_sum.upto of 'book', with what of
-- it is in each figure of the company's books. The lines are the truth (gatehouse audit), and all of it can be made anew from them.
CREATE TABLE IF NOT EXISTS book_day (
	day DATE NOT NULL,
	currency CHAR(3) NOT NULL,
	account VARCHAR(12) NOT NULL COMMENT 'ledger_account.kind',
	entries INT NOT NULL,
	amount BIGINT NOT NULL COMMENT 'debit is positive',
	sales BIGINT NOT NULL COMMENT 'this and what follows: as in the books, where what the house earns is positive',
	refunds BIGINT NOT NULL,
	taxes BIGINT NOT NULL,
	fees BIGINT NOT NULL,
	expenses BIGINT NOT NULL,
	profit BIGINT NOT NULL,
	payouts BIGINT NOT NULL,
	deposits BIGINT NOT NULL,
	first_id BIGINT NOT NULL COMMENT 'of ledger_entry: between these the lines of the day are',
	last_id BIGINT NOT NULL,
	PRIMARY KEY (day, currency, account)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Whom a word finds (store/sought.h): kept by `jobs` up to a moment, from where on accounts and tickets are asked themselves.
CREATE TABLE IF NOT EXISTS sought_word (
	word VARBINARY(40) NOT NULL COMMENT 'as rules/words.h makes it, cut; of a number each of its ends',
	account_id BIGINT NOT NULL,
	PRIMARY KEY (word, account_id),
	KEY sought_word_account (account_id, word)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE IF NOT EXISTS sought_upto (
	what VARCHAR(10) NOT NULL PRIMARY KEY COMMENT 'account, ticket',
	changed_at DATETIME(3) NOT NULL COMMENT 'who changed before, or at this moment and has no higher id, is in',
	id BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
ALTER TABLE account
	ADD COLUMN IF NOT EXISTS changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
	ADD KEY IF NOT EXISTS account_changed (changed_at);
ALTER TABLE ticket ADD KEY IF NOT EXISTS ticket_changed_at (changed_at);
-- By its provider's reference alone, and with the provider.
ALTER TABLE payment
	DROP KEY IF EXISTS payment_provider,
	ADD UNIQUE KEY IF NOT EXISTS payment_provider_ref (provider_ref, provider);
-- Who scanned what, and with which card.
ALTER TABLE scan_log
	ADD KEY IF NOT EXISTS scan_log_usher (usher_id, id),
	ADD KEY IF NOT EXISTS scan_log_card (card_uid, id);
-- Orders in which lists of a million stand, and what finds few of them. A unique key has no order by what comes behind it, the id.
ALTER TABLE account
	ADD KEY IF NOT EXISTS account_name (name),
	ADD KEY IF NOT EXISTS account_by_mobile (mobile_number),
	ADD KEY IF NOT EXISTS account_by_email (email),
	ADD KEY IF NOT EXISTS account_created (created_at);
ALTER TABLE orders ADD KEY IF NOT EXISTS orders_created (created_at);
ALTER TABLE ticket
	ADD KEY IF NOT EXISTS ticket_status (status),
	ADD KEY IF NOT EXISTS ticket_created (created_at);
ALTER TABLE ledger_transfer ADD KEY IF NOT EXISTS ledger_transfer_kind (kind);
