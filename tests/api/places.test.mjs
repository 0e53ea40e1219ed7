// An event that sells only so many tickets over all of its categories: whatever is booked, lapses, is paid late or given back, and
// whenever the number is set, no more are held and sold than that.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql, token } from './lib.mjs'
import { as, book, bought, held, iso, jobs_rest, jobs_run, lapse, new_customer, new_event, new_organizer, ok, pay, refused, unique, until } from './world.mjs'

const DAY = 86_400_000
let staff, ann, bob

before(async () => {
	jobs_rest('holds', 'payments')
	staff = as(await token('staff'))
	ann = await new_customer()
	bob = await new_customer()
})

const of = (event, ...wanted) => wanted.map((quantity, i) => ({ category_id: event.categories[i].id, quantity })).filter(({ quantity }) => quantity)
const hall = async (capacity) => ok(await staff.post('/api/venues/', { name: `Hall ${unique()}`, city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin', ...(capacity && { capacity }) }), 201)
// Two categories of ten each, and twelve of both together.
const twelve = (more) => new_event({ capacity: 12, categories: [{ capacity: 10 }, { capacity: 10 }], ...more })
const taken = (event) => sql(`SELECT taken FROM event_stock WHERE id = ${event.id}`).map(([n]) => Number(n))
// As somebody sees it who is signed in: what others are shown may be a second old.
const seen = async (event) => ok(await as(ann).get(`/api/v1/public/events/${event.id}/`))
const shown = async (event) => (await seen(event)).ticket_categories.map(({ available }) => available)
const cancel = async (person, order) => ok(await as(person).post(`/api/v1/users/orders/${order.id}/cancel/`, {}))
const change = (event, values) => staff.put(`/api/events/${event.id}/`, values)

test('what is left is the least of what its category and the event have left', async () => {
	const event = await twelve()

	assert.deepEqual([await shown(event), taken(event)], [[10, 10], [0]])
	await held(ann, event, of(event, 8))
	assert.deepEqual([await shown(event), taken(event)], [[2, 4], [8]])
	const many = refused(await book(bob, event, of(event, 1, 4)), 409, 'TICKET_SOLD_OUT')
	assert.deepEqual([many.body.message, many.data.available], ['Only 4 tickets are left for this event.', 4])
	await held(bob, event, of(event, 1, 3))
	assert.deepEqual([await shown(event), taken(event)], [[0, 0], [12]])
	assert.equal(refused(await book(bob, event, of(event, 0, 1)), 409, 'TICKET_SOLD_OUT').body.message, 'This event is sold out.')
	assert.equal((await seen(event)).price_from, null)
	const statistics = ok(await staff.get(`/api/events/${event.id}/statistics/`))
	assert.deepEqual([statistics.capacity, statistics.live.counts.capacity, statistics.by_category.map(({ capacity }) => capacity)], [12, 12, [10, 10]])
})

test('what is given up, given back or lapses can be had again, of either category', async () => {
	const event = await twelve(), first = await held(ann, event, of(event, 10)), second = await held(bob, event, of(event, 0, 2))

	await cancel(bob, second)
	assert.deepEqual(taken(event), [10])
	const [ticket] = await bought(bob, event, of(event, 0, 2))
	lapse(first.id)
	assert.deepEqual(await shown(event), [10, 8])
	// The hold that lapsed is of the other category.
	const third = await held(bob, event, of(event, 0, 8))
	assert.deepEqual([taken(event), await shown(event)], [[10], [2, 0]])
	await cancel(bob, third)
	ok(await staff.post(`/api/orders/${sql(`SELECT order_id FROM ticket WHERE id = ${ticket.id}`)[0][0]}/refund/`, { reason: 'Ill' }))
	await until('it is given back', () => taken(event)[0] === 0)
	assert.deepEqual(await shown(event), [10, 10])
})

test('money that comes late has its places while there are any, and goes back otherwise', async () => {
	const event = await twelve(), late = async () => {
		const order = await held(ann, event, of(event, 2)), { payment } = ok(await pay(ann, order.id, 'tok_late'), 202)

		lapse(order.id)
		return payment
	}
	const confirm = async ({ id }) => ok(await as(ann).post('/api/v1/payments/confirm/', { payment_id: id })).payment.status
	const first = await late()

	await held(bob, event, of(event, 0, 10))
	// There is a place of this category; that the event has one takes what has lapsed.
	const order = await held(bob, event, of(event, 1))
	assert.deepEqual(taken(event), [11])
	assert.equal(await confirm(first), 'refunded')
	assert.deepEqual(taken(event), [11])
	await cancel(bob, order)
	const second = await late()
	jobs_run('holds')
	await until('it has lapsed', () => taken(event)[0] === 10)
	jobs_rest('holds')
	assert.equal(await confirm(second), 'succeeded')
	assert.deepEqual(taken(event), [12])
})

test('it is set, lowered, lifted and set again while tickets are sold; never below them, never above what the venue holds', async () => {
	const venue = await hall(20), small = await hall(8), open = await hall(), event = await new_event({ venue_id: venue.id, categories: [{ capacity: 10 }, { capacity: 10 }] })

	assert.deepEqual(taken(event), [])
	await bought(ann, event, of(event, 3, 2))
	await held(bob, event, of(event, 1))
	const wrong = async (values, says) => assert.deepEqual(refused(await change(event, values), 422, 'VALIDATION_ERROR').body.errors.capacity, [says])
	await wrong({ capacity: 5 }, 'More than that are sold or held already.')
	await wrong({ capacity: 21 }, 'The venue holds 20 people.')
	assert.equal(ok(await change(event, { capacity: 6 })).capacity, 6)
	assert.deepEqual([taken(event), await shown(event)], [[6], [0, 0]])
	await wrong({ capacity: 5 }, 'More than that are sold or held already.')
	await wrong({ venue_id: small.id, capacity: 9 }, 'The venue holds 8 people.')
	assert.equal(ok(await change(event, { venue_id: small.id, capacity: 8 })).capacity, 8)
	refused(await change(event, { capacity: 0 }), 422, 'VALIDATION_ERROR')
	ok(await change(event, { venue_id: open.id, capacity: 1000 }))
	await wrong({ venue_id: small.id }, 'The venue holds 8 people.')
	assert.equal(ok(await change(event, { capacity: null })).capacity, null)
	assert.deepEqual([taken(event), await shown(event)], [[], [6, 8]])
	await held(bob, event, of(event, 6))
	ok(await change(event, { capacity: 13 }))
	assert.deepEqual([taken(event), await shown(event)], [[12], [0, 1]])
	// The checklist knows of both.
	const places = async () => ok(await staff.get(`/api/events/${event.id}/checklist/`)).checks.find(({ code }) => code === 'places')
	ok(await change(event, { venue_id: venue.id }))
	assert.deepEqual([(await places()).done, ok(await change(event, { capacity: null })).capacity, (await places()).done], [true, null, true])
	sql(`UPDATE venue SET capacity = 19 WHERE id = ${venue.id}`)
	assert.deepEqual([(await places()).done, (await places()).n], [false, 1])
	ok(await change(event, { capacity: 19 }))
	assert.equal((await places()).done, true)
})

test('a copy sells as many, from none; one that goes takes its count along; an organizer may wish for another number', async () => {
	const mine = await new_organizer(), event = await twelve({ organizer_id: mine.organizer_id, starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + 2 * DAY) })

	await held(ann, event, of(event, 5))
	const copy = ok(await staff.post(`/api/events/${event.id}/clone/`, { starts_at: iso(Date.now() + 9 * DAY) }), 201)
	assert.deepEqual([copy.capacity, taken(copy)], [12, [0]])
	ok(await staff.delete(`/api/events/${copy.id}/`))
	assert.deepEqual(taken(copy), [])
	const wish = ok(await as(mine).post(`/api/organizer/events/${event.id}/edit-request/`, { changes: { capacity: 5 }, note: 'Fewer chairs' }), 201)
	await held(bob, event, of(event, 0, 1))
	// One more was sold in between.
	const late = await staff.post(`/api/edit-requests/${wish.id}/approve/`, {})
	assert.ok([409, 422].includes(late.status), late.text)
	assert.deepEqual([taken(event), ok(await staff.get(`/api/events/${event.id}/`)).capacity], [[6], 12])
})
