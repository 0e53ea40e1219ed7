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
import { document_of } from './answers.mjs'
import { api, code, new_number, site } from './lib.mjs'

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
	assert.deepEqual([document.paths['/api/campus/users/{id}'].get.parameters[0].schema.type, type(schema('campus_user'))], ['integer', 'integer'])
})

test('no answer is left open, and every refusal has the same shape', () => {
	for (const [path, verbs] of Object.entries(document.paths))
		for (const [verb, { responses, tags }] of Object.entries(verbs)) {
			const what = `${verb} ${path}`

			assert.ok(Object.keys(responses).some((status) => /^20[0124]$/.test(status)), what)
			assert.ok(document.tags.find(({ name }) => name === tags[0])?.description, `${what}: ${tags}`)
			for (const [status, response] of Object.entries(responses))
				if (/^2/.test(status))
					for (const [type, { schema }] of Object.entries(response.content))
						assert.ok(type !== 'application/json' || schema.$ref || Object.keys(schema.properties.data ?? schema.properties).length, what)
				else if (status !== '304')
					assert.ok(response.$ref || (response.content['text/html'] && /^\/(files|events)\//.test(path)), `${what} ${status}`)
		}
	const { post } = document.paths['/api/v1/tickets/book']
	assert.deepEqual(Object.keys(post.responses), ['201', '400', '401', '403', '409', '413', '415', '422', '429', '503', 'default'])
	assert.ok(document.paths['/api/v1/payments/process'].post.responses['202'])
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
