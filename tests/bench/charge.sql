# What one charge of a card at a counter makes of the database. Played by `limit … play`; `run charges` compares it with what the
# program makes and complains where they differ. How it is written is said in order.sql.

> counter now
SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale, s.cookie_hash IS NOT NULL AS
`cookie:bool` FROM session s STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active' WHERE s.id = ? AND
s.cookie_hash IS NULL AND s.ended_at IS NULL AND s.expires_at > ?

> schema
BEGIN NOT ATOMIC DECLARE it INT; START TRANSACTION; SELECT version INTO it FROM schema_now WHERE one = 1; IF NOT
(it <=> ?) THEN SIGNAL SQLSTATE '45000'; END IF; END

> merchant
SELECT m.company, m.receipt_name, m.charge_note, m.charge_most AS `charge_most:money`, m.stock_low,
COALESCE(m.receipt_name, m.company) AS name FROM merchant m WHERE m.id = ?

> uid
SELECT n.id, n.uid, n.status, n.currency, COALESCE(x.balance, 0) AS balance, REGEXP_REPLACE(a.name, '([^ ])[^ ]*',
'\\1•••') AS `customer.name`, a.name, a.email, a.mobile_number, a.locale FROM nfc_card n LEFT JOIN ledger_account x ON x.kind = 'card' AND x.owner_id = n.id AND
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

> 'sms' '+15550199999' '' '' null 'card-charged' '{"merchant":"Quay_Coffee","card":"80F2","amount":1,"balance":4211,"currency":"EUR","note":"","at":"2026-11-22T19:00:00.000Z","name":"Mira_Castellanos"}' 'en' null 0 '00-c59c19f6ac587f8d1e8b66dd0f67a090-c987605ca955b47d-00' null null now now now
INSERT INTO outbox (channel, recipient, subject, body, secret_until, kind, data, locale, event_id, optional,
traceparent, attached_noun, attached_id, due_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
?, ?, ?, ?, ?)

COMMIT
