// Live counts: who may watch, waiting for a change, a stream of them, and everybody who waits hears of it. How long something
// takes is asserted once: whoever loses the right to watch is sent away within ten seconds.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { api, Browser, code, forget_tries, new_number, sign_in, site, sql, token } from './lib.mjs'
import {
	as, bought, code_of, contract, held, lapse, new_customer, new_event, new_merchant, new_organizer, new_staff, new_usher, ok,
	refused, scan, until
} from './world.mjs'

let ann, event, usher, staff, owner

before(async () => {
	ann = await new_customer({ name: 'Ann Arbor' })
	event = await new_event({ categories: [{ name: 'Standing', capacity: 50 }, { name: 'Seated', capacity: 20 }] })
	usher = await new_usher(event)
	staff = await token('staff')
	owner = await sign_in('organizer')
})

const live = (person, query = { wait: 0 }, of = event, more = {}) => as(person).get(`/api/live/events/${of.id}`, { query, ...more })
const snapshot = async (person = staff, of = event) => ok(await live(person, { wait: 0 }, of))
const ticket_code = async (of = event) => code_of(ann, (await bought(ann, of))[0])
// Of what is asked for, what the snapshot says; nothing of it may be missing.
const counts = async (of) => (await snapshot(staff, of)).counts

test('the snapshot has the fields that apps read', async () => {
	const data = await snapshot()

	for (const key of ['tag', 'event_id', 'counts', 'by_category', 'by_gate', 'last_scans', 'at', 'changed'])
		assert.ok(key in data, key)
	assert.deepEqual(Object.keys(data.counts).sort(), ['capacity', 'conflicts', 'entered', 'expected', 'held', 'inside', 'left', 'refused', 'sold'])
	assert.equal(data.event_id, event.id)
	assert.equal(data.counts.capacity, 70)
	assert.deepEqual(data.by_category.map((row) => [row.name, row.capacity]), [['Standing', 50], ['Seated', 20]])
	assert.match(data.tag, /^[0-9a-f]{16,}$/)
	assert.equal((await snapshot()).tag, data.tag)
	assert.equal(ok(await as(staff).get(`/api/live/events/${event.id}/`, { query: { wait: 0 } })).tag, data.tag)
})

test('every sale, hold and scan moves it', async () => {
	const own = await new_event({ categories: [{ capacity: 5 }] }), by = await new_usher(own)
	// A change may be told a moment after the answer to what made it: the one that waits is told of it.
	const after = async (since) => ok(await live(staff, { since, wait: 25 }, own))
	let seen = await snapshot(staff, own)
	const step = async (act, expected) => {
		await act()
		do
			seen = await after(seen.tag)
		while (!Object.entries(expected).every(([key, value]) => seen.counts[key] === value))
	}

	let order
	await step(async () => { order = await held(ann, own, 2) }, { held: 2, sold: 0 })
	await step(() => lapse(order.id), { held: 0 })
	let code
	await step(async () => { code = await ticket_code(own) }, { sold: 1, expected: 1, held: 0 })
	await step(() => scan(by, { code, gate: 'North' }), { entered: 1, inside: 1, left: 0 })
	await step(() => scan(by, { code, gate: 'South' }), { refused: 1, inside: 1 })
	await step(() => scan(by, { code, direction: 'out', gate: 'South' }), { left: 1, inside: 0, entered: 1 })
	assert.deepEqual(seen.last_scans.map((s) => [s.result, s.direction]), [['valid', 'out'], ['already_scanned', 'in'], ['valid', 'in']])
	assert.deepEqual(seen.by_gate.map((row) => [row.gate, row.entered, row.left, row.refused]), [['North', 1, 0, 0], ['South', 0, 1, 1]])
	assert.deepEqual(await counts(own), seen.counts)
})

test('phones may name gates as they like: the first fifty are told apart, and all are counted', async () => {
	const event = await new_event(), usher = await new_usher(event)

	sql(`INSERT INTO scan_log (event_id, scan_id, usher_id, gate, direction, result, reason, moved, first_entry, at, scanned_at)
		SELECT ${event.id}, RANDOM_BYTES(16), ${usher.usher_id}, CONCAT('G', LPAD(seq, 5, '0')), 'in', 'not_found', 'unknown_code',
			0, 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM seq_1_to_10100`)
	const data = await snapshot(staff, event)
	assert.equal(data.by_gate.length, 51)
	assert.deepEqual([data.by_gate[0].gate, data.by_gate[0].scans], ['G00001', 1])
	assert.deepEqual([data.by_gate[50].gate, data.by_gate[50].scans], ['…', 10050])
	assert.equal(data.counts.refused, 10100)
	ok(await as(usher).get(`/api/usher/events/${event.id}/status/`))
})

test('nothing new: it waits for as long as was asked, and says so', async () => {
	const { tag } = await snapshot()
	const data = ok(await live(staff, { since: tag, wait: 1 }))

	assert.equal(data.changed, false)
	assert.equal(data.tag, tag)
	assert.ok(!('counts' in data))
})

test('another tag than the newest is answered at once', async () => {
	for (const since of ['', 'something old', '0'.repeat(32)]) {
		const data = ok(await live(staff, { since, wait: 25 }))

		assert.equal(data.changed, true)
		assert.ok(data.counts)
	}
})

test('who waits is told of a scan when it comes', async () => {
	const code = await ticket_code()
	let { tag } = await snapshot()
	// The sale may still be on its way: wait until all is quiet.
	for (let quiet; !quiet;) {
		const data = ok(await live(staff, { since: tag, wait: 1 }))
		quiet = !data.changed
		tag = data.tag
	}
	let answered = false
	const waiting = live(staff, { since: tag, wait: 25 }).then((answer) => {
		answered = true
		return ok(answer)
	})

	assert.equal(ok(await live(staff, { since: tag, wait: 1 })).changed, false)
	assert.equal(answered, false)
	const scanned = ok(await scan(usher, { code, gate: 'North' }))
	const data = await waiting
	assert.equal(data.changed, true)
	assert.notEqual(data.tag, tag)
	assert.deepEqual([data.last_scans[0].at, data.last_scans[0].result, data.last_scans[0].gate], [scanned.at, 'valid', 'North'])
})

test('fifty who wait all hear the same', async () => {
	const own = await new_event(), by = await new_usher(own)
	const code = await ticket_code(own)
	let data = await snapshot(staff, own)
	while (data.counts?.sold !== 1)
		data = ok(await live(staff, { since: data.tag, wait: 25 }, own))
	const waiting = Promise.all(Array.from({ length: 50 }, () => live(staff, { since: data.tag, wait: 25 }, own)))
	await scan(by, { code })
	const heard = (await waiting).map((answer) => ok(answer))

	assert.ok(heard.every((h) => h.changed === true && h.counts.entered === 1))
	assert.equal(new Set(heard.map((h) => h.tag)).size, 1)
})

// What comes in, until the file ends. A signal given to fetch() does not reach an answer that is read for long: node 18 has
// forgotten it by then.
const bodies = new Set()
after(() => Promise.allSettled([...bodies].map((body) => body.cancel())))
async function* chunks(answer) {
	const body = answer.body.getReader()

	bodies.add(body)
	for (let part; !(part = await body.read()).done;)
		yield part.value
}

// Frames of a stream as they come: { event, id, data }.
async function* frames(answer) {
	let text = ''

	for await (const chunk of chunks(answer)) {
		text += Buffer.from(chunk).toString()
		for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
			const frame = Object.fromEntries(text.slice(0, end).split('\n').filter((line) => line && !line.startsWith(':'))
				.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]))
			if (frame.event === 'counts')
				yield { ...frame, data: JSON.parse(frame.data) }
		}
	}
}

const stream = (person, of, headers = {}) =>
	fetch(`${site}/api/live/events/${of.id}`, {
		headers: { authorization: `Bearer ${person.access ?? person}`, accept: 'text/event-stream', ...headers }
	})

test('a stream: the snapshot first, then each change', async () => {
	const own = await new_event(), by = await new_usher(own)
	const code = await ticket_code(own)
	const answer = await stream(staff, own)

	assert.equal(answer.status, 200)
	assert.match(answer.headers.get('content-type'), /^text\/event-stream/)
	assert.match(answer.headers.get('cache-control'), /no-(cache|store)/)
	const coming = frames(answer)
	const first = (await coming.next()).value
	assert.equal(first.data.counts.entered, 0)
	assert.equal(first.id, first.data.tag)
	const scanned = ok(await scan(by, { code }))
	let change
	do
		change = (await coming.next()).value
	while (change.data.counts.entered !== 1)
	assert.notEqual(change.id, first.id)
	assert.equal(change.data.last_scans[0].at, scanned.at)

	// Who comes back says what they have, and hears only what is new.
	const back = await stream(staff, own, { 'last-event-id': change.id })
	const more = frames(back)
	await scan(by, { code, direction: 'out' })
	assert.equal((await more.next()).value.data.counts.inside, 0)
})

test('who may watch: the event\'s organizer, its ushers and staff', async () => {
	for (const person of [owner, usher, staff, await new_staff('support'), await new_staff('finance')])
		assert.equal((await snapshot(person)).event_id, event.id)
})

test('others are told that there is no such event', async () => {
	const other = await new_event({ organizer_id: 2 })

	for (const person of [await new_organizer(), ann, await new_merchant(), await new_usher(other)])
		refused(await live(person), 404, 'EVENT_NOT_FOUND')
	refused(await live(owner, { wait: 0 }, other), 404, 'EVENT_NOT_FOUND')
	refused(await live(usher, { wait: 0 }, other), 404, 'EVENT_NOT_FOUND')
	refused(await live(staff, { wait: 0 }, { id: 999_999_999 }), 404, 'EVENT_NOT_FOUND')
	for (const id of [0, -1, 'x', '99999999999999999999']) // no number of anything: no address at all
		refused(await live(staff, { wait: 0 }, { id }), 404, 'NOT_FOUND')
})

// ---- who loses the right ----

const PROMISED = 10_000

// Reads a stream to its end: { end: the last frame's code, at: when it ended }; told(n) resolves with the counts of its nth
// frame, of those that were told since.
function reading(answer) {
	const reader = { open: true, frames: [] }

	reader.done = (async () => {
		let text = '', end

		for await (const chunk of chunks(answer)) {
			text += Buffer.from(chunk).toString()
			for (let at; (at = text.indexOf('\n\n')) >= 0; text = text.slice(at + 2)) {
				const [, event, data] = text.slice(0, at).match(/event: (\w+)\ndata: (.*)$/) ?? []

				if (event === 'end')
					end = JSON.parse(data).code
				else if (event === 'counts')
					reader.frames.push(JSON.parse(data).counts)
			}
		}
		reader.open = false
		return { end, at: Date.now() }
	})()
	reader.done.catch(() => {})
	return reader
}

// Somebody who watches as a stream and by a poll that waits, each from a session of the same person or of one's own.
async function watching(headers, of) {
	const path = `${site}/api/live/events/${of.id}`
	const get = (query, more) => fetch(`${path}${query}`, { headers: { ...headers, ...more } })
	const answer = await get('', { accept: 'text/event-stream' })

	assert.equal(answer.status, 200)
	const stream = reading(answer)
	await until('its first frame', () => stream.frames.length > 0)
	const { data: { tag } } = await (await get('?wait=0')).json()
	const poll = { open: true }
	poll.done = get(`?wait=25&since=${tag}`).then(async (reply) => {
		poll.open = false
		return { status: reply.status, code: (await reply.json()).error?.code, at: Date.now() }
	})
	poll.done.catch(() => {})
	return { stream, poll }
}

const bearer = (person) => ({ authorization: `Bearer ${person.access}` })
const account_of = (person) => JSON.parse(Buffer.from(person.access.split('.')[1], 'base64url')).sub

test('who loses the right to watch is sent away within ten seconds, however it is lost; all others stay', async () => {
	const office = as(staff), organizer = await new_organizer()
	const own = await new_event({ organizer_id: organizer.organizer_id }), handed_over = await new_event({ organizer_id: organizer.organizer_id })
	const new_portal = async () => {
		const mobile_number = new_number(), password = `pass-${randomUUID()}`, browser = new Browser()

		ok(await office.post('/api/organizers/', { name: 'Otto Test', company: `Company ${randomUUID()}`, mobile_number, password }), 201)
		forget_tries()
		await browser.open('/organizer/sign-in')
		await browser.submit('/organizer/sign-in', { contact_mobile: mobile_number, password })
		await browser.send('/organizer/sign-in/code', { otp: await code(mobile_number) })
		const organizer_id = sql(`SELECT o.id FROM organizer o JOIN account a ON a.id = o.account_id WHERE a.mobile_number = '${mobile_number}'`)[0][0]
		const event = await new_event({ organizer_id: Number(organizer_id) })

		return { browser, event, headers: { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') } }
	}
	const again = (person) => sign_in('usher', { event_id: own.id, username: person.username, password: person.password })
	const leaver = await new_usher(own), stayer = await again(leaver), expired = await new_usher(own)
	const taken_off = await new_usher(own), reset = await new_usher(own), other = await new_usher(own)
	const disabled = await new_staff('support'), demoted = await new_staff('finance'), portal = await new_portal()
	// Each loses it in another way: [who watches, what, how it is lost, what they are told].
	const ways = {
		'signed out': [bearer(leaver), own, () => as(leaver).post('/api/usher/logout/', { refresh: leaver.refresh }), 'TOKEN_INVALID'],
		'signed out of a portal': [portal.headers, portal.event, () => portal.browser.go('/organizer').then((b) => b.send('/organizer/sign-out')),
			'TOKEN_INVALID'],
		'the session\'s time is up': [bearer(expired), own, () => sql(`UPDATE session SET expires_at = UTC_TIMESTAMP(3) WHERE account_id = ${account_of(expired)}`),
			'TOKEN_INVALID'],
		'account disabled': [bearer(disabled), own, () => office.put(`/api/users/${account_of(disabled)}/`, { status: 'disabled' }), 'TOKEN_INVALID'],
		'role taken away': [bearer(demoted), own, () => office.delete(`/api/users/${account_of(demoted)}/roles/finance`), 'TOKEN_INVALID'],
		'taken off the event': [bearer(taken_off), own, () => office.delete(`/api/events/${own.id}/ushers/${taken_off.usher_id}`), 'TOKEN_INVALID'],
		'password set anew': [bearer(reset), own,
			() => office.post(`/api/users/${account_of(reset)}/reset-password/`, { password: `pass-${randomUUID()}` }), 'TOKEN_INVALID'],
		'event handed over': [bearer(organizer), handed_over, () => office.put(`/api/events/${handed_over.id}/`, { organizer_id: 2 }), 'EVENT_NOT_FOUND']
	}
	const stays = [[bearer(stayer), own], [bearer(other), own], [bearer({ access: staff }), own], [bearer(organizer), own],
		[bearer({ access: staff }), handed_over]]
	const losing = await Promise.all(Object.values(ways).map(([headers, of]) => watching(headers, of)))
	const staying = await Promise.all(stays.map(([headers, of]) => watching(headers, of)))

	await Promise.all(Object.entries(ways).map(async ([name, [, , lose, told]], i) => {
		const { stream, poll } = losing[i]

		assert.ok(stream.open && poll.open, `${name}: nobody was sent away before`)
		const answer = await lose(), lost = Date.now()
		assert.ok(!answer.status || answer.status < 400, `${name}: ${answer.status} ${answer.text}`)
		const late = new Promise((done) => { setTimeout(() => done({ late: true }), PROMISED).unref() })
		const [streamed, polled] = await Promise.all([Promise.race([stream.done, late]), Promise.race([poll.done, late])])
		assert.ok(!streamed.late && streamed.at - lost <= PROMISED, `${name}: the stream goes on`)
		assert.equal(streamed.end, told, name)
		assert.ok(!polled.late && polled.at - lost <= PROMISED, `${name}: the poll waits on`)
		assert.deepEqual([polled.status, polled.code], [told === 'TOKEN_INVALID' ? 401 : 404, told], name)
	}))
	for (const [i, { stream }] of staying.entries())
		assert.ok(stream.open, `who stays was sent away: ${i}`)
	// And they are told of what happens next.
	const before = staying.map(({ stream }) => stream.frames.length)
	await scan(other, { code: 'no ticket' })
	await held(ann, handed_over)
	for (const [i, { stream }] of staying.entries())
		await until(`news for ${i}`, () => stream.frames.length > before[i])
})

test('who comes again and again is refused within ten seconds, though believed for a while', async () => {
	const by = await new_usher(event)
	const look = () => live(by, { wait: 0 })

	ok(await look())
	ok(await as(staff).delete(`/api/events/${event.id}/ushers/${by.usher_id}`))
	const lost = Date.now()
	await until('refused', async () => (await look()).status === 401)
	assert.ok(Date.now() - lost <= PROMISED)
})

test('nobody without a token, nor by one that is none', async () => {
	for (const access of [undefined, 'x', 'a.b.c', `${staff}x`]) {
		refused(await api('GET', `/api/live/events/${event.id}`, undefined, { token: access }), 401, 'TOKEN_INVALID')
		const answer = await fetch(`${site}/api/live/events/${event.id}`, {
			headers: { accept: 'text/event-stream', ...(access ? { authorization: `Bearer ${access}` } : {}) }
		})
		assert.equal(answer.status, 401)
	}
})

test('what cannot be read is refused, what is too long is clamped', async () => {
	for (const wait of ['x', '-1', '1.5', '99999999999999999999']) {
		const answer = await live(staff, { wait })
		assert.equal(answer.status, 422, wait)
		assert.deepEqual(Object.keys(answer.body.errors), ['wait'])
	}
	ok(await live(staff, { wait: 100000 }))
	const { tag } = await snapshot()
	ok(await live(staff, { since: `${tag}${'x'.repeat(500)}`, wait: 0 }))
})

test('HTTP as everywhere: HEAD, OPTIONS, 405, CORS, request ids', async () => {
	const path = `/api/live/events/${event.id}`
	const head = await api('HEAD', path, undefined, { token: staff })
	assert.equal(head.status, 200)
	assert.equal(head.bytes.length, 0)
	const post = await api('POST', path, {}, { token: staff })
	refused(post, 405, 'METHOD_NOT_ALLOWED')
	assert.equal(post.headers.get('allow'), 'GET, HEAD, OPTIONS')
	const preflight = (origin) => api('OPTIONS', path, undefined, { headers: { origin, 'access-control-request-method': 'GET' } })
	assert.equal((await preflight('http://localhost:8080')).headers.get('access-control-allow-origin'), 'http://localhost:8080')
	for (const name of ['Authorization', 'X-Request-ID', 'Last-Event-ID']) // the last from scripts that stream by fetch()
		assert.ok((await preflight('http://localhost:8080')).headers.get('access-control-allow-headers').split(', ').includes(name), name)
	assert.equal((await preflight('http://evil.example')).headers.get('access-control-allow-origin'), null)
	const answer = await api('GET', path, undefined, { token: staff, headers: { 'x-request-id': 'watching-1' }, query: { wait: 0 } })
	assert.equal(answer.headers.get('x-request-id'), 'watching-1')
	contract(answer)
	assert.equal((await api('GET', '/api/live/nothing', undefined, { token: staff })).status, 404)
})

// What an answer's head says, but for what is its own each time.
const head_of = ({ headers }) =>
	Object.fromEntries([...headers].filter(([name]) => !['accept-ranges', 'allow', 'content-length', 'date', 'etag', 'x-request-id'].includes(name)))
const FROM = { origin: 'http://localhost:8080' }

test('who waited is answered like who did not: CORS, request id, the names that nobody knows', async () => {
	const ask = (query) =>
		live(staff, { colour: 'red', ...query }, event, { headers: { ...FROM, 'x-request-id': 'waiting-12345' } })
	const at_once = await ask({ wait: 0 }), { tag } = ok(at_once)
	const waited = await ask({ since: tag, wait: 1 })

	assert.equal(ok(waited).changed, false)
	assert.equal(waited.headers.get('access-control-allow-origin'), FROM.origin)
	assert.deepEqual(head_of(waited), head_of(at_once))
	assert.equal(waited.headers.get('x-request-id'), 'waiting-12345')
	assert.deepEqual(waited.body.meta.ignored, ['colour'])
})

test('who waited and hears of a change is answered so too', async () => {
	const own = await new_event(), by = await new_usher(own), { tag } = await snapshot(staff, own)
	const waiting = live(staff, { since: tag, wait: 25 }, own, { headers: FROM })

	await scan(by, { code: 'no ticket' })
	const answer = await waiting
	assert.equal(ok(answer).changed, true)
	assert.equal(answer.headers.get('access-control-allow-origin'), FROM.origin)
})

test('a refusal is spelt, and its head said, as by the workers', async () => {
	const here = `/api/live/events/${event.id}`, there = '/api/users/'
	const both = async (method, query, access = staff) => Promise.all([here, there].map((path) =>
		api(method, path + query, undefined, { token: access, headers: FROM })))

	for (const [method, queries, access, status] of [
		['GET', ['?wait=x', '?page=x'], staff, 422], ['GET', ['?wait=1&wait=1', '?page=1&page=1'], staff, 422],
		['GET', ['?wait=%zz', '?page=%zz'], staff, 400], ['GET', ['', ''], null, 401], ['GET', ['', ''], 'x', 401],
		['DELETE', ['', ''], staff, 405], ['OPTIONS', ['', ''], staff, 204]
	]) {
		const [live_says] = await both(method, queries[0], access), [, worker_says] = await both(method, queries[1], access)
		const what = `${method} ${queries}`

		assert.equal(live_says.status, status, what)
		assert.equal(worker_says.status, status, what)
		assert.deepEqual(head_of(live_says), head_of(worker_says), what)
		if (status === 204) {
			assert.ok(live_says.headers.get('allow').includes('OPTIONS'))
			continue
		}
		refused(live_says, status, worker_says.error.code)
		assert.equal(live_says.body.message.replace(/answers .* only/, ''), worker_says.body.message.replace(/answers .* only/, ''), what)
		assert.deepEqual(Object.values(live_says.body.errors ?? {})[0]?.length, Object.values(worker_says.body.errors ?? {})[0]?.length, what)
	}
})

test('a stream has the head of any answer too', async () => {
	const answer = await stream(staff, event, { ...FROM, 'x-request-id': 'streaming-1' })
	const whole = await live(staff, { wait: 0 }, event, { headers: FROM })

	assert.deepEqual({ ...head_of(answer), 'content-type': '', 'x-accel-buffering': '', 'transfer-encoding': '' },
		{ ...head_of(whole), 'content-type': '', 'x-accel-buffering': '', 'transfer-encoding': '' })
	assert.equal(answer.headers.get('x-request-id'), 'streaming-1')
	await answer.body.cancel()
})

test('of several portals\' cookies any that gives the right will do, to come in and to stay', async () => {
	const by = await new_usher(event), browser = new Browser(), path = `/api/live/events/${event.id}`
	const sign_in_at = async (portal, fields) => {
		await browser.open(`${portal}/sign-in`)
		await browser.submit(`${portal}/sign-in`, fields)
	}
	const look = async () => (await browser.open(`${path}?wait=0`)).status

	// Another organizer, whose cookie is looked at first.
	const mobile_number = new_number(), password = `pass-${randomUUID()}`
	ok(await as(staff).post('/api/organizers/', { name: 'Ora Test', company: `Company ${randomUUID()}`, mobile_number, password }), 201)
	forget_tries()
	await sign_in_at('/organizer', { contact_mobile: mobile_number, password })
	await browser.send('/organizer/sign-in/code', { otp: await code(mobile_number) })
	assert.equal(await look(), 404)
	await sign_in_at('/gate', { event_id: event.id, username: by.username, password: by.password })
	assert.equal(await look(), 200)
	const { data: { tag } } = JSON.parse(browser.html)
	const waiting = browser.open(`${path}?wait=25&since=${tag}`)
	ok(await as(staff).delete(`/api/events/${event.id}/ushers/${by.usher_id}`))
	assert.equal((await waiting).status, 404)
	assert.equal(JSON.parse(browser.html).error.code, 'EVENT_NOT_FOUND')
})

test('the message for the next page is not taken by a poll of this one', async () => {
	const answer = await live(staff, { wait: 0 }, event, { headers: { cookie: 'gh_flash=QQ' } })
	const other = await as(staff).get('/api/users/', { headers: { cookie: 'gh_flash=QQ' } })

	ok(answer)
	assert.equal(answer.headers.get('set-cookie'), null)
	assert.equal(other.headers.get('set-cookie'), null)
})

// One FastCGI request straight to `live`; gives what it answered, head and all.
const send_fcgi = (params) => new Promise((resolve, reject) => {
	const record = (type, content = Buffer.alloc(0)) => Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content])
	const pairs = Object.entries(params).map((pair) => Buffer.concat([Buffer.from(pair.map((text) => text.length)), Buffer.from(pair.join(''))]))
	const socket = connect(join(process.env.GATEHOUSE_RUN, 'live.sock'))
	const came = []

	socket.on('error', reject).on('data', (data) => came.push(data)).on('end', () => resolve(Buffer.concat(came).toString('latin1')))
	socket.write(Buffer.concat([record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])), record(4, Buffer.concat(pairs)), record(4), record(5)]))
})

test('what is meant for a worker and is sent here all the same is not here', async () => {
	for (const path of ['/api/users/', '/admin', '/admin/nothing', '/api/docs', '/healthz', '/api/live', '/', ''])
		assert.match(await send_fcgi({ REQUEST_METHOD: 'GET', REQUEST_URI: path, REMOTE_ADDR: '127.0.0.1' }), /Status: 40[04]\b.*"code":"(NOT_FOUND|BAD_PATH)"/s, path)
	ok(await live(staff))
})
