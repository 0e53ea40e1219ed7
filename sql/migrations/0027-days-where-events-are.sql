-- A day is another stretch of time in each zone that events are in; which zones these are is read from this index alone.
ALTER TABLE event ADD KEY IF NOT EXISTS event_zone (time_zone);
