// The way to a database on another machine: encrypted, and to the one that its certificate names, or not at all. Between stands
// somebody who takes the server's offer of TLS out of its greeting.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { own_stack } from './own.mjs'

const at = mkdtempSync(join(tmpdir(), 'gatehouse-tls-'))
const certify = (name, subject) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
	'-subj', '/CN=db.test', '-addext', `subjectAltName=${subject}`, '-keyout', join(at, `${name}.key`), '-out', join(at, `${name}.pem`)], { stdio: 'ignore' })
certify('server', 'DNS:localhost')
certify('other', 'DNS:localhost')

const listening = async (server) => {
	await once(server.listen(0, '127.0.0.1'), 'listening')
	return server.address().port
}
const probe = createServer(), port = await listening(probe)
await new Promise((done) => probe.close(done))

const own = await own_stack('tls', { db: `--skip-networking=0 --bind-address=127.0.0.1 --port=${port} --ssl-cert=${at}/server.pem --ssl-key=${at}/server.key` })
const { write_ini } = await import('./own_ini.mjs')
const { sql } = await import('./lib.mjs')
const { until } = await import('./world.mjs')

sql(`CREATE USER encrypted@'%' IDENTIFIED BY 'of this test' REQUIRE SSL; CREATE USER plain@'%' IDENTIFIED BY 'of this test';
	GRANT ALL ON gatehouse.* TO encrypted@'%'; GRANT ALL ON gatehouse.* TO plain@'%'`)

// Flags of two bytes stand behind the version's NUL, the connection's number (4) and half of the challenge (8 + 1).
const downgrade = createServer((client) => {
	const server = connect(port, '127.0.0.1')
	let greeted = false

	server.on('data', (data) => {
		if (!greeted)
			data[data.indexOf(0, 5) + 1 + 4 + 8 + 1 + 1] &= ~0x08
		greeted = true
		client.write(data)
	})
	client.on('data', (data) => server.write(data))
	for (const socket of [client, server])
		socket.on('error', () => {}).on('close', () => (client.destroy(), server.destroy()))
})
const between = await listening(downgrade)

after(async () => {
	downgrade.close()
	await own.stop()
	rmSync(at, { recursive: true })
})

const audit = (settings, trusted = 'server') => {
	const ini = write_ini(join(at, 'gatehouse.ini'), { 'database.socket': '', 'database.host': 'localhost', 'database.port': port, 'database.user': 'encrypted',
		'database.password': 'of this test', 'database.tls': 'yes', ...settings })

	return new Promise((resolve) => execFile(process.env.GATEHOUSE_BIN, ['-c', ini, 'audit'], { env: { ...process.env, SSL_CERT_FILE: join(at, `${trusted}.pem`) } },
		(error, stdout, stderr) => resolve({ status: error?.code ?? 0, said: stdout + stderr })))
}
const refused = async (said, ...how) => {
	const ran = await audit(...how)

	assert.notEqual(ran.status, 0, ran.said)
	assert.match(ran.said, said)
}

test('a database is talked to over TLS where its certificate is trusted and names it, and by nobody in plain', async () => {
	// What a new site leaves to its jobs is done a moment after they began.
	await until('all that the audit asks holds', async () => (await audit({})).status === 0)
	await refused(/Access denied/, { 'database.tls': 'no' })
	// From 3.4 on the connector lets a server prove itself by the account's password, where its certificate does not.
	const [major, minor] = execFileSync('mariadb_config', ['--cc_version'], { encoding: 'utf8' }).split('.').map(Number)
	if (major > 3 || (major === 3 && minor >= 4))
		return
	await refused(/certificate/i, {}, 'other')
	await refused(/certificate|hostname|verif/i, { 'database.host': '127.0.0.1' })
})

test('a server that offers no TLS, or whose offer was taken out on the way, is told nothing', async () => {
	assert.equal((await audit({ 'database.port': between, 'database.user': 'plain', 'database.tls': 'no' })).status, 0, 'the way between works')
	await refused(/SSL|TLS/, { 'database.port': between, 'database.user': 'plain' })
	await refused(/SSL|TLS/, { 'database.port': between })
})
