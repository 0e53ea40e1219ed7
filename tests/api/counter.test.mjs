// The merchant's API, address by address, as an app at a counter asks: rightly, wrongly, with too much, twice, and for what is another's.
// What each does is in merchant, card and number; here is that each holds whatever is sent.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { api, code, forget_tries, messages, new_customer, new_number, sign_in, sql, token, wrong } from './lib.mjs'
import { as, new_card, ok, refused, unique } from './world.mjs'

const AT = '/api/merchant/'
const HUGE = 'x'.repeat(100_000), MOST = '99999999999999999999'
let kiosk, other, customer

async function merchant() {
	const person = { mobile_number: new_number(), password: `pass-${randomUUID()}`, name: 'Mara Test', company: `Kiosk ${unique()}` }

	ok(await as(await token('staff')).post('/api/merchants/', person), 201)
	return { ...person, ...await sign_in('merchant', person) }
}

before(async () => {
	kiosk = await merchant()
	other = await merchant()
	customer = await new_customer()
})

// Somebody with a card that has so much on it.
async function holder(amount, more) {
	const person = await new_customer(more), uid = new_card(person), [[id]] = sql(`SELECT id FROM nfc_card WHERE uid = '${uid}'`)

	ok(await as(person).post(`/api/v1/users/nfc-cards/${id}/reload/`, { amount, card_token: 'tok_ok' }))
	return { ...person, uid, id }
}

const charge = (by, card_uid, amount, more = {}, options) => as(by).post(`${AT}charge/`, { card_uid, amount, ...more }, options)

// Each address with a body that would do, to be bent.
const ADDRESSES = () => [
	['GET', 'dashboard-stats/'], ['GET', `verify-customer/${customer.mobile_number}/`], ['GET', 'cards/'], ['GET', 'settings/'],
	['POST', 'send-customer-otp/', { mobile_number: customer.mobile_number }],
	['POST', 'assign-card/', { card_uid: new_card(null, 'stock'), mobile_number: customer.mobile_number }],
	['POST', 'verify-customer-otp/', { mobile_number: customer.mobile_number, otp: '123456' }],
	['POST', 'charge/', { card_uid: new_card(null, 'stock'), amount: 1 }], ['POST', 'charge/999999999/reverse/', {}],
	['PUT', 'settings/', { charge_note: 'Drinks' }],
	['POST', 'change-password/', { current_password: kiosk.password, new_password: `pass-${randomUUID()}` }],
	['POST', 'change-mobile/', { mobile_number: new_number(), password: kiosk.password }],
	['POST', 'verify-mobile-change/', { mobile_number: new_number(), otp: '123456' }]
]

test('nobody else comes in: no token, a customer\'s, an organizer\'s, an usher\'s, the staff\'s, a merchant\'s that is over', async () => {
	const gone = await merchant()

	ok(await api('POST', `${AT}logout/`, { refresh: gone.refresh }))
	for (const [method, path, body] of ADDRESSES()) {
		refused(await api(method, AT + path, body), 401, 'TOKEN_INVALID')
		refused(await api(method, AT + path, body, { token: gone.access }), 401, 'TOKEN_INVALID')
		refused(await api(method, AT + path, body, { token: customer.access }), 403, 'FORBIDDEN')
		for (const kind of ['organizer', 'usher', 'staff'])
			refused(await api(method, AT + path, body, { token: await token(kind) }), 403, 'FORBIDDEN')
	}
})

test('a field that is missing, of another kind or too long is named; a body that is none is not read', async () => {
	for (const [method, path, body = {}] of ADDRESSES().filter(([m]) => m !== 'GET'))
		for (const name of Object.keys(body))
			for (const bent of [['a list'], { an: 'object' }, HUGE, '\u0000', true]) {
				const answer = await api(method, AT + path, { ...body, [name]: bent }, { token: kiosk.access })

				assert.ok([400, 404, 422].includes(answer.status), `${path} ${name} ${JSON.stringify(bent).slice(0, 30)}: ${answer.status}`)
				if (answer.status === 422)
					assert.ok(answer.body.errors[name] || answer.error.code.startsWith('OTP_'), `${path}: ${answer.text.slice(0, 300)}`)
			}
	for (const [method, path] of ADDRESSES().filter(([m]) => m !== 'GET'))
		for (const bytes of ['not json', '[]', '{"a":', `{"a":${'['.repeat(5000)}`])
			refused(await api(method, AT + path, undefined, { token: kiosk.access, bytes, headers: { 'content-type': 'application/json' } }), 400, 'UNREADABLE')
})

test('login and verify-otp: the right ones once, and nobody else\'s', async () => {
	const { mobile_number, password } = other, login = (body) => api('POST', `${AT}login/`, body)
	const verify = (body) => api('POST', `${AT}verify-otp/`, body)

	refused(await login({ mobile_number, password: 'not this' }), 401, 'INVALID_CREDENTIALS')
	refused(await login({ mobile_number: new_number(), password }), 401, 'INVALID_CREDENTIALS')
	refused(await login(customer), 401, 'INVALID_CREDENTIALS')
	refused(await login({ mobile_number, password: HUGE }), 422, 'VALIDATION_ERROR')
	refused(await login({ mobile_number: MOST.repeat(50), password }), 422, 'VALIDATION_ERROR')
	refused(await login({}), 422, 'VALIDATION_ERROR')
	forget_tries()
	const asked = ok(await login({ mobile_number, password })), otp = await code(mobile_number)
	assert.equal(asked.otp_required, true)
	assert.ok(asked.expires_in > 290 && asked.expires_in <= 300)
	refused(await verify({ mobile_number, otp: wrong(otp) }), 422, 'OTP_INVALID')
	for (const answer of [await verify({ mobile_number: kiosk.mobile_number, otp }), await api('POST', '/api/v1/users/verify-login-otp/', { mobile_number, otp })])
		assert.ok(['OTP_INVALID', 'OTP_EXPIRED'].includes(answer.error?.code), answer.text)
	const tokens = ok(await verify({ mobile_number, otp, challenge: asked.challenge }))
	assert.deepEqual(Object.keys(tokens).sort(), ['access', 'expires_in', 'merchant_id', 'refresh', 'token_type', 'user'])
	assert.equal(tokens.merchant_id, other.merchant_id)
	refused(await verify({ mobile_number, otp }), 422, 'OTP_EXPIRED')
	forget_tries()
})

test('logout ends the session of what it is given', async () => {
	const gone = await merchant()

	await api('POST', `${AT}logout/`, { refresh: HUGE })
	ok(await as(gone).get(`${AT}settings/`))
	ok(await api('POST', `${AT}logout/`, { refresh: gone.refresh }))
	refused(await as(gone).get(`${AT}settings/`), 401, 'TOKEN_INVALID')
	assert.equal((await api('POST', `${AT}token/refresh/`, { refresh: gone.refresh })).status, 401)
	assert.ok((await api('POST', `${AT}logout/`, { refresh: gone.refresh })).status < 500, 'again')
})

test('verify-customer: however the number is written; none that is no number', async () => {
	const look = (text) => as(kiosk).get(`${AT}verify-customer/${encodeURIComponent(text)}/`), { mobile_number } = customer
	const spaced = `${mobile_number.slice(0, 2)} (${mobile_number.slice(2, 5)}) ${mobile_number.slice(5)}`

	for (const text of [mobile_number, mobile_number.slice(1), `00${mobile_number.slice(1)}`, spaced]) {
		const found = ok(await look(text))
		assert.deepEqual([found.mobile_number, found.registered], [mobile_number, true], text)
		assert.doesNotMatch(JSON.stringify(found), new RegExp(customer.user.name), 'only initials')
	}
	for (const text of ['x', '12', MOST, '9'.repeat(900), '\' OR 1=1 -- ', '%', '+'])
		assert.ok(refused(await look(text), 422, 'VALIDATION_ERROR').body.errors.mobile_number, text)
	assert.equal((await look('٠'.repeat(400))).status, 422)
})

test('send-customer-otp and assign-card: the third code in ten minutes is the last, and each counter has its own', async () => {
	const ada = await new_customer(), send = (by) => as(by).post(`${AT}send-customer-otp/`, { mobile_number: ada.mobile_number })
	const before_all = (await messages(ada.mobile_number)).length

	for (let i = 0; i < 3; i++)
		ok(await send(kiosk))
	const late = await send(kiosk)
	refused(late, 429, 'OTP_LIMIT')
	assert.ok(Number(late.headers.get('retry-after')) > 0)
	assert.equal((await messages(ada.mobile_number)).length, before_all + 3)
	ok(await send(other))
	// The one that lives is good, and asking for a card sends no other.
	const uid = new_card(null, 'stock'), asked = await as(kiosk).post(`${AT}assign-card/`, { card_uid: uid, mobile_number: ada.mobile_number })
	refused(asked, 404, 'CARD_NOT_FOUND')
	sql(`UPDATE nfc_card SET merchant_id = NULL WHERE uid = '${uid}'`)
	assert.equal(ok(await as(kiosk).post(`${AT}assign-card/`, { card_uid: uid, mobile_number: ada.mobile_number }), 201).otp_sent, false)
	forget_tries()
})

test('verify-customer-otp: an assignment that is none, another\'s, or of another customer', async () => {
	const ada = await new_customer(), bob = await new_customer(), uid = new_card(null, 'stock')
	const verify = (by, body) => as(by).post(`${AT}verify-customer-otp/`, body)

	sql(`UPDATE nfc_card SET merchant_id = NULL WHERE uid = '${uid}'`)
	const { assignment_id } = ok(await as(kiosk).post(`${AT}assign-card/`, { card_uid: uid, mobile_number: ada.mobile_number }), 201)
	const otp = await code(ada.mobile_number), right = { mobile_number: ada.mobile_number, otp, assignment_id }
	for (const id of [0, -1, 1.5, 'one'])
		assert.ok(refused(await verify(kiosk, { ...right, assignment_id: id }), 422, 'VALIDATION_ERROR').body.errors.assignment_id)
	refused(await as(kiosk).post(`${AT}verify-customer-otp/`, undefined, { bytes: `{"mobile_number":"${ada.mobile_number}","otp":"${otp}","assignment_id":${MOST}}`,
		headers: { 'content-type': 'application/json' } }), 400, 'UNREADABLE')
	refused(await verify(kiosk, { ...right, assignment_id: 999_999_999 }), 404, 'ASSIGNMENT_NOT_FOUND')
	refused(await verify(other, right), 404, 'ASSIGNMENT_NOT_FOUND')
	refused(await verify(kiosk, { ...right, mobile_number: bob.mobile_number }), 404, 'ASSIGNMENT_NOT_FOUND')
	// As people read it out, and as other keyboards write it.
	const arabic = [...otp].map((digit) => '٠١٢٣٤٥٦٧٨٩'[digit]).join('')
	assert.equal(ok(await verify(kiosk, { ...right, otp: arabic })).card.uid, uid)
	refused(await verify(kiosk, right), 409, 'ASSIGNMENT_DONE')
})

test('who is handed a card has what they asked for: nobody sends another one', async () => {
	const ada = await new_customer(), bob = await new_customer(), uid = new_card(null, 'stock'), AT_HOME = '/api/v1/users/nfc-cards/request/'
	const asked = [ok(await as(ada).post(AT_HOME, {}), 201).id, ok(await as(bob).post(AT_HOME, {}), 201).id]

	sql(`UPDATE nfc_card SET merchant_id = NULL WHERE uid = '${uid}'`)
	ok(await as(kiosk).post(`${AT}assign-card/`, { card_uid: uid, mobile_number: ada.mobile_number }), 201)
	assert.equal(ok(await as(ada).get(AT_HOME)).items[0].status, 'requested')
	ok(await as(kiosk).post(`${AT}verify-customer-otp/`, { mobile_number: ada.mobile_number, otp: await code(ada.mobile_number) }))
	assert.deepEqual(sql(`SELECT status, sent_at IS NOT NULL FROM card_request WHERE id IN (${asked}) ORDER BY id`), [['sent', '1'], ['requested', '0']])
})

test('charge and reverse: numbers at their ends, the same twice, and another merchant\'s', async () => {
	const ada = await holder(5000), reverse = (by, id, options) => as(by).post(`${AT}charge/${id}/reverse/`, {}, options)

	for (const amount of [0, -1, 1.5, '7.50', 1e12 + 1, 2 ** 53, '', null, [1]])
		assert.ok(refused(await charge(kiosk, ada.uid, amount), 422, 'VALIDATION_ERROR').body.errors.amount, String(amount))
	refused(await as(kiosk).post(`${AT}charge/`, undefined, { bytes: `{"card_uid":"${ada.uid}","amount":${MOST}}`,
		headers: { 'content-type': 'application/json' } }), 400, 'UNREADABLE')
	refused(await charge(kiosk, ada.uid, 1e12), 409, 'BALANCE_TOO_LOW')
	const key = randomUUID(), made = ok(await charge(kiosk, ada.uid, 300, { note: 'Tea' }, { key }), 201)
	assert.deepEqual(ok(await charge(kiosk, ada.uid, 300, { note: 'Tea' }, { key }), 201), made, 'the same key again is the same charge')
	assert.notEqual(ok(await charge(other, ada.uid, 300, { note: 'Tea' }, { key }), 201).charge.id, made.charge.id, 'keys are each merchant\'s own')
	for (const id of ['0', '-1', 'abc', MOST, '1%20OR%201=1'])
		refused(await reverse(kiosk, id), 404, 'NOT_FOUND')
	refused(await reverse(kiosk, 999_999_999), 404, 'CHARGE_NOT_FOUND')
	refused(await reverse(other, made.charge.id), 404, 'CHARGE_NOT_FOUND')
	const again = randomUUID(), back = ok(await reverse(kiosk, made.charge.id, { key: again }))
	assert.deepEqual(ok(await reverse(kiosk, made.charge.id, { key: again })), back)
	refused(await reverse(kiosk, made.charge.id), 409, 'CHARGE_REVERSED')
	assert.equal(back.charge.balance, 4700)
})

test('cards: pages and words at their ends, and a file of what was looked for in which nothing is a formula', async () => {
	const shop = await merchant(), list = (query) => as(shop).get(`${AT}cards/`, { query })
	const ada = await holder(1000, { name: '=HYPERLINK("http://x") @Byron' }), stocked = new_card(null, 'stock')

	sql(`UPDATE nfc_card SET merchant_id = ${shop.merchant_id} WHERE uid IN ('${ada.uid}', '${stocked}')`)
	for (const [name, value] of [['page', '0'], ['page', '99999999'], ['search', HUGE.slice(0, 101)], ['status', 'gone'], ['sort_by', 'customer_id'], ['format', 'pdf']])
		assert.ok(refused(await list({ [name]: value }), 422, 'VALIDATION_ERROR').body.errors[name], name)
	assert.equal(ok(await list({ limit: 999_999 })).limit, 100)
	assert.equal(ok(await list({ page: 1_000_000 })).items.length, 0)
	for (const search of ['\'', '"', '\\', '%', '_', '; DROP TABLE nfc_card'])
		assert.equal((await list({ search })).status, 200, search)
	assert.equal(ok(await list({ status: 'In Stock'.slice(3) })).total, 1)

	const csv = await list({ format: 'csv', status: 'active' })
	assert.match(csv.headers.get('content-type'), /^text\/csv/)
	assert.deepEqual([csv.text.includes(ada.uid), csv.text.includes(stocked)], [true, false], 'as it was filtered')
	assert.match(csv.text, /,"?'=/, 'a name is text')
	ok(await charge(shop, ada.uid, 100, { note: '=1+1' }), 201)
	const charges = await as(shop).get(`${AT}charges/`, { query: { format: 'csv' } })
	assert.match(charges.text, /,'=1\+1,/)
	assert.ok((await list({ format: 'xlsx' })).bytes.subarray(0, 2).equals(Buffer.from('PK')))
	assert.ok(!(await as(other).get(`${AT}cards/`, { query: { format: 'csv' } })).text.includes(ada.uid), 'each their own')
})

test('charge\'s note: what the customer reads is text, in any script, and never a mark that turns it round', async () => {
	const ada = await holder(1000)

	assert.equal(ok(await charge(kiosk, ada.uid, 1, { note: '<b>شاي</b> & 茶' }), 201).charge.note, '<b>شاي</b> & 茶')
	refused(await charge(kiosk, ada.uid, 1, { note: 'a\u202eb' }), 422, 'VALIDATION_ERROR')
	refused(await charge(kiosk, ada.uid, 1, { note: HUGE }), 422, 'VALIDATION_ERROR')
})

test('change-password: the old one, once; other sessions end', async () => {
	const mara = await merchant(), elsewhere = await sign_in('merchant', mara), to = `pass-${randomUUID()}`
	const change = (by, current_password, new_password) => as(by).post(`${AT}change-password/`, { current_password, new_password })

	assert.ok(refused(await change(mara, 'not this', to), 422, 'VALIDATION_ERROR').body.errors.current_password)
	assert.ok(refused(await change(mara, mara.password, 'short'), 422, 'VALIDATION_ERROR').body.errors.new_password)
	assert.ok(refused(await change(mara, mara.password, HUGE), 422, 'VALIDATION_ERROR').body.errors.new_password)
	ok(await change(mara, mara.password, to))
	ok(await as(mara).get(`${AT}settings/`))
	refused(await as(elsewhere).get(`${AT}settings/`), 401, 'TOKEN_INVALID')
	refused(await change(mara, mara.password, to), 422, 'VALIDATION_ERROR')
	refused(await api('POST', `${AT}login/`, mara), 401, 'INVALID_CREDENTIALS')
	assert.ok((await sign_in('merchant', { ...mara, password: to })).access)
	forget_tries()
})
