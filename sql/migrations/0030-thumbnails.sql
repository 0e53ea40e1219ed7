-- A picture's small one, which is shown in its place. It is a file as all are: it goes a day after no picture names it.
ALTER TABLE stored_file ADD COLUMN IF NOT EXISTS thumb VARCHAR(64) NULL COMMENT 'the same, small; NULL: it is small itself, or from before there were any';
ALTER TABLE stored_file ADD CONSTRAINT stored_file_thumb FOREIGN KEY IF NOT EXISTS (thumb) REFERENCES stored_file (sha256);
