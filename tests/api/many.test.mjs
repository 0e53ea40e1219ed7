// One act with many rows of a declared list: which they are, what becomes of each, and that it is what the single act would have done.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { api, Browser, DEMO, sql, token } from './lib.mjs'
import { as, meanwhile, new_customer, new_event, new_organizer, new_staff, ok, refused, unique } from './world.mjs'

const AT = '/api/card-requests/'
let staff

before(async () => {
	staff = as(await token('staff'))
})

const asked = async (n) => {
	const ids = []

	while (ids.length < n)
		ids.push(ok(await as(await new_customer()).post('/api/v1/users/nfc-cards/request/', {}), 201).id)
	return ids
}
const bulk = (body, options) => staff.post(`${AT}bulk/`, body, options)
const results = (answer) => ok(answer).rows.map(({ id, result, code }) => [id, result, code])
const statuses = (ids) => ids.map((id) => sql(`SELECT status FROM card_request WHERE id = ${id}`)[0][0])
const audits = (noun, id) => sql(`SELECT action FROM audit_log WHERE noun = '${noun}' AND noun_id = ${id} ORDER BY id`).map(([action]) => action)
const lamp = async (more) => ok(await staff.post('/api/expenses/', { title: `Lamp ${unique()}`, kind: 'other', currency: 'EUR', amount: 100, spent_on: '2026-01-02', ...more }), 201).id

describe('each row is done as by itself', () => {
	test('and the answer says of each what became of it, in the order of their ids, each once', async () => {
		const [a, b, c] = (await asked(3)).sort((one, other) => one - other)

		ok(await staff.post(`${AT}${b}/reject/`, { reason: 'No' }))
		const answer = await bulk({ action: 'approve', ids: [c, a, b, 999_999_999, a] })
		assert.deepEqual(results(answer), [[a, 'done', null], [b, 'refused', 'WRONG_STATUS'], [c, 'done', null], [999_999_999, 'refused', 'CARD_REQUEST_NOT_FOUND']])
		assert.deepEqual([answer.data.total, answer.data.done, answer.data.left, answer.data.dry_run], [4, 2, 2, false])
		assert.deepEqual(answer.data.rows.map(({ line }) => line), [1, 2, 3, 4])
		const one = await staff.post(`${AT}${b}/approve/`, {})
		assert.equal(answer.data.rows[1].message, refused(one, 409, 'WRONG_STATUS').error.message, 'the sentence of the single act')
		assert.equal(answer.data.rows[3].title, null)
		assert.deepEqual(statuses([a, b, c]), ['approved', 'rejected', 'approved'])
		assert.deepEqual(audits('card_request', a), ['create', 'approve'])
		assert.deepEqual(audits('card_request', b), ['create', 'reject'])
	})
	test('with one reason for all, which is asked for once', async () => {
		const ids = await asked(2)

		assert.deepEqual(Object.keys(refused(await bulk({ action: 'reject', ids }), 422, 'VALIDATION_ERROR').body.errors), ['reason'])
		assert.equal(ok(await bulk({ action: 'reject', ids, reason: 'Enough' })).done, 2)
		assert.deepEqual(sql(`SELECT DISTINCT reason FROM card_request WHERE id IN (${ids})`), [['Enough']])
	})
	test('and what one that is refused has stored is undone, while the others stay', async () => {
		const clerk = as(await new_staff('finance')), ids = []

		for (let i = 0; i < 2; i++)
			ids.push(ok(await clerk.post('/api/payouts/', { organizer_id: 1, amount: 1, currency: 'EUR' }), 201).id)
		ids.push(ok(await staff.post('/api/payouts/', { organizer_id: 1, amount: 1, currency: 'EUR' }), 201).id)
		const rows = ok(await staff.post('/api/payouts/bulk/', { action: 'approve', ids })).rows
		assert.deepEqual(rows.map(({ result }) => result), ['done', 'done', 'refused'], 'nobody approves what they asked for themselves')
		assert.deepEqual(sql(`SELECT status FROM payout WHERE id IN (${ids}) ORDER BY id`), [['approved'], ['approved'], ['requested']])
		ok(await staff.post('/api/payouts/bulk/', { action: 'reject', ids, reason: 'A test' }))
	})
	test('in a deletion too', async () => {
		const [a, b] = [await lamp(), await lamp()]

		ok(await as(await new_staff('finance')).post(`/api/expenses/${b}/approve/`, {}))
		assert.deepEqual(results(await staff.post('/api/expenses/bulk/', { action: 'delete', ids: [a, b] })), [[a, 'done', null], [b, 'refused', 'WRONG_STATUS']])
		assert.deepEqual(sql(`SELECT id FROM expense WHERE id IN (${a}, ${b})`), [[String(b)]])
		assert.deepEqual(audits('expense', a), ['create', 'delete'])
	})
	test('and what it tells others it tells of each', async () => {
		const ids = [1, 2].map(() => Number(sql(`INSERT INTO outbox (channel, recipient, body, status, due_at, created_at)
			VALUES ('sms', '+1555${unique()}', 'Order 7 is paid.', 'failed', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0]))

		assert.equal(ok(await staff.post('/api/outbox/bulk/', { action: 'resend', ids })).done, 2)
		assert.ok(sql(`SELECT status FROM outbox WHERE id IN (${ids})`).every(([status]) => status !== 'failed'))
	})
})

describe('a dry run', () => {
	test('says the same and changes nothing, not even the audit log', async () => {
		const [a, b] = (await asked(2)).sort((one, other) => one - other)

		ok(await staff.post(`${AT}${b}/reject/`, { reason: 'No' }))
		const dry = await bulk({ action: 'approve', ids: [a, b], dry_run: true })
		assert.deepEqual(results(dry), [[a, 'done', null], [b, 'refused', 'WRONG_STATUS']])
		assert.equal(dry.data.dry_run, true)
		assert.deepEqual(statuses([a, b]), ['requested', 'rejected'])
		assert.deepEqual(audits('card_request', a), ['create'])
		assert.deepEqual(results(await bulk({ action: 'approve', ids: [a, b] })), results(dry))
		assert.deepEqual(statuses([a, b]), ['approved', 'rejected'])
	})
})

test('sent twice with one key it is done once, and answered twice', async () => {
	const ids = await asked(2), key = unique()
	const [one, two] = [await bulk({ action: 'approve', ids }, { key }), await bulk({ action: 'approve', ids }, { key })]

	assert.deepEqual(one.data, two.data)
	assert.equal(one.data.done, 2)
	refused(await bulk({ action: 'approve', ids: [ids[0]] }, { key }), 422, 'IDEMPOTENCY_MISMATCH')
	assert.deepEqual(ids.map((id) => audits('card_request', id).length), [2, 2])
})

test('of two who do it at once, one does each row', async () => {
	const ids = await asked(6)
	const [one, two] = await Promise.all([bulk({ action: 'approve', ids }), bulk({ action: 'approve', ids: [...ids].reverse() })])

	assert.equal(ok(one).done + ok(two).done, 6)
	assert.deepEqual(ids.map((id) => audits('card_request', id).length), ids.map(() => 2))
})

test('a row that changes meanwhile is refused, by the guard of its own', async () => {
	const [id] = await asked(1)
	const answer = await meanwhile(`UPDATE card_request SET status = 'rejected' WHERE id = ${id}`, () => bulk({ action: 'approve', ids: [id] }))

	assert.deepEqual(results(answer), [[id, 'refused', 'WRONG_STATUS']])
})

describe('which rows', () => {
	test('all that a search finds, by the list\'s own filters', async () => {
		const { id: event_id } = await new_event(), codes = []

		for (let i = 0; i < 3; i++)
			codes.push(ok(await staff.post('/api/promo-codes/', { code: `B${unique()}`, percent: 5, event_id }), 201).id)
		const other = ok(await staff.post('/api/promo-codes/', { code: `B${unique()}`, percent: 5 }), 201).id
		const dry = ok(await staff.post('/api/promo-codes/bulk/', { action: 'delete', all: true, filter: { event_id }, dry_run: true }))
		assert.deepEqual(dry.rows.map(({ id }) => id), codes)
		assert.equal(ok(await staff.post('/api/promo-codes/bulk/', { action: 'delete', all: true, filter: { event_id } })).done, 3)
		assert.equal(ok(await staff.get(`/api/promo-codes/${other}/`)).id, other)
		assert.ok(refused(await staff.post('/api/promo-codes/bulk/', { action: 'delete', all: true, filter: { event_id } }), 422, 'VALIDATION_ERROR').body.errors.all)
		assert.ok(refused(await staff.post('/api/promo-codes/bulk/', { action: 'delete', all: true, filter: { event_id: 'x' } }), 422, 'VALIDATION_ERROR').body.errors['filter.event_id'])
	})
	test('at most 100, of more not some', async () => {
		const word = `b${unique()}`

		sql(`INSERT INTO outbox (channel, recipient, body, status, due_at, created_at)
			SELECT 'sms', '+1555${word}', 'x', 'failed', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM seq_1_to_101`)
		const all = { action: 'resend', all: true, filter: { search: `+1555${word}` } }
		assert.ok(refused(await staff.post('/api/outbox/bulk/', all), 422, 'VALIDATION_ERROR').body.errors.all)
		assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE recipient = '+1555${word}' AND status = 'failed'`)[0][0], '101')
		sql(`DELETE FROM outbox WHERE recipient = '+1555${word}' LIMIT 1`)
		assert.equal(ok(await staff.post('/api/outbox/bulk/', { ...all, dry_run: true })).done, 100)
		sql(`DELETE FROM outbox WHERE recipient = '+1555${word}'`)
		assert.ok(refused(await bulk({ action: 'approve', ids: Array.from({ length: 101 }, (_, i) => i + 1) }), 422, 'VALIDATION_ERROR').body.errors.ids)
	})
	test('none, or what is none, is at fault by name', async () => {
		for (const [body, at] of [[{ action: 'approve', all: true }, 'filter'], [{ action: 'approve', all: true, filter: { statsu: 'requested' } }, 'filter.statsu'], [{ action: 'approve', ids: [1], status: 'requested' }, 'status'],
			[{ action: 'approve', all: true, ids: [1], filter: {} }, 'ids'], [{ action: 'approve' }, 'ids'], [{ action: 'approve', ids: [] }, 'ids'], [{ action: 'approve', ids: ['x'] }, 'ids.0'], [{ action: 'approve', ids: [0] }, 'ids.0'],
			[{ action: 'approve', ids: 7 }, 'ids'], [{ action: 'withdraw', ids: [1] }, 'action'], [{ ids: [1] }, 'action'], [{ action: 'approve', ids: [1], dry_run: 'x' }, 'dry_run']])
			assert.deepEqual(Object.keys(refused(await bulk(body), 422, 'VALIDATION_ERROR').body.errors), [at], JSON.stringify(body))
	})
})

describe('who may', () => {
	test('each act is theirs alone who may do it to one', async () => {
		const [id] = await asked(1), expense = await lamp()

		for (const kind of ['customer', 'organizer', 'merchant', 'usher'])
			refused(await as(await token(kind)).post(`${AT}bulk/`, { action: 'approve', ids: [id] }), 403, 'FORBIDDEN')
		refused(await as(await new_staff('support')).post(`${AT}bulk/`, { action: 'approve', ids: [id] }), 403, 'FORBIDDEN')
		refused(await as(await new_staff('support')).post('/api/expenses/bulk/', { action: 'approve', ids: [expense] }), 403, 'FORBIDDEN')
		// Who may do one of a list's acts may not therefore do another.
		refused(await as(await new_staff('finance')).post('/api/tickets/bulk/', { action: 'cancel', ids: [1], reason: 'No' }), 403, 'FORBIDDEN')
		refused(await api('POST', `${AT}bulk/`, { action: 'approve', ids: [id] }), 401, 'TOKEN_INVALID')
		assert.deepEqual(statuses([id]), ['requested'])
	})
	test('an organizer finds none of another\'s', async () => {
		const otto = await new_organizer(), theirs = ok(await staff.post('/api/promo-codes/', { code: `T${unique()}`, percent: 5, event_id: (await new_event()).id }), 201).id
		const answer = ok(await as(otto).post('/api/organizer/promo-codes/bulk/', { action: 'delete', ids: [theirs] }))

		assert.deepEqual(answer.rows.map(({ title, result, code }) => [title, result, code]), [[null, 'refused', 'PROMO_CODE_NOT_FOUND']])
		assert.ok(refused(await as(otto).post('/api/organizer/promo-codes/bulk/', { action: 'delete', all: true, filter: {} }), 422, 'VALIDATION_ERROR').body.errors.all)
		ok(await staff.get(`/api/promo-codes/${theirs}/`))
	})
})

describe('on pages', () => {
	let office

	before(async () => {
		office = await new Browser().open('/admin/sign-in')
		await office.submit('/admin/sign-in', DEMO.staff)
	})
	const send = async (ids, more) => {
		const fields = new URLSearchParams({ ...office.hidden('/admin/card-requests/bulk'), ...more })

		fields.delete('ids[]')
		for (const id of ids)
			fields.append('ids[]', id)
		await office.open('/admin/card-requests/bulk', { method: 'POST', body: fields })
	}
	test('rows are ticked, what will be done is asked, and then told', async () => {
		const ids = await asked(2)

		await office.open('/admin/card-requests?status=requested')
		for (const id of ids)
			assert.match(office.html, new RegExp(`<input type="checkbox" name="ids\\[\\]" value="${id}"`))
		assert.match(office.html, /<form method="get" action="\/admin\/card-requests\/bulk">/)
		await office.open(`/admin/card-requests/bulk?action=reject&ids[]=${ids[0]}&ids[]=${ids[1]}`)
		assert.equal(office.status, 200, office.html)
		assert.match(office.html, /Reject: 2 entries/)
		for (const id of ids)
			assert.match(office.html, new RegExp(`name="ids\\[\\]" value="${id}"`))
		assert.match(office.html, /name="reason"[^>]*\srequired/)
		await send(ids, { reason: '' })
		assert.equal(office.status, 422)
		assert.match(office.html, /id="e-reason"/)
		for (const id of ids)
			assert.match(office.html, new RegExp(`name="ids\\[\\]" value="${id}"`), 'what was chosen stays chosen')
		await send(ids, { reason: 'Enough cards', dry_run: 'true' })
		assert.match(office.html, /What would become of each/)
		assert.match(office.html, /value="Enough cards"/, 'and what was typed')
		assert.deepEqual(statuses(ids), ['requested', 'requested'])
		await send(ids, { reason: 'Enough cards' })
		assert.match(office.html, /What became of each/)
		assert.deepEqual(statuses(ids), ['rejected', 'rejected'])
	})
	test('a deletion is asked for like any other', async () => {
		const ids = [await lamp(), await lamp()]

		await office.open(`/admin/expenses/bulk?action=delete&ids[]=${ids[0]}&ids[]=${ids[1]}`)
		assert.equal(office.status, 200)
		assert.match(office.html, /Delete: 2 entries/)
		await office.send('/admin/expenses/bulk', {})
		assert.match(office.html, /What became of each/)
		assert.deepEqual(sql(`SELECT id FROM expense WHERE id IN (${ids})`).length, 1, 'of two hidden fields of one name the test sends the last')
	})
	test('all that are found are named before it is done', async () => {
		const title = `Torch ${unique()}`, ids = [await lamp({ title }), await lamp({ title })]

		await office.open(`/admin/expenses/bulk?action=approve&all=true&search=${encodeURIComponent(title)}`)
		assert.match(office.html, /Approve: 2 entries/)
		for (const id of ids)
			assert.match(office.html, new RegExp(`name="ids\\[\\]" value="${id}"`))
		await office.open('/admin/expenses/bulk?action=approve')
		assert.equal(office.status, 422)
	})
	test('nobody is offered what is not theirs to do', async () => {
		const email = `${unique()}@example.test`, password = `pass-${unique()}`, support = await new Browser().open('/admin/sign-in')

		ok(await staff.post('/api/admins/', { name: 'Sue Support', email, password, role: 'support' }), 201)
		await support.submit('/admin/sign-in', { email, password })
		await support.open('/admin/expenses')
		assert.equal(support.status, 200)
		assert.doesNotMatch(support.html, /name="ids\[\]"/)
		await support.open('/admin/expenses/bulk?action=approve&ids[]=1')
		assert.equal(support.status, 403)
	})
})
