// What says who one is, on the pages: each portal's account page while it may be changed, after a while, and where a stronger
// role of the same person changes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages, sql, token } from '../api/lib.mjs'
import { age, as, new_event, ok, somebody, unique } from '../api/world.mjs'
import {
	each_way, look_around, sign_in_customer, sign_in_merchant, sign_in_organizer, sign_in_staff, sign_in_usher, use_browser, visit
} from './lib.mjs'

use_browser()

const stored = (person) => sql(`SELECT email FROM account WHERE id = ${person.id}`)[0][0]

each_way('another e-mail, an hour after signing in', async (visitor) => {
	const person = await somebody(), email = `${unique()}@example.test`

	await sign_in_customer(visitor, person)
	await visitor.open('/account')
	age(person.id, 60)
	// The page was open all the while.
	await visitor.send({ email, name: 'Nora Noether' }, 'Save', { status: 403 })
	await visitor.sees('Sign out and in again first', '.flash[role=alert]')
	assert.equal(await visitor.$('#f-name').inputValue(), 'Nora Noether')
	await visitor.press('Save')
	assert.equal(stored(person), person.email)
	await visitor.sees('The e-mail can be changed within half an hour of signing in.')
	await visitor.press('Sign in again')
	assert.equal(visitor.path, '/sign-in?next=/account')
	await sign_in_customer(visitor, person)
	assert.equal(visitor.path, '/account')
	assert.equal(await visitor.$('#f-name').inputValue(), 'Nora Noether')
	await visitor.send({ email }, 'Save')
	await visitor.sees('Saved.', '.flash[role=status]')
	assert.equal(stored(person), email)
	for (const to of [person.email, email])
		assert.match((await messages(to))[0].body, /^The e-mail of your Gatehouse account is /)
})

each_way('who is an organizer too is led there', async (visitor) => {
	const person = await somebody('organizer'), email = `${unique()}@example.test`

	await sign_in_customer(visitor, person)
	await visitor.open('/account')
	await visitor.sees('Its e-mail is changed there.')
	await visitor.press('Sign in as Organizer')
	assert.match(visitor.path, /^\/organizer\/sign-in\?next=\/organizer\/account$/)
	await sign_in_organizer(visitor, { contact_mobile: person.mobile_number, password: person.password })
	await visitor.open('/organizer/account')
	await visitor.send({ email }, 'Save')
	assert.equal(stored(person), email)
})

// Every account page in each of its states, in both sizes and both schemes.
const PORTALS = {
	'/account': { sign_in: sign_in_customer, stronger: 'merchant' },
	'/organizer/account': {
		role: 'organizer', stronger: 'support',
		sign_in: (visitor, { mobile_number, password }) => sign_in_organizer(visitor, { contact_mobile: mobile_number, password })
	},
	'/merchant/account': { role: 'merchant', sign_in: sign_in_merchant, stronger: 'organizer' },
	'/gate/account': {
		role: 'usher', stronger: 'finance',
		sign_in: async (visitor, person) => {
			const event = await new_event(), [[usher_id]] = sql(`SELECT id FROM usher WHERE account_id = ${person.id}`)

			ok(await as(await token('staff')).post(`/api/events/${event.id}/ushers/`, { usher_id: Number(usher_id), gate: 'North' }), 201)
			await sign_in_usher(visitor, { ...person, event_id: event.id })
		}
	},
	'/admin/account': { role: 'support', sign_in: sign_in_staff, stronger: 'superadmin' }
}

for (const [path, { role, sign_in, stronger }] of Object.entries(PORTALS))
	test(`${path} fresh, stale and beside a stronger role`, async (t) => {
		const visitor = await visit(t), person = await somebody(...role ? [role] : [])
		const password = visitor.$('[name="new_password"]'), again = visitor.$('button[form="again"]')
		const usher = role === 'usher'

		await sign_in(visitor, person)
		await visitor.open(path)
		assert.equal(await password.count(), usher ? 0 : 1, 'a customer comes before an usher')
		await look_around(visitor)
		age(person.id, 60)
		await visitor.open(path)
		assert.equal(await again.count(), usher ? 0 : 1)
		assert.equal(await password.count(), usher || role === 'support' ? 0 : 1)
		await look_around(visitor)
		ok(await as(await token('staff')).post(`/api/users/${person.id}/roles/`, { role: stronger, company: 'More of it' }), 201)
		await visitor.open(path)
		assert.equal(await password.count(), 0)
		await visitor.sees(path === '/admin/account' ? 'Sign in again' : /Sign in as /)
		await look_around(visitor)
	})

test('an app, and a colleague\'s address, in a session of this morning', async (t) => {
	const visitor = await visit(t), boss = await somebody('superadmin'), person = await somebody('support')

	await sign_in_staff(visitor, boss)
	age(boss.id, 60)
	await visitor.open('/admin/second-factor')
	await look_around(visitor)
	await visitor.open(`/admin/users/${person.id}`)
	await visitor.send({ email: `${unique()}@example.test`, name: 'Tess' }, 'Save', { status: 403 })
	await visitor.sees('Sign out and in again first', '.flash[role=alert]')
	assert.equal(await visitor.$('#f-name').inputValue(), 'Tess')
	await look_around(visitor)
	assert.equal(stored(person), person.email)
	await visitor.open(`/admin/users/${person.id}/reset-password`)
	await visitor.press('New password', { status: 403 })
	await visitor.sees('Sign out and in again first', '.flash[role=alert]')
	await look_around(visitor)
	await visitor.open('/admin/second-factor')
	await visitor.press('Sign in again')
	await visitor.send({ email: boss.email, password: boss.password }, 'Continue')
	assert.equal(visitor.path, '/admin/second-factor')
	await visitor.press('Set up an app')
})
