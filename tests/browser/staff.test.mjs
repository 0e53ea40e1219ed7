// A real event with no SQL by hand: from a new colleague in the back office to the first guest let in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forget_tries, new_customer, new_number, totp } from '../api/lib.mjs'
import { as, bought, new_event, unique } from '../api/world.mjs'
import { each_way, local, sign_in_customer, sign_in_organizer, sign_in_staff, sign_in_usher, use_browser, visit } from './lib.mjs'

use_browser()

const HOUR = 3_600_000

// The number of the thing that is shown.
const id_of = (visitor) => Number(visitor.path.match(/\/(\d+)$/)?.[1])

async function create(visitor, path, values) {
	await visitor.open(`/admin/${path}/new`)
	await visitor.send(values, 'Create')
	assert.match(visitor.path, /^\/admin\/[a-z-]+\/\d+$/, visitor.path)
	return id_of(visitor)
}

each_way('a colleague joins, sets up an event, and people come', async (visitor, way) => {
	const word = unique(), ZONE = 'Europe/Lisbon'
	const colleague = { email: `${word}@example.test`, password: 'three plain words' }
	const organizer = { contact_mobile: new_number(), password: 'two more plain words' }
	const usher = { username: `usher-${word}`, password: 'words at the gate' }
	const title = `Opening Night ${word}`

	// The first of them lets the colleague in.
	forget_tries()
	await sign_in_staff(visitor)
	assert.equal(visitor.path, '/admin')
	await create(visitor, 'admins', { name: 'Cleo Colleague', ...colleague, role: 'admin' })
	await visitor.sees('Cleo Colleague')
	await visitor.sign_out()
	assert.equal(visitor.path, '/admin/sign-in')

	// The colleague signs in with a password, puts an app beside it, and signs in with both.
	await visitor.send({ ...colleague, password: 'not it at all' }, 'Continue', { status: 422 })
	await visitor.send(colleague, 'Continue')
	assert.equal(visitor.path, '/admin')
	await visitor.open('/admin/account')
	await visitor.press('Set up')
	await visitor.press('Set up an app')
	const secret = (await visitor.text('.code-panel code')).trim()
	const app = new URL(await visitor.read_qr('figure.qr img'))
	assert.equal(app.protocol, 'otpauth:')
	assert.equal(app.searchParams.get('secret'), secret)
	await visitor.send({ otp: '000000' }, 'Confirm', { status: 422 })
	// This one and the next, either of which is still good should the clock turn on the way.
	await visitor.send({ otp: totp(secret) }, 'Confirm')
	await visitor.sees('You sign in with your password and a code from your app.')
	await visitor.sign_out()
	forget_tries()
	await visitor.send(colleague, 'Continue')
	assert.match(visitor.path, /^\/admin\/sign-in\/code/)
	await visitor.sees('authenticator app')
	await visitor.send({ otp: totp(secret, 1) }, 'Continue')
	assert.equal(visitor.path, '/admin')

	// A place, somebody who runs the event, somebody at the gate.
	await create(visitor, 'venues', {
		name: `Teatro ${word}`, address: 'Rua Nova 1', city: 'Lisboa', country: 'PT', latitude: '38.7167', longitude: '-9.1333',
		capacity: '500', time_zone: ZONE
	})
	await visitor.sees('38.7167')
	await create(visitor, 'organizers', {
		company: `Producers ${word}`, name: 'Olga Organizer', mobile_number: organizer.contact_mobile, password: organizer.password
	})
	await create(visitor, 'ushers', { name: `Uwe ${word}`, ...usher })

	// The event, first with its times the wrong way round.
	const times = { starts_at: local(Date.now() - HOUR, ZONE), ends_at: local(Date.now() + 5 * HOUR, ZONE) }
	const more = {
		title, time_zone: ZONE, venue_id: { label: `Teatro ${word}` }, organizer_id: { label: `Producers ${word}` },
		category_id: { index: 1 }, currency: 'EUR', description: 'The first of many.', featured: false
	}
	await visitor.open('/admin/events/new')
	await visitor.send({ ...more, starts_at: times.ends_at, ends_at: times.starts_at }, 'Create', { status: 422 })
	await visitor.sees(/ends|before|after/i, '.flash[role=alert]')
	assert.equal(await visitor.$('#f-title').inputValue(), title)
	await visitor.send(times, 'Create')
	const event_id = id_of(visitor)
	assert.equal(await visitor.heading(), title)
	await visitor.sees('Draft')

	// Nothing to sell yet.
	await visitor.open(`/admin/events/${event_id}/publish`)
	await visitor.press('Publish', { status: 409 })
	for (const [name, price, capacity] of [['Stalls', '12.50', '100'], ['Box', '40', '8']]) {
		await visitor.open(`/admin/ticket-categories/new?event_id=${event_id}`)
		await visitor.send({ name, price, capacity, max_per_order: '4' }, 'Create')
	}
	await visitor.open(`/admin/events/${event_id}`)
	await visitor.sees('€12.50')
	await visitor.sees('Nobody may scan for this event yet.')
	const stranger = await visit(visitor.test, way)
	await stranger.open(`/events/${event_id}`, { status: 404 })
	await visitor.press('Publish')
	await visitor.sees('2 ticket categories')
	await visitor.press('Publish')
	assert.equal(visitor.path, `/admin/events/${event_id}`)
	await visitor.sees('Published')

	// The usher, at a gate.
	const [free] = await visitor.$('#f-usher_id option', { hasText: `Uwe ${word}` }).evaluateAll((all) => all.map((one) => one.value))
	await visitor.send({ usher_id: free, gate: 'Main door' }, 'Assign')
	await visitor.sees(`Uwe ${word}`, '.child table')
	await visitor.sees('Main door')
	await visitor.sees(usher.username, '.child table')

	// Somebody buys,
	const customer = await visit(visitor.test, way), person = await new_customer({ name: 'Bea Buyer' })
	forget_tries()
	await sign_in_customer(customer, person)
	await customer.open(`/events?search=${word}`)
	await customer.press(title)
	await customer.send({ 'items[0][quantity]': '1', 'items[1][quantity]': '1' }, 'Get tickets')
	await customer.send({ card_token: 'tok_ok' }, 'Pay €52.50')
	assert.equal(await customer.heading(), 'You are going')
	await customer.press(customer.$('article.ticket', { hasText: 'Box' }).locator('h2 a'))
	const ticket = await customer.read_qr('figure.qr img')

	// and is let in.
	const gate = await visit(visitor.test, way)
	await sign_in_usher(gate, { event_id, ...usher })
	await gate.sees(title)
	await gate.type_line(ticket)
	assert.equal(await gate.heading(), 'Let in')
	await gate.sees('Bea Buyer', '.verdict')
	assert.equal(await gate.$('#f-gate').inputValue(), 'Main door')

	// Everybody sees it in their own place.
	const boss = await visit(visitor.test, way)
	await sign_in_organizer(boss, organizer)
	await boss.press(title)
	assert.equal(await boss.$('[data-live="counts.inside"]').first().textContent(), '1')
	await visitor.open(`/admin/events/${event_id}`)
	await visitor.sees('€52.50')
	await visitor.press(visitor.$('main').getByRole('link', { name: 'Check-in log' }).first())
	await visitor.sees('Bea Buyer')
	await visitor.open('/admin/logs/audit')
	await visitor.sees('Cleo Colleague')

	// The usher is taken off; whoever reads audits sees that too.
	await visitor.open(`/admin/events/${event_id}`)
	visitor.answer = true
	await visitor.press(/^Remove/)
	await visitor.sees('Nobody may scan for this event yet.')
	assert.equal(visitor.asked, visitor.js ? 'Are you sure?' : undefined)
})

each_way('an event is cancelled, and the money goes back', async (visitor, way) => {
	const event = await new_event({ title: `Called off ${unique()}` }), person = await new_customer()
	const [ticket] = await bought(person, event, 2)

	forget_tries()
	await sign_in_staff(visitor)
	await visitor.open(`/admin/events/${event.id}`)
	await visitor.press('Cancel the event')
	await visitor.sees('€50.00')
	await visitor.press('No, go back')
	await visitor.press('Cancel the event')
	await visitor.press('Cancel the event')
	assert.equal(visitor.path, `/admin/events/${event.id}`)
	await visitor.sees('Cancelled')

	const customer = await visit(visitor.test, way)
	await sign_in_customer(customer, person)
	await customer.open(`/tickets/${ticket.id}`)
	await customer.sees('cancelled')
	assert.equal(await customer.$('figure.qr').count(), 0)
	await customer.open(`/events/${event.id}`)
	await customer.sees('This event has been cancelled.')
	assert.equal(await customer.$('select').count(), 0)
})

each_way('lists are searched, narrowed, sorted and taken away as files', async (visitor) => {
	const word = unique()

	forget_tries()
	await sign_in_staff(visitor)
	for (const name of [`Alpha ${word}`, `Omega ${word}`])
		await create(visitor, 'venues', { name, city: 'Porto', country: 'PT', time_zone: 'UTC' })
	await visitor.open('/admin/venues')
	await visitor.send({ search: word }, 'Show')
	const names = () => visitor.$('tbody tr td a').allInnerTexts()
	await visitor.press(visitor.$('thead a').first())
	assert.deepEqual(await names(), [`Alpha ${word}`, `Omega ${word}`])
	await visitor.press(visitor.$('thead a').first())
	assert.match(visitor.path, /sort_order=desc/)
	assert.deepEqual(await names(), [`Omega ${word}`, `Alpha ${word}`])
	await visitor.send({ search: 'no venue has this name' }, 'Show')
	await visitor.sees('Nothing matches')
	await visitor.open('/admin/orders')
	await visitor.choose({ status: 'paid' })
	assert.match(visitor.path, /status=paid/)
	assert.deepEqual([...new Set(await visitor.$('tbody .badge').allInnerTexts())].map((text) => text.replace(/\W/g, '')), ['Paid'])
	const [download] = await Promise.all([visitor.page.waitForEvent('download'), visitor.$('.exports a').first().click()])
	assert.match(download.suggestedFilename(), /\.csv$/)
})

test('an account that was disabled is out at once', async (t) => {
	const staff = await visit(t), customer = await visit(t), person = await new_customer({ name: 'Dora Disabled' })

	forget_tries()
	await sign_in_customer(customer, person)
	await customer.open('/account')
	await sign_in_staff(staff)
	await staff.open(`/admin/users/${person.user.id}`)
	await staff.sees('Dora Disabled')
	await staff.press('Disable')
	await staff.sees('Disable this account?')
	await staff.press('Disable')
	await customer.open('/account')
	assert.match(customer.path, /^\/sign-in/)
	assert.equal((await as(person).get('/api/v1/users/me/')).status, 401)
})
