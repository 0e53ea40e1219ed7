// A whole stack of one test's own, for what would disturb the others: a database that is stopped, full or locked. What
// lib.mjs and world.mjs do then goes to it, so a test imports those after this has started:
//
//	const own = await own_stack('away')
//	const { api } = await import('./lib.mjs')
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { between } from './between.mjs'

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const room = process.env.GATEHOUSE_BUILD ? dirname(process.env.GATEHOUSE_BUILD) : tmpdir()

const free_port = () => new Promise((resolve) => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port } = server.address()
		server.close(() => resolve(port))
	})
})

// Ends with what it said; fails with that when the command does.
const run = (env, command, ...rest) => new Promise((resolve, reject) => {
	const child = spawn(command, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
	let said = ''

	child.stdout.on('data', (data) => said += data)
	child.stderr.on('data', (data) => said += data)
	child.on('error', reject)
	child.on('exit', (status) => status === 0 ? resolve(said) : reject(new Error(`${command} ${rest.join(' ')}: ${said}`)))
})

const inside = (env, dir, commands) => run(env, 'sh', '-c', `. "${top}/httpd/stack.sh" && stack_open "$0" && ${commands}`, dir)

// What most begin with: the schema and its demo data, after the first run of its jobs, without anything that runs. Made once in an hour (its dates are of then) for each program and its
// arguments, for making it takes longer than many a test. No setting changes it but where the migrations are.
async function made(env, demo) {
	const program = Math.trunc(statSync(process.env.GATEHOUSE_BIN).mtimeMs), hour = Math.trunc(Date.now() / 3_600_000)
	const dir = join(room, 'own-made', `${program} ${hour} ${demo}`.replace(/[^\w.-]+/g, '-')), apart = `${dir}.${process.pid}`

	if (!existsSync(dir)) {
		mkdirSync(apart, { recursive: true })
		await inside(env, apart, `db_start && stack_ini 1 && program_step migrate && program_step demo-data ${demo} || exit 1
			for try in $(seq 600); do
				[ "$(db_sql 'SELECT COUNT(*) FROM gatehouse.payment WHERE invoice_due = 1')" != 0 ] || break
				"$GATEHOUSE_BIN" -c "$INI" jobs --once || exit 1
			done
			db_stop`)
		try {
			renameSync(apart, dir)
		} catch { // the other lane's is there
			rmSync(apart, { recursive: true })
		}
	}
	return dir
}

// name: of its directory. set: settings over the usual ones; db: options of mariadbd; demo: of demo-data; faults: with
// between.mjs before the database. copy: begin with a copy of what most begin with; the numbers of what is made then are others, for a server
// that began anew counts on from the last row, one that ran from what it had set aside.
// Gives { dir, run, url, log(process), pid(process), stop_database(), start_database(), start_programs(), between, stop() }; after() stops it.
export async function own_stack(name, { set = [], db = '', demo = '--tickets 400', faults = false, copy = true } = {}) {
	const dir = join(room, `own-${name}`), port = await free_port()
	const where = () => { // a deep directory's sockets are elsewhere
		const moved = join(dir, 'run.path')

		return existsSync(moved) ? readFileSync(moved, 'utf8').trim() : join(dir, 'run')
	}
	const gap = mkdtempSync(join(tmpdir(), 'gatehouse-own-'))
	const proxy = faults ? await between(join(gap, 'db.sock'), () => join(where(), 'mariadb.sock')) : undefined
	const env = {
		GATEHOUSE_SHARE: top,
		STACK_DEMO_DATA: demo,
		STACK_DB: db,
		STACK_SET: ['limits.rate_public=0', 'limits.rate_account=0', 'limits.rate_write=0', 'limits.rate_gate=0',
			'limits.rate_campus=0', 'limits.rate_campus_account=0', 'limits.rate_campus_sign_in=0', 'limits.rate_handshake=0',
			'site.proxies=127.0.0.1', 'payment.webhook_secret=of-this-test-alone', ...faults ? [`database.socket=${join(gap, 'db.sock')}`] : [], ...set].join('\n')
	}
	const stack = (command, ...rest) => run(env, join(top, 'tests/stack'), command, dir, ...rest)
	let stopped = false

	await stack('stop').catch(() => {}) // of a run that was cut off
	rmSync(dir, { recursive: true, force: true })
	mkdirSync(dir, { recursive: true })
	if (copy && !db && !set.some((line) => line.startsWith('paths.'))) {
		const from = await made({ ...env, STACK_SET: '' }, demo)

		await run(env, 'cp', '-a', '--sparse=always', ...['db', 'files', 'key'].map((name) => join(from, name)), dir)
	}
	process.once('exit', () => {
		if (!stopped)
			spawnSync(join(top, 'tests/stack'), ['stop', dir], { env: { ...process.env, ...env } })
		rmSync(gap, { recursive: true })
	})
	for (const signal of ['SIGINT', 'SIGTERM'])
		process.once(signal, () => process.exit(1))
	await stack('start', String(port), 'lighttpd')
	await stack('settled')
	Object.assign(process.env, {
		GATEHOUSE_URL: `http://127.0.0.1:${port}`, GATEHOUSE_WEB: 'lighttpd', GATEHOUSE_DIR: dir, GATEHOUSE_RUN: where(),
		GATEHOUSE_INI: join(dir, 'gatehouse.ini'), GATEHOUSE_DB_SOCKET: join(where(), 'mariadb.sock'),
		GATEHOUSE_DB_USER: 'root', GATEHOUSE_DB_NAME: 'gatehouse'
	})
	return {
		dir,
		run: where(),
		between: proxy,
		url: process.env.GATEHOUSE_URL,
		log: (process_name) => readFileSync(join(dir, 'log', `${process_name}.log`), 'utf8'),
		pid: (process_name) => Number(readFileSync(join(where(), `${process_name}.process`), 'utf8').split(' ')[0]),
		stop_database: () => inside(env, dir, 'db_stop'),
		start_database: () => inside(env, dir, 'db_start'),
		start_programs: () => inside(env, dir, 'programs_run'), // those that have ended
		stop: async () => {
			await stack('stop')
			stopped = true
			rmSync(join(dir, 'db'), { recursive: true }) // the logs stay
		}
	}
}

// The workers' pids, as long as `serve` has them.
export const workers = (own) =>
	readFileSync(`/proc/${own.pid('serve')}/task/${own.pid('serve')}/children`, 'utf8').trim().split(' ').map(Number).sort()

// Has the database let go of each transaction? Of who was killed in one it lists some for minutes, though all that they had is undone:
// those have no connection any more.
export async function let_go() {
	const { sql } = await import('./lib.mjs')

	return sql(`SELECT COUNT(*) FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id
		WHERE p.ID <> CONNECTION_ID()`)[0][0] === '0'
}

// What runs by itself would be counted among a request's statements: it rests, between two jobs, and goes on when the tests of
// the file are over.
export async function hush(own) {
	const { sql } = await import('./lib.mjs'), { until } = await import('./world.mjs')
	const each = (signal) => ['jobs', 'live'].forEach((name) => process.kill(own.pid(name), signal))

	await until('no job is in its middle', async () => {
		each('SIGSTOP')
		const rests = await let_go() && sql('SELECT COUNT(*) FROM job WHERE lease IS NOT NULL')[0][0] === '0'

		if (!rests)
			each('SIGCONT')
		return rests
	})
	return () => each('SIGCONT')
}

// Looks that all of own's processes still are those that they were.
export function same_processes(own, before) {
	for (const name of ['serve', 'live', 'jobs', 'pictures'])
		assert.doesNotThrow(() => process.kill(own.pid(name), 0), `${name} ended`)
	assert.deepEqual(workers(own), before)
}
