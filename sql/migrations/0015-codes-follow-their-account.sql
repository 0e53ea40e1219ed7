-- A code is good while its account is what it was when the code was sent. Codes that are under way meanwhile have to be
-- asked for once more.
ALTER TABLE otp
	ADD COLUMN IF NOT EXISTS account_state BINARY(32) NULL COMMENT 'SHA-256 of what the account was found and proved by'
	AFTER account_id;
