// A mark in the browser: from the code on the wall through every step to its record, with a camera, a pen and a place, and by forms alone; and
// the wall itself.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { api, site, sql } from '../api/lib.mjs'
import { grain, png } from '../api/picture.mjs'
import { as, HOUR, iso, new_member, ok, unique } from '../api/world.mjs'
import { DESKTOP, look_around, look_in_arabic, PHONE, use_browser, visit } from './lib.mjs'

use_browser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])

const MINUTE = 60_000, ALL = ['qr', 'location', 'front_photo', 'back_photo', 'signature']
const make = async (more = {}) => ok(await as(maker).post('/api/campus/events/', {
	title: `NUR 101: Anatomy ${unique().slice(0, 4)}`, location: 'Hall A, ground floor', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ALL, latitude: 41, longitude: 29, location_radius: 100, ...more
}), 201)
const code_of = async (event) => (await api('GET', `/demo/campus/code?event=${event.id}`)).body
const member = async (role) => {
	const one = await new_member(role)

	sql(`UPDATE campus_member SET is_verified = 1 WHERE account_id = ${one.user.id}`)
	return one
}
const record = (event, person) => sql(`SELECT a.state, a.status, a.verification_status, (SELECT GROUP_CONCAT(x.kind ORDER BY x.id) FROM attendance_evidence x WHERE x.attendance_id = a.id)
	FROM attendance a JOIN campus_event e ON e.id = a.event_id WHERE e.uuid = UNHEX('${event.id.replaceAll('-', '')}') AND a.account_id = ${person.user.id}`)[0]
let maker

before(async () => { maker = await member('campus_organizer') })

async function enter(visitor, who, path) {
	await visitor.open(path)
	await visitor.send({ username: who.username, password: who.password }, 'Sign in')
}

// A photo by the page's own camera.
async function photograph(visitor) {
	await visitor.$('[data-camera-on]').click()
	await visitor.$('[data-camera-take]').waitFor()
	await visitor.page.waitForFunction(() => document.querySelector('.camera video').videoWidth > 0)
	await visitor.shot('camera')
	await visitor.$('[data-camera-take]').click()
	await visitor.$('.camera img').waitFor()
	assert.equal(await visitor.$('.camera video').isVisible(), false)
	await visitor.shot('taken')
	await visitor.press('Send this photo')
}

async function sign(visitor) {
	await visitor.$('.pad canvas').scrollIntoViewIfNeeded()
	const box = await visitor.$('.pad canvas').boundingBox(), { mouse } = visitor.page

	for (const [from, to] of [[0.1, 0.5], [0.55, 0.9]]) {
		await mouse.move(box.x + box.width * from, box.y + box.height / 2)
		await mouse.down()
		for (let i = 1; i <= 20; i++)
			await mouse.move(box.x + box.width * (from + (to - from) * i / 20), box.y + box.height * (0.5 + 0.3 * Math.sin(i)))
		await mouse.up()
	}
	await visitor.shot('signed')
}

for (const [name, viewport, scheme] of [['phone, light', PHONE, 'light'], ['desk, dark', DESKTOP, 'dark']])
	test(`a whole mark with camera, pen and place, ${name}`, async (t) => {
		const event = await make(), person = await member('student'), visitor = await visit(t, { viewport, scheme })

		await visitor.page.context().grantPermissions(['geolocation', 'camera'], { origin: site })
		await visitor.page.context().setGeolocation({ latitude: 41.0005, longitude: 29, accuracy: 12 })
		await enter(visitor, person, '/campus')
		await visitor.press(visitor.$(`a[href="/campus/mark/${event.id}"]`))
		await visitor.sees('Scan the code')
		await visitor.open(`/campus/m/${(await code_of(event)).qr_token}`)
		await visitor.press('Begin')
		assert.equal(visitor.path, `/campus/mark/${event.id}`)
		await visitor.sees('Who sees it')
		await look_in_arabic(visitor)
		await visitor.press('I agree')
		await visitor.$('[data-place-find]').click()
		await visitor.sees('Accurate to 12 m.')
		await visitor.shot('place')
		await visitor.press('Send this place')
		await visitor.sees('accurate to 12 m')
		await photograph(visitor)
		await visitor.sees('What is in front of you')
		await photograph(visitor)
		await visitor.$('main .step.now button:not([type=button])').first().click()
		await visitor.sees('Sign in the field, or type your name.')
		await sign(visitor)
		await look_in_arabic(visitor)
		await sign(visitor)
		await visitor.press('Sign')
		await visitor.sees('All is there.')
		await visitor.send({ notes: 'In the third row' }, 'Send my mark')
		await visitor.sees('You are marked')
		await look_in_arabic(visitor)
		assert.deepEqual(record(event, person), ['submitted', 'present', record(event, person)[2], 'front,back,signature'])
	})

test('a mark by forms alone, on a phone', async (t) => {
	const event = await make(), person = await member('student'), visitor = await visit(t, { js: false, viewport: PHONE, scheme: 'dark' })
	const file = join(process.env.GATEHOUSE_DIR, `photo-${unique()}.png`)

	writeFileSync(file, png(320, 320, grain(320, 320)))
	await enter(visitor, person, '/campus')
	await visitor.open(`/campus/m/${(await code_of(event)).qr_token}`)
	await visitor.press('Begin')
	await visitor.press('I agree')
	assert.match(await visitor.text('main'), /Your browser runs no scripts on this page/)
	await visitor.press('Go on without my place')
	await visitor.$('[name=front_photo]').setInputFiles(file)
	await visitor.$('[name=back_photo]').setInputFiles(file)
	await visitor.send({ typed_name: 'Mo Member' }, 'Send my mark')
	await visitor.sees('A person still looks at it.')
	assert.deepEqual(record(event, person), ['submitted', 'present', 'pending', 'front,back,signature'])
})

test('signed out, the code leads to the sign-in and back', async (t) => {
	const event = await make({ qr_rotates: false, required_steps: ['qr'] }), person = await member('student'), visitor = await visit(t, { viewport: PHONE })
	const at = `/campus/m/${(await code_of(event)).qr_token}`

	await enter(visitor, person, at)
	assert.equal(visitor.path, at)
	await look_in_arabic(visitor)
	await visitor.press('Begin')
	await visitor.press('Send my mark')
	await visitor.sees('You are marked')
})

test('who may not use the camera or tell a place is told what to do', async (t) => {
	const event = await make(), person = await member('student'), visitor = await visit(t, { viewport: PHONE })

	await visitor.page.addInitScript(() => {
		navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
		navigator.geolocation.watchPosition = (_, fail) => fail({ code: 1 })
	})
	sql(`UPDATE campus_member SET consent_version = 1 WHERE account_id = ${person.user.id}`)
	await enter(visitor, person, '/campus')
	await visitor.open(`/campus/m/${(await code_of(event)).qr_token}`)
	await visitor.press('Begin')
	await visitor.$('[data-place-find]').click()
	await visitor.sees('The browser may not tell your place.')
	await visitor.press('Go on without my place')
	await visitor.$('[data-photo=user] [data-camera-on]').click()
	await visitor.sees('The browser may not use the camera.')
})

test('the wall shows the code of now, counts who comes, and turns by itself', async (t) => {
	const event = await make({ typed_code: true, required_steps: ['qr'] }), other = await make({ title: 'PHY 201: Waves' }), person = await member('student')
	const visitor = await visit(t, { viewport: { width: 1280, height: 720 } })

	await enter(visitor, maker, `/campus/events/${event.id}`)
	await visitor.press('Show the code')
	await visitor.sees(other.title)
	assert.match(await visitor.read_qr('#wall-now img'), /\/campus\/m\/GHA1\./)
	const first = await visitor.$('#wall-now img').getAttribute('src')
	const { qr_token } = await code_of(event)
	ok(await as(person).post('/api/campus/attendance/verify-qr/', { qr_token }))
	ok(await as(person).post('/api/campus/attendance/submit/', { event_id: event.id }), 201)
	await visitor.page.waitForFunction(() => document.querySelector('.wall-here b').textContent === '1')
	await visitor.page.waitForFunction((src) => document.querySelector('#wall-now img').src !== src, first)
	const shown = await visitor.read_qr('#wall-now img')
	assert.equal(new URL(shown).pathname.split('/').pop().length, (await code_of(event)).qr_token.length)
	await look_around(visitor)
	await look_in_arabic(visitor)
	await visitor.page.context().setOffline(true)
	await visitor.sees('No connection.')
	await visitor.page.context().setOffline(false)
	await visitor.page.waitForFunction(() => !document.querySelector('[data-wall-state]').textContent)
	visitor.forgive(/ERR_INTERNET_DISCONNECTED/)
	await visitor.press(visitor.$(`a[href="/campus/events/${other.id}/wall"]`))
	assert.equal((await visitor.heading()).trim(), other.title)
})
