-- Who works for an organizer beside whose account it is, and what each of them may. Invited by a number: whose it is shows by the code that
-- is sent there, so that nobody gives an account a role that its owner does not know of. Whoever loses the role organizer is none of them
-- any more, and that ends their sessions too (session_role).
CREATE TABLE IF NOT EXISTS co_worker (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	organizer_id BIGINT NOT NULL,
	name VARCHAR(120) NOT NULL COMMENT 'as who invited them calls them',
	name_words VARBINARY(1200) NULL,
	mobile_number VARCHAR(20) NOT NULL COMMENT 'that was invited',
	account_id BIGINT NULL COMMENT 'who came; NULL: nobody yet',
	role VARCHAR(20) NOT NULL DEFAULT 'organizer',
	may_events BOOLEAN NOT NULL DEFAULT 0 COMMENT 'change events and ask for changes, promo codes',
	may_guests BOOLEAN NOT NULL DEFAULT 0 COMMENT 'who comes, and messages to them',
	may_money BOOLEAN NOT NULL DEFAULT 0 COMMENT 'what sales brought, payouts, settlements',
	may_team BOOLEAN NOT NULL DEFAULT 0 COMMENT 'co-workers',
	may_gate BOOLEAN NOT NULL DEFAULT 0 COMMENT 'live counts, conflicts, incidents',
	created_at DATETIME(3) NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	joined_at DATETIME(3) NULL COMMENT 'when they came',
	UNIQUE KEY co_worker_number (organizer_id, mobile_number),
	UNIQUE KEY co_worker_account (account_id),
	KEY co_worker_invited (mobile_number, id),
	CONSTRAINT co_worker_organizer FOREIGN KEY (organizer_id) REFERENCES organizer (id),
	CONSTRAINT co_worker_role FOREIGN KEY (account_id, role) REFERENCES account_role (account_id, role) ON DELETE CASCADE,
	CONSTRAINT co_worker_is_organizer CHECK (role = 'organizer'),
	CONSTRAINT co_worker_joined CHECK ((account_id IS NULL) = (joined_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
