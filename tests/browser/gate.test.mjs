// An usher at a gate with a USB reader, which types what it read and sends Enter.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, forget_tries, new_customer, sql } from '../api/lib.mjs'
import { bought, code_of, new_card, new_event, new_usher, unique } from '../api/world.mjs'
import { becomes, each_way, sign_in_usher, use_browser, visit } from './lib.mjs'

use_browser()

let event, guest

before(async () => {
	const { data } = await api('GET', '/api/v1/public/events/1/')

	event = { ...data, categories: data.ticket_categories }
	guest = await new_customer({ name: 'Gwen Guest' })
})

const verdict = (visitor) => visitor.$('.verdict').evaluate((element) => [...element.classList].find((name) => name !== 'verdict'))
const in_out = (visitor, way) => visitor.$(`[name=direction][value=${way}]`).locator('..').click()

each_way('usher1 at event 1: in, again, unknown, out, by card', async (visitor) => {
	const [ticket] = await bought(guest, event, 1)
	const code = await code_of(guest, ticket)

	await visitor.open('/gate')
	assert.equal(visitor.path, '/gate/sign-in?next=/gate')
	await visitor.send({ event_id: '1', username: 'usher1', password: 'not it at all' }, 'Sign in', { status: 422 })
	forget_tries()
	await sign_in_usher(visitor)
	assert.equal(visitor.path, '/gate')
	assert.equal(await visitor.heading(), 'Ready')
	await visitor.sees(event.title, '.gate-counts')

	// The field waits for the reader by itself.
	await visitor.type_line(code)
	assert.equal(await verdict(visitor), 'go')
	assert.equal(await visitor.heading(), 'Let in')
	await visitor.sees('Gwen Guest', '.verdict')
	await visitor.sees(ticket.category.name, '.verdict')

	// The same code once more, here at the next gate's page: when, where and by whom it came in.
	await visitor.fill({ gate: 'West' })
	await visitor.$('[name=code]').focus()
	await visitor.type_line(code)
	assert.equal(await verdict(visitor), 'wait')
	assert.equal(await visitor.heading(), 'Already in')
	assert.match(await visitor.text('.verdict .first'), /^First scanned at \d\d:\d\d · .+ · .+$/)
	await visitor.sees('Gwen Guest', '.verdict')
	assert.equal(await visitor.$('#f-gate').inputValue(), 'West', 'the gate stays')

	await visitor.type_line('nonsense')
	assert.equal(await verdict(visitor), 'stop')
	assert.equal(await visitor.heading(), 'Stop')
	await visitor.sees('This code is not known.', '.verdict')

	// Out, and in again.
	await in_out(visitor, 'out')
	await visitor.$('[name=code]').focus()
	await visitor.type_line(code)
	assert.equal(await visitor.heading(), 'Out')
	await visitor.sees('Noted as gone', '.verdict')
	assert.equal(await visitor.$('[name=direction][value=out]').isChecked(), true, 'the direction stays')
	await visitor.type_line(code)
	assert.equal(await verdict(visitor), 'stop')
	await visitor.sees('This ticket is not inside.', '.verdict')
	await in_out(visitor, 'in')
	await visitor.$('[name=code]').focus()
	await visitor.type_line(code)
	assert.equal(await visitor.heading(), 'Let in')
	await visitor.sees('Welcome back', '.verdict')

	// Nothing was read.
	await visitor.press('Check', { status: 422 })
	await visitor.sees('Nothing was read', '.verdict')

	// By the number of a card.
	const holder = await new_customer({ name: 'Carl Card' }), uid = new_card(holder)
	await bought(holder, event, 1)
	await visitor.type_line(uid)
	assert.equal(await verdict(visitor), 'go')
	await visitor.sees('Carl Card', '.verdict')
	await visitor.type_line(uid.match(/../g).join(':').toLowerCase())
	assert.equal(await verdict(visitor), 'wait')
	await visitor.type_line(new_card(null, 'blocked'))
	await visitor.sees('This card is blocked.', '.verdict')
	await visitor.type_line('04FFFFFFFFFFFF')
	assert.equal(await verdict(visitor), 'stop')

	// All of it is in the log.
	await visitor.press('Scans')
	assert.equal(visitor.path, '/gate/logs')
	await visitor.sees('Carl Card')
	await visitor.send({ search: 'Gwen Guest', result: 'already_scanned' }, 'Show')
	assert.ok(await visitor.$('tbody tr').count() >= 1)
	for (const row of await visitor.$('tbody tr').allInnerTexts())
		assert.match(row, /Gwen Guest[^]*Already scanned/)
	await visitor.open('/gate/logs?search=nobody-of-this-name')
	await visitor.sees('Nothing matches')
	await visitor.open('/gate')
	await visitor.press('Sign out')
	assert.equal(visitor.path, '/gate/sign-in')
})

each_way('a card with three tickets: a button for each guest who is not in yet', async (visitor) => {
	const own = await new_event(), usher = await new_usher(own)
	const holder = await new_customer({ name: 'Fay Family' }), uid = new_card(holder), category = own.categories[0]
	const named = (name) => ({ category_id: category.id, quantity: 1, holders: [{ name }] })
	const [one, two, three] = await bought(holder, own, [named('Una'), named('Dua <b>'), named('Tria')])
	// Beside the guests' buttons stands the one that takes the scan back.
	const choice = visitor.$('.verdict button[name=ticket_id]'), buttons = () => choice.allTextContents()
	const stands = (ticket) => sql(`SELECT presence FROM ticket WHERE id = ${ticket.id}`)[0][0]
	// Each with the number that stands on it: two guests may have one name.
	const offered = (...tickets) => tickets.map(([name, { id }]) => `${name} · ${category.name} · ${id}`)

	forget_tries()
	await sign_in_usher(visitor, { event_id: own.id, username: usher.username, password: usher.password })
	await visitor.fill({ gate: 'West' })
	await visitor.$('#f-code').focus()
	await visitor.type_line(uid)
	assert.deepEqual([await visitor.heading(), await buttons()], ['Let in', offered(['Dua <b>', two], ['Tria', three])])
	await visitor.sees('Una', '.verdict .name')

	// The last is named by a tap on the screen; the reader's field stays what a code goes into.
	await visitor.press(choice.last())
	assert.deepEqual([await visitor.heading(), await buttons()], ['Let in', offered(['Dua <b>', two])])
	await visitor.sees('Tria', '.verdict .name')
	assert.equal(await visitor.$('#f-gate').inputValue(), 'West', 'the gate stays')
	assert.deepEqual([one, two, three].map(stands), ['inside', 'never', 'inside'])

	// A tap without a number, as of an app that sends none: it counted, and who is still out is offered.
	await visitor.$('.gate-form [name=scan_id]').evaluate((field) => { field.value = '' })
	await visitor.type_line(uid)
	assert.deepEqual([await visitor.heading(), await verdict(visitor), await buttons()], ['Counted', 'ready', offered(['Dua <b>', two])])
	assert.equal(stands(two), 'never')
	await visitor.press(choice.first())
	await visitor.sees('Dua <b>', '.verdict .name')
	assert.deepEqual([await visitor.heading(), await buttons(), stands(two)], ['Let in', [], 'inside'])

	// Out again, one after the other.
	await in_out(visitor, 'out')
	await visitor.$('#f-code').focus()
	await visitor.type_line(uid)
	assert.deepEqual([await visitor.heading(), await buttons()], ['Out', offered(['Dua <b>', two], ['Tria', three])])
	await visitor.press(choice.first())
	assert.equal(await visitor.$('[name=direction][value=out]:not([type=hidden])').isChecked(), true, 'the direction stays')
	assert.deepEqual([one, two, three].map(stands), ['outside', 'outside', 'inside'])

	// A card of one has nothing to choose.
	const single = await new_customer(), other = new_card(single)
	await bought(single, own, 1)
	await in_out(visitor, 'in')
	await visitor.$('#f-code').focus()
	await visitor.type_line(other)
	assert.deepEqual([await visitor.heading(), await visitor.$('.verdict button').allTextContents()], ['Let in', ['Take it back']])
})

each_way('a page that is sent again says what it said', async (visitor) => {
	const own = await new_event(), usher = await new_usher(own), [ticket] = await bought(guest, own, 1)

	forget_tries()
	await sign_in_usher(visitor, { event_id: own.id, username: usher.username, password: usher.password })
	await visitor.type_line(await code_of(guest, ticket))
	assert.equal(await visitor.heading(), 'Let in')
	await visitor.reload()
	assert.equal(await visitor.heading(), 'Let in')
	await visitor.open('/gate/logs')
	assert.equal(await visitor.$('tbody tr').count(), 1)
})

each_way('who is assigned elsewhere does not come in here', async (visitor) => {
	const own = await new_event({ title: `Elsewhere ${unique()}` }), usher = await new_usher(own)

	forget_tries()
	await visitor.open('/gate/sign-in?next=/gate')
	await visitor.send({ event_id: '1', username: usher.username, password: usher.password }, 'Sign in', { status: 403 })
	await visitor.sees('not assigned', '.flash[role=alert]')
	assert.equal(await visitor.$('[name=username]').inputValue(), usher.username)
})

test('the reader types into the field, whatever was tapped before', async (t) => {
	const visitor = await visit(t), [ticket] = await bought(guest, event, 1)

	await sign_in_usher(visitor)
	await visitor.$('.verdict h1').click()
	await visitor.type_line(await code_of(guest, ticket))
	assert.equal(await verdict(visitor), 'go')
})

test('the counts at the gate move while others scan', async (t) => {
	const own = await new_event(), [mine, other] = [await new_usher(own), await new_usher(own)]
	const [first, second] = await bought(guest, own, 2)
	const visitor = await visit(t), inside = visitor.$('[data-live="counts.inside"]')
	const scan = async (ticket) => {
		const { data } = await api('POST', '/api/usher/scan/result/', { code: await code_of(guest, ticket) }, { token: other.access })

		assert.equal(data.result, 'valid')
	}

	forget_tries()
	await sign_in_usher(visitor, { event_id: own.id, username: mine.username, password: mine.password })
	assert.equal(await inside.innerText(), '0')
	const one = becomes(inside, '1')
	await scan(first)
	await one
	const two = becomes(inside, '2')
	await scan(second)
	await two
})

test('where too many events are near to choose from, the number is typed', async (t) => {
	const visitor = await visit(t)
	const [[near]] = sql(`SELECT COUNT(*) FROM event WHERE status = 'published'
		AND starts_at < UTC_TIMESTAMP(3) + INTERVAL 1 DAY AND ends_at > UTC_TIMESTAMP(3) - INTERVAL 12 HOUR`)
	const filler = `filler ${unique()}`

	try {
		sql(`INSERT INTO event (uuid, organizer_id, venue_id, category_id, title, description, starts_at, ends_at, time_zone,
			currency, status, created_at, updated_at) SELECT RANDOM_BYTES(16), organizer_id, venue_id, category_id, '${filler}', '',
			starts_at, ends_at, time_zone, currency, status, created_at, updated_at FROM event JOIN seq_1_to_${101 - Math.min(near, 100)}
			WHERE id = 1`)
		await visitor.open('/gate/sign-in')
		assert.equal(await visitor.$('select').count(), 0)
		await sign_in_usher(visitor)
		assert.equal(visitor.path, '/gate')
	} finally {
		sql(`DELETE FROM event WHERE title = '${filler}'`)
	}
})

test('the counts beside the gate stay whole, however high and however narrow', async (t) => {
	for (const [width, height] of [[320, 640], [390, 844], [667, 375], [1024, 700], [1200, 900], [1600, 900]]) {
		const visitor = await visit(t, { viewport: { width, height } })

		await sign_in_usher(visitor)
		for (const count of ['1,004', '123,456']) {
			const broken = await visitor.$('.gate-counts dl').evaluate((list, text) => {
				const numbers = [...list.querySelectorAll('dd')], { right, left } = list.getBoundingClientRect()

				numbers.forEach((dd) => { dd.textContent = text })
				return numbers.filter((dd) => {
					const range = document.createRange()
					range.selectNodeContents(dd)
					const rects = [...range.getClientRects()]
					return rects.length !== 1 || rects[0].right > right + 1 || rects[0].left < left - 1
				}).length
			}, count)

			assert.equal(broken, 0, `${count} at ${width}`)
		}
	}
})
