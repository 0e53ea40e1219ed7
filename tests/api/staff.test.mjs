// The back office: an event from nothing to sold and cancelled without a line of SQL, who may do what, what the audit log
// keeps, lists with filters and exports, and the same through the pages' forms.
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { api, Browser, DEMO, expect, new_number, sign_in, sql, token } from './lib.mjs'

const tag = () => randomUUID().slice(0, 8)
let staff

before(async () => {
	staff = await token('staff')
})

const call = (status, method, path, body) => expect(status, method, `/api/${path}`, body, { token: staff })
const made = async (path, body) => (await call(201, 'POST', path, body)).data

async function refused(status, code, method, path, body, who = staff) {
	const answer = await api(method, `/api/${path}`, body, { token: who })

	assert.equal(answer.status, status, answer.text.slice(0, 500))
	assert.equal(answer.error.code, code, answer.text.slice(0, 500))
	return answer.body
}

const venue = (more) => made('venues', { name: `Hall ${tag()}`, city: 'Riga', country: 'LV', time_zone: 'Europe/Riga', ...more })
const organizer = () =>
	made('organizers', { name: 'Otto', company: `Opera ${tag()}`, mobile_number: new_number(), password: 'plain words here' })

async function event(more) {
	return made('events', {
		title: `Tosca ${tag()}`, venue_id: (await venue()).id, organizer_id: (await organizer()).organizer_id, category_id: 1,
		starts_at: '2035-12-10T18:00:00Z', ends_at: '2035-12-10T21:00:00Z', time_zone: 'Europe/Riga', currency: 'EUR', ...more
	})
}

// ---- an event's life ----

test('an event is made, sold and cancelled without SQL', async () => {
	const draft = await event()

	assert.equal(draft.status, 'draft')
	assert.equal(draft.re_entry, true)
	await refused(409, 'NO_TICKET_CATEGORY', 'POST', `events/${draft.id}/publish`, {})
	const category = await made('ticket-categories', { event_id: draft.id, name: 'Stalls', price: 4500, capacity: 10 })
	await call(200, 'POST', `events/${draft.id}/publish`, {})
	await refused(409, 'NOT_A_DRAFT', 'POST', `events/${draft.id}/publish`, {})
	const shown = await expect(200, 'GET', `/api/v1/public/events/${draft.id}/`)
	assert.equal(shown.data.title, draft.title)

	const customer = await token('customer')
	const booked = await expect(201, 'POST', '/api/v1/tickets/book/',
		{ event_id: draft.id, items: [{ category_id: category.id, quantity: 3 }] }, { token: customer })
	await expect(200, 'POST', '/api/v1/payments/process/',
		{ order_id: booked.data.order.id, method: 'card', card_token: 'tok_ok' }, { token: customer })
	const { data: figures } = await call(200, 'GET', `events/${draft.id}/statistics`)
	assert.equal(figures.sold, 3)
	assert.equal(figures.revenue, 13500)

	// What was sold bounds what may be changed.
	const smaller = await refused(422, 'VALIDATION_ERROR', 'PUT', `ticket-categories/${category.id}`, { capacity: 2 })
	assert.ok(smaller.errors.capacity)
	await refused(409, 'IN_USE', 'DELETE', `ticket-categories/${category.id}`)
	await refused(422, 'VALIDATION_ERROR', 'PUT', `events/${draft.id}`, { currency: 'USD' })
	await refused(409, 'IN_USE', 'DELETE', `events/${draft.id}`)
	await refused(409, 'IN_USE', 'DELETE', `venues/${draft.venue_id}`)
	const { data: orders } = await call(200, 'GET', `orders?event_id=${draft.id}`)
	assert.equal(orders.total, 1)
	assert.equal((await call(200, 'GET', `tickets?event_id=${draft.id}&status=valid`)).data.total, 3)

	await call(200, 'POST', `events/${draft.id}/cancel`, {})
	await refused(409, 'NOT_PUBLISHED', 'POST', `events/${draft.id}/cancel`, {})
})

test('a draft that nobody ordered from goes with all that hangs on it', async () => {
	const draft = await event()
	const category = await made('ticket-categories', { event_id: draft.id, name: 'Stalls', price: 0, capacity: 5 })

	assert.equal(sql(`SELECT COUNT(*) FROM event_key WHERE event_id = ${draft.id}`)[0][0], '1')
	await call(200, 'DELETE', `events/${draft.id}`)
	await refused(404, 'EVENT_NOT_FOUND', 'GET', `events/${draft.id}`)
	await refused(404, 'TICKET_CATEGORY_NOT_FOUND', 'GET', `ticket-categories/${category.id}`)
})

test('an event must make sense', async () => {
	const draft = await event()

	for (const [field, fields] of [
		['ends_at', { ends_at: '2035-12-10T17:00:00Z' }],
		['starts_at', { starts_at: '10 December' }],
		['venue_id', { venue_id: 99999999 }],
		['organizer_id', { organizer_id: 99999999 }],
		['currency', { currency: 'XQX' }],
		['time_zone', { time_zone: 'Mars/Base' }],
		['title', { title: '' }],
		['title', { title: null }]
	]) {
		const answer = await refused(422, 'VALIDATION_ERROR', 'PUT', `events/${draft.id}`, fields)

		assert.deepEqual(Object.keys(answer.errors), [field], JSON.stringify(fields))
	}
})

// ---- changing ----

test('a change keeps what is not given and empties what is null', async () => {
	const hall = await venue({ capacity: 500, latitude: 56.95 })
	const { data } = await call(200, 'PUT', `venues/${hall.id}`, { capacity: 600 })

	assert.equal(data.capacity, 600)
	assert.equal(data.latitude, 56.95)
	assert.equal((await call(200, 'PUT', `venues/${hall.id}`, { latitude: null })).data.latitude, null)
	// On a stale version it is refused, and says what stands there where that is another than what was sent.
	const stale = await refused(409, 'CHANGED_MEANWHILE', 'PUT', `venues/${hall.id}`, { capacity: 1, city: hall.city, latitude: 50, updated_at: hall.updated_at })
	assert.deepEqual(stale.errors, { capacity: ['It is “600” now.'], latitude: ['It is “(empty)” now.'] })
	assert.equal((await call(200, 'GET', `venues/${hall.id}`)).data.capacity, 600)
})

test('every write is in the audit log with before and after', async () => {
	const hall = await venue({ capacity: 500 })

	await call(200, 'PUT', `venues/${hall.id}`, { capacity: 600 })
	await call(200, 'DELETE', `venues/${hall.id}`)
	const { data } = await call(200, 'GET', `logs/audit?noun=venue&noun_id=${hall.id}&sort_order=asc`)
	assert.deepEqual(data.items.map((row) => row.action), ['create', 'update', 'delete'])
	const { data: change } = await call(200, 'GET', `logs/audit/${data.items[1].id}`)
	assert.equal(change.before.capacity, 500)
	assert.equal(change.after.capacity, 600)
	assert.equal(change.account.name, 'Ingrid Solheim')
})

test('a duplicate names its field', async () => {
	const slug = `s-${tag()}`

	await made('event-categories', { name: 'Opera', slug })
	const answer = await refused(409, 'DUPLICATE', 'POST', 'event-categories', { name: 'Opera', slug })
	assert.ok(answer.errors.slug)
	const { errors } = await refused(409, 'DUPLICATE', 'POST', 'merchants', {
		name: 'Mara', company: `Kiosk ${slug}`, mobile_number: '+15550100003', password: 'three plain words'
	})
	assert.deepEqual(Object.keys(errors), ['mobile_number'])
	await refused(409, 'IN_USE', 'DELETE', 'event-categories/1')
})

test('a promo code takes off a percentage or an amount, not both', async () => {
	const code = `P${randomInt(1e9)}`

	await refused(422, 'VALIDATION_ERROR', 'POST', 'promo-codes', { code })
	await refused(422, 'VALIDATION_ERROR', 'POST', 'promo-codes', { code, percent: 5, amount: 5, currency: 'EUR' })
	await refused(422, 'VALIDATION_ERROR', 'POST', 'promo-codes', { code, amount: 500 })
	const promo = await made('promo-codes', { code, percent: 10 })
	await refused(422, 'VALIDATION_ERROR', 'PUT', `promo-codes/${promo.id}`, { amount: 500, currency: 'EUR' })
	await call(200, 'PUT', `promo-codes/${promo.id}`, { percent: null, amount: 500, currency: 'EUR' })
})

// ---- lists ----

test('lists search, filter, sort, page and export', async () => {
	const city = `Town ${tag()}`

	for (const name of ['b', 'a', 'c,"quoted"'])
		await venue({ name, city })
	const list = async (query) => (await call(200, 'GET', `venues?city=${encodeURIComponent(city)}&${query}`)).data
	assert.deepEqual((await list('sort_by=name&sort_order=desc')).items.map((row) => row.name), ['c,"quoted"', 'b', 'a'])
	const second = await list('limit=2&page=2')
	assert.deepEqual([second.items.length, second.total, second.total_pages], [1, 3, 2])
	assert.equal((await call(200, 'GET', `venues?search=${encodeURIComponent(city)}`)).data.total, 3)
	assert.equal((await call(200, 'GET', 'venues?search=%25%25')).data.total, 0)
	await refused(422, 'VALIDATION_ERROR', 'GET', 'venues?sort_by=deleted_at')
	const file = await api('GET', `/api/venues?city=${encodeURIComponent(city)}&format=csv`, undefined, { token: staff })
	assert.match(file.headers.get('content-type'), /^text\/csv/)
	assert.match(file.headers.get('content-disposition'), /venues\.csv/)
	const lines = file.text.trim().split('\r\n')
	assert.equal(lines.length, 4)
	assert.match(lines[0], /^id,name,city,country/)
	assert.ok(lines[3].includes('"c,""quoted"""'))
})

test('the whole of a large list is exported', async () => {
	const total = Number(sql('SELECT COUNT(*) FROM ticket')[0][0])
	const file = await api('GET', '/api/tickets?format=csv', undefined, { token: staff })

	assert.ok(file.text.trim().split('\r\n').length > total)
})

// ---- people ----

test('accounts are made by role, with what the role signs in with', async () => {
	const username = `u-${tag()}`
	const usher = await made('ushers', { name: 'Uli', username, password: 'gates and gates' })
	const draft = await event()

	await refused(422, 'VALIDATION_ERROR', 'POST', 'ushers', { name: 'Uli', email: 'x@example.com', password: 'gates and gates' })
	await refused(422, 'VALIDATION_ERROR', 'POST', 'ushers', { name: 'Uli', username: `v${username}`, password: 'password' })
	const again = await refused(409, 'DUPLICATE', 'POST', 'ushers', { name: 'Uli', username, password: 'gates and gates' })
	assert.ok(again.errors.username)
	const login = { event_id: draft.id, username, password: 'gates and gates' }
	const before_it = await api('POST', '/api/usher/login/', login)
	assert.equal(before_it.error.code, 'NOT_ASSIGNED')
	await call(201, 'POST', `events/${draft.id}/ushers`, { usher_id: usher.usher_id, gate: 'North' })
	const { data } = await expect(200, 'POST', '/api/usher/login/', login)
	await expect(200, 'GET', '/api/usher/events/', undefined, { token: data.access })
	await call(200, 'DELETE', `events/${draft.id}/ushers/${usher.usher_id}`)
	assert.equal((await api('GET', '/api/usher/events/', undefined, { token: data.access })).status, 401)
})

test('only a superadmin makes or changes staff, and rights taken away bite at once', async () => {
	const email = `${tag()}@example.com`
	const person = await made('users', { role: 'admin', name: 'Fina', email, password: 'money and more' })
	const { access } = await sign_in('staff', { email, password: 'money and more' })

	await expect(200, 'GET', '/api/venues', undefined, { token: access })
	await refused(403, 'SUPERADMIN_ONLY', 'POST', 'users',
		{ role: 'superadmin', name: 'X', email: `x${email}`, password: 'money and more' }, access)
	await refused(403, 'SUPERADMIN_ONLY', 'POST', `users/${person.id}/roles`, { role: 'superadmin' }, access)
	await refused(403, 'SUPERADMIN_ONLY', 'POST', 'users/5/reset-password', {}, access)
	await refused(403, 'SUPERADMIN_ONLY', 'PUT', 'users/5', { name: 'Mallory' }, access)
	await refused(403, 'FORBIDDEN', 'PUT', 'settings', { staff_second_factor: 'required' }, access)
	await call(201, 'POST', `users/${person.id}/roles`, { role: 'finance' })
	await call(200, 'DELETE', `users/${person.id}/roles/admin`)
	assert.equal((await api('GET', '/api/venues', undefined, { token: access })).status, 401)

	const finance = (await sign_in('staff', { email, password: 'money and more' })).access
	await expect(200, 'GET', '/api/orders', undefined, { token: finance })
	await refused(403, 'FORBIDDEN', 'POST', 'venues', { name: 'x' }, finance)
	await refused(403, 'FORBIDDEN', 'GET', 'logs/audit', undefined, finance)
	const { data } = await call(200, 'POST', `users/${person.id}/reset-password`, {})
	assert.equal((await api('GET', '/api/orders', undefined, { token: finance })).status, 401)
	await sign_in('staff', { email, password: data.password })
	await call(200, 'DELETE', `users/${person.id}`)
	assert.notEqual((await api('POST', '/api/auth/login/', { email, password: data.password })).status, 200)
	assert.equal((await call(200, 'GET', `users/${person.id}`)).data.status, 'disabled')
})

test('nobody disables or demotes themselves', async () => {
	await refused(409, 'YOURSELF', 'DELETE', 'users/5')
	await refused(409, 'YOURSELF', 'PUT', 'users/5', { status: 'disabled' })
	await refused(409, 'YOURSELF', 'DELETE', 'users/5/roles/superadmin')
})

test('nothing secret is ever answered', async () => {
	for (const path of ['users/5', 'admins/5', 'users?search=Ingrid', 'outbox', 'customers/1']) {
		const { text } = await call(200, 'GET', path)

		assert.doesNotMatch(text, /argon2|"[a-z_]*password[a-z_]*":|totp_secret|"body"/)
	}
	assert.doesNotMatch((await call(200, 'GET', 'logs/audit?noun=user')).text, /argon2/)
})

test('a stranger and a customer see none of it', async () => {
	const customer = await token('customer')

	for (const path of ['dashboard/stats', 'venues', 'users', 'orders', 'logs/audit', 'settings', 'events/1/statistics']) {
		assert.equal((await api('GET', `/api/${path}`)).status, 401, path)
		assert.equal((await api('GET', `/api/${path}`, undefined, { token: customer })).status, 403, path)
	}
})

// ---- the pages ----

async function office() {
	const browser = await new Browser().open('/admin/sign-in')

	await browser.submit('/admin/sign-in', DEMO.staff)
	assert.equal(browser.status, 200)
	return browser
}

const PAGES = [
	'', '/venues', '/events', '/event-categories', '/ticket-categories', '/promo-codes', '/users', '/organizers', '/merchants',
	'/ushers', '/admins', '/customers', '/orders', '/tickets', '/logs/audit', '/logs/checkin', '/outbox', '/settings',
	'/venues/new', '/events/new', '/ticket-categories/new?event_id=1', '/ushers/new', '/organizers/new', '/users/new', '/events/1',
	'/events/1/cancel', '/venues/1', '/venues/1/delete', '/users/2', '/customers/1', '/orders/1', '/ticket-categories/11',
	'/users/2/reset-password', '/tickets?search=mira&status=valid', '/venues?sort_by=name&sort_order=desc'
]

test('every page of the back office is there, and small', async () => {
	const browser = await office()

	for (const path of PAGES) {
		await browser.open(`/admin${path}`)
		assert.equal(browser.status, 200, path)
		assert.ok(Buffer.byteLength(browser.html) <= 60 * 1024, `${path}: ${Buffer.byteLength(browser.html)} bytes`) // as in a browser
	}
})

test('a form sent twice makes one row, and a refused one keeps what was typed', async () => {
	const browser = await office(), name = `Salle ${tag()}`
	const fields = { name, city: 'Lyon', country: 'FR', time_zone: 'Europe/Paris' }

	await browser.open('/admin/venues/new')
	const form = browser.html
	await browser.send('/admin/venues', fields)
	const first = browser.location
	assert.equal(browser.status, 303)
	browser.html = form
	await browser.send('/admin/venues', fields)
	assert.equal(browser.location, first)
	await browser.open('/admin/venues/new')
	await browser.send('/admin/venues', { ...fields, name: `<b>${name}`, country: 'FRA' })
	assert.equal(browser.status, 422)
	assert.ok(browser.html.includes(`&lt;b&gt;${name}`))
	await browser.open('/admin/venues/new')
	await browser.send('/admin/venues', { ...fields, uuid: 'mine' })
	assert.equal(browser.status, 422)
})

test('a box that is not ticked is off, and a price is typed in the event\'s currency', async () => {
	const browser = await office(), draft = await event()
	const at = `/admin/events/${draft.id}`
	const fields = {
		title: draft.title, starts_at: '2035-12-10T20:00', ends_at: '2035-12-10T23:00', time_zone: 'Europe/Riga',
		venue_id: draft.venue_id, organizer_id: draft.organizer_id, category_id: 1, currency: 'EUR', show_labels: 'on'
	}

	await browser.open(at)
	await browser.send(at, fields)
	assert.equal(browser.status, 303, browser.html)
	const { data } = await call(200, 'GET', `events/${draft.id}`)
	assert.deepEqual([data.show_labels, data.re_entry, data.scanning_enabled], [true, false, false])
	assert.equal(data.starts_at, '2035-12-10T18:00:00.000Z')
	await browser.open(`/admin/ticket-categories/new?event_id=${draft.id}`)
	await browser.send('/admin/ticket-categories',
		{ event_id: draft.id, name: 'Stalls', price: '12.50', capacity: '5', max_per_order: '10', position: '0' })
	assert.equal(browser.status, 303, browser.html)
	assert.equal((await call(200, 'GET', `ticket-categories?event_id=${draft.id}`)).data.items[0].price, 1250)
})

// ---- what the program tells of itself ----

test('the API describes itself', async () => {
	const { paths, components } = (await api('GET', '/api/openapi.json')).body
	const book = paths['/api/v1/tickets/book'].post

	assert.ok(book.requestBody.content['application/json'].schema.required.includes('event_id'))
	assert.deepEqual(book['x-roles'], ['customer'])
	assert.deepEqual(paths['/api/v1/public/events'].get.security, [])
	assert.ok(components.schemas.venue.properties.time_zone)
	for (const path of ['/api/docs', '/api/docs?group=events']) {
		const { html, status } = await new Browser().open(path)

		assert.equal(status, 200)
		assert.ok(html.replaceAll('<wbr>', '').includes('/api/events/:id/publish'))
		assert.ok(html.length < 90_000)
	}
})

test('health, readiness and metrics', async () => {
	assert.equal((await api('GET', '/healthz')).body.status, 'ok')
	assert.equal((await api('GET', '/readyz')).body.status, 'ready')
	assert.match((await api('GET', '/metrics')).text, /^gatehouse_requests_total\{pool="web",status="200"\} \d+$/m)
})
