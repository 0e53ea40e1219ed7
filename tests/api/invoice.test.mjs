// Payments, their invoices and credit notes: numbered without gaps whoever asks first and however many ask at once, each made out once,
// for who paid; and what a customer spent.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pdf_text, site, sql, token } from './lib.mjs'
import { as, book, bought, HOUR, jobs_rest, jobs_run, new_customer, new_event, new_staff, ok, pay, refused, until } from './world.mjs'

const dir = mkdtempSync(join(tmpdir(), 'gatehouse-invoice-'))
const HISTORY = '/api/v1/users/payment-history/'
let ann, bob

after(() => {
	jobs_run('invoices')
	rmSync(dir, { recursive: true })
})
before(async () => {
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer()
})

const history = async (person, query) => ok(await as(person).get(HISTORY, { query })).items
const get = (url, access) => fetch(url.startsWith('http') ? url : `${site}${url}`, { headers: access ? { Authorization: `Bearer ${access}` } : {} })

async function text(answer) {
	const path = join(dir, 'one.pdf'), bytes = Buffer.from(await answer.arrayBuffer())

	assert.equal(answer.status, 200, bytes.subarray(0, 300).toString())
	assert.equal(answer.headers.get('content-type'), 'application/pdf')
	writeFileSync(path, bytes)
	return pdf_text(path, '-layout').replace(/\s+/g, ' ')
}

// Somebody who sells and has sold nothing: their numbers begin at 1.
async function seller_event(more) {
	const event = await new_event(more)
	const id = sql(`INSERT INTO account (uuid, name, created_at, updated_at) VALUES (UNHEX(REPLACE(UUID(), '-', '')), 'Seller', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
		INSERT INTO organizer (account_id, company) VALUES (LAST_INSERT_ID(), 'Nord & Söhne <GmbH>'); SELECT LAST_INSERT_ID()`).at(-1)[0]

	sql(`INSERT INTO account_role SELECT account_id, 'organizer', UTC_TIMESTAMP(3) FROM organizer WHERE id = ${id};
		UPDATE event SET organizer_id = ${id} WHERE id = ${event.id}`)
	return { ...event, seller: Number(id) }
}
const numbers = (seller, kind = 'invoice') =>
	sql(`SELECT number FROM invoice WHERE seller_id = ${seller} AND kind = '${kind}' ORDER BY number`).map(([n]) => Number(n))
const payment_of = (order_id) => Number(sql(`SELECT id FROM payment WHERE order_id = ${order_id} ORDER BY id DESC LIMIT 1`)[0][0])
const up_to = (n) => Array.from({ length: n }, (_, i) => i + 1)

async function refund(event) {
	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, { reason: 'Storm', confirm: true }))
	await until('it went back', () => {
		jobs_run('payments')
		return sql(`SELECT COUNT(*) FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.event_id = ${event.id} AND p.status <> 'refunded'`)[0][0] === '0'
	})
}

test('a payment has its invoice, numbered by who asks first, and made out once', async () => {
	jobs_rest('invoices')
	const event = await seller_event({ title: 'Winter Tales', categories: [{ name: 'Stalls', price: 2500 }, { name: 'Gallery', price: 1000 }] })
	const [ticket] = await bought(ann, event, 2), id = payment_of(ticket.order_id)
	const [row] = await history(ann)

	assert.deepEqual([row.id, row.status, row.amount, row.currency, row.purpose, row.invoice_number, row.refunded, row.credit_note_url],
		[id, 'succeeded', 5000, 'EUR', 'order', null, 0, null])
	assert.deepEqual([row.order.id, row.event.title], [ticket.order_id, 'Winter Tales'])
	// Whoever has the address may read it: apps hand it to a browser.
	const said = await text(await get(row.invoice_url))
	for (const part of [`Invoice INV-${event.seller}-000001`, 'Nord & Söhne <GmbH>', 'Ann Arbor', 'Stalls', '25.00 EUR', '50.00 EUR', 'Total paid', ticket.order_reference])
		assert.ok(said.includes(part), `${part} in ${said}`)
	assert.equal((await history(ann))[0].invoice_number, `INV-${event.seller}-000001`)
	await text(await get(row.invoice_url))
	await text(await get(`/api/v1/users/payments/${id}/invoice/`, ann.access))
	assert.deepEqual(numbers(event.seller), [1])
	// What stands on it stays, whatever people are called later.
	sql(`UPDATE organizer SET company = 'Other' WHERE id = ${event.seller}`)
	assert.ok((await text(await get(row.invoice_url))).includes('Nord & Söhne <GmbH>'))
	const arabic = await fetch(row.invoice_url, { headers: { 'Accept-Language': 'ar' } })
	assert.match((await text(arabic)).normalize('NFKC'), /INV-\d+-000001/)
	sql(`UPDATE organizer SET company = 'Nord & Söhne <GmbH>' WHERE id = ${event.seller}`)
})

test('it is for who paid, and for who has its signed address', async () => {
	const [{ id, invoice_url }] = await history(ann)

	assert.equal((await get(`/api/v1/users/payments/${id}/invoice/`, bob.access)).status, 404)
	assert.equal((await get(`/api/v1/users/payments/${id}/invoice/`)).status, 401)
	assert.equal((await get(`/api/v1/users/payments/${id}/credit-note/`, ann.access)).status, 404)
	refused(await as(ann).get('/api/v1/users/payments/999999999/invoice/'), 404, 'INVOICE_NOT_FOUND')
	for (const spoiled of [invoice_url.replace(/sign=..../, 'sign=AAAA'), invoice_url.replace(`/${id}/`, `/${id - 1}/`), invoice_url.replace('invoice.pdf', 'credit-note.pdf'),
		invoice_url.replace(/until=\d/, 'until=9')])
		assert.notEqual((await fetch(spoiled, { redirect: 'manual' })).status, 200, spoiled)
	assert.deepEqual(await history(bob), [])
	assert.equal((await fetch(`${site}/payments/${id}/invoice.pdf`, { redirect: 'manual' })).status, 303, 'who comes by a page signs in')
	refused(await as(ann).get(HISTORY, { query: { status: 'lost' } }), 422, 'VALIDATION_ERROR')
	assert.deepEqual(await history(ann, { status: 'declined' }), [])
})

test('what costs nothing, or was not paid, has none', async () => {
	const free = await new_event({ categories: [{ price: 0 }] }), [ticket] = await bought(ann, free), [row] = await history(ann)

	assert.deepEqual([row.order.id, row.amount, row.invoice_url], [ticket.order_id, 0, null])
	const event = await new_event(), { order } = ok(await book(ann, event, [{ category_id: event.categories[0].id, quantity: 1 }]), 201)
	refused(await pay(ann, order.id, 'tok_declined'), 402, 'PAYMENT_DECLINED')
	assert.deepEqual([(await history(ann))[0].status, (await history(ann))[0].invoice_url], ['declined', null])
	refused(await as(ann).get(`/api/v1/users/payments/${payment_of(order.id)}/invoice/`), 404, 'INVOICE_NOT_FOUND')
})

test('many who ask at once, and jobs beside them, number without a gap and without a double', async () => {
	jobs_rest('invoices')
	const event = await seller_event({ categories: [{ price: 700, capacity: 200 }] })
	const people = await Promise.all(up_to(4).map(() => new_customer()))
	const paid = (await Promise.all(people.map(async (person) => {
		const mine = []

		for (let i = 0; i < 6; i++)
			mine.push([person, (await bought(person, event))[0].order_id])
		return mine
	}))).flat()

	jobs_run('invoices')
	const answers = await Promise.all(paid.map(([person, order_id]) => get(`/api/v1/users/payments/${payment_of(order_id)}/invoice/`, person.access)))
	for (const answer of answers)
		assert.ok([200, 503].includes(answer.status), `${answer.status}`) // 503: all that draw are at it
	await until('all are numbered', () => numbers(event.seller).length === paid.length)
	assert.deepEqual(numbers(event.seller), up_to(paid.length))
	assert.deepEqual(sql(`SELECT last FROM invoice_series WHERE seller_id = ${event.seller} AND kind = 'invoice'`), [[String(paid.length)]])
	// In the order in which they were paid.
	assert.equal(sql(`SELECT COUNT(*) FROM invoice a JOIN invoice b ON b.seller_id = a.seller_id AND b.kind = a.kind AND b.number = a.number + 1
		WHERE a.seller_id = ${event.seller} AND b.issued_at = a.issued_at AND b.moved_at < a.moved_at`)[0][0], '0')
})

test('what goes back has a credit note of its own number, which names the invoice', async () => {
	jobs_rest('invoices')
	const event = await seller_event({ title: 'Storm Night', starts_at: new Date(Date.now() + 48 * HOUR).toISOString(), ends_at: new Date(Date.now() + 50 * HOUR).toISOString(), categories: [{ price: 3000 }] })
	const [ticket] = await bought(bob, event), id = payment_of(ticket.order_id)

	await refund(event)
	const [row] = await history(bob)
	assert.deepEqual([row.status, row.refunded], ['refunded', 3000])
	const said = await text(await get(row.credit_note_url))
	for (const part of [`Credit note CN-${event.seller}-000001`, `INV-${event.seller}-000001`, '30.00 EUR', 'Given back'])
		assert.ok(said.includes(part), `${part} in ${said}`)
	assert.deepEqual([numbers(event.seller), numbers(event.seller, 'credit')], [[1], [1]])
	await text(await get(`/api/v1/users/payments/${id}/invoice/`, bob.access))
	assert.deepEqual((await history(bob)).map((one) => [one.invoice_number, one.credit_note_number]), [[`INV-${event.seller}-000001`, `CN-${event.seller}-000001`]])
})

test('each ticket that gave its money back has a credit note of its own, and what is left of the order too', async () => {
	jobs_rest('invoices')
	const event = await seller_event({ title: 'Half a Night', starts_at: new Date(Date.now() + 48 * HOUR).toISOString(), ends_at: new Date(Date.now() + 50 * HOUR).toISOString(),
		categories: [{ name: 'Stalls', price: 3000 }, { name: 'Gallery', price: 1001 }] })
	const buyer = await new_customer({ name: 'Paula Part' }), finance = await new_staff('admin'), [stalls, gallery] = event.categories
	const tickets = await bought(buyer, event, [{ category_id: stalls.id, quantity: 2 }, { category_id: gallery.id, quantity: 1 }])
	const give = async (ticket) => {
		const { request } = ok(await as(buyer).post(`/api/v1/users/tickets/${ticket.id}/refund-request/`, { reason: 'Ill' }), 201)

		ok(await as(finance).post(`/api/refund-requests/${request.id}/approve/`, {}))
		await until('its part is back', () => {
			jobs_run('payments')
			return sql(`SELECT COUNT(*) FROM payment_refund WHERE refund_request_id = ${request.id} AND state = 'done'`)[0][0] === '1'
		})
	}
	const name = (n) => `CN-${event.seller}-${String(n).padStart(6, '0')}`, one = async () => (await history(buyer))[0]

	ok(await as(await token('staff')).post('/api/refund-rules/', { event_id: event.id, days_before: 0, percent: 50 }), 201)
	assert.deepEqual([(await one()).credit_notes, (await one()).credit_note_url], [[], null])
	await give(tickets.find(({ category }) => category.id === gallery.id))
	// Whoever asks first has its invoice and it numbered; who asks again has the same.
	const first = await one()
	assert.deepEqual([first.status, first.amount, first.refunded, first.credit_note_number], ['succeeded', 7001, 500, null])
	for (let i = 0; i < 2; i++) {
		const said = await text(await get(first.credit_note_url))
		for (const part of [`Credit note ${name(1)}`, `INV-${event.seller}-000001`, 'Ticket given back: Gallery', '5.00 EUR', 'Given back', 'Paula Part'])
			assert.ok(said.includes(part), `${part} in ${said}`)
	}
	assert.deepEqual((await one()).credit_notes, [{ number: name(1), amount: 500 }])
	await give(tickets.find(({ category }) => category.id === stalls.id))
	jobs_run('invoices')
	await until('the second is numbered', () => numbers(event.seller, 'credit').length === 2)
	await refund(event)
	jobs_run('invoices')
	await until('the last is numbered', () => numbers(event.seller, 'credit').length === 3)
	const last = await one(), all = [[name(1), 500], [name(2), 1500], [name(3), 5001]]
	assert.deepEqual([last.status, last.refunded, last.credit_note_number, last.credit_notes.map(({ number, amount }) => [number, amount])], ['refunded', 7001, name(3), all])
	const said = await text(await get(last.credit_note_url))
	for (const part of [name(1), name(2), name(3), 'Ticket given back: Gallery', 'Ticket given back: Stalls', 'Tickets given back', '50.01 EUR'])
		assert.ok(said.includes(part), `${part} in ${said}`)
	assert.deepEqual([numbers(event.seller), numbers(event.seller, 'credit')], [[1], up_to(3)])
	if (process.env.KEEP_PDF)
		for (const language of ['en', 'ar'])
			writeFileSync(join(process.env.KEEP_PDF, `credit-${language}.pdf`), Buffer.from(await (await fetch(last.credit_note_url, { headers: { 'Accept-Language': language } })).arrayBuffer()))
	assert.equal((await get(`/api/v1/users/payments/${last.id}/credit-note/`, bob.access)).status, 404)
})

test('jobs numbers what nobody asks for', async () => {
	const event = await seller_event(), [ticket] = await bought(bob, event)

	jobs_run('invoices')
	await until('it is numbered', () => numbers(event.seller).length === 1)
	assert.equal((await history(bob)).find((one) => one.order.id === ticket.order_id).invoice_number, `INV-${event.seller}-000001`)
})

test('a transaction that is cut off gives no number away', async () => {
	jobs_rest('invoices')
	const event = await seller_event(), [ticket] = await bought(bob, event), id = payment_of(ticket.order_id)

	sql(`DELIMITER $$
		CREATE TRIGGER invoice_fault BEFORE UPDATE ON invoice_series FOR EACH ROW BEGIN
			IF NEW.seller_id = ${event.seller} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'cut off'; END IF; END$$`)
	try {
		assert.equal((await get(`/api/v1/users/payments/${id}/invoice/`, bob.access)).status >= 500, true)
		assert.deepEqual(numbers(event.seller), [])
	} finally {
		sql('DROP TRIGGER invoice_fault')
	}
	await text(await get(`/api/v1/users/payments/${id}/invoice/`, bob.access))
	assert.deepEqual(numbers(event.seller), [1])
})

test('a connection that dies in the middle leaves no gap, and the number is given out once', async () => {
	jobs_rest('invoices')
	const event = await seller_event(), [ticket] = await bought(bob, event), id = payment_of(ticket.order_id)
	const dying = () => sql(`SELECT ID FROM information_schema.PROCESSLIST WHERE (INFO LIKE 'UPDATE invoice_series%' OR INFO LIKE 'SET @slept%') AND ID <> CONNECTION_ID()`)[0]?.[0]

	sql(`DELIMITER $$
		CREATE TRIGGER invoice_slow BEFORE UPDATE ON invoice_series FOR EACH ROW BEGIN
			IF NEW.seller_id = ${event.seller} AND NOT EXISTS (SELECT 1 FROM setting WHERE name = 'invoice_killed') THEN SET @slept = SLEEP(5); END IF; END$$`)
	try {
		const asked = get(`/api/v1/users/payments/${id}/invoice/`, bob.access)

		await until('it is under way', dying)
		sql(`INSERT INTO setting VALUES ('invoice_killed', '1', UTC_TIMESTAMP(3)); KILL ${dying()}`)
		const answer = await asked
		assert.ok([200, 503].includes(answer.status), String(answer.status))
	} finally {
		sql("DROP TRIGGER invoice_slow; DELETE FROM setting WHERE name = 'invoice_killed'")
	}
	await text(await get(`/api/v1/users/payments/${id}/invoice/`, bob.access))
	assert.deepEqual(numbers(event.seller), [1])
	assert.deepEqual(sql(`SELECT last FROM invoice_series WHERE seller_id = ${event.seller}`), [['1']])
})

// ---- what one spent ----

test('analytics: by currency, by month of the site\'s zone, by kind of event; what went back apart', async () => {
	const cleo = await new_customer()

	assert.deepEqual(ok(await as(cleo).get('/api/v1/users/analytics/')), { events: { booked: 0, attended: 0, upcoming: 0 }, spend: [], time_zone: 'Asia/Kathmandu' })
	const music = await new_event({ categories: [{ price: 1000 }] }), yen = await new_event({ currency: 'JPY', categories: [{ price: 800 }] })
	const back = await new_event({ categories: [{ price: 5000 }] })
	const [old] = await bought(cleo, music, 2)
	await bought(cleo, music), await bought(cleo, yen), await bought(cleo, back)
	await refund(back)
	// 18:30 UTC of a month's last day is the next month in Kathmandu (+05:45).
	const now = new Date(), last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 0, 18, 30)), month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 1))
	const [[paid_at]] = sql(`SELECT paid_at FROM orders WHERE id = ${old.order_id}`)

	sql(`UPDATE orders SET paid_at = '${last.toISOString().slice(0, 19).replace('T', ' ')}' WHERE id = ${old.order_id}`)
	const { events, spend } = ok(await as(cleo).get('/api/v1/users/analytics/'))
	assert.deepEqual([events.booked, events.attended], [2, 0])
	assert.deepEqual(spend.map((one) => [one.currency, one.spent, one.refunded, one.orders, one.tickets]), [['EUR', 3000, 5000, 2, 3], ['JPY', 800, 0, 1, 1]])
	const eur = spend[0].by_month
	assert.equal(eur.length, 12)
	assert.deepEqual(eur.filter((one) => one.spent).map((one) => [one.month, one.spent, one.orders, one.tickets])[0], [month.toISOString().slice(0, 7), 2000, 1, 2])
	assert.equal(eur.reduce((sum, one) => sum + one.spent, 0), 3000)
	assert.equal(spend[0].by_category.reduce((sum, one) => sum + one.spent, 0), 3000)
	sql(`UPDATE orders SET paid_at = '${paid_at}' WHERE id = ${old.order_id}`)
})
