// What guards people that no other test shows: old hashes, old cookies, idle sessions, answers nobody may keep, and a log
// that could be read by anybody.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { api, Browser, code, expect, new_number, sql } from './lib.mjs'
import { new_customer } from './world.mjs'

// Argon2id of OLD_WORDS at the cost of a poorer time.
const OLD_WORDS = 'words of long ago'
const OLD_HASH = '$argon2id$v=19$m=64,t=1,p=1$gdsYj5wBKmEHaOUDB8/+Og$MSzT4EO2Q5glbyZysKw/8D7bY8sf2cRXAP+Fp141090'

const stored = (person) => sql(`SELECT password_hash FROM account WHERE mobile_number = '${person.mobile_number}'`)[0][0]
const cookie_of = (browser) => browser.cookies.get('gh_customer') ?? browser.cookies.get('__Host-gh_customer')

async function sign_in(browser, person) {
	await browser.open('/sign-in')
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.send('/sign-in/code', { otp: await code(person.mobile_number) })
	assert.equal(browser.status, 303, browser.html)
	return cookie_of(browser)
}

async function with_cookie(value) {
	const browser = new Browser()

	browser.cookies.set('gh_customer', value)
	return (await browser.open('/account')).status
}

test('a hash of a poorer time is renewed at sign-in, and only by the right password', async () => {
	const person = await new_customer(), { mobile_number } = person
	const login = (password) => api('POST', '/api/v1/users/login/', { mobile_number, password })

	sql(`UPDATE account SET password_hash = '${OLD_HASH}' WHERE mobile_number = '${mobile_number}'`)
	assert.equal((await login('words of long ago!')).status, 401)
	assert.equal(stored(person), OLD_HASH)
	assert.equal((await login(OLD_WORDS)).status, 200)
	const renewed = stored(person)
	assert.match(renewed, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
	assert.equal((await login(OLD_WORDS)).status, 200)
	assert.equal(stored(person), renewed)
})

test('who is signed in gets no second session: no form is shown, and one from before is refused', async () => {
	const person = await new_customer(), browser = new Browser(), other = new Browser()

	await other.open('/sign-in')
	const cookie = await sign_in(browser, person)
	assert.equal((await browser.open('/sign-in')).status, 303)
	other.cookies.set('gh_customer', cookie)
	assert.equal((await other.send('/sign-in', { mobile_number: person.mobile_number, password: person.password })).status, 403)
	assert.equal(await with_cookie(cookie), 200)
})

test('a portal\'s session ends after twelve idle hours, and not before', async () => {
	const person = await new_customer(), browser = new Browser()
	const cookie = await sign_in(browser, person)
	const idle = (minutes) => sql(`UPDATE session s JOIN account a ON a.id = s.account_id
		SET s.seen_at = UTC_TIMESTAMP(3) - INTERVAL ${minutes} MINUTE
		WHERE a.mobile_number = '${person.mobile_number}' AND s.cookie_hash IS NOT NULL`)

	idle(12 * 60 - 2)
	assert.equal(await with_cookie(cookie), 200)
	idle(12 * 60 + 1)
	assert.equal(await with_cookie(cookie), 303)
})

test('answers with tokens in them are kept by nobody', async () => {
	const person = await new_customer()
	const fields = { mobile_number: person.mobile_number, password: person.password }
	const answers = [await expect(200, 'POST', '/api/v1/users/login/', fields)]

	answers.push(await expect(200, 'POST', '/api/v1/users/verify-login-otp/', {
		mobile_number: person.mobile_number, otp: await code(person.mobile_number)
	}))
	assert.ok(answers[1].data.access)
	answers.push(await expect(200, 'POST', '/api/v1/token/refresh/', { refresh: answers[1].data.refresh }))
	assert.ok(answers[2].data.access)
	answers.push(await api('POST', '/api/v1/token/refresh/', { refresh: 'nothing' }))
	for (const answer of answers)
		assert.equal(answer.headers.get('cache-control'), 'no-store')
})

test('no password, code or token stands in the log', { skip: !process.env.GATEHOUSE_DIR }, async () => {
	const number = new_number(), password = `secret-${randomUUID()}`, wrong = `wrong-${randomUUID()}`
	const secrets = [password, wrong]
	const login = (words) => api('POST', '/api/v1/users/login/', { mobile_number: number, password: words })

	await expect(201, 'POST', '/api/v1/users/register/', { mobile_number: number, password, name: 'Quiet One' })
	const made = await expect(200, 'POST', '/api/v1/users/verify-otp/', { mobile_number: number, otp: await code(number) })
	secrets.push(made.data.access, made.data.refresh)
	assert.equal((await login(wrong)).status, 401)
	assert.equal((await api('GET', '/api/v1/users/me/', undefined, { token: `${made.data.access}x` })).status, 401)
	assert.equal((await api('GET', `/api/v1/users/me/?password=${password}`, undefined, { token: made.data.access })).status, 200)
	assert.equal((await api('GET', '/api/dashboard/stats/', undefined, { token: made.data.access })).status, 403)
	const log = readFileSync(`${process.env.GATEHOUSE_DIR}/log/serve.log`, 'utf8')
	assert.match(log, /"event":"denied"/, 'it is the log')
	for (const secret of secrets)
		assert.ok(!log.includes(secret))
})
