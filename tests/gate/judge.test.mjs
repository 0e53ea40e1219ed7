// What a device says by itself of a card, a code and a printed reference: judge.js, with a guest list that stands here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate } from './modules.mjs'

const { Judge } = await gate('judge.js')
const NOW = Date.parse('2026-09-21T14:13:20Z'), HOUR = 3_600_000
const iso = (ms) => new Date(ms).toISOString()
const EVENT = {
	event_id: 1, status: 'published', scanning_enabled: true, starts_at: iso(NOW - HOUR), ends_at: iso(NOW + 5 * HOUR), time_zone: 'Europe/Berlin',
	re_entry: true, daily: false, room: null, min_age: null, turning: false, days: [], rules: [], categories: [{ id: 11, name: 'Standing', min_age: null }]
}
const row = (ticket_id, more = {}) => ({ ticket_id, generation: 1, status: 'valid', presence: 'never', entries: 0, on_leave: false, last_in_at: null, category_id: 11,
	dependent: false, ...more })

// A judge of these rows, all of which are on one card.
function judge_of(rows, { event = {}, moves = {}, keys = new Map() } = {}) {
	const roster = {
		by_reference: async () => rows.map(({ ticket_id }) => ({ ticket_id, name: `Guest ${ticket_id}`, reference: 'K7QM-2XPA' })),
		event: { ...EVENT, ...event }, whole: true, keys, row: async (id) => rows.find(({ ticket_id }) => ticket_id === id), open: async () => ({ n: 'Gwen' }),
		card: async (uid) => ({ status: 'active', card_id: uid, tickets: rows.map(({ ticket_id }) => ({ t: ticket_id, n: `Guest ${ticket_id}` })) })
	}

	return new Judge({ roster, queue: { moves_of: (id) => moves[id] ?? [] }, clock: { now: () => NOW } })
}
const scan = (more = {}) => ({ at: NOW, direction: 'in', gate: 'North', kind: 'scan', ...more })

async function card(rows, how = {}, more = {}) {
	const { reason, ticket_id, others } = await judge_of(rows, more).judge({ kind: 'card', card: '04A2B3C4' }, scan(how))

	return [reason, ticket_id, others.map((one) => one.ticket_id)]
}

test('of a card\'s tickets a valid one goes first, and no other is offered', async () => {
	assert.deepEqual(await card([row(1, { status: 'refunded' }), row(2)]), ['ok', 2, []])
	assert.deepEqual(await card([row(1, { status: 'cancelled' }), row(2, { presence: 'inside', entries: 1 }), row(3), row(4), row(5, { status: 'refunded' })]), ['ok', 3, [4]])
	assert.deepEqual(await card([row(1, { status: 'refunded' })]), ['refunded', 1, []])
	assert.deepEqual(await card([row(1, { dependent: true }), row(2, { status: 'refunded' })]), ['refunded', 2, [1]], 'one\'s own before a dependent\'s')
	assert.deepEqual(await card([row(1), row(2)], { ticket_id: 2 }), ['ok', 2, [1]])
})

test('of a printed reference the only one that may go, and which of them where several may', async () => {
	const reference = async (rows, how = {}) => {
		const { reason, ticket_id, others } = await judge_of(rows).judge({ kind: 'reference', reference: 'K7QM2XPA' }, scan(how))

		return [reason, ticket_id, others.map((one) => one.ticket_id)]
	}

	assert.deepEqual(await reference([row(1, { status: 'refunded' }), row(2)]), ['ok', 2, []])
	assert.deepEqual(await reference([row(1, { presence: 'inside', entries: 1 }), row(2)]), ['ok', 2, []])
	assert.deepEqual(await reference([row(1), row(2), row(3, { status: 'cancelled' })]), ['several', null, [1, 2]])
	assert.deepEqual(await reference([row(1, { status: 'cancelled' }), row(2, { presence: 'inside', entries: 1 })]), ['inside', 2, []])
	assert.deepEqual(await reference([row(1, { status: 'cancelled' })]), ['cancelled', 1, []])
	assert.deepEqual(await reference([row(1), row(2)], { ticket_id: 2 }), ['ok', 2, []])
})

test('of a card\'s tickets whoever may goes: on a new day who stayed since another, from leave who is out, and who was never in before who came out for good', async () => {
	const day = { event: { daily: true, re_entry: false, days: [NOW - 30 * HOUR, NOW - 6 * HOUR] } }
	const stayed = (id, at) => row(id, { presence: 'inside', entries: 1, last_in_at: iso(NOW - at * HOUR) }), out = (id, at, more = {}) => row(id, { presence: 'outside', entries: 1, last_in_at: iso(NOW - at * HOUR), ...more })
	const once = { event: { re_entry: false } }, back = { kind: 'return' }, leaves = { kind: 'leave', direction: 'out' }

	assert.deepEqual(await card([stayed(1, 20), stayed(2, 20)], {}, day), ['ok', 1, [2]])
	assert.deepEqual(await card([stayed(1, 1), stayed(2, 20)], {}, day), ['ok', 2, []])
	assert.deepEqual(await card([stayed(1, 1), stayed(2, 2)], {}, day), ['inside', 1, []])
	assert.deepEqual(await card([out(1, 1), out(2, 20), stayed(3, 20)], {}, day), ['ok', 2, [3, 1]])
	assert.deepEqual(await card([row(1), stayed(2, 20)], { direction: 'out' }, day), ['ok', 2, []], 'whoever is inside may leave')
	assert.deepEqual(await card([row(1), out(2, 1, { on_leave: true })], back), ['ok', 2, [1]])
	assert.deepEqual(await card([out(1, 1), out(2, 1, { on_leave: true }), out(3, 1, { on_leave: true })], back, once), ['ok', 2, [3, 1]])
	assert.deepEqual(await card([row(1), stayed(2, 1)], leaves), ['ok', 2, []])
	assert.deepEqual(await card([out(1, 1), row(2)], {}, once), ['ok', 2, [1]])
	assert.deepEqual(await card([out(1, 1), row(2)]), ['ok', 1, [2]], 'where who left may come back, either may')
	assert.deepEqual(await card([out(1, 1), out(2, 1, { on_leave: true })], {}, once), ['ok', 2, [1]])
	assert.deepEqual(await card([out(1, 1)], {}, once), ['no_re_entry', 1, []])
})

test('of a printed reference, too, who stayed since another day may come in on the next', async () => {
	const rows = [row(1, { presence: 'inside', entries: 1, last_in_at: iso(NOW - 20 * HOUR) }), row(2, { presence: 'inside', entries: 1, last_in_at: iso(NOW - HOUR) })]
	const { reason, ticket_id } = await judge_of(rows, { event: { daily: true, days: [NOW - 6 * HOUR] } }).judge({ kind: 'reference', reference: 'K7QM2XPA' }, scan())

	assert.deepEqual([reason, ticket_id], ['ok', 1])
})

test('how full it is no device without a network can know: it lets in', async () => {
	const judge = judge_of([row(1)], { event: { room: 1 } })

	judge.inside = () => 1000
	assert.equal((await judge.judge({ kind: 'card', card: '04A2B3C4' }, scan())).reason, 'ok')
})

test('where a ticket stood before is told with its verdict, for who takes it back', async () => {
	const judge = judge_of([row(1, { presence: 'outside', entries: 1, on_leave: true, last_in_at: iso(NOW - HOUR) })])

	assert.deepEqual((await judge.judge({ kind: 'card', card: '04A2B3C4' }, scan())).was, { presence: 'outside', entries: 1, on_leave: true, last_in_at: NOW - HOUR })
})
