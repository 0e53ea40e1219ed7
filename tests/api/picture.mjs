// Pictures for tests that upload some.
import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'

// Sixteen by twelve pixels of each other kind.
export const JPEG = Buffer.from(`/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZP
NS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAMABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAUG/8QAGRAAAQUA
AAAAAAAAAAAAAAAAAAISFFFh/8QAFQEBAQAAAAAAAAAAAAAAAAAABQb/xAAXEQADAQAAAAAAAAAAAAAAAAAAAxUW/9oADAMBAAIRAxEAPwDLSNEjSa9Vh6rKPPqFbbD/2Q==`, 'base64')
export const WEBP = Buffer.from(`UklGRlAAAABXRUJQVlA4IEQAAABwAgCdASoQAAwAAgA0JbACdGuA/wFx/geiAVrwAP71hpcF8i2FBJ3Gl//v2+fqz/XjAJX/7LL7//0JReHMI+dCSgAAAA==`, 'base64')
export const GIF = Buffer.from(`R0lGODlhEAAMAPEAAOgAF6IAXV0AohcA6CH5BAAAAAAALAAAAAAQAAwAAAIthI+pi5FuHAQyVEmp3bx7K2yhGAiheZoluqLuaw6CPNeojM8Dvve8DwwKh7sCADs=`, 'base64')

function crc(bytes) {
	let c = ~0
	for (const byte of bytes) {
		c ^= byte
		for (let k = 0; k < 8; k++)
			c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
	}
	return ~c >>> 0
}

// Grey, or of these colours (6: RGBA), at once or in passes; more chunks stand before what draws it. One that is too large to be taken is a head with little behind it.
export function png(width, height, pixels = Buffer.alloc(Math.min(width * height + height, 20_000_000)), more = [], colours = 0, passes = 0) {
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
	head.set([8, colours, 0, 0, passes], 8)
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', head), ...more.map(([type, data]) => chunk(type, Buffer.from(data))),
		chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))
	])
}

// Grey noise; how a row's pixels are to be read, its first byte, is as they are.
export function grain(width, height) {
	const noise = randomBytes((width + 1) * height)

	for (let row = 0; row < height; row++)
		noise[(width + 1) * row] = 0
	return noise
}

// A picture that nobody has sent before, of about so many bytes.
export function picture(bytes = 300) {
	const width = Math.max(8, Math.floor(Math.sqrt(bytes))), height = Math.max(2, Math.floor((bytes - 80) / (width + 1)))

	return png(width, height, grain(width, height))
}

// Sends it in this field, as a multipart form with these other fields.
export function upload(field, bytes, fields = {}) {
	const form = new FormData()

	for (const [name, value] of Object.entries(fields))
		form.set(name, value)
	form.set(field, new Blob([bytes], { type: 'image/png' }), 'picture.png') // what it is called is not asked
	return form
}
