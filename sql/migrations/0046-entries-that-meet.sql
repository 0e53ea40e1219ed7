-- Also told: who was let in by a device without a network, and whom the server would have refused. That has no winner, and perhaps
-- no ticket.
ALTER TABLE scan_conflict
	ADD COLUMN IF NOT EXISTS kind VARCHAR(8) NOT NULL DEFAULT 'twice' COMMENT 'twice: winner and loser; refused: loser alone' AFTER event_id,
	ADD COLUMN IF NOT EXISTS status VARCHAR(10) NOT NULL DEFAULT 'open' COMMENT 'open, seen, withdrawn' AFTER kind,
	ADD COLUMN IF NOT EXISTS updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	MODIFY COLUMN ticket_id BIGINT NULL,
	MODIFY COLUMN winner_id BIGINT NULL COMMENT 'scan_log';
ALTER TABLE scan_conflict ADD KEY IF NOT EXISTS scan_conflict_loser (loser_id);
ALTER TABLE scan_conflict
	ADD CONSTRAINT IF NOT EXISTS scan_conflict_kind CHECK (kind IN ('twice', 'refused') AND (kind = 'twice') = (winner_id IS NOT NULL));
ALTER TABLE scan_conflict
	ADD CONSTRAINT IF NOT EXISTS scan_conflict_status CHECK (status IN ('open', 'seen', 'withdrawn'));
