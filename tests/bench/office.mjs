// What staff ask of a large database: every list that the API's description says is paged, its first page, each of its filters by a
// value that finds much and one that finds little, each order, searches by the beginnings of words, and page 1,000.
//
//	TOKEN=… DB_PID=… node office.mjs URL		a line each: kind, what, ms (the best of TRIES), their median, ms of MariaDB's processors
//	ONLY=tickets,orders				these lists alone
import { readFileSync } from 'node:fs'

const [url] = process.argv.slice(2), { TOKEN, DB_PID, TRIES = 5, ONLY = '' } = process.env
const NO_FILTER = new Set(['page', 'limit', 'search', 'sort_by', 'sort_order', 'format'])
const SEARCHES = ['haas', 'jan', 'hugo haas', 'moreau aisha', 'harbour', 'zqzqzq']
const only = ONLY ? ONLY.split(',') : null

// Ticks of its user and system time, a hundred a second.
const db_ms = () => {
	const stat = readFileSync(`/proc/${DB_PID}/stat`, 'utf8').split(') ')[1].split(' ')

	return (+stat[11] + +stat[12]) * 10
}

async function ask(path, query = {}) {
	const at = new URL(path, url)

	for (const [name, value] of Object.entries(query))
		at.searchParams.set(name, value)
	const began = performance.now(), reply = await fetch(at, { headers: { authorization: `Bearer ${TOKEN}` } }), text = await reply.text()

	return { ms: performance.now() - began, status: reply.status, data: reply.status === 200 ? (JSON.parse(text).data ?? JSON.parse(text)) : null, text }
}

async function measure(kind, path, query) {
	const first = await ask(path, query)

	if (first.status === 422 && kind === 'sort')
		return null
	if (first.status !== 200) {
		console.log([kind, `${path} ${new URLSearchParams(query)}`, `answered ${first.status}`].join('\t'))
		return null
	}
	const took = [], cpu = db_ms(), tries = first.ms > 2000 ? 1 : +TRIES

	for (let i = 0; i < tries; i++)
		took.push((await ask(path, query)).ms)
	took.sort((a, b) => a - b)
	const spent = (db_ms() - cpu) / tries

	console.log([kind, `${path} ${decodeURIComponent(new URLSearchParams(query))}`, took[0].toFixed(1), took[took.length >> 1].toFixed(1), spent.toFixed(0)].join('\t'))
	return { ...first, best: took[0] }
}

const value_in = (row, name) => name.split('.').reduce((at, part) => at?.[part], row)

// The value that most of the rows have, and the one that fewest have.
function ends_of(rows, name) {
	const times = new Map()

	for (const row of rows) {
		const value = value_in(row, name)

		if (value !== null && value !== undefined && typeof value !== 'object')
			times.set(value, (times.get(value) ?? 0) + 1)
	}
	const sorted = [...times].sort((a, b) => b[1] - a[1]).map(([value]) => value)

	return sorted.length ? [sorted[0], sorted.at(-1)] : []
}

const day = (ago) => new Date(Date.now() - ago * 864e5).toISOString().slice(0, 10)

function values_of({ name, schema }, rows) {
	if (schema.enum)
		return schema.enum
	if (name.endsWith('_from'))
		return [day(3), day(25), day(900)]
	if (name.endsWith('_to'))
		return [day(0), day(29), day(900)]
	if (schema.type === 'boolean')
		return [true, false]
	return [...new Set([...ends_of(rows, name), ...(schema.type === 'integer' ? [1, 999999999] : [])])]
}

async function list(path, parameters) {
	const first = await measure('first', path, { limit: 20 })

	if (!first)
		return
	const rows = [...first.data.items], names = new Set(rows[0] ? flat(rows[0]) : [])

	for (const page of [30, 1000])
		rows.push(...((await ask(path, { limit: 100, page })).data?.items ?? []))
	for (const parameter of parameters.filter(({ name }) => !NO_FILTER.has(name)))
		for (const value of values_of(parameter, rows))
			await measure('filter', path, { limit: 20, [parameter.name]: value })
	for (const name of names)
		for (const sort_order of ['asc', 'desc'])
			if (!await measure('sort', path, { limit: 20, sort_by: name, sort_order }))
				break
	if (parameters.some(({ name }) => name === 'search'))
		for (const search of new Set([...SEARCHES, ...texts_of(rows)]))
			await measure('search', path, { limit: 20, search })
	if (first.data.total >= 20000)
		await measure('page', path, { limit: 20, page: 1000 })
}

const flat = (row, before = '') => Object.entries(row).flatMap(([name, value]) =>
	value && typeof value === 'object' && !Array.isArray(value) ? flat(value, `${before}${name}.`) : [before + name])

// Beginnings of what stands in the last of the rows: a name's last word, a number, a reference.
function texts_of(rows) {
	const row = rows.at(-1), found = []

	for (const name of row ? flat(row) : [])
		if (/(name|title|reference|number|uid|email|recipient)$/.test(name) && typeof value_in(row, name) === 'string')
			found.push(value_in(row, name).split(' ').at(-1).replace(/^#/, ''))
	return found.flatMap((text) => [text, text.slice(0, Math.max(4, text.length - 2))])
}

const document = (await ask('/api/openapi.json')).data
const lists = Object.entries(document.paths).filter(([path, { get }]) => path.startsWith('/api/') && !path.includes('{') &&
	!/^\/api\/(v1|organizer|merchant|usher|campus|people|customer)\b/.test(path) && get?.parameters?.some(({ name }) => name === 'page'))

for (const [path, { get }] of lists)
	if (!only || only.some((name) => path.replace(/\/$/, '').endsWith(`/${name}`)))
		await list(path, get.parameters)
if (!only) {
	await measure('first', '/api/finances/company/', { from: day(1090), to: day(0) })
	await measure('first', '/api/dashboard/stats/', {})
	for (const q of SEARCHES)
		await measure('search', '/api/search/', { q })
}
