// How the installation is, as who runs it sees it, and what the first page warns of; and one search over everything.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { after, before, test } from 'node:test'
import { own_stack } from './own.mjs'

const at = mkdtempSync(join(tmpdir(), 'gatehouse-status-'))
const own = await own_stack('status')
const { write_ini } = await import('./own_ini.mjs')
const { sql, token } = await import('./lib.mjs')
const { as, bought, DAY, HOUR, iso, jobs_rest, jobs_run, new_card, new_customer, new_event, new_organizer, new_staff, ok, refused, until } = await import('./world.mjs')

let staff

before(async () => { staff = as(await token('staff')) })
after(async () => {
	await own.stop()
	rmSync(at, { recursive: true })
})

const status = async () => ok(await staff.get('/api/status/'))
const alerts = async () => ok(await staff.get('/api/dashboard/stats/')).alerts
const warned = async (code, noun_id = 0) => (await alerts()).find((a) => a.code === code && (!noun_id || a.noun_id === noun_id))
const queue = async (code) => (await status()).queues.find((q) => q.code === code)

// ---- how it is ----

test('what waits is counted, and since when, until it is done', async () => {
	const ann = await new_customer(), event = await new_event()

	jobs_rest('outbox')
	const was = await queue('messages'), began = Date.now()
	await bought(ann, event)
	const now = await queue('messages')
	assert.ok(now.waiting > was.waiting)
	assert.ok(was.waiting > 0 || new Date(now.since) >= began, 'the oldest is of this')
	jobs_run('outbox')
	await until('it is gone', async () => (await queue('messages')).waiting === 0)
	assert.equal((await queue('messages')).since, null)
	sql(`INSERT INTO outbox (channel, recipient, body, status, due_at, created_at) VALUES ('sms', '+15550009999', 'x', 'failed', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
		('sms', '+15550009999', 'x', 'failed', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) - INTERVAL 8 DAY)`)
	assert.equal((await queue('messages')).failed, was.failed + 1, 'of seven days')
})

test('a job that nobody does, and one that failed, are told here and on the first page', async () => {
	const job = async (name) => (await status()).jobs.find((one) => one.name === name)

	sql(`INSERT INTO job (name, due_at) VALUES ('nobody', UTC_TIMESTAMP(3) - INTERVAL 119 SECOND)`)
	assert.deepEqual([(await job('nobody')).late, await warned('job_late')], [false, undefined])
	sql(`UPDATE job SET due_at = UTC_TIMESTAMP(3) - INTERVAL 121 SECOND, error = 'The disk is away' WHERE name = 'nobody'`)
	assert.deepEqual([(await job('nobody')).late, (await job('nobody')).error], [true, 'The disk is away'])
	assert.equal((await warned('job_late')).n, 1)
	assert.equal((await warned('job_failed')).title, 'nobody')
	sql(`UPDATE job SET due_at = UTC_TIMESTAMP(3) + INTERVAL 1 MINUTE, lease = UUID() WHERE name = 'nobody'`)
	assert.deepEqual([(await job('nobody')).running, (await job('nobody')).late], [true, false])
	sql(`DELETE FROM job WHERE name = 'nobody'`)
	assert.ok((await job('outbox')).ran_at)
})

test('processes, disks and the database are those that are there', async () => {
	await until('all run', async () => (await status()).processes.every(({ state }) => state === 'ready'))
	const { processes, disks, database, certificate } = await status(), schema = Number(sql('SELECT version FROM schema_now')[0][0])

	assert.deepEqual(processes.map(({ name, state, schema }) => [name, state, schema]), ['serve', 'live', 'jobs', 'pictures'].map((name) => [name, 'ready', schema]))
	assert.deepEqual(disks.map(({ what }) => what), ['files', 'temporary', 'database'])
	for (const disk of disks)
		assert.ok(['good', 'low', 'out'].includes(disk.state) && disk.percent >= 0 && disk.percent <= 100 && disk.free_mb > 0, JSON.stringify(disk))
	assert.equal(database.version, sql('SELECT VERSION()')[0][0])
	assert.deepEqual([database.schema, database.read_only, database.nodes, database.state, database.ready, certificate], [schema, false, null, null, null, null])
	assert.equal(database.allowed, Number(sql('SELECT @@max_connections')[0][0]))
	assert.ok(database.connections > 0 && database.connections <= database.allowed)
	const up = Number(sql(`SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'UPTIME'`)[0][0])
	assert.ok(Math.abs(Date.now() - up * 1000 - new Date(database.since)) < 5000, database.since)
})

test('a process that is not there is said not to be', async () => {
	const pid = own.pid('pictures'), state = async () => (await status()).processes.find(({ name }) => name === 'pictures').state

	process.kill(pid, 'SIGTERM')
	await until('it is away', async () => await state() === 'away')
})

// ---- the certificate ----

const certify = (name, days) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', String(days),
	'-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', join(at, `${name}.key`), '-out', join(at, `${name}.pem`)], { stdio: 'ignore' })
const ends = (name) => new Date(execFileSync('openssl', ['x509', '-in', join(at, `${name}.pem`), '-noout', '-enddate'], { encoding: 'utf8' }).slice('notAfter='.length)).getTime()

test('until when the certificate is good is looked at, told, and warned of in time', async (t) => {
	const look = async (name, trusted = name) => {
		const server = createServer({ key: readFileSync(join(at, `${name}.key`)), cert: readFileSync(join(at, `${name}.pem`)) }, (request, response) => response.end())
		await once(server.listen(0, '127.0.0.1'), 'listening')
		const ini = write_ini(join(at, 'gatehouse.ini'), { 'site.base_url': `https://localhost:${server.address().port}` })

		sql(`UPDATE job SET due_at = UTC_TIMESTAMP(3), lease = NULL WHERE name = 'certificate'`)
		await promisify(execFile)(process.env.GATEHOUSE_BIN, ['-c', ini, 'jobs', '--once'], { env: { ...process.env, CURL_CA_BUNDLE: join(at, `${trusted}.pem`) } })
		server.closeAllConnections()
		server.close()
		return (await status()).certificate
	}
	const jobs = own.pid('jobs')

	certify('soon', 13)
	certify('long', 30)
	process.kill(jobs, 'SIGSTOP') // whose site has none
	t.after(() => process.kill(jobs, 'SIGCONT'))
	const long = await look('long')
	assert.deepEqual([new Date(long.ends_at).getTime(), long.error, long.soon], [ends('long'), '', false])
	assert.equal(await warned('certificate_soon'), undefined)
	const soon = await look('soon')
	assert.deepEqual([new Date(soon.ends_at).getTime(), soon.soon], [ends('soon'), true])
	assert.equal(new Date((await warned('certificate_soon')).title).getTime(), ends('soon'))
	const bad = await look('soon', 'long')
	assert.deepEqual([bad.ends_at, bad.soon], [null, true])
	assert.match(bad.error, /certificate/i)
	assert.equal((await warned('certificate_soon')).title, '')
	process.kill(jobs, 'SIGCONT')
	jobs_run('certificate')
	await until('a site without one has none', async () => (await status()).certificate === null)
	assert.equal(await warned('certificate_soon'), undefined)
})

// ---- what else is warned of ----

test('an event that is near, and of which nothing is on sale though there is something left', async () => {
	const now = { starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + 2 * DAY) }
	const near = await new_event({ ...now, categories: [{ sales_end: iso(Date.now() + HOUR) }, { sales_start: iso(Date.now() + HOUR) }] })
	const far = await new_event({ starts_at: iso(Date.now() + 8 * DAY), ends_at: iso(Date.now() + 9 * DAY), categories: [{ sales_start: iso(Date.now() + HOUR) }] })
	const found = (event) => warned('nothing_on_sale', event.id).then(Boolean)

	assert.deepEqual([await found(near), await found(far)], [false, false], 'the first is on sale, and the second far away')
	sql(`UPDATE ticket_category SET sales_end = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ${near.categories[0].id}`)
	assert.equal(await found(near), true)
	sql(`UPDATE ticket_category SET sold = capacity WHERE event_id = ${near.id}`)
	assert.equal(await found(near), false, 'it is sold out')
	sql(`UPDATE ticket_category SET sold = 0 WHERE event_id = ${near.id}`)
	assert.equal(await found(near), true)
	sql(`UPDATE ticket_category SET sales_start = NULL WHERE event_id = ${near.id}`)
	assert.equal(await found(near), false)
})

test('a webhook that was turned off by itself, but none that somebody turned off', async () => {
	const hook = ok(await staff.post('/api/webhooks/', { url: 'https://hooks.invalid/a' }), 201)
	const off = async () => (await warned('webhook_off'))?.n ?? 0, was = await off()

	ok(await staff.post(`/api/webhooks/${hook.id}/disable/`, {}))
	assert.equal(await off(), was)
	sql(`UPDATE webhook SET off_because = 'failing' WHERE id = ${hook.id}`)
	assert.equal(await off(), was + 1)
})

// ---- one search over everything ----

const search = async (text, by = staff) => Object.fromEntries(ok(await by.get(`/api/search/?search=${encodeURIComponent(text)}`)).found.map((f) => [f.path, f]))

test('one search finds whatever it is of, by what is printed, said or typed', async () => {
	const title = `Zweigstelle Ωmega ${Date.now()}`, ann = await new_customer({ name: 'Quirina Vandersloot' })
	const event = await new_event({ title }), tickets = await bought(ann, event, 2)
	const [[order_id, reference]] = sql(`SELECT id, reference FROM orders WHERE id = ${tickets[0].order_id ?? `(SELECT order_id FROM ticket WHERE id = ${tickets[0].id})`}`)
	const card = new_card(ann)
	const ids = (found, path) => found[path]?.items.map(({ id }) => id) ?? []

	let found = await search(reference)
	assert.deepEqual(ids(found, 'orders'), [Number(order_id)])
	assert.equal(found.orders.items[0].title, reference)
	found = await search('vandersloot quir')
	assert.ok(ids(found, 'customers').includes(ann.customer_id), 'words in any order, and their beginnings')
	assert.deepEqual(ids(found, 'tickets').sort(), tickets.map(({ id }) => id).sort())
	assert.match(found.customers.items[0].about, new RegExp(ann.mobile_number.slice(1)))
	assert.deepEqual(ids(await search(ann.mobile_number), 'customers'), [ann.customer_id])
	assert.deepEqual(ids(await search(title.split(' ').reverse().join(' ')), 'events'), [event.id])
	assert.deepEqual(ids(await search(card), 'nfc-cards'), [Number(sql(`SELECT id FROM nfc_card WHERE uid = '${card}'`)[0][0])])
	assert.deepEqual(await search('nobodyhasthisname'), {})
	assert.deepEqual(await search(''), {})
	assert.deepEqual(await search('%'), {})
	refused(await staff.get(`/api/search/?search=${'a'.repeat(101)}`), 422, 'VALIDATION_ERROR')
})

test('of many it shows the first, and says that there are more', async () => {
	const event = await new_event(), ann = await new_customer({ name: 'Balthasar Umlauf' })

	await bought(ann, event, 5)
	assert.deepEqual([(await search('umlauf')).tickets.items.length, (await search('umlauf')).tickets.more], [5, false])
	await bought(ann, event, 1)
	assert.deepEqual([(await search('umlauf')).tickets.items.length, (await search('umlauf')).tickets.more], [5, true])
})

test('nobody finds there what they may not read', async () => {
	for (const role of ['support', 'finance']) {
		const by = as(await new_staff(role))

		for (const path of Object.keys(await search('demo', by)))
			ok(await by.get(`/api/${path}/?limit=1`))
	}
	refused(await as(await new_organizer()).get('/api/search/?search=a'), 403, 'FORBIDDEN')
})
