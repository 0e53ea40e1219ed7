// Another mobile number: a code to the new one, the password, a fresh sign-in as the strongest role; both numbers are told, and
// whose a number is, nobody learns who does not hold its telephone.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { api, Browser, code, forget_tries, messages, new_customer, new_number, sign_in, sql, token, wrong } from './lib.mjs'
import { age, as, meanwhile, ok, refused, somebody, unique } from './world.mjs'

const AT = '/api/merchant/'
const number_of = (id) => sql(`SELECT mobile_number, mobile_verified_at IS NOT NULL FROM account WHERE id = ${id}`)[0]
const change = (person, mobile_number, password = person.password) => as(person).post(`${AT}change-mobile/`, { mobile_number, password })
const verify = (person, body) => as(person).post(`${AT}verify-mobile-change/`, body)

async function merchant() {
	const person = { mobile_number: new_number(), password: `pass-${randomUUID()}`, name: 'Mara Test', company: `Kiosk ${unique()}` }

	ok(await as(await token('staff')).post('/api/merchants/', person), 201)
	return { ...person, ...await sign_in('merchant', person) }
}

test('a code to the new number, and from then on it signs in; the old one is told', async () => {
	const mara = await merchant(), elsewhere = await sign_in('merchant', mara), to = new_number()
	const asked = ok(await change(mara, to))

	assert.equal(asked.otp_required, true)
	assert.ok(asked.expires_in > 290 && asked.expires_in <= 300)
	assert.equal(number_of(mara.user.id)[0], mara.mobile_number, 'nothing before the code')
	assert.deepEqual(ok(await verify(mara, { mobile_number: to, otp: await code(to) })), { mobile_number: to })
	assert.deepEqual(number_of(mara.user.id), [to, '1'])
	for (const number of [mara.mobile_number, to])
		assert.match((await messages(number))[0].body, new RegExp(`mobile number of your .* account is •••• ${to.slice(-2)} now`))
	ok(await as(mara).get(`${AT}cards/`))
	refused(await as(elsewhere).get(`${AT}cards/`), 401, 'TOKEN_INVALID')
	refused(await api('POST', `${AT}login/`, mara), 401, 'INVALID_CREDENTIALS')
	assert.ok((await sign_in('merchant', { ...mara, mobile_number: to })).access)
	assert.deepEqual(sql(`SELECT role, JSON_VALUE(before_json, '$.mobile_number'), JSON_VALUE(after_json, '$.mobile_number') FROM audit_log
		WHERE action = 'change-mobile' AND noun_id = ${mara.user.id}`), [['merchant', mara.mobile_number, to]])
})

test('what is asked for: a number, the password, a fresh sign-in, and the code', async () => {
	const mara = await merchant(), to = new_number()

	refused(await as(mara).post(`${AT}change-mobile/`, {}), 422, 'VALIDATION_ERROR')
	refused(await change(mara, '12'), 422, 'VALIDATION_ERROR')
	refused(await change(mara, '9'.repeat(5000)), 422, 'VALIDATION_ERROR')
	assert.ok(refused(await change(mara, mara.mobile_number), 422, 'VALIDATION_ERROR').body.errors.mobile_number)
	assert.ok((await change(mara, to, 'quite another one')).body.errors.password)
	assert.equal((await messages(to)).length, 0, 'a wrong password sends nothing')
	refused(await api('POST', `${AT}change-mobile/`, { mobile_number: to, password: mara.password }), 401, 'TOKEN_INVALID')

	const { challenge } = ok(await change(mara, to)), right = await code(to)
	assert.ok(refused(await verify(mara, { otp: right }), 422, 'VALIDATION_ERROR').body.errors.mobile_number)
	refused(await verify(mara, { mobile_number: to, otp: wrong(right) }), 422, 'OTP_INVALID')
	refused(await verify(mara, { mobile_number: new_number(), otp: right }), 422, 'OTP_INVALID')
	refused(await verify(mara, { challenge: randomUUID(), otp: right }), 422, 'OTP_INVALID')
	ok(await verify(mara, { challenge, otp: right }))
	refused(await verify(mara, { challenge, otp: right }), 422, 'OTP_EXPIRED')
	assert.equal(number_of(mara.user.id)[0], to)

	age(mara.user.id, 31)
	refused(await change(mara, new_number()), 403, 'SIGN_IN_AGAIN')
})

test('six tries at a code are one too many', async () => {
	const mara = await merchant(), to = new_number(), { challenge } = ok(await change(mara, to)), right = await code(to)

	for (let i = 0; i < 5; i++)
		refused(await verify(mara, { challenge, otp: wrong(right) }), 422, 'OTP_INVALID')
	refused(await verify(mara, { challenge, otp: right }), 422, 'OTP_EXPIRED')
	assert.equal(number_of(mara.user.id)[0], mara.mobile_number)
	forget_tries()
})

test('a number that somebody has is answered as any other; who has it is told', async () => {
	const mara = await merchant(), owner = await new_customer(), before = (await messages(owner.mobile_number)).length
	const free = ok(await change(mara, new_number())), taken = ok(await change(mara, owner.mobile_number))

	assert.deepEqual(Object.keys(taken), Object.keys(free))
	const [told, ...others] = await messages(owner.mobile_number)
	assert.equal(others.length, before)
	assert.match(told.body, /wanted this number for another account/)
	assert.doesNotMatch(told.body, /\d{6}/)
	refused(await verify(mara, { challenge: taken.challenge, otp: '123456' }), 422, 'OTP_INVALID')
	assert.equal(number_of(mara.user.id)[0], mara.mobile_number)
})

test('a number that is taken while its code is under way is not had twice', async () => {
	const mara = await merchant(), to = new_number(), { challenge } = ok(await change(mara, to)), otp = await code(to)
	const other = await new_customer()
	const answer = await meanwhile(`UPDATE account SET mobile_number = '${to}' WHERE id = ${other.user.id}`,
		() => verify(mara, { challenge, otp }))

	refused(answer, 409, 'MOBILE_TAKEN')
	assert.equal(number_of(mara.user.id)[0], mara.mobile_number)
})

test('two who use one code at once: one does', async () => {
	const mara = await merchant(), to = new_number(), { challenge } = ok(await change(mara, to)), otp = await code(to)
	const answers = await Promise.all([1, 2, 3].map(() => verify(mara, { challenge, otp })))

	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422, 422])
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE action = 'change-mobile' AND noun_id = ${mara.user.id}`)[0][0], '1')
})

test('one\'s own code only, and none for something else', async () => {
	const mara = await merchant(), other = await merchant(), to = new_number(), { challenge } = ok(await change(mara, to)), otp = await code(to)

	refused(await verify(other, { challenge, otp }), 422, 'OTP_INVALID')
	refused(await verify(other, { mobile_number: to, otp }), 422, 'OTP_INVALID')
	await api('POST', `${AT}login/`, mara)
	refused(await verify(mara, { mobile_number: mara.mobile_number, otp: await code(mara.mobile_number) }), 422, 'OTP_INVALID')
	assert.equal(number_of(other.user.id)[0], other.mobile_number)
})

test('a password that was changed meanwhile ends the code', async () => {
	const mara = await merchant(), to = new_number(), { challenge } = ok(await change(mara, to)), otp = await code(to)

	ok(await as(mara).post(`${AT}change-password/`, { current_password: mara.password, new_password: 'quite another one' }))
	refused(await verify(mara, { challenge, otp }), 422, 'OTP_EXPIRED')
})

test('the strongest role changes it: customers and organizers by the same verbs', async () => {
	const both = await somebody('merchant'), to = new_number()

	refused(await as(both).post('/api/v1/users/change-mobile/', { mobile_number: to, password: both.password }), 403, 'STRONGER_ROLE')
	const customer = await new_customer(), customers = as(customer)
	const { challenge } = ok(await customers.post('/api/v1/users/change-mobile/', { mobile_number: to, password: customer.password }))
	ok(await customers.post('/api/v1/users/verify-mobile-change/', { challenge, otp: await code(to) }))
	assert.equal(number_of(customer.user.id)[0], to)
	refused(await as(await token('organizer')).post('/api/organizer/profile/change-mobile/', { mobile_number: new_number(), password: 'no' }),
		422, 'VALIDATION_ERROR')
})

test('by plain forms', async () => {
	const mara = await merchant(), to = new_number(), browser = new Browser()

	await browser.go('/merchant/sign-in')
	await browser.submit('/merchant/sign-in', { mobile_number: mara.mobile_number, password: mara.password })
	await browser.submit('/merchant/sign-in/code', { otp: await code(mara.mobile_number) })
	assert.match((await browser.go('/merchant/account')).html, /href="\/merchant\/account\/mobile"/)
	await browser.go('/merchant/account/mobile')
	await browser.submit('/merchant/account/mobile', { mobile_number: to, password: mara.password })
	assert.match(browser.html, new RegExp(to.slice(1)))
	await browser.submit('/merchant/account/mobile/code', { otp: await code(to) })
	assert.match(browser.html, /Your mobile number is changed/)
	assert.equal(number_of(mara.user.id)[0], to)
})
