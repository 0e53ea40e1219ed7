// Who is a member of an institution and what of it a member may do: rows of the lists, people who have not used their link, a
// superadmin in the directory, sign-ins in the audit log, and what one changes of one's own profile.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { api, sign_in, sql, token } from './lib.mjs'
import { as, in_roles, new_member, ok, refused, unique } from './world.mjs'

const CAMPUS = '/api/campus', PEOPLE = '/api/people'
const id_of = (email) => Number(sql(`SELECT id FROM account WHERE email = '${email}'`)[0][0])
const unverified = (member) => sql(`UPDATE person SET email_verified_at = NULL WHERE account_id = ${id_of(member.email)}`)

// ---- who is one ----

test('who has no role of the directory any more is no row of it', async () => {
	const moderator = await new_member('moderator'), gone = await new_member('user'), id = id_of(gone.email)
	const total = async () => ok(await as(moderator).get(`${PEOPLE}/users?search=${gone.username}`)).total

	assert.equal(await total(), 1)
	for (const roles of [[], ['customer', 'student']])
		await in_roles(id, roles, async () => {
			assert.equal(await total(), 0)
			refused(await as(moderator).get(`${PEOPLE}/users/${id}`), 404, 'USER_NOT_FOUND')
		})
	assert.equal(await total(), 1)
})

test('who has no role of a campus any more is no row of its list', async () => {
	const hr = await new_member('hr'), gone = await new_member('student'), id = id_of(gone.email)
	const count = async () => ok(await as(hr).get(`${CAMPUS}/users/?search=${gone.username}`)).count

	assert.equal(await count(), 1)
	for (const roles of [[], ['user']])
		await in_roles(id, roles, async () => {
			assert.equal(await count(), 0)
			assert.equal((await as(hr).get(`${CAMPUS}/users/${id}/`)).status, 404)
		})
	assert.equal(await count(), 1)
})

// ---- a superadmin in the directory ----

const into_people = async ({ email, password }, more = {}) => api('POST', `${PEOPLE}/auth/login`, { email, password, ...more })
const new_boss = async (role) => {
	const person = { email: `${unique()}@example.test`, password: `pass-${unique()}` }

	ok(await as(await token('staff')).post('/api/admins/', { name: 'Tess Test', role, ...person }), 201)
	return person
}

test('a superadmin counts as an admin of the directory; no other staff does', async () => {
	const boss = await new_boss('superadmin'), person = await new_member('user')
	const { token: access, user } = ok(await into_people(boss))

	assert.deepEqual([user.role, user.email, user.isActive], ['ADMIN', boss.email, true])
	assert.equal(ok(await as(access).get(`${PEOPLE}/users?search=${person.username}`)).total, 1)
	assert.equal(ok(await as(access).get(`${PEOPLE}/auth/me`)).role, 'ADMIN')
	// A token of the one is none of the other, and they are in the directory without being of it.
	refused(await as(access).get('/api/users/'), 401, 'TOKEN_INVALID')
	refused(await as(await token('staff')).get(`${PEOPLE}/users`), 401, 'TOKEN_INVALID')
	assert.equal(ok(await as(access).get(`${PEOPLE}/users?search=${boss.email}`)).total, 0)
	for (const role of ['admin', 'finance', 'support'])
		refused(await into_people(await new_boss(role)), 401, 'INVALID_CREDENTIALS')
})

test('a superadmin\'s session in the directory is no longer than at the office, whatever they ask for', async () => {
	const boss = await new_boss('superadmin'), { token: access } = ok(await into_people(boss, { rememberMe: true }))
	const { sid } = JSON.parse(atob(access.split('.')[1]))

	assert.equal(Number(sql(`SELECT TIMESTAMPDIFF(HOUR, created_at, expires_at) FROM session WHERE id = ${sid}`)[0][0]), 12)
})

test('where staff need a second factor, a superadmin needs it in the directory too, and its people do not', async () => {
	const boss = await new_boss('superadmin'), person = await new_member('user')

	sql("UPDATE setting SET value = 'required' WHERE name = 'staff_second_factor'")
	try {
		refused(await into_people(boss), 403, 'SECOND_FACTOR_REQUIRED')
		ok(await into_people(person))
	} finally {
		sql("UPDATE setting SET value = 'optional' WHERE name = 'staff_second_factor'")
	}
})

// ---- people who have not used their link ----

afterEach(() => sql("UPDATE setting SET value = 'refuse' WHERE name = 'people_unverified'"))

test('who has not used the link has their own account and nothing else, unless the house says otherwise', async () => {
	const moderator = await new_member('moderator'), does = as(moderator), boss = as(await token('staff'))

	unverified(moderator)
	refused(await does.get(`${PEOPLE}/users`), 403, 'EMAIL_UNVERIFIED')
	refused(await does.get(`${PEOPLE}/users/${id_of(moderator.email)}`), 403, 'EMAIL_UNVERIFIED')
	ok(await into_people(moderator))
	assert.equal(ok(await does.get(`${PEOPLE}/auth/me`)).emailVerified, false)
	ok(await does.get(`${PEOPLE}/users/me`))
	ok(await does.patch(`${PEOPLE}/users/me`, { firstName: 'Mia' }))
	ok(await api('POST', `${PEOPLE}/auth/refresh`, { refreshToken: moderator.refresh }))
	ok(await boss.put('/api/settings/', { people_unverified: 'allow' }))
	ok(await does.get(`${PEOPLE}/users`))
	ok(await boss.put('/api/settings/', { people_unverified: 'refuse' }))
	refused(await does.get(`${PEOPLE}/users`), 403, 'EMAIL_UNVERIFIED')
	sql(`UPDATE person SET email_verified_at = UTC_TIMESTAMP(3) WHERE account_id = ${id_of(moderator.email)}`)
	ok(await does.get(`${PEOPLE}/users`))
	unverified(moderator)
	ok(await does.post(`${PEOPLE}/auth/logout`, {}))
	// What is not theirs to do by their role is told so.
	const person = await new_member('user')
	unverified(person)
	refused(await as(person).get(`${PEOPLE}/users`), 403, 'FORBIDDEN')
})

// ---- sign-ins are told ----

const entries = (id) => sql(`SELECT action, after_json, ip FROM audit_log WHERE noun = 'account' AND noun_id = ${id}
	AND action LIKE 'sign_in%' ORDER BY id`).map(([action, after, ip]) => ({ action, ...JSON.parse(after), ip }))
const agent = { headers: { 'user-agent': 'Lecture hall' } }
const into_campus = (username, password) => api('POST', `${CAMPUS}/auth/login/`, { username, password }, agent)

test('campus: who signs in, and who fails to, is an audit row with address and agent', async () => {
	const student = await new_member('student'), id = id_of(student.email), row = { user_agent: 'Lecture hall', ip: '127.0.0.1' }
	const ones = () => entries(id).slice(1) // after that of new_member

	assert.equal(entries(id).length, 1)
	ok(await into_campus(student.username, student.password))
	assert.deepEqual(ones(), [{ action: 'sign_in', ...row }])
	refused(await into_campus(student.email, 'wrong'), 401, 'INVALID_CREDENTIALS')
	assert.deepEqual(ones()[1], { action: 'sign_in_failed', reason: 'INVALID_CREDENTIALS', ...row })
	sql(`UPDATE account SET status = 'disabled' WHERE id = ${id}`)
	refused(await into_campus(student.username, student.password), 403, 'ACCOUNT_DISABLED')
	assert.deepEqual(ones()[2], { action: 'sign_in_failed', reason: 'ACCOUNT_DISABLED', ...row })
	sql(`UPDATE account SET status = 'active' WHERE id = ${id}`)
	await in_roles(id, [], async () =>
		refused(await into_campus(student.username, student.password), 401, 'INVALID_CREDENTIALS'))
	assert.equal(ones().length, 4)
	// A name that nobody has is told without it: passwords are typed there.
	const unknown = () => Number(sql("SELECT COUNT(*) FROM audit_log WHERE action = 'sign_in_failed' AND noun_id = 0")[0][0]), before = unknown()
	refused(await into_campus(`my-secret-${unique()}`, 'x'), 401, 'INVALID_CREDENTIALS')
	assert.equal(unknown(), before + 1)
	assert.deepEqual(sql("SELECT 1 FROM audit_log WHERE COALESCE(after_json, '') LIKE '%my-secret%'"), [])
})

test('campus: a second factor comes before the sign-in that is told, and a wrong code is told', async () => {
	const admin = await new_member('campus_admin'), id = id_of(admin.email)

	sql(`UPDATE account SET totp_enabled = 1 WHERE id = ${id}`)
	const { challenge } = ok(await into_campus(admin.username, admin.password))
	assert.equal(entries(id).length, 1)
	refused(await api('POST', `${CAMPUS}/auth/verify-otp/`, { challenge, otp: '000000' }, agent), 422, 'OTP_INVALID')
	assert.deepEqual(entries(id).slice(1), [{ action: 'sign_in_failed', reason: 'OTP_INVALID', user_agent: 'Lecture hall', ip: '127.0.0.1' }])
})

// ---- one's own profile ----

const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64')
const updates = (id) => Number(sql(`SELECT COUNT(*) FROM audit_log WHERE action = 'update' AND noun = 'account' AND noun_id = ${id}`)[0][0])
const moved_at = (id) => sql(`SELECT updated_at FROM account WHERE id = ${id}`)[0][0]

test('campus: language and picture are one\'s own to change; the picture is an address that works', async () => {
	const student = await new_member('student'), hr = await new_member('hr'), id = id_of(student.email), path = `${CAMPUS}/auth/profile/update/`
	const form = new FormData()

	assert.equal(ok(await as(student).get(`${CAMPUS}/auth/profile/`)).profile_photo_url, null)
	assert.equal(ok(await as(student).patch(path, { locale: 'ar' })).locale, 'ar')
	assert.ok(refused(await as(student).patch(path, { locale: 'tlh' }), 422, 'VALIDATION_ERROR').errors.locale)
	form.append('profile_photo', new Blob([PIXEL], { type: 'image/png' }), 'me.png')
	const { profile_photo_url } = ok(await as(student).patch(path, form))
	assert.match(profile_photo_url, /^https?:\/\//)
	const { pathname, search } = new URL(profile_photo_url)
	assert.deepEqual((await api('GET', pathname + search)).bytes, PIXEL)
	for (const user of [ok(await as(student).get(`${CAMPUS}/auth/profile/`)), ok(await as(hr).get(`${CAMPUS}/users/${id}/`)),
		ok(await as(hr).get(`${CAMPUS}/users/?search=${student.username}`)).results[0], (await sign_in('campus', student)).user])
		assert.equal(new URL(user.profile_photo_url).pathname, pathname)
	const bad = new FormData()
	bad.append('profile_photo', new Blob(['no picture'], { type: 'image/png' }), 'me.png')
	assert.ok(refused(await as(student).patch(path, bad), 422, 'VALIDATION_ERROR').errors.profile_photo)
	// The audit log keeps which it was, not an address that opens it.
	assert.deepEqual(sql(`SELECT 1 FROM audit_log WHERE noun_id = ${id} AND after_json LIKE '%sign=%'`), [])
	assert.equal(updates(id), 2)
})

test('campus: what staff change is at fault and changes nothing', async () => {
	const student = await new_member('student'), id = id_of(student.email), path = `${CAMPUS}/auth/profile/update/`

	for (const [field, value] of Object.entries({ department_id: 2, campus_id: 2, department: 'x', campus: 'x', student_id: '1', role: 'hr' }))
		assert.deepEqual(Object.keys(refused(await as(student).put(path, { first_name: 'Eve', [field]: value }), 422, 'VALIDATION_ERROR').errors), [field])
	for (const field of ['first_name', 'last_name'])
		for (const value of ['', null])
			assert.deepEqual(Object.keys(refused(await as(student).put(path, { year_level: 3, [field]: value }), 422, 'VALIDATION_ERROR').errors), [field])
	assert.equal(updates(id), 0)
	assert.equal(id_of(student.email), id)
	assert.equal(ok(await as(student).patch(path, { email: student.email.toUpperCase(), first_name: 'Amina' })).first_name, 'Amina')
})

test('a profile that is sent as it is stays untouched, and nothing is told of it', async () => {
	const student = await new_member('student'), person = await new_member('user'), path = { student: `${CAMPUS}/auth/profile/update/`, person: `${PEOPLE}/users/me` }

	for (const [who, at, bodies] of [[student, path.student, [{}, { first_name: 'Mo', last_name: 'Member', year_level: 2, locale: 'en' }]],
		[person, path.person, [{}, { firstName: 'Mo', lastName: 'Member', locale: 'en', role: 'user', isActive: true, status: 'active', id: `${id_of(person.email)}` }]]]) {
		const id = id_of(who.email), was = moved_at(id)
		for (const body of bodies)
			ok(await as(who).patch(at, body))
		assert.deepEqual([moved_at(id), updates(id)], [was, 0])
	}
	assert.equal(ok(await as(person).patch(path.person, { firstName: 'Mia' })).firstName, 'Mia')
	assert.equal(updates(id_of(person.email)), 1)
})

test('people: what grants something is read only; as it is, it is no fault', async () => {
	const person = await new_member('user'), does = as(person), id = id_of(person.email), path = `${PEOPLE}/users/me`
	const whole = ok(await does.get(path))

	for (const [field, value] of [['role', 'ADMIN'], ['role', 'KING'], ['isActive', false], ['status', 'inactive'], ['id', '1']]) {
		const answer = refused(await does.patch(path, { firstName: 'Eve', [field]: value }), 403, 'FIELD_READ_ONLY')
		assert.deepEqual(Object.keys(answer.body.errors), [field])
	}
	assert.ok(refused(await does.patch(path, { email: `${unique()}@example.test` }), 422, 'VALIDATION_ERROR').errors.email)
	assert.ok(refused(await does.patch(path, { avatarFileId: '7' }), 422, 'VALIDATION_ERROR').errors.avatarFileId)
	assert.deepEqual([updates(id), ok(await does.get(path))], [0, whole])
	const changed = ok(await does.patch(path, { ...whole, firstName: 'Zoë' }))
	assert.deepEqual([changed.firstName, changed.role, changed.id], ['Zoë', 'USER', whole.id])
})

test('people: an account of staff is changed at the office', async () => {
	const boss = await new_boss('superadmin'), { token: access } = ok(await into_people(boss)), path = `${PEOPLE}/users/me`

	refused(await as(access).patch(path, { firstName: 'Eve' }), 409, 'STAFF_ACCOUNT')
	const person = await new_member('user')
	await in_roles(id_of(person.email), ['user', 'support'], async () =>
		refused(await as(person).patch(path, { firstName: 'Eve' }), 409, 'STAFF_ACCOUNT'))
	assert.equal(ok(await as(access).patch(path, {})).email, boss.email)
})
