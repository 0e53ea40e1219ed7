-- Where the rows of long tables stand, that none is ever deleted of: each 512th by its id, with its place among all from the first, and when
-- the rows since the mark before it were made. Kept by `jobs`; the rows are the truth (gatehouse audit), and all of it can be made anew.
CREATE TABLE IF NOT EXISTS row_mark (
	what VARCHAR(32) NOT NULL COMMENT 'the table',
	place BIGINT NOT NULL COMMENT 'so many rows have this id or a lower one',
	id BIGINT NOT NULL,
	first_at DATETIME(3) NULL COMMENT 'of these 512 the earliest; NULL: its rows have no such time',
	last_at DATETIME(3) NULL,
	PRIMARY KEY (what, place)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Up to which id a table went at a moment: rows commit in another order than that of their ids, so they are marked when that is long ago.
CREATE TABLE IF NOT EXISTS row_seen (
	what VARCHAR(32) NOT NULL PRIMARY KEY,
	id BIGINT NOT NULL,
	at DATETIME(3) NOT NULL,
	upto BIGINT NOT NULL COMMENT 'what may be marked: the id before'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
