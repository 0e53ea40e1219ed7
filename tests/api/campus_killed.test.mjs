// A worker that is killed (-9) in the middle of taking marks that come later, before each of its statements in turn, and before it is
// answered to the last, its COMMIT: all of them are there or none is, and when they are sent again each is there once.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { hush, let_go, own_stack } from './own.mjs'

const own = await own_stack('campus-killed', { set: ['serve.web_workers=8', 'serve.gate_workers=1', 'serve.book_workers=1', 'serve.mark_workers=8', 'serve.outside_workers=1'], faults: true })
const { sql } = await import('./lib.mjs')
const { as, HOUR, iso, new_member, ok, refused, unique, until } = await import('./world.mjs')

const gatehouse = (...words) => promisify(execFile)(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...words]) // its database is reached through this process
const MARKS = 2
let organizer, person, student, wake

before(async () => {
	organizer = as(await new_member('campus_organizer'))
	person = await new_member('student')
	student = as(person)
	wake = await hush(own)
})
after(async () => {
	own.between.arm()
	wake()
	await own.stop()
})

// Marks of events that are new.
async function scanned() {
	const items = []

	for (let i = 0; i < MARKS; i++) {
		const event = ok(await organizer.post('/api/campus/events/', { title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now()), end_datetime: iso(Date.now() + HOUR),
			required_steps: ['qr'], qr_rotates: false, allow_offline: true }), 201)
		items.push({ client_id: randomUUID(), qr_token: ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)).qr_token, scanned_at: iso(Date.now()) })
	}
	return items
}
const send = (items) => student.post('/api/campus/attendance/sync/', { device_time: iso(Date.now()), items })
const stored = (items) => sql(`SELECT COUNT(*), COALESCE(SUM((SELECT COUNT(*) FROM attendance_change c WHERE c.attendance_id = a.id)), 0), COALESCE(SUM(a.state = 'submitted'), 0)
	FROM attendance a WHERE a.client_id IN (${items.map(({ client_id }) => `UNHEX('${client_id.replaceAll('-', '')}')`)}) OR a.state = 'started'`)[0].join(' ')

test('a code that is forged is known by itself: nothing is looked up for it, and that it was shown is kept', async () => {
	const [{ qr_token }] = await scanned(), last = qr_token.at(-2), forged = `${qr_token.slice(0, -2)}${last === 'A' ? 'B' : 'A'}${qr_token.at(-1)}`
	const shown = () => Number(sql(`SELECT COUNT(*) FROM qr_scan WHERE account_id = ${person.user.id}`)[0][0]), before_it = shown()
	const scan = (token) => student.post('/api/campus/attendance/verify-qr/', { qr_token: token })

	own.between.arm({ of: /\bcampus_|\battendance\b/, code: 1205, message: 'not to be asked' })
	refused(await scan(forged), 400, 'QR_INVALID')
	assert.equal(own.between.hit, undefined)
	assert.equal(shown(), before_it + 1)
	// One that is good is looked up.
	assert.equal((await scan(qr_token)).status, 503)
	assert.match(own.between.hit, /campus_/)
	own.between.arm()
	sql(`DELETE FROM attendance WHERE account_id = ${person.user.id}`)
})

test('killed at any statement, all marks of a batch are taken or none, and sent again each is there once', async () => {
	const { between } = own, kill = (pid) => process.kill(pid, 'SIGKILL'), ends = { none: 0, all: 0 }, whole = `${MARKS} ${MARKS} ${MARKS}`
	let items = await scanned()

	between.arm({ at: Infinity })
	ok(await send(items))
	sql('UPDATE session SET seen_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR') // noted once a minute, or not
	items = await scanned()
	between.arm({ at: Infinity, kill })
	ok(await send(items))
	const { statements } = between, nth = between.asked.filter((one) => one === 'COMMIT').length

	assert.ok(statements > 20, `${statements} statements`)
	for (let at = 1; at <= statements + 1; at++) {
		items = await scanned()
		const late = at > statements, what = late ? 'after the last' : `before statement ${at}`

		between.arm({ ...late ? { of: /^COMMIT$/, nth, late } : { at }, kill }) // a young worker asks more before
		await send(items).catch(() => {})
		assert.ok(between.hit, `${what}: none was`)
		const done = `${what}, ${between.hit}`
		between.arm()
		await until('the database let its transaction go', let_go)

		const now = stored(items)
		assert.ok(['0 0 0', whole].includes(now), `${done}: ${now}`)
		ends[now === whole ? 'all' : 'none']++
		assert.deepEqual(ok(await send([...items].reverse())).results.map(({ verdict }) => verdict), Array(MARKS).fill('accepted'), done)
		assert.equal(stored(items), whole, done)
	}
	assert.ok(ends.none > 10 && ends.all > 0, `it was killed on both sides of its COMMIT: ${JSON.stringify(ends)}`)
	// Jobs rest here, who number invoices soon after a sale.
	sql('UPDATE job SET due_at = UTC_TIMESTAMP(3), lease = NULL')
	await gatehouse('jobs', '--once')
	await gatehouse('audit')
})
