-- Reports that are too long to be answered at once: made by jobs, had by who asked for them, and gone after a day with their files.
CREATE TABLE IF NOT EXISTS campus_report (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	account_id BIGINT NOT NULL COMMENT 'who asked for it',
	role VARCHAR(20) NOT NULL COMMENT 'as which they did: what they see',
	kind VARCHAR(20) NOT NULL,
	format VARCHAR(5) NOT NULL,
	locale VARCHAR(35) NULL COMMENT 'the language of what is read',
	asked TEXT NOT NULL COMMENT 'JSON: its filter',
	status VARCHAR(10) NOT NULL DEFAULT 'queued',
	tries TINYINT NOT NULL DEFAULT 0 COMMENT 'how often it was begun',
	rows_total BIGINT NOT NULL COMMENT 'as they were counted when it was asked for',
	rows_done BIGINT NOT NULL DEFAULT 0,
	file_sha256 VARCHAR(64) NULL,
	bytes BIGINT NULL,
	created_at DATETIME(3) NOT NULL,
	done_at DATETIME(3) NULL,
	expires_at DATETIME(3) NOT NULL COMMENT 'the row and the file go',
	UNIQUE KEY campus_report_uuid (uuid),
	KEY campus_report_status (status, id),
	KEY campus_report_account (account_id, id),
	KEY campus_report_expires (expires_at),
	KEY campus_report_file (file_sha256),
	CONSTRAINT campus_report_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT campus_report_file FOREIGN KEY (file_sha256) REFERENCES stored_file (sha256),
	CONSTRAINT campus_report_state CHECK (status IN ('queued', 'running', 'done', 'failed')),
	CONSTRAINT campus_report_whole CHECK ((status = 'done') = (file_sha256 IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Documents that were issued, by the code that stands on them. Rows are only added.
CREATE TABLE IF NOT EXISTS report_issue (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	code VARCHAR(16) NOT NULL,
	account_id BIGINT NOT NULL COMMENT 'who had it made',
	format VARCHAR(5) NOT NULL,
	title VARCHAR(255) NOT NULL COMMENT 'of what it is',
	rows_total BIGINT NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	issued_at DATETIME(3) NOT NULL,
	UNIQUE KEY report_issue_code (code),
	CONSTRAINT report_issue_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
