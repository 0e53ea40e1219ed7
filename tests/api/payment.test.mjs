// Paying: every way the provider can answer, early, late, twice and at once. Whatever happens, money that came is either
// a paid order's or on its way back, and the ledger says so.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { api, messages, sql, token } from './lib.mjs'
import {
	as, book, bought, confirm, held, jobs_rest, jobs_run, lapse, ledger, new_customer, new_event, notice, ok, pay, raw,
	refused, setting, stock, unique, until
} from './world.mjs'

let ann, bob

// That it is to be written is there with the sale; the words come when it is sent.
const receipts_of = ({ reference }) => Number(sql(`SELECT COUNT(*) FROM outbox WHERE kind = 'order-paid'
	AND JSON_VALUE(data, '$.order.reference') = '${reference}'`)[0][0])

before(async () => {
	jobs_rest('holds', 'payments')
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer({ name: 'Bob Weir' })
})

const show = (person, order) => as(person).get(`/api/v1/users/orders/${order.id}/`)
const give_up = (person, order) => as(person).post(`/api/v1/users/orders/${order.id}/cancel/`, {})
const sale = (amount) => ({ kind: 'sale', entries: 2, sum: 0, turnover: amount })
const refund = (amount) => ({ kind: 'refund', entries: 2, sum: 0, turnover: amount })
const in_stock = (event) => stock(event.categories[0].id)
// An event with so many tickets, and a started payment of an order of two of them that waits for its customer.
async function late_payment(capacity) {
	const event = await new_event({ categories: [{ capacity }] })
	const order = await held(ann, event, 2)
	const { payment } = ok(await pay(ann, order.id, 'tok_late'), 202)

	return { event, order, payment }
}

// ---- the sandbox's cards ----

test('tok_ok: paid, tickets made, money in the ledger, a receipt on its way', async () => {
	const event = await new_event()
	const order = await held(ann, event, 2)
	const data = ok(await pay(ann, order.id))

	assert.deepEqual([data.payment.status, data.payment.amount, data.payment.currency, data.payment.order_id],
		['succeeded', 5000, 'EUR', order.id])
	assert.equal(data.order.status, 'paid')
	assert.ok(data.order.paid_at)
	assert.equal(data.tickets.length, 2)
	for (const ticket of data.tickets) {
		assert.equal(ticket.status, 'valid')
		assert.equal(ticket.event.id, event.id)
		assert.equal(ticket.order_id, order.id)
	}
	assert.deepEqual(ledger(data.payment.id), [sale(5000)])
	assert.deepEqual(in_stock(event), { capacity: 100, held: 0, sold: 2 })
	assert.equal(receipts_of(order), 1)
	await until('it is written', async () => (await messages(ann.mobile_number)).some(({ body }) => body.includes(order.reference)))
	refused(await pay(ann, order.id), 409, 'ORDER_PAID')
	assert.deepEqual(ledger(data.payment.id), [sale(5000)])
})

test('tok_declined: 402, the hold stands and another card pays it', async () => {
	const event = await new_event()
	const order = await held(ann, event)
	const answer = refused(await pay(ann, order.id, 'tok_declined'), 402, 'PAYMENT_DECLINED')

	assert.equal(answer.data.payment.status, 'declined')
	assert.deepEqual(ledger(answer.data.payment.id), [])
	const after = ok(await show(ann, order))
	assert.equal(after.order.status, 'held')
	assert.equal(after.order.expires_at, order.expires_at)
	assert.equal(after.payment.status, 'declined')
	refused(await confirm(ann, answer.data.payment.id), 402, 'PAYMENT_DECLINED')
	refused(await pay(ann, order.id, 'tok_of_nobody'), 402, 'PAYMENT_DECLINED')
	assert.equal(ok(await pay(ann, order.id)).order.status, 'paid')
})

test('tok_slow: 202, one does not pay again by accident, confirming says what became of it', async () => {
	const event = await new_event()
	const order = await held(ann, event)
	const data = ok(await pay(ann, order.id, 'tok_slow'), 202)

	assert.equal(data.payment.status, 'processing')
	assert.equal(data.order.status, 'held')
	assert.deepEqual(data.tickets, [])
	refused(await give_up(ann, order), 409, 'ORDER_NOT_HELD')
	refused(await confirm(ann, data.payment.id), 402, 'PAYMENT_DECLINED')
	assert.deepEqual(ledger(data.payment.id), [])
	assert.equal(ok(await show(ann, order)).order.status, 'held')
	assert.equal(ok(await pay(ann, order.id)).order.status, 'paid')
})

test('tok_slow, then another card without confirming: the provider is asked about the first', async () => {
	const event = await new_event()
	const order = await held(ann, event)
	const first = ok(await pay(ann, order.id, 'tok_slow'), 202).payment
	const second = ok(await pay(ann, order.id)).payment

	assert.notEqual(second.id, first.id)
	assert.equal(sql(`SELECT status FROM payment WHERE id = ${first.id}`)[0][0], 'declined')
	assert.deepEqual([ledger(first.id), ledger(second.id)], [[], [sale(2500)]])
})

test('tok_late: 202, the customer is to act, confirming pays', async () => {
	const { event, order, payment } = await late_payment(10)

	assert.equal(payment.status, 'requires_action')
	assert.deepEqual(in_stock(event), { capacity: 10, held: 2, sold: 0 })
	refused(await give_up(ann, order), 409, 'ORDER_NOT_HELD')
	const data = ok(await confirm(ann, payment.id))
	assert.equal(data.payment.status, 'succeeded')
	assert.equal(data.order.status, 'paid')
	assert.equal(data.tickets.length, 2)
	assert.deepEqual(ledger(payment.id), [sale(5000)])
})

test('tok_late, and the customer would rather not: ended, the hold stands, and it is not paid later', async () => {
	const { event, order, payment } = await late_payment(10)
	const data = ok(await as(ann).post('/api/v1/payments/cancel/', { payment_id: payment.id }))

	assert.deepEqual([data.payment.status, data.order.status], ['declined', 'held'])
	refused(await confirm(ann, payment.id), 402, 'PAYMENT_DECLINED')
	ok(await notice(payment.uuid))
	refused(await as(bob).post('/api/v1/payments/cancel/', { payment_id: payment.id }), 404, 'PAYMENT_NOT_FOUND')
	assert.deepEqual(ledger(payment.id), [])
	assert.equal(ok(await pay(ann, order.id)).order.status, 'paid')
	assert.deepEqual(in_stock(event), { capacity: 10, held: 0, sold: 2 })
})

test('one live payment an order: paying twice does not charge twice', async () => {
	const { order, payment } = await late_payment(10)
	const again = ok(await pay(ann, order.id, 'tok_ok'))

	assert.equal(again.payment.id, payment.id)
	assert.equal(again.payment.status, 'succeeded')
	assert.equal(sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${order.id}`)[0][0], '1')
})

test('paid at once from many taps: one payment, one sale', async () => {
	const event = await new_event()
	const order = await held(ann, event, 2)
	const answers = await Promise.all(Array.from({ length: 6 }, () => pay(ann, order.id)))

	assert.ok(answers.some((answer) => answer.status === 200))
	for (const answer of answers.filter((a) => a.status !== 200))
		assert.ok([409, 503, 202].includes(answer.status), answer.text)
	assert.equal(sql(`SELECT COUNT(*) FROM ticket WHERE order_id = ${order.id}`)[0][0], '2')
	assert.equal(sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${order.id} AND status = 'succeeded'`)[0][0], '1')
	assert.equal(sql(`SELECT COUNT(*) FROM ledger_transfer t JOIN payment p ON t.noun = 'payment' AND t.noun_id = p.id
		WHERE p.order_id = ${order.id}`)[0][0], '1')
	assert.deepEqual(in_stock(event), { capacity: 100, held: 0, sold: 2 })
})

test('what is no payment is refused', async () => {
	const event = await new_event()
	const order = await held(ann, event)
	const process = (body) => as(ann).post('/api/v1/payments/process/', body)
	const fault = async (body, name) =>
		assert.deepEqual(Object.keys(refused(await process(body), 422, 'VALIDATION_ERROR').body.errors), [name])

	await fault({ method: 'card', card_token: 'tok_ok' }, 'order_id')
	await fault({ order_id: order.id, method: 'card' }, 'card_token')
	await fault({ order_id: order.id, method: 'cash', card_token: 'tok_ok' }, 'method')
	await fault({ order_id: order.id, method: 'nfc_card', nfc_card_id: 1 }, 'nfc_card_id')
	await fault({ order_id: 'x', card_token: 'tok_ok' }, 'order_id')
	refused(await process({ purpose: 'registration_fee', card_token: 'tok_ok' }), 409, 'NOTHING_TO_PAY')
	refused(await process({ order_id: 999_999_999, card_token: 'tok_ok' }), 404, 'ORDER_NOT_FOUND')
	// An amount is not the client's to say.
	const data = ok(await process({ order_id: order.id, card_token: 'tok_ok', amount: 1, currency: 'KWD' }))
	assert.deepEqual([data.payment.amount, data.payment.currency], [2500, 'EUR'])
})

test('an Idempotency-Key repeats a payment\'s answer', async () => {
	const event = await new_event(), key = unique()
	const order = await held(ann, event)
	const first = await pay(ann, order.id, 'tok_ok', { key }), again = await pay(ann, order.id, 'tok_ok', { key })

	assert.deepEqual(ok(again), ok(first))
	refused(await pay(ann, order.id, 'tok_late', { key }), 422, 'IDEMPOTENCY_MISMATCH')
	assert.deepEqual(ledger(first.data.payment.id), [sale(2500)])
})

// ---- after the hold ----

test('no payment begins after the hold', async () => {
	const event = await new_event()
	const order = await held(ann, event)

	lapse(order.id)
	refused(await pay(ann, order.id), 409, 'ORDER_LAPSED')
	assert.equal(sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${order.id}`)[0][0], '0')
})

test('a confirmation after the hold, whose stock nobody took, pays', async () => {
	const { event, order, payment } = await late_payment(2)

	lapse(order.id)
	const data = ok(await confirm(ann, payment.id))
	assert.equal(data.order.status, 'paid')
	assert.equal(data.tickets.length, 2)
	assert.deepEqual(in_stock(event), { capacity: 2, held: 0, sold: 2 })
})

test('a confirmation after the stock was given back re-seats where there is room', async () => {
	const { event, order, payment } = await late_payment(3)

	lapse(order.id)
	const other = await held(bob, event, 2)
	assert.equal(sql(`SELECT status FROM orders WHERE id = ${order.id}`)[0][0], 'lapsed')
	ok(await give_up(bob, other))
	const data = ok(await confirm(ann, payment.id))
	assert.equal(data.order.status, 'paid')
	assert.equal(data.tickets.length, 2)
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	assert.deepEqual(in_stock(event), { capacity: 3, held: 0, sold: 2 })
})

test('stock on which only a lapsed hold stands is room for a late payment', async () => {
	const { event, order, payment } = await late_payment(3)

	lapse(order.id)
	lapse((await held(bob, event, 2)).id)
	assert.equal(ok(await confirm(ann, payment.id)).order.status, 'paid')
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	assert.deepEqual(in_stock(event), { capacity: 3, held: 0, sold: 2 })
})

test('a confirmation for which there is no room is given back in full, and says so each time', async () => {
	const { event, order, payment } = await late_payment(3)

	lapse(order.id)
	const other = await held(bob, event, 2)
	const answer = await confirm(ann, payment.id), data = ok(answer)
	assert.equal(data.payment.status, 'refunded')
	assert.equal(data.order.status, 'lapsed')
	assert.deepEqual(data.tickets, [])
	assert.match(answer.body.message, /given back in full/)
	assert.deepEqual(ledger(payment.id), [sale(5000), refund(5000)])
	assert.deepEqual(in_stock(event), { capacity: 3, held: 2, sold: 0 })

	const again = await confirm(ann, payment.id)
	assert.deepEqual(ok(again), data)
	assert.equal(again.body.message, answer.body.message)
	assert.deepEqual(ledger(payment.id), [sale(5000), refund(5000)])
	assert.equal(sql(`SELECT COUNT(*) FROM ticket WHERE order_id = ${order.id}`)[0][0], '0')
	assert.equal(ok(await pay(bob, other.id)).order.status, 'paid')
})

test('many confirmations at once for which there is no room: one sale, one refund', async () => {
	const { event, order, payment } = await late_payment(2)

	lapse(order.id)
	await held(bob, event, 2)
	const answers = await Promise.all(Array.from({ length: 4 }, () => confirm(ann, payment.id)))
	assert.ok(answers.every((answer) => [200, 503].includes(answer.status)), answers.map((a) => a.text).join('\n'))
	assert.equal(ok(await confirm(ann, payment.id)).payment.status, 'refunded')
	assert.deepEqual(ledger(payment.id), [sale(5000), refund(5000)])
	assert.deepEqual(in_stock(event), { capacity: 2, held: 2, sold: 0 })
})

test('a promo code that lapsed with its hold is used again by the late payment', async () => {
	const event = await new_event({ categories: [{ capacity: 2 }] })
	const code = unique()
	sql(`INSERT INTO promo_code (code, percent, max_uses, created_at, updated_at)
		VALUES ('${code}', 10, 5, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	const uses = () => sql(`SELECT uses FROM promo_code WHERE code = '${code}'`)[0][0]
	const { order } = ok(await book(ann, event, [{ category_id: event.categories[0].id, quantity: 1 }], { promo_code: code }), 201)
	const { payment } = ok(await pay(ann, order.id, 'tok_late'), 202)
	lapse(order.id)
	const other = await held(bob, event, 2)
	assert.equal(uses(), '0')
	ok(await give_up(bob, other))
	assert.equal(ok(await confirm(ann, payment.id)).order.total, 2250)
	assert.equal(uses(), '1')
	assert.deepEqual(ledger(payment.id), [sale(2250)])
})

// ---- confirming ----

test('confirming twice pays once', async () => {
	const { event, payment } = await late_payment(10)
	const first = ok(await confirm(ann, payment.id))

	assert.deepEqual(ok(await confirm(ann, payment.id)), first)
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	assert.deepEqual(in_stock(event), { capacity: 10, held: 0, sold: 2 })
})

test('somebody else\'s payment is not there', async () => {
	const { payment } = await late_payment(10)

	refused(await confirm(bob, payment.id), 404, 'PAYMENT_NOT_FOUND')
	refused(await confirm(bob, 999_999_999), 404, 'PAYMENT_NOT_FOUND')
	refused(await confirm(bob, 0), 422, 'VALIDATION_ERROR')
	assert.equal(sql(`SELECT status FROM payment WHERE id = ${payment.id}`)[0][0], 'requires_action')
})

// ---- the provider's notices ----

test('a signed notice settles the payment, and repeated changes nothing', async () => {
	const { event, order, payment } = await late_payment(10)
	const id = unique()

	assert.deepEqual(ok(await notice(payment.uuid, { id })), { repeated: false })
	assert.equal(ok(await show(ann, order)).order.status, 'paid')
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	assert.deepEqual(ok(await notice(payment.uuid, { id })), { repeated: true })
	assert.deepEqual(ok(await notice(payment.uuid)), { repeated: false })
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	assert.deepEqual(in_stock(event), { capacity: 10, held: 0, sold: 2 })
	assert.equal(sql(`SELECT COUNT(*) FROM payment_notice WHERE payment_id = ${payment.id}`)[0][0], '2')
})

test('a notice with a wrong signature, or none, changes nothing', async () => {
	const { payment } = await late_payment(10)

	for (const signature of [null, '', '0'.repeat(64), 'x', '0'.repeat(63), '0'.repeat(65)])
		refused(await notice(payment.uuid, { signature }), 401, 'SIGNATURE_INVALID')
	refused(await notice(payment.uuid, { secret: 'another secret altogether' }), 401, 'SIGNATURE_INVALID')
	assert.equal(sql(`SELECT status FROM payment WHERE id = ${payment.id}`)[0][0], 'requires_action')
	assert.equal(sql(`SELECT COUNT(*) FROM payment_notice WHERE payment_id = ${payment.id}`)[0][0], '0')
})

test('the signature is over the bytes that came', async () => {
	const { payment } = await late_payment(10)
	const body = JSON.stringify({ id: unique(), payment: payment.uuid })
	const signature = createHmac('sha256', setting('payment', 'webhook_secret')).update(body).digest('hex')
	const send = (bytes) => raw('POST', '/api/v1/payments/webhook/sandbox/', bytes, {
		'content-type': 'application/json', 'x-signature': signature
	})

	refused(await send(body + ' '), 401, 'SIGNATURE_INVALID')
	refused(await send(body.replace('"id"', '"Id"')), 401, 'SIGNATURE_INVALID')
	ok(await send(body))
})

test('a notice of an unknown payment or from an unknown provider', async () => {
	refused(await notice(randomUUID()), 404, 'PAYMENT_NOT_FOUND')
	refused(await notice('not-a-uuid'), 401, 'SIGNATURE_INVALID')
	refused(await api('POST', '/api/v1/payments/webhook/nobody/', { id: 'x', payment: randomUUID() }), 404, 'PROVIDER_NOT_FOUND')
})

test('a notice is not believed: the provider is asked, and a declined charge stays declined', async () => {
	const event = await new_event()
	const order = await held(ann, event)
	const { payment } = ok(await pay(ann, order.id, 'tok_slow'), 202)

	ok(await notice(payment.uuid))
	assert.equal(sql(`SELECT status FROM payment WHERE id = ${payment.id}`)[0][0], 'declined')
	assert.equal(ok(await show(ann, order)).order.status, 'held')
})

test('confirmations and notices at once settle once', async () => {
	const { event, order, payment } = await late_payment(10)
	const receipts = () => receipts_of(order)
	const answers = await Promise.all([
		...Array.from({ length: 4 }, () => confirm(ann, payment.id)), ...Array.from({ length: 4 }, () => notice(payment.uuid))
	])

	// Payments may take only a part of the pool: who finds it full is told to come again.
	for (const answer of answers)
		assert.ok([200, 503].includes(answer.status), answer.text)
	assert.equal(ok(await confirm(ann, payment.id)).tickets.length, 2)
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	assert.deepEqual(in_stock(event), { capacity: 10, held: 0, sold: 2 })
	assert.equal(sql(`SELECT COUNT(*) FROM ticket WHERE order_id = ${order.id}`)[0][0], '2')
	assert.equal(receipts(), 1)
})

// ---- what is left lying ----

test('payments that nobody comes back for are asked about in the background', async () => {
	const { order, payment } = await late_payment(10)

	sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id}`)
	jobs_run('payments')
	await until('the payment is settled', async () => ok(await show(ann, order)).order.status === 'paid')
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	jobs_rest('payments')
})

test('payments that cannot be settled do not keep the others from it', async () => {
	const { order, payment } = await late_payment(10)

	sql(`INSERT INTO payment (uuid, customer_id, purpose, provider, method, amount, currency, status, created_at, updated_at)
		SELECT RANDOM_BYTES(16), ${ann.customer_id}, 'order', 'gone', 'card', 1, 'EUR', 'requires_action',
			UTC_TIMESTAMP(3) - INTERVAL 2 HOUR, UTC_TIMESTAMP(3) - INTERVAL 2 HOUR FROM seq_1_to_120;
		UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id}`)
	await until('the payment is settled', async () => {
		jobs_run('payments')
		return ok(await show(ann, order)).order.status === 'paid'
	})
	sql("DELETE FROM payment WHERE provider = 'gone'")
	jobs_rest('payments')
})

test('an event cancelled while a payment is under way sells nothing: the money goes straight back', async () => {
	const { event, order, payment } = await late_payment(10)

	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, {}))
	const answer = await confirm(ann, payment.id), data = ok(answer)
	assert.equal(data.payment.status, 'refunded')
	assert.deepEqual(data.tickets, [])
	assert.equal(answer.body.message, 'The event was cancelled. The payment is given back in full.')
	assert.deepEqual(ledger(payment.id), [sale(5000), refund(5000)])
	assert.equal(receipts_of(order), 0)
	ok(await give_up(ann, order))
	assert.deepEqual(in_stock(event), { capacity: 10, held: 0, sold: 0 })
})

test('a cancelled event gives everybody\'s money back, once', async () => {
	const event = await new_event()
	const tickets = [...await bought(ann, event, 2), ...await bought(bob, event, 1)]
	const payments = sql(`SELECT p.id, p.amount FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.event_id = ${event.id}`)

	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, {}))
	jobs_run('payments')
	await until('all is given back', () =>
		sql(`SELECT COUNT(*) FROM payment p JOIN orders o ON o.id = p.order_id
			WHERE o.event_id = ${event.id} AND p.status = 'refunded' AND o.status = 'refunded'`)[0][0] === '2')
	for (const [id, amount] of payments)
		assert.deepEqual(ledger(id), [sale(+amount), refund(+amount)])
	assert.deepEqual(in_stock(event), { capacity: 100, held: 0, sold: 0 })
	for (const ticket of tickets)
		assert.equal(sql(`SELECT status FROM ticket WHERE id = ${ticket.id}`)[0][0], 'refunded')
	jobs_rest('payments')
})

test('all transfers of all tests sum to zero, in one currency each', () => {
	assert.deepEqual(sql(`SELECT t.id, SUM(e.amount), COUNT(DISTINCT a.currency) FROM ledger_transfer t
		JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id
		GROUP BY t.id HAVING SUM(e.amount) <> 0 OR COUNT(DISTINCT a.currency) <> 1`), [])
	assert.deepEqual(sql('SELECT a.currency FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id GROUP BY a.currency HAVING SUM(e.amount) <> 0'), [])
})
