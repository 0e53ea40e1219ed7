-- A message that happened to somebody is kept as its kind and what it is about, and is written when it is sent: no template runs in
-- the transaction that causes it. event_id says to whose organizer answers go. One that is optional may be declined.
ALTER TABLE outbox
	ADD COLUMN IF NOT EXISTS kind VARCHAR(40) NULL COMMENT 'templates/message/<kind>.cs; NULL: subject and body are as they are sent' AFTER secret_until,
	ADD COLUMN IF NOT EXISTS data JSON NULL COMMENT 'what its template is filled with' AFTER kind,
	ADD COLUMN IF NOT EXISTS locale VARCHAR(12) NULL COMMENT 'in which language; NULL: the site''s' AFTER data,
	ADD COLUMN IF NOT EXISTS event_id BIGINT NULL AFTER locale,
	ADD COLUMN IF NOT EXISTS optional TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'no receipt: whoever declined mail does not get it' AFTER event_id;
ALTER TABLE outbox_decoy
	ADD COLUMN IF NOT EXISTS kind VARCHAR(40) NULL AFTER secret_until,
	ADD COLUMN IF NOT EXISTS data JSON NULL AFTER kind,
	ADD COLUMN IF NOT EXISTS locale VARCHAR(12) NULL AFTER data,
	ADD COLUMN IF NOT EXISTS event_id BIGINT NULL AFTER locale,
	ADD COLUMN IF NOT EXISTS optional TINYINT(1) NOT NULL DEFAULT 0 AFTER event_id;

-- By whose token in a mail its reader declines more of them. It is made with the first such mail, and outlives it.
CREATE TABLE IF NOT EXISTS mail_choice (
	recipient VARCHAR(254) NOT NULL PRIMARY KEY,
	token CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'random, in the address that a mail names',
	declined_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	UNIQUE KEY mail_choice_token (token)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What all who have tickets for an event are told: jobs goes through them by their ids, some in each transaction, which moves upto
-- with them, so that each is told once however often it was cut off.
CREATE TABLE IF NOT EXISTS event_notice (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	kind VARCHAR(40) NOT NULL COMMENT 'templates/message/<kind>.cs',
	data JSON NOT NULL,
	upto BIGINT NOT NULL DEFAULT 0 COMMENT 'customers up to this id have been told',
	created_at DATETIME(3) NOT NULL,
	done_at DATETIME(3) NULL,
	KEY event_notice_open (done_at, id),
	CONSTRAINT event_notice_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
