-- Who registers at a campus by themselves answers from their address before it counts as theirs; and what was mailed says what it is for:
-- a password, an address, or a role for an account that somebody has elsewhere.
ALTER TABLE account_token
	ADD COLUMN IF NOT EXISTS purpose VARCHAR(10) NOT NULL DEFAULT 'password' AFTER account_id,
	ADD COLUMN IF NOT EXISTS email VARCHAR(254) NULL COMMENT 'the address that it was sent to, where that becomes theirs' AFTER purpose,
	ADD COLUMN IF NOT EXISTS payload TEXT NULL COMMENT 'JSON: what becomes so by it' AFTER email;
ALTER TABLE account_token DROP CONSTRAINT IF EXISTS account_token_purpose;
ALTER TABLE account_token ADD CONSTRAINT account_token_purpose CHECK (purpose IN ('password', 'email', 'join'));
ALTER TABLE campus_member
	ADD COLUMN IF NOT EXISTS email_verified TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'no: they registered, and have not answered from it yet'
		AFTER is_verified;
