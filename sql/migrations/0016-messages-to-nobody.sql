-- What is not sent, because a number that was asked about has no account, is written down here, so that asking about it
-- is the same work as asking about one that has. Nobody reads it; it goes after an hour.
CREATE TABLE IF NOT EXISTS outbox_decoy LIKE outbox;
