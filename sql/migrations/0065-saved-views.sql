-- What somebody asks of a list again and again, under a name: their own, or all staff's. usual: the list opens with it, for whose it
-- is, and at most one of theirs does.
CREATE TABLE IF NOT EXISTS saved_view (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	mount VARCHAR(20) NOT NULL,
	list VARCHAR(60) NOT NULL,
	name VARCHAR(80) NOT NULL,
	name_words VARBINARY(1200) NULL,
	query VARCHAR(1500) NOT NULL DEFAULT '' COMMENT 'as in an address',
	shared TINYINT(1) NOT NULL DEFAULT 0,
	usual TINYINT(1) NOT NULL DEFAULT 0,
	usual_list VARCHAR(60) AS (IF(usual = 1, list, NULL)) STORED,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY saved_view_name (account_id, mount, list, name),
	UNIQUE KEY saved_view_usual (account_id, mount, usual_list),
	KEY saved_view_shared (mount, list, shared),
	FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
