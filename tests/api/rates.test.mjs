// Rates as a site has them: what counts an address, and what counts an account because a lecture hall is one address.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('rates', { set: [
	'limits.rate_account=3', 'limits.rate_campus=200', 'limits.rate_campus_account=6', 'limits.rate_campus_sign_in=200',
	'limits.rate_gate=20'
] })
const { api, Browser, DEMO } = await import('./lib.mjs')
const { as, new_member, ok, refused } = await import('./world.mjs')

after(() => own.stop())

test('a lecture hall signs in from one address, where three of a ticketing mount could', async () => {
	for (let i = 0; i < 6; i++)
		ok(await api('POST', '/api/campus/auth/login/', { username: 'student1', password: 'demo-student-1' }))
	for (let i = 0; i < 3; i++)
		refused(await api('POST', '/api/usher/login/', { event_id: 1, username: 'nobody', password: 'wrong one' }), 401, 'INVALID_CREDENTIALS')
	assert.ok(Number(refused(await api('POST', '/api/usher/login/', { event_id: 1, username: 'nobody', password: 'wrong one' }), 429, 'RATE_LIMITED')
		.headers.get('retry-after')) > 0)
	ok(await api('POST', '/api/campus/auth/login/', { username: 'student1', password: 'demo-student-1' }))
})

test('a form that is sent too often is shown again with what was typed, and can be sent when it may be', async () => {
	const browser = await new Browser().open('/sign-in'), typed = { mobile_number: '+15553999999', password: 'wrong one' }
	const elsewhere = { headers: { 'x-forwarded-for': '203.0.113.9', 'content-type': 'application/x-www-form-urlencoded' } }

	for (let i = 0; i < 4; i++)
		await browser.open('/sign-in', { method: 'POST', body: new URLSearchParams({ ...browser.hidden('/sign-in'), ...typed }) })
	assert.equal(browser.status, 429)
	assert.ok(Number(browser.headers.get('retry-after')) > 0)
	assert.match(browser.html, /<input name="mobile_number"[^>]* value="\+15553999999"/)
	assert.ok(!browser.html.includes('wrong one'))
	await browser.open('/sign-in', { method: 'POST', body: new URLSearchParams({ ...browser.hidden('/sign-in'), ...typed }), ...elsewhere })
	assert.equal(browser.status, 422)
})

test('who watches asks no more often than others do of the workers, and whoever is elsewhere is let in meanwhile', async () => {
	const watch = (of, more) => api('GET', '/api/live/events/1', undefined, { query: { wait: 0 }, headers: { 'x-forwarded-for': of }, ...more })
	const scan = (of) => api('GET', '/api/usher/nfc/test', undefined, { headers: { 'x-forwarded-for': of } })
	const { access } = ok(await api('POST', '/api/auth/login/', DEMO.staff, { headers: { 'x-forwarded-for': '203.0.113.13' } }))

	for (const [ask, of] of [[watch, '203.0.113.10'], [scan, '203.0.113.20']]) {
		const began = Date.now(), answers = await Promise.all(Array.from({ length: 60 }, () => ask(of)))
		const limited = answers.filter(({ status }) => status === 429), let_in = answers.length - limited.length

		// One more comes free every three seconds.
		assert.ok(let_in >= 20 && let_in <= 21 + (Date.now() - began) / 3000, `${let_in} of ${answers.length}`)
		for (const answer of limited) {
			assert.ok(Number(refused(answer, 429, 'RATE_LIMITED').headers.get('retry-after')) > 0)
			assert.equal(answer.body.success, false)
		}
	}
	assert.equal((await watch('203.0.113.11', { token: access })).status, 200)
	// By a token too, and while it is believed without asking.
	const answers = []
	for (let i = 0; i < 30; i++)
		answers.push((await watch('203.0.113.12', { token: access })).status)
	assert.deepEqual([answers[0], answers.at(-1)], [200, 429])
})

test('who asks too often is told so, and nobody else at the same address', async () => {
	const [busy, calm] = [await new_member('student'), await new_member('student')], path = '/api/campus/auth/profile/'
	const answers = []

	for (let i = 0; i < 8; i++)
		answers.push((await as(busy).get(path)).status)
	assert.deepEqual(answers, [200, 200, 200, 200, 200, 200, 429, 429])
	const limited = refused(await as(busy).get(path), 429, 'RATE_LIMITED')
	assert.equal(limited.body.code, 'throttled')
	assert.ok(Number(limited.headers.get('retry-after')) > 0)
	ok(await as(calm).get(path))
	// Refreshing is of the same class: whose token it is is known once it was looked at.
	refused(await api('POST', '/api/campus/auth/refresh/', { refresh: busy.refresh }), 429, 'RATE_LIMITED')
	ok(await api('POST', '/api/campus/auth/refresh/', { refresh: calm.refresh }))
	for (let i = 0; i < 4; i++)
		ok(await api('POST', '/api/campus/auth/refresh/', { refresh: calm.refresh }))
	refused(await api('POST', '/api/campus/auth/refresh/', { refresh: calm.refresh }), 429, 'RATE_LIMITED')
	// Signing out is never too much.
	ok(await as(busy).post('/api/campus/auth/logout/', {}))
})
