-- The check-in log by what came of a scan, added up like the other live sums (up to scan_summary.upto_id), so that who asks for one
-- reason knows how many there are; and an index by which the few of a rare one are found.
CREATE TABLE IF NOT EXISTS scan_log_count (
	event_id BIGINT NOT NULL,
	result VARCHAR(16) NOT NULL,
	reason VARCHAR(40) NOT NULL,
	direction VARCHAR(3) NOT NULL,
	logged BIGINT NOT NULL COMMENT 'rows of scan_log, those of what was taken back among them',
	PRIMARY KEY (event_id, result, reason, direction)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO scan_log_count (event_id, result, reason, direction, logged)
SELECT l.event_id, l.result, l.reason, l.direction, COUNT(*)
FROM scan_summary u STRAIGHT_JOIN scan_log l ON l.event_id = u.event_id AND l.id <= u.upto_id
GROUP BY l.event_id, l.result, l.reason, l.direction;

ALTER TABLE scan_log ADD INDEX IF NOT EXISTS scan_log_reason (reason);
