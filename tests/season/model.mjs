// What must be: each acknowledged write, as its answer said it, kept beside the site and apart from it. At the end the database is read
// and has to be the same, row by row: nothing is missing, nothing is there that nobody was told of, and each person's money is where
// the model has it.
import assert from 'node:assert/strict'

const sum = (list, of = (x) => x) => list.reduce((total, one) => total + of(one), 0)

export class Model {
	people = []
	events = []
	orders = new Map() // { id, person, event, items: Map(category_id, { n, price }), total, currency, status, given: Σ approved, returned }
	payments = new Map() // { id, person, order or card, amount, currency, by: sandbox|stripe|nfc_card, status }
	tickets = new Map() // { id, order, category, owner, generation, status, entries, inside }
	cards = new Map() // { id, uid, person, status }; what is on a person's cards is their purse
	charges = new Map() // { id, card, merchant, amount, status }
	moves = []
	requests = new Map() // { id, ticket, amount, status }

	// ---- facts ----

	booked(person, event, order) {
		const items = new Map(order.items.map(({ category_id, quantity }) => [category_id, quantity]))

		this.orders.set(order.id, { id: order.id, reference: order.reference, person, event, items, total: order.total, currency: order.currency, status: 'held', given: 0, returned: 0 })
		return this.orders.get(order.id)
	}

	paid(order, payment, tickets) {
		order.status = 'paid'
		this.pays(order, payment)
		return this.made(order, tickets)
	}

	made(order, tickets) {
		for (const t of tickets)
			this.tickets.set(t.id, { id: t.id, order, category: t.category.id, owner: order.person, generation: 1, status: t.status, entries: 0, inside: false })
		return tickets.map(({ id }) => this.tickets.get(id))
	}

	// A payment as an answer says that it is.
	pays(order, { id, status, amount, currency }, by) {
		const known = this.payments.get(id) ?? { id, order, person: order.person, by }

		Object.assign(known, { status, amount, currency })
		this.payments.set(id, known)
		return known
	}

	reloads(card, { id, status, amount, currency }, by) {
		const known = this.payments.get(id) ?? { id, card, person: card.person, by }

		if (status === 'succeeded' && known.status !== 'succeeded')
			card.person.purse += amount
		Object.assign(known, { status, amount, currency })
		this.payments.set(id, known)
		return known
	}

	// All of an order went back; by a card, onto it.
	refunded(order) {
		const by_card = [...this.payments.values()].find((p) => p.order === order && p.by === 'nfc_card' && p.status === 'succeeded')

		order.status = 'refunded'
		if (by_card) {
			order.person.purse += by_card.amount - order.given
			by_card.status = 'refunded'
		}
		for (const ticket of this.tickets.values())
			if (ticket.order === order && ticket.status === 'valid')
				ticket.status = 'refunded'
	}

	// One ticket's money, or some or none of it: its seat is free, and by a card it is on that again.
	given_back(ticket, amount) {
		const { order } = ticket, by_card = [...this.payments.values()].find((p) => p.order === order && p.by === 'nfc_card' && p.status === 'succeeded')

		ticket.status = amount ? 'refunded' : 'cancelled'
		order.given += amount
		order.returned++
		if (by_card)
			by_card.person.purse += amount
	}

	// What may be on a person's card though no answer said so yet: what their cards paid for events that were cancelled, and reloads that
	// were begun, whose provider tells the site before anybody asks again.
	may_have_come = (person) => sum([...this.payments.values()].filter(({ by, order, status, person: whose }) => whose === person && (order
		? by === 'nfc_card' && order.event.cancelled && status === 'succeeded' : ['processing', 'requires_action'].includes(status))), ({ amount }) => amount)

	tickets_of = (order) => [...this.tickets.values()].filter((ticket) => ticket.order === order)
	orders_of = (event) => [...this.orders.values()].filter((order) => order.event === event)

	// What of a payment must have gone back: all, or what was approved of its order, or what the provider's own books say; of what was
	// never taken (a try before the one that paid the order) nothing.
	went_back(payment, desk) {
		if (!['succeeded', 'refunded'].includes(payment.status))
			return 0
		if (payment.by === 'stripe' && desk)
			return desk(payment)
		return payment.status === 'refunded' ? payment.amount : payment.order?.given ?? 0
	}

	// ---- against the database ----

	// Rows of payments but those that were begun by a request whose worker was killed, of which nobody could be told: of them nothing
	// was taken, and another was begun for the same.
	told_of = (rows, nothing) => rows.filter((row) => this.payments.has(Number(row[0])) || row.at(-1) !== nothing)

	// sql: reads it. desk(payment): what the provider's own books say went back of it.
	compare(sql, desk) {
		const numbers = (rows) => rows.map((row) => row.map((value) => value === 'NULL' ? null : isNaN(value) ? value : +value))
		const ids = (list) => [...list, 0].join()
		const people = ids(this.people.map(({ customer_id }) => customer_id)), by_id = (a, b) => a[0] - b[0]
		const same = (what, found, kept) => assert.deepEqual(numbers(found).sort(by_id), kept.sort(by_id), what)

		same('orders', sql(`SELECT id, customer_id, event_id, total, currency, status, returned, given_back FROM orders WHERE customer_id IN (${people})`),
			[...this.orders.values()].map((o) => [o.id, o.person.customer_id, o.event.id, o.total, o.currency, o.status, o.returned, o.given]))
		same('tickets', sql(`SELECT t.id, t.order_id, t.category_id, t.customer_id, t.generation, t.status, t.entries FROM ticket t
			JOIN orders o ON o.id = t.order_id WHERE o.customer_id IN (${people})`),
		[...this.tickets.values()].map((t) => [t.id, t.order.id, t.category, t.owner.customer_id, t.generation, t.status, t.entries]))
		same('payments', this.told_of(sql(`SELECT id, customer_id, amount, currency, status FROM payment WHERE customer_id IN (${people}) AND amount > 0`), 'declined'),
			[...this.payments.values()].filter(({ amount }) => amount > 0).map((p) => [p.id, p.person.customer_id, p.amount, p.currency, p.status]))
		same('what went back', this.told_of(sql(`SELECT p.id, CAST(COALESCE(SUM(IF(r.state = 'done', r.amount, 0)), 0) AS SIGNED) FROM payment p
			LEFT JOIN payment_refund r ON r.payment_id = p.id WHERE p.customer_id IN (${people}) AND p.amount > 0 GROUP BY p.id`), '0'),
		[...this.payments.values()].filter(({ amount }) => amount > 0).map((p) => [p.id, this.went_back(p, desk)]))
		same('charges', sql(`SELECT h.id, h.card_id, h.merchant_id, h.amount, h.status FROM card_charge h JOIN nfc_card n ON n.id = h.card_id WHERE n.customer_id IN (${people})`),
			[...this.charges.values()].map((c) => [c.id, c.card.id, c.merchant.merchant_id, c.amount, c.status]))
		same('cards', sql(`SELECT n.id, n.status, COALESCE(a.balance, 0) FROM nfc_card n LEFT JOIN ledger_account a ON a.kind = 'card' AND a.owner_id = n.id
			WHERE n.customer_id IN (${people})`), [...this.cards.values()].map((c) => [c.id, c.status, c.status === 'active' ? c.person.purse : 0]))
		same('requests', sql(`SELECT id, ticket_id, amount, status FROM refund_request WHERE customer_id IN (${people})`),
			[...this.requests.values()].map((r) => [r.id, r.ticket.id, r.amount, r.status]))
		this.compare_stock(numbers, same, sql)
		this.compare_money(numbers, sql, desk)
	}

	// The counters, and what was sold for whom, are counted from the model alone.
	compare_stock(numbers, same, sql) {
		const categories = this.events.flatMap(({ categories: list }) => list)
		const held = (id) => sum([...this.orders.values()].filter(({ status }) => status === 'held'), ({ items }) => items.get(id) ?? 0)
		const good = (id) => [...this.tickets.values()].filter((t) => t.category === id && t.status === 'valid').length

		same('stock', sql(`SELECT id, held, sold FROM ticket_category WHERE id IN (${categories.map(({ id }) => id).join()})`),
			categories.map(({ id }) => [id, held(id), good(id)]))
		for (const event of this.events) {
			const [[sold, revenue]] = numbers(sql(`SELECT COALESCE(SUM(s.sold), 0), COALESCE(SUM(s.revenue), 0) FROM organizer_sale s
				JOIN ticket_category c ON c.id = s.category_id WHERE c.event_id = ${event.id}`))
			const paid = this.orders_of(event).filter(({ status }) => status === 'paid')

			assert.deepEqual([sold, revenue], [sum(event.categories, ({ id }) => good(id)), sum(paid, (o) => o.total - o.given)], `sales of event ${event.id}`)
		}
	}

	// Each person's money: what came by providers is on their cards, at merchants, in tickets or back; the ledger says the same.
	compare_money(numbers, sql, desk) {
		for (const person of this.people) {
			const own = [...this.payments.values()].filter((p) => p.person === person && ['succeeded', 'refunded'].includes(p.status))
			const currencies = new Set(own.map(({ currency }) => currency))

			for (const currency of currencies) {
				const of = own.filter((p) => p.currency === currency), by_provider = of.filter((p) => p.by !== 'nfc_card')
				const found = numbers(sql(`SELECT COALESCE(SUM(GREATEST(e.amount, 0)), 0), COALESCE(-SUM(LEAST(e.amount, 0)), 0) FROM ledger_entry e
					JOIN ledger_account a ON a.id = e.account_id AND a.kind = 'provider' AND a.currency = '${currency}'
					JOIN ledger_transfer t ON t.id = e.transfer_id
					LEFT JOIN payment_refund r ON t.noun = 'payment_refund' AND r.id = t.noun_id
					JOIN payment p ON p.id = IF(t.noun = 'payment', t.noun_id, r.payment_id) AND t.noun IN ('payment', 'payment_refund')
					WHERE p.customer_id = ${person.customer_id}`))[0]

				assert.deepEqual(found, [sum(by_provider, (p) => p.amount), sum(by_provider, (p) => this.went_back(p, desk))],
					`what ${person.name} (${person.customer_id}) paid and got back in ${currency}`)
			}
			const put = sum(own.filter((p) => p.card), (p) => p.amount - this.went_back(p, desk))
			const tickets = sum(own.filter((p) => p.by === 'nfc_card'), (p) => p.amount - this.went_back(p))
			const spent = sum([...this.charges.values()].filter((c) => c.card.person === person && c.status === 'done'), (c) => c.amount)

			assert.equal(person.purse + spent + tickets, put + person.loss, `what is on the cards of ${person.customer_id}`)
		}
		for (const merchant of new Set([...this.charges.values()].map((c) => c.merchant))) {
			const [[balance]] = numbers(sql(`SELECT COALESCE(-SUM(e.amount), 0) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
				WHERE a.kind = 'merchant' AND a.owner_id = ${merchant.merchant_id}`))

			assert.equal(balance, sum([...this.charges.values()].filter((c) => c.merchant === merchant && c.status === 'done'), (c) => c.amount), 'a merchant')
		}
	}
}
