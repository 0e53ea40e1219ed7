// A form that is refused is shown again, whatever page it stands on: filled by what its row names, with the fault told, what was
// typed still there, and a token by which it can be sent. So it is too where what came is too large to be read whole.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { every_request, forms_of, make_world, routes, send } from './every.mjs'

const MB = 1 << 20
let requests

before(async () => {
	requests = (await every_request(await make_world())).filter((r) => r.page && r.method === 'POST' && !r.elsewhere)
})

// Passwords and codes are never shown again, a ticket's at the gate among them; and some are made anew with each form, or, of a device,
// by the browser when it is sent.
const is_secret = (form, name) => form.types[name] === 'password' || name === 'otp' || (form.action === '/gate' && name === 'code')
const FRESH = ['csrf', 'once', 'scan_id', 'undo_id', 'endpoint', 'keys[p256dh]', 'keys[auth]']
const typed = (form) => Object.entries(form).filter(([name, value]) => value !== undefined && !FRESH.includes(name))

// The form in a refusal, after a look that it is the one that was sent, as it was sent.
function again(request, answer, status) {
	assert.equal(answer.status, status, `${request.name}: ${answer.text.slice(0, 300)}`)
	assert.doesNotMatch(answer.text, new RegExp(`<p class="kicker">Error ${status}</p>`), `${request.name}: the page of errors`)
	const form = forms_of(answer.text).find(({ action }) => action === request.url)

	assert.ok(form, `${request.name}: its form is not there`)
	for (const [name, value] of typed(request.form).filter(([, text]) => text !== '')) // of a choice that was left open the reader here sees the first
		if (is_secret(form, name))
			assert.equal(form.fields[name], undefined, `${request.name}: ${name} is shown`)
		else
			assert.equal(form.fields[name], String(value), `${request.name}: ${name}`)
	return form
}

// The token of the form that was shown is one: what is refused now is what the gate behind it refuses.
async function can_be_sent(request, form) {
	const answer = await send({ ...request, form: { ...request.form, csrf: form.fields.csrf, no_such_field: 'x' } })

	assert.equal(answer.status, 422, `${request.name}: ${answer.text.slice(0, 300)}`)
}

test('every form of every page is shown again when it is refused, with its fault and what was typed', async () => {
	for (const request of requests) {
		const answer = await send({ ...request, form: { ...request.form, no_such_field: 'x' } })

		again(request, answer, 422)
		assert.match(answer.text, /This form has no such field\.|<h1>Once more<\/h1>/, request.name) // the gate says no more
	}
	// Those of the provider's own way, and of a fee, are tried where there are such (reload.test.mjs).
	assert.deepEqual(requests.map(({ name }) => name), routes().filter((r) => r.page && r.method === 'POST' && !/nfc-cards\/(:id\/go-on|fee)/.test(r.path))
		.map(({ name }) => name))
})

test('every form is shown again when what was typed is too much', async () => {
	// Taking back stands on the verdict of its scan, by hand on whom a search found, and what is done to many on which were ticked: none is
	// named by what was not read.
	const names_it = ({ url, page }) => !['/gate/undo', '/gate/guests'].includes(url) && page !== 'resource/bulk.html'

	for (const request of requests.filter(names_it)) {
		const answer = await send({ ...request, form: { ...request.form, no_such_field: 'x'.repeat(1_100_000) } })
		const form = again(request, answer, 413)

		assert.match(answer.text, /The body is larger than (256|300|1024) KB\.|The fields of the form are too large\.|<h1>Once more<\/h1>/, request.name)
		await can_be_sent(request, form)
	}
})

test('every form that takes a picture is shown again when it is too large, wherever it stands', async () => {
	const taking = requests.filter(({ file }) => file)

	for (const request of taking)
		for (const first of [true, false]) {
			const parts = [...typed(request.form), ['csrf', request.form.csrf]], picture = [request.file, new Blob([Buffer.alloc(17 * MB)])]
			const body = new FormData()

			for (const [name, value] of first ? [picture, ...parts] : [...parts, picture])
				body.append(name, value)
			await can_be_sent(request, again(request, await send({ ...request, form: undefined, bytes: body }), 413))
		}
	for (const name of ['POST /account', 'POST /dependents', 'POST /dependents/:id']) // its input is found in the page
		assert.ok(taking.some((r) => r.name === name), name)
})

test('what another site sends is not shown as if it had been typed', async () => {
	for (const request of requests) {
		const text = `from elsewhere ${randomUUID()}`
		const answer = await send({ ...request, form: { ...Object.fromEntries(typed(request.form).map(([name]) => [name, text])),
			csrf: 'x', no_such_field: 'x'.repeat(1_100_000) } })

		assert.equal(answer.status, 413, request.name)
		assert.ok(!answer.text.includes(text), request.name)
	}
})
