// What opens a guest's box: the code of who has the ticket now, and no other. roster.js, with boxes that are sealed here as docs/gate.md says.
import assert from 'node:assert/strict'
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { gate } from './modules.mjs'

const { Roster } = await gate('roster.js')
const roster = new Roster({ clock: { now: () => 0 } })

function box(nonce, ticket_id, generation, what) {
	const info = Buffer.alloc(12), iv = randomBytes(12)

	info.writeBigUInt64BE(BigInt(ticket_id))
	info.writeUInt32BE(generation, 8)
	const seal = createCipheriv('aes-256-gcm', Buffer.from(hkdfSync('sha256', nonce, 'gatehouse roster v1', info, 32)), iv)
	return Buffer.concat([iv, seal.update(JSON.stringify(what)), seal.final(), seal.getAuthTag()]).toString('base64url')
}

test('a box opens by the nonce of its own ticket\'s code', async () => {
	const nonce = randomBytes(12), row = { ticket_id: 2 ** 40 + 7, generation: 3, box: box(nonce, 2 ** 40 + 7, 3, { n: 'Gwen' }) }

	assert.deepEqual(await roster.open(row, nonce), { n: 'Gwen' })
	assert.equal(await roster.open(row, randomBytes(12)), null)
	assert.equal(await roster.open({ ...row, ticket_id: 7 }, nonce), null)
	assert.equal(await roster.open({ ...row, box: undefined }, nonce), null)
})

test('who passed a ticket on reads no name of its new guest', async () => {
	const nonce = randomBytes(12), sealed = box(nonce, 7, 2, { n: 'Next' })

	assert.equal(await roster.open({ ticket_id: 7, generation: 1, box: sealed }, nonce), null)
	assert.deepEqual(await roster.open({ ticket_id: 7, generation: 2, box: sealed }, nonce), { n: 'Next' })
})
