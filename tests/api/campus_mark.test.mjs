// A mark: the order of its steps, where somebody is, the submit, and what it comes to.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, HOUR, iso, meanwhile, new_member, ok, refused, unique } from './world.mjs'

const AT = '/api/campus/attendance/', MINUTE = 60_000
const HERE = { latitude: 41, longitude: 29 }
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const make = async (more = {}) => ok(await organizer.post('/api/campus/events/', {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ['qr', 'location'], location_radius: 100, ...HERE, ...more
}), 201)
let organizer, person, student, other

// The attempt that a good code of so long ago would have made.
function begin(event, who = person, ago = 0) {
	const uuid = randomUUID()

	sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, event_starts_at, qr_at, qr_step, session_at, steps_done, created_at, updated_at)
		SELECT ${hex(uuid)}, id, ${who.user.id}, campus_id, starts_at, @t := UTC_TIMESTAMP(3) - INTERVAL ${ago} SECOND, 1, @t, '["qr"]', @t, @t
		FROM campus_event WHERE uuid = ${hex(event.id)}`)
	return uuid
}
const verify = (id) => sql(`UPDATE campus_member SET is_verified = 1 WHERE account_id = ${id}`)
const flags = (uuid) => sql(`SELECT f.code FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(uuid)} ORDER BY f.code`).flat()
const changes = (uuid) => Number(sql(`SELECT COUNT(*) FROM attendance_change c JOIN attendance a ON a.id = c.attendance_id WHERE a.uuid = ${hex(uuid)}`)[0][0])

before(async () => {
	organizer = as(await new_member('campus_organizer'))
	person = await new_member('student')
	student = as(person)
	other = as(await new_member('student'))
	verify(person.user.id)
})

test('a mark goes through its steps, is verified, and is one', async () => {
	const event = await make(), uuid = begin(event)

	assert.equal(ok(await student.get(`${AT}verification-feedback/?event_id=${event.id}`)).next_step, 'location_verification')
	const placed = ok(await student.post(`${AT}verify-location/`, { event_id: event.id, latitude: 41.0009, longitude: 29, accuracy: 5 }))
	assert.deepEqual([placed.location_verified, placed.result, placed.radius_m, placed.accuracy_m, placed.place, placed.next_step], [true, 'inside', 100, 5, 'Hall A', 'submit'])
	assert.ok(Math.abs(placed.distance_m - 99.949) < 0.001)
	assert.equal(ok(await student.get(`${AT}verification-feedback/?attendance_id=${uuid}`)).can_submit, true)
	const client_id = randomUUID(), done = ok(await student.post(`${AT}submit/`, { event_id: event.id, client_id }), 201)
	assert.deepEqual([done.attendance_id, done.verification_status, done.status, done.next_steps], [uuid, 'verified', 'present', []])
	assert.deepEqual(ok(await student.post(`${AT}submit/`, { event_id: event.id, client_id }), 201), done)
	const twice = refused(await student.post(`${AT}submit/`, { event: event.id }), 400, 'DUPLICATE')
	assert.equal(typeof twice.body.duplicate, 'string')
	assert.equal(changes(uuid), 1)
	assert.equal(ok(await student.post(`${AT}verification-feedback/`, { event_id: event.id })).next_step, 'complete')
})

test('fifty submits at once make one record', async () => {
	const event = await make({ required_steps: ['qr'] }), uuid = begin(event)
	const answers = await Promise.all(Array.from({ length: 50 }, () => student.post(`${AT}submit/`, { event_id: event.id })))

	assert.equal(answers.filter((one) => one.status === 201).length, 1)
	assert.equal(answers.filter((one) => one.status === 400 && one.body.code === 'duplicate' && one.body.duplicate).length, 49)
	assert.equal(changes(uuid), 1)
})

test('a submit that comes up against another is refused by what that has made', async () => {
	const event = await make({ required_steps: ['qr'] }), uuid = begin(event)
	const answer = await meanwhile(`UPDATE attendance SET state = 'submitted', status = 'present', verification_status = 'verified', submitted_at = NOW(3),
		version = version + 1 WHERE uuid = ${hex(uuid)}`, () => student.post(`${AT}submit/`, { event_id: event.id, notes: 'mine' }))

	refused(answer, 400, 'DUPLICATE')
	assert.equal(changes(uuid), 0)
	assert.deepEqual(sql(`SELECT version, COALESCE(notes, 'none') FROM attendance WHERE uuid = ${hex(uuid)}`), [['2', 'none']])
})

test('a code that comes along with the submit begins the mark in the same step, and fifty of one name are one', async () => {
	const event = await make({ required_steps: ['qr', 'location'] }), client_id = randomUUID()
	const { qr_token } = ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)), body = { event: event.id, qr_token, client_id, ...HERE, accuracy: 9, device_id: 'mine' }
	const answers = await Promise.all(Array.from({ length: 50 }, () => student.post(`${AT}submit/`, body)))

	assert.deepEqual([...new Set(answers.map((one) => one.status))], [201])
	assert.equal(new Set(answers.map((one) => JSON.stringify(one.body))).size, 1)
	const done = answers[0].body
	assert.deepEqual([done.verification_status, done.status, done.next_steps, done.flags], ['verified', 'present', [], []])
	assert.equal(changes(done.attendance_id), 1)
	assert.deepEqual(sql(`SELECT COUNT(*), SUM(device IS NOT NULL) FROM attendance WHERE event_id = (SELECT id FROM campus_event WHERE uuid = ${hex(event.id)})`), [['1', '1']])
	// The code is no good any more: the same mark is still answered, another is refused.
	sql(`UPDATE campus_event SET qr_generation = qr_generation + 1 WHERE uuid = ${hex(event.id)}`)
	assert.deepEqual(ok(await student.post(`${AT}submit/`, body), 201), done)
	refused(await student.post(`${AT}submit/`, { ...body, client_id: randomUUID() }), 400, 'QR_INVALID')
})

test('a code of another event, or none that is good, submits nothing', async () => {
	const event = await make({ required_steps: ['qr'] }), elsewhere = await make({ required_steps: ['qr'] })
	const { qr_token } = ok(await organizer.get(`/api/campus/events/${elsewhere.id}/qr/`))
	const records = () => sql(`SELECT COUNT(*) FROM attendance a JOIN campus_event e ON e.id = a.event_id WHERE e.uuid IN (${hex(event.id)}, ${hex(elsewhere.id)})`)[0][0]

	refused(await student.post(`${AT}submit/`, { event_id: event.id, qr_token }), 400, 'QR_INVALID')
	refused(await student.post(`${AT}submit/`, { event_id: event.id, qr_token: 'GHA1.nonsense' }), 400, 'QR_INVALID')
	assert.equal(records(), '0')
	// The event is the code's where none is named.
	assert.equal(ok(await student.post(`${AT}submit/`, { qr_token }), 201).status, 'present')
	assert.equal(records(), '1')
})

test('a mark whose code alone says which event it is for is answered alike when it comes again, however old the code is by then', async () => {
	const event = await make({ required_steps: ['qr'] }), { qr_token } = ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)), body = { qr_token, client_id: randomUUID() }
	const done = ok(await student.post(`${AT}submit/`, body), 201)

	sql(`UPDATE campus_event SET qr_generation = qr_generation + 1 WHERE uuid = ${hex(event.id)}`)
	assert.deepEqual(ok(await student.post(`${AT}submit/`, body), 201), done)
	refused(await student.post(`${AT}submit/`, { qr_token, client_id: randomUUID() }), 400, 'QR_INVALID')
	// Nobody is told that they are marked at an event by what they sent for another.
	const elsewhere = await make({ required_steps: ['qr'] }), code = ok(await organizer.get(`/api/campus/events/${elsewhere.id}/qr/`))
	for (const more of [{}, { event_id: event.id }, { event_id: elsewhere.id }])
		refused(await student.post(`${AT}submit/`, { ...body, ...more, qr_token: code.qr_token }), 400, 'CLIENT_ID_USED')
	assert.equal(ok(await student.post(`${AT}submit/`, { qr_token: code.qr_token }), 201).status, 'present')
})

test('a submit that is refused for what is still missing has begun the attempt, and its code was shown', async () => {
	const event = await make({ strict_steps: true }), { qr_token } = ok(await organizer.get(`/api/campus/events/${event.id}/qr/`))

	refused(await student.post(`${AT}submit/`, { event_id: event.id, qr_token }), 400, 'STEPS')
	assert.equal(sql(`SELECT COUNT(*) FROM qr_scan WHERE ok = 1 AND event_id = (SELECT id FROM campus_event WHERE uuid = ${hex(event.id)})`)[0][0], '1')
	ok(await student.post(`${AT}verify-location/`, { event_id: event.id, ...HERE, accuracy: 5 }))
	assert.equal(ok(await student.post(`${AT}submit/`, { event_id: event.id }), 201).verification_status, 'verified')
})

test('each step says how it stands, when it was taken and what to do', async () => {
	const event = await make({ required_steps: ['qr', 'location', 'front_photo'] })

	begin(event)
	ok(await student.post(`${AT}verify-location/`, { event_id: event.id, latitude: 41, longitude: 29.0012, accuracy: 1e7, captured_at: iso(Date.now() - 3 * MINUTE) }))
	const { steps } = ok(await student.get(`${AT}verification-feedback/?event_id=${event.id}`)), of = (word) => steps.find(({ step }) => step === word)
	assert.deepEqual([of('qr').status, of('qr').message, typeof of('qr').at], ['done', 'This is done.', 'string'])
	assert.deepEqual([of('location').status, of('location').message.includes('not known exactly enough'), typeof of('location').at], ['failed', true, 'string'])
	assert.deepEqual([of('front_photo').status, of('front_photo').message, of('front_photo').at], ['missing', 'Take a photo of yourself.', null])
	const done = ok(await student.post(`${AT}submit/`, { event_id: event.id }), 201)
	assert.deepEqual(done.flags.map(({ code }) => code), ['unusable'])
	assert.deepEqual(flags(done.attendance_id), ['clock', 'unusable'])
})

test('staff find a student by their number, in their scope', async () => {
	const number = person.username, ask = async (role, more) => as(await new_member(role, more)).get(`${AT}student-autofill/?student_id=${number}`)
	const mine = (answer) => assert.equal(ok(answer).student_id, number)

	mine(await ask('supervisor'))
	mine(await ask('hr'))
	refused(await ask('supervisor', { department: 2 }), 404, 'NOT_FOUND')
	refused(await ask('hr', { campus: 2 }), 404, 'NOT_FOUND')
	// A student is told of themselves alone.
	assert.notEqual(ok(await other.get(`${AT}student-autofill/?student_id=${number}`)).student_id, number)
})

test('a step before its turn, without a code, too late or of another\'s attempt is refused', async () => {
	const event = await make({ required_steps: ['qr', 'location', 'front_photo'], strict_steps: true })

	refused(await student.post(`${AT}submit/`, { event_id: event.id }), 400, 'QR_REQUIRED')
	const uuid = begin(event)
	const early = refused(await student.post(`${AT}submit/`, { event_id: event.id }), 400, 'STEPS')
	assert.equal(early.body.next_step, 'location_verification')
	assert.equal((await other.post(`${AT}verify-location/`, { attendance_id: uuid, ...HERE })).status, 404)
	assert.equal((await student.post(`${AT}verify-location/`, { event_id: randomUUID(), ...HERE })).status, 404)
	sql(`UPDATE attendance SET session_at = session_at - INTERVAL 11 MINUTE WHERE uuid = ${hex(uuid)}`)
	refused(await student.post(`${AT}verify-location/`, { event_id: event.id, ...HERE }), 400, 'QR_REQUIRED')
	assert.equal(changes(uuid), 0)
})

test('who scanned late is late, and what is missing is named', async () => {
	const event = await make({ required_steps: ['qr', 'front_photo'], late_after_minutes: 1 }), uuid = begin(event)
	const done = ok(await student.post(`${AT}submit/`, { event_id: event.id }), 201)

	assert.deepEqual([done.status, done.verification_status, done.next_steps], ['late', 'pending', ['front_photo']])
	assert.equal(changes(uuid), 1)
})

test('a place outside sends to a person, or is refused where it is required', async () => {
	const event = await make(), uuid = begin(event), away = { latitude: 41, longitude: 29.0012, accuracy: 0 }

	assert.equal(ok(await student.post(`${AT}verify-location/`, { event_id: event.id, ...away })).result, 'outside')
	assert.equal(ok(await student.post(`${AT}submit/`, { event_id: event.id }), 201).verification_status, 'pending')
	assert.deepEqual(flags(uuid), ['accuracy_zero', 'outside'])
	const strict = await make({ location_mode: 'require' })
	begin(strict)
	const no = refused(await student.post(`${AT}submit/`, { event_id: strict.id, ...away }), 400, 'LOCATION')
	assert.equal(typeof no.body.location, 'string')
	for (let i = 1; i < 5; i++)
		refused(await student.post(`${AT}verify-location/`, { event_id: strict.id, ...away }), 400, 'LOCATION')
	refused(await student.post(`${AT}verify-location/`, { event_id: strict.id, ...HERE }), 400, 'TOO_MANY_TRIES')
	// An attempt that lapsed begins anew with its next code.
	sql(`UPDATE attendance SET session_at = session_at - INTERVAL 11 MINUTE WHERE event_id = (SELECT id FROM campus_event WHERE uuid = ${hex(strict.id)})`)
	ok(await student.post(`${AT}verify-qr/`, { qr_token: ok(await organizer.get(`/api/campus/events/${strict.id}/qr/`)).qr_token }))
	assert.equal(ok(await student.post(`${AT}verify-location/`, { event_id: strict.id, ...HERE })).result, 'inside')
})

test('who told their place five times has told it, and where it is only recorded nothing is said of it', async () => {
	const event = await make({ location_mode: 'record' }), uuid = begin(event), away = { latitude: 41, longitude: 29.0012 }

	for (let i = 0; i < 5; i++)
		assert.equal(ok(await student.post(`${AT}verify-location/`, { event_id: event.id, ...away })).result, 'outside')
	assert.equal(ok(await student.post(`${AT}submit/`, { event_id: event.id, ...away }), 201).verification_status, 'verified')
	assert.deepEqual(flags(uuid), [])
})

test('a place that is none is a fault of its field, and one that is too inexact says nothing', async () => {
	const event = await make(), uuid = begin(event)

	for (const wrong of [{ latitude: 91, longitude: 0 }, { latitude: 'NaN', longitude: 0 }, { latitude: 'north', longitude: 0 }, { latitude: 1 }, { ...HERE, accuracy: -1 }])
		assert.equal((await student.post(`${AT}verify-location/`, { event_id: event.id, ...wrong })).status, 400, JSON.stringify(wrong))
	assert.equal((await student.post(`${AT}verify-location/`, undefined, { bytes: `{"event_id":"${event.id}","latitude":1e999,"longitude":0}`, headers: { 'content-type': 'application/json' } })).status, 400)
	assert.equal((await student.post(`${AT}submit/`, { event_id: event.id, latitude: 1 })).status, 400)
	const { qr_token } = ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)), shown = () => sql(`SELECT COUNT(*) FROM qr_scan WHERE account_id = ${person.user.id}`)[0][0], had = shown()
	for (const [missing, place] of [['longitude', { latitude: 1 }], ['latitude', { longitude: 1, accuracy: 1 }]])
		assert.deepEqual(Object.keys(refused(await student.post(`${AT}verify-qr/`, { qr_token, ...place }), 422, 'VALIDATION_ERROR').errors), [missing])
	assert.equal(shown(), had)
	assert.equal(sql(`SELECT place_tries FROM attendance WHERE uuid = ${hex(uuid)}`)[0][0], '0')
	assert.equal(ok(await student.post(`${AT}verify-location/`, { event_id: event.id, ...HERE, accuracy: 1e7 })).result, 'unusable')
	const done = ok(await student.post(`${AT}submit/`, { event_id: event.id }), 201)
	assert.deepEqual([done.verification_status, flags(uuid)], ['pending', ['at_the_pin', 'unusable']])
})

test('a mark of an account that the campus has not verified waits for a person, and says why', async () => {
	const event = await make(), who = await new_member('student'), they = as(who)
	const marked = async (one, uuid = begin(one, who)) => {
		ok(await they.post(`${AT}verify-location/`, { event_id: one.id, latitude: 41.0005, longitude: 29, accuracy: 5 }))
		return [ok(await they.post(`${AT}submit/`, { event_id: one.id }), 201).verification_status, flags(uuid)]
	}

	assert.deepEqual(await marked(event), ['pending', ['unverified_account']])
	assert.deepEqual(sql(`SELECT DISTINCT severity FROM attendance_flag WHERE code = 'unverified_account'`), [['medium']])
	verify(who.user.id)
	assert.deepEqual(await marked(await make()), ['verified', []])
})

test('what is staff\'s or the program\'s to say is ignored, and named', async () => {
	const NAMES = ['is_verified', 'role', 'student', 'submitted_at', 'verification_status'], said = { role: 'admin', verification_status: 'verified', is_verified: true, student: 1, submitted_at: '2020-01-01T00:00:00Z' }
	const late = { late_after_minutes: 1 }, who = await new_member('student'), form = new FormData()
	const looked_at = (event, answer) => {
		assert.deepEqual(answer.headers.get('x-ignored-fields').split(', ').sort(), NAMES)
		const { attendance_id, submitted_at, status, verification_status } = ok(answer, 201)
		assert.deepEqual([status, verification_status, Math.abs(Date.parse(submitted_at) - Date.now()) < MINUTE], ['late', 'pending', true])
		assert.deepEqual(sql(`SELECT a.account_id, m.is_verified, (SELECT GROUP_CONCAT(role) FROM account_role r WHERE r.account_id = a.account_id) FROM attendance a JOIN campus_member m ON m.account_id = a.account_id
			WHERE a.uuid = ${hex(attendance_id)}`), [[String(who.user.id), '0', 'student']])
	}

	for (const as_form of [false, true]) {
		const event = await make({ required_steps: ['qr'], ...late })

		begin(event, who)
		for (const [name, value] of Object.entries({ event: event.id, ...said }))
			form.set(name, String(value))
		looked_at(event, await as(who).post(`${AT}submit/`, as_form ? form : { event: event.id, ...said }))
	}
})
