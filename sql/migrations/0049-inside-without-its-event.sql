-- A count is kept by who has moved tickets, and must not wait for the event's row then, which entries hold (src/store/scan_room.c).
ALTER TABLE event_inside DROP FOREIGN KEY IF EXISTS event_inside_event;
