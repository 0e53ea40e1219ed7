// The document that describes the API: its own tools take it, and a program that is written in the types made from it works.
// That every answer is as it says is looked at in all tests: answers.mjs.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { declared, document_of } from './answers.mjs'
import { api, code, new_number, sign_in, site, token } from './lib.mjs'

const here = dirname(fileURLToPath(import.meta.url)), tools = join(here, '..', 'node_modules', '.bin')
const room = mkdtempSync(join(tmpdir(), 'gatehouse-openapi-'))
let document

// What a tool says, and whether it was content. It tells nobody that it was run.
const run = (tool, ...args) => new Promise((resolve) => execFile(join(tools, tool), args, {
	cwd: room, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' }
}, (error, stdout, stderr) => resolve({ good: !error, said: stdout + stderr })))

// The journey beside the types of a document; gives its path.
async function typed(name, of) {
	const at = (file) => join(room, `${name}-${file}`)

	writeFileSync(at('openapi.json'), JSON.stringify(of))
	const made = await run('openapi-typescript', at('openapi.json'), '-o', at('schema.ts'))
	assert.ok(made.good, made.said)
	writeFileSync(at('journey.ts'), readFileSync(join(here, 'journey.ts'), 'utf8').replace("'./schema'", `'./${name}-schema'`))
	return at('journey.ts')
}

const checked = (...paths) => run('tsc', '--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler',
	'--lib', 'es2022,dom,dom.iterable', '--skipLibCheck', ...paths)

before(async () => {
	document = (await api('GET', '/api/openapi.json')).body
})
after(() => rmSync(room, { recursive: true }))

test('what is served is what the program prints', async () => {
	assert.deepEqual(document, await document_of(site))
})

test('it is OpenAPI as Redocly lints it', async () => {
	writeFileSync(join(room, 'openapi.json'), JSON.stringify(document))
	const { good, said } = await run('redocly', 'lint', '--config', join(here, '..', 'redocly.yaml'), 'openapi.json')

	assert.ok(good, said)
	assert.match(said, /Your API description is valid/, said)
	assert.doesNotMatch(said, /[1-9]\d* warning/, said)
})

test('an id is a text where the mount has it so, in answers and in addresses', () => {
	const { parameters, responses } = document.paths['/api/people/users/{id}'].get, type = (schema) => schema.properties.id.type
	const schema = (name) => document.components.schemas[name]

	assert.deepEqual([parameters[0].schema.type, type(schema('people_user'))], ['string', 'string'])
	assert.ok(responses[200])
	assert.deepEqual([document.paths['/api/campus/users/{id}'].get.parameters[0].schema.type, type(schema('campus_member'))], ['integer', 'integer'])
})

// [[path, verb, operation]]: those of a document.
const operations = (of) => Object.entries(of.paths).flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, one]) => [path, verb, one]))
const SCALARS = ['string', 'integer', 'number', 'boolean', 'null']

// Where an answer's schema says nothing: { unsaid: what nothing stands of, open: what it calls somebody's own data, nothing: which
// routes have nothing to tell, by that name }.
function left_open(of) {
	const found = { unsaid: [], open: [], nothing: [] }, seen = new Set()

	function look(schema, at) {
		if (schema?.$ref) {
			const name = schema.$ref.split('/').pop()

			if (name === 'nothing')
				found.nothing.push(at)
			else if (!seen.has(name)) {
				seen.add(name)
				look(of.components.schemas[name], name)
			}
			return
		}
		const types = [schema?.type ?? []].flat(), { properties = {}, items, additionalProperties: rest, oneOf } = schema ?? {}

		if (rest === true)
			found.open.push(at)
		else if (types.includes('object') ? !Object.keys(properties).length && !rest : types.includes('array') ? !items :
			!types.every((type) => SCALARS.includes(type)) || (!types.length && !oneOf && !('const' in (schema ?? {}))))
			found.unsaid.push(at)
		Object.entries(properties).forEach(([name, one]) => look(one, `${at}.${name}`))
		if (types.includes('array') && items)
			look(items, `${at}[]`)
		if (rest && rest !== true)
			look(rest, `${at}{}`);
		(oneOf ?? []).forEach((one) => look(one, at))
	}

	for (const [path, verb, { responses }] of operations(of))
		for (const response of Object.values(responses)) {
			const schema = (response.$ref ? of.components.responses[response.$ref.split('/').pop()] : response).content?.['application/json']?.schema

			if (schema)
				look(schema, `${verb} ${path}`)
		}
	return found
}

test('no answer is left open, and every refusal has the same shape', () => {
	const { unsaid, open, nothing } = left_open(document)

	assert.deepEqual(unsaid, [])
	assert.deepEqual(open.sort(), ['BareFailure_campus_event_stale.yours', 'attendance_record.flags[].detail', 'audit_entry.after', 'audit_entry.before', 'campus_audit_entry.after', 'campus_audit_entry.before', 'campus_event_figures.flags', 'campus_import.results[].errors', 'edit_request.changes', 'edit_request.was', 'get /api/openapi.json.components', 'get /api/openapi.json.paths',
		'get /api/v1/users/export.data.held', 'organizer_edit_request.changes', 'organizer_edit_request.was', 'post /api/campus/events/bulk-create.results[].errors', 'system_entry.detail']) // they grow with the tables
	for (const at of nothing)
		assert.match(at, /^(post .*\/(logout|change-password|reset-password|delete-account)|delete .*)\.data$/)
	for (const [path, verb, { responses, tags }] of operations(document)) {
		const what = `${verb} ${path}`, successes = Object.keys(responses).filter((status) => /^2/.test(status))

		assert.ok(successes.length && successes.every((status) => /^20[0124]$/.test(status)), what)
		for (const status of successes)
			assert.equal(Boolean(responses[status].content), status !== '204', `${what} ${status}`)
		assert.ok(document.tags.find(({ name }) => name === tags[0])?.description, `${what}: ${tags}`)
		for (const [status, response] of Object.entries(responses))
			if (!/^2|304/.test(status))
				assert.ok(response.$ref || /Failure_/.test(response.content['application/json']?.schema.$ref)
					|| (response.content['text/html'] && /^\/(files|events|orders|tickets|push|payments|account|gate|campus|(organizer|admin)\/(payouts|events|settlements|finances))\//.test(path)), `${what} ${status}`)
	}
	assert.ok(document.paths['/api/v1/payments/process'].post.responses['202'])
})

// So that the look is known to notice.
test('a route whose data is an object of which nothing is said is noticed, whichever it is', () => {
	const other = structuredClone(document), emptied = []

	for (const [path, verb, { responses }] of operations(other))
		for (const [status, response] of Object.entries(responses)) {
			const media = /^2/.test(status) && response.content?.['application/json'], data = media?.schema?.properties?.data

			if (!media)
				continue
			if (data)
				media.schema.properties.data = { type: 'object' }
			else
				media.schema = { type: 'object' }
			emptied.push(`${verb} ${path}${data ? '.data' : ''}`)
		}
	assert.ok(emptied.includes('get /api/v1/public/events/{event_id}.data') && emptied.includes('get /api/campus/users/{id}'))
	assert.deepEqual(left_open(other).unsaid.filter((at) => /^\w+ \//.test(at)), emptied)
})

test('a route names each refusal that follows from what it asks for; what is left for its default is a failure', () => {
	const { post } = document.paths['/api/v1/tickets/book']

	assert.deepEqual(Object.keys(post.responses), ['201', '400', '401', '403', '404', '409', '413', '415', '422', '429', '503', 'default'])
	assert.match(document.components.responses.Failure.description, /^It failed here/)
	for (const [path, verb, { responses, parameters, requestBody, security }] of operations(document)) {
		const what = `${verb} ${path}`, has = (statuses, why) => assert.deepEqual(
			statuses.filter((status) => !responses[status]), [], `${what} ${why}`)

		has(['400', '503', 'default'], 'is asked at all')
		assert.ok(!responses[500], what)
		if (['post', 'put', 'patch'].includes(verb))
			has(['413', '415'], 'has a body')
		if (security.length)
			has(['401', '403'], 'asks for a session')
		if (!['/healthz', '/readyz', '/metrics'].includes(path))
			has(['429'], 'has a rate')
		if (path.includes('{'))
			has(['404'], 'names something')
		if ((requestBody || parameters?.some((one) => one.in === 'query')) && !path.startsWith('/api/campus/'))
			has(['422'], 'takes fields')
		if (parameters?.some((one) => /IdempotencyKey$/.test(one.$ref)))
			has(['409', path.startsWith('/api/campus/') ? '409' : '422'], 'keeps its answer')
	}
})

test('a status, a key or a type that a route does not declare fails the test that gets it', async () => {
	const { hold } = declared(document), person = (await sign_in('people')).accessToken
	const answers = [
		['/api/people/auth/me', person, 200], ['/api/people/auth/me', undefined, 401], ['/api/campus/auth/profile', 'none', 401],
		['/api/v1/users/me', undefined, 401], ['/api/v1/users/tickets/0', await token('customer'), 404]
	]
	const objects = (tree) => tree && typeof tree === 'object' ? [...(Array.isArray(tree) ? [] : [tree]), ...Object.values(tree).flatMap(objects)] : []

	for (const [path, bearer, status] of answers) {
		const answer = await api('GET', path, undefined, { token: bearer }), where = objects(answer.body)

		assert.equal(answer.status, status, path)
		for (let i = 0; i < where.length; i++) {
			const body = structuredClone(answer.body)

			objects(body)[i].no_such_key = 'x'
			assert.throws(() => hold('GET', path, { ...answer, body }), /must NOT have additional properties|must be array/, `${path} ${i}`)
		}
		for (const other of [402, 405, 418, 500])
			assert.throws(() => hold('GET', path, { ...answer, status: other }), /which it does not declare/, `${path} ${other}`)
	}
})

test('a journey through the types made from it', async () => {
	const path = await typed('own', document), { good, said } = await checked(path)
	assert.ok(good, said)
	const ts = createRequire(import.meta.url)('typescript'), program = path.replace(/ts$/, 'mjs')

	writeFileSync(program, ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions: { module: 'esnext', target: 'es2022' } }).outputText)
	const { journey } = await import(pathToFileURL(program))
	const told = await journey(site, code, new_number())

	assert.equal(told.name, 'Ada Byron')
	assert.equal(told.payment, 'succeeded')
	assert.ok(told.expires_at > new Date().toISOString())
	assert.deepEqual(told.tickets.map(({ holder, first_scan_at }) => [holder, first_scan_at]), [['Ada Byron', null], ['Ada Byron', null]])
})

// So that the journey is known to notice.
test('the journey does not fit a document that says something else', async () => {
	const changes = {
		'a-total-that-is-a-text': ({ schemas }) => { schemas.own_order.properties.total = { type: 'string' } },
		'a-token-that-may-be-null': ({ schemas }) => { schemas.customer_tokens.properties.access.type = ['string', 'null'] },
		'categories-that-are-there-sometimes': ({ schemas }) => {
			schemas.public_event.required = schemas.public_event.required.filter((name) => name !== 'ticket_categories')
		},
		'a-ticket-without-its-event': ({ schemas }) => { delete schemas.own_ticket.properties.event }
	}
	const paths = []

	for (const [name, change] of Object.entries(changes)) {
		const other = structuredClone(document)

		change(other.components)
		paths.push(await typed(name, other))
	}
	const { said } = await checked(...paths)
	for (const name of Object.keys(changes))
		assert.match(said, new RegExp(`${name}-journey\\.ts\\(\\d+,\\d+\\): error TS`))
})
