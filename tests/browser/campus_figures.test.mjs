// The figures of a campus in the portal: what each role sees of them, as drawings with a table behind, and what is out of the ordinary.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from '../api/lib.mjs'
import { new_member, unique } from '../api/world.mjs'
import { each_way, look_around, use_browser, visit } from './lib.mjs'

use_browser()

const PAGES = ['trends', 'hours', 'weekdays', 'departments', 'times']
let hr, organizer, supervisor, student

before(async () => {
	hr = await new_member('hr')
	organizer = await new_member('campus_organizer')
	supervisor = await new_member('supervisor')
	student = await new_member('student')
})

async function enter(visitor, who, path) {
	await visitor.open(path)
	await visitor.send({ username: who.username, password: who.password }, 'Sign in')
}

// As many rows in the table behind a drawing as it has bars.
async function drawn(t) {
	const bars = await t.$('main figure .bar').count()

	assert.ok(bars > 0, t.path)
	const summary = t.$('main figure details:not([open]) summary')
	if (await summary.count())
		await summary.first().click()
	assert.equal(await t.$('main figure tbody tr').count(), bars, t.path)
}

each_way('whoever runs a campus sees its figures, drawn and as tables', async (t) => {
	await enter(t, hr, '/campus/analytics?date_from=2026-09-01')
	await t.sees('Departments with the highest rates')
	await drawn(t)
	await look_around(t)
	for (const page of PAGES) {
		await t.open(`/campus/analytics/${page}`)
		await drawn(t)
		await look_around(t)
	}
})

each_way('what is out of the ordinary is explained, and somebody says what it is', async (t) => {
	const [[id]] = sql(`INSERT INTO attendance_anomaly (type, subject, severity, score, threshold, p_value, campus_id, event_id, department_id, attendance_ids, detail, detected_at, computed_at)
		VALUES ('burst', '${unique()}', 'high', 6, 0.0001, 1.27e-9, 1, 511, 1, '[]', '{"marks":6,"usual":0.1}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)

	await enter(t, supervisor, '/campus/analytics/anomalies?status=open')
	await t.sees('6 marks came from outside of the campus')
	await look_around(t)
	await t.open(`/campus/analytics/anomalies/${id}`)
	await look_around(t)
	await t.fill({ status: 'dismissed', reason: 'no' })
	await t.press('Say so', { status: 422 })
	await t.fill({ status: 'dismissed', reason: 'A class came from the library' })
	await t.press('Say so')
	assert.equal(t.path, '/campus/analytics/anomalies')
	assert.deepEqual(sql(`SELECT status, reason FROM attendance_anomaly WHERE id = ${id}`), [['dismissed', 'A class came from the library']])
})

test('an organizer has theirs alone, a student none; in Arabic it is Arabic', async (t) => {
	const visitor = await visit(t), other = await visit(t), arabic = await visit(t, { locale: 'ar' })

	await enter(visitor, organizer, '/campus/analytics')
	await visitor.sees('Nothing is open at the moment')
	await enter(other, student, '/campus')
	assert.equal(await other.$('nav a[href="/campus/analytics"]').count(), 0)
	await arabic.open('/campus/analytics/weekdays')
	await arabic.page.fill('input[name=username]', hr.username)
	await arabic.page.fill('input[name=password]', hr.password)
	await arabic.page.click('main form button')
	await arabic.sees('من حضر، بحسب يوم الأسبوع')
	await look_around(arabic)
})
