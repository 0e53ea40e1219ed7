// What is out of the ordinary in attendance: the demo has one of every kind, and nothing else is found in it; and what people say of one.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, HOUR, jobs_rest, jobs_run, new_campus, new_member, ok, refused, unique, until, weigh_flags } from './world.mjs'

const AT = '/api/campus/analytics/anomaly-detection/', MINUTE = 60_000, OURS = ['rate_outlier', 'burst', 'pair', 'over_roster', 'drop']
const BECAUSE = { reason: 'Asked in the department' }
const id_of = (statements) => Number(sql(`${statements}; SELECT LAST_INSERT_ID()`)[0][0])
let admin, hr, campus, department, people

// All that is over is summed up and looked at, and all campuses of tonight.
async function looked_at(event = 0) {
	await until('it is looked at', () => {
		jobs_run('attendance_sums', 'anomalies')
		return sql(`SELECT 1 FROM campus_event e LEFT JOIN event_sum s ON s.event_id = e.id LEFT JOIN event_anomaly_look l ON l.event_id = e.id AND l.change_id = s.change_id AND l.version = s.version
			WHERE (e.id BETWEEN 100 AND 863 OR e.id = ${event}) AND e.closes_at < UTC_TIMESTAMP(3) - INTERVAL 16 MINUTE AND (l.event_id IS NULL OR EXISTS (SELECT 1 FROM attendance_change c WHERE c.event_id = e.id AND c.id > l.change_id))`).length === 0
			&& Number(sql(`SELECT COUNT(*) FROM campus_anomaly_look WHERE campus_id IN (1, 2${event ? `, ${campus}` : ''})`)[0][0]) === (event ? 3 : 2)
	})
}
const look_anew = () => sql('DELETE FROM event_anomaly_look; DELETE FROM campus_anomaly_look')
const found = async (does, query = '') => ok(await does.get(`${AT}?days=2${query}`)).results

const new_event = (starts_at, { rostered = true, at = campus } = {}) => id_of(`INSERT INTO campus_event (uuid, organizer_id, campus_id, title, description, location, starts_at, ends_at, time_zone, starts_on, opens_at, late_at, closes_at, steps, roster_at, created_at, updated_at)
	VALUES (UNHEX('${randomUUID().replaceAll('-', '')}'), ${people.maker.user.id}, ${at}, 'Seminar', '', 'Hall', ${starts_at}, ${starts_at} + INTERVAL 90 MINUTE, 'UTC', DATE(${starts_at}),
		${starts_at} - INTERVAL 15 MINUTE, ${starts_at} + INTERVAL 15 MINUTE, ${starts_at} + INTERVAL 90 MINUTE, '["qr"]', ${rostered ? starts_at : 'NULL'}, NOW(3), NOW(3))`)
const mark = (event, who, more = {}) => sql(`INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status, verification_status, method, event_starts_at, submitted_at, steps_done, created_at, updated_at)
	SELECT UNHEX(REPLACE(UUID(), '-', '')), e.id, m.account_id, e.campus_id, m.department_id, 'submitted', '${more.status ?? 'present'}', '${more.verification ?? 'verified'}', 'self', e.starts_at, e.starts_at, '["qr"]', NOW(3), NOW(3)
	FROM campus_event e JOIN campus_member m ON m.account_id = ${who.user.id} WHERE e.id = ${event}`)

before(async () => {
	jobs_rest('attendance_sums')
	campus = new_campus('UTC')
	department = id_of(`INSERT INTO department (campus_id, name, short_code, created_at, updated_at) VALUES (${campus}, 'Maths', '${unique().slice(-12)}', NOW(3), NOW(3))`)
	people = { maker: await new_member('campus_organizer', { campus, department }), one: await new_member('student', { campus, department }), stranger: await new_member('student', { campus, department }),
		head: await new_member('supervisor', { campus, department }), hr: await new_member('hr', { campus, department: null }) }
	admin = as(await new_member('campus_admin', { campus: null, department: null }))
	hr = as(people.hr)
})

test('the demo has one of every kind, and nothing else is found', async () => {
	look_anew()
	await looked_at()
	const event_of = (id) => sql(`SELECT LOWER(HEX(uuid)) FROM campus_event WHERE id = ${id}`)[0][0]
	const of_demo = sql(`SELECT x.id, x.type, COALESCE(x.event_id, 0), COALESCE(x.department_id, 0), COALESCE(x.account_id, 0), COALESCE(x.other_id, 0) FROM attendance_anomaly x
		WHERE x.event_id BETWEEN 100 AND 863 OR x.event_id IS NULL AND x.account_id < 900 ORDER BY x.type, x.event_id, x.account_id`)
	assert.deepEqual(of_demo.map(([, ...what]) => what.join(' ')), ['burst 511 0 0 0', 'drop 0 6 305 0', 'over_roster 552 0 0 0', 'pair 0 3 314 320', 'rate_outlier 533 3 0 0'])
	const all = await found(admin), one = Object.fromEntries(of_demo.map(([id, type]) => [type, all.find((row) => row.id === id)]))

	assert.deepEqual([one.burst.score, one.burst.attendance_ids.length, one.burst.severity, one.burst.event.id.replaceAll('-', '')], [6, 6, 'high', event_of(511)])
	// P(Poisson(0.1) ≥ 6), for there is nothing from elsewhere at the twelve before.
	assert.ok(Math.abs(one.burst.p_value / 1.2749e-9 - 1) < 1e-3, one.burst.p_value)
	assert.match(one.burst.explanation, /^6 marks came from outside of the campus's networks within a minute; usual are 0\.1\.$/)
	assert.ok(one.rate_outlier.score < -3.5 && one.rate_outlier.threshold === 3.5 && one.rate_outlier.department.name === 'Nursing')
	assert.match(one.rate_outlier.explanation, /^Of those expected of this department 40 % came; at its 12 events before the middle was 8\d(\.\d+)? %\.$/)
	assert.ok(one.pair.p_value < 1e-9 && one.pair.score >= 10 && one.pair.user.id === 314 && one.pair.other.id === 320)
	assert.match(one.pair.explanation, /^Marked within five seconds of each other at (\d+) of the \1 events /)
	assert.match(one.over_roster.explanation, /^1 marks are of people who were not expected\.$/)
	assert.deepEqual([one.drop.user.id, one.drop.score, one.drop.explanation], [305, 3, 'Absent at the last 3 events in a row.'])
	// Nothing is found twice.
	look_anew()
	await looked_at()
	assert.equal(Number(sql("SELECT COUNT(*) FROM attendance_anomaly WHERE event_id BETWEEN 100 AND 863 OR event_id IS NULL AND account_id < 900")[0][0]), 5)
	assert.deepEqual([...new Set((await found(admin, '&type=pair')).map(({ type }) => type))], ['pair'])
	assert.deepEqual(ok(await admin.get(`${AT}?days=2`)).methods.map(({ type }) => type), OURS)
	// Flags of records are there too.
	assert.ok(ok(await admin.get(`${AT}?days=60&type=outside`)).results.every((row) => row.id.startsWith('flag-') && row.type === 'outside' && row.attendance_ids.length === 1 && row.explanation))
})

test('what holds no more is gone, unless somebody has said something of it', async () => {
	const start = "DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL 5 HOUR, '%Y-%m-%d %H:00:00')", event = new_event(start), kept = new_event(start)
	const strange = (id) => sql(`SELECT status FROM attendance_anomaly WHERE type = 'over_roster' AND event_id = ${id}`).map(([status]) => status)
	const reject = (id) => sql(`UPDATE attendance SET verification_status = 'rejected', version = version + 1 WHERE event_id = ${id} AND account_id = ${people.stranger.user.id};
		INSERT INTO attendance_change (attendance_id, event_id, account_id, status, verification_status, method, at) SELECT id, event_id, account_id, status, 'rejected', method, UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE
		FROM attendance WHERE event_id = ${id} AND account_id = ${people.stranger.user.id}`)

	for (const id of [event, kept]) {
		sql(`INSERT INTO event_expected VALUES (${id}, ${people.one.user.id}, 'expected', NOW(3))`)
		mark(id, people.one)
		mark(id, people.stranger)
	}
	await looked_at(event)
	await looked_at(kept)
	assert.deepEqual([strange(event), strange(kept)], [['open'], ['open']])
	const [{ id }] = (await found(hr, '&type=over_roster')).filter((row) => row.event.id === sql(`SELECT INSERT(INSERT(INSERT(INSERT(LOWER(HEX(uuid)), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-') FROM campus_event WHERE id = ${kept}`)[0][0])
	ok(await hr.post(`${AT}${id}/`, { status: 'confirmed', ...BECAUSE }))
	reject(event)
	reject(kept)
	await looked_at(event)
	await looked_at(kept)
	assert.deepEqual([strange(event), strange(kept)], [[], ['confirmed']])
})

// ---- where the limits are ----

const FIRST = Math.floor((Date.now() - 8 * HOUR) / MINUTE) * MINUTE
const moment = (minutes, ms = 0) => `'${new Date(FIRST + minutes * MINUTE + ms).toISOString().slice(0, 23).replace('T', ' ')}'`
const place = (fields) => id_of(`INSERT INTO campus (name, short_code, time_zone, networks, created_at, updated_at) VALUES ('${unique()}', '${unique().slice(-12)}', 'UTC', ${fields}, NOW(3), NOW(3))`)

// A campus of its own, where so many people are of each department that is made.
function elsewhere(networks = 'NULL') {
	const own = place(networks)
	const members = (n) => {
		const word = unique(), id = id_of(`INSERT INTO department (campus_id, name, short_code, created_at, updated_at) VALUES (${own}, '${word}', '${word.slice(-12)}', NOW(3), NOW(3))`)

		sql(`INSERT INTO account (uuid, name, status, locale, created_at, updated_at) SELECT RANDOM_BYTES(16), '${word}', 'active', 'en', NOW(3), NOW(3) FROM seq_1_to_${n};
			INSERT INTO account_role SELECT id, 'student', NOW(3) FROM account WHERE name = '${word}';
			INSERT INTO campus_member (account_id, campus_id, department_id, first_name, last_name, created_at, updated_at) SELECT id, ${own}, ${id}, 'Mo', 'Member', NOW(3), NOW(3) FROM account WHERE name = '${word}'`)
		return { department: id, ids: sql(`SELECT id FROM account WHERE name = '${word}' ORDER BY id`).flat().map(Number) }
	}
	const event = (minute) => new_event(moment(minute), { at: own })
	const expected = (id, ids) => sql(`INSERT INTO event_expected VALUES ${ids.map((one) => `(${id}, ${one}, 'expected', NOW(3))`).join()}`)
	const marked = (id, minute, ids, { status = 'present', ms = () => 0, ip = 'NULL', method = 'self' } = {}) => sql(ids.map((one, i) => `INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status,
			verification_status, method, event_starts_at, submitted_at, ip, steps_done, created_at, updated_at)
		SELECT RANDOM_BYTES(16), ${id}, account_id, campus_id, department_id, 'submitted', '${status}', 'verified', '${method}', ${moment(minute)}, ${moment(minute, ms(i))}, ${ip}, '["qr"]', NOW(3), NOW(3)
		FROM campus_member WHERE account_id = ${one}`).join(';'))
	// Each event of it, and the campus by night, once all is summed up: that is looked at once.
	const looked = async () => {
		const all = (of) => sql(`SELECT 1 FROM campus_event e LEFT JOIN event_sum s ON s.event_id = e.id LEFT JOIN event_anomaly_look l ON l.event_id = e.id AND l.change_id <=> s.change_id AND l.version = s.version
			WHERE e.campus_id = ${own} AND ${of}.event_id IS NULL LIMIT 1`).length === 0

		await until('it is summed up', () => (jobs_run('attendance_sums'), all('s')))
		await until('it is looked at', () => (jobs_run('anomalies'), all('l') && sql(`SELECT 1 FROM campus_anomaly_look WHERE campus_id = ${own}`).length === 1))
	}
	const has = (type, columns) => sql(`SELECT ${columns} FROM attendance_anomaly WHERE campus_id = ${own} AND type = '${type}' ORDER BY 1, id`).map((row) => row.join(' '))

	jobs_rest('anomalies', 'closings') // nothing is looked at before all of it is there
	return { members, event, expected, marked, looked, has }
}

test('a rate is out of the ordinary beside eight before it, from three and a half on', async () => {
	const { members, event, expected, marked, looked, has } = elsewhere(), [out, within, young] = [members(5), members(5), members(5)]

	// Eight times 100 or 80 %: their median is 90, their MAD 10. At 20 % M is -4.7215, at 40 % -3.3725; of the third there are seven.
	for (let n = 0; n < 8; n++) {
		const id = event(n), there = n % 2 ? 4 : 5

		for (const { ids } of n ? [out, within, young] : [out, within]) {
			expected(id, ids)
			marked(id, n, ids.slice(0, there))
		}
	}
	const last = event(20)
	for (const [{ ids }, there] of [[out, 1], [within, 2], [young, 1]]) {
		expected(last, ids)
		marked(last, 20, ids.slice(0, there))
	}
	await looked()
	assert.deepEqual(has('rate_outlier', 'event_id, department_id, ROUND(score, 4), threshold'), [`${last} ${out.department} -4.7215 3.5`])
})

test('four marks from elsewhere within a minute are many where none are usual, and less is not', async () => {
	const { members, event, expected, marked, looked, has } = elsewhere(`'["192.0.2.0/24"]'`), { ids } = members(4), ip = "'203.0.113.9'"
	const times = { many: [0, 20_000, 40_000, 59_999], apart: [0, 20_000, 40_000, 60_000] }, events = {}

	// At one moment, for what was before counts.
	for (const [name, at] of Object.entries(times)) {
		events[name] = event(0)
		expected(events[name], ids)
		marked(events[name], 0, ids, { ms: (i) => at[i], ip })
	}
	const inside = event(0)
	expected(inside, ids)
	marked(inside, 0, ids, { ip: "'192.0.2.77'" })
	await looked()
	// P(Poisson(0.1) ≥ 4).
	assert.deepEqual(has('burst', 'event_id, score, ROUND(p_value * 1e9), threshold'), [`${events.many} 4 3847 0.0001`])
})

test('two who are within five seconds at ten events of ten are a pair, among others who are not', async () => {
	const { members, event, expected, marked, looked, has } = elsewhere(), { ids } = members(8), [a, b, c, d, e, f, g, h] = ids
	// a and b five seconds apart, e and f a thousandth more, g and h at nine events; each two a minute from the next.
	const at = new Map([[a, 0], [b, 5000], [c, 60_000], [d, 120_000], [e, 180_000], [f, 185_001], [g, 240_000], [h, 245_000]])

	for (let n = 0; n < 10; n++) {
		const id = event(n), there = n < 9 ? ids : ids.slice(0, 6)

		expected(id, ids)
		marked(id, n, there, { ms: (i) => at.get(there[i]) })
	}
	await looked()
	// Of the others one of seven, at the last event of five, is as near: q = (9 ÷ 7 + 1 ÷ 5) ÷ 10, and q to the tenth.
	assert.deepEqual(has('pair', 'account_id, other_id, score'), [`${a} ${b} 10`])
	const [[p]] = sql(`SELECT p_value FROM attendance_anomaly WHERE type = 'pair' AND account_id = ${a}`)
	assert.ok(Math.abs(Number(p) / ((9 / 7 + 1 / 5) / 10) ** 10 - 1) < 1e-6, p)
})

test('who was absent three times in a row, or is below what their campus asks for, stays away; of fewer events nothing is said', async () => {
	const { members, event, expected, marked, looked, has } = elsewhere(), { ids } = members(5), [running, twice, below, few, good] = ids
	const there = new Map([[running, 'ppaaa'], [twice, 'pppaa'], [below, 'aappp'], [few, '-paap'], [good, 'apppp']])

	for (let n = 0; n < 5; n++) {
		const id = event(n), of = (letter) => ids.filter((one) => there.get(one)[n] === letter)

		expected(id, [...of('p'), ...of('a')])
		marked(id, n, of('p'))
		marked(id, n, of('a'), { status: 'absent', method: 'auto' })
	}
	await looked()
	// 2, 3 and 3 of five are below 70 %, and nothing is still to come; of four events two are too few to say so.
	const said = (who, what) => `${who} ${what}`
	assert.deepEqual(has('drop', "account_id, SUBSTRING_INDEX(SUBSTRING_INDEX(subject, ' ', 2), ' ', -1)").sort(), [said(running, 'absent'), said(running, 'below'), said(running, 'out_of_reach'),
		said(twice, 'below'), said(twice, 'out_of_reach'), said(below, 'below'), said(below, 'out_of_reach')].sort())
})

// ---- what is said of one ----

// One of a type, of whom it is about.
const anomaly = (more = {}) => {
	const values = { type: "'drop'", subject: `'${unique()}'`, severity: "'low'", score: 3, threshold: 3, campus_id: campus, department_id: department, account_id: people.one.user.id, attendance_ids: "'[]'",
		detail: `'{"absent":1,"absent_running":3}'`, detected_at: 'UTC_TIMESTAMP(3)', computed_at: 'UTC_TIMESTAMP(3)', ...more }
	return id_of(`INSERT INTO attendance_anomaly (${Object.keys(values)}) VALUES (${Object.values(values)})`)
}

test('what it is one of those who see it says, once, with a reason, and never of themselves', async () => {
	const one = anomaly(), other = anomaly(), own = anomaly({ account_id: people.hr.user.id, other_id: people.one.user.id })
	const head = as(people.head), row = (id) => sql(`SELECT status, reason, decided_by FROM attendance_anomaly WHERE id = ${id}`)[0]

	assert.deepEqual(Object.keys(refused(await hr.post(`${AT}${one}/`, { status: 'open' }), 422, 'VALIDATION_ERROR').errors).sort(), ['reason', 'status'])
	const answers = await Promise.all([hr.post(`${AT}${one}/`, { status: 'confirmed', ...BECAUSE }), head.post(`${AT}${one}/`, { status: 'dismissed', ...BECAUSE })])
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
	assert.equal(answers.find(({ status }) => status === 400).body.code, 'decided')
	const winner = ok(answers.find(({ status }) => status === 200))
	assert.deepEqual([row(one)[0], row(one)[1]], [winner.status, BECAUSE.reason])
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'attendance_anomaly' AND noun_id = ${one}`)[0][0], '1')
	refused(await hr.post(`${AT}${own}/`, { status: 'dismissed', ...BECAUSE }), 403, 'FORBIDDEN')
	assert.equal(row(own)[0], 'open')
	assert.equal(ok(await admin.post(`${AT}${own}/`, { status: 'dismissed', ...BECAUSE })).status, 'dismissed')
	for (const id of [0, 'x', '1x', 'flag-', '99999999', 'flag-99999999', '9'.repeat(30)])
		refused(await hr.post(`${AT}${id}/`, { status: 'dismissed', ...BECAUSE }), 404, 'NOT_FOUND')
	assert.deepEqual((await found(hr, '&status=open&type=drop')).map(({ id }) => id), [String(other)])
	assert.equal(ok(await hr.get('/api/campus/analytics/dashboard/?days=2')).anomalies, (await found(hr, '&status=open')).filter(({ id }) => !id.startsWith('flag-')).length)
	refused(await as(people.one).get(AT), 403, 'FORBIDDEN')
})

test('of a flag the same is said, and kept among what was decided of its record', async () => {
	const event = new_event("'2026-11-02 08:00:00'")

	mark(event, people.one, { verification: 'pending' })
	const flag = id_of(`INSERT INTO attendance_flag (attendance_id, code, severity, created_at) SELECT id, 'outside', 'medium', UTC_TIMESTAMP(3) FROM attendance WHERE event_id = ${event} AND account_id = ${people.one.user.id}`)
	sql(weigh_flags(`a.event_id = ${event}`))
	const outsider = as(await new_member('hr', { campus: 2, department: null }))
	refused(await outsider.post(`${AT}flag-${flag}/`, { status: 'dismissed', ...BECAUSE }), 404, 'NOT_FOUND')
	assert.equal(ok(await as(people.head).post(`${AT}flag-${flag}/`, { status: 'dismissed', ...BECAUSE })).status, 'dismissed')
	assert.equal((await hr.post(`${AT}flag-${flag}/`, { status: 'confirmed', ...BECAUSE })).body.code, 'decided')
	assert.deepEqual(sql(`SELECT d.act, d.reason, d.by_id FROM attendance_decision d JOIN attendance_flag f ON f.attendance_id = d.attendance_id WHERE f.id = ${flag}`), [['flag', BECAUSE.reason, String(people.head.user.id)]])
})
