// What devices at the gate hold: all of it the first time, later what changed and no row missed whoever is still writing; each row
// sealed under what its guest holds up, opened here as a browser opens it.
import assert from 'node:assert/strict'
import { createHmac, randomUUID, webcrypto } from 'node:crypto'
import { before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { api, site, sql, token } from './lib.mjs'
import { picture, upload } from './picture.mjs'
import {
	as, bought, code_of, HOUR, in_transaction, iso, jobs_rest, new_card, new_customer, new_event, new_usher, ok, refused, scan, scans_moved, unique
} from './world.mjs'

const SYNC = '/api/usher/sync'
const { subtle } = webcrypto
let staff

before(async () => {
	jobs_rest('payments')
	staff = as(await token('staff'))
})

const asked = (usher, list, query = {}) => as(usher).get(`${SYNC}/${list}/`, { query })
const synced = async (usher, list, query) => ok(await asked(usher, list, query))
const attendees = (usher, query) => synced(usher, 'attendees', query)
const cards = (usher, query) => synced(usher, 'cards', query)
const ids = (data) => data.items.map((item) => item.ticket_id)
const set = (table, id, values) => sql(`UPDATE ${table} SET ${values} WHERE id = ${id}`)

// An event with an usher, a guest and n tickets of theirs.
async function place(n = 1, more = {}) {
	const event = await new_event(more), usher = await new_usher(event), ann = await new_customer({ name: 'Ann Arbor' })

	return { event, usher, ann, tickets: n ? await bought(ann, event, n) : [] }
}

// All that happened at an event is long ago, and who looks for what changed looks from before then: rows that are younger than the overlap come again each time, as they should.
function settle(event) {
	const ago = 'UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE', sooner = (column) => `${column} = ${column} - INTERVAL 10 MINUTE`
	const whose = `IN (SELECT customer_id FROM ticket WHERE event_id = ${event.id})`

	scans_moved(`event_id = ${event.id}`, ['at', 'scanned_at'].map(sooner))
	sql(`UPDATE ticket SET changed_at = ${ago}, ${['first_scan_at', 'last_scan_at', 'last_in_at'].map(sooner)} WHERE event_id = ${event.id};
		UPDATE customer SET changed_at = ${ago} WHERE id ${whose};
		UPDATE dependent SET changed_at = ${ago} WHERE customer_id ${whose};
		UPDATE nfc_card SET changed_at = ${ago} WHERE customer_id ${whose} OR passed_from IS NOT NULL;
		UPDATE ticket_transfer SET settled_at = ${ago} WHERE event_id = ${event.id};
		UPDATE sought_upto SET changed_at = LEAST(changed_at, ${ago} - INTERVAL 1 MINUTE)`)
}

// ---- opening what is sealed, as a browser does ----

async function opened(box, ikm, salt, info) {
	const bytes = Buffer.from(box, 'base64url')
	const key = await subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: Buffer.from(salt), info },
		await subtle.importKey('raw', ikm, 'HKDF', false, ['deriveKey']), { name: 'AES-GCM', length: 256 }, false, ['decrypt'])

	return JSON.parse(Buffer.from(await subtle.decrypt({ name: 'AES-GCM', iv: bytes.subarray(0, 12) }, key, bytes.subarray(12))).toString())
}

const u64 = (number) => {
	const bytes = Buffer.alloc(8)

	bytes.writeBigUInt64BE(BigInt(number))
	return bytes
}
const u32 = (number) => u64(number).subarray(4)
const nonce_of = (code) => Buffer.from(code.slice(4).split('.')[0], 'base64url').subarray(32, 44)
const by_code = (item, code) => opened(item.box, nonce_of(code), 'gatehouse roster v1', Buffer.concat([u64(item.ticket_id), u32(item.generation)]))
const by_card = (item, secret, uid) => opened(item.box, Buffer.concat([secret, Buffer.from(uid)]), 'gatehouse card v1', Buffer.alloc(0))
const name_of_card = (secret, uid) => createHmac('sha256', secret).update(uid).digest().subarray(0, 16).toString('base64url')
const secret_of = async (usher) => Buffer.from((await synced(usher, 'status', { sealed: 1 })).sync_secret, 'hex')

// ---- all of it ----

test('plain: what a scan would tell of each, and what is needed to judge by', async () => {
	const { event, usher, ann, tickets: [one, two] } = await place(2), uid = new_card(ann)

	ok(await as(ann).put('/api/v1/users/profile/', {
		birth_date: '1990-02-28', blood_type: 'O-', emergency_contact: { name: 'Bea', mobile_number: '+15550001111' }
	}))
	set('ticket', two.id, `labels = '["VIP"]'`)
	const entry = ok(await scan(usher, { code: await code_of(ann, one), gate: 'North' }))
	const data = await attendees(usher), [first, second] = data.items

	assert.deepEqual(ids(data), [one.id, two.id])
	assert.deepEqual(first, {
		ticket_id: one.id, generation: 1, presence: 'inside', entries: 1, on_leave: false, last_in_at: entry.at,
		category_id: event.categories[0].id, name: 'Ann Arbor', photo: null, card_id: uid, ticket_status: 'valid',
		ticket_tier: 'Category 1', scan_status: 'previously_scanned', blood_type: 'O-', birth_date: null,
		emergency_contact: { name: 'Bea', mobile_number: '+15550001111' }, labels: [], dependents: [],
		first_scan: { at: entry.at, usher: usher.name, gate: 'North' },
		reference: sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${one.id}`)[0][0]
	})
	// A birth date is nobody's business but where an age is asked for, of some at least.
	set('ticket_category', event.categories[0].id, 'min_age = 12')
	const asked_for = await attendees(usher, { since: data.cursor })
	assert.deepEqual([asked_for.afresh, asked_for.items[0].birth_date], [true, '1990-02-28'])
	set('ticket_category', event.categories[0].id, 'min_age = NULL')
	assert.deepEqual([second.presence, second.last_in_at, second.first_scan, second.labels], ['never', null, null, ['VIP']])
	assert.deepEqual([data.more, data.afresh], [false, true])
	assert.ok(Math.abs(Date.parse(data.expires_at) - Date.parse(data.server_time) - 24 * HOUR) < 1000)
	assert.deepEqual([data.gate.event_id, data.gate.title, data.gate.re_entry, data.gate.daily, data.gate.days, data.gate.gates],
		[event.id, event.title, true, false, [], ['North']])
	assert.deepEqual(data.gate.categories, [{ id: event.categories[0].id, name: 'Category 1', min_age: null }])
	// What any scan says of the guest is said here in the same words.
	const { attendee } = ok(await scan(usher, { code: await code_of(ann, two), direction: 'out' }))
	for (const [key, value] of Object.entries(attendee))
		assert.deepEqual(second[key], value, key)
})

test('packed by the program where that is taken, told that it depends on it, kept by nobody', async () => {
	const { usher } = await place(3)
	const get = (encoding) => fetch(`${site}${SYNC}/attendees/`,
		{ headers: { authorization: `Bearer ${usher.access}`, 'accept-encoding': encoding } })
	const plain = await get('identity'), text = await plain.text()

	assert.equal(plain.headers.get('content-encoding'), null)
	assert.match(plain.headers.get('vary'), /Accept-Encoding/)
	assert.equal(plain.headers.get('cache-control'), 'no-store')
	assert.equal(plain.headers.get('etag'), null)
	assert.equal(Number(plain.headers.get('content-length')), Buffer.byteLength(text))
	for (const [encoding, packed] of [['gzip', 'gzip'], ['br;q=1, gzip;q=0.2', 'gzip'], ['*', 'gzip'], ['br', null]]) {
		const answer = await get(encoding), body = Buffer.from(await answer.arrayBuffer())

		assert.equal(answer.headers.get('content-encoding'), packed, encoding)
		assert.match(answer.headers.get('vary'), /Accept-Encoding/)
		// node has unpacked it already, what the client takes or not.
		assert.equal(JSON.parse(body).data.items.length, 3, encoding)
	}
	assert.deepEqual(Object.keys(JSON.parse(text)), ['success', 'data', 'message', 'meta'])
	const raw = await packed_bytes(usher)
	assert.deepEqual(JSON.parse(gunzipSync(raw)).data.items, JSON.parse(text).data.items)
	const head = await api('HEAD', `${SYNC}/attendees/`, undefined, { token: usher.access })
	assert.deepEqual([head.status, head.bytes.length], [200, 0])
})

// The bytes as they came: fetch unpacks them.
async function packed_bytes(usher) {
	const { request } = await import('node:http')

	return new Promise((done, failed) => request(`${site}${SYNC}/attendees/`,
		{ headers: { authorization: `Bearer ${usher.access}`, 'accept-encoding': 'gzip' } }, async (answer) => {
			const parts = []

			for await (const part of answer)
				parts.push(part)
			done(Buffer.concat(parts))
		}).on('error', failed).end())
}

// ---- sealed ----

test('sealed: a row is read with its ticket\'s code and with nothing else', async () => {
	const { event, usher, ann, tickets: [one, two] } = await place(2), uid = new_card(ann)
	const code = await code_of(ann, one), other = await code_of(ann, two)

	ok(await as(ann).put('/api/v1/users/profile/', { birth_date: '1990-02-28', blood_type: 'O-' }))
	set('ticket', one.id, `labels = '["Very important"]'`)
	set('event', event.id, 'min_age = 12')
	const entry = ok(await scan(usher, { code, gate: 'Ñorth "1"' }))
	const answer = await asked(usher, 'attendees', { sealed: 1 }), { items: [row] } = ok(answer)

	for (const secret of ['Ann Arbor', uid, 'Very important', '1990-02-28', usher.name])
		assert.ok(!answer.text.includes(secret), secret)
	assert.deepEqual({ ...row, box: undefined }, {
		ticket_id: one.id, generation: 1, status: 'valid', presence: 'inside', entries: 1, on_leave: false, last_in_at: entry.at,
		category_id: event.categories[0].id, dependent: false, box: undefined
	})
	assert.deepEqual(await by_code(row, code), {
		n: 'Ann Arbor', c: uid, l: ['Very important'], b: 'O-', a: '1990-02-28', f: [Date.parse(entry.at), usher.name, 'Ñorth "1"'],
		r: sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${one.id}`)[0][0]
	})
	await assert.rejects(by_code(row, other), 'another ticket\'s code')
	await assert.rejects(by_code({ ...row, ticket_id: two.id }, code), 'another ticket\'s number')
	await assert.rejects(by_code({ ...row, generation: 2 }, code), 'the code of who had it before')
	const bent = Buffer.from(row.box, 'base64url')
	bent[20] ^= 1
	await assert.rejects(by_code({ ...row, box: bent.toString('base64url') }, code), 'a changed box')
	// The same row twice is two boxes: whoever sees both learns nothing by comparing.
	assert.notEqual((await attendees(usher, { sealed: 1 })).items[0].box, row.box)
})

test('sealed: a card is found and read with its UID, in its own session alone', async () => {
	const { event, usher, ann, tickets } = await place(2), uid = new_card(ann)
	const secret = await secret_of(usher), answer = await asked(usher, 'cards', { sealed: 1 }), { items: [row] } = ok(answer)

	assert.ok(!answer.text.includes(uid) && !answer.text.includes('Arbor'))
	assert.deepEqual({ ...row, box: undefined }, { k: name_of_card(secret, uid), status: 'active', box: undefined })
	const inside = await by_card(row, secret, uid)
	assert.equal(inside.card_id, uid)
	assert.deepEqual(inside.tickets.map(({ t, n, c }) => [t, n, c]), tickets.map(({ id }) => [id, 'Ann Arbor', uid]))
	assert.deepEqual(await secret_of(usher), secret, 'it is the session\'s, not the moment\'s')
	const again = await new_usher(event), theirs = await secret_of(again)
	assert.notDeepEqual(theirs, secret)
	const [elsewhere] = (await cards(again, { sealed: 1 })).items
	assert.notEqual(elsewhere.k, row.k)
	await assert.rejects(by_card(elsewhere, secret, uid))
	// What one session has read says nothing of what another holds.
	const { cursor } = await cards(usher, { sealed: 1 })
	assert.equal((await cards(again, { sealed: 1, since: cursor })).afresh, true)
})

test('dependents: with their owner, their own birthday and blood, hidden where the event hides them', async () => {
	const { event, usher, ann, tickets: [own] } = await place()
	const lou = Number(sql(`INSERT INTO dependent (customer_id, name, relationship, birth_date, created_at)
		VALUES (${ann.customer_id}, 'Lou', 'child', '2018-05-06', UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0])

	sql(`UPDATE customer SET birth_date = '1990-02-28', blood_type = 'A+' WHERE id = ${ann.customer_id}`)
	const [theirs] = await bought(ann, event, [{
		category_id: event.categories[0].id, quantity: 1, holders: [{ name: 'Lou', dependent_id: lou }]
	}])
	set('event', event.id, 'min_age = 1')
	let [a, b] = (await attendees(usher)).items
	assert.deepEqual(a.dependents, [{ name: 'Lou', relationship: 'child', ticket_id: theirs.id, presence: 'never' }])
	assert.deepEqual([b.birth_date, b.blood_type, b.dependents], ['2018-05-06', 'A+', []])
	const sealed = (await attendees(usher, { sealed: 1 })).items
	assert.deepEqual(sealed.map(({ dependent }) => dependent), [false, true])
	assert.deepEqual((await by_code(sealed[0], await code_of(ann, own))).d, [['Lou', 'child', theirs.id]])
	settle(event)
	const { cursor } = await attendees(usher)
	ok(await scan(usher, { code: await code_of(ann, theirs) }))
	const moved = await attendees(usher, { since: cursor })
	assert.deepEqual(moved.items.map((one) => [one.ticket_id, one.dependents[0]?.presence]), [[own.id, 'inside'], [theirs.id, undefined]])
	ok(await staff.put(`/api/events/${event.id}/`, { show_dependents: false }))
	const hidden = await attendees(usher, { since: cursor });
	[a, b] = hidden.items
	assert.deepEqual([hidden.afresh, a.dependents, b.dependents], [true, [], []], 'what the event shows changes every row')
	assert.equal((await by_code((await attendees(usher, { sealed: 1 })).items[0], await code_of(ann, own))).d, undefined)
})

// ---- what changed ----

test('nothing changed: nothing comes, but the event and a cursor', async () => {
	const { event, usher } = await place(2)

	settle(event)
	const { cursor } = await attendees(usher)
	const data = await attendees(usher, { since: cursor })
	assert.deepEqual([data.items, data.more, data.afresh, data.gate.event_id, data.keys.length], [[], false, false, event.id, 1])
	assert.deepEqual((await attendees(usher, { since: data.cursor })).items, [])
	const status = await synced(usher, 'status')
	assert.deepEqual([status.attendees, status.cards, status.conflicts, status.sync_secret], [2, 0, 0, undefined])
	assert.deepEqual((await attendees(usher, { since: status.cursor })).items, [], 'the status\'s cursor is good for every list')
})

test('each change of a ticket, its people or their cards comes with the next, and nobody else\'s', async () => {
	const { event, usher, ann, tickets: [one] } = await place(), bob = await new_customer({ name: 'Bob' })
	const [his] = await bought(bob, event)
	const changes = {
		'a label': async () => set('ticket', one.id, `labels = '["VIP"]'`),
		'another name': async () => set('ticket', one.id, `holder_name = 'Anna'`),
		'a blood type': async () => ok(await as(ann).put('/api/v1/users/profile/', { blood_type: 'AB+' })),
		'a card': async () => new_card(ann),
		'a card that was lost': async () => sql(`UPDATE nfc_card SET status = 'lost' WHERE customer_id = ${ann.customer_id}`),
		'a picture': async () => ok(await api('PUT', '/api/v1/users/me/', upload('photo', picture(3000)), { token: ann.access })),
		'a refund': async () => set('ticket', one.id, `status = 'refunded'`)
	}

	for (const [what, change] of Object.entries(changes)) {
		settle(event)
		const { cursor } = await attendees(usher, { sealed: 1 }), plain = (await attendees(usher)).cursor

		await change()
		const sealed = await attendees(usher, { sealed: 1, since: cursor })
		assert.deepEqual(ids(sealed), [one.id], what)
		assert.ok(sealed.items[0].box, `${what}: with its box`)
		assert.deepEqual(ids(await attendees(usher, { since: plain })), [one.id], what)
	}
	const [mine] = (await attendees(usher)).items
	assert.match(mine.photo, /\/files\/[0-9a-f]{64}\?until=/)
	assert.deepEqual([mine.ticket_status, mine.labels, mine.card_id], ['invalid', ['VIP'], null])
	assert.equal((await attendees(usher, { sealed: 1 })).items[0].status, 'refunded', 'it stays in the list')
	assert.equal((await attendees(usher)).items.length, 2)
	assert.ok(his.id > one.id)
	set('ticket', one.id, `status = 'valid', holder_name = 'Ann Arbor'`) // as the books have it
})

test('a move comes without its box, but a first entry, of which the box tells', async () => {
	const { event, usher, ann, tickets: [one] } = await place(2), code = await code_of(ann, one)

	settle(event)
	let { cursor } = await attendees(usher, { sealed: 1 })
	const entry = ok(await scan(usher, { code, gate: 'North' }))
	let [row, ...rest] = (await attendees(usher, { sealed: 1, since: cursor })).items
	assert.deepEqual([row.ticket_id, row.presence, rest], [one.id, 'inside', []])
	assert.deepEqual((await by_code(row, code)).f, [Date.parse(entry.at), usher.name, 'North'])
	settle(event);
	({ cursor } = await attendees(usher, { sealed: 1 }))
	const out = ok(await scan(usher, { code, direction: 'out' }));
	[row] = (await attendees(usher, { sealed: 1, since: cursor })).items
	assert.deepEqual([row.ticket_id, row.presence, row.entries, 'box' in row], [one.id, 'outside', 1, false])
	// Taken back: the log's row alone tells of it, moved or not.
	settle(event);
	({ cursor } = await attendees(usher))
	sql(`UPDATE usher_assignment SET gate_lead = 1 WHERE usher_id = ${usher.usher_id}`) // who may take back what is long ago
	ok(await as(usher).post('/api/usher/scan/undo/', { scan_id: out.scan_id }))
	const undone = (await attendees(usher, { since: cursor })).items
	assert.deepEqual(undone.map(({ ticket_id, presence }) => [ticket_id, presence]), [[one.id, 'inside']])
	// Out for a while.
	ok(await as(usher).post('/api/usher/scan/part-time-leave/', { action: 'leave', code }))
	const [away] = (await attendees(usher, { since: cursor })).items
	assert.deepEqual([away.presence, away.on_leave], ['outside', true])
	// An older first entry comes in late, from a device that had no network.
	settle(event);
	({ cursor } = await attendees(usher, { sealed: 1 }))
	const earlier = Date.now() - 3 * HOUR
	ok(await as(usher).post(`${SYNC}/logs/`, {
		device_id: 'late', device_time: iso(Date.now()),
		logs: [{ scan_id: randomUUID(), seq: 1, code, local_result: 'valid', scanned_at: iso(earlier), gate: 'North', direction: 'in' }]
	}))
	const [late] = (await attendees(usher, { sealed: 1, since: cursor })).items
	// It is put right by how the device's clock goes, as far as its message took.
	assert.ok(Math.abs((await by_code(late, code)).f[0] - earlier) < 30_000)
})

test('when it came in last: once in, in again, out', async () => {
	const { event, usher, ann, tickets: [one] } = await place(), code = await code_of(ann, one)
	const last_in = async () => (await attendees(usher)).items[0].last_in_at

	const first = ok(await scan(usher, { code }))
	assert.equal(await last_in(), first.at)
	ok(await scan(usher, { code, direction: 'out' }))
	assert.equal(await last_in(), first.at)
	const second = ok(await scan(usher, { code }))
	assert.equal(await last_in(), second.at)
	ok(await scan(usher, { code, direction: 'out' }))
	assert.equal(await last_in(), second.at)
	assert.ok(event.id)
})

// ---- who is still writing ----

test('what a transaction wrote that was open over the reading comes with the next', async () => {
	const { event, usher, ann, tickets: [one, two, three] } = await place(3), bob = await new_customer({ name: 'Bob' })
	const [his] = await bought(bob, event), uid = new_card(bob)

	settle(event)
	let { cursor } = await attendees(usher), of_cards = (await cards(usher)).cursor
	const log = (ticket) => `INSERT INTO scan_log (event_id, scan_id, ticket_id, usher_id, direction, result, reason, moved, first_entry,
			at, scanned_at)
		VALUES (${event.id}, UNHEX(REPLACE('${randomUUID()}', '-', '')), ${ticket.id}, ${usher.usher_id}, 'in', 'valid', 'ok', 1, 1,
			UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
		UPDATE ticket SET presence = 'inside', entries = 1, first_scan_at = UTC_TIMESTAMP(3), last_scan_at = UTC_TIMESTAMP(3),
			changed_at = changed_at WHERE id = ${ticket.id}`
	const ends = [
		await in_transaction(log(one)),
		await in_transaction(`UPDATE ticket SET labels = '["VIP"]' WHERE id = ${two.id}`),
		await in_transaction(`UPDATE nfc_card SET status = 'blocked' WHERE uid = '${uid}'`)
	]
	// Rows that are younger, and of the log a higher number, are there already.
	ok(await scan(usher, { code: await code_of(ann, three) }))
	let data = await attendees(usher, { since: cursor })
	assert.deepEqual(ids(data), [three.id])
	cursor = data.cursor
	of_cards = (await cards(usher, { since: of_cards })).cursor
	for (const end of ends)
		await end()
	data = await attendees(usher, { since: cursor })
	const [a, b] = data.items
	assert.deepEqual(ids(data), [one.id, two.id, three.id, his.id])
	assert.deepEqual([a.presence, b.labels], ['inside', ['VIP']])
	assert.deepEqual((await cards(usher, { since: of_cards })).items, [{ card_id: uid, status: 'blocked', ticket_ids: [his.id] }])
	sql(`DELETE FROM scan_log WHERE ticket_id = ${one.id}`)
	set('ticket', one.id, `presence = 'never', entries = 0, first_scan_at = NULL, last_scan_at = NULL`)
})

test('page by page: each row once, and what changed behind the reader comes afterwards', async () => {
	const { event, usher, tickets } = await place(5)

	settle(event)
	const read = []
	let data = await attendees(usher, { limit: 2 })
	assert.deepEqual([ids(data), data.more, data.afresh], [tickets.slice(0, 2).map(({ id }) => id), true, true])
	set('ticket', tickets[0].id, `labels = '["late"]'`)
	for (read.push(...ids(data)); data.more; read.push(...ids(data))) {
		data = await attendees(usher, { limit: 2, since: data.cursor })
		assert.equal(data.afresh, false)
	}
	assert.deepEqual(read, tickets.map(({ id }) => id))
	const later = await attendees(usher, { limit: 2, since: data.cursor })
	assert.deepEqual([later.items.map(({ ticket_id, labels }) => [ticket_id, labels]), later.more], [[[tickets[0].id, ['late']]], false])
	// As many as fit exactly are the last page.
	assert.equal((await attendees(usher, { limit: 5 })).more, false)
	// What changed is read in pages too.
	sql(`UPDATE ticket SET labels = '["all"]' WHERE event_id = ${event.id}`)
	const some = await attendees(usher, { limit: 3, since: data.cursor }), rest = await attendees(usher, { limit: 3, since: some.cursor })
	assert.deepEqual([...ids(some), ...ids(rest)], tickets.map(({ id }) => id))
	assert.deepEqual([some.more, rest.more, rest.afresh], [true, false, false])
	// A list's half-read cursor is of no use to another list: that begins with its first row.
	assert.equal((await cards(usher, { since: some.cursor })).afresh, true)
})

test('a cursor of another event or another time gives everything; what is none is a fault', async () => {
	const { event, usher, tickets } = await place(2), other = await place(1)

	settle(event)
	settle(other.event)
	const { cursor } = await attendees(usher), bytes = Buffer.from(cursor, 'base64url')
	const foreign = (await attendees(other.usher)).cursor
	assert.deepEqual(ids(await attendees(usher, { since: foreign })), tickets.map(({ id }) => id))
	// One of a database that was set back since: its time, and its place in the log, are still to come.
	for (const at of [14 + 2, 22 + 2]) {
		const ahead = Buffer.from(bytes)

		ahead[at] = 0x7f
		const data = await attendees(usher, { since: ahead.toString('base64url') })
		assert.deepEqual([data.items.length, data.afresh], [2, true], `byte ${at}`)
	}
	for (const none of ['x', '0', cursor.slice(1), `${cursor}AA`, '%', Buffer.alloc(54).toString('base64url'), Buffer.alloc(54, 255).toString('base64url')])
		assert.ok(refused(await asked(usher, 'attendees', { since: none }), 422, 'VALIDATION_ERROR').body.errors.since, none)
	for (const limit of [0, 5001, 'many'])
		assert.ok(refused(await asked(usher, 'attendees', { limit }), 422, 'VALIDATION_ERROR').body.errors.limit)
	// A category that is called otherwise is so in every row.
	ok(await staff.put(`/api/ticket-categories/${event.categories[0].id}/`, { name: 'Stalls' }))
	const named = await attendees(usher, { since: cursor })
	assert.deepEqual([named.afresh, named.items.map(({ ticket_tier }) => ticket_tier)], [true, ['Stalls', 'Stalls']])
})

// ---- cards ----

test('cards: which tickets each brings; one that changed hands, or whose holder gave all away, is gone', async () => {
	const { event, usher, ann, tickets: [one, two] } = await place(2, { starts_at: iso(Date.now() + HOUR) })
	const uid = new_card(ann), bob = await new_customer({ name: 'Bob' })

	new_card(bob) // of no concern here
	let data = await cards(usher)
	assert.deepEqual(data.items, [{ card_id: uid, status: 'active', ticket_ids: [one.id, two.id] }])
	settle(event);
	({ cursor: data.since } = await cards(usher))
	const sealed = (await cards(usher, { sealed: 1 })).cursor, secret = await secret_of(usher)
	assert.deepEqual((await cards(usher, { since: data.since })).items, [])
	// A ticket is given away: his card comes in, hers has one less.
	ok(await as(ann).post(`/api/v1/users/tickets/${two.id}/transfer/`, { mobile_number: bob.mobile_number }), 201)
	const his = sql(`SELECT uid FROM nfc_card WHERE customer_id = ${bob.customer_id}`)[0][0]
	assert.deepEqual((await cards(usher, { since: data.since })).items.sort((a, b) => a.ticket_ids[0] - b.ticket_ids[0]), [
		{ card_id: uid, status: 'active', ticket_ids: [one.id] }, { card_id: his, status: 'active', ticket_ids: [two.id] }
	])
	// The card is passed on to somebody who does not come.
	const eve = await new_customer(), card_id = sql(`SELECT id FROM nfc_card WHERE uid = '${uid}'`)[0][0]
	ok(await staff.post(`/api/nfc-cards/${card_id}/transfer/`, { customer_id: eve.customer_id }))
	const gone = (await cards(usher, { since: data.since })).items
	assert.deepEqual(gone.find(({ card_id }) => card_id === uid), { card_id: uid, gone: true })
	assert.deepEqual((await cards(usher, { sealed: 1, since: sealed })).items.find(({ k }) => k === name_of_card(secret, uid)),
		{ k: name_of_card(secret, uid), gone: true })
	assert.equal((await attendees(usher)).items.find(({ ticket_id }) => ticket_id === one.id).card_id, null)
	// He gives his away too.
	settle(event);
	({ cursor: data.since } = await cards(usher))
	ok(await as(bob).post(`/api/v1/users/tickets/${two.id}/transfer/`, { mobile_number: eve.mobile_number }), 201)
	const left = (await cards(usher, { since: data.since })).items
	assert.deepEqual(left.find(({ card_id }) => card_id === his), { card_id: his, gone: true })
	assert.deepEqual(left.find(({ card_id }) => card_id === uid), { card_id: uid, status: 'active', ticket_ids: [two.id] })
})

// ---- names, keys, the event ----

test('names: only where the event lets gates keep them', async () => {
	const { event, usher, ann, tickets: [one] } = await place()

	refused(await asked(usher, 'names'), 403, 'NAMES_NOT_KEPT')
	sql(`UPDATE event SET offline_names = 1 WHERE id = ${event.id}`)
	const data = await synced(usher, 'names')
	assert.deepEqual(data.items, [{
		ticket_id: one.id, name: 'Ann Arbor', mobile_end: ann.mobile_number.slice(-4),
		reference: sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${one.id}`)[0][0]
	}])
	settle(event)
	const { cursor } = await synced(usher, 'names')
	ok(await scan(usher, { code: await code_of(ann, one) }))
	assert.deepEqual((await synced(usher, 'names', { since: cursor })).items, [], 'a move changes no name')
	set('ticket', one.id, `holder_name = 'Anna'`)
	assert.deepEqual((await synced(usher, 'names', { since: cursor })).items.map(({ name }) => name), ['Anna'])
	set('ticket', one.id, `holder_name = 'Ann Arbor'`)
})

test('keys: those of before as well; what digits are checked by goes to ours alone, where codes turn', async () => {
	const { event, usher } = await place(0)

	await bought(await new_customer(), event)
	sql(`INSERT INTO event_key (event_id, public_key, sealed_secret, created_at, retired_at)
		SELECT event_id, public_key, sealed_secret, created_at, UTC_TIMESTAMP(3) FROM event_key WHERE event_id = ${event.id}`)
	const { keys } = await attendees(usher, { sealed: 1 })
	assert.deepEqual(keys.map(({ retired }) => retired), [false, true])
	assert.ok(keys.every((key) => /^[0-9a-f]{64}$/.test(key.public_key) && !('gate_key' in key)))
	sql(`UPDATE event SET turning = 1 WHERE id = ${event.id}`)
	assert.ok((await attendees(usher)).keys.every((key) => !('gate_key' in key)), 'not to apps of others')
	const turning = await attendees(usher, { sealed: 1 })
	assert.equal(turning.gate.turning, true)
	assert.match(turning.keys[0].gate_key, /^[0-9a-f]{64}$/)
	sql(`DELETE FROM event_key WHERE event_id = ${event.id} AND retired_at IS NOT NULL`)
})

test('the event: its days by its own clocks, its categories\' ages, its rules', async () => {
	const { event, usher } = await place(0)
	const [category] = event.categories

	// Clocks are moved in the night of the 29th.
	sql(`UPDATE event SET daily = 1, day_change = 300, min_age = 16, room = 500, starts_at = '2026-03-28 10:00:00',
			ends_at = '2026-03-29 20:00:00' WHERE id = ${event.id};
		UPDATE ticket_category SET min_age = 18 WHERE id = ${category.id};
		INSERT INTO gate_rule (event_id, category_id, gate, opens_at, created_at, updated_at)
		VALUES (${event.id}, ${category.id}, 'Ost', '2026-03-28 09:00:00', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	const { gate } = await attendees(usher)

	assert.deepEqual([gate.daily, gate.day_change, gate.min_age, gate.room, gate.gates], [true, 300, 16, 500, ['North', 'Ost']])
	assert.deepEqual(gate.days.map((at) => iso(at)), [
		'2026-03-26T04:00:00.000Z', '2026-03-27T04:00:00.000Z', '2026-03-28T04:00:00.000Z', '2026-03-29T03:00:00.000Z',
		'2026-03-30T03:00:00.000Z', '2026-03-31T03:00:00.000Z'
	])
	assert.deepEqual(gate.categories, [{ id: category.id, name: 'Category 1', min_age: 18 }])
	assert.deepEqual(gate.rules, [{ category_id: category.id, gate: 'Ost', opens_at: '2026-03-28T09:00:00.000Z', closes_at: null }])
})

test('who may: the event\'s usher, scanning or not, and of their own event alone', async () => {
	const { event, usher, ann, tickets } = await place(1), other = await place(1)

	ok(await staff.put(`/api/events/${event.id}/`, { scanning_enabled: false }))
	assert.deepEqual(ids(await attendees(usher)), tickets.map(({ id }) => id))
	assert.equal((await attendees(usher)).gate.scanning_enabled, false)
	assert.deepEqual(ids(await attendees(other.usher)), other.tickets.map(({ id }) => id))
	for (const list of ['attendees', 'cards', 'names', 'status']) {
		assert.equal((await api('GET', `${SYNC}/${list}/`)).status, 401)
		assert.equal((await asked(ann, list)).status, 403)
		assert.equal((await as(await token('staff')).get(`${SYNC}/${list}/`)).status, 403)
	}
	assert.ok(unique())
})
