-- What happened to the installation itself, for 90 days: starts, faults, settings, keys. The same thing within a minute is one row.
CREATE TABLE IF NOT EXISTS system_log (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	at DATETIME(3) NOT NULL COMMENT 'the first time',
	last_at DATETIME(3) NOT NULL,
	times INT NOT NULL DEFAULT 1,
	kind VARCHAR(12) NOT NULL COMMENT 'start, job, message, provider, setting, key, webhook, schema, restore, maintenance, fault',
	severity VARCHAR(8) NOT NULL COMMENT 'info, warning, error',
	node VARCHAR(64) NOT NULL,
	process VARCHAR(16) NOT NULL,
	event VARCHAR(40) NOT NULL COMMENT 'as the process log has it',
	subject VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'by which its likes are told',
	subject_words VARBINARY(1200) NULL,
	detail LONGTEXT NULL COMMENT 'JSON: what the first of them said',
	likeness BINARY(16) NOT NULL COMMENT 'of node, process, event and subject',
	minute BIGINT NOT NULL COMMENT 'since 1970',
	UNIQUE KEY system_log_like (likeness, minute),
	KEY system_log_at (at),
	KEY system_log_kind (kind, id),
	CONSTRAINT system_log_severity CHECK (severity IN ('info', 'warning', 'error'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
