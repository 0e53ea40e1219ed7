// What people do in a season, a step each. A step asks the site, and tells the model what it was answered; a refusal changes nothing.
// What a step works on (a ticket, a card, an open payment) is taken out of its lane's hands meanwhile, so that no two steps of ours
// expect two things of it; the site's own doings (jobs, notices, a cancelled event) go on beside it as they like.
import assert from 'node:assert/strict'
import { said } from './wire.mjs'

const V1 = '/api/v1'
const CARDS = `${V1}/users/nfc-cards/`

// site: { wire, model, provider(), stripe, sql, staff, merchants, new_card(), lapse(), kill() }
export function steps(site) {
	const { wire, model } = site
	const post = (lane, person, path, body = {}) => wire.post(person, path, body, lane.dice)
	const open_events = () => model.events.filter((event) => !event.cancelled)

	// ---- paying ----

	// A card that pays, one that is declined, one whose payment waits for another step; by provider.
	const TOKENS = { sandbox: { good: 'tok_ok', bad: 'tok_declined', late: 'tok_late', slow: 'tok_slow' }, stripe: { good: 'pm_ok', bad: 'pm_declined', late: 'pm_3ds', slow: null } }

	// What an answer to paying an order, or to confirming that, says.
	async function settled(lane, order, answer, by) {
		const { payment, tickets } = answer.data ?? {}

		if (answer.status === 200 && payment.status === 'succeeded') {
			lane.tickets.push(...model.paid(order, payment, tickets))
			model.payments.get(payment.id).by = by
			return
		}
		if (payment)
			model.pays(order, payment, by)
		if (answer.status === 202)
			lane.open.push({ order, payment_id: payment.id, by, again: 0, reference: order.reference })
		else if (payment && ['refunding', 'refunded'].includes(payment.status))
			await taken_back(order)
		else if (answer.status !== 402)
			await look(lane, order)
	}

	const order_of = async (order) => said(await wire.get(order.person, `${V1}/users/orders/${order.id}/`), 200).data
	// The hold of a cancelled event is over and shown so, though its row follows when it ends.
	async function status_of(order) {
		const { status } = (await order_of(order)).order

		return status === 'cancelled' && order.event.cancelled && order.status !== 'cancelled' ? 'held' : status
	}

	// It was not paid, or a cancelled event took it back before its answer was read: then its tickets were made, and are good for nothing.
	async function taken_back(order) {
		const at = `${V1}/users/tickets/?status=refunded&event=${order.event.id}&limit=100`

		order.status = await status_of(order)
		if (order.status === 'refunded')
			model.made(order, said(await wire.get(order.person, at), 200).data.items.filter(({ order_id }) => order_id === order.id))
	}

	// What became of an order otherwise: its hold ended.
	async function look(lane, order) {
		if (order.status === 'held' && await status_of(order) === 'lapsed')
			order.status = 'lapsed'
	}

	async function pay(lane, order, how = lane.dice.weighed({ good: 60, bad: 8, late: 14, slow: 2, card: 18 })) {
		const { person } = order, by = site.provider(), tokens = TOKENS[by]
		const at = `${V1}/payments/process/`

		if (how === 'card' && order.currency === 'EUR') {
			const answer = said(await post(lane, person, at, { order_id: order.id, method: 'nfc_card', nfc_card_id: person.card.id }), 200, 402, 409)

			if (answer.data?.payment?.status === 'succeeded')
				person.purse -= answer.data.payment.amount
			return settled(lane, order, answer, 'nfc_card')
		}
		if (by === 'stripe' && how === 'late') { // as an app does it: by a secret, and Stripe tells us
			const answer = said(await post(lane, person, at, { order_id: order.id }), 200, 202, 409, 402)

			if (answer.status === 202 && answer.data.payment.next_action && lane.dice.chance(0.8))
				site.stripe.app_pays(answer.data.payment.next_action.client_secret)
			return settled(lane, order, answer, by)
		}
		return settled(lane, order, said(await post(lane, person, at, { order_id: order.id, method: 'card', card_token: tokens[how] ?? tokens.good }), 200, 202, 402, 409), by)
	}

	async function confirm(lane, open) {
		const answer = said(await post(lane, open.order.person, `${V1}/payments/confirm/`, { payment_id: open.payment_id }), 200, 202, 402)
		const { payment, tickets } = answer.data

		if (answer.status === 202) {
			if (open.by === 'stripe') {
				const intent = site.stripe.intent_of(payment.uuid)

				if (intent && ['requires_action', 'requires_payment_method'].includes(intent.status) && lane.dice.chance(0.9))
					site.stripe.app_pays(intent.client_secret)
			}
			lane.open.push({ ...open, again: open.again + 1 })
		} else if (payment.status === 'succeeded' && open.order.status !== 'refunded') {
			lane.tickets.push(...model.paid(open.order, payment, tickets))
			model.payments.get(payment.id).by = open.by
		} else {
			model.pays(open.order, payment, open.by)
			if (open.order.status !== 'paid')
				await taken_back(open.order)
		}
	}

	// ---- what there is to do ----

	// What no season is to be without, whatever its dice say: paid by a card that has enough on it, and one of the tickets given back.
	async function opening(lane) {
		const person = lane.people[0], event = model.events[lane.number % 3], [{ id }] = event.categories

		while (person.purse < 2 * 90 * 50)
			await all.reload(lane, 'good', person)
		const booked = said(await post(lane, person, `${V1}/tickets/book/`, { event_id: event.id, items: [{ category_id: id, quantity: 2 }] }), 201)
		const order = model.booked(person, event, booked.data.order)
		await pay(lane, order, 'card')
		assert.equal(order.status, 'paid')
		await all.ask_back(lane, 'approve')
	}

	const all = {
		async buy(lane) {
			const { dice } = lane, person = dice.pick(lane.people), event = dice.pick(open_events()), items = new Map()

			for (let n = dice.between(1, 3); n > 0; n--) {
				const { id } = dice.pick(event.categories)

				items.set(id, Math.min(6, (items.get(id) ?? 0) + dice.between(1, 2)))
			}
			const body = { event_id: event.id, items: [...items].map(([category_id, quantity]) => ({ category_id, quantity })) }
			if (dice.chance(0.25) && event.promos.length)
				body.promo_code = dice.pick(event.promos)
			const answer = said(await post(lane, person, `${V1}/tickets/book/`, body), 201, 409, 422, 429)

			if (answer.status !== 201) {
				assert.ok(['TICKET_SOLD_OUT', 'EVENT_CANCELLED', 'EVENT_NOT_ON_SALE', 'PROMO_CODE_INVALID', 'TOO_MANY_HOLDS', 'NOT_ON_SALE', 'VALIDATION_ERROR'].includes(answer.code), answer.text)
				return
			}
			const order = model.booked(person, event, answer.data.order)

			if (dice.chance(0.92))
				await pay(lane, order)
			lane.held.push(order)
		},

		// Those whose hold stands: paid at another try, given up, or left until it ends.
		async go_on(lane) {
			const order = lane.dice.take(lane.held)

			if (order?.status !== 'held' || lane.open.some((open) => open.order === order))
				return
			const how = lane.dice.weighed({ pay: 6, give_up: 3, lapse: 1 })
			if (how === 'pay') {
				await pay(lane, order)
				lane.held.push(order)
			} else if (how === 'give_up') {
				if (said(await post(lane, order.person, `${V1}/users/orders/${order.id}/cancel/`), 200, 409).status === 200)
					order.status = 'cancelled'
				else
					await look(lane, order)
			} else {
				site.lapse(order.id)
				await pay(lane, order)
			}
		},

		// Who comes back from their bank, in time or when the hold has ended.
		async confirm(lane) {
			const open = lane.dice.take(lane.open)

			if (!open)
				return
			if (!open.card && lane.dice.chance(0.3))
				site.lapse(open.order.id)
			await (open.card ? all.confirm_reload(lane, open) : confirm(lane, open))
		},

		async confirm_reload(lane, open) {
			const answer = said(await post(lane, open.card.person, `${V1}/payments/confirm/`, { payment_id: open.payment_id }), 200, 202, 402)

			model.reloads(open.card, answer.data.payment, open.by)
			if (answer.status === 202) {
				const intent = open.by === 'stripe' && site.stripe.intent_of(answer.data.payment.uuid)

				if (intent && ['requires_action', 'requires_payment_method'].includes(intent.status))
					site.stripe.app_pays(intent.client_secret)
				lane.open.push(open)
			}
		},

		async reload(lane, how = lane.dice.weighed({ good: 8, bad: 1, late: 1 }), person = lane.dice.pick(lane.people)) {
			const { dice } = lane, { card } = person, by = site.provider(), amount = dice.between(1, 60) * 400
			const answer = said(await post(lane, person, `${CARDS}${card.id}/reload/`, { amount, method: 'card', card_token: TOKENS[by][how] }), 200, 202, 402, 422)

			if (answer.data?.payment)
				model.reloads(card, answer.data.payment, by)
			if (answer.status === 202)
				lane.open.push({ card, payment_id: answer.data.payment.id, by })
		},

		async charge(lane) {
			const { dice } = lane, person = dice.pick(lane.people), { card } = person, merchant = dice.pick(site.merchants), amount = dice.between(1, 2500)
			const answer = said(await post(lane, merchant, '/api/merchant/charge/', { card_uid: card.uid, amount }), 201, 409)

			if (answer.status !== 201)
				return assert.equal(answer.code, 'BALANCE_TOO_LOW', answer.text)
			const { charge } = answer.data
			person.purse -= amount
			// What is on its way to it may be missing, but nothing is on it that nobody put there. (What a cancelled event gives back, and what
			// a provider tells only the site, is told to nobody here until later.)
			assert.ok(charge.balance <= person.purse + model.may_have_come(person) && charge.amount === amount, `${answer.text}: ${person.purse}`)
			model.charges.set(charge.id, { id: charge.id, card, merchant, amount, status: 'done' })
			lane.charges.push(charge.id)
		},

		async reverse(lane) {
			const charge = model.charges.get(lane.dice.take(lane.charges))

			if (!charge)
				return
			said(await post(lane, charge.merchant, `/api/merchant/charge/${charge.id}/reverse/`), 200)
			charge.status = 'reversed'
			charge.card.person.purse += charge.amount
		},

		// A card is lost, another takes its place, and what was on it moves there.
		async lose(lane) {
			const person = lane.dice.pick(lane.people), old = person.card

			said(await post(lane, person, `${CARDS}${old.id}/lost/`), 200)
			old.status = 'lost'
			await site.new_card(person)
			said(await post(lane, person, `${CARDS}${old.id}/move/`), 200, 409)
		},

		async pass_on(lane) {
			const ticket = lane.dice.take(lane.tickets), to = lane.dice.pick(model.people)

			if (!ticket || to === ticket.owner)
				return ticket && lane.tickets.push(ticket)
			const answer = said(await post(lane, ticket.owner, `${V1}/users/tickets/${ticket.id}/transfer/`, { mobile_number: to.mobile_number }), 201, 409, 429)

			limited_by(answer, 'TRANSFER_LIMIT')
			if (answer.status !== 201)
				return lane.tickets.push(ticket)
			ticket.generation++
			ticket.owner = to
			to.lane.tickets.push(ticket)
		},

		async give(lane) {
			const ticket = lane.dice.take(lane.tickets), to = lane.dice.pick(model.people)

			if (!ticket || to === ticket.owner)
				return ticket && lane.tickets.push(ticket)
			const answer = said(await post(lane, ticket.owner, `${V1}/users/tickets/${ticket.id}/gift/`, { mobile_number: to.mobile_number, message: 'For you' }), 201, 409, 429)

			limited_by(answer, 'TRANSFER_LIMIT')
			if (answer.status !== 201)
				return lane.tickets.push(ticket)
			const how = lane.dice.weighed({ accept: 6, decline: 2, cancel: 2 }), by = how === 'cancel' ? ticket.owner : to
			const end = said(await post(lane, by, `${V1}/users/transfers/${answer.data.transfer.id}/${how}/`), 200, 409)

			if (end.status === 200 && how === 'accept') {
				ticket.generation++
				ticket.owner = to
				to.lane.tickets.push(ticket)
			} else {
				lane.tickets.push(ticket)
			}
		},

		async scan(lane) {
			const ticket = lane.dice.take(lane.tickets)

			if (!ticket)
				return
			lane.tickets.push(ticket)
			const code = said(await wire.get(ticket.owner, `${V1}/users/tickets/${ticket.id}/qr-code/`), 200, 409, 404)
			if (code.status !== 200)
				return
			const direction = ticket.inside || lane.dice.chance(0.1) ? 'out' : 'in'
			const { result } = said(await post(lane, ticket.order.event.usher, '/api/usher/scan/result/', { code: code.data.qr_token, direction, scan_id: uuid_of(lane.dice) }), 200).data

			if (result === 'valid') {
				ticket.inside = direction === 'in'
				ticket.entries += direction === 'in'
			}
		},

		// A ticket's money, asked back by its owner, and what staff say to it.
		async ask_back(lane, how = lane.dice.weighed({ approve: 7, reject: 2, withdraw: 1 })) {
			const ticket = lane.dice.take(lane.tickets)

			if (!ticket)
				return
			const answer = said(await post(lane, ticket.owner, `${V1}/users/tickets/${ticket.id}/refund-request/`, { reason: 'A season' }), 201, 409)

			if (answer.status !== 201)
				return lane.tickets.push(ticket)
			const { request } = answer.data
			const kept = { id: request.id, ticket, amount: request.amount, status: 'requested' }

			model.requests.set(request.id, kept)
			const end = how === 'withdraw' ? said(await post(lane, ticket.owner, `${V1}/users/tickets/${ticket.id}/refund-request/withdraw/`), 200, 409)
				: said(await post(lane, site.staff, `/api/refund-requests/${request.id}/${how}/`, { note: 'As it is' }), 200, 409)
			if (end.status !== 200)
				return
			kept.status = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn' }[how]
			if (how !== 'approve')
				return lane.tickets.push(ticket)
			model.given_back(ticket, request.amount)
		},

		// The office gives a ticket's money back unasked, some of it or none.
		async office(lane) {
			const ticket = lane.dice.take(lane.tickets), act = lane.dice.chance(0.7) ? 'refund' : 'cancel'

			if (!ticket)
				return
			const body = { reason: 'A season', ...(act === 'refund' ? { percent: lane.dice.between(1, 100) } : {}) }
			if (said(await post(lane, site.staff, `/api/tickets/${ticket.id}/${act}/`, body), 200, 409).status !== 200)
				return lane.tickets.push(ticket)
			const { items } = said(await wire.get(site.staff, `/api/refund-requests/?ticket_id=${ticket.id}&status=approved`), 200).data
			assert.equal(items.length, 1)
			model.requests.set(items[0].id, { id: items[0].id, ticket, amount: items[0].amount, status: 'approved' })
			model.given_back(ticket, items[0].amount)
		},

		// Somebody at the provider's desk gives a part, or the rest, of a payment back.
		async desk(lane) {
			if (!site.stripe || site.provider() !== 'stripe')
				return
			const payment = lane.dice.pick([...model.payments.values()].filter((p) => p.by === 'stripe' && p.order && p.status === 'succeeded' && p.person.lane === lane))
			const intent = payment && site.intent_of(payment)

			if (!intent || intent.status !== 'succeeded')
				return
			const left = intent.amount_received - site.desk_gave(payment)
			if (left > 0)
				site.stripe.desk_refund(intent, lane.dice.chance(0.3) ? left : lane.dice.between(1, left))
			if (lane.dice.chance(0.3)) // told twice
				site.stripe.deliver(site.stripe.events.at(-1)).catch(() => {})
		},

		async kill() {
			site.kill()
		},
		async jobs() {
			site.jobs()
		}
	}

	return { all, opening, status_of }
}

// A limit that is no matter of waiting a moment is the one that is meant here.
const limited_by = (answer, code) => answer.status !== 429 || assert.equal(answer.code, code, answer.text)

const uuid_of = (dice) => `${dice.word()}${dice.word()}`.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')

// How often each is done.
export const WEIGHTS = {
	buy: 26, go_on: 8, confirm: 12, reload: 8, charge: 14, reverse: 5, lose: 2, pass_on: 6, give: 5, scan: 7, ask_back: 7, office: 4, desk: 4, kill: 1, jobs: 4
}
