-- Demo data of a chosen size: what a venue looks like after a month of sales, dated around today.
-- Takes @now, @tickets, and the password hashes @hash_customer, @hash_organizer, @hash_merchant, @hash_usher, @hash_admin,
-- @hash_student, @hash_supervisor, @hash_hr, @hash_person, @hash_moderator, @hash_people; and of two campuses when their clocks were moved
-- last, and how far ahead of UTC they are since and were before: @river_since, @river_ahead, @river_before, @hill_since, …
-- Everything obeys the invariants that `gatehouse audit` proves.

SET @orders = GREATEST(FLOOR(@tickets / 2), 20);
SET @people = GREATEST(FLOOR(@tickets / 3), 60);
-- With these off, what is first put into an empty table is sorted into each of its indexes at once, which takes a third of the time.
SET unique_checks = 0, foreign_key_checks = 0;

-- ---- the accounts everyone knows ----
INSERT INTO account (id, uuid, email, mobile_number, username, name, password_hash, mobile_verified_at, created_at, updated_at)
VALUES
	(1, UNHEX(REPLACE(UUID(), '-', '')), 'mira@example.com', '+15550100001', NULL, 'Mira Castellanos', @hash_customer, @now, @now - INTERVAL 200 DAY, @now),
	(2, UNHEX(REPLACE(UUID(), '-', '')), 'office@lanterncollective.example', '+15550100002', NULL, 'Jonas Feld', @hash_organizer, @now, @now - INTERVAL 300 DAY, @now),
	(3, UNHEX(REPLACE(UUID(), '-', '')), 'desk@quaykiosk.example', '+15550100003', NULL, 'Amal Haddad', @hash_merchant, @now, @now - INTERVAL 300 DAY, @now),
	(4, UNHEX(REPLACE(UUID(), '-', '')), NULL, '+15550100004', 'usher1', 'Tomasz Wolny', @hash_usher, @now, @now - INTERVAL 90 DAY, @now),
	(5, UNHEX(REPLACE(UUID(), '-', '')), 'admin@gatehouse.example', NULL, NULL, 'Ingrid Solheim', @hash_admin, NULL, @now - INTERVAL 400 DAY, @now),
	(6, UNHEX(REPLACE(UUID(), '-', '')), 'stage@northbank.example', '+15550100006', NULL, 'Priya Raman', NULL, NULL, @now - INTERVAL 250 DAY, @now),
	(7, UNHEX(REPLACE(UUID(), '-', '')), NULL, '+15550100007', 'usher2', 'Leila Brandt', NULL, NULL, @now - INTERVAL 90 DAY, @now);
INSERT INTO account_role (account_id, role, granted_at)
VALUES (1, 'customer', @now), (2, 'organizer', @now), (3, 'merchant', @now), (4, 'usher', @now), (5, 'superadmin', @now),
	(6, 'organizer', @now), (7, 'usher', @now);
INSERT INTO customer (id, account_id, birth_date, blood_type, emergency_name, emergency_mobile, created_at)
VALUES (1, 1, '1991-04-17', 'O+', 'Rafael Castellanos', '+15550109001', @now - INTERVAL 90 DAY);
INSERT INTO organizer (id, account_id, company, about)
VALUES (1, 2, 'Lantern Collective', 'Concerts and festivals by the water since 2011.'),
	(2, 6, 'North Bank Stages', 'Theatre, talks and small rooms with good sound.');
INSERT INTO merchant (id, account_id, company) VALUES (1, 3, 'Quay Kiosk');
INSERT INTO usher (id, account_id) VALUES (1, 4), (2, 7);
INSERT INTO admin (id, account_id) VALUES (1, 5);

-- ---- places ----
INSERT INTO venue (id, uuid, name, address, city, country, latitude, longitude, capacity, time_zone, created_at, updated_at)
VALUES
	(1, UNHEX(REPLACE(UUID(), '-', '')), 'Old Customs Hall', 'Cais da Ribeira 14', 'Porto', 'PT', 41.1405, -8.6130, 4200, 'Europe/Lisbon', @now, @now),
	(2, UNHEX(REPLACE(UUID(), '-', '')), 'Kanal Theatre', 'Spreeweg 3', 'Berlin', 'DE', 52.5120, 13.3900, 640, 'Europe/Berlin', @now, @now),
	(3, UNHEX(REPLACE(UUID(), '-', '')), 'Fieldhouse Arena', '200 Mill Street', 'Portland', 'US', 45.5200, -122.6700, 9800, 'America/Los_Angeles', @now, @now),
	(4, UNHEX(REPLACE(UUID(), '-', '')), 'Dar al-Funun', 'شارع الخليج', 'Kuwait City', 'KW', 29.3800, 47.9900, 900, 'Asia/Kuwait', @now, @now),
	(5, UNHEX(REPLACE(UUID(), '-', '')), 'Glasshouse Gardens', 'Parkallee 1', 'Hamburg', 'DE', 53.5600, 9.9800, 2500, 'Europe/Berlin', @now, @now);

-- ---- events ---- event 1 is open for sale and for scanning now; the others begin when people there have time
SET @hour = CAST(DATE_FORMAT(@now, '%Y-%m-%d %H:00:00') AS DATETIME(3)), @today = CAST(DATE(@now) AS DATETIME(3));
INSERT INTO event (id, uuid, organizer_id, venue_id, category_id, title, description, starts_at, ends_at, time_zone, currency,
	status, featured, popularity, published_at, created_at, updated_at)
SELECT e.id, UNHEX(REPLACE(UUID(), '-', '')), e.organizer_id, e.venue_id, c.id, e.title, e.description,
	IF(e.id = 1, @hour, @today) + INTERVAL e.in_minutes MINUTE,
	IF(e.id = 1, @hour, @today) + INTERVAL e.in_minutes + e.minutes MINUTE, v.time_zone, e.currency, e.status,
	e.featured, 0, IF(e.status = 'draft', NULL, @now - INTERVAL 40 DAY), @now - INTERVAL 45 DAY, @now
FROM (
	SELECT 1 AS id, 1 AS organizer_id, 1 AS venue_id, 'music' AS category, 'Harbour Lights Festival' AS title,
		'Six bands, one long quay and a sky full of lanterns. Doors are open, the first set has begun, and there is room for you by the water.\n\n## What else there is\n\n- **Food** from eight kitchens\n- A *quiet tent* for small ears\n- The last boat back at midnight\n\nHow to come by tram: [the harbour''s page](https://harbour.example/tram).' AS description,
		-60 AS in_minutes, 480 AS minutes, 'EUR' AS currency, 'published' AS status, 1 AS featured
	UNION ALL SELECT 2, 2, 2, 'theatre', 'The Clockmaker''s Daughter', 'A new play about time, debt and a very small shop. Two acts, one interval, no microphones.', 2 * 1440 + 1140, 150, 'EUR', 'published', 1
	UNION ALL SELECT 3, 1, 3, 'sport', 'Rose City Roller Final', 'The two best teams of the season, one track, and a crowd that knows every name.', 6 * 1440 + 180, 180, 'USD', 'published', 1
	UNION ALL SELECT 4, 1, 4, 'music', 'ليلة العود — A Night of Oud', 'Three masters of the oud, one evening, and a hall built for exactly this sound.', 9 * 1440 + 1020, 150, 'KWD', 'published', 1
	UNION ALL SELECT 5, 2, 5, 'food', 'Market of a Hundred Breads', 'Bakers from forty towns, warm ovens, and butter. Come hungry; children under six come free.', 12 * 1440 + 540, 420, 'EUR', 'published', 0
	UNION ALL SELECT 6, 2, 2, 'comedy', 'Late & Slightly Wrong', 'Four comedians try the jokes that did not fit anywhere else.', 3 * 1440 + 1230, 120, 'EUR', 'published', 0
	UNION ALL SELECT 7, 1, 5, 'family', 'Puppets in the Palm House', 'A giant, a fox and a very old tree, under glass, for everyone from four years on.', 6 * 1440 + 840, 75, 'EUR', 'published', 0
	UNION ALL SELECT 8, 2, 3, 'conference', 'Small Servers, Big Crowds', 'A day of talks about systems that stand when everybody comes at once.', 20 * 1440 + 1020, 540, 'USD', 'published', 0
	UNION ALL SELECT 9, 1, 1, 'art', 'Tidewater: Paintings by Ines Prado', 'Sixty pictures of one river, painted over thirty years. The artist is there from six.', 1440 + 1080, 300, 'EUR', 'published', 0
	UNION ALL SELECT 10, 1, 1, 'music', 'Winter Strings', 'Dvořák, Pärt and a new quartet by Hana Lindqvist, by candlelight.', 26 * 1440 + 1200, 130, 'EUR', 'published', 1
	UNION ALL SELECT 11, 2, 2, 'theatre', 'Twelve Chairs', 'An evening of twelve very short plays, each with one chair more than the last.', 33 * 1440 + 1140, 140, 'EUR', 'published', 0
	UNION ALL SELECT 12, 1, 3, 'music', 'Cedar & Smoke', 'Two guitars, one voice, and songs from the other side of the mountains.', 16 * 1440 + 240, 120, 'USD', 'published', 0
	UNION ALL SELECT 13, 1, 1, 'music', 'Autumn Serenade', 'Woodwinds in the old hall, for the turning of the year.', -12 * 1440 + 1200, 150, 'EUR', 'published', 0
	UNION ALL SELECT 14, 2, 2, 'comedy', 'An Hour With Nobody Famous', 'Exactly what it says.', -6 * 1440 + 1230, 90, 'EUR', 'published', 0
	UNION ALL SELECT 15, 1, 5, 'family', 'Lantern Walk', 'Bring a lantern. We bring the songs.', 8 * 1440 + 1020, 120, 'EUR', 'draft', 0
) e
JOIN event_category c ON c.slug = e.category
JOIN venue v ON v.id = e.venue_id;

INSERT INTO ticket_category (id, event_id, name, description, price, capacity, max_per_order, sales_start, sales_end, position, created_at, updated_at)
SELECT e.id * 10 + k.position, e.id, k.name, k.description,
	ROUND(CASE e.currency WHEN 'KWD' THEN 9000 WHEN 'USD' THEN 3200 ELSE 2400 END * k.factor * (1 + e.id % 4 * 0.25), -2),
	GREATEST(FLOOR(v.capacity * k.share), 20), k.max_per_order, NULL, NULL, k.position, @now, @now
FROM event e
JOIN venue v ON v.id = e.venue_id
JOIN (
	SELECT 1 AS position, 'General admission' AS name, 'Standing, free choice of place' AS description, 1.0 AS factor, 0.70 AS share, 10 AS max_per_order
	UNION ALL SELECT 2, 'Balcony', 'Seated, first floor', 1.6, 0.20, 8
	UNION ALL SELECT 3, 'Patron', 'Front rows, with a drink and our thanks', 3.0, 0.05, 4
) k
WHERE e.id <> 15;
-- Who plays there.
INSERT INTO performer (event_id, name, part, link, position, created_at, updated_at)
VALUES (1, 'The Tidal Clocks', 'Brass and bells', 'https://tidal-clocks.example/', 1, @now, @now),
	(1, 'Nadia Fontaine', 'Singer', NULL, 2, @now, @now), (1, 'Sechs Laternen', 'Folk', NULL, 3, @now, @now),
	(4, 'سلمى الحداد', 'عود', NULL, 1, @now, @now), (10, 'Hana Lindqvist', 'Composer, violin', 'https://lindqvist.example/', 1, @now, @now);
-- One whose tickets' codes turn, and whose gates hold a list of names.
UPDATE event SET turning = 1, offline_names = 1 WHERE id = 2;
-- One that is nearly gone and one that opens later, for the pages that must show it.
UPDATE ticket_category SET sales_start = @now + INTERVAL 3 DAY WHERE id = 101;

INSERT INTO usher_assignment (usher_id, event_id, gate, created_at)
SELECT u.id, e.id, IF(u.id = 1, 'North gate', 'Quay gate'), @now FROM usher u JOIN event e ON e.id IN (1, 2, 9, 13, 14);

-- ---- institutions: two campuses and a directory ----
INSERT INTO campus (id, name, short_code, time_zone, latitude, longitude, networks, email_domains, created_at, updated_at)
VALUES (1, 'Riverside Campus', 'RIV', 'Europe/Berlin', 52.5145, 13.3501, '["192.0.2.0/24","2001:db8:1::/48"]', '["campus.example"]', @now, @now),
	(2, 'Hillside Campus', 'HIL', 'America/Los_Angeles', 37.8719, -122.2585, NULL, '["campus.example"]', @now, @now);
INSERT INTO department (id, campus_id, name, short_code, created_at, updated_at)
VALUES (1, 1, 'Computer Science', 'CS', @now, @now), (2, 1, 'Architecture', 'ARC', @now, @now), (3, 1, 'Nursing', 'NUR', @now, @now),
	(4, 2, 'Physics', 'PHY', @now, @now), (5, 2, 'Music', 'MUS', @now, @now), (6, 2, 'Economics', 'ECO', @now, @now);
INSERT INTO account (id, uuid, email, username, name, password_hash, created_at, updated_at)
VALUES
	(8, UNHEX(REPLACE(UUID(), '-', '')), 'student1@campus.example', 'student1', 'Noor Adler', @hash_student, @now - INTERVAL 80 DAY, @now),
	(9, UNHEX(REPLACE(UUID(), '-', '')), 'supervisor1@campus.example', 'supervisor1', 'Felix Okafor', @hash_supervisor, @now - INTERVAL 300 DAY, @now),
	(10, UNHEX(REPLACE(UUID(), '-', '')), 'organizer1@campus.example', 'organizer1', 'Sofia Brandt', @hash_organizer, @now - INTERVAL 300 DAY, @now),
	(11, UNHEX(REPLACE(UUID(), '-', '')), 'hr1@campus.example', 'hr1', 'Deniz Kaya', @hash_hr, @now - INTERVAL 300 DAY, @now),
	(12, UNHEX(REPLACE(UUID(), '-', '')), 'campusadmin@campus.example', 'campusadmin', 'Ruth Lindholm', @hash_admin, @now - INTERVAL 400 DAY, @now),
	(13, UNHEX(REPLACE(UUID(), '-', '')), 'person1@gatehouse.example', NULL, 'Paolo Mensah', @hash_person, @now - INTERVAL 60 DAY, @now),
	(14, UNHEX(REPLACE(UUID(), '-', '')), 'moderator1@gatehouse.example', NULL, 'Hana Sørensen', @hash_moderator, @now - INTERVAL 200 DAY, @now),
	(15, UNHEX(REPLACE(UUID(), '-', '')), 'people-admin@gatehouse.example', NULL, 'Iris Vandermeer', @hash_people, @now - INTERVAL 400 DAY, @now);
SET @first = 'Aya Bo Clara Diego Emre Freya Goran Hedda Ilan Jana Kofi Lea Milo Nora Omar Petra Rami Sana Tariq Una Viggo Wen Yara Zoltan';
SET @last = 'Amari Bauer Conti Doyle Endo Fall Gruber Hassan Ivanov Jung Keller Lopez Marsh Nguyen Ortiz Pohl Rahman Silva Toth';
INSERT INTO account (id, uuid, email, username, name, created_at, updated_at)
SELECT 100 + s.seq, UNHEX(REPLACE(UUID(), '-', '')), CONCAT('s', 10000 + s.seq, '@campus.example'), CONCAT('s', 10000 + s.seq),
	CONCAT(SUBSTRING_INDEX(SUBSTRING_INDEX(@first, ' ', 1 + s.seq % 24), ' ', -1), ' ', SUBSTRING_INDEX(SUBSTRING_INDEX(@last, ' ', 1 + s.seq % 19), ' ', -1)),
	@now - INTERVAL s.seq DAY, @now
FROM seq_1_to_80 s;
INSERT INTO account (id, uuid, email, username, name, created_at, updated_at)
SELECT 300 + s.seq, UNHEX(REPLACE(UUID(), '-', '')), CONCAT('s', 10300 + s.seq, '@campus.example'), CONCAT('s', 10300 + s.seq),
	CONCAT(SUBSTRING_INDEX(SUBSTRING_INDEX(@first, ' ', 1 + s.seq % 24), ' ', -1), ' ', SUBSTRING_INDEX(SUBSTRING_INDEX(@last, ' ', 1 + s.seq * 7 % 19), ' ', -1)),
	@now - INTERVAL 80 + s.seq % 200 DAY, @now
FROM seq_1_to_515 s;
INSERT INTO account (id, uuid, email, name, created_at, updated_at)
SELECT 200 + s.seq, UNHEX(REPLACE(UUID(), '-', '')), CONCAT('p', 20000 + s.seq, '@gatehouse.example'),
	CONCAT(SUBSTRING_INDEX(SUBSTRING_INDEX(@first, ' ', 1 + s.seq % 24), ' ', -1), ' ', SUBSTRING_INDEX(SUBSTRING_INDEX(@last, ' ', 1 + s.seq % 19), ' ', -1)),
	@now - INTERVAL s.seq DAY, @now
FROM seq_1_to_50 s;
INSERT INTO account_role (account_id, role, granted_at)
VALUES (8, 'student', @now), (9, 'supervisor', @now), (10, 'campus_organizer', @now), (11, 'hr', @now), (12, 'campus_admin', @now),
	(13, 'user', @now), (14, 'moderator', @now), (15, 'people_admin', @now);
INSERT INTO account_role (account_id, role, granted_at)
SELECT id, IF(id < 200 OR id > 300, 'student', 'user'), created_at FROM account WHERE id BETWEEN 101 AND 250 OR id BETWEEN 301 AND 815;
INSERT INTO campus_member (account_id, campus_id, department_id, student_id, first_name, last_name, year_level, is_verified, created_at, updated_at)
SELECT a.id, IF(a.id IN (11, 12), NULL, 1 + a.id % 2), IF(a.id IN (11, 12), NULL, 1 + a.id % 2 * 3 + a.id % 3),
	IF(a.id IN (8, 9) OR a.id > 100, 10000 + a.id, NULL), SUBSTRING_INDEX(a.name, ' ', 1), SUBSTRING_INDEX(a.name, ' ', -1),
	IF(a.id = 8 OR a.id > 100, 1 + a.id % 4, NULL), a.id % 5 > 0, a.created_at, @now
FROM account a WHERE a.id BETWEEN 8 AND 12 OR a.id BETWEEN 101 AND 180 OR a.id BETWEEN 301 AND 815;
INSERT INTO lti_platform (id, campus_id, issuer, client_id, token_url, line_item_url, known_by, created_at, updated_at)
VALUES (1, 1, 'https://lms.campus.example', 'gatehouse-demo', 'https://lms.campus.example/token', 'https://lms.campus.example/courses/1/lineitems/1', 'student_id', @now, @now);
INSERT INTO supervisor_department (account_id, department_id) VALUES (9, 5);

-- Eight weeks of lectures, three courses in each department, at the same time of day in winter and in summer; one that is on now, and one
-- that is about to open.
CREATE TEMPORARY TABLE lecture AS
SELECT 100 + w.seq * 100 + d.id * 10 + k.seq AS id, d.id AS department_id, d.campus_id, d.short_code, k.seq AS course,
	ELT(1 + (d.id * 3 + k.seq) % 9, 'Foundations', 'Methods', 'Seminar', 'Laboratory', 'History and theory', 'Statistics', 'Project', 'Colloquium',
		'Introduction') AS what,
	CAST(DATE(@now) - INTERVAL WEEKDAY(@now) DAY - INTERVAL 42 DAY + INTERVAL 7 * w.seq + (d.id + 2 * k.seq) % 5 DAY AS DATETIME(3))
		+ INTERVAL 60 * (8 + (d.id * 3 + k.seq * 2) % 9) + 15 MINUTE AS wall
FROM department d JOIN seq_1_to_3 k JOIN seq_0_to_7 w;
INSERT INTO campus_event (id, uuid, organizer_id, campus_id, title, description, location, starts_at, ends_at, time_zone, starts_on, latitude, longitude,
	opens_at, late_at, closes_at, steps, series, created_at, updated_at)
SELECT l.id, UNHEX(REPLACE(UUID(), '-', '')), IF(l.campus_id = 1, 10, 9), l.campus_id, CONCAT(l.short_code, ' ', 100 + l.course, ': ', l.what),
	'', CONCAT('Hall ', CHAR(65 + (l.department_id + l.course) % 6)), l.at, l.at + INTERVAL 90 MINUTE, c.time_zone, DATE(l.wall),
	c.latitude, c.longitude, l.at - INTERVAL 15 MINUTE, l.at + INTERVAL 15 MINUTE, l.at + INTERVAL 90 MINUTE,
	IF(l.course = 1 AND l.at > @now, '["qr","location","front_photo","back_photo","signature"]', '["qr","location"]'), CONCAT(l.short_code, '-', 100 + l.course),
	@now - INTERVAL 60 DAY, @now - INTERVAL 60 DAY
FROM (
	SELECT l.*, l.wall - INTERVAL IF(l.campus_id = 1, IF(l.wall - INTERVAL @river_before SECOND < @river_since, @river_before, @river_ahead),
		IF(l.wall - INTERVAL @hill_before SECOND < @hill_since, @hill_before, @hill_ahead)) SECOND AS at
	FROM lecture l
) l JOIN campus c ON c.id = l.campus_id;
INSERT INTO event_audience (event_id, rule, value) SELECT id, 'department', department_id FROM lecture;
DROP TEMPORARY TABLE lecture;
SET @minute = CAST(DATE_FORMAT(@now, '%Y-%m-%d %H:%i:00') AS DATETIME(3));
INSERT INTO campus_event (id, uuid, organizer_id, campus_id, title, description, location, starts_at, ends_at, time_zone, starts_on, latitude, longitude,
	opens_at, late_at, closes_at, steps, typed_code, public_counts, created_at, updated_at)
SELECT e.id, UNHEX(REPLACE(UUID(), '-', '')), 10, 1, e.title, e.description, e.location, e.at, e.at + INTERVAL 90 MINUTE, c.time_zone,
	DATE(e.at + INTERVAL @river_ahead SECOND), c.latitude, c.longitude, e.at - INTERVAL 15 MINUTE, e.at + INTERVAL 15 MINUTE,
	e.at + INTERVAL 90 MINUTE, '["qr","location","front_photo","back_photo","signature"]', 1, e.id = 1, @now - INTERVAL 10 DAY, @now - INTERVAL 10 DAY
FROM (
	SELECT 1 AS id, 'Assembly of all students' AS title, 'Welcome, and what is new this term.' AS description, 'Great Hall' AS location, @minute - INTERVAL 5 MINUTE AS at
	UNION ALL SELECT 2, 'Open lecture: bridges', 'For everybody of the campus.', 'Hall A', @minute + INTERVAL 20 MINUTE
) e JOIN campus c ON c.id = 1;
INSERT INTO event_audience (event_id, rule) VALUES (1, 'students'), (2, 'all');
-- Of what has opened it is fixed who was expected.
INSERT INTO event_expected (event_id, account_id, since)
SELECT e.id, m.account_id, e.opens_at
FROM campus_event e
JOIN event_audience u ON u.event_id = e.id
JOIN campus_member m ON m.campus_id = e.campus_id AND (u.rule = 'students' OR m.department_id = u.value)
JOIN account_role r ON r.account_id = m.account_id AND r.role = 'student'
WHERE e.opens_at <= @now;
UPDATE campus_event SET roster_at = opens_at WHERE opens_at <= @now;
-- What became of the lectures that are over. Some tenth stays away, in turns, so that nobody does often or thrice in a row; from one lecture, in
-- the fifth week, most do. Each person has a diligence of their own, and each mark its luck; all follows from numbers, so that every load of the
-- demo tells the same. Not loaded in bulk: where the server's directory for sorting is full it loses such rows
-- without a word (MariaDB 10.11).
SET unique_checks = 1;
CREATE TEMPORARY TABLE come AS
SELECT c.*, (c.turn + 17 * c.lecture) % 100 >= IF(c.event_id = 533, 60, 9 + c.lecture * 3 % 7) AS here, c.luck < 60 AS is_late, c.starts_at - INTERVAL 13 MINUTE + INTERVAL 2 + c.grain % 1600 SECOND AS on_time,
	c.starts_at + INTERVAL 16 MINUTE + INTERVAL c.grain % 1800 SECOND AS belated
FROM (
	SELECT x.event_id, x.account_id, e.campus_id, m.department_id, e.organizer_id, e.starts_at, e.closes_at, e.latitude, e.longitude, e.steps,
		m.is_verified, CAST(CRC32(CONCAT(x.event_id, ':', x.account_id)) % 1000 AS SIGNED) AS luck, CAST(CRC32(CONCAT('p', x.account_id)) % 31 AS SIGNED) AS diligence,
		CAST(CRC32(CONCAT(x.account_id, '/', x.event_id)) % 10007 AS SIGNED) AS grain,
		CAST((ROW_NUMBER() OVER (PARTITION BY x.event_id ORDER BY x.account_id) - 1) * 100 DIV COUNT(*) OVER (PARTITION BY x.event_id) AS SIGNED) AS turn,
		CAST(DENSE_RANK() OVER (PARTITION BY m.department_id ORDER BY e.starts_at, e.id) AS SIGNED) AS lecture
	FROM event_expected x JOIN campus_event e ON e.id = x.event_id JOIN campus_member m ON m.account_id = x.account_id
	WHERE e.closes_at < @now - INTERVAL 10 MINUTE
) c;
INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, method, event_starts_at, qr_at, qr_step,
	session_at, submitted_at, ip, user_agent, latitude, longitude, accuracy, distance, place_verdict, place_at, place_tries, steps_done, created_at,
	updated_at)
SELECT UNHEX(REPLACE(UUID(), '-', '')), c.event_id, c.account_id, c.campus_id, c.department_id, 'submitted',
	IF(NOT c.here, 'absent', IF(c.is_late, 'late', 'present')),
	IF(NOT c.here, 'verified', IF(c.grain % 149 = 0, 'rejected', IF(c.grain % 31 = 0 OR NOT c.is_verified AND c.starts_at > @now - INTERVAL 4 DAY, 'pending', 'verified'))),
	IF(c.here, 'self', 'auto'), c.starts_at, IF(c.here, c.at, NULL), IF(c.here, FLOOR(UNIX_TIMESTAMP(c.at) / 15), NULL),
	IF(c.here, c.at, NULL), IF(c.here, c.at + INTERVAL 18 + c.grain % 140 SECOND, c.closes_at + INTERVAL 10 MINUTE),
	IF(c.here, CONCAT('192.0.2.', 1 + c.grain % 250), NULL), IF(c.here, 'Mozilla/5.0 (Linux; Android 14) Mobile', NULL),
	IF(c.here, c.latitude + (c.grain - 5003) / 50030000 + IF(c.grain % 31 = 0, 0.004, 0), NULL),
	IF(c.here, c.longitude + (c.luck - 500) / 3000000 + c.diligence / 100000000, NULL), IF(c.here, 6 + c.grain % 30, NULL),
	IF(c.here, IF(c.grain % 31 = 0, 445, ABS(c.grain - 5003) / 450), NULL), IF(c.here, IF(c.grain % 31 = 0, 'outside', 'inside'), NULL),
	IF(c.here, c.at, NULL), c.here, IF(c.here, '["qr","location"]', '[]'), c.at, IF(c.here, c.at, c.closes_at + INTERVAL 10 MINUTE)
FROM (SELECT come.*, IF(come.is_late, come.belated, come.on_time) AS at FROM come) c;
-- What is out of the ordinary, one of every kind, besides that lecture: six marks from elsewhere within a minute; two who always come together;
-- somebody who was not expected; and somebody who stopped coming.
UPDATE attendance a JOIN (
	SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM attendance
	WHERE event_id = 511 AND status = 'present' AND verification_status = 'verified' LIMIT 6
) n ON n.id = a.id
SET a.ip = CONCAT('203.0.113.', n.place), a.qr_at = a.event_starts_at + INTERVAL 6 * n.place - 40 SECOND,
	a.submitted_at = a.event_starts_at + INTERVAL 6 * n.place SECOND;
UPDATE attendance a JOIN attendance b ON b.event_id = a.event_id AND b.account_id = 320
SET a.qr_at = b.qr_at + INTERVAL 1 SECOND, a.submitted_at = b.submitted_at + INTERVAL 2 SECOND, a.status = b.status
WHERE a.account_id = 314 AND a.method = 'self' AND b.method = 'self';
INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, method, event_starts_at, qr_at,
	submitted_at, steps_done, created_at, updated_at)
SELECT UNHEX(REPLACE(UUID(), '-', '')), e.id, m.account_id, e.campus_id, m.department_id, 'submitted', 'present', 'verified', 'self', e.starts_at,
	e.starts_at + INTERVAL 20 SECOND, e.starts_at + INTERVAL 61 SECOND, '["qr","location"]', e.starts_at, e.starts_at
FROM campus_event e JOIN campus_member m ON m.account_id = 303 WHERE e.id = 552;
UPDATE attendance a JOIN (
	SELECT id, ROW_NUMBER() OVER (ORDER BY event_starts_at DESC, id DESC) AS place FROM attendance WHERE account_id = 305
) n ON n.id = a.id AND n.place <= 3
SET a.status = 'absent', a.verification_status = 'verified', a.method = 'auto', a.qr_at = NULL, a.submitted_at = a.event_starts_at + INTERVAL 100 MINUTE,
	a.ip = NULL, a.user_agent = NULL, a.latitude = NULL, a.longitude = NULL, a.accuracy = NULL, a.distance = NULL, a.place_verdict = NULL, a.steps_done = '[]';
INSERT INTO attendance_flag (attendance_id, code, severity, score, detail, resolution, created_at)
SELECT a.id, 'outside', 'medium', a.distance, JSON_OBJECT('distance_m', a.distance, 'radius_m', 100),
	IF(a.verification_status = 'pending', NULL, IF(a.verification_status = 'rejected', 'confirmed', 'dismissed')), a.submitted_at
FROM attendance a WHERE a.place_verdict = 'outside';
INSERT INTO attendance_flag (attendance_id, code, severity, created_at)
SELECT a.id, 'unverified_account', 'medium', a.submitted_at
FROM attendance a JOIN campus_member m ON m.account_id = a.account_id AND NOT m.is_verified WHERE a.verification_status = 'pending';
UPDATE attendance a JOIN (SELECT attendance_id, MIN(FIELD(severity, 'high', 'medium', 'low', 'info')) AS worst FROM attendance_flag
	WHERE resolution IS NULL GROUP BY attendance_id) f ON f.attendance_id = a.id SET a.worst = f.worst;
-- Those who were not let be, and some who were looked at and are well; each by who made the event.
INSERT INTO attendance_decision (attendance_id, act, by_id, from_status, to_status, from_verification, to_verification, reason, at)
SELECT a.id, 'verify', e.organizer_id, a.status, a.status, 'pending', a.verification_status,
	IF(a.verification_status = 'rejected', 'Was not in the room when the list was called.', 'Seen in the room.'), a.submitted_at + INTERVAL 3 HOUR
FROM attendance a JOIN campus_event e ON e.id = a.event_id
WHERE a.verification_status = 'rejected' OR a.verification_status = 'verified' AND a.method = 'self' AND a.id % 29 = 0;
UPDATE attendance a JOIN attendance_decision d ON d.attendance_id = a.id SET a.decided_by = d.by_id, a.decided_at = d.at, a.version = 2, a.updated_at = d.at;
INSERT INTO qr_scan (account_id, event_id, step, age_ms, ip, user_agent, latitude, longitude, ok, at)
SELECT a.account_id, a.event_id, a.qr_step, 1 + a.id * 7919 % 15000, a.ip, a.user_agent, a.latitude, a.longitude, 1, a.qr_at
FROM attendance a WHERE a.qr_at IS NOT NULL;
DROP TEMPORARY TABLE come;
SET unique_checks = 0;
INSERT INTO person (account_id, first_name, last_name, email_verified_at, created_at, updated_at)
SELECT a.id, SUBSTRING_INDEX(a.name, ' ', 1), SUBSTRING_INDEX(a.name, ' ', -1), IF(a.id < 100 OR a.id % 7, a.created_at, NULL), a.created_at, @now
FROM account a WHERE a.id BETWEEN 13 AND 15 OR a.id BETWEEN 201 AND 250;

-- ---- people ----
INSERT INTO account (id, uuid, mobile_number, name, created_at, updated_at)
SELECT 1000 + s.seq, UNHEX(REPLACE(UUID(), '-', '')), CONCAT('+1555', LPAD(2000000 + s.seq, 7, '0')),
	CONCAT(
		ELT(1 + s.seq % 24, 'Aisha', 'Ben', 'Chloé', 'Dmitri', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jun', 'Karim', 'Lena', 'Mateo', 'Nadia', 'Oskar', 'Pilar', 'Quentin', 'Rosa', 'Sami', 'Teresa', 'Umar', 'Vera', 'Wanda', 'يوسف'),
		' ',
		ELT(1 + FLOOR(s.seq / 24) % 23, 'Abadi', 'Berg', 'Costa', 'Dahl', 'Eriksen', 'Fischer', 'García', 'Haas', 'Ito', 'Jansen', 'Kowalska', 'Lindgren', 'Moreau', 'Novák', 'O''Brien', 'Petrov', 'Quispe', 'Rossi', 'Sato', 'Tanaka', 'Usman', 'Vogel', 'Weiß')),
	@now - INTERVAL 30 + s.seq % 200 DAY, @now
FROM seq_1_to_1000000 s
WHERE s.seq <= @people;
INSERT INTO account_role (account_id, role, granted_at) SELECT id, 'customer', created_at FROM account WHERE id > 1000;
INSERT INTO customer (id, account_id, blood_type, emergency_name, emergency_mobile, created_at)
SELECT id, id, ELT(1 + id % 8, 'O+', 'A+', 'B+', 'AB+', 'O-', 'A-', 'B-', 'AB-'), CONCAT('Family of ', SUBSTRING_INDEX(name, ' ', 1)),
	CONCAT('+1555', LPAD(9000000 + id % 1000000, 7, '0')), created_at
FROM account
WHERE id > 1000;
INSERT INTO dependent (id, customer_id, name, relationship, birth_date, created_at)
VALUES (1, 1, 'Lucía Castellanos', 'daughter', '2017-09-02', @now);
INSERT INTO dependent (id, customer_id, name, relationship, birth_date, blood_type, created_at)
VALUES (2, 1, 'Teo Castellanos', 'son', '2020-02-11', 'O+', @now), (3, 1, 'Amparo Castellanos', 'grandmother', '1944-06-30', 'A-', @now);
INSERT INTO favorite (customer_id, event_id, created_at)
VALUES (1, 3, @now - INTERVAL 6 DAY), (1, 4, @now - INTERVAL 5 DAY), (1, 10, @now - INTERVAL 1 DAY);
INSERT INTO favorite (customer_id, event_id, created_at)
SELECT c.id, 1 + c.id % 12, @now - INTERVAL c.id % 20 DAY FROM customer c WHERE c.id > 1000 AND c.id % 4 = 0;

-- ---- a month of orders, two tickets each; half of them for event 1 ----
INSERT INTO orders (id, uuid, reference, customer_id, event_id, organizer_id, status, currency, subtotal, total, tickets, expires_at,
	created_at, paid_at)
SELECT o.seq, UNHEX(REPLACE(UUID(), '-', '')), CONCAT('D', LPAD(CONV(o.seq, 10, 32), 7, 'X')), 1000 + 1 + o.seq * 7 % @people,
	o.event_id, e.organizer_id, 'paid', e.currency, 2 * c.price, 2 * c.price, 2, o.at + INTERVAL 10 MINUTE, o.at, o.at + INTERVAL 2 MINUTE
FROM (
	SELECT seq,
		IF(seq % 2 = 0, 1, ELT(1 + FLOOR(seq / 2) % 12, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 2)) AS event_id,
		1 + (seq * 7919 % 10007 % 20 >= 14) + (seq * 7919 % 10007 % 20 = 19) AS position,
		@now - INTERVAL 90 MINUTE - INTERVAL FLOOR(POW(seq * 7919 % 10007 / 10007, 1.6) * 43000) MINUTE AS at
	FROM seq_1_to_1000000
	WHERE seq <= @orders
) o
JOIN event e ON e.id = o.event_id
JOIN ticket_category c ON c.event_id = o.event_id AND c.position = o.position;
-- The sales of events that are over came before them.
UPDATE orders o JOIN event e ON e.id = o.event_id
SET o.created_at = e.starts_at - INTERVAL 1 + o.id % 15 DAY, o.paid_at = e.starts_at - INTERVAL 1 + o.id % 15 DAY + INTERVAL 2 MINUTE,
	o.expires_at = e.starts_at - INTERVAL 1 + o.id % 15 DAY + INTERVAL 10 MINUTE
WHERE e.ends_at < @now;
-- The demo customer's own: two events to come (one with a dependent), one past.
UPDATE orders SET customer_id = 1
WHERE id IN (SELECT id FROM (SELECT MIN(id) AS id FROM orders WHERE event_id IN (1, 2, 13) GROUP BY event_id) own);

INSERT INTO order_item (order_id, category_id, quantity, unit_price)
SELECT o.id, o.event_id * 10 + 1 + (o.id * 7919 % 10007 % 20 >= 14) + (o.id * 7919 % 10007 % 20 = 19), 2, o.total / 2 FROM orders o;

INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id, holder_name, nonce, labels, created_at)
SELECT UNHEX(REPLACE(UUID(), '-', '')), o.id, o.event_id, i.category_id, o.customer_id, IF(s.seq = 1, a.name, CONCAT('Guest of ', a.name)),
	RANDOM_BYTES(12), IF(o.id % 50 = 0, '["Press"]', IF(i.category_id % 10 = 3, '["Patron"]', NULL)), o.paid_at
FROM orders o
JOIN order_item i ON i.order_id = o.id
JOIN customer c ON c.id = o.customer_id
JOIN account a ON a.id = c.account_id
JOIN seq_1_to_2 s
ORDER BY o.id, s.seq;
UPDATE ticket SET dependent_id = 1, holder_name = 'Lucía Castellanos'
WHERE customer_id = 1 AND event_id = 2 AND id % 2 = 0;

UPDATE ticket_category c
SET c.sold = (SELECT COUNT(*) FROM ticket t WHERE t.category_id = c.id),
	c.capacity = GREATEST(c.capacity, CEIL((SELECT COUNT(*) FROM ticket t WHERE t.category_id = c.id) * 1.3));
INSERT INTO organizer_sale (organizer_id, category_id, sold, revenue)
SELECT o.organizer_id, i.category_id, SUM(i.quantity), SUM(i.quantity * i.unit_price)
FROM orders o
JOIN order_item i ON i.order_id = o.id
GROUP BY o.organizer_id, i.category_id;
-- One that is nearly gone, for the pages that must show it; a place for nobody would be sold out.
UPDATE ticket_category SET capacity = sold + 4 WHERE id = 23;
UPDATE ticket_category SET capacity = GREATEST(sold, 1) WHERE id = 63 AND sold > 0;
UPDATE event e
SET e.popularity = LEAST(2000000, (SELECT COUNT(*) FROM orders o WHERE o.event_id = e.id AND o.created_at > @now - INTERVAL 7 DAY));

-- ---- money ----
INSERT INTO payment (id, uuid, customer_id, purpose, order_id, provider, method, amount, currency, status, provider_ref, invoice_id, created_at, updated_at)
SELECT o.id, UNHEX(REPLACE(UUID(), '-', '')), o.customer_id, 'order', o.id, 'sandbox', 'card', o.total, o.currency, 'succeeded',
	CONCAT('sbx_demo_', o.id), IF(o.total > 0, o.id, NULL), o.created_at, o.paid_at
FROM orders o;
INSERT INTO ledger_account (kind, owner_id, currency)
SELECT 'provider', 1, currency FROM event GROUP BY currency
UNION ALL SELECT 'organizer', organizer_id, currency FROM event GROUP BY organizer_id, currency;
INSERT INTO invoice (id, seller_id, kind, number, payment_id, amount, currency, seller, buyer, moved_at, issued_at)
SELECT p.id, o.organizer_id, 'invoice', ROW_NUMBER() OVER (PARTITION BY o.organizer_id ORDER BY o.paid_at, p.id), p.id, p.amount, p.currency,
	g.company, a.name, o.paid_at, o.paid_at + INTERVAL 4 SECOND
FROM payment p
JOIN orders o ON o.id = p.order_id
JOIN organizer g ON g.id = o.organizer_id
JOIN customer k ON k.id = p.customer_id
JOIN account a ON a.id = k.account_id
WHERE p.amount > 0;
INSERT INTO invoice_series (seller_id, kind, last) SELECT seller_id, kind, MAX(number) FROM invoice GROUP BY seller_id, kind;
-- A part that a bank takes its time to give back, and two payments that are questioned.
INSERT INTO payment_refund (uuid, payment_id, amount, currency, provider_reference, origin, reason, state, created_at, updated_at)
SELECT UNHEX(REPLACE(UUID(), '-', '')), id, amount DIV 2, currency, CONCAT('sbx_re_demo_', id), 'desk', 'requested_by_customer', 'pending',
	@now - INTERVAL 2 HOUR, @now - INTERVAL 2 HOUR
FROM payment WHERE amount > 1 ORDER BY id DESC LIMIT 1;
INSERT INTO payment_dispute (payment_id, amount, currency, provider_reference, reason, status, opened_at, due_at, closed_at, created_at, updated_at)
SELECT id, amount, currency, CONCAT('sbx_dp_demo_', id), 'product_not_received', 'open', @now - INTERVAL 1 DAY, @now + INTERVAL 6 DAY, NULL, @now, @now
FROM payment WHERE amount > 1 ORDER BY id LIMIT 1;
INSERT INTO payment_dispute (payment_id, amount, currency, provider_reference, reason, status, opened_at, due_at, closed_at, created_at, updated_at)
SELECT id, amount, currency, CONCAT('sbx_dp_demo_', id), 'fraudulent', 'won', @now - INTERVAL 9 DAY, @now - INTERVAL 2 DAY, @now - INTERVAL 3 DAY, @now, @now
FROM payment WHERE amount > 1 ORDER BY id LIMIT 1 OFFSET 1;

-- ---- cards ---- the demo customer's, one for every fifth person, and some in stock at the kiosk
INSERT INTO nfc_card (uid, customer_id, merchant_id, status, assigned_at, created_at)
VALUES ('04A1B2C3D4E5F6', 1, 1, 'active', @now - INTERVAL 20 DAY, @now - INTERVAL 60 DAY);
INSERT INTO nfc_card (uid, customer_id, merchant_id, status, assigned_at, created_at)
SELECT CONCAT('04', LPAD(HEX(id), 12, '0')), id, 1, IF(id % 97 = 0, 'blocked', 'active'), @now - INTERVAL 10 DAY, @now - INTERVAL 60 DAY
FROM customer
WHERE id > 1000 AND id % 5 = 0;
INSERT INTO nfc_card (uid, merchant_id, status, created_at)
SELECT CONCAT('0455', LPAD(HEX(seq), 10, '0')), 1, 'stock', @now - INTERVAL 60 DAY FROM seq_1_to_40;

-- What was put on them in the week after they were handed out, and what they paid with at the kiosk.
INSERT INTO payment (uuid, customer_id, purpose, card_id, provider, method, amount, currency, status, provider_ref, created_at, updated_at)
SELECT UNHEX(REPLACE(UUID(), '-', '')), customer_id, 'reload', id, 'sandbox', 'card', IF(customer_id = 1, 10000, 2000 + id % 5 * 1000), 'EUR', 'succeeded',
	CONCAT('sbx_demo_reload_', id), assigned_at + INTERVAL 60 + id * 37 % 9360 MINUTE, assigned_at + INTERVAL 60 + id * 37 % 9360 MINUTE
FROM nfc_card
WHERE customer_id IS NOT NULL;
INSERT INTO card_charge (merchant_id, card_id, amount, currency, note, balance, created_at)
SELECT 1, n.id, c.amount, 'EUR', c.note, p.amount - c.upto, p.created_at + INTERVAL c.seq DAY
FROM (SELECT 1 AS seq, 450 AS amount, 450 AS upto, 'Two coffees' AS note UNION ALL SELECT 2, 1250, 1700, 'Francesinha' UNION ALL SELECT 3, 300, 2000, 'Water') c
JOIN nfc_card n ON n.customer_id = 1 OR (c.seq = 1 AND n.status = 'active' AND n.id % 2)
JOIN payment p ON p.purpose = 'reload' AND p.card_id = n.id;
INSERT INTO ledger_account (kind, owner_id, currency, balance)
SELECT 'card', p.card_id, p.currency, p.amount - COALESCE((SELECT SUM(c.amount) FROM card_charge c WHERE c.card_id = p.card_id), 0) FROM payment p WHERE p.purpose = 'reload'
UNION ALL SELECT 'merchant', 1, 'EUR', NULL;
INSERT IGNORE INTO ledger_account (kind, owner_id, currency) VALUES ('provider', 1, 'EUR');

-- What some asked for; the demo customer has their card.
-- Terms by which tickets are given back, and some who asked.
INSERT INTO refund_rule (event_id, days_before, percent, created_at, updated_at)
SELECT e.id, r.days_before, r.percent, @now, @now
FROM event e
JOIN (SELECT 14 AS days_before, 100 AS percent UNION ALL SELECT 3, 50) r
WHERE e.status = 'published';

-- What its organizer asks to change of an event that is still to come.
INSERT INTO edit_request (event_id, organizer_id, account_id, changes, was, reason, created_at, updated_at)
SELECT e.id, e.organizer_id, o.account_id, JSON_OBJECT('min_age', 16, 'transfers', FALSE),
	JSON_OBJECT('min_age', e.min_age, 'transfers', IF(e.transfers, TRUE, FALSE)),
	'The house asks for it: nobody under sixteen, and no ticket changes hands.', @now, @now
FROM event e
JOIN organizer o ON o.id = e.organizer_id
WHERE e.organizer_id = 1 AND e.status = 'published' AND e.starts_at > @now + INTERVAL 2 DAY
ORDER BY e.id
LIMIT 1;

-- What its organizer is about to write to who has a ticket.
INSERT INTO guest_message (event_id, organizer_id, subject, body, created_at, updated_at)
SELECT id, organizer_id, 'Before you come',
	'Doors open an hour before it begins.\nBring your ticket on your phone or on paper, and a coat: the foyer is cold.', @now, @now
FROM event
WHERE id = 1;
INSERT INTO refund_request (ticket_id, event_id, order_id, customer_id, reason, days_before, percent, paid, amount, currency, created_at, updated_at)
SELECT t.id, t.event_id, t.order_id, t.customer_id, 'I cannot come that day.', 3, 50, i.unit_price * o.total DIV o.subtotal,
	(i.unit_price * o.total DIV o.subtotal) * 50 DIV 100, o.currency, @now - INTERVAL 5 HOUR, @now - INTERVAL 5 HOUR
FROM ticket t
JOIN orders o ON o.id = t.order_id AND o.status = 'paid' AND o.total > 0
JOIN order_item i ON i.order_id = t.order_id AND i.category_id = t.category_id
JOIN event e ON e.id = t.event_id AND e.status = 'published' AND e.starts_at > @now + INTERVAL 4 DAY
WHERE t.status = 'valid' AND t.entries = 0 AND t.customer_id <> 1
ORDER BY t.id DESC
LIMIT 3;

INSERT INTO card_request (customer_id, status, delivery, tracking, reason, approved_at, sent_at, created_at, updated_at)
VALUES (1, 'sent', '{"name":"Castellanos","address":"Rua do Ouro 20","postcode":"4150-552","city":"Porto","country":"Portugal"}', 'PT 7704 1182',
	NULL, @now - INTERVAL 29 DAY, @now - INTERVAL 27 DAY, @now - INTERVAL 30 DAY, @now - INTERVAL 27 DAY);
INSERT INTO card_request (customer_id, status, delivery, reason, approved_at, created_at, updated_at)
SELECT c.id, r.status, IF(c.id % 2, NULL, CONCAT('{"name":"', a.name, '","address":"Spreeweg ', c.id % 90 + 1, '","postcode":"10557","city":"Berlin","country":"Germany"}')),
	IF(r.status = 'rejected', 'You have a card already: 04 A1 … F6.', NULL), IF(r.status = 'approved', @now - INTERVAL 1 DAY, NULL),
	@now - INTERVAL c.id % 9 + 2 DAY, @now - INTERVAL 1 DAY
FROM customer c
JOIN account a ON a.id = c.account_id
JOIN (SELECT 0 AS n, 'requested' AS status UNION ALL SELECT 1, 'approved' UNION ALL SELECT 2, 'rejected' UNION ALL SELECT 3, 'requested') r
	ON r.n = c.id % 4
WHERE c.id BETWEEN 1011 AND 1026;

-- ---- expenses ----
INSERT INTO expense (event_id, title, kind, amount, currency, spent_on, reference, note, status, approved_at, created_at, updated_at)
VALUES
	(1, 'Lanterns, second delivery', 'equipment', 84000, 'EUR', DATE(@now) - INTERVAL 4 DAY, 'LL-20418', '', 'requested', NULL, @now - INTERVAL 3 DAY, @now - INTERVAL 3 DAY),
	(1, 'Stage and sound, three days', 'equipment', 1240000, 'EUR', DATE(@now) - INTERVAL 20 DAY, 'R-7731', 'As offered in March.', 'approved', @now - INTERVAL 18 DAY, @now - INTERVAL 19 DAY, @now - INTERVAL 18 DAY),
	(1, 'Ushers, first weekend', 'staff', 318000, 'EUR', DATE(@now) - INTERVAL 2 DAY, '', '', 'requested', NULL, @now - INTERVAL 1 DAY, @now - INTERVAL 1 DAY),
	(2, 'Rehearsal room', 'venue', 96000, 'EUR', DATE(@now) - INTERVAL 11 DAY, 'KT-118', '', 'approved', @now - INTERVAL 9 DAY, @now - INTERVAL 10 DAY, @now - INTERVAL 9 DAY),
	(3, 'Referees'' flights', 'travel', 211500, 'USD', DATE(@now) - INTERVAL 6 DAY, 'AX-99021', '', 'requested', NULL, @now - INTERVAL 5 DAY, @now - INTERVAL 5 DAY),
	(4, 'Three masters, half in advance', 'artists', 1500000, 'KWD', DATE(@now) - INTERVAL 15 DAY, '', 'The other half on the evening.', 'approved', @now - INTERVAL 14 DAY, @now - INTERVAL 15 DAY, @now - INTERVAL 14 DAY),
	(NULL, 'Posters for the season', 'marketing', 147000, 'EUR', DATE(@now) - INTERVAL 25 DAY, 'D-3021', '', 'approved', @now - INTERVAL 24 DAY, @now - INTERVAL 24 DAY, @now - INTERVAL 24 DAY),
	(NULL, 'Mobile data for the gates', 'other', 12900, 'EUR', DATE(@now) - INTERVAL 1 DAY, '', '', 'requested', NULL, @now, @now);
INSERT IGNORE INTO ledger_account (kind, owner_id, currency)
SELECT k.kind, 0, e.currency FROM expense e JOIN (SELECT 'platform' AS kind UNION ALL SELECT 'bank') k
WHERE e.status = 'approved' GROUP BY k.kind, e.currency;

-- ---- who the house belongs to ----
INSERT INTO shareholder (id, name, created_at, updated_at) VALUES (1, 'Old Harbour Holding', @now - INTERVAL 300 DAY, @now - INTERVAL 300 DAY);
INSERT INTO profit_rule (shareholder_id, rate, since, created_at, updated_at)
VALUES (1, 4000, DATE(@now) - INTERVAL 300 DAY, @now - INTERVAL 300 DAY, @now - INTERVAL 300 DAY);

-- ---- the books: what was paid in, the month of that, which is closed, and a period of an organizer's ----
SET @month = CAST(DATE_FORMAT(@now - INTERVAL 70 DAY, '%Y-%m-01') AS DATE);
INSERT INTO deposit (id, source, amount, currency, date, reference, note, made_by, created_at, updated_at)
VALUES (1, 'capital', 2500000, 'EUR', @month + INTERVAL 14 DAY, 'OHH-2231', 'For the season', 5, @month + INTERVAL 348 HOUR, @month + INTERVAL 348 HOUR);
INSERT IGNORE INTO ledger_account (kind, owner_id, currency) VALUES ('bank', 0, 'EUR'), ('capital', 0, 'EUR');
INSERT INTO finance_month (id, month, begins_at, ends_at, status, closed_at, closed_by, created_at, updated_at)
VALUES (1, @month, @month, @month + INTERVAL 1 MONTH, 'closed', @now - INTERVAL 20 DAY, 5, @now - INTERVAL 20 DAY, @now - INTERVAL 20 DAY);
INSERT INTO finance_month_sum (month_id, currency, sales, refunds, taxes, fees, expenses, profit, payouts, deposits)
SELECT 1, currency, 0, 0, 0, 0, 0, 0, 0, amount FROM deposit;

-- ---- the ledger: all that moved, in the order in which it did ----
INSERT INTO ledger_transfer (kind, noun, noun_id, at)
SELECT m.kind, m.noun, m.id, m.at
FROM (
	SELECT IF(purpose = 'order', 'sale', 'reload') AS kind, 'payment' AS noun, id, IF(purpose = 'order', updated_at, created_at) AS at
	FROM payment WHERE amount > 0
	UNION ALL SELECT 'charge', 'charge', id, created_at FROM card_charge
	UNION ALL SELECT 'expense', 'expense', id, approved_at FROM expense WHERE status = 'approved'
	UNION ALL SELECT 'deposit', 'deposit', id, created_at FROM deposit
) m
ORDER BY m.at, m.noun, m.id;
INSERT INTO ledger_entry (transfer_id, account_id, amount)
SELECT l.transfer_id, l.account_id, l.amount
FROM (
	SELECT t.id AS transfer_id, s.seq, IF(s.seq = 1, ap.id, ao.id) AS account_id, IF(s.seq = 1, p.amount, -p.amount) AS amount
	FROM ledger_transfer t
	JOIN payment p ON p.id = t.noun_id
	JOIN orders o ON o.id = p.order_id
	JOIN ledger_account ap ON ap.kind = 'provider' AND ap.owner_id = 1 AND ap.currency = p.currency
	JOIN ledger_account ao ON ao.kind = 'organizer' AND ao.owner_id = o.organizer_id AND ao.currency = p.currency
	JOIN seq_1_to_2 s
	WHERE t.kind = 'sale'
	UNION ALL SELECT t.id, s.seq, IF(s.seq = 1, a.id, k.id), IF(s.seq = 1, p.amount, -p.amount)
	FROM ledger_transfer t
	JOIN payment p ON p.id = t.noun_id
	JOIN ledger_account a ON a.kind = 'provider' AND a.owner_id = 1 AND a.currency = p.currency
	JOIN ledger_account k ON k.kind = 'card' AND k.owner_id = p.card_id AND k.currency = p.currency
	JOIN seq_1_to_2 s
	WHERE t.kind = 'reload'
	UNION ALL SELECT t.id, s.seq, IF(s.seq = 1, a.id, k.id), IF(s.seq = 1, -c.amount, c.amount)
	FROM ledger_transfer t
	JOIN card_charge c ON c.id = t.noun_id
	JOIN ledger_account a ON a.kind = 'merchant' AND a.owner_id = 1 AND a.currency = c.currency
	JOIN ledger_account k ON k.kind = 'card' AND k.owner_id = c.card_id AND k.currency = c.currency
	JOIN seq_1_to_2 s
	WHERE t.kind = 'charge'
	UNION ALL SELECT t.id, a.kind = 'bank', a.id, IF(a.kind = 'platform', e.amount, -e.amount)
	FROM ledger_transfer t
	JOIN expense e ON e.id = t.noun_id
	JOIN ledger_account a ON a.kind IN ('platform', 'bank') AND a.owner_id = 0 AND a.currency = e.currency
	WHERE t.noun = 'expense'
	UNION ALL SELECT t.id, a.kind = 'capital', a.id, IF(a.kind = 'bank', d.amount, -d.amount)
	FROM ledger_transfer t
	JOIN deposit d ON d.id = t.noun_id
	JOIN ledger_account a ON a.kind IN ('bank', 'capital') AND a.owner_id = 0 AND a.currency = d.currency
	WHERE t.noun = 'deposit'
) l
ORDER BY l.transfer_id, l.seq;
INSERT INTO settlement (id, organizer_id, currency, from_day, to_day, begins_at, ends_at, opening, sales, refunds, fees, taxes, paid_out, others,
	closing, note, made_by, created_at, updated_at)
SELECT 1, o.organizer_id, o.currency, DATE(@now) - INTERVAL 60 DAY, DATE(@now) - INTERVAL 16 DAY, DATE(@now) - INTERVAL 60 DAY,
	DATE(@now) - INTERVAL 15 DAY, 0, SUM(o.total), 0, 0, 0, 0, 0, SUM(o.total), 'The first weeks', 5, @now - INTERVAL 5 DAY, @now - INTERVAL 5 DAY
FROM orders o
JOIN payment p ON p.order_id = o.id
JOIN ledger_transfer t ON t.noun = 'payment' AND t.noun_id = p.id AND t.kind = 'sale' AND t.at < DATE(@now) - INTERVAL 15 DAY
WHERE o.organizer_id = 1 AND o.currency = 'EUR'
HAVING COUNT(*) > 0;

-- ---- payouts: one on its way, one rejected ----
INSERT INTO payout (organizer_id, amount, currency, status, note, reason, requested_by, approved_by, approved_at, rejected_at, created_at, updated_at)
VALUES
	(1, 50000, 'EUR', 'requested', 'First instalment', NULL, 5, NULL, NULL, NULL, @now - INTERVAL 1 DAY, @now - INTERVAL 1 DAY),
	(1, 90000, 'EUR', 'rejected', '', 'Asked for twice.', 5, NULL, NULL, @now - INTERVAL 1 DAY, @now - INTERVAL 2 DAY, @now - INTERVAL 1 DAY);

-- ---- webhooks: one that was told some, and is off, for its secret is nowhere ----
INSERT INTO saved_view (account_id, mount, list, name, query, shared, created_at, updated_at)
SELECT a.id, 'staff', v.list, v.name, v.query, v.shared, @now - INTERVAL 6 DAY, @now - INTERVAL 6 DAY
FROM account a JOIN (SELECT 'orders' AS list, 'Waiting for payment' AS name, 'status=held' AS query, 1 AS shared
	UNION ALL SELECT 'expenses', 'To be approved', 'status=requested&sort_by=-amount', 0) v
WHERE a.email = 'admin@gatehouse.example';
INSERT INTO webhook (id, url, description, order_paid, ticket_scanned, status, off_because, since, failing_since, answered_at, created_at, updated_at)
VALUES (1, 'https://shop.harbour.example/hooks/gatehouse', 'The harbour\'s shop: counts visitors', 1, 1, 'off', 'failing', @now - INTERVAL 9 DAY,
	@now - INTERVAL 3 DAY, @now - INTERVAL 3 DAY, @now - INTERVAL 9 DAY, @now - INTERVAL 1 HOUR);
INSERT INTO webhook_delivery (webhook_id, type, noun_id, once, uuid, happened_at, status, attempts, due_at, tried_at, body, status_code, took_ms, answer,
	error, created_at, updated_at)
SELECT 1, 'order.paid', o.id, o.id, UNHEX(REPLACE(UUID(), '-', '')), o.paid_at, IF(o.id % 3, 'sent', 'failed'), IF(o.id % 3, 1, 14), o.paid_at,
	o.paid_at, CONCAT('{"type":"order.paid","timestamp":"', DATE_FORMAT(o.paid_at, '%Y-%m-%dT%H:%i:%s.000Z'), '","data":{"order":{"id":', o.id, ',"reference":"',
	o.reference, '","status":"paid"}}}'), IF(o.id % 3, 204, 503), 40 + o.id % 50, IF(o.id % 3, NULL, 'Down for maintenance'),
	IF(o.id % 3, NULL, 'It answered 503.'), o.paid_at, o.paid_at
FROM orders o WHERE o.status = 'paid' ORDER BY o.id LIMIT 12;

-- ---- the system log ----
INSERT INTO system_log (at, last_at, times, kind, severity, node, process, event, subject, detail, likeness, minute)
SELECT n.at, n.at + INTERVAL n.times SECOND, n.times, n.kind, n.severity, 'demo', n.process, n.event, n.subject, n.detail,
	UNHEX(MD5(CONCAT_WS('|', 'demo', n.process, n.event, n.subject))), TIMESTAMPDIFF(MINUTE, '1970-01-01', n.at)
FROM (
	SELECT @now - INTERVAL 9 DAY AS at, 1 AS times, 'setting' AS kind, 'info' AS severity, 'serve' AS process, 'setting_changed' AS event,
		'staff_second_factor' AS subject, '{"names":"staff_second_factor","account":5}' AS detail
	UNION ALL SELECT @now - INTERVAL 5 DAY, 37, 'provider', 'warning', 'serve', 'payment_provider', '500 api_error', '{"status":500,"error":"api_error"}'
	UNION ALL SELECT @now - INTERVAL 2 DAY, 1, 'message', 'error', 'jobs', 'message_failed', 'sms The SMS gateway answered 400.',
		'{"channel":"sms","attempts":1,"error":"The SMS gateway answered 400."}'
	UNION ALL SELECT @now - INTERVAL 1 HOUR, 1, 'webhook', 'warning', 'jobs', 'webhook_off', '1 failing', '{"webhook":1,"because":"failing"}'
) n ORDER BY n.at;


-- ---- scans ---- a third of event 1 is in, some have left; nearly everyone came to what is over
CREATE TEMPORARY TABLE entry AS
SELECT t.event_id, t.id AS ticket_id, t.category_id, ELT(1 + t.id DIV 3 % 3, 'North gate', 'Quay gate', 'North gate') AS gate,
	t.holder_name AS attendee_name,
	IF(t.event_id = 1, @now - INTERVAL 2 + t.id * 31 % 5600 SECOND, e.starts_at - INTERVAL t.id * 31 % 3600 SECOND) AS at
FROM ticket t
JOIN event e ON e.id = t.event_id
WHERE t.customer_id <> 1 AND ((t.event_id = 1 AND t.id % 3 = 0) OR (e.ends_at < @now AND t.id % 11 <> 0));
-- A large one has as many scans as tickets: who is in is asked for their ticket again.
SET @again = IF(@tickets >= 100000, CEIL(@tickets / (SELECT COUNT(*) FROM entry)), 0);
-- In the order in which they happened, as a gate writes them.
INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, usher_id, gate, direction, result, reason, moved, first_entry,
	attendee_name, at, scanned_at)
SELECT s.event_id, UNHEX(REPLACE(UUID(), '-', '')), s.ticket_id, s.category_id, IF(s.gate = 'Quay gate', 2, 1), s.gate, s.direction, s.result,
	s.reason, s.moved, s.first_entry, s.attendee_name, s.at, s.at
FROM (
	SELECT event_id, ticket_id, category_id, gate, attendee_name, at, 'in' AS direction, 'valid' AS result, 'ok' AS reason, 1 AS moved,
		1 AS first_entry
	FROM entry
	UNION ALL SELECT event_id, ticket_id, category_id, gate, attendee_name, at + INTERVAL 40 MINUTE, 'out', 'valid', 'ok', 1, 0
	FROM entry WHERE event_id = 1 AND ticket_id % 12 = 0 AND at < @now - INTERVAL 41 MINUTE
	UNION ALL SELECT event_id, ticket_id, category_id, gate, attendee_name, at + INTERVAL 1 SECOND, 'in', 'already_scanned', 'inside', 0, 0
	FROM entry WHERE ticket_id % 37 = 0
	UNION ALL SELECT event_id, ticket_id, category_id, gate, attendee_name, at + INTERVAL 100 * n.seq SECOND, 'in', 'already_scanned', 'inside', 0, 0
	FROM entry JOIN seq_1_to_20 n ON n.seq < @again WHERE at < @now - INTERVAL 2100 SECOND
	UNION ALL SELECT event_id, NULL, NULL, gate, '', at + INTERVAL 1 SECOND, 'in', 'not_found', 'unknown_code', 0, 0
	FROM entry WHERE ticket_id % 103 = 0
	UNION ALL SELECT event_id, NULL, NULL, gate, '', at + INTERVAL 1 SECOND, 'in', 'invalid', 'wrong_event', 0, 0
	FROM entry WHERE ticket_id % 71 = 0
) s
ORDER BY s.at, s.ticket_id;
DROP TEMPORARY TABLE entry;
-- A phone without a network let somebody in, and would not have with one.
INSERT INTO scan_log (event_id, scan_id, usher_id, gate, direction, result, reason, moved, first_entry, at, scanned_at, uploaded, device_id, device_seq,
	device_at, local_result)
VALUES (1, UNHEX(REPLACE(UUID(), '-', '')), 2, 'Quay gate', 'in', 'invalid', 'wrong_event', 0, 0, @now - INTERVAL 1 MINUTE, @now - INTERVAL 25 MINUTE, 1,
	'demo-phone', 1, @now - INTERVAL 25 MINUTE, 'valid');
INSERT INTO scan_conflict (event_id, kind, loser_id, found_at) VALUES (1, 'refused', LAST_INSERT_ID(), @now - INTERVAL 1 MINUTE);
UPDATE ticket t
JOIN (
	SELECT ticket_id, MIN(IF(direction = 'in', at, NULL)) AS first_at, MAX(at) AS last_at,
		MAX(IF(direction = 'in', at, NULL)) AS last_in_at, SUM(direction = 'in') AS ins,
		SUM(direction = 'out') AS outs, MIN(usher_id) AS usher_id, MIN(gate) AS gate
	FROM scan_log
	WHERE moved
	GROUP BY ticket_id
) s ON s.ticket_id = t.id
SET t.presence = IF(s.ins > s.outs, 'inside', 'outside'), t.entries = s.ins, t.first_scan_at = s.first_at, t.last_scan_at = s.last_at, t.last_in_at = s.last_in_at,
	t.first_usher_id = s.usher_id, t.first_gate = s.gate;

-- With whom its organizer works: one who came, and one who is invited.
INSERT INTO account (uuid, mobile_number, name, password_hash, mobile_verified_at, created_at, updated_at)
VALUES (UNHEX(REPLACE(UUID(), '-', '')), '+15550100021', 'Mia Sommer', @hash_organizer, @now, @now - INTERVAL 40 DAY, @now);
SET @mia = LAST_INSERT_ID();
INSERT INTO account_role (account_id, role, granted_at) VALUES (@mia, 'organizer', @now);
INSERT INTO co_worker (organizer_id, name, mobile_number, account_id, may_guests, may_gate, created_at, updated_at, joined_at)
VALUES (1, 'Mia Sommer', '+15550100021', @mia, 1, 1, @now - INTERVAL 40 DAY, @now - INTERVAL 40 DAY, @now - INTERVAL 39 DAY),
	(1, 'Lars Winkel', '+15550100022', NULL, 1, 0, @now - INTERVAL 1 DAY, @now - INTERVAL 1 DAY, NULL);

-- How often its events' pages were looked at.
INSERT INTO event_view_day (event_id, day, views)
SELECT e.id, DATE(@now - INTERVAL s.seq DAY), 20 + MOD(s.seq * 37 + e.id * 11, 90)
FROM event e JOIN seq_0_to_29 s
WHERE e.status = 'published' AND e.starts_at > @now - INTERVAL 20 DAY AND (e.starts_at > @now - INTERVAL s.seq DAY OR s.seq < 1);

SET unique_checks = 1, foreign_key_checks = 1;
