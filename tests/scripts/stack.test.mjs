// What ./demo, ./check and httpd/stack.sh say when something is missing or fails: that, and at once.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { copy, directory, machine, run, top } from './lib.mjs'

const GATEHOUSE_BIN = process.env.GATEHOUSE_BIN

function free_port() {
	return new Promise((done) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address()

			server.close(() => done(String(port)))
		})
	})
}

// Starts a stack on such a machine, and stops it on this one. All do that in one directory, so one database is made.
const place = mkdtempSync(join(tmpdir(), 'gatehouse-stack-'))

after(() => rmSync(place, { recursive: true }))

async function start(t, what, { env = {}, dir = place } = {}) {
	const stack = join(top, 'httpd/stack.sh'), settings = { GATEHOUSE_BIN, GATEHOUSE_SHARE: top, STACK_DEMO_DATA: 'none', ...env }
	const path = machine(t, what), port = await free_port(), began = Date.now()
	const end = await run(stack, ['start', dir, port], { path, env: settings })

	// It also ends what has only just begun.
	await run(stack, ['stop', dir], { env: settings })
	return { ...end, ms: Date.now() - began }
}

test('all is there', async (t) => {
	const { status, said } = await start(t, {})

	assert.equal(status, 0, said)
	for (const step of ['Making the database', 'MariaDB', 'The schema', 'serve, live, jobs, pictures', 'lighttpd'])
		assert.match(said, new RegExp(`^  ${step} +\\d+\\.\\d s$`, 'm'))
})

for (const missing of ['mariadb', 'mariadb-install-db', 'curl'])
	test(`without ${missing}, that is what is said, and nothing starts`, async (t) => {
		const dir = directory(t), { status, said, ms } = await start(t, { without: [missing] }, { dir })

		assert.equal(status, 1, said)
		assert.match(said, new RegExp(`^These commands are not there: ${missing}$`, 'm'))
		assert.ok(!existsSync(join(dir, 'db')) && ms < 5000, `after ${ms} ms`)
	})

// wait_for() and the functions around it, without a stack.
const in_stack_sh = (t, script) => run('sh', ['-c', `. httpd/stack.sh; stack_open "$1"; ${script}; process_stop it`, 'sh', directory(t)])

test('what waits says why it cannot ask', async (t) => {
	const began = Date.now()
	const { said } = await in_stack_sh(t, 'process_start it sleep 60; wait_for it 30 no-such-command --ping || echo "ended with $?"')

	assert.match(said, /^Whether it is ready cannot be asked: .*no-such-command: not found\nended with 1$/m)
	assert.ok(Date.now() - began < 5000)
})

test('what waits in vain says what it was told, and the log', async (t) => {
	const { said } = await in_stack_sh(t, `process_start it sh -c 'echo warming up; sleep 60'
		wait_for it 1 sh -c 'echo "too early" >&2; exit 3' || echo "ended with $?"`)

	assert.match(said, /^it is not ready after 1 s\. .*status 3 too early[^]*^warming up$[^]*ended with 1$/m)
})

test('what waits for what died says its last words', async (t) => {
	const { said } = await in_stack_sh(t, `process_start it sh -c 'echo "no such library" >&2; exit 127'
		wait_for it 30 false || echo "ended with $?"`)

	assert.match(said, /^it did not start\. The end of its log:\nno such library$[^]*ended with 1$/m)
})

test('a step says how long it took, and what was complained of below it', async (t) => {
	const { said } = await in_stack_sh(t, `process_start it sleep 60
		step "Works" true; step "Fails" sh -c 'echo "for a reason" >&2; exit 7' || echo "ended with $?"`)

	assert.match(said, /^ {2}Works +\d+\.\d s\n {2}Fails +failed after \d+\.\d s\nfor a reason\nended with 7$/m)
})

// A server that cannot begin, and what of it is shown.
for (const [name, shown] of [['mariadbd', 'mariadb'], ['lighttpd', 'web']])
	test(`a ${name} that dies is told by its last words`, async (t) => {
		const { status, said } = await start(t, { instead: { [name]: 'echo "no such library" >&2; exit 127' } })

		assert.equal(status, 1, said)
		assert.match(said, new RegExp(`${shown} did not start\\. The end of its log:[^]*no such library`))
		assert.doesNotMatch(said, /is not ready after/) // nobody waited for the dead
	})

test('a database that does not answer says why, with the end of its log', async (t) => {
	const { status, said } = await start(t, {}, { env: { STACK_DB: '--no-such-option' } })

	assert.equal(status, 1)
	assert.match(said, /mariadb did not start[^]*no-such-option/)
})

test('a setting that is refused is named with its line', async (t) => {
	const { status, said } = await start(t, {}, { env: { STACK_SET: 'payment.webhook_secret=short' } })

	assert.equal(status, 1)
	assert.match(said, /The schema +failed[^]*gatehouse\.ini:\d+: \[payment\] webhook_secret/)
})

test('whether there are data must be known before new ones are loaded', async (t) => {
	// Answers all but what counts the accounts.
	const { status, said } = await start(t, {
		instead: { mariadb: 'case "$*" in *COUNT*) echo "ERROR 1030 (HY000): no answer" >&2; exit 1 ;; esac\nexec /usr/bin/mariadb "$@"' }
	}, { env: { STACK_DEMO_DATA: '--tickets 1' } })

	assert.equal(status, 1, said)
	assert.match(said, /ERROR 1030/)
	assert.doesNotMatch(said, /demo data/)
})

test('a port that another program has is refused', async (t) => {
	const other = createServer((socket) => socket.end()).listen(0, '127.0.0.1')

	await new Promise((done) => other.once('listening', done))
	t.after(() => other.close())
	const { status, said } = await run(join(top, 'httpd/stack.sh'), ['start', directory(t), String(other.address().port)],
		{ env: { GATEHOUSE_BIN, GATEHOUSE_SHARE: top } })
	assert.equal(status, 1)
	assert.match(said, /is in use by another program/)
})

// ---- the two commands ----

test('what whoever runs these tests keeps elsewhere is nothing to the scripts in them', async (t) => {
	const was = process.env.GATEHOUSE_VAR

	t.after(() => was === undefined ? delete process.env.GATEHOUSE_VAR : process.env.GATEHOUSE_VAR = was)
	process.env.GATEHOUSE_VAR = directory(t)
	assert.equal((await run('sh', ['-c', 'echo "${GATEHOUSE_VAR-none}"'])).said, 'none\n')
	assert.equal((await run('sh', ['-c', 'echo "$GATEHOUSE_VAR"'], { env: { GATEHOUSE_VAR: '/of/this/test' } })).said, '/of/this/test\n')
})

for (const name of ['my projects', 'a$b', "it's", 'a;b', 'a:b', 'a|b', 'a&b'])
	test(`a directory called ${name} is refused at once`, async (t) => {
		const there = join(directory(t), name)

		mkdirSync(join(there, 'httpd'), { recursive: true })
		for (const file of ['demo', 'check', 'httpd/stack.sh'])
			cpSync(join(top, file), join(there, file))
		for (const [command, cwd, env] of [['./demo', there, {}], ['./check', there, {}],
			['./demo', top, { GATEHOUSE_VAR: join(there, 'var') }], ['./check', top, { GATEHOUSE_VAR: join(there, 'var-check') }]]) {
			const { status, said } = await run(command, [], { cwd, env })

			assert.equal(status, 1, said)
			assert.match(said, /^This path has a blank or another sign that make cannot be told of:$/m)
			assert.ok(said.includes(`\n    ${there}`), said)
		}
		assert.ok(!existsSync(join(there, 'var')) && !existsSync(join(there, 'var-check')))
	})

test('without root, missing packages are named', async (t) => {
	const path = machine(t, { instead: { 'dpkg-query': 'exit 1', id: 'echo 1000' }, without: ['node', 'npm'] })

	for (const [command, all] of [['./demo', /gcc .*mariadb-client-core .*curl fonts-noto-core$/m], ['./check', /chromium-headless-shell poppler-utils python3-icalendar$/m]]) {
		const { status, said } = await run(command, [], { path, env: { GATEHOUSE_VAR: directory(t) } })

		assert.equal(status, 1)
		assert.match(said, /these Debian packages are missing. As root:\n {4}apt-get install --no-install-recommends gcc /)
		assert.match(said, all)
	}
})

test('a build that fails shows why', async (t) => {
	const there = copy(t, 'broken')

	writeFileSync(join(there, 'src/main.c'), 'this is no C\n') // the first that is compiled
	const { status, said } = await run('./demo', [], { cwd: there, env: { GATEHOUSE_PORT: await free_port() } })
	assert.equal(status, 1)
	assert.match(said, /Building what changed +failed after [^]*main\.c:1:[^]*make\.log/)
})

// ---- what ./check counts ----

// Its own function, on a log like this.
const TALLY = /^tally\(\) \{[^]*?^\}/m.exec(readFileSync(join(top, 'check'), 'utf8'))[0]

async function count(t, lines, awk) {
	const dir = directory(t), log = join(dir, 'log')

	writeFileSync(log, lines.join('\n') + '\n')
	if (awk !== 'awk')
		writeFileSync(join(dir, 'awk'), `#!/bin/sh\nexec ${awk} "$@"\n`, { mode: 0o755 })
	const { said } = await run('sh', ['-c', `PASSED=0 FAILED=0; failures() { :; }\n${TALLY}\ntally part 0 "$1" "1 s"`, 'sh', log],
		{ path: `${dir}:${process.env.PATH}` })
	return said
}

const awks = ['awk', 'mawk', 'gawk', 'original-awk', 'busybox awk'].filter((awk) => spawnSync('which', [awk.split(' ')[0]]).status === 0)

for (const awk of awks)
	test(`node's counts are read by ${awk}`, async (t) => {
		assert.match(await count(t, ['ℹ tests 9', 'ℹ pass 7', 'ℹ fail 1', 'ℹ cancelled 1', 'ℹ skipped 0'], awk), /7 passed, 2 failed/)
		assert.match(await count(t, ['# pass 3', '# fail 0', '5 passed, 0 failed'], awk), /8 passed, 0 failed/)
		assert.match(await count(t, ['nothing of note'], awk), /0 passed, 1 failed .*ran no test/)
	})
