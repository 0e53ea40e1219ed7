// An event before it is published: what it lacks, how it will look, its picture; and where the public finds it after.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, Browser, DEMO, site, sql, token } from './lib.mjs'
import { picture, upload } from './picture.mjs'
import { as, DAY, HOUR, iso, new_event, new_staff, new_usher, ok, refused, setting, unique } from './world.mjs'

let staff, access

before(async () => {
	access = await token('staff')
	staff = as(access)
})

const checklist = async (event) => ok(await staff.get(`/api/events/${event.id}/checklist/`))
const lacking = async (event) => (await checklist(event)).checks.filter(({ done }) => !done).map(({ code }) => code)
const soon = { starts_at: iso(Date.now() + 9 * DAY), ends_at: iso(Date.now() + 10 * DAY) }
const venue = async (capacity) => ok(await staff.post('/api/venues/', { name: `Hall ${unique()}`, city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin', capacity }), 201)
const put_picture = (event, bytes) => api('PUT', `/api/events/${event.id}/`, upload('image', bytes), { token: access })

test('what an event lacks goes from its list one by one, as it is done', async () => {
	const event = await new_event({ ...soon, categories: [], publish: false, venue_id: (await venue(100)).id })

	assert.deepEqual(await lacking(event), ['categories', 'on_sale', 'ushers', 'description', 'image'])
	assert.equal((await checklist(event)).ready, false)
	refused(await staff.post(`/api/events/${event.id}/publish/`, {}), 409, 'NO_TICKET_CATEGORY')
	const category = ok(await staff.post('/api/ticket-categories/', { event_id: event.id, name: 'Standing', price: 2500, capacity: 100, sales_end: iso(Date.now() - HOUR) }), 201)
	assert.deepEqual(await lacking(event), ['on_sale', 'ushers', 'description', 'image'], 'its sale is over')
	assert.equal((await checklist(event)).ready, true)
	ok(await staff.put(`/api/ticket-categories/${category.id}/`, { sales_end: null, sales_start: iso(Date.now() + HOUR) })) // a sale whose end is taken away may begin after it
	assert.ok(!(await lacking(event)).includes('on_sale'), 'it has its day')
	ok(await staff.post('/api/ticket-categories/', { event_id: event.id, name: 'Balcony', price: 2500, capacity: 3 }), 201)
	const places = (await checklist(event)).checks.find(({ code }) => code === 'places')
	assert.deepEqual([places.done, places.must, places.n], [false, false, 3], 'the venue holds a hundred')
	ok(await staff.put(`/api/ticket-categories/${category.id}/`, { capacity: 97 }))
	await new_usher(event)
	ok(await staff.put(`/api/events/${event.id}/`, { description: 'Bring a lantern.' }))
	assert.deepEqual(await lacking(event), ['image'])
	ok(await put_picture(event, picture()))
	assert.deepEqual(await lacking(event), [])
	sql(`UPDATE event SET starts_at = UTC_TIMESTAMP(3) - INTERVAL 2 DAY, ends_at = UTC_TIMESTAMP(3) - INTERVAL 1 DAY WHERE id = ${event.id}`)
	assert.deepEqual(await lacking(event), ['future'])
	assert.equal((await checklist(event)).ready, false)
	refused(await staff.post(`/api/events/${event.id}/publish/`, {}), 409, 'EVENT_OVER')
	refused(await staff.get('/api/events/999999999/checklist/'), 404, 'EVENT_NOT_FOUND')
})

test('what is left out of an event is its venue\'s: the zone, and the currency that it last sold in', async () => {
	const at = async (country) => ok(await staff.post('/api/venues/', { name: `Hall ${unique()}`, city: 'X', country, time_zone: 'America/Lima' }), 201).id
	const made = async (more) => staff.post('/api/events/', { title: `E ${unique()}`, organizer_id: 1, category_id: 1, ...soon, ...more })
	const country = ['PE', 'BO', 'EC', 'UY', 'PY', 'CL', 'CO', 'VE'].find((one) => sql(`SELECT COUNT(*) FROM venue WHERE country = '${one}'`)[0][0] === '0')
	const [first, second] = [await at(country), await at(country)]
	const of = ({ time_zone, currency }) => [time_zone, currency]

	assert.deepEqual(of(ok(await made({ venue_id: first }), 201)), ['America/Lima', setting('fees', 'currency') ?? 'EUR'], 'the house\'s, where nothing was ever sold')
	assert.deepEqual(of(ok(await made({ venue_id: first, currency: 'PEN', time_zone: 'America/Bogota' }), 201)), ['America/Bogota', 'PEN'])
	assert.deepEqual(of(ok(await made({ venue_id: second }), 201)), ['America/Lima', 'PEN'], 'the country\'s')
	ok(await made({ venue_id: second, currency: 'USD' }), 201)
	assert.deepEqual(of(ok(await made({ venue_id: second, time_zone: null, currency: null }), 201)), ['America/Lima', 'USD'], 'its own')
	assert.deepEqual(of(ok(await made({ venue_id: first }), 201)), ['America/Lima', 'PEN'])
	const { errors } = refused(await made({ venue_id: 999_999_999 }), 422, 'VALIDATION_ERROR').body
	assert.deepEqual(Object.keys(errors), ['venue_id'], 'what follows from it is not asked for')
	refused(await made({}), 422, 'VALIDATION_ERROR')
	refused(await staff.put(`/api/events/${ok(await made({ venue_id: first }), 201).id}/`, { time_zone: null }), 422, 'VALIDATION_ERROR')
})

test('a venue that says of nobody how many it holds holds any number', async () => {
	const event = await new_event({ ...soon, publish: false, venue_id: (await venue(null)).id, categories: [{ capacity: 999_999 }] })

	assert.ok(!(await lacking(event)).includes('places'))
})

test('staff give an event its picture, which the public sees once it is published, and none that is no picture', async () => {
	const event = await new_event({ ...soon, publish: false }), seen = () => api('GET', `/api/v1/public/events/${event.id}/`)

	refused(await put_picture(event, Buffer.from('no picture')), 422, 'VALIDATION_ERROR')
	const shown = ok(await put_picture(event, picture()))
	assert.match(shown.image, /^http\S+\/files\//)
	const [[sha]] = sql(`SELECT image FROM event WHERE id = ${event.id}`), bare = `/files/${sha}`
	const status = async (path) => (await fetch(site + path)).status

	assert.notEqual(await status(bare), 200, 'nobody sees a draft\'s by its name alone')
	assert.equal((await fetch(shown.image)).status, 200, 'but who was given its address')
	refused(await seen(), 404, 'EVENT_NOT_FOUND')
	ok(await staff.post(`/api/events/${event.id}/publish/`, {}))
	const open = ok(await seen())
	assert.equal((await fetch(open.image)).status, 200)
	ok(await staff.put(`/api/events/${event.id}/`, { title: 'Another' }))
	assert.equal(sql(`SELECT image FROM event WHERE id = ${event.id}`)[0][0], sha, 'what is not given stays')
	refused(await api('PUT', `/api/events/${event.id}/`, upload('image', picture()), { token: (await new_staff('support')).access }), 403, 'FORBIDDEN')
})

test('a draft is seen in a preview, with its tickets, and nobody can buy them; others see none', async () => {
	const event = await new_event({ ...soon, title: `Lampion ${unique()}`, publish: false, categories: [{ name: 'Parquet' }] })
	const browser = new Browser()

	assert.equal((await fetch(`${site}/events/${event.id}`)).status, 404)
	assert.equal((await fetch(`${site}/admin/events/${event.id}/preview`, { redirect: 'manual' })).status, 303)
	await browser.go('/admin/sign-in')
	await browser.submit('/admin/sign-in', DEMO.staff)
	await browser.go(`/admin/events/${event.id}/preview`)
	assert.match(browser.html, new RegExp(event.title))
	assert.match(browser.html, /<fieldset class="bare" disabled>.*Parquet/s)
	assert.ok(!browser.html.includes(`action="/events/${event.id}`), 'there is nothing to press')
})

test('the address that is printed leads to the event, by its code too; a draft has none', async () => {
	const event = await new_event({ ...soon, publish: false }), link = () => staff.get(`/api/events/${event.id}/link/`)

	refused(await link(), 404, 'EVENT_NOT_FOUND')
	ok(await staff.post(`/api/events/${event.id}/publish/`, {}))
	const { url, qr_token, svg, image } = ok(await link())
	assert.equal(url, `${setting('site', 'base_url')}/events/${event.id}`)
	assert.equal(qr_token, url)
	assert.match(svg, /^<svg /)
	assert.match(image, /^data:image\/png;base64,/)
	assert.equal((await fetch(site + new URL(url).pathname)).status, 200)
})
