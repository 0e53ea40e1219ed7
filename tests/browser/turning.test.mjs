// A ticket's page of an event whose codes turn: it turns by itself, without a network too and whatever the phone's clock says; without
// scripts a press fetches it anew.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from '../api/lib.mjs'
import { as, bought, DAY, iso, new_customer, new_event, ok, until } from '../api/world.mjs'
import { look_around, look_in_arabic, PHONE, sign_in_customer, use_browser, visit } from './lib.mjs'

use_browser()

const STEP = 15_000
let event, tomorrow

before(async () => {
	event = await new_event({ title: 'Turning Lights' })
	tomorrow = await new_event({ starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + 1.1 * DAY) })
	sql(`UPDATE event SET turning = 1 WHERE id IN (${event.id}, ${tomorrow.id})`)
})

// A customer with so many tickets, and what makes the digits of each.
async function owner(n = 1, of = event) {
	const person = await new_customer({ name: 'Ann Arbor' }), tickets = await bought(person, of, n)

	for (const ticket of tickets)
		ticket.turning = ok(await as(person).get(`/api/v1/users/tickets/${ticket.id}/qr-code/`)).turning
	return { person, tickets }
}

function code_at({ code, secret }, at) {
	const counter = Buffer.alloc(8)

	counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP)))
	const hash = createHmac('sha1', Buffer.from(secret, 'hex')).update(counter).digest()

	return `${code}.${String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0')}`
}

// The page shows the code of a moment, give or take a second for the way there.
async function shows(visitor, ticket, at, image = '.qr img') {
	const wanted = () => [-1000, 0, 1000].map((more) => code_at(ticket.turning, at() + more))
	let seen

	for (let i = 0; i < 40; i++) {
		seen = await visitor.read_qr(image).catch(() => null)
		if (wanted().includes(seen))
			return seen
		await visitor.page.waitForTimeout(100)
	}
	return assert.fail(`the code is ${seen}, and not one of ${wanted()}`)
}

// The clock of the browser can be moved, and is so many milliseconds wrong from the beginning; it goes as any does, or stands.
const moving = (wrong = 0, now = 'Date.now.bind(Date)') => `{
	const now = ${now}
	let moved = Number(sessionStorage.getItem('moved') ?? ${wrong})

	Date.now = () => now() + moved
	window.move_clock = (ms) => { moved += ms; sessionStorage.setItem('moved', moved) }
}`
const move = (visitor, ms) => visitor.page.evaluate((by) => window.move_clock(by), ms)

// The page is kept, and all that it is made of, from the first visit on.
async function kept(visitor, path) {
	await until('all is kept', () => visitor.page.evaluate(async (at) => {
		const parts = (await (await caches.open('gatehouse-parts')).keys()).map(({ url }) => url)

		return (await (await caches.open('gatehouse-tickets')).match(at)) !== undefined &&
			[/lean-qr/, /turning\./, /app\./, /style\./].every((name) => parts.some((url) => name.test(url)))
	}, path))
}

test('the page turns by itself', async (t) => {
	const { person, tickets: [ticket] } = await owner(), visitor = await visit(t, { viewport: PHONE, before: moving() })

	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/${ticket.id}`)
	const first = await shows(visitor, ticket, Date.now)
	await visitor.sees('New code in')
	await visitor.sees('A screenshot or a print of it is refused half a minute later')
	assert.deepEqual([await visitor.page.locator('[data-print]').count(), await visitor.page.locator('a[href$=".pdf"]').count()], [0, 0])
	await visitor.shot('turning')
	await move(visitor, STEP)
	const second = await shows(visitor, ticket, () => Date.now() + STEP)
	assert.notEqual(first, second)
	await look_around(visitor)
	await look_in_arabic(visitor)
})

test('without a network, and with a clock that is wrong', async (t) => {
	const { person, tickets: [ticket] } = await owner()
	const visitor = await visit(t, { viewport: PHONE, before: moving(-7 * 60_000) }), context = visitor.page.context()

	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/${ticket.id}`)
	await kept(visitor, `/tickets/${ticket.id}`)
	await shows(visitor, ticket, Date.now)
	await context.setOffline(true)
	await visitor.page.goto(`/tickets/${ticket.id}`)
	await visitor.sees('You are offline.')
	const first = await shows(visitor, ticket, Date.now)
	await move(visitor, 4 * STEP)
	assert.notEqual(await shows(visitor, ticket, () => Date.now() + 4 * STEP), first)
	await visitor.shot('offline')
	await context.setOffline(false)
	visitor.forgive(/ERR_INTERNET_DISCONNECTED/, /Failed to fetch/, /failed: net::/)
})

test('all tickets of an order turn, to be swiped through', async (t) => {
	const { person, tickets } = await owner(2), visitor = await visit(t, { viewport: PHONE, before: moving() })

	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/order/${tickets[0].order_id}`)
	for (const ticket of tickets) {
		await visitor.page.locator(`#ticket-${ticket.id}`).scrollIntoViewIfNeeded()
		await shows(visitor, ticket, Date.now, `#ticket-${ticket.id} .qr img`)
	}
	await visitor.shot('order')
	await visitor.open(`/orders/${tickets[0].order_id}`)
	assert.equal(await visitor.page.locator('.on-paper img').count(), 0)
	await visitor.sees('on paper the code would be out of date')
})

test('a browser that cannot draw is sent pictures, and says so without a network', async (t) => {
	const { person, tickets: [ticket] } = await owner(), visitor = await visit(t, { viewport: PHONE, before: moving() })
	const { page } = visitor, context = page.context()

	await context.route(/lean-qr/, (route) => route.abort())
	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/${ticket.id}`).catch(() => {})
	visitor.forgive(/lean-qr/, /ERR_FAILED/)
	await shows(visitor, ticket, Date.now)
	await page.waitForResponse(/code\.svg/)
	await shows(visitor, ticket, Date.now)
	await context.setOffline(true)
	await move(visitor, STEP)
	await visitor.sees('This browser cannot make the next code without a network.')
	assert.equal(await page.locator('.qr').isVisible(), false)
	await context.setOffline(false)
	await move(visitor, STEP)
	await page.locator('.qr').waitFor()
	visitor.forgive(/lean-qr/, /ERR_/, /Failed to fetch/, /failed: net::/)
})

test('a picture that did not come is asked for again, not only with the next code', async (t) => {
	const { person, tickets: [ticket] } = await owner(), visitor = await visit(t, { viewport: PHONE, before: moving(0, `() => ${Date.now()}`) })
	const { page } = visitor, context = page.context()
	let missing = true

	await context.route(/lean-qr/, (route) => route.abort())
	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/${ticket.id}`).catch(() => {})
	await shows(visitor, ticket, Date.now)
	await context.route(/code\.svg/, (route) => missing ? route.abort() : route.continue())
	await move(visitor, STEP)
	await visitor.sees('This browser cannot make the next code without a network.')
	missing = false
	await page.locator('.qr').waitFor()
	visitor.forgive(/lean-qr/, /code\.svg/, /ERR_/, /Failed to fetch/, /failed: net::/)
})

test('who passed it on sees that it is gone', async (t) => {
	const friend = await new_customer(), visitor = await visit(t, { viewport: PHONE })
	const { person, tickets: [ticket] } = await owner(1, tomorrow)

	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/${ticket.id}`)
	await shows(visitor, ticket, Date.now)
	ok(await as(person).post(`/api/v1/users/tickets/${ticket.id}/transfer/`, { mobile_number: friend.mobile_number }), 201)
	await visitor.page.evaluate(() => window.dispatchEvent(new Event('online')))
	await visitor.page.locator('.qr').waitFor({ state: 'detached' })
	visitor.forgive(/code\.svg answered 404/, /status of 404/)
})

test('without scripts the page shows the code of now, and the next one is a press away', async (t) => {
	const { person, tickets: [ticket] } = await owner(), visitor = await visit(t, { js: false, viewport: PHONE, scheme: 'dark' })

	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/${ticket.id}`)
	await shows(visitor, ticket, Date.now)
	await visitor.press('Show the code of now')
	await shows(visitor, ticket, Date.now)
	await visitor.shot('without scripts')
})

test('a network that hangs does not hold the code up', async (t) => {
	const { person, tickets: [ticket] } = await owner(), visitor = await visit(t, { viewport: PHONE, before: moving() })

	await sign_in_customer(visitor, person)
	await visitor.open(`/tickets/${ticket.id}`)
	await shows(visitor, ticket, Date.now)
	// From here on nothing is answered, from the first question of a fresh page on.
	await visitor.page.context().route('**/code.svg*', () => {})
	await visitor.open(`/tickets/${ticket.id}`)
	const first = await shows(visitor, ticket, Date.now)
	// Two steps, for what is shown may be a second behind or ahead.
	await move(visitor, 2 * STEP)
	assert.notEqual(await shows(visitor, ticket, () => Date.now() + 2 * STEP), first)
	// A phone that never heard of the server goes by its own clock, as soon as it is sure not to hear of it now.
	await visitor.page.evaluate(() => { localStorage.removeItem('gatehouse-clock'); sessionStorage.removeItem('moved') })
	await visitor.open(`/tickets/${ticket.id}`)
	await visitor.page.locator('.qr img[src^="data:"]').waitFor()
	await move(visitor, STEP)
	await shows(visitor, ticket, () => Date.now() + STEP)
	visitor.forgive(/code\.svg/, /net::/)
})
