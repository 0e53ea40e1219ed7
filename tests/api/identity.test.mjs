// Who one is: the e-mail, the number, the user name and the password that all roles of an account share. What the weakest
// of them may change decides what the strongest is worth, so each is tried here by somebody who holds only the weaker one.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { api, Browser, code, forget_tries, messages, new_number, sign_in, sql, token, totp } from './lib.mjs'
import { age, as, meanwhile, new_event, new_staff, ok, refused, somebody, unique } from './world.mjs'

const V1 = '/api/v1/users'
const NEW = 'quite another one'
const staff = async () => as(await token('staff'))
const new_email = () => `${unique()}@example.test`
const account = (id) => {
	const [[email, mobile_number, username, hash, app]] = sql(`SELECT COALESCE(email, ''), COALESCE(mobile_number, ''),
		COALESCE(username, ''), COALESCE(password_hash, ''), totp_enabled FROM account WHERE id = ${id}`)
	return { email, mobile_number, username, hash, app }
}
let made
const the_event = () => made ??= new_event()

// Tokens of one of their roles.
async function enter({ id, email, mobile_number, username, password }, role) {
	switch (role) {
	case 'customer': return sign_in('customer', { mobile_number, password })
	case 'organizer': return sign_in('organizer', { contact_mobile: mobile_number, password })
	case 'merchant': return sign_in('merchant', { mobile_number, password })
	case 'usher': {
		const event_id = (await the_event()).id, [[usher_id]] = sql(`SELECT id FROM usher WHERE account_id = ${id}`)
		await (await staff()).post(`/api/events/${event_id}/ushers/`, { usher_id: Number(usher_id), gate: 'North' })
		return sign_in('usher', { event_id, username, password })
	}
	default: return sign_in('staff', { email, password })
	}
}

const CHANGE_PASSWORD = {
	customer: `${V1}/change-password/`, organizer: '/api/organizer/profile/change-password/',
	merchant: '/api/merchant/change-password/', staff: '/api/auth/change-password/'
}
const PROFILE = { customer: `${V1}/profile/`, organizer: '/api/organizer/profile/' }

async function with_factor_required(fn) {
	sql(`UPDATE setting SET value = 'required' WHERE name = 'staff_second_factor'`)
	try {
		await fn()
	} finally {
		sql(`UPDATE setting SET value = 'optional' WHERE name = 'staff_second_factor'`)
	}
}

// ---- a telephone alone ----

test('a telephone alone becomes no superadmin: not by a new password, nor by another e-mail', async () => {
	const person = await somebody('organizer', 'superadmin'), { id, mobile_number, email } = person
	await with_factor_required(async () => {
		const before = account(id)
		// Whoever holds the number asks for a new password, in every portal.
		for (const [path, contact] of [[`${V1}/forgot-password/request-otp/`, 'mobile_number'], ['/api/organizer/forgot-password/', 'contact_mobile']]) {
			const { challenge } = ok(await api('POST', path, { [contact]: mobile_number }))
			const [{ body }] = await messages(mobile_number)
			assert.match(body, /You work there: ask an admin for one/)
			assert.doesNotMatch(body, /\d{6}/)
			assert.match(challenge, /^[0-9a-f-]{36}$/, 'and is answered as everybody is')
		}
		// With the password, too, they are a customer and an organizer, and no more.
		for (const role of ['customer', 'organizer']) {
			const { access } = await enter(person, role)
			refused(await as(access).put(PROFILE[role], { email: new_email() }), 403, 'STRONGER_ROLE')
			refused(await as(access).put(PROFILE[role], { email: null }), 403, 'STRONGER_ROLE')
			refused(await as(access).post(CHANGE_PASSWORD[role], { current_password: person.password, new_password: NEW }),
				403, 'STRONGER_ROLE')
		}
		assert.deepEqual(account(id), before)
		// The mailed factor still goes where it went.
		ok(await api('POST', '/api/auth/login/', { email, password: person.password }))
		await code(email)
	})
})

test('a code by SMS sets no password that opens more than a code by SMS', async () => {
	for (const roles of [['usher'], ['support'], ['finance', 'merchant']]) {
		const person = await somebody(...roles)
		ok(await api('POST', `${V1}/forgot-password/request-otp/`, { mobile_number: person.mobile_number }))
		assert.doesNotMatch((await messages(person.mobile_number))[0].body, /\d{6}/, roles.join())
	}
	for (const roles of [[], ['organizer'], ['merchant', 'organizer']]) {
		const person = await somebody(...roles), { mobile_number } = person
		ok(await api('POST', `${V1}/forgot-password/request-otp/`, { mobile_number }))
		ok(await api('POST', `${V1}/reset-password/`, { mobile_number, otp: await code(mobile_number), new_password: NEW }))
		for (const to of [mobile_number, person.email])
			assert.match((await messages(to))[0].body, /password was changed/, 'told at every address')
	}
})

test('an app does not make up for a password that a telephone sets', async () => {
	const person = await somebody('support'), { access } = await enter(person, 'support')
	const { secret } = ok(await as(access).post('/api/auth/2fa/enroll/', {}))
	ok(await as(access).post('/api/auth/2fa/confirm/', { otp: totp(secret) }))
	ok(await api('POST', `${V1}/forgot-password/request-otp/`, { mobile_number: person.mobile_number }))
	assert.doesNotMatch((await messages(person.mobile_number))[0].body, /\d{6}/)
})

test('who becomes staff after asking for a code resets nothing by it', async () => {
	const person = await somebody(), { mobile_number, id } = person
	ok(await api('POST', `${V1}/forgot-password/request-otp/`, { mobile_number }))
	const before = account(id), otp = await code(mobile_number)
	ok(await (await staff()).post(`/api/users/${id}/roles/`, { role: 'support' }), 201)
	refused(await api('POST', `${V1}/reset-password/`, { mobile_number, otp, new_password: NEW }), 403, 'STRONGER_ROLE')
	assert.deepEqual(account(id), before)
})

// ---- the weaker role ----

// By strength, the strongest first; each is tried against the one before it.
const ORDER = ['superadmin', 'admin', 'organizer', 'merchant', 'customer', 'usher']

for (const [i, weaker] of ORDER.entries())
	if (i)
		test(`a session as ${weaker} changes nothing that a ${ORDER[i - 1]} signs in with`, async () => {
			const stronger = ORDER[i - 1], person = await somebody(weaker)
			const { access } = await enter(person, weaker)
			// The role came after the sign-in, or it was signed in to the weaker one: it is the same.
			if (stronger !== 'customer')
				ok(await (await staff()).post(`/api/users/${person.id}/roles/`, { role: stronger, company: 'C' }), 201)
			const before = account(person.id), heard = (await messages(person.email)).length
			const path = CHANGE_PASSWORD[['admin', 'superadmin'].includes(weaker) ? 'staff' : weaker]
			const change = { current_password: person.password, new_password: NEW }

			if (path)
				refused(await as(access).post(path, change), 403, 'STRONGER_ROLE')
			if (PROFILE[weaker])
				refused(await as(access).put(PROFILE[weaker], { email: new_email() }), 403, 'STRONGER_ROLE')
			if (weaker === 'admin') {
				const answer = refused(await as(access).post('/api/auth/2fa/enroll/', {}), 403, 'STRONGER_ROLE')
				assert.match(answer.body.message, /Sign out and in again/)
				refused(await as(access).post(`/api/users/${person.id}/reset-password/`, {}), 403, 'SUPERADMIN_ONLY')
			}
			if (weaker === 'usher' || weaker === 'merchant') {
				const browser = await portal(person, weaker)
				await browser.open(`/${PORTAL[weaker]}/account`)
				assert.doesNotMatch(browser.html, /name="(email|new_password)"/)
				const csrf = browser.hidden(`/${PORTAL[weaker]}/account`)
				await browser.open(`/${PORTAL[weaker]}/account/password`, form({ ...csrf, ...change }))
				assert.equal(browser.status, 403)
			}
			assert.deepEqual(account(person.id), before)
			assert.equal((await messages(person.email)).length, heard)
		})

const PORTAL = { merchant: 'merchant', usher: 'gate' }
const form = (fields) => ({
	method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields)
})

async function portal(person, role) {
	const browser = new Browser(), at = `/${PORTAL[role]}/sign-in`

	await browser.open(at)
	if (role === 'usher') {
		await browser.send(at, { event_id: (await the_event()).id, username: person.username, password: person.password })
	} else {
		await browser.submit(at, { mobile_number: person.mobile_number, password: person.password })
		await browser.send(`${at}/code`, { otp: await code(person.mobile_number) })
	}
	assert.equal(browser.location, `/${PORTAL[role]}`)
	return browser
}

test('the strongest role changes what the weaker may not, and the sentence says which that is', async () => {
	const person = await somebody('organizer')
	const customer = as((await enter(person, 'customer')).access), organizer = as((await enter(person, 'organizer')).access)
	const email = new_email()
	const answer = refused(await customer.put(`${V1}/me/`, { email }), 403, 'STRONGER_ROLE')
	assert.match(answer.body.message, /Sign in as an organizer/)
	assert.equal(answer.body.errors.email[0], answer.body.message)
	assert.equal(ok(await organizer.put('/api/organizer/profile/', { email })).email, email)
	ok(await organizer.post('/api/organizer/profile/change-password/', { current_password: person.password, new_password: NEW }))
	// The rest of a profile is whose role it is.
	const again = await enter({ ...person, password: NEW }, 'customer')
	assert.equal(ok(await as(again).put(`${V1}/me/`, { name: 'Ada King', locale: 'ar', birth_date: '1990-12-10' })).name, 'Ada King')
})

// ---- a short while ago ----

test('another e-mail takes a sign-in of the last half hour; one that stays takes nothing', async () => {
	const person = await somebody(), { id, email, access } = person
	const put = (body) => as(access).put(`${V1}/profile/`, body)
	age(id, 31)
	for (const other of [new_email(), null, '']) {
		const answer = refused(await put({ name: 'Eve', email: other }), 403, 'SIGN_IN_AGAIN')
		assert.ok(answer.body.errors.email)
	}
	assert.equal(account(id).email, email)
	assert.equal(ok(await put({ name: 'Ada King', email, locale: 'ar' })).name, 'Ada King')
	assert.equal(ok(await put({ email: email.toUpperCase() })).email, email, 'an address is the same in capitals')
	age(id, 29)
	assert.equal(ok(await put({ email: null })).email, null)
	age(id, 31)
	assert.equal(ok(await put({ email: '' })).email, null)
	ok(await put({ name: 'Ada' }))
})

test('a refreshed token is no fresh sign-in', async () => {
	const person = await somebody()
	age(person.id, 31)
	const { access } = ok(await api('POST', '/api/v1/token/refresh/', { refresh: person.refresh }))
	refused(await as(access).put(`${V1}/me/`, { email: new_email() }), 403, 'SIGN_IN_AGAIN')
})

test('an event is cancelled, and its money given back, by who signed in a short while ago', async () => {
	const person = await somebody('admin'), { access } = await enter(person, 'admin'), event = await new_event()
	const status = () => sql(`SELECT status FROM event WHERE id = ${event.id}`)[0][0], browser = new Browser()

	await browser.open('/admin/sign-in')
	await browser.send('/admin/sign-in', { email: person.email, password: person.password })
	age(person.id, 31)
	refused(await as(access).post(`/api/events/${event.id}/cancel/`, {}), 403, 'SIGN_IN_AGAIN')
	await browser.open(`/admin/events/${event.id}/cancel`)
	await browser.submit(`/admin/events/${event.id}/cancel`)
	assert.match(browser.html, /Sign out and in again first: this needs a sign-in of the last 30 minutes\./)
	assert.equal(status(), 'published')
	age(person.id, 29)
	ok(await as(access).post(`/api/events/${event.id}/cancel/`, {}))
	assert.equal(status(), 'cancelled')
})

test('an app is neither seen, confirmed nor taken off in a session of this morning', async () => {
	const person = await somebody('support'), { access } = await enter(person, 'support'), { id, password } = person
	const post = (path, body = {}) => as(access).post(`/api/auth/2fa/${path}/`, body)
	const browser = new Browser()
	await browser.open('/admin/sign-in')
	await browser.send('/admin/sign-in', { email: person.email, password })

	const { secret } = ok(await post('enroll'))
	await browser.open('/admin/second-factor')
	assert.ok(browser.html.includes(secret))
	age(id, 31)
	await browser.open('/admin/second-factor')
	assert.ok(!browser.html.includes(secret))
	assert.match(browser.html, /Sign in again/)
	await browser.open('/admin/account')
	assert.doesNotMatch(browser.html, /name="new_password"/)
	refused(await post('confirm', { otp: totp(secret) }), 403, 'SIGN_IN_AGAIN')
	refused(await post('enroll'), 403, 'SIGN_IN_AGAIN')
	age(id, 29)
	ok(await post('confirm', { otp: totp(secret) }))
	assert.match((await messages(person.email))[0].body, /asks for a code of an app/)
	age(id, 31)
	refused(await post('disable', { password }), 403, 'SIGN_IN_AGAIN')
	refused(await post('disable', { otp: totp(secret) }), 403, 'SIGN_IN_AGAIN')
	refused(await as(access).post('/api/auth/change-password/', { current_password: password, new_password: NEW }), 403, 'SIGN_IN_AGAIN')
	assert.equal(account(id).app, '1')
	age(id, 29)
	ok(await post('disable', { password }))
	ok(await as(access).post('/api/auth/change-password/', { current_password: password, new_password: NEW }))
	assert.match((await messages(person.mobile_number))[1].body, /no code of an app any more/)
})

test('what staff sign in with is changed by a superadmin who signed in a short while ago', async () => {
	const boss = await new_staff('superadmin'), person = await somebody('support')
	const does = as(boss), one = `/api/users/${person.id}`
	const acts = {
		'another e-mail': () => does.put(`${one}/`, { email: new_email() }),
		'another number': () => does.put(`/api/customers/${person.customer_id}/`, { mobile_number: new_number() }),
		'another user name': () => does.put(`${one}/`, { username: `u${unique()}` }),
		'a password': () => does.post(`${one}/reset-password/`, { new_password: NEW }),
		'their own password': () => does.post(`/api/users/${boss.user.id}/reset-password/`, { new_password: NEW }),
		'a role of staff': () => does.post(`${one}/roles/`, { role: 'superadmin' }),
		'a new admin': () => does.post('/api/admins/', { name: 'T', email: new_email(), password: 'money and more', role: 'admin' }),
		'who needs a second factor': () => does.put('/api/settings/', { staff_second_factor: 'required' })
	}
	const before = account(person.id)
	age(boss.user.id, 31)
	for (const [what, act] of Object.entries(acts)) {
		const answer = await act()
		assert.deepEqual([what, answer.status, answer.error?.code], [what, 403, 'SIGN_IN_AGAIN'])
	}
	assert.deepEqual(account(person.id), before)
	// Nothing of that is asked for what says not who one is, nor for people who are not staff.
	ok(await does.put(`${one}/`, { name: 'Tess', email: person.email, mobile_number: person.mobile_number }))
	ok(await does.put('/api/settings/', { staff_second_factor: 'optional' }))
	const customer = await somebody()
	ok(await does.put(`/api/users/${customer.id}/`, { email: new_email() }))
	age(boss.user.id, 29)
	for (const [what, act] of Object.entries(acts))
		if (what !== 'who needs a second factor')
			assert.ok((await act()).status < 300, what)
})

// ---- being told ----

const told = async (to, pattern) => assert.match((await messages(to))[0]?.body ?? '', pattern, to)

test('the old and the new address are told, by whomever it was changed', async () => {
	const person = await somebody(), { id, email, mobile_number } = person
	const second = new_email(), third = new_email(), number = new_number()

	ok(await as(person).put(`${V1}/me/`, { email: second }))
	const sentence = new RegExp(`^The e-mail of your Gatehouse account is ${second[0]}•••@example\\.test now`)
	for (const to of [email, second, mobile_number])
		await told(to, sentence)
	assert.deepEqual((await messages(email)).map(({ channel }) => channel), ['mail'])

	ok(await (await staff()).put(`/api/users/${id}/`, { email: third }))
	for (const to of [second, third, mobile_number])
		await told(to, new RegExp(`^The e-mail of your Gatehouse account is ${third[0]}•••@example\\.test now`))

	ok(await (await staff()).put(`/api/customers/${person.customer_id}/`, { mobile_number: number }))
	for (const to of [mobile_number, number, third])
		await told(to, new RegExp(`^The mobile number of your Gatehouse account is •••• ${number.slice(-2)} now`))

	ok(await (await staff()).put(`/api/users/${id}/`, { username: `u${unique()}` }))
	await told(number, /^The user name of your Gatehouse account is u[0-9a-f]+ now/)

	ok(await (await staff()).put(`/api/users/${id}/`, { email: null }))
	await told(third, /has no e-mail any more/)

	ok(await (await staff()).post(`/api/users/${id}/reset-password/`, { new_password: NEW }))
	await told(number, /password was changed/)
	const count = (await messages(number)).length
	ok(await (await staff()).put(`/api/users/${id}/`, { name: 'Ada King' }))
	assert.equal((await messages(number)).length, count, 'a name is no address')
	const rows = sql(`SELECT before_json, after_json FROM audit_log WHERE noun_id = ${id} AND noun = 'account'`)
	assert.ok(rows.some(([before, after]) => before.includes(email) && after.includes(second)), 'and it is in the audit log')
})

test('five new addresses an hour are written to, and no more', async () => {
	const person = await somebody()
	for (let i = 0; i < 5; i++)
		ok(await as(person).put(`${V1}/me/`, { email: new_email() }))
	const last = new_email()
	refused(await as(person).put(`${V1}/me/`, { email: last }), 429, 'TOO_MANY_CHANGES')
	assert.deepEqual(await messages(last), [])
	ok(await as(person).put(`${V1}/me/`, { name: 'Ada King' }))
	forget_tries()
})

// ---- at the same time ----

test('saving a profile does not bring an e-mail back that was changed meanwhile', async () => {
	const person = await somebody(), email = new_email()
	ok(await meanwhile(`UPDATE account SET email = '${email}' WHERE id = ${person.id}`,
		() => as(person).put(`${V1}/me/`, { name: 'Ada King' })))
	assert.equal(account(person.id).email, email)
})

test('nobody becomes staff between a look at their roles and the change', async () => {
	const admin = as(await new_staff('admin')), person = await somebody(), before = account(person.id)
	const becomes_staff = `INSERT INTO account_role (account_id, role, granted_at) VALUES (${person.id}, 'support', UTC_TIMESTAMP(3))`
	const leaves = () => sql(`DELETE FROM account_role WHERE account_id = ${person.id} AND role = 'support'`)

	for (const act of [
		() => admin.post(`/api/users/${person.id}/reset-password/`, { new_password: NEW }),
		() => admin.put(`/api/customers/${person.customer_id}/`, { email: new_email() })
	]) {
		refused(await meanwhile(becomes_staff, act), 403, 'SUPERADMIN_ONLY')
		leaves()
	}
	for (const act of [
		() => as(person).put(`${V1}/me/`, { email: new_email() }),
		() => as(person).post(CHANGE_PASSWORD.customer, { current_password: person.password, new_password: NEW })
	]) {
		refused(await meanwhile(becomes_staff, act), 403, 'STRONGER_ROLE')
		leaves()
	}
	assert.deepEqual(account(person.id), before)
})

// ---- pages ----

const customer_page = async (person) => {
	const browser = new Browser()

	await browser.open('/sign-in')
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.send('/sign-in/code', { otp: await code(person.mobile_number) })
	await browser.open('/account')
	return browser
}

test('on the page one signs in again, comes back, and changes the e-mail', async () => {
	const person = await somebody(), browser = await customer_page(person), email = new_email()
	const rest = { name: 'Ada King', birth_date: '', blood_type: '', locale: 'en' }

	assert.match(browser.html, /name="email"/)
	age(person.id, 31)
	// A form that was open all the while keeps what was typed, and says what to do.
	await browser.send('/account', { ...rest, email })
	assert.equal(browser.status, 403)
	assert.match(browser.html, /Sign out and in again first/)
	assert.match(browser.html, /value="Ada King"/)
	assert.equal(account(person.id).email, person.email)
	// The rest is saved without it.
	await browser.open('/account')
	assert.doesNotMatch(browser.html, /name="email"/)
	await browser.submit('/account', rest)
	assert.match(browser.html, /Saved\./)
	assert.equal(account(person.id).email, person.email)

	const again = [...browser.html.matchAll(/<form id="again"[^>]*>.*?<\/form>/gs)][0][0]
	const fields = Object.fromEntries([...again.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]))
	await browser.open('/sign-out', form(fields))
	assert.equal(browser.location, '/sign-in?next=/account')
	await browser.go(browser.location)
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.submit('/sign-in/code', { otp: await code(person.mobile_number) })
	assert.equal(browser.path, '/account')
	await browser.submit('/account', { ...rest, email })
	assert.equal(account(person.id).email, email)
})

test('signing out leads into this site only', async () => {
	const browser = await customer_page(await somebody())
	await browser.send('/sign-out', { next: '//evil.example' })
	assert.equal(browser.location, '/')
})

test('the page of a weaker role says where its e-mail and password are changed', async () => {
	const person = await somebody('organizer', 'merchant'), browser = await customer_page(person)
	assert.match(browser.html, /href="\/organizer\/account">Sign in as Organizer</)
	assert.doesNotMatch(browser.html, /name="(email|current_password)"/)
	const works = await customer_page(await somebody('finance'))
	assert.match(works.html, /A superadmin changes this e-mail/)
	const merchant = await somebody('merchant'), at_merchant = await portal(merchant, 'merchant'), email = new_email()
	await at_merchant.open('/merchant/account')
	await at_merchant.submit('/merchant/account', { name: 'Mara', locale: 'en', email })
	assert.equal(account(merchant.id).email, email)
	await told(merchant.email, /^The e-mail of your Gatehouse account is /)
})
