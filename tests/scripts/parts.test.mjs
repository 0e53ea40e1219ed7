// parts/fetch brings what the gate's app has from npm: what is listed and nothing else, and without npm it says so.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { directory, machine, run, top } from './lib.mjs'

const sha = (text) => createHash('sha512').update(text).digest('hex')

// An npm that packs what it is told: a package of one file.
const npm = (text) => `mkdir -p package && printf %s '${text}' >package/index.js && tar czf one.tgz package && rm -r package; echo asked >>"$NPM_ASKED"`

async function fetch_parts(t, { gives = 'right', listed = sha('right'), without = [], before } = {}) {
	const into = directory(t), list = join(directory(t), 'list'), asked = join(directory(t), 'asked')

	writeFileSync(list, `# a list\none 1.0.0 index.js one/index.js ${listed}\n`)
	if (before !== undefined) {
		mkdirSync(join(into, 'one'))
		writeFileSync(join(into, 'one/index.js'), before)
	}
	const path = machine(t, without.length ? { without } : { instead: { npm: npm(gives) } })
	const end = await run('parts/fetch', [], { path, cwd: top, env: { PARTS_INTO: into, PARTS_LIST: list, NPM_ASKED: asked } })
	const file = join(into, 'one/index.js')

	return { ...end, kept: existsSync(file) ? readFileSync(file, 'utf8') : undefined, asked: existsSync(asked),
		left: readdirSync(into).filter((name) => name !== 'one') }
}

test('a part is brought, and brought once', async (t) => {
	const first = await fetch_parts(t), again = await fetch_parts(t, { before: 'right' })

	assert.deepEqual([first.status, first.kept, first.left], [0, 'right', []], first.said)
	assert.deepEqual([again.status, again.kept, again.asked, again.said], [0, 'right', false, ''])
})

test('what is there and is another is brought anew', async (t) => {
	const { status, kept } = await fetch_parts(t, { before: 'changed by hand' })

	assert.deepEqual([status, kept], [0, 'right'])
})

test('a file that is not the listed one is a failure, and is not kept', async (t) => {
	const { status, said, kept, left } = await fetch_parts(t, { gives: 'wrong' })

	assert.equal(status, 1)
	assert.match(said, /is not the file that parts\/list names/)
	assert.deepEqual([kept, left], [undefined, []])
})

test('without npm that is said, with what it means, and is no failure', async (t) => {
	const { status, said, kept } = await fetch_parts(t, { without: ['npm'] })

	assert.equal(status, 0, said)
	assert.match(said, /npm is not installed.*make parts/s)
	assert.equal(kept, undefined)
})

test('every part has a version and a SHA-512, and lands where git does not look', () => {
	const ignored = readFileSync(join(top, '.gitignore'), 'utf8').split('\n')

	for (const line of readFileSync(join(top, 'parts/list'), 'utf8').split('\n').filter((text) => text && !text.startsWith('#'))) {
		assert.match(line, /^\S+ \d+\.\d+\.\d+ \S+ \S+ [0-9a-f]{128}$/)
		assert.ok(ignored.includes(`/static/gate/${line.split(' ')[3].split('/')[0]}/`), line)
	}
})
