// Every route, with the database failing at its first statement, at its second, and so on to its COMMIT: refused for want of
// room, which leaves the connection as it was, and lost, which takes it away. What an action asks of the database it must bear
// not to get: each time the client is told why, nothing is stored, and the worker takes the next request.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { own_stack, same_processes, workers } from './own.mjs'

const own = await own_stack('statement', {
	set: ['serve.web_workers=1', 'serve.gate_workers=1', 'serve.book_workers=1', 'serve.mark_workers=1'], faults: true
})
const { api, sql } = await import('./lib.mjs')
const { ALONE, every_request, FORMS, make_world, routes, send } = await import('./every.mjs')
const { contract, until } = await import('./world.mjs')

const FULL = { code: 1114, message: "The table 'x' is full" }
// Written where nobody asked for it, or kept apart from what is stored: keys, guesses, when a session was seen; and a payment,
// which is stored before its provider is asked.
const APART = new Set(['idempotency', 'guess', 'session', 'payment', 'job', 'schema_migration', 'event_view_day'])

// Changed outside of a transaction, which would look whose schema it is: what notes that something was done, or is to be, and is
// better noted late than never (the last changes nothing: it tries), or what looks itself. Nothing else of money, stock, scans and people.
const WITHOUT = /^(INSERT( IGNORE)? INTO|UPDATE|DELETE FROM) (idempotency|guess|session|event_view_day)\b|^UPDATE job SET due_at = due_at WHERE|FROM schema_now/

let requests, pids, stored

// What each table holds, as one number each: of its values, for CHECKSUM TABLE tells apart rows that are the same, where one with
// a virtual column was changed and that rolled back.
function checksums() {
	const tables = sql(`SET group_concat_max_len = 100000; SELECT c.TABLE_NAME, GROUP_CONCAT('COALESCE(HEX(', c.COLUMN_NAME, '), "none")' ORDER BY c.ORDINAL_POSITION)
		FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
		WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' GROUP BY c.TABLE_NAME`)

	return tables.filter(([name]) => !APART.has(name)).map(([name, values]) =>
		[name, ...sql(`SELECT COUNT(*), BIT_XOR(CONV(LEFT(MD5(CONCAT_WS('/', ${values})), 16), 16, 10)) FROM \`${name}\``)[0]])
}

const gatehouse = (...words) => promisify(execFile)(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...words])
// Jobs rest here, who number invoices soon after a sale.
async function every_invariant_holds() {
	sql('UPDATE job SET due_at = UTC_TIMESTAMP(3), lease = NULL')
	await gatehouse('jobs', '--once')
	await gatehouse('audit')
}

before(async () => {
	requests = new Map((await every_request(await make_world())).map((request) => [request.name, request]))
	// What runs by itself would be counted among a request's statements. Its time comes again.
	for (const name of ['jobs', 'live'])
		process.kill(own.pid(name), 'SIGSTOP')
	// Nor what was on its way as it was stopped.
	await send(requests.get('GET /healthz'))
	sql('UPDATE session SET seen_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR') // noted once a minute, or not
	pids = workers(own)
	stored = checksums()
})

after(async () => {
	own.between.arm()
	for (const name of ['jobs', 'live'])
		process.kill(own.pid(name), 'SIGCONT')
	await own.stop()
})

const told = (answer) => answer.error?.code ??
	(/We have no room left to store this/.test(answer.text) ? 'DATABASE_FULL' :
		/Our database does not answer just now/.test(answer.text) ? 'DATABASE_AWAY' :
			/The connection was lost while saving/.test(answer.text) ? 'OUTCOME_UNKNOWN' : 'a page with another text')

function refused_for(codes, answer, what) {
	assert.equal(answer.status, 503, `${what}: ${answer.status} ${answer.text.slice(0, 400)}`)
	assert.ok(Number(answer.headers.get('retry-after')) > 0, `${what}: no Retry-After`)
	assert.ok(codes.includes(told(answer)), `${what}: ${told(answer)}`)
	if (answer.body)
		contract(answer)
}

// It says of itself whether it takes writes, so it bears that it does not.
const bears = (request) => request.path === '/readyz'

// Forms whose file, or list of what waits, is made by a person or a script: the API's own row does the same.
const SENT_BY_SCRIPT = new Set(['POST /campus/mark/:event_id/front', 'POST /campus/mark/:event_id/back', 'POST /campus/later', 'POST /campus/events/:id/roster', 'POST /campus/events/file', 'POST /campus/users/import'])

describe('each statement of each route', () => {
	const known = new Set(), silent = [], failed = new Map()
	// What asks for the session, the account and what may be done there is the same before most: it fails before the first few.
	const fresh = (sql) => failed.set(sql, (failed.get(sql) ?? 0) + 1).get(sql) <= 3

	for (const { name, method, summary, page } of routes().filter((r) => !r.path.startsWith('/api/live/'))) {
		// The same thing in another portal is asked at three of them.
		const what = `${method} ${summary} ${page !== undefined}`, twin = known.has(what)

		known.add(what)
		test(name, { skip: (name === 'POST /nfc-cards/fee/pay' && 'cards cost nothing here') || (SENT_BY_SCRIPT.has(name) && 'its file comes by the API') }, async () => {
			const request = requests.get(name), { between } = own

			// Whole, but for the COMMIT: this request is one that does something.
			between.arm({ at: Infinity, commit: true, ...FULL })
			const whole = await send(request), { statements, asked } = between
			assert.ok(whole.status < 400 || (whole.status === 503 && between.hit === 'COMMIT'), `${name}: ${whole.status} ${whole.text.slice(0, 400)}`)
			assert.deepEqual(between.alone.filter((one) => !WITHOUT.test(one)), [], `${name}: changed outside of a transaction`)
			// Where nothing was asked, what fails would be the worker's own, who writes looks at events after it has answered.
			const some = statements ? [1, Math.ceil(statements / 2), Infinity] : []
			if (!statements)
				silent.push(request)
			const each = twin ? some : [...asked.keys()].filter((i) => fresh(asked[i]) || some.includes(i + 1)).map((i) => i + 1)
			for (const at of each) {
				between.arm({ at, commit: true, ...FULL })
				const answer = await send(request)

				if (between.hit && !(bears(request) && answer.status === 200))
					refused_for(['DATABASE_FULL'], answer, `${name} without room at ${at}, ${between.hit}`)
			}
			for (const at of some) {
				between.arm({ at, commit: true, cut: true })
				const answer = await send(request)

				if (between.hit && !(bears(request) && answer.status === 200)) // a write that was sent may have been done
					refused_for(request.method === 'GET' ? ['DATABASE_AWAY'] : ['DATABASE_AWAY', 'OUTCOME_UNKNOWN'], answer,
						`${name} cut off at ${at}, ${between.hit}`)
			}
		})
	}

	test('what asks the database nothing is what can do without one', () => {
		const does = ({ method, path }) => method === 'GET' && (ALONE.has(path) || FORMS.test(path) || path.startsWith('/locale/'))

		assert.deepEqual(silent.filter((request) => !does(request)).map(({ name }) => name), [])
	})
})

test('no worker died, nothing was stored, and everything holds', async () => {
	own.between.arm()
	assert.match((await api('GET', '/metrics')).text, /^gatehouse_worker_died_total 0$/m)
	same_processes(own, pids)
	assert.deepEqual(checksums(), stored)
	await every_invariant_holds()
})

// Run by hand or by a timer; fails, and says so, but does not fall.
describe('each statement of the commands', () => {
	for (const command of [['jobs', '--once'], ['doctor'], ['audit'], ['demo-data', '--codes', '1'], ['migrate']])
		test(command.join(' '), async () => {
			const { between } = own
			const run = () => new Promise((resolve) => execFile(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...command],
				(error, stdout, stderr) => resolve({ status: error?.code ?? 0, signal: error?.signal, said: stdout + stderr })))

			sql('UPDATE job SET due_at = UTC_TIMESTAMP(3) - INTERVAL 1 DAY, lease = NULL')
			between.arm({ at: Infinity, commit: true, ...FULL })
			await run()
			const { asked } = between, each = [...asked.keys()].map((i) => i + 1)
			// Refused where it reads so for the first time, of jobs at each of those; lost at every seventh.
			const first = each.filter((at) => asked.indexOf(asked[at - 1]) === at - 1 && (at % 2 || command[0] === 'jobs'))
			for (const [cut, ats] of [[false, first], [true, each.filter((at) => at % 7 === 1)]])
				for (const at of ats) {
					sql('UPDATE job SET due_at = UTC_TIMESTAMP(3) - INTERVAL 1 DAY, lease = NULL')
					between.arm({ at, commit: true, cut, ...FULL })
					const { status, signal, said } = await run(), what = `${command[0]} at ${at}, ${between.hit}: ${said.slice(-500)}`

					assert.ok(!signal && typeof status === 'number', what)
					// migrate has done all when it lets its lock go.
					if (between.hit && !/RELEASE_LOCK/.test(between.hit))
						assert.notEqual(status, 0, what)
				}
		})
	after(() => {
		own.between.arm()
		return every_invariant_holds()
	})
})

test('each statement of live', async () => {
	const { between } = own, request = requests.get('GET /api/live/events/:id')
	// Its session, its event; and by name what its counts are made of. It waits a second after each.
	const faults = [{ at: 1 }, { at: 2 }, { at: 3, cut: true }, ...[/FROM ticket_category c/, /FROM scan_summary/, /FROM scan_count/, /FROM scan_log s/,
		/COUNT.* FROM scan_conflict/, /FROM scan_conflict c/].map((of, i) => ({ of, cut: i % 3 === 2 }))]

	process.kill(own.pid('live'), 'SIGCONT')
	for (const fault of faults) {
		const { at, of, cut } = fault

		between.arm({ ...fault, ...FULL })
		await until('it met it', async () => {
			const answer = await send(request)

			if (answer.status !== 200)
				refused_for([cut ? 'DATABASE_AWAY' : 'DATABASE_FULL'], answer, `live at ${at ?? of}, ${between.hit}`)
			return between.hit
		})
		between.arm()
		await until('it reads again', async () => (await send(request)).status === 200)
	}
	same_processes(own, pids)
})
