// What a member of a campus has of their own: their attendance with its sums and each record's page, their account with consent and devices,
// and how they come to one.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { messages } from '../api/lib.mjs'
import { as, attendance_row, DAY, HOUR, iso, joining_by_mail, new_member, ok, unique } from '../api/world.mjs'
import { each_way, look_around, PHONE, use_browser, visit } from './lib.mjs'

use_browser()

const EVENTS = '/api/campus/events/', MINUTE = 60_000, REASON = 'Nobody saw you in the hall'
let campus, organizer

// A campus of its own, so that nothing else is expected of its people.
before(async () => {
	const admin = await new_member('campus_admin', { campus: null }), short_code = unique().slice(-8).toUpperCase()

	campus = ok(await as(admin).post('/api/campus/campuses/', { name: `Campus ${short_code}`, short_code, time_zone: 'Asia/Tokyo' }), 201).id
	organizer = await new_member('campus_organizer', { campus })
})

const a_student = () => new_member('student', { campus })

async function lecture(who, more) {
	const now = Date.now(), title = `Lecture ${unique()}`
	const { id } = ok(await as(organizer).post(EVENTS, {
		title, location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR), audience: [{ rule: 'member', value: who.user.id }], ...more
	}), 201)

	return { id, title }
}

async function enter(visitor, who, path = '/campus') {
	await visitor.open(path)
	await visitor.send({ username: who.username, password: who.password }, 'Sign in')
}

each_way('a student sees how they stand, reads one record with what they can do, and appeals', async (t) => {
	const student = await a_student(), here = await lecture(student), late = await lecture(student)
	const id = attendance_row(here.id, student, { flags: { outside: 'medium' }, distance: 334, place: "'Hall A'", place_verdict: "'outside'" })

	attendance_row(late.id, student, { status: "'late'", verification_status: "'verified'" })
	await lecture(student, { start_datetime: iso(Date.now() + DAY), end_datetime: iso(Date.now() + DAY + HOUR) })
	ok(await as(organizer).post(`/api/campus/attendance/${id}/verify/`, { decision: 'rejected', reason: REASON }))
	await enter(t, student)
	await t.press('My attendance')
	assert.equal((await t.heading()).trim(), 'My attendance')
	await t.sees('50 %')
	await t.sees('66.67 %')
	await t.sees('1 event to come')
	assert.equal(await t.$('main tbody tr').count(), 2)
	await look_around(t)
	await t.choose({ status: 'late' })
	assert.equal(await t.$('main tbody tr').count(), 1)
	await t.open('/campus/my-attendance')
	await t.press(here.title)
	await t.sees('The place that your device told lies outside')
	await t.sees('What you can do:')
	await t.sees(REASON)
	await t.sees('You can appeal until')
	await look_around(t)
	await t.press('Appeal')
	await t.send({ reason: 'no' }, 'Appeal', { status: 422 })
	await t.send({ reason: 'I sat in the second row' }, 'Appeal')
	await t.sees('I sat in the second row')
	assert.equal(await t.$('main a[href$="/appeal"]').count(), 0)
	await t.open('/campus/attendance', { status: 403 })
})

test('staff have their own attendance apart from the records that they see', async (t) => {
	const visitor = await visit(t), student = await a_student(), { id } = await lecture(student, { audience: [{ rule: 'all' }] })

	attendance_row(id, student)
	await enter(visitor, organizer, '/campus/my-attendance')
	await visitor.sees('No records')
	attendance_row(id, organizer)
	await visitor.open('/campus/my-attendance')
	assert.equal(await visitor.$('main tbody tr').count(), 1)
	await visitor.press(visitor.$('main tbody a').first())
	assert.equal(await visitor.$('main a[href="/campus/my-attendance"]').count(), 1)
})

each_way('a member agrees to photos, agrees no more, and signs out elsewhere', async (t) => {
	const student = await a_student()
	const said = async () => ok(await as(student).get('/api/campus/auth/consent/')).said

	await enter(t, student, '/campus/account')
	await t.sees('You were not asked yet')
	await look_around(t)
	await t.press('I agree')
	await t.sees('You agreed')
	assert.equal(await said(), 'given')
	await t.press('Agree no more')
	await t.sees('You do not agree')
	assert.equal(await said(), 'declined')
	await t.press('Devices')
	assert.equal((await t.heading()).trim(), 'Where you are signed in')
	assert.equal(await t.$('main article').count(), 2)
	await look_around(t)
	await t.press('Sign out there')
	assert.equal(await t.$('main article').count(), 1)
	assert.equal((await as(student).get('/api/campus/auth/consent/')).status, 401)
})

each_way('somebody registers, confirms the address by the mail, and changes it later', async (t) => {
	const email = `${unique()}@campus.example`, again = `${unique()}@campus.example`, username = `u${unique()}`
	const link_in = async (to) => (await messages(to))[0].body.match(/\/campus\/verify-email\?code=\w+/)[0]

	await t.open('/campus/sign-in')
	await t.press(t.$('main a[href="/campus/register"]'))
	await look_around(t)
	await t.fill({ campus: '1', first_name: 'Nia', last_name: 'New', email, username: (await a_student()).username, password: 'four quiet words here' })
	await t.press('Create your account', { status: 422 })
	await t.sees('Another one has this already.')
	await look_around(t)
	await t.fill({ username, password: 'four quiet words here' })
	await t.press('Create your account')
	assert.equal(t.path, '/campus/verify-email')
	await look_around(t)
	await t.send({ verification_code: 'ABCDEFGH2345' }, 'Confirm', { status: 422 })
	await t.sees('This is not good any more.')
	await t.open('/campus/account')
	await t.sees('Your e-mail is not confirmed yet.')
	await t.open(await link_in(email))
	await t.press('Confirm')
	assert.equal(t.path, '/campus')
	await t.open('/campus/account')
	await t.sees('Verified')
	await t.send({ email: again }, 'Save')
	await t.sees(`Your new e-mail waits to be confirmed: ${again}`)
	await look_around(t)
	await t.open(await link_in(again))
	await t.press('Confirm')
	await t.open('/campus/account')
	assert.equal(await t.$('#f-email').inputValue(), again)
})

test('who has an account elsewhere adds the campus to it, by the mail and its password', async (t) => {
	const visitor = await visit(t, { viewport: PHONE }), { token, password } = await joining_by_mail()

	await visitor.open(`/campus/join?token=${token}`)
	await look_around(visitor)
	await visitor.send({ password: 'not it at all' }, 'Add the campus', { status: 422 })
	await visitor.send({ password }, 'Add the campus')
	assert.equal(visitor.path, '/campus/sign-in')
	await visitor.sees('The campus is added to your account.')
})

test('the same on a phone and in Arabic', async (t) => {
	const student = await a_student(), { id: event } = await lecture(student), id = attendance_row(event, student, { status: "'absent'", method: "'auto'", verification_status: "'verified'" })

	for (const how of [{ viewport: PHONE }, { locale: 'ar' }]) {
		const visitor = await visit(t, how)
		for (const path of ['/campus/register', '/campus/verify-email?code=ABCDEFGH2345']) {
			await visitor.open(path)
			await look_around(visitor)
		}
		await visitor.open('/campus/my-attendance')
		await visitor.fill({ username: student.username, password: student.password })
		await visitor.press(visitor.$('main form button').first())
		await look_around(visitor)
		for (const path of [`/campus/attendance/${id}`, '/campus/account', '/campus/account/sessions']) {
			await visitor.open(path)
			await look_around(visitor)
		}
	}
})
