// How the gate's app looks, sounds and reads, whatever its core says: here that is tests/browser/gate_stand_in.js, which says
// what seldom happens on demand. gate_app.test.mjs has the whole way.
//
// GATEHOUSE_SHOTS  a directory: pictures of all of it go there
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import { chromium } from 'playwright-core'
import { api, new_customer, site } from '../api/lib.mjs'
import { as, bought, code_of } from '../api/world.mjs'
import { SCENES, with_camera } from './film.mjs'
import { overflow, read_by_keys } from './lib.mjs'

const STAND_IN = readFileSync(new URL('gate_stand_in.js', import.meta.url), 'utf8')
const SIZES = { phone: { width: 390, height: 844 }, lying: { width: 844, height: 390 }, desk: { width: 1280, height: 800 } }
const LOOKS = { light: { colorScheme: 'light', locale: 'en-GB' }, dark: { colorScheme: 'dark', locale: 'en-GB' }, arabic: { colorScheme: 'light', locale: 'ar' } }

const now = () => new Date().toISOString()
const MIRA = {
	name: 'Mira Castellanos', tier: 'Balcony', card_id: '04A2B3C4D5E680', emergency_contact: { name: 'Ada Castellanos', mobile_number: '+15550100099' }, blood_type: 'A+', labels: ['VIP', 'Wheelchair'],
	dependents: [{ name: 'Tim Castellanos' }], reference: 'GH-7F3K', photo: '/static/gate/icon-192.png'
}
const say = (more) => ({ scan_id: '11111111-2222-4333-8444-555555555555', direction: 'in', local: false, stored: true, ticket_id: 5, attendee: MIRA, first_scan: null, others: [], notes: [], undo_until: Date.now() + 119e3, ...more })
const VERDICTS = {
	go: say({ result: 'valid', reason: 'ok' }),
	gone: say({ result: 'valid', reason: 'ok', direction: 'out', attendee: { name: 'Jo Bell', tier: 'General admission' } }),
	wait: say({ result: 'already_scanned', reason: 'inside', first_scan: { at: now(), gate: 'West gate', usher: 'Omar' }, undo_until: 0 }),
	wait_out: say({ result: 'already_scanned', reason: 'inside', direction: 'out', undo_until: 0 }),
	stop: say({ result: 'invalid', reason: 'full', undo_until: 0, local: true }),
	stop_out: say({ result: 'invalid', reason: 'not_inside', direction: 'out', undo_until: 0 }),
	again: say({ result: 'not_found', reason: 'not_read', attendee: null, ticket_id: null, undo_until: 0 }),
	again_out: say({ result: 'not_found', reason: 'not_read', direction: 'out', attendee: null, ticket_id: null, undo_until: 0 }),
	noted: say({ result: 'already_scanned', reason: 'just_scanned_here', undo_until: 0 }),
	noted_out: say({ result: 'already_scanned', reason: 'just_scanned_here', direction: 'out', undo_until: 0 })
}
const BUSY = say({ result: 'valid', reason: 'ok', notes: ['check_age'], others: [{ ticket_id: 8, name: 'Tim Castellanos', category: 'Child' }, { ticket_id: 9, name: 'Lu Castellanos', category: 'Child' }], stored: false, local: true })
const CONFLICT = { id: 1, ticket_id: 4, attendee_name: 'Mira Castellanos', winner: { at: now(), gate: 'West gate', usher: 'omar' }, loser: { at: now(), gate: 'North gate', usher: 'ines' } }
const GUESTS = { items: [{ ticket_id: 1, name: 'Mira Castellanos', category: 'Balcony', reference: 'GH-7F3K', mobile_end: '0099', presence: 'inside' }, { ticket_id: 2, name: 'Mira Bell', category: 'General admission', reference: 'GH-9A2B', mobile_end: '1234', presence: 'never' }] }
const SCANS = { items: [{ id: 1, attendee_name: 'Mira Castellanos', result: 'valid', reason: 'ok', direction: 'in', at: now(), gate: 'North gate', usher: 'usher1' },
	{ scan_id: 'x', attendee_name: '', result: 'invalid', reason: 'forged', direction: 'in', at: now(), gate: 'North gate', usher: 'usher1', state: 'waiting' },
	{ id: 3, attendee_name: 'Jo Bell', result: 'valid', reason: 'ok', direction: 'out', at: now(), gate: 'West gate', usher: 'omar' }], page: 1, total_pages: 3 }
const PLAY = { search: GUESTS, logs: SCANS, log: SCANS.items[0], leaves: { items: [{ attendee_name: 'Jo Bell', at: now(), note: 'Smoking' }], page: 1, total_pages: 1 }, status: {}, report: { stored: true, sent: false }, selfTest: [{ step: 'server', ok: true, ms: 12 }, { step: 'clock', ok: false, sentence: 'The clock is wrong by 4 minutes.' }] }

let browser
before(async () => {
	browser = await chromium.launch({ executablePath: process.env.GATEHOUSE_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] })
})
after(() => browser?.close())

async function open(t, { play = {}, hash = '', size = SIZES.phone, of = browser, ...more } = {}) {
	const context = await of.newContext({ viewport: size, baseURL: site, serviceWorkers: 'block', permissions: ['camera'], locale: 'en-GB', ...more }), page = await context.newPage(), faults = []

	await context.route('**/static/gate/gate.js*', (route) => route.fulfill({ contentType: 'text/javascript', body: STAND_IN }))
	await page.addInitScript((it) => {
		window.play = it
		window.felt = []
		Object.defineProperty(Navigator.prototype, 'vibrate', { value: (it_) => window.felt.push(JSON.stringify(it_)) })
		window.heard = []
		const start = OscillatorNode.prototype.start

		OscillatorNode.prototype.start = function begin(...args) {
			window.heard.push(`${this.type} ${this.frequency.value}`)
			return start.apply(this, args)
		}
	}, { ...PLAY, ...play })
	page.on('pageerror', (error) => faults.push(error.stack))
	page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
	await page.goto(`/gate/app${hash}`)
	await page.waitForSelector('html[data-app=ready]')
	t.after(async () => {
		await context.close()
		assert.deepEqual(faults, [])
	})
	return page
}

// As a reader does, faster than this machine may be under load.
const reads = (page, text) => page.evaluate((it) => [...it, 'Enter'].forEach((key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))), text)

async function judged(page, verdict, text = 'GH1.abcdefgh') {
	await page.evaluate((it) => { window.play.read = it }, verdict)
	await reads(page, text)
	await page.waitForSelector('.verdict:not([hidden], .checking)')
	await page.evaluate(() => Promise.all(document.getAnimations().map((it) => it.finished)))
}

const shot = async (page, name) => {
	const into = process.env.GATEHOUSE_SHOTS

	if (!into)
		return
	mkdirSync(`${into}/gate-app`, { recursive: true })
	await page.screenshot({ path: `${into}/gate-app/${name}.png` })
}

// ---- what every view promises ----

// Texts whose contrast with what is behind them is below the limit. What is behind is the nearest background of an ancestor.
const pale = (page) => page.evaluate(() => {
	const rgb = (text) => text.match(/[\d.]+/g).map(Number)
	const light = (color) => color.slice(0, 3).map((it) => it / 255).map((it) => it <= .04045 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4).reduce((sum, it, at) => sum + it * [.2126, .7152, .0722][at], 0)
	const behind = (element) => {
		for (let at = element; at; at = at.parentElement) {
			const color = rgb(getComputedStyle(at).backgroundColor)

			if (color[3] === undefined || color[3] === 1)
				return color
		}
		return [255, 255, 255]
	}
	const found = []

	for (const element of document.querySelectorAll('body *')) {
		const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()), shape = element.matches('.shape path')

		if (!own && !shape || !element.checkVisibility({ visibilityProperty: true }) || element.closest('option, .unseen, datalist, svg title'))
			continue
		const style = getComputedStyle(element), [a, b] = [light(rgb(shape ? style.stroke : style.color)), light(behind(element))].sort((x, y) => y - x), ratio = (a + .05) / (b + .05)

		if (ratio < 7)
			found.push(`${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 120)}`)
	}
	return found
})

// What is pressed and begins in the lower half of the screen is 64 px high and wide; elsewhere 44.
const tiny = (page) => page.evaluate(() => [...document.querySelectorAll('button, a[href], select, textarea, input:not([type=radio], [type=checkbox]), label:has(input)')].filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.skip'))
	.map((element) => [element, element.getBoundingClientRect()]).filter(([element, { top, width, height }]) => {
		// A number to call stands in a line of text.
		if (element.matches('dd a') || top >= innerHeight)
			return false
		const least = top >= innerHeight / 2 ? 63.5 : 43.5

		return height < least || width < least
	}).map(([element, { width, height, top }]) => `${width} × ${height} at ${top}: ${element.outerHTML.slice(0, 120)}`))

// What lies over what: two things to press share no point.
const crossed = (page) => page.evaluate(() => {
	const all = [...document.querySelectorAll('.verdict:not([hidden]) :is(button, h1, .say p, .name), body:not(.judged) :is(.tabs a, .controls :is(button, label, input[type=text]), .bar p)')].filter((element) => element.checkVisibility())

	return all.flatMap((one, at) => all.slice(at + 1).filter((other) => {
		const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]

		return !one.contains(other) && !other.closest('.acts') && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
	}).map((other) => `${one.outerHTML.slice(0, 80)} × ${other.outerHTML.slice(0, 80)}`))
})

// What is seen of the verdict at arm's length is seen whole.
const cut = (page) => page.evaluate(() => [...document.querySelectorAll('.verdict:not([hidden]) .say > *')].filter((element) => {
	const [a, b] = [element.getBoundingClientRect(), element.closest('.verdict').getBoundingClientRect()]

	return a.top < b.top - 1 || a.bottom > Math.min(b.bottom, innerHeight) + 1 || a.left < b.left - 1 || a.right > b.right + 1
}).map((element) => element.outerHTML.slice(0, 80)))

async function holds(page, name) {
	await shot(page, name)
	assert.deepEqual(await pale(page), [], `${name}: contrast`)
	assert.deepEqual(await tiny(page), [], `${name}: targets`)
	assert.deepEqual(await crossed(page), [], `${name}: one over another`)
	assert.deepEqual(await cut(page), [], `${name}: cut`)
	assert.equal(await overflow(page), '', `${name}: too wide`)
	assert.equal(await page.locator('h1:visible').count() >= 1, true, `${name}: a heading`)
	await page.evaluate(axe.source)
	assert.deepEqual(await page.evaluate(async () => (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })).violations
		.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 150)} ${any.map(({ message }) => message)}`))), [], `${name}: axe`)
}

for (const [size, viewport] of Object.entries(SIZES))
	for (const [look, how] of Object.entries(LOOKS)) {
		test(`every view, ${size}, ${look}`, async (t) => {
			const page = await open(t, { size: viewport, ...how })

			assert.equal(await page.evaluate(() => document.documentElement.dir), look === 'arabic' ? 'rtl' : 'ltr')
			for (const view of ['scan', 'find', 'log', 'one/1', 'leaves', 'more', 'status', 'notices', 'settings', 'report', 'test']) {
				await page.evaluate((hash) => { location.hash = hash }, view)
				await page.waitForSelector(`.view.at-${view.split('/')[0]}`)
				if (view === 'find') {
					await page.fill('[name=search]', 'mira')
					await page.press('[name=search]', 'Enter')
					await page.waitForSelector('.rows li')
				}
				await holds(page, `${size}-${look}-${view.replace('/', '-')}`)
			}
			await page.evaluate(() => { location.hash = 'find' })
			await page.fill('[name=search]', 'mira')
			await page.press('[name=search]', 'Enter')
			await page.locator('.rows button').first().click()
			await page.waitForSelector('[name=note]')
			await holds(page, `${size}-${look}-hand`)
		})
		test(`every verdict, ${size}, ${look}`, async (t) => {
			const page = await open(t, { size: viewport, ...how })

			for (const [name, verdict] of [...Object.entries(VERDICTS), ['busy', BUSY]]) {
				await judged(page, verdict)
				await holds(page, `${size}-${look}-verdict-${name}`)
				assert.match(await page.title(), new RegExp(`^${await page.locator('.verdict h1').textContent()}`), 'the title says it too')
			}
		})
		test(`offline, with scans that wait, a conflict and a list on its way; and signing in, ${size}, ${look}`, async (t) => {
			const page = await open(t, { size: viewport, ...how, play: { state: { online: false, unsent: 12, conflicts: [CONFLICT], phase: 'syncing', progress: { done: 12000, of: 100000 } } } })

			await page.waitForSelector('.banner:not([hidden])')
			await holds(page, `${size}-${look}-offline`)
			await page.evaluate(() => window.change({ phase: 'signed-out', event: null, conflicts: [], progress: null }))
			await page.waitForSelector('form.sign')
			await holds(page, `${size}-${look}-sign-in`)
			await page.evaluate(() => window.change({ phase: 'elsewhere' }))
			await page.waitForSelector('.view.at-elsewhere')
			await holds(page, `${size}-${look}-elsewhere`)
		})
	}

// ---- what tells verdicts apart ----

test('no two verdicts share a colour, a word, a shape, a sound or a vibration', async (t) => {
	const page = await open(t), seen = []

	await page.mouse.click(5, 300) // a page is heard only after it was touched
	for (const [name, verdict] of Object.entries(VERDICTS)) {
		await page.evaluate(() => { window.felt = []; window.heard = [] })
		await judged(page, verdict)
		await page.waitForFunction(() => window.heard.length)
		seen.push(await page.evaluate((is) => {
			const board = document.querySelector('.verdict')

			return { name: is, colour: getComputedStyle(board).backgroundColor, word: board.querySelector('h1').textContent, shape: board.querySelector('.say path').getAttribute('d'), sound: window.heard.join(), vibration: window.felt.join() }
		}, name))
	}
	assert.equal(seen.length, 10)
	for (const what of ['colour', 'word', 'shape', 'sound', 'vibration'])
		assert.equal(new Set(seen.map((one) => one[what])).size, seen.length, `${what}: ${seen.map((one) => `${one.name} ${one[what]}`)}`)
})

test('who else may go is asked by the way that is chosen', async (t) => {
	const page = await open(t)

	for (const [direction, asked] of [['in', 'Who else comes in?'], ['out', 'Who else goes out?']]) {
		await judged(page, { ...BUSY, direction })
		assert.equal(await page.locator('.others h2').textContent(), asked)
	}
})

test('sound and vibration can be switched off, and stay off', async (t) => {
	const page = await open(t, { hash: '#settings' })

	for (const name of ['Sound', 'Vibration'])
		await page.getByLabel(name).uncheck()
	await page.reload()
	await page.waitForSelector('html[data-app=ready]')
	await page.evaluate(() => { window.felt = []; window.heard = [] })
	await judged(page, VERDICTS.go)
	await page.waitForTimeout(100)
	assert.deepEqual(await page.evaluate(() => [window.felt, window.heard]), [[], []])
})

// ---- what is read out ----

// All that readers for the blind are told from here on: [how, text] of each region that speaks.
const hears = (page) => page.evaluate(() => {
	window.spoken = []
	const regions = () => [...document.querySelectorAll('[aria-live], [role=status], [role=alert]')]
	const of = (node) => regions().find((region) => region.contains(node))

	new MutationObserver((all) => all.forEach(({ target, addedNodes }) => {
		const region = addedNodes.length && of(target)

		if (region && region.textContent.trim())
			window.spoken.push([region.getAttribute('aria-live') ?? region.getAttribute('role'), region.textContent])
	})).observe(document.body, { childList: true, subtree: true, characterData: true })
})
const heard = async (page) => {
	await page.waitForTimeout(50)
	return page.evaluate(() => window.spoken.splice(0))
}

test('a verdict is read out at once, and once: word, why, what to see to, who; and again where the next is the same', async (t) => {
	const page = await open(t), wait = ['assertive', 'Already in. Already inside: this ticket came in before. Mira Castellanos. Balcony.']

	await hears(page)
	await judged(page, VERDICTS.wait)
	assert.deepEqual(await heard(page), [wait])
	await judged(page, VERDICTS.wait, 'GH1.another')
	assert.deepEqual(await heard(page), [wait])
	await judged(page, BUSY, 'GH1.a_third')
	assert.deepEqual(await heard(page), [['assertive', 'Let in. Valid. Check the age: 18 or older. This scan could not be written down. Note it on paper. Mira Castellanos. Balcony.']])
})

test('taking back is asked and said aloud; how long one may is counted in minutes, and not named while that is hours', async (t) => {
	const page = await open(t, { play: { undo: say({ result: 'valid', reason: 'undone', undo_until: 0 }) } }), undo = page.getByRole('button', { name: 'Undo', exact: true })

	await judged(page, say({ result: 'valid', reason: 'ok', undo_until: Date.now() + 119e3 }))
	assert.match(await undo.textContent(), /^Undo 1:5\d$/)
	await hears(page)
	await page.waitForTimeout(1200)
	assert.deepEqual(await heard(page), [], 'the seconds are not')
	await undo.click()
	assert.deepEqual(await heard(page), [['assertive', 'Really undo?']])
	await page.getByRole('button', { name: 'Really undo?' }).click()
	await page.waitForSelector('.verdict.noted')
	assert.deepEqual(await heard(page), [['assertive', 'Taken back. Taken back: it counts no more. Mira Castellanos. Balcony.']])
	await judged(page, say({ result: 'valid', reason: 'ok', undo_until: Date.now() + 86_399e3 }), 'GH1.by_a_lead')
	assert.equal((await undo.textContent()).trim(), 'Undo')
})

test('that the network went is said, as is what the app tells by the way', async (t) => {
	const page = await open(t)

	await hears(page)
	await page.evaluate(() => window.change({ online: false, unsent: 1 }))
	assert.deepEqual(await heard(page), [['polite', 'Offline']])
	await page.evaluate(() => window.change({ online: true, unsent: 0 }))
	assert.deepEqual(await heard(page), [['polite', 'Online']])
	await page.evaluate(() => window.change({ session_over: true }))
	assert.deepEqual(await heard(page), [['polite', 'Sign in again: your session is over.']])
	for (let twice = 0; twice < 2; twice++) {
		await page.getByRole('button', { name: 'Check' }).click()
		assert.deepEqual(await heard(page), [['polite', 'Nothing was typed.']])
	}
	await judged(page, VERDICTS.go)
	assert.equal(await page.locator('.toast').isVisible(), false, 'it lies over no verdict')
})

// ---- what is so, and no longer ----

test('a hint goes with what it hints at', async (t) => {
	const of = await with_camera(t, null), page = await open(t, { of }), hint = page.locator('.stage > .hint'), says = (text) => page.waitForFunction((it) => document.querySelector('.stage > .hint')?.textContent === it, text)

	await page.getByRole('button', { name: 'Start the camera' }).click()
	await says('Hold the code in the frame.')
	await page.getByRole('button', { name: 'Leave' }).click()
	await says('Leave: who goes out now may come back.')
	await page.getByRole('button', { name: 'Leave' }).click()
	await says('Hold the code in the frame.')
	await page.getByRole('button', { name: 'Stop the camera' }).click()
	await says('')
	// Denied: said until one goes on to something else.
	await page.evaluate(() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')) })
	await page.getByRole('button', { name: 'Start the camera' }).click()
	await page.waitForFunction(() => document.querySelector('.stage > .hint').textContent.includes('not allowed'))
	await page.getByRole('link', { name: 'Log' }).click()
	await page.waitForSelector('.view.at-log')
	await page.getByRole('link', { name: 'Scan' }).click()
	await page.waitForSelector('.view.at-scan')
	assert.equal(await hint.textContent(), '')
})

test('two codes at once are spoken of while they are seen', async (t) => {
	const page = await open(t)

	await page.addInitScript(() => {
		window.seen = ['GH1.one', 'GH1.two']
		window.BarcodeDetector = class {
			static getSupportedFormats = async () => ['qr_code']
			detect = async () => window.seen.map((rawValue) => ({ rawValue }))
		}
	})
	await page.reload()
	await page.waitForSelector('html[data-app=ready]')
	const says = (text) => page.waitForFunction((it) => document.querySelector('.stage > .hint')?.textContent === it, text, { timeout: 5000 })

	await page.getByRole('button', { name: 'Start the camera' }).click()
	await says('Two codes at once: show one.')
	await page.waitForTimeout(2500)
	await says('Two codes at once: show one.')
	await page.evaluate(() => { window.seen = [] })
	await says('Hold the code in the frame.')
	assert.deepEqual(await page.evaluate(() => window.asked.filter(([name]) => name === 'read')), [])
})

test('that there is no network is not said where there is one again', async (t) => {
	const page = await open(t, { play: { state: { phase: 'signed-out', event: null, online: false } } })

	await page.evaluate(() => { window.refuse = { signIn: Object.assign(new Error('none'), { code: 'OFFLINE' }) } })
	await page.getByLabel('Event number').fill('1')
	await page.getByLabel('User name').fill('ines')
	await page.getByLabel('Password').fill('secret')
	await page.getByRole('button', { name: 'Open the gate' }).click()
	await page.locator('.fault').getByText('This needs the network.').waitFor()
	await page.evaluate(() => window.change({ online: true }))
	await page.waitForSelector('.fault', { state: 'hidden' })

	await page.evaluate(() => {
		window.refuse = { status: Object.assign(new Error('none'), { code: 'OFFLINE' }) }
		window.change({ phase: 'ready', online: false })
		location.hash = 'status'
	})
	await page.getByText('This needs the network.').waitFor()
	await page.evaluate(() => {
		window.refuse = {}
		window.change({ online: true })
	})
	await page.getByText('This needs the network.').waitFor({ state: 'hidden' })
})

test('a device whose clock is wrong tells by the server\'s when its list goes', async (t) => {
	const hours = (n) => n * 3600e3, note = (skew, left) => open(t, { play: { skew, state: { online: false, expires_at: Date.now() + skew + left } } }).then(async (page) => {
		await page.waitForSelector('.net.off')
		return page.locator('.note').isVisible()
	})

	// Its clock is three hours behind, and three hours before.
	for (const skew of [hours(3), hours(-3)]) {
		assert.equal(await note(skew, hours(2)), false, `${skew}`)
		assert.equal(await note(skew, hours(.5)), true, `${skew}`)
	}
})

// ---- readers ----

test('of an entry that met none, but should not have been, is told whose and why, among the others', async (t) => {
	const lone = { id: 2, kind: 'refused', reason: 'wrong_event', ticket_id: null, attendee_name: '', winner: null, loser: { at: now(), gate: 'Quay gate', usher: 'leila' } }
	const page = await open(t, { play: { state: { conflicts: [lone, CONFLICT] } } })

	await page.getByRole('alert').filter({ hasText: /This ticket is for another event.*Quay gate.*leila/ }).waitFor()
	await page.evaluate(() => { location.hash = 'notices' })
	await page.locator('.told li').nth(1).waitFor()
	assert.match(await page.locator('.told').innerText(), /another event[\s\S]*Mira Castellanos: first/)
	await page.getByRole('button', { name: 'Seen' }).last().click()
	await page.locator('.told li').nth(1).waitFor({ state: 'detached' })
})

test('a reader that types is heard anywhere, and what it typed into a field is taken out again', async (t) => {
	const page = await open(t, { play: { read: VERDICTS.go }, hash: '#report' })
	const asked = () => page.evaluate(() => window.asked.filter(([name]) => name === 'read'))

	await page.fill('[name=description]', 'A fall at the')
	await page.focus('[name=description]')
	await read_by_keys(page, 'GH1.read_by_a_reader')
	await page.waitForSelector('.verdict:not([hidden], .checking)')
	assert.deepEqual(await asked(), [['read', 'GH1.read_by_a_reader', { by: 'keys' }]])
	await page.evaluate(() => { location.hash = 'find' })
	await page.waitForSelector('.view.at-find')
	// Slowly, as fingers do: that is a search.
	await page.locator('[name=search]').pressSequentially('mira', { delay: 160 })
	await page.press('[name=search]', 'Enter')
	await page.waitForSelector('.rows li')
	assert.equal((await asked()).length, 1)
	assert.equal(await page.inputValue('[name=search]'), 'mira')
})

test('what is typed is typed, and nothing is told apart from something', async (t) => {
	const page = await open(t, { play: { read: VERDICTS.again } })

	await page.getByRole('button', { name: 'Check' }).click()
	await page.locator('.toast').getByText('Nothing was typed.').waitFor()
	await page.fill('[name=code]', '04A2B3C4')
	await page.getByRole('button', { name: 'Check' }).click()
	await page.waitForSelector('.verdict.again')
	assert.deepEqual(await page.evaluate(() => window.asked.find(([name]) => name === 'read')), ['read', '04A2B3C4', { by: 'typed' }])
	await page.getByRole('button', { name: 'Next' }).click()
	await page.waitForSelector('.verdict', { state: 'hidden' })
})

test('a card by NFC counts by its number, one with a code of ours by that', async (t) => {
	const page = await open(t, { play: { read: VERDICTS.go } })

	await page.addInitScript(() => {
		window.NDEFReader = class extends EventTarget {
			async scan() {
				window.reader = this
			}
		}
	})
	await page.reload()
	await page.waitForSelector('html[data-app=ready]')
	await page.getByRole('button', { name: 'Read cards by NFC' }).click()
	await page.getByText('NFC is on').waitFor()
	await page.evaluate(() => {
		const tell = (serialNumber, records) => window.reader.dispatchEvent(Object.assign(new Event('reading'), { serialNumber, message: { records } }))

		tell('04:a2:b3:c4', [])
		tell('04:a2:b3:c5', [{ recordType: 'text', data: new TextEncoder().encode('GH1.on_a_card') }])
	})
	await page.waitForFunction(() => window.asked.length >= 2)
	assert.deepEqual(await page.evaluate(() => window.asked.map(([, text, how]) => [text, how.by])), [['04A2B3C4', 'nfc'], ['GH1.on_a_card', 'nfc']])
})

// ---- the camera ----

let codes = []
async function a_code() {
	if (!codes.length) {
		const { data } = await api('GET', '/api/v1/public/events/1/'), guest = await new_customer({ name: 'Gwen Guest' }), [ticket] = await bought(guest, { ...data, categories: data.ticket_categories }, 1)
		const { image } = (await as(guest).get(`/api/v1/users/tickets/${ticket.id}/qr-code/`)).data

		codes = [await code_of(guest, ticket), Buffer.from(image.split(',')[1], 'base64')]
	}
	return codes
}

for (const scene of Object.keys(SCENES))
	test(`a ticket's code is read by the camera: ${scene}`, async (t) => {
		const [code, png] = await a_code(), of = await with_camera(t, png, scene), page = await open(t, { of, play: { read: VERDICTS.go } })

		await page.getByRole('button', { name: 'Start the camera' }).click()
		await page.waitForSelector('.verdict.go', { timeout: 15_000 })
		t.diagnostic(`${await page.getAttribute('.verdict', 'data-ms')} ms from the picture to the verdict`)
		const asked = await page.evaluate(() => window.asked.filter(([name]) => name === 'read'))

		assert.deepEqual(asked[0], ['read', code, { by: 'camera' }])
		// It stays in view, and counts once.
		await page.waitForTimeout(1500)
		assert.equal((await page.evaluate(() => window.asked.filter(([name]) => name === 'read'))).length, 1)
		await shot(page, `camera-${scene}`)
	})

test('the camera stops when the page is hidden or left, and comes back with it', async (t) => {
	const of = await with_camera(t, null), page = await open(t, { of }), live = () => page.evaluate(() => document.querySelector('video')?.srcObject?.getTracks().some(({ readyState }) => readyState === 'live') ?? false)
	const hide = (hidden) => page.evaluate((is) => {
		Object.defineProperty(document, 'hidden', { configurable: true, get: () => is })
		document.dispatchEvent(new Event('visibilitychange'))
	}, hidden)

	await page.getByRole('button', { name: 'Start the camera' }).click()
	await page.waitForSelector('.stage.on')
	assert.equal(await live(), true)
	await hide(true)
	await page.waitForSelector('.stage:not(.on)')
	assert.equal(await live(), false)
	await hide(false)
	await page.waitForSelector('.stage.on')
	await page.getByRole('link', { name: 'Log' }).click()
	await page.waitForSelector('.view.at-log')
	assert.equal(await page.evaluate(() => document.querySelector('video')), null)
	await page.getByRole('link', { name: 'Scan' }).click()
	await page.waitForSelector('.stage.on')
	await page.reload()
	await page.waitForSelector('.stage.on') // it was on, so it is on
	await page.getByRole('button', { name: 'Stop the camera' }).click()
	await page.waitForSelector('.stage:not(.on)')
})

test('without a reader of codes that is said, and typing stays', async (t) => {
	const page = await open(t)

	await page.route('**/static/gate/zxing/**', (route) => route.fulfill({ status: 404 }))
	await page.context().route('**/static/gate/zxing/**', (route) => route.fulfill({ status: 404 }))
	await page.getByRole('button', { name: 'Start the camera' }).click()
	await page.getByText('the reader that would is not built in').waitFor()
	await page.fill('[name=code]', 'x')
})
