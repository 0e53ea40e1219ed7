-- What is out of the ordinary beyond one mark, with the numbers that it follows from. subject names what it is about, so that it is told once;
-- what people say of it stands, whatever is computed later.
CREATE TABLE IF NOT EXISTS attendance_anomaly (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	type VARCHAR(16) NOT NULL,
	subject VARCHAR(80) NOT NULL,
	severity VARCHAR(8) NOT NULL,
	score DOUBLE NOT NULL,
	threshold DOUBLE NOT NULL COMMENT 'from where it is told',
	p_value DOUBLE NULL,
	campus_id BIGINT NOT NULL,
	event_id BIGINT NULL,
	department_id BIGINT NULL,
	account_id BIGINT NULL,
	other_id BIGINT NULL COMMENT 'of a pair the second',
	attendance_ids TEXT NOT NULL COMMENT 'JSON: UUIDs of records',
	detail TEXT NOT NULL COMMENT 'JSON: its numbers',
	status VARCHAR(10) NOT NULL DEFAULT 'open',
	reason VARCHAR(500) NULL,
	decided_by BIGINT NULL,
	decided_at DATETIME(3) NULL,
	detected_at DATETIME(3) NOT NULL,
	computed_at DATETIME(3) NOT NULL,
	UNIQUE KEY attendance_anomaly_subject (type, subject),
	KEY attendance_anomaly_campus (campus_id, detected_at),
	KEY attendance_anomaly_detected (detected_at),
	KEY attendance_anomaly_event (event_id, status),
	KEY attendance_anomaly_department (department_id, detected_at),
	CONSTRAINT attendance_anomaly_campus FOREIGN KEY (campus_id) REFERENCES campus (id),
	CONSTRAINT attendance_anomaly_event FOREIGN KEY (event_id) REFERENCES campus_event (id),
	CONSTRAINT attendance_anomaly_department FOREIGN KEY (department_id) REFERENCES department (id),
	CONSTRAINT attendance_anomaly_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT attendance_anomaly_other FOREIGN KEY (other_id) REFERENCES account (id),
	CONSTRAINT attendance_anomaly_decider FOREIGN KEY (decided_by) REFERENCES account (id),
	CONSTRAINT attendance_anomaly_type CHECK (type IN ('rate_outlier', 'burst', 'pair', 'over_roster', 'drop')),
	CONSTRAINT attendance_anomaly_severity CHECK (severity IN ('low', 'medium', 'high')),
	CONSTRAINT attendance_anomaly_status CHECK (status IN ('open', 'confirmed', 'dismissed'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Of which events that was computed, as their sums were then; and of which campuses what lies across events, in the night of which day there.
CREATE TABLE IF NOT EXISTS event_anomaly_look (
	event_id BIGINT NOT NULL PRIMARY KEY,
	change_id BIGINT NOT NULL COMMENT 'the event_sum''s',
	version INT NOT NULL COMMENT 'the event_sum''s',
	looked_at DATETIME(3) NOT NULL,
	CONSTRAINT event_anomaly_look_event FOREIGN KEY (event_id) REFERENCES campus_event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE IF NOT EXISTS campus_anomaly_look (
	campus_id BIGINT NOT NULL PRIMARY KEY,
	day DATE NOT NULL,
	looked_at DATETIME(3) NOT NULL,
	CONSTRAINT campus_anomaly_look_campus FOREIGN KEY (campus_id) REFERENCES campus (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
