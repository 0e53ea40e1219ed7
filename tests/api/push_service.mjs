// A push service and browsers of the tests' own: what a site hands over is opened as RFC 8291 has it and its token verified as RFC 8292
// has it, by node's own cryptography from nothing but what came.
import assert from 'node:assert/strict'
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

const url64 = (bytes) => Buffer.from(bytes).toString('base64url')
const derive = (ikm, salt, info, length) => Buffer.from(hkdfSync('sha256', ikm, salt, info, length))

// A browser that wants to be told: { endpoint, body (what it posts), open(sealed): what it shows }.
export function browser(endpoint) {
	const ecdh = createECDH('prime256v1'), auth = randomBytes(16), point = ecdh.generateKeys()

	return {
		endpoint, point, auth,
		body: { endpoint, expirationTime: null, keys: { p256dh: url64(point), auth: url64(auth) } },
		open(sealed) {
			const salt = sealed.subarray(0, 16), size = sealed.readUInt32BE(16), theirs = sealed.subarray(21, 21 + sealed[20]), record = sealed.subarray(21 + sealed[20])

			assert.ok(size >= record.length && sealed.length <= 4096, 'one record')
			assert.equal(theirs.length, 65)
			const ikm = derive(ecdh.computeSecret(theirs), auth, Buffer.concat([Buffer.from('WebPush: info\0'), point, theirs]), 32)
			const decipher = createDecipheriv('aes-128-gcm', derive(ikm, salt, 'Content-Encoding: aes128gcm\0', 16), derive(ikm, salt, 'Content-Encoding: nonce\0', 12))

			decipher.setAuthTag(record.subarray(-16))
			const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
			assert.equal(plain.at(-1), 2, 'the last record ends so')
			return JSON.parse(plain.subarray(0, -1))
		}
	}
}

// Whose it is: the claims and the key of a header Authorization, whose signature is right.
export function vapid(header) {
	const [, head, claims, signature, key] = header.match(/^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/)
	const point = Buffer.from(key, 'base64url')
	const jwk = { kty: 'EC', crv: 'P-256', x: url64(point.subarray(1, 33)), y: url64(point.subarray(33)) }

	assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
		Buffer.from(signature, 'base64url')), 'its signature')
	assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url')), { typ: 'JWT', alg: 'ES256' })
	return { key, ...JSON.parse(Buffer.from(claims, 'base64url')) }
}

// { origin, port, device(): a browser here, got: [{ path, headers, body, device, shown }], of(device), answer, stop() }. answer: what a
// path is answered: { status, headers }; null: nothing, for ever.
export async function push_service() {
	const devices = new Map()
	const there = { got: [], answer: () => ({ status: 201 }), of: (device) => there.got.filter((one) => one.device === device) }
	const server = createServer(async (request, response) => {
		const parts = []

		for await (const part of request)
			parts.push(part)
		const one = { method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(parts), device: devices.get(request.url) }
		const answer = there.answer(one)

		there.got.push(one)
		if (answer)
			response.writeHead(answer.status, answer.headers).end()
	}).listen(0, '0.0.0.0')

	await once(server, 'listening')
	there.port = server.address().port
	there.origin = `http://127.0.0.1:${there.port}`
	there.device = (host = '127.0.0.1') => {
		const path = `/push/${url64(randomBytes(24))}`, made = browser(`http://${host}:${there.port}${path}`)

		devices.set(path, made)
		return made
	}
	there.stop = () => {
		server.closeAllConnections()
		server.close()
	}
	return there
}
