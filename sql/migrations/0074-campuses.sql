-- What a campus says of itself: where it is, who belongs there by their address, and for how long what proves attendance is kept.
ALTER TABLE campus
	ADD COLUMN IF NOT EXISTS latitude DOUBLE NULL AFTER time_zone,
	ADD COLUMN IF NOT EXISTS longitude DOUBLE NULL AFTER latitude,
	ADD COLUMN IF NOT EXISTS networks TEXT NULL COMMENT 'JSON: ["192.0.2.0/24", …]' AFTER longitude,
	ADD COLUMN IF NOT EXISTS email_domains TEXT NULL COMMENT 'JSON: ["campus.example", …]' AFTER networks,
	ADD COLUMN IF NOT EXISTS attendance_threshold INT NOT NULL DEFAULT 70 COMMENT 'per cent' AFTER email_domains,
	ADD COLUMN IF NOT EXISTS registration VARCHAR(10) NOT NULL DEFAULT 'domain' AFTER attendance_threshold,
	ADD COLUMN IF NOT EXISTS evidence_days INT NOT NULL DEFAULT 90 COMMENT 'photos and signatures' AFTER registration,
	ADD COLUMN IF NOT EXISTS place_days INT NOT NULL DEFAULT 90 COMMENT 'exact places' AFTER evidence_days,
	ADD COLUMN IF NOT EXISTS scan_days INT NOT NULL DEFAULT 180 COMMENT 'codes that were shown' AFTER place_days,
	ADD COLUMN IF NOT EXISTS name_words VARBINARY(1200) NULL AFTER name;
ALTER TABLE campus DROP CONSTRAINT IF EXISTS campus_registration, DROP CONSTRAINT IF EXISTS campus_place,
	DROP CONSTRAINT IF EXISTS campus_days;
ALTER TABLE campus
	ADD CONSTRAINT campus_registration CHECK (registration IN ('open', 'domain', 'imported', 'closed')),
	ADD CONSTRAINT campus_place CHECK ((latitude IS NULL) = (longitude IS NULL)),
	ADD CONSTRAINT campus_days CHECK (evidence_days BETWEEN 1 AND 3650 AND place_days BETWEEN 1 AND 3650 AND scan_days BETWEEN 1 AND 3650
		AND attendance_threshold BETWEEN 0 AND 100);
ALTER TABLE department ADD COLUMN IF NOT EXISTS name_words VARBINARY(1200) NULL AFTER name;
