// The campus portal's pages that show what the API has: what a student finds when they come, an event in numbers, events by a list
// and by the month, and who did what.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Browser, sql } from './lib.mjs'
import { as, attendance_row, HOUR, iso, new_campus, new_member, ok, unique } from './world.mjs'

const MINUTE = 60_000, DAY = 24 * HOUR
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const make = async (who, more = {}) => ok(await as(who).post('/api/campus/events/', {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR), required_steps: ['qr'], ...more
}), 201)
// An event of a day that has gone by, with a roster of one; what it was before is moved there, for no event is made in the past.
async function past(days, person, columns, by = maker) {
	const event = await make(by, { audience: [{ rule: 'member', value: person.user.id }] })

	sql(`UPDATE campus_event SET starts_at = starts_at - INTERVAL ${days} DAY, ends_at = ends_at - INTERVAL ${days} DAY, opens_at = opens_at - INTERVAL ${days} DAY,
		late_at = late_at - INTERVAL ${days} DAY, closes_at = closes_at - INTERVAL ${days} DAY, starts_on = starts_on - INTERVAL ${days} DAY, roster_at = UTC_TIMESTAMP(3) WHERE uuid = ${hex(event.id)};
		INSERT IGNORE INTO event_expected (event_id, account_id, state) SELECT id, ${person.user.id}, 'expected' FROM campus_event WHERE uuid = ${hex(event.id)}`)
	attendance_row(event.id, person, columns)
	return event
}
const ABSENT = { status: "'absent'", verification_status: "'verified'", method: "'auto'" }
let maker

async function browser_of(member) {
	const browser = new Browser()

	await browser.go('/campus/sign-in')
	await browser.submit('/campus/sign-in', { username: member.username, password: member.password })
	return browser
}
// Sends a file with a form, as a browser does.
async function send_file(browser, action, text, fields = {}) {
	const body = new FormData()

	for (const [name, value] of Object.entries({ ...browser.hidden(action), ...fields }))
		body.append(name, value)
	body.append('file', new Blob([text], { type: 'text/csv' }), 'list.csv')
	await browser.open(action, { method: 'POST', body })
}
const text_of = (html) => html.replace(/<[^>]+>/g, ' ').replaceAll('&amp;', '&').replace(/\s+/g, ' ')

before(async () => {
	maker = await new_member('campus_organizer')
})

test('whoever is expected finds the way to their mark on the event\'s page, whatever their role, and what came of it', async () => {
	const staff = await new_member('supervisor'), student = await new_member('student')
	const event = await make(maker, { audience: [{ rule: 'member', value: staff.user.id }, { rule: 'member', value: student.user.id }] })
	const theirs = await make(maker, { audience: [{ rule: 'member', value: student.user.id }] })
	const before = [...Array(101)].map((_, i) => ({
		title: `Before ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 10 * MINUTE - i), end_datetime: iso(Date.now() + HOUR), audience: [{ rule: 'member', value: student.user.id }]
	}))
	assert.equal(ok(await as(maker).post('/api/campus/events/bulk-create/', { events: before }), 201).created, 101)

	for (const person of [staff, student]) {
		const browser = await browser_of(person)

		await browser.open(`/campus/events/${event.id}`)
		assert.match(browser.html, new RegExp(`href="/campus/mark/${event.id}"`))
		attendance_row(event.id, person, { status: "'late'" })
		await browser.open(`/campus/events/${event.id}`)
		assert.doesNotMatch(browser.html, /href="\/campus\/mark\//)
		assert.match(text_of(browser.html), /Your mark: Late Pending/)
	}
	const browser = await browser_of(staff)
	await browser.open(`/campus/events/${theirs.id}`)
	assert.equal(browser.status, 200)
	assert.doesNotMatch(browser.html, /href="\/campus\/mark\//)
})

test('a student is told on their first page how they stand, as their dashboard has it, and what to mind', async () => {
	// At a campus of their own, for events that all of a campus are expected at close at any time.
	const campus = new_campus('Europe/Berlin'), by = await new_member('campus_organizer', { campus })
	const student = await new_member('student', { campus }), browser = await browser_of(student)

	await past(8, student, { verification_status: "'verified'" }, by)
	for (const days of [6, 4, 2])
		await past(days, student, ABSENT, by)
	const { summary, warnings } = ok(await as(student).get('/api/campus/analytics/dashboard/'))
	assert.equal(summary.attendance_rate, 25)
	assert.ok(warnings.length >= 2, JSON.stringify(warnings))
	await browser.open('/campus')
	assert.match(text_of(browser.html), new RegExp(`Rate ${summary.attendance_rate} %`))
	assert.match(text_of(browser.html), new RegExp(`Best still possible ${String(summary.best_possible_rate).replace('.', '\\.')} %`))
	for (const { message } of warnings)
		assert.ok(text_of(browser.html).includes(message), message)
	const staff = await browser_of(await new_member('supervisor'))
	await staff.open('/campus')
	assert.doesNotMatch(staff.html, /id="standing"/)
})

test('an event in numbers is a page of who sees its records', async () => {
	const event = await make(maker), student = await new_member('student'), browser = await browser_of(maker)

	attendance_row(event.id, student, { verification_status: "'verified'", flags: { outside: 'medium' } })
	const figures = ok(await as(maker).get(`/api/campus/events/${event.id}/analytics/`))
	await browser.open(`/campus/events/${event.id}`)
	assert.match(browser.html, new RegExp(`href="/campus/events/${event.id}/analytics"`))
	await browser.open(`/campus/events/${event.id}/analytics`)
	assert.equal(browser.status, 200)
	assert.equal(figures.present, 1)
	assert.match(text_of(browser.html), /Present 1 /)
	assert.match(text_of(browser.html), /Medium 1 /)
	await browser.open(`/campus/events/${(await make(await new_member('campus_organizer'))).id}/analytics`)
	assert.equal(browser.status, 404)
	const theirs = await browser_of(student)
	await theirs.open(`/campus/events/${event.id}/analytics`)
	assert.equal(theirs.status, 403)
})

test('events come from a list: what is wrong is told by its line, a look makes nothing, and all of them are made or none', async () => {
	const browser = await browser_of(maker), day = iso(Date.now() + 3 * DAY).slice(0, 10), title = `Listed ${unique()}`
	const line = (name, from, to) => `${name},Hall A,${day}T${from}:00,${day}T${to}:00`
	const head = 'title,location,start_datetime,end_datetime\n', good = [line(title, '10:00', '11:00'), line(title, '12:00', '13:00')].join('\n')
	const made = () => Number(sql(`SELECT COUNT(*) FROM campus_event WHERE title = '${title}'`)[0][0])

	await browser.open('/campus/events')
	assert.match(browser.html, /href="\/campus\/events\/file"/)
	await browser.open('/campus/events/file')
	await send_file(browser, '/campus/events/file', `${head}${line(title, '10:00', '11:00')}\n${line(title, '12:00', '11:00')}\n`)
	assert.equal(browser.status, 422)
	assert.match(text_of(browser.html), /3 end_datetime It ends before it starts\./)
	assert.equal(made(), 0)
	await send_file(browser, '/campus/events/file', head + good, { dry_run: '1' })
	assert.match(text_of(browser.html), /Good lines 2 Lines with a fault 0/)
	assert.equal(made(), 0)
	await send_file(browser, '/campus/events/file', `${head}${good}\n${line(title, '12:00', '11:00')}\n`, { partial: '1' })
	assert.match(text_of(browser.html), /4 end_datetime It ends before it starts\./)
	assert.equal(made(), 2)
	await send_file(browser, '/campus/events/file', head + good)
	assert.equal(browser.location, '/campus/events')
	assert.equal(made(), 4)
})

test('hr and admins read who did what at their campus, and nothing of another\'s or of another role', async () => {
	const admin = await new_member('campus_admin'), far = await new_member('campus_admin', { campus: 2 }), all = await new_member('hr', { campus: null })
	const event = await make(maker), number = Number(sql(`SELECT id FROM campus_event WHERE uuid = ${hex(event.id)}`)[0][0])
	const of = async (who, query) => ok(await as(who).get(`/api/campus/audit/?noun=campus_event&noun_id=${number}${query ?? ''}`)).results

	for (const who of [admin, all])
		assert.deepEqual((await of(who)).map(({ action, account_id, role }) => [action, account_id, role]), [['create', maker.user.id, 'campus_organizer']])
	assert.deepEqual(await of(far), [])
	const [{ id }] = await of(admin)
	assert.equal(ok(await as(admin).get(`/api/campus/audit/${id}/`)).after.title, event.title)
	assert.equal((await as(far).get(`/api/campus/audit/${id}/`)).status, 404)
	assert.equal((await as(maker).get('/api/campus/audit/')).status, 403)
	// The same person as a customer: what they did there is the house's to see.
	sql(`INSERT INTO audit_log (at, account_id, role, action, noun, noun_id, ip, request_id) VALUES (UTC_TIMESTAMP(3), ${maker.user.id}, 'customer', 'create', 'campus_event', ${number}, '', '')`)
	assert.equal((await of(admin)).length, 1)
	const browser = await browser_of(admin)
	await browser.open(`/campus/audit?noun=campus_event&noun_id=${number}`)
	assert.match(browser.html, new RegExp(`/campus/audit/${id}"`))
})

test('a month of events has each on the day that it is where it is, in whole weeks from Monday on', async () => {
	const title = `Monthly ${unique()}`, browser = await browser_of(maker), day = '2031-03-01'
	const of = (from, to, more) => make(maker, { title, start_datetime: from, end_datetime: to, ...more })

	// In Kiritimati it is the first already, in Berlin the last of February.
	const far = await of('2031-02-28T11:00:00Z', '2031-02-28T12:00:00Z', { time_zone: 'Pacific/Kiritimati' }), near = await of('2031-02-28T11:00:00Z', '2031-02-28T12:00:00Z')
	const late = await of('2031-03-31T22:30:00Z', '2031-03-31T23:00:00Z') // by then it is April
	await browser.open(`/campus/events/calendar?day=${day}`)
	assert.equal(browser.status, 200)
	const cells = [...browser.html.matchAll(/<td class="([^"]*)">.*?datetime="([\d-]+)".*?<\/td>/gs)].map(([html, kind, date]) => ({ html, kind, date }))
	const with_one = ({ id }) => cells.filter(({ html }) => html.includes(`/campus/events/${id}"`)).map(({ date }) => date)
	assert.deepEqual([cells[0].date, cells.at(-1).date, cells.length], ['2031-02-24', '2031-04-06', 42])
	assert.deepEqual([with_one(far), with_one(near), with_one(late)], [['2031-03-01'], ['2031-02-28'], ['2031-04-01']])
	assert.ok(cells[4].kind.includes('beside') && !cells[5].kind.includes('beside'))
	assert.match(browser.html, /href="\?day=2031-02-01"/)
	assert.match(browser.html, /href="\?day=2031-04-01"/)
	const other = await browser_of(await new_member('campus_organizer'))
	await other.open(`/campus/events/calendar?day=${day}`)
	assert.ok(!other.html.includes(title))
	await browser.open('/campus/events/calendar')
	assert.match(browser.html, /aria-current="date"/)
	for (const wrong of ['1969-12-31', '9999-12-01', '2031-02-30', 'soon']) {
		await browser.open(`/campus/events/calendar?day=${wrong}`)
		assert.equal(browser.status, 422, wrong)
	}
})
