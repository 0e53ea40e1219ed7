// Web Push: who is told what on which device, by a push service and browsers of the tests' own (push_service.mjs); what becomes of a
// message that is not taken; and where nothing is ever sent.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { own_stack } from './own.mjs'
import { browser, push_service, vapid } from './push_service.mjs'

const own = await own_stack('push', { set: ['webhooks.http=yes', 'webhooks.private_hosts=127.0.0.1', 'push.services=127.0.0.1, 127.0.0.2, *.push.example',
	'serve.web_workers=4', 'serve.gate_workers=2', 'serve.book_workers=2', 'serve.outside_workers=4'] })
const { api, Browser, sign_in, sql, token } = await import('./lib.mjs')
const { as, attendance_row, bought, code_of, DAY, HOUR, iso, jobs_rest, jobs_run, new_customer, new_event, new_member, new_merchant, new_organizer, new_staff, new_usher, ok, refused,
	until } = await import('./world.mjs')

const MINE = '/api/v1/push/subscriptions/'
const LATER = { starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 10 * DAY + HOUR) }
let staff, service, key

before(async () => {
	staff = as(await token('staff'))
	service = await push_service()
	key = ok(await as(await new_customer()).get(MINE)).application_server_key
})
after(async () => {
	await own.stop()
	service.stop()
})

// Somebody's device, which is told from now on.
async function device_of(person, path = MINE, host) {
	const device = service.device(host)

	ok(await as(person).post(path, device.body), 201)
	return device
}
// What has come to a device: [{ title, … }], once there are n.
async function told(device, n = 1) {
	await until(`${n} have come`, () => (jobs_run('outbox'), service.of(device).length >= n))
	return service.of(device).map((one) => device.open(one.body))
}
const pushes = (person) => sql(`SELECT id, status, attempts, COALESCE(error, ''), TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), due_at), kind FROM outbox
	WHERE channel = 'push' AND recipient = '${person.mobile_number}' ORDER BY id`)
	.map(([id, status, attempts, error, due, kind]) => ({ id: +id, status, attempts: +attempts, error, due: +due, kind }))
// The last of them, once it was tried.
async function tried(person, times = 1) {
	await until('it was tried', () => (jobs_run('outbox'), pushes(person).at(-1)?.attempts >= times && pushes(person).at(-1).error))
	return pushes(person).at(-1)
}
const due_now = (id) => sql(`UPDATE outbox SET due_at = UTC_TIMESTAMP(3) WHERE id = ${id}`)
const devices = async (person, path = MINE) => ok(await as(person).get(path)).devices
const org_conflicts = (id) => `/organizer/conflicts?status=open&event_id=${id}`

// ---- saying so ----

test('a device is added by what its browser says, and again with the same; it is listed by its service, and taken off', async () => {
	const ada = await new_customer(), device = service.device()

	assert.deepEqual([Buffer.from(key, 'base64url').length, Buffer.from(key, 'base64url')[0]], [65, 4])
	assert.deepEqual(await devices(ada), [])
	const { id } = ok(await as(ada).post(MINE, device.body), 201)
	assert.equal(ok(await as(ada).post(MINE, device.body), 201).id, id)
	const [one, ...more] = await devices(ada)
	assert.deepEqual([one.id, one.service, more], [id, `127.0.0.1:${service.port}`, []])
	const { endpoint } = device
	assert.ok(!JSON.stringify(await devices(ada)).includes(new URL(endpoint).pathname), 'where it is reached is a secret')
	ok(await as(ada).delete(MINE, { endpoint }))
	assert.deepEqual(await devices(ada), [])
	refused(await as(ada).delete(MINE, { endpoint }), 404, 'PUSH_NOT_FOUND')
})

test('what no browser would say is refused, and each field with its reason', async () => {
	const ada = await new_customer(), { body } = service.device(), { keys } = body, { point } = browser('x')
	const beside = Buffer.from(point)

	beside[64] ^= 1
	const wrong = [
		[{ ...body, endpoint: 'ftp://127.0.0.1/push' }, 'endpoint'], [{ ...body, endpoint: 'https://evil.example/push' }, 'endpoint'],
		[{ ...body, endpoint: 'https://push.example/x' }, 'endpoint'], [{ ...body, endpoint: 'https://push.example.evil.example/x' }, 'endpoint'],
		[{ ...body, endpoint: 'https://127.0.0.1@evil.example/' }, 'endpoint'], [{ ...body, endpoint: `https://a.push.example/${'x'.repeat(1000)}` }, 'endpoint'],
		[{ ...body, endpoint: 'javascript:alert(1)' }, 'endpoint'], [{ keys }, 'endpoint'], [{ endpoint: body.endpoint }, 'keys'],
		[{ ...body, keys: { auth: keys.auth } }, 'keys.p256dh'], [{ ...body, keys: { p256dh: keys.p256dh } }, 'keys.auth'],
		[{ ...body, keys: { ...keys, p256dh: beside.toString('base64url') } }, 'keys.p256dh'],
		[{ ...body, keys: { ...keys, p256dh: Buffer.alloc(65).toString('base64url') } }, 'keys.p256dh'],
		[{ ...body, keys: { ...keys, p256dh: point.subarray(0, 64).toString('base64url') } }, 'keys.p256dh'],
		[{ ...body, keys: { ...keys, p256dh: '!' } }, 'keys.p256dh'], [{ ...body, keys: { ...keys, auth: randomBytes(15).toString('base64url') } }, 'keys.auth'],
		[{ ...body, keys: { ...keys, auth: randomBytes(17).toString('base64url') } }, 'keys.auth']
	]

	for (const [sent, field] of wrong) {
		const { errors } = refused(await as(ada).post(MINE, sent), 422, 'VALIDATION_ERROR')

		assert.deepEqual(Object.keys(errors), [field], JSON.stringify(sent))
	}
	assert.deepEqual(await devices(ada), [])
	// What lies below a service's name is one of it.
	ok(await as(ada).post(MINE, { ...body, endpoint: 'https://a.push.example/x' }), 201)
})

test('on every mount where somebody signs in', async () => {
	const event = await new_event()
	const all = [[await new_customer(), MINE], [await new_organizer(), '/api/organizer/push/subscriptions/'], [await new_merchant(), '/api/merchant/push/subscriptions/'],
		[await new_usher(event), '/api/usher/push/subscriptions/'], [await new_staff('support'), '/api/push/subscriptions/'],
		[await new_member('student'), '/api/campus/push/subscriptions/'], [await new_member('user'), '/api/people/push/subscriptions/']]

	for (const [person, path] of all) {
		const { body } = service.device(), call = (method, sent) => api(method, path, sent, { token: person.access })
		const list = async () => (await call('GET')).data

		assert.equal((await call('POST', body)).status, 201, path)
		assert.deepEqual([(await list()).devices.length, (await list()).application_server_key ?? (await list()).applicationServerKey], [1, key], path)
		assert.ok([200, 204].includes((await call('DELETE', { endpoint: body.endpoint })).status), path)
		assert.equal((await list()).devices.length, 0, path)
		refused(await api('POST', path, body), 401, 'TOKEN_INVALID')
	}
})

test('an account has at most ten; whose device spoke longest ago is told no more', async () => {
	const ada = await new_customer(), all = []

	for (let i = 0; i < 10; i++)
		all.push(ok(await as(ada).post(MINE, service.device().body), 201).id)
	sql(`UPDATE push_subscription SET updated_at = updated_at - INTERVAL 1 DAY WHERE id = ${all[4]}`)
	all.push(ok(await as(ada).post(MINE, service.device().body), 201).id)
	assert.deepEqual((await devices(ada)).map(({ id }) => id).sort(), all.filter((id) => id !== all[4]).sort())
})

test('nobody takes off another\'s; a device that changed hands is told what is of its new owner alone', async () => {
	const ada = await new_customer(), bob = await new_customer(), device = await device_of(ada)

	refused(await as(bob).delete(MINE, { endpoint: device.endpoint }), 404, 'PUSH_NOT_FOUND')
	assert.equal((await devices(ada)).length, 1)
	// Something waits for it as it changes hands.
	jobs_rest('outbox')
	await bought(ada, await new_event())
	assert.deepEqual(pushes(ada).map(({ status }) => status), ['queued'])
	const again = { ...device.body, keys: browser('x').body.keys }
	ok(await as(bob).post(MINE, again), 201)
	assert.deepEqual([(await devices(ada)).length, (await devices(bob)).length], [0, 1])
	await until('it is nobody\'s', () => (jobs_run('outbox'), pushes(ada).length === 0))
	await bought(ada, await new_event())
	assert.deepEqual(pushes(ada), [], 'nor anything later')
	assert.equal(service.of(device).length, 0)
	await bought(bob, await new_event())
	await until('it is told again', () => (jobs_run('outbox'), service.of(device).length === 1))
	assert.throws(() => device.open(service.of(device)[0].body), 'by the keys of before nobody reads it')
})

// ---- what is told ----

test('an order that is paid: sealed for the browser, in the name of the site, once; who never said so costs nothing', async () => {
	const ada = await new_customer(), eve = await new_customer(), event = await new_event(), device = await device_of(ada), other = await device_of(ada)
	const [ticket] = await bought(ada, event, 2)

	await bought(eve, event)
	assert.deepEqual(pushes(eve), [])
	for (const one of [device, other]) {
		const [shown, ...more] = await told(one), [{ headers, method }] = service.of(one), [{ id }] = pushes(ada).filter((row) => shown.tag === `message-${row.id}`)

		assert.deepEqual(more, [])
		assert.deepEqual(shown, { title: `Your tickets for ${event.title}`, body: shown.body, url: `/orders/${ticket.order_id}`, tag: `message-${id}`, lang: 'en' })
		assert.match(shown.body, /^Thank you\. Order [0-9A-Z]+ is paid: €50\.00\.$/)
		assert.deepEqual([method, headers.ttl, headers.urgency, headers.topic, headers['content-encoding'], headers['content-type']],
			['POST', '86400', 'normal', `message-${id}`, 'aes128gcm', 'application/octet-stream'])
		const { aud, exp, sub, key: whose } = vapid(headers.authorization), left = exp - Date.now() / 1000
		assert.deepEqual([aud, whose], [service.origin, key])
		assert.match(sub, /^(mailto:.+@.+|https:\/\/.+)$/)
		assert.ok(left > HOUR / 1000 && left <= DAY / 1000, `${left} s`)
		for (const secret of [await code_of(ada, ticket), 'GH1', ada.mobile_number])
			assert.ok(!JSON.stringify(shown).includes(secret), secret)
	}
	assert.notDeepEqual(service.of(device)[0].body.subarray(0, 86), service.of(other)[0].body.subarray(0, 86), 'a salt and a key for each')
	// What everybody gets, they get too.
	await until('the text is sent', () => sql(`SELECT status FROM outbox WHERE channel = 'sms' AND recipient = '${ada.mobile_number}' AND kind = 'order-paid'`)[0]?.[0] === 'sent')
})

test('a mark that somebody decided of: whose it is, each time, with the way to its record, and nobody else', async () => {
	const student = await new_member('student'), eve = await new_member('student'), maker = as(await new_member('campus_organizer')), at = '/api/campus/push/subscriptions/'
	const device = await device_of(student, at), others = await device_of(eve, at), now = Date.now()
	const event = ok(await maker.post('/api/campus/events/', { title: 'A lecture', location: 'Hall A', start_datetime: iso(now), end_datetime: iso(now + HOUR) }), 201)
	const id = attendance_row(event.id, student), url = `/campus/attendance/${id}`

	ok(await maker.post(`/api/campus/attendance/${id}/verify/`, { decision: 'rejected', reason: 'Not on the photo' }))
	const [shown] = await told(device)
	assert.deepEqual([shown.url, shown.lang], [url, 'en'])
	assert.ok(shown.title.includes('A lecture') && shown.body.includes('not accepted'), JSON.stringify(shown))
	assert.ok(!JSON.stringify(shown).includes('Not on the photo'), 'why is read where one is signed in')
	assert.equal(ok(await maker.post('/api/campus/attendance/bulk-verify/', { ids: [id], decision: 'verified', reason: 'Seen after all' })).done, 1)
	ok(await maker.post(`/api/campus/attendance/${id}/excuse/`, { reason: 'A note' }))
	const all = await told(device, 3)
	assert.deepEqual(all.map((one) => one.url), [url, url, url])
	assert.equal(new Set(all.map((one) => one.tag)).size, 3)
	assert.equal(new Set(all.map((one) => one.body)).size, 3)
	assert.equal(service.of(others).length, 0)
	// What others are told by, they get too.
	assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE channel = 'mail' AND recipient = '${student.email}' AND kind = 'attendance-decided'`)[0][0], '3')
})

test('in the language of who reads it', async () => {
	const ada = await new_customer(), event = await new_event(), device = await device_of(ada)

	ok(await as(ada).put('/api/v1/users/me/', { locale: 'ar' }))
	await bought(ada, event)
	const [shown] = await told(device)
	assert.equal(shown.lang, 'ar')
	assert.match(shown.body, /[\u0600-\u06ff]{3}/)
	assert.ok(shown.title.includes(event.title) && /[\u0600-\u06ff]{3}/.test(shown.title), shown.title)
})

test('a ticket that is somebody else\'s now: whose it is, and whose it was', async () => {
	const ada = await new_customer(), bob = await new_customer(), event = await new_event(LATER), [ticket] = await bought(ada, event)
	const gave = await device_of(ada), got = await device_of(bob)

	ok(await as(ada).post(`/api/v1/users/tickets/${ticket.id}/transfer/`, { mobile_number: bob.mobile_number }), 201)
	const [received] = await told(got), [sent] = await told(gave)
	assert.deepEqual([received.title, received.url], [`A ticket for ${event.title} is yours`, `/tickets/${ticket.id}`])
	assert.equal(received.body, `${ada.name} passed a ticket for ${event.title} on to you. It is yours now, with a code of its own.`)
	assert.deepEqual([sent.title, sent.body, sent.url], [`Your ticket for ${event.title} has been passed on`, `Your ticket for ${event.title} now belongs to •••• ${bob.mobile_number.slice(-2)}.`, '/'])
})

test('money that goes back, and an event that is cancelled', async () => {
	const ada = await new_customer(), event = await new_event(LATER), [ticket] = await bought(ada, event), device = await device_of(ada)

	ok(await staff.post(`/api/events/${event.id}/cancel/`, {}))
	await until('all was told', () => (jobs_run('payments', 'notices', 'outbox'), service.of(device).length === 2))
	const all = await told(device, 2), refund = all.find(({ url }) => url === `/orders/${ticket.order_id}`)
	assert.match(refund.title, /^Refund of order /)
	assert.match(refund.body, /€25\.00/)
	assert.ok(all.some(({ title }) => title === `Cancelled: ${event.title}`), JSON.stringify(all))
})

// ---- at the gate ----

async function let_in_twice(event, usher, ada) {
	const [ticket] = await bought(ada, event), code = await code_of(ada, ticket)
	const send = (minutes) => as(usher).post('/api/usher/sync/logs/', { device_id: `phone-${randomUUID()}`, device_time: iso(Date.now()), logs: [
		{ scan_id: randomUUID(), seq: 1, local_result: 'valid', scanned_at: iso(Date.now() - minutes * 60_000), gate: 'North', direction: 'in', code }] })

	ok(await send(20))
	return ok(await send(10)).items[0].verdict
}

test('a conflict at a gate: who looks after it, once a minute at most, and nobody by mail', async () => {
	const otto = await new_organizer(), event = await new_event({ organizer_id: otto.organizer_id }), usher = await new_usher(event), ada = await new_customer()
	const AT = '/api/organizer/push/subscriptions/', device = await device_of(otto, AT), guest = await device_of(ada)
	const [gate, money] = await Promise.all([true, false].map((may_gate) => co_worker(otto, may_gate))), at_gate = await device_of(gate, AT), at_money = await device_of(money, AT)
	const conflicts = (one) => service.of(one).map(({ body, headers }) => ({ ...one.open(body), headers })).filter(({ tag }) => tag.startsWith('conflict'))

	assert.equal(await let_in_twice(event, usher, ada), 'conflict')
	await let_in_twice(event, usher, ada)
	await until('both are told', () => (jobs_run('conflicts', 'outbox'), conflicts(device).length && conflicts(at_gate).length))
	const [{ headers, ...shown }] = conflicts(device)
	assert.deepEqual(shown, { title: `Conflict at the gate: ${event.title}`, body: 'Somebody was let in twice, or should not have been let in.',
		url: org_conflicts(event.id), tag: `conflict-${event.id}`, lang: 'en' })
	assert.deepEqual([headers.ttl, headers.urgency, headers.topic], ['3600', 'high', `conflict-${event.id}`])
	// Within the minute nothing more is said, and then of all that came in it once; the first may have been told of before the second came.
	const untold = () => Number(sql(`SELECT COUNT(*) FROM scan_conflict WHERE event_id = ${event.id} AND told_at IS NULL`)[0][0])
	const before_it = conflicts(device).length, waiting = untold()
	await let_in_twice(event, usher, ada)
	await let_in_twice(event, usher, ada)
	const runs = () => sql("SELECT COALESCE(ran_at, '') FROM job WHERE name = 'conflicts'")[0][0], ran = runs()
	await until('it was looked at', () => (jobs_run('conflicts'), runs() !== ran))
	assert.equal(untold(), waiting + 2)
	sql(`UPDATE scan_conflict SET told_at = told_at - INTERVAL 1 MINUTE WHERE event_id = ${event.id}`)
	await until('it is told again', () => (jobs_run('conflicts', 'outbox'), conflicts(device).length > before_it))
	assert.equal(untold(), 0)
	assert.equal(conflicts(device).length, before_it + 1)
	assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE kind = 'gate-conflict' AND channel <> 'push'`)[0][0], '0')
	assert.deepEqual([conflicts(at_money), conflicts(guest)], [[], []], 'who has no right to the gate, and guests, hear nothing')
})

// Somebody who works for an organizer.
async function co_worker(otto, may_gate) {
	const person = await new_customer()

	sql(`INSERT INTO account_role VALUES (${person.user.id}, 'organizer', UTC_TIMESTAMP(3));
		INSERT INTO co_worker (organizer_id, account_id, name, mobile_number, may_gate, may_money, joined_at, created_at, updated_at)
		VALUES (${otto.organizer_id}, ${person.user.id}, 'Mia', '${person.mobile_number}', ${may_gate}, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	return { ...person, ...await sign_in('organizer', { contact_mobile: person.mobile_number, password: person.password }) }
}

// ---- what is not taken ----

// The next message of somebody new, whose service answers so.
async function answered(answer) {
	const ada = await new_customer(), device = await device_of(ada)

	service.answer = (one) => one.device === device ? answer : { status: 201 }
	await bought(ada, await new_event())
	return { ada, device, ...await tried(ada) }
}

test('a browser that wants nothing any more is forgotten', async () => {
	for (const status of [404, 410]) {
		const ada = await new_customer(), device = await device_of(ada)

		service.answer = (one) => ({ status: one.device === device ? status : 201 })
		await bought(ada, await new_event())
		await until('it is forgotten', async () => (jobs_run('outbox'), (await devices(ada)).length === 0))
		await until('and what was for it, which is nobody\'s fault', () => pushes(ada).length === 0)
		await bought(ada, await new_event())
		assert.deepEqual([pushes(ada), service.of(device).length], [[], 1], 'and nothing waits for it')
	}
})

test('a service that is busy is asked again, not before it says; then it is told', async () => {
	for (const [answer, least] of [[{ status: 503, headers: { 'retry-after': '120' } }, 110], [{ status: 429, headers: { 'retry-after': '300' } }, 290], [{ status: 500 }, 0]]) {
		const got = await answered(answer)

		assert.deepEqual([got.status, got.error, (await devices(got.ada)).length], ['queued', `Its push service answered ${answer.status}.`, 1])
		assert.ok(got.due >= least && got.due <= least + 20, `${got.due} s`)
		service.answer = () => ({ status: 201 })
		due_now(got.id)
		await until('it was told', () => (jobs_run('outbox'), pushes(got.ada)[0].status === 'sent'))
		const [first, second] = await told(got.device, 2)
		assert.deepEqual(first, second, 'the same, by which a device tells that it is')
	}
})

test('what no other try would change is given up, and the device stays', async () => {
	for (const status of [400, 401, 403, 413]) {
		const got = await answered({ status })

		assert.deepEqual([got.status, got.attempts, got.error, (await devices(got.ada)).length], ['failed', 1, `Its push service answered ${status}.`, 1])
	}
})

test('where nothing is sent: this machine, private networks, by a name or a redirect', async () => {
	const ada = await new_customer(), private_one = service.device('127.0.0.2')

	private_one.body.endpoint = private_one.endpoint.replace(/:\d+\//, '/')
	ok(await as(ada).post(MINE, private_one.body), 201)

	await bought(ada, await new_event())
	const { status, error } = await tried(ada)
	assert.deepEqual([status, error, service.of(private_one).length], ['failed', 'Its push service leads to an address that is not public.', 0])
	const elsewhere = service.device(), got = await answered({ status: 307, headers: { location: elsewhere.endpoint } })
	assert.deepEqual([got.status, got.error, service.of(elsewhere).length], ['failed', 'Its push service answered 307.', 0])
})

test('a service is asked at its own port alone, for elsewhere nobody may answer, and codes would wait for that', async () => {
	const ada = await new_customer(), { body } = service.device()

	for (const endpoint of ['https://a.push.example:81/x', 'https://127.0.0.2:444/x'])
		assert.ok(refused(await as(ada).post(MINE, { ...body, endpoint }), 422, 'VALIDATION_ERROR').body.errors.endpoint)
	ok(await as(ada).post(MINE, { ...body, endpoint: 'https://a.push.example:443/x' }), 201)
})

test('a device that is lost is told no more: by its number, and with the sessions that are ended', async () => {
	const ada = await new_customer(), eve = await new_customer()

	await device_of(ada)
	const [{ id }] = await devices(ada)
	refused(await as(eve).delete(MINE, { id }), 404, 'PUSH_NOT_FOUND')
	ok(await as(ada).delete(MINE, { id }))
	assert.deepEqual(await devices(ada), [])
	assert.ok(refused(await as(ada).delete(MINE, {}), 422, 'VALIDATION_ERROR').body.errors.endpoint)
	await device_of(ada)
	sql(`UPDATE push_subscription SET session_id = session_id - 1 WHERE account_id = ${ada.user.id}`)
	await device_of(ada)
	assert.equal((await devices(ada)).length, 2)
	ok(await as(ada).post('/api/v1/users/change-password/', { current_password: ada.password, new_password: 'quite another one' }))
	assert.equal((await devices(ada)).length, 1, 'what was said in another session ends with it')
})

// ---- in the house ----

test('staff see that and to whom it went, never what or where; one that failed is sent once more', async () => {
	const { ada, id, device } = await answered({ status: 400 }), one = await staff.get(`/api/outbox/${id}/`)

	assert.deepEqual([ok(one).channel, ok(one).recipient, ok(one).status, ok(one).subject], ['push', ada.mobile_number, 'failed', ''])
	for (const secret of [new URL(device.endpoint).pathname, 'Thank you'])
		assert.ok(!one.text.includes(secret), secret)
	assert.ok(ok(await staff.get('/api/outbox/', { query: { channel: 'push', search: ada.mobile_number } })).items.some((row) => row.id === id))
	service.answer = () => ({ status: 201 })
	ok(await staff.post(`/api/outbox/${id}/resend/`, {}))
	await until('it was sent', () => (jobs_run('outbox'), pushes(ada)[0].status === 'sent'))
})

test('whoever leaves leaves no device behind, nor what was told there', async () => {
	const ada = await new_customer(), device = await device_of(ada)

	await bought(ada, await new_event({ starts_at: iso(Date.now() - 2 * HOUR), ends_at: iso(Date.now() + HOUR) }))
	await told(device)
	const held = ok(await as(ada).get('/api/v1/users/export/')).held
	assert.deepEqual(held.push_subscriptions.map((row) => row.service), [`127.0.0.1:${service.port}`])
	assert.ok(!JSON.stringify(held).includes(new URL(device.endpoint).pathname))
	ok(await as(ada).post('/api/v1/users/delete-account/', { password: ada.password, confirm_tickets: true }))
	assert.equal(sql(`SELECT COUNT(*) FROM push_subscription WHERE account_id = ${ada.user.id}`)[0][0], '0')
	assert.deepEqual(pushes(ada), [])
	jobs_run('outbox')
	assert.equal(service.of(device).length, 1, 'that they left they are not told there')
})

test('the profile\'s page has the switch, which is a form of each portal\'s own', async () => {
	const ada = await new_customer(), page = await new Browser().open('/sign-in'), { body } = service.device()
	const { code } = await import('./lib.mjs')

	await page.submit('/sign-in', { mobile_number: ada.mobile_number, password: ada.password })
	await page.submit('/sign-in/code', { otp: await code(ada.mobile_number) })
	await page.open('/account')
	assert.ok(page.html.replace(/\s+/g, ' ').includes(`data-push="${key}" data-scope="/push/customer/" data-told=""`))
	await page.submit('/account/devices', { endpoint: body.endpoint, 'keys[p256dh]': body.keys.p256dh, 'keys[auth]': body.keys.auth })
	assert.match(page.html, /You are told on this device from now on\./)
	assert.equal((await devices(ada)).length, 1)
	await page.submit('/account/devices/remove', { endpoint: body.endpoint })
	assert.match(page.html, /You are not told on this device any more\./)
	await page.submit('/account/devices', { endpoint: 'https://evil.example/', 'keys[p256dh]': 'x', 'keys[auth]': 'y' })
	assert.deepEqual([page.status, await devices(ada)], [422, []])
	const worker = await fetch(`${own.url}/push/sw.js`)
	assert.deepEqual([worker.status, worker.headers.get('content-type')], [200, 'text/javascript; charset=utf-8'])
})

// The last, for the service is left alone after it.
test('one that hangs holds up nobody\'s code, and is left alone for a while', async () => {
	const ada = await new_customer(), ben = await new_customer(), mine = []
	const code = () => sql(`SELECT status FROM outbox WHERE channel = 'sms' AND recipient = '${ben.mobile_number}' ORDER BY id DESC LIMIT 1`)[0]?.[0]
	let code_was

	for (let i = 0; i < 3; i++)
		mine.push(await device_of(ada))
	jobs_rest('outbox')
	service.answer = ({ device }) => {
		if (!mine.includes(device))
			return { status: 201 }
		code_was ??= code()
		return null
	}
	await bought(ada, await new_event())
	ok(await api('POST', '/api/v1/users/login/', { mobile_number: ben.mobile_number, password: ben.password }))
	assert.equal(code(), 'queued')
	await until('all were seen to', () => (jobs_run('outbox'), pushes(ada).every(({ error }) => error)))
	assert.equal(code_was, 'sent', 'the code went first, though it was written last')
	assert.deepEqual(pushes(ada).map(({ error }) => error).sort(), ['Its push service could not be reached: Timeout was reached.', ...Array(2).fill('Its push service did not answer a moment ago.')].sort())
	assert.equal(mine.flatMap(service.of).length, 1)
	service.answer = () => ({ status: 201 })
})
