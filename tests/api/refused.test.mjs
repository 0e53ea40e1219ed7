// A form that is refused is shown again, whatever page it stands on: filled by what its row names, with the fault told and
// what was typed still there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { every_request, make_world, send } from './every.mjs'

test('every form of every page is shown again when it is refused, with its fault', async () => {
	const requests = (await every_request(await make_world())).filter((r) => r.page && r.method === 'POST')
	const pages = new Set()

	for (const request of requests) {
		const answer = await send({ ...request, form: { ...request.form, no_such_field: 'x' } })

		assert.equal(answer.status, 422, `${request.name}: ${answer.text.slice(0, 300)}`)
		assert.match(answer.text, /This form has no such field\.|<h1>Once more<\/h1>/, request.name) // the gate says no more
		assert.doesNotMatch(answer.text, /<p class="kicker">Error 422<\/p>/, `${request.name}: the page of errors`)
		pages.add(request.page)
	}
	assert.ok(requests.length > 70 && pages.size > 12, `${requests.length} forms of ${pages.size} pages`)
})
