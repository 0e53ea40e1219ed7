// tests/fresh on machines that refuse it, and, where this one does not, on a Debian so small that it is made in a moment:
// a shell and what it needs. That it can be more is shown by CI, which runs all of ./check in it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { directory, machine, run, top } from './lib.mjs'

const FRESH = join(top, 'tests/fresh'), NOTHING = ['sh', '-c', ':']
// What there must be besides, so that only what a test takes away is missing.
const AS_ROOT = { id: 'echo 0', debootstrap: 'exit 0' }

// ---- where it cannot ----

for (const [what, instead, without, status, said] of [
	['who is not root', { ...AS_ROOT, id: 'echo 1000' }, [], 71, /only root can/],
	['a machine without debootstrap', { ...AS_ROOT, debootstrap: 'exit 127' }, ['apt-get'], 72, /there is no debootstrap here/],
	['a machine where it cannot be installed',
		{ ...AS_ROOT, debootstrap: 'exit 127', 'dpkg-query': 'exit 1', 'apt-get': 'echo "E: no network" >&2; exit 100' },
		[], 72, /E: no network[^]*there is no debootstrap here/],
	['a machine that refuses namespaces', { ...AS_ROOT, unshare: 'echo "unshare failed: Operation not permitted" >&2; exit 1' }, [], 73,
		/namespaces of its own are refused here: unshare failed: Operation not permitted/],
	['a debootstrap that fails', { ...AS_ROOT, debootstrap: '[ "$1" = --version ] || { echo "E: Failed getting release file"; exit 1; }',
		unshare: 'while [ "${1#--}" != "$1" ]; do shift; done; case $1 in sh) ;; *) exec "$@" ;; esac' }, [], 74,
	/Failed getting release file[^]*a bare bookworm could not be made/]
])
	test(`${what} is told so`, async (t) => {
		const dir = directory(t)
		const end = await run(FRESH, ['true'], { path: machine(t, { instead, without }), env: { FRESH_DIR: join(dir, 'fresh'), SUITE: 'bookworm' } })

		assert.equal(end.status, status, end.said)
		assert.match(end.said, said)
		assert.ok(!existsSync(join(dir, 'fresh/bookworm.tar')), 'what was half made is not taken for whole')
	})

test('CI says so too, and runs the checks as they are', async (t) => {
	const dir = directory(t)

	for (const file of ['.ci', 'tests', 'httpd'])
		spawnSync('cp', ['-R', join(top, file), dir])
	writeFileSync(join(dir, 'check'), '#!/bin/sh\necho "3 passed, 0 failed"\n', { mode: 0o755 })
	const { status, said } = await run(join(dir, '.ci/run'), [], { path: machine(t, { instead: { id: 'echo 1000' } }) })
	assert.equal(status, 0)
	assert.match(said, /only root can[^]*the checks run on this machine as it is[^]*\n3 passed, 0 failed\n$/)
})

test('called wrongly it says how it is called', async () => {
	for (const args of [[], ['--no-such-option']]) {
		const { status, said } = await run(FRESH, args)

		assert.equal(status, 2)
		assert.match(said, /tests\/fresh COMMAND/)
	}
})

// ---- where it can ----

const can = process.getuid() === 0 && spawnSync('unshare', ['--mount', '--pid', '--ipc', '--fork', 'true']).status === 0

// A debootstrap that puts a shell, some commands and their libraries there, and counts how often it was asked.
const DEBOOTSTRAP = `
[ "$1" != --version ] || exit 0
echo made >>"$FRESH_DIR/../asked"
for tree; do case $tree in *.new) break ;; esac; done
mkdir -p "$tree/usr/bin" "$tree/root" "$tree/proc" "$tree/sys" "$tree/dev" "$tree/tmp" "$tree/etc/apt/apt.conf.d"
ln -s usr/bin "$tree/bin"
for command in sh env sleep ls cat touch; do
	path=$(readlink -f "$(command -v $command)")
	cp "$path" "$tree/usr/bin/$command"
	for file in $(ldd "$path" | grep -o '/[^ ]*'); do
		mkdir -p "$tree\${file%/*}" && cp -L "$file" "$tree$file"
	done
done`

// One for all tests; what it starts from is made by the first.
const dir = mkdtempSync(join(tmpdir(), 'gatehouse-fresh-')), fresh = join(dir, 'fresh')

after(() => rmSync(dir, { recursive: true }))

const path = machine({ after }, { instead: { debootstrap: DEBOOTSTRAP } })
const it = {
	run: (args, { env, began } = {}) => run(FRESH, args, { path, env: { FRESH_DIR: fresh, SUITE: 'bookworm', ...env }, began }),
	made: () => readFileSync(join(dir, 'asked'), 'utf8').split('\n').length - 1,
	runs: () => readdirSync(fresh).filter((name) => name.startsWith('run.')),
	mounts: () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter((line) => line.includes(fresh)),
	// A shell in it that waits; fn gets its process. Gives what became of it.
	waits: (script, fn, env) => it.run(['sh', '-c', `${script}; echo waiting; sleep 100`], {
		env, began: (child) => child.stdout.on('data', (text) => String(text).includes('waiting') && fn(child))
	})
}

if (can) {
	test('it ends as its command does, in a clone of HEAD, with little of this environment', async () => {
		const { status, said } = await it.run(['sh', '-c', 'ls; env; exit 9'], { env: { GATEHOUSE_PORT: '8123', CI: 'true', HIDDEN: 'from it' } })

		assert.equal(status, 9, said)
		for (const line of ['README.md', 'demo', 'GATEHOUSE_PORT=8123', 'CI=true', 'HOME=/root', 'FRESH_SUITE=bookworm'])
			assert.match(said, new RegExp(`^${line}$`, 'm'))
		assert.doesNotMatch(said, /HIDDEN|node_modules|^var/m)
		assert.deepEqual([it.runs(), it.mounts()], [[], []])
	})

	test('its devices are there, and none of this machine\'s can be removed through them', async () => {
		const { status, said } = await it.run(['sh', '-c',
			'echo lost >/dev/null && cat /dev/null && ls -l /dev/shm /dev/pts/ptmx /proc/self/status >/dev/null && ls /dev'])

		assert.equal(status, 0, said)
		assert.deepEqual(said.split('\n').filter((name) => /^[a-z]+$/.test(name)).sort(), ['fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm',
			'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero'])
	})

	test('what it starts from is made once, and again when it is old or damaged', async () => {
		const tar = join(fresh, 'bookworm.tar')
		const made = async () => {
			const before_ = it.made(), { status, said } = await it.run(['--ready'])

			assert.equal(status, 0, said)
			return it.made() - before_
		}

		await made()
		assert.equal(await made(), 0)
		for (const harm of [() => truncateSync(tar, 4096), () => utimesSync(tar, 1, 1), () => writeFileSync(`${tar}.sum`, ''), () => rmSync(tar),
			() => writeFileSync(path.split(':')[0] + '/apt-config', '#!/bin/sh\necho \'Acquire::Retries "7";\'\n', { mode: 0o755 })]) {
			harm()
			assert.equal(await made(), 1, String(harm))
			assert.equal(await made(), 0)
		}
	})

	test('an interrupted run leaves nothing', async () => {
		assert.equal((await it.run(['--ready'])).status, 0)
		for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 143]]) {
			const began = Date.now()

			assert.equal((await it.waits('sleep 101 & touch /tmp/x', (child) => child.kill(signal))).status, status)
			assert.deepEqual([it.runs(), it.mounts()], [[], []], signal)
			assert.ok(Date.now() - began < 20_000)
		}
	})

	test('a run ended by force takes its processes along, and the next one removes what it left', async () => {
		await it.waits('sleep 102 & true', (child) => child.kill('SIGKILL'))
		assert.equal(it.runs().length, 1)
		assert.deepEqual(it.mounts(), [])
		assert.equal(spawnSync('pgrep', ['-fx', 'sleep 102']).stdout.toString(), '')
		assert.equal((await it.run(NOTHING)).status, 0)
		assert.deepEqual(it.runs(), [])
	})

	test('what runs is not removed from under it; what is kept is kept until --clean', async () => {
		let others

		await it.waits('true', async (child) => {
			others = [await it.run(NOTHING, { env: { KEEP: '1' } }), await it.run(['--clean']), it.runs().length]
			child.kill('SIGTERM')
		})
		assert.match(others[0].said, /^Kept: \/.*\/tree$/m)
		assert.deepEqual([others[1].status, others[2]], [0, 1])
		assert.deepEqual(it.runs(), [])
	})

	test('nothing is removed through a mount that somebody made below', async (t) => {
		const precious = directory(t)

		writeFileSync(join(precious, 'file'), 'kept')
		await it.run(NOTHING, { env: { KEEP: '1' } })
		const [left] = it.runs(), into = join(fresh, left, 'tree/tmp')

		assert.equal(spawnSync('mount', ['--bind', precious, into]).status, 0)
		try {
			assert.match((await it.run(['--clean'])).said, /Something is mounted below .*; it is left there/)
		} finally {
			spawnSync('umount', [into])
		}
		assert.equal(readFileSync(join(precious, 'file'), 'utf8'), 'kept')
		await it.run(['--clean'])
		assert.deepEqual(it.runs(), [])
	})
} else
	test('here it cannot: root and namespaces are missing, and it says so', async (t) => {
		const { status } = await run(FRESH, ['true'], { env: { FRESH_DIR: join(directory(t), 'fresh') } })

		assert.ok([71, 73].includes(status), String(status))
	})
