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

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(8 + body.length)

	out.writeUInt32BE(data.length)
	body.copy(out, 4)
	out.writeUInt32BE(crc(body), 4 + body.length)
	return out
}

// Grey, or of these colours (6: RGBA), at once or in passes; more chunks stand before what draws it. One that is too large to be taken is a head with little behind it.
export function png(width, height, pixels = Buffer.alloc(Math.min(width * height + height, 20_000_000)), more = [], colours = 0, passes = 0) {
	const head = Buffer.alloc(13)
	head.writeUInt32BE(width)
	head.writeUInt32BE(height, 4)
	head.set([8, colours, 0, 0, passes], 8)
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', head), ...more.map(([type, data]) => chunk(type, Buffer.from(data))),
		chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))
	])
}

// What a camera writes beside a picture: when, as UTC with an offset of nothing, or as a clock there shows (wall), and where.
export function exif({ at, offset, wall, latitude, longitude }) {
	const time = (wall ?? (at && new Date(at).toISOString().slice(0, 19)))?.replaceAll('-', ':').replace('T', ' '), values = []
	const long = (n) => { const out = Buffer.alloc(4); out.writeUInt32LE(n); return out }
	const degrees = (n) => Buffer.concat([Math.round(Math.abs(n) * 1e6), 1e6, 0, 1, 0, 1].map(long))
	// A directory: entries of [tag, type, how many, bytes], what does not fit into four of them behind all directories.
	const size = (entries) => 2 + entries.length * 12 + 4
	const times = time ? [[0x9003, 2, 20, Buffer.from(`${time}\0`)], ...offset ? [[0x9011, 2, 7, Buffer.from(`${offset}\0`)]] : []] : []
	const place = latitude === undefined ? [] : [[1, 2, 2, Buffer.from(latitude < 0 ? 'S\0' : 'N\0')], [2, 5, 3, degrees(latitude)], [3, 2, 2, Buffer.from(longitude < 0 ? 'W\0' : 'E\0')], [4, 5, 3, degrees(longitude)]]
	const first = 8 + size([0, 0]), second = first + size(times), all = [[[0x8769, 4, 1, long(first)], [0x8825, 4, 1, long(second)]], times, place]
	let end = second + size(place)

	const directories = all.map((entries) => {
		const out = Buffer.alloc(size(entries))

		out.writeUInt16LE(entries.length)
		entries.forEach(([tag, type, n, bytes], i) => {
			out.writeUInt16LE(tag, 2 + i * 12)
			out.writeUInt16LE(type, 4 + i * 12)
			out.writeUInt32LE(n, 6 + i * 12)
			if (bytes.length <= 4) {
				bytes.copy(out, 10 + i * 12)
				return
			}
			out.writeUInt32LE(end, 10 + i * 12)
			values.push(bytes)
			end += bytes.length
		})
		return out
	})
	return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), ...directories, ...values])
}

// A PNG, before what draws it, or a JPEG, after its first two bytes.
export function with_exif(picture, data) {
	const at = picture[0] === 0xff ? 2 : 33, head = Buffer.alloc(4)

	if (at === 2) {
		head.writeUInt16BE(0xffe1)
		head.writeUInt16BE(data.length + 8, 2)
	}
	return Buffer.concat([picture.subarray(0, at), at === 2 ? Buffer.concat([head, Buffer.from('Exif\0\0'), data]) : chunk('eXIf', data), picture.subarray(at)])
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
