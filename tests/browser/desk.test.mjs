// A guest calls: the office finds the order, sends the papers again, gives one ticket's money back, puts another name on the next and lets
// it in by hand; each step asks once, and stands on the line of what happened.
import assert from 'node:assert/strict'
import { forget_tries, new_customer, sql, token } from '../api/lib.mjs'
import { as, bought, HOUR, iso, new_event, ok, unique } from '../api/world.mjs'
import { each_way, sign_in_customer, sign_in_staff, use_browser } from './lib.mjs'

use_browser()

each_way('an order from the call to the door', async (visitor) => {
	const coming = await new_event({ title: `Call ${unique()}`, starts_at: iso(Date.now() + 72 * HOUR), ends_at: iso(Date.now() + 80 * HOUR), categories: [{ price: 4000, capacity: 20 }] })
	const guest = await new_customer({ name: `Cara Caller ${unique()}` }), [one, two] = await bought(guest, coming, 2)
	const [[reference, order]] = sql(`SELECT o.reference, o.id FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${one.id}`)
	const line = () => visitor.$('ol.line li strong').allTextContents()

	forget_tries()
	await sign_in_staff(visitor)
	await visitor.open('/admin/orders')
	await visitor.fill({ search: reference })
	await visitor.press('Show')
	await visitor.press(reference)
	assert.equal(visitor.path, `/admin/orders/${order}`)
	await visitor.sees(guest.name)
	await visitor.sees('Booked', 'ol.line')
	await visitor.press('Send the tickets again')
	await visitor.press(visitor.$('form.panel button'))
	await visitor.sees('Tickets sent again', 'ol.line')

	await visitor.open(`/admin/tickets/${one.id}`)
	await visitor.press('Refund the ticket')
	await visitor.send({ percent: '50', reason: 'Ill' }, 'Refund the ticket')
	assert.equal(visitor.path, `/admin/tickets/${one.id}`)
	await visitor.sees('Refund approved', 'ol.line')
	assert.equal(await visitor.$('a', { hasText: 'Check in by hand' }).count(), 0, 'what is refunded is not let in')
	await visitor.press(reference)
	await visitor.sees('€20.00')
	await visitor.sees('Refund approved', 'ol.line')

	await visitor.open(`/admin/tickets/${two.id}`)
	await visitor.press('Another name')
	await visitor.send({ holder_name: 'Nell Newname' }, 'Another name')
	assert.equal(await visitor.heading(), 'Nell Newname')
	await visitor.send({ labels: 'VIP,  Press' }, 'Save')
	assert.equal(await visitor.$('[name=labels]').inputValue(), 'VIP, Press')
	await visitor.press('Check in by hand')
	await visitor.send({ note: 'No phone' }, 'Check in by hand', { status: 409 })
	assert.equal(await visitor.$('[name=note]').inputValue(), 'No phone', 'what was typed stays')
	sql(`UPDATE event SET starts_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${coming.id}`)
	await visitor.send({}, 'Check in by hand')
	await visitor.sees('Let in', 'ol.line')
	assert.equal(sql(`SELECT presence FROM ticket WHERE id = ${two.id}`)[0][0], 'inside')
	assert.ok((await line()).includes('Changed'))

	await visitor.open(`/admin/order-notes/new?order_id=${order}`)
	await visitor.send({ text: 'Friendly <b>caller</b>' }, 'Write a note')
	assert.equal(visitor.path, `/admin/orders/${order}`)
	await visitor.sees('Friendly <b>caller</b>', 'ol.line')
})

each_way('a guest would rather sit in a box: they pay for it, and the old ticket goes back', async (visitor) => {
	const coming = await new_event({
		title: `Box ${unique()}`, starts_at: iso(Date.now() + 72 * HOUR), ends_at: iso(Date.now() + 80 * HOUR), categories: [{ name: 'Stalls' }, { name: 'Box', price: 4000 }]
	})
	const guest = await new_customer({ name: `Bea Boxer ${unique()}` }), [ticket] = await bought(guest, coming)

	forget_tries()
	await sign_in_staff(visitor)
	await visitor.open(`/admin/tickets/${ticket.id}`)
	await visitor.press('Change the category')
	await visitor.sees('Change this ticket for another?')
	await visitor.$('select[name=category_id]').selectOption({ label: 'Box · 40.00 EUR' })
	await visitor.shot('ask')
	await visitor.send({ reason: 'A better view' }, 'Change the category')
	assert.equal(visitor.path, `/admin/tickets/${ticket.id}`)
	await visitor.sees('Its owner is asked to pay for the other ticket.')
	await visitor.sees('Category changed by staff', 'ol.line')
	await visitor.shot('asked')

	await sign_in_customer(visitor, guest)
	await visitor.open('/orders')
	await visitor.open(`/orders/${sql(`SELECT order_id FROM ticket_exchange WHERE ticket_id = ${ticket.id}`)[0][0]}`)
	await visitor.sees(`This is in place of your ticket ${ticket.id} (Stalls).`)
	await visitor.shot('offered')
	await visitor.press(visitor.$('form.panel button').first())
	await visitor.sees('You are going')
	assert.deepEqual(sql(`SELECT status FROM ticket WHERE id = ${ticket.id}`), [['refunded']])
	await visitor.open(`/tickets/${ticket.id}`)
	await visitor.sees('This ticket was refunded')
})

each_way('who saves after somebody else sees both, and saves again', async (visitor) => {
	const staff = as(await token('staff'))
	const hall = ok(await staff.post('/api/venues/', { name: `Hall ${unique()}`, city: 'Riga', country: 'LV', time_zone: 'Europe/Riga', capacity: 500 }), 201)

	forget_tries()
	await sign_in_staff(visitor)
	await visitor.open(`/admin/venues/${hall.id}`)
	ok(await staff.put(`/api/venues/${hall.id}/`, { capacity: 600, city: 'Tartu' }))
	await visitor.send({ capacity: '700' }, 'Save', { status: 422 })
	await visitor.sees('Somebody changed this venue meanwhile.')
	await visitor.sees('It is “600” now.')
	await visitor.sees('It is “Tartu” now.')
	assert.equal(await visitor.$('[name=capacity]').inputValue(), '700', 'what was typed stays')
	await visitor.send({ city: 'Tartu' }, 'Save')
	assert.deepEqual(sql(`SELECT capacity, city FROM venue WHERE id = ${hall.id}`)[0], ['700', 'Tartu'])
})
