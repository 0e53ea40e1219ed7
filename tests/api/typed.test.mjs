// What people type is taken as they mean it: a form that they went back to and changed, digits of their own script, and a code that
// a reader typed through a keyboard of another layout.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Browser, code as sent, DEMO, forget_tries, new_customer, new_number, sql, token } from './lib.mjs'
import { as, bought, code_of, new_card, new_event, new_usher, ok, scan, unique } from './world.mjs'

let ann, staff, event, usher

before(async () => {
	ann = await new_customer()
	staff = as(await token('staff'))
	event = await new_event({ categories: [{ capacity: 1000 }] })
	usher = await new_usher(event)
})

async function signed_in(portal, credentials) {
	const browser = new Browser()

	forget_tries()
	await browser.open(`${portal}/sign-in`)
	await browser.submit(`${portal}/sign-in`, credentials)
	if (credentials.mobile_number)
		await browser.submit(`${portal}/sign-in/code`, { otp: await sent(credentials.mobile_number) })
	return browser
}
const customer = ({ mobile_number, password }) => signed_in('', { mobile_number, password })
const office = () => signed_in('/admin', DEMO.staff)
const gate = () => signed_in('/gate', { event_id: event.id, username: usher.username, password: usher.password })

// ---- a form that was changed ----

test('back, change, submit: a changed form is a new request, and the same form sent again is none', async () => {
	const ann = await new_customer(), browser = await customer(ann), action = `/events/${event.id}/book`, field = 'items[0][quantity]'
	const sends = async (hidden, quantity) => {
		const answer = await browser.open(action, {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams({ ...hidden, 'items[0][category_id]': event.categories[0].id, [field]: quantity })
		})

		assert.equal(answer.status, 303, answer.html.slice(0, 2000))
		return answer.location
	}
	const orders = () => Number(sql(`SELECT COUNT(*) FROM orders WHERE event_id = ${event.id} AND customer_id = ${ann.customer_id}`)[0][0])

	await browser.go(action)
	const form = browser.hidden(action)
	const two = await sends(form, 2)
	assert.equal(await sends(form, 2), two)
	const three = await sends(form, 3)
	assert.notEqual(three, two)
	assert.deepEqual([await sends(form, 3), await sends(form, 2), await sends(form, 3)], [three, two, three])
	assert.equal(orders(), 2)
})

test('a changed form sent twice at the same moment is one', async () => {
	const ann = await new_customer(), browser = await customer(ann), action = `/events/${event.id}/book`
	const body = (hidden, quantity) => new URLSearchParams({ ...hidden, 'items[0][category_id]': event.categories[0].id, 'items[0][quantity]': quantity })
	const before = Number(sql('SELECT COUNT(*) FROM orders')[0][0])

	await browser.go(action)
	const form = browser.hidden(action), cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
	const post = (quantity) => fetch(new URL(action, process.env.GATEHOUSE_URL), {
		method: 'POST', redirect: 'manual', body: body(form, quantity),
		headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }
	})
	const answers = await Promise.all([1, 1, 1, 4, 4, 4].map(post))

	for (const answer of answers)
		assert.ok([303, 409].includes(answer.status), `${answer.status} ${(await answer.text()).slice(0, 500)}`)
	assert.equal(Number(sql('SELECT COUNT(*) FROM orders')[0][0]) - before, 2)
})

test('what an app sends with a key stays one request: with something else in it, it is refused', async () => {
	const ann = await new_customer(), key = unique(), send = (quantity) => as(ann).post('/api/v1/tickets/book/', {
		event_id: event.id, items: [{ category_id: event.categories[0].id, quantity }]
	}, { key })

	ok(await send(1), 201)
	const answer = await send(2)
	assert.deepEqual([answer.status, answer.error.code], [422, 'IDEMPOTENCY_MISMATCH'])
})

// ---- digits of other scripts ----

const SCRIPTS = { 'Arabic-Indic': 0x660, 'extended Arabic-Indic': 0x6F0, Devanagari: 0x966, Bengali: 0x9E6, Thai: 0xE50, 'full width': 0xFF10 }
const written = (zero, text) => String(text).replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))

test('numbers, prices, dates and times typed in the digits of another script', async () => {
	const browser = await office()

	for (const [script, zero] of Object.entries(SCRIPTS)) {
		const type = (text) => written(zero, text), name = `Digits ${unique()}`

		await browser.go('/admin/ticket-categories/new?event_id=' + event.id)
		await browser.submit('/admin/ticket-categories', {
			event_id: type(event.id), name, price: type('12.50'), capacity: type(40), max_per_order: type(7), currency: 'EUR',
			time_zone: 'Europe/Berlin', sales_end: type('2026-11-21T20:30')
		})
		assert.deepEqual(sql(`SELECT price, capacity, max_per_order, sales_end FROM ticket_category WHERE name = '${name}'`),
			[['1250', '40', '7', '2026-11-21 19:30:00.000']], `${script}: ${browser.html.match(/class="fault"[^]*?<\/p>/)?.[0]}`)
		const list = ok(await staff.get('/api/ticket-categories/', { query: { event_id: type(event.id), limit: type(3), page: type(1) } }))
		assert.equal(list.limit, 3)
	}
})

test('the signs of Arabic numbers: decimal point, thousands, and marks of direction', async () => {
	const browser = await office()
	const cases = [['١٢٫٥٠', '1250'], ['١٬٢٣٤٫٥', '123450'], ['١٬٢٣٤', '123400'], ['\u200F٩٫٩٩\u200E', '999'], ['１２．５', '1250'],
		['١٢٬٥٠', null], ['١٫٢٣٤٬٥٦٧', null], ['١٢٫٥٠٫', null], ['٫٥', null], ['١٬٢٣', null]]

	for (const [typed, price] of cases) {
		const name = `Signs ${unique()}`

		await browser.go('/admin/ticket-categories/new?event_id=' + event.id)
		await browser.submit('/admin/ticket-categories', {
			event_id: event.id, name, price: typed, capacity: '٤٠', max_per_order: '10', currency: 'EUR', time_zone: 'Europe/Berlin'
		})
		assert.deepEqual(sql(`SELECT price FROM ticket_category WHERE name = '${name}'`), price ? [[price]] : [], typed)
	}
})

test('one-time codes, promo codes, mobile numbers and cards in the digits of another script', async () => {
	for (const [script, zero] of Object.entries(SCRIPTS)) {
		const type = (text) => written(zero, text), mobile_number = new_number(), password = 'three plain words 7'

		forget_tries()
		const browser = new Browser()
		await browser.go('/register')
		await browser.submit('/register', { name: 'Dana', mobile_number: type(mobile_number), password })
		await browser.submit('/register/code', { otp: type(await sent(mobile_number)) })
		assert.deepEqual(sql(`SELECT COUNT(*) FROM account WHERE mobile_number = '${mobile_number}'`), [['1']], script)

		const promo = `D${unique()}20`
		ok(await staff.post('/api/promo-codes/', { code: promo, event_id: event.id, percent: 10 }), 201)
		const order = ok(await as(await new_customer()).post('/api/v1/tickets/book/', {
			event_id: event.id, items: [{ category_id: event.categories[0].id, quantity: 1 }], promo_code: type(promo)
		}), 201).order
		assert.equal(order.total, 2250, script)

		const uid = new_card(ann)
		const card = ok(await as(usher).post('/api/usher/scan/verify-card/', { card_id: type(uid) }))
		assert.equal(card.exists, true, script)
	}
})

test('a one-time code in two parts, as some messages show it', async () => {
	for (const [one, between] of [['api', ' '], ['api', '-'], ['page', ' '], ['page', ' - ']]) {
		const mobile_number = new_number(), password = 'three plain words 7', browser = new Browser()
		const parted = async () => (await sent(mobile_number)).replace(/^.../, `$&${between}`)

		forget_tries()
		if (one === 'api') {
			ok(await as().post('/api/v1/users/register/', { name: 'Dana', mobile_number, password }), 201)
			ok(await as().post('/api/v1/users/verify-otp/', { mobile_number, otp: await parted() }))
		} else {
			await browser.go('/register')
			await browser.submit('/register', { name: 'Dana', mobile_number, password })
			await browser.submit('/register/code', { otp: await parted() })
		}
		assert.deepEqual(sql(`SELECT COUNT(*) FROM account WHERE mobile_number = '${mobile_number}'`), [['1']], `${one}${between}`)
	}
})

// ---- readers and keyboards ----

// What these keyboards type where an American one types the letters of a code: by the layouts of Windows.
const US = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.'
const KEYBOARDS = {
	'French AZERTY': [...'qbcdefghijkl,noparstuvzxyw', ...'QBCDEFGHIJKL?NOPARSTUVZXYW', ...'à&é"\'(-è_ç', ')', '°', ':'],
	'German QWERTZ': [...'abcdefghijklmnopqrstuvwxzy', ...'ABCDEFGHIJKLMNOPQRSTUVWXZY', ...'0123456789', 'ß', '?', '.'],
	Arabic: [...'ش', 'لا', ...'ؤيثبلاهتنمةىخحضقسفعرصءغئ', '\u0650', 'لآ', '}', ']', '\u064F', '[', 'لأ', 'أ', '÷', '\u0640', '\u060C', '/', '\u2019', 'آ',
		'×', '\u061B', '\u064E', '\u064C', '\u064D', 'لإ', '\u2018', '{', '\u064B', '\u0652', 'إ', '~', ...'0123456789', '-', '_', 'ز'],
	'caps lock': [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.']
}
KEYBOARDS['Arabic, with ligatures and its own digits'] = KEYBOARDS.Arabic.map((key) =>
	({ لا: '\uFEFB', لآ: '\uFEF5', لأ: '\uFEF7', لإ: '\uFEF9' })[key] ?? (/\d/.test(key) ? written(0x660, key) : key))
KEYBOARDS['caps lock on QWERTZ'] = KEYBOARDS['German QWERTZ'].map((key) =>
	(/[a-z]/.test(key) ? key.toUpperCase() : /[A-Z]/.test(key) ? key.toLowerCase() : key))
const typed_on = (name, text) => [...text].map((c) => KEYBOARDS[name][US.indexOf(c)]).join('')

test('a genuine code that a reader types on another keyboard is let in', async () => {
	for (const name of Object.keys(KEYBOARDS)) {
		assert.equal(KEYBOARDS[name].length, US.length, name)
		for (const ticket of await bought(ann, event, 5)) {
			const typed = typed_on(name, await code_of(ann, ticket)), { result, reason } = ok(await scan(usher, { code: typed }))

			assert.deepEqual([result, reason], ['valid', 'ok'], `${name}: ${typed}`)
		}
	}
})

test('with the digits of one that turns behind it, too', async () => {
	const turning = await new_event(), there = await new_usher(turning)

	sql(`UPDATE event SET turning = 1 WHERE id = ${turning.id}`)
	for (const name of Object.keys(KEYBOARDS)) {
		const [ticket] = await bought(ann, turning), typed = typed_on(name, await code_of(ann, ticket))

		assert.equal(ok(await scan(there, { code: typed })).reason, 'ok', `${name}: ${typed}`)
	}
})

test('a card that a reader types on another keyboard is known, at the gate\'s page too', async () => {
	for (const name of Object.keys(KEYBOARDS)) {
		const uid = new_card(ann)

		assert.equal(ok(await as(usher).post('/api/usher/scan/verify-card/', { card_id: typed_on(name, uid) })).exists, true, name)
	}
	const browser = await gate(), uid = new_card(await new_customer())

	await browser.go('/gate')
	await browser.send('/gate', { code: typed_on('French AZERTY', uid), direction: 'in', gate: '' })
	assert.match(browser.html, /No ticket for this event on this card/)
})

test('only a code that was forged is called forged: one that was read badly is to be scanned again', async () => {
	const [ticket] = await bought(ann, event), code = await code_of(ann, ticket), bytes = Buffer.from(code.slice(4), 'base64url')
	const bent = (at) => {
		const copy = Buffer.from(bytes)
		copy[at] ^= 4
		return `GH1.${copy.toString('base64url')}`
	}
	const unknown_key = Buffer.from(bytes)
	unknown_key.writeUInt32BE(0xFFFF_FFF0, 0)
	const garbled = [code.slice(0, -1), code.slice(0, 60), `${code}A`, code.toLowerCase(), code.toUpperCase(),
		code.replace(code[20], '*'), `GH1.${unknown_key.toString('base64url')}`, 'GH1.', typed_on('Arabic', code).slice(0, 70),
		typed_on('French AZERTY', code).slice(3) && typed_on('French AZERTY', code.slice(0, 90)), typed_on('German QWERTZ', code.slice(0, 90)),
		typed_on('caps lock', code.slice(0, 90))]

	for (const text of garbled) {
		const data = ok(await scan(usher, { code: text }))
		assert.deepEqual([data.result, data.reason, data.ticket, data.attendee], ['not_found', 'not_read', null, null], text)
		assert.doesNotMatch(data.message, /forged/i)
	}
	for (const text of ['ABCDEFGH', '4006381333931', 'https://example.test/t/1', 'مرحبا', 'été'])
		assert.equal(ok(await scan(usher, { code: text })).reason, 'unknown_code', text)
	for (const at of [35, 50, 107])
		assert.deepEqual([ok(await scan(usher, { code: bent(at) })).reason], ['forged'], `byte ${at}`)
	for (const name of Object.keys(KEYBOARDS))
		assert.notEqual(ok(await scan(usher, { code: typed_on(name, bent(50)) })).result, 'valid', name)
	assert.deepEqual(ok(await scan(usher, { code })).reason, 'ok')
})

test('the gate says "once more" of what was not read, and not "stop"', async () => {
	const browser = await gate()

	await browser.go('/gate')
	await browser.send('/gate', { code: 'GH1.AAAA', direction: 'in', gate: '' })
	assert.match(browser.html, /class="verdict wait"[^]*?<h1>Once more/)
	assert.match(browser.html, /keyboard to English/)
	assert.doesNotMatch(browser.html, /forged/i)
})
