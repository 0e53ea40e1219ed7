// Declared nouns beyond staff's plain lists: those that are the caller's own, where nobody finds what is another's by any
// verb, and those that are moved from state to state by acts.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { audience_of } from './dialects.mjs'
import { routes } from './every.mjs'
import { api, Browser, code, DEMO, sql, token } from './lib.mjs'
import { as, iso, meanwhile, new_customer, new_event, new_staff, ok, refused, unique, DAY } from './world.mjs'

const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64')
const MINE = '/api/v1/users'
const dependent = (more) => ({ name: `Lou ${unique()}`, relationship: 'niece', birth_date: '2019-05-04', ...more })
let ann, bob, staff

before(async () => {
	[ann, bob] = [await new_customer(), await new_customer()]
	staff = as(await token('staff'))
})

const lines = (answer) => answer.text.trim().split('\r\n').length - 1
const audits = async (noun, id) =>
	ok(await staff.get(`/api/logs/audit?noun=${noun}&noun_id=${id}&sort_order=asc`)).items.map((row) => [row.action, row.role])

async function signed_in(person) {
	const browser = await new Browser().open('/sign-in')

	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.send('/sign-in/code', { otp: await code(person.mobile_number) })
	return browser
}

async function office(person = DEMO.staff) {
	const browser = await new Browser().open('/admin/sign-in')

	await browser.submit('/admin/sign-in', person)
	assert.equal(browser.status, 200)
	return browser
}

// ---- one's own ----

describe('a row is its owner\'s, and nobody else finds it', () => {
	const at = `${MINE}/dependents`
	let row

	before(async () => {
		row = ok(await as(ann).post(at, dependent()), 201)
		ok(await as(bob).post(at, dependent()), 201)
	})
	test('in a list, nor in its count', async () => {
		const list = ok(await as(bob).get(at))

		assert.equal(list.total, 1)
		assert.equal(list.items.length, 1)
		assert.notEqual(list.items[0].id, row.id)
		assert.equal(ok(await as(bob).get(`${at}?sort_by=birth_date&page=2&limit=1`)).items.length, 0)
	})
	test('in an export', async () => {
		const file = await as(bob).get(`${at}?format=csv`)

		assert.match(file.headers.get('content-type'), /^text\/csv/)
		assert.equal(lines(file), 1)
		assert.ok(!file.text.includes(row.name))
	})
	test('by its id', async () => {
		assert.equal(ok(await as(ann).get(`${at}/${row.id}`)).name, row.name)
		refused(await as(bob).get(`${at}/${row.id}`), 404, 'DEPENDENT_NOT_FOUND')
	})
	test('to change it', async () => {
		refused(await as(bob).put(`${at}/${row.id}`, { name: 'Mine' }), 404, 'DEPENDENT_NOT_FOUND')
		assert.equal(ok(await as(ann).get(`${at}/${row.id}`)).name, row.name)
	})
	test('to delete it', async () => {
		refused(await as(bob).delete(`${at}/${row.id}`), 404, 'DEPENDENT_NOT_FOUND')
		ok(await as(ann).get(`${at}/${row.id}`))
	})
	test('to do something with it', async () => {
		const request = ok(await as(ann).post(`${MINE}/nfc-cards/request`, {}), 201)

		refused(await as(bob).post(`${MINE}/nfc-cards/request/${request.id}/withdraw`, {}), 404, 'CARD_REQUEST_NOT_FOUND')
		assert.equal(ok(await as(ann).get(`${MINE}/nfc-cards/request/${request.id}`)).status, 'requested')
		ok(await as(ann).post(`${MINE}/nfc-cards/request/${request.id}/withdraw`, {}))
	})
	test('by what else names it', async () => {
		const event = await new_event()

		ok(await as(ann).post(`${MINE}/favorites`, { event_id: event.id }), 201)
		refused(await as(bob).get(`${MINE}/favorites/${event.id}`), 404, 'FAVORITE_NOT_FOUND')
		refused(await as(bob).delete(`${MINE}/favorites/${event.id}`), 404, 'FAVORITE_NOT_FOUND')
		ok(await as(ann).get(`${MINE}/favorites/${event.id}`))
	})
	test('on pages, nor by their forms', async () => {
		const browser = await signed_in(bob), { id, name } = ok(await as(ann).post(at, dependent()), 201)
		const own = ok(await as(bob).post(at, dependent()), 201)

		await browser.open('/dependents')
		assert.equal(browser.status, 200)
		assert.ok(!browser.html.includes(name))
		for (const path of [`/dependents/${id}`, `/dependents/${id}/delete`]) {
			await browser.open(path)
			assert.equal(browser.status, 404, path)
			await browser.open(path.replace(id, own.id))
			const body = new URLSearchParams({ ...browser.hidden(path.replace(id, own.id)), ...(path.endsWith('delete') ? {} : dependent()) })
			await browser.open(path, { method: 'POST', body })
			assert.equal(browser.status, 404, path)
		}
		assert.equal(ok(await as(ann).get(`${at}/${id}`)).name, name)
	})
	test('and what is made is the maker\'s, whatever is sent', async () => {
		const made = await as(bob).post(at, dependent({ customer_id: ann.customer_id }))

		ok(made, 201)
		assert.deepEqual(made.body.meta.ignored, ['customer_id'])
		assert.equal(Number(sql(`SELECT customer_id FROM dependent WHERE id = ${made.data.id}`)[0][0]), bob.customer_id)
	})
})

// ---- dependents ----

test('a dependent is made, changed, shown with a photo, and goes', async () => {
	const me = as(ann), at = `${MINE}/dependents`, form = new FormData(), picture = new FormData()

	for (const [name, value] of Object.entries(dependent({ name: 'Ida', blood_type: 'O-' })))
		form.set(name, value)
	form.set('photo', new Blob([PIXEL], { type: 'image/png' }), 'ida.png')
	const made = ok(await me.post(`${at}/`, form), 201)
	const [, sha] = made.photo.match(/\/files\/([0-9a-f]{64})\?until=\d+&sign=[\w-]+$/)
	assert.equal((await fetch(made.photo)).headers.get('content-type'), 'image/png')
	assert.equal(made.birth_date, '2019-05-04')
	assert.equal(ok(await me.get(at)).items.find((row) => row.id === made.id).photo, made.photo)
	assert.equal((await me.get(`/api/files/${sha}`)).headers.get('content-type'), 'image/png')
	assert.equal((await as(bob).get(`/api/files/${sha}`)).status, 404)
	assert.equal(ok(await me.put(`${at}/${made.id}/`, { relationship: 'daughter' })).photo, made.photo)
	assert.equal(ok(await me.put(`${at}/${made.id}`, { photo: null, blood_type: null })).photo, null)
	picture.set('photo', new Blob(['no picture'], { type: 'image/png' }), 'x.png')
	assert.ok(refused(await me.put(`${at}/${made.id}`, picture), 422, 'VALIDATION_ERROR').body.errors.photo)
	for (const [field, value] of [['birth_date', iso(Date.now() + 2 * DAY).slice(0, 10)], ['birth_date', null], ['blood_type', 'Z'], ['name', '']])
		assert.deepEqual(Object.keys(refused(await me.put(`${at}/${made.id}`, { [field]: value }), 422, 'VALIDATION_ERROR').body.errors), [field])
	ok(await me.delete(`${at}/${made.id}/`))
	refused(await me.get(`${at}/${made.id}`), 404, 'DEPENDENT_NOT_FOUND')
	assert.deepEqual((await audits('dependent', made.id)).map(([action]) => action), ['create', 'update', 'update', 'delete'])
})

test('a dependent on pages: the form brings a photo, and one without a file keeps it', async () => {
	const browser = await signed_in(ann), name = `Ada ${unique()}`

	await browser.open('/dependents/new')
	assert.match(browser.html, /enctype="multipart\/form-data"/)
	await browser.send('/dependents', { name, relationship: 'aunt', birth_date: '1950-01-02' })
	assert.equal(browser.status, 303, browser.html)
	const at = browser.location
	await browser.open(at)
	assert.ok(browser.html.includes(name))
	const sent = new FormData()
	for (const [field, value] of Object.entries({ ...browser.hidden(at), name, relationship: 'aunt', birth_date: '1950-01-02' }))
		sent.set(field, value)
	sent.set('photo', new Blob([PIXEL], { type: 'image/png' }), 'ada.png')
	await browser.open(at, { method: 'POST', body: sent })
	assert.equal(browser.status, 303, browser.html)
	await browser.open(at)
	assert.match(browser.html, /<img class="portrait" src="\/files\/[0-9a-f]{64}\?until=\d+&amp;sign=[\w-]+&amp;size=thumb"/)
	await browser.send(at, { name, relationship: 'great-aunt', birth_date: '1950-01-02' })
	assert.equal(browser.status, 303, browser.html)
	await browser.open(at)
	assert.match(browser.html, /great-aunt/)
	assert.match(browser.html, /<img class="portrait"/)
	await browser.open(`${at}/delete`)
	await browser.send(`${at}/delete`, {})
	assert.equal(browser.location, '/dependents')
})

// ---- favourites ----

test('an event made a favourite twice is one, and only what the public sees can be', async () => {
	const me = as(ann), event = await new_event(), draft = await new_event({ publish: false })
	const add = () => me.post(`${MINE}/favorites/`, { event_id: event.id })

	const [one, two] = await Promise.all([add(), add()])
	assert.deepEqual([one.status, two.status].sort(), [200, 201])
	assert.equal(ok(await add()).event.title, event.title)
	assert.equal(sql(`SELECT COUNT(*) FROM favorite WHERE event_id = ${event.id}`)[0][0], '1')
	assert.equal(ok(await me.get(`${MINE}/favorites/${event.id}/`)).event_id, event.id)
	for (const event_id of [draft.id, 99999999])
		assert.ok(refused(await me.post(`${MINE}/favorites`, { event_id }), 422, 'VALIDATION_ERROR').body.errors.event_id)
	ok(await me.delete(`${MINE}/favorites/${event.id}/`))
	refused(await me.delete(`${MINE}/favorites/${event.id}/`), 404, 'FAVORITE_NOT_FOUND')
})

test('the heart on an event\'s page takes it in and out', async () => {
	const event = await new_event(), browser = await signed_in(ann)

	await browser.open(`/events/${event.id}`)
	await browser.send('/favorites', { event_id: event.id })
	assert.equal(browser.location, `/events/${event.id}`)
	await browser.open('/favorites')
	assert.match(browser.html, new RegExp(`<a href="/events/${event.id}">`))
	await browser.open(`/events/${event.id}`)
	await browser.send(`/favorites/${event.id}/delete`, {})
	assert.equal(browser.location, `/events/${event.id}`)
	assert.equal(sql(`SELECT COUNT(*) FROM favorite WHERE event_id = ${event.id}`)[0][0], '0')
	assert.doesNotMatch((await new Browser().open(`/events/${event.id}`)).html, /\/favorites/)
})

// ---- acts ----

const ask_for_card = async (body = {}, person) => {
	const customer = person ?? await new_customer()

	return { customer, ...ok(await as(customer).post(`${MINE}/nfc-cards/request/`, body), 201) }
}
const act = (id, name, body = {}, more) => staff.post(`/api/card-requests/${id}/${name}/`, body, more)

test('a card is asked for, approved and sent; each once, and the customer sees it', async () => {
	const delivery = { name: 'Brandt', address: 'Spreeweg 3', postcode: '10557', city: 'Berlin', country: 'Germany' }
	const { customer, ...request } = await ask_for_card({ delivery })

	assert.deepEqual(request.delivery, delivery)
	assert.deepEqual((await ask_for_card({ delivery: { city: null } })).delivery, { city: null }) // as it was sent
	assert.equal(refused(await as(customer).post(`${MINE}/nfc-cards/request/`, {}), 409, 'DUPLICATE').error.message,
		'You have asked for a card already.')
	assert.equal(refused(await act(request.id, 'send'), 409, 'WRONG_STATUS').error.message,
		'This card request is requested, so it cannot be sent.')
	const approved = ok(await act(request.id, 'approve'))
	assert.equal(approved.status, 'approved')
	assert.ok(approved.approved_at)
	assert.equal(refused(await act(request.id, 'approve'), 409, 'WRONG_STATUS').error.message, 'This card request is approved already.')
	assert.equal(ok(await act(request.id, 'send', { tracking: 'PT 12' })).tracking, 'PT 12')
	const seen = ok(await as(customer).get(`${MINE}/nfc-cards/request/`)).items[0]
	assert.deepEqual([seen.id, seen.status], [request.id, 'sent'])
	refused(await as(customer).post(`${MINE}/nfc-cards/request/${request.id}/withdraw`, {}), 409, 'WRONG_STATUS')
	assert.deepEqual(await audits('card_request', request.id),
		[['create', 'customer'], ['approve', 'superadmin'], ['send', 'superadmin']])
	ok(await as(customer).post(`${MINE}/nfc-cards/request/`, {}), 201)
	refused(await act(99999999, 'approve'), 404, 'CARD_REQUEST_NOT_FOUND')
})

test('of two who ask at once for the same customer one is taken', async () => {
	const me = as(await new_customer()), ask = () => me.post(`${MINE}/nfc-cards/request/`, {})

	assert.deepEqual((await Promise.all([ask(), ask(), ask()])).map((answer) => answer.status).sort(), [201, 409, 409])
})

test('an act takes the fields that it declares: a rejection says why', async () => {
	const { id, customer } = await ask_for_card()

	assert.deepEqual(Object.keys(refused(await act(id, 'reject'), 422, 'VALIDATION_ERROR').body.errors), ['reason'])
	const answer = await act(id, 'reject', { reason: 'You have one.', status: 'sent', tracking: 'x' })
	assert.equal(ok(answer).status, 'rejected')
	assert.deepEqual(answer.body.meta.ignored.sort(), ['status', 'tracking'])
	assert.equal(ok(await as(customer).get(`${MINE}/nfc-cards/request/${id}`)).reason, 'You have one.')
})

test('an act sent twice with one key is done once, and answered twice', async () => {
	const { id } = await ask_for_card(), key = unique()
	const [one, two] = [await act(id, 'approve', {}, { key }), await act(id, 'approve', {}, { key })]

	assert.deepEqual([one.status, two.status], [200, 200])
	assert.deepEqual(one.data, two.data)
	assert.equal((await audits('card_request', id)).length, 2)
})

test('of two acts at once one is done', async () => {
	const { id, customer } = await ask_for_card()
	const answers = await Promise.all([act(id, 'reject', { reason: 'No' }), as(customer).post(`${MINE}/nfc-cards/request/${id}/withdraw`, {})])

	assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409])
	const other = await ask_for_card()
	const late = await meanwhile(`UPDATE card_request SET status = 'withdrawn' WHERE id = ${other.id}`, () => act(other.id, 'approve'))
	refused(late, 409, 'WRONG_STATUS')
})

test('support sees card requests and does nothing with them', async () => {
	const support = as(await new_staff('support')), { id } = await ask_for_card()

	ok(await support.get(`/api/card-requests/${id}`))
	for (const name of ['approve', 'send', 'reject'])
		refused(await support.post(`/api/card-requests/${id}/${name}`, {}), 403, 'FORBIDDEN')
	refused(await as(ann).get('/api/card-requests/'), 403, 'FORBIDDEN')
	refused(await staff.get(`${MINE}/nfc-cards/request/${id}`), 403, 'FORBIDDEN')
})

test('on pages an act has its button where it may be done, and asks first', async () => {
	const browser = await office(), { id } = await ask_for_card({ delivery: { city: 'Bonn' } }), at = `/admin/card-requests/${id}`
	const buttons = async () => {
		await browser.open(at)
		return [...browser.html.matchAll(new RegExp(`href="${at}/(\\w+)"`, 'g'))].map(([, name]) => name)
	}

	assert.deepEqual(await buttons(), ['approve', 'reject'])
	assert.match(browser.html, /Bonn/)
	await browser.open(`${at}/approve`)
	await browser.send(`${at}/approve`, {})
	assert.equal(browser.location, at)
	assert.deepEqual(await buttons(), ['send', 'reject'])
	await browser.open(`${at}/reject`)
	await browser.send(`${at}/reject`, { reason: '' })
	assert.equal(browser.status, 422)
	assert.match(browser.html, /id="e-reason"/)
	sql(`UPDATE card_request SET status = 'sent' WHERE id = ${id}`)
	await browser.send(`${at}/reject`, { reason: 'Too late <now>' })
	assert.equal(browser.status, 409)
	assert.match(browser.html, /This card request is sent, so it cannot be rejected\./)
	assert.match(browser.html, /value="Too late &lt;now&gt;"/)
	assert.deepEqual(await buttons(), [])
})

test('who may not do it sees no button', async () => {
	const email = `${unique()}@example.test`, password = 'finance and more', { id } = await ask_for_card()

	ok(await staff.post('/api/admins/', { name: 'Fina', email, password, role: 'finance' }), 201)
	const browser = await office({ email, password })
	await browser.open(`/admin/card-requests/${id}`)
	assert.equal(browser.status, 200)
	assert.doesNotMatch(browser.html, /\/(approve|reject)"/)
	assert.equal((await browser.open(`/admin/card-requests/${id}/approve`)).status, 403)
})

test('a customer asks for a card on pages, and withdraws it', async () => {
	const browser = await signed_in(await new_customer())

	await browser.open('/nfc-cards/request/new')
	await browser.send('/nfc-cards/request', { 'delivery[name]': 'Haas', 'delivery[city]': 'Riga' })
	assert.equal(browser.status, 303, browser.html)
	const at = browser.location
	await browser.open(at)
	assert.match(browser.html, /Riga/)
	await browser.open(`${at}/withdraw`)
	await browser.send(`${at}/withdraw`, {})
	await browser.open(at)
	assert.match(browser.html, /Withdrawn/)
	assert.doesNotMatch(browser.html, new RegExp(`${at}/withdraw`))
})

// ---- expenses ----

const expense = (more) => ({ title: `Lamps ${unique()}`, kind: 'equipment', currency: 'EUR', amount: 12000, spent_on: '2026-03-05', ...more })

test('an expense may be changed until it is approved, and not after', async () => {
	const made = ok(await staff.post('/api/expenses/', expense()), 201), at = `/api/expenses/${made.id}`

	assert.equal(made.status, 'requested')
	assert.equal(ok(await staff.put(at, { amount: 13000, status: 'paid' })).status, 'requested')
	const approved = ok(await as(await new_staff('finance')).post(`${at}/approve/`, {}))
	assert.deepEqual([approved.status, approved.amount], ['approved', 13000])
	assert.equal(refused(await staff.put(at, { amount: 1 }), 409, 'WRONG_STATUS').error.message, 'This expense is approved, so it stays as it is.')
	refused(await staff.delete(at), 409, 'WRONG_STATUS')
	refused(await staff.post(`${at}/approve/`, {}), 409, 'WRONG_STATUS')
	refused(await as(await new_staff('support')).post(`${at}/approve/`, {}), 403, 'FORBIDDEN')
	refused(await as(await new_staff('finance')).post(`${at}/approve/`, {}), 409, 'WRONG_STATUS')
	const browser = await office()
	await browser.open(`/admin/expenses/${made.id}`)
	assert.doesNotMatch(browser.html, /id="edit"|\/approve"/)
})

test('a change that comes while it is being approved finds it approved', async () => {
	const made = ok(await staff.post('/api/expenses/', expense()), 201)
	const late = await meanwhile(`UPDATE expense SET status = 'approved' WHERE id = ${made.id}`,
		() => staff.put(`/api/expenses/${made.id}`, { amount: 1 }))

	refused(late, 409, 'WRONG_STATUS')
	assert.equal(sql(`SELECT amount FROM expense WHERE id = ${made.id}`)[0][0], '12000')
	// Nothing was spent: no money moved for it.
	sql(`UPDATE expense SET status = 'requested' WHERE id = ${made.id}`)
})

test('days and times are filtered by ranges, and a list with them is a file too', async () => {
	const reference = `R${unique()}`

	for (const spent_on of ['2026-03-01', '2026-03-05', '2026-03-09'])
		ok(await staff.post('/api/expenses/', expense({ spent_on, reference })), 201)
	const found = async (query) => ok(await staff.get(`/api/expenses/?search=${reference}&sort_by=spent_on&${query}`)).items.map((row) => row.spent_on)
	assert.deepEqual(await found('spent_on_from=2026-03-05'), ['2026-03-05', '2026-03-09'])
	assert.deepEqual(await found('spent_on_to=2026-03-05'), ['2026-03-01', '2026-03-05'])
	assert.deepEqual(await found('spent_on_from=2026-03-02&spent_on_to=2026-03-08'), ['2026-03-05'])
	const today = iso(Date.now()).slice(0, 10)
	assert.equal((await found(`created_at_from=${today}`)).length, 3)
	assert.equal((await found(`created_at_from=${iso(Date.now() + 2 * DAY).slice(0, 10)}`)).length, 0)
	assert.equal(lines(await staff.get(`/api/expenses/?search=${reference}&spent_on_from=2026-03-05&format=csv`)), 2)
	refused(await staff.get('/api/expenses/?spent_on_from=yesterday'), 422, 'VALIDATION_ERROR')
	assert.ok(refused(await staff.post('/api/expenses/', expense({ spent_on: iso(Date.now() + 2 * DAY).slice(0, 10) })), 422, 'VALIDATION_ERROR').body.errors.spent_on)
})

test('every list of a declared noun is a file too', async () => {
	const { paths } = (await api('GET', '/api/openapi.json')).body
	// What is listed by hand, in other portals too, is asked for in sheets.test.mjs.
	const lists = Object.entries(paths).filter(([path, verbs]) => !path.includes('{') && verbs.get?.parameters?.some((p) => p.name === 'format')
		&& audience_of(path) === 'api' && verbs.get['x-roles']?.some((role) => ['customer', 'merchant', 'organizer', 'superadmin'].includes(role)))

	// Of each noun one can be had by itself, so all can; and each is declared to be a file.
	const of = (what) => routes().filter((r) => r.method === 'GET' && !r.page && r.summary.endsWith(`: ${what}`) && audience_of(r.path) === 'api')
		.map(({ path }) => path.replace(/\/:\w+$/, ''))
	assert.deepEqual(of('list'), of('one'))
	assert.deepEqual(of('list').filter((path) => !lists.some(([listed]) => listed === path)), [])
	for (const [path, { get }] of lists) {
		const whose = ['merchant', 'organizer'].find((role) => get['x-roles'].includes(role))
		const file = await (get['x-roles'].includes('customer') ? as(ann) : whose ? as(await token(whose)) : staff)
			.get(`${path}?format=csv`)

		assert.equal(file.status, 200, path)
		assert.match(file.headers.get('content-type'), /^text\/csv/, path)
	}
})
