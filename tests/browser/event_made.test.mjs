// From the first page to an event that sells: how many times one must press something, where the venue, who runs it and who scans are there.
import assert from 'node:assert/strict'
import { sql, token } from '../api/lib.mjs'
import { as, DAY, HOUR, ok, unique } from '../api/world.mjs'
import { each_way, local, sign_in_staff, use_browser } from './lib.mjs'

use_browser()

const ZONE = 'Europe/Lisbon'

each_way('an event is made, sells and has its usher after twelve clicks', async (visitor) => {
	const staff = as(await token('staff')), word = unique(), title = `Fado ${word}`
	const venue = ok(await staff.post('/api/venues/', { name: `Casa ${word}`, city: 'Lisboa', country: 'PT', time_zone: ZONE, capacity: 80 }), 201)
	const usher = ok(await staff.post('/api/ushers/', { name: `Uwe ${word}`, username: `u${word}`, password: 'two plain words' }), 201)
	let clicks = 0

	const press = async (target) => { clicks++; await visitor.press(target) }
	const pick = async (name, value) => { clicks++; await visitor.fill({ [name]: value }) }
	const type = (values) => visitor.fill(values)

	await sign_in_staff(visitor)
	await press('A new event')
	await type({ title, starts_at: local(Date.now() + 9 * DAY, ZONE), ends_at: local(Date.now() + 9 * DAY + 3 * HOUR, ZONE), description: 'Three guitars.' })
	await pick('venue_id', { label: `Casa ${word}` })
	await pick('organizer_id', { index: 1 })
	await pick('category_id', { index: 1 })
	await press('Create')
	assert.equal(await visitor.heading(), title)
	const event_id = Number(visitor.path.match(/\/admin\/events\/(\d+)/)[1])
	assert.deepEqual(sql(`SELECT time_zone, currency FROM event WHERE id = ${event_id}`), [[ZONE, 'EUR']], 'those of the place')
	await press('Make a ticket category')
	await type({ name: 'Seat', price: '18', capacity: '80' })
	await press('Create')
	if (!visitor.path.startsWith(`/admin/events/${event_id}`))
		await visitor.open(`/admin/events/${event_id}`)
	await pick('usher_id', { label: await visitor.$('#f-usher_id option', { hasText: `Uwe ${word}` }).first().textContent() })
	await press('Assign')
	await visitor.sees('1 usher assigned', '.checklist')
	await press('Publish')
	await press('Publish')
	await visitor.sees('Published')
	assert.deepEqual(ok(await staff.get(`/api/events/${event_id}/checklist/`)).checks.filter(({ done }) => !done).map(({ code }) => code), ['image'])
	assert.ok(clicks <= 12, `${clicks} clicks`)
	assert.ok(venue.id && usher.id)
})
