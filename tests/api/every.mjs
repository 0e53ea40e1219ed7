// Every route of the table, each with a request that it would take, in the name of who may send it: ids of things that are
// there, bodies as an app would send them, and forms as a browser would, read off the pages that hold them. For tests that
// ask all of them while something fails; a new route is asked the day it is added.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { audience_for, audience_of, ROLES } from './dialects.mjs'
import { api, Browser, code, DEMO, expect, forget_tries, new_number, sign_in, sql, token, totp } from './lib.mjs'
import { png } from './picture.mjs'
import {
	agrees, as, attendance_row, bought, code_of, DAY, days_anew, held, HOUR, iso, jobs_rest, jobs_run, joining_by_mail, new_card, new_customer, new_event, new_member, new_organizer, new_staff, new_usher, notice_of, ok, pay, refused, registered_by_mail, reset_by_mail, scan, unique, until
} from './world.mjs'

export { ROLES }
export const PORTALS = { customer: '', organizer: '/organizer', merchant: '/merchant', usher: '/gate', staff: '/admin', campus: '/campus' }
// What a browser of Chrome's says, another at each address, for a device is one person's; of a form by the names of its fields.
const KEYS = { p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', auth: 'BTBZMqHH6r4Tts7J_aSIgg' }
const device_at = (path) => ({ endpoint: `https://fcm.googleapis.com/fcm/send${path.replace(/\/remove$/, '')}`, keys: KEYS, 'keys[p256dh]': KEYS.p256dh, 'keys[auth]': KEYS.auth })
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64')

// [{ method, path, who, pool, page, summary }] of `gatehouse routes`.
export function routes() {
	return execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'routes'], { encoding: 'utf8' })
		.split('\n').filter(Boolean).map((line) => line.split(/\s+/))
		.map(([method, path, who, pool, page, ...summary]) =>
			({ method, path, who, pool, page: page === 'json' ? undefined : page, summary: summary.join(' '), name: `${method} ${path}` }))
}

// What needs no database: what the process knows by itself, and pages that hold nothing but a form, for who brings no
// session.
export const ALONE = new Set(['/healthz', '/metrics', '/api/openapi.json', '/api/docs'])
export const FORMS = /^(\/(organizer|merchant|admin|campus))?\/(sign-in|forgot|sign-in\/code|register\/code|reset)$|^\/register$|^\/campus\/(password|verify-email|join)$|^\/(tickets|gate|push|campus)\/sw\.js$|^\/gate\/app$/

const fits = (pattern, path) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path)

// ---- who and what there is ----

async function signed_in(portal, credentials, otp) {
	const browser = new Browser(), at = PORTALS[portal], contact = credentials.mobile_number ?? credentials.contact_mobile

	await browser.go(`${at}/sign-in`)
	await browser.submit(`${at}/sign-in`, credentials)
	if (contact || otp)
		await browser.submit(`${at}/sign-in/code`, { otp: otp ?? await code(contact) })
	assert.equal(browser.status, 200, browser.html.slice(0, 500))
	return browser
}

async function customer_with_photo() {
	const ada = await new_customer({ email: `${unique()}@example.test` }), form = new FormData()

	form.set('photo', new Blob([PIXEL], { type: 'image/png' }), 'ada.png')
	return { ...ada, photo: ok(await as(ada).put('/api/v1/users/me/', form)).photo.match(/[0-9a-f]{64}/)[0] }
}

// Somebody of the staff with an authenticator app: enrolled, or about to be.
async function staff_with_app(enrolled) {
	const email = `${unique()}@example.test`, password = `pass-${randomUUID()}`

	ok(await as(await token('staff')).post('/api/admins/', { name: 'Tom Test', email, password, role: 'admin' }), 201)
	const { access } = await sign_in('staff', { email, password })
	const { secret } = ok(await as(access).post('/api/auth/2fa/enroll/', {}))
	if (enrolled) // the code of the moment before, for one works once
		ok(await as(access).post('/api/auth/2fa/confirm/', { otp: totp(secret, -1) }))
	return { access, browser: await signed_in('staff', { email, password }, enrolled && totp(secret)), email, password, secret }
}

// What a right password of somebody with an app is followed by at an institution's mount. The code of the moment after, for one
// works once, and this moment's let them in as staff.
async function second_factor(mount, role, { email, password, secret }) {
	sql(`SELECT id INTO @id FROM account WHERE email = '${email}';
		INSERT INTO account_role VALUES (@id, '${role}', UTC_TIMESTAMP(3));
		${mount === 'campus'
		? "INSERT INTO campus_member (account_id, first_name, last_name, created_at, updated_at) VALUES (@id, 'Tom', 'Test', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))"
		: 'INSERT INTO person (account_id, created_at, updated_at) VALUES (@id, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))'}`)
	const challenge = mount === 'campus'
		? ok(await api('POST', '/api/campus/auth/login/', { username: email, password })).challenge
		: refused(await api('POST', '/api/people/auth/login', { email, password }), 403, 'SECOND_FACTOR_REQUIRED').body.challenge

	return { challenge, otp: () => totp(secret, 1) }
}

// Cards of somebody: a lost one with something on it, and the active one; and charges of that.
async function cards_of(person, merchant) {
	const put = async (uid) => {
		const { id } = ok(await as(person).get(`/api/v1/users/nfc-cards/?search=${uid}`)).items[0]

		ok(await as(person).post(`/api/v1/users/nfc-cards/${id}/reload/`, { amount: 20_000, card_token: 'tok_ok' }))
		return { id, uid }
	}
	const lost = await put(new_card(person)), card = await put(new_card(person)), charges = []

	for (let i = 0; i < 3; i++)
		charges.push(ok(await merchant.post('/api/merchant/charge/', { card_uid: card.uid, amount: 100 }), 201).charge.id)
	ok(await as(person).post(`/api/v1/users/nfc-cards/${card.id}/reload/`, { amount: 100, card_token: 'tok_late' }), 202) // it waits
	return { lost: lost.id, card, charges }
}

// Codes that are on their way: { of, mobile_number or contact_mobile or email, otp, challenge }, by the route that takes them.
// What an account whose number changes is sent to the new one.
async function moving(person, at) {
	const mobile_number = new_number(), password = person.password

	const { challenge } = ok(await api('POST', at, { mobile_number, password }, { token: person.access }))

	return { mobile_number, otp: await code(mobile_number), challenge }
}

async function codes(ada) {
	const ask = async (path, body, contact) => {
		const { challenge } = ok(await api('POST', path, body), path.endsWith('register/') ? 201 : 200)
		const name = Object.keys(body).find((key) => body[key] === contact)

		return { [name]: contact, otp: await code(contact), challenge }
	}
	const on_page = async (path, mobile_number) => {
		const browser = await new Browser().open(path)

		await browser.send(path, { mobile_number })
		return { otp: await code(mobile_number), challenge: new URL(browser.location, 'http://here').searchParams.get('challenge') }
	}
	const fresh = new_number(), email = `${unique()}@example.test`, password = `pass-${randomUUID()}`
	const staff = as(await token('staff')), organizer = DEMO.organizer.contact_mobile

	ok(await staff.post('/api/admins/', { name: 'Tess Test', email, password, role: 'support' }), 201)
	ok(await staff.put('/api/settings/', { staff_second_factor: 'required' }))
	const staffs = await ask('/api/auth/login/', { email, password }, email)
	ok(await staff.put('/api/settings/', { staff_second_factor: 'optional' }))
	return {
		'/register': await ask('/api/v1/users/register/', { mobile_number: fresh, password, name: 'Bea Bold' }, fresh),
		'/sign-in': await ask('/api/v1/users/login/', { mobile_number: ada.mobile_number, password: ada.password }, ada.mobile_number),
		'/reset': await ask('/api/v1/users/forgot-password/request-otp/', { mobile_number: ada.mobile_number }, ada.mobile_number),
		'/organizer/sign-in': await ask('/api/organizer/login/', DEMO.organizer, organizer),
		'/organizer/reset': await ask('/api/organizer/forgot-password/', { contact_mobile: organizer }, organizer),
		'/merchant/sign-in': await ask('/api/merchant/login/', DEMO.merchant, DEMO.merchant.mobile_number),
		'/merchant/reset': await on_page('/merchant/forgot', DEMO.merchant.mobile_number),
		'/admin/sign-in': staffs
	}
}

const payment_of = (order_id, condition = '1') => sql(`SELECT id FROM payment WHERE order_id = ${order_id} AND ${condition}`)[0]?.[0]

// Somebody of each role, things of every kind, and the forms of all pages.
export async function make_world() {
	const staff = as(await token('staff')), event = await new_event({ offline_names: true, categories: [{}, { price: 0 }] })
	const draft = await new_event({ publish: false }), ada = await customer_with_photo(), bob = await new_customer()
	const usher = await new_usher(event), category_id = event.categories[0].id
	const [stock, more_stock] = [new_card(null, 'stock'), new_card(null, 'stock')], merchant = as(await token('merchant'))
	const { lost, card, charges } = await cards_of(ada, merchant), eve = await new_customer(), eves = await cards_of(eve, merchant)
	const [ticket] = await bought(ada, event), storm = await new_event(), [blown] = await bought(ada, storm)

	// Whose money went back, which has a credit note.
	ok(await staff.post(`/api/events/${storm.id}/cancel/`, {}))
	await until('the money is back', () => {
		jobs_run('payments')
		return payment_of(blown.order_id, "status = 'refunded'")
	})
	// To be paid by an app and on a page, and to be given up; the last is paid by who must still act at the bank.
	const [order, order_of_page, order_given_up, waiting] = [await held(ada, event), await held(ada, event), await held(ada, event), await held(ada, event)]
	const { payment } = ok(await pay(ada, waiting.id, 'tok_late'), 202)
	const venue = ok(await staff.post('/api/venues/', { name: `Hall ${unique()}`, city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin' }), 201)
	const kind = ok(await staff.post('/api/event-categories/', { name: `Kind ${unique()}`, slug: `k-${unique()}`, position: 100 }), 201)

	ok(await staff.post('/api/promo-codes/', { code: `P${unique()}`, percent: 5 }), 201)
	const handing = ok(await merchant.post('/api/merchant/assign-card/', { card_uid: stock, mobile_number: bob.mobile_number }), 201)
	ok(await scan(usher, { code: await code_of(ada, ticket) }))
	new_card(bob, 'blocked')
	const [scanned] = ok(await as(usher).get('/api/usher/scan/logs/')).items
	const reported = async () => ok(await as(usher).post('/api/usher/scan/report/', { category: 'other', description: 'A lamp fell down.' }), 201).id
	const rule = ok(await staff.post('/api/gate-rules/', { event_id: event.id, category_id: event.categories[1].id, gate: 'North' }), 201)
	// Who may take back any scan, however long all this takes.
	ok(await staff.post(`/api/events/${event.id}/ushers/`, { usher_id: usher.usher_id, gate: 'North', gate_lead: true }), 201)
	const world = {
		leaving: [await new_customer(), await new_customer()],
		blocked: ok(await as(bob).get('/api/v1/users/nfc-cards/')).items[0].id,
		event, draft, ada, bob, eve, eves, lost, charges, card_id: card.id, usher, category_id, ticket, order, order_of_page, order_given_up, waiting, card: card.uid, stock, more_stock, handing,
		bob_code: await code(bob.mobile_number),
		payment_id: payment.id,
		codes: await codes(ada),
		venue, kind,
		payment_uuid: payment.uuid,
		refresh: { v1: ada.refresh, usher: usher.refresh, token: usher.refresh, logout: usher.refresh },
		enrolling: await staff_with_app(false), enrolled: await staff_with_app(true),
		log: scanned.id, scan_id: scanned.scan_id, report: await reported(),
		payment_paid: payment_of(ticket.order_id), payment_back: payment_of(blown.order_id),
		paper_message: sql(`SELECT MAX(id) FROM outbox WHERE attached_id = ${ticket.order_id} AND attached_noun = 'order'`)[0][0],
		paid: ok(await as(ada).get('/api/v1/users/orders/')).items.find((item) => item.id === ticket.order_id).id,
		bearer: { customer: ada.access, usher: usher.access, superadmin: await token('staff') },
		browser: {
			customer: await signed_in('customer', { mobile_number: ada.mobile_number, password: ada.password }),
			usher: await signed_in('usher', { event_id: event.id, username: usher.username, password: usher.password })
		}
	}
	const papers = ok(await as(ada).get('/api/v1/users/payment-history/?limit=100')).items
	const local = (id, key) => papers.find((paper) => paper.id === Number(id))[key].replace(/^https?:\/\/[^/]+/, '')

	// Papers are numbered when somebody asks; asked again they are only read.
	for (const paper of [`${world.payment_paid}/invoice`, `${world.payment_back}/credit-note`])
		await expect(200, 'GET', `/api/v1/users/payments/${paper}/`, undefined, { token: ada.access })
	world.signed = { invoice: local(world.payment_paid, 'invoice_url'), 'credit-note': local(world.payment_back, 'credit_note_url') }
	for (const [role, at] of [['organizer', 'organizer'], ['merchant', 'merchant'], ['staff', 'auth']])
		world.refresh[at] = (await sign_in(role)).refresh
	for (const role of ['organizer', 'merchant'])
		world.bearer[role] = await token(role)
	for (const role of ['admin', 'finance', 'support'])
		world.bearer[role] = (await new_staff(role)).access
	for (const role of ROLES.filter((r) => audience_for(r) !== 'api')) {
		const member = await new_member(role, role === 'campus_admin' ? { campus: null } : {})

		if (role === 'student')
			world.student_id = member.user.id
		world.bearer[role] = member.access
		world.refresh[audience_for(role)] = member.refresh
		if (role === 'campus_admin')
			world.campus_admin_id = member.user.id
		if (role === 'campus_admin')
			world.browser.campus = await signed_in('campus', { username: member.username, password: member.password })
	}
	world.second = {
		campus: await second_factor('campus', 'campus_admin', await staff_with_app(true)),
		people: await second_factor('people', 'people_admin', await staff_with_app(true))
	}
	world.codes['/campus/sign-in'] = await second_factor('campus', 'campus_admin', await staff_with_app(true))
	world.campus_events = await events_of(as(world.bearer.supervisor))
	world.marks = await marks_of(as(world.bearer.supervisor))
	world.wall_code = await printed_code_of(as(world.bearer.supervisor))
	await markers_of(world)
	world.attendance = attendance_row(world.campus_events[0], { user: { id: world.student_id } })
	world.judged = await judged_of(world)
	world.unmarked = (await new_member('student')).user.id
	world.unmarked_number = (await new_member('student')).username
	agrees({ user: { id: world.student_id } })
	world.photos = await photos_of(as(world.bearer.student), world.marks[2])
	world.anomalies = [1, 2].map(() => Number(sql(`INSERT INTO attendance_anomaly (type, subject, severity, score, threshold, campus_id, event_id, attendance_ids, detail, detected_at, computed_at)
		SELECT 'over_roster', '${unique()}', 'medium', 1, 0, campus_id, id, '[]', '{"marks":1}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM campus_event
		WHERE uuid = UNHEX('${world.campus_events[0].replaceAll('-', '')}'); SELECT LAST_INSERT_ID()`)[0][0]))
	world.campus = await campus_of(as(world.bearer.campus_admin))
	world.reset_by_mail = await reset_by_mail()
	world.reset_on_page = await reset_by_mail()
	world.proving = [await registered_by_mail(), await registered_by_mail()]
	world.joining = [await joining_by_mail(), await joining_by_mail()]
	sql(`UPDATE campus_member SET email_verified = 0 WHERE account_id IN (${world.student_id}, ${world.campus_admin_id})`)
	const list = () => ({ members: [{ email: `${unique()}@campus.example`, first_name: 'Nia', last_name: 'New' }], campus_id: 1 })
	world.import = ok(await as(world.bearer.hr).post('/api/campus/users/import/', list()), 202).id
	world.page_import = ok(await as(world.bearer.campus_admin).post('/api/campus/users/import/', list()), 202).id
	world.audited = Number(sql("SELECT MAX(l.id) FROM audit_log l JOIN campus_member m ON m.account_id = l.account_id AND m.campus_id = 1 WHERE l.role = 'supervisor'")[0][0])
	Object.assign(world, await reports_of(as(world.bearer.campus_admin), world.campus_events[0], world.campus_admin_id))
	forget_tries() // worlds before may have asked for as many codes as one may
	world.moving = {
		customer: await moving(ada, '/api/v1/users/change-mobile/'),
		organizer: await moving({ ...DEMO.organizer, access: world.bearer.organizer }, '/api/organizer/profile/change-mobile/'),
		merchant: await moving({ ...DEMO.merchant, access: world.bearer.merchant }, '/api/merchant/change-mobile/')
	}
	for (const [role, sent] of Object.entries(world.moving))
		world.codes[`${role === 'customer' ? '' : `/${role}`}/account/mobile`] = sent
	for (const portal of ['organizer', 'merchant', 'staff'])
		world.browser[portal] = await signed_in(portal, DEMO[portal])
	world.nobody = new Browser()
	const { had, ...sharing } = await share_profit(staff)
	world.sharing = sharing
	world.had = had
	const withdrawals = await ids_of_withdrawals(staff, had)
	ok(await staff.post('/api/order-notes/', { order_id: ticket.order_id, text: 'A note' }), 201)
	ok(await staff.post('/api/customer-notes/', { customer_id: ada.customer_id, text: 'A note' }), 201)
	ok(await staff.post('/api/views/', { list: 'orders', name: unique(), query: 'status=paid' }), 201)
	world.bulk = bulk_acts((await expect(200, 'GET', '/api/openapi.json')).body)
	world.ids = Object.assign(await ids_of(staff, world), withdrawals)
	Object.assign(world.ids, await own_of(world))
	Object.assign(world.ids, await ids_of_acts(staff))
	world.ids['organizer/attendees'] = ticket.id
	world.ids['organizer/views'] = ok(await as(await token('organizer')).post('/api/organizer/views/', { list: 'promo-codes', name: unique() }), 201).id
	jobs_rest('guest_messages')
	Object.assign(world.ids, await ids_of_guest_messages(event))
	Object.assign(world.ids, await ids_of_co_workers())
	world.ids['organizer/promo-codes'] = ok(await as(await token('organizer')).post('/api/organizer/promo-codes/', { code: `O${unique()}`, percent: 5, event_id: event.id }), 201).id
	Object.assign(world.ids, { 'incidents/close': await reported(), 'gate-rules': rule.id })
	world.taker = await new_customer()
	world.ids['nfc-cards/transfer'] = Number(sql(`SELECT id FROM nfc_card WHERE uid = '${new_card(await new_customer())}'`)[0][0])
	world.hands = await hands_of(staff, world)
	world.mail_token = unique().padEnd(32, '0')
	sql(`INSERT INTO mail_choice (recipient, token, created_at) VALUES ('${unique()}@example.test', '${world.mail_token}', UTC_TIMESTAMP(3))`)
	// bob has asked for no card, so that he can.
	world.browser.leaving = await signed_in('customer', { mobile_number: world.leaving[1].mobile_number, password: world.leaving[1].password })
	const departing = await new_member('student')
	world.browser.departing = await signed_in('campus', { username: departing.username, password: departing.password })
	world.browser.bob = await signed_in('customer', { mobile_number: bob.mobile_number, password: bob.password })
	return world
}

// A student's record that was excused by a file, one that they may appeal, and one that the admin may who goes through the pages.
async function judged_of(world) {
	const student = { user: { id: world.student_id } }, form = new FormData(), excused = attendance_row(world.campus_events[1], student)
	const closed = { status: "'absent'", verification_status: "'verified'", method: "'auto'" }
	const appeal = attendance_row(world.campus_events[2], student, closed), own = attendance_row(world.campus_events[2], { user: { id: world.campus_admin_id } }, closed)

	form.append('reason', 'A note from a doctor')
	form.append('file', new Blob([PIXEL], { type: 'image/png' }), 'note.png')
	ok(await as(world.bearer.supervisor).post(`/api/campus/attendance/${excused}/excuse/`, form))
	return { excused, appeal, own }
}

// What of a campus can be taken away: it itself, a department, and a member.
async function campus_of(admin) {
	const code = () => unique().slice(-12), user = await new_member('student')
	const campus = async () => ok(await admin.post('/api/campus/campuses/', { name: `Campus ${unique()}`, short_code: code(), time_zone: 'Asia/Tokyo' }), 201).id
	const platform = async () => ok(await admin.post('/api/campus/platforms/', { campus_id: await campus(), issuer: 'https://lms.example', client_id: 'c', token_url: 'https://lms.example/token', line_item_url: 'https://lms.example/item' }), 201).id

	return {
		id: await campus(), without: [await campus(), await campus()], platform: await platform(),
		department: ok(await admin.post('/api/campus/departments/', { name: `Department ${unique()}`, short_code: code(), campus_id: 1 }), 201).id,
		member: user.user.id
	}
}

// Three of a campus's events: one to look at and to change, and one for each way to take one away.
async function events_of(supervisor) {
	const made = []

	for (let i = 0; i < 4; i++)
		made.push(ok(await supervisor.post('/api/campus/events/', {
			title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() + DAY), end_datetime: iso(Date.now() + DAY + HOUR)
		}), 201).id)
	return made
}

// A photo that proves a mark, in a form as an app sends it.
function photo_of(event) {
	const head = (name, more = '') => `--photo\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`

	return {
		bytes: Buffer.concat([
			Buffer.from(`${head('event_id')}${event}\r\n${head('photo', '; filename="me.png"')}`), png(240, 240), Buffer.from('\r\n--photo--\r\n')
		]),
		headers: { 'content-type': 'multipart/form-data; boundary=photo' }
	}
}
// A document to be compared.
const in_parts = (fields, file) => Buffer.from([...fields.map(([name, value]) => `--part\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
	`--part\r\nContent-Disposition: form-data; name="${file}"; filename="register.pdf"\r\n\r\nnot the one\r\n--part--\r\n`].join(''))
const IN_PARTS = { 'content-type': 'multipart/form-data; boundary=part' }
const AN_LMS = { issuer: 'https://lms.example', client_id: 'client-7', known_by: 'email', token_url: 'https://lms.example/token', line_item_url: 'https://lms.example/item' }
const document_file = () => ({ bytes: in_parts([], 'file'), headers: IN_PARTS })
// A report that was made, for it was too long to be answered at once; and the code of a register that was issued.
async function reports_of(admin, event, browsing) {
	// Of the demo alone, for other tests leave ten times as much today.
	const { report_id } = ok(await admin.get(`/api/campus/reports/attendance/?campus_id=1&date_to=${iso(Date.now() - 2 * DAY).slice(0, 10)}&format=csv`), 202)

	await until('the report is made', async () => ok(await admin.get(`/api/campus/reports/jobs/${report_id}/`)).status === 'done')
	const page_report = randomUUID(), hex = (id) => `UNHEX('${id.replaceAll('-', '')}')`
	sql(`INSERT INTO campus_report (uuid, account_id, role, kind, format, asked, status, rows_total, rows_done, file_sha256, bytes, created_at, done_at, expires_at)
		SELECT ${hex(page_report)}, ${browsing}, role, kind, format, asked, status, rows_total, rows_done, file_sha256, bytes, created_at, done_at, expires_at
		FROM campus_report WHERE uuid = ${hex(report_id)}`)
	assert.equal((await admin.get(`/api/campus/reports/official-format/?event_id=${event}&format=csv`)).status, 200)
	return { campus_report: report_id, page_report, issued: sql('SELECT code FROM report_issue ORDER BY id DESC LIMIT 1')[0][0] }
}

// The address of the photos of that person's record, one of which is there.
async function photos_of(who, event) {
	const form = new FormData()

	form.set('event_id', event)
	form.set('photo', new Blob([png(240, 240)]), 'me.png')
	ok(await who.post('/api/campus/attendance/upload-front-photo/', form), 201)
	return ok(await who.get(`/api/campus/attendance/verification-feedback/?event_id=${event}`)).attendance_id
}

// Three events that are open now, of which everybody of the campus has shown a good code: one to tell a place of, one to submit, and one of
// photos and a signature.
async function marks_of(supervisor) {
	const made = []

	for (const required_steps of [['qr', 'location'], ['qr', 'location'], ['qr', 'front_photo', 'back_photo', 'signature']])
		made.push(ok(await supervisor.post('/api/campus/events/', {
			title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - HOUR / 12), end_datetime: iso(Date.now() + HOUR),
			latitude: 41, longitude: 29, required_steps, closes_after_minutes: 600
		}), 201).id)
	for (const id of made)
		sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, event_starts_at, qr_at, qr_step, session_at, steps_done, created_at, updated_at)
			SELECT UNHEX(REPLACE(UUID(), '-', '')), e.id, m.account_id, e.campus_id, e.starts_at, @t := UTC_TIMESTAMP(3), 1, @t + INTERVAL 1 HOUR, '["qr","front_photo","back_photo"]', @t, @t
			FROM campus_event e JOIN campus_member m ON m.left_at IS NULL WHERE e.uuid = UNHEX('${id.replaceAll('-', '')}')`)
	return made
}

// Somebody at each step of a mark's page, who has agreed to photos, and somebody who has said nothing of that.
const MARK_STEPS = ['qr', 'location', 'front_photo', 'back_photo', 'signature']
async function markers_of(world) {
	const supervisor = as(world.bearer.supervisor), [marker, undecided] = [await new_member('student'), await new_member('student')]
	const begin = async (who, done) => {
		const { id } = ok(await supervisor.post('/api/campus/events/', {
			title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - HOUR / 12), end_datetime: iso(Date.now() + HOUR),
			latitude: 41, longitude: 29, required_steps: MARK_STEPS, closes_after_minutes: 600
		}), 201)

		sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, event_starts_at, qr_at, qr_step, session_at, steps_done, created_at, updated_at)
			SELECT UNHEX(REPLACE(UUID(), '-', '')), id, ${who.user.id}, campus_id, starts_at, @t := UTC_TIMESTAMP(3), 1, @t + INTERVAL 1 HOUR, '${JSON.stringify(done)}', @t, @t
			FROM campus_event WHERE uuid = UNHEX('${id.replaceAll('-', '')}')`)
		return id
	}

	agrees(marker)
	world.browser.marker = await signed_in('campus', { username: marker.username, password: marker.password })
	world.browser.undecided = await signed_in('campus', { username: undecided.username, password: undecided.password })
	world.at_step = { undecided: await begin(undecided, ['qr']) }
	for (const [n, step] of ['location', 'front', 'back', 'signature', 'submit'].entries())
		world.at_step[step] = await begin(marker, MARK_STEPS.slice(0, n + 1))
}

// A code that does not turn, of an event that is open to everybody of the campus.
async function printed_code_of(supervisor) {
	const event = ok(await supervisor.post('/api/campus/events/', {
		title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now() - HOUR / 12), end_datetime: iso(Date.now() + HOUR),
		required_steps: ['qr'], qr_rotates: false, closes_after_minutes: 600, audience: [{ rule: 'all' }]
	}), 201)

	return ok(await supervisor.get(`/api/campus/events/${event.id}/qr/`)).qr_token
}

// What may be done to many, of each list that is: { 'expenses': 'approve' }, the first.
const bulk_acts = (document) => Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.endsWith('/bulk'))
	.map(([path, { post }]) => [path.slice('/api/'.length, -'/bulk'.length), Object.values(post.requestBody.content)[0].schema.properties.action.enum[0]]))

// What changes hands, or goes back: a ticket, or an offer, for each route that takes one, by its path.
async function hands_of(staff, { ada, bob, student_id, campus_admin_id }) {
	const coming = await new_event({ starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 11 * DAY), categories: [{ max_per_order: 30 }] })
	const tickets = await bought(ada, coming, 14), hers = await bought(bob, coming, 4), hands = {}
	const gift = async (from, ticket, to) => ok(await as(from).post(`/api/v1/users/tickets/${ticket.id}/gift/`, { mobile_number: to.mobile_number }), 201).transfer.id

	ok(await staff.post('/api/refund-rules/', { event_id: coming.id, days_before: 1, percent: 50 }), 201)
	for (const [at, offers] of [['/api/v1/users/tickets', '/api/v1/users/transfers'], ['/tickets', '/tickets/offers']]) {
		for (const act of ['transfer', 'gift', 'rename', 'refund-request'])
			hands[`${at}/:id/${act}`] = tickets.pop().id
		hands[`${at}/:id/refund-request/withdraw`] = tickets.at(-1).id
		ok(await as(ada).post(`/api/v1/users/tickets/${tickets.pop().id}/refund-request/`, { reason: 'No' }), 201)
		hands[`${offers}/:transfer_id/accept`] = await gift(bob, hers.pop(), ada)
		hands[`${offers}/:transfer_id/decline`] = await gift(bob, hers.pop(), ada)
		hands[`${offers}/:transfer_id/cancel`] = await gift(ada, tickets.pop(), bob)
	}
	for (const at of ['api', 'admin'])
		hands[`/${at}/tickets/:id/transfer`] = tickets.pop().id
	const member_of = (account) => `(SELECT m.id FROM campus_member m WHERE m.account_id = ${account})`
	const elsewhere = (account, role, role_id) => sql(`INSERT INTO session (account_id, role, role_id, event_id, created_at, seen_at, expires_at, ip, user_agent)
		VALUES (${account}, '${role}', ${role_id}, NULL, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 DAY, '192.0.2.1', 'An app'); SELECT LAST_INSERT_ID()`)[0][0]
	for (const at of ['/api/v1/users/sessions', '/account/sessions'])
		hands[`${at}/:session_id/end`] = elsewhere(`(SELECT k.account_id FROM customer k WHERE k.id = ${ada.customer_id})`, 'customer', ada.customer_id)
	hands['/api/campus/auth/sessions/:session_id/end'] = elsewhere(student_id, 'student', member_of(student_id))
	hands['/campus/account/sessions/:session_id/end'] = elsewhere(campus_admin_id, 'campus_admin', member_of(campus_admin_id))
	return hands
}

// One row of each noun that is a customer's own, made as an app would.
async function own_of(world) {
	const document = (await expect(200, 'GET', '/api/openapi.json')).body, all = routes(), ids = {}

	for (const route of all.filter((r) => r.method === 'POST' && all.some((one) => one.path.match(/^(.*)\/:\w+$/)?.[1] === r.path)
		&& r.path.startsWith('/api/v1/users/')))
		ids[route.path.slice('/api/v1/users/'.length)] =
			ok(await as(world.ada).post(route.path, body_of(world, route, document.paths[route.path].post)), 201).id
	return ids
}

// One to be approved by who did not ask for it, one to be paid, one to be rejected; one that an organizer got, and one of a merchant.
async function ids_of_payouts(staff) {
	const clerk = as(await new_staff('finance')), ids = {}

	for (const act of ['approve', 'pay', 'reject'])
		ids[`payouts/${act}`] = ok(await clerk.post('/api/payouts/', { organizer_id: 1, amount: 10, currency: 'EUR' }), 201).id
	for (const [of, payee] of [['organizer', { organizer_id: 1 }], ['merchant', { merchant_id: 1 }]])
		ids[`${of}/payouts`] = ok(await clerk.post('/api/payouts/', { ...payee, amount: 10, currency: 'EUR' }), 201).id
	for (const id of [ids['payouts/pay'], ids['organizer/payouts']])
		ok(await staff.post(`/api/payouts/${id}/approve/`, {}))
	ok(await staff.post(`/api/payouts/${ids['organizer/payouts']}/pay/`, { reference: 'SEPA' }))
	ids['payouts/invoice'] = ids['organizer/payouts']
	return ids
}

// Orders and tickets that staff work on, of an event that is still to come and of one that people come in to.
async function ids_of_desk() {
	const ids = {}, guest = await new_customer(), now = await new_event({ starts_at: iso(Date.now() - HOUR), ends_at: iso(Date.now() + 9 * HOUR) })
	const coming = await new_event({ starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 11 * DAY), categories: [{}, {}] })
	const order_of = async () => Number(sql(`SELECT order_id FROM ticket WHERE id = ${(await bought(guest, coming))[0].id}`)[0][0])

	ids['orders/resend'] = await order_of()
	ids['orders/refund'] = await order_of()
	ids['orders/give-up'] = (await held(guest, coming)).id
	ids.other_category = coming.categories[1].id
	for (const act of ['rename', 'exchange', 'refund', 'cancel'])
		ids[`tickets/${act}`] = (await bought(guest, coming))[0].id
	ids['tickets/check-in'] = (await bought(guest, now))[0].id
	return ids
}

// A month, or a day, of long ago that nobody has closed or settled yet.
const old_month = () => sql(`SELECT COALESCE(DATE_ADD(MAX(month), INTERVAL 1 MONTH), '1700-01-01') FROM finance_month WHERE month < '1800-01-01'`)[0][0]
const old_day = () => sql(`SELECT COALESCE(DATE_ADD(MAX(to_day), INTERVAL 1 DAY), '1960-01-01') FROM settlement WHERE to_day < '1990-01-01'`)[0][0]

// Of the books: deposits, periods that another made, months that are open and closed.
async function ids_of_books(staff) {
	const clerk = as(await new_staff('finance')), ids = {}
	const period = async () => { const day = old_day(); return ok(await clerk.post('/api/finances/settlements/', { organizer_id: 1, currency: 'EUR', from: day, to: day }), 201).id }

	for (const at of ['deposits', 'deposits/revoke'])
		ids[`finances/${at}`] = ok(await clerk.post('/api/finances/deposits/', { source: 'capital', amount: 100, currency: 'EUR', date: '2026-01-02', reference: 'B' }), 201).id
	for (const act of ['approve', 'settle', 'delete', 'pdf'])
		ids[`finances/settlements/${act}`] = await period()
	ids['finances/settlements'] = await period()
	ids['organizer/settlements'] = ids['finances/settlements/pdf']
	ok(await staff.post(`/api/finances/settlements/${ids['finances/settlements/settle']}/approve/`, {}))
	ids['finances/months/reopen'] = ok(await clerk.post('/api/finances/months/', { month: old_month() }), 201).id
	const open = old_month()
	ok(await clerk.post('/api/finances/deposits/', { source: 'capital', amount: 100, currency: 'EUR', date: open, reference: 'B' }), 201)
	ids['finances/months/close'] = Number(sql(`SELECT id FROM finance_month WHERE month = '${open}'`)[0][0])
	return ids
}

// Of one who had their share: withdrawals to be approved, paid and rejected.
async function ids_of_withdrawals(staff, holder) {
	const clerk = as(await new_staff('finance')), ids = {}, AT = '/api/finances/profit-withdrawals/'

	for (const act of ['approve', 'pay', 'reject'])
		ids[`finances/profit-withdrawals/${act}`] = ok(await clerk.post(AT, { ...holder, amount: 10 }), 201).id
	ok(await staff.post(`${AT}${ids['finances/profit-withdrawals/pay']}/approve/`, {}))
	return ids
}

// One that is told, one that is not, and one with a delivery that failed. Nothing is ever sent there: no name in .invalid leads anywhere.
async function ids_of_webhooks(staff) {
	const made = async () => ok(await staff.post('/api/webhooks/', { url: `https://${unique()}.invalid/hook` }), 201).id
	const ids = { webhooks: await made(), 'webhooks/enable': await made(), 'webhooks/replay-failed': await made() }

	ok(await staff.post(`/api/webhooks/${ids['webhooks/enable']}/disable/`, {}))
	ids['webhook-deliveries'] = ids['webhook-deliveries/replay'] = Number(sql(`INSERT INTO webhook_delivery (webhook_id, type, uuid, happened_at, status, attempts, due_at, created_at, updated_at)
		SELECT ${ids['webhooks/replay-failed']}, 'webhook.ping', RANDOM_BYTES(16), n.at, 'failed', 9, n.at, n.at, n.at FROM (SELECT UTC_TIMESTAMP(3) AS at) n;
		SELECT LAST_INSERT_ID()`)[0][0])
	return ids
}

// A row for each act, in a state that it starts from: 'card-requests/send'.
async function ids_of_acts(staff) {
	const ids = {}

	for (const act of ['approve', 'send', 'reject'])
		ids[`card-requests/${act}`] = ok(await as(await new_customer()).post('/api/v1/users/nfc-cards/request/', {}), 201).id
	ok(await staff.post(`/api/card-requests/${ids['card-requests/send']}/approve/`, {}))
	for (const act of ['approve', 'reject', 'again']) {
		const guest = await new_customer(), coming = await new_event({ starts_at: iso(Date.now() + 10 * DAY), ends_at: iso(Date.now() + 11 * DAY) })

		ok(await staff.post('/api/refund-rules/', { event_id: coming.id, days_before: 1, percent: 50 }), 201)
		ids[`refund-requests/${act}`] = ok(await as(guest).post(`/api/v1/users/tickets/${(await bought(guest, coming))[0].id}/refund-request/`, { reason: 'No' }), 201).request.id
	}
	ok(await staff.post(`/api/refund-requests/${ids['refund-requests/again']}/approve/`, {}))
	sql(`UPDATE payment_refund SET state = 'failed' WHERE refund_request_id = ${ids['refund-requests/again']}`)
	for (const act of ['approve', 'revoke'])
		ids[`expenses/${act}`] = ok(await as(await new_staff('finance')).post('/api/expenses/',
			{ title: 'Lamps', kind: 'other', currency: 'EUR', amount: 100, spent_on: '2026-01-02' }), 201).id
	ids['events/keep'] = (await new_event()).id
	sql(`UPDATE event SET cancel_asked_by = 1, cancel_asked_at = UTC_TIMESTAMP(3) WHERE id = ${ids['events/keep']}`)
	ok(await staff.post(`/api/expenses/${ids['expenses/revoke']}/approve/`, {}))
	Object.assign(ids, await ids_of_payouts(staff))
	Object.assign(ids, await ids_of_desk(staff))
	Object.assign(ids, await ids_of_payouts(staff), await ids_of_books(staff))
	// Let in by a phone alone, and we would not have.
	for (const at of ['conflicts', 'conflicts/see', 'organizer/conflicts', 'organizer/conflicts/see'])
		ids[at] = Number(sql(`INSERT INTO scan_log (event_id, scan_id, usher_id, gate, direction, result, reason, moved, first_entry, at, scanned_at, uploaded,
			device_id, device_seq, device_at, local_result) VALUES (1, RANDOM_BYTES(16), 1, 'North', 'in', 'not_found', 'unknown_code', 0, 0, UTC_TIMESTAMP(3),
			UTC_TIMESTAMP(3), 1, 'phone', 1, UTC_TIMESTAMP(3), 'valid');
			INSERT INTO scan_conflict (event_id, kind, loser_id, found_at) VALUES (1, 'refused', LAST_INSERT_ID(), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0])
	Object.assign(ids, await ids_of_edits())
	Object.assign(ids, await ids_of_webhooks(staff))
	ids['outbox/resend'] = Number(sql(`INSERT INTO outbox (channel, recipient, body, status, due_at, created_at)
		VALUES ('sms', '${new_number()}', 'Order 7 is paid.', 'failed', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0])
	return ids
}

// What the demo's organizer asked staff to change, a request of an event for each that is decided.
async function ids_of_edits() {
	const jonas = as(await token('organizer')), ids = {}

	for (const at of ['edit-requests', 'edit-requests/approve', 'edit-requests/reject', 'organizer/edit-requests', 'organizer/edit-requests/withdraw']) {
		const { id } = await new_event({ publish: false })

		ids[at] = ok(await jonas.post(`/api/organizer/events/${id}/edit-request/`, { changes: { title: `Another ${unique()}` } }), 201).id
	}
	return ids
}

// What the demo's organizer writes to guests: a draft for each that is done to one.
async function ids_of_guest_messages(event) {
	const jonas = as(await token('organizer')), ids = {}

	for (const at of ['guest-messages', 'guest-messages/stop', 'organizer/guest-messages', 'organizer/guest-messages/try', 'organizer/guest-messages/send-all',
		'organizer/guest-messages/stop', 'organizer/guest-messages/delete'])
		ids[at] = ok(await jonas.post('/api/organizer/guest-messages/', { event_id: event.id, subject: 'Doors', body: 'At seven.' }), 201).id
	// As it is while it is sent; which jobs would end.
	for (const at of ['guest-messages/stop', 'organizer/guest-messages/stop'])
		sql(`UPDATE guest_message SET status = 'sending', started_at = UTC_TIMESTAMP(3) - INTERVAL 2 DAY WHERE id = ${ids[at]}`)
	return ids
}

// Whom the demo's organizer invited: one who stays, one for each who is taken back.
async function ids_of_co_workers() {
	const jonas = as(await token('organizer')), ids = {}

	for (const at of ['organizer/co-workers', 'organizer/co-workers/delete'])
		ids[at] = ok(await jonas.post('/api/organizer/co-workers/', { name: 'Mia Mate', mobile_number: new_number() }), 201).id
	return ids
}

// A month's profit, of which one has their share and another may have theirs: the house takes all of one sale, so long ago that the month is nobody else's.
async function share_profit(staff) {
	const otto = await new_organizer(), guest = await new_customer(), currency = 'DKK'
	const month = `${1910 + Number(sql(`SELECT COUNT(*) FROM profit_share WHERE currency = '${currency}'`)[0][0])}-03-01`

	ok(await staff.put(`/api/organizers/${sql(`SELECT account_id FROM organizer WHERE id = ${otto.organizer_id}`)[0][0]}/`, { fee_rate: 10000 }))
	const [ticket] = await bought(guest, await new_event({ organizer_id: otto.organizer_id, currency }))
	sql(`UPDATE ledger_transfer t JOIN payment p ON p.id = t.noun_id AND t.noun = 'payment' JOIN orders o ON o.id = p.order_id
		SET t.at = '${month}' + INTERVAL 5 DAY, o.paid_at = '${month}' + INTERVAL 5 DAY WHERE o.id = ${ticket.order_id}`)
	days_anew()
	const holders = []
	for (const name of ['One', 'Another']) {
		holders.push(ok(await staff.post('/api/shareholders/', { name: `${name} ${unique()}` }), 201).id)
		ok(await staff.post('/api/profit-rules/', { shareholder_id: holders.at(-1), rate: 5000, since: month }), 201)
	}
	ok(await staff.post('/api/finances/profit-share/', { shareholder_id: holders[0], month, currency }), 201)
	return { had: { shareholder_id: holders[0], currency }, shareholder_id: holders[1], month, currency }
}

// One row of each noun that staff, of the house or of an institution, lists: of accounts, somebody who is none of those who ask.
async function ids_of(staff, world) {
	const ids = {}, who = { api: staff, campus: as(world.bearer.campus_admin), people: as(world.bearer.people_admin) }

	for (const { path } of routes().filter((r) => r.method === 'GET' && /^\/api\/[a-z-]+(\/[a-z-]+)?\/:id$/.test(r.path)
		&& !/^\/api\/(v1|organizer|merchant|usher|auth|live|files)\//.test(r.path))) {
		const noun = path.slice(5, -4), list = ok(await who[audience_of(path)].get(`/api/${noun}/`))

		const [first] = list.items ?? list.results

		assert.ok(first, `there is none of ${noun}`)
		ids[noun] = first.id
	}
	const account = (contact) => Number(sql(`SELECT id FROM account WHERE ${contact}`)[0][0])
	ids.shareholders = ok(await staff.post('/api/shareholders/', { name: `Without a share ${unique()}` }), 201).id
	ids.venues = world.venue.id
	ids['event-categories'] = world.kind.id
	ids['ticket-categories'] = world.draft.categories[0].id
	ids.users = account(`mobile_number = '${world.bob.mobile_number}'`)
	ids.ushers = account(`username = '${world.usher.username}'`)
	ids.admins = account("email LIKE '%@example.test' ORDER BY id DESC LIMIT 1")
	ids.events = world.event.id
	return ids
}

// ---- addresses ----

const chosen = (world) => `items[0][category_id]=${world.category_id}&items[0][quantity]=1`

// Of what is done to many of a noun, what is asked of one of them: a dry run, for others need it.
function many_of(world, path) {
	const [, noun] = path.match(/^\/(?:api\/|admin\/)?(.+)\/bulk$/) ?? []

	return noun && noun !== 'nfc-cards' ? { action: world.bulk[noun], ids: [world.ids[noun] ?? 1], dry_run: true, reason: 'No', note: 'No' } : undefined
}

// The path with what its parameters name.
export function address(world, { method, path }) {
	const signed = world.signed[path.match(/\/signed\/([\w-]+)\.pdf$/)?.[1]]

	if (signed)
		return signed
	const draft = /\/(publish|delete)$/.test(path) || (method === 'DELETE' && path === '/api/events/:id')
	const rules = [
		['/api/events/:id/keep', world.ids['events/keep']], ['/admin/events/:id/keep', world.ids['events/keep']],
		['/api/v1/public/events/:event_id', world.event.id], ['/api/live/events/:id', world.event.id], ['/api/live/orders/:id', world.paid], ['/api/live/campus/:id', world.campus_events[0]],
		['/api/usher/events/:id', world.event.id], ['/api/organizer/events/:id', world.event.id],
		['/organizer/events/:id', world.event.id], ['/events/:event_id', world.event.id],
		['/api/events/:id', draft ? world.draft.id : world.event.id], ['/admin/events/:id', draft ? world.draft.id : world.event.id],
		['/api/v1/users/orders/:order_id/cancel', world.order_given_up.id], ['/api/v1/users/orders/:order_id', world.paid],
		['/orders/:order_id/cancel', world.order_given_up.id], ['/orders/:order_id/pay', world.order_of_page.id],
		['/orders/:order_id/confirm', world.waiting.id], ['/orders/:order_id/stop', world.waiting.id], ['/tickets/order/:order_id', world.paid], ['/orders/:order_id', world.paid],
		['/api/v1/users/tickets/:id', world.ticket.id], ['/tickets/:id', world.ticket.id],
		['/demo/outbox/:id', world.paper_message],
		['/api/v1/users/nfc-cards/:id/block', world.eves.card.id], ['/api/v1/users/nfc-cards/:id/unblock', world.blocked],
		['/nfc-cards/:id/unblock', world.blocked],
		['/api/v1/users/nfc-cards/:id/lost', world.eves.card.id], ['/api/v1/users/nfc-cards/:id/move', world.lost],
		['/api/v1/users/nfc-cards/:id', world.card_id], ['/nfc-cards/:id/move', world.lost], ['/nfc-cards/:id', world.card_id],
		['/api/merchant/charge/:id', world.charges[0]], ['/api/merchant/charges/:id/reverse', world.charges[1]],
		['/api/merchant/charges/:id', world.charges[2]], ['/merchant/charges/:id', world.charges[2]],
		['/merchant/hand-out/:id', world.handing.assignment_id], ['/api/usher/scan/logs/:id', world.log], ['/gate/logs/:id', world.log],
		['/api/usher/scan/report/:id', world.report],
		['/api/campus/reports/jobs/:id', world.campus_report], ['/campus/reports/jobs/:id', world.page_report], ['/api/campus/users/import/:id', world.import], ['/campus/users/import/:id', world.page_import], ['/api/campus/users/:id', method === 'GET' ? world.student_id : world.campus.member],
		['/api/campus/audit/:id', world.audited], ['/campus/audit/:id', world.audited],
		['/api/campus/campuses/:id', method === 'GET' ? 1 : world.campus.id], ['/api/campus/departments/:id', method === 'GET' ? 1 : world.campus.department],
		['/campus/users/:id', path.endsWith('/delete') ? world.campus.member : world.student_id], ['/campus/campuses/:id', path.endsWith('/delete') ? world.campus.id : 1],
		['/api/campus/platforms/:id', method === 'GET' ? 1 : world.campus.platform], ['/campus/platforms/:id', path.endsWith('/delete') ? world.campus.platform : 1],
		['/campus/departments/:id', path.endsWith('/delete') ? world.campus.department : 1],
		['/campus/events/:id', world.campus_events[path.endsWith('/delete') ? 3 : 0]],
		['/campus/attendance/:id/appeal', world.judged.own], ['/campus/attendance/:id/excuse/file', world.judged.excused], ['/campus/attendance/:id/photos', world.photos],
		['/campus/attendance/reviews/:id', world.attendance], ['/campus/attendance/:id', world.attendance],
		['/api/campus/attendance/:id/appeal', world.judged.appeal], ['/api/campus/attendance/:id/excuse', world.judged.excused],
		['/api/campus/attendance/:id', path.includes('/photos/') ? world.photos : world.attendance],
		['/api/campus/analytics/anomaly-detection/:id', world.anomalies[0]], ['/campus/analytics/anomalies/:id', world.anomalies[1]],
		['/api/campus/events/:id', world.campus_events[method !== 'DELETE' ? 0 : path.endsWith('/delete') ? 1 : 2]]
	]
	if (path.startsWith('/campus/mark/'))
		return path.replace(':event_id', world.at_step[path.split('/')[4]] ?? world.at_step[/consent|decline/.test(path) ? 'undecided' : 'location'])
	if (world.hands?.[path])
		return path.replace(/:(id|transfer_id|session_id)\b/, world.hands[path])
	const rule = rules.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`)), many = many_of(world, path)

	if (method === 'GET' && many)
		return `${path}?action=${many.action}&ids[]=${many.ids[0]}`
	const [, noun, act] = path.match(/^\/(?:api\/v1\/users\/|api\/|admin\/)?(.+?)\/:id(?:\/([\w-]+))?/) ?? []

	const id = world.ids[`${noun}/${act}`] ?? world.ids[noun] ?? world.ids[noun?.split('/').at(-1)]

	return `${path}${path === '/events/:event_id/choose' ? `?${chosen(world)}` : path === '/api/usher/scan/guests' ? '?search=anybody' :
		/^(\/api)?\/campus\/reports\/(attendance|official-format|export-with-photos)$/.test(path) ? `?event_id=${world.campus_events[0]}` :
		method === 'GET' && /^(\/api)?\/campus\/reports\/lms$/.test(path) ? `?target=moodle&event_id=${world.campus_events[0]}` : path === '/campus/reports/individual' ? '?student_id=10101' : path === '/demo/campus/code' ? `?event=${world.campus_events[0]}` :
		path === '/api/campus/attendance/verification-feedback' && method === 'GET' ? `?event_id=${world.marks[0]}` : ''}`.replace(/:(id|order_id)\b/, rule ? rule[1] : id)
		.replace(':user_id', world.student_id).replace(':code', world.issued).replace(':qr_token', world.wall_code).replace(':usher_id', world.usher.usher_id).replace(':event_id', path.startsWith('/api/campus/') ? world.campus_events[0] : world.event.id)
		.replace(':payment_id', path.includes('credit-note') ? world.payment_back : world.payment_paid).replace(':file', 'event.ics')
		.replace(':kind', 'front').replace(':token', world.mail_token).replace(':card_id', world.card).replace(':sha', world.ada.photo).replace(':locale', 'en').replace(':role', 'customer')
		.replace(':provider', 'sandbox').replace(':mobile', encodeURIComponent(world.bob.mobile_number))
}

// ---- bodies ----

// What fields are called all over, with a value that is fit.
function common(world) {
	return {
		event_id: world.event.id, usher_id: world.usher.usher_id,
		category_id: 1, venue_id: 1, organizer_id: 1, payment_id: world.payment_id, order_id: world.order.id,
		assignment_id: world.handing.assignment_id, items: [{ category_id: world.category_id, quantity: 1 }],
		method: 'card', card_token: 'tok_ok', card_id: world.card, card_uid: world.stock, otp: '123456',
		password: 'not the one it is', new_password: `pass-${randomUUID()}`, name: 'Cleo Clear', title: `Title ${unique()}`,
		url: `https://${unique()}.invalid/hook`, failed_since: iso(Date.now() - DAY),
		email: `${unique()}@example.test`, mobile_number: new_number(), contact_mobile: new_number(), username: `u${unique()}`,
		company: 'Clear and Co.', time_zone: 'Europe/Berlin', currency: 'EUR', country: 'DE', city: 'Berlin', slug: `s-${unique()}`,
		starts_at: iso(Date.now() + DAY), ends_at: iso(Date.now() + DAY + HOUR), sales_start: iso(Date.now() - DAY),
		price: 1000, capacity: 100, percent: 5, code: `C${unique()}`, gate: 'North', status: 'active', role: 'merchant',
		staff_second_factor: 'optional', relationship: 'niece', birth_date: '2019-05-04', spent_on: '2026-01-02', reason: 'No', note: 'No', holder_name: 'Cleo Clear', days_before: 5 + Math.floor(Math.random() * 3000)
	}
}

// What an organizer's PUT leaves out, for it is changed by asking.
const ASKED_FOR = Object.fromEntries(['title', 'starts_at', 'ends_at', 'time_zone', 'venue_id', 'category_id', 're_entry', 'min_age', 'room', 'capacity', 'offline_names',
	'show_labels', 'show_dependents', 'transfers', 'renames', 'updated_at'].map((name) => [name, undefined]))

// What a route takes beside, or instead of, what fields of those names take elsewhere.
function special(world, path) {
	const { ada, bob, usher, codes } = world
	const secret = (portal) => ({
		merchant: DEMO.merchant.password, organizer: DEMO.organizer.password, usher: usher.password, gate: usher.password, campus: DEMO.campus.password,
		auth: DEMO.staff.password, admin: DEMO.staff.password
	})[portal] ?? ada.password
	const rules = {
		'/(api/v1/users/login|sign-in)': { mobile_number: ada.mobile_number, password: ada.password },
		'/(api|admin)/nfc-cards/:id/transfer': { mobile_number: world.taker?.mobile_number, customer_id: undefined, merchant_id: undefined },
		'/api/organizer/events/:id': { ...ASKED_FOR, description: `Text ${unique()}` },
		'/api/organizer/events/:id/edit-request': { changes: { title: `Title ${unique()}` } },
		'/api/payouts': { organizer_id: 1, merchant_id: undefined, shareholder_id: undefined, amount: 10, currency: 'EUR' },
		'/admin/payouts': { organizer_id: 1, merchant_id: '', shareholder_id: '', amount: '0.10', currency: 'EUR' },
		'/admin/payouts/:id/pay': { reference: 'SEPA' },
		'/admin/profit-rules': { rate: 100, since: '2031-01-01' },
		'/(api|admin)/finances/profit-share': world.sharing,
		'/api/finances/profit-withdrawals': { ...world.had, amount: 10 },
		'/admin/finances/profit-withdrawals': { ...world.had, amount: '0.10' },
		'/admin/finances/profit-withdrawals/:id/pay': { reference: 'SEPA' },
		'/(api|admin)/finances/deposits': { source: 'capital', date: '2026-01-02', reference: 'B 1' },
		'/admin/finances/deposits': { amount: 1 },
		'/(api/)?organizer/co-workers': { name: 'Mia Mate', mobile_number: new_number() },
		'/(api/)?organizer/guest-messages': { subject: 'Doors', body: 'At seven.' },
		'/(api|admin)/finances/settlements': () => ({ from: old_day(), to: old_day() }),
		'/(api|admin)/finances/months': () => ({ month: old_month() }),
		'/(api|admin)/views': { name: unique(), list: 'orders', query: 'status=paid', shared: undefined, usual: undefined },
		'/(api/)?organizer/views': { name: unique(), list: 'promo-codes', query: '', usual: undefined },
		'/(api|admin)/views/:id|/(api/)?organizer/views/:id': { name: unique(), query: '', shared: undefined, usual: undefined },
		'/(api|admin)/nfc-cards': { uid: randomUUID().replaceAll('-', '').slice(0, 14).toUpperCase() },
		'/(api|admin)/nfc-cards/bulk': { action: 'create', uids: undefined, csv: randomUUID().replaceAll('-', '').slice(0, 14).toUpperCase() },
		'/api/(\\w+/)?push/subscriptions|(/\\w+)?/account/devices(/remove)?': device_at(path),
		'/api/v1/users/delete-account': { password: world.leaving[0].password },
		'/account/delete': { password: world.leaving[1].password },
		'/(api/)?organizer/(login|sign-in)': DEMO.organizer,
		'/(api/)?merchant/(login|sign-in)': DEMO.merchant,
		'/(api/usher/login|gate/sign-in)': { event_id: world.event.id, username: usher.username, password: usher.password },
		'/(api/auth/login|admin/sign-in)': DEMO.staff,
		'/api/campus/auth/login|/campus/sign-in': DEMO.campus,
		'/campus/sign-in/code': codes?.['/campus/sign-in'],
		'/campus/events': { location: 'Hall A', campus: 1, 'required_steps[]': 'qr', start_datetime: iso(Date.now() + DAY), end_datetime: iso(Date.now() + DAY + HOUR) },
		'/campus/events/:id/edit': { 'required_steps[]': 'qr' },
		'/campus/events/:id/repeat': { 'recurrence[until]': iso(Date.now() + 9 * DAY).slice(0, 10) },
		'/api/people/auth/login': DEMO.people,
		'/api/campus/users': { first_name: 'Nia', last_name: 'New', role: 'student', campus: '1', username: `u${unique()}` },
		'/api/campus/users/import': { members: [{ email: `${unique()}@campus.example`, first_name: 'Nia', last_name: 'New' }] },
		'/api/campus/users/:id': { year_level: 3, role: undefined },
		'/api/campus/auth/password-reset-confirm': { ...world.reset_by_mail, link: undefined },
		'/campus/password': { ...world.reset_on_page, link: undefined },
		'(/api)?/campus/(auth/)?register': {
			username: `u${unique()}`, email: `${unique()}@campus.example`, password: `pass-${randomUUID()}`, first_name: 'Nia', last_name: 'New', campus: '1', campus_id: undefined, department: undefined,
			department_id: undefined, role: undefined, student_id: unique()
		},
		'/campus/register': { department: '' },
		'/api/campus/auth/verify-email': { verification_code: world.proving[0].code, code: undefined, token: undefined },
		'/campus/verify-email': { verification_code: world.proving[1].code },
		'/api/campus/auth/join': world.joining[0],
		'/campus/join': world.joining[1],
		'/api/campus/auth/password-change': { current_password: undefined, old_password: DEMO.campus.password, new_password: `pass-${unique()}` },
		'/api/campus/events': { end_datetime: iso(Date.now() + DAY + HOUR) },
		'/api/campus/events/:id(/update)?': { title: `Title ${unique()}` },
		'/api/campus/events/bulk-create': { events: [{ title: 'One of many', location: 'Hall A', start_datetime: iso(Date.now() + DAY), end_datetime: iso(Date.now() + DAY + HOUR) }] },
		'/api/campus/events/:id/roster': { members: [] },
		'/api/campus/attendance/(verify-location|verification-feedback)': { event_id: world.marks[0], event: undefined, attendance_id: undefined },
		'/api/campus/analytics/dashboard/refresh': { event_id: undefined },
		'/api/campus/platforms': { campus_id: world.campus.without[0], ...AN_LMS },
		'/campus/platforms': { campus_id: String(world.campus.without[1]), ...AN_LMS },
		'(/api)?/campus/platforms/:id': AN_LMS,
		'/api/campus/reports/lms': { event_id: world.campus_events[0], line_item: undefined, campus_id: undefined, department_id: undefined, date_from: undefined, date_to: undefined, series: undefined, points: undefined },
		'/campus/reports/scores': { event_id: world.campus_events[0], line_item: '', campus_id: '', department_id: '', date_from: '', date_to: '', series: '', 'points[present]': '2' },
		'/campus/(campuses|departments)': { short_code: unique().slice(-8).toUpperCase(), campus_id: '1' },
		'/campus/users/import': { campus_id: '1', dry_run: 'on' },
		'/campus/users': { first_name: 'Nia', last_name: 'New', role: 'student', campus_id: '1', department_id: '', username: `u${unique()}`, email: `${unique()}@campus.example` },
		'/api/campus/analytics/anomaly-detection/:id|/campus/analytics/anomalies/:id': { status: 'dismissed', reason: 'Seen at the door' },
		'/api/campus/attendance/bulk-verify': { ids: [world.attendance], decision: 'verified', reason: 'Seen at the door' },
		'/api/campus/attendance/:id/(verify|excuse|appeal|hold)': { decision: 'verified', verification_status: undefined, version: undefined, held: undefined, reason: 'Seen at the door' },
		'/campus/attendance/(reviews/:id|:id/(verify|excuse|appeal|hold))': { version: '', reason: 'Seen at the door' },
		'/campus/events/:id/by-hand': { student_id: world.unmarked_number, card_uid: '', status: 'excused', reason: 'Seen at the door' },
		'/api/campus/events/:id/mark': { user_id: world.unmarked, student_id: undefined, card_uid: undefined, status: 'excused', reason: 'Seen at the door' },
		'/api/campus/attendance/verify-qr': { qr_token: world.wall_code, event_id: undefined },
		'/campus/later': { device_time: iso(Date.now()), items: JSON.stringify([{ client_id: randomUUID(), qr_token: world.wall_code, scanned_at: iso(Date.now()) }]) },
		'/campus/m': { qr_token: world.wall_code },
		'/campus/mark/:event_id/location': { latitude: 41, longitude: 29, accuracy: 5 },
		'/campus/mark/:event_id/signature': { typed_name: 'Mo Member', signature: undefined, strokes: undefined },
		'/api/campus/attendance/(upload-(front|back)-photo|capture-signature)': {
			event_id: world.marks[2], event: undefined, attendance_id: undefined, signature: undefined,
			strokes: [Array.from({ length: 12 }, (_, i) => [i / 12, 0.5, i * i])]
		},
		'/api/campus/auth/consent': { version: 1 },
		'/api/campus/attendance/sync': { device_time: iso(Date.now()), items: [{ client_id: randomUUID(), qr_token: world.wall_code, scanned_at: iso(Date.now()) }] },
		'/api/campus/attendance/submit': { event_id: world.marks[1], event: undefined, attendance_id: undefined, signature: undefined, strokes: undefined },
		'/api/campus/auth/verify-otp': world.second.campus,
		'/api/people/auth/verify-otp': world.second.people,
		'/api/campus/auth/profile/update': { first_name: 'Mo', year_level: 3, role: undefined, email: undefined },
		'/api/people/users/me': { firstName: 'Mo', role: undefined, status: undefined, email: undefined },
		'/api/people/auth/(refresh|logout)': { refreshToken: world.refresh.people },
		'/api/v1/users/verify-otp|/register/code': codes['/register'],
		'/api/v1/users/verify-login-otp|/sign-in/code': codes['/sign-in'],
		'/api/v1/users/reset-password|/reset': codes['/reset'],
		'/api/v1/users/verify-mobile-change|/account/mobile/code': world.moving?.customer,
		'/api/organizer/profile/verify-mobile-change|/organizer/account/mobile/code': world.moving?.organizer,
		'/api/merchant/verify-mobile-change|/merchant/account/mobile/code': world.moving?.merchant,
		'/api/organizer/verify-otp|/organizer/sign-in/code': codes['/organizer/sign-in'],
		'/api/organizer/reset-password|/organizer/reset': codes['/organizer/reset'],
		'/api/merchant/verify-otp|/merchant/sign-in/code': codes['/merchant/sign-in'],
		'/merchant/reset': codes['/merchant/reset'],
		'/api/auth/verify-otp|/admin/sign-in/code': codes['/admin/sign-in'],
		'/api/v1/users/forgot-password/request-otp|/forgot': { mobile_number: ada.mobile_number },
		'/(api/)?organizer/forgot(-password)?': { contact_mobile: DEMO.organizer.contact_mobile },
		'/merchant/forgot': { mobile_number: DEMO.merchant.mobile_number },
		'/api/v1/users/nfc-cards/:id/(reload|auto-reload-settings)': { amount: 1000, threshold: 500, enabled: true, card_token: 'tok_ok' },
		'/nfc-cards/:id/(reload|auto-reload-settings)': { amount: 10, threshold: 5 },
		'/api/merchant/charge': { card_uid: world.card, amount: 100 },
		'/merchant/charge': { card_uid: world.card, amount: 1 },
		'/api/merchant/send-customer-otp': { mobile_number: bob.mobile_number },
		'/(api/merchant/assign-card|merchant/hand-out)': { mobile_number: bob.mobile_number, card_uid: world.more_stock },
		'/(api/merchant/verify-customer-otp|merchant/hand-out/:id)': { mobile_number: bob.mobile_number, otp: world.bob_code },
		'/api/(users|organizers|merchants)': { mobile_number: new_number() },
		'/api/ushers': { username: `u${unique()}` },
		'/api/admins': { email: `${unique()}@example.test` },
		'/(api|admin)/users': { role: 'customer' },
		'/(api|admin)/admins': { role: 'support' },
		'/api/users/:id/roles': { company: 'Clear and Co.' },
		'/api/(organizer/)?promo-codes': { percent: 5, amount: undefined, currency: undefined },
		'/organizer/promo-codes(/:id)?': { percent: 5, amount: '', currency: '' },
		'/(api|admin)/tickets/:id': { status: 'valid' },
		'/(api|admin)/order-notes': { order_id: world.ticket.order_id, text: 'A note' },
		'/(api|admin)/customer-notes': { customer_id: world.ada.customer_id, text: 'A note' },
		'/(api|admin)/tickets/:id/transfer': { mobile_number: world.taker?.mobile_number },
		'/(api|admin)/tickets/:id/exchange': { category_id: world.ids.other_category },
		'/events/:event_id/book': { 'items[0][quantity]': 1, 'items[1][quantity]': 0 },
		'/admin/expenses(/:id)?': { amount: 100 },
		'/api/.*(token/refresh|auth/refresh|logout)': { refresh: world.refresh[path.split('/')[2]] },
		'/(api|admin)/ticket-categories(/:id)?': { event_id: world.event.id, name: 'More', capacity: 200, currency: 'EUR', time_zone: 'Europe/Berlin' },
		'/api/usher/scan/result': { code: world.code, card_id: undefined },
		'/gate': { code: world.code, card_id: undefined },
		'/api/usher/scan/(by-hand|report)': { ticket_id: world.ticket.id, card_id: undefined },
		'/(api/usher/scan|gate)/undo': { scan_id: world.scan_id },
		'/api/usher/scan/(part-time-leave|log)': { code: world.code, card_id: undefined },
		'/(api|admin)/gate-rules(/:id)?': { event_id: world.event.id, category_id: world.event.categories[1].id, time_zone: 'Europe/Berlin', opens_at: undefined, closes_at: undefined },
		'/gate/leaves': { code: world.code },
		'/gate/reports': { description: 'A lamp fell down.' },
		'/api/usher/sync/logs': {
			device_time: () => iso(Date.now()), logs: () => [{ scan_id: randomUUID(), code: world.code, direction: 'out', scanned_at: iso(Date.now()) }]
		},
		'/(api/auth/2fa|admin/second-factor)/confirm': { otp: () => totp(world.enrolling.secret) },
		'/(api/auth/2fa|admin/second-factor)/disable': { password: world.enrolled.password }
	}
	const changes = path.match(/^\/(?:api\/)?(?:v1\/)?(\w+)?(?:.*)\/(?:change-password|password|disable|mobile|change-mobile)$/)

	return Object.assign(changes ? { current_password: secret(changes[1]), password: secret(changes[1]) } : {}, path.startsWith('/api/') ? many_of(world, path) : {},
		...Object.entries(rules).filter(([pattern]) => new RegExp(`^(${pattern})$`).test(path)).map(([, value]) => typeof value === 'function' ? value() : value))
}

function value_of(schema, name, known) {
	if (name in known)
		return known[name]
	if (schema.enum)
		return schema.enum[0]
	switch (schema.type) {
	case 'integer':
	case 'number':
		return schema.minimum ?? 1
	case 'boolean':
		return true
	case 'array':
		return []
	case 'object':
		return {}
	default:
		return schema.format === 'date-time' ? iso(Date.now() + DAY) : schema.format === 'date' ? '2001-02-03' : `Text ${unique()}`
	}
}

// What an app would send to a route of the API: what it needs, and what this test knows better.
function body_of(world, route, operation) {
	const schema = Object.values(operation?.requestBody?.content ?? {})[0]?.schema
	const own = special(world, route.path), known = { ...common(world), ...own }

	if (!schema)
		return {}
	return Object.fromEntries(Object.entries(schema.properties)
		.filter(([name]) => schema.required?.includes(name) || name in own || (schema.required === undefined && name in known))
		.map(([name, property]) => [name, value_of(property, name, known)]))
}

// ---- forms ----

const unescaped = (html) => html?.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
	.replaceAll('&amp;', '&')
const attribute = (tag, name) => unescaped(tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1])

// The forms that a page posts: [{ action, fields: { name: value }, types: { name: an input's type }, file: the name of a file's }];
// value undefined: to be typed.
export function forms_of(html) {
	return [...html.matchAll(/<form\b[^>]*>.*?<\/form>/gs)].map(([text]) => text)
		.filter((text) => attribute(text.match(/^<form\b[^>]*>/)[0], 'method')?.toLowerCase() === 'post').map((text) => {
			const fields = {}, types = {}
			let file

			for (const [tag] of text.matchAll(/<input\b[^>]*>/g)) {
				const name = attribute(tag, 'name'), type = attribute(tag, 'type')

				types[name] = type
				if (type === 'file')
					file = name
				if (name && type !== 'file' && !(['checkbox', 'radio'].includes(type) && !/\schecked/.test(tag)))
					fields[name] = attribute(tag, 'value') || undefined
			}
			for (const [, tag, inner] of text.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gs)) {
				const options = [...inner.matchAll(/<option\b([^>]*)>([^<]*)/g)]
					.map(([, option, text]) => [/\sselected/.test(option), attribute(option, 'value') ?? unescaped(text.trim())])

				fields[attribute(tag, 'name')] = options.find(([selected]) => selected)?.[1] || options.map(([, value]) => value).find(Boolean)
			}
			for (const [, tag, inner] of text.matchAll(/<textarea\b([^>]*)>(.*?)<\/textarea>/gs))
				fields[attribute(tag, 'name')] = unescaped(inner.replace(/^\r?\n/, '')) || undefined // HTML drops the first
			const [pressed] = text.match(/<button\b[^>]*\sname=[^>]*>/) ?? []
			if (pressed && !(attribute(pressed, 'name') in fields))
				fields[attribute(pressed, 'name')] = attribute(pressed, 'value')
			return { action: attribute(text.match(/^<form\b[^>]*>/)[0], 'action'), fields, types, file }
		})
}

const portal_of = (path) => path.startsWith('/admin') ? 'staff' : path.startsWith('/organizer') ? 'organizer' :
	path.startsWith('/merchant') ? 'merchant' : path.startsWith('/gate') ? 'usher' : /^\/campus\/(m|mark)(\/|$)/.test(path) ? 'marker' : path.startsWith('/campus') ? 'campus' : 'customer'

// Reads every page as who may, and as nobody, and keeps each route's form: pattern of the action → { browser, fields }.
async function read_forms(world, all) {
	const found = new Map(), posted = all.filter((r) => r.method === 'POST' && !r.path.startsWith('/api/'))
	const challenge = (path) => /\/(code|reset)$/.test(path) && world.codes[path.replace('/code', '')]?.challenge
	const pages = all.filter((r) => r.method === 'GET' && r.page && !r.path.startsWith('/api/') &&
		!/nfc-cards.*\/return$/.test(r.path) /* which settles what waits */).flatMap((r) => {
		const code_sent = r.path === '/merchant/hand-out/:id' ? world.handing.challenge : challenge(r.path)
		const query = code_sent ? `?challenge=${code_sent}` :
			r.path === '/events/:event_id/book' ? `?${chosen(world)}` :
			r.path === '/gate/guests' ? `?search=${encodeURIComponent(world.ada.mobile_number)}` : ''
		const way = [[world.browser[portal_of(r.path)], address(world, r) + query]]

		if (r.path === '/orders/:order_id')
			way.push(...[world.order_of_page, world.order_given_up, world.waiting].map((o) => [way[0][0], `/orders/${o.id}`]))
		if (r.path === '/nfc-cards/:id')
			way.push([way[0][0], `/nfc-cards/${world.lost}`])
		if (r.path === '/tickets/:id/refund-request') // one that is asked for
			way.push([way[0][0], `/tickets/${world.hands['/tickets/:id/refund-request/withdraw']}/refund-request`])
		if (r.path === '/events/:event_id') // one that is no favourite yet
			way.push([way[0][0], '/events/1'])
		if (r.path === '/campus/mark/:event_id')
			way.push(...Object.entries(world.at_step).map(([step, id]) => [world.browser[step === 'undecided' ? step : 'marker'], `/campus/mark/${id}`]))
		if (r.path === '/admin/events/:id')
			way.push([way[0][0], `/admin/events/${world.draft.id}`])
		return r.who === 'anyone' ? [...way, [world.nobody, address(world, r) + query]] : way
	})

	pages.push([world.browser.bob, '/nfc-cards/request/new'], [world.browser.bob, `/nfc-cards/${world.blocked}/unblock`])
	pages.push([world.browser.leaving, '/account/delete'], [world.browser.leaving, '/account/sessions'], [world.browser.departing, '/campus/account/sessions'])
	for (const { browser } of [world.enrolling, world.enrolled])
		pages.push([browser, '/admin/second-factor'])
	for (const page of pages) {
		const [browser, path] = page

		await browser.open(path)
		for (const { action, fields, file } of forms_of(browser.html)) {
			const route = posted.find((r) => !r.path.includes(':') && r.path === action) ?? posted.find((r) => fits(r.path, action))

			// Of two on one page that lead to one address the first.
			if (route && (!found.has(route.path) || browser === world.nobody || action === address(world, route)) && found.get(route.path)?.page !== page)
				found.set(route.path, { browser, action, fields, file, page })
		}
	}
	// At a provider's page alone one goes on, and where cards cost something alone they are paid: the same form, elsewhere.
	const waits = found.get('/nfc-cards/:id/confirm')
	for (const path of ['/nfc-cards/:id/go-on', '/nfc-cards/fee/pay', '/nfc-cards/fee/confirm', '/nfc-cards/fee/go-on', '/nfc-cards/fee/stop'])
		if (!found.has(path))
			found.set(path, { ...waits, elsewhere: true, action: path.replace(':id', waits.action.match(/\d+/)[0]) })
	return found
}

const flat = (value, name) => Array.isArray(value) ? value.flatMap((v, i) => flat(v, `${name}[${i}]`)) :
	value && typeof value === 'object' ? Object.entries(value).flatMap(([key, v]) => flat(v, `${name}[${key}]`)) : [[name, value]]

// ---- all of it ----

const LEAVING = ['/api/v1/users/delete-account', '/api/v1/users/sessions/end-others']
// Whoever sees the event, where what it shows to others depends on it.
const WATCHED = ['/api/live/campus/:id', '/api/campus/analytics/realtime/:event_id']
const bearer_of = (world, path) => WATCHED.includes(path) || path.startsWith('/api/campus/reports/jobs') ? world.bearer.campus_admin : LEAVING.includes(path) ? world.leaving[0].access : path === '/api/v1/users/nfc-cards/request' ? world.bob.access :
	/^\/api\/v1\/users\/nfc-cards\/:id\/(block|lost)$/.test(path) ? world.eve.access :
	path === '/api/v1/users/nfc-cards/:id/unblock' ? world.bob.access : path.startsWith('/api/auth/2fa/') && !path.endsWith('enroll')
	? world[path.endsWith('confirm') ? 'enrolling' : 'enrolled'].access : undefined

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

// [{ name, method, path, page, url, who, bearer or browser, body or form, file }]: a request each. who: a role, or "anyone".
export async function every_request(world) {
	const all = routes(), document = (await expect(200, 'GET', '/api/openapi.json')).body
	const forms = await read_forms(world, all)
	const operation = (r) => document.paths[r.path.replace(/:(\w+)/g, '{$1}')]?.[r.method.toLowerCase()]

	world.code = await code_of(world.ada, world.ticket)
	const requests = all.map((route) => {
		assert.ok(METHODS.includes(route.method), route.name)
		const known = { ...common(world), ...special(world, route.path) }
		const request = { ...route, url: address(world, route) }

		assert.doesNotMatch(request.url, /:[a-z]|undefined/, `what does ${route.name} name?`)
		if (route.path.startsWith('/api/') && route.path !== '/api/docs') {
			const roles = operation(route)?.['x-roles'], role = ROLES.find((r) => roles?.includes(r) && audience_for(r) === audience_of(route.path))

			return Object.assign(request, {
				bearer: bearer_of(world, route.path) ?? (role && world.bearer[role]), who: role ?? 'anyone',
				body: ['POST', 'PUT', 'PATCH'].includes(route.method) || operation(route)?.requestBody ? body_of(world, route, operation(route)) : undefined,
				...(/upload-\w+-photo$/.test(route.path) ? photo_of(world.marks[2]) : {}),
				...(route.path === '/api/campus/reports/verify/:code' && route.method === 'POST' ? document_file() : {}),
				...(route.path.includes('/webhook/') ? notice_of(world.payment_uuid) : {})
			})
		}
		request.browser = route.who === 'anyone' && !route.path.startsWith('/files/') ? world.nobody :
			world.browser[route.path === '/nfc-cards/:id/unblock' ? 'bob' : portal_of(route.path)]
		if (route.method === 'GET')
			return request
		const form = forms.get(route.path)
		assert.ok(form, `no page shows a form for ${route.name}`)
		const fields = Object.fromEntries(Object.entries(form.fields).map(([name, value]) =>
			[name, special(world, route.path)[name] ?? value ?? (name in known ? known[name] : undefined)]))
		return Object.assign(request, { url: form.action, browser: form.browser, form: fields, file: form.file, elsewhere: form.elsewhere },
			route.path === '/campus/verify/:code' ? { sends_file: true, headers: IN_PARTS } : {})
	})
	// So that each that is to be taken off is there.
	for (const request of requests.filter((r) => r.method === 'POST' && /\/(push\/subscriptions|account\/devices)$/.test(r.path)))
		assert.ok((await send(request)).status < 400, request.name)
	return requests
}

// What has its value only when it is sent, as an app's code has.
const now = (fields) => fields &&
	Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'function' ? value() : value]))

// Sends it as who it is for, or in another's name ({ bearer } or { browser }, or {} for nobody); follows nothing.
export async function send(request, by = request) {
	const cookie = by.browser && [...by.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
	const fields = request.form && Object.entries({ ...now(request.form), ...('once' in request.form ? { once: randomUUID() } : {}) })
		.filter(([, value]) => value !== undefined).flatMap(([name, value]) => flat(value, name))
	const form = fields && (request.sends_file ? in_parts(fields, request.file) : new URLSearchParams(fields).toString())

	return api(request.method, request.url, request.bytes ? undefined : now(request.body), {
		token: by.bearer,
		headers: {
			...(cookie ? { cookie } : {}), ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}), ...request.headers
		},
		...(form ? { bytes: form } : request.bytes ? { bytes: request.bytes } : {})
	})
}

