-- Which device scanned: an app that numbers no scan and got no answer tries again, and is told that it was itself. No foreign
-- key: sessions go, the log stays, and each scan would pay for the look.
ALTER TABLE scan_log
	ADD COLUMN IF NOT EXISTS session_id BIGINT NULL COMMENT 'the usher''s session, which may be gone' AFTER usher_id;
