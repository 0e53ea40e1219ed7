// A customer's tickets: their own only, narrowed by what apps ask for, and their codes as text and as pictures.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, bought, code_of, DAY, iso, new_customer, new_event, new_usher, ok, refused, scan, until } from './world.mjs'

const TICKETS = '/api/v1/users/tickets/'
let ann, bob, today, soon, over, mine

before(async () => {
	ann = await new_customer({ name: 'Ann Arbor' })
	bob = await new_customer()
	today = await new_event({ categories: [{ price: 1000 }, { price: 2000 }] })
	soon = await new_event({ starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + 1.1 * DAY) })
	over = await new_event()
	mine = [...await bought(ann, today, 2), ...await bought(ann, soon), ...await bought(ann, over)]
	sql(`UPDATE event SET starts_at = UTC_TIMESTAMP(3) - INTERVAL 3 DAY, ends_at = UTC_TIMESTAMP(3) - INTERVAL 2 DAY
		WHERE id = ${over.id}`)
	await bought(bob, today)
})

const list = async (query) => ok(await as(ann).get(TICKETS, { query }))
const ids = (data) => data.items.map((ticket) => ticket.id).sort((a, b) => a - b)
const of_event = (event) => mine.filter((ticket) => ticket.event.id === event.id).map((ticket) => ticket.id)

test('the list has all of one\'s tickets and nobody else\'s', async () => {
	const data = await list()

	assert.deepEqual(ids(data), mine.map((ticket) => ticket.id))
	assert.deepEqual([data.total, data.page, data.limit, data.total_pages], [4, 1, 20, 1])
})

test('filters: status, event, upcoming and past, and pages', async () => {
	assert.deepEqual(ids(await list({ event: today.id })), of_event(today))
	assert.deepEqual(ids(await list({ when: 'past' })), of_event(over))
	assert.deepEqual(ids(await list({ when: 'upcoming' })), [...of_event(today), ...of_event(soon)])
	assert.deepEqual(ids(await list({ when: 'upcoming', event: over.id })), [])
	assert.deepEqual(ids(await list({ status: 'valid' })), mine.map((ticket) => ticket.id))
	assert.deepEqual(ids(await list({ status: 'refunded' })), [])
	const pages = [...(await list({ limit: 3 })).items, ...(await list({ limit: 3, page: 2 })).items]
	assert.deepEqual(ids({ items: pages }), mine.map((ticket) => ticket.id))
	refused(await as(ann).get(TICKETS, { query: { status: 'lost' } }), 422, 'VALIDATION_ERROR')
	refused(await as(ann).get(TICKETS, { query: { when: 'now' } }), 422, 'VALIDATION_ERROR')
	refused(await as(ann).get(TICKETS, { query: { event: 'x' } }), 422, 'VALIDATION_ERROR')
})

test('one ticket, as in the list, without its code', async () => {
	const [ticket] = mine
	const answer = await as(ann).get(`${TICKETS}${ticket.id}/`), data = ok(answer)

	assert.deepEqual(data, ticket)
	assert.deepEqual([data.status, data.holder_name, data.presence, data.entries, data.price, data.currency],
		['valid', 'Ann Arbor', 'never', 0, 1000, 'EUR'])
	assert.equal(data.event.title, today.title)
	assert.equal(data.category.id, today.categories[0].id)
	assert.ok(!('nonce' in data) && !('generation' in data) && !answer.text.includes('GH1.'))
})

test('the code as token and pictures', async () => {
	const path = `${TICKETS}${mine[0].id}/qr-code/`
	const answer = await as(ann).get(path), data = ok(answer)

	assert.match(data.qr_token, /^GH1\.[\w-]{152}$/)
	assert.equal(data.expires_at, null)
	assert.match(data.image, /^data:image\/png;base64,iVBORw0KGgo/)
	assert.match(data.svg, /^<(\?xml|svg)/)
	assert.doesNotMatch(data.svg, /<script|onload/)
	assert.equal(answer.headers.get('cache-control'), 'no-store')
	assert.equal(await code_of(ann, mine[0]), data.qr_token)
	assert.notEqual(await code_of(ann, mine[1]), data.qr_token)
})

test('the code as the picture itself, by Accept', async () => {
	const path = `${TICKETS}${mine[0].id}/qr-code/`
	const png = await as(ann).get(path, { headers: { accept: 'image/png' } })
	const svg = await as(ann).get(path, { headers: { accept: 'image/svg+xml' } })

	assert.equal(png.status, 200)
	assert.equal(png.headers.get('content-type'), 'image/png')
	assert.equal(png.headers.get('cache-control'), 'no-store')
	assert.deepEqual([...png.bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
	const width = png.bytes.readUInt32BE(16)
	assert.ok(width >= 200 && width === png.bytes.readUInt32BE(20), `a picture of ${width} pixels`)
	assert.equal(svg.headers.get('content-type').split(';')[0], 'image/svg+xml')
	assert.match(svg.text, /<svg/)
	assert.equal(ok(await as(ann).get(path, { headers: { accept: '*/*' } })).qr_token.slice(0, 4), 'GH1.')
	assert.equal(png.bytes.toString('base64'), ok(await as(ann).get(path)).image.split(',')[1])
})

test('a refusal stays JSON, whatever picture was asked for', async () => {
	refused(await as(ann).get(`${TICKETS}999999999/qr-code/`, { headers: { accept: 'image/png' } }), 404, 'TICKET_NOT_FOUND')
})

test('somebody else\'s ticket is not there', async () => {
	for (const path of [`${TICKETS}${mine[0].id}/`, `${TICKETS}${mine[0].id}/qr-code/`])
		refused(await as(bob).get(path), 404, 'TICKET_NOT_FOUND')
	for (const id of ['0', '-1', 'x', '99999999999999999999'])
		refused(await as(ann).get(`${TICKETS}${id}/`), 404, 'NOT_FOUND')
	assert.ok(!ok(await as(bob).get(TICKETS)).items.some((ticket) => mine.some((m) => m.id === ticket.id)))
})

test('a ticket that is not valid has no code any more', async () => {
	const { id } = mine.at(-1)

	sql(`UPDATE ticket SET status = 'cancelled' WHERE id = ${id}`)
	refused(await as(ann).get(`${TICKETS}${id}/qr-code/`), 409, 'TICKET_NOT_VALID')
	assert.deepEqual(ids(await list({ status: 'cancelled' })), [id])
	sql(`UPDATE ticket SET status = 'valid' WHERE id = ${id}`)
})

test('damaged labels are an error that is noted, and no ticket without labels; nobody else is kept from theirs', async () => {
	const [ticket] = mine, code = await code_of(ann, ticket), usher = await new_usher(today)
	const damage = (labels) => sql(`SET SESSION check_constraint_checks = 0; UPDATE ticket SET labels = ${labels} WHERE id = ${ticket.id}`)

	ok(await as(ann).get(TICKETS))
	damage(`'["Backstage", "VI'`)
	try {
		for (const path of [TICKETS, `${TICKETS}${ticket.id}/`]) {
			const answer = await as(ann).get(path, { fails: true })

			refused(answer, 500, 'INTERNAL_ERROR')
			assert.ok(!answer.text.includes('labels'), answer.text)
			await until('it is in the log', () => readFileSync(`${process.env.GATEHOUSE_DIR}/log/serve.log`, 'utf8').split('\n')
				.some((line) => line.includes(answer.body.meta.request_id) && line.includes('"level":"error"')
					&& line.includes('ticket.labels is damaged: it holds no JSON')))
		}
		refused(await scan(usher, { code }, { fails: true }), 500, 'INTERNAL_ERROR')
		ok(await as(bob).get(TICKETS))
	} finally {
		damage(`'["Backstage", "VIP"]'`)
	}
	assert.deepEqual(ok(await as(ann).get(`${TICKETS}${ticket.id}/`)).labels, ['Backstage', 'VIP'])
	assert.deepEqual(ok(await scan(usher, { code })).attendee.labels, ['Backstage', 'VIP'])
})
