// tests/deploy/systemctl, by which tests/deploy/run starts what a real machine's systemd would: it is believed there that a
// service was ready, was started once, and is started anew when it hangs, so here that is shown of services that do so.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { run, top } from './lib.mjs'

// Says READY=1 when it has made the file `ready`, and pings its watchdog until there is a file `hang`.
const SERVICE = `
use strict; use Socket;
my $at = shift;
sub inform { socket my $to, AF_UNIX, SOCK_DGRAM, 0; send $to, $_[0], 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET}) }
sub note { open my $out, '>>', "$at/$_[0]" or die; print $out $_[1]; close $out }
$SIG{HUP} = sub { note('told', "HUP\\n") };
$SIG{TERM} = sub { note('told', "TERM\\n"); exit 0 };
exit 3 if -e "$at/broken";
select undef, undef, undef, 0.3;
note('ready', "$$\\n");
inform("READY=1\\nSTATUS=well") unless -e "$at/dumb";
while (1) { inform('WATCHDOG=1') unless -e "$at/hang"; select undef, undef, undef, 0.1 }
`

// Processes that belong to this root: who supervises has it in its environment, a service in its command line.
const living = (root) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
	try {
		return ['environ', 'cmdline'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(root))
	} catch {
		return false // it ended meanwhile, or is somebody else's
	}
})

// Ends what a test started, and says so when the stand-in's own stop left anything: it would be started anew for ever.
async function end(root, ctl) {
	await ctl('stop', 'it')
	await until(() => !living(root).length, 2000).catch(() => {})
	const left = living(root)

	for (const pid of left)
		try {
			process.kill(pid, 'SIGKILL')
		} catch { /* it just ended */ }
	rmSync(root, { recursive: true, force: true })
	assert.deepEqual(left, [], 'nothing is left running')
}

function service(t, settings = '') {
	// Not directory(): that would be gone before its services are.
	const root = mkdtempSync(join(tmpdir(), 'gatehouse-scripts-')), env = { STAND_IN: root }
	const file = (name) => join(root, name)
	const ctl = (...args) => run(join(top, 'tests/deploy/systemctl'), args, { env })

	mkdirSync(file('usr/lib/systemd/system'), { recursive: true })
	writeFileSync(file('service.pl'), SERVICE)
	writeFileSync(file('usr/lib/systemd/system/it.service'), `[Unit]
Description=It
[Service]
Type=notify
ExecStart=/usr/bin/perl ${file('service.pl')} \\
	${root}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=100ms
${settings}
[Install]
WantedBy=multi-user.target
`)
	t.after(() => end(root, ctl))
	return { ctl, file, lines: (name) => existsSync(file(name)) ? readFileSync(file(name), 'utf8').trim().split('\n') : [] }
}

async function until(what, limit = 10000) {
	for (const end = Date.now() + limit; !await what(); await new Promise((go) => setTimeout(go, 50)))
		assert.ok(Date.now() < end, String(what))
}

test('start returns when the service says that it is ready, reload and stop reach it', async (t) => {
	const { ctl, lines } = service(t)

	assert.equal((await ctl('is-active', 'it')).status, 3)
	assert.equal((await ctl('enable', '--now', 'it')).status, 0)
	const [pid] = lines('ready')
	assert.ok(pid, 'it was ready before start returned')
	assert.match((await ctl('show', '-p', 'MainPID', 'it')).said, new RegExp(`^MainPID=${pid}\n`))
	assert.equal((await ctl('reload', 'it')).status, 0)
	await until(() => lines('told').includes('HUP'))
	assert.match((await ctl('status', 'it')).said, /started anew 0 times. well/)
	assert.equal((await ctl('disable', '--now', 'it')).status, 0)
	assert.deepEqual(lines('told'), ['HUP', 'TERM'])
	assert.throws(() => process.kill(Number(pid), 0))
	assert.equal((await ctl('is-active', 'it')).status, 3)
})

test('one that died, or whose watchdog is not heard, is started anew', async (t) => {
	const { ctl, file, lines } = service(t, 'WatchdogSec=1')

	assert.equal((await ctl('start', 'it')).status, 0)
	process.kill(Number(lines('ready')[0]), 'SIGKILL')
	await until(() => lines('ready').length === 2)
	await until(async () => /started anew 1 times/.test((await ctl('status', 'it')).said))
	writeFileSync(file('hang'), '')
	// It hangs for good: each life is ended after a second.
	await until(() => lines('ready').length >= 4)
	assert.match(readFileSync(file('var/log/stand-in/it.service.log'), 'utf8'), /its watchdog was not heard/)
})

test('one that never says that it is ready, or ends at once, fails its start', async (t) => {
	const { ctl, file } = service(t, 'TimeoutStartSec=1')

	writeFileSync(file('dumb'), '')
	const slow = await ctl('start', 'it')
	assert.equal(slow.status, 1)
	assert.match(slow.said, /Job for it.service failed: it was not ready in time/)
	await ctl('stop', 'it')
	writeFileSync(file('broken'), '')
	assert.equal((await ctl('start', 'it')).status, 1)
})

test('what it does not know, it says', async (t) => {
	const { ctl } = service(t)

	assert.equal((await ctl('start', 'other')).status, 5)
	assert.equal((await ctl('isolate', 'it')).status, 1)
})
