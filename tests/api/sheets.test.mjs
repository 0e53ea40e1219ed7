// Every list as a file: the same rows and values as the JSON has, in CSV and in a spreadsheet, on every mount and portal.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, sql, token } from './lib.mjs'
import { readFileSync } from 'node:fs'
import { every_request, make_world, routes, send } from './every.mjs'
import { picture, upload } from './picture.mjs'
import { as, jobs_rest, new_customer, new_organizer, ok, refused, setting, unique, until } from './world.mjs'
import { date_of, read_xlsx, unzip } from './xlsx.mjs'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const PAGE = 100
const BATCH = 500 // rows that an export reads at once (src/db/compose.c)
const PICTURES = ['image', 'photo'] // columns that hold one

// RFC 4180, behind a byte order mark.
function read_csv(text) {
	const rows = [[]]

	assert.equal(text[0], '\ufeff')
	text = text.slice(1)

	for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r\n|$)/gs)) {
		rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
		if (end === '\r\n')
			rows.push([])
		if (end === '')
			break
	}
	rows.pop()
	const headings = rows.shift() ?? []
	return { headings, rows: rows.map((row) => Object.fromEntries(headings.map((name, i) => [name, row[i]]))) }
}

// { "venue.name": … } of an item: objects nest, but those that a column holds as they are do not.
function flat(item, headings, prefix = '') {
	return Object.fromEntries(Object.entries(item).flatMap(([key, value]) => {
		const name = prefix + key

		return value && typeof value === 'object' && !Array.isArray(value) && !headings.includes(name)
			? Object.entries(flat(value, headings, `${name}.`)) : [[name, value]]
	}))
}

// Where a spreadsheet may begin a cell, whatever separates cells for it, what looks like a formula gets an apostrophe.
const spreadsheet_text = (text) => text.replace(/(?<=^|[;\t\r\n])(?![+-]?\d+(\.\d+)?([;\t\r\n]|$))(?=[ "\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫−])|^(?=[\t\r\n])/g, "'")
const csv_of = (value) => value === null ? '' : typeof value === 'object' ? undefined : typeof value === 'string' ? spreadsheet_text(value) : String(value)
const MONEY = /(^|\.)(price|price_from|amount|total|subtotal|discount|revenue|refunded|balance|threshold|profit|sales|refunds|fees|taxes|paid_out|expenses|payouts|deposits)$/
const RATE = /(^|\.)rate$/
// Cents, and basis points: of a campus, whose thresholds and rates are numbers as others are, neither.
const of_campus = (where) => where.startsWith('GET /api/campus/')
const is_money = (name, where) => MONEY.test(name) && !of_campus(where), is_rate = (name, where) => RATE.test(name) && !of_campus(where)
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

// ISO 4217; Intl's are those that people write, and another table in each version.
const places_of = (currency) => /^(BHD|IQD|JOD|KWD|LYD|OMR|TND)$/.test(currency) ? 3 :
	/^(BIF|CLP|DJF|GNF|ISK|JPY|KMF|KRW|PYG|RWF|UGX|VND|VUV|XAF|XOF|XPF)$/.test(currency) ? 0 : 2

const major = (value, currency) => (value / 10 ** places_of(currency)).toFixed(places_of(currency))
// What can be bought, in one cell.
const categories_said = (all) => all.map((one) => `${one.name} ${major(one.price, one.currency)}`).join('; ')

// And who plays there.
const performers_said = (all) => all.map((one) => one.part ? `${one.name} (${one.part})` : one.name).join('; ')
const SAID = { ticket_categories: categories_said, performers: performers_said }

function same_csv(name, value, cell, where, item) {
	if (is_money(name, where) && value !== null) // as people read it, of the currency beside it
		assert.equal(cell, major(value, item.currency), where)
	else if (is_rate(name, where) && value !== null) // basis points, as a per cent
		assert.equal(cell, `${value / 100}%`, where)
	else if (name in SAID)
		assert.equal(cell, csv_of(SAID[name](value)), where)
	else if (value !== null && typeof value === 'object')
		assert.deepEqual(JSON.parse(cell), value, where)
	else
		assert.equal(cell, csv_of(value), where)
}

function same_xlsx(name, value, cell, where, item) {
	if (name in SAID)
		value = SAID[name](value)
	if (value === null || value === '')
		assert.equal(cell, undefined, where)
	else if (typeof value === 'boolean')
		assert.deepEqual(cell, { truth: value }, where)
	else if (is_money(name, where)) { // in major units, of the currency beside it
		const places = places_of(item.currency)

		assert.equal(cell.number.toFixed(9), (value / 10 ** places).toFixed(9), where)
		assert.equal(cell.format, `#,##0${places ? '.' : ''}${'0'.repeat(places)}`, where)
	} else if (is_rate(name, where))
		assert.deepEqual({ ...cell, number: cell.number.toFixed(9) }, { number: (value / 10000).toFixed(9), format: '10' }, where) // which is 0.00%
	else if (typeof value === 'number')
		assert.equal(cell.number, value, where)
	else if (typeof value === 'object')
		assert.deepEqual(JSON.parse(cell.text), value, where)
	else if (/(^|\.)id$|Id$/.test(name) && /^\d+$/.test(value)) // of a dialect whose ids are texts, or of a list in which others are words
		assert.equal(String(cell.number ?? cell.text), value, where)
	else if ((ISO.test(value) || /^\d{4}-\d\d-\d\d$/.test(value)) && value < '1900-03-01') // spreadsheets have no such day
		assert.equal(cell.text, value, where)
	else if (ISO.test(value)) {
		assert.equal(date_of(cell.number).toISOString(), value, where)
		assert.match(cell.format, /yyyy-mm-dd hh:mm:ss/, where)
	} else if (/^\d{4}-\d\d-\d\d$/.test(value)) {
		assert.equal(date_of(cell.number).toISOString().slice(0, 10), value, where)
		assert.equal(cell.format, 'yyyy-mm-dd', where)
	} else
		assert.equal(cell.text, value, where)
}

let world, requests

// The event that lists begin with, the world's and somebody's dependent, with a picture each.
async function add_pictures() {
	const bytes = picture(), organizer = await new_organizer()

	ok(await api('PUT', '/api/organizer/profile/', upload('logo', bytes), { token: organizer.access }))
	for (const which of [`id = ${world.event.id}`, "status = 'published' AND ends_at > UTC_TIMESTAMP() ORDER BY starts_at, id LIMIT 1"])
		sql(`UPDATE event SET image = (SELECT logo FROM organizer WHERE logo IS NOT NULL ORDER BY id DESC LIMIT 1) WHERE ${which}`)
	ok(await as(world.ada).post('/api/v1/users/dependents/', upload('photo', picture(), {
		name: 'Lou', relationship: 'son', birth_date: '2019-05-04'
	})), 201)
}

test.before(async () => {
	world = await make_world()
	await add_pictures()
	requests = (await every_request(world)).filter((r) => r.method === 'GET')
	jobs_rest('webhooks') // whose tries are counted while a list is read three times
	// No list is without a row: a card that was asked for, the orders of somebody who has some, who went out for a while, a guest.
	ok(await as(world.bob).post('/api/v1/users/nfc-cards/request/', {}), 201)
	requests.find((r) => r.path === '/api/customers/:id/bookings').url = `/api/customers/${world.ada.customer_id}/bookings`
	ok(await as(world.usher).post('/api/usher/scan/part-time-leave/', { action: 'leave', code: world.code, reason: 'The car' }))
	requests.find((r) => r.path === '/api/campus/audit').url += '?action=create' // a file that is taken of it is in it
	requests.find((r) => r.path === '/api/usher/scan/guests').url = `/api/usher/scan/guests?search=${encodeURIComponent(world.ada.mobile_number)}`
})

const at = (request, query) => send({ ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}${query}` })

// A row of a list, wherever it has its name.
const key_of = (row) => String(row.id ?? row.usher_id ?? row.ticket_id ?? row.user_id ?? row.department_id ?? `${row.month} ${row.currency}`)

test('every list of the API is also a CSV and a spreadsheet, with the same rows and values', async () => {
	const shown = new Set(), lists = [], empty = []

	for (const request of requests.filter((r) => r.path.startsWith('/api/') && r.path !== '/api/docs')) {
		const list = await at(request, `limit=${PAGE}`), items = Array.isArray(list.data) ? list.data : list.data?.items ?? (list.data?.count === undefined ? undefined : list.data.results) ?? list.data?.months

		if (!Array.isArray(items) || list.data.cursor !== undefined || list.data.histogram_type !== undefined) // by a cursor devices read on, and a chart's bars: no lists for people
			continue
		const csv = await at(request, 'format=csv'), xlsx = await at(request, 'format=xlsx')
		assert.equal(csv.status, 200, `${request.name}: ${csv.text.slice(0, 300)}`)
		assert.match(csv.headers.get('content-type'), /^text\/csv/, request.name)
		assert.match(csv.headers.get('content-disposition'), /^attachment; filename="[a-z-]+\.csv"$/, request.name)
		assert.equal(xlsx.status, 200, `${request.name}: ${xlsx.text.slice(0, 300)}`)
		assert.equal(xlsx.headers.get('content-type'), XLSX, request.name)
		assert.match(xlsx.headers.get('content-disposition'), /^attachment; filename="[a-z-]+\.xlsx"$/, request.name)
		const lines = read_csv(csv.text), sheet = read_xlsx(xlsx.bytes)

		assert.ok(lines.rows.length >= items.length, request.name)
		assert.equal(sheet.rows.length, lines.rows.length, request.name)
		assert.ok(lines.headings.length > 1 && lines.headings.every(Boolean), `${request.name}: ${lines.headings}`)
		assert.deepEqual(sheet.headings, lines.headings, request.name)
		const by_key = new Map(lines.rows.map((line, i) => [key_of(line), [line, sheet.rows[i]]]))
		assert.equal(by_key.size, lines.rows.length, `${request.name}: each row once`)
		for (const item of items.map((one) => flat(one, lines.headings))) {
			const [line, cells] = by_key.get(key_of(item)) ?? assert.fail(`${request.name}: no row ${key_of(item)}`)

			assert.deepEqual(Object.keys(item).sort(), [...lines.headings].sort(), request.name)
			for (const [name, value] of Object.entries(item)) {
				const where = `${request.name} ${key_of(item)} ${name}`

				same_csv(name, value, line[name], where, item)
				same_xlsx(name, value, cells[name], where, item)
				if (PICTURES.includes(name) && value !== null) {
					assert.ok(value.startsWith(`${setting('site', 'base_url')}/files/`), where)
					shown.add(name)
				}
			}
		}
		lists.push(request.name)
		if (!items.length)
			empty.push(request.name)
	}
	// Those that are declared to be files too, none without a row to compare.
	const { paths } = (await api('GET', '/api/openapi.json')).body
	const declared = Object.entries(paths).filter(([path, { get }]) => get?.responses[200].content?.['text/csv'] &&
		!/^\/(api\/(organizer\/)?analytics|api\/campus\/reports\/(?!attendance)|campus\/reports\/)/.test(path)) // no lists, but sums, and papers
	assert.deepEqual(lists.sort(), declared.map(([path]) => `GET ${path.replaceAll(/{(\w+)}/g, ':$1')}`).sort())
	assert.deepEqual(empty, [])
	assert.deepEqual([...shown].sort(), PICTURES, 'pictures by their addresses')
})

test('a list takes no other format', async () => {
	for (const request of requests.filter((r) => /^\/api\/(v1\/public\/events|v1\/users\/orders|usher\/scan\/logs|usher\/events|venues|events\/:id\/ushers)$/.test(r.path)))
		assert.deepEqual(Object.keys(refused(await at(request, 'format=pdf'), 422, 'VALIDATION_ERROR').body.errors), ['format'])
})

test('a list is sorted by what it says that it is, either way, and by nothing else', async () => {
	const { paths } = (await api('GET', '/api/openapi.json')).body, turned = []

	for (const request of requests.filter((r) => r.path.startsWith('/api/'))) {
		const { parameters = [] } = paths[request.path.replaceAll(/:(\w+)/g, '{$1}')]?.get ?? {}
		const by = parameters.find(({ name }) => ['sort_by', 'sortBy', 'ordering'].includes(name))

		if (!by)
			continue
		refused(await at(request, `${by.name}=zq`), 422, 'VALIDATION_ERROR')
		for (const word of by.schema.enum ?? []) {
			if (word === 'price') // of several currencies
				continue
			const page = async (order, page) => (await at(request, `limit=100&sort_by=${word}&sort_order=${order}&page=${page}`)).data
			const up = await page('asc', 1), down = await page('desc', Math.max(1, up.total_pages))

			// However long it is, the last page of the one way begins the other.
			assert.deepEqual(down.items.map(key_of).reverse(), up.items.map(key_of).slice(0, down.items.length), `${request.name} ${word}`)
			turned.push(`${request.path} ${word}`)
		}
	}
	for (const one of ['v1/public/events/featured popularity', 'v1/users/orders created_at', 'v1/users/tickets event.starts_at', 'organizer/events starts_at',
		'usher/scan/logs at'])
		assert.ok(turned.includes(`/api/${one}`), `${one}: ${turned}`)
})

test('every page with a list leads to both files, and they are files', async () => {
	const has_list = ({ page }) => readFileSync(new URL(`../../templates/${page}`, import.meta.url), 'utf8').includes('call:pager()')
	const pages = []

	for (const request of requests.filter((r) => r.page)) {
		const { text } = await send(request)

		if (!text.includes('<nav class="pager"'))
			continue
		for (const [format, type] of [['csv', /^text\/csv/], ['xlsx', /spreadsheetml\.sheet$/]]) {
			const href = text.match(new RegExp(`<p class="exports">.*?href="(\\?[^"]*format=${format})"`, 's'))?.[1]

			assert.ok(href, `${request.name} leads to no ${format}`)
			const file = await send({ ...request, url: request.url.split('?')[0] + href.replaceAll('&amp;', '&') })
			assert.match(file.headers.get('content-type'), type, request.name)
			assert.ok(format === 'csv' ? read_csv(file.text).rows.length : read_xlsx(file.bytes).rows.length, request.name)
		}
		pages.push(request.name)
	}
	assert.deepEqual(pages, routes().filter((r) => r.method === 'GET' && r.page && has_list(r)).map(({ name }) => name))
})

test('what begins like a formula is text in a spreadsheet', async () => {
	const staff = as(await token('staff')), city = `Town ${unique()}`
	const names = ['=1+1', '+1 and 2', '-2+3', '@SUM(A1)', '="a"&"b"', 'a;=1+1;b', '＝1+1', 'b;\u00a0＠SUM(A1)', 'x;"=1+1"', '_x0041_ & <b>']

	for (const name of names)
		ok(await staff.post('/api/venues/', { name, city, country: 'DE', time_zone: 'Europe/Berlin' }), 201)
	const file = await api('GET', `/api/venues/?city=${encodeURIComponent(city)}&format=xlsx`, undefined, { token: await token('staff') })
	assert.deepEqual(read_xlsx(file.bytes).rows.map((row) => row.name), names.map((text) => ({ text })))

	// As one reads it who separates by semicolons, and so takes no quotes for quotes within a line.
	const { text } = await staff.get(`/api/venues/?city=${encodeURIComponent(city)}&format=csv`)
	const cells = text.split(/[;,\t\r\n]/)
	assert.ok(cells.includes("'=1+1"), text) // of a;=1+1;b
	for (const one of cells)
		assert.doesNotMatch(one, /^[\s"]*[=+\-@＝＋－＠](?!\d+(\.\d+)?$)/, text)
	assert.deepEqual(read_csv(text).rows.map((row) => row.name), names.map(spreadsheet_text))
})

test('what no spreadsheet can hold is refused, and where it is in a row already it breaks no file', async () => {
	const staff = as(await token('staff')), city = `Town ${unique()}`, name = `Hall ${unique()}`
	const venue = { name, city, country: 'DE', time_zone: 'Europe/Berlin' }

	for (const sign of ['\uFFFF', '\uFFFE', '\uFDD0', '\u{1FFFF}'])
		assert.deepEqual(Object.keys(refused(await staff.post('/api/venues/', { ...venue, name: `Zara ${sign} Zed` }), 422, 'VALIDATION_ERROR').body.errors), ['name'])
	const { id } = ok(await staff.post('/api/venues/', venue), 201)
	sql(`UPDATE venue SET name = CONCAT('Zara ', CONVERT(X'EFBFBF' USING utf8mb4), CHAR(1), ' Zed') WHERE id = ${id}`)
	const { bytes } = await staff.get(`/api/venues/?city=${encodeURIComponent(city)}&format=xlsx`)
	assert.deepEqual(read_xlsx(bytes).rows.map((row) => row.name), [{ text: 'Zara \uFFFF\u0001 Zed' }])
	for (const [part, xml] of Object.entries(unzip(bytes)))
		assert.doesNotMatch(xml.toString(), /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u, part) // XML 1.0, 2.2
	sql(`UPDATE venue SET name = '${name}' WHERE id = ${id}`)
})

test('the whole of a large list is in one spreadsheet', async () => {
	const total = Number(sql('SELECT COUNT(*) FROM ticket')[0][0])
	const file = await api('GET', '/api/tickets/?format=xlsx', undefined, { token: await token('staff') })
	const { rows } = read_xlsx(file.bytes)

	assert.equal(new Set(rows.map((row) => row.id.number)).size, total)
	assert.equal(rows.length, total)
	assert.ok(total > BATCH, `${total} rows are read at once`)
})

test('who asks for the head of a file has it, and the list is not read for that', async () => {
	const staff = await token('staff')
	const read = () => Number(sql("SHOW GLOBAL STATUS LIKE 'Handler_read_next'")[0][1])

	for (const format of ['csv', 'xlsx']) {
		const heads = {}, rows_of = async (method) => {
			const before = read(), { status, headers } = await api(method, `/api/tickets/?format=${format}`, undefined, { token: staff })

			assert.equal(status, 200)
			heads[method] = ['content-type', 'content-disposition', 'cache-control'].map((name) => headers.get(name))
			assert.equal(headers.has('content-length'), method === 'GET')
			assert.equal(headers.get('etag'), null)
			return read() - before
		}

		assert.ok(await rows_of('GET') > BATCH)
		// What others read meanwhile counts too, and can only add to it.
		await until('a head beside which nobody reads much', async () => await rows_of('HEAD') < BATCH)
		assert.deepEqual(heads.HEAD, heads.GET)
	}
})

test('a list of nothing is a file with its heading, as an answer has none', async () => {
	const none = await new_customer(), full = as(world.ada)

	for (const path of ['/api/v1/users/tickets/', '/api/v1/users/orders/', '/api/v1/users/dependents/']) {
		assert.deepEqual(ok(await as(none).get(path)).items, [])
		const [csv, xlsx] = [await as(none).get(`${path}?format=csv`), await as(none).get(`${path}?format=xlsx`)]
		const { headings } = read_csv(csv.text)

		assert.deepEqual(headings, read_csv((await full.get(`${path}?format=csv`)).text).headings, path)
		assert.equal(csv.text, `\ufeff${headings.join(',')}\r\n`)
		assert.deepEqual(read_xlsx(xlsx.bytes), { headings, rows: [] })
	}
})

test('a picture is its address in the file of a page too, which stands nowhere that a path would lead from', async () => {
	const file = await api('GET', `/events?format=csv&search=${encodeURIComponent(world.event.title)}`)
	const { rows } = read_csv(file.text), row = rows.find((one) => one.id === String(world.event.id))

	assert.ok(row.image.startsWith(`${setting('site', 'base_url')}/files/`), row.image)
})
