// Whose an Idempotency-Key is: the caller's, in the role and at the event they are signed in to, and nobody's who is not
// signed in. What a key does for its owner is in order.test.mjs.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sign_in, sql, token } from './lib.mjs'
import {
	as, bought, code_of, held, new_customer, new_event, new_usher, ok, pay, raw, refused, setting, unique
} from './world.mjs'

let ann, event, other

before(async () => {
	ann = await new_customer({ name: 'Ann Arbor' })
	event = await new_event()
	other = await new_event()
})

const RESULT = '/api/usher/scan/result/'

test('an usher at two events: the same key and body are two scans, and each event has its own answer', async () => {
	const usher = await new_usher(event, other)
	const there = await sign_in('usher', { event_id: other.id, username: usher.username, password: usher.password })
	const [ticket] = await bought(ann, event), code = await code_of(ann, ticket), key = unique()
	const here = ok(await as(usher).post(RESULT, { code }, { key }))

	assert.deepEqual([here.result, here.reason], ['valid', 'ok'])
	const elsewhere = ok(await as(there).post(RESULT, { code }, { key }))
	assert.notEqual(elsewhere.scan_id, here.scan_id)
	assert.equal(elsewhere.result, 'invalid')
	assert.deepEqual(ok(await as(usher).post(RESULT, { code }, { key })), here)
	assert.deepEqual(ok(await as(there).post(RESULT, { code }, { key })), elsewhere)
	for (const { id } of [event, other])
		assert.deepEqual(sql(`SELECT COUNT(*) FROM scan_log WHERE event_id = ${id}`), [['1']])
})

test('both events at once, with one key: neither waits for the other nor is told its answer', async () => {
	const usher = await new_usher(event, other)
	const there = await sign_in('usher', { event_id: other.id, username: usher.username, password: usher.password })

	for (let round = 0; round < 5; round++) {
		const [ticket] = await bought(ann, event), code = await code_of(ann, ticket), key = unique()
		const answers = await Promise.all([usher, there].map((by) => as(by).post(RESULT, { code }, { key })))

		assert.deepEqual(answers.map((answer) => ok(answer).result), ['valid', 'invalid'])
	}
})

test('somebody whose role has changed: the key of the old role is not the new one\'s', async () => {
	const staff = await token('staff'), key = unique()
	const person = { email: `${unique()}@example.test`, password: `pass-${randomUUID()}` }
	const account = ok(await as(staff).post('/api/admins/', { name: 'Tess Test', role: 'admin', ...person }), 201)
	const venue = { name: `Hall ${unique()}`, city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin' }
	const make = async (by) => ok(await as(by).post('/api/venues/', venue, { key }), 201).id
	const admin = await sign_in('staff', person), first = await make(admin)

	assert.equal(await make(await sign_in('staff', person)), first, 'another session of the same role')
	ok(await as(staff).post(`/api/users/${account.id}/roles/`, { role: 'superadmin' }), 201)
	const superadmin = await sign_in('staff', person)
	assert.equal(superadmin.user.role, 'superadmin')
	assert.notEqual(await make(superadmin), first)
	assert.equal(await make(admin), first)
})

// A provider is nobody who is signed in: its signature is looked at each time, whatever key comes along.
test('a notice with the key of another is no repetition of that, and an unsigned one learns nothing', async () => {
	const order = await held(ann, event), { payment } = ok(await pay(ann, order.id, 'tok_late'), 202)
	const key = unique()
	const send = (id, secret = setting('payment', 'webhook_secret')) => {
		const body = JSON.stringify({ id, payment: payment.uuid })

		return raw('POST', '/api/v1/payments/webhook/sandbox/', body, {
			'content-type': 'application/json', 'idempotency-key': key,
			'x-signature': createHmac('sha256', secret).update(body).digest('hex')
		})
	}
	const id = unique()

	assert.deepEqual(ok(await send(id)), { repeated: false })
	refused(await send(id, 'another secret altogether'), 401, 'SIGNATURE_INVALID')
	assert.deepEqual(ok(await send(id)), { repeated: true })
	assert.deepEqual(ok(await send(unique())), { repeated: false })
})
