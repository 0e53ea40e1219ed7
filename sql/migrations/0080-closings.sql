-- Of which events it was written down who did not come. As it was then: an event whose times or roster were changed since is looked at anew.
CREATE TABLE IF NOT EXISTS event_closing (
	event_id BIGINT NOT NULL PRIMARY KEY,
	version INT NOT NULL COMMENT 'the event''s',
	roster_at DATETIME(3) NOT NULL COMMENT 'the event''s',
	closed_at DATETIME(3) NOT NULL,
	CONSTRAINT event_closing_event FOREIGN KEY (event_id) REFERENCES campus_event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Which records have an exact place and an address still, the oldest first.
ALTER TABLE attendance ADD KEY IF NOT EXISTS attendance_purge (campus_id, purged_at, created_at);

-- How far the marks of an event were held against each other, and how old the codes were in its room.
CREATE TABLE IF NOT EXISTS event_look (
	event_id BIGINT NOT NULL PRIMARY KEY,
	change_id BIGINT NOT NULL DEFAULT 0 COMMENT 'the last attendance_change that was seen',
	age_median DOUBLE NULL COMMENT 'ms, of all codes that were shown; NULL: not closed, or none was',
	looked_at DATETIME(3) NOT NULL,
	CONSTRAINT event_look_event FOREIGN KEY (event_id) REFERENCES campus_event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
