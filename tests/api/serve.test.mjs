// `gatehouse serve` by itself, without a web server: each pool has its own workers and its own socket, a worker that dies
// is replaced, and a reload keeps every socket open. It runs beside the site's own, in a run directory of its own.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ask_socket, listens_at } from './fastcgi.mjs'
import { as, HOUR, iso, new_member, ok, unique, until } from './world.mjs'

const POOLS = ['web', 'gate', 'book', 'outside', 'mark']
const dir = mkdtempSync(join(tmpdir(), 'gatehouse-serve-'))
const ini = join(dir, 'gatehouse.ini'), log = join(dir, 'log')
const socket = (pool, at = dir) => join(at, `${pool}.sock`)
let serve

// The site's settings with these numbers of workers.
function configure(workers, at = dir) {
	const theirs = readFileSync(process.env.GATEHOUSE_INI, 'utf8')
		.replace(/^run_dir\s*=.*$/m, `run_dir = ${at}`)
		.replace(/^(web|gate|book|outside|mark)_workers\s*=.*\n/gm, '')

	writeFileSync(join(at, 'gatehouse.ini'), `${theirs}\n[serve]\n${POOLS.map((pool) => `${pool}_workers = ${workers[pool]}\n`).join('')}`)
}

// A request on that pool's socket: { status, text }.
const ask = (pool, path, method = 'GET', { at = dir, ...more } = {}) => ask_socket(socket(pool, at), path, { method, ...more })

async function metric(name) {
	const line = (await ask('web', '/metrics')).text.split('\n').find((text) => text.startsWith(`${name} `))

	return line ? Number(line.slice(name.length + 1)) : 0
}

// ---- processes ----

// The pools' listening sockets, as a descriptor names them: Map { 'socket:[INODE]' => pool }.
const listeners = () => new Map(readFileSync('/proc/net/unix', 'utf8').split('\n')
	.filter((line) => line.includes(` ${dir}/`)).map((line) => line.trim().split(/\s+/))
	.filter(([, , , flags]) => flags === '00010000')
	.map(([, , , , , , inode, path]) => [`socket:[${inode}]`, path.slice(dir.length + 1, -'.sock'.length)]))

// The pools on whose sockets that process listens.
function listens(pid, all = listeners()) {
	return readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return all.get(readlinkSync(`/proc/${pid}/fd/${fd}`))
		} catch {
			return undefined // closed meanwhile
		}
	}).filter((pool) => pool)
}

// The workers of each pool: { web: [pid, …], … }. One that was just forked listens on all sockets and is none yet.
function workers() {
	const found = Object.fromEntries(POOLS.map((pool) => [pool, []]))
	const pids = readFileSync(`/proc/${serve.pid}/task/${serve.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
	const all = listeners()

	for (const pid of pids)
		try {
			const of = listens(pid, all)
			if (of.length === 1)
				found[of[0]].push(pid)
		} catch (error) {
			assert.ok(['ENOENT', 'ESRCH', 'EACCES'].includes(error.code), error) // gone meanwhile
		}
	return found
}

const numbers = (of) => Object.fromEntries(POOLS.map((pool) => [pool, of[pool].length]))
const as_many_as = (wanted) => POOLS.every((pool) => workers()[pool].length === wanted[pool])

const FIRST = { web: 2, gate: 1, book: 2, outside: 3, mark: 2 }

before(async () => {
	configure(FIRST)
	const out = openSync(log, 'a')
	// A worker waits a tenth of a second for a request to begin. While this process looks at others, its own begin later.
	const env = { ...process.env, LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT: '10000' }
	serve = spawn(process.env.GATEHOUSE_BIN, ['-c', ini, 'serve'], { stdio: ['ignore', out, out], env })
	await until('the workers stand', () => serve.exitCode === null && existsSync(socket('outside')) && as_many_as(FIRST))
})

after(() => {
	if (serve?.exitCode === null)
		serve.kill('SIGKILL')
	rmSync(dir, { recursive: true })
})

test('each pool answers on its own socket, and counts for itself', async () => {
	assert.deepEqual(numbers(workers()), FIRST)
	for (const pool of POOLS) {
		const counted = () => metric(`gatehouse_requests_total{pool="${pool}",status="401"}`)
		const so_far = await counted()

		assert.equal((await ask(pool, '/healthz')).status, 200)
		assert.equal((await ask(pool, '/api/v1/tickets/book/', 'POST')).status, 401)
		await until(`${pool} counted it`, async () => await counted() === so_far + 1)
		assert.equal(await metric(`gatehouse_workers{pool="${pool}"}`), FIRST[pool])
	}
})

test('what comes to another pool than the site map says is answered all the same, and counted', async () => {
	const misrouted = () => metric('gatehouse_misrouted_total')
	const so_far = await misrouted()

	assert.equal((await ask('outside', '/api/v1/payments/process/', 'POST')).status, 401)
	assert.equal((await ask('book', '/events/1/book', 'POST')).status, 303)
	assert.equal((await ask('gate', '/api/usher/nfc/test')).status, 401)
	assert.equal((await ask('mark', '/api/campus/attendance/submit/', 'POST')).status, 401)
	assert.equal((await ask('mark', '/api/campus/auth/refresh/', 'POST')).status, 400)
	assert.equal(await misrouted(), so_far)
	assert.equal((await ask('web', '/api/v1/payments/process/', 'POST')).status, 401)
	assert.equal((await ask('gate', '/api/usher/login', 'POST')).status, 422)
	assert.equal((await ask('web', '/api/campus/attendance/verify-qr/', 'POST')).status, 401)
	assert.equal(await misrouted(), so_far + 3)
})

test('people mark themselves while every worker of the pages, of bookings and of payments hangs', async () => {
	const organizer = as(await new_member('campus_organizer')), people = []
	while (people.length < 6)
		people.push(await new_member('student'))
	const event = ok(await organizer.post('/api/campus/events/', {
		title: `Lecture ${unique()}`, location: 'Hall A', start_datetime: iso(Date.now()), end_datetime: iso(Date.now() + HOUR), required_steps: ['qr', 'location'], latitude: 41, longitude: 29
	}), 201)
	const { qr_token } = ok(await organizer.get(`/api/campus/events/${event.id}/qr/`)), place = { event_id: event.id, latitude: 41, longitude: 29 }
	const all = workers(), hung = ['web', 'book', 'outside'].flatMap((pool) => all[pool])

	hung.forEach((pid) => process.kill(pid, 'SIGSTOP'))
	try {
		await Promise.all(people.map(async (person) => {
			const mark = async (path, body, status, token = person.access) => assert.equal((await ask('mark', `/api/campus/${path}/`, 'POST',
				{ headers: token ? { authorization: `Bearer ${token}` } : {}, body: JSON.stringify(body) })).status, status, path)

			await mark('auth/refresh', { refresh: person.refresh }, 200, null)
			await mark('attendance/verify-qr', { qr_token }, 200)
			await mark('attendance/verify-location', place, 200)
			await mark('attendance/submit', { event_id: event.id }, 201)
		}))
	} finally {
		hung.forEach((pid) => process.kill(pid, 'SIGCONT'))
	}
	assert.equal(ok(await organizer.get(`/api/campus/events/${event.id}/attendance/`)).count, people.length)
})

test('a web server that has much to do may take its time to ask', async () => {
	for (const pool of POOLS)
		assert.equal((await ask(pool, '/healthz', 'GET', { wait: 400 })).status, 200)
})

test('a worker of any pool that dies is replaced', async () => {
	for (const pool of POOLS) {
		const [victim, ...others] = workers()[pool]

		process.kill(victim, 'SIGKILL')
		// Where it was the only one, this waits in the socket's queue for the next.
		assert.equal((await ask(pool, '/healthz')).status, 200)
		// The dead one is counted until its parent has seen it.
		await until(`${pool} is whole`, () => !workers()[pool].includes(victim) && workers()[pool].length === FIRST[pool])
		const now = workers()[pool]
		assert.ok(others.every((pid) => now.includes(pid)), `${now} after ${victim} ${others}`)
	}
	assert.equal(await metric('gatehouse_worker_died_total'), POOLS.length)
})

test('a reload takes up new numbers, replaces every worker and drops no request', async () => {
	const old = Object.values(workers()).flat()
	const inodes = POOLS.map((pool) => statSync(socket(pool)).ino)
	const next = { web: 1, gate: 2, book: 3, outside: 5, mark: 1 }
	let reloaded = false

	configure(next)
	const asking = POOLS.map(async (pool) => {
		let n = 0

		for (; !reloaded || n < 10; n++)
			assert.equal((await ask(pool, '/healthz')).status, 200)
		return n
	})
	serve.kill('SIGHUP')
	try {
		await until('the old workers left', () => {
			const now = workers()
			return as_many_as(next) && !Object.values(now).flat().some((pid) => old.includes(pid))
		})
	} finally {
		reloaded = true
	}
	await Promise.all(asking)
	assert.equal(serve.exitCode, null)
	assert.deepEqual(POOLS.map((pool) => statSync(socket(pool)).ino), inodes)
	assert.deepEqual(listens(serve.pid).sort(), [...POOLS].sort())
	for (const pool of POOLS)
		assert.equal(await metric(`gatehouse_workers{pool="${pool}"}`), next[pool])
})

test('a reload to settings that are wrong changes nothing', async () => {
	const old = workers()

	writeFileSync(ini, '[serve]\nbook_workers = none\n')
	serve.kill('SIGHUP')
	await until('it was refused', () => readFileSync(log, 'utf8').includes('reload_refused'))
	for (const pool of POOLS)
		assert.equal((await ask(pool, '/healthz')).status, 200)
	assert.deepEqual(workers(), old)
	configure(FIRST)
})

test('a reload to a translation that has other values than its sentences changes nothing', async () => {
	const old = workers(), templates = join(dir, 'templates'), refusals = () => readFileSync(log, 'utf8').split('reload_refused').length
	const before = refusals()

	cpSync(join(process.env.GATEHOUSE_SHARE, 'templates'), templates, { recursive: true })
	appendFileSync(join(templates, 'lang/ar/sentences.po'), '\nmsgid "Only %d left."\nmsgstr "%s"\n')
	configure(FIRST)
	writeFileSync(ini, readFileSync(ini, 'utf8').replace(/^templates\s*=.*$/m, '') + `[paths]\ntemplates = ${templates}\n`)
	serve.kill('SIGHUP')
	await until('it was refused', () => refusals() > before)
	assert.match(readFileSync(log, 'utf8'), /sentences\.po: line \d+ has other conversions/)
	assert.equal((await ask('web', '/healthz')).status, 200)
	assert.deepEqual(workers(), old)
	configure(FIRST)
})

test('more workers than there is room for are refused at start', () => {
	configure({ web: 512, gate: 512, book: 1, outside: 1, mark: 1 })
	const run = spawnSync(process.env.GATEHOUSE_BIN, ['-c', ini, 'serve'], { encoding: 'utf8' })

	assert.equal(run.status, 1)
	assert.match(run.stdout + run.stderr, /too_many_workers/)
})

test('told to stop, it leaves with its workers and its sockets', async () => {
	const pids = Object.values(workers()).flat()

	serve.kill('SIGTERM')
	await until('it left', () => serve.exitCode !== null)
	assert.equal(serve.exitCode, 0)
	for (const pool of POOLS)
		assert.ok(!existsSync(socket(pool)), pool)
	for (const pid of pids)
		assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

// What a program that knew three pools leaves to this one as it reloads: its lock, its sockets, and the same process.
const OLDER = `
	use Socket; use Fcntl qw(:DEFAULT :flock);
	my ($dir, @program) = @ARGV;
	$^F = 1000; # what is opened is kept over exec
	sysopen(my $lock, "$dir/serve.pid", O_RDWR | O_CREAT) or die "lock: $!";
	flock($lock, LOCK_EX | LOCK_NB) or die "lock: $!";
	my @sockets;
	for my $pool (qw(web gate book)) {
		socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die "$pool: $!";
		bind($s, pack_sockaddr_un("$dir/$pool.sock")) && listen($s, 100) or die "$pool: $!";
		push @sockets, $s;
	}
	$ENV{GATEHOUSE_SOCKETS} = join ' ', $$, map { fileno $_ } $lock, @sockets;
	exec @program;
`

test('of a program that knew fewer pools it takes over what there is, and opens the others', async () => {
	const at = mkdtempSync(join(tmpdir(), 'gatehouse-older-'))
	let newer

	try {
		configure(FIRST, at)
		newer = spawn('perl', ['-e', OLDER, at, process.env.GATEHOUSE_BIN, '-c', join(at, 'gatehouse.ini'), 'serve'], { stdio: 'ignore' })
		await until('the older one listens', () => existsSync(socket('book', at)))
		const inodes = ['web', 'gate', 'book'].map((pool) => statSync(socket(pool, at)).ino)

		for (const pool of ['web', 'gate', 'book']) /* also what waits in the queue since before */
			assert.equal((await ask(pool, '/healthz', 'GET', { at })).status, 200)
		assert.equal((await ask('outside', '/api/v1/payments/process/', 'POST', { at })).status, 401)
		assert.deepEqual(['web', 'gate', 'book'].map((pool) => statSync(socket(pool, at)).ino), inodes)
		newer.kill('SIGTERM')
		await until('it left', () => newer.exitCode !== null)
		assert.equal(newer.exitCode, 0)
		for (const pool of POOLS)
			assert.ok(!existsSync(socket(pool, at)), pool)
	} finally {
		if (newer?.exitCode === null)
			newer.kill('SIGKILL')
		rmSync(at, { recursive: true })
	}
})

test('who is turned away before they are known is not shown the page behind it, and no worker dies of that', async () => {
	const at = mkdtempSync(join(tmpdir(), 'gatehouse-limits-')), own = join(at, 'gatehouse.ini')
	let narrow

	try {
		configure(FIRST, at)
		writeFileSync(own, readFileSync(own, 'utf8').replace(/^rate_account\s*=.*$/m, 'rate_account = 1'))
		narrow = spawn(process.env.GATEHOUSE_BIN, ['-c', own, 'serve'], { stdio: 'ignore' })
		await until('it listens', () => listens_at(socket('web', at)))
		assert.equal((await ask('web', '/account/password', 'POST', { at })).status, 303)
		for (const path of ['/account/password', '/admin/account/password', '/merchant/hand-out'])
			assert.equal((await ask('web', path, 'POST', { at })).status, 429, path)
		assert.match((await ask('web', '/metrics', 'GET', { at })).text, /^gatehouse_worker_died_total 0$/m)
	} finally {
		narrow?.kill('SIGKILL')
		rmSync(at, { recursive: true })
	}
})
