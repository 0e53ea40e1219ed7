-- What is sent to somebody's address so that they can set a password: once, and for a while. Only its hash is here.
CREATE TABLE IF NOT EXISTS account_token (
	hash BINARY(32) NOT NULL PRIMARY KEY,
	account_id BIGINT NOT NULL,
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	KEY account_token_account (account_id),
	KEY account_token_expires (expires_at),
	CONSTRAINT account_token_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE campus_member ADD COLUMN IF NOT EXISTS verified_by BIGINT NULL COMMENT 'who looked at this account' AFTER is_verified,
	ADD COLUMN IF NOT EXISTS verified_at DATETIME(3) NULL AFTER verified_by,
	ADD COLUMN IF NOT EXISTS consent_version INT NULL AFTER verified_at,
	ADD COLUMN IF NOT EXISTS consent_at DATETIME(3) NULL AFTER consent_version;
