// Every declared noun that may be changed, each by the same questions: a form that is saved as it is changes nothing; who saves what somebody
// else changed meanwhile is told both; and what is wrong is said at its field, by name, once each. A new noun is asked the day it is declared.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { plain, untouched } from './forms.mjs'
import { expect, sql } from './lib.mjs'
import { address, make_world, routes } from './every.mjs'
import { as, ok, unique } from './world.mjs'

const forms = routes().filter(({ method, page, summary }) => method === 'POST' && page && summary.endsWith(': change one'))
const portal = (path) => path.startsWith('/admin/') ? 'staff' : path.startsWith('/campus/') ? 'campus' : path.startsWith('/organizer/') ? 'organizer' : 'customer'
const in_api = (path) => path.startsWith('/admin/') ? path.replace('/admin', '/api') : path.startsWith('/campus/') ? path.replace('/campus', '/api/campus') : path.startsWith('/organizer/') ? `/api${path}` : `/api/v1/users${path}`
// How a mount says what is wrong: the status of a fault, the name of a refusal, and the faults by their fields.
const wrapped = { fault: 422, refusal: ({ error }) => error?.code, faults: ({ body }) => body.errors }
const bare = { fault: 400, refusal: ({ body }) => body.code?.toUpperCase(), faults: ({ body }) => Object.fromEntries(Object.entries(body).filter(([, said]) => Array.isArray(said))) }
let world, document

before(async () => {
	world = await make_world()
	document = (await expect(200, 'GET', '/api/openapi.json')).body
})

// What this file asks of a noun: its page and its address in the API, who asks, and what may be changed of it.
function noun(path) {
	const who = portal(path), url = address(world, { method: 'GET', path }), at = address(world, { method: 'GET', path: in_api(path) })
	const put = document.paths[in_api(path).replace(/:(\w+)/g, '{$1}')].put
	const schema = Object.values(put.requestBody.content)[0].schema

	return { says: path.startsWith('/campus/') ? bare : wrapped, url, at, browser: world.browser[who], api: as(world.bearer[{ staff: 'superadmin', campus: 'campus_admin' }[who] ?? who]), properties: schema.properties }
}

const post = (browser, path, fields) => browser.open(path, {
	method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields)
})
const last_audit = () => Number(sql(`SELECT COALESCE(MAX(id), 0) FROM audit_log`)[0][0])
const changes = (since) => sql(`SELECT action, noun, noun_id FROM audit_log WHERE id > ${since} AND action = 'update'`)

// Two other values of a field than it has, as the API takes them, or several such pairs; texts first, for they read the same everywhere.
const KINDS = [
	(schema, now) => schema.type === 'string' && !schema.enum && !schema.format && !schema.pattern && (now === null || typeof now === 'string') &&
		[[`a${unique()}`, `b${unique()}`].map((text) => text.slice(0, schema.maxLength ?? 40))],
	(schema) => schema.type === 'string' && schema.format === 'date' && [['2031-02-03', '2031-02-04'], ['2001-02-03', '2001-02-04']],
	(schema, now) => schema.type === 'integer' && (now === null || Number.isInteger(now)) && [[2, 3].map((more) => Math.min((now ?? 0) + more, schema.maximum ?? Infinity))],
	(schema) => schema.type === 'array' && schema.items?.type === 'string' && [[[`a${unique()}`], [`b${unique()}`]]],
	(schema, now) => schema.enum && schema.enum.filter((word) => word && word !== now && word !== 'lost').map((word) => [word, now])
]

// What it is changed in, by the API, to the first of two values: [name, first, second].
async function changed_meanwhile({ at, api, properties }) {
	const now = ok(await api.get(at)), said = []

	for (const kind of KINDS)
		for (const [name, schema] of Object.entries(properties)) {
			const type = Array.isArray(schema.type) ? { ...schema, type: schema.type.find((one) => one !== 'null') } : schema

			if (!(name in now) || ['updated_at', 'version', 'currency', 'time_zone', 'rate'].includes(name))
				continue
			for (const two of kind(type, now[name]) || []) {
				const answer = two[0] !== now[name] && two[0] !== two[1] ? await api.put(at, { [name]: two[0] }) : undefined

				if (answer?.status === 200)
					return [name, ...two]
				said.push(name, answer?.text)
			}
		}
	return assert.fail(`nothing of ${at} can be changed: ${said.join(' ')}`)
}

for (const { path } of forms)
	describe(path, () => {
		test('a form that is saved as it is changes nothing', async () => {
			const { url, at, browser, api } = noun(path), was = ok(await api.get(at))

			await browser.open(url)
			assert.equal(browser.status, 200, browser.html.slice(0, 300))
			const seen = last_audit()
			await post(browser, url, untouched(browser, url))
			assert.equal(browser.status, 303, plain(browser.html).replace(/<[^>]*>/g, ' ').slice(0, 2000))
			const is = ok(await api.get(at))
			for (const row of [was, is]) // pictures are signed anew
				for (const name of Object.keys(row))
					if (/^https?:.*[?&]sign=/.test(row[name]))
						delete row[name]
			assert.deepEqual(is, was)
			assert.deepEqual(changes(seen), [])
		})
		test('who saves what was changed meanwhile is shown both', async () => {
			const it = noun(path), { url, browser } = it

			await browser.open(url)
			const form = untouched(browser, url), [name, theirs, mine] = await changed_meanwhile(it), seen = last_audit()
			await post(browser, url, [...form.filter(([field]) => field !== name), [name, String(mine)]])
			assert.equal(browser.status, 422, `${url} ${name}`)
			assert.match(browser.html, /Somebody changed this /)
			assert.match(plain(browser.html), new RegExp(`id="e-${name.replaceAll('.', '\\.')}"`), 'theirs stands at its field')
			if (/^[ab][0-9a-f]+$/.test(theirs)) {
				assert.ok(browser.html.includes(`It is “${theirs}” now.`), `${url} ${name}`)
				assert.ok(browser.html.includes(String(mine)), 'mine stays')
			}
			assert.deepEqual(changes(seen), [])
			// Seen both, it is saved once more, and then it is mine.
			const again = untouched(browser, url)
			await post(browser, url, again)
			assert.equal(browser.status, 303, plain(browser.html).replace(/<[^>]*>/g, ' ').slice(0, 1500))
		})
		test('an app that says what it read is refused 409, and told both', async () => {
			const it = noun(path), { at, api, says } = it, read = ok(await api.get(at)), stamp = read.updated_at ? 'updated_at' : 'version'

			assert.ok(read[stamp], `${at} says no version`)
			const [name, theirs, mine] = await changed_meanwhile(it), answer = await api.put(at, { [name]: mine, [stamp]: read[stamp] })
			assert.deepEqual([answer.status, says.refusal(answer)], [409, 'CHANGED_MEANWHILE'])
			assert.deepEqual(Object.keys(says.faults(answer)), [name])
			assert.equal(says.faults(answer)[name].length, 1)
			assert.deepEqual(ok(await api.get(at))[name], theirs)
		})
		test('what is wrong is said at its field, by name, once each', async () => {
			const { says, url, at, api, browser, properties } = noun(path)
			const names = Object.keys(properties).filter((name) => !['integer', 'boolean'].every((type) => [properties[name].type].flat().includes(type)))
			const answer = await api.put(at, Object.fromEntries(names.map((name) => [name, { no: 'value' }])))

			assert.equal(answer.status, says.fault, answer.text.slice(0, 500))
			for (const [name, said] of Object.entries(says.faults(answer))) {
				assert.ok(name.split('.')[0] in properties, name)
				assert.equal(said.length, 1, `${name}: ${said}`)
			}
			await browser.open(url)
			const form = untouched(browser, url).map(([name, value]) => [name, ['csrf', 'once'].includes(name) ? value : /^\[/.test(name) ? value : 'x'.repeat(3000)])
			await post(browser, url, form)
			assert.equal(browser.status, 422)
			const ids = [...browser.html.matchAll(/\sid="(e-[^"]+)"/g)].map(([, id]) => id)
			assert.ok(ids.length > 0)
			assert.equal(new Set(ids).size, ids.length, 'once each')
			const summary = [...browser.html.matchAll(/href="#f-([^"]+)"/g)].map(([, id]) => id)
			assert.equal(new Set(summary).size, summary.length, 'and once in the summary')
		})
	})

test('who approves what somebody changed since they looked is told, in the office and in the API, and nothing is approved', async () => {
	const staff = as(world.bearer.superadmin), { browser: { staff: browser } } = world
	const { id } = ok(await staff.post('/api/expenses/', { title: `Chairs ${unique()}`, kind: 'equipment', amount: 10000, currency: 'EUR', spent_on: '2026-11-02' }), 201)
	const state = () => sql(`SELECT status, amount FROM expense WHERE id = ${id}`)[0], seen = ok(await staff.get(`/api/expenses/${id}`)).updated_at

	await browser.open(`/admin/expenses/${id}/approve`)
	const form = untouched(browser, `/admin/expenses/${id}/approve`)
	ok(await staff.put(`/api/expenses/${id}`, { amount: 90000 }))
	const late = await staff.post(`/api/expenses/${id}/approve`, { updated_at: seen })
	assert.deepEqual([late.status, late.error.code], [409, 'CHANGED_MEANWHILE'])
	await post(browser, `/admin/expenses/${id}/approve`, form)
	assert.equal(browser.status, 409)
	assert.match(plain(browser.html), /Somebody changed this expense meanwhile/)
	assert.deepEqual(state(), ['requested', '90000'])
	// Who has seen what it is now may.
	await post(browser, `/admin/expenses/${id}/approve`, untouched(browser, `/admin/expenses/${id}/approve`).map(([name, value]) => [name, name === 'once' ? randomUUID() : value]))
	assert.notEqual(browser.status, 409)
})
