-- How many are inside an event that has room for so many at once: to count its tickets for each who comes would hold the others up.
CREATE TABLE IF NOT EXISTS event_inside (
	event_id BIGINT NOT NULL PRIMARY KEY,
	day_began DATETIME(3) NOT NULL COMMENT 'those count who came in since',
	inside INT NOT NULL,
	counted_at DATETIME(3) NOT NULL COMMENT 'by all tickets; for a minute moves are added to it',
	CONSTRAINT event_inside_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
