// An event's cover as pages show it: cut around what whoever brought it says, in several widths, as WebP; and brought by organizers too.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { api, Browser, site, sql, token } from './lib.mjs'
import { grain, JPEG, picture, png, upload } from './picture.mjs'
import { as, DAY, iso, jobs_run, new_customer, new_event, new_organizer, ok, refused, unique, until } from './world.mjs'

const soon = { starts_at: iso(Date.now() + 9 * DAY), ends_at: iso(Date.now() + 9.2 * DAY) }
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')
const large = () => png(1000, 700, grain(1000, 700))
let staff, access

const setting = (value) => sql(`UPDATE setting SET value = '${value}' WHERE name = 'organizer_may_edit'`)

before(async () => {
	access = await token('staff')
	staff = as(access)
	setting('description, image, image_focus')
})
after(() => setting('description, image, image_focus'))

const bring = async (event, bytes, more) => ok(await api('PUT', `/api/events/${event.id}/`, upload('image', bytes, more), { token: access }))
// As an <img> does.
async function shown(name, query) {
	const answer = await fetch(`${site}/files/${name}?${query}`)
	const bytes = Buffer.from(await answer.arrayBuffer()), type = answer.headers.get('content-type')
	const vp8 = bytes.indexOf('VP8 '), size = type === 'image/webp' ? [bytes.readUInt16LE(vp8 + 14) & 0x3fff, bytes.readUInt16LE(vp8 + 16) & 0x3fff] : undefined

	return { status: answer.status, type, bytes, size }
}
const cuts = (name, focus) => sql(`SELECT size, COALESCE(made, 'none') FROM picture_cut WHERE sha256 = '${name}' AND focus = '${focus}' ORDER BY size`)
const cut = (name, focus) => until('it is cut', () => {
	jobs_run('covers')
	return cuts(name, focus).length > 0
})

test('a cover is cut wide and tall in several widths; until then it is shown itself', async () => {
	const event = await new_event(soon), bytes = large(), name = sha(bytes)

	assert.equal((await bring(event, bytes)).image_focus, 'centre')
	await cut(name, 'centre')
	assert.deepEqual(cuts(name, 'centre').map(([size]) => size), ['tall-400', 'tall-800', 'wide-1600', 'wide-400', 'wide-800'])
	for (const [size, ...wanted] of [['wide-400', 400, 250], ['wide-800', 800, 500], ['wide-1600', 1000, 625], ['tall-400', 400, 500], ['tall-800', 560, 700]])
		assert.deepEqual(await shown(name, `size=${size}`).then(({ status, type, size: is }) => [status, type, is]), [200, 'image/webp', wanted], size)
	assert.deepEqual((await shown(name, 'size=wide-400&focus=top')).bytes, bytes, 'nobody has cut that')
	assert.deepEqual((await shown(name, '')).bytes, bytes, 'the picture itself stays')
	assert.equal((await fetch(`${site}/files/${name}?size=wide-401`)).status, 422)
	assert.equal((await fetch(`${site}/files/${name}?size=wide-400&focus=../x`)).status, 422)
	assert.equal((await fetch(`${site}/files/${'0'.repeat(64)}?size=wide-400`)).status, 404)
})

test('it is cut around what somebody says, and anew when they say something else', async () => {
	const event = await new_event(soon), bytes = large(), name = sha(bytes)

	assert.equal((await bring(event, bytes, { image_focus: 'top_left' })).image_focus, 'top_left')
	await cut(name, 'top_left')
	const first = (await shown(name, 'size=wide-400&focus=top_left')).bytes
	assert.equal(ok(await staff.put(`/api/events/${event.id}/`, { image_focus: 'Bottom Right' })).image_focus, 'bottom_right')
	await cut(name, 'bottom_right')
	assert.notDeepEqual((await shown(name, 'size=wide-400&focus=bottom_right')).bytes, first)
	await until('what nobody shows is forgotten', () => {
		jobs_run('covers')
		return cuts(name, 'top_left').length === 0
	})
	refused(await staff.put(`/api/events/${event.id}/`, { image_focus: 'somewhere' }), 422, 'VALIDATION_ERROR')
	assert.equal(ok(await staff.get(`/api/v1/public/events/${event.id}/`)).image_focus, 'bottom_right')
})

test('pages ask for the width that a screen has', async () => {
	const event = await new_event({ ...soon, title: `Cover ${unique()}` }), bytes = large(), name = sha(bytes)

	await bring(event, bytes, { image_focus: 'left' })
	const { html } = await new Browser().open(`/events/${event.id}?at=${unique()}`)
	assert.match(html, new RegExp(`<source media="[^"]+" srcset="/files/${name}\\?size=tall-400&amp;focus=left 400w, /files/${name}\\?size=tall-800&amp;focus=left 800w" sizes="[^"]+">`))
	assert.match(html, new RegExp(`<img class="poster at-left" src="/files/${name}" srcset="/files/${name}\\?size=wide-400&amp;focus=left 400w, [^"]+ 1600w" sizes="`))
	const list = (await new Browser().open(`/events?search=${event.title.replace(' ', '+')}`)).html
	assert.match(list, new RegExp(`<img class="poster at-left" src="/files/${name}"\\s+srcset="/files/${name}\\?size=wide-400`))
	const bare = (await new Browser().open(`/events/${(await new_event(soon)).id}`)).html
	assert.match(bare, /<img class="poster" src="\/events\/\d+\/poster\.svg" alt=""/)
})

test('a copy of an event has its cover and focus; a cut of a draft\'s is nobody\'s', async () => {
	const event = await new_event({ ...soon, publish: false }), bytes = large(), name = sha(bytes)

	await bring(event, bytes, { image_focus: 'right' })
	await cut(name, 'right')
	assert.equal((await shown(name, 'size=wide-400&focus=right')).status, 404)
	const copy = ok(await staff.post(`/api/events/${event.id}/clone/`, { starts_at: iso(Date.now() + 20 * DAY) }), 201)
	assert.equal(copy.image_focus, 'right')
	ok(await staff.delete(`/api/events/${copy.id}/`))
})

test('one that cannot be cut is shown as it is, and is not tried again and again', async () => {
	const event = await new_event(soon), bytes = picture(), name = sha(bytes)

	sql(`INSERT IGNORE INTO stored_file (sha256, bytes) VALUES ('${name}', 9)`)
	await bring(event, bytes)
	await cut(name, 'centre')
	assert.equal(cuts(name, 'centre').length, 5, 'a small one has its cuts, as large as it is')
	sql(`DELETE FROM picture_cut WHERE sha256 = '${name}'; INSERT INTO picture_cut VALUES ('${name}', 'centre', 'none', NULL)`)
	assert.deepEqual((await shown(name, 'size=wide-400')).bytes, bytes)
	jobs_run('covers')
	await until('the job ran', () => sql("SELECT due_at > UTC_TIMESTAMP(3) AND lease IS NULL FROM job WHERE name = 'covers'")[0][0] === '1')
	assert.deepEqual(cuts(name, 'centre'), [['none', 'none']])
})

// ---- organizers ----

const theirs = (event, bytes, more, who) => api('PUT', `/api/organizer/events/${event.id}/`, upload('image', bytes, more), { token: who.access })

test('an organizer brings the cover where the setting says so', async () => {
	const otto = await new_organizer(), event = await new_event({ ...soon, organizer_id: otto.organizer_id }), bytes = picture()
	const saved = ok(await theirs(event, bytes, { image_focus: 'top', description: 'New' }, otto))

	assert.match(saved.image, new RegExp(`/files/${sha(bytes)}$`))
	assert.deepEqual([saved.image_focus, saved.description], ['top', 'New'])
	assert.deepEqual(sql(`SELECT image, image_focus FROM event WHERE id = ${event.id}`), [[sha(bytes), 'top']])
	assert.equal(sql(`SELECT action FROM audit_log WHERE noun = 'event' AND noun_id = ${event.id} ORDER BY id DESC LIMIT 1`)[0][0], 'update')
	const wrong = refused(await theirs(event, Buffer.from('<svg onload=alert(1)>'), { description: 'Not this' }, otto), 422, 'VALIDATION_ERROR')
	assert.deepEqual(Object.keys(wrong.body.errors), ['image'])
	refused(await theirs(event, png(20000, 20000), {}, otto), 422, 'PICTURE_TOO_LARGE')
	assert.deepEqual(sql(`SELECT image, description FROM event WHERE id = ${event.id}`), [[sha(bytes), 'New']], 'nothing of it is lost')
	ok(await as(otto).put(`/api/organizer/events/${event.id}/`, { image: null }))
	assert.deepEqual(sql(`SELECT COALESCE(image, '-') FROM event WHERE id = ${event.id}`), [['-']])
})

test('not of another\'s event, not as somebody else, and not where the setting does not name it', async () => {
	const [otto, other] = [await new_organizer(), await new_organizer()], event = await new_event({ ...soon, organizer_id: otto.organizer_id })
	const image = () => sql(`SELECT COALESCE(image, '-') FROM event WHERE id = ${event.id}`)[0][0]

	refused(await theirs(event, picture(), {}, other), 404, 'EVENT_NOT_FOUND')
	refused(await theirs(event, picture(), {}, await new_customer()), 403, 'FORBIDDEN')
	setting('description')
	const refusal = refused(await theirs(event, JPEG, { description: 'With a picture' }, otto), 422, 'VALIDATION_ERROR')
	assert.deepEqual(Object.keys(refusal.body.errors), ['image'])
	assert.equal(image(), '-')
	assert.equal(sql(`SELECT description = '' FROM event WHERE id = ${event.id}`)[0][0], '1')
	setting('description, image, image_focus')
	refused(await as(otto).post(`/api/organizer/events/${event.id}/edit-request/`, { changes: { image: 'x' } }), 422, 'NOTHING_CHANGED')
	assert.equal(image(), '-')
})
