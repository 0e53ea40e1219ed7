// What routes declare that they answer, held against what they do answer: every JSON answer that a test gets through
// lib.mjs is looked at here. A key that is not declared, one that is missing, a wrong type, a null that is not declared and a
// status that the route does not have fail that test.
import Ajv from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'

// The document: the program's own, which says the same as the one that is served (openapi.test.mjs); where a test is not
// told which program it talks to, the one that is served there.
export async function document_of(site) {
	const { GATEHOUSE_BIN: program, GATEHOUSE_INI: ini } = process.env

	return program && ini
		? JSON.parse(execFileSync(program, ['-c', ini, 'routes', '--openapi'], { encoding: 'utf8', maxBuffer: 64 << 20 }))
		: (await fetch(`${site}/api/openapi.json`)).json()
}

// For clients an object may have more keys one day; for tests what is not declared is a fault, but where a schema says itself that
// it may: what is somebody's own data has additionalProperties.
function closed(schema) {
	if (Array.isArray(schema))
		return schema.map(closed)
	if (schema === null || typeof schema !== 'object')
		return schema
	const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) =>
		[key, key === '$ref' ? value.replace('#/components/schemas/', '') : closed(value)]))

	return [schema.type].flat().includes('object') && typeof schema.properties === 'object' && !('additionalProperties' in schema)
		? { ...copy, additionalProperties: false } : copy
}

// Literal paths win over parameters, the longer ones first.
const before_parameter = (path) => path.includes('{') ? path.indexOf('{') : Infinity

// Of a document: the operation that a request meets, and a look at an answer of it.
export function declared(document) {
	const ajv = formats(new Ajv({ allErrors: true, allowUnionTypes: true }))
	const operations = Object.entries(document.paths).sort(([a], [b]) => before_parameter(b) - before_parameter(a))
		.flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, operation]) => ({
			method: verb.toUpperCase(), path, operation, fits: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/{\w+}/g, '[^/]+')}/?$`)
		})))
	const validators = new Map()

	for (const [name, schema] of Object.entries(document.components.schemas))
		ajv.addSchema(closed(schema), name)

	// What fits best is the address that is meant, whatever can be done there.
	const found = (method, path) => {
		const at = operations.find((one) => one.fits.test(path))?.path

		return operations.find((one) => one.method === method && one.path === at)
	}
	const whole = (response) => response?.$ref ? document.components.responses[response.$ref.split('/').pop()] : response

	// The schema of what a route answers with this status.
	function validator(schema) {
		if (!validators.has(schema))
			validators.set(schema, ajv.compile(closed(schema)))
		return validators.get(schema)
	}

	// method, path (without query), and an answer of lib.mjs's api(). fails: a failure of ours is what the test is about. Only for that
	// is a route's default: what it refuses on purpose it has by its status.
	function hold(method, path, answer, fails = false) {
		const one = found(method, path), { status, headers } = answer

		// What the web server refuses by itself never reaches us: it bears no request id.
		if (!one || (status >= 400 && !headers.get('x-request-id')))
			return
		// Below a portal who is not signed in is led to its sign-in, whatever they asked for.
		if (status === 303 && !one.path.startsWith('/api/') && headers.get('location')?.includes('/sign-in?'))
			return
		const what = `${one.method} ${one.path} answered ${status}`
		const response = whole(one.operation.responses[fails && status === 500 ? 'default' : status])

		assert.ok(response, `${what}, which it does not declare: ${answer.text.slice(0, 300)}`)
		if (status === 304 || status === 204)
			return
		const type = (headers.get('content-type') ?? '').split(';')[0], media = response.content?.[type]

		assert.ok(media, `${what} as ${type}, which it does not declare`)
		if (type !== 'application/json')
			return
		const valid = validator(media.schema)

		assert.ok(valid(answer.body), `${what}, but not as it declares: ${
			valid.errors?.slice(0, 5).map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`).join('; ')} in ${
			answer.text.slice(0, 1500)}`)
	}

	return { found, hold }
}
