# What one mark makes of the database: a code that is shown, and the submit. Played by `limit … play`; `run marks` compares it with what
# the program makes and complains where they differ. How it is written is said in order.sql.

> seat now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ? AND
s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> schema
BEGIN NOT ATOMIC DECLARE it INT; START TRANSACTION; SELECT version INTO it FROM schema_now WHERE one = 1; IF NOT (it <=>
?) THEN SIGNAL SQLSTATE '45000'; END IF; END

> student lecture_uuid
SELECT e.id AS number, e.uuid AS `id:uuid`, e.title, e.location, e.campus_id, e.starts_at, e.ends_at, e.opens_at,
e.late_at, e.closes_at, e.latitude, e.longitude, e.location_radius, COALESCE(e.places, '[]') AS places, e.is_active,
e.steps, e.location_mode, e.rescan, e.typed_code, e.auto_verify, e.strict_steps, e.allow_offline, e.qr_rotates,
e.qr_generation, e.qr_expires_at, e.time_zone, COALESCE(m.is_verified, 0) AS `verified:bool`, m.department_id FROM
campus_event e LEFT JOIN campus_member m ON m.account_id = ? WHERE e.uuid = ? AND e.deleted_at IS NULL

> lecture student*2
SELECT 1 FROM campus_event e WHERE e.id = ? AND (EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = e.id AND
x.account_id = ?) OR EXISTS (SELECT 1 FROM campus_member m JOIN event_audience u ON u.event_id = e.id WHERE
m.account_id = ? AND m.left_at IS NULL AND (u.rule = 'member' AND m.account_id = u.value OR m.campus_id = e.campus_id
AND (u.rule = 'all' OR EXISTS (SELECT 1 FROM account_role k WHERE k.account_id = m.account_id AND k.role = 'student')
AND (u.rule = 'students' OR u.rule = 'department' AND m.department_id = u.value OR u.rule = 'year_level' AND
m.year_level = u.value)))))

> lecture student
SELECT id, uuid AS `uuid:uuid`, state, status, verification_status, method, qr_at, qr_step, rescan_at, session_at,
submitted_at, client_id AS `client_id:hex`, steps_done, latitude, longitude, place_verdict, place_at, accuracy,
distance, place_tries, decided_by, version FROM attendance WHERE event_id = ? AND account_id = ? FOR UPDATE

> bytes16 lecture student 1 1 now now 4294967295 now 'self' '127.0.0.1' '' null '["qr"]' now now
INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, event_starts_at, qr_at, qr_step,
session_at, method, ip, user_agent, device, steps_done, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
?, ?, ?, ?, ?, ?)

< attempt
> lecture student
SELECT id, uuid AS `uuid:uuid`, state, status, verification_status, method, qr_at, qr_step, rescan_at, session_at,
submitted_at, client_id AS `client_id:hex`, steps_done, latitude, longitude, place_verdict, place_at, accuracy,
distance, place_tries, decided_by, version FROM attendance WHERE event_id = ? AND account_id = ? FOR UPDATE

> student lecture 4294967295 0 0 '127.0.0.1' '' null null 1 '' now
INSERT INTO qr_scan (account_id, event_id, step, age_ms, typed, ip, user_agent, latitude, longitude, ok, reason, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

> 'student' student
SELECT a.id, a.username, a.email, m.first_name, m.last_name, CONCAT_WS(' ', m.first_name, m.last_name) AS full_name,
REPLACE(?, 'campus_', '') AS role, d.name AS department, m.department_id, c.name AS campus, m.campus_id, m.student_id,
m.year_level, m.is_verified AS `is_verified:bool`, m.email_verified AS `email_verified:bool`, a.status = 'active' AS `is_active:bool`, a.locale, a.photo AS
profile_photo_url, m.created_at AS date_joined FROM campus_member m JOIN account a ON a.id = m.account_id LEFT JOIN
department d ON d.id = m.department_id LEFT JOIN campus c ON c.id = m.campus_id WHERE m.account_id = ?

COMMIT

> seat now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ? AND
s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> schema
BEGIN NOT ATOMIC DECLARE it INT; START TRANSACTION; SELECT version INTO it FROM schema_now WHERE one = 1; IF NOT (it <=>
?) THEN SIGNAL SQLSTATE '45000'; END IF; END

> student lecture_uuid
SELECT e.id AS number, e.uuid AS `id:uuid`, e.title, e.location, e.campus_id, e.starts_at, e.ends_at, e.opens_at,
e.late_at, e.closes_at, e.latitude, e.longitude, e.location_radius, COALESCE(e.places, '[]') AS places, e.is_active,
e.steps, e.location_mode, e.rescan, e.typed_code, e.auto_verify, e.strict_steps, e.allow_offline, e.qr_rotates,
e.qr_generation, e.qr_expires_at, e.time_zone, COALESCE(m.is_verified, 0) AS `verified:bool`, m.department_id FROM
campus_event e LEFT JOIN campus_member m ON m.account_id = ? WHERE e.uuid = ? AND e.deleted_at IS NULL

> lecture student
SELECT id, uuid AS `uuid:uuid`, state, status, verification_status, method, qr_at, qr_step, rescan_at, session_at,
submitted_at, client_id AS `client_id:hex`, steps_done, latitude, longitude, place_verdict, place_at, accuracy,
distance, place_tries, decided_by, version FROM attendance WHERE event_id = ? AND account_id = ? FOR UPDATE

> attempt
SELECT COUNT(*) FROM attendance_flag WHERE attendance_id = ? AND severity = 'high' AND (resolution IS NULL OR
resolution <> 'dismissed')

> 'present' 'verified' now null null '["qr"]' now attempt 1
UPDATE attendance SET state = 'submitted', status = ?, verification_status = ?, submitted_at = ?, notes = ?, client_id
= ?, steps_done = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = ? AND state = 'started'

> null null null now attempt
INSERT INTO attendance_change (attendance_id, event_id, account_id, status, previous_status, verification_status,
previous_verification, method, device, at) SELECT id, event_id, account_id, status, ?, verification_status, ?, method,
?, ? FROM attendance WHERE id = ? AND state = 'submitted'

> lecture student
SELECT id, uuid AS `uuid:uuid`, state, status, verification_status, method, qr_at, qr_step, rescan_at, session_at,
submitted_at, client_id AS `client_id:hex`, steps_done, latitude, longitude, place_verdict, place_at, accuracy,
distance, place_tries, decided_by, version FROM attendance WHERE event_id = ? AND account_id = ? FOR UPDATE

> attempt
SELECT code, severity, score, COALESCE(detail, 'null') AS `detail:json`, resolution, created_at FROM attendance_flag f
WHERE attendance_id = ? ORDER BY FIELD(f.severity, 'high', 'medium', 'low', 'info'), id

COMMIT
