// One box finds whatever staff look for, from any page; and how the installation is stands on one.
import assert from 'node:assert/strict'
import { bought, new_customer, new_event, unique } from '../api/world.mjs'
import { each_way, look_around, sign_in_staff, use_browser } from './lib.mjs'

use_browser()

each_way('staff find a guest by the box on any page, and go on to their order', async (visitor) => {
	const name = `Xaver${unique()}`, event = await new_event(), [ticket] = await bought(await new_customer({ name: `${name} Obermoser` }), event)

	await sign_in_staff(visitor)
	await visitor.open('/admin/venues')
	if (!await visitor.$('#find').isVisible())
		await visitor.$('.menu-button').click()
	await visitor.$('#find').fill(`obermoser ${name}`)
	await Promise.all([visitor.page.waitForURL(/\/admin\/search\?/), visitor.$('#find').press('Enter')])
	await visitor.sees(`${name} Obermoser`, 'main')
	await look_around(visitor)
	await visitor.press(visitor.$(`main a[href="/admin/orders/${ticket.order_id}"]`))
	assert.equal(visitor.path, `/admin/orders/${ticket.order_id}`)
	await visitor.open('/admin/search?search=nobodyhasthisname')
	await visitor.sees('Nothing matches', 'main')
})

each_way('what runs, what waits and what room there is', async (visitor) => {
	await sign_in_staff(visitor)
	await visitor.open('/admin/status')
	for (const text of ['Queues', 'Jobs', 'outbox', 'One server', 'Enough'])
		await visitor.sees(text, 'main')
	await look_around(visitor)
})
