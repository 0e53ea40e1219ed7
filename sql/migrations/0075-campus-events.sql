-- What attendance is taken of, for whom, and who was expected. When marks are taken is kept beside what it follows from, so that a list
-- finds what is open by an index.
CREATE TABLE IF NOT EXISTS campus_event (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	organizer_id BIGINT NOT NULL COMMENT 'the account that made it',
	campus_id BIGINT NOT NULL,
	title VARCHAR(200) NOT NULL,
	title_words VARBINARY(1200) NULL,
	description TEXT NOT NULL,
	location VARCHAR(200) NOT NULL,
	location_words VARBINARY(1200) NULL,
	starts_at DATETIME(3) NOT NULL,
	ends_at DATETIME(3) NOT NULL,
	time_zone VARCHAR(40) NOT NULL,
	starts_on DATE NOT NULL COMMENT 'the day of its start, by its own clocks',
	is_active TINYINT(1) NOT NULL DEFAULT 1,
	latitude DOUBLE NULL,
	longitude DOUBLE NULL,
	location_radius INT NOT NULL DEFAULT 100 COMMENT 'metres',
	places TEXT NULL COMMENT 'JSON: more venues',
	opens_before INT NOT NULL DEFAULT 15 COMMENT 'minutes before the start',
	late_after INT NOT NULL DEFAULT 15 COMMENT 'minutes after the start',
	closes_after INT NULL COMMENT 'minutes after the start; NULL: at the end',
	opens_at DATETIME(3) NOT NULL,
	late_at DATETIME(3) NOT NULL,
	closes_at DATETIME(3) NOT NULL,
	steps VARCHAR(100) NOT NULL COMMENT 'JSON: what a mark needs, in its order',
	location_mode VARCHAR(10) NOT NULL DEFAULT 'flag',
	rescan TINYINT(1) NOT NULL DEFAULT 0,
	typed_code TINYINT(1) NOT NULL DEFAULT 0,
	auto_verify TINYINT(1) NOT NULL DEFAULT 1,
	strict_steps TINYINT(1) NOT NULL DEFAULT 0,
	allow_offline TINYINT(1) NOT NULL DEFAULT 0,
	public_counts TINYINT(1) NOT NULL DEFAULT 0,
	qr_rotates TINYINT(1) NOT NULL DEFAULT 1,
	qr_generation INT NOT NULL DEFAULT 0 COMMENT 'raised: every code before it is dead',
	qr_expires_at DATETIME(3) NULL COMMENT 'of codes that do not turn; NULL: when it closes',
	series VARCHAR(80) NULL COMMENT 'the course that it belongs to',
	version INT NOT NULL DEFAULT 1,
	roster_at DATETIME(3) NULL COMMENT 'since when it is fixed who is expected; NULL: the audience says',
	deleted_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY campus_event_uuid (uuid),
	KEY campus_event_start (starts_at, id),
	KEY campus_event_campus (campus_id, starts_at, id),
	KEY campus_event_organizer (organizer_id, starts_at, id),
	KEY campus_event_day (starts_on),
	KEY campus_event_series (series, starts_at),
	KEY campus_event_roster (roster_at, opens_at),
	KEY campus_event_closes (closes_at),
	CONSTRAINT campus_event_organizer FOREIGN KEY (organizer_id) REFERENCES account (id),
	CONSTRAINT campus_event_campus FOREIGN KEY (campus_id) REFERENCES campus (id),
	CONSTRAINT campus_event_times CHECK (starts_at < ends_at AND opens_at <= late_at AND opens_at <= closes_at AND late_at <= closes_at),
	CONSTRAINT campus_event_place CHECK ((latitude IS NULL) = (longitude IS NULL)),
	CONSTRAINT campus_event_mode CHECK (location_mode IN ('off', 'record', 'flag', 'require'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Whoever one of an event's rules fits is expected there. value: a department, a year, an account; of the others 0.
CREATE TABLE IF NOT EXISTS event_audience (
	event_id BIGINT NOT NULL,
	rule VARCHAR(12) NOT NULL,
	value BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (event_id, rule, value),
	KEY event_audience_value (rule, value),
	CONSTRAINT event_audience_event FOREIGN KEY (event_id) REFERENCES campus_event (id) ON DELETE CASCADE,
	CONSTRAINT event_audience_rule CHECK (rule IN ('all', 'students', 'department', 'year_level', 'member')
		AND (value = 0) = (rule IN ('all', 'students')))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The roster, a row a person, as it was when the event opened, and who came to it since.
CREATE TABLE IF NOT EXISTS event_expected (
	event_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	state VARCHAR(10) NOT NULL DEFAULT 'expected',
	since DATETIME(3) NOT NULL,
	PRIMARY KEY (event_id, account_id),
	KEY event_expected_account (account_id, event_id),
	CONSTRAINT event_expected_event FOREIGN KEY (event_id) REFERENCES campus_event (id) ON DELETE CASCADE,
	CONSTRAINT event_expected_account FOREIGN KEY (account_id) REFERENCES account (id),
	CONSTRAINT event_expected_state CHECK (state IN ('expected', 'excused'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
