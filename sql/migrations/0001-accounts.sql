-- One account a person; what they may do are rows of account_role, and each role's profile hangs off it.
CREATE TABLE account (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	email VARCHAR(254) NULL,
	mobile_number VARCHAR(20) NULL COMMENT 'E.164',
	username VARCHAR(60) NULL,
	name VARCHAR(120) NOT NULL,
	password_hash VARCHAR(160) NULL COMMENT 'Argon2id, PHC string; NULL: cannot sign in',
	status VARCHAR(12) NOT NULL DEFAULT 'active' COMMENT 'active, disabled',
	mobile_verified_at DATETIME(3) NULL,
	locale VARCHAR(12) NOT NULL DEFAULT 'en',
	photo VARCHAR(64) NULL COMMENT 'SHA-256 of a file',
	totp_secret VARBINARY(96) NULL COMMENT 'sealed with the site key',
	totp_enabled TINYINT(1) NOT NULL DEFAULT 0,
	totp_last_step BIGINT NOT NULL DEFAULT 0 COMMENT 'a code is good once',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY account_uuid (uuid),
	UNIQUE KEY account_email (email),
	UNIQUE KEY account_mobile (mobile_number),
	UNIQUE KEY account_username (username),
	CHECK (status IN ('active', 'disabled'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE account_role (
	account_id BIGINT NOT NULL,
	role VARCHAR(12) NOT NULL,
	granted_at DATETIME(3) NOT NULL,
	PRIMARY KEY (account_id, role),
	KEY account_role_role (role, account_id),
	CONSTRAINT account_role_account FOREIGN KEY (account_id) REFERENCES account (id),
	CHECK (role IN ('customer', 'organizer', 'merchant', 'usher', 'superadmin', 'admin', 'finance', 'support'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE customer (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	birth_date DATE NULL,
	blood_type VARCHAR(3) NULL,
	emergency_name VARCHAR(120) NULL,
	emergency_mobile VARCHAR(20) NULL,
	registration_fee_paid_at DATETIME(3) NULL,
	UNIQUE KEY customer_account (account_id),
	CONSTRAINT customer_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE organizer (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	company VARCHAR(160) NOT NULL,
	about TEXT NULL,
	logo VARCHAR(64) NULL COMMENT 'SHA-256 of a file',
	UNIQUE KEY organizer_account (account_id),
	CONSTRAINT organizer_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE merchant (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	company VARCHAR(160) NOT NULL,
	UNIQUE KEY merchant_account (account_id),
	CONSTRAINT merchant_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE usher (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	UNIQUE KEY usher_account (account_id),
	CONSTRAINT usher_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE admin (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	UNIQUE KEY admin_account (account_id),
	CONSTRAINT admin_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
