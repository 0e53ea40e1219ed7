// Every row of what a customer may ask for, each with what is right, wrong, huge, sent twice, and somebody else's: what is refused is
// refused by name and never a failure of ours. What each row does beyond that is for the tests of its own part to say.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { api, forget_tries, new_customer, new_number, sql, token } from './lib.mjs'
import { picture, upload } from './picture.mjs'
import { as, DAY, HOUR, iso, new_card, new_event, ok } from './world.mjs'

const V = '/api/v1/', ME = `${V}users/`, HUGE = 'x'.repeat(70_000), WRONG = [400, 413, 422], MADE = [200, 201]
const anybody = as({ access: undefined })
let ann, eve, her, hers, event, category

before(async () => {
	[ann, eve] = [await new_customer(), await new_customer()]
	;[her, hers] = [as(ann), as(eve)]
	event = await new_event({
		starts_at: iso(Date.now() + 3 * DAY), ends_at: iso(Date.now() + 3 * DAY + HOUR), categories: [{ price: 1000, capacity: 5000 }]
	})
	category = event.categories[0].id
})

// One answer: of these statuses, and where it is refused with a code and a sentence. Gives it.
async function is(statuses, sent, what) {
	const answer = await sent, text = `${what}: ${answer.status} ${(answer.text ?? '').slice(0, 300)}`

	assert.ok([statuses].flat().includes(answer.status), text)
	if (answer.status >= 400 && answer.body)
		assert.ok(answer.body.error.code && answer.body.message, text)
	return answer
}
// The same for each of these bodies, sent there.
async function each_is(statuses, send, bodies) {
	for (const body of bodies)
		await is(statuses, send(body), JSON.stringify(body)?.slice(0, 100))
}
const item = (quantity, more) => ({ event_id: event.id, items: [{ category_id: category, quantity, ...more }] })
const book = (by, body) => by.post(`${V}tickets/book/`, body)
const pay = (by, body) => by.post(`${V}payments/process/`, body)
const paid = async (by, quantity) => {
	const { order } = ok(await book(by, item(quantity)), 201)

	return ok(await pay(by, { order_id: order.id, method: 'card', card_token: 'tok_ok' }))
}

test('registering, signing in, a forgotten password', async () => {
	for (const [path, right] of [
		['register', { mobile_number: new_number(), password: 'three plain words', name: 'A' }],
		['login', { mobile_number: ann.mobile_number, password: ann.password }],
		['forgot-password/request-otp', { mobile_number: ann.mobile_number }]
	]) {
		const send = (body) => (forget_tries(), anybody.post(`${ME}${path}/`, body))

		await is(MADE, send(right), path)
		await is([...MADE, 429], send(right), `${path} twice`)
		await is(422, send({}), `${path} nothing`)
		await each_is([401, ...WRONG], send, [null, 1, [], {}, HUGE, '\0', '+999'].map((mobile_number) => ({ ...right, mobile_number })))
		await is(WRONG, api('POST', `${ME}${path}/`, undefined, { headers: { 'content-type': 'application/json' } }), `${path} no JSON`)
	}
	await each_is(WRONG, (body) => (forget_tries(), anybody.post(`${ME}register/`, body)),
		['', HUGE, {}].map((name) => ({ mobile_number: new_number(), password: 'three plain words', name })))
	for (const path of ['verify-otp', 'verify-login-otp', 'reset-password'])
		await each_is([401, ...WRONG], (body) => (forget_tries(), anybody.post(`${ME}${path}/`, { new_password: 'four plain words x', ...body })), [
			{ mobile_number: ann.mobile_number, otp: '000000' }, { mobile_number: ann.mobile_number, otp: HUGE }, { mobile_number: new_number(), otp: '123456' }, {}
		])
})

test('the profile, by both its names', async () => {
	for (const path of ['me/', 'profile/']) {
		await is(200, her.get(ME + path), path)
		await is(401, anybody.get(ME + path), path)
		await is(200, her.put(ME + path, {
			name: 'Ann A', birth_date: '1990-02-28', blood_type: 'O-', emergency_contact: { name: 'B', mobile_number: '+15550001111' }, locale: 'en'
		}), path)
		await each_is(WRONG, (body) => her.put(ME + path, body), [
			{ name: '' }, { name: HUGE }, { birth_date: '1990-02-30' }, { birth_date: '2999-01-01' }, { blood_type: 'Z' }, { email: 'x' }, { locale: 'tlh' },
			{ emergency_contact: 'x' }, { emergency_contact: { mobile_number: 'x' } }, { photo: 'x' }
		])
		await is(200, api('PUT', ME + path, upload('photo', picture()), { token: ann.access }), 'a photo')
		await is(422, api('PUT', ME + path, upload('photo', Buffer.from('hello')), { token: ann.access }), 'none')
	}
})

test('events, as everybody sees them', async () => {
	const list = (query) => anybody.get(`${V}public/events/`, { query })

	await each_is(200, list, [
		{}, { category: 'music' }, { category: 'zz' }, { city: 'Porto' }, { date_from: '2026-01-01', date_to: '2030-01-01' },
		{ price_min: 0, price_max: 100000, currency: 'EUR' }, { organizer: 1 }, { search: 'a' }, { sort_by: 'popularity' }
	])
	await each_is(422, list, [{ date_from: 'x' }, { price_min: -1 }, { price_min: 'x' }, { sort_by: 'x' }, { page: 0 }, { organizer: 'x' }])
	await is([200, 414, 422, 431], list({ search: 'x'.repeat(5000) }), 'a long search')
	for (const path of ['featured/', 'categories/', `${event.id}/`])
		await is(200, anybody.get(`${V}public/events/${path}`), path)
	for (const id of ['0', '-1', '99999999', '99999999999999999999', 'x'])
		await is(404, anybody.get(`${V}public/events/${id}/`), id)
})

test('booking, paying, asking what became of it', async () => {
	const { order } = ok(await book(her, item(2)), 201), by_card = { order_id: order.id, method: 'card', card_token: 'tok_ok' }
	const confirm = (by) => (payment_id) => by.post(`${V}payments/confirm/`, { payment_id })

	await is(401, book(anybody, item(1)), 'nobody books')
	await each_is([404, 409, ...WRONG], (body) => book(her, body), [
		{}, { event_id: event.id }, { event_id: event.id, items: [] }, item(0), item(-1), item(1e9), item(1.5), item('2x'), { event_id: event.id, items: 'x' },
		{ event_id: event.id, items: [{ category_id: 0, quantity: 1 }] }, { event_id: event.id, items: Array(300).fill({ category_id: category, quantity: 1 }) },
		item(1, { holders: [{ name: HUGE }] }), item(1, { holders: [{ name: 'a', dependent_id: 1 }] }), { ...item(1), promo_code: 'NOPE' }
	])
	await each_is([402, 404, 409, ...WRONG], (body) => pay(her, body), [
		{}, { order_id: order.id }, { ...by_card, method: 'cash' }, { order_id: order.id, method: 'nfc_card' },
		{ order_id: order.id, method: 'nfc_card', nfc_card_id: 999999 }, { ...by_card, order_id: 'x' }, { ...by_card, card_token: HUGE },
		{ purpose: 'x', method: 'card' }, { ...by_card, purpose: 'registration_fee' }, { ...by_card, card_token: 'tok_none' }
	])
	await is(404, pay(hers, by_card), 'somebody else\'s order')
	await is(402, pay(her, { ...by_card, card_token: 'tok_declined' }), 'declined')
	const { payment } = ok(await pay(her, by_card))
	await is([200, 409], pay(her, by_card), 'paid again')
	assert.equal(sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${order.id} AND status = 'succeeded'`)[0][0], '1')
	await each_is([404, ...WRONG], confirm(her), ['x', 0, -1, null, HUGE, 1e15])
	await each_is(200, confirm(her), [payment.id, payment.id])
	await is(404, confirm(hers)(payment.id), 'somebody else\'s payment')
	for (const provider of ['sandbox', 'stripe', 'x'])
		await is([401, 403, 404, ...WRONG], anybody.post(`${V}payments/webhook/${provider}/`, { id: 'x' }), provider)
})

test('tickets: seen, given, passed on, given back', async () => {
	const list = (query) => her.get(`${ME}tickets/`, { query })
	const [{ id }, { id: other }] = (await paid(her, 2)).tickets, at = `${ME}tickets/${id}/`

	await each_is(200, list, [{}, { when: 'past' }, { when: 'upcoming' }, { status: 'valid' }, { event: event.id }])
	await each_is(422, list, [{ when: 'x' }, { status: 'x' }, { event: 'x' }])
	for (const path of ['', 'qr-code/', 'pdf/', 'calendar/', 'refund-request/']) {
		await is(200, her.get(at + path), path)
		await is(404, hers.get(at + path), `${path} of somebody else`)
		await is(404, her.get(`${ME}tickets/99999999/${path}`), `${path} of none`)
		await is(401, anybody.get(at + path), `${path} for nobody`)
	}
	for (const accept of ['image/png', 'image/svg+xml'])
		assert.equal((await is(200, her.get(`${at}qr-code/`, { headers: { accept } }), accept)).headers.get('content-type').split(';')[0], accept)
	for (const [act, right] of Object.entries({
		transfer: { mobile_number: eve.mobile_number }, gift: { mobile_number: new_number(), message: 'Hi' }, rename: { holder_name: 'Zoë' }, 'refund-request': { reason: 'x' }
	})) {
		const filled = (value) => Object.fromEntries(Object.keys(right).map((name) => [name, value]))

		await is(404, hers.post(`${at}${act}/`, right), `${act} of somebody else`)
		await each_is([409, ...WRONG], (body) => her.post(`${at}${act}/`, body), [{}, filled(HUGE), filled({ a: 1 }), filled(7)])
	}
	await is([409, 422], her.post(`${at}transfer/`, { mobile_number: ann.mobile_number }), 'to herself')
	await is(201, her.post(`${at}gift/`, { mobile_number: new_number(), message: 'Hi' }), 'a gift')
	await is(409, her.post(`${at}gift/`, { mobile_number: new_number() }), 'given again')
	await is(201, her.post(`${ME}tickets/${other}/transfer/`, { mobile_number: eve.mobile_number }), 'passed on')
	await is(404, her.post(`${ME}tickets/${other}/transfer/`, { mobile_number: eve.mobile_number }), 'passed on again')
})

test('cards: asked for, filled, filled by themselves, spent, lost', async () => {
	const ask = (by) => (body) => by.post(`${ME}nfc-cards/request/`, body)

	await each_is(WRONG, ask(hers), ['x', 1, [1], { name: HUGE }, { name: {} }].map((delivery) => ({ delivery })))
	await is(201, ask(hers)({}), 'to be collected')
	await is(201, ask(her)({ delivery: { name: 'x' } }), 'to be sent')
	await is(409, ask(her)({}), 'asked twice')
	new_card(ann)
	const { id } = ok(await her.get(`${ME}nfc-cards/`)).items[0], at = `${ME}nfc-cards/${id}/`
	const on = () => Number(sql(`SELECT COALESCE(MAX(balance), 0) FROM ledger_account WHERE kind = 'card' AND owner_id = ${id}`)[0][0])
	const reload = (body, more) => her.post(`${at}reload/`, body, more), auto = (body) => her.post(`${at}auto-reload-settings/`, body)
	const terms = { enabled: true, threshold: 500, amount: 1000, card_token: 'tok_ok' }

	for (const path of ['', 'transactions/']) {
		await is(200, her.get(at + path), path)
		await is(404, hers.get(at + path), `${path} of somebody else`)
		await is(401, anybody.get(at + path), `${path} for nobody`)
	}
	await each_is([402, ...WRONG], reload, [
		{}, { amount: 0 }, { amount: -5 }, { amount: 1.5 }, { amount: '10x' }, { amount: 1e15, card_token: 'tok_ok' }, { amount: 100 }, { amount: 100, card_token: '' },
		{ amount: 100, card_token: HUGE }, { amount: 100, method: 'nfc_card', card_token: 'tok_ok' }, { amount: 100, currency: 'USD', card_token: 'tok_ok' },
		{ amount: 100, card_token: 'tok_declined' }
	])
	await is(404, hers.post(`${at}reload/`, { amount: 100, card_token: 'tok_ok' }), 'somebody else\'s card')
	assert.equal(on(), 0)
	for (const headers of Array(2).fill({ 'idempotency-key': randomUUID() }))
		await is(200, reload({ amount: 5000, method: 'card', card_token: 'tok_ok' }, { headers }), 'filled, twice with one key')
	assert.equal(on(), 5000)
	await each_is(WRONG, auto, [
		{}, { enabled: 'x' }, { enabled: true }, { ...terms, threshold: 0 }, { ...terms, amount: -1 }, { ...terms, amount: 1e12 }, { ...terms, card_token: undefined },
		{ ...terms, card_token: HUGE }, { ...terms, currency: 'USD' }
	])
	await is(404, hers.post(`${at}auto-reload-settings/`, { enabled: false }), 'somebody else\'s card')
	assert.equal(ok(await her.get(at)).auto_reload.enabled, false)
	await each_is(200, auto, [{ ...terms, currency: 'EUR' }, terms, { enabled: false }, { enabled: false }])
	await is(200, her.get(`${at}transactions/`, { query: { format: 'csv' } }), 'as a table')
	await is(422, her.get(`${at}transactions/`, { query: { sort_by: 'x' } }), 'sorted by what is not there')
	await is(409, pay(her, { purpose: 'registration_fee', method: 'card', card_token: 'tok_ok' }), 'a fee where none is asked')
	const { order } = ok(await book(her, item(1)), 201), by_card = { order_id: order.id, method: 'nfc_card', nfc_card_id: id }
	await is(404, pay(hers, by_card), 'by somebody else\'s card')
	await is(200, pay(her, by_card), 'by it')
	assert.equal(on(), 4000)
	for (const act of ['block', 'unblock', 'lost']) {
		await is(404, hers.post(`${at}${act}/`, {}), `${act} of somebody else`)
		await is(200, her.post(`${at}${act}/`, {}), act)
		await is(409, her.post(`${at}${act}/`, {}), `${act} again`)
	}
	await is(409, her.post(`${at}move/`, {}), 'moved to no other')
	new_card(ann)
	await is(404, hers.post(`${at}move/`, {}), 'moved by somebody else')
	for (const _ of [1, 2])
		assert.equal((await is(200, her.post(`${at}move/`, {}), 'moved, twice')).body.data.card.balance, 4000)
	assert.equal(on(), 0)
})

test('dependents and favourites', async () => {
	const lou = { name: 'Lou', relationship: 'son', birth_date: '2019-05-04', blood_type: 'A+' }, made = ok(await her.post(`${ME}dependents/`, lou), 201)
	const at = `${ME}dependents/${made.id}/`, marked = `${ME}favorites/${event.id}/`

	await each_is(WRONG, (body) => her.post(`${ME}dependents/`, body), [
		{}, { ...lou, name: '' }, { ...lou, name: HUGE }, { ...lou, birth_date: '2999-01-01' }, { ...lou, blood_type: 'x' }, { ...lou, relationship: '' }, { ...lou, relationship: {} }
	])
	for (const [by, status] of [[her, 200], [hers, 404], [anybody, 401]]) {
		await is(status, by.get(at), 'seen')
		await is(status, by.put(at, { name: 'Louise' }), 'changed')
	}
	await is(200, api('PUT', at, upload('photo', picture()), { token: ann.access }), 'a photo')
	await is(422, api('PUT', at, upload('photo', Buffer.from('no')), { token: ann.access }), 'none')
	await is(201, book(her, item(1, { holders: [{ name: 'Lou', dependent_id: made.id }] })), 'booked for')
	await is([404, 409, 422], book(hers, item(1, { holders: [{ name: 'Lou', dependent_id: made.id }] })), 'booked for somebody else\'s')
	for (const [by, status] of [[hers, 404], [her, [200, 204]], [her, 404]])
		await is(status, by.delete(at), 'taken off')
	await is(201, her.post(`${ME}favorites/`, { event_id: event.id }), 'marked')
	await is([...MADE, 409], her.post(`${ME}favorites/`, { event_id: event.id }), 'marked twice')
	await each_is([404, ...WRONG], (body) => her.post(`${ME}favorites/`, body), [{}, { event_id: 0 }, { event_id: 99999999 }, { event_id: 'x' }, { event_id: HUGE }])
	for (const [by, status] of [[hers, 404], [her, [200, 204]], [her, 404]])
		await is(status, by.delete(marked), 'not marked any more')
})

test('what was spent, and what is held', async () => {
	const history = (query) => her.get(`${ME}payment-history/`, { query }), { payment } = await paid(her, 1)

	await is(200, her.get(`${ME}analytics/`), 'analytics')
	await each_is(200, history, [{}, { status: 'succeeded' }, { format: 'csv' }, { format: 'xlsx' }, { page: 99999 }])
	await each_is(422, history, [{ status: 'x' }, { format: 'pdf' }, { sort_by: 'x' }, { page: -1 }])
	await is([200, 409], her.get(`${ME}payments/${payment.id}/invoice/`), 'an invoice')
	await is(404, hers.get(`${ME}payments/${payment.id}/invoice/`), 'somebody else\'s')
	await is(404, her.get(`${ME}payments/9999999/invoice/`), 'of nothing')
	const { sessions } = ok(await her.get(`${ME}sessions/`))
	await is(404, hers.post(`${ME}sessions/${sessions[0].id}/end/`, {}), 'somebody else is signed out')
	await is(200, her.post(`${ME}sessions/end-others/`, {}), 'all others')
	for (const path of ['me/', 'tickets/', 'nfc-cards/', 'analytics/', 'payment-history/', 'sessions/', 'export/', 'dependents/', 'favorites/', 'transfers/', 'orders/']) {
		await is(200, her.get(ME + path), path)
		await is(401, anybody.get(ME + path), `${path} for nobody`)
		for (const role of ['merchant', 'organizer', 'usher', 'staff'])
			await is(403, as(await token(role)).get(ME + path), `${path} for ${role}`)
	}
})
