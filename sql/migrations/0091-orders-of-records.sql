-- Beside the times of an event stands who was there, packed as they are: whom a year of an organizer's lectures has lost is counted from these, where it
-- took a row for each record.
ALTER TABLE attendance_time DROP CONSTRAINT IF EXISTS attendance_time_span;
ALTER TABLE attendance_time
	MODIFY times MEDIUMBLOB NOT NULL COMMENT 'of each record ms (people: its account) in 6 bytes, its department in 4, in 1: is it verified (people: did they come)',
	ADD CONSTRAINT attendance_time_span CHECK (span IN ('self', 'manual', 'people'));
-- They are made anew.
DELETE FROM event_sum;
-- Records in the order of what people and events are called, which these tables have, of a department, and of how far away they were made.
ALTER TABLE campus_member
	ADD KEY IF NOT EXISTS campus_member_name (last_name, first_name, account_id),
	ADD KEY IF NOT EXISTS campus_member_number (student_id, account_id);
ALTER TABLE campus_event ADD KEY IF NOT EXISTS campus_event_title (title, id);
-- And what waits for a person in the order in which it is looked at: appeals first, then what the worst open flag is of, then by time. What counts it
-- has whose it is besides, and of which event.
ALTER TABLE attendance
	ADD COLUMN IF NOT EXISTS worst TINYINT NOT NULL DEFAULT 9 COMMENT 'of its open flags: 1 high, 2 medium, 3 low, 4 info; 9: it has none' AFTER appealed_at,
	ADD COLUMN IF NOT EXISTS waits TINYINT AS (IF(verification_status = 'pending', worst + IF(appealed_at IS NULL, 10, 0), NULL)) PERSISTENT
		COMMENT 'the less the sooner; NULL: it does not' AFTER worst,
	ADD KEY IF NOT EXISTS attendance_waits (campus_id, waits, submitted_at, account_id),
	ADD KEY IF NOT EXISTS attendance_department_waits (department_id, waits, submitted_at, account_id, event_id),
	ADD KEY IF NOT EXISTS attendance_event_waits (event_id, verification_status, waits, account_id),
	ADD KEY IF NOT EXISTS attendance_campus_department (campus_id, department_id, status, verification_status, event_starts_at),
	ADD KEY IF NOT EXISTS attendance_distance (campus_id, distance);
UPDATE attendance a JOIN (SELECT attendance_id, MIN(FIELD(severity, 'high', 'medium', 'low', 'info')) AS worst FROM attendance_flag
	WHERE resolution IS NULL GROUP BY attendance_id) f ON f.attendance_id = a.id SET a.worst = f.worst;
