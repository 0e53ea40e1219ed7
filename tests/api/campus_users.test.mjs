// Members of a campus: whom each role sees, what admins make of them, who looks at an account, and how one comes to a password.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, Browser, messages, sign_in, sql } from './lib.mjs'
import { as, HOUR, in_roles, iso, jobs_run, new_member, ok, refused, reset_by_mail, unique, until } from './world.mjs'
import { workbook } from './xlsx.mjs'

const USERS = '/api/campus/users/', AUTH = '/api/campus/auth/'
const at = (person, what = '') => `${USERS}${person.user?.id ?? person.id}/${what}`
const faults = (answer) => Object.keys(refused(answer, 422, 'VALIDATION_ERROR').errors)
const newcomer = (more) => ({ email: `${unique()}@campus.example`, first_name: 'Nia', last_name: 'New', role: 'student', ...more })
const sign_in_as = (username, password) => api('POST', `${AUTH}login/`, { username, password })
const token_in = async (email) => (await messages(email))[0].body.match(/token=([\w-]{43})/)[1]
let people, admin, local, hr

before(async () => {
	people = {
		admin: await new_member('campus_admin', { campus: null }), local: await new_member('campus_admin'), hr: await new_member('hr'),
		supervisor: await new_member('supervisor'), organizer: await new_member('campus_organizer'), student: await new_member('student'),
		elsewhere: await new_member('student', { campus: 2 }), architect: await new_member('student', { department: 2 })
	};
	[admin, local, hr] = [people.admin, people.local, people.hr].map(as)
})

test('each role sees whom it may, and nobody else', async () => {
	const see = {
		admin: { student: 200, architect: 200, elsewhere: 200 }, local: { student: 200, architect: 200, elsewhere: 404 }, hr: { student: 200, architect: 200, elsewhere: 404 },
		supervisor: { student: 200, architect: 404, elsewhere: 404 }, organizer: { student: 404, architect: 404, elsewhere: 404 }, student: { student: 200, architect: 404, elsewhere: 404 }
	}

	for (const [role, seen] of Object.entries(see)) {
		for (const [other, status] of Object.entries(seen)) {
			assert.equal((await as(people[role]).get(at(people[other]))).status, status, `${role} sees ${other}`)
			assert.equal(ok(await as(people[role]).get(`${USERS}?search=${people[other].username}`)).count, status === 200 ? 1 : 0, `${role} lists ${other}`)
		}
		assert.equal(ok(await as(people[role]).get(at(people[role]))).id, people[role].user.id)
	}
	for (const role of ['supervisor', 'organizer', 'student', 'hr'])
		for (const answer of [await as(people[role]).patch(at(people.student), { year_level: 3 }), await as(people[role]).delete(at(people.student)), await as(people[role]).post(USERS, newcomer())])
			refused(answer, 403, 'FORBIDDEN')
	for (const does of [as(people.supervisor), as(people.student)])
		refused(await does.post(at(people.student, 'verify/'), {}), 403, 'FORBIDDEN')
	assert.equal((await local.patch(at(people.elsewhere), { year_level: 3 })).status, 404)
	assert.equal((await local.delete(at(people.elsewhere))).status, 404)
	assert.equal((await hr.post(at(people.elsewhere, 'verify/'), {})).status, 404)
})

test('an admin changes what is the campus\'s to say; who saw another version is told', async () => {
	const student = await new_member('student'), whole = ok(await local.get(at(student)))

	assert.deepEqual([whole.campus, whole.campus_id, whole.department, whole.department_id, whole.year_level], ['Riverside Campus', 1, 'Computer Science', 1, 2])
	const changed = ok(await local.patch(at(student), { department: 'ARC', year_level: 3, student_id: `N${student.username}`, version: whole.version }))
	assert.deepEqual([changed.department_id, changed.year_level, changed.student_id, changed.role], [2, 3, `N${student.username}`, 'student'])
	refused(await local.put(at(student), { year_level: 4, version: whole.version }), 409, 'CHANGED_MEANWHILE')
	assert.equal(ok(await local.put(at(student), { department_id: 3 })).department, 'Nursing')
	assert.deepEqual([ok(await local.put(at(student), { department: null, year_level: null })).department, ok(await local.get(at(student))).year_level], [null, null])
	// The list, its filters and its files know it.
	assert.equal(ok(await local.get(`${USERS}?search=N${student.username}&role=student&campus=RIV&is_active=true`)).count, 1)
	assert.match((await local.get(`${USERS}?search=N${student.username}&format=csv`)).text, new RegExp(student.email))
	// Who took it is known.
	assert.deepEqual(sql("SELECT a.username, l.after_json FROM audit_log l JOIN account a ON a.id = l.account_id WHERE l.action = 'export' AND l.noun = 'users' ORDER BY l.id DESC LIMIT 1"),
		[[people.local.username, JSON.stringify({ format: 'csv', filter: { search: `N${student.username}` }, rows: 1 })]])
	for (const [field, wrong] of [['role', { role: 'king' }], ['role', { role: null }], ['department', { department: 'PHY' }], ['department_id', { department_id: 4 }], ['campus', { campus: 'HIL' }],
		['campus', { campus: 'none' }], ['campus_id', { campus_id: 2 }], ['campus', { campus: null }], ['year_level', { year_level: 0 }]])
		assert.deepEqual(faults(await local.patch(at(student), wrong)), [field], JSON.stringify(wrong))
	assert.ok(refused(await local.patch(at(student), { student_id: people.student.username }), 400, 'DUPLICATE').errors.student_id)
	// From one campus to another, by who manages both: its department stays behind.
	ok(await local.patch(at(student), { department: 'CS' }))
	const moved = ok(await admin.patch(at(student), { campus: 'HIL' }))
	assert.deepEqual([moved.campus_id, moved.department], [2, null])
	assert.equal((await local.get(at(student))).status, 404)
	assert.equal(ok(await admin.patch(at(student), { campus_id: 1, department: 'NUR' })).department_id, 3)
	assert.deepEqual(faults(await admin.patch(at(student), { campus: null })), ['campus'])
})

test('another role ends the sessions of the one before; nobody changes their own', async () => {
	const person = await new_member('student')

	ok(await as(person).get(`${AUTH}profile/`))
	assert.equal(ok(await local.patch(at(person), { role: 'organizer' })).role, 'organizer')
	assert.equal((await as(person).get(`${AUTH}profile/`)).status, 401)
	assert.deepEqual(sql(`SELECT role FROM account_role WHERE account_id = ${person.user.id}`).flat(), ['campus_organizer'])
	assert.equal(ok(await sign_in_as(person.username, person.password)).user.role, 'organizer')
	for (const wrong of [{ role: 'student' }, { is_active: false }, { campus_id: null }])
		assert.deepEqual(faults(await local.patch(at(people.local), wrong)), Object.keys(wrong))
	refused(await local.delete(at(people.local)), 403, 'FORBIDDEN')
	assert.equal(ok(await local.patch(at(people.local), { year_level: 5 })).year_level, 5)
})

test('who is taken off the list cannot sign in; who is somebody elsewhere too leaves the campus alone', async () => {
	const person = await new_member('student'), guest = await new_member('student')

	assert.equal((await local.delete(at(person))).status, 204)
	assert.equal((await as(person).get(`${AUTH}profile/`)).status, 401)
	refused(await sign_in_as(person.username, person.password), 403, 'ACCOUNT_DISABLED')
	assert.equal(ok(await local.get(at(person))).is_active, false)
	assert.equal(ok(await local.patch(at(person), { is_active: true })).is_active, true)
	ok(await sign_in_as(person.username, person.password))
	await in_roles(guest.user.id, ['student', 'user'], async () => {
		assert.deepEqual(faults(await local.patch(at(guest), { is_active: false })), ['is_active'])
		assert.equal((await local.delete(at(guest))).status, 204)
		assert.deepEqual(sql(`SELECT r.role, a.status FROM account a JOIN account_role r ON r.account_id = a.id WHERE a.id = ${guest.user.id}`), [['user', 'active']])
		assert.equal((await local.get(at(guest))).status, 404)
	})
})

test('who was taken off the list is expected at no event that has not closed, until they are back', async () => {
	const person = await new_member('student', { department: 3 }), now = Date.now(), audience = [{ rule: 'member', value: person.user.id }]
	const event_of = async (from, more) => ok(await local.post('/api/campus/events/', { title: `Leaving ${unique()}`, location: 'Hall A', start_datetime: iso(from), end_datetime: iso(from + HOUR), audience, ...more }), 201)
	const [open, marked, coming, over] = [await event_of(now), await event_of(now), await event_of(now + 3 * HOUR), await event_of(now - 3 * HOUR)]
	const expected = async (event) => ok(await local.get(`/api/campus/events/${event.id}/`)).counts.expected, all = async () => Promise.all([open, marked, coming, over].map(expected))

	ok(await local.post(`/api/campus/events/${marked.id}/mark/`, { user_id: person.user.id, status: 'present', reason: 'No phone' }), 201)
	// Who came when an event was over was not expected there.
	sql(`UPDATE campus_member SET created_at = created_at - INTERVAL 1 DAY WHERE account_id = ${person.user.id}`)
	jobs_run('rosters')
	await until('the rosters are fixed', () => sql(`SELECT COUNT(*) FROM event_expected x JOIN campus_event e ON e.id = x.event_id WHERE x.account_id = ${person.user.id}
		AND e.title LIKE 'Leaving %'`)[0][0] === '3') // the demo's lectures may expect them too
	assert.deepEqual(await all(), [1, 1, 1, 1])
	assert.equal((await local.delete(at(person))).status, 204)
	assert.deepEqual(await all(), [0, 1, 0, 1])
	ok(await local.patch(at(person), { is_active: true }))
	assert.equal(await expected(coming), 1)
})

test('who has left is a person no more when the days of the campus are over; their records stay, of nobody', async () => {
	const [person, held, guest, back] = await Promise.all([0, 1, 2, 3].map(() => new_member('student'))), now = Date.now(), all = [person, held, guest, back]
	const event = ok(await local.post('/api/campus/events/', { title: `Gone ${unique()}`, location: 'Hall A', start_datetime: iso(now), end_datetime: iso(now + HOUR) }), 201)
	const record_of = async ({ user }) => ok(await local.post(`/api/campus/events/${event.id}/mark/`, { user_id: user.id, status: 'present', reason: 'No phone' }), 201).id
	const records = await Promise.all(all.map(record_of)), name_of = async (i) => ok(await local.get(`/api/campus/attendance/${records[i]}/`)).student.full_name
	const kept = ({ user }) => sql(`SELECT a.name, COALESCE(a.email, '-'), COALESCE(a.username, '-'), COALESCE(m.student_id, '-') FROM account a JOIN campus_member m ON m.account_id = a.id WHERE a.id = ${user.id}`)[0].join(' ')
	const purged = () => Number(sql("SELECT COUNT(*) FROM audit_log WHERE action = 'purge' AND noun = 'campus_member'")[0][0]), ids = all.map(({ user }) => user.id).join()
	const go = async (days) => {
		sql(`UPDATE campus_member SET left_at = UTC_TIMESTAMP(3) - INTERVAL ${days} DAY WHERE account_id IN (${ids}) AND left_at IS NOT NULL`)
		sql("UPDATE job SET ran_at = NULL WHERE name = 'purges'")
		jobs_run('purges')
		await until('purges ran', () => sql("SELECT ran_at IS NOT NULL FROM job WHERE name = 'purges'")[0][0] === '1')
	}

	ok(await local.post(`/api/campus/attendance/${records[1]}/hold/`, { held: true, reason: 'A dispute' }))
	sql(`INSERT INTO account_role (account_id, role, granted_at) VALUES (${guest.user.id}, 'user', UTC_TIMESTAMP(3))`)
	for (const one of all)
		assert.equal((await local.delete(at(one))).status, 204)
	ok(await local.patch(at(back), { is_active: true }))
	const was = all.map(kept), had = purged()
	await go(179)
	assert.deepEqual([all.map(kept), purged()], [was, had])
	await go(181)
	assert.equal(kept(person), 'Deleted account - - -')
	assert.deepEqual([kept(held), kept(back), purged()], [was[1], was[3], had + 1])
	// Whoever is somebody elsewhere stays that; the campus knows them no more.
	assert.equal(kept(guest), was[2].replace(/\S+$/, '-'))
	assert.deepEqual(await Promise.all([0, 1, 2, 3].map(name_of)), [`Former member ${person.user.id}`, 'Mo Member', `Former member ${guest.user.id}`, 'Mo Member'])
	assert.equal((await local.get(at(person))).status, 404)
	refused(await sign_in_as(person.username, person.password), 401, 'INVALID_CREDENTIALS')
	await new_member('student', { campus: 1 })
	// Their hold is over.
	ok(await local.post(`/api/campus/attendance/${records[1]}/hold/`, { held: false, reason: 'It is settled' }))
	await go(181)
	assert.deepEqual([kept(held), await name_of(1)], ['Deleted account - - -', `Former member ${held.user.id}`])
	sql(`DELETE FROM account_role WHERE account_id = ${guest.user.id}`) // a role has a profile
})

test('hr and admins look at accounts, never at their own; it is told with its reason', async () => {
	assert.equal(ok(await hr.post(at(people.student, 'verify/'), { reason: 'Seen with a card' })).is_verified, true)
	assert.equal(ok(await hr.post(at(people.student, 'verify/'), {})).is_verified, true)
	assert.equal(ok(await local.post(at(people.student, 'verify/'), { is_verified: false })).is_verified, false)
	refused(await hr.post(at(people.hr, 'verify/'), {}), 403, 'FORBIDDEN')
	const told = sql(`SELECT account_id, after_json FROM audit_log WHERE noun = 'member' AND action = 'verify' AND noun_id = ${people.student.user.id} ORDER BY id`)
	assert.deepEqual(told.map(([by, after]) => [Number(by), JSON.parse(after)]), [[people.hr.user.id, { is_verified: true, reason: 'Seen with a card' }],
		[people.local.user.id, { is_verified: false, reason: null }]])
})

test('a new member is invited by mail, sets a password once, and signs in', async () => {
	const body = newcomer({ department: 'CS', year_level: 1, username: `n${unique()}`, student_id: unique() }), made = ok(await local.post(USERS, body), 201)

	assert.deepEqual([made.role, made.campus_id, made.department, made.full_name, made.is_active, made.is_verified], ['student', 1, 'Computer Science', 'Nia New', true, false])
	refused(await sign_in_as(body.username, 'anything'), 401, 'INVALID_CREDENTIALS')
	const token = await token_in(body.email), new_password = `pass-${unique()}`
	assert.deepEqual(faults(await api('POST', `${AUTH}password-reset-confirm/`, { token, new_password: 'short' })), ['new_password'])
	assert.deepEqual(faults(await api('POST', `${AUTH}password-reset-confirm/`, { token: `${token.slice(0, -1)}x`, new_password })), ['token'])
	ok(await api('POST', `${AUTH}password-reset-confirm/`, { uid: '7', token, new_password }))
	assert.deepEqual(faults(await api('POST', `${AUTH}password-reset-confirm/`, { token, new_password })), ['token'])
	assert.equal(ok(await sign_in_as(body.email, new_password)).user.id, made.id)
	assert.deepEqual(sql(`SELECT 1 FROM audit_log WHERE after_json LIKE '%${token}%'`), [])
	for (const [field, wrong] of [['email', { email: 'nobody' }], ['email', { email: undefined }], ['role', { role: undefined }], ['first_name', { first_name: '' }], ['username', { username: 'a@b' }],
		['campus', { campus: 2 + '' }], ['department', { department: 'MUS' }], ['campus', { campus_id: null, campus: null }]])
		assert.deepEqual(faults(await local.post(USERS, newcomer(wrong))), [field], JSON.stringify(wrong))
	assert.ok(refused(await local.post(USERS, newcomer({ email: body.email })), 400, 'DUPLICATE').errors.email)
	assert.ok(refused(await local.post(USERS, newcomer({ username: body.username })), 400, 'DUPLICATE').errors.username)
	assert.ok(refused(await local.post(USERS, newcomer({ student_id: body.student_id })), 400, 'DUPLICATE').errors.student_id)
	assert.deepEqual(faults(await admin.post(USERS, newcomer())), ['campus'])
	assert.equal(ok(await admin.post(USERS, newcomer({ role: 'hr' })), 201).campus_id, null)
})

test('a forgotten password is asked for by anybody, and told to nobody', async () => {
	const person = await new_member('student'), ask = async (email) => ok(await api('POST', `${AUTH}password-reset/`, { email })).message
	const known = await ask(person.email)

	assert.equal(await ask(`${unique()}@nowhere.test`), known)
	const first = await token_in(person.email)
	await ask(person.email.toUpperCase())
	const second = await token_in(person.email), new_password = `pass-${unique()}`
	assert.notEqual(first, second)
	ok(await api('POST', `${AUTH}password-reset-confirm/`, { token: second, new_password }))
	assert.equal((await as(person).get(`${AUTH}profile/`)).status, 401)
	assert.deepEqual(faults(await api('POST', `${AUTH}password-reset-confirm/`, { token: first, new_password: `pass-${unique()}` })), ['token'])
	await sign_in('campus', { username: person.username, password: new_password })
	// What is older than an hour is over; a disabled account, and one that is staff's, get nothing.
	await ask(person.email)
	sql(`UPDATE account_token SET expires_at = UTC_TIMESTAMP(3) WHERE account_id = ${person.user.id}`)
	assert.deepEqual(faults(await api('POST', `${AUTH}password-reset-confirm/`, { token: await token_in(person.email), new_password })), ['token'])
	const other = await new_member('student'), tokens = () => Number(sql(`SELECT COUNT(*) FROM account_token WHERE account_id = ${other.user.id}`)[0][0])
	await in_roles(other.user.id, ['student', 'support'], async () => {
		await ask(other.email)
		assert.equal(tokens(), 0)
	})
	assert.deepEqual(await messages(other.email), [])
})

test('one changes one\'s own password by the old one; other sessions end', async () => {
	const person = await new_member('student'), again = await sign_in('campus', person), new_password = `pass-${unique()}`

	assert.deepEqual(faults(await as(person).post(`${AUTH}password-change/`, { old_password: 'not it', new_password })), ['old_password'])
	assert.deepEqual(faults(await as(person).post(`${AUTH}password-change/`, { current_password: 'not it', new_password })), ['current_password'])
	assert.deepEqual(faults(await as(person).post(`${AUTH}password-change/`, { new_password })), ['current_password'])
	ok(await as(person).post(`${AUTH}password-change/`, { old_password: person.password, new_password }))
	ok(await as(person).get(`${AUTH}profile/`))
	assert.equal((await as(again.access).get(`${AUTH}profile/`)).status, 401)
	await sign_in('campus', { username: person.username, password: new_password })
})

// ---- a list ----

const file_of = (text, more = {}) => {
	const form = new FormData()

	form.append('file', new Blob([text], { type: 'text/csv' }), 'people.csv')
	for (const [name, value] of Object.entries(more))
		form.append(name, value)
	return form
}
async function imported(does, form) {
	const { id, status } = ok(await does.post(`${USERS}import/`, form), 202)
	let state

	assert.equal(status, 'queued')
	jobs_run('imports')
	await until('it is read', async () => (state = ok(await does.get(`${USERS}import/${id}/`))).status === 'done')
	return state
}

test('a list of people is read line by line: made, changed, as it was, or refused with why', async () => {
	const word = unique(), email = (n) => `${word}${n}@campus.example`
	const text = `Email,First name,Last name,Username,Student ID,Department,Year level,Role\n${email(1)},Ada,One,u${word}1,${word}1,CS,1,\n` +
		`${email(2)},Bob,Two,,${word}2,ARC,2,student\n${people.student.email},Mo,Member,,${people.student.username},NUR,4,\n${people.elsewhere.email},Mo,Member,,,,,\n` +
		`${email(3)},Cy,Three,,${word}1,,,\n${email(4)},,Four,,,,,\n${email(5)},Eve,Five,,,MUS,,\n${email(6)},Eve,Six,,,,,hr\n`
	const outcomes = (state) => state.results.map((one) => [one.outcome, ...Object.keys(one.errors ?? {})].join(' '))
	const had = () => Number(sql('SELECT COUNT(*) FROM account')[0][0]), all = had()
	const expected = ['made', 'made', 'changed', 'refused email', 'refused student_id', 'refused first_name', 'refused department', 'refused role']

	// A dry run says so and does not; by itself a number that two lines have is then free for both.
	const dry = await imported(hr, file_of(text, { dry_run: 'true' }))
	assert.deepEqual(outcomes(dry), expected.with?.(4, 'made') ?? expected.map((one, i) => i === 4 ? 'made' : one))
	assert.equal(had(), all)
	const state = await imported(hr, file_of(text))
	assert.deepEqual(outcomes(state), expected)
	assert.deepEqual([state.total, state.done, state.made, state.changed, state.refused, state.results[0].line], [8, 8, 2, 1, 5, 2])
	// Who handed it in did what became of each line.
	const noted = (id) => sql(`SELECT l.action, l.noun, l.role, l.account_id = i.account_id, l.noun_id FROM audit_log l JOIN campus_import i ON i.id = ${id}
		WHERE l.noun = 'campus_import' AND l.noun_id = i.id OR l.noun = 'member' AND JSON_VALUE(l.after_json, '$.campus_import') = i.id ORDER BY l.id`).map((row) => row.join(' '))
	const lines = state.results.slice(0, 3).map(({ user_id }) => user_id)
	assert.deepEqual(noted(state.id), [`import campus_import hr 1 ${state.id}`, `create member hr 1 ${lines[0]}`, `create member hr 1 ${lines[1]}`, `update member hr 1 ${lines[2]}`])
	assert.deepEqual(noted(dry.id), [`import campus_import hr 1 ${dry.id}`])
	const ada = ok(await hr.get(`${USERS}${state.results[0].user_id}/`))
	assert.deepEqual([ada.email, ada.username, ada.student_id, ada.department_id, ada.year_level, ada.role, ada.campus_id], [email(1), `u${word}1`, `${word}1`, 1, 1, 'student', 1])
	assert.deepEqual([ok(await hr.get(at(people.student))).department, ok(await hr.get(at(people.student))).year_level], ['Nursing', 4])
	assert.deepEqual(outcomes(await imported(local, file_of(text))), ['same', 'same', 'same', 'refused email', 'refused student_id', 'refused first_name', 'refused department', 'made'])
	assert.equal((await local.get(`${USERS}import/${state.id}/`)).status, 404)
	for (const [field, wrong] of [['file', file_of('')], ['file', {}], ['campus_id', file_of(text, { campus_id: '2' })]])
		assert.deepEqual(faults(await hr.post(`${USERS}import/`, wrong)), [field])
	assert.deepEqual(faults(await admin.post(`${USERS}import/`, file_of(text))), ['campus_id'])
	refused(await as(people.supervisor).post(`${USERS}import/`, file_of(text)), 403, 'FORBIDDEN')
	assert.equal((await imported(admin, { campus_id: 2, members: [{ email: email(7), first_name: 'Li', last_name: 'Seven', role: 'organizer' }] })).made, 1)
})

test('a list of people may be a spreadsheet, and so may a roster', async () => {
	const word = unique(), email = `${word}@campus.example`, number = Number(word.replace(/\D/g, '').slice(0, 9) || 7) + 1_000_000
	const sent = (bytes, more = {}) => {
		const form = new FormData()

		form.append('file', new Blob([bytes]), 'people.xlsx')
		for (const [name, value] of Object.entries(more))
			form.append(name, value)
		return form
	}
	const state = await imported(hr, sent(workbook([['Email', 'First name', 'Last name', 'Student ID', 'Department', 'Year level'], [email, 'Ada, "A." & <B>', 'Ünal', number, '', 3],
		['', '', '', '', '', ''], [`${word}2@campus.example`, '', 'Two', '', '', '']])))
	assert.deepEqual(state.results.map(({ outcome, errors }) => [outcome, ...Object.keys(errors ?? {})]), [['made'], ['refused', 'first_name']])
	const made = ok(await local.get(`${USERS}${state.results[0].user_id}/`))
	assert.deepEqual([made.email, made.full_name, made.student_id, made.year_level, made.department], [email, 'Ada, "A." & <B> Ünal', String(number), 3, null])
	const event = ok(await local.post('/api/campus/events/', { title: `Sheet ${word}`, location: 'Hall A', start_datetime: iso(Date.now() + 3 * HOUR), end_datetime: iso(Date.now() + 4 * HOUR) }), 201)
	assert.equal(ok(await local.put(`/api/campus/events/${event.id}/roster/`, sent(workbook([['Student ID'], [number]])))).expected, 1)
	// What is none is told at the file.
	const whole = workbook([['Email', 'First name', 'Last name'], [email, 'A', 'B']])
	for (const bytes of [whole.subarray(0, whole.length - 30), Buffer.from('PK\x03\x04 and nothing more of it'), workbook([]), workbook([['Email']]), workbook([['Email'], ['a', 'b']])])
		assert.deepEqual(faults(await hr.post(`${USERS}import/`, sent(bytes))), ['file'])
})

test('the page that the mail leads to takes it once, in the reader\'s language', async () => {
	const { link, new_password } = await reset_by_mail(), browser = new Browser()

	await browser.open(link, { headers: { 'accept-language': 'ar' } })
	assert.deepEqual([browser.status, browser.headers.get('cache-control')], [200, 'no-store'])
	assert.match(browser.html, /dir="rtl"[\s\S]*اختر كلمة مرور جديدة/)
	await browser.open(link)
	await browser.send('/campus/password', { new_password: 'short' })
	assert.equal(browser.status, 422)
	await browser.send('/campus/password', { new_password })
	assert.equal(browser.status, 200)
	assert.match(browser.html, /Your password is changed/)
	assert.doesNotMatch(browser.html, /name="new_password"/)
	for (const used of [link, '/campus/password?token=%3Cscript%3E', '/campus/password']) {
		await browser.open(used)
		assert.equal(browser.status, 200)
		assert.doesNotMatch(browser.html, /<script>"/)
		await browser.send('/campus/password', { new_password })
		assert.equal(browser.status, 422, used)
	}
})
