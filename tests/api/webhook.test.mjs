// Outgoing webhooks, with a receiver of the tests' own on the other side, which checks signatures by its own code: what is told, to
// whom and how often; what becomes of who does not take it; and where nothing is ever sent.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('webhook', { set: ['webhooks.http=yes', 'webhooks.private_hosts=127.0.0.1, [::1]', 'serve.web_workers=4', 'serve.gate_workers=2',
	'serve.book_workers=2', 'serve.outside_workers=4'] })
const { Browser, DEMO, sql, token } = await import('./lib.mjs')
const { age, as, bought, code_of, DAY, HOUR, in_transaction, iso, jobs_run, new_customer, new_event, new_organizer, new_staff, new_usher, ok, refused, scan,
	until } = await import('./world.mjs')

const AT = '/api/webhooks'
const EVENTS = ['order_paid', 'order_refunded', 'refund_failed', 'ticket_transferred', 'ticket_scanned', 'payout_paid']
let staff, admin
const receivers = []

before(async () => {
	staff = as(await token('staff'))
	admin = await new_staff('admin')
})
after(async () => {
	await own.stop()
	for (const server of receivers) {
		server.closeAllConnections?.()
		server.close()
	}
})

// ---- the other side ----

// As the specification has it, from nothing but what came: one signature that fits is enough.
function fits({ headers, body }, secret) {
	const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
	const right = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest()

	assert.ok(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 300, 'it is of another time')
	return headers['webhook-signature'].split(' ').some((one) => {
		const [version, text] = one.split(',')
		const theirs = Buffer.from(text, 'base64')

		return version === 'v1' && theirs.length === right.length && timingSafeEqual(theirs, right)
	})
}

// A server: { url, got: [{ headers, body, event }], answer: (request, response) }.
async function receiver(answer = (request, response) => response.end('thanks')) {
	const there = { got: [], answer }
	const server = createServer(async (request, response) => {
		let body = ''

		for await (const part of request)
			body += part
		const one = { headers: request.headers, body, method: request.method, path: request.url, event: body && JSON.parse(body) }
		there.got.push(one)
		there.answer(one, response, there.got.length)
	}).listen(0, '127.0.0.1')

	await once(server, 'listening')
	receivers.push(server)
	there.port = server.address().port
	there.url = `http://127.0.0.1:${there.port}/hook`
	there.of = (type) => there.got.filter(({ event }) => event.type === type)
	return there
}

const status = (code, text = '') => (request, response) => {
	response.statusCode = code
	response.end(text)
}

const webhook = async (url, events = ['order_paid'], more = {}) =>
	ok(await staff.post(`${AT}/`, { url, ...Object.fromEntries(EVENTS.map((name) => [name, events.includes(name)])), ...more }), 201)
const one = async (id) => ok(await staff.get(`${AT}/${id}/`))
const act = (id, name, body = {}) => staff.post(`${AT}/${id}/${name}/`, body)
const deliveries = (id) => sql(`SELECT id, type, status, attempts, COALESCE(status_code, 0), COALESCE(error, ''), noun_id FROM webhook_delivery
	WHERE webhook_id = ${id} ORDER BY id`).map(([d, type, state, attempts, code, error, noun_id]) => ({ id: +d, type, status: state, attempts: +attempts, code: +code, error, noun_id: +noun_id }))
const due_now = (id) => sql(`UPDATE webhook_delivery SET due_at = UTC_TIMESTAMP(3) WHERE webhook_id = ${id} AND status = 'queued' AND lease IS NULL`)
const settled = (id, n = 1) => until('it was tried', () => {
	const all = deliveries(id)

	jobs_run('webhooks')
	return all.length >= n && all.every((d) => d.attempts > 0 && sql(`SELECT lease IS NULL FROM webhook_delivery WHERE id = ${d.id}`)[0][0] === '1')
})
const arrived = (there, n) => until(`${n} have arrived`, () => (jobs_run('webhooks'), there.got.length >= n))
// What would still come has come.
const quiet = async () => {
	for (let i = 0; i < 3; i++) {
		jobs_run('webhooks')
		await new Promise((done) => setTimeout(done, 1100))
	}
}

// ---- making one ----

test('a webhook is made with a secret that is said once, and is nowhere else', async () => {
	const there = await receiver(), made = await webhook(there.url, ['order_paid'], { description: 'Bookkeeping' })

	assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
	assert.equal(Buffer.from(made.secret.slice(6), 'base64').length, 32)
	assert.deepEqual([made.status, made.events, made.order_paid, made.ticket_scanned], ['active', 'order.paid', true, false])
	const said = [await staff.get(`${AT}/${made.id}/`), await staff.get(`${AT}/`), await staff.get(`${AT}/?format=csv`), await staff.get(`/api/logs/audit?noun=webhook&noun_id=${made.id}`)]
	for (const { text } of said)
		assert.ok(!text.includes(made.secret) && !text.includes('whsec_'), text)
	const raw = Buffer.from(made.secret.slice(6), 'base64').toString('hex')
	assert.equal(sql(`SELECT COUNT(*) FROM webhook WHERE id = ${made.id} AND LOCATE('${raw}', LOWER(HEX(secret)))`)[0][0], '0', 'it is sealed')
	assert.equal(ok(await staff.get(`${AT}/`, { query: { search: 'bookkeep' } })).items[0].id, made.id)
	// What is the same for a retry holds no secret: the key is not kept.
	const key = `k-${made.id}`, [a, b] = [await staff.post(`${AT}/`, { url: there.url, order_paid: true }, { key }), await staff.post(`${AT}/`, { url: there.url, order_paid: true }, { key })]
	assert.equal(ok(a, 201).secret === ok(b, 201).secret, false)
})

test('an address is https, or http where the site says so, and no more than an address; something is to be told', async () => {
	for (const url of ['ftp://example.test/', 'example.test', 'javascript:alert(1)', 'https://', 'https://user:pass@example.test/', 'https://user@example.test', 'https://example.test/#here',
		'https://exam ple.test/', 'https:///path', `https://example.test/${'x'.repeat(500)}`])
		assert.ok(refused(await staff.post(`${AT}/`, { url, order_paid: true }), 422, 'VALIDATION_ERROR').body.errors.url, url)
	assert.ok(refused(await staff.post(`${AT}/`, { url: 'https://example.test/', order_paid: false }), 422, 'VALIDATION_ERROR').body.errors.order_paid)
	const made = await webhook('https://example.test/hook', ['order_paid', 'payout_paid'])
	ok(await staff.put(`${AT}/${made.id}/`, { order_paid: false }))
	refused(await staff.put(`${AT}/${made.id}/`, { payout_paid: false }), 422, 'VALIDATION_ERROR')
	assert.equal((await one(made.id)).events, 'payout.paid')
	ok(await staff.delete(`${AT}/${made.id}/`))
	refused(await staff.get(`${AT}/${made.id}/`), 404, 'WEBHOOK_NOT_FOUND')
})

test('who may: managers, who signed in a short while ago', async () => {
	const there = await receiver(), made = await webhook(there.url)

	assert.equal(ok(await as(admin).get(`${AT}/${made.id}/`)).id, made.id)
	for (const role of ['finance', 'support']) {
		const who = as(await new_staff(role))

		for (const path of [`${AT}/`, `${AT}/${made.id}/`, '/api/webhook-deliveries/', '/api/logs/system/'])
			refused(await who.get(path), 403, 'FORBIDDEN')
		refused(await who.post(`${AT}/`, { url: there.url, order_paid: true }), 403, 'FORBIDDEN')
		for (const name of ['ping', 'enable', 'disable', 'roll-secret', 'replay-failed'])
			refused(await who.post(`${AT}/${made.id}/${name}/`, {}), 403, 'FORBIDDEN')
	}
	age(admin.user.id, 60)
	refused(await as(admin).post(`${AT}/`, { url: there.url, order_paid: true }), 403, 'SIGN_IN_AGAIN')
	refused(await as(admin).put(`${AT}/${made.id}/`, { url: 'https://elsewhere.test/' }), 403, 'SIGN_IN_AGAIN')
	refused(await as(admin).post(`${AT}/${made.id}/roll-secret/`, {}), 403, 'SIGN_IN_AGAIN')
	age(admin.user.id, 0)
	ok(await act(made.id, 'disable'))
})

// ---- what is told ----

test('what happens is told once, signed, in the words of the API; what was before is not', async () => {
	const there = await receiver(), ada = await new_customer(), bob = await new_customer(), event = await new_event()

	await bought(ada, event)
	const made = await webhook(there.url, EVENTS), [ticket] = await bought(ada, event, 2), usher = await new_usher(event)
	const [gone] = await bought(ada, await new_event({ starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 11 * DAY) }))
	const moved = ok(await as(ada).post(`/api/v1/users/tickets/${gone.id}/transfer/`, { mobile_number: bob.mobile_number }), 201).transfer
	ok(await scan(usher, { code: await code_of(ada, ticket) }))
	ok(await scan(usher, { code: 'GH1.nonsense' }))
	await arrived(there, 4)

	for (const request of there.got) {
		assert.ok(fits(request, made.secret), 'its signature')
		assert.ok(!fits({ ...request, body: `${request.body} ` }, made.secret))
		assert.deepEqual([request.method, request.headers['content-type']], ['POST', 'application/json'])
		assert.match(request.headers['user-agent'], /^Gatehouse\//)
		assert.match(request.headers['webhook-id'], /^msg_[0-9a-f]{32}$/)
		assert.deepEqual(Object.keys(request.event), ['type', 'timestamp', 'data'])
		assert.match(request.event.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
		for (const secret of [await code_of(ada, ticket), 'nonce', 'qr_token', 'password', 'card_uid'])
			assert.ok(!request.body.includes(secret), `${secret} in ${request.body}`)
	}
	const paid = there.of('order.paid').find((r) => r.event.data.order.id === ticket.order_id), [scanned] = there.of('ticket.scanned'), [transferred] = there.of('ticket.transferred')
	assert.deepEqual(paid.event.data, { order: ok(await staff.get(`/api/orders/${ticket.order_id}/`)) })
	const row = ok(await staff.get(`/api/logs/checkin/${scanned.event.data.scan.id}/`))
	delete row.card_uid
	assert.deepEqual(scanned.event.data.scan, row)
	assert.deepEqual([row.ticket_id, row.result, scanned.event.data.ticket.id], [ticket.id, 'valid', ticket.id])
	assert.deepEqual([transferred.event.data.transfer.id, transferred.event.data.transfer.kind, transferred.event.data.transfer.to_customer_id, transferred.event.data.ticket.customer_id],
		[moved.id, 'transfer', bob.customer_id, bob.customer_id])
	assert.ok(!transferred.body.includes(moved.message ?? 'a message'))

	// An order goes back.
	ok(await staff.post(`/api/events/${event.id}/cancel/`, {}))
	const refunds = () => there.of('order.refunded')
	await until('the money is back, and told', () => (jobs_run('payments', 'webhooks'), refunds().length === 2))
	const of_it = refunds().find((r) => r.event.data.order.id === ticket.order_id)
	assert.deepEqual(of_it.event.data, { refund: ok(await staff.get(`/api/payment-refunds/${of_it.event.data.refund.id}/`)), order: ok(await staff.get(`/api/orders/${ticket.order_id}/`)) })
	assert.equal(of_it.event.data.order.status, 'refunded')
	await quiet()
	assert.deepEqual([there.of('order.paid').length, there.of('ticket.scanned').length, there.of('ticket.transferred').length, refunds().length], [2, 1, 1, 2], 'once each')
	// A row of it in the back office, with what was sent and what it answered.
	const [delivery] = ok(await staff.get(`/api/webhook-deliveries/`, { query: { message_id: paid.headers['webhook-id'] } })).items
	const whole = ok(await staff.get(`/api/webhook-deliveries/${delivery.id}/`))
	assert.deepEqual([whole.status, whole.status_code, whole.body, whole.answer, whole.attempts, whole.error], ['sent', 200, paid.body, 'thanks', 1, null])
	assert.ok(whole.took_ms >= 0 && whole.tried_at)
	for (const query of [{ status: 'sent' }, { type: 'order.paid', webhook_id: made.id }, { noun_id: ticket.order_id, type: 'order.paid' }])
		assert.ok(ok(await staff.get('/api/webhook-deliveries/', { query })).items.some((d) => d.id === delivery.id), JSON.stringify(query))
	ok(await act(made.id, 'disable'))
})

test('a refund that fails and a payout that is paid are told', async () => {
	const there = await receiver(), made = await webhook(there.url, ['refund_failed', 'payout_paid']), ada = await new_customer()
	const clerk = as(await new_staff('finance')), [ticket] = await bought(ada, await new_event())

	sql(`INSERT INTO payment_refund (uuid, payment_id, amount, currency, origin, reason, state, created_at, updated_at)
		SELECT RANDOM_BYTES(16), id, 100, currency, 'here', '', 'failed', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM payment WHERE order_id = ${ticket.order_id}`)
	const { id } = ok(await clerk.post('/api/payouts/', { organizer_id: 1, amount: 10, currency: 'EUR' }), 201)
	ok(await staff.post(`/api/payouts/${id}/approve/`, {}))
	ok(await clerk.post(`/api/payouts/${id}/pay/`, { reference: 'SEPA-9' }))
	await arrived(there, 2)
	assert.deepEqual(there.of('payout.paid')[0].event.data, { payout: ok(await staff.get(`/api/payouts/${id}/`)) })
	assert.equal(there.of('refund.failed')[0].event.data.order.id, ticket.order_id)
	ok(await act(made.id, 'disable'))
})

test('one of an organizer hears of their events alone', async () => {
	const otto = await new_organizer(), there = await receiver(), all = await receiver(), ada = await new_customer()
	const made = await webhook(there.url, ['order_paid'], { organizer_id: otto.organizer_id }), other = await webhook(all.url)
	const [theirs] = await bought(ada, await new_event({ organizer_id: otto.organizer_id })), [ours] = await bought(ada, await new_event())

	await arrived(all, 2)
	await arrived(there, 1)
	await quiet()
	assert.deepEqual(there.got.map((r) => r.event.data.order.id), [theirs.order_id])
	// Who can be reached how is theirs where a setting says so, and the house's anyway.
	const contact = ({ event }) => event.data.order.customer.mobile_number
	assert.deepEqual([contact(there.got[0]), contact(all.got[0])], [undefined, ada.mobile_number])
	sql("UPDATE setting SET value = 'show' WHERE name = 'organizer_sees_contacts'")
	await bought(ada, await new_event({ organizer_id: otto.organizer_id }))
	await arrived(there, 2)
	sql("UPDATE setting SET value = 'hide' WHERE name = 'organizer_sees_contacts'")
	await arrived(all, 3)
	assert.equal(contact(there.got[1]), ada.mobile_number)
	all.got.pop()
	assert.deepEqual(all.got.map((r) => r.event.data.order.id).sort(), [theirs.order_id, ours.order_id].sort())
	for (const { id } of [made, other])
		ok(await act(id, 'disable'))
})

test('a row that commits late, behind others with higher ids, is told all the same', async () => {
	const there = await receiver(), made = await webhook(there.url, ['ticket_scanned']), ada = await new_customer(), event = await new_event()
	const [first, second] = await bought(ada, event, 2), usher = await new_usher(event)
	const row = (ticket) => `INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, usher_id, gate, direction, result, reason, moved, first_entry, at, scanned_at)
		VALUES (${event.id}, RANDOM_BYTES(16), ${ticket.id}, ${event.categories[0].id}, ${usher.usher_id}, '', 'in', 'invalid', 'late', 0, 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`
	const commit = await in_transaction(row(first))

	sql(row(second))
	await arrived(there, 1)
	await commit()
	const seen = Number(sql("SELECT seen FROM webhook_cursor WHERE type = 'ticket.scanned'")[0][0])
	assert.ok(Number(sql(`SELECT MIN(id) FROM scan_log WHERE event_id = ${event.id}`)[0][0]) < seen, 'it was passed by')
	// The second pass, a minute later, and what was seen before it.
	for (let i = 0; i < 2; i++) {
		sql("UPDATE webhook_cursor SET mark_at = mark_at - INTERVAL 2 MINUTE WHERE type = 'ticket.scanned'")
		await quiet()
	}
	assert.deepEqual(there.got.map((r) => r.event.data.scan.ticket_id), [second.id, first.id])
	ok(await act(made.id, 'disable'))
})

// ---- who does not take it ----

test('what is not taken is tried again, later and later, under the same id, for three days', async () => {
	const there = await receiver(status(500, 'No!')), made = await webhook(there.url), ada = await new_customer(), event = await new_event()

	await bought(ada, event)
	await settled(made.id)
	let [d] = deliveries(made.id)
	assert.deepEqual([d.status, d.attempts, d.code, d.error], ['queued', 1, 500, 'It answered 500.'])
	const pause = () => Number(sql(`SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, tried_at, due_at) / 1e6) FROM webhook_delivery WHERE id = ${d.id}`)[0][0]), pauses = [pause()]
	for (let n = 2; n <= 9; n++) {
		due_now(made.id)
		await until(`try ${n}`, () => (jobs_run('webhooks'), deliveries(made.id)[0].attempts === n && there.got.length === n &&
			sql(`SELECT lease IS NULL FROM webhook_delivery WHERE id = ${d.id}`)[0][0] === '1'))
		pauses.push(pause())
	}
	const least = [5, 60, 300, 1800, 3600, 7200, 14400, 28800, 28800]
	pauses.forEach((p, i) => assert.ok(p >= least[i] - 1 && p <= least[i] * 1.2 + 1, `pause ${i + 1}: ${p} s`))
	assert.equal(new Set(there.got.map((r) => r.headers['webhook-id'])).size, 1)
	assert.equal(new Set(there.got.map((r) => r.body)).size, 1)
	assert.ok(Number(there.got.at(-1).headers['webhook-timestamp']) >= Number(there.got[0].headers['webhook-timestamp']))
	assert.ok((await one(made.id)).failing_since)
	// Taken in the end.
	there.answer = status(204)
	due_now(made.id)
	await until('taken', () => (jobs_run('webhooks'), deliveries(made.id)[0].status === 'sent'))
	assert.equal((await one(made.id)).failing_since, null)
	// And what is not, in three days, has failed.
	there.answer = status(503)
	await bought(ada, event)
	await settled(made.id, 2)
	sql(`UPDATE webhook_delivery SET created_at = created_at - INTERVAL 3 DAY, due_at = UTC_TIMESTAMP(3) WHERE webhook_id = ${made.id} AND status = 'queued'`)
	await until('given up', () => (jobs_run('webhooks'), deliveries(made.id)[1].status === 'failed'))
	assert.equal(deliveries(made.id)[1].code, 503)
	ok(await act(made.id, 'disable'))
})

test('the last try is at the end of the three days', async () => {
	const there = await receiver(status(500)), made = await webhook(there.url)

	ok(await act(made.id, 'ping'))
	await settled(made.id)
	sql(`UPDATE webhook_delivery SET attempts = 20, created_at = UTC_TIMESTAMP(3) - INTERVAL 71 HOUR, due_at = UTC_TIMESTAMP(3) WHERE webhook_id = ${made.id}`)
	await until('tried', () => (jobs_run('webhooks'), deliveries(made.id)[0].attempts === 21))
	await until('noted', () => sql(`SELECT ABS(TIMESTAMPDIFF(SECOND, created_at + INTERVAL 3 DAY, due_at)) < 2 FROM webhook_delivery WHERE webhook_id = ${made.id}`)[0][0] === '1')
	ok(await act(made.id, 'disable'))
})

test('410 switches it off at once, and staff are told; nothing more is sent until it is switched on', async () => {
	const there = await receiver(status(410)), made = await webhook(there.url), ada = await new_customer(), event = await new_event()
	const mails = () => Number(sql(`SELECT COUNT(*) FROM outbox WHERE channel = 'mail' AND body LIKE '%/admin/webhooks/${made.id}'`)[0][0])

	await bought(ada, event)
	await until('it is off', async () => (jobs_run('webhooks'), (await one(made.id)).status === 'off'))
	assert.equal((await one(made.id)).off_because, 'gone')
	assert.ok(mails() >= 1)
	await until('the system log has it', async () => ok(await staff.get('/api/logs/system/', { query: { kind: 'webhook', search: 'webhook_off' } })).items.some((e) => e.subject === `${made.id} gone`))
	await bought(ada, event)
	due_now(made.id)
	await quiet()
	assert.equal(there.got.length, 1)
	there.answer = status(200)
	ok(await act(made.id, 'enable'))
	refused(await act(made.id, 'enable'), 409, 'WRONG_STATUS')
	await until('what waited is sent', () => (due_now(made.id), jobs_run('webhooks'), there.got.length === 2))
	assert.equal(there.got[0].headers['webhook-id'], there.got[1].headers['webhook-id'])
	await quiet()
	assert.equal(there.got.length, 2, 'what happened while it was off is not told')
	assert.equal(mails(), mails())
	ok(await act(made.id, 'disable'))
})

test('who fails for three days on end is switched off, who fails for less is not', async () => {
	const there = await receiver(status(500)), made = await webhook(there.url)

	ok(await act(made.id, 'ping'))
	await settled(made.id)
	sql(`UPDATE webhook SET failing_since = UTC_TIMESTAMP(3) - INTERVAL 71 HOUR WHERE id = ${made.id}`)
	ok(await act(made.id, 'ping'))
	await settled(made.id, 2)
	assert.equal((await one(made.id)).status, 'active')
	sql(`UPDATE webhook SET failing_since = UTC_TIMESTAMP(3) - INTERVAL 73 HOUR WHERE id = ${made.id}`)
	ok(await act(made.id, 'ping'))
	await until('it is off', async () => (jobs_run('webhooks'), (await one(made.id)).status === 'off'))
	assert.equal((await one(made.id)).off_because, 'failing')
	assert.match(sql(`SELECT body FROM outbox WHERE body LIKE '%/admin/webhooks/${made.id}'`)[0][0], /took nothing for three days/)
	refused(await act(made.id, 'ping'), 409, 'WRONG_STATUS')
})

test('one that never answers holds up nobody else, and is given up after ten seconds', async () => {
	const slow = await receiver(() => {}), quick = await receiver(), [a, b] = [await webhook(slow.url), await webhook(quick.url)]

	for (let i = 0; i < 12; i++)
		ok(await act(a.id, 'ping'))
	await arrived(slow, 8)
	const began = Date.now(), to = (await new_customer()).mobile_number
	for (let i = 0; i < 20; i++)
		ok(await act(b.id, 'ping'))
	await until('the quick one has them', () => quick.got.length === 20)
	assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`)
	// Nor the other jobs.
	const sent = sql(`INSERT INTO outbox (channel, recipient, body, due_at, created_at) VALUES ('sms', '${to}', 'Hello', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0]
	await until('a message is sent', () => sql(`SELECT status FROM outbox WHERE id = ${sent}`)[0][0] === 'sent')
	assert.ok(Date.now() - began < 8000, 'while the slow one is under way')
	await until('given up', () => deliveries(a.id).some((d) => d.error.startsWith('It could not be reached')))
	assert.match(deliveries(a.id).find((d) => d.error).error, /Timeout was reached/)
	for (const { id } of [a, b])
		ok(await act(id, 'disable'))
})

test('who is not reached is asked by one at a time, and has all that waited once they are', async () => {
	const there = await receiver(), { port } = there, server = receivers.at(-1), made = await webhook(there.url)
	const tried = () => deliveries(made.id).reduce((sum, { attempts }) => sum + attempts, 0)

	server.close()
	await once(server, 'close')
	for (let i = 0; i < 40; i++)
		ok(await act(made.id, 'ping'))
	await until('the first were tried', () => (jobs_run('webhooks'), tried() > 0))
	await quiet()
	assert.ok(tried() < 20, `${tried()} tries`)
	server.listen(port, '127.0.0.1')
	await until('all have arrived', () => (jobs_run('webhooks'), due_now(made.id), there.got.length === 40))
	assert.equal(new Set(there.got.map(({ headers }) => headers['webhook-id'])).size, 40)
	ok(await act(made.id, 'disable'))
})

test('of a long answer the beginning is kept, and an answer that is no text does no harm', async () => {
	const there = await receiver((request, response) => response.end(Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from('x'.repeat(3_000_000))]))), made = await webhook(there.url)

	ok(await act(made.id, 'ping'))
	await settled(made.id)
	assert.deepEqual([deliveries(made.id)[0].status, deliveries(made.id)[0].code], ['sent', 200])
	const { answer } = ok(await staff.get(`/api/webhook-deliveries/${deliveries(made.id)[0].id}/`))
	assert.ok(answer.length <= 2000, `${answer.length}`)
	ok(await act(made.id, 'disable'))
})

// ---- where nothing is sent ----

test('nothing is sent to an address that is not public, whatever it is called', async () => {
	const inside = await receiver(), { port } = inside

	for (const host of ['localhost', '127.0.0.2', '127.2', '0x7f.2', '2130706434', '0.0.0.0', '[::ffff:127.0.0.1]', '[::]', '169.254.169.254', '10.0.0.1', '192.168.1.1', '100.64.0.1', '[fe80::1]', '[fd00::1]', 'localhost.']) {
		const made = await webhook(`http://${host}:${port}/`)

		ok(await act(made.id, 'ping'))
		await settled(made.id)
		const [d] = deliveries(made.id)
		assert.deepEqual([d.status, d.code], ['queued', 0], host)
		assert.match(d.error, /not public|could not be reached/, host)
		if (!host.includes('fe80') && !host.endsWith('.'))
			assert.equal(d.error, 'It leads to an address that is not public.', host)
		ok(await act(made.id, 'disable'))
	}
	assert.equal(inside.got.length, 0)
})

test('a redirect is not followed, wherever it leads', async () => {
	const inside = await receiver(), there = await receiver((request, response) => {
		response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` })
		response.end()
	})
	const made = await webhook(there.url)

	ok(await act(made.id, 'ping'))
	await settled(made.id)
	assert.deepEqual([deliveries(made.id)[0].code, deliveries(made.id)[0].error, inside.got.length], [307, 'It answered 307.', 0])
	ok(await act(made.id, 'disable'))
})

// ---- by hand ----

test('a test event says which webhook it is of', async () => {
	const there = await receiver(), made = await webhook(there.url)

	assert.equal(ok(await act(made.id, 'ping')).id, made.id)
	await arrived(there, 1)
	assert.deepEqual([there.got[0].event.type, there.got[0].event.data], ['webhook.ping', { webhook_id: made.id }])
	assert.ok(fits(there.got[0], made.secret))
	assert.equal(ok(await staff.get(`/api/logs/audit?noun=webhook&noun_id=${made.id}`)).items[0].action, 'ping')
	ok(await act(made.id, 'disable'))
})

test('a new secret signs at once, and the one before it for a day beside it', async () => {
	const there = await receiver(), made = await webhook(there.url), again = ok(await act(made.id, 'roll-secret'))

	assert.match(again.secret, /^whsec_/)
	assert.notEqual(again.secret, made.secret)
	assert.equal(Math.round((Date.parse(again.old_until) - Date.now()) / HOUR), 24)
	ok(await act(made.id, 'ping'))
	await arrived(there, 1)
	assert.ok(fits(there.got[0], made.secret) && fits(there.got[0], again.secret))
	assert.equal(there.got[0].headers['webhook-signature'].split(' ').length, 2)
	sql(`UPDATE webhook SET old_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ${made.id}`)
	ok(await act(made.id, 'ping'))
	await arrived(there, 2)
	assert.ok(!fits(there.got[1], made.secret) && fits(there.got[1], again.secret))
	assert.equal(there.got[1].headers['webhook-signature'].split(' ').length, 1)
	const [entry] = ok(await staff.get(`/api/logs/audit?noun=webhook&noun_id=${made.id}&action=roll-secret`)).items
	assert.ok(!(await staff.get(`/api/logs/audit/${entry.id}/`)).text.includes('whsec_'))
	ok(await act(made.id, 'disable'))
})

test('a delivery is sent anew under its id, and all that failed since a moment, once', async () => {
	const there = await receiver(status(500)), made = await webhook(there.url), ada = await new_customer(), event = await new_event()

	for (let i = 0; i < 2; i++)
		await bought(ada, event)
	await settled(made.id, 2)
	refused(await staff.post(`/api/webhook-deliveries/${deliveries(made.id)[0].id}/replay/`, {}), 409, 'WRONG_STATUS')
	sql(`UPDATE webhook_delivery SET created_at = created_at - INTERVAL 3 DAY, due_at = UTC_TIMESTAMP(3) WHERE webhook_id = ${made.id}`)
	await until('given up', () => (jobs_run('webhooks'), deliveries(made.id).every((d) => d.status === 'failed')))
	const [first, second] = deliveries(made.id), ids = there.got.map((r) => r.headers['webhook-id'])
	there.got.length = 0
	there.answer = status(200)
	ok(await staff.post(`/api/webhook-deliveries/${first.id}/replay/`, {}))
	await arrived(there, 1)
	assert.ok(ids.includes(there.got[0].headers['webhook-id']))
	assert.equal(deliveries(made.id)[0].status, 'failed', 'the old row stays what it was')
	await until('noted', () => deliveries(made.id)[2].status === 'sent')
	ok(await staff.post(`/api/webhook-deliveries/${deliveries(made.id)[2].id}/replay/`, {}), 200)
	await arrived(there, 2)
	refused(await act(made.id, 'replay-failed', {}), 422, 'VALIDATION_ERROR')
	refused(await act(made.id, 'replay-failed', { failed_since: iso(Date.now()) }), 409, 'NOTHING_FAILED')
	ok(await act(made.id, 'replay-failed', { failed_since: iso(Date.now() - 96 * HOUR) }))
	await arrived(there, 3)
	await quiet()
	const anew = there.got.map((r) => r.event.data.order.id)
	assert.deepEqual(anew, [first.noun_id, first.noun_id, second.noun_id], 'the one that was sent anew by hand is not sent once more')
	refused(await act(made.id, 'replay-failed', { failed_since: iso(Date.now() - 96 * HOUR) }), 409, 'NOTHING_FAILED')
	ok(await act(made.id, 'disable'))
})

test('whose account goes is gone from what was sent, too', async () => {
	const there = await receiver(), made = await webhook(there.url), ada = await new_customer(), event = await new_event({ starts_at: iso(Date.now() - 3 * HOUR) })

	await bought(ada, event)
	await arrived(there, 1)
	assert.equal(sql(`SELECT customer_id FROM webhook_delivery WHERE webhook_id = ${made.id}`)[0][0], String(ada.customer_id))
	await until('noted', () => deliveries(made.id)[0].status === 'sent')
	sql(`UPDATE event SET ends_at = UTC_TIMESTAMP(3) WHERE id = ${event.id}`)
	ok(await as(ada).post('/api/v1/users/delete-account/', { password: ada.password }))
	assert.equal(sql(`SELECT body IS NULL FROM webhook_delivery WHERE webhook_id = ${made.id}`)[0][0], '1')
	ok(await act(made.id, 'disable'))
})

// ---- in the browser ----

test('pages: a webhook is made, its secret is shown once, it is tried, and what came of it is seen', async () => {
	const there = await receiver(), browser = await new Browser().open('/admin/sign-in')

	await browser.submit('/admin/sign-in', DEMO.staff)
	await browser.open('/admin/webhooks/new')
	await browser.send('/admin/webhooks', { url: 'ftp://no', order_paid: '1' })
	assert.equal(browser.status, 422)
	assert.match(browser.html, /Give an address that begins with https:\/\/ or http:\/\/\./)
	await browser.send('/admin/webhooks', { url: there.url, description: 'Museum shop', order_paid: '1' })
	assert.equal(browser.status, 200)
	const [, secret] = browser.html.match(/(whsec_[A-Za-z0-9+/=]{44})/), [, id] = browser.html.match(/href="\/admin\/webhooks\/(\d+)"/)
	assert.match(browser.headers.get('cache-control'), /no-store/)
	await browser.open(`/admin/webhooks/${id}`)
	assert.ok(!browser.html.includes('whsec_'))
	for (const name of ['ping', 'disable', 'roll-secret', 'replay-failed'])
		assert.ok(browser.html.includes(`/admin/webhooks/${id}/${name}"`), name)
	await browser.open(`/admin/webhooks/${id}/ping`)
	await browser.submit(`/admin/webhooks/${id}/ping`, {})
	await arrived(there, 1)
	assert.ok(fits(there.got[0], secret))
	await until('noted', () => deliveries(id)[0].status === 'sent')
	await browser.open(`/admin/webhooks/${id}`)
	assert.match(browser.html, /webhook\.ping/)
	await browser.open(`/admin/webhook-deliveries/${deliveries(id)[0].id}`)
	assert.match(browser.html, /thanks/)
	await browser.open(`/admin/webhooks/${id}/roll-secret`)
	await browser.send(`/admin/webhooks/${id}/roll-secret`, {})
	assert.equal(browser.status, 200)
	assert.match(browser.html, /whsec_/)
	assert.ok(!browser.html.includes(secret))
	await browser.open(`/admin/webhooks/${id}/replay-failed`)
	await browser.send(`/admin/webhooks/${id}/replay-failed`, { failed_since: '2026-01-01T10:00' })
	assert.equal(browser.status, 409)
	assert.match(browser.html, /No delivery failed since then/)
})

// ---- faults ----

test('killed (-9) in the middle, nothing is lost, and what comes twice comes under one id', async () => {
	const there = await receiver((request, response) => setTimeout(() => response.end(), 150)), made = await webhook(there.url), ada = await new_customer(), event = await new_event({ categories: [{ max_per_order: 10, capacity: 500 }] })
	const orders = []

	process.kill(own.pid('jobs'), 'SIGKILL')
	for (let i = 0; i < 30; i++)
		orders.push((await bought(ada, event))[0].order_id)
	for (let round = 0; round < 4; round++) {
		const child = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'jobs'], { stdio: 'ignore' }), over = once(child, 'exit'), had = there.got.length

		sql(`UPDATE job SET due_at = UTC_TIMESTAMP(3), lease = NULL`)
		await until('some more arrived', () => there.got.length >= had + 5)
		child.kill('SIGKILL')
		await over
		// Time goes by: leases end.
		sql(`UPDATE webhook_delivery SET due_at = UTC_TIMESTAMP(3) WHERE webhook_id = ${made.id} AND status = 'queued'`)
	}
	const child = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'jobs'], { stdio: 'ignore' })
	sql(`UPDATE job SET due_at = UTC_TIMESTAMP(3), lease = NULL`)
	await until('all are told', () => deliveries(made.id).length === 30 && deliveries(made.id).every((d) => d.status === 'sent'))
	child.kill('SIGTERM')
	await once(child, 'exit')
	const by_order = new Map()
	for (const { headers, event: said } of there.got)
		by_order.set(said.data.order.id, (by_order.get(said.data.order.id) ?? new Set()).add(headers['webhook-id']))
	assert.deepEqual([...by_order.keys()].sort((a, b) => a - b), orders.sort((a, b) => a - b))
	for (const ids of by_order.values())
		assert.equal(ids.size, 1, 'one id each')
	assert.ok(there.got.length > 30, 'some came twice, or the kill met nothing')
})
