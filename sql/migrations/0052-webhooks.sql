-- Who is told what happens: addresses of other programs, signed for by a secret that each has with us.
CREATE TABLE IF NOT EXISTS webhook (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	url VARCHAR(500) NOT NULL,
	description VARCHAR(160) NOT NULL DEFAULT '',
	description_words VARBINARY(1200) NULL,
	organizer_id BIGINT NULL COMMENT 'NULL: of all events',
	order_paid TINYINT(1) NOT NULL DEFAULT 0,
	order_refunded TINYINT(1) NOT NULL DEFAULT 0,
	refund_failed TINYINT(1) NOT NULL DEFAULT 0,
	ticket_transferred TINYINT(1) NOT NULL DEFAULT 0,
	ticket_scanned TINYINT(1) NOT NULL DEFAULT 0,
	payout_paid TINYINT(1) NOT NULL DEFAULT 0,
	status VARCHAR(8) NOT NULL DEFAULT 'active' COMMENT 'active, off',
	off_because VARCHAR(8) NULL COMMENT 'hand, gone: it answered 410, failing: for days on end, key: its secret was lost',
	since DATETIME(3) NULL COMMENT 'what happened from then on is told',
	secret VARBINARY(96) NULL COMMENT 'sealed under the site key',
	old_secret VARBINARY(96) NULL COMMENT 'the one before it, sealed too',
	old_until DATETIME(3) NULL COMMENT 'signs beside it until then',
	secret_at DATETIME(3) NULL,
	failing_since DATETIME(3) NULL COMMENT 'the first that failed since one did not',
	answered_at DATETIME(3) NULL COMMENT 'the last that was taken',
	deleted_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	CONSTRAINT webhook_organizer FOREIGN KEY (organizer_id) REFERENCES organizer (id),
	CONSTRAINT webhook_status CHECK (status IN ('active', 'off'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One thing that happened, on its way to one of them. What happens once is told once, whoever finds it and however often: once
-- names it. One that is sent anew is another row with the same uuid, which is what the receiver knows it by.
CREATE TABLE IF NOT EXISTS webhook_delivery (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	webhook_id BIGINT NOT NULL,
	type VARCHAR(24) NOT NULL COMMENT 'order.paid, …',
	noun_id BIGINT NULL COMMENT 'of what; NULL: a test',
	once BIGINT NULL COMMENT 'the same, of what was found; NULL: sent anew, or a test',
	uuid BINARY(16) NOT NULL,
	customer_id BIGINT NULL COMMENT 'whom the body is about',
	happened_at DATETIME(3) NOT NULL,
	status VARCHAR(8) NOT NULL DEFAULT 'queued' COMMENT 'queued, sent, failed',
	attempts INT NOT NULL DEFAULT 0,
	lease CHAR(36) NULL COMMENT 'who is sending it',
	due_at DATETIME(3) NOT NULL COMMENT 'next try, or end of the lease',
	tried_at DATETIME(3) NULL,
	body MEDIUMTEXT NULL COMMENT 'as it was sent; NULL: not yet',
	status_code INT NULL,
	took_ms INT NULL,
	answer VARCHAR(2000) NULL COMMENT 'how it began',
	error VARCHAR(300) NULL,
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	UNIQUE KEY webhook_delivery_once (webhook_id, type, once),
	KEY webhook_delivery_due (webhook_id, status, due_at),
	KEY webhook_delivery_customer (customer_id),
	KEY webhook_delivery_uuid (uuid, id),
	KEY webhook_delivery_old (status, created_at),
	CONSTRAINT webhook_delivery_webhook FOREIGN KEY (webhook_id) REFERENCES webhook (id),
	CONSTRAINT webhook_delivery_status CHECK (status IN ('queued', 'sent', 'failed')),
	CONSTRAINT webhook_delivery_sent CHECK (status <> 'sent' OR COALESCE(status_code BETWEEN 200 AND 299, 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- How far each kind of event was looked for. Ids do not commit in their order, so each is passed twice: at once, and when all that
-- was under way at the first pass has ended.
CREATE TABLE IF NOT EXISTS webhook_cursor (
	type VARCHAR(24) NOT NULL PRIMARY KEY,
	seen BIGINT NOT NULL COMMENT 'passed once up to this id',
	again BIGINT NOT NULL COMMENT 'and twice up to this one',
	mark BIGINT NOT NULL COMMENT 'what was seen at mark_at',
	mark_at DATETIME(3) NOT NULL COMMENT 'by the database''s clock; of what goes by time: looked up to then'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
INSERT IGNORE INTO webhook_cursor (type, seen, again, mark, mark_at)
SELECT 'order.paid', m.id, m.id, m.id, UTC_TIMESTAMP(3) FROM (SELECT COALESCE(MAX(id), 0) AS id FROM ticket) m
UNION ALL SELECT 'ticket.scanned', m.id, m.id, m.id, UTC_TIMESTAMP(3) FROM (SELECT COALESCE(MAX(id), 0) AS id FROM scan_log) m
UNION ALL SELECT 'ticket.transferred', 0, 0, 0, UTC_TIMESTAMP(3)
UNION ALL SELECT 'order.refunded', 0, 0, 0, UTC_TIMESTAMP(3)
UNION ALL SELECT 'refund.failed', 0, 0, 0, UTC_TIMESTAMP(3)
UNION ALL SELECT 'payout.paid', 0, 0, 0, UTC_TIMESTAMP(3);

ALTER TABLE ticket_transfer ADD KEY IF NOT EXISTS ticket_transfer_settled (status, settled_at);
