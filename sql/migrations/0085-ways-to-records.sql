-- A list of a campus's or a department's records by what they are, the newest first, and the flags of a severity: each by an index of its own.
ALTER TABLE attendance
	ADD KEY IF NOT EXISTS attendance_kind (campus_id, status, verification_status, event_starts_at),
	ADD KEY IF NOT EXISTS attendance_method (campus_id, method, event_starts_at),
	ADD KEY IF NOT EXISTS attendance_department_kind (department_id, status, verification_status, event_starts_at);
ALTER TABLE attendance_flag ADD KEY IF NOT EXISTS attendance_flag_severity (severity, attendance_id);
