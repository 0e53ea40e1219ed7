// What a web server must do for Gatehouse, whichever it is: the same requests through lighttpd, Apache
// with mod_proxy_fcgi, and mod_fcgid. GATEHOUSE_URL and GATEHOUSE_WEB (lighttpd, apache, fcgid) say which.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as http_request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { Browser, code, DEMO } from '../api/lib.mjs'

const site = process.env.GATEHOUSE_URL
const kind = process.env.GATEHOUSE_WEB ?? 'lighttpd'
const top = new URL('../..', import.meta.url).pathname

const free_port = () => new Promise((resolve) => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port } = server.address()
		server.close(() => resolve(port))
	})
})

const get = (path, options = {}) => fetch(site + path, { redirect: 'manual', ...options })

async function post(path, body, headers = {}) {
	const answer = await get(path, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify(body)
	})
	return { status: answer.status, body: await answer.json() }
}

async function staffToken() {
	const { status, body } = await post('/api/auth/login/', {
		email: 'admin@gatehouse.example',
		password: 'demo-admin-1'
	})
	assert.equal(status, 200, JSON.stringify(body))
	return body.data.access
}

test('the program is reached and ready', async () => {
	assert.equal((await get('/healthz')).status, 200)
	assert.equal((await get('/readyz')).status, 200)
})

test('a page names its style sheet by its hash, which may be kept for a year', async () => {
	const page = await get('/')
	assert.equal(page.status, 200)
	const hashed = (await page.text()).match(/\/static\/[\w/-]+\.[0-9a-f]{6,64}\.css/)?.[0]
	assert.ok(hashed, 'no hashed style sheet in the page')
	const sheet = await get(hashed)
	assert.equal(sheet.status, 200)
	assert.match(sheet.headers.get('content-type'), /^text\/css/)
	assert.match(sheet.headers.get('cache-control'), /immutable/)
	assert.equal(sheet.headers.get('x-content-type-options'), 'nosniff')
	const plain = await get(hashed.replace(/\.[0-9a-f]{6,64}\.css$/, '.css'))
	assert.equal(plain.status, 200)
	assert.equal(plain.headers.get('cache-control'), 'no-cache')
	assert.equal(await plain.text(), await sheet.text())
})

// Of fetch, which unpacks what it gets, one cannot learn how it came.
const raw = (path, headers = {}, host = new URL(site).hostname) => new Promise((resolve, reject) => {
	http_request({ host, port: new URL(site).port, path, headers }, (answer) => {
		const chunks = []

		answer.on('data', (bytes) => chunks.push(bytes)).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) }))
	}).on('error', reject).end()
})

test('static files come compressed to who takes it, and as they are to who does not', async () => {
	const hashed = (await (await get('/')).text()).match(/\/static\/style\.[0-9a-f]{6,64}\.css/)[0]
	for (const path of [hashed, '/static/style.css', '/static/app.js']) {
		const plain = await raw(path), packed = await raw(path, { 'accept-encoding': 'gzip' })

		assert.equal(packed.status, 200)
		assert.equal(packed.headers['content-encoding'], 'gzip', path)
		assert.equal(plain.headers['content-encoding'], undefined)
		assert.ok(packed.bytes.length < plain.bytes.length / 2)
		assert.deepEqual(gunzipSync(packed.bytes), plain.bytes)
		assert.match(packed.headers.vary, /Accept-Encoding/i)
		for (const name of ['content-type', 'cache-control'])
			assert.equal(packed.headers[name], plain.headers[name], name)
		assert.notEqual(packed.headers.etag, plain.headers.etag)
		// What was compressed at installation is sent as it is there.
		if (kind === 'apache')
			assert.deepEqual(packed.bytes, readFileSync(join(process.env.GATEHOUSE_DIR, 'installed/share/gatehouse', path.replace(/\.[0-9a-f]{6,64}\./, '.') + '.gz')))
	}
})

test('an app that is installed, and its WebAssembly, come as what they are', async () => {
	const shell = await (await get('/gate/app')).text(), manifest = await raw(shell.match(/\/static\/gate\/app\.[0-9a-f]+\.webmanifest/)[0])

	assert.equal(manifest.status, 200)
	assert.match(manifest.headers['content-type'], /^application\/manifest\+json/)
	for (const encoding of ['', 'gzip']) {
		const wasm = await raw('/static/gate/zxing/zxing_reader.wasm', { 'accept-encoding': encoding })

		// Where there is no npm it was not fetched.
		if (wasm.status === 404)
			continue
		assert.equal(wasm.status, 200)
		assert.equal(wasm.headers['content-type'], 'application/wasm')
		assert.equal(wasm.headers['content-encoding'], encoding || undefined)
		assert.deepEqual([...(encoding ? gunzipSync(wasm.bytes) : wasm.bytes).subarray(0, 4)], [0, 0x61, 0x73, 0x6d])
	}
})

test('the gate\'s app starts as it was installed, in each of its languages, and is as small as is said', { timeout: 120_000 }, async (t) => {
	const browser = await chromium.launch({ executablePath: process.env.GATEHOUSE_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })

	t.after(() => browser.close())
	for (const [locale, open] of [['en', 'Open the gate'], ['ar', 'افتح البوابة']]) {
		const context = await browser.newContext({ baseURL: site, locale }), page = await context.newPage(), faults = [], asked = []

		page.on('pageerror', (error) => faults.push(error.stack))
		page.on('request', (request) => asked.push(new URL(request.url()).pathname))
		await page.goto('/gate/app')
		await page.waitForSelector('html[data-app=ready]')
		await page.getByRole('button', { name: open }).waitFor()
		await page.evaluate(() => navigator.serviceWorker.ready)
		// The words of another language come after that, when the page has said which it speaks.
		await page.waitForFunction((path) => caches.match(path).then(Boolean), `/static/gate/words-${locale}.js`)
		// It is whole without a network too.
		await context.setOffline(true)
		await page.reload()
		await page.waitForSelector('html[data-app=ready]')
		await page.getByRole('button', { name: open }).waitFor()
		assert.deepEqual(faults, [])
		assert.deepEqual(asked.filter((path) => /words-/.test(path) && !path.endsWith(`words-${locale}.js`)), [])
		await context.close()
	}
	// What is served from the source tree is as it was written.
	if (existsSync(join(process.env.GATEHOUSE_DIR ?? '', 'installed')))
		t.diagnostic(execFileSync(join(top, 'tests/deploy/app'), [site], { encoding: 'utf8' }))
})

test('what browsers ask for by themselves is there', async () => {
	const { status, headers, bytes } = await raw('/favicon.ico')

	assert.equal(status, 200)
	assert.match(headers['content-type'], /^image\/(x-icon|vnd\.microsoft\.icon)$/)
	assert.deepEqual([...bytes.subarray(0, 4)], [0, 0, 1, 0])
})

const has_ipv6 = existsSync('/proc/net/if_inet6') && readFileSync('/proc/net/if_inet6', 'utf8') !== ''
test('lighttpd answers over IPv6 too', { skip: kind !== 'lighttpd' || !has_ipv6 }, async () => {
	assert.equal((await raw('/healthz', {}, '::1')).status, 200)
})

// A machine whose load is 99 to whoever asks, and the same web server on it, with nothing compressed yet.
test('compression does not stop when the machine is busy', { skip: kind !== 'lighttpd' }, async () => {
	const at = mkdtempSync(join(tmpdir(), 'gatehouse-busy-')), port = await free_port()
	const theirs = readFileSync(join(process.env.GATEHOUSE_DIR, 'lighttpd.conf'), 'utf8')

	writeFileSync(join(at, 'busy.c'), `#include <fcntl.h>
		int getloadavg(double *load, int n) { open("${at}/asked", O_CREAT | O_WRONLY, 0600); for (int i = 0; i < n; i++) load[i] = 99; return n; }\n`)
	execFileSync('cc', ['-shared', '-fPIC', '-o', join(at, 'busy.so'), join(at, 'busy.c')])
	writeFileSync(join(at, 'lighttpd.conf'), theirs.replaceAll(new URL(site).port, String(port))
		.replace(/^server\.pid-file *=.*$/m, `server.pid-file = "${at}/pid"`).replace(/^var\.cache *=.*$/m, `var.cache = "${at}/cache"`))
	mkdirSync(join(at, 'cache'))
	const busy = spawn('/usr/sbin/lighttpd', ['-D', '-f', join(at, 'lighttpd.conf')], { env: { ...process.env, LD_PRELOAD: join(at, 'busy.so') }, stdio: 'inherit' })
	const there = `http://127.0.0.1:${port}`

	try {
		for (let tries = 0; ; tries++)
			try {
				await fetch(`${there}/healthz`)
				break
			} catch (error) {
				assert.ok(busy.exitCode === null && tries < 200, `${error}`)
				await new Promise((done) => setTimeout(done, 50))
			}
		// It looks at the load every 32 seconds, if at all.
		for (let tries = 0; tries < 400 && !existsSync(join(at, 'asked')); tries++)
			await new Promise((done) => setTimeout(done, 100))
		for (const path of ['/static/style.css', '/static/style.css', '/static/app.js', '/'])
			assert.equal((await fetch(there + path)).headers.get('content-encoding'), 'gzip', path)
		const kept = execFileSync('find', [join(at, 'cache'), '-name', '*style.css*'], { encoding: 'utf8' })
		assert.match(kept, /style\.css/, 'what was compressed is not kept')
	} finally {
		busy.kill('SIGTERM')
		await once(busy, 'exit')
		rmSync(at, { recursive: true })
	}
})

test('folders of static files are not listed, and nothing is found above them', async () => {
	assert.ok((await get('/static/')).status >= 403)
	assert.ok((await get('/static/..%2fhttpd/lighttpd.conf')).status >= 400)
	assert.equal((await get('/gatehouse.ini')).status, 404)
	assert.ok((await get('/.htaccess')).status >= 403)
})

test('the query and an unread path come through as they were sent', async () => {
	const answer = await get('/api/v1/public/events/?limit=1&page=1&search=%C3%A9%20%26')
	assert.equal(answer.status, 200)
	const { data } = await answer.json()
	assert.equal(data.limit, 1)
	assert.equal((await get('/api/v1/no-such-thing/?x=1')).status, 404)
})

test('the token in Authorization reaches the program', async () => {
	assert.equal((await get('/api/dashboard/stats/')).status, 401)
	const authorization = `Bearer ${await staffToken()}`
	assert.equal((await get('/api/dashboard/stats/', { headers: { authorization } })).status, 200)
})

test('every method comes through', async () => {
	const put = await get('/api/v1/public/events/', { method: 'PUT', body: '{}' })
	assert.equal(put.status, 405)
	assert.match(put.headers.get('allow'), /GET/)
	const head = await get('/api/v1/public/events/', { method: 'HEAD' })
	assert.equal(head.status, 200)
	assert.equal(await head.text(), '')
	const options = await get('/api/v1/users/login/', {
		method: 'OPTIONS',
		headers: { origin: 'http://localhost:8081', 'access-control-request-method': 'POST' }
	})
	assert.ok(options.status === 200 || options.status === 204, `OPTIONS answered ${options.status}`)
	assert.equal(options.headers.get('access-control-allow-origin'), 'http://localhost:8081')
})

test('an unchanged answer is not sent again', async () => {
	const first = await get('/api/v1/public/events/categories/')
	const etag = first.headers.get('etag')
	assert.ok(etag)
	const again = await get('/api/v1/public/events/categories/', { headers: { 'if-none-match': etag } })
	assert.equal(again.status, 304)
})

test('a body above 128 KiB reaches the program, which answers for itself', async () => {
	// mod_fcgid's own default would end it with a 500.
	const { status, body } = await post('/api/v1/users/login/', { mobile_number: 'x'.repeat(200_000) })
	assert.ok(status >= 400 && status < 500, `answered ${status}`)
	assert.equal(body.success, false)
})

// A server that answers before it has read all of a body closes what it came by, which nothing else is then sent by.
const ALONE = { connection: 'close' }

test('a body above every ceiling is refused', async () => {
	const answer = await get('/api/v1/users/login/', {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...ALONE },
		body: 'x'.repeat(34 * 1024 * 1024)
	}).catch((error) => {
		// A server may hang up before it has read it all.
		if (['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(error.cause?.code)) return { status: 413 }
		throw error
	})
	assert.equal(answer.status, 413)
})

// The largest body that a row of the site map takes, in KB: with [serve] max_upload_kb as it comes.
const highest = () => Math.max(...execFileSync(process.env.GATEHOUSE_BIN, ['routes'], { encoding: 'utf8' }).trim().split('\n')
	.map((line) => Number(line.split(/\s+/)[5])))

test('no sample of a web server has a lower ceiling than the site map, and two say the same', () => {
	const KB = 1024, share = process.env.GATEHOUSE_SHARE
	const said = (file, name) => Number(readFileSync(`${share}/httpd/${file}`, 'utf8').match(new RegExp(`^\\s*${name}\\s*=?\\s*(\\d+)`, 'm'))[1])
	const ceilings = [
		said('lighttpd.conf', 'server.max-request-size') * KB, said('apache.conf', 'LimitRequestBody'), said('apache-fcgid.conf', 'FcgidMaxRequestLen')
	]

	assert.ok(highest() >= 8192, `${highest()}`)
	for (const ceiling of ceilings)
		assert.ok(ceiling > highest() * KB, `${ceiling} for ${highest()} KB`)
	assert.equal(ceilings[0], ceilings[1])
	// mod_fcgid's own default is told of as too low; a site that may set it sets it to what all bodies need.
	assert.match(readFileSync(`${share}/httpd/shared/.htaccess`, 'utf8'), new RegExp(`\\b${highest()} KB\\b`))
})

test('a body as large as any route takes reaches the program, which says more is too much', async () => {
	const form = new FormData()
	form.set('photo', new Blob(['x'.repeat(highest() * 1024)]), 'large.png')
	const answer = await get('/api/v1/users/login/', { method: 'POST', body: form, headers: ALONE })
	const { error } = await answer.json()

	assert.deepEqual([answer.status, error.code], [413, 'TOO_LARGE'])
	form.set('photo', new Blob(['x'.repeat(highest() * 1024 - 1000)]), 'large.png')
	assert.equal((await get('/api/v1/users/login/', { method: 'POST', body: form })).status, 422)
})

test('a form whose picture is too large is shown again with what was typed, and can be sent', async () => {
	const customer = new Browser()

	await customer.open('/sign-in')
	await customer.submit('/sign-in', DEMO.customer)
	await customer.submit('/sign-in/code', { otp: await code(DEMO.customer.mobile_number) })
	await customer.open('/dependents/new')
	const post = (more) => {
		const form = new FormData()

		for (const [name, value] of Object.entries({ ...customer.hidden('/dependents'), name: 'Lou Large', relationship: 'niece', ...more }))
			form.append(name, value)
		return customer.open('/dependents', { method: 'POST', body: form })
	}
	await post({ photo: new Blob([Buffer.alloc((highest() + 1024) * 1024)]), birth_date: '2019-05-04' })
	assert.equal(customer.status, 413)
	for (const value of ['Lou Large', 'niece', '2019-05-04'])
		assert.match(customer.html, new RegExp(`<input [^>]*value="${value}"`))
	await post({ birth_date: '2019-05-04' })
	assert.equal(customer.status, 303)
})

test('live counts: a client waits for its turn, but not on shared hosting', async () => {
	const headers = { authorization: `Bearer ${await staffToken()}` }
	const first = await (await get('/api/live/events/1', { headers })).json()
	const tag = (first.data ?? first).tag
	assert.ok(tag, JSON.stringify(first))
	const began = Date.now()
	const waited = await (await get(`/api/live/events/1?since=${tag}&wait=2`, { headers })).json()
	const took = Date.now() - began
	if (kind === 'fcgid') {
		assert.ok((waited.data ?? waited).retry_after > 0, JSON.stringify(waited))
		assert.ok(took < 1500, `held for ${took} ms`)
	} else {
		assert.equal((waited.data ?? waited).changed, false, JSON.stringify(waited))
		assert.ok(took > 1500, `answered after ${took} ms`)
	}
})

test('a stream of events arrives while it is written', { skip: kind === 'fcgid' }, async () => {
	const stop = new AbortController()
	const answer = await get('/api/live/events/1', {
		headers: { authorization: `Bearer ${await staffToken()}`, accept: 'text/event-stream' },
		signal: stop.signal
	})
	assert.equal(answer.status, 200)
	assert.match(answer.headers.get('content-type'), /^text\/event-stream/)
	const { value } = await answer.body.getReader().read()
	assert.match(new TextDecoder().decode(value), /data: ?\{/)
	stop.abort()
})

// What only resembles an address of the others.
const NEAR = [
	['GET', '/events/1/book/1', 'web'],
	['GET', '/api/v1/tickets/booking', 'web'],
	['GET', '/gates', 'web'],
	['GET', '/api/v1/payment', 'web'],
	['GET', '/orders/1/payment', 'web'],
	['GET', '/gate/logs?limit=1', 'web'],
	['GET', '/events/1/book/?category_id=1', 'book'],
	['GET', '/campus/marks', 'web'],
	['GET', '/campus/m/1/1', 'web'],
	['GET', '/campus/mark/1/photo', 'web'],
	['POST', '/api/campus/attendance/submitted', 'web'],
	['POST', '/api/campus/attendance/submit/1', 'web']
]

// The site map says for each address which workers are meant for it; here it is asked with and without the last slash. Last,
// for it uses up what one address may ask in a minute.
const site_map = () => execFileSync(process.env.GATEHOUSE_BIN, ['routes'], { encoding: 'utf8' }).trim().split('\n')
	.map((line) => line.split(/\s+/)).map(([method, path, , pool]) => [method, path.replace(/:\w+/g, '1'), pool])
	.filter(([, path]) => !path.startsWith('/api/live')) /* `live` answers those */
	.flatMap(([method, path, pool]) => [[method, path, pool], [method, path === '/' ? '/?' : `${path}/`, pool]])

test('each request goes to the workers that are meant for it', { skip: kind === 'fcgid' }, async () => {
	const OTHERS = ['gate', 'book', 'outside', 'mark']
	const counts = async () => {
		const text = await (await get('/metrics')).text()
		return Object.fromEntries(OTHERS.map((pool) =>
			[pool, Number(text.match(new RegExp(`^gatehouse_request_seconds_count\\{pool="${pool}"\\} (\\d+)$`, 'm'))[1])]))
	}
	const expected = await counts()
	const rows = [...site_map(), ...NEAR]
	for (const meant of ['web', ...OTHERS])
		assert.ok(rows.some(([, , pool]) => pool === meant), `no address is meant for ${meant}`)
	for (const [method, path, pool] of [...rows, ['GET', '/gate', 'gate']]) {
		const body = method === 'POST' || method === 'PUT' ? '{}' : undefined
		const { status } = await get(path, { method, body, headers: body && { 'content-type': 'application/json' } })
		assert.ok(status < 500, `${method} ${path} answered ${status}`)
		if (pool === 'web')
			continue
		expected[pool]++
		// A request is counted after its answer was sent. One of the pages' workers that went elsewhere shows in the next.
		const deadline = Date.now() + 5000
		let now = await counts()
		while (now[pool] < expected[pool] && Date.now() < deadline) now = await counts()
		assert.deepEqual(now, expected, `${method} ${path}`)
	}
})
