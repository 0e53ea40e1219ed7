// The pages of a mark as forms alone, the wall, and the demo's way to a code.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, Browser, sql } from './lib.mjs'
import { png } from './picture.mjs'
import { as, HOUR, iso, new_member, ok, refused, unique } from './world.mjs'

const MINUTE = 60_000
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const make = async (more = {}) => ok(await organizer.post('/api/campus/events/', {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR),
	required_steps: ['qr', 'location'], latitude: 41, longitude: 29, ...more
}), 201)
const demo_code = async (event) => (await api('GET', `/demo/campus/code?event=${event.id}`)).body
const row_of = (event) => sql(`SELECT state, status, verification_status, steps_done FROM attendance WHERE event_id = (SELECT id FROM campus_event WHERE uuid = ${hex(event.id)}) AND account_id = ${person.user.id}`)[0]
let organizer, maker, person, student

async function browser_of(member) {
	const browser = new Browser()

	await browser.go('/campus/sign-in')
	await browser.submit('/campus/sign-in', { username: member.username, password: member.password })
	return browser
}

before(async () => {
	maker = await new_member('campus_organizer')
	organizer = as(maker)
	person = await new_member('student')
	student = await browser_of(person)
	sql(`UPDATE campus_member SET is_verified = 1 WHERE account_id = ${person.user.id}`)
})

test("a demo's code is that of the wall, for an event that is there", async () => {
	const event = await make({ typed_code: true }), shown = ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)), told = await demo_code(event)

	assert.deepEqual([told.event_id, told.title, told.url.replace(told.qr_token, '')], [event.id, event.title, shown.url.replace(shown.qr_token, '')])
	assert.match(told.qr_token, /^GHA1\./)
	assert.match(told.typed_code, /^[0-9A-Z]{8}$/)
	assert.equal((await api('GET', '/demo/campus/code?event=00000000-0000-4000-8000-000000000000')).status, 404)
	assert.ok((await api('GET', '/demo/campus/code')).status >= 400)
})

test('an address that is only opened changes nothing; its button begins the mark, and the page follows its steps', async () => {
	const event = await make(), { qr_token } = await demo_code(event), at = `/campus/m/${qr_token}`

	await student.open(at)
	assert.match(student.html, /You mark yourself as/)
	assert.equal(row_of(event), undefined)
	await student.submit(at, {})
	assert.equal(row_of(event)[0], 'started')
	await student.open(`/campus/mark/${event.id}`)
	assert.match(student.html, /data-place /)
	await student.submit(`/campus/mark/${event.id}/location`, { latitude: '41', longitude: '29', accuracy: '7' })
	await student.open(`/campus/mark/${event.id}`)
	assert.match(student.html, /0 m away, accurate to 7 m\./)
	await student.submit(`/campus/mark/${event.id}/submit`, { notes: 'Here' })
	assert.deepEqual(row_of(event).slice(0, 3), ['submitted', 'present', 'verified'])
})

// A form with files, as a browser sends it.
async function send_files(action, fields) {
	const body = new FormData()

	for (const [name, value] of Object.entries({ ...student.hidden(action), ...fields }))
		body.append(name, ...Buffer.isBuffer(value) ? [new Blob([value]), 'photo.png'] : [value])
	await student.open(action, { method: 'POST', body })
	if (student.location)
		await student.go(student.location)
}
const grainy = () => png(240, 240, Buffer.from(Array.from({ length: 240 * 241 }, (_, i) => i % 241 ? Math.floor(Math.random() * 256) : 0)))
const evidence = (event) => sql(`SELECT x.kind, x.width, x.height FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id
	JOIN campus_event e ON e.id = a.event_id WHERE e.uuid = ${hex(event.id)} AND a.account_id = ${person.user.id} ORDER BY x.id`).map((row) => row.join(' '))
const flags = (event) => sql(`SELECT f.code FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id
	JOIN campus_event e ON e.id = a.event_id WHERE e.uuid = ${hex(event.id)} AND a.account_id = ${person.user.id} ORDER BY f.code`).flat()
const consent = (version) => sql(`UPDATE campus_member SET consent_version = ${version} WHERE account_id = ${person.user.id}`)
async function begin(event) {
	const { qr_token } = await demo_code(event)

	await student.open(`/campus/m/${qr_token}`)
	await student.submit(`/campus/m/${qr_token}`, {})
	assert.equal(student.path, `/campus/mark/${event.id}`)
}

test('the notice comes before the first photo; photos and a typed name are taken by forms alone', async () => {
	const event = await make({ required_steps: ['qr', 'front_photo', 'back_photo', 'signature'] }), at = `/campus/mark/${event.id}`

	consent('NULL')
	await begin(event)
	assert.match(student.html, /I agree/)
	assert.doesNotMatch(student.html, /type="file"/)
	await student.submit(`${at}/consent`, {})
	assert.equal(sql(`SELECT consent_version FROM campus_member WHERE account_id = ${person.user.id}`)[0][0], '1')
	await send_files(`${at}/front`, { photo: Buffer.from('no picture') })
	assert.equal(student.status, 415)
	assert.match(student.html, /Send a JPEG, PNG or WebP picture\./)
	await send_files(`${at}/front`, { photo: grainy() })
	assert.match(student.html, /capture="environment"/)
	await send_files(`${at}/back`, { photo: grainy() })
	await send_files(`${at}/signature`, { typed_name: '' })
	assert.equal(student.status, 422)
	assert.match(student.html, /Sign\./)
	await send_files(`${at}/signature`, { typed_name: 'نور أدلر Noor' })
	assert.match(student.html, /Send my mark/)
	await student.submit(`${at}/submit`, {})
	assert.match(student.html, /You are marked/)
	assert.deepEqual(evidence(event), ['front 240 240', 'back 240 240', 'signature 600 300'])
	assert.deepEqual(flags(event).filter((code) => code !== 'photo_interval'), [])
})

test('the same typed name at another event is no replay', async () => {
	const event = await make({ required_steps: ['qr', 'signature'] }), at = `/campus/mark/${event.id}`

	consent(1)
	await begin(event)
	await send_files(`${at}/signature`, { typed_name: 'نور أدلر Noor' })
	await student.submit(`${at}/submit`, {})
	assert.equal(row_of(event)[2], 'verified')
	assert.deepEqual(flags(event), [])
})

test('who declines goes on without evidence, which a person looks at', async () => {
	const event = await make({ required_steps: ['qr', 'front_photo'] }), at = `/campus/mark/${event.id}`

	consent('NULL')
	await begin(event)
	await student.submit(`${at}/decline`, {})
	assert.doesNotMatch(student.html, /type="file"/)
	await student.submit(`${at}/submit`, {})
	assert.deepEqual(row_of(event).slice(0, 3), ['submitted', 'present', 'pending'])
	assert.deepEqual(flags(event), ['no_consent'])
})

test('without a place all the rest is sent at once, where neither the place nor every step must be', async () => {
	const event = await make({ required_steps: ['qr', 'location', 'front_photo'] }), at = `/campus/mark/${event.id}`

	consent(1)
	await begin(event)
	await student.open(`${at}?without=place`)
	await send_files(`${at}/submit`, { front_photo: grainy() })
	assert.equal(row_of(event)[2], 'pending')
	assert.deepEqual(evidence(event), ['front 240 240'])
	assert.match(student.html, /sent without some of its steps/)
	for (const more of [{ location_mode: 'require' }, { strict_steps: true }]) {
		const strict = await make(more)

		await begin(strict)
		await student.open(`/campus/mark/${strict.id}?without=place`)
		assert.match(student.html, /takes no mark without a place/)
		assert.doesNotMatch(student.html, /without=place/)
	}
})

test('a code that is too old, none of ours or of others is told plainly on its page', async () => {
	const event = await make(), { qr_token } = await demo_code(event), foreign = await make({ audience: [{ rule: 'year_level', value: 5 }] })

	await student.open(`/campus/m/${(await demo_code(foreign)).qr_token}`)
	assert.match(student.html, /You are not expected at this event/)
	await student.open('/campus/m/nonsense')
	assert.match(student.html, /no code of an event here/)
	ok(await organizer.post(`/api/campus/events/${event.id}/qr/refresh/`))
	await student.open(`/campus/m/${qr_token}`)
	assert.match(student.html, /no code of an event here/)
	await student.open(`/campus/mark/${foreign.id}`)
	assert.equal(student.status, 404)
	await student.open(`/campus/mark/${event.id}`)
	assert.match(student.html, /point it at the code on the wall/)
})

test('a typed code begins the mark of its event', async () => {
	const event = await make({ typed_code: true, required_steps: ['qr'] })

	await student.open('/campus/m')
	await student.submit('/campus/m', { qr_token: 'nothing such' })
	assert.match(student.html, /no code of an event here/)
	await student.submit('/campus/m', { qr_token: (await demo_code(event)).typed_code.toLowerCase() })
	assert.equal(student.path, `/campus/mark/${event.id}`)
	assert.match(student.html, /Send my mark/)
})

test("the wall: who may show an event's code sees it, and what else is open; its maker makes old codes dead", async () => {
	const event = await make({ typed_code: true }), other = await make(), browser = await browser_of(maker), at = `/campus/events/${event.id}/wall`

	await browser.open(at)
	assert.match(browser.html, /<img src="data:image\/png;base64,/)
	assert.match(browser.html, /<noscript><meta http-equiv="refresh" content="\d+"><\/noscript>/)
	assert.match(browser.html, new RegExp(`/campus/events/${other.id}/wall`))
	const { qr_token } = await demo_code(event)
	await browser.submit(at, {})
	assert.equal(browser.path, at)
	refused(await as(person).post('/api/campus/attendance/verify-qr/', { qr_token }), 400, 'QR_INVALID')
	await browser.open('/campus/wall')
	assert.match(browser.html, /Several events are open/)
	await student.open(at)
	assert.equal(student.status, 403)
	const stranger = await browser_of(await new_member('campus_organizer'))
	await stranger.open(at)
	assert.equal(stranger.status, 404)
	await stranger.open('/campus/wall')
	assert.match(stranger.html, /Nothing is open/)
})
