// What ushers do besides scanning: by hand, taking back, leaves, records, reports and the guest list; each with a foreign event, an
// usher who may not, the same sent again, and two at once.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { picture } from './picture.mjs'
import { Browser, sql, token } from './lib.mjs'
import { as, bought, code_of, contract, jobs_rest, new_card, new_customer, new_event, new_organizer, new_staff, new_usher, ok, refused, scan, scans_moved, unique } from './world.mjs'

const GATE = '/api/usher/scan'
const mark = `Quill${unique()}`
let ann, event, once, other, usher, second, lead, elsewhere

before(async () => {
	jobs_rest('payments')
	ann = await new_customer({ name: `Ann ${mark}`, email: `${mark}@guests.example.test`.toLowerCase() })
	event = await new_event({ categories: [{ capacity: 500, name: 'Standing' }] })
	once = await new_event({ re_entry: false })
	other = await new_event()
	usher = await new_usher(event)
	second = await new_usher(event)
	lead = await new_usher(event)
	elsewhere = await new_usher(other)
	ok(await as(await token('staff')).post(`/api/events/${event.id}/ushers/`, { usher_id: lead.usher_id, gate: 'North', gate_lead: true }), 201)
})

async function ticket(of = event, person = ann) {
	const [made] = await bought(person, of)

	return { ...made, code: await code_of(person, made) }
}
const state = (id) => sql(`SELECT presence, entries, on_leave, first_scan_at IS NOT NULL, COALESCE(first_gate, '-') FROM ticket WHERE id = ${id}`)[0].join(' ')
const whole = (id) => sql(`SELECT presence, entries, on_leave, first_scan_at, first_gate, first_usher_id, last_scan_at, last_in_at FROM ticket WHERE id = ${id}`)[0].join(' ')
const rows = (id) => Number(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id = ${id}`)[0][0])
const kinds = (id) => sql(`SELECT kind FROM scan_log WHERE ticket_id = ${id} ORDER BY id`).map(([kind]) => kind)
const said = (answer) => [answer.result, answer.reason]
const by_hand = (who, body) => as(who).post(`${GATE}/by-hand/`, { note: 'The phone is dead', ...body })
const undo = (who, scan_id, more = {}) => as(who).post(`${GATE}/undo/`, { scan_id, ...more })
const leave = (who, body) => as(who).post(`${GATE}/part-time-leave/`, body)
const counts = async () => ok(await as(usher).get(`/api/usher/events/${event.id}/status/`)).counts
// Fails where anything does not hold.
const audited = () => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' })
const aged = (scan_id, seconds) => scans_moved(`scan_id = UNHEX(REPLACE('${scan_id}', '-', ''))`, `at = at - INTERVAL ${seconds} SECOND`)

// ---- by hand ----

test('by hand, with a reason: in and out, and the log says how and why', async () => {
	const t = await ticket(), scan_id = randomUUID()
	const first = ok(await by_hand(usher, { ticket_id: t.id, scan_id, gate: 'North' }))

	assert.deepEqual([...said(first), first.direction, first.ticket.id, first.scan_id], ['valid', 'by_hand', 'in', t.id, scan_id])
	assert.equal(state(t.id), 'inside 1 0 1 North')
	assert.deepEqual(said(ok(await by_hand(usher, { ticket_id: t.id, scan_id: randomUUID() }))), ['already_scanned', 'inside'])
	assert.deepEqual(said(ok(await by_hand(usher, { ticket_id: t.id, direction: 'out' }))), ['valid', 'by_hand'])
	assert.deepEqual(said(ok(await by_hand(usher, { ticket_id: t.id, direction: 'out', scan_id: randomUUID() }))), ['invalid', 'not_inside'])
	assert.deepEqual(kinds(t.id), ['hand', 'hand', 'hand', 'hand'])
	const log = ok(await as(usher).get(`${GATE}/logs/?kind=hand&search=${mark}`)).items.find((one) => one.scan_id === scan_id)
	assert.deepEqual([log.kind, log.note, log.undoes, log.undone, log.moved], ['hand', 'The phone is dead', null, false, true])
})

test('by hand: the same number again answers as it did, and is no other scan', async () => {
	const t = await ticket(), more = await ticket(), scan_id = randomUUID()
	const first = ok(await by_hand(usher, { ticket_id: t.id, scan_id }))

	assert.deepEqual(ok(await by_hand(usher, { ticket_id: t.id, scan_id })), first)
	assert.equal(rows(t.id), 1)
	assert.deepEqual(said(ok(await by_hand(usher, { ticket_id: more.id, scan_id }))), ['invalid', 'scan_id_used'])
	assert.deepEqual(said(ok(await scan(usher, { code: t.code, scan_id }))), ['invalid', 'scan_id_used'])
	assert.equal(state(more.id), 'never 0 0 0 -')
})

test('by hand: wrong and foreign', async () => {
	const t = await ticket(), foreign = await ticket(other)

	for (const [body, field] of [[{ note: '' }, 'note'], [{ note: 'x'.repeat(201) }, 'note'], [{ ticket_id: null }, 'ticket_id'], [{ ticket_id: 'x' }, 'ticket_id'], [{ direction: 'up' }, 'direction'],
		[{ scan_id: 'no' }, 'scan_id']])
		assert.ok(refused(await by_hand(usher, { ticket_id: t.id, ...body }), 422, 'VALIDATION_ERROR').errors[field], field)
	assert.equal(ok(await by_hand(usher, { ticket_id: foreign.id })).result, 'not_found')
	assert.equal(ok(await by_hand(usher, { ticket_id: 999999999 })).result, 'not_found')
	assert.equal(ok(await by_hand(usher, { ticket_id: foreign.id })).attendee, null)
	assert.equal(state(foreign.id), 'never 0 0 0 -')
	assert.equal(state(t.id), 'never 0 0 0 -')
	assert.equal((await as(ann).post(`${GATE}/by-hand/`, { ticket_id: t.id, note: 'Me' })).status, 403)
})

test('a gate lead may insist where an event lets nobody back in, and nobody else may', async () => {
	const t = await ticket(once), boss = await new_usher(once), plain = await new_usher(once)

	ok(await as(await token('staff')).post(`/api/events/${once.id}/ushers/`, { usher_id: boss.usher_id, gate_lead: true }), 201)
	ok(await by_hand(plain, { ticket_id: t.id }))
	ok(await by_hand(plain, { ticket_id: t.id, direction: 'out' }))
	assert.deepEqual(said(ok(await by_hand(plain, { ticket_id: t.id }))), ['already_scanned', 'no_re_entry'])
	refused(await by_hand(plain, { ticket_id: t.id, override: true }), 403, 'NOT_GATE_LEAD')
	assert.deepEqual(said(ok(await by_hand(boss, { ticket_id: t.id }))), ['already_scanned', 'no_re_entry'])
	assert.deepEqual(said(ok(await by_hand(boss, { ticket_id: t.id, override: true }))), ['valid', 'by_hand'])
	assert.deepEqual(said(ok(await by_hand(boss, { ticket_id: t.id, override: true, scan_id: randomUUID() }))), ['already_scanned', 'inside'], 'never who is inside')
	assert.equal(ok(await as(boss).get(`/api/usher/events/${once.id}/`)).gate_lead, true)
	assert.equal(ok(await as(plain).get(`/api/usher/events/${once.id}/`)).gate_lead, false)
})

test('by hand and a scan at once let one in', async () => {
	for (let i = 0; i < 6; i++) {
		const t = await ticket()
		const answers = await Promise.all([by_hand(usher, { ticket_id: t.id }), scan(second, { code: t.code }), by_hand(lead, { ticket_id: t.id }), scan(usher, { code: t.code, scan_id: randomUUID() })])

		assert.equal(answers.filter((one) => ok(one).result === 'valid').length, 1)
		assert.equal(state(t.id).slice(0, 8), 'inside 1')
	}
})

// ---- taking back ----

test('an entry taken back leaves the ticket as it was, and the sums too', async () => {
	const t = await ticket(), was = whole(t.id), before_it = await counts()
	const done = ok(await scan(usher, { code: t.code, gate: 'South' })), undo_id = randomUUID()
	const back = ok(await undo(usher, done.scan_id, { undo_id, note: 'Wrong person' }))

	assert.deepEqual([...said(back), back.scan_id, back.ticket.id, back.direction], ['valid', 'undone', undo_id, t.id, 'in'])
	assert.equal(whole(t.id), was)
	const after_it = await counts()
	assert.deepEqual([after_it.inside, after_it.entered, after_it.left], [before_it.inside, before_it.entered, before_it.left])
	assert.equal(after_it.by_result.valid, before_it.by_result.valid + 1, 'a scan was made, and taking it back is none')
	assert.deepEqual(sql(`SELECT kind, moved, first_entry, gate, note, usher_id FROM scan_log WHERE ticket_id = ${t.id} ORDER BY id`),
		[['scan', '1', '1', 'South', '', String(usher.usher_id)], ['undo', '1', '1', 'South', 'Wrong person', String(usher.usher_id)]])
	const [of_undo, of_scan] = ok(await as(usher).get(`${GATE}/logs/?search=${mark}`)).items
	assert.deepEqual([of_undo.kind, of_undo.undoes, of_scan.undone], ['undo', of_scan.id, true])
	assert.deepEqual(said(ok(await scan(usher, { code: t.code }))), ['valid', 'ok'], 'it comes in again, for the first time')
	assert.equal(state(t.id).slice(0, 12), 'inside 1 0 1')
})

test('an exit, and then the entry before it, are taken back one after the other', async () => {
	const t = await ticket(), never = whole(t.id)
	const first = ok(await scan(usher, { code: t.code, gate: 'South' })), inside = whole(t.id)
	const out = ok(await scan(usher, { code: t.code, direction: 'out' }))

	assert.deepEqual(said(ok(await undo(usher, first.scan_id))), ['invalid', 'not_undone'], 'it moved since')
	assert.deepEqual(said(ok(await undo(usher, out.scan_id))), ['valid', 'undone'])
	assert.equal(whole(t.id), inside)
	assert.deepEqual(said(ok(await undo(usher, first.scan_id))), ['valid', 'undone'])
	assert.equal(whole(t.id), never)
	assert.deepEqual(kinds(t.id), ['scan', 'scan', 'undo', 'undo'], 'what was refused is no row')
	const came = ok(await scan(usher, { code: t.code }))
	ok(await scan(usher, { code: t.code, direction: 'out' }))
	ok(await scan(usher, { code: t.code }))
	assert.deepEqual(said(ok(await undo(usher, came.scan_id))), ['invalid', 'not_undone'], 'it is inside as then, and moved since all the same')
	assert.equal(state(t.id).slice(0, 8), 'inside 2')
})

test('a gate lead takes back whichever: the ticket is where its other scans lead', async () => {
	const t = await ticket(), before_it = await counts()
	const first = ok(await scan(usher, { code: t.code, gate: 'South' }))
	const out = ok(await scan(usher, { code: t.code, direction: 'out' }))
	const second_in = ok(await scan(usher, { code: t.code, gate: 'North' }))

	assert.deepEqual(said(ok(await undo(lead, first.scan_id))), ['valid', 'undone'])
	assert.equal(state(t.id).slice(0, 8), 'inside 1')
	assert.equal(sql(`SELECT first_gate FROM ticket WHERE id = ${t.id}`)[0][0], 'North', 'the first is another one now')
	assert.deepEqual(said(ok(await undo(lead, out.scan_id))), ['valid', 'undone'])
	assert.equal(state(t.id).slice(0, 8), 'inside 1')
	assert.equal((await counts()).inside, before_it.inside + 1)
	assert.deepEqual(said(ok(await undo(lead, second_in.scan_id))), ['valid', 'undone'])
	assert.equal(state(t.id).slice(0, 7), 'never 0')
	const after_it = await counts()
	assert.deepEqual([after_it.inside, after_it.entered], [before_it.inside, before_it.entered])
})

test('taken back twice, and sent twice, is once', async () => {
	const t = await ticket(), done = ok(await scan(usher, { code: t.code })), undo_id = randomUUID()
	const first = ok(await undo(usher, done.scan_id, { undo_id }))

	assert.deepEqual(ok(await undo(usher, done.scan_id, { undo_id })), first)
	assert.deepEqual(ok(await undo(lead, done.scan_id)), first, 'by somebody else')
	assert.equal(rows(t.id), 2)
	const again = ok(await scan(usher, { code: t.code }))
	refused(await undo(usher, again.scan_id, { undo_id }), 409, 'SCAN_ID_USED')
	assert.equal(state(t.id).slice(0, 8), 'inside 1')
	assert.deepEqual(said(ok(await undo(lead, first.scan_id))), ['invalid', 'not_undone'], 'nobody takes back a taking back')
})

test('taken back twice at once is once', async () => {
	for (let i = 0; i < 6; i++) {
		const t = await ticket(), done = ok(await scan(usher, { code: t.code }))
		const answers = await Promise.all([undo(usher, done.scan_id), undo(lead, done.scan_id), undo(usher, done.scan_id), undo(lead, done.scan_id)])

		assert.equal(new Set(answers.map((one) => ok(one).scan_id)).size, 1)
		assert.deepEqual([rows(t.id), state(t.id)], [2, 'never 0 0 0 -'])
	}
})

test('taking an entry back while they go out: one of both', async () => {
	for (let i = 0; i < 6; i++) {
		const t = await ticket(), done = ok(await scan(usher, { code: t.code }))
		const [back, out] = await Promise.all([undo(usher, done.scan_id), scan(second, { code: t.code, direction: 'out' })])

		assert.ok([['undone', 'not_inside'], ['not_undone', 'ok']].some(([a, b]) => ok(back).reason === a && ok(out).reason === b), `${ok(back).reason}, ${ok(out).reason}`)
		assert.equal(state(t.id).split(' ')[0], ok(back).reason === 'undone' ? 'never' : 'outside')
	}
})

test('who may take back: who scanned it, for two minutes; and a gate lead', async () => {
	const t = await ticket(), done = ok(await scan(usher, { code: t.code }))

	refused(await undo(second, done.scan_id), 403, 'NOT_YOURS_TO_UNDO')
	refused(await undo(elsewhere, done.scan_id), 404, 'SCAN_NOT_FOUND')
	refused(await undo(usher, randomUUID()), 404, 'SCAN_NOT_FOUND')
	assert.ok(refused(await undo(usher, 'x'), 422, 'VALIDATION_ERROR').errors.scan_id)
	aged(done.scan_id, 119)
	assert.equal(ok(await undo(usher, done.scan_id)).reason, 'undone')
	const later = ok(await scan(usher, { code: t.code }))
	aged(later.scan_id, 121)
	refused(await undo(usher, later.scan_id), 403, 'NOT_YOURS_TO_UNDO')
	assert.equal(state(t.id).slice(0, 6), 'inside')
	assert.equal(ok(await undo(lead, later.scan_id)).reason, 'undone')
})

test('what moved nothing is not taken back', async () => {
	const t = await ticket()

	ok(await scan(usher, { code: t.code }))
	const no = ok(await scan(usher, { code: t.code, scan_id: randomUUID() }))
	refused(await undo(usher, no.scan_id), 403, 'NOT_YOURS_TO_UNDO')
	assert.deepEqual(said(ok(await undo(lead, no.scan_id))), ['invalid', 'not_undone'])
	assert.equal(state(t.id).slice(0, 8), 'inside 1')
})

test('an entry taken back after the exit changes who came at all, and nothing else; the audit knows that', async () => {
	const t = await ticket(), first = ok(await scan(usher, { code: t.code }))

	ok(await scan(usher, { code: t.code, direction: 'out' }))
	assert.deepEqual(said(ok(await undo(lead, first.scan_id))), ['valid', 'undone'])
	assert.deepEqual(sql(`SELECT kind, moved, first_entry FROM scan_log WHERE ticket_id = ${t.id} ORDER BY id`).at(-1), ['undo', '0', '1'])
	audited()
})

test('a scan that was taken back is no repeat of the next without a number', async () => {
	const t = await ticket(), done = ok(await scan(usher, { code: t.code }))

	ok(await undo(usher, done.scan_id))
	assert.deepEqual(said(ok(await scan(usher, { code: t.code }))), ['valid', 'ok'])
	assert.deepEqual(said(ok(await scan(usher, { code: t.code }))), ['already_scanned', 'just_scanned_here'])
})

// ---- leaves ----

test('on leave and back, although nobody is let back in', async () => {
	const t = await ticket(once), at = await new_usher(once)

	assert.deepEqual(said(ok(await leave(at, { action: 'leave', code: t.code }))), ['invalid', 'not_inside'])
	ok(await scan(at, { code: t.code }))
	assert.deepEqual(said(ok(await leave(at, { action: 'return', code: t.code, scan_id: randomUUID() }))).at(1), 'inside')
	assert.deepEqual(said(ok(await leave(at, { action: 'leave', code: t.code, reason: 'A smoke' }))), ['valid', 'ok'])
	assert.equal(state(t.id).slice(0, 11), 'outside 1 1')
	assert.deepEqual(said(ok(await leave(at, { action: 'return', code: t.code }))), ['valid', 'ok'])
	assert.equal(state(t.id).slice(0, 10), 'inside 2 0')
	ok(await leave(at, { action: 'leave', code: t.code }))
	assert.deepEqual(said(ok(await scan(at, { code: t.code }))), ['valid', 'ok'], 'an ordinary scan lets them in too')
	ok(await scan(at, { code: t.code, direction: 'out', scan_id: randomUUID() }))
	assert.equal(state(t.id).slice(0, 11), 'outside 3 0', 'who goes for good is not on leave')
	assert.deepEqual(said(ok(await scan(at, { code: t.code }))), ['already_scanned', 'no_re_entry'])
	assert.equal(said(ok(await leave(at, { action: 'return', code: t.code }))).at(1), 'not_on_leave')
	assert.deepEqual(kinds(t.id).filter((kind) => kind === 'leave').length, 6)
})

test('leaves are listed: who, when, why, and back when', async () => {
	const t = await ticket(), gone = await ticket()

	for (const one of [t, gone])
		ok(await scan(usher, { code: one.code }))
	const out = ok(await leave(usher, { action: 'leave', code: t.code, reason: 'A smoke', gate: 'South' }))
	ok(await leave(second, { action: 'leave', code: gone.code }))
	const back = ok(await scan(usher, { code: t.code }))
	const all = await as(usher).get(`${GATE}/part-time-leave/`), away = ok(await as(usher).get(`${GATE}/part-time-leave/?state=away`)).items

	contract(all)
	const [of_gone, of_t] = ok(all).items
	assert.deepEqual([of_t.ticket_id, of_t.attendee_name, of_t.left_at, of_t.reason, of_t.gate, of_t.usher, of_t.back_at],
		[t.id, `Ann ${mark}`, out.at, 'A smoke', 'South', usher.name, back.at])
	assert.deepEqual([of_gone.ticket_id, of_gone.back_at], [gone.id, null])
	assert.ok(away.some((one) => one.ticket_id === gone.id) && !away.some((one) => one.ticket_id === t.id))
	assert.ok(ok(await as(usher).get(`${GATE}/part-time-leave/?state=back`)).items.every((one) => one.back_at))
	assert.deepEqual(ok(await as(elsewhere).get(`${GATE}/part-time-leave/`)).items, [])
	ok(await undo(usher, back.scan_id))
	assert.equal(state(t.id).slice(0, 11), 'outside 1 1', 'the return taken back, they are on leave again')
	assert.equal(ok(await as(usher).get(`${GATE}/part-time-leave/?state=away`)).items.some((one) => one.ticket_id === t.id), true)
	ok(await undo(usher, out.scan_id))
	assert.equal(state(t.id).slice(0, 10), 'inside 1 0')
	assert.equal(ok(await as(usher).get(`${GATE}/part-time-leave/`)).items.some((one) => one.ticket_id === t.id), false)
})

test('leaves: the same again, wrong and foreign', async () => {
	const t = await ticket(), foreign = await ticket(other), scan_id = randomUUID()

	ok(await scan(usher, { code: t.code }))
	const first = ok(await leave(usher, { action: 'leave', code: t.code, scan_id }))
	assert.deepEqual(ok(await leave(usher, { action: 'leave', code: t.code, scan_id })), first)
	assert.deepEqual(said(ok(await scan(usher, { code: t.code, direction: 'out', scan_id }))), ['invalid', 'scan_id_used'])
	assert.deepEqual(said(ok(await leave(usher, { action: 'leave', code: foreign.code }))), ['invalid', 'wrong_event'])
	for (const [body, field] of [[{ code: t.code }, 'action'], [{ action: 'go', code: t.code }, 'action'], [{ action: 'leave' }, 'code'], [{ action: 'leave', code: t.code, card_id: 'ABCD1234' }, 'code'],
		[{ action: 'leave', code: t.code, reason: 'x'.repeat(201) }, 'reason']])
		assert.ok(refused(await leave(usher, body), 422, 'VALIDATION_ERROR').errors[field], field)
})

// ---- records ----

test('a record moves nothing, whatever it says, and the same number merges with any scan', async () => {
	const t = await ticket(), scan_id = randomUUID(), record = (body) => as(usher).post(`${GATE}/log/`, body)
	const made = await record({ code: t.code, scan_id, result: 'valid', note: 'From the old app', gate: 'West' })

	contract(made)
	const log = ok(made)
	assert.deepEqual([log.kind, log.result, log.reason, log.moved, log.note, log.gate, log.ticket_id, log.attendee_name], ['record', 'valid', 'recorded', false, 'From the old app', 'West', t.id, `Ann ${mark}`])
	assert.equal(state(t.id), 'never 0 0 0 -')
	assert.deepEqual(ok(await record({ code: t.code, scan_id, result: 'invalid' })), log)
	const done = ok(await scan(usher, { code: t.code }))
	const merged = ok(await record({ code: t.code, scan_id: done.scan_id, result: 'invalid' }))
	assert.deepEqual([merged.kind, merged.result, merged.scan_id], ['scan', 'valid', done.scan_id])
	assert.equal(rows(t.id), 2)
	assert.equal(ok(await record({ ticket_id: t.id, result: 'already_scanned', reason: 'inside' })).reason, 'inside')
	assert.equal(ok(await record({ code: 'nothing of ours', result: 'not_found' })).ticket_id, null)
	assert.ok(refused(await record({}), 422, 'VALIDATION_ERROR').errors.code)
	assert.ok(refused(await record({ code: t.code, result: 'fine' }), 422, 'VALIDATION_ERROR').errors.result)
	refused(await undo(usher, scan_id), 403, 'NOT_YOURS_TO_UNDO')
})

test('a scan whose number was recorded before is answered by the number that was sent; where that of its own is taken too, it is told', async () => {
	const [t, u] = [await ticket(), await ticket()], scan_id = randomUUID(), record = (number, of) => as(usher).post(`${GATE}/log/`, { code: of.code, scan_id: number })

	ok(await record(scan_id, t))
	for (let i = 0; i < 2; i++) {
		const answer = ok(await scan(usher, { code: t.code, scan_id }))
		assert.deepEqual([...said(answer), answer.scan_id], ['valid', 'ok', scan_id])
	}
	assert.equal(state(t.id).slice(0, 8), 'inside 1')
	const aside = sql(`SELECT LOWER(HEX(scan_id)) FROM scan_log WHERE ticket_id = ${t.id} AND kind = 'scan'`)[0][0].replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
	assert.notEqual(aside, scan_id)
	const taken = randomUUID(), its_own = taken.slice(0, 19) + taken.slice(19).replace(/[0-9a-f]{2}/g, (byte) => (parseInt(byte, 16) ^ 0xa5).toString(16).padStart(2, '0'))
	ok(await record(taken, u))
	ok(await record(its_own, u))
	const answer = ok(await scan(usher, { code: u.code, scan_id: taken }))
	assert.deepEqual([...said(answer), answer.scan_id, state(u.id).slice(0, 7)], ['invalid', 'scan_id_used', taken, 'never 0'])
})

test('the log is searched by what was done, whom, and by whom', async () => {
	const t = await ticket(), done = ok(await scan(second, { code: t.code })), find = async (query) => ok(await as(usher).get(`${GATE}/logs/search/?${query}`)).items

	ok(await undo(second, done.scan_id))
	assert.ok((await find('kind=undo&attendee_name=' + mark)).every((one) => one.kind === 'undo' && one.undoes))
	assert.equal((await find(`kind=undo&username=${second.username}`)).length > 0, true)
	assert.deepEqual(await find('kind=leave&attendee_name=Nobody'), [])
	assert.deepEqual((await find(`username=${second.username}&kind=scan&result=valid`))[0].scan_id, done.scan_id)
	assert.deepEqual(await find(`date_from=2031-01-01T00:00:00Z`), [])
	refused(await as(usher).get(`${GATE}/logs/search/?kind=none`), 422, 'VALIDATION_ERROR')
	refused(await as(usher).get(`${GATE}/logs/search/?event_id=${other.id}`), 403, 'NOT_ASSIGNED')
})

// ---- guests ----

test('guests are found by name, reference, number and e-mail, their words in any order', async () => {
	const t = await ticket(), find = async (search, who = usher) => ok(await as(who).get(`${GATE}/guests/?search=${encodeURIComponent(search)}`)).items
	const reference = sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${t.id}`)[0][0]
	const number = ann.mobile_number
	const answer = await as(usher).get(`${GATE}/guests/?search=${mark}`)

	contract(answer)
	for (const search of [mark.toLowerCase(), `${mark} ann`, reference, number, number.slice(-7), `${mark}@guests.example.test`])
		assert.ok((await find(search)).length, search)
	const [one] = (await find(reference)).filter((each) => each.ticket_id === t.id)
	assert.deepEqual(one, { ticket_id: t.id, name: `Ann ${mark}`, category: 'Standing', reference, mobile_end: number.slice(-4), status: 'valid', presence: 'never', entries: 0,
		on_leave: false, card_id: one.card_id })
	assert.ok(!JSON.stringify(ok(answer)).includes(number), 'no whole number')
	assert.deepEqual(await find(mark, await new_usher(await new_event())), [], 'of another event')
	assert.deepEqual(await find('nobody is called so'), [])
	assert.ok(ok(answer).items.length <= 20)
	for (const search of ['', 'ab'])
		assert.ok(refused(await as(usher).get(`${GATE}/guests/?search=${search}`), 422, 'VALIDATION_ERROR').errors.search)
	assert.equal((await as(ann).get(`${GATE}/guests/?search=${mark}`)).status, 403)
})

test('a gate lead stays one who is sent to another gate, and staff see it done', async () => {
	const staff = as(await token('staff')), at = `/api/events/${event.id}/ushers/`

	assert.equal(ok(await staff.post(at, { usher_id: lead.usher_id, gate: 'South' }), 201).gate_lead, true)
	assert.equal(ok(await staff.get(at)).items.find((one) => one.usher_id === lead.usher_id).gate_lead, true)
	assert.equal(ok(await staff.post(at, { usher_id: second.usher_id, gate: 'South' }), 201).gate_lead, false)
	assert.equal(ok(await staff.post(at, { usher_id: second.usher_id, gate_lead: true }), 201).gate_lead, true)
	assert.equal(ok(await staff.post(at, { usher_id: second.usher_id, gate_lead: false }), 201).gate_lead, false)
	const [entry] = ok(await staff.get(`/api/logs/audit/?noun=usher_assignment&noun_id=${second.usher_id}`)).items
	const shown = ok(await staff.get(`/api/logs/audit/${entry.id}/`))
	assert.deepEqual([shown.before.gate_lead, shown.after.gate_lead], [true, false])
})

// ---- reports ----

const report = (who, body) => as(who).post(`${GATE}/report/`, body)

test('a report with a picture: its usher, the organizer and staff see it, and a manager closes it', async () => {
	const mine = await new_organizer(), own = await new_event({ organizer_id: mine.organizer_id }), at = await new_usher(own), t = await ticket(own), form = new FormData()

	for (const [name, value] of Object.entries({ category: 'damage', description: `The ${mark} lamp fell down.`, ticket_id: t.id, gate: 'West' }))
		form.set(name, value)
	form.set('photo', new Blob([picture(2000)], { type: 'image/png' }), 'lamp.png')
	const sent = await report(at, form), made = ok(sent, 201)
	contract(sent)
	assert.deepEqual([made.category, made.description, made.ticket_id, made.attendee_name, made.gate, made.status, made.note, made.card_id],
		['damage', `The ${mark} lamp fell down.`, t.id, `Ann ${mark}`, 'West', 'open', null, null])
	assert.equal((await fetch(made.photo)).status, 200)
	assert.deepEqual(ok(await as(at).get(`${GATE}/report/`)).items.map((one) => one.id), [made.id])
	assert.deepEqual(ok(await as(at).get(`${GATE}/report/${made.id}/`)).description, made.description)
	const staff = as(await token('staff')), of_organizer = ok(await as(mine).get('/api/organizer/incidents/')).items
	assert.deepEqual(of_organizer.map((one) => [one.id, one.holder.name, one.usher.name]), [[made.id, `Ann ${mark}`, at.name]])
	assert.equal((await fetch(ok(await as(mine).get(`/api/organizer/incidents/${made.id}/`)).photo)).status, 200)
	assert.equal(ok(await staff.get(`/api/incidents/?search=${mark}&event_id=${own.id}`)).items[0].id, made.id)
	assert.ok(refused(await staff.post(`/api/incidents/${made.id}/close/`, {}), 422, 'VALIDATION_ERROR').errors.note)
	assert.equal((await as(await new_staff('support')).post(`/api/incidents/${made.id}/close/`, { note: 'Mended' })).status, 403)
	assert.equal((await as(mine).post(`/api/incidents/${made.id}/close/`, { note: 'Mended' })).status, 403)
	assert.equal(ok(await staff.post(`/api/incidents/${made.id}/close/`, { note: 'Mended' })).status, 'closed')
	refused(await staff.post(`/api/incidents/${made.id}/close/`, { note: 'Again' }), 409, 'WRONG_STATUS')
	const seen = ok(await as(at).get(`${GATE}/report/${made.id}/`))
	assert.deepEqual([seen.status, seen.note], ['closed', 'Mended'])
	const [entry] = ok(await staff.get(`/api/logs/audit/?noun=incident&noun_id=${made.id}`)).items
	assert.equal(entry.action, 'close')
})

test('reports: of a card, wrong and foreign', async () => {
	const t = await ticket(), foreign = await ticket(other), uid = new_card(ann)
	const made = ok(await report(usher, { category: 'lost', description: 'A card was found.', card_id: uid }), 201)

	assert.equal(made.card_id, uid)
	for (const [body, field] of [[{ description: 'x' }, 'category'], [{ category: 'lost' }, 'description'], [{ category: 'fun', description: 'x' }, 'category'],
		[{ category: 'lost', description: 'x', ticket_id: foreign.id }, 'ticket_id'], [{ category: 'lost', description: 'x', card_id: 'ABCDEF012345' }, 'card_id'],
		[{ category: 'lost', description: 'x'.repeat(4001) }, 'description']])
		assert.ok(refused(await report(usher, body), 422, 'VALIDATION_ERROR').errors[field], field)
	const form = new FormData()
	form.set('category', 'lost')
	form.set('description', 'Not a picture')
	form.set('photo', new Blob(['no picture at all'], { type: 'image/png' }), 'x.png')
	assert.ok(refused(await report(usher, form), 422, 'VALIDATION_ERROR').errors.photo)
	refused(await as(second).get(`${GATE}/report/${made.id}/`), 404, 'INCIDENT_NOT_FOUND')
	assert.equal((await as(await new_organizer()).get(`/api/organizer/incidents/${made.id}/`)).status, 404)
	assert.equal((await as(ann).post(`${GATE}/report/`, { category: 'lost', description: 'x', ticket_id: t.id })).status, 403)
	assert.deepEqual(ok(await as(await new_usher(event)).get(`${GATE}/report/`)).items, [])
})

test('who leaves takes what was written of them along: by hand, on leave and in reports', async () => {
	const guest = await new_customer({ name: 'Gone Soon' }), t = await ticket(other, guest), at = elsewhere

	ok(await by_hand(at, { ticket_id: t.id, note: 'Broke an arm' }))
	ok(await leave(at, { action: 'leave', code: t.code, reason: 'To the doctor' }))
	ok(await report(at, { category: 'medical', description: 'Broke an arm at the stairs', ticket_id: t.id }), 201)
	const { held } = ok(await as(guest).get('/api/v1/users/export/'))
	assert.deepEqual(held.scans.map((one) => one.note).sort(), ['Broke an arm', 'To the doctor'])
	assert.equal(held.incidents[0].description, 'Broke an arm at the stairs')
	ok(await as(guest).post('/api/v1/users/delete-account/', { password: guest.password, confirm_tickets: true }))
	assert.deepEqual(sql(`SELECT DISTINCT CONCAT('[', note, ']') FROM scan_log WHERE ticket_id = ${t.id}`), [['[]']])
	assert.deepEqual(sql(`SELECT CONCAT('[', description, description_words, ']') FROM incident WHERE ticket_id = ${t.id}`), [['[]']])
})

// ---- the pages ----

const reference = (t) => sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${t.id}`)[0][0]

async function at_gate(who, of = event) {
	const browser = new Browser()

	await browser.go('/gate/sign-in')
	return browser.submit('/gate/sign-in', { event_id: of.id, username: who.username, password: who.password })
}

test('the gate without JavaScript: by hand from the guest list, taken back on the page, and not later', async () => {
	const t = await ticket(), page = await at_gate(usher)

	await page.go(`/gate/guests?search=${reference(t)}`)
	assert.match(page.html, new RegExp(`name="in" value="${t.id}"`))
	assert.doesNotMatch(page.html, /name="override"/)
	assert.match((await at_gate(lead).then((one) => one.go(`/gate/guests?search=${reference(t)}`))).html, /name="override"/)
	await page.send('/gate/guests', { in: t.id, note: '', search: reference(t) })
	assert.equal(page.status, 422)
	assert.match(page.html, new RegExp(`name="in" value="${t.id}"`), 'they are still there')
	assert.equal(state(t.id), 'never 0 0 0 -')
	await page.submit('/gate/guests', { in: t.id, note: 'The phone is dead' })
	assert.match(page.html, /class="verdict go"/)
	assert.match(page.path, /^\/gate\?scan_id=/)
	const shown = page.path
	assert.match(page.html, /action="\/gate\/undo"/)
	await page.submit('/gate/undo', {})
	assert.match(page.html, /class="verdict ready"/)
	assert.equal(state(t.id), 'never 0 0 0 -')
	await page.go(shown)
	assert.doesNotMatch(page.html, /action="\/gate\/undo"/, 'it is taken back')
	await page.go(`/gate/guests?search=${reference(t)}`)
	await page.submit('/gate/guests', { in: t.id, note: 'The phone is dead' })
	const scan_id = page.path.match(/scan_id=([0-9a-f-]+)/)[1]
	aged(scan_id, 121)
	await page.go(page.path)
	assert.doesNotMatch(page.html, /action="\/gate\/undo"/, 'two minutes are over')
	const id = sql(`SELECT MAX(id) FROM scan_log WHERE ticket_id = ${t.id}`)[0][0]
	assert.doesNotMatch((await page.go(`/gate/logs/${id}`)).html, /action="\/gate\/undo"/)
	const boss = await at_gate(lead)
	await boss.go(`/gate/logs/${id}`)
	await boss.submit('/gate/undo', { note: 'Wrong person' })
	assert.match(boss.html, /class="verdict ready"/)
	assert.equal(state(t.id), 'never 0 0 0 -')
	assert.equal((await page.open(`/gate/logs/${sql(`SELECT MAX(id) FROM scan_log WHERE event_id <> ${event.id}`)[0][0]}`)).status, 404)
})

test('the gate without JavaScript: a form that was sent for another guest says so, and what moved since is not taken back', async () => {
	const [t, more] = [await ticket(), await ticket()], page = await at_gate(usher)

	await page.go(`/gate/guests?search=${reference(t)}`)
	const html = page.html
	await page.submit('/gate/guests', { in: t.id, note: 'x' })
	page.html = html // back, in the browser
	await page.send('/gate/guests', { in: more.id, note: 'x' })
	assert.deepEqual([page.status, state(more.id)], [409, 'never 0 0 0 -'])
	await page.go(`/gate?scan_id=${sql(`SELECT LOWER(HEX(scan_id)) FROM scan_log WHERE ticket_id = ${t.id}`)[0][0].replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`)
	ok(await scan(second, { code: t.code, direction: 'out' }))
	await page.send('/gate/undo', {})
	assert.equal(page.status, 409)
	assert.equal(state(t.id).slice(0, 9), 'outside 1')
})

test('the gate without JavaScript: leaves and reports', async () => {
	const t = await ticket(), page = await at_gate(usher), uid = new_card(await new_customer())

	ok(await scan(usher, { code: t.code }))
	await page.go('/gate/leaves')
	await page.submit('/gate/leaves', { action: 'leave', code: t.code, reason: 'A smoke' })
	assert.match(page.html, /class="verdict out"/)
	assert.match(page.html, /value="in" checked/, 'the next who is scanned comes in, as before')
	assert.match((await page.go('/gate/leaves?state=away')).html, /A smoke/)
	await page.send('/gate/leaves', { action: 'leave', code: '' })
	assert.equal(page.status, 422)
	// Printed references are made of letters and digits; one of hexadecimal digits alone is no card's number with its dash.
	const of_order = await ticket(), reference = 'FACE4B2D'
	sql(`UPDATE orders SET reference = '${reference}' WHERE id = (SELECT order_id FROM ticket WHERE id = ${of_order.id})`)
	ok(await scan(usher, { code: of_order.code }))
	await page.go('/gate/leaves')
	await page.submit('/gate/leaves', { action: 'leave', code: 'face-4b2d', reason: 'To the car' })
	assert.match(page.html, /class="verdict out"/)
	assert.equal(state(of_order.id).slice(0, 11), 'outside 1 1')
	await page.go('/gate/reports')
	await page.submit('/gate/reports', { category: 'security', description: `A fight, ${mark}.`, card_id: uid })
	assert.match(page.html, new RegExp(`A fight, ${mark}`))
	assert.equal(page.path, '/gate/reports')
	const person = await new_customer()
	assert.deepEqual([(await new Browser().open('/gate/reports')).status, (await as(person).get('/gate/guests')).status].map((status) => status < 400 && status !== 303), [false, false])
})
