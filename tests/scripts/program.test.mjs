// What the program says of itself, and what the package and the documents say of it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { directory, run, top } from './lib.mjs'

const program = process.env.GATEHOUSE_BIN
const read = (file) => readFileSync(join(top, file), 'utf8')
const gatehouse = (args, env = {}) => run(program, args, { env: { GATEHOUSE_CONFIG: undefined, ...env } })
const version = read('configure.ac').match(/^AC_INIT\(\[gatehouse\], \[(.+)\]\)/m)[1]

// Where this build would be installed: what `make` was told.
const installed = () => {
	const makefile = readFileSync(join(process.env.GATEHOUSE_BUILD, 'Makefile'), 'utf8')
	const [, prefix] = makefile.match(/^prefix = (.*)$/m), [, etc] = makefile.match(/^sysconfdir = (.*)$/m)

	return join(etc.replace('${prefix}', prefix), 'gatehouse/gatehouse.ini')
}
const commands = async () => (await gatehouse(['help'])).said.split('\n').flatMap((line) => line.match(/^ {2}([a-z-]+) /)?.[1] ?? [])

test('without -c the installed configuration is read, and missed where it is not there', async () => {
	const ini = installed()

	assert.ok(!existsSync(ini), `${ini} is there: this test is for a program that was not installed`)
	for (const command of ['serve', 'live', 'jobs', 'migrate', 'audit', 'doctor']) {
		const { status, said } = await gatehouse([command])

		assert.equal(status, 2, said)
		assert.ok(said.includes(ini), `${command}: ${said}`)
		assert.match(said, /-c FILE names another/)
	}
	assert.ok((await gatehouse(['help'])).said.includes(ini))
})

test('what needs no installation does without one, and a sample is never printed of a wrong file', async (t) => {
	const wrong = join(directory(t), 'wrong.ini')

	writeFileSync(wrong, '[site]\nno_such = setting\n')
	assert.match((await gatehouse(['routes'])).said, /^GET +\/ /m)
	assert.equal((await gatehouse(['routes'], { GATEHOUSE_CONFIG: wrong })).status, 2)
	for (const env of [{}, { GATEHOUSE_CONFIG: wrong }]) {
		const { status, said } = await gatehouse(['config'], env)

		assert.equal(status, 0)
		assert.match(said, /^#base_url = /m)
	}
})

test('--version names the version and the licence', async () => {
	const { status, said } = await gatehouse(['--version'])

	assert.equal(status, 0)
	assert.match(said, new RegExp(`^gatehouse ${version.replaceAll('.', '\\.')}\n.*Apache-2\\.0`))
})

test('each command says what it does, and does nothing else, when it is asked with --help', async () => {
	const names = await commands()

	assert.ok(names.length > 10, String(names))
	for (const name of names.filter((other) => other !== 'help')) {
		const asked = await gatehouse([name, '--help'])

		assert.equal(asked.status, 0, asked.said)
		assert.match(asked.said, new RegExp(`^usage: gatehouse \\[-c FILE\\] ${name}`))
		assert.equal((await gatehouse(['help', name])).said, asked.said)
	}
	assert.equal((await gatehouse(['help', 'no-such'])).status, 2)
})

test('the manual page is made of the same table', async () => {
	const { status, said } = await gatehouse(['help', '--man'])

	assert.equal(status, 0)
	assert.match(said, new RegExp(`^\\.TH GATEHOUSE 8 "" "gatehouse ${version}"`, 'm'))
	for (const name of await commands())
		assert.ok(said.includes(`.TP\n\\fB${name.replaceAll('-', '\\-')}\\fR`), name)
	for (const section of ['NAME', 'SYNOPSIS', 'COMMANDS', 'OPTIONS', 'ENVIRONMENT', 'FILES', 'EXIT STATUS'])
		assert.ok(said.includes(`\n.SH ${section}\n`), section)
	// Nothing that roff would take for its own, and no minus that it would make a hyphen of.
	for (const line of said.split('\n').filter((text) => !/^\.(?:\\"|TH|SH|PP|TP|IP|B|br)/.test(text)))
		assert.doesNotMatch(line, /^[.']|(?<!\\)-|`/, line)
})

test('documents and messages name commands that there are', async () => {
	const files = execFileSync('find', ['README.md', 'SECURITY.md', 'docs', 'src', 'httpd', '-type', 'f'], { cwd: top, encoding: 'utf8' }).trim().split('\n')
	const known = await commands(), named = files.flatMap((file) =>
		[...read(file).matchAll(/(?:`|^ {4,})gatehouse ([a-z][a-z-]*)/gm)].map(([, name]) => [name, file]))

	assert.ok(named.length > 20, String(named))
	for (const [name, file] of named)
		assert.ok(known.includes(name), `${file}: gatehouse ${name}`)
})

test('the package has the version of the program, and is built with what the program is built with', () => {
	const control = read('debian/control'), asked = read('httpd/stack.sh').match(/^BUILD_PACKAGES='([^']*)'/m)[1].split(/\s+/)
	const built = control.match(/^Build-Depends:((?:.*\n )*.*)/m)[1].split(/[,\s]+/).filter((name) => /-dev$/.test(name))

	assert.equal(read('debian/changelog').match(/^gatehouse \((.+?)\)/)[1], version)
	assert.deepEqual(built.sort(), asked.filter((name) => /-dev$/.test(name) && name !== 'libc6-dev').sort())
})

const fetched_parts = () => read('parts/list').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(' '))

test('every part that is linked or fetched is named with its licence, by its SPDX identifier', () => {
	const rows = new Map(read('docs/licences.md').split('\n').filter((line) => /^\| .*`.*`.*\|$/.test(line)).map((line) => {
		const cells = line.split('|').map((cell) => cell.trim())

		return [(cells[2].match(/`(.+)`/) ?? cells[1].match(/`(.+)`/))[1], cells[3].replaceAll('`', '')]
	}))
	const control = read('debian/control').match(/^Build-Depends:((?:.*\n )*.*)/m)[1].split(/[,\s]+/).filter((name) => /-dev$/.test(name))
	const lock = JSON.parse(read('tests/package-lock.json')).packages

	for (const part of control)
		assert.ok(rows.has(part), `${part} is linked, docs/licences.md does not name it`)
	for (const part of Object.keys(lock[''].devDependencies))
		assert.equal(rows.get(part), lock[`node_modules/${part}`].license, part)
	for (const [part] of fetched_parts())
		assert.ok(rows.has(part), `${part} is fetched, docs/licences.md does not name it`)
	assert.match(read('LICENSE'), /Apache License\s+Version 2\.0/)
	for (const file of ['README.md', 'Makefile.am', 'configure.ac', 'debian/copyright'])
		assert.match(read(file), /SPDX-License-Identifier:?[^]{0,20}Apache-2\.0/, file)
	assert.equal(JSON.parse(read('tests/package.json')).license, 'Apache-2.0')
	// Linked in, so its notice goes with the program.
	assert.match(read('debian/copyright'), /Neotonic Software Corporation\. All rights/)
})

test('SECURITY.md says whom to tell and how long a version is mended', () => {
	const text = read('SECURITY.md')

	assert.match(text, /Report a vulnerability/)
	assert.match(text, /for \d+ months/)
	assert.ok(text.includes(`(${version})`), 'of the version that this is')
})
