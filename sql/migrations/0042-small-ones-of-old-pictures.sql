-- What was stored before there were small pictures gets them in the background (jobs/thumbs.c), each file once.
ALTER TABLE stored_file
	ADD COLUMN IF NOT EXISTS looked BOOLEAN NOT NULL DEFAULT 0 COMMENT 'its thumb was made, or it needs none, or cannot be read',
	ADD KEY IF NOT EXISTS stored_file_looked (looked, sha256);

-- Those that have one, and those that are one.
UPDATE stored_file f SET f.looked = 1
WHERE f.thumb IS NOT NULL OR EXISTS (SELECT 1 FROM (SELECT thumb FROM stored_file WHERE thumb IS NOT NULL) w WHERE w.thumb = f.sha256);
