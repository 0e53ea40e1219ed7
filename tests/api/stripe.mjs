// A stand-in for Stripe, as strict as it and as unreliable as can be wished. It knows what of Stripe's API Gatehouse speaks and
// refuses all else: another key or version, a POST without an Idempotency-Key, a key again with another body, a parameter that
// it does not know, amounts that a currency does not have, a card that is kept for somebody charged as if it were not, or with
// nobody there where its bank wants its holder. It keeps PaymentIntents, Checkout Sessions, Customers with their PaymentMethods,
// SetupIntents, refunds and disputes, has a page on which one pays or has a card kept, and signs what it tells by Stripe's scheme. What was refused by these rules is in .faults.
//
//	const stripe = await stand_in({ secret_key, webhook_secret })        // listens: stripe.url
//	stripe.site = 'http://…'                                               // whom it tells
//
// As a program, for measurements: node tests/api/stripe.mjs PORT MILLISECONDS SECRET_KEY SITE WEBHOOK_SECRET
import { createHmac, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

const VERSION = '2024-06-20'
const ZERO = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ')
const THREE = 'bhd jod kwd omr tnd'.split(' ')
const WHOLE = ['isk', 'ugx'] // written with two decimals that are 0
const MINUTE = 60

const word = (n = 12) => randomBytes(n).toString('hex')
const seconds = () => Math.floor(Date.now() / 1000)

// The signature of a notice, as Stripe makes it. secrets: while one is changed there are two.
export function signature(body, secrets, at = seconds()) {
	const of = (secret) => createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')

	return [`t=${at}`, ...[secrets].flat().map((secret) => `v1=${of(secret)}`), `v0=${word(32)}`].join(',')
}

class Refusal extends Error {
	constructor(status, error) {
		super(error.message ?? error.code ?? error.type)
		this.status = status
		this.error = { type: 'invalid_request_error', ...error }
	}
}
const refuse = (status, error) => { throw new Refusal(status, error) }

// What each POST takes. A name with […] is one of a family.
const TAKES = {
	customers: ['email', 'metadata[keep]'],
	setup_intents: ['customer', 'payment_method', 'usage', 'confirm', 'automatic_payment_methods[enabled]', 'automatic_payment_methods[allow_redirects]',
		'metadata[payment]', 'expand[]'],
	detach: [],
	payment_intents: ['amount', 'currency', 'customer', 'automatic_payment_methods[enabled]', 'automatic_payment_methods[allow_redirects]', 'receipt_email', 'metadata[payment]',
		'metadata[order]', 'description', 'statement_descriptor_suffix'],
	confirm: ['payment_method', 'return_url', 'off_session'],
	cancel: [],
	sessions: ['mode', 'currency', 'customer', 'setup_intent_data[metadata][payment]', 'client_reference_id', 'success_url', 'cancel_url', 'expires_at', 'locale', 'customer_email',
		'line_items[0][quantity]', 'line_items[0][price_data][currency]', 'line_items[0][price_data][unit_amount]',
		'line_items[0][price_data][product_data][name]', 'metadata[payment]', 'metadata[order]',
		'payment_intent_data[metadata][payment]', 'payment_intent_data[metadata][order]', 'payment_intent_data[description]',
		'payment_intent_data[statement_descriptor_suffix]'],
	expire: [],
	refunds: ['payment_intent', 'amount', 'metadata[refund]']
}

export async function stand_in({ secret_key = `sk_test_${word()}`, webhook_secret = `whsec_${word(16)}`, port = 0, slow = 0, tells = true } = {}) {
	const my = {
		secret_key, webhook_secret, slow, tells, site: null,
		intents: new Map(), sessions: new Map(), customers: new Map(), methods: new Map(), setups: new Map(), refunds: new Map(), disputes: new Map(), keys: new Map(),
		calls: [], faults: [], mishaps: [], events: [], notices: []
	}
	const object = (map, id, what) => map.get(id) ?? refuse(404, { code: 'resource_missing', message: `No such ${what}: '${id}'`, param: 'id' })

	// ---- rules ----

	const required = (form, ...names) => names.forEach((name) =>
		form.get(name) || refuse(400, { code: 'parameter_missing', param: name, message: `Missing required param: ${name}.` }))
	function amount_of(form, name, currency_name) {
		const amount = form.get(name), currency = form.get(currency_name)

		if (!/^[a-z]{3}$/.test(currency))
			refuse(400, { param: currency_name, message: 'Invalid currency: must be lower case.' })
		if (!/^[1-9]\d{0,11}$/.test(amount))
			refuse(400, { param: name, message: `Invalid integer: ${amount}` })
		if (THREE.includes(currency) && +amount % 10)
			refuse(400, { param: name, message: 'The last digit of a three-decimal amount must be 0.' })
		if (WHOLE.includes(currency) && +amount % 100)
			refuse(400, { param: name, message: 'This currency has no decimals.' })
		if (+amount < (ZERO.includes(currency) ? 50 : 50))
			refuse(400, { code: 'amount_too_small', param: name, message: 'Amount must be at least 50.' })
		return { amount: +amount, currency }
	}
	const whose = (form, within) => {
		const name = (key) => within ? `${within}[metadata][${key}]` : `metadata[${key}]`

		required(form, name('payment'), name('order'))
		if (!/^[0-9a-f-]{36}$/.test(form.get(name('payment'))))
			refuse(400, { param: name('payment'), message: 'no payment is named so' })
		const suffix = form.get(within ? `${within}[statement_descriptor_suffix]` : 'statement_descriptor_suffix')
		if (suffix && (suffix.length > 22 || /[<>\\'"*]/.test(suffix) || !/[A-Za-z]/.test(suffix)))
			refuse(400, { param: 'statement_descriptor_suffix', message: 'not fit for a statement' })
		return { payment: form.get(name('payment')), order: form.get(name('order')) }
	}
	const address = (form, name) => /^https?:\/\//.test(form.get(name) ?? '') || refuse(400, { code: 'url_invalid', param: name, message: 'Not a valid URL' })

	// ---- money ----

	const given = (intent) => [...my.refunds.values()].filter((r) => r.payment_intent === intent.id && r.status !== 'failed' && r.status !== 'canceled')
		.reduce((sum, r) => sum + r.amount, 0)
	function tell(type, about) {
		const event = { id: `evt_${word()}`, object: 'event', api_version: VERSION, created: seconds(), type, data: { object: structuredClone(about) } }

		my.events.push(event)
		if (my.tells && my.site)
			my.notices.push(my.deliver(event).catch(() => {}))
		return event
	}
	const charge_of = (intent) => ({ id: intent.latest_charge, object: 'charge', amount: intent.amount, amount_refunded: given(intent),
		currency: intent.currency, payment_intent: intent.id, metadata: intent.metadata })
	function succeed(intent) {
		Object.assign(intent, { status: 'succeeded', amount_received: intent.amount, latest_charge: `ch_${word()}`, next_action: null })
		tell('payment_intent.succeeded', intent)
	}
	function decline(intent, decline_code = 'insufficient_funds') {
		intent.status = 'requires_payment_method'
		intent.last_payment_error = { type: 'card_error', code: 'card_declined', decline_code, message: 'Your card has insufficient funds.' }
		tell('payment_intent.payment_failed', intent)
	}
	// A card that is kept belongs to its customer, and is charged as theirs or not at all. What it does is what it was chosen to do.
	function kind_of(intent, card, off_session) {
		const method = my.methods.get(card)

		if (off_session && !intent.customer)
			refuse(400, { param: 'off_session', message: 'Off-session payments need a customer whose PaymentMethod was set up for it.' })
		if (!method && off_session)
			refuse(400, { param: 'payment_method', message: `The PaymentMethod ${card} is not attached to the customer; it cannot be used off-session.` })
		if (method && !method.customer)
			refuse(400, { param: 'payment_method', message: 'The provided PaymentMethod was detached from a Customer. It may not be used again.' })
		if (method && method.customer !== intent.customer)
			refuse(400, { param: 'payment_method', message: 'The PaymentMethod belongs to a Customer. Please include the Customer in the `customer` parameter on the PaymentIntent.' })
		return method?.kind ?? card
	}
	// Somebody confirms with a card: pm_ok pays, pm_declined not, pm_3ds wants another step, pm_slow is processed for long. With nobody
	// there (off_session), what wants another step is declined.
	function confirm(intent, card, return_url, off_session = false) {
		if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status))
			refuse(400, { code: 'payment_intent_unexpected_state', message: `This PaymentIntent's status is ${intent.status}` })
		const kind = kind_of(intent, card, off_session)
		if (kind === 'pm_declined' || (kind === 'pm_3ds' && off_session)) {
			decline(intent, kind === 'pm_3ds' ? 'authentication_required' : undefined)
			if (kind === 'pm_3ds')
				Object.assign(intent.last_payment_error, { code: 'authentication_required', message: 'Your card was declined. This transaction requires authentication.' })
			refuse(402, intent.last_payment_error)
		}
		if (kind === 'pm_3ds')
			Object.assign(intent, { status: 'requires_action', next_action: { type: 'redirect_to_url', redirect_to_url: { url: `${my.url}/3ds/${intent.id}`, return_url } } })
		else if (kind === 'pm_slow')
			Object.assign(intent, { status: 'processing', next_action: null })
		else if (kind === 'pm_ok')
			succeed(intent)
		else
			refuse(400, { code: 'resource_missing', param: 'payment_method', message: `No such PaymentMethod: '${card}'` })
	}
	// A card is kept for a customer; kind: what it will do when it is charged.
	function keep_method(customer, kind) {
		const made = { id: `pm_${word()}`, object: 'payment_method', type: 'card', card: { brand: 'visa', last4: '4242' }, customer, kind, created: seconds() }

		my.methods.set(made.id, made)
		return made
	}
	const expanded_setup = (setup, query) => ({ ...setup, payment_method: query.getAll('expand[]').some((path) => path.endsWith('payment_method'))
		? my.methods.get(setup.payment_method) ?? null : setup.payment_method })
	function new_intent(fields) {
		const id = `pi_${word()}`
		const intent = { id, object: 'payment_intent', amount_received: 0, status: 'requires_payment_method', latest_charge: null,
			client_secret: `${id}_secret_${word()}`, next_action: null, last_payment_error: null, created: seconds(), ...fields }

		my.intents.set(id, intent)
		return intent
	}
	function refund(intent, amount, more = {}) {
		const left = intent.amount_received - given(intent)

		if (!left)
			refuse(400, { code: 'charge_already_refunded', message: 'Charge has already been refunded.' })
		if (!(amount > 0) || amount > left)
			refuse(400, { param: 'amount', message: `Refund amount is greater than unrefunded amount on charge (${left})` })
		const made = { id: `re_${word()}`, object: 'refund', amount, currency: intent.currency, payment_intent: intent.id,
			charge: intent.latest_charge, status: 'succeeded', reason: null, metadata: {}, created: seconds(), ...more }

		my.refunds.set(made.id, made)
		tell('refund.created', made)
		tell('charge.refunded', charge_of(intent))
		return made
	}

	// ---- the API ----

	const list = (map, query) => {
		const all = [...map.values()].reverse().filter((one) => (!query.get('payment_intent') || one.payment_intent === query.get('payment_intent')) &&
			one.created >= Number(query.get('created[gte]') ?? 0))
		const from = query.get('starting_after') ? all.findIndex((one) => one.id === query.get('starting_after')) + 1 : 0
		const limit = Math.min(Number(query.get('limit') ?? 10), my.page ?? 100)

		return { object: 'list', data: all.slice(from, from + limit), has_more: all.length > from + limit }
	}
	const shown = (session, query) => session.mode === 'setup' ? { ...session, setup_intent: query.getAll('expand[]').some((path) => path.startsWith('setup_intent'))
		&& session.setup_intent ? expanded_setup(my.setups.get(session.setup_intent), query) : session.setup_intent } : ({ ...session, payment_intent: query.getAll('expand[]').includes('payment_intent') && session.payment_intent
		? my.intents.get(session.payment_intent) : session.payment_intent })
	const expired = (session) => {
		if (session.status === 'open' && session.expires_at <= seconds())
			session.status = 'expired'
		return session
	}
	const GET = {
		payment_intents: (id) => object(my.intents, id, 'payment_intent'),
		sessions: (id, query) => shown(expired(object(my.sessions, id, 'checkout.session')), query),
		refunds: (id, query) => id ? object(my.refunds, id, 'refund') : list(my.refunds, query),
		disputes: (id, query) => id ? object(my.disputes, id, 'dispute') : list(my.disputes, query),
		setup_intents: (id, query) => expanded_setup(object(my.setups, id, 'setup_intent'), query),
		balance: () => ({ object: 'balance', livemode: false, available: [] })
	}
	// Whoever is erased has nothing there any more, and no page stays open for them.
	const DELETE = {
		customers(id) {
			object(my.customers, id, 'customer')
			my.customers.delete(id)
			for (const method of my.methods.values())
				method.customer = method.customer === id ? null : method.customer
			for (const session of my.sessions.values())
				session.status = session.customer === id && session.status === 'open' ? 'expired' : session.status
			return { id, object: 'customer', deleted: true }
		}
	}
	const POST = {
		payment_intents(form) {
			required(form, 'amount', 'currency')
			if (form.get('customer'))
				object(my.customers, form.get('customer'), 'customer')
			if (![null, 'always', 'never'].includes(form.get('automatic_payment_methods[allow_redirects]')))
				refuse(400, { param: 'automatic_payment_methods[allow_redirects]', message: 'must be one of always or never' })
			return new_intent({ ...amount_of(form, 'amount', 'currency'), customer: form.get('customer'),
				redirects: form.get('automatic_payment_methods[allow_redirects]') !== 'never', metadata: whose(form), description: form.get('description') })
		},
		confirm(form, id) {
			const intent = object(my.intents, id, 'payment_intent')

			required(form, 'payment_method')
			// Methods that lead away must be able to come back, and nobody comes back from where nobody is.
			if (intent.redirects)
				address(form, 'return_url')
			if (form.get('off_session') && form.get('off_session') !== 'true')
				refuse(400, { param: 'off_session', message: 'Invalid boolean' })
			confirm(intent, form.get('payment_method'), form.get('return_url'), form.get('off_session') === 'true')
			return intent
		},
		cancel(form, id) {
			const intent = object(my.intents, id, 'payment_intent')

			if (intent.status === 'canceled' || intent.status === 'succeeded' || intent.status === 'processing')
				refuse(400, { code: 'payment_intent_unexpected_state', message: `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.` })
			intent.status = 'canceled'
			tell('payment_intent.canceled', intent)
			return intent
		},
		customers(form) {
			const id = `cus_${word()}`, made = { id, object: 'customer', email: form.get('email'), created: seconds() }

			if (made.email !== null && !/^[^@\s]+@[^@\s]+$/.test(made.email))
				refuse(400, { code: 'email_invalid', param: 'email', message: `Invalid email address: ${made.email}` })
			my.customers.set(id, made)
			return made
		},
		// An app's card is kept, if its bank wants nothing of its holder.
		setup_intents(form) {
			required(form, 'customer', 'payment_method', 'metadata[payment]')
			const customer = object(my.customers, form.get('customer'), 'customer'), card = form.get('payment_method')
			const setup = { id: `seti_${word()}`, object: 'setup_intent', customer: customer.id, payment_method: card, usage: form.get('usage'), created: seconds() }

			if (form.get('usage') !== 'off_session' || form.get('confirm') !== 'true')
				refuse(400, { param: 'usage', message: 'for on_session this is of no use' })
			if (form.get('automatic_payment_methods[allow_redirects]') !== 'never')
				refuse(400, { param: 'return_url', message: 'you must provide a `return_url`, or set automatic_payment_methods[allow_redirects] to never' })
			if (my.methods.get(card)?.customer)
				refuse(400, { param: 'payment_method', message: 'This PaymentMethod is attached to a Customer already.' })
			if (!card.startsWith('pm_'))
				refuse(400, { code: 'resource_missing', param: 'payment_method', message: `No such PaymentMethod: '${card}'` })
			if (card === 'pm_declined')
				refuse(402, { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' })
			if (card === 'pm_3ds')
				Object.assign(setup, { status: 'requires_action' })
			else
				Object.assign(setup, { status: 'succeeded', payment_method: keep_method(customer.id, card).id })
			my.setups.set(setup.id, setup)
			return expanded_setup(setup, form)
		},
		detach(form, id) {
			const method = object(my.methods, id, 'PaymentMethod')

			if (!method.customer)
				refuse(400, { message: 'The payment method you provided is not attached to a customer so detachment is impossible.' })
			method.customer = null
			return method
		},
		sessions(form) {
			if (form.get('mode') === 'setup')
				return setup_session(form)
			if (form.has('currency') || form.has('customer') || form.has('setup_intent_data[metadata][payment]'))
				refuse(400, { param: 'setup_intent_data', message: 'You can not pass `setup_intent_data` in `payment` mode.' })
			const from_now = Number(form.get('expires_at')) - seconds()

			required(form, 'mode', 'success_url', 'line_items[0][price_data][product_data][name]', 'line_items[0][quantity]', 'metadata[payment]')
			if (form.get('mode') !== 'payment')
				refuse(400, { param: 'mode', message: 'not for this' })
			address(form, 'success_url')
			address(form, 'cancel_url')
			if (!(from_now >= 30 * MINUTE && from_now <= 24 * 60 * MINUTE))
				refuse(400, { param: 'expires_at', message: 'The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.' })
			const money = amount_of(form, 'line_items[0][price_data][unit_amount]', 'line_items[0][price_data][currency]')
			const metadata = whose(form, 'payment_intent_data')
			if (metadata.payment !== form.get('metadata[payment]') || metadata.payment !== form.get('client_reference_id'))
				refuse(400, { param: 'client_reference_id', message: 'it names another payment' })
			const id = `cs_test_${word(24)}`
			const session = { id, object: 'checkout.session', mode: 'payment', status: 'open', payment_status: 'unpaid', payment_intent: null,
				url: `${my.url}/c/pay/${id}#${word(150)}`, expires_at: Number(form.get('expires_at')), client_reference_id: metadata.payment, metadata,
				success_url: form.get('success_url'), cancel_url: form.get('cancel_url'), amount_total: money.amount, currency: money.currency,
				name: form.get('line_items[0][price_data][product_data][name]'), created: seconds() }

			my.sessions.set(id, session)
			return session
		},
		expire(form, id) {
			const session = expired(object(my.sessions, id, 'checkout.session'))

			if (session.status !== 'open')
				refuse(400, { message: `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.` })
			session.status = 'expired'
			tell('checkout.session.expired', session)
			return session
		},
		refunds(form) {
			required(form, 'payment_intent', 'amount')
			return refund(object(my.intents, form.get('payment_intent'), 'payment_intent'), Number(form.get('amount')), {
				metadata: { refund: form.get('metadata[refund]') }, ...my.refunds_are
			})
		}
	}
	function setup_session(form) {
		const from_now = Number(form.get('expires_at')) - seconds()

		required(form, 'customer', 'success_url', 'metadata[payment]')
		object(my.customers, form.get('customer'), 'customer')
		if (!/^[a-z]{3}$/.test(form.get('currency') ?? ''))
			refuse(400, { param: 'currency', message: 'When `payment_method_types` is not specified in setup mode, `currency` is required.' })
		for (const key of form.keys())
			if (/^(line_items|payment_intent_data|customer_email)/.test(key))
				refuse(400, { param: key, message: `You can not pass \`${key}\` in \`setup\` mode.` })
		address(form, 'success_url')
		address(form, 'cancel_url')
		if (!(from_now >= 30 * MINUTE && from_now <= 24 * 60 * MINUTE))
			refuse(400, { param: 'expires_at', message: 'The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.' })
		if (form.get('metadata[payment]') !== form.get('client_reference_id') || form.get('metadata[payment]') !== form.get('setup_intent_data[metadata][payment]'))
			refuse(400, { param: 'client_reference_id', message: 'it names another' })
		const id = `cs_test_${word(24)}`
		const session = { id, object: 'checkout.session', mode: 'setup', status: 'open', setup_intent: null, customer: form.get('customer'), payment_intent: null,
			url: `${my.url}/c/pay/${id}#${word(150)}`, expires_at: Number(form.get('expires_at')), client_reference_id: form.get('client_reference_id'),
			metadata: { payment: form.get('metadata[payment]') }, success_url: form.get('success_url'), cancel_url: form.get('cancel_url'), created: seconds() }

		my.sessions.set(id, session)
		return session
	}
	function route(method, path) {
		const [, noun, id, verb] = path.match(/^\/v1\/(?:checkout\/)?(\w+)(?:\/(\w+))?(?:\/(\w+))?$/) ?? []
		const name = verb ?? noun, answers = { GET, POST, DELETE }[method]?.[name]

		if (!answers || (method !== 'POST' && verb))
			refuse(404, { message: `Unrecognized request URL (${method}: ${path}).` })
		return { name, id, answers }
	}
	function check_call(request, body) {
		if (request.headers.authorization !== `Bearer ${my.secret_key}`)
			refuse(401, { message: 'Invalid API Key provided' })
		if (request.headers['stripe-version'] !== VERSION)
			refuse(400, { message: `Invalid Stripe API version: ${request.headers['stripe-version']}` })
		if (request.method !== 'POST')
			return
		const key = request.headers['idempotency-key']
		if (!key || key.length > 255)
			refuse(400, { type: 'idempotency_error', message: 'a POST without an Idempotency-Key' })
		if (body && request.headers['content-type'] !== 'application/x-www-form-urlencoded')
			refuse(400, { message: `content type ${request.headers['content-type']}` })
	}
	const known = (name, form) => [...form.keys()].forEach((key) =>
		TAKES[name].includes(key) || refuse(400, { code: 'parameter_unknown', param: key, message: `Received unknown parameter: ${key}` }))

	// One answer: { status, body }. The first of a key is kept, failures of ours too, but not what was wrong with the request.
	function answer_to(request, path, query, body) {
		const key = request.method === 'POST' && request.headers['idempotency-key'], kept = key && my.keys.get(key)

		check_call(request, body)
		if (kept && (kept.path !== path || kept.sent !== body))
			refuse(400, { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters they were first used with.' })
		if (kept)
			return kept.answer
		const { name, id, answers } = route(request.method, path)
		const form = request.method === 'POST' ? new URLSearchParams(body) : query
		if (request.method === 'POST')
			known(name, form)
		let answer
		try {
			answer = { status: 200, body: answers(request.method === 'POST' ? form : id, request.method === 'POST' ? id : form) }
		} catch (refusal) {
			if (!(refusal instanceof Refusal) || refusal.status === 400 && refusal.error.param)
				throw refusal
			answer = { status: refusal.status, body: { error: refusal.error } }
		}
		answer.body = structuredClone(answer.body)
		if (key)
			my.keys.set(key, { path, sent: body, answer })
		return answer
	}

	// ---- mishaps: { on: /regex of "POST /v1/refunds"/, does: 'slow'|'500'|'429'|'cut_before'|'cut_after'|'told_first', times, ms } ----
	// told_first: its notices have been heard before it answers.

	function mishap_of(line) {
		const at = my.mishaps.findIndex(({ on }) => on.test(line)), mishap = my.mishaps[at]

		if (mishap && !--mishap.times)
			my.mishaps.splice(at, 1)
		return mishap
	}
	my.mishap = (on, does, { times = 1, ms = 1000 } = {}) => my.mishaps.push({ on, does, times, ms })

	const html = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
	function page(response, path, method) {
		const [, id, act] = path.match(/^\/c\/pay\/(\w+)(?:\/(\w+))?$/) ?? [], session = my.sessions.get(id) && expired(my.sessions.get(id))
		const [, intent_id] = path.match(/^\/3ds\/(\w+)$/) ?? []
		const to = (status, location) => response.writeHead(status, { location }).end()
		const body = (status, text) => response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
			.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Checkout</title><main>${text}</main>`)

		if (intent_id) {
			const intent = my.intents.get(intent_id), back = intent.next_action.redirect_to_url.return_url

			succeed(intent)
			return to(303, back)
		}
		if (!session || session.status === 'expired')
			return body(410, '<h1>This page has expired</h1>')
		if (session.mode === 'setup' && method === 'POST' && act) {
			my.keep_session(session.id, { keep: 'pm_ok', empty: 'pm_declined', asks: 'pm_3ds' }[act])
			return to(303, session.success_url)
		}
		if (session.mode === 'setup')
			return body(200, `<h1>Keep a card</h1>
				<form method="post" action="/c/pay/${id}/keep"><button>Keep this card</button></form>
				<form method="post" action="/c/pay/${id}/empty"><button>Keep one that will be empty</button></form>
				<form method="post" action="/c/pay/${id}/asks"><button>Keep one whose bank will ask</button></form>
				<a href="${html(session.cancel_url)}">Back</a>`)
		if (method === 'POST' && act) {
			try {
				my.pay_session(session.id, act === 'decline' ? 'pm_declined' : act === 'wait' ? 'pm_slow' : 'pm_ok')
			} catch {
				return body(200, `<h1>Declined</h1><form method="post" action="/c/pay/${id}/pay"><button>Pay</button></form>`)
			}
			return to(303, session.success_url)
		}
		return body(200, `<h1>${html(session.name)}</h1><p id="sum">${session.amount_total} ${session.currency}</p>
			<form method="post" action="/c/pay/${id}/pay"><button>Pay</button></form>
			<form method="post" action="/c/pay/${id}/decline"><button>Pay with an empty card</button></form>
			<a href="${html(session.cancel_url)}">Back</a>`)
	}

	const server = createServer(async (request, response) => {
		const url = new URL(request.url, 'http://x'), chunks = []

		for await (const chunk of request)
			chunks.push(chunk)
		const body = Buffer.concat(chunks).toString(), line = `${request.method} ${url.pathname}`
		if (url.pathname === '/favicon.ico')
			return response.writeHead(204).end()
		if (!url.pathname.startsWith('/v1/'))
			return page(response, url.pathname, request.method)
		const mishap = mishap_of(line)
		my.calls.push({ line, form: Object.fromEntries(new URLSearchParams(body)), key: request.headers['idempotency-key'], headers: request.headers, at: Date.now() })
		if (my.slow || mishap?.does === 'slow')
			await new Promise((done) => setTimeout(done, mishap?.does === 'slow' ? mishap.ms : my.slow))
		if (mishap?.does === 'cut_before')
			return request.socket.destroy()
		const reply = (status, object) => response.writeHead(status, { 'content-type': 'application/json', 'request-id': `req_${word(6)}` }).end(JSON.stringify(object, null, 2))
		if (mishap?.does === '500' || mishap?.does === '429')
			return reply(Number(mishap.does), { error: { type: mishap.does === '500' ? 'api_error' : 'invalid_request_error', code: mishap.does === '429' ? 'rate_limit' : undefined } })
		let answer
		try {
			answer = answer_to(request, url.pathname, url.searchParams, body)
		} catch (refusal) {
			if (!(refusal instanceof Refusal))
				throw refusal
			answer = { status: refusal.status, body: { error: refusal.error } }
			if (refusal.error.code !== 'amount_too_small' && refusal.error.code !== 'resource_missing' && !/Refund amount/.test(refusal.message))
				my.faults.push(`${line}: ${refusal.message} (${body})`)
		}
		if (mishap?.does === 'cut_after')
			return request.socket.destroy()
		if (mishap?.does === 'told_first')
			await my.told()
		reply(answer.status, answer.body)
	})
	server.keepAliveTimeout = 60_000
	await new Promise((done) => server.listen(port, '127.0.0.1', 1024, done))
	my.url = `http://127.0.0.1:${server.address().port}`

	// ---- what people do there ----

	// Sends a notice, whoever it is about; gives the answer's status. at: seconds; secrets: by which it is signed.
	my.deliver = async (event, { at, secrets = my.webhook_secret, body = JSON.stringify(event), header } = {}) => {
		const answer = await fetch(`${my.site}/api/v1/payments/webhook/stripe/`, {
			method: 'POST', body, headers: { 'content-type': 'application/json', 'stripe-signature': header ?? signature(body, secrets, at) }
		})

		return { status: answer.status, body: await answer.json() }
	}
	// An app confirms by the client_secret that it was given.
	my.app_pays = (client_secret, card = 'pm_ok') => {
		const intent = [...my.intents.values()].find((one) => one.client_secret === client_secret)

		if (!intent)
			throw new Error('no such client_secret')
		confirm(intent, card)
		return intent
	}
	// Somebody pays on the hosted page.
	my.pay_session = (id, card = 'pm_ok') => {
		const session = expired(my.sessions.get(id))

		if (session.status !== 'open')
			throw new Error(`the session is ${session.status}`)
		const intent = new_intent({ amount: session.amount_total, currency: session.currency, metadata: session.metadata })
		confirm(intent, card)
		Object.assign(session, { status: 'complete', payment_intent: intent.id, payment_status: intent.status === 'succeeded' ? 'paid' : 'unpaid' })
		tell('checkout.session.completed', session)
		return intent
	}
	// Somebody has a card kept on the hosted page; kind: what it does when it is charged later.
	my.keep_session = (id, kind = 'pm_ok') => {
		const session = expired(my.sessions.get(id))

		if (session.status !== 'open')
			throw new Error(`the session is ${session.status}`)
		const method = keep_method(session.customer, kind)
		const setup = { id: `seti_${word()}`, object: 'setup_intent', status: 'succeeded', customer: session.customer, payment_method: method.id, created: seconds() }
		my.setups.set(setup.id, setup)
		Object.assign(session, { status: 'complete', setup_intent: setup.id })
		tell('checkout.session.completed', session)
		return method
	}
	// A payment that was processed for long comes to its end.
	my.finish = (intent, well = true) => well ? succeed(intent) : decline(intent)
	my.session_of = (uuid) => [...my.sessions.values()].reverse().find((one) => one.metadata.payment === uuid)
	my.intent_of = (uuid) => [...my.intents.values()].reverse().find((one) => one.metadata.payment === uuid)
	// At the desk.
	my.desk_refund = (intent, amount, more) => refund(intent, amount, { reason: 'requested_by_customer', ...more })
	my.refund_ends = (made, status) => {
		made.status = status
		return tell(status === 'failed' ? 'refund.failed' : 'refund.updated', made)
	}
	my.dispute = (intent, amount = intent.amount) => {
		const made = { id: `dp_${word()}`, object: 'dispute', amount, currency: intent.currency, payment_intent: intent.id, charge: intent.latest_charge,
			status: 'needs_response', reason: 'fraudulent', metadata: {}, evidence_details: { due_by: seconds() + 7 * 86400 }, created: seconds() }

		my.disputes.set(made.id, made)
		tell('charge.dispute.created', made)
		return made
	}
	my.dispute_ends = (made, status) => {
		made.status = status
		return tell('charge.dispute.closed', made)
	}
	my.told = () => Promise.all(my.notices.splice(0))
	my.stop = () => {
		server.closeAllConnections?.()
		return new Promise((done) => server.close(done))
	}
	return my
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
	const [port, slow, secret_key, site, webhook_secret] = process.argv.slice(2)
	const stripe = await stand_in({ port: Number(port), slow: Number(slow), secret_key, webhook_secret, tells: false })

	stripe.site = site
	console.log(stripe.url)
}
