-- Who plays at an event, in order.
CREATE TABLE IF NOT EXISTS performer (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	name VARCHAR(160) NOT NULL,
	name_words VARBINARY(1200) NULL,
	part VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'a role or a genre',
	link VARCHAR(300) NULL COMMENT 'http or https',
	image VARCHAR(64) NULL,
	position INT NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	KEY performer_event (event_id, position, id),
	KEY performer_image (image),
	CONSTRAINT performer_event FOREIGN KEY (event_id) REFERENCES event (id),
	CONSTRAINT performer_image FOREIGN KEY (image) REFERENCES stored_file (sha256)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
