-- scan_apply answers nothing where all went well: a result set of its own cost each scan a packet and a wait more. Its
-- refusals are errors: 1062 (this scan_id is known) and 1644 (another scan moved the ticket since the verdict).
DELIMITER //
CREATE OR REPLACE PROCEDURE scan_apply(
	p_event BIGINT, p_scan BINARY(16), p_ticket BIGINT, p_category BIGINT, p_card VARCHAR(32), p_usher BIGINT,
	p_gate VARCHAR(40), p_direction VARCHAR(3), p_result VARCHAR(16), p_reason VARCHAR(40), p_move TINYINT,
	p_generation INT, p_presence VARCHAR(8), p_entries INT, p_name VARCHAR(120), p_at DATETIME(3), p_scanned DATETIME(3))
MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION
	BEGIN
		ROLLBACK;
		RESIGNAL;
	END;

	START TRANSACTION;
	INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, card_uid, usher_id, gate, direction, result, reason,
		moved, first_entry, attendee_name, at, scanned_at)
	VALUES (p_event, p_scan, NULLIF(p_ticket, 0), NULLIF(p_category, 0), p_card, p_usher, p_gate, p_direction, p_result,
		p_reason, p_move, p_move AND p_direction = 'in' AND p_entries = 0, p_name, p_at, p_scanned);
	IF p_move THEN
		IF p_direction = 'in' THEN
			UPDATE ticket
			SET presence = 'inside', entries = entries + 1, last_scan_at = p_at,
				first_scan_at = COALESCE(first_scan_at, p_at), first_usher_id = COALESCE(first_usher_id, p_usher),
				first_gate = COALESCE(first_gate, p_gate)
			WHERE id = p_ticket AND generation = p_generation AND status = 'valid' AND presence = p_presence
				AND presence <> 'inside' AND entries = p_entries;
		ELSE
			UPDATE ticket
			SET presence = 'outside', last_scan_at = p_at
			WHERE id = p_ticket AND generation = p_generation AND status = 'valid' AND presence = 'inside'
				AND entries = p_entries;
		END IF;
		IF ROW_COUNT() = 0 THEN
			SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'another scan moved the ticket';
		END IF;
	END IF;
	COMMIT;
END//
DELIMITER ;
