// What holds of attendance however much there is of it: lists page by page are what they are whole, for everybody and by every filter; rosters and
// registers of thousands have everybody on them, once; sums that are kept say what their records say; nobody misses what they joined late for.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from './lib.mjs'
import { client, leave_all } from './sockets.mjs'
import { as, attendance_row, DAY, HOUR, iso, jobs_rest, jobs_run, new_campus, new_member, ok, refused, unique, until, weigh_flags } from './world.mjs'

const RECORDS = '/api/campus/attendance/', EVENTS = '/api/campus/events/', REPORTS = '/api/campus/reports/', MANY = 10_001
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const number_of = (event) => Number(sql(`SELECT id FROM campus_event WHERE uuid = ${hex(event.id)}`)[0][0])
const id_of = (statements) => Number(sql(`${statements}; SELECT LAST_INSERT_ID()`)[0][0])
let campus, departments, people, does, crowd

const new_department = (name) => id_of(`INSERT INTO department (campus_id, name, short_code, created_at, updated_at) VALUES (${campus}, '${name}', '${unique()}', NOW(3), NOW(3))`)
async function make(who, ago, more = {}) {
	const start = Date.now() - ago

	const event = ok(await does[who].post(EVENTS, { title: `Lecture ${unique()}`, location: 'Hall', start_datetime: iso(start), end_datetime: iso(start + HOUR), campus, ...more }), 201)
	return { ...event, number: number_of(event) }
}

// Records of everybody at an event, of each status and verification some, with flags on a few.
const record_all = (event) => sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, method, event_starts_at, submitted_at, created_at, updated_at)
		SELECT UNHEX(MD5(CONCAT('${unique()}', m.account_id))), e.id, m.account_id, e.campus_id, m.department_id, 'submitted', ELT(1 + (m.account_id + e.id) % 4, 'present', 'late', 'absent', 'excused'),
			ELT(1 + (m.account_id DIV 2 + e.id) % 3, 'pending', 'verified', 'rejected'), ELT(1 + (m.account_id DIV 3 + e.id) % 3, 'self', 'manual', 'card'), e.starts_at,
			e.starts_at + INTERVAL CRC32(m.account_id) % 900 SECOND, NOW(3), NOW(3)
		FROM campus_event e JOIN campus_member m ON m.account_id IN (${Object.values(people).map(({ user }) => user.id)}) WHERE e.id = ${event.number};
	INSERT INTO attendance_flag (attendance_id, code, severity, created_at)
		SELECT id, IF(id % 2, 'outside', 'late_codes'), IF(id % 2, 'medium', 'low'), NOW(3) FROM attendance WHERE event_id = ${event.number} AND id % 3 = 0;
	${weigh_flags(`a.event_id = ${event.number}`)}`)

before(async () => {
	jobs_rest('rosters', 'closings', 'doubts', 'attendance_sums', 'reports')
	campus = new_campus('UTC')
	departments = [new_department('Maths'), new_department('Arts')]
	const member = (role, department = 0) => new_member(role, { campus, department: departments[department] })

	people = {
		hr: await member('hr'), supervisor: await member('supervisor'), organizer: await member('campus_organizer', 1), student: await member('student'), second: await member('student', 1),
		admin: await new_member('campus_admin', { campus: null })
	}
	does = Object.fromEntries(Object.entries(people).map(([name, person]) => [name, as(person)]))
	// Two of them at one moment: what is the same by the order stands in one order all the same.
	const at = 3 * DAY
	for (const [who, ago] of [['organizer', at], ['supervisor', at], ['organizer', 2 * DAY], ['hr', DAY], ['hr', 4 * DAY], ['supervisor', HOUR / 2]])
		record_all(await make(who, ago, { title: `${ago > DAY ? 'Algebra' : 'Painting'} ${unique()}` }))
	// A crowd, of whom few tests know anybody.
	crowd = await make('hr', 10 * DAY, { title: 'Everybody', audience: [{ rule: 'member', value: people.hr.user.id }] })
	sql(`SET @a = (SELECT MAX(id) FROM account), @c = ${campus}, @e = ${crowd.number};
		INSERT INTO account (id, uuid, name, status, created_at, updated_at) SELECT @a + seq, UNHEX(MD5(CONCAT('${unique()}', seq))), 'Crowd', 'active', NOW(3), NOW(3) FROM seq_1_to_${MANY};
		INSERT INTO account_role (account_id, role, granted_at) SELECT @a + seq, 'student', NOW(3) FROM seq_1_to_${MANY};
		INSERT INTO campus_member (account_id, campus_id, student_id, first_name, last_name, created_at, updated_at)
			SELECT @a + seq, @c, CONCAT('K', seq), CONCAT('F', seq * 7919 % 1000), CONCAT('L', seq % 700), NOW(3), NOW(3) FROM seq_1_to_${MANY};
		UPDATE campus_event SET roster_at = starts_at WHERE id = @e;
		DELETE FROM event_expected WHERE event_id = @e;
		INSERT INTO event_expected (event_id, account_id, since) SELECT @e, @a + seq, NOW(3) FROM seq_1_to_${MANY};
		INSERT INTO attendance (uuid, event_id, account_id, campus_id, state, status, verification_status, method, event_starts_at, qr_at, submitted_at, created_at, updated_at)
			SELECT UNHEX(MD5(CONCAT('${unique()}', seq))), @e, @a + seq, @c, 'submitted', 'present', 'verified', 'self', e.starts_at, e.starts_at, e.starts_at + INTERVAL seq SECOND, NOW(3), NOW(3)
			FROM seq_1_to_${MANY - 1} JOIN campus_event e ON e.id = @e`)
})
after(leave_all)

// ---- lists ----

// Each record of the events above as the database has it.
function all_records() {
	return sql(`SELECT LOWER(HEX(a.uuid)), a.account_id, a.department_id, a.status, a.verification_status, a.method, e.organizer_id, e.title, a.campus_id, a.event_id,
			(SELECT GROUP_CONCAT(f.code) FROM attendance_flag f WHERE f.attendance_id = a.id), m.student_id
		FROM attendance a JOIN campus_event e ON e.id = a.event_id JOIN campus_member m ON m.account_id = a.account_id WHERE a.campus_id = ${campus} AND a.event_id <> ${crowd.number} AND a.state = 'submitted'`)
		.map(([id, account, department, status, verification, method, organizer, title, of, event, flags, number]) =>
			({ id, account: +account, department: +department, status, verification, method, organizer: +organizer, title, campus: +of, event: +event, flags: flags === 'NULL' ? [] : flags.split(','), number }))
}
const SEES = {
	hr: () => true, admin: () => true,
	supervisor: (r) => r.department === departments[0] || r.organizer === people.supervisor.user.id || r.account === people.supervisor.user.id,
	organizer: (r) => r.organizer === people.organizer.user.id || r.account === people.organizer.user.id, student: (r) => r.account === people.student.user.id
}
// Filters, and what they find; each with the days in which the crowd's event is not.
const filters = () => [
	['', () => true], ['status=late', (r) => r.status === 'late'], ['verification_status=pending', (r) => r.verification === 'pending'], ['method=card', (r) => r.method === 'card'],
	['flag=outside', (r) => r.flags.includes('outside')], ['severity=low', (r) => r.flags.includes('late_codes')], ['department=Arts', (r) => r.department === departments[1]],
	[`department=${departments[0]}&status=excused`, (r) => r.department === departments[0] && r.status === 'excused'], ['department=Nowhere', () => false],
	[`student_id=${people.student.username}`, (r) => r.account === people.student.user.id], ['student_id=nobody', () => false],
	[`user_id=${people.second.user.id}&department=Arts`, (r) => r.account === people.second.user.id], ['search=painting', (r) => r.title.startsWith('Painting')],
	[`search=${people.second.username}`, (r) => r.account === people.second.user.id], [`search=algebra ${people.second.username}`, (r) => r.account === people.second.user.id && r.title.startsWith('Algebra')],
	['search=member', () => true], ['search=nothing', () => false], [`campus=${campus}`, () => true], ['campus=1', () => false],
	['flag=outside&search=algebra&status=late', (r) => r.flags.includes('outside') && r.title.startsWith('Algebra') && r.status === 'late']
]
const bare = (rows) => rows.map(({ id }) => id.replaceAll('-', ''))
const since = `date_from=${iso(Date.now() - 6 * DAY).slice(0, 10)}`
async function pages(who, query, size) {
	const found = []
	let list

	for (let page = 1; page === 1 || found.length < list.count; page++) {
		list = ok(await does[who].get(`${RECORDS}?page=${page}&page_size=${size}&${query}`))
		assert.ok(list.results.length, `${query}: page ${page} of ${list.count} has rows`)
		found.push(...bare(list.results))
	}
	return found
}

test('by every filter everybody finds what they see of it, by whatever way it is looked for', async () => {
	const all = all_records()

	assert.ok(all.length >= 30)
	for (const who of Object.keys(SEES))
		for (const [filter, fits] of filters()) {
			const query = `${since}&${who === 'admin' && !filter.startsWith('campus') ? `campus=${campus}&` : ''}${filter}`, wanted = all.filter((r) => SEES[who](r) && fits(r)).map(({ id }) => id).sort()
			const list = ok(await does[who].get(`${RECORDS}?page_size=200&${query}`)), found = bare(list.results)

			if (filter === 'campus=1')	// of the demo an admin sees more
				continue
			assert.deepEqual([list.count, [...found].sort()], [wanted.length, wanted], `${who} ${filter}`)
			const csv = await does[who].get(`${RECORDS}?format=csv&${query}`)
			assert.equal(csv.text.trimEnd().split('\r\n').length - 1, wanted.length, `${who} ${filter} as CSV`)
			if (found.length > 3 && ['hr', 'supervisor', 'organizer'].includes(who))
				assert.deepEqual(await pages(who, query, 3), found, `${who} ${filter} in pages of 3`)
		}
})

test('in every order a list is the same page by page as whole, the other way round backwards', async () => {
	for (const who of ['hr', 'supervisor', 'admin'])
		for (const order of ['start_datetime', 'submitted_at', 'status', 'verification_status', 'method', 'full_name', 'title,-submitted_at', 'department']) {
			const query = (direction) => `${since}&campus=${campus}&ordering=${direction}${order}`
			const list = ok(await does[who].get(`${RECORDS}?page_size=200&${query('')}`)), whole = bare(list.results)

			assert.equal(new Set(whole).size, list.count)
			assert.deepEqual(await pages(who, query(''), 7), whole, `${who} ${order}`)
			if (['start_datetime', 'submitted_at', 'status', 'verification_status', 'method'].includes(order))
				assert.deepEqual(bare(ok(await does[who].get(`${RECORDS}?page_size=200&${query('-')}`)).results), [...whole].reverse(), `${who} -${order}`)
		}
	const { results } = ok(await does.hr.get(`${RECORDS}?${since}&page_size=200`)), starts = results.map((row) => row.event.start_datetime)
	assert.deepEqual(starts, [...starts].sort().reverse(), 'the newest event is first')
	refused(await does.hr.get(`${RECORDS}?${since}&page=999`), 404, 'NOT_FOUND')
})

// What each order is, and what follows where that is the same; each of it the other way round for "-".
const ORDERS = {
	full_name: ['m.last_name', 'm.first_name', 'a.account_id', 'a.event_starts_at', 'a.id'], student_id: ['m.student_id', 'a.account_id', 'a.event_starts_at', 'a.id'],
	title: ['e.title', 'a.event_id', 'a.id'], department: ['d.name', 'a.department_id', 'a.status', 'a.verification_status', 'a.event_starts_at', 'a.id'], distance_m: ['a.distance', 'a.id']
}
const sorted = (order, where) => sql(`SELECT LOWER(HEX(a.uuid)) FROM attendance a JOIN campus_event e ON e.id = a.event_id JOIN campus_member m ON m.account_id = a.account_id
	LEFT JOIN department d ON d.id = a.department_id WHERE a.state = 'submitted' AND ${where} ORDER BY ${order}`).map(([id]) => id)
// Of a list so long that it is not counted through by every page: its first pages, some in the middle, the last.
async function same_pages(does, path, all, what) {
	const last = Math.max(1, Math.ceil(all.length / 200))

	for (const page of [...new Set([1, 2, 26, last])].filter((n) => n <= last)) {
		const list = ok(await does.get(`${path}page_size=200&page=${page}`))

		// Beyond what is counted it is told by an estimate.
		assert.deepEqual([list.count_estimated ? all.length : list.count, bare(list.results)], [all.length, all.slice((page - 1) * 200, page * 200)], `${what}, page ${page}`)
	}
}

test('by what people and events are called, by department and distance, a long list is what a plain query has', async () => {
	sql(`UPDATE attendance SET department_id = ${departments[0]} + account_id % 2, distance = account_id * 37 % 900 WHERE event_id = ${crowd.number} AND account_id % 3`)
	sql(`UPDATE attendance SET event_id = ${(await make('supervisor', 9 * DAY, { title: 'Many' })).number} WHERE event_id = ${crowd.number} AND account_id % 5 = 0`)
	for (const [name, columns] of Object.entries(ORDERS))
		for (const direction of ['', '-'])
			for (const [filter, where] of [['', '1'], ['&verification_status=verified', "a.verification_status = 'verified'"]]) {
				const order = columns.map((column) => column + (direction ? ' DESC' : '')).join(), all = sorted(order, `a.campus_id = ${campus} AND ${where}`)

				assert.ok(all.length > 10_000)
				for (const who of filter ? ['hr'] : ['hr', 'admin'])
					await same_pages(does[who], `${RECORDS}?campus=${campus}&ordering=${direction}${name}${filter}&`, all, `${who} ${direction}${name}${filter}`)
			}
	sql(`UPDATE attendance SET event_id = ${crowd.number}, department_id = NULL, distance = NULL WHERE account_id IN (SELECT account_id FROM campus_member WHERE campus_id = ${campus} AND student_id LIKE 'K%')`)
})

// ---- rosters and registers ----

test('a roster of more than 10,000 has everybody on it, once, page by page', async () => {
	const first = ok(await does.hr.get(`${EVENTS}${crowd.id}/roster/?page_size=200`)), last = ok(await does.hr.get(`${EVENTS}${crowd.id}/roster/?page_size=200&page=51`))

	assert.deepEqual([first.results.length, last.results.length], [200, 1])
	assert.ok(first.count > 10_000)
	const csv = (await does.hr.get(`${EVENTS}${crowd.id}/roster/?format=csv`)).text.trimEnd().split('\r\n').slice(1)
	assert.deepEqual([csv.length, new Set(csv).size], [MANY, MANY])
	const room = (query) => `${EVENTS}${crowd.id}/attendance/?include=${query}`
	assert.equal(ok(await does.hr.get(room('missing&page=500'))).results.length, 20)
	const missing = ok(await does.hr.get(room('only_missing')))
	assert.deepEqual([missing.count, missing.results.map((row) => [row.id, row.missing])], [1, [[null, true]]])
	// By the rules, before it is fixed, too.
	sql(`UPDATE campus_event SET roster_at = NULL WHERE id = ${crowd.number}; DELETE FROM event_expected WHERE event_id = ${crowd.number};
		INSERT INTO event_audience VALUES (${crowd.number}, 'students', 0)`)
	const ruled = ok(await does.hr.get(`${EVENTS}${crowd.id}/roster/?page_size=200&page=51`))
	assert.equal(ruled.results.length, 4)	// the two students of before, and who was named
	sql(`DELETE FROM event_audience WHERE event_id = ${crowd.number} AND rule = 'students'; UPDATE campus_event SET roster_at = starts_at WHERE id = ${crowd.number};
		INSERT INTO event_expected (event_id, account_id, since) SELECT ${crowd.number}, account_id, NOW(3) FROM campus_member WHERE campus_id = ${campus} AND student_id LIKE 'K%' AND first_name LIKE 'F%'`)
})

async function made(path) {
	const { report_id } = ok(await does.hr.get(REPORTS + path), 202), waits = sql(`SELECT rows_total FROM campus_report WHERE uuid = ${hex(report_id)}`)[0][0]

	jobs_run('reports')
	await until('it is made', async () => ['done', 'failed'].includes(ok(await does.hr.get(`${REPORTS}jobs/${report_id}/`)).status))
	const [[status, total, done]] = sql(`SELECT status, rows_total, rows_done FROM campus_report WHERE uuid = ${hex(report_id)}`)
	return { status, waits: +waits, total: +total, done: +done, answer: await does.hr.get(`${REPORTS}jobs/${report_id}/download/`) }
}

test('a register of thousands is numbered and sorted through, and a long report knows how many rows it has', async () => {
	const register = await made(`official-format/?event_id=${crowd.id}&format=csv`)
	assert.deepEqual([register.status, register.total, register.done], ['done', MANY, MANY])
	const rows = register.answer.text.split('\r\n').map((line) => line.split(',')).filter((cells) => /^\d+$/.test(cells[0]) && /^K\d+$/.test(cells[1]))
	assert.deepEqual(rows.map(([no]) => +no), Array.from({ length: MANY }, (_, i) => i + 1))
	assert.equal(new Set(rows.map(([, number]) => number)).size, MANY)
	const names = sql(`SELECT student_id FROM campus_member WHERE campus_id = ${campus} AND student_id LIKE 'K%' AND first_name LIKE 'F%' ORDER BY last_name, first_name, account_id`).map(([number]) => number)
	assert.deepEqual(rows.map(([, number]) => number), names)
	// More than are counted for a list.
	const report = await made(`attendance/?campus_id=${campus}&format=csv`), n = Number(sql(`SELECT COUNT(*) FROM attendance WHERE campus_id = ${campus} AND state = 'submitted'`)[0][0])
	assert.deepEqual([report.status, report.total, report.done], ['done', n, n])
	assert.equal(report.answer.text.trimEnd().split('\r\n').length, n + 1)
	const paper = await made(`attendance/?campus_id=${campus}&format=pdf&date_to=${iso(Date.now() - DAY).slice(0, 10)}`)
	assert.equal(paper.status, 'done')
	assert.equal(paper.total, paper.done)
	assert.ok(paper.waits === paper.total, 'on paper it is known from the first')
})

// ---- sums ----

test('how long records took is kept, is what they say, and follows what changes', async () => {
	const { hr } = does, query = `days=20&campus_id=${campus}&event_id=${crowd.id}`, times = async (of = 'self') => ok(await hr.get(`/api/campus/analytics/histograms/verification-time/?${query}&of=${of}`))
	const told = ({ total_samples, values, stats }) => ({ total_samples, values, stats })
	const summed = () => until('it is summed up', () => (jobs_run('attendance_sums'), sql(`SELECT 1 FROM event_sum WHERE event_id = ${crowd.number}`).length))
	const n = MANY - 1, at = (p) => 1 + p * (n - 1)	// of 1 to n seconds, in milliseconds as they are told

	assert.equal(sql(`SELECT 1 FROM event_sum WHERE event_id = ${crowd.number}`).length, 0)
	const of_records = told(await times())
	assert.deepEqual(of_records, { total_samples: n, values: [14, 15, 15, 15, 30, 30, 60, 120, 300, n - 599],
		stats: { n, mean: (n + 1) / 2, median: Math.round(at(0.5) * 1000) / 1000, p90: Math.round(at(0.9) * 1000) / 1000, p95: Math.round(at(0.95) * 1000) / 1000, min: 1, max: n } })
	await summed()
	assert.deepEqual(told(await times()), of_records)
	// What is kept is what is read.
	sql(`UPDATE attendance_time SET times = SUBSTR(times, 1, 11) WHERE event_id = ${crowd.number}`)
	assert.equal((await times()).total_samples, 1)
	// A decision that leaves a record as it was moves the time of its decision alone: then the records are asked.
	assert.equal((await times('manual')).total_samples, 0)
	const [[record]] = sql(`SELECT INSERT(INSERT(INSERT(INSERT(LOWER(HEX(uuid)), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-') FROM attendance WHERE event_id = ${crowd.number} ORDER BY id LIMIT 1`)
	ok(await hr.post(`${RECORDS}${record}/verify/`, { decision: 'verified', reason: 'As it was' }))
	assert.deepEqual([(await times('manual')).total_samples, (await times()).total_samples], [1, n])
	await summed()
	assert.deepEqual([(await times('manual')).total_samples, told(await times())], [1, of_records])
})

test('whom a term has lost is what their records say, kept or not', async () => {
	const events = []
	for (const ago of [3, 5, 6])
		events.push(await make('organizer', ago * DAY))
	events.forEach(record_all)
	// Of whom was expected twice and came never, nothing can be said yet.
	const few = await new_member('student', { campus, department: departments[1] })
	for (const { id } of events.slice(1))
		attendance_row(id, few, { status: "'absent'", verification_status: "'verified'" })
	sql(`UPDATE campus_event SET roster_at = starts_at WHERE campus_id = ${campus}; DELETE s FROM event_sum s JOIN campus_event e ON e.id = s.event_id WHERE e.campus_id = ${campus}`)
	const lost = (seen) => sql(`SELECT r.*, ROUND(100 * attended / expected, 2) + 0e0 AS rate FROM (SELECT a.account_id, COUNT(*) AS expected,
			SUM(a.status IN ('present', 'late') AND a.verification_status <> 'rejected') AS attended FROM attendance a JOIN campus_event e ON e.id = a.event_id
			JOIN campus_member m ON m.account_id = a.account_id AND m.campus_id
		WHERE a.campus_id = ${campus} AND (${seen}) AND a.state = 'submitted' AND a.status <> 'excused' AND e.closes_at <= UTC_TIMESTAMP(3) GROUP BY a.account_id) r
		WHERE expected >= 3 AND attended < 0.7 * expected ORDER BY rate, account_id LIMIT 10`).map((row) => row.map(Number))
	const SEEN = { organizer: `e.organizer_id = ${people.organizer.user.id}`, supervisor: `a.department_id = ${departments[0]} OR e.organizer_id = ${people.supervisor.user.id}` }
	const told = async (who) => ok(await does[who].get('/api/campus/analytics/dashboard/?days=30')).at_risk.map((row) => [row.user_id, row.expected, row.attended, row.rate])
	const are_right = async () => {
		for (const who of Object.keys(SEEN))
			assert.deepEqual(await told(who), lost(SEEN[who]), who)
	}
	const kept = () => sql(`SELECT k.event_id, k.times FROM attendance_time k JOIN campus_event e ON e.id = k.event_id WHERE k.span = 'people' AND e.organizer_id = ${people.organizer.user.id}`).length

	assert.ok(lost(SEEN.organizer).length)
	assert.equal(kept(), 0)
	await are_right()
	await until('they are summed up', () => (jobs_run('attendance_sums'), kept() === 5))
	await are_right()
	// A record that changes is asked itself.
	const before = await told('organizer'), [[record, event]] = sql(`SELECT a.id, a.event_id FROM attendance a JOIN campus_event e ON e.id = a.event_id WHERE ${SEEN.organizer}
		AND a.account_id = ${before[0][0]} AND a.status <> 'excused' AND NOT (a.status IN ('present', 'late') AND a.verification_status <> 'rejected') LIMIT 1`)
	sql(`UPDATE attendance SET status = 'present', verification_status = 'verified' WHERE id = ${record};
		INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at) SELECT id, event_id, account_id, status, verification_status, method, UTC_TIMESTAMP(3) - INTERVAL 1 HOUR FROM attendance WHERE id = ${record}`)
	assert.notDeepEqual(await told('organizer'), before)
	await are_right()
	await until('it is summed up again', () => (jobs_run('attendance_sums'), sql(`SELECT 1 FROM event_sum s WHERE s.event_id = ${event} AND s.change_id = (SELECT MAX(id) FROM attendance_change WHERE event_id = ${event})`).length))
	await are_right()
	// What is kept is what is read.
	sql(`UPDATE attendance_time k JOIN campus_event e ON e.id = k.event_id SET k.times = SUBSTR(k.times, 1, 0) WHERE k.span = 'people' AND ${SEEN.organizer}`)
	assert.deepEqual(await told('organizer'), [])
	sql(`DELETE s FROM event_sum s JOIN campus_event e ON e.id = s.event_id WHERE ${SEEN.organizer}`)
	await are_right()
})

// ---- what was missed ----

test('who joins late is told what they missed, however much came after it', async () => {
	const [first] = sql(`SELECT a.id, a.event_id, a.account_id FROM attendance a WHERE a.account_id = ${people.student.user.id} ORDER BY a.id LIMIT 1`).map((row) => row.map(Number))
	const change = (id, event, account, at = 'UTC_TIMESTAMP(3)') => id_of(`INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at) VALUES (${id}, ${event}, ${account}, 'late', 'verified', 'self', ${at})`)
	const before = id_of(`INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at) SELECT id, event_id, account_id, 'present', 'verified', 'self', UTC_TIMESTAMP(3) - INTERVAL 1 HOUR FROM attendance WHERE id = ${first[0]}`)
	const missed = change(...first, 'UTC_TIMESTAMP(3) - INTERVAL 50 MINUTE')
	// 25,000 of others meanwhile.
	sql(`INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at)
		SELECT a.id, a.event_id, a.account_id, 'present', 'verified', 'self', UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE FROM attendance a JOIN seq_1_to_3 s WHERE a.event_id = ${crowd.number} LIMIT 25000`)
	const joins = async (who, room, what) => {
		const socket = client({ token: people[who].access }), updates = []

		socket.on(room.includes('general') ? 'general_attendance_update' : 'attendance_update', (update) => updates.push(update.update_id))
		await socket.came
		assert.equal((await socket.emitWithAck(room, what)).ok, true)
		await until('it is told', () => updates.length)
		socket.disconnect()
		return updates
	}

	assert.deepEqual(await joins('student', 'join_attendance_room', { user_id: people.student.user.id, since: before }), [missed])
	const event_id = sql(`SELECT INSERT(INSERT(INSERT(INSERT(LOWER(HEX(uuid)), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-') FROM campus_event WHERE id = ${first[1]}`)[0][0]
	assert.deepEqual(await joins('hr', 'join_general_attendance', { since: before, event_id }), [missed])
	assert.deepEqual((await joins('hr', 'join_general_attendance', { since: before }))[0], missed)
	assert.deepEqual((await joins('hr', 'join_general_attendance', { since: iso(Date.now() - 55 * 60_000) }))[0], missed)
	// Of a department, of which the next is beyond what is looked through at once.
	const late = change(...first)
	assert.deepEqual((await joins('supervisor', 'join_general_attendance', { since: missed, department_id: departments[0] })).at(-1), late)
})

// ---- what waits ----

test('what waits stands in one order for everybody, however much it is: appeals, the worst open flag, who waited longest', async () => {
	const K = `a.event_id = ${crowd.number} AND a.account_id IN (SELECT account_id FROM campus_member WHERE campus_id = ${campus} AND student_id LIKE 'K%')`

	sql(`UPDATE attendance a SET a.verification_status = 'pending', a.department_id = ${departments[0]} + a.account_id % 2, a.decided_by = IF(a.account_id % 400, NULL, ${people.hr.user.id}),
			a.decided_at = IF(a.account_id % 400, NULL, NOW(3) - INTERVAL 2 HOUR), a.appealed_at = IF(a.account_id % 200, NULL, NOW(3) - INTERVAL 1 HOUR) WHERE ${K};
		INSERT INTO attendance_flag (attendance_id, code, severity, resolution, created_at)
			SELECT a.id, s.code, s.severity, IF((a.account_id + s.n) % 3, NULL, 'dismissed'), NOW(3) FROM attendance a
			JOIN (SELECT 1 AS n, 'device_shared' AS code, 'high' AS severity UNION SELECT 2, 'unusable', 'medium' UNION SELECT 3, 'clock', 'low' UNION SELECT 4, 'no_consent', 'info') s ON (a.account_id + s.n) % 7 = 0 WHERE ${K};
		${weigh_flags(K)}
		DELETE FROM event_sum WHERE event_id = ${crowd.number}`)
	const waiting = (who, seen) => sorted(`a.appealed_at IS NULL, COALESCE((SELECT MIN(FIELD(f.severity, 'high', 'medium', 'low', 'info')) FROM attendance_flag f
		WHERE f.attendance_id = a.id AND f.resolution IS NULL), 9), a.submitted_at, a.account_id, a.id`, `a.verification_status = 'pending' AND a.account_id <> ${who.user.id} AND (${seen})
		AND (a.appealed_at IS NULL OR NOT (a.decided_by <=> ${who.user.id}) OR a.decided_at > a.appealed_at)`)
	const at = `a.campus_id = ${campus}`, are_right = async () => {
		for (const [who, seen] of [['hr', at], ['supervisor', `a.department_id = ${departments[0]} OR e.organizer_id = ${people.supervisor.user.id}`], ['organizer', `e.organizer_id = ${people.organizer.user.id}`]])
			await same_pages(does[who], `${RECORDS}reviews/?`, waiting(people[who], seen), who)
		assert.equal(ok(await does.hr.get('/api/campus/analytics/dashboard/?days=30')).reviews, waiting(people.hr, at).length)
	}

	assert.ok(waiting(people.hr, at).length > 9000)
	assert.ok(waiting(people.hr, at).length < waiting(people.admin, at).length, 'what they decided themselves is for others')
	await are_right()
	// A record that is decided waits no more, and one whose gravest flag was dismissed waits longer.
	const [first] = ok(await does.hr.get(`${RECORDS}reviews/`)).results
	ok(await does.hr.post(`${RECORDS}${first.id}/verify/`, { decision: 'verified', reason: 'Seen' }))
	const [[flag]] = sql(`SELECT f.id FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE f.severity = 'high' AND f.resolution IS NULL AND a.appealed_at IS NULL AND ${K} ORDER BY f.id LIMIT 1`)
	ok(await does.hr.post(`/api/campus/analytics/anomaly-detection/flag-${flag}/`, { status: 'dismissed', reason: 'Two of one household' }))
	await are_right()
	// Where most of it is of one who made the event.
	sql(`UPDATE campus_event SET organizer_id = ${people.organizer.user.id} WHERE id = ${crowd.number}`)
	await are_right()
	// Else jobs would look at each of them again.
	sql(`DELETE f FROM attendance_flag f JOIN attendance a ON a.id = f.attendance_id WHERE ${K}; UPDATE attendance a SET a.verification_status = 'verified', a.worst = 9, a.appealed_at = NULL WHERE ${K}`)
})
