-- A message whose text is a secret (a one-time code) says until when it is good: then it is not sent any more, and its text
-- goes as soon as it was sent. Each remembers what it belongs to, and when it was last touched, for staff may send it again.
-- What the program of before writes meanwhile has the defaults.
ALTER TABLE outbox
	ADD COLUMN IF NOT EXISTS secret_until DATETIME(3) NULL COMMENT 'its text is a secret, good until then' AFTER body,
	ADD COLUMN IF NOT EXISTS traceparent CHAR(55) NULL COMMENT 'W3C Trace Context of what caused it' AFTER secret_until,
	ADD COLUMN IF NOT EXISTS updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) AFTER created_at;
ALTER TABLE outbox_decoy
	ADD COLUMN IF NOT EXISTS secret_until DATETIME(3) NULL AFTER body,
	ADD COLUMN IF NOT EXISTS traceparent CHAR(55) NULL AFTER secret_until,
	ADD COLUMN IF NOT EXISTS updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) AFTER created_at;

-- Codes that were kept until now.
UPDATE outbox SET secret_until = created_at + INTERVAL 5 MINUTE WHERE body REGEXP ' code is [0-9]{6}[.]';
UPDATE outbox SET body = '' WHERE status <> 'queued' AND secret_until IS NOT NULL;
