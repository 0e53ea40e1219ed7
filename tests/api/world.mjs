// What the tests of selling and scanning stand on: events, people and tickets of their own, made through the API, and
// the contract that every answer keeps. Only what no client can do (moving time) is done in the database.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { after, afterEach } from 'node:test'
import { audience_for } from './dialects.mjs'
import { api, DATABASE, DEMO, expect, messages, new_customer, new_number, sign_in, sql, token } from './lib.mjs'

// A word that no other row has.
export const unique = () => randomBytes(6).toString('hex')

// Requests in the name of somebody: as(person).get(path), .post(path, body), …; more is api()'s options.
export function as(person) {
	const access = person?.access ?? person
	const by = (method) => (path, body, more = {}) => api(method, path, body, { token: access, ...more })

	return {
		get: (path, more = {}) => api('GET', path, undefined, { token: access, ...more }),
		post: by('POST'), put: by('PUT'), patch: by('PATCH'), delete: by('DELETE')
	}
}

// Looks that an answer is this refusal, and gives it.
export function refused(answer, status, code) {
	assert.equal(answer.status, answer.dialect.status(status), answer.text.slice(0, 600))
	assert.equal(answer.error?.code, code, answer.text.slice(0, 600))
	contract(answer)
	return answer
}

export function ok(answer, status = 200) {
	assert.equal(answer.status, status, answer.text.slice(0, 600))
	contract(answer)
	return answer.data
}

// What every JSON answer keeps, as its mount spells it.
export function contract(answer) {
	const { body, status, headers } = answer

	assert.ok(body, `no JSON: ${status} ${answer.text.slice(0, 300)}`)
	answer.dialect.contract(answer)
	if (status === 429 || status === 503)
		assert.ok(Number(headers.get('retry-after')) > 0, 'no Retry-After')
}

// ---- time, and what jobs do meanwhile ----

export const iso = (ms) => new Date(ms).toISOString()
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

// Shows that nothing depends on `jobs`: these do not run until they are told to, or the test file ends. One that runs just
// now does not say any more when it wants to run again, for it has lost its lease.
const resting = new Set()
const due = (names, when) =>
	sql(`UPDATE job SET due_at = ${when}, lease = NULL WHERE name IN (${[...names].map((name) => `'${name}'`).join()})`)
export function jobs_rest(...names) {
	names.forEach((name) => resting.add(name))
	due(names, 'UTC_TIMESTAMP(3) + INTERVAL 1 HOUR')
}
export const jobs_run = (...names) => due(names, 'UTC_TIMESTAMP(3)')
after(() => resting.size && jobs_run(...resting))

// What a run of `jobs` that was killed had claimed, jobs and messages, is free at once: its leases end in minutes.
export const leases_end = () => ['job', 'outbox'].forEach((table) =>
	sql(`UPDATE ${table} SET due_at = UTC_TIMESTAMP(3), lease = NULL WHERE lease IS NOT NULL`))

// Moves a hold's end into the past: time that has gone by.
export const lapse = (order_id) =>
	sql(`UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ${order_id}`)

// Until it holds; for what another process does in its own time: longer than the longest run of another job before it.
export async function until(what, condition) {
	const end = Date.now() + 60_000

	while (!await condition()) {
		if (Date.now() >= end)
			assert.fail(`not in time: ${what}; jobs at ${new Date().toISOString()}: ${jobs_busy()}`)
		await new Promise((done) => setTimeout(done, 25))
	}
}

function jobs_busy() {
	try {
		return sql(`SELECT name, lease IS NOT NULL, due_at, ran_at, COALESCE(error, '') FROM job
			WHERE lease IS NOT NULL OR error <> '' OR due_at < UTC_TIMESTAMP(3)`).map((row) => row.join(' ')).join('; ')
	} catch (error) {
		return `unknown, ${error.stderr}`
	}
}

// ---- somebody else in the database ----

// A transaction of somebody else that has done this and not ended. Gives what commits it, and ends when that is done; a test
// that fails before ends it too.
const others = new Set()
afterEach(() => Promise.all([...others].map((end) => end())))
export async function in_transaction(statement) {
	const other = spawn('mariadb', [...DATABASE, '--unbuffered'], { stdio: ['pipe', 'pipe', 'inherit'] })
	const over = once(other, 'close')

	other.stdin.write(`BEGIN; ${statement}; SELECT 'done';\n`)
	const end = () => {
		if (others.delete(end))
			other.stdin.end('COMMIT;\n')
		return over
	}
	others.add(end)
	await once(other.stdout, 'data')
	return end
}

// How many statements with these words are under way: they wait for a lock.
const waiting = (words) => Number(sql(`SELECT COUNT(*) FROM information_schema.PROCESSLIST
	WHERE COMMAND = 'Execute' AND INFO LIKE '%${words}%' AND ID <> CONNECTION_ID()`)[0][0])
export const until_waiting = (words) => until('it waits', () => waiting(words) > 0)

async function until_answered_or(asked, waits) {
	let answered = false

	asked.finally(() => { answered = true }).catch(() => {})
	await until('it waits or is answered', () => answered || waits())
}

// Until n of them wait, or what was asked is answered without.
export const until_met = (asked, words, n = 1) => until_answered_or(asked, () => waiting(words) >= n)

// Makes a change that is not yet committed, lets request (a function) come up against it, then commits; gives the answer. So
// what was true when the request looked is not when it acts, each time.
export async function meanwhile(change, request) {
	const commit = await in_transaction(change), asked = request()

	await until_answered_or(asked, () => sql(`SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'`)[0][1] !== '0')
	await commit()
	return asked
}

// ---- events ----

// An event that is open for sale and for scanning now, with one category for each of categories.
export async function new_event({ categories = [{}], publish = true, ...more } = {}) {
	const staff = as(await token('staff'))
	const event = ok(await staff.post('/api/events/', {
		title: `Test ${unique()}`, starts_at: iso(Date.now() - HOUR), ends_at: iso(Date.now() + 5 * HOUR),
		time_zone: 'Europe/Berlin', venue_id: 1, organizer_id: 1, category_id: 1, currency: 'EUR', ...more
	}), 201)

	event.categories = []
	for (const [i, category] of categories.entries())
		event.categories.push(ok(await staff.post('/api/ticket-categories/', {
			event_id: event.id, name: `Category ${i + 1}`, price: 2500, capacity: 100, max_per_order: 10, ...category
		}), 201))
	if (publish)
		ok(await staff.post(`/api/events/${event.id}/publish/`, {}))
	return event
}

// The counters of a category: { capacity, held, sold }.
export function stock(category_id) {
	const [[capacity, held, sold]] = sql(`SELECT capacity, held, sold FROM ticket_category WHERE id = ${category_id}`)

	return { capacity: Number(capacity), held: Number(held), sold: Number(sold) }
}

// ---- people ----

export { new_customer }

const made = async (path, more) =>
	ok(await as(await token('staff')).post(path, { password: `pass-${randomUUID()}`, ...more }), 201)

// Somebody of the back office: superadmin, admin, finance or support.
export async function new_staff(role) {
	const email = `${unique()}@example.test`, password = `pass-${randomUUID()}`

	await made('/api/admins/', { name: 'Tess Test', email, password, role })
	return sign_in('staff', { email, password })
}

// A campus without members, departments and events: its id.
export const new_campus = (zone) => Number(sql(`INSERT INTO campus (name, short_code, time_zone, created_at, updated_at)
	VALUES ('${unique()}', '${unique().slice(-12)}', '${zone}', NOW(3), NOW(3)); SELECT LAST_INSERT_ID()`)[0][0])

// Somebody of an institution with this role, of a campus in a campus and department (null: of all, and of none): its account, by SQL.
export async function new_member(role, { campus = 1, department = campus === 1 ? 1 : null, year = 2 } = {}) {
	const kind = audience_for(role), name = unique(), email = `${name}@member.test`, password = DEMO[kind].password
	const hash_of = kind === 'campus' ? "username = 'student1'" : `email = '${DEMO.people.email}'`

	sql(`INSERT INTO account (uuid, email, username, name, password_hash, created_at, updated_at)
		SELECT UNHEX(REPLACE(UUID(), '-', '')), '${email}', '${name}', 'Mo Member', password_hash, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
		FROM account WHERE ${hash_of};
		SET @id = LAST_INSERT_ID();
		INSERT INTO account_role VALUES (@id, '${role}', UTC_TIMESTAMP(3));
		${kind === 'campus'
		? "INSERT INTO campus_member (account_id, campus_id, department_id, student_id, first_name, last_name, year_level, created_at, updated_at)" +
			` VALUES (@id, ${campus}, ${department}, '${name}', 'Mo', 'Member', ${year}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`
		: "INSERT INTO person (account_id, first_name, last_name, email_verified_at, created_at, updated_at)" +
			" VALUES (@id, 'Mo', 'Member', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))"}`)
	const tokens = await sign_in(kind, kind === 'campus' ? { username: name, password } : { email, password })
	return { email, username: name, password, access: tokens.access ?? tokens.accessToken, refresh: tokens.refresh ?? tokens.refreshToken,
		user: tokens.user }
}

// A member has read the notice of now, and agrees that photos and signatures are kept.
export const agrees = ({ user: { id } }) => sql(`UPDATE campus_member SET consent_version = 1, consent_at = UTC_TIMESTAMP(3) WHERE account_id = ${id}`)

// A record of attendance of a person at a campus's event (its id as it is answered), by SQL: with what of its columns is named, as SQL has
// them, and flags: { outside: 'medium' }. Its id.
export function attendance_row(event, person, { flags = {}, ...columns } = {}) {
	const id = randomUUID(), named = { status: "'present'", verification_status: "'pending'", submitted_at: 'UTC_TIMESTAMP(3)', ...columns }

	sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, event_starts_at, created_at, updated_at,
			${Object.keys(named).join()})
		SELECT UNHEX('${id.replaceAll('-', '')}'), e.id, m.account_id, e.campus_id, m.department_id, 'submitted', e.starts_at, UTC_TIMESTAMP(3),
			UTC_TIMESTAMP(3), ${Object.values(named).join()}
		FROM campus_event e JOIN campus_member m ON m.account_id = ${person.user.id} WHERE e.uuid = UNHEX('${event.replaceAll('-', '')}');
		${Object.entries(flags).map(([code, severity]) => `INSERT INTO attendance_flag (attendance_id, code, severity, created_at)
			SELECT id, '${code}', '${severity}', UTC_TIMESTAMP(3) FROM attendance WHERE uuid = UNHEX('${id.replaceAll('-', '')}');`).join('\n')}
		${weigh_flags(`a.uuid = UNHEX('${id.replaceAll('-', '')}')`)}`)
	return id
}

// Has records a know of the worst of flags that were put there by hand; as SQL.
export const weigh_flags = (which) => `UPDATE attendance a SET a.worst = COALESCE((SELECT MIN(FIELD(f.severity, 'high', 'medium', 'low', 'info')) FROM attendance_flag f
	WHERE f.attendance_id = a.id AND f.resolution IS NULL), 9) WHERE ${which};`

// What a member of a campus is mailed who has forgotten their password: the token, where it leads to, and a password to set.
export async function reset_by_mail() {
	const { email } = await new_member('student')

	ok(await api('POST', '/api/campus/auth/password-reset/', { email }))
	const [link, token] = (await messages(email))[0].body.match(/\/campus\/password\?token=([\w-]+)/)
	return { token, link, new_password: `pass-${randomUUID()}` }
}

const registrant = (more) => ({ username: `u${unique()}`, email: `${unique()}@campus.example`, password: `pass-${randomUUID()}`, first_name: 'Nia', last_name: 'New', campus: '1', ...more })

// Somebody who registered at a campus and has not answered from their address: { email, password, code }, the code that was sent there.
export async function registered_by_mail() {
	const body = registrant()

	ok(await api('POST', '/api/campus/auth/register/', body), 201)
	return { ...body, code: (await messages(body.email))[0].body.match(/code=(\w+)/)[1] }
}

// A customer whose address was registered at a campus: { token, password }, by which they add the campus to their account.
export async function joining_by_mail() {
	const customer = await new_customer(), email = `${unique()}@campus.example`

	sql(`UPDATE account SET email = '${email}' WHERE id = (SELECT account_id FROM customer WHERE id = ${customer.customer_id})`)
	assert.equal((await api('POST', '/api/campus/auth/register/', registrant({ email }))).status, 400)
	return { token: (await messages(email))[0].body.match(/join\?token=([\w-]+)/)[1], password: customer.password }
}

// An account as it is while it has these roles and no others, whatever they would need; afterwards it has its own again.
export async function in_roles(account_id, roles, does) {
	const now_has = () => sql(`SELECT role FROM account_role WHERE account_id = ${account_id}`).flat(), own = now_has()
	// What it has before and after stays as it is: a role that is granted anew ends the sessions of before.
	function set(wanted) {
		const has = now_has()

		for (const role of has.filter((one) => !wanted.includes(one)))
			sql(`DELETE FROM account_role WHERE account_id = ${account_id} AND role = '${role}'`)
		for (const role of wanted.filter((one) => !has.includes(one)))
			sql(`INSERT INTO account_role VALUES (${account_id}, '${role}', UTC_TIMESTAMP(3))`)
	}

	set(roles)
	try {
		return await does()
	} finally {
		set(own)
	}
}

export async function new_organizer() {
	const contact_mobile = new_number(), password = `pass-${randomUUID()}`

	await made('/api/organizers/', { name: 'Otto Test', company: `Company ${unique()}`, mobile_number: contact_mobile, password })
	return sign_in('organizer', { contact_mobile, password })
}

export async function new_merchant() {
	const mobile_number = new_number(), password = `pass-${randomUUID()}`

	await made('/api/merchants/', { name: 'Mara Test', company: `Kiosk ${unique()}`, mobile_number, password })
	return sign_in('merchant', { mobile_number, password })
}

// One person with an e-mail, a customer and what else they are, each role granted as staff do; an usher has a user name.
export async function somebody(...roles) {
	const person = await new_customer({ email: `${unique()}@example.test` }), { id } = person.user
	const username = `u${unique()}`, staff = as(await token('staff'))

	if (roles.includes('usher'))
		ok(await staff.put(`/api/users/${id}/`, { username }))
	for (const role of roles)
		if (role !== 'customer')
			ok(await staff.post(`/api/users/${id}/roles/`, { role, company: `Company ${unique()}` }), 201)
	return { ...person, id, username }
}

// Who moves what was sold or put on cards to another day tells the sums by day, as nobody does but a test.
export const days_anew = () =>
	sql('START TRANSACTION; SELECT what FROM day_sum FOR UPDATE; DELETE FROM sale_day; DELETE FROM card_day; DELETE FROM book_day; DELETE FROM day_sum WHERE what <> \'customer\'; COMMIT')

// Changes rows of the scan log (`set`: SQL; `more`: other statements that belong to it), as nobody does but a test: what was summed up of them
// meanwhile is emptied with the same commit, and summed up anew. No row is old enough to be summed before it is 30 s old, but one that is
// moved into the past is at once.
export const scans_moved = (where, set, more = '') => {
	const of = `event_id IN (SELECT event_id FROM (SELECT DISTINCT event_id FROM scan_log WHERE ${where}) e)`

	// The summary first, as the job does: so neither gets in between the other.
	sql(`START TRANSACTION; UPDATE scan_summary SET upto_id = 0 WHERE ${of}; UPDATE scan_log SET ${set} WHERE ${where};
		${['scan_count', 'scan_log_count', 'scan_quarter'].map((sums) => `DELETE FROM ${sums} WHERE ${of};`).join(' ')} ${more}; COMMIT`)
}

// The sessions of an account began so many minutes ago.
export const age = (account_id, minutes) =>
	sql(`UPDATE session SET created_at = UTC_TIMESTAMP(3) - INTERVAL ${minutes} MINUTE WHERE account_id = ${account_id}`)

// An usher who is assigned to these events and signed in to the first.
export async function new_usher(...events) {
	const person = { username: `u${unique()}`, password: `pass-${randomUUID()}`, name: `Ute ${unique()}` }
	const account = await made('/api/ushers/', person)

	for (const event of events)
		ok(await as(await token('staff')).post(`/api/events/${event.id}/ushers/`, { usher_id: account.usher_id, gate: 'North' }), 201)
	return { ...person, ...await sign_in('usher', { event_id: events[0].id, username: person.username, password: person.password }) }
}

// ---- buying ----

export const book = (person, event, items, more = {}, options = {}) =>
	as(person).post('/api/v1/tickets/book/', { event_id: event.id, items, ...more }, options)

export const pay = (person, order_id, card_token = 'tok_ok', options = {}) =>
	as(person).post('/api/v1/payments/process/', { order_id, method: 'card', card_token }, options)

export const confirm = (person, payment_id) => as(person).post('/api/v1/payments/confirm/', { payment_id })

// A held order of quantity tickets of the event's first category, or of those items.
export async function held(person, event, items = 1) {
	const list = typeof items === 'number' ? [{ category_id: event.categories[0].id, quantity: items }] : items

	return ok(await book(person, event, list), 201).order
}

// Paid tickets.
export async function bought(person, event, items = 1) {
	const order = await held(person, event, items)

	return ok(await pay(person, order.id)).tickets
}

export async function code_of(person, ticket) {
	return ok(await as(person).get(`/api/v1/users/tickets/${ticket.id}/qr-code/`)).qr_token
}

// What the ledger says of a payment: [{ kind, entries, sum, turnover }].
export const ledger = (payment_id) =>
	sql(`SELECT t.kind, COUNT(*), SUM(e.amount), SUM(GREATEST(e.amount, 0)) FROM ledger_transfer t
		JOIN ledger_entry e ON e.transfer_id = t.id WHERE (t.noun = 'payment' AND t.noun_id = ${payment_id})
		OR (t.noun = 'payment_refund' AND t.noun_id IN (SELECT r.id FROM payment_refund r WHERE r.payment_id = ${payment_id}))
		GROUP BY t.id ORDER BY t.id`)
		.map(([kind, entries, sum, turnover]) => ({ kind, entries: +entries, sum: +sum, turnover: +turnover }))

// ---- the provider's notices ----

// A setting of this installation.
export function setting(section, key) {
	const ini = readFileSync(process.env.GATEHOUSE_INI ?? `${process.env.GATEHOUSE_DIR}/gatehouse.ini`, 'utf8')
	const part = ini.split(/^\[/m).find((text) => text.startsWith(`${section}]`)) ?? ''

	return part.match(new RegExp(`^${key} *= *(.*)$`, 'm'))?.[1]
}

// What the provider would send: { bytes, headers }.
export function notice_of(payment_uuid, { id = unique(), secret = setting('payment', 'webhook_secret'), signature } = {}) {
	const bytes = JSON.stringify({ id, payment: payment_uuid })

	assert.ok(secret, 'this stack has no payment.webhook_secret')
	return {
		bytes,
		headers: {
			'content-type': 'application/json',
			...(signature === null ? {} : { 'x-signature': signature ?? createHmac('sha256', secret).update(bytes).digest('hex') })
		}
	}
}

export function notice(payment_uuid, more) {
	const { bytes, headers } = notice_of(payment_uuid, more)

	return raw('POST', '/api/v1/payments/webhook/sandbox/', bytes, headers)
}

// A request whose body is bytes as they are.
export const raw = (method, path, bytes, headers = {}, access) =>
	api(method, path, undefined, { token: access, headers, bytes })

// ---- the gate ----

export const scan = (usher, body, more) => as(usher).post('/api/usher/scan/result/', body, more)

// A card in somebody's hand, as staff would hand it out. Gives its UID.
export function new_card(customer, status = 'active') {
	const uid = `04${randomBytes(6).toString('hex').toUpperCase()}`

	if (customer && status === 'active') // nobody has two
		sql(`UPDATE nfc_card SET status = 'lost' WHERE customer_id = ${customer.customer_id} AND status = 'active'`)
	sql(`INSERT INTO nfc_card (uid, customer_id, merchant_id, status, assigned_at, created_at)
		VALUES ('${uid}', ${customer ? customer.customer_id : 'NULL'}, 1, '${status}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	return uid
}
