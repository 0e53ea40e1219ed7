// What an organizer sees of their events: when people came, each day by its own clocks; looks at the public page and what came of them; one
// event beside those that are over; all of them over time.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { picture } from './picture.mjs'
import { api, Browser, site, sql, token } from './lib.mjs'
import { as, book, bought, code_of, DAY, days_anew, HOUR, iso, jobs_rest, jobs_run, new_customer, new_event, new_organizer, new_usher, ok, pay, refused, scan, scans_moved, until } from './world.mjs'

const gatehouse = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' })
const audit = () => {
	try {
		return gatehouse('audit', 'entries by quarters')
	} catch (failed) {
		return failed.stdout
	}
}
const shown = async (by, event) => ok(await as(by).get(`/api/organizer/events/${event.id}/`)).analytics
let staff, ada

before(async () => {
	staff = as(await token('staff'))
	ada = await new_customer()
	jobs_rest('summary')
})
after(() => jobs_run('summary'))

// An event whose guests came at these moments, in a zone.
async function came_at(time_zone, moments) {
	const otto = await new_organizer(), event = await new_event({ organizer_id: otto.organizer_id, time_zone }), usher = await new_usher(event)

	for (const at of moments) {
		const [ticket] = await bought(ada, event)

		assert.equal(ok(await scan(usher, { code: await code_of(ada, ticket) })).result, 'valid')
		scans_moved(`ticket_id = ${ticket.id}`, `at = '${at.replace('T', ' ').replace('Z', '')}'`)
	}
	return { otto, event, usher }
}

const told = (days) => days.map(({ day, hours, entries, by_hour }) => [day, hours, entries, by_hour.map(({ hour, entries }) => `${hour}:${entries}`).join(' ')])

test('hours of check-in are those of each day: nights of 23 and of 25 hours, and zones that are a quarter of an hour off', async () => {
	const autumn = await came_at('Europe/Berlin', ['2024-10-26T21:59:00Z', '2024-10-26T22:01:00Z', '2024-10-27T00:30:00Z', '2024-10-27T01:30:00Z', '2024-10-27T22:59:00Z'])
	const days = (await shown(autumn.otto, autumn.event)).check_ins

	assert.deepEqual(told(days).map(([day, hours, entries]) => [day, hours, entries]), [['2024-10-26', 24, 1], ['2024-10-27', 25, 4]])
	assert.match(told(days)[1][3], /^0:1 1:0 2:1 2:1 3:0 .* 23:1$/) // the hour that came twice is two
	assert.equal(days[1].by_hour.length, 25)
	assert.deepEqual(ok(await staff.get(`/api/events/${autumn.event.id}/statistics/`)).check_ins, days)

	const spring = await came_at('Europe/Berlin', ['2024-03-31T00:30:00Z', '2024-03-31T01:30:00Z', '2024-03-31T21:30:00Z'])
	const [day] = (await shown(spring.otto, spring.event)).check_ins
	assert.deepEqual([day.day, day.hours, day.by_hour.length], ['2024-03-31', 23, 22])
	assert.deepEqual(day.by_hour.slice(0, 3).map(({ hour, entries }) => [hour, entries]), [[1, 1], [3, 1], [4, 0]])

	const nepal = await came_at('Asia/Kathmandu', ['2024-06-01T18:14:00Z', '2024-06-01T18:16:00Z'])
	assert.deepEqual(told((await shown(nepal.otto, nepal.event)).check_ins), [['2024-06-01', 24, 1, '23:1'], ['2024-06-02', 24, 1, '0:1']])
})

test('what is summed up says the same, to the last scan; what was taken back is gone; a wrong sum is noticed and mended', async () => {
	const { otto, event, usher } = await came_at('Europe/Berlin', ['2024-06-01T18:05:00Z', '2024-06-01T18:20:00Z', '2024-06-01T19:40:00Z'])
	const raw = (await shown(otto, event)).check_ins

	assert.deepEqual(told(raw), [['2024-06-01', 24, 3, '20:2 21:1']])
	jobs_run('summary')
	await until('the scans are summed up', () => sql(`SELECT 1 FROM scan_quarter WHERE event_id = ${event.id}`).length)
	jobs_rest('summary')
	assert.deepEqual((await shown(otto, event)).check_ins, raw)
	const [ticket] = await bought(ada, event)
	ok(await scan(usher, { code: await code_of(ada, ticket) }))
	assert.equal((await shown(otto, event)).check_ins.length, 2)

	const line = /^(ok|NO) entries by quarters of an hour are sums of the scan log$/m
	assert.equal(audit().match(line)[1], 'ok')
	for (const change of [`UPDATE scan_quarter SET firsts = firsts + 1 WHERE event_id = ${event.id} LIMIT 1`, `DELETE FROM scan_quarter WHERE event_id = ${event.id}`,
		`INSERT INTO scan_quarter VALUES (${event.id}, '2024-06-02 10:00:00', 1, 1)`]) {
		sql(change)
		assert.equal(audit().match(line)[1], 'NO', change)
		assert.match(gatehouse('repair'), /mended/)
		assert.equal(audit().match(line)[1], 'ok', change)
	}
	assert.equal((await shown(otto, event)).check_ins[0].entries, 3)
})

// A look at an event's page, as a browser; more: headers.
const look = (event, more = {}, path = `/events/${event.id}`) =>
	fetch(site + path, { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', ...more } }).then(async (answer) => (await answer.text(), answer.status))

test('looks at the public page are counted by day without a write each, and what came of them; programs and who runs events are left out', async () => {
	const otto = await new_organizer(), event = await new_event({ organizer_id: otto.organizer_id, time_zone: 'Pacific/Kiritimati' })
	const views = async () => (await look(event, { 'user-agent': 'curl/8' }, '/'), (await shown(otto, event)).conversion)

	assert.deepEqual(await views(), { since: null, views: 0, begun: 0, paid: 0, begun_of_1000: null, paid_of_1000: null })
	for (let i = 0; i < 6; i++)
		assert.equal(await look(event), 200)
	await look(event, { 'user-agent': 'Googlebot/2.1' })
	await look(event, { 'user-agent': '' })
	await look(event, { 'sec-purpose': 'prefetch' })
	await look(event, { cookie: 'gh_organizer=anything' })
	await look(event, { cookie: 'gh_staff=anything' })
	await fetch(`${site}/events/${event.id}`, { method: 'HEAD' })
	assert.equal(await look(event, {}, `/api/v1/public/events/${event.id}/`), 200) // an app is a look too
	assert.equal(await look(event, {}, `/events/${event.id}/poster.svg`), 200)
	assert.equal(await look({ id: 990001 }), 404)
	await book(ada, event, [{ category_id: event.categories[0].id, quantity: 1 }])
	await bought(ada, event)
	await until('the looks are written', async () => (await views()).views === 7)
	await new Promise((done) => setTimeout(done, 6000))
	const told = await views()
	assert.deepEqual([told.views, told.begun, told.paid, told.begun_of_1000, told.paid_of_1000], [7, 2, 1, 286, 143])
	const there = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Pacific/Kiritimati' }).format(new Date())
	assert.deepEqual(sql(`SELECT day, views FROM event_view_day WHERE event_id = ${event.id}`), [[there, '7']])
	assert.equal((await shown(otto, event)).by_day.at(-1).views, 7)
	assert.deepEqual(ok(await staff.get(`/api/events/${event.id}/statistics/`)).conversion, told)
	assert.equal(sql('SELECT COUNT(*) FROM event_view_day WHERE event_id = 990001')[0][0], '0')
})

// Sold so many days before it began.
async function sold(event, days) {
	for (const [before, quantity] of days) {
		const [ticket] = await bought(ada, event, quantity)

		sql(`UPDATE orders o JOIN event e ON e.id = o.event_id SET o.paid_at = e.starts_at - INTERVAL ${before} DAY, o.created_at = e.starts_at - INTERVAL ${before} DAY
			WHERE o.id = (SELECT order_id FROM ticket WHERE id = ${ticket.id})`)
	}
}

test('an event is laid beside its organizer\'s own that are over, the last of its size or those that are chosen', async (t) => {
	const otto = await new_organizer(), own = { organizer_id: otto.organizer_id, currency: 'NOK' }
	const zone = 'Asia/Kathmandu', noon = Date.now() - (Date.now() % DAY)
	const [old, older, small] = [await new_event(own), await new_event(own), await new_event({ ...own, categories: [{ capacity: 10 }] })]
	const next = await new_event({ ...own, starts_at: iso(noon + 10 * DAY), ends_at: iso(noon + 10 * DAY + HOUR) }), other = await new_event({ currency: 'NOK' })

	await sold(old, [[20, 2], [10, 3], [5, 1], [0, 2]])
	await sold(older, [[12, 1]])
	t.after(() => {
		sql(`UPDATE orders o JOIN payment p ON p.order_id = o.id SET o.paid_at = p.created_at, o.created_at = p.created_at WHERE o.event_id IN (${old.id}, ${older.id})`)
		days_anew()
	})
	for (const [event, days] of [[old, 30], [older, 60], [small, 5]])
		sql(`UPDATE orders SET paid_at = paid_at - INTERVAL ${days} DAY WHERE event_id = ${event.id};
			UPDATE event SET starts_at = starts_at - INTERVAL ${days} DAY, ends_at = ends_at - INTERVAL ${days} DAY WHERE id = ${event.id}`)
	days_anew()
	await bought(ada, next, 4)

	const ask = async (query = '') => ok(await as(otto).get(`/api/organizer/events/${next.id}/comparison/?${query}`)), usual = await ask()
	assert.deepEqual(usual.events.map(({ id }) => id), [next.id, old.id, older.id])
	assert.deepEqual(usual.candidates.map(({ id }) => id), [small.id, old.id, older.id])
	assert.deepEqual(usual.events.map(({ tickets }) => tickets), [4, 8, 1])
	assert.equal(usual.events[1].sales, 8 * 2500)
	assert.equal(usual.time_zone, zone)
	const at = (answer, before, k) => answer.curve.find((p) => p.days_before === before).events[k].tickets
	assert.deepEqual([20, 11, 10, 5, 0].map((before) => at(usual, before, 1)), [2, 2, 5, 6, 8])
	assert.equal(at(usual, 12, 2), 1)
	assert.equal(usual.curve.at(-1).days_before, 0)
	assert.equal(at(usual, 0, 0), null) // still to come
	assert.ok([9, 10].includes(usual.days_left))
	assert.equal(at(usual, usual.days_left, 0), 4)
	assert.equal(usual.events[1].tickets_by_now, at(usual, usual.days_left, 1))

	const chosen = await ask(`with_1=${small.id}&with_2=${small.id}`)
	assert.deepEqual(chosen.events.map(({ id }) => id), [next.id, small.id])
	assert.ok(refused(await as(otto).get(`/api/organizer/events/${next.id}/comparison/?with_3=${other.id}`), 422, 'VALIDATION_ERROR').body.errors.with_3)
	refused(await as(otto).get(`/api/organizer/events/${other.id}/comparison/`), 404, 'EVENT_NOT_FOUND')
	refused(await as(ada).get(`/api/organizer/events/${next.id}/comparison/`), 403, 'FORBIDDEN')
	assert.deepEqual(ok(await staff.get(`/api/events/${next.id}/comparison/`)).curve, usual.curve)
	// From sums it is the same.
	jobs_run('tally')
	await until('sums by day', () => sql(`SELECT 1 FROM sale_day WHERE event_id = ${old.id}`).length)
	assert.deepEqual((await ask()).curve, usual.curve)
})

test('figures of all of an organizer\'s events are their own alone, as the house\'s are of all', async () => {
	const otto = await new_organizer(), one = await new_event({ organizer_id: otto.organizer_id, currency: 'ISK' }), two = await new_event({ organizer_id: otto.organizer_id, currency: 'ISK' })
	const others = await new_event({ organizer_id: (await new_organizer()).organizer_id, currency: 'ISK' })

	await bought(ada, one, 2)
	await bought(ada, two, 3)
	await bought(ada, others, 4)
	const own = ok(await as(otto).get('/api/organizer/analytics/')), [isk] = own.currencies
	assert.deepEqual([own.currencies.length, isk.currency, isk.total.tickets, isk.total.sales], [1, 'ISK', 5, 12500])
	assert.deepEqual(isk.events.map(({ id, tickets }) => [id, tickets]), [[two.id, 3], [one.id, 2]])
	assert.equal(isk.organizers, undefined)
	assert.equal(isk.periods.reduce((sum, p) => sum + p.tickets, 0), 5)
	assert.ok(ok(await staff.get('/api/analytics/revenue/')).currencies.find((c) => c.currency === 'ISK').total.tickets >= 9)
	const csv = (await as(otto).get('/api/organizer/analytics/', { query: { format: 'csv', by: 'event' } })).text
	assert.ok(csv.includes(one.title) && !csv.includes(others.title))
	refused(await as(otto).get('/api/organizer/analytics/?date_from=2026-02-01&date_to=2026-01-01'), 422, 'VALIDATION_ERROR')
	refused(await as(otto).get('/api/organizer/analytics/?by=organizer&format=csv'), 422, 'VALIDATION_ERROR')
	refused(await as(ada).get('/api/organizer/analytics/'), 403, 'FORBIDDEN')
})

test('the public sees whose an event is: its logo, what they say of themselves, and what else they have', async () => {
	const otto = await new_organizer(), event = await new_event({ organizer_id: otto.organizer_id }), form = new FormData()
	const seen = async () => ok(await api('GET', `/api/v1/public/events/${event.id}/`)).organizer
	const page = async () => (await new Browser().open(`/events/${event.id}`)).html

	await new_event({ organizer_id: otto.organizer_id })
	assert.equal((await seen()).logo, null)
	assert.doesNotMatch(await page(), /class="organizer"/)
	form.set('logo', new Blob([picture()], { type: 'image/png' }), 'logo.png')
	form.set('about', 'We light lanterns.')
	const own = ok(await as(otto).put('/api/organizer/profile/', form))
	await until('the cache is over', async () => (await seen()).logo)
	const { logo } = await seen()
	assert.equal(logo, own.logo)
	assert.equal((await fetch(logo)).status, 200)
	await until('the page too', async () => /We light lanterns\./.test(await page()))
	assert.match(await page(), new RegExp(`class="organizer".*${logo.match(/[0-9a-f]{64}/)[0]}.*/events\\?organizer=${otto.organizer_id}`, 's'))
	const listed = ok(await api('GET', '/api/v1/public/events/', undefined, { query: { organizer: otto.organizer_id } }))
	assert.deepEqual(listed.items.map((e) => e.organizer.logo), [logo, logo])
})
