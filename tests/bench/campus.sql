-- 5,000 lectures of a year at campus 1, each of 400 of its 4,000 people, and what became of them: 2,000,000 records. Beside what the demo
-- has; what came out of each is from numbers, so that it is the same in every run.
SET @now = UTC_TIMESTAMP(3), @account = (SELECT MAX(id) FROM account), @event = (SELECT MAX(id) FROM campus_event);
SET FOREIGN_KEY_CHECKS = 0, UNIQUE_CHECKS = 0;

CREATE TEMPORARY TABLE part AS SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n, COUNT(*) OVER () AS parts FROM department WHERE campus_id = 1;
INSERT INTO account (id, uuid, username, email, name, status, created_at, updated_at)
SELECT @account + seq, UNHEX(MD5(CONCAT('campus ', seq))), CONCAT('c', seq), CONCAT('c', seq, '@bench.example'), CONCAT('Person ', seq), 'active',
	@now - INTERVAL 400 DAY, @now
FROM seq_1_to_4000;
INSERT INTO account_role (account_id, role, granted_at) SELECT @account + seq, 'student', @now - INTERVAL 400 DAY FROM seq_1_to_4000;
INSERT INTO campus_member (account_id, campus_id, department_id, student_id, first_name, last_name, year_level, is_verified, created_at, updated_at)
SELECT @account + seq, 1, p.id, 200000 + seq, 'Person', seq, 1 + seq % 4, 1, @now - INTERVAL 400 DAY, @now
FROM seq_1_to_4000 JOIN part p ON p.n = seq % p.parts;

INSERT INTO campus_event (id, uuid, organizer_id, campus_id, title, description, location, starts_at, ends_at, time_zone, starts_on, opens_at,
	late_at, closes_at, steps, roster_at, created_at, updated_at)
SELECT e.id, UNHEX(MD5(CONCAT('lecture ', e.id))), (SELECT organizer_id FROM campus_event o WHERE o.campus_id = 1 LIMIT 1), 1, CONCAT('Lecture ', e.id), '', 'Hall A',
	e.at, e.at + INTERVAL 90 MINUTE, c.time_zone, DATE(e.at), e.at - INTERVAL 15 MINUTE, e.at + INTERVAL 15 MINUTE,
	e.at + INTERVAL 90 MINUTE, '["qr"]', e.at - INTERVAL 15 MINUTE, e.at - INTERVAL 1 DAY, e.at
FROM (SELECT @event + seq AS id, DATE(@now) - INTERVAL seq DIV 14 + 1 DAY + INTERVAL 8 + seq % 11 HOUR AS at FROM seq_1_to_5000) e
JOIN campus c ON c.id = 1;

INSERT INTO event_expected (event_id, account_id, since)
SELECT e.id, @account + 1 + ((e.id * 7 + s.seq * 10) % 4000), e.opens_at FROM campus_event e JOIN seq_1_to_400 s WHERE e.id > @event;
INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, method, event_starts_at, qr_at,
	submitted_at, steps_done, purged_at, created_at, updated_at)
SELECT UNHEX(MD5(CONCAT(e.id, ' ', x.account_id))), e.id, x.account_id, 1, m.department_id, 'submitted', ELT(1 + CRC32(CONCAT(e.id, ':', x.account_id)) % 10, 'absent',
	'absent', 'late', 'present', 'present', 'present', 'present', 'present', 'present', 'present'),
	IF(CRC32(CONCAT(x.account_id, e.id)) % 20 OR CRC32(CONCAT(e.id, ':', x.account_id)) % 10 < 2, 'verified', 'pending'), 'self', e.starts_at,
	e.starts_at - INTERVAL 60 SECOND, e.starts_at + INTERVAL CAST(CRC32(x.account_id) % 1200 AS SIGNED) - 300 SECOND, '["qr"]', @now, e.starts_at, e.starts_at
FROM campus_event e JOIN event_expected x ON x.event_id = e.id JOIN campus_member m ON m.account_id = x.account_id
WHERE e.id > @event;
INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at)
SELECT id, event_id, account_id, status, verification_status, method, submitted_at FROM attendance WHERE event_id > @event ORDER BY event_id, id;
INSERT INTO event_closing (event_id, version, roster_at, closed_at) SELECT id, version, roster_at, closes_at FROM campus_event WHERE id > @event;

-- One more of 1,500 of them, who all signed.
SET @signed = (SELECT MAX(id) FROM campus_event) + 1, @sha = SHA2('bench', 256);
INSERT INTO campus_event (id, uuid, organizer_id, campus_id, title, description, location, starts_at, ends_at, time_zone, starts_on, opens_at,
	late_at, closes_at, steps, roster_at, created_at, updated_at)
SELECT @signed, UNHEX(MD5('signed')), organizer_id, campus_id, 'Signed', '', 'Hall A', starts_at, ends_at, time_zone, starts_on, opens_at, late_at,
	closes_at, '["qr","signature"]', roster_at, created_at, updated_at FROM campus_event WHERE id = @event + 1;
INSERT INTO event_expected (event_id, account_id, since) SELECT @signed, @account + seq, @now - INTERVAL 400 DAY FROM seq_1_to_1500;
INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, method, event_starts_at, qr_at,
	submitted_at, steps_done, purged_at, created_at, updated_at)
SELECT UNHEX(MD5(CONCAT('signed ', x.account_id))), e.id, x.account_id, 1, m.department_id, 'submitted', 'present', 'verified', 'self', e.starts_at,
	e.starts_at - INTERVAL 60 SECOND, e.starts_at, '["qr","signature"]', @now, e.starts_at, e.starts_at
FROM campus_event e JOIN event_expected x ON x.event_id = e.id JOIN campus_member m ON m.account_id = x.account_id WHERE e.id = @signed;
INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at)
SELECT id, event_id, account_id, status, verification_status, method, submitted_at FROM attendance WHERE event_id = @signed;
INSERT INTO event_closing (event_id, version, roster_at, closed_at) SELECT id, version, roster_at, closes_at FROM campus_event WHERE id = @signed;
INSERT INTO stored_file (sha256, bytes) VALUES (@sha, 1000);
-- Four lines of 40 points each, of some seven hands.
CREATE TEMPORARY TABLE ink AS SELECT k, CONCAT('[', GROUP_CONCAT(line ORDER BY w), ']') AS strokes FROM (SELECT h.seq AS k, w.seq AS w,
	CONCAT('[', GROUP_CONCAT(CONCAT('[', ROUND(0.2 + s.seq / 80 + 0.02 * COS(s.seq * h.seq), 4), ',', ROUND(0.15 * w.seq + 0.1 * SIN(s.seq * (1 + h.seq) / 6), 4),
		',', w.seq * 1000 + s.seq * 16, ']') ORDER BY s.seq), ']') AS line
	FROM seq_1_to_7 h JOIN seq_1_to_4 w JOIN seq_1_to_40 s GROUP BY h.seq, w.seq) l GROUP BY k;
INSERT INTO attendance_evidence (uuid, attendance_id, kind, sent_sha256, file_sha256, strokes, bytes, width, height, received_at, looked_at)
SELECT UNHEX(MD5(CONCAT('signature ', a.id))), a.id, 'signature', SHA2(CONCAT('signature ', a.id), 256), @sha, i.strokes, 1000, 600, 200, @now, @now
FROM attendance a JOIN ink i ON i.k = 1 + a.id % 7 WHERE a.event_id = @signed;
ANALYZE TABLE attendance_change;
ANALYZE TABLE attendance, event_expected, campus_event, campus_member;
