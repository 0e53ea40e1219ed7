// What a customer pays for cards at the real provider: the fee, what is put on them, and by themselves from a card that is kept
// there; against the stand-in for Stripe (stripe.mjs), in a stack of its own where cards cost something.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, afterEach, before, test } from 'node:test'
import { own_stack } from './own.mjs'
import { stand_in } from './stripe.mjs'

const FEE = 750
const stripe = await stand_in()
const own = await own_stack('reload', { set: ['payment.provider=stripe', `payment.url=${stripe.url}`, `payment.checkout=${stripe.url}`,
	`payment.secret_key=${stripe.secret_key}`, `payment.webhook_secret=${stripe.webhook_secret}`, 'serve.outside_workers=8', 'serve.web_workers=4',
	`cards.issue_fee=${FEE}`] })
const { Browser, code, messages, sql, token } = await import('./lib.mjs')
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
	await browser.send('/nfc-cards/fee/pay', {})
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

// ---- cards that reload themselves ----

const settings = (person, body, more = {}) => as(person).post(`${CARDS}${person.card}/auto-reload-settings/`, body, more)
const TERMS = { enabled: true, threshold: 500, amount: 2000 }
const keep_of = (person) => sql(`SELECT status, provider_ref, payer FROM card_keep WHERE card_id = ${person.card} ORDER BY id DESC LIMIT 1`)[0]
const payments_of = (person) => sql(`SELECT status, automatic, amount FROM payment WHERE card_id = ${person.card} ORDER BY id`).map((row) => row.join(' '))
const calls = (line) => stripe.calls.filter((call) => call.line.match(line))
const runs = async (job, what, condition) => {
	jobs_run(job)
	await until(what, condition)
	jobs_rest(job)
}
// A whole run of a job that has nothing to do, or nothing that can be waited for.
async function whole_run(job) {
	jobs_run(job)
	await until(`${job} ran`, () => sql(`SELECT due_at > UTC_TIMESTAMP(3) AND lease IS NULL FROM job WHERE name = '${job}'`)[0][0] === '1')
	jobs_rest(job)
}

// Whose card reloads itself by one of that kind, as chosen on the provider's page.
async function reloading(kind = 'pm_ok', terms = TERMS) {
	const person = await holder()

	ok(await settings(person, terms), 202)
	stripe.keep_session(keep_of(person)[1], kind)
	await stripe.told()
	assert.equal(ok(await as(person).get(`${CARDS}${person.card}`)).auto_reload.enabled, true)
	return person
}

test('the card that pays is chosen on the provider\'s page, kept there, and charged when there is too little, with nobody there', async () => {
	const ada = await holder({ email: `ada-${Date.now()}@example.test` }), browser = await on_pages(ada), page = `/nfc-cards/${ada.card}`

	stripe.tells = false
	await browser.open(page)
	assert.doesNotMatch(browser.html, /card_token|tok_/)
	await browser.send(`${page}/auto-reload-settings`, { threshold: '5', amount: '20', enabled: 'true', currency: 'EUR' })
	const session = [...stripe.sessions.values()].at(-1)
	assert.deepEqual([browser.status, browser.location, session.mode], [303, session.url, 'setup'])
	assert.equal(ok(await as(ada).get(`${CARDS}${ada.card}`)).auto_reload.enabled, false, 'nothing is chosen yet')
	// Back without: it stays off.
	await browser.open(`${page}/return`)
	assert.equal(keep_of(ada)[0], 'open')
	stripe.keep_session(session.id)
	await browser.open(`${page}/return`)
	const set = ok(await as(ada).get(`${CARDS}${ada.card}`))
	assert.deepEqual([set.auto_reload.enabled, set.auto_reload.threshold, set.auto_reload.amount, set.auto_reload.card], [true, 500, 2000, 'visa •••• 4242'])
	assert.doesNotMatch(JSON.stringify(set), /pm_|cus_/)
	assert.match((await browser.open(page)).html, /visa •••• 4242/)

	await runs('reloads', 'it was reloaded', () => on(ada.card) === 2000)
	assert.deepEqual(payments_of(ada), ['succeeded 1 2000'])
	const [confirmed] = calls(/confirm/).slice(-1), intent = stripe.intents.get(confirmed.line.match(/pi_\w+/)[0])
	assert.deepEqual([confirmed.form.off_session, confirmed.form.return_url, intent.customer], ['true', undefined, session.customer])
	assert.match(confirmed.key, /^[0-9a-f-]{36}:charge:pm_/)
	// Enough is on it: nothing more is asked of anybody.
	const before = stripe.calls.length
	await whole_run('reloads')
	assert.equal(stripe.calls.length, before)
	assert.deepEqual(payments_of(ada), ['succeeded 1 2000'])

	// Off again, it is let go there, and never charged again.
	ok(await settings(ada, { enabled: false }))
	await runs('reloads', 'it was let go', () => keep_of(ada)[0] === 'gone')
	assert.equal([...stripe.methods.values()].filter((m) => m.customer === session.customer).length, 0)
	// A second one is for the same customer of theirs.
	ok(await settings(ada, TERMS), 202)
	assert.equal([...stripe.sessions.values()].at(-1).customer, session.customer)
})

for (const [kind, says] of [['pm_declined', /not enough money/], ['pm_3ds', /wants the payment to be confirmed/]])
	test(`a kept card that is declined (${kind}) ends it, and its holder is told once`, async () => {
		const ada = await reloading(kind)
		const told = async () => (await messages(ada.mobile_number)).filter(({ body }) => /could not be reloaded/.test(body))

		await runs('reloads', 'it was declined', () => payments_of(ada).includes('declined 1 2000'))
		assert.equal(ok(await as(ada).get(`${CARDS}${ada.card}`)).auto_reload.failed_at !== null, true)
		const [message] = await told()
		assert.match(message.body, says)
		await whole_run('reloads')
		await whole_run('payments')
		assert.deepEqual([payments_of(ada), (await told()).length, on(ada.card)], [['declined 1 2000'], 1, 0])
		assert.equal([...stripe.intents.values()].at(-1).status, 'canceled', 'it can never be paid')
		// Another card starts it again.
		ok(await settings(ada, { ...TERMS, card_token: 'pm_ok' }))
		await runs('reloads', 'it was reloaded', () => on(ada.card) === 2000)
	})

test('who is told of a declined card by a notice, before the provider has answered, hears the same reason', async () => {
	const ada = await reloading('pm_declined')

	stripe.mishap(/\/cancel$/, 'told_first')
	await runs('reloads', 'it was declined', () => payments_of(ada).includes('declined 1 2000'))
	await until('it is told', async () => (await messages(ada.mobile_number)).some(({ body }) => /could not be reloaded: There is not enough money/.test(body)))
})

test('an app has its own card kept, where the bank wants nothing; nothing is charged by that', async () => {
	const ada = await holder()

	refused(await settings(ada, { ...TERMS, card_token: 'pm_declined' }), 402, 'PAYMENT_DECLINED')
	refused(await settings(ada, { ...TERMS, card_token: 'pm_3ds' }), 402, 'PAYMENT_DECLINED')
	refused(await settings(ada, { ...TERMS, card_token: 'tok_ok' }), 402, 'PAYMENT_DECLINED')
	stripe.faults.length = 0 // it says so of the last
	refused(await settings(ada, { enabled: true, card_token: 'pm_ok' }), 422, 'VALIDATION_ERROR')
	refused(await settings(ada, { ...TERMS, amount: 50001, card_token: 'pm_ok' }), 422, 'VALIDATION_ERROR')
	refused(await settings({ ...await new_customer(), card: ada.card }, { ...TERMS, card_token: 'pm_ok' }), 404, 'CARD_NOT_FOUND')
	assert.equal(ok(await as(ada).get(`${CARDS}${ada.card}`)).auto_reload.enabled, false)
	assert.deepEqual(ok(await settings(ada, { ...TERMS, card_token: 'pm_ok' })), TERMS)
	assert.deepEqual(payments_of(ada), [])
	// On a page no token is taken.
	const browser = await on_pages(ada), page = `/nfc-cards/${ada.card}`
	ok(await settings(ada, { enabled: false }))
	await browser.open(page)
	await browser.send(`${page}/auto-reload-settings`, { threshold: '5', amount: '20', enabled: 'true', currency: 'EUR', card_token: 'pm_ok' })
	assert.equal(browser.status, 422)
})

test('who never comes back: the job finds what was chosen, and gives up what was not', async () => {
	const ada = await holder(), bea = await holder(), cleo = await holder()

	stripe.tells = false
	for (const person of [ada, bea, cleo])
		ok(await settings(person, TERMS), 202)
	stripe.keep_session(keep_of(ada)[1])
	stripe.sessions.get(keep_of(bea)[1]).status = 'expired'
	sql('UPDATE card_keep SET updated_at = updated_at - INTERVAL 2 MINUTE')
	await runs('reloads', 'both are settled', () => keep_of(ada)[0] === 'done' && keep_of(bea)[0] === 'failed')
	assert.equal(keep_of(cleo)[0], 'open')
	// Stopped meanwhile, what is chosen later comes too late.
	ok(await settings(cleo, { enabled: false }))
	const late = stripe.keep_session(keep_of(cleo)[1])
	stripe.tells = true
	assert.equal((await stripe.deliver({ id: 'evt_late', type: 'checkout.session.completed', data: { object: [...stripe.sessions.values()].find((s) => s.setup_intent === [...stripe.setups.values()].find((i) => i.payment_method === late.id).id) } })).status, 200)
	assert.deepEqual([keep_of(cleo)[0], ok(await as(cleo).get(`${CARDS}${cleo.card}`)).auto_reload.enabled], ['leaving', false])
	await runs('reloads', 'it was let go', () => keep_of(cleo)[0] === 'gone')
	assert.equal(stripe.methods.get(late.id).customer, null, 'what came too late is not kept there either')
})

test('cut off anywhere on the way, a card is reloaded once', async () => {
	for (const [on_, does] of [[/POST .*payment_intents$/, 'cut_before'], [/POST .*payment_intents$/, 'cut_after'], [/confirm/, 'cut_before'], [/confirm/, 'cut_after'], [/confirm/, '500']]) {
		stripe.tells = true
		const ada = await reloading()

		stripe.tells = false
		stripe.mishap(on_, does, { times: 2 })
		await runs('reloads', 'it was tried', () => !stripe.mishaps.length && payments_of(ada).length > 0)
		sql(`UPDATE payment SET updated_at = updated_at - INTERVAL 20 MINUTE, created_at = created_at - INTERVAL 20 MINUTE WHERE card_id = ${ada.card}`)
		await runs('payments', `it is there, ${on_} ${does}`, () => on(ada.card) === 2000)
		await whole_run('reloads')
		assert.deepEqual(payments_of(ada), ['succeeded 1 2000'], `${on_} ${does}`)
		assert.equal([...stripe.intents.values()].filter((i) => i.customer === keep_of(ada)[2] && i.status === 'succeeded').length, 1)
	}
})

test('killed in the middle of a charge, the next run finishes it, once', async () => {
	const ada = await reloading(), jobs = own.pid('jobs')

	stripe.tells = false
	process.kill(jobs, 'SIGSTOP')
	try {
		stripe.mishap(/confirm/, 'slow', { ms: 1500 })
		jobs_run('reloads')
		const child = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'jobs', '--once'], { stdio: 'ignore' }), over = once(child, 'exit')
		await until('the charge is out', () => stripe.calls.at(-1).line.includes('confirm'))
		child.kill('SIGKILL')
		await over
	} finally {
		process.kill(jobs, 'SIGCONT')
	}
	jobs_rest('reloads')
	await until('the provider has charged', () => [...stripe.intents.values()].some((i) => i.customer === keep_of(ada)[2] && i.status === 'succeeded'))
	assert.equal(on(ada.card), 0)
	sql(`UPDATE payment SET updated_at = updated_at - INTERVAL 20 MINUTE, created_at = created_at - INTERVAL 20 MINUTE WHERE card_id = ${ada.card}`)
	await runs('payments', 'it is on the card', () => on(ada.card) === 2000)
	await whole_run('reloads')
	assert.deepEqual(payments_of(ada), ['succeeded 1 2000'])
	assert.equal([...stripe.intents.values()].filter((i) => i.customer === keep_of(ada)[2]).length, 1)
})

test('a lost card is not reloaded any more, and what it was reloaded by is let go', async () => {
	const ada = await reloading()

	ok(await as(ada).post(`${CARDS}${ada.card}/lost`, {}))
	await runs('reloads', 'it was let go', () => keep_of(ada)[0] === 'gone')
	assert.deepEqual([payments_of(ada), on(ada.card)], [[], 0])
})

test('nobody is charged by a card that is kept for somebody else', async () => {
	const ada = await reloading(), eve = await holder(), theirs = sql(`SELECT reload_token, reload_payer FROM nfc_card WHERE id = ${ada.card}`)[0]

	assert.match(theirs[0], /^pm_/)
	refused(await settings(eve, { ...TERMS, card_token: theirs[0] }), 402, 'PAYMENT_DECLINED')
	refused(await reload(eve, eve.card, 1000, { card_token: theirs[0] }), 402, 'PAYMENT_DECLINED')
	stripe.faults.length = 0 // it says so of both
	refused(await as(eve).post(`${CARDS}${ada.card}/reload/`, { amount: 1000, card_token: 'pm_ok' }), 404, 'CARD_NOT_FOUND')
	refused(await settings({ ...eve, card: ada.card }, { enabled: false }), 404, 'CARD_NOT_FOUND')
	assert.deepEqual([on(eve.card), ok(await as(eve).get(`${CARDS}${eve.card}`)).auto_reload.enabled], [0, false])
	assert.deepEqual(sql(`SELECT reload_token, reload_payer FROM nfc_card WHERE id = ${ada.card}`)[0], theirs)
})

test('what is chosen is told twice, late, and in the wrong order: it is taken once, and nothing later undoes it', async () => {
	const ada = await holder(), bea = await holder()
	const tells = (id, type, object) => stripe.deliver({ id: `${id}_${ada.card}`, type, data: { object } }).then(({ status }) => status)

	stripe.tells = false
	ok(await settings(ada, TERMS), 202)
	const session = stripe.sessions.get(keep_of(ada)[1]), before = structuredClone(session)
	assert.equal(await tells('evt_a', 'checkout.session.completed', { ...before, status: 'complete' }), 200, 'a notice is not believed')
	assert.equal(keep_of(ada)[0], 'open')
	stripe.keep_session(session.id)
	assert.deepEqual(await Promise.all(['evt_b', 'evt_b', 'evt_c'].map((id) => tells(id, 'checkout.session.completed', session))), [200, 200, 200])
	const taken = sql(`SELECT reload_token FROM nfc_card WHERE id = ${ada.card}`)[0][0]
	assert.equal(await tells('evt_d', 'checkout.session.expired', { ...before, status: 'expired' }), 200)
	assert.deepEqual([keep_of(ada)[0], sql(`SELECT reload_token FROM nfc_card WHERE id = ${ada.card}`)[0][0]], ['done', taken])
	// A page that was gone through to no end.
	ok(await settings(bea, TERMS), 202)
	const other = stripe.sessions.get(keep_of(bea)[1]), { customer } = other
	stripe.setups.set('seti_none', { id: 'seti_none', object: 'setup_intent', status: 'canceled', customer, payment_method: null })
	Object.assign(other, { status: 'complete', setup_intent: 'seti_none' })
	assert.equal(await tells('evt_e', 'checkout.session.completed', other), 200)
	assert.deepEqual([keep_of(bea)[0], ok(await as(bea).get(`${CARDS}${bea.card}`)).auto_reload.enabled], ['failed', false])
})

test('a card that is lost while money is on its way to it: the money comes, and goes on to the next card', async () => {
	const ada = await reloading('pm_slow'), page = await on_pages(ada)

	stripe.tells = false
	await runs('reloads', 'it was begun', () => [...stripe.intents.values()].some((i) => i.customer === keep_of(ada)[2] && i.status === 'processing'))
	assert.deepEqual(payments_of(ada), ['requires_action 1 2000'])
	assert.doesNotMatch((await page.open(`/nfc-cards/${ada.card}`)).html, /go-on/)
	await page.send(`/nfc-cards/${ada.card}/reload`, { amount: '7', currency: 'EUR' })
	const session = [...stripe.sessions.values()].at(-1)
	ok(await as(ada).post(`${CARDS}${ada.card}/lost`, {}))
	refused(await reload(ada, ada.card, 500, { card_token: 'pm_ok' }), 409, 'CARD_NOT_ACTIVE')
	stripe.pay_session(session.id)
	stripe.finish([...stripe.intents.values()].find((i) => i.customer === keep_of(ada)[2]))
	await page.open(`/nfc-cards/${ada.card}/return`)
	assert.deepEqual([payments_of(ada).sort(), on(ada.card)], [['succeeded 0 700', 'succeeded 1 2000'], 2700])
	new_card(ada)
	const { card } = ok(await as(ada).post(`${CARDS}${ada.card}/move/`, {}))
	assert.deepEqual([card.balance, on(ada.card)], [2700, 0])
})

test('a blocked card is not reloaded while it is, and is again when it is good again', async () => {
	const ada = await reloading()

	ok(await as(ada).post(`${CARDS}${ada.card}/block`, {}))
	await whole_run('reloads')
	assert.deepEqual(payments_of(ada), [])
	refused(await settings(ada, TERMS), 409, 'CARD_NOT_ACTIVE')
	ok(await as(ada).post(`${CARDS}${ada.card}/unblock`, {}))
	await runs('reloads', 'it was reloaded', () => on(ada.card) === 2000)
})

test('who leaves is forgotten by the provider too, when it answers', async () => {
	const ada = await reloading(), payer = keep_of(ada)[2]

	assert.match(JSON.stringify(ok(await as(ada).get('/api/v1/users/export/')).held.kept_cards), new RegExp(payer))
	ok(await as(ada).post('/api/v1/users/delete-account/', { password: ada.password }))
	assert.deepEqual(sql(`SELECT reload_below, reload_token, reload_payer, reload_shown FROM nfc_card WHERE id = ${ada.card}`)[0], ['NULL', 'NULL', 'NULL', 'NULL'])
	stripe.mishap(/DELETE .*customers/, '500', { times: 2 })
	await whole_run('reloads')
	assert.deepEqual([keep_of(ada)[0], stripe.customers.has(payer)], ['erase', true])
	await runs('reloads', 'it was forgotten', () => keep_of(ada)[0] === 'gone')
	assert.deepEqual([keep_of(ada)[2], stripe.customers.has(payer), [...stripe.methods.values()].filter((m) => m.customer === payer).length], ['NULL', false, 0])
})
