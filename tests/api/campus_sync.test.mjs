// Marks that were made without a network and come later: what is taken, for when, and what of it is believed; in any order, as often as they
// are sent.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { grain, png } from './picture.mjs'
import { agrees, as, DAY, HOUR, iso, jobs_run, meanwhile, new_member, ok, refused, unique, until } from './world.mjs'

const AT = '/api/campus/attendance/', MINUTE = 60_000, SECOND = 1000
const HERE = { latitude: 41.0001, longitude: 29, accuracy: 10 }
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const photo = () => png(240, 240, grain(240, 240))
const drawn = () => [Array.from({ length: 30 }, (_, i) => [i / 30, Math.random(), Math.round(i * 16 + Math.random() * 9)])]
const make = async (more = {}) => ok(await organizer.post('/api/campus/events/', {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ['qr', 'location'], location_radius: 100, allow_offline: true, latitude: 41, longitude: 29, ...more
}), 201)
const code_of = async (event) => ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)).qr_token
// Its code is printed, so what was scanned may be as old as the event.
const make_printed = (more = {}) => make({ qr_rotates: false, start_datetime: iso(Date.now() - 3 * HOUR), end_datetime: iso(Date.now() - 2 * HOUR), ...more })
const ago = (ms) => iso(Date.now() - ms)
const item = (qr_token, scanned_at, more = {}) => ({ client_id: randomUUID(), qr_token, scanned_at, ...HERE, ...more })
const sync = (who, items, more = {}) => who.post(`${AT}sync/`, { device_id: 'mine', device_time: iso(Date.now()), items, ...more })
const results = async (who, items, more) => ok(await sync(who, items, more)).results
const said = (list) => list.map(({ verdict, code }) => code ? `${verdict} ${code}` : verdict)
const row = (uuid) => sql(`SELECT state, status, verification_status, method, COALESCE(ip, 'none'), steps_done FROM attendance WHERE uuid = ${hex(uuid)}`)[0]
const flags = (uuid) => sql(`SELECT f.code FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(uuid)} ORDER BY f.code`).flat()
const changes = (uuid) => sql(`SELECT c.status, c.verification_status, COALESCE(c.previous_status, 'none') FROM attendance_change c JOIN attendance a ON a.id = c.attendance_id
	WHERE a.uuid = ${hex(uuid)} ORDER BY c.id`).map((one) => one.join(' '))
const mine = (event, who) => sql(`SELECT COUNT(*) FROM attendance a JOIN campus_event e ON e.id = a.event_id WHERE e.uuid = ${hex(event.id)} AND a.account_id = ${who.user.id}`)[0][0]
const shown = (who) => sql(`SELECT ok, reason, COALESCE(age_ms, 'none') FROM qr_scan WHERE account_id = ${who.user.id} ORDER BY id`).map((one) => one.join(' '))
let organizer

// One who does nothing else.
async function fresh() {
	const person = await new_member('student')

	sql(`UPDATE campus_member SET is_verified = 1 WHERE account_id = ${person.user.id}`)
	return { ...person, ...as(person), user: person.user }
}

before(async () => {
	organizer = as(await new_member('campus_organizer'))
})

test('a mark that comes later is one for when it was made, waits for a person, and says so', async () => {
	const event = await make_printed(), who = await fresh(), at = Date.parse(event.start_datetime) + MINUTE
	const [done] = await results(who, [item(await code_of(event), iso(at))])

	assert.deepEqual([done.verdict, done.code, done.message], ['accepted', null, null])
	assert.deepEqual(row(done.attendance_id), ['submitted', 'present', 'pending', 'offline', 'none', '["qr","location"]'])
	assert.deepEqual(flags(done.attendance_id), ['offline'])
	assert.ok(Math.abs(Number(sql(`SELECT UNIX_TIMESTAMP(qr_at) * 1000 FROM attendance WHERE uuid = ${hex(done.attendance_id)}`)[0][0]) - at) < 5 * SECOND)
	assert.deepEqual(changes(done.attendance_id), ['present pending none'])
	assert.deepEqual(shown(who), ['1  none'])
	assert.equal(ok(await organizer.get(`${AT}${done.attendance_id}/`)).method, 'offline')
	const [late] = await results(await fresh(), [item(await code_of(event), iso(Date.parse(event.late_at) + SECOND))])
	assert.equal(row(late.attendance_id)[1], 'late')
})

test('sent again, in another order and at once, each is one, and is answered as before', async () => {
	const who = await fresh(), events = await Promise.all([1, 2, 3].map(() => make_printed())), codes = await Promise.all(events.map(code_of))
	const items = codes.map((code) => item(code, ago(150 * MINUTE)))
	const first = await results(who, items), by_id = Object.fromEntries(first.map((one) => [one.client_id, one]))

	assert.deepEqual(said(first), ['accepted', 'accepted', 'accepted'])
	assert.deepEqual(first.map(({ client_id }) => client_id), items.map(({ client_id }) => client_id))
	const again = await Promise.all(Array.from({ length: 12 }, (_, i) => results(who, i % 2 ? [...items].reverse() : items)))
	for (const list of again)
		for (const one of list)
			assert.deepEqual(one, by_id[one.client_id])
	assert.deepEqual(events.map((event) => mine(event, who)), ['1', '1', '1'])
	for (const { attendance_id } of first)
		assert.equal(changes(attendance_id).length, 1)
	// Fifty of one that is new are one too.
	const event = await make_printed(), one = item(await code_of(event), ago(150 * MINUTE)), other = await fresh()
	const all = await Promise.all(Array.from({ length: 50 }, () => results(other, [one])))
	assert.equal(new Set(all.map((list) => JSON.stringify(list))).size, 1)
	assert.equal(all[0][0].verdict, 'accepted')
	assert.equal(mine(event, other), '1')
})

test('another mark of the same event is a duplicate, here or elsewhere, and changes nothing', async () => {
	const event = await make({ required_steps: ['qr'] }), who = await fresh(), code = await code_of(event), now = ago(0)
	const done = ok(await who.post(`${AT}submit/`, { qr_token: code }), 201)
	const [twice, once_more] = await results(who, [item(code, now), item(code, now)])

	assert.deepEqual(said([twice, once_more]), ['duplicate duplicate', 'duplicate duplicate'])
	assert.deepEqual([twice.attendance_id, typeof twice.message], [done.attendance_id, 'string'])
	assert.deepEqual(row(done.attendance_id).slice(2, 4), ['verified', 'self'])
	const other = await fresh(), [one, two] = await results(other, [item(code, now), item(code, now)])
	assert.deepEqual(said([one, two]), ['accepted', 'duplicate duplicate'])
	assert.equal(one.attendance_id, two.attendance_id)
	// Its name is another mark's: one of them keeps it.
	const elsewhere = await make_printed(), [used] = await results(other, [{ ...item(await code_of(elsewhere), ago(150 * MINUTE)), client_id: one.client_id }])
	assert.deepEqual(said([used]), ['rejected client_id_used'])
	assert.equal(mine(elsewhere, other), '0')
})

test('what is wrong with one takes no other back, and nothing is half done', async () => {
	const who = await fresh(), good = await make_printed(), strict = await make_printed({ required_steps: ['qr', 'front_photo'], strict_steps: true })
	const near = await make_printed({ location_mode: 'require' }), closed = await make({ allow_offline: false }), elsewhere = await make_printed({ audience: [{ rule: 'department', value: 2 }] })
	const over = await make({ start_datetime: iso(Date.now() - 2 * HOUR), end_datetime: iso(Date.now() - HOUR) }), early = await make_printed({ start_datetime: iso(Date.now() - 90 * MINUTE), end_datetime: iso(Date.now() - 60 * MINUTE) }), then = ago(150 * MINUTE)
	const list = await results(who, [
		item(await code_of(closed), ago(0)),
		item(await code_of(good), then, { client_id: 'none' }),
		item(await code_of(strict), then),
		item(await code_of(near), then, { latitude: 42 }),
		item(await code_of(elsewhere), then),
		item(await code_of(early), then),
		item(await code_of(good), ago(100 * MINUTE)),
		item(await code_of(over), ago(0)),
		item('GHA1.nonsense', then),
		item('', then),
		item(await code_of(good), iso(Date.now() + MINUTE)),
		item(await code_of(near), then, { event_id: good.id }),
		item(await code_of(good), then)
	])

	assert.deepEqual(said(list), ['rejected offline_not_allowed', 'rejected validation_error', 'rejected steps', 'rejected location', 'rejected not_expected', 'rejected not_open',
		'rejected qr_expired', 'rejected closed', 'rejected qr_invalid', 'rejected validation_error', 'rejected future', 'rejected qr_invalid', 'accepted'])
	assert.ok(list.slice(0, -1).every(({ message, attendance_id }) => typeof message === 'string' && attendance_id === undefined))
	assert.deepEqual([strict, near, closed, elsewhere, early].map((event) => mine(event, who)), ['0', '0', '0', '0', '0'])
	assert.equal(mine(good, who), '1')
	// Each code that was looked at is kept, and none of them counts as a guess.
	assert.deepEqual(shown(who).map((one) => one.split(' ').slice(0, 2).join(' ')), ['0 OFFLINE_NOT_ALLOWED', '0 NOT_EXPECTED', '0 NOT_OPEN', '0 QR_EXPIRED', '0 CLOSED', '0 QR_INVALID', '0 FUTURE', '0 QR_INVALID', '1 '])
	assert.deepEqual(said(await results(who, Array.from({ length: 15 }, () => item('GHA1.no', then)))), Array(15).fill('rejected qr_invalid'))
	ok(await who.post(`${AT}verify-qr/`, { qr_token: await code_of(closed) }))
})

test('a code that turns was scanned when it was shown, by a clock that is put right', async () => {
	const event = await make(), code = await code_of(event), now = Date.now()
	const wrong = await results(await fresh(), [item(code, iso(now - 2 * MINUTE))], { device_time: iso(now) })

	assert.deepEqual(said(wrong), ['rejected qr_expired'])
	// A clock that is three hours behind: taken for what it means, and told.
	const [behind] = await results(await fresh(), [item(code, iso(now - 3 * HOUR))], { device_time: iso(now - 3 * HOUR) })
	assert.equal(behind.verdict, 'accepted')
	assert.deepEqual(flags(behind.attendance_id), ['clock', 'offline'])
	assert.ok(Math.abs(Number(sql(`SELECT UNIX_TIMESTAMP(qr_at) * 1000 FROM attendance WHERE uuid = ${hex(behind.attendance_id)}`)[0][0]) - now) < 30 * SECOND)
	// One that was raised meanwhile was good then; a forged one never.
	ok(await organizer.post(`/api/campus/events/${event.id}/qr/refresh/`))
	const [raised, forged] = await results(await fresh(), [item(code, iso(Date.now())), item(code.slice(0, -2) + (code.endsWith('AA') ? 'BB' : 'AA'), iso(Date.now()))])
	assert.deepEqual(said([raised, forged]), ['accepted', 'rejected qr_invalid'])
	refused(await as(await fresh()).post(`${AT}verify-qr/`, { qr_token: code }), 400, 'QR_INVALID')
})

test('after two days it is too late', async () => {
	const event = await make_printed(), code = await code_of(event)
	const shift = (hours) => sql(`UPDATE campus_event SET ${['starts_at', 'ends_at', 'opens_at', 'late_at', 'closes_at'].map((column) => `${column} = ${column} - INTERVAL ${hours} HOUR`).join()} WHERE uuid = ${hex(event.id)}`)

	shift(45)
	assert.deepEqual(said(await results(await fresh(), [item(code, ago(48 * HOUR - 5 * MINUTE))])), ['accepted'])
	assert.deepEqual(said(await results(await fresh(), [item(code, ago(48 * HOUR + MINUTE))])), ['rejected too_late'])
	assert.deepEqual(said(await results(await fresh(), [item(code, ago(2 * DAY + 10 * HOUR))], { device_time: ago(10.5 * HOUR) })), ['accepted'])
})

test('photos and a signature come with their mark, and are no older than it', async () => {
	const event = await make_printed({ required_steps: ['qr', 'location', 'front_photo', 'back_photo', 'signature'] }), who = await fresh(), then = ago(150 * MINUTE)
	const other = await make_printed({ required_steps: ['qr', 'front_photo'] }), body = new FormData()
	const items = [item(await code_of(event), then, { strokes: drawn() }), item(await code_of(other), then)]

	agrees(who)
	body.append('device_time', iso(Date.now()))
	body.append('items', JSON.stringify(items))
	for (const name of [`front_${items[0].client_id.toUpperCase()}`, `back_${items[0].client_id}`, `front_${items[1].client_id}`, `front_${randomUUID()}`])
		body.append(name, new Blob([photo()], { type: 'image/png' }), 'photo.png')
	const answer = await who.post(`${AT}sync/`, body), [first, second] = ok(answer).results
	assert.equal(answer.headers.get('x-ignored-fields'), null)
	assert.deepEqual(said([first, second]), ['accepted', 'accepted'])
	assert.deepEqual(sql(`SELECT x.kind FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id WHERE a.uuid = ${hex(first.attendance_id)} ORDER BY x.kind`).flat(), ['back', 'front', 'signature'])
	assert.deepEqual(flags(first.attendance_id), ['offline'])
	assert.deepEqual(flags(second.attendance_id), ['offline'])
	assert.deepEqual(ok(await sync(who, items)).results, [first, second])
	// A photo that cannot be taken has its mark rejected, whole.
	const third = await make_printed({ required_steps: ['qr', 'front_photo'] }), bad = new FormData(), one = item(await code_of(third), then)
	bad.append('device_time', iso(Date.now()))
	bad.append('items', JSON.stringify([one]))
	bad.append(`front_${one.client_id}`, new Blob([Buffer.from('no picture')], { type: 'image/png' }), 'photo.png')
	assert.deepEqual(said(ok(await who.post(`${AT}sync/`, bad)).results), ['rejected unsupported_type'])
	assert.equal(mine(third, who), '0')
	const [without] = await results(who, [one])
	assert.deepEqual(flags(without.attendance_id), ['incomplete', 'offline'])
})

test('it takes the place of an absence that the program wrote, and of nothing that a person decided', async () => {
	const who = await fresh(), decided = await fresh(), excused = await fresh(), by_hand = await fresh(), people = [who, decided, excused, by_hand]
	const event = await make({ qr_rotates: false, audience: people.map(({ user }) => ({ rule: 'member', value: user.id })) }), code = await code_of(event)
	const id = sql(`SELECT id FROM campus_event WHERE uuid = ${hex(event.id)}`)[0][0], of = (one) => sql(`SELECT LOWER(HEX(uuid)) FROM attendance WHERE event_id = ${id} AND account_id = ${one.user.id}`)[0][0]

	await until('its roster is fixed', () => (jobs_run('rosters'), sql(`SELECT 1 FROM campus_event WHERE id = ${id} AND roster_at IS NOT NULL`).length))
	sql(`UPDATE campus_event SET ${['starts_at', 'ends_at', 'opens_at', 'late_at', 'closes_at'].map((column) => `${column} = ${column} - INTERVAL 3 HOUR`).join()} WHERE id = ${id};
		UPDATE event_expected SET state = 'excused' WHERE event_id = ${id} AND account_id = ${excused.user.id}`)
	await until('it is written down', () => (jobs_run('closings'), sql(`SELECT 1 FROM event_closing WHERE event_id = ${id}`).length))
	sql(`UPDATE attendance SET decided_by = account_id, decided_at = UTC_TIMESTAMP(3) WHERE event_id = ${id} AND account_id = ${decided.user.id};
		UPDATE attendance SET method = 'manual' WHERE event_id = ${id} AND account_id = ${by_hand.user.id}`)
	const one = item(code, iso(Date.parse(event.start_datetime) - 3 * HOUR + MINUTE)), [done] = await results(who, [one])
	assert.equal(done.verdict, 'accepted')
	assert.deepEqual(row(done.attendance_id).slice(0, 4), ['submitted', 'present', 'pending', 'offline'])
	assert.deepEqual(changes(done.attendance_id), ['absent verified none', 'present pending absent'])
	assert.deepEqual(sql(`SELECT act, COALESCE(from_status, 'none'), to_status, to_verification FROM attendance_decision d JOIN attendance a ON a.id = d.attendance_id WHERE a.uuid = ${hex(done.attendance_id)} ORDER BY d.id`)
		.map((two) => two.join(' ')), ['close none absent verified', 'submit absent present pending'])
	assert.deepEqual(await results(who, [one]), [done])
	for (const [other, status, method] of [[decided, 'absent', 'auto'], [excused, 'excused', 'auto'], [by_hand, 'absent', 'manual']]) {
		assert.deepEqual(said(await results(other, [item(code, one.scanned_at)])), ['duplicate duplicate'])
		assert.deepEqual([row(of(other))[1], row(of(other))[3]], [status, method])
	}
})

test('one that comes up against another change of its record is refused by what that has made', async () => {
	const event = await make({ required_steps: ['qr'] }), who = await fresh(), code = await code_of(event)

	ok(await who.post(`${AT}verify-qr/`, { qr_token: code }))
	const answer = await meanwhile(`UPDATE attendance SET state = 'submitted', status = 'present', verification_status = 'verified', submitted_at = NOW(3), version = version + 1
		WHERE account_id = ${who.user.id}`, () => sync(who, [item(code, ago(0))]))
	assert.deepEqual(said(ok(answer).results), ['duplicate duplicate'])
	assert.equal(sql(`SELECT method FROM attendance WHERE account_id = ${who.user.id}`)[0][0], 'self')
})

test('a batch that is none is refused as a whole', async () => {
	const who = await fresh(), one = item('GHA1.x', ago(0))

	for (const [items, more] of [[[], {}], [Array(51).fill(one), {}], [undefined, {}], [[one], { device_time: undefined }], [[one], { device_time: 'soon' }]])
		assert.equal((await sync(who, items, more)).status, 400)
	const body = new FormData()
	body.append('device_time', iso(Date.now()))
	body.append('items', '[{')
	refused(await who.post(`${AT}sync/`, body), 422, 'VALIDATION_ERROR')
	assert.deepEqual(said(await results(who, ['text', one])), ['rejected validation_error', 'rejected qr_invalid'])
})
