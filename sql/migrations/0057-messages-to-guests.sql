-- What organizers write to those who have tickets for an event of theirs.
CREATE TABLE IF NOT EXISTS guest_message (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	organizer_id BIGINT NOT NULL,
	status VARCHAR(10) NOT NULL DEFAULT 'draft' COMMENT 'draft, sending, sent, stopped',
	subject VARCHAR(120) NOT NULL,
	body TEXT NOT NULL,
	category_ids LONGTEXT NULL COMMENT 'JSON: ticket categories whose guests get it; NULL or empty: of all',
	audience VARCHAR(10) NOT NULL DEFAULT 'everybody' COMMENT 'everybody, came, not_come',
	recipients INT NULL COMMENT 'how many there were when it was sent',
	queued INT NOT NULL DEFAULT 0 COMMENT 'how many of them have it in the outbox, or had',
	upto BIGINT NOT NULL DEFAULT 0 COMMENT 'customers up to this id were gone through',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	started_at DATETIME(3) NULL,
	ended_at DATETIME(3) NULL,
	KEY guest_message_organizer (organizer_id, id),
	KEY guest_message_event (event_id, started_at),
	KEY guest_message_status (status, id),
	CONSTRAINT guest_message_event FOREIGN KEY (event_id) REFERENCES event (id),
	CONSTRAINT guest_message_organizer FOREIGN KEY (organizer_id) REFERENCES organizer (id),
	CONSTRAINT guest_message_status CHECK (status IN ('draft', 'sending', 'sent', 'stopped')),
	CONSTRAINT guest_message_audience CHECK (audience IN ('everybody', 'came', 'not_come')),
	CONSTRAINT guest_message_started CHECK ((status = 'draft') = (started_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Which it is a copy of. Nobody gets two of one, whatever happens to who hands them over.
ALTER TABLE outbox
	ADD COLUMN IF NOT EXISTS guest_message_id BIGINT NULL,
	ADD UNIQUE KEY IF NOT EXISTS outbox_guest_message (guest_message_id, recipient);
