// An usher's evening with the gate's app, from the sign-in to the sign-out, against the real server: by camera, reader and hand,
// with a network and without.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { forget_tries, new_customer, site, sql, token } from '../api/lib.mjs'
import { as, bought, code_of, new_event, new_usher, ok, until } from '../api/world.mjs'
import { with_camera } from './film.mjs'
import { read_by_keys } from './lib.mjs'

let browser, guest, event, usher

before(async () => {
	browser = await chromium.launch({ executablePath: process.env.GATEHOUSE_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] })
	guest = await new_customer({ name: 'Gwen Guest' })
	event = await new_event({ title: 'An evening by the app', categories: [{ capacity: 200, name: 'Standing' }] })
	usher = await new_usher(event)
})
after(() => browser?.close())

async function ticket(person = guest) {
	const [made] = await bought(person, event, 1)

	return { ...made, code: await code_of(person, made) }
}

const stands = ({ id }) => sql(`SELECT presence, entries FROM ticket WHERE id = ${id}`)[0].join(' ')

// The app on a phone, at its sign-in.
async function phone(t, { of = browser, workers = 'block' } = {}) {
	const context = await of.newContext({ viewport: { width: 390, height: 844 }, baseURL: site, serviceWorkers: workers, permissions: ['camera'], locale: 'en-GB' })
	const page = await context.newPage(), faults = []

	page.on('pageerror', (error) => faults.push(error.stack))
	page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.push(message.text()))
	page.on('response', (answer) => answer.status() >= 500 && faults.push(`${answer.url()} ${answer.status()}`))
	await page.goto('/gate/app')
	t.after(async () => {
		await context.close()
		assert.deepEqual(faults, [])
	})
	return page
}

async function signed_in(t, { who = usher, ...more } = {}) {
	const page = await phone(t, more)

	forget_tries()
	await page.getByLabel('Event number').fill(String(event.id))
	await page.getByLabel('User name').fill(who.username)
	await page.getByLabel('Password').fill(who.password)
	await page.fill('form.sign [name=gate]', 'North gate')
	await page.getByRole('button', { name: 'Open the gate' }).click()
	await page.waitForSelector('.view.at-scan')
	await says(page, '.net', 'Online')
	await page.waitForSelector('.note', { state: 'hidden' })
	return page
}

const says = (page, selector, text) => page.locator(selector).filter({ hasText: text, visible: true }).first().waitFor({ timeout: 8000 })
	.catch(async () => assert.fail(`${selector} does not say ${text}: ${(await page.locator('body').innerText()).slice(0, 900)}`))

// As a reader does, faster than a machine under load lets a test type.
const reads = (page, text) => page.evaluate((it) => [...it, 'Enter'].forEach((key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))), text)

// The verdict: its kind, word and the rest of what it says.
async function verdict(page) {
	const board = page.locator('.verdict:not([hidden], .checking)')

	await board.waitFor({ timeout: 8000 }).catch(async () => assert.fail(`no verdict: ${(await page.locator('body').innerText()).slice(0, 600)}`))
	return { kind: (await board.getAttribute('class')).split(' ')[1], word: await board.locator('h1').textContent(), text: await board.innerText(), reason: await board.getAttribute('data-reason') }
}

async function judged(page, text, kind, word) {
	await page.evaluate(() => document.querySelector('.verdict').removeAttribute('data-reason'))
	await reads(page, text)
	await page.waitForSelector('.verdict[data-reason]')
	const said = await verdict(page)

	assert.deepEqual([said.kind, said.word], [kind, word], said.text)
	return said
}
const next = (page) => page.getByRole('button', { name: 'Next' }).click()
const go = (page, way) => page.locator(`.ways input[value=${way}]`).locator('..').click()
// Two reads of one code within a second are one.
const a_second = () => new Promise((done) => setTimeout(done, 1050))

test('signing in: who is not known is told so, and who is, is in; a scan in, again, out', async (t) => {
	const page = await phone(t)

	forget_tries()
	await page.getByLabel('Event number').fill(String(event.id))
	await page.getByLabel('User name').fill(usher.username)
	await page.getByLabel('Password').fill('not it at all')
	await page.getByRole('button', { name: 'Open the gate' }).click()
	await page.locator('.fault').filter({ visible: true }).waitFor()
	assert.equal(await page.locator('.tabs').isVisible(), false)

	const inside = await signed_in(t), one = await ticket()

	assert.equal(await inside.locator('.where').innerText().then((text) => text.includes('An evening by the app') && text.includes('North gate')), true)
	await says(inside, '.queue', 'All sent')
	const { text } = await judged(inside, one.code, 'go', 'Let in')
	assert.match(text, /Gwen Guest[^]*Standing/)
	assert.match(await inside.title(), /^Let in: Gwen Guest · An evening by the app · Gatehouse$/)
	assert.equal(stands(one), 'inside 1')
	await next(inside)
	await says(inside, '.last', 'Gwen Guest')
	await a_second()
	assert.match((await judged(inside, one.code, 'wait', 'Already in')).text, /First scanned[^]*North gate/)
	await next(inside)
	await go(inside, 'out')
	await until('the way is out', async () => inside.locator('.scanning.goes-out').isVisible())
	await a_second()
	await judged(inside, one.code, 'gone', 'Out')
	assert.equal(stands(one), 'outside 1')
	assert.equal(sql(`SELECT gate FROM scan_log WHERE ticket_id = ${one.id}`)[0][0], 'North gate')
})

test('by camera: the code is seen, the guest is in, and the next is awaited', async (t) => {
	const one = await ticket(), { image } = (await as(guest).get(`/api/v1/users/tickets/${one.id}/qr-code/`)).data
	const of = await with_camera(t, Buffer.from(image.split(',')[1], 'base64'), 'upright'), page = await signed_in(t, { of })

	await page.getByRole('button', { name: 'Start the camera' }).click()
	assert.equal((await verdict(page)).kind, 'go')
	t.diagnostic(`${await page.getAttribute('.verdict', 'data-ms')} ms from the picture to the server's verdict`)
	assert.equal(stands(one), 'inside 1')
	// Good news makes room for the next by itself; the code that is still held up is not read again.
	await page.waitForSelector('.verdict', { state: 'hidden', timeout: 8000 })
	await says(page, '.last', 'Let in')
	await page.waitForTimeout(1500)
	assert.equal(await page.locator('.verdict').isVisible(), false)
	assert.equal(sql(`SELECT COUNT(*) FROM scan_log WHERE ticket_id = ${one.id}`)[0][0], '1')
})

test('without a network: the same verdicts, a queue that is seen, and nothing is lost', async (t) => {
	const page = await signed_in(t), [one, two] = [await ticket(), await ticket()], network = (is) => page.context().setOffline(!is)

	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('link', { name: 'Event now' }).click()
	await page.getByRole('button', { name: 'Load and send now' }).click()
	await until('both are on the device', async () => Number((await page.locator('.facts div').filter({ hasText: 'Tickets on this device' }).locator('dd').innerText()).replaceAll(',', '')) ===
		Number(sql(`SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id} AND status = 'valid'`)[0][0]))
	await network(false)
	assert.match((await judged(page, one.code, 'go', 'Let in')).text, /Gwen Guest[^]*Decided on this device/)
	await says(page, '.net', 'Offline')
	await says(page, '.queue', '1 waiting')
	await a_second()
	await judged(page, one.code, 'wait', 'Already in')
	await judged(page, two.code, 'go', 'Let in')
	assert.equal(stands(one), 'never 0', 'the server does not know yet')
	await network(true)
	await says(page, '.net', 'Online')
	await says(page, '.queue', 'All sent')
	assert.deepEqual([stands(one), stands(two)], ['inside 1', 'inside 1'])
})

test('a guest without a code: found by name, let in by hand with a reason, and taken back', async (t) => {
	const mira = await new_customer({ name: 'Mirabelle Castellanos' }), one = await ticket(mira), page = await signed_in(t)

	await page.getByRole('link', { name: 'Find' }).click()
	await page.locator('[name=search]').fill('mirabelle')
	await page.getByRole('button', { name: 'Search' }).click()
	await page.locator('.rows button').filter({ hasText: 'Mirabelle Castellanos' }).first().click()
	await page.getByRole('button', { name: 'Let in by hand' }).click()
	assert.equal(await page.locator('.verdict').isVisible(), false, 'not without a reason')
	await page.getByRole('button', { name: 'Phone is empty' }).click()
	await page.getByRole('button', { name: 'Let in by hand' }).click()
	assert.equal((await verdict(page)).kind, 'go')
	assert.equal(stands(one), 'inside 1')
	assert.deepEqual(sql(`SELECT kind, note FROM scan_log WHERE ticket_id = ${one.id}`), [['hand', 'Phone is empty']])
	assert.match(await page.getByRole('button', { name: 'Undo', exact: true }).textContent(), /^Undo [12]:/)
	await page.getByRole('button', { name: 'Undo', exact: true }).click()
	assert.equal(stands(one), 'inside 1', 'it asks first')
	await page.getByRole('button', { name: 'Really undo?' }).click()
	await until('it is taken back', async () => (await verdict(page)).word === 'Taken back')
	assert.equal(stands(one), 'never 0')
})

test('out on leave and back, and who is out', async (t) => {
	const one = await ticket(), page = await signed_in(t)

	await judged(page, one.code, 'go', 'Let in')
	await next(page)
	// Who presses it has somebody before them who goes.
	await page.getByRole('button', { name: 'Leave' }).click()
	await until('out', async () => page.locator('.scanning.goes-out').isVisible())
	await a_second()
	await judged(page, one.code, 'gone', 'On leave')
	assert.deepEqual(sql(`SELECT presence, on_leave FROM ticket WHERE id = ${one.id}`), [['outside', '1']])
	await next(page)
	await page.getByRole('link', { name: 'Log' }).click()
	await page.getByRole('link', { name: 'Leaves' }).click()
	await says(page, '.rows', 'Gwen Guest')
	await page.getByRole('link', { name: 'Scan', exact: true }).click()
	await go(page, 'in')
	await until('in', async () => !await page.locator('.scanning.goes-out').isVisible())
	await a_second()
	await judged(page, one.code, 'go', 'Back in')
	assert.equal(sql(`SELECT presence, on_leave FROM ticket WHERE id = ${one.id}`)[0].join(), 'inside,0')
	await next(page)
	const leave = page.getByRole('button', { name: 'Leave' })
	await leave.click()
	await leave.click()
	await until('out', async () => page.locator('.scanning.goes-out').isVisible())
	await leave.click()
	await until('in again, as before', async () => !await page.locator('.scanning.goes-out').isVisible())
})

test('an incident with a photo', async (t) => {
	const page = await signed_in(t), said = `A lamp fell ${Date.now()}`

	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('link', { name: 'Report an incident' }).click()
	await page.getByLabel('What kind').selectOption('damage')
	await page.getByLabel('What happened').fill(said)
	await page.getByLabel('Photo').setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: await page.screenshot() })
	await page.waitForSelector('.taken canvas')
	await page.getByRole('button', { name: 'Send the report' }).click()
	await says(page, '.toast', 'The report was sent.')
	const [row] = sql(`SELECT category, photo FROM incident WHERE description = '${said}'`)

	assert.equal(row[0], 'damage')
	assert.match(row[1], /\w{8,}/)
})

test('the log, one scan, the event as it stands, and the device tested', async (t) => {
	const one = await ticket(), page = await signed_in(t)

	await judged(page, one.code, 'go', 'Let in')
	await next(page)
	await page.getByRole('link', { name: 'Log' }).click()
	await page.locator('.rows a').filter({ hasText: 'Gwen Guest' }).first().click()
	await says(page, '.facts', 'North gate')
	await page.getByRole('link', { name: 'Back' }).click()
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as a file' }).click()])

	assert.match(file.suggestedFilename(), /^scans-\d+-.*\.csv$/)
	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('link', { name: 'Event now' }).click()
	await until('the counts are the server’s', async () => (await page.locator('.tiles div').filter({ hasText: 'Inside' }).locator('dd').innerText()) ===
		sql(`SELECT COUNT(*) FROM ticket WHERE event_id = ${event.id} AND presence = 'inside'`)[0][0])
	await says(page, 'table', 'North gate')
	assert.deepEqual(await page.locator('table th[scope=col]').allInnerTexts(), ['Gate', 'Came in', 'Left', 'Refused'])
	await until('so are those of its gates', async () => (await page.locator('tbody tr').filter({ hasText: 'North gate' }).locator('td').allInnerTexts()).join() ===
		sql(`SELECT SUM(IF(undoes IS NULL, 1, -1) * first_entry), SUM(IF(undoes IS NULL, 1, -1) * (moved AND direction = 'out')), SUM(result <> 'valid') FROM scan_log WHERE event_id = ${event.id} AND gate = 'North gate'`)[0].join())
	assert.ok(await page.locator('tbody tr').filter({ hasText: 'North gate' }).locator('td').last().innerText() > 0, 'some were refused')
	await page.getByRole('link', { name: 'Back' }).click()
	await page.getByRole('link', { name: 'Test this device' }).click()
	await page.getByRole('button', { name: 'Start the test' }).click()
	await says(page, '[data-step=reader]', 'Scan anything now')
	await reads(page, '04A2B3C4D5E6F7')
	await says(page, '[data-step=reader]', 'It read: 04A2B3C4D5E6F7')
	for (const step of ['server', 'storage', 'crypto', 'keys', 'clock'])
		await says(page, `[data-step=${step}]`, 'Works')
	assert.equal(await page.locator('.verdict').isVisible(), false, 'a test is no scan')
})

test('a second window is the gate, and the first offers to be it again', async (t) => {
	const page = await signed_in(t), one = await ticket(), second = await page.context().newPage()

	await second.goto('/gate/app')
	await second.waitForSelector('.view.at-scan')
	await page.getByRole('heading', { name: 'Open in another window' }).waitFor()
	assert.equal(await page.locator('.tabs').isVisible(), false)
	await reads(page, one.code)
	await page.getByRole('button', { name: 'Use it here' }).click()
	await page.waitForSelector('.view.at-scan')
	await second.getByRole('heading', { name: 'Open in another window' }).waitFor()
	assert.equal(stands(one), 'never 0')
	await says(page, '.net', 'Online')
	await judged(page, one.code, 'go', 'Let in')
	assert.equal(stands(one), 'inside 1')
})

test('a list that is a day old goes with all that names a guest, also where the app was not open then', async (t) => {
	const page = await signed_in(t), one = await ticket()

	await judged(page, one.code, 'go', 'Let in')
	await page.context().route(/\/(api\/|healthz)/, (route) => route.abort())
	await page.context().addInitScript(() => {
		const { now } = Date

		Date.now = () => now() + Number(localStorage.getItem('later') ?? 0)
	})
	await page.evaluate(() => localStorage.setItem('later', String(25 * 3_600_000)))
	await page.reload()
	await says(page, '.note', 'The list was a day old and is gone.')
	// And where it was.
	await page.evaluate(() => localStorage.clear())
	await page.context().unroute(/\/(api\/|healthz)/)
	await page.reload()
	await says(page, '.net', 'Online')
	await page.waitForSelector('.note', { state: 'hidden' })
	await a_second()
	assert.match((await judged(page, one.code, 'wait', 'Already in')).text, /Gwen Guest/)
	await page.evaluate(() => localStorage.setItem('later', String(25 * 3_600_000)))
	await page.context().route(/\/(api\/|healthz)/, (route) => route.abort())
	await page.evaluate(() => {
		const { now } = Date

		Date.now = () => now() + 25 * 3_600_000
		document.dispatchEvent(new Event('visibilitychange'))
	})
	await says(page, '.note', 'The list was a day old and is gone.')
	assert.doesNotMatch(await page.evaluate(() => document.documentElement.outerHTML), /Gwen Guest/)
})

test('in Arabic, at once and the next time', async (t) => {
	const page = await signed_in(t), one = await ticket()

	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('link', { name: 'Settings' }).click()
	await page.getByLabel('Language').selectOption('ar')
	await page.waitForSelector('html[dir=rtl]')
	assert.equal((await judged(page, one.code, 'go', 'أدخله')).kind, 'go')
	await page.reload()
	await page.waitForSelector('html[dir=rtl] .tabs')
	await says(page, '.queue', 'أُرسل الكل')
})

test('the words of another language are on the device that speaks it, offline and with the next version too, and on no other', async (t) => {
	const page = await phone(t, { workers: 'allow' }), asked = []
	const kept = () => page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat())
	const has = async (path) => (await kept()).includes(path), ARABIC = '/static/gate/words-ar.js'
	const changed = join(process.env.GATEHOUSE_SHARE ?? '.', 'static/gate/of-the-next-version.txt')

	page.on('request', (request) => asked.push(new URL(request.url()).pathname))
	t.after(() => rmSync(changed, { force: true }))
	await page.evaluate(() => navigator.serviceWorker.ready)
	await page.reload()
	await page.waitForSelector('html[data-app=ready]')
	assert.equal(asked.includes(ARABIC), false, 'in English nobody asks for it')
	assert.equal(await has('/static/gate/words-en.js'), true)
	assert.deepEqual((await kept()).filter((path) => path === ARABIC || path.includes('lean-qr')), [])

	await page.context().setOffline(true)
	await page.getByLabel('Language').selectOption('ar')
	await says(page, '.toast', 'This needs the network.')
	assert.deepEqual([await page.getByLabel('Language').inputValue(), await page.getAttribute('html', 'lang')], ['en', 'en'])
	await page.context().setOffline(false)
	await page.getByLabel('Language').selectOption('ar')
	await page.waitForSelector('html[dir=rtl]')
	await until('Arabic is kept', () => has(ARABIC))
	const opens = async () => {
		await page.context().setOffline(true)
		await page.reload()
		await page.waitForSelector('html[dir=rtl][data-app=ready]')
		await page.getByRole('button', { name: 'افتح البوابة' }).waitFor()
		await page.context().setOffline(false)
	}

	await opens()
	const [old] = await page.evaluate(() => caches.keys())

	// It waits while somebody types, and has them already.
	await page.focus('[name=username]')
	writeFileSync(changed, 'the next version')
	await page.evaluate(async () => { await (await navigator.serviceWorker.ready).update() })
	await until('the next version has them too', async () => (await kept()).filter((path) => path === ARABIC).length === 2)
	await page.evaluate(() => document.activeElement.blur())
	await until('the next version is there alone', async () => {
		const names = await page.evaluate(() => caches.keys()).catch(() => [])

		return names.length === 1 && names[0] !== old
	})
	await page.waitForSelector('html[data-app=ready]')
	await opens()
})

test('a new version is offered once while somebody types, and is used at once by who asks for it', async (t) => {
	const page = await signed_in(t, { workers: 'allow' }), changed = join(process.env.GATEHOUSE_SHARE ?? '.', 'static/gate/of-the-version-after.txt')

	t.after(() => rmSync(changed, { force: true }))
	await page.evaluate(() => navigator.serviceWorker.ready)
	await page.focus('[name=code]')
	const [old] = await page.evaluate(() => caches.keys())

	writeFileSync(changed, 'the version after')
	await page.evaluate(async () => { await (await navigator.serviceWorker.ready).update() })
	await says(page, '.banner', 'A new version is ready.')
	await page.getByRole('button', { name: 'Seen' }).click()
	await page.focus('[name=code]')
	await page.waitForTimeout(2000)
	assert.equal(await page.locator('.banner').isVisible(), false, 'not again')
	const loaded = page.waitForEvent('load', { timeout: 5000 })

	// Before it is quiet for long enough to happen by itself.
	await page.evaluate(() => { location.hash = 'notices' })
	await page.getByRole('button', { name: 'Use it now' }).click()
	await loaded
	await until('the old one is gone', async () => !(await page.evaluate(() => caches.keys()).catch(() => [old])).includes(old))
	await page.waitForSelector('html[data-app=ready] .tabs')
})

test('signing out warns of scans that were not sent, and takes them along only if told', async (t) => {
	const page = await signed_in(t), [one, two] = [await ticket(), await ticket()]

	await page.evaluate(() => new Promise((done) => setTimeout(done, 300)))
	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('link', { name: 'Event now' }).click()
	await page.getByRole('button', { name: 'Load and send now' }).click()
	await page.waitForTimeout(800)
	await page.context().setOffline(true)
	await judged(page, one.code, 'go', 'Let in')
	await judged(page, two.code, 'go', 'Let in')
	await next(page)
	await says(page, '.queue', '2 waiting')
	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('button', { name: 'Sign out' }).click()
	await says(page, 'dialog', '2 scans have not been sent. Signing out now loses them.')
	await page.getByRole('button', { name: 'Stay' }).click()
	await page.context().setOffline(false)
	await says(page, '.queue', 'All sent')
	assert.deepEqual([stands(one), stands(two)], ['inside 1', 'inside 1'])
	await page.getByRole('button', { name: 'Sign out' }).click()
	await says(page, 'dialog', 'What is stored on this device is deleted.')
	await page.locator('dialog').getByRole('button', { name: 'Sign out' }).click()
	await page.waitForSelector('form.sign')
	assert.equal(await page.locator('.tabs').isVisible(), false)
	// Who signs in next is on the scanner, wherever this one went away from.
	await page.getByLabel('Password').fill(usher.password)
	await page.getByRole('button', { name: 'Open the gate' }).click()
	await page.waitForSelector('.view.at-scan')
})

test('nobody is named to who signs in next, and no more is lost than was said', async (t) => {
	const page = await signed_in(t), zelda = await new_customer({ name: 'Zelda Zimmer' }), [one, two] = [await ticket(zelda), await ticket(zelda)]

	await page.getByRole('link', { name: 'Find' }).click()
	await page.fill('form.find [name=search]', 'Zelda')
	await page.locator('form.find button').click()
	await page.locator('ul.rows button.row').first().click()
	await says(page, 'h1', 'Zelda Zimmer')
	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('link', { name: 'Event now' }).click()
	await page.getByRole('button', { name: 'Load and send now' }).click()
	await page.waitForTimeout(800)
	await page.context().setOffline(true)
	await says(page, '.net', 'Offline')
	await judged(page, one.code, 'go', 'Let in')
	await next(page)
	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('button', { name: 'Sign out' }).click()
	await says(page, 'dialog', '1 scan has not been sent. Signing out now loses it.')
	// A reader reads on: its verdict is what is seen.
	await read_by_keys(page, two.code)
	await says(page, '.queue', '2 waiting')
	await page.waitForSelector('dialog', { state: 'detached' })
	await next(page)
	await page.getByRole('link', { name: 'More' }).click()
	await page.getByRole('button', { name: 'Sign out' }).click()
	await says(page, 'dialog', '2 scans have not been sent. Signing out now loses them.')
	await page.locator('dialog').getByRole('button', { name: 'Sign out and lose 2 scans' }).click()
	await page.waitForSelector('form.sign')
	await page.context().setOffline(false)
	const other = await new_usher(event)
	forget_tries()
	await page.getByLabel('Event number').fill(String(event.id))
	await page.getByLabel('User name').fill(other.username)
	await page.getByLabel('Password').fill(other.password)
	await page.getByRole('button', { name: 'Open the gate' }).click()
	await page.waitForSelector('.tabs:visible')
	for (const view of ['hand', 'report', 'scan']) {
		await page.evaluate((name) => { location.hash = name }, view)
		await page.waitForTimeout(150)
		assert.doesNotMatch(await page.locator('body').innerText(), /Zelda/, view)
	}
	assert.deepEqual([stands(one), stands(two)], ['never 0', 'never 0'])
})
