// Whoever watches by Socket.IO rides out that live, a worker or the database ends under them: the official client comes back by itself, and what
// happens at the gate after that reaches it. And a second node over the same database, to which no worker says anything.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { write_ini } from './own_ini.mjs'
import { own_stack, workers } from './own.mjs'

const own = await own_stack('riding-out', { set: ['database.timeout_s=2', 'serve.gate_workers=2'] })
const { as, bought, code_of, new_customer, new_event, new_organizer, new_usher, ok, scan, until } = await import('./world.mjs')
const { bearer, client, leave_all, plain } = await import('./sockets.mjs')

let organizer, usher, event

before(async () => {
	organizer = await new_organizer()
	event = await new_event({ organizer_id: organizer.organizer_id })
	usher = await new_usher(event)
})
after(async () => {
	leave_all()
	await own.stop()
})

async function let_in_one() {
	const ann = await new_customer(), [ticket] = await bought(ann, event)

	assert.equal(ok(await scan(usher, { code: await code_of(ann, ticket) })).result, 'valid')
}

// A page's client: it watches again each time it has come back, as pages do. received: what it was sent, packet for packet.
async function watching(transports, more) {
	const socket = client({ token: organizer.access }, { transports, reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 500, ...more })
	const told = { socket, received: [], came: 0, entered: () => socket.snapshots.at(-1)?.counts.entered ?? -1 }

	socket.on('connect', async () => {
		const { ok: watches } = await socket.emitWithAck('watch', { topic: `event:${event.id}` })

		told.came += watches ? 1 : 0
	})
	socket.io.on('packet', (packet) => told.received.push(packet))
	await until('it watches', () => told.came === 1 && told.entered() >= 0)
	if (transports.length > 1)
		await until('it has moved', () => socket.io.engine.transport.name === 'websocket')
	return told
}

const restart_live = async (signal) => {
	const pid = own.pid('live')

	process.kill(pid, signal)
	await until('live has ended', () => {
		try { process.kill(pid, 0) } catch { return true }
	})
	await own.start_programs()
	assert.notEqual(own.pid('live'), pid)
}
const end_a_worker = async () => {
	const old = workers(own)

	process.kill(old[0], 'SIGKILL')
	await until('there is another', () => workers(own).length === old.length && !workers(own).includes(old[0]))
}
const end_the_database = async () => {
	await own.stop_database()
	await until('it is away', async () => (await fetch(`${own.url}/readyz`)).status === 503)
	await own.start_database()
	await until('it is back', async () => (await fetch(`${own.url}/readyz`)).status === 200)
}

for (const [what, ends, loses] of [
	['live is killed and started anew', () => restart_live('SIGKILL'), true], ['live is stopped and started anew', () => restart_live('SIGTERM'), true],
	['live begins anew', async () => process.kill(own.pid('live'), 'SIGHUP'), true],
	['a worker is killed', end_a_worker, false], ['the database ends and comes back', end_the_database, false]
])
	for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']])
		test(`${what}, under who watches by ${transports.join(' and then ')}`, { timeout: 60_000 }, async () => {
			const told = await watching(transports), was = told.entered()

			await ends()
			if (loses)
				await until('it has come back', () => told.came > 1)
			await let_in_one()
			await until('it is told', () => told.entered() === was + 1)
			// After a "41" the client would have stayed away.
			assert.ok(!told.received.some(({ type }) => type === 1), 'it was told to go')
			assert.equal(told.came, loses ? 2 : 1)
			told.socket.disconnect()
		})

// ---- a second node: live alone, over the same database, with a run_dir of its own, in which no worker drops hints ----

describe('on another node', () => {
	const dir = mkdtempSync(join(tmpdir(), 'gatehouse-node-')), there = { at: `ws+unix:${join(dir, 'rt.sock')}:` }
	let node

	before(async () => {
		node = spawn(process.env.GATEHOUSE_BIN, ['-c', write_ini(join(dir, 'gatehouse.ini'), { 'paths.run_dir': dir }), 'live'], { stdio: 'ignore' })
		await until('it listens', () => existsSync(join(dir, 'rt.sock')))
	})
	after(async () => {
		node.kill('SIGTERM')
		await until('it has ended', () => node.exitCode !== null || node.signalCode !== null)
		rmSync(dir, { recursive: true })
	})
	const took = async (t, what, bound, happens, heard) => {
		await happens()
		const began = performance.now()
		await heard
		const ms = Math.round(performance.now() - began)

		t.diagnostic(`${what} after ${ms} ms`)
		assert.ok(ms < bound, `${what} after ${ms} ms`)
		return ms
	}

	test('what happens at a gate is told, though nobody says so there', { timeout: 30_000 }, async (t) => {
		for (const [where, node_at] of [['on its own node', {}], ['on another', there]]) {
			const told = plain(`/ws/live/events/${event.id}`, { headers: bearer(organizer), ...node_at }), first = await told.next('snapshot')

			await took(t, `a scan is heard ${where}`, 5000, let_in_one, told.when(({ counts }) => counts?.entered > first.counts.entered))
			told.ws.close()
		}
	})
	// Without it each would wait for the look that is taken once a second: half of one on average.
	test('and where a worker says so, at once', { timeout: 30_000 }, async (t) => {
		const told = plain(`/ws/live/events/${event.id}`, { headers: bearer(organizer) })
		let { counts: { entered } } = await told.next('snapshot'), all = 0

		for (let n = 0; n < 6; n++) {
			const next = ++entered

			all += await took(t, 'a scan is heard', 5000, let_in_one, told.when(({ counts }) => counts?.entered === next))
		}
		assert.ok(all < 1500, `six took ${all} ms`)
		told.ws.close()
	})
	test('a session that ended is heard of', { timeout: 30_000 }, async (t) => {
		for (const [where, node_at] of [['on its own node', {}], ['on another', there]]) {
			const leaving = await new_organizer(), theirs = await new_event({ organizer_id: leaving.organizer_id })
			const told = plain(`/ws/live/events/${theirs.id}`, { headers: bearer(leaving), ...node_at })

			await told.next('snapshot')
			await took(t, `the end of a session is heard ${where}`, 5000, async () => ok(await as(leaving).post('/api/organizer/logout/', { refresh: leaving.refresh })), told.closed)
			assert.equal(await told.closed, 4401)
		}
	})
})
