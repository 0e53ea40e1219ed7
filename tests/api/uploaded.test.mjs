// Scans that devices kept while they had no network: late, out of order, more than once, by wrong clocks. Each is in the log once, an
// entry that was given stands, and what should not have been is told.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { Browser, DEMO, sign_in, sql, token } from './lib.mjs'
import {
	as, bought, code_of, HOUR, in_transaction, iso, jobs_rest, new_card, new_customer, new_event, new_organizer, new_staff, new_usher, ok, refused, scan, until, until_waiting
} from './world.mjs'

const UPLOAD = '/api/usher/sync/logs/'
const MINUTE = 60_000
let ann, event, one, two

before(async () => {
	jobs_rest('payments')
	ann = await new_customer({ name: 'Ann Arbor' })
	event = await new_event({ categories: [{ capacity: 2000, name: 'Standing', max_per_order: 50 }] })
	one = await new_usher(event)
	two = await new_usher(event)
})

async function ticket(of = event, person = ann) {
	const [made] = await bought(person, of)

	return { ...made, code: await code_of(person, made) }
}

// A device: its clock is wrong by so many milliseconds.
function device(usher, gate, wrong = 0) {
	const id = `phone-${randomUUID()}`
	let seq = 0

	return {
		// A scan that was made so many minutes ago.
		scanned: (ago, more) => ({ scan_id: randomUUID(), seq: ++seq, local_result: 'valid', scanned_at: iso(Date.now() - ago * MINUTE + wrong), gate,
			direction: 'in', ...more }),
		send: (logs, more, fails) => as(usher).post(UPLOAD, { device_id: id, device_time: iso(Date.now() + wrong), logs, ...more }, { fails })
	}
}

const verdicts = (data) => data.items.map((item) => [item.verdict, item.result, item.reason].join(' '))
const presence = (id) => sql(`SELECT presence, entries FROM ticket WHERE id = ${id}`)[0].join(' ')
const rows_of = (id) => sql(`SELECT direction, result, reason, moved, first_entry, kind FROM scan_log WHERE ticket_id = ${id} ORDER BY id`).map((row) => row.join(' '))
const conflicts_of = (id) => sql(`SELECT HEX(w.scan_id), HEX(l.scan_id), c.withdrawn_at IS NULL FROM scan_conflict c JOIN scan_log l ON l.id = c.loser_id
	LEFT JOIN scan_log w ON w.id = c.winner_id WHERE c.ticket_id = ${id} ORDER BY c.id`)
const hex = (uuid) => uuid.replaceAll('-', '').toUpperCase()

test('two phones with wrong clocks let the same ticket in: the first by the right time wins, whoever sends first', async () => {
	for (const first_to_send of [0, 1]) {
		const t = await ticket(), north = device(one, 'North', HOUR), south = device(two, 'South', -HOUR)
		const early = north.scanned(20, { code: t.code }), late = south.scanned(10, { code: t.code })
		const send = [() => north.send([early]), () => south.send([late])]
		const answers = []

		for (const k of [first_to_send, 1 - first_to_send])
			answers[k] = ok(await send[k]())
		assert.deepEqual(verdicts(answers[0]), ['accepted valid ok'])
		assert.equal(Math.round(answers[0].offset_ms / MINUTE), -60)
		assert.equal(answers[0].items[0].ticket_id, t.id)
		if (first_to_send === 0) {
			assert.deepEqual(verdicts(answers[1]), ['conflict valid inside'])
			assert.equal(answers[1].items[0].winner.scan_id, early.scan_id)
			assert.equal(answers[1].items[0].winner.gate, 'North')
			assert.equal(answers[1].items[0].winner.usher, one.name)
			assert.ok(Math.abs(Date.parse(answers[1].items[0].winner.at) - (Date.now() - 20 * MINUTE)) < 5000)
		} else {
			assert.deepEqual(verdicts(answers[1]), ['accepted valid ok'])
		}
		assert.deepEqual(conflicts_of(t.id), [[hex(early.scan_id), hex(late.scan_id), '1']])
		assert.equal(presence(t.id), 'inside 2')
		assert.deepEqual(sql(`SELECT first_gate, ABS(TIMESTAMPDIFF(SECOND, first_scan_at, UTC_TIMESTAMP() - INTERVAL 20 MINUTE)) < 10,
			SUM(l.moved), SUM(l.first_entry) FROM ticket t JOIN scan_log l ON l.ticket_id = t.id WHERE t.id = ${t.id}`), [['North', '1', '1', '1']])
		// Again, both of them: nothing is done, and each is told what it was told.
		assert.deepEqual(verdicts(ok(await north.send([early]))), ['duplicate valid ok'])
		const again = ok(await south.send([late]))
		assert.equal(again.items[0].verdict, 'duplicate')
		assert.equal(again.items[0].winner.scan_id, early.scan_id)
		assert.equal(rows_of(t.id).length, 2)
	}
})

test('an exit that comes later explains two entries, and the conflict is withdrawn', async () => {
	const t = await ticket(), north = device(one, 'North'), south = device(two, 'South', 7 * MINUTE)

	ok(await north.send([north.scanned(30, { code: t.code })]))
	assert.deepEqual(verdicts(ok(await north.send([north.scanned(10, { code: t.code })]))), ['conflict valid inside'])
	assert.equal(conflicts_of(t.id).filter((row) => row[2] === '1').length, 1)
	assert.deepEqual(verdicts(ok(await south.send([south.scanned(20, { code: t.code, direction: 'out' })]))), ['accepted valid ok'])
	assert.equal(conflicts_of(t.id).filter((row) => row[2] === '1').length, 0)
	assert.equal(presence(t.id), 'inside 2')
	assert.deepEqual(rows_of(t.id), ['in valid ok 1 1 scan', 'in valid inside 0 0 scan', 'out valid ok 0 0 scan'])
})

test('one that was scanned online meanwhile', async () => {
	const t = await ticket(), north = device(one, 'North', 50 * MINUTE)

	const online = ok(await scan(two, { code: t.code, gate: 'South' }))
	assert.equal(online.result, 'valid')
	// Made before it, and sent after it.
	const early = north.scanned(15, { code: t.code })
	assert.deepEqual(verdicts(ok(await north.send([early]))), ['accepted valid ok'])
	assert.deepEqual(conflicts_of(t.id), [[hex(early.scan_id), hex(online.scan_id), '1']])
	assert.equal(presence(t.id), 'inside 2')
	const out = ok(await scan(two, { code: t.code, direction: 'out' }))
	assert.equal(out.result, 'valid')
	assert.equal(out.first_scan.gate, 'North')
	// Out before the online entry: that is explained, and the ticket stays where it is.
	ok(await north.send([north.scanned(12, { code: t.code, direction: 'out' })]))
	assert.deepEqual(conflicts_of(t.id), [[hex(early.scan_id), hex(online.scan_id), '0']])
	assert.equal(presence(t.id), 'outside 2')
})

test('a time that is still to come is now, and one before the gates opened is when they did', async () => {
	const t = await ticket(), u = await ticket(), north = device(one, 'North')
	const data = ok(await north.send([north.scanned(-90, { code: t.code }), { ...north.scanned(0, { code: u.code }), scanned_at: '1970-01-01T00:00:00Z' }]))

	assert.deepEqual(verdicts(data), ['accepted valid ok', 'accepted valid ok'])
	assert.deepEqual(sql(`SELECT ABS(TIMESTAMPDIFF(SECOND, l.scanned_at, l.at)) < 5, l.device_at > l.at FROM scan_log l WHERE ticket_id = ${t.id}`), [['1', '1']])
	assert.deepEqual(sql(`SELECT l.scanned_at = e.starts_at - INTERVAL 1 DAY, YEAR(l.device_at) FROM scan_log l JOIN event e ON e.id = l.event_id
		WHERE ticket_id = ${u.id}`), [['1', '1970']])
})

test('refused there is refused here, in its words', async () => {
	const t = await ticket(), north = device(one, 'North')
	const data = ok(await north.send([
		north.scanned(9, { code: t.code, local_result: 'already_scanned', local_reason: 'inside' }),
		north.scanned(8, { code: t.code, local_result: 'invalid', local_reason: 'something of its own' }),
		north.scanned(7, { code: t.code, local_result: 'not_found', local_reason: 'ok' })
	]))

	assert.deepEqual(verdicts(data), ['accepted already_scanned inside', 'accepted invalid refused_there', 'accepted not_found refused_there'])
	assert.equal(presence(t.id), 'never 0')
	assert.deepEqual(rows_of(t.id).map((row) => row.split(' ')[3]), ['0', '0', '0'])
})

test('let in with what is no ticket of this event: logged, moved by nobody, and told', async () => {
	const other = await new_event(), foreign = await ticket(other), gone = await ticket(), north = device(one, 'North')

	sql(`UPDATE ticket SET status = 'cancelled' WHERE id = ${gone.id}`)
	const logs = [
		north.scanned(5, { code: foreign.code }),
		north.scanned(5, { code: gone.code }),
		north.scanned(5, { code: 'nothing that anybody knows' }),
		north.scanned(5, { code: `${gone.code.slice(0, 60)}${gone.code[60] === 'A' ? 'B' : 'A'}${gone.code.slice(61)}` }),
		north.scanned(5, { card_id: '0400112233445566' })
	]
	const data = ok(await north.send(logs))

	assert.deepEqual(verdicts(data), ['rejected invalid wrong_event', 'rejected invalid cancelled', 'rejected not_found unknown_code',
		'rejected invalid forged', 'rejected not_found unknown_card'])
	assert.deepEqual(data.items.map((item) => item.ticket_id), [null, gone.id, null, null, null])
	assert.equal(presence(foreign.id), 'never 0')
	assert.equal(presence(gone.id), 'never 0')
	const told = sql(`SELECT l.reason FROM scan_conflict c JOIN scan_log l ON l.id = c.loser_id WHERE c.event_id = ${event.id} AND c.kind = 'refused'
		AND l.scan_id IN (${logs.map((log) => `x'${hex(log.scan_id)}'`).join()}) ORDER BY l.reason`).flat()
	assert.deepEqual(told, ['cancelled', 'forged', 'unknown_card', 'unknown_code', 'wrong_event'])
	assert.deepEqual(verdicts(ok(await north.send(logs))), ['duplicate invalid wrong_event', 'duplicate invalid cancelled', 'duplicate not_found unknown_code',
		'duplicate invalid forged', 'duplicate not_found unknown_card'])
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE event_id = ${event.id} AND scan_id IN (${logs.map((log) => `x'${hex(log.scan_id)}'`).join()})`)[0][0], '5')
	sql(`UPDATE ticket SET status = 'valid' WHERE id = ${gone.id}`)
})

test('whom the server refused, and a device that never heard of it let in: told, once', async () => {
	const t = await ticket(), north = device(one, 'North'), told = () => sql(`SELECT l.reason, c.kind FROM scan_conflict c
		JOIN scan_log l ON l.id = c.loser_id WHERE c.ticket_id = ${t.id}`)
	const twice = north.scanned(0, { code: t.code }), back = north.scanned(0, { code: t.code, local_result: 'already_scanned' })

	ok(await scan(two, { code: t.code }))
	for (const log of [twice, back])
		assert.equal(ok(await scan(one, { code: t.code, scan_id: log.scan_id })).reason, 'inside')
	for (let i = 0; i < 2; i++) {
		assert.deepEqual(verdicts(ok(await north.send([twice, back]))), ['duplicate already_scanned inside', 'duplicate already_scanned inside'])
		assert.deepEqual(told(), [['inside', 'refused']])
	}
	assert.equal(rows_of(t.id).length, 3)
})

test('by card, and a dependent of it by name', async () => {
	const bea = await new_customer({ name: 'Bea Berg' }), t = await ticket(event, bea), uid = new_card(bea), north = device(one, 'North')
	const data = ok(await north.send([north.scanned(3, { card_id: uid }), north.scanned(1, { card_id: uid, ticket_id: t.id, direction: 'out' })]))

	assert.deepEqual(verdicts(data), ['accepted valid ok', 'accepted valid ok'])
	assert.equal(presence(t.id), 'outside 1')
})

test('a card that was held up once for each who came with it: each of its tickets, in the order of time, and the same when sent again', async () => {
	const again_in = await new_event({ re_entry: true }), usher = await new_usher(again_in), bea = await new_customer({ name: 'Bea Berg' }), uid = new_card(bea)
	const t = await ticket(again_in, bea), u = await ticket(again_in, bea), north = device(usher, 'North')
	const entries = [north.scanned(9, { card_id: uid }), north.scanned(8, { card_id: uid })]
	const exits = [north.scanned(5, { card_id: uid, direction: 'out' }), north.scanned(4, { card_id: uid, direction: 'out' })]
	const all = [exits[1], entries[1], exits[0], entries[0]]
	const data = ok(await north.send(all))

	assert.deepEqual(verdicts(data), Array(4).fill('accepted valid ok'))
	assert.deepEqual(data.items.map((item) => item.ticket_id), [u.id, u.id, t.id, t.id])
	assert.deepEqual([presence(t.id), presence(u.id)], ['outside 1', 'outside 1'])
	const again = ok(await north.send(all))
	assert.deepEqual(verdicts(again), Array(4).fill('duplicate valid ok'))
	assert.deepEqual(again.items.map((item) => item.ticket_id), [u.id, u.id, t.id, t.id])
	// One whose answer was lost is of the ticket that it was of, and the next in the batch of the other.
	const lost = north.scanned(2, { card_id: uid }), next = north.scanned(1, { card_id: uid })
	assert.equal(ok(await scan(usher, { card_id: uid, scan_id: lost.scan_id })).ticket.id, t.id)
	const late = ok(await north.send([next, lost, north.scanned(0, { kind: 'undo', undoes: lost.scan_id })]))
	assert.deepEqual(verdicts(late), ['accepted valid ok', 'duplicate valid ok', 'accepted valid undone'])
	assert.deepEqual(late.items.map((item) => item.ticket_id), [u.id, t.id, t.id])
	assert.deepEqual([presence(t.id), presence(u.id)], ['outside 1', 'inside 2'])
})

// Bea, her card and so many tickets of an event of its own.
async function cardholder(n, more) {
	const of = await new_event(more), usher = await new_usher(of), bea = await new_customer({ name: 'Bea Berg' }), tickets = []

	for (let i = 0; i < n; i++)
		tickets.push(await ticket(of, bea))
	return { of, usher, bea, uid: new_card(bea), tickets, north: device(usher, 'North') }
}
// Which of the tickets each was of, and why.
const turns = (data, tickets) => data.items.map((item) => `${tickets.findIndex(({ id }) => id === item.ticket_id)} ${item.verdict} ${item.reason}`)

test('a card alone is of the ticket that was the next when it was held up, whatever came online since, in one batch or in several', async () => {
	for (const online_first of [true, false])
		for (const together of [true, false]) {
			const { usher, uid, tickets, north } = await cardholder(2, { re_entry: true })
			const made = [north.scanned(9, { card_id: uid }), north.scanned(8, { card_id: uid, direction: 'out' })]
			const online = async () => assert.equal(ok(await scan(usher, { card_id: uid, scan_id: randomUUID() })).ticket.id, tickets[0].id)

			if (online_first)
				await online()
			for (const logs of together ? [made] : made.map((log) => [log]))
				assert.deepEqual(verdicts(ok(await north.send(logs))), logs.map(() => 'accepted valid ok'))
			if (!online_first)
				await online()
			assert.deepEqual(tickets.map(({ id }) => presence(id).split(' ')[0]).sort(), online_first ? ['inside', 'outside'] : ['inside', 'never'])
			assert.deepEqual(tickets.flatMap(({ id }) => conflicts_of(id)), [])
		}
	// An exit that comes late is theirs who was inside, and did not go out since.
	const { uid, tickets, north } = await cardholder(3, { re_entry: true })
	ok(await north.send([...[20, 19].map((ago, i) => north.scanned(ago, { code: tickets[i].code })), north.scanned(1, { code: tickets[0].code, direction: 'out' }),
		north.scanned(2, { code: tickets[2].code })]))
	assert.deepEqual(turns(ok(await north.send([north.scanned(9, { card_id: uid, direction: 'out' })])), tickets), ['1 accepted ok'])
})

test('a card alone, beside a code, its ticket\'s number, and what is taken back in the same batch', async () => {
	const { uid, tickets, north } = await cardholder(4, { re_entry: true }), by_card = (ago, more) => north.scanned(ago, { card_id: uid, ...more })
	const wrong = by_card(6)
	const logs = [north.scanned(9, { code: tickets[0].code }), by_card(8, { ticket_id: tickets[1].id }), by_card(7), wrong,
		north.scanned(5.5, { kind: 'undo', undoes: wrong.scan_id }), by_card(5), by_card(4, { direction: 'out' }), north.scanned(3, { code: tickets[0].code, kind: 'record' })]
	const whose = (data) => data.items.map((item) => tickets.findIndex(({ id }) => id === item.ticket_id))

	assert.deepEqual(whose(ok(await north.send(logs))), [0, 1, 2, 3, 3, 3, 0, 0])
	const again = ok(await north.send([...logs].reverse()))
	assert.deepEqual([whose(again), again.items.every(({ verdict }) => verdict === 'duplicate')], [[0, 0, 3, 3, 3, 2, 1, 0], true])
	assert.deepEqual(tickets.map(({ id }) => presence(id)), ['outside 1', 'inside 1', 'inside 1', 'inside 1'])
	assert.deepEqual(tickets.flatMap(({ id }) => conflicts_of(id)).filter((row) => row[2] === '1'), [])
})

test('a card alone on another day, back from outside for a while, and where nobody comes back', async () => {
	const daily = await cardholder(2, { daily: true, re_entry: false, starts_at: iso(Date.now() - 72 * HOUR), ends_at: iso(Date.now() + 72 * HOUR) })
	const by_card = ({ north, uid }, ago, more) => north.scanned(ago, { card_id: uid, ...more })

	assert.deepEqual(turns(ok(await daily.north.send([1500, 1499, 0.05, 0.02].map((ago) => by_card(daily, ago)))), daily.tickets),
		['0 accepted ok', '1 accepted ok', '0 accepted ok', '1 accepted ok'])
	const once = await cardholder(2, { re_entry: false }), [, two] = once.tickets
	ok(await once.north.send([by_card(once, 9, { ticket_id: two.id }), by_card(once, 8, { ticket_id: two.id, kind: 'leave' })]))
	assert.deepEqual(turns(ok(await once.north.send([by_card(once, 7, { kind: 'return' }), by_card(once, 6, { direction: 'out' }), by_card(once, 5)])), once.tickets),
		['1 accepted ok', '1 accepted ok', '0 accepted ok'])
})

test('a card alone that was refused is of a ticket that stood as the device said', async () => {
	const { usher, bea, of, uid, tickets, north } = await cardholder(2, { re_entry: true })
	const refused_there = (local_reason, local_result = 'invalid') => north.scanned(0, { card_id: uid, local_result, local_reason })

	for (const { code } of tickets)
		ok(await scan(usher, { code }))
	ok(await scan(usher, { code: tickets[0].code, direction: 'out' }))
	tickets.push(await ticket(of, bea))
	assert.deepEqual(turns(ok(await north.send([refused_there('inside', 'already_scanned')])), tickets), ['1 accepted inside'])
	assert.deepEqual(turns(ok(await north.send([{ ...refused_there('not_inside'), direction: 'out' }])), tickets), ['0 accepted not_inside'])
	assert.deepEqual(turns(ok(await north.send([refused_there('wrong_gate')])), tickets), ['0 accepted wrong_gate'])
	assert.deepEqual(turns(ok(await north.send([refused_there('inside', 'already_scanned'), north.scanned(0, { card_id: uid })])), tickets),
		['1 accepted inside', '0 accepted ok'])
})

test('a card whose holder has many tickets is looked up once, however often it was held up', async () => {
	const { uid, north, tickets } = await cardholder(5, { re_entry: true })
	const logs = Array.from({ length: 40 }, (_, i) => north.scanned(60 - i, { card_id: uid, direction: i % 2 ? 'out' : 'in' }))

	sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1")
	try {
		assert.deepEqual(turns(ok(await north.send(logs)), tickets), Array(40).fill('0 accepted ok'))
	} finally {
		sql('SET GLOBAL general_log = 0')
	}
	assert.deepEqual(sql(`SELECT SUM(argument LIKE '%FROM nfc_card WHERE uid = %'), SUM(argument LIKE '%AS repeated FROM ticket t%') FROM mysql.general_log
		WHERE command_type = 'Execute' AND thread_id IN (SELECT thread_id FROM mysql.general_log
			WHERE command_type = 'Execute' AND argument LIKE 'INSERT INTO scan_log %')`), [['1', '1']])
	assert.equal(presence(tickets[0].id), 'outside 20')
})

test('a card\'s scan stays known when its ticket was passed on meanwhile', async () => {
	const bea = await new_customer({ name: 'Bea Berg' }), cem = await new_customer({ name: 'Cem Can' }), t = await ticket(event, bea), uid = new_card(bea)
	const north = device(one, 'North'), entry = north.scanned(9, { card_id: uid })

	ok(await north.send([entry]))
	sql(`UPDATE ticket SET customer_id = ${cem.customer_id} WHERE id = ${t.id}`)
	const again = ok(await north.send([entry]))
	assert.deepEqual(verdicts(again), ['duplicate valid ok'])
	assert.equal(again.items[0].ticket_id, t.id)
	sql(`UPDATE ticket SET customer_id = ${bea.customer_id} WHERE id = ${t.id}`)
})

test('what came out at the same moment, or is still to come by a clock that was put right, stays in the order in which it was made', async () => {
	for (const ago of [5, -10]) {
		const t = await ticket(), north = device(one, 'North'), at = north.scanned(ago).scanned_at
		const made = ['in', 'out', 'in', 'out'].map((direction) => north.scanned(ago, { code: t.code, direction, scanned_at: at }))

		ok(await north.send([made[2], made[0], made[3], made[1]]))
		assert.equal(presence(t.id), 'outside 2')
		assert.deepEqual(conflicts_of(t.id), [])
	}
})

test('by hand, out for a while and back, taken back', async () => {
	const t = await ticket(), north = device(one, 'North'), lead = device(two, 'South')
	const hand = north.scanned(50, { kind: 'hand', ticket_id: t.id, note: 'No phone with them' })
	const leave = north.scanned(40, { kind: 'leave', code: t.code, note: 'To the car' }), back = north.scanned(30, { kind: 'return', code: t.code })
	const data = ok(await north.send([back, leave, hand]))

	assert.deepEqual(verdicts(data), ['accepted valid ok', 'accepted valid ok', 'accepted valid by_hand'])
	assert.equal(presence(t.id), 'inside 2')
	assert.deepEqual(sql(`SELECT kind, direction, note FROM scan_log WHERE ticket_id = ${t.id} ORDER BY scanned_at`),
		[['hand', 'in', 'No phone with them'], ['leave', 'out', 'To the car'], ['leave', 'in', '']])
	// Taken back too late, and by somebody else.
	assert.deepEqual(verdicts(ok(await north.send([north.scanned(20, { kind: 'undo', undoes: back.scan_id })]))), ['rejected invalid not_yours'])
	assert.deepEqual(verdicts(ok(await lead.send([lead.scanned(29, { kind: 'undo', undoes: back.scan_id })]))), ['rejected invalid not_yours'])
	assert.deepEqual(verdicts(ok(await lead.send([lead.scanned(29, { kind: 'undo', undoes: randomUUID() })]))), ['rejected invalid undoes_unknown'])
	const undo = north.scanned(29, { kind: 'undo', undoes: back.scan_id })
	assert.deepEqual(verdicts(ok(await north.send([undo]))), ['accepted valid undone'])
	assert.deepEqual(verdicts(ok(await north.send([undo]))), ['duplicate valid undone'])
	assert.deepEqual(verdicts(ok(await north.send([north.scanned(29, { kind: 'undo', undoes: back.scan_id })]))), ['duplicate valid undone'])
	assert.equal(presence(t.id), 'outside 1')
	assert.equal(sql(`SELECT on_leave FROM ticket WHERE id = ${t.id}`)[0][0], '1')
	sql(`UPDATE usher_assignment SET gate_lead = 1 WHERE usher_id = ${two.usher_id}`)
	assert.deepEqual(verdicts(ok(await lead.send([lead.scanned(1, { kind: 'undo', undoes: leave.scan_id }), lead.scanned(1, { kind: 'undo', undoes: hand.scan_id })]))),
		['accepted valid undone', 'accepted valid undone'])
	sql(`UPDATE usher_assignment SET gate_lead = 0 WHERE usher_id = ${two.usher_id}`)
	assert.equal(presence(t.id), 'never 0')
	assert.equal(sql(`SELECT COALESCE(first_scan_at, 'none') FROM ticket WHERE id = ${t.id}`)[0][0], 'none')
})

test('by hand against a rule of the gate: a gate lead answers for it, of an usher it is told', async () => {
	const ruled = await new_event({ categories: [{ capacity: 10, name: 'Backstage' }] }), usher = await new_usher(ruled), t = await ticket(ruled), u = await ticket(ruled)
	const north = device(usher, 'North'), hand = (of) => north.scanned(5, { kind: 'hand', ticket_id: of.id, note: 'With the band' })
	const told = (of) => sql(`SELECT kind FROM scan_conflict WHERE ticket_id = ${of.id}`).flat()

	ok(await as(await new_staff('admin')).post('/api/gate-rules/', { event_id: ruled.id, category_id: ruled.categories[0].id, gate: 'Stage door' }), 201)
	assert.deepEqual(verdicts(ok(await north.send([hand(t)]))), ['accepted valid wrong_gate'])
	assert.deepEqual(told(t), ['refused'])
	sql(`UPDATE usher_assignment SET gate_lead = 1 WHERE usher_id = ${usher.usher_id}`)
	assert.deepEqual(verdicts(ok(await north.send([hand(u)]))), ['accepted valid by_hand'])
	assert.deepEqual(told(u), [])
	assert.deepEqual([presence(t.id), presence(u.id)], ['inside 1', 'inside 1'])
})

test('a leave that comes after the return is ended by it, at the moments at which they were made', async () => {
	const t = await ticket(), north = device(one, 'North')
	const entry = north.scanned(30, { code: t.code }), leave = north.scanned(20, { kind: 'leave', code: t.code, note: 'To the car' })
	const leaves = async () => ok(await as(one).get('/api/usher/scan/part-time-leave/')).items.filter((item) => item.ticket_id === t.id)

	const back = ok(await scan(one, { code: t.code, scan_id: randomUUID() }))
	ok(await north.send([entry, leave]))
	const [listed] = await leaves()
	assert.equal(listed.back_at, back.at)
	assert.ok(Math.abs(Date.parse(listed.left_at) - (Date.now() - 20 * MINUTE)) < 5000)
	assert.equal(presence(t.id), 'inside 2')
	ok(await north.send([north.scanned(19, { kind: 'undo', undoes: leave.scan_id })]))
	assert.deepEqual(await leaves(), [])
})

test('a card\'s scan whose answer was lost is the ticket\'s that the server took, whichever the device did', async () => {
	const bea = await new_customer({ name: 'Bea Berg' }), [t, u] = [await ticket(event, bea), await ticket(event, bea)], uid = new_card(bea)
	const north = device(one, 'North'), asked = north.scanned(1, { card_id: uid, ticket_id: t.id })

	ok(await scan(two, { code: t.code, gate: 'South' }))
	assert.equal(ok(await scan(one, { card_id: uid, scan_id: asked.scan_id })).ticket.id, u.id)
	const data = ok(await north.send([asked]))
	assert.deepEqual([verdicts(data), data.items[0].ticket_id], [['duplicate valid ok'], u.id])
	// Another card's scan is not taken for it.
	const carl = await new_customer({ name: 'Carl Caro' }), other = await ticket(event, carl)
	assert.deepEqual(verdicts(ok(await north.send([{ ...asked, card_id: new_card(carl), ticket_id: other.id }]))), ['rejected invalid scan_id_used'])
	assert.deepEqual([t, u, other].map(({ id }) => presence(id)), ['inside 1', 'inside 1', 'never 0'])
})

test('what takes back a card\'s scan is of the ticket that the server took, whichever the device did', async () => {
	const bea = await new_customer({ name: 'Bea Berg' }), [t, u] = [await ticket(event, bea), await ticket(event, bea)], uid = new_card(bea)
	const north = device(one, 'North'), asked = north.scanned(1, { card_id: uid, ticket_id: t.id })

	ok(await scan(two, { code: t.code, gate: 'South' }))
	assert.equal(ok(await scan(one, { card_id: uid, scan_id: asked.scan_id })).ticket.id, u.id)
	assert.deepEqual(verdicts(ok(await north.send([asked, north.scanned(0, { kind: 'undo', undoes: asked.scan_id })]))), ['duplicate valid ok', 'accepted valid undone'])
	assert.deepEqual([t, u].map(({ id }) => presence(id)), ['inside 1', 'never 0'])
})

test('a card that the server refused for one ticket and the device let in by another: people are told of the one that was logged', async () => {
	const bea = await new_customer({ name: 'Bea Berg' }), [t, u] = [await ticket(event, bea), await ticket(event, bea)], uid = new_card(bea), north = device(one, 'North')

	for (const { code } of [t, u])
		ok(await scan(two, { code, gate: 'South' }))
	const refused_one = ok(await scan(one, { card_id: uid, gate: 'North', scan_id: randomUUID() })), other = [t, u].find(({ id }) => id !== refused_one.ticket.id)
	assert.equal(refused_one.result, 'already_scanned')
	ok(await north.send([north.scanned(1, { card_id: uid, ticket_id: other.id, scan_id: refused_one.scan_id })]))
	assert.deepEqual(sql(`SELECT c.kind, c.ticket_id, l.ticket_id FROM scan_conflict c JOIN scan_log l ON l.id = c.loser_id WHERE c.ticket_id IN (${t.id}, ${u.id})`),
		[['refused', String(refused_one.ticket.id), String(refused_one.ticket.id)]])
})

test('made and taken back in one batch, in whatever order', async () => {
	const t = await ticket(), north = device(one, 'North')
	const entry = north.scanned(5, { code: t.code }), undo = north.scanned(4, { kind: 'undo', undoes: entry.scan_id })

	assert.deepEqual(verdicts(ok(await north.send([undo, entry]))), ['accepted valid undone', 'accepted valid ok'])
	assert.equal(presence(t.id), 'never 0')
	assert.deepEqual(rows_of(t.id), ['in valid ok 1 1 scan', 'in valid undone 1 1 undo'])
})

test('what is wrong with one is told of it alone; twice in a batch is once; a number that is another scan\'s is not taken', async () => {
	const t = await ticket(), u = await ticket(), north = device(one, 'North')
	const good = north.scanned(5, { code: t.code }), twice = north.scanned(4, { code: u.code })
	const data = ok(await north.send([
		good, { ...good, scan_id: 'nothing' }, 7, { scan_id: randomUUID(), seq: 'x' }, twice, twice, north.scanned(3), north.scanned(3, { code: 'x', card_id: 'y' }),
		north.scanned(3, { kind: 'undo' }), north.scanned(3, { kind: 'hand' }), north.scanned(3, { kind: 'sing', code: t.code })
	]))

	assert.deepEqual(verdicts(data), ['accepted valid ok', 'rejected invalid unreadable', 'rejected invalid unreadable', 'rejected invalid unreadable',
		'accepted valid ok', 'duplicate valid ok', ...Array(5).fill('rejected invalid unreadable')])
	assert.match(data.items[1].message, /^scan_id: /)
	assert.deepEqual([data.items[1].scan_id, data.items[1].seq, data.items[2].seq], [null, good.seq, null])
	assert.deepEqual(verdicts(ok(await north.send([{ ...good, code: u.code }]))), ['rejected invalid scan_id_used'])
	assert.equal(presence(t.id), 'inside 1')
	assert.equal(presence(u.id), 'inside 1')
})

test('a record is only a record', async () => {
	const t = await ticket(), north = device(one, 'North')

	assert.deepEqual(verdicts(ok(await north.send([north.scanned(5, { kind: 'record', code: t.code })]))), ['accepted valid ok'])
	assert.deepEqual(rows_of(t.id), ['in valid ok 0 0 record'])
	assert.equal(presence(t.id), 'never 0')
})

test('a record does not hide the scan that it is of, whichever comes first', async () => {
	const t = await ticket(), u = await ticket(), v = await ticket(), north = device(one, 'North')
	const pair = (of) => { const made = north.scanned(1, { code: of.code }); return [made, { ...made, kind: 'record' }] }
	const [entry, record] = pair(t)

	ok(await north.send([record]))
	assert.deepEqual(verdicts(ok(await north.send([entry]))), ['accepted valid ok'])
	assert.equal(presence(t.id), 'inside 1')
	assert.deepEqual(verdicts(ok(await north.send([entry, record]))), ['duplicate valid ok', 'duplicate valid ok'])
	assert.equal(presence(t.id), 'inside 1')
	assert.deepEqual(verdicts(ok(await north.send([north.scanned(0.5, { kind: 'undo', undoes: entry.scan_id })]))), ['accepted valid undone'])
	assert.equal(presence(t.id), 'never 0')
	assert.deepEqual(verdicts(ok(await north.send(pair(u).reverse()))), ['duplicate valid ok', 'accepted valid ok'])
	assert.deepEqual([presence(u.id), rows_of(u.id).length], ['inside 1', 1])
	// Taken back without a network, of one that was recorded and made in this batch; and with one, by the number that the device knows.
	const [second, its_record] = pair(v)
	ok(await as(one).post('/api/usher/scan/log/', { scan_id: second.scan_id, code: v.code, result: 'valid', direction: 'in' }))
	ok(await north.send([second, its_record]))
	assert.equal(presence(v.id), 'inside 1')
	assert.equal(ok(await as(one).post('/api/usher/scan/undo/', { scan_id: second.scan_id })).reason, 'undone')
	assert.equal(presence(v.id), 'never 0')
})

test('what takes a scan back is of no time before the gates opened either; a clock that is out of any calendar stops nobody', async () => {
	const t = await ticket(), u = await ticket(), north = device(one, 'North'), at = (scanned_at, more) => ({ ...north.scanned(0, more), scanned_at })
	const entry = at('1970-01-01T00:10:00Z', { code: t.code }), undo = at('1970-01-01T00:10:30Z', { kind: 'undo', undoes: entry.scan_id })

	assert.deepEqual(verdicts(ok(await north.send([entry, undo]))), ['accepted valid ok', 'accepted valid undone'])
	const old = at('0001-01-01T00:00:00Z', { code: u.code }), back = at('0001-01-01T00:00:10Z', { kind: 'undo', undoes: old.scan_id })
	assert.deepEqual(verdicts(ok(await north.send([old, back], { device_time: '9999-12-31T23:59:59Z' }))), ['accepted valid ok', 'accepted valid undone'])
	assert.deepEqual([t, u].map(({ id }) => presence(id)), ['never 0', 'never 0'])
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log l JOIN event e ON e.id = l.event_id WHERE l.ticket_id IN (${t.id}, ${u.id}) AND l.scanned_at < e.starts_at - INTERVAL 86401 SECOND`)[0][0], '0')
})

// The number under which a scan is settled where a record has taken its own.
const aside_of = (uuid) => uuid.slice(0, 19) + uuid.slice(19).replace(/[0-9a-f]{2}/g, (byte) => (parseInt(byte, 16) ^ 0xa5).toString(16).padStart(2, '0'))

test('a scan both of whose numbers a record has taken is told so, and holds up nobody', async () => {
	const t = await ticket(), u = await ticket(), north = device(one, 'North'), made = north.scanned(5, { code: t.code })

	ok(await north.send([{ ...made, kind: 'record' }, north.scanned(9, { kind: 'record', code: t.code, scan_id: aside_of(made.scan_id) })]))
	assert.deepEqual(verdicts(ok(await north.send([made, north.scanned(5, { code: u.code })]))), ['rejected invalid scan_id_used', 'accepted valid ok'])
	assert.deepEqual([t, u].map(({ id }) => presence(id)), ['never 0', 'inside 1'])
})

test('one number of two scans in a batch: the second is another, and is told so', async () => {
	const t = await ticket(), u = await ticket(), north = device(one, 'North'), first = north.scanned(5, { code: t.code })
	const again = (more) => ({ ...first, ...more })

	assert.deepEqual(verdicts(ok(await north.send([first, again({ code: u.code }), again({ direction: 'out' }), again({ kind: 'leave' }), again({ kind: 'record' }),
		again({ kind: 'record', code: u.code }), again({ ticket_id: t.id }), first]))), ['accepted valid ok', ...Array(3).fill('rejected invalid scan_id_used'), 'duplicate valid ok',
		'rejected invalid scan_id_used', ...Array(2).fill('duplicate valid ok')])
	assert.deepEqual([presence(t.id), presence(u.id), rows_of(t.id).length], ['inside 1', 'never 0', 1])
})

test('taken back online and taken back late is one thing', async () => {
	const undo_of = (made) => ({ kind: 'undo', undoes: made.scan_id }), north = device(one, 'North'), south = device(two, 'South')
	const ways = {
		late: async (made) => ok(await north.send([north.scanned(0, undo_of(made))])).items[0].reason,
		online: async (made) => { const answer = await as(one).post('/api/usher/scan/undo/', { scan_id: made.scan_id }); return answer.status === 403 ? 'not_yours' : ok(answer).reason }
	}
	const lead = async (work) => {
		sql(`UPDATE usher_assignment SET gate_lead = 1 WHERE usher_id = ${two.usher_id}`)
		await work()
		sql(`UPDATE usher_assignment SET gate_lead = 0 WHERE usher_id = ${two.usher_id}`)
	}
	const cases = {
		'an entry that met another': ['undone', async (t) => {
			const made = north.scanned(0.5, { code: t.code })
			ok(await south.send([south.scanned(3, { code: t.code })]))
			assert.deepEqual(verdicts(ok(await north.send([made]))), ['conflict valid inside'])
			return made
		}],
		'not the last': ['not_undone', async (t) => {
			const made = ok(await scan(one, { code: t.code, scan_id: randomUUID() }))
			ok(await scan(one, { code: t.code, direction: 'out' }))
			return made
		}],
		'made long ago': ['not_yours', async (t) => {
			const made = north.scanned(60, { code: t.code })
			ok(await north.send([made]))
			return made
		}],
		'taken back before, by a lead': ['undone', async (t) => {
			const made = north.scanned(1, { code: t.code })
			ok(await north.send([made]))
			await lead(async () => ok(await as(two).post('/api/usher/scan/undo/', { scan_id: made.scan_id })))
			return made
		}],
		'of another usher': ['not_yours', async (t) => ok(await scan(two, { code: t.code, scan_id: randomUUID() }))]
	}

	for (const [name, [reason, made_for]] of Object.entries(cases)) {
		const places = []
		for (const [way, take_back] of Object.entries(ways)) {
			const t = await ticket()
			assert.equal(await take_back(await made_for(t)), reason, `${name}, ${way}`)
			places.push(presence(t.id))
		}
		assert.equal(places[0], places[1], name)
	}
})

test('what was taken back before is a duplicate, and no row', async () => {
	const t = await ticket(), north = device(one, 'North'), made = north.scanned(1, { code: t.code }), undo = () => north.scanned(0, { kind: 'undo', undoes: made.scan_id })

	ok(await north.send([made, undo()]))
	assert.deepEqual(verdicts(ok(await north.send([undo()]))), ['duplicate valid undone'])
	assert.equal(rows_of(t.id).length, 2)
})

test('within two minutes is by the clock of the one device that made both, however long its batches took', async () => {
	const t = await ticket(), u = await ticket(), north = device(one, 'North')
	const made = (of) => north.scanned(3, { code: of.code }), undo = (of, ms) => ({ ...north.scanned(0, { kind: 'undo', undoes: of.scan_id }), scanned_at: iso(Date.parse(of.scanned_at) + ms) })
	const first = made(t), second = made(u), slow = { device_time: iso(Date.now() - 3000) }

	ok(await north.send([first, second]))
	assert.deepEqual(verdicts(ok(await north.send([undo(first, 119_000), undo(second, 121_000)], slow))), ['accepted valid undone', 'rejected invalid not_yours'])
})

test('refused, let in unheard, and taken back: nobody has to look at it any more', async () => {
	const north = device(one, 'North'), open_of = (id) => sql(`SELECT kind, status FROM scan_conflict WHERE ticket_id = ${id}`).map((row) => row.join(' '))

	for (const how of ['at once', 'later', 'twice', 'online']) {
		const t = await ticket(), mine = north.scanned(0, { code: t.code }), undo = north.scanned(0, { kind: 'undo', undoes: mine.scan_id })

		ok(await scan(two, { code: t.code, gate: 'South' }))
		assert.equal(ok(await scan(one, { code: t.code, scan_id: mine.scan_id, gate: 'North' })).reason, 'inside')
		if (how === 'at once') {
			assert.deepEqual(verdicts(ok(await north.send([mine, undo]))), ['duplicate already_scanned inside', 'accepted valid undone'])
		} else {
			ok(await north.send([mine]))
			assert.deepEqual(open_of(t.id), ['refused open'])
			const more = how === 'twice' ? [{ ...undo, scan_id: randomUUID() }] : []
			if (how === 'online')
				assert.equal(ok(await as(one).post('/api/usher/scan/undo/', { scan_id: mine.scan_id, undo_id: undo.scan_id })).reason, 'undone')
			else
				assert.deepEqual(verdicts(ok(await north.send([undo, ...more]))).sort(), ['accepted valid undone', ...more.map(() => 'duplicate valid undone')])
		}
		assert.deepEqual([open_of(t.id), rows_of(t.id).length], [['refused withdrawn'], 3])
		if (how === 'twice')
			continue
		assert.deepEqual(verdicts(ok(await north.send([mine, undo]))), ['duplicate already_scanned inside', 'duplicate valid undone'])
		assert.deepEqual([open_of(t.id), presence(t.id)], [['refused withdrawn'], 'inside 1'])
	}
})

test('let in by what is no ticket at all, and taken back: that is told once, and not to be sent again', async () => {
	const north = device(one, 'North'), made = north.scanned(1, { code: 'nothing that anybody knows' }), undo = north.scanned(0, { kind: 'undo', undoes: made.scan_id })

	assert.deepEqual(verdicts(ok(await north.send([undo]))), ['rejected invalid undoes_unknown'])
	assert.deepEqual(verdicts(ok(await north.send([made, undo]))), ['rejected not_found unknown_code', 'rejected invalid not_undone'])
	assert.deepEqual(verdicts(ok(await north.send([undo]))), ['rejected invalid not_undone'])
})

// A day's work: each of the tickets in, out and in again, twice at two gates without an exit between.
async function work(tickets) {
	const north = device(one, 'North', 40 * MINUTE), south = device(two, 'South', -13 * MINUTE)
	const made = tickets.flatMap(({ code }, i) => [north.scanned(90 - i / 100, { code }), north.scanned(60 - i / 100, { code, direction: 'out' }),
		north.scanned(30 - i / 100, { code })])
	const met = tickets.map(({ code }, i) => south.scanned(20 - i / 100, { code }))

	return { north, south, made, met, all: [...made, ...met] }
}

// What is in the database of these tickets once all of it has come, whatever came twice or was cut off.
function all_is_well(tickets, { made, met }) {
	const ids = tickets.map((t) => t.id).join()

	assert.deepEqual(sql(`SELECT presence, entries, COUNT(*) FROM ticket WHERE id IN (${ids}) GROUP BY presence, entries`), [['inside', '3', String(tickets.length)]])
	assert.deepEqual(sql(`SELECT COUNT(*), COUNT(DISTINCT scan_id), SUM(moved AND direction = 'in') - SUM(moved AND direction = 'out'), SUM(first_entry)
		FROM scan_log WHERE ticket_id IN (${ids})`), [[made.length + met.length, made.length + met.length, tickets.length, tickets.length].map(String)])
	assert.deepEqual(sql(`SELECT COUNT(*), COUNT(DISTINCT ticket_id) FROM scan_conflict WHERE ticket_id IN (${ids}) AND withdrawn_at IS NULL`),
		[[met.length, met.length].map(String)])
}

async function tickets_of(n) {
	const category = event.categories[0].id, tickets = []

	while (tickets.length < n)
		tickets.push(...await bought(ann, event, [{ category_id: category, quantity: Math.min(50, n - tickets.length) }]))
	return Promise.all(tickets.map(async (t) => ({ ...t, code: await code_of(ann, t) })))
}

// In an order of its own, which is the same each time.
const shuffled = (list, by) => list.map((item, i) => [Math.sin(i * by) * 10000 % 1, item]).sort(([a], [b]) => a - b).map(([, item]) => item)

test('a thousand scans in two seconds, and once more in less', async () => {
	const tickets = await tickets_of(250), day = await work(tickets), all = shuffled(day.all, 7)
	const began = Date.now(), data = ok(await day.north.send(all)), took = Date.now() - began

	assert.equal(data.items.length, 1000)
	assert.deepEqual(data.items.map((item) => item.scan_id), all.map((log) => log.scan_id))
	assert.ok(data.items.every((item) => ['accepted', 'conflict'].includes(item.verdict)))
	all_is_well(tickets, day)
	assert.ok(took <= 2000, `${took} ms`)
	assert.ok(ok(await day.north.send(all)).items.every((item) => item.verdict === 'duplicate'))
	all_is_well(tickets, day)
})

test('the same scans in several batches at once, in other orders: each is there once', async () => {
	const tickets = await tickets_of(40), day = await work(tickets)
	const answers = await Promise.all([day.all, shuffled(day.all, 3), shuffled(day.all, 5), [...day.all].reverse()].map((logs, i) =>
		[day.north, day.south][i % 2].send(logs)))
	const items = answers.flatMap((answer) => ok(answer).items)

	assert.equal(items.filter((item) => item.verdict === 'duplicate').length, 3 * day.all.length)
	assert.ok(items.every((item) => item.verdict !== 'rejected'))
	// Whose clock was taken to be right differs from batch to batch by what the network takes, so who met whom may too.
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id IN (${tickets.map((t) => t.id).join()})`)[0][0], String(day.all.length))
})

test('a worker that is killed in the middle: what was settled is known, the rest is settled when it comes again', async () => {
	const tickets = await tickets_of(100), day = await work(tickets), all = shuffled(day.all, 11)
	const run = process.env.GATEHOUSE_RUN, ids = tickets.map((t) => t.id).join()
	const serve = readFileSync(`${run}/serve.process`, 'utf8').split(' ')[0]
	const workers = () => readFileSync(`/proc/${serve}/task/${serve}/children`, 'utf8').trim().split(' ').map(Number)
	// The last of them waits for somebody who holds its ticket.
	const held = await in_transaction(`SELECT id FROM ticket WHERE id = ${tickets.at(-1).id} FOR UPDATE`)
	const sent = day.north.send(all, {}, true).catch(() => undefined)

	await until('some are settled', () => Number(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id IN (${ids})`)[0][0]) > 0)
	await until_waiting('FROM ticket WHERE id IN')
	const settled = Number(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id IN (${ids})`)[0][0])
	workers().forEach((pid) => process.kill(pid, 'SIGKILL'))
	await held()
	await sent
	assert.ok(settled > 0 && settled < all.length, `${settled} were settled`)
	await until('there are workers again', async () => (await day.north.send([])).status === 200)
	const items = ok(await day.north.send(all)).items
	assert.ok(items.filter((item) => item.verdict === 'duplicate').length >= settled)
	all_is_well(tickets, day)
})

test('the organizer and staff see what met, and see to it; gates hear of it until then', async () => {
	const t = await ticket(), north = device(one, 'North'), south = device(two, 'South')
	const owner = await sign_in('organizer'), other = await new_organizer(), staff = as(await token('staff'))

	ok(await north.send([north.scanned(9, { code: t.code })]))
	ok(await south.send([south.scanned(5, { code: t.code })]))
	// What live says once it has heard of it.
	const live = async (person, heard) => {
		let said

		await until('live has heard', async () => heard(said = ok(await as(person).get(`/api/live/events/${event.id}`, { query: { wait: 0 } }))))
		return said
	}
	const has = (said) => said.conflicts.find((c) => c.ticket_id === t.id)
	const shown = has(await live(one, has))
	assert.deepEqual([shown.kind, shown.winner.gate, shown.loser.gate, shown.winner.usher, shown.loser.usher, shown.attendee_name],
		['twice', 'North', 'South', one.name, two.name, 'Ann Arbor'])
	const before = (await live(two, has)).counts.conflicts
	const listed = ok(await staff.get('/api/conflicts/', { query: { event_id: event.id, status: 'open' } })).items.find((c) => c.id === shown.id)
	assert.deepEqual([listed.winner.gate, listed.loser.usher], ['North', two.name])
	refused(await as(other).get(`/api/organizer/conflicts/${shown.id}/`), 404, 'CONFLICT_NOT_FOUND')
	refused(await as(other).post(`/api/organizer/conflicts/${shown.id}/see/`, {}), 404, 'CONFLICT_NOT_FOUND')
	refused(await as(one).get('/api/conflicts/'), 403, 'FORBIDDEN')
	const mine = sql(`SELECT organizer_id = (SELECT id FROM organizer WHERE account_id = ${owner.user.id}) FROM event WHERE id = ${event.id}`)[0][0] === '1'
	const seen = ok(mine ? await as(owner).post(`/api/organizer/conflicts/${shown.id}/see/`, {}) : await staff.post(`/api/conflicts/${shown.id}/see/`, {}))
	assert.equal(seen.status, 'seen')
	assert.ok(seen.seen_at && seen.seen_by)
	assert.equal((await live(one, (said) => !has(said))).counts.conflicts, before - 1)
	refused(await staff.post(`/api/conflicts/${shown.id}/see/`, {}), 409, 'WRONG_STATUS')
})

test('the lists of what met say it in words, by the event\'s clocks', async () => {
	const far = await new_event({ time_zone: 'Asia/Tokyo' }), usher = await new_usher(far), t = await ticket(far), north = device(usher, 'North')
	const first = north.scanned(9, { code: t.code }), office = await new Browser().open('/admin/sign-in')

	ok(await north.send([first, north.scanned(5, { code: t.code })]))
	await office.submit('/admin/sign-in', DEMO.staff)
	await office.open(`/admin/conflicts?event_id=${far.id}`)
	const [[scanned_at]] = sql(`SELECT scanned_at FROM scan_log WHERE scan_id = UNHEX('${hex(first.scan_id)}')`) // by our clock: a moment passed on the way
	const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' }).format(new Date(`${scanned_at.replace(' ', 'T')}Z`))
	assert.match(office.html, /<td[^>]*>(<bdi>)?Let in twice/)
	assert.ok(office.html.includes(`, ${time}`) || office.html.includes(` ${time}`), time)
	await office.open('/admin/incidents')
	assert.match(office.html, /<option value="lost">Lost or found/)
})

test('what the whole batch must be', async () => {
	const north = device(one, 'North')

	refused(await north.send(Array.from({ length: 1001 }, () => north.scanned(1, { code: 'x' }))), 422, 'VALIDATION_ERROR')
	refused(await north.send([], { device_time: 'noon' }), 422, 'VALIDATION_ERROR')
	refused(await north.send('x'), 422, 'VALIDATION_ERROR')
	refused(await as(one).post(UPLOAD, {}), 422, 'VALIDATION_ERROR')
	refused(await north.send(Array.from({ length: 1000 }, () => north.scanned(1, { code: 'x'.repeat(2000) }))), 413, 'TOO_LARGE')
	refused(await as(await token('staff')).post(UPLOAD, { device_id: 'x', device_time: iso(Date.now()), logs: [] }), 403, 'FORBIDDEN')
	assert.deepEqual(ok(await north.send([])).items, [])
})
