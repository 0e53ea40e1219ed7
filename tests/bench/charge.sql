# What one charge of a card at a counter makes of the database. Played by `limit … play`; `run charges` compares it with what the
# program makes and complains where they differ. How it is written is said in order.sql.

> counter now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ? AND
s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

BEGIN NOT ATOMIC START TRANSACTION; SELECT version FROM schema_now WHERE one = 1; END

> uid
SELECT n.id, n.uid, n.status, n.currency, COALESCE(x.balance, 0) AS balance, REGEXP_REPLACE(a.name, '([^ ])[^ ]*',
'\\1•••') AS `customer.name` FROM nfc_card n LEFT JOIN ledger_account x ON x.kind = 'card' AND x.owner_id = n.id AND
x.currency = n.currency LEFT JOIN customer c ON c.id = n.customer_id LEFT JOIN account a ON a.id = c.account_id
WHERE n.uid = ? AND n.status <> 'stock' FOR UPDATE

< charge
> merchant card 1 'EUR' '' 0 now
INSERT INTO card_charge (merchant_id, card_id, amount, currency, note, balance, created_at) VALUES (?, ?, ?, ?, ?,
?, ?)

< transfer
> 'charge' 'charge' charge now
INSERT INTO ledger_transfer (kind, noun, noun_id, at) VALUES (?, ?, ?, ?)

> 1 card 'EUR' 1 'active'
UPDATE ledger_account a JOIN nfc_card n ON n.id = a.owner_id SET a.balance = a.balance - ? WHERE a.kind = 'card' AND
a.owner_id = ? AND a.currency = ? AND a.balance >= ? AND n.status = ?

> transfer 'card' card 1 'merchant' merchant -1 'EUR' 'card' card 'merchant' merchant
INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT ?, a.id, CASE WHEN a.kind = ? AND a.owner_id = ?
THEN ? WHEN a.kind = ? AND a.owner_id = ? THEN ? END FROM ledger_account a WHERE a.currency = ? AND (a.kind = ? AND
a.owner_id = ? OR a.kind = ? AND a.owner_id = ?)

COMMIT
