// Rows that are ticked and done together, and a view that is saved and opened again: by hand, in both sizes and schemes, and in Arabic.
import assert from 'node:assert/strict'
import { new_customer, sql, token } from '../api/lib.mjs'
import { as, ok, unique } from '../api/world.mjs'
import { each_way, look_around, look_in_arabic, sign_in_staff, use_browser } from './lib.mjs'

use_browser()

each_way('two requests are ticked, looked at and approved, and the rest is saved as a view', async (visitor) => {
	const ids = [], staff = as(await token('staff')), name = `Asked for ${unique()}`, word = unique()

	for (const who of ['Cleo', 'Dora', 'Emil'])
		ids.push(ok(await as(await new_customer({ name: `${who} ${word}` })).post('/api/v1/users/nfc-cards/request/', {}), 201).id)
	ok(await staff.post(`/api/card-requests/${ids[2]}/reject/`, { reason: 'Twice' }))
	await sign_in_staff(visitor)
	await visitor.open(`/admin/card-requests?search=${word}`)
	for (const id of ids)
		await visitor.$(`input[name="ids[]"][value="${id}"]`).focus()
	for (const id of ids)
		await visitor.page.locator(`input[name="ids[]"][value="${id}"]`).press('Space')
	await look_around(visitor)
	await visitor.press('Approve')
	await visitor.sees(`Cleo ${word}`)
	await look_around(visitor)
	await look_in_arabic(visitor)
	await visitor.press('Only look first')
	await visitor.sees('What would become of each')
	assert.equal(sql(`SELECT COUNT(*) FROM card_request WHERE id IN (${ids}) AND status = 'requested'`)[0][0], '2')
	await visitor.press('Approve')
	await visitor.sees('What became of each')
	await visitor.sees('This card request is rejected, so it cannot be approved.')
	await look_around(visitor)
	assert.deepEqual(sql(`SELECT status FROM card_request WHERE id IN (${ids}) ORDER BY id`), [['approved'], ['approved'], ['rejected']])

	await visitor.open(`/admin/card-requests?search=${word}&status=approved`)
	await visitor.$('summary', { hasText: 'Save this view' }).click()
	await visitor.send({ name, usual: true }, 'Save')
	await visitor.sees(name, '.views')
	await look_around(visitor)
	await look_in_arabic(visitor)
	await visitor.open('/admin/card-requests')
	assert.match(visitor.path, new RegExp(`view=\\d+&search=${word}&status=approved$`), 'the list opens with it')
	await visitor.press('Rename or delete')
	await visitor.press(name)
	await visitor.press(visitor.$('main a[href$="/delete"]').first())
	await visitor.press('Delete')
	await visitor.open('/admin/card-requests')
	assert.equal(visitor.path, '/admin/card-requests')
})
