// What each is shown at the end, by the API, is what the model has: the balance of a card and what it was made of, what was paid and
// came back, whose tickets there are, what a sale brought. All of it, page by page.
import assert from 'node:assert/strict'
import { said } from './wire.mjs'

const V1 = '/api/v1'
const total = (list, of) => list.reduce((sum, one) => sum + of(one), 0)
const by_id = (a, b) => a[0] - b[0]

export async function compare_seen(model, wire, organizer, desk) {
	const all = async (who, path) => {
		const items = []

		for (let page = 1; ; page++) {
			const { data } = said(await wire.get(who, `${path}${path.includes('?') ? '&' : '?'}limit=50&page=${page}`), 200)

			items.push(...data.items)
			if (page >= data.total_pages)
				return items
		}
	}

	async function see_cards(person) {
		const cards = await all(person, `${V1}/users/nfc-cards/`)
		const own = [...model.cards.values()].filter((card) => card.person === person)
		const balance = (card) => card.status === 'active' ? person.purse : 0

		assert.deepEqual(cards.map(({ id, status, balance: on_it }) => [id, status, on_it]).sort(by_id),
			own.map((card) => [card.id, card.status, balance(card)]).sort(by_id), `the cards of ${person.customer_id}`)
		for (const card of own) {
			const moves = await all(person, `${V1}/users/nfc-cards/${card.id}/transactions/`)

			assert.deepEqual([moves[0]?.balance ?? 0, total(moves, ({ amount }) => amount)], [balance(card), balance(card)], `what went over card ${card.id}`)
		}
	}

	async function see_payments(person) {
		const payments = await all(person, `${V1}/users/payment-history/`)
		const own = [...model.payments.values()].filter((payment) => payment.person === person)

		assert.deepEqual(payments.filter(({ id, amount, status }) => amount > 0 && (model.payments.has(id) || status !== 'declined')).map((p) => [p.id, p.status, p.amount, p.currency, p.refunded]).sort(by_id),
			own.filter(({ amount }) => amount > 0).map((p) => [p.id, p.status, p.amount, p.currency, model.went_back(p, desk)]).sort(by_id),
			`what ${person.customer_id} paid`)
	}

	for (const person of model.people) {
		const tickets = await all(person, `${V1}/users/tickets/`), own = [...model.tickets.values()].filter(({ owner }) => owner === person)

		assert.deepEqual(tickets.map(({ id, status, entries }) => [id, status, entries]).sort(by_id),
			own.map(({ id, status, entries }) => [id, status, entries]).sort(by_id), `the tickets of ${person.customer_id}`)
		await see_cards(person)
		await see_payments(person)
	}
	for (const event of model.events) {
		const { analytics } = said(await wire.get(organizer, `/api/organizer/events/${event.id}/`), 200).data
		const paid = model.orders_of(event).filter(({ status }) => status === 'paid')

		assert.deepEqual([analytics.sold, analytics.revenue], [paid.flatMap(model.tickets_of).filter(({ status }) => status === 'valid').length,
			total(paid, (order) => order.total - order.given)], `event ${event.id}`)
	}
}
