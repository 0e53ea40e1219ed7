// FastCGI 1.0, as much as one request needs: its records' bodies are below 64 KB. For what is asked of our processes without a
// web server between.
import { connect } from 'node:net'

const record = (type, body = Buffer.alloc(0)) =>
	Buffer.concat([Buffer.from([1, type, 0, 1, body.length >> 8, body.length & 255, 0, 0]), body])

function stdout_of(answer) {
	const parts = []

	for (let at = 0; at + 8 <= answer.length; at += 8 + answer.readUInt16BE(at + 4) + answer[at + 6])
		if (answer[at + 1] === 6)
			parts.push(answer.subarray(at + 8, at + 8 + answer.readUInt16BE(at + 4)))
	return Buffer.concat(parts).toString()
}

// One length of a name or value.
const length = (n) => n < 128 ? [n] : [n >> 24 | 128, n >> 16 & 255, n >> 8 & 255, n & 255]

// A request on a socket: { status, text }; path with its query, headers by their names.
// wait: how many ms pass between connecting and the first bytes.
export function ask_socket(socket, path, { method = 'GET', headers = {}, body = '', wait = 0 } = {}) {
	const theirs = Object.entries(headers).map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value])
	const params = [['REQUEST_METHOD', method], ['REQUEST_URI', path], ['REMOTE_ADDR', '127.0.0.1'], ['SERVER_PROTOCOL', 'HTTP/1.1'],
		...(body ? [['CONTENT_TYPE', 'application/json'], ['CONTENT_LENGTH', String(Buffer.byteLength(body))]] : []), ...theirs]
		.map(([name, value]) => [Buffer.from(name), Buffer.from(value)])
		.map(([name, value]) => Buffer.concat([Buffer.from([...length(name.length), ...length(value.length)]), name, value]))

	return new Promise((resolve, reject) => {
		const to = connect(socket)
		const chunks = []

		to.on('data', (chunk) => chunks.push(chunk))
		to.on('error', reject)
		to.on('close', () => {
			const text = stdout_of(Buffer.concat(chunks))
			const head = text.match(/^Status: (\d+)/m)

			if (text)
				resolve({ status: Number(head?.[1] ?? 200), text })
			else
				reject(new Error(`${socket}: ${method} ${path} was not answered`))
		})
		const send = () => to.write(Buffer.concat([record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])), record(4, Buffer.concat(params)),
			record(4), ...(body ? [record(5, Buffer.from(body))] : []), record(5)]))
		if (wait)
			setTimeout(send, wait)
		else
			send()
	})
}

// Does somebody answer there? The file alone says nothing: it is there before they listen.
export const listens_at = (socket) => new Promise((resolve) => {
	const to = connect(socket, () => {
		to.destroy()
		resolve(true)
	})

	to.on('error', () => resolve(false))
})
