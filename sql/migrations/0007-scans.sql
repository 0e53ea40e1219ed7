-- Append only. The device's own scan_id makes a scan sent twice one scan.
CREATE TABLE scan_log (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	scan_id BINARY(16) NOT NULL,
	ticket_id BIGINT NULL,
	category_id BIGINT NULL,
	card_uid VARCHAR(32) NULL,
	usher_id BIGINT NOT NULL,
	gate VARCHAR(40) NOT NULL DEFAULT '',
	direction VARCHAR(3) NOT NULL COMMENT 'in, out',
	result VARCHAR(16) NOT NULL COMMENT 'valid, invalid, already_scanned, not_found',
	reason VARCHAR(40) NOT NULL COMMENT 'ok or why not',
	moved TINYINT(1) NOT NULL COMMENT 'the ticket went in or out by it',
	first_entry TINYINT(1) NOT NULL,
	attendee_name VARCHAR(120) NOT NULL DEFAULT '',
	at DATETIME(3) NOT NULL COMMENT 'our clock',
	scanned_at DATETIME(3) NOT NULL COMMENT 'the device''s clock',
	UNIQUE KEY scan_log_scan (event_id, scan_id),
	KEY scan_log_event (event_id, id),
	KEY scan_log_ticket (ticket_id, id),
	CHECK (direction IN ('in', 'out')),
	CHECK (result IN ('valid', 'invalid', 'already_scanned', 'not_found'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Scans up to upto_id added up, so that live counts read this and a short tail, never all rows.
CREATE TABLE scan_summary (
	event_id BIGINT NOT NULL PRIMARY KEY,
	upto_id BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE scan_count (
	event_id BIGINT NOT NULL,
	category_id BIGINT NOT NULL COMMENT '0: no ticket',
	gate VARCHAR(40) NOT NULL,
	result VARCHAR(16) NOT NULL,
	ins BIGINT NOT NULL COMMENT 'entries given',
	firsts BIGINT NOT NULL COMMENT 'of these, first entries',
	outs BIGINT NOT NULL COMMENT 'exits',
	scans BIGINT NOT NULL,
	PRIMARY KEY (event_id, category_id, gate, result)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
