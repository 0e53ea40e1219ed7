// The house's books: the ledger line by line, what it comes to by month, deposits, what organizers' periods came to, what shareholders
// withdraw, and months that are closed.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { site, sql, token } from './lib.mjs'
import { age, as, bought, days_anew, iso, jobs_rest, jobs_run, new_customer, new_event, new_organizer, new_staff, ok, refused, unique, until } from './world.mjs'

const gatehouse = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' })
let staff, second, clerk, support, plain

before(async () => {
	staff = as(await token('staff'))
	second = as(await new_staff('admin'))
	clerk = as(await new_staff('finance'))
	support = as(await new_staff('support'))
	plain = await new_customer()
	jobs_rest('payments', 'invoices')
})
after(() => jobs_run('payments', 'invoices'))
// What every test leaves must prove itself.
after(() => gatehouse('audit'))

const LEDGER = '/api/ledger/', COMPANY = '/api/finances/company/', DEPOSITS = '/api/finances/deposits/', SETTLEMENTS = '/api/finances/settlements/'
const WITHDRAWALS = '/api/finances/profit-withdrawals/', MONTHS = '/api/finances/months/', EXPENSES = '/api/expenses/'
const FIGURES = { sales: 1, refunds: 1, taxes: -1, fees: -1, expenses: 1, profit: -1, payouts: -1, deposits: 1 } // debits are positive
// The site's clocks in these tests are Kathmandu's: 5:45 before UTC.
const day_of = (text) => text.slice(0, 10)

// A month that no other test has, and nothing is in: its first day. Each call another.
let months
const old_month = () => {
	const [[last]] = sql(`SELECT GREATEST(COALESCE((SELECT MAX(month) FROM finance_month WHERE month BETWEEN '1800-01-01' AND '1908-12-31'), '1800-01-01'),
		COALESCE((SELECT CAST(MAX(at) AS DATE) FROM ledger_transfer WHERE at BETWEEN '1800-01-01' AND '1908-12-31'), '1800-01-01'))`)

	months ??= +last.slice(0, 4) * 12 + +last.slice(5, 7)
	assert.ok(months < 1908 * 12, 'no month is left')
	return `${Math.floor(months / 12)}-${String(months++ % 12 + 1).padStart(2, '0')}-01`
}
const last_day = (month) => new Date(Date.UTC(+month.slice(0, 4), +month.slice(5, 7), 0)).toISOString().slice(0, 10)

// Somebody who sells, with terms; so many tickets of 25.00 that were sold on a day of theirs.
async function seller(terms = { fee_rate: 1000 }, event = { tax_rate: 1900 }) {
	const otto = await new_organizer(), [[account]] = sql(`SELECT account_id FROM organizer WHERE id = ${otto.organizer_id}`)

	ok(await staff.put(`/api/organizers/${account}/`, terms))
	return { ...otto, event: await new_event({ organizer_id: otto.organizer_id, ...event }) }
}
async function sold(otto, quantity = 2, at) {
	const guest = await new_customer(), [ticket] = await bought(guest, otto.event, quantity)
	const payment = Number(sql(`SELECT id FROM payment WHERE order_id = ${ticket.order_id} AND status = 'succeeded'`)[0][0])

	if (at) {
		sql(`UPDATE ledger_transfer t JOIN payment p ON p.id = t.noun_id AND t.noun = 'payment' JOIN orders o ON o.id = p.order_id
			SET t.at = '${at}', o.paid_at = '${at}' WHERE p.id = ${payment}`)
		days_anew()
	}
	return { guest, ticket, payment }
}
async function give_back(payment, amount, at) {
	const id = sql(`INSERT INTO payment_refund (uuid, payment_id, amount, currency, origin, state, created_at, updated_at)
		SELECT RANDOM_BYTES(16), id, ${amount}, currency, 'here', 'asked', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM payment WHERE id = ${payment};
		SELECT LAST_INSERT_ID()`)[0][0]

	await until('it went back', () => {
		jobs_run('payments')
		return sql(`SELECT state FROM payment_refund WHERE id = ${id}`)[0][0] === 'done'
	})
	jobs_rest('payments')
	if (at) {
		sql(`UPDATE ledger_transfer SET at = '${at}' WHERE noun = 'payment_refund' AND noun_id = ${id}`)
		days_anew()
	}
}
// All lines that a query finds, by the key that leads from one page to the next.
async function lines(query, by = clerk) {
	const all = []

	for (let before = query.before ?? 1e12; ;) {
		const { items } = ok(await by.get(LEDGER, { query: { ...query, before, limit: 100 } }))

		all.push(...items)
		if (items.length < 100)
			return all
		before = items.at(-1).id
	}
}
const sum = (list) => list.reduce((all, line) => all + line.amount, 0)
const on = (kind, currency = 'EUR', owner = 0) => Number(sql(`SELECT COALESCE(SUM(e.amount), 0) FROM ledger_account a JOIN ledger_entry e
	ON e.account_id = a.id WHERE a.kind = '${kind}' AND a.currency = '${currency}' AND a.owner_id = ${owner}`)[0][0])
const legs = (noun, id, kind) => sql(`SELECT a.kind, e.amount FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
	JOIN ledger_account a ON a.id = e.account_id WHERE t.noun = '${noun}' AND t.noun_id = ${id} AND t.kind = '${kind}' ORDER BY a.kind`)
	.map(([of, amount]) => [of, +amount])
const done = (noun, id) => sql(`SELECT action FROM audit_log WHERE noun = '${noun}' AND noun_id = ${id} ORDER BY id`).flat()
const month_of = async (month, currency = 'EUR', by = clerk) =>
	ok(await by.get(COMPANY, { query: { from: month, to: month, currency } })).months[0]

// ---- the ledger ----

test('the ledger is listed line by line, by account, owner, currency, day and what it came of, each with where that is shown', async () => {
	const otto = await seller(), { payment, ticket } = await sold(otto) // 50.00: tax 7.98, fee 5.00
	const found = await lines({ noun: 'payment', noun_id: payment })

	assert.deepEqual(found.map((l) => [l.account, l.owner.name, l.amount, l.currency, l.transfer, l.page]).sort(), [
		['organizer', sql(`SELECT company FROM organizer WHERE id = ${otto.organizer_id}`)[0][0], -3702, 'EUR', 'sale', `orders/${ticket.order_id}`],
		['platform', null, -500, 'EUR', 'sale', `orders/${ticket.order_id}`], ['provider', 'sandbox', 5000, 'EUR', 'sale', `orders/${ticket.order_id}`],
		['tax', sql(`SELECT company FROM organizer WHERE id = ${otto.organizer_id}`)[0][0], -798, 'EUR', 'sale', `orders/${ticket.order_id}`]])
	const [line] = found, { id } = line
	assert.deepEqual([ok(await clerk.get(`${LEDGER}${id}/`)).number, ok(await clerk.get(LEDGER, { query: { search: String(id) } })).items[0].id], [`#${id}`, id])
	const theirs = await lines({ account: 'organizer', owner_id: otto.organizer_id, currency: 'EUR' })
	assert.deepEqual(theirs.map((l) => l.amount), [-3702])
	for (const query of [{ currency: 'USD' }, { account: 'merchant' }, { noun: 'payout' }, { transfer: 'refund' }, { at_to: '2020-01-01' }, { at_from: '2990-01-01' },
		{ figure: 'expenses' }, { before: theirs[0].id }])
		assert.deepEqual(await lines({ account: 'organizer', owner_id: otto.organizer_id, ...query }), [], JSON.stringify(query))
	// Pages by number and by key hold the same, each line once.
	const [one, two] = [ok(await clerk.get(LEDGER, { query: { limit: 7 } })).items, ok(await clerk.get(LEDGER, { query: { limit: 7, page: 2 } })).items]
	assert.deepEqual(ok(await clerk.get(LEDGER, { query: { limit: 7, before: one.at(-1).id } })).items, two)
	for (const query of [{ account: 'nobody' }, { figure: 'luck' }, { before: 'x' }, { at_from: '2026-13-01' }, { currency: 'XXQ' }, { noun_id: -1 }])
		refused(await clerk.get(LEDGER, { query }), 422, 'VALIDATION_ERROR')
	refused(await clerk.get(`${LEDGER}999999999/`), 404, 'LEDGER_LINE_NOT_FOUND')
})

test('nobody writes the ledger, and who does not move money does not read it', async () => {
	for (const who of [support, as(await new_organizer())])
		for (const at of [LEDGER, `${LEDGER}1/`, COMPANY])
			refused(await who.get(at), 403, 'FORBIDDEN')
	refused(await as(plain).get(LEDGER), 403, 'FORBIDDEN')
	for (const how of ['post', 'put', 'delete'])
		assert.ok([404, 405].includes((await staff[how](how === 'post' ? LEDGER : `${LEDGER}1/`, {})).status), how)
})

test('a file of it names accounts as the house\'s own chart does', async () => {
	const { accounts } = ok(await staff.get('/api/settings/'))

	refused(await second.put('/api/settings/', { accounts: { tax: '1 x' } }), 403, 'FORBIDDEN')
	refused(await staff.put('/api/settings/', { accounts: { tax: 'x'.repeat(61) } }), 422, 'VALIDATION_ERROR')
	ok(await staff.put('/api/settings/', { accounts: { tax: '1776 Sales tax, 19 %', platform: '8400' } }))
	const otto = await seller(), { payment } = await sold(otto)
	const csv = await (await fetch(`${site}${LEDGER}?format=csv&noun=payment&noun_id=${payment}`, { headers: { authorization: `Bearer ${(await new_staff('finance')).access}` } })).text()
	assert.match(csv, /^.*account_number.*account_name/)
	assert.match(csv, /,tax,.*,1776,"Sales tax, 19 %",payment,/)
	assert.match(csv, /,platform,0,,8400,,payment,/)
	const [line] = await lines({ noun: 'payment', noun_id: payment, account: 'provider' })
	assert.deepEqual([line.account_number, line.account_name], [null, null])
	const xlsx = await fetch(`${site}${LEDGER}?format=xlsx&noun=payment&noun_id=${payment}`, { headers: { authorization: `Bearer ${(await new_staff('finance')).access}` } })
	assert.equal(Buffer.from(await xlsx.arrayBuffer()).subarray(0, 2).toString(), 'PK')
	ok(await staff.put('/api/settings/', { accounts }))
	assert.deepEqual(ok(await staff.get('/api/settings/')).accounts, accounts)
})

// ---- the company ----

test('each figure of a month is the sum of the lines that it leads to', async () => {
	const month = old_month(), at = `${month.slice(0, 8)}15 12:00:00`, otto = await seller()
	const { payment } = await sold(otto, 2, at) // 50.00: tax 7.98, fee 5.00
	await sold(otto, 1, at) // 25.00: tax 3.99, fee 2.50
	await give_back(payment, 5000, at)
	// An expense, a deposit and a payout of that month, as if they had been entered then.
	const { id: spent } = ok(await clerk.post(EXPENSES, { title: `Chairs ${unique()}`, kind: 'other', currency: 'EUR', amount: 100, spent_on: month }), 201)
	ok(await second.post(`${EXPENSES}${spent}/approve/`, {}))
	const { id: paid_in } = ok(await clerk.post(DEPOSITS, { source: 'capital', amount: 700, currency: 'EUR', date: month, reference: 'B' }), 201)
	const { id: out } = ok(await clerk.post('/api/payouts/', { organizer_id: otto.organizer_id, amount: 1000, currency: 'EUR' }), 201)
	ok(await second.post(`/api/payouts/${out}/approve/`, {}))
	ok(await clerk.post(`/api/payouts/${out}/pay/`, { reference: 'S' }))
	sql(`UPDATE ledger_transfer SET at = '${at}' WHERE (noun, noun_id) IN (('expense', ${spent}), ('deposit', ${paid_in}), ('payout', ${out}));
		UPDATE payout SET paid_at = '${at}' + INTERVAL 1 MINUTE WHERE id = ${out}`)
	days_anew()

	const m = await month_of(month)
	assert.deepEqual({ ...m, month: undefined, last_day: undefined }, { month: undefined, last_day: undefined, currency: 'EUR', closed: false, sales: 7500,
		refunds: 5000, taxes: 399, fees: 250, expenses: 100, profit: 150, payouts: 1000, deposits: 700 })
	assert.deepEqual([m.month, m.last_day], [month, last_day(month)])
	for (const [figure, sign] of Object.entries(FIGURES))
		assert.equal(sign * sum(await lines({ figure, currency: 'EUR', at_from: m.month, at_to: m.last_day })), m[figure], figure)
	assert.equal(m.profit, m.fees - m.expenses)
})

test('a month begins and ends by the site\'s clocks; months are asked for by their days', async () => {
	const month = old_month(), otto = await seller()
	const begins = sql(`SELECT begins_at FROM finance_month WHERE month = '${month}'`)[0]

	assert.equal(begins, undefined)
	ok(await clerk.post(DEPOSITS, { source: 'capital', amount: 1, currency: 'EUR', date: month, reference: 'B' }), 201) // its row
	const [[from, to, before, last]] = sql(`SELECT begins_at, ends_at, begins_at - INTERVAL 1000 MICROSECOND, ends_at - INTERVAL 1000 MICROSECOND
		FROM finance_month WHERE month = '${month}'`)
	for (const [quantity, at] of [[1, from], [1, before], [2, last], [3, to]])
		await sold(otto, quantity, at)
	assert.equal((await month_of(month)).sales, 2500 + 5000)
	const csv = await (await fetch(`${site}${COMPANY}?format=csv&from=${month}&to=${last_day(month)}&currency=EUR`, { headers: { authorization: `Bearer ${(await new_staff('admin')).access}` } })).text()
	assert.match(csv, new RegExp(`^month,last_day,currency,closed,sales,refunds,taxes,fees,expenses,profit,payouts,deposits\\r?\\n${month},${last_day(month)},EUR,`))
	for (const query of [{ from: month, to: '1899-01-01' }, { from: '1900-01-01', to: '1903-01-01' }, { from: 'x' }, { to: '2026-02-30' }, { currency: 'XXQ' }])
		refused(await clerk.get(COMPANY, { query }), 422, 'VALIDATION_ERROR')
	const shown = ok(await clerk.get(COMPANY))
	assert.equal(shown.to >= day_of(iso(Date.now())), true)
	assert.equal(shown.months.every((m) => m.month >= shown.from && m.last_day <= shown.to), true)
})

// The books are added up by day, and no more for a while: a day of the month is among them.
async function added_up(month) {
	await until('sums of the books', () => {
		jobs_run('tally')
		return sql(`SELECT 1 FROM book_day WHERE day BETWEEN '${month}' AND LAST_DAY('${month}')`).length && sql(`SELECT 1 FROM day_sum
			WHERE what = 'book' AND upto > UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE`).length
	})
	jobs_rest('tally')
}

test('the books are the same before their days are added up and after, also a month that is closed, and one closed by other clocks', async () => {
	old_month() // into which the test before this one reaches
	const month = old_month(), otto = await seller(), on_day = (day, time = '12:00:00') => `${month.slice(0, 8)}${day} ${time}`
	const { payment } = await sold(otto, 2, on_day('03')) // 50.00: tax 7.98, fee 5.00
	await sold(otto, 1, on_day('09', '18:18:43.999')) // the clocks there were 5:41:16 ahead: the 9th, and then the 10th
	await sold(otto, 1, on_day('09', '18:18:44'))
	await give_back(payment, 5000, on_day('21')) // another day than its sale's
	const by_rows = await month_of(month), ever = ok(await clerk.get(COMPANY)), known = async () => ok(await clerk.get(COMPANY))

	assert.deepEqual([by_rows.sales, by_rows.refunds], [10000, 5000])
	await added_up(month)
	assert.deepEqual(sql(`SELECT day, SUM(sales), SUM(refunds) FROM book_day WHERE day BETWEEN '${month}' AND '${last_day(month)}' AND currency = 'EUR' GROUP BY day`),
		[[on_day('03', '').trim(), '5000', '0'], [on_day('09', '').trim(), '2500', '0'], [on_day('10', '').trim(), '2500', '0'], [on_day('21', '').trim(), '0', '5000']])
	assert.deepEqual(await month_of(month), by_rows)
	assert.deepEqual((await known()).balances, ever.balances)
	// Right to the last line.
	const [now] = (await known()).months.filter((m) => m.currency === 'EUR')
	ok(await clerk.post(DEPOSITS, { source: 'capital', amount: 77, currency: 'EUR', date: '2026-01-02', reference: 'B' }), 201)
	assert.equal((await known()).months.find((m) => m.currency === 'EUR').deposits, now.deposits + 77)
	assert.equal((await known()).balances.find((b) => b.account === 'bank' && b.currency === 'EUR').balance, on('bank'))
	// A month that is closed is what was kept, once; and what its clocks left out of it is still in the month.
	const { id } = ok(await clerk.post(MONTHS, { month }), 201)
	assert.deepEqual(await month_of(month), { ...by_rows, closed: true })
	sql(`UPDATE finance_month SET begins_at = '${on_day('03', '12:00:01')}' WHERE id = ${id}`)
	const both = ok(await clerk.get(COMPANY, { query: { from: month, to: month, currency: 'EUR' } })).months
	assert.deepEqual(both.map((m) => [m.closed, m.sales]).sort(), [[false, 5000], [true, 10000]])
	sql(`UPDATE finance_month SET begins_at = (SELECT x.ends_at FROM (SELECT ends_at FROM finance_month WHERE id = ${id}) x) - INTERVAL DAY(LAST_DAY('${month}')) DAY WHERE id = ${id}`)
})

test('balances are what lies on the house\'s accounts', async () => {
	const balance = async (account) => ok(await clerk.get(COMPANY, { query: { from: '1990-01-01', to: '1990-01-01' } })).balances.find((b) => b.account === account && b.currency === 'EUR')?.balance ?? 0

	ok(await clerk.post(DEPOSITS, { source: 'capital', amount: 4321, currency: 'EUR', date: '2026-01-02', reference: 'B' }), 201)
	assert.deepEqual([await balance('bank'), await balance('platform'), await balance('capital')], [on('bank'), -on('platform'), -on('capital')])
	assert.equal(await balance('provider'), on('provider', 'EUR', 1) + on('provider', 'EUR', 2))
})

// ---- deposits ----

test('a deposit is in the books at once, and out of them when it is taken back; neither twice', async () => {
	const [bank, capital, provider] = [on('bank'), on('capital'), on('provider', 'EUR', 1)]
	const one = ok(await clerk.post(DEPOSITS, { source: 'capital', amount: 5000, currency: 'EUR', date: '2026-01-02', reference: 'OHH 1', note: 'From Ann' }), 201)

	assert.deepEqual([one.status, one.source, one.amount, one.currency, one.date, one.reference, one.note, one.made_by],
		['received', 'capital', 5000, 'EUR', '2026-01-02', 'OHH 1', 'From Ann', 'Tess Test'])
	assert.deepEqual(legs('deposit', one.id, 'deposit'), [['bank', 5000], ['capital', -5000]])
	const other = ok(await clerk.post(DEPOSITS, { source: 'provider', amount: 300, currency: 'EUR', date: '2026-01-02', reference: 'PO 1' }), 201)
	assert.deepEqual(legs('deposit', other.id, 'deposit'), [['bank', 300], ['provider', -300]])
	const back = (by, id, body = { reason: 'Twice' }) => by.post(`${DEPOSITS}${id}/revoke/`, body)
	refused(await back(support, one.id), 403, 'FORBIDDEN')
	refused(await back(clerk, one.id, {}), 422, 'VALIDATION_ERROR')
	const answers = await Promise.all([back(clerk, one.id), back(second, one.id), back(clerk, one.id)])
	assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409])
	assert.deepEqual(legs('deposit', one.id, 'deposit_back'), [['bank', -5000], ['capital', 5000]])
	ok(await back(clerk, other.id))
	assert.deepEqual([on('bank'), on('capital'), on('provider', 'EUR', 1)], [bank, capital, provider])
	assert.deepEqual(done('deposit', one.id), ['create', 'revoke'])
	refused(await back(clerk, 99999999), 404, 'DEPOSIT_NOT_FOUND')
})

test('what a deposit may not be', async () => {
	const make = (by, more = {}) => by.post(DEPOSITS, { source: 'capital', amount: 1, currency: 'EUR', date: '2026-01-02', reference: 'B', ...more })

	for (const more of [{ source: 'luck' }, { amount: 0 }, { amount: -1 }, { amount: 1.5 }, { amount: 2 ** 60 }, { currency: 'XXQ' }, { date: '2026-02-30' },
		{ date: day_of(iso(Date.now() + 3 * 86400e3)) }, { reference: '' }, { reference: 'x'.repeat(81) }, { note: 'x'.repeat(301) }])
		refused(await make(clerk, more), 422, 'VALIDATION_ERROR')
	refused(await make(support), 403, 'FORBIDDEN')
	refused(await make(as(await new_organizer())), 403, 'FORBIDDEN')
	const old = await new_staff('finance')
	age(old.user.id, 24 * 60)
	refused(await make(as(old)), 403, 'SIGN_IN_AGAIN')
	const key = unique(), twin = () => clerk.post(DEPOSITS, { source: 'capital', amount: 2, currency: 'EUR', date: '2026-01-02', reference: 'B' }, { key })
	assert.equal(ok(await twin(), 201).id, ok(await twin(), 201).id)
	assert.equal((await staff.delete(`${DEPOSITS}1/`)).status, 405)
})

// ---- what shareholders withdraw ----

test('a withdrawal is a payout to a shareholder: the same row at two addresses, by the same rules', async () => {
	const month = old_month(), at = `${month.slice(0, 8)}15 12:00:00`, otto = await seller({ fee_rate: 10000 }, { currency: 'CHF' })
	await sold(otto, 2, at) // 50.00, all of it fee
	const { id: ann } = ok(await clerk.post('/api/shareholders/', { name: `Ann ${unique()}` }), 201)
	ok(await clerk.post('/api/profit-rules/', { shareholder_id: ann, rate: 2000, since: month }), 201)
	ok(await clerk.post('/api/finances/profit-share/', { shareholder_id: ann, month, currency: 'CHF' }), 201)
	const ask = (by, more = {}) => by.post(WITHDRAWALS, { shareholder_id: ann, amount: 600, currency: 'CHF', ...more })

	refused(await ask(support), 403, 'FORBIDDEN')
	for (const more of [{ amount: 0 }, { shareholder_id: 99999999 }, { shareholder_id: undefined }, { currency: 'XXQ' }])
		refused(await ask(clerk, more), 422, 'VALIDATION_ERROR')
	refused(await ask(clerk, { amount: 1001 }), 409, 'BALANCE_TOO_LOW')
	const one = ok(await ask(clerk), 201)
	assert.deepEqual([one.status, one.amount, one.on_account], ['requested', 600, 1000])
	assert.equal(ok(await clerk.get(`/api/payouts/${one.id}/`)).shareholder_id, ann)
	refused(await ask(clerk, { amount: 401 }), 409, 'BALANCE_TOO_LOW')
	refused(await clerk.post(`${WITHDRAWALS}${one.id}/approve/`, {}), 403, 'SECOND_PERSON')
	ok(await second.post(`${WITHDRAWALS}${one.id}/approve/`, {}))
	refused(await second.post(`/api/payouts/${one.id}/approve/`, {}), 409, 'WRONG_STATUS')
	const paid = ok(await clerk.post(`${WITHDRAWALS}${one.id}/pay/`, { reference: 'SEPA 9' }))
	assert.deepEqual([paid.status, paid.reference, paid.had, paid.date], ['paid', 'SEPA 9', 1000, day_of(paid.paid_at)])
	assert.deepEqual(legs('payout', one.id, 'payout'), [['bank', -600], ['shareholder', 600]])
	// A payout to an organizer is none.
	const other = ok(await clerk.post('/api/payouts/', { organizer_id: 1, amount: 1, currency: 'EUR' }), 201)
	refused(await clerk.get(`${WITHDRAWALS}${other.id}/`), 404, 'WITHDRAWAL_NOT_FOUND')
	refused(await second.post(`${WITHDRAWALS}${other.id}/approve/`, {}), 404, 'WITHDRAWAL_NOT_FOUND')
	assert.ok(ok(await clerk.get(WITHDRAWALS, { query: { limit: 100 } })).items.every((w) => w.shareholder_id))
	ok(await second.post(`/api/payouts/${other.id}/reject/`, { reason: 'No' }))
})

// ---- settlements ----

// Days of a month of long ago, and what was sold, given back and paid out in it.
async function period() {
	const month = old_month(), at = `${month.slice(0, 8)}10 12:00:00`, otto = await seller(), first = await sold(otto, 2, at)

	await sold(otto, 1, `${month.slice(0, 8)}20 12:00:00`)
	await give_back(first.payment, 1000, at)
	return { otto, month, make: (by, more = {}) => by.post(SETTLEMENTS, { organizer_id: otto.organizer_id, currency: 'EUR', from: month, to: last_day(month), ...more }) }
}

test('a settlement is what the ledger says of a period, approved by another, and paid out; its organizer sees it, and nobody else', async () => {
	const { otto, month, make } = await period()
	const one = ok(await make(clerk, { note: 'First' }), 201)

	// 75.00 sold: tax 7.98 + 3.99, fee 7.50; of 50.00 went back 10.00 with a fifth of these, each rounded down.
	assert.deepEqual([one.status, one.opening, one.sales, one.refunds, one.fees, one.taxes, one.paid_out, one.others, one.amount, one.date],
		['open', 0, 7500, 1000, 750 - 100, 1197 - 159, 0, 0, 7500 - 1000 - 650 - 1038, last_day(month)])
	assert.equal(one.amount, -sum(await lines({ account: 'organizer', owner_id: otto.organizer_id, at_from: month, at_to: last_day(month) })))
	refused(await clerk.post(`${SETTLEMENTS}${one.id}/settle/`, {}), 409, 'WRONG_STATUS')
	refused(await clerk.post(`${SETTLEMENTS}${one.id}/approve/`, {}), 403, 'SECOND_PERSON')
	refused(await support.post(`${SETTLEMENTS}${one.id}/approve/`, {}), 403, 'FORBIDDEN')
	assert.equal(ok(await clerk.put(`${SETTLEMENTS}${one.id}/`, { note: 'Another' })).note, 'Another')
	const approved = await Promise.all([second, staff, second].map((by) => by.post(`${SETTLEMENTS}${one.id}/approve/`, {})))
	assert.deepEqual(approved.map((a) => a.status).sort(), [200, 409, 409])
	refused(await clerk.put(`${SETTLEMENTS}${one.id}/`, { note: 'Late' }), 409, 'WRONG_STATUS')
	refused(await clerk.delete(`${SETTLEMENTS}${one.id}/`), 409, 'WRONG_STATUS')
	const settled = await Promise.all([clerk, clerk, second].map((by) => by.post(`${SETTLEMENTS}${one.id}/settle/`, {})))
	assert.deepEqual(settled.map((a) => a.status).sort(), [200, 409, 409])
	const { payout_id, number } = ok(await clerk.get(`${SETTLEMENTS}${one.id}/`)), payout = ok(await clerk.get(`/api/payouts/${payout_id}/`))
	assert.deepEqual([payout.status, payout.amount, payout.currency, payout.organizer_id, payout.note], ['requested', one.amount, 'EUR', otto.organizer_id, number])
	assert.deepEqual(done('settlement', one.id), ['create', 'update', 'approve', 'settle'])
	assert.deepEqual(done('payout', payout_id), ['create'])

	const eve = await new_organizer(), own = ok(await as(otto).get('/api/organizer/settlements/'))
	assert.deepEqual(own.items.map((s) => [s.id, s.status, s.amount]), [[one.id, 'settled', one.amount]])
	assert.equal('made_by' in ok(await as(otto).get(`/api/organizer/settlements/${one.id}/`)), false)
	refused(await as(eve).get(`/api/organizer/settlements/${one.id}/`), 404, 'SETTLEMENT_NOT_FOUND')
	refused(await as(eve).get(`/api/organizer/settlements/${one.id}/pdf/`), 404, 'SETTLEMENT_NOT_FOUND')
	refused(await as(otto).get(`${SETTLEMENTS}${one.id}/`), 403, 'FORBIDDEN')
	assert.equal(ok(await as(eve).get('/api/organizer/settlements/')).total, 0)
	for (const [at, access] of [[`/api/organizer/settlements/${one.id}/pdf/`, otto.access], [`${SETTLEMENTS}${one.id}/pdf/`, (await new_staff('support')).access]]) {
		const pdf = await fetch(`${site}${at}`, { headers: { authorization: `Bearer ${access}` } })

		assert.deepEqual([pdf.status, pdf.headers.get('content-type')], [200, 'application/pdf'], at)
		assert.equal((await pdf.text()).slice(0, 5), '%PDF-')
	}
})

test('periods of one organizer and currency do not meet, also where two are made at once; the next begins where the last ended', async () => {
	const { otto, month, make } = await period(), day = (n) => `${month.slice(0, 8)}${String(n).padStart(2, '0')}`
	const made = await Promise.all(Array.from({ length: 6 }, () => make(clerk, { from: day(1), to: day(15) })))

	assert.deepEqual(made.map((a) => a.status).sort(), [201, 409, 409, 409, 409, 409])
	const one = made.find((a) => a.status === 201).data
	for (const more of [{ from: day(15), to: day(16) }, { from: day(5), to: day(6) }, { from: day(1), to: day(1) }, {}])
		refused(await make(clerk, more), 409, 'SETTLED_BEFORE')
	const next = ok(await make(clerk, { from: day(16), to: last_day(month) }), 201)
	assert.deepEqual([next.opening, next.sales], [one.amount, 2500])
	ok(await make(clerk, { currency: 'USD' }), 201)
	// One that is open is given up, and made again.
	ok(await clerk.delete(`${SETTLEMENTS}${one.id}/`))
	ok(await make(second, { from: day(1), to: day(15) }), 201)
	assert.equal(Number(sql(`SELECT COUNT(*) FROM settlement WHERE organizer_id = ${otto.organizer_id}`)[0][0]), 3)
})

test('what a settlement may not be; what is not there is not paid out', async () => {
	const { otto, month, make } = await period()

	for (const more of [{ from: last_day(month), to: month }, { to: day_of(iso(Date.now() + 86400e3)) }, { to: day_of(iso(Date.now() + 6 * 3600e3)) }, { organizer_id: 99999999 },
		{ organizer_id: undefined }, { currency: 'XXQ' }, { from: 'x' }, { note: 'x'.repeat(301) }])
		refused(await make(clerk, more), 422, 'VALIDATION_ERROR')
	refused(await make(support), 403, 'FORBIDDEN')
	refused(await make(as(otto)), 403, 'FORBIDDEN')
	const old = await new_staff('finance')
	age(old.user.id, 24 * 60)
	refused(await make(as(old)), 403, 'SIGN_IN_AGAIN')
	const one = ok(await make(clerk), 201)
	ok(await second.post(`${SETTLEMENTS}${one.id}/approve/`, {}))
	// Most of it is asked for otherwise meanwhile: the rest is what is left.
	ok(await clerk.post('/api/payouts/', { organizer_id: otto.organizer_id, amount: one.amount - 700, currency: 'EUR' }), 201)
	const { payout_id } = ok(await clerk.post(`${SETTLEMENTS}${one.id}/settle/`, {}))
	assert.equal(sql(`SELECT amount FROM payout WHERE id = ${payout_id}`)[0][0], '700')
	assert.deepEqual(done('settlement', one.id), ['create', 'approve', 'settle'])
	// A period in which nothing is left is settled without a payout.
	const none = ok(await make(clerk, { currency: 'USD' }), 201)
	ok(await second.post(`${SETTLEMENTS}${none.id}/approve/`, {}))
	assert.equal(ok(await clerk.post(`${SETTLEMENTS}${none.id}/settle/`, {})).payout_id, null)
})

test('the last month that there is has no books', async () => {
	for (const query of ['to=9999-12-15', 'to=9999-12-31', 'from=9999-12-01&to=9999-12-02'])
		assert.ok(refused(await clerk.get(`${COMPANY}?${query}`), 422, 'VALIDATION_ERROR').body.errors.to)
	ok(await clerk.get(`${COMPANY}?to=9999-11-30`))
})

test('of two periods of which the first is paid after the second has ended, each is paid what is its own', async () => {
	const { otto, month, make } = await period(), middle = `${month.slice(0, 8)}15`
	await sold(otto, 1, `${month.slice(0, 8)}20 12:00:00`)
	const [one, two] = [ok(await make(clerk, { from: month, to: middle }), 201), ok(await make(clerk, { from: `${month.slice(0, 8)}16`, to: last_day(month) }), 201)]
	await sold(otto, 4) // of today, of which no period is

	assert.ok(one.amount > 0 && two.amount > one.amount)
	const paid = []
	for (const { id } of [one, two]) {
		ok(await second.post(`${SETTLEMENTS}${id}/approve/`, {}))
		const { payout_id } = ok(await clerk.post(`${SETTLEMENTS}${id}/settle/`, {}))
		paid.push(Number(sql(`SELECT amount FROM payout WHERE id = ${payout_id}`)[0][0]))
		ok(await second.post(`/api/payouts/${payout_id}/approve/`, {}))
		ok(await second.post(`/api/payouts/${payout_id}/pay/`, { reference: 'SEPA' }))
	}
	assert.deepEqual(paid, [one.amount, two.amount - one.amount])
	gatehouse('audit')
})

// ---- months ----

test('a month that is over is closed once, keeps its figures, and takes nothing any more', async () => {
	const month = old_month(), at = `${month.slice(0, 8)}15 12:00:00`, otto = await seller(), close = (by, more = {}) => by.post(MONTHS, { month, ...more })
	await sold(otto, 2, at)
	const { id: before } = ok(await clerk.post(EXPENSES, { title: `Before ${unique()}`, kind: 'other', currency: 'EUR', amount: 100, spent_on: month }), 201)
	const { id: paid_in } = ok(await clerk.post(DEPOSITS, { source: 'capital', amount: 900, currency: 'EUR', date: last_day(month), reference: 'B' }), 201)
	const live = await month_of(month), this_month = `${day_of(iso(Date.now() + 5.75 * 3600e3)).slice(0, 8)}01`

	refused(await close(support), 403, 'FORBIDDEN')
	for (const more of [{ month: `${month.slice(0, 8)}02` }, { month: this_month }, { month: '2990-01-01' }, { month: 'x' }, { month: undefined }])
		refused(await close(clerk, more), 422, 'VALIDATION_ERROR')
	const old = await new_staff('finance')
	age(old.user.id, 24 * 60)
	refused(await close(as(old)), 403, 'SIGN_IN_AGAIN')
	const closed = await Promise.all([close(clerk), close(second), close(clerk)])
	assert.deepEqual(closed.map((a) => a.status).sort(), [201, 409, 409])
	refused(await close(clerk), 409, 'MONTH_CLOSED')
	const { id, figures } = closed.find((a) => a.status === 201).data
	assert.deepEqual(figures, [Object.fromEntries(['currency', ...Object.keys(FIGURES)].map((key) => [key, live[key]]))])
	assert.deepEqual(await month_of(month), { ...live, closed: true })

	// Nothing is dated into it: neither made there nor moved there.
	const into = { title: `Late ${unique()}`, kind: 'other', currency: 'EUR', amount: 1, spent_on: last_day(month) }
	refused(await clerk.post(EXPENSES, into), 422, 'VALIDATION_ERROR')
	refused(await clerk.post(DEPOSITS, { source: 'capital', amount: 1, currency: 'EUR', date: month, reference: 'B' }), 422, 'VALIDATION_ERROR')
	const { id: late } = ok(await clerk.post(EXPENSES, { ...into, spent_on: '2026-01-02' }), 201)
	refused(await clerk.put(`${EXPENSES}${late}/`, { spent_on: month }), 422, 'VALIDATION_ERROR')
	// What lay there before may be saved as it is; approved and taken back, it moves money today.
	ok(await clerk.put(`${EXPENSES}${before}/`, { spent_on: month, amount: 120 }))
	ok(await second.post(`${EXPENSES}${before}/approve/`, {}))
	ok(await clerk.post(`${EXPENSES}${before}/revoke/`, {}))
	ok(await clerk.post(`${DEPOSITS}${paid_in}/revoke/`, { reason: 'It was none' }))
	assert.deepEqual(sql(`SELECT DISTINCT DATE(at) = UTC_DATE() FROM ledger_transfer WHERE (noun, noun_id) IN (('expense', ${before}), ('deposit', ${paid_in}))`), [['1']])
	assert.deepEqual(await month_of(month), { ...live, closed: true })
	assert.match(gatehouse('audit'), /a month that is closed is what the ledger says of it/)

	// Only a superadmin opens it again, and says why.
	const open = (by, body = { reason: 'An invoice came late' }) => by.post(`${MONTHS}${id}/reopen/`, body)
	refused(await open(second), 403, 'FORBIDDEN')
	refused(await open(clerk), 403, 'FORBIDDEN')
	refused(await open(staff, {}), 422, 'VALIDATION_ERROR')
	const again = ok(await open(staff))
	assert.deepEqual([again.status, again.figures, again.reason], ['open', [], 'An invoice came late'])
	refused(await open(staff), 409, 'WRONG_STATUS')
	ok(await clerk.post(EXPENSES, into), 201)
	refused(await support.post(`${MONTHS}${id}/close/`, {}), 403, 'FORBIDDEN')
	assert.deepEqual(ok(await clerk.post(`${MONTHS}${id}/close/`, {})).figures, figures)
	refused(await clerk.post(`${MONTHS}${id}/close/`, {}), 409, 'WRONG_STATUS')
	assert.deepEqual(done('month', id), ['create', 'reopen', 'close'])
	assert.deepEqual(JSON.parse(sql(`SELECT before_json FROM audit_log WHERE noun = 'month' AND noun_id = ${id} AND action = 'reopen'`)[0][0]).figures, figures)
})

test('a month that goes on is not closed, also where something is dated into it', async () => {
	const today = day_of(iso(Date.now() - 18 * 3600e3)), month = `${today.slice(0, 8)}01`

	ok(await clerk.post(DEPOSITS, { source: 'capital', amount: 1, currency: 'EUR', date: today, reference: 'B' }), 201)
	const { id } = ok(await clerk.get(MONTHS, { query: { month_from: month, month_to: month } })).items[0]
	if (new Date(Date.now() + 5.75 * 3600e3).toISOString().slice(0, 7) === month.slice(0, 7))
		refused(await clerk.post(`${MONTHS}${id}/close/`, {}), 409, 'MONTH_NOT_OVER')
})

test('who dates into a month that is being closed waits, and is refused; who was first is in it', async () => {
	const month = old_month(), dated = (n) => clerk.post(EXPENSES, { title: `Both ${n} ${unique()}`, kind: 'other', currency: 'EUR', amount: 1, spent_on: month })
	const answers = await Promise.all([...Array.from({ length: 5 }, (_, n) => dated(n)), clerk.post(MONTHS, { month }), ...Array.from({ length: 5 }, (_, n) => dated(5 + n))])

	assert.equal(answers[5].status, 201)
	for (const answer of answers.filter((_, n) => n !== 5))
		assert.ok([201, 422].includes(answer.status), JSON.stringify(answer.body))
	const [[late]] = sql(`SELECT COUNT(*) FROM expense x JOIN finance_month m ON m.month = '${month}' WHERE x.spent_on = '${month}' AND x.created_at > m.closed_at`)
	assert.equal(late, '0')
	refused(await dated(99), 422, 'VALIDATION_ERROR')
})

// ---- who moves money ----

test('expenses and refund requests are finance\'s too', async () => {
	const { id } = ok(await clerk.post(EXPENSES, { title: `Ink ${unique()}`, kind: 'other', currency: 'EUR', amount: 3, spent_on: '2026-01-02' }), 201)
	ok(await clerk.put(`${EXPENSES}${id}/`, { amount: 4 }))
	ok(await clerk.delete(`${EXPENSES}${id}/`))

	const coming = async () => {
		const guest = await new_customer(), event = await new_event({ starts_at: iso(Date.now() + 10 * 86400e3), ends_at: iso(Date.now() + 11 * 86400e3) })

		ok(await staff.post('/api/refund-rules/', { event_id: event.id, days_before: 1, percent: 50 }), 201)
		return ok(await as(guest).post(`/api/v1/users/tickets/${(await bought(guest, event))[0].id}/refund-request/`, { reason: 'No' }), 201).request.id
	}
	const [one, other] = [await coming(), await coming()]
	for (const act of ['approve', 'reject', 'again'])
		refused(await support.post(`/api/refund-requests/${one}/${act}/`, { note: 'No' }), 403, 'FORBIDDEN')
	assert.equal(ok(await clerk.post(`/api/refund-requests/${one}/approve/`, {})).status, 'approved')
	sql(`UPDATE payment_refund SET state = 'failed' WHERE refund_request_id = ${one}`)
	ok(await clerk.post(`/api/refund-requests/${one}/again/`, {}))
	assert.equal(ok(await clerk.post(`/api/refund-requests/${other}/reject/`, { note: 'Too late' })).status, 'rejected')
	await until('the money is back', () => {
		jobs_run('payments')
		return sql(`SELECT state FROM payment_refund WHERE refund_request_id = ${one}`)[0][0] === 'done'
	})
	jobs_rest('payments')
})
