// What somebody may have and say on sockets, each up to its limit and one more; and signing in by a socket's first message.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { site } from './lib.mjs'
import { bearer, client, leave_all, plain } from './sockets.mjs'
import { new_event, new_organizer, until } from './world.mjs'

let organizer, event, path

before(async () => {
	organizer = await new_organizer()
	event = await new_event({ organizer_id: organizer.organizer_id })
	path = `/ws/live/events/${event.id}`
})
after(leave_all)

const by_message = async (first, of = path) => {
	const told = plain(`${of}?auth=message`)

	await told.opened
	told.ws.send(typeof first === 'string' ? first : JSON.stringify(first))
	return told
}

describe('signing in by the first message', () => {
	test('its snapshot comes, and all goes on as for anybody', async () => {
		const told = await by_message({ type: 'auth', token: organizer.access }), first = await told.next('snapshot')

		assert.equal(first.event_id, event.id)
		told.ws.send('{"type":"ping"}')
		await told.next('pong')
		told.ws.send(JSON.stringify({ type: 'auth', token: 'another' }))
		assert.equal((await told.next('error')).code, 'unknown_type')
		assert.equal((await by_message({ type: 'auth', token: `Bearer ${organizer.access}` }).then((one) => one.next('snapshot'))).event_id, event.id)
	})
	test('who may not is told why by an error and the code, which is 4000 more than the status', async () => {
		const stranger = await new_organizer()

		for (const [first, closed, code, of] of [
			[{ type: 'auth', token: `${organizer.access}x` }, 4401, 'TOKEN_INVALID'], [{ type: 'auth', token: '' }, 4401, 'TOKEN_INVALID'], [{ type: 'auth' }, 4401, 'TOKEN_INVALID'],
			[{ type: 'auth', token: 7 }, 4401, 'TOKEN_INVALID'], [{ type: 'auth', token: 'x'.repeat(5000) }, 4401, 'TOKEN_INVALID'], [{ type: 'ping' }, 4401, 'TOKEN_INVALID'], ['[]', 4401, 'TOKEN_INVALID'],
			[{ type: 'auth', token: stranger.access }, 4404, 'EVENT_NOT_FOUND'], [{ type: 'auth', token: organizer.access }, 4404, 'NOT_FOUND', '/ws/live/dances/1']
		]) {
			const told = await by_message(first, of)

			assert.equal(await told.closed, closed, JSON.stringify(first))
			assert.deepEqual(told.frames.map(({ type, code: said }) => [type, said]), [['error', code]], JSON.stringify(first))
		}
		assert.equal(await (await by_message('{')).closed, 1007)
	})
	test('what came with the request does not sign in', async () => {
		const told = plain(`${path}?auth=message&token=${organizer.access}`, { headers: bearer(organizer) })

		await told.opened
		told.ws.send('{"type":"resync"}')
		assert.equal(await told.closed, 4401)
		assert.deepEqual(told.frames.map(({ type }) => type), ['error'])
	})
	test('who says nothing for ten seconds is closed; who was let in is not', { timeout: 30_000 }, async () => {
		const began = Date.now(), in_time = await by_message({ type: 'auth', token: organizer.access }), told = plain(`${path}?auth=message`)

		await in_time.next('snapshot')
		assert.equal(await told.closed, 4408)
		assert.ok(Date.now() - began >= 9900, `after ${Date.now() - began} ms`)
		assert.equal(told.frames.at(-1).code, 'AUTH_TIMEOUT')
		assert.equal(in_time.ws.readyState, in_time.ws.OPEN)
	})
})

describe('an account has ten sockets', () => {
	test('of both kinds together; the next is refused in the words of its kind', async () => {
		const many = await new_organizer(), theirs = await new_event({ organizer_id: many.organizer_id }), of = `/ws/live/events/${theirs.id}`

		for (let n = 0; n < 5; n++) {
			await client({ token: many.access }).came
			await plain(of, { headers: bearer(many) }).next('snapshot')
		}
		const error = await client({ token: many.access }).came.catch((e) => e)
		assert.deepEqual([error.data?.code, error.data?.status], ['TOO_MANY_SOCKETS', 429])
		assert.equal((await plain(of, { headers: bearer(many) }).refused).status, 429)
		const told = await by_message({ type: 'auth', token: many.access }, of)
		assert.equal(await told.closed, 4429)
		assert.equal(told.frames.at(-1).code, 'TOO_MANY_SOCKETS')
		leave_all()
		await until('there is room again', () => client({ token: many.access }).came.then(() => true, () => false))
	})
})

describe('what is said', () => {
	test('on a plain socket too, too much is told once, and whoever goes on is sent away', async () => {
		const told = plain(path, { headers: bearer(organizer) })

		await told.next('snapshot')
		for (let n = 0; n < 400; n++)
			told.ws.send('{"type":"ping"}')
		assert.equal(await told.closed, 4429)
		const pongs = told.frames.filter(({ type }) => type === 'pong').length
		assert.ok(pongs >= 50 && pongs < 100, `${pongs} pongs`)
		assert.deepEqual(told.frames.filter(({ type }) => type === 'error').map(({ code }) => code), ['throttled'])
	})
	test('and is heard again once they have paused', async () => {
		const told = plain(path, { headers: bearer(organizer) })

		await told.next('snapshot')
		for (let n = 0; n < 80; n++)
			told.ws.send('{"type":"dance"}')
		await until('they are told', () => told.frames.some(({ code }) => code === 'throttled'))
		const from = told.frames.length
		await until('they are answered', async () => {
			told.ws.send('{"type":"ping"}')
			await new Promise((done) => setTimeout(done, 100)) // more seldom than is too much
			return told.frames.slice(from).some(({ type }) => type === 'pong')
		})
	})
	test('tries to come in count as well, for each is asked of the database', async () => {
		const told = plain('/socket.io/?EIO=4&transport=websocket', { raw: true })

		const refusals = () => told.frames.filter((frame) => frame.startsWith('44')).length
		let over = false

		await told.opened
		told.closed.then(() => { over = true })
		// Some at a time, for who waits for no answer is sent away sooner.
		for (let n = 0; n < 400 && !over; n += 40) {
			for (let i = 0; i < 40; i++)
				told.ws.send(`40${JSON.stringify({ token: 'none' })}`)
			await until('they are answered', () => over || refusals() >= n + 40)
		}
		await told.closed
		const codes = told.frames.filter((frame) => frame.startsWith('44')).map((frame) => JSON.parse(frame.slice(2)).data.code)
		const asked = codes.filter((code) => code === 'TOKEN_INVALID').length
		assert.ok(asked >= 50 && asked < 100, `${asked} were asked for`)
		assert.ok(codes.slice(asked).every((code) => code === 'throttled'), codes.join(' '))
		await client({ token: organizer.access }).came
	})
	test('a client watches two hundred topics', { timeout: 60_000 }, async () => {
		const events = []

		for (let n = 0; n < 201; n++)
			events.push((await new_event({ organizer_id: organizer.organizer_id, categories: [], publish: false })).id)
		const socket = client({ token: organizer.access })
		await socket.came
		const began = Date.now()
		for (const [n, id] of events.entries()) {
			await new Promise((done) => setTimeout(done, began + n * 55 - Date.now())) // twenty a second are not too much
			const answer = await socket.emitWithAck('watch', { topic: `event:${id}` })

			assert.deepEqual(answer, n < 200 ? { ok: true, topic: `event:${id}` } : { ok: false, code: 'TOO_MANY_TOPICS', message: answer.message }, `${n}`)
		}
		assert.deepEqual(await socket.emitWithAck('unwatch', { topic: `event:${events[0]}` }), { ok: true })
		assert.ok((await socket.emitWithAck('watch', { topic: `event:${events[200]}` })).ok)
	})
	test('a payload has a hundred thousand bytes at most, by each way', async () => {
		const of = `${site}/socket.io/?EIO=4&transport=polling`, { sid, maxPayload } = JSON.parse((await (await fetch(of)).text()).slice(1))
		const post = (body) => fetch(`${of}&sid=${sid}`, { method: 'POST', body })

		assert.equal(maxPayload, 100_000)
		assert.equal((await post('4'.padEnd(100_001, 'x'))).status, 413)
		assert.equal((await post(`40${JSON.stringify({ token: organizer.access, more: '' })}`.replace('""', `"${'x'.repeat(90_000)}"`))).status, 200)
		assert.match(await (await fetch(`${of}&sid=${sid}`)).text(), /^40\{"sid"/)
		for (const [bytes, code] of [[99_999, undefined], [100_001, 1009]]) {
			const told = plain('/socket.io/?EIO=4&transport=websocket', { raw: true })

			await told.opened
			told.ws.send(`40${JSON.stringify({ token: organizer.access, more: '' })}`.replace('""', `"${'x'.repeat(bytes - 40 - organizer.access.length)}"`).padEnd(bytes, ' '))
			if (code)
				assert.equal(await told.closed, code)
			else
				await until('they are in', () => told.frames.some((frame) => frame.startsWith('40')))
		}
	})
})
