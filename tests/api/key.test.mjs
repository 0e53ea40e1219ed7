// The site's key: a new one takes over while everybody stays signed in, the old one is taken out when nothing needs it, and one
// that is lost is missed, by `gatehouse migrate`, by `doctor` and by the program itself, and never replaced in passing.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('key', { set: ['serve.web_workers=4', 'serve.gate_workers=2', 'serve.book_workers=2', 'serve.outside_workers=4'] })
const { api, Browser, code, DEMO, expect, forget_tokens, new_customer, sign_in, site, sql, token, totp } = await import('./lib.mjs')
const { as, bought, code_of, new_event, new_staff, new_usher, ok, refused, scan, unique, until } = await import('./world.mjs')
const { picture, upload } = await import('./picture.mjs')

const file = `${own.dir}/key`
const gatehouse = (...words) => {
	const run = spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...words], { encoding: 'utf8' })

	return { status: run.status, said: run.stdout + run.stderr }
}
const done = (...words) => {
	const { status, said } = gatehouse(...words)

	assert.equal(status, 0, `gatehouse ${words.join(' ')}: ${said}`)
	return said
}
// The fingerprints of `gatehouse key list`, by what it says of them.
const listed = () => Object.fromEntries(done('key', 'list').trim().split('\n').map((line) => [line.split(/\s+/)[0], line.slice(16).trim().split(/ {2,}/)[0]]))
const in_force = () => Object.entries(listed()).find(([, is]) => is === 'in force')[0]
const bad = () => gatehouse('doctor').said.split('\n').filter((line) => line.startsWith('BAD')).join('\n')
const sealed = () => sql(`SELECT HEX(sealed_secret) FROM event_key WHERE retired_at IS NULL UNION ALL
	SELECT HEX(totp_secret) FROM account WHERE totp_secret IS NOT NULL
	UNION ALL SELECT HEX(secret) FROM webhook WHERE secret IS NOT NULL`).flat()
const retired_is = () => sql('SELECT COUNT(*) FROM site_key WHERE retired_at IS NOT NULL')[0][0]

// In the place of the one that is there, as a copy does that is not half there at any moment.
function put(text) {
	writeFileSync(`${file}.new`, text, { mode: 0o600 })
	renameSync(`${file}.new`, file)
}

// Somebody of the office whose app is asked for.
async function with_app() {
	const email = `${unique()}@example.test`, password = `pass-${unique()}-x`

	ok(await as(await token('staff')).post('/api/admins/', { name: 'Ap Pi', email, password, role: 'admin' }), 201)
	const signed = await sign_in('staff', { email, password })
	const { secret } = ok(await as(signed).post('/api/auth/2fa/enroll/', {}))
	ok(await as(signed).post('/api/auth/2fa/confirm/', { otp: totp(secret, -1) }))
	return { email, password, secret, steps: 0 }
}

// Signs in with the app; each code is good once, so time is moved back for the next.
async function signs_in(person) {
	const { challenge } = ok(await api('POST', '/api/auth/login/', { email: person.email, password: person.password }))

	sql(`UPDATE account SET totp_last_step = 0 WHERE email = '${person.email}'; DELETE FROM guess`)
	return ok(await api('POST', '/api/auth/verify-otp/', { email: person.email, otp: totp(person.secret), challenge }))
}

let event, ann, hook, ticket, printed, photo, usher, office, form, waiting

before(async () => {
	event = await new_event({ categories: [{ price: 0 }] })
	ann = await new_customer()
	ticket = (await bought(ann, event))[0]
	printed = await code_of(ann, ticket)
	photo = ok(await api('PUT', '/api/v1/users/me/', upload('photo', picture()), { token: ann.access })).photo
	usher = await new_usher(event)
	office = await with_app()
	hook = ok(await as(await token('staff')).post('/api/webhooks/', { url: 'https://shop.invalid/hook' }), 201).id
	form = await new Browser().open('/sign-in')
	const otto = { ...DEMO.organizer }
	const { challenge } = ok(await api('POST', '/api/organizer/login/', otto))
	waiting = { contact_mobile: otto.contact_mobile, otp: await code(otto.contact_mobile), challenge }
})
after(own.stop)

test('a new key takes over while people ask: nobody is refused, and what the old one made is read', async () => {
	const old = in_force(), before = sealed(), asked = [], answers = new Map()
	let going = true
	const ask = async () => {
		for (let n = 0; going; n++) {
			const path = ['/api/v1/users/me/', `/api/v1/users/tickets/${ticket.id}/qr-code/`, '/readyz'][n % 3]
			const { status } = await fetch(site + path, { headers: { authorization: `Bearer ${ann.access}` } })
			answers.set(`${path} ${status}`, (answers.get(`${path} ${status}`) ?? 0) + 1)
		}
	}

	for (let i = 0; i < 4; i++)
		asked.push(ask())
	const said = done('key', 'rotate')
	// By the new key, and read by workers that have not looked since: each of them is asked.
	const signed = await sign_in('customer')
	for (let i = 0; i < 40; i++)
		ok(await as(signed).get('/api/v1/users/me/'))
	going = false
	await Promise.all(asked)
	for (const status of answers.keys())
		assert.match(status, / 200$/)
	assert.ok(answers.size === 3, [...answers.keys()].join())

	assert.match(said, /\d+ signing keys of events, 1 second factors and 1 secrets of webhooks were sealed anew/)
	const now = listed()
	assert.equal(now[old], 'read')
	assert.notEqual(in_force(), old)
	assert.equal(sealed().length, before.length)
	assert.ok(sealed().every((one) => !before.includes(one)), 'what is sealed was not sealed anew')

	ok(await as(ann).get('/api/v1/users/me/'))
	assert.equal((await fetch(photo)).status, 200)
	ok(await api('POST', '/api/organizer/verify-otp/', waiting))
	await form.send('/sign-in', { mobile_number: ann.mobile_number, password: ann.password })
	assert.notEqual(form.status, 403, form.html)
	await signs_in(office)
	assert.equal(bad(), '')
	assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('who watches is let in by a token of the new key, though `live` was not told of it', async () => {
	const staff = await sign_in('staff')

	ok(await api('GET', `/api/live/events/${event.id}`, undefined, { token: staff.access }))
})

test('an old key is not taken out while apps hold what it made, unless that is meant', () => {
	const before = readFileSync(file, 'utf8'), { status, said } = gatehouse('key', 'retire')

	assert.equal(status, 1)
	assert.match(said, /too early.*36 hours/)
	assert.equal(readFileSync(file, 'utf8'), before)
})

test('taken out, an old key reads nothing any more, and nothing that was kept under it is lost', async () => {
	const old = Object.entries(listed()).find(([, is]) => is === 'read')[0]
	const signed = await sign_in('customer')
	// As by a worker that has not seen the new key yet.
	const said = done('key', 'retire', '--now')

	assert.match(said, new RegExp(`The key ${old} is retired`))
	assert.equal(listed()[old], 'retired')
	assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 1)
	await until('the old key is read no more', async () => (await as(ann).get('/api/v1/users/me/')).status === 401)
	refused(await as(ann).get('/api/v1/users/me/'), 401, 'TOKEN_INVALID')
	ok(await as(signed).get('/api/v1/users/me/'))
	// Whoever held a token refreshes it, as when it had run out.
	const fresh = ok(await api('POST', '/api/v1/token/refresh/', { refresh: ann.refresh }))
	ann.access = fresh.access
	assert.equal((await fetch(photo)).status, 404)
	assert.equal((await fetch(ok(await as(ann).get('/api/v1/users/me/')).photo)).status, 200)
	await signs_in(office)
	assert.notEqual(await code_of(ann, ticket), '')
	forget_tokens()
	Object.assign(usher, await sign_in('usher', { event_id: event.id, username: usher.username, password: usher.password }))
	assert.equal(ok(await scan(usher, { code: printed })).result, 'valid')
	assert.equal(done('audit').match(/^NO/m), null)
	assert.equal(bad(), '')
})

test('an event that is made meanwhile is signed by a key that opens', async () => {
	const before = in_force()

	done('key', 'rotate')
	done('key', 'retire', '--now')
	assert.notEqual(in_force(), before)
	forget_tokens()
	const made = await new_event({ categories: [{ price: 0 }] })
	ann = await new_customer()
	await code_of(ann, (await bought(ann, made))[0])
	assert.equal(bad(), '')
})

test('retiring that was cut off is done again', () => {
	const old = in_force()

	done('key', 'rotate')
	sql(`UPDATE site_key SET retired_at = UTC_TIMESTAMP(3) WHERE fingerprint = '${old}'`)
	done('key', 'retire', '--now')
	assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 1)
	assert.equal(bad(), '')
})

test('for several nodes a key waits until all of them have it', async () => {
	const before = in_force()

	done('key', 'rotate', '--in', '30')
	assert.equal(in_force(), before)
	assert.ok(Object.values(listed()).includes('waits'))
	const second = gatehouse('key', 'rotate')
	assert.equal(second.status, 1)
	assert.match(second.said, /another new key waits/)
	assert.equal(done('key', 'retire').trim(), 'There is no old key.')
	// A node that has no copy of it is told so.
	const whole = readFileSync(file, 'utf8')
	put(`${whole.trim().split('\n').find((line) => readFileSync(file, 'utf8').includes(line) && !line.includes(whole.split(' ')[1].trim()))}\n`)
	assert.match(bad(), /^BAD {2}the site key .*: the database was made under the key [0-9a-f]{16}, which is not there$/m)
	assert.match(gatehouse('doctor').said, /Copy the key file from the node where `gatehouse key rotate` was run/)
	put(whole)
	assert.equal(bad(), '')
	// Its time comes.
	put(whole.replace(/ \d{4}-.*Z/, ` ${new Date().toISOString()}`))
	assert.notEqual(in_force(), before)
	ok(await api('GET', '/api/v1/users/me/', undefined, { token: (await sign_in('customer')).access }))
	done('key', 'retire', '--now')
})

// ---- lost ----

const away = `${own.dir}/key.away`
const missing = (does) => {
	renameSync(file, away)
	try {
		return does()
	} finally {
		renameSync(away, file)
	}
}

test('where the key is gone, migrate makes none, doctor says so, and no process starts without it', () => {
	missing(() => {
		const migrate = gatehouse('migrate'), doctor = gatehouse('doctor'), jobs = gatehouse('jobs', '--once')

		assert.equal(migrate.status, 1)
		assert.match(migrate.said, /the database was made under the key [0-9a-f]{16}, which is not there\. No key was made\./)
		assert.ok(!existsSync(file))
		assert.equal(doctor.status, 1)
		assert.match(doctor.said, /^BAD {2}the site key .*\n {5}Put the key file back from its backup/m)
		assert.equal(jobs.status, 1)
	})
	assert.equal(gatehouse('migrate').status, 0)
	assert.equal(bad(), '')
})

test('a database from before keys were known to it belongs to the key that opens what is in it, and to no other', () => {
	const known = sql('SELECT fingerprint, added_at, COALESCE(CONCAT("\'", retired_at, "\'"), "NULL") FROM site_key')

	sql('DELETE FROM site_key')
	missing(() => {
		assert.match(gatehouse('migrate').said, /no key file, and \d+ secrets in the database are sealed under it\. No key was made/)
		assert.ok(!existsSync(file))
	})
	copyFileSync(file, away)
	put(`${'ab'.repeat(32)}\n`)
	assert.match(gatehouse('migrate').said, /it opens none of \d+ secrets in the database\. No key was made/)
	assert.equal(sql('SELECT COUNT(*) FROM site_key')[0][0], '0')
	renameSync(away, file)
	done('migrate')
	assert.equal(sql('SELECT COUNT(*) FROM site_key')[0][0], '1')
	for (const [print, at, retired] of known)
		sql(`INSERT IGNORE INTO site_key VALUES ('${print}', '${at}', ${retired})`)
	assert.equal(bad(), '')
})

test('a key of another site makes nothing that this site could not open: the node is not ready, and says why', async () => {
	const staff = await sign_in('staff'), events = () => sql('SELECT COUNT(*) FROM event')[0][0], before = events()

	copyFileSync(file, away)
	put(`${'cd'.repeat(32)}\n`)
	try {
		await until('it is not ready', async () => (await fetch(`${site}/readyz`)).status === 503)
		assert.equal((await (await fetch(`${site}/readyz`)).json()).error.code, 'SITE_KEY')
		assert.match(bad(), /^BAD {2}the site key/m)
		assert.match(bad(), /events' signing keys do not open/)
		assert.equal(gatehouse('key', 'rotate').status, 1)
		assert.equal(gatehouse('migrate').status, 1)
		// Signed in by the foreign key, one can do all but what is sealed.
		const foreign = await sign_in('staff')
		refused(await as(foreign).post('/api/events/', {
			title: `Test ${unique()}`, starts_at: '2030-01-01T10:00:00Z', ends_at: '2030-01-01T12:00:00Z', time_zone: 'Europe/Berlin',
			venue_id: 1, organizer_id: 1, category_id: 1, currency: 'EUR'
		}), 503, 'SITE_KEY')
		refused(await as(foreign).post('/api/auth/2fa/enroll/', {}), 503, 'SITE_KEY')
		assert.equal(events(), before)
	} finally {
		renameSync(away, file)
	}
	await until('it is ready again', async () => (await fetch(`${site}/readyz`)).status === 200)
	await until('its tokens are read', async () => (await as(staff).get('/api/auth/me/')).status === 200)
	assert.equal(bad(), '')
})

test('doctor sees one event\'s key, or one second factor, that does not open', () => {
	for (const [what, table, column, where] of [
		["events' signing keys", 'event_key', 'sealed_secret', `event_id = ${event.id}`],
		['second factors', 'account', 'totp_secret', `email = '${office.email}'`],
		["webhooks' secrets", 'webhook', 'secret', `id = ${hook}`]
	]) {
		const [[kept]] = sql(`SELECT HEX(${column}) FROM ${table} WHERE ${where}`)

		sql(`UPDATE ${table} SET ${column} = UNHEX(REPEAT('00', ${kept.length / 2})) WHERE ${where}`)
		assert.match(bad(), new RegExp(`^BAD {2}1 of \\d+ ${what} do not open`, 'm'))
		sql(`UPDATE ${table} SET ${column} = UNHEX('${kept}') WHERE ${where}`)
		assert.equal(bad(), '')
	}
})

test('a key that is lost for good is replaced by name: codes that are out stay good, second factors go', async () => {
	assert.equal(gatehouse('key', 'replace', '--lost').status, 1) // nothing is lost
	Object.assign(ann, await sign_in('customer', { mobile_number: ann.mobile_number, password: ann.password }))
	const fresh = (await bought(ann, event))[0], out = await code_of(ann, fresh), before = in_force()

	renameSync(file, away)
	const said = done('key', 'replace', '--lost')
	assert.match(said, /^\d+ events sign by a new key/m)
	assert.match(said, /^1 second factors are gone/m)
	assert.match(said, /^1 webhooks are off until they have a new secret/m)
	assert.deepEqual(sql(`SELECT status, off_because, secret IS NULL FROM webhook WHERE id = ${hook}`)[0], ['off', 'key', '1'])
	assert.notEqual(in_force(), before)
	assert.equal(listed()[before], 'retired')
	assert.equal(bad(), '')
	assert.equal(done('audit').match(/^NO/m), null)
	await until('the new key is read', async () => (await fetch(`${site}/readyz`)).status === 200)
	forget_tokens()
	ann.access = (await sign_in('customer', { mobile_number: ann.mobile_number, password: ann.password })).access
	Object.assign(usher, await sign_in('usher', { event_id: event.id, username: usher.username, password: usher.password }))
	assert.notEqual(await code_of(ann, fresh), out)
	assert.equal(ok(await scan(usher, { code: out })).result, 'valid')
	assert.ok(ok(await api('POST', '/api/auth/login/', { email: office.email, password: office.password })).access)
	assert.ok(Number(retired_is()) > 0)
	assert.equal(sql("SELECT COUNT(*) FROM audit_log WHERE action = 'replace-key'")[0][0], '1')
})
