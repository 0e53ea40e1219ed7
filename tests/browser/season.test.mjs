// A season from the browser, and nothing beside it but a clock: a place and an event are made, tickets are sold, one guest comes in, one gets
// the money back, the organizer is paid, the month is closed; and then the books of the whole database hold.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { forget_tries, new_customer, new_number, sql } from '../api/lib.mjs'
import { days_anew, HOUR, jobs_run, unique, until } from '../api/world.mjs'
import { each_way, local, sign_in_customer, sign_in_staff, sign_in_usher, use_browser, visit } from './lib.mjs'

use_browser()

const ZONE = 'Europe/Lisbon'

// A form of the back office, filled and sent: the number of what was made.
async function made(visitor, path, values, button = 'Create') {
	await visitor.open(`/admin/${path}`)
	await visitor.send(values, button)
	return Number(visitor.path.match(/\/(\d+)(\?.*)?$/)?.[1])
}

// The event with its kinds of tickets, on sale; its number.
async function on_sale(office, { word, title, usher, organizer }) {
	await made(office, 'venues/new', { name: `Casa ${word}`, city: 'Lisboa', country: 'PT', time_zone: ZONE, capacity: '80' })
	await made(office, 'organizers/new', { company: `Producers ${word}`, name: 'Olga Organizer', mobile_number: organizer.contact_mobile, password: organizer.password })
	await made(office, 'ushers/new', { name: `Uwe ${word}`, ...usher })
	const id = await made(office, 'events/new', {
		title, starts_at: local(Date.now() - HOUR, ZONE), ends_at: local(Date.now() + 5 * HOUR, ZONE), description: 'Three guitars.',
		venue_id: { label: `Casa ${word}` }, organizer_id: { label: `Producers ${word}` }, category_id: { index: 1 }
	})
	await made(office, `ticket-categories/new?event_id=${id}`, { name: 'Seat', price: '20', capacity: '80' })
	await office.open(`/admin/events/${id}`)
	await office.fill({ usher_id: { label: await office.$('#f-usher_id option', { hasText: `Uwe ${word}` }).first().textContent() } })
	await office.press('Assign')
	await office.press('Publish')
	await office.press('Publish')
	await office.sees('Published')
	return id
}

// Two tickets are bought, of which the first comes in: the order's number, and the other's.
async function sold(customer, gate, { event_id, title, word, usher }) {
	await sign_in_customer(customer, await new_customer({ name: 'Bea Buyer' }))
	await customer.open(`/events?search=${word}`)
	await customer.press(title)
	await customer.send({ 'items[0][quantity]': '2' }, 'Get tickets')
	await customer.send({ card_token: 'tok_ok' }, 'Pay €40.00')
	assert.equal(await customer.heading(), 'You are going')
	await customer.press(customer.$('article.ticket h2 a').first())
	const code = await customer.read_qr('figure.qr img')
	await sign_in_usher(gate, { event_id, ...usher })
	await gate.type_line(code)
	assert.equal(await gate.heading(), 'Let in')
	const [[order_id, other]] = sql(`SELECT t.order_id, MAX(IF(t.presence = 'inside', NULL, t.id)) FROM ticket t WHERE t.event_id = ${event_id} GROUP BY t.order_id`)
	return { order_id: Number(order_id), other: Number(other) }
}

// All that moved money, to a day in a month of long ago that nobody else has: a clock is the one thing that nobody turns by hand here.
function long_ago({ order_id, payout }, year) {
	const [[used]] = sql(`SELECT GREATEST(COALESCE((SELECT MAX(month) FROM finance_month WHERE month BETWEEN '${year}-01-01' AND '${year + 9}-12-31'), '${year}-01-01'),
		COALESCE((SELECT CAST(MAX(at) AS DATE) FROM ledger_transfer WHERE at BETWEEN '${year}-01-01' AND '${year + 9}-12-31'), '${year}-01-01'))`)
	const next = +used.slice(0, 4) * 12 + +used.slice(5, 7), month = `${Math.floor(next / 12)}-${String(next % 12 + 1).padStart(2, '0')}`

	sql(`UPDATE ledger_transfer t SET t.at = '${month}-15 12:00:00' WHERE t.noun = 'payment' AND t.noun_id IN (SELECT id FROM payment WHERE order_id = ${order_id})
			OR t.noun = 'payment_refund' AND t.noun_id IN (SELECT r.id FROM payment_refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = ${order_id})
			OR t.noun = 'payout' AND t.noun_id = ${payout};
		UPDATE orders SET paid_at = '${month}-15 12:00:00' WHERE id = ${order_id}`)
	days_anew()
	return `${month}-01`
}

each_way('a season, from the place to the closed month', async (office, way) => {
	const word = unique(), title = `Fado ${word}`, usher = { username: `usher-${word}`, password: 'words at the gate' }
	const organizer = { contact_mobile: new_number(), password: 'two more plain words' }, clerk = { email: `${word}@example.test`, password: 'three plain words' }
	const [customer, gate, other] = [await visit(office.test, way), await visit(office.test, way), await visit(office.test, way)]

	forget_tries()
	await sign_in_staff(office)
	await made(office, 'admins/new', { name: 'Cara Clerk', ...clerk, role: 'finance' })
	const event_id = await on_sale(office, { word, title, usher, organizer })
	const order = await sold(customer, gate, { event_id, title, word, usher })

	// One cannot come after all: half of it goes back.
	await office.open(`/admin/tickets/${order.other}`)
	await office.press('Refund the ticket')
	await office.send({ percent: '50', reason: 'Ill' }, 'Refund the ticket')
	await office.sees('Refund approved', 'ol.line')
	await until('the money went back', () => {
		jobs_run('payments')
		return sql(`SELECT r.state FROM payment_refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = ${order.order_id}`)[0]?.[0] === 'done'
	})

	// The organizer is paid: asked for by one, approved by another, paid at the bank.
	await sign_in_staff(other, clerk)
	const payout = await made(other, 'payouts/new', { organizer_id: { label: `Producers ${word}` }, amount: '20.00', currency: 'EUR' }, 'Ask for a payout')
	await other.press('Approve')
	await other.press('Approve', { status: 403 })
	await office.open(`/admin/payouts/${payout}`)
	await office.press('Approve')
	await office.press('Approve')
	await office.press('Paid')
	await office.send({ reference: `SEPA ${word}` }, 'Paid')
	await office.sees('The payout is entered as paid.')
	assert.deepEqual(sql(`SELECT status, amount FROM payout WHERE id = ${payout}`), [['paid', '2000']])

	// The month is over, looked at, and closed.
	const month = long_ago({ order_id: order.order_id, payout }, way.js ? 1770 : 1780)
	await other.open(`/admin/finances?from=${month}&to=${month}&currency=EUR`)
	await other.sees('€40.00', 'main')
	await other.sees('€10.00', 'main')
	await other.open('/admin/finances/months')
	await other.press('Close a month')
	await other.send({ month }, 'Close a month')
	await other.sees('The month is closed.')
	await other.sees('€40.00', 'main')
	execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'])
})
