-- The sums of an event, a row a department, with a column for each thing that figures ask for: a year's are a tenth of the rows that there were
-- with one for each status, verification and quarter of an hour; the quarters stand by themselves. Beside them how long each record took, one
-- after the other, for the middle and the tails of a year's times are exact: no sum says them. All of it holds as long as event_sum says.
CREATE TABLE IF NOT EXISTS attendance_part (
	event_id BIGINT NOT NULL,
	department_id BIGINT NOT NULL COMMENT '0: none',
	present INT NOT NULL COMMENT 'these four: not rejected',
	late INT NOT NULL,
	absent INT NOT NULL,
	excused INT NOT NULL,
	rejected INT NOT NULL,
	present_verified INT NOT NULL,
	late_verified INT NOT NULL,
	absent_verified INT NOT NULL,
	excused_verified INT NOT NULL,
	expected INT NOT NULL COMMENT 'on a roster that is fixed, and excused by nothing',
	PRIMARY KEY (event_id, department_id),
	CONSTRAINT attendance_part_event FOREIGN KEY (event_id) REFERENCES event_sum (event_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE IF NOT EXISTS attendance_slot (
	event_id BIGINT NOT NULL,
	slot DATETIME NOT NULL COMMENT 'the quarter of an hour, UTC, in which they were submitted',
	department_id BIGINT NOT NULL COMMENT '0: none',
	attended INT NOT NULL COMMENT 'present or late, not rejected',
	verified INT NOT NULL COMMENT 'of these',
	PRIMARY KEY (event_id, slot, department_id),
	CONSTRAINT attendance_slot_event FOREIGN KEY (event_id) REFERENCES event_sum (event_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE IF NOT EXISTS attendance_time (
	event_id BIGINT NOT NULL,
	span VARCHAR(6) NOT NULL,
	times MEDIUMBLOB NOT NULL COMMENT 'of each record ms in 6 bytes, its department in 4, is it verified in 1',
	PRIMARY KEY (event_id, span),
	CONSTRAINT attendance_time_event FOREIGN KEY (event_id) REFERENCES event_sum (event_id) ON DELETE CASCADE,
	CONSTRAINT attendance_time_span CHECK (span IN ('self', 'manual'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
DROP TABLE IF EXISTS attendance_sum, event_expected_sum;
-- They are made anew.
DELETE FROM event_sum;
