// What an organizer changes of an event of theirs: at once what the setting names, the rest by asking staff.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { forms_of } from './every.mjs'
import { Browser, code, DEMO, sql, token } from './lib.mjs'
import { as, bought, DAY, HOUR, iso, new_customer, new_event, new_organizer, new_staff, ok, refused as refused_by, unique } from './world.mjs'

const USUAL = { 403: 'FORBIDDEN', 404: 'EDIT_REQUEST_NOT_FOUND', 409: 'WRONG_STATUS', 422: 'VALIDATION_ERROR' }
const refused = (answer, status, code = USUAL[status]) => refused_by(answer, status, code).body

let staff, support, otto, other
const put_setting = (name, value) => sql(`UPDATE setting SET value = '${value}' WHERE name = '${name}'`)

before(async () => {
	staff = as(await token('staff'))
	support = as(await new_staff('finance'))
	otto = await new_organizer()
	other = await new_organizer()
})
after(() => put_setting('organizer_may_edit', 'description, image, image_focus'))

const his = (more = {}) => new_event({ organizer_id: otto.organizer_id, starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 10 * DAY + 5 * HOUR), ...more })
const at = (event, rest = '') => `/api/organizer/events/${event.id}/${rest}`
const asked = async (event, changes, note = 'Please') => ok(await as(otto).post(at(event, 'edit-request/'), { changes, note }), 201)
const now = async (event) => ok(await staff.get(`/api/events/${event.id}/`))
const told = (kind, event) => sql(`SELECT COUNT(*) FROM outbox WHERE kind = '${kind}' AND JSON_VALUE(data, '$.event.title') = '${event.title}'`)[0][0]

test('what the setting names is changed at once, by its owner alone; the rest is a fault at its name', async () => {
	const event = await his(), fields = ok(await as(otto).get(at(event, 'edit/')))

	assert.equal(fields.title, event.title)
	assert.equal(fields.currency, undefined)
	const saved = ok(await as(otto).put(at(event), { description: 'A night **out**' }))
	assert.equal(saved.description, 'A night **out**')
	assert.equal((await now(event)).description, 'A night **out**')
	const entry = sql(`SELECT action, role FROM audit_log WHERE noun = 'event' AND noun_id = ${event.id} ORDER BY id DESC LIMIT 1`)[0]
	assert.equal(entry[0], 'update')

	const refusal = refused(await as(otto).put(at(event), { title: 'Mine', description: 'No' }), 422)
	assert.deepEqual(Object.keys(refusal.errors), ['title'])
	assert.equal((await now(event)).description, 'A night **out**', 'nothing of it was changed')
	ok(await as(otto).put(at(event), { title: event.title }))
	refused(await as(other).put(at(event), { description: 'Not mine' }), 404, 'EVENT_NOT_FOUND')
	refused(await as(other).get(at(event, 'edit/')), 404, 'EVENT_NOT_FOUND')
	refused(await as(otto).put(at(event), { description: 'x', updated_at: '2020-01-01T00:00:00Z' }), 409, 'CHANGED_MEANWHILE')
	refused(await staff.put(at(event), { description: 'x' }), 403)
})

test('what was asked for of an event goes when the event goes to another organizer, who may ask then', async () => {
	const event = await his(), request = await asked(event, { title: `Mine ${unique()}` })

	ok(await staff.put(`/api/events/${event.id}/`, { organizer_id: otto.organizer_id, featured: true }))
	assert.equal(ok(await staff.get(`/api/edit-requests/${request.id}/`)).status, 'requested', 'it stays who it was')
	ok(await staff.put(`/api/events/${event.id}/`, { organizer_id: other.organizer_id }))
	assert.equal(ok(await staff.get(`/api/edit-requests/${request.id}/`)).status, 'withdrawn')
	refused(await staff.post(`/api/edit-requests/${request.id}/approve/`, {}), 409)
	assert.equal((await now(event)).title, event.title)
	ok(await as(other).post(at(event, 'edit-request/'), { changes: { title: `Theirs ${unique()}` } }), 201)
})

test('the setting takes names of fields that may be asked for, and none at all', async () => {
	const event = await his()

	for (const names of ['currency', 'title,status', 'nonsense', 'organizer_id'])
		assert.ok(refused(await staff.put('/api/settings/', { organizer_may_edit: names }), 422).errors.organizer_may_edit, names)
	assert.equal(ok(await staff.put('/api/settings/', { organizer_may_edit: 'title, min_age' })).organizer_may_edit, 'title, min_age')
	ok(await as(otto).put(at(event), { title: `New ${event.title}`, min_age: 18 }))
	assert.deepEqual(Object.keys(refused(await as(otto).put(at(event), { description: 'x' }), 422).errors), ['description'])
	assert.equal(ok(await staff.put('/api/settings/', { organizer_may_edit: '' })).organizer_may_edit, '')
	assert.deepEqual(Object.keys(refused(await as(otto).put(at(event), { title: 'x' }), 422).errors), ['title'])
	refused(await support.put('/api/settings/', { organizer_may_edit: 'title' }), 403)
	ok(await staff.put('/api/settings/', { organizer_may_edit: 'description' }))
})

test('what staff could not change is refused when it is asked, by its name', async () => {
	const event = await his(), ask = (changes) => as(otto).post(at(event, 'edit-request/'), { changes })
	const fault = async (changes, ...names) => assert.deepEqual(Object.keys(refused(await ask(changes), 422).errors), names.map((name) => `changes.${name}`))

	await fault({ ends_at: iso(Date.now() + 9 * DAY) }, 'ends_at')
	await fault({ title: 'x'.repeat(201) }, 'title')
	await fault({ title: null }, 'title')
	await fault({ venue_id: 999999999 }, 'venue_id')
	await fault({ min_age: 0, time_zone: 'Mars/Base' }, 'time_zone', 'min_age')
	refused(await as(otto).post(at(event, 'edit-request/'), {}), 422)
	refused(await ask({ title: event.title }), 422, 'NOTHING_CHANGED')
	const ignored = await ask({ currency: 'KWD', status: 'cancelled', organizer_id: 1 })
	refused(ignored, 422, 'NOTHING_CHANGED')
	assert.equal(sql(`SELECT COUNT(*) FROM edit_request WHERE event_id = ${event.id}`)[0][0], '0')
	refused(await as(other).post(at(event, 'edit-request/'), { changes: { title: 'Mine' } }), 404, 'EVENT_NOT_FOUND')
	assert.equal((await now(event)).title, event.title)
})

test('an event has one open request; its owner sees it and takes it back, others do not find it', async () => {
	const event = await his(), request = await asked(event, { title: 'Another title', transfers: false, room: 300 })

	assert.deepEqual([request.status, request.changes, request.was, request.reason],
		['requested', { title: 'Another title', room: 300, transfers: false }, { title: event.title, room: null, transfers: true }, 'Please'])
	refused(await as(otto).post(at(event, 'edit-request/'), { changes: { title: 'A third' } }), 409, 'EDIT_PENDING')
	assert.equal(ok(await as(otto).get('/api/organizer/edit-requests/')).items[0].id, request.id)
	refused(await as(other).get(`/api/organizer/edit-requests/${request.id}/`), 404)
	refused(await as(other).post(`/api/organizer/edit-requests/${request.id}/withdraw/`), 404)
	assert.equal(ok(await as(otto).post(`/api/organizer/edit-requests/${request.id}/withdraw/`)).status, 'withdrawn')
	refused(await as(otto).post(`/api/organizer/edit-requests/${request.id}/withdraw/`), 409)
	refused(await staff.post(`/api/edit-requests/${request.id}/approve/`), 409)
	assert.equal((await now(event)).title, event.title)
	await asked(event, { title: 'A third' })
})

test('what is approved is staff\'s own change: guests are told of a new time, the audit log has before and after', async () => {
	const event = await his(), guest = await new_customer()

	await bought(guest, event)
	const starts = iso(Date.now() + 11 * DAY), ends = iso(Date.now() + 11 * DAY + HOUR)
	const request = await asked(event, { starts_at: starts, ends_at: ends, renames: false, description: 'Later' })

	refused(await support.post(`/api/edit-requests/${request.id}/approve/`), 403)
	assert.equal(sql(`SELECT COUNT(*) FROM event_notice WHERE event_id = ${event.id}`)[0][0], '0', 'asking tells nobody')
	const seen = ok(await support.get(`/api/edit-requests/${request.id}/`))
	assert.equal(seen.was.starts_at, (await now(event)).starts_at)
	assert.equal(ok(await staff.post(`/api/edit-requests/${request.id}/approve/`)).status, 'approved')
	const changed = await now(event)
	assert.deepEqual([changed.starts_at, changed.ends_at, changed.renames, changed.description], [starts, ends, false, 'Later'])
	assert.equal(sql(`SELECT COUNT(*) FROM event_notice WHERE event_id = ${event.id} AND kind = 'event-moved'`)[0][0], '1')
	const [[before, after]] = sql(`SELECT JSON_VALUE(before_json, '$.description'), JSON_VALUE(after_json, '$.description') FROM audit_log
		WHERE noun = 'event' AND noun_id = ${event.id} AND action = 'update' ORDER BY id DESC LIMIT 1`)
	assert.deepEqual([before, after], ['', 'Later'])
	assert.equal(told('edit-approved', event), '1')
	refused(await staff.post(`/api/edit-requests/${request.id}/approve/`), 409)
	assert.equal(told('edit-approved', event), '1')
})

test('one that the event has overtaken is refused, and says both values; a rejection needs a note', async () => {
	const event = await his(), request = await asked(event, { title: 'What they want', min_age: 16 })

	ok(await staff.put(`/api/events/${event.id}/`, { title: 'What staff made of it' }))
	const refusal = refused(await staff.post(`/api/edit-requests/${request.id}/approve/`), 409, 'CHANGED_MEANWHILE')
	assert.match(refusal.errors.title[0], new RegExp(`${event.title}.*What staff made of it`))
	assert.deepEqual([(await now(event)).title, (await now(event)).min_age], ['What staff made of it', null])
	assert.ok(refused(await staff.post(`/api/edit-requests/${request.id}/reject/`), 422).errors.note)
	const answer = ok(await staff.post(`/api/edit-requests/${request.id}/reject/`, { note: 'The hall is too small.' }))
	assert.deepEqual([answer.status, answer.note], ['rejected', 'The hall is too small.'])
	assert.equal(ok(await as(otto).get(`/api/organizer/edit-requests/${request.id}/`)).note, 'The hall is too small.')
	// another field that staff changed is no matter
	const again = await asked(event, { min_age: 16 })
	ok(await staff.put(`/api/events/${event.id}/`, { title: 'And again' }))
	ok(await staff.post(`/api/edit-requests/${again.id}/approve/`))
	assert.deepEqual([(await now(event)).title, (await now(event)).min_age], ['And again', 16])
	// what can no longer be is refused by staff's own rule, and stays open
	const late = await asked(event, { venue_id: (await made_venue()).id })
	sql(`UPDATE venue SET deleted_at = UTC_TIMESTAMP(3) WHERE id = ${late.changes.venue_id}`)
	refused(await staff.post(`/api/edit-requests/${late.id}/approve/`), 422)
	assert.equal(ok(await staff.get(`/api/edit-requests/${late.id}/`)).status, 'requested')
})

const made_venue = async () => ok(await staff.post('/api/venues/', { name: `Hall ${unique()}`, city: 'Berlin', country: 'DE', time_zone: 'Europe/Berlin' }), 201)

test('of two who approve at once one does it; two who ask at once leave one request', async () => {
	const event = await his(), asks = await Promise.all([1, 2, 3].map((n) => as(otto).post(at(event, 'edit-request/'), { changes: { title: `Title ${n}` } })))

	assert.deepEqual(asks.map((answer) => answer.status).sort(), [201, 409, 409])
	const { id } = asks.find((answer) => answer.status === 201).data
	const approvals = await Promise.all([1, 2, 3].map(() => staff.post(`/api/edit-requests/${id}/approve/`)))
	assert.deepEqual(approvals.map((answer) => answer.status).sort(), [200, 409, 409])
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'event' AND noun_id = ${event.id} AND action = 'update'`)[0][0], '1')
})

test('an event with a request is deleted with it where nobody bought', async () => {
	const event = await his({ publish: false })

	await asked(event, { title: 'Another' })
	ok(await staff.delete(`/api/events/${event.id}/`))
})

test('the page saves what may be saved and asks for the rest; saved untouched it changes nothing', async () => {
	const event = await his({ organizer_id: 1 }), browser = new Browser(), { contact_mobile } = DEMO.organizer, page = `/organizer/events/${event.id}/edit`
	const send = async (changes) => {
		await browser.go(page)
		const { fields } = forms_of(browser.html).find((form) => form.action === page)
		const all = Object.fromEntries(Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== undefined))

		await browser.open(page, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(all) })
		if (browser.location)
			await browser.go(browser.location)
	}

	await browser.go('/organizer/sign-in')
	await browser.submit('/organizer/sign-in', DEMO.organizer)
	await browser.submit('/organizer/sign-in/code', { otp: await code(contact_mobile) })
	await send({})
	assert.match(browser.html, /Nothing was changed\./)
	await send({ description: 'From the page', title: 'Asked on the page', note: 'So' })
	assert.match(browser.html, /What you may change yourself is saved/)
	const [, id] = browser.html.match(/\/organizer\/edit-requests\/(\d+)/)
	assert.deepEqual([(await now(event)).description, (await now(event)).title], ['From the page', event.title])
	assert.deepEqual(ok(await staff.get(`/api/edit-requests/${id}/`)).changes, { title: 'Asked on the page' })
	await send({ title: 'And once more' })
	assert.equal(browser.status, 409)
	assert.match(browser.html, /asked for already/)
	assert.match(browser.html, /value="And once more"/, 'what was typed is there still')
})
