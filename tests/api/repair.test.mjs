// `gatehouse repair` beside sales and scans. What it makes of a figure must be right whatever happens at that moment: a
// counter that was mended from rows read a moment too early would sell a place twice, or never again.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import {
	as, book, bought, code_of, in_transaction, jobs_rest, new_customer, new_event, new_usher, ok, pay, scan, until_waiting
} from './world.mjs'

const BIN = process.env.GATEHOUSE_BIN
const INI = process.env.GATEHOUSE_INI

before(() => jobs_rest('holds', 'payments'))

// Runs beside what else this file does. Gives { status, said }.
const repair = (...options) => new Promise((done) =>
	execFile(BIN, ['-c', INI, 'repair', ...options], (error, said) => done({ status: error?.code ?? 0, said })))
const kept = (category) => sql(`SELECT held, c.sold, revenue FROM ticket_category c
	JOIN organizer_sale s ON s.category_id = c.id WHERE c.id = ${category}`)[0].map(Number)
const changed = (said, what) => Object.fromEntries([...said.matchAll(new RegExp(`^${what}: (.*)$`, 'gm'))]
	.flatMap(([, changes]) => changes.split(', ').map((change) => {
		const [, name, from, to] = change.match(/^(\w+) (-?\d+) → (-?\d+)$/)

		return [name, to - from]
	})))

test('a booking that is not committed yet is neither lost nor counted twice', async () => {
	const event = await new_event(), [{ id }] = event.categories, ann = await new_customer()

	await bought(ann, event, 3)
	sql(`UPDATE ticket_category SET held = held + 5 WHERE id = ${id}`)
	// As order_hold() does it: the order and its items, and the counter last.
	const commit = await in_transaction(`
		INSERT INTO orders (uuid, reference, customer_id, event_id, organizer_id, status, currency, subtotal, total, tickets, expires_at, created_at)
			VALUES (RANDOM_BYTES(16), LEFT(UUID(), 8), ${ann.customer_id}, ${event.id},
				(SELECT organizer_id FROM event WHERE id = ${event.id}), 'held', 'EUR', 5000, 5000, 2,
				UTC_TIMESTAMP(3) + INTERVAL 10 MINUTE, UTC_TIMESTAMP(3));
		INSERT INTO order_item (order_id, category_id, quantity, unit_price) VALUES (LAST_INSERT_ID(), ${id}, 2, 2500);
		UPDATE ticket_category SET held = held + 2 WHERE id = ${id}`)
	const repairing = repair()

	await until_waiting('FOR UPDATE')
	commit()
	const { status, said } = await repairing
	assert.match(said, new RegExp(`^category ${id}: held 7 → 2$`, 'm'))
	assert.deepEqual(kept(id), [2, 3, 7500])
	assert.equal(status, 0, said)
})

test('a scan that is not committed yet is neither lost nor counted twice', async () => {
	const event = await new_event(), ann = await new_customer(), [ticket] = await bought(ann, event)
	const usher = await new_usher(event)

	sql(`UPDATE ticket SET entries = entries + 1 WHERE id = ${ticket.id}`)
	// As scan_apply() does it: the log, and the ticket last.
	const commit = await in_transaction(`
		INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, usher_id, gate, direction, result, reason, moved, first_entry, at, scanned_at)
			VALUES (${event.id}, RANDOM_BYTES(16), ${ticket.id}, ${event.categories[0].id}, ${usher.usher_id}, 'North', 'in', 'valid', 'ok', 1, 1,
				'2026-01-01', '2026-01-01');
		UPDATE ticket SET entries = entries + 1, presence = 'inside', first_scan_at = '2026-01-01', first_usher_id = ${usher.usher_id},
			first_gate = 'North', last_scan_at = '2026-01-01', last_in_at = '2026-01-01' WHERE id = ${ticket.id}`)
	const repairing = repair()

	await until_waiting('FOR UPDATE')
	commit()
	const { status, said } = await repairing
	assert.match(said, new RegExp(`^ticket ${ticket.id}: entries 2 → 1$`, 'm'))
	assert.equal(status, 0, said)
})

test('beside bookings, payments, cancellations and scans each repair takes away what was planted, and nothing else', async () => {
	const event = await new_event({ categories: [{ capacity: 100000 }] }), [{ id }] = event.categories
	const people = await Promise.all([1, 2, 3, 4].map(() => new_customer()))
	const usher = await new_usher(event), [ticket] = await bought(people[0], event), code = await code_of(people[0], ticket)
	const [[sales]] = sql(`SELECT id FROM organizer_sale WHERE category_id = ${id}`)
	let over = false, sold = 0, scans = 0

	async function buy(person, n) {
		for (; !over; n++, sold++) {
			const { order } = ok(await book(person, event, [{ category_id: id, quantity: 1 + n % 3 }]), 201)

			if (n % 2)
				ok(await pay(person, order.id))
			else
				ok(await as(person).post(`/api/v1/users/orders/${order.id}/cancel/`, {}))
		}
	}
	async function walk() {
		for (const direction of ['in', 'out'])
			assert.equal(ok(await scan(usher, { code, direction })).result, 'valid')
		scans += 2
	}
	async function stroll() {
		while (!over)
			await walk()
	}

	await walk()
	const crowd = Promise.all([...people.map(buy), stroll()]).finally(() => { over = true })
	crowd.catch(() => {}) // told below
	try {
		for (let round = 0; round < 12 && !over; round++) {
			sql(`UPDATE ticket_category SET held = held + 3, sold = sold + 2 WHERE id = ${id};
				UPDATE organizer_sale SET sold = sold + 1, revenue = revenue + 7 WHERE id = ${sales};
				UPDATE ticket SET entries = entries + 4 WHERE id = ${ticket.id}`)
			const { status, said } = await repair()

			assert.deepEqual(changed(said, `category ${id}`), { held: -3, sold: -2 }, said)
			assert.deepEqual(changed(said, `sales row ${sales}`), { sold: -1, revenue: -7 }, said)
			assert.deepEqual(changed(said, `ticket ${ticket.id}`), { entries: -4 }, said)
			assert.equal(status, 0, said)
		}
	} finally {
		over = true
	}
	await crowd
	// Everybody bought beside the repairs, and somebody came and went, who had come in once before.
	assert.ok(sold >= people.length && scans > 2, `${sold} sales, ${scans} scans`)
	const { status, said } = await repair()
	assert.match(said, /^0 mended, /m)
	assert.equal(status, 0, said)
})

test('what the database itself refuses is left, and said', async () => {
	const event = await new_event({ categories: [{ capacity: 2 }] }), [{ id }] = event.categories

	await bought(await new_customer(), event, 2)
	sql(`UPDATE ticket_category SET sold = 1, capacity = 1 WHERE id = ${id}`)
	const { status, said } = await repair()
	sql(`UPDATE ticket_category SET sold = 2, capacity = 2 WHERE id = ${id}`)
	assert.match(said, new RegExp(`^not mended, category ${id}: .*never_oversold`, 'm'))
	assert.match(said, new RegExp(`^NO a category's sold counter .*\\n {5}category ${id}: sold 1, should be 2$`, 'm'))
	assert.equal(status, 1)
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE action = 'repair' AND noun = 'ticket_category' AND noun_id = ${id}`)[0][0], '0')
})

test('marks of a long table that stand wrong are noticed by audit, and made anew', async () => {
	const audit = () => spawnSync(BIN, ['-c', INI, 'audit', 'a row that is marked'], { encoding: 'utf8' }).stdout

	assert.ok(Number(sql("SELECT COUNT(*) FROM row_mark WHERE what = 'ticket'")[0][0]) > 5)
	assert.match(audit(), /^ok a row that is marked stands at its place$/m)
	sql("UPDATE row_mark SET id = id + 1 WHERE what = 'ticket' AND place = 1024")
	assert.match(audit(), /^NO a row that is marked stands at its place$/m)
	assert.match((await repair('--dry-run')).said, /^would make the marks of ticket$/m)
	assert.match((await repair()).said, /^made the marks of ticket$/m)
	assert.match(audit(), /^ok a row that is marked stands at its place$/m)
})

test('only --dry-run is understood', () => {
	for (const options of [['--dry'], ['--dry-run', 'now'], ['11']])
		assert.equal(spawnSync(BIN, ['-c', INI, 'repair', ...options]).status, 2)
})
