-- What organizers change of their events at once, and what they ask staff for.
INSERT IGNORE INTO setting (name, value, updated_at) VALUES ('organizer_may_edit', 'description', UTC_TIMESTAMP(3));
INSERT IGNORE INTO setting (name, value, updated_at) VALUES ('organizer_sees_contacts', 'hide', UTC_TIMESTAMP(3));

CREATE TABLE IF NOT EXISTS edit_request (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	organizer_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL COMMENT 'who asked',
	status VARCHAR(10) NOT NULL DEFAULT 'requested' COMMENT 'requested, approved, rejected, withdrawn',
	changes TEXT NOT NULL COMMENT 'JSON: what the fields shall be, by their names',
	was TEXT NOT NULL COMMENT 'JSON: what they were when it was asked',
	reason VARCHAR(1000) NOT NULL DEFAULT '' COMMENT 'what the organizer says to it',
	note VARCHAR(300) NULL COMMENT 'what staff say to it',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	decided_at DATETIME(3) NULL,
	open_event_id BIGINT AS (IF(status = 'requested', event_id, NULL)) PERSISTENT,
	UNIQUE KEY edit_request_open (open_event_id),
	KEY edit_request_organizer (organizer_id, id),
	KEY edit_request_event (event_id, id),
	KEY edit_request_status (status, id),
	CONSTRAINT edit_request_event FOREIGN KEY (event_id) REFERENCES event (id),
	CONSTRAINT edit_request_organizer FOREIGN KEY (organizer_id) REFERENCES organizer (id),
	CONSTRAINT edit_request_status CHECK (status IN ('requested', 'approved', 'rejected', 'withdrawn')),
	CONSTRAINT edit_request_decided CHECK ((status = 'requested') = (decided_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
