// From a sale to a month that is closed, in the back office: what was sold, each figure down to its line, what came in by the bank, what an
// organizer's period came to, and who may say so.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { forget_tries, new_customer, new_number, sql, token } from '../api/lib.mjs'
import { as, bought, days_anew, new_event, ok, unique } from '../api/world.mjs'
import { each_way, sign_in_organizer, sign_in_staff, use_browser, visit } from './lib.mjs'

use_browser()

const shown = (amount) => `€${amount}`

// Somebody of finance, by what they sign in with.
async function clerk_of(staff) {
	const who = { email: `${unique()}@example.test`, password: `pass-${randomUUID()}` }

	ok(await staff.post('/api/admins/', { name: 'Cara Clerk', ...who, role: 'finance' }), 201)
	return who
}

each_way('a month is sold in, looked at down to the line, settled and closed', async (visitor, way) => {
	forget_tries()
	const staff = as(await token('staff')), word = unique(), year = way.js ? 1750 : 1760
	// the month after the last that anything is in
	const [[used]] = sql(`SELECT GREATEST(COALESCE((SELECT MAX(month) FROM finance_month WHERE month BETWEEN '${year}-01-01' AND '${year + 9}-12-31'), '${year}-01-01'),
		COALESCE((SELECT CAST(MAX(at) AS DATE) FROM ledger_transfer WHERE at BETWEEN '${year}-01-01' AND '${year + 9}-12-31'), '${year}-01-01'))`)
	const next = +used.slice(0, 4) * 12 + +used.slice(5, 7), month = `${Math.floor(next / 12)}-${String(next % 12 + 1).padStart(2, '0')}`
	const [first, last, at] = ['01', '28', '15'].map((day) => `${month}-${day}`)
	const organizer = { contact_mobile: new_number(), password: 'two plain words' }
	const { id: account } = ok(await staff.post('/api/organizers/', { name: 'Otto Old', company: `Old Halls ${word}`, mobile_number: organizer.contact_mobile, password: organizer.password }), 201)
	const [[organizer_id]] = sql(`SELECT id FROM organizer WHERE account_id = ${account}`)
	ok(await staff.put(`/api/organizers/${account}/`, { fee_rate: 1000 }))

	// Two tickets of 25.00, which are sold long ago: a clock is the one thing that nobody turns by hand here.
	const [ticket] = await bought(await new_customer(), await new_event({ organizer_id: +organizer_id, tax_rate: 1900 }), 2)
	sql(`UPDATE ledger_transfer t JOIN payment p ON p.id = t.noun_id AND t.noun = 'payment' JOIN orders o ON o.id = p.order_id
		SET t.at = '${at} 12:00:00', o.paid_at = '${at} 12:00:00' WHERE o.id = ${ticket.order_id}`)
	days_anew()

	// One of finance looks at the month, and at what its sales are the sum of.
	await sign_in_staff(visitor, await clerk_of(staff))
	await visitor.open('/admin/finances')
	await visitor.open(`/admin/finances?from=${first}&to=${first}&currency=EUR`)
	await visitor.sees(shown('50.00'), 'main')
	await visitor.sees(shown('5.00'), 'main')
	await visitor.press(visitor.$('main a[href*="figure=sales"]').first())
	await visitor.sees(shown('50.00'), 'main')
	assert.equal(await visitor.$('main tbody tr').count(), 1)
	await visitor.press(visitor.$('main tbody a[href^="/admin/ledger/"]').first())
	await visitor.sees('Payment provider', 'main')
	await visitor.press(visitor.$('main dd a').first())
	assert.equal(visitor.path, `/admin/orders/${ticket.order_id}`)

	// What the bank received is entered; a slip is taken back.
	await visitor.open('/admin/finances/deposits')
	await visitor.press('Enter a deposit')
	await visitor.send({ source: 'capital', currency: 'EUR', amount: '0', date: first, reference: 'OHH 1' }, 'Enter a deposit', { status: 422 })
	await visitor.send({ amount: '700.00' }, 'Enter a deposit')
	await visitor.sees(shown('700.00'), 'main')
	await visitor.press('Take it back')
	await visitor.sees('Take this deposit back?')
	await visitor.send({ reason: 'It was for another house' }, 'Take it back')
	await visitor.sees('The deposit is taken back.')

	// The organizer's period: made here, and approved by another.
	await visitor.open('/admin/finances/settlements')
	await visitor.press('Settle a period')
	await visitor.fill({ organizer_id, from: first, to: last, currency: 'EUR' })
	await visitor.press('Settle a period')
	await visitor.sees(shown('37.02'), 'main') // less 5.00 of fee and 7.98 of tax
	const settlement = visitor.path
	await visitor.press('Approve')
	await visitor.press('Approve', { status: 403 })
	await visitor.sees('You made this settlement yourself.')
	const other = await visit(visitor.test, way)
	await sign_in_staff(other)
	await other.open(settlement)
	await other.press('Approve')
	await other.press('Approve')
	await other.sees('The settlement is approved.')
	await visitor.open(settlement)
	await visitor.press('Settle')
	await visitor.sees('Settle this period?')
	await visitor.press('Settle')
	await visitor.sees('Settled', 'main')
	await visitor.press(visitor.$('main dd a[href^="/admin/payouts/"]').first())
	await visitor.sees(shown('37.02'), 'main')
	await visitor.sees('Requested', 'main')

	// Its organizer finds it, with its paper.
	const otto = await visit(visitor.test, way)
	await sign_in_organizer(otto, organizer)
	await otto.open('/organizer/settlements')
	await otto.press(otto.$('main tbody a').first())
	await otto.sees(shown('37.02'), 'main')
	const paper = await otto.page.request.get(await otto.$('main a[href$="paper.pdf"]').first().getAttribute('href'))
	assert.deepEqual([paper.status(), (await paper.body()).subarray(0, 5).toString()], [200, '%PDF-'])

	// The month is closed, with its figures as they are; and nothing is dated into it any more.
	await visitor.open('/admin/finances/months')
	await visitor.press('Close a month')
	await visitor.send({ month: `${month}-02` }, 'Close a month', { status: 422 })
	await visitor.send({ month: first }, 'Close a month')
	await visitor.sees('The month is closed.')
	await visitor.sees(shown('50.00'), 'main')
	await visitor.open('/admin/expenses/new')
	await visitor.send({ title: 'Late chairs', kind: 'other', currency: 'EUR', amount: '5.00', spent_on: last }, 'Create', { status: 422 })
	await visitor.sees('The month of this day is closed.')
	await visitor.open(`/admin/finances?from=${first}&to=${first}&currency=EUR`)
	await visitor.sees('Closed', 'main')
	await visitor.sees(shown('50.00'), 'main')

	// Who may open it again is another; why is asked for.
	await visitor.open('/admin/finances/months')
	const page = await visitor.$('main tbody a', { hasText: /./ }).filter({ has: visitor.page.locator(`time[datetime^="${first}"]`) }).first().getAttribute('href')
	await visitor.open(page)
	assert.equal(await visitor.$('main a[href$="/reopen"]').count(), 0)
	await other.open(`${page}/reopen`)
	await other.send({ reason: 'Chairs that came late' }, 'Open again')
	await other.sees('The month is open again.')
	await other.press('Close the month')
	await other.press('Close the month')
	await other.sees('The month is closed.')
	execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'])
})
