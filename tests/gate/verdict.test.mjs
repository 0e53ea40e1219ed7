// A device without a network decides as the program does: both answer the same tables (tests/check_gate.c), in the same words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate, source, table } from './modules.mjs'

const { REASONS, ageOn, categoryHere, dayBegan, localDay, rankOf, sentence, verdict } = await gate('verdict.js')
const { speak } = await gate('words.js'), { default: en } = await gate('words-en.js'), { default: ar } = await gate('words-ar.js')

await speak('en')
const NOW = 1790000000000
const DAY = 86400000
// A valid ticket at an open gate, never in.
const PLAIN = { scanning_enabled: true, event_live: true, now: NOW, opens: NOW - DAY, closes: NOW + DAY, found: true,
	card_known: true, card_active: true, this_event: true, newest_code: true, valid: true, re_entry: true, presence: 'never',
	entries: 0, last_in_at: 0, day_began: 0, age: -1, min_age: 0, turn: 'none', category_here: 'yes' }

test('cases get their verdicts', () => {
	const cases = table('cases.json')

	assert.ok(cases.length > 100)
	for (const { name, facts, result, reason, moves, notes = [] } of cases) {
		const got = verdict({ ...PLAIN, ...facts })

		assert.deepEqual({ name, result: got.result, reason: got.reason, moves: got.moves, notes: got.notes },
			{ name, result, reason, moves, notes })
		assert.equal(got.sentence, en.reason[reason], name)
	}
})

test('which of several is the next is what their verdicts say of where they stand', () => {
	const ranks = { not_inside: 2, inside: 2, not_on_leave: 1, no_re_entry: 1, used_today: 1 }, seen = new Set()

	for (const { name, facts, reason, moves } of table('cases.json').filter(({ facts: one, reason: why, moves: goes }) => (goes && !one.override) || ranks[why])) {
		assert.equal(rankOf({ ...PLAIN, ...facts }), moves ? 0 : ranks[reason], name)
		seen.add(reason)
	}
	assert.deepEqual(Object.keys(ranks).filter((reason) => !seen.has(reason)), [])
})

test('every reason has a case, but for the one that is no verdict', () => {
	const seen = new Set(table('cases.json').map(({ reason }) => reason))

	assert.deepEqual(Object.keys(REASONS).filter((reason) => !seen.has(reason)), ['undone', 'not_undone', 'scan_id_used'])
})

test('what is not told lets nobody in', () => {
	for (const name of ['scanning_enabled', 'event_live', 'now', 'opens', 'closes', 'found', 'this_event', 'newest_code', 'valid']) {
		const facts = { ...PLAIN }

		delete facts[name]
		assert.equal(verdict(facts).moves, false, name)
	}
	assert.equal(verdict({}).moves, false)
})

test('places, ages and days', () => {
	for (const { name, rules, gate: at, now, here } of table('places.json'))
		assert.equal(categoryHere(rules, at, now), here, name)
	for (const { born, day, age } of table('ages.json'))
		assert.equal(ageOn(born, day), age, `${born} on ${day}`)
	assert.equal(dayBegan([1, 5, 9], 0), 0)
	assert.equal(dayBegan([1, 5, 9], 1), 1)
	assert.equal(dayBegan([9, 5, 1], 8), 5)
	assert.equal(dayBegan([], 8), 0)
	assert.equal(localDay(Date.parse('2026-06-09T21:30:00Z'), 'Asia/Riyadh'), '2026-06-10')
	assert.equal(localDay(Date.parse('2026-06-10T03:30:00Z'), 'America/New_York'), '2026-06-09')
})

// Texts of C, of several lines maybe.
const unquoted = (text) => text.replace(/"\s*"/g, '').replace(/\\(.)/g, '$1')

test('the words are the program\'s, in both languages', async () => {
	const c = source('src/rules/scan.c')
	const arabic = new Map([...source('templates/lang/ar/sentences.po').matchAll(/^msgid "(.*)"\nmsgstr "(.*)"$/gm)]
		.map(([, id, said]) => [unquoted(id), unquoted(said)]))
	const rows = [...c.matchAll(/\{ "(\w+)", "(\w+)",\s+"((?:[^"\\]|\\.|"\s+")*)",\s+(true|false) \}/g)]

	assert.ok(rows.length > 30)
	assert.deepEqual(Object.entries(REASONS), rows.map(([, reason, result, , yields]) => [reason, [result, yields === 'true']]))
	for (const [, reason, , said] of rows) {
		assert.equal(en.reason[reason], unquoted(said), reason)
		assert.equal(ar.reason[reason], arabic.get(unquoted(said)), reason)
	}
	await speak('ar')
	assert.equal(sentence('full'), ar.reason.full)
	await speak('en')
	assert.equal(sentence('full'), en.reason.full)
	assert.equal(sentence('nonsense'), '')
})
