// A site that takes a fee of each sale, and lets one person pay out a little: what they say where nobody has terms of their own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('terms', { set: ['fees.rate=250', 'fees.fixed=30', 'payouts.alone=1000'] })
const { sql, token } = await import('./lib.mjs')
const { as, held, new_customer, new_event, new_organizer, new_staff, ok, pay, refused } = await import('./world.mjs')

after(async () => {
	execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'])
	await own.stop()
})

async function sold(otto, event = {}, quantity = 1) {
	const ada = await new_customer()

	return ok(await pay(ada, (await held(ada, await new_event({ organizer_id: otto.organizer_id, ...event }), quantity)).id)).payment.id
}

const fee_of = (payment) => Number(sql(`SELECT fee FROM payment WHERE id = ${payment}`)[0][0])

test('what the site takes is taken of who has no terms; terms of one\'s own are instead of it, each for itself', async () => {
	const staff = as(await token('staff')), otto = await new_organizer()
	const [[account]] = sql(`SELECT account_id FROM organizer WHERE id = ${otto.organizer_id}`)
	const terms = async (change) => {
		ok(await staff.put(`/api/organizers/${account}/`, change))
		return fee_of(await sold(otto))
	}

	assert.equal(fee_of(await sold(otto)), 63 + 30) // 62.5 of 25.00
	assert.equal(fee_of(await sold(otto, {}, 3)), 188 + 30) // of the whole order, once
	assert.equal(fee_of(await sold(otto, { categories: [{ price: 0 }] })), 0)
	assert.equal(fee_of(await sold(otto, { categories: [{ price: 20 }] })), 20) // no more than there is
	assert.equal(await terms({ fee_rate: 0 }), 30)
	// A fixed part is money in one currency: of sales in another the rate is all.
	assert.equal(fee_of(await sold(otto, { currency: 'USD' })), 0)
	assert.equal(fee_of(await sold(await new_organizer(), { currency: 'KWD' })), 63)
	assert.equal(await terms({ fee_fixed: 0 }), 0)
	assert.equal(await terms({ fee_rate: null }), 63)
})

test('one person pays out a little to each in a day, however it is cut, and no more', async () => {
	const clerk = as(await new_staff('finance')), second = as(await new_staff('admin')), otto = await new_organizer(), eve = await new_organizer()
	const ask = (who, amount, currency = 'EUR') => clerk.post('/api/payouts/', { organizer_id: who.organizer_id, amount, currency })
	const status = async (who, amount, currency) => ok(await ask(who, amount, currency), 201).status
	const paid = (id) => clerk.post(`/api/payouts/${id}/pay/`, { reference: 'SEPA' })

	for (const who of [otto, eve])
		await sold(who, {}, 4)
	await sold(otto, { currency: 'USD' })
	const small = ok(await ask(otto, 600), 201)
	assert.deepEqual([small.status, small.approved_by], ['approved', null])
	ok(await paid(small.id))
	assert.equal(await status(otto, 400), 'approved')
	assert.equal(await status(otto, 1), 'requested')
	assert.equal(await status(otto, 1, 'USD'), 'requested') // so much in euros, and in nothing else
	assert.equal(await status(eve, 1001), 'requested')
	assert.deepEqual((await Promise.all([600, 600, 600, 600].map((amount) => status(eve, amount)))).sort(),
		['approved', 'requested', 'requested', 'requested'])
	// What was rejected, or approved by a second person, is nothing that one alone paid; the next day is another.
	const other = ok(await ask(otto, 2000), 201)
	ok(await second.post(`/api/payouts/${other.id}/approve/`, {}))
	refused(await paid(small.id), 409, 'WRONG_STATUS')
	sql(`UPDATE payout SET created_at = created_at - INTERVAL 25 HOUR WHERE organizer_id = ${otto.organizer_id}`)
	assert.equal(await status(otto, 1000), 'approved')
	assert.equal(await status(otto, 1), 'requested')
})
