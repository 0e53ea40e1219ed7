// Apache's sample as a site has it: two virtual hosts, of http and of https, over IPv4 and IPv6, in front of the program that the
// stack runs. Another Apache beside the stack's own, with the same directories.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as http_request } from 'node:http'
import { request as https_request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const skip = process.env.GATEHOUSE_WEB !== 'apache'
const root = process.getuid() === 0
const ADDRESSES = ['127.0.0.1', ...existsSync('/proc/net/if_inet6') && readFileSync('/proc/net/if_inet6', 'utf8') ? ['::1'] : []]
let at, apache, http_port, https_port

const free_port = () => new Promise((resolve) => {
	const server = createServer().listen(0, '::', () => {
		const { port } = server.address()
		server.close(() => resolve(port))
	})
})

// The stack's own main part and, behind it, the sample with its directories.
function parts() {
	const whole = readFileSync(join(process.env.GATEHOUSE_DIR, 'apache.conf'), 'utf8'), cut = whole.indexOf('# Apache 2.4 in front of Gatehouse')

	assert.ok(cut > 0, 'the stack\'s configuration has no sample in it')
	return [whole.slice(0, cut), whole.slice(cut)]
}

before(async () => {
	if (skip)
		return
	at = mkdtempSync(join(tmpdir(), 'gatehouse-apache-'))
	http_port = await free_port()
	https_port = await free_port()
	const [main, sample] = parts(), modules = main.match(/^LoadModule mpm_event_module "?(.*)\/mod_mpm_event\.so/m)[1]
	const site = readFileSync(join(process.env.GATEHOUSE_SHARE, 'httpd/apache-site.conf'), 'utf8')

	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=tickets.example',
		'-keyout', join(at, 'privkey.pem'), '-out', join(at, 'fullchain.pem')], { stdio: 'ignore' })
	writeFileSync(join(at, 'gatehouse.conf'), sample)
	writeFileSync(join(at, 'site.conf'), site.replaceAll('/etc/apache2/gatehouse.conf', join(at, 'gatehouse.conf'))
		.replaceAll('/etc/letsencrypt/live/tickets.example', at).replace('*:80>', `*:${http_port}>`).replace('*:443>', `*:${https_port}>`))
	writeFileSync(join(at, 'apache.conf'), `Define APACHE_LOG_DIR "${at}"\n${main.replace(/^Listen .*$/m, `Listen ${http_port}\nListen ${https_port}`).replace(/^Define .*\n/m, '')
		.replace(/^PidFile .*$/m, `PidFile "${at}/apache.pid"`).replace(/^ErrorLog .*$/m, `ErrorLog "${at}/error.log"`)
		.replace(/^DefaultRuntimeDir .*$/m, `DefaultRuntimeDir "${at}"`).replace(/^Mutex .*$/m, `Mutex file:${at} default`)}
LoadModule ssl_module ${modules}/mod_ssl.so
Include ${at}/site.conf
`)
	chmodSync(at, 0o755)
	if (root)
		execFileSync('chown', ['-R', 'www-data:www-data', at])
	const command = ['apache2', '-DFOREGROUND', '-f', join(at, 'apache.conf')]
	apache = root ? spawn('setpriv', ['--reuid=www-data', '--regid=www-data', '--init-groups', ...command], { stdio: 'inherit' })
		: spawn(command[0], command.slice(1), { stdio: 'inherit' })
	for (let tries = 0; ; tries++)
		try {
			await ask('https', '127.0.0.1', '/healthz')
			break
		} catch (error) {
			assert.ok(apache.exitCode === null && tries < 200, `${error}`)
			await new Promise((done) => setTimeout(done, 50))
		}
})
after(async () => {
	if (skip)
		return
	if (apache.exitCode === null) {
		const ended = new Promise((done) => apache.on('exit', done))
		apache.kill('SIGTERM')
		await ended
	}
	rmSync(at, { recursive: true })
})

const ask = (scheme, host, path, headers = {}) => new Promise((resolve, reject) => {
	const how = scheme === 'https' ? https_request : http_request

	how({ host, port: scheme === 'https' ? https_port : http_port, path, headers: { host: 'tickets.example', ...headers }, rejectUnauthorized: false }, (answer) => {
		const chunks = []

		answer.on('data', (bytes) => chunks.push(bytes)).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) }))
	}).on('error', reject).end()
})

test('what comes by http is sent to https, path and query with it, over IPv4 and IPv6', { skip }, async () => {
	for (const address of ADDRESSES)
		for (const path of ['/', '/events?search=%C3%A9&page=2', '/static/style.css', '/api/v1/public/events/']) {
			const { status, headers } = await ask('http', address, path)

			assert.deepEqual([status, headers.location], [308, `https://tickets.example${path}`], address)
		}
})

test('https is answered, over IPv4 and IPv6, and says so to browsers', { skip }, async () => {
	for (const address of ADDRESSES) {
		const { status, headers } = await ask('https', address, '/sign-in')

		assert.equal(status, 200)
		assert.match(headers['strict-transport-security'], /^max-age=31536000/)
		assert.match(headers['set-cookie'][0], /^__Host-gh_form=.*; Secure$/)
		assert.equal(JSON.parse((await ask('https', address, '/readyz')).bytes).proxies, 'ok')
	}
})
