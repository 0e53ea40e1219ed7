// How many rows the first sheet of a spreadsheet has, the heading's too. It is inflated a piece at a time.
//
//	node xlsx-rows.mjs FILE
import { createReadStream, openSync, readSync, fstatSync } from 'node:fs'
import { createInflateRaw } from 'node:zlib'

const path = process.argv[2], fd = openSync(path), size = fstatSync(fd).size
const read = (at, length) => {
	const bytes = Buffer.alloc(length)

	readSync(fd, bytes, 0, length, at)
	return bytes
}

const tail = read(Math.max(0, size - 65557), Math.min(size, 65557)), end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
const directory = read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
for (let at = 0; at < directory.length;) {
	const lengths = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset))
	const name = directory.toString('utf8', at + 46, at + 46 + lengths[0])

	if (name === 'xl/worksheets/sheet1.xml') {
		const head = directory.readUInt32LE(at + 42), local = read(head, 30)
		const start = head + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
		let rows = 0, rest = ''

		createReadStream(path, { start, end: start + directory.readUInt32LE(at + 20) - 1 }).pipe(createInflateRaw()).on('data', (piece) => {
			const text = rest + piece.toString('latin1')

			rows += text.split('<row ').length - 1
			rest = text.slice(-4)
		}).on('end', () => console.log(rows))
		break
	}
	at += 46 + lengths[0] + lengths[1] + lengths[2]
}
