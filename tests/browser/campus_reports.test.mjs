// The page of reports: each report is asked for by a form of its own, with what narrows it and which file it is to be, and what takes longer is
// listed with how far it is. With scripts and without.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before } from 'node:test'
import { sql } from '../api/lib.mjs'
import { as, attendance_row, HOUR, iso, jobs_run, new_member, ok, unique, until } from '../api/world.mjs'
import { each_way, look_around, look_in_arabic, use_browser } from './lib.mjs'

use_browser()

const course = unique()
let hr, supervisor, student, event

before(async () => {
	hr = await new_member('hr', { campus: null })
	supervisor = await new_member('supervisor')
	student = await new_member('student')
	event = ok(await as(supervisor).post('/api/campus/events/', { title: `Botany ${course}`, location: 'Hall A', series: course, start_datetime: iso(Date.now() - HOUR), end_datetime: iso(Date.now() + HOUR) }), 201)
	attendance_row(event.id, student)
})

async function enter(visitor, who, path) {
	await visitor.open(path)
	await visitor.send({ username: who.username, password: who.password }, 'Sign in')
}

// The file that a form of that action gives, its fields (by the id's end) chosen so.
async function asked(t, action, chosen = {}) {
	const form = t.$(`form[action="/campus/reports/${action}"]`)

	for (const [key, value] of Object.entries(chosen)) {
		const control = form.locator(`[name="${key}"]`), kind = await control.evaluate((one) => one.type)

		await (kind === 'select-one' ? control.selectOption(value) : kind === 'checkbox' ? control.check() : control.fill(value))
	}
	const [download] = await Promise.all([t.page.waitForEvent('download'), form.locator('button').click()])
	return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

each_way('every report has a form, which gives the file that it says', async (t) => {
	await enter(t, supervisor, '/campus/reports')
	await t.sees('Register of an event')
	await look_around(t)
	for (const [action, chosen, name, begins] of [
		['official-format', { event_id: event.id }, 'official-format.pdf', '%PDF'],
		['official-format', { event_id: event.id, format: 'csv', blank: true }, 'official-format.csv', '\ufeff'],
		['official-format', { date_from: iso(Date.now() - 24 * HOUR).slice(0, 10), event_id: '', series: course, format: 'xlsx' }, 'official-format.xlsx', 'PK'],
		['attendance', { event_id: event.id, status: 'present', verification_status: 'pending', format: 'csv' }, 'attendance.csv', '\ufeffid,'],
		['export-with-photos', { event_id: event.id, signatures: true, format: 'zip' }, 'export-with-photos.zip', 'PK'],
		['export-with-photos', { event_id: event.id, format: 'xlsx' }, 'export-with-photos.xlsx', 'PK'],
		['individual', { student_id: student.username, format: 'csv', series: course }, 'individual.csv', '\ufeff'],
		['lms', { target: 'canvas', series: course, item: 'Quiz', 'points[present]': '2.5' }, 'lms.csv', '\ufeffStudent,ID'],
		[`individual/${supervisor.user.id}`, { format: 'pdf' }, 'individual.pdf', '%PDF']]) {
		const file = await asked(t, action, chosen)

		assert.equal(file.name, name, action)
		assert.ok(file.bytes.toString('utf8').startsWith(begins), `${action}: ${file.bytes.toString('utf8', 0, 40)}`)
		if (action === 'lms')
			assert.match(file.bytes.toString(), /Points Possible,,,,,2\.5\r\n.*,2\.5\r\n/s)
	}
	await t.open('/campus/reports/individual?student_id=nobody', { status: 404 })
})

each_way('what is long is listed, with how far it is, and had from there', async (t) => {
	await enter(t, hr, '/campus/reports')
	const form = t.$('form[action="/campus/reports/attendance"]')
	await form.locator('[name="campus_id"]').selectOption('1')
	await form.locator('[name="format"]').selectOption('csv')
	await Promise.all([t.page.waitForURL(/\/campus\/reports$/), form.locator('button').click()])
	await t.sees('It is here when it is ready')
	const of = `account_id = ${hr.user.id} AND status <> 'done'`
	// As it is while it is made.
	sql(`UPDATE campus_report SET status = 'running', rows_done = rows_total DIV 2 WHERE ${of}`)
	await t.open('/campus/reports')
	if (sql(`SELECT 1 FROM campus_report WHERE ${of}`).length)
		await t.sees('Is being made')
	await look_around(t)
	sql(`UPDATE campus_report SET status = 'queued' WHERE ${of}`)
	await until('it is made', () => (jobs_run('reports'), !sql(`SELECT 1 FROM campus_report WHERE ${of}`).length))
	await t.open('/campus/reports')
	const [download] = await Promise.all([t.page.waitForEvent('download'), t.$('main table a').first().click()])
	assert.equal(download.suggestedFilename(), 'attendance.csv')
	await look_in_arabic(t)
	sql(`DELETE FROM campus_report WHERE account_id = ${hr.user.id}`)
})

each_way('an admin names the campus\'s platform, and points are sent there and listed with what became of them', async (t) => {
	const own = await new_member('campus_admin', { campus: null }), at = as(own), name = `Sent ${unique()}`
	const campus = ok(await at.post('/api/campus/campuses/', { name, short_code: unique().slice(-12), time_zone: 'Europe/Oslo' }), 201).id
	const admin = await new_member('campus_admin', { campus, department: null }), people = await Promise.all(['unknown', 'known'].map(() => new_member('student', { campus, department: null })))
	const event = ok(await as(admin).post('/api/campus/events/', { title: 'Zoology', location: 'Hall A', start_datetime: iso(Date.now() - HOUR), end_datetime: iso(Date.now() + HOUR) }), 201)

	// The twin knows nobody whose number begins so.
	sql(`UPDATE campus_member SET student_id = CONCAT('unknown-', student_id) WHERE account_id = ${people[0].user.id}`)
	people.forEach((person) => attendance_row(event.id, person))
	await enter(t, admin, '/campus/platforms')
	await look_around(t)
	await t.open('/campus/platforms/new')
	await look_around(t)
	await t.fill({ campus_id: String(campus), issuer: 'https://lms.example', client_id: 'client-7', token_url: 'lms.example', line_item_url: 'https://lms.example/item', known_by: 'student_id' })
	await t.press('Create', { status: 422 })
	await t.fill({ token_url: 'https://lms.example/token' })
	await t.press('Create')
	await t.press('https://lms.example')
	await t.sees('https://lms.example/item')
	await look_around(t)
	await t.open('/campus/reports')
	await t.sees('Scores for a platform')
	await t.open('/campus/reports/scores')
	await look_around(t)
	await t.fill({ event_id: event.id, line_item: 'https://elsewhere.example/item', 'points[late]': '0.25' })
	await t.press('Send scores', { status: 422 })
	await t.sees('Name a line item of the campus')
	await look_around(t)
	await t.fill({ line_item: '' })
	await t.press('Send scores')
	await t.sees('It is here when it is ready')
	await until('they are sent', () => (jobs_run('scores'), jobs_run('reports'), sql(`SELECT 1 FROM campus_report WHERE account_id = ${admin.user.id} AND status = 'done'`).length))
	await t.open('/campus/reports')
	await t.sees('Scores sent')
	const [download] = await Promise.all([t.page.waitForEvent('download'), t.$('main table a').first().click()]), told = readFileSync(await download.path(), 'utf8')
	assert.match(told, /,sent,1,/)
	assert.match(told, /,failed,1,The platform answered 404\.,/)
	await look_around(t)
})
