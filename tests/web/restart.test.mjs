// `serve` is started again behind a web server that was refused meanwhile: how soon that believes in it again.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const kind = process.env.GATEHOUSE_WEB, dir = process.env.GATEHOUSE_DIR
const run = existsSync(join(dir, 'run.path')) ? readFileSync(join(dir, 'run.path'), 'utf8').trim() : join(dir, 'run')
const installed = join(dir, 'installed/bin/gatehouse')
const command = [existsSync(installed) ? installed : process.env.GATEHOUSE_BIN, '-c', join(dir, 'gatehouse.ini'), 'serve']
// As whom the stack runs: as root Apache's is www-data's.
const as_owner = existsSync(installed) && process.getuid() === 0
	? ['setpriv', '--reuid=www-data', '--regid=www-data', '--init-groups', 'env', `HOME=${dir}`, ...command] : command

// As httpd/stack.sh notes it: the pid, and when it began.
const began = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[19]

const pause = () => new Promise((done) => setTimeout(done, 10))
const status = async () => (await fetch(`${process.env.GATEHOUSE_URL}/healthz`).catch(() => ({ status: 0 }))).status

// The ms from when it listens to the first answer.
async function restart() {
	const pid = Number(readFileSync(join(run, 'serve.process'), 'utf8').split(' ')[0])

	process.kill(pid)
	while (existsSync(join(run, 'web.sock')))
		await pause()
	for (let i = 0; i < 5; i++)
		assert.equal(await status(), 503)
	const out = openSync(join(dir, 'log/serve.log'), 'a')
	const serve = spawn(as_owner[0], as_owner.slice(1), { detached: true, stdio: ['ignore', out, out] })
	serve.unref()
	while (!existsSync(join(run, 'web.sock')))
		await pause()
	const listens = performance.now()
	writeFileSync(join(run, 'serve.process'), `${serve.pid} ${began(serve.pid)}\n`)
	while (await status() !== 200)
		await pause()
	return performance.now() - listens
}

// lighttpd looks once a second at what it may try again, and by default not before two have passed. On a machine that has much else
// to do one may take longer; a web server that keeps away for a time does so each time.
test('a web server that was refused during a restart tries again at its next look', { skip: kind === 'fcgid' && 'it has no serve' }, async () => {
	const took = []

	while (took.length < 5 && !took.some((ms) => ms < 1900))
		took.push(await restart())
	assert.ok(took.at(-1) < 1900, took.map(Math.round).join(', '))
})
