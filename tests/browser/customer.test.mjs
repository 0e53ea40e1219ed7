// A customer's way from the first visit to the ticket in hand, and the turns it may take on the way.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, code, expect, forget_tries, messages, new_customer, new_number, sign_in, sql } from '../api/lib.mjs'
import { code_of, lapse, new_event, stock, unique, until } from '../api/world.mjs'
import { picture, upload } from '../api/picture.mjs'
import { becomes, each_way, sign_in_customer, use_browser, visit } from './lib.mjs'

use_browser()

const place = unique()
let event, cheap

before(async () => {
	event = await new_event({
		title: `Lantern Night ${place}`, description: 'Lanterns on the river.\nBring a coat.', categories: [
			{ name: 'Standing', price: 2500 }, { name: 'Balcony', price: 4050 }
		]
	})
	cheap = event.categories[0]
})

const quantity = (index) => `items[${index}][quantity]`

// A held order of two and one; the visitor is at its page.
async function book(visitor) {
	await visitor.open(`/events/${event.id}`)
	await visitor.fill({ [quantity(0)]: '2', [quantity(1)]: '1' })
	await visitor.press('Get tickets')
	assert.match(visitor.path, /^\/orders\/\d+$/)
	assert.equal(await visitor.heading(), 'Yours for a moment')
	return Number(visitor.path.match(/\d+/)[0])
}

const newcomer = async (visitor) => {
	const person = await new_customer({ name: 'Nora Newton' })

	await sign_in_customer(visitor, person)
	return person
}

each_way('from registering to the ticket at the gate', async (visitor) => {
	const mobile_number = new_number(), password = 'three plain words', name = 'Ada Lovelace'
	// Who gives an address gets the receipt by mail, others by SMS.
	const email = visitor.js ? `${unique()}@example.test` : ''

	// Registers.
	forget_tries()
	await visitor.open('/')
	await visitor.menu()
	await visitor.press('Create account')
	await visitor.send({ name, mobile_number: '12', password, email }, 'Continue', { status: 422 })
	assert.equal(await visitor.$('#f-name').inputValue(), name, 'what was typed is there again')
	await visitor.sees(/mobile/i, '.flash[role=alert]')
	await visitor.send({ mobile_number, password }, 'Continue')
	await visitor.sees(`•••• ${mobile_number.slice(-2)}`)
	await visitor.send({ otp: '000000' }, 'Continue', { status: 422 })
	await visitor.send({ otp: await code(mobile_number) }, 'Continue')
	assert.equal(visitor.path, '/')

	// Signs out, and in again, and stays where the way led.
	await visitor.sign_out()
	await visitor.open('/tickets')
	assert.equal(visitor.path, '/sign-in?next=/tickets')
	await visitor.send({ mobile_number, password: 'not it at all' }, 'Continue', { status: 422 })
	await visitor.send({ mobile_number, password }, 'Continue')
	await visitor.send({ otp: await code(mobile_number) }, 'Continue')
	assert.equal(visitor.path, '/tickets')
	await visitor.sees('No tickets yet')

	// Browses, searches, filters.
	await visitor.press('All events')
	assert.equal(visitor.path, '/events')
	const [[on_sale]] = sql("SELECT LEAST(20, COUNT(*)) FROM event WHERE status = 'published' AND ends_at > UTC_TIMESTAMP(3)")
	assert.equal(await visitor.$('.cards > li').count(), Number(on_sale))
	await visitor.fill({ search: place })
	await visitor.press('Show')
	assert.deepEqual(await visitor.$('.cards h2').allInnerTexts(), [event.title])
	const price_max = (await visitor.$('[name=price_max] option').evaluateAll((offered) => offered.map(({ value }) => value))).at(-1)
	await visitor.choose({ price_max })
	assert.match(visitor.path, new RegExp(`search=${place}.*price_max=${price_max}`))
	assert.deepEqual(await visitor.$('.cards h2').allInnerTexts(), Number(price_max) < 2500 ? [] : [event.title])
	await visitor.open(`/events?search=${place}&price_max=2500`)
	assert.deepEqual(await visitor.$('.cards h2').allInnerTexts(), [event.title])
	assert.equal(await visitor.$('[name=price_max]').inputValue(), '2500')
	await visitor.open(`/events?search=${place}&category=comedy`)
	await visitor.sees('Nothing matches')
	await visitor.press(visitor.$('main').getByRole('link', { name: 'Show everything' }).first())
	await visitor.open(`/events?search=${place}`)

	// Chooses.
	await visitor.press(event.title)
	assert.equal(await visitor.heading(), event.title)
	await visitor.sees('Lanterns on the river.')
	await visitor.fill({ [quantity(0)]: '2', [quantity(1)]: '1' })
	if (visitor.js)
		await visitor.sees('€90.50', '.sum')
	await visitor.press('Get tickets')
	assert.match(visitor.path, /^\/orders\/\d+$/)
	assert.equal(await visitor.heading(), 'Yours for a moment')
	const order = visitor.path, order_id = Number(order.match(/\d+/)[0])

	// The hold runs.
	const clock = visitor.$('.countdown time')
	if (visitor.js) {
		const now = await clock.innerText(), [minutes, seconds] = now.split(':').map(Number)
		const left = minutes * 60 + seconds

		assert.ok(left > 540 && left <= 600, now)
		const next = left - 1, two = (n) => String(n).padStart(2, '0')
		await becomes(clock, `${two(Math.floor(next / 60))}:${two(next % 60)}`)
	} else {
		assert.match(await clock.innerText(), /^until \d\d:\d\d$/)
	}
	await visitor.sees('€90.50', '.bill-lines')

	// Pays: declined, then well.
	await visitor.send({ card_token: 'tok_declined' }, 'Pay €90.50', { status: 402 })
	await visitor.sees('The card was declined.', '.flash[role=alert]')
	assert.equal(await visitor.heading(), 'Yours for a moment', 'the hold stands')
	await visitor.send({ card_token: 'tok_ok' }, 'Pay €90.50')
	assert.equal(visitor.path, order)
	assert.equal(await visitor.heading(), 'You are going')
	assert.equal(await visitor.$('article.ticket').count(), 3)
	assert.deepEqual((await visitor.$('article.ticket .kicker').allInnerTexts()).map((text) => text.toLowerCase()).sort(),
		['balcony', 'standing', 'standing'])

	// Sees the tickets; each has a code of its own, which a phone can read off the screen.
	await visitor.open('/tickets')
	assert.equal(await visitor.$('article.ticket').count(), 3)
	forget_tries()
	const person = await sign_in('customer', { mobile_number, password })
	const links = await visitor.$('article.ticket h2 a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
	const codes = new Set()
	for (const link of links) {
		await visitor.open(link)
		const read = await visitor.read_qr('figure.qr img')

		assert.equal(read, await code_of(person, { id: link.match(/\d+/)[0] }))
		codes.add(read)
	}
	assert.equal(codes.size, 3)

	// What was sent says so.
	const reference = sql(`SELECT reference FROM orders WHERE id = ${order_id}`)[0][0]
	const written = async () => (await messages(email || mobile_number)).find(({ body }) => body.includes(reference))

	await until('the receipt is written', written)
	const receipt = await written()
	assert.equal(receipt?.channel, email ? 'mail' : 'sms')
	assert.ok(receipt.body.includes(order), receipt.body)
	assert.ok(!email || receipt.body.includes(event.title), receipt.body)

	// And all of it is listed.
	await visitor.open('/orders')
	await visitor.sees(reference)
	await visitor.open('/account')
	assert.equal(await visitor.$('#f-name').inputValue(), name)
})

each_way('who is not signed in chooses, signs in, and the choice is kept', async (visitor) => {
	const person = await new_customer()

	await visitor.open(`/events/${event.id}`)
	await visitor.fill({ [quantity(0)]: '1', [quantity(1)]: '2' })
	await visitor.press('Get tickets')
	assert.match(visitor.path, /^\/sign-in\?next=/)
	await sign_in_customer(visitor, person)
	assert.match(visitor.path, new RegExp(`^/events/${event.id}/book`))
	assert.equal(await visitor.$(`[name="${quantity(0)}"]`).inputValue(), '1')
	assert.equal(await visitor.$(`[name="${quantity(1)}"]`).inputValue(), '2')
	await visitor.press('Hold these tickets')
	await visitor.sees('€106.00', '.bill-lines')
	visitor.answer = true
	await visitor.press('Give these tickets up')
	assert.equal(visitor.asked, visitor.js ? 'Give these tickets up? Somebody else can take them at once.' : undefined)
	assert.equal(await visitor.heading(), 'Given up')
})

each_way('a bank that does not answer: nothing is charged, the hold stands', async (visitor) => {
	await newcomer(visitor)
	await book(visitor)
	await visitor.send({ card_token: 'tok_slow' }, 'Pay €90.50')
	assert.equal(await visitor.heading(), 'Waiting for your bank')
	await visitor.press('Check again', { status: 402 })
	assert.equal(await visitor.heading(), 'Yours for a moment')
	await visitor.sees('There is no such charge.', '.flash[role=alert]')
	await visitor.send({ card_token: 'tok_ok' }, 'Pay €90.50')
	assert.equal(await visitor.heading(), 'You are going')
})

each_way('a card that needs another confirmation', async (visitor) => {
	await newcomer(visitor)
	await book(visitor)
	await visitor.send({ card_token: 'tok_late' }, 'Pay €90.50')
	assert.equal(await visitor.heading(), 'One more step')
	await visitor.press('Check again')
	assert.equal(await visitor.heading(), 'You are going')
	assert.equal(await visitor.$('article.ticket').count(), 3)
})

test('who waits for the bank sees that it paid, though nothing is asked for again by the clock', async (t) => {
	const visitor = await visit(t, { before: () => { window.setInterval = () => 0 } })

	await newcomer(visitor)
	await book(visitor)
	await visitor.send({ card_token: 'tok_late' }, 'Pay €90.50')
	assert.equal(await visitor.heading(), 'One more step')
	const elsewhere = await visitor.page.context().newPage()
	await elsewhere.goto(visitor.page.url())
	await elsewhere.click('button:has-text("Check again")')
	await visitor.page.waitForSelector('h1:text("You are going")')
})

each_way('a hold that ran out', async (visitor) => {
	await newcomer(visitor)
	const order_id = await book(visitor)

	if (visitor.js) {
		sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) + INTERVAL 2 SECOND WHERE id = ${order_id}`)
		await visitor.reload()
		await becomes(visitor.$('.countdown time'), 'Time is up', 5000)
		// The page goes on to what stands now.
		await visitor.page.waitForSelector('h1:text("Time ran out")')
		await visitor.reload()
	} else {
		lapse(order_id)
		await visitor.press('Pay €90.50', { status: 409 })
		await visitor.open(`/orders/${order_id}`)
	}
	assert.equal(await visitor.heading(), 'Time ran out')
	await visitor.sees('Nothing was charged')
	await visitor.press('Try to book them again')
	assert.equal(await visitor.$(`[name="${quantity(0)}"]`).inputValue(), '2')
	assert.equal(await visitor.$(`[name="${quantity(1)}"]`).inputValue(), '1')
	await visitor.press('Hold these tickets')
	assert.equal(await visitor.heading(), 'Yours for a moment')
})

each_way('what is sold out says so, wherever it stands', async (visitor) => {
	const small = await new_event({ title: `Small ${unique()}`, categories: [{ name: 'Only', capacity: 2 }] })

	await newcomer(visitor)
	await visitor.open(`/events/${small.id}`)
	await visitor.sees('Only 2 left')
	await visitor.fill({ [quantity(0)]: '2' })
	sql(`UPDATE ticket_category SET capacity = 1 WHERE id = ${small.categories[0].id}`)
	await visitor.press('Get tickets', { status: 409 })
	await visitor.sees(/Only 1 left of Only\./, '.flash[role=alert]')
	await visitor.send({ [quantity(0)]: '1' }, 'Hold these tickets')
	await visitor.open(`/events/${small.id}`)
	await visitor.sees('Sold out')
	assert.equal(await visitor.$(`[name="${quantity(0)}"]`).count(), 0)
	await visitor.open(`/events?search=${encodeURIComponent(small.title)}`)
	await visitor.sees('Sold out', '.cards')
})

each_way('a forgotten password', async (visitor) => {
	const person = await new_customer()

	forget_tries()
	await visitor.open('/sign-in')
	await visitor.press('Forgot your password?')
	await visitor.send({ mobile_number: person.mobile_number }, 'Send the code')
	await visitor.send({ otp: await code(person.mobile_number), new_password: 'quite another one' }, 'Set the new password')
	assert.equal(visitor.path, '/sign-in')
	await visitor.send({ mobile_number: person.mobile_number, password: 'quite another one' }, 'Continue')
	await visitor.send({ otp: await code(person.mobile_number) }, 'Continue')
	assert.equal(visitor.path, '/')
})

each_way('the account: what one is called, and in which language', async (visitor) => {
	const person = await newcomer(visitor)

	await visitor.open('/account')
	await visitor.send({
		name: 'Nora Noether', email: `${unique()}@example.test`, birth_date: '1990-12-10', blood_type: 'AB+',
		'emergency_contact[name]': 'Emmy', 'emergency_contact[mobile_number]': '+15550100009'
	}, 'Save')
	await visitor.sees(/saved|changed/i, '.flash[role=status]')
	const { data } = await expect(200, 'GET', '/api/v1/users/me/', undefined, { token: person.access })
	assert.equal(data.emergency_contact.name, 'Emmy')
	await visitor.send({ locale: 'ar' }, 'Save')
	assert.equal(await visitor.$('html').getAttribute('dir'), 'rtl')
	await visitor.open('/tickets')
	assert.equal(await visitor.$('html').getAttribute('lang'), 'ar')
})

test('a form that was sent twice acts once', async (t) => {
	const visitor = await visit(t, { js: false })
	const person = await newcomer(visitor)

	await visitor.open(`/events/${event.id}`)
	await visitor.fill({ [quantity(0)]: '1' })
	await visitor.press('Get tickets')
	const order = visitor.path
	await visitor.page.goBack()
	await visitor.press('Get tickets')
	assert.equal(visitor.path, order)
	assert.deepEqual(sql(`SELECT COUNT(*), SUM(i.quantity) FROM orders o JOIN order_item i ON i.order_id = o.id
		WHERE o.customer_id = ${person.customer_id}`)[0].map(Number), [1, 1])
})

each_way('a photo too many in an hour: the page says so at the field, and keeps what was typed', async (visitor) => {
	const person = await newcomer(visitor)
	const choose = () => visitor.$('#f-photo').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: picture() })

	await visitor.open('/account')
	await choose()
	await visitor.send({ name: 'Nora Newton' }, 'Save')
	assert.equal(await visitor.$('img.portrait').count(), 1)
	for (let answer; answer?.status !== 429;)
		answer = await api('PUT', '/api/v1/users/profile/', upload('photo', picture()), { token: person.access })
	await choose()
	await visitor.send({ name: 'Nora Norton' }, 'Save', { status: 429 })
	await visitor.sees(/as many files as one may in an hour/, '.flash[role=alert]')
	await visitor.sees(/Nothing was saved/, '#e-photo')
	assert.equal(await visitor.$('#f-photo').getAttribute('aria-invalid'), 'true')
	assert.equal(await visitor.$('#f-name').inputValue(), 'Nora Norton')
	await visitor.send({ name: 'Nora Norton' }, 'Save')
	assert.equal(await visitor.$('#f-name').inputValue(), 'Nora Norton')
})
