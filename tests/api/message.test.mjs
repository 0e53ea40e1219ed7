// What people are told: by mail as text and HTML, or by SMS, in their language, with the event's clocks named; once each, however
// often whoever passes it on is killed; and no more of it to who declined, but for receipts.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { before, test } from 'node:test'
import { api, messages, site, sql, token } from './lib.mjs'
import { as, bought, held, iso, jobs_rest, jobs_run, leases_end, new_customer, new_event, ok, pay, DAY, HOUR, refused, unique, until } from './world.mjs'

let staff

before(async () => { staff = as(await token('staff')) })

async function customer(more = {}) {
	const person = await new_customer({ name: more.name ?? 'Mira Castellanos' })

	if (more.email)
		sql(`UPDATE account SET email = '${more.email}' WHERE id = (SELECT account_id FROM customer WHERE id = ${person.customer_id})`)
	if (more.locale)
		sql(`UPDATE account SET locale = '${more.locale}' WHERE id = (SELECT account_id FROM customer WHERE id = ${person.customer_id})`)
	return person
}
const address = () => `${unique()}@post.example`
const told = (to, kind) => sql(`SELECT id, status, channel, optional, COALESCE(error, ''), COALESCE(event_id, 0) FROM outbox
	WHERE recipient = '${to}' AND kind = '${kind}' ORDER BY id`)
const sent = (to, kind, n = 1) => until(`${kind} is sent`, () => told(to, kind).filter(([, status]) => status === 'sent').length === n)
const body = async (to) => (await messages(to)).map((message) => message.body)

test('a receipt comes by mail, and says when by the event\'s clocks; who has no address gets an SMS', async () => {
	const to = address(), ann = await customer({ email: to }), bob = await customer()
	const event = await new_event({ time_zone: 'Asia/Kathmandu' })

	for (const person of [ann, bob])
		ok(await pay(person, (await held(person, event)).id))
	await sent(to, 'order-paid')
	await sent(bob.mobile_number, 'order-paid')
	const [mail] = await body(to), [sms] = await body(bob.mobile_number)

	assert.match(mail, /^Hello Mira Castellanos,\n\nThank you\. Order \w+ is paid: .*\n\n/)
	assert.match(mail, /\(Asia\/Kathmandu\)\n/)
	assert.match(mail, new RegExp(`See your tickets and their codes: ${site}/orders/\\d+\n`))
	assert.ok(!mail.includes('/unsubscribe/'), 'a receipt is no mail that one declines')
	assert.match(sms, /^Order \w+ is paid\. Your tickets: http\S+\/orders\/\d+$/m)
	assert.deepEqual(told(to, 'order-paid').map((row) => [row[2], row[3], +row[5]]), [['mail', '0', event.id]])
	assert.equal(sql(`SELECT subject FROM outbox WHERE recipient = '${to}'`)[0][0], `Your tickets for ${event.title}`)
})

test('each is told in their own language', async () => {
	const to = address(), ann = await customer({ email: to, locale: 'ar' }), event = await new_event()

	ok(await pay(ann, (await held(ann, event)).id))
	await sent(to, 'order-paid')
	assert.match((await body(to))[0], /^مرحباً \u2068Mira Castellanos\u2069،\n\nشكراً لك\./)
})

test('who has a ticket is told that the event is moved, with what it was; a change of nothing tells nobody', async () => {
	const to = address(), ann = await customer({ email: to }), event = await new_event({ time_zone: 'Europe/Berlin' })
	const starts = Date.now() + 9 * DAY

	await bought(ann, event, 2)
	ok(await staff.put(`/api/events/${event.id}/`, { title: event.title, re_entry: false }))
	ok(await staff.put(`/api/events/${event.id}/`, { starts_at: iso(starts), ends_at: iso(starts + HOUR) }))
	await sent(to, 'event-moved')
	await until('it is passed on', () => sql(`SELECT COUNT(*) FROM event_notice WHERE event_id = ${event.id} AND done_at IS NULL`)[0][0] === '0')
	assert.equal(told(to, 'event-moved').length, 1, 'once, though there are two tickets')
	const [mail] = await body(to)

	assert.match(mail, /It is now:\n\n[^]*\(Europe\/Berlin\)\n\nIt was:\n\n/)
	assert.match(mail, /\nNo more such mails: http\S+\/unsubscribe\/[0-9a-f]{32}\n/)
	refused(await staff.put(`/api/events/${event.id}/`, { starts_at: iso(starts), ends_at: iso(starts - HOUR) }), 422, 'VALIDATION_ERROR')
	assert.equal(sql(`SELECT COUNT(*) FROM event_notice WHERE event_id = ${event.id}`)[0][0], '1', 'what was refused is told nobody')
})

test('who has a ticket is told that the event is cancelled, also while the money goes back', async () => {
	const to = address(), ann = await customer({ email: to }), bob = await customer(), event = await new_event()

	for (const person of [ann, bob])
		await bought(person, event)
	jobs_rest('notices', 'payments')
	ok(await staff.post(`/api/events/${event.id}/cancel/`, {}))
	jobs_run('payments')
	await sent(to, 'order-refunded')
	assert.equal(told(to, 'event-cancelled').length, 0)
	jobs_run('notices')
	await sent(to, 'event-cancelled')
	await sent(bob.mobile_number, 'event-cancelled')
	const mails = (await body(to)).join('\n---\n')

	assert.match(mails, /has been cancelled\. Your ticket no longer opens the gate\./)
	assert.match(mails, /We are giving you back what you paid for order \w+: /)
})

test('each of many is told once, though whoever passes it on is killed again and again', { timeout: 120_000 }, async () => {
	const event = await new_event({ categories: [{ capacity: 2000 }] }), mark = unique()

	jobs_rest('notices')
	sql(`CREATE OR REPLACE TEMPORARY TABLE n (i INT); INSERT INTO n SELECT seq FROM seq_1_to_900;
		INSERT INTO account (uuid, mobile_number, name, status, locale, created_at, updated_at)
			SELECT RANDOM_BYTES(16), CONCAT('+1999', LPAD(CONV(LEFT(MD5('${mark}'), 6), 16, 10) % 1000000, 6, '0'), LPAD(i, 4, '0')), '${mark}', 'active', 'en', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM n;
		INSERT INTO customer (account_id) SELECT id FROM account WHERE name = '${mark}';
		INSERT INTO account_role (account_id, role, granted_at) SELECT id, 'customer', UTC_TIMESTAMP(3) FROM account WHERE name = '${mark}'`)
	const [[order]] = (await bought(await customer(), event), sql(`SELECT id FROM orders WHERE event_id = ${event.id}`))

	sql(`INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id, holder_name, nonce, created_at)
		SELECT RANDOM_BYTES(16), ${order}, ${event.id}, ${event.categories[0].id}, c.id, '${mark}', RANDOM_BYTES(12), UTC_TIMESTAMP(3)
		FROM customer c JOIN account a ON a.id = c.account_id WHERE a.name = '${mark}'`)
	ok(await staff.put(`/api/events/${event.id}/`, { starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + 2 * DAY) }))
	const open = () => sql(`SELECT COUNT(*) FROM event_notice WHERE event_id = ${event.id} AND done_at IS NULL`)[0][0] === '1'
	let killed = 0

	for (let round = 0; open() && round < 60; round++) {
		jobs_run('notices')
		const run = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'jobs', '--once'], { stdio: 'ignore' }), over = once(run, 'exit')

		await new Promise((done) => setTimeout(done, 5 + round * 3))
		killed += run.kill('SIGKILL')
		await over
	}
	leases_end()
	jobs_run('notices')
	await until('all are passed on', () => (jobs_run('notices'), !open()))
	const counts = sql(`SELECT COUNT(*), COUNT(DISTINCT recipient) FROM outbox WHERE kind = 'event-moved' AND JSON_VALUE(data, '$.name') = '${mark}'`)[0]

	sql(`DELETE FROM outbox WHERE JSON_VALUE(data, '$.name') = '${mark}'; DELETE FROM ticket WHERE holder_name = '${mark}';
		DELETE r FROM account_role r JOIN account a ON a.id = r.account_id WHERE a.name = '${mark}';
		DELETE c FROM customer c JOIN account a ON a.id = c.account_id WHERE a.name = '${mark}'; DELETE FROM account WHERE name = '${mark}'`)
	assert.deepEqual(counts, ['900', '900'])
	assert.ok(killed > 0)
})

// ---- declining ----

test('one click, of a mail program without a cookie, and there are no more; receipts come all the same', async () => {
	const to = address(), ann = await customer({ email: to }), event = await new_event(), move = (days) =>
		staff.put(`/api/events/${event.id}/`, { starts_at: iso(Date.now() + days * DAY), ends_at: iso(Date.now() + (days + 1) * DAY) })

	await bought(ann, event)
	ok(await move(3))
	await sent(to, 'event-moved')
	const path = (await body(to))[0].match(/http\S+(\/unsubscribe\/[0-9a-f]{32})/)[1]

	for (let times = 0; times < 2; times++) {
		const page = await fetch(site + path)

		assert.equal(page.status, 200)
		assert.match(page.headers.get('cache-control'), /no-store/)
	}
	assert.equal(sql(`SELECT COUNT(*) FROM mail_choice WHERE recipient = '${to}' AND declined_at IS NULL`)[0][0], '1', 'looking changes nothing')
	const click = () => fetch(site + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })

	assert.equal((await click()).status, 200)
	assert.equal((await click()).status, 200)
	ok(await move(5))
	await until('it is refused', () => told(to, 'event-moved')[1]?.[1] === 'failed')
	assert.equal(told(to, 'event-moved')[1][4], 'Its reader declined such mails.')
	ok(await pay(ann, (await held(ann, event)).id))
	await sent(to, 'order-paid', 2)
	const back = await fetch(site + path, { method: 'POST', body: new URLSearchParams({ again: 'true' }) })

	assert.match(await back.text(), /You get them again\./)
	ok(await move(7))
	await sent(to, 'event-moved', 2)
})

test('a token of nobody, and what is none, changes nothing', async () => {
	for (const word of ['0'.repeat(32), 'x', '%27', 'a'.repeat(900)]) {
		assert.equal((await fetch(`${site}/unsubscribe/${word}`)).status, 404, word)
		assert.equal((await fetch(`${site}/unsubscribe/${word}`, { method: 'POST' })).status, 404, word)
	}
})

test('staff send one again: it is written anew', async () => {
	const to = address(), ann = await customer({ email: to }), event = await new_event()

	await bought(ann, event)
	await sent(to, 'order-paid')
	const [[id]] = told(to, 'order-paid')

	ok(await as(ann).put('/api/v1/users/me/', { name: 'Someone Else' }))
	ok(await staff.post(`/api/outbox/${id}/resend/`, {}))
	await until('it is sent again', () => sql(`SELECT status FROM outbox WHERE id = ${id}`)[0][0] === 'sent')
	assert.match((await body(to))[0], /^Hello Mira Castellanos,/, 'what happened is as it was')
})
