// Times as people type and read them, and days: by the clocks of the event, else of the site, each day by what they showed then. A
// form that is sent as it was filled changes nothing.
import assert from 'node:assert/strict'
import { afterEach, before, test } from 'node:test'
import { plain, untouched } from './forms.mjs'
import { Browser, DEMO, sql, token } from './lib.mjs'
import { as, book, bought, code_of, days_anew, jobs_run, new_customer, new_event, new_organizer, new_usher, ok, pay, raw, refused, scan, scans_moved, setting, unique, until } from './world.mjs'

const SITE = setting('site', 'time_zone') ?? 'UTC'
let staff, browser, customer

before(async () => {
	staff = as(await token('staff'))
	browser = await new Browser().go('/admin/sign-in')
	await browser.submit('/admin/sign-in', DEMO.staff)
	customer = await new_customer()
})

// Moves what was made into another time until the test is over, for the audit looks at when things were.
const undo = []
function for_now(table, where, times) {
	const names = Object.keys(times), change = (rows, set) => (table === 'scan_log' ? scans_moved(rows, set) : sql(`UPDATE ${table} SET ${set} WHERE ${rows}`))

	for (const [id, ...was] of sql(`SELECT id, ${names} FROM ${table} WHERE ${where}`))
		undo.push(() => change(`id = ${id}`, names.map((name, i) => `${name} = '${was[i]}'`)))
	change(where, names.map((name) => `${name} = '${times[name].replace('T', ' ').replace('Z', '')}'`))
}
afterEach(() => {
	while (undo.length)
		undo.pop()()
})

// What the clocks of a zone show at a moment: "2035-10-28T02:30:00".
function wall(iso, zone) {
	const part = Object.fromEntries(new Intl.DateTimeFormat('en', {
		timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit'
	}).formatToParts(new Date(iso)).map(({ type, value }) => [type, value]))

	return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`
}

const post = (path, fields) => browser.open(path, {
	method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields)
})

// Opens a page of the office and sends its form as it is, but for what is given (null: not sent at all).
async function save(path, changes = {}) {
	await browser.go(`/admin/${path}`)
	assert.equal(browser.status, 200, path)
	const fields = untouched(browser, `/admin/${path}`).filter(([name]) => !(name in changes))

	return post(`/admin/${path}`, [...fields, ...Object.entries(changes).filter(([, value]) => value !== null)])
}

const shown = async (path) => ok(await staff.get(`/api/${path}/`))
const audits = () => sql(`SELECT MAX(id) FROM audit_log WHERE action = 'update'`)[0][0]

async function changes_nothing(path) {
	const was = await shown(path), seen = audits()

	await save(path)
	assert.equal(browser.status, 303, `${path}: ${browser.html.match(/class="fault".*?<\/p>/s)?.[0]}`)
	assert.deepEqual(await shown(path), was, path)
	assert.equal(audits(), seen, `${path}: an audit row says that something changed`)
}

// ---- forms ----

test('a form that nobody changed changes nothing: no second, no hour, not even when it was changed last', async () => {
	const words = unique()
	const venue = ok(await staff.post('/api/venues/', {
		name: `Hall "${words}" & Söhne`, city: 'Köln', country: 'DE', time_zone: 'Europe/Berlin', latitude: 50.9412783, longitude: -0.0000125, capacity: 400
	}), 201)
	// The second 02:30 of that night, and to the millisecond.
	const event = await new_event({
		venue_id: venue.id, starts_at: '2035-10-28T01:30:15.250Z', ends_at: '2035-10-28T05:59:59.999Z', description: 'One\n\n  two <b> & "three"\n',
		publish: false, featured: true, re_entry: false, categories: [{ sales_start: '2035-10-28T01:15:00.001Z', sales_end: '2035-10-28T01:45:30Z' }]
	})
	const category = event.categories[0]
	const any = ok(await staff.post('/api/promo-codes/', {
		code: `ANY${words}`, amount: 500, currency: 'KWD', starts_at: '2035-07-01T08:00:30Z', ends_at: '2035-12-31T22:59:59.999Z', max_uses: 3
	}), 201)
	const own = ok(await staff.post('/api/promo-codes/', {
		code: `OWN${words}`, event_id: event.id, percent: 10, starts_at: '2035-10-28T01:00:00Z'
	}), 201)
	const expense = ok(await staff.post('/api/expenses/', {
		title: 'Chairs', kind: 'equipment', currency: 'EUR', amount: 1999, spent_on: '2026-01-31', note: ' two\nlines '
	}), 201)
	const organizer = await new_organizer()

	for (const path of [`venues/${venue.id}`, `events/${event.id}`, `ticket-categories/${category.id}`, `promo-codes/${any.id}`,
		`promo-codes/${own.id}`, `expenses/${expense.id}`, `event-categories/${event.category_id}`, `customers/${customer.customer_id}`,
		`users/${customer.user.id}`, `organizers/${organizer.user.id}`, 'events/1', 'events/4', 'events/7', 'venues/1'])
		await changes_nothing(path)
})

test('what is changed in a form is changed, and nothing beside it', async () => {
	const event = await new_event({ starts_at: '2035-10-28T01:30:15Z', ends_at: '2035-10-28T05:00:00Z', publish: false })
	const path = `events/${event.id}`, was = await shown(path), seen = audits()

	await save(path, { ends_at: '2035-10-28T07:30' })
	assert.equal(browser.status, 303)
	const is = await shown(path)
	assert.equal(is.ends_at, '2035-10-28T06:30:00.000Z')
	assert.equal(is.starts_at, was.starts_at)
	assert.notEqual(is.updated_at, was.updated_at)
	assert.notEqual(audits(), seen)
	// Of an hour that comes twice another minute is that of the first.
	await save(path, { starts_at: '2035-10-28T02:31' })
	assert.equal((await shown(path)).starts_at, '2035-10-28T00:31:00.000Z')
	// In another zone the same words are another moment.
	await save(path, { time_zone: 'Asia/Tokyo' })
	assert.deepEqual([(await shown(path)).starts_at, (await shown(path)).ends_at], ['2035-10-27T17:31:00.000Z', '2035-10-27T22:30:00.000Z'])
})

test('an app that sends a row as it is changes nothing', async () => {
	const event = await new_event({ starts_at: '2035-10-28T01:30:15Z', ends_at: '2035-10-28T05:00:00Z', publish: false })
	const was = await shown(`events/${event.id}`), seen = audits()
	const { title, starts_at, ends_at, time_zone, venue_id, organizer_id, category_id, currency, description, featured } = was

	ok(await staff.put(`/api/events/${event.id}/`, { title, starts_at, ends_at, time_zone, venue_id, organizer_id, category_id, currency, description, featured }))
	assert.deepEqual(await shown(`events/${event.id}`), was)
	assert.equal(audits(), seen)
	// What no row shows is kept in the log whatever it is.
	const organizer = await new_organizer()
	ok(await staff.put(`/api/users/${organizer.user.id}/`, { company: 'Another Name' }))
	assert.notEqual(audits(), seen)
	// The first of two moments is another than the second, where it is said which.
	ok(await staff.put(`/api/events/${event.id}/`, { starts_at: '2035-10-28T00:30:15Z' }))
	assert.equal((await shown(`events/${event.id}`)).starts_at, '2035-10-28T00:30:15.000Z')
})

test('nor does a profile, a right, a setting or an usher that is sent as it is: no time moves, and the log has no row of it', async () => {
	const ann = await new_customer({ email: `${unique()}@example.test` }), organizer = await new_organizer(), event = await new_event({ publish: false })
	const usher = await new_usher(event), [assigned] = ok(await staff.get(`/api/events/${event.id}/ushers/`)).items, rows = () => sql('SELECT COUNT(*) FROM audit_log')[0][0]
	const stamps = () => sql(`SELECT id, updated_at FROM account WHERE id IN (${ann.user.id}, ${organizer.user.id}) ORDER BY id`)
	const was = stamps(), seen = rows()

	assert.ok(usher)
	ok(await as(ann).put('/api/v1/users/me/', ok(await as(ann).get('/api/v1/users/me/'))))
	ok(await as(organizer).put('/api/organizer/profile/', ok(await as(organizer).get('/api/organizer/profile/'))))
	ok(await staff.put(`/api/customers/${ann.customer_id}/status/`, { status: 'active' }))
	ok(await staff.put('/api/settings/', ok(await staff.get('/api/settings/'))))
	ok(await staff.post(`/api/events/${event.id}/ushers/`, { usher_id: assigned.usher_id, gate: assigned.gate }), 201)
	assert.deepEqual([stamps(), rows()], [was, seen])
	// Each of them is noted when it is another.
	ok(await as(ann).put('/api/v1/users/me/', { name: 'Another Name' }))
	ok(await staff.post(`/api/events/${event.id}/ushers/`, { usher_id: assigned.usher_id, gate: 'Yard' }), 201)
	assert.deepEqual(sql(`SELECT JSON_VALUE(before_json, '$.gate'), JSON_VALUE(after_json, '$.gate') FROM audit_log WHERE action = 'assign' ORDER BY id DESC LIMIT 1`),
		[[assigned.gate, 'Yard']])
	assert.equal(Number(rows()), Number(seen) + 2)
	assert.notDeepEqual(stamps(), was)
})

test('a time that the clocks skip is refused in a sentence of its own, and what was typed stays', async () => {
	const event = await new_event({ starts_at: '2035-03-24T20:00:00Z', ends_at: '2035-03-25T10:00:00Z', publish: false })

	await save(`events/${event.id}`, { starts_at: '2035-03-25T02:30' })
	assert.equal(browser.status, 422)
	assert.match(plain(browser.html), /There is no 02:30 on that day in Europe\/Berlin: the clocks go from 02:00 to 03:00\. Enter a time before or after\./)
	assert.ok(untouched(browser, `/admin/events/${event.id}`).some(([name, value]) => name === 'starts_at' && value === '2035-03-25T02:30'))
	assert.equal((await shown(`events/${event.id}`)).starts_at, '2035-03-24T20:00:00.000Z')
	// An hour before and after it is one hour apart.
	await save(`events/${event.id}`, { starts_at: '2035-03-25T01:59', ends_at: '2035-03-25T03:00' })
	assert.deepEqual([(await shown(`events/${event.id}`)).starts_at, (await shown(`events/${event.id}`)).ends_at],
		['2035-03-25T00:59:00.000Z', '2035-03-25T01:00:00.000Z'])
	await save(`events/${event.id}`, { starts_at: 'tomorrow' })
	assert.match(plain(browser.html), /Enter a date and time, such as 2026-11-21 20:00\./)
})

test('a time that comes without a zone is in its row\'s own', async () => {
	const event = await new_event({ time_zone: 'Asia/Tokyo', starts_at: '2035-07-10T08:00:00Z', ends_at: '2035-07-10T12:00:00Z', publish: false })
	const [category] = event.categories

	await save(`events/${event.id}`, { time_zone: null, starts_at: '2035-07-10T16:00' })
	assert.equal(browser.status, 422) // an event's form has its zone
	// A category's form brings it along, but what does not is meant the same.
	await save(`ticket-categories/${category.id}`, { time_zone: null, sales_start: '2035-07-01T09:00' })
	assert.equal(browser.status, 303)
	assert.equal((await shown(`ticket-categories/${category.id}`)).sales_start, '2035-07-01T00:00:00.000Z')
	await save(`ticket-categories/${category.id}`, { sales_start: '2035-07-01T10:00' })
	assert.equal((await shown(`ticket-categories/${category.id}`)).sales_start, '2035-07-01T01:00:00.000Z')

	// A new one is in the zone of what it belongs to.
	await browser.go(`/admin/ticket-categories/new?event_id=${event.id}`)
	const fields = untouched(browser, '/admin/ticket-categories').filter(([name]) => !['name', 'price', 'capacity', 'time_zone', 'sales_end'].includes(name))
	await post('/admin/ticket-categories', [...fields, ['name', 'Late'], ['price', '12.50'], ['capacity', '5'], ['sales_end', '2035-07-09T09:00']])
	assert.equal(browser.status, 303, browser.html.match(/class="fault".*?<\/p>/s)?.[0])
	const [late] = ok(await staff.get(`/api/ticket-categories/?event_id=${event.id}&search=Late`)).items
	assert.equal((await shown(`ticket-categories/${late.id}`)).sales_end, '2035-07-09T00:00:00.000Z')

	// A code for one event is in that event's zone, one for any in the site's.
	for (const [event_id, zone] of [[event.id, 'Asia/Tokyo'], ['', SITE]]) {
		const code = `C${unique()}`

		await browser.go('/admin/promo-codes/new')
		const form = untouched(browser, '/admin/promo-codes').filter(([name]) => !['code', 'event_id', 'percent', 'starts_at'].includes(name))
		await post('/admin/promo-codes', [...form, ['code', code], ['event_id', event_id], ['percent', '10'], ['starts_at', '2035-07-01T09:00']])
		assert.equal(browser.status, 303, browser.html.match(/class="fault".*?<\/p>/s)?.[0])
		const [made] = ok(await staff.get(`/api/promo-codes/?search=${code}`)).items
		const path = `promo-codes/${made.id}`, { starts_at } = await shown(path)
		assert.equal(wall(starts_at, zone), '2035-07-01T09:00:00', zone)
		// The page says which, and a second look at it shows the same.
		await browser.go(`/admin/${path}`)
		assert.ok(browser.html.includes(`Time zone: ${zone}`), zone)
		assert.ok(untouched(browser, `/admin/${path}`).some(([name, value]) => name === 'starts_at' && value === '2035-07-01T09:00'))
		await save(path, { ends_at: '2035-08-01T09:00' })
		assert.equal(wall((await shown(path)).ends_at, zone), '2035-08-01T09:00:00', zone)
	}
})

test('an usher\'s times are those of their event', async () => {
	const event = await new_event({ time_zone: 'America/New_York' }), usher = await new_usher(event)
	const [ticket] = await bought(customer, event)

	assert.equal(ok(await scan(usher, { code: await code_of(customer, ticket) })).result, 'valid')
	for_now('scan_log', `event_id = ${event.id}`, { at: '2035-06-15T02:30:00Z' }) // 22:30 of the 14th there
	const logs = async (query) => ok(await as(usher).get('/api/usher/scan/logs/', { query })).total
	assert.equal(await logs({ date_from: '2035-06-14T22:30', date_to: '2035-06-14T22:31' }), 1)
	assert.equal(await logs({ date_from: '2035-06-14T22:31' }), 0)
	assert.equal(await logs({ date_from: '2035-06-15T02:30:00Z' }), 1)
	refused(await as(usher).get('/api/usher/scan/logs/', { query: { date_from: '2035-03-11T02:30' } }), 422, 'VALIDATION_ERROR')
	// So is that of a scan, which a form sends as its clock showed it.
	const [another] = await bought(customer, event), scanned_at = wall(Date.now() - 60_000, 'America/New_York')
	const sent = await raw('POST', '/api/usher/scan/result/', String(new URLSearchParams({ code: await code_of(customer, another), scanned_at })),
		{ 'content-type': 'application/x-www-form-urlencoded' }, usher.access)
	const [logged] = ok(await as(usher).get('/api/usher/scan/logs/')).items
	assert.equal(ok(sent).result, 'valid')
	assert.equal(wall(sql(`SELECT CONCAT(REPLACE(scanned_at, ' ', 'T'), 'Z') FROM scan_log WHERE id = ${logged.id}`)[0][0], 'America/New_York'), scanned_at)
})

// ---- days ----

test('a day in a list is each event\'s own', async () => {
	const word = unique()
	const on = async (title, time_zone, starts_at) => new_event({
		title: `${word} ${title}`, time_zone, starts_at, ends_at: new Date(Date.parse(starts_at) + 1_800_000).toISOString()
	})
	const events = {
		tokyo: await on('tokyo', 'Asia/Tokyo', '2035-06-14T15:00:00Z'), // 00:00 of the 15th
		before: await on('before', 'Asia/Tokyo', '2035-06-14T14:00:00Z'), // 23:00 of the 14th
		york: await on('york', 'America/New_York', '2035-06-16T03:30:00Z'), // 23:30 of the 15th
		after: await on('after', 'America/New_York', '2035-06-16T04:00:00Z'), // 00:00 of the 16th
		kathmandu: await on('kathmandu', 'Asia/Kathmandu', '2035-06-14T18:15:00Z'), // 00:00 of the 15th
		// Clocks were moved meanwhile: by what they showed in winter this is the 14th.
		berlin: await on('berlin', 'Europe/Berlin', '2035-06-14T22:00:00Z'), // 00:00 of the 15th
		eve: await on('eve', 'Europe/Berlin', '2035-06-14T21:00:00Z') // 23:00 of the 14th
	}
	const titles = ({ items }) => items.map(({ title }) => title.replace(`${word} `, '')).sort()
	const office = async (query) => titles(ok(await staff.get('/api/events/', { query: { search: word, ...query } })))
	const there = async (query) => titles(ok(await as().get('/api/v1/public/events/', { query: { search: word, ...query } })))
	const day = ['berlin', 'kathmandu', 'tokyo', 'york']

	assert.equal(Object.keys(events).length, 7)
	assert.deepEqual(await office({ starts_at_from: '2035-06-15', starts_at_to: '2035-06-15' }), day)
	assert.deepEqual(await there({ date_from: '2035-06-15', date_to: '2035-06-15' }), day)
	assert.deepEqual(await office({ starts_at_to: '2035-06-14' }), ['before', 'eve'])
	assert.deepEqual(await there({ date_to: '2035-06-14' }), ['before', 'eve'])
	assert.deepEqual(await office({ starts_at_from: '2035-06-16' }), ['after'])
	assert.deepEqual(await there({ date_from: '2035-06-16' }), ['after'])
	// All days that there are.
	const all = Object.keys(events).sort()
	assert.deepEqual(await office({ starts_at_from: '0001-01-01', starts_at_to: '9999-12-31' }), all)
	assert.deepEqual(await there({ date_from: '0001-01-01', date_to: '9999-12-31' }), all)
	// The file has the same, and the page's list too.
	const csv = (await staff.get('/api/events/', { query: { search: word, starts_at_from: '2035-06-15', starts_at_to: '2035-06-15', format: 'csv' } })).text
	assert.equal(csv.trim().split('\n').length, 1 + day.length)
	await browser.go(`/admin/events?search=${word}&starts_at_from=2035-06-15&starts_at_to=2035-06-15`)
	assert.equal([...browser.html.matchAll(/href="\/admin\/events\/\d+"/g)].length, day.length)
	// A zone that this machine does not know is UTC.
	for_now('event', `id = ${events.berlin.id}`, { time_zone: 'Mars/Olympus_Mons' })
	assert.deepEqual([await office({ starts_at_to: '2035-06-14' }), await there({ date_to: '2035-06-14', limit: 99 })], [['before', 'berlin', 'eve'], ['before', 'berlin', 'eve']])
})

test('a day among orders, tickets and scans is their event\'s, of what is of no event the site\'s', async () => {
	const event = await new_event({ time_zone: 'Pacific/Auckland' }), usher = await new_usher(event)
	const [ticket] = await bought(customer, event), other = await new_customer()

	assert.equal(ok(await scan(usher, { code: await code_of(customer, ticket) })).result, 'valid')
	// 00:30 of the 2nd in Auckland, where it is summer: thirteen hours ahead.
	for (const [table, column] of [['orders', 'created_at'], ['ticket', 'created_at'], ['scan_log', 'at']])
		for_now(table, `event_id = ${event.id}`, { [column]: '2024-01-01T11:30:00Z' })
	const n = async (path, name, day) => ok(await staff.get(`/api/${path}/`, {
		query: { event_id: event.id, [`${name}_from`]: day, [`${name}_to`]: day }
	})).total
	for (const [path, name] of [['orders', 'created_at'], ['tickets', 'created_at'], ['logs/checkin', 'at']]) {
		assert.equal(await n(path, name, '2024-01-02'), 1, path)
		assert.equal(await n(path, name, '2024-01-01'), 0, path)
	}

	const moment = '2024-01-01T20:00:00.000Z', [day, hour] = wall(moment, SITE).split('T')
	sql(`UPDATE account SET created_at = '2024-01-01 20:00:00.000' WHERE id = ${other.user.id}`)
	const there = async (from) => ok(await staff.get('/api/customers/', {
		query: { search: other.mobile_number, created_at_from: from, created_at_to: from }
	})).total
	assert.equal(await there(day), 1, `${day} ${hour}`)
	assert.equal(await there('2023-12-31') + await there(day === '2024-01-01' ? '2024-01-02' : '2024-01-01'), 0)
})

// An event that is over, whose sales and entries were at these moments.
async function past_event({ sold, entered = [] }) {
	const organizer = await new_organizer()
	const event = await new_event({ organizer_id: organizer.organizer_id, time_zone: 'Europe/Berlin' }), usher = await new_usher(event)

	for (const at of sold) {
		const order = ok(await book(customer, event, [{ category_id: event.categories[0].id, quantity: 1 }]), 201).order

		ok(await pay(customer, order.id))
		for_now('orders', `id = ${order.id}`, { paid_at: at, created_at: at })
	}
	for (const at of entered) {
		const [ticket] = await bought(customer, event)

		assert.equal(ok(await scan(usher, { code: await code_of(customer, ticket) })).result, 'valid')
		for_now('scan_log', `ticket_id = ${ticket.id}`, { at })
	}
	sql(`UPDATE event SET starts_at = '2024-10-26 20:00:00', ends_at = '2024-10-29 20:00:00' WHERE id = ${event.id}`)
	await until('entries are summed up, as they may be at any moment', () => {
		jobs_run('summary')
		return sql(`SELECT COALESCE(SUM(ins), 0) FROM scan_count WHERE event_id = ${event.id}`)[0][0] === String(entered.length)
	})
	return { event, organizer }
}

test('figures by day are days of the event, each by what its clocks showed then', async () => {
	const { event, organizer } = await past_event({ sold: [
		'2024-10-25T21:59:59Z', // 23:59:59 of the 25th, in summer time
		'2024-10-26T22:00:00Z', // 00:00 of the 27th
		'2024-10-27T22:59:59Z', // 23:59:59 of the same day, which had 25 hours
		'2024-10-27T23:00:00Z' // 00:00 of the 28th
	] })
	const { analytics } = ok(await as(organizer).get(`/api/organizer/events/${event.id}/`))

	assert.deepEqual(analytics.by_day.map(({ day, orders }) => [day, orders]),
		[['2024-10-25', 1], ['2024-10-26', 0], ['2024-10-27', 2], ['2024-10-28', 1], ['2024-10-29', 0]])
	const { by_day } = ok(await staff.get(`/api/events/${event.id}/statistics/`))
	assert.deepEqual(by_day.map(({ label, orders }) => [label, orders]), [['25 Oct', 1], ['27 Oct', 2], ['28 Oct', 1]])
})

test('figures by hour are hours of the event; one that came twice is two', async () => {
	const { event, organizer } = await past_event({ sold: [], entered: [
		'2024-10-26T23:10:00Z', // 01:10
		'2024-10-27T00:20:00Z', '2024-10-27T01:30:00Z', // 02:20 and 02:30, an hour later
		'2024-10-27T03:40:00Z' // 04:40
	] })
	const { analytics: { by_hour } } = ok(await as(organizer).get(`/api/organizer/events/${event.id}/`))

	assert.deepEqual(by_hour.map(({ hour, at, entries }) => [hour, at, entries]), [
		[1, '2024-10-26T23:00:00.000Z', 1], [2, '2024-10-27T00:00:00.000Z', 1], [2, '2024-10-27T01:00:00.000Z', 1],
		[3, '2024-10-27T02:00:00.000Z', 0], [4, '2024-10-27T03:00:00.000Z', 1]
	])
	const statistics = ok(await staff.get(`/api/events/${event.id}/statistics/`))
	assert.deepEqual(statistics.by_hour.map(({ label, value }) => [label, value]),
		[['27 Oct 01:00', 1], ['27 Oct 02:00', 1], ['27 Oct 02:00', 1], ['27 Oct 04:00', 1]])
	// Pages say them in the reader's words, and of two that are called alike which is the second.
	const labels = async (path, by) => [...(await by.go(path)).html.matchAll(/<th scope="row">([^<]*)<\/th>/g)].map(([, text]) => text).filter((text) => / 02:00/.test(` ${text}`))
	assert.deepEqual(await labels(`/admin/events/${event.id}`, browser), ['27 Oct 02:00', '27 Oct 02:00 CET'])
	const arab = new Browser()
	arab.cookies = new Map([...browser.cookies, ['gh_locale', 'ar']])
	assert.deepEqual(await labels(`/admin/events/${event.id}`, arab), ['27 أكتوبر 02:00', '27 أكتوبر 02:00 CET'])
	assert.doesNotMatch((await arab.go('/admin')).html.match(/<figure class="chart.*?<\/figure>/s)[0], /\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/)
})

test('hours begin where the clocks begin them, also half an hour off', async () => {
	const { event, organizer } = await past_event({ sold: [], entered: ['2024-10-27T00:29:00Z', '2024-10-27T00:31:00Z'] })

	sql(`UPDATE event SET time_zone = 'Asia/Kolkata' WHERE id = ${event.id}`)
	const { analytics: { by_hour } } = ok(await as(organizer).get(`/api/organizer/events/${event.id}/`))
	assert.deepEqual(by_hour.map(({ hour, at, entries }) => [hour, at, entries]),
		[[5, '2024-10-26T23:30:00.000Z', 1], [6, '2024-10-27T00:30:00.000Z', 1]])
	assert.deepEqual(ok(await staff.get(`/api/events/${event.id}/statistics/`)).by_hour.map(({ label }) => label), ['27 Oct 05:00', '27 Oct 06:00'])
})

// When the day that it is now in a zone began.
function midnight(zone) {
	const now = Date.now(), today = wall(now, zone).slice(0, 10)
	let low = now - 26 * 3_600_000, high = now

	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2)

		if (wall(middle, zone).slice(0, 10) < today)
			low = middle
		else
			high = middle
	}
	return high
}

test('today is since midnight: where each event is for its organizer, at the site for the back office', async () => {
	const organizer = await new_organizer()

	for (const time_zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
		const event = await new_event({ organizer_id: organizer.organizer_id, time_zone })
		const today = async () => ok(await as(organizer).get('/api/organizer/dashboard/stats/')).tickets_today
		const was = await today(), [ticket] = await bought(customer, event)
		const paid = (ms) => for_now('orders', `event_id = ${event.id}`, { paid_at: new Date(ms).toISOString() })

		assert.ok(ticket)
		assert.equal(await today(), was + 1, time_zone)
		paid(midnight(time_zone))
		assert.equal(await today(), was + 1, time_zone)
		paid(midnight(time_zone) - 1)
		assert.equal(await today(), was, time_zone)
	}

	const office = async () => {
		days_anew()
		return ok(await staff.get('/api/dashboard/stats/'))
	}
	const { orders_today, days } = await office(), event = await new_event({ time_zone: 'Pacific/Pago_Pago' })
	await bought(customer, event)
	for_now('orders', `event_id = ${event.id}`, { paid_at: new Date(midnight(SITE)).toISOString() })
	const since = await office()
	assert.equal(since.orders_today, orders_today + 1)
	assert.equal(since.days.at(-1).value, days.at(-1).value + 1)
	assert.equal(since.days.at(-1).label, new Intl.DateTimeFormat('en-GB', { timeZone: SITE, day: 'numeric', month: 'short' }).format(new Date())
		.replace('Sept', 'Sep'))
	for_now('orders', `event_id = ${event.id}`, { paid_at: new Date(midnight(SITE) - 1).toISOString() })
	const before_it = await office()
	assert.equal(before_it.orders_today, orders_today)
	assert.equal(before_it.days.at(-2).value, days.at(-2).value + 1)
})

test('a day to come is one that has not begun anywhere', async () => {
	const spent = (spent_on, event_id) => staff.post('/api/expenses/', { title: 'Chairs', kind: 'other', currency: 'EUR', amount: 1, spent_on, event_id })
	const first = 'Pacific/Kiritimati', today = wall(Date.now(), first).slice(0, 10) // nobody's day begins before theirs
	const event = await new_event({ time_zone: first, publish: false })

	ok(await spent(wall(Date.now(), SITE).slice(0, 10)), 201)
	ok(await spent(today, event.id), 201)
	ok(await spent(today), 201)
	const tomorrow = wall(Date.parse(`${today}T12:00:00Z`) + 86_400_000, 'UTC').slice(0, 10)

	refused(await spent(tomorrow, event.id), 422, 'VALIDATION_ERROR')
	refused(await spent(tomorrow), 422, 'VALIDATION_ERROR')
})

// ---- reading ----

test('times in the back office say in which zone they are', async () => {
	const word = unique()
	const event = await new_event({ title: word, time_zone: 'Asia/Dubai', starts_at: '2035-06-14T16:00:00Z', ends_at: '2035-06-14T18:00:00Z' })
	const told = async (path) => plain((await browser.go(path)).html).replace(/<[^>]*>/g, '').replace(/\s+/g, ' ')

	assert.match(await told(`/admin/events?search=${word}`), /Thu 14 Jun 2035, 20:00 UTC\+4/)
	assert.match(await told(`/admin/events/${event.id}`), /Thu 14 Jun 2035, 20:00 UTC\+4/)
	await bought(customer, event)
	for_now('orders', `event_id = ${event.id}`, { created_at: '2035-01-14T16:00:00Z' })
	assert.match(await told(`/admin/orders?event_id=${event.id}`), /Sun 14 Jan 2035, 20:00 UTC\+4/)
	// Of what is of no event the site's.
	const { updated_at } = await shown(`events/${event.id}`), zone = new Intl.DateTimeFormat('en', { timeZone: SITE, timeZoneName: 'short' })
		.formatToParts(new Date(updated_at)).find(({ type }) => type === 'timeZoneName').value.replace('GMT', 'UTC')
	const [, hour] = wall(sql(`SELECT CONCAT(REPLACE(MAX(at), ' ', 'T'), 'Z') FROM audit_log`)[0][0], SITE).split('T')
	assert.ok((await told('/admin/logs/audit')).includes(`, ${hour.slice(0, 5)} ${zone}`), `${hour} ${zone}`)
	// What customers see is where the event is, and needs no zone.
	await new Browser().go(`/events/${event.id}`).then(({ html }) => assert.doesNotMatch(html, /UTC\+4/))
})
