// Codes that turn: what an owner is given, what an app makes of it by itself, and what the gate says of each.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { before, test } from 'node:test'
import { api, Browser, code, sql } from './lib.mjs'
import { as, bought, HOUR, iso, new_card, new_customer, new_event, new_usher, ok, scan } from './world.mjs'

const STEP = 15_000
let ann, bob, event, still, ticket, usher

before(async () => {
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer()
	// Not begun, so that tickets may change hands, and let in already.
	event = await new_event({ turning: true, starts_at: iso(Date.now() + 2 * HOUR), ends_at: iso(Date.now() + 6 * HOUR) })
	still = await new_event()
	usher = await new_usher(event);
	[ticket] = await bought(ann, event)
})

const qr_code = async (person, of) => ok(await as(person).get(`/api/v1/users/tickets/${of.id}/qr-code/`))

// RFC 6238 by what the API says of it: the digits of a moment.
function digits_at({ secret, step, digits }, at) {
	const counter = Buffer.alloc(8)

	counter.writeBigUInt64BE(BigInt(Math.floor(at / 1000 / step)))
	const hash = createHmac('sha1', Buffer.from(secret, 'hex')).update(counter).digest()
	const number = (hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 10 ** digits

	return String(number).padStart(digits, '0')
}

// ---- what an owner is given ----

test('who is about to buy is told, on the page and by the API', async () => {
	for (const [of, turns] of [[event, true], [still, false]]) {
		assert.equal(ok(await api('GET', `/api/v1/public/events/${of.id}/`)).turning, turns)
		assert.equal((await new Browser().open(`/events/${of.id}`)).html.includes('Bring your phone'), turns)
	}
})

test('a code that turns: its digits, until when, and what an app makes the next ones of', async () => {
	const answer = await as(ann).get(`/api/v1/users/tickets/${ticket.id}/qr-code/`), data = ok(answer)
	const now = Date.parse(data.turning.server_time)

	assert.match(data.qr_token, /^GH1\.[\w-]{152}\.\d{6}$/)
	assert.deepEqual([data.turning.step, data.turning.digits], [15, 6])
	assert.match(data.turning.secret, /^[0-9a-f]{40}$/)
	assert.equal(`${data.turning.code}.${digits_at(data.turning, now)}`, data.qr_token)
	assert.equal(Date.parse(data.expires_at), now - now % STEP + STEP)
	assert.ok(Math.abs(now - Date.now()) < 10_000)
	assert.equal(answer.headers.get('cache-control'), 'no-store')
})

test('where codes do not turn, they are as they were', async () => {
	const [other] = await bought(ann, still)
	const data = await qr_code(ann, other)

	assert.match(data.qr_token, /^GH1\.[\w-]{152}$/)
	assert.deepEqual([data.expires_at, data.turning], [null, null])
})

test('each ticket has a secret of its own', async () => {
	const [other] = await bought(ann, event)

	assert.notEqual((await qr_code(ann, other)).turning.secret, (await qr_code(ann, ticket)).turning.secret)
})

test('its picture by itself, for its owner, as it is now', async () => {
	const browser = new Browser(), path = `/tickets/${ticket.id}/code.svg`

	await browser.go('/sign-in')
	await browser.submit('/sign-in', { mobile_number: ann.mobile_number, password: ann.password })
	await browser.send('/sign-in/code', { otp: await code(ann.mobile_number) })
	await browser.open(path)
	assert.deepEqual([browser.status, browser.headers.get('content-type').split(';')[0], browser.headers.get('cache-control')], [200, 'image/svg+xml', 'no-store'])
	assert.match(browser.html, /^<svg/)
	assert.ok(Math.abs(Date.parse(browser.headers.get('date')) - Date.now()) < 10_000, 'by which a phone sets its clock')
	const [hers] = await bought(bob, event)
	assert.equal((await browser.open(`/tickets/${hers.id}/code.svg`)).status, 404)
	sql(`UPDATE ticket SET status = 'cancelled' WHERE id = ${ticket.id}`)
	assert.equal((await browser.open(path)).status, 409)
	sql(`UPDATE ticket SET status = 'valid' WHERE id = ${ticket.id}`)
})

// ---- what the gate says ----

// Not so near to a turn that it comes between the code and its scan.
async function early_in_a_step() {
	const left = STEP - Date.now() % STEP

	if (left < 4000)
		await new Promise((done) => setTimeout(done, left + 50))
	return Date.now()
}

// Another ticket of the event, and its code as it was, or will be, so many steps from now.
async function another(person = ann) {
	const [made] = await bought(person, event), { turning } = await qr_code(person, made)

	return { ...made, turning, code_at: (at) => `${turning.code}.${digits_at(turning, at)}` }
}

const verdict = async (body) => {
	const data = ok(await scan(usher, body))

	return [data.result, data.reason]
}
const presence = (of) => sql(`SELECT presence FROM ticket WHERE id = ${of.id}`)[0][0]

test('the digits of now, of the next step and of the two before let in', async () => {
	for (const steps of [0, 1, -1, -2]) {
		const one = await another(), now = await early_in_a_step()

		assert.deepEqual(await verdict({ code: one.code_at(now + steps * STEP) }), ['valid', 'ok'], `${steps} steps`)
		assert.equal(presence(one), 'inside')
	}
})

test('a picture of the code is refused as soon as it is three steps old, and the usher is told what it is', async () => {
	const one = await another()

	for (const steps of [-3, -4, -100, -239]) {
		const data = ok(await scan(usher, { code: one.code_at(await early_in_a_step() + steps * STEP) }))

		assert.deepEqual([data.result, data.reason], ['invalid', 'turn_old'], `${steps} steps`)
		assert.match(data.message, /old picture of the code/)
	}
	assert.deepEqual(await verdict({ code: one.code_at(Date.now() - 3 * HOUR) }), ['not_found', 'not_read'])
	assert.deepEqual(await verdict({ code: one.code_at(await early_in_a_step() + 2 * STEP) }), ['not_found', 'not_read'])
	assert.equal(presence(one), 'never')
	assert.deepEqual(await verdict({ code: one.code_at(Date.now()) }), ['valid', 'ok'])
	assert.deepEqual(sql(`SELECT reason, moved FROM scan_log WHERE ticket_id = ${one.id} ORDER BY id DESC LIMIT 2`).map(([reason]) => reason), ['ok', 'not_read'])
})

test('a code without its digits, as on a paper from before, is refused as a copy', async () => {
	const one = await another(), data = ok(await scan(usher, { code: one.turning.code }))

	assert.deepEqual([data.result, data.reason], ['invalid', 'turn_missing'])
	assert.match(data.message, /copy/)
	assert.equal(presence(one), 'never')
	for (const less of ['.', '.12345', '.1234567', '.12345x'])
		assert.deepEqual(await verdict({ code: `${one.turning.code}${less}` }), ['not_found', 'not_read'], less)
})

test('digits of another ticket, and made up ones, are none', async () => {
	const one = await another(), other = await another(), now = Date.now()
	const mine = new Set(Array.from({ length: 250 }, (_, i) => digits_at(one.turning, now - (i - 4) * STEP)))
	const wrong = [digits_at(other.turning, now), '000000', '123456', '999999'].filter((digits) => !mine.has(digits))

	assert.ok(wrong.length >= 3)
	for (const digits of wrong)
		assert.deepEqual(await verdict({ code: `${one.turning.code}.${digits}` }), ['not_found', 'not_read'], digits)
	assert.equal(presence(one), 'never')
})

test('passed on, neither the old page nor its digits are good for anything', async () => {
	const one = await another()

	ok(await as(ann).post(`/api/v1/users/tickets/${one.id}/transfer/`, { mobile_number: bob.mobile_number }), 201)
	const { turning } = await qr_code(bob, one), now = await early_in_a_step()
	assert.notEqual(turning.secret, one.turning.secret)
	assert.deepEqual(await verdict({ code: one.code_at(now) }), ['invalid', 'superseded'])
	assert.deepEqual(await verdict({ code: `${turning.code}.${digits_at(one.turning, now)}` }), ['not_found', 'not_read'])
	assert.deepEqual(await verdict({ code: `${turning.code}.${digits_at(turning, now)}` }), ['valid', 'ok'])
})

test('whatever a reader puts around it, or breaks it by, the digits stay beside their code', async () => {
	for (const around of [(c) => `]Q1${c}`, (c) => `https://tickets.example/t/${c}`, (c) => `https://tickets.example/?code=${c}`, (c) => ` ${c}\r\n`,
		(c) => `${c.slice(0, 80)}\n${c.slice(80)}`, (c) => `${c.slice(0, -8)} ${c.slice(-8)}`]) {
		const one = await another(), typed = around(one.code_at(Date.now()))

		assert.deepEqual(await verdict({ code: typed }), ['valid', 'ok'], typed)
		assert.deepEqual(await verdict({ code: around((await another()).turning.code) }), ['invalid', 'turn_missing'], typed)
	}
})

test('a card has no digits, and is asked for none', async () => {
	const cara = await new_customer({ name: 'Cara' })

	await bought(cara, event)
	assert.deepEqual(await verdict({ card_id: new_card(cara) }), ['valid', 'ok'])
})

test('where codes do not turn, digits behind one are of no matter', async () => {
	const [one] = await bought(ann, still), there = await new_usher(still)

	assert.equal(ok(await scan(there, { code: `${(await qr_code(ann, one)).qr_token}.123456` })).reason, 'ok')
})

test('a key that is retired judges the codes that it made', async () => {
	const one = await another()

	sql(`UPDATE event_key SET retired_at = UTC_TIMESTAMP(3) WHERE event_id = ${event.id};
		INSERT INTO event_key (event_id, public_key, sealed_secret, created_at) SELECT event_id, public_key, sealed_secret, UTC_TIMESTAMP(3)
		FROM event_key WHERE event_id = ${still.id} LIMIT 1`)
	sql(`UPDATE event_key SET event_id = ${event.id} WHERE event_id = ${still.id} ORDER BY id DESC LIMIT 1`)
	const now = await early_in_a_step(), { turning } = await qr_code(ann, one)
	assert.notEqual(turning.secret, one.turning.secret)
	assert.deepEqual(await verdict({ code: `${one.turning.code}.${digits_at(turning, now)}` }), ['not_found', 'not_read'])
	assert.deepEqual(await verdict({ code: one.code_at(now - 3 * STEP) }), ['invalid', 'turn_old'])
	assert.deepEqual(await verdict({ code: `${turning.code}.${digits_at(turning, now)}` }), ['valid', 'ok'])
})
