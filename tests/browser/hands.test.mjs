// Tickets in the hands of those who have them: swiped through, without a network, given and taken, renamed, their money asked back;
// and leaving at the end.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { new_customer, sql, token } from '../api/lib.mjs'
import { as, bought, code_of, iso, new_event, ok, unique, until, DAY, HOUR } from '../api/world.mjs'
import { each_way, PHONE, sign_in_customer, use_browser, visit } from './lib.mjs'

use_browser()

let event, staff
const title = `Night to come ${unique()}`

before(async () => {
	staff = as(await token('staff'))
	event = await new_event({ title, starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 10 * DAY + HOUR) })
	ok(await staff.post('/api/refund-rules/', { event_id: event.id, days_before: 7, percent: 50 }), 201)
})

each_way('a gift is given, taken, renamed, and its money asked back', async (visitor) => {
	const ann = await new_customer({ name: 'Ann Arbor' }), bea = await new_customer({ name: 'Bea Bold' })
	const [one, two] = await bought(ann, event, 2)

	await sign_in_customer(visitor, ann)
	await visitor.open(`/tickets/${one.id}`)
	await visitor.press('Give it as a gift')
	await visitor.send({ mobile_number: '12', message: 'Alles Gute' }, 'Give it as a gift', { status: 422 })
	assert.equal(await visitor.$('#f-message').inputValue(), 'Alles Gute')
	await visitor.send({ mobile_number: bea.mobile_number }, 'Give it as a gift')
	assert.equal(visitor.path, '/tickets/offers')
	await visitor.sees(bea.mobile_number)
	await visitor.open(`/tickets/${two.id}`)
	await visitor.press('Pass it on')
	await visitor.send({ mobile_number: bea.mobile_number }, 'Pass it on')
	await visitor.sees('The ticket is theirs now.')
	await visitor.sign_out()

	await sign_in_customer(visitor, bea)
	await visitor.open('/tickets')
	await visitor.press('Tickets on their way')
	await visitor.sees('From Ann Arbor')
	await visitor.sees('Alles Gute')
	await visitor.press('Take it')
	assert.equal(visitor.path, `/tickets/${one.id}`)
	assert.equal(await visitor.read_qr('.qr img'), await code_of(bea, one))
	assert.equal(await visitor.$('main a[href^="/orders/"]').count(), 0, 'the order is the giver\'s')
	await visitor.press('Another name on the ticket')
	await visitor.send({ holder_name: 'Cleo Clear' }, 'Save')
	await visitor.sees('Cleo Clear')
	await visitor.press('Refund')
	await visitor.sees('If you ask now: €12.50 of €25.00')
	await visitor.send({ reason: 'I am ill.' }, 'Ask for €12.50 back')
	await visitor.sees('Requested')
	await visitor.press('Take the request back')
	await visitor.sees('Withdrawn')
})

each_way('an order\'s tickets are swiped through, each with its code', async (visitor) => {
	const ann = await new_customer({ name: 'Ann Arbor' }), tickets = await bought(ann, event, 3)

	await sign_in_customer(visitor, ann)
	await visitor.open(`/orders/${tickets[0].order_id}`)
	await visitor.press('Show them one by one')
	for (const [n, ticket] of tickets.entries()) {
		await visitor.page.getByRole('link', { name: `Ticket ${n + 1}` }).click()
		await visitor.page.waitForFunction((id) => {
			const { left, right } = document.getElementById(id).getBoundingClientRect()

			return left >= -2 && right <= innerWidth + 2
		}, `ticket-${ticket.id}`)
		assert.equal(await visitor.read_qr(`#ticket-${ticket.id} .qr img`), await code_of(ann, ticket))
	}
})

// From the first visit on. (A function that is asynchronous is true for waitForFunction() before it answers.)
const is_kept = (visitor, ticket) => until('it is kept', () => visitor.page.evaluate(async (path) =>
	(await (await caches.open('gatehouse-tickets')).match(path)) !== undefined, `/tickets/${ticket.id}`))

test('a ticket once opened is there without a network, until its owner signs out', async (t) => {
	const ann = await new_customer({ name: 'Ann Arbor' }), [ticket] = await bought(ann, event), visitor = await visit(t, { viewport: PHONE })
	const kept = () => visitor.page.evaluate(async () => (await (await caches.open('gatehouse-tickets')).keys()).map(({ url }) => new URL(url).pathname))
	const context = visitor.page.context()

	await sign_in_customer(visitor, ann)
	await visitor.open(`/tickets/${ticket.id}`)
	await is_kept(visitor, ticket)
	await visitor.reload()
	assert.deepEqual(await kept(), [`/tickets/${ticket.id}`])
	await context.setOffline(true)
	await visitor.page.goto(`/tickets/${ticket.id}`)
	assert.equal(await visitor.read_qr('.qr img'), await code_of(ann, ticket))
	await visitor.sees('You are offline.')
	await visitor.shot('offline')
	await context.setOffline(false)
	await visitor.open(`/tickets/${ticket.id}`)
	await visitor.sign_out()
	await until('nothing is kept', () => visitor.page.evaluate(async () => !(await caches.has('gatehouse-tickets'))))
	visitor.forgive(/ERR_INTERNET_DISCONNECTED/, /Failed to fetch/, /failed: net::/)
})

test('who is signed out elsewhere finds nothing kept', async (t) => {
	const ann = await new_customer({ name: 'Ann Arbor' }), [ticket] = await bought(ann, event), visitor = await visit(t, { viewport: PHONE })

	await sign_in_customer(visitor, ann)
	await visitor.open(`/tickets/${ticket.id}`)
	await is_kept(visitor, ticket)
	await visitor.reload()
	sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(3) WHERE account_id = (SELECT account_id FROM customer WHERE id = ${ann.customer_id})`)
	await visitor.open(`/tickets/${ticket.id}`)
	assert.match(visitor.path, /^\/sign-in/)
	await until('nothing is kept', () => visitor.page.evaluate(async () => !(await caches.has('gatehouse-tickets'))))
})

each_way('signed out everywhere else, and gone', async (visitor) => {
	const ann = await new_customer({ name: 'Ann Arbor' })

	await bought(ann, event)
	await sign_in_customer(visitor, ann)
	await visitor.open('/account')
	await visitor.press('Devices')
	await visitor.sees('This one')
	await visitor.press('Sign out everywhere else')
	await visitor.sees('You are signed out everywhere else.')
	assert.equal((await as(ann).get('/api/v1/users/me/')).status, 401)
	await visitor.press('Your data')
	visitor.answer = true
	await visitor.send({ password: 'not it' }, 'Delete the account', { status: 422 })
	visitor.answer = true
	await visitor.send({ password: ann.password }, 'Delete the account', { status: 409 })
	await visitor.sees('You have tickets for events to come')
	visitor.answer = true
	await visitor.send({ password: ann.password, confirm_tickets: true }, 'Delete the account')
	assert.equal(visitor.path, '/')
	await visitor.open('/tickets')
	assert.match(visitor.path, /^\/sign-in/)
})
