// What an usher does at the gate's pages besides scanning: a guest let in by hand and taken back, a leave, and a report with a picture.
// What is pressed there is pressed in the dark, by thumbs: 64 pixels at least.
import assert from 'node:assert/strict'
import { before } from 'node:test'
import { picture } from '../api/picture.mjs'
import { bought, code_of, new_customer, new_event, new_usher, scan, unique } from '../api/world.mjs'
import { each_way, sign_in_usher, use_browser } from './lib.mjs'

use_browser()

const mark = `Quill${unique()}`
let event, usher, guest

before(async () => {
	event = await new_event({ title: 'A night by hand', categories: [{ capacity: 500, name: 'Standing' }] })
	usher = await new_usher(event)
	guest = await new_customer({ name: `Gwen ${mark}` })
})

const sizes = (visitor) => visitor.$('.gate-acts .button, .gate-acts input:not([type=hidden]):not([type=checkbox]), .verdict .button').evaluateAll((all) =>
	all.filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.floor(Math.min(width, height))))
const large = async (visitor) => (await sizes(visitor)).forEach((size) => assert.ok(size >= 64, `${size} px`))

each_way('by hand, taken back, on leave, and reported', async (visitor) => {
	const [ticket] = await bought(guest, event), name = `Gwen ${mark}`

	await sign_in_usher(visitor, { event_id: event.id, username: usher.username, password: usher.password })
	await visitor.press('Guest list')
	await visitor.send({ search: mark }, 'Find')
	await visitor.sees(name)
	await large(visitor)
	await visitor.fill({ note: 'The phone is dead' })
	await visitor.press(visitor.$(`button[name=in][value="${ticket.id}"]`))
	assert.equal(await visitor.heading(), 'Let in')
	await visitor.sees(name, '.verdict')
	await large(visitor)
	await visitor.press('Take it back')
	assert.equal(await visitor.heading(), 'Taken back')
	assert.equal(await visitor.$('form[action="/gate/undo"]').count(), 0)

	await scan(usher, { code: await code_of(guest, ticket) })
	await visitor.open('/gate/leaves')
	await large(visitor)
	await visitor.send({ code: await code_of(guest, ticket), reason: 'A smoke' }, 'Out for a while')
	assert.equal(await visitor.heading(), 'Out')
	await visitor.open('/gate/leaves')
	await visitor.sees('A smoke')

	await visitor.open('/gate/reports')
	await large(visitor)
	await visitor.page.setInputFiles('[name=photo]', { name: 'lamp.png', mimeType: 'image/png', buffer: picture(2000) })
	await visitor.send({ category: 'damage', description: `A lamp fell down, ${mark}.` }, 'Send the report')
	await visitor.sees(`A lamp fell down, ${mark}.`)
	await visitor.open('/gate/logs')
	await visitor.press(visitor.$('tbody a').first())
	assert.equal(await visitor.heading(), 'One scan')
})
