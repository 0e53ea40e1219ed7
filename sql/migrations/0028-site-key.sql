-- The site keys under which something is kept here, by their fingerprints: so a key that was lost is missed, and another is not
-- taken for it. `gatehouse migrate` and `gatehouse key` fill it, for SQL knows no key.
CREATE TABLE IF NOT EXISTS site_key (
	fingerprint CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
	added_at DATETIME(3) NOT NULL,
	retired_at DATETIME(3) NULL COMMENT 'nothing is sealed under it any more'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
