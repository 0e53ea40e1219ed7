// The pages of cards and what is on them: of their holder, and of the merchant who takes from them.
import { sql, token } from '../api/lib.mjs'
import { as, held, new_card, new_customer, new_event, ok } from '../api/world.mjs'
import { signed_in } from './cases.mjs'

const AT = '/api/v1/users/nfc-cards/'
const put = (person, id, amount, card_token = 'tok_ok') => as(person).post(`${AT}${id}/reload/`, { amount, card_token })
const card_of = async (person, uid) => ok(await as(person).get(`${AT}?search=${uid}`)).items[0].id

export async function cards(add, read, send) {
	const ada = await new_customer({ name: 'Ada Byron' }), bob = await new_customer(), merchant = as(await token('merchant'))
	const lost = await card_of(ada, new_card(ada))

	ok(await put(ada, lost, 1500))
	const uid = new_card(ada), id = await card_of(ada, uid)
	const old = new_card(bob), bobs = await card_of(bob, old), order = await held(ada, await new_event({ categories: [{ price: 1200 }] }))
	const made = []

	ok(await put(ada, id, 6000))
	ok(await as(bob).post(`${AT}${bobs}/lost`, {}))
	for (const [amount, note] of [[450, 'Two coffees'], [1250, '<b>Francesinha</b>'], [300, '']])
		made.push(ok(await merchant.post('/api/merchant/charge/', { card_uid: uid, amount, note }), 201).charge.id)
	ok(await merchant.post(`/api/merchant/charge/${made[0]}/reverse/`, {}))
	const holder = await signed_in('customer', ada), other = await signed_in('customer', bob), kiosk = await signed_in('merchant')
	const page = `/nfc-cards/${id}`

	read('nfc-card/show.html', 'an active one', holder, page, [uid, `action="${page}/reload"`, 'Given back', '&lt;b&gt;Francesinha&lt;/b&gt;', `href="${page}/block"`], [`action="${page}/move"`])
	send('nfc-card/show.html', 'too much', holder, [`${page}/reload`, { amount: '9000', currency: 'EUR', card_token: 'tok_ok' }, page], ['id="e-amount"', 'value="9000"'])
	send('nfc-card/show.html', 'a declined payment', holder, [`${page}/reload`, { amount: '10', currency: 'EUR', card_token: 'tok_declined' }, page], ['class="flash'])
	add('nfc-card/show.html', 'reloads itself', async () => {
		ok(await as(ada).post(`${AT}${id}/auto-reload-settings/`, { enabled: true, threshold: 100, amount: 1000, card_token: 'tok_ok' }))
		await holder.open(page)
	}, ['Stop it'], ['id="auto-threshold"'])
	read('nfc-card/show.html', 'a lost one whose money waits', holder, `/nfc-cards/${lost}`, [`action="/nfc-cards/${lost}/move"`], [`action="/nfc-cards/${lost}/reload"`])
	read('nfc-card/show.html', 'a lost one with nothing on it', other, `/nfc-cards/${bobs}`, ['Nothing yet'], ['/move"', '/lost"'])
	read('nfc-card/transactions.html', 'some', holder, `${page}/transactions`, ['Given back', 'format=csv'], ['Nothing yet'])
	read('nfc-card/transactions.html', 'none', other, `/nfc-cards/${bobs}/transactions`, ['Nothing yet'], ['format=csv'])
	const [eve, fay] = [await new_customer(), await new_customer()], paying = await signed_in('customer', fay)

	ok(await as(eve).post(`${AT}request/`, {}), 201)
	add('nfc-card/show.html', 'a lost one, and another was asked for', async () => {
		const gil = await new_customer(), gone = await card_of(gil, new_card(gil)), asks = await signed_in('customer', gil)

		ok(await put(gil, gone, 700))
		ok(await as(gil).post(`${AT}${gone}/lost`, {}))
		ok(await as(gil).post(`${AT}request/`, {}), 201)
		await asks.open(`/nfc-cards/${gone}`)
		return asks
	}, ['href="/nfc-cards/request/'], ['href="/nfc-cards/request/new"'])
	read('nfc-card/fee.html', 'nothing to pay, and a request waits', await signed_in('customer', eve), '/nfc-cards/fee', ['href="/nfc-cards/request/'], ['card_token'])
	read('nfc-card/fee.html', 'nothing to pay, and they have their card', holder, '/nfc-cards/fee', [`href="/nfc-cards/${id}"`], ['card_token'])
	add('nfc-card/fee.html', 'a payment of it is under way', async () => {
		sql(`INSERT INTO payment (uuid, customer_id, purpose, provider, method, amount, currency, status, created_at, updated_at)
			VALUES (RANDOM_BYTES(16), ${fay.customer_id}, 'registration_fee', 'sandbox', 'card', 1200, 'EUR', 'processing', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`)
		await paying.open('/nfc-cards/fee')
	}, ['action="/nfc-cards/fee/confirm"'], ['name="card_token"'])
	read('nfc-card/fee.html', 'where cards cost nothing', other, '/nfc-cards/fee', ['Cards cost nothing here'], ['card_token', 'action="/nfc-cards/fee/pay"'])
	read('order/show.html', 'held, and a card of ours could pay', holder, `/orders/${order.id}`, ['name="nfc_card_id"', `value="${id}"`], ['disabled'])
	read('merchant/charge.html', 'the form, and what was charged today', kiosk, '/merchant/charge', ['action="/merchant/charge"', 'name="amount"', 'autofocus', `href="/merchant/charges/${made[1]}"`, 'Given back'])
	send('merchant/charge.html', 'not enough', kiosk, ['/merchant/charge', { card_uid: uid, amount: '400', currency: 'EUR', note: 'A feast' }], ['id="e-amount"', 'value="A feast"'])
	read('merchant/receipt.html', 'a charge', kiosk, `/merchant/charges/${made[1]}`, [`•••• ${uid.slice(-4)}`, '&lt;b&gt;Francesinha&lt;/b&gt;', 'data-print',
		`href="/merchant/charges/${made[1]}/reverse"`], [uid])
	read('merchant/receipt.html', 'given back', kiosk, `/merchant/charges/${made[0]}`, ['Given back', 'Two coffees'], ['/reverse"'])
	add('merchant/receipt.html', 'too old to be given back here', async () => {
		sql(`UPDATE card_charge SET created_at = created_at - INTERVAL 31 DAY WHERE id = ${made[2]}`)
		await kiosk.open(`/merchant/charges/${made[2]}`)
	}, ['€3.00'], ['/reverse"', 'What for'])
	await office(read, send, add)
}

// The same cards as staff have them.
async function office(read, send, add) {
	const staff = await signed_in('staff'), cleo = await new_customer({ name: 'Cleo Clear' }), dora = await new_customer({ name: 'Dora Dark' })
	const stock = new_card(null, 'stock'), one = await card_of(cleo, new_card(cleo)), two = await card_of(dora, new_card(dora))
	const { id } = ok(await as(await token('staff')).get(`/api/nfc-cards/?search=${stock}`)).items[0], at = (card) => `/admin/nfc-cards/${card}`

	ok(await put(dora, two, 500))
	read('admin/card.html', 'in stock', staff, at(id), [stock, 'In stock'], ['/transfer"'])
	read('admin/card.html', 'somebody\'s', staff, at(one), ['Cleo Clear', `href="${at(one)}/transfer"`])
	read('admin/card-transfer.html', 'to whom', staff, `${at(one)}/transfer`, ['Cleo Clear', 'name="mobile_number"', 'Both are told'])
	send('admin/card-transfer.html', 'to nobody', staff, [`${at(one)}/transfer`, { mobile_number: '+15559999999' }], ['id="e-mobile_number"', 'value="+15559999999"'])
	read('admin/card-transfer.html', 'money was on it', staff, `${at(two)}/transfer`, ['Money was on this card'], ['name="mobile_number"'])
	read('admin/cards.html', 'the form', staff, '/admin/nfc-cards/bulk', ['name="csv"', 'name="dry_run"', 'checked'], ['What became of it'])
	send('admin/cards.html', 'nothing pasted', staff, ['/admin/nfc-cards/bulk', { action: 'create', csv: '' }], ['id="e-csv"'])
	send('admin/cards.html', 'looked first', staff, ['/admin/nfc-cards/bulk', { action: 'create', csv: `${stock}\n04C0FFEE000001\nnot one`, dry_run: 'on' }],
		['If they were made', 'Would be done', '04C0FFEE000001', 'not one', 'There is a card with this number already.'])
}
