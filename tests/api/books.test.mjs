// Whose the money is: what the house takes of a sale, what is tax, what is left, what is paid out of it, spent and shared.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { api, site, sql, token } from './lib.mjs'
import {
	age, as, bought, held, in_transaction, jobs_rest, jobs_run, new_card, new_customer, new_event, new_merchant, new_organizer, new_staff, ok, pay,
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
