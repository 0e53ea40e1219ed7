// Who comes to an organizer's events: a list of theirs alone, as a page, a file and on paper.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { api, pdf_text, sql, token } from './lib.mjs'
import { as, bought, code_of, HOUR, iso, new_customer, new_event, new_organizer, new_staff, new_usher, ok, refused, scan, unique } from './world.mjs'
import { read_xlsx } from './xlsx.mjs'

let staff, otto, other, event, late, ada, tickets
const show_contacts = (value) => sql(`UPDATE setting SET value = '${value}' WHERE name = 'organizer_sees_contacts'`)
const guests = (query = {}, who = otto) => as(who).get('/api/organizer/attendees/', { query })
const names = async (query) => ok(await guests(query)).items.map((item) => item.holder_name).sort()
const text_of = (pdf) => pdf_text(pdf, '-layout')
const words = unique()

before(async () => {
	staff = as(await token('staff'))
	otto = await new_organizer()
	other = await new_organizer()
	event = await new_event({ organizer_id: otto.organizer_id, starts_at: iso(Date.now() + HOUR), categories: [{ name: 'Stalls' }, { name: 'Balcony' }] })
	late = await new_event({ organizer_id: otto.organizer_id })
	ada = await new_customer({ name: `Ada ${words}` })
	tickets = await bought(ada, event, [{ category_id: event.categories[0].id, quantity: 2 }, { category_id: event.categories[1].id, quantity: 1 }])
	await bought(await new_customer({ name: `Zoë ${words}` }), late)
	for (const [ticket, holder_name] of [[tickets[1], `مريم العلي ${words}`], [tickets[2], `=cmd ${words}`]])
		ok(await staff.post(`/api/tickets/${ticket.id}/rename/`, { holder_name }))
	const usher = await new_usher(event)
	ok(await scan(usher, { code: await code_of(ada, tickets[0]) }))
})
after(() => show_contacts('hide'))

test('they are found by event, category, status, presence and name, by their organizer alone', async () => {
	assert.equal(ok(await guests()).total, 4)
	assert.deepEqual(await names({ event_id: late.id }), [`Zoë ${words}`])
	assert.deepEqual(await names({ category_id: event.categories[1].id }), [`=cmd ${words}`])
	assert.deepEqual(await names({ presence: 'inside' }), [`Ada ${words}`])
	assert.equal((await names({ status: 'cancelled' })).length, 0)
	assert.deepEqual(await names({ search: `${words} مريم` }), [`مريم العلي ${words}`])
	assert.equal(ok(await guests({ search: tickets[0].order_reference ?? ok(await guests({ event_id: event.id })).items[0].reference })).total, 3)
	const [seen] = ok(await guests({ presence: 'inside' })).items
	assert.equal(seen.entries, 1)
	assert.ok(seen.first_scan_at)
	assert.deepEqual([seen.category.name, seen.event.title], ['Stalls', event.title])

	assert.equal(ok(await guests({}, other)).total, 0)
	assert.equal(ok(await guests({ event_id: event.id }, other)).total, 0)
	refused(await as(other).get(`/api/organizer/attendees/${tickets[0].id}/`), 404, 'ATTENDEE_NOT_FOUND')
	refused(await guests({}, ada), 403, 'FORBIDDEN')
	assert.equal(ok(await as(otto).get(`/api/organizer/attendees/${tickets[0].id}/`)).holder_name, `Ada ${words}`)
})

test('how to reach them is shown where staff say so, and not before', async () => {
	const one = async () => ok(await as(otto).get(`/api/organizer/attendees/${tickets[0].id}/`))

	assert.deepEqual([(await one()).mobile_number, (await one()).email], [null, null])
	assert.ok(!(await guests({ format: 'csv' })).text.includes(ada.mobile_number))
	assert.equal(ok(await guests({ search: ada.mobile_number })).total, 0, 'nor is it found by')
	ok(await staff.put('/api/settings/', { organizer_sees_contacts: 'show' }))
	assert.equal((await one()).mobile_number, ada.mobile_number)
	assert.ok((await guests({ format: 'csv' })).text.includes(ada.mobile_number))
	ok(await staff.put('/api/settings/', { organizer_sees_contacts: 'hide' }))
	assert.equal((await one()).mobile_number, null)
	refused(await as(otto).put('/api/settings/', { organizer_sees_contacts: 'show' }), 403, 'FORBIDDEN')
})

test('as files they are complete, and no name is a formula', async () => {
	const csv = (await guests({ format: 'csv', event_id: event.id })).text, lines = csv.trim().split('\r\n')

	assert.equal(lines.length, 4)
	assert.ok(csv.includes(`'=cmd ${words}`), csv)
	assert.equal(read_xlsx((await guests({ format: 'xlsx', event_id: event.id })).bytes).rows.length, 3)
})

test('the door list has every valid name in any script, sorted, with category, reference and page', async () => {
	const answer = await as(otto).get(`/api/organizer/events/${event.id}/door-list/`)

	assert.equal(answer.status, 200)
	assert.equal(answer.headers.get('content-type'), 'application/pdf')
	const text = text_of(answer.bytes)
	for (const said of [event.title, `Ada ${words}`, `=cmd ${words}`, 'Stalls', 'Balcony', 'Page 1 of 1'])
		assert.ok(text.includes(said), `${said}\n${text}`)
	assert.ok(text.indexOf(`=cmd ${words}`) < text.indexOf(`Ada ${words}`), 'by name')
	assert.match(text, /[\u0600-\u06ff\ufb50-\ufeff]/, 'Arabic is text')
	sql(`UPDATE ticket SET status = 'cancelled' WHERE id = ${tickets[2].id}`)
	assert.ok(!text_of((await as(otto).get(`/api/organizer/events/${event.id}/door-list/`)).bytes).includes('=cmd'), 'what is not valid is not on it')
	sql(`UPDATE ticket SET status = 'valid' WHERE id = ${tickets[2].id}`)
	assert.equal((await staff.get(`/api/events/${event.id}/door-list/`)).status, 200)
	refused(await as(other).get(`/api/organizer/events/${event.id}/door-list/`), 404, 'EVENT_NOT_FOUND')
	refused(await as(otto).get(`/api/events/${event.id}/door-list/`), 403, 'FORBIDDEN')
	refused(await staff.get('/api/events/999999999/door-list/'), 404, 'EVENT_NOT_FOUND')
	refused(await api('GET', `/api/events/${event.id}/door-list/`), 401, 'TOKEN_INVALID')
})

test('a long one is drawn whole, page by page, and one that is too long is refused', async () => {
	const many = await new_event({ organizer_id: otto.organizer_id, categories: [{ capacity: 50000 }] }), [first] = await bought(ada, many)
	const copy = (n) => sql(`INSERT INTO ticket (uuid, nonce, order_id, event_id, category_id, customer_id, holder_name, created_at)
		SELECT RANDOM_BYTES(16), RANDOM_BYTES(12), t.order_id, t.event_id, t.category_id, t.customer_id, CONCAT('Guest ', LPAD(seq, 6, '0')), t.created_at
		FROM ticket t JOIN seq_1_to_${n} WHERE t.id = ${first.id}`)

	copy(4999)
	try {
		const began = Date.now(), { bytes } = await as(otto).get(`/api/organizer/events/${many.id}/door-list/`), text = text_of(bytes)

		assert.ok(Date.now() - began < 20000, `${Date.now() - began} ms`)
		assert.equal(text.match(/Guest \d{6}/g).length, 4999)
		assert.deepEqual([...new Set(text.match(/Guest \d{6}/g))].length, 4999)
		assert.ok(text.includes('Page 125 of 125'))
		copy(15001)
		refused(await as(otto).get(`/api/organizer/events/${many.id}/door-list/`), 409, 'LIST_TOO_LONG')
	} finally {
		sql(`DELETE FROM ticket WHERE event_id = ${many.id} AND id <> ${first.id}`)
	}
})
