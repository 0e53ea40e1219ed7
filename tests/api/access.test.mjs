// The access log: a line for each answer, in the file that the settings name; in which nothing of a client's breaks a line, and
// no query stands. A `serve` of its own, beside the site's.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { ask_socket } from './fastcgi.mjs'
import { token } from './lib.mjs'
import { write_ini } from './own_ini.mjs'
import { until } from './world.mjs'

const started = []
const spawned = (ini, command) => spawn(process.env.GATEHOUSE_BIN, ['-c', ini, command], {
	stdio: 'ignore', env: { ...process.env, LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT: '10000' }
})

// `serve` with these settings: its directory, its process, and what asks it.
async function serve(settings) {
	const dir = mkdtempSync(join(tmpdir(), 'gatehouse-access-'))
	const ini = write_ini(join(dir, 'gatehouse.ini'), { 'paths.run_dir': dir, 'serve.web_workers': 1, 'serve.gate_workers': 1,
		'serve.book_workers': 1, 'serve.outside_workers': 1, ...settings(dir) })
	const process_ = spawned(ini, 'serve')

	started.push([process_, dir])
	await until('it listens', () => existsSync(join(dir, 'outside.sock')))
	return { dir, ini, process: process_, ask: (path, options) => ask_socket(join(dir, 'web.sock'), path, options) }
}

afterEach(() => {
	for (const [process_, dir] of started.splice(0)) {
		process_.kill('SIGKILL')
		rmSync(dir, { recursive: true, force: true })
	}
})

const lines_of = (file) => existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
const log_of = (dir) => join(dir, 'access.log')

test('none is kept unless it is asked for', async () => {
	const { dir, ask } = await serve(() => ({}))

	assert.equal((await ask('/healthz')).status, 200)
	assert.equal(existsSync(log_of(dir)), false)
})

test('as JSON: what was asked, by whom, and what came of it', async () => {
	const { dir, ask } = await serve((at) => ({ 'serve.access_log': log_of(at) }))
	const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

	await ask('/healthz', { headers: { 'X-Request-ID': 'mine-1', 'User-Agent': 'A "browser"\n{', traceparent: parent } })
	await ask('/files/none?until=1&sign=a-secret')
	await ask('/api/users?search=%2B15550100001&q="}', { method: 'POST', body: '{"a":"b"}' })
	await ask('/account')
	await ask('/healthz', { method: 'HEAD' })
	await ask('/%C3%BC "}')
	await until('all are noted', () => lines_of(log_of(dir)).length === 6)
	const lines = lines_of(log_of(dir)).map((line) => JSON.parse(line))
	const [first] = lines

	assert.match(first.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
	assert.deepEqual([first.event, first.ip, first.method, first.path, first.protocol, first.status, first.request_id, first.trace_id],
		['access', '127.0.0.1', 'GET', '/healthz', 'HTTP/1.1', 200, 'mine-1', parent.slice(3, 35)])
	assert.equal(first.user_agent, 'A "browser"?{')
	assert.equal(first.pool, 'web')
	assert.equal(first.account, 0)
	assert.ok(Number.isInteger(first.ms) && first.bytes > 20, JSON.stringify(first))
	assert.deepEqual(lines.map(({ method, path, status }) => [method, path, status]), [['GET', '/healthz', 200],
		['GET', '/files/none', 404], ['POST', '/api/users', 401], ['GET', '/account', 303], ['HEAD', '/healthz', 200], ['GET', '/ü "}', 404]])
	assert.equal(lines[4].bytes, 0)
	const text = readFileSync(log_of(dir), 'utf8')
	for (const secret of ['a-secret', '15550100001', 'sign='])
		assert.ok(!text.includes(secret), secret)
})

test('in the Common Log Format, which no address breaks', async () => {
	const { dir, ask } = await serve((at) => ({ 'serve.access_log': log_of(at), 'serve.access_log_format': 'common' }))

	await ask('/healthz?secret=1')
	await ask('/%22%20HTTP/1.1%22%20200%205%0a', { headers: { 'X-Forwarded-For': '203.0.113.9' } })
	await ask('/a%20b"c\\d%25', { headers: { 'X-Forwarded-For': '203.0.113.9' } })
	await until('all are noted', () => lines_of(log_of(dir)).length === 3)
	const lines = lines_of(log_of(dir))

	for (const line of lines)
		assert.match(line, /^[\d.]+ - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET [^ "\\]+ HTTP\/1\.1" \d{3} \d+$/)
	assert.match(lines[0], /"GET \/healthz HTTP\/1\.1" 200 /)
	assert.match(lines[1], /^203\.0\.113\.9 .*"GET - HTTP\/1\.1" 400 /)
	assert.match(lines[2], /"GET \/a%20b%22c%5Cd%25 HTTP\/1\.1" 404 /)
})

test('what `live` answers is noted too, a stream when it begins', async () => {
	const { dir, ini } = await serve((at) => ({ 'serve.access_log': log_of(at) })), live = join(dir, 'live.sock')
	const who = { authorization: `Bearer ${await token('staff')}` }

	started.push([spawned(ini, 'live'), dir])
	await until('it listens', () => existsSync(live))
	await ask_socket(live, '/api/live/events/1')
	await ask_socket(live, '/api/live/events/1?wait=0', { headers: who })
	ask_socket(live, '/api/live/events/1', { headers: { ...who, accept: 'text/event-stream' } }).catch(() => {})
	await until('all are noted', () => lines_of(log_of(dir)).length === 3)
	const lines = lines_of(log_of(dir)).map((line) => JSON.parse(line))

	assert.deepEqual(lines.map(({ pool, path, status }) => [pool, path, status]), [['live', '/api/live/events/1', 401],
		['live', '/api/live/events/1', 200], ['live', '/api/live/events/1', 200]])
	assert.ok(lines[1].bytes > 50 && lines[1].account > 0, JSON.stringify(lines[1]))
	assert.equal(lines[2].bytes, null)
})

test('a file that was moved away is followed by all processes, without a word to them, and no line is lost', async () => {
	const { dir, ask } = await serve((at) => ({ 'serve.access_log': log_of(at) }))
	const file = log_of(dir), old = `${file}.1`
	let asked = 0
	const ask_again = async () => {
		assert.equal((await ask('/healthz')).status, 200)
		asked++
	}

	for (let i = 0; i < 10; i++)
		await ask_again()
	renameSync(file, old)
	await until('the new one is there', async () => {
		await ask_again()
		return lines_of(file).length > 0
	})
	await until('all are noted', () => lines_of(file).length + lines_of(old).length === asked)
	assert.ok(lines_of(old).length >= 10)
})

test('where it cannot be written, answers go on', async () => {
	const { ask } = await serve((at) => ({ 'serve.access_log': `${at}/no/such/directory/access.log` }))

	for (let i = 0; i < 5; i++)
		assert.equal((await ask('/healthz')).status, 200)
})
