// The gate: every verdict and why, one entry a ticket whatever happens at once, the same answer to the same scan, and
// nothing of other events.
import assert from 'node:assert/strict'
import { createPrivateKey, randomBytes, randomUUID, sign as ed25519 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Browser, sign_in, sql, token } from './lib.mjs'
import {
	as, bought, code_of, DAY, jobs_rest, jobs_run, new_card, new_customer, new_event, new_organizer, new_usher, ok, raw,
	refused, scan, scans_moved, until
} from './world.mjs'

const GATE = '/api/usher'
let ann, event, other, usher, elsewhere

before(async () => {
	jobs_rest('payments')
	ann = await new_customer({ name: 'Ann Arbor' })
	event = await new_event({ categories: [{ capacity: 500, name: 'Standing' }] })
	other = await new_event()
	usher = await new_usher(event)
	elsewhere = await new_usher(other)
})

// A ticket for the event with its code.
async function ticket(of = event, person = ann) {
	const [made] = await bought(person, of)

	return { ...made, code: await code_of(person, made) }
}

const verdict = async (by, body) => {
	const data = ok(await scan(by, body))

	return [data.result, data.reason]
}
const set = (table, id, values) => sql(`UPDATE ${table} SET ${values} WHERE id = ${id}`)
const presence = (id) => sql(`SELECT presence, entries FROM ticket WHERE id = ${id}`)[0].join(' ')

// Here a generation moves without a hand that took the ticket, which audit would wonder at.
after(() => sql(`UPDATE ticket SET generation = 1 WHERE generation <> 1 AND event_id IN (${event.id}, ${other.id})`))

// ---- in, out, back ----

test('in, out and back in', async () => {
	const t = await ticket()
	const first = ok(await scan(usher, { code: t.code, gate: 'North' }))

	assert.deepEqual([first.result, first.reason, first.direction], ['valid', 'ok', 'in'])
	assert.equal(first.first_scan, null)
	assert.deepEqual([first.ticket.id, first.ticket.category, first.ticket.holder_name], [t.id, 'Standing', 'Ann Arbor'])
	assert.deepEqual([first.attendee.name, first.attendee.ticket_status, first.attendee.ticket_tier, first.attendee.scan_status],
		['Ann Arbor', 'valid', 'Standing', 'not_scanned'])
	assert.match(first.scan_id, /^[0-9a-f-]{36}$/)
	assert.equal(presence(t.id), 'inside 1')
	const out = ok(await scan(usher, { code: t.code, direction: 'out', gate: 'South' }))
	assert.deepEqual([out.result, out.reason, out.direction], ['valid', 'ok', 'out'])
	assert.deepEqual(out.first_scan, { at: first.at, usher: usher.name, gate: 'North' })
	assert.equal(presence(t.id), 'outside 1')
	const back = ok(await scan(usher, { code: t.code, gate: 'South' }))
	assert.deepEqual([back.result, back.attendee.scan_status], ['valid', 'previously_scanned'])
	assert.deepEqual(back.first_scan, { at: first.at, usher: usher.name, gate: 'North' })
	assert.equal(presence(t.id), 'inside 2')
	assert.notEqual(first.message, back.message)
})

test('inside: already scanned, and by whom, when and where', async () => {
	const t = await ticket()
	const first = ok(await scan(usher, { code: t.code, gate: 'North' }))
	const again = ok(await scan(usher, { code: t.code, gate: 'South', scan_id: randomUUID() }))

	assert.deepEqual([again.result, again.reason], ['already_scanned', 'inside'])
	assert.deepEqual(again.first_scan, { at: first.at, usher: usher.name, gate: 'North' })
	assert.equal(again.attendee.scan_status, 'previously_scanned')
	assert.equal(presence(t.id), 'inside 1')
	assert.deepEqual(await verdict(usher, { code: t.code, direction: 'out' }), ['valid', 'ok'])
	assert.deepEqual(await verdict(usher, { code: t.code, direction: 'out', scan_id: randomUUID() }), ['invalid', 'not_inside'])
	assert.equal(presence(t.id), 'outside 1')
})

test('out without having been in', async () => {
	const t = await ticket()

	assert.deepEqual(await verdict(usher, { code: t.code, direction: 'out' }), ['invalid', 'not_inside'])
	assert.equal(presence(t.id), 'never 0')
})

// ---- every reason why not ----

// Where these begin in a code's bytes.
const SIGNATURE = 44, TAG = 108

test('forged: one bit changed in anything the code says', async () => {
	const t = await ticket()
	const bytes = Buffer.from(t.code.slice(4), 'base64url')

	// Behind the number of the key, up to the signature: event, ticket, category, generation, nonce.
	for (let at = 4; at < SIGNATURE; at++) {
		const bent = Buffer.from(bytes)

		bent[at] ^= 1 << (at % 8)
		const data = ok(await scan(usher, { code: `GH1.${bent.toString('base64url')}` }))
		// A number with its highest bit set is none that we give out.
		const unread = data.reason === 'not_read' && [4, 12, 20, 28].includes(at)
		assert.deepEqual([data.result, data.reason, data.attendee, data.ticket],
			unread ? ['not_found', 'not_read', null, null] : ['invalid', 'forged', null, null], `byte ${at}`)
	}
	assert.equal(presence(t.id), 'never 0')
})

test('forged: a ticket that was passed on, with a signature that is not the event\'s', async () => {
	const t = await ticket()

	set('ticket', t.id, 'generation = 2')
	const bytes = Buffer.from((await code_of(ann, t)).slice(4), 'base64url')
	for (const at of [SIGNATURE, TAG - 1]) {
		const bent = Buffer.from(bytes)

		bent[at] ^= 1
		assert.deepEqual(await verdict(usher, { code: `GH1.${bent.toString('base64url')}` }), ['invalid', 'forged'], `byte ${at}`)
	}
	assert.equal(presence(t.id), 'never 0')
})

test('forged: a code of one\'s own making, with a key of one\'s own', async () => {
	const t = await ticket()
	const bytes = Buffer.from(t.code.slice(4), 'base64url').subarray(0, 44)
	const key = createPrivateKey({
		key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), randomBytes(32)]), format: 'der', type: 'pkcs8'
	})

	bytes.writeInt32BE(2, 28)
	set('ticket', t.id, 'generation = 2')
	const mine = Buffer.concat([bytes, ed25519(null, Buffer.concat([Buffer.from('gatehouse ticket v1'), bytes]), key), randomBytes(6)])
	assert.deepEqual(await verdict(usher, { code: `GH1.${mine.toString('base64url')}` }), ['invalid', 'forged'])
	const right = await code_of(ann, t)
	assert.deepEqual(await verdict(usher, { code: right }), ['valid', 'ok'])
})

test('not a code at all', async () => {
	for (const code of ['x', 'GH1.', 'https://example.test/', `GH1.${'A'.repeat(152)}`, `GH1.${'='.repeat(152)}`, "' OR 1=1 --", '٣'.repeat(100)]) {
		const data = ok(await scan(usher, { code }))
		assert.equal(data.reason, code.startsWith('GH1.') ? 'not_read' : 'unknown_code', code)
		assert.equal(data.attendee, null)
	}
	assert.deepEqual(await verdict(usher, { code: 'ABCDEFGH' }), ['not_found', 'unknown_code'])
})

test('a ticket for another event, and nothing about its holder', async () => {
	const t = await ticket(other)
	const data = ok(await scan(usher, { code: t.code }))

	assert.deepEqual([data.result, data.reason], ['invalid', 'wrong_event'])
	assert.deepEqual([data.attendee, data.ticket, data.first_scan], [null, null, null])
	assert.equal(presence(t.id), 'never 0')
	assert.deepEqual(await verdict(elsewhere, { code: t.code }), ['valid', 'ok'])
})

test('superseded: the code before the ticket was passed on', async () => {
	const t = await ticket()

	set('ticket', t.id, 'generation = generation + 1')
	assert.deepEqual(await verdict(usher, { code: t.code }), ['invalid', 'superseded'])
	const fresh = await code_of(ann, t)
	assert.notEqual(fresh, t.code)
	assert.deepEqual(await verdict(usher, { code: fresh }), ['valid', 'ok'])
})

test('cancelled', async () => {
	const t = await ticket()

	set('ticket', t.id, "status = 'cancelled'")
	const data = ok(await scan(usher, { code: t.code }))
	assert.deepEqual([data.result, data.reason, data.attendee.ticket_status], ['invalid', 'cancelled', 'invalid'])
	set('ticket', t.id, "status = 'valid'")
})

test('the event was cancelled; and once its money was given back, its tickets are refunded ones', async () => {
	const gone = await new_event(), by = await new_usher(gone)
	const t = await ticket(gone)

	ok(await as(await token('staff')).post(`/api/events/${gone.id}/cancel/`, {}))
	assert.deepEqual(await verdict(by, { code: t.code }), ['invalid', 'event_not_live'])
	jobs_run('payments')
	await until('the ticket is refunded', () => sql(`SELECT status FROM ticket WHERE id = ${t.id}`)[0][0] === 'refunded')
	jobs_rest('payments')
	set('event', gone.id, "status = 'published'")
	assert.deepEqual(await verdict(by, { code: t.code }), ['invalid', 'refunded'])
	set('event', gone.id, "status = 'cancelled'")
})

test('no re-entry where the event does not let people back in', async () => {
	const strict = await new_event({ re_entry: false }), by = await new_usher(strict)
	const t = await ticket(strict)

	assert.deepEqual(await verdict(by, { code: t.code }), ['valid', 'ok'])
	assert.deepEqual(await verdict(by, { code: t.code, scan_id: randomUUID() }), ['already_scanned', 'inside'])
	assert.deepEqual(await verdict(by, { code: t.code, direction: 'out' }), ['valid', 'ok'])
	assert.deepEqual(await verdict(by, { code: t.code }), ['already_scanned', 'no_re_entry'])
	assert.equal(presence(t.id), 'outside 1')
})

test('scanning switched off, too early and too late', async () => {
	const own = await new_event(), by = await new_usher(own), staff = as(await token('staff'))
	const t = await ticket(own)

	ok(await staff.put(`/api/events/${own.id}/`, { scanning_enabled: false }))
	assert.deepEqual(await verdict(by, { code: t.code }), ['invalid', 'scanning_off'])
	assert.deepEqual(ok(await as(by).get(`${GATE}/events/${own.id}/status/`)).scanning_enabled, false)
	ok(await staff.put(`/api/events/${own.id}/`, { scanning_enabled: true }))
	const at = (from, to) => set('event', own.id,
		`starts_at = UTC_TIMESTAMP(3) + INTERVAL ${from} MINUTE, ends_at = UTC_TIMESTAMP(3) + INTERVAL ${to} MINUTE`)
	at(1441, 1500)
	assert.deepEqual(await verdict(by, { code: t.code }), ['invalid', 'too_early'])
	at(-1500, -1441)
	assert.deepEqual(await verdict(by, { code: t.code }), ['invalid', 'too_late'])
	at(-1500, -1439)
	assert.deepEqual(await verdict(by, { code: t.code }), ['valid', 'ok'])
	at(1439, 1500)
	assert.deepEqual(await verdict(by, { code: t.code, direction: 'out' }), ['valid', 'ok'])
})

// ---- cards ----

test('a card stands for its owner\'s ticket; each in turn where there are several and each scan has its number', async () => {
	const eve = await new_customer({ name: 'Eve' }), uid = new_card(eve)
	const [one, two] = await bought(eve, event, 2)
	const numbered = (body) => scan(usher, { scan_id: randomUUID(), ...body })

	const typed = uid.toLowerCase().match(/../g).join(':')
	const first = ok(await numbered({ card_id: typed }))
	assert.deepEqual([first.result, first.ticket.id, first.attendee.card_id], ['valid', one.id, uid])
	const second = ok(await numbered({ card_id: uid }))
	assert.deepEqual([second.result, second.ticket.id], ['valid', two.id])
	assert.deepEqual(await verdict(usher, { card_id: uid, scan_id: randomUUID() }), ['already_scanned', 'inside'])
	assert.equal(ok(await numbered({ card_id: uid, ticket_id: two.id, direction: 'out' })).ticket.id, two.id)
	assert.equal(ok(await numbered({ card_id: uid, direction: 'out' })).ticket.id, one.id)
})

test('by a card alone goes who may: who was never in before who came out for good, and back from outside who is out for a while', async () => {
	const once = await new_event({ re_entry: false }), at_once = await new_usher(once), eve = await new_customer({ name: 'Eve' }), uid = new_card(eve)
	const [one, two] = await bought(eve, once, 2)
	const come = async (more) => {
		const data = ok(await scan(at_once, { card_id: uid, scan_id: randomUUID(), ...more }))

		return [data.reason, data.ticket.id]
	}
	const leave = async (action, more) => {
		const data = ok(await as(at_once).post(`${GATE}/scan/part-time-leave/`, { action, card_id: uid, scan_id: randomUUID(), ...more }))

		return [data.reason, data.ticket.id]
	}

	assert.deepEqual(await leave('return'), ['not_on_leave', one.id])
	assert.deepEqual(await come({ ticket_id: two.id }), ['ok', two.id])
	assert.deepEqual(await leave('leave'), ['ok', two.id])
	assert.deepEqual(await leave('return'), ['ok', two.id])
	assert.deepEqual(await come({ direction: 'out' }), ['ok', two.id])
	assert.deepEqual(await come({ ticket_id: one.id }), ['ok', one.id])
	assert.deepEqual(await come({ direction: 'out' }), ['ok', one.id])
	const [three] = await bought(eve, once)
	assert.deepEqual(await come(), ['ok', three.id])
	assert.deepEqual(await come(), ['no_re_entry', one.id])
})

test('a dependent\'s ticket goes by its id, not by the card alone', async () => {
	const eve = await new_customer(), uid = new_card(eve)
	const dependent = Number(sql(`INSERT INTO dependent (customer_id, name, relationship, created_at)
		VALUES (${eve.customer_id}, 'Lou', 'son', UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0])
	const [t] = await bought(eve, event, [{
		category_id: event.categories[0].id, quantity: 1, holders: [{ name: 'Lou', dependent_id: dependent }]
	}])

	const alone = ok(await scan(usher, { card_id: uid }))
	assert.deepEqual([alone.result, alone.reason, alone.ticket], ['not_found', 'no_ticket', null])
	assert.deepEqual(alone.others, [{ ticket_id: t.id, name: 'Lou', category: 'Standing' }])
	const data = ok(await scan(usher, { card_id: uid, ticket_id: t.id }))
	assert.deepEqual([data.result, data.attendee.name], ['valid', 'Lou'])
	assert.deepEqual(data.attendee.dependents.map((d) => [d.name, d.ticket_id]), [['Lou', t.id]])
})

test('an unknown card, a blocked one, one without a ticket, one of nobody', async () => {
	const eve = await new_customer()

	assert.deepEqual(await verdict(usher, { card_id: '04FFFFFFFFFF00' }), ['not_found', 'unknown_card'])
	assert.deepEqual(await verdict(usher, { card_id: 'no card' }), ['not_found', 'unknown_card'])
	assert.deepEqual(await verdict(usher, { card_id: new_card(eve) }), ['not_found', 'no_ticket'])
	assert.deepEqual(await verdict(usher, { card_id: new_card(ann, 'blocked') }), ['invalid', 'card_blocked'])
	assert.deepEqual(await verdict(usher, { card_id: new_card(ann, 'lost') }), ['invalid', 'card_blocked'])
	assert.deepEqual(await verdict(usher, { card_id: new_card(null, 'stock') }), ['invalid', 'card_blocked'])
})

test('somebody else\'s ticket does not go by one\'s own card', async () => {
	const eve = await new_customer(), uid = new_card(eve)
	const t = await ticket()

	assert.deepEqual(await verdict(usher, { card_id: uid, ticket_id: t.id }), ['not_found', 'no_ticket'])
	assert.equal(presence(t.id), 'never 0')
})

test('verify-card, card, and a verdict without effect', async () => {
	const eve = await new_customer({ name: 'Eve' }), uid = new_card(eve), gate = as(usher)
	const [t] = await bought(eve, event)

	assert.deepEqual(ok(await gate.post(`${GATE}/scan/verify-card/`, { card_id: uid })), { exists: true, status: 'active' })
	assert.deepEqual(ok(await gate.post(`${GATE}/scan/verify-card/`, { card_id: '04FFFFFFFFFF01' })), { exists: false, status: null })
	refused(await gate.post(`${GATE}/scan/verify-card/`, {}), 422, 'VALIDATION_ERROR')
	const card = ok(await gate.get(`${GATE}/scan/card/${uid}/`))
	assert.deepEqual([card.card_id, card.status, card.assigned], [uid, 'active', true])
	assert.ok(card.nfc_card_id > 0)
	assert.ok(!JSON.stringify(card).includes('Eve'))
	assert.equal(ok(await gate.get(`${GATE}/scan/card/${encodeURIComponent(uid.toLowerCase().match(/../g).join('-'))}/`)).card_id, uid)
	refused(await gate.get(`${GATE}/scan/card/04FFFFFFFFFF01/`), 404, 'CARD_NOT_FOUND')

	const path = `${GATE}/scan/card/${uid}/validate/`
	for (let i = 0; i < 2; i++)
		assert.deepEqual([ok(await gate.post(path, { event_id: event.id })).reason, presence(t.id)], ['ok', 'never 0'])
	assert.equal(ok(await gate.post(path, {})).reason, 'ok')
	assert.equal(ok(await gate.post(path, { direction: 'out' })).reason, 'not_inside')
	refused(await gate.post(path, { event_id: other.id }), 403, 'NOT_ASSIGNED')
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id = ${t.id}`)[0][0], '0')
})

test('who holds a card, as far as the event shows it', async () => {
	const eve = await new_customer({ name: 'Eve' }), uid = new_card(eve), gate = as(usher)
	ok(await as(eve).put('/api/v1/users/me/', {
		blood_type: 'AB-', emergency_contact: { name: 'Adam', mobile_number: '+15550109999' }
	}))
	const [t] = await bought(eve, event)
	set('ticket', t.id, `labels = '["VIP"]'`)
	const data = ok(await gate.get(`${GATE}/scan/attendee/${uid}/`))

	assert.deepEqual(Object.keys(data).sort(), [
		'blood_type', 'card_id', 'dependents', 'emergency_contact', 'first_scan', 'labels', 'name', 'others', 'photo', 'scan_status',
		'ticket_id', 'ticket_status', 'ticket_tier'
	])
	assert.deepEqual([data.name, data.card_id, data.ticket_id, data.ticket_status, data.ticket_tier, data.scan_status, data.blood_type],
		['Eve', uid, t.id, 'valid', 'Standing', 'not_scanned', 'AB-'])
	assert.deepEqual(data.emergency_contact, { name: 'Adam', mobile_number: '+15550109999' })
	assert.deepEqual(data.labels, ['VIP'])
	assert.deepEqual(ok(await gate.get(`${GATE}/scan/attendee/${uid}/event/${event.id}/`)), data)
	refused(await gate.get(`${GATE}/scan/attendee/${uid}/event/${other.id}/`), 403, 'NOT_ASSIGNED')
	refused(await gate.get(`${GATE}/scan/attendee/04FFFFFFFFFF01/`), 404, 'CARD_NOT_FOUND')
	refused(await gate.get(`${GATE}/scan/attendee/${new_card(await new_customer())}/`), 404, 'ATTENDEE_NOT_FOUND')
	// Nothing of somebody who has no ticket for this event.
	refused(await as(elsewhere).get(`${GATE}/scan/attendee/${uid}/`), 404, 'ATTENDEE_NOT_FOUND')
	await scan(usher, { card_id: uid })
	const after = ok(await gate.get(`${GATE}/scan/attendee/${uid}/`))
	assert.equal(after.scan_status, 'previously_scanned')
	assert.equal(after.first_scan.usher, usher.name)
	ok(await as(await token('staff')).put(`/api/events/${event.id}/`, { show_labels: false }))
	assert.deepEqual(ok(await gate.get(`${GATE}/scan/attendee/${uid}/`)).labels, [])
	ok(await as(await token('staff')).put(`/api/events/${event.id}/`, { show_labels: true }))
})

// ---- what is no scan ----

test('a scan is of a code or of a card: not of both, not of neither', async () => {
	for (const body of [{}, { code: 'x', card_id: '04A1B2C3D4E5F6' }, { code: '' }, { code: null }, { direction: 'in' }])
		assert.deepEqual(Object.keys(refused(await scan(usher, body), 422, 'VALIDATION_ERROR').body.errors), ['code'])
	for (const [body, name] of [
		[{ code: 'x', direction: 'up' }, 'direction'], [{ code: 'x', scan_id: 'not-a-uuid' }, 'scan_id'],
		[{ code: 'x', scanned_at: 'yesterday' }, 'scanned_at'], [{ code: 'x'.repeat(401) }, 'code'],
		[{ code: 'x', gate: 'g'.repeat(41) }, 'gate'], [{ code: 5 }, 'code'], [{ card_id: 'x', ticket_id: -1 }, 'ticket_id']
	])
		assert.ok(Object.keys(refused(await scan(usher, body), 422, 'VALIDATION_ERROR').body.errors).includes(name), JSON.stringify(body))
})

test('choices in any case, blanks for "_"; what is stored and answered is the word itself', async () => {
	const t = await ticket(), gate = as(usher)

	assert.equal(ok(await scan(usher, { code: t.code, direction: 'IN' })).direction, 'in')
	assert.equal(ok(await scan(usher, { code: t.code, direction: 'in', scan_id: randomUUID() })).result, 'already_scanned')
	assert.equal(ok(await scan(usher, { code: t.code, direction: ' Out ' })).direction, 'out')
	assert.deepEqual(sql(`SELECT direction FROM scan_log WHERE ticket_id = ${t.id} ORDER BY id`).flat(), ['in', 'in', 'out'])
	const list = async (result) => ok(await gate.get(`${GATE}/scan/logs/`, { query: { result, limit: 100 } })).items.map((item) => item.id)
	const right = await list('already_scanned')
	assert.ok(right.length > 0)
	for (const result of ['Already Scanned', 'ALREADY_SCANNED', 'already scanned'])
		assert.deepEqual(await list(result), right, result)
	refused(await gate.get(`${GATE}/scan/logs/`, { query: { result: 'Already-Scanned' } }), 422, 'VALIDATION_ERROR')
	const form = await raw('PUT', '/api/v1/users/me/', 'blood_type=ab-', { 'content-type': 'application/x-www-form-urlencoded' }, ann.access)
	assert.equal(ok(form).blood_type, 'AB-')
	assert.equal(ok(await as(ann).put('/api/v1/users/me/', { blood_type: 'o+' })).blood_type, 'O+')
})

// ---- the same scan again ----

test('the same scan_id again: the same answer, one effect', async () => {
	const t = await ticket(), uid = new_card(await new_customer())
	for (const body of [
		{ code: t.code, gate: 'North' }, { code: t.code, gate: 'South' }, { code: t.code, direction: 'out', gate: 'South' },
		{ code: t.code, direction: 'out' }, { code: t.code, gate: 'West' }, { code: 'nothing known' }, { card_id: uid },
		{ card_id: '04FFFFFFFFFF02' }
	]) {
		const scan_id = randomUUID()
		const first = ok(await scan(usher, { ...body, scan_id }))

		assert.equal(first.scan_id, scan_id)
		for (let i = 0; i < 2; i++)
			assert.deepEqual(ok(await scan(usher, { ...body, scan_id: i ? scan_id : scan_id.toUpperCase() })), first, JSON.stringify(body))
		assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE scan_id = UNHEX('${scan_id.replaceAll('-', '')}')`)[0][0], '1')
	}
	assert.equal(presence(t.id), 'inside 2')
})

test('an answer stays the same after the ticket has moved on', async () => {
	const t = await ticket(), scan_id = randomUUID()
	const first = ok(await scan(usher, { code: t.code, gate: 'North', scan_id }))

	ok(await scan(usher, { code: t.code, direction: 'out' }))
	ok(await scan(usher, { code: t.code, gate: 'South' }))
	assert.deepEqual(ok(await scan(usher, { code: t.code, gate: 'North', scan_id })), first)
	assert.equal(presence(t.id), 'inside 2')
})

test('a code changed in its signature alone, or that names another key, is forged; of a key that nobody has it was read badly', async () => {
	const t = await ticket()
	const bytes = Buffer.from(t.code.slice(4), 'base64url')
	const said_of = (change) => {
		const changed = Buffer.from(bytes)

		change(changed)
		return verdict(usher, { code: `GH1.${changed.toString('base64url')}` })
	}
	const [[key]] = sql(`SELECT MIN(id) FROM event_key WHERE event_id <> ${event.id}`)

	for (const at of [SIGNATURE, TAG - 1])
		assert.deepEqual(await said_of((code) => { code[at] ^= 1 }), ['invalid', 'forged'])
	assert.deepEqual(await said_of((code) => code.writeUInt32BE(Number(key), 0)), ['invalid', 'forged'])
	assert.deepEqual(await said_of((code) => code.writeUInt32BE(0xFFFF_FFF0, 0)), ['not_found', 'not_read'])
	assert.equal(presence(t.id), 'never 0')
	assert.deepEqual(await verdict(usher, { code: t.code }), ['valid', 'ok'])
})

test('a code without this site\'s tag is believed by its signature', async () => {
	const t = await ticket()
	const bytes = Buffer.from(t.code.slice(4), 'base64url')

	bytes.fill(0, TAG)
	assert.deepEqual(await verdict(usher, { code: `GH1.${bytes.toString('base64url')}` }), ['valid', 'ok'])
	const short = bytes.subarray(0, TAG)
	assert.deepEqual(await verdict(usher, { code: `GH1.${short.toString('base64url')}`, direction: 'out' }), ['valid', 'ok'])
	short[SIGNATURE] ^= 1
	assert.deepEqual(await verdict(usher, { code: `GH1.${short.toString('base64url')}` }), ['invalid', 'forged'])
})

test('the scan_id of another ticket\'s scan gives no verdict', async () => {
	const [a, b] = [await ticket(), await ticket()], scan_id = randomUUID()
	const uid = new_card(await new_customer())

	assert.deepEqual(await verdict(usher, { code: a.code, scan_id }), ['valid', 'ok'])
	for (const body of [{ code: b.code }, { code: 'nothing known' }, { code: a.code, direction: 'out' }, { card_id: uid }])
		assert.deepEqual(await verdict(usher, { ...body, scan_id }), ['invalid', 'scan_id_used'])
	assert.deepEqual([presence(a.id), presence(b.id)], ['inside 1', 'never 0'])
	assert.deepEqual(await verdict(usher, { code: a.code, scan_id }), ['valid', 'ok'])
})

test('a scan_id is an event\'s own', async () => {
	const here = await ticket(), there = await ticket(other), scan_id = randomUUID()

	assert.equal(ok(await scan(usher, { code: here.code, scan_id })).result, 'valid')
	const data = ok(await scan(elsewhere, { code: there.code, scan_id }))
	assert.deepEqual([data.result, data.ticket.id], ['valid', there.id])
})

// ---- the same scan again, without a scan_id ----

const JUST = ['already_scanned', 'just_scanned_here']
const again_as = (by, of = event) => sign_in('usher', { event_id: of.id, username: by.username, password: by.password })
// A ticket's moves happened so many seconds sooner, as its log and the ticket itself say: the audit holds one against the other.
const sooner = (id, seconds) => scans_moved(`ticket_id = ${id} AND moved`, `at = at - INTERVAL ${seconds} SECOND`,
	`UPDATE ticket SET first_scan_at = first_scan_at - INTERVAL ${seconds} SECOND,
		last_scan_at = last_scan_at - INTERVAL ${seconds} SECOND, last_in_at = last_in_at - INTERVAL ${seconds} SECOND WHERE id = ${id}`)

test('an app that sends no scan_id and tries again is told that it was itself, for 90 seconds', async () => {
	const t = await ticket(), first = ok(await scan(usher, { code: t.code, gate: 'North' }))

	for (let times = 0; times < 3; times++) {
		const again = ok(await scan(usher, { code: t.code, gate: 'North' }))

		assert.deepEqual([again.result, again.reason], JUST)
		assert.deepEqual(again.first_scan, { at: first.at, usher: usher.name, gate: 'North', mine: true })
		assert.ok(Number.isInteger(again.seconds_ago) && again.seconds_ago >= 0 && again.seconds_ago < 60, `${again.seconds_ago}`)
		assert.deepEqual([again.attendee.name, again.attendee.scan_status, again.ticket.id], ['Ann Arbor', 'previously_scanned', t.id])
		assert.ok(again.message)
		// Its own answer again, to the number that it was given.
		assert.deepEqual(ok(await scan(usher, { code: t.code, scan_id: again.scan_id })), again)
	}
	assert.equal(presence(t.id), 'inside 1')
	assert.deepEqual(sql(`SELECT COUNT(*), SUM(moved) FROM scan_log WHERE ticket_id = ${t.id}`)[0], ['4', '1'])
	sooner(t.id, 60)
	const later = ok(await scan(usher, { code: t.code }))
	assert.deepEqual([later.result, later.reason], JUST)
	assert.ok(later.seconds_ago >= 60, `${later.seconds_ago}`)
	sooner(t.id, 31)
	const late = ok(await scan(usher, { code: t.code }))
	assert.deepEqual([late.result, late.reason, late.seconds_ago, late.first_scan.mine], ['already_scanned', 'inside', undefined, undefined])
})

test('it is no repetition from another device, nor with a scan_id of its own', async () => {
	const t = await ticket(), device = await again_as(usher), colleague = await new_usher(event)

	assert.deepEqual(await verdict(usher, { code: t.code }), ['valid', 'ok'])
	for (const [by, body] of [[device, {}], [colleague, {}], [usher, { scan_id: randomUUID() }]]) {
		const data = ok(await scan(by, { code: t.code, ...body }))

		assert.deepEqual([data.result, data.reason, data.seconds_ago, data.first_scan.mine], ['already_scanned', 'inside', undefined, undefined])
	}
	assert.deepEqual(await verdict(usher, { code: t.code }), JUST)
})

test('what is repeated is the last move, whichever way it went', async () => {
	const t = await ticket(), device = await again_as(usher)

	assert.deepEqual(await verdict(device, { code: t.code }), ['valid', 'ok'])
	const out = ok(await scan(usher, { code: t.code, direction: 'out', gate: 'South' }))
	const again = ok(await scan(usher, { code: t.code, direction: 'out' }))
	assert.deepEqual([again.result, again.reason, again.direction], [...JUST, 'out'])
	assert.deepEqual(again.first_scan, { at: out.at, usher: usher.name, gate: 'South', mine: true })
	assert.deepEqual(await verdict(device, { code: t.code, direction: 'out' }), ['invalid', 'not_inside'])
	const back = ok(await scan(usher, { code: t.code, gate: 'West' }))
	assert.equal(back.result, 'valid')
	const repeated = ok(await scan(usher, { code: t.code }))
	assert.deepEqual([repeated.result, repeated.reason, repeated.first_scan.at, repeated.first_scan.gate], [...JUST, back.at, 'West'])
	assert.deepEqual(await verdict(device, { code: t.code }), ['already_scanned', 'inside'])
	assert.equal(presence(t.id), 'inside 2')
})

test('by card, and as a verdict without effect; what is wrong otherwise is said as ever', async () => {
	const eve = await new_customer({ name: 'Eve' }), uid = new_card(eve), [t] = await bought(eve, event)

	assert.deepEqual(await verdict(usher, { card_id: uid }), ['valid', 'ok'])
	assert.deepEqual(await verdict(usher, { card_id: uid }), JUST)
	const seen = ok(await as(usher).post(`${GATE}/scan/card/${uid}/validate/`, {}))
	assert.deepEqual([seen.result, seen.reason, seen.first_scan.mine], [...JUST, true])
	set('ticket', t.id, "status = 'cancelled'")
	const gone = ok(await scan(usher, { card_id: uid }))
	assert.deepEqual([gone.result, gone.reason, gone.first_scan.mine, gone.seconds_ago], ['invalid', 'cancelled', undefined, undefined])
	assert.deepEqual(ok(await scan(usher, { card_id: uid, scan_id: gone.scan_id })), gone)
	set('ticket', t.id, "status = 'valid'")
})

// A card with the tickets of a whole family.
async function family(n = 3) {
	const owner = await new_customer({ name: 'Eve' })

	return { uid: new_card(owner), owner, tickets: await bought(owner, event, n) }
}
const logged = (t) => sql(`SELECT COUNT(*), SUM(moved) FROM scan_log WHERE ticket_id = ${t.id}`)[0].map(Number)

for (const direction of ['in', 'out'])
	test(`a card with three tickets, tapped four times without a scan_id: the first counts, the others are it again: ${direction}`, async () => {
		const { uid, tickets: [one, two, three] } = await family()
		const away = direction === 'in' ? 'never 0' : 'inside 1'

		if (direction === 'out')
			for (const t of [one, two, three])
				ok(await scan(usher, { card_id: uid, ticket_id: t.id }))
		const first = ok(await scan(usher, { card_id: uid, direction, gate: 'North' }))
		assert.deepEqual([first.result, first.ticket.id], ['valid', one.id])
		for (let times = 0; times < 3; times++) {
			const again = ok(await scan(usher, { card_id: uid.toLowerCase(), direction, gate: 'North' }))

			assert.deepEqual([again.result, again.reason, again.ticket.id], [...JUST, one.id])
			assert.deepEqual(again.first_scan, { at: first.at, usher: usher.name, gate: 'North', mine: true })
			assert.ok(Number.isInteger(again.seconds_ago) && again.seconds_ago >= 0 && again.seconds_ago < 60, `${again.seconds_ago}`)
			assert.deepEqual(again.others.map((t) => t.ticket_id), [two.id, three.id])
			assert.deepEqual(ok(await scan(usher, { card_id: uid, direction, scan_id: again.scan_id })), again)
		}
		const seen = ok(await as(usher).post(`${GATE}/scan/card/${uid}/validate/`, { direction }))
		assert.deepEqual([seen.result, seen.reason, seen.ticket.id, seen.first_scan.mine], [...JUST, one.id, true])
		assert.deepEqual([presence(two.id), presence(three.id)], [away, away])

		// Another guest of the card is named; and is then the one that the next tap repeats.
		const named = ok(await scan(usher, { card_id: uid, ticket_id: three.id, direction }))
		assert.deepEqual([named.result, named.ticket.id, named.others.map((t) => t.ticket_id)], ['valid', three.id, [two.id]])
		assert.deepEqual(await verdict(usher, { card_id: uid, ticket_id: three.id, direction }), JUST)
		const after = ok(await scan(usher, { card_id: uid, direction }))
		assert.deepEqual([after.result, after.reason, after.ticket.id], [...JUST, three.id])
		assert.deepEqual(await verdict(usher, { card_id: uid, direction, scan_id: randomUUID() }), ['valid', 'ok'])
		const last = ok(await scan(usher, { card_id: uid, direction }))
		assert.deepEqual([last.reason, last.ticket.id, last.others], ['just_scanned_here', two.id, []])
	})

test('a card with three tickets: after 90 seconds the next tap is the next guest', async () => {
	const { uid, tickets: [one, two, three] } = await family()
	const tap = async () => {
		const data = ok(await scan(usher, { card_id: uid }))

		return [data.reason, data.ticket.id]
	}

	assert.deepEqual(await tap(), ['ok', one.id])
	sooner(one.id, 60)
	assert.deepEqual(await tap(), ['just_scanned_here', one.id])
	sooner(one.id, 31)
	assert.deepEqual(await tap(), ['ok', two.id])
	assert.deepEqual(await tap(), ['just_scanned_here', two.id])
	sooner(two.id, 91)
	assert.deepEqual(await tap(), ['ok', three.id])
	sooner(three.id, 91)
	assert.deepEqual(await tap(), ['inside', one.id])
})

test('a card with three tickets at two devices: each is told of its own scans, and moves one', async () => {
	const { uid, tickets: [one, two, three] } = await family(), device = await again_as(usher)
	const tap = async (by, body) => {
		const data = ok(await scan(by, { card_id: uid, ...body }))

		return [data.reason, data.ticket.id]
	}

	assert.deepEqual(await tap(usher), ['ok', one.id])
	assert.deepEqual(await tap(device), ['ok', two.id])
	assert.deepEqual(await tap(usher), ['just_scanned_here', one.id])
	assert.deepEqual(await tap(device), ['just_scanned_here', two.id])
	// Whom another device let out comes in again: no scan of this device repeats that.
	assert.deepEqual(await tap(device, { direction: 'out', ticket_id: one.id }), ['ok', one.id])
	assert.deepEqual(await tap(usher), ['ok', one.id])
	assert.equal(presence(three.id), 'never 0')
})

test('another card, a code and a dependent named by number: what a tap of the card repeats', async () => {
	const { uid, owner, tickets: [one, two] } = await family(2)

	// A ticket that came in by its code, or went by the card that this one replaces, was no tap of this card.
	assert.deepEqual(await verdict(usher, { code: await code_of(owner, one) }), ['valid', 'ok'])
	const tapped = ok(await scan(usher, { card_id: uid }))
	assert.deepEqual([tapped.reason, tapped.ticket.id], ['ok', two.id])
	assert.deepEqual(await verdict(usher, { card_id: uid, direction: 'out', ticket_id: one.id }), ['valid', 'ok'])
	sql(`UPDATE nfc_card SET status = 'lost' WHERE uid = '${uid}'`)
	assert.deepEqual(await verdict(usher, { card_id: new_card(owner), direction: 'out' }), ['valid', 'ok'])
	assert.deepEqual([presence(one.id), presence(two.id)], ['outside 1', 'outside 1'])

	const eve = await family(1), dependent = Number(sql(`INSERT INTO dependent (customer_id, name, relationship, created_at)
		VALUES (${eve.owner.customer_id}, 'Lou', 'son', UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0])
	const [lou] = await bought(eve.owner, event, [{
		category_id: event.categories[0].id, quantity: 1, holders: [{ name: 'Lou', dependent_id: dependent }]
	}])
	assert.equal(ok(await scan(usher, { card_id: eve.uid, ticket_id: lou.id })).result, 'valid')
	const again = ok(await scan(usher, { card_id: eve.uid }))
	assert.deepEqual([again.reason, again.ticket.id, again.others.map((t) => t.ticket_id)], ['just_scanned_here', lou.id, [eve.tickets[0].id]])
	// Where the event hides dependents, they are offered as little as they are listed.
	assert.equal(ok(await scan(usher, { card_id: eve.uid, ticket_id: lou.id, direction: 'out' })).result, 'valid')
	const offered = async () => ok(await as(usher).get(`${GATE}/scan/attendee/${eve.uid}/`)).others.map((t) => t.name)
	assert.deepEqual(await offered(), ['Lou'])
	set('event', event.id, 'show_dependents = 0')
	try {
		assert.deepEqual(await offered(), [])
	} finally {
		set('event', event.id, 'show_dependents = 1')
	}
})

test('twenty tries at once without a scan_id: one is valid, the others were just scanned here', async () => {
	const t = await ticket()
	const answers = (await Promise.all(Array.from({ length: 20 }, () => scan(usher, { code: t.code })))).map((a) => ok(a))
	const won = answers.filter((data) => data.result === 'valid')

	assert.equal(won.length, 1)
	for (const data of answers.filter((d) => d !== won[0])) {
		assert.deepEqual([data.result, data.reason], JUST)
		assert.deepEqual(data.first_scan, { at: won[0].at, usher: usher.name, gate: '', mine: true })
	}
	assert.equal(presence(t.id), 'inside 1')
})

test('the gate\'s page raises no alarm over it', async () => {
	const t = await ticket(), browser = new Browser()

	await browser.open('/gate/sign-in')
	await browser.send('/gate/sign-in', { event_id: event.id, username: usher.username, password: usher.password })
	await browser.open('/gate')
	const { csrf } = browser.hidden('/gate'), verdicts = []
	for (let times = 0; times < 2; times++) {
		await browser.open('/gate', {
			method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams({ csrf, code: t.code, direction: 'in' })
		})
		assert.equal(browser.status, 200, browser.html)
		verdicts.push(browser.html.match(/class="verdict (\w+)"/)[1])
	}
	assert.deepEqual(verdicts, ['go', 'ready'])
	assert.match(browser.html, /You scanned this here just now: it counted\./)
	assert.match(browser.html, /\d+ seconds? ago/)
})

test('a scan that counts makes the statements that it made, and none of them reads the log', async () => {
	const [numbered, plain, late] = [await ticket(), await ticket(), await ticket()]
	const [one, two] = [await family(), await family()]

	ok(await scan(usher, { code: late.code }))
	const statements = async (body) => {
		sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1")
		try {
			ok(await scan(usher, body))
		} finally {
			sql('SET GLOBAL general_log = 0')
		}
		return sql(`SELECT LEFT(REPLACE(CONVERT(argument USING utf8mb4), '\\n', ' '), 60) FROM mysql.general_log
			WHERE (command_type = 'Execute' OR argument IN ('START TRANSACTION', 'COMMIT')) AND thread_id IN (SELECT thread_id
				FROM mysql.general_log WHERE command_type = 'Execute' AND argument LIKE 'INSERT INTO scan_log %') ORDER BY event_time`)
			.map(([text]) => text.split(/ WHERE | VALUES /)[0])
	}
	const of = async (body) => (await statements(body)).filter((text) => !/session|schema_migration/.test(text))
	const first = await of({ code: numbered.code, scan_id: randomUUID() })

	assert.ok(first.length >= 4 && first.at(-1) === 'COMMIT', first.join('\n'))
	assert.deepEqual(await of({ code: plain.code }), first)
	assert.ok(!first.some((text) => /^SELECT .*first_scan_at, gate AS/.test(text)))
	// By card, who may follow included.
	const carded = await of({ card_id: one.uid, scan_id: randomUUID() })
	assert.deepEqual(await of({ card_id: two.uid }), carded)
	assert.deepEqual(await of({ card_id: two.uid, ticket_id: two.tickets[2].id }), carded)
	assert.deepEqual(carded.length, first.length + 2, `the card, and who else is with it\n${carded.join('\n')}`)
	assert.ok((await of({ code: late.code })).some((text) => text.startsWith('SELECT at AS first_scan_at')), 'only what is refused is asked about')
})

// ---- at once ----

test('twenty scans of one ticket at once: one is valid', async () => {
	const t = await ticket()
	const bodies = Array.from({ length: 20 }, (_, i) => ({ code: t.code, gate: `Gate ${i}`, scan_id: randomUUID() }))
	const answers = (await Promise.all(bodies.map((body) => scan(usher, body)))).map((answer) => ok(answer))
	const won = answers.filter((data) => data.result === 'valid')

	assert.equal(won.length, 1)
	for (const data of answers.filter((d) => d !== won[0])) {
		assert.deepEqual([data.result, data.reason], ['already_scanned', 'inside'])
		assert.deepEqual(data.first_scan, { at: won[0].at, usher: usher.name, gate: `Gate ${answers.indexOf(won[0])}` })
	}
	assert.equal(presence(t.id), 'inside 1')
	assert.deepEqual(sql(`SELECT SUM(moved), SUM(first_entry), COUNT(*) FROM scan_log WHERE ticket_id = ${t.id}`)[0], ['1', '1', '20'])
	for (const [i, body] of bodies.entries())
		assert.deepEqual(ok(await scan(usher, body)), answers[i])
})

test('twenty times the same scan at once: one scan', async () => {
	const t = await ticket(), scan_id = randomUUID()
	const answers = (await Promise.all(Array.from({ length: 20 }, () => scan(usher, { code: t.code, scan_id })))).map((a) => ok(a))

	for (const data of answers)
		assert.deepEqual(data, answers[0])
	assert.equal(answers[0].result, 'valid')
	assert.deepEqual(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id = ${t.id}`)[0], ['1'])
})

test('in and out at once never make two entries without an exit between', async () => {
	const t = await ticket()
	const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => scan(usher, { code: t.code, direction: i % 2 ? 'out' : 'in' })))

	// Who is overtaken too often is told to come again.
	for (const answer of answers)
		assert.ok([200, 503].includes(answer.status), answer.text)
	const moves = sql(`SELECT direction FROM scan_log WHERE ticket_id = ${t.id} AND moved ORDER BY id`).map(([d]) => d)
	assert.equal(moves.filter((d) => d === 'in').length - moves.filter((d) => d === 'out').length, presence(t.id).startsWith('inside') ? 1 : 0)
	assert.equal(Number(presence(t.id).split(' ')[1]), moves.filter((d) => d === 'in').length)
})

test('a family\'s card at two gates at once: each ticket goes in once', async () => {
	const { uid, tickets } = await family()
	const answers = (await Promise.all(Array.from({ length: 8 }, () => scan(usher, { card_id: uid, scan_id: randomUUID() })))).map((a) => ok(a))

	assert.deepEqual(answers.filter((d) => d.result === 'valid').map((d) => d.ticket.id).sort(), tickets.map((t) => t.id).sort())
	for (const t of tickets)
		assert.equal(presence(t.id), 'inside 1')
})

test('a family\'s card tapped by two devices at once, without a scan_id: each lets one in, and is told so', async () => {
	const device = await again_as(usher), { uid, tickets: [one, two, three] } = await family()
	const taps = Array.from({ length: 16 }, (_, i) => [usher, device][i % 2])
	const answers = (await Promise.all(taps.map((by) => scan(by, { card_id: uid })))).map((a) => ok(a))

	for (const which of [0, 1]) {
		const own = answers.filter((_, i) => i % 2 === which), won = own.filter((d) => d.result === 'valid')

		assert.equal(won.length, 1)
		for (const data of own.filter((d) => d !== won[0]))
			assert.deepEqual([data.result, data.reason, data.ticket.id, data.first_scan.at], [...JUST, won[0].ticket.id, won[0].at])
	}
	assert.deepEqual([one, two, three].map((t) => presence(t.id)), ['inside 1', 'inside 1', 'never 0'])
	assert.deepEqual([logged(one)[1], logged(two)[1], logged(one)[0] + logged(two)[0]], [1, 1, 16])
})

// ---- the log ----

test('the log: newest first, ten a page, with every filter', async () => {
	const own = await new_event({ categories: [{ name: 'Seated' }] }), by = await new_usher(own), second = await new_usher(own)
	const eve = await new_customer({ name: 'Eve Log' }), uid = new_card(eve), gate = as(by)
	const logs = async (query) => ok(await gate.get(`${GATE}/scan/logs/`, { query }))
	const ids = (data) => data.items.map((item) => item.id)
	await bought(eve, own)
	const named = await bought(ann, own, [{ category_id: own.categories[0].id, quantity: 1, holders: [{ name: 'Zoë 100%' }] }])
	const zoe = await code_of(ann, named[0])

	for (let i = 0; i < 12; i++)
		await scan(by, { card_id: uid, direction: i % 2 ? 'out' : 'in', gate: 'North' })
	await scan(second, { code: zoe })
	await scan(second, { code: zoe })
	await scan(by, { code: 'nothing' })

	const first = await logs(), next = await logs({ page: 2 })
	assert.deepEqual([first.total, first.limit, first.total_pages, first.items.length, next.items.length], [15, 10, 2, 10, 5])
	const all = [...ids(first), ...ids(next)]
	assert.deepEqual(all, [...all].sort((a, b) => b - a))
	assert.equal(new Set(all).size, 15)
	assert.deepEqual(ids(await logs({ limit: 100, sort_order: 'asc' })), [...all].reverse())
	assert.deepEqual(Object.keys(first.items[0]).sort(), [
		'at', 'attendee_name', 'card_id', 'category', 'direction', 'event_id', 'gate', 'id', 'kind', 'moved', 'note', 'reason', 'result', 'scan_id',
		'scanned_at', 'ticket_id', 'undoes', 'undone', 'username', 'usher', 'usher_id'
	].sort())
	assert.equal((await logs({ card_id: uid.toLowerCase() })).total, 12)
	assert.equal((await logs({ card_id: 'not a card' })).total, 0)
	assert.equal((await logs({ username: second.username })).total, 2)
	assert.equal((await logs({ result: 'valid' })).total, 13)
	assert.equal((await logs({ result: 'already_scanned' })).total, 1)
	assert.equal((await logs({ result: 'not_found' })).total, 1)
	assert.equal((await logs({ attendee_name: 'Eve' })).total, 12)
	assert.equal((await logs({ attendee_name: '100%' })).total, 2)
	assert.equal((await logs({ attendee_name: '1%zq' })).total, 0)
	assert.equal((await logs({ search: 'zoë' })).total, 2)
	assert.equal((await logs({ event_id: own.id })).total, 15)
	const middle = first.items[5].at
	assert.equal((await logs({ date_from: middle })).total + (await logs({ date_to: middle })).total, 15)
	assert.equal((await logs({ date_from: new Date(Date.now() + DAY).toISOString() })).total, 0)
	assert.equal((await logs({ username: second.username, result: 'valid' })).total, 1)
	assert.deepEqual(ok(await gate.get(`${GATE}/scan/logs/search/`, { query: { attendee_name: 'Eve' } })).total, 12)
	refused(await gate.get(`${GATE}/scan/logs/`, { query: { event_id: other.id } }), 403, 'NOT_ASSIGNED')
	refused(await gate.get(`${GATE}/scan/logs/`, { query: { result: 'lost' } }), 422, 'VALIDATION_ERROR')

	const [one] = first.items
	assert.deepEqual(ok(await gate.get(`${GATE}/scan/logs/${one.id}/`)), one)
	refused(await as(elsewhere).get(`${GATE}/scan/logs/${one.id}/`), 404, 'SCAN_NOT_FOUND')
	assert.ok(!ok(await as(elsewhere).get(`${GATE}/scan/logs/`, { query: { limit: 100 } })).items.some((item) => all.includes(item.id)))
})

// ---- the usher's events ----

test('counts move with scans', async () => {
	const own = await new_event(), by = await new_usher(own)
	const tickets = await bought(ann, own, 3)
	const status = async () => ok(await as(by).get(`${GATE}/events/${own.id}/status/`))
	const none = { valid: 0, invalid: 0, already_scanned: 0, not_found: 0 }

	assert.deepEqual(await status(), {
		active: true, scanning_enabled: true, counts: { expected: 3, inside: 0, entered: 0, left: 0, by_result: none }
	})
	const [one, two] = await Promise.all(tickets.map((t) => code_of(ann, t)))
	for (const body of [{ code: one }, { code: two }, { code: one }, { code: one, direction: 'out' }, { code: 'x' }])
		await scan(by, body)
	assert.deepEqual((await status()).counts, {
		expected: 3, inside: 1, entered: 2, left: 1, by_result: { valid: 3, invalid: 0, already_scanned: 1, not_found: 1 }
	})
	await scan(by, { code: one })
	assert.deepEqual((await status()).counts, {
		expected: 3, inside: 2, entered: 2, left: 0, by_result: { valid: 4, invalid: 0, already_scanned: 1, not_found: 1 }
	})
})

test('an usher sees the events they are assigned to, and no others', async () => {
	const two = await new_usher(event, other)

	assert.deepEqual(ok(await as(two).get(`${GATE}/events/`)).items.map((e) => e.id).sort(), [event.id, other.id].sort())
	assert.deepEqual(ok(await as(usher).get(`${GATE}/events/`)).items.map((e) => e.id), [event.id])
	const shown = ok(await as(usher).get(`${GATE}/events/${event.id}/`))
	assert.deepEqual([shown.title, shown.gate, shown.scanning_enabled], [event.title, 'North', true])
	for (const path of [`/events/${other.id}/`, `/events/${other.id}/status/`])
		refused(await as(usher).get(GATE + path), 404, 'EVENT_NOT_FOUND')
	const assigned = async (by, of) => ok(await as(by).post(`${GATE}/events/${of.id}/validate-assignment/`, {}))
	assert.deepEqual(await assigned(usher, event), { assigned: true, signed_in_to: true })
	assert.deepEqual(await assigned(usher, other), { assigned: false, signed_in_to: false })
	assert.deepEqual(await assigned(two, other), { assigned: true, signed_in_to: false })
})

test('who is taken off an event scans there no more, at once', async () => {
	const by = await new_usher(event), t = await ticket()
	const { usher_id } = by

	ok(await as(await token('staff')).delete(`/api/events/${event.id}/ushers/${usher_id}/`))
	const answer = await scan(by, { code: t.code })
	assert.ok([401, 403].includes(answer.status), answer.text)
	assert.equal(presence(t.id), 'never 0')
})

test('only ushers scan', async () => {
	const t = await ticket()

	for (const person of [ann, await new_organizer(), await token('staff'), undefined])
		assert.equal((await scan(person, { code: t.code })).status, person ? 403 : 401)
	assert.equal(presence(t.id), 'never 0')
})

test('readers and cards: what the server knows of them, and an echo', async () => {
	const data = ok(await as(usher).get(`${GATE}/nfc/status/`))
	assert.equal(data.event_id, event.id)
	assert.ok(data.cards.every((row) => typeof row.status === 'string' && row.cards > 0))
	const echo = ok(await as(usher).get(`${GATE}/nfc/test/`))
	assert.deepEqual([echo.status, echo.event_id, echo.usher_id], ['ok', event.id, usher.usher_id])
})
