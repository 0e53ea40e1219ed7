// The modules of static/gate as node may load them: browsers take a .js for one, node asks for a package that says so.
import { webcrypto } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const top = new URL('../..', import.meta.url).pathname
// What every browser has, and node 18 keeps to itself.
for (const [name, value] of Object.entries({ crypto: webcrypto, CryptoKey: webcrypto.CryptoKey }))
	globalThis[name] ??= value

const dir = mkdtempSync(join(tmpdir(), 'gatehouse-gate-'))

process.on('exit', () => rmSync(dir, { recursive: true, force: true }))
cpSync(join(top, 'static/gate'), dir, { recursive: true })
writeFileSync(join(dir, 'package.json'), '{"type":"module"}')

// One of them: await gate('verdict.js').
export const gate = (name) => import(join(dir, name))
// A table of cases beside this file.
export const table = (name) => JSON.parse(readFileSync(join(top, 'tests/gate', name), 'utf8'))
// A file of the project.
export const source = (path) => readFileSync(join(top, path), 'utf8')
