// A ticket for one of another category: at the same price it is the same ticket, whatever its order's discount; at another price its owner
// pays for the other and gets all of the old one back, or keeps what they have.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { sql, token } from './lib.mjs'
import { age, as, book, bought, code_of, DAY, HOUR, iso, jobs_rest, jobs_run, lapse, new_customer, new_event, new_staff, new_usher, ok, pay, refused, scan, stock, unique, until } from './world.mjs'

let staff, support

before(async () => {
	jobs_rest('holds', 'payments')
	staff = as(await token('staff'))
	support = as(await new_staff('support'))
})
after(() => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit']))

const STALLS = 0, BOX = 1, CIRCLE = 2, PIT = 3
// Stalls and circle cost the same, a box more, the pit less; it is still to come.
const theatre = (more) => new_event({
	starts_at: iso(Date.now() + 5 * DAY), ends_at: iso(Date.now() + 5 * DAY + 3 * HOUR),
	categories: [{ name: 'Stalls' }, { name: 'Box', price: 4000, capacity: 2 }, { name: 'Circle', capacity: 2 }, { name: 'Pit', price: 1000 }], ...more
})
const id_of = (event, n) => event.categories[n].id
const exchange = (ticket, event, n, by = staff, more = {}) => by.post(`/api/tickets/${ticket.id}/exchange/`, { category_id: id_of(event, n), ...more })
const row = (ticket) => sql(`SELECT category_id, status FROM ticket WHERE id = ${ticket.id}`)[0]
const sold = (event, ...which) => which.map((n) => stock(id_of(event, n)).sold)
const revenue = (event) => event.categories.map(({ id }) => Number(sql(`SELECT COALESCE(SUM(revenue), 0) FROM organizer_sale WHERE category_id = ${id}`)[0][0]))
const items = (order_id) => sql(`SELECT category_id, quantity, unit_price FROM order_item WHERE order_id = ${order_id} ORDER BY category_id`).map((r) => r.map(Number))
const wrong = (answer, says) => assert.deepEqual(refused(answer, 422, 'VALIDATION_ERROR').body.errors.category_id, [says])
const told = (person, kind) => sql(`SELECT id FROM outbox WHERE recipient = '${person.mobile_number}' AND kind = '${kind}'`)
const gone_back = (order_id) => Number(sql(`SELECT COALESCE(SUM(r.amount), 0) FROM payment_refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = ${order_id}`)[0][0])

test('at the same price the ticket is of the other category, with its order, its seat and what it brought', async () => {
	const event = await theatre(), ann = await new_customer(), [one, two] = await bought(ann, event, [{ category_id: id_of(event, STALLS), quantity: 2 }])
	const before_ = await code_of(ann, one)

	const done = ok(await exchange(one, event, CIRCLE, staff, { reason: 'She asked' }))
	assert.deepEqual([done.done, done.order, done.category_id], [true, undefined, id_of(event, CIRCLE)])
	assert.deepEqual([row(one), row(two)], [[String(id_of(event, CIRCLE)), 'valid'], [String(id_of(event, STALLS)), 'valid']])
	assert.deepEqual([sold(event, STALLS, CIRCLE), revenue(event)], [[1, 1], [2500, 0, 2500, 0]])
	assert.deepEqual(items(one.order_id), [[id_of(event, STALLS), 1, 2500], [id_of(event, CIRCLE), 1, 2500]])
	// The last one takes its item along; a second joins the first.
	ok(await exchange(two, event, CIRCLE))
	assert.deepEqual([items(one.order_id), sold(event, STALLS, CIRCLE)], [[[id_of(event, CIRCLE), 2, 2500]], [0, 2]])
	// Its owner sees it and hears of it, and the code that was printed still is this ticket's.
	const shown = ok(await as(ann).get(`/api/v1/users/tickets/${one.id}/`))
	assert.deepEqual([shown.category.name, shown.price], ['Circle', 2500])
	assert.equal(told(ann, 'ticket-exchanged').length, 2)
	sql(`UPDATE event SET starts_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${event.id}`)
	const entry = ok(await scan(await new_usher(event), { code: before_ }))
	assert.deepEqual([entry.result, entry.attendee.ticket_tier], ['valid', 'Circle'])
	refused(await exchange(one, event, STALLS), 409, 'TICKET_USED')
})

test('a discount goes along to the last cent, and one can be given back as before', async () => {
	const event = await theatre(), ann = await new_customer(), promo = ok(await staff.post('/api/promo-codes/', { code: unique(), percent: 33 }), 201)
	const { order } = ok(await book(ann, event, [{ category_id: id_of(event, STALLS), quantity: 2 }, { category_id: id_of(event, PIT), quantity: 1 }], { promo_code: promo.code }), 201)
	const { tickets } = ok(await pay(ann, order.id)), one = tickets.find(({ category }) => category.id === id_of(event, STALLS)), brought = revenue(event)

	ok(await exchange(one, event, CIRCLE))
	const now = revenue(event)
	assert.equal(now.reduce((a, b) => a + b), brought.reduce((a, b) => a + b))
	assert.ok(Math.abs(now[STALLS] - now[CIRCLE]) <= 1, String(now))
	ok(await staff.post(`/api/tickets/${one.id}/refund/`, { reason: 'Ill' }))
	assert.deepEqual(sold(event, STALLS, CIRCLE, PIT), [1, 0, 1])
	assert.equal(gone_back(order.id), Number(sql(`SELECT given_back FROM orders WHERE id = ${order.id}`)[0][0]))
})

test('whole orders go back as they were bought, also when a ticket went to a category that was there before', async () => {
	const event = await theatre(), ann = await new_customer(), promo = ok(await staff.post('/api/promo-codes/', { code: unique(), currency: 'EUR', amount: 1 }), 201)
	const { order } = ok(await book(ann, event, [{ category_id: id_of(event, CIRCLE), quantity: 2 }], { promo_code: promo.code }), 201)
	const { tickets: [one] } = ok(await pay(ann, order.id))

	// To the lower number: what each brought is rounded from there on.
	ok(await exchange(one, event, STALLS))
	assert.deepEqual([items(order.id).length, revenue(event).reduce((a, b) => a + b)], [2, 4999])
	ok(await staff.post(`/api/orders/${order.id}/refund/`, { reason: 'Ill' }))
	assert.deepEqual([sold(event, STALLS, CIRCLE), revenue(event)], [[0, 0], [0, 0, 0, 0]])
})

test('where a part of its payment went back otherwise, a ticket is not changed for a dearer one, and who was paying has what they paid for', async () => {
	const event = await theatre(), ann = await new_customer(), [old] = await bought(ann, event, [{ category_id: id_of(event, STALLS), quantity: 1 }])
	const { order } = ok(await exchange(old, event, BOX)), { payment } = ok(await pay(ann, order.id, 'tok_late'), 202)

	sql(`INSERT INTO payment_refund (uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
		SELECT RANDOM_BYTES(16), id, 500, currency, 'desk', 'pending', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM payment WHERE order_id = ${old.order_id}`)
	const done = ok(await as(ann).post('/api/v1/payments/confirm/', { payment_id: payment.id }))
	assert.deepEqual([done.order.status, done.tickets.length, row(old)[1]], ['paid', 1, 'valid'])
	refused(await exchange(old, event, PIT), 409, 'NOT_REFUNDABLE')
	assert.deepEqual(sold(event, STALLS, BOX, PIT), [1, 1, 0])
	sql(`DELETE r FROM payment_refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = ${old.order_id}`)
})

test('at another price its owner pays for the other, and all of the old one goes back', async () => {
	for (const [n, price] of [[BOX, 4000], [PIT, 1000]]) {
		const event = await theatre(), ann = await new_customer(), [old, kept] = await bought(ann, event, [{ category_id: id_of(event, STALLS), quantity: 2 }])
		const { done, order } = ok(await exchange(old, event, n, staff, { reason: 'A better view' }))

		assert.deepEqual([done, order.status, order.total, order.customer_id], [false, 'held', price, ann.customer_id])
		assert.ok(Math.abs(Date.parse(order.expires_at) - Date.now() - DAY) < 60_000)
		assert.equal(row(old)[1], 'valid')
		refused(await exchange(old, event, CIRCLE), 409, 'EXCHANGE_PENDING')
		assert.equal(told(ann, 'exchange-offered').length, 1)
		const offered = ok(await as(ann).get(`/api/v1/users/orders/${order.id}/`))
		assert.deepEqual(offered.exchange, { ticket_id: old.id, category: 'Stalls', stands: true })
		const paid = ok(await pay(ann, order.id)), [other] = paid.tickets
		assert.deepEqual([paid.order.status, other.category.id, other.holder_name], ['paid', id_of(event, n), ann.name])
		assert.deepEqual([row(old)[1], row(kept)[1]], ['refunded', 'valid'])
		assert.deepEqual([sold(event, STALLS, n), gone_back(old.order_id)], [[1, 1], 2500])
		assert.equal(ok(await as(ann).get(`/api/v1/users/orders/${order.id}/`)).exchange, undefined)
		jobs_run('payments')
		await until('the money is back', () => sql(`SELECT r.state FROM payment_refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = ${old.order_id}`)[0][0] === 'done')
		jobs_rest('payments')
		// And the other is given back as any.
		ok(await staff.post(`/api/tickets/${other.id}/refund/`, { reason: 'Ill' }))
		assert.equal(gone_back(order.id), price)
	}
})

test('who does not pay keeps the ticket; who uses it, passes it on or gives it back does not pay', async () => {
	const event = await theatre(), ann = await new_customer(), eve = await new_customer()
	const tickets = await bought(ann, event, [{ category_id: id_of(event, STALLS), quantity: 4 }])
	const offer = async (ticket) => ok(await exchange(ticket, event, PIT)).order
	const charged = (order) => sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${order.id}`)[0][0]

	const lapsed = await offer(tickets[0])
	lapse(lapsed.id)
	assert.equal(row(tickets[0])[1], 'valid')
	const again = await offer(tickets[0])
	ok(await as(ann).post(`/api/v1/users/orders/${again.id}/cancel/`, {}))
	assert.deepEqual([row(tickets[0])[1], sold(event, STALLS, PIT)], ['valid', [4, 0]])

	const [passed, refunded, used] = [await offer(tickets[1]), await offer(tickets[2]), await offer(tickets[3])]
	ok(await as(ann).post(`/api/v1/users/tickets/${tickets[1].id}/transfer/`, { mobile_number: eve.mobile_number }), 201)
	ok(await staff.post(`/api/tickets/${tickets[2].id}/refund/`, { reason: 'Ill' }))
	sql(`UPDATE event SET starts_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${event.id}`)
	ok(await scan(await new_usher(event), { code: await code_of(ann, tickets[3]) }))
	for (const order of [passed, refunded, used]) {
		assert.equal(ok(await as(ann).get(`/api/v1/users/orders/${order.id}/`)).exchange.stands, false)
		refused(await pay(ann, order.id), 409, 'EXCHANGE_GONE')
		assert.equal(charged(order), '0')
	}
})

test('money that was under way when the ticket was used buys a ticket, and nothing goes back', async () => {
	const event = await theatre(), ann = await new_customer(), [old] = await bought(ann, event, [{ category_id: id_of(event, STALLS), quantity: 1 }])
	const { order } = ok(await exchange(old, event, BOX)), { payment } = ok(await pay(ann, order.id, 'tok_late'), 202)

	// It is waited for, whatever the hold's clock says.
	lapse(order.id)
	refused(await exchange(old, event, PIT), 409, 'EXCHANGE_PENDING')
	sql(`UPDATE event SET starts_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${event.id}`)
	ok(await scan(await new_usher(event), { code: await code_of(ann, old) }))
	assert.equal(ok(await as(ann).post('/api/v1/payments/confirm/', { payment_id: payment.id })).order.status, 'paid')
	assert.deepEqual([row(old)[1], gone_back(old.order_id), sold(event, STALLS, BOX)], ['valid', 0, [1, 1]])
})

test('what is not there, not theirs, sold out or not on sale is refused, and so is who may not', async () => {
	const event = await theatre(), other = await theatre(), ann = await new_customer(), eve = await new_customer()
	const [ticket, given] = await bought(ann, event, [{ category_id: id_of(event, STALLS), quantity: 2 }])

	refused(await exchange(ticket, event, CIRCLE, support), 403, 'FORBIDDEN')
	const old = await new_staff('finance')
	age(old.user.id, 24 * 60)
	refused(await exchange(ticket, event, CIRCLE, as(old)), 403, 'SIGN_IN_AGAIN')
	refused(await exchange({ id: 999_999_999 }, event, CIRCLE), 404, 'TICKET_NOT_FOUND')
	wrong(await exchange(ticket, other, CIRCLE), 'This event has no such ticket category.')
	wrong(await exchange(ticket, event, STALLS), 'It is of this category already.')
	assert.ok(refused(await staff.post(`/api/tickets/${ticket.id}/exchange/`, {}), 422, 'VALIDATION_ERROR').body.errors.category_id)
	await bought(eve, event, [{ category_id: id_of(event, BOX), quantity: 2 }, { category_id: id_of(event, CIRCLE), quantity: 2 }])
	for (const n of [BOX, CIRCLE])
		refused(await exchange(ticket, event, n), 409, 'TICKET_SOLD_OUT')
	ok(await staff.put(`/api/ticket-categories/${id_of(event, PIT)}/`, { sales_start: iso(Date.now() + DAY) }))
	refused(await exchange(ticket, event, PIT), 409, 'SALE_NOT_OPEN')
	ok(await staff.put(`/api/ticket-categories/${id_of(event, PIT)}/`, { sales_start: null }))
	assert.deepEqual([row(ticket), sold(event, STALLS)], [[String(id_of(event, STALLS)), 'valid'], [2]])
	// Of one that was passed on the money is another's; at the same price it needs none.
	ok(await as(ann).post(`/api/v1/users/tickets/${given.id}/transfer/`, { mobile_number: eve.mobile_number }), 201)
	refused(await exchange(given, event, PIT), 409, 'PAID_BY_ANOTHER')
	ok(await staff.put(`/api/ticket-categories/${id_of(event, CIRCLE)}/`, { capacity: 3 }))
	assert.equal(ok(await exchange(given, event, CIRCLE)).done, true)
	// Of two at once for the last place one has it.
	ok(await staff.put(`/api/ticket-categories/${id_of(event, CIRCLE)}/`, { capacity: 4 }))
	const [another] = await bought(ann, event, [{ category_id: id_of(event, STALLS), quantity: 1 }])
	const answers = await Promise.all([ticket, another].map((one) => exchange(one, event, CIRCLE)))
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
	assert.equal(stock(id_of(event, CIRCLE)).sold, 4)
})
