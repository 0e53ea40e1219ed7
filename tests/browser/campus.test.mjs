// A campus's people in their portal: signing in and coming back to where one was going, what each role finds there, and an event from its
// form to its repetition and its roster.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DEMO } from '../api/lib.mjs'
import { as, DAY, HOUR, new_member, ok, unique } from '../api/world.mjs'
import { each_way, look_around, use_browser, visit } from './lib.mjs'

use_browser()

const ORGANIZER = { username: 'organizer1', password: 'demo-organizer-1' }
// What a date-time field takes, on a clock in Berlin.
const berlin = (ms) => new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/Berlin' }).format(ms).replace(' ', 'T')

async function enter(visitor, who, path = '/campus') {
	await visitor.open(path)
	await visitor.send(who, 'Sign in')
}

each_way('a student signs in by user name, is led back to where they were going, and sees no way to make events', async (t) => {
	await enter(t, DEMO.campus, '/campus/events?phase=closed')
	assert.equal(t.path, '/campus/events?phase=closed')
	await t.open('/campus')
	await t.sees('Open now')
	assert.equal(await t.$('a[href="/campus/events/new"]').count(), 0)
	await t.open('/campus/events/new', { status: 403 })
	await t.open('/campus/account')
	await t.sees('student1')
	await t.sign_out()
	await t.open('/campus')
	assert.match(t.path, /^\/campus\/sign-in/)
})

each_way('a wrong password is told, and the user name stays', async (visitor) => {
	await visitor.open('/campus/sign-in')
	await visitor.send({ username: `u${unique()}`, password: 'wrong-password' }, 'Sign in', { status: 422 })
	await visitor.sees('The user name or the password is wrong.')
	assert.match(await visitor.$('main [name=username]').inputValue(), /^u/)
})

each_way('an organizer makes an event, is told what is wrong with it, changes it, repeats it by weeks and takes it away', async (visitor, { way }) => {
	const title = `Lecture ${unique()} ${way}`, starts = Date.now() + DAY

	await enter(visitor, ORGANIZER)
	await visitor.press('New event')
	await visitor.send({ title, location: 'Hall A', start_datetime: berlin(starts), end_datetime: berlin(starts - HOUR) }, 'Create', { status: 422 })
	await visitor.sees('It ends before it starts.')
	await visitor.send({ end_datetime: berlin(starts + HOUR) }, 'Create')
	assert.equal((await visitor.heading()).trim(), title)
	await visitor.press('Edit')
	await visitor.send({ location: 'Hall B', typed_code: '1' }, 'Save')
	await visitor.sees('Hall B')
	await visitor.press('Repeat')
	await visitor.send({ 'recurrence[until]': berlin(starts + 15 * DAY).slice(0, 10) }, 'Make them')
	await visitor.open(`/campus/events?search=${encodeURIComponent(title)}`)
	assert.equal(await visitor.$('main tbody tr').count(), 3)
	await look_around(visitor)
	await visitor.press(visitor.$('main tbody a').first())
	await visitor.press('Edit')
	await visitor.press('Delete')
	await visitor.press('Delete')
	await visitor.open(`/campus/events?search=${encodeURIComponent(title)}`)
	assert.equal(await visitor.$('main tbody tr').count(), 2)
})

test('a roster by a list: those people alone are expected', async (t) => {
	const visitor = await visit(t), member = await new_member('supervisor', {}), file = join(process.env.GATEHOUSE_DIR, `roster-${unique()}.csv`)
	const { id } = ok(await as(member.access).post('/api/campus/events/', {
		title: `Seminar ${unique()}`, location: 'Room 1', start_datetime: new Date(Date.now() + DAY).toISOString(), end_datetime: new Date(Date.now() + DAY + HOUR).toISOString()
	}), 201)

	writeFileSync(file, 'student_id\n10008\n')
	await enter(visitor, { username: member.user.username ?? member.user.email, password: member.password }, `/campus/events/${id}/roster`)
	await visitor.$('main [type=file]').setInputFiles(file)
	await visitor.press('Expect these people')
	await visitor.sees('Noor Adler')
	assert.equal(await visitor.$('main tbody tr').count(), 1)
})
