// The gate's verdict: seen at a glance, in any posture of the phone, heard, and not lost with a session.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, forget_tries, new_customer, site, sql } from '../api/lib.mjs'
import { bought, code_of, new_event, new_usher } from '../api/world.mjs'
import { becomes, each_way, PHONE, sign_in_usher, use_browser, visit } from './lib.mjs'

use_browser()

const in_out = (visitor, way) => visitor.$(`[name=direction][value=${way}]`).locator('..').click()
const look_of = (visitor) => visitor.$('.verdict').evaluate((element) => ({
	colour: getComputedStyle(element).backgroundColor, sign: element.querySelector('svg').innerHTML, word: element.querySelector('h1').textContent
}))

async function read(visitor, code) {
	await visitor.$('#f-code').focus()
	await visitor.type_line(code)
}

// Somebody at the gate of an event of their own, and a guest's code.
async function at_a_gate(visitor) {
	const event = await new_event(), usher = await new_usher(event), guest = await new_customer({ name: 'Gwen Guest' })
	const [ticket] = await bought(guest, event, 1), credentials = { event_id: event.id, username: usher.username, password: usher.password }

	forget_tries()
	await sign_in_usher(visitor, credentials)
	return { event, ticket, code: await code_of(guest, ticket), credentials }
}

each_way('let out looks like nothing that lets in', async (visitor) => {
	const { code } = await at_a_gate(visitor)

	await read(visitor, code)
	const entered = await look_of(visitor)
	await in_out(visitor, 'out')
	await read(visitor, code)
	const left = await look_of(visitor)
	for (const what of ['colour', 'sign', 'word'])
		assert.notEqual(left[what], entered[what], what)
	assert.deepEqual([entered.word, left.word], ['Let in', 'Out'])
	await read(visitor, 'nonsense')
	assert.notEqual((await look_of(visitor)).colour, left.colour)
})

each_way('a screen that lies, of a phone, a tablet or a laptop, shows verdict, reason and the field at once', async (visitor) => {
	const { code } = await at_a_gate(visitor), { page } = visitor, wrong = []
	const seen = async (what) => {
		for (const [width, height] of [[844, 390], [667, 375], [568, 320], [1024, 768], [1280, 800], [1920, 1080]]) {
			await page.setViewportSize({ width, height })
			await page.evaluate(() => window.scrollTo(0, 0))
			for (const selector of ['.verdict h1', '.verdict > p', '#f-code', '.gate-form .button']) {
				const box = await visitor.$(selector).first().boundingBox()

				if (box.y < 0 || box.y + box.height > height || box.x < 0 || box.x + box.width > width)
					wrong.push(`${what}, ${width} × ${height}: ${selector} at ${JSON.stringify(box)}`)
			}
			await visitor.shot(`${what} ${width}`)
		}
		await page.setViewportSize(PHONE)
	}

	await seen('ready')
	await read(visitor, code)
	await seen('let in')
	await read(visitor, code)
	await seen('already in')
	await read(visitor, 'nonsense')
	await seen('stop')
	await in_out(visitor, 'out')
	await read(visitor, code)
	await seen('out')
	assert.deepEqual(wrong, [])
})

each_way('the verdict is in the title, is said, and describes the field that has the focus', async (visitor) => {
	const { event, code } = await at_a_gate(visitor), { page } = visitor
	const stands = async (word, reason) => {
		assert.equal(await page.title(), `${word} · ${event.title} · Gatehouse`)
		const id = await visitor.$('#f-code').getAttribute('aria-describedby')

		assert.match(await visitor.$(`[id="${id}"]`).textContent(), new RegExp(`${word}[^]*${reason}`))
		if (visitor.js)
			await becomes(visitor.$('#live-note'), `${word}. ${reason}`)
		assert.equal(await visitor.$('#live-note').getAttribute('role'), 'status')
	}

	await read(visitor, code)
	await stands('Let in', 'Valid')
	await read(visitor, 'nonsense')
	await stands('Stop', 'This code is not known.')
	await visitor.press('Check', { status: 422 })
	await stands('Once more', 'Nothing was read. Scan it again.')
	assert.equal(await visitor.$('.verdict.wait > svg').count(), 1, 'it has its sign')
	sql(`UPDATE event SET scanning_enabled = 0 WHERE id = ${event.id}`)
	await visitor.open('/gate')
	await stands('Closed', 'Scanning is switched off for this event.')
	assert.equal(await visitor.$('.verdict.stop > svg').count(), 1, 'it has its sign')
})

each_way('what counted a moment ago says so by its own way, in seconds that are counted', async (visitor) => {
	const { code } = await at_a_gate(visitor)
	// As by a browser that lost the page's number of the scan: the same once more.
	const unnumbered = async () => {
		await visitor.$('.gate-form [name=scan_id]').evaluate((field) => field.remove())
		await read(visitor, code)
	}

	await unnumbered()
	const entered = await look_of(visitor)
	await unnumbered()
	assert.equal((await look_of(visitor)).word, 'Counted')
	assert.equal((await look_of(visitor)).sign, entered.sign)
	await in_out(visitor, 'out')
	await unnumbered()
	const left = await look_of(visitor)
	await unnumbered()
	assert.deepEqual([(await look_of(visitor)).word, (await look_of(visitor)).sign], ['Counted', left.sign])
	assert.match(await visitor.text('.verdict .first'), /^(1 second|\d+ seconds) ago$/)
	assert.doesNotMatch(await visitor.text('.verdict .first'), /^1 seconds/)
})

each_way('a session that is over does not lose the scan', async (visitor) => {
	const { event, ticket, code, credentials } = await at_a_gate(visitor)
	const logged = () => sql(`SELECT result, gate, direction FROM scan_log WHERE event_id = ${event.id}`)
	const presence = () => sql(`SELECT presence FROM ticket WHERE id = ${ticket.id}`)[0][0]
	const lost = async () => {
		sql(`UPDATE session SET ended_at = UTC_TIMESTAMP(3) WHERE event_id = ${event.id}`)
		if (visitor.js) // by time: then its cookie has gone too
			await visitor.page.context().clearCookies({ name: 'gh_usher' })
		await visitor.$('#f-code').focus()
		await visitor.page.keyboard.type(code)
		await visitor.press('Check', { status: 401 })
		assert.equal(await visitor.heading(), 'Gate sign-in')
		await visitor.sees('what you scanned is checked')
	}

	await visitor.fill({ gate: 'West' })
	await lost()
	assert.deepEqual([presence(), logged()], ['never', []])
	forget_tries()
	await visitor.send({ ...credentials, event_id: String(event.id), password: 'not it at all' }, 'Sign in', { status: 422 })
	await visitor.send({ password: credentials.password }, 'Sign in')
	assert.equal(await visitor.heading(), 'Let in')
	await visitor.sees('Gwen Guest', '.verdict')
	assert.equal(await visitor.$('#f-gate').inputValue(), 'West')
	assert.doesNotMatch(visitor.path, /code=/, 'no code stands in an address')
	assert.deepEqual([presence(), logged()], ['inside', [['valid', 'West', 'in']]])
	// Shown again it is the same one.
	await visitor.reload()
	assert.equal(await visitor.heading(), 'Let in')
	assert.equal(logged().length, 1)

	await in_out(visitor, 'out')
	await lost()
	forget_tries()
	await visitor.send({ ...credentials, event_id: String(event.id) }, 'Sign in')
	assert.equal(await visitor.heading(), 'Out')
	assert.equal(await visitor.$('[name=direction][value=out]').isChecked(), true, 'the direction stays')
	assert.equal(presence(), 'outside')
	// The next one goes as always.
	await in_out(visitor, 'in')
	await read(visitor, code)
	assert.equal(await visitor.heading(), 'Let in')
})

test('a scan that another site sent is carried nowhere', async () => {
	for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { cookie: 'gh_usher=abc', 'sec-fetch-site': 'same-origin' }]) {
		const answer = await fetch(`${site}/gate`, {
			method: 'POST', redirect: 'manual', headers, body: new URLSearchParams({ code: 'GH1.planted', direction: 'in', csrf: 'x' })
		})

		assert.equal(answer.status, 303, JSON.stringify(headers))
		assert.equal(answer.headers.get('location'), '/gate/sign-in')
		assert.doesNotMatch(await answer.text(), /planted/)
	}
	assert.equal((await api('GET', '/healthz')).status, 200)
})

test('at the gate, in Arabic, the masthead is in order', async (t) => {
	const visitor = await visit(t, { viewport: PHONE }), { page } = visitor

	await at_a_gate(visitor)
	await page.context().addCookies([{ name: 'gh_locale', value: 'ar', url: site }])
	await visitor.reload()
	const box = (selector) => visitor.$(selector).first().boundingBox()
	const [brand, where, leave] = [await box('.brand > span'), await box('.brand small'), await box('.masthead .leave')]

	// From right to left: the name, where one is, and the way out; beside each other, and each in one line.
	assert.ok(brand.x >= where.x + where.width - 1, JSON.stringify([brand, where]))
	assert.ok(where.x >= leave.x + leave.width, JSON.stringify([where, leave]))
	const line = await visitor.$('.masthead .leave').evaluate((element) => parseFloat(getComputedStyle(element).lineHeight))
	assert.ok(leave.height < 2 * line + 24, JSON.stringify(leave))
	await visitor.shot('masthead')
})
