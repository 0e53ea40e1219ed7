// A maintenance: what is answered while the site is closed, to people, to apps and at the gate, and what stays.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { api, Browser, DEMO, site, sql, token } from './lib.mjs'
import { as, new_event, ok, refused } from './world.mjs'

const FILE = join(process.env.GATEHOUSE_DIR ?? '', 'maintenance')
const maintenance = (...args) => execFileSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'maintenance', ...args], { encoding: 'utf8' })
const open = () => rmSync(FILE, { force: true })

describe('a maintenance', { skip: !process.env.GATEHOUSE_DIR || !process.env.GATEHOUSE_BIN }, () => {
	let usher, staff, event

	before(async () => {
		[usher, staff] = [await token('usher'), await token('staff')]
		event = await new_event()
	})
	afterEach(open)
	after(open)

	test('is begun and ended by a command, which says how it stands', () => {
		assert.equal(maintenance(), 'this node is open\n')
		assert.equal(maintenance('on'), 'this node is closed for maintenance\n')
		assert.match(maintenance('on', '--minutes', '20'), /^this node is closed for maintenance, until about \d{4}-/)
		assert.equal(maintenance('off'), 'this node is open\n')
		assert.equal(maintenance('off'), 'this node is open\n')
		for (const wrong of [['on', '--minutes', 'soon'], ['on', '--minutes', '0'], ['on', '--minutes'], ['now']])
			assert.throws(() => maintenance(...wrong), { status: 2 })
	})

	test('refuses apps by its name, and says when to come again', async () => {
		maintenance('on', '--minutes', '20')
		for (const [method, path, who] of [['GET', '/api/v1/public/events/'], ['POST', '/api/v1/users/login/'], ['GET', '/api/dashboard/stats/', staff],
			['POST', '/api/v1/tickets/book/'], ['GET', `/api/live/events/${event.id}`, staff], ['GET', '/api/campus/users/'], ['GET', '/api/people/users']]) {
			const answer = await api(method, path, method === 'POST' ? {} : undefined, who ? { token: who } : {})

			assert.equal(answer.status, 503, path)
			assert.match(answer.text, /MAINTENANCE|closed for maintenance/, path)
			const again = Number(answer.headers.get('retry-after'))
			assert.ok(again > 19 * 60 && again <= 20 * 60, `${path}: ${again}`)
		}
		refused(await api('GET', '/api/v1/public/events/'), 503, 'MAINTENANCE')
		open()
		ok(await api('GET', '/api/v1/public/events/'))
	})

	test('names a scan clearly, and takes none', async () => {
		const scan = { card_id: '04A1B2C3D4', scan_id: '0f8fad5b-d9cb-469f-a165-70867728950e' }
		const scans = () => sql('SELECT COUNT(*) FROM scan_log')[0][0], before_it = scans()

		maintenance('on')
		const answer = refused(await as(usher).post('/api/usher/scan/result/', scan), 503, 'MAINTENANCE')
		assert.match(answer.error.message, /this scan was not taken.*send it again with its scan_id/)
		assert.ok(Number(answer.headers.get('retry-after')) > 0)
		assert.equal(scans(), before_it)
		open()
		assert.equal(ok(await as(usher).post('/api/usher/scan/result/', scan)).result, 'not_found', 'the same scan is taken afterwards')
	})

	test('shows people a page of the portal, and lets them back in afterwards', async () => {
		const browser = await new Browser().open('/admin/sign-in'), gate = await new Browser().open('/gate/sign-in')

		await browser.submit('/admin/sign-in', DEMO.staff)
		await gate.submit('/gate/sign-in', DEMO.usher)
		maintenance('on')
		await browser.open('/admin/events')
		assert.equal(browser.status, 503)
		assert.match(browser.headers.get('content-type'), /^text\/html/)
		assert.ok(Number(browser.headers.get('retry-after')) > 0)
		assert.match(browser.html, /<h1>Closed for a while<\/h1>/)
		assert.match(browser.html, /<a class="button" href="\/admin\/events">/)
		assert.ok(browser.html.includes('/static/style.'), 'in the portal\'s look')
		await gate.open('/gate')
		assert.match(gate.html, /Nothing was scanned\. Scan this ticket again when the site is open\./)
		const arabic = new Browser()
		arabic.cookies.set('gh_locale', 'ar')
		assert.match((await arabic.open('/events')).html, /<h1>مغلق لبعض الوقت<\/h1>/)
		open()
		assert.equal((await browser.open('/admin/events')).status, 200)
	})

	test('leaves what is about the process itself, and the styles of its page', async () => {
		writeFileSync(FILE, '') // by hand
		for (const path of ['/healthz', '/readyz', '/metrics'])
			assert.equal((await fetch(site + path)).status, 200, path)
		const { html } = await new Browser().open('/')
		const style = html.match(/href="(\/static\/style\.[^"]+)"/)[1]
		assert.equal((await fetch(site + style)).status, 200)
		assert.ok(existsSync(FILE))
		assert.equal((await api('OPTIONS', '/api/v1/public/events/', undefined,
			{ headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'GET' } })).status, 204)
	})
})
