// Booking: all or nothing, never more than there is, for as long as the hold lasts, and once for each Idempotency-Key.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql, token } from './lib.mjs'
import {
	as, book, bought, DAY, held, in_transaction, iso, jobs_rest, lapse, new_customer, new_event, ok, pay, refused, stock, unique,
	until_waiting
} from './world.mjs'

let ann, bob

before(async () => {
	// Stock of lapsed holds must be usable although nobody in the background gives it back.
	jobs_rest('holds', 'payments')
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer({ name: 'Bob Weir' })
})

const orders_of = (person) => Number(sql(`SELECT COUNT(*) FROM orders WHERE customer_id = ${person.customer_id}`)[0][0])
const one = (event, quantity = 1, more = {}) => [{ category_id: event.categories[0].id, quantity, ...more }]
const cancel = (person, id) => as(person).post(`/api/v1/users/orders/${id}/cancel/`, {})
const show = (person, id) => as(person).get(`/api/v1/users/orders/${id}/`)
const promo = async (more) => ok(await as(await token('staff')).post('/api/promo-codes/', { code: unique(), ...more }), 201)

test('several categories in one order, with their prices and a hold that ends', async () => {
	const event = await new_event({ categories: [{ price: 2500 }, { price: 4000 }] })
	const [standing, seated] = event.categories
	const answer = await book(ann, event, [{ category_id: seated.id, quantity: 1 }, { category_id: standing.id, quantity: 2 }])
	const { order } = ok(answer, 201)

	assert.equal(order.status, 'held')
	assert.match(order.reference, /^[2-9A-HJKMNP-Z]{8}$/)
	assert.deepEqual([order.subtotal, order.discount, order.total, order.currency], [9000, 0, 9000, 'EUR'])
	const left = Date.parse(order.expires_at) - Date.parse(answer.body.meta.timestamp)
	assert.equal(left, 10 * 60_000)
	assert.deepEqual(order.items.map((item) => [item.category_id, item.quantity, item.unit_price, item.amount]),
		[[standing.id, 2, 2500, 5000], [seated.id, 1, 4000, 4000]])
	assert.deepEqual(stock(standing.id), { capacity: 100, held: 2, sold: 0 })
	assert.deepEqual(stock(seated.id), { capacity: 100, held: 1, sold: 0 })
	assert.deepEqual(ok(await show(ann, order.id)).order, order)
	ok(await cancel(ann, order.id))
})

test('a category named twice is added up, with its holders in order', async () => {
	const event = await new_event({ categories: [{ max_per_order: 3 }] })
	const items = [...one(event, 1, { holders: [{ name: 'First' }] }), ...one(event, 2, { holders: [{ name: 'Second' }] })]
	const { order } = ok(await book(ann, event, items), 201)

	assert.deepEqual(order.items.map((item) => item.quantity), [3])
	const { tickets } = ok(await pay(ann, order.id))
	assert.deepEqual(tickets.map((ticket) => ticket.holder_name).sort(), ['Ann Arbor', 'First', 'Second'])
	refused(await book(ann, event, [...one(event, 2), ...one(event, 2)]), 422, 'TOO_MANY_TICKETS')
})

test('tickets bear the names of their holders, the rest the buyer\'s', async () => {
	const event = await new_event()
	const tickets = await bought(ann, event, one(event, 3, { holders: [{ name: 'Ève Müller' }, { name: 'يوسف' }] }))

	assert.deepEqual(tickets.map((ticket) => ticket.holder_name).sort(), ['Ann Arbor', 'Ève Müller', 'يوسف'].sort())
})

test('a holder may be one of the buyer\'s dependents, and nobody else\'s', async () => {
	const event = await new_event()
	const dependent = (person) => sql(`INSERT INTO dependent (customer_id, name, relationship, created_at)
		VALUES (${person.customer_id}, 'Lou', 'son', UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0]
	const mine = Number(dependent(ann)), theirs = Number(dependent(bob))
	const book_for = (id) => book(ann, event, one(event, 1, { holders: [{ name: 'Lou', dependent_id: id }] }))

	const { order } = ok(await book_for(mine), 201)
	const { tickets: [ticket] } = ok(await pay(ann, order.id))
	assert.equal(sql(`SELECT dependent_id FROM ticket WHERE id = ${ticket.id}`)[0][0], String(mine))
	for (const id of [theirs, 999_999_999]) {
		const answer = refused(await book_for(id), 422, 'VALIDATION_ERROR')
		assert.deepEqual(Object.keys(answer.body.errors), ['items.0.holders.0.dependent_id'])
	}
	ok(await cancel(ann, ok(await book(ann, event, one(event, 1, { holders: null })), 201).order.id))
	ok(await cancel(ann, ok(await book_for(null), 201).order.id))
	assert.equal(stock(event.categories[0].id).held, 0)
})

test('all or nothing: where one category is gone nothing is held', async () => {
	const event = await new_event({ categories: [{}, { capacity: 1 }] })
	const [plenty, scarce] = event.categories
	const before_ = orders_of(ann)
	const answer = refused(await book(ann, event, [
		{ category_id: plenty.id, quantity: 2 }, { category_id: scarce.id, quantity: 2 }
	]), 409, 'TICKET_SOLD_OUT')

	assert.deepEqual(answer.data, { category_id: scarce.id, available: 1 })
	assert.match(answer.error.message, /^Only 1 left of Category 2\.$/)
	assert.equal(stock(plenty.id).held, 0)
	assert.equal(stock(scarce.id).held, 0)
	assert.equal(orders_of(ann), before_)
})

test('sold out says so, and what is left', async () => {
	const event = await new_event({ categories: [{ capacity: 3 }] })

	await bought(ann, event, 2)
	let answer = refused(await book(bob, event, one(event, 2)), 409, 'TICKET_SOLD_OUT')
	assert.equal(answer.data.available, 1)
	const order = await held(bob, event, 1)
	answer = refused(await book(ann, event, one(event)), 409, 'TICKET_SOLD_OUT')
	assert.equal(answer.data.available, 0)
	assert.match(answer.error.message, /sold out/)
	ok(await cancel(bob, order.id))
})

test('no more an order than the category allows', async () => {
	const event = await new_event({ categories: [{ max_per_order: 2 }] })

	refused(await book(ann, event, one(event, 3)), 422, 'TOO_MANY_TICKETS')
	assert.equal(stock(event.categories[0].id).held, 0)
})

test('not before the sale opens, not after it closes', async () => {
	const event = await new_event({
		categories: [{ sales_start: iso(Date.now() + DAY) }, { sales_start: iso(Date.now() - 2 * DAY), sales_end: iso(Date.now() - DAY) }, {}]
	})
	const [early, late, open] = event.categories

	refused(await book(ann, event, [{ category_id: early.id, quantity: 1 }]), 409, 'SALE_NOT_OPEN')
	refused(await book(ann, event, [{ category_id: late.id, quantity: 1 }]), 409, 'SALE_CLOSED')
	refused(await book(ann, event, [{ category_id: open.id, quantity: 1 }, { category_id: early.id, quantity: 1 }]), 409, 'SALE_NOT_OPEN')
	sql(`UPDATE event SET ends_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ${event.id}`)
	refused(await book(ann, event, [{ category_id: open.id, quantity: 1 }]), 409, 'SALE_CLOSED')
	assert.equal(stock(open.id).held, 0)
})

test('not of a draft, a cancelled event, another event\'s category or one that was deleted', async () => {
	const event = await new_event({ categories: [{}, {}] }), other = await new_event()
	const draft = await new_event({ publish: false })
	const staff = as(await token('staff'))

	refused(await book(ann, draft, one(draft)), 404, 'EVENT_NOT_FOUND')
	refused(await book(ann, { id: 999_999_999 }, one(event)), 404, 'EVENT_NOT_FOUND')
	refused(await book(ann, event, one(other)), 404, 'CATEGORY_NOT_FOUND')
	ok(await staff.delete(`/api/ticket-categories/${event.categories[1].id}/`))
	refused(await book(ann, event, [{ category_id: event.categories[1].id, quantity: 1 }]), 404, 'CATEGORY_NOT_FOUND')
	ok(await staff.post(`/api/events/${other.id}/cancel/`, {}))
	refused(await book(ann, other, one(other)), 409, 'EVENT_CANCELLED')
})

test('what is no order is refused field by field', async () => {
	const event = await new_event()
	const category_id = event.categories[0].id
	const fault = async (items, name) => {
		const answer = refused(await book(ann, event, items), 422, 'VALIDATION_ERROR')
		assert.deepEqual(Object.keys(answer.body.errors), [name])
	}

	await fault([], 'items')
	await fault([{ category_id, quantity: 0 }], 'items')
	await fault('x', 'items')
	await fault([{ category_id, quantity: -1 }], 'items.0.quantity')
	await fault([{ category_id, quantity: 101 }], 'items.0.quantity')
	await fault([{ category_id, quantity: 1.5 }], 'items.0.quantity')
	await fault([{ category_id, quantity: '1' }], 'items.0.quantity')
	await fault([{ category_id, quantity: 2 ** 62 }], 'items.0.quantity')
	await fault([{ quantity: 1 }], 'items.0.category_id')
	await fault([{ category_id, quantity: 1, holders: [{ name: 'x'.repeat(121) }] }], 'items.0.holders.0.name')
	await fault([{ category_id, quantity: 1, holders: 'Ann' }], 'items.0.holders')
	await fault(Array.from({ length: 21 }, () => ({ category_id, quantity: 1 })), 'items')
	assert.equal(stock(category_id).held, 0)
})

test('fields that no order has are ignored and named: a price cannot be sent', async () => {
	const event = await new_event()
	const answer = await as(ann).post('/api/v1/tickets/book/', {
		event_id: event.id, total: 1, customer_id: bob.customer_id, status: 'paid',
		items: [{ category_id: event.categories[0].id, quantity: 1, unit_price: 1 }]
	})
	const { order } = ok(answer, 201)

	assert.equal(order.total, 2500)
	assert.equal(order.status, 'held')
	assert.equal(order.customer_id, ann.customer_id)
	assert.deepEqual(answer.body.meta.ignored.sort(), ['customer_id', 'items.0.unit_price', 'status', 'total'])
	ok(await cancel(ann, order.id))
})

// ---- promo codes ----

test('a percentage and an amount off, and never below nothing', async () => {
	const event = await new_event({ categories: [{ price: 2999 }] })
	const total = async (code, quantity = 1) => {
		const { order } = ok(await book(ann, event, one(event, quantity), { promo_code: code }), 201)

		ok(await cancel(ann, order.id))
		return [order.subtotal, order.discount, order.total]
	}

	assert.deepEqual(await total((await promo({ percent: 15, event_id: event.id })).code), [2999, 450, 2549])
	assert.deepEqual(await total((await promo({ amount: 500, currency: 'EUR' })).code, 2), [5998, 500, 5498])
	assert.deepEqual(await total((await promo({ amount: 10_000, currency: 'EUR' })).code), [2999, 2999, 0])
	assert.deepEqual(await total((await promo({ percent: 100 })).code), [2999, 2999, 0])
})

test('an order of nothing to pay is paid without a card, and moves no money', async () => {
	const event = await new_event()
	const { code } = await promo({ percent: 100 })
	const { order } = ok(await book(ann, event, one(event, 2), { promo_code: code }), 201)
	const paid = ok(await as(ann).post('/api/v1/payments/process/', { order_id: order.id }))

	assert.equal(paid.payment.amount, 0)
	assert.equal(paid.order.status, 'paid')
	assert.equal(paid.tickets.length, 2)
	assert.equal(sql(`SELECT COUNT(*) FROM ledger_transfer WHERE noun = 'payment' AND noun_id = ${paid.payment.id}`)[0][0], '0')
})

test('a code that is unknown, another event\'s, not yet or no longer good, or in another currency', async () => {
	const event = await new_event(), other = await new_event()
	const codes = [
		'no-such-code',
		(await promo({ percent: 10, event_id: other.id })).code,
		(await promo({ percent: 10, starts_at: iso(Date.now() + DAY) })).code,
		(await promo({ percent: 10, starts_at: iso(Date.now() - 2 * DAY), ends_at: iso(Date.now() - DAY) })).code,
		(await promo({ amount: 100, currency: 'USD' })).code
	]

	for (const promo_code of codes) {
		const answer = refused(await book(ann, event, one(event), { promo_code }), 422, 'VALIDATION_ERROR')
		assert.deepEqual(Object.keys(answer.body.errors), ['promo_code'])
	}
	assert.equal(stock(event.categories[0].id).held, 0)
})

test('a code with one use is used once; giving up gives it back, and so does time', async () => {
	const event = await new_event()
	const { id, code } = await promo({ percent: 50, max_uses: 1, event_id: event.id })
	const uses = () => Number(sql(`SELECT uses FROM promo_code WHERE id = ${id}`)[0][0])
	const use = (person) => book(person, event, one(event), { promo_code: code })

	const first = ok(await use(ann), 201).order
	refused(await use(bob), 422, 'VALIDATION_ERROR')
	assert.equal(uses(), 1)
	ok(await cancel(ann, first.id))
	assert.equal(uses(), 0)
	const second = ok(await use(bob), 201).order
	lapse(second.id)
	const third = ok(await use(ann), 201).order
	assert.equal(uses(), 1)
	ok(await pay(ann, third.id))
	refused(await use(bob), 422, 'VALIDATION_ERROR')
})

test('two who use the last use at once: one has it', async () => {
	const event = await new_event()
	const { id, code } = await promo({ percent: 50, max_uses: 1, event_id: event.id })
	const answers = await Promise.all([ann, bob, ann, bob].map((person) => book(person, event, one(event), { promo_code: code })))

	assert.equal(answers.filter((answer) => answer.status === 201).length, 1, answers.map((a) => a.text).join('\n'))
	for (const answer of answers.filter((a) => a.status !== 201))
		refused(answer, 422, 'VALIDATION_ERROR')
	assert.equal(sql(`SELECT uses FROM promo_code WHERE id = ${id}`)[0][0], '1')
	assert.equal(stock(event.categories[0].id).held, 1)
	const won = answers.find((answer) => answer.status === 201)
	ok(await cancel(won.data.order.customer_id === ann.customer_id ? ann : bob, won.data.order.id))
})

// ---- the hold ----

test('a hold lapses by the clock: its stock is free at once, though no job runs', async () => {
	const event = await new_event({ categories: [{ capacity: 2 }] })
	const order = await held(ann, event, 2)

	refused(await book(bob, event, one(event)), 409, 'TICKET_SOLD_OUT')
	lapse(order.id)
	assert.equal(ok(await show(ann, order.id)).order.status, 'lapsed')
	const taken = await held(bob, event, 2)
	assert.deepEqual(stock(event.categories[0].id), { capacity: 2, held: 2, sold: 0 })
	assert.equal(sql(`SELECT status FROM orders WHERE id = ${order.id}`)[0][0], 'lapsed')
	refused(await pay(ann, order.id), 409, 'ORDER_LAPSED')
	refused(await cancel(ann, order.id), 409, 'ORDER_NOT_HELD')
	ok(await cancel(bob, taken.id))
})

test('a lapsed hold gives its stock back once, however many ask for it', async () => {
	const event = await new_event({ categories: [{ capacity: 4, max_per_order: 4 }] })
	const order = await held(ann, event, 4)

	lapse(order.id)
	const answers = await Promise.all([bob, ann, bob, ann, bob, ann].map((person) => book(person, event, one(event, 2))))
	const won = answers.filter((answer) => answer.status === 201)
	assert.equal(won.length, 2, answers.map((answer) => answer.text).join('\n'))
	assert.deepEqual(stock(event.categories[0].id), { capacity: 4, held: 4, sold: 0 })
	for (const { data: { order } } of won)
		ok(await cancel(order.customer_id === ann.customer_id ? ann : bob, order.id))
})

test('of many who come for lapsed stock at once nobody is told that it is gone', async () => {
	const people = []

	while (people.length < 6)
		people.push(await new_customer())
	for (let round = 0; round < 5; round++) {
		const event = await new_event({ categories: [{ capacity: 6 }] })
		const orders = [await held(ann, event, 3), await held(ann, event, 3)]

		orders.forEach((order) => lapse(order.id))
		for (const answer of await Promise.all(people.map((person) => book(person, event, one(event)))))
			lapse(ok(answer, 201).order.id)
	}
})

test('lapsed stock is usable however many other orders lapsed before it', async () => {
	const event = await new_event({ categories: [{ capacity: 300 }, { capacity: 1 }] })
	const [many, last] = event.categories

	sql(`INSERT INTO orders (uuid, reference, customer_id, event_id, organizer_id, status, currency, subtotal, total, tickets, expires_at,
			created_at)
			SELECT RANDOM_BYTES(16), CONCAT('R', LPAD(${event.id}, 5, '0'), LPAD(seq, 4, '0')), ${ann.customer_id}, ${event.id}, 1, 'held',
				'EUR', 2500, 2500, 1, UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE, UTC_TIMESTAMP(3) FROM seq_1_to_250;
		INSERT INTO order_item (order_id, category_id, quantity, unit_price)
			SELECT id, ${many.id}, 1, 2500 FROM orders WHERE event_id = ${event.id};
		UPDATE ticket_category SET held = 250 WHERE id = ${many.id}`)
	lapse((await held(ann, event, [{ category_id: last.id, quantity: 1 }])).id)
	const taken = await held(bob, event, [{ category_id: last.id, quantity: 1 }])
	assert.deepEqual(stock(last.id), { capacity: 1, held: 1, sold: 0 })
	ok(await cancel(bob, taken.id))
})

test('a category that is deleted while it is booked is not sold', async () => {
	const event = await new_event(), [{ id }] = event.categories
	const release = await in_transaction(`UPDATE ticket_category SET deleted_at = UTC_TIMESTAMP(3) WHERE id = ${id}`)
	const booking = book(ann, event, one(event))

	await until_waiting('UPDATE ticket_category c')
	release()
	refused(await booking, 404, 'CATEGORY_NOT_FOUND')
	assert.equal(stock(id).held, 0)
})

test('given up, the stock is free at once, and once only', async () => {
	const event = await new_event({ categories: [{ capacity: 2 }] })
	const order = await held(ann, event, 2)
	const answers = await Promise.all([1, 2, 3, 4].map(() => cancel(ann, order.id)))

	assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
	for (const answer of answers.filter((a) => a.status !== 200))
		refused(answer, 409, 'ORDER_NOT_HELD')
	assert.deepEqual(stock(event.categories[0].id), { capacity: 2, held: 0, sold: 0 })
	assert.equal(ok(await show(ann, order.id)).order.status, 'cancelled')
	refused(await pay(ann, order.id), 409, 'ORDER_LAPSED')
})

test('a paid order cannot be given up', async () => {
	const event = await new_event()
	const order = await held(ann, event)

	ok(await pay(ann, order.id))
	refused(await cancel(ann, order.id), 409, 'ORDER_NOT_HELD')
	assert.deepEqual(stock(event.categories[0].id), { capacity: 100, held: 0, sold: 1 })
})

test('nobody hoards: five live holds a customer, one after the other or at once', async () => {
	const event = await new_event(), eve = await new_customer()
	const answers = await Promise.all(Array.from({ length: 14 }, () => book(eve, event, one(event))))
	const orders = answers.filter((answer) => answer.status === 201).map((answer) => answer.data.order)

	assert.equal(orders.length, 5, answers.map((answer) => answer.text).join('\n'))
	for (const answer of answers.filter((a) => a.status !== 201))
		assert.equal(answer.error.code, 'TOO_MANY_HOLDS')
	assert.equal((await book(eve, event, one(event))).status, 429)
	lapse(orders[0].id)
	orders.push(await held(eve, event))
	ok(await cancel(eve, orders[1].id))
	await held(eve, event)
	assert.equal((await book(eve, event, one(event))).status, 429)
})

test('another customer\'s order is not there', async () => {
	const event = await new_event()
	const order = await held(ann, event)

	refused(await show(bob, order.id), 404, 'ORDER_NOT_FOUND')
	refused(await cancel(bob, order.id), 404, 'ORDER_NOT_FOUND')
	refused(await pay(bob, order.id), 404, 'ORDER_NOT_FOUND')
	assert.ok(!ok(await as(bob).get('/api/v1/users/orders/', { query: { limit: 100 } })).items.some((o) => o.id === order.id))
	assert.ok(ok(await as(ann).get('/api/v1/users/orders/', { query: { limit: 100 } })).items.some((o) => o.id === order.id))
	assert.equal(ok(await show(ann, order.id)).order.status, 'held')
	ok(await cancel(ann, order.id))
})

// ---- Idempotency-Key ----

test('the same key again: the same answer, one effect', async () => {
	const event = await new_event(), key = unique()
	const first = await book(ann, event, one(event, 2), {}, { key }), again = await book(ann, event, one(event, 2), {}, { key })

	assert.deepEqual(ok(again, 201), ok(first, 201))
	assert.equal(again.body.message, first.body.message)
	assert.notEqual(again.body.meta.request_id, first.body.meta.request_id)
	assert.equal(stock(event.categories[0].id).held, 2)
	ok(await cancel(ann, first.data.order.id))
	assert.deepEqual(ok(await book(ann, event, one(event, 2), {}, { key }), 201), first.data)
	assert.equal(stock(event.categories[0].id).held, 0)
})

test('the same key with another body is refused; order of members and a trailing slash make no other', async () => {
	const event = await new_event(), key = unique()
	const category_id = event.categories[0].id
	const { order } = ok(await book(ann, event, one(event), {}, { key }), 201)

	const answer = refused(await book(ann, event, one(event, 2), {}, { key }), 422, 'IDEMPOTENCY_MISMATCH')
	assert.equal(answer.data, undefined)
	const turned = await as(ann).post('/api/v1/tickets/book', { items: [{ quantity: 1, category_id }], event_id: event.id }, { key })
	assert.equal(ok(turned, 201).order.id, order.id)
	assert.equal(stock(category_id).held, 1)
	ok(await cancel(ann, order.id))
})

test('a key is a customer\'s own', async () => {
	const event = await new_event(), key = unique()
	const mine = ok(await book(ann, event, one(event), {}, { key }), 201).order
	const theirs = ok(await book(bob, event, one(event), {}, { key }), 201).order

	assert.notEqual(mine.id, theirs.id)
	ok(await cancel(ann, mine.id))
	ok(await cancel(bob, theirs.id))
})

test('a refusal is not kept: the key works once the reason is gone', async () => {
	const event = await new_event({ categories: [{ capacity: 1 }] }), key = unique()
	const taken = await held(bob, event)

	refused(await book(ann, event, one(event), {}, { key }), 409, 'TICKET_SOLD_OUT')
	ok(await cancel(bob, taken.id))
	const { order } = ok(await book(ann, event, one(event), {}, { key }), 201)
	ok(await cancel(ann, order.id))
})

test('twins with one key at once have one effect', async () => {
	const event = await new_event(), key = unique()
	const answers = await Promise.all(Array.from({ length: 8 }, () => book(ann, event, one(event), {}, { key })))
	const made = answers.filter((answer) => answer.status === 201)

	assert.equal(new Set(made.map((answer) => answer.data.order.id)).size, 1)
	for (const answer of answers.filter((a) => a.status !== 201))
		refused(answer, 409, 'IDEMPOTENCY_RUNNING')
	assert.equal(stock(event.categories[0].id).held, 1)
	assert.equal(sql(`SELECT COUNT(*) FROM orders WHERE event_id = ${event.id}`)[0][0], '1')
	ok(await cancel(ann, made[0].data.order.id))
})

// A claim is taken over after a minute. The first request was not dead but slow: it must not say what it could not keep.
test('who lost its key to a twin while it was held up undoes its work and does not claim success', async () => {
	const event = await new_event(), key = unique()
	const release = await in_transaction(`SELECT id FROM customer WHERE id = ${ann.customer_id} FOR UPDATE`)
	const first = book(ann, event, one(event), {}, { key })

	await until_waiting('FROM customer c WHERE c.id')
	sql(`UPDATE idempotency SET created_at = created_at + INTERVAL 1 MINUTE WHERE account_id =
		(SELECT account_id FROM customer WHERE id = ${ann.customer_id}) AND status = 0`)
	release()
	refused(await first, 409, 'IDEMPOTENCY_RUNNING')
	assert.deepEqual(stock(event.categories[0].id), { capacity: 100, held: 0, sold: 0 })
})

test('a key that is too long is refused', async () => {
	const event = await new_event()

	refused(await book(ann, event, one(event), {}, { key: 'x'.repeat(201) }), 400, 'IDEMPOTENCY_KEY')
	assert.equal(stock(event.categories[0].id).held, 0)
})

test('every place with a name of its own: a booking may be as long as its route says, other bodies as long as usual', async () => {
	const event = await new_event({ categories: Array.from({ length: 20 }, () => ({ price: 100, max_per_order: 100 })) })
	const name = (n) => `${n} ${'𝔸'.repeat(116)}` // four bytes a letter
	const items = event.categories.map(({ id }) =>
		({ category_id: id, quantity: 100, holders: Array.from({ length: 100 }, (_, n) => ({ name: name(n) })) }))
	const body = { event_id: event.id, items }, bytes = Buffer.byteLength(JSON.stringify(body))

	assert.ok(bytes > 900 * 1024, `${bytes}`)
	const { order } = ok(await as(bob).post('/api/v1/tickets/book/', body), 201)
	assert.deepEqual(order.items.map((item) => item.quantity), items.map(() => 100))
	const [[length]] = sql(`SELECT CHAR_LENGTH(JSON_VALUE(holders, '$[99].name')) FROM order_item
		WHERE order_id = ${order.id} ORDER BY id DESC LIMIT 1`)
	assert.equal(Number(length), [...name(99)].length)
	ok(await cancel(bob, order.id))
	// It has an end all the same, and no other route takes as much.
	const long = refused(await as(bob).post('/api/v1/tickets/book/', { ...body, note: 'x'.repeat(400 * 1024) }), 413, 'TOO_LARGE')
	assert.match(long.error.message, /1200 KB/)
	assert.match(refused(await as(bob).post('/api/v1/payments/process/', body), 413, 'TOO_LARGE').error.message, /256 KB/)
})
