// A campus's events: who makes, sees and changes which, when marks are taken, many at once, and who is expected.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, contract, DAY, HOUR, iso, jobs_run, new_member, ok, refused, unique, until } from './world.mjs'

const EVENTS = '/api/campus/events/', MINUTE = 60_000
const at = (event, what = '') => `${EVENTS}${event.id}/${what}`
const soon = Date.now() + 3 * DAY - Date.now() % MINUTE
const body = (more) => ({ title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(soon), end_datetime: iso(soon + 90 * MINUTE), ...more })
const make = async (does, more) => ok(await does.post(EVENTS, body(more)), 201)
const number_of = (event) => Number(sql(`SELECT id FROM campus_event WHERE uuid = UNHEX('${event.id.replaceAll('-', '')}')`)[0][0])
const count = () => Number(sql('SELECT COUNT(*) FROM campus_event')[0][0])
const faults = (answer) => Object.keys(refused(answer, 422, 'VALIDATION_ERROR').errors)
const titles = (list) => list.results.map((row) => row.title)
let people, admin, hr, hr2, organizer, other_organizer, supervisor, supervisor2, student, second_year, student2

before(async () => {
	people = {
		admin: await new_member('campus_admin', { campus: null }), hr: await new_member('hr'), hr2: await new_member('hr', { campus: 2 }),
		organizer: await new_member('campus_organizer'), other_organizer: await new_member('campus_organizer'),
		supervisor: await new_member('supervisor'), supervisor2: await new_member('supervisor', { campus: 2 }),
		student: await new_member('student', { year: 1 }), second_year: await new_member('student', { department: 2, year: 2 }),
		student2: await new_member('student', { campus: 2 })
	};
	({ admin, hr, hr2, organizer, other_organizer, supervisor, supervisor2, student, second_year, student2 } =
		Object.fromEntries(Object.entries(people).map(([name, person]) => [name, as(person)])))
})

// ---- one ----

test('an event has all that was said of it, and what follows from that', async () => {
	const event = await make(organizer, {
		description: 'The first.', latitude: 52.5145, longitude: 13.3501, location_radius: 80, series: 'ALG-1',
		places: [{ name: 'Annex', latitude: 52.51, longitude: 13.35 }], required_steps: ['signature', 'qr', 'location'], location_mode: 'require',
		opens_before_minutes: 30, late_after_minutes: 10, closes_after_minutes: 45, rescan: true, audience: [{ rule: 'department', value: 1 }, { rule: 'year_level', value: 3 }]
	})

	assert.match(event.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
	assert.deepEqual([event.campus, event.campus_name, event.organizer, event.time_zone], [1, 'Riverside Campus', people.organizer.user.id, 'Europe/Berlin'])
	assert.deepEqual([event.start_datetime, event.end_datetime], [iso(soon), iso(soon + 90 * MINUTE)])
	assert.deepEqual([event.opens_at, event.late_at, event.closes_at], [iso(soon - 30 * MINUTE), iso(soon + 10 * MINUTE), iso(soon + 45 * MINUTE)])
	assert.deepEqual([event.phase, event.allows_late_attendance, event.version, event.is_active], ['scheduled', true, 1, true])
	assert.deepEqual([event.latitude, event.longitude, event.location_radius], [52.5145, 13.3501, 80])
	assert.deepEqual(event.places, [{ name: 'Annex', latitude: 52.51, longitude: 13.35, location_radius: 100 }])
	assert.deepEqual(event.required_steps, ['qr', 'location', 'signature'])
	assert.deepEqual(event.audience, [{ rule: 'department', value: 1 }, { rule: 'year_level', value: 3 }])
	assert.deepEqual([event.rescan, event.auto_verify, event.qr_rotates, event.strict_steps, event.location_mode, event.series], [true, true, true, false, 'require', 'ALG-1'])
	assert.deepEqual(ok(await organizer.get(at(event))), event)
	assert.deepEqual(ok(await organizer.get(at({ id: event.id.toUpperCase() }))), event)
	// What is not said has its usual value.
	const plain = await make(organizer)
	assert.deepEqual([plain.opens_at, plain.late_at, plain.closes_at], [iso(soon - 15 * MINUTE), iso(soon + 15 * MINUTE), iso(soon + 90 * MINUTE)])
	assert.deepEqual([plain.required_steps, plain.location_mode, plain.location_radius, plain.closes_after_minutes, plain.latitude, plain.places, plain.description],
		[['qr', 'location', 'front_photo', 'back_photo', 'signature'], 'flag', 100, null, null, [], ''])
	assert.deepEqual(plain.audience, [{ rule: 'students', value: null }])
	assert.equal(Number(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'campus_event' AND action = 'create' AND noun_id = ${number_of(event)}`)[0][0]), 1)
})

test('a time without an offset is by the clocks of the event\'s zone, and a form of an old app is taken', async () => {
	const form = new FormData()

	assert.equal((await make(organizer, { start_datetime: '2027-01-11T10:00', end_datetime: '2027-01-11T11:00' })).start_datetime, '2027-01-11T09:00:00.000Z')
	assert.equal((await make(organizer, { start_datetime: '2027-01-11T10:00', end_datetime: '2027-01-11T11:00', time_zone: 'Asia/Tokyo' })).start_datetime, '2027-01-11T01:00:00.000Z')
	assert.equal((await make(organizer, { start_datetime: '2027-01-11T10:00:00+05:30', end_datetime: '2027-01-11T11:00:00+05:30' })).start_datetime, '2027-01-11T04:30:00.000Z')
	// The hour that the clocks skip in spring.
	assert.deepEqual(faults(await organizer.post(EVENTS, body({ start_datetime: '2027-03-28T02:30', end_datetime: '2027-03-28T04:00' }))), ['start_datetime'])
	for (const [name, value] of Object.entries({ ...body({ latitude: '52.5', longitude: '13.3', location_radius: '50', is_active: 'true', description: 'undefined', series: 'null' }) }))
		form.append(name, value)
	const event = ok(await organizer.post(EVENTS, form), 201)
	assert.deepEqual([event.latitude, event.location_radius, event.is_active, event.description, event.series], [52.5, 50, true, '', null])
})

test('what is wrong is told at its field, and nothing is stored', async () => {
	const had = count()

	for (const [field, wrong] of [
		['title', { title: '' }], ['title', { title: undefined }], ['location', { location: null }], ['title', { title: 'x'.repeat(201) }],
		['start_datetime', { start_datetime: 'tomorrow' }], ['end_datetime', { end_datetime: undefined }],
		['end_datetime', { end_datetime: iso(soon) }], ['end_datetime', { end_datetime: iso(soon - 1) }], ['end_datetime', { end_datetime: iso(soon + DAY + 1) }],
		['latitude', { latitude: 91, longitude: 0 }], ['latitude', { latitude: 'north', longitude: 0 }], ['latitude', { latitude: 'NaN', longitude: 0 }],
		['longitude', { latitude: 1 }], ['latitude', { longitude: 1 }], ['location_radius', { location_radius: 5 }], ['location_radius', { location_radius: 5001 }],
		['time_zone', { time_zone: 'Europe/Atlantis' }], ['required_steps', { required_steps: ['location'] }], ['required_steps', { required_steps: [] }],
		['required_steps', { required_steps: ['qr', 'qr'] }], ['required_steps.1', { required_steps: ['qr', 'iris'] }],
		['location_mode', { location_mode: 'maybe' }], ['opens_before_minutes', { opens_before_minutes: -1 }], ['late_after_minutes', { late_after_minutes: 'soon' }],
		['places', { places: Array(6).fill({ latitude: 1, longitude: 1 }) }], ['places.0.longitude', { places: [{ latitude: 1 }] }],
		['latitude', { places: [{ latitude: 1, longitude: 1 }] }],
		['audience.0', { audience: [{ rule: 'department' }] }], ['audience.0', { audience: [{ rule: 'department', value: 4 }] }],
		['audience.0', { audience: [{ rule: 'students', value: 1 }] }], ['audience.0', { audience: [{ rule: 'member', value: people.student2.user.id }] }],
		['audience.1.rule', { audience: [{ rule: 'all' }, { rule: 'friends' }] }], ['campus', { campus: 2 }], ['campus', { campus: 99999 }]])
		assert.deepEqual(faults(await organizer.post(EVENTS, body(wrong))), [field], JSON.stringify(wrong))
	assert.deepEqual(faults(await organizer.post(EVENTS, {})).sort(), ['end_datetime', 'location', 'start_datetime', 'title'])
	assert.equal((await admin.post(EVENTS, undefined, { bytes: '{"latitude":1e999}', headers: { 'content-type': 'application/json' } })).body.code, 'parse_error')
	// Who is of no campus says which.
	assert.deepEqual(faults(await admin.post(EVENTS, body())), ['campus'])
	assert.equal(count(), had)
	assert.equal((await make(admin, { campus: 2 })).time_zone, 'America/Los_Angeles')
	// What nobody knows, and what is not a client's to say, is ignored and named.
	const answer = await organizer.post(EVENTS, body({ organizer: 1, version: 7, colour: 'red' }))
	assert.equal(ok(answer, 201).organizer, people.organizer.user.id)
	assert.deepEqual(answer.headers.get('x-ignored-fields').split(', ').sort(), ['colour', 'organizer', 'version'])
})

test('an event is changed in part; who saw another version is told both', async () => {
	const event = await make(organizer, { latitude: 1, longitude: 2, series: 'S', audience: [{ rule: 'all' }] })
	const changed = ok(await organizer.patch(at(event, 'update/'), { title: 'Moved', start_datetime: iso(soon + HOUR), end_datetime: iso(soon + 2 * HOUR), version: 1 }))

	assert.deepEqual({ ...changed, updated_at: 0 }, {
		...event, title: 'Moved', start_datetime: iso(soon + HOUR), end_datetime: iso(soon + 2 * HOUR), opens_at: iso(soon + 45 * MINUTE),
		late_at: iso(soon + 75 * MINUTE), closes_at: iso(soon + 2 * HOUR), version: 2, updated_at: 0
	})
	const stale = refused(await organizer.put(at(event), { title: 'Mine', version: 1 }), 409, 'CHANGED_MEANWHILE')
	assert.deepEqual([stale.body.current.title, stale.body.current.version, stale.body.yours.title], ['Moved', 2, 'Mine'])
	// What is as it was is no change.
	assert.equal(ok(await organizer.put(at(event, 'update/'), { title: 'Moved', version: 2 })).version, 2)
	assert.equal(ok(await organizer.put(at(event), { latitude: null, longitude: null, series: null })).version, 3)
	assert.deepEqual([ok(await organizer.get(at(event))).latitude, ok(await organizer.get(at(event))).audience], [null, [{ rule: 'all', value: null }]])
	for (const [field, wrong] of [['title', { title: null }], ['end_datetime', { end_datetime: iso(soon) }], ['longitude', { latitude: 5 }], ['required_steps', { required_steps: ['back_photo'] }],
		['audience.0', { audience: [{ rule: 'department', value: 6 }] }], ['version', { version: 'first' }]])
		assert.deepEqual(faults(await organizer.patch(at(event), wrong)), [field], JSON.stringify(wrong))
	assert.deepEqual(ok(await organizer.patch(at(event), { audience: [{ rule: 'department', value: 1 }] })).audience, [{ rule: 'department', value: 1 }])
	// Nobody moves one to another campus, or gives it away.
	assert.deepEqual([(await organizer.patch(at(event), { campus: 2, organizer: 1 })).data.campus, ok(await organizer.get(at(event))).organizer], [1, people.organizer.user.id])
	assert.deepEqual(sql(`SELECT action FROM audit_log WHERE noun = 'campus_event' AND noun_id = ${number_of(event)} ORDER BY id`).flat(), ['create', 'update', 'update', 'update'])
})

test('an event that is taken away is there for nobody, and stays for its records', async () => {
	for (const path of ['', 'delete/']) {
		const event = await make(organizer), number = number_of(event), gone = await organizer.delete(at(event, path))

		assert.deepEqual([gone.status, gone.text], [204, ''])
		const answer = refused(await organizer.get(at(event)), 404, 'NOT_FOUND')
		assert.equal(answer.body.error, 'Event not found.')
		assert.equal((await organizer.delete(at(event, path))).status, 404)
		assert.equal((await organizer.patch(at(event), { title: 'Back' })).status, 404)
		assert.deepEqual(titles(ok(await organizer.get(`${EVENTS}?search=${event.title.split(' ')[1]}`))), [])
		assert.equal(sql(`SELECT deleted_at IS NOT NULL FROM campus_event WHERE id = ${number}`)[0][0], '1')
		assert.equal(Number(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'campus_event' AND action = 'delete' AND noun_id = ${number}`)[0][0]), 1)
	}
	for (const id of [randomUUID(), 'x', '7', '00000000-0000-0000-0000-00000000000g', '%00'])
		assert.ok([400, 404].includes((await admin.get(`${EVENTS}${id}/`)).status), id)
})

// ---- who ----

// 200: may; 403: sees it and may not; 404: does not see it.
test('each role sees and changes what is in its scope', async () => {
	const of_organizer = await make(organizer, { audience: [{ rule: 'department', value: 1 }] }), of_supervisor = await make(supervisor), elsewhere = await make(admin, { campus: 2 })
	const roles = { admin, hr, hr2, organizer, other_organizer, supervisor, supervisor2, student, second_year, student2 }
	const see = {
		of_organizer: { admin: 200, hr: 200, hr2: 404, organizer: 200, other_organizer: 404, supervisor: 200, supervisor2: 404, student: 200, second_year: 404, student2: 404 },
		of_supervisor: { admin: 200, hr: 200, hr2: 404, organizer: 404, other_organizer: 404, supervisor: 200, supervisor2: 404, student: 200, second_year: 200, student2: 404 },
		elsewhere: { admin: 200, hr: 404, hr2: 200, organizer: 404, other_organizer: 404, supervisor: 404, supervisor2: 200, student: 404, second_year: 404, student2: 200 }
	}
	const change = {
		of_organizer: { ...see.of_organizer, supervisor: 403, student: 403, second_year: 403, student2: 403 },
		of_supervisor: { ...see.of_supervisor, student: 403, second_year: 403, student2: 403 },
		elsewhere: { ...see.elsewhere, supervisor2: 403, student: 403, second_year: 403, student2: 403 }
	}

	for (const [name, event] of Object.entries({ of_organizer, of_supervisor, elsewhere }))
		for (const [role, does] of Object.entries(roles)) {
			assert.equal((await does.get(at(event))).status, see[name][role], `${role} sees ${name}`)
			assert.equal(ok(await does.get(`${EVENTS}?search=${event.title.split(' ')[1]}`)).count, see[name][role] === 200 ? 1 : 0, `${role} lists ${name}`)
			for (const answer of [await does.patch(at(event), { description: role }), await does.put(at(event, 'update/'), {}), await does.get(at(event, 'roster/'))])
				assert.equal(answer.status, change[name][role], `${role} changes ${name}`)
			if (change[name][role] !== 200)
				for (const answer of [await does.delete(at(event)), await does.delete(at(event, 'delete/')), await does.put(at(event, 'roster/'), { members: [] })])
					assert.equal(answer.status, change[name][role], `${role} takes away ${name}`)
		}
	for (const does of [student, student2])
		for (const answer of [await does.post(EVENTS, body()), await does.post(`${EVENTS}bulk-create/`, { events: [body()] })])
			refused(answer, 403, 'FORBIDDEN')
	// What does not take place is hidden from who would come.
	ok(await organizer.patch(at(of_organizer), { is_active: false }))
	assert.equal((await student.get(at(of_organizer))).status, 404)
	assert.equal((await supervisor.get(at(of_organizer))).status, 200)
	// Staff see what they are expected at as anybody does: by their role.
	const { body: nobody } = await as(undefined).get(EVENTS)
	assert.equal(nobody.code, 'not_authenticated')
})

test('who has a record of an event sees it whatever became of it, and how their own mark stands; others are told numbers as they may', async () => {
	const now = Date.now(), event = await make(organizer, { start_datetime: iso(now), end_datetime: iso(now + HOUR), audience: [{ rule: 'department', value: 1 }] })
	const found = async (does) => titles(ok(await does.get(`${EVENTS}?search=${event.title.split(' ')[1]}`))), mine = async () => ok(await student.get(at(event))).my_attendance

	assert.deepEqual([await mine(), ok(await student.get(at(event))).counts], [null, undefined])
	const record = ok(await organizer.post(at(event, 'mark/'), { user_id: people.student.user.id, status: 'late', reason: 'No phone' }), 201)
	const told = await mine()
	assert.deepEqual([told.id, told.state, told.status, told.verification_status], [record.id, 'submitted', 'late', 'verified'])
	assert.equal(told.submitted_at, ok(await student.get(`/api/campus/attendance/${record.id}/`)).submitted_at)
	assert.deepEqual(ok(await student.get(`${EVENTS}?search=${event.title.split(' ')[1]}`)).results[0].my_attendance, told)
	assert.equal('my_attendance' in ok(await organizer.get(at(event))), false)
	assert.deepEqual([ok(await organizer.get(at(event))).counts.late, ok(await supervisor.get(at(event))).counts.attended], [1, 1])
	ok(await organizer.patch(at(event), { public_counts: true }))
	assert.equal(ok(await student.get(at(event))).counts.attended, 1)
	// Called off, and meant for others: it is still theirs, and nobody else's who was expected.
	ok(await organizer.patch(at(event), { is_active: false, audience: [{ rule: 'department', value: 2 }] }))
	assert.equal((await mine()).status, 'late')
	assert.deepEqual([await found(student), await found(second_year)], [[event.title], []])
	assert.equal((await second_year.get(at(event))).status, 404)
	// A code that was scanned is no record.
	sql(`UPDATE attendance SET state = 'started', status = NULL, verification_status = NULL, submitted_at = NULL WHERE event_id = ${number_of(event)}`)
	assert.equal((await student.get(at(event))).status, 404)
})

test('whoever a rule of the audience fits is expected, and nobody else', async () => {
	const seen = async (rules) => {
		const event = await make(admin, { campus: 1, audience: rules })

		return Promise.all([student, second_year, student2].map(async (does) => (await does.get(at(event))).status === 200))
	}

	assert.deepEqual(await seen([{ rule: 'all' }]), [true, true, false])
	assert.deepEqual(await seen([{ rule: 'students' }]), [true, true, false])
	assert.deepEqual(await seen([{ rule: 'department', value: 2 }]), [false, true, false])
	assert.deepEqual(await seen([{ rule: 'year_level', value: 1 }]), [true, false, false])
	assert.deepEqual(await seen([{ rule: 'member', value: people.second_year.user.id }, { rule: 'year_level', value: 1 }]), [true, true, false])
	assert.deepEqual(await seen([]), [false, false, false])
})

// ---- lists ----

test('the list is filtered, sorted and paged', async () => {
	const word = unique(), own = (query) => organizer.get(`${EVENTS}?search=${word}&${query}`)
	const day = (date, hour) => ({ start_datetime: `${date}T${hour}:00:00Z`, end_datetime: `${date}T${hour}:30:00Z` })

	// In Berlin 23:30 in summer is 21:30 UTC, and half past midnight is the day before by UTC.
	await make(organizer, { title: `${word} B`, ...day('2027-07-01', '21'), series: `S${word}`, audience: [{ rule: 'department', value: 2 }] })
	await make(organizer, { title: `${word} A`, ...day('2027-07-01', '22'), is_active: false })
	await make(organizer, { title: `${word} C`, ...day('2027-07-02', '22') })
	const short = (list) => titles(ok(list)).map((title) => title.slice(-1)).join('')

	assert.equal(short(await own('')), 'CAB')
	assert.equal(short(await own('ordering=title')), 'ABC')
	assert.equal(short(await own('ordering=-title')), 'CBA')
	assert.equal(short(await own('ordering=start_datetime,title')), 'BAC')
	assert.equal(short(await own('date_from=2027-07-02')), 'CA')
	assert.equal(short(await own('date_to=2027-07-01')), 'B')
	assert.equal(short(await own('date_from=2027-07-02&date_to=2027-07-02')), 'A')
	assert.equal(short(await own('is_active=true')), 'CB')
	assert.equal(short(await own('is_active=false')), 'A')
	assert.equal(short(await own(`series=S${word}`)), 'B')
	assert.equal(short(await own('department=ARC')), 'B')
	assert.equal(short(await own('department=2')), 'B')
	assert.equal(short(await own('campus=RIV')), 'CAB')
	assert.equal(short(await own('campus=2')), '')
	assert.equal(short(await own(`organizer=${people.organizer.user.id}`)), 'CAB')
	assert.equal(short(await own('organizer=1')), '')
	assert.equal(short(await own('phase=scheduled')), 'CAB')
	const page = ok(await own('page_size=2'))
	assert.deepEqual([page.count, page.previous, page.results.length], [3, null, 2])
	assert.match(page.next, /page=2/)
	for (const past of ['page=3&page_size=2', 'page=0', 'page=-1', 'page=x'])
		assert.equal((await own(past)).status, 404, past)
	for (const wrong of ['ordering=password', 'ordering=', 'date_from=yesterday', 'phase=over', 'organizer=me', 'is_active=perhaps'])
		assert.ok([200, 400].includes((await own(wrong)).status) && (wrong === 'ordering=' || (await own(wrong)).status === 400), wrong)
})

test('the phase is the clock\'s', async () => {
	const word = unique(), now = Date.now()
	const phases = { scheduled: now + HOUR, open: now + 5 * MINUTE, late: now - 20 * MINUTE, closed: now - 3 * HOUR }

	for (const [phase, start] of Object.entries(phases)) {
		const event = await make(organizer, { title: `${word} ${phase}`, start_datetime: iso(start), end_datetime: iso(start + HOUR) })

		assert.deepEqual([event.phase, event.allows_late_attendance], [phase, phase !== 'closed'])
		assert.deepEqual(titles(ok(await organizer.get(`${EVENTS}?search=${word}&phase=${phase}`))), [`${word} ${phase}`])
	}
	const off = await make(organizer, { start_datetime: iso(now), end_datetime: iso(now + HOUR), is_active: false })
	assert.deepEqual([off.phase, off.allows_late_attendance], ['open', false])
})

// ---- many ----

const many = (does, more) => does.post(`${EVENTS}bulk-create/`, more)

test('many are made together, or none where one is wrong', async () => {
	const word = unique(), events = [1, 2, 3].map((n) => body({ title: `${word} ${n}` })), had = count()
	const made = ok(await many(organizer, { events }), 201)

	assert.deepEqual([made.created, made.failed, made.results.map((one) => one.index)], [3, 0, [0, 1, 2]])
	assert.equal(ok(await organizer.get(at(made.results[2]))).title, `${word} 3`)
	const wrong = [body(), { ...body(), title: '' }, body({ campus: 2 }), body({ latitude: 91, longitude: 1 }), body({ end_datetime: iso(soon - 1) }), 'none',
		body({ required_steps: ['location'], places: [{}] }), body({ start_datetime: '2027-03-28T02:30' })]
	const at_fault = ['events.1.title', 'events.2.campus', 'events.3.latitude', 'events.4.end_datetime', 'events.5.non_field_errors', 'events.6.latitude', 'events.6.places.0.latitude',
		'events.6.places.0.longitude', 'events.6.required_steps', 'events.7.start_datetime']
	const answer = await many(organizer, { events: wrong })
	assert.deepEqual(faults(answer).sort(), at_fault)
	assert.equal(count(), had + 3)
	// Partial: each for itself.
	const some = ok(await many(organizer, { events: wrong, partial: true }), 201)
	assert.deepEqual([some.created, some.failed], [1, 7])
	assert.deepEqual(some.results.map((one) => Boolean(one.id)), [true, false, false, false, false, false, false, false])
	assert.deepEqual(Object.keys(some.results[4].errors), ['end_datetime'])
	assert.equal(count(), had + 4)
	// A dry run makes none.
	const dry = ok(await many(organizer, { events: [body(), { ...body(), title: '' }], partial: true, dry_run: true }), 201)
	assert.deepEqual([dry.created, dry.failed, dry.results[0].id, dry.results[0].start_datetime], [1, 1, undefined, iso(soon)])
	assert.equal(count(), had + 4)
	for (const [field, bad] of [['events', {}], ['events', { events: [] }], ['events', { events: Array(501).fill(body()) }], ['events', { events: [body()], template: body() }],
		['recurrence', { template: body() }], ['template.title', { template: { ...body(), title: '' }, recurrence: { freq: 'daily', count: 2 } }]])
		assert.ok(faults(await many(organizer, bad)).includes(field), field)
	assert.equal(count(), had + 4)
})

const file_of = (text, more = {}) => {
	const form = new FormData()

	form.append('file', new Blob([text], { type: 'text/csv' }), 'events.csv')
	for (const [name, value] of Object.entries(more))
		form.append(name, value)
	return form
}

test('many are made of a CSV file, as spreadsheets save it', async () => {
	const had = count(), text = '\uFEFFTitle;Location;Start datetime;end_datetime;required_steps;latitude;longitude;description\r\n' +
		'"Algebra; part ""one""";Hall A;2027-05-03T10:00;2027-05-03T11:30;"qr,location";52,5;;\r\n'
	const good = text.replace('52,5;;', '52.5;13.25;"two\nlines"')

	// A decimal comma is no number, and half a place is none.
	assert.deepEqual(faults(await many(organizer, file_of(text))), ['events.0.latitude'])
	const made = ok(await many(organizer, file_of(`${good}\r\nGeometry;Hall B;2027-05-04T10:00;2027-05-04T11:30;;;;\r\n`)), 201)
	assert.deepEqual([made.created, made.failed], [2, 0])
	const event = ok(await organizer.get(at(made.results[0])))
	assert.deepEqual([event.title, event.start_datetime, event.required_steps, event.latitude, event.description], ['Algebra; part "one"', '2027-05-03T08:00:00.000Z', ['qr', 'location'], 52.5, 'two\nlines'])
	const some = ok(await many(organizer, file_of('title,location,start_datetime,end_datetime\n,Hall,2027-05-03T10:00,2027-05-03T11:00\nB,Hall,2027-05-03T10:00,2027-05-03T11:00', { partial: 'true' })), 201)
	assert.deepEqual([some.created, some.failed, Object.keys(some.results[0].errors)], [1, 1, ['title']])
	for (const [field, wrong] of [['file', 'title,location\n"open,Hall'], ['file', 'title\n"a"b'], ['file', 'title\na,b'], ['file', ''], ['file', 'title\n'], ['file', Buffer.from('title\n\xff', 'latin1')], ['file', `title\n${'a\n'.repeat(501)}`]])
		assert.deepEqual(faults(await many(organizer, file_of(wrong))), [field], String(wrong).slice(0, 40))
	assert.equal(count(), had + 3)
})

test('five hundred are made at once', async () => {
	const word = unique(), made = ok(await many(organizer, { events: Array.from({ length: 500 }, (_, n) => body({ title: `${word} ${n}`, description: 'x'.repeat(500) })) }), 201)

	assert.equal(made.created, 500)
	assert.equal(new Set(made.results.map((one) => one.id)).size, 500)
	assert.equal(ok(await organizer.get(`${EVENTS}?search=${word}`)).count, 500)
	// However many are asked for, a page has two hundred.
	const page = ok(await organizer.get(`${EVENTS}?search=${word}&page_size=10000`))
	assert.deepEqual([page.count, page.results.length, ok(await organizer.get(page.next.replace(/^.*(?=\/api\/)/, ''))).results.length], [500, 200, 200])
})

test('what repeats is at the same time of day, in winter as in summer', async () => {
	const template = body({ start_datetime: '2027-03-22T10:00', end_datetime: '2027-03-22T11:30', time_zone: 'Europe/Berlin' })
	const starts = async (recurrence, more) => ok(await many(organizer, { template: { ...template, ...more }, recurrence, dry_run: true }), 201).results.map((one) => one.start_datetime)

	// The clocks go ahead on 28 March 2027.
	assert.deepEqual(await starts({ freq: 'weekly', count: 3 }), ['2027-03-22T09:00:00.000Z', '2027-03-29T08:00:00.000Z', '2027-04-05T08:00:00.000Z'])
	assert.deepEqual(await starts({ freq: 'weekly', by_day: ['MO', 'we'], until: '2027-03-31', except: ['2027-03-24'] }),
		['2027-03-22T09:00:00.000Z', '2027-03-29T08:00:00.000Z', '2027-03-31T08:00:00.000Z'])
	assert.deepEqual(await starts({ freq: 'weekly', interval: 2, count: 2 }), ['2027-03-22T09:00:00.000Z', '2027-04-05T08:00:00.000Z'])
	// One that the clocks skip begins when they do.
	assert.deepEqual(await starts({ freq: 'daily', count: 3 }, { start_datetime: '2027-03-27T02:30', end_datetime: '2027-03-27T04:30' }),
		['2027-03-27T01:30:00.000Z', '2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z'])
	const made = ok(await many(organizer, { template, recurrence: { freq: 'daily', by_day: ['MO', 'TU', 'WE', 'TH', 'FR'], count: 5 } }), 201)
	assert.equal(made.created, 5)
	const last = ok(await organizer.get(at(made.results[4])))
	assert.deepEqual([last.start_datetime, last.end_datetime, last.title], ['2027-03-26T09:00:00.000Z', '2027-03-26T10:30:00.000Z', template.title])
	for (const [field, recurrence] of [['recurrence.until', { freq: 'daily' }], ['recurrence.until', { freq: 'daily', count: 2, until: '2027-04-01' }], ['recurrence.until', { freq: 'daily', until: '9999-12-31' }],
		['recurrence.until', { freq: 'weekly', until: '2027-03-21' }], ['recurrence.freq', { freq: 'monthly', count: 2 }], ['recurrence.interval', { freq: 'daily', interval: 0, count: 2 }],
		['recurrence.count', { freq: 'daily', count: 501 }], ['recurrence.by_day.0', { freq: 'weekly', by_day: ['XX'], count: 2 }], ['recurrence.except.0', { freq: 'daily', count: 2, except: ['soon'] }]])
		assert.deepEqual(faults(await many(organizer, { template, recurrence })), [field], JSON.stringify(recurrence))
})

// ---- the roster ----

const roster = async (does, event) => ok(await does.get(at(event, 'roster/?page_size=200'))).results
const ids = (rows) => rows.map((row) => row.user_id).sort((a, b) => a - b)

test('a roster is who the audience fits, or who was named; it tells an organizer names and numbers alone', async () => {
	const event = await make(organizer, { audience: [{ rule: 'member', value: people.student.user.id }, { rule: 'member', value: people.supervisor.user.id }] })

	assert.deepEqual(ids(await roster(organizer, event)), [people.student.user.id, people.supervisor.user.id].sort((a, b) => a - b))
	assert.deepEqual(Object.keys((await roster(organizer, event))[0]).sort(), ['full_name', 'state', 'student_id', 'user_id'])
	const [row] = (await roster(hr, event)).filter((one) => one.user_id === people.student.user.id)
	assert.deepEqual(row, { user_id: people.student.user.id, student_id: people.student.username, full_name: 'Mo Member', email: people.student.email, department: 'Computer Science', department_id: 1, year_level: 1, state: 'expected' })
	const set = ok(await organizer.put(at(event, 'roster/'), { members: [people.second_year.user.id, people.second_year.user.id] }))
	assert.deepEqual([set.event_id, set.expected], [event.id, 1])
	assert.deepEqual(ids(await roster(organizer, event)), [people.second_year.user.id])
	assert.equal((await student.get(at(event))).status, 404)
	assert.equal((await second_year.get(at(event))).status, 200)
	for (const [field, members] of [['members.1', [people.student.user.id, people.student2.user.id]], ['members.0', [999_999_999]], ['members.0', ['x']], ['members', 'x'], ['members', undefined]])
		assert.deepEqual(faults(await organizer.put(at(event, 'roster/'), { members })), [field])
	assert.deepEqual(ids(await roster(organizer, event)), [people.second_year.user.id])
	// By a file, of numbers or of addresses.
	assert.equal(ok(await organizer.put(at(event, 'roster/'), file_of(`Name,Student ID\nMo,${people.student.username}\n`))).expected, 1)
	assert.deepEqual(ids(await roster(organizer, event)), [people.student.user.id])
	assert.equal(ok(await organizer.put(at(event, 'roster/'), file_of(`email\n${people.second_year.email}\n`))).expected, 1)
	assert.deepEqual(faults(await organizer.put(at(event, 'roster/'), file_of(`email\n${people.second_year.email}\n${people.student2.email}\nnobody\n`))), ['file.1', 'file.2'])
	assert.deepEqual(ids(await roster(organizer, event)), [people.second_year.user.id])
	const csv = await hr.get(at(event, 'roster/?format=csv'))
	assert.match(csv.text, new RegExp(people.second_year.email))
	assert.equal((await hr.get(at({ id: randomUUID() }, 'roster/'))).status, 404)
})

test('who is expected is fixed when it opens: who joins later is, who leaves stays', async () => {
	const now = Date.now(), rule = { audience: [{ rule: 'department', value: 3 }] }
	const early = await new_member('student', { department: 3 }), event = await make(organizer, { ...rule, start_datetime: iso(now), end_datetime: iso(now + HOUR) })
	const fixed = () => sql(`SELECT roster_at IS NOT NULL FROM campus_event WHERE id = ${number_of(event)}`)[0][0] === '1'

	jobs_run('rosters')
	await until('it is fixed', fixed)
	assert.ok(ids(await roster(organizer, event)).includes(early.user.id))
	sql(`UPDATE campus_member SET department_id = 1 WHERE account_id = ${early.user.id}`)
	const late = await new_member('student', { department: 3 })
	jobs_run('rosters')
	await until('who joins is on it', async () => ids(await roster(organizer, event)).includes(late.user.id))
	const then = ids(await roster(organizer, event))
	assert.ok(then.includes(early.user.id) && then.includes(late.user.id))
	assert.equal((await as(early).get(at(event))).status, 200)
	// Another audience makes another roster; who was excused stays so.
	sql(`UPDATE event_expected SET state = 'excused' WHERE event_id = ${number_of(event)} AND account_id = ${late.user.id}`)
	ok(await organizer.patch(at(event), { audience: [{ rule: 'member', value: people.student.user.id }] }))
	assert.deepEqual(ids(await roster(organizer, event)), ids([{ user_id: late.user.id }, { user_id: people.student.user.id }]))
	// It opens later: nothing is fixed any more.
	ok(await organizer.patch(at(event), { start_datetime: iso(now + 3 * HOUR), end_datetime: iso(now + 4 * HOUR) }))
	assert.ok(!fixed())
	contract(await organizer.get(at(event, 'roster/')))
})
