// A cancelled event gives everything back: tickets die, holds cannot be paid, money returns through the ledger.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql, token } from './lib.mjs'
import { as, jobs_run, new_customer, new_event, ok, refused, stock, until } from './world.mjs'

test('cancelling an event refunds its paid orders and ends its sale', async () => {
	const event = await new_event()
	const [category] = event.categories
	const buyer = as(await new_customer()), late = as(await new_customer())
	const book = (who) => who.post('/api/v1/tickets/book/', { event_id: event.id, items: [{ category_id: category.id, quantity: 2 }] })
	const paid = ok(await book(buyer), 201).order, held = ok(await book(late), 201).order
	const pay = (who, order) => who.post('/api/v1/payments/process/', { order_id: order.id, method: 'card', card_token: 'tok_ok' })

	const { payment, tickets } = ok(await pay(buyer, paid))
	assert.equal(tickets.length, 2)

	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, {}))
	refused(await book(late), 409, 'EVENT_CANCELLED')
	refused(await pay(late, held), 409, 'EVENT_CANCELLED')

	await until('the refund', () => {
		jobs_run('payments')
		return sql(`SELECT status FROM payment WHERE id = ${payment.id}`)[0][0] === 'refunded'
	})
	assert.equal(ok(await buyer.get(`/api/v1/users/orders/${paid.id}`)).order.status, 'refunded')
	for (const ticket of tickets)
		assert.equal(ok(await buyer.get(`/api/v1/users/tickets/${ticket.id}`)).status, 'refunded')
	refused(await buyer.get(`/api/v1/users/tickets/${tickets[0].id}/qr-code/`), 409, 'TICKET_NOT_VALID')
	assert.equal(stock(category.id).sold, 0)
	assert.deepEqual(
		sql(`SELECT t.kind, SUM(e.amount), SUM(ABS(e.amount)) FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
			WHERE t.noun = 'payment' AND t.noun_id = ${payment.id} GROUP BY t.id ORDER BY t.id`),
		[['sale', '0', String(2 * 2 * 2500)], ['refund', '0', String(2 * 2 * 2500)]])
})
