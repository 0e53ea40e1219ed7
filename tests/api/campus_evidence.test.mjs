// Photos and signatures of a mark: what is taken and what is not, what is kept of it, who sees it, what a job makes of it, and when it goes.
import assert from 'node:assert/strict'
import { createHash, randomInt, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { exif, grain, JPEG, png, with_exif } from './picture.mjs'
import { agrees, as, HOUR, iso, jobs_run, new_member, ok, refused, unique, until } from './world.mjs'

const AT = '/api/campus/attendance/', CONSENT = '/api/campus/auth/consent/', MINUTE = 60_000
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')
const photo = (side = 240) => png(side, side, grain(side, side))
// By its head 240 pixels a side, which is all that is read as it comes; unlike any other.
function jpeg() {
	const bytes = Buffer.from(JPEG), size = bytes.indexOf(Buffer.from([0xff, 0xc0])) + 5

	bytes.writeUInt16BE(240, size)
	bytes.writeUInt16BE(240, size + 2)
	for (let i = 12; i > 6; i--)
		bytes[bytes.length - i] = randomInt(255) // never a marker
	return bytes
}
let organizer, other_organizer, person, student, other, supervisor2, hr, hr2

const make = async (more = {}) => ok(await organizer.post('/api/campus/events/', {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ['qr', 'front_photo', 'back_photo', 'signature'], ...more
}), 201)
// The attempt that a good code of so many seconds ago would have made.
function begin(event, who = person, steps = ['qr'], ago = 0) {
	const uuid = randomUUID()

	sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, event_starts_at, qr_at, qr_step, session_at, steps_done, created_at, updated_at)
		SELECT ${hex(uuid)}, e.id, m.account_id, e.campus_id, m.department_id, e.starts_at, @t := UTC_TIMESTAMP(3) - INTERVAL ${ago} SECOND, 1, @t, '${JSON.stringify(steps)}', @t, @t
		FROM campus_event e JOIN campus_member m ON m.account_id = ${who.user.id} WHERE e.uuid = ${hex(event.id)}`)
	return uuid
}
function form(fields) {
	const body = new FormData()

	for (const [name, value] of Object.entries(fields))
		if (Buffer.isBuffer(value))
			body.append(name, new Blob([value], { type: 'image/jpeg' }), 'selfie.jpg')
		else
			body.append(name, value)
	return body
}
const send = (who, what, fields) => who.post(`${AT}${what}/`, form(fields))
const front = (who, event, bytes, more) => send(who, 'upload-front-photo', { event_id: event.id, photo: bytes, ...more })
const rows = (uuid) => sql(`SELECT x.kind, x.file_sha256, x.sent_sha256, x.tries FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id WHERE a.uuid = ${hex(uuid)} ORDER BY x.id`)
const flags = (uuid) => sql(`SELECT f.code FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(uuid)} ORDER BY f.code`).flat()
// A hand's: the intervals differ.
const drawn = () => [Array.from({ length: 30 }, (_, i) => [i / 30, Math.random(), Math.round(i * 16 + Math.random() * 9)])]

before(async () => {
	const people = {}

	for (const [name, role, more] of [['organizer', 'campus_organizer'], ['other_organizer', 'campus_organizer'], ['hr', 'hr'], ['hr2', 'hr', { campus: 2 }], ['supervisor2', 'supervisor', { department: 2 }]])
		people[name] = as(await new_member(role, more))
	;({ organizer, other_organizer, hr, hr2, supervisor2 } = people)
	person = await new_member('student', { department: 1 })
	student = as(person)
	other = as(await new_member('student'))
	agrees(person)
})

test('photos and strokes are taken in their order, and kept', async () => {
	const event = await make(), uuid = begin(event), bytes = photo(), back = photo()

	refused(await send(student, 'upload-back-photo', { event_id: event.id, photo: back }), 400, 'STEP_ORDER')
	const one = ok(await front(student, event, bytes, { captured_at: 'undefined', image: 'null' }), 201)
	assert.deepEqual([one.sha256, one.width, one.height, one.bytes, one.next_step], [sha(bytes), 240, 240, bytes.length, 'back_photo'])
	assert.match(one.evidence_id, /^[0-9a-f-]{36}$/)
	assert.equal(ok(await send(student, 'upload-back-photo', { attendance_id: uuid, image: back }), 201).next_step, 'signature')
	const signed = ok(await student.post(`${AT}capture-signature/`, { event: event.id, strokes: drawn() }), 201)
	assert.equal(signed.next_step, 'submit')
	assert.deepEqual(rows(uuid).map(([kind]) => kind), ['front', 'back', 'signature'])
	assert.ok(flags(uuid).every((code) => code === 'photo_interval'))
	const lines = await student.get(`${AT}${uuid}/photos/signature/?size=svg`), picture = await student.get(`${AT}${uuid}/photos/front/?size=svg`)
	assert.deepEqual([lines.headers.get('content-type'), picture.headers.get('content-type')], ['image/svg+xml', 'image/png'])
	assert.match(lines.text ?? lines.body, /^<svg [^>]*viewBox="0 0 600 300"><path [^>]*d="M[\d.]+ [\d.]+L/)
})

test('how long somebody took from one photo to the other is told by when they were made, or came apart', async () => {
	const at = (seconds) => iso(Date.now() - seconds * 1000)
	const taken = async (first, second) => {
		const event = await make(), uuid = begin(event)

		ok(await front(student, event, photo(), first && { captured_at: first }), 201)
		ok(await send(student, 'upload-back-photo', { event_id: event.id, photo: photo(), ...second && { captured_at: second } }), 201)
		return flags(uuid)
	}

	assert.deepEqual(await taken(at(20), at(8)), [])
	assert.deepEqual(await taken(at(8), at(8)), ['photo_interval'])
	assert.deepEqual(await taken(at(119), at(-2)), ['photo_interval'])
	// Together, as old apps send them: nobody knows.
	const event = await make(), uuid = begin(event)
	ok(await send(student, 'submit', { event_id: event.id, front_photo: photo(), back_photo: photo(), strokes: JSON.stringify(drawn()) }), 201)
	assert.equal(flags(uuid).includes('photo_interval'), false)
	// Later, by when they came.
	const late = await make(), record = begin(late)
	ok(await front(student, late, photo()), 201)
	sql(`UPDATE attendance_evidence x JOIN attendance a ON a.id = x.attendance_id SET x.received_at = x.received_at - INTERVAL 121 SECOND WHERE a.uuid = ${hex(record)}`)
	ok(await send(student, 'upload-back-photo', { event_id: late.id, photo: photo() }), 201)
	assert.deepEqual(flags(record), ['photo_interval'])
})

test('what is no photo is refused, and nothing of it is kept', async () => {
	const event = await make(), uuid = begin(event), large = png(240, 240)

	large.writeUInt32BE(50_000, 16)
	large.writeUInt32BE(50_000, 20)
	for (const [bytes, status, what] of [
		[Buffer.alloc(0), 400, 'empty'], [Buffer.from('no picture at all, but a text'), 415, 'text'],
		[Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 415, 'SVG'], [large, 400, 'huge'], [JPEG, 400, 'small'],
		[photo(239), 400, 'nearly'], [Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 415, 'HEIC'], [Buffer.concat([photo(), Buffer.alloc(5120 * 1024)]), 413, 'bytes']
	]) {
		const answer = await front(student, event, bytes)

		assert.equal(answer.status, status, what)
		assert.ok(Array.isArray(answer.body.photo) && answer.body.detail === answer.body.error, what)
	}
	assert.match((await front(student, event, Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'))).body.error, /HEIC/)
	assert.equal((await send(student, 'upload-front-photo', { event_id: event.id, photo: 'undefined' })).status, 400)
	assert.deepEqual(rows(uuid), [])
})

test('what stands behind a picture or beside it is not kept', async () => {
	const event = await make(), uuid = begin(event), plain = photo(), tail = Buffer.concat([plain, Buffer.from('PK\x03\x04<script>')])
	const one = ok(await front(student, event, tail), 201)

	assert.deepEqual([one.sha256, one.bytes], [sha(plain), plain.length])
	assert.deepEqual(rows(uuid).map((row) => row.slice(1)), [[sha(plain), sha(tail), '1']])
	const pixels = grain(240, 240), named = png(240, 240, pixels, [['tEXt', 'Author\0N 52 30 59']])
	assert.equal(ok(await front(student, event, named), 201).sha256, sha(png(240, 240, pixels)))
})

test("another's attempt is not there, nor one without a code", async () => {
	const event = await make(), uuid = begin(event)

	assert.equal((await front(other, event, photo())).status, 400)
	assert.equal((await send(other, 'upload-front-photo', { attendance_id: uuid, photo: photo() })).status, 404)
	assert.equal((await send(student, 'upload-front-photo', { attendance_id: randomUUID(), photo: photo() })).status, 404)
	sql(`UPDATE attendance SET session_at = session_at - INTERVAL 11 MINUTE WHERE uuid = ${hex(uuid)}`)
	refused(await front(student, event, photo()), 400, 'QR_REQUIRED')
	assert.deepEqual(rows(uuid), [])
})

test('a step repeated replaces what was there, five times at most', async () => {
	const event = await make(), uuid = begin(event)
	let last

	for (let i = 0; i < 5; i++)
		last = ok(await front(student, event, photo()), 201)
	refused(await front(student, event, photo()), 400, 'STEP_LIMIT')
	assert.deepEqual(rows(uuid).map(([kind, file, , tries]) => [kind, file, tries]), [['front', last.sha256, '5']])
})

test('the same photo of another account, and the same signature, are flagged', async () => {
	const event = await make(), bytes = photo(), strokes = drawn()
	const mine = begin(event), theirs_of = await new_member('student'), theirs = begin(event, theirs_of), they = as(theirs_of)

	agrees(theirs_of)
	for (const [who, uuid] of [[student, mine], [they, theirs]]) {
		ok(await front(who, event, bytes), 201)
		ok(await send(who, 'upload-back-photo', { event_id: event.id, photo: photo() }), 201)
		ok(await send(who, 'capture-signature', { event_id: event.id, strokes: JSON.stringify(strokes) }), 201)
		assert.equal(flags(uuid).includes('photo_reused'), who === they)
		assert.equal(flags(uuid).includes('signature_replay'), who === they)
	}
})

test('signatures have bounds, and a machine is told from a hand', async () => {
	const event = await make({ required_steps: ['qr', 'signature'] }), uuid = begin(event)
	const sign = (body) => student.post(`${AT}capture-signature/`, { event_id: event.id, ...body })
	const uri = (bytes) => `data:image/png;base64,${bytes.toString('base64')}`

	for (const strokes of [[], [[[0, 0, 0]]], [[[0, 0]]], 'text', [Array.from({ length: 20 }, (_, i) => [i / 1000, 0, i])], [Array(9).fill([2, 0, 0])]])
		assert.ok(Array.isArray((await sign({ strokes })).body.strokes), JSON.stringify(strokes))
	assert.equal((await sign({ signature: uri(png(2001, 10)) })).status, 400)
	assert.equal((await sign({ signature: uri(JPEG) })).status, 415)
	assert.equal((await sign({ signature: 'data:image/png;base64,!!' })).status, 400)
	assert.equal((await sign({ signature: uri(png(600, 400, grain(600, 400))) })).status, 413)
	assert.equal((await sign({})).status, 400)
	assert.deepEqual(rows(uuid), [])
	assert.equal(ok(await sign({ signature: uri(png(300, 100, grain(300, 100))) }), 201).width, 300)
	assert.deepEqual(flags(uuid), [])
	ok(await sign({ strokes: [Array.from({ length: 30 }, (_, i) => [i / 30, Math.random(), i * 16])] }), 201)
	assert.deepEqual(flags(uuid), ['signature_replay'])
})

test('a photo is seen by who may see its record, and each look is told', async () => {
	const event = await make(), uuid = begin(event), bytes = photo()
	const looks = () => Number(sql(`SELECT COUNT(*) FROM audit_log l JOIN attendance a ON a.id = l.noun_id WHERE l.noun = 'attendance_evidence' AND l.action = 'look' AND a.uuid = ${hex(uuid)}`)[0][0])

	ok(await front(student, event, bytes), 201)
	let n = 0
	for (const [who, status] of [[student, 200], [organizer, 200], [hr, 200], [other, 404], [other_organizer, 404], [hr2, 404], [supervisor2, 404]]) {
		const seen = await who.get(`${AT}${uuid}/photos/front/`)

		assert.equal(seen.status, status)
		assert.equal(looks(), n += status === 200 ? 1 : 0)
	}
	for (const kind of ['back', 'signature', 'file'])
		assert.equal((await student.get(`${AT}${uuid}/photos/${kind}/`)).status, 404)
	assert.equal((await student.get(`${AT}${randomUUID()}/photos/front/`)).status, 404)
	assert.equal((await student.get(`${AT}x/photos/front/`)).status, 404)
})

test('a job makes them small, finds what is alike, blank or broken, and what came goes', async () => {
	const event = await make(), shade = Buffer.alloc(1601 * 1200)
	for (let y = 0; y < 1200; y++)
		for (let x = 1; x <= 1600; x++)
			shade[y * 1601 + x] = 60 + ((x * 7 / 1600 | 0) * 37 + (y * 6 / 1200 | 0) * 91) % 160
	const copy = Buffer.from(shade)
	for (let i = 100; i < 1500; i++)
		copy[i] = 0
	const theirs = await new_member('student'), mine = begin(event), second = begin(event, theirs), first = png(1600, 1200, shade)
	const looked = (uuid) => sql(`SELECT COUNT(*) FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id WHERE a.uuid = ${hex(uuid)} AND x.looked_at IS NULL`)[0][0] === '0'
	const look = (uuid) => until('it is looked at', () => { jobs_run('evidence'); return looked(uuid) })

	ok(await front(student, event, first), 201)
	await look(mine)
	const [[, file]] = rows(mine)
	assert.notEqual(file, sha(first))
	assert.deepEqual(sql(`SELECT COUNT(*) FROM stored_file WHERE sha256 = '${sha(first)}'`), [['0']])
	assert.deepEqual(sql(`SELECT thumb IS NOT NULL FROM stored_file WHERE sha256 = '${file}'`), [['1']])
	assert.deepEqual(flags(mine), [])
	sql(`UPDATE attendance SET state = 'submitted', status = 'present', verification_status = 'verified', submitted_at = UTC_TIMESTAMP(3) WHERE uuid = ${hex(second)}`)
	sql(`INSERT INTO attendance_evidence (uuid, attendance_id, kind, sent_sha256, file_sha256, bytes, width, height, received_at)
		SELECT ${hex(randomUUID())}, id, 'front', '${'0'.repeat(64)}', '${file}', 1, 1280, 960, UTC_TIMESTAMP(3) FROM attendance WHERE uuid = ${hex(second)}`)
	await look(second)
	assert.deepEqual(flags(second), ['photo_reused'])
	assert.deepEqual(sql(`SELECT verification_status FROM attendance WHERE uuid = ${hex(second)}`), [['pending']])
	// Half of a picture, and an empty sheet.
	const broken = await make({ required_steps: ['qr', 'front_photo', 'signature'] }), uuid = begin(broken), half = photo()
	ok(await front(student, broken, half.subarray(0, half.length / 2)), 201)
	ok(await student.post(`${AT}capture-signature/`, { event_id: broken.id, signature: `data:image/png;base64,${png(400, 200, Buffer.concat(Array(200).fill(Buffer.concat([Buffer.alloc(1), Buffer.alloc(400, 255)])))).toString('base64')}` }), 201)
	await look(uuid)
	assert.deepEqual(flags(uuid), ['blank_signature', 'unreadable'])
})

test('a submit brings them along, and who wants none kept is marked without', async () => {
	const event = await make(), uuid = begin(event), bytes = photo()
	const done = ok(await send(student, 'submit', { event_id: event.id, selfie_image: bytes, back_photo: photo(), strokes: JSON.stringify(drawn()), notes: 'null' }), 201)

	assert.deepEqual([done.attendance_id, done.next_steps], [uuid, []])
	assert.deepEqual(rows(uuid).map(([kind]) => kind), ['front', 'back', 'signature'])
	const broken = await make(), again = begin(broken)
	assert.equal((await send(student, 'submit', { event_id: broken.id, selfie_image: photo(), strokes: '[]' })).status, 400)
	assert.deepEqual(rows(again), [])
	const someone = await new_member('student'), they = as(someone), theirs = begin(event, someone)
	assert.equal((await they.delete(CONSENT)).status, 204)
	const without = ok(await they.post(`${AT}submit/`, { event_id: event.id }), 201)
	assert.deepEqual([without.verification_status, without.next_steps], ['pending', ['front_photo', 'back_photo', 'signature']])
	assert.ok(flags(theirs).includes('no_consent'))
})

test('who has not agreed to the notice of now has no evidence kept: its steps say so, and a submit goes on without', async () => {
	const someone = await new_member('student'), they = as(someone), version = (now) => sql(`UPDATE campus_member SET consent_version = ${now} WHERE account_id = ${someone.user.id}`)
	const refuses = async (event) => {
		for (const answer of [await front(they, event, photo()), await they.post(`${AT}capture-signature/`, { event_id: event.id, strokes: drawn() })])
			refused(answer, 400, 'NO_CONSENT')
	}

	// Nothing said yet, declined, and of another notice.
	for (const said of ['NULL', '0']) {
		const event = await make({ required_steps: ['qr', 'front_photo', 'signature'] }), uuid = begin(event, someone, ['qr', 'front_photo'])

		version(said)
		await refuses(event)
		sql(`UPDATE attendance SET steps_done = '["qr"]' WHERE uuid = ${hex(uuid)}`)
		// As apps send it that know of no notice: everything at once, in a form.
		const done = ok(await send(they, 'submit', { event: event.id, selfie_image: photo(), strokes: JSON.stringify(drawn()) }), 201)
		assert.deepEqual([done.verification_status, done.next_steps, done.flags.map(({ code, message }) => [code, message.length > 0])], ['pending', ['front_photo', 'signature'], [['no_consent', true]]])
		assert.deepEqual([rows(uuid), flags(uuid)], [[], ['no_consent', 'unverified_account']])
		// They agree after all: what is missing may still come.
		ok(await they.post(CONSENT, { version: 1 }))
		assert.equal(ok(await front(they, event, photo()), 201).next_step, 'signature')
		assert.deepEqual(rows(uuid).map(([kind]) => kind), ['front'])
	}
	// Who was asked for no evidence, or sent none and has not declined, has no flag of it.
	version('NULL')
	for (const [steps, body] of [[['qr'], { selfie_image: photo() }], [['qr', 'front_photo'], {}]]) {
		const event = await make({ required_steps: steps }), uuid = begin(event, someone)

		ok(await send(they, 'submit', { event: event.id, ...body }), 201)
		assert.deepEqual([rows(uuid), flags(uuid)], [[], ['unverified_account']])
	}
})

test('the notice that is agreed to is that of now', async () => {
	const someone = await new_member('student'), they = as(someone), said = () => sql(`SELECT COALESCE(consent_version, 'none') FROM campus_member WHERE account_id = ${someone.user.id}`)[0][0]

	for (const version of [2, 0, -1, 1000000, 'first', '', null, undefined]) {
		assert.deepEqual(Object.keys(refused(await they.post(CONSENT, { version }), 422, 'VALIDATION_ERROR').errors), ['version'], String(version))
		assert.equal(said(), 'none')
	}
	assert.deepEqual([ok(await they.post(CONSENT, { version: 1 })).version, said()], [1, '1'])
	assert.equal((await they.delete(CONSENT)).status, 204)
	assert.equal(said(), '0')
	assert.deepEqual(sql(`SELECT action FROM audit_log WHERE noun = 'campus_member' AND noun_id = ${someone.user.id} ORDER BY id`).flat(), ['consent', 'withdraw'])
})

test('when and where a photo says that it was taken is held against now and here, and is not kept', async () => {
	const PLACE = { latitude: 52.5145, longitude: 13.3501 }, taken = async (kind, said, more) => {
		const event = await make({ required_steps: ['qr', 'front_photo'], location_radius: 100, ...PLACE, ...more }), uuid = begin(event)
		const plain = kind === 'png' ? photo() : jpeg(), sent = with_exif(plain, exif(said)), one = ok(await front(student, event, sent), 201)

		assert.ok(sent.length > plain.length)
		assert.deepEqual([one.sha256, rows(uuid)[0].slice(1, 3)], [sha(plain), [sha(plain), sha(sent)]])
		assert.deepEqual([...new Set(sql(`SELECT f.severity FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE a.uuid = ${hex(uuid)}`).flat())], flags(uuid).length ? ['medium'] : [])
		return flags(uuid)
	}
	const ago = (minutes) => ({ at: Date.now() - minutes * MINUTE, offset: '+00:00' }), berlin = new Date(Date.now()).toLocaleString('sv', { timeZone: 'Europe/Berlin' })

	for (const kind of ['png', 'jpeg']) {
		assert.deepEqual(await taken(kind, { ...ago(0), ...PLACE }), [])
		assert.deepEqual(await taken(kind, { ...ago(9.5), ...PLACE }), [])
		assert.deepEqual(await taken(kind, ago(10.5)), ['photo_old'])
		// The radius and half a kilometre: 600 m. A degree of latitude has 111.27 km here.
		assert.deepEqual(await taken(kind, { latitude: PLACE.latitude + 0.0053, longitude: PLACE.longitude }), [])
		assert.deepEqual(await taken(kind, { latitude: PLACE.latitude + 0.0055, longitude: PLACE.longitude }), ['photo_elsewhere'])
		assert.deepEqual(await taken(kind, { ...ago(600), latitude: -PLACE.latitude, longitude: PLACE.longitude }), ['photo_elsewhere', 'photo_old'])
	}
	// An event in two rooms is in both, each with its own radius.
	const rooms = { places: [{ name: 'Annex', latitude: -PLACE.latitude, longitude: PLACE.longitude, location_radius: 1000 }] }
	assert.deepEqual(await taken('jpeg', { latitude: -PLACE.latitude - 0.013, longitude: PLACE.longitude }, rooms), [])
	assert.deepEqual(await taken('jpeg', { latitude: -PLACE.latitude - 0.014, longitude: PLACE.longitude }, rooms), ['photo_elsewhere'])
	// A clock that does not say of where is that of where the event is.
	assert.deepEqual(await taken('png', { wall: berlin }), [])
	assert.deepEqual(await taken('png', { wall: iso(Date.now() - 30_000).slice(0, 19) }), ['photo_old'])
})

test('they go when their days are over or their person agrees no more, but for what is held', async () => {
	const event = await make({ required_steps: ['qr', 'front_photo'] }), someone = await new_member('student'), they = as(someone), uuid = begin(event, someone)
	const gone = () => sql(`SELECT x.purged_at IS NOT NULL, x.file_sha256 IS NULL FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id WHERE a.uuid = ${hex(uuid)}`)[0].join('')

	assert.ok(ok(await they.post(CONSENT, { version: 1 })).consent_at)
	ok(await front(they, event, photo()), 201)
	sql(`UPDATE attendance SET held = 1 WHERE uuid = ${hex(uuid)}`)
	assert.equal((await they.delete(CONSENT)).status, 204)
	refused(await front(they, event, photo()), 400, 'NO_CONSENT')
	const [[name]] = sql(`SELECT x.file_sha256 FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id WHERE a.uuid = ${hex(uuid)}`)
	jobs_run('evidence')
	await until('the job ran', () => sql("SELECT due_at > UTC_TIMESTAMP(3) AND lease IS NULL FROM job WHERE name = 'evidence'")[0][0] === '1')
	assert.equal(gone(), '00')
	sql(`UPDATE attendance SET held = 0 WHERE uuid = ${hex(uuid)}`)
	await until('it is purged', () => { jobs_run('evidence'); return gone() === '11' })
	await until('its file is gone', () => sql(`SELECT COUNT(*) FROM stored_file WHERE sha256 = '${name}'`)[0][0] === '0')
	assert.equal((await they.get(`${AT}${uuid}/photos/front/`)).status, 404)
	const [[id]] = sql(`SELECT id FROM attendance WHERE uuid = ${hex(uuid)}`)
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'attendance_evidence' AND action = 'purge' AND noun_id = ${id}`)[0][0], '1')
	// Of who agrees, by days.
	const mine = begin(event)
	ok(await front(student, event, photo()), 201)
	sql(`UPDATE attendance_evidence x JOIN attendance a ON a.id = x.attendance_id SET x.received_at = x.received_at - INTERVAL 91 DAY WHERE a.uuid = ${hex(mine)}`)
	await until('its days are over', () => { jobs_run('evidence'); return rows(mine)[0][1] === 'NULL' || rows(mine)[0][1] === null || rows(mine)[0][1] === '' })
})
