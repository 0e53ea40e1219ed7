// Registering, signing in, tokens, codes, passwords, second factors and profiles: right, wrong, foreign, replayed,
// expired and forged. What cannot be waited for is moved in the database.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import {
	api, Browser, code, DEMO, expect, forget_tries, messages, new_customer, new_number, set_cookies, sign_in, site, sql, token,
	totp, wrong
} from './lib.mjs'
import { png } from './picture.mjs'

const V1 = '/api/v1/users'
const login = (person) => api('POST', `${V1}/login/`, { mobile_number: person.mobile_number, password: person.password })
const me = (access) => api('GET', `${V1}/me/`, undefined, { token: access })

function problem(answer, status, code_of_it) {
	assert.equal(answer.status, status, answer.text.slice(0, 500))
	assert.equal(answer.error.code, code_of_it, answer.text.slice(0, 500))
	assert.equal(answer.body.success, false)
	assert.equal(answer.body.status_code, status)
}

// ---- registering ----

test('a customer registers with a code and is signed in', async () => {
	const mobile_number = new_number()
	const first = await expect(201, 'POST', `${V1}/register/`, {
		mobile_number, password: 'three plain words', name: 'Ada Byron', email: `${randomUUID()}@example.test`
	})

	assert.equal(first.data.otp_required, true)
	assert.equal(first.data.expires_in, 300)
	const [message] = await messages(mobile_number)
	assert.equal(message.channel, 'sms')
	assert.match(message.body, /code is \d{6}\. It is good for 5 minutes\./)
	const { data } = await expect(200, 'POST', `${V1}/verify-otp/`, { mobile_number, otp: await code(mobile_number) })
	assert.equal(data.token_type, 'Bearer')
	assert.equal(data.expires_in, 900)
	assert.ok(data.customer_id > 0)
	assert.deepEqual(Object.keys(data.user).sort(), ['email', 'id', 'locale', 'mobile_number', 'name', 'role', 'uuid'])
	assert.equal(data.user.role, 'customer')
	const profile = await me(data.access)
	assert.equal(profile.status, 200)
	assert.equal(profile.data.mobile_number, mobile_number)
})

test('a code is for one use, and tells nothing apart from being no longer good', async () => {
	const person = await new_customer()
	problem(await api('POST', `${V1}/verify-otp/`, { mobile_number: person.mobile_number, otp: await code(person.mobile_number) }),
		422, 'OTP_EXPIRED')
})

test('nobody is registered by a wrong code, and five tries end it', async () => {
	const mobile_number = new_number()
	await expect(201, 'POST', `${V1}/register/`, { mobile_number, password: 'three plain words', name: 'Ada' })
	const right = await code(mobile_number)
	for (let i = 0; i < 5; i++)
		problem(await api('POST', `${V1}/verify-otp/`, { mobile_number, otp: wrong(right) }), 422, 'OTP_INVALID')
	problem(await api('POST', `${V1}/verify-otp/`, { mobile_number, otp: right }), 422, 'OTP_EXPIRED')
	assert.equal(sql(`SELECT COUNT(*) FROM account WHERE mobile_number = '${mobile_number}'`)[0][0], '0')
})

test('five wrong tries at once are five, not more', async () => {
	const mobile_number = new_number()
	await expect(201, 'POST', `${V1}/register/`, { mobile_number, password: 'three plain words', name: 'Ada' })
	const right = await code(mobile_number)
	const answers = await Promise.all(Array.from({ length: 12 }, () =>
		api('POST', `${V1}/verify-otp/`, { mobile_number, otp: wrong(right) })))
	assert.equal(answers.filter((a) => a.error.code === 'OTP_INVALID').length, 5)
})

test('one code used twice at once makes one account', async () => {
	const mobile_number = new_number()
	await expect(201, 'POST', `${V1}/register/`, { mobile_number, password: 'three plain words', name: 'Ada' })
	const otp = await code(mobile_number)
	const answers = await Promise.all(Array.from({ length: 4 }, () => api('POST', `${V1}/verify-otp/`, { mobile_number, otp })))
	assert.equal(answers.filter((a) => a.status === 200).length, 1, answers.map((a) => a.text).join('\n'))
	assert.equal(sql(`SELECT COUNT(*) FROM account WHERE mobile_number = '${mobile_number}'`)[0][0], '1')
})

test('a code expires', async () => {
	const mobile_number = new_number()
	await expect(201, 'POST', `${V1}/register/`, { mobile_number, password: 'three plain words', name: 'Ada' })
	sql(`UPDATE otp SET expires_at = expires_at - INTERVAL 6 MINUTE WHERE recipient = '${mobile_number}'`)
	problem(await api('POST', `${V1}/verify-otp/`, { mobile_number, otp: await code(mobile_number) }), 422, 'OTP_EXPIRED')
})

test('a known number answers the same, and only its owner learns of it', async () => {
	const person = await new_customer()
	const fresh = await api('POST', `${V1}/register/`, { mobile_number: new_number(), password: 'three plain words', name: 'Eve' })
	const known = await api('POST', `${V1}/register/`, { mobile_number: person.mobile_number, password: 'three plain words', name: 'Eve' })

	assert.equal(known.status, 201)
	assert.deepEqual(Object.keys(known.data), Object.keys(fresh.data))
	assert.equal(known.body.message, fresh.body.message)
	const [message] = await messages(person.mobile_number)
	assert.match(message.body, /already has an account/)
	assert.doesNotMatch(message.body, /\d{6}/)
	assert.equal((await login(person)).status, 200, 'the password is the old one')
})

test('weak passwords, and what is not declared', async () => {
	const base = { mobile_number: new_number(), name: 'Ada' }
	for (const password of ['short', 'password123', base.mobile_number, 'x'.repeat(129)]) {
		const answer = await api('POST', `${V1}/register/`, { ...base, password })
		problem(answer, 422, 'VALIDATION_ERROR')
		assert.ok(answer.body.errors.password.length)
	}
	const answer = await expect(201, 'POST', `${V1}/register/`, { ...base, password: 'x'.repeat(128), role: 'superadmin', status: 'x' })
	assert.deepEqual(answer.body.meta.ignored.sort(), ['role', 'status'])
	const { data } = await expect(200, 'POST', `${V1}/verify-otp/`, { ...base, otp: await code(base.mobile_number) })
	assert.equal(data.user.role, 'customer')
})

test('an e-mail that somebody has is not given away, nor taken over', async () => {
	const email = `${randomUUID()}@example.test`
	await new_customer({ email })
	const second = await new_customer({ email })
	assert.equal(second.user.email, null)
})

// ---- signing in ----

test('a customer signs in with password and code; the code is bound to purpose and role', async () => {
	const person = await new_customer()
	const first = await login(person)
	assert.equal(first.status, 200, first.text)
	assert.equal(first.data.otp_required, true)
	assert.equal(first.data.access, undefined)
	const otp = await code(person.mobile_number)
	const { mobile_number } = person
	problem(await api('POST', `${V1}/verify-otp/`, { mobile_number, otp }), 422, 'OTP_EXPIRED')
	problem(await api('POST', `${V1}/reset-password/`, { mobile_number, otp, new_password: 'other plain words' }), 422, 'OTP_INVALID')
	problem(await api('POST', '/api/merchant/verify-otp/', { mobile_number, otp }), 422, 'OTP_INVALID')
	const { data } = await expect(200, 'POST', `${V1}/verify-login-otp/`, { mobile_number, otp })
	assert.equal(data.customer_id, person.customer_id)
	assert.notEqual(data.refresh, person.refresh)
})

test('a challenge that is sent back is enforced, and has tries of its own', async () => {
	const person = await new_customer(), other = await new_customer()
	const { mobile_number } = person
	const { data: { challenge } } = await login(person)
	const { data: theirs } = await login(other)
	const otp = await code(mobile_number)
	const verify = (body) => api('POST', `${V1}/verify-login-otp/`, { mobile_number, otp, ...body })

	problem(await verify({ challenge: theirs.challenge }), 422, 'OTP_INVALID')
	problem(await verify({ challenge: theirs.challenge, otp: await code(other.mobile_number) }), 422, 'OTP_INVALID')
	problem(await verify({ challenge: randomUUID() }), 422, 'OTP_INVALID')
	problem(await verify({ challenge: 'no uuid' }), 422, 'VALIDATION_ERROR')
	// A stranger who knows the number, but has no challenge, cannot use its tries up.
	for (let i = 0; i < 5; i++)
		problem(await verify({ otp: wrong(otp) }), 422, 'OTP_INVALID')
	problem(await verify({}), 422, 'OTP_EXPIRED')
	assert.equal((await verify({ challenge })).status, 200)
})

test('wrong password and unknown number: one answer, and about the same time', async () => {
	const person = await new_customer()
	const took = async (body) => {
		const began = performance.now()
		const answer = await login(body)
		return [answer, performance.now() - began]
	}
	const bad = [], unknown = []
	for (let i = 0; i < 5; i++) {
		const [a, at] = await took({ ...person, password: 'not the password' })
		const [b, bt] = await took({ mobile_number: new_number(), password: 'not the password' })
		problem(a, 401, 'INVALID_CREDENTIALS')
		problem(b, 401, 'INVALID_CREDENTIALS')
		assert.equal(a.error.message, b.error.message)
		bad.push(at)
		unknown.push(bt)
	}
	assert.ok(Math.min(...unknown) > Math.min(...bad) / 2, `${Math.min(...unknown)} ms against ${Math.min(...bad)} ms`)
})

test('failed passwords are counted, and the owner is not locked out from where they were before', async () => {
	const person = await new_customer(), id = person.user.id
	let answer
	for (let i = 0; i < 21; i++) {
		answer = await login({ ...person, password: `wrong ${i}` })
		if (answer.status === 429)
			break
		problem(answer, 401, 'INVALID_CREDENTIALS')
	}
	problem(answer, 429, 'TOO_MANY_ATTEMPTS')
	assert.ok(Number(answer.headers.get('retry-after')) > 0)
	problem(await login(person), 429, 'TOO_MANY_ATTEMPTS')
	// An hour later.
	sql('UPDATE guess SET window_start = window_start - INTERVAL 67 MINUTE')
	assert.equal((await login(person)).status, 200)
	// Strangers elsewhere have used the whole allowance up: somebody new waits, the owner does not.
	forget_tries()
	for (let i = 0; i < 3; i++)
		problem(await login({ ...person, password: 'wrong' }), 401, 'INVALID_CREDENTIALS')
	const [[name]] = sql('SELECT HEX(name) FROM guess WHERE count = 3 LIMIT 1 OFFSET 0')
	const [[other]] = sql('SELECT HEX(name) FROM guess WHERE count = 3 LIMIT 1 OFFSET 1')
	for (const overall of [name, other]) {
		sql(`UPDATE guess SET count = IF(HEX(name) = '${overall}', 150, 1) WHERE HEX(name) IN ('${name}', '${other}')`)
		const known = await login(person)
		if (known.status === 429)
			continue // that was the counter of this network
		assert.equal(known.status, 200, known.text)
		sql(`UPDATE session SET ip = '203.0.113.9' WHERE account_id = ${id}`)
		problem(await login(person), 429, 'TOO_MANY_ATTEMPTS')
		forget_tries()
		return
	}
	assert.fail('no counter of the whole account was found')
})

test('where the owner was before is their network, however its address is written', async () => {
	const person = await new_customer(), { mobile_number, password } = person
	const from = (ip, secret) => api('POST', `${V1}/login/`, { mobile_number, password: secret }, { headers: { 'x-forwarded-for': ip } })
	for (const [before, here, elsewhere] of [
		['2001:db8::5', '2001:db8:0:0:1::9', '2001:db8:0:1::5'], ['2001:db8:1::5', '2001:db8:1:0:ffff::9', '2001:db8:1:2::5'],
		['203.0.113.9', '203.0.113.77', '203.0.11.9']
	]) {
		sql(`UPDATE session SET ip = '${before}' WHERE account_id = ${person.user.id}`)
		forget_tries()
		for (const stranger of ['198.51.100.1', '192.0.2.1'])
			problem(await from(stranger, 'wrong'), 401, 'INVALID_CREDENTIALS')
		sql('UPDATE guess SET count = 150 WHERE count = 2') // the one of both, of all tries
		problem(await from(elsewhere, password), 429, 'TOO_MANY_ATTEMPTS')
		assert.equal((await from(here, password)).status, 200, before)
	}
	forget_tries()
})

test('codes are sent three times in ten minutes; after a right password they are counted apart', async () => {
	const person = await new_customer(), { mobile_number } = person
	for (let i = 0; i < 3; i++)
		await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number })
	const refused = await api('POST', `${V1}/forgot-password/request-otp/`, { mobile_number })
	problem(refused, 429, 'OTP_LIMIT')
	assert.ok(Number(refused.headers.get('retry-after')) > 0 && Number(refused.headers.get('retry-after')) <= 660)
	assert.equal((await login(person)).status, 200)
	const unknown = new_number()
	for (let i = 0; i < 3; i++)
		await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number: unknown })
	problem(await api('POST', `${V1}/forgot-password/request-otp/`, { mobile_number: unknown }), 429, 'OTP_LIMIT')
	sql('UPDATE guess SET window_start = window_start - INTERVAL 12 MINUTE')
	await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number })
})

test('who signs in with a long name of their browser is not turned away by it', async () => {
	for (const agent of ['a'.repeat(199) + '\u00c3\u00a9', 'a'.repeat(300), '\u00ff'.repeat(150)]) // é in UTF-8, cut at 200 bytes
		await expect(200, 'POST', '/api/auth/login/', DEMO.staff, { headers: { 'user-agent': agent } })
	assert.match(sql('SELECT user_agent FROM session ORDER BY id DESC LIMIT 3')[2][0], /^a{199}$/)
})

test('a disabled account is out at once', async () => {
	const person = await new_customer()
	sql(`UPDATE account SET status = 'disabled' WHERE id = ${person.user.id}`)
	problem(await me(person.access), 401, 'TOKEN_INVALID')
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: person.refresh }), 401, 'TOKEN_INVALID')
	problem(await login(person), 403, 'ACCOUNT_DISABLED')
	problem(await login({ ...person, password: 'not the password' }), 401, 'INVALID_CREDENTIALS')
})

test('organizer, merchant, usher and staff get tokens of their own kind', async () => {
	forget_tries()
	const ids = { organizer: 'organizer_id', merchant: 'merchant_id', usher: 'usher_id', staff: 'admin_id', customer: 'customer_id' }
	for (const [kind, id] of Object.entries(ids)) {
		const data = await sign_in(kind)
		assert.ok(data[id] > 0, `${kind}: ${JSON.stringify(data)}`)
		const claims = JSON.parse(Buffer.from(data.access.split('.')[1], 'base64url'))
		assert.equal(claims[id], data[id])
		assert.equal(claims.role, data.user.role)
		assert.equal(claims.sub, String(data.user.id))
		if (kind === 'usher') {
			assert.equal(data.event_id, 1)
			assert.equal(claims.event_id, 1)
		}
	}
})

test('staff\'s access token says who they are, at sign-in and when it is refreshed; other tokens do not', async () => {
	const claims = (access) => JSON.parse(Buffer.from(access.split('.')[1], 'base64url'))
	const staff = await sign_in('staff'), { id, name, email, role } = staff.user

	assert.deepEqual(claims(staff.access).user, { id, name, email, role })
	assert.deepEqual([email, role], [DEMO.staff.email, 'superadmin'])
	for (const path of ['/api/auth/refresh/', '/api/auth/token/refresh/', '/api/token/refresh/']) {
		const fresh = await expect(200, 'POST', path, { refresh: (await sign_in('staff')).refresh })
		assert.deepEqual(claims(fresh.data.access).user, { id, name, email, role }, path)
	}
	assert.equal(claims((await sign_in('usher')).access).user, undefined)
})

test('an usher\'s session lasts 36 hours: an app that comes back after 24 is still in; a page has twelve idle hours of them', async () => {
	const tokens = await sign_in('usher'), id = (access) => JSON.parse(Buffer.from(access.split('.')[1], 'base64url')).sid
	const length = (where) => Number(sql(`SELECT TIMESTAMPDIFF(SECOND, created_at, expires_at) FROM session WHERE ${where}`)[0][0])
	// So many hours go by for it.
	const later = (hours) => {
		const moved = (...columns) => columns.map((c) => `${c} = ${c} - INTERVAL ${hours * 60} MINUTE`).join()
		sql(`UPDATE session SET ${moved('created_at', 'seen_at', 'expires_at')} WHERE id = ${id(tokens.access)};
			UPDATE refresh_token SET ${moved('expires_at')} WHERE session_id = ${id(tokens.access)}`)
	}

	assert.equal(length(`id = ${id(tokens.access)}`), 36 * 3600)
	later(24)
	const fresh = await expect(200, 'POST', '/api/usher/token/refresh/', { refresh: tokens.refresh })
	await expect(200, 'GET', '/api/usher/events/', undefined, { token: fresh.data.access })
	later(11.5)
	const last = await expect(200, 'POST', '/api/usher/token/refresh/', { refresh: fresh.data.refresh })
	later(0.5)
	problem(await api('POST', '/api/usher/token/refresh/', { refresh: last.data.refresh }), 401, 'TOKEN_EXPIRED')
	problem(await api('GET', '/api/usher/events/', undefined, { token: last.data.access }), 401, 'TOKEN_INVALID')

	const browser = new Browser()
	await browser.open('/gate/sign-in')
	await browser.send('/gate/sign-in', DEMO.usher)
	assert.equal(browser.location, '/gate')
	const of_page = sql(`SELECT id FROM session WHERE role = 'usher' AND cookie_hash IS NOT NULL ORDER BY id DESC LIMIT 1`)[0][0]

	assert.equal(length(`id = ${of_page}`), 36 * 3600)
	for (const [idle, location] of [[11, '/gate'], [13, '/gate/sign-in']]) {
		sql(`UPDATE session SET seen_at = UTC_TIMESTAMP(3) - INTERVAL ${idle} HOUR WHERE id = ${of_page}`)
		await browser.open('/gate')
		assert.equal(browser.location?.split('?')[0] ?? browser.path, location, `${idle} idle hours`)
	}
})

test('an account signs in where it has a role, and nowhere else', async () => {
	const person = await new_customer()
	problem(await api('POST', '/api/organizer/login/', { contact_mobile: person.mobile_number, password: person.password }),
		401, 'INVALID_CREDENTIALS')
	problem(await api('POST', '/api/merchant/login/', person), 401, 'INVALID_CREDENTIALS')
	problem(await api('GET', '/api/organizer/me/', undefined, { token: person.access }), 403, 'FORBIDDEN')
	problem(await api('POST', '/api/auth/2fa/enroll/', {}, { token: person.access }), 403, 'FORBIDDEN')
	problem(await me(await token('organizer')), 403, 'FORBIDDEN')
})

test('an usher signs in to an event that is theirs', async () => {
	const { usher } = DEMO
	problem(await api('POST', '/api/usher/login/', { ...usher, password: 'not it at all' }), 401, 'INVALID_CREDENTIALS')
	problem(await api('POST', '/api/usher/login/', { ...usher, username: 'nobody' }), 401, 'INVALID_CREDENTIALS')
	problem(await api('POST', '/api/usher/login/', { ...usher, event_id: 999999 }), 403, 'NOT_ASSIGNED')
	const person = await new_customer(), username = `user${person.user.id}`
	sql(`UPDATE account SET username = '${username}' WHERE id = ${person.user.id}`)
	problem(await api('POST', '/api/usher/login/', { event_id: 1, username, password: person.password }), 403, 'NOT_USHER')
})

// ---- tokens ----

const session_of = (access) => JSON.parse(Buffer.from(access.split('.')[1], 'base64url')).sid
// As if all that was refreshed in this session had been so long ago.
const long_ago = (access, seconds) =>
	sql(`UPDATE refresh_token SET used_at = used_at - INTERVAL ${seconds} SECOND WHERE session_id = ${session_of(access)}`)

test('a refresh token is rotated, and one used again later than 30 s after ends its family', async () => {
	const person = await new_customer()
	const first = await expect(200, 'POST', '/api/v1/token/refresh/', { refresh: person.refresh })
	assert.ok(first.data.access && first.data.refresh && first.data.refresh !== person.refresh)
	assert.equal(first.data.token_type, 'Bearer')
	assert.equal((await me(first.data.access)).status, 200)
	long_ago(person.access, 29)
	const again = await expect(200, 'POST', '/api/v1/token/refresh/', { refresh: person.refresh })
	assert.equal(session_of(again.data.access), session_of(person.access))
	assert.notEqual(again.data.refresh, first.data.refresh)
	long_ago(person.access, 2)
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: person.refresh }), 401, 'TOKEN_INVALID')
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: first.data.refresh }), 401, 'TOKEN_INVALID')
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: again.data.refresh }), 401, 'TOKEN_INVALID')
	problem(await me(first.data.access), 401, 'TOKEN_INVALID')
})

test('an app that refreshes six times at once goes on with whichever pair it keeps', async () => {
	const person = await new_customer()
	const answers = await Promise.all(Array.from({ length: 6 }, () =>
		api('POST', '/api/v1/token/refresh/', { refresh: person.refresh })))
	assert.deepEqual(answers.map((a) => a.status), Array(6).fill(200))
	assert.equal(new Set(answers.map((a) => a.body.data.refresh)).size, 6)
	for (const { body } of answers) {
		assert.equal((await me(body.data.access)).status, 200)
		await expect(200, 'POST', '/api/v1/token/refresh/', { refresh: body.data.refresh })
	}
})

test('every mount refreshes and signs out its own people', async () => {
	forget_tries()
	const mounts = {
		customer: ['/api/v1/token/refresh/', '/api/v1/logout/'],
		organizer: ['/api/organizer/token/refresh/', '/api/organizer/logout/'],
		merchant: ['/api/merchant/token/refresh/', '/api/merchant/logout/'],
		usher: ['/api/usher/token/refresh/', '/api/usher/logout/'],
		staff: ['/api/auth/refresh/', '/api/auth/logout/']
	}
	for (const [kind, [refresh, logout]] of Object.entries(mounts)) {
		const tokens = await sign_in(kind)
		for (const [other, [foreign]] of Object.entries(mounts))
			if (other !== kind)
				problem(await api('POST', foreign, { refresh: tokens.refresh }), 401, 'TOKEN_INVALID')
		const { data } = await expect(200, 'POST', refresh, { refresh: tokens.refresh })
		const any = await expect(200, 'POST', '/api/token/refresh/', { refresh: data.refresh })
		await expect(200, 'POST', logout, { refresh: any.data.refresh })
		problem(await api('POST', refresh, { refresh: any.data.refresh }), 401, 'TOKEN_INVALID')
	}
})

test('signing out ends the access token too; a token nobody knows is no news', async () => {
	const person = await new_customer()
	await expect(200, 'POST', '/api/v1/logout/', { refresh: person.refresh })
	problem(await me(person.access), 401, 'TOKEN_INVALID')
	await expect(200, 'POST', '/api/v1/logout/', { refresh: 'no-such-token' })
	problem(await api('POST', '/api/v1/logout/', {}), 422, 'VALIDATION_ERROR')
})

test('tokens that are forged, of another kind, or over', async () => {
	const person = await new_customer()
	const [head, body, signature] = person.access.split('.')
	const claims = JSON.parse(Buffer.from(body, 'base64url'))
	const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url')
	const forged = part({ ...claims, role: 'superadmin', admin_id: 1 })

	for (const bad of [
		`${head}.${forged}.${signature}`,
		`${part({ alg: 'none', typ: 'JWT' })}.${body}.`,
		`${part({ alg: 'none', typ: 'JWT' })}.${forged}.${signature}`,
		`${head}.${forged}.${createHmac('sha256', 'secret').update(`${head}.${forged}`).digest('base64url')}`,
		`${head}.${body}`, person.refresh, 'x', ''
	])
		problem(await api('GET', `${V1}/me/`, undefined, { headers: { authorization: `Bearer ${bad}` } }), 401, 'TOKEN_INVALID')
	problem(await api('GET', `${V1}/me/`, undefined, { headers: { authorization: `Basic ${person.access}` } }), 401, 'TOKEN_INVALID')
	problem(await api('GET', `${V1}/me/`), 401, 'TOKEN_INVALID')
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: person.access.slice(0, 199) }), 401, 'TOKEN_INVALID')
	// The session's absolute end.
	sql(`UPDATE refresh_token r JOIN session s ON s.id = r.session_id SET r.expires_at = UTC_TIMESTAMP(3),
		s.expires_at = UTC_TIMESTAMP(3) WHERE s.account_id = ${person.user.id}`)
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: person.refresh }), 401, 'TOKEN_EXPIRED')
	problem(await me(person.access), 401, 'TOKEN_INVALID')
})

test('what the database holds of tokens, codes and passwords is hashed', async () => {
	const person = await new_customer()
	await login(person)
	const dump = sql(`SELECT HEX(hash) FROM refresh_token; SELECT HEX(code_hash), COALESCE(payload, '') FROM otp`).join('\n')
	assert.ok(!dump.includes(Buffer.from(person.refresh).toString('hex').toUpperCase()))
	assert.ok(!dump.includes(person.password))
	const [[hash]] = sql(`SELECT password_hash FROM account WHERE id = ${person.user.id}`)
	assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('a right that is taken away is gone at the next request', async () => {
	const person = await new_customer()
	sql(`DELETE FROM account_role WHERE account_id = ${person.user.id}`)
	problem(await me(person.access), 401, 'TOKEN_INVALID')
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: person.refresh }), 401, 'TOKEN_INVALID')
})

// ---- a new password ----

test('a forgotten password: all sessions end, and the code works once', async () => {
	const person = await new_customer(), { mobile_number } = person
	await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number })
	const otp = await code(mobile_number)
	problem(await api('POST', `${V1}/reset-password/`, { mobile_number, otp, new_password: 'short' }), 422, 'VALIDATION_ERROR')
	const done = await expect(200, 'POST', `${V1}/reset-password/`, { mobile_number, otp, new_password: 'quite another one' })
	assert.equal(done.data.access, undefined, 'a reset signs nobody in')
	problem(await api('POST', `${V1}/reset-password/`, { mobile_number, otp, new_password: 'yet another one' }), 422, 'OTP_EXPIRED')
	problem(await me(person.access), 401, 'TOKEN_INVALID')
	problem(await api('POST', '/api/v1/token/refresh/', { refresh: person.refresh }), 401, 'TOKEN_INVALID')
	problem(await login(person), 401, 'INVALID_CREDENTIALS')
	assert.equal((await login({ ...person, password: 'quite another one' })).status, 200)
	const [, changed] = await messages(mobile_number)
	assert.match(changed.body, /password was changed/)
})

test('asking for an unknown number: the same answer, and no code is right', async () => {
	const person = await new_customer(), unknown = new_number()
	const a = await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number: person.mobile_number })
	const b = await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number: unknown })
	assert.deepEqual(Object.keys(a.data), Object.keys(b.data))
	assert.equal(a.body.message, b.body.message)
	assert.deepEqual(await messages(unknown), [])
	problem(await api('POST', `${V1}/reset-password/`, { mobile_number: unknown, otp: '000000', new_password: 'quite another one' }),
		422, 'OTP_INVALID')
})

test('an organizer resets theirs', async () => {
	forget_tries()
	const { contact_mobile, password } = DEMO.organizer
	await expect(200, 'POST', '/api/organizer/forgot-password/', { contact_mobile })
	await expect(200, 'POST', '/api/organizer/reset-password/', { contact_mobile, otp: await code(contact_mobile), new_password: password })
	await sign_in('organizer')
})

test('changing a password needs the old one, and signs the other devices out', async () => {
	const person = await new_customer()
	await login(person)
	const { data: here } = await expect(200, 'POST', `${V1}/verify-login-otp/`, {
		mobile_number: person.mobile_number, otp: await code(person.mobile_number)
	})
	const change = (body) => api('POST', `${V1}/change-password/`, body, { token: here.access })

	problem(await change({ current_password: 'not it at all', new_password: 'quite another one' }), 422, 'VALIDATION_ERROR')
	problem(await change({ new_password: 'quite another one' }), 422, 'VALIDATION_ERROR')
	problem(await change({ current_password: person.password, new_password: 'short' }), 422, 'VALIDATION_ERROR')
	assert.equal((await change({ current_password: person.password, new_password: 'quite another one' })).status, 200)
	assert.equal((await me(here.access)).status, 200)
	problem(await me(person.access), 401, 'TOKEN_INVALID')
	problem(await login(person), 401, 'INVALID_CREDENTIALS')
})

// ---- staff ----

async function new_staff(role = 'admin') {
	const person = await new_customer(), email = `${randomUUID()}@example.test`

	sql(`UPDATE account SET email = '${email}' WHERE id = ${person.user.id};
		INSERT INTO account_role (account_id, role, granted_at) VALUES (${person.user.id}, '${role}', UTC_TIMESTAMP(3));
		INSERT INTO admin (account_id) VALUES (${person.user.id})`)
	return { email, password: person.password, id: person.user.id }
}

test('staff sign in by e-mail and password', async () => {
	const data = await sign_in('staff')
	assert.ok(data.admin_id > 0)
	assert.equal(data.user.role, 'superadmin')
	problem(await api('POST', '/api/auth/login/', { ...DEMO.staff, password: 'not it at all' }), 401, 'INVALID_CREDENTIALS')
	problem(await api('POST', '/api/auth/login/', { ...DEMO.staff, email: 'nobody@gatehouse.example' }), 401, 'INVALID_CREDENTIALS')
})

test('an authenticator app: enrolled, asked for, good once, taken off', async () => {
	const person = await new_staff(), credentials = { email: person.email, password: person.password }
	const signed = (await expect(200, 'POST', '/api/auth/login/', credentials)).data
	const elsewhere = (await expect(200, 'POST', '/api/auth/login/', credentials)).data
	const post = (path, body, access = signed.access) => api('POST', `/api/auth/${path}/`, body, { token: access })

	problem(await post('2fa/confirm', { otp: '123456' }), 409, 'NOT_ENROLLED')
	const { data: enrolled } = await post('2fa/enroll', {})
	assert.match(enrolled.secret, /^[A-Z2-7]{32}$/)
	assert.ok(enrolled.otpauth_url.startsWith('otpauth://totp/') && enrolled.otpauth_url.includes(`secret=${enrolled.secret}`))
	assert.match(enrolled.image, /^data:image\/png;base64,/)
	assert.ok((await expect(200, 'POST', '/api/auth/login/', credentials)).data.access, 'not asked for before it is confirmed')
	problem(await post('2fa/confirm', { otp: wrong(totp(enrolled.secret)) }), 422, 'OTP_INVALID')
	const used = totp(enrolled.secret, -1)
	assert.equal((await post('2fa/confirm', { otp: used })).status, 200)
	problem(await api('GET', '/api/auth/me/', undefined, { token: elsewhere.access }), 401, 'TOKEN_INVALID')
	problem(await post('2fa/enroll', {}), 409, 'SECOND_FACTOR_ON')

	// From now on the password alone does not do.
	const first = await expect(200, 'POST', '/api/auth/login/', credentials)
	assert.equal(first.data.otp_required, true)
	assert.equal(first.data.access, undefined)
	const verify = (otp, more) => api('POST', '/api/auth/verify-otp/', { email: person.email, otp, ...more })
	problem(await verify(used), 422, 'OTP_INVALID')
	problem(await verify(wrong(totp(enrolled.secret))), 422, 'OTP_INVALID')
	const now = totp(enrolled.secret)
	const { data } = await verify(now, { challenge: first.data.challenge })
	assert.ok(data.access && data.admin_id)
	await expect(200, 'POST', '/api/auth/login/', credentials)
	problem(await verify(now), 422, 'OTP_INVALID')
	problem(await api('POST', '/api/auth/verify-otp/', { email: DEMO.staff.email, otp: totp(enrolled.secret, 1) }), 422, 'OTP_INVALID')

	// The secret is sealed, and leaves by the password.
	const [[sealed]] = sql(`SELECT HEX(totp_secret) FROM account WHERE id = ${person.id}`)
	assert.equal(sealed.length, 120)
	problem(await post('2fa/disable', {}, data.access), 422, 'VALIDATION_ERROR')
	problem(await post('2fa/disable', { password: 'not it at all' }, data.access), 422, 'VALIDATION_ERROR')
	assert.equal((await post('2fa/disable', { password: person.password }, data.access)).status, 200)
	forget_tries()
	assert.ok((await expect(200, 'POST', '/api/auth/login/', credentials)).data.access)
})

test('a new password does not get around the app', async () => {
	const person = await new_staff()
	const credentials = { email: person.email, password: person.password }
	const { data: signed } = await expect(200, 'POST', '/api/auth/login/', credentials)
	const { data: enrolled } = await api('POST', '/api/auth/2fa/enroll/', {}, { token: signed.access })
	await expect(200, 'POST', '/api/auth/2fa/confirm/', { otp: totp(enrolled.secret) }, { token: signed.access })
	await expect(200, 'POST', `/api/users/${person.id}/reset-password/`, { new_password: 'quite another one' }, { token: await token('staff') })
	const { data } = await expect(200, 'POST', '/api/auth/login/', { email: person.email, password: 'quite another one' })
	assert.equal(data.otp_required, true)
	assert.equal(data.access, undefined)
})

test('an app is enrolled by who signed in a short while ago', async () => {
	const person = await new_staff()
	const { data } = await expect(200, 'POST', '/api/auth/login/', { email: person.email, password: person.password })
	sql(`UPDATE session SET created_at = created_at - INTERVAL 31 MINUTE WHERE account_id = ${person.id}`)
	problem(await api('POST', '/api/auth/2fa/enroll/', {}, { token: data.access }), 403, 'SIGN_IN_AGAIN')
	sql(`UPDATE session SET created_at = created_at + INTERVAL 2 MINUTE WHERE account_id = ${person.id}`)
	await expect(200, 'POST', '/api/auth/2fa/enroll/', {}, { token: data.access })
})

test('a telephone alone sets no new password for staff', async () => {
	const person = await new_staff('support')
	const [[mobile_number]] = sql(`SELECT mobile_number FROM account WHERE id = ${person.id}`)
	const stranger = await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number: new_number() })
	const asked = await expect(200, 'POST', `${V1}/forgot-password/request-otp/`, { mobile_number })
	assert.deepEqual(Object.keys(asked.data), Object.keys(stranger.data))
	assert.equal(asked.body.message, stranger.body.message)
	const [{ body }] = await messages(mobile_number)
	assert.match(body, /ask an admin/)
	assert.doesNotMatch(body, /\d{6}/)
	assert.ok((await expect(200, 'POST', '/api/auth/login/', { email: person.email, password: person.password })).data.access)
})

test('where the site requires a second factor, who has no app gets a code by mail', async () => {
	const person = await new_staff('support')
	const credentials = { email: person.email, password: person.password }
	sql(`UPDATE setting SET value = 'required' WHERE name = 'staff_second_factor'`)
	try {
		const { data } = await expect(200, 'POST', '/api/auth/login/', credentials)
		assert.equal(data.otp_required, true)
		assert.equal(data.access, undefined)
		const [message] = await messages(person.email)
		assert.equal(message.channel, 'mail')
		const otp = await code(person.email)
		problem(await api('POST', '/api/auth/verify-otp/', { email: person.email, otp: wrong(otp) }), 422, 'OTP_INVALID')
		const answer = await expect(200, 'POST', '/api/auth/verify-otp/', { email: person.email, otp })
		assert.equal(answer.data.user.role, 'support')
	} finally {
		sql(`UPDATE setting SET value = 'optional' WHERE name = 'staff_second_factor'`)
	}
})

// ---- profiles and pictures ----

test('a profile is read and changed in part', async () => {
	const person = await new_customer()
	const put = (body) => api('PUT', `${V1}/profile/`, body, { token: person.access })

	assert.equal((await put({
		name: 'Ada Lovelace', birth_date: '1990-12-10', blood_type: 'O-', locale: 'ar',
		emergency_contact: { name: 'Anne', mobile_number: '+1 555 010 0009' }
	})).status, 200)
	const changed = (await put({ blood_type: null, emergency_contact: { name: 'Annabella' } })).data
	assert.equal(changed.name, 'Ada Lovelace')
	assert.equal(changed.birth_date, '1990-12-10')
	assert.equal(changed.blood_type, null)
	assert.deepEqual(changed.emergency_contact, { name: 'Annabella', mobile_number: '+15550100009' })
	assert.equal(changed.locale, 'ar')
	assert.deepEqual((await me(person.access)).data, changed)
	for (const bad of [{ birth_date: '2990-01-01' }, { blood_type: 'C' }, { name: '' }, { locale: 'xx' }, { email: 'x' }])
		problem(await put(bad), 422, 'VALIDATION_ERROR')
	// What is not the customer's to change.
	const same = (await put({ mobile_number: '+15550100001', id: 1, customer_id: 1, registration_fee_paid: true, status: 'x' })).data
	assert.deepEqual(same, changed)
	assert.ok(!('password_hash' in same) && !('totp_secret' in same))
	const [[audited]] = sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'account' AND noun_id = ${person.user.id} AND action = 'update'`)
	assert.equal(audited, '2', 'the last changed nothing')
})

test('an e-mail belongs to one account', async () => {
	const email = `${randomUUID()}@example.test`
	await new_customer({ email })
	const person = await new_customer()
	const answer = await api('PUT', `${V1}/me/`, { email }, { token: person.access })
	problem(answer, 422, 'VALIDATION_ERROR')
	assert.ok(answer.body.errors.email)
})

test('a photo: what it is, not what it is called; seen by its owner and by those who work here', async () => {
	const person = await new_customer(), stranger = await new_customer()
	const upload = (bytes, name = 'me.png', type = 'image/png') => {
		const form = new FormData()
		form.set('photo', new Blob([bytes], { type }), name)
		return api('PUT', `${V1}/profile/`, form, { token: person.access })
	}
	const picture = png(10 + Math.floor(Math.random() * 1000), 8)

	for (const bad of [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), Buffer.from('<?php echo 1; ?>')])
		problem(await upload(bad), 422, 'VALIDATION_ERROR')
	problem(await upload(png(9000, 9000)), 422, 'PICTURE_TOO_LARGE')
	const saved = await upload(picture, '../../evil.php', 'text/html')
	assert.equal(saved.status, 200, saved.text)
	const sha = saved.data.photo.match(/\/files\/([0-9a-f]{64})\?/)[1], at = `/api/files/${sha}`
	assert.equal(saved.data.name, person.name, 'the rest is as it was')
	const own = await api('GET', at, undefined, { token: person.access })
	assert.equal(own.status, 200)
	assert.equal(own.headers.get('content-type'), 'image/png')
	assert.deepEqual(own.bytes, picture)
	problem(await api('GET', at, undefined, { token: stranger.access }), 404, 'FILE_NOT_FOUND')
	problem(await api('GET', at), 401, 'TOKEN_INVALID')
	assert.equal((await api('GET', at, undefined, { token: await token('usher') })).status, 200)
	assert.equal((await fetch(`${site}/files/${sha}`)).status, 404)
	problem(await api('GET', '/api/files/..%2f..%2fkey', undefined, { token: person.access }), 404, 'NOT_FOUND')
	problem(await api('GET', `/api/files/${'0'.repeat(64)}`, undefined, { token: person.access }), 404, 'FILE_NOT_FOUND')
})

test('an organizer changes their profile', async () => {
	const { access } = await sign_in('organizer')
	const before = (await expect(200, 'GET', '/api/organizer/me/', undefined, { token: access })).data
	const after = (await expect(200, 'PUT', '/api/organizer/profile/', { about: 'We make nights.' }, { token: access })).data
	assert.equal(after.about, 'We make nights.')
	assert.equal(after.company, before.company)
	assert.equal(after.contact_mobile, DEMO.organizer.contact_mobile)
	problem(await api('PUT', '/api/organizer/profile/', { company: null }, { token: access }), 422, 'VALIDATION_ERROR')
	await expect(200, 'PUT', '/api/organizer/profile/', { about: before.about }, { token: access })
})

// ---- pages ----

test('the page of a code that was wrong still says where the code went, and with a fault at the field', async () => {
	const browser = new Browser(), { mobile_number, password } = await new_customer()

	await browser.go('/sign-in')
	await browser.submit('/sign-in', { mobile_number, password })
	const sent = browser.html.match(/We sent six digits to <bdi>([^<]+)</)?.[1]
	assert.ok(sent, browser.html.slice(0, 600))
	await browser.send('/sign-in/code', { otp: wrong(await code(mobile_number)) })
	assert.equal(browser.status, 422)
	assert.ok(browser.html.includes(`We sent six digits to <bdi>${sent}<`), 'the page forgot where the code went')
	assert.match(browser.html, /id="e-otp"/)
})

test('a person registers, signs out and signs in on the pages, and lands where they wanted to go', async () => {
	const browser = new Browser(), mobile_number = new_number(), password = 'three plain words'
	await browser.open('/account')
	assert.equal(browser.status, 303)
	assert.equal(browser.location, '/sign-in?next=/account')
	await browser.open('/register')
	await browser.send('/register', { name: 'Ada Byron', mobile_number, password: 'short', email: '' })
	assert.equal(browser.status, 422)
	assert.match(browser.html, /aria-invalid="true"/)
	assert.match(browser.html, /value="Ada Byron"/, 'what was typed is there again')
	assert.ok(!browser.html.includes('value="short"'), 'but no password is')
	await browser.submit('/register', { name: 'Ada Byron', mobile_number, password, email: '', next: '/account' })
	assert.match(browser.path, /^\/register\/code\?challenge=[0-9a-f-]{36}&next=\/account$/)
	assert.ok(!browser.path.includes(mobile_number.slice(1)))
	assert.match(browser.html, /href="\/demo"/)
	const otp = await code(mobile_number)
	await browser.send('/register/code', { otp: wrong(otp) })
	assert.equal(browser.status, 422)
	await browser.send('/register/code', { otp })
	assert.equal(browser.status, 303, browser.html)
	assert.equal(browser.location, '/account')
	const cookie = set_cookies(browser.headers).find((line) => line.startsWith('gh_customer='))
	assert.match(cookie, /HttpOnly/)
	assert.match(cookie, /SameSite=Lax/)
	await browser.open('/account')
	assert.equal(browser.status, 200)
	assert.match(browser.html, /Ada Byron/)

	const stolen = browser.cookies.get('gh_customer')
	await browser.submit('/sign-out')
	assert.equal(browser.cookies.has('gh_customer'), false)
	browser.cookies.set('gh_customer', stolen)
	assert.equal((await browser.open('/account')).status, 303, 'the session is over, not only its cookie')

	await browser.open('/sign-in?next=/account')
	await browser.submit('/sign-in', { mobile_number, password })
	await browser.send('/sign-in/code', { otp: await code(mobile_number) })
	assert.equal(browser.location, '/account')
	assert.notEqual(browser.cookies.get('gh_customer'), stolen)
	await browser.open('/account')
	await browser.submit('/account', { name: 'Ada King', email: '', birth_date: '', blood_type: 'AB+', locale: 'ar' })
	assert.match(browser.html, /dir="rtl"/)
	assert.match(browser.html, /Ada King/)
	await browser.send('/account/password', { current_password: 'not it at all', new_password: 'quite another one' })
	assert.equal(browser.status, 422)
	assert.match(browser.html, /e-current_password/)
	await browser.submit('/account/password', { current_password: password, new_password: 'quite another one' })
	assert.equal(browser.status, 200)
})

test('next leads into this site only', async () => {
	const person = await new_customer()
	for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/%09/evil.example']) {
		const browser = new Browser()
		await browser.open(`/sign-in?next=${encodeURIComponent(next)}`)
		const target = await browser.send('/sign-in', { mobile_number: person.mobile_number, password: person.password, next })
		assert.equal(target.status, 303, target.html.slice(0, 300))
		assert.match(target.location, /^\/sign-in\/code\?challenge=[0-9a-f-]{36}(&next=\/%2509\/evil\.example)?$/)
		forget_tries()
	}
	const locale = await fetch(`${site}/locale/ar?next=//evil.example`, { redirect: 'manual' })
	assert.equal(locale.headers.get('location'), '/')
	assert.match(set_cookies(locale.headers).join(), /gh_locale=ar/)
	assert.equal((await fetch(`${site}/locale/xx`, { redirect: 'manual' })).status, 404)
})

test('a form without its token, or with one of another session, is refused', async () => {
	const browser = new Browser(), other = new Browser()
	await browser.open('/sign-in')
	await other.open('/sign-in')
	const fields = { mobile_number: new_number(), password: 'three plain words' }
	for (const csrf of ['', other.hidden('/sign-in').csrf, 'x'.repeat(43)])
		assert.equal((await browser.send('/sign-in', { ...fields, csrf })).status, 403), await browser.open('/sign-in')
	assert.equal((await browser.send('/sign-in', fields)).status, 422)
	assert.match(browser.html, /the password is wrong/)
})

test('what no form could send is refused, and shown nowhere', async () => {
	const nested = (depth) => (depth ? { a: nested(depth - 1) } : 'x')
	for (const mobile_number of [nested(25), [[[[[[1]]]]]], Array(500).fill({ a: 1 })]) {
		const answer = await api('POST', '/sign-in', { mobile_number, csrf: 'x' })
		assert.equal(answer.status, 403, answer.text.slice(0, 300))
		assert.match(answer.text, /<h1>/)
	}
})

test('the portals let in their own people', async () => {
	forget_tries()
	for (const [portal, kind, contact] of [['/organizer', 'organizer', 'contact_mobile'], ['/merchant', 'merchant', 'mobile_number']]) {
		const browser = new Browser(), credentials = DEMO[kind]
		await browser.open(`${portal}/sign-in`)
		await browser.submit(`${portal}/sign-in`, credentials)
		await browser.send(`${portal}/sign-in/code`, { otp: await code(credentials[contact]) })
		assert.equal(browser.location, portal)
		assert.equal((await browser.open(`${portal}/account`)).status, 200)
		assert.equal((await browser.open('/admin/account')).status, 303)
		assert.equal((await browser.open('/account')).status, 303)
	}
	const staff = new Browser()
	await staff.open('/admin/sign-in')
	await staff.send('/admin/sign-in', DEMO.staff)
	assert.equal(staff.location, '/admin')
	assert.equal((await staff.open('/admin/account')).status, 200)
	const usher = new Browser()
	await usher.open('/gate/sign-in')
	await usher.send('/gate/sign-in', { ...DEMO.usher, password: 'not it at all' })
	assert.equal(usher.status, 422)
	await usher.send('/gate/sign-in', DEMO.usher)
	assert.equal(usher.location, '/gate')
	assert.equal((await usher.open('/gate/account')).status, 200)
})

test('a forgotten password on the pages', async () => {
	const person = await new_customer(), browser = new Browser()
	await browser.open('/forgot')
	await browser.submit('/forgot', { mobile_number: person.mobile_number })
	assert.match(browser.path, /^\/reset\?challenge=/)
	await browser.submit('/reset', { otp: await code(person.mobile_number), new_password: 'quite another one' })
	assert.equal(browser.path, '/sign-in')
	assert.match(browser.html, /Your password is changed/)
	assert.equal((await login({ ...person, password: 'quite another one' })).status, 200)
})

test('staff enroll an app on the pages and sign in with it', async () => {
	const person = await new_staff(), browser = new Browser()
	const credentials = { email: person.email, password: person.password }
	await browser.open('/admin/sign-in')
	await browser.send('/admin/sign-in', credentials)
	await browser.open('/admin/second-factor')
	await browser.submit('/admin/second-factor/enroll')
	const secret = browser.html.match(/<code[^>]*>([A-Z2-7]{32})</)[1]
	assert.match(browser.html, /src="data:image\/png;base64,/)
	await browser.send('/admin/second-factor/confirm', { otp: wrong(totp(secret)) })
	assert.equal(browser.status, 422)
	assert.match(browser.html, new RegExp(secret), 'the picture is still there')
	await browser.submit('/admin/second-factor/confirm', { otp: totp(secret, -1) })
	assert.match(browser.html, /action="\/admin\/second-factor\/disable"/)
	const again = new Browser()
	await again.open('/admin/sign-in')
	await again.submit('/admin/sign-in', credentials)
	assert.match(again.html, /authenticator app/)
	await again.send('/admin/sign-in/code', { otp: totp(secret) })
	assert.equal(again.location, '/admin')
	await again.open('/admin/second-factor')
	await again.submit('/admin/second-factor/disable', { password: person.password })
	assert.match(again.html, /action="\/admin\/second-factor\/enroll"/)
})
