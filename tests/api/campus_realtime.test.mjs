// Attendance as it happens: who may be in which room, what they are told, once and in order, and what they missed.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from './lib.mjs'
import { client, leave_all } from './sockets.mjs'
import { as, HOUR, iso, new_member, ok, unique, until } from './world.mjs'

const MINUTE = 60_000
let people, mine, others

const number_of = (event) => Number(sql(`SELECT id FROM campus_event WHERE uuid = UNHEX('${event.id.replaceAll('-', '')}')`)[0][0])
const make = async (who) => {
	const start = Date.now() - 5 * MINUTE
	const event = ok(await as(who).post('/api/campus/events/', { title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(start), end_datetime: iso(start + HOUR) }), 201)

	return { ...event, number: number_of(event) }
}
// A committed change as a mark leaves it: the record, and its row for those who watch; the update's number. id: the number it takes.
function mark(event, who, { status = 'present', verification = 'verified', previous = 'NULL', department = 1, id = 'NULL', device = 'NULL' } = {}) {
	const at = 'UTC_TIMESTAMP(3)'
	const rows = sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, event_starts_at, submitted_at, created_at, updated_at)
			VALUES (UNHEX(REPLACE(UUID(), '-', '')), ${event.number}, ${who.user.id}, ${event.campus}, ${department}, 'submitted', '${status}', '${verification}', ${at}, ${at}, ${at}, ${at})
			ON DUPLICATE KEY UPDATE status = VALUES(status), verification_status = VALUES(verification_status), version = version + 1;
		INSERT INTO attendance_change (id, attendance_id, event_id, account_id, status, previous_status, verification_status, method, device, at)
			SELECT ${id}, id, event_id, account_id, status, ${previous}, verification_status, method, ${device}, ${at}
			FROM attendance WHERE event_id = ${event.number} AND account_id = ${who.user.id};
		SELECT LAST_INSERT_ID()`)

	return id === 'NULL' ? Number(rows.at(-1)[0]) : id
}
async function listens(who) {
	const socket = client({ token: who.access })

	socket.own = []
	socket.all = []
	socket.on('attendance_update', (update) => socket.own.push(update))
	socket.on('general_attendance_update', (update) => socket.all.push(update))
	await socket.came
	return socket
}
const ids = (updates) => updates.map((update) => update.update_id)

before(async () => {
	people = {
		student: await new_member('student'), classmate: await new_member('student', { department: 2 }), far: await new_member('student', { campus: 2 }),
		supervisor: await new_member('supervisor'), organizer: await new_member('campus_organizer'), other: await new_member('campus_organizer'),
		hr: await new_member('hr'), hr2: await new_member('hr', { campus: 2 }), admin: await new_member('campus_admin', { campus: null })
	}
	mine = await make(people.organizer)
	others = await make(people.other)
})
after(leave_all)

describe('a person\'s room', () => {
	test('who is in it is told of each change once, in order, whole', async () => {
		const { student } = people, socket = await listens(student)

		assert.deepEqual(await socket.emitWithAck('join_attendance_room', String(student.user.id)), { ok: true, room: `attendance:${student.user.id}` })
		const first = mark(mine, student)
		await until('it is told', () => socket.own.length === 1)
		const [update] = socket.own
		assert.deepEqual({ ...update, timestamp: 0, date: 0 }, {
			employee_id: String(student.user.id), employee_name: 'Mo Member', status: 'present', date: 0, timestamp: 0, device: 'Hall A', isLate: false,
			update_id: first, event_id: mine.id, event_title: mine.title, verification_status: 'verified', department: update.department, method: 'self', previous_status: null
		})
		assert.match(update.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
		assert.equal(update.date, new Date(update.timestamp).toLocaleDateString('sv', { timeZone: 'Europe/Berlin' }))
		const late = mark(mine, student, { status: 'late', previous: "'present'", device: "'Reader 3'" }), rejected = mark(mine, student, { status: 'late', verification: 'rejected', previous: "'late'" })
		await until('both are told', () => socket.own.length === 3)
		assert.deepEqual(ids(socket.own), [first, late, rejected])
		assert.deepEqual(socket.own.slice(1).map(({ status, isLate, previous_status, device }) => [status, isLate, previous_status, device]),
			[['late', true, 'present', 'Reader 3'], ['absent', false, 'late', 'Hall A']])
		assert.deepEqual(await socket.emitWithAck('leave_attendance_room', { employee_id: student.user.id }), { ok: true })
		assert.deepEqual(await socket.emitWithAck('leave_attendance_room', { employee_id: student.user.id }), { ok: true })
		assert.equal(socket.all.length, 0)
	})
	test('a number that commits late is told all the same, and what was told is not told again', async () => {
		const { student } = people, socket = await listens(student)

		await socket.emitWithAck('join_attendance_room', student.user.id)
		const before_ = mark(mine, student), above = mark(mine, student, { id: before_ + 2 })
		await until('both are told', () => socket.own.length === 2)
		const between = mark(mine, student, { id: before_ + 1 })
		await until('it is told', () => socket.own.length >= 3)
		const last = mark(mine, student)
		await until('the next is told', () => ids(socket.own).includes(last))
		assert.deepEqual(ids(socket.own), [before_, above, between, last])
		socket.disconnect()
	})
	test('it is joined by whoever may see that person, and by nobody else; what is nobody is refused, and the socket lives', async () => {
		const { student, classmate, far, supervisor, organizer, other, hr, hr2, admin } = people

		mark(mine, classmate, { department: 2 })
		for (const [who, whose, code] of [
			[student, classmate, 'permission_denied'], [supervisor, student], [supervisor, classmate, 'not_found'], [organizer, classmate], [other, far, 'not_found'],
			[hr, student], [hr, far, 'not_found'], [hr2, far], [hr2, student, 'not_found'], [admin, far], [admin, { user: { id: 99999999 } }, 'not_found']]) {
			const socket = await listens(who), answer = await socket.emitWithAck('join_attendance_room', { employeeId: String(whose.user.id) })

			assert.deepEqual([answer.ok, answer.code], [!code, code], JSON.stringify([who.user.role, whose.user]))
			socket.disconnect()
		}
		const socket = await listens(student)
		for (const wish of [{}, null, '../1', '', -1, 0, 1.5, [], { employee_id: null }, '9'.repeat(30)])
			assert.deepEqual([(await socket.emitWithAck('join_attendance_room', wish)).ok, socket.connected], [false, true], JSON.stringify(wish))
		const heard = new Promise((done) => socket.on('attendance_error', done))
		socket.emit('join_attendance_room', classmate.user.id)
		assert.equal((await heard).code, 'permission_denied')
		assert.ok((await socket.emitWithAck('join_attendance_room', student.user.id)).ok)
		socket.disconnect()
	})
	test('what was missed follows in order, by number or by time', async () => {
		const { student } = people, since = new Date(Date.now() - 1000).toISOString(), known = mark(mine, student), missed = [mark(mine, student), mark(mine, student)]
		const socket = await listens(student)

		await socket.emitWithAck('join_attendance_room', { user_id: student.user.id, since: known })
		await until('they are told', () => socket.own.length >= 2)
		const next = mark(mine, student)
		await until('the next is told', () => ids(socket.own).includes(next))
		assert.deepEqual(ids(socket.own), [...missed, next])
		const again = await listens(student)
		await again.emitWithAck('join_attendance_room', { user_id: student.user.id, since })
		await until('they are told', () => ids(again.own).includes(next))
		assert.ok([known, ...missed].every((id) => ids(again.own).includes(id)))
		assert.deepEqual((await again.emitWithAck('join_attendance_room', { user_id: student.user.id, since: 'lately' })).ok, false)
		socket.disconnect()
		again.disconnect()
	})
})

describe('many rooms', () => {
	test('a socket is in two hundred; of one more it is told so, and it lives', { timeout: 60_000 }, async () => {
		const socket = await listens(people.admin), members = sql('SELECT account_id FROM campus_member ORDER BY account_id LIMIT 201').flat(), began = Date.now()

		assert.equal(members.length, 201)
		for (const [n, id] of members.entries()) {
			await new Promise((done) => setTimeout(done, began + n * 55 - Date.now())) // twenty a second are not too much
			const answer = await socket.emitWithAck('join_attendance_room', id)

			assert.deepEqual([answer.ok, answer.room, answer.code], n < 200 ? [true, `attendance:${id}`, undefined] : [false, undefined, 'too_many_rooms'], `${n}`)
		}
		assert.ok(socket.connected)
		assert.ok((await socket.emitWithAck('leave_attendance_room', members[7])).ok)
		assert.ok((await socket.emitWithAck('join_attendance_room', members[200])).ok)
		socket.disconnect()
	})
})

describe('the general room', () => {
	test('each hears of what they may see', async () => {
		const { student, classmate, far, supervisor, organizer, other, hr, hr2, admin } = people, rooms = {}

		for (const [name, who] of Object.entries({ supervisor, organizer, other, hr, hr2, admin })) {
			rooms[name] = await listens(who)
			assert.deepEqual(await rooms[name].emitWithAck('join_general_attendance'), { ok: true, room: 'general' })
		}
		const refused = await (await listens(student)).emitWithAck('join_general_attendance', {})
		assert.deepEqual([refused.ok, refused.code], [false, 'permission_denied'])
		const theirs = mark(others, student), second = mark(others, classmate, { department: 2 }), own = mark(mine, classmate, { department: 2 }), away = mark({ ...others, campus: 2 }, far, { department: 'NULL' })
		await until('who sees all has heard all', () => [theirs, second, own, away].every((id) => ids(rooms.admin.all).includes(id)))
		const heard = (name) => ids(rooms[name].all).filter((id) => id >= theirs)
		await until('the others too', () => heard('hr2').length === 1 && heard('hr').length === 3)
		assert.deepEqual(Object.keys(rooms).map((name) => [name, heard(name)]), [['supervisor', [theirs]], ['organizer', [own]], ['other', [theirs, second, away]],
			['hr', [theirs, second, own]], ['hr2', [away]], ['admin', [theirs, second, own, away]]])
		assert.deepEqual(await rooms.hr.emitWithAck('leave_general_attendance'), { ok: true })
		const after_ = mark(mine, student)
		await until('who stays is told', () => ids(rooms.admin.all).includes(after_))
		assert.ok(!ids(rooms.hr.all).includes(after_))
		Object.values(rooms).forEach((socket) => socket.disconnect())
	})
	test('narrowed to an event or a department, and whoever loses the right hears no more', async () => {
		const { student, classmate, hr, admin } = people, one = await listens(hr), two = await listens(hr), all = await listens(admin)

		await one.emitWithAck('join_general_attendance', { event_id: mine.id })
		await two.emitWithAck('join_general_attendance', { department_id: 2 })
		await all.emitWithAck('join_general_attendance')
		assert.equal((await one.emitWithAck('join_general_attendance', { event_id: 'none' })).ok, false)
		const a = mark(mine, student), b = mark(others, classmate, { department: 2 })
		await until('they are told', () => ids(all.all).includes(a) && ids(all.all).includes(b))
		assert.deepEqual([ids(one.all), ids(two.all)], [[a], [b]])
		sql(`UPDATE campus_member SET campus_id = 2 WHERE account_id = ${hr.user.id}`)
		const c = mark(mine, student)
		await until('who sees all is told', () => ids(all.all).includes(c))
		sql(`UPDATE campus_member SET campus_id = 1 WHERE account_id = ${hr.user.id}`)
		const d = mark(mine, student)
		await until('they are told again', () => ids(one.all).includes(d))
		assert.deepEqual(ids(one.all), [a, d])
		leave_all()
	})
})
