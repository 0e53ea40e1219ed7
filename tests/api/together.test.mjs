// Requests that wait are answered in one transaction. Each must get the very answer that it would get alone, whatever else
// came with it, and nothing may be counted twice or not at all.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { api, Browser, code, sql } from './lib.mjs'
import {
	as, book, bought, code_of, jobs_rest, new_card, new_customer, new_event, new_usher, ok, scan, stock
} from './world.mjs'

let person, event, other, usher, elsewhere

before(async () => {
	jobs_rest('payments')
	person = await new_customer({ name: 'Ann Arbor' })
	event = await new_event({ categories: [{ capacity: 2000, name: 'Standing', max_per_order: 100 }] })
	other = await new_event()
	usher = await new_usher(event)
	elsewhere = await new_usher(other)
})

const answered_together = async () => Number((await api('GET', '/metrics')).text.match(/^gatehouse_together_total (\d+)$/m)[1])

// Runs crowd() until at least some of its requests were answered together, which is for the machine to decide.
async function in_company(crowd) {
	const before = await answered_together()

	for (let round = 0; round < 20; round++) {
		await crowd()
		if (await answered_together() > before + 5)
			return
	}
	assert.fail('nothing was answered together')
}

// One after the other: hashing passwords has its own limit.
async function people(n) {
	const all = []

	while (all.length < n)
		all.push(await new_customer())
	return all
}

async function tickets(n, of = event, who = person) {
	const made = await bought(who, of, n)

	return Promise.all(made.map(async (t) => ({ ...t, code: await code_of(who, t) })))
}

const verdict = (answer) => {
	const data = ok(answer)

	return [data.result, data.reason]
}
const shuffled = (list) => list.map((x) => [Math.random(), x]).sort((a, b) => a[0] - b[0]).map(([, x]) => x)
const state = (t) => sql(`SELECT presence, entries FROM ticket WHERE id = ${t.id}`)[0].join(' ')
const logged = (t) => Number(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id = ${t.id}`)[0][0])

test('a crowd at the gate: every kind of scan at once', async () => {
	await in_company(async () => {
		const [fresh, twins, twice, inside] = [await tickets(25), await tickets(6), await tickets(6), await tickets(6)]
		const [foreign] = await tickets(1, other)
		const holder = await new_customer()
		const [carded] = await tickets(1, event, holder), uid = new_card(holder), blocked = new_card(holder, 'blocked')
		const ids = twice.map(() => randomUUID())
		const checks = []
		const expect = (of, what) => checks.push({ of, what })
		const path = '/api/usher/scan/result/'

		for (const t of inside)
			assert.deepEqual(verdict(await scan(usher, { code: t.code })), ['valid', 'ok'])
		for (const t of fresh)
			expect(() => scan(usher, { code: t.code, gate: 'North' }), (a) => {
				assert.deepEqual(verdict(a), ['valid', 'ok'])
				assert.deepEqual([a.data.ticket.id, a.data.attendee.name, a.data.first_scan], [t.id, 'Ann Arbor', null])
			})
		for (const t of inside)
			expect(() => scan(usher, { code: t.code, direction: 'out' }), (a) => assert.deepEqual(verdict(a), ['valid', 'ok']))
		for (const body of [{ code: 'unknown' }, { code: foreign.code }, { card_id: blocked }, { card_id: '04DEADBEEF0011' }])
			expect(() => scan(usher, body), (a) => assert.ok(
				['unknown_code', 'wrong_event', 'card_blocked', 'unknown_card'].includes(verdict(a)[1]), a.text))
		expect(() => scan(usher, { card_id: uid }), (a) => assert.equal(ok(a).ticket.id, carded.id))
		expect(() => scan(usher, {}), (a) => assert.equal(a.status, 422, a.text))
		expect(() => scan(usher, { code: 'x', direction: 'up' }), (a) => assert.equal(a.status, 422, a.text))
		expect(() => scan(elsewhere, { code: fresh[0].code }), (a) => assert.deepEqual(verdict(a), ['invalid', 'wrong_event']))
		expect(() => scan(person, { code: fresh[1].code }), (a) => assert.equal(a.status, 403, a.text))
		expect(() => api('POST', path, { code: fresh[2].code }), (a) => assert.equal(a.status, 401, a.text))
		expect(() => api('POST', path, undefined, { token: usher.access, bytes: '{"code":', headers: { 'content-type': 'application/json' } }), (a) => assert.equal(a.status, 400, a.text))
		expect(() => as(usher).get('/api/usher/nfc/test/'), (a) => assert.equal(a.status, 200))

		const pairs = twins.map(() => [])
		twins.forEach((t, i) => [0, 1, 2].forEach(() =>
			expect(() => scan(usher, { code: t.code }), (a) => pairs[i].push(verdict(a)[0]))))
		const repeats = twice.map(() => [])
		twice.forEach((t, i) => [0, 1].forEach(() =>
			expect(() => scan(usher, { code: t.code, scan_id: ids[i] }), (a) => repeats[i].push(ok(a)))))

		await Promise.all(shuffled(checks).map(async ({ of, what }) => what(await of())))
		for (const t of fresh)
			assert.deepEqual([state(t), logged(t)], ['inside 1', 1])
		for (const t of inside)
			assert.deepEqual([state(t), logged(t)], ['outside 1', 2])
		twins.forEach((t, i) => {
			assert.deepEqual(pairs[i].sort(), ['already_scanned', 'already_scanned', 'valid'])
			assert.deepEqual([state(t), logged(t)], ['inside 1', 3])
		})
		twice.forEach((t, i) => {
			assert.equal(repeats[i][0].result, 'valid')
			assert.deepEqual(repeats[i][0], repeats[i][1])
			assert.deepEqual([state(t), logged(t)], ['inside 1', 1])
		})
		assert.equal(state(carded), 'inside 1')
		assert.match(state(foreign), /^never 0$/)
	})
})

test('a crowd with copies: of each ticket one is let in', async () => {
	await in_company(async () => {
		const made = await tickets(8)
		const verdicts = await Promise.all(made.flatMap((t) => Array.from({ length: 6 }, () => scan(usher, { code: t.code }).then(verdict))))

		assert.equal(verdicts.filter(([result]) => result === 'valid').length, made.length)
		assert.equal(verdicts.filter(([result]) => result === 'already_scanned').length, made.length * 5)
		for (const t of made)
			assert.deepEqual([state(t), logged(t)], ['inside 1', 6])
	})
})

test('a crowd with families\' cards, tapped four times each without a scan_id: of each card one is let in', async () => {
	for (const direction of ['in', 'out'])
		await in_company(async () => {
			const families = (await people(6)).map((owner) => ({ owner, uid: new_card(owner) }))

			for (const one of families) {
				one.tickets = await bought(one.owner, event, 3)
				for (const t of direction === 'out' ? one.tickets : [])
					assert.deepEqual(verdict(await scan(usher, { card_id: one.uid, ticket_id: t.id })), ['valid', 'ok'])
			}
			const taps = families.flatMap((one) => Array.from({ length: 4 }, () => one))
			const answers = await Promise.all(shuffled(taps).map(async (one) => ({ one, data: ok(await scan(usher, { card_id: one.uid, direction })) })))

			for (const one of families) {
				const own = answers.filter((a) => a.one === one).map((a) => a.data), won = own.find((d) => d.result === 'valid')

				assert.deepEqual(own.map((d) => [d.reason, d.ticket.id]).sort(),
					[...Array(3).fill(['just_scanned_here', won?.ticket.id]), ['ok', won?.ticket.id]])
				assert.deepEqual(one.tickets.map(state).sort(), direction === 'in' ? ['inside 1', 'never 0', 'never 0'] : ['inside 1', 'inside 1', 'outside 1'])
			}
		})
})

test('a crowd of buyers: every kind of booking at once', async () => {
	const crowd = await people(30)

	await in_company(async () => {
		const sale = await new_event({
			categories: [{ capacity: 400, name: 'Hall', price: 1500, max_per_order: 6 }, { capacity: 400, name: 'Balcony', price: 900 }, { capacity: 1, name: 'Box' }]
		})
		const [hall, balcony, box] = sale.categories
		const checks = []
		const expect = (of, what) => checks.push({ of, what })
		const refusal = (status, code) => (a) => assert.deepEqual([a.status, a.error?.code], [status, code], a.text)
		const ids = new Set()
		const held_as = (items) => (a) => {
			const order = ok(a, 201).order

			ids.add(order.id)
			assert.deepEqual(order.items.map((i) => [i.category_id, i.category, i.quantity, i.unit_price]), items)
			assert.equal(order.total, items.reduce((sum, i) => sum + i[2] * i[3], 0))
			assert.equal(order.event.title, sale.title)
			const stored = sql(`SELECT i.id, i.category_id, i.quantity FROM order_item i WHERE i.order_id = ${order.id} ORDER BY i.category_id`)
			assert.deepEqual(order.items.map((i) => [i.id, i.category_id, i.quantity]), stored.map((row) => row.map(Number)))
			assert.deepEqual(sql(`SELECT customer_id, reference, status FROM orders WHERE id = ${order.id}`)[0],
				[String(order.customer_id), order.reference, 'held'])
		}

		await book(crowd[0], sale, [{ category_id: box.id, quantity: 1 }])
		crowd.slice(0, 20).forEach((who) => expect(
			() => book(who, sale, [{ category_id: hall.id, quantity: 2 }]), held_as([[hall.id, 'Hall', 2, 1500]])))
		crowd.slice(20, 25).forEach((who) => expect(
			() => book(who, sale, [{ category_id: balcony.id, quantity: 1 }, { category_id: hall.id, quantity: 3 }]),
			held_as([[hall.id, 'Hall', 3, 1500], [balcony.id, 'Balcony', 1, 900]])))
		expect(() => book(crowd[25], sale, [{ category_id: box.id, quantity: 1 }]), refusal(409, 'TICKET_SOLD_OUT'))
		expect(() => book(crowd[26], sale, [{ category_id: hall.id, quantity: 7 }]), refusal(422, 'TOO_MANY_TICKETS'))
		expect(() => book(crowd[26], other, [{ category_id: hall.id, quantity: 1 }]), refusal(404, 'CATEGORY_NOT_FOUND'))
		expect(() => book(crowd[27], { id: 987654321 }, [{ category_id: hall.id, quantity: 1 }]), refusal(404, 'EVENT_NOT_FOUND'))
		expect(() => book(crowd[27], sale, []), refusal(422, 'VALIDATION_ERROR'))
		expect(() => book(crowd[28], sale, [{ category_id: hall.id, quantity: 1 }], { promo_code: 'NOSUCHCODE' }), refusal(422, 'VALIDATION_ERROR'))
		expect(() => book(usher, sale, [{ category_id: hall.id, quantity: 1 }]), refusal(403, 'FORBIDDEN'))
		const eager = Array.from({ length: 8 }, () => book(crowd[29], sale, [{ category_id: balcony.id, quantity: 1 }]))

		await Promise.all(shuffled(checks).map(async ({ of, what }) => what(await of())))
		// Of eight at once by one person five are held.
		const statuses = (await Promise.all(eager)).map((a) => a.status).sort()
		assert.deepEqual(statuses, [201, 201, 201, 201, 201, 429, 429, 429])
		assert.equal(ids.size, 25)
		assert.deepEqual([stock(hall.id).held, stock(balcony.id).held, stock(box.id).held], [20 * 2 + 5 * 3, 5 + 5, 1])
		sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE event_id = ${sale.id} AND status = 'held'`)
	})
})

test('a crowd of buyers who press twice: with a key each is one order', async () => {
	const crowd = await people(12)

	await in_company(async () => {
		const sale = await new_event({ categories: [{ capacity: 400 }] }), items = [{ category_id: sale.categories[0].id, quantity: 2 }]
		const keys = new Map()
		const answers = await Promise.all(shuffled(crowd.flatMap((who) => {
			const key = randomUUID()

			keys.set(who, key)
			return [0, 1].map(() => async () => [who.mobile_number, await book(who, sale, items, {}, { key })])
		})).map((of) => of()))

		for (const who of crowd) {
			const mine = answers.filter(([number]) => number === who.mobile_number).map(([, a]) => a)
			const held = mine.filter((a) => a.status === 201)

			assert.ok(held.length >= 1 && mine.every((a) => a.status === 201 || a.error.code === 'IDEMPOTENCY_RUNNING'))
			held.push(await book(who, sale, items, {}, { key: keys.get(who) }))
			assert.equal(new Set(held.map((a) => ok(a, 201).order.id)).size, 1)
		}
		assert.equal(stock(sale.categories[0].id).held, crowd.length * 2)
		assert.equal(Number(sql(`SELECT COUNT(*) FROM orders WHERE event_id = ${sale.id}`)[0][0]), crowd.length)
		sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE event_id = ${sale.id} AND status = 'held'`)
	})
})

test('a crowd of buyers on the pages', async () => {
	const crowd = await Promise.all((await people(12)).map(async (who) => {
		const browser = new Browser()

		await browser.open('/sign-in')
		return { who, browser }
	}))

	for (const { who, browser } of crowd) {
		await browser.submit('/sign-in', { mobile_number: who.mobile_number, password: who.password })
		await browser.submit('/sign-in/code', { otp: await code(who.mobile_number) })
	}
	await in_company(async () => {
		const sale = await new_event({ categories: [{ capacity: 13, price: 100 }] }), { id } = sale.categories[0]
		const path = `/events/${sale.id}/book`
		const choose = (quantity) => ({ 'items[0][category_id]': id, 'items[0][quantity]': quantity, promo_code: '' })

		for (const { browser } of crowd)
			assert.equal((await browser.open(path)).status, 200)
		const [none, ...buyers] = crowd
		await Promise.all([
			none.browser.send(path, choose(0)),
			...buyers.map(({ browser }) => browser.send(path, choose(1)))
		])
		assert.equal(none.browser.status, 422)
		assert.match(none.browser.html, /Choose at least one ticket/)
		for (const { browser } of buyers) {
			assert.match(browser.location ?? '', /^\/orders\/\d+$/, browser.html)
			assert.equal((await browser.open(browser.location)).status, 200)
			assert.match(browser.html, new RegExp(sale.title))
		}
		assert.equal(new Set(buyers.map(({ browser }) => browser.path)).size, buyers.length)
		assert.equal(stock(id).held, buyers.length)
		sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE event_id = ${sale.id} AND status = 'held'`)
	})
})

test('a crowd for the last places: all are sold, none twice', async () => {
	const crowd = await people(24)

	await in_company(async () => {
		const sale = await new_event({ categories: [{ capacity: 15, name: 'Last' }] })
		const answers = await Promise.all(crowd.map((who) => book(who, sale, [{ category_id: sale.categories[0].id, quantity: 1 }])))

		assert.equal(answers.filter((a) => a.status === 201).length, 15)
		assert.ok(answers.every((a) => a.status === 201 || a.error.code === 'TICKET_SOLD_OUT'))
		assert.equal(stock(sale.categories[0].id).held, 15)
		sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE event_id = ${sale.id} AND status = 'held'`)
	})
})
