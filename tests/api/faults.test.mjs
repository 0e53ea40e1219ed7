// `gatehouse audit` and `gatehouse doctor` notice what is wrong. Every invariant is broken once by hand, in a database whose
// guards (CHECK, UNIQUE, foreign keys) are switched off for the moment, as a bug or a hand in the data would break it.
import { strict as assert } from 'node:assert'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from './lib.mjs'
import { jobs_run, until } from './world.mjs'

const bin = process.env.GATEHOUSE_BIN
const ini = process.env.GATEHOUSE_INI

const gatehouse = (command, config = ini) => {
	const run = spawnSync(bin, ['-c', config, command], { encoding: 'utf8' })

	return { status: run.status, said: run.stdout, complained: run.stderr }
}

/** One fault: what audit must say, how it is made, how it is undone. */
const FAULTS = [
	['sold and held never exceed capacity', 'UPDATE ticket_category SET capacity = sold - 1 WHERE id = 11',
		'UPDATE ticket_category SET capacity = @capacity WHERE id = 11'],
	["a category's sold counter", 'UPDATE ticket_category SET sold = sold - 1 WHERE id = 11',
		'UPDATE ticket_category SET sold = sold + 1 WHERE id = 11'],
	["a category's held counter", 'UPDATE ticket_category SET held = held + 1 WHERE id = 13',
		'UPDATE ticket_category SET held = held - 1 WHERE id = 13'],
	['what a category sold for an organizer', 'UPDATE organizer_sale SET revenue = revenue + 1 WHERE category_id = 11',
		'UPDATE organizer_sale SET revenue = revenue - 1 WHERE category_id = 11'],
	["an order's count of tickets", 'UPDATE orders SET tickets = tickets + 1 WHERE id = 5',
		'UPDATE orders SET tickets = tickets - 1 WHERE id = 5'],
	["a promo code's uses", "INSERT INTO promo_code (id, code, percent, uses, created_at, updated_at) VALUES (990001, 'FAULT', 5, 1, NOW(), NOW())",
		'DELETE FROM promo_code WHERE id = 990001'],
	['a paid order has the tickets', 'UPDATE order_item SET quantity = quantity + 1 WHERE id = 5',
		'UPDATE order_item SET quantity = quantity - 1 WHERE id = 5'],
	['no ticket has two entries',
		"INSERT INTO scan_log (id, event_id, scan_id, ticket_id, usher_id, direction, result, reason, moved, first_entry, at, scanned_at) SELECT 990001, event_id, RANDOM_BYTES(16), ticket_id, 1, 'in', 'valid', 'ok', 1, 0, NOW(3), NOW(3) FROM scan_log WHERE moved AND direction = 'in' AND event_id = 13 LIMIT 1",
		'DELETE FROM scan_log WHERE id = 990001'],
	["a ticket's entries and presence", "UPDATE ticket SET entries = 2 WHERE id = (SELECT MIN(ticket_id) FROM scan_log WHERE event_id = 13 AND moved)",
		"UPDATE ticket SET entries = 1 WHERE id = (SELECT MIN(ticket_id) FROM scan_log WHERE event_id = 13 AND moved)"],
	['the live summaries are sums',
		"INSERT INTO scan_summary (event_id, upto_id) VALUES (12, 0); INSERT INTO scan_count VALUES (12, 0, 'fault', 'valid', 1, 1, 0, 1)",
		"DELETE FROM scan_count WHERE event_id = 12; DELETE FROM scan_summary WHERE event_id = 12"],
	['every ledger transfer sums to zero', 'UPDATE ledger_entry SET amount = amount + 1 WHERE id = 1',
		'UPDATE ledger_entry SET amount = amount - 1 WHERE id = 1'],
	['a transfer stays in one currency',
		"INSERT INTO ledger_account (id, kind, owner_id, currency) VALUES (990001, 'platform', 9, 'XTS'); UPDATE ledger_entry SET account_id = 990001 WHERE id = 1",
		'UPDATE ledger_entry SET account_id = @account WHERE id = 1; DELETE FROM ledger_account WHERE id = 990001'],
	['no card is below zero', "INSERT INTO ledger_account (id, kind, owner_id, currency, balance) VALUES (990002, 'card', 990002, 'EUR', 100)",
		'DELETE FROM ledger_account WHERE id = 990002'],
	['every succeeded payment has its order paid', "UPDATE orders SET status = 'lapsed' WHERE id = 7",
		"UPDATE orders SET status = 'paid' WHERE id = 7"],
	['every succeeded payment has moved its money once', "UPDATE ledger_transfer SET noun_id = 990003 WHERE id = 9",
		'UPDATE ledger_transfer SET noun_id = 9 WHERE id = 9'],
	['every paid order that cost something', "UPDATE payment SET status = 'declined' WHERE id = 11",
		"UPDATE payment SET status = 'succeeded' WHERE id = 11"],
	["a payment's money moved for the organizer",
		"INSERT INTO ledger_account (id, kind, owner_id, currency) SELECT 990004, 'organizer', 990004, currency FROM ledger_account WHERE id = @organizer; UPDATE ledger_entry SET account_id = 990004 WHERE account_id = @organizer ORDER BY id LIMIT 1",
		'UPDATE ledger_entry SET account_id = @organizer WHERE account_id = 990004; DELETE FROM ledger_account WHERE id = 990004'],
	['an order, its payments and their transfers', "UPDATE orders SET currency = 'XTS' WHERE id = 13",
		'UPDATE orders SET currency = (SELECT currency FROM payment WHERE order_id = 13) WHERE id = 13'],
	['an order, its payments and their transfers', "UPDATE payment SET currency = 'XTS' WHERE id = 13",
		'UPDATE payment SET currency = (SELECT currency FROM orders WHERE id = 13) WHERE id = 13'],
	['an order, its payments and their transfers', "UPDATE event SET currency = 'XTS' WHERE id = 1",
		'UPDATE event SET currency = (SELECT currency FROM orders WHERE event_id = 1 LIMIT 1) WHERE id = 1'],
]

const LOOSE = 'SET SESSION check_constraint_checks = 0; SET SESSION foreign_key_checks = 0;'

before(() => {
	const sound = gatehouse('audit')

	assert.equal(sound.status, 0, sound.said + sound.complained)
})

test('every invariant has a fault here that breaks it', () => {
	const sentences = gatehouse('audit').said.split('\n').filter((line) => line.startsWith('ok '))

	for (const sentence of sentences)
		assert.ok(sentence.includes('hash chain') || FAULTS.some(([part]) => sentence.includes(part)), sentence)
})

for (const [part, make, undo] of FAULTS)
	test(`audit notices: ${part}`, () => {
		const capacity = sql('SELECT capacity FROM ticket_category WHERE id = 11')[0][0]
		const account = sql('SELECT account_id FROM ledger_entry WHERE id = 1')[0][0]
		const organizer = sql("SELECT MIN(id) FROM ledger_account WHERE kind = 'organizer'")[0][0]

		sql(`${LOOSE} SET @organizer = ${organizer}; ${make}`)
		try {
			const found = gatehouse('audit')

			assert.equal(found.status, 1, found.said)
			assert.match(found.said, new RegExp(`^NO ${part}`, 'm'))
		} finally {
			sql(`${LOOSE} SET @capacity = ${capacity}, @account = ${account}, @organizer = ${organizer}; ${undo}`)
		}
		assert.equal(gatehouse('audit').status, 0)
	})

test('audit notices a changed, a removed and a cut off row of the audit log', async () => {
	const mark = `fault-${Date.now()}`
	const entries = [1, 2, 3].map((n) => `(NOW(3), 5, 'superadmin', 'update', 'venue', ${n}, '127.0.0.1', '${mark}-${n}')`)

	sql(`INSERT INTO audit_log (at, account_id, role, action, noun, noun_id, ip, request_id) VALUES ${entries.join(', ')}`)
	await until('the log is sealed', () => {
		jobs_run('seal')
		return sql('SELECT COUNT(*) FROM audit_log WHERE hash IS NULL')[0][0] === '0'
	})
	assert.equal(gatehouse('audit').status, 0)

	const changes = [
		[`UPDATE audit_log SET noun_id = 77 WHERE request_id = '${mark}-2'`, `UPDATE audit_log SET noun_id = 2 WHERE request_id = '${mark}-2'`],
		[`UPDATE audit_log SET seq = seq + 1000 WHERE request_id = '${mark}-1'`, `UPDATE audit_log SET seq = seq - 1000 WHERE request_id = '${mark}-1'`],
		['CREATE TABLE fault_row AS SELECT * FROM audit_log ORDER BY seq DESC LIMIT 1; DELETE FROM audit_log WHERE id = (SELECT id FROM fault_row)',
			'INSERT INTO audit_log SELECT * FROM fault_row; DROP TABLE fault_row'],
	]
	for (const [make, undo] of changes) {
		sql(make)
		assert.match(gatehouse('audit').said, /^NO the audit log's hash chain/m, make)
		sql(undo)
		assert.equal(gatehouse('audit').status, 0, undo)
	}
})

test('doctor is content with a sound installation and notices a fault in each of its parts', () => {
	const at = mkdtempSync(join(tmpdir(), 'gatehouse-doctor-'))
	const text = readFileSync(ini, 'utf8')
	const config = join(at, 'gatehouse.ini')
	const with_setting = (name, value) => {
		writeFileSync(config, text.replace(new RegExp(`^(${name}\\s*=).*$`, 'm'), `$1 ${value}`))
		return gatehouse('doctor', config)
	}
	const with_serve = (lines) => {
		writeFileSync(config, `${text}\n[serve]\n${lines}\n`)
		return gatehouse('doctor', config)
	}
	const key = text.match(/^key_file\s*=\s*(\S+)/m)[1]
	const mode = statSync(key).mode & 0o777

	try {
		assert.equal(gatehouse('doctor').status, 0, gatehouse('doctor').said)
		assert.match(with_setting('templates', '/nowhere').said, /^BAD {2}templates/m)
		assert.match(with_setting('key_file', join(at, 'no-key')).said, /^BAD {2}the site key/m)
		assert.match(with_setting('run_dir', join(at, 'none')).said, /^BAD {2}run directory/m)
		assert.match(with_setting('socket', join(at, 'none.sock')).said, /^BAD {2}the database does not answer/m)
		chmodSync(key, 0o644)
		assert.match(gatehouse('doctor').said, /^BAD {2}the site key/m)
		chmodSync(key, mode)
		sql('SET GLOBAL innodb_flush_log_at_trx_commit = 2')
		assert.match(gatehouse('doctor').said, /^BAD {2}innodb_flush_log_at_trx_commit = 2/m)
		sql('SET GLOBAL innodb_flush_log_at_trx_commit = 1')
		for (const [outside, said] of [[64, /^ok {3}max_connections = 300/m], [200, /^hmm {2}max_connections = 300 .* a reload wants/m],
			[400, /^BAD {2}max_connections = 300/m]])
			assert.match(with_serve(`outside_workers = ${outside}`).said, said)
		assert.match(gatehouse('doctor').said, /^ok {3}\d+ MB for workers and passwords/m)
		assert.match(with_serve('hash_seats = 512\noutside_workers = 512').said,
			/^(hmm {2}workers and passwords may take|ok  ) 11\d{3} /m)
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
