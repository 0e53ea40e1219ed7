// The cases of the pages' fixtures that are recorded: which page, in whose name, how one comes to it, and what it must say
// (expect) or must not (absent), as texts of its HTML. A case that cannot be come by is written by hand in tests/fixtures/.
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { api, Browser, code, DEMO, new_number, sql, token } from '../api/lib.mjs'
import { picture, upload } from '../api/picture.mjs'
import { cards } from './cards.mjs'
import { states } from './states.mjs'
import { as, bought, code_of, held, jobs_run, lapse, new_card, new_customer, new_event, new_staff, new_usher, ok, pay, until } from '../api/world.mjs'

const PREFIX = { customer: '', organizer: '/organizer', merchant: '/merchant', usher: '/gate', staff: '/admin' }

// somebody: who has at least what DEMO's of that kind have.
export async function signed_in(kind, somebody = DEMO[kind]) {
	const credentials = Object.fromEntries(Object.keys(DEMO[kind]).map((name) => [name, somebody[name]]))
	const browser = new Browser(), at = PREFIX[kind], contact = credentials.mobile_number ?? credentials.contact_mobile

	await browser.go(`${at}/sign-in`)
	await browser.submit(`${at}/sign-in`, credentials)
	if (contact)
		await browser.submit(`${at}/sign-in/code`, { otp: await code(contact) })
	return browser
}

// Nobody, who reads Arabic or not.
function nobody(locale) {
	const browser = new Browser()

	if (locale)
		browser.cookies.set('gh_locale', locale)
	return browser
}

export async function cases() {
	const list = []
	// page, case; open: asks for it.
	const add = (page, name, open, expect, absent, more) => list.push({ page, case: name, open, expect, absent, ...more })
	const read = (page, name, browser, path, ...rest) => add(page, name, () => browser.open(path), ...rest)
	// A form that is refused, or shows what became of it; from: the page that it is on, if not of the same address.
	const send = (page, name, browser, [action, fields, from = action], ...rest) => add(page, name, async () => {
		await browser.open(from)
		await browser.send(action, fields)
	}, ...rest)

	account(add, read, send)
	await events(read, send)
	await customers(add, read, send)
	await gates(add, read, send)
	await merchants(add, read, send)
	await cards(add, read, send)
	await organizers(read)
	await office(read, send)
	await states({ add, read, send, signed_in, nobody })
	read('site/demo.html', 'accounts and messages', nobody(), '/demo', ['<h1>Demonstration</h1>', '<code>demo-customer-1</code>', 'href="/gate/sign-in"'], ['class="empty"'], { keep: 5 })
	read('site/demo.html', 'nothing sent to this number', nobody(), '/demo?to=%2B15550000000', ['Nothing matches', 'name="to" value="+15550000000"'], ['class="messages"'])
	read('site/docs.html', 'all groups', nobody(), '/api/docs', ['<h1>The API</h1>', 'href="/api/openapi.json"', '/healthz'], ['class="route"'])
	read('site/docs.html', 'one group with its fields', nobody(), '/api/docs?group=process', ['<section id="process">'], ['class="routes"'])
	read('site/docs.html', 'a group that is not there', nobody(), '/api/docs?group=nothing', ['class="routes"'], ['class="route"'])
	add('error.html', 'a maintenance that is expected to end', async () => {
		const file = join(process.env.GATEHOUSE_DIR, 'maintenance')

		writeFileSync(file, new Date(Date.now() + 20 * 60_000).toISOString())
		try {
			await nobody().open('/events')
		} finally {
			rmSync(file)
		}
	}, ['<h1>Closed for a while</h1>', 'in about 20 minutes', 'href="/events">'], ['role="alert"'])
	read('error.html', 'a list that is not sorted by that', nobody(), '/events?sort_by=zq', ['Error 422', '<code>sort_by</code>', 'Choose one of: date, price, popularity.'], ['role="alert"'])
	read('error.html', 'not found', nobody(), '/nope', ['No such seat', 'There is nothing at this address.', 'Error 404'], ['role="alert"'])
	return list
}

// ---- registering, signing in, one's own account ----

function account(add, read, send) {
	const number = new_number()

	read('account/sign-in.html', 'a customer', nobody(), '/sign-in', ['<h1>Sign in</h1>', 'action="/sign-in"', 'name="mobile_number"', 'href="/register"'], ['role="alert"', 'name="next"'])
	read('account/sign-in.html', 'a customer, on the way to somewhere', nobody(), '/sign-in?next=/events/1', ['name="next" value="/events/1"', 'href="/register?next=%2Fevents%2F1"'])
	send('account/sign-in.html', 'a wrong password', nobody(), ['/sign-in', { mobile_number: DEMO.customer.mobile_number, password: 'wrong-password' }],
		['role="alert"', 'The mobile number or the password is wrong.', 'value="+15550100001"'], ['value="wrong'])
	send('account/sign-in.html', 'nothing that fits', nobody(), ['/sign-in', { mobile_number: 'abc', password: '' }],
		['href="#f-mobile_number"', 'href="#f-password"', 'id="e-password"', 'value="abc"'])
	read('account/sign-in.html', 'an organizer', nobody(), '/organizer/sign-in', ['Organizer sign-in', 'name="contact_mobile"', 'href="/organizer/forgot"'], ['href="/register"'])
	read('account/sign-in.html', 'a merchant', nobody(), '/merchant/sign-in', ['Merchant sign-in', 'name="mobile_number"'], ['href="/register"'])
	read('account/sign-in.html', 'staff', nobody(), '/admin/sign-in', ['Staff sign-in', 'type="email"', 'action="/admin/sign-in"'], ['/forgot'])
	read('account/sign-in.html', 'an usher, with an event near', nobody(), '/gate/sign-in', ['Gate sign-in', 'name="username"', '<option value="1">'], ['type="number"'])
	send('account/sign-in.html', "an usher's wrong password", nobody(), ['/gate/sign-in', { event_id: 1, username: 'usher1', password: 'wrong-password' }],
		['role="alert"', '<option value="1" selected>', 'value="usher1"'])
	read('account/forgot.html', 'a customer', nobody(), '/forgot', ['<h1>A new password</h1>', 'action="/forgot"', 'name="mobile_number"'], ['role="alert"', 'contact_mobile'])
	read('account/forgot.html', 'an organizer', nobody(), '/organizer/forgot', ['action="/organizer/forgot"', 'name="contact_mobile"'], ['name="mobile_number"'])
	send('account/forgot.html', 'no number', nobody(), ['/forgot', { mobile_number: 'abc' }], ['role="alert"', 'href="#f-mobile_number"', 'value="abc"'])
	read('account/register.html', 'before anything was typed', nobody(), '/register?next=/events/1',
		['<h1>Create your account</h1>', 'name="next" value="/events/1"', 'minlength="8"', 'href="/sign-in?next=%2Fevents%2F1"'], ['role="alert"'])
	send('account/register.html', 'with faults, filled again', nobody(), ['/register', { mobile_number: 'abc', name: 'Ada', email: 'x', password: 'short' }],
		['role="alert"', 'href="#f-mobile_number"', 'id="e-mobile_number"', 'aria-invalid="true"'], ['value="short"', 'id="e-name"'])
	read('account/register.html', 'in Arabic, from nowhere', nobody('ar'), '/register', ['dir="rtl"', 'أنشئ حسابك'], ['name="next"'])
	add('account/code.html', 'after a registration', async () => {
		const browser = await nobody().open('/register?next=/events/1')

		await browser.submit('/register', { mobile_number: number, name: 'Ada Byron', password: 'a-long-way-to-go' })
	}, ['<h1>Enter the code</h1>', 'action="/register/code"', 'name="next" value="/events/1"', 'name="challenge" value="'], ['role="alert"'])
	add('account/code.html', 'a wrong code', async () => {
		const browser = await nobody().open('/register')

		await browser.submit('/register', { mobile_number: new_number(), name: 'Ada Byron', password: 'a-long-way-to-go' })
		await browser.send('/register/code', { otp: '000001' })
	}, ['role="alert"', 'href="#f-otp"', 'id="e-otp"', 'This code is not right.'], ['value="000001"'])
	read('account/code.html', 'without a challenge', nobody(), '/sign-in/code', ['Enter the six digits that we sent you.', 'name="challenge" value=""'], ['<bdi>••••'])
	add('account/reset.html', 'a code was sent', async () => {
		const browser = await nobody().open('/forgot')

		await browser.submit('/forgot', { mobile_number: new_number() })
	}, ['role="status"', 'a code is on its way to it.', 'name="challenge" value="'])
	add('account/reset.html', 'a password that is too short', async () => {
		const browser = await nobody().open('/forgot')

		await browser.submit('/forgot', { mobile_number: new_number() })
		await browser.send('/reset', { otp: '000001', new_password: 'short' })
	}, ['role="alert"', 'href="#f-new_password"', 'Use at least 8 characters.'], ['value="short"', 'value="000001"'])
	read('account/reset.html', 'without a challenge', nobody(), '/reset', ['Enter the six digits that we sent you.'], ['••••'])
}

// ---- events ----

async function events(read, send) {
	const staff = as(await token('staff')), mira = await signed_in('customer'), sells = await new_event({ title: 'An evening to try things out', categories: [{}, { price: 0, capacity: 3 }] })
	const off = await new_event({ title: 'An evening that was called off' }), [first] = sells.categories
	const chosen = `/events/${sells.id}/book?items[0][category_id]=${first.id}&items[0][quantity]=2`

	const called_off = await held(await token('customer'), off)

	ok(await staff.post(`/api/events/${off.id}/cancel/`, {}))
	read('order/show.html', 'called off', mira, `/orders/${called_off.id}`, ['Called off', 'The event was cancelled. There is nothing to pay'], ['role="timer"', '/pay"', '/book"'])
	read('event/home.html', 'a full house', nobody(), '/', ['Get tickets'])
	read('event/home.html', 'Arabic', nobody('ar'), '/', ['lang="ar" dir="rtl"'])
	read('event/list.html', 'searched', nobody(), '/events?search=a&sort_by=price&limit=2&page=2', ['value="a"', '<option value="price" selected>', 'rel="prev"'])
	read('event/list.html', 'asks for a currency', nobody(), '/events?sort_by=price', ['id="q-currency" name="currency" aria-invalid="true"', 'Prices are in several currencies'], ['id="q-price_max"'])
	read('event/list.html', 'of one currency', nobody(), '/events?currency=KWD', ['<option value="KWD" selected>', 'Up to 2.000 KWD'], ['aria-invalid="true"'])
	read('event/list.html', 'nothing found', nobody(), '/events?search=zzz', ['Nothing matches', 'Show everything'], ['class="pager"'])
	read('event/show.html', 'not signed in', nobody(), `/events/${sells.id}`, ['method="get"', `name="items[0][category_id]" value="${first.id}"`, 'Next you sign in', '>Free<'], ['name="csrf"'])
	read('event/show.html', 'nothing chosen', nobody(), `/events/${sells.id}/choose?items[0][category_id]=${first.id}&items[0][quantity]=0`, ['href="#f-items"', 'id="e-items"', 'Choose at least one ticket.'])
	read('event/show.html', 'signed in', mira, `/events/${sells.id}`, ['method="post"', 'name="csrf" value="c5f7"', 'name="once"', 'are held while you pay'])
	read('event/show.html', 'cancelled', nobody(), `/events/${off.id}`, ['This event has been cancelled'], ['<select'])
	read('event/book.html', 'chosen before', mira, chosen, ['<option selected>2</option>', 'Hold these tickets', 'Promo code', '€50.00'], ['aria-invalid'])
	send('event/book.html', 'refused', mira, [`/events/${sells.id}/book`, { 'items[0][category_id]': first.id, 'items[0][quantity]': 2, 'items[1][quantity]': 0, promo_code: 'N"OPE' }, chosen],
		['value="N&quot;OPE"', 'aria-invalid="true"', 'href="#f-promo_code"', 'role="alert"'])
	read('event/book.html', 'cancelled', mira, `/events/${off.id}/book`, ['has been cancelled'], ['<select'])
}

// ---- orders, tickets, a customer's account ----

async function customers(add, read, send) {
	const event = await new_event({ title: 'A night of many orders', categories: [{ capacity: 500 }, { price: 0 }] })
	const person = { name: 'Mira Castellanos', email: `${randomUUID().slice(0, 8)}@example.com` }
	const ada = await new_customer(person), browser = await signed_in('customer', ada)
	const empty = await new_customer({ name: 'Nadia New' }), nadia = await signed_in('customer', empty)
	const back = await new_customer({ name: 'Rita Return' }), returned = await signed_in('customer', back), gone = await new_event({ title: 'A night that went back' })

	await bought(back, gone)
	ok(await as(await token('staff')).post(`/api/events/${gone.id}/cancel/`, {}))
	await until('the money is back', () => {
		jobs_run('payments')
		return sql(`SELECT p.status FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.event_id = ${gone.id}`)[0][0] === 'refunded'
	})
	await until('the papers are made out', () => {
		jobs_run('invoices')
		return sql('SELECT (SELECT COUNT(*) FROM payment WHERE invoice_due = 1) + (SELECT COUNT(*) FROM payment_refund WHERE credit_due = 1)')[0][0] === '0'
	})
	// Held one after the other, for nobody holds many.
	const keep = async (items) => (await held(ada, event, items)).id
	const paid = await keep(2), [free] = [[{ category_id: event.categories[1].id, quantity: 1 }]]

	ok(await pay(ada, paid))
	const free_one = await keep(free), silent = await keep(1), lapsed = await keep(3), given_up = await keep(1)
	ok(await pay(ada, silent, 'tok_late'), 202)
	lapse(lapsed)
	ok(await as(ada).post(`/api/v1/users/orders/${given_up}/cancel/`, {}))
	const open = await keep(3), [ticket] = ok(await as(ada).get('/api/v1/users/tickets/')).items

	read('order/list.html', 'some', browser, '/orders', [`href="/orders/${paid}"`, 'Held'], [], { keep: 8 })
	read('order/list.html', 'none', nadia, '/orders', ['No orders yet', 'href="/events"'])
	read('order/show.html', 'held', browser, `/orders/${open}`, ['Yours for a moment', 'value="tok_ok" checked', 'Pay €75.00', `action="/orders/${open}/pay"`, `action="/orders/${open}/cancel"`])
	read('order/show.html', 'held, free', browser, `/orders/${free_one}`, ['There is nothing to pay', 'Take the tickets'], ['card_token'])
	send('order/show.html', 'declined', browser, [`/orders/${open}/pay`, { card_token: 'tok_declined' }, `/orders/${open}`], ['role="alert"', 'value="tok_declined" checked', 'Pay €75.00'])
	send('order/show.html', 'no card chosen', browser, [`/orders/${open}/pay`, { card_token: '' }, `/orders/${open}`], ['href="#f-card_token"', 'id="e-card_token"'])
	read('order/show.html', 'the bank is silent', browser, `/orders/${silent}`, ['action="/orders/' + silent + '/confirm"', 'data-refresh="5"'], [`/orders/${silent}/pay"`])
	read('order/show.html', 'paid', browser, `/orders/${paid}`, ['You are going', `href="/tickets/${ticket.id}"`], [`/orders/${paid}/pay"`])
	read('order/show.html', 'lapsed', browser, `/orders/${lapsed}`, ['Time ran out', 'name="items[0][quantity]" value="3"', `action="/events/${event.id}/book"`])
	read('order/show.html', 'given up', browser, `/orders/${given_up}`, ['Given up', 'Try to book them again'])
	read('payment/list.html', 'some', browser, '/payments', [`href="/orders/${paid}"`, '/invoice.pdf"', 'href="/analytics"'], ['credit-note'], { keep: 8 })
	read('payment/list.html', 'one that went back', returned, '/payments', ['/credit-note.pdf"', 'Refunded'])
	read('payment/list.html', 'none', nadia, '/payments', ['No payments yet', 'href="/events"'])
	read('account/analytics.html', 'what was spent', browser, '/analytics', ['<h1>What you spent</h1>', 'class="plot"', 'Spent by kind of event', '€50.00'])
	read('account/analytics.html', 'nothing', nadia, '/analytics', ['Nothing spent yet'], ['class="plot"'])
	read('ticket/list.html', 'to come', browser, '/tickets', [`href="/tickets/${ticket.id}"`, 'Admit one', 'href="/tickets" aria-current="page"'])
	read('ticket/list.html', 'none to come', nadia, '/tickets', ['No tickets yet'])
	read('ticket/list.html', 'none behind', nadia, '/tickets?when=past', ['Nothing behind you yet', 'href="/tickets?when=past" aria-current="page"'])
	read('ticket/show.html', 'in a demonstration', browser, `/tickets/${ticket.id}`, ['QR code of this ticket', 'copy this text', '<code>GH1.AAAA</code>', 'data-print'])
	await hands(read, send, add, { ada, browser, nadia })
	read('account/sessions.html', 'two', browser, '/account/sessions', ['This one', '/account/sessions/end-others"', 'App'])
	read('account/delete.html', 'with tickets to come', browser, '/account/delete', ['name="confirm_tickets"', 'href="/account/export"', 'name="password"'])
	read('account/delete.html', 'nothing in the way', nadia, '/account/delete', ['Delete the account'], ['name="confirm_tickets"'])
	send('account/delete.html', 'a wrong password', nadia, ['/account/delete', { password: 'not it' }], ['role="alert"', 'This is not your password.'], ['value="not it"'])
	read('account/profile.html', 'a customer', browser, '/account', ['<h1>Your account</h1>', 'enctype="multipart/form-data"', 'value="Mira Castellanos"'], ['name="company"', '/admin/second-factor'])
	send('account/profile.html', 'a customer, refused', browser, ['/account', { name: 'Mira', email: 'x', birth_date: '2030-01-01', blood_type: 'A+', locale: 'en' }],
		['role="alert"', 'href="#f-email"', 'value="2030-01-01"', '<option value="A+" dir="auto" selected>'])
	send('account/profile.html', 'a weak new password', browser, ['/account/password', { current_password: ada.password, new_password: 'short' }, '/account'],
		['href="#f-new_password"', 'Use at least 8 characters.'], ['value="short"'])
	ok(await api('PUT', '/api/v1/users/me/', upload('photo', picture()), { token: ada.access }))
	read('account/profile.html', 'with a photo', browser, '/account', ['<img class="portrait" src="/files/', '&amp;size=thumb" alt="Photo"'])
	for (const [name, kind, expect, absent] of [
		['an organizer', 'organizer', ['action="/organizer/account"', 'name="logo"'], ['name="birth_date"', 'name="photo"']],
		['a merchant', 'merchant', ['action="/merchant/account"', 'name="photo"'], ['name="birth_date"']],
		['an usher', 'usher', ['action="/gate/account"', '<dd>usher1</dd>'], ['name="birth_date"', 'name="email"']],
		['staff', 'staff', ['action="/admin/account"', 'href="/admin/second-factor"'], ['name="email"', 'name="birth_date"']]
	])
		read('account/profile.html', name, await signed_in(kind), `${PREFIX[kind]}/account`, expect, absent)
}

// Tickets that change hands, or go back.
async function hands(read, send, add, { ada, browser, nadia }) {
	const in_days = (days) => new Date(Date.now() + days * 86_400_000).toISOString(), staff = as(await token('staff'))
	const event = await new_event({ title: 'A night to come', starts_at: in_days(10), ends_at: in_days(11) }), [one, two, three, four] = await bought(ada, event, 4)
	const friend = await new_customer({ name: 'Bea Bold' }), [hers] = await bought(friend, event)
	const post = async (person, path, body, status) => ok(await as(person).post(`/api/v1/users/${path}/`, body), status)

	read('ticket/show.html', 'to come, with all that may be done', browser, `/tickets/${one.id}`, [`href="/tickets/${one.id}/gift"`, `href="/tickets/${one.id}/refund-request"`])
	read('ticket/order.html', 'four to swipe through', browser, `/tickets/order/${one.order_id}`, ['class="swipe"', `id="ticket-${four.id}"`, 'aria-label="Ticket 4"', 'data:image/png'])
	read('ticket/give.html', 'passed on', browser, `/tickets/${one.id}/transfer`, ['name="mobile_number"', 'at once'], ['name="message"'])
	send('ticket/give.html', 'a gift to nobody', browser, [`/tickets/${one.id}/gift`, { mobile_number: '12', message: 'Alles Gute' }], ['role="alert"', 'id="e-mobile_number"', 'Alles Gute'])
	read('ticket/rename.html', 'a name', browser, `/tickets/${one.id}/rename`, ['name="holder_name"', 'Mira Castellanos'])
	read('ticket/refund.html', 'no terms', browser, `/tickets/${one.id}/refund-request`, ['Tickets for this event are not given back.'], ['name="reason"'])
	add('ticket/refund.html', 'too late for all of it', async () => {
		ok(await staff.post('/api/refund-rules/', { event_id: event.id, days_before: 30, percent: 100 }), 201)
		await browser.open(`/tickets/${two.id}/refund-request`)
	}, ['30 or more days before it begins: 100 %', 'By these terms nothing would come back'], ['name="reason"'])
	add('ticket/refund.html', 'half of it', async () => {
		ok(await staff.post('/api/refund-rules/', { event_id: event.id, days_before: 7, percent: 50 }), 201)
		await browser.open(`/tickets/${two.id}/refund-request`)
	}, ['7 or more days before it begins: 50 %', 'If you ask now: €12.50 of €25.00', 'name="reason"'])
	add('ticket/refund.html', 'asked', async () => {
		await post(ada, `tickets/${two.id}/refund-request`, { reason: 'I am ill.' }, 201)
		await browser.open(`/tickets/${two.id}/refund-request`)
	}, ['Requested', 'I am ill.', 'refund-request/withdraw"'], ['name="reason"'])
	read('ticket/offers.html', 'none', nadia, '/tickets/offers', ['Nothing is on its way'], ['/accept"'])
	add('ticket/offers.html', 'both ways', async () => {
		await post(friend, `tickets/${hers.id}/gift`, { mobile_number: ada.mobile_number, message: 'For you!' }, 201)
		await post(ada, `tickets/${three.id}/gift`, { mobile_number: friend.mobile_number }, 201)
		await browser.open('/tickets/offers')
	}, ['From Bea Bold', 'For you!', '/accept"', '/cancel"'])
}

// ---- the gate ----

// With one bit changed in each half of what signs it.
function forged(code) {
	const bytes = Buffer.from(code.slice(4), 'base64url')

	for (const back of [10, 60])
		bytes[bytes.length - back] ^= 1
	return `GH1.${bytes.toString('base64url')}`
}

async function gates(add, read, send) {
	const event = await new_event({ title: 'A night at the gate' }), usher = await new_usher(event), ada = await new_customer({ name: 'Mira Castellanos' })
	const [ticket, other] = await bought(ada, event, 2), codes = [await code_of(ada, ticket), await code_of(ada, other)]
	const at = await signed_in('usher', { event_id: event.id, username: usher.username, password: usher.password })
	const family = await new_customer({ name: 'Cleo Clear' }), uid = new_card(family), [, second] = await bought(family, event, 2)
	const quiet = await new_event({ title: 'A night without anybody' }), idle = await new_usher(quiet)
	const alone = await signed_in('usher', { event_id: quiet.id, username: idle.username, password: idle.password })
	const shows = (name, fields, ...rest) => send('gate/scan.html', name, at, ['/gate', { scan_id: randomUUID(), direction: 'in', gate: 'North gate', ...fields }], ...rest)

	read('gate/logs.html', 'none yet', alone, '/gate/logs', ['No scans yet'])
	read('gate/scan.html', 'ready', at, '/gate', ['Ready', 'name="scan_id" value="0d8f9a34', 'data-keep-focus', `data-live-url="/api/live/events/${event.id}"`, 'value="in" checked'])
	shows('let in', { code: codes[0] }, ['verdict go', 'Let in', 'Mira Castellanos', 'value="North gate"'])
	shows('counted a moment ago', { code: codes[0], scan_id: '' }, ['verdict ready', 'Counted', ' ago<', 'Mira Castellanos'], ['verdict wait', 'First scanned at'])
	shows('already inside', { code: codes[0] }, ['verdict wait', 'Already in', 'North gate'])
	shows('out', { code: codes[0], direction: 'out' }, ['verdict out', 'Noted as gone', 'value="out" checked'])
	shows('welcome back', { code: codes[0] }, ['verdict go', 'Welcome back'])
	shows('let in by card, with others', { code: uid }, ['verdict go', 'Also on this card', `name="ticket_id" value="${second.id}"`, `name="code" value="${uid}"`])
	ok(await api('PUT', '/api/v1/users/me/', upload('photo', picture()), { token: family.access }))
	shows('with a photo', { code: uid, ticket_id: second.id }, ['<img class="portrait" src="/files/', '&amp;size=thumb" alt=""'])
	shows('forged', { code: forged(codes[1]) }, ['verdict stop', 'Stop', 'This code was forged.'])
	shows('not read whole', { code: codes[1].slice(0, 90) }, ['verdict wait', 'Once more', 'This was not read whole.'], ['forged'])
	shows('nothing typed', { code: '', direction: 'out' }, ['Once more', 'Nothing was read', 'value="out" checked'])
	add('account/sign-in.html', 'a scan that waits', async () => {
		await alone.open('/gate')
		sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(3) WHERE event_id = ${quiet.id}`)
		await alone.send('/gate', { code: 'a code that was read', gate: 'North gate', direction: 'out' })
	}, ['what you scanned is checked', 'type="hidden" name="code" value="a code that was read"', 'name="gate" value="North gate"', 'name="direction" value="out"'])
	read('gate/logs.html', 'some', at, '/gate/logs?result=valid', ['Mira Castellanos', '<option value="valid" selected>'])
}

// ---- merchants ----

async function merchants(add, read, send) {
	const amal = await signed_in('merchant'), bob = await new_customer({ name: 'Mira Castellanos' }), cleo = await new_customer({ name: 'Cleo Clear' })
	const [one, two] = [new_card(null, 'stock'), new_card(null, 'stock')]
	const merchant = as(await token('merchant'))
	const handing = ok(await merchant.post('/api/merchant/assign-card/', { card_uid: one, mobile_number: bob.mobile_number }), 201)
	const other = ok(await merchant.post('/api/merchant/assign-card/', { card_uid: two, mobile_number: cleo.mobile_number }), 201)
	const page = `/merchant/hand-out/${handing.assignment_id}`, challenged = `${page}?challenge=${handing.challenge}`

	read('merchant/home.html', 'cards and figures', amal, '/merchant?limit=4', ['Hello, Amal Haddad', 'In stock', 'rel="next"', 'href="/merchant/hand-out"'], ['No cards yet'])
	read('merchant/home.html', 'nothing matches', amal, '/merchant?search=04FFFFFFFFFFFFFF&status=lost', ['Nothing matches', '<option value="lost" selected>'], ['No cards yet'])
	read('merchant/hand-out.html', 'the form', amal, '/merchant/hand-out', ['Step 1 of 2', 'action="/merchant/hand-out"', 'name="card_uid"'])
	send('merchant/hand-out.html', 'no such card', amal, ['/merchant/hand-out', { mobile_number: bob.mobile_number, card_uid: '04:00' }], ['value="04:00"', 'id="e-card_uid"', 'href="#f-card_uid"'])
	read('merchant/code.html', 'waiting for the code', amal, challenged, ['Step 2 of 2', 'M••• C•••', one, `action="${page}"`, `action="${page}/code"`, `action="${page}/cancel"`])
	send('merchant/code.html', 'a wrong code, the fee open', amal, [page, { otp: '000001' }, challenged], ['id="e-otp"'], ['value="000001"'])
	read('merchant/code.html', 'without its challenge', amal, page, ['name="otp"'], ['name="challenge"'])
	add('merchant/code.html', 'cancelled', async () => {
		await amal.open(`/merchant/hand-out/${other.assignment_id}`)
		await amal.send(`/merchant/hand-out/${other.assignment_id}/cancel`)
		await amal.open(`/merchant/hand-out/${other.assignment_id}`)
	}, ['<h1>Not handed out</h1>', 'Begin again'], ['name="otp"', 'Hand out another card'])
	add('merchant/code.html', 'handed out', async () => {
		await amal.open(challenged)
		await amal.send(page, { otp: await code(bob.mobile_number) })
		await amal.open(page)
	}, ['<h1>Handed out</h1>', 'Hand out another card'], ['name="otp"', 'Step 2', '/cancel"'])
}

// ---- organizers ----

async function organizers(read) {
	const jonas = await signed_in('organizer'), draft = await new_event({ title: 'Winter Strings', publish: false })
	const contact_mobile = new_number(), password = `pass-${randomUUID()}`

	ok(await as(await token('staff')).post('/api/organizers/', { name: 'Otto Test', company: 'Company of one', mobile_number: contact_mobile, password }), 201)
	const otto = await signed_in('organizer', { contact_mobile, password })

	read('organizer/home.html', 'events and figures', jonas, '/organizer?limit=4', ['Hello, Jonas Feld', 'On now', 'rel="next"'])
	read('organizer/home.html', 'no events yet', otto, '/organizer', ['No events yet'], ['Nothing matches'])
	read('organizer/home.html', 'nothing matches', jonas, '/organizer?search=zzz&when=past', ['Nothing matches', 'value="zzz"', '<option value="past" selected>'], ['No events yet'])
	read('organizer/event.html', 'with its counts and figures', jonas, '/organizer/events/1', ['data-live-url="/api/live/events/1"', 'data-live="counts.inside"', 'On now', '<tr data-key="North gate">'], ['Leave the screen', 'class="screen"'])
	read('organizer/event.html', 'the screen for the office', jonas, '/organizer/events/1?screen=1', ['class="screen"', 'data-full-screen hidden', 'href="/organizer/events/1"'], ['Sign out', 'Figures'])
	const { asked, paid } = await payouts(), money = await new_event({ title: 'A night with fees', organizer_id: 1, tax_rate: 1900 })

	await bought(await new_customer(), money, 2)
	read('organizer/event.html', 'with fees and taxes', jonas, `/organizer/events/${money.id}`, ['class="tiles money"', 'After fees and taxes', '€7.98'])
	read('payout/show.html', "an organizer's, paid", jonas, `/organizer/payouts/${paid}`, ['SEPA-77', `href="/organizer/payouts/${paid}/invoice.pdf"`], ['/approve', 'Requested by'], { keep: 30 })
	read('payout/show.html', "an organizer's, not paid", jonas, `/organizer/payouts/${asked}`, ['>Requested<'], ['invoice.pdf', '/approve'], { keep: 30 })
	read('payout/show.html', 'asked for, to be approved', await signed_in('staff'), `/admin/payouts/${asked}`,
		['On their account now', 'Requested by', `/admin/payouts/${asked}/approve`, `/admin/payouts/${asked}/reject`], ['invoice.pdf', `${asked}/pay"`], { keep: 30 })
	read('payout/show.html', 'paid', await signed_in('staff'), `/admin/payouts/${paid}`, ['Approved by', 'On their account then', `href="/admin/payouts/${paid}/invoice.pdf"`], ['/reject"'], { keep: 30 })
	read('organizer/event.html', 'before anything was sold', jonas, `/organizer/events/${draft.id}`, ['Winter Strings', 'Draft', 'Nobody was scanned yet.', '€0.00'], ['On now', 'Tickets sold by day'])
}

// To demo's organizer: one that is asked for, one that is paid.
async function payouts() {
	const clerk = as(await new_staff('finance')), second = as(await token('staff'))
	const ask = async (note) => ok(await clerk.post('/api/payouts/', { organizer_id: 1, amount: 12500, currency: 'EUR', note }), 201).id
	const asked = await ask('For the hall'), paid = await ask('For May')

	ok(await second.post(`/api/payouts/${paid}/approve/`, {}))
	ok(await clerk.post(`/api/payouts/${paid}/pay/`, { reference: 'SEPA-77' }))
	return { asked, paid }
}

// ---- the back office ----

async function office(read, send) {
	const ingrid = await signed_in('staff'), draft = await new_event({ title: 'Snow Sessions', publish: false }), bare = await new_event({ title: 'Nothing to sell', categories: [], publish: false })
	const email = `${randomUUID().slice(0, 8)}@example.test`, password = `pass-${randomUUID()}`
	const staff = as(await token('staff'))

	ok(await staff.post('/api/admins/', { name: 'Sol Support', email, password, role: 'support' }), 201)
	const sol = await signed_in('staff', { email, password })
	const venue = ok(await staff.post('/api/venues/', { name: 'A hall that nobody needs', city: 'Porto', country: 'PT', time_zone: 'Europe/Lisbon', capacity: 4200, latitude: 41.1405 }), 201)
	const id = ok(await staff.get('/api/users/', { query: { search: 'Mira Castellanos' } })).items[0].id
	const organizer = ok(await staff.get('/api/organizers/')).items[0].id, order = ok(await staff.get('/api/orders/', { query: { status: 'paid', limit: 1 } })).items[0].id
	const audit = ok(await staff.get('/api/logs/audit/', { query: { action: 'create', limit: 1 } })).items[0].id

	read('admin/home.html', 'a day of sales', ingrid, '/admin', ['<h1>Today</h1>', 'Orders paid, last 14 days', 'Messages waiting', 'href="/admin/events/1"'], ['class="empty"'])
	read('admin/event.html', 'on sale, people coming in', ingrid, '/admin/events/1', ['data-live-url="/api/live/events/1"', 'href="/admin/events/1/cancel">Cancel the event</a>', 'Revenue by day'], ['role="alert"', '/publish'], { keep: 30 })
	read('admin/event.html', 'a draft with nothing yet', ingrid, `/admin/events/${bare.id}`, [`href="/admin/events/${bare.id}/publish">Publish</a>`, 'Draft', '€0.00'], ['Revenue by day', '/cancel"'], { keep: 30 })
	send('admin/event.html', 'a change that is refused', ingrid, [`/admin/events/${draft.id}`, { title: '', time_zone: 'Nowhere', starts_at: '2026-11-25T19:00' }], ['role="alert"', 'href="#f-title"', 'value="Nowhere"'], [], { keep: 30 })
	read('admin/event.html', 'somebody who may only look', sol, '/admin/events/1', ['data-live="counts.inside"'], ['/cancel"', '/remove"', 'id="edit"', '>Assign<'], { keep: 30 })
	read('admin/cancel.html', 'sold', ingrid, '/admin/events/1/cancel', ['Cancel this event?', 'action="/admin/events/1/cancel"', 'button danger', 'href="/admin/events/1">No, go back'], ['role="alert"'])
	send('admin/cancel.html', 'not on sale', ingrid, [`/admin/events/${draft.id}/cancel`, {}], ['role="alert"', 'Only a published event can be cancelled.'])
	read('admin/publish.html', 'a draft', ingrid, `/admin/events/${draft.id}/publish`, ['<h1>Snow Sessions</h1>', 'Publish this event?', '1 ticket category', '100 places'])
	send('admin/publish.html', 'nothing to sell', ingrid, [`/admin/events/${bare.id}/publish`, {}], ['role="alert"', 'Add a ticket category first: there is nothing to sell yet.', '0 ticket categories'])
	read('admin/password.html', 'asked for', ingrid, `/admin/users/${id}/reset-password`, ['<h1>New password</h1>', 'Mira Castellanos', `action="/admin/users/${id}/reset-password"`, 'Leave it empty to have one made up.'])
	send('admin/password.html', 'too short', ingrid, [`/admin/users/${id}/reset-password`, { new_password: 'short' }], ['role="alert"', 'href="#f-new_password"', 'Use at least 8 characters.'], ['value="short"'])
	read('admin/settings.html', 'a superadmin', ingrid, '/admin/settings', ['<h1>Settings</h1>', '<option value="optional" selected>Whoever wants one', '>Save</button>'], ['Only a superadmin changes settings.'])
	read('admin/settings.html', 'somebody who may only look', sol, '/admin/settings', ['Only a superadmin changes settings.'], ['>Save</button>'])
	read('admin/user.html', "a customer's account", ingrid, `/admin/users/${id}`, ['<h1>Mira Castellanos</h1>', 'class="badge good">Active', `href="/admin/users/${id}/reset-password"`, '<option value="active" selected>Active'], ['role="alert"', '>Delete<'], { keep: 30 })
	send('admin/user.html', 'refused', ingrid, [`/admin/users/${id}`, { name: '' }], ['role="alert"', 'href="#f-name"', 'id="e-name"', 'This is required.'], [], { keep: 30 })
	read('admin/user.html', "an organizer's", ingrid, `/admin/organizers/${organizer}`, ['href="/admin/organizers">', `action="/admin/organizers/${organizer}"`, `href="/admin/organizers/${organizer}/delete">Disable</a>`], [], { keep: 30 })
	read('admin/user.html', 'somebody who may only look', sol, `/admin/users/${id}`, ['<h1>Mira Castellanos</h1>'], ['reset-password', 'id="edit"'], { keep: 30 })
	read('account/second-factor.html', 'none', sol, '/admin/second-factor', ['action="/admin/second-factor/enroll"', 'Set up an app'], ['/admin/second-factor/confirm', '/admin/second-factor/disable'])
	const [unsent, secret] = ['NULL', 'UTC_TIMESTAMP(3)'].map((until) => Number(sql(`INSERT INTO outbox (channel, recipient, body, secret_until, status,
		attempts, error, due_at, created_at) VALUES ('sms', '+15550100099', 'Order 7 is paid.', ${until}, 'failed', 11, 'The SMS gateway answered 400.',
		UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0]))
	nouns(read, send, { ingrid, sol, venue, order, audit, id, unsent, secret })
}

function nouns(read, send, { ingrid, sol, venue, order, audit, id, unsent, secret }) {
	read('resource/list.html', 'venues', ingrid, '/admin/venues?limit=3', ['<h1>Venues</h1>', 'href="/admin/venues/new"', 'name="search"', 'name="city"'], ['class="empty"'])
	read('resource/list.html', 'the second page of events, sorted and filtered', ingrid, '/admin/events?page=2&limit=3&sort_by=title&sort_order=desc&status=published', ['aria-sort="descending"', 'rel="prev"', '<option value="published" selected>Published', 'Show everything'])
	read('resource/list.html', 'messages', ingrid, '/admin/outbox?limit=3', ['Text message'], ['>Create<'])
	read('resource/list.html', 'nothing matches', ingrid, '/admin/events?search=zzzz&status=draft', ['Nothing matches', 'value="zzzz"', '<option value="draft" selected>'], ['<table>', 'class="pager"'])
	read('resource/show.html', 'a venue', ingrid, `/admin/venues/${venue.id}`, [`<h1><bdi>${venue.name}</bdi></h1>`, '<dd>4,200</dd>', 'value="41.1405"', `action="/admin/venues/${venue.id}"`], ['role="alert"'], { keep: 30 })
	send('resource/show.html', 'a change that is refused', ingrid, [`/admin/venues/${venue.id}`, { capacity: 'many' }], ['role="alert"', 'href="#f-capacity"', 'Enter a whole number.', 'value="many"'], ['value="4200"'], { keep: 30 })
	read('resource/show.html', 'somebody who may only look', sol, `/admin/venues/${venue.id}`, [`<h1><bdi>${venue.name}</bdi></h1>`], ['id="edit"', '/delete"'], { keep: 30 })
	read('resource/show.html', 'an order with its tickets', ingrid, `/admin/orders/${order}`, ['class="badge good">Paid', `<h2><a href="/admin/tickets?order_id=${order}">`], ['id="edit"'], { keep: 30 })
	read('resource/show.html', 'what the audit log keeps', ingrid, `/admin/logs/audit/${audit}`, ['<h1><bdi>create</bdi></h1>'], ['id="edit"'], { keep: 30 })
	read('resource/show.html', 'a message that could not be sent', ingrid, `/admin/outbox/${unsent}`, [`href="/admin/outbox/${unsent}/resend">Send again</a>`, 'The SMS gateway answered 400.'], ['Order 7'], { keep: 30 })
	read('resource/show.html', 'a message that held a code', ingrid, `/admin/outbox/${secret}`, ['class="badge'], ['/resend"', 'id="edit"'], { keep: 30 })
	read('resource/act.html', 'a message to be sent again', ingrid, `/admin/outbox/${unsent}/resend`, ['Send this message again?', `action="/admin/outbox/${unsent}/resend"`], ['role="alert"'])
	read('resource/form.html', 'an event', ingrid, '/admin/events/new', ['<h1>New: Event</h1>', 'action="/admin/events"', 'type="datetime-local"', '<option value="">Choose…</option>'], ['role="alert"'])
	read('resource/form.html', 'a ticket category of an event', ingrid, '/admin/ticket-categories/new?event_id=1', ['<h1>New: Ticket category</h1>', 'type="hidden" name="currency" value="EUR"', 'name="another" value="1"', 'href="/admin/events/1"'])
	send('resource/form.html', 'a venue, refused', ingrid, ['/admin/venues', { name: '', city: 'Porto', country: 'Portugal', capacity: -1 }, '/admin/venues/new'], ['role="alert"', 'href="#f-country"', 'value="-1"', 'value="Porto"'])
	send('resource/form.html', 'a member of staff, refused', ingrid, ['/admin/admins', { name: 'X', email: 'x', role: 'support', password: 'short' }, '/admin/admins/new'], ['href="#f-email"', 'value="x"', '<option value="support" dir="auto" selected>'], ['value="short"'])
	read('resource/act.html', 'a venue', ingrid, `/admin/venues/${venue.id}/delete`, [`<h1><bdi>${venue.name}</bdi></h1>`, 'Delete this?', `action="/admin/venues/${venue.id}/delete"`], ['role="alert"'])
	send('resource/act.html', 'a venue in use', ingrid, ['/admin/venues/1/delete', {}], ['role="alert"', 'This venue is in use, so it cannot be deleted.'])
	read('resource/act.html', 'an account', ingrid, `/admin/users/${id}/delete`, ['Disable this account?', 'button danger">Disable'], ['Delete this?'])
}
