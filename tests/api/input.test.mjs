// Every route of the table, against everybody who may not use it and everything that nobody should send. The cases are
// generated from /api/openapi.json and `gatehouse routes`, so a new route is tested the day it is added. Whatever comes,
// the answer keeps the contract, and it is never a 500.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { before, describe, test } from 'node:test'
import { audience_for, audience_of, ROLES } from './dialects.mjs'
import { api, new_number, site, sql, token } from './lib.mjs'
import {
	as, bought, contract, DAY, held, HOUR, iso, new_card, new_customer, new_event, new_member, new_merchant, new_organizer, new_staff, new_usher, ok, raw,
	refused, scan, unique
} from './world.mjs'

const NOBODYS = 999_999_999
const WRITING = ['POST', 'PUT', 'PATCH']
const document = (await api('GET', '/api/openapi.json')).body
// [{ method, path, roles (undefined: anyone), parameters, body (its schema), kb (the ceiling of its body), bare }]
const routes = Object.entries(document.paths).flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, operation]) => ({
	method: verb.toUpperCase(), path, roles: operation['x-roles'], parameters: operation.parameters ?? [],
	kb: operation['x-body-kb'] ?? 256,
	body: Object.values(operation.requestBody?.content ?? {})[0]?.schema, name: `${verb.toUpperCase()} ${path}`
}))).filter((route) => route.path.startsWith('/api/') && route.path !== '/api/openapi.json')
const writes = routes.filter((route) => WRITING.includes(route.method))

const people = {}
let event

before(async () => {
	event = await new_event()
	people.customer = await new_customer()
	people.organizer = await new_organizer()
	people.merchant = await new_merchant()
	people.usher = await new_usher(event)
	for (const role of ['superadmin', 'admin', 'finance', 'support'])
		people[role] = await new_staff(role)
	for (const role of ROLES.filter((r) => audience_for(r) !== 'api'))
		people[role] = await new_member(role)
})

// One that everybody may count.
const public_event = async () => ok(await as(people.supervisor).post('/api/campus/events/', {
	title: 'Open', location: 'Hall A', start_datetime: iso(Date.now()), end_datetime: iso(Date.now() + HOUR), public_counts: true
}), 201)
const fill = (path, id = NOBODYS) => path.replace('{sha}', 'a'.repeat(64)).replace('{provider}', 'nobody')
	.replace('{role}', 'support').replace('{card_id}', '04FFFFFFFFFF09').replace(/\{\w+\}/g, id)
const call = (route, access, more = {}) =>
	api(route.method, fill(route.path), WRITING.includes(route.method) ? {} : undefined, { token: access?.access, ...more })
// Somebody who may: the strongest who may, so that what comes after the gate is reached.
const allowed = (route) => people[ROLES.find((role) => route.roles?.includes(role) && audience_for(role) === audience_of(route.path))]

function sound(answer, what) {
	assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`)
	// What the web server refuses by itself never reaches us: it bears no request id.
	if (answer.status === 400 && !answer.headers.get('x-request-id'))
		return
	if (answer.status !== 204 && answer.status !== 304 && answer.body)
		contract(answer)
	else
		assert.ok(answer.status < 400, `${what}: ${answer.status} without the envelope: ${answer.text.slice(0, 200)}`)
}

// ---- who may what ----

test('the table is there, and says for each route who may', () => {
	const rows = execFileSync(process.env.GATEHOUSE_BIN, ['routes'], { encoding: 'utf8' }).trim().split('\n')
		.map((line) => line.split(/\s+/)).filter(([, path, , , shown]) => shown === 'json' && path.startsWith('/api/'))
		.map(([method, path]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).filter((name) => name !== 'GET /api/openapi.json')

	assert.deepEqual(routes.map(({ name }) => name).sort(), rows.sort())
	const open = routes.filter((route) => !route.roles).map((route) => route.name)

	// What anybody may call, whole: a route that is open by mistake is seen here.
	const fit = /^(GET \/api\/(v1\/public\/|docs|campus\/lti\/jwks$)|POST \/api\/((v1\/|organizer\/|merchant\/|usher\/|auth\/)?(token\/refresh|logout)|v1\/users\/(register|verify-otp|login|verify-login-otp|forgot-password\/request-otp|reset-password|logout)|v1\/payments\/webhook\/\{provider\}|auth\/(login|verify-otp|refresh)|(organizer|merchant)\/(login|verify-otp|forgot-password|reset-password)|usher\/login|(campus|people)\/auth\/(login|verify-otp|refresh|logout)|campus\/auth\/(password-reset(-confirm)?|register|verify-email|join))$|(GET|POST) \/api\/campus\/reports\/verify\/\{code\}$|GET \/api\/live\/campus\/\{id\}$)/
	assert.deepEqual(open.filter((name) => !fit.test(name)), [])
	for (const route of routes.filter((r) => r.roles))
		assert.ok(route.roles.length && route.roles.every((role) => ROLES.includes(role)), route.name)
})

describe('each route against each role', () => {
	for (const route of routes.filter((r) => r.roles))
		test(route.name, async () => {
			refused(await call(route), 401, 'TOKEN_INVALID')
			for (const role of ROLES) {
				const answer = await call(route, people[role])

				// A member of a campus is known where things are watched, and none of these is theirs.
				if (audience_for(role) !== audience_of(route.path) && !(audience_for(role) === 'campus' && route.path.startsWith('/api/live/'))) {
					refused(answer, 401, 'TOKEN_INVALID')
					continue
				}
				if (!route.roles.includes(role) && route.path.startsWith('/api/live/'))
					refused(answer, 404, route.path.includes('/orders/') ? 'ORDER_NOT_FOUND' : 'EVENT_NOT_FOUND')
				else if (!route.roles.includes(role))
					refused(answer, 403, 'FORBIDDEN')
				else
					sound(answer, `${route.name} as ${role}`)
				// Some may call it and find that it is not theirs; nobody who may is sent to sign in.
				assert.ok(answer.status !== 401, `${route.name} as ${role}`)
			}
		})
})

test('support changes what guests call about and nothing else; finance what is money', () => {
	const changed_by = (who) => routes.filter((r) => r.method !== 'GET' && r.roles?.includes(who))

	for (const route of changed_by('support'))
		assert.match(route.path, /^\/api\/(auth|push|views|customers|customer-notes|orders|order-notes|tickets|outbox|guest-messages)(\/|$)/, route.name)
	for (const route of changed_by('finance'))
		assert.match(route.path, /^\/api\/(auth|push|views|payouts|shareholders|profit-rules|finances|expenses|refund-requests|order-notes|customer-notes|orders\/\{id\}\/refund|tickets\/\{id\}\/(refund|exchange))(\/|$)/, route.name)
})

test('a token that is none, was bent, or is for another use', async () => {
	const [head, claims, signature] = people.superadmin.access.split('.')
	const forge = (change) => Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url')), ...change })).toString('base64url')
	const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')

	for (const access of [
		'x', 'a.b.c', '..', `${head}.${claims}.`, `${head}.${claims}.${'A'.repeat(43)}`, `${none}.${claims}.`,
		`${none}.${claims}.${signature}`, `${head}.${forge({ role: 'admin' })}.${signature}`,
		`${head}.${forge({ exp: 9_999_999_999 })}.${signature}`, people.superadmin.refresh, 'é'.repeat(50).replaceAll('é', 'e'), 'A'.repeat(9000)
	]) {
		refused(await api('GET', '/api/venues/', undefined, { token: access }), 401, 'TOKEN_INVALID')
	}
	for (const authorization of ['Bearer', 'Bearer ', `Basic ${people.superadmin.access}`, people.superadmin.access, `bearer  ${people.superadmin.access}`])
		refused(await api('GET', '/api/venues/', undefined, { headers: { authorization } }), 401, 'TOKEN_INVALID')
	ok(await api('GET', '/api/venues/', undefined, { headers: { authorization: `bearer ${people.superadmin.access}` } }))
})

test('a portal\'s cookie opens no API', async () => {
	refused(await api('GET', '/api/v1/users/me/', undefined, { headers: { cookie: 'gh_customer=x; __Host-gh_customer=x' } }), 401, 'TOKEN_INVALID')
})

// ---- other people's things ----

test('nobody\'s ids lead nowhere, whatever they look like', async () => {
	// A mobile number is no id: whether it is anybody's is what that route answers.
	for (const route of routes.filter((r) => r.roles && /\{(?!mobile\})/.test(r.path) && ['GET', 'DELETE'].includes(r.method)))
		for (const id of [NOBODYS, 0, -1, '99999999999999999999', '1%27--', '%D9%A1', '1e3', '+1', '%201', 'a'.repeat(300)]) {
			const answer = await api(route.method, fill(route.path, id), undefined, { token: allowed(route).access })

			// An usher who asks about another event is told that it is not theirs.
			const status = route.path.endsWith('/event/{event_id}') && answer.status === 403 ? 403 : 404

			assert.equal(answer.status, status, `${route.name} with ${id}: ${answer.text.slice(0, 200)}`)
			contract(answer)
		}
})

test('one person\'s things are not another\'s: every route that names a thing', async () => {
	const ann = people.customer, bob = await new_customer()
	const order = await held(ann, event), [ticket] = await bought(ann, event)
	const payment = ok(await as(ann).get('/api/v1/users/payment-history/')).items[0].id
	const other = await new_event({ organizer_id: 2 }), there = await new_usher(other)
	const scanned = ok(await scan(there, { code: 'x' }))
	const log = ok(await as(there).get('/api/usher/scan/logs/')).items.find((item) => item.scan_id === scanned.scan_id)
	const mine = async (path, body) => ok(await as(ann).post(`/api/v1/users/${path}/`, body), 201).id
	const dependent = await mine('dependents', { name: 'Lou', relationship: 'niece', birth_date: '2019-05-04' })
	const favorite = await mine('favorites', { event_id: other.id })
	await as(ann).post('/api/v1/users/nfc-cards/request/', {}) // or a test before has asked for one
	const card = ok(await as(ann).get('/api/v1/users/nfc-cards/request/')).items[0].id
	new_card(ann)
	const nfc_card = ok(await as(ann).get('/api/v1/users/nfc-cards/')).items[0].id
	const coming = await new_event({ starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + 2 * DAY) }), [given] = await bought(ann, coming)
	const transfer = ok(await as(ann).post(`/api/v1/users/tickets/${given.id}/gift/`, { mobile_number: new_number() }), 201).transfer.id
	const session = ok(await as(ann).get('/api/v1/users/sessions/')).sessions[0].id
	const [[payout]] = sql(`INSERT INTO payout (organizer_id, amount, currency, status, note, requested_by, created_at, updated_at)
		SELECT 2, 100, 'EUR', 'rejected', '', MIN(id), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM account RETURNING id`)
	const [[settlement]] = sql(`INSERT INTO settlement (organizer_id, currency, from_day, to_day, begins_at, ends_at, opening, sales, refunds, fees, taxes,
		paid_out, others, closing, made_by, created_at, updated_at) SELECT 2, 'FKP', '1950-01-01', '1950-01-01', '1950-01-01', '1950-01-02', 0, 0, 0, 0, 0, 0, 0, 0,
		MIN(id), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM account RETURNING id`)
	const report = ok(await as(there).post('/api/usher/scan/report/', { category: 'lost', description: 'A bag' }), 201).id
	const [[conflict]] = sql(`INSERT INTO scan_conflict (event_id, kind, loser_id, found_at)
		SELECT ${other.id}, 'refused', ${log.id}, UTC_TIMESTAMP(3) RETURNING id`)
	const [[edit]] = sql(`INSERT INTO edit_request (event_id, organizer_id, account_id, changes, was, created_at, updated_at)
		SELECT ${other.id}, 2, MIN(id), '{}', '{}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM account RETURNING id`)
	const [[message]] = sql(`INSERT INTO guest_message (event_id, organizer_id, subject, body, created_at, updated_at)
		VALUES (${other.id}, 2, 'Doors', 'At seven', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)) RETURNING id`)
	const [[co_worker]] = sql(`INSERT INTO co_worker (organizer_id, name, mobile_number, created_at, updated_at)
		VALUES (2, 'Otto', '${new_number()}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)) RETURNING id`)
	const view = ok(await as(await new_organizer()).post('/api/organizer/views/', { list: 'payouts', name: 'Mine', query: '' }), 201).id
	const [guest] = await bought(bob, other), promo = ok(await as(await token('staff')).post('/api/promo-codes/', { code: `P${unique()}`, percent: 5, event_id: other.id }), 201).id
	// What each path's id names, as somebody else's. A route with another kind of thing needs its line here.
	const THEIRS = {
		customer: [bob, { orders: order.id, tickets: ticket.id, dependents: dependent, request: card, favorites: favorite, 'nfc-cards': nfc_card, payments: payment, transfers: transfer, sessions: session }],
		organizer: [people.organizer, { events: event.id, payouts: payout, settlements: settlement, incidents: report, conflicts: conflict, 'promo-codes': promo, 'edit-requests': edit, 'guest-messages': message, attendees: guest.id, 'co-workers': co_worker, views: view }],
		usher: [people.usher, { events: other.id, logs: log.id, report, card: '04A1B2C3D4E5F6', attendee: '04A1B2C3D4E5F6' }]
	}

	const fit = { mobile_number: new_number(), holder_name: 'Eve', reason: 'x', amount: 100, card_token: 'tok_ok', enabled: false, changes: { title: 'x' } } // what else would be refused before

	for (const route of routes.filter((r) => r.roles?.length === 1 && r.roles[0] in THEIRS && r.path.includes('{'))) {
		const [person, things] = THEIRS[route.roles[0]]
		const kind = route.path.match(/([\w-]+)\/\{/)[1]

		assert.ok(kind in things, `no example of somebody else's ${kind} for ${route.name}`)
		if (kind === 'card' || route.path.endsWith('validate-assignment'))
			continue // a card is shown to every usher without its owner; an assignment is asked for, not read
		const answer = await api(route.method, route.path.replace('{event_id}', other.id).replace(/\{\w+\}/, things[kind]),
			route.method === 'GET' || route.method === 'DELETE' ? undefined : fit, { token: person.access })
		assert.ok([403, 404].includes(answer.status), `${route.name}: ${answer.status} ${answer.text.slice(0, 200)}`)
		contract(answer)
	}
	ok(await as(ann).post(`/api/v1/users/orders/${order.id}/cancel/`, {}))
	sql(`DELETE FROM scan_conflict WHERE id = ${conflict}`)
})

// ---- methods ----

test('another method is 405 with what is allowed, before anybody is asked who they are', async () => {
	const methods = new Map()

	for (const route of routes)
		methods.set(route.path, [...methods.get(route.path) ?? [], route.method])
	for (const [path, known] of methods)
		for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((m) => !known.includes(m))) {
			const answer = await api(method, fill(path), method === 'GET' ? undefined : {})
			// A literal path may also fit a pattern, as /events/featured fits /events/:id.
			if (answer.status !== 405)
				continue
			refused(answer, 405, 'METHOD_NOT_ALLOWED')
			for (const one of known)
				assert.ok(answer.headers.get('allow').split(', ').includes(one), `${method} ${path}: ${answer.headers.get('allow')}`)
			assert.ok(!answer.headers.get('allow').split(', ').includes(method))
		}
	for (const method of ['PROPFIND', 'PURGE'])
		assert.ok((await api(method, '/api/venues/')).status >= 400)
})

// ---- bodies that nobody should send ----

const json = { 'content-type': 'application/json' }
const deep = (n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`
const UNREADABLE = {
	'not JSON': '{"a":', 'a word': 'hello', 'a list': '[]', 'a number': '1', 'null': 'null', 'text': '"x"',
	'something behind it': '{}{}', 'a comma too many': '{"a":1,}', 'single quotes': "{'a':1}", 'a comment': '{/* */}',
	'NaN': '{"a":NaN}', 'Infinity': '{"a":Infinity}', 'a leading zero': '{"a":01}', 'nested 40 deep': deep(40),
	'nested 5,000 deep': deep(5000), 'a list 5,000 deep': `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
	'not UTF-8': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
	'UTF-8 cut short': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x22, 0x7d]),
	'an overlong NUL': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc0, 0x80, 0x22, 0x7d]),
	'a surrogate': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
	'the same name twice': '{"a":1,"a":2}', 'the same name twice, deep': '{"a":{"b":1,"b":2}}',
	'an escaped NUL': '{"a":"x\\u0000y"}', 'a NUL': '{"a":"x\u0000y"}', 'a NUL behind it': '{}\u0000',
	'an integer of 20 digits': '{"a":99999999999999999999}', 'a number of 5,000 digits': `{"a":${'9'.repeat(5000)}}`,
	'a number too large': '{"a":1e999}', 'a control character': '{"a":"\u0001"}', 'a byte order mark': '\ufeff{}', 'only blanks': '  \n '
}

describe('each route that takes a body, against what is no body', () => {
	for (const route of writes)
		test(route.name, async () => {
			const send = (bytes, headers = json) => raw(route.method, fill(route.path), bytes, headers, allowed(route)?.access)

			await Promise.all(Object.entries(UNREADABLE).map(async ([what, bytes]) => {
				const answer = await send(bytes)
				assert.equal(answer.status, 400, `${route.name}, ${what}: ${answer.status} ${answer.text.slice(0, 200)}`)
				refused(answer, 400, 'UNREADABLE')
			}))
			const over = 'x'.repeat(route.kb * 1024)
			refused(await send(`{"a":"${over}"}`), 413, 'TOO_LARGE')
			refused(await send(`a=${over}`, { 'content-type': 'application/x-www-form-urlencoded' }), 413, 'TOO_LARGE')
			for (const type of ['text/plain', 'application/xml', 'application/jsonp', 'application/json-patch+json'])
				refused(await send('{}', { 'content-type': type }), 415, 'UNSUPPORTED_TYPE')
			refused(await send('x', { 'content-type': 'multipart/form-data' }), 400, 'UNREADABLE')
			refused(await send('--b\r\nnonsense', { 'content-type': 'multipart/form-data; boundary=b' }), 400, 'UNREADABLE')
			refused(await send('%zz=1', { 'content-type': 'application/x-www-form-urlencoded' }), 400, 'UNREADABLE')
			sound(await send(''), 'an empty body')
			sound(await send(undefined, {}), 'no body')
		})
})

// ---- values of the wrong kind ----

// For a schema's property: values that are none, each of which must be refused at this field.
function wrong_values(schema) {
	const [kind, other] = [schema.type].flat()

	if (kind === 'integer')
		return ['x', '1', 1.5, true, {}, [], ...('minimum' in schema ? [schema.minimum - 1] : []), ...('maximum' in schema ? [schema.maximum + 1] : [])]
	if (kind === 'number')
		return ['x', true, {}, []]
	if (kind === 'boolean')
		return ['perhaps', 2, {}, []]
	if (kind === 'array')
		return ['x', 1, {}, [null], [[]]]
	if (kind === 'object')
		return ['x', 1, []]
	if (schema.enum)
		return ['no such word', 1, {}, [], true]
	return [other === 'integer' ? 1.5 : 1, true, {}, [], ...(schema.format === 'password' ? [] : ['line\u0007bell']), ...(schema.maxLength ? ['x'.repeat(schema.maxLength + 1)] : ['x'.repeat(20_000)])]
}

// Lists of which one that is wrong is told so alone, beside others that count: uploaded.test.mjs.
const ALONE = { 'POST /api/usher/sync/logs': 'logs', 'POST /api/campus/users/import': 'members', 'POST /api/campus/attendance/sync': 'items' }

// What must not fail takes whatever comes for what it does not know.
const NEVER_FAILS = ['POST /api/campus/auth/logout', 'POST /api/people/auth/logout']
// A field that its mount's refusals have a word of their own for is never at fault: what does not fit was not sent.
const LENIENT = { 'POST /api/campus/auth/verify-email': 'code' }

describe('signing out of an institution, with whatever is no refresh token', () => {
	for (const route of writes.filter(({ name }) => NEVER_FAILS.includes(name)))
		test(route.name, async () => {
			for (const [field, schema] of Object.entries(route.body.properties))
				for (const value of [...wrong_values(schema), ...UNSEEN, ...TURNING])
					assert.equal((await api(route.method, route.path, { [field]: value }, {})).status, 200, `${field} = ${JSON.stringify(value).slice(0, 60)}`)
		})
})

describe('each field of each route, against values of another kind', () => {
	for (const route of writes.filter((r) => !NEVER_FAILS.includes(r.name) && r.body?.properties && !Object.values(r.body.properties).some((p) => p.format === 'binary')))
		test(route.name, async () => {
			const access = allowed(route)?.access

			for (const [field, schema] of Object.entries(route.body.properties).filter(([name]) => LENIENT[route.name] !== name))
				for (const value of wrong_values(schema).filter((v) => ALONE[route.name] !== field || !Array.isArray(v))) {
					const what = `${route.name} ${field} = ${JSON.stringify(value).slice(0, 60)}`
					const answer = await api(route.method, fill(route.path), { [field]: value }, { token: access })

					assert.equal(answer.status, answer.dialect.status(422), `${what}: ${answer.status} ${answer.text.slice(0, 200)}`)
					contract(answer)
					assert.ok(Object.keys(answer.errors).some((name) => name === field || name.startsWith(`${field}.`)), `${what}: ${answer.text}`)
				}
			// What is required is said, all of it at once.
			const needs = route.body.required ?? []
			if (needs.length) {
				const answer = refused(await api(route.method, fill(route.path), {}, { token: access }), 422, 'VALIDATION_ERROR')
				for (const field of needs)
					assert.ok(field in answer.errors, `${route.name}: ${field} is required`)
				const nulls = Object.fromEntries(needs.map((field) => [field, null]))
				refused(await api(route.method, fill(route.path), nulls, { token: access }), 422, 'VALIDATION_ERROR')
			}
		})
})

// The texts that a schema takes: [path from the top, …], lists by their first item.
function* texts_of(schema, path = []) {
	if (schema.type === 'object')
		for (const [name, member] of Object.entries(schema.properties ?? {}))
			yield* texts_of(member, [...path, name])
	else if (schema.type === 'array')
		yield* texts_of(schema.items, [...path, 0])
	else if ([schema.type].flat()[0] === 'string' && !schema.enum && !['binary', 'password'].includes(schema.format))
		yield path
}

// A body with this value at that path, and nothing else.
const body_with = (path, value) =>
	path.reduceRight((inner, key) => (key === 0 ? [inner] : { [key]: inner }), value)

const UNSEEN = ['\u200b', '\u00a0\u2003', '\u0301', '\u3164', '\u2800', '\u200e\u200f']
const TURNING = ['Ann\u202e', '\u202dAnn\u202c', '\u2067Ann', 'Ann\u2069']

describe('each text of each route, nested ones too: it can be seen, and turns nothing around', () => {
	for (const route of writes.filter((r) => r.body?.properties && !NEVER_FAILS.includes(r.name)))
		test(route.name, async () => {
			for (const path of [...texts_of(route.body)].filter(([top]) => ![ALONE[route.name], LENIENT[route.name]].includes(top)))
				for (const value of [...UNSEEN, ...TURNING]) {
					const what = `${route.name} ${path.join('.')} = ${JSON.stringify(value)}`
					const answer = await api(route.method, fill(route.path), body_with(path, value), { token: allowed(route)?.access })
					const said = refused(answer, 422, 'VALIDATION_ERROR').errors[path.join('.')]

					// What is not there is said otherwise than what cannot be seen.
					assert.ok(said && !said.includes('This is required.'), `${what}: ${answer.text.slice(0, 300)}`)
				}
		})

	test('these are the places where people and things are named', () => {
		const names = new Set(writes.filter((r) => r.body?.properties)
			.flatMap((route) => [...texts_of(route.body)].map((path) => path.filter((key) => key !== 0).join('.'))))

		for (const name of ['name', 'company', 'title', 'description', 'about', 'city', 'address', 'gate', 'username', 'slug',
			'emergency_contact.name', 'items.holders.name'])
			assert.ok(names.has(name), name)
	})
})

describe('each query of each list, against values of another kind', () => {
	for (const route of routes.filter((r) => r.method === 'GET' && r.parameters.some((p) => p.in === 'query')))
		test(route.name, async () => {
			// What is watched is looked for first.
			const watched = route.path.startsWith('/api/live/') && (route.path.includes('/campus/') ? await public_event() : route.path.includes('/orders/') ? await held(people.customer, event) : event)
			const path = fill(route.path, watched ? watched.id : NOBODYS)
			const access = allowed(watched === event ? { roles: ['superadmin'] } : route)?.access
			const get = (query) => api('GET', `${path}?${query}`, undefined, { token: access })

			for (const { name, schema } of route.parameters.filter((p) => p.in === 'query')) {
				const wrong = schema.type === 'integer' ? ['x', '1.5', '-9', '99999999999999999999', ' 1', '0x1', '%D9%A1x'] :
					schema.enum ? ['no-such-word'] : schema.type === 'boolean' ? ['perhaps'] :
					schema.format?.startsWith('date') ? ['yesterday', '2026-13-01', '2026-02-30'] : []

				const refused_for = (answer) => answer.dialect.page_missing && name === 'page' ? refused(answer, 404, 'NOT_FOUND') : refused(answer, 422, 'VALIDATION_ERROR')

				for (const value of wrong) {
					const answer = refused_for(await get(`${name}=${value}`))
					assert.ok(answer.status === 404 || name in answer.errors, `${route.name}?${name}=${value}: ${answer.text.slice(0, 200)}`)
				}
				refused_for(await get(`${name}=1&${name}=1`))
				if (schema.type === 'string' && !schema.enum && !schema.format)
					for (const value of ["'", '%25', '\\', '%22', "%27%20OR%201=1--%20", '_', '%F0%9F%8E%AB', `${'x'.repeat(100)}`])
						sound(await get(`${name}=${value}`), `${route.name}?${name}=${value}`)
			}
			for (const query of ['%ff=1', 'search=%ff', 'search=%00', 'page=%00', '%=1', '%4=1', `a=${'x'.repeat(7000)}`])
				sound(await get(query), `${route.name}?${query.slice(0, 30)}`)
		})
})

// ---- fields that nobody knows ----

test('fields that a route does not know are ignored and named, nested ones too; a few of many', async () => {
	const me = (body) => as(people.customer).put('/api/v1/users/me/', body)

	let answer = await me({ name: 'Ann', nickname: 'A', emergency_contact: { name: 'Bob', mobile_number: '+15550109998', shoe_size: 9 } })
	ok(answer)
	assert.deepEqual(answer.body.meta.ignored.sort(), ['emergency_contact.shoe_size', 'nickname'])
	answer = await me({ name: 'Ann' })
	assert.equal(answer.body.meta.ignored, undefined)
	answer = await me(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`field_${i}`, 1])))
	ok(answer)
	assert.ok(answer.body.meta.ignored.length <= 20)
	// Of a name that is no good in an answer nothing comes back.
	answer = await me({ ['x'.repeat(5000)]: 1 })
	assert.ok(answer.text.length < 4000)
})

test('what only staff may set is not set by its owner', async () => {
	const { customer } = people
	const was = ok(await as(customer).get('/api/v1/users/me/'))

	ok(await as(customer).put('/api/v1/users/me/', {
		id: 1, account_id: 1, customer_id: 1, role: 'superadmin', roles: ['superadmin'], status: 'disabled', uuid: 'x',
		mobile_number: '+15550100001', mobile_verified_at: '2026-01-01T00:00:00Z', registration_fee_paid_at: '2026-01-01T00:00:00Z',
		password: 'new password here', password_hash: 'x', totp_enabled: true
	}))
	const is = ok(await as(customer).get('/api/v1/users/me/'))
	for (const key of ['id', 'uuid', 'mobile_number', 'status', 'customer_id'])
		assert.deepEqual(is[key], was[key], key)
})

test('a form is taken wherever JSON is: numbers are text there, lists have their places', async () => {
	const form = (path, text, more = {}) =>
		raw('POST', path, text, { 'content-type': 'application/x-www-form-urlencoded', ...more }, people.customer.access)
	const category = event.categories[0].id
	const { order } = ok(await form('/api/v1/tickets/book/',
		`event_id=${event.id}&items[0][category_id]=${category}&items[0][quantity]=2&items[0][holders][0][name]=Zo%C3%AB+B`), 201)

	assert.deepEqual(order.items.map((item) => item.quantity), [2])
	const { tickets } = ok(await form('/api/v1/payments/process/', `order_id=${order.id}&method=card&card_token=tok_ok`))
	assert.ok(tickets.some((ticket) => ticket.holder_name === 'Zoë B'))
	refused(await form('/api/v1/tickets/book/', `event_id=${event.id}&event_id=${event.id}`), 422, 'VALIDATION_ERROR')
	const body = new FormData()
	body.set('event_id', String(event.id))
	body.set('items[0][category_id]', String(category))
	body.set('items[0][quantity]', '1')
	const multi = ok(await api('POST', '/api/v1/tickets/book/', body, { token: people.customer.access }), 201)
	ok(await as(people.customer).post(`/api/v1/users/orders/${multi.order.id}/cancel/`, {}))
})

test('a form with a thousand names, or one name a thousand times, costs a refusal', async () => {
	const many = Array.from({ length: 5000 }, (_, i) => `a${i}=1`).join('&'), same = 'a=&'.repeat(40_000)

	for (const text of [many, same, `${'a[b]'.repeat(500)}=1`, 'items[999999999]=1', 'items[-1]=1', `items${'[0]'.repeat(200)}=1`])
		sound(await raw('POST', '/api/v1/tickets/book/', text, { 'content-type': 'application/x-www-form-urlencoded' }, people.customer.access), text.slice(0, 40))
})

// ---- addresses ----

test('addresses that cannot be read, or lead nowhere', async () => {
	for (const path of ['/api/%00', '/api/%ff', '/api/v1/%2e%2e/%2e%2e/etc/passwd', '/api/%', '/api/%zz', `/api/${'x'.repeat(5000)}`, '/api', '/api/', '/api//', '/api/v1/public/events/%2F']) {
		const answer = await fetch(site + path)
		assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`)
	}
	refused(await api('GET', '/api/no/such/thing'), 404, 'NOT_FOUND')
	refused(await api('POST', '/api/no/such/thing', {}), 404, 'NOT_FOUND')
})

// ---- the portals ----

const pages = process.env.GATEHOUSE_BIN
	? execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'routes'], { encoding: 'utf8' })
		.split('\n').map((line) => line.trim().split(/\s+/)).filter(([method, path]) => method && !path.startsWith('/api/'))
		.map(([method, path, who]) => ({ method, path, who }))
	: []

test('each page of a portal leads who is not signed in to its sign-in', { skip: !pages.length }, async () => {
	for (const { method, path, who } of pages.filter((p) => p.who !== 'anyone')) {
		const id = /^\/campus\/(events|mark|attendance)\//.test(path) ? '00000000-0000-4000-8000-000000000000' : '1'
		const answer = await fetch(site + path.replace(/:\w+/g, id), {
			method, redirect: 'manual', ...(method === 'POST' ? { body: new URLSearchParams({ a: '1' }) } : {})
		})

		assert.equal(answer.status, 303, `${method} ${path} (${who}): ${answer.status}`)
		assert.match(answer.headers.get('location'), /^(\/(organizer|merchant|admin|gate|campus))?\/sign-in(\?next=|$)/, path)
		await answer.arrayBuffer()
	}
})

test('no form is taken without the token that its page gave', { skip: !pages.length }, async () => {
	for (const { path } of pages.filter((p) => p.method === 'POST' && p.who === 'anyone' && !p.path.startsWith('/unsubscribe/'))) {
		const answer = await fetch(site + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ mobile_number: '+15550100001' }) })

		assert.equal(answer.status, 403, `${path}: ${answer.status}`)
		await answer.arrayBuffer()
	}
})
