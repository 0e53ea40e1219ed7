-- Lists of a campus's people that were handed in, and what became of each line. A list is read by jobs, for it may be long.
CREATE TABLE IF NOT EXISTS campus_import (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL COMMENT 'who handed it in',
	campus_id BIGINT NOT NULL,
	dry_run TINYINT(1) NOT NULL,
	any_role TINYINT(1) NOT NULL COMMENT 'may it make more than students',
	status VARCHAR(10) NOT NULL DEFAULT 'queued',
	lines_total INT NOT NULL,
	lines_done INT NOT NULL DEFAULT 0,
	made INT NOT NULL DEFAULT 0,
	changed INT NOT NULL DEFAULT 0,
	refused INT NOT NULL DEFAULT 0,
	payload MEDIUMTEXT NULL COMMENT 'JSON: its lines, until they are read',
	results MEDIUMTEXT NOT NULL COMMENT 'JSON: what became of each',
	created_at DATETIME(3) NOT NULL,
	done_at DATETIME(3) NULL,
	KEY campus_import_status (status, id),
	KEY campus_import_created (created_at),
	CONSTRAINT campus_import_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT campus_import_campus FOREIGN KEY (campus_id) REFERENCES campus (id),
	CONSTRAINT campus_import_state CHECK (status IN ('queued', 'done'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
