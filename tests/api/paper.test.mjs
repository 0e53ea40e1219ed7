// Tickets and invoices on paper, and events in calendars: read back by programs that are not ours (poppler's, Python's icalendar),
// in English and in Arabic, with names in any script; for their owners only; as addresses and as what goes with the mail.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'
import { messages, pdf_text, site, sql } from './lib.mjs'
import { as, bought, code_of, DAY, jobs_run, new_customer, new_event, refused, unique, until } from './world.mjs'

const dir = mkdtempSync(join(tmpdir(), 'gatehouse-paper-'))
const ARABIC = 'مهرجان أضواء الميناء', LONG = `${'Ein sehr langer Name für einen Abend, der nicht enden will '.repeat(4)}`.slice(0, 199).trim()
let ann, bob, event, tickets, order_id

after(() => rmSync(dir, { recursive: true }))
before(async () => {
	ann = await new_customer({ name: 'محمد بن عبد الله', email: `${unique()}@example.test` })
	bob = await new_customer()
	event = await new_event({ title: 'Harbour Lights', starts_at: iso_day(20), ends_at: iso_day(20.2), categories: [{ name: 'Standing', price: 4500 }] })
	tickets = await bought(ann, event, 2)
	order_id = tickets[0].order_id
})

const iso_day = (days) => new Date(Math.floor(Date.now() / 60_000) * 60_000 + days * DAY).toISOString()

// ---- what programs that are not ours make of it ----

async function file(path, { access, headers = {} } = {}) {
	const answer = await fetch(`${site}${path}`, { headers: { ...access && { Authorization: `Bearer ${access}` }, ...headers } })

	return { status: answer.status, type: answer.headers.get('content-type'), disposition: answer.headers.get('content-disposition'),
		cache: answer.headers.get('cache-control'), bytes: Buffer.from(await answer.arrayBuffer()) }
}

async function pdf(path, options) {
	const answer = await file(path, options)

	assert.equal(answer.status, 200, answer.bytes.subarray(0, 400).toString())
	assert.equal(answer.type, 'application/pdf')
	return { ...answer, ...read(answer.bytes) }
}

// Its text as a reader copies it, what it says of itself, and the codes that a scanner finds on each page.
function read(bytes) {
	const path = join(dir, `${unique()}.pdf`)

	writeFileSync(path, bytes)
	const info = execFileSync('pdfinfo', [path], { encoding: 'utf8' }), pages = Number(info.match(/^Pages:\s+(\d+)/m)[1])
	const fonts = execFileSync('pdffonts', [path], { encoding: 'utf8' })

	return { path, info, pages, fonts, text: pdf_text(path) }
}

function codes(path, pages) {
	return Array.from({ length: pages }, (_, i) => {
		execFileSync('pdftoppm', ['-r', '100', '-png', '-singlefile', '-f', i + 1, '-l', i + 1, path, `${path}-${i}`])
		const picture = PNG.sync.read(readFileSync(`${path}-${i}.png`))

		return jsqr(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data
	})
}

// Arabic is copied in the order in which it is read, but with marks of direction between.
const plain = (text) => text.normalize('NFKC').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ')

function calendar(text) {
	const run = spawnSync('/usr/bin/python3', ['-c', `
import sys, json, icalendar
c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
e, = c.walk('VEVENT')
z, = c.walk('VTIMEZONE')
tz = z.to_tz()
wall = lambda name: e[name].dt.replace(tzinfo=None)
# pytz, or a zone as Python has them itself
at = lambda name: tz.localize(wall(name)) if hasattr(tz, 'localize') else wall(name).replace(tzinfo=tz)
print(json.dumps({ 'method': c['METHOD'], 'uid': e['UID'], 'summary': e['SUMMARY'], 'location': e['LOCATION'], 'description': e['DESCRIPTION'],
	'sequence': e['SEQUENCE'], 'status': e['STATUS'], 'zone': e['DTSTART'].params['TZID'], 'of': z['TZID'],
	'starts': int(at('DTSTART').timestamp()) * 1000, 'ends': int(at('DTEND').timestamp()) * 1000 }))
`], { input: text, encoding: 'utf8' })

	assert.equal(run.status, 0, run.stderr)
	for (const line of text.split('\r\n'))
		assert.ok(Buffer.byteLength(line) <= 75, `folded: ${line}`)
	return JSON.parse(run.stdout)
}

// ---- tickets ----

test('an order is a PDF of a page a ticket, with all that the gate and the holder need', async () => {
	const paper = await pdf(`/api/v1/users/orders/${order_id}/pdf/`, ann)
	const text = plain(paper.text)

	assert.equal(paper.pages, 2)
	assert.match(paper.disposition, /^attachment; filename="tickets-\w+\.pdf"$/)
	assert.match(paper.cache, /no-store/)
	assert.match(paper.info, /595\.\d+ x 841\.\d+ pts \(A4\)/)
	for (const said of ['Harbour Lights', 'Standing', event.time_zone, tickets[0].event.venue, tickets[0].order_reference, 'Show this code at the gate',
		...tickets.map((ticket) => `${ticket.order_reference}-${ticket.id}`)])
		assert.ok(text.includes(said), `${said} in ${text}`)
	assert.ok(paper.fonts.split('\n').filter((line) => /TrueType|CID|Type/.test(line)).every((line) => / yes /.test(line)), paper.fonts)
	assert.deepEqual(codes(paper.path, 2), [await code_of(ann, tickets[0]), await code_of(ann, tickets[1])])
})

test('one ticket is a page', async () => {
	const one = await pdf(`/api/v1/users/tickets/${tickets[1].id}/pdf`, ann)

	assert.equal(one.pages, 1)
	assert.deepEqual(codes(one.path, 1), [await code_of(ann, tickets[1])])
	for (const path of [`/tickets/${tickets[1].id}/ticket.pdf`, `/orders/${order_id}/tickets.pdf`, `/orders/${order_id}/event.ics`])
		assert.equal((await fetch(`${site}${path}`, { redirect: 'manual' })).status, 303, 'who is not signed in is asked to')
})

test('in Arabic it is set from right to left, and names keep their own direction', async () => {
	const paper = await pdf(`/api/v1/users/orders/${order_id}/pdf/`, { ...ann, headers: { 'Accept-Language': 'ar' } }), text = plain(paper.text)

	for (const said of ['حامل التذكرة', 'Harbour Lights'])
		assert.ok(text.includes(said), `${said} in ${text}`)
	assert.deepEqual(codes(paper.path, 2), [await code_of(ann, tickets[0]), await code_of(ann, tickets[1])])
	// The title begins at the right edge of the page, in English at the left one.
	const edges = async (language) => {
		const { path } = await pdf(`/api/v1/users/orders/${order_id}/pdf/`, { ...ann, headers: { 'Accept-Language': language } })
		const words = pdf_text(path, '-bbox', '-l', '1')

		return [Number(words.match(/xMin="([\d.]+)"[^>]*>Harbour</)[1]), Number(words.match(/xMax="([\d.]+)"[^>]*>Lights</)[1])]
	}
	const [english, arabic] = [await edges('en'), await edges('ar')]
	assert.ok(Math.abs(english[0] - 22.7) < 4 && Math.abs(arabic[1] - (595.3 - 22.7)) < 4, `${english} ${arabic}`)
})

test('what is long, or in any script, stays on its page', async () => {
	const names = [LONG, ARABIC, 'Ωδείο Ηρώδου', 'हिन्दी कार्यक्रम', 'שלום עולם', '\u202eevil\u202c <b>&amp;']
	for (const title of names.slice(0, 5)) {
		const one = await new_event({ title, categories: [{ name: title.slice(0, 79), price: 100 }] }), [ticket] = await bought(ann, one)
		const paper = await pdf(`/api/v1/users/tickets/${ticket.id}/pdf/`, ann)

		assert.equal(paper.pages, 1, title)
		assert.deepEqual(codes(paper.path, 1), [await code_of(ann, ticket)], title)
	}
})

test('they are their owner\'s alone, and of what is not valid any more there is none', async () => {
	for (const path of [`/api/v1/users/orders/${order_id}/pdf/`, `/api/v1/users/tickets/${tickets[0].id}/pdf/`,
		`/api/v1/users/orders/${order_id}/calendar/`, `/api/v1/users/tickets/${tickets[0].id}/calendar/`]) {
		assert.equal((await file(path, bob)).status, 404, path)
		assert.equal((await file(path)).status, 401, path)
	}
	refused(await as(ann).get('/api/v1/users/orders/999999999/pdf/'), 404, 'ORDER_NOT_FOUND')
	refused(await as(ann).get('/api/v1/users/tickets/999999999/pdf/'), 404, 'TICKET_NOT_FOUND')
	refused(await as(ann).get(`/api/v1/users/orders/${order_id}/pdf/?page=2`), 409, 'NO_TICKETS')
	refused(await as(ann).get(`/api/v1/users/orders/${order_id}/pdf/?page=x`), 422, 'VALIDATION_ERROR')
	// Of an order a ticket may be somebody else's by now: it is on paper for them alone.
	const shared = await bought(ann, await new_event(), 2)
	sql(`UPDATE ticket SET customer_id = ${bob.customer_id} WHERE id = ${shared[1].id}`)
	assert.deepEqual(codes((await pdf(`/api/v1/users/orders/${shared[0].order_id}/pdf/`, ann)).path, 1), [await code_of(ann, shared[0])])
	assert.equal((await pdf(`/api/v1/users/orders/${shared[0].order_id}/pdf/`, ann)).pages, 1)
	assert.equal((await pdf(`/api/v1/users/tickets/${shared[1].id}/pdf/`, bob)).pages, 1)
	assert.equal((await file(`/api/v1/users/tickets/${shared[1].id}/pdf/`, ann)).status, 404)
	sql(`UPDATE ticket SET customer_id = ${ann.customer_id} WHERE id = ${shared[1].id}`)
	const off = await new_event(), [ticket] = await bought(ann, off)
	sql(`UPDATE ticket SET status = 'cancelled' WHERE id = ${ticket.id}`)
	refused(await as(ann).get(`/api/v1/users/tickets/${ticket.id}/pdf/`), 409, 'TICKET_NOT_VALID')
	refused(await as(ann).get(`/api/v1/users/orders/${ticket.order_id}/pdf/`), 409, 'NO_TICKETS')
	sql(`UPDATE ticket SET status = 'valid' WHERE id = ${ticket.id}`)
})

// ---- calendars ----

test('a calendar has the event at its moment, in its zone, escaped, and the same entry every time', async () => {
	for (const zone of ['Europe/Berlin', 'Asia/Kathmandu', 'America/Sao_Paulo', 'Africa/Casablanca', 'Australia/Lord_Howe', 'UTC']) {
		const one = await new_event({ title: 'Rock; Paper, "Scissors" \\ äöü 🎷', time_zone: zone, starts_at: iso_day(40), ends_at: iso_day(220) })
		const answer = await file(`/api/v1/public/events/${one.id}/calendar/`), entry = calendar(answer.bytes.toString())

		assert.equal(answer.type, 'text/calendar; charset=utf-8')
		assert.match(answer.disposition, /^attachment; filename="event-\d+\.ics"$/)
		assert.deepEqual([entry.summary, entry.zone, entry.of, entry.status, entry.method],
			['Rock; Paper, "Scissors" \\ äöü 🎷', zone, zone, 'CONFIRMED', 'PUBLISH'])
		assert.deepEqual([entry.starts, entry.ends], [Date.parse(one.starts_at), Date.parse(one.ends_at)], zone)
		assert.equal(entry.uid, `${one.uuid}@127.0.0.1`)
		// A change makes a later entry of the same name, a cancellation one that is off.
		sql(`UPDATE event SET updated_at = updated_at + INTERVAL 9 SECOND WHERE id = ${one.id}`)
		const later = calendar((await file(`/events/${one.id}/event.ics`)).bytes.toString())
		assert.equal(later.uid, entry.uid)
		assert.ok(later.sequence > entry.sequence)
		sql(`UPDATE event SET status = 'cancelled', updated_at = updated_at + INTERVAL 9 SECOND WHERE id = ${one.id}`)
		const off = calendar((await file(`/events/${one.id}/event.ics`)).bytes.toString())
		assert.deepEqual([off.status, off.method, off.uid], ['CANCELLED', 'CANCEL', entry.uid])
		assert.ok(off.sequence > later.sequence)
	}
})

test('an order\'s and a ticket\'s calendars are their event\'s, and a draft has none', async () => {
	const of_event = calendar((await file(`/api/v1/public/events/${event.id}/calendar/`)).bytes.toString())
	for (const path of [`/api/v1/users/orders/${order_id}/calendar/`, `/api/v1/users/tickets/${tickets[0].id}/calendar/`]) {
		const entry = calendar((await file(path, ann)).bytes.toString())

		assert.deepEqual([entry.uid, entry.starts], [of_event.uid, of_event.starts])
		assert.ok(entry.description.includes(tickets[0].order_reference))
	}
	const draft = await new_event({ publish: false })
	assert.equal((await file(`/api/v1/public/events/${draft.id}/calendar/`)).status, 404)
	assert.equal((await file(`/events/${draft.id}/event.ics`)).status, 404)
})

test('pages lead to the papers, and to calendars elsewhere', async () => {
	const page = (await file(`/events/${event.id}`)).bytes.toString()
	const [google, outlook] = ['https://calendar.google.com/', 'https://outlook.live.com/'].map((at) =>
		new URL(page.split('"').find((text) => text.startsWith(at)).replaceAll('&amp;', '&')))

	assert.ok(page.includes(`href="/events/${event.id}/event.ics"`))
	assert.equal(google.searchParams.get('text'), 'Harbour Lights')
	assert.equal(google.searchParams.get('dates').split('/')[0], event.starts_at.replace(/[-:]|\.\d+/g, ''))
	assert.equal(Date.parse(outlook.searchParams.get('startdt')), Date.parse(event.starts_at))
	assert.ok(!google.href.includes(tickets[0].order_reference))
})

// ---- the mail ----

test('the mail that says that an order is paid brings its tickets and its calendar', async () => {
	const [row] = sql(`SELECT id, attached_noun, attached_id FROM outbox WHERE attached_id = ${order_id} AND channel = 'mail'`)

	assert.deepEqual(row.slice(1), ['order', String(order_id)])
	jobs_run('outbox')
	await until('it was sent', () => sql(`SELECT status FROM outbox WHERE id = ${row[0]}`)[0][0] === 'sent')
	const [email] = sql(`SELECT recipient FROM outbox WHERE id = ${row[0]}`)[0]
	const message = (await messages(email)).find((one) => one.body.includes(`/orders/${order_id}\n`))
	assert.deepEqual(message.attachments.map((one) => one.name), ['tickets.pdf', 'event.ics'])
	const paper = await pdf(message.attachments[0].url)
	assert.deepEqual(codes(paper.path, paper.pages), [await code_of(ann, tickets[0]), await code_of(ann, tickets[1])])
	assert.equal(calendar((await file(message.attachments[1].url)).bytes.toString()).uid, `${event.uuid}@127.0.0.1`)
	assert.equal((await file(message.attachments[0].url.replace('tickets.pdf', 'other.pdf'))).status, 404)
	assert.ok((await file('/demo')).bytes.toString().includes(message.attachments[0].url))
})

// ---- codes that turn ----

test('where codes turn there is none on paper, which says where the ticket is; and the mail brings the calendar alone', async () => {
	const turning = await new_event({ title: 'Turning Lights', starts_at: iso_day(20), ends_at: iso_day(20.2) })
	const cara = await new_customer({ name: 'Cara', email: `${unique()}@example.test` })

	sql(`UPDATE event SET turning = 1 WHERE id = ${turning.id}`)
	const [ticket] = await bought(cara, turning, 2), order = ticket.order_id
	for (const [path, pages] of [[`/api/v1/users/orders/${order}/pdf/`, 2], [`/api/v1/users/tickets/${ticket.id}/pdf/`, 1]]) {
		const paper = await pdf(path, cara), text = plain(paper.text)

		assert.deepEqual(codes(paper.path, paper.pages), Array(pages).fill(undefined))
		assert.ok(!paper.bytes.includes('GH1.') && !text.includes('GH1.'))
		for (const said of ['changes every 15 seconds', 'Open your ticket on your phone', 'This paper lets nobody in', 'Cara', `${ticket.order_reference}-${ticket.id}`])
			assert.ok(text.includes(said), `${said}: ${text}`)
		assert.ok(!/Show this code|Keep the code flat|shows this code/.test(text), text)
	}
	assert.match(plain((await pdf(`/api/v1/users/tickets/${ticket.id}/pdf/`, { ...cara, headers: { 'accept-language': 'ar' } })).text), /15/)
	jobs_run('outbox')
	await until('it was sent', () => sql(`SELECT status FROM outbox WHERE attached_id = ${order} AND channel = 'mail'`)[0]?.[0] === 'sent')
	const [email] = sql(`SELECT recipient FROM outbox WHERE attached_id = ${order} AND channel = 'mail'`)[0]
	const message = (await messages(email)).find((one) => one.body.includes(`/orders/${order}\n`))
	assert.deepEqual(message.attachments.map((one) => one.name), ['event.ics'])
	assert.match(message.body, /changes every 15 seconds: show its page on a phone/)
	assert.doesNotMatch(message.body, /or on paper/)
})
