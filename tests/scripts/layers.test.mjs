// tests/check-layers finds what it is there for: trees with one fault each, and the same tree without it.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { directory, run } from './lib.mjs'

// What it says of a tree of these files, but, unless asked, for what nobody uses in so small a one.
async function layers(t, files, all = false) {
	const top = directory(t)

	for (const [path, text] of Object.entries({ 'src/main.c': '/* x */\n', 'templates/x.html': '\n', ...files })) {
		mkdirSync(dirname(join(top, path)), { recursive: true })
		writeFileSync(join(top, path), text)
	}
	const { status, said } = await run('tests/check-layers', [], { env: { GATEHOUSE_SRC: top } })

	assert.equal(status, / 0 failed$/.test(said.trim()) ? 0 : 1)
	return said.trim().split('\n').slice(0, -1).filter((line) => all || !/ nobody uses /.test(line))
}

const c = (name, body, include = '') => `/* x */\n${include}\nint ${name}(int n)\n{\n\treturn ${body};\n}\n`

test('files of one directory that use each other in a circle', async (t) => {
	const found = await layers(t, { 'src/db/a.c': c('one', 'two(n)'), 'src/db/b.c': c('two', 'three(n)'), 'src/db/c.c': c('three', 'one(n)') })

	assert.deepEqual(found, ['a', 'b', 'c'].map((name, i) =>
		`src/db/${name}.c:1: uses ${['two', 'three', 'one'][i]} of src/db/${['b', 'c', 'a'][i]}.c, which leads back here`))
	assert.deepEqual(await layers(t, { 'src/db/a.c': c('one', 'two(n)'), 'src/db/b.c': c('two', 'three(n)'), 'src/db/c.c': c('three', 'n') }), [])
})

test('a circle through a pointer to a function, and none through names that only look alike', async (t) => {
	const pair = (body) => ({ 'src/db/a.c': c('one', 'two(n)'), 'src/db/b.c': c('two', body) })

	assert.equal((await layers(t, pair('map(one, n)'))).length, 2)
	assert.deepEqual(await layers(t, pair('at->one + "one"[n] /* one(n) */')), [])
	assert.deepEqual(await layers(t, { ...pair('one(n)'), 'src/db/b.c': `${c('two', 'one(n)').replace('int two', 'static int one(int n)\n{\n\treturn n;\n}\n\nint two')}` }), [])
	assert.deepEqual(await layers(t, { 'src/db/a.c': c('one', 'two(n)'), 'src/store/b.c': c('two', 'one(n)') }), [])
})

test('what a header promises that is defined on a floor above it', async (t) => {
	const header = '#ifndef A_H\n#define A_H\n/* x */\n\nint one(int n);\nextern const int TABLE[];\n\n#endif\n'
	const above = { 'src/app/a.h': header, 'src/top.c': `/* x */\nconst int TABLE[] = { 1 };\n\n${c('one', 'n').replace('/* x */\n', '')}` }
	const beside = { 'src/app/a.h': header, 'src/app/b.c': above['src/top.c'] }

	assert.deepEqual(await layers(t, above), ['src/app/a.h:5: one is defined in src/top.c', 'src/app/a.h:6: TABLE is defined in src/top.c'])
	assert.deepEqual(await layers(t, beside), [])
	assert.deepEqual(await layers(t, { ...above, 'tests/layers.except': 'src/app/a.h:elsewhere 2 why\n' }), [])
	assert.deepEqual(await layers(t, { ...above, 'tests/layers.except': 'src/app/a.h:elsewhere 1 why\n' }),
		['src/app/a.h:5: one is defined in src/top.c', 'src/app/a.h:6: TABLE is defined in src/top.c'])
})

test('what nobody uses', async (t) => {
	const uses = { 'src/db/a.c': c('one', 'two(n)'), 'src/db/b.c': c('two', 'n'), 'src/main.c': `/* x */\nint main(void)\n{\n\treturn one(1);\n}\n` }

	assert.deepEqual(await layers(t, uses, true), [])
	assert.deepEqual(await layers(t, { ...uses, 'src/db/c.c': c('three', 'two(n)') }, true), ['src/db/c.c:1: nobody uses three'])
	// A name that a macro puts together is used.
	assert.deepEqual(await layers(t, { ...uses, 'src/db/c.c': `${c('job_three', 'two(n)')}\n#define JOB(name) job_##name\n` }, true), [])
})

test('lines of a template that nobody can read', async (t) => {
	assert.deepEqual(await layers(t, { 'templates/x.html': `<p>\n${'x'.repeat(201)}\n</p>\n` }),
		['templates/x.html:2: 201 characters, more than 200'])
	assert.deepEqual(await layers(t, { 'templates/x.html': `<p>\n${'x'.repeat(200)}\n</p>\n` }), [])
})

test('a second clock beside the request\'s', async (t) => {
	const sql = (text, why = '') => `/* x */\n\n\n\n${why}int one(struct db *db)\n{\n\treturn db_int(db, "SELECT ${text}");\n}\n`

	for (const text of ['UTC_TIMESTAMP(3)', 'NOW()', 'id WHERE at < CURDATE()', 'CURRENT_TIMESTAMP(3)'])
		for (const path of ['src/store/a.c', 'src/resources/a.c'])
			assert.equal((await layers(t, { [path]: sql(text) })).length, 1, `${path} ${text}`)
	assert.deepEqual(await layers(t, { 'src/app/a.c': c('one', 'clock_now()') }),
		['src/app/a.c:5: clock_now() is a second clock beside the request\'s'])
	assert.deepEqual(await layers(t, { 'src/jobs/a.c': c('one', 'clock_now()') }), [])
	assert.deepEqual(await layers(t, { 'src/store/a.c': sql('expires_at < ?') }), [])
	assert.deepEqual(await layers(t, { 'src/store/a.c': sql('UTC_TIMESTAMP(3)', '/* Its own clock is asked for. */\n') }), [])
})
