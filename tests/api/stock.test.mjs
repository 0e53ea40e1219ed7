// Staff's cards: made one by one and by the batch, handed to merchants as stock, blocked, and passed on.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, test } from 'node:test'
import { messages, new_customer, sql, token } from './lib.mjs'
import { as, meanwhile, new_card, new_merchant, new_staff, ok, refused, until } from './world.mjs'

const AT = '/api/nfc-cards/'
const new_uid = () => `04${randomBytes(6).toString('hex').toUpperCase()}`
const row = (uid) => sql(`SELECT id, status, COALESCE(merchant_id, 0), COALESCE(customer_id, 0) FROM nfc_card WHERE uid = '${uid}'`)[0]
const id_of = (uid) => Number(row(uid)[0])
let staff, kiosk, other

before(async () => {
	staff = as(await token('staff'))
	kiosk = await new_merchant()
	other = await new_merchant()
})

const bulk = (body) => staff.post(`${AT}bulk/`, body)
const results = (answer) => ok(answer).rows.map(({ result }) => result)

test('a card is made, its number as it is kept, and is in stock', async () => {
	const uid = new_uid()
	const made = ok(await staff.post(AT, { uid: uid.toLowerCase().match(/../g).join(':'), merchant_id: kiosk.merchant_id }), 201)

	assert.deepEqual([made.uid, made.status, made.merchant_id, made.customer_id], [uid, 'stock', kiosk.merchant_id, null])
	assert.equal(ok(await staff.get(`${AT}${made.id}/`)).uid, uid)
	assert.equal(ok(await staff.get(`${AT}?search=${uid}`)).total, 1)
	assert.equal(ok(await as(kiosk).get(`/api/merchant/cards/?search=${uid}`)).total, 1)
	refused(await staff.post(AT, { uid }), 409, 'DUPLICATE')
	for (const wrong of ['', 'zz', '04:0', 'A'.repeat(34), 'x'.repeat(5000), null])
		assert.ok(refused(await staff.post(AT, { uid: wrong }), 422, 'VALIDATION_ERROR').body.errors.uid)
	assert.ok((await staff.post(AT, { uid: new_uid(), merchant_id: 999_999_999 })).body.errors.merchant_id)
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'nfc_card' AND noun_id = ${made.id} AND action = 'create'`)[0][0], '1')
})

test('who is no manager changes none', async () => {
	const uid = new_uid()

	for (const kind of ['customer', 'organizer', 'merchant', 'usher'])
		for (const [method, path, body] of [['get', AT], ['post', AT, { uid }], ['post', `${AT}bulk/`, { action: 'create', csv: uid }],
			['post', `${AT}1/transfer/`, { merchant_id: 1 }]])
			refused(await as(await token(kind))[method](path, ...body ? [body] : []), 403, 'FORBIDDEN')
	const support = as(await new_staff('support'))
	ok(await support.get(AT))
	refused(await support.post(AT, { uid }), 403, 'FORBIDDEN')
	refused(await support.post(`${AT}bulk/`, { action: 'create', csv: uid }), 403, 'FORBIDDEN')
	assert.equal(row(uid), undefined)
})

test('how a card may stand: by whether somebody has it', async () => {
	const ada = await new_customer(), theirs = new_card(ada), stock = new_uid()
	const put = (uid, status) => staff.put(`${AT}${id_of(uid)}/`, { status })

	ok(await staff.post(AT, { uid: stock }), 201)
	for (const [uid, status] of [[stock, 'active'], [stock, 'lost'], [theirs, 'stock']])
		refused(await put(uid, status), 422, 'VALIDATION_ERROR')
	for (const [uid, status] of [[stock, 'blocked'], [stock, 'stock'], [theirs, 'blocked'], [theirs, 'active'], [theirs, 'lost']])
		assert.equal(ok(await put(uid, status)).status, status)
	for (const status of ['active', 'blocked', 'stock'])
		refused(await put(theirs, status), 422, 'VALIDATION_ERROR')
	refused(await put(stock, 'gone'), 422, 'VALIDATION_ERROR')
	refused(await staff.put(`${AT}999999999/`, { status: 'blocked' }), 404, 'NFC_CARD_NOT_FOUND')
	// One that is handed out keeps its merchant.
	refused(await staff.put(`${AT}${id_of(theirs)}/`, { merchant_id: other.merchant_id }), 422, 'VALIDATION_ERROR')
	// No second active card by this way either.
	const second = new_card(ada), third = new_card(ada)
	sql(`UPDATE nfc_card SET status = 'blocked' WHERE uid = '${second}'`)
	assert.deepEqual([row(third)[1], row(second)[1]], ['active', 'blocked'])
	refused(await put(second, 'active'), 409, 'DUPLICATE')
})

test('a batch: a dry run says what would be, and then it is', async () => {
	const [a, b, c] = [new_uid(), new_uid(), new_uid()], there = new_uid()
	ok(await staff.post(AT, { uid: there }), 201)
	const csv = `\uFEFFuid;comment\r\n${a};first\r\n"${b.toLowerCase().match(/../g).join(':')}",x\n\n${a}\tagain\nno number\n${there}\n${c}`
	const expected = ['done', 'done', 'repeated', 'invalid', 'exists', 'done']

	const dry = await bulk({ action: 'create', csv, dry_run: true })
	assert.deepEqual(results(dry), expected)
	assert.equal(row(a), undefined, 'a dry run makes nothing')
	const made = ok(await bulk({ action: 'create', csv, merchant_id: kiosk.merchant_id }))
	assert.deepEqual(made.rows, dry.data.rows)
	assert.deepEqual([made.total, made.done, made.left, made.dry_run], [6, 3, 3, false])
	assert.deepEqual(made.rows[1], { line: 2, given: b.toLowerCase().match(/../g).join(':'), uid: b, result: 'done', message: null })
	assert.match(made.rows[3].message, /hexadecimal/)
	assert.deepEqual([a, b, c].map((uid) => row(uid).slice(1)), [1, 2, 3].map(() => ['stock', String(kiosk.merchant_id), '0']))
	assert.deepEqual(results(await bulk({ action: 'create', uids: [a, b] })), ['exists', 'exists'], 'the same again makes none twice')
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'nfc_card' AND action = 'create' AND noun_id IN (${[a, b, c].map(id_of).join()})`)[0][0], '3')
})

test('a batch goes to a merchant, and is blocked', async () => {
	const uids = [new_uid(), new_uid()], theirs = new_card(await new_customer())

	ok(await bulk({ action: 'create', uids }))
	assert.deepEqual(results(await bulk({ action: 'assign', uids: [...uids, theirs, new_uid()], merchant_id: kiosk.merchant_id })),
		['done', 'done', 'not_in_stock', 'not_found'])
	assert.equal(ok(await as(kiosk).get(`/api/merchant/cards/?search=${uids[0]}`)).total, 1)
	assert.deepEqual(results(await bulk({ action: 'assign', uids, merchant_id: kiosk.merchant_id })), ['unchanged', 'unchanged'])
	assert.deepEqual(results(await bulk({ action: 'assign', uids: [uids[0]], merchant_id: other.merchant_id })), ['done'])
	assert.equal(ok(await as(kiosk).get(`/api/merchant/cards/?search=${uids[0]}`)).total, 0)
	assert.deepEqual(results(await bulk({ action: 'block', uids: [...uids, theirs] })), ['done', 'done', 'done'])
	assert.deepEqual(results(await bulk({ action: 'block', uids: [...uids, theirs] })), ['unchanged', 'unchanged', 'unchanged'])
	assert.deepEqual([...uids, theirs].map((uid) => row(uid)[1]), ['blocked', 'blocked', 'blocked'])
	assert.deepEqual(results(await bulk({ action: 'assign', uids, merchant_id: kiosk.merchant_id })), ['not_in_stock', 'not_in_stock'])
	assert.deepEqual(sql(`SELECT action, JSON_VALUE(before_json, '$.status'), JSON_VALUE(after_json, '$.status') FROM audit_log
		WHERE noun = 'nfc_card' AND noun_id = ${id_of(uids[1])} ORDER BY id`).at(-1), ['block', 'stock', 'blocked'])
})

test('a batch that cannot be', async () => {
	for (const [body, at] of [[{ action: 'create' }, 'csv'], [{ action: 'create', csv: '\n ,\n' }, 'csv'], [{ action: 'burn', csv: new_uid() }, 'action'],
		[{ action: 'assign', csv: new_uid() }, 'merchant_id'], [{ action: 'assign', csv: new_uid(), merchant_id: 999_999_999 }, 'merchant_id'],
		[{ action: 'create', csv: Array(2001).fill('04AABBCC').join('\n') }, 'csv'], [{ action: 'create', uids: Array(2001).fill('04AABBCC') }, 'uids'],
		[{ action: 'create', uids: [{}] }, 'uids']])
		assert.ok(Object.keys(refused(await bulk(body), 422, 'VALIDATION_ERROR').body.errors)[0].startsWith(at), at)
	const most = Array.from({ length: 2000 }, new_uid)
	assert.equal(ok(await bulk({ action: 'create', csv: most.join('\n') })).done, 2000)
	assert.equal(sql(`SELECT COUNT(*) FROM nfc_card WHERE uid IN (${most.map((uid) => `'${uid}'`).join()})`)[0][0], '2000')
})

test('the same batch twice at once makes each card once', async () => {
	const uids = Array.from({ length: 40 }, new_uid)
	const both = await Promise.all([bulk({ action: 'create', uids }), bulk({ action: 'create', uids: [...uids].reverse() })])

	assert.equal(both.reduce((sum, answer) => sum + ok(answer).done, 0), 40)
	assert.equal(sql(`SELECT COUNT(*) FROM nfc_card WHERE uid IN (${uids.map((uid) => `'${uid}'`).join()})`)[0][0], '40')
})

test('a card is passed on to another customer, and both are told', async () => {
	const ada = await new_customer(), bob = await new_customer(), uid = new_card(ada), id = id_of(uid)
	const pass = (body) => staff.post(`${AT}${id}/transfer/`, body)

	refused(await pass({}), 422, 'VALIDATION_ERROR')
	refused(await pass({ mobile_number: '+15559999999' }), 404, 'CUSTOMER_NOT_FOUND')
	refused(await pass({ customer_id: 999_999_999 }), 404, 'CUSTOMER_NOT_FOUND')
	refused(await pass({ customer_id: ada.customer_id }), 409, 'CARD_THEIRS')
	refused(await pass({ merchant_id: other.merchant_id }), 409, 'CARD_TAKEN')
	refused(await staff.post(`${AT}999999999/transfer/`, { customer_id: bob.customer_id }), 404, 'NFC_CARD_NOT_FOUND')
	const { card } = ok(await pass({ mobile_number: bob.mobile_number }))
	assert.deepEqual([card.uid, card.status, card.customer_id], [uid, 'active', bob.customer_id])
	assert.equal(ok(await as(ada).get('/api/v1/users/nfc-cards/')).total, 0)
	assert.equal(ok(await as(bob).get('/api/v1/users/nfc-cards/')).items[0].uid, uid)
	await until('both are told', async () => (await messages(ada.mobile_number))[0].body.includes(uid.slice(-4))
		&& (await messages(bob.mobile_number))[0].body.includes(uid.slice(-4)))
	refused(await pass({ customer_id: bob.customer_id }), 409, 'CARD_THEIRS')
	assert.deepEqual(sql(`SELECT action, JSON_VALUE(before_json, '$.customer_id'), JSON_VALUE(after_json, '$.customer_id') FROM audit_log
		WHERE noun = 'nfc_card' AND noun_id = ${id}`), [['transfer', String(ada.customer_id), String(bob.customer_id)]])
	// Who has one gets no other.
	const cleo = await new_customer()
	new_card(cleo)
	refused(await pass({ customer_id: cleo.customer_id }), 409, 'HAS_CARD')
	assert.equal(row(uid)[3], String(bob.customer_id))
})

test('a card that money was on stays its holder\'s, also when the money comes meanwhile', async () => {
	const ada = await new_customer(), bob = await new_customer(), id = id_of(new_card(ada))

	const answer = await meanwhile(`UPDATE nfc_card SET updated_at = UTC_TIMESTAMP(3) WHERE id = ${id};
		INSERT INTO ledger_account (kind, owner_id, currency, balance) VALUES ('card', ${id}, 'EUR', 0)`,
	() => staff.post(`${AT}${id}/transfer/`, { customer_id: bob.customer_id }))
	refused(answer, 409, 'CARD_HAS_MONEY')
	ok(await as(ada).post(`/api/v1/users/nfc-cards/${id}/reload/`, { amount: 500, method: 'card', card_token: 'tok_ok' }))
	refused(await staff.post(`${AT}${id}/transfer/`, { customer_id: bob.customer_id }), 409, 'CARD_HAS_MONEY')
	assert.equal(ok(await as(ada).get('/api/v1/users/nfc-cards/')).items[0].balance, 500)
})

test('whose card staff block, or make good again, is told, once each', async () => {
	const ada = await new_customer(), uid = new_card(ada), id = id_of(uid), put = (status) => staff.put(`${AT}${id}/`, { status })
	const told = async (words) => (await messages(ada.mobile_number)).filter(({ body }) => body.includes(words) && body.includes(uid.slice(-4))).length

	ok(await put('blocked'))
	ok(await put('blocked'))
	await until('the holder is told', async () => await told('staff blocked the card') === 1)
	ok(await put('active'))
	await until('the holder is told', async () => await told('staff unblocked the card') === 1)
	assert.deepEqual(results(await bulk({ action: 'block', uids: [uid], dry_run: true })), ['done'])
	assert.equal(await told('staff blocked the card'), 1, 'not of what was only looked at')
	assert.deepEqual(results(await bulk({ action: 'block', uids: [uid, uid] })), ['done', 'repeated'])
	await until('the holder is told', async () => await told('staff blocked the card') === 2)
	// What is refused is not told: she has another card by now.
	new_card(ada)
	assert.equal((await put('active')).status, 409)
	assert.equal(await told('staff unblocked the card'), 1)
	ok(await put('lost'))
	assert.equal(await told('staff blocked the card'), 2, 'it was blocked before')
})

test('a card in stock goes to another merchant', async () => {
	const uid = new_uid()

	ok(await staff.post(AT, { uid, merchant_id: kiosk.merchant_id }), 201)
	assert.equal(ok(await staff.post(`${AT}${id_of(uid)}/transfer/`, { merchant_id: other.merchant_id })).card.merchant_id, other.merchant_id)
	refused(await staff.post(`${AT}${id_of(uid)}/transfer/`, { merchant_id: 999_999_999 }), 404, 'MERCHANT_NOT_FOUND')
	refused(await staff.post(`${AT}${id_of(uid)}/transfer/`, { customer_id: (await new_customer()).customer_id }), 409, 'CARD_NOT_ACTIVE')
	ok(await staff.put(`${AT}${id_of(uid)}/`, { merchant_id: kiosk.merchant_id }))
	assert.equal(row(uid)[2], String(kiosk.merchant_id))
})
