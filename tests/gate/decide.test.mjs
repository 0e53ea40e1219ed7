// What a device takes for the facts: where a ticket stands by what was done here, and what the event's rules say of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate } from './modules.mjs'

const { facts_of_event, facts_of_ticket, moved, verdict } = await gate('decide.js')
const NOW = Date.parse('2026-09-21T14:13:20Z'), HOUR = 3_600_000, DAY = 24 * HOUR
const iso = (ms) => new Date(ms).toISOString()

const EVENT = {
	event_id: 1, status: 'published', scanning_enabled: true, starts_at: iso(NOW - HOUR), ends_at: iso(NOW + 5 * HOUR), time_zone: 'Europe/Berlin',
	re_entry: true, daily: false, room: null, min_age: null, turning: false, days: [], rules: [], categories: [{ id: 11, name: 'Standing', min_age: null }]
}
const ROW = { ticket_id: 5, generation: 1, status: 'valid', presence: 'never', entries: 0, on_leave: false, last_in_at: null, category_id: 11 }

// The reason that a genuine code of this row gets.
function reason({ event = {}, row = {}, moves = [], out = false, at = NOW, gate: name = 'North', born, leave = false, inside = 0, override = false } = {}) {
	const whole = { ...EVENT, ...event }, ticket = { ...ROW, ...row }
	const got = verdict({
		...facts_of_event(whole, { now: at, out, inside }), leave, override, newest_code: true, turn: 'none',
		...facts_of_ticket(whole, { ...ticket, ...moved(ticket, moves) }, { now: at, gate: name, born })
	})

	return [got.reason, ...got.notes].join()
}

test('where a ticket stands after what was done here', () => {
	const stands = (row, ...moves) => {
		const { presence, entries, on_leave } = moved({ ...ROW, ...row }, moves)

		return `${presence} ${entries}${on_leave ? ' on leave' : ''}`
	}

	assert.equal(stands({}), 'never 0')
	assert.equal(stands({}, { kind: 'in', at: NOW }), 'inside 1')
	assert.equal(moved(ROW, [{ kind: 'in', at: NOW }]).last_in_at, NOW)
	assert.equal(stands({}, { kind: 'in', at: NOW }, { kind: 'out', at: NOW }), 'outside 1')
	assert.equal(stands({}, { kind: 'in', at: NOW }, { kind: 'leave', at: NOW }), 'outside 1 on leave')
	assert.equal(stands({}, { kind: 'in', at: NOW }, { kind: 'leave', at: NOW }, { kind: 'return', at: NOW }), 'inside 2')
	assert.equal(stands({}, { kind: 'in', at: NOW }, { kind: 'undo', of: 'in', at: NOW }), 'never 0')
	assert.equal(stands({ presence: 'outside', entries: 1 }, { kind: 'in', at: NOW }, { kind: 'undo', of: 'in', at: NOW }), 'outside 1')
	assert.equal(stands({ presence: 'inside', entries: 1 }, { kind: 'out', at: NOW }, { kind: 'undo', of: 'out', at: NOW }), 'inside 1')
})

test('in, out, again', () => {
	const entered = { kind: 'in', at: NOW - 60_000 }, left = { kind: 'out', at: NOW - 30_000 }

	assert.equal(reason(), 'ok')
	assert.equal(reason({ moves: [entered] }), 'inside')
	assert.equal(reason({ moves: [entered], out: true }), 'ok')
	assert.equal(reason({ moves: [entered, left] }), 'ok')
	assert.equal(reason({ moves: [entered, left], event: { re_entry: false } }), 'no_re_entry')
	assert.equal(reason({ moves: [entered, left], out: true }), 'not_inside')
	assert.equal(reason({ moves: [entered, { kind: 'leave', at: NOW }], event: { re_entry: false }, leave: true }), 'ok')
	assert.equal(reason({ moves: [entered, left], leave: true }), 'not_on_leave')
	assert.equal(reason({ row: { status: 'cancelled' } }), 'cancelled')
	assert.equal(reason({ row: { status: 'refunded' } }), 'refunded')
})

test('the event: live, switched on, and not yet over', () => {
	assert.equal(reason({ event: { status: 'cancelled' } }), 'event_not_live')
	assert.equal(reason({ event: { scanning_enabled: false } }), 'scanning_off')
	assert.equal(reason({ at: Date.parse(EVENT.starts_at) - DAY }), 'ok')
	assert.equal(reason({ at: Date.parse(EVENT.starts_at) - DAY - 1 }), 'too_early')
	assert.equal(reason({ at: Date.parse(EVENT.ends_at) + DAY }), 'ok')
	assert.equal(reason({ at: Date.parse(EVENT.ends_at) + DAY + 1 }), 'too_late')
})

test('days that begin afresh', () => {
	const event = { daily: true, days: [NOW - DAY, NOW, NOW + DAY], re_entry: false }, yesterday = { kind: 'in', at: NOW - HOUR }

	assert.equal(reason({ event, moves: [yesterday] }), 'ok', 'who stayed is out when the day changes')
	assert.equal(reason({ event, moves: [yesterday], at: NOW - 1 }), 'inside')
	assert.equal(reason({ event, moves: [{ kind: 'in', at: NOW }, { kind: 'out', at: NOW }], at: NOW + HOUR }), 'used_today')
	assert.equal(reason({ event: { ...event, daily: false }, moves: [yesterday] }), 'inside')
})

test('categories by gate and time', () => {
	const rules = [{ category_id: 11, gate: 'South', opens_at: null, closes_at: null }, { category_id: 12, gate: 'North', opens_at: null, closes_at: null }]
	const timed = (opens_at, closes_at) => ({ rules: [{ category_id: 11, gate: '', opens_at, closes_at }] })

	assert.equal(reason({ event: { rules } }), 'wrong_gate')
	assert.equal(reason({ event: { rules }, gate: 'South' }), 'ok')
	assert.equal(reason({ event: { rules }, override: true }), 'ok', 'a gate lead insists')
	assert.equal(reason({ event: timed(iso(NOW + 1), null) }), 'not_yet')
	assert.equal(reason({ event: timed(iso(NOW), iso(NOW)) }), 'ok')
	assert.equal(reason({ event: timed(null, iso(NOW - 1)) }), 'no_longer')
})

test('ages, by the category before the event, on the local day', () => {
	const categories = (min_age) => [{ id: 11, name: 'Standing', min_age }]

	assert.equal(reason({ event: { min_age: 18 }, born: '2008-09-21' }), 'ok')
	assert.equal(reason({ event: { min_age: 18 }, born: '2008-09-22' }), 'too_young')
	assert.equal(reason({ event: { min_age: 18 } }), 'ok,check_age')
	assert.equal(reason({ event: { min_age: 18, categories: categories(16) }, born: '2010-09-01' }), 'ok')
	assert.equal(reason({ event: { min_age: 16, categories: categories(18) }, born: '2010-09-01' }), 'too_young')
	// 23:30 in Berlin is the day before there, and the next in Tokyo.
	const night = Date.parse('2026-09-21T21:30:00Z')
	assert.equal(reason({ event: { min_age: 18 }, born: '2008-09-22', at: night }), 'too_young')
	assert.equal(reason({ event: { min_age: 18, time_zone: 'Asia/Tokyo' }, born: '2008-09-22', at: night }), 'ok')
})

test('room: nobody is told that it is full, for no device knows', () => {
	assert.equal(reason({ event: { room: 1 }, inside: 1000 }), 'ok')
	assert.equal(facts_of_event({ ...EVENT, room: 1 }, { now: NOW, inside: 1000 }).full, false)
})

test('what is taken back stands as it stood', () => {
	const on_leave = { presence: 'outside', entries: 1, on_leave: true, last_in_at: NOW - HOUR }
	const at = (moves) => moved(ROW, moves), came = { kind: 'in', at: NOW - HOUR }, left = { kind: 'leave', at: NOW - 1000 }

	assert.deepEqual(at([came, left, { kind: 'in', at: NOW }, { kind: 'undo', of: 'in', was: on_leave, at: NOW }]), on_leave)
	assert.deepEqual(at([came, left, { kind: 'return', at: NOW }, { kind: 'undo', of: 'return', was: on_leave, at: NOW }]), on_leave)
	assert.equal(at([came, { kind: 'undo', of: 'in', was: { presence: 'never', entries: 0, on_leave: false, last_in_at: 0 }, at: NOW }]).last_in_at, 0)
	// Of a scan that is in the row already, it is known as it was then.
	assert.deepEqual(moved({ ...ROW, presence: 'inside', entries: 2, last_in_at: iso(NOW) }, [{ kind: 'undo', of: 'in', was: on_leave, at: NOW }]), on_leave)
})

test('of what is taken back the others lead on, in whatever order', () => {
	const never = { presence: 'never', entries: 0, on_leave: false, last_in_at: 0 }, inside = { presence: 'inside', entries: 1, on_leave: false, last_in_at: NOW - 3000 }
	const came = { scan_id: 'a', kind: 'in', was: never, at: NOW - 3000 }, left = { scan_id: 'b', kind: 'out', was: inside, at: NOW - 2000 }
	const again = { scan_id: 'c', kind: 'in', at: NOW - 1000 }
	const undo = ({ scan_id, kind, was }) => ({ scan_id: `undo ${scan_id}`, kind: 'undo', undoes: scan_id, of: kind, was, at: NOW })
	const stands = (row, ...moves) => {
		const { presence, entries } = moved({ ...ROW, ...row }, moves)

		return `${presence} ${entries}`
	}

	assert.equal(stands({}, came, left, again, undo(came)), 'inside 1')
	assert.equal(stands({}, came, left, again, undo(left)), 'inside 2')
	assert.equal(stands({}, came, left, undo(left)), 'inside 1')
	assert.equal(stands({}, came, left, undo(left), undo(came)), 'never 0')
	assert.equal(stands({}, came, undo(came), again), 'inside 1')
	assert.equal(stands({ presence: 'inside', entries: 1 }, came, undo({ ...came, was: undefined })), 'outside 1', 'what came first was not known here')
	// The row was fetched since, and has it.
	assert.equal(stands({ presence: 'inside', entries: 1, last_in_at: iso(NOW - 3000) }, came, undo(came)), 'never 0')
	assert.equal(stands({ presence: 'inside', entries: 1, last_in_at: iso(NOW - 3000) }, undo(came)), 'never 0')
})
