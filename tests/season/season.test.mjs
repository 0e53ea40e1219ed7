// A season by a seed: eight lanes of people who buy, pay, decline, come late, give back, charge, reload, lose cards, pass tickets on and
// come in, all at once, while workers are killed under them, an event is cancelled and the site changes its payment provider. What
// each was told is kept in a model (model.mjs); when the season is over the database must be the same, the provider's own books too,
// and audit clean. Then the books are tampered with, each way once, and audit must notice.
//
//	tests/season/run, or SEED=… SEASON_STEPS=… tests/season/run
//
// The same seed makes the same decisions. Who answers first is the machine's affair, so that a seed that failed may have to be run
// more than once.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { own_stack, workers } from '../api/own.mjs'
import { stand_in } from '../api/stripe.mjs'
import { dice, new_seed } from './dice.mjs'
import { FAULTS } from './faults.mjs'
import { Model } from './model.mjs'
import { compare_seen } from './seen.mjs'
import { steps, WEIGHTS } from './steps.mjs'
import { counted, said, wire } from './wire.mjs'

const SEED = Number(process.env.SEED ?? new_seed()), STEPS = Number(process.env.SEASON_STEPS ?? 480), LANES = 8, PEOPLE = 3

console.log(`SEED=${SEED} SEASON_STEPS=${STEPS}`)
const stripe = await stand_in()
const own = await own_stack('season', { set: ['payment.provider=sandbox', `payment.url=${stripe.url}`, `payment.checkout=${stripe.url}`,
	`payment.secret_key=${stripe.secret_key}`, 'payment.publishable_key=pk_test_of_the_stand_in', `payment.webhook_secret=${stripe.webhook_secret}`,
	'payment.slow_ms=100', 'serve.outside_workers=12', 'serve.web_workers=6'] })
const { forget_tries, sign_in, sql, token } = await import('../api/lib.mjs')
const { as, HOUR, iso, jobs_run, lapse, new_customer, new_event, new_merchant, new_staff, new_usher, ok, unique, until } = await import('../api/world.mjs')

after(own.stop)
after(stripe.stop)
stripe.site = own.url

const the = dice(SEED), model = new Model(), merchants = [], lanes = []
let staff, provider = 'sandbox', killed = 0
const credentials = new Map() // how each signs in again

const gatehouse = (...command) => spawnSync(process.env.GATEHOUSE_BIN ?? `${process.env.GATEHOUSE_BUILD}/gatehouse`,
	['-c', process.env.GATEHOUSE_INI, ...command], { encoding: 'utf8' })
const intent_of = (payment) => stripe.intents.get(sql(`SELECT provider_ref FROM payment WHERE id = ${payment.id}`)[0][0]) ?? null
const desk_gave = (payment) => {
	const intent = intent_of(payment)

	return [...stripe.refunds.values()].filter((r) => r.payment_intent === intent?.id && r.status === 'succeeded').reduce((sum, r) => sum + r.amount, 0)
}

// Who was signed out by time signs in again.
const net = wire(async (person) => {
	forget_tries()
	const [kind, how] = credentials.get(person)

	return { access: (await sign_in(kind, how)).access }
}, () => sql("UPDATE idempotency SET created_at = created_at - INTERVAL 1 MINUTE WHERE status = 0 AND created_at < UTC_TIMESTAMP(3) - INTERVAL 2 SECOND"))
const site = {
	wire: net, model, stripe, merchants, lapse, intent_of, desk_gave,
	provider: () => provider,
	kill() {
		const pids = workers(own)

		killed++
		process.kill(the.pick(pids), 'SIGKILL')
	},
	jobs: () => jobs_run('payments', 'holds', 'desk', 'invoices'),
	// A card in a person's hand, as a merchant's handing it out leaves it.
	new_card(person) {
		const uid = `04${randomBytes(6).toString('hex').toUpperCase()}`

		const [[id]] = sql(`INSERT INTO nfc_card (uid, customer_id, merchant_id, status, assigned_at, created_at)
			VALUES ('${uid}', ${person.customer_id}, 1, 'active', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)
		person.card = { id: Number(id), uid, person, status: 'active' }
		model.cards.set(person.card.id, person.card)
	}
}

async function an_event(currency, n) {
	const event = await new_event({
		currency, starts_at: iso(Date.now() + 5 * HOUR), ends_at: iso(Date.now() + 9 * HOUR),
		categories: Array.from({ length: n }, () => ({ price: the.between(20, 90) * 50, capacity: the.between(14, 40), max_per_order: 6 }))
	})
	const by_staff = as(await token('staff'))

	ok(await by_staff.post('/api/refund-rules/', { event_id: event.id, days_before: 0, percent: the.pick([100, 75, 50]) }), 201)
	event.promos = [`S${unique()}`.toUpperCase(), `S${unique()}`.toUpperCase()]
	ok(await by_staff.post('/api/promo-codes/', { code: event.promos[0], percent: the.pick([10, 33]), event_id: event.id }), 201)
	ok(await by_staff.post('/api/promo-codes/', { code: event.promos[1], amount: 99, currency, max_uses: 6, event_id: event.id }), 201)
	event.usher = await new_usher(event)
	credentials.set(event.usher, ['usher', { event_id: event.id, username: event.usher.username, password: event.usher.password }])
	model.events.push(event)
}

before(async () => {
	for (const [currency, n] of [['EUR', 3], ['EUR', 2], ['EUR', 1], ['JPY', 2], ['USD', 2]])
		await an_event(currency, n)
	for (let i = 0; i < 2; i++)
		merchants.push(await new_merchant())
	staff = await new_staff('admin')
	site.staff = staff
	for (let i = 0; i < LANES; i++) {
		const lane = { number: i, dice: dice(SEED, i + 1), people: [], held: [], open: [], tickets: [], charges: [] }

		for (let n = 0; n < PEOPLE; n++) {
			const person = await new_customer({ name: `Lane ${i} Person ${n}` })

			credentials.set(person, ['customer', { mobile_number: person.mobile_number, password: person.password }])
			Object.assign(person, { lane, purse: 0, loss: 0 })
			site.new_card(person)
			lane.people.push(person)
			model.people.push(person)
		}
		lanes.push(lane)
	}
})

const { all, opening, status_of } = steps(site)
const done = {}

async function walk(lane, n) {
	for (let i = 0; i < n; i++) {
		const step = lane.dice.weighed(WEIGHTS)

		done[step] = (done[step] ?? 0) + 1
		await all[step](lane)
	}
}
// The dice of all lanes are thrown to the end, though one of them fails.
async function walk_all(n) {
	const ends = await Promise.allSettled(lanes.map((lane) => walk(lane, n)))

	for (const { reason } of ends.filter(({ status }) => status === 'rejected'))
		throw reason
}

// The operator changes the provider, and the site reads its settings again.
async function change_provider() {
	const ini = join(own.dir, 'gatehouse.ini'), before_ = workers(own)

	writeFileSync(ini, readFileSync(ini, 'utf8').replace(/^provider *= *sandbox$/m, 'provider = stripe'))
	for (const name of ['serve', 'jobs'])
		process.kill(own.pid(name), 'SIGHUP')
	await until('every worker is a new one', () => !workers(own).some((pid) => before_.includes(pid)))
	provider = 'stripe'
}

async function cancel(event) {
	event.cancelled = true
	ok(await as(await token('staff')).post(`/api/events/${event.id}/cancel/`, {}))
}

test(`a season of ${STEPS} steps`, async () => {
	const each = Math.ceil(STEPS / LANES / 4)

	await Promise.all(lanes.map(opening))
	await walk_all(each)
	await Promise.all([walk_all(each), cancel(model.events[2])])
	await change_provider()
	await walk_all(each)
	await Promise.all([walk_all(each), cancel(model.events[1])])
})

// Time goes by for what nobody came back for.
const age = () => sql(`UPDATE payment SET created_at = created_at - INTERVAL 2 MINUTE, updated_at = updated_at - INTERVAL 1 HOUR
	WHERE status IN ('processing', 'requires_action', 'refunding')`)

// Everybody comes back from their bank, and jobs do what is left to them.
async function end_of_season() {
	for (const lane of lanes)
		for (let turn = 0; lane.open.length; turn++) {
			assert.ok(turn < 400, `still open: ${JSON.stringify(lane.open.map(({ payment_id, by }) => [payment_id, by]))}`)
			if (turn % 20 === 19)
				age()
			await all.confirm(lane)
		}
	await stripe.told()
	// Every hold ends.
	sql("UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE status = 'held'")
	await until('nothing is under way', () => {
		age()
		jobs_run('payments', 'desk', 'holds')
		return sql(`SELECT (SELECT COUNT(*) FROM payment WHERE status IN ('processing', 'requires_action', 'refunding'))
			+ (SELECT COUNT(*) FROM payment_refund r WHERE r.state = 'asked') + (SELECT COUNT(*) FROM orders WHERE status = 'held') + (SELECT COUNT(*) FROM payment p JOIN orders o ON o.id = p.order_id
			JOIN event e ON e.id = o.event_id WHERE p.status = 'succeeded' AND e.status = 'cancelled')`)[0][0] === '0'
	})
}

// What the site did by itself, of which nobody was told: what follows from a cancelled event, and from the provider's own books.
async function told_by_itself() {
	for (const order of model.orders.values()) {
		if (order.status === 'held')
			order.status = 'lapsed'
		const payment = [...model.payments.values()].find((p) => p.order === order && p.status === 'succeeded')

		if (order.status !== 'paid' || !payment)
			continue
		if (order.event.cancelled || order.given === payment.amount || (payment.by === 'stripe' && desk_gave(payment) === payment.amount)) {
			model.refunded(order)
			payment.status = 'refunded'
		}
		assert.equal(await status_of(order), order.status, `order ${order.id}`)
	}
	for (const payment of model.payments.values())
		if (payment.status === 'refunding')
			payment.status = 'refunded'
	for (const person of model.people)
		for (const card of model.cards.values())
			if (card.person === person && card.status === 'lost')
				said(await net.post(person, `/api/v1/users/nfc-cards/${card.id}/move/`, {}, the), 200, 409)
}

test('what everybody was told is what there is, to the last cent, here and in the provider\'s books; audit finds it whole', async () => {
	await end_of_season()
	await told_by_itself()
	const took = [...model.orders.values()].reduce((counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }), {})

	console.log(`steps ${JSON.stringify(done)}; orders ${JSON.stringify(took)}; ${model.tickets.size} tickets, ${model.payments.size} payments,`
		+ ` ${model.requests.size} refund requests, ${stripe.refunds.size} refunds at the provider; ${killed} workers killed, ${counted.again} of ${counted.asked} requests sent again ${JSON.stringify(counted.why)}`)
	model.compare(sql, desk_gave)
	await compare_seen(model, net, { access: await token('organizer') }, desk_gave)
	const { status, stdout } = gatehouse('audit')

	assert.equal(status, 0, stdout)
	assert.deepEqual(stripe.faults, [], 'what the provider was sent breaks its rules')
})

// ---- tampering ----

for (const fault of FAULTS)
	test(`audit notices that ${fault.name}`, () => {
		const [id] = the.pick(sql(fault.pick))

		sql(fault.make(id))
		const { status, stdout } = gatehouse('audit')

		sql(fault.undo(id))
		assert.equal(status, 1, `row ${id}: ${stdout}`)
		for (const sentence of fault.says)
			assert.match(stdout, new RegExp(`^NO ${sentence.source}`, 'm'), `row ${id}`)
	})

test('put right again, audit is content', () => {
	const { status, stdout } = gatehouse('audit')

	assert.equal(status, 0, stdout)
})
