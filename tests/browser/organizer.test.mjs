// An organizer's event while it runs: the numbers move on the open page by themselves, in whichever way news can come.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { api, forget_tries, new_customer, sign_in, sql } from '../api/lib.mjs'
import { bought, code_of, ok, scan } from '../api/world.mjs'
import { becomes, each_way, sign_in_organizer, use_browser, visit } from './lib.mjs'

use_browser()

let event, usher, guest

before(async () => {
	const { data } = await api('GET', '/api/v1/public/events/1/')

	event = { ...data, categories: data.ticket_categories }
	forget_tries()
	usher = await sign_in('usher')
	guest = await new_customer({ name: 'Live Lisa' })
})

const number = (text) => Number(text.replaceAll(',', ''))
const shown = async (visitor, what) => number(await visitor.$(`.numbers [data-live="counts.${what}"]`).first().textContent())
const NUMBERS = ['inside', 'entered', 'left', 'refused']
const all_shown = async (visitor) => Object.fromEntries(await Promise.all(NUMBERS.map(async (what) => [what, await shown(visitor, what)])))
const words = new Intl.NumberFormat('en')

// Scans in, and looks how long the open page takes to say so. Event 1 is the demo's own: nobody else scans there now.
async function watch_scans(visitor) {
	const [ticket] = await bought(guest, event, 1), code = await code_of(guest, ticket)
	const first = await all_shown(visitor)
	const moves = async (what, by, body, result) => {
		const said = becomes(visitor.$(`.numbers [data-live="counts.${what}"]`).first(), words.format(first[what] + by))

		assert.equal(ok(await scan(usher, { code, ...body })).result, result)
		return said
	}

	await moves('inside', 1, { gate: 'Pier gate' }, 'valid')
	await becomes(visitor.$('[data-live-list=by_gate] [data-key="Pier gate"] [data-item=gate]'), 'Pier gate')
	await becomes(visitor.$('[data-live-list=last_scans] [data-key]').first().locator('[data-item=attendee_name]'), 'Live Lisa')
	await moves('refused', 1, {}, 'already_scanned')
	await moves('left', 1, { direction: 'out' }, 'valid')
	assert.deepEqual(await all_shown(visitor),
		{ inside: first.inside, entered: first.entered + 1, left: first.left + 1, refused: first.refused + 1 })
	visitor.no_faults()
}

async function open_board(visitor) {
	await sign_in_organizer(visitor)
	assert.equal(visitor.path, '/organizer')
	await visitor.send({ search: event.title }, 'Show')
	await visitor.press(event.title)
	assert.equal(visitor.path, '/organizer/events/1')
}

test('the numbers move by themselves', async (t) => {
	const visitor = await visit(t)

	await open_board(visitor)
	await visitor.$('[data-state=live]').waitFor({ state: 'visible' })
	await watch_scans(visitor)
	// On the wall of the office too.
	await visitor.open('/organizer/events/1?screen=1')
	await visitor.$('[data-state=live]').waitFor({ state: 'visible' })
	await watch_scans(visitor)
})

test('without JavaScript the numbers are on the page, and newer ones when it is loaded again', async (t) => {
	const visitor = await visit(t, { js: false }), [ticket] = await bought(guest, event, 1)

	await open_board(visitor)
	await visitor.sees('Reload the page for newer numbers.')
	const first = await all_shown(visitor)
	assert.equal(first.inside, Number(sql("SELECT COUNT(*) FROM ticket WHERE event_id = 1 AND presence = 'inside'")[0][0]))
	assert.equal(ok(await scan(usher, { code: await code_of(guest, ticket), gate: 'Pier gate' })).result, 'valid')
	await visitor.reload()
	assert.equal(await shown(visitor, 'inside'), first.inside + 1)
	await visitor.sees('Live Lisa', '.scans')
	await visitor.open('/organizer/events/1?screen=1')
	assert.equal(await shown(visitor, 'inside'), first.inside + 1)
})

each_way('figures and charts, with the numbers behind them', async (visitor) => {
	await open_board(visitor)
	const [[sold]] = sql('SELECT SUM(sold) FROM ticket_category WHERE event_id = 1')

	assert.equal(number(await visitor.$('.tile .figure').first().textContent()), Number(sold))
	const captions = await visitor.$('.chart figcaption').allInnerTexts()
	assert.deepEqual(captions.slice(0, 2), ['Tickets sold by day (Europe/Lisbon)', 'How full each category is'])
	assert.ok(captions.length > 2)
	for (const day of captions.slice(2))
		assert.match(day, /^People who came in on .+, by hour \(Europe\/Lisbon\)$/)
	assert.equal(await visitor.$('.chart svg.plot').count(), captions.length)
	for (const summary of await visitor.$('.chart summary').all())
		await summary.click()
	await visitor.sees(event.categories[0].name, '.chart table')
	await visitor.press('Your events')
	await visitor.send({ search: event.title.slice(0, 7) }, 'Show')
	await visitor.sees(event.title, '.runs')
	await visitor.send({ search: 'no event has this name' }, 'Show')
	await visitor.sees('Nothing matches')
})
