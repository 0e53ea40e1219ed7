// A merchant hands out cards: who may have which one, that the customer's code is what does it, and that a card never
// becomes two people's.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, test } from 'node:test'
import { Browser, code, DEMO, forget_tries, messages, new_number, sql, token, wrong } from './lib.mjs'
import { as, in_transaction, new_card, new_customer, new_merchant, ok, refused, until, until_met } from './world.mjs'

const AT = '/api/merchant/'
let kiosk, other

before(async () => {
	kiosk = await new_merchant()
	other = await new_merchant()
})

// A card in stock: of this merchant, or of nobody yet.
function stock_card(merchant, status = 'stock') {
	const uid = `04${randomBytes(6).toString('hex').toUpperCase()}`

	sql(`INSERT INTO nfc_card (uid, merchant_id, status, created_at)
		VALUES ('${uid}', ${merchant ? merchant.merchant_id : 'NULL'}, '${status}', UTC_TIMESTAMP(3))`)
	return uid
}

const card_row = (uid) => sql(`SELECT status, COALESCE(customer_id, 0), COALESCE(merchant_id, 0) FROM nfc_card WHERE uid = '${uid}'`)[0]
const figures = async (merchant) => ok(await as(merchant).get(`${AT}dashboard-stats/`))
const stats = async (merchant) => {
	const { handed_out_today, handed_out, in_stock, pending } = await figures(merchant)
	return { handed_out_today, handed_out, in_stock, pending }
}
const assign = (merchant, card_uid, { mobile_number }, more) => as(merchant).post(`${AT}assign-card/`, { card_uid, mobile_number }, more)
const verify = (merchant, { mobile_number }, otp, more = {}) =>
	as(merchant).post(`${AT}verify-customer-otp/`, { mobile_number, otp, ...more })
const sent = async ({ mobile_number }) => (await messages(mobile_number)).length

test('a card from stock to a customer', async () => {
	const ada = await new_customer({ name: 'Ada Byron King' }), uid = stock_card(kiosk)
	const at_first = await stats(kiosk)

	assert.deepEqual(ok(await as(kiosk).get(`${AT}verify-customer/${ada.mobile_number}/`)), {
		mobile_number: ada.mobile_number, registered: true, name: 'A••• B••• K•••', registration_fee_paid: false, has_card: false
	})
	const asked = ok(await assign(kiosk, uid.toLowerCase().match(/../g).join(':'), ada), 201)
	assert.equal(asked.otp_required, true)
	assert.equal(asked.otp_sent, true)
	assert.ok(asked.expires_in > 290 && asked.expires_in <= 300)
	assert.deepEqual(card_row(uid), ['stock', '0', String(kiosk.merchant_id)], 'nothing before the code')
	assert.deepEqual(await stats(kiosk), { ...at_first, pending: at_first.pending + 1 })

	const done = ok(await verify(kiosk, ada, await code(ada.mobile_number)))
	assert.equal(done.assignment_id, asked.assignment_id)
	assert.equal(done.name, 'A••• B••• K•••')
	assert.equal(done.card.uid, uid)
	assert.equal(done.card.status, 'active')
	assert.deepEqual(card_row(uid), ['active', String(ada.customer_id), String(kiosk.merchant_id)])
	assert.deepEqual(await stats(kiosk), {
		handed_out_today: at_first.handed_out_today + 1, handed_out: at_first.handed_out + 1,
		in_stock: at_first.in_stock - 1, pending: at_first.pending
	})
	assert.equal(ok(await as(kiosk).get(`${AT}verify-customer/${ada.mobile_number}/`)).has_card, true)
	assert.match((await messages(ada.mobile_number))[0].body, new RegExp(`handed you a .* card, number ending in ${uid.slice(-4)}`))
	assert.deepEqual(sql(`SELECT action, role, account_id, JSON_VALUE(before_json, '$.status'), JSON_VALUE(after_json, '$.status'),
		JSON_VALUE(after_json, '$.customer_id') FROM audit_log WHERE noun = 'nfc_card' AND noun_id = ${done.card.id}`),
	[['hand-out', 'merchant', String(kiosk.user.id), 'stock', 'active', String(ada.customer_id)]])
	assert.deepEqual(sql(`SELECT action, account_id FROM audit_log WHERE noun = 'card_assignment' AND noun_id = ${asked.assignment_id}`),
		[['create', String(kiosk.user.id)]])
})

test('a card of the common stock becomes the merchant\'s who hands it out', async () => {
	const bob = await new_customer(), uid = stock_card(null)

	ok(await assign(kiosk, uid, bob), 201)
	ok(await verify(kiosk, bob, await code(bob.mobile_number)))
	assert.deepEqual(card_row(uid), ['active', String(bob.customer_id), String(kiosk.merchant_id)])
})

test('a stranger\'s number is not a customer\'s', async () => {
	const mobile_number = new_number()

	assert.deepEqual(ok(await as(kiosk).get(`${AT}verify-customer/${encodeURIComponent(mobile_number)}/`)), {
		mobile_number, registered: false, name: null, registration_fee_paid: false, has_card: false
	})
	refused(await as(kiosk).post(`${AT}send-customer-otp/`, { mobile_number }), 404, 'CUSTOMER_NOT_FOUND')
	refused(await assign(kiosk, stock_card(kiosk), { mobile_number }), 404, 'CUSTOMER_NOT_FOUND')
	refused(await verify(kiosk, { mobile_number }, '123456'), 404, 'CUSTOMER_NOT_FOUND')
	assert.deepEqual(await messages(mobile_number), [])
	refused(await as(kiosk).get(`${AT}verify-customer/12/`), 422, 'VALIDATION_ERROR')
	// Staff, organizers and merchants have accounts, and are no customers by that.
	assert.equal(ok(await as(kiosk).get(`${AT}verify-customer/${DEMO.merchant.mobile_number}/`)).registered, false)
	const gone = await new_customer()
	sql(`UPDATE account SET status = 'disabled' WHERE id = ${gone.user.id}`)
	assert.equal(ok(await as(kiosk).get(`${AT}verify-customer/${gone.mobile_number}/`)).registered, false)
})

test('cards that cannot be handed out', async () => {
	const cleo = await new_customer(), taken = new_card(await new_customer())

	refused(await assign(kiosk, '04FFFFFFFFFFFF', cleo), 404, 'CARD_NOT_FOUND')
	refused(await assign(kiosk, 'no card at all', cleo), 404, 'CARD_NOT_FOUND')
	refused(await assign(kiosk, stock_card(other), cleo), 404, 'CARD_NOT_FOUND')
	refused(await assign(kiosk, stock_card(other, 'blocked'), cleo), 404, 'CARD_NOT_FOUND')
	refused(await assign(kiosk, stock_card(kiosk, 'blocked'), cleo), 409, 'CARD_BLOCKED')
	refused(await assign(kiosk, stock_card(null, 'lost'), cleo), 409, 'CARD_BLOCKED')
	refused(await assign(kiosk, taken, cleo), 409, 'CARD_TAKEN')
	assert.equal(await sent(cleo), 1, 'no code but the registration\'s')
})

test('one active card a customer', async () => {
	const dora = await new_customer(), first = new_card(dora), uid = stock_card(kiosk)

	refused(await assign(kiosk, uid, dora), 409, 'HAS_CARD')
	sql(`UPDATE nfc_card SET status = 'lost' WHERE uid = '${first}'`)
	ok(await assign(kiosk, uid, dora), 201)
	// A card that came from elsewhere meanwhile counts, and the code is not spent on the refusal.
	sql(`UPDATE nfc_card SET status = 'active' WHERE uid = '${first}'`)
	const otp = await code(dora.mobile_number)
	refused(await verify(kiosk, dora, otp), 409, 'HAS_CARD')
	sql(`UPDATE nfc_card SET status = 'lost' WHERE uid = '${first}'`)
	ok(await verify(kiosk, dora, otp))
})

test('a wrong code, five tries, and another code', async () => {
	const eve = await new_customer(), uid = stock_card(kiosk)

	ok(await assign(kiosk, uid, eve), 201)
	const otp = await code(eve.mobile_number)
	for (let i = 0; i < 5; i++)
		refused(await verify(kiosk, eve, wrong(otp)), 422, 'OTP_INVALID')
	refused(await verify(kiosk, eve, otp), 422, 'OTP_EXPIRED')
	assert.deepEqual(card_row(uid)[0], 'stock')
	// A code without tries left is not live.
	assert.equal(ok(await assign(kiosk, uid, eve), 201).otp_sent, true)
	ok(await verify(kiosk, eve, await code(eve.mobile_number)))
})

test('the code is sent once while it is live, and is good once', async () => {
	const finn = await new_customer(), uid = stock_card(kiosk)

	const { challenge } = ok(await as(kiosk).post(`${AT}send-customer-otp/`, { mobile_number: finn.mobile_number }))
	const before_asking = await sent(finn), asked = ok(await assign(kiosk, uid, finn), 201)
	assert.equal(asked.otp_sent, false)
	assert.equal(asked.challenge, challenge)
	assert.equal(await sent(finn), before_asking)
	const otp = await code(finn.mobile_number)
	refused(await verify(kiosk, finn, otp, { challenge: '6f1c2f5e-0000-4000-8000-000000000000' }), 422, 'OTP_INVALID')
	ok(await verify(kiosk, finn, otp, { challenge }))
	refused(await verify(kiosk, finn, otp), 404, 'ASSIGNMENT_NOT_FOUND')
	refused(await verify(kiosk, finn, otp, { assignment_id: asked.assignment_id }), 409, 'ASSIGNMENT_DONE')
})

test('a code for something else is not one for a card', async () => {
	const gita = await new_customer()

	ok(await assign(kiosk, stock_card(kiosk), gita), 201)
	const { challenge } = ok(await as(null).post('/api/v1/users/login/', { mobile_number: gita.mobile_number, password: gita.password }))
	const otp = await code(gita.mobile_number)
	refused(await verify(kiosk, gita, otp), 422, 'OTP_INVALID')
	refused(await verify(kiosk, gita, otp, { challenge }), 422, 'OTP_INVALID')
})

test('another merchant has no part in it', async () => {
	const hal = await new_customer(), uid = stock_card(kiosk), asked = ok(await assign(kiosk, uid, hal), 201)
	const otp = await code(hal.mobile_number)

	refused(await verify(other, hal, otp), 404, 'ASSIGNMENT_NOT_FOUND')
	refused(await verify(other, hal, otp, { assignment_id: asked.assignment_id }), 404, 'ASSIGNMENT_NOT_FOUND')
	// A code that was sent for one counter is not right at another, nor does another's newer one spoil it.
	const theirs = stock_card(other)
	assert.equal(ok(await assign(other, theirs, hal), 201).otp_sent, true)
	refused(await verify(other, hal, otp), 422, 'OTP_INVALID')
	ok(await verify(kiosk, hal, otp))
	assert.equal(card_row(theirs)[0], 'stock')
})

test('who is no merchant is not let in', async () => {
	for (const [kind, status] of [['customer', 403], ['organizer', 403], ['usher', 403], ['staff', 403]]) {
		assert.equal((await as(await token(kind)).get(`${AT}dashboard-stats/`)).status, status, kind)
		assert.equal((await as(await token(kind)).post(`${AT}assign-card/`, {})).status, status, kind)
	}
	assert.equal((await as(null).get(`${AT}cards/`)).status, 401)
})

// What both would read before they write is the same; so only the writing itself can decide. Once is luck: several rounds.
const ROUNDS = 6
const lose_cards = (...people) =>
	sql(`UPDATE nfc_card SET status = 'lost' WHERE customer_id IN (${people.map((person) => person.customer_id).join()}); DELETE FROM guess`)

test('two merchants race for one card: one wins', async () => {
	const rivals = [kiosk, other], people = [await new_customer(), await new_customer()]

	for (let round = 0; round < ROUNDS; round++) {
		const uid = stock_card(null)

		for (let i = 0; i < 2; i++)
			ok(await assign(rivals[i], uid, people[i]), 201)
		const codes = await Promise.all(people.map((person) => code(person.mobile_number)))
		const answers = await Promise.all(rivals.map((rival, i) => verify(rival, people[i], codes[i])))
		const won = answers.findIndex((answer) => answer.status === 200), lost = 1 - won

		assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409])
		refused(answers[lost], 409, 'CARD_TAKEN')
		assert.deepEqual(card_row(uid), ['active', String(people[won].customer_id), String(rivals[won].merchant_id)])
		// The loser's code is good for the next card.
		assert.equal(ok(await assign(rivals[lost], stock_card(null), people[lost]), 201).otp_sent, false)
		ok(await verify(rivals[lost], people[lost], codes[lost]))
		lose_cards(...people)
	}
})

test('two merchants give one person a card at once: one card', async () => {
	const ida = await new_customer(), rivals = [kiosk, other]

	for (let round = 0; round < ROUNDS; round++) {
		const codes = []

		for (const rival of rivals) {
			ok(await assign(rival, stock_card(rival), ida), 201)
			codes.push(await code(ida.mobile_number))
		}
		const answers = await Promise.all(rivals.map((rival, i) => verify(rival, ida, codes[i])))
		assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409])
		refused(answers.find((answer) => answer.status === 409), 409, 'HAS_CARD')
		assert.deepEqual(sql(`SELECT COUNT(*) FROM nfc_card WHERE customer_id = ${ida.customer_id} AND status = 'active'`), [['1']])
		lose_cards(ida)
		// What the loser asked for would be live in the next round.
		sql(`UPDATE otp SET used_at = UTC_TIMESTAMP(3) WHERE recipient = '${ida.mobile_number}' AND used_at IS NULL`)
	}
})

test('asking again replaces what was asked before', async () => {
	const joe = await new_customer(), [first, second] = [stock_card(kiosk), stock_card(kiosk)]
	const one = ok(await assign(kiosk, first, joe), 201), two = ok(await assign(kiosk, second, joe), 201)
	const otp = await code(joe.mobile_number)

	refused(await verify(kiosk, joe, otp, { assignment_id: one.assignment_id }), 409, 'ASSIGNMENT_LAPSED')
	assert.equal(ok(await verify(kiosk, joe, otp)).assignment_id, two.assignment_id)
	assert.equal(card_row(first)[0], 'stock')
	assert.equal(card_row(second)[0], 'active')
})

test('half an hour is the longest that a card waits for its code', async () => {
	const kai = await new_customer(), uid = stock_card(kiosk), { pending } = await stats(kiosk)
	const asked = ok(await assign(kiosk, uid, kai), 201)

	sql(`UPDATE card_assignment SET created_at = created_at - INTERVAL 31 MINUTE WHERE id = ${asked.assignment_id}`)
	assert.equal((await stats(kiosk)).pending, pending)
	refused(await verify(kiosk, kai, await code(kai.mobile_number)), 409, 'ASSIGNMENT_LAPSED')
	assert.equal(card_row(uid)[0], 'stock')
})

test('the same request twice is one', async () => {
	const lea = await new_customer(), uid = stock_card(kiosk), key = randomBytes(12).toString('hex')
	const first = ok(await assign(kiosk, uid, lea, { key }), 201), again = ok(await assign(kiosk, uid, lea, { key }), 201)

	assert.deepEqual(again, first)
	assert.deepEqual(sql(`SELECT COUNT(*) FROM card_assignment WHERE customer_id = ${lea.customer_id}`), [['1']])
})

test('the list: one\'s own cards, by status and search, in order and in pages', async () => {
	const mine = await new_merchant(), max = await new_customer({ name: 'Max Born' })
	const uids = [stock_card(mine), stock_card(mine), stock_card(mine, 'blocked')], list = async (query = {}) =>
		ok(await as(mine).get(`${AT}cards/`, { query }))

	stock_card(other)
	ok(await assign(mine, uids[0], max), 201)
	ok(await verify(mine, max, await code(max.mobile_number)))
	const all = await list()
	assert.equal(all.total, 3)
	assert.equal(all.items[0].uid, uids[0], 'what was handed out last comes first')
	assert.deepEqual(all.items[0].customer, { name: 'M••• B•••', mobile_number: `•••• ${max.mobile_number.slice(-2)}` })
	assert.ok(!JSON.stringify(all).includes(max.mobile_number))
	assert.deepEqual((await list({ status: 'blocked' })).items.map((card) => card.uid), [uids[2]])
	assert.deepEqual((await list({ search: uids[1].match(/../g).join(':') })).items.map((card) => card.uid), [uids[1]])
	assert.deepEqual((await list({ search: max.mobile_number })).items.map((card) => card.uid), [uids[0]])
	assert.deepEqual((await list({ search: '%' })).items, [])
	assert.deepEqual((await list({ sort_by: 'uid' })).items.map((card) => card.uid), [...uids].sort())
	assert.deepEqual((await list({ sort_by: 'uid', sort_order: 'desc' })).items.map((card) => card.uid), [...uids].sort().reverse())
	const last = await list({ page: 2, limit: 2 })
	assert.equal(last.items.length, 1)
	assert.equal(last.total_pages, 2)
	refused(await as(mine).get(`${AT}cards/`, { query: { status: 'gone' } }), 422, 'VALIDATION_ERROR')
})

// ---- the portal, without scripts ----

async function at_the_portal() {
	const browser = new Browser()

	forget_tries()
	await browser.go('/merchant')
	await browser.submit('/merchant/sign-in', DEMO.merchant)
	await browser.submit('/merchant/sign-in/code', { otp: await code(DEMO.merchant.mobile_number) })
	assert.equal(browser.path, '/merchant')
	assert.equal(browser.status, 200)
	return browser
}

test('signing in leads to the cards, and a card is handed out by plain forms', async () => {
	const browser = await at_the_portal(), nia = await new_customer({ name: 'Nia Test' }), uid = stock_card(null)

	assert.match(browser.html, /Handed out today/)
	assert.match(browser.html, /href="\/merchant\/hand-out"/)
	await browser.go('/merchant/hand-out')

	// A slip shows the form again, with what was typed.
	await browser.send('/merchant/hand-out', { mobile_number: nia.mobile_number, card_uid: '04 00 00 00' })
	assert.equal(browser.status, 422)
	assert.match(browser.html, /There is no such card/)
	assert.match(browser.html, new RegExp(`value="\\${nia.mobile_number}"`))

	await browser.submit('/merchant/hand-out', { mobile_number: nia.mobile_number, card_uid: uid })
	assert.match(browser.path, /^\/merchant\/hand-out\/\d+\?challenge=/)
	assert.match(browser.html, /N••• T•••/)
	const [here] = browser.path.split('?'), otp = await code(nia.mobile_number)
	await browser.send(here, { otp: wrong(otp) })
	assert.equal(browser.status, 422)
	assert.match(browser.html, /This code is not right/)
	await browser.submit(here, { otp })
	assert.equal(browser.path, here)
	assert.match(browser.html, /<h1>Handed out<\/h1>/)
	assert.equal(card_row(uid)[0], 'active')
	await browser.go(`/merchant?search=${uid}`)
	assert.match(browser.html, /N••• T•••/)
})

test('another code, and giving it up, on the page', async () => {
	const browser = await at_the_portal(), otto = await new_customer(), uid = stock_card(null)

	await browser.go('/merchant/hand-out')
	await browser.submit('/merchant/hand-out', { mobile_number: otto.mobile_number, card_uid: uid })
	const [here] = browser.path.split('?'), first = await code(otto.mobile_number)
	await browser.submit(`${here}/code`)
	assert.match(browser.html, /Another code is on its way/)
	const second = await code(otto.mobile_number)
	if (first !== second) {
		await browser.send(here, { otp: first })
		assert.equal(browser.status, 422)
	}
	await browser.submit(`${here}/cancel`)
	assert.equal(browser.path, '/merchant')
	await browser.go(here)
	assert.match(browser.html, /<h1>Not handed out<\/h1>/)
	assert.equal(card_row(uid)[0], 'stock')
	assert.deepEqual(sql(`SELECT action FROM audit_log WHERE noun = 'card_assignment' AND noun_id = ${here.split('/').at(-1)} ORDER BY id`),
		[['create'], ['cancel']])
})

test('another merchant\'s page is not there', async () => {
	const browser = await at_the_portal(), pam = await new_customer()
	const { assignment_id } = ok(await assign(kiosk, stock_card(kiosk), pam), 201)

	await browser.go(`/merchant/hand-out/${assignment_id}`)
	assert.equal(browser.status, 404)
	assert.ok(!browser.html.includes(pam.mobile_number.slice(1)))
})

// ---- settings ----

test('settings: each is kept, taken away and left alone by what is sent', async () => {
	const at = `${AT}settings/`, shop = as(await new_merchant()), first = ok(await shop.get(at))

	assert.deepEqual(Object.keys(first), ['company', 'receipt_name', 'charge_note', 'charge_most', 'currency', 'stock_low'])
	const set = { receipt_name: 'Bar 2', charge_note: 'Drinks', charge_most: 5000, stock_low: 3 }
	assert.deepEqual(ok(await shop.put(at, set)), { ...first, ...set })
	assert.deepEqual(ok(await shop.put(at, { charge_note: 'Food' })), { ...first, ...set, charge_note: 'Food' })
	assert.deepEqual(ok(await shop.put(at, { charge_most: null, stock_low: null, receipt_name: '' })), { ...first, charge_note: 'Food' })
	for (const wrong of [{ charge_most: -1 }, { charge_most: 'much' }, { stock_low: 0 }, { stock_low: 1e9 }, { receipt_name: 'x'.repeat(81) },
		{ charge_note: 'x'.repeat(5000) }, { receipt_name: 'a\u202eb' }, { currency: 'JPY' }])
		assert.deepEqual(Object.keys(refused(await shop.put(at, wrong), 422, 'VALIDATION_ERROR').body.errors), Object.keys(wrong))
	assert.deepEqual(ok(await shop.get(at)), { ...first, charge_note: 'Food' })
	assert.equal(ok(await as(other).get(at)).charge_note, null, 'another merchant has their own')
	refused(await as(await token('customer')).get(at), 403, 'FORBIDDEN')
	refused(await as(await token('organizer')).put(at, set), 403, 'FORBIDDEN')
})

test('when stock falls to what was set, the merchant is told once', async () => {
	const shop = await new_merchant(), uids = [1, 2, 3, 4].map(() => stock_card(shop)), { mobile_number } = shop.user
	const told = async () => (await messages(mobile_number)).filter(({ body }) => /cards are left in your stock/.test(body)).length
	const hand_out = async (uid) => {
		const somebody = await new_customer()
		ok(await assign(shop, uid, somebody), 201)
		ok(await verify(shop, somebody, await code(somebody.mobile_number)))
	}

	ok(await as(shop).put(`${AT}settings/`, { stock_low: 2 }))
	assert.equal((await figures(shop)).stock_low, false)
	await hand_out(uids[0])
	assert.equal(await told(), 0)
	await hand_out(uids[1])
	await until('the merchant is told', async () => await told() === 1)
	assert.equal((await figures(shop)).stock_low, true)
	await hand_out(uids[2])
	for (let i = 0; i < 3; i++)
		stock_card(shop)
	await hand_out(uids[3])
	assert.equal(await told(), 1, 'once, and not while there are enough')
	for (const uid of sql(`SELECT uid FROM nfc_card WHERE merchant_id = ${shop.merchant_id} AND status = 'stock' LIMIT 1`).flat())
		await hand_out(uid)
	await until('the merchant is told again', async () => await told() === 2)
})

test('two cards handed out at once are both counted: the merchant is told', async () => {
	const shop = await new_merchant(), people = [await new_customer(), await new_customer()], uids = [1, 2, 3].map(() => stock_card(shop))

	ok(await as(shop).put(`${AT}settings/`, { stock_low: 1 }))
	for (let i = 0; i < 2; i++)
		ok(await assign(shop, uids[i], people[i]), 201)
	const codes = await Promise.all(people.map((person) => code(person.mobile_number)))
	// Somebody holds the merchant's row until both have come to it.
	const release = await in_transaction(`SELECT id FROM merchant WHERE id = ${shop.merchant_id} FOR UPDATE`)
	const asked = Promise.all(people.map((person, i) => verify(shop, person, codes[i])))
	await until_met(asked, 'merchant m', 2)
	await release()
	for (const answer of await asked)
		ok(answer)
	assert.equal((await figures(shop)).in_stock, 1)
	await until('the merchant is told', async () =>
		(await messages(shop.user.mobile_number)).filter(({ body }) => /left in your stock/.test(body)).length === 1)
})

test('figures: by day, and what is owed is what the ledger has', async () => {
	const shop = await new_merchant(), ada = await new_customer(), uid = new_card(ada)

	assert.deepEqual((await figures(shop)).money, [], 'nothing was posted yet')
	ok(await as(ada).post(`/api/v1/users/nfc-cards/${sql(`SELECT id FROM nfc_card WHERE uid = '${uid}'`)[0][0]}/reload/`,
		{ amount: 5000, method: 'card', card_token: 'tok_ok' }))
	const ids = []
	for (const amount of [700, 300, 1000])
		ids.push(ok(await as(shop).post(`${AT}charge/`, { card_uid: uid, amount }), 201).charge.id)
	ok(await as(shop).post(`${AT}charge/${ids[1]}/reverse/`))
	sql(`UPDATE card_charge SET created_at = created_at - INTERVAL 2 DAY WHERE id = ${ids[2]}`)

	const { by_day, money: [money, ...more], time_zone } = await figures(shop)
	assert.equal(more.length, 0)
	assert.equal(by_day.length, 14)
	assert.equal(money.owed, 1700)
	assert.equal(money.owed, -Number(sql(`SELECT SUM(e.amount) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
		WHERE a.kind = 'merchant' AND a.owner_id = ${shop.merchant_id}`)[0][0]))
	const part = Object.fromEntries(new Intl.DateTimeFormat('en', { timeZone: time_zone, year: 'numeric', month: '2-digit', day: '2-digit' })
		.formatToParts(new Date()).map(({ type, value }) => [type, value]))
	const today = `${part.year}-${part.month}-${part.day}`
	assert.deepEqual(money.by_day.at(-1), { day: today, charges: 2, charged: 1000, reversals: 1, reversed: 300 })
	assert.deepEqual({ ...money.by_day.at(-3), day: 0 }, { day: 0, charges: 1, charged: 1000, reversals: 0, reversed: 0 })
	assert.equal(money.charged_today, 1000)
	assert.equal(money.reversed_today, 300)
	assert.deepEqual((await figures(await new_merchant())).money, [], 'none of another merchant\'s')
})
