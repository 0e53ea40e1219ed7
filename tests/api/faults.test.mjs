// `gatehouse audit` and `gatehouse doctor` notice what is wrong, and `gatehouse repair` mends what can be computed again.
// Every invariant is broken by hand, in a database whose guards (CHECK, foreign keys) are switched off for the moment, as
// a bug or a hand in the data would break it: audit then says NO to exactly what is named here, and repair changes exactly
// what is named here.
import { strict as assert } from 'node:assert'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { own_stack } from './own.mjs'

// Two hundred times all of it is looked at, and mended: so it is a database of its own, with as few tickets as have marks.
await own_stack('faults', { demo: '--tickets 4500' })

const { sql, token } = await import('./lib.mjs')
const {
	as, book, bought, code_of, days_anew, held, HOUR, iso, jobs_rest, jobs_run, new_card, new_customer, new_event, new_organizer, new_staff, new_usher, ok, pay, scan,
	until
} = await import('./world.mjs')

const bin = process.env.GATEHOUSE_BIN
const ini = process.env.GATEHOUSE_INI

const gatehouse = (command, config = ini, ...options) => {
	const run = spawnSync(bin, ['-c', config, command, ...options], { encoding: 'utf8' })

	return { status: run.status, said: run.stdout, complained: run.stderr }
}

// ---- the sentences of `gatehouse audit` ----

const SOLD = "a category's sold counter is its tickets that are not given back"
const HELD = "a category's held counter is the items of its held orders"
const REVENUE = 'what a category sold for an organizer is their paid orders, less what those gave back'
const RETURNED = 'what an order gave back is its refund requests that were approved'
const COUNTED = 'what was paid for is counted for its organizer'
const CURRENCY = "an order is in its event's currency"
const ORDER_TICKETS = "an order's count of tickets is its items"
const USES = "a promo code's uses are its held and paid orders"
const WAY = "a ticket's entries, presence, leave, first and last scan are what its scans say"
const BALANCE = "a card's balance is the sum of its entries"
const CAPACITY = 'sold and held never exceed capacity'
const PLACES = 'what an event of so many tickets has taken is what its categories hold and sold'
const COUNTED_PLACES = 'an event of so many tickets sells no more, and is counted'
const EXCHANGED = 'a ticket that was given back for another is, and the other was paid'
const ITEM = 'every item of an order is of a category of its event'
const PRICE = 'an order has items, and costs what they cost less its discount'
const DISCOUNT = "a discount has its promo code, which is for the order's event"
const HOLD = 'a held order ends within a day of its booking'
const HAS_TICKETS = 'an order that was paid has as many tickets as it bought, and no other has any'
const EACH_CATEGORY = 'an order of several categories has its tickets of each'
const BOUGHT = 'every ticket is one that its order bought, for its event'
const OWNER = "a ticket is its buyer's in its first generation, or whose it was passed on to, in the next"
const HANDS = 'a ticket is passed on by who has it'
const GOOD = 'a ticket is good as long as its order is paid and its own refund not approved'
const REFUND = 'a refund that was approved is of a ticket that is refunded, by its percentage'
const DEPENDENT = "a ticket for a dependent is for one of its owner's"
const TURNS = 'a ticket goes in first, then out and in by turns'
const MET = 'no ticket has two entries without an exit between, unless a conflict joins them'
const CONFLICT = 'a conflict is of entries of its ticket'
const SCAN = 'a scan is of a ticket of its event, and moves it when it was valid'
const QUARTERS = 'entries by quarters of an hour are sums of the scan log'
const ATTENDANCE = 'sums of attendance are those of its records'
const SUMMARY = 'the live summaries are sums of the scan log'
const LOGGED = "the check-in log's counts are those of its rows"
const SUMMARY_END = 'a live summary reaches up to a scan of its event'
const KEY = 'every event has a signing key'
const KEY_AGE = "an event's first signing key is older than its first order"
const BY_DAY = 'sums by day are those of their rows'
const KEY_OPENS = "every event's signing key opens and fits its public half"
const PAYMENT = "every payment is of its order's amount, currency and customer"
const PURPOSE = "a payment has an order or puts money on a card, of its customer's"
const PAID = 'every succeeded payment has done what it is for'
const PAID_AT = 'a paid order has its payment since that moment, and a refunded one its refund'
const MOVED = 'every succeeded payment has moved its money once'
const BACK = 'what went back of a payment is never more than it, and all of it where it is refunded'
const GONE = 'every refund has moved its money once'
const REQUESTED = 'a refund request that was approved has its refund, of its amount, and no other has one'
const CHARGED = 'every charge of a card has moved its money once, and every reversal back'
const MOVE = 'what was on a lost card was moved once'
const TRANSFER = 'every transfer is of the amount and between the accounts that its cause says'
const RATES = 'what of a payment is tax is by its rate, and fee and tax go back in proportion'
const BOOKED = 'every payout, expense, deposit and share of the profit has moved its money once'
const BETWEEN = 'what is paid out, spent, paid in and shared is of the amount and between the accounts that its cause says'
const ABOVE = 'nobody was paid out more than there was on their account'
const ALONE = 'nobody approved a payout, or an expense, that they asked for'
const PROFIT = 'shares of a month are of its profit, by their rate, and together no more than it'
const KEPT = 'a month that is closed is what the ledger says of it'
const DATED = 'nothing was dated into a month after it was closed'
const SETTLED = 'a settlement is what the ledger says of its period, and its payout no more than what is left'
const MEET = 'settlements of an organizer in one currency do not meet'
const SETTLED_ALONE = 'nobody approved a settlement that they made'
const ZERO = 'every ledger transfer sums to zero'
const ENTRY = 'every ledger entry has its transfer and account, and a transfer one currency'
const ACCOUNT = "every ledger account is somebody's, and cards alone carry a balance"
const BELOW_ZERO = 'no card is below zero'
const NUMBERS = 'invoices and credit notes of a seller are numbered from 1 without a gap'
const INVOICED = 'every payment that money came by has its invoice soon after, and every refund its credit note'
const INVOICE = "an invoice is of its payment's amount, currency and seller, and a credit note of its invoice"
const CREDIT = 'credit notes take back what was refunded, and no more than their invoice'
const CARD = "a card in stock is nobody's, and an active one somebody's"
const HANDED = "a card that was handed out is that customer's"
const JSON_READS = 'what is stored as JSON can be read as that'
const PROFILE = 'every role has its profile'
const SESSION = "every session is in its account's own role"
const WORDS = 'a text is searched by its own words'
const MARKS = 'a row that is marked stands at its place'
const SOUGHT = 'whoever is in the index of words is found by all of theirs'
const CHAIN = "the audit log's hash chain is unbroken"

// ---- the faults ----

// A row aside, to be put back.
const take = (table, where) => `CREATE TABLE fault_row AS SELECT * FROM ${table} WHERE ${where}; DELETE FROM ${table} WHERE ${where}`
const put_back = (table) => `INSERT INTO ${table} SELECT * FROM fault_row; DROP TABLE fault_row`
const set = (table, id, column, value, keep = `SELECT ${column} FROM ${table} WHERE id = ${id}`) => ({
	keep, make: `UPDATE ${table} SET ${column} = ${value} WHERE id = ${id}`,
	undo: `UPDATE ${table} SET ${column} = @kept WHERE id = ${id}`
})

// An entry or an exit of who is inside, that was made an hour before they came, or then, and came now.
const late = (direction, moved, made = '@now - INTERVAL 30 DAY') => `INSERT INTO scan_log (id, event_id, scan_id, ticket_id, category_id, usher_id, direction, result,
	reason, moved, first_entry, at, scanned_at, uploaded, device_id, device_seq, device_at, local_result) SELECT 990001, event_id, RANDOM_BYTES(16), ticket_id,
	category_id, usher_id, '${direction}', 'valid', 'ok', ${moved}, 0, @now, ${made}, 1, 'phone', 1, @now, 'valid' FROM scan_log WHERE ticket_id = @inside AND moved`
const conflict = (winner, loser, ticket = '@scanned') => `INSERT INTO scan_conflict (id, event_id, ticket_id, winner_id, loser_id, found_at)
	SELECT 990001, event_id, id, ${winner}, ${loser}, @now FROM ticket WHERE id = ${ticket}`
// And what repair made of it.
const no_scan = 'DELETE FROM scan_conflict WHERE 990001 IN (winner_id, loser_id); DELETE FROM scan_log WHERE id = 990001'
const no_conflict = 'DELETE FROM scan_conflict WHERE id = 990001'

// says: the sentences that audit must say NO to, and no others. keep: a value that is @kept in make and undo. mends: what
const offer = (status, from, generation) => `INSERT INTO ticket_transfer (id, ticket_id, event_id, kind, status, from_customer_id, mobile_number,
	generation, created_at, expires_at) SELECT 990001, id, event_id, 'gift', '${status}', ${from}, '', ${generation}, @now, @now FROM ticket WHERE id = @ticket`
const no_offer = 'DELETE FROM ticket_transfer WHERE id = 990001'
const refund = (status, amount) => `INSERT INTO refund_request (id, ticket_id, event_id, order_id, customer_id, reason, days_before, percent, paid, amount,
	currency, status, created_at, updated_at) SELECT 990001, t.id, t.event_id, t.order_id, t.customer_id, '', 0, 50, 100, ${amount}, o.currency, '${status}', @now, @now
	FROM ticket t JOIN orders o ON o.id = t.order_id WHERE t.id = @ticket`
const no_refund = 'DELETE FROM refund_request WHERE id = 990001'

// What is written beside the ticket when the scan of that id is taken back.
const undone = (id, by = 990001) => `INSERT INTO scan_log (id, event_id, scan_id, ticket_id, category_id, usher_id, direction, result, reason, moved, first_entry,
	at, scanned_at, kind, undoes) SELECT ${by}, event_id, RANDOM_BYTES(16), ticket_id, category_id, usher_id, direction, 'valid', 'undone', 1, first_entry,
	@now, @now, 'undo', id FROM scan_log WHERE id = ${id}`
// repair says that it changes, where it changes anything; well: that mends all of it, so that there is
// nothing to undo but to be rid of what was planted. hides: sentences that cannot be broken beside it. Names with @ are those of the world below.
const FAULTS = [
	// Figures, which repair computes again.
	{ name: 'sold', says: [SOLD], ...set('ticket_category', '@cat1', 'sold', 'sold - 1'), mends: [/^category @cat1: sold 2 → 3$/], well: true },
	{ name: 'held', says: [HELD], ...set('ticket_category', '@cat1', 'held', 'held + 4'), mends: [/^category @cat1: held 5 → 1$/], well: true },
	{ name: 'revenue', says: [REVENUE], ...set('organizer_sale', '@sales2', 'revenue', 'revenue + 1'),
		mends: [/^sales row @sales2: revenue 3001 → 3000$/], well: true },
	{ name: 'what was sold for an organizer', says: [REVENUE], ...set('organizer_sale', '@sales2', 'sold', 0),
		mends: [/^sales row @sales2: sold 0 → 1$/], well: true },
	{ name: 'the tickets of an order', says: [ORDER_TICKETS, HAS_TICKETS], ...set('orders', '@order', 'tickets', 9),
		mends: [/^order @order: tickets 9 → 3$/], well: true },
	{ name: 'the tickets that an order gave back', says: [RETURNED], ...set('orders', '@part_order', 'returned', 2),
		mends: [/^order @part_order: returned 2 → 1$/], well: true },
	{ name: 'the money that an order gave back', says: [RETURNED], ...set('orders', '@part_order', 'given_back', 0),
		mends: [/^order @part_order: given_back 0 → 500$/], well: true },
	{ name: 'the uses of a promo code', says: [USES], ...set('promo_code', '@promo', 'uses', 7),
		mends: [/^promo code @promo: uses 7 → 1$/], well: true },
	{ name: 'entries', says: [WAY], ...set('ticket', '@scanned', 'entries', 2), mends: [/^ticket @scanned: entries 2 → 1$/], well: true },
	{ name: 'a leave', says: [WAY], ...set('ticket', '@scanned', 'on_leave', 1), mends: [/^ticket @scanned: on_leave 1 → 0$/], well: true },
	{ name: 'presence', says: [WAY], ...set('ticket', '@scanned', 'presence', "'inside'"),
		mends: [/^ticket @scanned: presence inside → outside$/], well: true },
	{ name: 'presence of a ticket that was never scanned', says: [WAY], ...set('ticket', '@ticket', 'presence', "'outside'"),
		mends: [/^ticket @ticket: presence outside → never$/], well: true },
	{ name: 'when a ticket first came in', says: [WAY], ...set('ticket', '@scanned', 'first_scan_at', "'2020-02-02 02:02:02.002'"),
		mends: [/^ticket @scanned: first_scan_at 2020-02-02T02:02:02\.002Z → 20\S+Z$/], well: true },
	{ name: 'where a ticket first came in', says: [WAY], ...set('ticket', '@scanned', 'first_gate', "'South'"),
		mends: [/^ticket @scanned: first_gate South → North$/], well: true },
	{ name: 'who first let a ticket in', says: [WAY], ...set('ticket', '@scanned', 'first_usher_id', 'NULL'),
		mends: [/^ticket @scanned: first_usher_id none → @usher$/], well: true },
	{ name: 'when a ticket was last scanned', says: [WAY], ...set('ticket', '@scanned', 'last_scan_at', 'NULL'),
		mends: [/^ticket @scanned: last_scan_at none → 20\S+Z$/], well: true },
	{ name: 'when a ticket last came in', says: [WAY], ...set('ticket', '@scanned', 'last_in_at', 'NULL'),
		mends: [/^ticket @scanned: last_in_at none → 20\S+Z$/], well: true },
	{ name: 'a card balance', says: [BALANCE],
		make: "INSERT INTO ledger_account (id, kind, owner_id, currency, balance) VALUES (990001, 'card', @card, 'USD', 100)",
		undo: 'DELETE FROM ledger_account WHERE id = 990001', mends: [/^account 990001: balance 100 → 0$/], well: true },
	{ name: 'a card balance that is missing', says: [ACCOUNT, BALANCE],
		make: "INSERT INTO ledger_account (id, kind, owner_id, currency, balance) VALUES (990001, 'card', @card, 'USD', NULL)",
		undo: 'DELETE FROM ledger_account WHERE id = 990001', mends: [/^account 990001: balance none → 0$/], well: true },
	{ name: 'a sum by day that has no rows', says: [BY_DAY], make: "INSERT INTO customer_day VALUES ('1999-12-31', 5)", undo: 'SELECT 1',
		mends: [/^1999-12-31, customers: customers 5 → 0$/], well: true },
	{ name: 'one part of a live summary', says: [SUMMARY], keep: 'SELECT scans FROM scan_count WHERE @part',
		make: 'UPDATE scan_count SET scans = scans + 1, ins = ins + 2 WHERE @part', undo: 'SELECT 1',
		mends: [/^event 13, category 131, gate North gate, valid: ins \d+ → \d+, scans \d+ → \d+$/], well: true },
	{ name: 'a part of a live summary that has no scans', says: [SUMMARY],
		make: "INSERT INTO scan_count VALUES (13, 131, 'Nowhere', 'valid', 1, 1, 0, 1)", undo: 'SELECT 1',
		mends: [/^event 13, category 131, gate Nowhere, valid: ins 1 → 0, firsts 1 → 0, scans 1 → 0$/], well: true },
	{ name: 'parts of no live summary', says: [SUMMARY],
		make: "INSERT INTO scan_count VALUES (@gone, 0, 'Nowhere', 'not_found', 0, 0, 0, 5)", undo: 'SELECT 1',
		mends: [/^event @gone, category 0, gate Nowhere, not_found: scans 5 → 0$/], well: true },
	{ name: 'a part of a live summary that is gone', says: [SUMMARY], make: 'DELETE FROM scan_count WHERE @part', undo: 'SELECT 1',
		mends: [/^event 13, category 131, gate North gate, valid: ins 0 → \d+, firsts 0 → \d+, scans 0 → \d+$/], well: true },
	{ name: 'a row of the log that is counted twice', says: [LOGGED], make: "UPDATE scan_log_count SET logged = logged + 1 WHERE event_id = 13 AND reason = 'ok' AND direction = 'in'",
		undo: 'SELECT 1', mends: [/^event 13, valid, ok, in: logged \d+ → \d+$/], well: true },
	{ name: 'a quarter of an hour in which nobody came', says: [QUARTERS], make: "INSERT INTO scan_quarter VALUES (13, '2020-01-01 10:00:00', 2, 1)", undo: 'SELECT 1',
		mends: [/^event 13, 2020-01-01 10:00:00: ins 2 → 0, firsts 1 → 0$/], well: true },
	{ name: 'one part of an event', says: [ATTENDANCE], undo: 'SELECT 1', mends: [/^campus event @summed1, department \d+, late, verified: n \d+ → \d+$/], well: true,
		make: 'UPDATE attendance_part SET late_verified = late_verified + 1 WHERE event_id = @summed1 ORDER BY department_id LIMIT 1' },
	{ name: 'a part of an event that is gone', says: [ATTENDANCE], undo: 'SELECT 1', mends: [/^campus event @summed2, department \d+, \S+ \S+, attended: n 0 → \d+$/, /^campus event @summed2, department \d+, \S+ \S+, verified: n 0 → \d+$/], well: true,
		make: 'DELETE FROM attendance_slot WHERE event_id = @summed2 ORDER BY slot, department_id LIMIT 1' },
	{ name: 'how long a record took', says: [ATTENDANCE], undo: 'SELECT 1', mends: [/^campus event @summed4, times self: n \d+ → \d+$/], well: true,
		make: "UPDATE attendance_time SET times = INSERT(times, 6, 1, IF(SUBSTR(times, 6, 1) = X'01', X'02', X'01')) WHERE event_id = @summed4 AND span = 'self'" },
	{ name: 'who was there', says: [ATTENDANCE], undo: 'SELECT 1', mends: [/^campus event @summed5, times people: n \d+ → \d+$/], well: true,
		make: "UPDATE attendance_time SET times = INSERT(times, 11, 1, IF(SUBSTR(times, 11, 1) = X'01', X'00', X'01')) WHERE event_id = @summed5 AND span = 'people'" },
	{ name: 'a record that waits by a flag that it has not', says: ['a record of attendance waits by its worst open flag'], ...set('attendance', '@record', 'worst', '1'),
		mends: [/^attendance @record: worst 1 → 9$/], well: true },
	{ name: 'who was expected', says: [ATTENDANCE], undo: 'SELECT 1', mends: [/^campus event @summed3, expected: n \d+ → \d+$/], well: true,
		make: 'UPDATE attendance_part SET expected = expected + 2 WHERE event_id = @summed3 LIMIT 1' },
	{ name: 'a department of another campus', says: ['what a supervisor looks after is of their campus'],
		make: 'INSERT INTO supervisor_department VALUES (9, 1)', undo: 'DELETE FROM supervisor_department WHERE account_id = 9 AND department_id = 1' },
	{ name: 'a co-worker who has an organizer', says: ['nobody works for an organizer beside one of their own'],
		make: "INSERT INTO co_worker (organizer_id, name, mobile_number, account_id, created_at, updated_at, joined_at) VALUES (2, 'X', '+1', 2, NOW(3), NOW(3), NOW(3))",
		undo: "DELETE FROM co_worker WHERE mobile_number = '+1'" },
	{ name: 'the end of a live summary', says: [SUMMARY_END], keep: 'SELECT upto_id FROM scan_summary WHERE event_id = 13',
		make: 'UPDATE scan_summary SET upto_id = 800000 WHERE event_id = 13', undo: 'SELECT 1',
		mends: [/^event 13: upto_id 800000 → 0$/], well: true },

	// Stock and orders.
	{ says: [CAPACITY], ...set('ticket_category', '@cat1', 'capacity', 1) },
	{ name: 'an event of fewer tickets, which counts none', says: [COUNTED_PLACES], ...set('event', '@event', 'capacity', 2, 'SELECT capacity FROM event WHERE id = @event') },
	{ name: 'a count of an event that sells any number', says: [COUNTED_PLACES], hides: [HELD, SOLD], make: `INSERT INTO event_stock (id, taken)
		SELECT event_id, SUM(held + sold) FROM ticket_category WHERE event_id = @event`, undo: 'DELETE FROM event_stock WHERE id = @event' },
	{ name: 'places that are counted wrong', says: [PLACES, COUNTED_PLACES], make: 'INSERT INTO event_stock (id, taken) VALUES (@event, 1)',
		undo: 'DELETE FROM event_stock WHERE id = @event', mends: [/^event @event: taken 1 → \d+$/], left: [COUNTED_PLACES] },
	{ name: 'one that is good', says: [EXCHANGED], make: `INSERT INTO ticket_exchange (order_id, ticket_id, account_id, created_at, given_back_at)
		VALUES (@order, @ticket, 1, @now, @now)`, undo: 'DELETE FROM ticket_exchange WHERE ticket_id = @ticket' },
	{ name: 'for a hold', says: [EXCHANGED], make: `INSERT INTO ticket_exchange (order_id, ticket_id, account_id, created_at, given_back_at)
		VALUES (@held, @refunded_ticket, 1, @now, @now)`, undo: 'DELETE FROM ticket_exchange WHERE order_id = @held' },
	{ says: [ITEM, REVENUE, BOUGHT, EACH_CATEGORY], ...set('order_item', '@item1', 'category_id', 11),
		mends: [/^sales row \d+: sold /, /^sales row @sales1: sold /] },
	{ name: 'an item of no category', says: [ITEM, REVENUE, COUNTED, BOUGHT, EACH_CATEGORY], ...set('order_item', '@item1', 'category_id', 990001),
		mends: [/^sales row @sales1: sold /] },
	{ name: 'a total', says: [PRICE, PAYMENT, REVENUE], ...set('orders', '@order', 'total', 'total - 100'),
		mends: [/^sales row @sales1: revenue /, /^sales row @sales2: revenue /] },
	{ name: 'a unit price', says: [PRICE, REVENUE], ...set('order_item', '@item1', 'unit_price', 1),
		mends: [/^sales row @sales1: revenue /] },
	{ name: 'an order without items', says: [PRICE],
		make: `INSERT INTO orders (id, uuid, reference, customer_id, event_id, organizer_id, status, currency, subtotal, total, expires_at, created_at)
			VALUES (990001, RANDOM_BYTES(16), 'FAULT', @customer, @event, @organizer, 'lapsed', 'EUR', 0, 0, @now, @now)`,
		undo: 'DELETE FROM orders WHERE id = 990001' },
	{ name: 'a sale that is counted for nobody', says: [COUNTED], hides: [ITEM, PRICE, REVENUE], make: 'DELETE FROM organizer_sale WHERE id = @sales1',
		undo: 'UPDATE organizer_sale SET id = @sales1 WHERE category_id = @cat1',
		dry: [], mends: [/^sales row \d+: sold 0 → 3, revenue 0 → 2900$/], well: true },
	{ name: 'the currency of an order', says: [CURRENCY, PAYMENT], ...set('orders', '@order', 'currency', "'XTS'") },
	{ name: 'the currency of an event', says: [CURRENCY], ...set('event', '@event', 'currency', "'XTS'") },
	{ name: 'a discount without a code', says: [DISCOUNT, USES], ...set('orders', '@discounted', 'promo_code_id', 'NULL'),
		mends: [/^promo code @promo: uses 1 → 0$/] },
	{ name: 'a code of another event', says: [DISCOUNT], ...set('promo_code', '@promo', 'event_id', 2) },
	{ name: 'the code of a hold is gone', says: [DISCOUNT], ...set('orders', '@held', 'promo_code_id', 990001) },
	{ says: [HOLD], ...set('orders', '@held', 'expires_at', "'2099-01-01'") },

	// Tickets.
	{ name: 'one ticket more than was bought', says: [HAS_TICKETS, EACH_CATEGORY, GOOD],
		make: `INSERT INTO ticket (id, uuid, order_id, event_id, category_id, customer_id, holder_name, nonce, status, created_at)
			SELECT 990001, RANDOM_BYTES(16), order_id, event_id, category_id, customer_id, '', RANDOM_BYTES(12), 'cancelled', @now
			FROM ticket WHERE id = @ticket`,
		undo: 'DELETE FROM ticket WHERE id = 990001' },
	{ name: 'a ticket that is gone', says: [HAS_TICKETS, EACH_CATEGORY, SOLD], hides: [REFUND, OWNER, HANDS, EXCHANGED, DEPENDENT, WAY, RETURNED], make: take('ticket', 'id = @ticket'),
		undo: put_back('ticket'), mends: [/^category @cat1: sold 3 → 2$/] },
	{ name: 'a ticket of a hold', says: [HAS_TICKETS, GOOD, SOLD],
		make: `INSERT INTO ticket (id, uuid, order_id, event_id, category_id, customer_id, holder_name, nonce, created_at)
			SELECT 990001, RANDOM_BYTES(16), id, event_id, @cat1, customer_id, '', RANDOM_BYTES(12), @now FROM orders WHERE id = @held`,
		undo: 'DELETE FROM ticket WHERE id = 990001', mends: [/^category @cat1: sold 3 → 4$/] },
	{ says: [EACH_CATEGORY, SOLD], ...set('ticket', '@ticket', 'category_id', '@cat2'),
		mends: [/^category @cat1: sold 3 → 2$/, /^category @cat2: sold 1 → 2$/] },
	{ name: 'a ticket of no order, which the counter counts', says: [BOUGHT],
		make: `INSERT INTO ticket (id, uuid, order_id, event_id, category_id, customer_id, holder_name, nonce, created_at)
			SELECT 990001, RANDOM_BYTES(16), 990001, event_id, category_id, customer_id, '', RANDOM_BYTES(12), @now
			FROM ticket WHERE id = @ticket; UPDATE ticket_category SET sold = sold + 1 WHERE id = @cat1`,
		undo: 'DELETE FROM ticket WHERE id = 990001; UPDATE ticket_category SET sold = sold - 1 WHERE id = @cat1' },
	{ name: 'a ticket whose order is gone', says: [BOUGHT, HAS_TICKETS, EACH_CATEGORY], ...set('ticket', '@ticket', 'order_id', 990001) },
	{ name: 'a ticket of another event', says: [BOUGHT], ...set('ticket', '@ticket', 'event_id', 2) },
	{ name: 'a ticket of a category that was not bought', says: [BOUGHT, EACH_CATEGORY, SOLD],
		...set('ticket', '@ticket', 'category_id', '@cat3'),
		mends: [/^category @cat1: sold 3 → 2$/, /^category @cat3: sold 0 → 1$/] },
	{ name: 'a ticket moved to another customer', says: [OWNER], ...set('ticket', '@ticket', 'customer_id', 1) },
	{ name: 'a ticket whose older codes are dead, or good again', says: [OWNER], ...set('ticket', '@ticket', 'generation', 2) },
	{ name: 'a ticket offered by who does not have it', says: [HANDS], make: offer('pending', 1, 1), undo: no_offer },
	{ name: 'a ticket passed on that nobody got', says: [HANDS], make: offer('claimed', '@customer', 1), undo: no_offer },
	{ name: 'a ticket given in a generation to come', says: [HANDS], make: offer('expired', '@customer', 2), undo: no_offer },
	{ name: 'an approved refund of a ticket that is good', says: [REFUND, RETURNED, REVENUE, REQUESTED], make: refund('approved', 50), undo: no_refund,
		mends: [/^sales row @sales1: sold 3 → 2, revenue \d+ → \d+$/, /^order @order: returned 0 → 1, given_back 0 → 50$/] },
	{ name: 'a refund of another amount than its percentage', says: [REFUND], make: refund('rejected', 60), undo: no_refund },
	{ name: 'a ticket of a paid order marked refunded', says: [GOOD, SOLD], ...set('ticket', '@ticket', 'status', "'refunded'"),
		mends: [/^category @cat1: sold 3 → 2$/] },
	{ name: 'a ticket of a paid order marked cancelled', says: [GOOD, SOLD], ...set('ticket', '@ticket', 'status', "'cancelled'"),
		mends: [/^category @cat1: sold 3 → 2$/] },
	{ name: 'a refunded ticket made good again', says: [GOOD, SOLD], ...set('ticket', '@refunded_ticket', 'status', "'valid'"),
		mends: [/^category \d+: sold 0 → 1$/] },
	{ says: [DEPENDENT], ...set('ticket', '@ticket', 'dependent_id', 1) },

	// Scans. Where the log contradicts itself no ticket is mended from it; that two entries met is told.
	{ name: 'two entries in a row', says: [TURNS, MET, WAY],
		make: `INSERT INTO scan_log (id, event_id, scan_id, ticket_id, category_id, usher_id, direction, result, reason, moved, first_entry, at, scanned_at)
			SELECT 990001, event_id, RANDOM_BYTES(16), ticket_id, category_id, usher_id, 'in', 'valid', 'ok', 1, 0, @now, @now
			FROM scan_log WHERE ticket_id = @inside`,
		undo: no_scan, mends: [/^ticket @inside: conflicts 0 → 1$/], left: [TURNS, WAY] },
	{ name: 'an exit before the entry', says: [TURNS, WAY], ...set('scan_log', '@scan_in', 'direction', "'out'") },
	{ name: 'no first entry', says: [TURNS], ...set('scan_log', '@scan_in', 'first_entry', 0) },
	{ name: 'an exit that is gone', says: [WAY], make: take('scan_log', 'id = @scan_out'), undo: put_back('scan_log'),
		mends: [/^ticket @scanned: presence outside → inside, last_scan_at \S+ → \S+$/], well: true },
	{ name: 'a scan of a ticket of another event', says: [SCAN], ...set('scan_log', '@scan_in', 'category_id', 11) },
	{ name: 'a scan by nobody', says: [SCAN], ...set('scan_log', '@scan_no', 'usher_id', 990001) },
	{ name: 'a refused scan made valid', says: [SCAN, WAY], ...set('scan_log', '@scan_no', 'result', "'valid'") },
	{ name: 'a refused scan that moved its ticket', says: [SCAN, TURNS, WAY], ...set('scan_log', '@scan_no', 'moved', 1) },
	{ name: 'a record that moved its ticket', says: [SCAN, WAY], ...set('scan_log', '@scan_in', 'kind', "'record'") },
	{ name: 'an undo of nothing', says: [SCAN, WAY], ...set('scan_log', '@scan_in', 'kind', "'undo'") },
	{ name: 'an undo of what moved nothing', says: [SCAN, WAY], make: undone('@scan_no'), undo: no_scan },
	{ name: 'an undo of an undo', says: [SCAN, TURNS, WAY],
		make: `${undone('@scan_out')}; ${undone('990001', 990002)}`, undo: 'DELETE FROM scan_log WHERE id IN (990001, 990002)' },
	{ name: 'a move taken back, by which its ticket did not go back', says: [WAY], make: undone('@scan_out'), undo: no_scan,
		mends: [/^ticket @scanned: presence outside → inside, last_scan_at \S+ → \S+$/], well: true },
	{ name: 'a move that came late and says that it moved', says: [TURNS, MET, WAY], make: late('in', 1), undo: no_scan,
		mends: [/^ticket @inside: conflicts 0 → 1$/], left: [TURNS, WAY] },
	{ name: 'a move that came late and was not followed', says: [WAY], make: late('out', 0, '@now'), undo: no_scan },
	{ name: 'a late entry that met another and is not told', says: [MET], make: `${late('in', 0)};
		UPDATE ticket t JOIN scan_log l ON l.id = 990001 SET t.entries = 2, t.first_scan_at = l.scanned_at, t.first_gate = l.gate WHERE t.id = @inside`,
		undo: `UPDATE ticket t JOIN scan_log l ON l.ticket_id = t.id AND l.moved SET t.entries = 1, t.first_scan_at = l.at, t.first_gate = l.gate
			WHERE t.id = @inside; DELETE FROM scan_log WHERE id = 990001; DELETE FROM scan_conflict WHERE winner_id = 990001`,
		mends: [/^ticket @inside: conflicts 0 → 1$/], well: true },
	{ name: 'a late scan of no device', says: [SCAN], make: late('in', 0).replace("'valid', 'ok'", "'invalid', 'inside'").replace("'phone'", 'NULL'),
		undo: no_scan },
	{ name: 'a conflict of another ticket', says: [CONFLICT], make: conflict('@scan_in', '@scan_in', '@ticket'), undo: no_conflict },
	{ name: 'a conflict with an exit', says: [CONFLICT], make: conflict('@scan_in', '@scan_out'), undo: no_conflict },
	{ name: 'a conflict with nothing', says: [CONFLICT], make: conflict('@scan_in', '990001'), undo: no_conflict },

	// Keys.
	{ name: 'a deleted key', says: [KEY], make: take('event_key', 'event_id = @event'), undo: put_back('event_key') },
	{ name: 'a key that signs no more', says: [KEY], ...set('event_key', '@key', 'retired_at', '@now') },
	{ name: 'a new key in place of the one that signed', says: [KEY_AGE], ...set('event_key', '@key', 'created_at', '@now') },
	{ name: "a public half of another's", says: [KEY_OPENS], ...set('event_key', '@key', 'public_key', "UNHEX(REPEAT('07', 32))",
		"SELECT HEX(public_key) FROM event_key WHERE id = @key"), undo: 'UPDATE event_key SET public_key = UNHEX(@kept) WHERE id = @key' },
	{ name: 'a secret half that does not open', says: [KEY_OPENS], ...set('event_key', '@key', 'sealed_secret', "UNHEX(REPEAT('07', 104))",
		"SELECT HEX(sealed_secret) FROM event_key WHERE id = @key"), undo: 'UPDATE event_key SET sealed_secret = UNHEX(@kept) WHERE id = @key' },

	// Money.
	{ name: 'a refund that nobody asked for', says: [REQUESTED], ...set('payment_refund', '@its_refund', 'refund_request_id', 'NULL') },
	{ name: 'a refund for what nobody approved', says: [REQUESTED], ...set('payment_refund', '@its_refund', 'refund_request_id', 990001) },
	{ name: 'a refund of another amount than was approved', says: [REQUESTED, TRANSFER, CREDIT], ...set('payment_refund', '@its_refund', 'amount', 'amount - 1') },
	{ name: 'a refund by the desk in place of the one that was approved', says: [REQUESTED], ...set('payment_refund', '@its_refund', 'origin', "'desk'") },
	{ name: 'the amount of a payment', says: [PAYMENT, TRANSFER, INVOICE], ...set('payment', '@payment', 'amount', 'amount + 1') },
	{ name: 'the currency of a payment', says: [PAYMENT, TRANSFER, INVOICE], ...set('payment', '@payment', 'currency', "'USD'") },
	{ name: 'whose a payment is', says: [PAYMENT], ...set('payment', '@payment', 'customer_id', 1) },
	{ name: 'what a payment is for', says: [PURPOSE, PAID, MOVED], ...set('payment', '@payment', 'purpose', "'registration_fee'") },
	{ name: 'the order of a payment', says: [PAYMENT, PURPOSE, PAID, PAID_AT, TRANSFER, INVOICE], ...set('payment', '@payment', 'order_id', 'NULL') },
	{ name: 'a refund whose money went back for something else', says: [GONE, TRANSFER], ...set('ledger_transfer', '@went_back', 'noun_id', 990001) },
	{ name: 'what was put on a card', says: [TRANSFER, INVOICE], ...set('payment', '@reload', 'amount', 'amount + 1') },
	{ name: 'the card that money was put on', says: [PURPOSE, TRANSFER], ...set('payment', '@reload', 'card_id', 'NULL') },
	{ name: 'a charge whose money moved for something else', says: [CHARGED, TRANSFER], ...set('ledger_transfer', '@charged', 'noun_id', 990001) },
	{ name: 'the amount of a charge', says: [TRANSFER], ...set('card_charge', '@charge', 'amount', 'amount + 1') },
	{ name: 'the currency of a charge', says: [TRANSFER], ...set('card_charge', '@charge', 'currency', "'USD'") },
	{ name: 'who took a charge', says: [TRANSFER], ...set('card_charge', '@charge', 'merchant_id', 990001) },
	{ name: 'whose card a charge took from', says: [TRANSFER], ...set('card_charge', '@charge', 'card_id', '@stock_card') },
	{ name: 'a charge that was not given back', says: [CHARGED], ...set('card_charge', '@charge', 'status', "'reversed'") },
	{ says: [MOVE], make: `INSERT INTO card_move (id, from_id, to_id, amount, currency, created_at) VALUES (990001, @card, @stock_card, 1, 'EUR', @now)`,
		undo: 'DELETE FROM card_move WHERE id = 990001' },
	{ name: 'a card balance off by one', says: [BALANCE], ...set('ledger_account', '@on_card', 'balance', 'balance + 1'),
		mends: [/^account @on_card: balance 701 → 700$/], well: true },
	{ says: [PAID, PAID_AT, HAS_TICKETS, GOOD, REVENUE], hides: [EACH_CATEGORY, COUNTED, REFUND, SOLD],
		...set('orders', '@order', 'status', "'lapsed'"),
		mends: [/^sales row @sales1: sold /, /^sales row @sales2: sold /] },
	{ name: 'when an order was paid', says: [PAID_AT], ...set('orders', '@order', 'paid_at', 'paid_at + INTERVAL 1 DAY') },
	{ name: 'an order that was never paid', says: [PAID_AT], ...set('orders', '@order', 'paid_at', 'NULL') },
	{ name: 'a payment that was declined after all', says: [PAID_AT, MOVED, INVOICE], ...set('payment', '@payment', 'status', "'declined'") },
	{ name: 'a refund that was not made', says: [BACK], ...set('payment', '@refunded', 'status', "'refunding'") },
	{ name: 'a refund that is gone', says: [PAID_AT, MOVED, BACK, INVOICE], ...set('payment', '@refunded', 'status', "'declined'") },
	{ name: 'a sale of another payment', says: [MOVED, TRANSFER], ...set('ledger_transfer', '@sale', 'noun_id', 990001) },
	{ name: 'a balanced transfer of another amount', says: [TRANSFER], make: 'UPDATE ledger_entry SET amount = amount * 2 WHERE transfer_id = @sale',
		undo: 'UPDATE ledger_entry SET amount = amount DIV 2 WHERE transfer_id = @sale' },
	...[['more went back than came', 'amount + 1', 'currency', 'pending'], ['all went back of a payment that stands', 'amount', 'currency', 'done'],
		['a part went back in another currency', '1', "'XTS'", 'done']].map(([name, amount, currency, state]) => ({
		name, says: state === 'done' ? [BACK, GONE] : [BACK],
		make: `INSERT INTO payment_refund (id, uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
			SELECT 990001, RANDOM_BYTES(16), id, ${amount}, ${currency}, 'desk', '${state}', @now, @now FROM payment WHERE id = @payment`,
		undo: 'DELETE FROM payment_refund WHERE id = 990001'
	})),
	{ name: 'a sale the other way round', says: [TRANSFER], make: 'UPDATE ledger_entry SET amount = -amount WHERE transfer_id = @sale',
		undo: 'UPDATE ledger_entry SET amount = -amount WHERE transfer_id = @sale' },
	{ name: 'a sale to the provider itself', says: [TRANSFER], ...set('ledger_entry', '@credit', 'account_id', '@provider') },
	{ name: 'a transfer that no payment made', says: [TRANSFER],
		make: `INSERT INTO ledger_transfer (id, kind, noun, noun_id, at) VALUES (990001, 'sale', 'gift', 1, @now);
			INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT 990001, account_id, amount FROM ledger_entry WHERE transfer_id = @sale`,
		undo: 'DELETE FROM ledger_entry WHERE transfer_id = 990001; DELETE FROM ledger_transfer WHERE id = 990001' },
	{ says: [ZERO, TRANSFER], ...set('ledger_entry', '@credit', 'amount', 'amount + 1') },
	{ name: 'a transfer without entries', says: [ZERO, TRANSFER], make: take('ledger_entry', 'transfer_id = @sale'), undo: put_back('ledger_entry') },
	{ name: 'entries of no transfer', says: [ENTRY],
		make: 'INSERT INTO ledger_entry (transfer_id, account_id, amount) VALUES (990001, @provider, 5), (990001, @provider, -5)',
		undo: 'DELETE FROM ledger_entry WHERE transfer_id = 990001' },
	{ name: 'an entry in another currency', says: [ENTRY, TRANSFER],
		keep: 'SELECT account_id FROM ledger_entry WHERE id = @credit',
		make: `INSERT INTO ledger_account (id, kind, owner_id, currency) VALUES (990001, 'organizer', 1, 'XTS');
			UPDATE ledger_entry SET account_id = 990001 WHERE id = @credit`,
		undo: 'UPDATE ledger_entry SET account_id = @kept WHERE id = @credit; DELETE FROM ledger_account WHERE id = 990001' },
	{ name: "money that moved for another organizer", says: [TRANSFER, ACCOUNT],
		keep: 'SELECT account_id FROM ledger_entry WHERE id = @credit',
		make: `INSERT INTO ledger_account (id, kind, owner_id, currency) VALUES (990001, 'organizer', 990001, 'EUR');
			UPDATE ledger_entry SET account_id = 990001 WHERE id = @credit`,
		undo: 'UPDATE ledger_entry SET account_id = @kept WHERE id = @credit; DELETE FROM ledger_account WHERE id = 990001' },
	{ name: "an account of no organizer's", says: [ACCOUNT],
		make: "INSERT INTO ledger_account (id, kind, owner_id, currency) VALUES (990001, 'organizer', 990001, 'EUR')",
		undo: 'DELETE FROM ledger_account WHERE id = 990001' },
	{ name: 'a balance on an account that is no card', says: [ACCOUNT], ...set('ledger_account', '@provider', 'balance', 5) },
	{ says: [BELOW_ZERO, BALANCE],
		make: "INSERT INTO ledger_account (id, kind, owner_id, currency, balance) VALUES (990001, 'card', @card, 'USD', -5)",
		undo: 'DELETE FROM ledger_account WHERE id = 990001', mends: [/^account 990001: balance -5 → 0$/], well: true },

	// Fees and taxes.
	{ name: 'the tax of a payment', says: [RATES, TRANSFER, INVOICE], ...set('payment', '@taxed', 'tax', 'tax + 1') },
	{ name: 'the rate of a tax', says: [RATES, INVOICE], ...set('payment', '@taxed', 'tax_rate', 'tax_rate + 1') },
	{ name: 'the fee of a payment', says: [TRANSFER, RATES], ...set('payment', '@taxed', 'fee', 'fee + 1') },
	{ name: 'the fee that went back', says: [RATES, TRANSFER], ...set('payment_refund', '@taxed_back', 'fee', 'fee + 1') },
	{ name: 'the tax that went back', says: [RATES, TRANSFER], ...set('payment_refund', '@taxed_back', 'tax', 'tax - 1') },
	{ name: 'the tax on an invoice', says: [INVOICE], ...set('invoice', '@taxed_invoice', 'tax', 'tax + 1') },
	{ name: 'a sale whose tax went nowhere', says: [ZERO, TRANSFER], make: take('ledger_entry', 'id = @tax'), undo: put_back('ledger_entry') },
	{ name: 'a tax that the house kept', says: [TRANSFER], ...set('ledger_entry', '@tax', 'account_id', '@house') },
	{ name: 'a fee that went to the bank', says: [TRANSFER], ...set('ledger_entry', '@fee', 'account_id', '@bank') },
	{ name: 'what a sale brought the organizer, that went to the bank', says: [TRANSFER, ABOVE], ...set('ledger_entry', '@theirs', 'account_id', '@bank') },
	{ name: 'a fee that the organizer kept', says: [TRANSFER],
		make: 'UPDATE ledger_entry SET amount = amount + IF(id = @tax, 100, -100) WHERE id IN (@tax, @theirs)',
		undo: 'UPDATE ledger_entry SET amount = amount - IF(id = @tax, 100, -100) WHERE id IN (@tax, @theirs)' },

	// What is paid out, spent and shared.
	{ name: 'a payout whose money moved for something else', says: [BOOKED, BETWEEN], ...set('ledger_transfer', '@paid_out', 'noun_id', 990001) },
	{ name: 'a payout that was not paid', says: [BOOKED], ...set('payout', '@payout', 'status', "'approved'") },
	{ name: 'a payout without its entries', says: [ZERO, BETWEEN], make: take('ledger_entry', 'transfer_id = @paid_out'), undo: put_back('ledger_entry') },
	{ name: 'a payout posted twice', says: [BETWEEN],
		make: `INSERT INTO ledger_transfer (id, kind, noun, noun_id, at) VALUES (990001, 'again', 'payout', @payout, @now);
			INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT 990001, account_id, amount FROM ledger_entry WHERE transfer_id = @paid_out`,
		undo: 'DELETE FROM ledger_entry WHERE transfer_id = 990001; DELETE FROM ledger_transfer WHERE id = 990001' },
	{ name: 'the amount of a payout', says: [BETWEEN], ...set('payout', '@payout', 'amount', 'amount + 1') },
	{ name: 'the currency of a payout', says: [BETWEEN], ...set('payout', '@payout', 'currency', "'USD'") },
	{ name: 'whose a payout is', says: [BETWEEN], ...set('payout', '@payout', 'organizer_id', 1) },
	{ name: 'a payout from another account', says: [BETWEEN], ...set('ledger_entry', '@payout_entry', 'account_id', '@house') },
	{ name: 'a payout above what there was, in all places', says: [ABOVE],
		make: `UPDATE payout SET amount = amount + 100000, had = had + 100000 WHERE id = @payout;
			UPDATE ledger_entry SET amount = amount + SIGN(amount) * 100000 WHERE transfer_id = @paid_out`,
		undo: `UPDATE payout SET amount = amount - 100000, had = had - 100000 WHERE id = @payout;
			UPDATE ledger_entry SET amount = amount - SIGN(amount) * 100000 WHERE transfer_id = @paid_out` },
	{ name: 'what an account had', says: [ABOVE], ...set('payout', '@payout', 'had', 1) },
	{ says: [ALONE], ...set('payout', '@payout', 'approved_by', 'requested_by') },
	{ name: 'an expense whose money moved for something else', says: [BOOKED, BETWEEN],
		make: "UPDATE ledger_transfer SET noun_id = 990001 WHERE noun = 'expense' AND noun_id = @spent", undo: "UPDATE ledger_transfer SET noun_id = @spent WHERE noun = 'expense' AND noun_id = 990001" },
	{ name: 'an expense that was not approved', says: [BOOKED], ...set('expense', '@spent', 'status', "'requested'") },
	{ name: 'an expense that was not withdrawn', says: [BOOKED], ...set('expense', '@unspent', 'status', "'approved'") },
	{ name: 'the amount of an expense', says: [BETWEEN], ...set('expense', '@spent', 'amount', 'amount + 1') },
	{ name: 'the currency of an expense', says: [BETWEEN], ...set('expense', '@spent', 'currency', "'USD'") },
	{ name: 'a share whose money moved for something else', says: [BOOKED, BETWEEN], ...set('ledger_transfer', '@shared', 'noun_id', 990001) },
	{ name: 'the amount of a share', says: [PROFIT, BETWEEN], ...set('profit_share', '@share', 'amount', 'amount - 1') },
	{ name: 'the rate of a share', says: [PROFIT], ...set('profit_share', '@share', 'rate', 'rate + 100') },
	{ name: 'the profit of a month', says: [PROFIT], ...set('profit_share', '@share', 'profit', 'profit - 1') },
	{ name: 'whose a share is', says: [BETWEEN], ...set('profit_share', '@share', 'shareholder_id', 1) },
	{ name: 'a deposit whose money moved for something else', says: [BOOKED, BETWEEN], ...set('ledger_transfer', '@paid_in_by', 'noun_id', 990001) },
	{ name: 'a deposit that was not taken back', says: [BOOKED], ...set('deposit', '@paid_in', 'status', "'revoked'") },
	{ name: 'the amount of a deposit', says: [BETWEEN], ...set('deposit', '@paid_in', 'amount', 'amount + 1') },
	{ name: 'where a deposit came from', says: [BETWEEN], ...set('deposit', '@paid_in', 'source', "'provider'") },
	{ name: 'an account of the house that is another\'s', says: [ACCOUNT, BETWEEN], ...set('ledger_account', '@capital', 'owner_id', 7) },

	// What is closed.
	{ name: 'a figure that was kept', says: [KEPT], ...set('finance_month_sum', '@kept_sum', 'fees', 'fees + 1') },
	{ name: 'a currency that was not kept', says: [KEPT], make: take('finance_month_sum', 'id = @kept_sum'), undo: put_back('finance_month_sum') },
	{ name: 'money that moved into a closed month', says: [KEPT], ...set('ledger_transfer', '@paid_in_by', 'at', "'1970-05-06'") },
	{ name: 'an expense of a closed month', says: [DATED], keep: 'SELECT spent_on FROM expense WHERE id = @spent',
		make: "UPDATE expense SET spent_on = '1970-05-31', created_at = created_at + INTERVAL 1 DAY WHERE id = @spent",
		undo: 'UPDATE expense SET spent_on = @kept, created_at = created_at - INTERVAL 1 DAY WHERE id = @spent' },
	{ name: 'a deposit of a closed month', says: [DATED], keep: 'SELECT date FROM deposit WHERE id = @paid_in',
		make: "UPDATE deposit SET date = '1970-05-01', created_at = created_at + INTERVAL 1 DAY WHERE id = @paid_in",
		undo: 'UPDATE deposit SET date = @kept, created_at = created_at - INTERVAL 1 DAY WHERE id = @paid_in' },
	...['opening', 'sales', 'refunds', 'fees', 'taxes', 'paid_out', 'others'].map((name) => ({ name: `${name} of a settlement`, says: [SETTLED], ...set('settlement', '@settlement', name, `${name} + 1`) })),
	{ name: 'what a settlement left', says: [SETTLED], ...set('settlement', '@settlement', 'closing', 'closing + 1') },
	{ name: 'the payout of a settlement', says: [SETTLED], ...set('settlement', '@settlement', 'payout_id', '@payout') },
	{ name: 'two of one period', says: [MEET],
		make: `CREATE TEMPORARY TABLE fault_settlement AS SELECT * FROM settlement WHERE id = @settlement;
			UPDATE fault_settlement SET id = 990001, payout_id = NULL; INSERT INTO settlement SELECT * FROM fault_settlement`,
		undo: 'DELETE FROM settlement WHERE id = 990001' },
	{ says: [SETTLED_ALONE], ...set('settlement', '@settlement', 'approved_by', 'made_by') },

	// Invoices.
	{ name: 'a number left out', says: [NUMBERS], ...set('invoice', '@invoice', 'number', 'number + 100000') },
	{ name: 'an invoice that is gone', says: [NUMBERS, INVOICED], hides: [INVOICE, CREDIT], make: take('invoice', 'id = @invoice'), undo: put_back('invoice') },
	{ name: 'a series that forgot', says: [NUMBERS], make: 'UPDATE invoice_series s JOIN invoice i ON i.seller_id = s.seller_id AND i.kind = s.kind SET s.last = s.last - 1 WHERE i.id = @invoice',
		undo: 'UPDATE invoice_series s JOIN invoice i ON i.seller_id = s.seller_id AND i.kind = s.kind SET s.last = s.last + 1 WHERE i.id = @invoice' },
	{ name: 'a payment without its invoice', says: [INVOICED], keep: 'SELECT invoice_id FROM payment WHERE id = @payment',
		make: 'UPDATE payment SET invoice_id = NULL, updated_at = updated_at - INTERVAL 1 HOUR WHERE id = @payment',
		undo: 'UPDATE payment SET invoice_id = @kept, updated_at = updated_at + INTERVAL 1 HOUR WHERE id = @payment' },
	{ name: 'a refund without its credit note', says: [INVOICED, CREDIT], keep: 'SELECT credit_id FROM payment_refund WHERE id = @its_refund',
		make: 'UPDATE payment_refund SET credit_id = NULL, updated_at = updated_at - INTERVAL 1 HOUR WHERE id = @its_refund',
		undo: 'UPDATE payment_refund SET credit_id = @kept, updated_at = updated_at + INTERVAL 1 HOUR WHERE id = @its_refund' },
	{ name: "a refund with another's credit note", says: [INVOICED, CREDIT], ...set('payment_refund', '@its_refund', 'credit_id', '@note') },
	{ name: 'the refund that a credit note is of', says: [CREDIT], ...set('invoice', '@note', 'part', 'part + 100000') },
	{ name: 'the amount of an invoice', says: [INVOICE], ...set('invoice', '@invoice', 'amount', 'amount + 1') },
	{ name: 'the seller of a credit note\'s invoice', says: [INVOICE, NUMBERS], ...set('invoice', '@invoice', 'seller_id', 'seller_id + 100000') },
	{ name: 'the amount of a credit note', says: [CREDIT], ...set('invoice', '@note', 'amount', 'amount - 1') },
	{ name: 'a credit note of more than its invoice', says: [CREDIT], ...set('invoice', '@note', 'amount', 'amount + 1') },

	// Cards and people.
	{ name: 'a card in stock that is somebody\'s', says: [CARD], ...set('nfc_card', '@stock_card', 'customer_id', '@customer') },
	{ name: 'an active card of nobody', says: [CARD, PURPOSE], ...set('nfc_card', '@card', 'customer_id', 'NULL') },
	{ says: [HANDED],
		make: `INSERT INTO card_assignment (id, card_id, customer_id, merchant_id, status, created_at)
			SELECT 990001, id, 1, merchant_id, 'done', @now FROM nfc_card WHERE id = @card`,
		undo: 'DELETE FROM card_assignment WHERE id = 990001' },
	{ name: 'labels of a ticket', says: [JSON_READS], ...set('ticket', '@ticket', 'labels', `'["VI'`) },
	{ name: 'names in an order', says: [JSON_READS], ...set('order_item', '@item1', 'holders', "''") },
	{ name: 'what a code brings about', says: [JSON_READS], ...set('otp', '@otp', 'payload', `'{"name"'`) },
	{ name: 'where a card is sent', says: [JSON_READS],
		make: `INSERT INTO card_request (id, customer_id, delivery, status, created_at, updated_at)
			VALUES (990001, @customer, '{"name"', 'rejected', @now, @now)`,
		undo: 'DELETE FROM card_request WHERE id = 990001' },
	{ name: 'an answer that was kept', says: [JSON_READS],
		make: `INSERT INTO idempotency (account_id, name, body_hash, status, data, created_at)
			VALUES (0, REPEAT('f', 32), REPEAT('f', 32), 200, '{"order":', @now)`,
		undo: "DELETE FROM idempotency WHERE account_id = 0 AND name = REPEAT('f', 32)" },
	{ says: [PROFILE], make: "INSERT INTO account_role (account_id, role, granted_at) VALUES (1, 'superadmin', @now)",
		undo: "DELETE FROM account_role WHERE account_id = 1 AND role = 'superadmin'" },
	{ name: "a session as another customer", says: [SESSION], ...set('session', '@session', 'role_id', 1) },

	// What repair makes anew, without a word of each.
	// Repair leaves no mark of that table.
	...[['ticket', 'id = id + 1'], ['orders', 'place = place + 1'], ['payment', 'first_at = first_at + INTERVAL 1 DAY'], ['customer', 'last_at = NULL'],
		['scan_log', "what = 'nfc_card'"]].map(([table, change]) => (
		{ name: change, says: [MARKS], make: `UPDATE row_mark SET ${change} WHERE what = '${table}' AND place = 1024`, undo: 'DO 0', well: true })),
	{ says: [SOUGHT], make: 'DELETE FROM sought_word WHERE account_id = 1050', undo: 'DO 0', well: true },
	{ says: [WORDS], make: "UPDATE event SET title_words = 'of another' WHERE id = @event", undo: 'DO 0', well: true },

	// The audit log.
	{ name: 'a changed row', says: [CHAIN], ...set('audit_log', '@sealed', 'noun_id', 77) },
	{ name: 'a row out of its place', says: [CHAIN], ...set('audit_log', '@sealed', 'seq', 'seq + 1000000') },
	{ name: 'a removed row', says: [CHAIN], make: take('audit_log', 'id = @sealed'), undo: put_back('audit_log') },
	{ name: 'a row cut off the end', says: [CHAIN], make: take('audit_log', 'seq = (SELECT seq FROM audit_chain)'), undo: put_back('audit_log') },
]

// ---- what they are planted in ----

// What @names stand for.
const world = { now: 'UTC_TIMESTAMP(3)', part: "event_id = 13 AND category_id = 131 AND gate = 'North gate' AND result = 'valid'" }
const fill = (text, kept) => text.replace(/@(\w+)/g, (_, name) => name === 'kept' ? kept : world[name] ?? assert.fail(name))
const value = (query) => sql(query)[0][0]

// What was sold: an order of two categories, its tickets scanned and not, one with a discount, one held, one given back.
before(async () => {
	await until('the scans of event 13 are summed up', () => {
		jobs_run('summary')
		return sql('SELECT 1 FROM scan_count WHERE event_id = 13').length
	})
	await until('attendance is summed up', () => {
		jobs_run('closings', 'attendance_sums')
		return sql('SELECT 1 FROM event_sum').length > 4
	})
	jobs_rest('holds', 'payments', 'summary', 'tally', 'closings', 'attendance_sums')
	sql('SELECT event_id FROM event_sum ORDER BY event_id LIMIT 5').forEach(([id], i) => { world[`summed${i + 1}`] = id })
	world.record = sql('SELECT MIN(id) FROM attendance WHERE worst = 9')[0][0]
	const ann = await new_customer({ name: 'Ann Arbor' }), bob = await new_customer({ name: 'Bob Weir' })
	const event = await new_event({ categories: [{ price: 1000 }, { price: 3000 }, {}] }), gone = await new_event()
	const [cat1, cat2, cat3] = event.categories.map(({ id }) => id)
	const promo = ok(await as(await token('staff')).post('/api/promo-codes/', { code: `F${Date.now()}`, percent: 10 }), 201)
	const tickets = await bought(ann, event, [{ category_id: cat1, quantity: 2 }, { category_id: cat2, quantity: 1 }])
	const discounted = ok(await book(bob, event, [{ category_id: cat1, quantity: 1 }], { promo_code: promo.code }), 201).order
	const usher = await new_usher(event)
	const of = (category) => tickets.filter((ticket) => ticket.category.id === category)

	ok(await pay(bob, discounted.id))
	for (const [ticket, direction] of [[of(cat1)[0], 'in'], [of(cat1)[0], 'out'], [of(cat1)[0], 'out'], [of(cat2)[0], 'in']])
		ok(await scan(usher, { code: await code_of(ann, ticket), direction, gate: 'North' }))
	Object.assign(world, {
		event: event.id, gone: gone.id, cat1, cat2, cat3, customer: ann.customer_id, promo: promo.id, usher: usher.usher_id,
		order: tickets[0].order_id, discounted: discounted.id, held: (await held(ann, event)).id,
		scanned: of(cat1)[0].id, ticket: of(cat1)[1].id, inside: of(cat2)[0].id
	})

	const [back] = await bought(ann, gone)
	ok(await as(await token('staff')).post(`/api/events/${gone.id}/cancel/`, {}))
	await until('the money is back', () => {
		jobs_run('payments')
		return value(`SELECT status FROM payment WHERE order_id = ${back.order_id}`) === 'refunded'
	})
	// One of two tickets, given back by its owner for half of its price.
	const coming = await new_event({ starts_at: iso(Date.now() + HOUR), ends_at: iso(Date.now() + 5 * HOUR), categories: [{ price: 1000 }] })
	const [part] = await bought(ann, coming, 2)
	ok(await as(await token('staff')).post('/api/refund-rules/', { event_id: coming.id, days_before: 0, percent: 50 }), 201)
	const { request } = ok(await as(ann).post(`/api/v1/users/tickets/${part.id}/refund-request/`, { reason: 'No' }), 201)
	ok(await as(await new_staff('admin')).post(`/api/refund-requests/${request.id}/approve/`, {}))
	world.part_order = part.order_id
	await until('its part is back', () => {
		jobs_run('payments')
		return (world.its_refund = sql(`SELECT id FROM payment_refund WHERE refund_request_id = ${request.id} AND state = 'done'`)[0]?.[0]) !== undefined
	})
	const card = new_card(ann), [{ id: card_id }] = ok(await as(ann).get('/api/v1/users/nfc-cards/')).items
	new_card(null, 'stock')
	ok(await as(ann).post(`/api/v1/users/nfc-cards/${card_id}/reload/`, { amount: 1000, card_token: 'tok_ok' }))
	ok(await as(await token('merchant')).post('/api/merchant/charge/', { card_uid: card, amount: 300 }), 201)
	const one = (name, query) => Object.assign(world, { [name]: value(fill(query)) })
	one('refunded', `SELECT id FROM payment WHERE order_id = ${back.order_id}`)
	one('refunded_ticket', `SELECT id FROM ticket WHERE order_id = ${back.order_id}`)
	one('item1', 'SELECT id FROM order_item WHERE order_id = @order AND category_id = @cat1')
	one('sales1', 'SELECT id FROM organizer_sale WHERE category_id = @cat1')
	one('sales2', 'SELECT id FROM organizer_sale WHERE category_id = @cat2')
	one('organizer', 'SELECT organizer_id FROM event WHERE id = @event')
	one('payment', 'SELECT id FROM payment WHERE order_id = @order')
	await until('the invoices are made out', () => {
		jobs_run('invoices')
		return value('SELECT (SELECT COUNT(*) FROM payment WHERE invoice_due = 1) + (SELECT COUNT(*) FROM payment_refund WHERE credit_due = 1)') === '0'
	})
	one('invoice', 'SELECT invoice_id FROM payment WHERE id = @payment')
	one('note', 'SELECT MAX(credit_id) FROM payment_refund WHERE payment_id = @refunded')
	one('sale', "SELECT id FROM ledger_transfer WHERE noun = 'payment' AND noun_id = @payment")
	one('credit', 'SELECT id FROM ledger_entry WHERE transfer_id = @sale AND amount < 0')
	one('provider', "SELECT id FROM ledger_account WHERE kind = 'provider' AND currency = 'EUR'")
	one('scan_in', "SELECT id FROM scan_log WHERE ticket_id = @scanned AND moved AND direction = 'in'")
	one('scan_out', "SELECT id FROM scan_log WHERE ticket_id = @scanned AND moved AND direction = 'out'")
	one('scan_no', 'SELECT id FROM scan_log WHERE ticket_id = @scanned AND NOT moved')
	one('key', 'SELECT id FROM event_key WHERE event_id = @event')
	one('card', 'SELECT MAX(id) FROM nfc_card WHERE customer_id = @customer')
	one('went_back', "SELECT t.id FROM ledger_transfer t JOIN payment_refund r ON t.noun = 'payment_refund' AND t.noun_id = r.id WHERE r.payment_id = @refunded")
	one('reload', "SELECT MAX(id) FROM payment WHERE card_id = @card AND purpose = 'reload'")
	one('charge', 'SELECT MAX(id) FROM card_charge WHERE card_id = @card')
	one('charged', "SELECT id FROM ledger_transfer WHERE noun = 'charge' AND noun_id = @charge")
	one('on_card', "SELECT id FROM ledger_account WHERE kind = 'card' AND owner_id = @card AND currency = 'EUR'")
	one('stock_card', "SELECT MAX(id) FROM nfc_card WHERE status = 'stock'")
	one('otp', 'SELECT MAX(id) FROM otp')
	one('session', "SELECT MAX(id) FROM session WHERE role = 'customer' AND role_id = @customer")
	await books(one)
	await sealed()
	one('log', 'SELECT MAX(id) FROM audit_log')
	one('sealed', 'SELECT id FROM audit_log WHERE seq = (SELECT seq FROM audit_chain) - 1')
	jobs_rest('payments', 'seal', 'invoices')
	const sound = gatehouse('audit')
	assert.equal(sound.status, 0, sound.said + sound.complained)
})

// A sale with fee and tax of which half went back, a payout of some of the rest, an expense that stands and one that does not, and a month
// whose profit was shared out.
async function books(one) {
	const staff = as(await token('staff')), second = as(await new_staff('admin')), otto = await new_organizer(), bob = await new_customer()
	const [account] = sql(`SELECT account_id FROM organizer WHERE id = ${otto.organizer_id}`)[0]

	ok(await staff.put(`/api/organizers/${account}/`, { fee_rate: 250, fee_fixed: 30 }))
	const of_otto = (more) => new_event({ organizer_id: otto.organizer_id, tax_rate: 1900, categories: [{ price: 5000 }], ...more })
	const [ticket] = await bought(bob, await of_otto())
	one('taxed', `SELECT id FROM payment WHERE order_id = ${ticket.order_id}`)
	one('taxed_back', `INSERT INTO payment_refund (uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
		SELECT RANDOM_BYTES(16), id, 2500, currency, 'here', 'asked', @now, @now FROM payment WHERE id = @taxed; SELECT LAST_INSERT_ID()`)
	await until('a part is back', () => {
		jobs_run('payments', 'invoices')
		return value(fill("SELECT r.state = 'done' AND p.invoice_id IS NOT NULL FROM payment_refund r JOIN payment p ON p.id = r.payment_id WHERE r.id = @taxed_back")) === '1'
	})
	one('taxed_invoice', 'SELECT invoice_id FROM payment WHERE id = @taxed')
	const entry = (kind) => `SELECT e.id FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id
		WHERE t.noun = 'payment' AND t.noun_id = @taxed AND a.kind = '${kind}'`
	one('tax', entry('tax'))
	one('theirs', entry('organizer'))
	one('fee', entry('platform'))
	one('house', "SELECT id FROM ledger_account WHERE kind = 'platform' AND owner_id = 0 AND currency = 'EUR'")

	const payout = ok(await staff.post('/api/payouts/', { organizer_id: otto.organizer_id, amount: 1000, currency: 'EUR' }), 201).id
	ok(await second.post(`/api/payouts/${payout}/approve/`, {}))
	ok(await staff.post(`/api/payouts/${payout}/pay/`, { reference: 'SEPA' }))
	Object.assign(world, { payout })
	one('bank', "SELECT id FROM ledger_account WHERE kind = 'bank' AND currency = 'EUR'")
	one('paid_out', "SELECT id FROM ledger_transfer WHERE noun = 'payout' AND noun_id = @payout")
	one('payout_entry', 'SELECT id FROM ledger_entry WHERE transfer_id = @paid_out AND amount > 0')

	for (const name of ['spent', 'unspent']) {
		world[name] = ok(await staff.post('/api/expenses/', { title: 'Rope', kind: 'other', currency: 'EUR', amount: 900, spent_on: '2026-01-02' }), 201).id
		ok(await second.post(`/api/expenses/${world[name]}/approve/`, {}))
	}
	ok(await staff.post(`/api/expenses/${world.unspent}/revoke/`, {}))

	const [franc] = await bought(bob, await of_otto({ currency: 'CHF' }))
	sql(`UPDATE ledger_transfer t JOIN payment p ON p.id = t.noun_id AND t.noun = 'payment' JOIN orders o ON o.id = p.order_id
		SET t.at = '1970-05-05', o.paid_at = '1970-05-05' WHERE o.id = ${franc.order_id}`)
	days_anew()
	const holder = ok(await staff.post('/api/shareholders/', { name: 'Hella Holder' }), 201).id
	ok(await staff.post('/api/profit-rules/', { shareholder_id: holder, rate: 5000, since: '1970-01-01' }), 201)
	world.share = ok(await staff.post('/api/finances/profit-share/', { shareholder_id: holder, month: '1970-05-01', currency: 'CHF' }), 201).id
	one('shared', "SELECT id FROM ledger_transfer WHERE noun = 'profit_share' AND noun_id = @share")

	world.paid_in = ok(await staff.post('/api/finances/deposits/', { source: 'capital', amount: 900, currency: 'EUR', date: '2026-01-02', reference: 'B' }), 201).id
	one('paid_in_by', "SELECT id FROM ledger_transfer WHERE noun = 'deposit' AND noun_id = @paid_in")
	one('capital', "SELECT id FROM ledger_account WHERE kind = 'capital' AND currency = 'EUR'")
	const closed = ok(await staff.post('/api/finances/months/', { month: '1970-05-01' }), 201).id
	world.kept_sum = value(`SELECT id FROM finance_month_sum WHERE month_id = ${closed} AND currency = 'CHF'`)
	world.settlement = ok(await staff.post('/api/finances/settlements/', { organizer_id: otto.organizer_id, currency: 'CHF', from: '1970-05-01', to: '1970-05-31' }), 201).id
	ok(await second.post(`/api/finances/settlements/${world.settlement}/approve/`, {}))
	ok(await staff.post(`/api/finances/settlements/${world.settlement}/settle/`, {}))
	await until('the invoices are made out', () => {
		jobs_run('invoices')
		return value('SELECT COUNT(*) FROM payment WHERE invoice_due IN (1, 2)') === '0'
	})
}

const sealed = () => until('the log is sealed', () => {
	jobs_run('seal')
	return value('SELECT COUNT(*) FROM audit_log WHERE hash IS NULL') === '0'
})

const LOOSE = 'SET SESSION check_constraint_checks = 0; SET SESSION foreign_key_checks = 0;'
const lines = (said) => said.split('\n').filter(Boolean)
const broken = (said) => lines(said).filter((line) => /^(NO|\?) /.test(line)).map((line) => line.slice(3)).sort()
const changes = (said, prefix = '') => lines(said).filter((line) => line.startsWith(prefix) && / → /.test(line))
	.map((line) => line.slice(prefix.length))
const FIGURES = [SOLD, HELD, PLACES, REVENUE, ORDER_TICKETS, RETURNED, USES, WAY, BALANCE, SUMMARY, SUMMARY_END]

// Repairs, keeping all that was said.
const said = []
const repair = () => {
	const done = gatehouse('repair')

	said.push(...changes(done.said))
	return done
}

// Each line is one that is expected, and each that is expected is there.
function matches(said, expected) {
	const patterns = expected.map((line) => new RegExp(fill(line.source)))
	const fits = ([line, ...lines], rest) => line === undefined ? rest.length === 0
		: rest.some((pattern, i) => pattern.test(line) && fits(lines, rest.filter((_, other) => other !== i)))

	assert.ok(fits(said, patterns), `${said.join('\n')}\nis not\n${patterns.join('\n')}`)
}

test('every invariant has a fault here that breaks it', () => {
	const sentences = lines(gatehouse('audit').said).filter((line) => line.startsWith('ok ')).map((line) => line.slice(3))
	const planted = new Set(FAULTS.flatMap(({ says }) => says[0]))

	assert.deepEqual(sentences.filter((sentence) => !planted.has(sentence)), [])
	assert.deepEqual([...planted].filter((sentence) => !sentences.includes(sentence)), [])
})

// ---- together ----

// Each look at all of it takes a second, so faults that have neither a sentence nor a table in common, and of which none hides what another breaks, are planted
// together: audit must then name all of theirs, and repair change all of theirs, and nothing else.
const written = ({ make }) => [...make.matchAll(/(?:UPDATE|INSERT INTO|DELETE FROM|JOIN) +(\w+)/g)].map(([, table]) => table)
const meet = (some, others) => some.some((one) => others.includes(one))
const apart = (one, other) => !meet(one.says, other.says) && !meet(written(one), written(other)) && !meet(one.hides ?? [], other.says) && !meet(other.hides ?? [], one.says)
const together = FAULTS.reduce((groups, fault) => {
	const group = groups.find((those) => those.every((other) => apart(fault, other)))

	if (group)
		group.push(fault)
	else
		groups.push([fault])
	return groups
}, [])
const name_of = ({ name, says }) => `${says[0]}${name ? ` (${name})` : ''}`
const left_of = ({ says, mends = [], well, left }) => well ? [] : left ?? says.filter((sentence) => !mends.length || !FIGURES.includes(sentence))

for (const faults of together)
	test(`audit notices: ${faults.map(name_of).join('; ')}`, () => {
		const all = (of) => faults.flatMap(of)
		const says = all((fault) => fault.says).sort(), mends = all((fault) => fault.mends ?? []), left = all(left_of).sort()
		// Each has its own table for a row that it puts aside.
		const own = (statement, i, kept) => fill(statement.replaceAll('fault_row', `fault_row_${i}`), kept)
		const kept = faults.map(({ keep }) => keep && value(fill(keep)).replace(/^.*$/, (text) => text === 'NULL' ? text : `'${text}'`))

		sql(LOOSE + faults.map(({ make }, i) => own(make, i, kept[i])).join(';'))
		try {
			const found = gatehouse('audit')
			assert.deepEqual(broken(found.said), says)
			assert.equal(found.status, 1)
			if (mends.length) {
				const would = gatehouse('repair', ini, '--dry-run')
				matches(changes(would.said, 'would mend '), all(({ mends: mended = [], dry = mended }) => dry))
				assert.equal(would.status, 1)
				assert.deepEqual(broken(would.said), says)
			}
			const repaired = repair()
			matches(changes(repaired.said), mends)
			assert.deepEqual(broken(repaired.said), left)
			assert.equal(repaired.status, left.length ? 1 : 0, repaired.said)
		} finally {
			sql(LOOSE + faults.map(({ undo }, i) => own(undo, i, kept[i])).reverse().join(';'))
			if (mends.length)
				repair()
		}
	})

// As repair says it.
function logged() {
	const rows = sql(`SELECT before_json, after_json FROM audit_log
		WHERE id > ${world.log} AND role = 'system' AND action = 'repair' ORDER BY id`)

	return rows.map(([before, after]) => {
		const kept = JSON.parse(before), found = JSON.parse(after)

		return Object.keys(kept).map((name) => `${name} ${kept[name] ?? 'none'} → ${found[name] ?? 'none'}`).join(', ')
	})
}

test('every change that repair made is in the audit log, whose chain holds', async () => {
	assert.ok(said.length >= FAULTS.flatMap(({ mends = [] }) => mends).length, said.join('\n'))
	assert.deepEqual(logged(), said.map((line) => line.replace(/^.*?: /, '')))
	assert.notEqual(value("SELECT COUNT(*) FROM audit_log WHERE action = 'repair' AND hash IS NULL"), '0')
	await sealed()
	assert.equal(gatehouse('audit').status, 0)
})

test('where all is well repair says so, and changes nothing', () => {
	const idle = repair()

	assert.match(idle.said, /^0 mended, (\d+) of \1 invariants hold\n$/)
	assert.equal(idle.status, 0)
})

test('doctor is content with a sound installation and notices a fault in each of its parts', () => {
	const at = mkdtempSync(join(tmpdir(), 'gatehouse-doctor-'))
	const text = readFileSync(ini, 'utf8')
	const config = join(at, 'gatehouse.ini')
	const with_setting = (name, value) => {
		writeFileSync(config, text.replace(new RegExp(`^(${name}\\s*=).*$`, 'm'), `$1 ${value}`))
		return gatehouse('doctor', config)
	}
	const key = text.match(/^key_file\s*=\s*(\S+)/m)[1]
	const mode = statSync(key).mode & 0o777

	try {
		assert.equal(gatehouse('doctor').status, 0, gatehouse('doctor').said)
		assert.match(with_setting('templates', '/nowhere').said, /^BAD {2}templates/m)
		assert.match(with_setting('key_file', join(at, 'no-key')).said, /^BAD {2}the site key/m)
		assert.match(with_setting('run_dir', join(at, 'none')).said, /^BAD {2}run directory/m)
		assert.match(with_setting('socket', join(at, 'none.sock')).said, /^BAD {2}the database does not answer.*\n.* may that user do everything on \[database\] name\?$/m)
		chmodSync(key, 0o644)
		assert.match(gatehouse('doctor').said, /^BAD {2}the site key/m)
		chmodSync(key, mode)
		sql('SET GLOBAL innodb_flush_log_at_trx_commit = 2')
		assert.match(gatehouse('doctor').said, /^BAD {2}innodb_flush_log_at_trx_commit = 2/m)
		sql('SET GLOBAL innodb_flush_log_at_trx_commit = 1')
		sql('UPDATE schema_migration SET version = 9999 WHERE version = (SELECT v FROM (SELECT MAX(version) AS v FROM schema_migration) m)')
		assert.match(gatehouse('doctor').said, /^BAD {2}the schema/m)
	} finally {
		chmodSync(key, mode)
		sql('SET GLOBAL innodb_flush_log_at_trx_commit = 1')
		sql(`UPDATE schema_migration SET version = ${schema()} WHERE version = 9999`)
		rmSync(at, { recursive: true })
	}
	assert.equal(gatehouse('doctor').status, 0)
})

/** The version that the program wants: the highest migration's number. */
function schema() {
	const directory = readFileSync(ini, 'utf8').match(/^migrations\s*=\s*(\S+)/m)[1]

	return Math.max(...execFileSync('ls', [directory], { encoding: 'utf8' }).match(/^\d{4}/gm).map(Number))
}

after(() => assert.equal(gatehouse('audit').status, 0, 'the faults were undone'))
