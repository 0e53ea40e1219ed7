// Names are what people type: here, markup. Made through the staff's own pages and the customer's, they come out as text
// wherever they are shown, and in the browser nothing of them comes alive.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { code, forget_tries, messages, new_number, site, sql } from '../api/lib.mjs'
import { unique } from '../api/world.mjs'
import {
	becomes, DESKTOP, overflow, PHONE, sign_in_organizer, sign_in_staff, sign_in_usher, use_browser, visit
} from './lib.mjs'

use_browser()

const EVIL = '"><img src=x onerror=alert(1)>'
const word = unique()
const evil = (what) => `${what} ${word} ${EVIL}`
const LONG = `Donau${'dampfschiff'.repeat(5)}`
const local = (ms) => new Date(ms).toISOString().slice(0, 16)
const HOUR = 3_600_000

// Nothing of it became an element; a dialog would be a fault of the visitor's.
async function harmless(visitor) {
	const alive = await visitor.page.evaluate(() => [...document.querySelectorAll('img[src="x"], [onerror]')].map((one) => one.outerHTML))

	assert.deepEqual(alive, [], visitor.path)
	for (const size of [PHONE, DESKTOP]) {
		await visitor.page.setViewportSize(size)
		assert.equal(await overflow(visitor.page), '', `${visitor.path} at ${size.width}`)
	}
	visitor.no_faults()
}

const id_of = (visitor) => Number(visitor.path.match(/\/(\d+)$/)?.[1])

async function create(visitor, path, values) {
	await visitor.open(`/admin/${path}/new`)
	await visitor.send(values, 'Create')
	await harmless(visitor)
	return id_of(visitor)
}

test('markup in every name', async (t) => {
	const staff = await visit(t), customer = await visit(t), gate = await visit(t), boss = await visit(t)
	const organizer = { contact_mobile: new_number(), password: 'two more plain words' }
	const usher = { username: `u${word}`, password: 'words at the gate' }

	// The back office makes them,
	forget_tries()
	await sign_in_staff(staff)
	const venue = await create(staff, 'venues', {
		name: evil('Venue'), address: evil('Street'), city: evil('City'), country: 'DE', time_zone: 'UTC'
	})
	const organizer_id = await create(staff, 'organizers', {
		company: evil('Company'), name: evil('Organizer'), mobile_number: organizer.contact_mobile, password: organizer.password
	})
	const usher_id = await create(staff, 'ushers', { name: evil('Usher'), ...usher })
	const event = await create(staff, 'events', {
		title: evil('Event'), description: `${evil('Text')}\n</p></main><script>alert(2)</script>`, time_zone: 'UTC',
		starts_at: local(Date.now() - HOUR), ends_at: local(Date.now() + 5 * HOUR), venue_id: String(venue),
		organizer_id: { label: evil('Company') }, category_id: { index: 1 }, currency: 'EUR', featured: true
	})
	await staff.open(`/admin/ticket-categories/new?event_id=${event}`)
	await staff.send({ name: `C${EVIL}`, description: evil('Seats'), price: '10', capacity: '50' }, 'Create')
	const category = Number(sql(`SELECT id FROM ticket_category WHERE event_id = ${event}`)[0][0])
	await staff.open(`/admin/events/${event}/publish`)
	await harmless(staff)
	await staff.press('Publish')
	const [choice] = await staff.$('#f-usher_id option', { hasText: word }).evaluateAll((all) => all.map((one) => one.value))
	await staff.send({ usher_id: choice, gate: `G${EVIL}` }, 'Assign')
	await harmless(staff)

	// a customer of that kind buys a ticket,
	const mobile_number = new_number(), name = evil('Holder')
	await customer.open('/register')
	await customer.send({ name, mobile_number, password: 'three plain words' }, 'Continue')
	await customer.send({ otp: await code(mobile_number) }, 'Continue')
	await customer.open(`/events?search=${word}`)
	await harmless(customer)
	await customer.press(evil('Event'))
	assert.equal(await customer.heading(), evil('Event'))
	await harmless(customer)
	await customer.send({ 'items[0][quantity]': '1' }, 'Get tickets')
	await harmless(customer)
	await customer.send({ card_token: 'tok_declined' }, 'Pay €10.00', { status: 402 })
	await harmless(customer)
	await customer.send({ card_token: 'tok_ok' }, 'Pay €10.00')
	await harmless(customer)
	const order = customer.path
	await customer.press(customer.$('article.ticket h2 a'))
	await harmless(customer)
	const ticket = await customer.read_qr('figure.qr img')
	for (const path of ['/tickets', '/orders', '/account', `/events/${event}/book`, '/', `/events?search=${encodeURIComponent(EVIL)}`,
		`/sign-in?next=${encodeURIComponent(`/events/${event}?${EVIL}`)}`]) {
		await customer.open(path)
		await harmless(customer)
	}

	// and stands at the gate while the organizer watches.
	await sign_in_organizer(boss, organizer)
	await harmless(boss)
	await boss.press(evil('Event'))
	await harmless(boss)
	await boss.$('[data-state=live]').waitFor({ state: 'visible' })
	forget_tries()
	await sign_in_usher(gate, { event_id: event, ...usher })
	await harmless(gate)
	const seen = becomes(boss.$('.numbers [data-live="counts.inside"]').first(), '1')
	await gate.$('[name=code]').focus()
	await gate.type_line(ticket)
	assert.equal(await gate.text('.verdict .name'), name)
	await seen
	await becomes(boss.$('[data-live-list=last_scans] [data-item=attendee_name]').first(), name)
	await becomes(boss.$('[data-live-list=by_gate] [data-item=gate]').first(), `G${EVIL}`)
	await harmless(boss)
	await harmless(gate)
	await gate.$('[name=code]').focus()
	await gate.type_line(ticket)
	assert.match(await gate.text('.verdict .first'), /First scanned at .*<img src=x/)
	await harmless(gate)
	await gate.$('[name=code]').focus()
	await gate.type_line(EVIL)
	await harmless(gate)
	await gate.open('/gate/logs')
	await gate.sees(name)
	await harmless(gate)
	for (const path of ['/organizer', `/organizer/events/${event}?screen=1`, '/organizer/account']) {
		await boss.open(path)
		await harmless(boss)
	}

	// Staff see all of it.
	const customer_id = Number(sql(`SELECT id FROM account WHERE mobile_number = '${mobile_number}'`)[0][0])
	for (const path of ['', '/events', `/events/${event}`, `/events/${event}/cancel`, '/venues', `/venues/${venue}`, `/venues/${venue}/delete`,
		'/organizers', `/organizers/${organizer_id}`, '/ushers', `/ushers/${usher_id}`, '/ticket-categories',
		`/ticket-categories/${category}`, '/orders', `/orders/${order.match(/\d+/)[0]}`, '/tickets', '/customers',
		`/users/${customer_id}`, '/users', '/logs/checkin', '/logs/audit', '/outbox', `/events?search=${encodeURIComponent(EVIL)}`]) {
		await staff.open(`/admin${path}`)
		await harmless(staff)
	}
	await staff.open(`/demo?to=${encodeURIComponent(EVIL)}`)
	await harmless(staff)
	await staff.open('/demo')
	await harmless(staff)

	// The poster is a document of its own; so are exports and messages.
	const poster = await staff.page.goto(`/events/${event}/poster.svg`)
	assert.match(poster.headers()['content-type'], /^image\/svg\+xml/)
	assert.equal(await staff.page.evaluate(() => document.querySelectorAll('img, script, [onerror], parsererror').length), 0)
	assert.ok((await messages(mobile_number)).length > 0)
	assert.equal((await fetch(`${site}/events?search=${encodeURIComponent(EVIL)}`)).headers.get('x-content-type-options'), 'nosniff')
})

test('a word as long as words get breaks nothing', async (t) => {
	const staff = await visit(t), customer = await visit(t)

	forget_tries()
	await sign_in_staff(staff)
	const venue = await create(staff, 'venues', { name: `${LONG}halle`, city: LONG, address: LONG, country: 'DE', time_zone: 'UTC' })
	const event = await create(staff, 'events', {
		title: `${LONG}kapitänskonzert ${word}`, description: LONG, time_zone: 'UTC', starts_at: local(Date.now() - HOUR),
		ends_at: local(Date.now() + 5 * HOUR), venue_id: String(venue), organizer_id: { index: 1 }, category_id: { index: 1 }, currency: 'EUR'
	})
	await staff.open(`/admin/ticket-categories/new?event_id=${event}`)
	await staff.send({ name: LONG, description: LONG, price: '999999', capacity: '50' }, 'Create')
	await staff.open(`/admin/events/${event}/publish`)
	await staff.press('Publish')
	for (const path of ['', '/events', `/events/${event}`, '/venues', `/venues/${venue}`, '/ticket-categories']) {
		await staff.open(`/admin${path}`)
		await harmless(staff)
	}
	const mobile_number = new_number()
	await customer.open('/register')
	await customer.send({ name: `${LONG}kapitän`, mobile_number, password: 'three plain words' }, 'Continue')
	await customer.send({ otp: await code(mobile_number) }, 'Continue')
	await harmless(customer)
	await customer.open(`/events?search=${word}`)
	await harmless(customer)
	await customer.press(/^Donau/)
	await harmless(customer)
	await customer.send({ 'items[0][quantity]': '2' }, 'Get tickets')
	await harmless(customer)
	await customer.send({ card_token: 'tok_ok' }, /^Pay/)
	await harmless(customer)
	await customer.press(customer.$('article.ticket h2 a').first())
	await harmless(customer)
	for (const path of ['/tickets', '/orders', '/account']) {
		await customer.open(path)
		await harmless(customer)
	}
})
