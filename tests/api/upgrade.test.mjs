// A new version comes while people buy. The old program is this one; the new one is this one with a migration more, which is
// made up: it copies counters that it then keeps by itself, it takes its time between, and it hides a table for a moment, so
// that whoever sells beside it leaves the copy wrong for good, and whoever reads fails.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ask_socket, listens_at } from './fastcgi.mjs'
import { own_stack } from './own.mjs'

const PROCESSES = ['serve', 'live', 'jobs', 'pictures']
const share = mkdtempSync(join(tmpdir(), 'gatehouse-upgrade-'))
const migrations = join(share, 'migrations')
cpSync(new URL('../../sql/migrations', import.meta.url).pathname, migrations, { recursive: true })
const own = await own_stack('upgrade', { set: [`paths.migrations=${migrations}`] })
const { new_number, sql, token } = await import('./lib.mjs')
const { book, confirm, contract, new_customer, new_event, ok, pay, refused, until } = await import('./world.mjs')

let events, buyers, staff

const newest = () => Math.max(...readdirSync(migrations).map((name) => Number(name.slice(0, 4))))

// Puts a made-up migration under the next number; gives that.
function another(text) {
	const number = newest() + 1

	writeFileSync(join(migrations, `${String(number).padStart(4, '0')}-made-up.sql`), text)
	return number
}

const MOVES_COUNTERS = `
CREATE TABLE moved (category_id BIGINT NOT NULL PRIMARY KEY, held INT NOT NULL, sold INT NOT NULL) ENGINE=InnoDB
	AS SELECT id AS category_id, held, sold FROM ticket_category;
DO SLEEP(0.4);
RENAME TABLE ticket_category TO ticket_category_away;
DO SLEEP(0.2);
RENAME TABLE ticket_category_away TO ticket_category;
CREATE TRIGGER moved_with AFTER UPDATE ON ticket_category FOR EACH ROW
	UPDATE moved SET held = held + NEW.held - OLD.held, sold = sold + NEW.sold - OLD.sold WHERE category_id = NEW.id;
`

// Ends with { status, said }.
const gatehouse = (...command) => new Promise((resolve) => {
	const child = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
	let said = ''

	child.stdout.on('data', (data) => said += data)
	child.stderr.on('data', (data) => said += data)
	child.on('exit', (status) => resolve({ status, said }))
})

async function well(...command) {
	const ran = await gatehouse(...command)

	assert.equal(ran.status, 0, `${command.join(' ')}: ${ran.said}`)
	return ran.said
}

// { pid, state, schema } of each of our processes.
const processes = () => Object.fromEntries(PROCESSES.map((name) => {
	const [pid, state, schema] = readFileSync(join(own.run, `${name}.state`), 'utf8').split(' ')

	return [name, { pid: Number(pid), state, schema: Number(schema) }]
}))

// The same of those that have a database. `pictures` has none: whatever is installed it follows by itself, within a second.
const sellers = () => {
	const { pictures, ...sellers } = processes()

	return sellers
}

const pids = Object.fromEntries(PROCESSES.map((name) => [name, own.pid(name)]))
const all_at = (schema) => Object.fromEntries(PROCESSES.map((name) => [name, { pid: pids[name], state: 'ready', schema }]))

// ---- the crowd ----

// Does act over and over until told to end; gives how often each status came.
function crowd(size, act) {
	const statuses = new Map()
	let over = false, failed

	const one = async (i) => {
		while (!over)
			await act(i, (answer) => {
				statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
				if (answer.status === 503)
					assert.ok(Number(answer.headers.get('retry-after')) > 0, 'a 503 says when to come again')
				return answer
			})
	}
	const all = Promise.all(Array.from({ length: size }, (_, i) => one(i)))
	all.catch((error) => { failed = error })
	return {
		statuses,
		times: (status) => {
			if (failed)
				throw failed
			return statuses.get(status) ?? 0
		},
		end: () => {
			over = true
			return all
		}
	}
}

// Asks again for as long as the answer is that it is not known yet.
async function at_last(count, ask, again = [503]) {
	for (;;) {
		const answer = count(await ask())
		if (!again.includes(answer.status))
			return answer
	}
}

async function buy(i, count) {
	const held = count(await book(buyers[i], events[i % events.length], [{ category_id: events[i % events.length].categories[0].id, quantity: 1 }]))

	if (held.status === 503)
		return
	const order = ok(held, 201).order.id
	// The sandbox keeps nothing, so of a charge whose answer could not be stored it knows nothing: that is paid once more.
	for (let settled; settled?.status !== 200;) {
		const paid = await at_last(count, () => pay(buyers[i], order))
		if (paid.status === 409) { // it was settled meanwhile
			refused(paid, 409, 'ORDER_PAID')
			return
		}
		settled = await at_last(count, () => confirm(buyers[i], ok(paid, paid.status === 202 ? 202 : 200).payment.id), [503, 202])
		if (settled.status === 402)
			assert.equal(settled.error.message, 'There is no such charge.')
		else
			assert.equal(ok(settled).order.status, 'paid')
	}
}

const fetched = async (path, headers) => {
	const answer = await fetch(own.url + path, { redirect: 'manual', headers })

	await answer.arrayBuffer()
	return answer
}

const read = async (i, count) => count(await fetched(['/', '/events', '/api/v1/public/events', '/healthz'][i % 4]))

const watch = async (i, count) => count(await fetched(`/api/live/events/${events[i % events.length].id}?wait=1`, { authorization: `Bearer ${staff}` }))

before(async () => {
	events = await Promise.all([1, 2].map(() => new_event({ categories: [{ capacity: 100_000 }] })))
	staff = await token('staff')
	buyers = []
	while (buyers.length < 6)
		buyers.push(await new_customer())
})

after(async () => {
	await own.stop()
	rmSync(share, { recursive: true })
})

// A message that is asked for is sent, and so `jobs` works.
async function codes_go_out() {
	const number = new_number(), said = () => sql(`SELECT status FROM outbox WHERE recipient = '${number}'`)

	await new_customer({ mobile_number: number })
	assert.ok(said().length > 0)
	await until('the code was sent', () => said().every(([status]) => status === 'sent'))
}

const moved_wrong = () => sql(`SELECT c.id, c.held, m.held, c.sold, m.sold FROM ticket_category c JOIN moved m ON m.category_id = c.id
	WHERE (c.held, c.sold) <> (m.held, m.sold)`)

test('gatehouse upgrade under buyers: all three turn over, nothing fails but by 503, and no counter is wrong', async () => {
	const number = another(MOVES_COUNTERS)
	const buying = crowd(buyers.length, buy), reading = crowd(4, read), watching = crowd(4, watch)

	await until('the old one sells', () => buying.times(200) > 20)
	const said = await well('upgrade')
	assert.deepEqual(processes(), all_at(number), said)
	const so_far = buying.times(200)
	await until('the new one sells', () => buying.times(200) > so_far + 20)
	await Promise.all([buying.end(), reading.end(), watching.end()])
	const unexpected = [buying, reading, watching].flatMap(({ statuses }) => [...statuses]).filter(([status]) => ![200, 201, 202, 303, 402, 409, 503].includes(status))
	assert.deepEqual(unexpected, [], own.log('serve').split('\n').filter((line) => /"level":"error"/.test(line)).slice(0, 5).join('\n'))
	assert.ok(sql('SELECT SUM(sold) FROM moved')[0][0] > 0)
	assert.deepEqual(moved_wrong(), [])
	await well('audit')
	await codes_go_out()
	assert.equal((await fetched('/readyz')).status, 200)
})

test('where somebody only migrates, all of them follow by themselves as soon as they are asked something', async () => {
	const number = another('CREATE TABLE made_up (a INT) ENGINE=InnoDB;')
	const buying = crowd(buyers.length, buy), watching = crowd(1, watch)

	await well('migrate')
	await until('they are at it', () => buying.times(0) + watching.times(0) === 0
		&& JSON.stringify(processes()) === JSON.stringify(all_at(number)))
	await Promise.all([buying.end(), watching.end()])
	assert.deepEqual([...buying.statuses.keys(), ...watching.statuses.keys()].filter((status) => ![200, 201, 202, 402, 409, 503].includes(status)), [])
	assert.deepEqual(moved_wrong(), [])
	await codes_go_out()
})

// As a web server does: a listening socket is its standard input, and it has no arguments but the environment's.
const LISTENING = `
	use Socket;
	my ($path, @program) = @ARGV;
	my $s;
	socket($s, PF_UNIX, SOCK_STREAM, 0) && bind($s, pack_sockaddr_un($path)) && listen($s, 100) or die "$path: $!";
	open(STDIN, '<&', $s) or die $!;
	exec @program;
`

test('what a web server started by itself leaves for the program that is installed by now', async () => {
	const socket = join(share, 'alone.sock')
	const alone = spawn('perl', ['-e', LISTENING, socket, process.env.GATEHOUSE_BIN, '-c', process.env.GATEHOUSE_INI, 'serve'],
		{ stdio: ['ignore', 'inherit', 'inherit'] })

	try {
		await until('it listens', () => listens_at(socket))
		assert.equal((await ask_socket(socket, '/readyz')).status, 200)
		another('CREATE TABLE alone (a INT) ENGINE=InnoDB;')
		await well('migrate')
		await until('it left', () => alone.exitCode !== null || ask_socket(socket, '/healthz').then(() => false, () => false))
		assert.equal(alone.exitCode, 0)
	} finally {
		if (alone.exitCode === null)
			alone.kill('SIGKILL')
	}
})

test('a migration that fails lets nobody sell on half a schema, and tells nobody to begin anew', async () => {
	await well('upgrade')
	const was = sellers(), number = newest()
	const held = ok(await book(buyers[2], events[1], [{ category_id: events[1].categories[0].id, quantity: 1 }]), 201).order.id
	const file = (text) => writeFileSync(join(migrations, `${String(number + 1).padStart(4, '0')}-made-up.sql`), text)

	file('CREATE TABLE half (a INT) ENGINE=InnoDB;\nCREATE TABLE whole (a INT NOT A TYPE);')
	assert.equal((await gatehouse('upgrade')).status, 1)
	assert.deepEqual(sellers(), was)
	const answer = await book(buyers[0], events[0], [{ category_id: events[0].categories[0].id, quantity: 1 }])
	refused(answer, 503, 'UPDATING')
	contract(answer)
	// Nor is anybody charged by a program that could not store what they bought.
	refused(await pay(buyers[2], held), 503, 'UPDATING')
	assert.deepEqual(sql(`SELECT COUNT(*) FROM payment WHERE order_id = ${held}`), [['0']])
	assert.equal((await fetched('/readyz')).status, 503)
	assert.equal((await gatehouse('doctor')).status, 1)
	file('CREATE TABLE IF NOT EXISTS half (a INT) ENGINE=InnoDB;\nCREATE TABLE whole (a INT) ENGINE=InnoDB;')
	await well('upgrade')
	assert.deepEqual(processes(), all_at(number + 1))
	ok(await book(buyers[0], events[0], [{ category_id: events[0].categories[0].id, quantity: 1 }]), 201)
})

test('settings that are wrong, or a program that could not start, change nothing, not even the schema', async () => {
	const ini = readFileSync(process.env.GATEHOUSE_INI, 'utf8'), was = sellers(), number = another('CREATE TABLE later (a INT) ENGINE=InnoDB;')

	try {
		writeFileSync(process.env.GATEHOUSE_INI, ini.replace(/^templates\s*=.*$/m, 'templates = /nowhere'))
		const ran = await gatehouse('upgrade')
		assert.equal(ran.status, 1)
		assert.match(ran.said, /^gatehouse: .*\/nowhere/m)
		assert.deepEqual(sellers(), was)
		assert.deepEqual(sql('SELECT version FROM schema_now'), [[String(number - 1)]])
		ok(await book(buyers[1], events[0], [{ category_id: events[0].categories[0].id, quantity: 1 }]), 201)
	} finally {
		writeFileSync(process.env.GATEHOUSE_INI, ini)
	}
	await well('upgrade')
	assert.deepEqual(processes(), all_at(number))
})
