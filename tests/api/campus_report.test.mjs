// Reports of attendance: what is in each and for whom, as which file, what is told to the audit log, what is made by jobs, and that a
// document which was issued can be checked.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { api, pdf_text, sql } from './lib.mjs'
import { grain, png } from './picture.mjs'
import { as, attendance_row, DAY, HOUR, iso, jobs_rest, jobs_run, leases_end, new_member, ok, refused, unique, until } from './world.mjs'
import { read_xlsx, unzip } from './xlsx.mjs'

const REPORTS = '/api/campus/reports/', EVENTS = '/api/campus/events/', MINUTE = 60_000, now = Date.now()
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')
const day = (ms) => iso(ms).slice(0, 10)
let people, does, event, course, records

const make = async (who, more = {}) => ok(await does[who].post(EVENTS, {
	title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR),
	latitude: 52.5, longitude: 13.3, audience: [{ rule: 'all' }], ...more
}), 201)
const named = (who, first, last) => sql(`UPDATE campus_member SET first_name = '${first}', last_name = '${last}' WHERE account_id = ${who.user.id}`)
const last_audit = (action = 'export') => sql(`SELECT account_id, noun_id, after_json FROM audit_log WHERE action = '${action}' AND noun = 'report' ORDER BY id DESC LIMIT 1`)
	.map(([account, id, after]) => ({ account: Number(account), id: Number(id), ...JSON.parse(after) }))[0]
const file = async (who, path) => {
	const answer = await does[who].get(REPORTS + path)

	assert.equal(answer.status, 200, answer.text.slice(0, 400))
	return answer
}
const lines = (csv) => csv.text.slice(1).trimEnd().split('\r\n')
const plain = (text) => text.normalize('NFKC').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ')

before(async () => {
	people = {
		admin: await new_member('campus_admin', { campus: null }), hr: await new_member('hr'), hr2: await new_member('hr', { campus: 2 }),
		organizer: await new_member('campus_organizer', { department: 2 }), other: await new_member('campus_organizer'),
		supervisor: await new_member('supervisor'), elsewhere: await new_member('supervisor', { department: 2 }),
		student: await new_member('student'), second: await new_member('student'), away: await new_member('student', { department: 3 })
	}
	does = Object.fromEntries(Object.entries(people).map(([name, person]) => [name, as(person)]))
	course = unique()
	const roster = ['student', 'second', 'away', 'elsewhere'].map((name) => people[name].user.id)
	event = await make('organizer', { series: course, title: 'Statik und Brücken' })
	ok(await does.organizer.put(`${EVENTS}${event.id}/roster/`, { members: roster }))
	named(people.student, '=cmd|calc', 'Zander')
	named(people.second, 'محمد', 'بن عبد الله')
	named(people.away, 'Таро', 'Adachi')
	records = {
		student: attendance_row(event.id, people.student, { verification_status: "'verified'" }),
		second: attendance_row(event.id, people.second, { status: "'late'" }),
		away: attendance_row(event.id, people.away, { verification_status: "'rejected'" })
	}
})

// ---- records ----

test('records are a report: who sees which, by what, as which file', async () => {
	const path = `attendance/?event_id=${event.id}`, found = async (who, more = '') => ok(await does[who].get(`${REPORTS}${path}${more}`)).results.map(({ id }) => id).sort()
	const of = (...names) => names.map((name) => records[name]).sort()

	for (const [who, sees] of [['organizer', ['student', 'second', 'away']], ['hr', ['student', 'second', 'away']], ['admin', ['student', 'second', 'away']],
		['supervisor', ['student', 'second']], ['elsewhere', []]])
		assert.deepEqual(await found(who), of(...sees), who)
	for (const [more, ...names] of [['&status=late', 'second'], ['&verification_status=rejected', 'away'], [`&user_id=${people.second.user.id}`, 'second'], ['&department_id=3', 'away'],
		['&campus_id=1', 'student', 'second', 'away'], [`&date_from=${day(now - 2 * DAY)}&date_to=${day(now + 2 * DAY)}`, 'student', 'second', 'away'], ['&date_from=2099-01-01'], ['&date_to=2020-01-01']])
		assert.deepEqual(await found('hr', more), of(...names), more)
	for (const [who, more] of [['other', path], ['hr2', path], ['supervisor', `attendance/?user_id=${people.away.user.id}`], ['supervisor', 'attendance/?department_id=3'],
		['hr', 'attendance/?campus_id=2'], ['hr', `attendance/?event_id=${randomUUID()}`]])
		refused(await does[who].get(REPORTS + more), 404, 'NOT_FOUND')
	refused(await does.student.get(REPORTS + path), 403, 'FORBIDDEN')
	const csv = await file('supervisor', `${path}&format=csv`), [head, ...rows] = lines(csv)
	assert.match(csv.headers.get('content-disposition'), /attachment; filename="attendance\.csv"/)
	assert.equal(rows.length, 2)
	assert.match(head, /^id,event\.id,event\.title/)
	assert.ok(csv.text.includes("'=cmd|calc Zander"), 'a formula is told as a text')
	const { rows: cells } = read_xlsx((await file('organizer', `${path}&format=xlsx`)).bytes)
	assert.deepEqual(cells.map((row) => row['student.full_name'].text).sort(), ['=cmd|calc Zander', 'محمد بن عبد الله', 'Таро Adachi'].sort())
	const pdf = await file('organizer', `${path}&format=pdf`), text = plain(pdf_text(pdf.bytes))
	assert.equal(pdf.headers.get('content-type'), 'application/pdf')
	for (const word of ['Records of attendance', 'Statik und Brücken', '=cmd|calc Zander', 'Late', 'Rejected', 'Page 1 of 1'])
		assert.ok(text.includes(word), word)
})

test('each report is told to the audit log, with what was asked for and how many rows it has', async () => {
	await file('supervisor', `attendance/?event_id=${event.id}&status=present&format=csv`)
	assert.deepEqual(last_audit(), { account: people.supervisor.user.id, id: 0, report: 'attendance', format: 'csv', filter: { event_id: event.id, status: 'present' }, rows: 1 })
	ok(await does.hr.get(`${REPORTS}attendance/?event_id=${event.id}`))
	assert.deepEqual([last_audit().format, last_audit().rows], ['json', 3])
	await file('organizer', `official-format/?event_id=${event.id}`)
	assert.deepEqual([last_audit().report, last_audit().format, last_audit().rows], ['official-format', 'pdf', 4])
	ok(await does.student.get(`${REPORTS}individual/${people.student.user.id}/`))
	assert.deepEqual([last_audit().report, last_audit().account, last_audit().filter.user_id], ['individual', people.student.user.id, people.student.user.id])
})

// ---- the register ----

test('a register has its head, all who were expected or came, their sums, and lines to sign', async () => {
	const text = plain(pdf_text((await file('organizer', `official-format/?event_id=${event.id}`)).bytes))

	for (const word of ['Statik und Brücken', 'Riverside Campus', 'Hall A', 'Mo Member', 'Zander', 'Таро Adachi', 'Present', 'Late', 'Not recorded', 'Signature of who held it', 'Page 1 of 1'])
		assert.ok(text.includes(word), `${word}: ${text}`)
	assert.match(text, /People Present Late Absent Excused Not recorded 4 1 1 0 0 1 Verified Rejected 1 1/)
	const [head, ...rest] = lines(await file('organizer', `official-format/?event_id=${event.id}&format=csv`))
	assert.equal(head, 'Event,Statik und Brücken')
	assert.ok(rest.some((line) => /^no,student_id,full_name,department,year_level,submitted_at,status,verification_status,/.test(line)))
	assert.deepEqual(rest.filter((line) => /^\d,/.test(line)).map((line) => line.split(',')[2]), ['Таро Adachi', 'Mo Member', "'=cmd|calc Zander", 'محمد بن عبد الله'], 'by name')
	assert.ok(rest.includes('People,4') && rest.includes('Late,1') && rest.includes('Rejected,1'))
	const book = unzip((await file('organizer', `official-format/?event_id=${event.id}&format=xlsx`)).bytes)['xl/worksheets/sheet1.xml'].toString()
	assert.ok(book.includes('Statik und Brücken') && book.includes('=cmd|calc Zander') && !book.includes('<f>'))
	const blank = plain(pdf_text((await file('organizer', `official-format/?event_id=${event.id}&blank=true`)).bytes))
	assert.ok(blank.includes('Таро Adachi') && !/Present|Late|Rejected/.test(blank), blank)
	assert.match(plain(pdf_text((await file('supervisor', `official-format/?event_id=${event.id}`)).bytes)), /People Present Late .* 2 1 1 0 0 0/, 'of their department alone')
})

test('a register is of an event in scope, or of days', async () => {
	assert.ok((await does.organizer.get(`${REPORTS}official-format/`)).body.event_id)
	refused(await does.other.get(`${REPORTS}official-format/?event_id=${event.id}`), 404, 'NOT_FOUND')
	refused(await does.student.get(`${REPORTS}official-format/?event_id=${event.id}`), 403, 'FORBIDDEN')
	const second = await make('organizer', { series: course, title: 'Another of the course' })
	ok(await does.organizer.put(`${EVENTS}${second.id}/roster/`, { members: [people.student.user.id] }))
	const text = plain(pdf_text((await file('organizer', `official-format/?date_from=${day(now - 2 * DAY)}&date_to=${day(now + 2 * DAY)}&series=${course}`)).bytes))
	assert.ok(text.includes('Statik und Brücken') && text.includes('Another of the course') && text.includes('Page 2 of 2'), text)
	const table = lines(await file('organizer', `official-format/?date_from=${day(now - 2 * DAY)}&series=${course}&format=csv`))
	assert.ok(table.includes('People,5'), table.join('\n'))
})

test('in Arabic a register is Arabic, and times are the event\'s', async () => {
	const answer = await does.organizer.get(`${REPORTS}official-format/?event_id=${event.id}`, { headers: { 'accept-language': 'ar' } })

	assert.match(plain(pdf_text(answer.bytes)), /الاسم/)
})

test('a document that was issued can be checked by anybody', async () => {
	const pdf = await file('organizer', `official-format/?event_id=${event.id}`), code = pdf_text(pdf.bytes).match(/by the code ([0-9A-Z]{12})/)[1]
	const told = ok(await api('GET', `${REPORTS}verify/${code}/`))

	assert.equal(told.sha256, sha(pdf.bytes))
	assert.match(told.title, /^Statik und Brücken, /)
	assert.deepEqual([told.code, told.format, told.rows], [code, 'pdf', 4])
	assert.ok(Math.abs(Date.parse(told.issued_at) - Date.now()) < 5 * MINUTE)
	const sent = (bytes) => {
		const form = new FormData()
		form.append('file', new Blob([bytes]), 'register.pdf')
		return api('POST', `${REPORTS}verify/${code.toLowerCase().replace(/(.{4})(?=.)/g, '$1-')}/`, form)
	}
	assert.equal(ok(await sent(pdf.bytes)).matches, true)
	const changed = Buffer.from(pdf.bytes)
	changed[changed.length >> 1] ^= 1
	const other = ok(await sent(changed))
	assert.deepEqual([other.matches, other.file_sha256], [false, sha(changed)])
	// Anybody may send one, and it is kept nowhere.
	assert.equal(sql(`SELECT COUNT(*) FROM stored_file WHERE sha256 IN ('${sha(changed)}', '${sha(pdf.bytes)}')`)[0][0], '0')
	refused(await api('GET', `${REPORTS}verify/NOSUCHCODE22/`), 404, 'NOT_FOUND')
	const csv = await file('organizer', `official-format/?event_id=${event.id}&format=csv`)
	assert.equal(ok(await api('GET', `${REPORTS}verify/${csv.text.match(/Code,([0-9A-Z]{12})/)[1]}/`)).sha256, sha(csv.bytes))
})

test('a campus has a logo, which stands on what it issues, and where that is checked', async () => {
	const at = '/api/campus/campuses/', form = (bytes, type = 'image/png') => {
		const sent = new FormData()

		sent.append('logo', new Blob([bytes], { type }), 'logo.png')
		return sent
	}
	const campus = ok(await does.admin.post(at, { name: `Logo ${unique()}`, short_code: unique().slice(-12), time_zone: 'Europe/Oslo' }), 201), own = `${at}${campus.id}/`
	const [keeper, maker, far, hr] = (await Promise.all([new_member('campus_admin', { campus: campus.id, department: null }), new_member('supervisor', { campus: campus.id, department: null }),
		new_member('campus_admin'), new_member('hr', { campus: campus.id, department: null })])).map(as)
	const issued = async () => {
		const one = ok(await maker.post(EVENTS, { title: 'Physik', location: 'Hall A', start_datetime: iso(now - 10 * MINUTE), end_datetime: iso(now + HOUR) }), 201)
		const pdf = await maker.get(`${REPORTS}official-format/?event_id=${one.id}`), code = pdf_text(pdf.bytes).match(/by the code ([0-9A-Z]{12})/)[1]

		return { images: (pdf.bytes.toString('latin1').match(/\/Subtype \/Image/g) ?? []).length, told: ok(await api('GET', `${REPORTS}verify/${code}/`)), code }
	}
	const bare = await issued()
	assert.deepEqual([campus.logo, bare.images, bare.told.campus, bare.told.logo], [null, 0, campus.name, null])
	const bytes = png(400, 300, grain(400, 300), [['tEXt', 'Comment\0where it was drawn']]), kept = ok(await keeper.put(own, form(bytes)))
	assert.equal(kept.name, campus.name)
	const shown = await issued(), picture = await api('GET', new URL(shown.told.logo).pathname)
	assert.deepEqual([shown.images >= 1, shown.told.campus, picture.status], [true, campus.name, 200], 'anybody may look at it')
	assert.equal(picture.bytes.includes('where it was drawn'), false, 'it holds nothing that draws nothing')
	const page = await api('GET', `/campus/verify/${shown.code}`)
	assert.ok(page.text.includes(new URL(shown.told.logo).pathname) && page.text.includes(campus.name))
	assert.ok(ok(await hr.get(own)).logo.includes('/files/'))
	// It is a picture, and its campus's admins' to change.
	assert.ok((await keeper.put(own, form(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')))).body.logo)
	refused(await hr.put(own, form(bytes)), 403, 'FORBIDDEN')
	assert.equal((await far.put(own, form(bytes))).status, 404)
	assert.equal(ok(await keeper.patch(own, { logo: null })).logo, null)
	assert.deepEqual([(await issued()).images, (await api('GET', new URL(shown.told.logo).pathname)).status], [0, 404])
})

// ---- a person ----

test('one person\'s report adds up, and says what is possible still', async () => {
	const path = `individual/${people.student.user.id}/?series=${course}-own`, mine = async (more) => make('organizer', {
		series: `${course}-own`, start_datetime: iso(now - 5 * HOUR), end_datetime: iso(now - 4 * HOUR), audience: [{ rule: 'member', value: people.student.user.id }], ...more })

	jobs_rest('rosters', 'closings')
	const [came, late, absent] = [await mine(), await mine(), await mine()]
	await mine() // nobody wrote down what became of it
	await mine({ start_datetime: iso(now + DAY), end_datetime: iso(now + DAY + HOUR) })
	const excused = await mine()
	attendance_row(came.id, people.student, { verification_status: "'verified'" })
	attendance_row(late.id, people.student, { status: "'late'" })
	attendance_row(absent.id, people.student, { status: "'absent'", verification_status: "'verified'", method: "'auto'" })
	attendance_row(excused.id, people.student, { status: "'excused'", verification_status: "'verified'", method: "'manual'" })
	const { summary, by_series, records: list, user } = ok(await does.student.get(REPORTS + path))
	assert.deepEqual(summary, { expected: 4, attended: 2, present: 1, late: 1, absent: 1, excused: 1, verified: 1, pending: 1, rejected: 0, remaining: 1, attendance_rate: 50, best_possible_rate: 60 })
	assert.deepEqual(by_series.map(({ series, expected }) => [series, expected]), [[`${course}-own`, 4]])
	assert.deepEqual([list.length, user.id, user.student_id], [4, people.student.user.id, people.student.username])
	for (const who of ['supervisor', 'organizer', 'hr', 'admin'])
		assert.equal(ok(await does[who].get(REPORTS + path)).summary.attended, 2, who)
	for (const who of ['second', 'other', 'elsewhere', 'hr2'])
		refused(await does[who].get(REPORTS + path), 404, 'NOT_FOUND')
	const csv = lines(await file('student', `${path}&format=csv`))
	assert.ok(csv.includes('Attended,2') && csv.includes('Best possible,60.00 %'), csv.join('\n'))
	assert.match(plain(pdf_text((await file('student', `${path}&format=pdf`)).bytes)), /Attendance Best possible 1 1 0 1 50\.00 % 60\.00 %/)
})

// ---- made by jobs ----

const taken_up = async (who = 'hr', more = 'campus_id=1&format=csv') => ok(await does[who].get(`${REPORTS}attendance/?${more}`), 202)
const job = async (id, who = 'hr') => ok(await does[who].get(`${REPORTS}jobs/${id}/`))
const done = async (id, who) => until('the report is made', async () => (await job(id, who)).status === 'done')
const stored = (id) => sql(`SELECT file_sha256 FROM campus_report WHERE uuid = ${hex(id)}`)[0]?.[0]
const on_disk = (name) => existsSync(join(process.env.GATEHOUSE_DIR, 'files', name.slice(0, 2), name.slice(2, 4), name))

test('a long report is made by jobs, for who asked for it alone', async () => {
	jobs_rest('reports')
	const { report_id, status, status_url, download_url } = await taken_up()

	assert.deepEqual([status, status_url.endsWith(`/reports/jobs/${report_id}/`), download_url.endsWith(`/reports/jobs/${report_id}/download/`)], ['queued', true, true])
	refused(await does.hr.get(`${REPORTS}jobs/${report_id}/download/`), 404, 'NOT_READY')
	for (const what of ['', 'download/'])
		refused(await does.admin.get(`${REPORTS}jobs/${report_id}/${what}`), 404, 'NOT_FOUND')
	jobs_run('reports')
	await done(report_id)
	const told = await job(report_id), n = Number(sql("SELECT COUNT(*) FROM attendance WHERE campus_id = 1 AND state = 'submitted'")[0][0])
	assert.deepEqual([told.progress, told.rows, told.kind, told.format], [100, n, 'attendance', 'csv'])
	assert.ok(Date.parse(told.expires_at) - Date.now() > 23 * HOUR)
	assert.deepEqual([last_audit().account, last_audit().rows, last_audit().filter.campus_id], [people.hr.user.id, n, 1])
	const csv = await file('hr', `jobs/${report_id}/download/`)
	assert.match(csv.headers.get('content-disposition'), /attachment; filename="attendance\.csv"/)
	assert.equal(lines(csv).length, n + 1)
	assert.equal(last_audit('download').rows, n)
	assert.ok(ok(await does.hr.get(`${REPORTS}jobs/`)).reports.some((one) => one.report_id === report_id))
	assert.deepEqual(ok(await does.admin.get(`${REPORTS}jobs/`)).reports, [])
})

test('how far a register of many days is, is told of all its events', async () => {
	jobs_rest('reports')
	const { report_id } = ok(await does.hr.get(`${REPORTS}official-format/?campus_id=1&date_from=${day(now - 21 * DAY)}&date_to=${day(now - DAY)}`), 202)
	let last = {}

	// What was told is noted as it is told, for a quick maker is done between two looks.
	sql(`CREATE TABLE report_told (id INT AUTO_INCREMENT PRIMARY KEY, percent DECIMAL(9, 3));
		CREATE TRIGGER report_tells AFTER UPDATE ON campus_report FOR EACH ROW INSERT INTO report_told (percent)
			SELECT 100 * NEW.rows_done / NEW.rows_total FROM DUAL WHERE NEW.uuid = ${hex(report_id)} AND NEW.status = 'running'`)
	try {
		jobs_run('reports')
		await until('the report is made', async () => {
			const before = last.progress ?? 0

			last = await job(report_id)
			assert.ok(last.progress >= before, `${before} ${last.progress}`)
			assert.equal(last.download_url !== null, last.status === 'done')
			return last.status === 'done'
		})
	} finally {
		sql('DROP TRIGGER report_tells')
	}
	const told = sql('SELECT percent FROM report_told ORDER BY id; DROP TABLE report_told').map(([percent]) => Number(percent))
	assert.equal(last.progress, 100)
	assert.deepEqual(told, [...told].sort((a, b) => a - b), told.join(' '))
	// It begins at nothing, and is no longer that of its first event when most are there.
	assert.equal(told[0], 0)
	assert.ok(told.length > 2 && told.length <= 101, told.join(' '))
	assert.ok(told.some((percent) => percent > 40 && percent < 90) && told.at(-1) > 90, told.join(' '))
	assert.ok(sql(`SELECT rows_total = rows_done AND rows_total > 1000 FROM campus_report WHERE uuid = ${hex(report_id)}`)[0][0] === '1')
})

test('a report whose maker died is made by who comes next, and given up after three', async () => {
	jobs_rest('reports')
	const { report_id } = await taken_up(), { report_id: hopeless } = await taken_up()

	sql(`UPDATE campus_report SET status = 'running', tries = 1 WHERE uuid = ${hex(report_id)}; UPDATE campus_report SET status = 'running', tries = 3 WHERE uuid = ${hex(hopeless)};
		UPDATE job SET lease = 'of who is gone', due_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE name = 'reports'`)
	leases_end()
	jobs_run('reports')
	await done(report_id)
	await until('it is given up', async () => (await job(hopeless)).status === 'failed')
	refused(await does.hr.get(`${REPORTS}jobs/${hopeless}/download/`), 404, 'NOT_READY')
})

test('after a day a report goes, and its file with it', async () => {
	const { report_id } = await taken_up('hr', 'campus_id=1&format=csv&status=present')

	jobs_run('reports')
	await done(report_id)
	const name = stored(report_id)
	assert.ok(on_disk(name))
	sql(`UPDATE campus_report SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE uuid = ${hex(report_id)}`)
	refused(await does.hr.get(`${REPORTS}jobs/${report_id}/download/`), 404, 'NOT_FOUND')
	jobs_run('reports')
	await until('it is gone', () => !stored(report_id) && !on_disk(name))
})

test('what is too long for paper is said at once', async () => {
	const answer = await does.hr.get(`${REPORTS}attendance/?campus_id=1&format=pdf`)

	assert.ok([202, 400].includes(answer.status))
	if (answer.status === 202) {
		const { report_id } = answer.data
		jobs_run('reports')
		await done(report_id)
		assert.equal((await file('hr', `jobs/${report_id}/download/`)).bytes.subarray(0, 5).toString(), '%PDF-')
	}
})

// ---- with photos ----

// A kept photo of a record, which was looked at.
async function photo_of(record, kind, bytes) {
	const form = new FormData()

	form.append('reason', 'A note from a doctor')
	form.append('file', new Blob([bytes], { type: 'image/png' }), 'note.png')
	ok(await does.organizer.post(`/api/campus/attendance/${record}/excuse/`, form))
	const [[file]] = sql(`SELECT file_sha256 FROM attendance_decision WHERE attendance_id = (SELECT id FROM attendance WHERE uuid = ${hex(record)}) AND act = 'excuse' ORDER BY id DESC LIMIT 1`)
	sql(`INSERT INTO attendance_evidence (uuid, attendance_id, kind, sent_sha256, file_sha256, bytes, width, height, received_at, looked_at)
		SELECT UNHEX(REPLACE(UUID(), '-', '')), id, '${kind}', '${file}', '${file}', 70, 240, 240, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM attendance WHERE uuid = ${hex(record)}`)
	return file
}
const looks = () => Number(sql(`SELECT COUNT(*) FROM audit_log WHERE action = 'look' AND noun = 'attendance_evidence' AND account_id = ${people.organizer.user.id}`)[0][0])

test('records go with their photos, and each photo is a look', async () => {
	const own = await make('organizer'), record = attendance_row(own.id, people.second), other = attendance_row(own.id, people.away)

	await photo_of(record, 'front', png(240, 240, grain(240, 240)))
	await photo_of(record, 'signature', png(250, 240, grain(250, 240)))
	await photo_of(other, 'back', png(240, 250, grain(240, 250)))
	const before = looks(), zip = unzip((await file('organizer', `export-with-photos/?event_id=${own.id}&format=zip`)).bytes)
	assert.deepEqual(Object.keys(zip).sort(), ['attendance.csv', `back/${other}.png`, `front/${record}.png`].sort())
	assert.equal(zip['attendance.csv'].toString().trimEnd().split('\r\n').length, 3)
	assert.equal(looks(), before + 2)
	const signed = unzip((await file('organizer', `export-with-photos/?event_id=${own.id}&format=zip&signatures=true`)).bytes)
	assert.ok(`signature/${record}.png` in signed)
	const pdf = await file('organizer', `export-with-photos/?event_id=${own.id}&signatures=true`)
	assert.equal((pdf.bytes.toString('latin1').match(/\/Subtype \/Image/g) ?? []).length >= 3, true)
	assert.equal(looks(), before + 8)
	refused(await does.other.get(`${REPORTS}export-with-photos/?event_id=${own.id}`), 404, 'NOT_FOUND')
	assert.deepEqual(Object.keys(unzip((await file('supervisor', `export-with-photos/?event_id=${own.id}&format=zip`)).bytes)).sort(), ['attendance.csv', `front/${record}.png`], 'of their department alone')
})

test('in a spreadsheet photos stand in the cells of their rows, small, and as large as they fit', async () => {
	const own = await make('organizer'), [first, second] = [attendance_row(own.id, people.second), attendance_row(own.id, people.away)]
	const pictures = { front: png(480, 240, grain(480, 240)), back: png(240, 250, grain(240, 250)), signature: png(250, 240, grain(250, 240)) }

	await photo_of(first, 'front', pictures.front)
	await photo_of(first, 'signature', pictures.signature)
	await photo_of(second, 'back', pictures.back)
	const before = looks(), { bytes } = await file('organizer', `export-with-photos/?event_id=${own.id}&format=xlsx&signatures=true`), parts = unzip(bytes), { rows, headings } = read_xlsx(bytes)
	assert.equal(looks(), before + 3)
	assert.deepEqual(headings.slice(-3), ['front', 'back', 'signature'])
	const xml = (name) => parts[name].toString(), sheet = xml('xl/worksheets/sheet1.xml'), drawing = xml('xl/drawings/drawing1.xml')
	// Each part leads to the next by its relations, and all of them are declared.
	assert.match(sheet, /<\/sheetData><drawing r:id="rId1"\/><\/worksheet>$/)
	assert.match(xml('xl/worksheets/_rels/sheet1.xml.rels'), /Id="rId1" Type="[^"]*\/drawing" Target="\.\.\/drawings\/drawing1\.xml"/)
	for (const word of ['Extension="png" ContentType="image/png"', 'Extension="jpeg" ContentType="image/jpeg"', 'PartName="/xl/drawings/drawing1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"'])
		assert.ok(xml('[Content_Types].xml').includes(word), word)
	const targets = Object.fromEntries([...xml('xl/drawings/_rels/drawing1.xml.rels').matchAll(/Id="(rId\d+)" Type="[^"]*\/image" Target="\.\.\/(media\/image\d+\.(?:png|jpeg))"/g)].map(([, id, at]) => [id, parts[`xl/${at}`]]))
	const kept = (record, kind) => sql(`SELECT COALESCE(${kind === 'signature' ? 'NULL' : 'f.thumb'}, f.sha256) FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id JOIN stored_file f ON f.sha256 = x.file_sha256
		WHERE a.uuid = ${hex(record)} AND x.kind = '${kind}'`)[0][0]
	const found = [...drawing.matchAll(/<xdr:from><xdr:col>(\d+)<\/xdr:col>.*?<xdr:row>(\d+)<\/xdr:row>.*?<xdr:ext cx="(\d+)" cy="(\d+)"\/>.*?descr="(\w+)".*?r:embed="(rId\d+)"/g)]
		.map(([, col, row, cx, cy, name, id]) => ({ name, heading: headings[col], record: rows[row - 1].id.text, cx: Number(cx), cy: Number(cy), sha: sha(targets[id]) }))
	const expected = [[first, 'front'], [first, 'signature'], [second, 'back']].map(([record, kind]) => ({ name: kind, heading: kind, record, sha: kept(record, kind) }))
	const by = (a, b) => `${a.record}${a.name}`.localeCompare(`${b.record}${b.name}`)
	assert.deepEqual(found.map(({ cx, cy, ...rest }) => rest).sort(by), expected.sort(by))
	const front = found.find(({ name }) => name === 'front')
	assert.ok(Math.abs(front.cx / front.cy - 2) < 0.05 && front.cx <= 98 * 9525, 'its sides are as they were, within its cell')
	const plain_one = unzip((await file('organizer', `export-with-photos/?event_id=${own.id}&format=xlsx`)).bytes)
	assert.equal(Object.keys(plain_one).filter((name) => name.startsWith('xl/media/')).length, 2, 'signatures are asked for')
	// Of none there is a sheet all the same, and of whom one may not see there is nothing.
	const none = unzip((await file('supervisor', `export-with-photos/?event_id=${own.id}&department_id=1&status=absent&format=xlsx`)).bytes)
	assert.equal(Object.keys(none).some((name) => name.startsWith('xl/media/')), false)
	assert.equal(read_xlsx((await file('supervisor', `export-with-photos/?event_id=${own.id}&format=xlsx`)).bytes).rows.length, 1)
})

// ---- points ----

test('points go to programs for learning', async () => {
	const series = `${course}-points`, [one, two] = [await make('organizer', { series }), await make('organizer', { series })]

	for (const [at, who, more] of [[one, 'student'], [two, 'student', { status: "'late'" }], [one, 'second', { status: "'excused'" }], [two, 'second', { status: "'absent'" }], [one, 'away', { verification_status: "'rejected'" }]])
		attendance_row(at.id, people[who], more)
	const moodle = lines(await file('organizer', `lms/?target=moodle&series=${series}`)), row = (who, points) => `${people[who].email},${people[who].username},${points}`
	assert.equal(moodle[0], `Email address,ID number,${series}`)
	assert.deepEqual(moodle.slice(1).sort(), [row('student', 1.5), row('second', 0), row('away', 0)].sort())
	const other = lines(await file('organizer', `lms/?target=moodle&series=${series}&item=Quiz&points[present]=10&points[late]=4&points[excused]=2&points[absent]=1`))
	assert.deepEqual(other.slice(1).sort(), [row('student', 14), row('second', 3), row('away', 1)].sort())
	const canvas = lines(await file('organizer', `lms/?target=canvas&series=${series}`))
	assert.deepEqual([canvas[0], canvas[1]], [`Student,ID,SIS User ID,SIS Login ID,Section,${series}`, '    Points Possible,,,,,2'])
	assert.ok(canvas.includes(`'=cmd|calc Zander,,${people.student.username},${people.student.username},,1.5`), canvas.join('\n'))
	refused(await does.student.get(`${REPORTS}lms/?target=moodle`), 403, 'FORBIDDEN')
})
