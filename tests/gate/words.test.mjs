// The words of the gate's app: whatever it can say is there in every language, and nothing else is.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gate, source } from './modules.mjs'

const { many, NAMES, speak, t } = await gate('words.js')
const LANGUAGES = {}
for (const name of Object.keys(NAMES))
	LANGUAGES[name] = (await gate(`words-${name}.js`)).default
const { en } = LANGUAGES

const flat = (words, before = '') => Object.entries(words).flatMap(([key, value]) => typeof value === 'object' ? flat(value, `${before}${key}.`) : [[before + key, value]])
const js = (name) => source(`static/gate/${name}`)
// What is said where: not what a comment says.
const files = readdirSync(join(new URL('../..', import.meta.url).pathname, 'static/gate')).filter((name) => /\.js$/.test(name) && !/^words/.test(name))
const said_in = (name) => js(name).replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')

// ---- reading the modules ----

// Where the text that begins at at ends.
function quoted(text, at) {
	for (const quote = text[at++]; text[at] !== quote; at++)
		if (text[at] === '\\')
			at++
	return at
}

// Where a bracket that opens before at closes; texts are stepped over.
function closes(text, at) {
	for (let depth = 1; at < text.length; at++)
		if (/['"`]/.test(text[at])) {
			at = quoted(text, at)
		} else if (/[([{]/.test(text[at])) {
			depth++
		} else if (/[)\]}]/.test(text[at]) && --depth === 0) {
			return at
		}
	throw new Error(`a bracket is open: ${text.slice(0, 60)}`)
}

// What stands outside of brackets and texts: [sign, where] of each of , ? : and ??.
function signs(text) {
	const all = []

	for (let at = 0; at < text.length; at++)
		if (/[([{'"`]/.test(text[at])) {
			at = /['"`]/.test(text[at]) ? quoted(text, at) : closes(text, at + 1)
		} else if (/[,:?]/.test(text[at]) && text[at + 1] !== '.') {
			const sign = text.slice(at).match(/^(\?\?|.)/)[0]

			all.push([sign, at])
			at += sign.length - 1
		}
	return all
}

// The arguments of a call.
const split = (text) => [...signs(text).filter(([sign]) => sign === ',').map(([, at]) => at), text.length].map((at, n, all) => text.slice(n ? all[n - 1] + 1 : 0, at).trim())

// What an expression may be: a ? b : c is b or c, a ?? b is either.
function alternatives(expression) {
	const found = signs(expression), first = found.findIndex(([sign]) => sign === '?'), either = found.find(([sign]) => sign === '??')

	if (first >= 0) {
		let open = 0
		const [, colon] = found.slice(first).find(([sign]) => (open += { '?': 1, ':': -1 }[sign] ?? 0) === 0)

		return [expression.slice(found[first][1] + 1, colon), expression.slice(colon + 1)].flatMap(alternatives)
	}
	return either ? [expression.slice(0, either[1]), expression.slice(either[1] + 2)].flatMap(alternatives) : [expression.trim()]
}

// The functions that say a word, and which of their arguments names it.
const SAYERS = { t: 0, many: 0, has: 0, preset: 0, row: 0, link: 1, tile: 0, fact: 0, tick: 0 }

// The core names no word but by its code; what it calls so are Maps and Sets.
const CORE_FILES = /^(gate|judge|decide|db|api|queue|roster|code|vault|live|clock)\.js$/
// All [file, expression] that name a word.
const named = files.filter((file) => !CORE_FILES.test(file)).flatMap((file) => [...said_in(file).matchAll(/(?<![.\w#])(t|many|has|preset|row|link|tile|fact|tick)\(/g)].flatMap(({ 0: call, 1: sayer, index }) => {
	const text = said_in(file), from = index + call.length, argument = split(text.slice(from, closes(text, from)))[SAYERS[sayer]] ?? ''

	return alternatives(argument).map((one) => [file, one])
}))

const strings = (text) => [...text.matchAll(/'(\w+)'/g)].map(([, one]) => one)
const table_of = (file, name) => said_in(file).match(new RegExp(`const ${name} = ([[{][^]*?[\\]}])[;,]`))[1]
const values_of = (file, name) => strings(table_of(file, name))
const keys_of = (file, name) => [...said_in(file).match(new RegExp(`const ${name} = \\{\\n([^]*?)\\n\\};?\\n`))[1].matchAll(/^\t(?:async )?(\w+)(?:\(|:)/gm)].map(([, key]) => key)
const with_start = (start, names) => names.map((name) => start + name)

// ---- what can be said ----

// The server's reasons, and those that a device alone has.
const REASONS = [...new Set([...source('src/rules/scan.c').matchAll(/\{ "([a-z_]+)", "(?:valid|invalid|already_scanned|not_found)"/g)].map(([, reason]) => reason)),
	...files.flatMap((file) => [...said_in(file).matchAll(/reason: '([a-z_]+)'/g)].map(([, reason]) => reason))]
// Notes of a verdict that are not the age's, which has words of its own.
const NOTES = [...new Set(['judge.js', 'decide.js', 'verdict.js'].flatMap((file) => [...said_in(file).matchAll(/notes\b[^;\n]*?\['([a-z_]+)'|\.notes\.push\('([a-z_]+)'/g)].map(([, one, other]) => one ?? other)))].filter((note) => note !== 'check_age')
// The codes of what the core tells and refuses, and the self-test's. The bar itself says what expires.
const CORE = [...new Set([...said_in('gate.js').matchAll(/(?:^\t|refusal\('|#notice\('\w+', ')([A-Z]+(?:_[A-Z]+)*)(?=:|')/gm), ...said_in('self_test.js').matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, code]) => code))]
	.filter((code) => !['EXPIRING', 'UPDATE'].includes(code))
// Those of the server that the app has words for.
const SERVER = Object.keys(en.say).filter((code) => !CORE.includes(code) && ['gate_act', 'usher', 'login', 'incident', 'scan'].some((name) => source(`src/app/${name}.c`).includes(`"${code}"`)))

// Words whose names are put together, by what puts them together.
const MADE = {
	'`reason.${reason}`': with_start('reason.', REASONS),
	'`say.${code}`': with_start('say.', [...CORE, ...SERVER]),
	'`note_${note}`': with_start('note_', NOTES),
	'`test_${step}`': with_start('test_', [...keys_of('view-test.js', 'STEPS'), ...keys_of('self_test.js', 'STEPS')]),
	'`report_${name}`': with_start('report_', values_of('view-report.js', 'KINDS')),
	'`by_hand_${direction}`': ['by_hand_in', 'by_hand_out'],
	'`leave_${input.value}`': ['leave_in', 'leave_out'],
	'input.value': ['in', 'out'],
	'one.direction': ['in', 'out'],
	'presence': ['inside', 'outside', 'never'],
	'kind': keys_of('signal.js', 'KINDS'),
	'none': [...said_in('view-log.js').matchAll(/none: '(\w+)'/g)].map(([, key]) => key),
	'TITLES[kind]': [...table_of('notices.js', 'TITLES').matchAll(/: '(\w+)'/g)].map(([, key]) => key),
	'WHY[error.name]': [...table_of('view-scan.js', 'WHY').matchAll(/: '(\w+)'/g)].map(([, key]) => key),
	// What the helpers of SAYERS get, and each name of a list.
	'name': [...values_of('app.js', 'TABS'), ...[...said_in('view-more.js').matchAll(/\[((?:'\w+'(?:, )?)+)\]\.map\(\(name\)/g)].flatMap(([, list]) => strings(list))],
	'key': [],
	'text': []
}

const literal = (expression) => expression.match(/^'([^']*)'$/)?.[1]

test('every word that is said is there, whatever puts its name together', () => {
	const known = new Set(flat(en).map(([key]) => key))

	assert.ok(named.length > 200, `${named.length} are said`)
	assert.deepEqual(named.filter(([, expression]) => literal(expression) === undefined && !(expression in MADE)), [], 'MADE does not say what these may be')
	assert.deepEqual(named.filter(([, expression]) => literal(expression) !== undefined && !known.has(literal(expression))), [], 'said, and no word')
	for (const [how, keys] of Object.entries(MADE))
		assert.deepEqual(keys.filter((key) => !known.has(key)), [], `${how}: no words`)
	for (const how of Object.keys(MADE))
		assert.ok(named.some(([, expression]) => expression === how), `nothing says ${how} any more`)
})

test('every word that is there is said by something', () => {
	const said = new Set([...named.map(([, expression]) => literal(expression)), ...Object.values(MADE).flat()])

	assert.deepEqual(flat(en).map(([key]) => key).filter((key) => !said.has(key)), [])
})

test('what tells them apart, tells', () => {
	assert.deepEqual(alternatives("a === 'x' ? b ? 'one' : 'two' : c ?? 'three'"), ["'one'", "'two'", 'c', "'three'"])
	assert.deepEqual(alternatives("`of_${a ? 'b' : 'c'}`"), ["`of_${a ? 'b' : 'c'}`"])
	assert.ok(REASONS.length > 30 && REASONS.includes('no_roster'), `${REASONS}`)
	assert.deepEqual([...NOTES].sort(), ['needs_network', 'not_on_list', 'turn_unchecked'])
	assert.ok(CORE.length > 18 && CORE.includes('NOT_LEAD') && CORE.includes('CLOCK_OFF'), `${CORE}`)
})

test('no view has a sentence of its own', () => {
	for (const name of files.filter((file) => !CORE_FILES.test(file)))
		assert.deepEqual([...said_in(name).matchAll(/(['"`])([A-Z][a-z’']*(?: [\w’']+)+[^'"`\n]*)\1/g)].map(([, , text]) => text), [], name)
})

// ---- in every language ----

test('every language says everything, with the same places', () => {
	const english = new Map(flat(en))

	assert.ok(Object.keys(LANGUAGES).length > 1)
	for (const [name, words] of Object.entries(LANGUAGES)) {
		const these = new Map(flat(words))

		assert.deepEqual([...these.keys()].sort(), [...english.keys()].sort(), name)
		for (const [key, text] of these) {
			assert.ok(text.trim(), `${name} ${key}`)
			assert.deepEqual([...new Set(text.match(/\{\d\}/g))].sort(), [...new Set(english.get(key).match(/\{\d\}/g))].sort(), `${name} ${key}`)
		}
	}
	for (const [key, text] of flat(LANGUAGES.ar))
		assert.ok(/\p{Script=Arabic}/u.test(text) || ['test_nfc'].includes(key), `${key} is not Arabic: ${text}`)
})

test('what counts has a form for every number of its language', async () => {
	for (const [language, forms] of [['en', 2], ['ar', 6]])
		for (const [key, text] of flat(LANGUAGES[language]).filter(([, words]) => words.includes('|')))
			assert.equal(text.split('|').length, forms, `${language} ${key}`)
	await speak('ar')
	assert.deepEqual([1, 2, 3, 11, 100].map((n) => many('unsent', n)), ['واحد ينتظر', 'اثنان ينتظران', '3 تنتظر', '11 تنتظر', '100 تنتظر'])
	await speak('en')
	assert.equal(many('sign_out_unsent', 1), '1 scan has not been sent. Signing out now loses it.')
	assert.equal(t('page', 2, 7), 'Page 2 of 7')
})

test('no sentence ends twice', () => {
	for (const [name, words] of Object.entries(LANGUAGES))
		for (const [key, text] of flat(words))
			assert.doesNotMatch(text, /[.!?؟…]\s*[.!?؟…]/, `${name} ${key}`)
})
