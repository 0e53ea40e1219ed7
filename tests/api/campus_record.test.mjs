// Records of attendance: who sees which, how they are listed, and what one tells.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, attendance_row, HOUR, iso, new_member, ok, refused, unique } from './world.mjs'

const RECORDS = '/api/campus/attendance/', EVENTS = '/api/campus/events/', MINUTE = 60_000
const one = (id, what = '') => `${RECORDS}${id}/${what}`
const ids = (list) => list.results.map((row) => row.id)
const now = Date.now()
let people, does, event, others, records

const make = async (who) => ok(await does[who].post(EVENTS, {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR),
	latitude: 52.5, longitude: 13.3, audience: [{ rule: 'all' }]
}), 201).id

before(async () => {
	people = {
		admin: await new_member('campus_admin', { campus: null }), hr: await new_member('hr'), hr2: await new_member('hr', { campus: 2 }),
		organizer: await new_member('campus_organizer', { department: 2 }), other_organizer: await new_member('campus_organizer'),
		supervisor: await new_member('supervisor'), elsewhere: await new_member('supervisor', { department: 2 }),
		student: await new_member('student'), second: await new_member('student'), away: await new_member('student', { department: 3 })
	}
	does = Object.fromEntries(Object.entries(people).map(([name, person]) => [name, as(person)]))
	event = await make('organizer')
	others = await make('elsewhere')
	records = {
		student: attendance_row(event, people.student, {
			latitude: 52.50001, longitude: 13.3, accuracy: 8, distance: 1.5, place_verdict: "'inside'", ip: "'192.0.2.7'", user_agent: "'Phone'",
			qr_at: 'UTC_TIMESTAMP(3) - INTERVAL 90 SECOND', steps_done: `'["qr","location"]'`, notes: "'By the door'"
		}),
		second: attendance_row(event, people.second, { status: "'late'", flags: { outside: 'medium', token_relay: 'high' } }),
		away: attendance_row(event, people.away, { flags: { at_the_pin: 'low' } }),
		other: attendance_row(others, people.student, { status: "'absent'", verification_status: "'verified'", method: "'auto'" })
	}
})

test('who sees which records', async () => {
	const all = Object.keys(records)

	for (const [who, sees] of [['student', ['student', 'other']], ['second', ['second']], ['organizer', ['student', 'second', 'away']], ['other_organizer', []],
		['supervisor', ['student', 'second', 'other']], ['elsewhere', ['other']], ['hr', all], ['hr2', []], ['admin', all]]) {
		for (const name of all)
			if (sees.includes(name))
				assert.equal(ok(await does[who].get(one(records[name]))).id, records[name], `${who} ${name}`)
			else
				refused(await does[who].get(one(records[name])), 404, 'NOT_FOUND')
		const list = ids(ok(await does[who].get(`${RECORDS}?event=${event}`)))
		assert.deepEqual(list.sort(), sees.filter((name) => name !== 'other').map((name) => records[name]).sort(), who)
	}
	refused(await does.hr.get(one('nothing')), 404, 'NOT_FOUND')
})

test('a record tells all of it; the exact place and address to who runs the campus alone', async () => {
	const path = one(records.student), record = ok(await does.hr.get(path))

	assert.deepEqual([record.event.id, record.student.id, record.student.student_id, record.student.full_name], [event, people.student.user.id, people.student.username, 'Mo Member'])
	assert.deepEqual([record.status, record.verification_status, record.method, record.verification_seconds, record.location_verified], ['present', 'pending', 'self', 90, true])
	assert.deepEqual([record.distance_m, record.accuracy_m, record.notes, record.version], [1.5, 8, 'By the door', 1])
	assert.deepEqual(record.steps, ['qr', 'location', 'front_photo', 'back_photo', 'signature'].map((step, i) => ({ step, status: i < 2 ? 'done' : 'missing' })))
	assert.deepEqual([record.photos, record.signature_url, record.flags, record.decisions], [{ front_url: null, back_url: null }, null, [], []])
	assert.deepEqual([record.latitude, record.longitude, record.ip, record.user_agent], [52.50001, 13.3, '192.0.2.7', 'Phone'])
	for (const who of ['student', 'supervisor', 'organizer'])
		for (const key of ['latitude', 'longitude', 'ip', 'user_agent'])
			assert.ok(!(key in ok(await does[who].get(path))), `${who} ${key}`)
	assert.deepEqual(ok(await does.hr.get(one(records.second))).flags.map((flag) => [flag.code, flag.severity, flag.resolution]), [['token_relay', 'high', null], ['outside', 'medium', null]])
})

test('records are found, ordered and had as a file', async () => {
	const found = async (query, who = 'organizer') => ids(ok(await does[who].get(`${RECORDS}?${query}`))).sort(), of = (...names) => names.map((name) => records[name]).sort()
	const today = ok(await does.organizer.get(`${EVENTS}${event}/`)).start_datetime.slice(0, 10)

	for (const [query, ...names] of [['status=late', 'second'], ['verification_status=verified'], ['verification_status=pending', 'student', 'second', 'away'], ['method=self', 'student', 'second', 'away'],
		['method=auto'], ['flag=outside', 'second'], ['severity=low', 'away'], ['severity=high', 'second'], [`user_id=${people.student.user.id}`, 'student'],
		[`student_id=${people.away.username}`, 'away'], ['department=3', 'away'], ['campus=1', 'student', 'second', 'away'], ['campus=2'], [`search=${people.second.username}`, 'second'],
		['date_from=2020-01-01', 'student', 'second', 'away'], ['date_from=2099-01-01'], ['date_to=2020-01-01'], ['date_to=2099-01-01', 'student', 'second', 'away']])
		assert.deepEqual(await found(query), of(...names), query)
	assert.ok(today)
	assert.deepEqual(ids(ok(await does.organizer.get(`${RECORDS}?ordering=status,-student_id`)))[0], records.second)
	assert.deepEqual(Object.keys(refused(await does.organizer.get(`${RECORDS}?ordering=password`), 422, 'VALIDATION_ERROR').errors), ['ordering'])
	for (const [format, type] of [['csv', /csv/], ['xlsx', /spreadsheet/]])
		assert.match((await does.organizer.get(`${RECORDS}?format=${format}`)).headers.get('content-type'), type)
	assert.equal(ok(await does.organizer.get(`${EVENTS}${event}/attendance/?status=late`)).count, 1)
	refused(await does.other_organizer.get(`${EVENTS}${event}/attendance/`), 404, 'NOT_FOUND')
})

test('what waits for a decision: appeals, then the worst flags, never one\'s own', async () => {
	const own = attendance_row(event, people.organizer, { flags: { token_relay: 'high' } }), seen = ids(ok(await does.organizer.get(`${RECORDS}reviews/`)))

	assert.ok(!seen.includes(own))
	assert.deepEqual(seen, [records.second, records.away, records.student])
	sql(`UPDATE attendance SET appealed_at = UTC_TIMESTAMP(3) WHERE uuid = UNHEX('${records.student.replaceAll('-', '')}')`)
	assert.equal(ids(ok(await does.organizer.get(`${RECORDS}reviews/`)))[0], records.student)
	assert.ok(ids(ok(await does.hr.get(`${RECORDS}reviews/?page_size=200`))).includes(own))
	refused(await does.student.get(`${RECORDS}reviews/`), 403, 'FORBIDDEN')
})
