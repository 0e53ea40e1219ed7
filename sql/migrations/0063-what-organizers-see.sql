-- When people came, added up by quarters of an hour, of which each zone's hours are made: up to the same scan as the other live sums
-- (scan_summary). And how often the public looked at an event's page, by the days where it is; nothing of who looked.
CREATE TABLE IF NOT EXISTS scan_quarter (
	event_id BIGINT NOT NULL,
	slot DATETIME NOT NULL COMMENT 'when it began',
	ins BIGINT NOT NULL COMMENT 'entries given',
	firsts BIGINT NOT NULL COMMENT 'of these, first entries',
	PRIMARY KEY (event_id, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO scan_quarter (event_id, slot, ins, firsts)
SELECT event_id, slot, ins, firsts FROM (
	SELECT l.event_id,
		TIMESTAMP'1970-01-01 00:00:00' + INTERVAL FLOOR(TIMESTAMPDIFF(SECOND, '1970-01-01',
			IF(w.id IS NULL, IF(l.uploaded, l.scanned_at, l.at), IF(w.uploaded, w.scanned_at, w.at))) / 900) * 900 SECOND AS slot,
		SUM(IF(l.undoes IS NULL, 1, -1) * (l.moved AND l.direction = 'in')) AS ins,
		SUM(IF(l.undoes IS NULL, 1, -1) * l.first_entry) AS firsts
	FROM scan_summary u
	STRAIGHT_JOIN scan_log l ON l.event_id = u.event_id AND l.id <= u.upto_id
	LEFT JOIN scan_log w ON w.id = l.undoes
	GROUP BY l.event_id, slot
) q WHERE ins <> 0 OR firsts <> 0;

CREATE TABLE IF NOT EXISTS event_view_day (
	event_id BIGINT NOT NULL,
	day DATE NOT NULL COMMENT 'where the event is',
	views INT NOT NULL COMMENT 'of its public page',
	PRIMARY KEY (event_id, day),
	CONSTRAINT event_view_day_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Sums of one organizer's sales, and of one event's.
ALTER TABLE sale_day
	ADD KEY IF NOT EXISTS sale_day_organizer (organizer_id, day),
	ADD KEY IF NOT EXISTS sale_day_event (event_id, day);
