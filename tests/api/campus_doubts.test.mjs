// What speaks against a mark: by itself when it is made, by others' of the same event within seconds, and by how old codes were once it is over.
// And what goes when a campus's days are over.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, sql } from './lib.mjs'
import { as, attendance_row, HOUR, iso, jobs_run, new_member, ok, unique, until } from './world.mjs'

const AT = '/api/campus/attendance/', MINUTE = 60_000
const HERE = { latitude: 52.5145, longitude: 13.3501 }
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const id_of = (event) => sql(`SELECT id FROM campus_event WHERE uuid = ${hex(event.id)}`)[0][0]
const flags = (record) => sql(`SELECT f.code FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(record)} ORDER BY f.code`).flat()
const verdict = (record) => sql(`SELECT verification_status FROM attendance WHERE uuid = ${hex(record)}`)[0][0]
const told = (record) => sql(`SELECT COALESCE(c.previous_verification, 'none'), c.verification_status FROM attendance_change c JOIN attendance a ON a.id = c.attendance_id
	WHERE a.uuid = ${hex(record)} ORDER BY c.id`).map((row) => row.join(' '))
let organizer, people

const make = async (more = {}) => ok(await organizer.post('/api/campus/events/', {
	title: `Seminar ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ['qr', 'location'], ...HERE, ...more
}), 201)
const code_of = async (event) => ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)).qr_token
// A mark through the API, by its steps. headers: of all of them.
async function mark(event, person, place = HERE, headers = {}, more = {}) {
	const does = (what, body) => api('POST', `${AT}${what}/`, body, { token: person.access, headers })
	const begun = ok(await does('verify-qr', { qr_token: await code_of(event), ...more }))

	ok(await does('verify-location', { event_id: event.id, accuracy: 8, ...place }))
	return { record: begun.attendance_id, answer: ok(await does('submit', { event_id: event.id }), 201) }
}
// Until the marks that there are were held against each other.
const looked = (event) => until('it is looked at', () => (jobs_run('doubts'), sql(`SELECT 1 FROM event_look WHERE event_id = ${id_of(event)}
	AND change_id >= (SELECT MAX(id) FROM attendance_change WHERE event_id = ${id_of(event)})`).length))
// A change of it, so that a look is due.
const stir = (record) => sql(`INSERT INTO attendance_change (attendance_id, event_id, account_id, status, previous_status, verification_status, previous_verification, method, at)
	SELECT id, event_id, account_id, status, status, verification_status, verification_status, method, UTC_TIMESTAMP(3) FROM attendance WHERE uuid = ${hex(record)}`)

before(async () => {
	organizer = as(await new_member('campus_organizer'))
	people = []
	for (let i = 0; i < 8; i++)
		people.push(await new_member('student'))
	sql(`UPDATE campus_member SET is_verified = 1 WHERE account_id IN (${people.map(({ user }) => user.id).join()})`)
})

test('three at exactly the same place are sent to a person, two are not', async () => {
	const event = await make(), [a, b, c, d] = people, marks = []

	for (const who of [a, b])
		marks.push(await mark(event, who, HERE))
	marks.push(await mark(event, d, { latitude: HERE.latitude + 0.00001, longitude: HERE.longitude }))
	assert.deepEqual(marks.map(({ answer }) => answer.verification_status), ['verified', 'verified', 'verified'])
	await looked(event)
	assert.deepEqual(marks.map(({ record }) => verdict(record)), ['verified', 'verified', 'verified'])
	// What a person has decided stands.
	sql(`UPDATE attendance SET decided_by = 10, decided_at = NOW(3) WHERE uuid = ${hex(marks[1].record)}`)
	marks.push(await mark(event, c, HERE))
	await looked(event)
	assert.deepEqual(marks.map(({ record }) => verdict(record)), ['pending', 'verified', 'verified', 'pending'])
	assert.deepEqual(flags(marks[1].record), ['at_the_pin', 'coordinates_identical'])
	assert.deepEqual(flags(marks[0].record), ['at_the_pin', 'coordinates_identical'])
	assert.deepEqual(told(marks[0].record), ['none verified', 'verified pending'])
	assert.deepEqual(sql(`SELECT act, reason, from_verification, to_verification FROM attendance_decision d JOIN attendance a ON a.id = d.attendance_id WHERE a.uuid = ${hex(marks[0].record)}`),
		[['flag', 'coordinates_identical', 'verified', 'pending']])
	// Looking again tells nothing twice.
	stir(marks[0].record)
	await looked(event)
	assert.equal(told(marks[0].record).length, 3)
})

test('a device of two people is seen, by its header, its field, and as a hash alone', async () => {
	const event = await make(), [a, b, c] = people, device = unique()
	const near = (i) => ({ latitude: HERE.latitude + i / 20000, longitude: HERE.longitude })
	const one = await mark(event, a, near(1), { 'X-Device-ID': device }), two = await mark(event, b, near(2), {}, { device_id: device })
	const three = await mark(event, c, near(3), { 'X-Device-ID': unique() })

	await looked(event)
	assert.deepEqual([one, two, three].map(({ record }) => flags(record)), [['device_shared'], ['device_shared'], []])
	assert.deepEqual([one, two, three].map(({ record }) => verdict(record)), ['pending', 'pending', 'verified'])
	assert.equal(sql(`SELECT COUNT(*) FROM attendance WHERE HEX(device) IN (SHA2('${device}', 256), HEX('${device}'))`)[0][0], '0')
	// Three in thirty days, at three events.
	const lent = unique(), marks = []
	for (const who of [a, b, c])
		marks.push(await mark(await make(), who, near(4), { 'X-Device-ID': lent }))
	await until('the third is seen', () => (jobs_run('doubts'), flags(marks[2].record).includes('device_shared')))
	assert.equal(verdict(marks[2].record), 'pending')
})

test('who is outside of the network while four of five are inside is told apart, and with a second sign it is a relay', async () => {
	const event = await make(), marks = [], near = (i) => ({ latitude: HERE.latitude + i / 20000, longitude: HERE.longitude })
	const from = (ip) => ({ 'X-Forwarded-For': ip })

	for (let i = 0; i < 4; i++)
		marks.push(await mark(event, people[i], near(i), from(`192.0.2.${7 + i}`)))
	marks.push(await mark(event, people[4], near(5), from('203.0.113.9')))
	await looked(event)
	assert.deepEqual(marks.map(({ record }) => flags(record).filter((code) => code !== 'at_the_pin')), [[], [], [], [], ['off_network']])
	assert.equal(verdict(marks[4].record), 'verified')
	// One more outside, and being there says nothing; what nobody has looked at goes.
	marks.push(await mark(event, people[5], near(6), from('203.0.113.10')))
	await looked(event)
	assert.deepEqual(flags(marks[4].record), [])
	// Eight of ten inside, and one of the others outside of the place too.
	for (const [id] of sql('SELECT account_id FROM campus_member WHERE campus_id = 1 ORDER BY id LIMIT 4'))
		attendance_row(event.id, { user: { id } }, { ip: "'192.0.2.99'" })
	sql(`UPDATE attendance SET place_verdict = 'outside' WHERE uuid = ${hex(marks[5].record)}`)
	stir(marks[5].record)
	await looked(event)
	assert.deepEqual([flags(marks[4].record), flags(marks[5].record)], [['off_network'], ['off_network', 'token_relay']])
	assert.deepEqual([verdict(marks[4].record), verdict(marks[5].record)], ['verified', 'pending'])
})

test('a place that cannot be reached, and a clock that is wrong, are seen when the mark is made', async () => {
	const [, , , , , , person, other] = people, first = await make({ latitude: 48.1372, longitude: 11.5755, location_radius: 5000 }), second = await make()

	assert.equal((await mark(first, person, { latitude: 48.1372, longitude: 11.5756 })).answer.verification_status, 'verified')
	const far = await mark(second, person)
	assert.deepEqual([far.answer.verification_status, flags(far.record)], ['pending', ['at_the_pin', 'impossible_speed']])
	assert.deepEqual(far.answer.flags, []) // nothing of it can be mended
	const wrong = await mark(second, other, { ...HERE, longitude: 13.3503, captured_at: iso(Date.now() - 3 * MINUTE) })
	assert.deepEqual([wrong.answer.verification_status, flags(wrong.record)], ['verified', ['clock']])
	const outside = await make()
	const away = await mark(outside, other, { latitude: HERE.latitude + 0.01, longitude: HERE.longitude })
	assert.deepEqual(away.answer.flags.map(({ code, severity, message }) => [code, severity, typeof message]), [['outside', 'medium', 'string']])
})

test('codes that come late over many events are seen when an event is over, beside those of all', async () => {
	const [late, usual] = people, events = []
	const shown = (event, who, age) => sql(`INSERT INTO qr_scan (account_id, event_id, step, age_ms, ok, at) VALUES (${who.user.id}, ${id_of(event)}, 1, ${age}, 1, UTC_TIMESTAMP(3))`)

	sql(`DELETE FROM qr_scan WHERE account_id IN (${late.user.id}, ${usual.user.id})`)
	for (let i = 0; i < 8; i++) {
		events.push(await make({ required_steps: ['qr'] }))
		shown(events[i], late, 13_500)
		shown(events[i], usual, 7_000 + i)
		for (let k = 0; k < 3; k++)
			shown(events[i], { user: { id: 30 + k } }, 7_000)
	}
	const rows = [late, usual].map((who) => attendance_row(events[7].id, who, { verification_status: "'verified'", steps_done: `'["qr"]'` }))
	await until('its roster is fixed', () => (jobs_run('rosters'), sql(`SELECT 1 FROM campus_event WHERE id = ${id_of(events[7])} AND roster_at IS NOT NULL`).length))
	sql(`UPDATE campus_event SET ${['starts_at', 'ends_at', 'opens_at', 'late_at', 'closes_at'].map((column) => `${column} = ${column} - INTERVAL 80 MINUTE`).join()} WHERE id = ${id_of(events[7])}`)
	await until('it is over', () => (jobs_run('closings'), sql(`SELECT 1 FROM event_closing WHERE event_id = ${id_of(events[7])}`).length))
	assert.deepEqual(rows.map(flags), [['late_codes'], []])
	// (13,500 − 7,000) · √8 ÷ 4,330.1
	assert.ok(Math.abs(Number(sql(`SELECT score FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(rows[0])}`)[0][0]) - 4.2459) < 0.01)
	assert.equal(verdict(rows[0]), 'verified')
})

test('the exact place and the address go after their days, the distance and what is held stay', async () => {
	const event = await make(), [a, b, c] = people
	const row = (record) => sql(`SELECT COALESCE(latitude, 'gone'), COALESCE(longitude, 'gone'), COALESCE(ip, 'gone'),
		COALESCE(user_agent, 'gone'), COALESCE(accuracy, 'gone'), COALESCE(place, 'gone'), distance, purged_at IS NOT NULL FROM attendance WHERE uuid = ${hex(record)}`)[0].join(' ')
	const made = (who, days, held = 0) => {
		const record = attendance_row(event.id, who, { latitude: '52.5', longitude: '13.5', ip: "'192.0.2.1'", user_agent: "'Phone'", distance: '12.5', accuracy: '5', place: "'Annex'", held: String(held) })

		sql(`UPDATE attendance SET created_at = UTC_TIMESTAMP(3) - INTERVAL ${days} DAY WHERE uuid = ${hex(record)}`)
		return record
	}
	const old = made(a, 91), young = made(b, 89), held = made(c, 91, 1)
	const audits = () => Number(sql("SELECT COUNT(*) FROM audit_log WHERE action = 'purge' AND noun = 'attendance'")[0][0]), before = audits()

	await until('it went', () => (jobs_run('purges'), row(old).endsWith('1')))
	assert.deepEqual([old, young, held].map(row), ['gone gone gone gone gone gone 12.5 1', '52.5 13.5 192.0.2.1 Phone 5 Annex 12.5 0', '52.5 13.5 192.0.2.1 Phone 5 Annex 12.5 0'])
	assert.equal(audits(), before + 1)
	sql(`UPDATE attendance SET held = 0 WHERE uuid = ${hex(held)}`)
	await until('it went', () => (jobs_run('purges'), row(held).endsWith('1')))
})

test('codes that were shown go after theirs, but for those of a record that is held', async () => {
	const event = await make(), [a, b] = people, mark = unique().slice(0, 19)
	const shown = (who, days, of = id_of(event)) => sql(`INSERT INTO qr_scan (account_id, event_id, ok, reason, at) VALUES (${who.user.id}, ${of}, 0, '${mark}', UTC_TIMESTAMP(3) - INTERVAL ${days} DAY)`)
	const left = () => sql(`SELECT account_id, COALESCE(event_id, 'none'), DATEDIFF(UTC_TIMESTAMP(3), at) FROM qr_scan WHERE reason = '${mark}' ORDER BY id`).map((row) => row.join(' '))
	const audits = () => Number(sql("SELECT COUNT(*) FROM audit_log WHERE action = 'purge' AND noun = 'qr_scan'")[0][0]), before = audits()

	attendance_row(event.id, b, { held: '1' })
	shown(a, 181)
	shown(a, 179)
	shown(b, 181)
	shown(a, 181, 'NULL')
	await until('they went', () => (jobs_run('purges'), left().length < 3))
	assert.deepEqual(left(), [`${a.user.id} ${id_of(event)} 179`, `${b.user.id} ${id_of(event)} 181`])
	assert.ok(audits() > before)
})

test('where a code was shown goes before that it was shown', async () => {
	const event = await make(), [a, b] = people, mark = unique().slice(0, 19)
	const shown = (who, days) => sql(`INSERT INTO qr_scan (account_id, event_id, ok, reason, ip, user_agent, latitude, longitude, at) VALUES (${who.user.id}, ${id_of(event)}, 1, '${mark}', '192.0.2.1', 'Phone', 52.5, 13.5, UTC_TIMESTAMP(3) - INTERVAL ${days} DAY)`)
	const left = () => sql(`SELECT COALESCE(ip, 'gone'), COALESCE(user_agent, 'gone'), COALESCE(latitude, 'gone'), COALESCE(longitude, 'gone'), DATEDIFF(UTC_TIMESTAMP(3), at) FROM qr_scan WHERE reason = '${mark}' ORDER BY id`).map((row) => row.join(' '))

	attendance_row(event.id, b, { held: '1' })
	shown(a, 91)
	shown(a, 89)
	shown(b, 91)
	await until('it went', () => (jobs_run('purges'), left()[0].startsWith('gone')))
	assert.deepEqual(left(), ['gone gone gone gone 91', '192.0.2.1 Phone 52.5 13.5 89', '192.0.2.1 Phone 52.5 13.5 91'])
})

test('the picture that excused somebody goes as evidence does, the decision stays', async () => {
	const event = await make(), [a, b, c] = people, sha = (n) => String(n).repeat(64)
	const excused = (who, days, n, held = 0) => {
		const record = attendance_row(event.id, who, { status: "'excused'", held: String(held) })

		sql(`INSERT INTO stored_file (sha256, bytes) VALUES ('${sha(n)}', 1) ON DUPLICATE KEY UPDATE bytes = 1`)
		sql(`INSERT INTO attendance_decision (attendance_id, act, by_id, reason, file_sha256, at) SELECT id, 'excuse', 1, 'A note', '${sha(n)}', UTC_TIMESTAMP(3) - INTERVAL ${days} DAY FROM attendance WHERE uuid = ${hex(record)}`)
		return record
	}
	const file = (record) => sql(`SELECT COALESCE(d.file_sha256, 'gone'), d.reason FROM attendance_decision d JOIN attendance a ON a.id = d.attendance_id WHERE a.uuid = ${hex(record)}`)[0].join(' ')
	const old = excused(a, 91, 1), young = excused(b, 89, 2), held = excused(c, 91, 3, 1)

	await until('it went', () => (jobs_run('purges'), file(old).startsWith('gone')))
	assert.deepEqual([old, young, held].map(file), ['gone A note', `${sha(2)} A note`, `${sha(3)} A note`])
	sql(`UPDATE attendance_decision SET file_sha256 = NULL WHERE file_sha256 IN ('${sha(2)}', '${sha(3)}')`)
})
