// A campus from nothing, as its admin sets it up in the portal: the campus with its settings, departments, members by a list, an event with its
// code, and once that is over its figures and what is out of the ordinary.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, sql } from '../api/lib.mjs'
import { as, attendance_row, HOUR, iso, jobs_run, new_member, ok, unique, until } from '../api/world.mjs'
import { local, look_around, look_in_arabic, PHONE, use_browser, visit } from './lib.mjs'

use_browser()

const MINUTE = 60_000, ZONE = 'Asia/Tokyo'
let admin, hr

before(async () => {
	admin = await new_member('campus_admin', { campus: null })
	hr = await new_member('hr')
})

async function enter(visitor, who, path = '/campus') {
	await visitor.open(path)
	await visitor.send({ username: who.username, password: who.password }, 'Sign in')
}

const list_of = (...lines) => ({ name: 'members.csv', mimeType: 'text/csv', buffer: Buffer.from(['email,first_name,last_name,student_id,department,year_level,role', ...lines].join('\n')) })

// Hands a list in and waits, as its page does, until it was read.
async function hand_in(t, file, button = 'Read the list') {
	await t.$('main [type=file]').setInputFiles(file)
	await t.press(button)
	assert.match(t.path, /\/campus\/users\/import\/\d+$/)
	await until('it is read', () => (jobs_run('imports'), sql(`SELECT 1 FROM campus_import WHERE id = ${t.path.split('/').pop()} AND status = 'done'`).length))
	await (t.js ? t.sees('Lines') : t.press('Look again'))
}

test('an admin sets up a campus: its settings, departments, members by a list', async (test_) => {
	const t = await visit(test_), code = unique().slice(-8).toUpperCase(), name = `Harbour Campus ${code}`, people = [1, 2, 3].map((i) => `${code}-${i}@harbour.example`.toLowerCase())

	await enter(t, admin, '/campus/campuses')
	await t.press(t.$('main a[href="/campus/campuses/new"]'))
	await t.send({ name, short_code: 'RIV', time_zone: ZONE, attendance_threshold: '80', evidence_days: '30' }, 'Create', { status: 422 })
	await t.send({ short_code: code }, 'Create')
	await t.open(`/campus/campuses?search=${code}`)
	await t.press(name)
	const campus = Number(t.path.split('/').pop())
	await t.sees('80', 'main dl')
	for (const [department, short] of [['Harbour Law', `L${code.slice(-5)}`], ['Harbour Music', `M${code.slice(-5)}`]]) {
		await t.open('/campus/departments/new')
		await t.send({ campus_id: String(campus), name: department, short_code: short }, 'Create')
	}

	// A trial first, then in earnest: what is wrong with a line keeps no other out.
	await t.open('/campus/users')
	await t.press('Members by a list')
	const file = list_of(`${people[0]},Ada,Adler,${code}-1,Harbour Law,1,student`, `${people[1]},Ben,Brandt,${code}-2,Harbour Music,2,student`, `${people[2]},Cem,Conti,${code}-3,Nowhere,2,student`)
	await t.fill({ campus_id: String(campus), dry_run: true })
	await hand_in(t, file)
	await t.sees('This would become of it. Nothing was changed.')
	await t.sees('There is no such department.')
	assert.equal(sql(`SELECT 1 FROM campus_member WHERE campus_id = ${campus}`).length, 0)
	await t.press('Read it in earnest')
	await t.fill({ campus_id: String(campus) })
	await hand_in(t, file)
	await t.sees('The list was read.')
	assert.equal(await t.$('main tbody tr').count(), 1)
	assert.equal(sql(`SELECT 1 FROM campus_member WHERE campus_id = ${campus}`).length, 2)
	await look_around(t)
	await t.open(`/campus/users?campus=${campus}`)
	assert.equal(await t.$('main tbody tr').count(), 2)
	await t.press('Ada Adler')
	await t.press('Say that this is who they are')
	await t.send({ is_verified: true, reason: 'Seen at the desk' }, 'Say that this is who they are')
	await t.sees('Verified')
})

test('an admin makes an event there, shows its code, marks by hand, and sees what came of it once it is over', async (test_) => {
	const t = await visit(test_), code = unique().slice(-8).toUpperCase()
	const campus = ok(await as(admin).post('/api/campus/campuses/', { name: `Harbour Campus ${code}`, short_code: code, time_zone: ZONE }), 201).id
	const department = ok(await as(admin).post('/api/campus/departments/', { campus_id: campus, name: 'Harbour Law', short_code: `L${code.slice(-5)}` }), 201).id

	await new_member('student', { campus, department })
	await new_member('student', { campus, department })
	await enter(t, admin)
	// By that campus's clocks, without their being named.
	const starts = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE
	await t.open('/campus/events/new')
	await t.send({
		title: `Moot ${code}`, location: 'Court room', campus: String(campus), start_datetime: local(starts, ZONE), end_datetime: local(starts + HOUR, ZONE), typed_code: '1'
	}, 'Create')
	const event = t.path.split('/').pop(), [[stored]] = sql(`SELECT CONCAT(time_zone, ' ', UNIX_TIMESTAMP(starts_at)) FROM campus_event WHERE uuid = UNHEX('${event.replaceAll('-', '')}')`)
	assert.equal(stored.replace(/\.\d+$/, ''), `${ZONE} ${starts / 1000}`)
	await t.press('Who is expected')
	assert.equal(await t.$('main tbody tr').count(), 2)
	await t.open(`/campus/events/${event}`)
	await t.press('Show the code')
	const { typed_code } = (await api('GET', `/demo/campus/code?event=${event}`)).body
	assert.equal((await t.$('.wall-typed code').textContent()).length, typed_code.length + 1)
	await t.open(`/campus/events/${event}`)
	await t.press('Who is here')
	assert.equal(await t.$('main tbody tr').count(), 2)
	await t.press(t.$('main tbody a').first())
	await t.send({ reason: 'Came without a phone' }, 'Mark by hand')
	await t.sees('Mo Member', 'main tbody')

	// It is over: who did not come is absent, and the figures say so.
	const [[id]] = sql(`SELECT id FROM campus_event WHERE uuid = UNHEX('${event.replaceAll('-', '')}')`), earlier = (...names) => names.map((name) => `${name} = ${name} - INTERVAL 2 HOUR`).join()
	await until('its roster is fixed', () => (jobs_run('rosters'), sql(`SELECT 1 FROM campus_event WHERE id = ${id} AND roster_at IS NOT NULL`).length))
	sql(`UPDATE campus_event SET ${earlier('starts_at', 'ends_at', 'opens_at', 'late_at', 'closes_at')} WHERE id = ${id}; UPDATE attendance SET ${earlier('event_starts_at')} WHERE event_id = ${id}`)
	await until('it is closed', () => (jobs_run('closings'), sql(`SELECT 1 FROM attendance WHERE status = 'absent' AND event_id = ${id}`).length))
	await t.open(`/campus/analytics?campus_id=${campus}`)
	await t.sees('50 %')
	await t.open(`/campus/analytics/departments?campus_id=${campus}`)
	await t.sees('Harbour Law')
	await look_in_arabic(t)
	await t.open(`/campus/analytics/anomalies?campus_id=${campus}`)
})

test('hr reads a list for its own campus, without scripts, and makes students alone; others find no such page', async (t) => {
	const visitor = await visit(t, { js: false, viewport: PHONE, scheme: 'dark' }), key = unique().slice(-8)

	await enter(visitor, hr, '/campus/users')
	await visitor.press('Members by a list')
	assert.equal(await visitor.$('main [name=campus_id]').count(), 0)
	await look_in_arabic(visitor)
	await hand_in(visitor, list_of(`a${key}@campus.example,Ada,Adler,a${key},Nursing,1,student`, `b${key}@campus.example,Ben,Brandt,b${key},Nursing,1,admin`))
	await visitor.sees('Only an admin makes this role.')
	assert.deepEqual(sql(`SELECT student_id FROM campus_member WHERE student_id IN ('a${key}', 'b${key}')`), [[`a${key}`]])
	await look_in_arabic(visitor)
	const other = await visit(t)
	await enter(other, await new_member('supervisor'))
	await other.open('/campus/users/import', { status: 403 })
	await other.open('/campus/users')
	assert.equal(await other.$('main a[href="/campus/users/import"]').count(), 0)
})

test('an event takes its place from the device that is there', async (t) => {
	const visitor = await visit(t)

	await visitor.page.context().grantPermissions(['geolocation'], { origin: process.env.GATEHOUSE_URL })
	await visitor.page.context().setGeolocation({ latitude: 35.6812364, longitude: 139.7671248, accuracy: 9 })
	await enter(visitor, hr, '/campus/events/new')
	await visitor.$('[data-here] button').click()
	await visitor.sees('Accurate to 9 m.')
	assert.equal(await visitor.$('[name=latitude]').inputValue(), '35.681236')
	assert.equal(await visitor.$('[name=longitude]').inputValue(), '139.767125')
})

test('the navigation says where one is on a record: one\'s own, and another\'s', async (t) => {
	const visitor = await visit(t), organizer = await new_member('campus_organizer'), student = await new_member('student')
	const { id: event } = ok(await as(organizer).post('/api/campus/events/', {
		title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 10 * MINUTE), end_datetime: iso(Date.now() + HOUR), audience: [{ rule: 'all' }]
	}), 201)
	const here = async () => [await visitor.$('nav#menu [aria-current]').getAttribute('href'), await visitor.$('nav#menu [aria-current]').getAttribute('aria-current')]
	const absent = attendance_row(event, student, { status: "'absent'", method: "'auto'", verification_status: "'verified'" }), own = attendance_row(event, organizer)

	await enter(visitor, organizer, `/campus/attendance/${absent}`)
	assert.deepEqual(await here(), ['/campus/attendance', 'true'])
	assert.equal(await visitor.$('main h2', { hasText: 'What was sent' }).count(), 0)
	await visitor.sees('At closing')
	await visitor.open(`/campus/attendance/${own}`)
	assert.deepEqual(await here(), ['/campus/my-attendance', 'true'])
	assert.equal(await visitor.$('main h2', { hasText: 'What was sent' }).count(), 1)
	await visitor.sign_out()
	await enter(visitor, student, `/campus/attendance/${absent}`)
	assert.deepEqual(await here(), ['/campus/my-attendance', 'true'])
	assert.equal(await visitor.$('main h2', { hasText: 'What was sent' }).count(), 0)
})

test('whatever the clock of their device says, the wall tells the time of the hall, and a mark how long is left', async (t) => {
	const wall = await visit(t), phone = await visit(t, { viewport: PHONE }), student = await new_member('student'), supervisor = await new_member('supervisor')
	const { id } = ok(await as(supervisor).post('/api/campus/events/', {
		title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 10 * MINUTE), end_datetime: iso(Date.now() + HOUR), time_zone: ZONE, required_steps: ['qr'], qr_rotates: false
	}), 201)
	const hour = () => local(Date.now(), ZONE).slice(11, 13)

	await wall.page.clock.install({ time: Date.now() - 5 * HOUR })
	await enter(wall, supervisor, `/campus/events/${id}/wall`)
	const before = hour()
	await wall.page.clock.runFor(1000)
	const told = (await wall.$('[data-wall-clock]').textContent()).slice(0, 2)
	assert.ok([before, hour()].includes(told), `${told}, and it is ${hour()}`)

	await phone.page.clock.install({ time: Date.now() + 5 * HOUR })
	await enter(phone, student, `/campus/m/${(await api('GET', `/demo/campus/code?event=${id}`)).body.qr_token}`)
	await phone.press('Begin')
	await phone.page.clock.runFor(1000)
	const left = async () => phone.$('.countdown time').textContent().then((text) => Number(text.trim().split(':')[0]) * 60 + Number(text.trim().split(':')[1]))
	const first = await left()
	assert.ok(first > 570 && first <= 600, `${first} s`)
	await phone.page.clock.runFor(4 * MINUTE)
	assert.ok(first - await left() >= 239, `${first} s, then ${await left()} s`)
})
