// Every route of the API, asked once for what it is there for, in a stack of its own: each gives a success of the status and
// the shape that it declares. lib.mjs looks at both; here it is seen that no route is left out.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('answers')
const { code, DEMO, forget_tokens, forget_tries, sql } = await import('./lib.mjs')
const { every_request, make_world, routes, send } = await import('./every.mjs')

after(own.stop)

// One world is for the codes that were sent, which end when the account changes, one for numbers that change; another for all else, where what ends a session
// or a thing comes after what needs it.
const takes_code = ({ path }) => /verify|reset-password$/.test(path) && !/\/users\/:id\//.test(path) && !moves({ path })
// Who has another number is called by it from then on, and has no code or session of before.
const moves = ({ path }) => /verify-mobile-change$/.test(path)
const LAST = [/^DELETE .*push/, /:id\/cancel/, /2fa\/disable/, /:id\/status/, /:id\/reset-password/, /change-password/, /^DELETE/, /logout/]
const turn = ({ method, name }) => method === 'GET' ? -3 :
	LAST.some((end) => end.test(name)) ? LAST.findIndex((end) => end.test(name)) : method === 'POST' ? -2 : -1

// A sign-in of the world's own used up the codes that were sent before it.
const SENDS = {
	'/api/v1/users/verify-login-otp': '/api/v1/users/login', '/api/organizer/verify-otp': '/api/organizer/login',
	'/api/merchant/verify-otp': '/api/merchant/login'
}
async function code_again(all, request) {
	const asking = all.find(({ path }) => path === SENDS[request.path]), [[name, number]] = Object.entries(asking.body)
		.filter(([key]) => /mobile/.test(key))
	const { challenge } = (await send(asking)).data

	request.body = { [name]: number, otp: await code(number), challenge }
}

async function ask(all, which) {
	// What belongs to something stands behind it in the table, and goes before it.
	const wanted = all.filter((r) => r.path.startsWith('/api/') && r.path !== '/api/docs' && which(r))
	const requests = [...wanted].sort((a, b) => turn(a) - turn(b) || (a.method === 'DELETE' ? wanted.indexOf(b) - wanted.indexOf(a) : 0))

	for (const request of requests) {
		if (request.path in SENDS)
			await code_again(all, request)
		if (request.path.endsWith('/dashboard/refresh')) // by GET and by POST, each once in a while
			forget_tries()
		const { body } = request

		if (body?.new_password && /organizer|merchant|auth/.test(request.path)) // the demo's people keep theirs
			body.new_password = Object.entries(DEMO).find(([who]) => request.path.includes(who === 'staff' ? 'auth' : who))[1].password
		const answer = await send(request)

		assert.ok(answer.status < 300, `${request.name}: ${answer.status} ${answer.text.slice(0, 400)}`)
		for (const other of requests) // a refresh token works once
			if (body?.refresh && answer.data?.refresh && other.body?.refresh === body.refresh)
				other.body = { refresh: answer.data.refresh }
	}
	return requests.map(({ name }) => name)
}

test('every route of the API answers as it declares', async () => {
	const coded = await ask(await every_request(await make_world()), takes_code)
	forget_tokens()
	const numbers = sql('SELECT id, mobile_number FROM account WHERE mobile_number IS NOT NULL')
	const moved = await ask(await every_request(await make_world()), moves)
	for (const [id, number] of numbers) // whom others know by it
		sql(`UPDATE account SET mobile_number = '${number}' WHERE id = ${id} AND mobile_number <> '${number}'`)
	forget_tokens()
	const others = await ask(await every_request(await make_world()), (r) => !takes_code(r) && !moves(r))

	assert.deepEqual([...coded, ...others, ...moved].sort(), routes().filter(({ path }) => path.startsWith('/api/') && path !== '/api/docs').map(({ name }) => name).sort())
})
