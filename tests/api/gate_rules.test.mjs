// Who is let in where, when, at what age, on which day, and into how much room; and who may say so.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql, token } from './lib.mjs'
import { as, bought, code_of, DAY, HOUR, in_transaction, iso, jobs_rest, new_card, new_customer, new_event, new_staff, new_usher, ok, refused, scan, scans_moved, until_met } from './world.mjs'

let staff, ann

before(async () => {
	jobs_rest('payments')
	staff = as(await token('staff'))
	ann = await new_customer({ name: 'Ann Arbor' })
})

async function ticket(of, person = ann, category = 0) {
	const [made] = await bought(person, of, [{ category_id: of.categories[category].id, quantity: 1 }])

	return { ...made, code: await code_of(person, made) }
}
const verdict = async (by, body) => {
	const data = ok(await scan(by, { scan_id: randomUUID(), ...body }))

	return [data.result, data.reason]
}
const IN = ['valid', 'ok']
const stands = (id) => sql(`SELECT presence, entries FROM ticket WHERE id = ${id}`)[0].join(' ')
// All that happened to a ticket happened so many hours sooner.
const sooner = (id, hours) => scans_moved(`ticket_id = ${id}`, `at = at - INTERVAL ${hours} HOUR`,
	`UPDATE ticket SET first_scan_at = first_scan_at - INTERVAL ${hours} HOUR, last_scan_at = last_scan_at - INTERVAL ${hours} HOUR,
		last_in_at = last_in_at - INTERVAL ${hours} HOUR WHERE id = ${id};
	UPDATE event_inside i JOIN ticket t ON t.event_id = i.event_id SET i.day_began = i.day_began - INTERVAL ${hours} HOUR,
		i.counted_at = i.counted_at - INTERVAL ${hours} HOUR WHERE t.id = ${id}`)
const gate_of = (event, gate) => sql(`UPDATE usher_assignment SET gate = '${gate}' WHERE event_id = ${event.id}`)
const rule = async (event, category, more) =>
	ok(await staff.post('/api/gate-rules/', { event_id: event.id, category_id: event.categories[category].id, ...more }), 201)

// ---- where and when ----

test('a category is let in where and when one of its rules fits, and another as ever', async () => {
	const event = await new_event({ categories: [{ name: 'Stage' }, { name: 'Field' }] }), usher = await new_usher(event)
	const stage = await ticket(event), field = await ticket(event, ann, 1), now = Date.now()

	gate_of(event, '')
	await rule(event, 0, { gate: 'North' })
	await rule(event, 0, { gate: 'East', opens_at: iso(now + HOUR) })
	await rule(event, 0, { gate: 'West', closes_at: iso(now - HOUR) })
	assert.deepEqual(await verdict(usher, { code: field.code, gate: 'South' }), IN)
	const wrong = ok(await scan(usher, { code: stage.code, gate: 'South' }))
	assert.deepEqual([wrong.result, wrong.reason, wrong.gates], ['invalid', 'wrong_gate', ['East', 'North', 'West']])
	assert.equal(wrong.ticket.id, stage.id)
	assert.deepEqual(await verdict(usher, { code: stage.code }), ['invalid', 'wrong_gate'])
	assert.deepEqual(await verdict(usher, { code: stage.code, gate: 'East' }), ['invalid', 'not_yet'])
	assert.deepEqual(await verdict(usher, { code: stage.code, gate: 'West' }), ['invalid', 'no_longer'])
	assert.equal(stands(stage.id), 'never 0')
	assert.deepEqual(await verdict(usher, { code: stage.code, gate: 'north' }), IN)
	assert.deepEqual(await verdict(usher, { code: stage.code, gate: 'South', direction: 'out' }), IN)
})

test('who says nothing of their gate is at the one that they were assigned to', async () => {
	const event = await new_event(), usher = await new_usher(event), t = await ticket(event)

	await rule(event, 0, { gate: 'North' })
	gate_of(event, 'South')
	assert.deepEqual(await verdict(usher, { code: t.code }), ['invalid', 'wrong_gate'])
	gate_of(event, 'North')
	assert.deepEqual(await verdict(usher, { code: t.code, gate: 'South' }), ['invalid', 'wrong_gate'])
	assert.deepEqual(await verdict(usher, { code: t.code }), IN)
})

test('the same scan sent again hears the same of the wrong gate', async () => {
	const event = await new_event(), usher = await new_usher(event), t = await ticket(event), scan_id = randomUUID()

	await rule(event, 0, { gate: 'North' })
	const one = ok(await scan(usher, { code: t.code, gate: 'South', scan_id })), two = ok(await scan(usher, { code: t.code, gate: 'South', scan_id }))
	assert.deepEqual(two, one)
})

test('rules are staff\'s: right, wrong and foreign ones', async () => {
	const event = await new_event(), other = await new_event()
	const made = await rule(event, 0, { gate: 'North', opens_at: iso(Date.now()) })
	const wrong = await staff.post('/api/gate-rules/', { event_id: event.id, category_id: other.categories[0].id })

	refused(wrong, 422, 'VALIDATION_ERROR')
	refused(await staff.post('/api/gate-rules/', { event_id: event.id, category_id: event.categories[0].id,
		opens_at: iso(Date.now()), closes_at: iso(Date.now() - 1000) }), 422, 'VALIDATION_ERROR')
	refused(await staff.post('/api/gate-rules/', { event_id: event.id, category_id: event.categories[0].id, gate: 'x'.repeat(41) }), 422, 'VALIDATION_ERROR')
	assert.equal(ok(await staff.get(`/api/gate-rules/?event_id=${event.id}`)).items.length, 1)
	assert.equal(ok(await staff.put(`/api/gate-rules/${made.id}/`, { gate: 'East' })).gate, 'East')
	const support = await new_staff('support')
	ok(await as(support).get(`/api/gate-rules/${made.id}/`))
	refused(await as(support).delete(`/api/gate-rules/${made.id}/`), 403, 'FORBIDDEN')
	ok(await staff.delete(`/api/gate-rules/${made.id}/`))
	const told = sql(`SELECT action FROM audit_log WHERE noun = 'gate_rule' AND noun_id = ${made.id} ORDER BY id`).map(([word]) => word)
	assert.deepEqual(told, ['create', 'update', 'delete'])
})

// ---- ages ----

const born = (years, days = 0) => iso(Date.UTC(new Date().getUTCFullYear() - years, new Date().getUTCMonth(), new Date().getUTCDate()) + days * DAY).slice(0, 10)
const aged = async (birth_date) => {
	const person = await new_customer()

	sql(`UPDATE customer c JOIN account a ON a.id = c.account_id SET c.birth_date = ${birth_date ? `'${birth_date}'` : 'NULL'} WHERE a.mobile_number = '${person.mobile_number}'`)
	return person
}

test('ages, by the event\'s least and a category\'s own; who is nobody knows how old is let in with a word', async () => {
	const event = await new_event({ min_age: 16, time_zone: 'UTC', categories: [{}, { min_age: 21 }] }), usher = await new_usher(event)
	const child = await aged(born(16, 1)), today = await aged(born(16)), unknown = await aged(null), grown = await aged(born(21))

	assert.deepEqual(await verdict(usher, { code: (await ticket(event, child)).code }), ['invalid', 'too_young'])
	assert.deepEqual(await verdict(usher, { code: (await ticket(event, today)).code }), IN)
	assert.deepEqual(await verdict(usher, { code: (await ticket(event, today, 1)).code }), ['invalid', 'too_young'])
	assert.deepEqual(await verdict(usher, { code: (await ticket(event, grown, 1)).code }), IN)
	const t = await ticket(event, unknown), let_in = ok(await scan(usher, { code: t.code }))
	assert.deepEqual([let_in.result, let_in.notes], ['valid', ['check_age']])
	assert.match(let_in.message, /let in\. Check the age/)
	assert.deepEqual(ok(await scan(usher, { code: t.code, direction: 'out' })).notes, [])
})

test('a dependent\'s age is their own', async () => {
	const event = await new_event({ min_age: 16 }), usher = await new_usher(event), parent = await aged(born(40)), t = await ticket(event, parent)
	const [[customer]] = sql(`SELECT customer_id FROM ticket WHERE id = ${t.id}`)

	sql(`INSERT INTO dependent (customer_id, name, relationship, birth_date, created_at) VALUES (${customer}, 'Kid', 'child', '${born(10)}', NOW(3));
		UPDATE ticket SET dependent_id = LAST_INSERT_ID() WHERE id = ${t.id}`)
	assert.deepEqual(await verdict(usher, { code: t.code }), ['invalid', 'too_young'])
	sql(`UPDATE dependent d JOIN ticket t ON t.dependent_id = d.id SET d.birth_date = NULL WHERE t.id = ${t.id}`)
	assert.deepEqual(ok(await scan(usher, { code: t.code })).notes, ['check_age'])
})

// ---- days ----

const days = (more) => new_event({ daily: true, starts_at: iso(Date.now() - 3 * DAY), ends_at: iso(Date.now() + 3 * DAY), ...more })

test('days begin afresh: inside since another day, and out and used on another', async () => {
	const event = await days({ re_entry: false }), usher = await new_usher(event), stayed = await ticket(event), left = await ticket(event)

	for (const { code } of [stayed, left])
		assert.deepEqual(await verdict(usher, { code }), IN)
	assert.deepEqual(await verdict(usher, { code: stayed.code }), ['already_scanned', 'inside'])
	assert.deepEqual(await verdict(usher, { code: left.code, direction: 'out' }), IN)
	assert.deepEqual(await verdict(usher, { code: left.code }), ['already_scanned', 'used_today'])
	sooner(stayed.id, 24)
	sooner(left.id, 24)
	const again = await Promise.all(Array.from({ length: 8 }, () => verdict(usher, { code: stayed.code, scan_id: randomUUID() })))
	assert.equal(again.filter(([result]) => result === 'valid').length, 1)
	assert.equal(again.filter(([, reason]) => reason === 'inside').length, 7)
	assert.equal(stands(stayed.id), 'inside 2')
	assert.deepEqual(await verdict(usher, { code: left.code }), IN)
	assert.equal(stands(left.id), 'inside 2')
})

test('who stayed past the change of day may leave, and come in again', async () => {
	const event = await days({ re_entry: false }), usher = await new_usher(event), t = await ticket(event)

	assert.deepEqual(await verdict(usher, { code: t.code }), IN)
	sooner(t.id, 24)
	assert.deepEqual(await verdict(usher, { code: t.code, direction: 'out' }), IN)
	assert.deepEqual(await verdict(usher, { code: t.code }), IN)
	assert.deepEqual(await verdict(usher, { code: t.code }), ['already_scanned', 'inside'])
})

test('who stayed past the change of day comes anew by their card or their order\'s reference: each of its tickets in turn', async () => {
	const event = await days({ re_entry: false }), usher = await new_usher(event)
	const come = async (body) => {
		const data = ok(await scan(usher, { scan_id: randomUUID(), ...body }))

		return [data.reason, data.ticket?.id ?? null, data.others.map((who) => who.ticket_id)]
	}

	for (const by of ['card', 'reference']) {
		const bea = await new_customer({ name: 'Bea Berg' }), pair = await bought(bea, event, 2), [one, two] = pair.map(({ id }) => id)
		const [[reference]] = sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${one}`)
		const carrier = by === 'card' ? { card_id: new_card(bea) } : { code: reference }

		for (const made of pair)
			assert.deepEqual(await verdict(usher, { code: await code_of(bea, made) }), IN)
		assert.deepEqual(await come(carrier), ['inside', one, []])
		sooner(one, 24)
		sooner(two, 24)
		if (by === 'card') {
			assert.deepEqual(await come(carrier), ['ok', one, [two]])
		} else {
			assert.deepEqual(await come(carrier), ['several', null, [one, two]])
			assert.deepEqual(await come({ ...carrier, ticket_id: one }), ['ok', one, [two]])
		}
		assert.deepEqual(await come(carrier), ['ok', two, []])
		assert.deepEqual(await come(carrier), ['inside', one, []])
	}
})

test('who stayed since another day has not left', async () => {
	const event = await days(), usher = await new_usher(event), stayed = await ticket(event), left = await ticket(event), here = await ticket(event)
	const counts = async () => { const { entered, inside, left } = ok(await as(usher).get(`/api/usher/events/${event.id}/status/`)).counts; return { entered, inside, left } }

	for (const { code } of [stayed, left, here])
		assert.deepEqual(await verdict(usher, { code }), IN)
	assert.deepEqual(await verdict(usher, { code: left.code, direction: 'out' }), IN)
	assert.deepEqual(await counts(), { entered: 3, inside: 2, left: 1 })
	sooner(stayed.id, 24)
	assert.deepEqual(await counts(), { entered: 3, inside: 1, left: 1 })
	assert.deepEqual(await verdict(usher, { code: stayed.code }), IN)
	assert.deepEqual(await counts(), { entered: 3, inside: 2, left: 1 })
})

test('without it a ticket is inside until it comes out, on whatever day', async () => {
	const event = await days({ daily: false }), usher = await new_usher(event), t = await ticket(event)

	assert.deepEqual(await verdict(usher, { code: t.code }), IN)
	sooner(t.id, 48)
	assert.deepEqual(await verdict(usher, { code: t.code }), ['already_scanned', 'inside'])
})

test('the change of day is a time of the event\'s zone', async () => {
	const event = await new_event({ day_change: '05:30' })

	assert.equal(event.day_change, '05:30')
	assert.equal(sql(`SELECT day_change FROM event WHERE id = ${event.id}`)[0][0], '330')
	assert.equal(ok(await staff.put(`/api/events/${event.id}/`, { day_change: '00:00' })).day_change, '00:00')
	assert.equal(ok(await staff.put(`/api/events/${event.id}/`, { title: 'Another' })).day_change, '00:00')
	for (const day_change of ['24:00', '4:00', '12:60', 'noon', '-1:30'])
		refused(await staff.put(`/api/events/${event.id}/`, { day_change }), 422, 'VALIDATION_ERROR')
	assert.equal((await new_event()).day_change, '04:00')
})

// ---- room ----

test('fifty who come at once into room for ten: ten are in; one out, one in', async () => {
	const event = await new_event({ room: 10, categories: [{ capacity: 100, max_per_order: 50 }] }), usher = await new_usher(event)
	const tickets = await bought(ann, event, 50), codes = await Promise.all(tickets.map((one) => code_of(ann, one)))
	const first = await Promise.all(codes.map((code) => verdict(usher, { code, scan_id: randomUUID() })))
	const inside = () => Number(sql(`SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id} AND presence = 'inside'`)[0][0])

	assert.equal(first.filter(([result]) => result === 'valid').length, 10)
	assert.equal(first.filter(([, reason]) => reason === 'full').length, 40)
	assert.equal(inside(), 10)
	const out = codes[first.findIndex(([result]) => result === 'valid')], waiting = codes.filter((code, i) => first[i][1] === 'full')
	assert.deepEqual(await verdict(usher, { code: out, direction: 'out' }), IN)
	const second = await Promise.all(waiting.map((code) => verdict(usher, { code })))
	assert.equal(second.filter(([result]) => result === 'valid').length, 1)
	assert.equal(inside(), 10)
	ok(await staff.put(`/api/events/${event.id}/`, { room: null }))
	assert.deepEqual(await verdict(usher, { code: out }), IN)
})

test('of an event whose days begin afresh, those of another day take no room', async () => {
	const event = await days({ room: 1 }), usher = await new_usher(event), one = await ticket(event), two = await ticket(event)

	assert.deepEqual(await verdict(usher, { code: one.code }), IN)
	assert.deepEqual(await verdict(usher, { code: two.code }), ['invalid', 'full'])
	sooner(one.id, 24)
	assert.deepEqual(await verdict(usher, { code: two.code }), IN)
	assert.deepEqual(await verdict(usher, { code: one.code }), ['invalid', 'full'])
})

test('who stayed from another day is not counted as inside, nor as who left, and who comes anew once', async () => {
	const event = await days(), usher = await new_usher(event), one = await ticket(event), two = await ticket(event)
	const counts = async () => {
		const { counts: all, by_category } = ok(await as(usher).get(`/api/usher/events/${event.id}/status/`))

		return [all.inside, all.left, all.entered, by_category?.[0].inside ?? all.inside]
	}

	for (const t of [one, two])
		assert.deepEqual(await verdict(usher, { code: t.code }), IN)
	assert.deepEqual(await counts(), [2, 0, 2, 2])
	for (const t of [one, two])
		sooner(t.id, 24)
	assert.deepEqual(await counts(), [0, 0, 2, 0])
	assert.deepEqual(await verdict(usher, { code: one.code }), IN)
	assert.deepEqual(await counts(), [1, 0, 2, 1])
	assert.deepEqual(await verdict(usher, { code: one.code, direction: 'out' }), IN)
	assert.deepEqual(await counts(), [0, 1, 2, 0])
})

// How many it is kept that are inside, where that is still good.
const kept = (event) => Number(sql(`SELECT inside FROM event_inside
	WHERE event_id = ${event.id} AND counted_at > UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE`)[0]?.[0] ?? NaN)
const grow_old = (event, inside) => sql(`UPDATE event_inside SET inside = ${inside}, counted_at = UTC_TIMESTAMP(3) - INTERVAL 2 MINUTE
	WHERE event_id = ${event.id}`)
const upload = async (usher, code, local_result) => ok(await as(usher).post('/api/usher/sync/logs/', { device_id: 'phone',
	device_time: iso(Date.now()), logs: [{ scan_id: randomUUID(), seq: 1, code, local_result, scanned_at: iso(Date.now() - 60_000),
		gate: 'North', direction: 'in' }] })).items[0]

test('a place is free at once when a scan is taken back, taken by an entry that comes late, and counted anew where the count is old', async () => {
	const event = await new_event({ room: 1 }), usher = await new_usher(event), one = await ticket(event), two = await ticket(event)
	const scan_id = randomUUID()

	assert.deepEqual(await verdict(usher, { code: one.code, scan_id }), IN)
	assert.equal(kept(event), 1)
	ok(await as(usher).post('/api/usher/scan/undo/', { scan_id }))
	assert.equal(kept(event), NaN)
	await upload(usher, two.code, 'valid')
	assert.equal(kept(event), NaN)
	assert.deepEqual(await verdict(usher, { code: one.code }), ['invalid', 'full'])
	assert.deepEqual(await verdict(usher, { code: two.code, direction: 'out' }), IN)
	assert.deepEqual(await verdict(usher, { code: one.code }), IN)
	assert.equal(kept(event), 1)
	grow_old(event, 0)
	assert.deepEqual(await verdict(usher, { code: two.code }), ['invalid', 'full'])
})

test('a gate lead who insists lets in to a full house, and is counted', async () => {
	const event = await new_event({ room: 1 }), lead = await new_usher(event), one = await ticket(event), two = await ticket(event), three = await ticket(event)
	const by_hand = async (ticket_id, override) => {
		const data = ok(await as(lead).post('/api/usher/scan/by-hand/', { ticket_id, override, note: 'The band', scan_id: randomUUID() }))

		return [data.result, data.reason]
	}

	ok(await staff.post(`/api/events/${event.id}/ushers/`, { usher_id: lead.usher_id, gate_lead: true }), 201)
	assert.deepEqual(await by_hand(one.id, true), ['valid', 'by_hand'])
	assert.deepEqual(await by_hand(two.id, false), ['invalid', 'full'])
	assert.deepEqual(await by_hand(two.id, true), ['valid', 'by_hand'])
	assert.equal(kept(event), 2)
	grow_old(event, 0)
	assert.deepEqual(await by_hand(three.id, true), ['valid', 'by_hand'])
	assert.equal(kept(event), 3)
	assert.deepEqual(await verdict(lead, { code: one.code, direction: 'out' }), IN)
	assert.deepEqual(await verdict(lead, { code: one.code }), ['invalid', 'full'])
})

test('a full house is counted once a minute, whoever is refused; and neither asked nor counted anew for what came late and moved nobody', async () => {
	const event = await new_event({ room: 1 }), usher = await new_usher(event), one = await ticket(event), two = await ticket(event)

	await upload(usher, two.code, 'invalid')
	assert.deepEqual(sql(`SELECT inside FROM event_inside WHERE event_id = ${event.id}`), [])
	assert.deepEqual(await verdict(usher, { code: one.code }), IN)
	grow_old(event, 0)
	await upload(usher, two.code, 'invalid')
	assert.equal(kept(event), NaN)
	assert.deepEqual(await verdict(usher, { code: two.code }), ['invalid', 'full'])
	assert.equal(kept(event), 1)
	await upload(usher, two.code, 'invalid')
	assert.equal(kept(event), 1)
	await upload(usher, two.code, 'valid')
	assert.equal(kept(event), NaN)
	assert.deepEqual(await verdict(usher, { code: two.code, direction: 'out' }), IN)
	assert.deepEqual(await verdict(usher, { code: two.code }), ['invalid', 'full'])
	assert.equal(kept(event), 1)
})

test('who counts waits for those who have moved and not ended', async () => {
	const event = await new_event({ room: 2 }), usher = await new_usher(event), scan_id = randomUUID()
	const [one, two, three] = [await ticket(event), await ticket(event), await ticket(event)]
	// As an upload or an exit would, which expire what is kept, or take one off.
	const moves = (id, presence, count) => in_transaction(`UPDATE ticket SET presence = '${presence}', entries = 1, last_in_at = UTC_TIMESTAMP(3) WHERE id = ${id};
		UPDATE event_inside SET ${count} WHERE event_id = ${event.id}`)
	const meets = async (commit, code) => {
		const asked = verdict(usher, { code })

		await until_met(asked, 'event_inside')
		await commit()
		return asked
	}

	assert.deepEqual(await verdict(usher, { code: one.code }), IN)
	assert.deepEqual(await verdict(usher, { code: two.code, scan_id }), IN)
	ok(await as(usher).post('/api/usher/scan/undo/', { scan_id }))
	assert.deepEqual(await meets(await moves(two.id, 'inside', "counted_at = '1970-01-01'"), three.code), ['invalid', 'full'])
	assert.equal(kept(event), 2)
	grow_old(event, 2)
	await meets(await moves(two.id, 'outside', 'inside = inside - 1'), three.code)
	assert.equal(kept(event), 2)
	assert.equal(stands(three.id), 'inside 1')
	sql(`UPDATE ticket SET presence = 'never', entries = 0, last_in_at = NULL WHERE id = ${two.id}`)
})

test('whoever moves leaves a row to wait for, though nobody has counted yet', async () => {
	const event = await new_event({ room: 2 }), usher = await new_usher(event), one = await ticket(event)
	const is_there = () => sql(`SELECT COUNT(*) FROM event_inside WHERE event_id = ${event.id}`)[0][0] === '1'
	const forget = () => sql(`DELETE FROM event_inside WHERE event_id = ${event.id}`)

	await upload(usher, one.code, 'valid')
	assert.ok(is_there())
	forget()
	assert.deepEqual(await verdict(usher, { code: one.code, direction: 'out' }), IN)
	assert.ok(is_there())
	assert.equal(kept(event), NaN)
})

// Who comes in holds the event's row and then asks for the ticket; an upload holds tickets.
test('what was made without a network is settled while somebody comes in, whether it was counted before or not', async () => {
	const event = await new_event({ room: 2 }), usher = await new_usher(event)

	for (const { code } of [await ticket(event), await ticket(event)]) {
		const commit = await in_transaction(`SELECT id FROM event WHERE id = ${event.id} FOR UPDATE`)
		let answer = null
		const asked = upload(usher, code, 'valid').then((item) => { answer = item })

		await until_met(asked, 'event_inside')
		const before_end = answer

		await commit()
		await asked
		assert.equal(before_end?.result, 'valid')
	}
})

test('who came in on another day and goes out was not counted, and takes nobody off', async () => {
	const event = await days({ room: 1 }), usher = await new_usher(event), one = await ticket(event), two = await ticket(event), three = await ticket(event)

	assert.deepEqual(await verdict(usher, { code: one.code }), IN)
	sooner(one.id, 24)
	assert.deepEqual(await verdict(usher, { code: two.code }), IN)
	assert.deepEqual(await verdict(usher, { code: one.code, direction: 'out' }), IN)
	assert.equal(kept(event), 1)
	assert.deepEqual(await verdict(usher, { code: three.code }), ['invalid', 'full'])
	assert.deepEqual(await verdict(usher, { code: two.code, direction: 'out' }), IN)
	assert.equal(kept(event), 0)
	assert.deepEqual(await verdict(usher, { code: three.code }), IN)
})

// ---- what readers make of it ----

test('a code is read whatever a reader or a picture put around it', async () => {
	const event = await new_event(), usher = await new_usher(event), t = await ticket(event)

	for (const [i, code] of [`]Q1${t.code}`, ` ${t.code.slice(0, 70)}\n${t.code.slice(70)} `, `https://tickets.example/t/${t.code}`,
		`https://tickets.example/t?code=${t.code.replace('.', '%2E')}&x=1`].entries())
		assert.deepEqual(await verdict(usher, { code, direction: i % 2 ? 'out' : 'in' }), IN, code)
	const changed = t.code.replace(/.{20}$/, (end) => [...end].reverse().join(''))
	assert.deepEqual(await verdict(usher, { code: `]Q1${changed}` }), ['invalid', 'forged'])
	assert.deepEqual(await verdict(usher, { code: `https://tickets.example/t/${t.code.slice(0, -3)}` }), ['not_found', 'not_read'])
})

test('an order\'s printed reference: its one ticket, or a choice of several', async () => {
	const event = await new_event(), other = await new_event(), usher = await new_usher(event), elsewhere = await new_usher(other)
	const [one] = await bought(ann, event), pair = await bought(ann, event, 2)
	const reference = (id) => sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${id}`)[0][0]
	const dashed = (text) => `${text.slice(0, 4)}-${text.slice(4)}`.toLowerCase()

	assert.deepEqual(await verdict(elsewhere, { code: reference(one.id) }), ['not_found', 'unknown_code'])
	assert.deepEqual(await verdict(usher, { code: dashed(reference(one.id)) }), IN)
	assert.deepEqual(await verdict(usher, { code: reference(one.id) }), ['already_scanned', 'inside'])
	const choice = ok(await scan(usher, { code: reference(pair[0].id) }))
	assert.deepEqual([choice.result, choice.reason, choice.ticket], ['not_found', 'several', null])
	assert.deepEqual(choice.others.map((who) => who.ticket_id), pair.map((ticket) => ticket.id))
	assert.deepEqual(await verdict(usher, { code: reference(pair[0].id), ticket_id: one.id }), ['not_found', 'unknown_code'])
	const scan_id = randomUUID(), chosen = ok(await scan(usher, { code: reference(pair[0].id), ticket_id: pair[1].id, scan_id }))
	assert.deepEqual([chosen.result, chosen.ticket.id], ['valid', pair[1].id])
	assert.equal(ok(await scan(usher, { code: reference(pair[0].id), ticket_id: pair[1].id, scan_id })).ticket.id, pair[1].id)
	const last = randomUUID()
	assert.equal(ok(await scan(usher, { code: reference(pair[0].id), scan_id: last })).ticket.id, pair[0].id)
	assert.equal(ok(await scan(usher, { code: reference(pair[0].id), scan_id: last })).ticket.id, pair[0].id)
	assert.deepEqual(await verdict(usher, { code: 'K7QM-2XPA' }), ['not_found', 'unknown_code'])
})

test('a reference does not stand for what was passed on, nor for a code that turns', async () => {
	const event = await new_event({ turning: true }), usher = await new_usher(event), [one] = await bought(ann, event)
	const plain = await new_event(), gate = await new_usher(plain), [gone] = await bought(ann, plain), ben = await new_customer()
	const reference = (id) => sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${id}`)[0][0]

	assert.deepEqual(await verdict(usher, { code: reference(one.id) }), ['invalid', 'turn_missing'])
	const [[owner]] = sql(`SELECT customer_id FROM ticket WHERE id = ${gone.id}`)
	sql(`UPDATE ticket SET customer_id = (SELECT c.id FROM customer c JOIN account a ON a.id = c.account_id WHERE a.mobile_number = '${ben.mobile_number}') WHERE id = ${gone.id}`)
	assert.deepEqual(await verdict(gate, { code: reference(gone.id) }), ['not_found', 'unknown_code'])
	sql(`UPDATE ticket SET customer_id = ${owner} WHERE id = ${gone.id}`)
})
