-- Covers of events as pages show them: cut to a shape around what matters in them, in several widths. Made in the background
-- (jobs/covers.c) of the picture that was brought.
ALTER TABLE event
	ADD COLUMN IF NOT EXISTS image_focus VARCHAR(12) NOT NULL DEFAULT 'centre' COMMENT 'what of its cover stays when it is cut',
	ADD KEY IF NOT EXISTS event_cover (image, image_focus);

CREATE TABLE IF NOT EXISTS picture_cut (
	sha256 VARCHAR(64) NOT NULL COMMENT 'of what; forgotten where no event shows it',
	focus VARCHAR(12) NOT NULL,
	size VARCHAR(12) NOT NULL COMMENT 'shape and width: wide-800; none: it cannot be read',
	made VARCHAR(64) NULL COMMENT 'the file; NULL where there is none',
	PRIMARY KEY (sha256, focus, size),
	KEY picture_cut_made (made),
	CONSTRAINT picture_cut_made FOREIGN KEY (made) REFERENCES stored_file (sha256)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Organizers bring the cover themselves, as they write the text, unless somebody has decided otherwise.
UPDATE setting SET value = 'description, image, image_focus' WHERE name = 'organizer_may_edit' AND value = 'description';
