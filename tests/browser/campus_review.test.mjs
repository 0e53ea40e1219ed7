// Records of attendance in the portal: a supervisor goes through what waits, a student reads theirs and appeals, and a room is looked after by hand.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { as, attendance_row, HOUR, iso, new_member, ok, unique } from '../api/world.mjs'
import { each_way, look_around, PHONE, use_browser, visit } from './lib.mjs'

use_browser()

const EVENTS = '/api/campus/events/', MINUTE = 60_000, REASON = 'Seen on the list at the door'
let organizer, supervisor, hr

before(async () => {
	organizer = await new_member('campus_organizer')
	supervisor = await new_member('supervisor')
	hr = await new_member('hr')
})

async function room(more) {
	const now = Date.now(), title = `Lecture ${unique()}`
	const { id } = ok(await as(organizer).post(EVENTS, {
		title, location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR), latitude: 52.5, longitude: 13.3, ...more
	}), 201)

	return { id, title }
}

async function enter(visitor, who, path = '/campus') {
	await visitor.open(path)
	await visitor.send({ username: who.username, password: who.password }, 'Sign in')
}

each_way('an organizer goes through what waits: with a reason it is decided, without one it is not', async (t) => {
	const student = await new_member('student'), { id: event } = await room(), maker = organizer
	const first = attendance_row(event, student, { flags: { token_relay: 'high', outside: 'medium' }, latitude: 52.503, longitude: 13.3, accuracy: 20, distance: 334, place: "'Hall A'", place_verdict: "'outside'" })

	await enter(t, maker, '/campus/attendance')
	await t.press('Reviews')
	await t.sees('Several signs say that the code may have been passed on to you.')
	await t.sees('334 m from the event')
	await look_around(t)
	const item = t.$('main li', { has: t.page.locator(`a[href="/campus/attendance/${first}"]`) }).first()
	await item.locator('textarea').fill('no')
	await t.press(item.getByRole('button', { name: 'Reject', exact: true }), { status: 422 })
	await t.sees('3')
	await t.$('main textarea').fill(REASON)
	await t.press('Reject')
	assert.equal(t.path, '/campus/attendance/reviews')
	assert.equal(await t.$(`main li a[href="/campus/attendance/${first}"]`).count(), 0)
	await t.open(`/campus/attendance/${first}`)
	await t.sees('Rejected')
	await t.sees(REASON)
	await look_around(t)
	assert.equal(ok(await as(maker).get(`/api/campus/attendance/${first}/`)).verification_status, 'rejected')
})

test('the queue by keys: j, k, v, r, and Ctrl with Enter', async (t) => {
	const visitor = await visit(t), { id: event } = await room(), people = [await new_member('student'), await new_member('student')]
	const other = await new_member('campus_organizer'), records = people.map((person) => attendance_row(event, person, { flags: { token_relay: 'high' } }))

	assert.ok(other)
	await enter(visitor, organizer, '/campus/attendance/reviews')
	const at = () => visitor.page.evaluate(() => [...document.querySelectorAll('[data-review]')].findIndex((item) => item.contains(document.activeElement)))
	await visitor.page.keyboard.press('j')
	assert.equal(await at(), 0)
	await visitor.page.keyboard.press('j')
	assert.equal(await at(), 1)
	await visitor.page.keyboard.press('k')
	assert.equal(await at(), 0)
	const chosen = await visitor.page.evaluate(() => document.activeElement.querySelector('h2 a').getAttribute('href').split('/').at(-1))
	await visitor.page.keyboard.press('v')
	assert.equal(await visitor.page.evaluate(() => document.activeElement.localName), 'textarea')
	await visitor.page.keyboard.type(`${REASON}, j and k`)
	await Promise.all([visitor.page.waitForNavigation(), visitor.page.keyboard.press('Control+Enter')])
	assert.equal(visitor.path, '/campus/attendance/reviews')
	assert.equal(ok(await as(organizer).get(`/api/campus/attendance/${chosen}/`)).verification_status, 'verified')
	assert.ok(records.length)
})

each_way('a student reads what was decided, appeals once, and another decides', async (t) => {
	const student = await new_member('student'), { id: event, title } = await room(), id = attendance_row(event, student)

	ok(await as(organizer).post(`/api/campus/attendance/${id}/verify/`, { decision: 'rejected', reason: REASON }))
	await enter(t, student, '/campus/my-attendance')
	assert.equal((await t.heading()).trim(), 'My attendance')
	await look_around(t)
	await t.press(title)
	await t.sees(REASON)
	assert.equal(await t.$('main form').count(), 0)
	await t.press('Appeal')
	await t.send({ reason: 'I sat in the second row' }, 'Appeal')
	await t.sees('I sat in the second row')
	assert.equal(await t.$('main a[href$="/appeal"]').count(), 0)
	await t.open('/campus/attendance/reviews', { status: 403 })
	assert.equal(ok(await as(supervisor).get('/api/campus/attendance/reviews/?page_size=200')).results.some((row) => row.id === id), true)
})

each_way('a room: who is here, who is missing, and a mark by hand', async (t) => {
	const here = await new_member('student'), missing = await new_member('student')
	const { id: event } = await room({ audience: [here, missing].map(({ user }) => ({ rule: 'member', value: user.id })) })

	attendance_row(event, here)
	await enter(t, organizer, `/campus/events/${event}`)
	await t.press('Who is here')
	assert.equal(await t.$('main tbody tr').count(), 2)
	await look_around(t)
	await t.choose({ include: 'only_missing' })
	assert.equal(await t.$('main tbody tr').count(), 1)
	await t.press(t.$('main tbody a').first())
	await t.sees('Mo Member')
	await t.send({ status: 'late' }, 'Mark by hand', { status: 422 })
	await t.sees('Say why.')
	await t.send({ reason: REASON }, 'Mark by hand')
	assert.match(t.path, /\/room$/)
	await t.sees('Late', 'main tbody')
})

test('hr keeps a record, and excuses somebody by a photo; in Arabic and on a phone too', async (t) => {
	const visitor = await visit(t, { viewport: PHONE }), { id: event } = await room(), id = attendance_row(event, await new_member('student'), {
		latitude: 52.5001, longitude: 13.3, accuracy: 8, distance: 11, place: "'Hall A'", place_verdict: "'inside'"
	})

	await enter(visitor, hr, `/campus/attendance/${id}`)
	assert.equal(await visitor.$('main svg[role=img] circle').count(), 3)
	await visitor.press('Keep')
	await visitor.send({ reason: REASON }, 'Keep')
	await visitor.sees('Kept')
	await visitor.press('Excuse')
	await visitor.send({ reason: 'A note from a doctor' }, 'Excuse')
	await visitor.sees('Excused')
	const arabic = await visit(t, { locale: 'ar' })
	await arabic.open(`/campus/attendance/${id}`)
	await arabic.fill({ username: hr.username, password: hr.password })
	await arabic.press(arabic.$('main form button').first())
	await look_around(arabic)
	await arabic.open(`/campus/events/${event}/room`)
	await arabic.open('/campus/attendance/reviews')
})
