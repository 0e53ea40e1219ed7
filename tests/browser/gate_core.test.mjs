// The gate's app without its face: what is scanned with and without a network, and that nothing of it is lost or doubled, whatever
// happens to the page, the phone or the server meanwhile. The modules run in a real browser, against the real server.
import assert from 'node:assert/strict'
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { forget_tries, new_customer, site, sql, token } from '../api/lib.mjs'
import { as, bought, code_of, new_card, new_event, new_usher, ok, scan, until } from '../api/world.mjs'

const HOUR = 3_600_000
const BROWSER = {
	executablePath: process.env.GATEHOUSE_CHROMIUM || '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
		'--disable-sync']
}
let browser, guest, event

before(async () => {
	browser = await chromium.launch(BROWSER)
	guest = await new_customer({ name: 'Gwen Guest' })
	event = await new_event({ categories: [{ capacity: 500, name: 'Standing' }] })
	forget_tries()
})
after(() => browser?.close())

/* In the page: the clock can be set, and what the gate says is kept. */
function at_first() {
	const Real = Date, skew = () => Number(localStorage.getItem('skew') ?? 0)

	globalThis.Date = class extends Real {
		constructor(...args) {
			super(...(args.length ? args : [Real.now() + skew()]))
		}
		static now() {
			return Real.now() + skew()
		}
	}
	globalThis.said = { notices: [], verdicts: [] }
	globalThis.begin = async () => {
		const { createGate } = await import('/static/gate/gate.js')

		globalThis.gate = await createGate({ onNotice: (notice) => said.notices.push(notice), onVerdict: (verdict) => said.verdicts.push(verdict) })
	}
}

class Phone {
	faults = []
	#reads = 0

	constructor(context) {
		this.context = context
	}

	// where: a page that has no app of its own, unless the app itself is what is tested.
	async open(where = '/healthz') {
		this.page = await this.context.newPage()
		this.page.on('pageerror', (error) => this.faults.push(error.stack))
		this.page.on('console', (message) => {
			if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
				this.faults.push(message.text())
		})
		await this.page.goto(where)
		// The app makes a gate of its own, and the newest is the one.
		if (where === '/gate/app')
			await this.page.locator('html[data-app=ready]').waitFor({ state: 'attached' })
		await this.page.evaluate(() => begin())
		return this
	}

	// Calls a method of the gate; a refusal comes back as { refused, …}.
	call(method, ...args) {
		return this.page.evaluate(async ([name, list]) => {
			try {
				return await gate[name](...list)
			} catch (error) {
				return { refused: error.code, message: error.message, unsent: error.unsent }
			}
		}, [method, args])
	}

	state() {
		return this.page.evaluate(() => structuredClone(gate.state))
	}

	notices(kind) {
		return this.page.evaluate((wanted) => said.notices.filter((notice) => !wanted || notice.kind === wanted), kind)
	}

	async signs_in(usher, where = event) {
		forget_tries()
		assert.equal(await this.call('signIn', { event_id: where.id, username: usher.username, password: usher.password }), undefined)
		await this.becomes('ready', (state) => state.phase === 'ready')
		return this
	}

	async becomes(what, holds) {
		await until(`${what}: ${JSON.stringify(await this.state())}`, async () => holds(await this.state()))
	}

	// As an usher is told: result/reason, and whether by the phone itself.
	async reads(text, how = { by: 'camera' }) {
		// What is read twice within a second is read once; a reader that says what kind of code it was says the same in other letters.
		const said = await this.call('read', this.#reads++ % 2 ? `]Q1${text}` : text, how)

		return said && { ...said, told: `${said.result} ${said.reason}${said.local ? ' local' : ''}` }
	}

	async away(is = true) {
		await this.context.setOffline(is)
		await this.becomes(is ? 'offline' : 'online', ({ online }) => online !== is)
	}

	// All of the browser's own database, as who steals the phone finds it.
	disk() {
		return this.page.evaluate(() => new Promise((done) => {
			const open = indexedDB.open('gatehouse-gate')

			open.onsuccess = () => {
				const db = open.result, names = [...db.objectStoreNames], all = {}
				const transaction = db.transaction(names)

				for (const name of names)
					transaction.objectStore(name).getAll().onsuccess = ({ target }) => { all[name] = target.result }
				transaction.oncomplete = () => {
					db.close()
					done(JSON.stringify(all, (_key, value) => value instanceof CryptoKey ? `key ${value.extractable}`
						: value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value))
				}
			}
		}))
	}

	// As when the phone is taken out of a pocket.
	set_clock(skew) {
		return this.page.evaluate((ms) => {
			localStorage.setItem('skew', String(ms))
			document.dispatchEvent(new Event('visibilitychange'))
		}, skew)
	}
}

async function phone(t, { workers = 'block', where } = {}) {
	const context = await browser.newContext({ baseURL: site, serviceWorkers: workers })

	await context.addInitScript(at_first)
	const it = new Phone(context)
	t.after(async () => {
		await context.close()
		assert.deepEqual(it.faults, [])
	})
	return it.open(where)
}

// Tickets with their codes.
async function tickets(n = 1, of = event, person = guest) {
	const made = await bought(person, of, n)

	return Promise.all(made.map(async (ticket) => ({ ...ticket, code: await code_of(person, ticket) })))
}

const logged = (of = event) => sql(`SELECT BIN_TO_UUID(scan_id), result, reason, moved FROM scan_log WHERE event_id = ${of.id} ORDER BY id`)
const presence = (ticket) => sql(`SELECT presence, entries FROM ticket WHERE id = ${ticket.id}`)[0].join(' ')

test('online the server decides, offline the phone, and it says which', async (t) => {
	const [one, two] = await tickets(2), usher = await new_usher(event)
	const it = await (await phone(t)).signs_in(usher)

	assert.equal((await it.state()).gate, 'North', 'the gate that the usher is assigned to')
	assert.equal((await it.reads(one.code)).told, 'valid ok')
	assert.equal(presence(one), 'inside 1')
	await it.call('syncNow')
	await it.away()
	const inside = await it.reads(one.code)
	assert.equal(inside.told, 'already_scanned inside local')
	assert.equal(inside.attendee.name, 'Gwen Guest')
	assert.equal(inside.attendee.tier, 'Standing')
	assert.ok(inside.first_scan.at)
	const first = await it.reads(two.code)
	assert.equal(first.told, 'valid ok local')
	assert.equal(first.stored, true)
	assert.equal((await it.reads(two.code)).told, 'already_scanned inside local', 'its own unsent scan counts')
	assert.equal((await it.state()).unsent, 3)
	assert.equal(presence(two), 'never 0')
	await it.away(false)
	await it.becomes('all sent', ({ unsent }) => unsent === 0)
	assert.equal(presence(two), 'inside 1')
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id IN (${one.id}, ${two.id})`)[0][0], '4')
	assert.deepEqual(await it.notices(), [])
	assert.equal((await it.reads(two.code)).told, 'already_scanned inside')
})

test('the app is kept whole at the first visit, and opens without a network', async (t) => {
	const context = await browser.newContext({ baseURL: site }), page = await context.newPage(), asked = []

	t.after(() => context.close())
	await page.goto('/gate/app')
	await page.evaluate(() => navigator.serviceWorker.ready)
	const kept = await page.evaluate(async () => {
		const [name] = (await caches.keys()).filter((one) => one.startsWith('gatehouse-gate-'))

		return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)
	})
	for (const path of ['/gate/app', '/static/gate/gate.js', '/static/gate/queue.js', '/static/gate/app.js', '/static/gate/gate.css'])
		assert.ok(kept.includes(path), `${path} in ${kept.join(' ')}`)
	assert.ok(!kept.some((path) => path.startsWith('/api/')), 'no answer of the API')
	await context.setOffline(true)
	page.on('response', (answer) => asked.push([new URL(answer.url()).pathname, answer.fromServiceWorker()]))
	await page.reload()
	await page.evaluate(async () => { await (await import('/static/gate/gate.js')).createGate() })
	assert.ok(asked.length > 8)
	assert.deepEqual(asked.filter(([, from_worker]) => !from_worker), [])
	// The plain page beside it is the server's alone.
	await assert.rejects(page.goto('/gate/logs'), /ERR_INTERNET_DISCONNECTED/)
})

test('what is kept is every file of the app, by its content', async () => {
	const { FILES, VERSION, imported } = new Function('importScripts', `${await (await fetch(`${site}/gate/sw.js`)).text()}
		return { FILES, VERSION, imported: globalThis.imported }`)((path) => { globalThis.imported = path })

	assert.match(VERSION, /^[0-9a-f]{16}$/)
	assert.match(imported, /^\/static\/gate\/sw\.[0-9a-f]{12}\.js$/)
	const plain_of = (path) => path.replace(/\.[0-9a-f]{12}(\.\w+)$/, '$1'), all = new Set(FILES.map(plain_of))

	assert.ok(all.size > 35)
	for (const hashed of FILES) {
		const plain = plain_of(hashed)
		const [one, other] = await Promise.all([plain, hashed].map((path) => fetch(site + path)))

		assert.deepEqual([one.status, other.status], [200, 200], plain)
		assert.match(other.headers.get('cache-control'), /immutable/)
		const source = await one.text()
		assert.equal(source, await other.text())
		for (const [, name] of plain.endsWith('.js') ? source.matchAll(/(?:from|import\()\s*['"]\.\/([\w/-]+\.js)['"]/g) : [])
			assert.ok(all.has(new URL(name, site + plain).pathname), `${plain} brings in ${name}`)
	}
})

test('a new version waits until nothing is under way, and loses nothing', async (t) => {
	const [one] = await tickets(), usher = await new_usher(event), it = await phone(t, { workers: 'allow', where: '/gate/app' })
	const changed = join(process.env.GATEHOUSE_SHARE ?? '.', 'static/gate/of-another-version.txt')

	t.after(() => rmSync(changed, { force: true }))
	await it.signs_in(usher)
	await it.page.evaluate(() => navigator.serviceWorker.ready)
	// A scan waits, for the server does not answer; and somebody is typing.
	await it.context.route('**/api/**', (route) => route.abort())
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.page.evaluate(() => { gate.hold(true); globalThis.same_page = true })
	writeFileSync(changed, 'another version')
	await it.page.evaluate(async () => { await (await navigator.serviceWorker.ready).update() })
	await it.becomes('an update waits', ({ update }) => update)
	assert.equal((await it.notices('update')).length, 1)
	await new Promise((done) => setTimeout(done, 5000))
	assert.equal(await it.page.evaluate(() => globalThis.same_page), true, 'not while somebody types')
	const loaded = it.page.waitForEvent('load', { timeout: 20_000 })
	await it.page.evaluate(() => gate.hold(false))
	await loaded
	await it.page.locator('html[data-app=ready]').waitFor({ state: 'attached' })
	await until('the old version is gone', async () => (await it.page.evaluate(() => caches.keys())).length === 1)
	await it.page.evaluate(() => begin())
	assert.equal((await it.state()).unsent, 1)
	await it.context.unroute('**/api/**')
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.equal(presence(one), 'inside 1')
})

test('a server that is silent costs a second and a half, once', async (t) => {
	const [one, two] = await tickets(2), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.context.route('**/api/usher/**', () => {})
	await it.context.route('**/healthz', () => {})
	const first = await it.reads(one.code)
	assert.equal(first.told, 'valid ok local')
	assert.ok(first.ms >= 1400 && first.ms < 4000, `${first.ms} ms`)
	assert.equal((await it.state()).online, false)
	const second = await it.reads(two.code)
	assert.equal(second.told, 'valid ok local')
	assert.ok(second.ms < 1000, `${second.ms} ms`)
	await it.context.unroute('**/api/usher/**')
	await it.context.unroute('**/healthz')
	await it.becomes('sent', ({ unsent, online }) => online && unsent === 0)
	assert.deepEqual([presence(one), presence(two)], ['inside 1', 'inside 1'])
})

test('an answer that was lost on its way is the same scan', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.context.route('**/scan/result/', async (route) => {
		await route.fetch()
		await route.abort()
	})
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.context.unroute('**/scan/result/')
	await it.becomes('sent', ({ unsent, online }) => online && unsent === 0)
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id = ${one.id}`)[0][0], '1')
	assert.equal(presence(one), 'inside 1')
	assert.deepEqual(await it.notices(), [])
})

test('the same code within a second is read once, also where its digits turn', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event))
	const got = await it.page.evaluate(async (code) => {
		const all = await Promise.all([`${code}.000001`, `${code}.000001`, `${code}.000002`].map((text) => gate.read(text, { by: 'camera' })))

		await new Promise((done) => setTimeout(done, 1100))
		return [...all, await gate.read(`${code}.000002`, { by: 'camera' })].map((verdict) => verdict && verdict.reason)
	}, one.code)

	assert.deepEqual(got, ['ok', null, null, 'inside'])
})

// Processes that were told of this directory.
const of_profile = (profile) => readdirSync('/proc').filter((name) => {
	try {
		return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(profile)
	} catch { // it has ended
		return false
	}
}).map(Number)

test('a reload, and a browser that is killed, forget no scan', async (t) => {
	const [one, two, three] = await tickets(3), usher = await new_usher(event), profile = mkdtempSync(join(tmpdir(), 'gatehouse-phone-'))
	const launch = async () => {
		const context = await chromium.launchPersistentContext(profile, { ...BROWSER, baseURL: site, serviceWorkers: 'block' })

		await context.addInitScript(at_first)
		return new Phone(context)
	}
	let it = await launch()

	t.after(async () => {
		await it.context.close()
		rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
	})
	await it.open()
	await it.signs_in(usher)
	await it.away()
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	// Nothing reaches the server before the network is back: the app sends as soon as it is.
	await it.context.route('**/api/**', (route) => route.abort())
	await it.context.setOffline(false)
	await it.page.reload()
	await it.page.evaluate(() => begin())
	assert.deepEqual([(await it.state()).phase, (await it.state()).unsent], ['ready', 1])
	assert.equal((await it.reads(one.code)).told, 'already_scanned inside local')
	// The page says nothing before its verdict is on the disk: so what it said is there, however it ends.
	assert.equal((await it.reads(two.code)).told, 'valid ok local')
	const gone = new Promise((done) => it.context.once('close', done))
	for (const pid of of_profile(profile)) // all of it: what is in /usr/bin may be a shell before it
		process.kill(pid, 'SIGKILL')
	await gone
	it = await launch()
	await it.context.route('**/api/**', (route) => route.abort())
	await it.open()
	assert.equal((await it.state()).unsent, 3)
	assert.equal((await it.reads(two.code)).told, 'already_scanned inside local')
	assert.equal((await it.reads(three.code)).told, 'valid ok local')
	await it.context.unroute('**/api/**')
	await it.becomes('sent', ({ unsent, online }) => online && unsent === 0)
	assert.deepEqual([one, two, three].map(presence), ['inside 1', 'inside 1', 'inside 1'])
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id IN (${one.id}, ${two.id}, ${three.id})`)[0][0], '5')
	assert.deepEqual(it.faults, [])
})

test('two phones without a network and one ticket: both let it in, and both are told', async (t) => {
	const own = await new_event(), [one] = await tickets(1, own), [a, b] = [await phone(t), await phone(t)]

	await a.signs_in(await new_usher(own), own)
	await b.signs_in(await new_usher(own), own)
	await b.call('setGate', 'South')
	await Promise.all([a.away(), b.away()])
	assert.equal((await a.reads(one.code)).told, 'valid ok local')
	assert.equal((await b.reads(one.code)).told, 'valid ok local')
	// The one that scanned later is there first.
	await b.away(false)
	await b.becomes('sent', ({ unsent }) => unsent === 0)
	await a.away(false)
	await a.becomes('sent', ({ unsent }) => unsent === 0)
	for (const it of [a, b]) {
		await until('a conflict is told', async () => (await it.notices('conflict')).length > 0)
		assert.equal((await it.notices('conflict')).length, 1, 'once')
		assert.equal((await it.notices('conflict'))[0].ticket_id, one.id)
	}
	assert.equal(sql(`SELECT COUNT(*) FROM scan_conflict WHERE ticket_id = ${one.id}`)[0][0], '1')
	assert.equal(presence(one).split(' ')[0], 'inside')
	const conflict = (await b.state()).conflicts.find(({ ticket_id }) => ticket_id === one.id)
	assert.deepEqual([conflict.winner.gate, conflict.loser.gate], ['North', 'South'])
	await b.page.evaluate((id) => gate.seen(id), conflict.id)
	assert.ok(!(await b.state()).conflicts.some(({ id }) => id === conflict.id))
})

test('a phone whose clock is hours wrong says and sends the right time', async (t) => {
	const own = await new_event({ starts_at: new Date(Date.now() + 23 * HOUR).toISOString(), ends_at: new Date(Date.now() + 30 * HOUR).toISOString() })
	const [one, two] = await tickets(2, own), it = await phone(t)

	// By its own clock scanning has not begun.
	await it.set_clock(-5 * HOUR)
	await it.signs_in(await new_usher(own), own)
	assert.ok(Math.abs(await it.page.evaluate(() => gate.now()) - Date.now()) < 3000)
	await it.away()
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	// Somebody sets it, the other way, while scans wait.
	await it.set_clock(2 * HOUR)
	await it.context.setOffline(false)
	await it.becomes('sent', ({ unsent, online }) => online && unsent === 0)
	await it.call('syncNow')
	assert.equal((await it.reads(two.code)).told, 'valid ok')
	const times = sql(`SELECT TIMESTAMPDIFF(SECOND, scanned_at, UTC_TIMESTAMP(3)) FROM scan_log WHERE event_id = ${own.id} ORDER BY id`).flat().map(Number)
	assert.equal(times.length, 2)
	for (const ago of times)
		assert.ok(Math.abs(ago) < 60, `scanned ${ago} s ago`)
})

test('a full disk is told, and the scan is sent all the same', async (t) => {
	const [one, two] = await tickets(2), it = await (await phone(t)).signs_in(await new_usher(event))
	const devtools = await it.context.newCDPSession(it.page), quota = (quotaSize) => devtools.send('Storage.overrideQuotaForOrigin', { origin: site, quotaSize })
	// Something else on this device takes all that there is.
	const fill = () => it.page.evaluate(() => new Promise((done) => {
		const open = indexedDB.open('something else')

		open.onupgradeneeded = () => open.result.createObjectStore('all', { autoIncrement: true })
		open.onsuccess = () => {
			const add = (size) => {
				const transaction = open.result.transaction('all', 'readwrite')

				transaction.objectStore('all').add(crypto.getRandomValues(new Uint8Array(size)))
				transaction.oncomplete = () => add(size)
				transaction.onabort = () => (size > 64 ? add(size >> 1) : done(open.result.close()))
			}

			add(65_536)
		}
	}))

	await it.context.route('**/api/**', (route) => route.abort())
	await quota(4 << 20)
	await fill()
	const full = await it.reads(one.code)
	assert.deepEqual([full.told, full.stored], ['valid ok local', false])
	assert.equal((await it.notices('storage')).length, 1)
	assert.deepEqual([(await it.state()).unsent, (await it.state()).storage.ok], [1, false])
	assert.equal((await it.reads(one.code)).told, 'already_scanned inside local', 'it knows it all the same')
	await quota(undefined)
	await it.page.evaluate(() => indexedDB.deleteDatabase('something else'))
	assert.deepEqual([(await it.reads(two.code)).stored, (await it.state()).unsent], [true, 3])
	await it.context.unroute('**/api/**')
	await it.becomes('sent', ({ unsent, storage }) => unsent === 0 && storage.ok)
	assert.deepEqual([presence(one), presence(two)], ['inside 1', 'inside 1'])
})

test('after a day without the server the guest list is gone, and what was scanned is not', async (t) => {
	const [one, two] = await tickets(2), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.set_clock(23.5 * HOUR)
	await until('it says so an hour before', async () => (await it.notices('expiring')).length === 1)
	await it.set_clock(24 * HOUR + 60_000)
	await it.becomes('expired', ({ phase }) => phase === 'expired')
	assert.equal((await it.notices('expired')).length, 1)
	const disk = JSON.parse(await it.disk())
	assert.deepEqual([disk.roster.length, disk.cards.length, disk.names.length, disk.scans.length], [0, 0, 0, 1])
	assert.equal(await it.call('choose', one.id), null, 'nor is what was read last')
	assert.deepEqual(await it.state().then(({ conflicts, others, counts }) => [conflicts, others, counts]), [[], [], null])
	assert.equal((await it.reads(two.code)).told, 'not_found no_roster local')
	await it.set_clock(0)
	await it.context.setOffline(false)
	await it.page.goto('/healthz')
	await it.page.evaluate(() => begin())
	await it.becomes('it has a list again, and the scan went', ({ phase, unsent }) => phase === 'ready' && unsent === 0)
	assert.equal(presence(one), 'inside 1')
})

test('signing out is refused while scans wait, and wipes all', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	await it.reads(one.code)
	assert.deepEqual(await it.call('signOut'), { done: false, unsent: 1 })
	assert.equal((await it.state()).phase, 'ready')
	await it.away(false)
	assert.deepEqual(await it.call('signOut'), { done: true, unsent: 0 }, 'it sends them first where it can')
	assert.equal(presence(one), 'inside 1')
	const disk = JSON.parse(await it.disk())
	for (const store of ['roster', 'cards', 'names', 'scans', 'reports'])
		assert.deepEqual(disk[store], [], store)
	assert.equal(disk.settings.length, 1, 'the number of the device, which is a new one')
	assert.equal((await it.state()).phase, 'signed-out')
	assert.equal(await it.call('read', one.code), null)
})

test('another usher cannot take over what waits', async (t) => {
	const [one] = await tickets(), [usher, other] = [await new_usher(event), await new_usher(event)], it = await (await phone(t)).signs_in(usher)

	await it.context.route('**/sync/logs/', (route) => route.abort())
	await it.context.route('**/scan/result/', (route) => route.abort())
	await it.reads(one.code)
	const refused = await it.call('signIn', { event_id: event.id, username: other.username, password: other.password })
	assert.deepEqual([refused.refused, refused.unsent], ['UNSENT', 1])
	await it.context.unroute('**/sync/logs/')
	await it.context.unroute('**/scan/result/')
	await it.signs_in(usher)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.equal(presence(one), 'inside 1')
})

test('who steals the phone reads no name, no code and no token', async (t) => {
	const person = await new_customer({ name: 'Serafina Secret' }), uid = new_card(person)
	const [one, two] = await tickets(2, event, person), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	await it.reads(one.code)
	const disk = await it.disk()
	assert.ok(JSON.parse(disk).roster.some(({ ticket_id, box }) => ticket_id === two.id && box), 'it holds the ticket')
	assert.ok(JSON.parse(disk).scans.length === 1)
	const { access, refresh } = await it.page.evaluate(() => gate.api.tokens.load())
	for (const secret of ['Serafina', 'Secret', uid, one.code, one.code.slice(4, 60), two.code.slice(4, 60), access.slice(0, 10), access.slice(-20), refresh.slice(-20)])
		assert.ok(!disk.includes(secret), secret)
	assert.match(disk, /key false/, 'its keys cannot be taken out')
	assert.doesNotMatch(disk, /key true/)
	// The row opens by its own code, and by no other.
	const opens = await it.page.evaluate(async ([code, other]) => {
		const { parse } = await import('/static/gate/code.js'), row = await gate.roster.row(parse(code).ticket_id)

		return [(await gate.roster.open(row, parse(code).nonce))?.n, await gate.roster.open(row, parse(other).nonce)]
	}, [two.code, one.code])
	assert.deepEqual(opens, ['Serafina Secret', null])
	const by_card = await it.reads(uid, { by: 'nfc' })
	assert.deepEqual([by_card.told, by_card.attendee.name], ['valid ok local', 'Serafina Secret'])
})

test('offline a forged code is refused, as is one of another event, and nothing is called forged that is not', async (t) => {
	const [one] = await tickets(), other = await new_event(), [foreign] = await tickets(1, other), it = await (await phone(t)).signs_in(await new_usher(event))
	const bytes = Buffer.from(one.code.slice(4), 'base64url'), bent = (at) => {
		const copy = Buffer.from(bytes)

		copy[at] ^= 1
		return `GH1.${copy.toString('base64url')}`
	}

	await it.away()
	for (const at of [31, 40, 44, 107])
		assert.equal((await it.reads(bent(at))).told, 'invalid forged local', `byte ${at}`)
	assert.equal((await it.reads(foreign.code)).told, 'invalid wrong_event local')
	assert.equal((await it.reads(one.code.slice(0, 80))).told, 'not_found not_read local')
	assert.equal((await it.reads(one.code.toUpperCase())).told, 'not_found not_read local')
	assert.equal((await it.reads('what is this')).told, 'not_found unknown_code local')
	assert.equal((await it.reads(randomBytes(7).toString('hex'))).told, 'not_found unknown_card local')
	assert.equal((await it.reads(`https://tickets.example/t/${one.code}`)).told, 'valid ok local')
})

test('a card with several: the next is named, offline too', async (t) => {
	const person = await new_customer({ name: 'Fay Family' }), uid = new_card(person), category = event.categories[0]
	const named = (name) => ({ category_id: category.id, quantity: 1, holders: [{ name }] })
	const made = await bought(person, event, [named('Una'), named('Dua'), named('Tria')]), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	const first = await it.reads(uid, { by: 'nfc' })
	assert.deepEqual([first.told, first.attendee.name, first.others.map(({ name }) => name)], ['valid ok local', 'Una', ['Dua', 'Tria']])
	const chosen = await it.call('choose', first.others[1].ticket_id)
	assert.deepEqual([chosen.reason, chosen.attendee.name, chosen.others.map(({ name }) => name)], ['ok', 'Tria', ['Dua']])
	await it.away(false)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.deepEqual(made.map(presence), ['inside 1', 'never 0', 'inside 1'])
})

test('what others did is known offline after the next sync, and what was sold meanwhile', async (t) => {
	const [one, gone] = await tickets(2), usher = await new_usher(event), it = await (await phone(t)).signs_in(usher)

	assert.equal(ok(await scan(await new_usher(event), { code: one.code, gate: 'East' })).result, 'valid')
	const [late] = await tickets()
	sql(`UPDATE ticket SET status = 'cancelled', changed_at = UTC_TIMESTAMP(3) WHERE id = ${gone.id}`)
	await it.call('syncNow')
	await it.away()
	assert.equal((await it.reads(one.code)).told, 'already_scanned inside local')
	assert.equal((await it.reads(late.code)).told, 'valid ok local')
	assert.equal((await it.reads(gone.code)).told, 'invalid cancelled local')
	sql(`UPDATE ticket SET status = 'valid' WHERE id = ${gone.id}`)
	// One that was sold since is genuine, but on no list here.
	await it.away(false)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	await it.call('syncNow')
	await it.away()
	const [unknown] = await tickets(), got = await it.reads(unknown.code)
	assert.deepEqual([got.told, got.notes], ['not_found unknown_code local', ['not_on_list']])
})

test('undo, by hand, leave and return, without a network and with one', async (t) => {
	const [one, two, three] = await tickets(3), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	const first = await it.reads(one.code)
	assert.ok(first.undo_until > Date.now())
	assert.equal((await it.call('undo', first.scan_id)).reason, 'undone')
	assert.equal((await it.reads(one.code)).told, 'valid ok local', 'as if it had never been')
	assert.equal((await it.call('byHand', { ticket_id: two.id, note: '' })).refused, 'NOTE')
	assert.equal((await it.call('byHand', { ticket_id: two.id, note: 'Phone is broken', override: true })).refused, 'NOT_LEAD')
	const hand = await it.call('byHand', { ticket_id: two.id, note: 'Phone is broken' })
	assert.deepEqual([hand.result, hand.reason, hand.local], ['valid', 'by_hand', true])
	assert.equal((await it.reads(three.code)).told, 'valid ok local')
	assert.deepEqual(await it.call('leave', three.code, { note: 'car' }).then(({ result, reason, direction }) => [result, reason, direction]), ['valid', 'ok', 'out'])
	const back = await it.call('return', three.code)
	assert.deepEqual([back.result, back.direction], ['valid', 'in'])
	await it.away(false)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.deepEqual(await it.notices(), [])
	assert.deepEqual([one, two, three].map((ticket) => presence(ticket).split(' ')[0]), ['inside', 'inside', 'inside'])
	assert.deepEqual(sql(`SELECT kind, direction FROM scan_log WHERE ticket_id = ${one.id} ORDER BY id`).map((row) => row.join(' ')),
		['scan in', 'undo in', 'scan in'])
	// With a network.
	const log = await it.call('logs', { own: true }), [own] = log.items.filter(({ ticket_id, kind }) => ticket_id === two.id && kind === 'hand')
	assert.equal((await it.call('undo', own.scan_id)).reason, 'undone')
	assert.equal(presence(two), 'never 0')
	assert.equal((await it.call('byHand', { ticket_id: two.id, note: 'Phone is broken' })).reason, 'by_hand')
	assert.equal((await it.call('leave', two.code, { note: 'smokes' })).result, 'valid')
	assert.equal((await it.call('return', two.code)).result, 'valid')
	assert.equal(presence(two).split(' ')[0], 'inside')
})

test('a report with a picture waits for a network', async (t) => {
	const it = await (await phone(t)).signs_in(await new_usher(event))
	const report = (description) => it.page.evaluate(async (text) => {
		const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })

		canvas.getContext('2d').fillRect(0, 0, 30, 30)
		return gate.report({ category: 'other', description: text, photo: await new Promise((done) => canvas.toBlob(done, 'image/jpeg')) })
	}, description)

	await it.away()
	assert.deepEqual(await report('A fence fell'), { stored: true, sent: false })
	assert.equal((await it.state()).reports, 1)
	assert.ok(!(await it.disk()).includes('fence'))
	await it.away(false)
	await it.becomes('sent', ({ reports }) => reports === 0)
	assert.deepEqual(await it.notices(), [])
	assert.deepEqual(await report('Another'), { stored: true, sent: true })
})

test('own scans as a table that no spreadsheet takes for formulas', async (t) => {
	const [one] = await tickets(1, event, await new_customer({ name: '=HYPERLINK("x")' })), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.reads(one.code)
	await it.away()
	await it.reads(one.code)
	const lines = (await it.page.evaluate(async () => (await gate.exportLog()).text())).trim().split('\r\n')
	assert.equal(lines.length, 3)
	assert.match(lines[0], /^\uFEFF?at,scan_id,kind,direction,gate/)
	assert.match(lines[2], /"'=HYPERLINK\(""x""\)"/)
	const { items, local } = await it.call('logs', { search: 'hyperlink' })
	assert.deepEqual([items.length, local, items[0].state, items[1].state], [2, true, 'unsent', 'sent'])
	assert.equal((await it.call('log', items[0].scan_id)).reason, 'inside')
})

test('the device tests itself', async (t) => {
	const it = await (await phone(t)).signs_in(await new_usher(event)), tested = await it.call('selfTest')

	assert.deepEqual(tested.map(({ step, ok: good, sentence }) => good || `${step}: ${sentence}`), [true, true, true, true, true])
	await it.away()
	assert.deepEqual((await it.call('selfTest', ['server', 'storage'])).map(({ ok: good }) => good), [false, true])
})

test('a second window takes over, and the first says so', async (t) => {
	const it = await (await phone(t)).signs_in(await new_usher(event)), first = it.page

	await it.open()
	await it.becomes('the second is ready', ({ phase }) => phase === 'ready')
	await until('the first says so', () => first.evaluate(() => gate.state.phase === 'elsewhere'))
	assert.equal(await first.evaluate((one) => gate.signIn(one).catch(({ code }) => code), { event_id: event.id, username: 'any', password: 'any' }), 'ELSEWHERE')
})

test('the sync of a window that another took over from ends: it writes nothing into what that one wiped', async (t) => {
	const it = await (await phone(t)).signs_in(await new_usher(event)), first = it.page, held = []

	await first.route('**/sync/attendees/**', async (route) => {
		const answer = await route.fetch()

		held.push(() => route.fulfill({ response: answer }).catch(() => {}))
	})
	await tickets()
	await first.evaluate(() => { globalThis.syncing = gate.syncNow() })
	await until('it is under way', async () => held.length > 0)
	await it.open()
	await it.becomes('the second is ready', ({ phase }) => phase === 'ready')
	assert.equal((await it.call('signOut', { force: true })).done, true)
	await Promise.all(held.map((let_go) => let_go()))
	await first.evaluate(() => globalThis.syncing)
	const disk = JSON.parse(await it.disk())
	assert.deepEqual([disk.roster, disk.settings.length], [[], 1])
})

test('a session that the server ended: scans go on, wait, and go with the next', async (t) => {
	const [one] = await tickets(), usher = await new_usher(event), it = await (await phone(t)).signs_in(usher)

	sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(3) WHERE account_id = (SELECT account_id FROM usher WHERE id = ${usher.usher_id})`)
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.becomes('it says so', ({ session_over, unsent }) => session_over && unsent === 1)
	assert.equal((await it.notices('session')).length, 1)
	await it.signs_in(usher)
	await it.becomes('sent', ({ unsent, session_over }) => unsent === 0 && !session_over)
	assert.equal(presence(one), 'inside 1')
})

test('among 100,000 tickets a verdict without a network is right, on a slow phone', async (t) => {
	const made = await tickets(4), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	await it.page.evaluate(async () => {
		const { box } = await new Promise((done) => gate.db.read('roster', (rows) => { rows.openCursor().onsuccess = ({ target }) => done(target.result.value) }))

		for (let at = 0; at < 100_000; at += 5000)
			await gate.db.change('roster', (rows) => {
				for (let id = 1e9 + at; id < 1e9 + at + 5000; id++)
					rows.put({ ticket_id: id, generation: 1, status: 'valid', presence: 'never', entries: 0, on_leave: false, last_in_at: null,
						category_id: 1, dependent: false, box })
			})
	})
	const devtools = await it.context.newCDPSession(it.page)
	await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
	const took = []
	for (const { code } of made) {
		const first = await it.reads(code), second = await it.reads(code)

		assert.deepEqual([first.told, second.told], ['valid ok local', 'already_scanned inside local'])
		assert.equal(first.attendee.name, 'Gwen Guest')
		took.push(first.ms, second.ms)
	}
	t.diagnostic(`among 100,000 tickets, 4 times throttled: ${took.map((ms) => ms.toFixed(1)).join(', ')} ms`)
})

test('codes that turn are judged without a network', async (t) => {
	const own = await new_event()

	sql(`UPDATE event SET turning = 1 WHERE id = ${own.id}`)
	const [made] = await bought(guest, own, 1), it = await (await phone(t)).signs_in(await new_usher(own), own)
	const { turning } = ok(await as(guest).get(`/api/v1/users/tickets/${made.id}/qr-code/`))
	const digits = (steps) => {
		const counter = Buffer.alloc(8)

		counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 15_000) + steps))
		const mac = createHmac('sha1', Buffer.from(turning.secret, 'hex')).update(counter).digest()
		return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
	}

	await it.away()
	assert.equal((await it.reads(turning.code)).told, 'invalid turn_missing local')
	assert.equal((await it.reads(`${turning.code}.${digits(-4)}`)).told, 'invalid turn_old local')
	assert.equal((await it.reads(`${turning.code}.${digits(5)}`)).told, 'not_found not_read local')
	assert.equal((await it.reads(`${turning.code}.${digits(-1)}`)).told, 'valid ok local')
	assert.equal((await it.reads(`${turning.code}.${digits(0)}`)).told, 'already_scanned inside local')
	assert.doesNotMatch(await it.disk(), /gate_key/)
	await it.away(false)
	await it.becomes('all sent', ({ unsent }) => unsent === 0)
	assert.deepEqual(sql(`SELECT result, reason FROM scan_log WHERE event_id = ${own.id} AND uploaded ORDER BY device_seq`).map((row) => row.join(' ')),
		['invalid turn_missing', 'invalid turn_old', 'not_found not_read', 'valid ok', 'already_scanned inside'], 'by the digits of the moment at which each was made')
	assert.deepEqual([presence(made), await it.notices()], ['inside 1', []])
})

test('where an event lets devices hold names, guests are found without a network, and nowhere else', async (t) => {
	const own = await new_event()

	sql(`UPDATE event SET offline_names = 1 WHERE id = ${own.id}`)
	const person = await new_customer({ name: 'Zoë Çelik' }), two = await bought(person, own, 3)
	const [other] = await bought(guest, own, 1), it = await (await phone(t)).signs_in(await new_usher(own), own)
	const reference = (ticket) => sql(`SELECT o.reference FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${ticket.id}`)[0][0]

	await it.away()
	assert.ok(!(await it.disk()).includes('elik'))
	const found = await it.call('search', 'zoe cel')
	assert.deepEqual([found.local, found.items.map(({ ticket_id, name, presence: where }) => [ticket_id, name, where])],
		[true, two.map(({ id }) => [id, 'Zoë Çelik', 'never'])])
	const hand = await it.call('byHand', { ticket_id: two[0].id, note: 'No battery' })
	assert.deepEqual([hand.reason, hand.attendee.name], ['by_hand', 'Zoë Çelik'])
	assert.equal((await it.call('search', reference(other).toLowerCase())).items[0].ticket_id, other.id)
	// A printed reference.
	const one = await it.reads(`${reference(other).slice(0, 4)}-${reference(other).slice(4)}`.toLowerCase(), { by: 'typed' })
	assert.deepEqual([one.told, one.attendee.name], ['valid ok local', 'Gwen Guest'])
	const several = await it.reads(reference(two[0]), { by: 'typed' })
	assert.deepEqual([several.reason, several.others.map(({ ticket_id }) => ticket_id)], ['several', [two[1].id, two[2].id]], 'one of them is inside')
	assert.deepEqual(await it.call('choose', two[1].id).then(({ result, reason }) => [result, reason]), ['valid', 'ok'])
	assert.equal((await it.state()).unsent, 3, 'a question is no scan')
	await it.away(false)
	await it.becomes('all sent', ({ unsent }) => unsent === 0)
	assert.deepEqual([...two, other].map(presence), ['inside 1', 'inside 1', 'never 0', 'inside 1'])
	assert.deepEqual(sql(`SELECT kind, reason, note FROM scan_log WHERE event_id = ${own.id} ORDER BY id`).map((row) => row.join(' ').trim()),
		['hand by_hand No battery', 'scan ok', 'scan ok'])
	assert.deepEqual(await it.notices(), [])

	const plain = await (await phone(t)).signs_in(await new_usher(event))
	await plain.away()
	assert.equal((await plain.call('search', 'zoe')).refused, 'OFFLINE')
	assert.deepEqual(await plain.reads('K7QM2XPA').then(({ told, notes }) => [told, notes]), ['not_found unknown_code local', ['needs_network']])
})

test('an usher who is taken off the event is told, and what waits stays', async (t) => {
	const [one] = await tickets(), usher = await new_usher(event), it = await (await phone(t)).signs_in(usher)

	ok(await as(await token('staff')).delete(`/api/events/${event.id}/ushers/${usher.usher_id}/`))
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.becomes('it says so', ({ session_over, unsent }) => session_over && unsent === 1)
	assert.equal(presence(one), 'never 0')
})

test('the app is small', async () => {
	const { FILES } = new Function('importScripts', `${await (await fetch(`${site}/gate/sw.js`)).text()}; return { FILES }`)(() => {})
	const own = FILES.filter((path) => /\.(js|css)$/.test(path) && !/\/(zxing|noble)\//.test(path))
	const sent = await Promise.all(own.map(async (path) => gzipSync(Buffer.from(await (await fetch(site + path)).arrayBuffer())).length))

	assert.ok(own.length > 15)
	assert.ok(sent.reduce((sum, bytes) => sum + bytes) < 150 * 1024, `${sent.reduce((sum, bytes) => sum + bytes)} bytes are sent`)
})

test('a browser that cannot check signatures has what was fetched when this was built', async (t) => {
	const [one, two] = await tickets(2), it = await phone(t)

	await it.page.evaluate(() => {
		const { importKey } = SubtleCrypto.prototype

		SubtleCrypto.prototype.importKey = function import_key(format, key, algorithm, ...rest) {
			return algorithm === 'Ed25519' ? Promise.reject(new DOMException('', 'NotSupportedError')) : importKey.call(this, format, key, algorithm, ...rest)
		}
	})
	await it.signs_in(await new_usher(event))
	assert.ok((await it.call('selfTest', ['crypto']))[0].ok)
	await it.away()
	const bytes = Buffer.from(two.code.slice(4), 'base64url')
	bytes[50] ^= 1
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	assert.equal((await it.reads(`GH1.${bytes.toString('base64url')}`)).told, 'invalid forged local')
	assert.ok((await it.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))).some((name) => name.endsWith('/noble/ed25519.js')))
})

test('what waits goes in batches, in order, smaller where they are too large, and later where the server is busy', async (t) => {
	const it = await (await phone(t)).signs_in(await new_usher(event)), batches = []

	await it.away()
	await it.page.evaluate(async () => {
		for (let i = 0; i < 1100; i++)
			await gate.queue.add({ scan_id: crypto.randomUUID(), kind: 'in', ticket_id: null, moves: false, at: gate.now() },
				{ send: { kind: 'scan', code: `code ${i}` }, result: 'not_found', reason: 'unknown_code', gate: 'North', direction: 'in' })
	})
	assert.equal((await it.state()).unsent, 1100)
	await it.context.route('**/sync/logs/', (route) => {
		const { logs, device_id } = route.request().postDataJSON(), answer = (status, body, headers = {}) => route.fulfill({
			status, contentType: 'application/json', headers: { 'x-request-id': 'x', ...headers }, body: JSON.stringify(body)
		})

		batches.push({ n: logs.length, first: logs[0].code, last: logs.at(-1).code, device_id, at: Date.now() })
		if (batches.length === 1)
			return answer(503, { success: false, message: 'Busy' }, { 'retry-after': '1' })
		if (logs.length > 300)
			return answer(413, { success: false, message: 'Too large' })
		if (logs.length === 1 || !logs.some(({ code }) => code === 'code 700'))
			return answer(200, { success: true, data: { items: logs.reverse().map(({ scan_id, code }) => (
				code === 'code 700' ? { scan_id, verdict: 'rejected', reason: 'unreadable' } : { scan_id, verdict: 'duplicate' })) } })
		return answer(422, { success: false, message: 'One of them is at fault' })
	})
	await it.away(false)
	await it.becomes('busy', ({ retry_at, unsent }) => retry_at > 0 && unsent === 1100)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.ok(batches.every(({ n }) => n <= 500), batches.map(({ n }) => n).join())
	assert.ok(batches[1].at - batches[0].at >= 500, 'not at once')
	assert.equal(new Set(batches.map(({ device_id }) => device_id)).size, 1)
	const numbers = batches.map(({ first }) => Number(first.slice(5)))
	assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b), 'in order')
	assert.deepEqual((await it.notices('rejected')).map(({ reason }) => reason), ['unreadable'], 'one at fault does not hold up the others')
	assert.deepEqual(batches.at(-1).last, 'code 1099')
})

test('a gate lead insists, and takes back what others scanned', async (t) => {
	const own = await new_event(), [one] = await tickets(1, own), [usher, other] = [await new_usher(own), await new_usher(own)]

	sql(`UPDATE event SET re_entry = 0 WHERE id = ${own.id}; UPDATE usher_assignment SET gate_lead = 1 WHERE event_id = ${own.id} AND usher_id = ${usher.usher_id}`)
	const it = await (await phone(t)).signs_in(usher, own), plain = await (await phone(t)).signs_in(other, own)
	assert.deepEqual([(await it.state()).lead, (await plain.state()).lead], [true, false])
	const entered = await plain.reads(one.code)
	assert.equal(entered.told, 'valid ok')
	assert.equal((await plain.call('undo', randomUUID())).refused, 'TOO_LATE', 'what it did not scan itself')
	assert.equal((await it.call('undo', entered.scan_id)).reason, 'undone')
	assert.equal(presence(one), 'never 0')
	assert.equal((await it.reads(one.code)).told, 'valid ok')
	await it.call('setDirection', 'out')
	assert.equal((await it.reads(one.code)).told, 'valid ok')
	await it.call('setDirection', 'in')
	assert.equal((await it.reads(one.code)).told, 'already_scanned no_re_entry')
	assert.equal((await it.call('byHand', { ticket_id: one.id, note: 'Fetched his coat', override: true })).reason, 'by_hand')
	assert.equal(presence(one).split(' ')[0], 'inside')
	// Without a network.
	await it.call('syncNow')
	await it.away()
	await it.call('setDirection', 'out')
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.call('setDirection', 'in')
	assert.equal((await it.call('byHand', { ticket_id: one.id, note: 'Again' })).reason, 'no_re_entry')
	const insisted = await it.call('byHand', { ticket_id: one.id, note: 'Again', override: true })
	assert.deepEqual([insisted.reason, insisted.local], ['by_hand', true])
	await it.away(false)
	await it.becomes('all sent', ({ unsent }) => unsent === 0)
	assert.deepEqual(sql(`SELECT kind, direction, result, reason FROM scan_log WHERE ticket_id = ${one.id} AND uploaded ORDER BY id`).map((row) => row.join(' ')),
		['scan out valid ok', 'hand in already_scanned no_re_entry', 'hand in valid by_hand'])
	assert.equal(presence(one).split(' ')[0], 'inside')
	assert.deepEqual(await it.notices(), [])
})

test('whom a card let in without a network is who came in, whoever else it has', async (t) => {
	const person = await new_customer({ name: 'Fay Family' }), uid = new_card(person), category = event.categories[0]
	const named = (name) => ({ category_id: category.id, quantity: 1, holders: [{ name }] })
	const made = await bought(person, event, [named('Una'), named('Dua')]), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	const first = await it.reads(uid, { by: 'nfc' })
	assert.deepEqual([first.told, first.ticket_id], ['valid ok local', made[0].id])
	// Meanwhile that one came in elsewhere: by itself the server would take the other.
	ok(await scan(await new_usher(event), { code: await code_of(person, made[0]), gate: 'East' }))
	const sent = it.page.waitForRequest('**/sync/logs/')
	await it.away(false)
	assert.equal((await sent).postDataJSON().logs[0].ticket_id, made[0].id)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.deepEqual(made.map((ticket) => presence(ticket).split(' ')[0]), ['inside', 'never'])
	// And where the server was asked in vain.
	await it.context.route('**/scan/result/', (route) => route.abort())
	const late = it.page.waitForRequest('**/sync/logs/'), second = await it.reads(uid, { by: 'nfc' })
	assert.equal((await late).postDataJSON().logs[0].ticket_id, second.ticket_id)
})

test('a session that must be renewed holds nobody up', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.context.route('**/token/refresh/', () => {})
	await it.page.evaluate(async () => {
		const { tokens } = gate.api, pair = await tokens.load()

		await tokens.save({ ...pair, ends: Date.now() })
		gate.api.forget()
	})
	const said = await it.reads(one.code)
	assert.equal(said.told, 'valid ok local')
	assert.ok(said.ms < 4000, `${said.ms} ms`)
	await it.context.unroute('**/token/refresh/')
	await until('sent', async () => (await it.state()).unsent === 0, 30_000)
	assert.equal(presence(one), 'inside 1')
})

test('what was sent is kept for a day, also on a device that is used', async (t) => {
	const [one, two, three] = await tickets(3), it = await (await phone(t)).signs_in(await new_usher(event))

	assert.equal((await it.reads(one.code)).told, 'valid ok')
	assert.equal((await it.reads(two.code)).told, 'valid ok')
	assert.equal((await it.reads(three.code)).told, 'valid ok')
	await it.call('syncNow')
	// One that a sync had, and one that none was whole for.
	await it.page.evaluate(async (states) => {
		const all = await gate.db.read('scans', (scans) => new Promise((done) => { scans.getAll().onsuccess = ({ target }) => done(target.result) }))

		for (const row of all.filter(({ ticket_id }) => states[ticket_id]))
			await gate.db.put('scans', { ...row, state: states[row.ticket_id], sent_at: Date.now() - 25 * 3_600_000 })
	}, { [one.id]: 2, [three.id]: 1 })
	await it.page.reload()
	await it.context.route('**/sync/attendees/**', (route) => route.abort())
	await it.page.evaluate(() => begin())
	await until('it is gone', async () => (await it.call('logs', { own: true })).items.map(({ ticket_id }) => ticket_id).join() === String(two.id))
})

test('a list that goes while it is fetched does not come back as a part of itself', async (t) => {
	await tickets(2)
	const it = await (await phone(t)).signs_in(await new_usher(event))
	let let_go

	await it.becomes('whole', ({ phase, attendees }) => phase === 'ready' && attendees > 1)
	const all = (await it.state()).attendees

	await it.context.route('**/sync/attendees/**', async (route) => {
		await new Promise((done) => { let_go = done })
		await route.continue().catch(() => {})
	})
	await it.page.evaluate(() => { globalThis.syncing = gate.syncNow() })
	await until('it is asked', async () => let_go)
	await it.page.evaluate(() => { gate.roster.expires_at = gate.now() - 1 })
	await it.set_clock(0)
	await new Promise((done) => setTimeout(done, 300))
	let_go()
	await it.context.unroute('**/sync/attendees/**')
	await it.page.evaluate(() => globalThis.syncing)
	await it.becomes('whole', ({ phase, attendees }) => phase === 'ready' && attendees >= all)
	assert.deepEqual([JSON.parse(await it.disk()).roster.length, await it.notices('expired')], [(await it.state()).attendees, []])
})

test('a scan that was sent after the next lies where it lay', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.call('setDirection', 'out')
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	// Only the first is answered.
	const moves = await it.page.evaluate(async (id) => {
		const [first] = gate.queue.moves_of(id)

		await gate.queue.answered(first.scan_id, { result: 'valid', reason: 'ok', moves: true })
		return gate.queue.moves_of(id).map(({ kind }) => kind)
	}, one.id)
	assert.deepEqual(moves, ['in', 'out'])
	assert.equal((await it.reads(one.code)).told, 'invalid not_inside local')
})

test('what the server did not take back is not taken back here, and says so', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event)), first = await it.reads(one.code)

	assert.equal(first.told, 'valid ok')
	ok(await scan(await new_usher(event), { code: one.code, direction: 'out', gate: 'East' }))
	const said = await it.call('undo', first.scan_id)
	assert.deepEqual([said.reason, said.moved, said.local], ['not_undone', false, false])
	assert.match(said.sentence || said.message, /Not taken back/)
	assert.deepEqual(await it.page.evaluate((id) => gate.queue.moves_of(id).map(({ kind }) => kind), one.id).then((kinds) => kinds.includes('undo')), false)
})

test('where no signature can be checked the server decides, and without it nobody does', async (t) => {
	const [one, two] = await tickets(2), it = await phone(t)

	await it.context.route('**/noble/**', (route) => route.fulfill({ status: 404, body: '' }))
	await it.page.evaluate(() => {
		const { importKey } = SubtleCrypto.prototype

		SubtleCrypto.prototype.importKey = function import_key(format, key, algorithm, ...rest) {
			return algorithm === 'Ed25519' ? Promise.reject(new DOMException('', 'NotSupportedError')) : importKey.call(this, format, key, algorithm, ...rest)
		}
	})
	await it.signs_in(await new_usher(event))
	assert.equal((await it.reads(one.code)).told, 'valid ok')
	await it.away()
	const unchecked = await it.reads(two.code)
	assert.deepEqual([unchecked.told, unchecked.notes], ['not_found not_read local', ['needs_network']])
	assert.equal((await it.call('selfTest', ['crypto']))[0].ok, false)
})

test('a scan that the disk did not take is found, listed and taken back', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event))

	await it.away()
	await it.page.evaluate(() => {
		gate.queue.really = gate.db.change
		gate.db.change = (names, ...rest) => (names === 'scans' ? Promise.reject(new DOMException('', 'QuotaExceededError')) : gate.queue.really.call(gate.db, names, ...rest))
	})
	const first = await it.reads(one.code)
	assert.deepEqual([first.told, first.stored], ['valid ok local', false])
	const { items } = await it.call('logs', { own: true })
	assert.deepEqual(items.map(({ scan_id, state, attendee_name }) => [scan_id, state, attendee_name]), [[first.scan_id, 'unsent', 'Gwen Guest']])
	assert.equal((await it.call('undo', first.scan_id)).reason, 'undone')
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await it.page.evaluate(() => { gate.db.change = gate.queue.really })
	await it.away(false)
	await it.becomes('sent', ({ unsent, storage }) => unsent === 0 && storage.ok)
	assert.deepEqual(sql(`SELECT kind, direction FROM scan_log WHERE ticket_id = ${one.id} ORDER BY id`).map((row) => row.join(' ')), ['scan in', 'undo in', 'scan in'])
	assert.equal(presence(one), 'inside 1')
})

test('who signs in is known by number, and nobody is offered to throw scans away who cannot sign in', async (t) => {
	const [one] = await tickets(), usher = await new_usher(event), other = await new_usher(event), it = await (await phone(t)).signs_in(usher)

	await it.context.route('**/sync/logs/', (route) => route.abort())
	await it.context.route('**/scan/result/', (route) => route.abort())
	await it.reads(one.code)
	const refused = await it.call('signIn', { event_id: event.id, username: other.username, password: 'not it at all' })
	assert.notEqual(refused.refused, 'UNSENT')
	assert.equal((await it.call('signIn', { event_id: event.id, username: other.username, password: other.password })).refused, 'UNSENT')
	assert.equal((await it.state()).usher.username, usher.username)
	forget_tries()
	assert.equal(await it.call('signIn', { event_id: event.id, username: usher.username.toUpperCase(), password: usher.password }), undefined)
	assert.equal((await it.state()).unsent, 1)
})

test('what cannot be opened any more is not sent empty, holds nobody up, and is said and listed', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event)), sent = []

	await it.away()
	await it.reads(one.code)
	await it.page.evaluate(() => gate.report({ category: 'other', description: 'A fence fell' }))
	// The browser lost the key.
	await it.page.evaluate(async () => {
		await gate.vault.drop('keep')
		await gate.db.set({ tokens: undefined })
	})
	it.page.on('request', (request) => /sync\/logs|scan\/report/.test(request.url()) && sent.push(request.postData()))
	await it.page.evaluate(() => { gate.api.online = true; return Promise.all([gate.queue.flush(), gate.reports.flush()]) })
	assert.deepEqual(sent, [])
	assert.deepEqual([(await it.state()).unsent, (await it.state()).reports], [0, 0])
	assert.deepEqual((await it.notices('unreadable')).map(({ code }) => code), ['UNREADABLE', 'UNREADABLE'])
	const { items } = await it.call('logs', { own: true })
	assert.deepEqual(items.map(({ ticket_id, direction, state, reason }) => [ticket_id, direction, state, reason]), [[one.id, 'in', 'rejected', 'UNREADABLE']])
	assert.deepEqual(await it.call('signOut'), { done: true, unsent: 0 })
})

test('a database that does not answer just now loses no scan: it goes with the next try', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event)), sent = []

	await it.away()
	await it.reads(one.code)
	it.page.on('request', (request) => /sync\/logs/.test(request.url()) && sent.push(request.postDataJSON().logs))
	await it.page.evaluate(async () => {
		const { bytes } = gate.vault
		let times = 0

		gate.vault.bytes = function (...args) {
			return times++ ? bytes.apply(this, args) : Promise.reject(new DOMException('', 'AbortError'))
		}
		console.error = () => {}
		gate.api.online = true
		await gate.queue.flush()
		gate.api.online = false
	})
	assert.deepEqual([(await it.state()).unsent, sent], [1, []])
	await it.away(false)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.deepEqual(sent.map((logs) => logs.map(({ code }) => code.slice(-20))), [[one.code.slice(-20)]])
	assert.equal(presence(one), 'inside 1')
})

test('a database that a newer app changed is opened again', async (t) => {
	const it = await (await phone(t)).signs_in(await new_usher(event))

	await it.page.evaluate(async () => { (await gate.db.opening).onversionchange() })
	assert.equal(await it.call('setGate', 'East'), undefined)
	assert.equal((await it.state()).gate, 'East')
})

test('a database that could not be opened once is opened at the next try, by all who ask, once', async (t) => {
	const it = await (await phone(t)).signs_in(await new_usher(event))
	const tried = await it.page.evaluate(async () => {
		const { Db } = await import('/static/gate/db.js'), open = IDBFactory.prototype.open, ways = []
		let fails = true

		IDBFactory.prototype.open = function (...args) {
			ways.push(args[0])
			if (!fails)
				return open.apply(this, args)
			const request = {}
			setTimeout(() => {
				request.error = new DOMException('', 'UnknownError')
				request.onerror()
			})
			return request
		}
		const db = new Db()
		db.name = 'some other'
		const settled = (await Promise.allSettled([db.get('settings', 'a'), db.get('settings', 'a').catch(async (error) => {
			fails = false
			await db.set({ a: 1 })
			throw error
		})])).map(({ status }) => status)
		const value = await db.get('settings', 'a')
		IDBFactory.prototype.open = open
		return { settled, value, opened: ways.length }
	})

	assert.deepEqual(tried, { settled: ['rejected', 'rejected'], value: 1, opened: 2 })
})

test('a wipe waits for the sync that is under way, and ends it: nothing is written back', async (t) => {
	await tickets(2)
	const it = await (await phone(t)).signs_in(await new_usher(event)), held = []

	// The answers come, but late: after the usher has left.
	await it.context.route('**/sync/**', async (route) => {
		const answer = await route.fetch()

		held.push(() => route.fulfill({ response: answer }).catch(() => {}))
	})
	await it.context.route('**/token/refresh/', async (route) => {
		const answer = await route.fetch()

		held.push(() => route.fulfill({ response: answer }).catch(() => {}))
	})
	await it.page.evaluate(() => { globalThis.syncing = gate.syncNow() })
	await until('a sync is under way', async () => held.length > 0)
	await it.page.evaluate(async () => {
		const { tokens } = gate.api, pair = await tokens.load()

		await tokens.save({ ...pair, ends: Date.now() })
		gate.api.forget()
		gate.api.get('/api/usher/events/').catch(() => {})
	})
	await until('so is a new token', async () => held.length > 1)
	const began = Date.now()
	assert.equal((await it.call('signOut', { force: true })).done, true)
	assert.ok(Date.now() - began < 8000, `it took ${Date.now() - began} ms`)
	await Promise.all(held.map((let_go) => let_go()))
	await it.page.evaluate(() => globalThis.syncing)
	await new Promise((done) => setTimeout(done, 300))
	const disk = JSON.parse(await it.disk())
	assert.deepEqual([disk.roster, disk.cards, disk.scans], [[], [], []])
	assert.equal(disk.settings.length, 1, 'the number of the device')
})

test('what was taken back without a network stands as the server has it, not as this device took it to have been', async (t) => {
	const [one] = await tickets(), other = await new_usher(event), it = await (await phone(t)).signs_in(await new_usher(event))

	assert.equal((await it.reads(one.code)).told, 'valid ok')
	await it.call('syncNow')
	// What comes now this device does not hear of: it takes the guest to be inside.
	await it.context.route('**/sync/attendees/**', (route) => route.abort())
	ok(await scan(other, { code: one.code, direction: 'out', gate: 'East' }))
	const again = await it.reads(one.code)
	assert.equal(again.told, 'valid ok')
	await it.away()
	assert.equal((await it.call('undo', again.scan_id)).reason, 'undone')
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
})

test('who was out on leave is so again where the return is taken back, without a network', async (t) => {
	const own = await new_event(), [one] = await tickets(1, own)

	sql(`UPDATE event SET re_entry = 0 WHERE id = ${own.id}`)
	const it = await (await phone(t)).signs_in(await new_usher(own), own)
	await it.away()
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	assert.equal((await it.call('leave', one.code, { note: 'car' })).result, 'valid')
	const back = await it.call('return', one.code)
	assert.equal(back.result, 'valid')
	assert.equal((await it.call('undo', back.scan_id)).reason, 'undone')
	// Who came as anybody does, and not back from leave, could not.
	for (let time = 0; time < 2; time++) {
		const again = await it.reads(one.code)

		assert.equal(again.told, 'valid ok local')
		assert.equal((await it.call('undo', again.scan_id)).reason, 'undone')
	}
	await it.away(false)
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.deepEqual(sql(`SELECT presence, on_leave FROM ticket WHERE id = ${one.id}`)[0], ['outside', '1'])
	assert.deepEqual(await it.notices(), [])
})

// What a method of the gate's parts gives comes only when go_on() is called.
function held_up(it, part, method, only = '') {
	return it.page.evaluate(([name, way, field]) => {
		const real = gate[name][way].bind(gate[name])

		gate[name][way] = async (...all) => {
			const value = await real(...all)

			if (!field || value?.[field])
				await new Promise((done) => { globalThis.go_on = done })
			return value
		}
	}, [part, method, only])
}
const gone_on = (it) => until('it is held up', () => it.page.evaluate(() => 'go_on' in globalThis))

test('while somebody signs out nothing is scanned, by hand, taken back or reported', async (t) => {
	const [one, two] = await tickets(2), it = await (await phone(t)).signs_in(await new_usher(event)), first = await it.reads(one.code)
	let let_go

	await it.call('syncNow')
	await it.context.route('**/usher/logout/', async (route) => {
		await new Promise((done) => { let_go = done })
		await route.continue()
	})
	await it.page.evaluate(() => { globalThis.leaving = gate.signOut() })
	await until('the server is told', async () => let_go)
	assert.equal(await it.call('read', two.code), null)
	assert.equal(await it.call('choose', two.id), null)
	assert.equal((await it.call('byHand', { ticket_id: two.id, note: 'No battery' })).refused, 'LEAVING')
	assert.equal((await it.call('undo', first.scan_id)).refused, 'LEAVING')
	assert.equal((await it.call('report', { category: 'other', description: 'A fence fell' })).refused, 'LEAVING')
	let_go()
	assert.deepEqual(await it.page.evaluate(() => globalThis.leaving), { done: true, unsent: 0 })
	assert.deepEqual([presence(one), presence(two)], ['inside 1', 'never 0'])
	await it.signs_in(await new_usher(event))
	assert.equal((await it.reads(two.code)).told, 'valid ok', 'and then it is')
})

test('a scan that is under way is waited for, and no more is lost than was agreed', async (t) => {
	const [one, two] = await tickets(2), usher = await new_usher(event), other = await new_usher(event), it = await (await phone(t)).signs_in(usher)

	await it.context.route('**/scan/result/', (route) => route.abort())
	await it.context.route('**/sync/logs/', (route) => route.abort())
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	await held_up(it, 'judge', 'judge')
	await it.page.evaluate((code) => { globalThis.reading = gate.read(code) }, two.code)
	await gone_on(it)
	await it.page.evaluate(() => { globalThis.leaving = gate.signOut({ force: true, lose: 1 }) })
	await new Promise((done) => setTimeout(done, 300))
	await it.page.evaluate(() => go_on())
	assert.deepEqual(await it.page.evaluate(() => globalThis.leaving), { done: false, unsent: 2 })
	assert.equal((await it.page.evaluate(() => globalThis.reading)).stored, true)
	await it.page.evaluate(() => { delete gate.judge.judge })
	forget_tries()
	const who = { event_id: event.id, username: other.username, password: other.password }
	assert.deepEqual(await it.call('signIn', { ...who, force: true, lose: 1 }).then(({ refused, unsent }) => [refused, unsent]), ['UNSENT', 2])
	assert.equal((await it.state()).usher.username, usher.username)
	await it.context.unroute('**/scan/result/')
	await it.context.unroute('**/sync/logs/')
	await until('sent', () => it.call('syncNow').then(() => presence(two) === 'inside 1'))
	assert.deepEqual([presence(one), presence(two)], ['inside 1', 'inside 1'])
})

test('what another window writes while this one signs out is not lost', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event)), first = it.page

	await it.context.route('**/scan/result/', (route) => route.abort())
	await it.context.route('**/sync/logs/', (route) => route.abort())
	await held_up(it, 'judge', 'judge')
	await it.page.evaluate((code) => { globalThis.reading = gate.read(code) }, one.code)
	await gone_on(it)
	await it.open()
	await it.becomes('the second is the gate', ({ phase }) => phase === 'ready')
	await first.evaluate(() => go_on())
	assert.equal((await first.evaluate(() => globalThis.reading)).stored, true)
	assert.deepEqual(await it.call('signOut'), { done: false, unsent: 1 })
	await it.context.unroute('**/sync/logs/')
	await until('sent', () => it.call('syncNow').then(() => presence(one) === 'inside 1'))
})

test('an upload that was answered while the device is wiped leaves nothing behind, and tells who comes next nothing', async (t) => {
	const [one, two] = await tickets(2), it = await (await phone(t)).signs_in(await new_usher(event)), next = await new_usher(event)

	await it.away()
	assert.equal((await it.reads(one.code)).told, 'valid ok local')
	assert.equal((await it.reads(two.code)).told, 'valid ok local')
	// Another gate let the first in meanwhile: a conflict, with a name.
	ok(await scan(await new_usher(event), { code: one.code, gate: 'East', scanned_at: new Date(Date.now() - 60_000).toISOString() }))
	let answered = false
	it.page.on('response', (answer) => { answered ||= answer.url().endsWith('/sync/logs/') })
	await it.page.evaluate(() => {
		const real = gate.vault.open.bind(gate.vault)

		gate.vault.open = async (...all) => {
			const value = await real(...all)

			if (value?.send)
				await new Promise((done) => { globalThis.go_on = done })
			return value
		}
	})
	await it.context.setOffline(false)
	await until('it was answered', async () => answered)
	await gone_on(it)
	await it.page.evaluate(() => { delete gate.vault.open })
	assert.equal((await it.call('signOut', { force: true })).done, true)
	await it.page.evaluate(() => { go_on(); said.notices.length = 0 })
	await it.signs_in(next)
	assert.deepEqual(JSON.parse(await it.disk()).scans, [])
	// What the event itself tells its ushers of is another matter.
	const told = (await it.notices()).filter(({ conflict }) => !conflict)
	assert.deepEqual([await it.page.evaluate(() => gate.queue.all()), told, (await it.state()).unsent], [[], [], 0])
	assert.equal((await it.reads(two.code)).told, 'already_scanned inside')
})

test('what one usher asked for is not asked again as the next', async (t) => {
	const [one] = await tickets(), usher = await new_usher(event), next = await new_usher(event), it = await (await phone(t)).signs_in(usher), posts = []
	let let_go

	await it.context.route('**/scan/result/', (route) => route.abort())
	await it.context.route('**/sync/logs/', async (route) => {
		posts.push(route.request().headers().authorization)
		if (posts.length > 1)
			return route.continue()
		await new Promise((done) => { let_go = done })
		return route.fulfill({ status: 401, headers: { 'x-request-id': '1', 'content-type': 'application/json' }, body: '{"success":false,"error":{"code":"SESSION_OVER"},"message":"Over."}' }).catch(() => {})
	})
	// One of the API's own, which nothing stops.
	await it.context.route('**/usher/nfc/test/**', async (route) => {
		posts.push(route.request().headers().authorization)
		await until('the other is let go', async () => let_go.done)
		return route.fulfill({ status: 401, headers: { 'x-request-id': '1', 'content-type': 'application/json' }, body: '{"success":false,"error":{"code":"SESSION_OVER"},"message":"Over."}' }).catch(() => {})
	})
	await it.reads(one.code)
	await until('it is being sent', async () => let_go)
	await it.page.evaluate(() => { globalThis.asking = gate.api.get('/api/usher/nfc/test/', { text: 'gate' }).catch(({ code }) => code) })
	await until('so is another', async () => posts.length === 2)
	forget_tries()
	assert.equal(await it.call('signIn', { event_id: event.id, username: next.username, password: next.password, force: true }), undefined)
	let_go()
	let_go.done = true
	await it.page.evaluate(() => globalThis.asking)
	await new Promise((done) => setTimeout(done, 800))
	assert.equal(posts.length, 2)
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id = ${one.id}`)[0][0], '0')
	assert.equal((await it.state()).usher.username, next.username)
})

test('what is asked of one usher is not kept of the next', async (t) => {
	const usher = await new_usher(event), lead = await new_usher(event), it = await phone(t)
	let let_go

	sql(`UPDATE usher_assignment SET gate_lead = 1 WHERE usher_id = ${lead.usher_id}`)
	await it.context.route(`**/usher/events/${event.id}/`, async (route) => {
		if (let_go)
			return route.continue()
		const answer = await route.fetch()

		await new Promise((done) => { let_go = done })
		return route.fulfill({ response: answer }).catch(() => {})
	})
	forget_tries()
	assert.equal(await it.call('signIn', { event_id: event.id, username: lead.username, password: lead.password }), undefined)
	await until('it is asked', async () => let_go)
	assert.equal(await it.call('signIn', { event_id: event.id, username: usher.username, password: usher.password }), undefined)
	await it.becomes('ready', ({ phase }) => phase === 'ready')
	let_go()
	await new Promise((done) => setTimeout(done, 500))
	assert.equal((await it.state()).lead, false)
})

const FAILS = (status) => ({ status, headers: { 'x-request-id': '1', 'content-type': 'application/json' }, body: '{"success":false,"error":{"code":"INTERNAL_ERROR"},"message":"Something went wrong."}' })

test('a scan at which the server fails holds up no other, and goes when the server can', async (t) => {
	const own = await new_event({ categories: [{ capacity: 10 }] }), [more, ...made] = await tickets(7, own), it = await (await phone(t)).signs_in(await new_usher(own), own), bad = made[2].code.slice(0, 60), sent = []

	await it.away()
	for (const { code } of made)
		assert.equal((await it.reads(code)).told, 'valid ok local')
	const { items } = await it.call('logs', { own: true }), taken_back = items.find(({ ticket_id }) => ticket_id === made[2].id)
	assert.equal((await it.call('undo', taken_back.scan_id)).reason, 'undone')
	await it.context.route('**/sync/logs/', (route) => {
		const body = route.request().postData()

		sent.push(route.request().postDataJSON().logs.length)
		return body.includes(bad) ? route.fulfill(FAILS(sent.length % 2 ? 500 : 503)) : route.continue()
	})
	await it.context.setOffline(false)
	await until('the others are sent', async () => (await it.state()).unsent === 2, 20_000)
	assert.deepEqual(made.map(presence), ['inside 1', 'inside 1', 'never 0', 'inside 1', 'inside 1', 'inside 1'])
	assert.equal((await it.state()).unsent, 2, 'it is not thrown away, nor what takes it back')
	// What is scanned meanwhile goes before it.
	await it.context.route('**/scan/result/', (route) => route.abort())
	assert.equal((await it.reads(more.code)).told, 'valid ok local')
	await it.call('syncNow')
	await until('so is one that was scanned since', async () => presence(more) === 'inside 1', 20_000)
	const before = sent.length
	await it.call('syncNow')
	await it.call('syncNow')
	assert.deepEqual(sent.slice(before).filter((n) => n !== 1), [], 'it goes alone')
	assert.ok(sent.length > before, 'and is tried again')
	await it.context.unroute('**/sync/logs/')
	await it.call('syncNow')
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.equal(presence(made[2]), 'never 0')
	assert.deepEqual(sql(`SELECT kind, moved FROM scan_log WHERE ticket_id = ${made[2].id} ORDER BY id`).map((row) => row.join(' ')), ['scan 1', 'undo 1'])
	assert.deepEqual(await it.notices(), [])
})

test('a server that fails at all is not asked more and more often, and loses nothing', async (t) => {
	const [one, two] = await tickets(2), it = await (await phone(t)).signs_in(await new_usher(event))
	let times = 0

	await it.away()
	await it.reads(one.code)
	await it.reads(two.code)
	await it.context.route('**/sync/logs/', (route) => {
		times++
		return route.fulfill(FAILS(500))
	})
	await it.context.setOffline(false)
	await new Promise((done) => setTimeout(done, 9000))
	assert.ok(times > 3 && times < 14, `${times} times`)
	assert.equal((await it.state()).unsent, 2)
	await it.context.unroute('**/sync/logs/')
	await it.call('syncNow')
	await it.becomes('sent', ({ unsent }) => unsent === 0)
	assert.deepEqual([presence(one), presence(two)], ['inside 1', 'inside 1'])
})

test('a report at which the server fails holds up no other', async (t) => {
	const own = await new_event(), it = await (await phone(t)).signs_in(await new_usher(own), own), words = `A fence fell ${randomBytes(4).toString('hex')}`

	await it.context.route('**/scan/report/', (route) => (route.request().postData().includes('bad one') ? route.fulfill(FAILS(500)) : route.continue()))
	await it.call('report', { category: 'other', description: 'The bad one' })
	await it.call('report', { category: 'other', description: words })
	for (let time = 0; time < 2; time++)
		await it.call('syncNow')
	assert.equal((await it.state()).reports, 1, 'the good one went')
	assert.equal(sql(`SELECT COUNT(*) FROM incident WHERE description = '${words}'`)[0][0], '1')
	await it.context.unroute('**/scan/report/')
	await it.call('syncNow')
	await it.becomes('sent', ({ reports }) => reports === 0)
	assert.deepEqual(await it.notices(), [])
})

test('who is out on leave, without a network: who left, and when they came back', async (t) => {
	const own = await new_event(), [one, two, three, four] = await tickets(4, own), it = await phone(t)

	sql(`UPDATE event SET re_entry = 0 WHERE id = ${own.id}`)
	await it.signs_in(await new_usher(own), own)
	await it.away()
	for (const { code } of [one, two, three])
		assert.equal((await it.reads(code)).told, 'valid ok local')
	assert.equal((await it.call('leave', one.code, { note: 'Car' })).result, 'valid')
	const back = await it.call('return', one.code)
	assert.equal(back.result, 'valid')
	assert.equal((await it.call('leave', two.code, { note: 'Dog' })).result, 'valid')
	const mistaken = await it.call('leave', three.code)
	assert.equal((await it.call('undo', mistaken.scan_id)).reason, 'undone')
	assert.equal((await it.call('leave', four.code)).reason, 'not_inside')
	assert.equal((await it.call('return', four.code)).reason, 'not_on_leave')
	const listed = async () => (await it.call('leaves')).items.map(({ ticket_id, reason, left_at, back_at }) => [ticket_id, reason, Boolean(left_at), back_at])
	assert.deepEqual(await listed(), [[two.id, 'Dog', true, null], [one.id, 'Car', true, new Date(back.at).toISOString()]])
	// Who comes back by a plain scan is back too; whose return is taken back is not.
	const plain = await it.reads(two.code)
	assert.equal(plain.told, 'valid ok local')
	assert.equal((await it.call('undo', back.scan_id)).reason, 'undone')
	assert.deepEqual(await listed(), [[two.id, 'Dog', true, new Date(plain.at).toISOString()], [one.id, 'Car', true, null]])
})

test('what went while a sync noted what it had does not come back', async (t) => {
	const [one] = await tickets(), it = await (await phone(t)).signs_in(await new_usher(event))

	assert.equal((await it.reads(one.code)).told, 'valid ok')
	await it.page.evaluate(async () => {
		const { read } = gate.db

		gate.db.read = async function (...args) {
			const found = await read.apply(this, args)

			if (args[0] === 'scans')
				await gate.db.change('scans', (scans) => scans.clear())
			return found
		}
		await gate.queue.settled(Date.now() + 1000)
		gate.db.read = read
	})
	assert.deepEqual(JSON.parse(await it.disk()).scans, [])
})
