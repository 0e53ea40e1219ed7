// What a customer pays for cards at the real provider: the fee, what is put on them, and by themselves from a card that is kept
// there; against the stand-in for Stripe (stripe.mjs), in a stack of its own where cards cost something.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, afterEach, before, test } from 'node:test'
import { own_stack } from './own.mjs'
import { stand_in } from './stripe.mjs'

const FEE = 750
const stripe = await stand_in()
const own = await own_stack('reload', { set: ['payment.provider=stripe', `payment.url=${stripe.url}`, `payment.checkout=${stripe.url}`,
	`payment.secret_key=${stripe.secret_key}`, `payment.webhook_secret=${stripe.webhook_secret}`, 'serve.outside_workers=8', 'serve.web_workers=4',
	`cards.issue_fee=${FEE}`] })
const { Browser, code, sql, token } = await import('./lib.mjs')
const { as, confirm, jobs_rest, jobs_run, ledger, new_card, new_customer, new_merchant, ok, refused, until } = await import('./world.mjs')

const CARDS = '/api/v1/users/nfc-cards/'

after(() => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' }))
after(own.stop)
after(stripe.stop)
stripe.site = own.url

before(() => jobs_rest('payments', 'desk', 'reloads'))
afterEach(async () => {
	await stripe.told()
	stripe.tells = true
	stripe.mishaps.length = 0
	assert.deepEqual(stripe.faults.splice(0), [], 'what was sent breaks its rules')
})

const on = (id) => Number(sql(`SELECT COALESCE(MAX(balance), 0) FROM ledger_account WHERE kind = 'card' AND owner_id = ${id}`)[0][0])
const state = (id) => sql(`SELECT status FROM payment WHERE id = ${id}`)[0][0]
const fee_of = async (person) => ok(await as(person).get(`${CARDS}fee/`))
const pay_fee = (person, more = {}) => as(person).post('/api/v1/payments/process/', { purpose: 'registration_fee', ...more })
const reload = (person, id, amount, more = {}) => as(person).post(`${CARDS}${id}/reload/`, { amount, ...more })

async function holder(more) {
	const person = await new_customer(more), uid = new_card(person)

	return { ...person, uid, card: ok(await as(person).get(CARDS)).items[0].id }
}
// Signed in on the pages.
async function on_pages(person) {
	const browser = new Browser()

	await browser.go('/sign-in')
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.submit('/sign-in/code', { otp: await code(person.mobile_number) })
	return browser
}

// ---- what a card costs ----

test('the fee: said before it is asked for, paid by an app, known to whoever hands cards out, and never twice', async () => {
	const ada = await new_customer(), kiosk = await new_merchant()
	const verified = async () => ok(await as(kiosk).get(`/api/merchant/verify-customer/${encodeURIComponent(ada.mobile_number)}/`)).registration_fee_paid

	assert.deepEqual(await fee_of(ada), { status: 'due', amount: FEE, currency: 'EUR' })
	assert.equal(await verified(), false)
	refused(await pay_fee(ada, { card_token: 'pm_declined' }), 402, 'PAYMENT_DECLINED')
	assert.equal((await fee_of(ada)).status, 'due')
	const { payment } = ok(await pay_fee(ada), 202)
	assert.deepEqual([payment.amount, payment.next_action.type], [FEE, 'confirm'])
	assert.deepEqual([(await fee_of(ada)).status, (await fee_of(ada)).payment.id], ['open', payment.id])
	// Asked again it is the same one, with what it is paid by.
	assert.deepEqual(ok(await pay_fee(ada), 202).payment, payment)
	stripe.tells = false
	stripe.app_pays(payment.next_action.client_secret)
	assert.equal(await verified(), false, 'nobody was told yet')
	assert.equal(ok(await confirm(ada, payment.id)).payment.status, 'succeeded')
	assert.equal((await fee_of(ada)).status, 'paid')
	assert.equal(await verified(), true)
	refused(await pay_fee(ada, { card_token: 'pm_ok' }), 409, 'NOTHING_TO_PAY')
	assert.deepEqual(ledger(payment.id), [{ kind: 'fee', entries: 2, sum: 0, turnover: FEE }])
})

test('the fee is nobody else\'s, and two who pay it at once pay it once', async () => {
	const ada = await new_customer(), eve = await new_customer()
	const { payment } = ok(await pay_fee(ada), 202)

	for (const other of [eve, await token('organizer')])
		assert.notEqual((await as(other).post('/api/v1/payments/cancel/', { payment_id: payment.id })).status, 200)
	assert.equal((await fee_of(eve)).status, 'due')
	assert.equal((await as(null).get(`${CARDS}fee/`)).status, 401)
	const both = await Promise.all(Array.from({ length: 6 }, () => pay_fee(eve, { card_token: 'pm_ok' })))
	assert.ok(both.some(({ status }) => status === 200), both.map(({ status }) => status).join())
	assert.equal(sql(`SELECT COUNT(*) FROM payment WHERE customer_id = ${eve.customer_id} AND status = 'succeeded'`)[0][0], '1')
	assert.equal([...stripe.intents.values()].filter((i) => i.status === 'succeeded' && i.amount === FEE && i.metadata.payment ===
		sql(`SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(uuid), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-')) FROM payment
			WHERE customer_id = ${eve.customer_id} AND status = 'succeeded'`)[0][0]).length, 1)
	// Given up, it can be begun anew.
	assert.equal(ok(await as(ada).post('/api/v1/payments/cancel/', { payment_id: payment.id })).payment.status, 'declined')
	assert.equal((await fee_of(ada)).status, 'due')
})

test('a request for a card waits for its fee: staff see it, and approve it once it is paid', async () => {
	const ada = await new_customer(), staff = as(await token('staff'))
	const request = ok(await as(ada).post(`${CARDS}request/`, { delivery: { name: 'Ada', city: 'Porto' } }), 201)

	assert.equal(ok(await staff.get(`/api/card-requests/${request.id}`)).fee_paid, false)
	refused(await staff.post(`/api/card-requests/${request.id}/approve`, {}), 409, 'FEE_NOT_PAID')
	ok(await pay_fee(ada, { card_token: 'pm_ok' }))
	assert.equal(ok(await staff.get(`/api/card-requests/${request.id}`)).fee_paid, true)
	assert.equal(ok(await staff.post(`/api/card-requests/${request.id}/approve`, {})).status, 'approved')
})

test('on the pages the fee is paid at the provider, and who comes back finds it settled though nobody told', async () => {
	const ada = await new_customer(), browser = await on_pages(ada)

	stripe.tells = false
	await browser.open('/nfc-cards/fee')
	await browser.send('/nfc-cards/fee', {})
	const session = [...stripe.sessions.values()].at(-1)
	assert.deepEqual([browser.status, browser.location], [303, session.url])
	assert.match(session.success_url, /\/nfc-cards\/fee\/return$/)
	// Back without having paid: it is open, and goes on where it was.
	await browser.open('/nfc-cards/fee/return')
	assert.equal((await fee_of(ada)).status, 'open')
	await browser.open('/nfc-cards/fee')
	await browser.send('/nfc-cards/fee/go-on', {})
	assert.equal(browser.location, session.url)
	stripe.pay_session(session.id)
	await browser.open('/nfc-cards/fee/return')
	assert.equal(browser.location, '/nfc-cards/fee')
	assert.equal((await fee_of(ada)).status, 'paid')
	assert.match((await browser.open('/nfc-cards/fee')).html, /The fee is paid/)
})

// ---- what is put on a card ----

test('a reload on the provider\'s page is on the card when its holder is back, once', async () => {
	const ada = await holder(), browser = await on_pages(ada), page = `/nfc-cards/${ada.card}`

	stripe.tells = false
	await browser.open(page)
	await browser.send(`${page}/reload`, { amount: '20', currency: 'EUR' })
	assert.equal(browser.status, 303)
	const session = [...stripe.sessions.values()].at(-1), id = sql(`SELECT MAX(id) FROM payment WHERE card_id = ${ada.card}`)[0][0]
	assert.deepEqual([session.amount_total, session.success_url], [2000, `${own.url}${page}/return`])
	await browser.open(`${page}/return`)
	assert.deepEqual([state(id), on(ada.card)], ['requires_action', 0])
	assert.match((await browser.open(page)).html, /is not finished/)
	stripe.pay_session(session.id)
	await Promise.all(Array.from({ length: 5 }, () => browser.open(`${page}/return`)))
	assert.equal(browser.location, page)
	assert.deepEqual([state(id), on(ada.card)], ['succeeded', 2000])
	assert.deepEqual(ledger(id), [{ kind: 'reload', entries: 2, sum: 0, turnover: 2000 }])
	// Somebody else's way back is none.
	const eve = await on_pages(await holder())
	assert.equal((await eve.open(`${page}/return`)).status, 404)
})

test('a reload that was begun goes on, or is given up, on the page and by an app', async () => {
	const ada = await holder(), browser = await on_pages(ada), page = `/nfc-cards/${ada.card}`
	const { payment } = ok(await reload(ada, ada.card, 1500, { hosted: true }), 202)

	assert.equal(payment.next_action.type, 'redirect')
	await browser.open(page)
	await browser.send(`${page}/go-on`, { payment_id: String(payment.id) })
	assert.equal(browser.location, payment.next_action.url)
	await browser.open(page)
	await browser.send(`${page}/stop`, { payment_id: String(payment.id) })
	assert.equal(state(payment.id), 'declined')
	assert.equal(stripe.session_of(payment.uuid).status, 'expired')
	const other = ok(await reload(ada, ada.card, 1600), 202).payment
	assert.equal(ok(await as(ada).post('/api/v1/payments/cancel/', { payment_id: other.id })).payment.status, 'declined')
	// One that was made meanwhile is not given up.
	const third = ok(await reload(ada, ada.card, 1700), 202).payment
	stripe.tells = false
	stripe.app_pays(third.next_action.client_secret)
	assert.equal(ok(await as(ada).post('/api/v1/payments/cancel/', { payment_id: third.id })).payment.status, 'succeeded')
	assert.equal(on(ada.card), 1700)
	for (const payment_id of [third.id + 1000, 0, 'x'])
		assert.ok([404, 422].includes((await as(ada).post('/api/v1/payments/cancel/', { payment_id })).status))
})
