// A database that answers and does not do all that it is asked: full, read-only, or with no connection left for us. Each has
// its name, what can be read is read, nothing is half done and nothing that was answered is lost; and when it is over, it is
// over without a restart.
//
// The disk is a real one to InnoDB: all tables are in one file that may not grow beyond a size. (A file system that is full
// makes MariaDB 10.11 itself stop, now and then: "Out of disk space in rollback".)
import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { own_stack, same_processes, workers } from './own.mjs'

// A small disk for what the database sorts, where this machine lets us have one.
const small = mkdtempSync(join(tmpdir(), 'gatehouse-small-'))
const mounted = (() => {
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small], { stdio: 'ignore' })
		return true
	} catch {
		return false
	}
})()
process.once('exit', () => {
	if (mounted)
		execFileSync('umount', ['-l', small])
	rmSync(small, { recursive: true, force: true })
})

const own = await own_stack('room', {
	set: ['serve.web_workers=4', 'serve.gate_workers=2', 'serve.book_workers=2', 'serve.mark_workers=2'],
	db: `--innodb-file-per-table=0 --innodb-data-file-path=ibdata1:12M:autoextend:max:64M --innodb-autoextend-increment=1 --max-user-connections=150 --tmpdir=${small}`
})
const { api, Browser, new_customer, new_number, sign_in, sql } = await import('./lib.mjs')
const { every_request, make_world, send } = await import('./every.mjs')
const { as, book, bought, code_of, confirm, contract, new_event, ok, pay, refused, scan, until } = await import('./world.mjs')

const BALLAST = 'CREATE TABLE ballast (id INT AUTO_INCREMENT PRIMARY KEY, b VARCHAR(6000) NOT NULL) CHARACTER SET latin1'
let world, requests, pids

before(async () => {
	sql(BALLAST)
	world = await make_world()
	// What is asked elsewhere than its form stands (a fee, where cards cost nothing) changes nothing; whoever comes back from a provider has
	// settled what waits there, though it is a GET.
	requests = (await every_request(world)).filter((r) => !r.elsewhere && r.name !== 'GET /nfc-cards/:id/return')
	pids = workers(own)
})
after(own.stop)

async function metric(name) {
	const line = (await api('GET', '/metrics')).text.split('\n').find((text) => text.startsWith(`${name} `))

	return Number(line.slice(name.length + 1))
}

// What `gatehouse doctor` or `audit` says, and how it ends.
const gatehouse = (command) => promisify(execFile)(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, command])
	.then(({ stdout }) => ({ status: 0, said: stdout }), ({ code, stdout }) => ({ status: code, said: stdout }))

const nobody_fell = async () => {
	assert.equal(await metric('gatehouse_worker_died_total'), 0)
	same_processes(own, pids)
}

// Who looks at what is kept of somebody is in the audit log, or does not see it; where a step is told, its attempt may lapse.
const LEAVES_A_ROW = /^GET (\/api)?\/campus\/((auth|account)\/export|mark\/|attendance\/(reviews$|verification-feedback$|:id)|reports\/(attendance|official-format|export-with-photos|lms|individual|jobs\/:id\/download)|analytics\/dashboard\/refresh)/

// Every GET as before: what is there can be read.
async function all_can_be_read() {
	for (const request of requests.filter((r) => r.method === 'GET')) {
		const answer = await send(request)

		assert.ok(answer.status < 400 || (LEAVES_A_ROW.test(request.name) && answer.status === 503), `${request.name}: ${answer.status} ${answer.text.slice(0, 300)}`)
	}
}

// ---- full ----

// Rows of that many bytes until no more go in.
function stow(bytes, at_once) {
	for (;;)
		try {
			sql(`INSERT INTO ballast (b) SELECT REPEAT('x', ${bytes}) FROM seq_1_to_${at_once}`)
		} catch (error) {
			assert.match(String(error.stderr), /is full/)
			return
		}
}

function fill() {
	stow(6000, 200)
	stow(6000, 1)
}

// The same, while this process goes on.
const filling = () => promisify(execFile)('sh', ['-c', `for n in 200 1; do
	while mariadb --no-defaults -u root -S "$GATEHOUSE_DB_SOCKET" gatehouse -e \
		"INSERT INTO ballast (b) SELECT REPEAT('x', 6000) FROM seq_1_to_$n" 2>/dev/null; do :; done; done`])

// The first value that it answers, "" where there is none; undefined where it is refused.
const value = (statement) => {
	try {
		return sql(statement)[0]?.[0] ?? ''
	} catch {
		return undefined
	}
}
const does = (statement) => value(statement) !== undefined

// Of a table that is gone the room comes back bit by bit: until there are eight megabytes.
async function make_room() {
	sql('DROP TABLE ballast')
	await until('there is room for a table', () => does(BALLAST))
	for (let stowed = 0; stowed < 1000; stowed += 200)
		await until('there is room', () => does("INSERT INTO ballast (b) SELECT REPEAT('x', 6000) FROM seq_1_to_200"))
	sql('TRUNCATE TABLE ballast')
}

const register = () => api('POST', '/api/v1/users/register/', {
	mobile_number: new_number(), password: `pass-${randomUUID()}`, name: 'N'.repeat(120)
})

// Until the tables' own last pages are full too: somebody registers, again and again.
async function nothing_goes_in() {
	let answer

	await until('the database is full', async () => (answer = await register()).status !== 201)
	return answer
}

describe('a database without room', () => {
	before(fill)
	after(make_room)

	test('says so, with when to come again, and not that it is away', async () => {
		const answer = refused(await nothing_goes_in(), 503, 'DATABASE_FULL')

		assert.ok(Number(answer.headers.get('retry-after')) >= 30, 'nobody makes room in two seconds')
		const { body } = await api('GET', '/readyz')
		assert.deepEqual([body.status, body.writes], ['ready', 'DATABASE_FULL'])
		assert.equal((await api('GET', '/healthz')).status, 200)
		assert.ok(await metric('gatehouse_db_full_total') > 0)
		assert.match(own.log('serve'), /"event":"db_full".*"code":1114/)
		assert.match(own.log('serve'), /"event":"database_failed".*"code":"DATABASE_FULL"/)
		assert.doesNotMatch(own.log('serve'), /"event":"db_(away|broken|unknown)"/)
	})

	test('tells a person on the error page', async () => {
		const browser = new Browser()

		await nothing_goes_in()
		await browser.open('/register')
		await browser.send('/register', { name: 'N'.repeat(120), mobile_number: '+15552345678', password: 'three plain words', email: '' })
		assert.equal(browser.status, 503)
		assert.match(browser.html, /We have no room left to store this\./)
		assert.ok(Number(browser.headers.get('retry-after')) > 0)
		await browser.open('/locale/ar')
		await browser.open('/register')
		await browser.send('/register', { name: 'N'.repeat(120), mobile_number: '+15552345678', password: 'three plain words', email: '' })
		assert.match(browser.html, /لم يبقَ لدينا مكان لحفظ هذا/)
	})

	test('is read as before', all_can_be_read)
	test('costs no process', nobody_fell)
})

// ---- full, while people buy and come in ----

describe('a database that fills up under load', () => {
	// Each buyer is eight people, for nobody holds more than five orders that they could not pay.
	const RUSH = { buyers: 6, each: 8, scanners: 2, before: 40, refusals: 40, bookings: 10 }
	const says = { over: false, done: 0, refusals: 0, bookings: 0 } // what all of them look at; bookings: refused
	let event, sold, scanned

	// Was it done, or refused for want of room? Nothing else may be said.
	function done(answer, status) {
		contract(answer)
		if (answer.status === status) {
			says.done++
			return true
		}
		assert.ok(answer.status === 503 && ['DATABASE_FULL', 'PAYMENT_LATER', 'BUSY'].includes(answer.error.code), answer.text)
		says.refusals += answer.error.code !== 'BUSY'
		return false
	}

	// Books and pays as fast as it goes, and keeps what was answered.
	async function buys(people) {
		const log = { booked: [], refused: [], paid: [], unpaid: [] }

		for (let i = 0; !says.over; i++) {
			const person = people[i % people.length], key = randomUUID(), quantity = 1 + i % 3
			const items = [{ category_id: event.categories[0].id, quantity }]
			const answer = await book(person, event, items, {}, { key })

			if (answer.status === 429) // five orders that could not be paid
				continue
			if (!done(answer, 201)) {
				log.refused.push({ person, key, items })
				says.bookings++
				continue
			}
			const { id } = answer.data.order
			log.booked.push({ id, quantity })
			let payment
			do // those who pay have a share of the workers
				payment = await pay(person, id)
			while (payment.error?.code === 'BUSY' && !says.over)
			if (done(payment, 200))
				log.paid.push({ id, quantity, tickets: payment.data.tickets.length })
			else
				log.unpaid.push({ person, id })
		}
		return log
	}

	async function scans(usher, codes) {
		const log = { answered: [], refused: [] }

		while (!says.over && codes.length) {
			const each = { code: codes.pop(), scan_id: randomUUID(), gate: 'North' }
			const answer = await scan(usher, each)

			if (done(answer, 200))
				log.answered.push({ ...each, result: answer.data.result })
			else
				log.refused.push(each)
		}
		return log
	}

	const count = (query) => Number(sql(query)[0][0])

	before(async () => {
		event = await new_event({ categories: [{ capacity: 100_000 }] })
		const { access } = await sign_in('usher')
		const { stdout } = await promisify(execFile)(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'demo-data', '--codes', '1'])
		const codes = stdout.trim().split('\n')
		const people = []
		while (people.length < RUSH.buyers * RUSH.each)
			people.push(await new_customer())
		const all = [
			...Array.from({ length: RUSH.buyers }, (_, i) => buys(people.slice(i * RUSH.each, (i + 1) * RUSH.each))),
			...Array.from({ length: RUSH.scanners }, () => scans(access, codes))
		]

		try {
			await until('the rush is on', () => says.done >= RUSH.before)
			await filling()
			await until('all of it is refused', () => says.refusals >= RUSH.refusals && says.bookings >= RUSH.bookings)
		} finally {
			says.over = true
		}
		const logs = await Promise.all(all)
		await make_room()
		sold = logs.slice(0, RUSH.buyers)
		scanned = logs.slice(RUSH.buyers)
		scanned.access = access
	})

	test('something was done, and something refused', (t) => {
		const all = (logs, what) => logs.reduce((n, log) => n + log[what].length, 0)

		t.diagnostic(`${all(sold, 'booked')} booked, ${all(sold, 'paid')} paid, ${all(scanned, 'answered')} scanned; refused for want of room:`
			+ ` ${all(sold, 'refused')} bookings, ${all(sold, 'unpaid')} payments, ${all(scanned, 'refused')} scans`)
		assert.ok(sold.some((log) => log.paid.length) && sold.some((log) => log.refused.length))
		assert.ok(scanned.some((log) => log.answered.some((each) => each.result === 'valid')))
	})

	// Rows by their first column, the others as they are.
	const rows = (query) => new Map(sql(query).map(([key, ...rest]) => [key, rest]))
	const scan_log = () => rows("SELECT LOWER(HEX(scan_id)), result FROM scan_log")
	const logged = (log, { scan_id }) => log.get(scan_id.replaceAll('-', ''))

	test('what was answered is there, and whole', () => {
		const orders = rows(`SELECT o.id, (SELECT SUM(quantity) FROM order_item i WHERE i.order_id = o.id), o.status,
			(SELECT GROUP_CONCAT(p.status) FROM payment p WHERE p.order_id = o.id), (SELECT COUNT(*) FROM ticket t WHERE t.order_id = o.id)
			FROM orders o WHERE o.event_id = ${event.id}`)
		const log = scan_log()

		for (const { id, quantity } of sold.flatMap(({ booked }) => booked))
			assert.equal(orders.get(String(id))?.[0], String(quantity), `order ${id}`)
		for (const { id, quantity, tickets } of sold.flatMap(({ paid }) => paid)) {
			assert.equal(tickets, quantity)
			assert.deepEqual(orders.get(String(id)), [String(quantity), 'paid', 'succeeded', String(quantity)], `order ${id}`)
		}
		for (const each of scanned.flatMap(({ answered }) => answered))
			assert.deepEqual(logged(log, each), [each.result])
	})

	test('what was refused left nothing, and is done when it comes again', async () => {
		const orders = () => count(`SELECT COUNT(*) FROM orders WHERE event_id = ${event.id}`)
		const booked = sold.flatMap((log) => log.booked), again = sold.flatMap((log) => log.refused).slice(0, 20)
		const log = scan_log()

		assert.equal(orders(), booked.length)
		// A key that could not be given back is free again after a minute; and five live holds are all that one may have.
		sql(`UPDATE idempotency SET created_at = created_at - INTERVAL 2 MINUTE WHERE status = 0;
			UPDATE orders SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE event_id = ${event.id} AND status = 'held'
			AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = orders.id)`)
		let kept = 0
		for (const { person, key, items } of again) {
			const answer = await book(person, event, items, {}, { key })

			if (answer.status === 429)
				continue
			kept++
			const { order } = ok(answer, 201)
			assert.equal(ok(await book(person, event, items, {}, { key }), 201).order.id, order.id)
			ok(await as(person).post(`/api/v1/users/orders/${order.id}/cancel/`, {}))
		}
		assert.ok(kept)
		assert.equal(orders(), booked.length + kept)
		for (const each of scanned.flatMap(({ refused: missed }) => missed).slice(0, 20)) {
			assert.equal(logged(log, each), undefined)
			ok(await scan(scanned.access, each))
		}
	})

	test('money that was under way is settled, one way or the other', async () => {
		// The call that charges is over, so the provider can be asked what became of it.
		sql("UPDATE payment SET created_at = created_at - INTERVAL 2 MINUTE WHERE status = 'processing'")
		const waiting = rows("SELECT order_id, id FROM payment WHERE status IN ('processing', 'requires_action')")

		for (const { person, id } of sold.flatMap((log) => log.unpaid)) {
			const [payment] = waiting.get(String(id)) ?? []

			if (!payment)
				continue
			const answer = await confirm(person, Number(payment))
			assert.ok([200, 402, 409].includes(answer.status), answer.text)
		}
		assert.equal(count(`SELECT COUNT(*) FROM payment WHERE status IN ('processing', 'requires_action') AND order_id IN (SELECT id FROM orders WHERE event_id = ${event.id})`), 0)
		assert.deepEqual(sql(`SELECT o.id FROM orders o JOIN payment p ON p.order_id = o.id WHERE o.event_id = ${event.id}
			AND p.status = 'succeeded' AND (o.status <> 'paid' OR (SELECT COUNT(*) FROM ticket t WHERE t.order_id = o.id) <> o.tickets)`), [])
	})

	test('the invariants hold, and no process ended', async () => {
		const audit = await gatehouse('audit')

		assert.equal(audit.status, 0, audit.said)
		await nobody_fell()
	})
})

// ---- read-only ----

// Asked by POST, and changing nothing.
const READ_BY_POST = new Set(['POST /api/usher/events/:id/validate-assignment', 'POST /api/usher/scan/verify-card',
	'POST /api/usher/scan/card/:card_id/validate', 'POST /api/campus/reports/verify/:code', 'POST /campus/verify/:code'])

// What would change nothing asks for no change, and is not refused.
const ANOTHER = { staff_second_factor: 'required' }
const changed = (request) => / \/(api|admin)\/settings$/.test(request.name) ?
	{ ...request, ...(request.form ? { form: { ...request.form, ...ANOTHER } } : { body: ANOTHER }) } : request

describe('a database that takes no changes', () => {
	before(() => {
		sql('UPDATE session SET seen_at = seen_at - INTERVAL 2 MINUTE') // so that it would be noted that they are used
		sql('SET GLOBAL read_only = ON')
	})
	after(() => sql('SET GLOBAL read_only = OFF'))

	test('is read as before', all_can_be_read)

	test('refuses each change by its name', async () => {
		// What a script fills with the marks that wait is empty here, and refused for that.
		for (const request of requests.filter((r) => r.method !== 'GET' && r.name !== 'POST /campus/later')) {
			const answer = await send(changed(request))

			if (READ_BY_POST.has(request.name)) {
				assert.ok(answer.status < 400, `${request.name}: ${answer.text.slice(0, 300)}`)
				continue
			}
			assert.equal(answer.status, 503, `${request.name}: ${answer.text.slice(0, 300)}`)
			assert.ok(Number(answer.headers.get('retry-after')) > 0, request.name)
			if (answer.body)
				refused(answer, 503, 'DATABASE_READ_ONLY')
			else
				assert.match(answer.text, /Nothing can be changed at the moment/, request.name)
		}
	})

	test('is named by readyz, the metrics, the log and doctor', async () => {
		const { status, body } = await api('GET', '/readyz')

		assert.deepEqual([status, body.status, body.writes], [200, 'ready', 'DATABASE_READ_ONLY'])
		assert.ok(await metric('gatehouse_db_read_only_total') > 0)
		assert.match(own.log('serve'), /"event":"db_read_only".*"code":1290/)
		assert.doesNotMatch(own.log('serve'), /"event":"db_(away|broken|unknown)"/)
		const { said } = await gatehouse('doctor')
		assert.match(said, /^BAD {2}the database takes no changes/m)
	})

	test('takes them again, and no process ended', async () => {
		sql('SET GLOBAL read_only = OFF')
		const [ticket] = await bought(world.bob, world.event)
		assert.equal(ok(await scan(world.usher, { code: await code_of(world.bob, ticket) })).result, 'valid')
		assert.match((await gatehouse('doctor')).said, /^ok {3}the database takes changes/m)
		await nobody_fell()
	})
})

// ---- no connection left ----

// n clients of the database that do nothing, as that user, until the test is over. Gives their connections' numbers.
async function idle(t, user, n) {
	const clients = Array.from({ length: n }, () =>
		spawn('mariadb', ['--no-defaults', '-u', user, '-S', process.env.GATEHOUSE_DB_SOCKET], { stdio: ['pipe', 'ignore', 'ignore'] }))
	const there = () => sql(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '${user}' AND DB IS NULL AND COMMAND = 'Sleep'`).flat()

	t.after(() => clients.forEach((client) => client.kill()))
	await until(`${n} idle clients`, () => there().length === n)
	return { ids: there(), clients }
}

async function is_busy() {
	await until('no worker has a connection', async () => {
		const answers = await Promise.all(Array.from({ length: 8 }, () => as(world.ada).get('/api/v1/users/me/')))

		return answers.every((answer) => answer.status === 503)
	})
	for (const answer of [
		await as(world.ada).get('/api/v1/users/me/'), await as(world.usher).get('/api/usher/events/'), await api('GET', '/readyz'),
		await book(world.ada, world.event, [{ category_id: world.category_id, quantity: 1 }])
	])
		refused(answer, 503, 'DATABASE_BUSY')
	const browser = world.browser.customer
	await browser.open('/orders')
	assert.equal(browser.status, 503)
	assert.match(browser.html, /More people are here than our database takes at once\./)
	assert.equal((await api('GET', '/healthz')).status, 200)
	assert.ok(await metric('gatehouse_db_busy_total') > 0)
	assert.match((await gatehouse('doctor')).said, /^BAD {2}the database has no connection free/m)
}

// The next request of each worker connects; nothing needs to be told.
async function is_free() {
	ok(await as(world.ada).get('/api/v1/users/me/'))
	await until('live reads again', async () => (await as(world.usher).get(`/api/live/events/${world.event.id}`, { query: { wait: 0 } })).status === 200)
	assert.equal((await world.browser.customer.open('/orders')).status, 200)
	await nobody_fell()
}

describe('a database with no connection left', () => {
	test('for this account: each request says so, and the next that finds one works', async (t) => {
		const { ids } = await idle(t, 'gatehouse', 1)

		sql("ALTER USER gatehouse@localhost WITH MAX_USER_CONNECTIONS 1")
		try {
			sql(sql("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'gatehouse'").flat()
				.filter((id) => !ids.includes(id)).map((id) => `KILL ${id};`).join(''))
			await is_busy()
			assert.match(own.log('serve'), /"event":"db_busy".*"code":1226/)
		} finally {
			sql("ALTER USER gatehouse@localhost WITH MAX_USER_CONNECTIONS 0")
		}
		await is_free()
	})

	test('for anybody', async (t) => {
		sql('CREATE USER idle@localhost')
		await idle(t, 'idle', 9)
		const { clients: [root] } = await idle(t, 'root', 1)

		try {
			root.stdin.write("SET GLOBAL max_connections = 10; KILL USER 'gatehouse';\n")
			await is_busy()
			// Who was not let in within the last ten seconds.
			refused(await as(world.bearer.superadmin).get(`/api/live/events/${world.event.id}`, { query: { wait: 0 } }), 503, 'DATABASE_BUSY')
			assert.match(own.log('serve'), /"event":"db_busy".*"code":1040/)
		} finally {
			root.stdin.write('SET GLOBAL max_connections = 200;\n')
		}
		await until('there are connections', () => value('SELECT @@max_connections') === '200')
		await is_free()
	})
})

// ---- what an operator is told before ----

test('doctor sees that a disk of the database is nearly full', { skip: !mounted && 'no file system can be mounted here' }, async () => {
	assert.match((await gatehouse('doctor')).said, /^ok {3}DATADIR .* MB of room$/m)
	writeFileSync(join(small, 'ballast'), Buffer.alloc(7.9 * (1 << 20)))
	assert.match((await gatehouse('doctor')).said, /^BAD {2}TMPDIR .* is full: 0 MB of room/m)
	rmSync(join(small, 'ballast'))
})
