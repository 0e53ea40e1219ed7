// What every test over HTTP needs: requests, the messages that would have been sent, people of the
// demo and new ones, the database for what no client can do (moving time), and forms of the pages.
//
// GATEHOUSE_URL       the site, in demo mode and with the demo's data
// GATEHOUSE_DB_SOCKET MariaDB's socket; GATEHOUSE_DB_USER (root), GATEHOUSE_DB_NAME (gatehouse)
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHmac, randomInt, randomUUID } from 'node:crypto'
import { declared, document_of } from './answers.mjs'
import { ask } from './database.mjs'
import { dialect_of } from './dialects.mjs'

export const site = process.env.GATEHOUSE_URL ?? 'http://127.0.0.1:8080'

// Read at the first request, once a test file.
let declarations
const declarations_of = async () => declarations ??= declared(await document_of(site))

// A web server closes a connection that nothing was asked on for a while. Who learns of it as they ask may ask again what changes
// nothing (RFC 9110, 9.2.2); node leaves that to us. What changes something cannot be asked again, so who waited for a command and
// read no socket meanwhile takes two turns first: in the second, all that was closed is known to be.
const turn = () => new Promise(setImmediate)
async function request(url, options) {
	await turn()
	await turn()
	try {
		return await fetch(url, options)
	} catch (error) {
		if ((options.method ?? 'GET') !== 'GET' || error.cause?.code !== 'UND_ERR_SOCKET')
			throw error
		return fetch(url, options)
	}
}

// One request of the API. The answer, which is looked at (answers.mjs): status, headers, body (parsed), data and error of its
// envelope.
// query: an object; body: an object, sent as JSON, or FormData; key: an Idempotency-Key; bytes: a body as it is,
// whose type is in headers; fails: it is to be a failure of ours.
export async function api(method, path, body, { token, headers = {}, key, query, bytes: exact, fails } = {}) {
	const url = new URL(site + path)
	const form = body instanceof FormData

	for (const [name, value] of Object.entries(query ?? {}))
		url.searchParams.set(name, value)
	const answer = await request(url, {
		method,
		redirect: 'manual',
		headers: {
			...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
			...(token ? { authorization: `Bearer ${token}` } : {}),
			...(key ? { 'idempotency-key': key } : {}),
			...headers
		},
		body: exact ?? (body === undefined || form ? body : JSON.stringify(body))
	})
	const type = answer.headers.get('content-type') ?? ''
	const bytes = Buffer.from(await answer.arrayBuffer())
	const parsed = type.startsWith('application/json') && bytes.length ? JSON.parse(bytes) : undefined

	const dialect = dialect_of(url.pathname)
	const got = {
		status: answer.status,
		headers: answer.headers,
		bytes,
		text: bytes.toString(),
		body: parsed,
		dialect,
		...dialect.read({ body: parsed, status: answer.status, token: Boolean(token || headers.authorization || body?.refresh) })
	};

	(await declarations_of()).hold(method, url.pathname, got, fails)
	return got
}

// The answer, after a look that it has this status.
export async function expect(status, ...request) {
	const answer = await api(...request)

	assert.equal(answer.status, status, `${request[0]} ${request[1]}: ${answer.text.slice(0, 500)}`)
	return answer
}

// The cookies that an answer sets, a line each. Debian 12's node gives them as one text only; a date in it has a comma
// too, but no name before the next "=".
export const set_cookies = (headers) => headers.getSetCookie?.() ??
	(headers.get('set-cookie') ?? '').split(/, (?=[\w-]+=)/).filter(Boolean)

// ---- messages ----

export async function messages(to) {
	const answer = await fetch(`${site}/demo/outbox?to=${encodeURIComponent(to)}`)

	assert.equal(answer.status, 200)
	return answer.json()
}

// The newest code that was sent there.
export async function code(to) {
	for (const message of await messages(to)) {
		const found = message.body.match(/\b\d{6}\b/)
		if (found)
			return found[0]
	}
	assert.fail(`no code was sent to ${to}`)
}

// Six digits that are not these.
export const wrong = (right) => String((Number(right) + 1 + randomInt(900_000)) % 1_000_000).padStart(6, '0')

// ---- the database ----

// What the client needs to get in.
export const DATABASE = [
	'--no-defaults', '--default-character-set=utf8mb4', '-N', '-B',
	'-u', process.env.GATEHOUSE_DB_USER ?? 'root',
	'-S', process.env.GATEHOUSE_DB_SOCKET ?? '',
	process.env.GATEHOUSE_DB_NAME ?? process.env.GATEHOUSE_DB ?? 'gatehouse'
]

// Of two transactions that wait for each other the server ends one. What is one
// transaction, or one statement, was not done then and is sent again; of more it would not be known which were done.
const WHOLE = /^(START TRANSACTION;.*COMMIT|[^;]*)$/s
function run_sql(statements) {
	for (let tries = 20; ; tries--)
		try {
			return ask(DATABASE, statements)
		} catch (error) {
			if (!tries || !WHOLE.test(statements) || !error.stderr?.includes('ERROR 1213 (40001)'))
				throw error
		}
}

// Runs SQL and gives its rows, each an array of texts.
export function sql(statements) {
	const out = run_sql(statements)

	return out.split('\n').filter(Boolean).map((line) => line.split('\t'))
}

// Forgets how often codes were asked for and passwords tried: tests sign in more often than people.
export const forget_tries = () => sql('DELETE FROM guess')

// ---- people ----

export const DEMO = {
	customer: { mobile_number: '+15550100001', password: 'demo-customer-1' },
	organizer: { contact_mobile: '+15550100002', password: 'demo-organizer-1' },
	merchant: { mobile_number: '+15550100003', password: 'demo-merchant-1' },
	usher: { event_id: 1, username: 'usher1', password: 'demo-usher-1' },
	campus: { username: 'student1', password: 'demo-student-1' },
	people: { email: 'person1@gatehouse.example', password: 'demo-person-1' },
	staff: { email: 'admin@gatehouse.example', password: 'demo-admin-1' }
}

const WAYS = {
	customer: ['/api/v1/users/login/', '/api/v1/users/verify-login-otp/', 'mobile_number'],
	organizer: ['/api/organizer/login/', '/api/organizer/verify-otp/', 'contact_mobile'],
	merchant: ['/api/merchant/login/', '/api/merchant/verify-otp/', 'mobile_number'],
	usher: ['/api/usher/login/'],
	campus: ['/api/campus/auth/login/'],
	people: ['/api/people/auth/login'],
	staff: ['/api/auth/login/', '/api/auth/verify-otp/', 'email']
}

// Signs in with these credentials as one of DEMO's kinds; gives what the API gives: access, refresh, user, …
export async function sign_in(kind, credentials = DEMO[kind]) {
	const [login, verify, contact] = WAYS[kind]

	let answer = await api('POST', login, credentials)
	if (answer.status === 429) {
		forget_tries()
		answer = await api('POST', login, credentials)
	}
	assert.equal(answer.status, 200, answer.text)
	if (answer.data.otp_required)
		answer = await expect(200, 'POST', verify, {
			[contact]: credentials[contact],
			otp: await code(credentials[contact])
		})
	return answer.data
}

const signed_in = new Map()

// An access token of a demo account, made once a file.
export async function token(kind) {
	if (!signed_in.has(kind))
		signed_in.set(kind, await sign_in(kind))
	return signed_in.get(kind).access
}

// After their sessions were ended.
export const forget_tokens = () => signed_in.clear()

// A number nobody has: of an area whose second digit is 9, of which none is ever given out; so many that thousands of them do not meet.
export const new_number = () => `+1${randomInt(2, 10)}9${randomInt(10)}${randomInt(2_000_000, 10_000_000)}`

// A customer of one's own: mobile_number, password, name and the tokens.
export async function new_customer(more = {}) {
	const person = { mobile_number: new_number(), password: `pass-${randomUUID()}`, name: 'Ada Byron', ...more }

	await expect(201, 'POST', '/api/v1/users/register/', person)
	const answer = await expect(200, 'POST', '/api/v1/users/verify-otp/', {
		mobile_number: person.mobile_number,
		otp: await code(person.mobile_number)
	})
	return { ...person, ...answer.data }
}

// The code that an authenticator app shows (RFC 6238); steps: 30-second steps away from now.
export function totp(secret, steps = 0) {
	const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
	const counter = Buffer.alloc(8)

	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
	const mac = createHmac('sha1', key).update(counter).digest()
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

// ---- pages ----

// A browser without scripts: keeps cookies, sends forms with their hidden fields.
export class Browser {
	cookies = new Map()

	async open(path, options = {}) {
		const answer = await request(new URL(path, site), {
			redirect: 'manual',
			...options,
			headers: {
				cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
				...options.headers
			}
		})

		for (const line of set_cookies(answer.headers)) {
			const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
			if (value)
				this.cookies.set(name, value)
			else
				this.cookies.delete(name)
		}
		this.status = answer.status
		this.headers = answer.headers
		this.location = answer.headers.get('location')
		this.html = await answer.text()
		this.path = path
		return this
	}

	// Follows redirects as far as they lead.
	async go(path, options) {
		await this.open(path, options)
		while (this.location && this.status >= 300 && this.status < 400)
			await this.open(this.location)
		return this
	}

	// The form that posts to action, as an object of its hidden fields.
	hidden(action) {
		const form = [...this.html.matchAll(/<form\b[^>]*>.*?<\/form>/gs)]
			.map(([text]) => text)
			.find((text) => text.includes(`action="${action}"`))

		assert.ok(form, `no form for ${action} in ${this.path}`)
		return Object.fromEntries([...form.matchAll(/<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"/g)]
			.map(([, name, value]) => [name, value.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"')]))
	}

	// Sends that form with these fields; the answer is not followed.
	send(action, fields = {}) {
		return this.open(action, {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
			body: new URLSearchParams({ ...this.hidden(action), ...fields })
		})
	}

	// Sends it and follows.
	async submit(action, fields) {
		await this.send(action, fields)
		if (this.location)
			await this.go(this.location)
		return this
	}
}

// What a PDF, its path or its bytes, says. Fonts join letters into one sign, as the two of "ff".
export const pdf_text = (pdf, ...options) =>
	execFileSync('pdftotext', [...options, typeof pdf === 'string' ? pdf : '-', '-'], { input: typeof pdf === 'string' ? '' : pdf, encoding: 'utf8' })
		.replace(/[\uFB00-\uFB06]/g, (sign) => sign.normalize('NFKC'))
