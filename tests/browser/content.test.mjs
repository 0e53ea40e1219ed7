// What an event tells the public, as it is seen: its text in Markdown, who plays, and a cover that is cut around what matters in it.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, sql, token } from '../api/lib.mjs'
import { png, upload } from '../api/picture.mjs'
import { DAY, iso, jobs_run, new_event, ok, until } from '../api/world.mjs'
import { DESKTOP, each_way, look_around, look_in_arabic, PHONE, sign_in_organizer, sign_in_staff, use_browser, visit } from './lib.mjs'

use_browser()

const TEXT = `# The evening

**Six bands** and *one* long quay.
Doors open at seven; the first set begins at eight.

> There is room for everybody.

1. Come
2. Dance
   - near the stage
   - or by the water

[How to get here](https://harbour.example/tram) <script>document.title = 'x'</script>

***

مساء طويل على الميناء، و**ست فرق**.`

// Red on the left, green in the middle, blue on the right.
function bands(width = 1200, height = 600) {
	const pixels = Buffer.alloc((3 * width + 1) * height)

	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			pixels[(3 * width + 1) * y + 1 + 3 * x + Math.floor(3 * x / width)] = 220
	return png(width, height, pixels, [], 2)
}

let event, access

before(async () => {
	access = await token('staff')
	event = await new_event({ title: 'A long quay at night', description: TEXT, image_focus: 'right', starts_at: iso(Date.now() + 9 * DAY), ends_at: iso(Date.now() + 9.2 * DAY) })
	const image = bands()
	ok(await api('PUT', `/api/events/${event.id}/`, upload('image', image), { token: access }))
	for (const [i, [name, part]] of [['The Tidal Clocks', 'Brass and bells'], ['سلمى الحداد', 'عود'], ['A Band Whose Name Is So Long That No Phone Is As Wide As It'.repeat(2), '']].entries())
		ok(await api('POST', '/api/performers/', upload('image', bands(300, 300), { event_id: event.id, name, part, position: i, link: 'https://band.example/' }), { token: access }), 201)
	await until('it is cut', () => {
		jobs_run('covers')
		return Number(sql(`SELECT COUNT(*) FROM picture_cut c JOIN event e ON e.image = c.sha256 AND e.image_focus = c.focus WHERE e.id = ${event.id}`)[0][0]) === 5
	})
})

// What the cover shows, drawn: the colour in its middle, and which file the browser took.
const cover = async (visitor) => {
	await visitor.page.waitForFunction(() => {
		const { complete, naturalWidth } = document.querySelector('.event .poster')
		return complete && naturalWidth
	})
	return visitor.page.evaluate(drawn)
}
const drawn = () => {
	const img = document.querySelector('.event .poster'), canvas = document.createElement('canvas')
	canvas.width = canvas.height = 1
	const draw = canvas.getContext('2d')
	draw.drawImage(img, img.naturalWidth / 2, img.naturalHeight / 2, 1, 1, 0, 0, 1, 1)
	return { file: new URL(img.currentSrc).search, colour: [...draw.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part > 128) }
}

each_way('an event\'s page has its text, who plays and its cover', async (visitor) => {
	await visitor.open(`/events/${event.id}`)
	assert.equal(await visitor.page.title().then((title) => title.startsWith(event.title)), true)
	assert.deepEqual(await visitor.page.locator('.prose > *').evaluateAll((all) => all.map(({ tagName }) => tagName)), ['H3', 'P', 'BLOCKQUOTE', 'OL', 'P', 'HR', 'P'])
	assert.equal(await visitor.page.locator('.prose p').last().evaluate((p) => getComputedStyle(p).direction), 'rtl')
	assert.equal(await visitor.page.locator('.prose a').getAttribute('rel'), 'nofollow noopener ugc')
	assert.equal(await visitor.page.locator('.performers li').count(), 3)
	await look_around(visitor)
	await look_in_arabic(visitor)
})

test('the cover is what was said to matter in it, in the width that the screen has', async (t) => {
	for (const [viewport, file] of [[PHONE, '?size=wide-400&focus=right'], [DESKTOP, '?size=tall-800&focus=right']]) {
		const visitor = await visit(t, { viewport })

		await visitor.open(`/events/${event.id}`)
		const seen = await cover(visitor)
		assert.deepEqual(seen.colour, viewport === DESKTOP ? [false, false, true] : [false, true, false])
		const [poster, title] = await Promise.all(['.event .poster', '.event .title'].map((at) => visitor.page.locator(at).boundingBox()))
		assert.equal(Math.abs(poster.y - title.y) < 40, viewport === DESKTOP, 'beside the text where there is room, else above it')
		if (viewport === DESKTOP)
			assert.match(seen.file, /^\?size=tall-(400|800)&focus=right$/)
		else
			assert.match(seen.file, /^\?size=wide-(400|800)&focus=right$/, file)
	}
})

each_way('an organizer brings a cover and says what stays of it', async (visitor) => {
	const his = await new_event({ title: 'A quay of theirs', starts_at: iso(Date.now() + 9 * DAY), ends_at: iso(Date.now() + 9.2 * DAY) })

	await sign_in_organizer(visitor)
	await visitor.open(`/organizer/events/${his.id}/edit`)
	await visitor.$('#f-image').setInputFiles({ name: 'cover.png', mimeType: 'image/png', buffer: bands() })
	await visitor.$('#f-image_focus').selectOption('top_left')
	await visitor.send({ description: '## New\n\n- text' }, 'Save and ask')
	assert.deepEqual(sql(`SELECT image IS NOT NULL, image_focus FROM event WHERE id = ${his.id}`), [['1', 'top_left']])
})

each_way('staff add who plays from the event\'s page', async (visitor) => {
	await sign_in_staff(visitor)
	await visitor.open(`/admin/performers/new?event_id=${event.id}`)
	const name = 'A guest of the evening'
	await visitor.send({ name, part: 'Folk' }, 'Create')
	assert.equal(sql(`SELECT part FROM performer WHERE name = '${name}'`)[0][0], 'Folk')
	sql(`DELETE FROM performer WHERE name = '${name}'`)
	await visitor.open(`/admin/performers?event_id=${event.id}`)
	await look_around(visitor)
	await visitor.open('/')
	await look_around(visitor)
	await visitor.open('/events?search=quay')
	await look_around(visitor)
})
