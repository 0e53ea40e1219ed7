// Figures over time: what they say is what the rows say, to the last sale, whether their sums by day are made or not.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { site, sql, token } from './lib.mjs'
import { as, bought, days_anew, jobs_rest, jobs_run, new_customer, new_event, new_organizer, new_staff, ok, refused, until } from './world.mjs'

const gatehouse = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' })
const AT = '/api/analytics/'
const ZONE = 'Asia/Kathmandu' // the stack's, 5:45 ahead
const SUMS = ['orders', 'tickets', 'gross', 'discounts', 'sales', 'refunds', 'refunded', 'net', 'fees']
let staff, clerk, otto, event

const day_of = (at) => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(at)
const today = () => day_of(new Date())
const of_currency = (answer, currency) => answer.currencies.find((c) => c.currency === currency)
const pick = (sum) => SUMS.map((name) => sum[name])
const add_up = (list) => SUMS.map((name) => list.reduce((sum, one) => sum + one[name], 0))

before(async () => {
	staff = as(await token('staff'))
	clerk = as(await new_staff('support'))
	otto = await new_organizer()
	event = await new_event({ organizer_id: otto.organizer_id, currency: 'SEK', categories: [{ price: 2500 }] })
	jobs_rest('tally')
})
after(() => jobs_run('tally'))
after(() => gatehouse('audit'))

// What the rows say of a currency between two days of the zone.
function by_rows(currency, from, to) {
	const local = (column) => `DATE(${column} + INTERVAL 345 MINUTE) BETWEEN '${from}' AND '${to}'`
	const [[orders, tickets, gross, discounts, sales]] = sql(`SELECT COUNT(*), COALESCE(SUM(tickets), 0), COALESCE(SUM(subtotal), 0), COALESCE(SUM(discount), 0),
		COALESCE(SUM(total), 0) FROM orders WHERE currency = '${currency}' AND status IN ('paid', 'refunded') AND ${local('paid_at')}`).map((row) => row.map(Number))
	const [[fees]] = sql(`SELECT COALESCE(SUM(p.fee), 0) FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.currency = '${currency}'
		AND o.status IN ('paid', 'refunded') AND p.status IN ('succeeded', 'refunding', 'refunded') AND ${local('o.paid_at')}`).map((row) => row.map(Number))
	const [[refunds, refunded, back]] = sql(`SELECT COUNT(*), COALESCE(SUM(r.amount), 0), COALESCE(SUM(r.fee), 0) FROM payment_refund r
		JOIN ledger_transfer t ON t.noun = 'payment_refund' AND t.noun_id = r.id JOIN payment p ON p.id = r.payment_id JOIN orders o ON o.id = p.order_id
		WHERE o.currency = '${currency}' AND o.paid_at IS NOT NULL AND ${local('t.at')}`).map((row) => row.map(Number))

	return [orders, tickets, gross, discounts, sales, refunds, refunded, sales - refunded, fees - back]
}

// Sums are made, and no more are for a while.
async function summed() {
	jobs_run('tally')
	await until('sums by day', () => sql(`SELECT 1 FROM sale_day WHERE event_id = ${event.id}`).length)
	jobs_rest('tally')
}

test('revenue is what the rows say, in each grain, by event, organizer and kind, before its sums are made and after', async () => {
	const ada = await new_customer()

	for (const quantity of [1, 2, 3])
		await bought(ada, event, quantity)
	const look = async (query = '') => of_currency(ok(await staff.get(`${AT}revenue/?${query}`)), 'SEK')
	const first = await look(), rows = by_rows('SEK', day_of(Date.now() - 29 * 864e5), today())

	assert.deepEqual(pick(first.total), rows)
	assert.ok(rows[0] >= 3 && rows[4] >= 15000)
	assert.equal(first.periods.length, 30)
	for (const grain of ['day', 'week', 'month']) {
		const sum = await look(`grain=${grain}`)

		assert.deepEqual(add_up(sum.periods), rows, grain)
		assert.equal(sum.periods.at(-1).to, today())
		assert.ok(sum.periods.at(-1).sales >= 15000)
	}
	for (const by of ['events', 'organizers', 'categories'])
		assert.deepEqual(add_up(first[by]), rows, by)
	const own = first.events.find((e) => e.id === event.id)
	assert.deepEqual([own.name, own.orders, own.tickets, own.sales], [event.title, 3, 6, 15000])

	// The sums are made up to two minutes ago; then all is as it was.
	sql(`UPDATE ledger_transfer t JOIN payment p ON p.id = t.noun_id JOIN orders o ON o.id = p.order_id
		SET t.at = t.at - INTERVAL 10 MINUTE, o.paid_at = o.paid_at - INTERVAL 10 MINUTE
		WHERE t.noun = 'payment' AND o.id = (SELECT MIN(id) FROM orders WHERE event_id = ${event.id})`)
	const moved = by_rows('SEK', day_of(Date.now() - 29 * 864e5), today())
	days_anew()
	await summed()
	assert.equal(Number(sql(`SELECT SUM(orders) FROM sale_day WHERE event_id = ${event.id}`)[0][0]), 1)
	assert.deepEqual(pick((await look()).total), moved)
	await bought(ada, event, 4) // right to the last sale
	assert.deepEqual(pick((await look()).total).slice(0, 2), [moved[0] + 1, moved[1] + 4])
	assert.deepEqual(pick((await look(`date_from=${today()}&date_to=${today()}`)).total), by_rows('SEK', today(), today()))
})

test('a sum that somebody changed is noticed by audit, and made anew by repair', async () => {
	const [[day]] = sql(`SELECT day FROM sale_day WHERE event_id = ${event.id} ORDER BY day LIMIT 1`)
	const audit = () => {
		try {
			return gatehouse('audit', 'sums by day')
		} catch (failed) {
			return failed.stdout
		}
	}

	assert.match(audit(), /^ok sums by day are those of their rows$/m)
	for (const change of [`UPDATE sale_day SET sales = sales + 1 WHERE event_id = ${event.id} AND day = '${day}'`, `DELETE FROM sale_day WHERE event_id = ${event.id}`,
		"INSERT INTO sale_day VALUES ('2031-02-03', 990001, 1, 'SEK', 1, 1, 1, 0, 1, 0, 0, 0, 0)", "INSERT INTO customer_day VALUES ('1999-12-31', 5)",
		"UPDATE book_day SET fees = fees + 1 ORDER BY day DESC LIMIT 1", 'DELETE FROM book_day ORDER BY day DESC LIMIT 1',
		"INSERT INTO book_day VALUES ('2031-02-03', 'SEK', 'bank', 'deposit', 'deposit', 1, 5, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2)"]) {
		await summed()
		await until('sums of the books', () => {
			jobs_run('tally')
			return sql('SELECT 1 FROM book_day LIMIT 1').length
		})
		jobs_rest('tally')
		sql(change)
		assert.match(audit(), /^NO sums by day are those of their rows$/m, change)
		assert.match(gatehouse('repair'), /mended/)
		assert.match(audit(), /^ok sums by day are those of their rows$/m, change)
	}
	assert.ok(sql("SELECT 1 FROM audit_log WHERE action = 'repair' AND noun = 'day_sum'").length)
})

test('new customers, cards and kinds of events', async () => {
	const users = async () => ok(await staff.get(`${AT}users/`)), was = await users()

	await new_customer()
	await new_customer()
	const now = await users(), customers = (answer) => answer.roles.find((r) => r.role === 'customer')
	assert.equal(now.total.customers, was.total.customers + 2)
	assert.equal(now.periods.at(-1).customers, was.periods.at(-1).customers + 2)
	assert.equal(now.periods.reduce((sum, p) => sum + p.customers, 0), now.total.customers)
	assert.equal(customers(now).accounts, customers(was).accounts + 2)
	assert.equal(customers(now).new, now.total.customers)
	assert.ok(now.total.sign_ins > was.total.sign_ins)

	const cards = ok(await staff.get(`${AT}cards/?date_from=2026-01-01&date_to=${today()}`))
	assert.deepEqual(Object.values(cards.now).reduce((a, b) => a + b), Number(sql('SELECT COUNT(*) FROM nfc_card')[0][0]))
	for (const c of cards.currencies)
		assert.equal(c.on_cards, Number(sql(`SELECT SUM(balance) FROM ledger_account WHERE kind = 'card' AND currency = '${c.currency}'`)[0][0]))
	const [[n, amount]] = sql("SELECT COUNT(*), SUM(amount) FROM payment WHERE purpose = 'reload' AND status = 'succeeded' AND currency = 'EUR'").map((r) => r.map(Number))
	const euros = of_currency(cards, 'EUR').total
	assert.deepEqual([euros.reloads, euros.reloaded], [n, amount])

	const kinds = ok(await staff.get(`${AT}event-categories/`)), sek = of_currency(kinds, 'SEK')
	assert.deepEqual(add_up(sek.categories), pick(sek.total))
	assert.deepEqual(new Set(kinds.categories.map((k) => k.slug)), new Set(sql('SELECT slug FROM event_category').flat()))
})

test('wrong ranges are refused by name, and files hold the same lines', async () => {
	for (const which of ['revenue', 'users', 'cards', 'event-categories']) {
		const bad = async (query, field) => assert.ok(refused(await staff.get(`${AT}${which}/?${query}`), 422, 'VALIDATION_ERROR').errors[field], `${which} ${query}`)

		assert.ok(ok(await staff.get(`${AT}${which}/?date_from=9999-12-01&date_to=9999-12-31`)), 'no calendar goes on, and it ends')
		await bad('date_from=2026-02-30', 'date_from')
		await bad('date_to=yesterday', 'date_to')
		await bad('date_from=2026-02-02&date_to=2026-02-01', 'date_to')
		await bad('date_from=2020-01-01&date_to=2026-02-01', 'date_from')
		await bad('grain=year', 'grain')
		assert.equal(ok(await clerk.get(`${AT}${which}/?date_from=2024-01-01&date_to=2026-12-31`)).grain, 'month')
		refused(await as(otto).get(`${AT}${which}/`), 403, 'FORBIDDEN')
		for (const format of ['csv', 'xlsx']) {
			const file = await fetch(`${site}${AT}${which}/?format=${format}`, { headers: { authorization: `Bearer ${await token('staff')}` } })

			assert.equal(file.status, 200)
			assert.match(file.headers.get('content-disposition'), new RegExp(`${which}.*\\.${format}`))
		}
	}
	const lines = async (by) => (await (await fetch(`${site}${AT}revenue/?format=csv&by=${by}`, { headers: { authorization: `Bearer ${await token('staff')}` } })).text()).trim().split('\r\n')
	for (const by of ['period', 'event', 'organizer', 'category']) {
		const [head, ...rows] = await lines(by), at = head.replace('\uFEFF', '').split(',')
		const sek = rows.filter((row) => row.includes(',SEK,'))

		assert.equal(sek.reduce((sum, row) => sum + Number(row.split(',').at(at.indexOf('orders') - at.length)), 0), by_rows('SEK', day_of(Date.now() - 29 * 864e5), today())[0], by)
	}
})
