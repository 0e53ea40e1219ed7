// Between staff's edits and sales: what an order was sold under (whose event, which currency, at what price) is on the order,
// and whatever is changed, cancelled, given up or lapses beside a booking or a payment comes before it or after it, never in
// between. Where two meet, somebody else's transaction holds them at the spot that matters; and then many times as it comes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { before, beforeEach, test } from 'node:test'
import { messages, sql, token } from './lib.mjs'
import {
	as, book, bought, confirm, held, in_transaction, iso, jobs_rest, jobs_run, lapse, ledger, new_customer, new_event,
	new_organizer, notice, ok, pay, refused, stock, unique, until, until_met, until_waiting
} from './world.mjs'

let ann, bob, staff, seller, buyer

before(async () => {
	jobs_rest('holds', 'payments')
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer({ name: 'Bob Weir' })
	staff = as(await token('staff'))
	seller = await new_organizer()
	buyer = await new_organizer()
})

// Each test stands alone: what another left held is nobody's any more.
beforeEach(() => sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND
	WHERE customer_id IN (${ann.customer_id}, ${bob.customer_id}) AND status = 'held'`))

const one = (event, quantity = 1) => [{ category_id: event.categories[0].id, quantity }]
const change = (event, body) => staff.put(`/api/events/${event.id}/`, body)
const change_category = (event, body) => staff.put(`/api/ticket-categories/${event.categories[0].id}/`, body)
const call_off = (event) => staff.post(`/api/events/${event.id}/cancel/`, {})
const give_up = (person, order) => as(person).post(`/api/v1/users/orders/${order.id}/cancel/`, {})
const show = async (person, order) => ok(await as(person).get(`/api/v1/users/orders/${order.id}/`))
const payments_of = (order) => sql(`SELECT status FROM payment WHERE order_id = ${order.id} ORDER BY id`).flat()
const in_stock = (event) => stock(event.categories[0].id)

// Whose account in the ledger each transfer of a payment moved: [kind, organizer, amount].
const accounts = (payment_id) => sql(`SELECT t.kind, a.owner_id, e.amount FROM ledger_transfer t
	JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id AND a.kind = 'organizer'
	WHERE (t.noun = 'payment' AND t.noun_id = ${payment_id})
		OR (t.noun = 'payment_refund' AND t.noun_id IN (SELECT id FROM payment_refund WHERE payment_id = ${payment_id}))
	ORDER BY t.id`).map(([kind, owner, amount]) => [kind, +owner, +amount])

function audit() {
	const run = spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' })

	assert.equal(run.status, 0, run.stdout + run.stderr)
}

async function given_back(event) {
	jobs_run('payments')
	await until('all is given back', () => sql(`SELECT COUNT(*) FROM payment p JOIN orders o ON o.id = p.order_id
		WHERE o.event_id = ${event.id} AND p.status IN ('succeeded', 'refunding')`)[0][0] === '0')
	jobs_rest('payments')
}

// ---- what a sale was made under ----

test('a refund comes from who sold, though the event has changed hands', async () => {
	const event = await new_event({ organizer_id: seller.organizer_id })
	const order = await held(ann, event, 2), { payment } = ok(await pay(ann, order.id))
	const late = await held(bob, event, 1)

	ok(await change(event, { organizer_id: buyer.organizer_id }))
	const second = ok(await pay(bob, late.id)).payment
	const third = ok(await pay(ann, (await held(ann, event, 1)).id)).payment
	ok(await call_off(event))
	await given_back(event)
	assert.deepEqual(accounts(payment.id), [['sale', seller.organizer_id, -5000], ['refund', seller.organizer_id, 5000]])
	assert.deepEqual(accounts(second.id), [['sale', seller.organizer_id, -2500], ['refund', seller.organizer_id, 2500]])
	assert.deepEqual(accounts(third.id), [['sale', buyer.organizer_id, -2500], ['refund', buyer.organizer_id, 2500]])
	audit()
})

test('figures of what an organizer sold stay theirs when the event goes to somebody else', async () => {
	const mine = await new_organizer(), other = await new_organizer()
	const event = await new_event({ organizer_id: mine.organizer_id })
	const figures = async (person) => {
		const { tickets_sold, tickets_today, orders_today, revenue } = ok(await as(person).get('/api/organizer/dashboard/stats/'))

		return [tickets_sold, tickets_today, orders_today, revenue.map((r) => [r.currency, r.revenue, r.today])]
	}

	await bought(ann, event, 2)
	assert.deepEqual(await figures(mine), [2, 2, 1, [['EUR', 5000, 5000]]])
	ok(await change(event, { organizer_id: other.organizer_id }))
	assert.deepEqual(await figures(mine), [2, 2, 1, [['EUR', 5000, 5000]]])
	assert.deepEqual(await figures(other), [0, 0, 0, [['EUR', 0, 0]]])
	await bought(bob, event, 1)
	assert.deepEqual(await figures(mine), [2, 2, 1, [['EUR', 5000, 5000]]])
	assert.deepEqual(await figures(other), [1, 1, 1, [['EUR', 2500, 2500]]])
	const shown = ok(await as(other).get(`/api/organizer/events/${event.id}/`))
	assert.deepEqual([shown.sold, shown.revenue, shown.analytics.revenue, shown.analytics.by_category[0].revenue], [3, 2500, 2500, 2500])
	assert.equal(shown.analytics.by_day.at(-1).revenue, 2500)
	assert.equal((await as(mine).get(`/api/organizer/events/${event.id}/`)).status, 404)
	ok(await call_off(event))
	await given_back(event)
	assert.deepEqual((await figures(mine)).slice(0, 3), [0, 0, 0])
	assert.deepEqual((await figures(other)).slice(0, 3), [0, 0, 0])
})

test('a currency stays once anything was ordered in it, a capacity and a code\'s uses keep what is taken', async () => {
	const event = await new_event(), order = await held(ann, event, 3)
	const promo = ok(await staff.post('/api/promo-codes/', { code: unique(), percent: 10, max_uses: 5 }), 201)
	const kept = (answer, name) => assert.deepEqual(Object.keys(refused(answer, 422, 'VALIDATION_ERROR').body.errors), [name])

	kept(await change(event, { currency: 'USD' }), 'currency')
	ok(await change(event, { currency: 'EUR', title: 'The same' }))
	kept(await change_category(event, { capacity: 2 }), 'capacity')
	ok(await change_category(event, { capacity: 3 }))
	ok(await give_up(ann, order))
	kept(await change(event, { currency: 'USD' }), 'currency')
	ok(await change_category(event, { capacity: 2 }))
	for (const person of [ann, bob])
		ok(await book(person, event, one(event), { promo_code: promo.code }), 201)
	kept(await staff.put(`/api/promo-codes/${promo.id}/`, { max_uses: 1 }), 'max_uses')
	ok(await staff.put(`/api/promo-codes/${promo.id}/`, { max_uses: 2 }))
	ok(await staff.put(`/api/promo-codes/${promo.id}/`, { max_uses: null }))
})

// ---- edits beside a booking ----

// What is changed after a booking has read it and before it is done, and how the booking ends: an order under the new terms, or
// a refusal that says so.
const edits = [
	// of tickets that cost nothing, for a price keeps its currency
	['the currency', (event) => change(event, { currency: 'USD' }), (order) => assert.equal(order.currency, 'USD'), undefined, 1, { price: 0 }],
	['the price', (event) => change_category(event, { price: 9900 }), (order) => assert.equal(order.total, 9900)],
	['whose event it is', (event) => change(event, { organizer_id: buyer.organizer_id }), async (order) => {
		const { payment } = ok(await pay(ann, order.id))
		assert.deepEqual(accounts(payment.id), [['sale', buyer.organizer_id, -2500]])
	}],
	['how many an order may have', (event) => change_category(event, { max_per_order: 2 }), null, [422, 'TOO_MANY_TICKETS'], 3],
	['when the sale begins', (event) => change_category(event, { sales_start: iso(Date.now() + 3_600_000) }), null, [409, 'SALE_NOT_OPEN']],
	['of how many it sells over all', (event) => change(event, { capacity: 1 }), null, [409, 'TICKET_SOLD_OUT'], 2],
	['that it sells only so many over all', (event) => change(event, { capacity: 5 }), (order) => assert.deepEqual(
		sql(`SELECT s.taken FROM event_stock s JOIN orders o ON o.event_id = s.id WHERE o.id = ${order.id}`), [['2']]), null, 2],
	['when the sale ends', (event) => change_category(event, { sales_end: iso(Date.now() - 60_000) }), null, [409, 'SALE_CLOSED']],
	['when the event ends', (event) => change(event, { ends_at: iso(Date.now() - 1000) }), null, [409, 'SALE_CLOSED']],
	['that the event takes place', call_off, null, [409, 'EVENT_CANCELLED']],
	['that there is the event', (event) => staff.delete(`/api/events/${event.id}/`), null, [404, 'EVENT_NOT_FOUND']],
	['that there is the category', (event) => staff.delete(`/api/ticket-categories/${event.categories[0].id}/`), null,
		[404, 'CATEGORY_NOT_FOUND']]
]

for (const [what, edit, holds, refusal, quantity = 1, category = {}] of edits)
	test(`changed beside a booking: ${what}`, async () => {
		const event = await new_event({ organizer_id: seller.organizer_id, categories: [category] })
		const release = await in_transaction(`SELECT id FROM customer WHERE id = ${ann.customer_id} FOR UPDATE`)
		const booking = book(ann, event, one(event, quantity))

		await until_waiting('FOR UPDATE')
		ok(await edit(event))
		release()
		const answer = await booking
		if (refusal)
			return refused(answer, ...refusal)
		await holds(ok(answer, 201).order)
		lapse(answer.data.order.id)
	})

test('a promo code that is changed beside a booking: the new percentage counts, and what is over is over', async () => {
	for (const [edit, total] of [[{ percent: 50 }, 1250], [{ percent: null, amount: 100, currency: 'EUR' }, 2400],
		[{ ends_at: iso(Date.now() - 1000) }, null], [{ max_uses: 1 }, 2250]]) {
		const event = await new_event()
		const promo = ok(await staff.post('/api/promo-codes/', { code: unique(), percent: 10 }), 201)
		const release = await in_transaction(`SELECT id FROM customer WHERE id = ${ann.customer_id} FOR UPDATE`)
		const booking = book(ann, event, one(event), { promo_code: promo.code })

		await until_waiting('FOR UPDATE')
		ok(await staff.put(`/api/promo-codes/${promo.id}/`, edit))
		release()
		const answer = await booking
		if (total === null) {
			refused(answer, 422, 'VALIDATION_ERROR')
			continue
		}
		assert.equal(ok(answer, 201).order.total, total)
		ok(await give_up(ann, answer.data.order))
	}
})

test('first bookings and a new currency at once: each order is in its event\'s currency, in every round', async () => {
	const crowd = []

	while (crowd.length < 4)
		crowd.push(await new_customer())
	for (let round = 0; round < 25; round++) {
		const event = await new_event({ organizer_id: seller.organizer_id, categories: [{ price: 0 }] })
		const [edit, ...answers] = await Promise.all([change(event, { currency: 'USD', organizer_id: buyer.organizer_id }),
			...crowd.map((person) => book(person, event, one(event)))])
		const now = sql(`SELECT currency FROM event WHERE id = ${event.id}`)[0][0]

		assert.ok([200, 422].includes(edit.status), edit.text)
		for (const [i, answer] of answers.entries()) {
			const { order } = ok(answer, 201)

			assert.equal(order.currency, now)
			assert.equal(sql(`SELECT currency FROM orders WHERE id = ${order.id}`)[0][0], now)
			if (round % 5 === 0)
				ok(await pay(crowd[i], order.id))
			else
				ok(await give_up(crowd[i], order))
		}
	}
	audit()
})

test('new prices and bookings at once: an order costs what its category cost at a time between its asking and its answer', async () => {
	for (let round = 0; round < 15; round++) {
		const event = await new_event({ categories: [{ price: 1000 }] })
		const prices = [1000]
		const raise = async () => {
			for (let n = 1; n <= 4; n++) {
				ok(await change_category(event, { price: 1000 + n }))
				prices.push(1000 + n)
			}
		}
		const buy = async (person) => {
			const at_first = prices.length - 1, { order } = ok(await book(person, event, one(event, 2)), 201)

			assert.ok(order.items[0].unit_price >= prices[at_first], `${order.items[0].unit_price} after ${prices[at_first]}`)
			assert.equal(order.total, 2 * order.items[0].unit_price)
			ok(await give_up(person, order))
		}

		await Promise.all([raise(), buy(ann), buy(bob)])
	}
})

test('a venue that is deleted while an event is made there', async () => {
	const venue = ok(await staff.post('/api/venues/', { name: unique(), city: 'Riga', country: 'LV', time_zone: 'Europe/Riga' }), 201)
	const release = await in_transaction(`UPDATE venue SET deleted_at = UTC_TIMESTAMP(3) WHERE id = ${venue.id}`)
	const making = staff.post('/api/events/', {
		title: unique(), starts_at: iso(Date.now()), ends_at: iso(Date.now() + 3_600_000), time_zone: 'Europe/Riga',
		venue_id: venue.id, organizer_id: 1, category_id: 1, currency: 'EUR'
	})

	await until_waiting('venue')
	release()
	assert.deepEqual(Object.keys(refused(await making, 422, 'VALIDATION_ERROR').body.errors), ['venue_id'])
})

// ---- one winner ----

async function late_payment(capacity = 10) {
	const event = await new_event({ categories: [{ capacity }] })
	const order = await held(ann, event, 2)

	return { event, order, payment: ok(await pay(ann, order.id, 'tok_late'), 202).payment }
}

test('a buyer who gives up and pays at once: given up first, nothing is charged', async () => {
	const event = await new_event(), order = await held(ann, event, 2)
	const release = await in_transaction(`SELECT id FROM orders WHERE id = ${order.id} FOR UPDATE`)
	const giving_up = give_up(ann, order)

	await until_waiting('UPDATE orders')
	const paying = pay(ann, order.id)
	await until_met(paying, 'orders', 2)
	release()
	ok(await giving_up)
	refused(await paying, 409, 'ORDER_LAPSED')
	assert.deepEqual(payments_of(order), [])
	assert.deepEqual(in_stock(event), { capacity: 100, held: 0, sold: 0 })
})

test('a buyer who pays and gives up at once: paid first, it stays', async () => {
	const event = await new_event(), order = await held(ann, event, 2)
	const release = await in_transaction(`SELECT id FROM orders WHERE id = ${order.id} FOR UPDATE`)
	const paying = pay(ann, order.id)

	await until_waiting('orders')
	const giving_up = give_up(ann, order)
	await until_met(giving_up, 'orders', 2)
	release()
	assert.equal(ok(await paying).order.status, 'paid')
	refused(await giving_up, 409, 'ORDER_NOT_HELD')
	assert.deepEqual(in_stock(event), { capacity: 100, held: 0, sold: 2 })
})

test('an event is cancelled while it is paid for: who pays first has paid, and the money goes back after that', async () => {
	const event = await new_event(), order = await held(ann, event, 2)
	const release = await in_transaction(`SELECT id FROM ticket_category WHERE id = ${event.categories[0].id} FOR UPDATE`)
	const paying = pay(ann, order.id)
	let over = false

	await until_waiting('UPDATE ticket_category')
	const cancelling = call_off(event).finally(() => { over = true })
	await until_met(cancelling, 'FROM event t')
	assert.equal(over, false, 'the event was cancelled under a payment that then succeeds')
	release()
	const paid = await paying
	assert.equal(ok(paid).order.status, 'paid')
	assert.equal(paid.body.message, 'Paid. The tickets are yours.')
	ok(await cancelling)
	const again = await confirm(ann, paid.data.payment.id)
	assert.equal(ok(again).payment.status, 'succeeded')
	assert.equal(again.body.message, 'The event was cancelled. The payment is on its way back.')
	await given_back(event)
	assert.deepEqual(ledger(paid.data.payment.id).map(({ kind }) => kind), ['sale', 'refund'])
	assert.equal((await show(ann, order)).order.status, 'refunded')
})

test('an event that is being cancelled is not paid for: nothing is charged, and what was charged goes straight back', async () => {
	const { event, order, payment } = await late_payment(), other = await held(bob, event, 1)
	const release = await in_transaction(`UPDATE event SET status = 'cancelled' WHERE id = ${event.id}`)
	const paying = pay(bob, other.id), confirming = confirm(ann, payment.id)

	await until_met(paying, 'INTO payment')
	await until_met(confirming, 'UPDATE orders')
	release()
	refused(await paying, 409, 'EVENT_CANCELLED')
	assert.deepEqual(payments_of(other), [])
	const answer = await confirming
	assert.equal(ok(answer).payment.status, 'refunded')
	assert.equal(answer.body.message, 'The event was cancelled. The payment is given back in full.')
	assert.deepEqual((await show(ann, order)).order.status, 'cancelled')
	assert.deepEqual(ledger(payment.id).map(({ kind }) => kind), ['sale', 'refund'])
})

test('money that comes late for a category that was deleted goes back', async () => {
	const { event, order, payment } = await late_payment()

	lapse(order.id)
	jobs_run('holds')
	await until('the hold has lapsed', () => sql(`SELECT status FROM orders WHERE id = ${order.id}`)[0][0] === 'lapsed')
	jobs_rest('holds')
	ok(await staff.delete(`/api/ticket-categories/${event.categories[0].id}/`))
	assert.equal(ok(await confirm(ann, payment.id)).payment.status, 'refunded')
	assert.deepEqual(in_stock(event), { capacity: 10, held: 0, sold: 0 })
})

test('a payment that is over is not asked about again', async () => {
	const event = await new_event(), order = await held(ann, event, 2)
	const { payment } = ok(await pay(ann, order.id))

	// Of this reference the provider would say that there is no such charge.
	sql(`UPDATE payment SET provider_ref = 'unknown ${payment.id}' WHERE id = ${payment.id}`)
	const data = ok(await confirm(ann, payment.id))
	assert.deepEqual([data.payment.status, data.order.status, data.tickets.length], ['succeeded', 'paid', 2])
})

// Every kind of ending for every order at once, as it comes.
test('paying, giving up, lapsing, cancelling, notices and taps at once: each order has one end, and its money with it', async () => {
	const crowd = []

	while (crowd.length < 6)
		crowd.push(await new_customer())
	for (let round = 0; round < 12; round++) {
		const event = await new_event({ categories: [{ capacity: 14 }] })
		const orders = await Promise.all(crowd.map((person) => held(person, event, 2)))
		const late = ok(await pay(crowd[5], orders[5].id, 'tok_late'), 202).payment
		const acts = [
			() => pay(crowd[0], orders[0].id), () => give_up(crowd[0], orders[0]),
			() => give_up(crowd[1], orders[1]), () => pay(crowd[1], orders[1].id), () => pay(crowd[1], orders[1].id),
			() => pay(crowd[2], orders[2].id), () => lapse(orders[2].id), () => book(bob, event, one(event, 4)),
			() => pay(crowd[3], orders[3].id), () => pay(crowd[3], orders[3].id),
			() => pay(crowd[4], orders[4].id),
			() => confirm(crowd[5], late.id), () => notice(late.uuid), () => give_up(crowd[5], orders[5]),
			...(round % 2 ? [() => call_off(event)] : [])
		]
		const answers = await Promise.all(acts.sort(() => Math.random() - 0.5).map(async (act) => act()))

		for (const answer of answers)
			assert.ok(!answer.status || [200, 201, 202, 402, 409, 503].includes(answer.status), answer.text)
		for (const [i, order] of orders.entries()) {
			const { order: { status }, tickets = [] } = await show(crowd[i], order)
			const kept = payments_of(order).filter((of) => of === 'succeeded').length

			assert.equal(kept, status === 'paid' ? 1 : 0, `order ${order.id} is ${status}`)
			assert.equal(tickets.filter((ticket) => ticket.status === 'valid').length, status === 'paid' ? 2 : 0)
			// Of an event that was called off the money may be back before the order is given up.
			if (status === 'cancelled')
				assert.deepEqual(payments_of(order).filter((of) => of !== 'refunded' || !(round % 2)), [], 'given up, and charged')
		}
		lapse_all(event)
	}
	audit()
	const told = await Promise.all(crowd.map(async (person) => (await messages(person.mobile_number)).map(({ body }) => body)))
	const paid = new Set(sql(`SELECT o.reference FROM orders o JOIN payment p ON p.order_id = o.id AND p.status IN ('succeeded', 'refunded',
		'refunding') WHERE o.paid_at IS NOT NULL`).flat())
	for (const [, reference] of told.flat().map((body) => body.match(/^Order (\w+) is paid/)).filter(Boolean))
		assert.ok(paid.has(reference), `a receipt for ${reference}, which was not paid`)
})

const lapse_all = (event) =>
	sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE event_id = ${event.id} AND status = 'held'`)

// ---- what it costs ----

test('what paying answers is what reading it again answers: nothing of it is read back, and nothing of it is made up', async () => {
	const event = await new_event({ categories: [{ price: 2999 }, { price: 1001, name: 'Balcony' }] })
	const [stalls, balcony] = event.categories
	const promo = ok(await staff.post('/api/promo-codes/', { code: unique(), percent: 15 }), 201)
	const { order } = ok(await book(ann, event, [
		{ category_id: balcony.id, quantity: 1 }, { category_id: stalls.id, quantity: 2, holders: [{ name: 'Ève Müller' }] }
	], { promo_code: promo.code }), 201)
	const paid = ok(await pay(ann, order.id)), read = ok(await confirm(ann, paid.payment.id)), shown = await show(ann, order)

	assert.deepEqual(paid, read)
	assert.deepEqual([paid.order, paid.tickets], [shown.order, shown.tickets])
	assert.deepEqual({ ...paid.order, status: 'held', paid_at: null }, order)
	assert.deepEqual(paid.tickets.map((t) => [t.holder_name, t.category.name, t.price]),
		[['Ève Müller', 'Category 1', 2999], ['Ann Arbor', 'Category 1', 2999], ['Ann Arbor', 'Balcony', 1001]])
	const listed = ok(await as(ann).get('/api/v1/users/tickets/', { query: { event: event.id } })).items

	assert.deepEqual(listed.sort((a, b) => a.id - b.id), paid.tickets)
})

test('one whole order, booked, paid and confirmed, is at most 22 statements, its three sessions included', async () => {
	const event = await new_event()
	const whole = async () => {
		const order = await held(ann, event, 2), { payment } = ok(await pay(ann, order.id))

		assert.equal(ok(await confirm(ann, payment.id)).tickets.length, 2)
	}

	await whole() // which makes the organizer's row and the ledger's accounts
	const [[output, was_on]] = sql('SELECT @@global.log_output, @@global.general_log')
	sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1")
	try {
		await whole()
	} finally {
		sql(`SET GLOBAL general_log = ${was_on}, log_output = '${output}'`)
	}
	const ran = sql(`SELECT command_type, LEFT(REPLACE(argument, '\\n', ' '), 60) FROM mysql.general_log WHERE thread_id IN
		(SELECT thread_id FROM mysql.general_log WHERE argument LIKE '%FROM session s%') AND (command_type = 'Execute'
		OR argument IN ('START TRANSACTION', 'COMMIT', 'ROLLBACK')) AND argument NOT LIKE '%schema_migration%'`)
	sql('TRUNCATE mysql.general_log')
	assert.ok(ran.length <= 22, ran.map((row) => row.join(' ')).join('\n'))
	assert.equal(ran.filter(([, text]) => text === 'COMMIT').length, 2)
})
