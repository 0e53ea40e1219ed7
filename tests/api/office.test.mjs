// The office's people and those of institutions: ticketing's staff have none of an institution's rights, so they neither see who has
// a part there alone, nor change an account that opens one. A superadmin may.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Browser, DEMO, sign_in, sql, token } from './lib.mjs'
import { as, in_roles, new_member, new_staff, ok, refused, somebody, unique } from './world.mjs'
import { routes } from './every.mjs'

const NEW = 'quite another plain one', ROLES = ['campus_admin', 'student', 'people_admin', 'user']
const id_of = (email) => Number(sql(`SELECT id FROM account WHERE email = '${email}'`)[0][0])
const account = (id) => sql(`SELECT email, username, mobile_number, name, status, password_hash, mobile_verified_at,
	(SELECT GROUP_CONCAT(role ORDER BY role) FROM account_role WHERE account_id = a.id) FROM account a WHERE id = ${id}`)
const boss = async () => as(await token('staff'))

let staff

before(async () => {
	staff = Object.fromEntries(await Promise.all(['admin', 'finance', 'support'].map(async (role) => [role, as(await new_staff(role))])))
})

// All that the API does to one account, from its own list of routes: [method, path].
const actions = (id, customer_id) => routes()
	.filter(({ path }) => /^\/api\/(users|organizers|merchants|ushers|admins|customers)\/:id/.test(path))
	.map(({ method, path }) => [method, path.replace(':id', path.startsWith('/api/customers') ? customer_id : id).replace(':role', 'customer')])
	.filter(([, path]) => !path.includes('undefined'))
// What is right for each of them.
const BODY = { name: 'Eve Evil', status: 'disabled', new_password: NEW, role: 'usher', company: 'Evil', email: undefined }
const ask = (who, method, path) => method === 'GET' ? who.get(`${path}/`) : who[method.toLowerCase()](`${path}/`, { ...BODY, email: `${unique()}@evil.test` })

// ---- who is not to be seen ----

for (const role of ROLES)
	test(`ticketing's staff neither see nor touch an account that is ${role} alone; a superadmin does`, async () => {
		const member = await new_member(role), id = id_of(member.email), was = account(id)
		const found = async (who, query) => ok(await who.get(`/api/users/?${query}`)).items.map((one) => one.id)

		for (const who of Object.values(staff)) {
			assert.deepEqual(await found(who, `search=${member.username}`), [])
			assert.doesNotMatch((await who.get(`/api/users/?format=csv&search=${member.username}`)).text, new RegExp(member.username))
			assert.ok(!(await found(who, 'sort_by=id&sort_order=desc&limit=100')).includes(id))
		}
		assert.deepEqual([...new Set(actions(id).map(([, path]) => path.split('/')[2]))].sort(), ['admins', 'merchants', 'organizers', 'users', 'ushers'])
		for (const [method, path] of actions(id)) {
			const answer = await ask(staff.admin, method, path)
			assert.ok([403, 404].includes(answer.status), `${method} ${path} ${answer.status}`)
			if (answer.status === 403) // of what admins may do to nobody
				assert.equal(answer.error.code, 'FORBIDDEN', `${method} ${path}`)
		}
		for (const [method, path] of [['GET', ''], ['PUT', ''], ['DELETE', ''], ['POST', '/reset-password'], ['POST', '/verify'], ['POST', '/roles']])
			refused(await ask(staff.admin, method, `/api/users/${id}${path}`), 404, 'USER_NOT_FOUND')
		assert.deepEqual(account(id), was)

		const superadmin = await boss()
		assert.deepEqual(await found(superadmin, `search=${member.username}`), [id])
		assert.equal(ok(await superadmin.get(`/api/users/${id}/`)).roles, role)
		ok(await superadmin.post(`/api/users/${id}/reset-password/`, { new_password: NEW }))
		assert.notDeepEqual(account(id), was)
	})

test('the office\'s pages show nobody who has a part in an institution alone', async () => {
	const member = await new_member('campus_admin'), id = id_of(member.email), admin = { email: `${unique()}@example.test`, password: `p-${unique()}` }
	ok(await (await boss()).post('/api/admins/', { name: 'Ann Admin', role: 'admin', ...admin }), 201)
	const browser = new Browser()
	const page = async (who, path) => (await who.go(path)).status

	await browser.open('/admin/sign-in')
	await browser.submit('/admin/sign-in', admin)
	for (const path of [`/admin/users/${id}`, `/admin/users/${id}/reset-password`, `/admin/users/${id}/delete`])
		assert.equal(await page(browser, path), 404, path)
	assert.equal(await page(browser, `/admin/users?search=${member.username}`), 200)
	assert.doesNotMatch(browser.html, new RegExp(`${member.username}@`))
	const superadmin = new Browser()
	await superadmin.open('/admin/sign-in')
	await superadmin.submit('/admin/sign-in', { email: DEMO.staff.email, password: DEMO.staff.password })
	assert.equal(await page(superadmin, `/admin/users/${id}`), 200)
	assert.match(superadmin.html, new RegExp(`${member.username}@`))
})

// ---- who is not to be touched ----

for (const role of ROLES)
	test(`an account of ticketing that is ${role} too is a superadmin's alone to change`, async () => {
		const person = await somebody('customer', 'organizer', 'merchant', 'usher')
		const customer_id = Number(sql(`SELECT id FROM customer WHERE account_id = ${person.id}`)[0][0])
		await in_roles(person.id, ['customer', 'organizer', 'merchant', 'usher', role], async () => {
			const was = account(person.id)

			assert.equal(ok(await staff.support.get(`/api/users/${person.id}/`)).id, person.id)
			for (const [method, path] of actions(person.id, customer_id).filter(([method, path]) => method !== 'GET' && !path.startsWith('/api/admins')))
				refused(await ask(staff.admin, method, path), 403, 'SUPERADMIN_ONLY')
			assert.deepEqual(account(person.id), was)
		})
		// Who is a customer no more has a record still, which is found, and led to their account as little.
		await in_roles(person.id, [role], async () => {
			assert.equal(ok(await staff.admin.get(`/api/customers/${customer_id}/`)).id, customer_id)
			refused(await staff.admin.put(`/api/customers/${customer_id}/`, { name: 'Eve Evil' }), 403, 'SUPERADMIN_ONLY')
			refused(await staff.admin.get(`/api/users/${person.id}/`), 404, 'USER_NOT_FOUND')
			ok(await (await boss()).put(`/api/users/${person.id}/`, { name: 'Ada King' }))
			ok(await (await boss()).put(`/api/customers/${customer_id}/status/`, { status: 'disabled' }))
		})
	})

test('what a superadmin changes of what opens an institution, they signed in for a short while ago', async () => {
	const member = await new_member('moderator'), id = id_of(member.email), person = { email: `${unique()}@example.test`, password: `p-${unique()}` }
	const made = ok(await (await boss()).post('/api/admins/', { name: 'Sue Super', role: 'superadmin', ...person }), 201)
	const old = await sign_in('staff', person)
	sql(`UPDATE session SET created_at = UTC_TIMESTAMP(3) - INTERVAL 31 MINUTE WHERE account_id = ${made.id}`)

	refused(await as(old).post(`/api/users/${id}/reset-password/`, { new_password: NEW }), 403, 'SIGN_IN_AGAIN')
	refused(await as(old).put(`/api/users/${id}/`, { email: `${unique()}@example.test` }), 403, 'SIGN_IN_AGAIN')
})

// ---- what is told of them ----

test('what an institution\'s people do is in the audit log for superadmins alone', async () => {
	const student = await new_member('student'), id = id_of(student.email), word = `W${unique()}`
	ok(await as(student).patch('/api/campus/auth/profile/update/', { first_name: word }))
	ok(await (await boss()).put(`/api/users/${id}/`, { name: 'Mo Moved' }))
	const entries = async (who) => ok(await who.get(`/api/logs/audit/?noun_id=${id}&limit=100`)).items.filter(({ noun }) => ['account', 'user'].includes(noun))
	const [entry] = await entries(await boss())

	assert.ok((await entries(await boss())).length >= 2)
	assert.deepEqual(await entries(staff.admin), [])
	refused(await staff.admin.get(`/api/logs/audit/${entry.id}/`), 404, 'AUDIT_ENTRY_NOT_FOUND')
	assert.doesNotMatch((await staff.admin.get(`/api/logs/audit/?noun_id=${id}&format=csv`)).text, new RegExp(`,${id},`))
	// What the house does is told as before.
	const customer = await somebody('customer')
	ok(await staff.admin.put(`/api/users/${customer.id}/`, { name: 'Ada King' }))
	assert.equal(ok(await staff.admin.get(`/api/logs/audit/?noun=user&noun_id=${customer.id}`)).items[0].action, 'update')
	assert.ok(ok(await staff.admin.get('/api/logs/audit/')).total > 0)
})
