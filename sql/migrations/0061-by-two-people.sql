-- What one of the staff enters another approves; and an event for which much was paid is cancelled by two.
ALTER TABLE expense
	ADD COLUMN IF NOT EXISTS entered_by BIGINT NULL COMMENT 'the account; none: from before this was kept' AFTER status,
	ADD COLUMN IF NOT EXISTS requested_by BIGINT NULL COMMENT 'the account that said last what it is' AFTER entered_by,
	ADD COLUMN IF NOT EXISTS approved_by BIGINT NULL COMMENT 'the account; none: small enough for one person' AFTER requested_by,
	ADD CONSTRAINT IF NOT EXISTS expense_by_two CHECK (approved_by <> requested_by AND approved_by <> entered_by);
UPDATE expense x JOIN audit_log l ON l.noun = 'expense' AND l.noun_id = x.id AND l.action = 'create'
SET x.entered_by = l.account_id, x.requested_by = l.account_id WHERE x.entered_by IS NULL AND x.status = 'requested';
ALTER TABLE event
	ADD COLUMN IF NOT EXISTS cancel_asked_by BIGINT NULL COMMENT 'the account that would cancel it, so that another may; none: nobody' AFTER cancelled_at,
	ADD COLUMN IF NOT EXISTS cancel_asked_at DATETIME(3) NULL AFTER cancel_asked_by;
