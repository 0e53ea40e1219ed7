-- A session is for one role. A portal's cookie and an API's refresh token are random and stored as their BLAKE2b hash.
CREATE TABLE session (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	role VARCHAR(12) NOT NULL,
	role_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL DEFAULT 0 COMMENT 'an usher signs in to one event',
	cookie_hash BINARY(32) NULL COMMENT 'NULL: an API session',
	created_at DATETIME(3) NOT NULL,
	seen_at DATETIME(3) NOT NULL COMMENT 'moved at most once a minute',
	expires_at DATETIME(3) NOT NULL COMMENT 'absolute',
	ended_at DATETIME(3) NULL,
	ip VARCHAR(45) NOT NULL,
	user_agent VARCHAR(200) NOT NULL,
	UNIQUE KEY session_cookie (cookie_hash),
	KEY session_account (account_id, ended_at),
	KEY session_expiry (expires_at),
	CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Rotated at each use; one used twice ends its session, which is its family.
CREATE TABLE refresh_token (
	hash BINARY(32) NOT NULL PRIMARY KEY,
	session_id BIGINT NOT NULL,
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	used_at DATETIME(3) NULL,
	KEY refresh_token_session (session_id),
	KEY refresh_token_expiry (expires_at),
	CONSTRAINT refresh_token_session FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A one-time code, bound to what it is for and to whom it was sent.
CREATE TABLE otp (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	challenge BINARY(16) NOT NULL,
	purpose VARCHAR(24) NOT NULL COMMENT 'register, login, reset, staff-login, …',
	role VARCHAR(12) NOT NULL,
	recipient VARCHAR(254) NOT NULL COMMENT 'mobile number or e-mail',
	account_id BIGINT NULL COMMENT 'NULL: sent to nobody, so that strangers learn nothing',
	code_hash BINARY(32) NOT NULL COMMENT 'keyed BLAKE2b over code and challenge: a short code needs a key, not a slow hash',
	payload JSON NULL COMMENT 'what becomes true with the right code: a registration',
	tries INT NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	used_at DATETIME(3) NULL,
	UNIQUE KEY otp_challenge (challenge),
	KEY otp_recipient (recipient, purpose, role, id),
	KEY otp_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Guessing counters: failed passwords an account, codes sent a number and caller, one row a window.
CREATE TABLE guess (
	name BINARY(16) NOT NULL COMMENT 'BLAKE2b of what is counted',
	window_start DATETIME(3) NOT NULL,
	count INT NOT NULL,
	PRIMARY KEY (name, window_start),
	KEY guess_window (window_start)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE idempotency (
	account_id BIGINT NOT NULL COMMENT '0: not signed in',
	name BINARY(32) NOT NULL COMMENT 'BLAKE2b of route and key',
	body_hash BINARY(32) NOT NULL COMMENT 'over the canonical fields',
	status INT NOT NULL COMMENT '0: still running',
	data LONGTEXT NULL,
	message TEXT NULL,
	created_at DATETIME(3) NOT NULL,
	PRIMARY KEY (account_id, name),
	KEY idempotency_age (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
