// An event of a campus, watched: as apps ask for it, by long-poll and stream, and by sockets at the addresses that its old clients know.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import WebSocket from 'ws'
import { site, sql } from './lib.mjs'
import { at, bearer, client, leave_all, plain } from './sockets.mjs'
import { as, HOUR, iso, new_customer, new_member, ok, refused, unique, until } from './world.mjs'

const MINUTE = 60_000, NOWHERE = '00000000-0000-4000-8000-000000000000'
let people, event, open, silent

const hex = (id) => id.replaceAll('-', '')
async function make(who, more = {}) {
	const start = Date.now() - 5 * MINUTE
	const made = ok(await as(who).post('/api/campus/events/', {
		title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(start), end_datetime: iso(start + HOUR), audience: [{ rule: 'member', value: people.student.user.id }], ...more
	}), 201)

	return { ...made, number: Number(sql(`SELECT id FROM campus_event WHERE uuid = UNHEX('${hex(made.id)}')`)[0][0]) }
}
// A committed change as a mark leaves it: its number.
const mark = (of, who, status = 'present', verification = 'verified', department = 1) => Number(sql(`
	INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, event_starts_at, submitted_at, created_at, updated_at)
		VALUES (UNHEX(REPLACE(UUID(), '-', '')), ${of.number}, ${who.user.id}, ${of.campus}, ${department}, 'submitted', '${status}', '${verification}', @t := UTC_TIMESTAMP(3), @t, @t, @t)
		ON DUPLICATE KEY UPDATE status = VALUES(status), verification_status = VALUES(verification_status), version = version + 1;
	INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at)
		SELECT id, event_id, account_id, status, verification_status, method, UTC_TIMESTAMP(3) FROM attendance WHERE event_id = ${of.number} AND account_id = ${who.user.id};
	SELECT LAST_INSERT_ID()`).at(-1)[0])
const ws = (of, more = {}, query = '') => plain(`/ws/events/${of.id}/${query}`, more)
const now = (who, of, path = `/api/campus/analytics/realtime/${of.id}/`) => as(who).get(path)
const ticket = async (who) => ok(await as(who).post('/api/campus/analytics/realtime/ticket/', {})).ticket

before(async () => {
	people = {
		student: await new_member('student'), classmate: await new_member('student', { department: 2 }), supervisor: await new_member('supervisor'), organizer: await new_member('campus_organizer'),
		other: await new_member('campus_organizer'), hr: await new_member('hr'), hr2: await new_member('hr', { campus: 2 }), admin: await new_member('campus_admin', { campus: null })
	}
	event = await make(people.organizer)
	open = await make(people.organizer, { public_counts: true })
	silent = who_is_silent(await make(people.organizer, { public_counts: true }))
})
after(leave_all)

describe('how an event stands now', () => {
	test('as old apps read it, and what they may not miss', async () => {
		const own = await make(people.organizer)

		mark(own, people.student)
		mark(own, people.classmate, 'late', 'pending', 2)
		const said = ok(await now(people.organizer, own))
		assert.deepEqual(said.attendance_summary, [{ status: 'late', verification_status: 'pending', count: 1 }, { status: 'present', verification_status: 'verified', count: 1 }])
		assert.deepEqual(said.recent_submissions.map((one) => [one.student__first_name, one.student__last_name, one.verification_status]).sort(), [['Mo', 'Member', 'pending'], ['Mo', 'Member', 'verified']])
		assert.match(said.recent_submissions[0].submitted_at, /Z$/)
		assert.match(said.last_updated, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
		assert.deepEqual([said.event_id, said.total_registered, said.expected, said.phase], [own.id, 2, 1, 'open'])
		assert.deepEqual(said.counts, { expected: 1, attended: 2, present: 1, late: 1, absent: 0, excused: 0, verified: 1, pending: 1, rejected: 0 })
		assert.equal(ok(await now(people.organizer, own, `/api/campus/analytics/realtime/${own.id.toUpperCase()}`)).tag, said.tag)
		mark(own, people.classmate, 'late', 'rejected', 2)
		const then = ok(await now(people.organizer, own))
		assert.deepEqual([then.counts.attended, then.counts.rejected, then.total_registered, then.tag === said.tag], [1, 1, 2, false])
		sql(`UPDATE attendance SET submitted_at = submitted_at - INTERVAL 6 MINUTE WHERE event_id = ${own.number}`)
		assert.deepEqual(ok(await now(people.organizer, own)).recent_submissions, [])
	})
	test('who sees its records sees names, a supervisor those of their people, and whoever else may count numbers alone; to others it is not there', async () => {
		const own = await make(people.organizer), public_ = await make(people.organizer, { public_counts: true })

		for (const of of [own, public_]) {
			mark(of, people.student)
			mark(of, people.classmate, 'present', 'verified', 2)
		}
		for (const [who, names, public_names] of [['organizer', 2, 2], ['hr', 2, 2], ['admin', 2, 2], ['supervisor', 1, 1], ['student', null, 0], ['other', null, 0], ['hr2', null, 0]]) {
			const answer = await now(people[who], own), seen = ok(await now(people[who], public_))

			if (names === null)
				assert.equal(refused(answer, 404, 'NOT_FOUND').body.error, 'Event not found.', who)
			else
				assert.equal(ok(answer).recent_submissions.length, names, who)
			assert.deepEqual([seen.recent_submissions.length, seen.counts.attended], [public_names, 2], who)
		}
		for (const id of [NOWHERE, 'x', '1'])
			refused(await now(people.admin, { id }), 404, 'NOT_FOUND')
	})
})

describe('a topic, waited for and streamed', () => {
	test('who waits is told as it is committed, and by the tag nothing twice', async () => {
		const own = await make(people.organizer), path = `/api/live/campus/${own.id}`, first = ok(await as(people.organizer).get(path, { query: { wait: 0 } }))

		assert.deepEqual([first.changed, first.counts.attended, first.event_id], [true, 0, own.id])
		assert.deepEqual(ok(await as(people.organizer).get(path, { query: { since: first.tag, wait: 0 } })), { changed: false, tag: first.tag })
		const waits = as(people.organizer).get(path, { query: { since: first.tag, wait: 25 } })
		mark(own, people.student)
		const next = ok(await waits)
		assert.deepEqual([next.changed, next.counts.attended, next.recent_submissions.length], [true, 1, 1])
	})
	test('who may not is refused, nobody counts but where everybody may, and a dead token is told', async () => {
		const path = (of) => `/api/live/campus/${of.id}?wait=0`

		for (const who of [people.student, people.other, people.hr2, await new_customer()])
			refused(await as(who).get(path(event)), 404, 'EVENT_NOT_FOUND')
		refused(await as(people.organizer).get(path({ id: NOWHERE })), 404, 'EVENT_NOT_FOUND')
		assert.equal((await fetch(site + path(event))).status, 401)
		mark(open, people.student)
		const { data } = await (await fetch(site + path(open))).json()
		assert.deepEqual([data.counts.attended, data.recent_submissions, data.attendance_summary.length], [1, [], 1])
		assert.equal((await fetch(site + path(open), { headers: { Authorization: 'Bearer dead' } })).status, 401)
		assert.deepEqual([ok(await as(people.student).get(path(open))).recent_submissions, ok(await as(people.supervisor).get(path(event))).changed], [[], true])
	})
	test('a stream has it too, for nobody as for somebody', async () => {
		const answer = await fetch(`${site}/api/live/campus/${open.id}`, { headers: { Accept: 'text/event-stream' } }), reader = answer.body.getReader()
		let text = ''

		while (!text.includes('\n\nid: ') || !text.endsWith('\n\n'))
			text += new TextDecoder().decode((await reader.read()).value)
		await reader.cancel()
		assert.match(text, /event: attendance\ndata: \{.*"counts":\{/)
	})
	test('Socket.IO watches it by its name', async () => {
		const socket = client({ token: people.organizer.access }), topic = `campus:${event.id}`

		await socket.came
		assert.deepEqual(await socket.emitWithAck('watch', { topic }), { ok: true, topic })
		await until('it is shown', () => socket.snapshots.some((one) => one.topic === topic && one.counts))
		for (const name of [`campus:${NOWHERE}`, 'campus:1', `campus:${event.id.toUpperCase()}`, 'campus:', 'campus:../1'])
			assert.equal((await socket.emitWithAck('watch', { topic: name })).ok, false, name)
		socket.disconnect()
	})
})

describe('a socket of its own', () => {
	test('a snapshot first, then each change with the numbers after it, once, in order', async () => {
		const own = await make(people.organizer), told = ws(own, { headers: bearer(people.organizer) }), first = await told.next('snapshot')

		assert.deepEqual([first.event_id, first.counts.attended, first.recent_submissions, typeof first.tag], [own.id, 0, [], 'string'])
		const a = mark(own, people.student, 'present', 'pending')
		const update = await told.next('attendance_update')
		assert.deepEqual(Object.keys(update), ['type', 'event_id', 'attendance', 'counts', 'tag'])
		assert.deepEqual([update.attendance.update_id, update.attendance.employee_id, update.attendance.employee_name, update.attendance.status, update.counts.attended, update.counts.pending],
			[a, String(people.student.user.id), 'Mo Member', 'present', 1, 1])
		const b = mark(own, people.student), c = mark(own, people.classmate, 'late')
		const updates = () => told.frames.filter(({ type }) => type === 'attendance_update')
		await until('all are told', () => updates().length === 3)
		assert.deepEqual(updates().map(({ attendance }) => attendance.update_id), [a, b, c])
		assert.deepEqual([updates()[2].counts.attended, updates()[2].counts.verified], [2, 2])
		told.ws.send('{"type":"ping"}')
		await told.next('pong')
		const from = told.frames.length
		told.ws.send('{"type":"resync"}')
		assert.deepEqual((await told.next('snapshot', from)).counts, updates()[2].counts)
		told.ws.send('{"type":"dance"}')
		assert.equal((await told.next('error')).code, 'unknown_type')
		assert.equal(told.ws.readyState, WebSocket.OPEN)
		assert.equal(updates().length, 3)
	})
	test('ten changes a second are told by themselves, and what is beyond by the numbers alone', async () => {
		const own = await make(people.organizer), told = ws(own, { headers: bearer(people.organizer) }), many = 60

		await told.next('snapshot')
		sql(Array.from({ length: many }, (_, i) => `INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at)
			VALUES (@a, ${own.number}, ${people.student.user.id}, '${i % 2 ? 'late' : 'present'}', 'verified', 'self', UTC_TIMESTAMP(3));`).join('\n')
			.replace(/^/, `INSERT INTO attendance (uuid, event_id, account_id, campus_id, state, status, verification_status, event_starts_at, submitted_at, created_at, updated_at)
			VALUES (UNHEX(REPLACE(UUID(), '-', '')), ${own.number}, ${people.student.user.id}, ${own.campus}, 'submitted', 'late', 'verified', @t := UTC_TIMESTAMP(3), @t, @t, @t); SET @a = LAST_INSERT_ID(); START TRANSACTION; `) + 'COMMIT')
		await until('the numbers are told', () => told.frames.some(({ counts, type }) => type !== 'snapshot' && counts?.attended === 1))
		const last = mark(own, people.classmate)
		await until('and the last', () => told.frames.some(({ counts }) => counts?.attended === 2))
		const each = told.frames.filter(({ type }) => type === 'attendance_update').length
		assert.ok(each >= 1 && each <= 30, `${each} of ${many + 1}, ${last}`)
	})
	test('at the other address too; by a header, the address, a sub-protocol, a message, or a ticket once', async () => {
		const { organizer } = people, by_protocol = ws(event, { protocols: ['gatehouse.v1', `gatehouse.bearer.${organizer.access}`] })

		await plain(`/api/campus/analytics/realtime/ws/${event.id}/`, { headers: bearer(organizer) }).next('snapshot')
		await plain(`/api/campus/analytics/realtime/ws/${event.id}?token=${organizer.access}`).next('snapshot')
		await by_protocol.next('snapshot')
		assert.equal(by_protocol.ws.protocol, 'gatehouse.v1')
		const by_message = ws(event, {}, '?auth=message')
		await by_message.opened
		by_message.ws.send(JSON.stringify({ type: 'auth', token: organizer.access }))
		await by_message.next('snapshot')
		const given = ok(await as(organizer).post('/api/campus/analytics/realtime/ticket/', {}))
		assert.deepEqual([given.expires_in, Object.keys(given)], [30, ['ticket', 'expires_in']])
		await ws(event, {}, `?ticket=${given.ticket}`).next('snapshot')
		assert.equal((await ws(event, {}, `?ticket=${given.ticket}`).refused).status, 401)
		assert.equal((await ws(open, {}, `?ticket=${given.ticket}`).refused).status, 401)
		leave_all()
	})
	test('of twenty sockets with one ticket one opens, and a ticket is good for half a minute', async () => {
		const { hr } = people, one = await ticket(hr), outcomes = await Promise.all(Array.from({ length: 20 }, () => {
			const told = ws(event, {}, `?ticket=${one}`)

			return Promise.race([told.opened.then(() => 101), told.refused.then(({ status }) => status)]).catch(() => told.refused.then(({ status }) => status))
		}))
		assert.deepEqual(outcomes.sort(), [101, ...Array(19).fill(401)])
		const late = await ticket(hr)
		sql(`UPDATE socket_ticket SET expires_at = expires_at - INTERVAL 31 SECOND WHERE session_id IN (SELECT id FROM session WHERE account_id = ${hr.user.id})`)
		assert.equal((await ws(event, {}, `?ticket=${late}`).refused).status, 401)
		assert.ok(!sql('SELECT HEX(hash) FROM socket_ticket').flat().includes(Buffer.from(late).toString('hex').toUpperCase()))
		leave_all()
	})
	test('a session that ended opens nothing by a ticket that it was given', async () => {
		const leaving = await new_member('hr'), one = await ticket(leaving)

		ok(await as(leaving).post('/api/campus/auth/logout/', { refresh: leaving.refresh }))
		assert.equal((await ws(event, {}, `?ticket=${one}`).refused).status, 401)
	})
	test('who may not is refused before it opens; nobody is let in only where everybody may count, and is told no names', async () => {
		for (const [who, of, status] of [['student', event, 404], ['other', event, 404], ['hr2', event, 404], ['admin', { id: NOWHERE }, 404]])
			assert.equal((await ws(of, { headers: bearer(people[who]) }).refused).status, status, who)
		assert.equal((await ws(event).refused).status, 401)
		assert.equal((await ws(open, {}, '?token=dead').refused).status, 401)
		for (const path of ['/ws/events/1/', '/ws/events/', `/ws/events/${event.id}/x`, '/ws/events/../1', `/api/campus/analytics/realtime/ws/${'a'.repeat(300)}/`])
			assert.equal((await fetch(site + path)).status, 404, path)
		const told = ws(open), count = (await told.next('snapshot')).counts.attended
		mark(open, people.classmate)
		const frame = await told.next('counts')
		assert.deepEqual([Object.keys(frame), frame.counts.attended], [['type', 'event_id', 'counts', 'tag'], count + 1])
		assert.ok(told.frames.every((one) => !('attendance' in one) && !one.recent_submissions?.length))
		const supervisor = ws(open, { headers: bearer(people.supervisor) })
		assert.deepEqual((await supervisor.next('snapshot')).recent_submissions, [])
		leave_all()
	})
	test('a cookie counts from a page of ours alone', async () => {
		const { Browser, DEMO } = await import('./lib.mjs'), browser = await new Browser().open('/campus/sign-in')

		await browser.submit('/campus/sign-in', { username: people.hr.username, password: DEMO.campus.password })
		const Cookie = browser.cookies ? [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') : browser.cookie
		await ws(event, { headers: { Cookie, Origin: at.origin } }).next('snapshot')
		assert.equal((await ws(event, { headers: { Cookie, Origin: 'https://elsewhere.example' } }).refused).status, 401)
	})
	test('an account has ten of them', async () => {
		const many = await new_member('hr')

		for (let n = 0; n < 10; n++)
			await ws(event, { headers: bearer(many) }).next('snapshot')
		const { status, body } = await ws(event, { headers: bearer(many) }).refused
		assert.deepEqual([status, body.error.code], [429, 'TOO_MANY_SOCKETS'])
		leave_all()
	})
	test('it says when the event has closed, and who comes then hears it too', async () => {
		const own = await make(people.organizer), told = ws(own, { headers: bearer(people.organizer) })

		await told.next('snapshot')
		sql(`UPDATE campus_event SET late_at = UTC_TIMESTAMP(3), closes_at = UTC_TIMESTAMP(3) WHERE id = ${own.number}`)
		await told.next('event_closed')
		const late = ws(own, { headers: bearer(people.organizer) })
		assert.equal((await late.next('snapshot')).phase, 'closed')
		await late.next('event_closed')
		assert.equal(told.frames.filter(({ type }) => type === 'event_closed').length, 1)
	})
	test('an event that goes, a right that is taken away and a session that ends close it, each by its code', async () => {
		const own = await make(people.organizer, { public_counts: true }), leaving = await new_member('hr'), losing = await new_member('hr')
		const by = (who, of = own) => ws(of, who ? { headers: bearer(who) } : {}), ends = by(leaving), loses = by(losing, event), nobody = by(null), stays = by(people.organizer)

		for (const told of [ends, loses, nobody, stays])
			await told.next('snapshot')
		ok(await as(leaving).post('/api/campus/auth/logout/', { refresh: leaving.refresh }))
		assert.equal(await ends.closed, 4401)
		sql(`UPDATE campus_member SET campus_id = 2 WHERE account_id = ${losing.user.id}`)
		assert.equal(await loses.closed, 4404)
		sql(`UPDATE campus_event SET public_counts = 0 WHERE id = ${own.number}`)
		assert.equal(await nobody.closed, 4401)
		assert.equal((await as(people.organizer).delete(`/api/campus/events/${own.id}/`)).status, 204)
		assert.equal(await stays.closed, 4404)
	})
	test('who may see less than before is let go, and comes back to that', async () => {
		const own = await make(people.organizer, { public_counts: true }), losing = await new_member('hr'), told = ws(own, { headers: bearer(losing) })

		await told.next('snapshot')
		sql(`UPDATE campus_member SET campus_id = 2 WHERE account_id = ${losing.user.id}`)
		assert.equal(await told.closed, 4403)
		await until('they see numbers', async () => {
			const again = ws(own, { headers: bearer(losing) })

			return (await again.next('snapshot')).recent_submissions.length === 0
		})
	})
	test('nonsense closes it, with the reason in the code', async () => {
		for (const [sends, closes] of [['{"type":', 1007], [Buffer.from([1, 2, 3]), 1003], [JSON.stringify({ type: 'x'.repeat(9000) }), 1009]]) {
			const told = ws(open)

			await told.next('snapshot')
			told.ws.send(sends)
			assert.equal(await told.closed, closes)
		}
	})
	test('without an upgrade it says what else there is', async () => {
		assert.deepEqual(await (await fetch(`${site}/ws/events/${event.id.toUpperCase()}/?token=x`)).json(), {
			url: `/ws/events/${event.id}/`, protocols: ['gatehouse.v1'], poll_url: `/api/live/campus/${event.id}`, sse_url: `/api/live/campus/${event.id}`
		})
		const other = await (await fetch(`${site}/api/campus/analytics/realtime/ws/${event.id}/`)).json()
		assert.equal(other.url, `/api/campus/analytics/realtime/ws/${event.id}/`)
	})
})

// What no client sends that keeps to the protocol: bytes as they are, after the handshake, and the code that it is closed by.
function closed_by(path, ...bytes) {
	const socket = connect(at.port, at.hostname)
	let got = Buffer.alloc(0)

	socket.on('error', () => {})
	socket.write(`GET ${path} HTTP/1.1\r\nHost: ${at.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`)
	return new Promise((done) => {
		let sent = false

		socket.on('data', (some) => {
			got = Buffer.concat([got, some])
			if (!sent && (got.includes('"type":"snapshot"') || got.includes('"sid":'))) {
				sent = true
				bytes.forEach((part) => typeof part === 'function' ? part(socket) : socket.write(part))
			}
			// The goodbye is the last that comes: 0x88, its length, and the code.
			const last = got.lastIndexOf(Buffer.from([0x88]))
			if (sent && last >= 0 && got.length >= last + 4 && got[last + 1] === got.length - last - 2) {
				done(got.readUInt16BE(last + 2))
				socket.destroy()
			}
		})
		socket.on('close', () => done('no goodbye'))
	})
}
const masked = (first, payload) => Buffer.concat([Buffer.from(payload.length < 126 ? [first, 0x80 | payload.length] : [first, 0xfe, payload.length >> 8, payload.length & 255]), Buffer.alloc(4), payload])

// Half a frame of 800 bytes, one by one.
function drips(socket) {
	const frame = masked(0x81, Buffer.alloc(800, '['))
	let n = 0
	const timer = setInterval(() => socket.write(frame.subarray(n, ++n)), 250)

	socket.on('close', () => clearInterval(timer))
}

// They come before all tests, for it takes three quarters of a minute until they are sent away: the code, and after how long, of each.
function who_is_silent(of) {
	const began = Date.now(), path = `/ws/events/${of.id}/`, stays = new WebSocket(`ws://${at.host}${path}`), after = (closed) => closed.then((code) => ({ code, after: Date.now() - began }))

	stays.pings = 0
	stays.on('ping', () => stays.pings++)
	return { stays, pongs: after(closed_by(path)), drips: after(closed_by(path, drips)), socketio: after(closed_by('/socket.io/?EIO=4&transport=websocket', drips)) }
}

describe('frames that are none', () => {
	for (const [name, code, ...bytes] of [
		['one without a mask', 1002, Buffer.from([0x81, 2, 0x7b, 0x7d])], ['reserved bits', 1002, masked(0xc1, Buffer.from('{}'))],
		['a ping of 126 bytes', 0, masked(0x89, Buffer.alloc(126))], ['half a sign of UTF-8', 1007, masked(0x81, Buffer.from([0x22, 0xe2, 0x82, 0x22]))]
	])
		test(`${name} closes it${code ? ` by ${code}` : ''}`, async () => {
			const by = await closed_by(`/ws/events/${open.id}/`, ...bytes)

			// The rest of a ping that is too long is not read any more, and what is unread may take the goodbye with it.
			assert.ok(by === code || (!code && [1002, 'no goodbye'].includes(by)), String(by))
		})
})

describe('polling with too much', () => {
	const begin = async () => {
		const at_poll = `${site}/socket.io/?EIO=4&transport=polling`, { sid } = JSON.parse((await (await fetch(at_poll)).text()).slice(1))

		return `${at_poll}&sid=${sid}`
	}
	const post = (address, body) => fetch(address, { method: 'POST', body, headers: { 'Content-Type': 'text/plain;charset=UTF-8' } })

	test('a megabyte is 413', async () => {
		assert.equal((await post(await begin(), `4${'x'.repeat(1 << 20)}`)).status, 413)
	})
	for (const [name, body] of [['ten thousand empty packets', '\x1e'.repeat(10_000)], ['100 KB of brackets', `42${'['.repeat(99_000)}`], ['eleven parts', '451-11-["x"]']])
		test(`${name} end it`, async () => {
			const address = await begin()

			await post(address, '40').catch(() => {})
			await post(address, body).catch(() => {})
			// It is over, or says so to who asks for what waits.
			await until('it is over', async () => {
				const answer = await fetch(address)

				return answer.status === 400 || (await answer.text()).split('\x1e').includes('1')
			})
		})
})

test('who answers no ping, or sends a frame byte by byte, is sent away in time; who answers stays', { timeout: 60_000 }, async () => {
	for (const [name, code] of [['pongs', 4408], ['drips', 4408], ['socketio', 1000]]) {
		const closed = await silent[name]

		assert.equal(closed.code, code, name)
		assert.ok(closed.after > 44_000, `${name}: after ${closed.after} ms`)
	}
	assert.equal(silent.stays.readyState, WebSocket.OPEN)
	assert.ok(silent.stays.pings >= 1)
	silent.stays.terminate()
})
