// Who works for an organizer: invited, given rights and not, at every route that an organizer has, and taken off the team at once.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { api, Browser, code, expect, forget_tries, messages, new_number, sign_in, site, sql, token } from './lib.mjs'
import { as, bought, new_customer, new_event, new_organizer, new_staff, ok, refused, scan, code_of, new_usher, unique, until } from './world.mjs'

const TEAM = '/api/organizer/co-workers/'
const RIGHTS = ['events', 'guests', 'money', 'team', 'gate']
let otto, owner, event

// What each noun asks for, by hand: whoever adds a route says here for whom it is.
const MEANT = [
	[/^\/(api\/)?organizer\/(co-workers)(\/|$)/, 'team'],
	[/^\/(api\/)?organizer\/events\/:id\/(edit|edit-request)$/, 'events'],
	[/^\/(api\/)?organizer\/(edit-requests|promo-codes)(\/|$)/, 'events'],
	[/^\/(api\/)?organizer\/(attendees|guest-messages)(\/|$)/, 'guests'],
	[/^\/(api\/)?organizer\/events\/:id\/door-list(\.pdf)?$/, 'guests'],
	[/^\/(api\/)?organizer\/(payouts|settlements|analytics)(\/|$)/, 'money'],
	[/^\/(api\/)?organizer\/events\/:id\/comparison$/, 'money'],
	[/^\/(api\/)?organizer\/(conflicts|incidents)(\/|$)/, 'gate'],
	[/^\/api\/live\/events\/:id$/, 'gate'],
	[/^\/(api\/)?organizer(\/dashboard\/stats|\/events(\/:id)?)?$/, 'any'],
	[/^\/(api\/)?organizer\/views(\/|$)/, 'any'],
	[/^\/api\/files\/:sha$/, 'any']
]
const meant = (method, path) => method === 'PUT' && path === '/api/organizer/events/:id' ? 'events' : MEANT.find(([pattern]) => pattern.test(path))?.[1]

const routes = () => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'routes', '--rights'], { encoding: 'utf8' })
	.split('\n').filter(Boolean).map((line) => line.split(/\s+/)).map(([method, path, rights]) => ({ method, path, rights }))

// Invited with these rights, and come by setting a first password: tokens, id (of the row), contact_mobile, password.
async function co_worker(rights, { by = owner, name = `Mia ${unique()}` } = {}) {
	const contact_mobile = new_number(), password = `pass-${randomUUID()}`
	const { id } = ok(await by.post(TEAM, { name, mobile_number: contact_mobile, ...Object.fromEntries(rights.map((r) => [`may_${r}`, true])) }), 201)

	forget_tries()
	ok(await api('POST', '/api/organizer/forgot-password/', { contact_mobile }))
	ok(await api('POST', '/api/organizer/reset-password/', { contact_mobile, otp: await code(contact_mobile), new_password: password }))
	return { id, name, contact_mobile, password, ...await sign_in('organizer', { contact_mobile, password }) }
}

async function browser_of({ contact_mobile, password }) {
	const browser = new Browser()

	forget_tries()
	await browser.go('/organizer/sign-in')
	await browser.submit('/organizer/sign-in', { contact_mobile, password })
	await browser.submit('/organizer/sign-in/code', { otp: await code(contact_mobile) })
	assert.equal(browser.status, 200, browser.html.slice(0, 300))
	return browser
}

before(async () => {
	otto = await new_organizer()
	owner = as(otto)
	event = await new_event({ organizer_id: otto.organizer_id })
})

test('the site map says of every route of an organizer what it asks for, as it is meant', async () => {
	const all = routes()

	assert.ok(all.length > 60, `${all.length}`)
	for (const { method, path, rights } of all)
		assert.equal(rights, meant(method, path), `${method} ${path}`)
	const { paths } = (await api('GET', '/api/openapi.json')).body
	for (const { method, path, rights } of all.filter((r) => r.path.startsWith('/api/'))) {
		const shown = paths[`${path.replace(/:(\w+)/g, '{$1}')}/`] ?? paths[path.replace(/:(\w+)/g, '{$1}')]

		assert.deepEqual(shown?.[method.toLowerCase()]?.['x-rights'], rights.split(','), `${method} ${path}`)
	}
})

for (const right of [...RIGHTS, 'none'])
	test(`every route of an organizer, asked by who has ${right === 'none' ? 'no right' : `the right ${right} alone`}`, async () => {
		const mia = await co_worker(right === 'none' ? [] : [right]), browser = await browser_of(mia)

		for (const { method, path, rights } of routes()) {
			const at = path.replace(/:sha\b/, '0'.repeat(64)).replace(/:\w+/g, path.includes('/events/:id') ? event.id : 990001)
			const page = !path.startsWith('/api/'), may = rights === 'any' || rights.split(',').includes(right)
			let status, missing

			if (page && method === 'POST') {
				const token = Object.values(browser.html.match(/name="csrf"\s+value="([^"]+)"/) ?? [])[1]
				await browser.open(at, { method, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: token ?? '' }) })
				;({ status } = browser)
				missing = browser.html.includes('You have not been given the right to this.')
			} else if (page) {
				await browser.open(at)
				;({ status } = browser)
				missing = browser.html.includes('You have not been given the right to this.')
			} else {
				const answer = await api(method, at, method === 'GET' || method === 'DELETE' ? undefined : {}, { token: mia.access })
				;({ status } = answer)
				missing = answer.body?.error?.code === 'RIGHT_MISSING'
			}
			assert.equal(missing, !may, `${method} ${at}: ${status}`)
			assert.equal(status === 403, !may, `${method} ${at}: ${status}`)
		}
	})

test('whose account the organizer is may all, and is on no list that could be emptied', async () => {
	const listed = ok(await owner.get(TEAM))

	assert.ok(listed.items.every((one) => one.mobile_number !== sql(`SELECT a.mobile_number FROM organizer o JOIN account a ON a.id = o.account_id
		WHERE o.id = ${otto.organizer_id}`)[0][0]))
	assert.equal(ok(await owner.get('/api/organizer/me/')).rights, 'owner')
	for (const { method, path } of routes().filter((r) => r.method === 'GET' && r.path.startsWith('/api/organizer') && !r.path.includes(':')))
		assert.equal((await owner.get(path)).status, 200, `${method} ${path}`)
})

test('nobody gets anything by an invitation before they come, and nobody is made something that they do not know of', async () => {
	const ada = await new_customer(), roles = () => sql(`SELECT role FROM account_role WHERE account_id = ${ada.user.id} ORDER BY role`).flat()
	const invited = ok(await owner.post(TEAM, { name: 'Ada', mobile_number: ada.mobile_number, may_guests: true }), 201)

	assert.equal(invited.status, 'invited')
	assert.deepEqual(roles(), ['customer'])
	const credentials = { contact_mobile: ada.mobile_number, password: ada.password }
	await until('the invitation arrives', async () => (await messages(ada.mobile_number)).some(({ body }) => /invites you to work on its events/.test(body)))
	refused(await owner.post(TEAM, { name: 'Ada', mobile_number: ada.mobile_number }), 409, 'DUPLICATE')
	// With the password that they have.
	forget_tries()
	const tokens = await sign_in('organizer', credentials)
	assert.equal(tokens.organizer_id, otto.organizer_id)
	assert.deepEqual(roles(), ['customer', 'organizer'])
	const shown = ok(await owner.get(`${TEAM}${invited.id}/`))
	assert.equal(shown.status, 'active')
	assert.ok(shown.joined_at && shown.last_seen_at)
	assert.deepEqual(ok(await as(tokens).get('/api/organizer/me/')).rights, 'guests')
	assert.equal(ok(await as(tokens).get('/api/organizer/me/')).name, ada.name)

	// A number that nobody has: no account is made by asking, and a stranger's is not invited.
	const number = new_number()
	ok(await owner.post(TEAM, { name: 'Nobody yet', mobile_number: number }), 201)
	assert.equal(sql(`SELECT COUNT(*) FROM account WHERE mobile_number = '${number}'`)[0][0], '0')
	ok(await api('POST', '/api/v1/users/register/', { mobile_number: number, password: `pass-${randomUUID()}`, name: 'Nora' }), 201)
	const strangers = new_number()
	forget_tries()
	ok(await api('POST', '/api/organizer/forgot-password/', { contact_mobile: strangers }))
	assert.equal((await messages(strangers)).length, 0)
	// One that is too old is none.
	const late = new_number()
	const { id } = ok(await owner.post(TEAM, { name: 'Late', mobile_number: late }), 201)
	sql(`UPDATE co_worker SET created_at = UTC_TIMESTAMP(3) - INTERVAL 15 DAY WHERE id = ${id}`)
	ok(await api('POST', '/api/organizer/forgot-password/', { contact_mobile: late }))
	assert.ok(!(await messages(late)).some(({ body }) => /\b\d{6}\b/.test(body)))
})

test('a right that is taken back is gone with the next request, in a session that is open', async () => {
	const mia = await co_worker(['guests', 'gate']), who = as(mia)

	ok(await who.get('/api/organizer/attendees/'))
	ok(await who.get(`/api/live/events/${event.id}/`, { query: { wait: 0 } }))
	const { updated_at, ...row } = ok(await owner.get(`${TEAM}${mia.id}/`))
	ok(await owner.put(`${TEAM}${mia.id}/`, { may_guests: false, may_gate: false, may_money: true }))
	refused(await who.get('/api/organizer/attendees/'), 403, 'RIGHT_MISSING')
	refused(await who.get('/api/organizer/attendees/', { query: { format: 'csv' } }), 403, 'RIGHT_MISSING')
	// Who is let in to live counts is believed for some seconds more.
	await until('live counts are shut', async () => (await who.get(`/api/live/events/${event.id}/`, { query: { wait: 0 } })).status === 403)
	ok(await who.get('/api/organizer/payouts/'))
	// Somebody else had changed it meanwhile.
	refused(await owner.put(`${TEAM}${mia.id}/`, { may_team: true, updated_at }), 409, 'CHANGED_MEANWHILE')

	ok(await owner.delete(`${TEAM}${mia.id}/`))
	refused(await who.get('/api/organizer/events/'), 401, 'TOKEN_INVALID')
	refused(await api('POST', '/api/organizer/token/refresh/', { refresh: mia.refresh }), 401, 'TOKEN_INVALID')
	forget_tries()
	refused(await api('POST', '/api/organizer/login/', { contact_mobile: mia.contact_mobile, password: mia.password }), 401, 'INVALID_CREDENTIALS')
	refused(await owner.get(`${TEAM}${mia.id}/`), 404, 'CO_WORKER_NOT_FOUND')
	assert.equal(row.status, 'active')
})

test('who watches the live counts is sent away when the right to them goes', async () => {
	const mia = await co_worker(['gate'])
	const answer = await fetch(`${site}/api/live/events/${event.id}`, { headers: { accept: 'text/event-stream', authorization: `Bearer ${mia.access}` } })
	const reader = answer.body.getReader()

	assert.equal(answer.status, 200)
	await reader.read()
	ok(await owner.put(`${TEAM}${mia.id}/`, { may_gate: false }))
	const ended = (async () => {
		while (!(await reader.read()).done);
		return true
	})()
	assert.equal(await Promise.race([ended, new Promise((done) => setTimeout(() => done(false), 15_000).unref())]), true)
})

test('nobody gives or takes away what they do not have', async () => {
	const lead = await co_worker(['team', 'guests']), other = await co_worker(['money', 'guests']), who = as(lead)

	refused(await who.post(TEAM, { name: 'X', mobile_number: new_number(), may_money: true }), 403, 'NOT_YOURS_TO_GIVE')
	ok(await who.post(TEAM, { name: 'X', mobile_number: new_number(), may_guests: true }), 201)
	refused(await who.put(`${TEAM}${other.id}/`, { may_money: false }), 403, 'NOT_YOURS_TO_GIVE')
	refused(await who.put(`${TEAM}${other.id}/`, { may_events: true }), 403, 'NOT_YOURS_TO_GIVE')
	refused(await who.put(`${TEAM}${lead.id}/`, { may_money: true }), 403, 'NOT_YOURS_TO_GIVE')
	refused(await who.delete(`${TEAM}${other.id}/`), 403, 'NOT_YOURS_TO_GIVE')
	ok(await who.put(`${TEAM}${other.id}/`, { may_guests: false }))
	assert.equal(ok(await owner.get(`${TEAM}${other.id}/`)).may_money, true)
	// A form sends all it has: what is not ticked is taken away.
	const browser = await browser_of(lead)
	await browser.go(`/organizer/co-workers/${other.id}`)
	await browser.send(`/organizer/co-workers/${other.id}`, { name: other.name })
	assert.equal(browser.status, 403)
	assert.equal(ok(await owner.get(`${TEAM}${other.id}/`)).may_money, true)

	// Another organizer's are not there.
	const strange = as(await new_organizer())
	refused(await strange.get(`${TEAM}${other.id}/`), 404, 'CO_WORKER_NOT_FOUND')
	refused(await strange.put(`${TEAM}${other.id}/`, { may_team: true }), 404, 'CO_WORKER_NOT_FOUND')
	refused(await strange.delete(`${TEAM}${other.id}/`), 404, 'CO_WORKER_NOT_FOUND')
	refused(await as(await new_customer()).get(TEAM), 403, 'FORBIDDEN')
})

test('what a co-worker did stands in the log under their own name, and the organizer stays as it is', async () => {
	const mia = await co_worker(['events']), who = as(mia), promo = `M${unique()}`.toUpperCase()

	ok(await who.post('/api/organizer/promo-codes/', { code: promo, percent: 5, event_id: event.id }), 201)
	const [[name]] = sql(`SELECT a.name FROM audit_log l JOIN account a ON a.id = l.account_id WHERE l.noun = 'promo_code' ORDER BY l.id DESC LIMIT 1`)
	assert.equal(name, mia.name)
	assert.equal(ok(await owner.get('/api/organizer/promo-codes/', { query: { search: promo } })).total, 1)

	const { company, about } = ok(await who.get('/api/organizer/me/'))
	assert.equal(company, ok(await owner.get('/api/organizer/me/')).company)
	refused(await who.put('/api/organizer/profile/', { company: 'Mine now' }), 422, 'VALIDATION_ERROR')
	assert.equal(ok(await who.put('/api/organizer/profile/', { name: 'Mia Other', company })).name, 'Mia Other')
	assert.equal(ok(await owner.get('/api/organizer/me/')).about, about)
	assert.notEqual(ok(await owner.get('/api/organizer/me/')).name, 'Mia Other')
})

test('who has no right to money sees counts, and no sum: answers, files and pages', async () => {
	const mia = await co_worker(['guests']), who = as(mia), ada = await new_customer()

	await bought(ada, event, 2)
	const shown = ok(await who.get(`/api/organizer/events/${event.id}/`)), full = ok(await owner.get(`/api/organizer/events/${event.id}/`))
	assert.equal(shown.analytics.sold, full.analytics.sold)
	for (const key of ['revenue', 'gross', 'fees', 'taxes', 'net'])
		assert.equal(shown.analytics[key], null, key)
	for (const list of ['by_day', 'by_category'])
		for (const one of shown.analytics[list])
			assert.equal(one.revenue, null, list)
	assert.equal(full.analytics.revenue >= 5000, true)
	assert.equal(ok(await who.get('/api/organizer/events/')).items[0].revenue, null)
	assert.deepEqual(ok(await who.get('/api/organizer/dashboard/stats/')).revenue, [])
	const file = async (by) => (await by.get('/api/organizer/events/', { query: { format: 'csv' } })).text
	assert.match(await file(owner), /50\.00/)
	assert.doesNotMatch(await file(who), /50\.00/)
	const browser = await browser_of(mia), html = (await browser.go(`/organizer/events/${event.id}`)).html
	assert.doesNotMatch(html, /50\.00|\/organizer\/payouts|\/edit"|co-workers|class="board"/)
	assert.match(html, /door-list\.pdf/)
	assert.doesNotMatch((await browser.go('/organizer')).html, /50\.00/)
})

test('where the organizer is shut out, co-workers are too; whoever loses the role is off the team', async () => {
	const other = await new_organizer(), mia = await co_worker(RIGHTS, { by: as(other) }), staff = as(await token('staff'))
	const [[account]] = sql(`SELECT account_id FROM organizer WHERE id = ${other.organizer_id}`)
	const [[mias]] = sql(`SELECT account_id FROM co_worker WHERE id = ${mia.id}`)

	ok(await as(mia).get('/api/organizer/events/'))
	refused(await staff.post(`/api/users/${mias}/roles/`, { role: 'organizer', company: 'Own' }), 409, 'CO_WORKER')
	ok(await staff.put(`/api/users/${account}/`, { status: 'disabled' }))
	refused(await as(mia).get('/api/organizer/events/'), 403, 'RIGHT_MISSING')
	ok(await staff.put(`/api/users/${account}/`, { status: 'active' }))
	ok(await as(mia).get('/api/organizer/events/'))
	ok(await staff.delete(`/api/users/${mias}/roles/organizer/`))
	refused(await as(mia).get('/api/organizer/events/'), 401, 'TOKEN_INVALID')
	assert.equal(sql(`SELECT COUNT(*) FROM co_worker WHERE id = ${mia.id}`)[0][0], '0')
})

test('one number is not invited by ever so many, each of which sends it a message', async () => {
	const mobile_number = new_number(), invite = async () => as(await new_organizer()).post(TEAM, { name: 'Wanted', mobile_number, may_gate: true })

	for (let n = 0; n < 5; n++)
		ok(await invite(), 201)
	const answer = refused(await invite(), 429, 'INVITATION_LIMIT')
	assert.ok(Number(answer.headers.get('retry-after')) > 0)
	assert.equal(sql(`SELECT COUNT(*) FROM co_worker WHERE mobile_number = '${mobile_number}'`)[0][0], '5')
	assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE recipient = '${mobile_number}' AND kind = 'co-worker-invited'`)[0][0], '5')
})
