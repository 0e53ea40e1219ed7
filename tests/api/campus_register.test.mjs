// Coming to a campus by oneself: registering as its setting says, answering from the address, being known on its list or elsewhere; and another
// e-mail of a member's own.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, messages, sign_in, sql } from './lib.mjs'
import { as, jobs_run, new_customer, new_member, ok, refused, unique, until } from './world.mjs'

const AUTH = '/api/campus/auth/', CAMPUSES = '/api/campus/campuses/'
let admin

const faults = (answer) => Object.keys(refused(answer, 422, 'VALIDATION_ERROR').errors)
const somebody = (more) => ({ username: `u${unique()}`, email: `${unique()}@campus.example`, password: `pass-${unique()}`, first_name: 'Nia', last_name: 'New', ...more })
const register = (body) => api('POST', `${AUTH}register/`, body)
const verify = (body) => api('POST', `${AUTH}verify-email/`, body)
const member = (id) => sql(`SELECT is_verified, email_verified, campus_id, COALESCE(student_id, '') FROM campus_member WHERE account_id = ${id}`)[0]?.map(String)
const code_in = async (email) => (await messages(email))[0].body.match(/code=([2-9A-Z]{12})/)[1]

// One came in; others were refused, or had to wait for a password's hash and are asked to come again.
function one_of(answers) {
	assert.equal(answers.filter(({ status }) => status === 201).length, 1)
	assert.ok(answers.every(({ status }) => [201, 400, 503].includes(status)), JSON.stringify(answers.map(({ status }) => status)))
}

async function campus(more) {
	const short_code = unique().slice(-8).toUpperCase()

	return ok(await as(admin).post(CAMPUSES, { name: `Campus ${short_code}`, short_code, time_zone: 'Asia/Tokyo', ...more }), 201)
}

before(async () => {
	admin = await new_member('campus_admin', { campus: null })
})

test('who registers is in at once, not verified, and confirms the address by a code, once', async () => {
	const at = await campus({ registration: 'open' }), body = somebody({ campus: at.short_code, year_level: 2, student_id: unique() })
	const made = ok(await register(body), 201)

	assert.deepEqual([made.user.username, made.user.email, made.user.role, made.user.is_verified, made.user.email_verified, made.user.campus_id, made.user.year_level],
		[body.username, body.email, 'student', false, false, at.id, 2])
	assert.deepEqual([typeof made.message, typeof made.tokens.access, typeof made.tokens.refresh, made.access], ['string', 'string', 'string', undefined])
	assert.equal(ok(await api('GET', `${AUTH}profile/`, undefined, { token: made.tokens.access })).id, made.user.id)
	assert.equal(typeof ok(await api('POST', `${AUTH}refresh/`, { refresh: made.tokens.refresh })).access, 'string')
	await sign_in('campus', { username: body.username, password: body.password })
	const code = await code_in(body.email)
	assert.deepEqual(faults(await verify({ verification_code: `${code.slice(0, -1)}${code.at(-1) === '2' ? '3' : '2'}` })), ['verification_code'])
	assert.deepEqual(faults(await verify({})), ['verification_code'])
	assert.deepEqual(member(made.user.id).slice(0, 2), ['0', '0'])
	const proved = ok(await verify({ code: ` ${code.toLowerCase().slice(0, 4)}-${code.slice(4)}` }))
	assert.deepEqual([proved.user.id, proved.user.is_verified, proved.user.email_verified], [made.user.id, false, true])
	assert.deepEqual(faults(await verify({ token: code })), ['verification_code'])
	assert.deepEqual(sql(`SELECT action FROM audit_log WHERE noun = 'account' AND noun_id = ${made.user.id} AND action IN ('register', 'verify-email') ORDER BY id`).flat(), ['register', 'verify-email'])
})

test('a user name or an address that is taken, and what staff alone give, is told at its field', async () => {
	const at = await campus({ registration: 'open' }), known = await new_member('student'), body = somebody({ campus: `${at.id}` })

	assert.deepEqual(faults(await register({ ...body, username: known.username })), ['username'])
	assert.deepEqual(faults(await register({ ...body, email: known.email.toUpperCase() })), ['email'])
	for (const [field, value] of [['role', 'hr'], ['is_verified', true], ['is_verified', false], ['campus', 'Nowhere'], ['campus', 99999999], ['department', 99999999], ['campus', true], ['campus', undefined], ['department', 'Magic'], ['password', 'short'], ['password', body.email], ['username', 'a@b'],
		['email', 'nobody'], ['first_name', undefined], ['last_name', '']])
		assert.deepEqual(faults(await register({ ...body, [field]: value })), [field], `${field} ${value}`)
	ok(await register({ ...body, campus: at.id, role: 'student', student_id: body.username }), 201) // a number as apps have it
	assert.deepEqual(faults(await register(somebody({ campus_id: at.id, student_id: body.username }))), ['student_id'])
	assert.equal(sql(`SELECT COUNT(*) FROM account WHERE email = '${known.email}'`)[0][0], '1')
})

test('a campus says who may: its own addresses, who is on its list, or nobody', async () => {
	const own = await campus({ registration: 'domain', email_domains: ['own.example'] }), any = await campus({ registration: 'domain' })
	const listed = await campus({ registration: 'imported' }), closed = await campus({ registration: 'closed' })

	assert.deepEqual(faults(await register(somebody({ campus_id: own.id }))), ['email'])
	const body = somebody({ campus_id: own.id, email: `${unique()}@OWN.example` }), made = ok(await register(body), 201)
	assert.equal(made.user.is_verified, false)
	assert.equal(ok(await verify({ verification_code: await code_in(body.email) })).user.is_verified, true)
	const open = somebody({ campus_id: any.id })
	ok(await register(open), 201)
	assert.equal(ok(await verify({ verification_code: await code_in(open.email) })).user.is_verified, false)
	refused(await register(somebody({ campus_id: closed.id })), 403, 'REGISTRATION_CLOSED')
	assert.deepEqual(faults(await register(somebody({ campus_id: listed.id, student_id: '77' }))), ['student_id'])

	const nia = somebody({ campus_id: listed.id, student_id: unique() }), { id } = ok(await as(admin).post('/api/campus/users/import/', {
		campus_id: listed.id, members: [{ email: nia.email, first_name: 'Nia', last_name: 'Listed', student_id: nia.student_id, year_level: 4 }]
	}), 202)
	jobs_run('imports')
	await until('the list is read', async () => ok(await as(admin).get(`/api/campus/users/import/${id}/`)).made === 1)
	assert.deepEqual(faults(await register({ ...nia, student_id: `${nia.student_id}9` })), ['student_id'])
	const answers = await Promise.all([nia, { ...nia, username: `v${unique()}` }, { ...nia, username: `w${unique()}` }].map(register))
	one_of(answers)
	const { body: claimed } = answers.find(({ status }) => status === 201)
	assert.deepEqual([claimed.user.last_name, claimed.user.year_level, claimed.user.is_verified], ['Listed', 4, false])
	assert.equal(ok(await verify({ verification_code: await code_in(nia.email) })).user.is_verified, true)
})

test('of those who take one name at once one has it', async () => {
	const at = await campus({ registration: 'open' }), body = somebody({ campus_id: at.id })
	const answers = await Promise.all(Array.from({ length: 5 }, () => register({ ...body, email: `${unique()}@campus.example` })))

	one_of(answers)
	assert.equal(sql(`SELECT COUNT(*) FROM account WHERE username = '${body.username}'`)[0][0], '1')
})

test('an address known from elsewhere gets a link, which adds the campus by that account\'s password', async () => {
	const at = await campus({ registration: 'domain', email_domains: ['else.example'] }), email = `${unique()}@else.example`, customer = await new_customer()
	const body = somebody({ campus_id: at.id, email, student_id: unique() })

	sql(`UPDATE account SET email = '${email}' WHERE id = (SELECT account_id FROM customer WHERE id = ${customer.customer_id})`)
	assert.deepEqual(faults(await register(body)), ['email'])
	const token = (await messages(email))[0].body.match(/join\?token=([\w-]{43})/)[1], join = (password) => api('POST', `${AUTH}join/`, { token, password })
	refused(await join('not it at all'), 401, 'INVALID_CREDENTIALS')
	ok(await join(customer.password))
	assert.deepEqual(faults(await join(customer.password)), ['token'])
	const { user } = await sign_in('campus', { username: email, password: customer.password })
	assert.deepEqual([user.role, user.campus_id, user.first_name, user.student_id, user.is_verified, user.email_verified], ['student', at.id, 'Nia', body.student_id, true, true])
	assert.deepEqual(faults(await register({ ...body, username: `u${unique()}` })), ['email'])
	assert.equal((await messages(email)).filter((m) => m.body.includes('/campus/join')).length, 1)
})

test('another e-mail of one\'s own is theirs when they answer from it, and both addresses are told', async () => {
	const student = await new_member('student'), email = `${unique()}@campus.example`, taken = await new_member('student')
	const change = (to) => as(student).patch(`${AUTH}profile/update/`, { email: to })

	assert.deepEqual(faults(await change(taken.email)), ['email'])
	const waits = ok(await change(email))
	assert.deepEqual([waits.email, waits.email_pending], [student.email, email])
	assert.equal(ok(await as(student).get(`${AUTH}profile/`)).email_pending, email)
	const first = await code_in(email)
	ok(await as(student).post(`${AUTH}verify-email/again/`, {}))
	assert.deepEqual(faults(await verify({ verification_code: first })), ['verification_code'])
	const { user } = ok(await verify({ verification_code: await code_in(email) }))
	assert.equal(user.email, email)
	assert.equal(ok(await as(student).get(`${AUTH}profile/`)).email_pending, null)
	jobs_run('outbox')
	await until('the old address is told', async () => (await messages(student.email)).length > 0)
	refused(await as(student).post(`${AUTH}verify-email/again/`, {}), 400, 'VERIFIED')

	const once_more = `${unique()}@campus.example`
	ok(await change(once_more))
	ok(await as(student).post(`${AUTH}password-change/`, { old_password: student.password, new_password: `pass-${unique()}` }))
	assert.deepEqual(faults(await verify({ verification_code: await code_in(once_more) })), ['verification_code'])
})
