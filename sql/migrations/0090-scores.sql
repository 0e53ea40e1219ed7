-- Points for attendance that go to a platform for learning by LTI 1.3: where a campus's platform is and by which key we are known there, …
CREATE TABLE IF NOT EXISTS lti_platform (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	campus_id BIGINT NOT NULL,
	issuer VARCHAR(500) NOT NULL,
	client_id VARCHAR(255) NOT NULL,
	token_url VARCHAR(1000) NOT NULL,
	line_item_url VARCHAR(1000) NOT NULL,
	known_by VARCHAR(10) NOT NULL DEFAULT 'student_id' COMMENT 'what the platform knows people by',
	key_id VARCHAR(36) NULL COMMENT 'with both that follow; NULL: for the moment before they are made',
	modulus VARCHAR(400) NULL COMMENT 'of the public key, as base64url',
	secret VARBINARY(1500) NULL COMMENT 'the private key, sealed; NULL: it was given up',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY lti_platform_campus (campus_id),
	CONSTRAINT lti_platform_campus FOREIGN KEY (campus_id) REFERENCES campus (id),
	CONSTRAINT lti_platform_known CHECK (known_by IN ('student_id', 'email', 'username'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- … what is to be sent for a report that was asked for, …
CREATE TABLE IF NOT EXISTS lti_posting (
	report_id BIGINT NOT NULL PRIMARY KEY,
	platform_id BIGINT NOT NULL,
	line_item VARCHAR(1000) NOT NULL,
	state VARCHAR(10) NOT NULL DEFAULT 'new',
	scored_at DATETIME(3) NOT NULL COMMENT 'which all of its scores say: who reads them tells by it which is later',
	KEY lti_posting_state (state, report_id),
	KEY lti_posting_platform (platform_id),
	CONSTRAINT lti_posting_report FOREIGN KEY (report_id) REFERENCES campus_report (id) ON DELETE CASCADE,
	CONSTRAINT lti_posting_platform FOREIGN KEY (platform_id) REFERENCES lti_platform (id) ON DELETE CASCADE,
	CONSTRAINT lti_posting_state CHECK (state IN ('new', 'sending', 'over'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- … to whom each of it, …
CREATE TABLE IF NOT EXISTS lti_score (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	report_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	user_id VARCHAR(254) NULL COMMENT 'as the platform knows them; NULL: by nothing that we have',
	given DECIMAL(14, 3) NOT NULL,
	maximum DECIMAL(14, 3) NOT NULL,
	state VARCHAR(10) NOT NULL,
	attempts TINYINT NOT NULL DEFAULT 0,
	due_at DATETIME(3) NULL COMMENT 'of one that is queued',
	error VARCHAR(300) NULL,
	sent_at DATETIME(3) NULL,
	UNIQUE KEY lti_score_report (report_id, account_id),
	KEY lti_score_due (report_id, state, due_at),
	CONSTRAINT lti_score_report FOREIGN KEY (report_id) REFERENCES lti_posting (report_id) ON DELETE CASCADE,
	CONSTRAINT lti_score_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT lti_score_state CHECK (state IN ('queued', 'sent', 'same', 'failed')),
	CONSTRAINT lti_score_due CHECK ((state = 'queued') = (due_at IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- … and what a platform has by now, so that nothing is sent twice.
CREATE TABLE IF NOT EXISTS lti_sent (
	platform_id BIGINT NOT NULL,
	line_item_hash BINARY(32) NOT NULL COMMENT 'SHA-256',
	account_id BIGINT NOT NULL,
	user_id VARCHAR(254) NOT NULL,
	given DECIMAL(14, 3) NOT NULL,
	maximum DECIMAL(14, 3) NOT NULL,
	scored_at DATETIME(3) NOT NULL,
	PRIMARY KEY (platform_id, line_item_hash, account_id),
	KEY lti_sent_account (account_id),
	CONSTRAINT lti_sent_platform FOREIGN KEY (platform_id) REFERENCES lti_platform (id) ON DELETE CASCADE,
	CONSTRAINT lti_sent_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
