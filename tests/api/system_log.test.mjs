// The system log: what the processes of a site did and what befell them, as managers read it; that it slows nobody, and what it is
// rid of.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { own_stack, workers } from './own.mjs'

const own = await own_stack('system_log', { set: ['serve.web_workers=2', 'serve.gate_workers=1', 'serve.book_workers=1', 'serve.outside_workers=2', 'serve.mark_workers=1'] })
const { api, Browser, DEMO, new_number, sql, token } = await import('./lib.mjs')
const { as, iso, jobs_run, new_event, new_staff, ok, refused, unique, until } = await import('./world.mjs')

const AT = '/api/logs/system/'
let staff

before(async () => {
	staff = as(await token('staff'))
})
after(own.stop)

const gatehouse = (...words) => spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...words], { encoding: 'utf8' })
const found = async (query) => ok(await staff.get(AT, { query: { limit: 100, ...query } })).items
const entry = async (what, query) => {
	let items

	await until(what, async () => (items = await found(query)).length > 0)
	return items[0]
}

test('starts of all four processes are there, and the migration before them', async () => {
	for (const [process_name, event] of [['serve', 'serve_started'], ['live', 'live_started'], ['jobs', 'jobs_started'], ['jobs', 'pictures_seen']]) {
		const e = await entry(event, { kind: 'start', search: event })

		assert.deepEqual([e.severity, e.process, e.times], ['info', process_name, 1])
		assert.ok(e.node && e.at)
	}
	assert.equal((await entry('the schema', { kind: 'schema' })).event, 'migrated')
	const whole = ok(await staff.get(`${AT}${(await found({ search: 'serve_started' }))[0].id}/`))
	assert.ok(whole.detail.workers >= 6, JSON.stringify(whole.detail))
})

test('a process that begins anew says so', async () => {
	for (const [name, event] of [['serve', 'serve_started'], ['pictures', 'pictures_seen'], ['jobs', 'jobs_started']]) {
		const had = (await found({ search: event })).reduce((n, e) => n + e.times, 0)

		process.kill(own.pid(name), 'SIGHUP')
		if (name !== 'pictures') // its number stays, so nobody is taken for another
			await until(`${name} says it`, async () => (await found({ search: event })).reduce((n, e) => n + e.times, 0) > had)
	}
})

test('a worker that dies is told by the one that comes after it', async () => {
	await until('those of before have left', () => workers(own).length === 7)
	process.kill(workers(own)[0], 'SIGSEGV')
	const e = await entry('it is told', { kind: 'fault', search: 'worker_died' })
	assert.deepEqual([e.severity, e.process], ['error', 'serve'])
	assert.match(e.subject, / 11$/)
})

test('a job that fails, and a message that failed for good', async () => {
	sql('RENAME TABLE audit_chain TO audit_chain_away')
	ok(await staff.post('/api/venues/', { name: `Hall ${unique()}`, city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin' }), 201)
	const job = await entry('the job is told', { kind: 'job', severity: 'error' })
	sql('RENAME TABLE audit_chain_away TO audit_chain')
	assert.deepEqual([job.event, job.subject, job.process], ['job_failed', 'seal', 'jobs'])

	sql(`INSERT INTO outbox (channel, recipient, body, due_at, created_at) VALUES ('fax', '${new_number()}', 'The secret text', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	const message = await entry('the message is told', { kind: 'message', search: 'fax' })
	assert.equal(message.subject, 'fax There is no such channel.')
	assert.ok(!(await staff.get(`${AT}${message.id}/`)).text.includes('The secret text'))
})

test('settings and keys, once they are committed, and not what was refused', async () => {
	const now = iso(Date.now()), since = async () => (await found({ kind: 'setting' })).filter((e) => e.at >= now)

	ok(await staff.put('/api/settings/', { people_unverified: 'allow' }))
	await until('the setting', async () => (await since()).length > 0)
	const [e] = await since()
	assert.deepEqual([e.event, e.subject, e.times], ['setting_changed', 'people_unverified', 1])
	ok(await staff.put('/api/settings/', { people_unverified: 'allow' }))
	refused(await staff.put('/api/settings/', { people_unverified: 'perhaps' }), 422, 'VALIDATION_ERROR')
	const event = await new_event()
	assert.equal((await entry('its key', { kind: 'key', search: 'event_key_made', severity: 'info' })).times >= 1, true)
	await until('that one', async () => (await found({ search: 'event_key_made' })).some((k) => k.subject === String(event.id)))
	assert.equal((await since()).reduce((n, s) => n + s.times, 0), 1, 'what changed nothing is not told')
})

test('commands: maintenance, the site key', async () => {
	assert.equal(gatehouse('maintenance', 'on', '--minutes', '5').status, 0)
	assert.equal(gatehouse('maintenance', 'off').status, 0)
	assert.deepEqual((await found({ kind: 'maintenance' })).map((e) => e.event).sort(), ['maintenance_began', 'maintenance_ended'])
	assert.equal(gatehouse('key', 'rotate').status, 0)
	const e = await entry('the key', { kind: 'key', search: 'site_key_rotated' })
	assert.match(e.subject, /^[0-9a-f]{16}$/)
	assert.equal(e.process, 'key')
	// Without a database it is closed all the same, at once.
	const ini = process.env.GATEHOUSE_INI
	const away = spawnSync('sh', ['-c', `sed 's#^socket *=.*#socket = /nowhere/db.sock#' "${ini}" >"${ini}.away" && "${process.env.GATEHOUSE_BIN}" -c "${ini}.away" maintenance on; echo "ended $?"`], { encoding: 'utf8' })
	assert.match(away.stdout, /this node is closed for maintenance[^]*ended 0/)
	assert.match(away.stderr, /this does not stand in the system log/)
	assert.equal(gatehouse('maintenance', 'off').status, 0)
})

test('the same a dozen times in a minute is one row', async () => {
	const reader = as(await new_staff('admin'))

	for (let i = 0; i < 12; i++)
		sql(`INSERT INTO outbox (channel, recipient, body, due_at, created_at) VALUES ('pigeon', '${new_number()}', 'x', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	jobs_run('outbox')
	await until('all are counted', async () => (await found({ search: 'pigeon' })).reduce((n, e) => n + e.times, 0) === 12)
	assert.ok((await found({ search: 'pigeon' })).length <= 2, 'one, or two where a minute ended meanwhile')
	assert.ok(ok(await reader.get(AT, { query: { severity: 'error' } })).items.every((e) => e.severity === 'error'))
})

test('who reads it, by what, and as a file', async () => {
	for (const role of ['finance', 'support'])
		refused(await as(await new_staff(role)).get(AT), 403, 'FORBIDDEN')
	refused(await api('GET', AT), 401, 'TOKEN_INVALID')
	const [{ node }] = await found({}), today = new Date().toISOString().slice(0, 10)
	assert.ok((await found({ node, at_from: today })).length > 3)
	assert.equal((await found({ node: 'another' })).length, 0)
	assert.equal((await found({ at_to: '2020-01-01' })).length, 0)
	const csv = await staff.get(AT, { query: { format: 'csv', kind: 'start' } })
	assert.match(csv.text, /^\ufeffid,event,severity,kind,/)
	assert.match(csv.text, /serve_started/)
	const browser = await new Browser().open('/admin/sign-in')
	await browser.submit('/admin/sign-in', DEMO.staff)
	await browser.open('/admin/logs/system?kind=start')
	assert.match(browser.html, /<h1>System log<\/h1>/)
	assert.match(browser.html, /serve_started/)
	refused(await staff.delete(`${AT}1/`), 405, 'METHOD_NOT_ALLOWED')
})

test('after ninety days it is gone', async () => {
	const [{ id }] = await found({ kind: 'start' })

	sql(`UPDATE system_log SET at = at - INTERVAL 89 DAY WHERE id = ${id}`)
	jobs_run('tidy')
	await until('tidy ran', () => sql("SELECT due_at > UTC_TIMESTAMP(3) + INTERVAL 1 MINUTE FROM job WHERE name = 'tidy'")[0][0] === '1')
	assert.equal(ok(await staff.get(`${AT}${id}/`)).id, id)
	sql(`UPDATE system_log SET at = at - INTERVAL 2 DAY WHERE id = ${id}`)
	jobs_run('tidy')
	await until('it is gone', async () => (await staff.get(`${AT}${id}/`)).status === 404)
})

test('a database that does not take it stops nothing', async () => {
	const times = async () => (await found({ kind: 'setting' })).reduce((n, e) => n + e.times, 0), had = await times()

	sql('RENAME TABLE system_log TO system_log_away')
	try {
		ok(await staff.put('/api/settings/', { people_unverified: 'refuse' }))
		ok(await staff.get('/api/settings/'))
		const event = await new_event()
		ok(await staff.get(`/api/events/${event.id}/`))
	} finally {
		sql('RENAME TABLE system_log_away TO system_log')
	}
	// And is told when it can be.
	await until('it is told', async () => {
		await staff.get('/api/settings/')
		return await times() === had + 1
	})
})
