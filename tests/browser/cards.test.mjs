// A customer's way with a card of ours and with what is bought by it: asked for, its fee paid, filled, spent, filled by itself, lost;
// and tickets passed on, given, taken, given back. In a stack of its own where cards cost something, with the stand-in for Stripe
// (tests/api/stripe.mjs) as what is outside.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { own_stack } from '../api/own.mjs'
import { stand_in } from '../api/stripe.mjs'

const stripe = await stand_in()
const own = await own_stack('card-pages', { set: ['payment.provider=stripe', `payment.url=${stripe.url}`, `payment.checkout=${stripe.url}`,
	`payment.secret_key=${stripe.secret_key}`, `payment.webhook_secret=${stripe.webhook_secret}`, 'serve.outside_workers=8', 'serve.web_workers=4',
	'cards.issue_fee=750'] })
const { code, forget_tries, new_customer, new_number, site, sql, token } = await import('../api/lib.mjs')
const { as, DAY, HOUR, iso, jobs_rest, jobs_run, new_card, new_event, ok, until } = await import('../api/world.mjs')
const { each_way, look_around, PHONE, sign_in_customer, use_browser } = await import('./lib.mjs')

after(own.stop)
after(stripe.stop)
stripe.site = own.url
use_browser()

let event, merchant
before(async () => {
	jobs_rest('payments', 'desk', 'reloads')
	event = await new_event({
		title: 'Tide & Timber', starts_at: iso(Date.now() + 3 * DAY), ends_at: iso(Date.now() + 3 * DAY + 2 * HOUR),
		categories: [{ name: 'Standing', price: 2000 }]
	})
	merchant = as(await token('merchant'))
	ok(await as(await token('staff')).post('/api/refund-rules/', { event_id: event.id, days_before: 0, percent: 80 }), 201)
})

const CARDS = '/api/v1/users/nfc-cards/'

// The page that the visitor is at, in both sizes, in Arabic, and as far as scripts go in both schemes.
async function around(visitor) {
	const size = visitor.page.viewportSize()

	if (visitor.js)
		await look_around(visitor)
	await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'ar', url: site }])
	for (const viewport of visitor.js ? [PHONE, size] : [size]) {
		await visitor.page.setViewportSize(viewport)
		await visitor.reload()
		assert.equal(await visitor.page.evaluate(() => document.documentElement.dir), 'rtl')
	}
	await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'en', url: site }])
	await visitor.reload()
}

// Presses what leads to the provider, whose page is no page of ours, and there what is to be pressed; the visitor is back at path then.
async function at_provider(visitor, button, press, path) {
	await Promise.all([visitor.page.waitForURL(`${stripe.url}/**`), (await visitor.target(button)).click()])
	const there = visitor.page.getByRole(press === 'Back' ? 'link' : 'button', { name: press, exact: true })
	await Promise.all([visitor.page.waitForURL(`${site}${path}`), there.click()])
	await stripe.told()
	await visitor.reload()
}

const holder = async (more) => {
	const person = await new_customer(more), uid = new_card(person)

	return { ...person, uid, card: ok(await as(person).get(CARDS)).items[0].id }
}
const fill_card = (person, amount) => as(person).post(`${CARDS}${person.card}/reload/`, { amount, card_token: 'pm_ok' }).then((answer) => ok(answer))

async function buy(visitor, quantity) {
	await visitor.open(`/events/${event.id}`)
	await visitor.send({ 'items[0][quantity]': String(quantity) }, 'Get tickets')
	return visitor.path
}

each_way('a card is asked for, its fee is paid, and it comes; money is put on it, tickets are bought with it', async (visitor) => {
	const nora = await new_customer({ name: 'Nora Newton' }), staff = as(await token('staff'))

	// What it costs stands where it is asked for.
	await sign_in_customer(visitor, nora)
	await visitor.open('/nfc-cards')
	await visitor.sees('No card yet')
	await around(visitor)
	await visitor.press('Ask for a card')
	await visitor.sees('A card costs €7.50, once.')
	await around(visitor)
	await visitor.send({ 'delivery[name]': 'Nora Newton', 'delivery[address]': '1 Harbour Way', 'delivery[postcode]': '4050', 'delivery[city]': 'Porto' },
		visitor.$('main form.panel button').first())
	const request = visitor.path

	assert.match(request, /^\/nfc-cards\/request\/\d+$/)
	await visitor.sees('It is not paid yet.')
	await around(visitor)
	// Begun, left, gone on with; given up, and paid.
	await visitor.press('Pay €7.50')
	assert.equal(visitor.path, '/nfc-cards/fee')
	await visitor.sees('Your request goes on when this is paid.')
	assert.equal(await visitor.$('main input[type=text]').count(), 0, 'nothing is typed here')
	await around(visitor)
	await at_provider(visitor, 'Pay €7.50 by card', 'Back', '/nfc-cards/fee')
	await visitor.sees(/€7\.50 is not finished/)
	await around(visitor)
	await at_provider(visitor, 'Go on to pay €7.50', 'Back', '/nfc-cards/fee')
	await visitor.press('Do not pay now')
	await at_provider(visitor, 'Pay €7.50 by card', 'Pay', '/nfc-cards/fee')
	await visitor.sees('The fee is paid.')
	await around(visitor)
	await visitor.press('Your request')
	assert.equal(visitor.path, request)
	assert.doesNotMatch(await visitor.text('main'), /not paid/)

	// Staff send it; a merchant hands it out, whose own journey is another test's.
	const id = request.match(/\d+/)[0]
	for (const act of ['approve', 'send'])
		ok(await staff.post(`/api/card-requests/${id}/${act}`, {}))
	await visitor.reload()
	await visitor.sees(/sent/i)
	const uid = new_card(nora)
	await visitor.open('/nfc-cards')
	await visitor.sees(uid)
	await around(visitor)
	await visitor.press(uid)
	const card = visitor.path

	// What cannot be put on it, and what can.
	await visitor.sees('Nothing yet.')
	await around(visitor)
	const put = (amount) => visitor.$('#f-amount').fill(amount) // the other form on the page has one too
	await put('99999')
	await visitor.press('Pay', { status: 422 })
	await visitor.sees('So much may not be on a card.', '#e-amount')
	assert.equal(await visitor.$('#f-amount').inputValue(), '99999')
	await visitor.open(card)
	await put('45')
	await at_provider(visitor, 'Pay', 'Back', card)
	await visitor.sees(/€45\.00 is not finished/)
	await around(visitor)
	await at_provider(visitor, 'Go on to pay €45.00', 'Pay', card)
	await visitor.sees('€45.00', '.tiles')
	await visitor.sees('Put on it', 'table')

	// Tickets by it; then there is too little for more.
	const order = await buy(visitor, 2)
	await visitor.sees(`€45.00 are on card ${uid}.`)
	await around(visitor)
	await visitor.press('Pay €40.00')
	assert.equal(visitor.path, order)
	assert.equal(await visitor.heading(), 'You are going')
	await around(visitor)
	await visitor.open(card)
	await visitor.sees('€5.00', '.tiles')
	await visitor.sees('-€40.00', 'table')
	// A counter takes two, and gives one of them back.
	const charged = async (amount, note) => ok(await merchant.post('/api/merchant/charge/', { card_uid: uid, amount, note }), 201).charge.id
	await charged(150, 'Tea')
	ok(await merchant.post(`/api/merchant/charge/${await charged(250, 'Pastel de nata')}/reverse/`, {}))
	await visitor.reload()
	await visitor.sees('€3.50', '.tiles')
	await around(visitor)
	await visitor.press('All of it')
	await visitor.sees('Given back')
	await around(visitor)
	await buy(visitor, 1)
	assert.equal(await visitor.$('button:text("Pay €20.00"):disabled').count(), 1)
})

each_way('a card that fills itself: the card that pays is chosen at the provider, seen, declined, chosen anew, stopped', async (visitor) => {
	const ada = await holder({ name: 'Ada Byron' }), page = `/nfc-cards/${ada.card}`
	const run = async (what, done) => {
		jobs_run('reloads')
		await until(what, done)
		jobs_rest('reloads')
		await visitor.reload()
	}
	const choose = async (press) => {
		await visitor.fill({ threshold: '5' })
		await visitor.$('#auto-amount, #f-amount').last().fill('20')
		await at_provider(visitor, 'Choose a card', press, page)
	}
	const auto = () => visitor.$('details.panel').evaluate((fold) => { fold.open = true })

	await sign_in_customer(visitor, ada)
	await visitor.open(page)
	await auto()
	await visitor.sees(/choose the card that pays on our payment provider's page/)
	// More than a card may carry.
	await visitor.fill({ threshold: '400' })
	await visitor.$('#auto-amount').fill('400')
	await visitor.press('Choose a card', { status: 422 })
	await visitor.sees('So much may not be on a card.')
	await visitor.open(page)
	await auto()
	await choose('Back')
	await auto()
	assert.equal(await visitor.$('button:text("Stop it")').count(), 0)
	await choose('Keep one that will be empty')
	await visitor.sees('When less than €5.00 is on it, €20.00 are put on it.')
	await visitor.sees('visa •••• 4242')
	await around(visitor)
	await run('it was declined', () => sql(`SELECT COUNT(*) FROM nfc_card WHERE id = ${ada.card} AND reload_failed_at IS NOT NULL`)[0][0] === '1')
	await visitor.sees(/The last time it was declined/)
	await around(visitor)
	await choose('Keep this card')
	assert.doesNotMatch(await visitor.text('main'), /declined/)
	await run('it was reloaded', () => sql(`SELECT COALESCE(MAX(balance), 0) FROM ledger_account WHERE kind = 'card' AND owner_id = ${ada.card}`)[0][0] === '2000')
	await visitor.sees('€20.00', '.tiles')
	await visitor.press('Stop it')
	await visitor.sees('The card is not reloaded by itself any more.', '.flash[role=status]')

	// Lost: it is dead, and what was on it goes to the next one.
	await visitor.press(visitor.$('a.button.danger'))
	await around(visitor)
	await visitor.press(visitor.$('main form button').first())
	await visitor.open(page)
	await visitor.sees('It is dead.')
	await around(visitor)
	const next = new_card(ada)
	await visitor.reload()
	await visitor.sees(`Your card ${next} is active.`)
	await around(visitor)
	await visitor.press('Move what is on it')
	assert.equal(visitor.path, '/nfc-cards')
	await visitor.sees('€20.00')
})

each_way('a ticket is passed on, given, taken by somebody new, and money asked back', async (visitor) => {
	const ada = await holder({ name: 'Ada Byron' }), bob = await new_customer({ name: 'Bob Babbage' }), number = new_number(), password = 'three plain words'
	const links = () => visitor.$('article.ticket h2 a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))

	await fill_card(ada, 8000)
	await sign_in_customer(visitor, ada)
	await buy(visitor, 4)
	await visitor.press('Pay €80.00')
	await visitor.open('/tickets')
	const [first, second, third, fourth] = await links()

	// To somebody who is here it is theirs at once.
	await visitor.open(first)
	await around(visitor)
	await visitor.press('Pass it on')
	await around(visitor)
	await visitor.send({ mobile_number: ada.mobile_number }, 'Pass it on', { status: 422 })
	await visitor.open(`${first}/transfer`)
	await visitor.send({ mobile_number: bob.mobile_number }, 'Pass it on')
	assert.equal(visitor.path, '/tickets')
	assert.deepEqual((await links()).sort(), [second, third, fourth].sort())
	await visitor.open(first, { status: 404 })
	// To a number that nobody has, as a gift: it waits, as it does for who is here.
	await visitor.open(`${fourth}/gift`)
	await visitor.send({ mobile_number: bob.mobile_number, message: 'Happy birthday!\nSee you there.' }, visitor.$('main form.panel button').first())
	await visitor.open(`${second}/gift`)
	await around(visitor)
	await visitor.send({ mobile_number: number, message: '' }, visitor.$('main form.panel button').first())
	assert.equal(visitor.path, '/tickets/offers')
	await visitor.sees('Waits for')
	await around(visitor)
	// Of the last one some money comes back.
	await visitor.open(third)
	await visitor.press('Refund')
	await visitor.sees('Until it begins: 80 %')
	await visitor.sees('If you ask now: €16.00 of €20.00')
	await around(visitor)
	await visitor.send({ reason: '' }, 'Ask for €16.00 back', { status: 422 }).catch(() => {})
	await visitor.open(`${third}/refund-request`)
	await visitor.send({ reason: 'I cannot come.' }, 'Ask for €16.00 back')
	await visitor.sees('What you asked for')
	await around(visitor)
	await visitor.press('Take the request back')
	await visitor.send({ reason: 'I cannot come after all.' }, 'Ask for €16.00 back')
	const [[asked]] = sql(`SELECT MAX(id) FROM refund_request WHERE ticket_id = ${third.match(/\d+/)[0]}`)
	ok(await as(await token('staff')).post(`/api/refund-requests/${asked}/approve`, {}))
	await visitor.reload()
	await visitor.sees(/approved/i)
	jobs_run('payments')
	await until('it is back', () => sql(`SELECT balance FROM ledger_account WHERE kind = 'card' AND owner_id = ${ada.card}`)[0][0] === '1600')
	jobs_rest('payments')
	await visitor.open(`/nfc-cards/${ada.card}`)
	await visitor.sees('Tickets given back')
	await visitor.sign_out()

	// Whose number it is registers, and finds it.
	forget_tries()
	await visitor.open('/register')
	await visitor.send({ name: 'Grace Hopper', mobile_number: number, password }, 'Continue')
	await visitor.send({ otp: await code(number) }, 'Continue')
	await visitor.open('/tickets')
	assert.deepEqual(await links(), [second])
	await visitor.open(second)
	await visitor.sees('Grace Hopper', 'dl')
	await visitor.read_qr('figure.qr img')
	await visitor.sign_out()

	// And who was here before is asked.
	await sign_in_customer(visitor, bob)
	await visitor.open('/tickets')
	await around(visitor)
	await visitor.press('Tickets on their way')
	await visitor.sees('From Ada Byron')
	await visitor.sees(/Happy birthday!/)
	await around(visitor)
	await visitor.press('Take it')
	assert.equal(visitor.path, fourth)
	await visitor.sees('Bob Babbage', 'dl')
	await visitor.read_qr('figure.qr img')
	await visitor.open('/tickets')
	assert.deepEqual((await links()).sort(), [first, fourth].sort())
})
