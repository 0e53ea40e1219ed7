// Where pictures are: addresses that an <img> can fetch, which sends no token and no cookie of ours. Those of events and
// organizers are everybody's; any other's is signed, for one picture and for a while.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, test } from 'node:test'
import { api, Browser, code, DEMO, site, sql, token } from './lib.mjs'
import { GIF, grain, JPEG, picture, png, upload, WEBP } from './picture.mjs'
import { as, bought, code_of, new_card, new_customer, new_event, new_organizer, new_usher, ok, refused, scan, setting } from './world.mjs'

const ME = '/api/v1/users/me/', LOGO = '/api/organizer/profile/'
const SIGNED = /^(.*)\/files\/([0-9a-f]{64})\?until=(\d+)&sign=([\w-]{43})$/
const base = setting('site', 'base_url')
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')
const send = (person, bytes, path = ME, field = 'photo') => api('PUT', path, upload(field, bytes), { token: person.access })
const sent = async (...to) => ok(await send(...to))
// As an <img> does, from anywhere: not a header of ours.
const fetched = (address) => fetch(address, { headers: { 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' } })

async function shows(address, bytes, type = 'image/png') {
	const answer = await fetched(address)

	assert.equal(answer.status, 200, address)
	assert.equal(answer.headers.get('content-type'), type)
	assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes)
}

let ann, bytes

before(async () => {
	[ann, bytes] = [await new_customer({ name: 'Ann Arbor' }), picture()]
})

test('a photo\'s address is whole, signed for a day at least, and fetched without any header', async () => {
	const { photo } = await sent(ann, bytes), [, where, name, until] = photo.match(SIGNED)
	const hours = (Number(until) - Date.now() / 1000) / 3600

	assert.equal(where, base)
	assert.equal(name, sha(bytes))
	assert.ok(hours > 23.9 && hours <= 30, `${hours}`)
	assert.equal(Number(until) % (6 * 3600), 0, 'so that it stays the same for hours')
	await shows(photo, bytes)
})

// Where it was taken, in what cameras and programs write beside a picture.
const PLACE = 'N 52 30 59, E 13 22 39..', SEGMENT = (kind, text) => Buffer.from([0xff, kind, 0, 2 + text.length, ...Buffer.from(text, 'latin1')])

test('what a camera wrote beside the picture is seen by nobody', async () => {
	const noise = grain(8, 8), plain = png(8, 8, noise)
	const jpeg = (...beside) => Buffer.concat([JPEG.subarray(0, 2), ...beside, JPEG.subarray(2)])
	const riff = (bytes) => (bytes.writeUInt32LE(bytes.length - 8, 4), bytes)
	const webp = Buffer.concat([Buffer.from('RIFF....WEBPVP8X\x0a\0\0\0\x0c\0\0\0\x0f\0\0\x0b\0\0', 'latin1'), WEBP.subarray(12)])
	const without_flags = Buffer.from(webp)
	without_flags[20] = 0

	for (const [with_place, without, type] of [
		[Buffer.concat([png(8, 8, noise, [['eXIf', PLACE], ['tEXt', `Comment\0${PLACE}`]]), Buffer.from(PLACE)]), plain, 'image/png'],
		[Buffer.concat([jpeg(SEGMENT(0xe1, `Exif\0\0MM\0*\0\0\0\b\0\0${PLACE}`), SEGMENT(0xfe, PLACE)), Buffer.from(PLACE)]), jpeg(), 'image/jpeg'],
		[riff(Buffer.concat([webp, Buffer.from(`EXIF\x1a\0\0\0Exif\0\0${PLACE.slice(0, 20)}XMP \x18\0\0\0${PLACE}`, 'latin1')])), riff(without_flags), 'image/webp'],
		[Buffer.concat([GIF.subarray(0, -1), Buffer.from(`!\xfe\x18${PLACE}\0;${PLACE}`, 'latin1')]), GIF, 'image/gif']
	]) {
		assert.ok(with_place.includes(PLACE) && !without.includes(PLACE.slice(0, 10)))
		const { photo } = await sent(ann, with_place), answer = await fetched(photo)
		assert.equal(answer.headers.get('content-type'), type)
		assert.deepEqual(Buffer.from(await answer.arrayBuffer()), without)
		assert.equal(photo.match(SIGNED)[2], sha(without))
	}
	await sent(ann, bytes)
})

test('and small, where one asks for that, whoever makes it so', async () => {
	const large = picture(200_000), { photo } = await sent(ann, large), small = await fetched(`${photo}&size=thumb`)
	const made = Buffer.from(await small.arrayBuffer())

	assert.equal(small.headers.get('content-type'), 'image/jpeg')
	assert.ok(made.length > 1000 && made.length < large.length / 2, `${made.length}`)
	await shows(photo, large)
	await sent(ann, bytes)
})

test('the same picture comes at the same address, so that an answer with it stays unchanged', async () => {
	const first = await as(ann).get(ME), again = await as(ann).get(ME)

	assert.equal(ok(again).photo, ok(first).photo)
	const kept = await api('GET', ME, undefined, { token: ann.access, headers: { 'if-none-match': first.headers.get('etag') } })
	assert.equal(kept.status, 304)
})

test('an address that was bent, is over or is another picture\'s shows nothing', async () => {
	const { photo } = ok(await as(ann).get(ME)), [, , name, until, sign] = photo.match(SIGNED)
	const eve = await new_customer(), other = await sent(eve, picture()), [, , hers, , its] = other.photo.match(SIGNED)
	const at = (file, query) => `${site}/files/${file}${query ? `?${new URLSearchParams(query)}` : ''}`
	const bent = [...sign].map((c, i) => sign.slice(0, i) + (c === 'A' ? 'B' : 'A') + sign.slice(i + 1))

	for (const address of [
		at(name), at(name, { until }), at(name, { sign }), at(name, { until, sign: its }), at(hers, { until, sign }),
		at(name, { until: Number(until) + 1, sign }), at(name, { until: Number(until) - 6 * 3600, sign }),
		at(name, { until: Math.floor(Date.now() / 1000) - 1, sign }), at(name, { until: 1, sign }), at(name, { until, sign: `${sign}A` }),
		at(name, { until, sign: sign.slice(0, -1) }), at(name, { until, sign: sign.toLowerCase() }), ...bent.map((s) => at(name, { until, sign: s }))
	])
		assert.equal((await fetched(address)).status, 404, address)
	for (const query of [{ until: 'soon', sign }, { until: -1, sign }, { until, sign: 'x'.repeat(65) }, { until: '9'.repeat(30), sign }])
		assert.equal((await fetched(at(name, query))).status, 422, JSON.stringify(query))
	// On the API's address too it is a bearer or nothing.
	assert.equal((await api('GET', `/api/files/${name}?until=${until}&sign=${sign}`)).status, 401)
	await shows(at(name, { until, sign }), bytes)
})

test('who stands at the gate: their photo, and a dependent\'s own', async () => {
	const event = await new_event(), usher = await new_usher(event), uid = new_card(ann), [t] = await bought(ann, event)
	const face = picture(), lou = ok(await as(ann).post('/api/v1/users/dependents/', upload('photo', face, {
		name: 'Lou', relationship: 'son', birth_date: '2019-05-04'
	})), 201)
	const [hers] = await bought(ann, event, [{
		category_id: event.categories[0].id, quantity: 1, holders: [{ name: 'Lou', dependent_id: lou.id }]
	}])

	const seen = ok(await as(usher).get(`/api/usher/scan/attendee/${uid}/`))
	assert.match(seen.photo, SIGNED)
	await shows(seen.photo, bytes)
	const scanned = ok(await scan(usher, { code: await code_of(ann, t) }))
	await shows(scanned.attendee.photo, bytes)
	assert.equal(scanned.attendee.photo.match(SIGNED)[1], base)
	await shows(ok(await scan(usher, { card_id: uid, ticket_id: hers.id })).attendee.photo, face)
})

test('an event\'s picture is everybody\'s once the event is; staff see a draft\'s, signed', async () => {
	const cover = picture(), staff = as(await token('staff')), organizer = await new_organizer()

	await sent(organizer, cover, LOGO, 'logo')
	const [event, draft] = [await new_event(), await new_event({ publish: false })], hidden = picture()
	await sent(organizer, hidden, LOGO, 'logo')
	sql(`UPDATE event SET image = '${sha(cover)}' WHERE id = ${event.id}; UPDATE event SET image = '${sha(hidden)}' WHERE id = ${draft.id}`)
	ok(await as(organizer).put(LOGO, { logo: null }))

	const address = `${base}/files/${sha(cover)}`
	assert.equal(ok(await api('GET', `/api/v1/public/events/${event.id}/`)).image, address)
	const listed = ok(await api('GET', '/api/v1/public/events/', undefined, { query: { search: event.title } })).items
	assert.deepEqual(listed.filter((e) => e.id === event.id).map((e) => e.image), [address])
	await shows(address, cover)
	const page = await new Browser().open(`/events/${event.id}`)
	assert.ok(page.html.includes(`src="/files/${sha(cover)}"`))

	assert.equal((await fetched(`${site}/files/${sha(hidden)}`)).status, 404)
	const { image } = ok(await staff.get(`/api/events/${draft.id}/`))
	assert.match(image, SIGNED)
	await shows(image, hidden)
	assert.equal(ok(await staff.put(`/api/events/${draft.id}/`, { featured: false })).image, image)
	sql(`UPDATE event SET image = NULL WHERE id IN (${event.id}, ${draft.id})`)
})

test('an organizer\'s logo is everybody\'s', async () => {
	const organizer = await new_organizer(), logo = picture(), saved = await sent(organizer, logo, LOGO, 'logo')

	assert.equal(saved.logo, `${base}/files/${sha(logo)}`)
	assert.equal(ok(await as(organizer).get('/api/organizer/me/')).logo, saved.logo)
	await shows(saved.logo, logo)
})

test('every portal\'s own page shows its picture', async () => {
	const browser = new Browser(), face = picture()

	await browser.open('/merchant/sign-in')
	await browser.submit('/merchant/sign-in', DEMO.merchant)
	await browser.send('/merchant/sign-in/code', { otp: await code(DEMO.merchant.mobile_number) })
	await browser.open('/merchant/account')
	const name = browser.html.match(/name="name"[^>]*value="([^"]+)"/)[1]
	await browser.open('/merchant/account', {
		method: 'POST', body: upload('photo', face, { ...browser.hidden('/merchant/account'), name, email: '', locale: 'en' })
	})
	assert.equal(browser.status, 303, browser.html)
	await browser.open('/merchant/account')
	const [, source] = browser.html.match(/<img class="portrait" src="(\/files\/[^"]+)"/)
	await shows(site + source.replaceAll('&amp;', '&'), face)
	assert.equal((await browser.open(source.replaceAll('&amp;', '&'))).status, 200)
	refused(await api('GET', `/api/files/${sha(face)}`, undefined, { token: (await new_customer()).access }), 404, 'FILE_NOT_FOUND')
})
