// Uploaded pictures: how many one account may send in an hour, and that what no row names goes after a day, no sooner, and
// nothing that a row names. What cannot be waited for is moved in the database and on the disk.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { api, Browser, code, sql, token } from './lib.mjs'
import { picture, upload } from './picture.mjs'
import { as, jobs_rest, jobs_run, new_customer, new_organizer, ok, refused, setting, until } from './world.mjs'

const MB = 1 << 20
const FILES_AN_HOUR = Number(setting('limits', 'upload_files_per_hour') ?? 40)
const MB_AN_HOUR = Number(setting('limits', 'upload_mb_per_hour') ?? 40)
const directory = setting('paths', 'files')

const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')
const path_of = (name) => join(directory, name.slice(0, 2), name.slice(2, 4), name)
const on_disk = (bytes) => existsSync(path_of(sha(bytes)))
const send = (person, bytes, fields) => api('PUT', '/api/v1/users/profile/', upload('photo', bytes, fields), { token: person.access })
const sent = async (person, bytes) => ok(await send(person, bytes))
const named = (person) => sql(`SELECT COALESCE(photo, 'none') FROM account WHERE id = ${person.user.id}`)[0][0]
// An hour goes by for the counters.
const an_hour_later = () => sql('UPDATE guess SET window_start = window_start - INTERVAL 70 MINUTE')

// Files and bytes below the directory of uploads.
function stored() {
	const all = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

	return { files: all.length, bytes: all.reduce((sum, entry) => sum + statSync(join(entry.path, entry.name)).size, 0) }
}

before(() => jobs_rest('files'))

// ---- how many ----

test('who replaces a photo in a loop is stopped, by bytes, and told when to come back; others are not', async () => {
	const person = await new_customer(), before = stored(), big = Math.floor(4.9 * MB)
	let answer, n = 0

	do
		answer = await send(person, picture(big))
	while (answer.status === 200 && ++n < 100)
	refused(answer, 429, 'UPLOAD_LIMIT')
	assert.ok(answer.body.errors.photo[0], answer.text)
	const wait = Number(answer.headers.get('retry-after'))
	assert.ok(wait > 0 && wait <= 4000, `${wait} s`)
	assert.ok(n * big <= MB_AN_HOUR * MB && (n + 1) * big > MB_AN_HOUR * MB, `${n} of ${big} bytes`)
	assert.ok(stored().bytes - before.bytes <= MB_AN_HOUR * MB)
	// What was refused takes nothing from what is left.
	const small = picture()
	await sent(person, small)
	assert.equal(named(person), sha(small))
	// The rest of the profile can be changed all the same, and another account has its own.
	ok(await as(person).put('/api/v1/users/profile/', { name: 'Ada King' }))
	await sent(await new_customer(), picture(big))
	an_hour_later()
	await sent(person, picture(big))
})

test('by number too', async () => {
	const person = await new_organizer()
	const put = (bytes) => api('PUT', '/api/organizer/profile/', upload('logo', bytes), { token: person.access })

	for (let n = 0; n < FILES_AN_HOUR; n++)
		ok(await put(picture()))
	const answer = refused(await put(picture()), 429, 'UPLOAD_LIMIT')
	assert.ok(answer.body.errors.logo)
	an_hour_later()
	ok(await put(picture()))
})

test('uploads that are refused for something else, or as no picture, count as well', async () => {
	const person = await new_customer(), email = `${randomUUID()}@example.test`
	await new_customer({ email })
	const photo = named(person), before = stored()
	const tries = [
		() => send(person, picture(MB), { email }), // somebody else's: known only to the database
		() => send(person, picture(MB), { name: '' }), // refused by the action
		() => send(person, Buffer.alloc(MB, 'no picture'))
	]

	for (let n = 0; n < FILES_AN_HOUR; n++)
		refused(await tries[n % tries.length](), 422, 'VALIDATION_ERROR')
	for (const again of tries)
		refused(await again(), 429, 'UPLOAD_LIMIT')
	assert.equal(named(person), photo)
	assert.ok(stored().bytes - before.bytes <= MB_AN_HOUR * MB)
})

test('many at once: no more than one by one', async () => {
	const person = await new_customer()
	// Who finds no room for the decoding comes again, as one is told to; that counts each time.
	const patiently = async (bytes) => {
		let answer = await send(person, bytes)

		for (; answer.status === 503; answer = await send(person, bytes)) {
			refused(answer, 503, 'BUSY')
			assert.equal(answer.headers.get('retry-after'), '2')
		}
		return answer
	}
	const answers = await Promise.all(Array.from({ length: FILES_AN_HOUR + 15 }, () => patiently(picture())))
	const taken = answers.filter((answer) => answer.status === 200).length

	assert.ok(taken <= FILES_AN_HOUR && taken > 0, `${taken}`)
	for (const answer of answers.filter((a) => a.status !== 200))
		refused(answer, 429, 'UPLOAD_LIMIT')
})

test('on a page: the form again with what was typed, and why the picture was not taken', async () => {
	const person = await new_customer(), browser = new Browser()

	await browser.open('/sign-in')
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.send('/sign-in/code', { otp: await code(person.mobile_number) })
	for (let n = 0; n < FILES_AN_HOUR; n++)
		await sent(person, picture())
	await browser.open('/account')
	const post = (bytes, more) => browser.open('/account', {
		method: 'POST', body: upload('photo', bytes, { ...browser.hidden('/account'), name: 'Ada Lovelace', email: '', locale: 'en', ...more })
	})
	await post(picture())
	assert.equal(browser.status, 429)
	assert.ok(Number(browser.headers.get('retry-after')) > 0)
	assert.match(browser.html, /id="e-photo"/)
	assert.match(browser.html, /value="Ada Lovelace"/)
	an_hour_later()
	await browser.open('/account')
	await post(picture())
	assert.equal(browser.status, 303)
})

test('the same form sent again with another picture is no repetition', async () => {
	const person = await new_customer(), browser = new Browser()

	await browser.open('/sign-in')
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.send('/sign-in/code', { otp: await code(person.mobile_number) })
	await browser.open('/account')
	const hidden = browser.hidden('/account'), first = picture(), second = picture()
	const post = (bytes) => browser.open('/account', {
		method: 'POST', body: upload('photo', bytes, { ...hidden, name: 'Ada Lovelace', email: '', locale: 'en' })
	})
	for (let twice = 0; twice < 2; twice++)
		assert.equal((await post(first)).status, 303)
	assert.equal((await post(second)).status, 303)
	assert.equal(named(person), sha(second), 'never "Saved." for what was not')
})

// What is compared with a document that was issued is read as it comes: campus_report.test.mjs.
const KEPT_NOWHERE = '/api/campus/reports/verify/{code}'

test('whoever may send a file that is kept is signed in, so that it is somebody\'s', async () => {
	const { paths } = (await api('GET', '/api/openapi.json')).body
	const taking = Object.entries(paths).flatMap(([path, verbs]) => Object.values(verbs).map((operation) => ({ path, ...operation })))
		.filter(({ requestBody }) => JSON.stringify(requestBody ?? {}).includes('"format":"binary"'))

	assert.ok(taking.some(({ summary }) => summary === 'Change your profile'))
	for (const operation of taking)
		assert.equal(Boolean(operation['x-roles']?.length), operation.path !== KEPT_NOWHERE, operation.summary)
})

// ---- how long ----

// The job looks once, by whoever is first to take it up.
async function look() {
	const [[before]] = sql("SELECT COALESCE(ran_at, 'never') FROM job WHERE name = 'files'")

	jobs_run('files')
	if (process.env.GATEHOUSE_BIN)
		execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'jobs', '--once'])
	await until('the job has run', () => sql(`SELECT COALESCE(ran_at, 'never') <> '${before}' AND lease IS NULL AND due_at > UTC_TIMESTAMP(3)
		FROM job WHERE name = 'files'`)[0][0] === '1')
	jobs_rest('files')
}

// So many hours go by for these.
const age = (hours, ...pictures) => sql(`UPDATE stored_file SET unnamed_since = unnamed_since - INTERVAL ${hours} HOUR
	WHERE sha256 IN (${pictures.map((bytes) => `'${sha(bytes)}'`).join()})`)
const indexed = (bytes) => sql(`SELECT COUNT(*) FROM stored_file WHERE sha256 = '${sha(bytes)}'`)[0][0] === '1'
const show = async (bytes) => (await as(await token('staff')).get(`/api/files/${sha(bytes)}`)).status

test('a replaced picture goes a day after it was let go, no sooner; what is named stays', async () => {
	const person = await new_customer(), first = picture(), second = picture(), third = picture()

	for (const bytes of [first, second])
		await sent(person, bytes)
	await look()
	age(23, first, second)
	await look()
	assert.ok(on_disk(first) && on_disk(second), 'not before a day has gone by')
	age(2, first, second)
	await look()
	assert.deepEqual([on_disk(first), indexed(first), await show(first)], [false, false, 404])
	assert.deepEqual([on_disk(second), indexed(second), await show(second)], [true, true, 200])
	// Named for long, then let go: its day begins then.
	await sent(person, third)
	await look()
	assert.ok(on_disk(second))
	age(25, second)
	await look()
	assert.ok(!on_disk(second))
	// Taken off altogether.
	ok(await as(person).put('/api/v1/users/profile/', { photo: null }))
	assert.equal(named(person), 'none')
	await look()
	age(25, third)
	await look()
	assert.ok(!on_disk(third))
})

test('a picture\'s small one goes a day after it, and stays for as long as one has it', async () => {
	const ann = await new_customer(), bob = await new_customer(), large = picture(200_000)
	const thumb = (bytes) => sql(`SELECT thumb FROM stored_file WHERE sha256 = '${sha(bytes)}'`)[0][0]
	const there = (name) => [existsSync(path_of(name)), sql(`SELECT COUNT(*) FROM stored_file WHERE sha256 = '${name}'`)[0][0] === '1']
	const old = (name) => sql(`UPDATE stored_file SET unnamed_since = unnamed_since - INTERVAL 25 HOUR WHERE sha256 = '${name}'`)

	await sent(ann, large)
	await sent(bob, large)
	const small = thumb(large)
	assert.equal(small.length, 64)
	await sent(ann, picture())
	await look()
	old(sha(large))
	old(small)
	await look()
	assert.deepEqual([there(sha(large)), there(small)], [[true, true], [true, true]], 'the other has it')
	await sent(bob, picture())
	await look()
	old(sha(large))
	await look()
	assert.deepEqual([there(sha(large)), there(small)], [[false, false], [true, true]])
	await look()
	assert.deepEqual(there(small), [true, true], 'it has a day of its own')
	old(small)
	await look()
	assert.deepEqual(there(small), [false, false])
	// Sent again, it has both again.
	await sent(bob, large)
	assert.deepEqual(there(thumb(large)), [true, true])
})

test('the same picture of two accounts stays while one of them has it; who sends it again has it again', async () => {
	const ann = await new_customer(), bob = await new_customer(), face = picture()

	for (const person of [ann, bob])
		await sent(person, face)
	await sent(ann, picture())
	await look()
	age(25, face)
	await look()
	assert.deepEqual([on_disk(face), await show(face)], [true, 200])
	await sent(bob, picture())
	await look()
	age(25, face)
	// Let go for a day, and sent again before the job comes by: a new day.
	await sent(ann, face)
	await sent(ann, picture())
	await look()
	assert.ok(on_disk(face))
	age(25, face)
	await look()
	assert.ok(!on_disk(face))
	await sent(ann, face)
	assert.deepEqual([on_disk(face), await show(face)], [true, 200])
	assert.equal(readFileSync(path_of(sha(face))).compare(face), 0)
})

test('each column that names a file keeps it, and has a foreign key for it', async () => {
	const columns = sql(`SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
		WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'stored_file' ORDER BY 1, 2`)
	const person = await new_customer(), organizer = await new_organizer()
	const [[event_id]] = sql('SELECT MIN(id) FROM event')
	// Where no client can put one, a row is made to name it.
	const NAMES = {
		'account photo': (bytes) => sent(person, bytes),
		'attendance_decision file_sha256': (bytes) => sent(person, bytes).then(() => sql(`INSERT INTO attendance_decision (attendance_id, act, reason, file_sha256, at)
			SELECT MIN(id), 'excuse', 'Ill', '${sha(bytes)}', UTC_TIMESTAMP(3) FROM attendance`)),
		'attendance_evidence file_sha256': (bytes) => sent(person, bytes).then(() => sql(`INSERT INTO attendance_evidence
			(uuid, attendance_id, kind, sent_sha256, file_sha256, bytes, width, height, received_at, looked_at)
			SELECT UNHEX(REPLACE(UUID(), '-', '')), MIN(id), 'front', '${sha(bytes)}', '${sha(bytes)}', 1, 240, 240, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM attendance a
			WHERE NOT EXISTS (SELECT 1 FROM attendance_evidence v WHERE v.attendance_id = a.id)`)),
		'campus logo': (bytes) => sent(person, bytes).then(() => sql(`UPDATE campus SET logo = '${sha(bytes)}' WHERE id = 1`)),
		'campus_report file_sha256': (bytes) => sent(person, bytes).then(() => sql(`INSERT INTO campus_report
			(uuid, account_id, role, kind, format, asked, status, rows_total, rows_done, file_sha256, bytes, created_at, done_at, expires_at)
			SELECT UNHEX(REPLACE(UUID(), '-', '')), account_id, 'hr', 'attendance', 'csv', '{}', 'done', 1, 1, '${sha(bytes)}', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 1 DAY
			FROM customer WHERE id = ${person.customer_id}`)),
		'dependent photo': (bytes) => sent(person, bytes).then(() => sql(`INSERT INTO dependent
			(customer_id, name, relationship, birth_date, photo, created_at)
			VALUES (${person.customer_id}, 'Dee', 'child', '2020-01-01', '${sha(bytes)}', UTC_TIMESTAMP(3))`)),
		'event image': (bytes) => sent(person, bytes).then(() => sql(`UPDATE event SET image = '${sha(bytes)}' WHERE id = ${event_id}`)),
		'incident photo': (bytes) => sent(person, bytes).then(() => sql(`INSERT INTO incident
			(event_id, usher_id, category, description, photo, created_at, updated_at)
			SELECT ${event_id}, MIN(id), 'lost', 'A bag', '${sha(bytes)}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM usher`)),
		'organizer logo': async (bytes) => ok(await api('PUT', '/api/organizer/profile/', upload('logo', bytes), { token: organizer.access })),
		'performer image': (bytes) => sent(person, bytes).then(() => sql(`INSERT INTO performer (event_id, name, image, created_at, updated_at)
			VALUES (${event_id}, 'Dee', '${sha(bytes)}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)),
		'picture_cut made': (bytes) => sent(person, bytes).then(() => sql(`INSERT INTO picture_cut (sha256, focus, size, made)
			SELECT image, image_focus, 'wide-400', '${sha(bytes)}' FROM event WHERE id = ${event_id}
			ON DUPLICATE KEY UPDATE made = VALUES(made)`)),
		'stored_file thumb': (bytes) => sent(person, bytes).then(() => sql(`UPDATE stored_file SET thumb = '${sha(bytes)}'
			WHERE sha256 = '${sha(whole)}'`))
	}

	assert.deepEqual(columns.map((column) => column.join(' ')), Object.keys(NAMES))
	assert.deepEqual(sql(`SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
		AND COLUMN_COMMENT LIKE 'SHA-256 of a%file' ORDER BY 1, 2`).filter((column) => !(column.join(' ') in NAMES)), [])
	const pictures = [], whole = picture()
	await sent(await new_customer(), whole)
	for (const name of Object.values(NAMES)) {
		pictures.push(picture())
		await name(pictures.at(-1))
	}
	const last = picture()
	await sent(person, last)
	const [of_account, ...others] = pictures
	await look()
	age(25, ...pictures)
	sql(`UPDATE stored_file SET unnamed_since = UTC_TIMESTAMP(3) - INTERVAL 25 HOUR
		WHERE sha256 IN (${others.map((bytes) => `'${sha(bytes)}'`).join()})`)
	await look()
	assert.ok(!on_disk(of_account))
	for (const [i, bytes] of others.entries())
		assert.ok(on_disk(bytes), `${columns[i + 1]}`)
	assert.ok(on_disk(last))
	sql(`UPDATE event SET image = NULL WHERE id = ${event_id}; DELETE FROM performer WHERE name = 'Dee'; DELETE FROM dependent WHERE customer_id = ${person.customer_id}`)
})

test('what stands on the disk without an index: named stays, the rest goes after a day; half a file too', async () => {
	const put = (bytes, hours, name = path_of(sha(bytes))) => {
		const then = new Date(Date.now() - hours * 3_600_000)

		mkdirSync(join(name, '..'), { recursive: true })
		writeFileSync(name, bytes)
		utimesSync(name, then, then)
		return name
	}
	const old = picture(), young = picture(), person = await new_customer(), aside = picture()
	put(old, 25)
	put(young, 23)
	const half = put('half of a picture', 25, join(directory, 'new.0123456789abcdef'))
	const on_its_way = put('half of a picture', 1, join(directory, 'new.fedcba9876543210'))
	const strange = put('somebody else put it here', 99, join(directory, 'README'))
	// As a job leaves it that died while it took the file away: named again meanwhile, so it must come back.
	await sent(person, aside)
	renameSync(path_of(sha(aside)), join(directory, `gone.${sha(aside)}`))
	await look()
	assert.deepEqual([on_disk(old), on_disk(young), existsSync(half), existsSync(on_its_way), existsSync(strange)],
		[false, true, false, true, true])
	assert.deepEqual([on_disk(aside), await show(aside)], [true, 200])
	age(2, young)
	await look()
	assert.ok(!on_disk(young))
})

test('an upload that is undone leaves its bytes for a day', async () => {
	const person = await new_customer(), email = `${randomUUID()}@example.test`, bytes = picture()
	await new_customer({ email })
	refused(await send(person, bytes, { email }), 422, 'VALIDATION_ERROR')
	await look()
	if (on_disk(bytes)) {
		age(25, bytes)
		await look()
	}
	assert.ok(!on_disk(bytes))
	assert.ok(!indexed(bytes))
})
