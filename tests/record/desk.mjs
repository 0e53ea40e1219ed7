// Orders and tickets as staff work on them, and the pages that ask before.
import { as, bought, held, new_customer, new_event, new_staff, ok } from '../api/world.mjs'
import { sql, token } from '../api/lib.mjs'
import { signed_in } from './cases.mjs'

const TIMES = { starts_at: '2027-05-14T18:00:00Z', ends_at: '2027-05-14T23:00:00Z' }

export async function desk(read, send) {
	const ingrid = await signed_in('staff'), staff = as(await token('staff')), finance = as(await new_staff('finance'))
	const event = await new_event({ title: 'Desk Sessions', ...TIMES, categories: [{ name: 'Standing', price: 2500, capacity: 50 }] })
	const dora = await new_customer({ name: 'Dora Desk' }), [one, two] = await bought(dora, event, 3), waiting = await held(dora, event, 1)
	const order = ok(await staff.get(`/api/tickets/${one.id}/`)).order_id

	ok(await staff.post('/api/order-notes/', { order_id: order, text: 'Comes by train' }), 201)
	ok(await finance.post(`/api/tickets/${two.id}/refund/`, { reason: 'Ill', percent: 50 }))
	ok(await staff.post(`/api/tickets/${one.id}/rename/`, { holder_name: 'Della Desk' }))
	ok(await staff.put(`/api/tickets/${one.id}/`, { labels: ['VIP', 'Press'] }))
	sql(`UPDATE note SET created_at = UTC_TIMESTAMP(3) WHERE order_id = ${order}`)

	read('admin/order.html', 'paid, with a note and a ticket given back', ingrid, `/admin/orders/${order}`,
		['Comes by train', `href="/admin/orders/${order}/resend"`, `href="/admin/orders/${order}/refund"`, 'Refund approved', 'Dora Desk', 'What happened'], ['/give-up"'], { keep: 40 })
	read('admin/order.html', 'held', ingrid, `/admin/orders/${waiting.id}`, [`href="/admin/orders/${waiting.id}/give-up"`, 'Booked'], ['/refund"', '/resend"'], { keep: 40 })
	read('admin/ticket.html', 'good, with labels', ingrid, `/admin/tickets/${one.id}`,
		['Della Desk', 'value="VIP, Press"', `href="/admin/tickets/${one.id}/check-in"`, `href="/admin/tickets/${one.id}/transfer"`, 'Another name'], [], { keep: 40 })
	read('admin/ticket.html', 'given back', ingrid, `/admin/tickets/${two.id}`, ['Refunded', 'Refund approved'], ['/check-in"', '/transfer"'], { keep: 40 })
	read('resource/act.html', 'a check-in by hand', ingrid, `/admin/tickets/${one.id}/check-in`, ['Let them in by hand?', 'type="hidden" name="scan_id"', 'name="note"'], [], { keep: 40 })
	send('resource/act.html', 'too early to be let in', ingrid, [`/admin/tickets/${one.id}/check-in`, { note: 'No phone' }], ['role="alert"', 'value="No phone"'], [], { keep: 40 })
	read('admin/permissions.html', 'all', ingrid, '/admin/permissions', ['<h1>Who may do what</h1>', 'Look at them', 'Publish'], ['<bdi></bdi>'], { keep: 12 })
}
