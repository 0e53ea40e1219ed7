// Messages in the back office: who sees them, what of them, and which are sent once more; and what becomes of them in a trace.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { api, Browser, DEMO, new_number, sql, token } from './lib.mjs'
import { as, jobs_rest, jobs_run, new_customer, new_staff, ok, refused, until } from './world.mjs'

const AT = '/api/outbox'
let staff

before(async () => {
	staff = as(await token('staff'))
})

// A message as it stands there; its id.
function message({ to = new_number(), status = 'failed', error = 'The SMS gateway answered 400.', secret = 'NULL', attempts = 11 } = {}) {
	return Number(sql(`INSERT INTO outbox (channel, recipient, body, secret_until, status, attempts, error, due_at, created_at)
		VALUES ('sms', '${to}', 'Order 7 is paid.', ${secret}, '${status}', ${attempts}, '${error}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
		SELECT LAST_INSERT_ID()`).at(-1)[0])
}
const row_of = (id) => sql(`SELECT status, attempts, COALESCE(error, ''), body FROM outbox WHERE id = ${id}`)[0]
const resend = (id, who = staff) => who.post(`${AT}/${id}/resend/`, {})

test('messages are listed by their state, with what went wrong, and never with their text', async () => {
	const to = new_number(), id = message({ to })
	const list = await staff.get(`${AT}/`, { query: { status: 'failed', search: to } })

	assert.deepEqual(ok(list).items.map((item) => [item.id, item.status, item.error]), [[id, 'failed', 'The SMS gateway answered 400.']])
	assert.equal(ok(await staff.get(`${AT}/`, { query: { status: 'sent', search: to } })).total, 0)
	const one = await staff.get(`${AT}/${id}/`), file = await staff.get(`${AT}/`, { query: { format: 'csv', search: to } })
	assert.equal(ok(one).secret, false)
	for (const { text } of [list, one, file])
		assert.ok(!text.includes('Order 7'), text)
	const today = new Date().toISOString().slice(0, 10)
	assert.equal(ok(await staff.get(`${AT}/`, { query: { search: to, created_at_from: today } })).total, 1)
	assert.equal(ok(await staff.get(`${AT}/`, { query: { search: to, created_at_to: '2020-01-01' } })).total, 0)
})

test('a message that failed is sent once more, with all its tries, and the audit log keeps by whom', async () => {
	jobs_rest('outbox')
	const id = message()

	assert.equal(ok(await resend(id)).status, 'queued')
	assert.deepEqual(row_of(id), ['queued', '0', '', 'Order 7 is paid.'])
	const [entry] = ok(await staff.get(`/api/logs/audit?noun=message&noun_id=${id}`)).items
	assert.deepEqual([entry.action, entry.role], ['resend', 'superadmin'])
	assert.ok(!JSON.stringify(ok(await staff.get(`/api/logs/audit/${entry.id}`))).includes('Order 7'))
	refused(await resend(id), 409, 'WRONG_STATUS')
	jobs_run('outbox')
	await until('it was sent', () => row_of(id)[0] === 'sent')
	assert.equal(ok(await resend(id)).status, 'queued', 'who never got it gets it again')
	await until('it was sent again', () => row_of(id)[0] === 'sent')
})

test('a code is not sent again, and its text is nowhere', async () => {
	const id = message({ secret: 'UTC_TIMESTAMP(3)' }), browser = await new Browser().open('/admin/sign-in')

	assert.equal(ok(await staff.get(`${AT}/${id}/`)).secret, true)
	assert.match(refused(await resend(id), 409, 'WRONG_STATUS').error.message, /^A code is not sent again\./)
	await browser.submit('/admin/sign-in', DEMO.staff)
	await browser.open(`/admin/outbox/${id}`)
	assert.equal(browser.status, 200)
	assert.ok(!browser.html.includes('/resend"'), 'no button')
	await browser.open(`/admin/outbox/${message()}`)
	assert.match(browser.html, /href="\/admin\/outbox\/\d+\/resend">Send again</)
	assert.ok(!browser.html.includes('Order 7'))
})

test('who helps people sees messages and sends none', async () => {
	const support = as(await new_staff('support')), id = message()

	assert.equal(ok(await support.get(`${AT}/${id}/`)).id, id)
	refused(await resend(id, support), 403, 'FORBIDDEN')
	refused(await as(await new_staff('finance')).get(`${AT}/${id}/`), 403, 'FORBIDDEN')
})

// ---- traces ----

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test('a request\'s trace is in the log, and in the message that it causes', { skip: !process.env.GATEHOUSE_DIR }, async () => {
	const trace = PARENT.replace('4bf92f35', new_number().slice(-8)), id = trace.slice(3, 35), { mobile_number } = await new_customer()

	assert.equal((await api('GET', '/api/dashboard/stats/', undefined, { token: 'none', headers: { traceparent: trace } })).status, 401)
	ok(await api('POST', '/api/v1/users/forgot-password/request-otp/', { mobile_number }, { headers: { traceparent: trace } }))
	const lines = () => readFileSync(`${process.env.GATEHOUSE_DIR}/log/serve.log`, 'utf8').split('\n').filter((line) => line.includes(id))
	await until('it is logged', () => lines().length > 0)
	const line = JSON.parse(lines()[0])
	assert.deepEqual([line.event, line.trace_id], ['denied', id])
	assert.match(line.span_id, /^[0-9a-f]{16}$/)
	assert.notEqual(line.span_id, PARENT.slice(36, 52), 'it is our part, not the sender\'s')
	const [[parent]] = sql(`SELECT traceparent FROM outbox WHERE recipient = '${mobile_number}' ORDER BY id DESC LIMIT 1`)
	assert.match(parent, new RegExp(`^00-${id}-[0-9a-f]{16}-01$`))
})

test('a request without a trace, or with one that cannot be read, begins one of its own', { skip: !process.env.GATEHOUSE_DIR }, async () => {
	for (const traceparent of [undefined, PARENT.toUpperCase()]) {
		const person = await new_customer()

		ok(await api('POST', '/api/v1/users/forgot-password/request-otp/', { mobile_number: person.mobile_number },
			{ headers: traceparent ? { traceparent } : {} }))
		const [[parent]] = sql(`SELECT traceparent FROM outbox WHERE recipient = '${person.mobile_number}' ORDER BY id DESC LIMIT 1`)
		assert.match(parent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
		assert.ok(!parent.includes('4bf92f3577b34da6'))
	}
})
