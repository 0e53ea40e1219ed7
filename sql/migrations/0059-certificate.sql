-- Until when the certificate is good that the site shows, as its own address was answered when it was looked at last.
CREATE TABLE IF NOT EXISTS certificate (
	id TINYINT NOT NULL PRIMARY KEY COMMENT '1',
	ends_at DATETIME(3) NULL COMMENT 'none: the site did not answer, or what it shows is not trusted',
	error VARCHAR(160) NOT NULL COMMENT 'why',
	looked_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
