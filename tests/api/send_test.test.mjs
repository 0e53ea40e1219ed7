// `gatehouse send-test`: whoever sets a gateway up learns at once whether it takes messages, and why not.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as http_server } from 'node:http'
import { createServer as tcp_server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { write_ini } from './own_ini.mjs'

const dir = mkdtempSync(join(tmpdir(), 'gatehouse-send-'))
after(() => rmSync(dir, { recursive: true }))

// { status, said } of sending there; asynchronous, for the gateways are in this process.
const send = (changes, ...args) => new Promise((resolve) =>
	execFile(process.env.GATEHOUSE_BIN, ['-c', write_ini(join(dir, 'gatehouse.ini'), changes), 'send-test', ...args],
		(error, stdout, stderr) => resolve({ status: error?.code ?? 0, said: stdout + stderr })))

async function listening(server) {
	await new Promise((done) => server.listen(0, '127.0.0.1', done))
	return server.address().port
}

test('a text message is sent through the gateway, and its refusal is told', { skip: !process.env.GATEHOUSE_BIN }, async () => {
	const got = []
	let status = 200
	const server = http_server((request, response) => {
		let body = ''
		request.on('data', (chunk) => { body += chunk })
		request.on('end', () => {
			got.push(JSON.parse(body))
			response.writeHead(status).end('{}')
		})
	})
	const settings = { 'sms.transport': 'http', 'sms.url': `http://127.0.0.1:${await listening(server)}/send`, 'sms.token': 's3cret' }
	const { status: sent, said } = await send(settings, '(0)555-0100 001')

	assert.equal(sent, 0, said)
	assert.match(said, /\/send took a message to \+1555010000?1\n/)
	assert.match(got[0].text, /^This is a test of Gatehouse, sent at /)
	for (status of [401, 422]) {
		const refusal = await send(settings, '+15550100001')
		assert.equal(refusal.status, 1)
		assert.match(refusal.said, new RegExp(`The SMS gateway answered ${status}\\. Jobs would ${status === 401 ? '' : 'not '}try again\\.`))
		assert.ok(!refusal.said.includes('s3cret'))
	}
	server.close()
	const away = await send(settings, '+15550100001')
	assert.equal(away.status, 1)
	assert.match(away.said, /could not be reached/)
})

test('a mail is handed to the server', { skip: !process.env.GATEHOUSE_BIN }, async () => {
	let got = ''
	const server = tcp_server((socket) => {
		let data = false, said = '' // which comes in pieces, wherever it is cut
		socket.write('220 here\r\n')
		socket.on('data', (bytes) => {
			got += bytes
			said += bytes
			if (!said.endsWith(data ? '\r\n.\r\n' : '\r\n'))
				return
			data = !data && /^DATA/m.test(said)
			said = ''
			socket.write(data ? '354 go on\r\n' : '250 fine\r\n')
		})
	})
	const settings = { 'mail.transport': 'smtp', 'mail.url': `smtp://127.0.0.1:${await listening(server)}`, 'mail.from': 'door@tickets.example' }
	const { status, said } = await send(settings, 'ann@example.org')

	server.close()
	assert.equal(status, 0, said)
	assert.match(got, /RCPT TO:<ann@example\.org>/)
	assert.match(got, /Subject: A test of Gatehouse/)
})

test('a sandbox is no gateway, and nonsense no address', { skip: !process.env.GATEHOUSE_BIN }, async () => {
	for (const to of ['ann@example.org', '+15550100001']) {
		const { status, said } = await send({}, to)
		assert.equal(status, 1)
		assert.match(said, /transport is sandbox: nothing is sent/)
	}
	for (const args of [[], ['nobody'], ['ann@'], ['+1555', 'x']])
		assert.equal((await send({}, ...args)).status, 2, args.join())
})
