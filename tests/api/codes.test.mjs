// One-time codes: whose tries are whose, what a code dies of before its time, and that asking for one takes the same work
// whether or not there is anybody.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { api, code, expect, forget_tries, messages, new_number, sql, token, totp, wrong } from './lib.mjs'
import { as, meanwhile, new_customer, new_organizer, new_staff, ok, refused, unique } from './world.mjs'

const V1 = '/api/v1/users'
const at = (address) => ({ headers: { 'x-forwarded-for': address } })
const STRANGERS = Array.from({ length: 60 }, (_, i) => at(`198.51.${i}.7`))
const OWNER = at('203.0.113.9')
const NEW = 'quite another one'

const login = (person, from = OWNER) =>
	expect(200, 'POST', `${V1}/login/`, { mobile_number: person.mobile_number, password: person.password }, from)
const verify = (person, otp, challenge, from = OWNER) =>
	api('POST', `${V1}/verify-login-otp/`, { mobile_number: person.mobile_number, otp, challenge }, from)
const forgot = (mobile_number, from = OWNER) =>
	api('POST', `${V1}/forgot-password/request-otp/`, { mobile_number }, from)
const reset = (mobile_number, otp, challenge, from = OWNER) =>
	api('POST', `${V1}/reset-password/`, { mobile_number, otp, new_password: NEW, challenge }, from)
const register = (mobile_number, from = OWNER) =>
	api('POST', `${V1}/register/`, { mobile_number, password: 'three plain words', name: 'Ada' }, from)
const registered = (mobile_number, otp, challenge, from = OWNER) =>
	api('POST', `${V1}/verify-otp/`, { mobile_number, otp, challenge }, from)

// ---- whose tries are whose ----

test('a stranger\'s tries without the challenge are their own: who waits for the code still uses it', async () => {
	const person = await new_customer()
	await login(person)
	const otp = await code(person.mobile_number)
	for (let i = 0; i < 5; i++)
		refused(await verify(person, wrong(otp), undefined, STRANGERS[0]), 422, 'OTP_INVALID')
	refused(await verify(person, otp, undefined, STRANGERS[0]), 422, 'OTP_EXPIRED')
	ok(await verify(person, otp))
})

test('a network of IPv6 is one caller', async () => {
	const person = await new_customer()
	await login(person)
	const otp = await code(person.mobile_number)
	for (let i = 1; i <= 5; i++)
		refused(await verify(person, wrong(otp), undefined, at(`2001:db8:7:7::${i}`)), 422, 'OTP_INVALID')
	refused(await verify(person, otp, undefined, at('2001:db8:7:7::99')), 422, 'OTP_EXPIRED')
	ok(await verify(person, otp, undefined, at('2001:db8:7:8::1')))
})

test('without the challenge a code has ten tries in all, with it five more that nobody else can spend', async () => {
	const person = await new_customer()
	const { data: { challenge } } = await login(person)
	const otp = await code(person.mobile_number)
	for (const stranger of STRANGERS.slice(0, 2))
		for (let i = 0; i < 5; i++)
			refused(await verify(person, wrong(otp), undefined, stranger), 422, 'OTP_INVALID')
	refused(await verify(person, otp, undefined, STRANGERS[2]), 422, 'OTP_EXPIRED')
	refused(await verify(person, otp), 422, 'OTP_EXPIRED')
	for (let i = 0; i < 4; i++)
		refused(await verify(person, wrong(otp), challenge), 422, 'OTP_INVALID')
	ok(await verify(person, otp, challenge))
})

test('five tries with a challenge are five, wherever they come from, also at once', async () => {
	const person = await new_customer()
	const { data: { challenge } } = await login(person)
	const otp = await code(person.mobile_number)
	const answers = await Promise.all(STRANGERS.slice(0, 12).map((from) => verify(person, wrong(otp), challenge, from)))
	assert.equal(answers.filter(({ error }) => error.code === 'OTP_INVALID').length, 5)
	refused(await verify(person, otp, challenge), 422, 'OTP_EXPIRED')
})

test('guesses at a registration do not lock out who holds the right challenge', async () => {
	const mobile_number = new_number()
	forget_tries()
	const { data: { challenge } } = await register(mobile_number)
	const otp = await code(mobile_number)
	let guesses = 0
	for (const stranger of STRANGERS.slice(0, 22)) {
		const theirs = await register(mobile_number, stranger)
		for (let i = 0; theirs.status === 201 && i < 5; i++, guesses++)
			await registered(mobile_number, wrong(otp), theirs.data.challenge, stranger)
		for (let i = 0; i < 5; i++, guesses++)
			await registered(mobile_number, '000000', undefined, stranger)
	}
	// All without a challenge; with one those who had a code, for of twenty an hour one was the owner's.
	assert.equal(guesses, 22 * 5 + 19 * 5)
	const { user } = ok(await registered(mobile_number, otp, challenge))
	assert.equal(user.mobile_number, mobile_number)
	forget_tries()
})

test('a crowd of addresses has twenty codes an hour sent to one number, and does not stop who asks from where they were before', async () => {
	const person = await new_customer(), { mobile_number } = person
	forget_tries()
	sql(`UPDATE session SET ip = '203.0.113.9' WHERE account_id = ${person.user.id}`)
	let sent = 0, answer
	for (const stranger of STRANGERS) {
		answer = await forgot(mobile_number, stranger)
		sent += answer.status === 200
	}
	assert.equal(sent, 20)
	refused(answer, 429, 'OTP_LIMIT')
	assert.equal((await messages(mobile_number)).filter(({ body }) => /code is \d{6}/.test(body)).length, 21, 'with the one of registering')
	ok(await forgot(mobile_number, at('203.0.113.77')))
	// Codes for another purpose are counted apart, and those that were used do not count.
	for (let i = 0; i < 25; i++) {
		await login(person, STRANGERS[i])
		ok(await verify(person, await code(mobile_number), undefined, STRANGERS[i]))
	}
	forget_tries()
})

// ---- what a code dies of ----

const staff = async () => as(await token('staff'))

// What happens to an account, and by whom.
const CHANGES = {
	'the password was changed': async (person) =>
		ok(await as(person).post(`${V1}/change-password/`, { current_password: person.password, new_password: NEW })),
	'the password was reset by another code': async ({ mobile_number }) => {
		ok(await forgot(mobile_number))
		ok(await reset(mobile_number, await code(mobile_number)))
	},
	'staff set another password': async (person) =>
		ok(await (await staff()).post(`/api/users/${person.user.id}/reset-password/`, { new_password: NEW })),
	'the number was changed': async (person) =>
		ok(await (await staff()).put(`/api/users/${person.user.id}/`, { mobile_number: new_number() })),
	'the e-mail was changed': async (person) =>
		ok(await as(person).put(`${V1}/me/`, { email: `${unique()}@example.test` })),
	'the account was disabled': async (person) =>
		ok(await (await staff()).put(`/api/customers/${person.customer_id}/status/`, { status: 'disabled' }))
}

for (const [what, change] of Object.entries(CHANGES))
	test(`a code is no longer good when ${what}`, async () => {
		const person = await new_customer(), { mobile_number } = person
		const { data: { challenge } } = await login(person)
		const otp = await code(mobile_number)
		const { challenge: of_reset } = ok(await forgot(mobile_number, STRANGERS[0]))
		const otp_of_reset = await code(mobile_number)

		await change(person)
		refused(await verify(person, otp, challenge), 422, 'OTP_EXPIRED')
		refused(await reset(mobile_number, otp_of_reset, of_reset), 422, 'OTP_EXPIRED')
		if (!what.includes('another code')) // where the newest one is another
			refused(await reset(mobile_number, otp_of_reset), 422, 'OTP_EXPIRED')
		refused(await verify(person, otp), 422, 'OTP_EXPIRED')
	})

test('a code that is shown while the password is being changed is no longer good', async () => {
	const person = await new_customer()
	const { data: { challenge } } = await login(person)
	const otp = await code(person.mobile_number)
	refused(await meanwhile(`UPDATE account SET password_hash = 'x' WHERE id = ${person.user.id}`,
		() => verify(person, otp, challenge)), 422, 'OTP_EXPIRED')
})

test('a name, a language and a picture may change while a code is under way', async () => {
	const person = await new_customer()
	const { data: { challenge } } = await login(person)
	ok(await as(person).put(`${V1}/me/`, { name: 'Ada Lovelace', locale: 'ar', blood_type: 'O-' }))
	ok(await verify(person, await code(person.mobile_number), challenge))
})

test('an older code is no longer good when a newer one was used; a newer one is when an older was', async () => {
	const person = await new_customer()
	const codes = []
	for (let i = 0; i < 3; i++) {
		const { data: { challenge } } = await login(person)
		codes.push([await code(person.mobile_number), challenge])
	}
	ok(await verify(person, ...codes[1]))
	refused(await verify(person, ...codes[0]), 422, 'OTP_EXPIRED')
	ok(await verify(person, ...codes[2]))
	refused(await verify(person, ...codes[2]), 422, 'OTP_EXPIRED')
})

test('a mailed code is no longer good when an app was enrolled', async () => {
	const person = await new_staff('support')
	sql(`UPDATE setting SET value = 'required' WHERE name = 'staff_second_factor'`)
	try {
		const [[email]] = sql(`SELECT email FROM account WHERE id = ${person.user.id}`), password = `pass-${randomUUID()}`
		ok(await (await staff()).post(`/api/users/${person.user.id}/reset-password/`, { new_password: password }))
		const enter = async () => {
			const { challenge } = ok(await api('POST', '/api/auth/login/', { email, password }))
			return { email, otp: await code(email), challenge }
		}
		const first = await enter(), second = await enter()
		const { access } = ok(await api('POST', '/api/auth/verify-otp/', first))
		const { secret } = ok(await as(access).post('/api/auth/2fa/enroll/', {}))
		ok(await as(access).post('/api/auth/2fa/confirm/', { otp: totp(secret) }))
		refused(await api('POST', '/api/auth/verify-otp/', second), 422, 'OTP_EXPIRED')
	} finally {
		sql(`UPDATE setting SET value = 'optional' WHERE name = 'staff_second_factor'`)
	}
})

test('the mailed code goes to the address that staff have, however it was typed', async () => {
	const email = `Tess.${unique()}@example.test`, password = `pass-${randomUUID()}`
	ok(await (await staff()).post('/api/admins/', { name: 'Tess Test', email, password, role: 'support' }), 201)
	sql(`UPDATE setting SET value = 'required' WHERE name = 'staff_second_factor'`)
	try {
		const typed = email.toUpperCase()
		const { challenge } = ok(await api('POST', '/api/auth/login/', { email: typed, password }))
		assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE BINARY recipient = '${email}'`)[0][0], '1')
		ok(await api('POST', '/api/auth/verify-otp/', { email: typed, otp: await code(email), challenge }))
	} finally {
		sql(`UPDATE setting SET value = 'optional' WHERE name = 'staff_second_factor'`)
	}
})

// ---- asking takes the same work for everybody ----

// The statements of the request's transaction, in order, as the database was given them.
async function statements(request) {
	sql(`SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1`)
	try {
		await request()
	} finally {
		sql('SET GLOBAL general_log = 0')
	}
	// Other processes say things too, and a worker when it connects: those of the worker that made the code.
	const all = sql(`SELECT REPLACE(CONVERT(argument USING utf8mb4), '\\n', ' ') FROM mysql.general_log
		WHERE command_type IN ('Query', 'Execute') AND thread_id = (SELECT thread_id FROM mysql.general_log
			WHERE command_type = 'Execute' AND argument LIKE 'INSERT INTO otp %') ORDER BY event_time`)
		.map(([text]) => text)
	const begins = all.findIndex((text) => text.includes('START TRANSACTION'))

	assert.ok(begins >= 0, all.join('; '))
	return all.slice(begins)
}

// Without their values, which are there now and then; and what nobody gets is put into a table like the outbox.
const alike = (list) => list.map((text) => text.split(/ VALUES | WHERE /)[0].replace('outbox_decoy', 'outbox'))

test('asking for a new password makes the same statements for an unknown number as for a known one', async () => {
	forget_tries()
	const ask = (number, from) => statements(async () => ok(await forgot(number, from)))
	const unknown = await ask(new_number())
	const people = {
		'a customer': await new_customer(), 'an organizer without the role': await new_organizer(),
		'one who is disabled': await new_customer(), 'one who works here': await new_customer()
	}
	sql(`UPDATE account SET status = 'disabled' WHERE id = ${people['one who is disabled'].user.id};
		INSERT INTO account_role (account_id, role, granted_at)
			VALUES (${people['one who works here'].user.id}, 'support', UTC_TIMESTAMP(3));
		INSERT INTO admin (account_id) VALUES (${people['one who works here'].user.id})`)

	assert.equal(unknown.at(-1), 'COMMIT')
	for (const [who, person] of Object.entries(people)) {
		const [[mobile_number]] = sql(`SELECT mobile_number FROM account WHERE id = ${person.user.id}`)
		assert.deepEqual(alike(await ask(mobile_number)), alike(unknown), who)
	}
	const known = await ask(people['a customer'].mobile_number, STRANGERS[0])
	assert.equal(known.filter((text) => text.startsWith('INSERT INTO outbox ')).length, 1, 'and a message is on its way to one')
	assert.equal(unknown.filter((text) => text.startsWith('INSERT INTO outbox_decoy ')).length, 1)
})

test('registering makes the same statements for a known number as for an unknown one', async () => {
	const person = await new_customer()
	const ask = (number) => statements(async () => ok(await register(number), 201))
	const unknown = await ask(new_number())
	assert.deepEqual(alike(await ask(person.mobile_number)), alike(unknown))
})

test('what nobody was sent is nowhere to be read, and no code in it is right', async () => {
	const mobile_number = new_number()
	ok(await forgot(mobile_number))
	assert.deepEqual(await messages(mobile_number), [])
	assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE recipient = '${mobile_number}'`)[0][0], '0')
	const listed = ok(await (await staff()).get('/api/outbox/', { query: { search: mobile_number } }))
	assert.equal(listed.total, 0)
	const [[body]] = sql(`SELECT body FROM outbox_decoy WHERE recipient = '${mobile_number}'`)
	refused(await reset(mobile_number, body.match(/\d{6}/)[0]), 422, 'OTP_INVALID')
})
