// A customer's own: where they are signed in, all that is held on them, and their leaving, which removes the person and keeps the
// books.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { before, test } from 'node:test'
import { api, messages, sign_in, sql, token } from './lib.mjs'
import { as, bought, code_of, held, iso, new_card, new_customer, new_event, new_organizer, new_usher, ok, refused, scan, until, unique, DAY, HOUR } from './world.mjs'

let event, staff
const later = () => ({ starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + DAY + HOUR) })

before(async () => {
	staff = as(await token('staff'))
	event = await new_event(later())
})

function audit() {
	const run = spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit'], { encoding: 'utf8' })

	assert.equal(run.status, 0, run.stdout + run.stderr)
}
const again = async ({ mobile_number, password }) => sign_in('customer', { mobile_number, password })
const leave = (person, body = {}, more) => as(person).post('/api/v1/users/delete-account/', { password: person.password, ...body }, more)

// ---- sessions ----

test('each sign-in is shown; one is ended, then all others, and what ended is over at once', async () => {
	const ann = await new_customer(), second = await again(ann), third = await again(ann)
	const list = async (who) => ok(await as(who).get('/api/v1/users/sessions/')).sessions
	const all = await list(third)

	assert.equal(all.length, 3)
	assert.deepEqual(all.filter(({ current }) => current).length, 1)
	assert.ok(all.every(({ app, ip, device, role }) => app && ip && device !== undefined && role === 'customer'))
	for (const [agent, name] of [
		['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox · Linux'],
		['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0', 'Edge · Windows'],
		['Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36', 'Chrome · Android'],
		['Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1', 'Safari · iPhone'],
		['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15', 'Safari · macOS'],
		['okhttp/4.12.0', null], ['', null]
	]) {
		sql(`UPDATE session SET user_agent = '${agent}' WHERE id = ${all.find(({ current }) => current).id}`)
		assert.equal((await list(third)).find(({ current }) => current).name, name, agent)
	}
	const mine = (await list(second)).find(({ current }) => current)

	ok(await as(third).post(`/api/v1/users/sessions/${mine.id}/end/`, {}))
	refused(await as(third).post(`/api/v1/users/sessions/${mine.id}/end/`, {}), 404, 'SESSION_NOT_FOUND')
	assert.equal((await as(second).get('/api/v1/users/sessions/')).status, 401)
	assert.equal((await api('POST', '/api/v1/token/refresh/', { refresh: second.refresh })).status, 401)
	assert.equal(ok(await as(third).post('/api/v1/users/sessions/end-others/', {})).sessions.length, 1)
	assert.equal((await as(ann).get('/api/v1/users/sessions/')).status, 401)
	ok(await as(third).get('/api/v1/users/sessions/'))
	const bob = await new_customer(), [his] = await list(bob)

	refused(await as(third).post(`/api/v1/users/sessions/${his.id}/end/`, {}), 404, 'SESSION_NOT_FOUND')
	ok(await as(bob).get('/api/v1/users/sessions/'))
})

// ---- all that is held ----

test('what is held is given out, all of it, and nobody else\'s', async () => {
	const ann = await new_customer({ name: 'Ann Export' }), bob = await new_customer({ name: 'Bob Other' })
	const [ticket, other] = await bought(ann, event, 2)

	await bought(bob, event)
	ok(await as(ann).post('/api/v1/users/dependents/', { name: 'Lou Little', relationship: 'niece', birth_date: '2019-05-04' }), 201)
	ok(await as(ann).post('/api/v1/users/favorites/', { event_id: event.id }), 201)
	ok(await as(ann).post(`/api/v1/users/tickets/${other.id}/gift/`, { mobile_number: bob.mobile_number, message: 'For Bob' }), 201)
	ok(await staff.post('/api/customer-notes/', { customer_id: ann.customer_id, text: 'Calls often' }), 201)
	const { held: all } = ok(await as(ann).get('/api/v1/users/export/')), text = JSON.stringify(all)

	for (const word of ['Ann Export', ann.mobile_number, 'Lou Little', 'For Bob', event.title])
		assert.ok(text.includes(word), word)
	assert.ok(!text.includes('Bob Other') && !text.includes('password_hash') && !text.includes('argon2'))
	assert.deepEqual(all.tickets.map(({ id }) => id).sort(), [ticket.id, other.id].sort())
	for (const part of ['account', 'customer', 'sessions', 'orders', 'order_items', 'payments', 'transfers', 'messages', 'notes', 'changes'])
		assert.ok(all[part].length > 0, part)
})

test('what is exported names every table that names a customer or an account', () => {
	// A table that holds somebody's things and is in neither list is forgotten: its line belongs here with the reason, or there.
	const KNOWN = ['account', 'account_role', 'account_token' /* hashes, and for a day an address or a name */, 'attendance', 'attendance_anomaly', 'attendance_change', 'campus_report', 'qr_scan',
		'report_issue' /* these of a campus's people, who see their records there, and whose days are the campus's */, 'admin', 'co_worker' /* nor do theirs */, 'saved_view' /* nor staff */, 'sought_word' /* made of the account */, 'ticket_exchange', 'audit_log', 'campus_import' /* a campus's own */, 'campus_member', 'card_assignment', 'card_keep', 'card_request', 'customer', 'dependent',
		'edit_request' /* an organizer's own, who does not leave by a button */, 'event_expected' /* of a campus's people */, 'favorite', 'idempotency', 'ledger_entry', 'lti_score', 'lti_sent' /* of a campus's people, to whose platform it went */, 'merchant', 'nfc_card', 'note', 'orders', 'organizer', 'otp', 'payment', 'person', 'push_subscription', 'refund_request', 'session',
		'stored_file', 'supervisor_department' /* of a campus's people */, 'ticket', 'ticket_transfer', 'usher', 'webhook_delivery']
	const found = sql(`SELECT DISTINCT TABLE_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
		AND COLUMN_NAME IN ('customer_id', 'account_id', 'from_customer_id') ORDER BY 1`).flat()

	assert.deepEqual(found.filter((name) => !KNOWN.includes(name)), [])
})

// ---- leaving ----

test('the password is asked, and what is still open stands in the way', async () => {
	const ann = await new_customer(), begun = await new_event()

	refused(await leave(ann, { password: 'not the one' }), 422, 'VALIDATION_ERROR')
	refused(await leave(ann, { password: '' }), 422, 'VALIDATION_ERROR')
	const order = await held(ann, begun)

	refused(await leave(ann), 409, 'PAYMENT_OPEN')
	ok(await as(ann).post(`/api/v1/users/orders/${order.id}/cancel/`, {}))
	const [ticket] = await bought(ann, event)

	refused(await leave(ann), 409, 'TICKETS_HELD')
	ok(await staff.post('/api/refund-rules/', { event_id: event.id, days_before: 0, percent: 10 }), 201)
	ok(await as(ann).post(`/api/v1/users/tickets/${ticket.id}/refund-request/`, { reason: 'x' }), 201)
	refused(await leave(ann, { confirm_tickets: true }), 409, 'REFUND_PENDING')
	ok(await as(ann).post(`/api/v1/users/tickets/${ticket.id}/refund-request/withdraw/`, {}))
	assert.equal(sql(`SELECT status FROM account WHERE mobile_number = '${ann.mobile_number}'`)[0][0], 'active')
	ok(await leave(ann, { confirm_tickets: true }))
	audit()
})

test('who works here does not leave by a button', async () => {
	const ann = await new_customer()

	sql(`INSERT INTO account_role SELECT account_id, 'support', UTC_TIMESTAMP(3) FROM customer WHERE id = ${ann.customer_id};
		INSERT INTO admin (account_id) SELECT account_id FROM customer WHERE id = ${ann.customer_id}`)
	refused(await leave(ann), 403, 'STRONGER_ROLE')
})

test('the person is nowhere any more, and the books are whole', async () => {
	const mark = `Zz${unique()}`, ann = await new_customer({ name: mark, email: `${mark}@post.example`.toLowerCase() }), friend = await new_customer()
	const here = await new_event({ starts_at: iso(Date.now() + HOUR / 4), ends_at: iso(Date.now() + HOUR) }), usher = await new_usher(here), uid = new_card(ann)
	const [ticket, passed, offered] = await bought(ann, here, [{ category_id: here.categories[0].id, quantity: 3, holders: [{ name: `${mark} I` }, { name: `${mark} II` }] }])

	const show = await new_event({ starts_at: iso(Date.now() + 24 * HOUR), ends_at: iso(Date.now() + 25 * HOUR), categories: [{ name: 'Stalls' }, { name: 'Box', price: 4000 }] })
	const [spare] = await bought(ann, show, [{ category_id: show.categories[0].id, quantity: 1 }])

	ok(await as(ann).put('/api/v1/users/me/', { birth_date: '1990-01-02', blood_type: 'A+', emergency_contact: { name: `${mark} Mum`, mobile_number: '+15550123456' } }))
	ok(await as(ann).post('/api/v1/users/dependents/', { name: `${mark} Junior`, relationship: 'son', birth_date: '2019-05-04' }), 201)
	ok(await as(ann).post('/api/v1/users/favorites/', { event_id: here.id }), 201)
	ok(await as(ann).post('/api/v1/users/nfc-cards/request/', { delivery: { name: mark, address: 'Way 1', postcode: '1', city: 'Bonn', country: 'DE' } }), 201)
	assert.equal(ok(await scan(usher, { code: await code_of(ann, ticket) })).result, 'valid')
	ok(await as(ann).post(`/api/v1/users/tickets/${passed.id}/transfer/`, { mobile_number: friend.mobile_number }), 201)
	ok(await as(ann).post(`/api/v1/users/tickets/${offered.id}/gift/`, { mobile_number: friend.mobile_number, message: mark }), 201)
	const wanted = await new_organizer()

	ok(await as(wanted).post('/api/organizer/co-workers/', { name: mark, mobile_number: ann.mobile_number, may_gate: true }), 201)
	const { order } = ok(await staff.post(`/api/tickets/${spare.id}/exchange/`, { category_id: show.categories[1].id, reason: `${mark} asked` }))
	ok(await as(ann).post(`/api/v1/users/orders/${order.id}/cancel/`, {}))
	const other = await again(ann), money = () => sql(`SELECT SUM(total) FROM orders WHERE customer_id = ${ann.customer_id}`)[0][0], paid = money()

	await until('what was on its way is sent', () => sql(`SELECT COUNT(*) FROM outbox WHERE recipient = LOWER('${mark}@post.example') AND status = 'queued'`)[0][0] === '0')
	ok(await leave(ann, { confirm_tickets: true }))
	for (const one of [ann, other])
		assert.equal((await as(one).get('/api/v1/users/me/')).status, 401)
	assert.equal((await api('POST', '/api/v1/users/login/', { mobile_number: ann.mobile_number, password: ann.password })).status, 401)
	await until('the last mail is sent', () => sql(`SELECT COUNT(*) FROM outbox WHERE kind = 'account-deleted' AND recipient = LOWER('${mark}@post.example') AND status = 'sent'`)[0][0] === '1')
	// Everywhere but in that last mail, which goes within a week, in the log of changes, which nothing is taken out of, where the
	// other's message says from whom it came, and on an invoice, if it was made out by then: it says for whom.
	const columns = sql(`SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
		AND DATA_TYPE IN ('varchar', 'text', 'longtext', 'char', 'mediumtext') AND TABLE_NAME NOT IN ('audit_log', 'outbox', 'invoice')`)
	const left = columns.filter(([table, column]) => sql(`SELECT COUNT(*) FROM \`${table}\` WHERE \`${column}\` LIKE '%${mark}%' OR \`${column}\` LIKE '%${ann.mobile_number}%'`)[0][0] !== '0')

	assert.deepEqual(left, [])
	assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE recipient IN (LOWER('${mark}@post.example'), '${ann.mobile_number}')`)[0][0], '1')
	assert.equal(money(), paid)
	assert.deepEqual(sql(`SELECT status, name FROM account WHERE id = (SELECT account_id FROM customer WHERE id = ${ann.customer_id})`), [['disabled', 'Deleted account']])
	assert.equal(ok(await as(friend).get(`/api/v1/users/tickets/${passed.id}/`)).status, 'valid', 'what was passed on is the other\'s')
	assert.equal(sql(`SELECT status FROM nfc_card WHERE uid = '${uid}'`)[0][0], 'blocked')
	audit()
	const anew = await new_customer({ mobile_number: ann.mobile_number, name: 'Somebody New' })

	assert.notEqual(anew.customer_id, ann.customer_id)
	assert.equal(ok(await as(anew).get('/api/v1/users/tickets/')).total, 0)
})

test('twice at once it is once', async () => {
	const ann = await new_customer()
	const answers = await Promise.all(Array.from({ length: 5 }, () => leave(ann)))

	assert.ok(answers.every(({ status }) => [200, 401, 422, 503].includes(status)), answers.map(({ text }) => text).join('\n'))
	assert.equal(answers.filter(({ status }) => status === 200).length, 1)
	audit()
})
