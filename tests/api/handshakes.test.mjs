// How many sockets an address may open in a minute.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('handshakes', { set: ['limits.rate_handshake=12'] })
const { api, DEMO } = await import('./lib.mjs')
const { ok, until } = await import('./world.mjs')
const { client, leave_all, plain } = await import('./sockets.mjs')

after(async () => {
	leave_all()
	await own.stop()
})

const from = (address) => ({ 'x-forwarded-for': address })
const open_polling = (address) => fetch(`${own.url}/socket.io/?EIO=4&transport=polling`, { headers: from(address) })
const status_of = (told) => Promise.race([told.opened.then(() => 101, () => new Promise(() => {})), told.refused.then(({ status }) => status)])
const open_socket = (path) => (address) => status_of(plain(path, { headers: from(address), raw: true }))
// Every kind of them; each gives its status.
const KINDS = [
	(address) => open_polling(address).then(({ status }) => status), open_socket('/ws/live/events/1'),
	open_socket('/socket.io/?EIO=4&transport=websocket'), open_socket('/ws/live/events/1?auth=message')
]

test('an address opens so many sockets a minute, of all kinds together; whoever is elsewhere is let in', async () => {
	const statuses = []

	for (let n = 0; n < 12; n++)
		statuses.push(await KINDS[n % KINDS.length]('203.0.113.30'))
	assert.deepEqual(statuses, [0, 1, 2].flatMap(() => [200, 401, 101, 101]))
	const answer = await open_polling('203.0.113.30')
	assert.equal(answer.status, 429)
	const wait = Number(answer.headers.get('retry-after'))
	assert.ok(wait > 0 && wait <= 5, `${wait} s`)
	assert.equal((await answer.json()).error.code, 'RATE_LIMITED')
	for (const kind of KINDS.slice(1))
		assert.equal(await kind('203.0.113.30'), 429)
	assert.equal(await KINDS[3]('203.0.113.31'), 101)
})

test('it is the address that our own proxies name, not one that the client does', async () => {
	for (let n = 0; n < 12; n++)
		await open_polling(`198.51.100.${n}, 203.0.113.40`)
	assert.equal((await open_polling('198.51.100.99, 203.0.113.40')).status, 429)
})

test('whoever is in goes on: polls, a move to a WebSocket and the ways that there are cost nothing', async () => {
	const address = '203.0.113.50', { access } = ok(await api('POST', '/api/auth/login/', DEMO.staff))
	const socket = client({ token: access }, { transports: ['polling', 'websocket'], extraHeaders: from(address) })

	await socket.came
	for (let n = 0; n < 11; n++)
		assert.equal((await open_polling(address)).status, 200)
	assert.equal((await open_polling(address)).status, 429)
	assert.ok((await socket.emitWithAck('watch', { topic: 'event:1' })).ok)
	const polling = client({ token: access }, { transports: ['polling'], extraHeaders: from('203.0.113.51') })
	await polling.came
	for (let n = 0; n < 30; n++)
		assert.ok((await polling.emitWithAck('unwatch', { topic: 'event:1' })).ok)
	for (let n = 0; n < 5; n++)
		assert.equal((await fetch(`${own.url}/ws/live/events/1`, { headers: from(address) })).status, 200)
})

test('twelve a minute are one in five seconds', { timeout: 20_000 }, async () => {
	const began = Date.now()

	for (let n = 0; n < 12; n++)
		await open_polling('203.0.113.60')
	assert.equal((await open_polling('203.0.113.60')).status, 429)
	await until('there is another', async () => (await open_polling('203.0.113.60')).status === 200)
	assert.ok(Date.now() - began > 4000)
})
