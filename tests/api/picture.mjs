// Pictures for tests that upload some.
import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'

function crc(bytes) {
	let c = ~0
	for (const byte of bytes) {
		c ^= byte
		for (let k = 0; k < 8; k++)
			c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
	}
	return ~c >>> 0
}

// Grey; more chunks stand before what draws it.
export function png(width, height, pixels = Buffer.alloc(Math.min(width * height + height, 1000)), more = []) {
	const chunk = (type, data) => {
		const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(8 + body.length)
		out.writeUInt32BE(data.length)
		body.copy(out, 4)
		out.writeUInt32BE(crc(body), 4 + body.length)
		return out
	}
	const head = Buffer.alloc(13)
	head.writeUInt32BE(width)
	head.writeUInt32BE(height, 4)
	head.set([8, 0, 0, 0, 0], 8)
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', head), ...more.map(([type, data]) => chunk(type, Buffer.from(data))),
		chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))
	])
}

// A picture that nobody has sent before, of about so many bytes: grey noise, eight pixels a row.
export function picture(bytes = 300) {
	const rows = Math.max(2, Math.ceil((bytes - 80) / 9)), noise = randomBytes(9 * rows)

	for (let row = 0; row < rows; row++)
		noise[9 * row] = 0 // how its pixels are to be read: as they are
	return png(8, rows, noise)
}

// Sends it in this field, as a multipart form with these other fields.
export function upload(field, bytes, fields = {}) {
	const form = new FormData()

	for (const [name, value] of Object.entries(fields))
		form.set(name, value)
	form.set(field, new Blob([bytes], { type: 'image/png' }), 'picture.png')
	return form
}
