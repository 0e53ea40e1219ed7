-- What the records of an event that is over add up to, so that a figure of a term need not read each of them. An event's sums hold as long
-- as it is the version that was summed up, with the same roster, and no change of a record is younger; else its rows are read.
CREATE TABLE IF NOT EXISTS event_sum (
	event_id BIGINT NOT NULL PRIMARY KEY,
	change_id BIGINT NOT NULL COMMENT 'the last attendance_change that is in it; 0: none',
	version INT NOT NULL COMMENT 'the event''s',
	roster_at DATETIME(3) NULL COMMENT 'the event''s',
	summed_at DATETIME(3) NOT NULL,
	CONSTRAINT event_sum_event FOREIGN KEY (event_id) REFERENCES campus_event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE IF NOT EXISTS attendance_sum (
	event_id BIGINT NOT NULL,
	department_id BIGINT NOT NULL COMMENT '0: none',
	slot DATETIME NOT NULL COMMENT 'the quarter of an hour, UTC, in which they were submitted',
	status VARCHAR(10) NOT NULL,
	verification_status VARCHAR(10) NOT NULL,
	n INT NOT NULL,
	PRIMARY KEY (event_id, department_id, slot, status, verification_status),
	CONSTRAINT attendance_sum_event FOREIGN KEY (event_id) REFERENCES event_sum (event_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE IF NOT EXISTS event_expected_sum (
	event_id BIGINT NOT NULL,
	department_id BIGINT NOT NULL COMMENT '0: none',
	expected INT NOT NULL,
	PRIMARY KEY (event_id, department_id),
	CONSTRAINT event_expected_sum_event FOREIGN KEY (event_id) REFERENCES event_sum (event_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
