// A client of MariaDB that stays, one a test file: to start one for each question costs more than most questions do. It waits for the
// answer, as execFileSync() would, by pipes that have names, for node reads none of its own without its loop. After each
// question it connects anew, so none leaves anything to the next: no transaction, setting, variable or temporary table.
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants
// A pipe holds that much, so that what is asked is written whole before anything of the answer has to be read.
const SHORT = 60_000
// What would stay so for the next.
const ANOTHER = /(^|[;\n])\s*(USE|DELIMITER)\b/i

// Both ends of a pipe at path. Neither end can be opened to wait before there is the other.
function pipe(path) {
	execFileSync('mkfifo', ['-m', '600', path])
	const first = openSync(path, O_RDONLY | O_NONBLOCK), write = openSync(path, O_WRONLY), read = openSync(path, O_RDONLY)

	closeSync(first)
	return { read, write }
}

const places = []

process.once('exit', () => places.forEach((at) => rmSync(at, { recursive: true })))

function start(args) {
	const at = mkdtempSync(join(tmpdir(), 'gatehouse-sql-')), said = join(at, 'errors'), errors = openSync(said, 'a', 0o600)
	const asked = pipe(join(at, 'in')), answered = pipe(join(at, 'out'))
	const child = spawn('mariadb', [...args, '--unbuffered', '--skip-reconnect'], { stdio: [asked.read, answered.write, errors] })

	child.on('error', () => {}) // there is none: no answer comes
	child.unref();
	[asked.read, answered.write, errors].forEach(closeSync)
	places.push(at)
	return { write: asked.write, read: answered.read, said, asked: 0 }
}

// What it says up to its word that it is done; undefined where it ended before.
function answer(client, done) {
	const parts = [], chunk = Buffer.allocUnsafe(1 << 16), end = Buffer.from(`${done}\n`)

	for (let tail = Buffer.alloc(0); ;) {
		const got = readSync(client.read, chunk)

		if (!got)
			return undefined
		parts.push(Buffer.from(chunk.subarray(0, got)))
		tail = Buffer.concat([tail, parts.at(-1)]).subarray(-end.length)
		if (tail.equals(end))
			return Buffer.concat(parts).subarray(0, -end.length).toString()
	}
}

function asks(client, statements) {
	const done = `done ${process.pid} ${++client.asked}`

	truncateSync(client.said)
	try {
		writeSync(client.write, `${statements}\nSELECT '${done}';\n`)
	} catch (error) {
		if (error.code !== 'EPIPE')
			throw error
		return undefined
	}
	return answer(client, done)
}

function ended(client) {
	closeSync(client.write)
	closeSync(client.read)
	return readFileSync(client.said, 'utf8')
}

let client

// What `mariadb ARGS -e STATEMENTS` would print; throws as execFileSync() does where one fails, with what was said in stderr.
export function ask(args, statements) {
	if (statements.length > SHORT || ANOTHER.test(statements))
		return execFileSync('mariadb', [...args, '-e', statements], { encoding: 'utf8', maxBuffer: 1 << 30 })
	// The server may have gone since, or have been another's.
	if (client && (client.args !== args.join('\0') || asks(client, '') === undefined)) {
		ended(client)
		client = undefined
	}
	client ??= { ...start(args), args: args.join('\0') }
	const said = asks(client, `${statements.replace(/[\s;]+$/, '')}\n;\n\\r`)

	if (said !== undefined)
		return said
	const stderr = ended(client)

	client = undefined
	throw Object.assign(new Error(`Command failed: mariadb -e ${statements}\n${stderr}`), { stderr })
}
