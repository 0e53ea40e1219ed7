-- What uploaded files there are. Which columns name one is for the foreign keys to say, so that none can go that a row names.
CREATE TABLE IF NOT EXISTS stored_file (
	sha256 VARCHAR(64) NOT NULL PRIMARY KEY COMMENT 'in hex: its name on the disk',
	bytes BIGINT NULL COMMENT 'NULL: from before this table was kept',
	account_id BIGINT NULL COMMENT 'who brought it last; NULL: nobody knows',
	unnamed_since DATETIME(3) NULL COMMENT 'when it was brought, or first seen to be named by no row; NULL: a row names it',
	KEY stored_file_unnamed (unnamed_since)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO stored_file (sha256)
SELECT photo FROM account WHERE photo IS NOT NULL
UNION SELECT logo FROM organizer WHERE logo IS NOT NULL
UNION SELECT image FROM event WHERE image IS NOT NULL
UNION SELECT photo FROM dependent WHERE photo IS NOT NULL;

ALTER TABLE account ADD CONSTRAINT account_photo FOREIGN KEY IF NOT EXISTS (photo) REFERENCES stored_file (sha256);
ALTER TABLE organizer ADD CONSTRAINT organizer_logo FOREIGN KEY IF NOT EXISTS (logo) REFERENCES stored_file (sha256);
ALTER TABLE event ADD CONSTRAINT event_image FOREIGN KEY IF NOT EXISTS (image) REFERENCES stored_file (sha256);
ALTER TABLE dependent ADD CONSTRAINT dependent_photo FOREIGN KEY IF NOT EXISTS (photo) REFERENCES stored_file (sha256);
