-- What devices at the gate hold is brought up to date by what changed: who gave a ticket away, and who had a card before.
ALTER TABLE ticket_transfer ADD KEY IF NOT EXISTS ticket_transfer_settled (event_id, settled_at);
ALTER TABLE nfc_card ADD COLUMN IF NOT EXISTS passed_from BIGINT NULL COMMENT 'customer who had it before it was passed on' AFTER customer_id;
ALTER TABLE nfc_card ADD KEY IF NOT EXISTS nfc_card_passed (passed_from);
ALTER TABLE ticket ADD KEY IF NOT EXISTS ticket_event_id (event_id, id);
