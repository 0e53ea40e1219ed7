-- What stands at the head of the documents that a campus issues, and which campus that was.
ALTER TABLE campus ADD COLUMN IF NOT EXISTS logo VARCHAR(64) NULL COMMENT 'SHA-256 of a file' AFTER short_code;
ALTER TABLE campus ADD CONSTRAINT campus_logo FOREIGN KEY IF NOT EXISTS (logo) REFERENCES stored_file (sha256);
ALTER TABLE report_issue ADD COLUMN IF NOT EXISTS campus_id BIGINT NULL COMMENT 'of whose events; NULL: of several, or from before this was kept' AFTER account_id;
ALTER TABLE report_issue ADD CONSTRAINT report_issue_campus FOREIGN KEY IF NOT EXISTS (campus_id) REFERENCES campus (id);
