// Who may what of a campus: every route of /api/campus, as each of the five roles and signed out, on what is in their scope, on what they only
// see, and on what is outside of it, which is not there. What may be is said here, as the contract has it, and not read from the program:
// a route that no row names fails the test.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { api, sql } from './lib.mjs'
import { as, attendance_row, HOUR, iso, new_member, ok, unique } from './world.mjs'

const AT = '/api/campus/', MINUTE = 60_000, now = Date.now(), mark = unique()
const ROLES = { student: 'student', supervisor: 'supervisor', organizer: 'campus_organizer', hr: 'hr', admin: 'campus_admin' }
const ALL = Object.keys(ROLES), STAFF = ALL.slice(1), OFFICE = ['hr', 'admin'], ADMIN = ['admin'], BECAUSE = { reason: 'Seen on the list at the door' }
const hex = (id) => `UNHEX('${id.replaceAll('-', '')}')`
const document = (await api('GET', '/api/openapi.json')).body
const ROUTES = Object.entries(document.paths).filter(([path]) => path.startsWith(AT))
	.flatMap(([path, verbs]) => Object.keys(verbs).map((verb) => [verb.toUpperCase(), path.slice(AT.length)]))

// [methods, path, who may, of what kind, { body, query, change: only who may change it, lone: an object of its own for each, for it goes }]
const TABLE = [
	['GET', 'events', ALL], ['POST', 'events', STAFF], ['POST', 'events/bulk-create', STAFF],
	['GET', 'events/{id}', ALL, 'event'], ['GET', 'events/{id}/attendance', ALL, 'event'], ['GET', 'events/{id}/qr', STAFF, 'event'], ['POST', 'events/{id}/mark', STAFF, 'event'],
	['GET', 'analytics/realtime/{event_id}', ALL, 'watched'],
	['PUT PATCH', 'events/{id}', STAFF, 'event', { change: true }], ['PUT PATCH', 'events/{id}/update', STAFF, 'event', { change: true }],
	['DELETE', 'events/{id}', STAFF, 'event', { change: true, lone: true }], ['DELETE', 'events/{id}/delete', STAFF, 'event', { change: true, lone: true }],
	['GET PUT', 'events/{id}/roster', STAFF, 'event', { change: true }], ['POST', 'events/{id}/qr/refresh', STAFF, 'event', { change: true }],
	// Whoever is in the audience marks themselves, and nobody goes on with another's attempt.
	['POST', 'attendance/verify-qr', ALL],
	['POST', 'attendance/sync', ALL],
	...['verify-location', 'submit', 'verification-feedback', 'upload-front-photo', 'upload-back-photo', 'capture-signature'].map((step) =>
		['POST', `attendance/${step}`, ALL, 'attempt', { body: { latitude: 52.5, longitude: 13.3 } }]),
	['GET', 'attendance/verification-feedback', ALL, 'attempt'], ['GET', 'attendance/student-autofill', ALL],
	['GET', 'attendance', ALL], ['GET', 'attendance/reviews', STAFF], ['POST', 'attendance/bulk-verify', STAFF],
	['GET', 'attendance/{id}', ALL, 'record'], ['GET', 'attendance/{id}/photos/{kind}', ALL, 'record'], ['GET', 'attendance/{id}/excuse', ALL, 'record'],
	['POST', 'attendance/{id}/verify', STAFF, 'record', { body: { decision: 'pending', ...BECAUSE }, not_own: true }],
	['POST', 'attendance/{id}/excuse', STAFF, 'record', { body: BECAUSE, not_own: true }],
	['POST', 'attendance/{id}/hold', OFFICE, 'record', { body: BECAUSE, not_own: true }],
	['POST', 'attendance/{id}/appeal', ALL, 'appeal', { body: BECAUSE }],
	...['histograms/attendance-hourly', 'histograms/weekly-pattern', 'histograms/department-comparison', 'histograms/verification-time', 'attendance-trends', 'department-summary']
		.map((figure) => ['GET', `analytics/${figure}`, ALL]),
	['GET', 'reports/attendance', STAFF, 'report', { by: 'user_id' }], ...['official-format', 'export-with-photos'].map((report) => ['GET', `reports/${report}`, STAFF, 'seen_event', { by: 'event_id' }]),
	['GET', 'reports/lms', STAFF, 'seen_event', { by: 'target=moodle&event_id' }],
	['POST', 'reports/lms', STAFF, 'seen_event', { body: { target: 'lti', points: { present: 0 } }, by: 'event_id' }],
	['GET', 'platforms', ADMIN], ['GET', 'platforms/{id}', ADMIN, 'platform'], ['POST', 'platforms', ADMIN], ['PUT PATCH', 'platforms/{id}', ADMIN, 'platform'], ['DELETE', 'platforms/{id}', ADMIN, 'platform'],
	['GET', 'reports/individual/{user_id}', ALL, 'person'],
	['GET', 'reports/jobs', ALL], ['GET', 'reports/jobs/{id}', ALL, 'job'], ['GET', 'reports/jobs/{id}/download', ALL, 'job'],
	['POST', 'analytics/realtime/ticket', ALL], ['GET', 'analytics/dashboard', ALL], ['GET POST', 'analytics/dashboard/refresh', ALL], ['GET', 'events/{id}/analytics', STAFF, 'event'],
	['GET', 'analytics/anomaly-detection', STAFF], ['POST', 'analytics/anomaly-detection/{id}', STAFF, 'anomaly', { body: { status: 'dismissed', ...BECAUSE } }],
	['GET', 'users', ALL], ['GET', 'users/{id}', ALL, 'user'], ['POST', 'users', ADMIN], ['PUT PATCH', 'users/{id}', ADMIN, 'user'], ['DELETE', 'users/{id}', ADMIN, 'user', { lone: true }],
	['POST', 'users/{id}/verify', OFFICE, 'user'], ['POST', 'users/import', OFFICE], ['GET', 'users/import/{id}', OFFICE, 'import'],
	['GET', 'audit', OFFICE], ['GET', 'audit/{id}', OFFICE, 'entry'],
	['GET', 'departments', ALL], ['GET', 'departments/{id}', ALL, 'department'], ['POST', 'departments', ADMIN], ['PUT PATCH', 'departments/{id}', ADMIN, 'department'],
	['DELETE', 'departments/{id}', ADMIN, 'department', { lone: true }],
	['POST', 'auth/sessions/{session_id}/end', ALL, 'session'],
	['GET', 'campuses', ALL], ['GET', 'campuses/{id}', OFFICE, 'campus'], ['POST', 'campuses', ADMIN], ['PUT PATCH', 'campuses/{id}', ADMIN, 'campus'], ['DELETE', 'campuses/{id}', ADMIN, 'campus', { lone: true }],
	...['GET auth/profile', 'PUT PATCH auth/profile/update', 'POST auth/password-change', 'GET POST DELETE auth/consent', 'GET auth/sessions', 'POST auth/sessions/end-others', 'POST auth/verify-email/again', 'GET auth/export', 'GET POST DELETE push/subscriptions']
		.map((line) => [line.replace(/ [^ ]+$/, ''), line.split(' ').at(-1), ALL])
]
// Of nobody's session.
const OPEN = /^(auth\/(login|verify-otp|refresh|logout|password-reset|password-reset-confirm|register|verify-email|join)|reports\/verify\/\{code\}|lti\/jwks)$/
const rule_of = (method, path) => TABLE.find(([methods, at]) => at === path && methods.split(' ').includes(method))

let people, does, things

const event_of = async (who, more) => ok(await as(who).post(`${AT}events/`, {
	title: `Rights ${mark} ${unique()}`, location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR), latitude: 52.5, longitude: 13.3, audience: [{ rule: 'all' }], ...more
}), 201).id

// With a photo, and a file that its person was excused by: so that what is not shown is there.
function record_of(event, person, sha) {
	const id = attendance_row(event, person)

	sql(`INSERT INTO attendance_decision (attendance_id, act, by_id, reason, file_sha256, at) SELECT id, 'excuse', NULL, 'A note', '${sha}', UTC_TIMESTAMP(3) FROM attendance WHERE uuid = ${hex(id)};
		INSERT INTO attendance_evidence (uuid, attendance_id, kind, sent_sha256, file_sha256, bytes, width, height, received_at)
		SELECT UNHEX(REPLACE(UUID(), '-', '')), id, 'front', '${sha}', '${sha}', 70, 240, 240, UTC_TIMESTAMP(3) FROM attendance WHERE uuid = ${hex(id)}`)
	return id
}

// Another session of somebody's.
const session_of = (person) => Number(sql(`INSERT INTO session (account_id, role, role_id, created_at, seen_at, expires_at, ip, user_agent)
	SELECT s.account_id, s.role, s.role_id, s.created_at, s.seen_at, s.expires_at, s.ip, 'An app' FROM session s WHERE s.account_id = ${person.user.id} ORDER BY s.id LIMIT 1;
	SELECT LAST_INSERT_ID()`)[0][0])

// A stored picture's SHA-256.
async function picture(supervisor, record) {
	const form = new FormData(), png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

	form.append('reason', 'A note from a doctor')
	form.append('file', new Blob([Buffer.from(png, 'base64')], { type: 'image/png' }), 'note.png')
	ok(await as(supervisor).post(`${AT}attendance/${record}/excuse/`, form))
	return sql(`SELECT file_sha256 FROM attendance_decision WHERE attendance_id = (SELECT id FROM attendance WHERE uuid = ${hex(record)}) AND act = 'excuse'`)[0][0]
}

// A report of theirs that is done.
function job_of({ user: { id } }, sha) {
	const uuid = randomUUID()

	sql(`INSERT INTO campus_report (uuid, account_id, role, kind, format, asked, status, rows_total, file_sha256, created_at, expires_at)
		VALUES (${hex(uuid)}, ${id}, 'student', 'individual', 'csv', '{}', 'done', 1, '${sha}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 HOUR)`)
	return uuid
}

// Something out of the ordinary at an event.
const anomaly_of = (event) => Number(sql(`INSERT INTO attendance_anomaly (type, subject, severity, score, threshold, campus_id, event_id, attendance_ids, detail, detected_at, computed_at)
	SELECT 'over_roster', '${unique()}', 'medium', 1, 0, campus_id, id, '[]', '{"marks":1}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM campus_event WHERE uuid = ${hex(event)}; SELECT LAST_INSERT_ID()`)[0][0])
// A campus's platform for learning, to which something is being sent, so that it stays.
function platform_of(campus) {
	sql(`INSERT IGNORE INTO lti_platform (campus_id, issuer, client_id, token_url, line_item_url, created_at, updated_at)
		VALUES (${campus}, 'https://lms.example', 'rights', 'https://lms.example/token', 'https://lms.example/item', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
		INSERT INTO campus_report (uuid, account_id, role, kind, format, asked, status, rows_total, created_at, expires_at)
			VALUES (UNHEX(REPLACE(UUID(), '-', '')), ${people.admin.user.id}, 'campus_admin', 'lti', 'csv', '{}', 'running', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 HOUR);
		SET @report = LAST_INSERT_ID();
		INSERT INTO lti_posting (report_id, platform_id, line_item, state, scored_at) SELECT @report, id, line_item_url, 'sending', UTC_TIMESTAMP(3) FROM lti_platform WHERE campus_id = ${campus};
		INSERT INTO lti_score (report_id, account_id, given, maximum, state, due_at) VALUES (@report, ${people.admin.user.id}, 1, 1, 'queued', UTC_TIMESTAMP(3) + INTERVAL 1 HOUR)`)
	return Number(sql(`SELECT id FROM lti_platform WHERE campus_id = ${campus}`)[0][0])
}
after(() => sql("DELETE r FROM campus_report r JOIN lti_posting p ON p.report_id = r.id"))

// What they did last, as the audit log has it.
const entry_of = ({ user: { id } }) => Number(sql(`SELECT MAX(id) FROM audit_log WHERE account_id = ${id}`)[0][0])
const import_of = async (who) => ok(await as(who).post(`${AT}users/import/`, { members: [{ email: `${unique()}@campus.example`, first_name: 'Nia', last_name: 'New' }] }), 202).id

before(async () => {
	people = { far: await new_member('student', { campus: 2 }), far_maker: await new_member('supervisor', { campus: 2 }), far_hr: await new_member('hr', { campus: 2 }),
		mate: await new_member('student', { department: 3 }), other: await new_member('campus_organizer', { department: 3 }) }
	for (const [role, word] of Object.entries(ROLES))
		people[role] = await new_member(word, role === 'organizer' ? { department: 2 } : {})
	does = Object.fromEntries(ALL.map((role) => [role, as(people[role])]))

	const [of_organizer, of_supervisor, far, hidden] = [await event_of(people.organizer), await event_of(people.supervisor), await event_of(people.far_maker),
		await event_of(people.other, { audience: [{ rule: 'member', value: people.other.user.id }] })]
	const sha = await picture(people.supervisor, attendance_row(of_supervisor, people.mate))
	const record = record_of(of_organizer, people.student, sha), of_mate = record_of(of_organizer, people.mate, sha), of_far = record_of(far, people.far, sha), of_other = record_of(hidden, people.other, sha)
	const mine = Object.fromEntries(ALL.map((role) => [role, role === 'student' ? record : record_of(of_organizer, people[role], sha)]))
	const scoped = (in_scope, outside, seen = {}) => Object.fromEntries(ALL.map((role) => [role, { own: in_scope[role] ?? [], outside: outside[role] ?? [], seen: seen[role] ?? [] }]))
	const office = (value) => ({ hr: value, admin: value }), { user: { id: student } } = people.student, far_department = Number(sql('SELECT MIN(id) FROM department WHERE campus_id = 2')[0][0])

	const [odd, odd_too, odd_far] = [of_organizer, of_supervisor, far].map(anomaly_of)
	things = {
		mine, of_organizer,
		event: scoped({ student: [of_organizer], supervisor: [of_supervisor], organizer: [of_organizer], ...office([of_organizer, of_supervisor, hidden]) },
			{ student: [far, hidden], supervisor: [far], organizer: [far, of_supervisor, hidden], ...office([far]) }, { supervisor: [of_organizer, hidden] }),
		// How an event stands is more than a student's own.
		watched: scoped({ supervisor: [of_supervisor, of_organizer], organizer: [of_organizer], ...office([of_organizer, of_supervisor]) },
			{ student: [of_organizer, far], supervisor: [far], organizer: [far, of_supervisor], ...office([far]) }),
		record: scoped({ student: [record], supervisor: [record], organizer: [record, of_mate], ...office([record, of_mate, of_other]) },
			{ student: [of_mate, of_far, of_other], supervisor: [of_mate, of_far, of_other], organizer: [of_far, of_other], ...office([of_far]) }),
		appeal: scoped(Object.fromEntries(ALL.map((role) => [role, [mine[role]]])), { student: [of_mate, of_far], supervisor: [of_far], organizer: [of_far], ...office([of_far]) },
			Object.fromEntries(STAFF.map((role) => [role, [record]]))),
		anomaly: scoped({ supervisor: [odd_too], organizer: [odd], ...office([odd, odd_too]) }, { supervisor: [odd, odd_far], organizer: [odd_too, odd_far], ...office([odd_far]) }),
		attempt: scoped(Object.fromEntries(ALL.map((role) => [role, [mine[role]]])), Object.fromEntries(ALL.map((role) => [role, [of_mate, of_far]]))),
		user: scoped({ student: [student], supervisor: [student], organizer: [people.organizer.user.id], ...office([student, people.mate.user.id]) },
			{ student: [people.mate.user.id, people.far.user.id], supervisor: [people.mate.user.id, people.far.user.id], organizer: [people.far.user.id], ...office([people.far.user.id]) }),
		// Whose reports there are: of people whose records one sees, or who are expected where one sees them.
		person: scoped({ student: [student], supervisor: [student, people.mate.user.id], organizer: [student, people.mate.user.id], ...office([student, people.mate.user.id]) },
			{ student: [people.mate.user.id, people.far.user.id], supervisor: [people.far.user.id], organizer: [people.far.user.id], ...office([people.far.user.id]) }),
		report: scoped({ supervisor: [student, people.mate.user.id], organizer: [student, people.mate.user.id], ...office([student, people.mate.user.id]) },
			{ supervisor: [people.far.user.id], organizer: [people.far.user.id], ...office([people.far.user.id]) }),
		seen_event: scoped({ supervisor: [of_supervisor, of_organizer], organizer: [of_organizer], ...office([of_organizer, of_supervisor]) },
			{ supervisor: [far], organizer: [far, of_supervisor], ...office([far]) }),
		job: scoped(Object.fromEntries(ALL.map((role) => [role, [job_of(people[role], sha)]])), Object.fromEntries(ALL.map((role) => [role, [job_of(people.far, sha)]]))),
		session: scoped(Object.fromEntries(ALL.map((role) => [role, [session_of(people[role])]])), Object.fromEntries(ALL.map((role) => [role, [session_of(people.far)]]))),
		import: scoped({ hr: [await import_of(people.hr)], admin: [await import_of(people.admin)] }, office([await import_of(people.far_hr)])),
		entry: scoped(office([entry_of(people.supervisor)]), office([entry_of(people.far_maker)])),
		department: scoped(Object.fromEntries(ALL.map((role) => [role, [1]])), Object.fromEntries(ALL.map((role) => [role, [far_department]]))),
		campus: scoped(office([1]), office([2])),
		platform: scoped(office([platform_of(1)]), office([platform_of(2)]))
	}
})

function call(who, [method, path], id, { body, query, by } = {}) {
	const named = /\{(event_|user_|session_)?id\}/.test(path), by_field = id && !named
	const url = `${AT}${path.replace(/\{(event_|user_|session_)?id\}/, id).replace('{kind}', 'front')}/${by_field && method === 'GET' ? `?${by ?? 'attendance_id'}=${id}` : query ?? ''}`
	const sent = ['GET', 'DELETE'].includes(method) ? undefined : { ...body, ...(by_field ? { [by ?? 'attendance_id']: id } : {}) }

	return api(method, url, sent, { token: who?.access })
}

const said = (answer) => `${answer.status} ${answer.text.slice(0, 200)}`
// It was let through: what is wrong with what was sent is another matter.
const let_in = (answer) => ![401, 403, 404, 405].includes(answer.status) && answer.status < 500

// One of its own for what goes.
async function lone(kind, role) {
	if (kind === 'event')
		return event_of(people[role])
	if (kind === 'user')
		return (await new_member('student')).user.id
	if (kind === 'department')
		return ok(await does.admin.post(`${AT}departments/`, { name: `Department ${unique()}`, short_code: unique(), campus_id: 1 }), 201).id
	return undefined
}

test('each route of the mount has its row, and no row is of a route that is not there', () => {
	assert.deepEqual(ROUTES.filter(([method, path]) => !OPEN.test(path) && !rule_of(method, path)), [])
	for (const [methods, path] of TABLE)
		for (const method of methods.split(' '))
			assert.ok(ROUTES.some(([m, at]) => m === method && at === path), `${method} ${path}`)
})

describe('each route', () => {
	for (const route of ROUTES.filter(([, path]) => !OPEN.test(path)))
		test(route.join(' '), async () => {
			const [, , who, kind, how = {}] = rule_of(...route), name = route.join(' ')

			for (const role of ALL) {
				const of = kind ? things[kind][role] : { own: [undefined], seen: [], outside: [] }
				const every = [...of.own, ...of.seen, ...of.outside], any = kind ? things[kind].hr.own[0] : undefined

				if (!who.includes(role)) {
					for (const id of every.length ? every : [any]) {
						const answer = await call(people[role], route, id, how)
						assert.equal(answer.status, 403, `${role} ${name} ${id}: ${said(answer)}`)
						assert.equal(answer.body.code, 'permission_denied')
					}
					continue
				}
				for (const id of of.outside) {
					const answer = await call(people[role], route, id, how)
					assert.equal(answer.status, 404, `${role} ${name} outside ${id}: ${said(answer)}`)
					assert.equal(answer.body.code, 'not_found', name)
				}
				for (const id of of.seen) {
					const answer = await call(people[role], route, id, how)
					if (how.change || kind === 'appeal')
						assert.equal(answer.status, 403, `${role} ${name} seen ${id}: ${said(answer)}`)
					else
						assert.ok(let_in(answer), `${role} ${name} seen ${id}: ${said(answer)}`)
				}
				if (how.not_own) {
					const answer = await call(people[role], route, things.mine[role], how)
					assert.equal(answer.status, 403, `${role} ${name} their own: ${said(answer)}`)
				}
				for (const id of how.lone ? [await lone(kind, role)].filter(Boolean) : of.own) {
					const answer = await call(people[role], route, id, how)
					assert.ok(let_in(answer) || (route[1] === 'campuses' && route[0] === 'POST'), `${role} ${name} ${id}: ${said(answer)}`)
				}
			}
			const nobody = await call(undefined, route, kind && things[kind].hr.own[0], how)
			assert.equal(nobody.status, 401, `nobody ${name}: ${said(nobody)}`)
			assert.equal(nobody.headers.get('www-authenticate'), 'Bearer realm="api"')
		})
})

test('lists hold what is in scope and nothing else', async () => {
	for (const role of ALL) {
		const { event, record } = things, events = ok(await does[role].get(`${AT}events/?search=${mark}&page_size=200`)).results.map(({ id }) => id)

		for (const id of [...event[role].own, ...event[role].seen])
			assert.ok(events.includes(id), `${role} event ${id}`)
		assert.deepEqual(event[role].outside.filter((id) => events.includes(id)), [], `${role} events`)
		const of_people = []
		for (const person of ['student', 'mate', 'far', 'other'])
			of_people.push(...ok(await does[role].get(`${AT}attendance/?user_id=${people[person].user.id}&page_size=200`)).results.map(({ id }) => id))
		for (const id of record[role].own)
			assert.ok(of_people.includes(id), `${role} record ${id}`)
		assert.deepEqual(record[role].outside.filter((id) => of_people.includes(id)), [], `${role} records`)
		const here = ok(await does[role].get(`${AT}events/${things.of_organizer}/attendance/?page_size=200&include=missing`)).results.map(({ id }) => id)
		assert.deepEqual(record[role].outside.filter((id) => here.includes(id)), [], `${role} records of an event`)
		for (const who of role === 'organizer' ? ['far'] : ['mate', 'far']) { // whom organizers see of their rosters is asked of the roster
			const found = ok(await does[role].get(`${AT}users/?search=${people[who].username}`)).results.map(({ id }) => id), { id } = people[who].user
			assert.equal(found.includes(id), !things.user[role].outside.includes(id), `${role} user ${who}`)
		}
	}
	for (const role of STAFF) {
		const waiting = ok(await does[role].get(`${AT}attendance/reviews/?page_size=200`)).results.map(({ id }) => id)
		assert.deepEqual([...things.record[role].outside, things.mine[role]].filter((id) => waiting.includes(id)), [], `${role} reviews`)
		const done = ok(await does[role].post(`${AT}attendance/bulk-verify/`, { ids: [...things.record[role].outside, things.mine[role]], decision: 'pending', ...BECAUSE }))
		assert.equal(done.done, 0, `${role} bulk`)
	}
})
