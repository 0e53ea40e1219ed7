// Fifty buyers for the last ten places, and the like of money, with a program that guards them and with one that does not. The first must
// sell ten, whatever else happens at once; the second must oversell, or the race shows nothing (its negative control).
//
// GATEHOUSE_GUARD   yes or no: which program serves
// GATEHOUSE_BIN     that program; GATEHOUSE_INI its configuration
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { before, test } from 'node:test'
import { sql, token } from '../api/lib.mjs'
import { as, book, bought, code_of, confirm, days_anew, held, jobs_rest, lapse, new_card, new_customer, new_event, new_merchant, new_staff, new_usher, ok, pay, refused, scan, stock } from '../api/world.mjs'

const guarded = process.env.GATEHOUSE_GUARD !== 'no'
const BUYERS = 50, PLACES = 10, ROUNDS = 3
const gatehouse = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' })
let buyers

before(() => {
	jobs_rest('holds', 'payments')
	buyers = gatehouse('demo-data', '--tokens', String(BUYERS)).trim().split('\n').map((access) => ({ access }))
	assert.equal(buyers.length, BUYERS)
	// The schema's CHECK is the guard's backstop: it has no place where the guard is to be missed.
	if (!guarded)
		sql('ALTER TABLE ticket_category DROP CONSTRAINT IF EXISTS never_oversold; ALTER TABLE ledger_account DROP CONSTRAINT IF EXISTS CONSTRAINT_1')
})

const first = (event) => event.categories[0].id
const at_once = (work) => Promise.all(buyers.map(work))
// Tries again while the pool of slow work is full, as a client is told to.
async function patiently(ask) {
	for (;;) {
		const answer = await ask()
		if (answer.status !== 503)
			return answer
	}
}

// The last ten places of one category, or of an event that has more in each of its two.
async function rush(over_all = false) {
	const event = over_all
		? await new_event({ capacity: PLACES, categories: [{ capacity: BUYERS, max_per_order: 4 }, { capacity: BUYERS, max_per_order: 4 }] })
		: await new_event({ categories: [{ capacity: PLACES, max_per_order: 4 }] })
	const category = (i) => event.categories[i % event.categories.length].id
	const answers = await Promise.all(buyers.map((buyer, i) => book(buyer, event, [{ category_id: category(i), quantity: 1 }])))
	const won = answers.filter((answer) => answer.status === 201)

	for (const answer of answers.filter((a) => a.status !== 201))
		refused(answer, 409, 'TICKET_SOLD_OUT')
	assert.equal(event.categories.reduce((sum, { id }) => sum + stock(id).held, 0), won.length)
	assert.equal(Number(sql(`SELECT COUNT(*) FROM orders WHERE event_id = ${event.id} AND status = 'held'`)[0][0]), won.length)
	return { event, won, answers }
}

const give_up = (answers) => Promise.all(answers.map(async (answer, i) => {
	if (answer.status === 201)
		ok(await as(buyers[i]).post(`/api/v1/users/orders/${answer.data.order.id}/cancel/`, {}))
}))

const deadlocks = () => Number(sql("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")[0][1])

test('fifty buyers for the last ten places: ten have one, and none had to begin again', { skip: !guarded }, async () => {
	const before_ = deadlocks()

	for (let round = 0; round < ROUNDS; round++) {
		const { event, won, answers } = await rush()

		assert.equal(won.length, PLACES)
		assert.deepEqual(stock(first(event)), { capacity: PLACES, held: PLACES, sold: 0 })
		await give_up(answers)
		assert.deepEqual(stock(first(event)), { capacity: PLACES, held: 0, sold: 0 })
	}
	assert.equal(deadlocks(), before_)
})

test('fifty buyers for the last ten places of an event, whichever category they choose: ten have one', { skip: !guarded }, async () => {
	for (let round = 0; round < ROUNDS; round++) {
		const { event, won, answers } = await rush(true)
		const taken = () => Number(sql(`SELECT taken FROM event_stock WHERE id = ${event.id}`)[0][0])

		assert.deepEqual([won.length, taken()], [PLACES, PLACES])
		await give_up(answers)
		assert.equal(taken(), 0)
	}
})

test('ten who pay at once', { skip: !guarded }, async () => {
	const { event, answers } = await rush()
	const before_ = deadlocks()
	const paid = await Promise.all(answers.map((answer, i) =>
		answer.status === 201 && patiently(() => pay(buyers[i], answer.data.order.id))).filter(Boolean))

	for (const answer of paid)
		assert.equal(ok(answer).order.status, 'paid')
	assert.deepEqual(stock(first(event)), { capacity: PLACES, held: 0, sold: PLACES })
	assert.equal(Number(sql(`SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id}`)[0][0]), PLACES)
	assert.equal(deadlocks(), before_)
})

test('negative control: without the guard the same buyers have more than there are', { skip: guarded }, async () => {
	const sold = []

	// Whether a round goes wrong is chance; that none of twenty does would be a guard.
	while (sold.length < 20 && !sold.some((n) => n > PLACES))
		sold.push((await rush()).won.length)
	assert.ok(Math.max(...sold) > PLACES, `${sold} of ${PLACES} places were sold: the race is not one`)
	console.log(`without the guard: ${sold} of ${PLACES} places`)
	// And it is noticed.
	const { status, stdout } = spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' })
	assert.notEqual(status, 0)
	assert.match(stdout, /never exceed capacity/)
})

test('negative control: without the guard an event sells more than it has over all', { skip: guarded }, async () => {
	const sold = []

	while (sold.length < 20 && !sold.some((n) => n > PLACES))
		sold.push((await rush(true)).won.length)
	assert.ok(Math.max(...sold) > PLACES, `${sold} of ${PLACES} places were sold: the race is not one`)
	console.log(`without the guard over all: ${sold} of ${PLACES} places`)
	assert.match(spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' }).stdout, /NO an event of so many tickets sells no more/)
})

// Fifty who spend from one card that has enough for ten: how many could, and what is on it then.
async function spend() {
	const merchant = as(await token('merchant')), person = await new_customer(), card_uid = new_card(person)
	const [{ id }] = ok(await as(person).get('/api/v1/users/nfc-cards/')).items

	ok(await as(person).post(`/api/v1/users/nfc-cards/${id}/reload/`, { amount: 1000, card_token: 'tok_ok' }))
	const answers = await Promise.all(Array.from({ length: BUYERS }, () => merchant.post('/api/merchant/charge/', { card_uid, amount: 100 })))

	return { answers, spent: answers.filter(({ status }) => status === 201).length,
		balance: Number(sql(`SELECT balance FROM ledger_account WHERE kind = 'card' AND owner_id = ${id}`)[0][0]) }
}

test('fifty who spend from one card at once: ten can, and it is empty', { skip: !guarded }, async () => {
	for (let round = 0; round < ROUNDS; round++) {
		const { answers, spent, balance } = await spend()

		assert.deepEqual([spent, balance], [10, 0])
		for (const answer of answers.filter(({ status }) => status !== 201))
			refused(answer, 409, 'BALANCE_TOO_LOW')
	}
})

test('negative control: without the guard a card is overdrawn', { skip: guarded }, async () => {
	const left = []

	while (left.length < 20 && !left.some((balance) => balance < 0))
		left.push((await spend()).balance)
	assert.ok(Math.min(...left) < 0, `${left} were left: the race is not one`)
	console.log(`without the guard: ${left} left`)
	assert.match(spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' }).stdout, /NO no card is below zero/)
})

// A merchant at whose counter so many spent 1.00 each, and what is on their account.
async function earned(n) {
	const kiosk = await new_merchant(), person = await new_customer(), card_uid = new_card(person), charges = []
	const [{ id }] = ok(await as(person).get('/api/v1/users/nfc-cards/')).items

	ok(await as(person).post(`/api/v1/users/nfc-cards/${id}/reload/`, { amount: n * 100, card_token: 'tok_ok' }))
	for (let i = 0; i < n; i++)
		charges.push(ok(await as(kiosk).post('/api/merchant/charge/', { card_uid, amount: 100 }), 201).charge.id)
	return { ...kiosk, charges, has: () => Number(sql(`SELECT COALESCE(-SUM(e.amount), 0) FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
		WHERE a.kind = 'merchant' AND a.owner_id = ${kiosk.merchant_id}`)[0][0]) }
}
const ask_payout = (by, { merchant_id }, amount = 100) => by.post('/api/payouts/', { merchant_id, amount, currency: 'EUR' })
const act = (by, id, how, body = {}) => by.post(`/api/payouts/${id}/${how}/`, body)
let clerk, second
before(async () => {
	clerk = as(await new_staff('finance'))
	second = as(await new_staff('admin'))
})
const too_much = (answers, good) => answers.filter(({ status }) => status !== good).forEach((answer) => refused(answer, 409, 'BALANCE_TOO_LOW'))

// Fifty who ask for 1.00 of a merchant's 10.00: how many were promised it.
async function ask_at_once(kiosk) {
	const answers = await Promise.all(Array.from({ length: BUYERS }, () => patiently(() => ask_payout(clerk, kiosk)))), promised = answers.filter(({ status }) => status === 201)

	too_much(answers, 201)
	return promised.map(({ data }) => data.id)
}
// Twenty approved payouts of 1.00 from an account on which 20.00 were, and 10.00 are since charges were reversed, paid at once: how many were paid.
async function pay_at_once() {
	const kiosk = await earned(20), ids = []

	for (let i = 0; i < 20; i++)
		ids.push(ok(await ask_payout(clerk, kiosk), 201).id)
	for (const id of ids)
		ok(await act(second, id, 'approve'))
	for (const id of kiosk.charges.slice(0, 10))
		ok(await as(kiosk).post(`/api/merchant/charge/${id}/reverse/`, {}))
	sql(`UPDATE ledger_transfer SET at = at - INTERVAL 1 HOUR WHERE noun = 'charge' AND noun_id IN (${kiosk.charges})`) // not just now
	days_anew()
	assert.equal(kiosk.has(), 1000)
	const answers = await Promise.all(ids.map((id) => patiently(() => act(clerk, id, 'pay', { reference: 'SEPA' }))))

	too_much(answers, 200)
	return { paid: answers.filter(({ status }) => status === 200).length, left: kiosk.has() }
}

test('fifty payouts of one account asked for at once: ten are promised, and those that are paid at once are no more than there is', { skip: !guarded }, async () => {
	for (let round = 0; round < ROUNDS; round++) {
		const kiosk = await earned(10), ids = await ask_at_once(kiosk)

		assert.equal(ids.length, 10)
		await Promise.all(ids.map(async (id) => ok(await patiently(() => act(second, id, 'approve')))))
		await Promise.all([...ids, ...ids].map((id) => patiently(() => act(clerk, id, 'pay', { reference: 'SEPA' }))))
		assert.equal(kiosk.has(), 0)
		assert.deepEqual(await pay_at_once(), { paid: 10, left: 0 })
	}
})

test('negative control: without the guard more is promised than there is, and more is paid', { skip: guarded }, async () => {
	const promised = [], left = []

	while (promised.length < 20 && !promised.some((n) => n > 10))
		promised.push((await ask_at_once(await earned(10))).length)
	assert.ok(Math.max(...promised) > 10, `${promised} of 10 were promised: the race is not one`)
	while (left.length < 20 && !left.some((n) => n < 0))
		left.push((await pay_at_once()).left)
	assert.ok(Math.min(...left) < 0, `${left} were left: the race is not one`)
	console.log(`without the guard: ${promised} payouts of 10 promised; ${left} left`)
	assert.match(spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' }).stdout, /NO nobody was paid out more than there was on their account/)
})

test('orders of one to four each: never more than there is, and nothing left that somebody could have had', { skip: !guarded }, async () => {
	const event = await new_event({ categories: [{ capacity: 23, max_per_order: 4 }] })
	const wanted = buyers.map((_, i) => 1 + i % 4)
	const answers = await at_once((buyer, i) => book(buyer, event, [{ category_id: first(event), quantity: wanted[i] }]))
	const held_now = answers.reduce((sum, answer, i) => sum + (answer.status === 201 ? wanted[i] : 0), 0)

	assert.equal(stock(first(event)).held, held_now)
	assert.ok(held_now <= 23)
	const losers = wanted.filter((_, i) => answers[i].status !== 201)
	assert.ok(23 - held_now < Math.min(...losers), `${23 - held_now} are left, and somebody wanted ${Math.min(...losers)}`)
	await give_up(answers)
})

test('two categories from both ends: all or nothing, and nobody waits for ever', { skip: !guarded }, async () => {
	const event = await new_event({ categories: [{ capacity: PLACES }, { capacity: PLACES }] })
	const [one, two] = event.categories.map((category) => ({ category_id: category.id, quantity: 1 }))
	const answers = await at_once((buyer, i) => book(buyer, event, i % 2 ? [one, two] : [two, one]))

	assert.equal(answers.filter((answer) => answer.status === 201).length, PLACES)
	for (const answer of answers.filter((a) => a.status !== 201))
		refused(answer, 409, 'TICKET_SOLD_OUT')
	assert.deepEqual(event.categories.map((category) => stock(category.id).held), [PLACES, PLACES])
	await give_up(answers)
})

test('lapsed holds, bookings and payments that come late, all at once', { skip: !guarded }, async () => {
	const event = await new_event({ categories: [{ capacity: PLACES }] })
	const early = buyers.slice(0, PLACES)
	const orders = await Promise.all(early.map((buyer) => held(buyer, event)))
	const late = await Promise.all(orders.slice(0, 5).map((order, i) => patiently(() => pay(early[i], order.id, 'tok_late'))))

	orders.forEach((order) => lapse(order.id))
	// Five who come back from their bank, and forty who would have their places.
	const [paid, booked] = await Promise.all([
		Promise.all(late.map((answer, i) => patiently(() => confirm(early[i], answer.data.payment.id)))),
		Promise.all(buyers.slice(PLACES).map((buyer) => book(buyer, event, [{ category_id: first(event), quantity: 1 }])))
	])
	const seated = paid.filter((answer) => ok(answer).payment.status === 'succeeded').length
	const given_back = paid.filter((answer) => answer.data.payment.status === 'refunded').length
	const won = booked.filter((answer) => answer.status === 201).length

	assert.equal(seated + given_back, 5)
	assert.equal(seated + won, PLACES)
	assert.deepEqual(stock(first(event)), { capacity: PLACES, held: won, sold: seated })
	assert.equal(Number(sql(`SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id} AND status = 'valid'`)[0][0]), seated)
	await give_up([...Array(PLACES).fill({ status: 0 }), ...booked])
})

// ---- room at the gate ----

// Fifty who come at once into room for ten: how many are in.
async function room_for_ten() {
	const event = await new_event({ room: PLACES, categories: [{ capacity: BUYERS }] }), usher = await new_usher(event)
	const tickets = await Promise.all(buyers.map(async (buyer) => (await bought(buyer, event))[0]))
	const codes = await Promise.all(tickets.map((ticket, i) => code_of(buyers[i], ticket)))
	const told = await Promise.all(codes.map((code) => scan(usher, { code })))

	assert.equal(Number(sql(`SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id} AND presence = 'inside'`)[0][0]),
		told.filter((answer) => ok(answer).result === 'valid').length)
	return told.map((answer) => answer.data.reason)
}

test('fifty who come at once into room for ten: ten are in', { skip: !guarded }, async () => {
	for (let round = 0; round < ROUNDS; round++) {
		const reasons = await room_for_ten()

		assert.equal(reasons.filter((reason) => reason === 'ok').length, PLACES)
		assert.equal(reasons.filter((reason) => reason === 'full').length, BUYERS - PLACES)
	}
})

test('without the guard more than ten are in', { skip: guarded }, async () => {
	let most = 0

	for (let round = 0; round < 10 && most <= PLACES; round++)
		most = (await room_for_ten()).filter((reason) => reason === 'ok').length
	assert.ok(most > PLACES, `${most} of ${PLACES}`)
})

test('after all of it the books are right', { skip: !guarded }, () => {
	assert.deepEqual(sql('SELECT id FROM ticket_category WHERE held + sold > capacity OR held < 0 OR sold < 0'), [])
	gatehouse('audit')
})
