// The code on the wall: who shows it, what it is, when it is dead, and how a mark begins by it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { api, sql } from './lib.mjs'
import { as, HOUR, in_transaction, iso, new_member, ok, refused, unique, until, until_met } from './world.mjs'

const MINUTE = 60_000, EVENTS = '/api/campus/events/', SCAN = '/api/campus/attendance/verify-qr/'
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const make = async (more = {}) => ok(await organizer.post(EVENTS, {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ['qr', 'location'], latitude: 41, longitude: 29, ...more
}), 201)
const code_of = async (event, who = organizer) => ok(await who.get(`${EVENTS}${event.id}/qr/`))
const scans = (person) => sql(`SELECT ok, reason, event_id IS NOT NULL, typed FROM qr_scan WHERE account_id = ${person.user.id} ORDER BY id`).map((row) => row.join(' '))
let organizer, other_organizer, supervisor, hr, foreign, shown

before(async () => {
	organizer = as(await new_member('campus_organizer'))
	other_organizer = as(await new_member('campus_organizer'))
	supervisor = as(await new_member('supervisor'))
	hr = as(await new_member('hr'))
	foreign = as(await new_member('hr', { campus: 2 }))
	const event = await make({ typed_code: true })
	shown = { event, code: await code_of(event) }
})

test('a code is told in all its forms, and shows by itself where a picture is asked for', async () => {
	const event = await make({ typed_code: true }), code = await code_of(event)

	assert.match(code.qr_token, /^GHA1\.[\w-]{51}$/)
	assert.equal(new URL(code.url).pathname, `/campus/m/${code.qr_token}`)
	assert.match(code.qr_image, /^data:image\/png;base64,iVBOR/)
	assert.equal(code.qr_image.split(',')[1], code.qr_image_base64)
	assert.match(code.svg, /<svg/)
	assert.match(code.typed_code, /^[0-9A-HJKMNP-TV-Z]{8}$/)
	assert.deepEqual([code.event_id, code.title], [event.id, event.title])
	assert.ok(code.refresh_in_ms > 0 && code.refresh_in_ms <= 15_000)
	assert.equal(Date.parse(code.expires_at) % 15_000, 5_000)
	assert.equal(code.counts.attended, 0)
	assert.ok(code.counts.expected > 0)
	const picture = await organizer.get(`${EVENTS}${event.id}/qr/`, { headers: { accept: 'image/png' } })
	assert.equal(picture.headers.get('content-type'), 'image/png')
	assert.match(picture.headers.get('cache-control'), /no-store/)
})

test('who may show a code, and who may raise it', async () => {
	const event = await make(), student = as(await new_member('student')), at = `${EVENTS}${event.id}/qr/`

	for (const who of [organizer, supervisor, hr])
		ok(await who.get(at))
	for (const who of [other_organizer, foreign])
		assert.equal((await who.get(at)).status, 404)
	const no = await student.get(at)
	assert.deepEqual([no.status, no.body.code, typeof no.body.error], [403, 'permission_denied', 'string'])
	assert.equal((await api('GET', at)).status, 401)
	assert.equal((await supervisor.post(`${at}refresh/`)).status, 403)
	assert.equal((await student.post(`${at}refresh/`)).status, 403)
	assert.equal((await foreign.post(`${at}refresh/`)).status, 404)
	ok(await hr.post(`${at}refresh/`))
})

test('a mark begins by a code, once, and goes on by the next', async () => {
	const event = await make(), code = await code_of(event), person = await new_member('student'), student = as(person)
	const begun = ok(await student.post(SCAN, { qr_token: code.qr_token }))

	assert.deepEqual([begun.event.id, begun.event.title, begun.event.location, begun.event.location_radius, begun.event.latitude], [event.id, event.title, 'Hall A', 100, 41])
	assert.deepEqual([begun.student.student_id, begun.student.full_name, begun.next_step, begun.phase], [person.username, 'Mo Member', 'location_verification', 'open'])
	assert.deepEqual(begun.required_steps, ['qr', 'location'])
	assert.ok(Date.parse(begun.session_expires_at) - Date.parse(begun.server_time) === 10 * MINUTE)
	assert.equal(ok(await student.post(SCAN, { qr_token: code.url })).attendance_id, begun.attendance_id)
	ok(await student.post('/api/campus/attendance/submit/', { event_id: event.id, latitude: 41.0001, longitude: 29, accuracy: 9 }), 201)
	const twice = refused(await student.post(SCAN, { qr_token: code.qr_token }), 400, 'DUPLICATE')
	assert.deepEqual([typeof twice.body.duplicate, typeof twice.body.error], ['string', 'string'])
	assert.deepEqual(scans(person), ['1  1 0', '1  1 0', '0 DUPLICATE 1 0'])
	assert.equal((await code_of(event)).counts.attended, 1)
	assert.equal(sql(`SELECT COUNT(*) FROM attendance WHERE event_id = (SELECT id FROM campus_event WHERE uuid = ${hex(event.id)})`)[0][0], '1')
})

test('of two first codes of one person at once one makes the attempt, and the other goes on with it', async () => {
	const event = await make(), { qr_token } = await code_of(event), student = as(await new_member('student'))
	// A row waits for its event's, so both have found by then that there is none.
	const commit = await in_transaction(`SELECT id FROM campus_event WHERE uuid = ${hex(event.id)} FOR UPDATE`)
	const asked = Promise.all([1, 2].map(() => student.post(SCAN, { qr_token })))

	await until_met(asked, 'INSERT INTO attendance (', 2)
	await commit()
	const [one, other] = (await asked).map((answer) => ok(answer))
	assert.equal(one.attendance_id, other.attendance_id)
	assert.equal(sql(`SELECT COUNT(*) FROM attendance WHERE event_id = (SELECT id FROM campus_event WHERE uuid = ${hex(event.id)})`)[0][0], '1')
})

test('a code that is forged, raised, of an event that is gone, early or over is refused, and each is kept', async () => {
	const person = await new_member('student'), student = as(person), event = await make(), { qr_token } = await code_of(event)
	const early = await make({ start_datetime: iso(Date.now() + 2 * HOUR), end_datetime: iso(Date.now() + 3 * HOUR) })
	const over = await make({ start_datetime: iso(Date.now() - 2 * HOUR), end_datetime: iso(Date.now() - HOUR) })
	const gone = await make(), gone_code = (await code_of(gone)).qr_token

	ok(await organizer.post(`${EVENTS}${event.id}/qr/refresh/`))
	assert.equal((await organizer.delete(`${EVENTS}${gone.id}/`)).status, 204)
	refused(await student.post(SCAN, {}), 400, 'QR_REQUIRED')
	for (const forged of [qr_token.slice(0, -2) + (qr_token.endsWith('AA') ? 'BB' : 'AA'), qr_token.toLowerCase(), 'x'.repeat(10_000), qr_token, gone_code])
		refused(await student.post(SCAN, { qr_token: forged }), 400, 'QR_INVALID')
	const soon = refused(await student.post(SCAN, { qr_token: (await code_of(early)).qr_token }), 400, 'NOT_OPEN')
	assert.deepEqual([soon.body.opens_at, typeof soon.body.timing], [early.opens_at, 'string'])
	refused(await student.post(SCAN, { qr_token: (await code_of(over)).qr_token }), 400, 'CLOSED')
	assert.deepEqual(scans(person), ['0 QR_INVALID 0 0', '0 QR_INVALID 0 0', '0 QR_INVALID 0 0', '0 QR_INVALID 1 0', '0 QR_INVALID 0 0', '0 NOT_OPEN 1 0', '0 CLOSED 1 0'])
	assert.equal(sql(`SELECT COUNT(*) FROM attendance WHERE account_id = ${person.user.id}`)[0][0], '0')
})

test('who is not expected is told so, and who fails ten times waits', async () => {
	const event = await make({ audience: [{ rule: 'department', value: 2 }] }), person = await new_member('student'), student = as(person)

	const no = await student.post(SCAN, { qr_token: (await code_of(event)).qr_token })
	assert.deepEqual([no.status, no.body.code], [403, 'not_expected'])
	for (let i = 1; i < 10; i++)
		refused(await student.post(SCAN, { qr_token: `GHA1.${i}` }), 400, 'QR_INVALID')
	const wait = await student.post(SCAN, { qr_token: 'GHA1.x' })
	assert.deepEqual([wait.status, wait.body.code, Number(wait.headers.get('retry-after')) > 0], [429, 'throttled', true])
	ok(await as(await new_member('student', { department: 2 })).post(SCAN, { qr_token: (await code_of(event)).qr_token }))
})

test('a code is typed where the event has it so, is known without the event, and leaves a flag', async () => {
	const person = await new_member('student'), student = as(person), event = await make({ typed_code: true }), plain = await make()
	const { typed_code } = await code_of(event), loose = `${typed_code.slice(0, 4).toLowerCase()}-${typed_code.slice(4)}`

	assert.equal((await code_of(plain)).typed_code, undefined)
	refused(await student.post(SCAN, { qr_token: typed_code, event_id: plain.id }), 400, 'QR_INVALID')
	const begun = ok(await student.post(SCAN, { qr_token: loose }))
	assert.equal(begun.event.id, event.id)
	assert.deepEqual(sql(`SELECT f.code, f.severity FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(begun.attendance_id)}`), [['typed_code', 'info']])
	assert.deepEqual(scans(person), ['0 QR_INVALID 0 1', '1  1 1'])
})

test('a printed code does not turn, and is over when it is said to be', async () => {
	const event = await make({ qr_rotates: false }), student = as(await new_member('student')), code = await code_of(event)

	assert.deepEqual([code.refresh_in_ms, code.expires_at], [null, event.closes_at])
	assert.equal((await code_of(event)).qr_token, code.qr_token)
	ok(await student.post(SCAN, { qr_token: code.qr_token }))
	const until_then = iso(Date.now() - MINUTE), changed = (qr_expires_at) => organizer.patch(`${EVENTS}${event.id}/`, { qr_expires_at })
	assert.equal(event.qr_expires_at, null)
	assert.equal(ok(await changed(until_then)).qr_expires_at, until_then)
	assert.equal((await code_of(event)).expires_at, until_then)
	refused(await student.post(SCAN, { qr_token: code.qr_token }), 400, 'QR_EXPIRED')
	assert.deepEqual(Object.keys(refused(await changed(event.opens_at), 422, 'VALIDATION_ERROR').errors), ['qr_expires_at'])
	assert.equal(ok(await changed(null)).qr_expires_at, null)
	ok(await student.post(SCAN, { qr_token: code.qr_token }))
})

test('a second code counts when it is later, soon and in its turn; what lapsed begins anew', async () => {
	const event = await make({ rescan: true, required_steps: ['qr', 'location'] }), student = as(await new_member('student'))
	const scan = async () => ok(await student.post(SCAN, { qr_token: (await code_of(event)).qr_token }))
	const begun = await scan(), back = (more) => sql(`UPDATE attendance SET ${more} WHERE uuid = ${hex(begun.attendance_id)}`)

	assert.equal(ok(await student.post('/api/campus/attendance/verify-location/', { event_id: event.id, latitude: 41, longitude: 29.0001 })).next_step, 'rescan')
	// Too late to be the second it is the first of another two, with the place between them.
	back('qr_step = qr_step - 20, qr_at = qr_at - INTERVAL 91 SECOND')
	assert.equal((await scan()).next_step, 'location_verification')
	assert.equal(sql(`SELECT qr_at > UTC_TIMESTAMP(3) - INTERVAL 60 SECOND FROM attendance WHERE uuid = ${hex(begun.attendance_id)}`)[0][0], '1')
	assert.equal(ok(await student.post('/api/campus/attendance/verify-location/', { event_id: event.id, latitude: 41, longitude: 29.0001 })).next_step, 'rescan')
	back('qr_at = UTC_TIMESTAMP(3), qr_step = qr_step + 40')
	assert.equal((await scan()).next_step, 'rescan')
	back('qr_step = qr_step - 60')
	assert.equal((await scan()).next_step, 'submit')
	back('session_at = session_at - INTERVAL 11 MINUTE, qr_at = qr_at - INTERVAL 11 MINUTE')
	const anew = await scan()
	assert.deepEqual([anew.attendance_id, anew.next_step], [begun.attendance_id, 'location_verification'])
	assert.equal(sql(`SELECT qr_at = session_at FROM attendance WHERE uuid = ${hex(begun.attendance_id)}`)[0][0], '1')
})

test('a code is good until it is said to be over, and no longer', async () => {
	const { event, code } = shown, person = await new_member('student'), student = as(person), over = Date.parse(code.expires_at)

	// It was shown as this file began: what is left of its twenty seconds goes by.
	await until('its time is over', () => Date.now() > over)
	refused(await student.post(SCAN, { qr_token: code.qr_token }), 400, 'QR_EXPIRED')
	// Eight letters say nothing of when they were shown.
	refused(await student.post(SCAN, { qr_token: code.typed_code, event_id: event.id }), 400, 'QR_INVALID')
	refused(await student.post('/api/campus/attendance/submit/', { qr_token: code.url, latitude: 41, longitude: 29 }), 400, 'QR_EXPIRED')
	assert.deepEqual(scans(person), ['0 QR_EXPIRED 1 0', '0 QR_INVALID 0 1', '0 QR_EXPIRED 1 0'])
	assert.equal(sql(`SELECT COUNT(*) FROM attendance WHERE account_id = ${person.user.id}`)[0][0], '0')
	ok(await student.post(SCAN, { qr_token: (await code_of(event)).qr_token }))
})

test('what is known of oneself is told to fill a form', async () => {
	const person = await new_member('student'), filled = ok(await as(person).get('/api/campus/attendance/student-autofill/'))

	assert.deepEqual([filled.student_id, filled.email, filled.full_name, filled.year_level], [person.username, person.email, 'Mo Member', 2])
	assert.equal((await as(person).post(SCAN, { qr_token: randomUUID() })).status, 400)
})
