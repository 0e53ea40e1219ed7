// The mounts of institutions, as their existing apps meet them: the campus's bare dialect, whose refresh token is kept, and the
// directory's camelCase, which two families of clients read at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, DEMO, expect, new_customer, sql } from './lib.mjs'
import { as, contract, new_campus, new_member, ok, refused } from './world.mjs'

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

test('campus: what a form says is undefined or null was not sent', async () => {
	const student = await new_member('student'), path = `${CAMPUS}/auth/profile/update/`, form = new FormData()

	ok(await as(student).patch(path, { first_name: 'Amina', year_level: 3 }))
	for (const [name, word] of [['first_name', 'undefined'], ['last_name', 'Null'], ['year_level', 'null'], ['role', 'undefined']])
		form.append(name, word)
	const changed = ok(await as(student).patch(path, form))
	assert.deepEqual([changed.first_name, changed.last_name, changed.year_level], ['Amina', 'Null', 3])
	// In JSON they are names like any other.
	assert.equal(ok(await as(student).patch(path, { first_name: 'undefined' })).first_name, 'undefined')
})

test('campus: names that are not known can be read back from the header', async () => {
	const names = ['b, c', '\n', 'a\r\nX-Evil: 1', 'zoë 🦊', '100%', 'plain']
	const answer = await api('POST', `${CAMPUS}/auth/login/`, { ...DEMO.campus, '': 1, ...Object.fromEntries(names.map((name) => [name, 1])) })

	assert.equal(answer.status, 200)
	assert.match(answer.headers.get('x-ignored-fields'), /^[\w.~%-]+(, [\w.~%-]+)*$/)
	assert.deepEqual(answer.headers.get('x-ignored-fields').split(', ').map(decodeURIComponent).sort(), [...names].sort())
	assert.equal(answer.headers.get('x-evil'), null)
})

test('campus: a dead refresh token is told as a dead token', async () => {
	const answer = await api('POST', `${CAMPUS}/auth/refresh/`, { refresh: 'dead' })

	assert.deepEqual([answer.status, answer.body.code, answer.body.messages.length], [401, 'token_not_valid', 1])
	contract(answer)
})

test('campus: links to other pages hold one page, and all of a long query', async () => {
	const hr = await new_member('hr'), search = 'a'.repeat(90), filler = 'x'.repeat(6000)

	await new_member('student')
	for (const query of ['page_size=1&p%61ge=2', `page_size=1&page=2&filler=${filler}`]) {
		const { body } = await as(hr).get(`${CAMPUS}/users/?${query}`)
		const previous = new URL(body.previous).searchParams
		assert.deepEqual(previous.getAll('page'), ['1'])
		assert.deepEqual(previous.getAll('filler'), query.includes('filler') ? [filler] : [])
	}
	assert.equal((await as(hr).get(`${CAMPUS}/users/?search=${search}`)).status, 200)
})

test('campus: a list is ordered by up to four columns', async () => {
	const hr = await new_member('hr')

	assert.equal((await as(hr).get(`${CAMPUS}/users/?ordering=-year_level,-date_joined,-student_id,-username`)).status, 200)
	assert.equal((await as(hr).get(`${CAMPUS}/users/?ordering=username,email,first_name,last_name,year_level`)).status, 400)
})

test('campus: a fault is told by the name that was sent', async () => {
	const hr = await new_member('hr')

	for (const name of ['limit', 'page_size']) {
		const answer = await as(hr).get(`${CAMPUS}/users/?${name}=abc`)
		assert.deepEqual([answer.status, Object.keys(answer.errors)], [400, [name]])
	}
	const twice = await as(hr).get(`${CAMPUS}/users/?limit=2&page_size=3`)
	assert.deepEqual([twice.status, twice.errors], [400, { page_size: ['This was sent more than once.'] }])
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

test('campus: the list of members as apps page, order and filter it', async () => {
	const hr = await new_member('hr'), surname = `L${hr.username}`, made = []

	for (let n = 0; n < 5; n++)
		made.push(await new_member('student'))
	sql(`UPDATE campus_member m JOIN account a ON a.id = m.account_id SET m.last_name = '${surname}', m.year_level = 1 + m.account_id % 2
		WHERE a.username IN (${made.map((m) => `'${m.username}'`)})`)
	const list = async (query) => ok(await as(hr).get(`${CAMPUS}/users/?search=${surname}&${query}`))
	const first = await list('page_size=2&ordering=-year_level,username')

	assert.deepEqual([first.count, first.previous, first.results.length], [5, null, 2])
	const again = await as(hr).get(new URL(first.next).pathname + new URL(first.next).search)
	assert.match(first.next, /^https?:\/\//)
	assert.equal(new URL(ok(again).previous).searchParams.get('page'), '1')
	const all = (await list('ordering=-year_level,username')).results
	assert.deepEqual(all.slice(0, 4), [...first.results, ...ok(again).results])
	assert.deepEqual(all, [...all].sort((a, b) => b.year_level - a.year_level || (a.username < b.username ? -1 : 1)))
	assert.deepEqual([all[0].role, typeof all[0].id, typeof all[0].campus, all[0].is_active], ['student', 'number', 'string', true])
	assert.equal((await list('role=student&is_active=true')).count, 5)
	assert.equal((await list('role=hr')).count, 0)
	for (const campus of [all[0].campus, all[0].campus_id])
		assert.equal((await list(`campus=${encodeURIComponent(campus)}`)).count, 5)
	assert.equal((await list('campus=nowhere')).count, 0)
	const past = await as(hr).get(`${CAMPUS}/users/?search=${surname}&page=9`)
	assert.deepEqual([past.status, past.body.code], [404, 'not_found'])
	for (const page of ['-1', '0', 'x', '99999999999'])
		assert.deepEqual(await as(hr).get(`${CAMPUS}/users/?page=${page}`).then(({ status, body }) => [status, Object.keys(body).sort()]), [404, ['code', 'detail', 'error', 'message']], page)
	assert.equal((await list('page_size=10000')).results.length, (await list('page_size=10000')).count)
	for (const wrong of ['ordering=password_hash', 'ordering=--username', 'role=king', 'page_size=x']) {
		const answer = await as(hr).get(`${CAMPUS}/users/?${wrong}`)
		assert.deepEqual([answer.status, Object.keys(answer.body)], [400, [wrong.split('=')[0], 'detail', 'error', 'message', 'code']], wrong)
	}
})

test('campus: who works for one campus sees its people alone, and a student themselves', async () => {
	const hr = await new_member('hr'), near = await new_member('student'), far = await new_member('student')
	const campus = new_campus('UTC')
	const id = (member) => claims(member.access).sub
	const found = async (who, whom) => ok(await as(who).get(`${CAMPUS}/users/?search=${whom.username}`)).count

	sql(`UPDATE campus_member SET campus_id = ${campus}, department_id = NULL WHERE account_id = ${id(far)}`)
	assert.deepEqual([await found(hr, near), await found(hr, far)], [1, 0])
	assert.equal((await as(hr).get(`${CAMPUS}/users/${id(near)}/`)).status, 200)
	refused(await as(hr).get(`${CAMPUS}/users/${id(far)}/`), 404, 'NOT_FOUND')
	sql(`UPDATE campus_member SET campus_id = NULL, department_id = NULL WHERE account_id = ${id(hr)}`) // of all campuses
	assert.deepEqual([await found(hr, near), await found(hr, far)], [1, 1])
	assert.deepEqual([await found(near, near), await found(near, far)], [1, 0])
	refused(await as(near).get(`${CAMPUS}/users/${id(far)}/`), 404, 'NOT_FOUND')
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
	// Who asks for rotation is not given it: both families would be signed out by it.
	const asked = await api('POST', `${PEOPLE}/auth/refresh`, { ...refresh, rotate: true })
	assert.deepEqual([ok(asked).refreshToken, asked.data.user.email, asked.body.meta.ignored], [person.refresh, person.email, ['rotate']])
	ok(await api('POST', `${PEOPLE}/auth/logout`, refresh))
	refused(await api('POST', `${PEOPLE}/auth/refresh`, refresh), 400, 'REFRESH_INVALID')
	refused(await as(person).get(`${PEOPLE}/auth/me`), 401, 'TOKEN_INVALID')
	assert.deepEqual(ok(await api('POST', `${PEOPLE}/auth/logout`, {})), {})
})

test('people: signing out ends what it can, and never fails', async () => {
	for (const refreshToken of ['garbage', 12, {}, [], null, 'x'.repeat(300)]) {
		assert.deepEqual(ok(await api('POST', `${PEOPLE}/auth/logout`, { refreshToken })), {}, JSON.stringify(refreshToken))
		const person = await new_member('user')
		assert.deepEqual(ok(await as(person).post(`${PEOPLE}/auth/logout`, { refreshToken })), {})
		refused(await as(person).get(`${PEOPLE}/auth/me`), 401, 'TOKEN_INVALID')
	}
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

test('people: null is as if nothing had been sent, an empty text takes away', async () => {
	const person = await new_member('user'), path = `${PEOPLE}/users/me`

	ok(await as(person).patch(path, { firstName: 'Zoë', lastName: 'Byron' }))
	const same = ok(await as(person).patch(path, { firstName: null, lastName: null, locale: null }))
	assert.deepEqual([same.firstName, same.lastName], ['Zoë', 'Byron'])
	assert.equal(ok(await as(person).patch(path, { firstName: '' })).firstName, '')
	assert.deepEqual(refused(await api('POST', `${PEOPLE}/auth/login`, { email: null, password: 'x' }), 422, 'VALIDATION_ERROR').errors,
		{ email: ['This is required.'] })
})

test('people: one field by two of its names was sent twice; a fault is told by the name that was sent', async () => {
	const person = await new_member('user'), path = `${PEOPLE}/users/me`
	const twice = refused(await as(person).patch(path, { firstName: 'A', first_name: 'B' }), 422, 'VALIDATION_ERROR')

	assert.deepEqual(twice.errors, { firstName: ['This was sent more than once.'] })
	assert.notEqual(ok(await as(person).get(path)).firstName, 'B')
	const long = await as(person).patch(path, { lastName: 'x'.repeat(61) })
	assert.deepEqual([long.status, Object.keys(long.errors)], [422, ['lastName']])
})

test('people: a clock that is more than five minutes off is told, and refuses nothing', async () => {
	const person = await new_member('user'), path = `${PEOPLE}/auth/me`
	const skew = async (off) => {
		const { body, status } = await api('GET', path, undefined, {
			token: person.access, headers: { 'x-timestamp': off === undefined ? 'noon' : new Date(Date.now() + off * 1000).toISOString() }
		})
		assert.equal(status, 200)
		return body.meta.clockSkew
	}

	assert.deepEqual([await skew(0), await skew(-200), await skew(200), await skew()], [undefined, undefined, undefined, undefined])
	assert.ok(Math.abs(await skew(3600) - 3600) < 30)
	assert.ok(Math.abs(await skew(-3600) + 3600) < 30)
	const short = await api('GET', path, undefined, { token: person.access, headers: { 'x-request-id': 'req_1:2' } })
	assert.equal(short.body.meta.requestId, 'req_1:2')
})

test('people: a second factor is asked for by a refusal with its challenge', async () => {
	const admin = await new_member('people_admin')

	sql(`UPDATE account SET totp_enabled = 1 WHERE email = '${admin.email}'`)
	const answer = refused(await api('POST', `${PEOPLE}/auth/login`, { email: admin.email, password: admin.password }), 403, 'SECOND_FACTOR_REQUIRED')
	assert.match(answer.body.challenge, /^[0-9a-f-]{36}$/)
	refused(await api('POST', `${PEOPLE}/auth/verify-otp`, { challenge: answer.body.challenge, otp: '000000' }), 422, 'OTP_INVALID')
})

test('people: one list for both families', async () => {
	const moderator = await new_member('moderator'), surname = `P${moderator.username}`, made = []

	for (let n = 0; n < 12; n++)
		made.push(await new_member('user'))
	sql(`UPDATE person p JOIN account a ON a.id = p.account_id SET p.last_name = '${surname}'
		WHERE a.email IN (${made.map((m) => `'${m.email}'`)})`)
	const list = async (query) => ok(await as(moderator).get(`${PEOPLE}/users?search=${surname}&${query}`))
	const first = await list('sortBy=email&sortOrder=desc')

	assert.deepEqual(Object.keys(first).sort(), ['items', 'limit', 'page', 'pagination', 'total', 'totalPages', 'users'])
	assert.deepEqual(first.users, first.items)
	assert.deepEqual(first.pagination, { page: 1, limit: 10, total: 12, totalPages: 2 })
	assert.deepEqual(first.items.map((one) => one.email), made.map((one) => one.email).sort().reverse().slice(0, 10))
	const [one] = first.items
	assert.match(one.id, /^\d+$/)
	assert.deepEqual([one.role, one.isActive, one.status, one.lastName, typeof one.lastLoginAt], ['USER', true, 'active', surname, 'string'])
	assert.deepEqual([(await list('page=7')).items, (await list('page=7')).total], [[], 12])
	assert.deepEqual([(await list('role=user')).total, (await list('status=inactive')).total, (await list('isActive=true')).total], [12, 0, 12])
	assert.equal((await list('limit=1000')).limit, 100)
	for (const wrong of ['sortBy=passwordHash', 'role=KING', 'status=odd']) {
		const answer = await as(moderator).get(`${PEOPLE}/users?${wrong}`)
		assert.deepEqual([answer.status, Object.keys(answer.body.errors)], [422, [wrong.split('=')[0]]], wrong)
	}
	refused(await as(made[0]).get(`${PEOPLE}/users`), 403, 'FORBIDDEN')
	assert.equal(ok(await as(moderator).get(`${PEOPLE}/users/${one.id}`)).email, one.email)
	refused(await as(moderator).get(`${PEOPLE}/users/${claims((await new_customer()).access).sub}`), 404, 'USER_NOT_FOUND')
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
