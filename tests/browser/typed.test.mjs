// What people type in a real browser: a form that they went back to, and digits of their own script in fields that a browser checks
// before the server sees them.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { code, forget_tries, new_customer, new_number, sql } from '../api/lib.mjs'
import { new_event, unique } from '../api/world.mjs'
import { each_way, sign_in_customer, sign_in_staff, use_browser, visit } from './lib.mjs'

use_browser()

let event
before(async () => { event = await new_event({ categories: [{ name: 'Standing', price: 2500 }] }) })

const arabic = (text) => String(text).replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)))

async function back(visitor) {
	await visitor.page.goBack()
	await visitor.page.waitForLoadState()
}

each_way('back from the order, another number of tickets, and again: another order, and no complaint', async (visitor) => {
	const person = await new_customer(), quantity = 'items[0][quantity]', orders = []

	await sign_in_customer(visitor, person)
	await visitor.open(`/events/${event.id}`)
	for (const tickets of ['2', '3']) {
		if (orders.length)
			await back(visitor)
		await visitor.fill({ [quantity]: tickets })
		await visitor.press('Get tickets')
		assert.match(visitor.path, /^\/orders\/\d+$/)
		assert.equal(await visitor.heading(), 'Yours for a moment')
		assert.doesNotMatch(await visitor.text(), /idempotency/i)
		orders.push(visitor.path.match(/\d+/)[0])
	}
	assert.deepEqual(sql(`SELECT id, tickets FROM orders WHERE customer_id = ${person.customer_id} ORDER BY id`),
		[[orders[0], '2'], [orders[1], '3']])
})

test('a name that is changed, changed again, and changed back is what was typed last', async (t) => {
	const visitor = await visit(t), person = await new_customer({ name: 'Ada First' })

	await sign_in_customer(visitor, person)
	await visitor.open('/account')
	for (const [i, name] of ['Ada Second', 'Ada Third', 'Ada Second'].entries()) {
		if (i)
			await back(visitor)
		await visitor.page.locator('main [name=name]').fill(name)
		await visitor.press('Save')
		assert.deepEqual(sql(`SELECT name FROM account WHERE id = ${person.user.id}`), [[name]])
	}
})

test('a code in two parts and a number of tickets in Arabic digits go through the browser\'s own checks', async (t) => {
	const visitor = await visit(t), mobile_number = new_number()

	forget_tries()
	await visitor.open('/register')
	await visitor.send({ name: 'Dana', mobile_number: arabic(mobile_number), password: 'three plain words' }, 'Continue')
	await visitor.send({ otp: arabic(await code(mobile_number)).replace(/^.../, '$& ') }, 'Continue')
	assert.equal(visitor.path, '/')
	assert.deepEqual(sql(`SELECT COUNT(*) FROM account WHERE mobile_number = '${mobile_number}'`), [['1']])
})

test('a field for a number takes digits of every script as what they are', async (t) => {
	const visitor = await visit(t), name = `Hall ${unique()}`

	forget_tries()
	await sign_in_staff(visitor)
	await visitor.open('/admin/venues/new')
	await visitor.fill({ name, city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin' })
	for (const [field, typed, shown] of [['capacity', '٤٠', '40'], ['capacity', '४१', '41'], ['capacity', '۴۲', '42'], ['capacity', '４３', '43'],
		['latitude', '٥٠٫٧', '50.7'], ['longitude', '−٧', '-7'], ['capacity', '4٤', '44']]) {
		const input = visitor.page.locator(`main [name="${field}"]`)

		await input.fill('')
		for (const letter of typed) { // one key after the other
			await input.focus()
			await visitor.page.keyboard.press('End')
			await visitor.page.keyboard.insertText(letter)
		}
		assert.equal(await input.inputValue(), shown, `${field}: ${typed}`)
	}
	await visitor.press('Create')
	assert.deepEqual(sql(`SELECT capacity, latitude, longitude FROM venue WHERE name = '${name}'`), [['44', '50.7', '-7']])
})

test('a country is found as it is typed, and one that was chosen is not lost to a word that finds none', async (t) => {
	const visitor = await visit(t)

	forget_tries()
	await sign_in_staff(visitor)
	await visitor.open('/admin/venues/new')
	const find = visitor.page.locator('.finder:has([name=country]) input'), chosen = () => visitor.page.locator('[name=country]').inputValue()
	for (const [typed, code] of [["cote d'ivoire", 'CI'], ['CÔTE D’IVOIRE', 'CI'], ['bosnia and herz', 'BA'], ['sao tome', 'ST'],
		['turkey', 'TR'], ['USA', 'US'], ['uk', 'GB'], ['holland', 'NL'], ['america', 'US'], ['us', 'US'], ['ukraine', 'UA'], ['ivory', 'CI'],
		['american s', 'AS'], ['guinea bissau', 'GW']]) {
		await find.fill(typed)
		assert.equal(await chosen(), code, typed)
	}
	await find.fill('zqzq')
	assert.equal(await visitor.page.locator('[name=country] option:not(:disabled)').count(), 0)
	await find.fill('')
	assert.equal(await chosen(), 'GW')
})
