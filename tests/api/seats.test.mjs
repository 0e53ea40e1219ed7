// What takes long stops nothing else: passwords, calls to a payment provider, exports and the sign-ins of ushers have seats
// of their own, and what finds none waits a little before it is refused. Crowds here are many requests at once from one
// machine; where one address is to be told from others, a proxy that the site believes says so.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { before, test } from 'node:test'
import { api, code, forget_tries, new_number, token } from './lib.mjs'
import { book, confirm, held, jobs_rest, new_customer, new_event, new_usher, ok, pay, refused, setting, unique, until } from './world.mjs'

const gatehouse = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' })
const from = (address) => ({ headers: { 'x-forwarded-for': address } })
const ATTACKER = '203.0.113.66'
let buyers, event, usher, seller

before(async () => {
	jobs_rest('payments')
	assert.match(setting('site', 'proxies') ?? '', /127\.0\.0\.1/, 'this stack believes no proxy')
	assert.ok(Number(setting('payment', 'slow_ms')) >= 200, 'this stack has no payment.slow_ms')
	buyers = gatehouse('demo-data', '--tokens', '64').trim().split('\n').map((access) => ({ access }))
	assert.equal(buyers.length, 64)
	event = await new_event({ categories: [{ capacity: 10_000, price: 2500 }] })
	usher = await new_usher(event)
	seller = await new_customer()
})

async function metric(name, labels) {
	const line = (await api('GET', '/metrics')).text.split('\n').find((text) => text.startsWith(`gatehouse_${name}{${labels}} `))

	return Number(line?.split(' ')[1])
}

// Buys two tickets and asks once more how it stands.
async function whole_order(person) {
	const { order } = ok(await book(person, event, [{ category_id: event.categories[0].id, quantity: 2 }]), 201)
	const paid = ok(await pay(person, order.id))

	assert.equal(paid.payment.status, 'succeeded')
	assert.equal(paid.tickets.length, 2)
	assert.equal(ok(await confirm(person, paid.payment.id)).order.status, 'paid')
}

// Keeps so many of a request going while work is under way; gives how often each status was answered.
async function beside(n, ask, work) {
	const statuses = {}
	let over = false, failed
	const asking = Array.from({ length: n }, async (_, i) => {
		while (!over) {
			const { status } = await ask(i)

			statuses[status] = (statuses[status] ?? 0) + 1
		}
	}).map((lane) => lane.catch((error) => failed ??= error))

	try {
		await until('it is answered', () => failed || Object.keys(statuses).length)
		await work()
	} finally {
		over = true
		await Promise.all(asking)
	}
	if (failed)
		throw failed
	return statuses
}

const wrong_password = (address) => () =>
	api('POST', '/api/v1/users/login/', { mobile_number: new_number(), password: 'not-the-password' }, from(address))

const usher_sign_in = (more) =>
	api('POST', '/api/usher/login/', { event_id: event.id, username: usher.username, password: usher.password }, more)

async function customer_sign_in(more) {
	const { mobile_number, password } = seller

	ok(await api('POST', '/api/v1/users/login/', { mobile_number, password }, more))
	const answer = await api('POST', '/api/v1/users/verify-login-otp/', { mobile_number, otp: await code(mobile_number) }, more)
	forget_tries()
	return answer
}

test('sixteen who book, pay and confirm in a loop, and then sixty-four at once: nothing is refused', async () => {
	await Promise.all(buyers.slice(0, 16).map(async (person) => {
		for (let i = 0; i < 6; i++)
			await whole_order(person)
	}))
	await Promise.all(buyers.map(whole_order))
})

test('wrong passwords from one address stop no payment, and no usher at the gate', async () => {
	const orders = []

	for (let i = 0; i < 40; i++)
		orders.push([buyers[i], (await held(buyers[i], event)).id])
	const statuses = await beside(40, wrong_password(ATTACKER), async () => {
		await Promise.all([0, 1, 2, 3].map(async (lane) => {
			for (let i = lane; i < 40; i += 4)
				assert.equal(ok(await pay(...orders[i])).payment.status, 'succeeded')
		}))
		for (let i = 0; i < 20; i++)
			ok(await usher_sign_in(from(`198.51.100.${i}`)))
	})

	assert.ok(statuses[401] > 0 && statuses[503] > 0, JSON.stringify(statuses)) /* a flood, and a refused one */
	assert.deepEqual(Object.keys(statuses).filter((status) => !['401', '503'].includes(status)), [])
})

test('wrong passwords from one address, at the very door of ushers and of buyers, keep out nobody from elsewhere', async () => {
	const at_gate = () => api('POST', '/api/usher/login/', { event_id: event.id, username: `u${unique()}`, password: 'not-the-password' }, from(ATTACKER))

	// As apps do, who is told once that others are before them asks again.
	const in_the_end = async (sign_in) => sign_in().then(ok).catch(() => sign_in().then(ok))

	await beside(30, at_gate, () => beside(30, wrong_password(ATTACKER), async () => {
		for (let i = 0; i < 6; i++) {
			await in_the_end(() => usher_sign_in(from(`198.51.100.${i}`)))
			await in_the_end(() => customer_sign_in(from(`198.51.100.${i}`)))
		}
	}))
})

test('a provider that hangs stops no sign-in, no page and no booking', async () => {
	const slowly = await Promise.all(buyers.slice(0, 24).map(async (person) => [person, (await held(person, event)).id]))
	const before = await metric('slow_refused_total', 'pool="outside",kind="call"')

	const statuses = await beside(24, async (i) => {
		const answer = await pay(...slowly[i], 'tok_slow')

		if (answer.status === 202)
			assert.equal((await confirm(slowly[i][0], answer.data.payment.id)).status, 402) /* never charged: pay anew */
		return answer
	}, async () => {
		for (let i = 0; i < 8; i++) {
			ok(await usher_sign_in())
			ok(await customer_sign_in())
			assert.equal((await api('GET', '/events')).status, 200)
			await whole_order(buyers[50 + i])
		}
	})

	assert.deepEqual(Object.keys(statuses), ['202'])
	assert.equal(await metric('slow_refused_total', 'pool="outside",kind="call"'), before)
})

test('an export keeps its seat until it is written; who wants one more waits or comes again, and people sign in meanwhile', async () => {
	const staff = await token('staff')
	const labels = 'pool="web",kind="export"'
	const held_up = async () => await metric('slow_waited_total', labels) + await metric('slow_refused_total', labels)
	const before = await held_up()

	const statuses = await beside(12, async () => {
		const answer = await api('GET', '/api/tickets/', undefined, { token: staff, query: { format: 'csv' } })

		if (answer.status === 503)
			refused(answer, 503, 'BUSY')
		else
			assert.match(answer.text, /^\ufeff?id,/)
		return answer
	}, async () => {
		await until('an export was held up', async () => await held_up() > before)
		for (let i = 0; i < 4; i++) {
			ok(await usher_sign_in())
			ok(await customer_sign_in())
		}
	})

	assert.ok(statuses[200] > 0, JSON.stringify(statuses))
	await until('its seat is free', async () => await metric('slow_requests', labels) === 0)
})
