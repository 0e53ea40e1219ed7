// WebSocket and Socket.IO: who comes in, what they are told and when, and what becomes of who may not, says nonsense, or says too much. The
// protocols' own suites are tests/realtime; here the same ground is walked by the official client and by hand.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import WebSocket from 'ws'
import { site } from './lib.mjs'
import { at, bearer, client, leave_all, plain } from './sockets.mjs'
import { as, bought, code_of, held, new_customer, new_event, new_organizer, new_usher, ok, pay, scan, until } from './world.mjs'

let organizer, owner, usher, event

before(async () => {
	organizer = await new_organizer()
	owner = as(organizer)
	event = await new_event({ organizer_id: organizer.organizer_id })
	usher = await new_usher(event)
})
after(leave_all)

// Socket.IO's packets, as they are: all that were heard.
async function by_hand() {
	const raw = plain('/socket.io/?EIO=4&transport=websocket', { raw: true })

	await raw.opened
	return Object.assign(raw, { heard: raw.frames })
}
const let_in_one = async () => {
	const ann = await new_customer(), [ticket] = await bought(ann, event)

	assert.equal(ok(await scan(usher, { code: await code_of(ann, ticket) })).result, 'valid')
}

describe('a topic over a WebSocket of its own', () => {
	test('its snapshot comes at once, and again when somebody comes in', async () => {
		const told = plain(`/ws/live/events/${event.id}?token=${organizer.access}`), first = await told.next('snapshot')

		assert.equal(first.event_id, event.id)
		assert.deepEqual(Object.keys(ok(await owner.get(`/api/live/events/${event.id}`))).filter((key) => !(key in first) && key !== 'changed' && key !== 'retry_after'), [])
		await let_in_one()
		await until('it is told', () => told.frames.some((frame) => frame.counts?.entered === first.counts.entered + 1))
		told.ws.send('{"type":"ping"}')
		await told.next('pong')
		const before_ = told.frames.length
		told.ws.send('{"type":"resync"}')
		assert.equal((await told.next('snapshot', before_)).counts.entered, first.counts.entered + 1)
		told.ws.send('{"type":"dance"}')
		assert.equal((await told.next('error')).code, 'unknown_type')
		assert.equal(told.ws.readyState, WebSocket.OPEN)
	})
	test('by a header, a sub-protocol or a cookie of a page of ours; from elsewhere a cookie is none', async () => {
		await plain(`/ws/live/events/${event.id}`, { headers: bearer(organizer) }).next('snapshot')
		const by_protocol = plain(`/ws/live/events/${event.id}`, { protocols: ['gatehouse.v1', `gatehouse.bearer.${organizer.access}`] })
		await by_protocol.next('snapshot')
		assert.equal(by_protocol.ws.protocol, 'gatehouse.v1')
		assert.equal((await plain(`/ws/live/events/${event.id}?token=${organizer.access}x`).refused).status, 401)
		const { Browser, DEMO } = await import('./lib.mjs'), browser = await new Browser().open('/admin/sign-in')
		await browser.submit('/admin/sign-in', DEMO.staff)
		const Cookie = browser.cookies ? [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') : browser.cookie
		await plain(`/ws/live/events/${event.id}`, { headers: { Cookie, Origin: at.origin } }).next('snapshot')
		const foreign = await plain(`/ws/live/events/${event.id}`, { headers: { Cookie, Origin: 'https://elsewhere.example' } }).refused
		assert.deepEqual([foreign.status, foreign.body.error.code], [401, 'TOKEN_INVALID'])
	})
	test('who may not is refused before it opens, in the words of the API', async () => {
		const stranger = await new_organizer(), other = await new_usher(await new_event())

		for (const [who, status, code, path] of [[stranger, 404, 'EVENT_NOT_FOUND'], [other, 404, 'EVENT_NOT_FOUND'], [await new_customer(), 404, 'EVENT_NOT_FOUND'], [organizer, 404, 'EVENT_NOT_FOUND', '/ws/live/events/999999999'], [organizer, 404, 'NOT_FOUND', '/ws/live/dances/1']]) {
			const { status: got, body } = await plain(path ?? `/ws/live/events/${event.id}`, { headers: bearer(who) }).refused

			assert.deepEqual([got, body.error.code], [status, code])
			assert.equal(body.success, false)
		}
		assert.equal((await plain(`/ws/live/events/${event.id}`).refused).status, 401)
	})
	test('without an upgrade it says what else there is; another version is told which', async () => {
		const ways = await (await fetch(`${site}/ws/live/events/${event.id}?token=x`)).json()

		assert.deepEqual(ways, { url: `/ws/live/events/${event.id}`, protocols: ['gatehouse.v1'], poll_url: `/api/live/events/${event.id}`, sse_url: `/api/live/events/${event.id}` })
		assert.equal((await fetch(`${site}/ws/live/%7B%22`)).status, 404)
		assert.equal((await fetch(`${site}/ws/elsewhere`)).status, 404)
	})
	test('nonsense closes it, with the reason in the code', async () => {
		for (const [sends, code] of [['{"type":', 1007], [Buffer.from([1, 2, 3]), 1003], [JSON.stringify({ type: 'x'.repeat(9000) }), 1009], ['[1]', 0]]) {
			const told = plain(`/ws/live/events/${event.id}`, { headers: bearer(organizer) })

			await told.next('snapshot')
			told.ws.send(sends)
			if (code)
				assert.equal(await told.closed, code)
			else
				assert.equal((await told.next('error')).code, 'unknown_type')
		}
	})
	test('who signs out is sent away, and told why', async () => {
		const leaving = await new_organizer(), theirs = await new_event({ organizer_id: leaving.organizer_id })
		const told = plain(`/ws/live/events/${theirs.id}`, { headers: bearer(leaving) })

		await told.next('snapshot')
		ok(await as(leaving).post('/api/organizer/logout/', { refresh: leaving.refresh }))
		assert.equal(await told.closed, 4401)
		assert.equal((await told.next('error')).code, 'SESSION_ENDED')
	})
	test('an account has ten of them', async () => {
		const many = await new_organizer(), theirs = await new_event({ organizer_id: many.organizer_id }), all = []

		for (let n = 0; n < 10; n++) {
			all.push(plain(`/ws/live/events/${theirs.id}`, { headers: bearer(many) }))
			await all.at(-1).next('snapshot')
		}
		const { status, body } = await plain(`/ws/live/events/${theirs.id}`, { headers: bearer(many) }).refused
		assert.deepEqual([status, body.error.code], [429, 'TOO_MANY_SOCKETS'])
		all[0].ws.close()
		await all[0].closed
		await until('there is room again', async () => {
			const told = plain(`/ws/live/events/${theirs.id}`, { headers: bearer(many) })

			return told.opened.then(() => true, () => false)
		})
	})
})

describe('an order, for its buyer', () => {
	test('who waits for it hears that it was paid, by each way', async () => {
		const ann = await new_customer(), order = await held(ann, event)
		const polled = ok(await as(ann).get(`/api/live/orders/${order.id}`))

		assert.deepEqual([polled.order_id, polled.status, polled.payment_status, polled.paid_at, polled.tickets], [order.id, 'held', null, null, 0])
		const told = plain(`/ws/live/orders/${order.id}?token=${ann.access}`), socket = client({ token: ann.access })
		assert.equal((await told.next('snapshot')).status, 'held')
		await socket.came
		assert.deepEqual(await socket.emitWithAck('watch', { topic: `order:${order.id}` }), { ok: true, topic: `order:${order.id}` })
		const waited = as(ann).get(`/api/live/orders/${order.id}`, { query: { since: polled.tag, wait: 20 } })
		ok(await pay(ann, order.id))
		await until('the socket is told', () => told.frames.some(({ status, tickets }) => status === 'paid' && tickets > 0))
		await until('the client is told', () => socket.snapshots.some(({ topic, status }) => topic === `order:${order.id}` && status === 'paid'))
		assert.equal(ok(await waited).status, 'paid')
	})
	test('nobody else watches it', async () => {
		const ann = await new_customer(), bob = await new_customer(), order = await held(ann, event)

		for (const who of [bob, organizer, usher])
			assert.ok([403, 404].includes((await as(who).get(`/api/live/orders/${order.id}`)).status))
		assert.equal((await plain(`/ws/live/orders/${order.id}`, { headers: bearer(bob) }).refused).status, 404)
	})
})

describe('Socket.IO', () => {
	for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']])
		test(`watches and is told, by ${transports.join(' and then ')}`, async () => {
			const socket = client({ token: organizer.access }, { transports })

			await socket.came
			assert.deepEqual(await socket.emitWithAck('watch', { topic: `event:${event.id}` }), { ok: true, topic: `event:${event.id}` })
			await until('the snapshot is there', () => socket.snapshots.length > 0)
			const was = socket.snapshots.at(-1)
			assert.deepEqual([was.topic, was.event_id], [`event:${event.id}`, event.id])
			await let_in_one()
			await until('it is told', () => socket.snapshots.at(-1).counts.entered > was.counts.entered)
			if (transports.length > 1)
				await until('it has moved to a WebSocket', () => socket.io.engine.transport.name === 'websocket')
			assert.deepEqual(await socket.emitWithAck('unwatch', { topic: `event:${event.id}` }), { ok: true })
			const n = socket.snapshots.length
			await let_in_one()
			assert.deepEqual(await socket.emitWithAck('unwatch', { topic: `event:${event.id}` }), { ok: true })
			assert.equal(socket.snapshots.length, n)
			socket.disconnect()
		})
	test('who may not come in is told why, and may come later on the same connection', async () => {
		for (const [auth, code, status] of [[{}, 'TOKEN_INVALID', 401], [{ token: 'x' }, 'TOKEN_INVALID', 401], [{ token: 7 }, 'TOKEN_INVALID', 401], [{ token: `${organizer.access}x` }, 'TOKEN_INVALID', 401]]) {
			const error = await client(auth).came.catch((e) => e)

			assert.deepEqual([error.data?.code, error.data?.status], [code, status], error.message)
		}
		const by_query = client(undefined, { query: { token: organizer.access } })
		await by_query.came
		await client({ token: `Bearer ${organizer.access}` }).came
		by_query.disconnect()
		assert.match((await client({ token: organizer.access }, { path: '/elsewhere' }).came.catch((e) => e)).message, /Invalid namespace/)
	})
	test('what is not theirs, and what there is not, is refused in the acknowledgement; without one, by an event', async () => {
		const stranger = await new_organizer(), socket = client({ token: stranger.access })

		await socket.came
		for (const [wish, code] of [[{ topic: `event:${event.id}` }, 'EVENT_NOT_FOUND'], [{ topic: 'order:1' }, 'ORDER_NOT_FOUND'], [{ topic: 'dance:1' }, 'NO_SUCH_TOPIC'], [{ topic: 'event:' }, 'NO_SUCH_TOPIC'],
			[{ topic: 'event:1x' }, 'NO_SUCH_TOPIC'], [{ topic: `event:0${event.id}` }, 'NO_SUCH_TOPIC'], [{ topic: 'session:0' }, 'NO_SUCH_TOPIC'], [{ topic: 7 }, 'NO_SUCH_TOPIC'], [{}, 'NO_SUCH_TOPIC'], [null, 'NO_SUCH_TOPIC'], [{ topic: `event:${'9'.repeat(40)}` }, 'NO_SUCH_TOPIC']]) {
			const answer = await socket.emitWithAck('watch', wish)

			assert.deepEqual([answer.ok, answer.code], [false, code], JSON.stringify(wish))
		}
		assert.equal((await socket.emitWithAck('dance')).code, 'UNKNOWN_EVENT')
		const heard = new Promise((done) => socket.on('watch_error', done))
		socket.emit('watch', { topic: `event:${event.id}` })
		assert.equal((await heard).code, 'EVENT_NOT_FOUND')
		assert.equal(socket.snapshots.length, 0)
	})
	test('who signs out hears why, and is gone', async () => {
		const leaving = await new_organizer(), socket = client({ token: leaving.access })

		await socket.came
		const heard = new Promise((done) => socket.on('session_ended', done)), gone = new Promise((done) => socket.on('disconnect', done))
		ok(await as(leaving).post('/api/organizer/logout/', { refresh: leaving.refresh }))
		assert.deepEqual(await heard, { code: 'SESSION_ENDED' })
		await gone
	})
	test('who says too much is told once, and sent away when they go on', async () => {
		const socket = client({ token: organizer.access }), errors = []

		await socket.came
		socket.on('watch_error', (error) => errors.push(error.code))
		const gone = new Promise((done) => socket.on('disconnect', done))
		for (let n = 0; n < 400; n++)
			socket.emit('unwatch', { topic: 'event:1' })
		await gone
		assert.deepEqual(errors, ['throttled'])
	})
	test('who vanishes as they are told takes nobody along', async () => {
		leave_all()
		await until('there is room', () => client({ token: organizer.access }).came.then(() => true, () => false))
		leave_all()
		const stays = plain(`/ws/live/events/${event.id}`, { headers: bearer(usher) }), first = await stays.next('snapshot'), going = []

		for (let n = 0; n < 6; n++) {
			const socket = client({ token: organizer.access }, { transports: n % 2 ? ['websocket'] : ['polling'] })

			await socket.came
			assert.ok((await socket.emitWithAck('watch', { topic: `event:${event.id}` })).ok)
			going.push(socket)
		}
		const scanned = let_in_one()
		going.forEach((socket) => socket.io.engine.transport.ws?.terminate?.() ?? socket.disconnect())
		await scanned
		await until('who stays is told', () => stays.frames.some((frame) => frame.counts?.entered > first.counts.entered))
		assert.equal(stays.ws.readyState, WebSocket.OPEN)
	})
	test('polls from a page elsewhere are refused; from a page of ours they are not', async () => {
		const open = (Origin) => fetch(`${site}/socket.io/?EIO=4&transport=polling`, { headers: { Origin } })
		const [ours, theirs] = [await open(at.origin), await open('https://elsewhere.example')]

		assert.deepEqual([ours.status, ours.headers.get('access-control-allow-origin')], [200, at.origin])
		assert.deepEqual([theirs.status, (await theirs.json()).code, theirs.headers.get('access-control-allow-origin')], [403, 4, null])
	})
	test('what is said before the answer to what came first is heard after it', async () => {
		leave_all()
		const raw = await by_hand(), topic = `event:${event.id}`, { heard } = raw

		for (const text of [`40{"token":"${organizer.access}"}`, `421["watch",{"topic":"${topic}"}]`, `422["unwatch",{"topic":"${topic}"}]`, `423["watch",{"topic":"${topic}"}]`])
			raw.ws.send(text)
		await until('all are answered', () => heard.filter((text) => text.startsWith('42[')).length === 2)
		assert.deepEqual(heard.map((text) => text.slice(0, 3)), ['0{"', '40{', '431', '42[', '432', '433', '42['])
	})
	test('who waits to be let in may not say any amount', async () => {
		const raw = await by_hand()

		raw.ws.send(`40{"token":"${organizer.access}"}`)
		for (let n = 0; n < 400; n++)
			raw.ws.send('42["unwatch",{"topic":"event:1"}]')
		await raw.closed
	})
	test('of many who ask at once each is answered by their own right', async () => {
		leave_all()
		const other = await new_event({ organizer_id: organizer.organizer_id }), topic = `event:${event.id}`
		const ushers = []

		for (let n = 0; n < 12; n++)
			ushers.push(await new_usher(n % 3 ? event : other))
		for (let round = 0; round < 3; round++) {
			const sockets = ushers.map((one) => client({ token: one.access })), answers = []

			await Promise.all(sockets.map((socket) => socket.came))
			answers.push(...await Promise.all(sockets.map((socket) => socket.emitWithAck('watch', { topic }))))
			assert.deepEqual(answers.map((answer) => answer.code ?? answer.ok), ushers.map((_, n) => n % 3 ? true : 'EVENT_NOT_FOUND'))
			leave_all()
		}
	})
	test('no log has a token, nor where nobody answers', async () => {
		const { renameSync } = await import('node:fs'), rt = `${process.env.GATEHOUSE_RUN}/rt.sock`
		const status = async () => (await fetch(`${site}/ws/live/events/${event.id}?token=${organizer.access}`)).status

		renameSync(rt, `${rt}.lost`)
		assert.equal(await status(), 503)
		await until('it is there again, and the web server asks it', async () => await status() !== 503)

		const { readFileSync, readdirSync } = await import('node:fs'), { join } = await import('node:path'), dir = join(process.env.GATEHOUSE_DIR, 'log')

		for (const name of readdirSync(dir))
			assert.ok(!readFileSync(join(dir, name), 'latin1').includes(organizer.access), name)
	})
})
