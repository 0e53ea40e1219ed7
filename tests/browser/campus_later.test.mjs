// A mark without a network: the page that the device keeps, what is made there and waits, and what becomes of it when there is a network again.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { api, site, sql } from '../api/lib.mjs'
import { grain, png } from '../api/picture.mjs'
import { as, HOUR, iso, new_member, ok, unique, until } from '../api/world.mjs'
import { look_around, look_in_arabic, PHONE, use_browser, visit } from './lib.mjs'

use_browser()

const MINUTE = 60_000
const make = async (more = {}) => ok(await as(maker).post('/api/campus/events/', {
	title: `NUR 101: Anatomy ${unique().slice(0, 4)}`, location: 'Hall A, ground floor', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ['qr', 'location', 'front_photo', 'signature'], latitude: 41, longitude: 29, location_radius: 100, allow_offline: true, ...more
}), 201)
const code_of = async (event) => (await api('GET', `/demo/campus/code?event=${event.id}`)).body.qr_token
const records = (event) => sql(`SELECT a.state, a.status, a.verification_status, a.method, a.steps_done FROM attendance a JOIN campus_event e ON e.id = a.event_id
	WHERE e.uuid = UNHEX('${event.id.replaceAll('-', '')}') ORDER BY a.id`)
const OFFLINE = [/ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/, /Failed to fetch/, /Away/]
let maker

before(async () => { maker = await new_member('campus_organizer', { campus: 2 }) })

// Somebody whose device keeps the page.
async function prepared(t) {
	const person = await new_member('student', { campus: 2 }), visitor = await visit(t, { viewport: PHONE }), context = visitor.page.context()

	sql(`UPDATE campus_member SET is_verified = 1, consent_version = 1, consent_at = UTC_TIMESTAMP(3) WHERE account_id = ${person.user.id}`)
	await context.grantPermissions(['geolocation'], { origin: site })
	await context.setGeolocation({ latitude: 41.0005, longitude: 29, accuracy: 12 })
	await visitor.open('/campus')
	await visitor.send({ username: person.username, password: person.password }, 'Sign in')
	await kept(visitor)
	return { person, visitor, context }
}

const kept = (visitor) => until('its page is kept', () => visitor.page.evaluate(async () => {
	const page = await (await caches.open('gatehouse-marks')).match('/campus/later'), worker = (await navigator.serviceWorker.getRegistration('/campus/'))?.active

	return Boolean(page && worker?.state === 'activated')
}))

// The device has no network, and its person comes by the phone's camera.
async function scan(visitor, token) {
	await visitor.page.goto(`/campus/m/${token}`)
}

async function sign(visitor) {
	await visitor.$('.pad canvas').scrollIntoViewIfNeeded()
	const box = await visitor.$('.pad canvas').boundingBox(), { mouse } = visitor.page

	await mouse.move(box.x + box.width * 0.1, box.y + box.height / 2)
	await mouse.down()
	for (let i = 1; i <= 20; i++)
		await mouse.move(box.x + box.width * (0.1 + 0.8 * i / 20), box.y + box.height * (0.5 + 0.3 * Math.sin(i)))
	await mouse.up()
}

const states = (visitor) => visitor.$('[data-later-list] li').evaluateAll((items) => items.map((item) => item.dataset.state))

test('a whole mark without a network waits on the device, and is sent once there is one', async (t) => {
	const event = await make(), { visitor, context } = await prepared(t), file = join(process.env.GATEHOUSE_DIR, `photo-${unique()}.png`)

	writeFileSync(file, png(320, 320, grain(320, 320)))
	await visitor.open('/campus/later')
	await visitor.sees(event.title)
	await look_around(visitor)
	await look_in_arabic(visitor)
	const token = await code_of(event)
	await context.setOffline(true)
	await scan(visitor, token)
	await visitor.sees('There is no network. Your mark is kept')
	assert.equal(await visitor.$('[data-later-new] h2').textContent(), event.title)
	assert.equal(await visitor.$('[name=back_photo]').count(), 0)
	await visitor.$('[data-place-find]').click()
	await visitor.sees('Accurate to 12 m.')
	await visitor.$('[name=front_photo]').setInputFiles(file)
	await sign(visitor)
	await visitor.$('[data-later-form] > .actions button').click()
	await visitor.sees('Waits for a network')
	await visitor.shot('waits')
	// It outlives the page, and nothing takes it away.
	await visitor.page.goto('/campus/later')
	await visitor.sees('Waits for a network')
	assert.equal(await visitor.$('[data-later-list] button').isVisible(), false)
	assert.equal(records(event).length, 0)
	await context.setOffline(false)
	await visitor.sees('Taken. A person looks at it.')
	assert.deepEqual(records(event), [['submitted', 'present', 'pending', 'offline', '["qr","location","front_photo","signature"]']])
	visitor.forgive(...OFFLINE)
	await visitor.open('/campus')
	await visitor.sees('Marks that wait on this device: 1')
	await visitor.press('Marks that wait on this device: 1')
	await visitor.$('[data-later-list] button').click()
	await visitor.sees('Nothing waits here.')
})

test('what fails on its way is sent again, and is one mark', async (t) => {
	const event = await make({ required_steps: ['qr'] }), { visitor, context } = await prepared(t), token = await code_of(event)
	let tries = 0

	await context.setOffline(true)
	await scan(visitor, token)
	await visitor.$('[data-later-form] > .actions button').click()
	await visitor.sees('Waits for a network')
	// The server takes it, and its answer is lost; then it fails.
	await visitor.page.route('**/campus/later', async (route) => {
		if (route.request().method() !== 'POST' || ++tries > 2)
			return route.continue()
		if (tries === 1)
			await route.fetch()
		return tries === 1 ? route.abort() : route.fulfill({ status: 503, body: 'no' })
	})
	await context.setOffline(false)
	await visitor.$('[data-later-list] li[data-state=sent]').waitFor()
	assert.equal(tries, 3)
	assert.equal(records(event).length, 1)
	visitor.forgive(...OFFLINE, /answered 503/, /status of 503/)
})

test('an event that does not allow it takes no mark without a network, and what is refused says why and stays', async (t) => {
	const closed = await make({ allow_offline: false }), open = await make({ required_steps: ['qr'] }), { visitor, context } = await prepared(t)
	const tokens = [await code_of(closed), await code_of(open)]

	await context.setOffline(true)
	await scan(visitor, tokens[0])
	await visitor.sees('this event is none of those that take marks without one')
	assert.equal(await visitor.$('[data-later-new]').isVisible(), false)
	await scan(visitor, tokens[1])
	await visitor.$('[data-later-form] > .actions button').click()
	await visitor.sees('Waits for a network')
	assert.deepEqual(await states(visitor), ['waits'])
	sql(`UPDATE campus_event SET allow_offline = 0 WHERE uuid = UNHEX('${open.id.replaceAll('-', '')}')`)
	await context.setOffline(false)
	await visitor.sees('This event takes no marks that were made without a network.')
	assert.deepEqual(await states(visitor), ['refused'])
	assert.equal(records(open).length, 0)
	visitor.forgive(...OFFLINE)
})

test('somebody else who signs in here does not send it', async (t) => {
	const event = await make({ required_steps: ['qr'] }), { person, visitor, context } = await prepared(t), other = await new_member('student', { campus: 2 }), token = await code_of(event)

	await context.setOffline(true)
	await scan(visitor, token)
	await context.clearCookies()
	await visitor.$('[data-later-form] > .actions button').click()
	await visitor.sees('Waits for a network')
	await visitor.page.goto('about:blank')
	await context.setOffline(false)
	visitor.forgive(...OFFLINE)
	await visitor.open('/campus')
	await visitor.send({ username: other.username, password: other.password }, 'Sign in')
	await visitor.open('/campus/later')
	await visitor.sees('Waits until whose mark it is has signed in here again')
	assert.equal(records(event).length, 0)
	await context.clearCookies()
	await visitor.open('/campus')
	await visitor.send({ username: person.username, password: person.password }, 'Sign in')
	await visitor.open('/campus/later')
	await visitor.sees('Taken. A person looks at it.')
	assert.equal(records(event).length, 1)
	visitor.forgive(...OFFLINE)
})
