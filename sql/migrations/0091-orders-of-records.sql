-- Beside the times of an event stands who was there, packed as they are: whom a year of an organizer's lectures has lost is counted from these, where it
-- took a row for each record.
ALTER TABLE attendance_time DROP CONSTRAINT IF EXISTS attendance_time_span;
ALTER TABLE attendance_time
	MODIFY times MEDIUMBLOB NOT NULL COMMENT 'of each record ms (people: its account) in 6 bytes, its department in 4, in 1: is it verified (people: did they come)',
	ADD CONSTRAINT attendance_time_span CHECK (span IN ('self', 'manual', 'people'));
-- They are made anew.
DELETE FROM event_sum;
