// The mounts of institutions, as their existing apps meet them: the campus's bare dialect, whose refresh token is kept, and the
// directory's camelCase, which two families of clients read at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, DEMO, expect, new_customer, sql } from './lib.mjs'
import { as, contract, new_member, ok, refused } from './world.mjs'

const CAMPUS = '/api/campus', PEOPLE = '/api/people'
const claims = (access) => JSON.parse(atob(access.split('.')[1]))

// ---- campus ----

test('campus: a right password is answered by the object itself, with the user as apps read it', async () => {
	const answer = await expect(200, 'POST', `${CAMPUS}/auth/login/`, DEMO.campus)

	contract(answer)
	assert.deepEqual(Object.keys(answer.body).sort(), ['access', 'expires_in', 'refresh', 'token_type', 'user'])
	const { user } = answer.body
	for (const key of ['id', 'username', 'email', 'role', 'department', 'campus', 'is_verified'])
		assert.ok(key in user, key)
	assert.equal(user.role, 'student')
	assert.equal(typeof user.campus, 'string')
	// By the e-mail, in the same field.
	assert.equal((await expect(200, 'POST', `${CAMPUS}/auth/login/`, { username: user.email, password: DEMO.campus.password })).body.user.id, user.id)
})

test('campus: a role is told in the campus\'s own word', async () => {
	assert.equal((await new_member('campus_organizer')).user.role, 'organizer')
	assert.equal((await new_member('campus_admin')).user.role, 'admin')
	assert.equal((await new_member('hr')).user.role, 'hr')
})

test('campus: wrong credentials, fields at fault, unknown fields and dead tokens, as the clients tell them apart', async () => {
	let answer = await api('POST', `${CAMPUS}/auth/login/`, { ...DEMO.campus, password: 'wrong' })
	assert.deepEqual([answer.status, answer.body.code], [401, 'no_active_account'])
	contract(answer)
	answer = await api('POST', `${CAMPUS}/auth/login/`, { password: 'x' })
	assert.equal(answer.status, 400)
	assert.deepEqual(answer.body.username, ['This is required.'])
	assert.match(answer.body.error, /^Username: /)
	answer = await api('POST', `${CAMPUS}/auth/login/`, { ...DEMO.campus, device: 'x', other: 1 })
	assert.equal(answer.status, 200)
	assert.deepEqual(answer.headers.get('x-ignored-fields').split(', ').sort(), ['device', 'other'])
	answer = await api('GET', `${CAMPUS}/auth/profile/`)
	assert.deepEqual([answer.status, answer.body.code, answer.body.messages], [401, 'not_authenticated', undefined])
	answer = await api('GET', `${CAMPUS}/auth/profile/`, undefined, { token: 'a.b.c' })
	assert.deepEqual([answer.status, answer.body.code, answer.body.messages[0].token_type], [401, 'token_not_valid', 'access'])
	answer = await api('GET', `${CAMPUS}/no/such/thing/`)
	assert.deepEqual([answer.status, answer.body.code], [404, 'not_found'])
	answer = await api('DELETE', `${CAMPUS}/auth/profile/`)
	assert.deepEqual([answer.status, answer.body.code, answer.headers.get('allow')], [405, 'method_not_allowed', 'GET, HEAD, OPTIONS'])
	answer = await api('POST', `${CAMPUS}/auth/login/`, undefined, { bytes: '{', headers: { 'content-type': 'application/json' } })
	assert.deepEqual([answer.status, answer.body.code], [400, 'parse_error'])
})

test('campus: a refresh token stays good, however many refresh at once, until it is signed out', async () => {
	const student = await new_member('student'), path = `${CAMPUS}/auth/refresh/`, { refresh } = student
	const answers = await Promise.all(Array.from({ length: 8 }, () => api('POST', path, { refresh })))

	for (const answer of answers) {
		assert.deepEqual(Object.keys(answer.body), ['access'])
		assert.equal((await as(answer.body.access).get(`${CAMPUS}/auth/profile/`)).status, 200)
	}
	const nothing = await api('POST', path, { refresh: null })
	assert.equal(nothing.status, 400)
	assert.deepEqual(await api('POST', `${CAMPUS}/auth/logout/`, { refresh }).then((a) => [a.status, a.body]), [200, { message: 'Signed out.' }])
	refused(await api('POST', path, { refresh }), 401, 'TOKEN_INVALID')
	refused(await as(student).get(`${CAMPUS}/auth/profile/`), 401, 'TOKEN_INVALID')
	assert.equal((await api('POST', `${CAMPUS}/auth/logout/`, { refresh })).status, 200)
	assert.equal((await api('POST', `${CAMPUS}/auth/logout/`, {})).status, 200)
})

test('campus: who asks for rotation has it from then on, with its family rule', async () => {
	const student = await new_member('student'), path = `${CAMPUS}/auth/refresh/`, session = claims(student.access).sid
	const first = ok(await api('POST', path, { refresh: student.refresh, rotate: true }))

	assert.ok(first.refresh && first.refresh !== student.refresh)
	const second = ok(await api('POST', path, { refresh: first.refresh }))
	assert.ok(second.refresh && second.refresh !== first.refresh)
	sql(`UPDATE refresh_token SET used_at = used_at - INTERVAL 31 SECOND WHERE session_id = ${session}`)
	refused(await api('POST', path, { refresh: student.refresh }), 401, 'TOKEN_INVALID')
	refused(await api('POST', path, { refresh: second.refresh }), 401, 'TOKEN_INVALID')
})

test('campus: the bearer\'s own session is signed out where no refresh token is sent', async () => {
	const student = await new_member('student')

	ok(await as(student).post(`${CAMPUS}/auth/logout/`, {}))
	refused(await as(student).get(`${CAMPUS}/auth/profile/`), 401, 'TOKEN_INVALID')
})

test('campus: one\'s profile changes in part, by PUT and PATCH alike; what is staff\'s to change is a fault', async () => {
	const student = await new_member('student'), path = `${CAMPUS}/auth/profile/update/`

	assert.equal(ok(await as(student).patch(path, { first_name: 'Amina' })).full_name, 'Amina Member')
	const changed = ok(await as(student).put(path, { year_level: 4 }))
	assert.deepEqual([changed.first_name, changed.year_level], ['Amina', 4])
	assert.deepEqual(ok(await as(student).get(`${CAMPUS}/auth/profile/`)), changed)
	for (const field of ['role', 'student_id', 'department', 'campus'])
		assert.ok(refused(await as(student).patch(path, { [field]: 'admin' }), 422, 'VALIDATION_ERROR').errors[field])
	assert.ok(refused(await as(student).patch(path, { is_verified: true }), 422, 'VALIDATION_ERROR').errors.is_verified)
	assert.equal((await api('OPTIONS', path)).status, 204)
	assert.match((await api('GET', path)).headers.get('allow'), /PUT, PATCH, OPTIONS/)
})

test('campus: staff with an authenticator app are asked for its code', async () => {
	const admin = await new_member('campus_admin'), staff = await new_member('hr')

	assert.ok(staff.access)
	// The app is enrolled by SQL with the secret of a demo's account that has one; here is none, so the factor is only asked for.
	sql(`UPDATE account SET totp_enabled = 1 WHERE email = '${admin.email}'`)
	const answer = ok(await api('POST', `${CAMPUS}/auth/login/`, { username: admin.username, password: admin.password }))
	assert.deepEqual([answer.otp_required, answer.method, 'access' in answer], [true, 'app', false])
	refused(await api('POST', `${CAMPUS}/auth/verify-otp/`, { challenge: answer.challenge, otp: '000000' }), 422, 'OTP_INVALID')
})

// ---- people ----

test('people: one answer serves both families, and the token can be read by atob', async () => {
	const { data } = await expect(200, 'POST', `${PEOPLE}/auth/login`, DEMO.people), { user } = data

	assert.equal(data.token, data.accessToken)
	assert.deepEqual([data.tokenType, data.expiresIn], ['Bearer', 3600])
	assert.deepEqual([user.email, user.role, user.isActive, user.status], [DEMO.people.email, 'USER', true, 'active'])
	assert.match(user.id, /^\d+$/)
	assert.deepEqual(Object.keys(claims(data.token).user).sort(),
		['createdAt', 'email', 'firstName', 'id', 'isActive', 'lastName', 'role', 'updatedAt'])
	assert.equal(claims(data.token).user.id, user.id)
	assert.equal(claims(data.token).aud, 'people')
	assert.deepEqual(ok(await as(data.token).get(`${PEOPLE}/auth/me`)), ok(await as(data.token).get(`${PEOPLE}/users/me`)))
})

test('people: names in any script arrive whole in a token that atob reads', async () => {
	const person = await new_member('user')

	ok(await as(person).patch(`${PEOPLE}/users/me`, { firstName: '李小龍 🦊', lastName: '~ÿ?>' }))
	const { data } = await expect(200, 'POST', `${PEOPLE}/auth/refresh`, { refreshToken: person.refresh })
	assert.deepEqual([claims(data.token).user.firstName, claims(data.token).user.lastName], ['李小龍 🦊', '~ÿ?>'])
	assert.doesNotMatch(data.token.split('.')[1], /[-_]/)
})

test('people: refreshing gives the whole answer with the same refresh token; a dead one is a 400', async () => {
	const person = await new_member('user'), refresh = { refreshToken: person.refresh }
	const all = await Promise.all(Array.from({ length: 5 }, () => api('POST', `${PEOPLE}/auth/refresh`, refresh)))

	for (const answer of all)
		assert.deepEqual([answer.status, answer.data.refreshToken, answer.data.user.email], [200, person.refresh, person.email])
	ok(await api('POST', `${PEOPLE}/auth/logout`, refresh))
	refused(await api('POST', `${PEOPLE}/auth/refresh`, refresh), 400, 'REFRESH_INVALID')
	refused(await as(person).get(`${PEOPLE}/auth/me`), 401, 'TOKEN_INVALID')
	assert.deepEqual(ok(await api('POST', `${PEOPLE}/auth/logout`, {})), {})
})

test('people: a session lasts twelve hours, and thirty days for who asks to be remembered', async () => {
	const hours = ({ data }) => Number(sql(`SELECT TIMESTAMPDIFF(HOUR, created_at, expires_at) FROM session WHERE id = ${claims(data.token).sid}`)[0][0])
	const person = await new_member('user'), credentials = { email: person.email, password: person.password }

	assert.equal(hours(await expect(200, 'POST', `${PEOPLE}/auth/login`, credentials)), 12)
	assert.equal(hours(await expect(200, 'POST', `${PEOPLE}/auth/login`, { ...credentials, rememberMe: true })), 720)
})

test('people: fields and faults travel in camelCase; the first fault is the message', async () => {
	const person = await new_member('user')
	const answer = await as(person).patch(`${PEOPLE}/users/me`, { firstName: 'x'.repeat(61), nickName: 1 })

	assert.equal(answer.status, 422)
	assert.deepEqual(Object.keys(answer.body.errors), ['firstName'])
	assert.equal(answer.body.message, answer.body.errors.firstName[0])
	const fine = await as(person).patch(`${PEOPLE}/users/me`, { firstName: 'Zoë', nickName: 1 })
	assert.deepEqual([ok(fine).firstName, fine.body.meta.ignored], ['Zoë', ['nickName']])
})

test('people: a second factor is asked for by a refusal with its challenge', async () => {
	const admin = await new_member('people_admin')

	sql(`UPDATE account SET totp_enabled = 1 WHERE email = '${admin.email}'`)
	const answer = refused(await api('POST', `${PEOPLE}/auth/login`, { email: admin.email, password: admin.password }), 403, 'SECOND_FACTOR_REQUIRED')
	assert.match(answer.body.challenge, /^[0-9a-f-]{36}$/)
	refused(await api('POST', `${PEOPLE}/auth/verify-otp`, { challenge: answer.body.challenge, otp: '000000' }), 422, 'OTP_INVALID')
})

// ---- a right at one is none elsewhere ----

test('a token is good on its own mount alone, and so is a refresh token', async () => {
	const customer = await new_customer(), student = await new_member('student'), person = await new_member('user')

	for (const [who, path] of [[student, '/api/v1/users/me/'], [person, '/api/v1/users/me/'], [customer, `${CAMPUS}/auth/profile/`],
		[person, `${CAMPUS}/auth/profile/`], [customer, `${PEOPLE}/auth/me`], [student, `${PEOPLE}/auth/me`], [student, '/api/venues/']])
		refused(await as(who).get(path), 401, 'TOKEN_INVALID')
	refused(await api('POST', '/api/v1/token/refresh/', { refresh: student.refresh }), 401, 'TOKEN_INVALID')
	refused(await api('POST', '/api/token/refresh/', { refresh: person.refresh }), 401, 'TOKEN_INVALID')
	refused(await api('POST', `${CAMPUS}/auth/refresh/`, { refresh: customer.refresh }), 401, 'TOKEN_INVALID')
	refused(await api('POST', `${PEOPLE}/auth/refresh`, { refreshToken: student.refresh }), 400, 'REFRESH_INVALID')
	refused(await api('POST', '/api/auth/login/', { email: student.email, password: student.password }), 401, 'INVALID_CREDENTIALS')
	refused(await api('POST', `${CAMPUS}/auth/login/`, { username: person.email, password: person.password }), 401, 'INVALID_CREDENTIALS')
})
