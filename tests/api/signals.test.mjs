// What whoever runs the site does to our processes from outside: signals, moving their log away, removing their files, and
// systemd's questions. They run beside the site's own, in a directory of their own.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { ask_socket } from './fastcgi.mjs'
import { until } from './world.mjs'

const HEEDLESS = ['SIGUSR1', 'SIGUSR2', 'SIGHUP']
const POOLS = ['web', 'gate', 'book', 'outside', 'mark'], SOCKETS = [...POOLS, 'live', 'hint', 'picture'].map((name) => `${name}.sock`)
const room = mkdtempSync(join(tmpdir(), 'gatehouse-signals-'))
const started = new Set()

after(() => rmSync(room, { recursive: true }))
afterEach(() => {
	started.forEach((child) => child.exitCode === null && child.signalCode === null && child.kill('SIGKILL'))
	started.clear()
})

// A directory with the site's settings, one worker a pool, and these in their place.
let n = 0
function place(settings = {}) {
	const dir = join(room, String(n++)), run = join(dir, 'run')
	let text = readFileSync(process.env.GATEHOUSE_INI, 'utf8').replace(/^(web|gate|book|outside)_workers\s*=.*\n/gm, '')

	spawnSync('mkdir', ['-p', run])
	for (const [name, value] of Object.entries({ run_dir: run, ...settings }))
		text = new RegExp(`^${name}\\s*=`, 'm').test(text)
			? text.replace(new RegExp(`^${name}\\s*=.*$`, 'm'), `${name} = ${value}`)
			: `${text}\n[serve]\n${name} = ${value}\n`
	writeFileSync(join(dir, 'ini'), `${text}\n[serve]\n${POOLS.map((pool) => `${pool}_workers = 1\n`).join('')}`)
	return { dir, run, ini: join(dir, 'ini'), log: join(dir, 'stderr'), socket: (name) => join(run, `${name}.sock`) }
}

// Starts a command of the program there.
function start(at, command, { env = {}, stdio } = {}) {
	const out = openSync(at.log, 'a')
	const child = spawn(process.env.GATEHOUSE_BIN, ['-c', at.ini, ...command], {
		stdio: stdio ?? ['ignore', out, out], env: { ...process.env, LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT: '10000', ...env }
	})

	started.add(child)
	return child
}

const state = (at, name) => existsSync(join(at.run, `${name}.state`)) ? readFileSync(join(at.run, `${name}.state`), 'utf8').split(' ')[1] : ''
const ready = (at, name, child) => until(`${name} is ready`, () => {
	assert.equal(child.exitCode ?? child.signalCode, null, `${name}: ${readFileSync(at.log, 'utf8')}`)
	return state(at, name) === 'ready'
})

async function start_all(at, options) {
	const all = {}

	for (const name of ['serve', 'live', 'jobs', 'pictures']) {
		all[name] = start(at, [name], options)
		await ready(at, name, all[name])
	}
	return all
}

const running = (child) => child.exitCode === null && child.signalCode === null
const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
const ended = (child) => until('it ends', () => !running(child))

async function all_answer(at) {
	for (const pool of POOLS)
		assert.equal((await ask_socket(at.socket(pool), '/healthz')).status, 200, pool)
	assert.equal((await ask_socket(at.socket('live'), '/api/live/events/1')).status, 401)
}

test('USR1, USR2 and HUP end none of serve, live, jobs and pictures', async () => {
	const at = place(), all = await start_all(at)

	for (const [name, child] of Object.entries(all))
		for (const signal of HEEDLESS) {
			assert.ok(child.kill(signal), `${name} is there for ${signal}`)
			await until(`${name} took ${signal}`, () => /SigPnd:\s0+\nShdPnd:\s0+\n/.test(readFileSync(`/proc/${child.pid}/status`, 'utf8')))
		}
	for (const [name, child] of Object.entries(all))
		await ready(at, name, child)
	await all_answer(at)
	assert.match(readFileSync(at.log, 'utf8'), /"event":"signal_means_nothing"/)
	for (const child of Object.values(all)) {
		child.kill('SIGTERM')
		await ended(child)
		assert.equal(child.exitCode, 0)
	}
})

test('nor a worker in the middle of what it does: it bears USR2 and HUP, and leaves at USR1 for another', async () => {
	const at = place(), serve = start(at, ['serve'])

	await ready(at, 'serve', serve)
	const before = children(serve.pid)
	for (const pid of before)
		for (const signal of ['SIGUSR2', 'SIGHUP'])
			process.kill(pid, signal)
	await all_but_live_answer(at)
	assert.deepEqual(children(serve.pid), before)
	before.forEach((pid) => process.kill(pid, 'SIGUSR1'))
	await until('others came', () => children(serve.pid).length === POOLS.length && !children(serve.pid).some((pid) => before.includes(pid)))
	await all_but_live_answer(at)
	assert.match((await ask_socket(at.socket('web'), '/metrics')).text, /^gatehouse_worker_died_total 0$/m)
})

async function all_but_live_answer(at) {
	for (const pool of POOLS)
		assert.equal((await ask_socket(at.socket(pool), '/healthz')).status, 200, pool)
}

// Has its main() begun? Before, nobody can heed anything.
function bears(child) {
	try {
		const ignored = BigInt(`0x${readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/^SigIgn:\s*(\w+)$/m)[1]}`)

		return running(child) && (ignored & 0xa01n) === 0xa01n // signals 1, 10 and 12
	} catch {
		return false // it has ended
	}
}

test('nor a command: one that waits for its input takes it, and one that works comes to its end', async () => {
	const at = place(), waits = start(at, ['account', '--email', `signal-${process.pid}@example.test`, '--name', 'Sig Nal'], { stdio: 'pipe' })
	const works = ['audit', 'doctor', 'migrate', 'routes', 'config'].map((command) => start(at, [command]))
	let over = false

	const sending = (async () => {
		while (!over) {
			for (const child of [waits, ...works])
				HEEDLESS.forEach((signal) => bears(child) && child.kill(signal))
			await new Promise(setImmediate)
		}
	})()
	try {
		for (const child of works)
			await ended(child)
		await until('it waits', () => bears(waits))
		await new Promise(setImmediate)
	} finally {
		over = true
		await sending
	}
	assert.deepEqual(works.map((child) => child.signalCode), works.map(() => null))
	assert.ok(running(waits))
	waits.stdin.end('a password of some length\n')
	await ended(waits)
	assert.equal(waits.exitCode, 0)
})

test('a log that is moved away is gone on with in a new file, by all of them, and loses no line', async () => {
	const at = place({ log_file: join(room, 'log') }), log = join(room, 'log')
	const all = await start_all(at)
	const says = (file, event) => existsSync(file) && readFileSync(file, 'utf8').split('\n').filter((line) => line.includes(`"event":"${event}"`))
		.map((line) => JSON.parse(line).pid)
	// Of a worker, serve and live.
	const speak = async () => {
		assert.equal((await ask_socket(at.socket('web'), '/api/v1/users/profile/')).status, 401)
		all.serve.kill('SIGUSR1')
		all.live.kill('SIGUSR1')
	}
	const speakers = (file) => new Set([...says(file, 'signal_means_nothing') || [], ...says(file, 'denied') || []])
	const expected = [all.serve.pid, all.live.pid, ...children(all.serve.pid)]

	await until('all speak', async () => {
		await speak()
		return [all.serve.pid, all.live.pid].every((pid) => speakers(log).has(pid)) && speakers(log).size >= 3
	})
	renameSync(log, `${log}.1`)
	await until('all speak in the new one', async () => {
		await speak()
		return [all.serve.pid, all.live.pid].every((pid) => speakers(log).has(pid)) && speakers(log).size >= 3
	})
	assert.ok([...speakers(log)].every((pid) => expected.includes(pid)))
	assert.equal(statSync(log).mode & 0o777, 0o640)
	for (const file of [log, `${log}.1`])
		for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean))
			assert.doesNotThrow(() => JSON.parse(line))
	assert.equal(readFileSync(at.log, 'utf8'), '', 'nothing beside it')
	const nowhere = place({ log_file: '/nowhere/log' }), refused = start(nowhere, ['serve'])
	await ended(refused)
	assert.equal(refused.exitCode, 1)
	assert.match(readFileSync(nowhere.log, 'utf8'), /^gatehouse: \[serve\] log_file \/nowhere\/log: /m)
})

test('sockets and pid files that are removed come back, with their whole directory too', async () => {
	const at = place(), all = await start_all(at)
	const back = async (names) => {
		await until('they are back', () => names.every((name) => existsSync(join(at.run, name))))
		await all_answer(at)
	}

	await all_answer(at)
	SOCKETS.forEach((name) => rmSync(join(at.run, name)))
	await back(SOCKETS)
	const PIDS = ['serve.pid', 'live.pid', 'jobs.pid', 'pictures.pid']
	rmSync(at.run, { recursive: true })
	await back([...SOCKETS, ...PIDS])
	await until('they say how they are', () => ['serve', 'live', 'jobs', 'pictures'].every((name) => state(at, name) === 'ready'))
	assert.deepEqual(PIDS.map((name) => Number(readFileSync(join(at.run, name), 'utf8'))), Object.values(all).map(({ pid }) => pid))
	assert.match(readFileSync(at.log, 'utf8'), /"event":"socket_was_lost"/)
	assert.match((await ask_socket(at.socket('web'), '/metrics')).text, /^gatehouse_worker_died_total 0$/m)
	const run = await new Promise((resolve) => {
		const child = start(at, ['upgrade'], { stdio: ['ignore', 'pipe', 'inherit'] })
		let said = ''
		child.stdout.on('data', (data) => said += data)
		child.on('close', (status) => resolve({ status, said }))
	})
	assert.equal(run.status, 0)
	for (const name of ['serve', 'live', 'jobs', 'pictures'])
		assert.match(run.said, new RegExp(`^${name} \\(pid ${all[name].pid}\\) has begun anew$`, 'm'))
	await all_answer(at)
})

// ---- what cannot start ----

// The site's templates, with one file changed.
function templates_with(name, change) {
	const from = readFileSync(process.env.GATEHOUSE_INI, 'utf8').match(/^templates\s*=\s*(\S+)/m)[1]
	const to = join(room, `templates-${n++}`)

	cpSync(from, to, { recursive: true })
	change(join(to, name))
	return to
}

test('serve ends with a plain error where its workers could not begin', async () => {
	const cases = [
		[{ templates: '/nowhere' }, /^gatehouse: .*\/nowhere/m],
		[{ templates: templates_with('layout.html', rmSync) }, /^gatehouse: \S+templates-\d+: .*layout\.html/m],
		[{ templates: templates_with('layout.html', (path) => writeFileSync(path, '<?cs if:1 ?>')) }, /^gatehouse: \S+templates-\d+: /m],
		[{ templates: templates_with('lang/en/error.hdf', (path) => writeFileSync(path, '404 {\n\ttitle = gone\n}\nwhat is this\n')) }, /^gatehouse: \S+templates-\d+: /m],
		[{ templates: templates_with('lang/en', (path) => rmSync(path, { recursive: true })) }, /^gatehouse: \S+templates-\d+: /m],
		[{ migrations: '/nowhere' }, /^gatehouse: .*\/nowhere/m]
	]

	for (const [settings, says] of cases) {
		const at = place(settings), serve = start(at, ['serve'])

		await ended(serve)
		assert.equal(serve.exitCode, 1, JSON.stringify(settings))
		assert.match(readFileSync(at.log, 'utf8'), says)
		assert.ok(SOCKETS.every((name) => !existsSync(join(at.run, name))))
	}
})

test('and a reload to what could not begin changes nothing', async () => {
	const at = place(), all = await start_all(at), ini = readFileSync(at.ini, 'utf8')
	const workers = children(all.serve.pid)

	writeFileSync(at.ini, ini.replace(/^templates\s*=.*$/m, 'templates = /nowhere'))
	all.serve.kill('SIGHUP')
	await until('it was refused', () => state(at, 'serve') === 'refused')
	assert.deepEqual(children(all.serve.pid), workers)
	writeFileSync(at.ini, '[nothing]\nat = all\n')
	for (const name of ['live', 'jobs', 'pictures']) {
		all[name].kill('SIGHUP')
		await until('it was refused', () => state(at, name) === 'refused')
	}
	await all_answer(at)
	writeFileSync(at.ini, ini)
	all.serve.kill('SIGHUP')
	await ready(at, 'serve', all.serve)
	await until('the old ones left', () => !children(all.serve.pid).some((pid) => workers.includes(pid)))
})

// ---- systemd ----

// What is told to $NOTIFY_SOCKET, a line a word, with its time in ms.
const LISTENS = `
	use Socket; use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
	$| = 1;
	my $path = shift; $path =~ s/^@/\\0/;
	my $s;
	socket($s, PF_UNIX, SOCK_DGRAM, 0) && bind($s, pack_sockaddr_un($path)) or die "$path: $!";
	print "listens\\n";
	my $text;
	while (defined recv($s, $text, 4096, 0)) {
		printf "%d %s\\n", 1000 * clock_gettime(CLOCK_MONOTONIC), $_ for split /\\n/, $text;
	}
`

async function listen(path) {
	const child = spawn('perl', ['-e', LISTENS, path], { stdio: ['ignore', 'pipe', 'inherit'] })
	let text = ''

	started.add(child)
	child.stdout.on('data', (data) => text += data)
	await until('it listens', () => text.startsWith('listens\n'))
	// [{ at, word }, …]
	return () => text.split('\n').slice(1, -1).map((line) => ({ at: Number(line.split(' ')[0]), word: line.slice(line.indexOf(' ') + 1) }))
}

test('each tells systemd when it is ready, begins anew and stops, and that it lives', async () => {
	for (const name of ['serve', 'live', 'jobs', 'pictures']) {
		const at = place(), path = name === 'live' ? `@gatehouse-test-${process.pid}` : join(at.dir, 'notify')
		const heard = await listen(path), words = () => heard().map(({ word }) => word)
		const count = (word) => words().filter((one) => one === word).length
		const child = start(at, [name], { env: { NOTIFY_SOCKET: path, WATCHDOG_USEC: '800000' } })

		await until('it is ready', () => words().includes('READY=1'))
		await until('it says what it does', () => words().some((word) => word.startsWith('STATUS=')))
		if (name === 'serve')
			assert.equal((await ask_socket(at.socket('web'), '/healthz')).status, 200)
		await until('it lives', () => count('WATCHDOG=1') >= 4)
		child.kill('SIGHUP')
		await until('it is ready again', () => count('READY=1') === 2)
		const reloading = words().indexOf('RELOADING=1')
		assert.ok(reloading > words().indexOf('READY=1') && reloading < words().lastIndexOf('READY=1'), words().join('\n'))
		assert.match(words()[reloading + 1], /^MONOTONIC_USEC=\d+$/)
		const so_far = count('WATCHDOG=1')
		await until('it lives on', () => count('WATCHDOG=1') >= so_far + 4)
		child.kill('SIGTERM')
		await ended(child)
		assert.equal(words().at(-1), 'STOPPING=1')
		const told = heard().filter(({ word }) => word === 'WATCHDOG=1').map(({ at: when }) => when)
		assert.ok(told.slice(1).every((when, i) => when - told[i] < 800), `${name}: ${told.join(' ')}`)
	}
})

test('one that hangs does not say that it lives; whose watchdog is another process is not told', async () => {
	const at = place(), heard = await listen(join(at.dir, 'notify'))
	const lives = () => heard().filter(({ word }) => word === 'WATCHDOG=1').length
	const env = { NOTIFY_SOCKET: join(at.dir, 'notify'), WATCHDOG_USEC: '400000' }
	const serve = start(at, ['serve'], { env }), elsewhere = place(), other = start(elsewhere, ['live'], { env: { ...env, WATCHDOG_PID: '1' } })

	await ready(elsewhere, 'live', other)
	await until('it lives', () => lives() >= 2)
	serve.kill('SIGSTOP')
	await until('it hangs', () => / T /.test(readFileSync(`/proc/${serve.pid}/stat`, 'utf8').replace(/.*\)/, '')))
	const then = lives(), stopped = heard().at(-1).at
	// Another one's word, later than its watchdog would wait.
	await until('time went by', async () => {
		other.kill('SIGHUP')
		await ready(elsewhere, 'live', other)
		return heard().at(-1).at > stopped + 800
	})
	assert.equal(lives(), then)
	serve.kill('SIGCONT')
	await until('it lives again', () => lives() > then)
})

// Plays systemd with FileDescriptorStoreMax: keeps what it is told to keep, and hands it to the next process. A line says which
// that is; USR1 starts another in its place.
const KEEPS = String.raw`
	#include <fcntl.h>
	#include <poll.h>
	#include <signal.h>
	#include <stdio.h>
	#include <stdlib.h>
	#include <string.h>
	#include <sys/prctl.h>
	#include <sys/socket.h>
	#include <sys/un.h>
	#include <sys/wait.h>
	#include <unistd.h>
	static struct { int fd; char name[64]; } kept[16];
	static int n, told;
	static volatile sig_atomic_t again;
	static void on_signal(int number) { again = number; }
	static void heed(void)
	{
		char text[4097], room[CMSG_SPACE(sizeof(int))];
		struct iovec words = { text, 4096 };
		struct msghdr message = { .msg_iov = &words, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
		ssize_t len = recvmsg(told, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		char name[64] = "", *at;
		if (len <= 0) return;
		text[len] = 0;
		if ((at = strstr(text, "FDNAME="))) sscanf(at, "FDNAME=%63[^\n]", name);
		if (strstr(text, "FDSTOREREMOVE=1"))
			for (int i = 0; i < n; i++)
				if (!strcmp(kept[i].name, name)) { close(kept[i].fd); kept[i--] = kept[--n]; }
		if (strstr(text, "FDSTORE=1") && CMSG_FIRSTHDR(&message)) {
			memcpy(&kept[n].fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
			strcpy(kept[n++].name, name);
		}
	}
	static pid_t start(char **argv)
	{
		char names[1024] = "", number[16];
		sigset_t ours;
		sigemptyset(&ours);
		sigaddset(&ours, SIGTERM);
		sigprocmask(SIG_BLOCK, &ours, NULL);
		pid_t pid = fork();
		/* A signal that comes before it is the program is not to be swallowed by our handler; and it goes when we do. */
		if (!pid) { signal(SIGTERM, SIG_DFL); prctl(PR_SET_PDEATHSIG, SIGKILL); }
		sigprocmask(SIG_UNBLOCK, &ours, NULL);
		if (pid) { printf("began %d %d\n", (int)pid, n); fflush(stdout); return pid; }
		for (int i = 0; i < n; i++) dup2(kept[i].fd, 100 + i);
		for (int i = 0; i < n; i++) { dup2(100 + i, 3 + i); close(100 + i); strcat(strcat(names, i ? ":" : ""), kept[i].name); }
		snprintf(number, sizeof number, "%d", (int)getpid()); setenv("LISTEN_PID", number, 1);
		snprintf(number, sizeof number, "%d", n); setenv("LISTEN_FDS", number, 1);
		setenv("LISTEN_FDNAMES", names, 1);
		execv(argv[0], argv);
		_exit(127);
	}
	int main(int argc, char **argv)
	{
		struct sockaddr_un to = { .sun_family = AF_UNIX };
		pid_t pid;
		strcpy(to.sun_path, argv[1]);
		told = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		told = fcntl(told, F_DUPFD_CLOEXEC, 50);
		bind(told, (void *)&to, sizeof to);
		setenv("NOTIFY_SOCKET", argv[1], 1);
		signal(SIGUSR1, on_signal);
		signal(SIGTERM, on_signal);
		pid = start(argv + 2);
		for (;;) {
			struct pollfd in = { told, POLLIN, 0 };
			if (poll(&in, 1, 20) > 0) heed();
			if (again || waitpid(pid, NULL, WNOHANG) == pid) {
				int number = again;
				again = 0;
				kill(pid, SIGTERM);
				while (waitpid(pid, NULL, WNOHANG) == 0) { heed(); usleep(1000); }
				heed(); heed(); heed(); heed();
				if (number == SIGTERM) return 0;
				pid = start(argv + 2);
			}
		}
	}
`

// One of ours under it: { keeper, began }, which gives [pid, how many were kept] of each that was started.
function kept(at, name) {
	const program = join(at.dir, 'keeps')

	writeFileSync(`${program}.c`, KEEPS)
	assert.equal(spawnSync('cc', ['-o', program, `${program}.c`], { stdio: 'inherit' }).status, 0)
	const out = openSync(at.log, 'a')
	const keeper = spawn(program, [join(at.dir, 'notify'), process.env.GATEHOUSE_BIN, '-c', at.ini, name], { stdio: ['ignore', 'pipe', out] })
	let said = ''

	started.add(keeper)
	keeper.stdout.on('data', (data) => said += data)
	return { keeper, began: () => said.split('\n').filter((line) => line.startsWith('began ')).map((line) => line.split(' ').slice(1).map(Number)) }
}

test('a restart under systemd refuses nobody: the sockets are kept for the next process', async () => {
	const at = place(), { keeper, began } = kept(at, 'serve')

	await until('it is ready', () => state(at, 'serve') === 'ready')
	const inodes = POOLS.map((pool) => statSync(at.socket(pool)).ino), took = []
	let over = false
	const asking = POOLS.map(async (pool) => {
		while (!over) {
			const since = performance.now()

			assert.equal((await ask_socket(at.socket(pool), '/healthz')).status, 200)
			took.push(performance.now() - since)
		}
	})
	for (let i = 1; i <= 3; i++) {
		const so_far = took.length

		await until('it answers', () => took.length > so_far + 20)
		keeper.kill('SIGUSR1')
		await until('another one runs', () => began().length === i + 1)
	}
	const so_far = took.length
	await until('it answers', () => took.length > so_far + 20)
	over = true
	await Promise.all(asking)
	assert.deepEqual(began().map(([, kept]) => kept), [0, POOLS.length, POOLS.length, POOLS.length])
	assert.deepEqual(POOLS.map((pool) => statSync(at.socket(pool)).ino), inodes)
	// One that was removed after a reload is kept in its new place, and not in its old.
	process.kill(began().at(-1)[0], 'SIGHUP')
	await until('it began anew', () => readFileSync(at.log, 'utf8').includes('"event":"reload"') && state(at, 'serve') === 'ready')
	rmSync(at.socket('web'))
	await until('it is back', () => existsSync(at.socket('web')))
	keeper.kill('SIGUSR1')
	await until('another one runs', () => began().length === 5)
	assert.equal(began().at(-1)[1], POOLS.length)
	assert.equal((await ask_socket(at.socket('web'), '/healthz')).status, 200)
	// Where it cannot start, who asks is refused at once.
	const ini = readFileSync(at.ini, 'utf8')
	writeFileSync(at.ini, ini.replace(/^templates\s*=.*$/m, 'templates = /nowhere'))
	keeper.kill('SIGUSR1')
	await until('nothing is kept any more', () => began().at(-1)[1] === 0)
	await assert.rejects(ask_socket(at.socket('web'), '/healthz'))
	writeFileSync(at.ini, ini)
	await until('it is back', () => ask_socket(at.socket('web'), '/healthz').then(({ status }) => status === 200, () => false))
	keeper.kill('SIGTERM')
	await ended(keeper)
	// Without a keeper nothing is left.
	const elsewhere = place(), alone = start(elsewhere, ['serve'])
	await ready(elsewhere, 'serve', alone)
	alone.kill('SIGTERM')
	await ended(alone)
	assert.ok(POOLS.every((pool) => !existsSync(elsewhere.socket(pool))))
})

test('nor does one of live', async () => {
	const at = place(), { keeper, began } = kept(at, 'live')
	const inode = () => statSync(at.socket('live')).ino

	await until('it is ready', () => state(at, 'live') === 'ready')
	const was = inode()
	keeper.kill('SIGUSR1')
	await until('another one runs', () => began().length === 2)
	assert.equal((await ask_socket(at.socket('live'), '/api/live/events/1')).status, 401)
	assert.deepEqual([began()[1][1], inode()], [3, was])
	keeper.kill('SIGTERM')
	await ended(keeper)
})

test('nor does that of pictures', async () => {
	const at = place(), { keeper, began } = kept(at, 'pictures')
	const inode = () => statSync(at.socket('picture')).ino

	await until('it is ready', () => state(at, 'pictures') === 'ready')
	const was = inode()
	keeper.kill('SIGUSR1')
	await until('another one runs', () => began().length === 2)
	await until('it is ready', () => state(at, 'pictures') === 'ready')
	assert.deepEqual([began()[1][1], inode()], [1, was])
	keeper.kill('SIGTERM')
	await ended(keeper)
})

test('the units wait for that word, watch over it, and reload by one command', () => {
	const units = new URL('../../httpd/systemd', import.meta.url).pathname
	const names = readdirSync(units).filter((name) => name.endsWith('.service.in'))

	assert.equal(names.length, 4)
	for (const name of names) {
		const text = readFileSync(join(units, name), 'utf8')

		assert.match(text, /^Type=notify$/m, name)
		assert.match(text, /^WatchdogSec=\d+$/m, name)
		assert.equal(/^FileDescriptorStoreMax=[48]$/m.test(text), name !== 'gatehouse-jobs.service.in', name)
		assert.match(text, name === 'gatehouse.service.in' ? /^ExecReload=@bindir@\/gatehouse -c \S+ upgrade$/m : /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m, name)
	}
})
