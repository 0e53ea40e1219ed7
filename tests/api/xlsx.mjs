// A reader of spreadsheets, as far as a list's export needs one: the parts of the archive, and the cells of its sheets with
// what kind of thing each holds.
import assert from 'node:assert/strict'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

// The files of a ZIP archive by name, from its central directory.
export function unzip(bytes) {
	const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')), files = {}

	assert.ok(end > 0, 'no archive')
	let at = bytes.readUInt32LE(end + 16)
	for (let n = bytes.readUInt16LE(end + 10); n; n--) {
		assert.equal(bytes.toString('latin1', at, at + 4), 'PK\x01\x02')
		const method = bytes.readUInt16LE(at + 10), packed = bytes.readUInt32LE(at + 20), size = bytes.readUInt32LE(at + 24)
		const lengths = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)), head = bytes.readUInt32LE(at + 42)
		const name = bytes.toString('utf8', at + 46, at + 46 + lengths[0])
		const data = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28)
		const raw = bytes.subarray(data, data + packed)

		files[name] = method ? inflateRawSync(raw) : raw
		assert.equal(files[name].length, size, name)
		at += 46 + lengths[0] + lengths[1] + lengths[2]
	}
	return files
}

const text_of = (xml) => xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'")
	.replaceAll('&#39;', "'").replaceAll('&amp;', '&').replace(/_x([0-9A-F]{4})_/g, (all, code) => String.fromCharCode(parseInt(code, 16)))

const attribute = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1]

// "AB12" → 27
const column_of = (name) => [...name.match(/^[A-Z]+/)[0]].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1

// The number format of each style.
function formats(files) {
	const styles = files['xl/styles.xml'].toString()
	const codes = Object.fromEntries([...styles.matchAll(/<numFmt [^>]*>/g)].map(([tag]) => [attribute(tag, 'numFmtId'), text_of(attribute(tag, 'formatCode'))]))

	return [...styles.match(/<cellXfs.*?<\/cellXfs>/s)[0].matchAll(/<xf [^>]*>/g)].map(([tag]) => codes[attribute(tag, 'numFmtId')] ?? attribute(tag, 'numFmtId'))
}

function cell(tag, inner, styles) {
	const value = inner.match(/<v>(.*?)<\/v>/s)?.[1]

	assert.doesNotMatch(inner, /<f\b/, 'a formula')
	switch (attribute(tag, 't')) {
	case 'inlineStr':
		return { text: text_of(inner.match(/<t[^>]*>(.*?)<\/t>/s)?.[1] ?? '') }
	case 'b':
		return { truth: value === '1' }
	case undefined:
		return value === undefined ? undefined : { number: Number(value), format: styles[Number(attribute(tag, 's') ?? 0)] }
	default:
		assert.fail(`a cell of another kind: ${tag}`)
	}
}

// [{ heading: cell }] of all sheets, and the headings: { headings, rows }. A cell is { text }, { truth } or { number, format }.
export function read_xlsx(bytes) {
	const files = unzip(bytes), styles = formats(files), all = { headings: undefined, rows: [] }

	for (let n = 1; files[`xl/worksheets/sheet${n}.xml`]; n++) {
		const rows = [...files[`xl/worksheets/sheet${n}.xml`].toString().matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
			const cells = []

			for (const [, tag, inner] of row.matchAll(/<c( [^>]*?)(?:\/>|>(.*?)<\/c>)/gs))
				cells[column_of(attribute(tag, 'r'))] = cell(tag, inner ?? '', styles)
			return cells
		})
		const headings = (rows.shift() ?? []).map((one) => one.text)

		all.headings ??= headings
		assert.deepEqual(headings, all.headings)
		all.rows.push(...rows.map((row) => Object.fromEntries(headings.map((name, i) => [name, row[i]]))))
	}
	return all
}

// A day or a moment as a spreadsheet counts them: days since 1899-12-30.
export const date_of = (number) => new Date(Math.round((number - 25569) * 86_400_000))

// The check sum of ZIP (PKWARE's APPNOTE, 4.4.7), which node 18 has not: bit by bit, for files are small.
function crc32(bytes) {
	let crc = -1

	for (const byte of bytes) {
		crc ^= byte
		for (let bit = 0; bit < 8; bit++)
			crc = crc >>> 1 ^ (crc & 1 ? 0xEDB88320 : 0)
	}
	return ~crc >>> 0
}

// An archive of these files, deflated.
function zip(files) {
	const parts = [], entries = []
	let at = 0

	for (const [name, text] of Object.entries(files)) {
		const bytes = Buffer.from(text), packed = deflateRawSync(bytes), called = Buffer.from(name), head = Buffer.alloc(30), entry = Buffer.alloc(46)

		head.write('PK\x03\x04', 'latin1')
		entry.write('PK\x01\x02', 'latin1')
		for (const [one, from] of [[head, 8], [entry, 10]]) {
			one.writeUInt16LE(8, from)
			one.writeUInt32LE(crc32(bytes), from + 6)
			one.writeUInt32LE(packed.length, from + 10)
			one.writeUInt32LE(bytes.length, from + 14)
			one.writeUInt16LE(called.length, from + 18)
		}
		entry.writeUInt32LE(at, 42)
		parts.push(head, called, packed)
		entries.push(entry, called)
		at += head.length + called.length + packed.length
	}
	const directory = Buffer.concat(entries), end = Buffer.alloc(22)

	end.write('PK\x05\x06', 'latin1')
	end.writeUInt16LE(Object.keys(files).length, 8)
	end.writeUInt16LE(Object.keys(files).length, 10)
	end.writeUInt32LE(directory.length, 12)
	end.writeUInt32LE(at, 16)
	return Buffer.concat([...parts, directory, end])
}

// A spreadsheet with these rows, as programs save one: texts are shared, numbers are numbers, empty cells are left out.
export function workbook(rows) {
	const texts = [], escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
	const cell = (value, row, column) => value === '' ? '' : typeof value === 'number' ? `<c r="${String.fromCharCode(65 + column)}${row + 1}"><v>${value}</v></c>`
		: `<c r="${String.fromCharCode(65 + column)}${row + 1}" t="s"><v>${texts.push(value) - 1}</v></c>`
	const sheet = rows.map((cells, row) => `<row r="${row + 1}">${cells.map((value, column) => cell(value, row, column)).join('')}</row>`).join('')

	return zip({
		'xl/workbook.xml': '<workbook><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
		'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
		'xl/sharedStrings.xml': `<sst>${texts.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`,
		'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`
	})
}
