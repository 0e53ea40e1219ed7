-- Sums of the ledger by what caused a line and by which kind of transfer too, so that a list of these knows how many they are and where. What
-- is there is added up anew.
DELETE FROM book_day;
DELETE FROM day_sum WHERE what = 'book';
ALTER TABLE book_day
	ADD COLUMN IF NOT EXISTS noun VARCHAR(20) NOT NULL COMMENT 'ledger_transfer.noun' AFTER account,
	ADD COLUMN IF NOT EXISTS transfer VARCHAR(20) NOT NULL COMMENT 'ledger_transfer.kind' AFTER noun,
	DROP PRIMARY KEY,
	ADD PRIMARY KEY (day, currency, account, noun, transfer);
