// Backups: made while people buy and scan, put back into an empty database, and there a copy that sends no message and charges
// nobody until somebody says that it is the site.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ask_socket } from './fastcgi.mjs'
import { api, new_customer, new_number, sql, token } from './lib.mjs'
import { picture, upload } from './picture.mjs'
import { write_ini } from './own_ini.mjs'
import { as, bought, code_of, held, jobs_rest, new_event, new_usher, ok, pay, scan, unique, until } from './world.mjs'

const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64')
// In quotes, with what an option file takes for its own.
const PASSWORD = 's3cr"et#\\\'; \\n'
const USER = `gatehouse_${unique()}`
const dir = mkdtempSync(join(tmpdir(), 'gatehouse-backup-'))
const here = (name) => join(dir, name)

// gatehouse, with these settings: { status, stdout, stderr }. Its gateway is in this process, which goes on meanwhile.
const gatehouse = (ini, ...args) => new Promise((resolve) =>
	execFile(process.env.GATEHOUSE_BIN, ['-c', ini, ...args], { env: { ...process.env, PATH: `${here('bin')}:${process.env.PATH}` } },
		(error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr })))

const good = (run) => {
	assert.equal(run.status, 0, run.stdout + run.stderr)
	return run.stdout
}

function refused_with(run, sentence) {
	assert.equal(run.status, 1, run.stdout + run.stderr)
	assert.match(run.stderr, sentence)
}

// A database of a copy's own: its settings, and what asks it.
const copies = []
function copy(name, changes = {}) {
	const database = `gatehouse_${name}_${unique()}`, at = here(name)

	copies.push(database)
	mkdirSync(join(at, 'run'), { recursive: true })
	const ini = write_ini(join(at, 'gatehouse.ini'), {
		'database.name': database, 'database.user': USER, 'database.password': PASSWORD, 'site.demo': 'no', 'paths.run_dir': join(at, 'run'),
		'paths.files': join(at, 'files'), 'paths.maintenance': join(at, 'maintenance'), 'serve.web_workers': 1, 'serve.gate_workers': 1,
		'serve.book_workers': 1, 'serve.outside_workers': 1, ...changes
	})
	return { ini, at, database, sql: (statements) => sql(`USE ${database}; ${statements}`) }
}

// The tables in which nothing happens by itself, and what stands in them: how many rows, and a sum over every value.
const TABLES = ['account', 'audit_log', 'customer', 'event', 'ledger_entry', 'ledger_transfer', 'order_item', 'orders', 'outbox', 'payment',
	'scan_log', 'schema_migration', 'stored_file', 'ticket', 'ticket_category', 'event_key', 'session']
const sums = (database) => TABLES.map((table) => {
	const [[values]] = sql(`SET SESSION group_concat_max_len = 100000;
		SELECT GROUP_CONCAT(CONCAT('COALESCE(HEX(\`', COLUMN_NAME, '\`), "~")') ORDER BY ORDINAL_POSITION)
		FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${database}' AND TABLE_NAME = '${table}'`)

	return [table, ...sql(`SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', ${values}))) FROM ${database}.${table}`)[0]]
})

describe('a backup', { skip: !process.env.GATEHOUSE_BIN || !process.env.GATEHOUSE_DIR }, () => {
	let own, event, ann, usher, photo, small, gateway, sent, waiting, late, staff

	before(async () => {
		sql(`CREATE USER ${USER}@localhost IDENTIFIED BY '${PASSWORD.replaceAll('\\', '\\\\').replaceAll('\'', '\\\'')}';
			GRANT ALL ON \`gatehouse%\`.* TO ${USER}@localhost`)
		own = write_ini(here('own.ini'), { 'database.user': USER, 'database.password': PASSWORD })
		staff = await token('staff')
		event = await new_event({ categories: [{ capacity: 2000 }] });
		[ann, usher] = [await new_customer(), await new_usher(event)]
		const form = new FormData()
		for (const [name, value] of Object.entries({ name: 'Ida', relationship: 'niece', birth_date: '2019-05-04' }))
			form.set(name, value)
		form.set('photo', new Blob([PIXEL], { type: 'image/png' }), 'ida.png');
		[, photo] = ok(await as(ann).post('/api/v1/users/dependents/', form), 201).photo.match(/\/files\/([0-9a-f]{64})/)
		ok(await api('PUT', '/api/v1/users/me/', upload('photo', picture(200_000)), { token: ann.access }));
		[[small]] = sql(`SELECT f.thumb FROM stored_file f JOIN account a ON a.photo = f.sha256 WHERE a.id = ${ann.user.id}`)
		sent = []
		gateway = createServer((request, response) => {
			let body = ''
			request.on('data', (chunk) => { body += chunk })
			request.on('end', () => {
				sent.push({ headers: request.headers, ...JSON.parse(body) })
				response.end('{}')
			})
		}).listen(0, '127.0.0.1')
		await new Promise((done) => gateway.once('listening', done))
	})

	after(() => {
		gateway?.close()
		for (const database of copies)
			sql(`DROP DATABASE IF EXISTS ${database}`)
		sql(`DROP USER IF EXISTS ${USER}@localhost`)
		rmSync(dir, { recursive: true })
	})

	test('that is made while people buy and scan is whole: put back, everything that it holds fits', async () => {
		let over = false, bought_meanwhile = 0
		const buyer = async () => {
			while (!over) {
				const [ticket] = await bought(ann, event, 1)

				ok(await scan(usher, { code: await code_of(ann, ticket), scan_id: randomUUID() }))
				bought_meanwhile++
			}
		}
		const buyers = [buyer(), buyer(), buyer()]
		try {
			await until('they buy', () => bought_meanwhile > 3)
			assert.match(good(await gatehouse(own, 'backup', here('busy'))), /the database at schema \d+, and \d+ files/)
			const until_now = bought_meanwhile
			await until('they went on', () => bought_meanwhile > until_now)
		} finally {
			over = true
			await Promise.all(buyers)
		}
		const { ini, database } = copy('busy_copy')
		assert.match(good(await gatehouse(ini, 'restore', here('busy'))), /^(\d+) of \1 invariants hold$/m)
		good(await gatehouse(ini, 'audit'))
		// What is in it is as it is here: of what can only be added.
		const [[n]] = sql(`SELECT COUNT(*) FROM ${database}.ticket WHERE event_id = ${event.id}`)
		assert.ok(Number(n) >= 3 && Number(n) < Number(sql(`SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id}`)[0][0]), n)
		for (const table of ['ticket', 'scan_log', 'ledger_entry'])
			assert.equal(sql(`SELECT COUNT(*) FROM ${database}.${table} c LEFT JOIN ${table} t ON t.id = c.id WHERE t.id IS NULL`)[0][0], '0', table)
	})

	// Its own counting, which comes when it comes, is off meanwhile; a plan that is made of no counts reads whole tables.
	test('that was put back, and demo data that were loaded, are known to the database by their size at once', async () => {
		const restored = copy('counted'), demo = copy('counted_demo', { 'site.demo': 'yes' })

		sql('SET GLOBAL innodb_stats_auto_recalc = OFF')
		try {
			good(await gatehouse(restored.ini, 'restore', here('busy')))
			sql(`CREATE DATABASE ${demo.database}`)
			good(await gatehouse(demo.ini, 'migrate'))
			good(await gatehouse(demo.ini, 'demo-data', '--tickets', '400'))
		} finally {
			sql('SET GLOBAL innodb_stats_auto_recalc = ON')
		}
		for (const { database } of [restored, demo])
			for (const table of ['ticket', 'orders', 'payment', 'ledger_entry', 'scan_log']) {
				const [[rows, known]] = sql(`SELECT (SELECT COUNT(*) FROM ${database}.${table}), n_rows FROM mysql.innodb_table_stats
					WHERE database_name = '${database}' AND table_name = '${table}'`).map((row) => row.map(Number))

				assert.ok(rows > 10 && known > rows / 2 && known < rows * 2, `${database}.${table}: ${rows} rows, ${known} known`)
			}
	})

	test('that is put back has all there was, to the last row and file, and opens to its owner alone', async () => {
		jobs_rest('outbox', 'holds', 'payments', 'seal', 'summary', 'popularity', 'tidy', 'files', 'desk', 'invoices', 'notices', 'guest_messages',
			'reloads', 'transfers', 'thumbs', 'covers')
		const order = await held(ann, event, 2)
		late = ok(await pay(ann, order.id, 'tok_late'), 202).payment.id
		const to = new_number()
		waiting = Number(sql(`UPDATE payment SET updated_at = updated_at - INTERVAL 1 HOUR WHERE id = ${late};
			INSERT INTO outbox (channel, recipient, body, due_at, created_at)
			VALUES ('sms', '${to}', 'Your places are kept.', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)); SELECT LAST_INSERT_ID()`)[0][0])

		good(await gatehouse(own, 'backup', here('still')))
		const was = sums(process.env.GATEHOUSE_DB_NAME)
		assert.ok(was.every(([, n]) => Number(n) > 0), JSON.stringify(was))
		const it = copy('copy', { 'sms.transport': 'http', 'sms.url': `http://127.0.0.1:${gateway.address().port}/send` })
		good(await gatehouse(it.ini, 'restore', here('still')))
		// The server plans by its counts, which would say that all is empty until it comes to counting.
		const counted = sql(`SELECT table_name FROM mysql.innodb_table_stats WHERE database_name = '${it.database}' AND n_rows > 0`).flat()
		assert.deepEqual(was.map(([table]) => table).filter((table) => !counted.includes(table)), [])
		assert.deepEqual(sums(it.database), was)
		assert.deepEqual(readFileSync(join(it.at, 'files', photo.slice(0, 2), photo.slice(2, 4), photo)), PIXEL)
		assert.ok(existsSync(join(it.at, 'files', small.slice(0, 2), small.slice(2, 4), small)), 'and the small one of a large one')
		for (const name of readdirSync(here('still')))
			assert.equal(statSync(join(here('still'), name)).mode & 0o077, 0, name)
		assert.equal(statSync(here('still')).mode & 0o077, 0)
		assert.ok(!existsSync(here('still.partial')))
		// The site key is elsewhere.
		const key = readFileSync(join(process.env.GATEHOUSE_DIR, 'key'), 'utf8').trim()
		for (const name of ['backup.json', 'data.sql', 'schema.sql'])
			assert.ok(!readFileSync(join(here('still'), name), 'utf8').includes(key), name)
	})

	test('that was put back sends no message and asks for no money until somebody says that it is the site', async () => {
		const it = copies.at(-1), ini = join(here('copy'), 'gatehouse.ini'), ask = (statement) => sql(`USE ${it}; ${statement}`)
		const jobs = async () => good(await gatehouse(ini, 'jobs', '--once'))
		const due = () => ask('UPDATE job SET due_at = UTC_TIMESTAMP(3), lease = NULL')

		due()
		await jobs()
		assert.deepEqual(sent, [])
		assert.deepEqual(ask(`SELECT status, attempts FROM outbox WHERE id = ${waiting}`), [['queued', '0']])
		assert.deepEqual(ask(`SELECT status FROM payment WHERE id = ${late}`), [['requires_action']])

		const serve = spawn(process.env.GATEHOUSE_BIN, ['-c', ini, 'serve'], { stdio: 'ignore' })
		try {
			await until('it listens', () => existsSync(join(here('copy'), 'run', 'outside.sock')))
			const request = async (path, { pool = 'web', who = ann.access, ...more } = {}) => {
				const { status, text } = await ask_socket(join(here('copy'), 'run', `${pool}.sock`), path,
					{ headers: { authorization: `Bearer ${who}` }, ...more })
				return { status, head: text.split('\r\n\r\n')[0], body: JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) }
			}
			const post = (path, body) => request(path, { pool: 'outside', method: 'POST', body: JSON.stringify(body) })
			const booked = await request('/api/v1/tickets/book/', { pool: 'book', method: 'POST',
				body: JSON.stringify({ event_id: event.id, items: [{ category_id: event.categories[0].id, quantity: 1 }] }) })
			assert.equal(booked.status, 201, JSON.stringify(booked.body))
			const order = booked.body.data.order.id
			const paid = await post('/api/v1/payments/process/', { order_id: order, method: 'card', card_token: 'tok_ok' })
			assert.deepEqual([paid.status, paid.body.error.code], [503, 'RESTORED_COPY'])
			assert.match(paid.head, /^Retry-After: \d+/m)
			assert.equal(ask(`SELECT COUNT(*) FROM payment WHERE order_id = ${order}`)[0][0], '0')
			assert.deepEqual((await post('/api/v1/payments/confirm/', { payment_id: late })).body.error.code, 'PAYMENT_LATER')
			const { body } = await request('/api/dashboard/stats/', { who: staff })
			assert.match(body.data.alerts.find(({ code }) => code === 'restored_copy').title, /^\d{4}-\d\d-\d\dT/)
			assert.deepEqual(Object.keys((await request('/api/settings/', { who: staff })).body.data).sort(),
				Object.keys(ok(await as(staff).get('/api/settings/'))).sort(), 'it is no setting')

			assert.match(good(await gatehouse(ini, 'resume')), /^\d+ messages waited: they are failed now/)
			refused_with(await gatehouse(ini, 'resume'), /no copy that was restored/)
			// It is the site, whose own provider is none: it is no demo.
			assert.equal((await post('/api/v1/payments/process/', { order_id: order, method: 'card', card_token: 'tok_ok' })).body.error.code, 'PAYMENTS_OFF')
		} finally {
			serve.kill('SIGKILL')
		}
		const [[status, error]] = ask(`SELECT status, error FROM outbox WHERE id = ${waiting}`)
		assert.equal(status, 'failed')
		assert.match(error, /restored from a backup/)
		for (let i = 0; i < 2; i++) { // the second time what the first one queued
			due()
			await jobs()
		}
		assert.deepEqual(ask(`SELECT status FROM payment WHERE id = ${late}`), [['succeeded']])
		assert.ok(sent.length > 0 && sent.every(({ text }) => /is paid/.test(text)), JSON.stringify(sent))
		assert.match(sent[0].headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0\d$/)
		assert.deepEqual(ask('SELECT role, noun FROM audit_log WHERE action = \'resume\''), [['system', 'setting']])
		good(await gatehouse(ini, 'audit'))
	})

	test('is not put back where it does not belong', async () => {
		const it = copy('elsewhere'), tampered = here('tampered')
		const restore = (ini = it.ini, from = here('still')) => gatehouse(ini, 'restore', from)
		const describe_ = (change) => {
			rmSync(tampered, { recursive: true, force: true })
			cpSync(here('still'), tampered, { recursive: true })
			const about = JSON.parse(readFileSync(join(tampered, 'backup.json'), 'utf8'))
			change(about)
			writeFileSync(join(tampered, 'backup.json'), JSON.stringify(about))
		}

		// Another key.
		writeFileSync(here('other-key'), `${createHash('sha256').update('other').digest('hex')}\n`, { mode: 0o600 })
		refused_with(await restore(write_ini(here('other.ini'), { 'database.name': it.database, 'paths.key_file': here('other-key') })),
			/is another site key than the backup's: put back the one with the fingerprint [0-9a-f]{16}/)
		// A newer program's, another format, and one that somebody touched.
		describe_((about) => { about.schema = 9999 })
		refused_with(await restore(it.ini, tampered), /of a newer program/)
		describe_((about) => { about.format = 2 })
		refused_with(await restore(it.ini, tampered), /a format that this program does not read/)
		describe_(() => {})
		writeFileSync(join(tampered, 'data.sql'), readFileSync(join(tampered, 'data.sql'), 'utf8').replace('INSERT INTO `ticket`', 'INSERT  INTO `ticket`'))
		refused_with(await restore(it.ini, tampered), /this backup is damaged/)
		refused_with(await restore(it.ini, here('nowhere')), /nowhere\/backup\.json: No such file/)
		assert.equal(sql(`SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${it.database}'`)[0][0], '0', 'nothing was begun')
		// A database that holds something, and one that somebody uses.
		refused_with(await restore(write_ini(here('full.ini'), {})), /is not empty/)
		sql(`CREATE DATABASE IF NOT EXISTS ${it.database}`)
		const used = spawn('mariadb', ['--no-defaults', '--skip-ssl', '-u', USER, `-p${PASSWORD}`, '-S', process.env.GATEHOUSE_DB_SOCKET, it.database],
			{ stdio: ['pipe', 'ignore', 'inherit'] })
		try {
			await until('it is used', () => sql(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = '${it.database}'`)[0][0] === '1')
			refused_with(await restore(), /somebody else is connected/)
		} finally {
			used.stdin.end()
			await new Promise((done) => used.once('close', done))
		}
		good(await restore())
	})

	test('tells nobody the password, and leaves nothing where it failed', async () => {
		const stub = (script) => {
			mkdirSync(here('bin'), { recursive: true })
			writeFileSync(here('bin/mariadb-dump'), `#!/bin/sh\n${script}\n`)
			chmodSync(here('bin/mariadb-dump'), 0o755)
		}

		stub(`{ tr '\\0' ' ' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ; } >>${here('seen')}; exec ${'/usr/bin/mariadb-dump'} "$@"`)
		good(await gatehouse(own, 'backup', here('watched')))
		const seen = readFileSync(here('seen'), 'utf8')
		assert.match(seen, /--defaults-file=\/proc\/self\/fd\/\d+/)
		assert.ok(!seen.includes('s3cr'), seen)
		refused_with(await gatehouse(own, 'backup', here('watched')), /is there already/)
		refused_with(await gatehouse(own, 'backup', here('nowhere/one')), /the directory that .*nowhere\/one is to be made in is not there\n$/)
		// Of one that was killed.
		mkdirSync(here('killed.partial'))
		refused_with(await gatehouse(own, 'backup', here('killed')), /killed\.partial is there: a part of a backup that was cut off.* Remove it/)
		rmSync(here('killed.partial'), { recursive: true })
		good(await gatehouse(own, 'backup', here('killed')))

		stub('echo "CREATE TABLE half ("; exit 3')
		refused_with(await gatehouse(own, 'backup', here('failed')), /mariadb-dump did not end well/)
		for (const name of ['failed', 'failed.partial'])
			assert.ok(!existsSync(here(name)), name)
		rmSync(here('bin'), { recursive: true })
		assert.equal((await gatehouse(own, 'backup')).status, 2)
		assert.equal((await gatehouse(own, 'restore')).status, 2)
	})

	test('leaves out a file that is damaged, and says so', async () => {
		const files = here('some-files'), bad = createHash('sha256').update('bad').digest('hex')
		const place = (name, bytes) => {
			mkdirSync(join(files, name.slice(0, 2), name.slice(2, 4)), { recursive: true })
			writeFileSync(join(files, name.slice(0, 2), name.slice(2, 4), name), bytes)
		}

		place(photo, PIXEL)
		place(bad, 'not that')
		const run = await gatehouse(write_ini(here('damaged.ini'), { 'paths.files': files }), 'backup', here('damaged'))
		assert.equal(run.status, 1)
		assert.match(run.stderr, new RegExp(`${bad}: left out: .* it is damaged`))
		assert.match(run.stdout, /and 1 files\./)
		assert.ok(existsSync(join(here('damaged'), 'files', photo.slice(0, 2), photo.slice(2, 4), photo)))
	})
})
