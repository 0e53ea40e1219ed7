// More of the recorded cases (cases.mjs): states that time, others or a setting bring about. What no client can do is done in
// the database.
import { randomUUID } from 'node:crypto'
import { DEMO, new_number, sign_in, sql, token, totp } from '../api/lib.mjs'
import { age, as, book, bought, held, jobs_rest, jobs_run, lapse, new_card, new_customer, new_event, new_usher, ok, pay, somebody } from '../api/world.mjs'
import { png, upload } from '../api/picture.mjs'

const staff = async () => as(await token('staff'))
const PAST = 'UTC_TIMESTAMP(3) - INTERVAL 3 HOUR'
const id_of = (email) => Number(sql(`SELECT id FROM account WHERE email = '${email}'`)[0][0])

// Somebody of the staff; app: with an authenticator app.
async function colleague({ role = 'admin', app } = {}) {
	const email = `${randomUUID().slice(0, 8)}@example.test`, password = `pass-${randomUUID()}`

	ok(await (await staff()).post('/api/admins/', { name: 'Tess Test', email, password, role }), 201)
	const { access } = await sign_in('staff', { email, password })
	const secret = app && ok(await as(access).post('/api/auth/2fa/enroll/', {})).secret

	if (app)
		ok(await as(access).post('/api/auth/2fa/confirm/', { otp: totp(secret, -1) }))
	return { email, password, secret, id: id_of(email) }
}

export async function states({ add, read, send, signed_in, nobody }) {
	await profiles({ add, read, send, signed_in })
	await second_factors({ add, read, send, nobody, signed_in })
	await sales({ add, read, send, signed_in, nobody })
	await gates({ add, read, send, signed_in })
	await handed({ read, send, signed_in })
	await office({ add, read, send, signed_in, nobody })
	await own({ add, read, send, signed_in, nobody })
}

// What a customer owns, and what is done with it.
async function own({ add, read, send, signed_in }) {
	const mira = await new_customer({ name: 'Mira Castellanos' }), at = await signed_in('customer', mira), arabic = await signed_in('customer', mira)
	const nadia = await new_customer({ name: 'Nadia New' }), there = await signed_in('customer', nadia), ingrid = await signed_in('staff')
	const liked = await new_event({ title: 'Winter Strings' }), other = await new_event({ title: 'A night to look at' }), by = await staff(), v1 = as(mira)
	const child = ok(await v1.post('/api/v1/users/dependents/', upload('photo', png(8, 8), { name: 'Lucía Castellanos', relationship: 'child', birth_date: '2015-03-01' })), 201)
	const asked = async (who) => ok(await as(who).post('/api/v1/users/nfc-cards/request/', { delivery: { name: 'Castellanos', address: 'Rua do Ouro 20', city: 'Porto', country: 'PT' } }), 201).id
	const [request, sent] = [await asked(mira), await asked(nadia)], act = (what, id = request) => `/admin/card-requests/${id}/${what}`

	arabic.cookies.set('gh_locale', 'ar')
	ok(await v1.post('/api/v1/users/favorites/', { event_id: liked.id }), 201)
	read('event/show.html', 'a favourite', at, `/events/${liked.id}`, [`action="/favorites/${liked.id}/delete"`, 'In your favourites'], ['Add to favourites'])
	read('event/show.html', 'not yet a favourite', at, `/events/${other.id}`, ['action="/favorites"', 'Add to favourites'], ['/delete"'])
	read('resource/list.html', "a customer's favourites", at, '/favorites', ['<h1>Favourites</h1>', `href="/events/${liked.id}"`, 'Winter Strings', 'CSV'], ['/favorites/new', 'class="filters"'])
	read('resource/list.html', 'no favourites yet', there, '/favorites', ['No favourites yet', 'Press the heart'], ['CSV'])
	read('resource/list.html', 'nobody to look after yet', there, '/dependents', ['Nobody here yet', 'href="/dependents/new"'])
	read('resource/show.html', 'a dependent with a photo', at, `/dependents/${child.id}`,
		['<h1><bdi>Lucía Castellanos</bdi></h1>', 'src="/files/', `action="/dependents/${child.id}" enctype="multipart/form-data"`, `href="/dependents/${child.id}/delete"`], ['/admin/'], { keep: 30 })
	read('resource/form.html', 'a dependent, with a picture', at, '/dependents/new', ['action="/dependents" enctype="multipart/form-data"', 'type="file"', '<h1>Add somebody</h1>'], ['/admin/'])
	send('resource/form.html', 'a request with an address', at, ['/nfc-cards/request', { 'delivery[name]': 'Castellanos', 'delivery[city]': 'P'.repeat(500) }, '/nfc-cards/request/new'],
		['name="delivery[name]"', 'value="Castellanos"', 'href="#f-delivery.city"'])
	read('resource/show.html', 'a card request that may be approved or rejected', ingrid, `/admin/card-requests/${request}`,
		[`href="${act('approve')}">Approve`, `href="${act('reject')}">Reject`], ['id="edit"'], { keep: 30 })
	read('resource/act.html', 'an act without fields', ingrid, act('approve'), ['Approve this?', `action="${act('approve')}"`, 'class="button">Approve', `href="/admin/card-requests/${request}">No, go back`], ['name="reason"'], { keep: 30 })
	read('resource/act.html', 'an act that needs a reason', ingrid, act('reject'), ['Reject this?', 'button danger">Reject', 'name="reason"', ' required'], ['role="alert"'], { keep: 30 })
	read('resource/act.html', "a customer's own, in Arabic", arabic, `/nfc-cards/request/${request}/withdraw`, ['dir="rtl"', `action="/nfc-cards/request/${request}/withdraw"`], ['Withdraw this request?'], { keep: 30 })
	add('resource/act.html', 'in another state meanwhile', async () => {
		await ingrid.open(act('approve', sent))
		ok(await by.post(`/api/card-requests/${sent}/approve/`, {}))
		await ingrid.send(act('approve', sent))
	}, ['role="alert"', 'is approved already.'], [], { keep: 30 })
	const draft = await new_event({ title: 'Snow Sessions', publish: false })

	add('admin/publish.html', 'in Arabic', async () => {
		const reader = await signed_in('staff')

		reader.cookies.set('gh_locale', 'ar')
		await reader.open(`/admin/events/${draft.id}/publish`)
	}, ['dir="rtl"', `action="/admin/events/${draft.id}/publish"`], ['Publish this event?'])
}

async function profiles({ add, read, send, signed_in }) {
	const aged = (page, name, who, browser, path, ...rest) => add(page, name, async () => {
		age(who, 60)
		await browser.open(path)
	}, ...rest)
	const mira = await new_customer({ name: 'Mira Castellanos', email: `${randomUUID().slice(0, 8)}@example.com` }), at = await signed_in('customer', mira)
	const seen = await new_customer({ name: 'Mira Castellanos' }), seen_at = await signed_in('customer', seen)
	ok(await as(seen).put('/api/v1/users/me/', upload('photo', png(8, 8), { locale: 'ar' })))
	read('account/profile.html', 'a customer with a picture and little else', seen_at, '/account', ['<img class="portrait" src="/files/', '<option value="ar" selected>'], ['value="mira@example.com"'])
	aged('account/profile.html', 'a customer who signed in this morning', mira.user.id, at, '/account',
		['<dd id="f-email">', 'within half an hour of signing in', 'form="again">Sign in again</button>', 'name="next" value="/account"', 'action="/account/password"'], ['name="email"'])
	send('account/profile.html', 'a customer who refused to sign in again', at, ['/account', { name: 'Mira', email: 'other@example.com', locale: 'en' }],
		['role="alert"', 'href="#f-email"', 'id="e-email"', 'Sign out and in again first'], ['name="email"'])
	const both = await somebody('customer', 'organizer'), third = await somebody('customer', 'usher'), event = await new_event()

	read('account/profile.html', 'a customer who is an organizer too', await signed_in('customer', both), '/account',
		['Its e-mail is changed there.', 'href="/organizer/account">Sign in as Organizer</a>'], ['name="email"', 'action="/account/password"'])
	ok(await (await staff()).post(`/api/events/${event.id}/ushers/`, { usher_id: Number(sql(`SELECT id FROM usher WHERE account_id = ${third.id}`)[0][0]), gate: 'North' }), 201)
	read('account/profile.html', 'an usher who is a customer too', await signed_in('usher', { ...third, event_id: event.id }), '/gate/account',
		['href="/account">Sign in as Customer</a>'], ['name="email"', 'action="/gate/account/password"'])
	const tess = await colleague()
	aged('account/profile.html', 'staff who signed in this morning', tess.id, await signed_in('staff', tess), '/admin/account',
		['This can be changed within half an hour of signing in.', 'name="next" value="/admin/account"', 'form="again">Sign in again'], ['action="/admin/account/password"'])
}

async function second_factors({ add, read, send, nobody, signed_in }) {
	const tess = await colleague(), at = await signed_in('staff', tess), otto = await colleague({ app: true })
	const all = async (value) => ok(await (await staff()).put('/api/settings/', { staff_second_factor: value }))
	const page = 'account/second-factor.html', here = '/admin/second-factor'
	const enters = async (person) => {
		const browser = await nobody().open('/admin/sign-in')

		return browser.submit('/admin/sign-in', { email: person.email, password: person.password })
	}

	add(page, 'being enrolled, and asked of all', async () => {
		await at.open(here)
		await at.send(`${here}/enroll`)
		await all('required')
		await at.open(here)
		await all('optional')
	}, ['This site asks all staff for a second step.', 'action="/admin/second-factor/confirm"', 'Start over with a new secret', 'name="otp"'])
	send(page, 'the first code is wrong', at, [`${here}/confirm`, { otp: '000001' }, here], ['role="alert"', 'This is not the code that the app should show.', 'href="#f-otp"'], ['value="000001"'])
	add('account/code.html', 'staff, by their app', () => enters(otto), ['Enter the six digits that your authenticator app shows now.', 'action="/admin/sign-in/code"'], ['We sent six digits'])
	let entered
	add(page, 'enrolled', async () => {
		entered = await enters(otto)
		await entered.submit('/admin/sign-in/code', { otp: totp(otto.secret) })
		await entered.open(here)
	}, ['You sign in with your password and a code from your app.', 'action="/admin/second-factor/disable"', 'name="password"'], ['/admin/second-factor/enroll'])
	add(page, 'the password is wrong', () => entered.open(here).then(() => entered.send(`${here}/disable`, { password: 'not this one' })), ['role="alert"', 'href="#f-password"'])
	add('account/profile.html', 'staff with an app', () => entered.open('/admin/account'), ['You sign in with your password and a code from your app.'])
	add(page, 'enrolled, and signed in this morning', async () => {
		age(otto.id, 60)
		await entered.open(here)
	}, ['You sign in with your password and a code from your app.', 'Sign in again'], ['/admin/second-factor/disable'])
	const ina = await colleague(), ina_at = await signed_in('staff', ina)
	add(page, 'none, and signed in this morning', async () => {
		age(ina.id, 60)
		await ina_at.open(here)
	}, ['action="/admin/sign-out"', 'name="next" value="/admin/second-factor"', 'Sign in again'], ['/admin/second-factor/enroll'])
}

async function sales({ add, read, send, signed_in, nobody }) {
	const by = await staff(), few = await new_event({ title: 'A small room', categories: [{ capacity: 2, name: 'Balcony' }] })
	const over = await new_event({ title: 'The night before' }), bare = await new_event({ title: 'Nothing to sell yet' }), off = await new_event({ title: 'A night that was called off' })
	const plain = await new_event({ title: 'A night in town' }), gone = await new_event({ title: 'Sold out', categories: [{ capacity: 1 }] })
	const apart = await new_event({ title: 'Not now', categories: [{ sales_start: '2099-11-24T08:00:00Z' }, { sales_start: '2020-01-01T00:00:00Z', sales_end: '2020-01-02T00:00:00Z' }, { capacity: 1 }] })
	const ada = await new_customer({ name: 'Mira Castellanos' }), at = await signed_in('customer', ada), bob = await new_customer()
	const [small] = few.categories, chosen = `/events/${few.id}/book?items[0][category_id]=${small.id}&items[0][quantity]=2`
	const item = (event, which = 0) => [{ category_id: event.categories[which].id, quantity: 1 }]

	sql(`UPDATE event SET starts_at = ${PAST} - INTERVAL 2 HOUR, ends_at = ${PAST} WHERE id = ${over.id}`)
	ok(await by.delete(`/api/ticket-categories/${bare.categories[0].id}/`))
	ok(await book(bob, gone, item(gone)), 201)
	ok(await book(bob, apart, item(apart, 2)), 201)
	read('event/show.html', 'over', nobody(), `/events/${over.id}`, ['This event is over.'], ['<select'])
	read('event/show.html', 'no categories yet', nobody(), `/events/${bare.id}`, ['not sold here yet'])
	read('event/show.html', 'some not to be had', nobody(), `/events/${apart.id}`, ['On sale from', 'No longer on sale', 'There is nothing to buy at the moment.'], ['Get tickets'])
	read('event/book.html', 'over', at, `/events/${over.id}/book`, ['Too late for this one', 'This event is over'])
	read('event/book.html', 'all gone', at, `/events/${gone.id}/book`, ['There is nothing to buy at the moment.'], ['Hold these tickets'])
	read('event/book.html', 'nothing chosen', at, `/events/${few.id}/book`, ['Hold these tickets'])
	add('event/book.html', 'sold out meanwhile', async () => {
		await at.open(chosen)
		ok(await book(bob, few, item(few)), 201)
		await at.send(`/events/${few.id}/book`, { 'items[0][category_id]': small.id, 'items[0][quantity]': 2 })
	}, ['Only 1 left of Balcony.'])

	// What becomes of an order and its tickets.
	const [ticket] = await bought(ada, off), [given_back] = await bought(ada, plain), late = await held(ada, plain)
	const { payment } = ok(await pay(ada, late.id, 'tok_late'), 202)
	// Before its money is given back, which a job does within moments.
	add('ticket/show.html', 'its event is cancelled', async () => {
		jobs_rest('payments')
		ok(await by.post(`/api/events/${off.id}/cancel/`, {}))
		await at.open(`/tickets/${ticket.id}`)
		jobs_run('payments')
	}, [], ['<figure class="qr">'])
	add('ticket/show.html', 'refunded', async () => {
		sql(`UPDATE ticket SET status = 'refunded' WHERE id = ${given_back.id}`)
		await at.open(`/tickets/${given_back.id}`)
	}, ['This ticket was refunded', 'void'], ['<figure class="qr">', 'data-print'])
	add('order/show.html', 'refunded', async () => {
		sql(`UPDATE orders SET status = 'refunded' WHERE id = ${given_back.order_id}`)
		await at.open(`/orders/${given_back.order_id}`)
	}, ['Money back'])
	add('order/show.html', 'paid too late', async () => {
		lapse(late.id)
		sql(`UPDATE payment SET status = 'refunded', failure = 'The hold had lapsed and the seats were gone.' WHERE id = ${payment.id}`)
		await at.open(`/orders/${late.id}`)
	}, ['A moment too late', 'You get all of it back'])

	// A ticket that may be changed for another.
	const soon = new Date(Date.now() + 86_400_000).toISOString(), later = new Date(Date.now() + 2 * 86_400_000).toISOString()
	const coming = await new_event({ title: 'A night to come', starts_at: soon, ends_at: later, categories: [{ name: 'Standing' }, { name: 'Balcony', price: 4000 }] })
	const [old] = await bought(ada, coming), { order } = ok(await by.post(`/api/tickets/${old.id}/exchange/`, { category_id: coming.categories[1].id }))

	read('order/show.html', 'in place of a ticket', at, `/orders/${order.id}`, [`This is in place of your ticket ${old.id} (Standing).`, 'Pay €40.00'])
	add('order/show.html', 'in place of a ticket that was used', async () => {
		sql(`UPDATE ticket SET entries = 1, presence = 'inside' WHERE id = ${old.id}`)
		await at.open(`/orders/${order.id}`)
	}, ['so this cannot be paid any more'])
}

async function gates({ add, read, send, signed_in }) {
	const by = await staff(), shut = await new_event({ title: 'A shut gate' }), off = await new_event({ title: 'A gate of nothing' })
	const one = await new_usher(shut), two = await new_usher(off)
	const at = await signed_in('usher', { ...one, event_id: shut.id }), there = await signed_in('usher', { ...two, event_id: off.id })
	const arabic = await signed_in('usher', { ...one, event_id: shut.id })

	arabic.cookies.set('gh_locale', 'ar')
	send('gate/scan.html', 'unknown, in Arabic', arabic, ['/gate', { code: 'What is this?', scan_id: randomUUID(), direction: 'in' }], ['verdict stop', 'هذا الرمز غير معروف.'])
	add('gate/scan.html', 'switched off', async () => {
		ok(await by.put(`/api/events/${shut.id}/`, { scanning_enabled: false }))
		await at.open('/gate')
	}, ['Closed', 'Scanning is switched off'])
	ok(await by.post(`/api/events/${off.id}/cancel/`, {}))
	read('gate/scan.html', 'cancelled', there, '/gate', ['Closed', 'not taking place'])
}

async function handed({ read, send, signed_in }) {
	const amal = await signed_in('merchant'), merchant = as(await token('merchant')), mobile_number = new_number(), password = `pass-${randomUUID()}`
	const asks = async (uid) => ok(await merchant.post('/api/merchant/assign-card/', { card_uid: uid, mobile_number: (await new_customer()).mobile_number }), 201).assignment_id
	const [taken, old] = [new_card(null, 'stock'), new_card(null, 'stock')], [of_taken, lapsed] = [await asks(taken), await asks(old)]

	sql(`UPDATE nfc_card SET status = 'active', customer_id = ${(await new_customer()).customer_id} WHERE uid = '${taken}'`)
	sql(`UPDATE card_assignment SET created_at = created_at - INTERVAL 1 DAY WHERE id = ${lapsed}`)
	read('merchant/code.html', 'taken', amal, `/merchant/hand-out/${of_taken}`, ['<h1>No longer in stock</h1>', 'handed out elsewhere', 'Begin again'], ['name="otp"', 'Hand out another card'])
	read('merchant/code.html', 'lapsed', amal, `/merchant/hand-out/${lapsed}`, ['<h1>Out of time</h1>', 'It took too long', 'Begin again'], ['name="otp"', 'Hand out another card'])
	ok(await (await staff()).post('/api/merchants/', { name: 'Mara Test', company: 'A new kiosk', mobile_number, password }), 201)
	const mara = await signed_in('merchant', { mobile_number, password })
	read('merchant/home.html', 'no cards yet', mara, '/merchant',
		['No cards yet', 'Cards in your stock and cards that you hand out are listed here.'], ['Nothing matches', '<table'])
	read('merchant/settings.html', 'nothing set', mara, '/merchant/settings', ['A new kiosk', 'name="charge_most"'])
	send('merchant/settings.html', 'refused', mara, ['/merchant/settings', { receipt_name: 'Bar', charge_note: '', charge_most: '-1', currency: 'EUR', stock_low: '0' }],
		['value="Bar"', 'id="e-charge_most"', 'id="e-stock_low"'])
	read('account/mobile.html', 'the form', mara, '/merchant/account/mobile', [mobile_number, 'name="password"'])
	send('account/mobile.html', 'a wrong password', mara, ['/merchant/account/mobile', { mobile_number: new_number(), password: 'not it' }], ['id="e-password"'], ['value="not it"'])
}

const SCRIPT = encodeURIComponent('"><script>alert(1)</script>')

async function office({ add, read, send, signed_in, nobody }) {
	const ingrid = await signed_in('staff'), by = await staff(), ina = await new_customer({ name: 'Ina Idle' }), id = ina.user.id
	const quiet = await new_event({ title: 'Nobody came yet' }), own = id_of(DEMO.staff.email), usher = await new_usher(quiet)
	const draft = await new_event({ title: 'Snow Sessions', publish: false }), arabic = await signed_in('staff')
	const reset = `/admin/users/${id}/reset-password`

	ok(await as(usher).post('/api/usher/scan/result/', { code: 'GH1.nobody' }))
	const [scan] = ok(await by.get('/api/logs/checkin/', { query: { result: 'not_found', limit: 1 } })).items
	const ticket = sql("SELECT id FROM ticket WHERE presence = 'never' AND status = 'valid' ORDER BY id LIMIT 1")[0][0]

	arabic.cookies.set('gh_locale', 'ar')
	sql(`UPDATE ticket SET labels = '["Patron"]' WHERE id = ${ticket}`)
	read('admin/cancel.html', 'nothing sold', ingrid, `/admin/events/${quiet.id}/cancel`, ['€0.00', '0 orders'])
	const dear = await new_event({ title: 'A dear night', categories: [{ price: 600_000 }] }), { id: another } = await colleague()

	await bought(ina, dear, 2)
	read('admin/cancel.html', 'that takes two', ingrid, `/admin/events/${dear.id}/cancel`, ['somebody else has to cancel it too', '€12,000.00'])
	add('admin/cancel.html', 'that another asked for', async () => {
		sql(`UPDATE event SET cancel_asked_by = ${another}, cancel_asked_at = UTC_TIMESTAMP(3) WHERE id = ${dear.id}`)
		await ingrid.open(`/admin/events/${dear.id}/cancel`)
	}, ['Tess Test asks for it to be cancelled, so this cancels it.'])
	read('resource/act.html', 'an event that is kept', ingrid, `/admin/events/${dear.id}/keep`, ['Let this event take place?'], [], { keep: 30 })
	read('resource/act.html', 'another category', ingrid, `/admin/tickets/${ticket}/exchange`, ['Change this ticket for another?', 'name="category_id"'], [], { keep: 30 })
	read('admin/publish.html', 'in Arabic', arabic, `/admin/events/${draft.id}/publish`, ['dir="rtl"', `action="/admin/events/${draft.id}/publish"`], ['Publish this event?'])
	send('admin/password.html', 'made up, told once', ingrid, [reset, {}], ['role="status"', 'This is the new password. It is shown only now.', '<code id="code-qkpj-3e9d-6r4v-7rz8">qkpj-3e9d-6r4v-7rz8</code>'], ['<form class="panel"'])
	send('admin/password.html', 'set as typed', ingrid, [reset, { new_password: 'a-long-way-to-go' }], ['role="status"', 'sessions have ended.', `class="button" href="/admin/users/${id}"`], ['<form class="panel"', 'code-panel'])
	send('admin/settings.html', 'refused', ingrid, ['/admin/settings', { staff_second_factor: 'perhaps' }], ['role="alert"', 'href="#f-staff_second_factor"'], ['" selected>Everybody'])
	add('admin/user.html', 'an account with next to nothing', async () => {
		ok(await by.put(`/api/customers/${ina.customer_id}/status/`, { status: 'disabled' }))
		await ingrid.open(`/admin/users/${id}`)
	}, ['class="badge bad">Disabled', '<span class="none">–</span>'], [], { keep: 30 })
	send('resource/act.html', "one's own account", ingrid, [`/admin/users/${own}/delete`, {}], ['role="alert"', 'You cannot disable your own account.'])
	send('resource/form.html', 'an event that is refused', ingrid, ['/admin/events', { title: 'A new night', starts_at: '2026-12-01T20:00', venue_id: '' }, '/admin/events/new'], ['role="alert"', 'value="A new night"', 'href="#f-venue_id"', 'id="e-venue_id"'])
	read('resource/form.html', 'a ticket category of none yet', ingrid, '/admin/ticket-categories/new', ['<select name="currency"', '<select name="time_zone"', '<option value="">Choose…</option>'], ['selected>'])
	read('resource/list.html', 'scans of unknown codes', ingrid, '/admin/logs/checkin?result=not_found&limit=3', ['<h1>Check-in log</h1>', 'class="badge bad">Not found', '<option value="not_found" selected>'], ['href="/admin/logs/checkin/new"'], { keep: 30 })
	read('resource/list.html', 'none were made', ingrid, '/admin/promo-codes', ['Nothing here yet', 'What is made will be listed here.'], ['<table>', 'class="exports"'])
	read('admin/ticket.html', 'a ticket with labels, not scanned', ingrid, `/admin/tickets/${ticket}`, ['<li>Patron</li></ul>', 'None yet.'], [], { keep: 30 })
	read('resource/show.html', "a scan of nobody's ticket", ingrid, `/admin/logs/checkin/${scan.id}`, ['<h1>Scan</h1>', 'This code is not known.', 'class="badge bad">Not found'], ['class="kicker"'], { keep: 30 })
}
