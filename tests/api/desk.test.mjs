// What staff do for guests who call: orders and tickets, with their papers, money, names, seats and what was written down, each by whom it
// may be done and the way that it goes for everybody else.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { age, as, bought, code_of, held, HOUR, iso, jobs_run, new_customer, new_event, new_staff, new_usher, ok, refused, scan, unique, until } from './world.mjs'
import { api, sql, token } from './lib.mjs'

const admin = as(await token('staff')), support = as(await new_staff('support')), finance = as(await new_staff('finance'))
const event = await new_event({ starts_at: iso(Date.now() - HOUR), ends_at: iso(Date.now() + 9 * HOUR), categories: [{ price: 2500, capacity: 60 }] })
const later = await new_event({ starts_at: iso(Date.now() + 24 * HOUR), ends_at: iso(Date.now() + 30 * HOUR), categories: [{ price: 2500, capacity: 60 }] }), [category] = later.categories
const guest = await new_customer({ name: `Desk ${unique()}` })
const stock = () => sql(`SELECT held, sold FROM ticket_category WHERE id = ${category.id}`)[0].map(Number)
const told = async (person) => +sql(`SELECT COUNT(*) FROM outbox WHERE recipient IN ('${person.mobile_number}', '${person.email ?? ''}')`)[0][0]
const of = async (by, ticket) => ok(await by.get(`/api/tickets/${ticket.id}/`))

test('an order is found by its reference, its buyer\'s number, mail and name, their words in any order', async () => {
	const [ticket] = await bought(guest, later, 1), { order_id, reference } = await of(support, ticket)
	const email = `${unique()}@example.org`

	sql(`UPDATE account a JOIN customer k ON k.account_id = a.id SET a.email = '${email}' WHERE k.id = ${guest.customer_id}`)
	for (const what of [reference, guest.mobile_number, email, guest.name.split(' ').reverse().join(' ')])
		for (const list of ['orders', 'tickets']) {
			const { items } = ok(await support.get(`/api/${list}/?search=${encodeURIComponent(what)}`))

			assert.ok(items.some((item) => (item.order_id ?? item.id) === order_id || item.id === order_id), `${list}: ${what}`)
		}
	sql(`UPDATE account SET email = NULL WHERE email = '${email}'`)
})

test('papers are sent again, and only of what was paid', async () => {
	const [ticket] = await bought(guest, later, 1), { order_id } = await of(support, ticket), before = await told(guest)

	ok(await support.post(`/api/orders/${order_id}/resend/`, {}))
	assert.equal(await told(guest), before + 1)
	refused(await finance.post(`/api/orders/${order_id}/resend/`, {}), 403, 'FORBIDDEN')
	refused(await as(guest).post(`/api/orders/${order_id}/resend/`, {}), 403, 'FORBIDDEN')
	const order = await held(guest, later, 1)
	refused(await support.post(`/api/orders/${order.id}/resend/`, {}), 409, 'WRONG_STATUS')
	refused(await support.post('/api/orders/999999999/resend/', {}), 404, 'ORDER_NOT_FOUND')
	ok(await support.post(`/api/orders/${order.id}/give-up/`, {}))
})

test('a hold is given up once, and its seats are free', async () => {
	const free = stock(), order = await held(guest, later, 2)

	assert.deepEqual(stock(), [free[0] + 2, free[1]])
	const ends = await Promise.all([1, 2, 3].map(() => support.post(`/api/orders/${order.id}/give-up/`, {})))
	assert.deepEqual(ends.map(({ status }) => status).sort(), [200, 409, 409])
	assert.deepEqual(stock(), free)
	assert.equal(ok(await support.get(`/api/orders/${order.id}/`)).status, 'cancelled')
})

test('a whole order is refunded once, by who keeps the money, with a reason that stays beside it', async () => {
	const free = stock(), [ticket] = await bought(guest, later, 2), { order_id } = await of(admin, ticket), at = `/api/orders/${order_id}/refund/`

	refused(await support.post(at, { reason: 'No' }), 403, 'FORBIDDEN')
	refused(await finance.post(at, {}), 422, 'VALIDATION_ERROR')
	const before = await told(guest)
	const ends = await Promise.all([1, 2, 3].map(() => finance.post(at, { reason: 'The singer is ill' })))
	assert.deepEqual(ends.map(({ status }) => status).sort(), [200, 409, 409], ends.map(({ text }) => text).join())
	assert.deepEqual(stock(), free)
	assert.equal(await told(guest), before + 1)
	assert.equal((await of(admin, ticket)).status, 'refunded')
	sql(`UPDATE payment SET updated_at = updated_at - INTERVAL 2 MINUTE WHERE order_id = ${order_id}`)
	await until('the money went back', async () => {
		jobs_run('payments')
		return sql(`SELECT status FROM payment WHERE order_id = ${order_id}`)[0][0] === 'refunded'
	})
	const { items } = ok(await admin.get(`/api/order-notes/?order_id=${order_id}`))
	assert.deepEqual(items.map(({ text }) => text), ['The singer is ill'])
	assert.ok(items[0].by)
})

test('who is in keeps their seat: their order goes back when the event is over', async () => {
	const now = await new_event(), [ticket] = await bought(guest, now, 2), at = `/api/orders/${ticket.order_id}/refund/`

	ok(await scan(await new_usher(now), { code: await code_of(guest, ticket) }))
	refused(await finance.post(at, { reason: 'No' }), 409, 'TICKET_USED')
	assert.equal(sql(`SELECT sold FROM ticket_category WHERE id = ${now.categories[0].id}`)[0][0], '2')
	sql(`UPDATE event SET starts_at = starts_at - INTERVAL 2 DAY, ends_at = ends_at - INTERVAL 2 DAY WHERE id = ${now.id}`)
	ok(await finance.post(at, { reason: 'The sound was bad' }))
})

test('what is told to go back is what had not gone back before', async () => {
	const [ticket] = await bought(guest, later, 2)

	ok(await finance.post(`/api/tickets/${ticket.id}/refund/`, { reason: 'One' }))
	ok(await finance.post(`/api/orders/${ticket.order_id}/refund/`, { reason: 'All' }))
	const [[amount, total]] = sql(`SELECT JSON_VALUE(o.data, '$.amount'), r.total FROM outbox o JOIN orders r ON r.id = ${ticket.order_id}
		WHERE o.kind = 'order-refunded' AND JSON_VALUE(o.data, '$.order.id') = ${ticket.order_id}`)
	assert.equal(2 * amount, +total)
})

test('a browser that was left open gives no money back', async () => {
	const [ticket] = await bought(guest, later, 1), { order_id } = await of(admin, ticket), stale = await new_staff('finance')

	age(stale.user.id, 60)
	refused(await as(stale).post(`/api/orders/${order_id}/refund/`, { reason: 'Old' }), 403, 'SIGN_IN_AGAIN')
	refused(await as(stale).post(`/api/tickets/${ticket.id}/refund/`, { reason: 'Old' }), 403, 'SIGN_IN_AGAIN')
	assert.equal((await of(admin, ticket)).status, 'valid')
})

test('one of an order\'s tickets is refunded, whole or in part, and its seat is free at once', async () => {
	const free = stock(), [one, two, three] = await bought(guest, later, 3), { order_id } = await of(admin, one)

	refused(await finance.post(`/api/tickets/${one.id}/refund/`, { reason: 'x', percent: 101 }), 422, 'VALIDATION_ERROR')
	refused(await support.post(`/api/tickets/${one.id}/refund/`, { reason: 'x' }), 403, 'FORBIDDEN')
	const before = await told(guest)
	const ends = await Promise.all([1, 2].map(() => finance.post(`/api/tickets/${one.id}/refund/`, { reason: 'Ill' })))
	assert.deepEqual(ends.map(({ status }) => status).sort(), [200, 409])
	ok(await finance.post(`/api/tickets/${two.id}/refund/`, { reason: 'Late', percent: 40 }))
	assert.deepEqual(stock(), [free[0], free[1] + 1])
	assert.equal(await told(guest), before + 2)
	const order = ok(await admin.get(`/api/orders/${order_id}/`))
	assert.deepEqual([order.status, order.returned, order.given_back], ['paid', 2, 2500 + 1000])
	await until('the money went back', async () => {
		jobs_run('payments')
		return sql(`SELECT COUNT(*) FROM payment_refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = ${order_id} AND r.state = 'done'`)[0][0] === '2'
	})
	assert.equal((await of(admin, three)).status, 'valid')
	refused(await finance.post(`/api/tickets/${one.id}/refund/`, { reason: 'Again' }), 409, 'WRONG_STATUS')
})

test('a ticket is cancelled without money, by its act or by its status, and a used one is not', async () => {
	const free = stock(), [one, two] = await bought(guest, later, 2), before = await told(guest)

	ok(await support.post(`/api/tickets/${one.id}/cancel/`, { reason: 'A double' }))
	assert.equal(ok(await support.put(`/api/tickets/${two.id}/`, { status: 'cancelled' })).status, 'cancelled')
	assert.deepEqual(stock(), free)
	assert.equal(await told(guest), before + 2)
	for (const status of ['valid', 'refunded'])
		refused(await support.put(`/api/tickets/${two.id}/`, { status }), 422, 'VALIDATION_ERROR')
	assert.equal(sql(`SELECT COUNT(*) FROM payment_refund r JOIN payment p ON p.id = r.payment_id JOIN ticket t ON t.order_id = p.order_id WHERE t.id = ${one.id}`)[0][0], '0')
	const [used] = await bought(guest, event, 1)
	ok(await support.post(`/api/tickets/${used.id}/check-in/`, { note: 'Lost their phone' }))
	refused(await support.post(`/api/tickets/${used.id}/cancel/`, { reason: 'x' }), 409, 'WRONG_STATUS')
	refused(await finance.post(`/api/tickets/${used.id}/refund/`, { reason: 'x' }), 409, 'WRONG_STATUS')
})

test('checked in by hand it is a scan like any other: once, with its reason, and the live count moves', async () => {
	const [ticket] = await bought(guest, event, 1), at = `/api/tickets/${ticket.id}/check-in/`, usher = await new_usher(event)
	const inside = async () => ok(await admin.get(`/api/live/events/${event.id}/`)).counts.inside, before = await inside()

	refused(await support.post(at, {}), 422, 'VALIDATION_ERROR')
	refused(await finance.post(at, { note: 'x' }), 403, 'FORBIDDEN')
	const done = ok(await support.post(at, { note: 'No phone', gate: 'Office' }))
	assert.deepEqual([done.result, done.ticket.id], ['valid', ticket.id])
	refused(await support.post(at, { note: 'Twice' }), 409, 'NOT_LET_IN')
	assert.equal((await scan(usher, { code: await code_of(guest, ticket) })).data.result, 'already_scanned')
	await until('the count has moved', async () => await inside() === before + 1)
	const [row] = sql(`SELECT l.kind, l.note, l.gate, a.name FROM scan_log l JOIN usher u ON u.id = l.usher_id JOIN account a ON a.id = u.account_id WHERE l.ticket_id = ${ticket.id} ORDER BY l.id LIMIT 1`)
	assert.deepEqual(row.slice(0, 3), ['hand', 'No phone', 'Office'])
	ok(await support.post(at, { note: 'Out again', direction: 'out' }))
	assert.equal((await of(support, ticket)).presence, 'outside')
	// Who scans from the office is no usher.
	const { items } = ok(await admin.get('/api/ushers/?limit=100'))
	assert.ok(!items.some(({ name }) => name === row[3]))
})

test('the same check-in sent twice is one', async () => {
	const [ticket] = await bought(guest, event, 1), scan_id = randomUUID(), at = `/api/tickets/${ticket.id}/check-in/`

	const ends = [ok(await support.post(at, { note: 'Once', scan_id })), ok(await support.post(at, { note: 'Once', scan_id }))]
	assert.deepEqual(ends.map(({ result }) => result), ['valid', 'valid'])
	assert.equal(sql(`SELECT entries FROM ticket WHERE id = ${ticket.id}`)[0][0], '1')
})

test('a ticket gets another name, and is passed on', async () => {
	const [ticket] = await bought(guest, later, 1), other = await new_customer()

	assert.equal(ok(await support.post(`/api/tickets/${ticket.id}/rename/`, { holder_name: 'Nora New' })).holder_name, 'Nora New')
	assert.ok(ok(await support.get('/api/tickets/?search=new%20nora')).items.some(({ id }) => id === ticket.id), 'and is found by it')
	refused(await support.post(`/api/tickets/${ticket.id}/rename/`, { holder_name: '' }), 422, 'VALIDATION_ERROR')
	ok(await support.post(`/api/tickets/${ticket.id}/transfer/`, { mobile_number: other.mobile_number }), 201)
	assert.equal((await of(support, ticket)).customer_id, other.customer_id)
	refused(await finance.post(`/api/tickets/${ticket.id}/rename/`, { holder_name: 'x' }), 403, 'FORBIDDEN')
})

test('labels of a ticket and of whose it is stand at the gate, each once, and go when they are emptied', async () => {
	const [ticket] = await bought(guest, event, 1), usher = await new_usher(event)
	const labels = async () => (await scan(usher, { code: await code_of(guest, ticket), direction: 'out' })).data.attendee.labels

	ok(await support.put(`/api/tickets/${ticket.id}/`, { labels: ['VIP', 'Wheelchair'] }))
	ok(await support.put(`/api/customers/${guest.customer_id}/`, { labels: ['Press'] }))
	assert.deepEqual(await labels(), ['VIP', 'Wheelchair', 'Press'])
	const { items } = ok(await api('GET', `/api/usher/sync/attendees/`, undefined, { token: usher.access }))
	assert.deepEqual(items.find(({ ticket_id }) => ticket_id === ticket.id).labels, ['VIP', 'Wheelchair', 'Press'])
	refused(await support.put(`/api/tickets/${ticket.id}/`, { labels: ['x'.repeat(41)] }), 422, 'VALIDATION_ERROR')
	refused(await support.put(`/api/tickets/${ticket.id}/`, { labels: Array(21).fill('x') }), 422, 'VALIDATION_ERROR')
	refused(await support.put(`/api/tickets/${ticket.id}/`, { labels: 'VIP' }), 422, 'VALIDATION_ERROR')
	ok(await support.put(`/api/tickets/${ticket.id}/`, { labels: [] }))
	ok(await support.put(`/api/customers/${guest.customer_id}/`, { labels: null }))
	assert.deepEqual(await labels(), [])
})

test('notes stand beside an order and a customer, by who wrote them, and payments lead to both', async () => {
	const [ticket] = await bought(guest, later, 1), { order_id } = await of(support, ticket)

	ok(await finance.post('/api/order-notes/', { order_id, text: 'Pays in two parts' }), 201)
	ok(await support.post('/api/customer-notes/', { customer_id: guest.customer_id, text: 'Calls often' }), 201)
	refused(await support.post('/api/order-notes/', { order_id: 999999999, text: 'x' }), 422, 'VALIDATION_ERROR')
	assert.equal(ok(await support.get(`/api/customer-notes/?customer_id=${guest.customer_id}`)).items[0].text, 'Calls often')
	const { items } = ok(await support.get(`/api/payments/?order_id=${order_id}`))
	assert.deepEqual(items.map((p) => [p.order_id, p.customer_id, p.amount, p.status]), [[order_id, guest.customer_id, 2500, 'succeeded']])
})

test('another event like one is a draft with its parts, all of its times as far from its beginning', async () => {
	const DAY_MS = 24 * HOUR, from = Date.parse('2031-05-01T18:00:00Z'), like = await new_event({ starts_at: iso(from), ends_at: iso(from + 5 * HOUR), publish: true,
		categories: [{ name: 'Standing', price: 1500, capacity: 70, sales_end: iso(from - HOUR) }, { name: 'Seats', price: 3000, capacity: 20 }] })
	const usher = await new_usher(like), at = `/api/events/${like.id}/clone/`

	await bought(guest, like, 2)
	ok(await admin.post('/api/refund-rules/', { event_id: like.id, days_before: 7, percent: 80 }), 201)
	ok(await admin.post('/api/gate-rules/', { event_id: like.id, category_id: like.categories[1].id, gate: 'North', opens_at: iso(from - HOUR) }), 201)
	refused(await support.post(at, { starts_at: iso(from + 7 * DAY_MS) }), 403, 'FORBIDDEN')
	refused(await admin.post(at, {}), 422, 'VALIDATION_ERROR')
	refused(await admin.post('/api/events/999999999/clone/', { starts_at: iso(from) }), 404, 'EVENT_NOT_FOUND')
	const made = ok(await admin.post(at, { starts_at: iso(from + 7 * DAY_MS) }), 201)

	assert.notEqual(made.id, like.id)
	assert.deepEqual([made.status, made.title, made.starts_at, made.ends_at], ['draft', like.title, iso(from + 7 * DAY_MS), iso(from + 7 * DAY_MS + 5 * HOUR)])
	const { items } = ok(await admin.get(`/api/ticket-categories/?event_id=${made.id}`))
	assert.deepEqual(items.map(({ name, price, capacity, sold, held }) => [name, price, capacity, sold, held]), [['Standing', 1500, 70, 0, 0], ['Seats', 3000, 20, 0, 0]])
	assert.equal(ok(await admin.get(`/api/ticket-categories/${items[0].id}/`)).sales_end, iso(from + 7 * DAY_MS - HOUR))
	const [rule] = ok(await admin.get(`/api/gate-rules/?event_id=${made.id}`)).items
	assert.deepEqual([rule.category_id, rule.gate, rule.opens_at], [items[1].id, 'North', iso(from + 7 * DAY_MS - HOUR)])
	assert.deepEqual(ok(await admin.get(`/api/refund-rules/?event_id=${made.id}`)).items.map(({ percent }) => percent), [80])
	assert.deepEqual(ok(await admin.get(`/api/events/${made.id}/ushers/`)).items.map(({ usher_id }) => usher_id), [usher.usher_id])
	assert.equal(ok(await admin.post(at, { starts_at: iso(from + 14 * DAY_MS), title: 'Other words' }), 201).title, 'Other words')
	for (const starts_at of ['9999-12-31T23:00:00Z', '9999-12-31T23:59:59.999Z'])
		assert.ok(refused(await admin.post(at, { starts_at }), 422, 'VALIDATION_ERROR').body.errors.starts_at)
	// Two that are called the same, each with a gate of its own.
	const twins = await new_event({ categories: [{ name: 'Standing' }, { name: 'Standing' }] })
	for (const [i, gate] of ['A', 'B'].entries())
		ok(await admin.post('/api/gate-rules/', { event_id: twins.id, category_id: twins.categories[i].id, gate }), 201)
	const { id: copy } = ok(await admin.post(`/api/events/${twins.id}/clone/`, { starts_at: iso(from) }), 201)
	assert.deepEqual(sql(`SELECT r.gate FROM gate_rule r WHERE r.event_id = ${copy} ORDER BY r.category_id`), [['A'], ['B']])
	ok(await admin.post(`/api/events/${made.id}/publish/`, {}))
	await bought(guest, { ...made, categories: items }, 1)
})
