// A customer's way from registering to their tickets, through the types that openapi-typescript makes of the served document:
// openapi.test.mjs checks it against them, and runs it. So an app that is written against the types is written against what
// is answered.
import type { paths } from './schema'

type Verb = 'get' | 'post' | 'put' | 'delete'
type Json<T> = T extends { content: { 'application/json': infer J } } ? J : never
type Operation<P extends keyof paths, V extends Verb> = NonNullable<paths[P][V]>
// What a route takes, and the data of what it answers when it goes well.
type Body<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : undefined
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : never
type Good<O> = O extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202>]> : never
type Data<O> = Good<O> extends { data: infer D } ? D : never

export interface Told {
	name: string
	price: number
	expires_at: string
	payment: 'processing' | 'requires_action' | 'succeeded' | 'declined' | 'refunding' | 'refunded'
	tickets: { id: number, holder: string, event: string, first_scan_at: string | null }[]
}

// site: where it is; code: gives the code that was sent to a number; mobile_number: one that nobody has.
export async function journey(site: string, code: (to: string) => Promise<string>, mobile_number: string): Promise<Told> {
	let access: string | undefined

	async function call<P extends keyof paths, V extends Verb>(verb: V, path: P,
		given: { body?: Body<Operation<P, V>>, query?: Query<Operation<P, V>> } = {}): Promise<Data<Operation<P, V>>> {
		const url = new URL(site + path + '/')

		for (const [name, value] of Object.entries(given.query ?? {}))
			url.searchParams.set(name, String(value))
		const answer = await fetch(url, {
			method: verb.toUpperCase(),
			headers: { 'content-type': 'application/json', ...(access ? { authorization: `Bearer ${access}` } : {}) },
			...(given.body ? { body: JSON.stringify(given.body) } : {})
		})
		const { success, data, message } = await answer.json() as { success: boolean, data: Data<Operation<P, V>>, message: string }

		if (!success)
			throw new Error(`${verb} ${path}: ${answer.status} ${message}`)
		return data
	}

	const asked = await call('post', '/api/v1/users/register', { body: { mobile_number, password: 'a long way to go', name: 'Ada Byron' } })
	const tokens = await call('post', '/api/v1/users/verify-otp', {
		body: { mobile_number, otp: await code(mobile_number), challenge: asked.challenge }
	})
	access = tokens.access
	const name: string = tokens.user.name, customer_id: number = tokens.customer_id

	const events = await call('get', '/api/v1/public/events', { query: { sort_by: 'date', limit: 100 } })
	const wanted = events.items.flatMap((event) => event.ticket_categories.map((category) => ({ event, category })))
		.find(({ category }) => category.available >= 2 && category.price > 0 && (category.sales_start === null || category.sales_start < new Date().toISOString()))
	if (!wanted)
		throw new Error(`none of ${events.total} events sells two tickets`)
	const price: number = wanted.category.price

	const { order } = await call('post', '/api/v1/tickets/book', {
		body: { event_id: wanted.event.id, items: [{ category_id: wanted.category.id, quantity: 2 }] }
	})
	const total: number = order.total, expires_at: string = order.expires_at
	if (total !== 2 * price || order.customer_id !== customer_id || order.currency !== wanted.event.currency)
		throw new Error(`${total} ${order.currency} for two tickets of ${price}`)

	const paid = await call('post', '/api/v1/payments/process', { body: { order_id: order.id, method: 'card', card_token: 'tok_ok' } })
	const tickets = await call('get', '/api/v1/users/tickets', { query: { when: 'upcoming' } })

	return {
		name, price, expires_at, payment: paid.payment.status,
		tickets: tickets.items.map((ticket) => ({
			id: ticket.id, holder: ticket.holder_name, event: ticket.event.title, first_scan_at: ticket.first_scan_at
		}))
	}
}
