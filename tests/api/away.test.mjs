// The database is stopped under a site that is in use, and comes back. Every route is asked meanwhile, in every name: each
// says that it is 503 and when to come again, no process ends, and afterwards all goes on without a restart.
import { audience_for, audience_of } from './dialects.mjs'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { own_stack, same_processes, workers } from './own.mjs'

const own = await own_stack('away', { set: ['serve.web_workers=3', 'serve.gate_workers=2', 'serve.book_workers=2', 'database.timeout_s=2'] })
const { api, code, expect, sql } = await import('./lib.mjs')
const { ALONE, every_request, FORMS, make_world, PORTALS, ROLES, send } = await import('./every.mjs')
const { as, bought, book, code_of, contract, ok, refused, scan, until } = await import('./world.mjs')

after(own.stop)

let world, requests, pids, stream, polls

async function metric(name) {
	const line = (await api('GET', '/metrics')).text.split('\n').find((text) => text.startsWith(`${name} `))

	return Number(line.slice(name.length + 1))
}

// An event's counts as they change: { next() } waits for one more, { told(name) } for the next event of that name.
async function watch(access, event_id) {
	const answer = await fetch(`${own.url}/api/live/events/${event_id}`, {
		headers: { accept: 'text/event-stream', authorization: `Bearer ${access}` }
	})
	const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
	let text = ''

	assert.equal(answer.status, 200)
	return {
		end: () => reader.cancel(),
		async told(name) {
			while (!text.includes(`event: ${name}\n`)) {
				const { value, done } = await reader.read()
				assert.ok(!done, 'the stream ended')
				text += value
			}
			text = text.slice(text.indexOf(`event: ${name}\n`))
		},
		async next() {
			for (;;) {
				const found = text.match(/data: (.*)\n\n/)

				if (found) {
					text = text.slice(found.index + found[0].length)
					return JSON.parse(found[1])
				}
				const { value, done } = await reader.read()
				assert.ok(!done, 'the stream ended')
				text += value
			}
		}
	}
}

before(async () => {
	world = await make_world()
	requests = await every_request(world)
	stream = await watch(world.usher.access, world.event.id)
	await stream.next()
	const { tag } = ok(await as(world.usher).get(`/api/live/events/${world.event.id}`, { query: { wait: 0 } }))
	pids = workers(own)
	const asked = Date.now()
	await own.stop_database()
	// Asked before it stopped, and waiting through all of it.
	polls = as(world.usher).get(`/api/live/events/${world.event.id}`, { query: { wait: 10, since: tag } })
	// Public answers may be a second old, in each worker.
	await until('nothing is answered from the cache', async () =>
		Date.now() - asked > 1000 && (await api('GET', '/api/v1/public/events/')).status !== 200)
})

test('the process is alive, and says what it lacks', async () => {
	assert.equal((await api('GET', '/healthz')).status, 200)
	assert.equal((await api('GET', '/healthz', undefined, { headers: { cookie: 'gh_staff=x; gh_customer=x' } })).status, 200)
	refused(await api('GET', '/readyz'), 503, 'DATABASE_AWAY')
	assert.equal((await api('GET', '/metrics', undefined, { headers: { cookie: 'gh_staff=x' } })).status, 200)
})

function is_away(answer, what) {
	assert.equal(answer.status, 503, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`)
	assert.ok(Number(answer.headers.get('retry-after')) > 0, `${what}: no Retry-After`)
	assert.ok(answer.headers.get('x-request-id'), `${what}: answered by the web server alone`)
	if (answer.body) {
		refused(answer, 503, 'DATABASE_AWAY')
	} else {
		assert.match(answer.headers.get('content-type'), /^text\/html/, what)
		assert.match(answer.text, /Our database does not answer just now\./, what)
	}
}

// Asks it in somebody's name: {} nobody, { bearer } or { browser }; expected: another status than 503.
async function ask(request, by, who, expected) {
	const answer = await send(request, by), what = `${request.name} as ${who}`

	if (expected)
		assert.equal(answer.status, expected, `${what}: ${answer.text.slice(0, 300)}`)
	else
		is_away(answer, what)
}

const is_api = ({ path }) => path.startsWith('/api/') && path !== '/api/docs'
const portal_of = ({ path }) => Object.values(PORTALS).find((prefix) => prefix && `${path}/`.startsWith(`${prefix}/`)) ?? ''

test('every route, asked by nobody', async () => {
	for (const request of requests) {
		const { path, method, who } = request

		if (path.startsWith('/api/live/')) // asks nobody for a name while it waits for the database
			contract(await send(request, {}))
		else if (who !== 'anyone')
			await ask(request, {}, 'nobody', is_api(request) ? 401 : 303)
		else if (request.form && request.browser !== world.nobody) // shown to who is signed in, with their token
			await ask(request, {}, 'nobody', 403)
		else
			await ask(request, request.form ? { browser: world.nobody } : {}, 'nobody',
				ALONE.has(path) || (method === 'GET' && FORMS.test(path)) ? 200 : path.startsWith('/locale/') ? 303 : undefined)
	}
})

for (const role of ROLES)
	test(`every route of the API, asked with the token of a ${role}`, async () => {
		for (const request of requests.filter(is_api))
			await ask(request, { bearer: world.bearer[role] }, role, ALONE.has(request.path) ? 200 :
				request.who !== 'anyone' && audience_for(role) !== audience_of(request.path) && !request.path.startsWith('/api/live/')
					? 401 : undefined)
	})

for (const [name, prefix] of Object.entries(PORTALS))
	test(`every page of the portal ${prefix || '/'}, asked with its cookie`, async () => {
		for (const request of requests.filter((r) => !is_api(r) && portal_of(r) === prefix))
			await ask(request, { browser: world.browser[name] }, name, ALONE.has(request.path) ? 200 : undefined)
	})

test('who watches is told that the numbers may not hold any more', { timeout: 15_000 }, async () => {
	await stream.told('away')
})

test('a server that hangs is one that is away', async () => {
	await own.start_database()
	await until('it is back', async () => (await api('GET', '/readyz')).status === 200)
	process.kill(own.pid('mariadb'), 'SIGSTOP')
	try {
		const asked = Date.now()
		const answers = await Promise.all([
			api('GET', '/api/v1/public/events/?page=2'), as(world.ada).get('/api/v1/users/me/'), as(world.usher).get('/api/usher/events/'),
			book(world.ada, world.event, [{ category_id: world.category_id, quantity: 1 }])
		])

		for (const answer of answers)
			refused(answer, 503, 'DATABASE_AWAY')
		// Two seconds a try, of which a lost one is replaced once.
		assert.ok(Date.now() - asked < 9000, `${Date.now() - asked} ms`)
	} finally {
		process.kill(own.pid('mariadb'), 'SIGCONT')
	}
})

test('nothing ended, and everything works again', async () => {
	const live = requests.find(({ path }) => path.startsWith('/api/live/'))

	await until('it is back', async () => (await api('GET', '/readyz')).status === 200)
	await until('so it is for who waits for news', async () => (await send(live)).status === 200)
	assert.equal(await metric('gatehouse_worker_died_total'), 0)
	same_processes(own, pids)
	for (const request of requests.filter((r) => r.method === 'GET')) {
		const answer = await send(request)

		assert.ok(answer.status < 400, `${request.name}: ${answer.status} ${answer.text.slice(0, 300)}`)
	}
	assert.ok([200, 503].includes((await polls).status))
	await stream.told('still') // without a change: the numbers hold again
	const [ticket] = await bought(world.bob, world.event)
	assert.equal(ok(await scan(world.usher, { code: await code_of(world.bob, ticket) })).result, 'valid')
	for (let seen; seen !== ticket.id;) // the stream from before goes on, and tells of it
		seen = (await stream.next()).last_scans?.[0]?.attendee_name === 'Ada Byron' ? ticket.id : undefined
	stream.end()
	await expect(200, 'POST', '/api/v1/users/login/', { mobile_number: world.bob.mobile_number, password: world.bob.password })
	await until('jobs sends the code', () =>
		sql(`SELECT COUNT(*) FROM outbox WHERE status = 'queued' AND recipient = '${world.bob.mobile_number}'`)[0][0] === '0')
	assert.match(await code(world.bob.mobile_number), /^\d{6}$/)
})
