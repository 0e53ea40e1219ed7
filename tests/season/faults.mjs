// What somebody does to the books behind everybody's back, each on a row that the dice choose. make and undo are SQL with the names of
// pick in it; says: the sentences of which audit must say NO to at least one.
// Of a sale, or of what the house pays and is paid: one sentence each.
const TRANSFER = /(every transfer|what is paid out, spent, paid in and shared) is of the amount and between the accounts/, ZERO = /every ledger transfer sums to zero/
const LEAVES = 'SET SESSION check_constraint_checks = 0; SET SESSION foreign_key_checks = 0;'
const ANY = (from) => `SELECT id FROM ${from} ORDER BY id`
const copy = (table, where) => `CREATE TABLE season_fault AS SELECT * FROM ${table} WHERE ${where}`
const back = (table) => `INSERT INTO ${table} SELECT * FROM season_fault; DROP TABLE season_fault`

const ENTRY = ANY('ledger_entry')
const PAID = `SELECT t.id FROM ledger_transfer t JOIN payment p ON t.noun = 'payment' AND t.noun_id = p.id AND p.status = 'succeeded' ORDER BY t.id`

export const FAULTS = [
	{ name: 'an entry is missing', pick: ENTRY, says: [ZERO, TRANSFER],
		make: `${copy('ledger_entry', 'id = @id')}; DELETE FROM ledger_entry WHERE id = @id`, undo: back('ledger_entry') },
	{ name: "an entry's amount is another", pick: ENTRY, says: [ZERO, TRANSFER],
		make: 'UPDATE ledger_entry SET amount = amount + 1 WHERE id = @id', undo: 'UPDATE ledger_entry SET amount = amount - 1 WHERE id = @id' },
	{ name: 'a transfer, balanced, is of another amount', pick: ANY('ledger_transfer'), says: [TRANSFER],
		make: 'UPDATE ledger_entry SET amount = amount * 3 WHERE transfer_id = @id', undo: 'UPDATE ledger_entry SET amount = amount DIV 3 WHERE transfer_id = @id' },
	{ name: "an entry's currency is another", pick: ENTRY, says: [/every ledger entry has its transfer and account, and a transfer one currency/, TRANSFER],
		make: `${copy('ledger_entry', 'id = @id')}; INSERT INTO ledger_account (id, kind, owner_id, currency, balance)
			SELECT 990001, a.kind, a.owner_id, 'XTS', IF(a.balance IS NULL, NULL, 0) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.id = @id;
			UPDATE ledger_entry SET account_id = 990001 WHERE id = @id`,
		undo: `UPDATE ledger_entry e JOIN season_fault f ON f.id = e.id SET e.account_id = f.account_id; DELETE FROM ledger_account WHERE id = 990001; DROP TABLE season_fault` },
	{ name: "an entry's account is another's", pick: ENTRY, says: [TRANSFER],
		make: `${copy('ledger_entry', 'id = @id')}; UPDATE ledger_entry SET account_id = (SELECT MIN(b.id) FROM ledger_account a JOIN ledger_account b
			ON b.currency = a.currency AND b.id <> a.id WHERE a.id = (SELECT f.account_id FROM season_fault f)) WHERE id = @id`,
		undo: 'UPDATE ledger_entry e JOIN season_fault f ON f.id = e.id SET e.account_id = f.account_id; DROP TABLE season_fault' },
	// The key that keeps it from happening is away for the moment.
	{ name: 'a transfer is posted twice', pick: PAID, says: [/every succeeded payment has moved its money once/],
		make: `ALTER TABLE ledger_transfer DROP KEY ledger_transfer_cause, ADD KEY season_cause (noun, noun_id, kind);
			INSERT INTO ledger_transfer (id, kind, noun, noun_id, at) SELECT 990001, kind, noun, noun_id, at FROM ledger_transfer WHERE id = @id;
			INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT 990001, account_id, amount FROM ledger_entry WHERE transfer_id = @id`,
		undo: `DELETE FROM ledger_entry WHERE transfer_id = 990001; DELETE FROM ledger_transfer WHERE id = 990001;
			ALTER TABLE ledger_transfer DROP KEY season_cause, ADD UNIQUE KEY ledger_transfer_cause (noun, noun_id, kind)` },
	{ name: "a transfer's entries are there twice", pick: ANY('ledger_transfer'), says: [TRANSFER],
		make: `${copy('ledger_entry', 'transfer_id = @id')}; INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT transfer_id, account_id, amount FROM season_fault`,
		undo: 'DELETE FROM ledger_entry WHERE transfer_id = @id AND id NOT IN (SELECT f.id FROM season_fault f); DROP TABLE season_fault' },
	{ name: 'a refund is above its payment', pick: `SELECT id FROM payment WHERE status = 'succeeded' AND amount > 0 ORDER BY id`, says: [/what went back of a payment is never more than it, and all of it where it is refunded/],
		make: `INSERT INTO payment_refund (id, uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
			SELECT 990001, RANDOM_BYTES(16), id, amount + 1, currency, 'here', 'pending', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM payment WHERE id = @id`,
		undo: 'DELETE FROM payment_refund WHERE id = 990001' },
	{ name: 'a cached balance is off by one', pick: `SELECT id FROM ledger_account WHERE kind = 'card' ORDER BY id`, says: [/a card's balance is the sum of its entries/],
		make: 'UPDATE ledger_account SET balance = balance + 1 WHERE id = @id', undo: 'UPDATE ledger_account SET balance = balance - 1 WHERE id = @id' },
	{ name: 'a payment has no transfer', pick: PAID, says: [/every succeeded payment has moved its money once/],
		make: `${copy('ledger_entry', 'transfer_id = @id')}; CREATE TABLE season_fault_of AS SELECT * FROM ledger_transfer WHERE id = @id;
			DELETE FROM ledger_entry WHERE transfer_id = @id; DELETE FROM ledger_transfer WHERE id = @id`,
		undo: `INSERT INTO ledger_transfer SELECT * FROM season_fault_of; ${back('ledger_entry')}; DROP TABLE season_fault_of` }
].map((fault) => ({
	...fault,
	make: (id) => LEAVES + fault.make.replaceAll('@id', id),
	undo: (id) => LEAVES + fault.undo.replaceAll('@id', id)
}))
