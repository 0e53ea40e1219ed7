// The switch by which somebody is told on a device, and what the device shows then. A browser without a push service of its own cannot
// subscribe, so PushManager is a stand-in; the worker and what it shows are real.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { site, sql } from '../api/lib.mjs'
import { new_customer, until, unique } from '../api/world.mjs'
import { sign_in_customer, use_browser, visit } from './lib.mjs'

use_browser([], { whole: true })

// What a browser's own does, with a subscription that outlives the page.
function stand_in() {
	const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)).buffer
	const kept = () => JSON.parse(localStorage.getItem('stand-in'))
	const subscription = () => kept() && {
		endpoint: kept().endpoint,
		options: { applicationServerKey: bytes(kept().key) },
		toJSON: () => ({ endpoint: kept().endpoint, expirationTime: null, keys: {
			p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }),
		unsubscribe: async () => localStorage.removeItem('stand-in')
	}

	PushManager.prototype.getSubscription = async () => subscription()
	PushManager.prototype.subscribe = async function ({ applicationServerKey, userVisibleOnly }) {
		if (window.refusing || !userVisibleOnly)
			throw new DOMException('Registration failed', 'NotAllowedError')
		if (!kept())
			localStorage.setItem('stand-in', JSON.stringify({ key: applicationServerKey, endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}` }))
		return subscription()
	}
}
const devices = (person) => sql(`SELECT endpoint FROM push_subscription WHERE account_id = ${person.user.id}`).flat()
const turn = (visitor, name) => visitor.press(visitor.$('[data-push]').getByRole('button', { name }))

test('a device is switched on and off on the profile\'s page, and belongs to whoever switched it on last', async (t) => {
	const ada = await new_customer(), bob = await new_customer(), visitor = await visit(t, { before: stand_in })

	await sign_in_customer(visitor, ada)
	await visitor.open('/account')
	await visitor.sees('On this device', 'main')
	await turn(visitor, 'Tell me on this device')
	await visitor.sees('You are told on this device from now on.')
	await visitor.sees('You are told here what concerns you.', 'main')
	const [endpoint] = devices(ada)
	assert.match(endpoint, /^https:\/\/fcm\.googleapis\.com\/fcm\/send\//)
	assert.equal(await visitor.$('[data-on]').isVisible(), false)
	// The device changes hands.
	await visitor.sign_out()
	await sign_in_customer(visitor, bob)
	await visitor.open('/account')
	await visitor.sees('Tell me on this device', 'main')
	// What was Ada's is given up, so that nothing of hers is shown here any more: her service answers 410 from now on.
	assert.equal(await visitor.page.evaluate(() => localStorage.getItem('stand-in')), null)
	await turn(visitor, 'Tell me on this device')
	await visitor.sees('You are told here what concerns you.', 'main')
	assert.equal(devices(bob).length, 1)
	assert.notEqual(devices(bob)[0], endpoint)
	// One that the site lost is offered anew, and not shown as one that is told.
	sql(`DELETE FROM push_subscription WHERE account_id = ${bob.user.id}`)
	await visitor.open('/account')
	await turn(visitor, 'Tell me on this device')
	assert.equal(devices(bob).length, 1)
	await turn(visitor, 'Tell me here no more')
	await visitor.sees('You are not told on this device any more.')
	assert.deepEqual(devices(bob), [])
	assert.equal(await visitor.page.evaluate(() => localStorage.getItem('stand-in')), null)
	await visitor.sees('Tell me on this device', 'main')
})

test('a browser that does not let us says so, and one that cannot shows no switch, nor does one without scripts', async (t) => {
	const ada = await new_customer(), visitor = await visit(t, { before: stand_in })

	await sign_in_customer(visitor, ada)
	await visitor.open('/account')
	await visitor.page.evaluate(() => { window.refusing = true })
	await visitor.$('[data-push]').getByRole('button', { name: 'Tell me on this device' }).click()
	await visitor.sees('This browser does not let us.', 'main')
	assert.deepEqual(devices(ada), [])
	for (const more of [{ before: () => delete window.PushManager }, { js: false }]) {
		const other = await visit(t, more)

		await sign_in_customer(other, ada)
		await other.open('/account')
		assert.equal(await other.$('[data-push]').isVisible(), false)
	}
})

test('what comes is shown with its words, once for one tag, and opens a page of this site and no other', async (t) => {
	const ada = await new_customer(), visitor = await visit(t, { before: stand_in }), { page } = visitor, context = page.context(), title = `Your tickets for ${unique()}`

	await context.grantPermissions(['notifications'], { origin: site })
	const cdp = await context.newCDPSession(page), workers = new Map()
	cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations.forEach(({ registrationId, scopeURL }) => workers.set(new URL(scopeURL).pathname, registrationId)))
	await cdp.send('ServiceWorker.enable')
	await sign_in_customer(visitor, ada)
	await visitor.open('/account')
	await turn(visitor, 'Tell me on this device')
	await until('its worker is known', () => workers.has('/push/customer/'))
	const worker = context.serviceWorkers().find((one) => one.url().endsWith('/push/sw.js'))
	// Chromium forgets what is asked for while it is being shown: so nobody asks before the worker has shown it.
	await worker.evaluate(() => {
		const show = self.registration.showNotification.bind(self.registration)

		self.times = 0
		self.registration.showNotification = async (...what) => {
			await show(...what)
			self.times++
		}
	})
	async function push(data) {
		const before = await worker.evaluate(() => self.times)

		await cdp.send('ServiceWorker.deliverPushMessage', { origin: site, registrationId: workers.get('/push/customer/'), data })
		await until(`${data} is shown`, () => worker.evaluate((before) => self.times > before, before))
	}
	const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.getRegistration('/push/customer/')).getNotifications())
		.map(({ title, body, tag, lang, data }) => ({ title, body, tag, lang, data })))
	const said = { title, body: 'Thank you.', url: '/orders/7', tag: 'message-1', lang: 'en' }

	await push(JSON.stringify(said))
	assert.equal((await shown()).length, 1)
	await push(JSON.stringify({ ...said, body: 'Thank you again.' }))
	assert.deepEqual(await shown(), [{ title, body: 'Thank you again.', tag: 'message-1', lang: 'en', data: { url: '/orders/7' } }])
	await push('no JSON')
	assert.equal((await shown()).length, 2)
	// A tap.
	const opens = (url) => worker.evaluate(async (url) => {
		const opened = [], { openWindow } = self.clients

		self.clients.openWindow = async (address) => opened.push(address)
		await self.registration.showNotification('x', { tag: 'tapped', data: { url } })
		const [notification] = await self.registration.getNotifications({ tag: 'tapped' })
		const tap = new NotificationEvent('notificationclick', { notification })
		self.dispatchEvent(tap)
		for (let i = 0; i < 100 && !opened.length; i++)
			await new Promise((done) => setTimeout(done, 20))
		self.clients.openWindow = openWindow
		return opened[0]
	}, url)
	assert.equal(await opens('/orders/7'), `${site}/orders/7`)
	assert.equal(await opens('https://evil.example/'), site)
	assert.equal(await opens('//evil.example/'), site)
	assert.equal(await opens(undefined), `${site}/`)
})
