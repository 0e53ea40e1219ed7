// Scores for platforms for learning, with a platform of the tests' own on the other side, which verifies who sends by its own code and the
// public keys that we serve: what is sent to whom, that nothing is sent twice, what becomes of what it does not take, and where nothing is sent.
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { own_stack } from './own.mjs'

const own = await own_stack('scores', { set: ['webhooks.http=yes', 'webhooks.private_hosts=127.0.0.1', 'lms.transport=http'] })
const { api, sql } = await import('./lib.mjs')
const { as, attendance_row, HOUR, iso, jobs_run, new_member, ok, refused, unique, until } = await import('./world.mjs')

const AT = '/api/campus/', MINUTE = 60_000, SCORES = 'application/vnd.ims.lis.v1.score+json'
const hex = (uuid) => `UNHEX('${uuid.replaceAll('-', '')}')`
const faults = (answer) => Object.keys(refused(answer, 422, 'VALIDATION_ERROR').errors)
let all, campus, admin, maker, platform, event, course, people, server

// ---- the other side ----

const there = { tokens: [], scores: [], answer: () => 200, good: 'a-token', key: undefined }
const part = (text) => JSON.parse(Buffer.from(text, 'base64url'))

// RFC 7523: whose assertion it is, and that it was signed by a key of theirs.
async function signed(jwt) {
	const [head, claims, signature] = jwt.split('.'), { keys } = (await api('GET', `${AT}lti/jwks/`)).body
	const jwk = keys.find(({ kid }) => kid === part(head).kid)

	assert.equal(part(head).alg, 'RS256')
	assert.ok(jwk && verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64url')), 'it is signed')
	return part(claims)
}

before(async () => {
	server = createServer(async (request, response) => {
		let body = ''

		for await (const some of request)
			body += some
		const say = (status, json) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json ?? {}))
		if (request.url === '/token') {
			const form = new URLSearchParams(body)

			there.tokens.push({ form: Object.fromEntries(form), claims: await signed(form.get('client_assertion')).catch((error) => ({ error: String(error) })) })
			return there.broken ? say(there.broken) : say(200, { access_token: there.good, token_type: 'Bearer', expires_in: 3600, scope: form.get('scope') })
		}
		const score = JSON.parse(body), status = request.headers.authorization === `Bearer ${there.good}` ? there.answer(score) : 401
		there.scores.push({ path: request.url, type: request.headers['content-type'], status, ...score })
		say(status)
	}).listen(0, '127.0.0.1')
	await once(server, 'listening')
	there.at = `http://127.0.0.1:${server.address().port}`

	all = as(await new_member('campus_admin', { campus: null }))
	campus = ok(await all.post(`${AT}campuses/`, { name: `Scored ${unique()}`, short_code: unique().slice(-12), time_zone: 'Europe/Oslo' }), 201).id
	const of = { campus, department: null };
	[admin, maker] = (await Promise.all([new_member('campus_admin', of), new_member('supervisor', of)])).map(as)
	people = await Promise.all([1, 2, 3].map(() => new_member('student', of)))
	course = unique()
	event = ok(await maker.post(`${AT}events/`, { title: 'Botany', location: 'Hall A', series: course, start_datetime: iso(Date.now() - 10 * MINUTE), end_datetime: iso(Date.now() + HOUR) }), 201).id
	people.forEach((person, i) => attendance_row(event, person, { status: ["'present'", "'late'", "'absent'"][i] }))
})
after(async () => {
	await own.stop()
	server.closeAllConnections()
	server.close()
})

const settings = (more) => ({ campus_id: campus, issuer: 'https://lms.example', client_id: 'client-7', token_url: `${there.at}/token`, line_item_url: `${there.at}/items/1/lineitem?type_id=3`, ...more })
const send = async (more = {}) => ok(await maker.post(`${AT}reports/lms/`, { target: 'lti', series: course, ...more }), 202).report_id
const job = async (id) => ok(await maker.get(`${AT}reports/jobs/${id}/`))
const done = (id) => until('the report is done', async () => (jobs_run('scores'), jobs_run('reports'), (await job(id)).status === 'done'))
// What became of each person, by their number.
async function outcomes(id) {
	const [head, ...rows] = (await maker.get(`${AT}reports/jobs/${id}/download/`)).text.slice(1).trimEnd().split('\r\n').map((line) => line.split(','))

	return Object.fromEntries(rows.map((row) => [row[head.indexOf('student_id')], Object.fromEntries(head.map((name, i) => [name, row[i]]))]))
}
const of_three = (told, key) => people.map(({ username }) => told[username][key])
const taken = () => there.scores.splice(0)
const now_due = () => sql("UPDATE lti_score SET due_at = UTC_TIMESTAMP(3) WHERE state = 'queued'")

// ---- where ----

test('an admin names their campus\'s platform; its private key is told nowhere, its public one to everybody', async () => {
	const hr = as(await new_member('hr', { campus, department: null })), far = as(await new_member('campus_admin'))

	assert.deepEqual(faults(await maker.post(`${AT}reports/lms/`, { target: 'lti' })), ['target'], 'there is none yet')
	for (const [field, wrong] of [['issuer', { issuer: 'lms' }], ['token_url', { token_url: 'file:///etc/passwd' }], ['token_url', { token_url: 'https://name:secret@lms.example/' }],
		['line_item_url', { line_item_url: '' }], ['known_by', { known_by: 'name' }]])
		assert.deepEqual(faults(await admin.post(`${AT}platforms/`, settings(wrong))), [field])
	refused(await hr.post(`${AT}platforms/`, settings()), 403, 'FORBIDDEN')
	assert.deepEqual(faults(await far.post(`${AT}platforms/`, settings())), ['campus_id'])
	platform = ok(await admin.post(`${AT}platforms/`, settings()), 201)
	assert.match(platform.key_id, /^[0-9a-f-]{36}$/)
	assert.deepEqual([platform.known_by, 'secret' in platform, 'modulus' in platform], ['student_id', false, false])
	refused(await admin.post(`${AT}platforms/`, settings()), 400, 'DUPLICATE')
	assert.equal((await far.get(`${AT}platforms/${platform.id}/`)).status, 404)
	assert.equal(ok(await far.get(`${AT}platforms/?page_size=200`)).results.some(({ id }) => id === platform.id), false)
	const { keys } = (await api('GET', `${AT}lti/jwks/`)).body, key = keys.find(({ kid }) => kid === platform.key_id)
	assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
	assert.deepEqual([key.kty, key.alg, key.e, Buffer.from(key.n, 'base64url').length], ['RSA', 'RS256', 'AQAB', 256])
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE noun = 'platform' AND (before_json LIKE '%secret%' OR after_json LIKE '%secret%')`)[0][0], '0')
})

// ---- what ----

test('each person\'s points are posted once, as a score of who is done, by a token that we signed for', async () => {
	const asked_at = Date.now(), id = await send({ points: { present: 4, late: 2.5 } })

	await done(id)
	assert.equal(there.tokens.length, 1)
	const [{ form, claims }] = there.tokens
	assert.deepEqual([form.grant_type, form.client_assertion_type, form.scope], ['client_credentials', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'https://purl.imsglobal.org/spec/lti-ags/scope/score'])
	assert.deepEqual([claims.iss, claims.sub, claims.aud], ['client-7', 'client-7', `${there.at}/token`])
	assert.ok(claims.exp > Date.now() / 1000 && claims.exp - claims.iat <= 300 && claims.jti.length >= 16)
	const scores = taken()
	assert.deepEqual(scores.map(({ timestamp, ...rest }) => rest).sort((a, b) => b.scoreGiven - a.scoreGiven), people.map(({ username }, i) => ({
		path: '/items/1/lineitem/scores?type_id=3', type: SCORES, status: 200, userId: username, scoreGiven: [4, 2.5, 0][i], scoreMaximum: 4, activityProgress: 'Completed', gradingProgress: 'FullyGraded' })))
	for (const { timestamp } of scores) {
		assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
		assert.ok(Math.abs(Date.parse(timestamp) - asked_at) < MINUTE)
	}
	const told = await outcomes(id)
	assert.deepEqual([of_three(told, 'outcome'), of_three(told, 'given'), (await job(id)).rows], [['sent', 'sent', 'sent'], ['4', '2.5', '0'], 3])
	assert.equal(sql(`SELECT COUNT(*) FROM audit_log WHERE action = 'send' AND noun = 'report'`)[0][0], '1')
})

test('what the platform has is not sent again, and what is another is', async () => {
	const again = await send({ points: { present: 4, late: 2.5 } })

	await done(again)
	assert.deepEqual([taken(), of_three(await outcomes(again), 'outcome')], [[], ['same', 'same', 'same']])
	sql(`UPDATE attendance SET status = 'present' WHERE account_id = ${people[1].user.id}`)
	const changed = await send({ points: { present: 4, late: 2.5 } })
	await done(changed)
	assert.deepEqual([taken().map(({ userId, scoreGiven }) => [userId, scoreGiven]), of_three(await outcomes(changed), 'outcome')], [[[people[1].username, 4]], ['same', 'sent', 'same']])
	// To another line item of the platform it is another score; to another server nothing goes.
	const other = await send({ points: { present: 4, late: 2.5 }, line_item: `${there.at}/items/2/lineitem` })
	await done(other)
	assert.deepEqual([...new Set(taken().map(({ path }) => path))], ['/items/2/lineitem/scores'])
	assert.deepEqual(faults(await maker.post(`${AT}reports/lms/`, { target: 'lti', line_item: 'http://127.0.0.2/items/1' })), ['line_item'])
	assert.deepEqual(faults(await maker.post(`${AT}reports/lms/`, { target: 'lti', points: { present: 0 } })), ['points.present'])
	assert.deepEqual(Object.keys((await maker.get(`${AT}reports/lms/?target=lti`)).body).filter((key) => key === 'target'), ['target'], 'a GET sends nothing')
	refused(await as(people[0]).post(`${AT}reports/lms/`, { target: 'lti' }), 403, 'FORBIDDEN')
})

// ---- what becomes of it ----

test('what is refused is told row by row; what is not taken now is tried again', async () => {
	const [first, second, third] = people.map(({ username }) => username), tokens = there.tokens.length

	there.answer = ({ userId }) => userId === first ? 404 : userId === second ? 503 : 200
	const id = await send({ points: { present: 5, absent: 1 } })
	await until('two of three are settled', () => (jobs_run('scores'), sql("SELECT 1 FROM lti_score WHERE state = 'queued' AND attempts = 1").length === 1 && there.scores.length >= 3))
	assert.deepEqual([(await job(id)).status, (await job(id)).progress], ['running', 66])
	assert.deepEqual(taken().map(({ userId, status }) => [userId, status]).sort(), [[first, 404], [second, 503], [third, 200]].sort())
	// Not before it is due, …
	jobs_run('scores')
	assert.deepEqual(taken(), [])
	assert.ok(Date.parse(`${sql("SELECT due_at FROM lti_score WHERE state = 'queued'")[0][0].replace(' ', 'T')}Z`) - Date.now() > 30_000)
	// … and with a token that is good: the one before is not any more.
	there.answer = () => 200
	there.good = 'another-token'
	now_due()
	await until('it was refused for its token', () => (jobs_run('scores'), there.scores.length >= 1))
	now_due()
	await done(id)
	assert.deepEqual(taken().map(({ userId, status }) => [userId, status]), [[second, 401], [second, 200]])
	assert.equal(there.tokens.length, tokens + 1)
	const told = await outcomes(id)
	assert.deepEqual([of_three(told, 'outcome'), told[first].error, told[second].attempts], [['failed', 'sent', 'sent'], 'The platform answered 404.', '3'])
})

test('what is never taken is given up, with its reason', async () => {
	there.answer = () => 500
	const id = await send({ points: { present: 6 } })

	for (let n = 1; n < 6; n++) {
		now_due()
		await until(`it was tried ${n} times`, () => (jobs_run('scores'), sql(`SELECT MIN(attempts) FROM lti_score s JOIN campus_report r ON r.id = s.report_id WHERE r.uuid = ${hex(id)}`)[0][0] >= n))
	}
	now_due()
	await done(id)
	assert.deepEqual([of_three(await outcomes(id), 'outcome'), (await outcomes(id))[people[0].username].error], [['failed', 'failed', 'failed'], 'The platform answered 500.'])
	there.answer = () => 200
	taken()
})

test('who has no number there is told so, and a platform that gives no token gets nothing', async () => {
	ok(await admin.patch(`${AT}platforms/${platform.id}/`, { known_by: 'email' }))
	const by_mail = await send({ points: { present: 7 } })
	await done(by_mail)
	assert.deepEqual(taken().map(({ userId }) => userId).sort(), people.map(({ email }) => email).sort())
	ok(await admin.patch(`${AT}platforms/${platform.id}/`, { known_by: 'student_id' }))
	sql(`UPDATE campus_member SET student_id = NULL WHERE account_id = ${people[2].user.id}`)
	const id = await send({ points: { present: 8 } })
	await done(id)
	assert.deepEqual(taken().length, 2)
	assert.equal((await outcomes(id))[''].error, 'They have nothing by which the platform knows them.')
	sql(`UPDATE campus_member SET student_id = '${people[2].username}' WHERE account_id = ${people[2].user.id}`)
})

test('a copy that was restored sends nothing until somebody says that it is the site', async () => {
	const ran = () => sql("SELECT CAST(ran_at AS CHAR) FROM job WHERE name = 'scores'")[0][0]

	sql("INSERT INTO setting (name, value, updated_at) VALUES ('restored', 'a backup', UTC_TIMESTAMP(3))")
	const id = await send({ points: { present: 8.5 } }), before = ran()
	await until('the job has run', () => (jobs_run('scores'), ran() !== before))
	assert.deepEqual([taken(), (await job(id)).status], [[], 'queued'])
	sql("DELETE FROM setting WHERE name = 'restored'")
	await done(id)
	assert.equal(taken().length, 3)
})

test('nothing is sent to what is no public address', async () => {
	// A name that leads to this machine and is not among those that may.
	ok(await admin.patch(`${AT}platforms/${platform.id}/`, { token_url: there.at.replace('127.0.0.1', 'localhost') + '/token', line_item_url: there.at.replace('127.0.0.1', 'localhost') + '/i' }))
	const id = await send({ points: { present: 9 } }), tokens = there.tokens.length

	await done(id)
	assert.deepEqual([taken(), there.tokens.length], [[], tokens])
	assert.deepEqual(of_three(await outcomes(id), 'error'), Array(3).fill('The platform leads to an address that is not public.'))
})

test('a platform to which something is being sent stays, and goes afterwards with all that was noted of it', async () => {
	const id = await send({ points: { present: 3 } })

	refused(await admin.delete(`${AT}platforms/${platform.id}/`), 400, 'IN_USE')
	await done(id)
	assert.equal((await admin.delete(`${AT}platforms/${platform.id}/`)).status, 204)
	assert.equal(sql(`SELECT COUNT(*) FROM lti_sent WHERE platform_id = ${platform.id}`)[0][0], '0')
	assert.equal((await api('GET', `${AT}lti/jwks/`)).body.keys.some(({ kid }) => kid === platform.key_id), false)
})
