// What a device reads off a reader, and what it believes of it: codes in the layout of src/rules/ticket_code.h, signed here by hand.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import { gate, table } from './modules.mjs'

const { base64url, card_uid, flattened, gate_key, hex_bytes, parse, readings, ticket_secret, tidy, totp, turn_of, understand, verify } =
	await gate('code.js')

const pair = () => {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519')

	return { public_key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'), privateKey }
}
const OWN = pair(), FOREIGN = pair()

function bytes_of({ key_id = 7, event = 1n, ticket = 8192n, category = 11n, generation = 1, nonce = randomBytes(12), by = OWN } = {}) {
	const bytes = Buffer.alloc(108)

	bytes.writeUInt32BE(key_id, 0)
	bytes.writeBigUInt64BE(event, 4)
	bytes.writeBigUInt64BE(ticket, 12)
	bytes.writeBigUInt64BE(category, 20)
	bytes.writeUInt32BE(generation, 28)
	nonce.copy(bytes, 32)
	sign(null, Buffer.concat([Buffer.from('gatehouse ticket v1'), bytes.subarray(0, 44)]), by.privateKey).copy(bytes, 44)
	return bytes
}
const text_of = (bytes) => `GH1.${bytes.toString('base64url')}`
const tagged = (bytes) => Buffer.concat([bytes, randomBytes(6)])
const genuine = async (code) => code.key_id !== 7 ? 'unknown' : await verify(code, OWN.public_key) ? 'genuine' : 'forged'

test('a code is taken apart, with its tag or without', () => {
	const nonce = randomBytes(12)

	for (const bytes of [bytes_of({ nonce }), tagged(bytes_of({ nonce }))]) {
		const code = parse(text_of(bytes))

		assert.deepEqual([code.key_id, code.event_id, code.ticket_id, code.category_id, code.generation, code.digits], [7, 1, 8192, 11, 1, null])
		assert.deepEqual(Buffer.from(code.nonce), nonce)
		assert.equal(parse(`${text_of(bytes)}.123456`).digits, '123456')
	}
})

test('what is no whole code is none', () => {
	const good = text_of(tagged(bytes_of()))

	assert.ok(parse(good))
	for (const bad of ['', 'GH1.', good.slice(0, -1), `${good}A`, good.replace('GH1', 'GH2'), good.toLowerCase(), `${good}.12345`, `${good}.1234567`,
		`${good}.12345x`, good.replace(/.$/, '=')])
		assert.equal(parse(bad), null, bad)
	// No number of ours has its highest bit set.
	for (const at of [4, 12, 20, 28]) {
		const bytes = bytes_of()

		bytes[at] |= 0x80
		assert.equal(parse(text_of(bytes)), null, `byte ${at}`)
	}
})

test('a signature is of this key, over every byte before it', async () => {
	const bytes = tagged(bytes_of())

	assert.equal(await verify(parse(text_of(bytes)), OWN.public_key), true)
	assert.equal(await verify(parse(text_of(bytes)), FOREIGN.public_key), false)
	for (let at = 0; at < 108; at++) {
		const bent = Buffer.from(bytes)

		bent[at] ^= 1
		assert.equal(await verify(parse(text_of(bent)), OWN.public_key), false, `byte ${at}`)
	}
	bytes[110] ^= 1
	assert.equal(await verify(parse(text_of(bytes)), OWN.public_key), true, 'the tag is the site\'s own')
})

test('forged is said of what was read, and of nothing else', async () => {
	const good = text_of(bytes_of()), forged = text_of(bytes_of({ by: FOREIGN }))
	const kind = async (text) => {
		const { kind: is, genuine: says, meant } = await understand(text, genuine)

		return [is, says ?? meant]
	}

	assert.deepEqual(await kind(good), ['code', 'genuine'])
	assert.deepEqual(await kind(forged), ['code', 'forged'])
	assert.deepEqual(await kind(text_of(bytes_of({ key_id: 8, by: FOREIGN }))), ['code', 'unknown'])
	assert.deepEqual(await kind(good.toUpperCase()), ['unread', true], 'its case is lost')
	assert.deepEqual(await kind(good.slice(0, 60)), ['unread', true])
	assert.deepEqual(await kind('nonsense'), ['unread', false])
})

// What a keyboard makes of keys that an American one types.
const GERMAN = { y: 'z', z: 'y', Y: 'Z', Z: 'Y', '-': 'ß', _: '?' }
const FRENCH = { a: 'q', q: 'a', z: 'w', w: 'z', m: ',', A: 'Q', Q: 'A', Z: 'W', W: 'Z', M: '?', 1: '&', 2: 'é', 3: '"', 4: '\'', 5: '(', 6: '-', 7: 'è',
	8: '_', 9: 'ç', 0: 'à', '-': ')', _: '°', '.': ':' }
const ARABIC = { b: 'لا', B: 'لآ', G: 'لأ', T: 'لإ', a: 'ش', c: 'ؤ', d: 'ي', e: 'ث', f: 'ب', g: 'ل', h: 'ا', i: 'ه', j: 'ت', k: 'ن', l: 'م', m: 'ة', n: 'ى',
	o: 'خ', p: 'ح', q: 'ض', r: 'ق', s: 'س', t: 'ف', u: 'ع', v: 'ر', w: 'ص', x: 'ء', y: 'غ', z: 'ئ', '.': 'ز', A: '\u0650', C: '}', D: ']', E: '\u064F', F: '[',
	H: 'أ', I: '÷', J: '\u0640', K: '\u060C', L: '/', M: '\u2019', N: 'آ', O: '×', P: '\u061B', Q: '\u064E', R: '\u064C', S: '\u064D', U: '\u2018', V: '{',
	W: '\u064B', X: '\u0652', Y: 'إ', Z: '~' }
const typed_on = (layout, text) => [...text].map((letter) => layout[letter] ?? letter).join('')
const caps = (text) => text.replace(/[a-z]/gi, (letter) => letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase())

test('what a reader typed through another keyboard is read, by its signature', async () => {
	for (let i = 0; i < 20; i++) {
		const good = `${text_of(tagged(bytes_of()))}${i % 2 ? '.104825' : ''}`

		for (const [name, typed] of [['caps lock', caps(good)], ['QWERTZ', typed_on(GERMAN, good)], ['QWERTZ, caps lock', typed_on(GERMAN, caps(good))],
			['AZERTY', typed_on(FRENCH, good)], ['Arabic', typed_on(ARABIC, good)]]) {
			const got = await understand(typed, genuine)

			assert.equal(got.code?.text, good, `${name}: ${typed}`)
		}
	}
})

// Lam and alef are one key, and two: of a code in a million, more than four of its pairs look like the one and are the other.
test('pairs that are two keys each are told from the keys that they look like', () => {
	for (const meant of ['ghgHgN', 'bghbgHGgNTB', 'ghgHgNgY'])
		assert.ok([...readings(typed_on(ARABIC, meant))].includes(meant), meant)
	assert.ok([...readings(typed_on(ARABIC, 'b'.repeat(24)))].length <= 1600, 'what anybody can hold up costs little')
})

test('what stands around a code goes', async () => {
	const good = text_of(tagged(bytes_of())), turning = `${good}.000123`

	for (const [typed, code] of [[`]Q1${good}`, good], [`]C1${turning}\r\n`, turning], [`  ${good.slice(0, 70)}\n${good.slice(70)} `, good],
		[`https://tickets.example/t/${good}`, good], [`https://tickets.example/show?code=${turning}&x=1`, turning], [`\uFEFF${good}`, good]])
		assert.equal((await understand(typed, genuine)).code?.text, code, typed)
	assert.equal(tidy(']Q1abc'), 'abc')
})

test('cards and references', async () => {
	assert.equal(card_uid('04:a2:b3:c4'), '04A2B3C4')
	assert.equal(card_uid('04 A2 B3 C4 D5 E6 F7'), '04A2B3C4D5E6F7')
	assert.equal(card_uid('٠٤A2B3C4'), '04A2B3C4')
	for (const none of ['', '04A2B3', '04A2B3C', '04A2B3C4'.repeat(5), 'XYZ12345'])
		assert.equal(card_uid(none), null, none)
	assert.deepEqual(await understand('k7qm-2xpa', genuine), { kind: 'reference', reference: 'K7QM2XPA' })
	assert.equal((await understand('K7QM-2XP1', genuine)).kind, 'unread', 'no reference has a 1')
	assert.equal((await understand('04A2B3C4', genuine)).kind, 'card')
})

test('a code that turns, as the server judges it', async () => {
	const { primitive, secrets, codes, judgements } = table('turning.json')

	for (const { secret, step, digits } of primitive)
		assert.equal(await totp(hex_bytes(secret), step), digits)
	for (const { event_secret, gate_key: key } of secrets)
		assert.equal(Buffer.from(await gate_key(hex_bytes(event_secret))).toString('hex'), key)
	for (const { gate_key: key, nonce, generation, at, digits } of codes) {
		const secret = await ticket_secret(hex_bytes(key), { nonce: hex_bytes(nonce), generation })

		assert.equal(await totp(secret, Math.floor(at / 15_000)), digits)
	}
	for (const { name, gate_key: key, nonce, generation, at, digits, turn } of judgements)
		assert.equal(await turn_of({ nonce: hex_bytes(nonce), generation, digits: digits || null }, key, at), turn, name)
})

test('bytes and texts', () => {
	const bytes = randomBytes(114)

	assert.equal(base64url(bytes), bytes.toString('base64url'))
	assert.equal(flattened('GH1.ABC'), true)
	assert.equal(flattened('GH1.aBC'), false)
	assert.deepEqual([...readings('x'.repeat(401))], [])
})

test('what readers garble, as the server reads it', async () => {
	const cases = table('codes.json'), ours = new Set(cases.filter(({ kind }) => kind === 'code').map(({ code }) => code))

	assert.ok(cases.length > 60)
	for (const { typed, code, kind } of cases) {
		const got = await understand(typed, async ({ text }) => ours.has(text) ? 'genuine' : 'forged')

		assert.deepEqual([got.kind, got.code?.text ?? got.card ?? got.reference ?? null], [kind, code], typed)
	}
})
