// What the tests of the shell scripts stand on: directories of their own, and machines on which something is missing or
// answers otherwise, made out of a PATH.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const top = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

// A directory that goes with the test.
export function directory(t) {
	const dir = mkdtempSync(join(tmpdir(), 'gatehouse-scripts-'))

	t.after(() => rmSync(dir, { recursive: true, force: true }))
	return dir
}

// A PATH with all commands of this machine but those without; instead: the text of scripts by their names.
export function machine(t, { without = [], instead = {} } = {}) {
	const bin = directory(t)

	for (const [name, text] of Object.entries(instead))
		writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
	if (!without.length)
		return `${bin}:${process.env.PATH}`
	for (const place of process.env.PATH.split(':').filter((path) => existsSync(path)))
		for (const name of readdirSync(place))
			if (!without.includes(name) && !existsSync(join(bin, name)))
				try {
					symlinkSync(join(place, name), join(bin, name))
				} catch { /* there is a link of that name, to nothing */ }
	return bin
}

// Runs a command to its end: its status and all it said, in the order it said it. path: a machine(). Where whoever runs these
// tests has their own builds and data is nothing to it.
export function run(command, args, { path, env = {}, cwd = top, began } = {}) {
	return new Promise((done) => {
		const child = spawn('/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', command, ...args], {
			cwd, env: { ...process.env, GATEHOUSE_VAR: undefined, ...(path ? { PATH: path } : {}), ...env }, stdio: ['ignore', 'pipe', 'inherit']
		})
		let said = ''

		child.stdout.on('data', (text) => { said += text })
		child.on('close', (status, signal) => done({ status: status ?? signal, said }))
		began?.(child)
	})
}

// A copy of the project's files without what was built, below a directory of this name.
export function copy(t, name) {
	const to = join(directory(t), name)

	mkdirSync(to, { recursive: true })
	execFileSync('sh', ['-c', 'tar -C "$1" --exclude=./.git --exclude="./var*" --exclude=node_modules -cf - . | tar -C "$2" -xf -', 'sh', top, to])
	return to
}
