-- What lets somebody in at a gate: days that begin afresh, ages, room, where and when, leaves; and what its log says of a move that
-- was made by hand, taken back, or came later from a device that had no network.
ALTER TABLE event
	ADD COLUMN IF NOT EXISTS daily TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'each of its days begins afresh: who was in on another comes in anew',
	ADD COLUMN IF NOT EXISTS day_change INT NOT NULL DEFAULT 240 COMMENT 'minutes after midnight, in its zone, at which a day begins',
	ADD COLUMN IF NOT EXISTS min_age INT NULL COMMENT 'years; NULL: none',
	ADD COLUMN IF NOT EXISTS room INT NULL COMMENT 'how many may be inside at once; NULL: no limit',
	ADD COLUMN IF NOT EXISTS turning TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'a code counts only with the digits that turn beside it',
	ADD COLUMN IF NOT EXISTS offline_names TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'gates may keep a list of names to search without a network';
ALTER TABLE event
	ADD CONSTRAINT IF NOT EXISTS event_day_change CHECK (day_change BETWEEN 0 AND 1439),
	ADD CONSTRAINT IF NOT EXISTS event_min_age CHECK (min_age BETWEEN 1 AND 120),
	ADD CONSTRAINT IF NOT EXISTS event_room CHECK (room > 0);

ALTER TABLE ticket_category
	ADD COLUMN IF NOT EXISTS min_age INT NULL COMMENT 'years; NULL: the event''s';
ALTER TABLE ticket_category
	ADD CONSTRAINT IF NOT EXISTS ticket_category_min_age CHECK (min_age BETWEEN 1 AND 120);

-- A category without a rule is let in everywhere and always; one with rules where and when one of them fits.
CREATE TABLE IF NOT EXISTS gate_rule (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	category_id BIGINT NOT NULL,
	gate VARCHAR(40) NOT NULL DEFAULT '' COMMENT 'empty: any',
	opens_at DATETIME(3) NULL,
	closes_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	KEY gate_rule_event (event_id, category_id),
	CONSTRAINT gate_rule_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE,
	CONSTRAINT gate_rule_category FOREIGN KEY (category_id) REFERENCES ticket_category (id) ON DELETE CASCADE,
	CHECK (closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE usher_assignment
	ADD COLUMN IF NOT EXISTS gate_lead TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'may take back any scan, and insist';

-- changed_at: what devices at the gate are told of next. A scan leaves it alone, for the log tells of it.
ALTER TABLE ticket
	ADD COLUMN IF NOT EXISTS on_leave TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'went out for a while: may come back whatever re-entry says',
	ADD COLUMN IF NOT EXISTS changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3);
ALTER TABLE ticket ADD KEY IF NOT EXISTS ticket_changed (event_id, changed_at);
ALTER TABLE customer
	ADD COLUMN IF NOT EXISTS changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3);
ALTER TABLE customer ADD KEY IF NOT EXISTS customer_changed (changed_at);
ALTER TABLE dependent
	ADD COLUMN IF NOT EXISTS changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3);
ALTER TABLE dependent ADD KEY IF NOT EXISTS dependent_changed (changed_at);
ALTER TABLE nfc_card
	ADD COLUMN IF NOT EXISTS changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3);
ALTER TABLE nfc_card ADD KEY IF NOT EXISTS nfc_card_changed (changed_at);

ALTER TABLE scan_log
	ADD COLUMN IF NOT EXISTS kind VARCHAR(6) NOT NULL DEFAULT 'scan' COMMENT 'scan, hand, leave, undo, record',
	ADD COLUMN IF NOT EXISTS undoes BIGINT NULL COMMENT 'the row that it takes back: it counts as one less of that',
	ADD COLUMN IF NOT EXISTS note VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'why, in the usher''s words',
	ADD COLUMN IF NOT EXISTS uploaded TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'the device had no network when it was made',
	ADD COLUMN IF NOT EXISTS device_id VARCHAR(64) NULL,
	ADD COLUMN IF NOT EXISTS device_seq BIGINT NULL,
	ADD COLUMN IF NOT EXISTS device_at DATETIME(3) NULL COMMENT 'its clock as it was; scanned_at is put right',
	ADD COLUMN IF NOT EXISTS local_result VARCHAR(16) NULL COMMENT 'what the device said';
ALTER TABLE scan_log ADD UNIQUE KEY IF NOT EXISTS scan_log_undoes (undoes);
ALTER TABLE scan_log
	ADD CONSTRAINT IF NOT EXISTS scan_log_kind CHECK (kind IN ('scan', 'hand', 'leave', 'undo', 'record'));

-- Two entries of one ticket without an exit between: the one that was made first wins, the other stands, and people are told.
CREATE TABLE IF NOT EXISTS scan_conflict (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	ticket_id BIGINT NOT NULL,
	winner_id BIGINT NOT NULL COMMENT 'scan_log',
	loser_id BIGINT NOT NULL COMMENT 'scan_log',
	found_at DATETIME(3) NOT NULL,
	withdrawn_at DATETIME(3) NULL COMMENT 'a scan that came later told that there was none',
	seen_at DATETIME(3) NULL,
	seen_by BIGINT NULL COMMENT 'account',
	UNIQUE KEY scan_conflict_pair (winner_id, loser_id),
	KEY scan_conflict_event (event_id, id),
	KEY scan_conflict_ticket (ticket_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
