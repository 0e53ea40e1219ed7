// Forty gates by a seed: each scans by what it knows, some of them without a network, by clocks that are wrong by up to an hour, and
// sends what it kept in batches that come late, out of order, twice and at once, while workers and the database are killed. What each
// did is kept here, and when all of it has come the log has each scan once, every ticket is where its scans lead, two entries without
// an exit between are told, the counts are the sums, and audit is clean.
//
//	tests/gates/run, or SEED=… GATES_SECONDS=… tests/gates/run
//
// The same seed makes the same decisions; who answers first is the machine's affair.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { own_stack, workers } from '../api/own.mjs'
import { dice, new_seed } from '../season/dice.mjs'

const SEED = Number(process.env.SEED ?? new_seed()), SECONDS = Number(process.env.GATES_SECONDS ?? 30)
const GATES = 40, USHERS = 8, TICKETS = 240, A_MINUTE = 20, RUSH = 20
const HOUR = 3_600_000, wait = (ms) => new Promise((done) => setTimeout(done, ms))

console.log(`SEED=${SEED} GATES_SECONDS=${SECONDS}`)
const own = await own_stack('gates', { set: ['serve.web_workers=4', 'serve.gate_workers=4'] })
const { sql, token } = await import('../api/lib.mjs')
const { as, bought, code_of, iso, new_customer, new_event, new_usher, ok, until } = await import('../api/world.mjs')

after(own.stop)
const the = dice(SEED), ushers = [], gates = [], tickets = [], made = new Map()
let event, over = false
const did = { online: 0, offline: 0, batches: 0, repeated: 0, failed: 0, workers: 0, databases: 0, undone: 0 }

// A request as a phone sends it: whatever may go wrong on its way, there is an answer or none.
async function send(usher, path, body) {
	try {
		const answer = await fetch(own.url + path, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${usher.access}` },
			body: JSON.stringify(body), signal: AbortSignal.timeout(20_000) })

		if (answer.status === 200)
			return (await answer.json()).data
		assert.ok([502, 503, 500, 504].includes(answer.status), `${path}: ${answer.status} ${await answer.text()}`)
	} catch (error) {
		if (error.code === 'ERR_ASSERTION')
			throw error
	}
	did.failed++
	return null
}

const uuid_of = (word) => word.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')

class Gate {
	constructor(number) {
		this.number = number
		this.name = `Gate ${number}`
		this.dice = dice(SEED, number + 1)
		this.usher = ushers[number % USHERS]
		this.wrong = this.dice.between(-HOUR, HOUR)
		this.online = this.dice.chance(0.5)
		this.knows = new Map() // ticket → inside, as far as this gate has seen
		this.queue = []
		this.seq = 0
	}
	scan_id() {
		return uuid_of(createHash('sha256').update(`${SEED} ${this.number} ${this.seq}`).digest('hex'))
	}
	// One person at the gate. What the gate decides by itself is given to them, or not.
	async scan() {
		const d = this.dice, ticket = d.chance(0.3) ? tickets[d.below(12)] : d.pick(tickets), out = d.chance(0.35)
		const log = { scan_id: this.scan_id(), seq: ++this.seq, code: ticket.code, direction: out ? 'out' : 'in', gate: this.name, scanned_at: iso(Date.now() + this.wrong) }

		made.set(log.scan_id, { log, ticket, gate: this, at: Date.now() })
		if (this.online) {
			const data = await send(this.usher, '/api/usher/scan/result/', log)

			if (data) {
				did.online++
				this.knows.set(ticket, data.result === 'valid' ? !out : this.knows.get(ticket))
				return
			}
		}
		const inside = this.knows.get(ticket)
		const given = out ? inside !== false : !inside
		log.local_result = given ? 'valid' : out ? 'invalid' : 'already_scanned'
		log.local_reason = given ? 'ok' : out ? 'not_inside' : 'inside'
		if (given)
			this.knows.set(ticket, !out)
		did.offline++
		this.queue.push(log)
		if (given && d.chance(0.05)) {
			const undo = { scan_id: this.scan_id(), seq: ++this.seq, kind: 'undo', undoes: log.scan_id, direction: log.direction, gate: this.name,
				local_result: 'valid', scanned_at: iso(Date.now() + this.wrong) }

			made.set(undo.scan_id, { log: undo, ticket, gate: this, at: Date.now() })
			this.knows.set(ticket, out)
			this.queue.push(undo)
			did.undone++
		}
	}
	// A batch of what it kept, in any order; what came of it is taken out of the queue, however often it was sent.
	async upload(most = 50) {
		const logs = this.queue.map((log) => [this.dice.below(1000), log]).sort(([a], [b]) => a - b).map(([, log]) => log).slice(0, most)

		if (!logs.length)
			return
		const batch = () => send(this.usher, '/api/usher/sync/logs/', { device_id: `phone-${this.number}`, device_time: iso(Date.now() + this.wrong), logs })
		const answers = this.dice.chance(0.2) ? (did.repeated++, await Promise.all([batch(), batch()])) : [await batch()]
		did.batches++
		for (const data of answers.filter(Boolean)) {
			assert.equal(data.items.length, logs.length)
			for (const [i, item] of data.items.entries()) {
				assert.equal(item.scan_id, logs[i].scan_id)
				// What it takes back has not come yet, or was sent in another order: it is sent again.
				if (item.verdict === 'rejected' && item.reason === 'undoes_unknown')
					continue
				// It was let in by the gate alone, for the answer that it was refused was lost: there is nothing to take back.
				if (item.verdict === 'rejected' && item.reason === 'not_undone') {
					made.delete(item.scan_id)
					did.undone--
				} else {
					assert.notEqual(item.verdict, 'rejected', `${item.reason}: ${JSON.stringify(logs[i])}`)
				}
				this.queue = this.queue.filter((log) => log !== logs[i])
			}
		}
	}
	async work() {
		const d = this.dice

		while (!over) {
			await wait(d.between(0, 2 * 60_000 / A_MINUTE))
			if (over)
				break
			await this.scan()
			if (d.chance(0.15))
				this.online = !this.online
			if (this.online && d.chance(0.5))
				await this.upload()
		}
	}
}

// A rush at all gates beside their usual work.
async function rush(seconds) {
	const end = Date.now() + seconds * 1000, under_way = []

	while (Date.now() < end) {
		under_way.push(the.pick(gates).scan())
		await wait(1000 / RUSH)
	}
	await Promise.all(under_way)
}

// The second is always the database: on a slow machine there are few.
async function trouble() {
	while (!over) {
		await wait(the.between(1500, 4000))
		if (over)
			break
		if (the.chance(0.25) || did.workers === 1 && !did.databases) {
			did.databases++
			process.kill(Number(readFileSync(join(own.run, 'mariadb.process'), 'utf8').split(' ')[0]), 'SIGKILL')
			await wait(300)
			await own.start_database()
		} else {
			did.workers++
			process.kill(the.pick(workers(own)), 'SIGKILL')
		}
	}
}

before(async () => {
	event = await new_event({ categories: [{ capacity: TICKETS, max_per_order: 60, price: 0 }] })
	for (let i = 0; i < USHERS; i++)
		ushers.push(await new_usher(event))
	const guest = await new_customer()

	for (let i = 0; i < TICKETS; i += 60)
		for (const ticket of await bought(guest, event, 60))
			tickets.push({ ...ticket, code: await code_of(guest, ticket) })
	for (let i = 0; i < GATES; i++)
		gates.push(new Gate(i))
})

test('the gates work, whatever is killed under them', { timeout: SECONDS * 4000 + 120_000 }, async () => {
	const all = gates.map((gate) => gate.work()), bad = trouble()

	await wait(SECONDS * 400)
	await rush(SECONDS * 0.4)
	await wait(SECONDS * 200)
	over = true
	await Promise.all([...all, bad])
	for (let round = 0; gates.some((gate) => gate.queue.length); round++) {
		assert.ok(round < 60, 'the queues do not end')
		await Promise.all(gates.map((gate) => gate.upload(1000)))
	}
	console.log(JSON.stringify(did))
	assert.ok(did.workers > 0 && did.databases > 0 && did.repeated > 0 && did.offline > 0 && did.online > 0)
})

const rows = () => sql(`SELECT LOWER(HEX(l.scan_id)), l.ticket_id, l.direction, l.result, l.kind, l.moved, l.uploaded, l.local_result,
	ROUND(UNIX_TIMESTAMP(IF(l.uploaded, l.scanned_at, l.at)) * 1000), COALESCE(LOWER(HEX(w.scan_id)), ''), l.id, l.first_entry
	FROM scan_log l LEFT JOIN scan_log w ON w.id = l.undoes WHERE l.event_id = ${event.id} ORDER BY l.id`)
	.map(([scan_id, ticket_id, direction, result, kind, moved, uploaded, local, at, undoes, id, first]) => ({ scan_id, ticket_id: Number(ticket_id), direction, result,
		kind, moved: moved === '1', uploaded: uploaded === '1', local, at: Number(at), undoes, id: Number(id), first: first === '1' }))
const plain = (uuid) => uuid.replaceAll('-', '')

test('each scan that was made is in the log once, as it was', () => {
	const logged = rows(), by_id = new Map(logged.map((row) => [row.scan_id, row]))

	assert.equal(by_id.size, logged.length)
	assert.equal(logged.length, made.size)
	for (const { log, ticket, at } of made.values()) {
		const row = by_id.get(plain(log.scan_id))

		assert.ok(row, `${log.scan_id} is not in the log`)
		assert.equal(row.ticket_id, ticket.id)
		assert.equal(row.direction, log.direction)
		assert.ok(Math.abs(row.at - at) < 20_000, `${log.scan_id}: ${row.at - at} ms`)
		if (row.uploaded) {
			assert.equal(row.local, log.local_result)
			assert.ok(Math.abs(row.at - at) < 2000, `${log.scan_id}: its clock was put right to ${row.at - at} ms`)
			assert.equal(row.result === 'valid', log.local_result === 'valid')
			assert.equal(row.kind, log.kind ?? 'scan')
			assert.equal(row.undoes, log.undoes ? plain(log.undoes) : '')
		}
	}
})

test('every ticket is where its scans lead, and entries that met are told', () => {
	const logged = rows(), undone = new Set(logged.map((row) => row.undoes)), open = new Map(), sums = { inside: 0, entered: 0 }

	for (const [loser, winner] of sql(`SELECT loser_id, winner_id FROM scan_conflict WHERE event_id = ${event.id} AND kind = 'twice' AND withdrawn_at IS NULL`))
		open.set(Number(loser), Number(winner))
	const is = new Map(sql(`SELECT id, presence, entries FROM ticket WHERE event_id = ${event.id}`).map(([id, ...rest]) => [Number(id), rest.join(' ')]))
	let met = 0
	for (const ticket of tickets) {
		const moves = logged.filter((row) => row.ticket_id === ticket.id && row.result === 'valid' && row.kind === 'scan' && !undone.has(row.scan_id))
			.sort((a, b) => a.at - b.at || (a.scan_id < b.scan_id ? -1 : 1))
		let presence = 'never', entries = 0, first

		for (const move of moves) {
			if (move.direction === 'in') {
				if (presence === 'inside') {
					assert.equal(open.get(move.id), first, `ticket ${ticket.id}: ${move.id} met ${first}`)
					open.delete(move.id)
					met++
				} else {
					first = move.id
				}
				presence = 'inside'
				entries++
			} else if (entries) {
				presence = 'outside'
			}
		}
		assert.equal(is.get(ticket.id), `${presence} ${entries}`)
		sums.inside += presence === 'inside'
		sums.entered += entries > 0
	}
	assert.equal(open.size, 0, 'conflicts of what did not meet')
	assert.ok(met > 0, 'nobody met anybody')
	const sign = (row) => row.undoes ? -1 : 1
	assert.equal(logged.filter((row) => row.moved).reduce((sum, row) => sum + sign(row) * (row.direction === 'in' ? 1 : -1), 0), sums.inside)
	assert.equal(logged.filter((row) => row.first).reduce((sum, row) => sum + sign(row), 0), sums.entered)
	Object.assign(did, { met, ...sums })
})

test('the counts that are shown are the sums, and the organizer sees what met', async () => {
	const { counts, conflicts } = ok(await as(await token('staff')).get(`/api/live/events/${event.id}`, { query: { wait: 0 } }))

	assert.deepEqual([counts.inside, counts.entered, counts.conflicts], [did.inside, did.entered, did.met])
	assert.equal(conflicts.length, Math.min(10, did.met))
	assert.ok(conflicts.every((c) => c.winner.gate && c.loser.gate && c.winner.usher && c.attendee_name))
})

test('audit finds nothing', async () => {
	await until('the sums are made', () => true)
	const audit = spawnSync(process.env.GATEHOUSE_BIN ?? `${process.env.GATEHOUSE_BUILD}/gatehouse`, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' })

	assert.equal(audit.status, 0, audit.stdout.split('\n').filter((line) => !line.startsWith('ok')).join('\n'))
})
