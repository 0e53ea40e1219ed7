// A site that takes a fee of each sale, and lets one person pay out a little: what they say where nobody has terms of their own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('terms', { set: ['fees.rate=250', 'fees.fixed=30', 'payouts.alone=1000', 'events.cancel_alone=5000'] })
const { sql, token } = await import('./lib.mjs')
const { as, bought, held, jobs_run, new_customer, new_event, new_organizer, new_staff, ok, pay, refused, until } = await import('./world.mjs')

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

test('one person enters and approves small expenses, so much in a day and in the house\'s currency, however they are cut', async () => {
	const clerk = as(await new_staff('finance')), second = as(await new_staff('admin'))
	const spent = async (amount, currency = 'EUR') => ok(await clerk.post('/api/expenses/', { title: 'Tape', kind: 'other', currency, amount, spent_on: '2026-01-02' }), 201).id
	const approve = (id, by = clerk) => by.post(`/api/expenses/${id}/approve/`, {})

	refused(await approve(await spent(1001)), 403, 'SECOND_PERSON')
	refused(await approve(await spent(1, 'USD')), 403, 'SECOND_PERSON')
	const all = []
	for (let i = 0; i < 4; i++)
		all.push(await spent(400))
	assert.deepEqual((await Promise.all(all.map((id) => approve(id)))).map(({ status }) => status).sort(), [200, 200, 403, 403])
	assert.deepEqual(sql(`SELECT status, approved_by IS NULL, COUNT(*) FROM expense WHERE id IN (${all}) GROUP BY 1, 2 ORDER BY 1`), [['approved', '1', '2'], ['requested', '1', '2']])
	const [left, last] = sql(`SELECT id FROM expense WHERE id IN (${all}) AND status = 'requested'`)
	// What another approved, or was taken back, is nothing that one did alone.
	ok(await approve(left, second))
	refused(await approve(last), 403, 'SECOND_PERSON')
	const [[done]] = sql(`SELECT id FROM expense WHERE id IN (${all}) AND approved_by IS NULL AND status = 'approved' LIMIT 1`)
	ok(await clerk.post(`/api/expenses/${done}/revoke/`, {}))
	ok(await approve(last))
	sql(`UPDATE expense SET approved_at = approved_at - INTERVAL 25 HOUR WHERE id IN (${all})`)
	ok(await approve(await spent(1000)))
})

test('an event for which much was paid is cancelled by two; the first asks, and may be told no', async () => {
	const one = as(await new_staff('admin')), other = as(await new_staff('admin')), ann = await new_customer(), support = as(await new_staff('support'))
	const event = await new_event(), cancel = (by, of = event) => by.post(`/api/events/${of.id}/cancel/`, {}), now = async (of = event) => ok(await one.get(`/api/events/${of.id}/`))

	await bought(ann, event, [{ category_id: event.categories[0].id, quantity: 2 }])
	// So much is one's own.
	const small = await new_event()
	await bought(ann, small, [{ category_id: small.categories[0].id, quantity: 2 }])
	assert.equal(ok(await cancel(one, small)).status, 'cancelled')

	await bought(ann, event)
	refused(await cancel(support), 403, 'FORBIDDEN')
	const asked = ok(await cancel(one), 202)
	assert.deepEqual([asked.status, asked.cancel_asked_by, asked.cancelled_at], ['published', 'Tess Test', null])
	assert.match((await cancel(one)).body.message, /somebody else is to cancel it too/)
	assert.equal((await now()).status, 'published')
	assert.deepEqual(sql(`SELECT COUNT(*) FROM orders WHERE event_id = ${event.id} AND status = 'paid'`), [['2']])
	const alerts = async () => ok(await one.get('/api/dashboard/stats/')).alerts.filter(({ code, noun_id }) => code === 'cancel_asked' && noun_id === event.id).length
	assert.equal(await alerts(), 1)

	assert.equal(ok(await other.post(`/api/events/${event.id}/keep/`, {})).cancel_asked_by, null)
	assert.equal(await alerts(), 0)
	assert.equal(refused(await other.post(`/api/events/${event.id}/keep/`, {}), 409, 'WRONG_STATUS').body.message, 'Nobody would cancel this event.')
	// Whoever comes next asks anew; and of two at the same moment one asks and the other does it, or both ask.
	assert.equal(ok(await cancel(other), 202).cancel_asked_by, 'Tess Test')
	assert.deepEqual([ok(await cancel(one)).status, await alerts()], ['cancelled', 0])
	refused(await cancel(other), 409, 'NOT_PUBLISHED')
	refused(await other.post(`/api/events/${event.id}/keep/`, {}), 409, 'NOT_PUBLISHED')
	await until('the money is back', () => {
		jobs_run('payments')
		return sql(`SELECT COUNT(*) FROM orders WHERE event_id = ${event.id} AND status = 'refunded'`)[0][0] === '2'
	})
})

test('who is alone in the house cancels alone', async () => {
	const boss = as(await token('staff')), ann = await new_customer(), event = await new_event()

	await bought(ann, event, [{ category_id: event.categories[0].id, quantity: 3 }])
	ok(await boss.post(`/api/events/${event.id}/cancel/`, {}), 202)
	sql("UPDATE account a JOIN account_role r ON r.account_id = a.id SET a.status = 'disabled' WHERE r.role IN ('admin', 'superadmin') AND a.email <> 'admin@gatehouse.example'")
	assert.equal(ok(await boss.post(`/api/events/${event.id}/cancel/`, {})).status, 'cancelled')
})
