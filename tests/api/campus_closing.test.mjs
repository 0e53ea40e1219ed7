// What jobs write when an event is over: who was absent, once each, whoever else writes, and whichever run is killed; and which marks were
// never whole.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, attendance_row, HOUR, in_transaction, iso, jobs_rest, jobs_run, leases_end, new_member, ok, unique, until, until_waiting } from './world.mjs'

const MINUTE = 60_000
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const id_of = (event) => sql(`SELECT id FROM campus_event WHERE uuid = ${hex(event.id)}`)[0][0]
let organizer, people

// An event at which these are expected, of which marks are taken now.
async function make(who, more = {}) {
	const event = ok(await organizer.post('/api/campus/events/', {
		title: `Seminar ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
		required_steps: ['qr'], audience: who.map(({ user }) => ({ rule: 'member', value: user.id })), ...more
	}), 201)

	await until('its roster is fixed', () => (jobs_run('rosters'), sql(`SELECT 1 FROM campus_event WHERE uuid = ${hex(event.id)} AND roster_at IS NOT NULL`).length))
	return event
}
// It closed so long ago.
const close = (event, minutes = 11) => sql(`UPDATE campus_event SET ${['starts_at', 'ends_at', 'opens_at', 'late_at', 'closes_at']
	.map((column) => `${column} = ${column} - INTERVAL ${60 + minutes} MINUTE`).join()} WHERE uuid = ${hex(event.id)}`)
const closed = (event) => until('it is written down', () => (jobs_run('closings'), sql(`SELECT 1 FROM event_closing WHERE event_id = ${id_of(event)}`).length))
const records = (event) => sql(`SELECT a.account_id, a.state, a.status, a.verification_status, a.method, (SELECT COUNT(*) FROM attendance_change c WHERE c.attendance_id = a.id),
	(SELECT COUNT(*) FROM attendance_decision d WHERE d.attendance_id = a.id AND d.act = 'close' AND d.by_id IS NULL) FROM attendance a WHERE a.event_id = ${id_of(event)} ORDER BY a.account_id`)
	.map((row) => row.join(' '))
const begun = (event, who) => sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, event_starts_at, qr_at, qr_step, session_at, steps_done, created_at, updated_at)
	SELECT ${hex(randomUUID())}, id, ${who.user.id}, campus_id, starts_at, @t := UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, 1, @t, '["qr"]', @t, @t FROM campus_event WHERE uuid = ${hex(event.id)}`)
const flags = (record) => sql(`SELECT f.code, f.severity, f.detail FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(record)}`)

before(async () => {
	organizer = as(await new_member('campus_organizer'))
	people = []
	for (let i = 0; i < 5; i++)
		people.push(await new_member('student'))
	people.sort((a, b) => a.user.id - b.user.id)
})

test('who was expected and did not come is absent, who is excused is excused, and who came stays as they are', async () => {
	const [here, away, excused, left, begins] = people, event = await make(people)

	attendance_row(event.id, here, { verification_status: "'verified'" })
	begun(event, begins)
	sql(`UPDATE event_expected SET state = 'excused' WHERE event_id = ${id_of(event)} AND account_id = ${excused.user.id};
		UPDATE campus_member SET left_at = UTC_TIMESTAMP(3) - INTERVAL 1 DAY WHERE account_id = ${left.user.id}`)
	const expected = [`${here.user.id} submitted present verified self 0 0`, `${away.user.id} submitted absent verified auto 1 1`,
		`${excused.user.id} submitted excused verified auto 1 1`, `${begins.user.id} submitted absent verified auto 1 1`]
	close(event)
	await closed(event)
	assert.deepEqual(records(event), expected)
	// Looked at anew, for the event was changed: nobody is written twice, and whoever came to the roster is.
	sql(`UPDATE campus_member SET left_at = NULL WHERE account_id = ${left.user.id}; UPDATE campus_event SET version = version + 1 WHERE id = ${id_of(event)}`)
	await until('it is looked at anew', () => (jobs_run('closings'), sql(`SELECT 1 FROM event_closing c JOIN campus_event e ON e.id = c.event_id AND e.version = c.version WHERE e.id = ${id_of(event)}`).length))
	assert.deepEqual(records(event), [...expected.slice(0, 3), `${left.user.id} submitted absent verified auto 1 1`, expected[3]])
})

test('nobody is absent while marks may still come, nor of what did not take place', async () => {
	const early = await make(people.slice(0, 2)), off = await make(people.slice(0, 2)), gone = await make(people.slice(0, 2)), over = await make(people.slice(0, 2))

	close(early, 9)
	;[off, gone, over].forEach((event) => close(event))
	sql(`UPDATE campus_event SET is_active = 0 WHERE id = ${id_of(off)}; UPDATE campus_event SET deleted_at = UTC_TIMESTAMP(3) WHERE id = ${id_of(gone)}`)
	await closed(over)
	assert.deepEqual([early, off, gone, over].map((event) => records(event).length), [0, 0, 0, 2])
})

test('whom another writes at the same moment is written once', async () => {
	const event = await make(people.slice(0, 3)), [, two] = people

	jobs_rest('closings')
	close(event)
	// Another node's row, not committed yet when this one comes to it.
	const commit = await in_transaction(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, state, status, verification_status, method, event_starts_at, submitted_at, created_at, updated_at)
		SELECT ${hex(randomUUID())}, id, ${two.user.id}, campus_id, 'submitted', 'absent', 'verified', 'auto', starts_at, NOW(3), NOW(3), NOW(3) FROM campus_event WHERE uuid = ${hex(event.id)}`)

	jobs_run('closings')
	await until_waiting('INSERT IGNORE INTO attendance')
	await commit()
	await closed(event)
	assert.deepEqual(records(event).map((row) => row.replace(/^\d+ /, '')), ['submitted absent verified auto 1 1', 'submitted absent verified auto 0 0', 'submitted absent verified auto 1 1'])
})

test('a run that is killed in the middle is gone on with, and writes each once', { timeout: 180_000 }, async () => {
	const mark = unique(), event = await make(people.slice(0, 1)), id = id_of(event)
	let killed = 0

	jobs_rest('closings')
	sql(`INSERT INTO account (uuid, name, status, locale, created_at, updated_at) SELECT RANDOM_BYTES(16), '${mark}', 'active', 'en', NOW(3), NOW(3) FROM seq_1_to_600;
		INSERT INTO event_expected SELECT ${id}, id, 'expected', NOW(3) FROM account WHERE name = '${mark}'`)
	close(event)
	const open = () => !sql(`SELECT 1 FROM event_closing WHERE event_id = ${id}`).length
	for (let round = 0; open() && round < 12; round++) {
		leases_end()
		jobs_run('closings')
		const run = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'jobs', '--once'], { stdio: 'ignore' }), over = once(run, 'exit')

		await new Promise((done) => setTimeout(done, 20 + round * 15))
		killed += run.kill('SIGKILL')
		await over
	}
	leases_end()
	await closed(event)
	assert.deepEqual(sql(`SELECT COUNT(*), SUM(status = 'absent' AND method = 'auto') FROM attendance WHERE event_id = ${id}`)[0], ['601', '601'])
	assert.deepEqual(sql(`SELECT COUNT(*), COUNT(DISTINCT account_id) FROM attendance_change WHERE event_id = ${id}`)[0], ['601', '601'])
	assert.ok(killed > 0)
})

test('a mark that was never whole is flagged once its time is over, unless its person agreed to no photos', async () => {
	const [whole, half, shy, hand] = people, event = await make(people.slice(0, 4), { required_steps: ['qr', 'front_photo', 'signature'] })
	const done = (who, steps, more = {}) => attendance_row(event.id, who, { steps_done: `'${JSON.stringify(steps)}'`, ...more })
	const rows = [done(whole, ['qr', 'front_photo', 'signature']), done(half, ['qr', 'signature']), done(shy, ['qr'], { flags: { no_consent: 'info' } }),
		done(hand, [], { method: "'manual'" })]

	close(event)
	await closed(event)
	const codes = (record) => flags(record).map(([code]) => code)
	assert.deepEqual(rows.map(codes), [[], ['incomplete'], ['no_consent'], []])
	assert.deepEqual(flags(rows[1]), [['incomplete', 'medium', '{ "missing": [ "front_photo" ] }']])
})

test('an event that is over is summed up, figures are read from there, and a change is in them at once', async () => {
	const [came, late] = people, event = await make(people.slice(0, 3)), id = id_of(event), hr = as(await new_member('hr'))
	const record = attendance_row(event.id, came, { verification_status: "'verified'", steps_done: `'["qr"]'` })

	attendance_row(event.id, late, { status: "'late'", steps_done: `'["qr"]'` })
	const summed = () => until('it is summed up', () => (jobs_run('attendance_sums'), sql(`SELECT 1 FROM event_sum WHERE event_id = ${id}
		AND change_id = (SELECT MAX(id) FROM attendance_change WHERE event_id = ${id})`).length))
	const figures = async () => {
		const all = ok(await hr.get(`/api/campus/analytics/department-summary/?days=2&event_id=${event.id}`))

		// A dashboard says the same.
		assert.equal(ok(await hr.get(`/api/campus/analytics/dashboard/?days=2&event_id=${event.id}`)).summary.total_attendees, all.reduce((sum, row) => sum + row.attended, 0))
		return ['expected', 'attended', 'late', 'absent', 'rejected'].map((key) => all.reduce((sum, row) => sum + row[key], 0))
	}
	close(event, 20)
	await closed(event)
	assert.deepEqual(await figures(), [3, 2, 1, 1, 0])
	sql(`UPDATE attendance_change SET at = at - INTERVAL 5 MINUTE WHERE event_id = ${id}`)
	await summed()
	assert.deepEqual(await figures(), [3, 2, 1, 1, 0])
	// These are what is read: with another number there, that is told.
	sql(`UPDATE attendance_part SET late = 8 WHERE event_id = ${id} AND late = 1`)
	assert.deepEqual(await figures(), [3, 9, 8, 1, 0])
	sql(`UPDATE attendance_part SET late = 1 WHERE event_id = ${id} AND late = 8`)
	// From the commit of a change on the records are read, until they are summed up anew.
	sql(`START TRANSACTION; UPDATE attendance SET verification_status = 'rejected', version = version + 1 WHERE uuid = ${hex(record)};
		INSERT INTO attendance_change (attendance_id, event_id, account_id, status, previous_status, verification_status, previous_verification, method, at)
			SELECT id, event_id, account_id, status, status, 'rejected', 'verified', method, UTC_TIMESTAMP(3) FROM attendance WHERE uuid = ${hex(record)}; COMMIT`)
	assert.deepEqual(await figures(), [3, 1, 1, 1, 1])
	sql(`UPDATE attendance_change SET at = at - INTERVAL 5 MINUTE WHERE event_id = ${id}`)
	await summed()
	assert.deepEqual(await figures(), [3, 1, 1, 1, 1])
})
