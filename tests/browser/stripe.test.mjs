// Paying on the provider's own page, from the form that leads there to the page that it comes back to: a stack of its own, with the
// stand-in for Stripe (tests/api/stripe.mjs) as what is outside.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { own_stack } from '../api/own.mjs'
import { stand_in } from '../api/stripe.mjs'

const stripe = await stand_in()
const own = await own_stack('stripe-pages', { set: ['payment.provider=stripe', `payment.url=${stripe.url}`, `payment.checkout=${stripe.url}`,
	`payment.secret_key=${stripe.secret_key}`, `payment.webhook_secret=${stripe.webhook_secret}`, 'serve.outside_workers=8', 'serve.web_workers=4'] })
const { new_customer, site, sql } = await import('../api/lib.mjs')
const { jobs_rest, new_event } = await import('../api/world.mjs')
const { each_way, PHONE, sign_in_customer, sign_in_staff, use_browser, look_around } = await import('./lib.mjs')

// The provider leads back to the site's address, which is this stack's.
after(own.stop)
after(stripe.stop)
stripe.site = own.url
use_browser()

let event
before(async () => {
	jobs_rest('payments', 'desk')
	event = await new_event({ title: 'Lanterns by the river', categories: [{ name: 'Standing', price: 2500 }] })
})

async function book(visitor) {
	await visitor.open(`/events/${event.id}`)
	await visitor.fill({ 'items[0][quantity]': '2' })
	await visitor.press('Get tickets')
	return Number(visitor.path.match(/\/orders\/(\d+)/)[1])
}

// Presses what leads to the provider; its page is no page of ours to be looked at.
async function leave(visitor, button) {
	await Promise.all([visitor.page.waitForURL(`${stripe.url}/**`), (await visitor.target(button)).click()])
	assert.equal(await visitor.page.locator('h1').textContent(), event.title)
}
async function come_back(visitor, press, order) {
	await Promise.all([visitor.page.waitForURL(`${site}/orders/${order}`), press()])
	await look_around(visitor)
}
const there = (visitor, role, name) => visitor.page.getByRole(role, { name, exact: true })

async function in_arabic(visitor) {
	await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'ar', url: site }])
	for (const viewport of [PHONE, visitor.page.viewportSize()]) {
		await visitor.page.setViewportSize(viewport)
		await visitor.reload()
		assert.equal(await visitor.page.evaluate(() => document.documentElement.dir), 'rtl')
	}
	await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'en', url: site }])
	await visitor.reload()
}

each_way('to the provider\'s page and back: not paid, on again, not this way, paid', async (visitor) => {
	await sign_in_customer(visitor, await new_customer({ name: 'Nora Newton' }))
	const order = await book(visitor)

	assert.equal(await visitor.$('main input[type=text], main input[type=radio]').count(), 0, 'nothing is typed here')
	await visitor.sees(/payment provider/)
	await in_arabic(visitor)
	await leave(visitor, 'Pay €50.00 by card')
	await come_back(visitor, () => there(visitor, 'link', 'Back').click(), order)
	assert.equal(await visitor.heading(), 'One more step')
	await visitor.sees(/not finished/)
	await in_arabic(visitor)
	await leave(visitor, 'Go on to pay €50.00')
	await come_back(visitor, () => there(visitor, 'link', 'Back').click(), order)
	await visitor.press('Do not pay now')
	assert.equal(await visitor.heading(), 'Yours for a moment')
	await leave(visitor, 'Pay €50.00 by card')
	await there(visitor, 'button', 'Pay with an empty card').click()
	await visitor.page.locator('h1', { hasText: 'Declined' }).waitFor()
	await come_back(visitor, () => there(visitor, 'button', 'Pay').click(), order)
	assert.equal(await visitor.heading(), 'You are going')
	assert.equal(await visitor.$('main .to-print').count(), 2)
	await stripe.told()
	assert.deepEqual(stripe.faults, [])
	assert.deepEqual(sql(`SELECT status, COUNT(*) FROM payment WHERE order_id = ${order} GROUP BY status ORDER BY status`), [['declined', '1'], ['succeeded', '1']])
})

each_way('staff see what went back, and what a bank questions', async (visitor) => {
	await sign_in_customer(visitor, await new_customer({ name: 'Rolf Refund' }))
	const order = await book(visitor)

	await leave(visitor, 'Pay €50.00 by card')
	await come_back(visitor, () => there(visitor, 'button', 'Pay').click(), order)
	await stripe.told()
	const [[uuid, reference]] = sql(`SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(p.uuid), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-')), o.reference
		FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.id = ${order} AND p.status = 'succeeded'`)
	const intent = stripe.intent_of(uuid)
	stripe.desk_refund(intent, 1000)
	const dispute = stripe.dispute(intent, 4000)
	await stripe.told()
	await sign_in_staff(visitor)
	for (const [path, amount] of [['payment-refunds', '€10.00'], ['payment-disputes', '€40.00']]) {
		await visitor.open(`/admin/${path}`)
		await visitor.sees(reference)
		await visitor.sees(amount)
		await in_arabic(visitor)
		await visitor.press(visitor.$('main table a, main .rows a').first())
		await visitor.sees(amount)
	}
	stripe.dispute_ends(dispute, 'lost')
	await stripe.told()
	await visitor.open(`/orders/${order}`)
	assert.equal(await visitor.heading(), 'Money back')
})
