// Tickets that change hands, their names and their money asked back: whoever is second finds the ticket changed; what was passed on
// opens the gate for one code alone; each is told; nothing of it is done twice, nor half.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { before, beforeEach, test } from 'node:test'
import { api, code, messages, new_number, sql, token } from './lib.mjs'
import {
	as, book, bought, code_of, DAY, HOUR, iso, jobs_rest, jobs_run, ledger, meanwhile, new_customer, new_event, new_staff, new_usher, ok, pay, refused as refused_with, scan, stock, unique, until
} from './world.mjs'

let ann, bob, eve, event, usher, staff

const refused = (answer, status, code = { 403: 'FORBIDDEN', 422: 'VALIDATION_ERROR', 404: 'TICKET_NOT_FOUND' }[status]) => {
	refused_with(answer, status, code)
	return answer
}
const later = () => ({ starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 10 * DAY + 5 * HOUR) })

const soon = () => ({ starts_at: iso(Date.now() + HOUR / 2), ends_at: iso(Date.now() + 5 * HOUR) })

beforeEach(() => sql('DELETE FROM guess'))
before(async () => {
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer({ name: 'Bob Weir' })
	eve = await new_customer({ name: 'Eve Moneypenny' })
	event = await new_event({ ...soon(), categories: [{ capacity: 5000 }] })
	usher = await new_usher(event)
	staff = as(await token('staff'))
})

const give = (person, ticket, to, how = 'transfer', more = {}, options) =>
	as(person).post(`/api/v1/users/tickets/${ticket.id}/${how}/`, { mobile_number: to.mobile_number ?? to, ...more }, options)
const has = async (person, ticket) => (await as(person).get(`/api/v1/users/tickets/${ticket.id}/`)).status === 200
const row = (ticket) => sql(`SELECT customer_id, generation, status, holder_name FROM ticket WHERE id = ${ticket.id}`)[0]
const transfers = (ticket) => sql(`SELECT kind, status, from_customer_id, COALESCE(to_customer_id, 0), generation FROM ticket_transfer
	WHERE ticket_id = ${ticket.id} ORDER BY id`).map(([kind, status, ...ids]) => [kind, status, ...ids.map(Number)])
const told = (to, kind) => sql(`SELECT COUNT(*) FROM outbox WHERE recipient = '${to.mobile_number ?? to}' AND kind = '${kind}'`)[0][0]

function audit() {
	const run = spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' })

	assert.equal(run.status, 0, run.stdout + run.stderr)
}

// ---- at once ----

test('a ticket passed on is the other\'s at once, under their name; the old code is dead, and both are told', async () => {
	const [ticket] = await bought(ann, event), old = await code_of(ann, ticket)
	const { transfer } = ok(await give(ann, ticket, bob), 201)

	assert.deepEqual([transfer.status, transfer.kind, transfer.ticket_id], ['claimed', 'transfer', ticket.id])
	assert.deepEqual(row(ticket), [String(bob.customer_id), '2', 'valid', 'Bob Weir'])
	assert.deepEqual(transfers(ticket), [['transfer', 'claimed', ann.customer_id, bob.customer_id, 1]])
	assert.deepEqual([await has(ann, ticket), await has(bob, ticket)], [false, true])
	refused(await as(ann).get(`/api/v1/users/tickets/${ticket.id}/qr-code/`), 404)
	assert.ok((await as(bob).get('/api/v1/users/tickets/')).body.data.items.some(({ id }) => id === ticket.id))
	assert.equal(ok(await as(bob).get(`/api/v1/users/tickets/${ticket.id}/`)).own_order, false)
	refused(await as(bob).get(`/api/v1/users/orders/${ticket.order_id}/`), 404, 'ORDER_NOT_FOUND')
	assert.deepEqual([told(bob, 'ticket-received'), told(ann, 'ticket-sent')], ['1', '1'])
	assert.notEqual(ok(await scan(usher, { code: old })).result, 'valid')
	assert.equal(ok(await scan(usher, { code: await code_of(bob, ticket) })).result, 'valid')
	refused(await give(bob, ticket, ann), 409, 'TICKET_USED')
	audit()
})

test('and on, and back: each hand is a row, each code dies', async () => {
	const [ticket] = await bought(ann, event), codes = []

	for (const [from, to] of [[ann, bob], [bob, eve], [eve, ann]]) {
		codes.push(await code_of(from, ticket))
		ok(await give(from, ticket, to), 201)
	}
	assert.deepEqual(row(ticket).slice(0, 2), [String(ann.customer_id), '4'])
	for (const dead of codes)
		assert.notEqual(ok(await scan(usher, { code: dead })).result, 'valid')
	audit()
})

test('not another\'s, not to oneself, not what is not valid, used, begun, off or not allowed', async () => {
	const [mine, used, kept] = await bought(ann, event, 3)

	refused(await give(bob, mine, eve), 404, 'TICKET_NOT_FOUND')
	refused(await give(ann, mine, ann), 422)
	for (const wrong of ['', '12', 'abc', '+1555', null, 7, { a: 1 }, '+1555010000100000000000'])
		refused(await give(ann, mine, wrong ?? ''), 422)
	assert.equal(ok(await scan(usher, { code: await code_of(ann, used) })).result, 'valid')
	refused(await give(ann, used, bob), 409, 'TICKET_USED')
	ok(await scan(usher, { code: await code_of(ann, used), direction: 'out' }))
	refused(await give(ann, used, bob), 409, 'TICKET_USED')
	ok(await staff.put(`/api/events/${event.id}/`, { transfers: false }))
	refused(await give(ann, kept, bob), 409, 'NOT_ALLOWED_HERE')
	ok(await staff.post(`/api/tickets/${kept.id}/transfer/`, { mobile_number: bob.mobile_number }), 201)
	ok(await staff.put(`/api/events/${event.id}/`, { transfers: true }))
	assert.equal(sql(`SELECT account_id IS NOT NULL FROM ticket_transfer WHERE ticket_id = ${kept.id}`)[0][0], '1')
	const begun = await new_event(), [late] = await bought(ann, begun)

	refused(await give(ann, late, bob), 409, 'EVENT_BEGUN')
	const off = await new_event(later()), [gone] = await bought(ann, off)

	jobs_rest('payments')
	ok(await staff.post(`/api/events/${off.id}/cancel/`, {}))
	refused(await give(ann, gone, bob), 409, 'EVENT_CANCELLED')
	jobs_run('payments')
	assert.deepEqual(transfers(mine), [])
})

test('admins and support may pass a guest\'s ticket on, finance may not', async () => {
	const [ticket] = await bought(ann, event)
	const [finance, support, admin] = [await new_staff('finance'), await new_staff('support'), await new_staff('admin')]

	refused(await as(finance).post(`/api/tickets/${ticket.id}/transfer/`, { mobile_number: bob.mobile_number }), 403)
	ok(await as(support).post(`/api/tickets/${ticket.id}/transfer/`, { mobile_number: bob.mobile_number }), 201)
	assert.equal(row(ticket)[0], String(bob.customer_id))
	ok(await as(admin).post(`/api/tickets/${ticket.id}/transfer/`, { mobile_number: ann.mobile_number }), 201)
})

// ---- waiting ----

test('a gift waits until it is accepted; declined or taken back it stays the giver\'s', async () => {
	const [one, two, three] = await bought(ann, event, 3)
	const gift = async (ticket) => ok(await give(ann, ticket, bob, 'gift', { message: 'Alles Gute! <3' }), 201).transfer
	const first = await gift(one), second = await gift(two), third = await gift(three)
	const answer = (person, { id }, how) => as(person).post(`/api/v1/users/transfers/${id}/${how}/`, {})

	assert.equal(first.status, 'pending')
	assert.ok(await has(ann, one))
	refused(await give(ann, one, eve), 409, 'TRANSFER_PENDING')
	const offers = ok(await as(bob).get('/api/v1/users/transfers/?status=pending')).items

	assert.deepEqual(offers.map(({ id, message, from }) => [id, message, from]).slice(0, 3),
		[third, second, first].map(({ id }) => [id, 'Alles Gute! <3', 'Ann Arbor']))
	for (const how of ['accept', 'decline', 'cancel'])
		refused(await answer(eve, first, how), 404, 'TRANSFER_NOT_FOUND')
	refused(await answer(ann, first, 'accept'), 404, 'TRANSFER_NOT_FOUND')
	refused(await answer(bob, first, 'cancel'), 404, 'TRANSFER_NOT_FOUND')
	ok(await answer(bob, first, 'accept'))
	ok(await answer(bob, second, 'decline'))
	ok(await answer(ann, third, 'cancel'))
	for (const [who, which] of [[bob, first], [bob, second], [bob, third]])
		refused(await answer(who, which, 'accept'), 409, 'TRANSFER_OVER')
	assert.deepEqual([one, two, three].map((ticket) => +row(ticket)[0]), [bob.customer_id, ann.customer_id, ann.customer_id])
	assert.deepEqual([told(bob, 'ticket-offered'), told(bob, 'offer-ended'), told(ann, 'offer-ended')], ['3', '1', '1'])
	audit()
})

test('who has no account is written to, and has the ticket once their number has one', async () => {
	const number = new_number(), [one, two] = await bought(ann, event, 2), old = await code_of(ann, one)

	assert.equal(ok(await give(ann, one, number), 201).transfer.status, 'pending')
	assert.equal(ok(await give(ann, two, number, 'gift'), 201).transfer.status, 'pending')
	assert.equal(ok(await scan(usher, { code: old })).result, 'valid', 'until then the giver\'s code is good')
	await until('it is sent', () => told(number, 'ticket-offered') === '2')
	await until('it is written', async () => (await messages(number)).some(({ body }) => /Register with this number to get it: http\S+\/register/.test(body)))
	const person = await new_customer({ mobile_number: number, name: 'Nia New' })

	assert.deepEqual(transfers(one), [['transfer', 'pending', ann.customer_id, 0, 1]], 'what went in meanwhile stays')
	assert.deepEqual(row(two), [String(person.customer_id), '2', 'valid', 'Nia New'])
	assert.ok(await has(person, two))
	assert.equal(told(ann, 'ticket-sent') > '0', true)
	sql(`UPDATE ticket_transfer SET expires_at = UTC_TIMESTAMP(3) WHERE ticket_id = ${one.id}`)
	jobs_run('transfers')
	await until('it ends', () => transfers(one)[0][1] === 'expired')
	audit()
})

test('whoever holds the number before it registers gets nothing: its code is asked for', async () => {
	const number = new_number(), [ticket] = await bought(ann, event)

	ok(await give(ann, ticket, number), 201)
	ok(await api('POST', '/api/v1/users/register/', { mobile_number: number, password: 'pass-87654321-x', name: 'Thief' }), 201)
	refused(await api('POST', '/api/v1/users/verify-otp/', { mobile_number: number, otp: String((+(await code(number)) + 1) % 1_000_000).padStart(6, '0') }), 422, 'OTP_INVALID')
	assert.equal(+row(ticket)[0], ann.customer_id)
})

// ---- at the same moment ----

test('passed on to two at once: one of them has it', async () => {
	for (let round = 0; round < 6; round++) {
		const [ticket] = await bought(ann, event)
		const answers = await Promise.all([bob, eve, bob, eve].map((to) => give(ann, ticket, to)))
		const won = answers.filter(({ status }) => status === 201)

		assert.equal(won.length, 1, answers.map(({ status, text }) => `${status} ${text}`).join('\n'))
		assert.ok(answers.every(({ status }) => [201, 404, 409].includes(status)))
		assert.deepEqual([row(ticket)[1], transfers(ticket).length], ['2', 1])
	}
	audit()
})

test('passed on while it is scanned: either it went in by the old code, or it is the other\'s and did not', async () => {
	const seen = new Set()

	// On a busy machine one of the two can be first for long.
	for (let round = 0; round < 12 || (seen.size < 2 && round < 120); round++) {
		const [ticket] = await bought(ann, event), old = await code_of(ann, ticket)
		const [gate, handed] = await Promise.all(round % 2
			? [scan(usher, { code: old }), give(ann, ticket, bob)]
			: [give(ann, ticket, bob), scan(usher, { code: old })].reverse())
		const entered = ok(gate).result === 'valid'

		assert.equal(handed.status === 201, !entered, `${handed.text} ${gate.text}`)
		assert.equal(+row(ticket)[0], entered ? ann.customer_id : bob.customer_id)
		seen.add(entered)
	}
	assert.equal(seen.size, 2, `the gate was ${seen.has(true) ? 'always' : 'never'} first`)
	audit()
})

test('a scan that came before is seen by who passes it on, and the other way round', async () => {
	const [one] = await bought(ann, event)

	refused(await meanwhile(`UPDATE ticket SET entries = entries WHERE id = ${one.id}; UPDATE ticket SET labels = '[]' WHERE id = ${one.id};
		UPDATE ticket SET customer_id = customer_id, status = 'cancelled' WHERE id = ${one.id}`, () => give(ann, one, bob)), 409, 'TICKET_NOT_VALID')
	assert.deepEqual(transfers(one), [])
	sql(`UPDATE ticket SET status = 'valid', labels = NULL WHERE id = ${one.id}`)
	audit()
})

test('passed on while its money is asked back: one of the two', async () => {
	const terms = await new_event({ ...later(), categories: [{ capacity: 500 }] })

	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 1, percent: 50 }), 201)
	for (let round = 0; round < 8; round++) {
		const [ticket] = await bought(ann, terms)
		const [back, handed] = await Promise.all([ask(ann, ticket), give(ann, ticket, bob)])

		assert.equal((back.status === 201) + (handed.status === 201), 1, `${back.text} ${handed.text}`)
	}
	audit()
})

test('twenty equal keys are one passing on', async () => {
	const [ticket] = await bought(ann, event), key = unique()
	const answers = await Promise.all(Array.from({ length: 20 }, () => give(ann, ticket, bob, 'transfer', {}, { key })))

	assert.ok(answers.every(({ status }) => [201, 409].includes(status)), answers.map(({ status }) => status).join())
	assert.ok(answers.filter(({ status }) => status === 201).length >= 1)
	assert.deepEqual(transfers(ticket).length, 1)
	const again = ok(await give(ann, ticket, bob, 'transfer', {}, { key }), 201)

	assert.equal(again.transfer.ticket_id, ticket.id)
	refused(await give(ann, ticket, eve, 'transfer', {}, { key }), 422, 'IDEMPOTENCY_MISMATCH')
	assert.equal(told(bob, 'ticket-received') > '0', true)
})

test('whoever passes on thirty a day waits', async () => {
	const many = await new_customer(), to = await new_customer(), here = await new_event({ ...later(), categories: [{ max_per_order: 40 }] })
	const tickets = await bought(many, here, 32)

	for (const ticket of tickets.slice(0, 30))
		ok(await give(many, ticket, to), 201)
	const answer = refused(await give(many, tickets[30], to), 429, 'TRANSFER_LIMIT')

	assert.ok(+answer.headers.get('retry-after') > 0)
	assert.equal(+row(tickets[30])[0], many.customer_id)
})

// ---- names ----

test('another name on a ticket, before the scan and where the event allows it', async () => {
	const [ticket] = await bought(ann, event)
	const rename = (person, holder_name) => as(person).post(`/api/v1/users/tickets/${ticket.id}/rename/`, { holder_name })

	assert.equal(ok(await rename(ann, 'Zoë Ångström')).holder_name, 'Zoë Ångström')
	ok(await rename(ann, 'Zoë Ångström'))
	refused(await rename(bob, 'Bob'), 404)
	for (const wrong of ['', ' ', 'a'.repeat(121), 'a\u0007b', '\u202Eevil', null])
		refused(await rename(ann, wrong), 422)
	ok(await staff.put(`/api/events/${event.id}/`, { renames: false }))
	refused(await rename(ann, 'No One'), 409, 'NOT_ALLOWED_HERE')
	ok(await staff.put(`/api/events/${event.id}/`, { renames: true }))
	assert.equal(ok(await staff.get('/api/tickets/?search=Ångström')).items.some(({ id }) => id === ticket.id), true, 'it is found by it')
	assert.equal(ok(await scan(usher, { code: await code_of(ann, ticket) })).result, 'valid')
	refused(await rename(ann, 'Too Late'), 409, 'TICKET_USED')
	audit()
})

// ---- money asked back ----

const ask = (person, ticket, reason = 'I am ill') => as(person).post(`/api/v1/users/tickets/${ticket.id}/refund-request/`, { reason })
const offer = async (person, ticket) => ok(await as(person).get(`/api/v1/users/tickets/${ticket.id}/refund-request/`))

test('what would go back is shown before it is asked, by the event\'s terms, and kept as it was asked', async () => {
	const terms = await new_event({ ...later(), categories: [{ price: 3333 }] }), [ticket] = await bought(ann, terms)

	assert.deepEqual([(await offer(ann, ticket)).amount, (await offer(ann, ticket)).percent], [0, 0])
	refused(await ask(ann, ticket), 409, 'NOT_REFUNDABLE')
	const before_it = +told(ann, 'refund-asked')
	const rule = ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 7, percent: 50 }), 201)

	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 30, percent: 100 }), 201)
	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent: 10 }), 201)
	refused(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 7, percent: 20 }), 409, 'DUPLICATE')
	const shown = await offer(ann, ticket)

	assert.deepEqual([shown.percent, shown.days_before, shown.paid, shown.amount, shown.currency], [50, 7, 3333, 1666, 'EUR'])
	assert.deepEqual(shown.rules, [{ days_before: 30, percent: 100 }, { days_before: 7, percent: 50 }, { days_before: 0, percent: 10 }])
	refused(await as(bob).get(`/api/v1/users/tickets/${ticket.id}/refund-request/`), 404)
	refused(await ask(bob, ticket), 404)
	refused(await ask(ann, ticket, ''), 422)
	const { request } = ok(await ask(ann, ticket), 201)

	ok(await staff.put(`/api/refund-rules/${rule.id}/`, { percent: 1 }))
	assert.deepEqual([request.status, request.amount], ['requested', 1666])
	refused(await ask(ann, ticket), 409, 'REFUND_PENDING')
	refused(await give(ann, ticket, bob), 409, 'REFUND_PENDING')
	assert.equal((await offer(ann, ticket)).request.amount, 1666)
	ok(await as(ann).post(`/api/v1/users/tickets/${ticket.id}/refund-request/withdraw/`, {}))
	refused(await as(ann).post(`/api/v1/users/tickets/${ticket.id}/refund-request/withdraw/`, {}), 409, 'NO_REFUND_REQUEST')
	assert.equal(+told(ann, 'refund-asked') - before_it, 1)
	audit()
})

test('approved, the ticket is dead and both its owner and who paid are told; rejected, it stays good', async () => {
	const terms = await new_event(soon()), [one, two, three] = await bought(ann, terms, 3)
	const gate = await new_usher(terms), request = async (person, ticket) => ok(await ask(person, ticket), 201).request.id
	const decide = (by, id, how, body = {}) => as(by).post(`/api/refund-requests/${id}/${how}/`, body)

	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent: 80 }), 201)
	ok(await give(ann, one, eve), 201)
	const first = await request(eve, one), second = await request(ann, two), third = await request(ann, three)
	const finance = await new_staff('admin'), support = await new_staff('support'), paid = told(ann, 'refund-approved')
	const dead = await code_of(eve, one)

	refused(await decide(support, first, 'approve'), 403)
	ok(await decide(finance, first, 'approve'))
	refused(await decide(finance, first, 'approve'), 409, 'WRONG_STATUS')
	refused(await decide(finance, second, 'reject'), 422)
	ok(await decide(finance, second, 'reject', { note: 'The terms say no.' }))
	assert.equal(row(one)[2], 'refunded')
	assert.notEqual(ok(await scan(gate, { code: dead })).result, 'valid')
	assert.equal(ok(await scan(gate, { code: await code_of(ann, two) })).result, 'valid')
	assert.equal(ok(await scan(gate, { code: await code_of(ann, three) })).result, 'valid')
	refused(await decide(finance, third, 'approve'), 409, 'TICKET_USED')
	ok(await decide(finance, third, 'reject', { note: 'It was used.' }))
	assert.deepEqual([told(eve, 'refund-approved'), +told(ann, 'refund-approved') - +paid], ['1', 1])
	// The money goes back to who paid, once, while the other tickets stand.
	const [[payment, amount]] = sql(`SELECT p.id, r.amount FROM payment p JOIN payment_refund r ON r.payment_id = p.id WHERE p.order_id = ${one.order_id}`)

	jobs_run('payments')
	await until('it went back', () => sql(`SELECT state FROM payment_refund WHERE payment_id = ${payment}`)[0][0] === 'done')
	assert.deepEqual(ledger(payment).map(({ kind, sum, turnover }) => [kind, sum, turnover]).slice(1), [['refund', 0, +amount]])
	assert.equal(sql(`SELECT status FROM payment WHERE id = ${payment}`)[0][0], 'succeeded')
	audit()
})

// ---- the seat of a ticket that was given back ----

const given_back = (order) => sql(`SELECT status, tickets, returned, given_back FROM orders WHERE id = ${order}`)[0].map((value) => isNaN(value) ? value : +value)
const sales_of = (category) => sql(`SELECT sold, revenue FROM organizer_sale WHERE category_id = ${category}`).map((row) => row.map(Number))
const live = async (of) => ok(await staff.get(`/api/live/events/${of.id}`))
const approve = async (person, ticket, by = finance_now) =>
	as(by).post(`/api/refund-requests/${ok(await ask(person, ticket), 201).request.id}/approve/`, {})
let finance_now

test('approved, the seat is free at once, and nothing that counts sales counts it any more; what the provider does later does not take it back', async () => {
	const terms = await new_event({ ...soon(), categories: [{ capacity: 3, price: 3000 }] }), [{ id }] = terms.categories, organizer = as(await token('organizer'))
	const buyer = await new_customer(), tickets = await bought(buyer, terms, 3), [{ order_id }] = tickets

	finance_now = await new_staff('admin')
	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent: 50 }), 201)
	refused(await as(bob).post('/api/v1/tickets/book/', { event_id: terms.id, items: [{ category_id: id, quantity: 1 }] }), 409, 'TICKET_SOLD_OUT')
	const before_ = ok(await organizer.get(`/api/organizer/events/${terms.id}/`)).analytics
	jobs_rest('payments')
	ok(await approve(buyer, tickets[0]))
	assert.deepEqual([stock(id), given_back(order_id), sales_of(id)], [{ capacity: 3, held: 0, sold: 2 }, ['paid', 3, 1, 1500], [[2, 7500]]])
	await until('who watches sees it', async () => (await live(terms)).counts.sold === 2)
	assert.deepEqual([(await live(terms)).counts.expected, (await live(terms)).by_category[0].sold], [2, 2])
	const after_ = ok(await organizer.get(`/api/organizer/events/${terms.id}/`)).analytics
	assert.deepEqual([before_.sold, before_.revenue, after_.sold, after_.revenue], [3, 9000, 2, 7500])
	assert.deepEqual(after_.by_day.map(({ tickets: n, orders, revenue }) => [n, orders, revenue]).at(-1), [2, 1, 7500])
	const office = ok(await staff.get(`/api/events/${terms.id}/statistics/`))
	assert.deepEqual([office.sold, office.revenue, office.by_category[0].revenue], [2, 7500, 6000])
	const [spent] = ok(await as(buyer).get('/api/v1/users/analytics/')).spend
	assert.deepEqual([spent.spent, spent.refunded, spent.tickets], [7500, 1500, 2])
	audit()

	// The bank says no. Its seat is somebody else's by then; the money is owed still, and can be asked for again.
	const [other] = await bought(bob, terms)
	assert.deepEqual(stock(id), { capacity: 3, held: 0, sold: 3 })
	const refund = sql(`SELECT f.id, r.id FROM payment_refund f JOIN refund_request r ON r.id = f.refund_request_id WHERE r.order_id = ${order_id}`)[0]
	sql(`UPDATE payment_refund SET state = 'failed', provider_reference = 'sbx_re_refused_${refund[0]}' WHERE id = ${refund[0]}`)
	audit()
	assert.deepEqual([stock(id).sold, row(tickets[0])[2], given_back(order_id)], [3, 'refunded', ['paid', 3, 1, 1500]])
	await Promise.all(Array.from({ length: 51 }, () => new_event(soon()))) // which lack their ushers, and hide nothing
	const alerts = ok(await staff.get('/api/dashboard/stats/')).alerts.map(({ code }) => code), of_events = ['no_ushers', 'draft_soon', 'no_categories']
	assert.ok(alerts.includes('refund_failed'), alerts.join())
	const place = alerts.map((code) => of_events.indexOf(code)) // what is no event's comes first
	assert.deepEqual(place, [...place].sort((a, b) => a - b), alerts.join())
	assert.equal(ok(await staff.get(`/api/refund-requests/${refund[1]}/`)).money, 'failed')
	const again = (by) => as(by).post(`/api/refund-requests/${refund[1]}/again/`, {})
	refused(await again(await new_staff('support')), 403)
	const answers = await Promise.all([again(finance_now), again(finance_now)])
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
	jobs_run('payments')
	await until('it went back', () => sql(`SELECT state FROM payment_refund WHERE id = ${refund[0]}`)[0][0] === 'done')
	refused(await again(finance_now), 409, 'WRONG_STATUS')
	audit()

	// The event is cancelled: what is left of both goes back, and every seat is free once.
	ok(await staff.post(`/api/events/${terms.id}/cancel/`, {}))
	await until('all went back', () => {
		jobs_run('payments')
		return sql(`SELECT COUNT(*) FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.event_id = ${terms.id} AND p.status = 'refunded'`)[0][0] === '2'
	})
	assert.deepEqual([stock(id).sold, sales_of(id), given_back(order_id)], [0, [[0, 0]], ['refunded', 3, 1, 1500]])
	assert.deepEqual(sql(`SELECT SUM(f.amount) FROM payment_refund f JOIN payment p ON p.id = f.payment_id WHERE p.order_id IN (${order_id}, ${other.order_id})
		GROUP BY p.order_id ORDER BY p.order_id`).map(([sum]) => +sum), [9000, 3000])
	audit()
})

test('the last seat, given back while twenty want it: one has it', async () => {
	const terms = await new_event({ ...soon(), categories: [{ capacity: 1 }] }), [{ id }] = terms.categories, buyers = []

	finance_now = await new_staff('admin')
	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent: 100 }), 201)
	for (let i = 0; i < 20; i++)
		buyers.push(await new_customer())
	jobs_rest('payments')
	const [ticket] = await bought(ann, terms)
	let over = false
	const want = async (buyer) => {
		for (let last = false; ; last = over) {
			const answer = await as(buyer).post('/api/v1/tickets/book/', { event_id: terms.id, items: [{ category_id: id, quantity: 1 }] })

			if (answer.status === 201 || last)
				return answer
			refused(answer, 409, 'TICKET_SOLD_OUT')
		}
	}
	const all = buyers.map(want)
	ok(await approve(ann, ticket))
	over = true
	const won = (await Promise.all(all)).filter(({ status }) => status === 201)
	assert.equal(won.length, 1)
	assert.deepEqual(stock(id), { capacity: 1, held: 1, sold: 0 })
	audit()
})

test('tickets of one order given back one by one while its event is cancelled: each seat is free once, and never more than was paid goes back', async () => {
	finance_now = await new_staff('admin')
	for (let round = 0; round < 4; round++) {
		const terms = await new_event({ ...soon(), categories: [{ price: 1999 }, { price: 3001 }] }), [one, two] = terms.categories
		const buyer = await new_customer(), asked = []

		ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent: 70 }), 201)
		const tickets = await bought(buyer, terms, [{ category_id: one.id, quantity: 2 }, { category_id: two.id, quantity: 2 }])
		for (const ticket of tickets)
			asked.push(ok(await ask(buyer, ticket), 201).request.id)
		const [cancelled, ...answers] = await Promise.all([staff.post(`/api/events/${terms.id}/cancel/`, {}),
			...asked.map((id) => as(finance_now).post(`/api/refund-requests/${id}/approve/`, {}))])
		ok(cancelled)
		for (const answer of answers.filter(({ status }) => status !== 200))
			refused(answer, 409, 'TICKET_USED')
		await until('all went back', () => {
			jobs_run('payments')
			return sql(`SELECT status FROM payment WHERE order_id = ${tickets[0].order_id}`)[0][0] === 'refunded'
		})
		assert.deepEqual([stock(one.id).sold, stock(two.id).sold, sales_of(one.id), sales_of(two.id)], [0, 0, [[0, 0]], [[0, 0]]])
		assert.equal(+sql(`SELECT SUM(f.amount) FROM payment_refund f JOIN payment p ON p.id = f.payment_id
			WHERE p.order_id = ${tickets[0].order_id} AND f.state = 'done'`)[0][0], 10000)
		audit()
	}
})

test('an order whose every ticket gave its money back is refunded, and its seats are free', async () => {
	const terms = await new_event(soon()), tickets = await bought(ann, terms, 2), finance = await new_staff('admin'), [{ id }] = terms.categories

	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent: 100 }), 201)
	assert.equal(stock(id).sold, 2)
	for (const ticket of tickets)
		ok(await as(finance).post(`/api/refund-requests/${ok(await ask(ann, ticket), 201).request.id}/approve/`, {}))
	jobs_run('payments')
	await until('all of it went back', () => {
		jobs_run('payments')
		return sql(`SELECT status FROM payment WHERE order_id = ${tickets[0].order_id}`)[0][0] === 'refunded'
	})
	assert.equal(ok(await as(ann).get(`/api/v1/users/orders/${tickets[0].order_id}`)).order.status, 'refunded')
	assert.equal(stock(id).sold, 0)
	audit()
})

test('approved while it is scanned: in, or refunded, never both; and by two at once, once', async () => {
	const terms = await new_event({ ...soon(), categories: [{ capacity: 500 }] }), gate = await new_usher(terms), finance = await new_staff('admin')

	ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent: 100 }), 201)
	for (let round = 0; round < 8; round++) {
		const [ticket] = await bought(ann, terms), its = await code_of(ann, ticket), { request } = ok(await ask(ann, ticket), 201)
		const approve = () => as(finance).post(`/api/refund-requests/${request.id}/approve/`, {})
		const [scanned, ...answers] = await Promise.all([scan(gate, { code: its }), approve(), approve()])
		const entered = ok(scanned).result === 'valid'

		assert.equal(answers.filter(({ status }) => status === 200).length, entered ? 0 : 1, answers.map(({ text }) => text).join('\n'))
		assert.equal(row(ticket)[2], entered ? 'valid' : 'refunded')
	}
	audit()
})

test('bought with a promo code, each ticket gives back its part of what was paid; all of them at once, each by two: each once, and together never more', async () => {
	const finance = [as(await new_staff('admin')), as(await new_staff('admin'))]

	for (let round = 0; round < 12; round++) {
		const [percent, off] = [[100, 70, 33][round % 3], [{ percent: 33 }, { amount: 777, currency: 'EUR' }, { percent: 7 }, { amount: 4999, currency: 'EUR' }][round % 4]]
		const terms = await new_event({ ...soon(), tax_rate: 1900, categories: [{ price: 1999 }, { price: 3001 }, { price: 7 }] }), buyer = await new_customer()
		const price_of = new Map(terms.categories.map(({ id, price }) => [id, price]))

		ok(await staff.post('/api/refund-rules/', { event_id: terms.id, days_before: 0, percent }), 201)
		const { code: promo_code } = ok(await staff.post('/api/promo-codes/', { code: unique(), event_id: terms.id, ...off }), 201)
		const { order } = ok(await book(buyer, terms, terms.categories.map(({ id }, i) => ({ category_id: id, quantity: 1 + (round + i) % 3 })), { promo_code }), 201)
		const { payment, tickets } = ok(await pay(buyer, order.id))
		const share = (ticket) => Math.floor(percent * Math.floor(price_of.get(ticket.category.id) * order.total / order.subtotal) / 100)
		const kept = round % 2 ? tickets.slice(0, 1) : [], asked = []

		assert.ok(order.total < order.subtotal)
		for (const ticket of tickets.filter((one) => !kept.includes(one))) {
			if (!share(ticket)) {
				refused(await ask(buyer, ticket), 409, 'NOT_REFUNDABLE')
				continue
			}
			const { request } = ok(await ask(buyer, ticket), 201)
			assert.equal(request.amount, share(ticket))
			asked.push({ id: request.id, amount: request.amount })
		}
		const again = async (act) => {
			for (;;) {
				const answer = await act()
				if (answer.status !== 503)
					return answer
			}
		}
		const answers = await Promise.all(asked.map(({ id }) => Promise.all(finance.map((by) => again(() => by.post(`/api/refund-requests/${id}/approve/`, {}))))))
		for (const pair of answers)
			assert.deepEqual(pair.map(({ status }) => status).sort(), [200, 409], pair.map(({ text }) => text).join('\n'))
		const sum = asked.reduce((all, { amount }) => all + amount, 0)
		assert.ok(sum <= order.total)
		assert.deepEqual(given_back(order.id).slice(1), [tickets.length, asked.length, sum])
		assert.equal(terms.categories.reduce((all, { id }) => all + stock(id).sold, 0), tickets.length - asked.length)
		assert.equal(terms.categories.flatMap(({ id }) => sales_of(id)).reduce((all, [, revenue]) => all + revenue, 0), order.total - sum)
		await until('it went back', () => {
			jobs_run('payments')
			return sql(`SELECT COUNT(*) FROM payment_refund WHERE payment_id = ${payment.id} AND state <> 'done'`)[0][0] === '0'
		})
		assert.equal(ledger(payment.id).slice(1).reduce((all, { turnover }) => all + turnover, 0), sum)
	}
	audit()
})

// ---- what was done behind its back ----

test('audit misses a row that is gone, another owner, a generation, a hand that was not theirs', async () => {
	const [ticket] = await bought(ann, event)

	ok(await give(ann, ticket, bob), 201)
	const found = (change, back, sentence) => {
		sql(change)
		const run = spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit', 'passed on'], { encoding: 'utf8' })

		sql(back)
		assert.equal(run.status, 1, `${change}: ${run.stdout}`)
		assert.match(run.stdout, sentence)
	}
	const of = `WHERE ticket_id = ${ticket.id}`, itself = `WHERE id = ${ticket.id}`, PASSED = /whose it was passed on to/, HANDS = /passed on by who has it/

	found(`UPDATE ticket SET customer_id = ${eve.customer_id} ${itself}`, `UPDATE ticket SET customer_id = ${bob.customer_id} ${itself}`, PASSED)
	found(`UPDATE ticket SET generation = 3 ${itself}`, `UPDATE ticket SET generation = 2 ${itself}`, PASSED)
	found(`UPDATE ticket_transfer SET status = 'cancelled' ${of}`, `UPDATE ticket_transfer SET status = 'claimed' ${of}`, PASSED)
	found(`UPDATE ticket_transfer SET from_customer_id = ${eve.customer_id} ${of}`, `UPDATE ticket_transfer SET from_customer_id = ${ann.customer_id} ${of}`, HANDS)
	found(`UPDATE ticket_transfer SET to_customer_id = ${eve.customer_id} ${of}`, `UPDATE ticket_transfer SET to_customer_id = ${bob.customer_id} ${of}`, PASSED)
	audit()
})
