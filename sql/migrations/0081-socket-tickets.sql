-- What a socket is opened by once, in place of a token in its address. Only its hash is here.
CREATE TABLE IF NOT EXISTS socket_ticket (
	hash BINARY(32) NOT NULL PRIMARY KEY,
	session_id BIGINT NOT NULL,
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	KEY socket_ticket_session (session_id),
	KEY socket_ticket_expires (expires_at),
	CONSTRAINT socket_ticket_session FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
