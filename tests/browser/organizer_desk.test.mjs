// What organizers do themselves, and what of it staff decide.
import assert from 'node:assert/strict'
import { messages, new_customer, token } from '../api/lib.mjs'
import { as, bought, DAY, iso, jobs_run, new_event, ok, unique, until } from '../api/world.mjs'
import { each_way, sign_in_organizer, sign_in_staff, use_browser } from './lib.mjs'

use_browser()

each_way('an organizer changes an event, asks for the rest, and staff make it so', async (visitor) => {
	const event = await new_event({ title: `Quiet evening ${unique()}`, starts_at: iso(Date.now() + 9 * DAY), ends_at: iso(Date.now() + 10 * DAY) })
	const better = `Loud evening ${unique()}`

	await sign_in_organizer(visitor)
	await visitor.open(`/organizer/events/${event.id}`)
	await visitor.press('Change or ask for changes')
	assert.equal(visitor.path, `/organizer/events/${event.id}/edit`)
	await visitor.send({ description: 'Bring friends.', title: better, note: 'It will be loud.' }, 'Save and ask')
	await visitor.sees('What you may change yourself is saved')
	await visitor.sees(event.title, 'h1')
	await visitor.press('Look at them')
	await visitor.sees(better)
	await visitor.sees('It will be loud.')
	const asked = visitor.path.match(/\d+$/)[0]
	await visitor.sign_out()

	await sign_in_staff(visitor)
	await visitor.open('/admin/edit-requests')
	await visitor.open(`/admin/edit-requests/${asked}`)
	await visitor.sees('It will be loud.')
	await visitor.press('Approve')
	await visitor.sees(better)
	await visitor.send({}, 'Approve')
	await visitor.sees('The event is changed as it was asked for.')
	await visitor.sign_out()

	const now = ok(await as(await token('staff')).get(`/api/events/${event.id}/`))
	assert.deepEqual([now.title, now.description], [better, 'Bring friends.'])
	await sign_in_organizer(visitor)
	await visitor.open(`/organizer/edit-requests/${asked}`)
	await visitor.sees('Approved')
})

each_way('an organizer sees who comes, finds them, and has the door list', async (visitor) => {
	const event = await new_event({ title: `Full house ${unique()}`, categories: [{ name: 'Stalls' }, { name: 'Balcony', price: 0 }] }), word = unique()

	for (const [name, category] of [[`Ada ${word}`, 0], [`مريم ${word}`, 1], [`Zoë ${word}`, 1]])
		await bought(await new_customer({ name }), event, [{ category_id: event.categories[category].id, quantity: 1 }])
	await sign_in_organizer(visitor)
	await visitor.open(`/organizer/events/${event.id}`)
	await visitor.press('Attendees')
	for (const name of [`Ada ${word}`, `مريم ${word}`, `Zoë ${word}`])
		await visitor.sees(name)
	await visitor.open(`/organizer/attendees?event_id=${event.id}&category_id=${event.categories[1].id}`)
	await visitor.sees(`Zoë ${word}`)
	assert.ok(!(await visitor.text()).includes(`Ada ${word}`))
	await visitor.press(`Zoë ${word}`)
	await visitor.sees('Balcony')
	await visitor.open(`/organizer/events/${event.id}`)
	assert.equal(await visitor.$('a[href$="/door-list.pdf"]').count(), 1)
})

each_way('an organizer writes to guests, tries it, and sends it', async (visitor) => {
	const event = await new_event({ title: `Late night ${unique()}`, categories: [{ name: 'Stalls' }, { name: 'Balcony', price: 0 }] }), subject = `Doors at nine ${unique()}`
	const ada = await new_customer({ email: `${unique()}@example.test` })

	await bought(ada, event, [{ category_id: event.categories[0].id, quantity: 2 }])
	await bought(await new_customer(), event, [{ category_id: event.categories[1].id, quantity: 1 }])
	await sign_in_organizer(visitor)
	await visitor.open(`/organizer/events/${event.id}`)
	await visitor.press('Write to guests')
	await visitor.fill({ subject, body: 'Later than we said.\nBring a coat.' })
	await visitor.$(`input[name="category_ids[]"][value="${event.categories[0].id}"]`).check()
	await visitor.press('Write to guests')
	await visitor.sees('1 person gets it')
	await visitor.press('Send it to me')
	await visitor.press('Send it to me')
	await visitor.sees('It is on its way to you alone.')
	await visitor.press('Send to all')
	await visitor.sees('1 person gets it')
	await visitor.press('Send to all')
	await visitor.sees('It is being sent.')
	const at = visitor.path
	await until('it is sent', async () => {
		jobs_run('guest_messages', 'outbox')
		await visitor.open(at)
		return (await visitor.text()).includes('1 of 1') && (await visitor.text()).includes('1 were sent')
	})
	assert.equal((await messages(ada.user.email)).filter((one) => one.body.includes('Bring a coat.')).length, 1)
	await visitor.open('/organizer/guest-messages')
	await visitor.sees(subject)
})
