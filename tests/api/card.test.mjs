// What is on a card: it is put there by a payment, goes by charges at counters and for tickets, and is never below nothing.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Browser, code, forget_tries, messages, sql, token } from './lib.mjs'
import {
	as, confirm, held, jobs_rest, jobs_run, ledger, new_card, new_customer, new_event, new_merchant, notice, ok, refused, stock, until
} from './world.mjs'

const AT = '/api/v1/users/nfc-cards/'
let kiosk, other

before(async () => {
	kiosk = await new_merchant()
	other = await new_merchant()
	jobs_rest('payments')
})
after(() => jobs_run('payments'))

const gatehouse = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' })
const card_of = async (person) => ok(await as(person).get(AT)).items[0]
const on = (id) => Number(sql(`SELECT COALESCE(MAX(balance), 0) FROM ledger_account WHERE kind = 'card' AND owner_id = ${id}`)[0][0])
const reload = (person, id, amount, card_token = 'tok_ok', more = {}) => as(person).post(`${AT}${id}/reload/`, { amount, method: 'card', card_token }, more)
const charge = (merchant, card_uid, amount, more = {}, options = {}) => as(merchant).post('/api/merchant/charge/', { card_uid, amount, ...more }, options)
const reverse = (merchant, id) => as(merchant).post(`/api/merchant/charge/${id}/reverse/`, {})
const lines = async (person, id) => ok(await as(person).get(`${AT}${id}/transactions/`)).items.map((l) => [l.kind, l.amount, l.balance])
const pay_by_card = (person, order_id, nfc_card_id, more = {}) =>
	as(person).post('/api/v1/payments/process/', { order_id, method: 'nfc_card', nfc_card_id }, more)

const ok_failed = (id) => sql(`SELECT reload_failed_at IS NOT NULL FROM nfc_card WHERE id = ${id}`)[0][0] === '1'

// Somebody with a card that has so much on it.
async function holder(amount = 5000) {
	const person = await new_customer(), uid = new_card(person), card = await card_of(person)

	if (amount)
		ok(await reload(person, card.id, amount))
	return { ...person, card: { ...card, uid } }
}

// What every test leaves must prove itself.
after(() => gatehouse('audit'))

test('money is put on a card, paid with at a counter, and given back', async () => {
	const ada = await new_customer({ name: 'Ada Byron' }), uid = new_card(ada), card = await card_of(ada)

	assert.deepEqual([card.uid, card.status, card.balance, card.currency], [uid, 'active', 0, 'EUR'])
	const put = ok(await reload(ada, card.id, 2500))
	assert.deepEqual([put.payment.status, put.payment.amount, put.card.balance], ['succeeded', 2500, 2500])
	assert.deepEqual(ledger(put.payment.id), [{ kind: 'reload', entries: 2, sum: 0, turnover: 2500 }])

	const taken = ok(await charge(kiosk, uid.toLowerCase().match(/../g).join(':'), 700, { note: 'Two coffees' }), 201).charge
	assert.deepEqual([taken.amount, taken.currency, taken.balance, taken.status], [700, 'EUR', 1800, 'done'])
	assert.deepEqual(await lines(ada, card.id), [['charge', -700, 1800], ['reload', 2500, 2500]])
	const [line] = ok(await as(ada).get(`${AT}${card.id}/transactions/`)).items
	assert.deepEqual([line.merchant, line.note], [sql(`SELECT company FROM merchant WHERE id = ${kiosk.merchant_id}`)[0][0], 'Two coffees'])

	const back = ok(await reverse(kiosk, taken.id)).charge
	assert.deepEqual([back.status, back.balance], ['reversed', 2500])
	refused(await reverse(kiosk, taken.id), 409, 'CHARGE_REVERSED')
	assert.deepEqual(await lines(ada, card.id), [['reversal', 700, 2500], ['charge', -700, 1800], ['reload', 2500, 2500]])
	assert.deepEqual(sql(`SELECT action, JSON_VALUE(before_json, '$.status'), JSON_VALUE(after_json, '$.status') FROM audit_log
		WHERE noun = 'charge' AND noun_id = ${taken.id}`), [['reverse', 'done', 'reversed']])
	// Merchants see their own alone.
	assert.equal(ok(await as(kiosk).get('/api/merchant/charges/?search=' + encodeURIComponent(uid))).items[0].status, 'reversed')
	assert.equal(ok(await as(other).get('/api/merchant/charges/?search=' + encodeURIComponent(uid))).total, 0)
	refused(await as(other).get(`/api/merchant/charges/${taken.id}`), 404, 'CHARGE_NOT_FOUND')
	refused(await reverse(other, taken.id), 404, 'CHARGE_NOT_FOUND')
})

test('a charge that cannot be: nothing moves, and why is said', async () => {
	const { card, ...person } = await holder(500)

	const short = refused(await charge(kiosk, card.uid, 501), 409, 'BALANCE_TOO_LOW')
	assert.match(short.text, /"balance":\s*500/)
	for (const amount of [0, -1, 1.5, '12,5x', 2 ** 53, null])
		refused(await charge(kiosk, card.uid, amount), 422, 'VALIDATION_ERROR')
	refused(await charge(kiosk, '04FFFFFFFFFFFF', 1), 404, 'CARD_NOT_FOUND')
	refused(await charge(kiosk, 'no card at all', 1), 404, 'CARD_NOT_FOUND')
	refused(await charge(kiosk, card.uid, 1, { currency: 'USD' }), 422, 'VALIDATION_ERROR')
	refused(await charge(kiosk, card.uid, 1, { note: 'x'.repeat(201) }), 422, 'VALIDATION_ERROR')
	const stocked = `04${randomBytes(6).toString('hex').toUpperCase()}`
	sql(`INSERT INTO nfc_card (uid, status, created_at) VALUES ('${stocked}', 'stock', UTC_TIMESTAMP(3))`)
	refused(await charge(kiosk, stocked, 1), 404, 'CARD_NOT_FOUND')
	for (const kind of ['customer', 'organizer', 'usher', 'staff'])
		refused(await charge(await token(kind), card.uid, 1), 403, 'FORBIDDEN')
	refused(await charge(null, card.uid, 1), 401, 'TOKEN_INVALID')

	ok(await as(person).post(`${AT}${card.id}/block`, {}))
	refused(await charge(kiosk, card.uid, 1), 409, 'CARD_BLOCKED')
	refused(await reload(person, card.id, 100), 409, 'CARD_NOT_ACTIVE')
	ok(await as(person).post(`${AT}${card.id}/unblock`, {}))
	ok(await charge(kiosk, card.uid, 500), 201)
	refused(await charge(kiosk, card.uid, 1), 409, 'BALANCE_TOO_LOW')
	assert.equal(on(card.id), 0)
})

test('who has the card is told of what was taken, and of what came back, in their language', async () => {
	const { card, ...person } = await holder(2500), told = async () => (await messages(person.mobile_number)).map(({ body }) => body)
	const shop = await new_merchant()

	ok(await as(shop).put('/api/merchant/settings/', { receipt_name: 'Bar Two', charge_note: 'Drinks', charge_most: 1000 }))
	assert.ok(refused(await charge(shop, card.uid, 1001), 422, 'VALIDATION_ERROR').body.errors.amount, 'more than the merchant lets themselves take')
	assert.equal((await told()).filter((body) => /Bar Two/.test(body)).length, 0)
	const { id, note } = ok(await charge(shop, card.uid, 700), 201).charge
	assert.equal(note, 'Drinks')
	await until('the customer is told', async () => (await told()).some((body) => /Bar Two took €7.00 from your card. €18.00 is left/.test(body)))
	ok(await reverse(shop, id))
	await until('the customer is told', async () => (await told()).some((body) => /Bar Two gave €7.00 back to your card. €25.00 is on it/.test(body)))
	refused(await reverse(shop, id), 409, 'CHARGE_REVERSED')
	assert.equal((await told()).filter((body) => /Bar Two/.test(body)).length, 2, 'once each')
	assert.equal(ok(await as(person).get(`${AT}${card.id}/transactions/`)).items[0].merchant, 'Bar Two')

	// By the form too, and to an e-mail where there is one, in Arabic.
	const email = `c${randomUUID()}@example.test`
	ok(await as(person).put('/api/v1/users/profile/', { email, locale: 'ar' }))
	ok(await charge(shop, card.uid, 100, { note: 'Tea' }), 201)
	const mails = () => sql(`SELECT kind, locale, JSON_VALUE(data, '$.note'), JSON_VALUE(data, '$.balance') FROM outbox WHERE recipient = '${email}' AND kind LIKE 'card-%'`)
	assert.deepEqual(mails(), [['card-charged', 'ar', 'Tea', '2400']])
})

test('a charge is given back within thirty days', async () => {
	const { card } = await holder(2500), old = ok(await charge(kiosk, card.uid, 700), 201).charge.id, young = ok(await charge(kiosk, card.uid, 100), 201).charge.id

	sql(`UPDATE card_charge SET created_at = created_at - INTERVAL 31 DAY WHERE id = ${old}`)
	sql(`UPDATE card_charge SET created_at = created_at - INTERVAL 29 DAY WHERE id = ${young}`)
	refused(await reverse(kiosk, old), 409, 'CHARGE_TOO_OLD')
	refused(await as(kiosk).post(`/api/merchant/charges/${old}/reverse`, {}), 409, 'CHARGE_TOO_OLD')
	assert.equal(on(card.id), 1700)
	ok(await as(kiosk).post(`/api/merchant/charges/${young}/reverse`, {}))
	assert.equal(on(card.id), 1800)
})

test('fifty who spend at once never overdraw a card', async () => {
	const { card } = await holder(1000)
	const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => charge(i % 2 ? kiosk : other, card.uid, 90)))

	assert.equal(answers.filter(({ status }) => status === 201).length, 11)
	for (const answer of answers.filter(({ status }) => status !== 201))
		refused(answer, 409, 'BALANCE_TOO_LOW')
	assert.equal(on(card.id), 10)
	// Each said what was left after it.
	assert.deepEqual(answers.filter(({ status }) => status === 201).map((a) => a.data.charge.balance).sort((a, b) => b - a),
		Array.from({ length: 11 }, (_, i) => 910 - 90 * i))
})

test('twenty equal keys are one charge: 409 while it runs, its answer later', async () => {
	const { card } = await holder(1000), key = randomUUID()
	const answers = await Promise.all(Array.from({ length: 20 }, () => charge(kiosk, card.uid, 300, {}, { key })))
	const made = answers.filter(({ status }) => status === 201)

	assert.ok(made.length >= 1)
	for (const answer of answers.filter(({ status }) => status !== 201))
		refused(answer, 409, 'IDEMPOTENCY_RUNNING')
	assert.equal(new Set(made.map((a) => a.data.charge.id)).size, 1)
	assert.deepEqual(ok(await charge(kiosk, card.uid, 300, {}, { key }), 201), made[0].data)
	refused(await charge(kiosk, card.uid, 301, {}, { key }), 422, 'IDEMPOTENCY_MISMATCH')
	assert.equal(on(card.id), 700)
})

test('two who give one charge back at once: one does', async () => {
	const { card } = await holder(1000), { id } = ok(await charge(kiosk, card.uid, 400), 201).charge
	const answers = await Promise.all(Array.from({ length: 8 }, () => reverse(kiosk, id)))

	assert.equal(answers.filter(({ status }) => status === 200).length, 1)
	for (const answer of answers.filter(({ status }) => status !== 200))
		refused(answer, 409, 'CHARGE_REVERSED')
	assert.equal(on(card.id), 1000)
})

test('a card is reloaded as every payment is: declined, late, unanswered, and by the provider\'s notice', async () => {
	const { card, ...person } = await holder(0)

	const declined = refused(await reload(person, card.id, 1000, 'tok_declined'), 402, 'PAYMENT_DECLINED')
	assert.equal(declined.data?.card?.balance ?? 0, 0)
	refused(await reload(person, card.id, 1000, null), 422, 'VALIDATION_ERROR')
	refused(await reload(person, card.id, 50001), 422, 'VALIDATION_ERROR')
	refused(await reload(await new_customer(), card.id, 1000), 404, 'CARD_NOT_FOUND')

	const late = ok(await reload(person, card.id, 1100, 'tok_late'), 202)
	assert.equal(on(card.id), 0)
	refused(await confirm(await new_customer(), late.payment.id), 404, 'PAYMENT_NOT_FOUND')
	// Whoever learns of it first puts it on the card, and nobody twice.
	const both = await Promise.all([...Array.from({ length: 6 }, () => confirm(person, late.payment.id)), ...Array.from({ length: 6 }, () =>
		notice(late.payment.uuid))])
	assert.deepEqual([...new Set(both.map(({ status }) => status))], [200])
	assert.equal(on(card.id), 1100)
	assert.equal(ok(await confirm(person, late.payment.id)).card.balance, 1100)

	// What nobody came back for the job asks about.
	const forgotten = ok(await reload(person, card.id, 1200, 'tok_late'), 202)
	sql(`UPDATE payment SET updated_at = updated_at - INTERVAL 20 MINUTE WHERE id = ${forgotten.payment.id}`)
	jobs_run('payments')
	await until('the job asked', () => on(card.id) === 2300)
	jobs_rest('payments')

	const slow = ok(await reload(person, card.id, 1300, 'tok_slow'), 202)
	refused(await confirm(person, slow.payment.id), 402, 'PAYMENT_DECLINED')
	assert.equal(on(card.id), 2300)
	assert.deepEqual(sql(`SELECT DISTINCT purpose FROM payment WHERE customer_id = ${person.customer_id}`), [['reload']])
})

test('a reload whose worker died before it could answer is taken up when it is sent again, not paid twice', async () => {
	const { card, ...person } = await holder(0), key = `k${randomBytes(8).toString('hex')}`
	const send = (card_token) => as(person).post(`${AT}${card.id}/reload/`, { amount: 1100, card_token }, { headers: { 'Idempotency-Key': key } })
	const died = () => sql(`UPDATE idempotency SET status = 0, data = NULL, created_at = created_at - INTERVAL 2 MINUTE WHERE account_id = (SELECT account_id FROM customer
		WHERE id = ${person.customer_id}) ORDER BY created_at DESC LIMIT 1`)

	const first = ok(await send('tok_ok'))
	died()
	const second = ok(await send('tok_ok'))
	assert.deepEqual([second.payment.id, second.card.balance, on(card.id)], [first.payment.id, 1100, 1100])
	assert.equal(ok(await send('tok_ok')).payment.id, first.payment.id)
	// Declined, it is another with every try, under the same key too.
	const other = await holder(0), again = (card_token) =>
		as(other).post(`${AT}${other.card.id}/reload/`, { amount: 700, card_token }, { headers: { 'Idempotency-Key': key } })
	refused(await again('tok_declined'), 402, 'PAYMENT_DECLINED')
	refused(await again('tok_declined'), 402, 'PAYMENT_DECLINED')
	ok(await again('tok_ok'))
	assert.deepEqual([on(other.card.id), sql(`SELECT COUNT(*) FROM payment WHERE card_id = ${other.card.id}`)[0][0]], [700, '3'])
})

test('tickets are paid with a card, and given back to it', async () => {
	const event = await new_event({ categories: [{ price: 1200 }] }), { card, ...person } = await holder(2000)
	const order = await held(person, event)
	const paid = ok(await pay_by_card(person, order.id, card.id))

	assert.deepEqual([paid.payment.method, paid.payment.status, paid.order.status, paid.tickets.length], ['nfc_card', 'succeeded', 'paid', 1])
	assert.equal(on(card.id), 800)
	assert.deepEqual((await lines(person, card.id))[0], ['sale', -1200, 800])
	// Not enough for another, and the hold stands.
	const second = await held(person, event)
	refused(await pay_by_card(person, second.id), 402, 'PAYMENT_DECLINED')
	assert.equal(on(card.id), 800)
	assert.equal(ok(await as(person).get(`/api/v1/users/orders/${second.id}`)).order.status, 'held')
	assert.equal(ok(await as(person).post('/api/v1/payments/process/', { order_id: second.id, card_token: 'tok_ok' })).order.status, 'paid')

	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, {}))
	jobs_run('payments')
	await until('it is given back', () => on(card.id) === 2000)
	jobs_rest('payments')
	assert.deepEqual((await lines(person, card.id))[0], ['refund', 1200, 2000])
})

test('only one\'s own good card pays, in its own currency', async () => {
	const event = await new_event(), dear = await new_event({ currency: 'USD' }), { card, ...person } = await holder(9000)
	const order = await held(person, event), stranger = await holder(9000)

	refused(await pay_by_card(person, order.id, stranger.card.id), 422, 'VALIDATION_ERROR')
	refused(await pay_by_card(person, (await held(person, dear)).id, card.id), 422, 'VALIDATION_ERROR')
	const without = await new_customer()
	refused(await pay_by_card(without, (await held(without, event)).id), 422, 'VALIDATION_ERROR')
	ok(await as(person).post(`${AT}${card.id}/block`, {}))
	refused(await pay_by_card(person, order.id, card.id), 422, 'VALIDATION_ERROR')
	assert.equal(on(card.id), 9000)
	assert.equal(stock(event.categories[0].id).sold, 0)
})

test('what one card has pays one of two orders, however they are paid at once', async () => {
	const event = await new_event({ categories: [{ price: 1000 }] }), { card, ...person } = await holder(1000)
	const orders = await Promise.all([held(person, event), held(person, event), held(person, event)])
	const answers = await Promise.all(orders.map((order) => pay_by_card(person, order.id, card.id)))

	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 402, 402])
	assert.equal(on(card.id), 0)
	assert.equal(stock(event.categories[0].id).sold, 1)
})

test('a lost card is dead, and what is on it goes to the one that takes its place', async () => {
	const { card, ...person } = await holder(3000), uid = `04${randomBytes(6).toString('hex').toUpperCase()}`

	refused(await as(await new_customer()).post(`${AT}${card.id}/lost`, {}), 404, 'CARD_NOT_FOUND')
	ok(await as(person).post(`${AT}${card.id}/lost`, {}))
	refused(await as(person).post(`${AT}${card.id}/unblock`, {}), 409, 'WRONG_STATUS')
	refused(await charge(kiosk, card.uid, 1), 409, 'CARD_BLOCKED')
	refused(await as(person).post(`${AT}${card.id}/move`, {}), 409, 'NO_ACTIVE_CARD')
	sql(`INSERT INTO nfc_card (uid, merchant_id, status, created_at) VALUES ('${uid}', ${kiosk.merchant_id}, 'stock', UTC_TIMESTAMP(3))`)
	forget_tries()
	ok(await as(kiosk).post('/api/merchant/assign-card/', { card_uid: uid, mobile_number: person.mobile_number }), 201)
	ok(await as(kiosk).post('/api/merchant/verify-customer-otp/', { mobile_number: person.mobile_number, otp: await code(person.mobile_number) }))
	const cards = ok(await as(person).get(AT)).items, fresh = cards.find((c) => c.status === 'active')
	assert.deepEqual([fresh.uid, fresh.balance, on(card.id)], [uid, 3000, 0])
	assert.deepEqual(await lines(person, fresh.id), [['moved', 3000, 3000]])
	// What comes to the dead one later can be fetched.
	sql(`UPDATE ledger_account SET balance = balance WHERE owner_id = ${card.id}`)
	ok(await as(person).post(`${AT}${card.id}/move`, {}))
	assert.equal(on(fresh.id), 3000)
})

test('the page of a lost card leads to a request for another, and to the one that was made', async () => {
	const { card, ...person } = await holder(3000), browser = new Browser(), page = `/nfc-cards/${card.id}`

	forget_tries()
	await browser.go('/sign-in')
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.submit('/sign-in/code', { otp: await code(person.mobile_number) })
	ok(await as(person).post(`${AT}${card.id}/auto-reload-settings/`, { enabled: true, threshold: 500, amount: 2500, card_token: 'tok_ok' }))
	await browser.open(`${page}/lost`)
	assert.match(browser.html, /€5\.00/)
	assert.match(browser.html, /€25\.00/, 'what is put on it is an amount there too')
	ok(await as(person).post(`${AT}${card.id}/lost`, {}))
	await browser.open(page)
	assert.match(browser.html, /href="\/nfc-cards\/request\/new"/)
	const { id } = ok(await as(person).post(`${AT}request/`, {}), 201)
	await browser.open(page)
	assert.match(browser.html, new RegExp(`href="/nfc-cards/request/${id}"`))
	assert.doesNotMatch(browser.html, /request\/new"/)
})

test('staff set a card\'s status to one that there is, or leave it', async () => {
	const { card } = await holder(0), staff = as(await token('staff'))

	for (const status of [null, '', '  '])
		assert.ok(refused(await staff.put(`/api/nfc-cards/${card.id}/`, { status }), 422, 'VALIDATION_ERROR').body.errors.status)
	assert.equal(ok(await staff.put(`/api/nfc-cards/${card.id}/`, {})).status, 'active')
})

test('one active card a customer: by a key, whoever makes another', async () => {
	const { card, ...person } = await holder(0)

	const make = () => sql(`INSERT INTO nfc_card (uid, customer_id, merchant_id, status, assigned_at, created_at)
		VALUES ('04${randomBytes(6).toString('hex')}', ${person.customer_id}, 1, 'active', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)

	assert.throws(make, /Duplicate entry/)
	ok(await as(person).post(`${AT}${card.id}/block`, {}))
	make()
	const again = refused(await as(person).post(`${AT}${card.id}/unblock`, {}), 409, 'DUPLICATE')
	assert.match(again.text, /another active card/)
})

test('a card that reloads itself says so', async () => {
	const { card, ...person } = await holder(0), set = (body) => as(person).post(`${AT}${card.id}/auto-reload-settings/`, body)

	refused(await set({ enabled: true }), 422, 'VALIDATION_ERROR')
	refused(await set({ enabled: true, threshold: 500, amount: 60000, card_token: 'tok_ok' }), 422, 'VALIDATION_ERROR')
	assert.deepEqual(ok(await set({ enabled: true, threshold: 500, amount: 2000, card_token: 'tok_ok' })), { enabled: true, threshold: 500, amount: 2000 })
	const shown = ok(await as(person).get(`${AT}${card.id}`))
	assert.deepEqual([shown.auto_reload.enabled, shown.auto_reload.threshold, shown.auto_reload.amount], [true, 500, 2000])
	assert.doesNotMatch(JSON.stringify(shown), /tok_ok/)
	jobs_run('reloads')
	await until('it was reloaded', () => on(card.id) === 2000)
	ok(await charge(kiosk, card.uid, 1600), 201)
	jobs_run('reloads')
	await until('once more', () => on(card.id) === 2400)
	assert.equal(on(card.id), 2400)
	// One that is declined is not tried again and again, and its holder hears of it.
	ok(await set({ enabled: true, threshold: 5000, amount: 2000, card_token: 'tok_declined' }))
	jobs_run('reloads')
	await until('it was declined', () => ok_failed(card.id))
	assert.match((await messages(person.mobile_number))[0].body, /could not be reloaded/)
	jobs_run('reloads')
	await until('the job looked again', () => sql("SELECT due_at > UTC_TIMESTAMP(3) FROM job WHERE name = 'reloads'")[0][0] === '1')
	assert.equal(sql(`SELECT COUNT(*) FROM payment WHERE card_id = ${card.id} AND status = 'declined'`)[0][0], '1')
	ok(await set({ enabled: false }))
	assert.equal(ok(await as(person).get(`${AT}${card.id}`)).auto_reload.enabled, false)
})
