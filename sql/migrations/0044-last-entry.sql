-- When a ticket came in last: where an event's days begin afresh, whether that was today. last_scan_at may be its way out.
ALTER TABLE ticket ADD COLUMN IF NOT EXISTS last_in_at DATETIME(3) NULL COMMENT 'its last entry' AFTER last_scan_at;
-- Of those that are inside it is their last scan; the others' is in the log.
UPDATE ticket SET last_in_at = last_scan_at, changed_at = changed_at WHERE presence = 'inside' AND last_in_at IS NULL;
UPDATE ticket t SET changed_at = changed_at,
	last_in_at = (SELECT l.at FROM scan_log l WHERE l.ticket_id = t.id AND l.moved AND l.direction = 'in'
		ORDER BY l.id DESC LIMIT 1)
WHERE t.presence = 'outside' AND t.last_in_at IS NULL;
