// What the browser tests stand on: one Chromium a file, visitors with contexts of their own, and look(), which holds every
// page that anybody comes to against what all pages promise.
//
// GATEHOUSE_CHROMIUM  the browser (/usr/bin/chromium-headless-shell)
// GATEHOUSE_LOOKED    a file: what pages are made of and nothing was found in, which is not looked at again
// GATEHOUSE_SHOTS     a directory: a picture of every page that was looked at goes there
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import jsqr from 'jsqr'
import { chromium } from 'playwright-core'
import { PNG } from 'pngjs'
import { code, DEMO, forget_tries, site } from '../api/lib.mjs'

export const DESKTOP = { width: 1280, height: 900 }
export const PHONE = { width: 390, height: 844 }
export const PAGE_BYTES = 60 * 1024

// Journeys are made in both ways, and so in both sizes and both schemes.
export const WAYS = [
	{ way: 'with JavaScript', js: true, viewport: DESKTOP, scheme: 'light' },
	{ way: 'without JavaScript', js: false, viewport: PHONE, scheme: 'dark' }
]

let browser, bench

// To be called once by a test file; more: what its browser is started with besides; whole: with what is around its engine, which alone
// shows notifications.
export function use_browser(more = [], { whole = false } = {}) {
	before(async () => {
		browser = await chromium.launch({
			executablePath: whole ? '/usr/bin/chromium' : process.env.GATEHOUSE_CHROMIUM || '/usr/bin/chromium-headless-shell',
			args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
				'--disable-component-update', '--disable-sync', ...more]
		})
		const context = await browser.newContext({ bypassCSP: true })
		bench = await context.newPage()
		await bench.goto(`${site}/healthz`)
		forget_tries()
	})
	after(() => browser?.close())
}

// A test for each way; fn(visitor, way) gets somebody who comes that way.
export function each_way(title, fn) {
	for (const way of WAYS)
		test(`${title}, ${way.way}`, async (t) => fn(await visit(t, way), way))
}

// What waits for something waits so long at most: how quick it is, no test says.
const PATIENCE = 40_000

// Somebody new with an empty browser, who leaves with the test, and then must have met no fault.
export async function visit(t, { js = true, viewport = DESKTOP, scheme = 'light', locale = 'en-GB', before: script } = {}) {
	const context = await browser.newContext({
		javaScriptEnabled: js, viewport, colorScheme: scheme, locale, timezoneId: 'America/New_York', baseURL: site
	})

	context.setDefaultTimeout(PATIENCE)
	if (script)
		await context.addInitScript(script)
	const visitor = new Visitor(t, await context.newPage(), { js, viewport, scheme })
	t.after(async () => {
		await context.close()
		visitor.no_faults()
	})
	return visitor
}

class Visitor {
	faults = []
	#documents = new Set()
	#shots = 0

	constructor(t, page, { js, viewport, scheme }) {
		this.test = t
		this.page = page
		this.js = js
		this.phone = viewport.width < 600
		this.scheme = scheme
		page.on('response', (answer) => this.#answered(answer))
		page.on('requestfailed', (request) => {
			// What is not wanted any more is dropped when a page is left.
			if (request.failure().errorText !== 'net::ERR_ABORTED')
				this.faults.push(`${request.url()} failed: ${request.failure().errorText}`)
		})
		page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${error.stack}`))
		page.on('console', (message) => {
			const { url } = message.location()

			// Of a refusal, the browser notes that the page itself has a status; status is looked at in arrived().
			if (message.type() === 'error' && !(message.text().startsWith('Failed to load resource') && this.#documents.has(url)))
				this.faults.push(`${page.url()}: console: ${message.text()}`)
		})
		page.on('dialog', (dialog) => {
			if (this.answer === undefined)
				this.faults.push(`${page.url()}: ${dialog.type()}: ${dialog.message()}`)
			this.asked = dialog.message()
			dialog[this.answer ? 'accept' : 'dismiss']().catch(() => {})
			this.answer = undefined
		})
	}

	#answered(answer) {
		const request = answer.request()

		if (request.isNavigationRequest())
			this.#documents.add(answer.url())
		else if (answer.status() >= 400)
			this.faults.push(`${answer.url()} answered ${answer.status()}`)
	}

	no_faults() {
		assert.deepEqual(this.faults, [])
	}

	// Faults that belong to the test.
	forgive(...patterns) {
		this.faults = this.faults.filter((fault) => !patterns.some((pattern) => pattern.test(fault)))
	}

	// ---- going somewhere; each ends with a look at what is there ----

	async open(path, { status = 200 } = {}) {
		await this.arrived(await this.page.goto(path), status)
	}

	async reload({ status = 200 } = {}) {
		await this.arrived(await this.page.reload(), status)
	}

	// Presses a button or follows a link, by what stands on it, that leads to another page.
	async press(target, { status = 200 } = {}) {
		const it = typeof target === 'string' || target instanceof RegExp ? await this.target(target) : target
		const from = this.path, asked = []
		const note = (request) => request.isNavigationRequest() && asked.push(`${request.method()} ${request.url()}`)

		this.page.on('request', note)
		try {
			const [answer] = await Promise.all([this.page.waitForNavigation(), this.#patiently(it, 'click', () => asked.length)])

			await this.arrived(answer, status)
		} catch (error) {
			// Whether the site or the browser is to blame is seen from what was asked for.
			throw new Error(`${from} was left by asking for: ${asked.join(', ') || 'nothing'}: ${error.message}`, { cause: error })
		} finally {
			this.page.off('request', note)
		}
	}

	// Does what waits for the element to stand still, which the driver sees by two frames alike. Where something moved just then, and the
	// page has no scripts, the next frame may never be told of: it is waited for anew, unless by then it is done().
	async #patiently(it, what, done = () => false) {
		for (const end = Date.now() + PATIENCE; ;)
			try {
				return await it[what](...this.js ? [] : [{ timeout: PATIENCE / 8 }])
			} catch (error) {
				if (done())
					return
				if (error.name !== 'TimeoutError' || this.js || Date.now() > end)
					throw error
			}
	}

	// What the page itself has goes before its frame, and buttons before links.
	async target(name) {
		const exact = typeof name === 'string', { page } = this
		const all = [page.locator('main'), page].flatMap((place) =>
			['button', 'link'].map((role) => place.getByRole(role, { name, exact }).filter({ visible: true }).first()))

		await all[2].or(all[3]).first().waitFor().catch(() => assert.fail(`${this.path} has nothing to press: ${name}`))
		for (const it of all)
			if (await it.count())
				return it
		return all[3]
	}

	// As a reader does: a line into what has the focus.
	async type_line(text) {
		await this.page.keyboard.type(text)
		const [answer] = await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press('Enter')])
		await this.arrived(answer, 200)
	}

	async arrived(answer, status) {
		assert.equal(answer.status(), status, `${answer.url()}: ${(await this.text('main')).slice(0, 400)}`)
		await look(this, answer)
	}

	// ---- what is there ----

	get path() {
		const { pathname, search } = new URL(this.page.url())

		return pathname + search
	}

	text(selector = 'body') {
		return this.page.locator(selector).first().innerText()
	}

	$(selector, options) {
		return this.page.locator(selector, options)
	}

	// As it is written, whatever the style makes of it.
	heading() {
		return this.page.locator('h1').textContent()
	}

	// Waits until it can be seen.
	async sees(what, selector = 'body') {
		await this.page.locator(selector).getByText(what).filter({ visible: true }).first().waitFor()
			.catch(async () => assert.fail(`${this.path} does not show ${what}: ${(await this.text()).slice(0, 1500)}`))
	}

	// ---- forms ----

	// Fills fields by their names; gives itself.
	async fill(values) {
		for (const [name, value] of Object.entries(values)) {
			const named = `[name="${name}"]:not([type=hidden])`, field = this.page.locator(`main ${named}`)
			const folded = this.page.locator('main details:not([open])', { has: this.page.locator(named) }).locator('> summary')

			if (await folded.isVisible())
				await this.#patiently(folded, 'click')

			if (await field.count() > 1)
				await this.#patiently(this.page.locator(`main [name="${name}"][value="${value}"]`), 'check')
			else if (await field.evaluate((element) => element.tagName) === 'SELECT')
				await field.selectOption(value)
			else if (typeof value === 'boolean')
				await this.#patiently(field, value ? 'check' : 'uncheck')
			else
				await field.fill(value)
		}
		return this
	}

	async send(values, button, more) {
		await this.fill(values)
		await this.press(button, more)
	}

	// A list's filter: with scripts a choice applies by itself.
	async choose(values) {
		if (!this.js)
			return this.send(values, 'Show')
		const [answer] = await Promise.all([this.page.waitForNavigation(), this.fill(values)])

		return this.arrived(answer, 200)
	}

	// A phone's navigation is behind a button, with scripts or without.
	async menu() {
		const button = this.page.locator('.menu-button')

		if (await button.isVisible())
			await this.#patiently(button, 'click')
	}

	async sign_out() {
		await this.menu()
		await this.press('Sign out')
	}

	// Picture of an element as the screen has it, read as a phone reads a QR code.
	async read_qr(selector) {
		const { width, height, data } = PNG.sync.read(await this.page.locator(selector).screenshot())
		const found = jsqr(new Uint8ClampedArray(data), width, height)

		assert.ok(found, `no QR code can be read off ${selector} of ${this.path}`)
		return found.data
	}

	async shot(name) {
		const into = process.env.GATEHOUSE_SHOTS

		if (!into)
			return
		const words = (text) => text.toLowerCase().replace(/\?.*/, '').replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 100)
		mkdirSync(`${into}/${words(this.test.name)}`, { recursive: true })
		await this.page.screenshot({
			path: `${into}/${words(this.test.name)}/${String(++this.#shots).padStart(2, '0')}-${words(name ?? this.path) || 'home'}.png`,
			fullPage: true
		})
	}
}

// ---- what every page promises ----

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const run_axe = (page, rules) => page.evaluate((rules_) => window.axe.run(document, {
	runOnly: rules_, resultTypes: ['violations'], preload: false, iframes: false
}).then(({ violations }) => violations.flatMap(({ id, help, nodes }) => nodes.map((node) =>
	`${id} (${help}): ${node.html.slice(0, 200)} ${node.any.map((check) => check.message).join(' ')}`))), rules)

// Each element of a page, without its texts, with what it stands in: of what stood so before there is nothing new to say.
const made_of = (page) => page.evaluate(() => {
	const told = ['class', 'id', 'role', 'type', 'lang', 'dir', 'for'], all = new Set()
	const walk = (element, inside) => {
		const here = `${inside}>${element.localName} ${[...element.attributes].map(({ name, value }) =>
			told.includes(name) || (name.startsWith('aria-') && name !== 'aria-label') ? `${name}=${value.replaceAll(/\d+/g, '0')}` : name)}`

		all.add(here)
		for (const child of element.children)
			walk(child, here)
	}

	walk(document.body, document.documentElement.lang)
	return [...all]
})

// What nothing was found in, by all test files of one run of the checks.
const known_at = process.env.GATEHOUSE_LOOKED
const known = new Set(known_at && existsSync(known_at) ? readFileSync(known_at, 'utf8').split('\n') : [])

// Runs holds(), which asserts, on a page that has something which was not looked at yet in this size, scheme and way: an element
// where none such stood, and on a desk for all of axe itself, whatever numbers are in its address.
async function at_news(visitor, kind, holds) {
	const { width } = visitor.page.viewportSize(), address = visitor.path.replaceAll(/[\w-]*\d[\w-]*/g, '0').replace(/\?.*/, '')
	const found = [...kind === TAGS && width > PHONE.width ? [address] : [], ...await made_of(visitor.page)].map((what) =>
		createHash('sha1').update(JSON.stringify([what, width, visitor.scheme, visitor.js, kind])).digest('base64')).filter((what) => !known.has(what))

	if (!found.length)
		return
	await holds()
	found.forEach((what) => known.add(what))
	if (known_at)
		appendFileSync(known_at, found.map((what) => `${what}\n`).join(''))
}

// What axe finds. It needs scripts: a page without them is laid out once more on the bench, as it stood there.
const no_barriers = (visitor, name, rules = TAGS) => at_news(visitor, rules, async () =>
	assert.deepEqual(visitor.js ? await on_page(visitor.page, rules) : await on_bench(visitor, rules), [], `${visitor.path}: ${name}`))

async function on_page(page, rules) {
	if (!await page.evaluate(() => 'axe' in window))
		await page.evaluate(axe.source)
	return run_axe(page, rules)
}

async function on_bench(visitor, rules) {
	await bench.setViewportSize(visitor.page.viewportSize())
	await bench.emulateMedia({ colorScheme: visitor.scheme })
	await bench.setContent((await visitor.page.content()).replaceAll(/<script\b[^>]*><\/script>|<\/?noscript>/g, ''))
	return on_page(bench, rules)
}

// Arabic words of an Arabic page whose letters are spaced, which tears them apart.
const torn = (page) => page.evaluate(() => [...document.querySelectorAll(':lang(ar) body *:not(script, style, :lang(en))')].filter((element) =>
	[...element.childNodes].some((node) => node.nodeType === 3 && /\p{Script=Arabic}/u.test(node.data)) &&
	![0, NaN].includes(parseFloat(getComputedStyle(element).letterSpacing))).map((element) => element.outerHTML.slice(0, 150)))

// Words of headings and buttons that end on another line than they begin. A longer one than any of our own may.
const broken = (page) => page.evaluate(() => {
	const found = [], range = document.createRange()

	for (const element of document.querySelectorAll(':is(h1, h2, h3, .button):not(.visually-hidden)')) {
		const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)

		while (texts.nextNode())
			for (const { 0: word, index } of texts.currentNode.data.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
				range.setStart(texts.currentNode, index)
				range.setEnd(texts.currentNode, index + word.length)
				if (word.length <= 14 && new Set([...range.getClientRects()].map(({ top }) => top)).size > 1)
					found.push(word)
			}
	}
	return found
})

// As a reader that is a keyboard: all keys at once, not each when the one before was answered.
export const read_by_keys = (page, text) => Promise.all([...text, 'Enter'].map((key) => page.keyboard.press(key)))

// How far the page is wider than the screen, and what sticks out.
export const overflow = (page) => page.evaluate(() => {
	const { scrollWidth } = document.scrollingElement, { innerWidth } = window

	if (scrollWidth <= innerWidth)
		return ''
	const out = [...document.querySelectorAll('main *, header *, footer *')].filter((element) => {
		const box = element.getBoundingClientRect()

		return box.width && (box.right > innerWidth + 1 || box.left < -1)
	})
	return `${scrollWidth} in ${innerWidth}: ${out.slice(-3).map((element) => element.outerHTML.slice(0, 150)).join(' … ')}`
})

// Which fonts there are is another machine's affair: a page has to do with broad ones too, spaced as WCAG 1.4.12 wants to
// be possible. Runs fn on the page in them.
const BROAD = `* { font-family: monospace, monospace !important; font-stretch: normal !important; letter-spacing: .12em !important;
	word-spacing: .16em !important }`

export async function in_broad_letters(page, fn) {
	await page.evaluate((style) => {
		const sheet = new CSSStyleSheet()

		sheet.replaceSync(style)
		document.adoptedStyleSheets.push(sheet)
	}, BROAD)
	await fn()
	await page.evaluate(() => document.adoptedStyleSheets.pop())
}

// It must fit on a phone, and on the narrowest screen that WCAG 1.4.10 speaks of.
async function fits_in_broad_letters(visitor) {
	const { page, path } = visitor, before = page.viewportSize()

	await in_broad_letters(page, async () => {
		for (const width of [PHONE.width, 320]) {
			await page.setViewportSize({ ...PHONE, width })
			assert.equal(await overflow(page), '', `${path} is too wide in broad letters`)
		}
		await visitor.shot(`${path} broad`)
	})
	await page.setViewportSize(before)
}

export async function look(visitor, answer) {
	const { page, path } = visitor
	const bytes = answer ? (await answer.body()).length : 0

	await visitor.shot()
	assert.ok(bytes < PAGE_BYTES, `${path} has ${bytes} bytes`)
	assert.equal(await page.locator('h1').count(), 1, `${path}: one h1`)
	assert.notEqual((await visitor.heading()).trim(), '', `${path}: h1`)
	assert.match(await page.title(), /\S · Gatehouse$/)
	assert.equal(await overflow(page), '', `${path} is too wide`)
	assert.deepEqual(await torn(page), [], `${path}: Arabic letters are joined`)
	assert.deepEqual(await broken(page), [], `${path}: whole words`)
	await at_news(visitor, 'broad', () => fits_in_broad_letters(visitor))
	await no_barriers(visitor, 'axe')
	visitor.no_faults()
}

// The same page in the other scheme and the other size: what depends on them.
export async function look_around(visitor) {
	const { page, path } = visitor

	for (const [viewport, schemes] of [[DESKTOP, ['dark']], [PHONE, ['light', 'dark']]]) {
		await page.setViewportSize(viewport)
		assert.equal(await overflow(page), '', `${path} is too wide for ${viewport.width}`)
		assert.deepEqual(await broken(page), [], `${path}: whole words at ${viewport.width}`)
		for (const colorScheme of schemes) {
			visitor.scheme = colorScheme
			await page.emulateMedia({ colorScheme })
			await no_barriers(visitor, `axe at ${viewport.width}, ${colorScheme}`, colorScheme === 'light' ? TAGS : ['color-contrast'])
			await visitor.shot(`${path} ${viewport.width} ${colorScheme}`)
		}
	}
	visitor.scheme = 'light'
	await page.emulateMedia({ colorScheme: 'light' })
	await page.setViewportSize(DESKTOP)
}

// The same page in Arabic, on a phone and on a desk; then it is as it was.
export async function look_in_arabic(visitor) {
	const { page } = visitor, before = page.viewportSize()
	const speak = (value) => page.context().addCookies([{ name: 'gh_locale', value, url: site }])

	await speak('ar')
	for (const viewport of [PHONE, DESKTOP]) {
		await page.setViewportSize(viewport)
		await visitor.reload()
		assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl', visitor.path)
	}
	await speak('en')
	await page.setViewportSize(before)
	await visitor.reload()
}

// ---- time ----

// Until an element says this, by its own doing; gives how many ms that took. Nobody looks again and again: the page
// tells when something changes.
export async function becomes(locator, text, ms = 3000) {
	const took = await locator.evaluate((element, [wanted, limit]) => new Promise((done) => {
		const began = performance.now()
		const look_again = () => element.textContent.trim() === wanted && end(performance.now() - began)
		const watcher = new MutationObserver(look_again)
		const timer = setTimeout(() => end(-1), limit)
		const end = (result) => {
			watcher.disconnect()
			clearTimeout(timer)
			done(result)
		}

		watcher.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
		look_again()
	}), [text, ms])

	assert.ok(took >= 0, `not within ${ms} ms: ${text}; it says ${await locator.textContent()}`)
	return took
}

// What a datetime-local field takes of a moment, in a zone: 2026-12-07T20:30.
export const local = (ms, zone) => new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone }).format(ms).replace(' ', 'T')

// ---- signing in, on the pages ----

export async function sign_in_customer(visitor, { mobile_number, password } = DEMO.customer) {
	forget_tries()
	if (!visitor.path.startsWith('/sign-in'))
		await visitor.open('/sign-in')
	await visitor.send({ mobile_number, password }, 'Continue')
	await visitor.send({ otp: await code(mobile_number) }, 'Continue')
}

export async function sign_in_organizer(visitor, { contact_mobile, password } = DEMO.organizer) {
	forget_tries()
	await visitor.open('/organizer')
	await visitor.send({ contact_mobile, password }, 'Continue')
	await visitor.send({ otp: await code(contact_mobile) }, 'Continue')
}

export async function sign_in_merchant(visitor, { mobile_number, password } = DEMO.merchant) {
	forget_tries()
	await visitor.open('/merchant')
	await visitor.send({ mobile_number, password }, 'Continue')
	await visitor.send({ otp: await code(mobile_number) }, 'Continue')
}

export async function sign_in_staff(visitor, { email, password } = DEMO.staff) {
	await visitor.open('/admin')
	await visitor.send({ email, password }, 'Continue')
}

export async function sign_in_usher(visitor, { event_id, username, password } = DEMO.usher) {
	await visitor.open('/gate')
	await visitor.send({ event_id: String(event_id), username, password }, 'Sign in')
}
