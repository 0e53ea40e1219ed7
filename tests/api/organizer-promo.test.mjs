// Promo codes that organizers make for events of theirs.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql, token } from './lib.mjs'
import { as, book, new_customer, new_event, new_organizer, ok, refused, unique } from './world.mjs'

let staff, otto, other, event, foreign
const codes = (who) => (path = '', query) => as(who).get(`/api/organizer/promo-codes/${path}`, { query })
const make = (who, body) => as(who).post('/api/organizer/promo-codes/', { code: `P${unique()}`, percent: 10, ...body })

before(async () => {
	staff = as(await token('staff'))
	otto = await new_organizer()
	other = await new_organizer()
	event = await new_event({ organizer_id: otto.organizer_id })
	foreign = await new_event({ organizer_id: other.organizer_id })
})

test('an organizer makes one for an event of theirs, and it takes off what it says there', async () => {
	const code = ok(await make(otto, { event_id: event.id, percent: 20 }), 201), guest = await new_customer()
	const order = ok(await book(guest, event, [{ category_id: event.categories[0].id, quantity: 2 }], { promo_code: code.code }), 201)

	assert.equal((order.order ?? order).discount, 1000)
	assert.equal(ok(await codes(otto)(`${code.id}/`)).event.title, event.title)
	assert.equal(ok(await as(otto).put(`/api/organizer/promo-codes/${code.id}/`, { percent: 30, max_uses: 5 })).percent, 30)
	refused(await as(otto).put(`/api/organizer/promo-codes/${code.id}/`, { max_uses: 0 }), 422, 'VALIDATION_ERROR')
	assert.deepEqual(sql(`SELECT action, role FROM audit_log WHERE noun = 'promo_code' AND noun_id = ${code.id} ORDER BY id`),
		[['create', 'organizer'], ['update', 'organizer']])
	const spare = ok(await make(otto, { event_id: event.id }), 201)
	ok(await as(otto).delete(`/api/organizer/promo-codes/${spare.id}/`))
})

test('for no event, another\'s, or one that is not there it is not made', async () => {
	for (const body of [{}, { event_id: foreign.id }, { event_id: 999999999 }]) {
		const { errors } = refused(await make(otto, body), 422, 'VALIDATION_ERROR').body
		assert.deepEqual(Object.keys(errors), ['event_id'])
	}
	const wrong = refused(await make(otto, { event_id: event.id, percent: null, amount: 100, currency: 'KWD' }), 422, 'VALIDATION_ERROR').body
	assert.deepEqual(Object.keys(wrong.errors), ['currency'])
	assert.equal(ok(await make(otto, { event_id: event.id, percent: null, amount: 100, currency: 'EUR' }), 201).amount, 100)
	const both = refused(await make(otto, { event_id: event.id, percent: 5, amount: 100, currency: 'EUR' }), 422, 'VALIDATION_ERROR').body
	assert.deepEqual(Object.keys(both.errors), ['percent'])
})

test('others\' and staff\'s are not found, nor is an event changed under one', async () => {
	const his = ok(await make(otto, { event_id: event.id }), 201), any = ok(await staff.post('/api/promo-codes/', { code: `S${unique()}`, percent: 5 }), 201)

	for (const id of [his.id, any.id]) {
		refused(await codes(other)(`${id}/`), 404, 'PROMO_CODE_NOT_FOUND')
		refused(await as(other).put(`/api/organizer/promo-codes/${id}/`, { percent: 90 }), 404, 'PROMO_CODE_NOT_FOUND')
		refused(await as(other).delete(`/api/organizer/promo-codes/${id}/`), 404, 'PROMO_CODE_NOT_FOUND')
	}
	refused(await codes(otto)(`${any.id}/`), 404, 'PROMO_CODE_NOT_FOUND')
	assert.equal(ok(await codes(other)()).total, 0)
	assert.equal(ok(await codes(other)('', { event_id: event.id })).total, 0)
	ok(await as(otto).put(`/api/organizer/promo-codes/${his.id}/`, { event_id: foreign.id }))
	assert.equal(ok(await codes(otto)(`${his.id}/`)).event_id, event.id)
	assert.equal(ok(await staff.get(`/api/promo-codes/${his.id}/`)).percent, 10, 'staff see it as theirs')
	refused(await make(await new_customer(), { event_id: event.id }), 403, 'FORBIDDEN')
})
