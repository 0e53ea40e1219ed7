// A supervisor of several departments: who says which, and that wherever a supervisor sees people they see those of each of them, and nobody
// of another.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from './lib.mjs'
import { client, leave_all } from './sockets.mjs'
import { as, attendance_row, HOUR, iso, new_member, ok, refused, unique, until } from './world.mjs'
import { read_xlsx } from './xlsx.mjs'

const AT = '/api/campus/', MINUTE = 60_000, now = Date.now(), mark = unique()
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const faults = (answer) => Object.keys(refused(answer, 422, 'VALIDATION_ERROR').errors)
const user = ({ user: { id } }) => `${AT}users/${id}/`
let people, does, event, records

before(async () => {
	people = {
		admin: await new_member('campus_admin'), hr: await new_member('hr'), maker: await new_member('campus_organizer'), supervisor: await new_member('supervisor'),
		first: await new_member('student'), second: await new_member('student', { department: 2 }), third: await new_member('student', { department: 3 }),
		far: await new_member('student', { campus: 2, department: 4 })
	}
	does = Object.fromEntries(Object.entries(people).map(([name, person]) => [name, as(person)]))
	event = ok(await does.maker.post(`${AT}events/`, { title: `Several ${mark}`, location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR),
		audience: [{ rule: 'all' }], series: mark }), 201)
	records = Object.fromEntries(['first', 'second', 'third'].map((name) => [name, attendance_row(event.id, people[name])]))
	// Six more of each department, so that no group is too small to be told.
	for (const department of [2, 3])
		for (let n = 0; n < 5; n++)
			attendance_row(event.id, await new_member('student', { department }))
	// Which file it is does not matter.
	sql(`INSERT INTO attendance_evidence (uuid, attendance_id, kind, sent_sha256, file_sha256, bytes, width, height, received_at)
		SELECT UNHEX(REPLACE(UUID(), '-', '')), a.id, 'front', f.sha256, f.sha256, 70, 240, 240, UTC_TIMESTAMP(3)
		FROM attendance a JOIN (SELECT s.sha256 FROM stored_file s JOIN attendance_evidence v ON v.file_sha256 = s.sha256 WHERE v.kind = 'front' LIMIT 1) f WHERE a.uuid IN (${Object.values(records).map(hex)})`)
})
after(leave_all)

describe('which', () => {
	test('an admin says which, by code, name or number, and each is of the supervisor\'s campus', async () => {
		const at = user(people.supervisor), asked = async (departments) => ok(await does.admin.patch(at, { departments })).departments

		assert.equal(ok(await does.admin.get(at)).departments, null)
		assert.deepEqual(await asked(['ARC', '3', 'Architecture']), ['ARC', 'NUR'])
		assert.deepEqual(ok(await does.supervisor.get(at)).departments, ['ARC', 'NUR'], 'they see it themselves')
		assert.deepEqual([ok(await does.admin.patch(at, { year_level: 3 })).departments, ok(await does.admin.get(at)).department], [['ARC', 'NUR'], 'Computer Science'], 'what is not sent stays')
		assert.equal(await asked([]), null)
		assert.deepEqual(faults(await does.admin.patch(at, { departments: ['ARC', 'nowhere'] })), ['departments.1'])
		assert.deepEqual(faults(await does.admin.patch(at, { departments: ['4'] })), ['departments.0'], 'of another campus')
		assert.deepEqual(faults(await does.admin.patch(at, { departments: 'all of them, and more'.repeat(40) })), ['departments'])
		assert.deepEqual(faults(await does.admin.patch(user(people.first), { departments: ['ARC'] })), ['departments'], 'a student looks after none')
		refused(await does.hr.patch(at, { departments: ['ARC'] }), 403, 'FORBIDDEN')
		refused(await does.supervisor.patch(at, { departments: ['ARC'] }), 403, 'FORBIDDEN')
		assert.equal(ok(await does.admin.get(at)).departments, null)
		assert.equal(Number(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'member' AND noun_id = ${people.supervisor.user.id} AND before_json LIKE '%"departments":null%' AND after_json LIKE '%"departments":["ARC","NUR"]%'`)[0][0]), 1)
	})
	test('one is made with theirs, keeps none of another campus, and none as something else', async () => {
		const made = ok(await does.admin.post(`${AT}users/`, { email: `${unique()}@campus.example`, first_name: 'Nia', last_name: 'New', role: 'supervisor', department: 'CS', departments: ['NUR'] }), 201)
		const of = () => sql(`SELECT department_id FROM supervisor_department WHERE account_id = ${made.id}`).flat().map(Number), all = as(await new_member('campus_admin', { campus: null }))

		assert.deepEqual([made.departments, of()], [['NUR'], [3]])
		assert.equal(ok(await all.patch(`${AT}users/${made.id}/`, { campus_id: 2 })).departments, null)
		assert.deepEqual(of(), [])
		ok(await all.patch(`${AT}users/${made.id}/`, { departments: ['5'] }))
		assert.deepEqual(of(), [5])
		ok(await all.patch(`${AT}users/${made.id}/`, { role: 'organizer' }))
		assert.deepEqual(of(), [])
		// A department that somebody looks after cannot go.
		const department = ok(await does.admin.post(`${AT}departments/`, { name: `Lone ${mark}`, short_code: mark.slice(-12), campus_id: 1 }), 201), other = await new_member('supervisor')
		ok(await does.admin.patch(user(other), { departments: [String(department.id)] }))
		refused(await does.admin.delete(`${AT}departments/${department.id}/`), 400, 'IN_USE')
		ok(await does.admin.patch(user(other), { departments: [] }))
		assert.equal((await does.admin.delete(`${AT}departments/${department.id}/`)).status, 204)
	})
})

describe('what they see', () => {
	before(async () => {
		ok(await does.admin.patch(user(people.supervisor), { departments: ['ARC'] }))
	})
	const status = async (path) => (await does.supervisor.get(AT + path)).status
	// Of each of three people what one path answers: theirs, theirs besides, and another's.
	const each = async (path, want = [200, 200, 404]) => {
		for (const [i, name] of ['first', 'second', 'third'].entries())
			assert.equal(await status(path(name)), want[i], `${path(name)} of the ${name}`)
	}

	test('people', async () => {
		await each((name) => `users/${people[name].user.id}/`)
		await each((name) => `users/?search=${people[name].username}`, [200, 200, 200])
		const found = async (name) => ok(await does.supervisor.get(`${AT}users/?search=${people[name].username}`)).count
		assert.deepEqual([await found('first'), await found('second'), await found('third'), await found('far')], [1, 1, 0, 0])
		await each((name) => `attendance/student-autofill/?student_id=${people[name].username}`)
	})
	test('records, their photos and what is waiting', async () => {
		await each((name) => `attendance/${records[name]}/`)
		await each((name) => `attendance/${records[name]}/photos/front/`)
		const list = ok(await does.supervisor.get(`${AT}attendance/?event=${event.id}&page_size=50`))
		assert.deepEqual([list.count, list.results.some(({ id }) => id === records.third)], [7, false])
		assert.equal(ok(await does.supervisor.get(`${AT}events/${event.id}/attendance/?page_size=50`)).count, 7)
		const waiting = []
		for (let page = 1, next = true; next; page++) {
			const list = ok(await does.supervisor.get(`${AT}attendance/reviews/?page_size=200&page=${page}`))
			waiting.push(...list.results.map(({ id }) => id))
			next = list.next
		}
		assert.deepEqual([records.first, records.second, records.third].map((id) => waiting.includes(id)), [true, true, false])
		const verdict = { decision: 'verified', reason: 'Seen at the door' }
		ok(await does.supervisor.post(`${AT}attendance/${records.second}/verify/`, verdict))
		refused(await does.supervisor.post(`${AT}attendance/${records.third}/verify/`, verdict), 404, 'NOT_FOUND')
	})
	test('a mark by hand is for people of each of them', async () => {
		const [in_second, in_third] = [await new_member('student', { department: 2 }), await new_member('student', { department: 3 })]
		const by_hand = (who) => does.supervisor.post(`${AT}events/${event.id}/mark/`, { user_id: who.user.id, reason: 'Has no phone' })

		ok(await by_hand(in_second), 201)
		refused(await by_hand(in_third), 404, 'NOT_FOUND')
	})
	test('reports', async () => {
		const of = async (query) => ok(await does.supervisor.get(`${AT}reports/attendance/?event_id=${event.id}&page_size=50${query}`)).count

		assert.deepEqual([await of(''), await of('&department_id=1'), await of('&department_id=2')], [8, 1, 7])
		assert.equal(await status('reports/attendance/?department_id=3'), 404)
		await each((name) => `reports/individual/${people[name].user.id}/`)
		const { rows } = read_xlsx((await does.supervisor.get(`${AT}reports/attendance/?event_id=${event.id}&format=xlsx`)).bytes)
		assert.deepEqual([...new Set(rows.map((row) => row['student.department'].text))].sort(), ['Architecture', 'Computer Science'])
	})
	test('figures', async () => {
		const named = (items) => items.map(({ department_id }) => department_id).filter((id) => id > 0)
		const summary = ok(await does.supervisor.get(`${AT}analytics/department-summary/?series=${mark}`))

		assert.deepEqual(named(summary.results ?? summary).sort(), [1, 2])
		const figures = ok(await does.supervisor.get(`${AT}events/${event.id}/analytics/`))
		assert.equal(figures.attended, 8)
		const own = ok(await does.supervisor.get(`${AT}analytics/dashboard/?series=${mark}`))
		assert.equal(own.summary.total_attendees, 8)
		const live = ok(await does.supervisor.get(`${AT}analytics/realtime/${event.id}/`))
		assert.ok(live.recent_submissions.length > 0)
	})
	test('anomalies', async () => {
		const planted = [1, 2, 3].map((department) => Number(sql(`INSERT INTO attendance_anomaly (type, subject, severity, score, threshold, campus_id, event_id, department_id, attendance_ids, detail, detected_at, computed_at)
			SELECT 'rate_outlier', '${unique()}', 'medium', 1, 0, campus_id, id, ${department}, '[]', '{}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM campus_event WHERE uuid = ${hex(event.id)}; SELECT LAST_INSERT_ID()`)[0][0]))
		const decide = (id) => does.supervisor.post(`${AT}analytics/anomaly-detection/${id}/`, { status: 'dismissed', reason: 'It rained' })

		assert.deepEqual([(await decide(planted[0])).status, (await decide(planted[1])).status, (await decide(planted[2])).status], [200, 200, 404])
	})
	test('rooms', async () => {
		const socket = client({ token: people.supervisor.access }), heard = []

		socket.on('general_attendance_update', (update) => heard.push(update.update_id))
		await socket.came
		for (const [name, good] of [['first', true], ['second', true], ['third', false], ['far', false]])
			assert.equal((await socket.emitWithAck('join_attendance_room', String(people[name].user.id))).ok, good, name)
		assert.ok((await socket.emitWithAck('join_general_attendance')).ok)
		const change = (name) => Number(sql(`INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at)
			SELECT id, event_id, account_id, status, verification_status, method, UTC_TIMESTAMP(3) FROM attendance WHERE uuid = ${hex(records[name])}; SELECT LAST_INSERT_ID()`)[0][0])
		const [of_third, of_second, of_first] = ['third', 'second', 'first'].map(change)

		await until('the last is told', () => heard.includes(of_first))
		assert.deepEqual([heard.includes(of_second), heard.includes(of_third)], [true, false])
		// What was missed is what would have been told.
		const again = client({ token: people.supervisor.access }), missed = []
		again.on('general_attendance_update', (update) => missed.push(update.update_id))
		await again.came
		await again.emitWithAck('join_general_attendance', { since: of_third - 1 })
		await until('the last is told', () => missed.includes(of_first))
		assert.deepEqual([missed.includes(of_second), missed.includes(of_third)], [true, false])
	})
	test('who looks after a department no more sees nobody of it', async () => {
		ok(await does.admin.patch(user(people.supervisor), { departments: null }))
		await each((name) => `attendance/${records[name]}/`, [200, 404, 404])
		await each((name) => `users/${people[name].user.id}/`, [200, 404, 404])
	})
})
