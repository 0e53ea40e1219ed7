// Attendance in numbers. Records are made at fixed times, around the night of 25 October 2026 in which Berlin's clocks showed 02:00 to 03:00
// twice (from 00:00 and from 01:00 UTC), at campuses of their own, so that each number can be worked out by hand.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, jobs_rest, jobs_run, new_campus, new_member, ok, refused, unique, until, weigh_flags } from './world.mjs'

const AT = '/api/campus/analytics/', RANGE = 'date_from=2026-10-19&date_to=2026-10-26'
const hourly = async (does, query = RANGE) => ok(await does.get(`${AT}histograms/attendance-hourly/?${query}`))
const weekly = async (does, query = RANGE) => ok(await does.get(`${AT}histograms/weekly-pattern/?${query}`))
const compared = async (does, query = RANGE) => ok(await does.get(`${AT}histograms/department-comparison/?${query}`))
const times = async (does, query = RANGE) => ok(await does.get(`${AT}histograms/verification-time/?${query}`))
const trends = async (does, query = RANGE) => ok(await does.get(`${AT}attendance-trends/?${query}`))
const summary = async (does, query = RANGE) => ok(await does.get(`${AT}department-summary/?${query}`))
const faults = (answer) => Object.keys(refused(answer, 422, 'VALIDATION_ERROR').errors).sort()
const filled = (n, values) => Array.from({ length: n }, (_, at) => values[at] ?? 0)
const id_of = (statements) => Number(sql(`${statements}; SELECT LAST_INSERT_ID()`)[0][0])
let campus, other_campus, maths, arts, art_events, admin, hr, organizer, supervisor, student, people
const events = {}

const new_department = (of, name) => id_of(`INSERT INTO department (campus_id, name, short_code, created_at, updated_at) VALUES (${of}, '${name}', '${unique().slice(-12)}', NOW(3), NOW(3))`)

// An event of 90 minutes whose roster is fixed.
function new_event(starts_at, { by, at = campus, series = 'ALG', rostered = true } = {}) {
	const uuid = randomUUID()
	const id = id_of(`INSERT INTO campus_event (uuid, organizer_id, campus_id, title, description, location, starts_at, ends_at, time_zone, starts_on, opens_at, late_at, closes_at, steps, series, roster_at, created_at, updated_at)
		VALUES (UNHEX('${uuid.replaceAll('-', '')}'), ${by}, ${at}, 'Lecture', '', 'Hall', '${starts_at}', '${starts_at}' + INTERVAL 90 MINUTE, 'Europe/Berlin', DATE('${starts_at}'),
			'${starts_at}' - INTERVAL 15 MINUTE, '${starts_at}' + INTERVAL 15 MINUTE, '${starts_at}' + INTERVAL 90 MINUTE, '["qr"]', '${series}', ${rostered ? `'${starts_at}'` : 'NULL'}, NOW(3), NOW(3))`)

	return { id, uuid, starts_at }
}

const expect = (event, who, state = 'expected') => sql(`INSERT INTO event_expected VALUES (${event.id}, ${who.user.id}, '${state}', '${event.starts_at}')`)

function record(event, who, at, { status = 'present', verification = 'verified', seconds = 20, decided = null, method = 'self' } = {}) {
	sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, method, event_starts_at, qr_at, submitted_at, decided_by, decided_at, created_at, updated_at)
		SELECT UNHEX(REPLACE(UUID(), '-', '')), ${event.id}, m.account_id, e.campus_id, m.department_id, 'submitted', '${status}', '${verification}', '${method}', e.starts_at,
			'${at}' - INTERVAL ${seconds * 1000000} MICROSECOND, '${at}', ${decided === null ? 'NULL, NULL' : `${admin_id()}, '${at}' + INTERVAL ${decided} SECOND`}, NOW(3), NOW(3)
		FROM campus_member m JOIN campus_event e ON e.id = ${event.id} WHERE m.account_id = ${who.user.id}`)
}
const admin_id = () => people.admin.user.id

before(async () => {
	jobs_rest('attendance_sums', 'closings', 'rosters')
	campus = new_campus('Europe/Berlin')
	other_campus = new_campus('America/Los_Angeles')
	maths = new_department(campus, 'Maths')
	arts = new_department(campus, 'Arts')
	const member = (role, more = {}) => new_member(role, { campus, department: maths, ...more })

	people = {
		admin: await member('campus_admin', { campus: null, department: null }), hr: await member('hr', { campus: other_campus, department: null }),
		organizer: await member('campus_organizer'), supervisor: await member('supervisor'), m1: await member('student'), m2: await member('student'), a1: await member('student', { department: arts })
	}
	;[admin, hr, organizer, supervisor, student] = ['admin', 'hr', 'organizer', 'supervisor', 'm1'].map((name) => as(people[name]))
	const { m1, m2, a1 } = people

	// Monday 19 October, 10:00 local (+2); everybody expected: m1 in time, m2 late, a1 away.
	events.monday = new_event('2026-10-19 08:00:00', { by: people.organizer.user.id })
	;[m1, m2, a1].forEach((who) => expect(events.monday, who))
	record(events.monday, m1, '2026-10-19 07:59:59.999')
	record(events.monday, m2, '2026-10-19 08:20:00', { status: 'late', verification: 'pending', seconds: 65.5 })
	record(events.monday, a1, '2026-10-19 09:40:00', { status: 'absent', method: 'auto' })
	// The night of the clocks: Sunday 25 October 01:30 local; m1 and m2 in one hour, a real hour apart; a1 was rejected.
	events.night = new_event('2026-10-24 23:30:00', { by: people.admin.user.id, series: 'NIGHT' })
	;[m1, m2, a1].forEach((who) => expect(events.night, who))
	record(events.night, m1, '2026-10-25 00:10:00', { seconds: 30, decided: 300 })
	record(events.night, m2, '2026-10-25 01:10:00', { seconds: 14.999, decided: 299 })
	record(events.night, a1, '2026-10-25 01:20:00', { verification: 'rejected' })
	// No roster: it counts in numbers and not in rates. Monday 26 October, 09:00 local (+1).
	events.loose = new_event('2026-10-26 08:00:00', { by: people.admin.user.id, rostered: false })
	record(events.loose, a1, '2026-10-26 08:05:00')
})

const ALL = () => `${RANGE}&campus_id=${campus}`

test('hours are local ones, and one that the clocks repeat is one', async () => {
	const all = await hourly(admin, ALL())

	assert.deepEqual([all.histogram_type, all.bins, all.labels[0], all.labels[23]], ['attendance_hourly', [...Array(24).keys()], '00:00', '23:00'])
	assert.deepEqual(all.values, filled(24, { 2: 2, 9: 2, 10: 1 }))
	assert.deepEqual([all.total_samples, all.peak_hour], [5, 2])
	assert.deepEqual({ ...all.metadata, generated_at: 0 }, { date_range: '2026-10-19 to 2026-10-26', date_from: '2026-10-19', date_to: '2026-10-26', time_zone: 'Europe/Berlin', campus_filter: campus, generated_at: 0 })
	// By the clocks of another zone these are other hours, and of another range other events.
	assert.deepEqual((await hourly(admin, `${ALL()}&time_zone=UTC`)).values, filled(24, { 0: 1, 1: 1, 7: 1, 8: 2 }))
	assert.deepEqual((await hourly(admin, `${ALL()}&time_zone=Asia/Kathmandu`)).values, filled(24, { 5: 1, 6: 1, 13: 2, 14: 1 }))
	assert.equal((await hourly(admin, `campus_id=${campus}&date_from=2026-10-25&date_to=2026-10-25`)).total_samples, 2)
	assert.equal((await hourly(admin, `campus_id=${campus}&date_from=2026-10-24&date_to=2026-10-24`)).total_samples, 0)
	assert.equal((await hourly(admin, `campus_id=${campus}&date_from=2026-10-24&date_to=2026-10-24&time_zone=UTC`)).total_samples, 2)
	const none = await hourly(admin, `campus_id=${other_campus}`)
	assert.deepEqual([none.total_samples, none.peak_hour, none.metadata.date_range, none.metadata.time_zone], [0, null, 'Last 7 days', 'America/Los_Angeles'])
})

test('each sees what is in their scope', async () => {
	const seen = async (does) => (await hourly(does)).total_samples

	assert.equal((await hourly(admin, ALL())).total_samples, 5)
	assert.deepEqual([await seen(hr), await seen(organizer), await seen(supervisor), await seen(student)], [0, 2, 4, 2])
	// Filters do not lead out of it.
	assert.equal((await hourly(hr, ALL())).total_samples, 0)
	assert.equal((await hourly(student, `${RANGE}&department_id=${arts}`)).total_samples, 0)
	assert.equal((await hourly(organizer, `${RANGE}&event_id=${events.night.uuid}`)).total_samples, 0)
	assert.equal((await hourly(supervisor, `${RANGE}&department_id=${arts}`)).total_samples, 0)
	assert.deepEqual((await trends(student)).points.map((point) => [point.period_start, point.expected, point.attended, point.rate]), [['2026-10-19', 1, 1, 100], ['2026-10-25', 1, 1, 100]])
})

test('filters', async () => {
	const n = async (more) => (await hourly(admin, `${ALL()}&${more}`)).total_samples

	assert.deepEqual([await n(`department_id=${maths}`), await n(`department_id=${arts}`), await n('department_id=99999999')], [4, 1, 0])
	assert.deepEqual([await n(`event_id=${events.night.uuid}`), await n(`event_id=${randomUUID()}`), await n('series=NIGHT'), await n('series=ALG'), await n('series=X')], [2, 0, 2, 3, 0])
	assert.equal(await n('verified_only=true'), 4)
})

test('what cannot be asked for is told at its field', async () => {
	const asked = (query) => admin.get(`${AT}histograms/attendance-hourly/?${query}`)

	for (const [query, field] of [['days=0', 'days'], ['days=abc', 'days'], ['days=367', 'days'], ['days=7&date_from=2026-10-01', 'days'], ['date_from=2026-10-02&date_to=2026-10-01', 'date_to'],
		['date_from=2024-01-01&date_to=2026-01-01', 'date_from'], ['campus_id=99999999', 'campus_id'], ['time_zone=Mars', 'time_zone'], ['event_id=7', 'event_id']])
		assert.deepEqual(faults(await asked(query)), [field], query)
	assert.equal((await asked('days=366')).status, 200)
})

test('weekdays have what was marked, the rates of those expected, and their hours', async () => {
	const all = await weekly(admin, ALL())

	assert.deepEqual([all.histogram_type, all.bins, all.labels], ['weekly_pattern', [0, 1, 2, 3, 4, 5, 6], ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']])
	assert.deepEqual([all.values, all.total_samples, all.peak_day, all.peak_hour], [[3, 0, 0, 0, 0, 0, 2], 5, 0, 2])
	assert.deepEqual(all.rates, [66.67, null, null, null, null, null, 66.67])
	assert.deepEqual([all.heatmap[0], all.heatmap[6], all.heatmap[1]], [filled(24, { 9: 2, 10: 1 }), filled(24, { 2: 2 }), filled(24, {})])
})

test('departments are compared by what is asked for', async () => {
	const all = await compared(admin, ALL())

	assert.deepEqual([all.bins, all.labels, all.values], [[maths, arts], ['Maths', 'Arts'], [100, 0]])
	// Wilson's interval of 4 of 4: 1 ÷ (1 + z²/4) is its lower end; of 0 of 2: z²/2 ÷ (1 + z²/2) its upper.
	assert.deepEqual(all.items, [
		{ department_id: maths, department: 'Maths', attended: 4, expected: 4, rate: 100, ci_low: 51.01, ci_high: 100 },
		{ department_id: arts, department: 'Arts', attended: 1, expected: 2, rate: 0, ci_low: 0, ci_high: 65.76 }])
	assert.deepEqual((await compared(admin, `${ALL()}&measure=late`)).values, [1, 0])
	assert.deepEqual((await compared(admin, `${ALL()}&measure=verified`)).values, [3, 1])
	assert.equal((await compared(admin, `${ALL()}&measure=attended`)).total_samples, 5)
	// Two people of a department that is not the supervisor's, and two of any to an organizer, are nobody's to be told alone.
	assert.deepEqual((await compared(organizer)).items.map((one) => [one.department_id, one.department, one.attended]), [[0, 'Other', 2]])
	assert.deepEqual((await compared(supervisor)).items.map((one) => [one.department_id, one.department, one.attended]), [[maths, 'Maths', 4]])
	assert.equal((await hourly(organizer, `${RANGE}&department_id=${maths}`)).total_samples, 0)
})

test('each department in numbers', async () => {
	assert.deepEqual(await summary(admin, ALL()), [
		{ department_id: arts, department: 'Arts', events: 3, expected: 2, attended: 1, present: 1, late: 0, absent: 1, excused: 0, rate: 0, verified: 1, pending: 0, rejected: 1, below_threshold: true },
		{ department_id: maths, department: 'Maths', events: 2, expected: 4, attended: 4, present: 3, late: 1, absent: 0, excused: 0, rate: 100, verified: 3, pending: 1, rejected: 0, below_threshold: false }])
})

test('how long it took is exact in its middle and tails', async () => {
	const self = await times(admin, ALL()), manual = await times(admin, `${ALL()}&of=manual`)

	// 14.999, 20, 20, 30 and 65.5 s.
	assert.deepEqual(self.bins, [0, 15, 30, 45, 60, 90, 120, 180, 300, 600])
	assert.deepEqual(self.values, filled(10, { 0: 1, 1: 2, 2: 1, 4: 1 }))
	assert.deepEqual(self.stats, { n: 5, mean: 30.1, median: 20, p90: 51.3, p95: 58.4, min: 14.999, max: 65.5 })
	assert.deepEqual([manual.bins, manual.values], [[0, 300, 900, 3600, 14400, 86400, 259200, 604800], filled(8, { 0: 1, 1: 1 })])
	assert.deepEqual(manual.stats, { n: 2, mean: 299.5, median: 299.5, p90: 299.9, p95: 299.95, min: 299, max: 300 })
	assert.deepEqual((await times(hr)).stats, { n: 0, mean: null, median: null, p90: null, p95: null, min: null, max: null })
	assert.equal((await times(student)).stats.n, 2)
})

test('over time, by day, week and month, beside as many days before', async () => {
	const days = await trends(admin, ALL()), rate = { rate: 66.67, ci_low: 20.77, ci_high: 93.85 }, none = { ewma: null, control_low: null, control_high: null }

	assert.deepEqual(days.points, [
		{ period_start: '2026-10-19', events: 1, expected: 3, attended: 2, late: 1, ...rate, verified: 1, pending: 1, rejected: 0, ...none },
		{ period_start: '2026-10-25', events: 1, expected: 3, attended: 2, late: 0, ...rate, verified: 2, pending: 0, rejected: 1, ...none },
		{ period_start: '2026-10-26', events: 1, expected: 0, attended: 1, late: 0, rate: null, ci_low: null, ci_high: null, verified: 1, pending: 0, rejected: 0, ...none }])
	assert.deepEqual([days.slope_per_period, days.change], [null, { previous_rate: null, difference: null }])
	assert.deepEqual((await trends(admin, `${ALL()}&group_by=week`)).points.map((point) => [point.period_start, point.events, point.expected, point.attended]), [['2026-10-19', 2, 6, 4], ['2026-10-26', 1, 0, 1]])
	assert.deepEqual((await trends(admin, `${ALL()}&group_by=month`)).points.map((point) => [point.period_start, point.events, point.rate]), [['2026-10-01', 3, 66.67]])
	// The seven days from the 20th have those from the 13th before them.
	assert.deepEqual((await trends(admin, `campus_id=${campus}&date_from=2026-10-20&date_to=2026-10-26`)).change, { previous_rate: 66.67, difference: 0 })
})

test('eight rates have a mean that follows them, limits and a slope', async () => {
	const other = as(people.hr), { m1, m2 } = people

	// Eight days in March 2026, of two expected 1 2 1 2 1 2 1 2 came: the median is 75, each is 25 away from it.
	for (let day = 2; day < 10; day++) {
		const event = new_event(`2026-03-0${day} 18:00:00`, { by: people.admin.user.id, at: other_campus })

		;[m1, m2].forEach((who) => expect(event, who))
		record(event, m1, `2026-03-0${day} 18:01:00`)
		if (day % 2)
			record(event, m2, `2026-03-0${day} 18:01:00`)
	}
	const { points, slope_per_period } = await trends(other, 'date_from=2026-03-01&date_to=2026-03-31')
	assert.deepEqual(points.map((point) => point.rate), [50, 100, 50, 100, 50, 100, 50, 100])
	// E₁ = 0.3·50 + 0.7·75 = 67.5, E₂ = 0.3·100 + 0.7·67.5 = 77.25; σ = 1.4826·25 = 37.065; 3σ√(0.3/1.7·(1 − 0.49)) = 33.3585.
	assert.deepEqual([points[0].ewma, points[1].ewma], [67.5, 77.25])
	assert.deepEqual([points[0].control_low, points[0].control_high], [41.64, 108.36])
	// Pairwise slopes: those of equal ones are 0, in the middle of all.
	assert.equal(slope_per_period, 0)
})

const dashboard = async (does, query = RANGE) => ok(await does.get(`${AT}dashboard/?${query}`))

test('whoever runs a campus has its sums, its best departments, and what was marked today', async () => {
	const all = await dashboard(admin, ALL())

	assert.deepEqual(all.summary, { total_events: 3, total_attendees: 5, avg_attendance_rate: 66.67, verified_count: 4, pending_count: 1 })
	assert.deepEqual([all.top_departments, all.date_range], [[{ department: 'Maths', avg_rate: 100 }, { department: 'Arts', avg_rate: 0 }], { start: '2026-10-19', end: '2026-10-26' }])
	assert.ok(Array.isArray(all.open_now) && all.reviews >= 1)
	assert.deepEqual(['events', 'at_risk', 'upcoming', 'recent', 'warnings'].filter((key) => key in all), [])
	// Of who may not see it there is nothing; and nobody was expected, so there is no rate.
	assert.deepEqual((await dashboard(hr, ALL())).summary, { total_events: 0, total_attendees: 0, avg_attendance_rate: null, verified_count: 0, pending_count: 0 })
	// Of the last day, and what was committed a moment ago is in it.
	assert.equal(all.recent_activity, 0)
	const now = new Date().toISOString().slice(0, 19).replace('T', ' '), event = new_event(now, { by: people.admin.user.id })
	record(event, people.a1, now)
	record(event, people.m1, now, { method: 'auto', status: 'absent' })
	assert.equal((await dashboard(admin, ALL())).recent_activity, 1)
	assert.deepEqual([(await dashboard(hr)).recent_activity, (await dashboard(hr, ALL())).recent_activity], [0, 0]) // of another campus
	assert.equal((await dashboard(admin, `days=1&campus_id=${campus}`)).summary.total_attendees, 1)
	sql(`DELETE FROM attendance WHERE event_id = ${event.id}; DELETE FROM campus_event WHERE id = ${event.id}`)
	assert.equal((await dashboard(admin, ALL())).recent_activity, 0)
})

test('who makes events has theirs, what waits, and who stays away', async () => {
	const made = await dashboard(organizer), theirs = await dashboard(supervisor)
	const row = (event, more) => ({ id: event.uuid, title: 'Lecture', start_datetime: `${event.starts_at.replace(' ', 'T')}.000Z`, time_zone: 'Europe/Berlin', ...more })

	assert.deepEqual(made.summary, { total_events: 1, total_attendees: 2, avg_attendance_rate: 66.67, verified_count: 1, pending_count: 1 })
	assert.deepEqual(made.events, [row(events.monday, { expected: 3, attended: 2, late: 1, pending: 1, rate: 66.67 })])
	assert.deepEqual([made.reviews, made.at_risk], [1, []])
	// Of their own department alone.
	assert.deepEqual(theirs.summary, { total_events: 2, total_attendees: 4, avg_attendance_rate: 100, verified_count: 3, pending_count: 1 })
	assert.deepEqual(theirs.events, [row(events.night, { expected: 2, attended: 2, late: 0, pending: 0, rate: 100 }), row(events.monday, { expected: 2, attended: 2, late: 1, pending: 1, rate: 100 })])
	assert.deepEqual([theirs.reviews, 'top_departments' in theirs, 'recent_activity' in theirs], [1, false, false])
	// Of three events and more: two absences and one rejected of one, one of three of another.
	const idle = await new_member('student', { campus, department: maths }), busy = await new_member('student', { campus, department: maths }), range = 'date_from=2026-09-01&date_to=2026-09-30'
	for (const [day, seen] of [['07', 'absent'], ['08', 'absent'], ['09', 'present']]) {
		const event = new_event(`2026-09-${day} 08:00:00`, { by: people.admin.user.id })

		assert.deepEqual((await dashboard(supervisor, range)).at_risk, [])
		;[idle, busy].forEach((who) => expect(event, who))
		record(event, idle, `2026-09-${day} 08:00:00`, { status: seen, verification: seen === 'present' ? 'rejected' : 'verified' })
		record(event, busy, `2026-09-${day} 08:00:00`, { status: day === '07' ? 'absent' : 'present', verification: 'pending' })
	}
	const at_risk = { student_id: idle.username, full_name: 'Mo Member', department: 'Maths', expected: 3, threshold: 70 }
	assert.deepEqual((await dashboard(supervisor, range)).at_risk, [{ user_id: idle.user.id, ...at_risk, attended: 0, rate: 0 }, { user_id: busy.user.id, ...at_risk, student_id: busy.username, attended: 2, rate: 66.67 }])
	for (const does of [organizer, as(await new_member('supervisor', { campus, department: arts }))])
		assert.deepEqual((await dashboard(does, range)).at_risk, [])
})

test('a student has their own sums, the rate that is still possible, and what to mind', async () => {
	const mine = await dashboard(student), away = as(people.a1)

	assert.deepEqual(mine.summary, { total_events: 2, attended: 2, late: 0, absent: 0, excused: 0, attendance_rate: 100, best_possible_rate: 100, verified_count: 2, pending_count: 0, rejected_count: 0 })
	assert.deepEqual(mine.recent.slice(0, 2).map((mark) => [mark.start_datetime, mark.status, mark.verification_status]), [['2026-10-24T23:30:00.000Z', 'present', 'verified'], ['2026-10-19T08:00:00.000Z', 'present', 'verified']])
	assert.deepEqual([mine.warnings, mine.open_now, mine.upcoming, 'reviews' in mine, 'top_departments' in mine], [[], [], [], false, false])
	assert.deepEqual((await dashboard(away)).summary, { total_events: 3, attended: 1, late: 0, absent: 1, excused: 0, attendance_rate: 0, best_possible_rate: 0, verified_count: 1, pending_count: 0, rejected_count: 1 })
	assert.deepEqual((await dashboard(away)).warnings.map(({ code }) => code), ['below_threshold', 'out_of_reach'])
	// Six that are still to come: 0 of 2 may become 6 of 8.
	const to_come = [...Array(6).keys()].map((day) => new_event(`2027-02-0${day + 1} 08:00:00`, { by: people.admin.user.id, rostered: false }))
	for (const { id } of to_come)
		sql(`INSERT INTO event_audience (event_id, rule, value) VALUES (${id}, 'member', ${people.a1.user.id})`)
	const hope = await dashboard(away)
	assert.deepEqual([hope.summary.attendance_rate, hope.summary.best_possible_rate, hope.warnings.map(({ code }) => code)], [0, 75, ['below_threshold']])
	assert.deepEqual(hope.upcoming.map(({ id }) => id), to_come.map(({ uuid }) => uuid))
	sql(`UPDATE campus_event SET deleted_at = NOW(3) WHERE id IN (${to_come.map(({ id }) => id)})`)
	// Three absences in a row, an excuse among them.
	const idle = await new_member('student', { campus, department: maths })
	for (const [day, status] of [['01', 'present'], ['02', 'absent'], ['03', 'absent'], ['04', 'excused'], ['05', 'absent']]) {
		assert.ok(!(await dashboard(as(idle))).warnings.some(({ code }) => code === 'absent_running'), day)
		const event = new_event(`2026-08-${day} 08:00:00`, { by: people.admin.user.id })
		expect(event, idle)
		record(event, idle, `2026-08-${day} 08:00:00`, { status })
	}
	assert.ok((await dashboard(as(idle))).warnings.some(({ code, message }) => code === 'absent_running' && message))
})

test('a dashboard is counted anew once in five seconds, for each who asks', async () => {
	const one = as(await new_member('hr', { campus, department: null })), other = as(await new_member('hr', { campus, department: null }))
	const seen = ok(await one.post(`${AT}dashboard/refresh/?${RANGE}`, {}))

	assert.deepEqual(seen.summary, (await dashboard(one)).summary)
	const wait = Number(refused(await one.get(`${AT}dashboard/refresh/?${RANGE}`), 429, 'RATE_LIMITED').headers.get('retry-after'))
	assert.ok(wait >= 4 && wait <= 6, `${wait} s`)
	// What was refused does not count.
	sql('UPDATE guess SET window_start = window_start - INTERVAL 6 SECOND')
	assert.equal(ok(await one.get(`${AT}dashboard/refresh/?${RANGE}`)).summary.total_events, 3)
	assert.equal(ok(await other.get(`${AT}dashboard/refresh/?${RANGE}`)).summary.total_events, 3)
	assert.equal((await one.post(`${AT}dashboard/refresh/?days=0`, {})).status, 400)
})

test('an event in numbers, of whom one sees there', async () => {
	const figures = async (does, event = events.monday) => ok(await does.get(`/api/campus/events/${event.uuid}/analytics/`)), all = await figures(admin)

	sql(`INSERT INTO attendance_flag (attendance_id, code, severity, resolution, created_at) SELECT id, 'outside', 'medium', NULL, NOW(3) FROM attendance WHERE event_id = ${events.monday.id} AND account_id = ${people.m2.user.id};
		INSERT INTO attendance_flag (attendance_id, code, severity, resolution, created_at) SELECT id, 'typed_code', 'info', 'dismissed', NOW(3) FROM attendance WHERE event_id = ${events.monday.id} AND account_id = ${people.m1.user.id};
		${weigh_flags(`a.event_id = ${events.monday.id}`)}
		UPDATE attendance SET place_verdict = 'outside' WHERE event_id = ${events.monday.id} AND account_id = ${people.m2.user.id}`)
	const { by_department, by_minute, verification_time, location, flags, ...rest } = await figures(organizer)
	assert.deepEqual(rest, { event_id: events.monday.uuid, title: 'Lecture', expected: 3, attended: 2, present: 1, late: 1, absent: 1, excused: 0, attendance_rate: 66.67, verified: 1, pending: 1, rejected: 0,
		first_at: '2026-10-19T07:59:59.999Z', last_at: '2026-10-19T08:20:00.000Z' })
	assert.deepEqual(by_department.map((one) => [one.department, one.expected, one.attended]), [['Other', 3, 2]])
	assert.deepEqual(all.by_department.map((one) => [one.department, one.expected, one.attended, one.rate]), [['Arts', 1, 0, 0], ['Maths', 2, 2, 100]])
	assert.deepEqual(by_minute, [{ minute: '2026-10-19T07:59:00.000Z', n: 1 }, { minute: '2026-10-19T08:20:00.000Z', n: 1 }])
	// 20 and 65.5 s.
	assert.deepEqual(verification_time, { n: 2, mean: 42.75, median: 42.75, p90: 60.95, p95: 63.225, min: 20, max: 65.5 })
	assert.deepEqual([location, flags, all.flags], [{ inside: 0, probable: 0, outside: 1, unusable: 0, none: 1 }, { outside: 1 }, {}])
	// Of the supervisor's department alone; of a rejected one there is nothing but its number.
	const theirs = await figures(supervisor), night = await figures(admin, events.night)
	assert.deepEqual([theirs.expected, theirs.attended, theirs.absent, theirs.by_department.map((one) => one.department)], [2, 2, 0, ['Maths']])
	assert.deepEqual([night.attended, night.rejected, night.by_minute.length, night.last_at], [2, 1, 2, '2026-10-25T01:10:00.000Z'])
	refused(await student.get(`/api/campus/events/${events.monday.uuid}/analytics/`), 403, 'FORBIDDEN')
	refused(await hr.get(`/api/campus/events/${events.monday.uuid}/analytics/`), 404, 'NOT_FOUND')
})

test('an event that was taken away or called off counts only where somebody was there', async () => {
	const empty = new_event('2026-10-20 08:00:00', { by: people.admin.user.id }), expected = async () => (await trends(admin, ALL())).points.reduce((sum, point) => sum + point.expected, 0)

	expect(empty, people.m1)
	assert.equal(await expected(), 7)
	sql(`UPDATE campus_event SET is_active = 0 WHERE id = ${empty.id}`)
	assert.equal(await expected(), 6)
	sql(`UPDATE campus_event SET is_active = 1, deleted_at = NOW(3) WHERE id = ${empty.id}`)
	assert.equal(await expected(), 6)
	sql(`UPDATE campus_event SET deleted_at = NOW(3) WHERE id = ${events.night.id}`)
	assert.equal(await expected(), 6)
	// Who is excused, on the roster or by a record, is not expected.
	sql(`UPDATE campus_event SET deleted_at = NULL WHERE id = ${events.night.id}; UPDATE event_expected SET state = 'excused' WHERE event_id = ${events.monday.id} AND account_id = ${people.a1.user.id}`)
	assert.equal(await expected(), 5)
	sql(`UPDATE event_expected SET state = 'expected' WHERE event_id = ${events.monday.id}; UPDATE attendance SET status = 'excused' WHERE event_id = ${events.monday.id} AND account_id = ${people.a1.user.id}`)
	assert.equal(await expected(), 5)
	sql(`UPDATE attendance SET status = 'absent' WHERE event_id = ${events.monday.id} AND account_id = ${people.a1.user.id}`)
	assert.equal(await expected(), 6)
})
