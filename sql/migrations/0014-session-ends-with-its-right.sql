-- A role or an usher's assignment that is taken away takes its sessions along by itself, so that asking for a session,
-- which every request does, need not ask for them. What had lost its right before goes now.
ALTER TABLE session MODIFY event_id BIGINT NULL COMMENT 'an usher signs in to one event; NULL for all others';
UPDATE session SET event_id = NULL WHERE role <> 'usher';
DELETE s FROM session s
LEFT JOIN account_role r ON r.account_id = s.account_id AND r.role = s.role
LEFT JOIN usher_assignment u ON u.usher_id = s.role_id AND u.event_id = s.event_id
WHERE r.role IS NULL OR (s.role = 'usher' AND u.usher_id IS NULL);
ALTER TABLE session
	ADD CONSTRAINT session_role FOREIGN KEY (account_id, role) REFERENCES account_role (account_id, role) ON DELETE CASCADE,
	ADD CONSTRAINT session_assignment FOREIGN KEY (role_id, event_id) REFERENCES usher_assignment (usher_id, event_id)
		ON DELETE CASCADE,
	ADD CHECK (role <> 'usher' OR event_id IS NOT NULL);
