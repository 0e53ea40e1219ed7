// A site that is no demo and has no payment provider yet: nobody gets for play money what costs any, by whatever way they ask, and
// what costs nothing is had as ever.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { own_stack } from './own.mjs'

const texts = []
const gateway = createServer(async (request, answer) => {
	const chunks = []

	for await (const chunk of request)
		chunks.push(chunk)
	texts.push(JSON.parse(Buffer.concat(chunks)))
	answer.end('{}')
})
await new Promise((done) => gateway.listen(0, '127.0.0.1', done))
const own = await own_stack('unpaid', { set: ['site.demo=no', 'sms.transport=http', `sms.url=http://127.0.0.1:${gateway.address().port}/send`,
	'serve.outside_workers=4', 'serve.web_workers=4'] })
const { Browser, expect, new_number, sql } = await import('./lib.mjs')
const { as, held, new_event, ok, refused, until } = await import('./world.mjs')

after(own.stop)
after(() => gateway.close())

const password = 'three plain words'
let person, mobile_number

async function code_to(number) {
	let found

	await until('a code is sent', () => (found = texts.filter(({ to }) => to === number).at(-1)?.text.match(/\b\d{6}\b/)?.[0]))
	texts.length = 0
	return found
}

before(async () => {
	mobile_number = new_number()
	await expect(201, 'POST', '/api/v1/users/register/', { mobile_number, password, name: 'Una Paid' })
	person = (await expect(200, 'POST', '/api/v1/users/verify-otp/', { mobile_number, otp: await code_to(mobile_number) })).data
})

test('the sandbox\'s cards are worth nothing', async () => {
	const event = await new_event(), order = await held(person, event)
	const process_ = (more) => as(person).post('/api/v1/payments/process/', { order_id: order.id, ...more })

	for (const more of [{ card_token: 'tok_ok' }, { card_token: 'tok_late' }, {}, { hosted: true }])
		assert.match(refused(await process_(more), 503, 'PAYMENTS_OFF').body.message, /Nothing was charged/)
	assert.deepEqual(sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${order.id}`), [['0']])
	assert.deepEqual(sql(`SELECT status FROM orders WHERE id = ${order.id}`), [['held']])
})

test('the page says so and has nothing to press', async () => {
	const event = await new_event(), order = await held(person, event), page = new Browser()

	await page.go('/sign-in')
	await page.send('/sign-in', { mobile_number, password })
	await page.go(page.location)
	await page.submit('/sign-in/code', { otp: await code_to(mobile_number) })
	await page.go(`/orders/${order.id}`)
	assert.match(page.html, /No payments yet/)
	assert.doesNotMatch(page.html, /card_token|tok_ok|Pay €/)
	assert.match(page.headers.get('content-security-policy'), /form-action 'self'$/)
	await page.send(`/orders/${order.id}/pay`, { card_token: 'tok_ok' })
	assert.equal(page.status, 503)
	assert.match(page.html, /This site takes no payments yet/)
})

test('what costs nothing is had', async () => {
	const event = await new_event({ categories: [{ price: 0 }] }), order = await held(person, event)

	assert.equal(ok(await as(person).post('/api/v1/payments/process/', { order_id: order.id })).order.status, 'paid')
})
