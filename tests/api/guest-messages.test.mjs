// What organizers write to their guests: to a person once, to nobody who declined it, and no more of it once it was stopped.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { messages, sql, token } from './lib.mjs'
import { as, bought, code_of, jobs_rest, jobs_run, new_customer, new_event, new_organizer, new_staff, new_usher, ok, refused, scan, unique, until } from './world.mjs'

let staff, otto, other, event, ada, bob, cleo, tickets
const AT = '/api/organizer/guest-messages/'
const write = async (more = {}, who = otto) => ok(await as(who).post(AT, { event_id: event.id, subject: `Doors ${unique()}`, body: 'At seven.\nBring a coat.', ...more }), 201)
const send = (message, who = otto) => as(who).post(`${AT}${message.id}/send-all/`)
const shown = async (message) => ok(await as(otto).get(`${AT}${message.id}/`))
const copies = (message) => sql(`SELECT recipient FROM outbox WHERE guest_message_id = ${message.id} ORDER BY recipient`).map(([to]) => to)
// After which the job rests again, or it would be quicker than whoever stops the next one.
const handed_over = async (message) => {
	await until('all have it', () => {
		jobs_run('guest_messages')
		return sql(`SELECT status FROM guest_message WHERE id = ${message.id}`)[0][0] === 'sent'
	})
	jobs_rest('guest_messages')
}
const forget_day = () => sql(`UPDATE guest_message SET started_at = started_at - INTERVAL 2 DAY WHERE event_id = ${event.id} AND started_at IS NOT NULL`)

before(async () => {
	staff = as(await token('staff'))
	otto = await new_organizer()
	other = await new_organizer()
	jobs_rest('guest_messages')
	event = await new_event({ organizer_id: otto.organizer_id, categories: [{ name: 'Stalls' }, { name: 'Balcony' }] })
	ada = await new_customer({ email: `${unique()}@example.test`, name: 'Ada' })
	bob = await new_customer({ name: 'Bob' })
	cleo = await new_customer({ email: `${unique()}@example.test` })
	tickets = await bought(ada, event, [{ category_id: event.categories[0].id, quantity: 3 }])
	await bought(bob, event, [{ category_id: event.categories[1].id, quantity: 1 }])
	await bought(cleo, event, [{ category_id: event.categories[1].id, quantity: 1 }])
	sql(`INSERT INTO mail_choice (recipient, token, created_at, declined_at) VALUES ('${cleo.user.email}', '${unique().padEnd(32, '0')}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
	ok(await scan(await new_usher(event), { code: await code_of(ada, tickets[0]) }))
})
after(() => jobs_run('guest_messages'))

test('each person gets one, by mail or else by SMS; who declined gets none; its page knows how many', async () => {
	const message = await write()

	assert.deepEqual([message.status, message.recipients, message.audience], ['draft', null, 'everybody'])
	const sending = ok(await send(message))
	assert.deepEqual([sending.status, sending.recipients], ['sending', 2])
	await handed_over(message)
	assert.deepEqual(copies(message), [ada.user.email, bob.mobile_number].sort())
	assert.equal((await shown(message)).queued, 2)
	await until('it is sent', async () => (await messages(ada.user.email)).some((one) => one.body.includes('Bring a coat.')))
	const [{ body }] = await messages(bob.mobile_number)
	assert.ok(body.startsWith(`${event.title}: At seven.`), body)
	refused(await send(message), 409, 'WRONG_STATUS')
	refused(await as(otto).put(`${AT}${message.id}/`, { subject: 'Another' }), 409, 'WRONG_STATUS')
	refused(await as(otto).delete(`${AT}${message.id}/`), 409, 'WRONG_STATUS')
})

test('it goes to whom it is for: some categories, who came, who has not', async () => {
	for (const [more, whom] of [[{ category_ids: [event.categories[1].id] }, [bob.mobile_number]], [{ audience: 'came' }, [ada.user.email]],
		[{ audience: 'not_come', category_ids: [event.categories[1].id] }, [bob.mobile_number]],
		[{ category_ids: event.categories.map(({ id }) => id) }, [ada.user.email, bob.mobile_number]]]) {
		forget_day()
		const message = await write(more)

		assert.equal(ok(await send(message)).recipients, whom.length)
		await handed_over(message)
		assert.deepEqual(copies(message), whom.sort())
	}
	forget_day()
	refused(await send(await write({ audience: 'came', category_ids: [event.categories[1].id] })), 409, 'NOBODY_TO_TELL')
})

test('killed in the middle nobody gets it twice, and two at once hand it over once', async () => {
	forget_day()
	const message = await write()

	ok(await send(message))
	await handed_over(message)
	const before = copies(message), [[queued]] = sql(`SELECT queued FROM guest_message WHERE id = ${message.id}`)
	// As if what was noted of it had been lost with the process: it begins anew, and its copies are there.
	sql(`UPDATE guest_message SET status = 'sending', upto = 0, ended_at = NULL WHERE id = ${message.id}`)
	await handed_over(message)
	assert.deepEqual(copies(message), before)
	assert.equal(sql(`SELECT queued FROM guest_message WHERE id = ${message.id}`)[0][0], queued)
	forget_day()
	const twice = await write(), answers = await Promise.all([send(twice), send(twice), send(twice)])
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
})

test('what is stopped reaches nobody else; staff see all of them and may stop', async () => {
	forget_day()
	const message = await write(), mine = await write(), support = as(await new_staff('support'))

	ok(await send(message))
	sql(`UPDATE guest_message SET status = 'sending' WHERE id = ${message.id}`)
	assert.ok(ok(await support.get('/api/guest-messages/', { query: { event_id: event.id } })).items.some(({ id }) => id === message.id))
	refused(await as(await new_staff('finance')).post(`/api/guest-messages/${message.id}/stop/`), 403, 'FORBIDDEN')
	assert.equal(ok(await support.post(`/api/guest-messages/${message.id}/stop/`)).status, 'stopped')
	jobs_run('guest_messages')
	ok(await send(mine))
	await handed_over(mine)
	assert.deepEqual(copies(message), [], 'the one that was stopped went to nobody')
	sql(`UPDATE outbox SET status = 'queued', sent_at = NULL, due_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR, lease = NULL WHERE guest_message_id = ${mine.id};
		UPDATE guest_message SET status = 'sending', ended_at = NULL WHERE id = ${mine.id}`)
	ok(await as(otto).post(`${AT}${mine.id}/stop/`))
	assert.deepEqual([...new Set(sql(`SELECT status FROM outbox WHERE guest_message_id = ${mine.id}`).flat())], ['failed'], 'nor do copies that wait go out')
})

test('nor does one that was on its way when it was stopped, and did not arrive', async () => {
	forget_day()
	const message = await write()

	ok(await send(message))
	await handed_over(message)
	sql(`UPDATE outbox SET status = 'queued', sent_at = NULL, due_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR, lease = UUID() WHERE guest_message_id = ${message.id};
		UPDATE guest_message SET status = 'sending', ended_at = NULL WHERE id = ${message.id}`)
	ok(await as(otto).post(`${AT}${message.id}/stop/`))
	const states = () => sql(`SELECT status, COALESCE(error, ''), lease FROM outbox WHERE guest_message_id = ${message.id}`)
	assert.equal(states().length, 2)
	assert.ok(states().every(([status]) => status === 'queued'), 'somebody has them')
	sql(`UPDATE outbox SET due_at = UTC_TIMESTAMP(3), lease = NULL WHERE guest_message_id = ${message.id}`) // the gateway did not take them
	await until('they are looked at', () => states().every(([status]) => status !== 'queued'))
	assert.deepEqual(states(), [1, 2].map(() => ['failed', 'It was stopped.', 'NULL']))
})

test('whose event it was writes to nobody once it is another organizer\'s', async () => {
	const moving = await new_event({ organizer_id: otto.organizer_id }), guest = await new_customer()

	await bought(guest, moving)
	const message = await write({ event_id: moving.id })
	ok(await staff.put(`/api/events/${moving.id}/`, { organizer_id: other.organizer_id }))
	refused(await send(message), 409, 'NOBODY_TO_TELL')
	const theirs = await write({ event_id: moving.id }, other)
	assert.equal(ok(await send(theirs, other)).recipients, 1)
	ok(await as(other).post(`${AT}${theirs.id}/stop/`))
})

test('a preview goes to oneself alone; an event\'s guests get three in a day', async () => {
	forget_day()
	const message = await write(), { contact_mobile } = ok(await as(otto).get('/api/organizer/me/'))

	ok(await as(otto).post(`${AT}${message.id}/try/`))
	assert.deepEqual(copies(message), [])
	assert.equal((await shown(message)).status, 'draft')
	assert.equal(sql(`SELECT COUNT(*) FROM outbox WHERE kind = 'guest-message' AND guest_message_id IS NULL AND JSON_VALUE(data, '$.subject') = '${message.subject}'`)[0][0], '1')
	for (let n = 0; n < 3; n++)
		ok(await send(await write()))
	refused(await send(message), 409, 'TOO_MANY_MESSAGES')
	assert.equal((await shown(message)).status, 'draft')
})

test('it is for one\'s own event and its own categories, and others\' are not found', async () => {
	const foreign = await new_event({ organizer_id: other.organizer_id }), message = await write()
	const wrong = async (more, name) => assert.deepEqual(Object.keys(refused(await as(otto).post(AT, { event_id: event.id, subject: 'S', body: 'B', ...more }), 422, 'VALIDATION_ERROR').body.errors), [name])

	await wrong({ event_id: foreign.id }, 'event_id')
	await wrong({ category_ids: [foreign.categories[0].id] }, 'category_ids')
	await wrong({ subject: '' }, 'subject')
	await wrong({ body: 'x'.repeat(2001) }, 'body')
	await wrong({ audience: 'everyone' }, 'audience')
	for (const answer of [await as(other).get(`${AT}${message.id}/`), await send(message, other), await as(other).post(`${AT}${message.id}/try/`), await as(other).delete(`${AT}${message.id}/`)])
		refused(answer, 404, 'GUEST_MESSAGE_NOT_FOUND')
	refused(await as(ada).get(AT), 403, 'FORBIDDEN')
	ok(await as(otto).delete(`${AT}${message.id}/`))
})
