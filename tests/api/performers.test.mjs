// Who plays at an event: made by staff, shown to the public in their order, found by their names, copied with the event.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, Browser, site, sql, token } from './lib.mjs'
import { picture, upload } from './picture.mjs'
import { as, DAY, iso, new_event, new_organizer, new_staff, ok, refused, unique } from './world.mjs'

const AT = '/api/performers/', EVENTS = '/api/v1/public/events/', word = unique()
const soon = { starts_at: iso(Date.now() + 9 * DAY), ends_at: iso(Date.now() + 9.2 * DAY) }
let staff, access, event

before(async () => {
	access = await token('staff')
	staff = as(access)
	event = await new_event({ title: `Band night ${unique()}`, ...soon })
})

const plays = async (name, more = {}) => ok(await staff.post(AT, { event_id: event.id, name, ...more }), 201)
// Who sends a token gets fresh answers.
const one = async (id = event.id) => ok(await staff.get(`${EVENTS}${id}/`))
const found = async (search) => ok(await staff.get(EVENTS, { query: { search } })).items.map(({ id }) => id)

test('who plays is shown in order, with a line, a link and a picture', async () => {
	const last = await plays(`Zither ${word}`, { position: 3 })
	const first = await plays(`Lanterns ${word}`, { part: 'Folk & <b>brass</b>', link: 'https://lanterns.example/?a=1&b=2', position: 1 })
	const drawn = ok(await api('POST', AT, upload('image', picture(), { event_id: event.id, name: `Drawn ${word}`, position: 2 }), { token: access }), 201)
	const { performers } = await one()

	assert.deepEqual(performers.map(({ id }) => id), [first.id, drawn.id, last.id])
	assert.deepEqual(performers[0], { id: first.id, name: `Lanterns ${word}`, part: 'Folk & <b>brass</b>', link: 'https://lanterns.example/?a=1&b=2', image: null })
	assert.match(performers[1].image, /^https?:\/\/[^?]*\/files\/[0-9a-f]{64}$/)
	assert.equal((await fetch(performers[1].image.replace(/^https?:\/\/[^/]+/, process.env.GATEHOUSE_URL))).status, 200, 'everybody sees it')
	assert.deepEqual(ok(await staff.get(EVENTS, { query: { search: event.title } })).items[0].performers, performers, 'a list says the same')
	const { html } = await new Browser().open(`/events/${event.id}?at=${unique()}`)
	const list = /<ul class="performers">([^]*?)<\/ul>/.exec(html)[1]
	assert.match(list, new RegExp(`<a\\s+href="https://lanterns\\.example/\\?a=1&amp;b=2" rel="nofollow noopener ugc"><bdi>Lanterns ${word}</bdi></a>`))
	assert.match(list, /Folk &amp; &lt;b&gt;brass&lt;\/b&gt;/)
	assert.match(list, /<img class="portrait" src="\/files\/[0-9a-f]{64}\?size=thumb"/)
	assert.ok(list.indexOf('Lanterns') < list.indexOf('Drawn') && list.indexOf('Drawn') < list.indexOf('Zither'))
	const csv = await (await fetch(`${site}${EVENTS}?search=${event.title.replaceAll(' ', '+')}&format=csv`)).text()
	assert.match(csv, new RegExp(`Lanterns ${word} \\(Folk & <b>brass</b>\\); Drawn ${word}; Zither ${word}`))
})

test('an event is found by who plays there, beside its other words', async () => {
	assert.deepEqual(await found(`lanterns ${word}`), [event.id])
	assert.deepEqual(await found(`ZITHER ${word} band night`), [event.id], 'each word is somewhere')
	assert.deepEqual(await found(`cello ${word}`), [])
	const { items } = ok(await staff.get(AT, { query: { search: `zith ${word}` } }))
	assert.deepEqual(items.map(({ name }) => name), [`Zither ${word}`])
	assert.equal(items[0].event.title, event.title)
	const accented = await plays(`Dvořák ${word}`)
	assert.deepEqual(await found(`dvorak ${word}`), [event.id])
	ok(await staff.delete(`${AT}${accented.id}/`))
	assert.deepEqual(await found(`dvorak ${word}`), [])
})

test('what is wrong is a fault at its name, and nothing is made', async () => {
	const count = () => sql(`SELECT COUNT(*) FROM performer WHERE event_id = ${event.id}`)[0][0], was = count()
	const wrong = async (fields, ...names) => assert.deepEqual(Object.keys(refused(await staff.post(AT, { event_id: event.id, name: 'X', ...fields }), 422, 'VALIDATION_ERROR').body.errors), names)

	await wrong({ name: '' }, 'name')
	await wrong({ name: 'x'.repeat(161) }, 'name')
	await wrong({ part: 'x'.repeat(201) }, 'part')
	await wrong({ event_id: 999_999_999 }, 'event_id')
	for (const link of ['javascript:alert(1)', 'ftp://a.example/', '//a.example', 'https://', 'https://user:pass@a.example/', 'https://a.example/ b', 'https://a.example/">', 'lanterns.example', ' javascript:alert(1)'])
		await wrong({ link }, 'link')
	refused(await api('POST', AT, upload('image', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), { event_id: event.id, name: 'X' }), { token: access }), 422, 'VALIDATION_ERROR')
	assert.equal(count(), was)
})

test('an event has at most a hundred', async () => {
	const full = await new_event({ ...soon })

	sql(`INSERT INTO performer (event_id, name, created_at, updated_at) SELECT ${full.id}, CONCAT('No ', seq), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM seq_1_to_99`)
	ok(await staff.post(AT, { event_id: full.id, name: 'The last' }), 201)
	assert.deepEqual(Object.keys(refused(await staff.post(AT, { event_id: full.id, name: 'One more' }), 422, 'VALIDATION_ERROR').body.errors), ['event_id'])
	assert.equal((await one(full.id)).performers.length, 100)
})

test('managers make and change them, other staff look, nobody else does', async () => {
	const { id } = await plays(`Kept ${unique()}`), support = as(await new_staff('support')), otto = as(await new_organizer())

	ok(await support.get(`${AT}${id}/`))
	refused(await support.put(`${AT}${id}/`, { name: 'Mine' }), 403, 'FORBIDDEN')
	refused(await support.delete(`${AT}${id}/`), 403, 'FORBIDDEN')
	refused(await otto.get(AT), 403, 'FORBIDDEN')
	refused(await api('GET', AT), 401, 'TOKEN_INVALID')
	assert.equal(ok(await staff.put(`${AT}${id}/`, { part: 'Drums' })).part, 'Drums')
	assert.deepEqual(sql(`SELECT action FROM audit_log WHERE noun = 'performer' AND noun_id = ${id} ORDER BY id`).map(([action]) => action), ['create', 'update'])
	ok(await staff.delete(`${AT}${id}/`))
	refused(await staff.get(`${AT}${id}/`), 404, 'PERFORMER_NOT_FOUND')
})

test('a copy of an event has them too; an event that goes takes them along', async () => {
	const names = async (id) => sql(`SELECT name, part, COALESCE(link, '-'), position FROM performer WHERE event_id = ${id} ORDER BY position, id`)
	const copy = ok(await staff.post(`/api/events/${event.id}/clone/`, { starts_at: iso(Date.now() + 20 * DAY) }), 201)

	assert.ok((await names(event.id)).length >= 3)
	assert.deepEqual(await names(copy.id), await names(event.id))
	refused(await api('GET', `${EVENTS}${copy.id}/`), 404, 'EVENT_NOT_FOUND')
	ok(await staff.delete(`/api/events/${copy.id}/`))
	assert.deepEqual(await names(copy.id), [])
})

test('a picture of who plays at a draft is nobody\'s yet', async () => {
	const draft = await new_event({ ...soon, publish: false })
	const { image } = ok(await api('POST', AT, upload('image', picture(), { event_id: draft.id, name: 'Secret' }), { token: access }), 201)
	const bare = `${process.env.GATEHOUSE_URL}/files/${/[0-9a-f]{64}/.exec(image)[0]}`

	assert.equal((await fetch(bare)).status, 404)
	ok(await staff.post(`/api/events/${draft.id}/publish/`, {}))
	assert.equal((await fetch(`${bare}?at=1`)).status, 200)
})
