// Campuses and their departments: whose they are to see, and what their admins make of them.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from './lib.mjs'
import { as, new_member, ok, refused, unique } from './world.mjs'

const CAMPUSES = '/api/campus/campuses/', DEPARTMENTS = '/api/campus/departments/'
const campus = (more) => ({ name: `Campus ${unique()}`, short_code: unique().slice(-12), time_zone: 'Asia/Tokyo', ...more })
let admin, local, hr, student

before(async () => {
	[admin, local, hr, student] = (await Promise.all([new_member('campus_admin', { campus: null }), new_member('campus_admin'),
		new_member('hr'), new_member('student')])).map(as)
})

test('an admin of all campuses makes one, changes it, and takes it away', async () => {
	const made = ok(await admin.post(CAMPUSES, campus({ latitude: 35.7126, longitude: 139.762, networks: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'], email_domains: ['uni.example'] })), 201)

	assert.deepEqual([made.attendance_threshold, made.registration, made.evidence_days, made.place_days, made.scan_days], [70, 'domain', 90, 90, 180])
	assert.deepEqual([made.latitude, made.longitude, made.networks, made.email_domains], [35.7126, 139.762, ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'], ['uni.example']])
	const changed = ok(await admin.patch(`${CAMPUSES}${made.id}/`, { networks: null, attendance_threshold: 80, updated_at: made.updated_at }))
	assert.deepEqual([changed.networks, changed.attendance_threshold, changed.name], [null, 80, made.name])
	refused(await admin.put(`${CAMPUSES}${made.id}/`, { name: 'Too late', updated_at: made.updated_at }), 409, 'CHANGED_MEANWHILE')
	const department = ok(await admin.post(DEPARTMENTS, { campus_id: made.id, name: 'Botany', short_code: 'BOT' }), 201)
	assert.equal(department.campus, made.name)
	// What does not fit how things stand is 400 here.
	refused(await admin.delete(`${CAMPUSES}${made.id}/`), 400, 'IN_USE')
	refused(await admin.post(DEPARTMENTS, { campus_id: made.id, name: 'Other', short_code: 'bot' }), 400, 'DUPLICATE')
	assert.equal((await admin.delete(`${DEPARTMENTS}${department.id}/`)).status, 204)
	assert.equal((await admin.delete(`${CAMPUSES}${made.id}/`)).status, 204)
	assert.equal((await admin.get(`${CAMPUSES}${made.id}/`)).status, 404)
	assert.equal(Number(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'campus' AND noun_id = ${made.id}`)[0][0]), 3)
})

test('what is wrong of a campus is told at its field, and nothing is stored', async () => {
	const count = () => Number(sql('SELECT COUNT(*) FROM campus')[0][0]), before_all = count()

	for (const [field, wrong] of [['latitude', { latitude: 91, longitude: 0 }], ['longitude', { latitude: 1 }], ['latitude', { longitude: 1 }],
		['longitude', { latitude: 1, longitude: 'NaN' }], ['time_zone', { time_zone: 'Mars/Olympus' }], ['networks.0', { networks: ['192.0.2.1/24'] }],
		['networks.1', { networks: ['10.0.0.0/8', '10.0.0.0/33'] }], ['networks.0', { networks: ['2001:db8::1/32'] }], ['networks.0', { networks: ['all'] }],
		['networks', { networks: 'all' }], ['email_domains.0', { email_domains: ['@uni.example'] }], ['email_domains.0', { email_domains: ['uni'] }],
		['attendance_threshold', { attendance_threshold: 101 }], ['registration', { registration: 'maybe' }], ['evidence_days', { evidence_days: 0 }],
		['name', { name: '' }], ['short_code', { short_code: 'R'.repeat(21) }]]) {
		const { errors } = refused(await admin.post(CAMPUSES, campus(wrong)), 422, 'VALIDATION_ERROR')

		assert.deepEqual(Object.keys(errors), [field], JSON.stringify(wrong))
	}
	assert.ok(refused(await admin.post(CAMPUSES, campus({ short_code: 'RIV' })), 400, 'DUPLICATE').errors.short_code)
	assert.equal(count(), before_all)
})

test('lists are for everybody signed in: of their own campus, or of all', async () => {
	const codes = (list) => list.results.map((row) => row.short_code)

	for (const one of [student, hr, local]) {
		assert.deepEqual(codes(ok(await one.get(CAMPUSES))), ['RIV'])
		assert.deepEqual(new Set(ok(await one.get(DEPARTMENTS)).results.map((row) => row.campus_id)), new Set([1]))
		assert.deepEqual(codes(ok(await one.get(`${DEPARTMENTS}?campus_id=2`))), [])
	}
	assert.ok(codes(ok(await admin.get(CAMPUSES))).includes('HIL'))
	assert.ok(ok(await admin.get(`${DEPARTMENTS}?campus=HIL`)).results.every((row) => row.campus_id === 2))
	// A row of a list tells no networks; one by itself is for who keeps them.
	assert.ok(!('networks' in ok(await student.get(CAMPUSES)).results[0]))
	refused(await student.get(`${CAMPUSES}1/`), 403, 'FORBIDDEN')
	assert.ok('networks' in ok(await hr.get(`${CAMPUSES}1/`)))
	assert.equal((await student.get(CAMPUSES.replace('campuses', 'campuses/'))).status, 404)
})

test('who is of one campus manages that one, and who is no admin none', async () => {
	const code = unique().slice(-12)

	assert.equal((await local.get(`${CAMPUSES}2/`)).status, 404)
	assert.equal((await local.patch(`${CAMPUSES}2/`, { name: 'Mine' })).status, 404)
	assert.equal((await local.delete(`${CAMPUSES}2/`)).status, 404)
	refused(await local.post(CAMPUSES, campus()), 403, 'FORBIDDEN')
	assert.deepEqual(Object.keys(refused(await local.post(DEPARTMENTS, { campus_id: 2, name: 'X', short_code: code }), 422, 'VALIDATION_ERROR').errors), ['campus_id'])
	assert.equal((await local.patch(`${DEPARTMENTS}4/`, { name: 'Mine' })).status, 404)
	const own = ok(await local.post(DEPARTMENTS, { campus_id: 1, name: 'X', short_code: code }), 201)
	assert.equal(ok(await local.patch(`${DEPARTMENTS}${own.id}/`, { name: 'Y', campus_id: 2 })).campus_id, 1)
	assert.equal((await local.delete(`${DEPARTMENTS}${own.id}/`)).status, 204)
	for (const role of ['student', 'supervisor', 'campus_organizer', 'hr']) {
		const one = as(await new_member(role, { campus: role === 'hr' ? null : 1 }))

		refused(await one.post(CAMPUSES, campus()), 403, 'FORBIDDEN')
		refused(await one.patch(`${CAMPUSES}1/`, { name: 'Mine' }), 403, 'FORBIDDEN')
		refused(await one.post(DEPARTMENTS, { campus_id: 1, name: 'X', short_code: code }), 403, 'FORBIDDEN')
		refused(await one.delete(`${DEPARTMENTS}1/`), 403, 'FORBIDDEN')
	}
})
