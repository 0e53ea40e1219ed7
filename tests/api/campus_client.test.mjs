// Apps that are older than this program, unchanged: axios with their interceptor, their services and forms, what their screens read of a refusal, their
// plain socket and Socket.IO's client, against a site as it is set up, through marks that are made and while `live` is killed.
import axios from 'axios'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { io } from 'socket.io-client'
import WebSocket from 'ws'
import { own_stack } from './own.mjs'

const own = await own_stack('campus-client')
const { sql } = await import('./lib.mjs')
const { grain, png } = await import('./picture.mjs')
const { HOUR, iso, new_member, unique, until } = await import('./world.mjs')

const MINUTE = 60_000, BASE = `${own.url}/api/campus`, HERE = { latitude: 41.0005, longitude: 29, accuracy: 8 }
const apps = []

// ---- an app ----

// http: axios, with what it keeps as a browser would; refreshes: how often it asked for a new token; at: where its router stands.
function app() {
	const kept = new Map(), my = { kept, refreshes: 0, at: '/' }
	const http = axios.create({ baseURL: BASE, timeout: 10_000 })

	http.interceptors.request.use((config) => {
		const access = kept.get('access_token')

		if (access)
			config.headers.Authorization = `Bearer ${access}`
		return config
	})
	http.interceptors.response.use((answer) => answer, async (error) => {
		const asked = error.config

		if (error.response?.status !== 401 || asked._retry)
			return Promise.reject(error)
		asked._retry = true
		try {
			my.refreshes++
			const { data } = await axios.post(`${BASE}/auth/refresh/`, { refresh: kept.get('refresh_token') ?? null }, { timeout: 10_000 })

			kept.set('access_token', data.access)
			asked.headers.Authorization = `Bearer ${data.access}`
			return http(asked)
		} catch (failed) {
			kept.clear()
			my.at = '/login'
			return Promise.reject(failed)
		}
	})
	my.http = http
	my.auth = {
		login: async (username, password) => {
			const { data } = await http.post('/auth/login/', { username, password })

			kept.set('access_token', data.access)
			kept.set('refresh_token', data.refresh)
			my.user = data.user
			return data
		},
		logout: () => http.post('/auth/logout/', { refresh: kept.get('refresh_token') })
	}
	my.events = {
		list: async (params) => (await http.get('/events/', { params })).data,
		one: async (id) => (await http.get(`/events/${id}/`)).data,
		create: async (body) => (await http.post('/events/', body)).data,
		update: async (id, body) => (await http.put(`/events/${id}/update/`, body)).data,
		remove: async (id) => (await http.delete(`/events/${id}/delete/`)).status,
		qr: async (id) => (await http.get(`/events/${id}/qr/`)).data
	}
	// Every key that they have goes into the form, whatever it holds.
	const form = (values) => Object.entries(values).reduce((body, [name, value]) => (body.append(name, value), body), new FormData())
	my.attendance = {
		scan: async (values) => (await http.post('/attendance/verify-qr/', values)).data,
		fill: async () => (await http.get('/attendance/student-autofill/')).data,
		place: async (values) => (await http.post('/attendance/verify-location/', values)).data,
		submit: async (values) => (await http.post('/attendance/submit/', form(values), { headers: { 'Content-Type': 'multipart/form-data' } })).data,
		mine: async (params) => (await http.get('/attendance/', { params })).data
	}
	apps.push(my)
	return my
}

// What a screen shows of a refusal; the one after a submit and the one after a scan read one key alone.
const OTHERS = { 401: 'Please sign in.', 403: 'You may not do this.', 404: 'Not found.', 500: 'Server error.' }
const shows = ({ response }, screen) => response.status !== 400 ? OTHERS[response.status]
	: screen === 'submit' ? response.data.message : screen === 'scan' ? response.data.error : response.data.error || response.data.message
const refusal = async (asked) => {
	const error = await asked.then((data) => assert.fail(JSON.stringify(data)), (failed) => failed)

	assert.ok(error.response, String(error))
	return error
}

// ---- who there is ----

let organizer, member
const photo = () => new Blob([png(320, 240, grain(320, 240))], { type: 'image/png' })
const verify = ({ user: { id } }) => sql(`UPDATE campus_member SET is_verified = 1 WHERE account_id = ${id}`)
const hex = (id) => `UNHEX('${id.replaceAll('-', '')}')`
async function signed_in(role, more) {
	const person = await new_member(role, more), one = app()

	verify(person)
	await one.auth.login(person.username, person.password)
	return Object.assign(one, { person })
}
const lecture = (more = {}) => organizer.events.create({
	title: `Lecture ${unique()}`, start_datetime: iso(Date.now() - 5 * MINUTE), end_datetime: iso(Date.now() + HOUR), location: 'Hall A', latitude: 41, longitude: 29,
	location_radius: 100, required_steps: ['qr', 'location'], ...more
})

before(async () => {
	organizer = await signed_in('campus_organizer')
	member = await signed_in('student')
})
after(() => own.stop())

// ---- signing in ----

test('who signs in with the demo\'s words is known, and whom they are is in the answer', async () => {
	const one = app(), { user, access, refresh } = await one.auth.login('student1', 'demo-student-1')

	assert.deepEqual([user.username, user.role, typeof user.id, typeof user.department, typeof user.campus, user.is_verified], ['student1', 'student', 'number', 'string', 'string', true])
	assert.ok(access && refresh)
	assert.equal((await one.http.get('/auth/profile/')).data.id, user.id)
	assert.equal((await one.http.get('/auth/profile')).data.id, user.id)
	assert.deepEqual([one.refreshes, one.at], [0, '/'])
})

test('a wrong password refreshes with nothing, which is answered at once, counts as no guess, and leads to the sign-in', async () => {
	const person = await new_member('student'), one = app(), guesses = () => sql('SELECT COALESCE(SUM(count), 0) FROM guess')[0][0]

	await refusal(one.auth.login(person.username, 'wrong'))
	const counted = Number(guesses()), began = Date.now(), error = await refusal(one.auth.login(person.username, 'wrong'))
	assert.deepEqual([error.response.status, error.config.url, one.at, one.refreshes], [400, `${BASE}/auth/refresh/`, '/login', 2])
	assert.ok(shows(error).length > 0 && Date.now() - began < 8000)
	// The second wrong password is one guess more, and its refresh none.
	const before_it = Number(guesses())
	assert.ok(before_it - counted <= 2, `${counted} ${before_it}`)
	for (let i = 0; i < 20; i++)
		assert.equal((await refusal(axios.post(`${BASE}/auth/refresh/`, { refresh: null }))).response.status, 400)
	assert.equal(Number(guesses()), before_it)
	await one.auth.login(person.username, person.password)
	assert.equal((await one.http.get('/auth/profile/')).data.username, person.username)
})

test('many requests with a dead token each refresh by themselves, and all of them go on', async () => {
	const one = await signed_in('student'), refresh = one.kept.get('refresh_token')

	one.kept.set('access_token', `${one.kept.get('access_token').slice(0, -4)}dead`)
	const answers = await Promise.all(['/auth/profile/', '/events/', '/attendance/', '/analytics/dashboard/', '/users/', '/auth/profile/'].map((path) => one.http.get(path)))
	assert.deepEqual(answers.map(({ status }) => status), Array(6).fill(200))
	assert.deepEqual([one.refreshes, one.at, one.kept.get('refresh_token')], [6, '/', refresh])
	// And the token that they all came with is good again and again.
	one.kept.set('access_token', 'none.of.ours')
	await one.http.get('/auth/profile/')
	assert.equal(one.refreshes, 7)
})

test('a session that has ended is asked for once, and leads to the sign-in', async () => {
	const one = await signed_in('student'), access = one.kept.get('access_token')

	await one.auth.logout()
	const error = await refusal(one.http.get('/auth/profile/'))
	assert.deepEqual([error.response.status, error.config.url, one.refreshes, one.at, one.kept.size], [401, `${BASE}/auth/refresh/`, 1, '/login', 0])
	// Signed out twice is no error, with a token that is dead too.
	one.kept.set('access_token', access)
	assert.equal((await one.auth.logout()).status, 200)
})

test('what is merely forbidden, or not there, refreshes nothing', async () => {
	const event = await lecture(), had = member.refreshes
	const forbidden = await refusal(member.events.qr(event.id)), missing = await refusal(member.events.one('00000000-0000-4000-8000-000000000000'))

	assert.deepEqual([shows(forbidden), forbidden.response.data.error.length > 0], ['You may not do this.', true])
	assert.deepEqual([shows(missing), missing.response.data.error], ['Not found.', 'Event not found.'])
	assert.deepEqual([member.refreshes, member.at], [had, '/'])
})

// ---- events ----

test('events are made, listed by days, changed and taken away', async () => {
	const made = await lecture({ description: 'The first' }), day = made.start_datetime.slice(0, 10), next = iso(Date.parse(made.start_datetime) + 24 * HOUR).slice(0, 10)
	const last = iso(Date.parse(made.start_datetime) - 24 * HOUR).slice(0, 10)

	for (const key of ['id', 'title', 'description', 'location', 'campus', 'organizer', 'start_datetime', 'end_datetime', 'latitude', 'longitude', 'location_radius', 'is_active', 'allows_late_attendance'])
		assert.ok(key in made, key)
	const list = await organizer.events.list({ campus: made.campus, date_from: last, date_to: next })
	assert.deepEqual(Object.keys(list).slice(0, 4), ['count', 'next', 'previous', 'results'])
	assert.ok(list.results.some(({ id }) => id === made.id) && list.count >= list.results.length)
	assert.ok(!(await organizer.events.list({ date_from: iso(Date.parse(day) + 48 * HOUR).slice(0, 10) })).results.some(({ id }) => id === made.id))
	const { title } = await organizer.events.update(made.id, { ...made, title: 'Moved' })
	assert.equal(title, 'Moved')
	const fault = await refusal(organizer.events.create({ title: '', start_datetime: 'soon' }))
	assert.deepEqual([shows(fault), Array.isArray(fault.response.data.title)], [fault.response.data.message, true])
	assert.equal(await organizer.events.remove(made.id), 204)
	assert.equal((await refusal(organizer.events.one(made.id))).response.data.error, 'Event not found.')
})

test('what may take long is taken up, and is there later', async () => {
	const office = await signed_in('hr'), began = Date.now()
	const { status, data } = await office.http.get('/reports/attendance/', { params: { campus_id: 1, format: 'csv' } })

	assert.deepEqual([status, Date.now() - began < 8000], [202, true])
	let state
	await until('it is made', async () => (state = (await office.http.get(data.status_url.replace(/^https?:\/\/[^/]+/, own.url))).data).status === 'done')
	assert.match((await office.http.get(state.download_url.replace(/^https?:\/\/[^/]+/, own.url))).data, /^\uFEFF?id,event\.id/)
})

// ---- marks ----

test('a mark in its steps, and all at once in a form that holds whatever its app had', async () => {
	const event = await lecture(), { qr_token, qr_image, expires_at, event_id } = await organizer.events.qr(event.id)

	assert.deepEqual([event_id, qr_image.startsWith('data:image/png;base64,'), Date.parse(expires_at) > Date.now()], [event.id, true, true])
	const begun = await member.attendance.scan({ qr_token, ...HERE })
	assert.deepEqual(Object.keys(begun.event).slice(0, 8), ['id', 'title', 'location', 'start_time', 'end_time', 'latitude', 'longitude', 'location_radius'])
	assert.equal(begun.next_step, 'location_verification')
	assert.deepEqual(Object.keys(await member.attendance.fill()).slice(0, 6), ['student_id', 'full_name', 'email', 'department', 'year_level', 'profile_photo_url'])
	assert.equal((await member.attendance.place({ event_id: event.id, ...HERE })).location_verified, true)
	const done = await member.attendance.submit({ event: event.id, latitude: HERE.latitude, longitude: HERE.longitude, selfie_image: undefined, back_photo: null, notes: undefined, signature: null, client_id: undefined })
	assert.deepEqual([done.message.length > 0, done.verification_status, done.next_steps], [true, 'verified', []])
	assert.deepEqual(sql(`SELECT state, status, COALESCE(notes, 'none'), (SELECT COUNT(*) FROM attendance_evidence x WHERE x.attendance_id = a.id) FROM attendance a WHERE uuid = ${hex(done.attendance_id)}`), [['submitted', 'present', 'none', '0']])
	// Their list of a person's attendance names nobody: it is their own.
	const mine = await member.attendance.mine({ status: 'present' })
	assert.ok(mine.results.every(({ student }) => student.id === member.user.id) && mine.results.some(({ id }) => id === done.attendance_id))
})

test('a selfie in the form is kept of who agreed to the notice, and the mark is made of who never saw it', async () => {
	for (const [agreed, status, kept] of [[true, 'verified', '1'], [false, 'pending', '0']]) {
		const one = await signed_in('student'), event = await lecture({ required_steps: ['qr', 'location', 'front_photo'] }), { qr_token } = await organizer.events.qr(event.id)

		if (agreed)
			await one.http.post('/auth/consent/', { version: 1 })
		await one.attendance.scan({ qr_token, ...HERE })
		const done = await one.attendance.submit({ event_id: event.id, ...HERE, selfie_image: photo(), notes: 'null' })
		assert.deepEqual([done.verification_status, done.next_steps], [status, agreed ? [] : ['front_photo']])
		assert.equal(sql(`SELECT COUNT(*) FROM attendance_evidence x JOIN attendance a ON a.id = x.attendance_id WHERE a.uuid = ${hex(done.attendance_id)}`)[0][0], kept)
	}
})

test('each refusal is told where its screen reads it, as a text', async () => {
	const event = await lecture(), strict = await lecture({ location_mode: 'require' }), early = await lecture({ start_datetime: iso(Date.now() + 2 * HOUR), end_datetime: iso(Date.now() + 3 * HOUR) })
	const { qr_token } = await organizer.events.qr(event.id), one = await signed_in('student')
	const said = async (asked, screen, key) => {
		const error = await refusal(asked), text = shows(error, screen)

		assert.equal(error.response.status, 400)
		assert.equal(typeof text, 'string')
		assert.ok(text.length > 8, text)
		if (key)
			assert.equal(typeof error.response.data[key], 'string', JSON.stringify(error.response.data))
		return text
	}

	await said(one.attendance.scan({}), 'scan')
	await said(one.attendance.scan({ qr_token: 'nothing' }), 'scan')
	await said(one.attendance.scan({ qr_token: (await organizer.events.qr(early.id)).qr_token }), 'scan', 'timing')
	await said(one.attendance.submit({ event: event.id, latitude: undefined, longitude: undefined }), 'submit')
	await one.attendance.scan({ qr_token: (await organizer.events.qr(strict.id)).qr_token })
	await said(one.attendance.submit({ event: strict.id, latitude: 42, longitude: 29 }), 'submit', 'location')
	await one.attendance.scan({ qr_token })
	await one.attendance.submit({ event: event.id, ...HERE })
	await said(one.attendance.submit({ event: event.id, ...HERE }), 'submit', 'duplicate')
	await said(one.attendance.scan({ qr_token: (await organizer.events.qr(event.id)).qr_token }), 'scan', 'duplicate')
	const fault = await refusal(one.attendance.place({ event_id: event.id, latitude: 91, longitude: 0 }))
	assert.ok(shows(fault).includes(fault.response.data.latitude[0]))
	assert.deepEqual([one.refreshes, one.at], [0, '/'])
})

// ---- sockets ----

// Their own service: it brings no credential, tries five times, each try later by a step (in apps of two seconds), and begins to count anew whenever it opens.
function watching(event, step) {
	const my = { frames: [], opened: 0, tries: 0, given_up: false }
	const open = () => {
		my.ws = new WebSocket(`${own.url.replace('http', 'ws')}/ws/events/${event.id}/`)
		my.ws.onopen = () => { my.opened++; my.tries = 0 }
		my.ws.onmessage = ({ data }) => my.frames.push(JSON.parse(data))
		my.ws.onerror = () => {}
		my.ws.onclose = () => {
			if (my.left)
				return
			my.given_up = my.tries === 5
			if (!my.given_up)
				setTimeout(open, step * ++my.tries)
		}
	}

	my.leave = () => {
		my.left = true
		my.ws.close()
	}
	open()
	return my
}
const restart_live = async () => {
	process.kill(own.pid('live'), 'SIGKILL')
	await own.start_programs()
}
async function marked(event, one) {
	await one.attendance.scan({ qr_token: (await organizer.events.qr(event.id)).qr_token })
	return one.attendance.submit({ event: event.id, ...HERE })
}

test('their plain socket hears of marks where everybody may, is there again after a restart, and elsewhere gives up after five tries', async () => {
	const event = await lecture({ public_counts: true }), closed = await lecture(), told = watching(event, 200), refused = watching(closed, 20)
	const attended = () => told.frames.filter(({ counts }) => counts).at(-1)?.counts.attended

	await until('it is told how it stands', () => told.frames.some(({ type }) => type === 'snapshot'))
	await marked(event, await signed_in('student'))
	await until('it is told of a mark', () => attended() === 1)
	await until('the other gives up', () => refused.given_up)
	assert.deepEqual([refused.opened, refused.tries], [0, 5])
	await restart_live()
	await marked(event, await signed_in('student'))
	await until('it is back, and has caught up', () => told.opened === 2 && attended() === 2)
	assert.ok(told.frames.every(({ type }) => typeof type === 'string'))
	told.leave()
})

for (const transports of [['websocket'], ['polling', 'websocket']])
	test(`their Socket.IO client, by ${transports.join(' and then ')}, hears of its person and of all, before a restart and after`, async () => {
		const event = await lecture(), [one, two] = [await signed_in('student'), await signed_in('student')], office = await signed_in('hr')
		const listens = (who, join, heard, ...more) => {
			const socket = io(own.url, { auth: { token: who.kept.get('access_token') }, transports, reconnectionAttempts: 5, reconnectionDelay: 1000, forceNew: true }), updates = []

			socket.joined = 0
			socket.on('connect', () => socket.emit(join, ...more, (answer) => { socket.joined += answer.ok }))
			socket.on(heard, (update) => updates.push(update))
			return Object.assign(socket, { updates })
		}
		const own_room = listens(one, 'join_attendance_room', 'attendance_update', one.user.id), general = listens(office, 'join_general_attendance', 'general_attendance_update')
		const of_event = () => general.updates.filter(({ event_id }) => event_id === event.id)

		await until('both are in', () => own_room.joined === 1 && general.joined === 1)
		await marked(event, one)
		await until('both are told', () => own_room.updates.length === 1 && of_event().length === 1)
		const { employee_id, employee_name, status, date, timestamp, device, isLate } = own_room.updates[0]
		assert.deepEqual([employee_id, employee_name, status, device, isLate], [String(one.user.id), 'Mo Member', 'present', 'Hall A', false])
		assert.ok(/^\d{4}-\d\d-\d\d$/.test(date) && Date.parse(timestamp) > Date.now() - MINUTE)
		await restart_live()
		await until('both are in again', () => own_room.joined === 2 && general.joined === 2)
		await marked(event, two)
		await until('who hears of all is told', () => of_event().length === 2)
		assert.deepEqual([own_room.updates.length, of_event().map((update) => update.employee_id)], [1, [one, two].map(({ user }) => String(user.id))])
		own_room.disconnect()
		general.disconnect()
	})
