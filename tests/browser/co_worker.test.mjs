// An organizer looks at what their events came to, and invites somebody, who comes and finds what they may.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { code, new_number, site } from '../api/lib.mjs'
import { unique } from '../api/world.mjs'
import { each_way, PHONE, sign_in_organizer, use_browser, visit } from './lib.mjs'

use_browser()

each_way('an organizer looks at figures, and lays an event beside those that are over', async (visitor) => {
	await sign_in_organizer(visitor)
	await visitor.open('/organizer/analytics')
	await visitor.sees('Sales over time')
	await visitor.open('/organizer/events/1')
	await visitor.sees('Looks at its page')
	await visitor.press('Compare with past events')
	await visitor.sees('Tickets sold, by days before the event')
	await visitor.page.locator('main details summary').first().click()
	await visitor.sees('the day itself', 'table')
	await visitor.send({ with_2: '', with_3: '' }, 'Show')
	assert.equal(await visitor.$('.tile').count(), 2)
})

each_way('an organizer invites a co-worker, who comes and sees what they may, and is taken off the team', async (visitor, way) => {
	const mobile = new_number(), password = `pass-${randomUUID()}`, name = `Mia ${unique()}`

	await sign_in_organizer(visitor)
	await visitor.open('/organizer/co-workers')
	await visitor.press('Invite a co-worker')
	await visitor.send({ name, mobile_number: mobile, may_guests: true }, 'Invite a co-worker')
	await visitor.sees('The invitation is on its way.')
	await visitor.sees('Invited')
	const own = visitor.path

	const mia = await visit(visitor.test, way)
	await mia.open('/organizer/forgot')
	await mia.send({ contact_mobile: mobile }, 'Send the code')
	await mia.send({ otp: await code(mobile), new_password: password }, 'Set the new password')
	await mia.send({ contact_mobile: mobile, password }, 'Continue')
	await mia.send({ otp: await code(mobile) }, 'Continue')
	await mia.sees(`Hello, ${name}`)
	await mia.open('/organizer/events/1')
	await mia.sees('Door list (PDF)')
	assert.equal(await mia.$('.board').count(), 0)
	await mia.open('/organizer/attendees')
	await mia.open('/organizer/account')
	assert.equal(await mia.$('[name="company"]').count(), 0)

	await visitor.open(own)
	await visitor.sees('Active')
	await visitor.press('Take off the team')
	await visitor.press('Take off the team')
	await visitor.sees('They work here no more, and are signed out.')
	await mia.page.goto('/organizer/attendees')
	assert.match(mia.path, /^\/organizer\/sign-in/)
})

test('the same pages in Arabic, on a phone', async (t) => {
	const visitor = await visit(t, { viewport: PHONE })

	await sign_in_organizer(visitor)
	await visitor.page.context().addCookies([{ name: 'gh_locale', value: 'ar', url: site }])
	for (const path of ['/organizer/analytics', '/organizer/events/1', '/organizer/events/1/comparison', '/organizer/co-workers', '/organizer/co-workers/new'])
		await visitor.open(path)
})
