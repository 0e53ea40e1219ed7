// What people are told, and when: of all that is wrong at once and by its name, where they chose it, before they are asked for
// anything else; and what they chose is not taken from them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PNG } from 'pngjs'
import { DEMO, forget_tries, new_customer, sql, token } from '../api/lib.mjs'
import { as, bought, code_of, DAY, held, HOUR, iso, new_event, ok, refused, unique } from '../api/world.mjs'
import {
	DESKTOP, each_way, PHONE, sign_in_customer, sign_in_organizer, sign_in_staff, sign_in_usher, use_browser, visit
} from './lib.mjs'

use_browser()

const quantity = (index) => `items[${index}][quantity]`

// What the browser itself would keep back is sent all the same, as by one that knows no bounds.
const unchecked = (visitor) => visitor.$('main form.panel').first().evaluate((form) => { form.noValidate = true })
const faults = (visitor) => visitor.$('.flash[role=alert] li').allInnerTexts()

async function in_arabic(visitor) {
	await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'ar', url: new URL(visitor.page.url()).origin }])
	await visitor.reload()
}

async function staff_of(visitor) {
	forget_tries()
	await sign_in_staff(visitor)
}

async function customer_of(visitor, more) {
	const person = await new_customer(more)

	await sign_in_customer(visitor, person)
	return person
}

// ---- forms ----

each_way('the first answer names all that is wrong, each field once, a password\'s rules too', async (visitor) => {
	await visitor.open('/register')
	await visitor.send({ name: 'Ada', mobile_number: '12', password: 'password' }, 'Continue', { status: 422 })
	const told = await faults(visitor)
	assert.deepEqual(told.map((text) => text.split(':')[0]).sort(), ['Mobile number', 'Password'])
	assert.match(told.find((text) => text.startsWith('Password')), /others would try/)

	// A day that is still to come is well by its type: it is told with the rest all the same.
	await customer_of(visitor)
	await visitor.open('/dependents/new')
	await unchecked(visitor)
	await visitor.send({ birth_date: '2099-01-01' }, visitor.$('main form.panel button').first(), { status: 422 })
	assert.deepEqual((await faults(visitor)).map((text) => text.split(':')[0]).sort(), ['Date of birth', 'Name', 'Relationship'])
	await visitor.open('/account')
	await unchecked(visitor)
	await visitor.send({ email: 'x', birth_date: '2099-01-01' }, visitor.$('main form.panel button').first(), { status: 422 })
	assert.deepEqual((await faults(visitor)).map((text) => text.split(':')[0]).sort(), ['Date of birth', 'E-mail'])

	await staff_of(visitor)
	await visitor.open('/admin/events/new')
	await unchecked(visitor)
	await visitor.press('Create', { status: 422 })
	const all = await faults(visitor)
	assert.ok(all.includes('Starts: This is required.'), all.join('\n'))
	assert.equal(new Set(all).size, all.length, all.join('\n'))
	// Each leads to its control, and is called as that is.
	for (const link of await visitor.$('.flash[role=alert] li a').all()) {
		const id = (await link.getAttribute('href')).slice(1)
		const label = await visitor.$(`label[for="${id}"]`).evaluate((element) => element.firstChild.textContent.trim())

		assert.equal(await link.locator('b').innerText(), label)
		assert.equal(await visitor.$(`[id="${id}"]`).count(), 1, id)
	}
	assert.equal(await visitor.$('.flash[role=alert] li a').count(), all.length)
	await visitor.open('/admin/ushers/new')
	await unchecked(visitor)
	await visitor.send({ username: `u${unique()}`, password: 'short' }, 'Create', { status: 422 })
	assert.deepEqual((await faults(visitor)).map((text) => text.split(':')[0]).sort(), ['Name', 'Password'])
})

each_way('countries, currencies and time zones are chosen by what they are called', async (visitor) => {
	const name = `Haus ${unique()}`

	await staff_of(visitor)
	await visitor.open('/admin/venues/new')
	if (visitor.js) {
		// A field beside it searches.
		await visitor.page.getByLabel('Search: Country').fill('germ')
		assert.equal(await visitor.$('#f-country').inputValue(), 'DE')
		await visitor.page.getByLabel('Search: Country').fill('cote divoire')
		await visitor.page.getByLabel('Search: Country').fill('cote d')
		assert.equal(await visitor.$('#f-country').inputValue(), 'CI')
		await visitor.page.getByLabel('Search: Country').fill('Germany')
		await visitor.page.getByLabel('Search: Time zone').fill('new york')
		assert.equal(await visitor.$('#f-time_zone').inputValue(), 'America/New_York')
		// Of what there is not one sees that there is none, too.
		await visitor.page.getByLabel('Search: Time zone').fill('Atlantis')
		assert.equal(await visitor.$('#f-time_zone').evaluate((select) => select.selectedOptions[0]?.text), 'Nothing fits.')
		await visitor.page.getByLabel('Search: Time zone').fill('')
	}
	await visitor.send({ name, city: 'Berlin', country: { label: 'Germany' }, time_zone: { label: 'Berlin' } }, 'Create')
	await visitor.sees('Germany')
	assert.deepEqual(sql(`SELECT country, time_zone FROM venue WHERE name = '${name}'`), [['DE', 'Europe/Berlin']])
	const at = visitor.path
	await visitor.open('/admin/venues')
	await visitor.choose({ country: { label: 'Germany' } })
	assert.match(visitor.path, /country=DE/)
	await visitor.open('/admin/events/new')
	await visitor.fill({ currency: { label: 'EUR · Euro' } })
	assert.equal(await visitor.$('#f-currency').inputValue(), 'EUR')
	// What is there and is on no list stays.
	sql(`UPDATE venue SET time_zone = 'Etc/GMT+1' WHERE name = '${name}'`)
	await visitor.open(at)
	assert.equal(await visitor.$('#f-time_zone').inputValue(), 'Etc/GMT+1')
	// One that is there has those near it, and all at a wish.
	sql(`UPDATE venue SET time_zone = 'Europe/Riga' WHERE name = '${name}'`)
	await visitor.open(at)
	const offered = async () => (await visitor.$('#f-time_zone option').evaluateAll((all) => all.map((one) => one.value)))
	assert.ok((await offered()).every((zone) => /^(UTC$|Europe\/)/.test(zone)), String(await offered()))
	await visitor.press('Time zones of all the world')
	assert.equal(await visitor.$('#f-time_zone').inputValue(), 'Europe/Riga')
	assert.ok((await offered()).includes('America/New_York'))
	await visitor.send({ time_zone: { label: 'New York' } }, 'Save')
	assert.deepEqual(sql(`SELECT time_zone FROM venue WHERE name = '${name}'`), [['America/New_York']])
	await visitor.open(at)
	await in_arabic(visitor)
	assert.equal(await visitor.$('#f-country').evaluate((select) => select.selectedOptions[0].text), 'ألمانيا')
	const names = await visitor.$('#f-country option').evaluateAll((all) => all.map((one) => one.text))
	assert.deepEqual(names.slice(0, 5), [...names].sort(new Intl.Collator('ar').compare).slice(0, 5), 'as they are sorted there')
})

test('a country is one that there is', async () => {
	const staff = as(await token('staff')), venue = { name: unique(), city: 'Berlin', time_zone: 'Europe/Berlin' }

	assert.match(refused(await staff.post('/api/venues/', { ...venue, country: 'QQ' }), 422, 'VALIDATION_ERROR').text, /"country":\s*\[/)
	assert.equal(ok(await staff.post('/api/venues/', { ...venue, country: 'ge' }), 201).country, 'GE')
})

each_way('after adding a category the way leads back to its event, or on to another', async (visitor) => {
	const event = await new_event({ categories: [], publish: false }), at = `/admin/events/${event.id}`

	await staff_of(visitor)
	await visitor.open(at)
	await visitor.press(visitor.$(`a.button[href="/admin/ticket-categories/new?event_id=${event.id}"]`))
	await visitor.send({ name: 'Stalls', price: '12.50', capacity: '100' }, 'Save and add another')
	assert.equal(visitor.path, `/admin/ticket-categories/new?event_id=${event.id}`)
	await visitor.sees('was made', '.flash[role=status]')
	await visitor.press('No, go back')
	assert.equal(visitor.path, at)
	await visitor.open(`/admin/ticket-categories/new?event_id=${event.id}`)
	await visitor.send({ name: 'Box', price: '40', capacity: '8' }, 'Create')
	assert.equal(visitor.path, at)
	await visitor.sees('Stalls')
	await visitor.press('Box')
	await visitor.press(event.title)
	assert.equal(visitor.path, at)
})

// ---- buying ----

each_way('nothing chosen is refused where one chooses, before anybody is asked to sign in', async (visitor) => {
	const event = await new_event({ title: `Nothing ${unique()}`, categories: [{}, {}] })
	const told = async () => {
		assert.equal(await visitor.heading(), event.title)
		assert.deepEqual(await faults(visitor), ['Tickets: Choose at least one ticket.'])
		await visitor.sees('Choose at least one ticket.', '#e-items')
	}

	await visitor.open(`/events/${event.id}`)
	await visitor.press('Get tickets', { status: 422 })
	await told()
	await visitor.fill({ [quantity(1)]: '2' })
	await visitor.press('Get tickets')
	assert.match(visitor.path, /^\/sign-in\?next=/)
	await sign_in_customer(visitor, await new_customer())
	assert.equal(await visitor.$(`[name="${quantity(1)}"]`).inputValue(), '2')
	await visitor.open(`/events/${event.id}`)
	await visitor.press('Get tickets', { status: 422 })
	await told()
	await visitor.send({ [quantity(0)]: '1' }, 'Get tickets')
	assert.equal(await visitor.heading(), 'Yours for a moment')
})

each_way('a promo code is taken where tickets are chosen', async (visitor) => {
	const event = await new_event(), code = `P${unique()}`.toUpperCase()

	ok(await as(await token('staff')).post('/api/promo-codes/', { code, event_id: event.id, percent: 50 }), 201)
	await customer_of(visitor)
	await visitor.open(`/events/${event.id}`)
	await visitor.send({ [quantity(0)]: '2', promo_code: 'NONE OF OURS' }, 'Get tickets', { status: 422 })
	await visitor.sees('This code is not valid', '#e-promo_code')
	await visitor.open(`/events/${event.id}`)
	await visitor.send({ [quantity(0)]: '2', promo_code: code }, 'Get tickets')
	await visitor.sees('−€25.00', '.bill-lines')
})

each_way('an order on paper has the code of each ticket', async (visitor) => {
	const event = await new_event(), person = await customer_of(visitor), tickets = await bought(person, event, 3)
	const [[order]] = sql(`SELECT order_id FROM ticket WHERE id = ${tickets[0].id}`)

	await visitor.open(`/orders/${order}`)
	assert.equal(await visitor.$('.on-paper:visible').count(), 0, 'on a screen they are on pages of their own')
	await visitor.page.emulateMedia({ media: 'print' })
	const badge = () => visitor.$('.to-print .badge').first().evaluate((element) => getComputedStyle(element).backgroundColor)
	const by_day = await badge()
	await visitor.page.emulateMedia({ media: 'print', colorScheme: 'dark' })
	assert.equal(await badge(), by_day, 'paper is light, whatever the screen is')
	assert.equal(await visitor.$('.on-paper:visible').count(), 3)
	for (const [i, ticket] of tickets.entries()) {
		assert.equal(await visitor.read_qr(`.to-print:nth-child(${i + 1}) .on-paper img`), await code_of(person, ticket))
		assert.match(await visitor.text(`.to-print:nth-child(${i + 1}) figcaption`), new RegExp(`-${ticket.id}$`))
	}
})

// ---- the back office ----

test('an event in two days that has no ushers needs somebody', async (t) => {
	const visitor = await visit(t), event = await new_event({ starts_at: iso(Date.now() + 2 * DAY), ends_at: iso(Date.now() + 2 * DAY + HOUR) })
	const mark = `told ${unique()}`

	// All others of these days have somebody, so that this one is what is looked for.
	try {
		sql(`INSERT IGNORE INTO usher_assignment (event_id, usher_id, gate, created_at) SELECT e.id, 1, '${mark}', UTC_TIMESTAMP(3)
			FROM event e WHERE e.id <> ${event.id} AND e.status = 'published' AND e.ends_at > UTC_TIMESTAMP(3)
			AND NOT EXISTS (SELECT 1 FROM usher_assignment u WHERE u.event_id = e.id)`)
		await staff_of(visitor)
		await visitor.sees(event.title, '.alerts')
		assert.equal(await visitor.$('.all-well').count(), 0)
	} finally {
		sql(`DELETE FROM usher_assignment WHERE gate = '${mark}'`)
	}
})

each_way('what cannot be undone is not the first thing to press', async (visitor) => {
	const event = await new_event()

	await staff_of(visitor)
	await visitor.open(`/admin/events/${event.id}`)
	const buttons = await visitor.$('main .button:visible').allInnerTexts()
	assert.equal(buttons.indexOf('Cancel the event'), buttons.length - 1, buttons.join(', '))
	assert.ok(buttons.length > 5)
	const y = async (locator) => (await locator.first().boundingBox()).y
	assert.ok(await y(visitor.$('a.danger')) > await y(visitor.$('#edit')))
})

// ---- seeing ----

test('with colours of the reader\'s own one sees how full it is, which tab, and which way', async (t) => {
	const visitor = await visit(t), { page } = visitor, person = await new_customer()
	const event = await new_event({ title: `Half ${unique()}`, categories: [{ capacity: 10 }] })
	const edges = async (selector) => {
		const { width, height, data } = PNG.sync.read(await visitor.$(selector).first().screenshot())
		const at = (x) => data.subarray(4 * (width * (height >> 1) + x), 4 * (width * (height >> 1) + x) + 3).join()

		return [at(Math.round(width * 0.2)), at(Math.round(width * 0.8))]
	}

	await bought(person, event, 5)
	await sign_in_organizer(visitor)
	await visitor.open(`/organizer?search=${encodeURIComponent(event.title)}`)
	await page.emulateMedia({ forcedColors: 'active' })
	const [full, free] = await edges('.run progress')
	assert.notEqual(full, free, 'a meter')
	await page.emulateMedia({ forcedColors: 'none' })
	await sign_in_customer(visitor, person)
	await visitor.open('/tickets')
	await page.emulateMedia({ forcedColors: 'active' })
	const edge = (selector) => visitor.$(selector).first().evaluate((element) => getComputedStyle(element).borderBlockEndWidth)
	assert.notEqual(await edge('.tabs a[aria-current]'), await edge('.tabs a:not([aria-current])'))
	assert.notEqual(await edge('#menu a[aria-current]'), await edge('#menu a:not([aria-current])'))
	await page.emulateMedia({ forcedColors: 'none' })
	forget_tries()
	await sign_in_usher(visitor)
	await page.emulateMedia({ forcedColors: 'active' })
	const ground = (way) => visitor.$(`.toggle label:has([value=${way}])`).evaluate((element) => getComputedStyle(element).backgroundColor)
	assert.notEqual(await ground('in'), await ground('out'))
})

test('a blood type reads the same in a page from right to left', async (t) => {
	const visitor = await visit(t), way = (selector) => visitor.$(selector).evaluate((select) => [...select.options]
		.filter((option) => /^(A|B|AB|O)/.test(option.text)).map((option) => getComputedStyle(option).direction))

	await customer_of(visitor)
	await visitor.open('/account')
	await in_arabic(visitor)
	assert.deepEqual(await way('#f-blood_type'), Array(8).fill('ltr'))
	await visitor.open('/dependents/new')
	assert.deepEqual(await way('#f-blood_type'), Array(8).fill('ltr'))
	await visitor.send({ name: 'Sami', relationship: 'son', blood_type: 'O+', birth_date: '2015-01-01' }, visitor.$('main form.panel button').first())
	const shown = visitor.$('main').getByText('O+', { exact: true }).filter({ visible: true }).first()
	assert.equal(await shown.evaluate((element) => element.localName), 'bdi')
})

each_way('the first of a list is on a phone\'s first screen', async (visitor) => {
	const { page } = visitor, bottom = async (selector) => {
		const { y, height } = await visitor.$(selector).filter({ visible: true }).first().boundingBox()

		return y + height
	}

	for (const [size, what] of [[{ width: 390, height: 664 }, '.cards h2'], [PHONE, '.cards .card-text p:nth-of-type(2)']]) {
		await page.setViewportSize(size)
		await visitor.open('/events')
		// Whatever the first is called, and whichever letters there are.
		await visitor.$('.cards h2 a').first().evaluate((name) => { name.textContent = 'A name that fills two lines of a phone' })
		assert.ok(await bottom(what) <= size.height, `${what} ends at ${await bottom(what)} of ${size.height}`)
	}
	// Nothing is lost by it: what is folded up opens, and on a desk it is open.
	await page.setViewportSize(PHONE)
	assert.equal(await visitor.$('#q-category').isVisible(), false)
	await visitor.$('.filters summary').click()
	assert.equal(await visitor.$('#q-category').isVisible(), true)
	await page.setViewportSize(DESKTOP)
	await visitor.open('/events')
	assert.equal(await visitor.$('#q-category').isVisible(), true)
	await page.setViewportSize(PHONE)
	await staff_of(visitor)
	await visitor.open('/admin/events')
	assert.ok(await bottom('.table tbody tr td:first-child') <= PHONE.height)
})

// Where a piece of an element's text is drawn: its left edge.
const left_of = (locator, text) => locator.evaluate((element, wanted) => {
	const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange()

	while (walker.nextNode()) {
		const at = walker.currentNode.data.indexOf(wanted)

		if (at >= 0) {
			range.setStart(walker.currentNode, at)
			range.setEnd(walker.currentNode, at + wanted.length)
			return range.getBoundingClientRect().left
		}
	}
	throw new Error(`no ${wanted} in ${element.outerHTML}`)
}, text)

each_way('in Arabic a sum keeps its sign, a number its plus, and a name its place', async (visitor) => {
	const event = await new_event({ title: `Half ${unique()}`, categories: [{ name: 'Stalls', capacity: 40 }] }), person = await customer_of(visitor)
	const order = await held(person, event, 2)

	await visitor.open(`/orders/${order.id}`)
	await in_arabic(visitor)
	const pay = visitor.$('form.panel button').first()
	assert.ok(await left_of(pay, '€') < await left_of(pay, '50.00'), await pay.innerText())
	forget_tries()
	await visitor.open('/admin')
	await visitor.send({ email: DEMO.staff.email, password: DEMO.staff.password }, visitor.$('main form button').first())
	await visitor.open(`/admin/events/${event.id}`)
	const meter = visitor.$('.meter').first()
	// From right to left: Stalls, 0, of, 40.
	assert.ok(await left_of(meter, 'Stalls') > await left_of(meter, '0'), await meter.innerText())
	assert.ok(await left_of(meter, '0') > await left_of(meter, '40'), await meter.innerText())
	const [[id, recipient]] = sql("SELECT id, recipient FROM outbox WHERE recipient LIKE '+%' ORDER BY id DESC LIMIT 1")
	await visitor.open(`/admin/outbox/${id}`)
	assert.ok(await left_of(visitor.$('h1'), '+') < await left_of(visitor.$('h1'), recipient.slice(1)))
	await visitor.open('/demo')
	const number = visitor.$('code').getByText(DEMO.customer.mobile_number).first()
	assert.ok(await left_of(number, '+') < await left_of(number, '1555'))
})

test('what went wrong with a message is seen without scrolling aside', async (t) => {
	const visitor = await visit(t)

	await staff_of(visitor)
	await visitor.open('/admin/outbox')
	assert.equal(await visitor.$('.table').evaluate((table) => table.scrollWidth - table.clientWidth), 0)
	assert.match(await visitor.text('.table thead'), /what went wrong/i)
})

each_way('who is asked for a currency sees where to choose it', async (visitor) => {
	await new_event({ currency: 'EUR' })
	await new_event({ currency: 'KWD' })
	await visitor.page.setViewportSize(PHONE)
	await visitor.open('/events?sort_by=price')
	await visitor.sees('Prices are in several currencies')
	assert.equal(await visitor.$('#q-currency').isVisible(), true)
	await visitor.choose({ currency: 'EUR' })
	assert.equal(await visitor.$('#e-currency').count(), 0)
})

test('days and hours of a chart are in the reader\'s language', async (t) => {
	const visitor = await visit(t), labels = async () => [...await visitor.$('.plot .tick').allTextContents(), ...await visitor.$('.chart th').allTextContents()]

	forget_tries()
	await sign_in_staff(visitor)
	const english = await labels()
	assert.ok(english.every((text) => /^\d+ [A-Z][a-z]{2}$/.test(text)), english.join())
	await in_arabic(visitor)
	for (const path of ['/admin', '/admin/events/1']) {
		await visitor.open(path)
		const all = await labels()
		assert.ok(all.length > 10, path)
		assert.deepEqual(all.filter((text) => /[A-Za-z]/.test(text)), [], path)
		await visitor.page.setViewportSize(PHONE)
		for (const plot of await visitor.$('.plot').all()) {
			const seen = await plot.locator('.tick').evaluateAll((ticks) => ticks.map((tick) => tick.getBoundingClientRect())
				.filter((box) => box.width).map((box) => [box.left, box.right]).sort((a, b) => a[0] - b[0]))

			assert.ok(seen.every(([left], i) => !i || left > seen[i - 1][1]), `${path}: labels overlap: ${JSON.stringify(seen)}`)
		}
		const tick = visitor.$('.plot .tick').first(), [, day, month] = (await tick.textContent()).match(/(\d+) (\p{Script=Arabic}+)/u)
		assert.ok(await left_of(tick, day) > await left_of(tick, month), 'from right to left')
		await visitor.page.setViewportSize(DESKTOP)
	}
})
