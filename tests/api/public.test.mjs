// What anybody may see: the events on sale, narrowed, sorted and paged; and how HTTP is kept to (ETag, HEAD, 405, CORS).
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, DEMO, set_cookies, sql, token } from './lib.mjs'
import { as, contract, DAY, iso, jobs_rest, lapse, held, new_customer, new_event, ok, refused, setting, unique } from './world.mjs'

const EVENTS = '/api/v1/public/events/'
const word = unique()
const titled = (text) => ({ title: `${word} ${text}` })
let cheap, dear, later, draft, past, buyer

const ids = (data) => data.items.map((event) => event.id)
// Public answers may be a second old; who sends a token gets fresh ones.
const list = async (query) => ok(await as(buyer).get(EVENTS, { query: { search: word, ...query } }))

before(async () => {
	jobs_rest('popularity')
	const venue = ok(await as(await token('staff')).post('/api/venues/', {
		name: `Hall ${word}`, city: `City ${word}`, country: 'DE', time_zone: 'Europe/Berlin'
	}), 201)
	buyer = await new_customer()
	cheap = await new_event({ ...titled('cheap'), categories: [{ price: 1000 }, { price: 9000, capacity: 7 }] })
	dear = await new_event({
		...titled('dear'), venue_id: venue.id, category_id: 2, organizer_id: 2, categories: [{ price: 5000 }],
		starts_at: iso(Date.now() + 3 * DAY), ends_at: iso(Date.now() + 3.1 * DAY)
	})
	later = await new_event({
		...titled('later'), categories: [{ price: 3000 }], featured: true,
		starts_at: iso(Date.now() + 30 * DAY), ends_at: iso(Date.now() + 31 * DAY)
	})
	draft = await new_event({ ...titled('draft'), publish: false })
	past = await new_event(titled('past'))
	sql(`UPDATE event SET starts_at = UTC_TIMESTAMP(3) - INTERVAL 2 DAY, ends_at = UTC_TIMESTAMP(3) - INTERVAL 1 DAY
		WHERE id = ${past.id}`)
})

test('the list has what is published and not over, soonest first', async () => {
	const data = await list()

	assert.deepEqual(ids(data), [cheap.id, dear.id, later.id])
	assert.deepEqual([data.total, data.page, data.limit, data.total_pages], [3, 1, 20, 1])
})

test('an event has the fields that apps read', async () => {
	const { items: [event] } = await list({ search: `${word} cheap` })
	const [first, second] = event.ticket_categories

	assert.deepEqual(Object.keys(event).sort(), [
		'category', 'currency', 'description', 'ends_at', 'featured', 'id', 'image', 'image_focus', 'organizer', 'performers', 'price_from', 'starts_at',
		'status', 'ticket_categories', 'time_zone', 'title', 'turning', 'uuid', 'venue'
	])
	assert.equal(event.price_from, 1000)
	assert.equal(event.currency, 'EUR')
	assert.equal(event.status, 'published')
	assert.match(event.starts_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
	assert.equal(event.venue.city, 'Porto')
	assert.equal(event.organizer.name, 'Lantern Collective')
	assert.deepEqual(Object.keys(first).sort(), [
		'available', 'currency', 'description', 'id', 'max_per_order', 'name', 'price', 'sales_end', 'sales_start'
	])
	assert.deepEqual([first.price, first.available, first.max_per_order], [1000, 100, 10])
	assert.deepEqual([second.price, second.available], [9000, 7])
	assert.deepEqual(ok(await as(buyer).get(`${EVENTS}${event.id}`)), { ...event, description_html: '' })
})

test('every filter narrows', async () => {
	const day = (ms) => iso(ms).slice(0, 10)

	assert.deepEqual(ids(await list({ category: 'theatre' })), [dear.id])
	assert.deepEqual(ids(await list({ city: `City ${word}` })), [dear.id])
	assert.deepEqual(ids(await list({ organizer: 2 })), [dear.id])
	assert.deepEqual(ids(await list({ price_min: 3000 })), [dear.id, later.id])
	assert.deepEqual(ids(await list({ price_max: 3000 })), [cheap.id, later.id])
	assert.deepEqual(ids(await list({ price_min: 3000, price_max: 4000 })), [later.id])
	assert.deepEqual(ids(await list({ date_from: day(Date.now() + 2 * DAY) })), [dear.id, later.id])
	assert.deepEqual(ids(await list({ date_to: day(Date.now() + 5 * DAY) })), [cheap.id, dear.id])
	assert.deepEqual(ids(await list({ date_from: day(Date.now() + 2 * DAY), date_to: day(Date.now() + 5 * DAY) })), [dear.id])
	assert.deepEqual(ids(await list({ category: 'no-such-thing' })), [])
	assert.deepEqual(ids(await list({ search: `${word} city` })), [dear.id])
})

test('what a search means is words, and not a pattern', async () => {
	for (const search of [`${word}%`, `_${word}`, `%${word}\\`, `'${word}' --`])
		assert.equal((await list({ search })).total, 3, search)
	for (const search of [`${word}%zq`, `zq' OR '1'='1`, '%', '_'.repeat(word.length), '\\', `${word.slice(0, 4)}_zq`])
		assert.equal((await list({ search })).total, 0, search)
})

test('sorted by date, price and popularity, either way', async () => {
	sql(`UPDATE event SET popularity = CASE id WHEN ${dear.id} THEN 30 WHEN ${cheap.id} THEN 20 ELSE 10 END
		WHERE id IN (${[cheap.id, dear.id, later.id]})`)
	assert.deepEqual(ids(await list({ sort_by: 'date', sort_order: 'desc' })), [later.id, dear.id, cheap.id])
	assert.deepEqual(ids(await list({ sort_by: 'price' })), [cheap.id, later.id, dear.id])
	assert.deepEqual(ids(await list({ sort_by: 'price', sort_order: 'desc' })), [dear.id, later.id, cheap.id])
	assert.deepEqual(ids(await list({ sort_by: 'popularity' })), [dear.id, cheap.id, later.id])
	assert.deepEqual(ids(await list({ sort_by: 'popularity', sort_order: 'desc' })), [later.id, cheap.id, dear.id])
})

test('pages cover the list once, and meta repeats them', async () => {
	const seen = []

	for (const page of [1, 2, 3]) {
		const answer = await as(buyer).get(EVENTS, { query: { search: word, limit: 1, page } })
		const data = ok(answer)

		assert.deepEqual(answer.body.meta.pagination, { total: 3, page, limit: 1, total_pages: 3 })
		assert.deepEqual([data.total, data.page, data.limit, data.total_pages], [3, page, 1, 3])
		seen.push(...ids(data))
	}
	assert.deepEqual(seen, [cheap.id, dear.id, later.id])
	assert.deepEqual(ids(await list({ page: 4, limit: 1 })), [])
})

test('a limit is clamped to 100; what is no page or limit is refused', async () => {
	assert.equal((await list({ limit: 5000 })).limit, 100)
	for (const query of [{ limit: 0 }, { limit: -1 }, { limit: 'x' }, { page: 0 }, { page: -3 }, { page: '1.5' }, { page: '99999999999999999999' }]) {
		const answer = refused(await api('GET', EVENTS, undefined, { query }), 422, 'VALIDATION_ERROR')
		assert.deepEqual(Object.keys(answer.body.errors), Object.keys(query))
	}
	refused(await api('GET', `${EVENTS}?page=1&page=2`), 422, 'VALIDATION_ERROR')
})

test('featured, and the kinds with their numbers', async () => {
	const featured = ok(await as(buyer).get(`${EVENTS}featured/`, { query: { limit: 100 } }))
	assert.ok(ids(featured).includes(later.id))
	assert.ok(!ids(featured).includes(cheap.id))
	const kinds = ok(await as(buyer).get(`${EVENTS}categories/`))
	assert.deepEqual(kinds.items.map((kind) => kind.slug).filter((slug) => slug === 'music' || slug === 'theatre'), ['music', 'theatre'])
	const [[theatres]] = sql(`SELECT COUNT(*) FROM event e JOIN event_category k ON k.id = e.category_id AND k.slug = 'theatre'
		WHERE e.status = 'published' AND e.ends_at > UTC_TIMESTAMP(3)`)
	assert.notEqual(theatres, '0')
	assert.equal(kinds.items.find((kind) => kind.slug === 'theatre').events, Number(theatres))
	assert.equal(kinds.total, kinds.items.length)
})

test('a draft is nowhere; an event that is over is shown to who asks for it', async () => {
	refused(await as(buyer).get(`${EVENTS}${draft.id}/`), 404, 'EVENT_NOT_FOUND')
	assert.equal(ok(await as(buyer).get(`${EVENTS}${past.id}/`)).id, past.id)
	refused(await api('GET', `${EVENTS}999999999/`), 404, 'EVENT_NOT_FOUND')
	for (const id of [0, -1, '01', '1x', 'abc', '99999999999999999999', '1%20', '%D9%A1'])
		refused(await api('GET', `${EVENTS}${id}/`), 404, 'NOT_FOUND')
	assert.equal((await api('GET', `${EVENTS}1%00`)).status, 400)
})

test('available counts live holds only', async () => {
	jobs_rest('holds')
	const event = await new_event({ categories: [{ capacity: 5 }] })
	const available = async () => ok(await as(buyer).get(`${EVENTS}${event.id}/`)).ticket_categories[0].available
	const order = await held(buyer, event, 3)

	assert.equal(await available(), 2)
	lapse(order.id)
	assert.equal(await available(), 5)
})

// ---- HTTP ----

test('an ETag that is current answers 304 without a body; another one does not', async () => {
	for (const path of [EVENTS, `${EVENTS}1/`, `${EVENTS}categories/`]) {
		const first = await api('GET', path)
		const etag = first.headers.get('etag')

		// A web server that compresses an answer says so in its tag.
		assert.match(etag, /^"[0-9a-f]{32}(-gzip)?"$/)
		const again = await api('GET', path, undefined, { headers: { 'if-none-match': `"other", ${etag}` } })
		assert.equal(again.status, 304)
		assert.equal(again.bytes.length, 0)
		assert.equal(again.headers.get('etag').slice(0, 33), etag.slice(0, 33))
		assert.equal((await api('GET', path, undefined, { headers: { 'if-none-match': '"other"' } })).status, 200)
	}
})

test('an ETag changes with the data and not with the clock', async () => {
	const event = await new_event()
	const tag = async () => (await as(buyer).get(`${EVENTS}${event.id}`)).headers.get('etag')
	const first = await tag()

	assert.equal(await tag(), first)
	ok(await as(await token('staff')).put(`/api/events/${event.id}/`, { title: `Renamed ${unique()}` }))
	assert.notEqual(await tag(), first)
})

test('HEAD answers as GET does, without the body', async () => {
	const head = await api('HEAD', `${EVENTS}1`), get = await api('GET', `${EVENTS}1`)

	assert.equal(head.status, 200)
	assert.equal(head.bytes.length, 0)
	assert.equal(head.headers.get('etag').slice(0, 33), get.headers.get('etag').slice(0, 33))
	assert.equal(head.headers.get('content-type'), get.headers.get('content-type'))
	assert.equal((await api('HEAD', '/api/v1/users/me/')).status, 401)
	assert.equal((await api('HEAD', `${EVENTS}999999999`)).status, 404)
})

test('a trailing slash is optional', async () => {
	for (const path of ['/api/v1/public/events', '/api/v1/public/events/1', '/api/v1/public/events/categories'])
		assert.deepEqual(ok(await as(buyer).get(path)), ok(await as(buyer).get(`${path}/`)))
	refused(await api('GET', '/api/v1/public/events/1//'), 404, 'NOT_FOUND')
	refused(await api('GET', '/api/v1//public/events'), 404, 'NOT_FOUND')
})

test('another method is 405 and says which are allowed', async () => {
	for (const [method, path, allow] of [
		['POST', EVENTS, 'GET, HEAD, OPTIONS'],
		['DELETE', `${EVENTS}1/`, 'GET, HEAD, OPTIONS'],
		['PATCH', '/api/v1/users/me/', 'GET, HEAD, PUT, OPTIONS'],
		['GET', '/api/v1/tickets/book/', 'POST, OPTIONS'],
		['HEAD', '/api/v1/tickets/book/', 'POST, OPTIONS'],
		['POST', '/api/events/1/', 'GET, HEAD, PUT, DELETE, OPTIONS']
	]) {
		const answer = await api(method, path, method === 'GET' || method === 'HEAD' ? undefined : {})

		assert.equal(answer.status, 405, `${method} ${path}`)
		assert.equal(answer.headers.get('allow'), allow)
		if (method !== 'HEAD')
			refused(answer, 405, 'METHOD_NOT_ALLOWED')
	}
	refused(await api('GET', '/api/v1/nothing/here'), 404, 'NOT_FOUND')
})

test('OPTIONS says what is allowed, to every caller', async () => {
	const answer = await api('OPTIONS', '/api/v1/tickets/book/')

	assert.equal(answer.status, 204)
	assert.equal(answer.headers.get('allow'), 'POST, OPTIONS')
	assert.equal(answer.headers.get('access-control-allow-origin'), null)
	assert.equal((await api('OPTIONS', '/api/v1/nothing/here')).status, 404)
})

test('scripts of the configured origins may call, others may not', async () => {
	const preflight = (origin) => api('OPTIONS', '/api/v1/tickets/book/', undefined, {
		headers: {
			origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,idempotency-key'
		}
	})

	for (let port = 8080; port <= 8084; port++) {
		const { status, headers } = await preflight(`http://localhost:${port}`)

		assert.equal(status, 204)
		assert.equal(headers.get('access-control-allow-origin'), `http://localhost:${port}`)
		assert.match(headers.get('access-control-allow-methods'), /\bPOST\b/)
		assert.match(headers.get('access-control-allow-headers'), /Authorization.*Idempotency-Key/)
		assert.match(headers.get('vary'), /Origin/)
	}
	for (const origin of [
		'http://evil.example', 'http://localhost:8085', 'http://localhost:808', 'http://localhost', 'https://localhost:8080',
		'http://localhost:80800', 'xhttp://localhost:8080', 'null', ','
	]) {
		const { headers } = await preflight(origin)

		assert.equal(headers.get('access-control-allow-origin'), null, origin)
		assert.equal(headers.get('access-control-allow-methods'), null, origin)
		assert.match(headers.get('vary'), /Origin/)
	}
	const get = await api('GET', EVENTS, undefined, { headers: { origin: 'http://localhost:8081' } })
	assert.equal(get.headers.get('access-control-allow-origin'), 'http://localhost:8081')
	assert.equal(get.headers.get('access-control-allow-credentials'), null)
	assert.equal((await api('GET', EVENTS, undefined, { headers: { origin: 'http://evil.example' } }))
		.headers.get('access-control-allow-origin'), null)
})

test('X-Request-ID is echoed where it is fit to be, else made', async () => {
	const mine = await api('GET', EVENTS, undefined, { headers: { 'x-request-id': 'my-request.42' } })
	assert.equal(mine.headers.get('x-request-id'), 'my-request.42')
	assert.equal(mine.body.meta.request_id, 'my-request.42')
	for (const theirs of ['7', 'req_1:2.3', 'x'.repeat(64)])
		assert.equal((await api('GET', EVENTS, undefined, { headers: { 'x-request-id': theirs } })).headers.get('x-request-id'), theirs)
	for (const theirs of ['sh/ort', 'x'.repeat(65), 'has blanks in it', '<script>alert(1)</script>']) {
		const answer = await api('GET', EVENTS, undefined, { headers: { 'x-request-id': theirs } })

		assert.match(answer.headers.get('x-request-id'), /^[0-9a-f-]{36}$/, theirs)
		contract(answer)
	}
})

test('fields that a list does not know are ignored and named', async () => {
	const answer = await api('GET', EVENTS, undefined, { query: { search: word, utm_source: 'mail', limit: 1 } })

	ok(answer)
	assert.deepEqual(answer.body.meta.ignored, ['utm_source'])
})

test('what a proxy says is believed once', { skip: setting('site', 'proxies') !== '127.0.0.1' }, async () => {
	const sign_in = async (headers) => {
		ok(await api('POST', '/api/auth/login/', DEMO.staff, { headers }))
		return sql('SELECT ip FROM session ORDER BY id DESC LIMIT 1')[0][0]
	}

	assert.equal(await sign_in({ 'X-Forwarded-For': '6.6.6.6, 198.51.100.7' }), '198.51.100.7')
	// To CGI an underscore is a dash.
	assert.equal(await sign_in({ X_Forwarded_For: '6.6.6.6', 'X-Forwarded-For': '198.51.100.7' }), '127.0.0.1')
	assert.equal((await api('GET', '/metrics', undefined, { headers: { 'X-Forwarded-For': '198.51.100.7' } })).status, 404)

	const { headers } = await api('GET', '/sign-in', undefined, { headers: { 'X-Forwarded-Proto': 'https' } })
	const [cookie] = set_cookies(headers)

	assert.match(cookie, /^__Host-gh_form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
	assert.match(headers.get('strict-transport-security'), /^max-age=31536000/)
	assert.match(set_cookies((await api('GET', '/sign-in')).headers)[0], /^gh_form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
})

test('every answer carries the headers that guard a browser', async () => {
	const { headers } = await api('GET', EVENTS)

	assert.equal(headers.get('x-content-type-options'), 'nosniff')
	assert.match(headers.get('content-security-policy'), /default-src 'self'.*object-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/)
	assert.equal(headers.get('x-frame-options'), 'DENY')
	assert.ok(headers.get('referrer-policy'))
	assert.equal(headers.get('server'), null)
})
