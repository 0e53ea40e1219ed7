-- An event of 100,000 tickets, of 50,000 people each of whom has a card, an emergency contact and a birthday; every tenth has a picture,
-- which is nobody's. Its number is in @event.
SET @now = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, @account = (SELECT MAX(id) FROM account), @customer = (SELECT MAX(id) FROM customer);
SET FOREIGN_KEY_CHECKS = 0, UNIQUE_CHECKS = 0;

INSERT INTO event (uuid, organizer_id, venue_id, category_id, title, description, starts_at, ends_at, time_zone, currency, status,
	created_at, updated_at)
SELECT UNHEX(MD5('sync')), organizer_id, venue_id, category_id, 'Sync', '', starts_at, ends_at, time_zone, currency, 'published', @now, @now
FROM event WHERE id = 1;
SET @event = LAST_INSERT_ID();
INSERT INTO ticket_category (event_id, name, price, capacity, sold, created_at, updated_at)
VALUES (@event, 'General admission', 1500, 100000, 100000, @now, @now);
SET @category = LAST_INSERT_ID();
INSERT INTO orders (uuid, reference, customer_id, event_id, organizer_id, status, subtotal, total, currency, created_at, expires_at)
SELECT UNHEX(MD5('sync order')), 'SYNCSYNC', 1, @event, 1, 'paid', 0, 0, 'EUR', @now, @now;
SET @order = LAST_INSERT_ID();

INSERT INTO account (id, uuid, mobile_number, name, photo, status, created_at, updated_at)
SELECT @account + seq, UNHEX(MD5(CONCAT('sync ', seq))), CONCAT('+1777', LPAD(seq, 7, '0')),
	CONCAT(ELT(1 + seq % 7, 'Amal', 'Bea', 'Chidi', 'Dorota', 'Eun-ji', 'Farid', 'Greta'), ' ', CONV(seq * 7919, 10, 36)),
	IF(seq % 10, NULL, SHA2(seq, 256)), 'active', @now, @now
FROM seq_1_to_50000;
INSERT INTO customer (id, account_id, birth_date, blood_type, emergency_name, emergency_mobile, changed_at)
SELECT @customer + seq, @account + seq, DATE('1960-01-01') + INTERVAL seq % 18000 DAY, ELT(1 + seq % 4, 'O+', 'A+', 'B-', NULL),
	CONCAT('Next of ', seq), CONCAT('+1778', LPAD(seq, 7, '0')), @now
FROM seq_1_to_50000;
INSERT INTO nfc_card (uid, customer_id, status, assigned_at, created_at, changed_at)
SELECT CONCAT('04', LEFT(UPPER(MD5(CONCAT('card ', seq))), 12)), @customer + seq, 'active', @now, @now, @now FROM seq_1_to_50000;
INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id, holder_name, nonce, labels, created_at, changed_at)
SELECT UNHEX(MD5(CONCAT('sync ticket ', seq))), @order, @event, @category, @customer + 1 + (seq - 1) DIV 2,
	CONCAT(ELT(1 + seq % 7, 'Amal', 'Bea', 'Chidi', 'Dorota', 'Eun-ji', 'Farid', 'Greta'), ' ', CONV(seq * 7919, 10, 36)),
	UNHEX(LEFT(SHA2(CONCAT('nonce ', seq), 256), 24)), IF(seq % 20, NULL, '["VIP"]'), @now, @now
FROM seq_1_to_100000;
INSERT INTO usher_assignment (usher_id, event_id, gate, created_at)
SELECT u.id, @event, '', @now FROM usher u JOIN account a ON a.id = u.account_id WHERE a.username = 'usher1';
SELECT @event;
