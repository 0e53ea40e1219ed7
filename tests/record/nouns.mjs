// More of the recorded cases (cases.mjs): the nouns that are a customer's own, and the acts.
import { token } from '../api/lib.mjs'
import { as, new_customer, new_event, ok } from '../api/world.mjs'
import { png, upload } from '../api/picture.mjs'

const MINE = '/api/v1/users', REQUESTS = '/nfc-cards/request', NOT_OF_STAFF = ['/admin/']
const delivery = { name: 'Castellanos', address: 'Rua do Ouro 20', city: 'Porto' }

export async function nouns({ add, read, send, signed_in }) {
	const staff = as(await token('staff')), mira = await new_customer({ name: 'Mira Castellanos' }), at = await signed_in('customer', mira)
	const nadia = await signed_in('customer', await new_customer({ name: 'Nadia New' })), ingrid = await signed_in('staff')

	await favourites({ add, read, mira, at, nadia })
	await dependents({ read, mira, at, nadia })
	await requests({ read, send, signed_in, staff, mira, at, ingrid })
	const draft = await new_event({ title: 'Snow Sessions', publish: false })

	add('admin/publish.html', 'in Arabic', async () => {
		const reader = await signed_in('staff')

		reader.cookies.set('gh_locale', 'ar')
		await reader.open(`/admin/events/${draft.id}/publish`)
	}, ['dir="rtl"', `action="/admin/events/${draft.id}/publish"`], ['Publish this event?'])
}

async function favourites({ add, read, mira, at, nadia }) {
	const event = await new_event({ title: 'Winter Strings' })

	read('event/show.html', 'not yet a favourite', nadia, `/events/${event.id}`, ['action="/favorites"', `name="event_id" value="${event.id}"`, 'Add to favourites'], ['/delete'])
	ok(await as(mira).post(`${MINE}/favorites`, { event_id: event.id }), 201)
	read('event/show.html', 'a favourite', at, `/events/${event.id}`, [`action="/favorites/${event.id}/delete"`, 'button quiet on', 'In your favourites'], ['Add to favourites'])
	read('resource/list.html', "a customer's favourites", at, '/favorites', ['<h1>Favourites</h1>', `href="/events/${event.id}"`, 'Winter Strings', 'CSV'], ['/favorites/new', 'class="filters"'])
	add('resource/list.html', 'no favourites yet', () => nadia.open('/favorites'), ['No favourites yet', 'Press the heart'], ['CSV'])
}

async function dependents({ read, mira, at, nadia }) {
	const lucia = ok(await as(mira).post(`${MINE}/dependents`, upload('photo', png(8, 8), { name: 'Lucía Castellanos', relationship: 'daughter', birth_date: '2016-03-09' })), 201)

	read('resource/form.html', 'a dependent, with a picture', at, '/dependents/new',
		['action="/dependents" enctype="multipart/form-data"', 'type="file"', 'accept="image/jpeg,image/png"', '<h1>Add somebody</h1>'], NOT_OF_STAFF)
	read('resource/list.html', 'nobody to look after yet', nadia, '/dependents', ['Nobody here yet', 'href="/dependents/new"', 'href="/account"'])
	read('resource/show.html', 'a dependent with a photo', at, `/dependents/${lucia.id}`,
		['<h1>Lucía Castellanos</h1>', 'src="/files/', `action="/dependents/${lucia.id}" enctype="multipart/form-data"`, `href="/dependents/${lucia.id}/delete"`], NOT_OF_STAFF, { keep: 30 })
}

async function requests({ read, send, signed_in, staff, mira, at, ingrid }) {
	send('resource/form.html', 'a request with an address', at, [REQUESTS, { 'delivery[name]': 'Castellanos', 'delivery[city]': 'P'.repeat(121) }, `${REQUESTS}/new`],
		['name="delivery[name]"', '>Name on the door', 'value="Castellanos"', 'href="#f-delivery.city"', 'Use at most 120 characters.', 'collect it at a desk'])
	const { id } = ok(await as(mira).post(`${MINE}${REQUESTS}`, { delivery }), 201), page = `/admin/card-requests/${id}`
	const sent = await new_customer({ name: 'Bob Sent' }), other = ok(await as(sent).post(`${MINE}${REQUESTS}`, {}), 201)

	for (const act of ['approve', 'send'])
		ok(await staff.post(`/api/card-requests/${other.id}/${act}`, {}))
	read('resource/show.html', 'a card request that may be approved or rejected', ingrid, page,
		[`class="button" href="${page}/approve">Approve`, `class="button danger" href="${page}/reject">Reject`, 'Requested', 'Rua do Ouro 20'], ['id="edit"'], { keep: 30 })
	read('resource/act.html', 'an act without fields', ingrid, `${page}/approve`,
		['<h1>Mira Castellanos</h1>', 'Card request', 'Approve this?', `action="${page}/approve"`, 'class="button">Approve', `href="${page}">No, go back`, 'Rua do Ouro 20'], ['name="reason"'], { keep: 30 })
	read('resource/act.html', 'an act that needs a reason', ingrid, `${page}/reject`, ['Reject this?', 'button danger">Reject', 'name="reason"', 'Why not; the customer reads it', ' required'], ['role="alert"'], { keep: 30 })
	send('resource/act.html', 'in another state meanwhile', ingrid, [`/admin/card-requests/${other.id}/reject`, { reason: 'No address' }],
		['role="alert"', 'This card request is sent, so it cannot be rejected.', 'value="No address"'], [], { keep: 30 })
	const reader = await signed_in('customer', mira)

	reader.cookies.set('gh_locale', 'ar')
	read('resource/act.html', "a customer's own, in Arabic", reader, `${REQUESTS}/${id}/withdraw`, ['dir="rtl"', `action="${REQUESTS}/${id}/withdraw"`, `href="${REQUESTS}">`], ['Withdraw this request?'], { keep: 30 })
}
