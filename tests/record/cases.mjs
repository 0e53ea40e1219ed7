// The cases of the pages' fixtures that are recorded: which page, in whose name, how one comes to it, and what it must say
// (expect) or must not (absent), as texts of its HTML. A case that cannot be come by is written by hand in tests/fixtures/.
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { api, Browser, code, DEMO, new_number, sql, token } from '../api/lib.mjs'
import { picture, upload } from '../api/picture.mjs'
import { cards } from './cards.mjs'
import { desk } from './desk.mjs'
import { many } from './many.mjs'
import { states } from './states.mjs'
import { as, bought, code_of, held, jobs_run, lapse, new_card, new_customer, new_event, new_staff, new_usher, ok, pay, reset_by_mail, until } from '../api/world.mjs'

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
	await desk(read, send)
	await many(read, send)
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
	const by_mail = '/campus/password', mailed = async () => nobody().open((await reset_by_mail()).link)
	add('account/password-by-mail.html', 'from a mail', mailed, ['<h1>Choose a new password</h1>', `action="${by_mail}"`, 'name="token" value="', 'good once'], ['role="alert"'])
	add('account/password-by-mail.html', 'a password that is too short', async () => {
		await (await mailed()).send(by_mail, { new_password: 'short' })
	}, ['role="alert"', 'href="#f-new_password"', 'Use at least 8 characters.'], ['value="short"'])
	add('account/password-by-mail.html', 'a mail that was used', async () => {
		await nobody().open(`${by_mail}?token=used`).then((browser) => browser.send(by_mail, { new_password: 'a-long-way-to-go' }))
	}, ['role="alert"', 'This is not good any more. Ask for another.'])
	add('account/password-by-mail.html', 'done', async () => {
		await (await mailed()).send(by_mail, { new_password: 'a-long-way-to-go' })
	}, ['Your password is changed'], ['name="new_password"'])
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
	read('event/show.html', 'whose codes turn', nobody(), '/events/2', ['Bring your phone'])
	read('event/show.html', 'cancelled', nobody(), `/events/${off.id}`, ['This event has been cancelled'], ['<select'])
	const seen = await new_event({ title: 'An evening with a cover', description: '# Who comes\n\n- **Everybody**', image_focus: 'top' }), access = await token('staff')
	ok(await api('PUT', `/api/events/${seen.id}/`, upload('image', picture()), { token: access }))
	ok(await api('POST', '/api/performers/', upload('image', picture(), { event_id: seen.id, name: 'Ana Trio', part: 'Folk', link: 'https://ana.example/' }), { token: access }), 201)
	read('event/show.html', 'a cover and performers', nobody(), `/events/${seen.id}`, ['class="poster at-top"', 'size=tall-400&amp;focus=top 400w', 'href="https://ana.example/"', '<strong>Everybody</strong>'])
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
	read('account/profile.html', 'a customer', browser, '/account', ['<h1>Your account</h1>', 'enctype="multipart/form-data"', 'data-scope="/push/customer/"', 'value="Mira Castellanos"'], ['name="company"', '/admin/second-factor'])
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
	const turns = await new_event({ title: 'A night that turns', starts_at: in_days(10), ends_at: in_days(11) }), [turning] = await bought(ada, turns, 2)
	const post = async (person, path, body, status) => ok(await as(person).post(`/api/v1/users/${path}/`, body), status)

	read('ticket/show.html', 'to come, with all that may be done', browser, `/tickets/${one.id}`, [`href="/tickets/${one.id}/gift"`, `href="/tickets/${one.id}/refund-request"`])
	read('ticket/order.html', 'four to swipe through', browser, `/tickets/order/${one.order_id}`, ['class="swipe"', `id="ticket-${four.id}"`, 'aria-label="Ticket 4"', 'data:image/png'])
	sql(`UPDATE event SET turning = 1 WHERE id = ${turns.id}`)
	read('ticket/show.html', 'whose code turns', browser, `/tickets/${turning.id}`, [`data-turning="/tickets/${turning.id}/code.svg"`, 'data-step="15"', 'data-turning-text', 'Show the code of now'], ['data-print', '.pdf"'])
	read('ticket/order.html', 'whose codes turn', browser, `/tickets/order/${turning.order_id}`, [`data-turning="/tickets/${turning.id}/code.svg"`, 'The code changes every 15 seconds.'])
	read('order/show.html', 'paid, whose codes turn', browser, `/orders/${turning.order_id}`, ['on paper the code would be out of date'], ['data-print', 'tickets.pdf', 'class="on-paper"'])
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

	read('gate/app.html', 'the shell', nobody(), '/gate/app', ['type="module"', 'rel="manifest"', 'id="app"', '<a href="/gate">'], ['masthead', 'style.'])
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
	await acts(add, read, send, { event, usher, at })
}

// What ushers do besides scanning.
async function acts(add, read, send, { event, usher, at }) {
	const quiet = await new_event({ title: 'Nobody here' }), idle = await new_usher(quiet)
	const alone = await signed_in('usher', { event_id: quiet.id, username: idle.username, password: idle.password })
	const scanned = () => sql(`SELECT MAX(id) FROM scan_log WHERE event_id = ${event.id} AND moved AND kind <> 'undo'`)[0][0]
	const uuid_of = (id) => sql(`SELECT LOWER(CONCAT_WS('-', SUBSTR(HEX(scan_id), 1, 8), SUBSTR(HEX(scan_id), 9, 4), SUBSTR(HEX(scan_id), 13, 4), SUBSTR(HEX(scan_id), 17, 4), SUBSTR(HEX(scan_id), 21)))
		FROM scan_log WHERE id = ${id}`)[0][0]

	read('gate/guests.html', 'nobody looked for', at, '/gate/guests', ['Type three letters'], ['name="note"'])
	read('gate/guests.html', 'found', at, '/gate/guests?search=castellanos', ['Mira Castellanos', 'name="in" value="', 'name="out" value="', 'name="note"'], ['name="override"'])
	read('gate/guests.html', 'nobody found', at, '/gate/guests?search=zqzq', ['Nobody found'])
	send('gate/guests.html', 'without a reason', at, ['/gate/guests', { in: 1, note: '', search: 'castellanos' }, '/gate/guests?search=castellanos'], ['Mira Castellanos', 'aria-invalid="true"'])
	add('gate/scan.html', 'by hand, and back for two minutes', async () => {
		await at.open('/gate/guests?search=castellanos')
		await at.send('/gate/guests', { in: at.html.match(/name="in" value="(\d+)"/)[1], note: 'The phone is dead', search: 'castellanos' })
		await at.open(at.location ?? '/gate')
	}, ['verdict', 'Mira Castellanos'])
	add('gate/log.html', 'one of mine, by hand', async () => at.open(`/gate/logs/${scanned()}`), ['<h1>One scan</h1>', 'action="/gate/undo"'])
	add('gate/scan.html', 'taken back', async () => {
		await at.open(`/gate/logs/${scanned()}`)
		await at.send('/gate/undo', { scan_id: uuid_of(scanned()), note: 'Wrong person' })
		await at.open(at.location ?? '/gate')
	}, ['verdict ready', 'Taken back'])
	add('gate/log.html', 'one that takes another back', async () => at.open(`/gate/logs/${sql(`SELECT MAX(id) FROM scan_log WHERE event_id = ${event.id} AND kind = 'undo'`)[0][0]}`),
		['Takes back', 'Wrong person'], ['action="/gate/undo"'])
	add('gate/guests.html', 'to a gate lead', async () => {
		sql(`UPDATE usher_assignment SET gate_lead = 1 WHERE event_id = ${event.id} AND usher_id = ${usher.usher_id}`)
		await at.open('/gate/guests?search=castellanos')
	}, ['name="override"'])
	read('gate/leaves.html', 'nobody yet', alone, '/gate/leaves', ['Nobody is on leave'])
	send('gate/leaves.html', 'nothing read', at, ['/gate/leaves', { action: 'leave', code: '' }], ['aria-invalid="true"'])
	add('gate/leaves.html', 'one away', async () => {
		sql(`INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, usher_id, direction, result, reason, moved, first_entry, attendee_name, at, scanned_at, kind, note)
			SELECT event_id, RANDOM_BYTES(16), ticket_id, category_id, usher_id, 'out', 'valid', 'ok', 1, 0, attendee_name, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 'leave', 'A smoke'
			FROM scan_log WHERE id = ${scanned()}`)
		await at.open('/gate/leaves')
	}, ['A smoke', 'Away'])
	read('gate/reports.html', 'none yet', alone, '/gate/reports', ['name="description"', 'enctype="multipart/form-data"'])
	send('gate/reports.html', 'nothing said', at, ['/gate/reports', { category: 'other', description: '' }], ['aria-invalid="true"'])
	add('gate/reports.html', 'some', async () => {
		const form = upload('photo', picture(), { category: 'damage', description: 'A lamp fell down.' })

		ok(await api('POST', '/api/usher/scan/report/', form, { token: usher.access }), 201)
		await at.open('/gate/reports')
	}, ['A lamp fell down.', 'What you reported', 'class="portrait"'])
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
	await edits(read, jonas)
	await guest_messages(read, jonas)
	const { asked, paid } = await payouts(), money = await new_event({ title: 'A night with fees', organizer_id: 1, tax_rate: 1900 })

	await bought(await new_customer(), money, 2)
	read('organizer/event.html', 'with fees and taxes', jonas, `/organizer/events/${money.id}`, ['class="tiles money"', 'After fees and taxes', '€7.98'])
	read('payout/show.html', "an organizer's, paid", jonas, `/organizer/payouts/${paid}`, ['SEPA-77', `href="/organizer/payouts/${paid}/invoice.pdf"`], ['/approve', 'Requested by'], { keep: 30 })
	read('payout/show.html', "an organizer's, not paid", jonas, `/organizer/payouts/${asked}`, ['>Requested<'], ['invoice.pdf', '/approve'], { keep: 30 })
	read('payout/show.html', 'asked for, to be approved', await signed_in('staff'), `/admin/payouts/${asked}`,
		['On their account now', 'Requested by', `/admin/payouts/${asked}/approve`, `/admin/payouts/${asked}/reject`], ['invoice.pdf', `${asked}/pay"`], { keep: 30 })
	read('payout/show.html', 'paid', await signed_in('staff'), `/admin/payouts/${paid}`, ['Approved by', 'On their account then', `href="/admin/payouts/${paid}/invoice.pdf"`], ['/reject"'], { keep: 30 })
	await books(read, jonas)
	read('organizer/event.html', 'before anything was sold', jonas, `/organizer/events/${draft.id}`, ['Winter Strings', 'Draft', 'Nobody was scanned yet.', '€0.00'], ['On now', 'Tickets sold by day'])
	await lone_event(read)
	await co_workers(read, jonas)
}

// An organizer's first event, which has none to be laid beside.
async function lone_event(read) {
	const contact_mobile = new_number(), password = `pass-${randomUUID()}`
	const { organizer_id } = ok(await as(await token('staff')).post('/api/organizers/', { name: 'Olga Test', company: 'First of all', mobile_number: contact_mobile, password }), 201)
	const { id } = await new_event({ title: 'The first of all', organizer_id })

	read('event/comparison.html', 'nothing to compare with', await signed_in('organizer', { contact_mobile, password }), `/organizer/events/${id}/comparison`,
		['There is no event that is over'], ['name="with_1"'])
}

// With whom an organizer works, and what one of them sees.
async function co_workers(read, jonas) {
	const mia = await signed_in('organizer', { contact_mobile: '+15550100021', password: DEMO.organizer.password })
	const [[joined]] = sql("SELECT id FROM co_worker WHERE name = 'Mia Sommer'")

	read('organizer/event.html', 'a co-worker, without sums', mia, '/organizer/events/1', ['door-list.pdf', 'data-live="counts.inside"'], ['Revenue', '/organizer/events/1/edit', '/comparison'])
	read('organizer/home.html', 'a co-worker', mia, '/organizer', ['Hello, Mia Sommer', 'href="/organizer/attendees"'], ['Revenue', '/organizer/payouts', '/organizer/co-workers'])
	read('account/profile.html', 'a co-worker', mia, '/organizer/account', ['name="locale"'], ['name="logo"', 'name="company"'])
	read('resource/list.html', 'co-workers', jonas, '/organizer/co-workers', ['Mia Sommer', 'Invited', 'href="/organizer/co-workers/new"'])
	read('resource/form.html', 'a co-worker', jonas, '/organizer/co-workers/new', ['name="may_guests"', 'name="mobile_number"'], ['role="alert"'])
	read('resource/show.html', 'a co-worker', jonas, `/organizer/co-workers/${joined}`, ['Mia Sommer', `href="/organizer/co-workers/${joined}/delete"`], ['role="alert"'], { keep: 30 })
	read('resource/act.html', 'before a co-worker goes', jonas, `/organizer/co-workers/${joined}/delete`, ['Shall they work here no more?'], ['role="alert"'], { keep: 30 })
	read('trend/revenue.html', "an organizer's", jonas, '/organizer/analytics', ['name="date_from"', 'Sales over time', 'href="/organizer/events/'], ['/admin/', 'By organizer'])
	read('event/comparison.html', 'beside events that are over', jonas, '/organizer/events/1/comparison', ['Tickets sold, by days before the event', 'class="curve s1"', 'name="with_1"'])
}

// What an organizer changes of an event, and asks for.
async function edits(read, jonas) {
	const staff = as(await token('staff')), api = as(await token('organizer')), ingrid = await signed_in('staff')
	const event = await new_event({ title: 'An evening to be changed', publish: false }), other = await new_event({ title: 'An evening that stays', publish: false })
	const ask = async (of, changes) => ok(await api.post(`/api/organizer/events/${of.id}/edit-request/`, { changes, note: 'The band is late.' }), 201).id
	const asked = await ask(event, { title: 'A later evening', starts_at: new Date(Date.now() + 86_400_000).toISOString(), ends_at: new Date(Date.now() + 90_000_000).toISOString(), transfers: false, category_id: 2 })
	const rejected = await ask(other, { description: 'Much **more**' }), fresh = await new_event({ title: 'An evening as it is', publish: false })

	ok(await staff.post(`/api/edit-requests/${rejected}/reject/`, { note: 'Too long.' }))
	read('organizer/edit.html', 'nothing is asked for', jonas, `/organizer/events/${fresh.id}/edit`, ['An evening as it is', 'What you may change yourself', 'name="description"', 'name="starts_at"', 'name="note"'], ['name="currency"', 'Look at them'])
	read('organizer/edit.html', 'while a request waits', jonas, `/organizer/events/${event.id}/edit`, ['Look at them', `href="/organizer/edit-requests/${asked}"`], ['role="alert"'])
	read('edit-request/show.html', "an organizer's own, open", jonas, `/organizer/edit-requests/${asked}`, ['A later evening', 'An evening to be changed', `href="/organizer/edit-requests/${asked}/withdraw"`], ['/approve'], { keep: 30 })
	read('edit-request/show.html', 'to staff', ingrid, `/admin/edit-requests/${asked}`, ['The band is late.', `href="/admin/edit-requests/${asked}/approve"`, `href="/admin/edit-requests/${asked}/reject"`], ['/withdraw'], { keep: 30 })
	read('edit-request/show.html', 'rejected', jonas, `/organizer/edit-requests/${rejected}`, ['Too long.', 'Rejected'], ['/withdraw'], { keep: 30 })
	read('edit-request/ask.html', 'before it is approved', ingrid, `/admin/edit-requests/${asked}/approve`, [`action="/admin/edit-requests/${asked}/approve"`, 'A later evening'], ['role="alert"'], { keep: 30 })
	read('edit-request/ask.html', 'before it is rejected', ingrid, `/admin/edit-requests/${asked}/reject`, ['name="note"'], ['role="alert"'], { keep: 30 })
	read('edit-request/ask.html', 'before it is taken back', jonas, `/organizer/edit-requests/${asked}/withdraw`, ['Withdraw this request?'], ['name="note"'], { keep: 30 })
}

// The house's books of demo data, and a settlement of demo's organizer, as staff and they see it.
async function books(read, jonas) {
	const staff = await signed_in('staff'), clerk = as(await new_staff('finance'))
	const id = ok(await clerk.post('/api/finances/settlements/', { organizer_id: 1, currency: 'EUR', from: '2020-01-01', to: '2020-01-31', note: 'The first one' }), 201).id

	read('admin/finances.html', 'months and balances', staff, '/admin/finances', ['<h1>The books</h1>', 'href="/admin/ledger?figure=sales&amp;currency=EUR', 'Bank', 'format=xlsx'], ['role="alert"'], { keep: 30 })
	read('admin/finances.html', 'nothing moved', staff, '/admin/finances?from=1990-01-01&to=1990-02-01', ['Nothing moved in these months.'], ['figure=sales'], { keep: 30 })
	read('settlement/show.html', 'to be approved', staff, `/admin/finances/settlements/${id}`, ['Entered by', `/admin/finances/settlements/${id}/approve`, `href="/admin/finances/settlements/${id}/paper.pdf"`, 'The first one'], [`${id}/settle"`], { keep: 30 })
	read('settlement/show.html', "an organizer's", jonas, `/organizer/settlements/${id}`, [`href="/organizer/settlements/${id}/paper.pdf"`, 'Open'], ['/approve', 'Entered by', 'The first one'], { keep: 30 })
}

// What an organizer writes to guests: a draft, one on its way, one that arrived.
async function guest_messages(read, jonas) {
	const api = as(await token('organizer')), ingrid = await signed_in('staff'), event = await new_event({ title: 'An evening to write about' })
	const write = async (subject) => ok(await api.post('/api/organizer/guest-messages/', { event_id: event.id, subject, body: 'At seven.\nBring a coat.', category_ids: [event.categories[0].id] }), 201).id
	const draft = await write('Doors at seven'), going = await write('On its way'), sent = await write('What arrived')

	await bought(await new_customer({ name: 'Cleo Guest' }), event)
	sql(`UPDATE guest_message SET status = 'sending', started_at = UTC_TIMESTAMP(3) - INTERVAL 2 DAY, recipients = 3000, queued = 1200, upto = 999999999 WHERE id = ${going};
		UPDATE guest_message SET status = 'sent', started_at = UTC_TIMESTAMP(3) - INTERVAL 2 DAY, ended_at = UTC_TIMESTAMP(3), recipients = 2, queued = 2 WHERE id = ${sent};
		INSERT INTO outbox (channel, recipient, subject, body, status, due_at, created_at, updated_at, guest_message_id) VALUES ('sms', '${new_number()}', '', '', 'queued',
			UTC_TIMESTAMP(3) + INTERVAL 1 DAY, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), ${going})`)
	read('guest-message/show.html', 'a draft', jonas, `/organizer/guest-messages/${draft}`, ['1 person gets it', `href="/organizer/guest-messages/${draft}/send-all"`, 'name="category_ids[]"', 'checked'], ['/stop"'], { keep: 30 })
	read('guest-message/show.html', 'on its way', jonas, `/organizer/guest-messages/${going}`, ['1,200 of 3,000', `href="/organizer/guest-messages/${going}/stop"`], ['/send-all', 'id="edit"'], { keep: 30 })
	read('guest-message/show.html', 'to staff', ingrid, `/admin/guest-messages/${going}`, [`href="/admin/guest-messages/${going}/stop"`, 'Bring a coat.'], ['/try'], { keep: 30 })
	read('guest-message/show.html', 'sent', jonas, `/organizer/guest-messages/${sent}`, ['2 of 2'], ['/stop"', '/send-all'], { keep: 30 })
	read('guest-message/ask.html', 'before it is sent', jonas, `/organizer/guest-messages/${draft}/send-all`, ['1 person gets it', 'Send it to all of them?'], ['role="alert"'], { keep: 30 })
	read('resource/form.html', 'with boxes to tick', jonas, `/organizer/guest-messages/new?event_id=${event.id}`, ['name="category_ids[]"', 'Category 1'], ['role="alert"'])
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

// Somebody's program that is told, with a delivery that failed; and what its pages say once.
async function webhooks(read, send, ingrid) {
	const staff = as(await token('staff')), url = 'https://shop.harbour.invalid/hook'
	const { id } = ok(await staff.post('/api/webhooks/', { url, description: 'The shop', ticket_scanned: true }), 201)
	const told = sql(`INSERT INTO webhook_delivery (webhook_id, type, uuid, happened_at, status, attempts, due_at, tried_at, body, status_code, took_ms, answer, error, created_at, updated_at)
		SELECT ${id}, 'order.paid', UNHEX(REPEAT('ab', 16)), n.at, 'failed', 14, n.at, n.at, '{"type":"order.paid"}', 503, 12, 'Down', 'It answered 503.', n.at, n.at FROM (SELECT UTC_TIMESTAMP(3) AS at) n;
		SELECT LAST_INSERT_ID()`)[0][0]

	read('webhook/new.html', 'the form', ingrid, '/admin/webhooks/new', ['<h1>Add a webhook</h1>', 'name="url"', 'name="order_paid"'], ['code-panel', 'role="alert"'])
	send('webhook/new.html', 'refused', ingrid, ['/admin/webhooks', { url: 'shop.example' }, '/admin/webhooks/new'], ['role="alert"', 'href="#f-url"', 'value="shop.example"'], ['code-panel'])
	send('webhook/new.html', 'made, with its secret', ingrid, ['/admin/webhooks', { url, order_paid: '1' }, '/admin/webhooks/new'], ['class="code-panel"', 'href="/admin/webhooks/'], ['name="url"'])
	read('webhook/secret.html', 'before a new secret is made', ingrid, `/admin/webhooks/${id}/roll-secret`, ['Make a new secret?', `action="/admin/webhooks/${id}/roll-secret"`], ['code-panel'], { keep: 30 })
	send('webhook/secret.html', 'the new secret', ingrid, [`/admin/webhooks/${id}/roll-secret`, {}], ['class="code-panel"'], ['Make a new secret?'], { keep: 30 })
	read('resource/show.html', 'a webhook', ingrid, `/admin/webhooks/${id}`, [`href="/admin/webhooks/${id}/ping"`, `href="/admin/webhooks/${id}/replay-failed"`, 'name="organizer_id"'], ['whsec_', `${id}/enable"`], { keep: 30 })
	read('resource/show.html', 'a delivery that failed', ingrid, `/admin/webhook-deliveries/${told}`, ['It answered 503.', `href="/admin/webhook-deliveries/${told}/replay"`], ['id="edit"'], { keep: 30 })
	read('resource/list.html', 'the system log', ingrid, '/admin/logs/system?limit=3&kind=start', ['<option value="start" selected>Start'], ['>Create<'])
}

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

	read('admin/search.html', 'everything of one name', ingrid, '/admin/search?search=demo', ['<h1>Search everything</h1>', 'class="found"'], ['role="alert"'])
	read('admin/search.html', 'nothing', ingrid, '/admin/search?search=nobodyhasthisname', ['<h1>Search everything</h1>', 'class="empty"'], ['class="found"'])
	read('admin/status.html', 'all well', ingrid, '/admin/status', ['<h1>Status</h1>', 'One server'], ['role="alert"'])
	read('trend/revenue.html', 'a month of sales', ingrid, '/admin/analytics/revenue', ['<h1>Revenue</h1>', 'Sales over time', 'By organizer'], ['role="alert"'])
	read('trend/revenue.html', 'months before anything was sold', ingrid, '/admin/analytics/revenue?date_from=2019-01-01&date_to=2019-12-31&grain=month', ['Nothing was sold'], ['class="plot"'])
	read('trend/event-categories.html', 'a month', ingrid, '/admin/analytics/event-categories', ['<h1>Kinds of events</h1>', 'class="plot"'], ['role="alert"'])
	read('trend/users.html', 'weeks', ingrid, '/admin/analytics/users?grain=week', ['<h1>Users</h1>', 'New customers over time', 'By role'], ['role="alert"'])
	read('trend/cards.html', 'months', ingrid, '/admin/analytics/cards?grain=month', ['<h1>Cards</h1>', 'On all cards'], ['role="alert"'])
	read('admin/home.html', 'a day of sales', ingrid, '/admin', ['<h1>Today</h1>', 'Orders paid, last 14 days', 'Messages waiting', 'href="/admin/events/1"'], ['class="empty"'])
	read('admin/event.html', 'on sale, people coming in', ingrid, '/admin/events/1', ['data-live-url="/api/live/events/1"', 'href="/admin/events/1/cancel">Cancel the event</a>', 'Revenue by day'], ['role="alert"', '/publish'], { keep: 30 })
	read('admin/event.html', 'a draft with nothing yet', ingrid, `/admin/events/${bare.id}`, [`href="/admin/events/${bare.id}/publish">Publish</a>`, 'Draft', '€0.00'], ['Revenue by day', '/cancel"'], { keep: 30 })
	read('admin/preview.html', 'a draft with nothing to sell', ingrid, `/admin/events/${bare.id}/preview`, ['It is a draft yet'], ['<fieldset'])
	read('admin/preview.html', 'on sale', ingrid, '/admin/events/1/preview', ['This is how the public sees it.', '<fieldset class="bare" disabled>'], ['action="/events/1'])
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
	await webhooks(read, send, ingrid)
	nouns(read, send, { ingrid, sol, venue, order, audit, id, unsent, secret })
}

function nouns(read, send, { ingrid, sol, venue, order, audit, id, unsent, secret }) {
	read('resource/list.html', 'venues', ingrid, '/admin/venues?limit=3', ['<h1>Venues</h1>', 'href="/admin/venues/new"', 'name="search"', 'name="city"'], ['class="empty"'])
	read('resource/list.html', 'the second page of events, sorted and filtered', ingrid, '/admin/events?page=2&limit=3&sort_by=title&sort_order=desc&status=published', ['aria-sort="descending"', 'rel="prev"', '<option value="published" selected>Published', 'Show everything'])
	read('resource/list.html', 'lines of the ledger', ingrid, '/admin/ledger?limit=3&figure=sales', ['<h1>Ledger</h1>', 'href="/admin/orders/', 'Payment provider', 'name="at_from"'], ['>Create<'], { keep: 30 })
	read('resource/list.html', 'messages', ingrid, '/admin/outbox?limit=3', ['Text message'], ['>Create<'])
	read('resource/list.html', 'nothing matches', ingrid, '/admin/events?search=zzzz&status=draft', ['Nothing matches', 'value="zzzz"', '<option value="draft" selected>'], ['<table>', 'class="pager"'])
	read('resource/show.html', 'a venue', ingrid, `/admin/venues/${venue.id}`, [`<h1><bdi>${venue.name}</bdi></h1>`, '<dd>4,200</dd>', 'value="41.1405"', `action="/admin/venues/${venue.id}"`], ['role="alert"'], { keep: 30 })
	send('resource/show.html', 'a change that is refused', ingrid, [`/admin/venues/${venue.id}`, { capacity: 'many' }], ['role="alert"', 'href="#f-capacity"', 'Enter a whole number.', 'value="many"'], ['value="4200"'], { keep: 30 })
	read('resource/show.html', 'somebody who may only look', sol, `/admin/venues/${venue.id}`, [`<h1><bdi>${venue.name}</bdi></h1>`], ['id="edit"', '/delete"'], { keep: 30 })
	read('admin/order.html', 'an order with its tickets', ingrid, `/admin/orders/${order}`, ['class="badge good">Paid', `<h2><a href="/admin/tickets?order_id=${order}">`], ['id="edit"'], { keep: 30 })
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
