// Whose the money is: what the house takes of a sale, what is tax, what is left, what is paid out of it, spent and shared.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { site, sql, token } from './lib.mjs'
import {
	age, as, bought, days_anew, held, in_transaction, jobs_rest, jobs_run, new_card, new_customer, new_event, new_merchant, new_organizer, new_staff, ok, pay,
	refused, unique, until, until_waiting
} from './world.mjs'

const gatehouse = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' })
let staff, second, clerk, support

before(async () => {
	staff = as(await token('staff'))
	second = as(await new_staff('admin'))
	clerk = as(await new_staff('finance'))
	support = as(await new_staff('support'))
	jobs_rest('payments', 'invoices')
})
after(() => jobs_run('payments', 'invoices'))
// What every test leaves must prove itself.
after(() => gatehouse('audit'))

// Somebody who sells, with terms of their own, and an event of theirs.
async function seller(terms = {}, event = {}) {
	const otto = await new_organizer(), [[account]] = sql(`SELECT account_id FROM organizer WHERE id = ${otto.organizer_id}`)

	if (Object.keys(terms).length)
		ok(await staff.put(`/api/organizers/${account}/`, terms))
	return { ...otto, account, event: await new_event({ organizer_id: otto.organizer_id, ...event }) }
}

async function sold(event, quantity = 1) {
	const ada = await new_customer(), order = await held(ada, event, quantity), paid = ok(await pay(ada, order.id))

	return { ada, order: paid.order, tickets: paid.tickets, payment: paid.payment }
}

// [kind of account, amount] of a transfer, by kind.
const legs = (noun, id, kind) => sql(`SELECT a.kind, e.amount FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
	JOIN ledger_account a ON a.id = e.account_id WHERE t.noun = '${noun}' AND t.noun_id = ${id} AND t.kind = '${kind}' ORDER BY a.kind`)
	.map(([of, amount]) => [of, +amount])
const kept = (payment_id) => sql(`SELECT fee, tax, tax_rate FROM payment WHERE id = ${payment_id}`)[0].map(Number)
const account = (kind, owner, currency = 'EUR') => Number(sql(`SELECT COALESCE(-SUM(e.amount), 0) FROM ledger_account a
	JOIN ledger_entry e ON e.account_id = a.id WHERE a.kind = '${kind}' AND a.owner_id = ${owner} AND a.currency = '${currency}'`)[0][0])
// Parts of a payment that are to go back, as the provider's desk would give them: their rows' ids.
async function give_back(payment_id, ...amounts) {
	const ids = []

	for (const amount of amounts) {
		ids.push(sql(`INSERT INTO payment_refund (uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
			SELECT RANDOM_BYTES(16), id, ${amount}, currency, 'here', 'asked', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM payment WHERE id = ${payment_id};
			SELECT LAST_INSERT_ID()`)[0][0])
		await until('it went back', () => {
			jobs_run('payments')
			return sql(`SELECT state FROM payment_refund WHERE id = ${ids.at(-1)}`)[0][0] === 'done'
		})
	}
	return ids
}

// ---- fees and taxes ----

test('of a sale the house takes its fee, the tax lies apart, the rest is the organizer\'s; all of it goes back whole', async () => {
	const otto = await seller({ fee_rate: 250, fee_fixed: 30 }, { tax_rate: 1900 })
	const { payment } = await sold(otto.event, 2) // 50.00: tax 7.98, fee 1.25 + 0.30

	assert.deepEqual(kept(payment.id), [155, 798, 1900])
	assert.deepEqual(legs('payment', payment.id, 'sale'), [['organizer', -(5000 - 155 - 798)], ['platform', -155], ['provider', 5000], ['tax', -798]])
	const { analytics } = ok(await as(otto).get(`/api/organizer/events/${otto.event.id}/`))
	assert.deepEqual([analytics.gross, analytics.fees, analytics.taxes, analytics.net], [5000, 155, 798, 4047])

	// Terms that change later move nothing old.
	ok(await staff.put(`/api/organizers/${otto.account}/`, { fee_rate: 9000, fee_fixed: null, tax_number: 'DE 123' }))
	ok(await staff.put(`/api/events/${otto.event.id}/`, { tax_rate: 700 }))
	const later = await sold(otto.event)
	assert.deepEqual(kept(payment.id), [155, 798, 1900])
	assert.deepEqual(kept(later.payment.id), [2250, 164, 700])

	const [id] = await give_back(payment.id, 5000)
	assert.deepEqual(legs('payment_refund', id, 'refund'), [['organizer', 4047], ['platform', 155], ['provider', -5000], ['tax', 798]])
	assert.equal(account('organizer', otto.organizer_id), 2500 - 2250 - 164)
	assert.equal(account('tax', otto.organizer_id), 164)
	const now = ok(await as(otto).get(`/api/organizer/events/${otto.event.id}/`)).analytics
	assert.deepEqual([now.gross, now.fees, now.taxes, now.net], [2500, 2250, 164, 86])
})

test('what goes back in parts adds up to the whole, however often it was rounded', async () => {
	const otto = await seller({ fee_rate: 333, fee_fixed: 1 }, { tax_rate: 1900 }), { payment } = await sold(otto.event, 3)
	const [fee, tax] = kept(payment.id), parts = [1, 1, 333, 1111, 2, 3777, 7500 - 5225]
	const ids = await give_back(payment.id, ...parts)
	const back = (column, n = ids.length) => ids.slice(0, n).reduce((sum, id) => sum + +sql(`SELECT ${column} FROM payment_refund WHERE id = ${id}`)[0][0], 0)

	for (let n = 1; n <= ids.length; n++) { // never far from its share on the way
		const gone = parts.slice(0, n).reduce((a, b) => a + b)

		assert.deepEqual([back('fee', n), back('tax', n)], [Math.floor(fee * gone / 7500), Math.floor(tax * gone / 7500)])
	}
	assert.deepEqual([back('fee'), back('tax')], [fee, tax])
	assert.deepEqual([account('organizer', otto.organizer_id), account('tax', otto.organizer_id)], [0, 0])
	assert.equal(sql(`SELECT status FROM payment WHERE id = ${payment.id}`)[0][0], 'refunded')
})

test('who has no terms has the site\'s, which takes nothing; a free order costs nothing; a fee leaves the tax alone', async () => {
	const plain = await seller(), { payment } = await sold(plain.event)

	assert.deepEqual(kept(payment.id), [0, 0, 0])
	assert.deepEqual(legs('payment', payment.id, 'sale'), [['organizer', -2500], ['provider', 2500]])

	const greedy = await seller({ fee_rate: 10000, fee_fixed: 500 }, { tax_rate: 10000, categories: [{}, { price: 0 }] })
	const all = await sold(greedy.event)
	assert.deepEqual(kept(all.payment.id), [1250, 1250, 10000])
	assert.deepEqual(legs('payment', all.payment.id, 'sale'), [['platform', -1250], ['provider', 2500], ['tax', -1250]])
	await give_back(all.payment.id, 7, 2493)

	const bob = await new_customer(), free = await held(bob, greedy.event, [{ category_id: greedy.event.categories[1].id, quantity: 1 }])
	assert.deepEqual(kept(ok(await pay(bob, free.id)).payment.id), [0, 0, 10000])
})

test('rates that are none are refused, and only staff who manage set them', async () => {
	const otto = await seller()

	for (const [at, body] of [['organizers', { fee_rate: 10001 }], ['organizers', { fee_rate: -1 }], ['organizers', { fee_rate: '2.5' }],
		['organizers', { fee_fixed: -1 }], ['organizers', { tax_number: 'x'.repeat(41) }], ['events', { tax_rate: 10001 }], ['events', { tax_rate: -1 }]])
		refused(await staff.put(`/api/${at}/${at === 'events' ? otto.event.id : otto.account}/`, body), 422, 'VALIDATION_ERROR')
	refused(await support.put(`/api/organizers/${otto.account}/`, { fee_rate: 1 }), 403, 'FORBIDDEN')
	const set = ok(await staff.put(`/api/organizers/${otto.account}/`, { fee_rate: 100, fee_fixed: 5, tax_number: 'ATU 1' }))
	assert.deepEqual([set.fee_rate, set.fee_fixed, set.tax_number], [100, 5, 'ATU 1'])
	const cleared = ok(await staff.put(`/api/organizers/${otto.account}/`, { fee_rate: null, fee_fixed: null }))
	assert.deepEqual([cleared.fee_rate, cleared.fee_fixed, cleared.tax_number], [null, null, 'ATU 1'])
})

test('currencies of no decimals and of three', async () => {
	for (const [currency, price, tax_rate, tax, fee, shown] of [['JPY', 999, 1000, 91, 25, /[¥￥]883|JPY 883|883 JPY/],
		['KWD', 12345, 500, 588, 309, /11\.448/]]) {
		const otto = await seller({ fee_rate: 250, fee_fixed: 10, tax_number: '٣' }, { currency, tax_rate, categories: [{ price }] })
		const { payment } = await sold(otto.event), left = price - tax - fee

		assert.deepEqual(kept(payment.id), [fee, tax, tax_rate], currency)
		assert.match(refused(await clerk.post('/api/payouts/', { organizer_id: otto.organizer_id, amount: left + 1, currency }), 409, 'BALANCE_TOO_LOW').text, shown)
		const one = ok(await clerk.post('/api/payouts/', { organizer_id: otto.organizer_id, amount: left, currency }), 201)
		ok(await act(second, one.id, 'approve'))
		ok(await paying(clerk, one.id))
		for (const part of await give_back(payment.id, 1, 2, price - 3))
			assert.equal(legs('payment_refund', part, 'refund').reduce((sum, [, amount]) => sum + amount, 0), 0)
		assert.deepEqual([account('organizer', otto.organizer_id, currency), account('tax', otto.organizer_id, currency)], [-left, 0])
	}
})

// ---- payouts ----

const AT = '/api/payouts/'
const ask = (by, organizer_id, amount, more = {}) => by.post(AT, { organizer_id, amount, currency: 'EUR', ...more })
const act = (by, id, how, body = {}) => by.post(`${AT}${id}/${how}/`, body)
const paying = (by, id) => act(by, id, 'pay', { reference: 'SEPA-1' })
const status_of = (id) => sql(`SELECT status FROM payout WHERE id = ${id}`)[0][0]

// Somebody who sold so many tickets for 25.00.
async function earned(quantity = 2, terms, event) {
	const otto = await seller(terms, event)

	await sold(otto.event, quantity)
	return otto
}

test('a payout is asked for, approved by another, paid, and seen by whom it was for', async () => {
	const otto = await earned(2, { fee_rate: 1000, tax_number: 'DE 9' }, { tax_rate: 1900 }) // 50.00: fee 5.00, tax 7.98
	const one = ok(await ask(clerk, otto.organizer_id, 3000, { note: 'For May' }), 201)

	assert.deepEqual([one.status, one.amount, one.on_account, one.requested_by, one.approved_by], ['requested', 3000, 3702, 'Tess Test', null])
	refused(await act(clerk, one.id, 'pay', { reference: 'x' }), 409, 'WRONG_STATUS')
	refused(await act(clerk, one.id, 'approve'), 403, 'SECOND_PERSON')
	refused(await act(support, one.id, 'approve'), 403, 'FORBIDDEN')
	refused(await act(second, one.id, 'reject'), 422, 'VALIDATION_ERROR')
	assert.equal(ok(await act(second, one.id, 'approve')).approved_by, 'Tess Test')
	refused(await act(second, one.id, 'approve'), 409, 'WRONG_STATUS')
	refused(await act(clerk, one.id, 'pay'), 422, 'VALIDATION_ERROR')
	const paid = ok(await paying(clerk, one.id))
	assert.deepEqual([paid.status, paid.had, paid.on_account, paid.reference], ['paid', 3702, 702, 'SEPA-1'])
	refused(await paying(clerk, one.id), 409, 'WRONG_STATUS')
	refused(await act(second, one.id, 'reject', { reason: 'Late' }), 409, 'WRONG_STATUS')
	assert.deepEqual(legs('payout', one.id, 'payout'), [['bank', -3000], ['organizer', 3000]])
	assert.deepEqual(sql(`SELECT action FROM audit_log WHERE noun = 'payout' AND noun_id = ${one.id} ORDER BY id`).flat(), ['create', 'approve', 'pay'])

	// Theirs, and nobody else's.
	const eve = await new_organizer(), own = ok(await as(otto).get('/api/organizer/payouts/'))
	assert.deepEqual(own.items.map((p) => [p.id, p.status, p.amount]), [[one.id, 'paid', 3000]])
	assert.equal(ok(await as(otto).get(`/api/organizer/payouts/${one.id}/`)).reference, 'SEPA-1')
	refused(await as(eve).get(`/api/organizer/payouts/${one.id}/`), 404, 'PAYOUT_NOT_FOUND')
	refused(await as(eve).get(`/api/organizer/payouts/${one.id}/invoice/`), 404, 'INVOICE_NOT_FOUND')
	assert.equal(ok(await as(eve).get('/api/organizer/payouts/')).total, 0)
	const pdf = await fetch(`${site}/api/organizer/payouts/${one.id}/invoice/`, { headers: { authorization: `Bearer ${otto.access}` } })
	assert.deepEqual([pdf.status, pdf.headers.get('content-type')], [200, 'application/pdf'])
	assert.equal((await pdf.text()).slice(0, 5), '%PDF-')
})

test('what a payout may not be', async () => {
	const otto = await earned(), id = otto.organizer_id

	for (const body of [{ organizer_id: id, merchant_id: 1 }, { organizer_id: undefined }, { amount: 0 }, { amount: -1 }, { amount: 1.5 },
		{ amount: '10' + 'x' }, { amount: 2 ** 60 }, { currency: 'XXQ' }, { organizer_id: 999999 }, { note: 'x'.repeat(301) }])
		refused(await ask(clerk, id, 100, body), 422, 'VALIDATION_ERROR')
	refused(await ask(support, id, 100), 403, 'FORBIDDEN')
	refused(await as(otto).post(AT, { organizer_id: id, amount: 1, currency: 'EUR' }), 403, 'FORBIDDEN')
	const more = refused(await ask(clerk, id, 5001), 409, 'BALANCE_TOO_LOW')
	assert.match(more.text, /50\.00 EUR|€50\.00|50,00|EUR 50\.00/)
	refused(await ask(clerk, id, 1, { currency: 'USD' }), 409, 'BALANCE_TOO_LOW')
	refused(await ask(clerk, id, 9e11), 409, 'BALANCE_TOO_LOW')
	// What waits is spoken for; what was rejected is not.
	const first = ok(await ask(clerk, id, 4000), 201)
	refused(await ask(clerk, id, 1001), 409, 'BALANCE_TOO_LOW')
	ok(await act(second, first.id, 'reject', { reason: 'Twice' }))
	ok(await ask(clerk, id, 5000), 201)
	refused(await act(second, 99999999, 'approve'), 404, 'PAYOUT_NOT_FOUND')
	// One key is one payout.
	const key = unique(), eve = await earned(), once = await ask(clerk, eve.organizer_id, 10), again = { key }
	ok(once, 201)
	const twin = () => clerk.post(AT, { organizer_id: eve.organizer_id, amount: 20, currency: 'EUR' }, again)
	const [a, b] = [ok(await twin(), 201), ok(await twin(), 201)]
	assert.equal(a.id, b.id)
})

test('a session that is not fresh moves no money', async () => {
	const otto = await earned(), old = await new_staff('finance'), one = ok(await ask(staff, otto.organizer_id, 100), 201)

	age(old.user.id, 24 * 60)
	refused(await ask(as(old), otto.organizer_id, 100), 403, 'SIGN_IN_AGAIN')
	refused(await act(as(old), one.id, 'approve'), 403, 'SIGN_IN_AGAIN')
	ok(await act(second, one.id, 'approve'))
	refused(await paying(as(old), one.id), 403, 'SIGN_IN_AGAIN')
	assert.equal(status_of(one.id), 'approved')
})

test('what went back meanwhile is not paid out', async () => {
	const otto = await seller(), { payment } = await sold(otto.event, 2), one = ok(await ask(clerk, otto.organizer_id, 5000), 201)

	ok(await act(second, one.id, 'approve'))
	await give_back(payment.id, 1)
	refused(await paying(clerk, one.id), 409, 'BALANCE_TOO_LOW')
	assert.deepEqual([status_of(one.id), legs('payout', one.id, 'payout')], ['approved', []])
	ok(await act(second, one.id, 'reject', { reason: 'A buyer got money back' }))
	const less = ok(await ask(clerk, otto.organizer_id, 4999), 201)
	ok(await act(second, less.id, 'approve'))
	ok(await paying(clerk, less.id))
	assert.equal(account('organizer', otto.organizer_id), 0)
	// And more may go back after it: the account owes us.
	await give_back(payment.id, 4999)
	assert.equal(account('organizer', otto.organizer_id), -4999)
	refused(await ask(clerk, otto.organizer_id, 1), 409, 'BALANCE_TOO_LOW')
})

test('what is on its way back to buyers, or may have to go, is not paid out', async () => {
	const otto = await seller({ fee_rate: 1000 }, { tax_rate: 1900 }) // of 25.00: tax 3.99, fee 2.50, theirs 18.51
	const free = async () => {
		const { text } = refused(await ask(clerk, otto.organizer_id, 99999), 409, 'BALANCE_TOO_LOW')

		return Number(text.match(/(\d+\.\d\d)/)[1].replace('.', ''))
	}
	const [one, two, three] = [await sold(otto.event), await sold(otto.event), await sold(otto.event)]
	const refund = (of, amount) => sql(`INSERT INTO payment_refund (uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
		SELECT RANDOM_BYTES(16), id, ${amount}, currency, 'here', 'asked', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM payment WHERE id = ${of.payment.id}`)

	assert.equal(await free(), 3 * 1851)
	const whole = ok(await ask(clerk, otto.organizer_id, 3 * 1851), 201)
	ok(await act(second, whole.id, 'approve'))
	// A part that is asked back: 10.00, of which 1.00 is fee and 1.59 tax.
	refund(one, 1000)
	refused(await paying(clerk, whole.id), 409, 'BALANCE_TOO_LOW')
	ok(await act(second, whole.id, 'reject', { reason: 'Some goes back' }))
	assert.equal(await free(), 3 * 1851 - 741)
	await until('it went back', () => {
		jobs_run('payments')
		return sql(`SELECT state FROM payment_refund WHERE payment_id = ${one.payment.id}`)[0][0] === 'done'
	})
	jobs_rest('payments')
	assert.equal(await free(), 3 * 1851 - 741)
	assert.equal(account('organizer', otto.organizer_id), 3 * 1851 - 741)
	// What a bank questions, no more than is left of its payment.
	const dispute = `of-${unique()}`
	sql(`INSERT INTO payment_dispute (payment_id, amount, currency, provider_reference, status, opened_at, created_at, updated_at)
		VALUES (${two.payment.id}, 2500, 'EUR', '${dispute}', 'open', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	assert.equal(await free(), 2 * 1851 - 741)
	refund(two, 500)
	assert.equal(await free(), 2 * 1851 - 741)
	sql(`DELETE FROM payment_refund WHERE payment_id = ${two.payment.id}; UPDATE payment_dispute SET status = 'won' WHERE provider_reference = '${dispute}'`)
	assert.equal(await free(), 3 * 1851 - 741)

	// The event is called off after some was paid out: all of it is buyers', at once, and then gone.
	const some = ok(await ask(clerk, otto.organizer_id, 1000), 201), rest = ok(await ask(clerk, otto.organizer_id, 100), 201)
	for (const { id } of [some, rest])
		ok(await act(second, id, 'approve'))
	ok(await paying(clerk, some.id))
	ok(await staff.post(`/api/events/${otto.event.id}/cancel/`, {}))
	assert.equal(account('organizer', otto.organizer_id), 3 * 1851 - 741 - 1000)
	refused(await paying(clerk, rest.id), 409, 'BALANCE_TOO_LOW')
	ok(await act(second, rest.id, 'reject', { reason: 'Called off' }))
	assert.equal(await free(), 0)
	await until('all went back', () => {
		jobs_run('payments')
		return [one, two, three].every(({ payment }) => sql(`SELECT status FROM payment WHERE id = ${payment.id}`)[0][0] === 'refunded')
	})
	jobs_rest('payments')
	assert.deepEqual([account('organizer', otto.organizer_id), account('tax', otto.organizer_id)], [-1000, 0])
	// What they sell next makes up for it first.
	await sold(await new_event({ organizer_id: otto.organizer_id }))
	assert.equal(await free(), 1250)
})

test('two at once: two who ask, two who approve, two who pay, and two payouts of one account', async () => {
	const otto = await earned(), asked = await Promise.all(Array.from({ length: 8 }, () => ask(clerk, otto.organizer_id, 3000)))

	assert.deepEqual(asked.map((a) => a.status).sort(), [201, ...Array(7).fill(409)])
	const { id } = asked.find((a) => a.status === 201).data
	const approved = await Promise.all([second, staff, second, staff].map((by) => act(by, id, 'approve')))
	assert.deepEqual(approved.map((a) => a.status).sort(), [200, 409, 409, 409])
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'payout' AND noun_id = ${id} AND action = 'approve'`)[0][0], '1')
	const paid = await Promise.all(Array.from({ length: 4 }, () => paying(clerk, id)))
	assert.deepEqual(paid.map((a) => a.status).sort(), [200, 409, 409, 409])
	assert.deepEqual([legs('payout', id, 'payout'), account('organizer', otto.organizer_id)], [[['bank', -3000], ['organizer', 3000]], 2000])

	// Two that together are more than there is, as they would be where the first was asked for before money went back.
	const pair = []
	for (const amount of [1500, 500])
		pair.push(ok(await ask(clerk, otto.organizer_id, amount), 201).id)
	sql(`UPDATE payout SET amount = 1500 WHERE id = ${pair[1]}`)
	for (const one of pair)
		ok(await act(second, one, 'approve'))
	const both = await Promise.all(pair.map((one) => paying(clerk, one)))
	assert.deepEqual(both.map((a) => a.status).sort(), [200, 409])
	assert.equal(account('organizer', otto.organizer_id), 500)
	sql(`UPDATE payout SET status = 'rejected' WHERE id IN (${pair}) AND status = 'approved'`)
})

test('who pays out waits for another who does, and counts what that took', async () => {
	const otto = await earned(), one = ok(await ask(clerk, otto.organizer_id, 3000), 201)

	ok(await act(second, one.id, 'approve'))
	const other = await in_transaction(`SELECT id FROM organizer WHERE id = ${otto.organizer_id} FOR UPDATE`)
	const asked = paying(clerk, one.id)
	await until_waiting('FROM organizer')
	// A sale does not wait for it.
	await sold(otto.event)
	await other()
	ok(await asked)
})

test('a merchant is paid what was paid at their counter, and a shareholder their part', async () => {
	const kiosk = await new_merchant(), ada = await new_customer(), uid = new_card(ada)
	const [{ id: card }] = ok(await as(ada).get('/api/v1/users/nfc-cards/')).items

	ok(await as(ada).post(`/api/v1/users/nfc-cards/${card}/reload/`, { amount: 1000, method: 'card', card_token: 'tok_ok' }))
	ok(await as(kiosk).post('/api/merchant/charge/', { card_uid: uid, amount: 400 }), 201)
	refused(await clerk.post(AT, { merchant_id: kiosk.merchant_id, amount: 401, currency: 'EUR' }), 409, 'BALANCE_TOO_LOW')
	const one = ok(await clerk.post(AT, { merchant_id: kiosk.merchant_id, amount: 400, currency: 'EUR' }), 201)
	ok(await act(second, one.id, 'approve'))
	ok(await paying(clerk, one.id))
	assert.equal(account('merchant', kiosk.merchant_id), 0)
	assert.deepEqual(ok(await as(kiosk).get('/api/merchant/payouts/')).items.map((p) => p.id), [one.id])
	refused(await as(await new_merchant()).get(`/api/merchant/payouts/${one.id}/`), 404, 'PAYOUT_NOT_FOUND')
})

// ---- expenses ----

test('an expense moves money when it is approved, and back when it is taken back; neither twice', async () => {
	const spent = async () => ok(await staff.post('/api/expenses/', { title: `Rope ${unique()}`, kind: 'other', currency: 'EUR', amount: 1234,
		spent_on: '2026-01-02' }), 201).id
	const on = (id, how) => second.post(`/api/expenses/${id}/${how}/`, {})
	const id = await spent(), house = account('platform', 0)

	assert.deepEqual(legs('expense', id, 'expense'), [])
	ok(await staff.put(`/api/expenses/${id}/`, { amount: 2000 }))
	refused(await on(id, 'revoke'), 409, 'WRONG_STATUS')
	const approved = await Promise.all([on(id, 'approve'), on(id, 'approve'), on(id, 'approve')])
	assert.deepEqual(approved.map((a) => a.status).sort(), [200, 409, 409])
	assert.deepEqual(legs('expense', id, 'expense'), [['bank', -2000], ['platform', 2000]])
	assert.equal(account('platform', 0), house - 2000)
	refused(await staff.put(`/api/expenses/${id}/`, { amount: 1 }), 409, 'WRONG_STATUS')
	refused(await staff.delete(`/api/expenses/${id}/`), 409, 'WRONG_STATUS')
	const back = await Promise.all([on(id, 'revoke'), on(id, 'revoke')])
	assert.deepEqual(back.map((a) => a.status).sort(), [200, 409])
	assert.deepEqual(legs('expense', id, 'expense_back'), [['bank', 2000], ['platform', -2000]])
	refused(await on(id, 'approve'), 409, 'WRONG_STATUS')
	assert.equal(account('platform', 0), house)
	ok(await staff.delete(`/api/expenses/${await spent()}/`))
	refused(await support.post(`/api/expenses/${await spent()}/approve/`, {}), 403, 'FORBIDDEN')
})

test('who said what an expense is does not approve it, whoever entered it first, and not from a browser left open', async () => {
	const spent = { title: `Rope ${unique()}`, kind: 'other', currency: 'EUR', amount: 1234, spent_on: '2026-01-02' }
	const one = ok(await clerk.post('/api/expenses/', spent), 201), approve = (by) => by.post(`/api/expenses/${one.id}/approve/`, {})

	refused(await approve(clerk), 403, 'SECOND_PERSON')
	ok(await second.put(`/api/expenses/${one.id}/`, { title: spent.title, amount: spent.amount, currency: 'EUR' }))
	refused(await approve(clerk), 403, 'SECOND_PERSON')
	ok(await second.put(`/api/expenses/${one.id}/`, { amount: 99900 }))
	refused(await approve(second), 403, 'SECOND_PERSON')
	const old = await new_staff('admin')
	age(old.user.id, 24 * 60)
	refused(await approve(as(old)), 403, 'SIGN_IN_AGAIN')
	refused(await approve(clerk), 403, 'SECOND_PERSON')
	const done = ok(await approve(staff))
	assert.deepEqual([done.status, done.amount, done.requested_by, done.approved_by], ['approved', 99900, 'Tess Test', 'Ingrid Solheim'])
	refused(await as(old).post(`/api/expenses/${one.id}/revoke/`, {}), 403, 'SIGN_IN_AGAIN')
	assert.deepEqual(legs('expense', one.id, 'expense'), [['bank', -99900], ['platform', 99900]])
})

// ---- shares of the profit ----

test('a month that is over is shared out by the rule of its first day, once, and never more than its profit', async () => {
	// Fees of two years ago, so that no other test has that month.
	const otto = await seller({ fee_rate: 10000 }, { currency: 'CHF' }), { payment } = await sold(otto.event) // all 25.00 is fee
	const year = 1990 + Number(sql('SELECT COUNT(*) FROM profit_share')[0][0]) % 30, month = `${year}-03-01`
	sql(`UPDATE ledger_transfer t JOIN payment p ON p.id = t.noun_id JOIN orders o ON o.id = p.order_id
		SET t.at = '${year}-03-15 12:00:00', o.paid_at = '${year}-03-15 12:00:00' WHERE t.noun = 'payment' AND p.id = ${payment.id}`)
	days_anew()
	const who = async (rate, since = `${year}-01-01`) => {
		const { id } = ok(await clerk.post('/api/shareholders/', { name: `Holder ${unique()}` }), 201)

		ok(await clerk.post('/api/profit-rules/', { shareholder_id: id, rate, since }), 201)
		return id
	}
	const share = (shareholder_id, more = {}) => clerk.post('/api/finances/profit-share/', { shareholder_id, month, currency: 'CHF', ...more })
	const [ann, bob, late, none] = [await who(6001), await who(3333), await who(5000, `${year}-03-02`), await who(0)]

	const got = await Promise.all([share(ann), share(ann), share(bob)])
	assert.deepEqual(got.map((a) => a.status).sort(), [201, 201, 409])
	assert.deepEqual([account('shareholder', ann, 'CHF'), account('shareholder', bob, 'CHF')], [1500, 833])
	refused(await share(ann), 409, 'SHARED_BEFORE')
	refused(await share(late), 409, 'NO_SHARE')
	refused(await share(none), 409, 'NO_SHARE')
	refused(await share(await who(700)), 409, 'MORE_THAN_PROFIT')
	refused(await share(bob, { month: `${year}-04-01` }), 409, 'NO_PROFIT')
	refused(await share(bob, { currency: 'USD' }), 409, 'NO_PROFIT')
	// The month that tomorrow is in is over nowhere yet.
	const under_way = new Date(Date.now() + 86_400_000).toISOString().slice(0, 8) + '01'
	for (const more of [{ month: `${year}-03-02` }, { month: `${year}-13-01` }, { month: under_way }, { currency: 'XXQ' },
		{ shareholder_id: 99999999 }])
		refused(await share(bob, more), 422, 'VALIDATION_ERROR')
	refused(await support.post('/api/finances/profit-share/', { shareholder_id: bob, month, currency: 'CHF' }), 403, 'FORBIDDEN')
	// A withdrawal pays it out.
	const taken = ok(await clerk.post(AT, { shareholder_id: ann, amount: 1500, currency: 'CHF' }), 201)
	ok(await act(second, taken.id, 'approve'))
	ok(await paying(clerk, taken.id))
	assert.equal(account('shareholder', ann, 'CHF'), 0)
})

test('what the house lost or spent since, it does not share out', async () => {
	const currency = 'NOK', otto = await seller({ fee_rate: 10000 }, { currency }), { payment } = await sold(otto.event, 2)
	const year = 1930 + Number(sql(`SELECT COUNT(*) FROM profit_share WHERE currency = '${currency}'`)[0][0]) % 30, month = `${year}-03-01`
	const share = (shareholder_id) => clerk.post('/api/finances/profit-share/', { shareholder_id, month, currency })
	const [ann, bob] = [ok(await clerk.post('/api/shareholders/', { name: `Ann ${unique()}` }), 201).id, ok(await clerk.post('/api/shareholders/', { name: `Bob ${unique()}` }), 201).id]

	for (const shareholder_id of [ann, bob])
		ok(await clerk.post('/api/profit-rules/', { shareholder_id, rate: 5000, since: `${year}-01-01` }), 201)
	sql(`UPDATE ledger_transfer t JOIN payment p ON p.id = t.noun_id JOIN orders o ON o.id = p.order_id
		SET t.at = '${year}-03-15 12:00:00', o.paid_at = '${year}-03-15 12:00:00' WHERE t.noun = 'payment' AND p.id = ${payment.id}`)
	days_anew()
	await give_back(payment.id, 2000) // 50.00 of profit then, of which 20.00 is gone now
	ok(await share(ann), 201)
	refused(await share(bob), 409, 'PROFIT_GONE')
	assert.deepEqual([account('shareholder', ann, currency), account('shareholder', bob, currency), account('platform', 0, currency)], [2500, 0, 500])
	// A month that lost has nothing to share.
	sql(`UPDATE ledger_transfer SET at = '${year}-05-15 12:00:00' WHERE noun = 'payment_refund' AND noun_id = (SELECT MAX(id) FROM payment_refund WHERE payment_id = ${payment.id})`)
	days_anew()
	refused(await clerk.post('/api/finances/profit-share/', { shareholder_id: bob, month: `${year}-05-01`, currency }), 409, 'NO_PROFIT')
	// Whoever has a share in the books stays in them.
	assert.equal((await clerk.delete(`/api/shareholders/${ann}/`)).status, 409)
})
