// All that a campus holds on somebody, for them: as one archive, once a day, and nobody else's.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Browser, sql } from './lib.mjs'
import { upload, png } from './picture.mjs'
import { as, attendance_row, HOUR, iso, jobs_run, new_member, ok, refused, unique, until } from './world.mjs'
import { unzip } from './xlsx.mjs'

const EXPORT = '/api/campus/auth/export/', EVENTS = '/api/campus/events/', MINUTE = 60_000
const hex = (id) => `UNHEX('${id.replaceAll('-', '')}')`
let organizer

before(async () => {
	organizer = await new_member('campus_organizer')
})

const lecture = async () => ok(await as(organizer).post(EVENTS, {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 10 * MINUTE), end_datetime: iso(Date.now() + HOUR), audience: [{ rule: 'all' }]
}), 201).id

test('it has what is held of oneself, with one\'s photos, and of nobody else', async () => {
	const student = await new_member('student'), other = await new_member('student'), event = await lecture()
	const id = attendance_row(event, student, { flags: { outside: 'medium' }, latitude: 52.5, longitude: 13.3, ip: "'192.0.2.7'" }), theirs = attendance_row(event, other)

	sql(`UPDATE attendance SET session_at = UTC_TIMESTAMP(3), qr_at = UTC_TIMESTAMP(3), steps_done = '["qr"]' WHERE uuid = ${hex(id)}`)
	ok(await as(student).post('/api/campus/auth/consent/', { version: 1 }))
	ok(await as(student).post('/api/campus/attendance/upload-front-photo/', upload('photo', png(240, 240), { event_id: event })), 201)
	jobs_run('evidence')
	await until('the photo is looked at', () => sql(`SELECT 1 FROM attendance_evidence v JOIN attendance a ON a.id = v.attendance_id WHERE a.uuid = ${hex(id)} AND v.looked_at IS NOT NULL`).length)
	ok(await as(organizer).post(`/api/campus/attendance/${id}/verify/`, { decision: 'rejected', reason: 'Nobody saw you there' }))
	const answer = await as(student).get(EXPORT)

	assert.deepEqual([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')], [200, 'application/zip', 'no-store'])
	const zip = unzip(answer.bytes), { exported_at, held } = JSON.parse(zip['held.json'].toString())
	assert.deepEqual(Object.keys(zip).map((name) => name.replace(/jpg|png$/, '…')).sort(), ['attendance.csv', `front/${id}.…`, 'held.json'].sort())
	assert.match(exported_at, /Z$/)
	assert.deepEqual([held.account[0].email, held.member[0].student_id, held.member[0].consent_version, held.sessions.length], [student.email, student.username, 1, 1])
	assert.deepEqual(held.attendance.map((row) => [row.id, row.latitude, row.ip, row.verification_status]), [[id, 52.5, '192.0.2.7', 'rejected']])
	assert.deepEqual([held.decisions.map(({ reason }) => reason), held.evidence.map(({ kind }) => kind)], [['Nobody saw you there'], ['front']])
	assert.ok(held.flags.some(({ code, severity }) => code === 'outside' && severity === 'medium'))
	assert.ok(held.changes.some(({ action }) => action === 'consent'))
	assert.equal(zip['attendance.csv'].toString().trimEnd().split('\r\n').length, 2)
	for (const [name, bytes] of Object.entries(zip))
		assert.equal(bytes.includes(theirs) || bytes.includes(other.email), false, name)
	assert.doesNotMatch(zip['held.json'].toString(), /argon2|password_hash|cookie_hash|totp_secret/)
})

test('it is had once a day, by page or by program, and each is told to the audit log', async () => {
	const student = await new_member('student'), browser = new Browser()

	await browser.open('/campus/sign-in')
	await browser.send('/campus/sign-in', { username: student.username, password: student.password })
	await browser.open('/campus/account')
	assert.match(browser.html, /href="\/campus\/account\/export"/)
	await browser.open('/campus/account/export')
	assert.deepEqual([browser.status, browser.headers.get('content-type')], [200, 'application/zip'])
	const again = refused(await as(student).get(EXPORT), 429, 'RATE_LIMITED'), wait = Number(again.headers.get('retry-after'))
	assert.equal(again.body.code, 'throttled')
	assert.ok(wait > 0 && wait <= 1.1 * 86_400 + 1, `${wait}`)
	await browser.open('/campus/account/export')
	assert.equal(browser.status, 429)
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE account_id = ${student.user.id} AND action = 'export' AND after_json LIKE '%"report":"export"%'`)[0][0], '1')
	assert.equal((await as(organizer).get(EXPORT)).status, 200)
})

test('of who has very many records jobs make it', async () => {
	const student = await new_member('student'), one = (n) => ({ title: `Many ${n}`, location: 'Hall A', start_datetime: iso(Date.now() + n * HOUR), end_datetime: iso(Date.now() + (n + 1) * HOUR), audience: [] })

	ok(await as(organizer).post(`${EVENTS}bulk-create/`, { events: Array.from({ length: 201 }, (_, n) => one(n + 1)) }), 201)
	sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, state, status, verification_status, event_starts_at, submitted_at, created_at, updated_at)
		SELECT UNHEX(REPLACE(UUID(), '-', '')), e.id, ${student.user.id}, e.campus_id, 'submitted', 'present', 'verified', e.starts_at, e.starts_at, e.starts_at, e.starts_at
		FROM campus_event e WHERE e.organizer_id = ${organizer.user.id} AND e.title LIKE 'Many %' LIMIT 201`)
	const later = ok(await as(student).get(EXPORT), 202)
	jobs_run('reports')
	await until('it is made', async () => ok(await as(student).get(`/api/campus/reports/jobs/${later.report_id}/`)).status === 'done')
	const zip = unzip((await as(student).get(`/api/campus/reports/jobs/${later.report_id}/download/`)).bytes)
	assert.equal(JSON.parse(zip['held.json'].toString()).held.attendance.length, 201)
	assert.equal(zip['attendance.csv'].toString().trimEnd().split('\r\n').length, 202)
	refused(await as(organizer).get(`/api/campus/reports/jobs/${later.report_id}/`), 404, 'NOT_FOUND')
})
