-- Web Push: the key by which push services know this site, of which there is one, and the devices on which somebody wants to be told.
-- A subscription is made for that key, and is worth nothing under another.
CREATE TABLE IF NOT EXISTS push_key (
	id TINYINT UNSIGNED NOT NULL PRIMARY KEY COMMENT '1',
	public_key BINARY(65) NOT NULL COMMENT 'a point on P-256, uncompressed',
	sealed_secret VARBINARY(80) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	CHECK (id = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS push_subscription (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	key_id TINYINT UNSIGNED NOT NULL DEFAULT 1,
	endpoint VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'whoever has it may send: a secret',
	endpoint_hash BINARY(32) NOT NULL COMMENT 'BLAKE2b-256 of it',
	point BINARY(65) NOT NULL COMMENT 'p256dh',
	auth BINARY(16) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL COMMENT 'when the device said so last',
	session_id BIGINT NOT NULL COMMENT 'in which it did: who ends all others ends what was said in them',
	UNIQUE KEY push_subscription_endpoint (endpoint_hash),
	KEY push_subscription_account (account_id, updated_at),
	FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE,
	FOREIGN KEY (key_id) REFERENCES push_key (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A message to a device names the subscription. Of one that is gone nobody gets them, and they go when they are due.
ALTER TABLE outbox
	MODIFY COLUMN channel VARCHAR(8) NOT NULL COMMENT 'sms, mail, push',
	ADD COLUMN IF NOT EXISTS subscription_id BIGINT NULL COMMENT 'push_subscription: of a push' AFTER recipient;
ALTER TABLE outbox_decoy
	ADD COLUMN IF NOT EXISTS subscription_id BIGINT NULL AFTER recipient;

-- Whoever looks after an event's gates is told of conflicts, once each. Of those that there are they know.
ALTER TABLE scan_conflict
	ADD COLUMN IF NOT EXISTS told_at DATETIME(3) NULL,
	ADD KEY IF NOT EXISTS scan_conflict_told (told_at, event_id);
UPDATE scan_conflict SET told_at = found_at WHERE told_at IS NULL;
