-- Messages leave after the commit that caused them: a row here, sent by jobs.
CREATE TABLE outbox (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	channel VARCHAR(8) NOT NULL COMMENT 'sms, mail',
	recipient VARCHAR(254) NOT NULL,
	subject VARCHAR(200) NOT NULL DEFAULT '',
	body TEXT NOT NULL,
	status VARCHAR(10) NOT NULL DEFAULT 'queued' COMMENT 'queued, sent, failed',
	attempts INT NOT NULL DEFAULT 0,
	lease CHAR(36) NULL COMMENT 'who is sending it',
	due_at DATETIME(3) NOT NULL COMMENT 'next try, or end of the lease',
	created_at DATETIME(3) NOT NULL,
	sent_at DATETIME(3) NULL,
	error VARCHAR(300) NULL,
	KEY outbox_due (status, due_at),
	KEY outbox_recipient (recipient, id),
	CHECK (status IN ('queued', 'sent', 'failed'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Rows are inserted unchained; one elected sealer in jobs numbers and chains them within seconds.
CREATE TABLE audit_log (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	at DATETIME(3) NOT NULL,
	account_id BIGINT NULL,
	role VARCHAR(12) NOT NULL,
	action VARCHAR(40) NOT NULL,
	noun VARCHAR(40) NOT NULL,
	noun_id BIGINT NOT NULL,
	before_json LONGTEXT NULL,
	after_json LONGTEXT NULL,
	ip VARCHAR(45) NOT NULL,
	request_id VARCHAR(64) NOT NULL,
	seq BIGINT NULL COMMENT 'place in the chain, from 1 without a gap',
	hash BINARY(32) NULL COMMENT 'BLAKE2b over the row and the hash before',
	UNIQUE KEY audit_log_seq (seq),
	KEY audit_log_noun (noun, noun_id, id),
	KEY audit_log_account (account_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The chain's end, so that rows cut off its tail are missed too, and the sealer's lease.
CREATE TABLE audit_chain (
	id INT NOT NULL PRIMARY KEY,
	seq BIGINT NOT NULL,
	hash BINARY(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
INSERT INTO audit_chain (id, seq, hash) VALUES (1, 0, UNHEX(REPEAT('00', 32)));

-- Work that one process at a time does, claimed by one guarded UPDATE.
CREATE TABLE job (
	name VARCHAR(40) NOT NULL PRIMARY KEY,
	lease CHAR(36) NULL,
	due_at DATETIME(3) NOT NULL COMMENT 'next run, or end of the lease',
	ran_at DATETIME(3) NULL,
	error VARCHAR(300) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE setting (
	name VARCHAR(60) NOT NULL PRIMARY KEY,
	value TEXT NOT NULL,
	updated_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
INSERT INTO setting (name, value, updated_at) VALUES ('staff_second_factor', 'optional', UTC_TIMESTAMP(3));
