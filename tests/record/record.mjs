// Asks for each case's page, and takes what the program noted of it (recording.c): its answer, what stands beside, and its
// frame. What differs at each run (times, UUIDs, tokens, codes, drawn pictures) is made the same, and long lists are cut, so
// that a fixture changes when an answer does.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { own_stack } from '../api/own.mjs'

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures')
const NOW = Date.parse('2026-11-21T18:00:00.000Z')
const room = mkdtempSync(join(tmpdir(), 'gatehouse-record-')), notes = join(room, 'notes')
const SECRET = 'FT57BTDZBADY2C3IT723PCUPNB7MRE2J' // of nobody's app
// Of the frame what a page's test gives by itself.
const OWN = new Set(['csrf', 'request_id', 'now', 'locales', 'name'])

process.env.GATEHOUSE_RECORD = notes

// The newest page that was noted of this template; undefined: none since the last one that was taken.
let taken = 0
function noted(page) {
	const lines = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').filter(Boolean) : []
	const found = lines.slice(taken).map((line) => JSON.parse(line)).filter((note) => note.name === page).pop()

	taken = found ? lines.length : taken
	return found
}

// ---- the same at each run ----

function steady({ shift, keep }) {
	const uuids = new Map()
	const uuid = (text) => {
		if (!uuids.has(text))
			uuids.set(text, `0d8f9a34-6f0e-4a43-a7ce-${String(uuids.size + 1).padStart(12, '0')}`)
		return uuids.get(text)
	}
	const text = (value, key) => {
		if (key === 'svg' && value.startsWith('<'))
			return '<svg xmlns="http://www.w3.org/2000/svg"></svg>'
		if (value.startsWith('data:image/'))
			return 'data:image/png;base64,iVBORw0KGgo='
		if (/^GH1\./.test(value))
			return 'GH1.AAAA'
		if (key === 'password' && /^(\w{4}-){3}\w{4}$/.test(value))
			return 'qkpj-3e9d-6r4v-7rz8'
		if (key === 'secret')
			return SECRET
		return value
			.replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, uuid)
			.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, (at) => new Date(Date.parse(at) + shift).toISOString())
			.replace(/secret=[A-Z2-7]{32}/, `secret=${SECRET}`)
			.replace(/(code is|code) \d{6}\b/g, '$1 123456')
	}
	const same = (value, key) => {
		if (typeof value === 'string')
			return text(value, key)
		if (Array.isArray(value))
			return value.slice(0, keep).map((item) => same(item, key))
		if (value && typeof value === 'object')
			return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, same(member, name)]))
		return value
	}

	return same
}

function fixture(one, note) {
	// Whole hours, so that what was a full hour stays one in every zone.
	const hours = Math.round((NOW - Date.parse(note.page.now)) / 3_600_000)
	const same = steady({ shift: hours * 3_600_000, keep: one.keep ?? 4 })
	const frame = Object.fromEntries(Object.entries(note.page).filter(([name, value]) => !OWN.has(name) && value !== null))

	return {
		case: one.case, recorded: true, page: same({ ...frame, form: frame.form ?? {} }), data: same(note.data),
		...(note.beside ? { beside: same(note.beside) } : {}),
		...(one.expect ? { expect: one.expect } : {}), ...(one.absent ? { absent: one.absent } : {})
	}
}

// ---- what was there, and what is there now ----

const file_of = (page) => join(fixtures, page.replace(/html$/, 'json'))
const read = (page) => JSON.parse(readFileSync(file_of(page), 'utf8'))

// Where what a page is filled with stands in a case.
const ROOTS = ['data', 'beside']
const keys_of = (one) => new Set(ROOTS.flatMap((root) => [...keys(one[root], root)]))

// Which keys there are: "data.items[].id". Null and a list without items say nothing of theirs.
function keys(value, at, into = new Set()) {
	if (Array.isArray(value))
		value.forEach((item) => keys(item, `${at}[]`, into))
	else if (value && typeof value === 'object')
		Object.entries(value).forEach(([name, member]) => keys(member, `${at}.${name}`, into.add(`${at}.${name}`)))
	return into
}

// Does the set have other keys where this one would stand?
function has_place(entry, set) {
	const at = entry.replace(/\.[^.[\] ]+$/, '')

	return ROOTS.includes(at) || [...set].some((other) => other.startsWith(`${at}.`))
}

const only = (some, others) => [...some].filter((key) => !others.has(key) && has_place(key, others))

// The keys that came to a recorded case or went, as far as both have the place.
function differences(before, after) {
	const [was, is] = [keys_of(before), keys_of(after)]

	return [...only(was, is).map((key) => `- ${key}`), ...only(is, was).map((key) => `+ ${key}`)]
}

// Said of a list of 100,000 rows.
const RARE = new Set(['data.total_estimated'])

// Keys of a case written by hand that its page was not filled with in any recorded one.
function unknown(hand, recorded) {
	const is = new Set(recorded.flatMap((one) => [...keys_of(one)]))

	return only(keys_of(hand), is).filter((key) => !RARE.has(key))
}

async function record() {
	const own = await own_stack('record', { set: ['serve.web_workers=2', 'serve.gate_workers=1', 'serve.book_workers=1'], copy: false })
	const { cases } = await import('./cases.mjs')
	const made = []

	try {
		for (const one of await cases()) {
			let note

			await one.open()
			// A public page may be a second old, and is then not rendered.
			for (let tries = 0; !(note = noted(one.page)) && tries < 3; tries++) {
				await new Promise((done) => setTimeout(done, 1100))
				await one.open()
			}
			assert.ok(note, `${one.page}, ${one.case}: no such page was shown`)
			made.push({ of: one.page, ...fixture(one, note) })
		}
	} finally {
		await own.stop()
		rmSync(room, { recursive: true })
	}
	return made
}

// ---- as a command ----

// Every fixture against what was recorded now; says what differs.
function compare(made) {
	const told = (page, one, what) => {
		if (what.length)
			console.log(`${page}, ${one.case}: ${what.join(', ')}`)
		return what.length > 0
	}
	let passed = 0, failed = 0

	for (const page of new Set(made.map(({ of }) => of))) {
		const now = made.filter(({ of }) => of === page), was = read(page)

		for (const one of now) {
			const before = was.find((other) => other.case === one.case)

			told(page, one, before?.recorded ? differences(before, one) : ['it was not recorded']) ? failed++ : passed++
		}
		for (const one of was.filter(({ recorded }) => !recorded))
			told(page, one, unknown(one, now).map((key) => `${key} is not what the page is filled with`)) ? failed++ : passed++
	}
	console.log(`${passed} passed, ${failed} failed`)
	return failed === 0
}

// As it was but for names, numbers and times, which are others each time.
function unchanged(before, one) {
	const frame = ({ page }) => [...keys(page, 'page')].sort().join()
	const texts = ({ expect, absent }) => JSON.stringify([expect, absent]).replace(/[0-9A-F]*\d[0-9A-F]*/g, '0')

	return before?.recorded && !differences(before, one).length && frame(before) === frame(one) && texts(before) === texts(one)
}

function write(made) {
	let changed = 0

	for (const { of, ...one } of made) {
		const all = existsSync(file_of(of)) ? read(of) : [], at = all.findIndex((other) => other.case === one.case)

		if (unchanged(all[at], one) && process.argv[2] !== '--all')
			continue
		changed++
		all.splice(at < 0 ? all.length : at, at < 0 ? 0 : 1, one)
		mkdirSync(dirname(file_of(of)), { recursive: true })
		writeFileSync(file_of(of), `${JSON.stringify(all, null, '\t')}\n`)
	}
	console.log(`${made.length} cases were recorded, ${changed} of them new or changed.`)
	return true
}

const made = await record()

process.exit((process.argv[2] === '--check' ? compare : write)(made) ? 0 : 1)
