// The organizer's live page: it follows the gates by itself, says honestly whether it does, and reads without scripts.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { new_customer, sql } from '../api/lib.mjs'
import { bought, code_of, held, new_event, new_usher, scan, unique } from '../api/world.mjs'
import { becomes, each_way, look_around, sign_in_organizer, use_browser, visit } from './lib.mjs'

use_browser()

const WITHIN = 1000 // ms from a scan to the screen
const GATE = `North ${unique()} <b>door</b>`
let event, usher, guest, codes

before(async () => {
	event = await new_event({ title: `Live ${unique()}`, categories: [{ name: 'Floor', price: 2500, capacity: 50 }, { name: 'Box <i>', price: 9000, capacity: 10 }] })
	usher = await new_usher(event)
	guest = await new_customer({ name: 'Grace <script>alert(1)</script>' })
	const [floor, box] = event.categories
	const tickets = await bought(guest, event, [{ category_id: floor.id, quantity: 4 }, { category_id: box.id, quantity: 1 }])

	codes = []
	for (const ticket of tickets)
		codes.push(await code_of(guest, ticket))
})

const page_of = (more = '') => `/organizer/events/${event.id}${more}`
const number = (visitor, key) => visitor.$(`dd [data-live="counts.${key}"]`).first()
const cells = (visitor, list, name) => visitor.$(`[data-live-list=${list}] tr`).filter({ hasText: name }).locator('td').allInnerTexts()
const live = (visitor) => visitor.page.waitForFunction(() => document.body.dataset.live === 'live')

test('a scan is on the screen within a second: the numbers, the lists, what a screen reader hears', async (t) => {
	const visitor = await visit(t, { viewport: { width: 1920, height: 1080 } })

	await sign_in_organizer(visitor)
	await visitor.open(page_of('?screen=1'))
	assert.equal(await visitor.heading(), event.title)
	assert.equal(await visitor.$('.masthead').count(), 0, 'the board alone')
	await live(visitor)
	await visitor.sees('Nobody was scanned yet.', '.lists')
	const before_ = Number(await number(visitor, 'inside').innerText())

	assert.equal(before_, 0)
	const came = becomes(number(visitor, 'inside'), '1', 4000)
	assert.equal((await scan(usher, { code: codes[0], gate: GATE })).data.result, 'valid')
	assert.ok(await came < WITHIN + 500, 'the inside number')
	await becomes(visitor.$('[data-live-rest]'), '4')
	await becomes(visitor.$('#live-note'), 'Inside now: 1, Came in: 1')
	assert.deepEqual(await cells(visitor, 'by_gate', GATE), ['1', '0', '0'], 'a gate that was not there before')
	assert.deepEqual(await cells(visitor, 'by_category', 'Floor'), ['1', '1', '4'])
	assert.match(await visitor.text('.scans li'), /\d\d:\d\d.*In.*Grace <script>alert\(1\)<\/script>.*Floor · North .* <b>door<\/b>/s)
	assert.equal(await visitor.$('.lists [data-live-empty]:visible').count(), 0)

	await scan(usher, { code: codes[0], gate: GATE })
	await becomes(number(visitor, 'refused'), '1')
	await scan(usher, { code: codes[0], gate: GATE, direction: 'out' })
	await becomes(number(visitor, 'inside'), '0')
	await becomes(number(visitor, 'left'), '1')
	assert.deepEqual(await visitor.$('.scans .badge').allInnerTexts(), ['Out', 'Already scanned', 'In'])
	await held(guest, event, 2)
	await becomes(number(visitor, 'held'), '2')
	await visitor.shot('after the scans')
})

test('more scans than rows: the newest ten stay, each once', async (t) => {
	const visitor = await visit(t)

	await sign_in_organizer(visitor)
	await visitor.open(page_of())
	await live(visitor)
	for (let i = 0; i < 12; i++)
		await scan(usher, { code: 'nonsense', gate: GATE })
	await visitor.page.waitForFunction(() => document.querySelectorAll('.scans .badge.bad').length === 10)
	const keys = await visitor.$('.scans li').evaluateAll((rows) => rows.map((row) => Number(row.dataset.key)))
	assert.deepEqual(keys, [...new Set(keys)].sort((a, b) => b - a))
	assert.equal(keys.length, 10)
	await look_around(visitor)
})

// What a browser lacks, and what then brings the news.
const WAYS = [
	['a WebSocket', '', (sent) => sent.sockets.length && !sent.streams && !sent.asked],
	['without WebSockets, events that the server sends', 'delete window.WebSocket', (sent) => !sent.sockets.length && sent.streams && !sent.asked],
	['without either it asks and waits', 'delete window.WebSocket; delete window.EventSource', (sent) => !sent.sockets.length && !sent.streams && sent.asked],
	['behind what lets no socket through, events too', 'window.WebSocket = class { constructor() { setTimeout(() => this.onclose({ code: 1006 })) } close() {} }', (sent) => sent.streams && !sent.asked]
]
function ways_of(page) {
	const sent = { sockets: [], streams: 0, asked: 0 }

	page.on('websocket', (socket) => sent.sockets.push(new URL(socket.url()).pathname))
	page.on('request', (request) => {
		if (!request.url().includes('/api/live/'))
			return
		if (request.resourceType() === 'eventsource')
			sent.streams++
		else
			sent.asked++
	})
	return sent
}
for (const [name, before_, went] of WAYS)
	test(`news by ${name}`, async (t) => {
		const visitor = await visit(t, { before: before_ }), sent = ways_of(visitor.page)

		await sign_in_organizer(visitor)
		await visitor.open(page_of())
		await live(visitor)
		const refused = Number(await number(visitor, 'refused').innerText())
		const came = becomes(number(visitor, 'refused'), String(refused + 1), 4000)
		await scan(usher, { code: codes[0], gate: GATE, direction: 'out' })
		assert.ok(await came < WITHIN + 500)
		assert.ok(went(sent), JSON.stringify(sent))
	})

test('when the session ends, it says so and stops', async (t) => {
	const visitor = await visit(t), other = await visitor.page.context().newPage()

	await sign_in_organizer(visitor)
	await visitor.open(page_of())
	await live(visitor)
	await other.goto(visitor.page.url())
	await other.getByRole('button', { name: 'Sign out' }).first().click()
	await other.waitForURL(/sign-in|organizer$/)
	await visitor.page.waitForFunction(() => document.body.dataset.live === 'over')
	await visitor.sees('You are signed out here.', '.state')
})

test('so too where it asks and waits', async (t) => {
	const visitor = await visit(t, { before: 'delete window.WebSocket; delete window.EventSource' })

	await sign_in_organizer(visitor)
	await visitor.open(page_of())
	await live(visitor)
	await visitor.page.context().clearCookies()
	await scan(usher, { code: 'nonsense', gate: GATE })
	await visitor.page.waitForFunction(() => document.body.dataset.live === 'over')
	await visitor.sees('You are signed out here.', '.state')
	visitor.faults = visitor.faults.filter((fault) => !/answered 401|console:.*401/.test(fault))
	await visitor.press('Sign in again')
	assert.match(visitor.path, /^\/organizer\/sign-in\?next=/)
})

test('without a network it says at once that the numbers may be old, and goes on by itself', async (t) => {
	const visitor = await visit(t), context = visitor.page.context()

	await sign_in_organizer(visitor)
	await visitor.open(page_of())
	await live(visitor)
	await context.setOffline(true)
	await visitor.page.waitForFunction(() => document.body.dataset.live === 'away')
	await scan(usher, { code: 'nonsense', gate: GATE })
	const refused = Number(await number(visitor, 'refused').innerText())
	await context.setOffline(false)
	await live(visitor)
	await becomes(number(visitor, 'refused'), String(refused + 1), 4000)
})

each_way('it reads as the server wrote it, with its figures below', async (visitor) => {
	const [[inside, revenue]] = sql(`SELECT (SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id} AND presence = 'inside'),
		(SELECT SUM(s.revenue) FROM organizer_sale s JOIN ticket_category c ON c.id = s.category_id WHERE c.event_id = ${event.id})`)

	await sign_in_organizer(visitor)
	await visitor.fill({ search: event.title })
	await visitor.press('Show')
	await visitor.press(event.title)
	assert.equal(visitor.path, page_of())
	assert.equal(await number(visitor, 'inside').innerText(), inside)
	assert.equal(revenue, '19000')
	await visitor.sees('€190.00', '.tiles')
	await visitor.sees(visitor.js ? /^Live$/ : /^As of/, '.state')
	assert.equal(await visitor.$('.chart svg').count(), 3)
	await visitor.$('.chart summary').first().click()
	await visitor.sees('€190.00', '.chart table')
	await visitor.press('Screen for the office')
	assert.equal(await number(visitor, 'inside').innerText(), inside)
	await visitor.press('Back to the event')
	assert.equal(visitor.path, page_of())
})

test("another organizer's event is not there", async (t) => {
	const visitor = await visit(t)
	const theirs = await new_event({ organizer_id: 2 })

	await sign_in_organizer(visitor)
	await visitor.open(`/organizer/events/${theirs.id}`, { status: 404 })
	assert.equal(await visitor.page.evaluate((id) => fetch(`/api/live/events/${id}`).then((answer) => answer.status), theirs.id)
		.finally(() => { visitor.faults.length = 0 }), 404)
})
