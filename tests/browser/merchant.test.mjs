// A merchant's way from signing in to a card in a customer's hand.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { code, new_customer, sql } from '../api/lib.mjs'
import { each_way, look_around, sign_in_merchant, use_browser } from './lib.mjs'

use_browser()

function stock_card() {
	const uid = `04${randomBytes(6).toString('hex').toUpperCase()}`

	sql(`INSERT INTO nfc_card (uid, merchant_id, status, created_at) VALUES ('${uid}', NULL, 'stock', UTC_TIMESTAMP(3))`)
	return uid
}

each_way('a card from stock to a customer', async (visitor) => {
	const nia = await new_customer({ name: 'Nia Test' }), card_uid = stock_card()
	const around = () => visitor.js ? look_around(visitor) : undefined

	await sign_in_merchant(visitor)
	assert.equal(visitor.path, '/merchant')
	assert.equal(await visitor.heading(), 'Hello, Amal Haddad')
	await visitor.sees('Handed out today')
	await around()

	// A slip in the card's number keeps what was typed.
	await visitor.press(visitor.$('main .button.large').first())
	assert.equal(visitor.path, '/merchant/hand-out')
	await around()
	await visitor.send({ mobile_number: nia.mobile_number, card_uid: '04:00' }, 'Send the code', { status: 422 })
	await visitor.sees('There is no such card.', '#e-card_uid')
	assert.equal(await visitor.$('#f-mobile_number').inputValue(), nia.mobile_number)
	await visitor.send({ card_uid: card_uid.match(/../g).join(':').toLowerCase() }, 'Send the code')
	await visitor.sees('N••• T•••')
	await around()

	// The first code is not understood; with another one the card is theirs.
	await visitor.send({ otp: '000000' }, 'Hand it over', { status: 422 })
	await visitor.sees('This code is not right.', '#e-otp')
	await visitor.press('Send another code')
	await visitor.sees('Another code is on its way.', '[role=status]')
	await visitor.send({ otp: await code(nia.mobile_number) }, 'Hand it over')
	assert.equal(await visitor.heading(), 'Handed out')
	await around()

	await visitor.open(`/merchant?search=${card_uid}`)
	await visitor.sees('N••• T•••', 'tbody')
	await visitor.open('/merchant?search=zzz&status=lost')
	await visitor.sees('Nothing matches')
})

each_way('a card that is kept after all', async (visitor) => {
	const nia = await new_customer({ name: 'Nia Test' }), card_uid = stock_card()

	await sign_in_merchant(visitor)
	await visitor.open('/merchant/hand-out')
	await visitor.send({ mobile_number: nia.mobile_number, card_uid }, 'Send the code')
	const [here] = visitor.path.split('?')
	await visitor.press('Keep the card')
	assert.equal(visitor.path, '/merchant')
	await visitor.open(here)
	assert.equal(await visitor.heading(), 'Not handed out')
	await visitor.press('Begin again')
	assert.equal(visitor.path, '/merchant/hand-out')
})
