// Paying by Stripe, against a stand-in that is as strict (stripe.mjs): what it is sent, what comes of each way in which it, the
// customer and the wire between can behave, and that whatever happens ends in one state which audit finds whole.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { own_stack, workers } from './own.mjs'
import { signature, stand_in } from './stripe.mjs'

const stripe = await stand_in()
const own = await own_stack('stripe', { set: ['payment.provider=stripe', `payment.url=${stripe.url}`, `payment.checkout=${stripe.url}`,
	`payment.secret_key=${stripe.secret_key}`, 'payment.publishable_key=pk_test_of_the_stand_in',
	`payment.webhook_secret=${stripe.webhook_secret}`, 'serve.outside_workers=12', 'serve.web_workers=4'] })
const { api, Browser, code, messages, sql, token } = await import('./lib.mjs')
const { as, confirm, held, jobs_rest, jobs_run, lapse, ledger, new_card, new_customer, new_event, new_merchant, new_staff, ok, refused, setting, stock, unique, until } = await import('./world.mjs')

after(own.stop)
after(stripe.stop)
stripe.site = own.url

let ann, bob, keeper
before(async () => {
	await new_staff('finance')
	keeper = sql("SELECT a.email FROM account a JOIN account_role r ON r.account_id = a.id AND r.role = 'finance' ORDER BY a.id DESC LIMIT 1")[0][0]
	jobs_rest('holds', 'payments', 'desk')
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer({ name: 'Bob Weir' })
})
afterEach(async () => {
	await stripe.told()
	stripe.tells = true
	stripe.mishaps.length = 0
	sql("UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE status = 'held'") // nobody may hold more than five
	assert.deepEqual(stripe.faults.splice(0), [], 'what was sent breaks its rules')
})

const gatehouse = (...command) => execFileSync(process.env.GATEHOUSE_BIN ?? `${process.env.GATEHOUSE_BUILD}/gatehouse`, ['-c', process.env.GATEHOUSE_INI, ...command], { encoding: 'utf8' })
const sale = (amount) => ({ kind: 'sale', entries: 2, sum: 0, turnover: amount })
const refund = (amount) => ({ kind: 'refund', entries: 2, sum: 0, turnover: amount })
const state_of = (payment) => sql(`SELECT status FROM payment WHERE id = ${payment.id}`)[0][0]
const refunds_of = (payment) => sql(`SELECT amount, origin, state, provider_reference FROM payment_refund WHERE payment_id = ${payment.id} ORDER BY amount`)
const process_ = (person, order_id, more = {}, options) => as(person).post('/api/v1/payments/process/', { order_id, ...more }, options)
const cancel = (person, payment) => as(person).post('/api/v1/payments/cancel/', { payment_id: payment.id })
const show = (person, order) => as(person).get(`/api/v1/users/orders/${order.id}/`)
const calls = (line) => stripe.calls.filter((call) => call.line === line || line.test?.(call.line))

// An order of n at a price, and its payment as an app begins it.
async function begun({ n = 2, price = 2500, currency = 'EUR', capacity = 100, hosted, person = ann } = {}) {
	const event = await new_event({ currency, categories: [{ price, capacity }] })
	const order = await held(person, event, n)
	const { payment } = ok(await process_(person, order.id, hosted ? { hosted } : {}), 202)

	return { event, order, payment, intent: stripe.intent_of(payment.uuid), session: stripe.session_of(payment.uuid) }
}
// One that was paid, and is in the books.
async function paid(more) {
	const all = await begun(more)

	stripe.app_pays(all.intent.client_secret)
	await stripe.told()
	assert.equal(state_of(all.payment), 'succeeded')
	return all
}

// ---- apps ----

test('an app gets what it pays with, and confirms: nothing is paid before, tickets after', async () => {
	const { event, order, payment, intent } = await begun()

	assert.equal(payment.status, 'requires_action')
	assert.deepEqual(payment.next_action, { type: 'confirm', client_secret: intent.client_secret, publishable_key: 'pk_test_of_the_stand_in' })
	assert.deepEqual([intent.amount, intent.currency, intent.metadata], [5000, 'eur', { payment: payment.uuid, order: order.reference }])
	const call = calls('POST /v1/payment_intents').at(-1)
	assert.equal(call.key, `${payment.uuid}:begin`)
	assert.match(call.headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
	assert.equal(call.form['statement_descriptor_suffix'], order.reference)
	assert.deepEqual(ledger(payment.id), [])
	// Asked before it is paid it is what it was.
	assert.deepEqual(ok(await confirm(ann, payment.id), 202).payment.next_action, payment.next_action)

	stripe.tells = false
	stripe.app_pays(intent.client_secret)
	const data = ok(await confirm(ann, payment.id))
	assert.deepEqual([data.payment.status, data.order.status, data.tickets.length, data.payment.next_action], ['succeeded', 'paid', 2, undefined])
	assert.deepEqual(ledger(payment.id), [sale(5000)])
	assert.deepEqual(stock(event.categories[0].id), { capacity: 100, held: 0, sold: 2 })
	assert.equal(sql(`SELECT provider, provider_ref FROM payment WHERE id = ${payment.id}`)[0].join(), `stripe,${intent.id}`)
})

test('asked again an app gets the same payment to pay, and no key keeps its secret', async () => {
	const event = await new_event(), key = unique()
	const order = await held(ann, event)
	const first = ok(await process_(ann, order.id, {}, { key }), 202).payment
	const again = ok(await process_(ann, order.id, {}, { key }), 202).payment
	const other = ok(await process_(ann, order.id), 202).payment

	assert.deepEqual([again, other], [first, first])
	assert.equal(calls('POST /v1/payment_intents').filter(({ form }) => form['metadata[order]'] === order.reference).length, 1)
	assert.deepEqual(sql(`SELECT COUNT(*) FROM idempotency WHERE data LIKE '%_secret_%'`), [['0']])
	assert.deepEqual(sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${order.id}`), [['1']])
})

test('with a card\'s token it is charged at once; declined, the hold stands and that charge can never be made', async () => {
	const event = await new_event()
	const order = await held(ann, event)
	const declined = refused(await process_(ann, order.id, { card_token: 'pm_declined' }), 402, 'PAYMENT_DECLINED')

	assert.equal(declined.body.error.message, 'There is not enough money on this card.')
	assert.equal(stripe.intent_of(declined.data.payment.uuid).status, 'canceled')
	assert.equal(ok(await show(ann, order)).order.status, 'held')
	const action = ok(await process_(ann, order.id, { card_token: 'pm_3ds' }), 202).payment
	assert.equal(action.next_action.type, 'redirect')
	assert.match(action.next_action.url, /\/3ds\//)
	const data = ok(await process_(ann, order.id, { card_token: 'pm_ok' }))
	assert.deepEqual([data.payment.status, data.tickets.length], ['succeeded', 1])
	assert.equal(stripe.intent_of(action.uuid).status, 'canceled')
	assert.deepEqual(ledger(data.payment.id), [sale(2500)])
})

test('a bank\'s other step leads away and back', async () => {
	const event = await new_event(), order = await held(ann, event)
	const { payment } = ok(await process_(ann, order.id, { card_token: 'pm_3ds' }), 202)
	const back = await fetch(payment.next_action.url, { redirect: 'manual' })

	assert.equal(back.headers.get('location'), `${setting('site', 'base_url')}/orders/${order.id}/return`)
	assert.equal(ok(await confirm(ann, payment.id)).order.status, 'paid')
})

test('what takes days is neither paid nor declined until it is', async () => {
	for (const well of [true, false]) {
		const { payment, order, intent } = await begun()

		stripe.app_pays(intent.client_secret, 'pm_slow')
		assert.equal(ok(await confirm(ann, payment.id), 202).order.status, 'held')
		assert.equal(ok(await cancel(ann, payment), 202).payment.status, 'requires_action')
		stripe.finish(intent, well)
		await stripe.told()
		assert.equal(ok(await show(ann, order)).order.status, well ? 'paid' : 'held')
	}
})

test('somebody would rather not pay: the charge is ended there, the hold stands, another can be made', async () => {
	const { order, payment, intent } = await begun()

	refused(await cancel(bob, payment), 404, 'PAYMENT_NOT_FOUND')
	const data = ok(await cancel(ann, payment))
	assert.deepEqual([data.payment.status, data.order.status, intent.status], ['declined', 'held', 'canceled'])
	ok(await cancel(ann, payment))
	const second = ok(await process_(ann, order.id), 202).payment
	assert.notEqual(second.id, payment.id)
	stripe.app_pays(stripe.intent_of(second.uuid).client_secret)
	await stripe.told()
	assert.equal(ok(await cancel(ann, second)).payment.status, 'succeeded')
})

// ---- amounts ----

test('amounts are written as Stripe writes them', async () => {
	for (const [currency, price, there] of [['EUR', 2501, 2501], ['JPY', 1200, 1200], ['KRW', 50000, 50000], ['ISK', 900, 90000],
		['UGX', 5000, 500000], ['KWD', 5120, 5120], ['KWD', 5124, 5120], ['KWD', 5125, 5130], ['BHD', 1999, 2000], ['MGA', 500000, 5000]]) {
		const { payment, intent } = await begun({ n: 1, price, currency })

		assert.deepEqual([intent.amount, intent.currency], [there, currency.toLowerCase()], `${price} ${currency}`)
		stripe.app_pays(intent.client_secret)
		await stripe.told()
		assert.equal(state_of(payment), 'succeeded')
		assert.deepEqual(ledger(payment.id), [sale(price)])
	}
})

test('too little for a card is declined with its reason, and the hold stands', async () => {
	const event = await new_event({ categories: [{ price: 20 }] }), order = await held(ann, event)

	assert.equal(refused(await process_(ann, order.id), 402, 'PAYMENT_DECLINED').body.error.message, 'The amount is too small to be paid by card.')
	assert.equal(ok(await show(ann, order)).order.status, 'held')
})

test('another amount or currency than was to be paid is nobody\'s sale', async () => {
	for (const wrong of [{ amount_received: 4999 }, { currency: 'usd' }]) {
		const { payment, intent } = await begun()

		stripe.tells = false
		stripe.app_pays(intent.client_secret)
		Object.assign(intent, wrong)
		assert.equal(ok(await confirm(ann, payment.id), 202).order.status, 'held')
		assert.deepEqual(ledger(payment.id), [])
		assert.match(own.log('serve'), /"event":"payment_differs"/)
		Object.assign(intent, { amount_received: 5000, currency: 'eur' })
		assert.equal(ok(await confirm(ann, payment.id)).order.status, 'paid')
	}
})

// ---- the hosted page ----

test('a hosted page: it knows what is paid, ends in time, and comes back to a page that asks', async () => {
	const { order, payment, session } = await begun({ hosted: true })

	assert.deepEqual(payment.next_action, { type: 'redirect', url: session.url })
	assert.equal(session.amount_total, 5000)
	assert.equal(session.success_url, session.cancel_url)
	assert.equal(session.success_url, `${setting('site', 'base_url')}/orders/${order.id}/return`)
	assert.ok(session.expires_at - Date.now() / 1000 < 32 * 60)
	assert.equal(calls('POST /v1/checkout/sessions').at(-1).key, `${payment.uuid}:begin`)
	stripe.pay_session(session.id)
	await stripe.told()
	assert.deepEqual([state_of(payment), sql(`SELECT provider_ref FROM payment WHERE id = ${payment.id}`)[0][0]], ['succeeded', session.payment_intent])
	assert.deepEqual(ledger(payment.id), [sale(5000)])
})

async function signed_in(person) {
	const browser = new Browser()

	await browser.go('/sign-in')
	await browser.send('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.go(browser.location)
	await browser.submit('/sign-in/code', { otp: await code(person.mobile_number) })
	return browser
}

test('a portal\'s form leads there, and only its page may lead there; the address it comes back to is not believed', async () => {
	const event = await new_event(), order = await held(ann, event), page = await signed_in(ann), at = `/orders/${order.id}`

	await page.go(at)
	assert.match(page.headers.get('content-security-policy'), new RegExp(`form-action 'self' ${stripe.url}$`))
	assert.doesNotMatch(page.html, /card_token|tok_/)
	await page.send(`${at}/pay`)
	const session = [...stripe.sessions.values()].at(-1)
	assert.deepEqual([page.status, page.location], [303, session.url])
	assert.doesNotMatch(page.headers.get('set-cookie') ?? '', /gh_flash=[^;]/)
	// Back without having paid.
	await page.open(`${at}/return?success=1&redirect_status=succeeded`)
	assert.deepEqual([page.status, page.location], [303, at])
	assert.match((await page.go(at)).html, /One more step/)
	assert.equal(ok(await show(ann, order)).order.status, 'held')
	// On from there it is the same session.
	await page.send(`${at}/pay`)
	assert.equal(page.location, session.url)
	// Or not.
	await page.go(at)
	await page.submit(`${at}/stop`)
	assert.match(page.html, /Yours for a moment/)
	assert.equal(session.status, 'expired')
	await page.send(`${at}/pay`)
	const second = [...stripe.sessions.values()].at(-1)
	assert.equal(page.location, second.url)
	stripe.tells = false
	stripe.pay_session(second.id)
	await page.go(`${at}/return`)
	assert.match(page.html, /You are going/)
	for (const other of ['/', '/orders', '/tickets'])
		assert.match((await page.go(other)).headers.get('content-security-policy'), /form-action 'self'$/)
	// Nobody else comes back to it.
	const stranger = await signed_in(bob)
	assert.equal((await stranger.go(`${at}/return`)).status, 404)
	// A token typed into the page is none.
	const free = await held(ann, event)
	await page.go(`/orders/${free.id}`)
	await page.send(`/orders/${free.id}/pay`, { card_token: 'pm_ok' })
	assert.equal(page.status, 422)
})

test('begun in an app and then on a page, or with a card: the first is ended', async () => {
	const { order, payment, intent } = await begun(), page = await signed_in(ann)

	await page.go(`/orders/${order.id}`)
	await page.send(`/orders/${order.id}/pay`)
	assert.equal(intent.status, 'canceled')
	assert.equal(state_of(payment), 'declined')
	const session = [...stripe.sessions.values()].at(-1)
	assert.equal(page.location, session.url)
	const data = ok(await process_(ann, order.id, { card_token: 'pm_ok' }))
	assert.equal(session.status, 'expired')
	assert.deepEqual(ledger(data.payment.id), [sale(5000)])
})

test('a redirect that leads elsewhere than to the pay pages is not followed', async () => {
	const event = await new_event(), order = await held(ann, event), page = await signed_in(ann)
	const { url } = stripe

	await page.go(`/orders/${order.id}`)
	stripe.url = 'https://checkout.example'
	await page.send(`/orders/${order.id}/pay`)
	stripe.url = url
	assert.equal(page.location, `/orders/${order.id}`)
})

// ---- after the hold ----

test('what was not paid when the hold ended is closed at the provider, and the stock is free', async () => {
	for (const hosted of [true, false]) {
		const { order, payment, session, intent, event } = await begun({ hosted })

		lapse(order.id)
		sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 2 MINUTE WHERE id = ${payment.id}`)
		jobs_run('payments')
		await until('it is closed', () => state_of(payment) === 'declined')
		assert.equal(hosted ? session.status : intent.status, hosted ? 'expired' : 'canceled')
		jobs_rest('payments')
		assert.equal((await held(bob, event, 10)).status, 'held')
		refused(await process_(ann, order.id), 409, 'ORDER_LAPSED')
	}
})

test('paid when the hold had ended: seated where there is room, else given back in full', async () => {
	for (const room of [true, false]) {
		const { order, payment, intent, event } = await begun({ capacity: 3 })

		stripe.tells = false
		lapse(order.id)
		if (!room)
			await held(bob, event, 2)
		stripe.app_pays(intent.client_secret)
		sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 2 MINUTE WHERE id = ${payment.id}`)
		jobs_run('payments')
		await until('it is settled', () => ['succeeded', 'refunded'].includes(state_of(payment)))
		assert.deepEqual([state_of(payment), ledger(payment.id)], room ? ['succeeded', [sale(5000)]] : ['refunded', [sale(5000), refund(5000)]])
		assert.deepEqual([...stripe.refunds.values()].filter((r) => r.payment_intent === intent.id).map((r) => r.amount), room ? [] : [5000])
		jobs_rest('payments')
	}
})

// ---- the wire ----

test('slow, overloaded, cut off before or after: the answer is waited for or asked for, and one charge is made', async () => {
	for (const does of ['slow', '500', '429', 'cut_before', 'cut_after']) {
		const event = await new_event(), order = await held(ann, event)

		stripe.mishap(/POST \/v1\/payment_intents$/, does, { ms: 1200 })
		const { payment } = ok(await process_(ann, order.id), 202)
		assert.ok(payment.next_action.client_secret, does)
		assert.equal([...stripe.intents.values()].filter((one) => one.metadata.payment === payment.uuid).length, 1, does)
		stripe.mishap(/POST .*confirm$/, does, { ms: 1200 })
		const data = ok(await process_(ann, order.id, { card_token: 'pm_ok' }))
		assert.equal(data.payment.status, 'succeeded', does)
		assert.equal([...stripe.intents.values()].filter((one) => one.metadata.order === order.reference && one.status === 'succeeded').length, 1, does)
		assert.deepEqual(ledger(data.payment.id), [sale(2500)])
	}
})

test('charged, and never an answer: it is asked about until there is one', async () => {
	const event = await new_event(), order = await held(ann, event)

	stripe.tells = false
	stripe.mishap(/confirm$/, 'cut_after', { times: 9 }) // libcurl tries again too, where a connection that it had kept was dead
	stripe.mishap(/GET \/v1\/payment_intents/, '500', { times: 6 })
	const { payment } = ok(await process_(ann, order.id, { card_token: 'pm_ok' }), 202)
	assert.equal(payment.status, 'requires_action')
	assert.equal(ok(await confirm(ann, payment.id), 202).order.status, 'held')
	sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id}`)
	for (let i = 0; i < 10 && state_of(payment) !== 'succeeded'; i++) {
		jobs_run('payments')
		await until('it was asked', () => sql("SELECT due_at > UTC_TIMESTAMP(3) FROM job WHERE name = 'payments'")[0][0] === '1')
		sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id} AND status = 'requires_action'`)
	}
	assert.equal(state_of(payment), 'succeeded')
	assert.deepEqual(ledger(payment.id), [sale(2500)])
	jobs_rest('payments')
})

test('never reached at all: nobody can have paid, and the next try begins anew', async () => {
	const event = await new_event(), order = await held(ann, event)

	stripe.mishap(/POST \/v1\/payment_intents$/, 'cut_before', { times: 9 })
	const { payment } = ok(await process_(ann, order.id), 202)
	assert.deepEqual([payment.status, payment.next_action], ['processing', undefined])
	stripe.mishaps.length = 0
	const second = ok(await process_(ann, order.id), 202).payment
	assert.notEqual(second.id, payment.id)
	assert.equal(state_of(payment), 'declined')
	assert.ok(second.next_action.client_secret)
})

test('a key that Stripe does not know takes no money and says nothing of it', async () => {
	const event = await new_event(), order = await held(ann, event), { secret_key } = stripe

	stripe.secret_key = 'sk_test_another'
	const answer = refused(await process_(ann, order.id), 402, 'PAYMENT_DECLINED')
	stripe.secret_key = secret_key
	stripe.faults.length = 0
	assert.equal(answer.body.error.message, 'The payment could not be started.')
	assert.ok(!own.log('serve').includes(secret_key), 'the key is in the log')
	assert.ok(!own.log('serve').includes(stripe.webhook_secret))
	assert.equal(ok(await process_(ann, order.id), 202).payment.status, 'requires_action')
})

// ---- notices ----

test('notices are signed by Stripe\'s scheme, and heeded for five minutes', async () => {
	const { payment, intent } = await begun(), now = Math.floor(Date.now() / 1000)

	stripe.tells = false
	stripe.app_pays(intent.client_secret)
	const event = stripe.events.at(-1), body = JSON.stringify(event)
	const right = signature(body, stripe.webhook_secret)
	for (const bad of [
		{ secrets: 'whsec_of_somebody_else' }, { at: now - 301 }, { at: now + 310 }, { header: '' }, { header: 't=' }, { header: `t=${now}` },
		{ header: right.replace('v1=', 'v0=') }, { header: right.replace(/v1=[0-9a-f]/, 'v1=') }, { header: right.replace(/t=\d+/, `t=${now + 1}`) },
		{ header: right.replace('t=', 't=0x') }, { header: right, body: body + ' ' }, { header: right.replace(/v1=.*/, `v1=${'0'.repeat(64)}`) }
	])
		assert.equal((await stripe.deliver(event, bad)).status, 401, JSON.stringify(bad))
	assert.equal(state_of(payment), 'requires_action')
	assert.deepEqual((await stripe.deliver(event, { at: now - 290, secrets: ['whsec_the_old_one', stripe.webhook_secret] })).body.data, { repeated: false })
	assert.equal(state_of(payment), 'succeeded')
})

test('a notice is only a reason to ask: what stands in it is not believed, and repeated it does nothing', async () => {
	const { payment, intent } = await begun()
	const lie = { id: `evt_${unique()}`, type: 'payment_intent.succeeded', data: { object: { ...intent, status: 'succeeded', amount_received: 5000 } } }

	stripe.tells = false
	assert.equal((await stripe.deliver(lie)).status, 200)
	assert.equal(state_of(payment), 'requires_action')
	const asked = stripe.calls.length
	assert.deepEqual((await stripe.deliver(lie)).body.data, { repeated: true })
	assert.equal(stripe.calls.length, asked, 'a repeat asks nobody')
	stripe.app_pays(intent.client_secret)
	const event = stripe.events.at(-1)
	const answers = await Promise.all(Array.from({ length: 5 }, () => stripe.deliver(event)))
	assert.ok(answers.every(({ status }) => status === 200 || status === 503))
	assert.deepEqual((await stripe.deliver(event)).body.data, { repeated: true })
	assert.deepEqual(ledger(payment.id), [sale(5000)])
})

test('notices of others\' business and of what we do not know are taken and left', async () => {
	const left = async (event) => assert.deepEqual([(await stripe.deliver({ id: `evt_${unique()}`, ...event })).status], [200], JSON.stringify(event))

	await left({ type: 'payout.paid', data: { object: { object: 'payout', id: 'po_1' } } })
	await left({ type: 'payment_intent.succeeded', data: { object: { object: 'payment_intent', id: 'pi_of_another_shop', metadata: {} } } })
	await left({ type: 'charge.refunded', data: { object: { object: 'charge', id: 'ch_1', payment_intent: null, metadata: {} } } })
	await left({ type: 'charge.dispute.created', data: { object: { object: 'dispute', payment_intent: 'pi_x/../../refunds' } } })
	await left({ type: 'payment_intent.succeeded' })
	await left({ type: 'charge.dispute.created', data: { object: { object: 'dispute', payment_intent: 'pi_é🎫' } } })
	await left({})
	for (const body of ['[]', '"x"', '{', '', 'null', '{"id":1}'])
		assert.ok([200, 400, 401].includes((await stripe.deliver(null, { body })).status), body)
	const gone = { type: 'payment_intent.succeeded', data: { object: { object: 'payment_intent', id: 'pi_1', metadata: { payment: randomUUID() } } } }
	assert.equal((await stripe.deliver({ id: `evt_${unique()}`, ...gone })).status, 404)
	stripe.faults.length = 0 // pi_of_another_shop is not there to be asked about
})

test('told of a refund before of the payment: both are found', async () => {
	const { payment, intent } = await begun()

	stripe.tells = false
	stripe.app_pays(intent.client_secret)
	stripe.desk_refund(intent, 5000)
	const told = stripe.events.slice(-3).reverse()
	for (const event of told)
		assert.equal((await stripe.deliver(event)).status, 200)
	assert.equal(state_of(payment), 'refunded')
	assert.deepEqual(ledger(payment.id), [sale(5000), refund(5000)])
})

// ---- the desk ----

test('all of it given back at the desk: the tickets are dead, the stock free, the buyer told, once', async () => {
	const { order, payment, intent, event } = await paid()
	const made = stripe.desk_refund(intent, 5000)

	await stripe.told()
	assert.deepEqual([state_of(payment), ok(await show(ann, order)).order.status], ['refunded', 'refunded'])
	assert.deepEqual(refunds_of(payment), [['5000', 'desk', 'done', made.id]])
	assert.deepEqual(ledger(payment.id), [sale(5000), refund(5000)])
	assert.deepEqual(stock(event.categories[0].id), { capacity: 100, held: 0, sold: 0 })
	assert.deepEqual(sql(`SELECT DISTINCT status FROM ticket WHERE order_id = ${order.id}`), [['refunded']])
	const told = async () => (await messages(ann.mobile_number)).filter(({ body }) => body.includes('on its way back') && body.includes(order.reference)).length
	assert.equal(await told(), 1)
	for (const again of stripe.events.slice(-2))
		await stripe.deliver({ ...again, id: `evt_${unique()}` })
	jobs_run('desk')
	await until('the desk was looked at', () => sql("SELECT due_at > UTC_TIMESTAMP(3) FROM job WHERE name = 'desk'")[0][0] === '1')
	jobs_rest('desk')
	assert.deepEqual(refunds_of(payment), [['5000', 'desk', 'done', made.id]])
	assert.equal(await told(), 1)
})

// Somebody with a card, on which so much was put by a card of the provider's.
async function reloaded(amount) {
	const person = await new_customer(), uid = new_card(person), at = '/api/v1/users/nfc-cards/'
	const [{ id }] = ok(await as(person).get(at)).items
	const { payment } = ok(await as(person).post(`${at}${id}/reload/`, { amount, card_token: 'pm_ok' }))

	return { person, uid, id, payment, intent: stripe.intent_of(payment.uuid), balance: async () => ok(await as(person).get(at)).items[0].balance }
}
const told_keepers = (text) => sql(`SELECT COUNT(*) FROM outbox WHERE recipient = '${keeper}' AND body LIKE '%${text}%'`)[0][0]

test('money on a card that goes back at the desk is taken from the card, once; what was spent the site bears; who keeps the money is told which', async () => {
	const { uid, payment, intent, balance } = await reloaded(3000), kiosk = await new_merchant()
	const of = `of payment ${payment.id},`

	stripe.desk_refund(intent, 1000)
	await stripe.told()
	assert.deepEqual([await balance(), state_of(payment), refunds_of(payment).map((row) => row.slice(0, 3))], [2000, 'succeeded', [['1000', 'desk', 'done']]])
	assert.deepEqual([told_keepers(`10.00 EUR ${of}%taken from the card`), told_keepers(`${of}%bears`)], ['1', '0'])
	// Told again, and looked for by the job: it stays one.
	for (const again of stripe.events.slice(-2))
		await stripe.deliver({ ...again, id: `evt_${unique()}` })
	jobs_run('desk')
	await until('the desk was looked at', () => sql("SELECT due_at > UTC_TIMESTAMP(3) FROM job WHERE name = 'desk'")[0][0] === '1')
	jobs_rest('desk')
	assert.deepEqual([await balance(), refunds_of(payment).length, told_keepers(of)], [2000, 1, '1'])
	ok(await as(kiosk).post('/api/merchant/charge/', { card_uid: uid, amount: 1500 }), 201)
	stripe.tells = false
	const made = stripe.desk_refund(intent, 2000)
	jobs_run('desk')
	await until('the job found it', () => refunds_of(payment).length === 2)
	stripe.tells = true
	jobs_rest('desk')
	assert.deepEqual([await balance(), state_of(payment)], [500, 'refunded'])
	assert.equal(told_keepers(`20.00 EUR ${of}%bears`), '1')
	assert.deepEqual(sql(`SELECT a.kind, e.amount FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id
		JOIN payment_refund r ON t.noun = 'payment_refund' AND t.noun_id = r.id WHERE r.provider_reference = '${made.id}' ORDER BY e.amount`), [['provider', '-2000'], ['platform', '2000']])
	assert.match(gatehouse('audit'), /invariants hold/)
})

test('a reload that is confirmed after it went back says so, and one that a bank takes back is in the books', async () => {
	const { person, payment, intent, balance } = await reloaded(1200)

	stripe.desk_refund(intent, 1200)
	await stripe.told()
	const again = ok(await confirm(person, payment.id))
	assert.deepEqual([again.payment.status, await balance()], ['refunded', 0])
	const other = await reloaded(900), dispute = stripe.dispute(other.intent, 900)
	await stripe.told()
	assert.deepEqual([told_keepers(`questions 9.00 EUR of payment ${other.payment.id}`), await other.balance()], ['1', 900])
	await stripe.dispute_ends(dispute, 'lost')
	await stripe.told()
	assert.deepEqual([refunds_of(other.payment).map((row) => row.slice(0, 3)), await other.balance(), state_of(other.payment)], [[['900', 'dispute', 'done']], 0, 'refunded'])
	assert.match(gatehouse('audit'), /invariants hold/)
})

test('a part given back at the desk is in the books once and leaves the tickets good; the rest, and all is', async () => {
	const { order, payment, intent } = await paid()

	stripe.desk_refund(intent, 1200)
	await stripe.told()
	assert.deepEqual(refunds_of(payment).map((row) => row.slice(0, 3)), [['1200', 'desk', 'done']])
	assert.deepEqual([state_of(payment), ok(await show(ann, order)).order.status], ['succeeded', 'paid'])
	stripe.desk_refund(intent, 3800)
	await stripe.told()
	assert.deepEqual(refunds_of(payment).map((row) => row.slice(0, 3)), [['1200', 'desk', 'done'], ['3800', 'desk', 'done']])
	assert.deepEqual([state_of(payment), ok(await show(ann, order)).order.status], ['refunded', 'refunded'])
	assert.equal(ledger(payment.id).filter(({ kind }) => kind === 'sale').length, 1)
})

test('what nobody told us of is found by looking', async () => {
	const { payment, intent } = await paid()

	stripe.tells = false
	stripe.page = 1
	stripe.desk_refund(intent, 700)
	stripe.dispute(intent, 300)
	jobs_run('desk')
	await until('the desk was looked at', () => refunds_of(payment).length === 1 && sql(`SELECT COUNT(*) FROM payment_dispute WHERE payment_id = ${payment.id}`)[0][0] === '1')
	delete stripe.page
	jobs_rest('desk')
	assert.deepEqual(refunds_of(payment).map((row) => row.slice(0, 3)), [['700', 'desk', 'done']])
})

test('more than came cannot have gone back, whatever the desk says', async () => {
	const { payment, intent } = await paid()

	stripe.tells = false
	const made = stripe.desk_refund(intent, 100)
	made.amount = 5001
	await stripe.deliver({ ...stripe.events.at(-1), id: `evt_${unique()}` })
	made.currency = 'usd'
	made.amount = 100
	await stripe.deliver({ ...stripe.events.at(-1), id: `evt_${unique()}` })
	assert.deepEqual(refunds_of(payment), [])
	assert.equal(state_of(payment), 'succeeded')
	stripe.refunds.delete(made.id)
	assert.match(own.log('serve'), /"event":"refund_not_entered"/)
})

test('a refund that a bank takes its time over, and one that it refuses', async () => {
	const { payment, intent } = await paid()
	const first = stripe.desk_refund(intent, 1000, { status: 'pending' }), second = stripe.desk_refund(intent, 500, { status: 'pending' })

	await stripe.told()
	assert.deepEqual(refunds_of(payment).map(([amount, , state]) => [amount, state]), [['500', 'pending'], ['1000', 'pending']])
	stripe.refund_ends(first, 'succeeded')
	stripe.refund_ends(second, 'failed')
	await stripe.told()
	assert.deepEqual(refunds_of(payment).map(([amount, , state]) => [amount, state]), [['500', 'failed'], ['1000', 'done']])
	stripe.desk_refund(intent, 4000)
	await stripe.told()
	assert.equal(state_of(payment), 'refunded')
})

test('a cancelled event gives back what is left of each payment, and our own refunds are found to be ours', async () => {
	const { event, order, payment, intent } = await paid()

	stripe.desk_refund(intent, 1500)
	await stripe.told()
	stripe.mishap(/POST \/v1\/refunds/, 'cut_after', { times: 9 })
	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, {}))
	jobs_run('payments')
	// Done, and the answer never came; by the next try the key is forgotten.
	await until('Stripe has given it back', () => [...stripe.refunds.values()].filter((r) => r.payment_intent === intent.id).length === 2)
	await until('the job has ended', () => sql("SELECT due_at > UTC_TIMESTAMP(3) FROM job WHERE name = 'payments'")[0][0] === '1')
	stripe.keys.clear()
	stripe.mishaps.length = 0
	await until('it is given back', () => {
		sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id} AND status = 'refunding'`)
		jobs_run('payments')
		return state_of(payment) === 'refunded'
	})
	jobs_rest('payments')
	await stripe.told()
	stripe.faults.length = 0
	assert.deepEqual(refunds_of(payment).map((row) => row.slice(0, 3)), [['1500', 'desk', 'done'], ['3500', 'here', 'done']])
	assert.deepEqual([...stripe.refunds.values()].filter((r) => r.payment_intent === intent.id).map((r) => r.amount), [1500, 3500])
	assert.equal(ok(await show(ann, order)).order.status, 'refunded')
})

test('a part was given back at the desk, and we do not know yet when all of it is to go back: the rest does', async () => {
	const { event, payment, intent } = await paid()

	stripe.tells = false
	stripe.desk_refund(intent, 2000)
	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, {}))
	await until('it is given back', () => {
		sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id} AND status = 'refunding'`)
		jobs_run('payments')
		return state_of(payment) === 'refunded'
	})
	jobs_rest('payments')
	stripe.faults.splice(0)
	assert.deepEqual(refunds_of(payment).map((row) => row.slice(0, 3)), [['2000', 'desk', 'done'], ['3000', 'here', 'done']])
	assert.deepEqual([...stripe.refunds.values()].filter((r) => r.payment_intent === intent.id).map((r) => r.amount), [2000, 3000])
})

test('a dispute is a row that staff see, told to who must answer; lost, its money is gone and so are the tickets; won, all stays', async () => {
	for (const end of ['won', 'lost']) {
		const { order, payment, intent } = await paid()
		const made = stripe.dispute(intent)
		const rows = async () => ok(await as(await token('staff')).get('/api/payment-disputes/', { query: { search: made.id } })).items

		await stripe.told()
		assert.deepEqual((await rows()).map(({ status, amount, currency, reason }) => ({ status, amount, currency, reason })),
			[{ status: 'open', amount: 5000, currency: 'EUR', reason: 'fraudulent' }])
		assert.deepEqual([state_of(payment), ok(await show(ann, order)).order.status], ['succeeded', 'paid'])
		const told = async (word) => (await messages('admin@gatehouse.example')).filter(({ body }) => body.includes(order.reference) && body.includes(word)).length
		assert.equal(await told('questions'), 1)
		const closed = stripe.dispute_ends(made, end)
		await stripe.told()
		await stripe.deliver({ ...closed, id: `evt_${unique()}` })
		assert.deepEqual((await rows()).map(({ status }) => status), [end])
		assert.equal(await told(end === 'won' ? 'stays' : 'taken back'), 1)
		assert.deepEqual(refunds_of(payment), end === 'won' ? [] : [['5000', 'dispute', 'done', made.id]])
		assert.deepEqual([state_of(payment), ledger(payment.id)], end === 'won' ? ['succeeded', [sale(5000)]] : ['refunded', [sale(5000), refund(5000)]])
	}
})

// ---- all at once ----

test('webhook, confirmation, job and the page that comes back, at once: one end, twenty times', async () => {
	const page = await signed_in(ann)

	for (let turn = 0; turn < 20; turn++) {
		const { event, order, payment, intent } = await begun({ capacity: turn % 2 ? 2 : 100 })

		stripe.tells = false
		if (turn % 4 === 1) { // no room any more
			lapse(order.id)
			await held(bob, event, 2)
		}
		if (turn % 4 === 3) // nobody's any more, and yet there is room
			lapse(order.id)
		stripe.app_pays(intent.client_secret)
		const event_told = stripe.events.at(-1)
		sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id}`)
		jobs_run('payments')
		const answers = await Promise.all([
			stripe.deliver(event_told), stripe.deliver({ ...event_told, id: `evt_${unique()}` }), confirm(ann, payment.id), confirm(ann, payment.id),
			fetch(`${own.url}/orders/${order.id}/return`, { redirect: 'manual', headers: { cookie: [...page.cookies].map((pair) => pair.join('=')).join('; ') } }),
			cancel(ann, payment)
		])
		assert.ok(answers.every(({ status }) => [200, 303, 503].includes(status)), answers.map((a) => a.status).join())
		await until('it is settled', async () => {
			await confirm(ann, payment.id)
			sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ${payment.id} AND status = 'refunding'`)
			jobs_run('payments')
			return ['succeeded', 'refunded'].includes(state_of(payment))
		})
		const gone = turn % 4 === 1
		assert.deepEqual([state_of(payment), ledger(payment.id)], gone ? ['refunded', [sale(5000), refund(5000)]] : ['succeeded', [sale(5000)]], `turn ${turn}`)
		assert.equal([...stripe.refunds.values()].filter((r) => r.payment_intent === intent.id).length, gone ? 1 : 0)
		assert.deepEqual(sql(`SELECT COUNT(*) FROM ticket WHERE order_id = ${order.id}`), [[gone ? '0' : '2']])
		assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE kind = 'order-paid' AND JSON_VALUE(data, '$.order.id') = ${order.id}`)[0][0], gone ? '0' : '1')
	}
	jobs_rest('payments')
})

test('killed between charge and settling, worker and job alike: it is found and settled once', async () => {
	for (let turn = 0; turn < 6; turn++) {
		const event = await new_event(), order = await held(ann, event), before = stripe.calls.length

		stripe.tells = false
		stripe.mishap(turn % 2 ? /confirm$/ : /GET \/v1\/payment_intents/, 'slow', { ms: 1500 })
		const asking = turn % 2 ? process_(ann, order.id, { card_token: 'pm_ok' }).catch(() => {}) : process_(ann, order.id)
		let asked = asking
		if (turn % 2 === 0) {
			const { payment } = ok(await asking, 202)
			stripe.app_pays(payment.next_action.client_secret)
			asked = confirm(ann, payment.id).catch(() => {})
		}
		await until('Stripe has it', () => stripe.calls.slice(before).some(({ line }) => turn % 2 ? /confirm$/.test(line) : line.startsWith('GET /v1/payment_intents')))
		workers(own).forEach((pid) => process.kill(pid, 'SIGKILL'))
		await asked
		await until('there are workers again', async () => (await fetch(`${own.url}/readyz`)).status === 200)
		const [[id]] = sql(`SELECT id FROM payment WHERE order_id = ${order.id}`)
		await until('it is settled', async () => {
			sql(`UPDATE payment SET updated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, created_at = created_at - INTERVAL 2 MINUTE WHERE id = ${id} AND status <> 'succeeded'`)
			jobs_run('payments')
			await new Promise((done) => setTimeout(done, 200))
			return state_of({ id }) === 'succeeded'
		})
		assert.deepEqual(ledger(id), [sale(2500)])
		assert.equal([...stripe.intents.values()].filter((one) => one.metadata.order === order.reference && one.status === 'succeeded').length, 1)
	}
	jobs_rest('payments')
})

test('audit finds all of it whole', () => {
	const out = execFileSync(process.env.GATEHOUSE_BIN ?? `${process.env.GATEHOUSE_BUILD}/gatehouse`, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' })

	assert.doesNotMatch(out, /^(BAD|FAIL)/m)
})
