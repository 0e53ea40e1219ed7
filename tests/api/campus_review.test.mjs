// What people decide of records of attendance: who may, once, with a reason; appeals for another person; marks by hand and by card; who is missing.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { messages, sql } from './lib.mjs'
import { as, attendance_row, DAY, HOUR, iso, jobs_run, new_member, ok, refused, unique, until } from './world.mjs'

const RECORDS = '/api/campus/attendance/', EVENTS = '/api/campus/events/', MINUTE = 60_000
const one = (id, what = '') => `${RECORDS}${id}/${what}`, hex = (id) => `UNHEX('${id.replaceAll('-', '')}')`
const because = (more) => ({ reason: 'Seen on the list at the door', ...more })
const now = Date.now()
let people, does, event

const make = async (who, more) => ok(await does[who].post(EVENTS, {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR), audience: [{ rule: 'all' }], ...more
}), 201).id
const told = (id) => Number(sql(`SELECT COUNT(*) FROM attendance_change c JOIN attendance a ON a.id = c.attendance_id WHERE a.uuid = ${hex(id)}`)[0][0])
const held_rows = (id) => sql(`SELECT held FROM attendance WHERE uuid = ${hex(id)}`)[0][0]

before(async () => {
	people = {
		admin: await new_member('campus_admin', { campus: null }), hr: await new_member('hr'), hr2: await new_member('hr', { campus: 2 }),
		organizer: await new_member('campus_organizer', { department: 2 }), other_organizer: await new_member('campus_organizer'),
		supervisor: await new_member('supervisor'), elsewhere: await new_member('supervisor', { department: 2 }), student: await new_member('student'), second: await new_member('student')
	}
	does = Object.fromEntries(Object.entries(people).map(([name, person]) => [name, as(person)]))
	event = await make('organizer')
})

test('a decision: with a reason, told to whose it is, and in the history; once for one version', async () => {
	const id = attendance_row(event, people.student, { flags: { outside: 'medium' } }), before = told(id)
	const done = ok(await does.organizer.post(one(id, 'verify/'), because({ decision: 'rejected', status: 'absent', version: 1 })))

	assert.deepEqual([done.verification_status, done.status, done.version], ['rejected', 'absent', 2])
	assert.deepEqual(done.decisions.map((d) => [d.act, d.by, d.from_status, d.to_status, d.from_verification_status, d.to_verification_status, d.reason]),
		[['verify', people.organizer.user.id, 'present', 'absent', 'pending', 'rejected', 'Seen on the list at the door']])
	assert.equal(told(id), before + 1)
	refused(await does.organizer.post(one(id, 'verify/'), because({ decision: 'verified', version: 1 })), 409, 'CHANGED_MEANWHILE')
	assert.equal((await does.organizer.post(one(id, 'verify/'), because({ decision: 'verified', version: 1 }))).body.current.version, 2)
	assert.equal(ok(await does.supervisor.post(one(id, 'verify/'), because({ verification_status: 'verified', status: 'present' }))).verification_status, 'verified')
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'attendance' AND action = 'verify' AND noun_id = (SELECT id FROM attendance WHERE uuid = ${hex(id)})`)[0][0], '2')
	jobs_run('outbox')
	await until('both are told', async () => (await messages(people.student.email)).filter((m) => m.body.includes('Seen on the list at the door') && m.body.includes(`/campus/attendance/${id}`)).length === 2)
})

test('a decision says what came of the flags, an appeal opens them again; what comes later stays open', async () => {
	const id = attendance_row(await make('organizer'), people.student, { flags: { outside: 'medium', typed_code: 'info' } })
	const came_of = async () => Object.fromEntries(ok(await does.hr.get(one(id))).flags.map((flag) => [flag.code, flag.resolution]))

	assert.deepEqual(await came_of(), { outside: null, typed_code: null })
	ok(await does.organizer.post(one(id, 'verify/'), because({ decision: 'rejected' })))
	assert.deepEqual(await came_of(), { outside: 'confirmed', typed_code: null })
	ok(await does.student.post(one(id, 'appeal/'), because()))
	assert.deepEqual(await came_of(), { outside: null, typed_code: null })
	ok(await does.hr.post(one(id, 'verify/'), because({ decision: 'verified' })))
	assert.deepEqual(await came_of(), { outside: 'dismissed', typed_code: null })
})

test('where exactly somebody was is for hr and admins, and each look is in the audit log', async () => {
	const here = await make('organizer'), id = attendance_row(here, people.student, { latitude: '52.5', longitude: '13.5', ip: "'192.0.2.1'" }), bare = attendance_row(here, people.second)
	const looks = (of = id) => sql(`SELECT account_id FROM audit_log WHERE noun = 'attendance' AND action = 'look' AND noun_id = (SELECT id FROM attendance WHERE uuid = ${hex(of)})`).map(([who]) => Number(who))

	for (const who of ['student', 'organizer', 'supervisor'])
		assert.equal('latitude' in ok(await does[who].get(one(id))), false)
	assert.deepEqual(looks(), [])
	assert.equal(ok(await does.hr.get(one(id))).latitude, 52.5)
	assert.deepEqual(looks(), [people.hr.user.id])
	ok(await does.hr.get(one(bare)))
	assert.deepEqual(looks(bare), [])
})

test('of decisions that come at once one is made', async () => {
	for (let round = 0; round < 5; round++) {
		const id = attendance_row(await make('organizer'), people.second), who = ['organizer', 'supervisor', 'hr', 'admin']
		const answers = await Promise.all(who.map((name) => does[name].post(one(id, 'verify/'), because({ decision: 'verified', version: 1 }))))

		assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409, 409, 409])
		assert.equal(ok(await does.hr.get(one(id))).decisions.length, 1)
	}
})

test('who may not decide, and what is refused', async () => {
	const id = attendance_row(event, people.supervisor), started = attendance_row(event, people.second)

	sql(`UPDATE attendance SET state = 'started', status = NULL, verification_status = NULL, submitted_at = NULL WHERE uuid = ${hex(started)}`)
	for (const what of ['verify/', 'excuse/', 'hold/']) {
		const body = because({ decision: 'verified' })
		for (const who of ['hr2', 'other_organizer', 'elsewhere'])
			refused(await does[who].post(one(id, what), body), what === 'hold/' && who !== 'hr2' ? 403 : 404, what === 'hold/' && who !== 'hr2' ? 'FORBIDDEN' : 'NOT_FOUND')
		refused(await does.student.post(one(id, what), body), 403, 'FORBIDDEN')
		if (what !== 'hold/')
			refused(await does.supervisor.post(one(id, what), body), 403, 'FORBIDDEN')
		for (const reason of [undefined, '', 'no', 'x'.repeat(501)])
			assert.deepEqual(Object.keys(refused(await does.hr.post(one(id, what), { ...body, reason }), 422, 'VALIDATION_ERROR').errors), ['reason'])
	}
	const own = attendance_row(event, people.hr)
	for (const what of ['verify/', 'excuse/', 'hold/'])
		refused(await does.hr.post(one(own, what), because({ decision: 'verified' })), 403, 'FORBIDDEN')
	assert.deepEqual(Object.keys(refused(await does.hr.post(one(id, 'verify/'), because()), 422, 'VALIDATION_ERROR').errors), ['decision'])
	assert.equal((await does.hr.post(one(started, 'verify/'), because({ decision: 'verified' }))).body.code, 'not_submitted')
	assert.equal(ok(await does.hr.get(one(id))).version, 1)
})

test('many at once: what may be is decided, and each other is named with why', async () => {
	const here = await make('organizer'), a = attendance_row(here, people.student), b = attendance_row(here, people.second), own = attendance_row(here, people.organizer)
	const foreign = attendance_row(await make('other_organizer'), people.hr), nobody = '01890000-0000-7000-8000-000000000000'
	const done = ok(await does.organizer.post(`${RECORDS}bulk-verify/`, because({ ids: [a, b, own, foreign, nobody, a], decision: 'verified' })))

	assert.deepEqual(done, { done: 2, skipped: [{ id: own, code: 'own_record' }, { id: foreign, code: 'not_found' }, { id: nobody, code: 'not_found' }, { id: a, code: 'twice' }] })
	for (const id of [a, b])
		assert.equal(ok(await does.organizer.get(one(id))).verification_status, 'verified')
	assert.equal(ok(await does.hr2.get(`${RECORDS}?event=${here}`)).count, 0)
	for (const ids of [[], Array(501).fill(a), Array(201).fill(a)])
		assert.equal((await does.organizer.post(`${RECORDS}bulk-verify/`, because({ ids, decision: 'verified' }))).status, 400)
	assert.equal((await does.organizer.post(`${RECORDS}bulk-verify/`, { ids: [a], decision: 'verified' })).status, 400)
	refused(await does.student.post(`${RECORDS}bulk-verify/`, because({ ids: [a], decision: 'verified' })), 403, 'FORBIDDEN')
})

test('an appeal: by whose it is, once, within 14 days, for another than who decided', async () => {
	const here = await make('organizer'), id = attendance_row(here, people.student), fine = attendance_row(here, people.second)

	refused(await does.student.post(one(id, 'appeal/'), because()), 400, 'NO_APPEAL')
	ok(await does.organizer.post(one(id, 'verify/'), because({ decision: 'rejected' })))
	refused(await does.second.post(one(id, 'appeal/'), because()), 404, 'NOT_FOUND')
	refused(await does.organizer.post(one(id, 'appeal/'), because()), 403, 'FORBIDDEN')
	refused(await does.student.post(one(id, 'appeal/'), {}), 422, 'VALIDATION_ERROR')
	sql(`UPDATE attendance SET decided_at = UTC_TIMESTAMP(3) - INTERVAL 15 DAY WHERE uuid = ${hex(id)}`)
	refused(await does.student.post(one(id, 'appeal/'), because()), 400, 'NO_APPEAL')
	sql(`UPDATE attendance SET decided_at = UTC_TIMESTAMP(3) - INTERVAL 13 DAY WHERE uuid = ${hex(id)}`)
	const appealed = ok(await does.student.post(one(id, 'appeal/'), because()))
	assert.deepEqual([appealed.verification_status, appealed.decisions.at(-1).act], ['pending', 'appeal'])
	refused(await does.student.post(one(id, 'appeal/'), because()), 400, 'APPEALED')

	// On top for another, and not there for who decided.
	const waiting = ok(await does.hr.get(`${RECORDS}reviews/?page_size=200`)).results, appeals = waiting.filter((row) => row.appealed_at)
	assert.ok(appeals.some((row) => row.id === id))
	assert.deepEqual(waiting.slice(0, appeals.length), appeals)
	assert.deepEqual(ok(await does.organizer.get(`${RECORDS}reviews/`)).results.map((row) => row.id).filter((one_id) => [id, fine].includes(one_id)), [fine])
	refused(await does.organizer.post(one(id, 'verify/'), because({ decision: 'rejected' })), 403, 'FORBIDDEN')
	refused(await does.organizer.post(one(id, 'excuse/'), because()), 403, 'FORBIDDEN')
	assert.deepEqual(ok(await does.organizer.post(`${RECORDS}bulk-verify/`, because({ ids: [id], decision: 'rejected' }))).skipped, [{ id, code: 'decided_before' }])
	// Another who leaves it open does not give it back to who decided.
	ok(await does.supervisor.post(one(id, 'verify/'), because({ decision: 'pending' })))
	refused(await does.organizer.post(one(id, 'verify/'), because({ decision: 'rejected' })), 403, 'FORBIDDEN')
	assert.equal(ok(await does.supervisor.post(one(id, 'verify/'), because({ decision: 'verified' }))).verification_status, 'verified')
	ok(await does.organizer.post(one(id, 'verify/'), because({ decision: 'verified' })))
	refused(await does.student.post(one(id, 'appeal/'), because()), 400, 'APPEALED')
})

test('an absence that closing wrote is appealed too, and anybody may decide of it', async () => {
	const id = attendance_row(await make('organizer'), people.student, { status: "'absent'", verification_status: "'verified'", method: "'auto'" })

	ok(await does.student.post(one(id, 'appeal/'), because()))
	const done = ok(await does.organizer.post(one(id, 'verify/'), because({ decision: 'verified', status: 'present' })))
	assert.deepEqual([done.status, done.verification_status], ['present', 'verified'])
})

test('excused, with a file that who sees the record sees, each look in the audit log', async () => {
	const id = attendance_row(event, people.student.user ? await new_member('student') : people.student), form = new FormData()
	const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

	form.append('reason', 'A note from a doctor')
	form.append('file', new Blob([picture], { type: 'image/png' }), 'note.png')
	const done = ok(await does.supervisor.post(one(id, 'excuse/'), form))
	assert.deepEqual([done.status, done.verification_status, done.decisions.at(-1).act], ['excused', 'verified', 'excuse'])
	const shown = await does.organizer.get(one(id, 'excuse/'))
	assert.deepEqual([shown.status, shown.headers.get('content-type')], [200, 'image/png'])
	assert.match(shown.headers.get('cache-control'), /no-store/)
	refused(await does.other_organizer.get(one(id, 'excuse/')), 404, 'NOT_FOUND')
	refused(await does.second.get(one(id, 'excuse/')), 404, 'NOT_FOUND')
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'attendance_evidence' AND action = 'look' AND noun_id = (SELECT id FROM attendance WHERE uuid = ${hex(id)})`)[0][0], '1')
})

test('held: hr says why, and its evidence is not purged', async () => {
	const id = attendance_row(event, await new_member('student'))

	refused(await does.supervisor.post(one(id, 'hold/'), because()), 403, 'FORBIDDEN')
	const before = told(id), held = ok(await does.hr.post(one(id, 'hold/'), because()))
	assert.deepEqual([held.held, held.decisions.at(-1).act, held_rows(id), told(id)], [true, 'hold', '1', before])
	assert.equal(ok(await does.hr.post(one(id, 'hold/'), because({ held: true }))).version, held.version)
	assert.equal(ok(await does.admin.post(one(id, 'hold/'), because({ held: false }))).held, false)
})

test('a mark by hand: with a reason, once, of whom one may', async () => {
	const here = await make('organizer'), mark = (who, body) => does[who].post(`${EVENTS}${here}/mark/`, body)
	const made = ok(await mark('organizer', because({ student_id: people.student.username })), 201)

	assert.deepEqual([made.student.id, made.status, made.verification_status, made.method, made.decisions.map((d) => d.act)], [people.student.user.id, 'present', 'verified', 'manual', ['mark']])
	assert.equal(told(made.id), 1)
	const twice = await mark('hr', because({ user_id: people.student.user.id }))
	assert.equal(twice.status, 400)
	assert.equal(typeof twice.body.duplicate, 'string')
	assert.equal(twice.body.code, 'duplicate')
	assert.equal(ok(await mark('hr', because({ user_id: people.second.user.id, status: 'excused' })), 201).status, 'excused')
	refused(await mark('organizer', because({ user_id: people.organizer.user.id })), 403, 'FORBIDDEN')
	refused(await mark('student', because({ user_id: people.second.user.id })), 403, 'FORBIDDEN')
	refused(await mark('other_organizer', because({ user_id: people.hr.user.id })), 404, 'NOT_FOUND')
	refused(await mark('hr2', because({ user_id: people.hr.user.id })), 404, 'NOT_FOUND')
	refused(await mark('organizer', because({ user_id: people.hr2.user.id })), 404, 'NOT_FOUND')
	// Another department's people at another's event are none of a supervisor's.
	refused(await mark('elsewhere', because({ user_id: people.supervisor.user.id })), 404, 'NOT_FOUND')
	for (const body of [{}, because(), { user_id: people.hr.user.id }, because({ user_id: people.hr.user.id, student_id: 'x' })])
		assert.equal((await mark('organizer', body)).status, 400, JSON.stringify(body))
	const soon = await make('organizer', { start_datetime: iso(now + DAY), end_datetime: iso(now + DAY + HOUR) })
	assert.equal((await does.organizer.post(`${EVENTS}${soon}/mark/`, because({ user_id: people.student.user.id }))).body.code, 'not_open')
	ok(await does.organizer.post(`${EVENTS}${soon}/mark/`, because({ user_id: people.student.user.id, status: 'excused' })), 201)
})

test('by hand over an attempt and over an absence of nobody\'s; twenty at once make one', async () => {
	const here = await make('organizer'), started = attendance_row(here, people.student), absent = attendance_row(here, people.second, { status: "'absent'", verification_status: "'verified'", method: "'auto'" })

	sql(`UPDATE attendance SET state = 'started', status = NULL, verification_status = NULL, submitted_at = NULL WHERE uuid = ${hex(started)}`)
	for (const [id, person] of [[started, people.student], [absent, people.second]]) {
		const answers = await Promise.all(Array.from({ length: 20 }, () => does.organizer.post(`${EVENTS}${here}/mark/`, because({ user_id: person.user.id, status: 'late' }))))
		assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, ...Array(19).fill(400)])
		assert.equal(ok(answers.find((answer) => answer.status === 201), 201).id, id)
		assert.equal(told(id), 1)
	}
	const answers = await Promise.all(Array.from({ length: 20 }, () => does.organizer.post(`${EVENTS}${here}/mark/`, because({ user_id: people.supervisor.user.id }))))
	assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, ...Array(19).fill(400)])
})

test('by card: that of whose account it is, without a reason, while it is open', async () => {
	const here = await make('organizer'), uid = unique().toUpperCase(), member = people.second
	const mark = (body) => does.organizer.post(`${EVENTS}${here}/mark/`, body)

	sql(`INSERT INTO customer (account_id) VALUES (${member.user.id});
		INSERT INTO nfc_card (uid, customer_id, status, created_at, updated_at) SELECT '${uid}', id, 'active', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM customer WHERE account_id = ${member.user.id}`)
	const made = ok(await mark({ card_uid: uid.toLowerCase().match(/../g).join(':'), reader: 'Door 2' }), 201)
	assert.deepEqual([made.student.id, made.method, made.status], [member.user.id, 'card', 'present'])
	assert.equal(sql(`SELECT c.device FROM attendance_change c JOIN attendance a ON a.id = c.attendance_id WHERE a.uuid = ${hex(made.id)}`)[0][0], 'Door 2')
	refused(await mark({ card_uid: '00112233' }), 404, 'NOT_FOUND')
	assert.deepEqual(Object.keys(refused(await mark({ card_uid: 'no card' }), 422, 'VALIDATION_ERROR').errors), ['card_uid'])
	sql(`UPDATE nfc_card SET status = 'blocked' WHERE uid = '${uid}'`)
	assert.equal((await does.organizer.post(`${EVENTS}${await make('organizer')}/mark/`, { card_uid: uid })).body.code, 'card_blocked')
})

test('who is missing at an event, each in their scope', async () => {
	const here = await make('organizer', { audience: [people.student, people.second, people.elsewhere].map(({ user }) => ({ rule: 'member', value: user.id })) })
	const list = async (who, query = '') => ok(await does[who].get(`${EVENTS}${here}/attendance/?include=missing${query}`)).results
	const ids = (rows) => rows.map((row) => row.student.id).sort()

	const record = attendance_row(here, people.student)
	const rows = await list('organizer')
	assert.deepEqual(ids(rows), ids([people.student, people.second, people.elsewhere].map(({ user }) => ({ student: { id: user.id } }))))
	assert.deepEqual(rows.map((row) => [row.id, row.missing]), [[record, false], [null, true], [null, true]])
	assert.deepEqual(ids(await list('supervisor')), [people.student.user.id, people.second.user.id].sort())
	assert.deepEqual(ids(await list('elsewhere')), [people.elsewhere.user.id])
	assert.deepEqual(ids(await list('organizer', '&status=present')), [people.student.user.id])
	assert.equal(ok(await does.organizer.get(`${EVENTS}${here}/attendance/`)).count, 1)
	sql(`INSERT INTO event_expected (event_id, account_id, state, since) SELECT id, ${people.second.user.id}, 'excused', UTC_TIMESTAMP(3) FROM campus_event WHERE uuid = ${hex(here)}
		ON DUPLICATE KEY UPDATE state = 'excused'`)
	assert.ok(!ids(await list('organizer')).includes(people.second.user.id))
})
