// Requests of a season. A write whose outcome is not known (its worker was killed, the wire was cut, the provider hung) is sent again
// with the same Idempotency-Key until there is an answer: so a client is told to do, and so what was acknowledged is all there is.
import assert from 'node:assert/strict'

const PATIENCE = 60_000, SURELY_DEAD = 3000
const rest = (ms) => new Promise((done) => setTimeout(done, ms))

// What became of requests, for the season's last words.
export const counted = { asked: 0, again: 0, why: {} }

async function once(person, method, path, body, key) {
	counted.asked++
	const answer = await fetch(process.env.GATEHOUSE_URL + path, {
		method,
		redirect: 'manual',
		headers: {
			authorization: `Bearer ${person.access}`,
			...(body === undefined ? {} : { 'content-type': 'application/json' }),
			...(key ? { 'idempotency-key': key } : {})
		},
		body: body === undefined ? undefined : JSON.stringify(body)
	})
	const text = await answer.text()
	let parsed

	try {
		parsed = JSON.parse(text)
	} catch {
		assert.ok(answer.status >= 500, `no JSON: ${answer.status} ${path} ${text.slice(0, 200)}`)
	}
	return { status: answer.status, data: parsed?.data, code: parsed?.error?.code, text }
}

const unknown = ({ status, code }) => status >= 500 || code === 'RATE_LIMITED' || code === 'IDEMPOTENCY_RUNNING'

async function refresh(person, renew) {
	const fresh = await renew(person)

	Object.assign(person, fresh)
}

// renew: gives a person whose access has ended another. a_minute_later(): a key whose request died is free after a minute, which nobody
// here waits for. Answers { status, data, code }.
export function wire(renew, a_minute_later) {
	async function ask(person, method, path, body, key) {
		const began = Date.now(), end = began + PATIENCE

		for (;;) {
			let answer

			try {
				answer = await once(person, method, path, body, key)
			} catch (error) {
				if (error.name === 'AssertionError')
					throw error
				answer = { status: 599, text: String(error) }
			}
			if (answer.status === 401 || answer.code === 'SIGN_IN_AGAIN') {
				await refresh(person, renew)
			} else if (!unknown(answer)) {
				return answer
			} else {
				const why = `${answer.status} ${answer.code ?? ''}`.trim()

				counted.again++
				counted.why[why] = (counted.why[why] ?? 0) + 1
				if (answer.code === 'IDEMPOTENCY_RUNNING' && Date.now() > began + SURELY_DEAD)
					a_minute_later()
				assert.ok(Date.now() < end, `never answered: ${method} ${path} ${answer.status} ${answer.text.slice(0, 300)}`)
				await rest(50)
			}
		}
	}
	return {
		get: (person, path) => ask(person, 'GET', path),
		post: (person, path, body, dice) => ask(person, 'POST', path, body, dice.word())
	}
}

// The answer, which is one of these statuses.
export function said(answer, ...statuses) {
	assert.ok(statuses.includes(answer.status), `${answer.status}: ${answer.text.slice(0, 400)}`)
	return answer
}
