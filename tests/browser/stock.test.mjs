// Staff's cards: made and handed to a merchant by the batch, one of them blocked and put right, one passed on to somebody else.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { new_customer, sql } from '../api/lib.mjs'
import { new_card } from '../api/world.mjs'
import { each_way, look_around, look_in_arabic, sign_in_staff, use_browser } from './lib.mjs'

use_browser()

const new_uid = () => `04${randomBytes(6).toString('hex').toUpperCase()}`
const id_of = (uid) => sql(`SELECT id FROM nfc_card WHERE uid = '${uid}'`)[0]?.[0]

async function everywhere(visitor, arabic = true) {
	if (!visitor.js)
		return
	await look_around(visitor)
	if (arabic)
		await look_in_arabic(visitor)
}

each_way('cards by the batch', async (visitor) => {
	const [one, two] = [new_uid(), new_uid()], csv = `uid,remark\n${one},first\n${two.match(/../g).join(':')}\n${one}\nnot one`

	await sign_in_staff(visitor)
	await visitor.open('/admin/nfc-cards')
	await everywhere(visitor)
	await visitor.press('Many cards at once')
	await everywhere(visitor)
	// What would be, and then it is.
	await visitor.send({ action: 'create', csv }, 'Go')
	await visitor.sees('If they were made')
	await visitor.sees('This number stands further up already.')
	assert.equal(id_of(one), undefined, 'nothing yet')
	await everywhere(visitor, false)
	await visitor.send({ action: 'create', csv, dry_run: false }, 'Go')
	await visitor.sees('Cards were made')
	assert.ok(id_of(one) && id_of(two))
	await visitor.send({ action: 'assign', csv: `${one}\n${two}`, dry_run: false }, 'Go', { status: 422 })
	await visitor.sees('Say which merchant gets them.', '#e-merchant_id')
	await visitor.send({ merchant_id: '1', dry_run: false }, 'Go')
	await visitor.sees('Cards were handed over')
	assert.deepEqual(sql(`SELECT merchant_id FROM nfc_card WHERE id IN (${id_of(one)}, ${id_of(two)})`), [['1'], ['1']])

	await visitor.open(`/admin/nfc-cards/${id_of(one)}`)
	await everywhere(visitor)
	await visitor.send({ status: 'active' }, 'Save', { status: 422 })
	await visitor.sees(/A lost card stays so/, '#e-status')
	await visitor.send({ status: 'blocked' }, 'Save')
	await visitor.sees('Blocked', 'main .facts')
})

each_way('a card is passed on', async (visitor) => {
	const cleo = await new_customer({ name: 'Cleo Clear' }), dora = await new_customer({ name: 'Dora Dark' }), uid = new_card(cleo)

	await sign_in_staff(visitor)
	await visitor.open(`/admin/nfc-cards?search=${uid}`)
	await visitor.press(visitor.$('main tbody a').first())
	await visitor.press('Pass it on')
	await everywhere(visitor)
	await visitor.send({ mobile_number: '+15559999999' }, 'Pass it on', { status: 422 })
	await visitor.sees('There is no such customer.', '#e-mobile_number')
	await visitor.send({ mobile_number: dora.mobile_number }, 'Pass it on')
	await visitor.sees('The card is passed on.', '[role=status]')
	await visitor.sees('Dora Dark', 'main .facts')
	// Money was on it: it stays.
	sql(`INSERT INTO ledger_account (kind, owner_id, currency, balance) VALUES ('card', ${id_of(uid)}, 'EUR', 0)`)
	await visitor.press('Pass it on')
	await visitor.sees(/Money was on this card/)
	assert.equal(await visitor.$('main form').count(), 0)
	await everywhere(visitor)
})
