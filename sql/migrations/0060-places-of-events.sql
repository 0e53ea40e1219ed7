-- How many tickets an event sells at most, over all of its categories. Only events that say so have a row of event_stock, for it is one
-- that all their bookings wait for.
ALTER TABLE event ADD COLUMN IF NOT EXISTS capacity INT NULL COMMENT 'tickets over all categories; none: as many as these have' AFTER room;

CREATE TABLE IF NOT EXISTS event_stock (
	id BIGINT NOT NULL PRIMARY KEY COMMENT 'the event''s. No foreign key: who moves it must not wait for whoever edits the event',
	taken INT NOT NULL COMMENT 'held and sold of all its categories',
	CONSTRAINT event_stock_taken CHECK (taken >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
