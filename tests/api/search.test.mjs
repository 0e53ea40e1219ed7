// What a list's search text finds: words in any order, in whatever form they were typed or stored, and numbers as people write
// them. Each thing that is searched is written by the way that people write it, so that its words must stand beside it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { document_of } from './answers.mjs'
import { new_number, site, sql, token } from './lib.mjs'
import { as, bought, code_of, jobs_run, new_card, new_customer, new_event, new_member, new_merchant, new_organizer, new_usher, ok, scan, scans_moved, unique, until } from './world.mjs'

// A word of letters alone, which no other row has: a number in it could be some row's.
const word = () => unique().replace(/\d/g, (digit) => 'ghijklmnop'[digit])

let staff

before(async () => { staff = as(await token('staff')) })

// The ids that a list of staff's gives for this text.
async function found(list, text, by = staff, path = `/api/${list}/`) {
	const data = ok(await by.get(path, { query: { search: text, limit: 100 } }))

	return (data.items ?? data.results).map((row) => row.id)
}

async function finds(list, id, texts, by, path) {
	for (const text of texts)
		assert.deepEqual(await found(list, text, by, path), [id], `${list}: ${text}`)
}

async function misses(list, texts, by, path) {
	for (const text of texts)
		assert.deepEqual(await found(list, text, by, path), [], `${list}: ${text}`)
}

test('words in any order, of an event, its place and its organizer: for staff, the public and its organizer', async () => {
	const tag = word(), place = word(), organizer = await new_organizer()
	const venue = ok(await staff.post('/api/venues/', {
		name: `Große Halle ${place}`, address: 'Straße 7', city: 'Kraków', country: 'PL', time_zone: 'Europe/Warsaw'
	}), 201)
	const event = await new_event({ title: `Fête d’été ${tag}`, venue_id: venue.id, organizer_id: organizer.organizer_id,
		description: 'Jean-Luc joue\nen plein air' })
	const texts = [`été fête ${tag}`, `${tag} d'ete`, `FETE ${place}`, `krakow ${tag} halle`, `${place} grosse ${tag}`]

	await finds('events', event.id, [...texts, `${tag} jeanluc plein`, `luc ${tag} jean`])
	await misses('events', [`${tag} hiver`, `${tag.slice(0, 6)}%x${tag}`, '%%', `${tag.slice(0, 6)}_x${tag}`])
	for (const text of texts.slice(0, 4)) {
		await finds('events', event.id, [text], as(undefined), '/api/v1/public/events/')
		await finds('events', event.id, [text], as(organizer), '/api/organizer/events/')
	}
	await finds('venues', venue.id, [`halle grosse ${place}`, `${place} strasse 7`, `7 straße ${place}`])
})

test('a reference as the ticket prints it finds the ticket, and the order that it is of', async () => {
	const ann = await new_customer(), event = await new_event()
	const [first, second] = await bought(ann, event, 2)
	const [[reference, order_id]] = sql(`SELECT reference, id FROM orders WHERE id = ${first.order_id ?? `(SELECT order_id FROM ticket WHERE id = ${first.id})`}`)

	for (const ticket of [first, second]) {
		const printed = `${reference}-${ticket.id}`

		await finds('tickets', ticket.id, [printed, printed.toLowerCase(), ` ${reference} ${ticket.id} `, `${reference} – ${ticket.id}`])
		await finds('orders', Number(order_id), [printed, `${ticket.id} ${reference}`])
	}
	assert.deepEqual((await found('tickets', reference)).sort(), [first.id, second.id].sort())
	await finds('orders', Number(order_id), [reference, `${reference.slice(0, 4)}-${reference.slice(4)}`, `${reference.slice(0, 4)} ${reference.slice(4)}`])
	await misses('orders', [`${reference}-999999999`])
})

test('customers search what is theirs as the office does', async () => {
	const tag = word(), ann = await new_customer(), event = await new_event({ title: `Fête d’été ${tag}` }), other = await new_event({ title: `Winter ${tag}` })
	const [ticket] = await bought(ann, event), [winter] = await bought(ann, other), by = as(ann)
	const reference = async (of) => sql(`SELECT o.reference, o.id FROM orders o JOIN ticket t ON t.order_id = o.id WHERE t.id = ${of.id}`)[0]
	const [printed, order] = await reference(ticket), [, second] = await reference(winter)

	await finds('tickets', ticket.id, [`ETE fete ${tag}`, `${printed}-${ticket.id}`, printed.toLowerCase()], by, '/api/v1/users/tickets/')
	await finds('orders', Number(order), [`${tag} d'été`, `${printed}-${ticket.id}`], by, '/api/v1/users/orders/')
	await finds('orders', Number(second), [`winter ${tag}`], by, '/api/v1/users/orders/')
	await misses('tickets', ['zqzqzq', `${printed}-${winter.id}`], by, '/api/v1/users/tickets/')
	await misses('orders', ['zqzqzq'], by, '/api/v1/users/orders/')

	const child = ok(await by.post('/api/v1/users/dependents/', { name: `Noe\u0308l O’${tag}`, relationship: 'son', birth_date: '2020-01-01' }), 201)
	await finds('dependents', child.id, [`o'${tag} noël`], by, '/api/v1/users/dependents/')
	await misses('dependents', ['zqzqzq'], by, '/api/v1/users/dependents/')
	for (const { id } of [event, other])
		ok(await by.post('/api/v1/users/favorites/', { event_id: id }), 201)
	await finds('favorites', event.id, [`été ${tag} fete`], by, '/api/v1/users/favorites/')
	await misses('featured', ['zqzqzq'], by, '/api/v1/public/events/featured/')
})

test('every list that says it is searched is', async () => {
	const lists = Object.entries((await document_of(site)).paths)
		.filter(([path, { get }]) => path.startsWith('/api/') && path !== '/api/search' && !path.includes('{') && get?.parameters?.some(({ name }) => name === 'search'))
		.map(([path]) => path)
	const by = { '/api/v1/users': 'customer', '/api/organizer/': 'organizer', '/api/merchant/': 'merchant', '/api/usher/': 'usher', '/api/campus/': null, '/api/people/': null }

	for (const path of lists) {
		const [, who = 'staff'] = Object.entries(by).find(([start]) => path.startsWith(start)) ?? []
		const person = who ? await token(who) : await new_member(path.startsWith('/api/campus/') ? 'campus_admin' : 'moderator')
		const { items, results } = ok(await as(person).get(path, { query: { search: 'zqzqzq' } }))

		assert.deepEqual(items ?? results, [], path)
	}
})

test('what met at two gates by whose ticket it is, for staff and its organizer', async () => {
	const organizer = await new_organizer(), event = await new_event({ organizer_id: organizer.organizer_id })
	const tag = word(), ann = await new_customer({ name: `Zoé ${tag}` }), [ticket] = await bought(ann, event), code = await code_of(ann, ticket)
	const now = Date.now(), entry = (ago) => ({ scan_id: randomUUID(), code, scanned_at: new Date(now - ago).toISOString() })

	ok(await as(await new_usher(event)).post('/api/usher/sync/logs/', { device_id: 'A', device_time: new Date(now).toISOString(), logs: [entry(60_000), entry(30_000)] }))
	const [[id]] = sql(`SELECT id FROM scan_conflict WHERE ticket_id = ${ticket.id}`)
	await finds('conflicts', Number(id), [`${tag} zoe`])
	await finds('conflicts', Number(id), [`${tag} zoe`], as(organizer), '/api/organizer/conflicts/')
})

test('a mobile number as people write it', async () => {
	// Of the last four digits none is a zero that may have been dialled for the trunk: three of them are in many a number.
	const ann = await new_customer({ mobile_number: new_number().replace(/0(?=...$)/, '4') })
	const area = ann.mobile_number.slice(2, 5), rest = ann.mobile_number.slice(5), near = `${rest.slice(0, 3)}-${rest.slice(3)}`
	const arabic = [...`1${area}${rest}`].map((digit) => String.fromCodePoint(0x660 + Number(digit))).join('')

	await finds('customers', ann.customer_id, [ann.mobile_number, `+1 (${area}) ${near}`, `001 ${area} ${near}`, `0${area} ${near}`, `${area}.${near}`, near,
		`1${area}${rest}`, `+${arabic}`, arabic, `${area} ${near} ada`])
	// No part of it is the other country's number.
	let number

	do
		number = `171${randomInt(5_000_000, 9_999_999)}`
	while (number.includes('41'))
	sql(`UPDATE account SET mobile_number = '+49${number}' WHERE id = ${ann.user.id}`)
	await finds('customers', ann.customer_id, [`0${number}`, `0171 / ${number.slice(3)}`, `+49 (0)171 ${number.slice(3)}`, `0049 171-${number.slice(3)}`])
	await misses('customers', [`+41 171 ${number.slice(3)}`])
})

test('apostrophes, accents composed and not, letters in other forms, and the case', async () => {
	const tag = word()
	const people = [
		[`Seán O’Brien ${tag}a`, ["o'brien", 'O`Brien', 'OBRIEN', 'o´brien', 'sean obrien', 'obrien seán', 'obrien sea\u0301n']],
		[`Rene\u0301e Łukasiewicz-Ångström ${tag}b`, ['Renée', 'renee lukasiewicz', 'angstrom renée', 'ÅNGSTRÖM', 'lukasiewicz-angstrom', 'lukasiewiczangstrom']],
		[`Jürgen Weiß ${tag}c`, ['weiss', 'WEISS jurgen', 'weiß JÜRGEN', 'ju\u0308rgen']],
		[`İbrahim Işık ${tag}d`, ['ibrahim', 'isik', 'IŞIK', 'ısık İBRAHİM']],
		[`Ｍｉｙｕ 東京 ${tag}e`, ['miyu', '東京', 'MIYU 東京']],
		[`Ἀθηνᾶ Παπαδόπουλος ${tag}f`, ['αθηνα', 'ΠΑΠΑΔΟΠΟΥΛΟΣ', 'παπαδοπουλος αθηνα']]
	]

	for (const [i, [name, texts]] of people.entries()) {
		const person = await new_customer({ name })

		await finds('customers', person.customer_id, texts.map((text) => `${text} ${tag}${'abcdef'[i]}`))
	}
	await misses('customers', [`obrian ${tag}`, `renee ${tag}a`])
})

test('Arabic, with vowel signs and without, and whichever alef, yeh or teh was typed', async () => {
	const tag = word()
	const ali = await new_customer({ name: `مُحَمَّد الأحمد ${tag}a` }), huda = await new_customer({ name: `هدى فاطمة الكـــريم ${tag}b` })

	await finds('customers', ali.customer_id, ['محمد', 'الاحمد محمد', 'مُحَمَّد الأَحْمَد', 'إلاحمد'].map((text) => `${text} ${tag}a`))
	await finds('customers', huda.customer_id, ['هدي', 'فاطمه هدى', 'الکریم', 'الكريم فَاطِمَة'].map((text) => `${text} ${tag}b`))
	await misses('customers', [`محمود ${tag}a`])
})

test('whatever writes a name writes its words: it is found by the new one, and no more by the old', async () => {
	const renamed = async (list, id, write, by, path) => {
		const [old, fresh] = [`Zoe\u0308 ${word()}`, `Chloe\u0301 O’${word()}`]
		const seen = (name) => name.normalize('NFC').replace('’', "'").split(' ').reverse().join(' ')

		await write(old)
		await finds(list, id, [seen(old)], by, path)
		await write(fresh)
		await finds(list, id, [seen(fresh)], by, path)
		await misses(list, [old], by, path)
	}
	const ann = await new_customer(), organizer = await new_organizer(), merchant = await new_merchant(), event = await new_event()
	const account = ok(await staff.get(`/api/organizers/`, { query: { search: ok(await as(organizer).get('/api/organizer/profile/')).company } })).items[0].id
	const kiosk = ok(await staff.get('/api/merchants/', { query: { search: sql(`SELECT company FROM merchant WHERE id = ${merchant.merchant_id}`)[0][0] } })).items[0].id
	const category = ok(await staff.post('/api/event-categories/', { name: `K ${word()}`, slug: word() }), 201)
	const expense = ok(await staff.post('/api/expenses/', { title: 'Lamps', kind: 'equipment', currency: 'EUR', amount: 100, spent_on: '2026-03-04' }), 201)
	const change = (path, key, rest = {}) => async (value) => ok(await staff.put(path, { [key]: value, ...rest }))

	await renamed('customers', ann.customer_id, change(`/api/customers/${ann.customer_id}/`, 'name'))
	await renamed('customers', ann.customer_id, async (name) => ok(await as(ann).put('/api/v1/users/profile/', { name })))
	await renamed('users', ann.user.id, change(`/api/users/${ann.user.id}/`, 'name'))
	await renamed('organizers', account, change(`/api/organizers/${account}/`, 'company'))
	await renamed('organizers', account, async (company) => ok(await as(organizer).put('/api/organizer/profile/', { company })))
	await renamed('merchants', kiosk, change(`/api/merchants/${kiosk}/`, 'company'))
	await renamed('events', event.id, change(`/api/events/${event.id}/`, 'title'))
	await renamed('events', event.id, change(`/api/events/${event.id}/`, 'description'))
	await renamed('ticket-categories', event.categories[0].id, change(`/api/ticket-categories/${event.categories[0].id}/`, 'name'))
	await renamed('event-categories', category.id, change(`/api/event-categories/${category.id}/`, 'name'))
	await renamed('expenses', expense.id, change(`/api/expenses/${expense.id}/`, 'title'))
	const venue = ok(await staff.post('/api/venues/', { name: 'Hall', city: 'Bonn', country: 'DE', time_zone: 'Europe/Berlin' }), 201)
	for (const field of ['name', 'address', 'city'])
		await renamed('venues', venue.id, change(`/api/venues/${venue.id}/`, field))
	const member = await new_member('student'), hr = await new_member('hr')
	await renamed('members', member.user.id, async (last_name) => ok(await as(member).patch('/api/campus/auth/profile/update/', { last_name })),
		as(hr), '/api/campus/users/')
	const person = await new_member('user'), moderator = await new_member('moderator')
	await renamed('people', person.user.id, async (lastName) => ok(await as(person).patch('/api/people/users/me', { lastName })),
		as(moderator), '/api/people/users')
	assert.deepEqual(sql('SELECT COUNT(*) FROM event_category WHERE name_words IS NULL'), [['0']])
})

test('tickets and scans are found by their holder\'s name in any form', async () => {
	const name = `Noe\u0308l D’${word()}`, ann = await new_customer({ name }), event = await new_event(), usher = await new_usher(event)
	const [ticket] = await bought(ann, event), sought = name.normalize('NFC').replace('’', '').split(' ').reverse().join(' ').toUpperCase()

	await finds('tickets', ticket.id, [sought])
	ok(await scan(usher, { code: await code_of(ann, ticket) }))
	const logged = ok(await as(usher).get('/api/usher/scan/logs/search/', { query: { attendee_name: sought } })).items
	assert.deepEqual(logged.map((row) => row.attendee_name), [name])
	await finds('logs/checkin', logged[0].id, [sought])
})

test('a merchant finds a card by its number, however a reader prints it, and by its holder\'s number', async () => {
	const merchant = await new_merchant(), ann = await new_customer(), near = ann.mobile_number.slice(2)
	const uid = new_card(ann), bytes = uid.match(/../g)

	sql(`UPDATE nfc_card SET merchant_id = ${merchant.merchant_id} WHERE uid = '${uid}'`)
	for (const text of [uid, bytes.join(':'), bytes.join('-'), bytes.join(' ').toLowerCase(), `${near.slice(0, 3)} ${near.slice(3, 6)}-${near.slice(6)}`])
		assert.deepEqual(ok(await as(merchant).get('/api/merchant/cards/', { query: { search: text } })).items.map((card) => card.uid), [uid], text)
})

test('every list that can be searched answers, whatever is sought', async () => {
	const lists = Object.entries((await document_of(site)).paths)
		.filter(([path, { get }]) => path.startsWith('/api/') && !path.includes('{') && get?.parameters?.some(({ name }) => name === 'search'))
		.map(([path]) => path)
		.filter((path) => !/^\/api\/(v1|organizer|merchant|usher|campus|people|live)\//.test(path))

	assert.ok(lists.length > 15, lists.join(' '))
	for (const path of lists)
		for (const search of ['zq', 'zq 7 ab', '+1 555 010-0001', '%', 'Ünïcödé-Wörter 東京 ٣', 'a b c d e f g h i j k l'])
			ok(await staff.get(path, { query: { search } }))
})

// Long lists are searched by an index of people's words, which `jobs` keeps a little behind.
test('who is in the index of words is found by it, by name, number, address and the name on a ticket; changed, by what is new alone', async () => {
	const tag = word(), other = word(), ann = await new_customer({ name: `Zoë Łukasiewicz ${tag}`, email: `${tag}@example.test` })
	const event = await new_event({ starts_at: new Date(Date.now() + 864e5).toISOString(), ends_at: new Date(Date.now() + 9e7).toISOString() })
	const [ticket] = await bought(ann, event, 1), id = ann.user.id, number = ann.mobile_number ?? sql(`SELECT mobile_number FROM account WHERE id = ${id}`)[0][0]
	const words = () => sql(`SELECT COUNT(*) FROM sought_word WHERE account_id = ${id}`)[0][0]
	const taken_in = async (what, is) => {
		sql(`UPDATE account SET created_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, changed_at = UTC_TIMESTAMP(3) - INTERVAL 3 MINUTE WHERE id = ${id}; UPDATE ticket SET changed_at = UTC_TIMESTAMP(3) - INTERVAL 3 MINUTE WHERE id = ${ticket.id};
			UPDATE sought_upto SET changed_at = LEAST(changed_at, UTC_TIMESTAMP(3) - INTERVAL 4 MINUTE)`)
		await until(what, () => {
			jobs_run('sought') // one that runs already may have looked before
			return is() && sql(`SELECT 1 FROM account a JOIN ticket t ON t.id = ${ticket.id} JOIN sought_upto p ON p.what = 'account' JOIN sought_upto q ON q.what = 'ticket'
			WHERE a.id = ${id} AND (p.changed_at, p.id) >= (a.changed_at, a.id) AND (q.changed_at, q.id) >= (t.changed_at, t.id)`).length
		})
	}
	const finds_all = async (text) => {
		await finds('customers', ann.customer_id, [text])
		await finds('tickets', ticket.id, [text])
		await finds('orders', Number(ticket.order_id ?? sql(`SELECT order_id FROM ticket WHERE id = ${ticket.id}`)[0][0]), [text])
	}

	await finds_all(tag)
	await taken_in('she is in the index', () => words() > 0)
	for (const text of [tag, tag.slice(0, 9), `zoe ${tag}`, `${tag.toUpperCase()} lukasiewicz`, number, `0${number.slice(2)}`, number.slice(-7), `${tag}@example.test`])
		await finds_all(text)
	// Whoever has ever so many words of one beginning is one person, and hides nobody.
	const many = await new_customer(), few = tag.slice(0, 9)
	sql(`INSERT INTO sought_word (word, account_id) SELECT CONCAT('${few}0', LPAD(s.seq, 4, '0')), ${many.user.id} FROM seq_1_to_1200 s`)
	assert.deepEqual(await found('customers', few), [ann.customer_id])
	sql(`DELETE FROM sought_word WHERE account_id = ${many.user.id} AND word LIKE '${few}0%'`)
	// It is the index that finds her: without it she would not be; who notices, and what mends it.
	sql(`DELETE FROM sought_word WHERE account_id = ${id}`)
	await misses('customers', [tag])
	const run = (...args) => spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...args], { encoding: 'utf8' }).stdout
	assert.match(run('audit', 'index of words'), /^NO whoever is in the index of words is found by all of theirs$/m)
	assert.match(run('repair'), /index of words anew/)
	assert.match(run('audit', 'index of words'), /^ok whoever is in the index of words is found by all of theirs$/m)
	await finds_all(tag)
	// Another name on the ticket, and then another name of hers.
	ok(await staff.post(`/api/tickets/${ticket.id}/rename/`, { holder_name: `Guest ${other}` }))
	await finds('tickets', ticket.id, [other])
	await taken_in('the name is in the index', () => sql(`SELECT 1 FROM sought_word WHERE word = '${other.slice(0, 40)}'`).length)
	await finds('tickets', ticket.id, [other, `${other} guest`])
	ok(await staff.put(`/api/customers/${ann.customer_id}/`, { name: `Zoë ${other}x` }))
	await finds('customers', ann.customer_id, [`${other}x`])
	await taken_in('the new name is in the index', () => sql(`SELECT 1 FROM sought_word WHERE account_id = ${id} AND word = '${`${other}x`.slice(0, 40)}'`).length)
	assert.equal(sql(`SELECT COUNT(*) FROM sought_word WHERE account_id = ${id} AND word = 'lukasiewicz'`)[0][0], '0')
	await finds('customers', ann.customer_id, [`${other}x`])
	await finds('tickets', ticket.id, [`guest ${other}`])
})

test('a page far down a list is what its order says, filtered, sorted and searched', async () => {
	const page = async (list, query) => ok(await staff.get(`/api/${list}/`, { query: { limit: 20, ...query } })).items.map((row) => row.id)
	const ids = (of, from) => sql(`SELECT t.id FROM ${of} LIMIT 20 OFFSET ${from}`).map(([id]) => +id)

	for (const at of [2, 11, 12, 40]) {
		assert.deepEqual(await page('tickets', { page: at }), ids('ticket t ORDER BY t.id DESC', 20 * at - 20), `page ${at}`)
		assert.deepEqual(await page('tickets', { page: at, event_id: 1 }), ids('ticket t WHERE t.event_id = 1 ORDER BY t.id DESC', 20 * at - 20))
		assert.deepEqual(await page('customers', { page: at, sort_by: 'name', sort_order: 'asc' }),
			ids('customer t JOIN account a ON a.id = t.account_id ORDER BY a.name, a.id', 20 * at - 20))
	}
	// All of a long table by its marks, either way round: around each, and at its end.
	for (const [list, table] of [['tickets', 'ticket'], ['orders', 'orders'], ['payments', 'payment'], ['nfc-cards', 'nfc_card'], ['customers', 'customer'],
		['logs/checkin', 'scan_log'], ['ledger', 'ledger_entry']]) {
		const { total, total_estimated } = ok(await staff.get(`/api/${list}/`, { query: { limit: 20 } })), pages = Math.ceil(total / 20)

		assert.deepEqual([total, total_estimated], [Number(sql(`SELECT COUNT(*) FROM ${table}`)[0][0]), undefined])
		for (const sort_order of ['asc', 'desc'])
			for (const at of [11, 26, 27, pages - 1, pages, pages + 1])
				assert.deepEqual(await page(list, { page: at, sort_by: 'id', sort_order }), ids(`${table} t ORDER BY t.id ${sort_order}`, 20 * at - 20),
					`${list} ${sort_order}, page ${at} of ${pages}`)
	}
	// What scans came to is counted by the summaries, of which some are behind; what was taken back stands in the log too.
	const event = await new_event(), usher = await new_usher(event), customer = await new_customer(), [ticket] = await bought(customer, event, 1)
	const { scan_id } = ok(await scan(usher, { code: await code_of(customer, ticket) }))
	ok(await as(usher).post('/api/usher/scan/undo/', { scan_id }))
	scans_moved(`event_id = ${event.id}`, 'at = at - INTERVAL 1 HOUR')
	await until('they are summed up', () => {
		jobs_run('summary')
		return sql(`SELECT 1 FROM scan_log_count WHERE event_id = ${event.id}`).length
	})
	for (const asked of [{ result: 'not_found' }, { result: 'invalid' }, { result: 'valid' }, { result: 'already_scanned' }, { reason: 'ok' }, { reason: 'undone' },
		{ reason: 'unknown_code', direction: 'in' }, { direction: 'out', result: 'valid' }, { event_id: event.id }, { event_id: event.id, result: 'valid', reason: 'undone' }, { event_id: event.id, gate: '' }, { reason: 'nothing' }]) {
		await scan(usher, { code: 'no ticket' })
		const { total, items } = ok(await staff.get('/api/logs/checkin/', { query: { limit: 20, ...asked } }))
		const where = Object.entries(asked).map(([name, value]) => `${name} = '${value}'`).join(' AND ')

		assert.equal(total, Number(sql(`SELECT COUNT(*) FROM scan_log WHERE ${where}`)[0][0]), where)
		assert.deepEqual(items.map(({ id }) => id), ids(`scan_log t WHERE ${where} ORDER BY t.id DESC`, 0), where)
	}
	assert.deepEqual(await page('tickets', { page: 100000 }), [])
	const [first, far] = [await page('tickets', { page: 1, search: 'vogel' }), await page('tickets', { page: 11, search: 'vogel' })]
	assert.ok(first.length === 20 && !far.some((id) => first.includes(id)))
})

test('migrate makes the words that are missing; audit finds those that are another text\'s, and repair mends them', async () => {
	// Of what the demo has none.
	ok(await as(await new_usher(await new_event())).post('/api/usher/scan/report/', { category: 'other', description: 'A lamp fell down.' }), 201)
	const run = (...words) => spawnSync(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, ...words], { encoding: 'utf8' })
	const columns = sql(`SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS
		WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME LIKE '%\\_words' ORDER BY 1, 2`)
	const held = columns.map(([table, column]) => [table, column, column.replace(/_words$/, '')])
	const missing = () => held.map(([table, column, text]) =>
		[table, text, Number(sql(`SELECT COUNT(*) FROM ${table} WHERE ${column} IS NULL AND ${text} IS NOT NULL`)[0][0])])

	assert.ok(held.length >= 15)
	for (const [table, column] of held)
		sql(`UPDATE ${table} SET ${column} = NULL ORDER BY id DESC LIMIT 600`)
	const migrated = run('migrate')
	assert.equal(migrated.status, 0, migrated.stderr)
	assert.match(migrated.stdout, /made the words of \d+ texts for the search/)
	assert.deepEqual(missing(), held.map(([table, , text]) => [table, text, 0]))
	assert.doesNotMatch(run('migrate').stdout, /made the words/)

	const sentence = 'a text is searched by its own words', audit = () => run('audit', sentence).stdout
	const holds = `ok ${sentence}\n1 of 1 invariants hold\n`
	assert.equal(audit(), holds)
	for (const [table, column] of held) {
		const [[id, words]] = sql(`SELECT id, HEX(${column}) FROM ${table} ORDER BY id DESC LIMIT 1`)

		sql(`UPDATE ${table} SET ${column} = 'zq zq' WHERE id = ${id}`)
		assert.match(audit(), new RegExp(`^NO ${sentence}\n +row ${id} has the words of another text`), `${table}.${column}`)
		sql(`UPDATE ${table} SET ${column} = UNHEX('${words}') WHERE id = ${id}`)
	}
	assert.equal(audit(), holds)
	for (const [table, column] of held)
		sql(`UPDATE ${table} SET ${column} = 'zq zq' ORDER BY id DESC LIMIT 1`)
	assert.match(run('repair').stdout, new RegExp(`^made the words of ${held.length} texts$`, 'm'))
	assert.equal(audit(), holds)
	const none = run('audit', 'the moon is made of cheese')
	assert.deepEqual([none.status, none.stdout, none.stderr], [2, '', 'gatehouse: no invariant says \'the moon is made of cheese\'\n'])
})
