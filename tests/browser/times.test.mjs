// What a browser makes of a form's times: it writes them anew before it sends them.
import assert from 'node:assert/strict'
import { forget_tries, token } from '../api/lib.mjs'
import { as, new_event, ok } from '../api/world.mjs'
import { each_way, sign_in_staff, use_browser } from './lib.mjs'

use_browser()

each_way('an event that is looked at and saved is what it was', async (visitor) => {
	const event = await new_event({
		starts_at: '2035-10-28T01:30:15.250Z', ends_at: '2035-10-28T05:00:00Z', publish: false, categories: [{ sales_end: '2035-10-28T01:15:00Z' }]
	})
	const staff = as(await token('staff')), path = `/events/${event.id}`, [category] = event.categories
	const now = async (of) => ok(await staff.get(`/api${of}/`)), was = await now(path)

	forget_tries()
	await sign_in_staff(visitor)
	await visitor.open(`/admin${path}`)
	await visitor.press('Save')
	assert.deepEqual(await now(path), was)
	await visitor.send({ ends_at: '2035-10-28T07:30' }, 'Save')
	const { starts_at, ends_at } = await now(path)
	assert.deepEqual([starts_at, ends_at], ['2035-10-28T01:30:15.250Z', '2035-10-28T06:30:00.000Z'])
	const sold = await now(`/ticket-categories/${category.id}`)
	await visitor.open(`/admin/ticket-categories/${category.id}`)
	await visitor.sees('Time zone: Europe/Berlin')
	await visitor.press('Save')
	assert.deepEqual(await now(`/ticket-categories/${category.id}`), sold)
})
