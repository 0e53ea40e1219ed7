CREATE TABLE venue (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	name VARCHAR(160) NOT NULL,
	address VARCHAR(300) NOT NULL DEFAULT '',
	city VARCHAR(120) NOT NULL,
	country CHAR(2) NOT NULL COMMENT 'ISO 3166-1',
	latitude DOUBLE NULL,
	longitude DOUBLE NULL,
	capacity INT NULL,
	time_zone VARCHAR(60) NOT NULL COMMENT 'IANA',
	deleted_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY venue_uuid (uuid),
	KEY venue_city (city)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE event_category (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	slug VARCHAR(40) NOT NULL,
	name VARCHAR(80) NOT NULL,
	position INT NOT NULL DEFAULT 0,
	UNIQUE KEY event_category_slug (slug)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
INSERT INTO event_category (slug, name, position) VALUES
	('music', 'Music', 1), ('theatre', 'Theatre', 2), ('sport', 'Sport', 3), ('conference', 'Conference', 4),
	('family', 'Family', 5), ('food', 'Food & drink', 6), ('art', 'Art', 7), ('comedy', 'Comedy', 8);

CREATE TABLE event (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uuid BINARY(16) NOT NULL,
	organizer_id BIGINT NOT NULL,
	venue_id BIGINT NOT NULL,
	category_id BIGINT NOT NULL,
	title VARCHAR(200) NOT NULL,
	description TEXT NOT NULL,
	starts_at DATETIME(3) NOT NULL,
	ends_at DATETIME(3) NOT NULL,
	time_zone VARCHAR(60) NOT NULL COMMENT 'IANA',
	currency CHAR(3) NOT NULL COMMENT 'ISO 4217',
	image VARCHAR(64) NULL COMMENT 'SHA-256 of a public file',
	status VARCHAR(10) NOT NULL DEFAULT 'draft',
	featured TINYINT(1) NOT NULL DEFAULT 0,
	scanning_enabled TINYINT(1) NOT NULL DEFAULT 1,
	re_entry TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'who left may come back',
	show_labels TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'ushers see labels',
	show_dependents TINYINT(1) NOT NULL DEFAULT 1,
	popularity INT NOT NULL DEFAULT 0 COMMENT 'tickets sold lately, moved by jobs',
	published_at DATETIME(3) NULL,
	cancelled_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY event_uuid (uuid),
	KEY event_public (status, starts_at, id),
	KEY event_featured (status, featured, starts_at),
	KEY event_organizer (organizer_id, starts_at),
	CONSTRAINT event_organizer FOREIGN KEY (organizer_id) REFERENCES organizer (id),
	CONSTRAINT event_venue FOREIGN KEY (venue_id) REFERENCES venue (id),
	CONSTRAINT event_category FOREIGN KEY (category_id) REFERENCES event_category (id),
	CHECK (status IN ('draft', 'published', 'cancelled')),
	CHECK (ends_at > starts_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The Ed25519 key that signs an event's ticket codes. The secret half is sealed with the site key.
CREATE TABLE event_key (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	public_key BINARY(32) NOT NULL,
	sealed_secret VARBINARY(160) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	retired_at DATETIME(3) NULL,
	KEY event_key_event (event_id, id),
	CONSTRAINT event_key_event FOREIGN KEY (event_id) REFERENCES event (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Stock is this counter row. The CHECK is the backstop of the guarded UPDATE.
CREATE TABLE ticket_category (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	description VARCHAR(300) NOT NULL DEFAULT '',
	price BIGINT NOT NULL COMMENT 'minor units of the event''s currency',
	capacity INT NOT NULL,
	held INT NOT NULL DEFAULT 0,
	sold INT NOT NULL DEFAULT 0,
	max_per_order INT NOT NULL DEFAULT 10,
	sales_start DATETIME(3) NULL,
	sales_end DATETIME(3) NULL,
	position INT NOT NULL DEFAULT 0,
	deleted_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	KEY ticket_category_event (event_id, position, id),
	CONSTRAINT ticket_category_event FOREIGN KEY (event_id) REFERENCES event (id),
	CHECK (price >= 0),
	CHECK (held >= 0),
	CHECK (sold >= 0),
	CONSTRAINT never_oversold CHECK (held + sold <= capacity)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE usher_assignment (
	usher_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	gate VARCHAR(40) NOT NULL DEFAULT '',
	created_at DATETIME(3) NOT NULL,
	PRIMARY KEY (usher_id, event_id),
	KEY usher_assignment_event (event_id),
	CONSTRAINT usher_assignment_usher FOREIGN KEY (usher_id) REFERENCES usher (id),
	CONSTRAINT usher_assignment_event FOREIGN KEY (event_id) REFERENCES event (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE promo_code (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event_id BIGINT NULL COMMENT 'NULL: any event',
	code VARCHAR(40) NOT NULL,
	percent INT NULL COMMENT '1 to 100',
	amount BIGINT NULL COMMENT 'minor units, off the whole order',
	currency CHAR(3) NULL,
	starts_at DATETIME(3) NULL,
	ends_at DATETIME(3) NULL,
	max_uses INT NULL,
	uses INT NOT NULL DEFAULT 0 COMMENT 'held and paid orders',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY promo_code_code (code),
	CHECK (percent IS NULL OR percent BETWEEN 1 AND 100),
	CHECK (amount IS NULL OR amount > 0),
	CHECK (uses >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
