// Who reads is spoken to in their language: by the API and by pages alike, in refusals, faults of fields, what is said of a
// success, hints and messages. Which it is: what the request asks for, by weight; else the profile's. Codes stay as they are.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { every_request, make_world, send } from './every.mjs'
import { api, Browser, code, DEMO, messages, new_number, sql, token } from './lib.mjs'
import { as, book, bought, contract, DAY, held, iso, new_card, new_customer, new_event, new_usher, ok, pay, refused, unique, until } from './world.mjs'

const ARABIC = /\p{Script=Arabic}/u
const speaks = (language) => ({ headers: { 'accept-language': language } })

// What apps and people are told by an answer.
const told = (answer) => [answer.error?.message, ...Object.values(answer.body.errors ?? {}).flat()].filter(Boolean)

function in_arabic(answer) {
	const all = told(answer)

	assert.ok(all.length, answer.text)
	for (const sentence of all)
		assert.match(sentence, ARABIC, answer.text)
	assert.equal(answer.headers.get('content-language'), 'ar')
	assert.match(answer.headers.get('vary'), /\bAccept-Language\b/)
}

let ann, event

before(async () => {
	event = await new_event({ time_zone: 'Asia/Tokyo', starts_at: '2026-12-31T16:30:00Z', ends_at: iso(Date.parse('2026-12-31T16:30:00Z') + DAY), categories: [{}, { capacity: 1 }] })
	ann = await new_customer()
})

// ---- which language ----

test('of the languages that a request asks for it is answered in the one of most weight that is there', async () => {
	for (const [language, wanted] of [
		['ar', 'ar'], ['ar-EG', 'ar'], ['fr, ar;q=0.4', 'ar'], ['en;q=0.3, ar;q=0.7', 'ar'], ['fr;q=0.9,en-GB;q=0.5,ar;q=0.6', 'ar'],
		['ar;q=0.3, en;q=0.7', 'en'], ['en, ar', 'en'], ['ar;q=0, en;q=0.1', 'en'], ['fr', 'en'], ['*', 'en'], ['ar;q=0', 'en']
	]) {
		const answer = refused(await api('GET', '/api/v1/public/events/999999999', undefined, speaks(language)), 404, 'EVENT_NOT_FOUND')

		assert.equal(answer.headers.get('content-language'), wanted, language)
		assert.equal(ARABIC.test(answer.error.message), wanted === 'ar', `${language}: ${answer.error.message}`)
		const page = await new Browser().open('/events/999999999', speaks(language))
		assert.match(page.html, new RegExp(`<html lang="${wanted}"`), language)
	}
})

test('a public answer that is kept for a second is kept for each language', async () => {
	for (const language of ['en', 'ar', 'en', 'ar']) {
		const page = await new Browser().open('/events', speaks(language))

		assert.match(page.html, new RegExp(`<html lang="${language}"`))
	}
})

test('where a request asks for none it is the profile\'s', async () => {
	const nour = await new_customer()

	ok(await as(nour).put('/api/v1/users/me/', { locale: 'ar' }))
	in_arabic(refused(await as(nour).get('/api/v1/users/orders/999999999/'), 404, 'ORDER_NOT_FOUND'))
	in_arabic(refused(await as(nour).get('/api/v1/users/orders/999999999/', speaks('fr')), 404, 'ORDER_NOT_FOUND'))
})

// ---- what is said ----

test('refusals and faults of fields are in Arabic, and codes and fields stay', async () => {
	const ar = speaks('ar'), en = speaks('en'), staff = as(await token('staff')), [one, last] = event.categories

	await held(await new_customer(), event, [{ category_id: last.id, quantity: 1 }])
	for (const [status, refusal, ask] of [
		[401, 'TOKEN_INVALID', (by) => api('GET', '/api/v1/users/orders/', undefined, by)],
		[404, 'NOT_FOUND', (by) => api('GET', '/api/v1/nothing', undefined, by)],
		[405, 'METHOD_NOT_ALLOWED', (by) => api('DELETE', '/api/v1/public/events/', undefined, by)],
		[400, 'UNREADABLE', (by) => api('POST', '/api/v1/users/login/', undefined, { bytes: '{', headers: { 'content-type': 'application/json', ...by.headers } })],
		[413, 'TOO_LARGE', (by) => api('POST', '/api/v1/users/login/', { password: 'x'.repeat(300_000) }, by)],
		[415, 'UNSUPPORTED_TYPE', (by) => api('POST', '/api/v1/users/login/', undefined, { bytes: 'x', headers: { 'content-type': 'text/x', ...by.headers } })],
		[401, 'INVALID_CREDENTIALS', (by) => api('POST', '/api/v1/users/login/', { mobile_number: new_number(), password: 'no-such-one' }, by)],
		[422, 'VALIDATION_ERROR', (by) => api('POST', '/api/v1/users/register/', { mobile_number: 'x', name: 7, email: 'x', password: '' }, by)],
		[422, 'VALIDATION_ERROR', (by) => staff.post('/api/events/', { starts_at: 'x', ends_at: '2026-01-01', currency: 'XXX', time_zone: 'x', venue_id: 0, featured: 'x', title: '' }, by)],
		[422, 'VALIDATION_ERROR', (by) => staff.post('/api/expenses/', { amount: -1, kind: 'no', spent_on: 'x', title: 'x'.repeat(500), currency: 'EUR' }, by)],
		[404, 'VENUE_NOT_FOUND', (by) => staff.get('/api/venues/999999999/', by)],
		[409, 'NOT_A_DRAFT', (by) => staff.post(`/api/events/${event.id}/publish/`, {}, by)],
		[409, 'TICKET_SOLD_OUT', (by) => book(ann, event, [{ category_id: last.id, quantity: 1 }], {}, by)],
		[422, 'TOO_MANY_TICKETS', (by) => book(ann, event, [{ category_id: one.id, quantity: 11 }], {}, by)],
		[422, 'VALIDATION_ERROR', (by) => book(ann, event, [{ category_id: one.id, quantity: 1 }], { promo_code: 'NO-SUCH' }, by)],
		[404, 'ORDER_NOT_FOUND', (by) => pay(ann, 999999999, 'tok_ok', by)]
	]) {
		const arabic = refused(await ask(ar), status, refusal), english = refused(await ask(en), status, refusal)

		in_arabic(arabic)
		for (const sentence of told(english))
			assert.doesNotMatch(sentence, ARABIC)
		assert.deepEqual(Object.keys(arabic.body.errors ?? {}), Object.keys(english.body.errors ?? {}), refusal)
	}
})

test('institutions are spoken to in their language too, as their dialects have it', async () => {
	for (const [path, body] of [['/api/campus/auth/login/', { username: 'nobody', password: 'x' }], ['/api/people/auth/login', { email: 'no@example.test', password: 'x' }]]) {
		const answer = await api('POST', path, body, speaks('ar'))

		contract(answer)
		assert.match(answer.text, ARABIC, path)
		assert.equal(answer.headers.get('content-language'), 'ar')
		assert.doesNotMatch((await api('POST', path, body, speaks('en'))).text, ARABIC)
	}
})

test('what is said of a success, a payment and a scan is in Arabic', async () => {
	const ar = speaks('ar'), bob = await new_customer(), order = await held(bob, event), usher = await new_usher(event)
	const declined = refused(await pay(bob, order.id, 'tok_declined', ar), 402, 'PAYMENT_DECLINED')

	in_arabic(declined)
	assert.match((await pay(bob, order.id, 'tok_ok', ar)).body.message, ARABIC)
	const verdict = ok(await as(usher).post('/api/usher/scan/result/', { code: 'no-code-of-ours' }, ar))
	assert.match(verdict.message, ARABIC)
	assert.match(verdict.reason, /^[a-z_]+$/)
})

// ---- messages ----

test('a code goes out in the language that it was asked for in', async () => {
	const mobile_number = new_number(), person = { mobile_number, password: `pass-${unique()}`, name: 'Nour Haddad' }
	const newest = async () => (await messages(mobile_number))[0].body

	ok(await api('POST', '/api/v1/users/register/', person, speaks('en;q=0.1, ar')), 201)
	assert.match(await newest(), ARABIC)
	const { access } = ok(await api('POST', '/api/v1/users/verify-otp/', { mobile_number, otp: await code(mobile_number) }, speaks('ar')))
	assert.equal(ok(await as(access).get('/api/v1/users/me/')).locale, 'ar', 'what one registers in is the profile\'s')
	ok(await api('POST', '/api/v1/users/login/', person)) // asks for none: the profile's
	assert.match(await newest(), ARABIC)
	ok(await api('POST', '/api/v1/users/login/', person, speaks('en')))
	assert.doesNotMatch(await newest(), ARABIC)
	ok(await api('POST', '/api/v1/users/forgot-password/request-otp/', { mobile_number }))
	assert.match(await newest(), ARABIC)
})

test('what others set off is told in the receiver\'s language, not in theirs', async () => {
	const nour = await new_customer(), merchant = await token('merchant')

	ok(await as(nour).put('/api/v1/users/me/', { locale: 'ar' }))
	const uid = new_card(null, 'stock')
	ok(await as(merchant).post('/api/merchant/assign-card/', { card_uid: uid, mobile_number: nour.mobile_number }, speaks('en')), 201)
	assert.match((await messages(nour.mobile_number))[0].body, ARABIC)
})

test('a receipt is in the buyer\'s language, and its time is the event\'s, with the zone named', async () => {
	const email = `${unique()}@example.test`, buyer = await new_customer({ email }), newest = async (n) => {
		await until('it is written', () => sql(`SELECT COUNT(*) FROM outbox WHERE recipient = '${email}' AND status = 'sent'`)[0][0] === String(n))
		return (await messages(email))[0].body
	}

	await bought(buyer, event)
	assert.match(await newest(1), /Fri 1 Jan 2027, 01:30 \(Asia\/Tokyo\)/)
	ok(await as(buyer).put('/api/v1/users/me/', { locale: 'ar' }))
	await bought(buyer, event)
	assert.match(await newest(2), /الجمعة 1 يناير 2027، 01:30 \(Asia\/Tokyo\)/)
	assert.match(await newest(2), /شكراً لك/)
})

// ---- pages ----

// A browser whose reader reads Arabic.
class Arabic extends Browser {
	open(path, options = {}) {
		return super.open(path, { ...options, headers: { 'accept-language': 'ar', ...options.headers } })
	}
}

test('a refused form and the note of a success are in Arabic', async () => {
	const browser = await new Arabic().go('/admin/sign-in')

	await browser.submit('/admin/sign-in', { ...DEMO.staff, password: 'not-the-one' })
	assert.match(browser.html, /البريد الإلكتروني أو كلمة المرور غير صحيحة\./)
	await browser.submit('/admin/sign-in', DEMO.staff)
	await browser.go('/admin/venues/new')
	await browser.submit('/admin/venues', { name: '', city: 'Bonn', country: 'DE', time_zone: 'Nowhere' })
	assert.match(browser.html, /class="fault"[^>]*>.*?هذا مطلوب\./s)
	assert.match(browser.html, /class="fault"[^>]*>.*?أدخل منطقة زمنية، مثل Europe\/Berlin\./s)
	await browser.submit('/admin/venues', { name: `Hall ${unique()}`, city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin' })
	assert.match(browser.html, /class="flash good"[^>]*>.*?تم الإنشاء: مكان\./s)
})

// What is no sentence of ours in any language, and what is data.
const NAMES = /title, description, starts_at|status=paid|sort_by=-\w*|بعنوانها: orders|\b[a-z]+\.[a-z]+\b|https:\/\/…|Markdown|JPEG|PNG|WebP|GIF|IANA|ISO|UTC|URL|UUID|API|IP|NFC|QR|CSV|XLSX|SMS|HTTP|GET|POST|PUT|DELETE|Europe\/Berlin|Gatehouse|\bDE\b|\bid\b|[\d,.]+ [A-Z]{3}\b|\([A-Z]{3}\)|Ute \w+/g
const words_of = (html) => html.replace(/\u2068.*?\u2069/gs, '').replace(/<bdi\b.*?<\/bdi>|<code\b.*?<\/code>|<svg\b.*?<\/svg>/gs, '').replace(/<[^>]*>/g, ' ').replace(/&[a-z0-9#]+;/g, ' ').replace(NAMES, ' ')
const PARTS = [/<label\b[^>]*>(.*?)<\/label>/gs, /<p class="hint"[^>]*>(.*?)<\/p>/gs, /<th scope="col"[^>]*>(.*?)<\/th>/gs,
	/<dt>(.*?)<\/dt>/gs, /<legend\b[^>]*>(.*?)<\/legend>/gs, /<button\b[^>]*>(.*?)<\/button>/gs]

test('no label, hint, heading or button of the back office is in English for who reads Arabic', async () => {
	const requests = (await every_request(await make_world())).filter((r) => r.method === 'GET' && r.page && r.path.startsWith('/admin'))
	const found = new Set()

	assert.ok(requests.length > 40, `${requests.length} pages`)
	for (const request of requests) {
		const { status, text } = await send({ ...request, headers: { 'accept-language': 'ar' } })

		assert.equal(status, 200, request.name)
		assert.match(text, /<html lang="ar" dir="rtl"/, request.name)
		for (const [, part] of PARTS.flatMap((pattern) => [...text.matchAll(pattern)]))
			if (/[A-Za-z]{2}/.test(words_of(part).replace(/[A-Z]\w+\/\w+/g, ''))) // zones have one name
				found.add(`${request.name}: ${words_of(part).trim()}`)
	}
	assert.deepEqual([...found], [])
})
