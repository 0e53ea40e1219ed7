// A worker that is killed (-9) in the middle of paying a payout, before each of its statements in turn, and before it is answered to
// the last, its COMMIT: the payout is wholly paid or not at all, and whoever asks again ends it, once.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { hush, let_go, own_stack } from './own.mjs'

const own = await own_stack('killed', { set: ['serve.web_workers=8', 'serve.gate_workers=1', 'serve.book_workers=1', 'serve.mark_workers=1'], faults: true })
const { sql } = await import('./lib.mjs')
const { as, new_card, new_customer, new_merchant, new_staff, ok, refused, unique, until } = await import('./world.mjs')

const audit = () => promisify(execFile)(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'audit']) // its database is reached through this process
let clerk, second, kiosk, wake

before(async () => {
	clerk = as(await new_staff('finance'))
	second = as(await new_staff('admin'))
	kiosk = await new_merchant()
	const ada = await new_customer(), card_uid = new_card(ada), [{ id }] = ok(await as(ada).get('/api/v1/users/nfc-cards/')).items
	ok(await as(ada).post(`/api/v1/users/nfc-cards/${id}/reload/`, { amount: 40000, card_token: 'tok_ok' }))
	ok(await as(kiosk).post('/api/merchant/charge/', { card_uid, amount: 40000 }), 201)
	wake = await hush(own)
})
after(async () => {
	own.between.arm()
	wake()
	await own.stop()
})

const has = () => Number(sql(`SELECT -SUM(e.amount) FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
	WHERE a.kind = 'merchant' AND a.owner_id = ${kiosk.merchant_id}`)[0][0])
const books = (id) => sql(`SELECT status, COALESCE(had, 'none'), COALESCE(NULLIF(reference, ''), 'none'), (SELECT COUNT(*) FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id
	WHERE t.noun = 'payout' AND t.noun_id = p.id), (SELECT COUNT(*) FROM audit_log l WHERE l.noun = 'payout' AND l.noun_id = p.id AND l.action = 'pay')
	FROM payout p WHERE p.id = ${id}`)[0].join(' ')
const pay = (id, key) => clerk.post(`/api/payouts/${id}/pay/`, { reference: 'SEPA' }, { key })

async function approved() {
	const { id } = ok(await clerk.post('/api/payouts/', { merchant_id: kiosk.merchant_id, amount: 100, currency: 'EUR' }), 201)

	ok(await second.post(`/api/payouts/${id}/approve/`, {}))
	return id
}

test('killed at any statement, a payout is wholly paid or not at all, and is paid once when it is asked for again', async () => {
	const { between } = own, kill = (pid) => process.kill(pid, 'SIGKILL'), ends = { approved: 0, paid: 0 }

	between.arm({ at: Infinity })
	ok(await pay(await approved(), unique()))
	sql('UPDATE session SET seen_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR') // noted once a minute, or not
	const first = await approved()
	between.arm({ at: Infinity, kill })
	ok(await pay(first, unique()))
	const { statements } = between, nth = between.asked.filter((one) => one === 'COMMIT').length

	assert.ok(statements > 10, `${statements} statements`)
	for (let at = 1; at <= statements + 1; at++) {
		const id = await approved(), key = unique(), had = has(), late = at > statements, what = late ? 'after the last' : `before statement ${at}`

		between.arm({ ...late ? { of: /^COMMIT$/, nth, late } : { at }, kill }) // a young worker asks more before
		await pay(id, key).catch(() => {})
		assert.ok(between.hit, `${what}: none was`)
		const done = `${what}, ${between.hit}`
		between.arm()
		await until('the database let its transaction go', let_go)

		const now = books(id), paid = now.startsWith('paid')
		assert.equal(now, paid ? `paid ${had} SEPA 2 1` : 'approved none none 0 0', done)
		assert.equal(has(), had - (paid ? 100 : 0), done)
		ends[paid ? 'paid' : 'approved']++
		// By its key, when whoever had it is known to be gone.
		await until('its key is let go', () => {
			try {
				return sql('UPDATE idempotency SET created_at = created_at - INTERVAL 2 MINUTE WHERE status = 0')
			} catch (error) {
				assert.match(error.message, /ERROR 1205/)
			}
		})
		const again = await pay(id, key)
		if (paid && again.status !== 200)
			refused(again, 409, 'WRONG_STATUS')
		else
			ok(again)
		assert.equal(books(id), `paid ${had} SEPA 2 1`, done)
		refused(await pay(id, unique()), 409, 'WRONG_STATUS')
		assert.equal(has(), had - 100, done)
	}
	assert.ok(ends.approved > 10 && ends.paid > 0, `it was killed on both sides of its COMMIT: ${JSON.stringify(ends)}`)
	await audit()
})
