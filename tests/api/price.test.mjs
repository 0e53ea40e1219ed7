// Prices in currencies that differ: how high one may be, that none changes its meaning, from what an event costs, and that none is
// compared with another's.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Browser, code, DEMO, sql, token } from './lib.mjs'
import { as, held, HOUR, in_transaction, iso, jobs_rest, lapse, new_customer, new_event, ok, pay, refused, unique, until_met } from './world.mjs'

const EVENTS = '/api/v1/public/events/'
let staff, buyer

before(async () => {
	jobs_rest('holds')
	staff = as(await token('staff'))
	buyer = await new_customer()
})

const shown = async (event) => ok(await as(buyer).get(`${EVENTS}${event.id}`))
const category = (event, more) => staff.post('/api/ticket-categories/', { event_id: event.id, name: unique(), price: 100, capacity: 10, ...more })
async function office() {
	const browser = await new Browser().go('/admin/sign-in')

	return browser.submit('/admin/sign-in', DEMO.staff)
}

// ---- how high ----

test('the highest price is one of the currency: a million rupiah, and a million million, are prices', async () => {
	for (const [currency, price, too_high] of [
		['IDR', 100_000_001, 1_000_000_000_001], // 1,000,000.01 rupiah, which is 60 dollars
		['IDR', 1_000_000_000_000, 1_000_000_000_001], ['VND', 10_000_000_000, 10_000_000_001], ['KWD', 10_000_000_000_000, 10_000_000_000_001]
	]) {
		const event = await new_event({ currency, publish: false, categories: [] })

		assert.equal(ok(await category(event, { currency, price }), 201).price, price)
		assert.deepEqual(Object.keys(refused(await category(event, { currency, price: too_high }), 422, 'VALIDATION_ERROR').body.errors), ['price'])
		assert.equal(ok(await staff.post('/api/promo-codes/', { code: unique(), amount: price, currency }), 201).amount, price)
		assert.equal(ok(await staff.post('/api/expenses/', { title: 'Hall', kind: 'venue', amount: price, currency, spent_on: '2026-03-05' }), 201).amount, price)
	}
})

test('a form reads a price of a million rupiah, and says in rupiah what is too much', async () => {
	const event = await new_event({ currency: 'IDR', publish: false, categories: [] }), browser = await office(), name = unique()
	const type = async (price) => {
		await browser.go(`/admin/ticket-categories/new?event_id=${event.id}`)
		await browser.submit('/admin/ticket-categories', { event_id: event.id, name, price, capacity: '10' })
	}

	await type('10000000000.01')
	assert.match(browser.html, /Enter an amount from 0\.00 IDR to 10000000000\.00 IDR\./)
	await type('1500000.50')
	assert.deepEqual(sql(`SELECT price FROM ticket_category WHERE name = '${name}'`), [['150000050']])
})

test('an order of such prices is paid, and one that no sum can hold is refused', async () => {
	const event = await new_event({ currency: 'IDR', categories: [{ currency: 'IDR', price: 1_000_000_000_000, max_per_order: 100 }] })
	const order = await held(buyer, event, 100)

	assert.equal(order.total, 100_000_000_000_000)
	assert.equal(ok(await pay(buyer, order.id)).order.status, 'paid')
})

// ---- no price changes its meaning ----

test('an event whose tickets have a price keeps its currency: 15 euros do not become one and a half dinars', async () => {
	const event = await new_event({ publish: false, categories: [{ price: 1500 }] })
	const change = (currency) => staff.put(`/api/events/${event.id}/`, { currency })

	assert.deepEqual(Object.keys(refused(await change('KWD'), 422, 'VALIDATION_ERROR').body.errors), ['currency'])
	assert.equal(ok(await staff.get(`/api/events/${event.id}/`)).currency, 'EUR')
	ok(await change('EUR'))
	ok(await staff.put(`/api/ticket-categories/${event.categories[0].id}/`, { price: 0 }))
	assert.equal(ok(await change('KWD')).currency, 'KWD', 'what costs nothing costs nothing in any')
	ok(await category(event, { currency: 'KWD', price: 1500 }), 201)
	refused(await change('EUR'), 422, 'VALIDATION_ERROR')
})

test('nor does a promo code\'s amount, or an expense: in another currency it is said anew', async () => {
	for (const [path, made] of [
		['promo-codes', await staff.post('/api/promo-codes/', { code: unique(), amount: 1500, currency: 'EUR' })],
		['expenses', await staff.post('/api/expenses/', { title: 'Hall', kind: 'venue', amount: 1500, currency: 'EUR', spent_on: '2026-03-05' })]
	]) {
		const { id } = ok(made, 201), change = (values) => staff.put(`/api/${path}/${id}/`, values)

		assert.deepEqual(refused(await change({ currency: 'KWD' }), 422, 'VALIDATION_ERROR').body.errors,
			{ amount: ['This is in EUR. Say how much it is in KWD.'] }, path)
		assert.equal(ok(await change({ currency: 'EUR' })).currency, 'EUR')
		const { amount, currency } = ok(await change({ currency: 'KWD', amount: 5000 }))
		assert.deepEqual([amount, currency], [5000, 'KWD'], path)
	}
	// What takes nothing off in any currency may change it.
	const { id } = ok(await staff.post('/api/promo-codes/', { code: unique(), percent: 10, currency: 'EUR' }), 201)
	assert.equal(ok(await staff.put(`/api/promo-codes/${id}/`, { currency: 'KWD' })).currency, 'KWD')
})

test('nor while a price is being set', async () => {
	for (const set of [(event) => category(event, { currency: 'EUR', price: 1500 }),
		(event) => staff.put(`/api/ticket-categories/${event.categories[0].id}/`, { currency: 'EUR', price: 1500 })]) {
		const event = await new_event({ publish: false, categories: [{ price: 0 }] })
		const commit = await in_transaction(`UPDATE event SET currency = 'KWD' WHERE id = ${event.id}`)
		const asked = set(event)

		await until_met(asked, 'LOCK IN SHARE MODE')
		await commit()
		assert.deepEqual(Object.keys(refused(await asked, 422, 'VALIDATION_ERROR').body.errors), ['currency'])
	}
})

// ---- from what ----

test('an event costs from the cheapest that can still be had, and from nothing where none can', async () => {
	const event = await new_event({ categories: [{ price: 1000, capacity: 1 }, { price: 2000, sales_end: iso(Date.now() + HOUR) }, { price: 3000, sales_start: iso(Date.now() + HOUR) }] })
	const [cheap, middle, dear] = event.categories
	const from = async () => (await shown(event)).price_from

	assert.equal(await from(), 1000)
	const order = await held(buyer, event, [{ category_id: cheap.id, quantity: 1 }])
	assert.equal(await from(), 2000, 'the cheap one is held')
	lapse(order.id)
	assert.equal(await from(), 1000, 'nobody holds it any more')
	const again = await held(buyer, event, [{ category_id: cheap.id, quantity: 1 }])
	ok(await pay(buyer, again.id))
	assert.equal(await from(), 2000)
	sql(`UPDATE ticket_category SET sales_end = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ${middle.id}`)
	assert.equal(await from(), 3000, 'its sale is over; what opens later can still be had')
	sql(`UPDATE ticket_category SET capacity = 0 WHERE id = ${dear.id}`)
	assert.equal(await from(), null)
	sql(`UPDATE ticket_category SET capacity = 9 WHERE id = ${dear.id}; UPDATE event SET status = 'cancelled' WHERE id = ${event.id}`)
	assert.equal(await from(), null, 'it does not take place')
})

test('cheapest first goes by what can still be had, and what is sold out comes last either way', async () => {
	const word = unique(), named = (text, categories) => new_event({ title: `${word} ${text}`, categories })
	const gone = await named('gone', [{ price: 100, capacity: 1 }]), half = await named('half', [{ price: 200, capacity: 1 }, { price: 9000 }])
	const whole = await named('whole', [{ price: 5000 }])
	const order = async (query) => ok(await as(buyer).get(EVENTS, { query: { search: word, sort_by: 'price', ...query } })).items.map(({ id }) => id)

	for (const event of [gone, half])
		await held(buyer, event)
	assert.deepEqual(await order(), [whole.id, half.id, gone.id])
	assert.deepEqual(await order({ sort_order: 'desc' }), [half.id, whole.id, gone.id])
	assert.deepEqual(await order({ price_max: 5000 }), [whole.id], 'at most 50.00 can be had there')
	const free = await named('free', [{ price: 0 }])
	assert.deepEqual(await order({ price_max: 0 }), [free.id], 'at most nothing')
})

// ---- one currency at a time ----

test('to go by price asks for one currency, where there are several', async () => {
	const word = unique(), named = (text, currency, price) => new_event({ title: `${word} ${text}`, currency, categories: [{ price, currency }] })
	const yen = await named('yen', 'JPY', 3000), euro = await named('euro', 'EUR', 2500), dear = await named('dear', 'EUR', 4000) // 3,000 yen are 18 euros
	const list = (query) => as(buyer).get(EVENTS, { query: { search: word, ...query } }), ids = (answer) => ok(answer).items.map(({ id }) => id)

	for (const query of [{ sort_by: 'price' }, { price_max: 2600 }, { price_min: 1 }]) {
		const { errors } = refused(await list(query), 422, 'VALIDATION_ERROR').body

		assert.deepEqual(errors, { currency: ['Events are sold in EUR, JPY. Say by which prices.'] })
	}
	assert.deepEqual(ids(await list({ sort_by: 'price', currency: 'EUR' })), [euro.id, dear.id])
	assert.deepEqual(ids(await list({ price_max: 3500, currency: 'jpy' })), [yen.id])
	assert.deepEqual(ids(await list({ currency: 'EUR', sort_by: 'date' })), [euro.id, dear.id])
	assert.equal(ids(await list({ sort_by: 'date' })).length, 3)
	assert.deepEqual(ids(await list({ search: `${word} euro`, sort_by: 'price' })), [euro.id], 'what is found is all in one')

	const page = await new Browser().open(`/events?search=${word}&sort_by=price`)
	assert.equal(page.status, 200)
	assert.match(page.html, /id="e-currency">.*?Prices are in several currencies.*?<select\s+id="q-currency" name="currency" aria-invalid="true"[^>]*>.*?<option value="EUR">EUR<\/option><option value="JPY">JPY<\/option>/s)
	assert.doesNotMatch(page.html, /id="q-price_max"/, 'nor is any price offered')
	await page.open(`/events?search=${word}&sort_by=price&currency=JPY`)
	assert.match(page.html, /<option value="2000">Up to 2,000 JPY<\/option>/)
	assert.doesNotMatch(page.html, /Prices are in several/)
})

test('the prices that a page offers are some that the currency has, and the one that was asked for', async () => {
	const word = unique(), event = await new_event({ title: word, currency: 'MNT', categories: [{ currency: 'MNT', price: 99_000_000_000 }] })
	const offered = async (more = '') => [...(await new Browser().open(`/events?search=${word}&currency=MNT${more}`)).html
		.match(/<select id="q-price_max".*?<\/select>/s)[0].matchAll(/<option value="(\d+)"( selected)?>(.*?)<\/option>/g)].map(([, value, selected, text]) => [value, text, Boolean(selected)])

	assert.ok(event)
	assert.deepEqual(await offered(), [['10000000000', 'Up to 100,000,000.00 MNT', false], ['20000000000', 'Up to 200,000,000.00 MNT', false],
		['50000000000', 'Up to 500,000,000.00 MNT', false]])
	assert.deepEqual((await offered('&price_max=12345')).at(0), ['12345', 'Up to 123.45 MNT', true])
	assert.deepEqual((await offered('&price_max=99000000000')).at(-1), ['99000000000', 'Up to 990,000,000.00 MNT', true])
})

test('lists of the office by an amount go by its currency first', async () => {
	const reference = unique()

	for (const [currency, amount] of [['JPY', 3000], ['EUR', 20000], ['KWD', 1500], ['EUR', 9000], ['JPY', 100]])
		ok(await staff.post('/api/expenses/', { title: 'Lamps', kind: 'other', currency, amount, spent_on: '2026-03-05', reference }), 201)
	const order = async (query) => ok(await staff.get('/api/expenses/', { query: { search: reference, ...query } })).items.map((e) => `${e.amount} ${e.currency}`)

	assert.deepEqual(await order({ sort_by: 'amount' }), ['9000 EUR', '20000 EUR', '100 JPY', '3000 JPY', '1500 KWD'])
	assert.deepEqual(await order({ sort_by: 'amount', sort_order: 'desc' }), ['20000 EUR', '9000 EUR', '3000 JPY', '100 JPY', '1500 KWD'])
})

// ---- what was called off ----

test('a held order of a cancelled event is over: it counts down no more, and nothing is to be paid', async () => {
	const event = await new_event(), order = await held(buyer, event), browser = new Browser()

	await browser.go('/sign-in')
	await browser.submit('/sign-in', { mobile_number: buyer.mobile_number, password: buyer.password })
	await browser.submit('/sign-in/code', { otp: await code(buyer.mobile_number) })
	await browser.open(`/orders/${order.id}`)
	assert.match(browser.html, /data-until=.*\/pay"/s)
	ok(await staff.post(`/api/events/${event.id}/cancel/`, {}))

	const answer = ok(await as(buyer).get(`/api/v1/users/orders/${order.id}/`)).order
	assert.deepEqual([answer.status, answer.event.status], ['cancelled', 'cancelled'])
	assert.equal(ok(await as(buyer).get('/api/v1/users/orders/')).items.find(({ id }) => id === order.id).status, 'cancelled')
	refused(await pay(buyer, order.id), 409, 'EVENT_CANCELLED')
	await browser.open(`/orders/${order.id}`)
	assert.equal(browser.status, 200)
	assert.match(browser.html, /The event was cancelled\. There is nothing to pay/)
	assert.doesNotMatch(browser.html, /data-until|role="timer"|\/pay"|\/book"/)
})
