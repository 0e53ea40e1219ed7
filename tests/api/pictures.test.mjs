// Pictures made small, by `gatehouse pictures` and where that has gone: each upload has a small one, what is too large is not
// decoded, what is damaged is told, and a child that dies costs the picture that it had.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { GIF, grain, JPEG, picture, png, upload, WEBP } from './picture.mjs'
import { own_stack } from './own.mjs'

const own = await own_stack('pictures')
const { api, Browser, code, site, sql } = await import('./lib.mjs')
const { as, jobs_run, new_customer, new_organizer, ok, refused, until } = await import('./world.mjs')

const ME = '/api/v1/users/me/', LOGO = '/api/organizer/profile/'
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')
const send = (person, bytes, path = ME, field = 'photo') => api('PUT', path, upload(field, bytes), { token: person.access })
const thumb_of = (bytes) => sql(`SELECT COALESCE(thumb, 'none') FROM stored_file WHERE sha256 = '${sha(bytes)}'`)[0]?.[0]

async function fetched(address) {
	const answer = await fetch(address)

	return { status: answer.status, type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) }
}

// Width and height of a JPEG or PNG.
function size(bytes) {
	if (bytes[0] === 0x89)
		return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
	for (let at = 2; ; at += 2 + bytes.readUInt16BE(at + 2))
		if (bytes[at + 1] >= 0xc0 && bytes[at + 1] <= 0xc2)
			return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
}

const wide = () => png(1000, 700, grain(1000, 700))

test('a photo has a small one, at its own address, for whoever may see it', async () => {
	const ann = await new_customer(), eve = await new_customer(), bytes = wide(), { photo } = ok(await send(ann, bytes))

	const small = await fetched(`${photo}&size=thumb`), whole = await fetched(photo)
	assert.deepEqual([whole.status, whole.bytes.equals(bytes)], [200, true])
	assert.deepEqual([small.status, small.type, size(small.bytes)], [200, 'image/jpeg', [320, 224]])
	assert.equal(sha(small.bytes), thumb_of(bytes))
	for (const beside of ['Exif', 'ICC_PROFILE', 'http:'])
		assert.ok(!small.bytes.includes(beside))
	// By the API, with a token; and for nobody who may not see the picture.
	const api_file = (person, name, query) => api('GET', `/api/files/${name}`, undefined, { token: person.access, query })
	assert.deepEqual((await api_file(ann, sha(bytes), { size: 'thumb' })).bytes, small.bytes)
	refused(await api_file(eve, sha(bytes), { size: 'thumb' }), 404, 'FILE_NOT_FOUND')
	refused(await api_file(eve, thumb_of(bytes)), 404, 'FILE_NOT_FOUND')
	assert.equal((await fetched(`${photo.replace(/.$/, (c) => c === 'A' ? 'B' : 'A')}&size=thumb`)).status, 404)
	assert.equal((await fetched(`${site}/files/${thumb_of(bytes)}`)).status, 404)
	assert.equal((await fetched(`${photo}&size=huge`)).status, 422)
})

test('an organizer\'s logo is small for everybody, a dependent\'s photo for their own', async () => {
	const organizer = await new_organizer(), bytes = wide(), { logo } = ok(await send(organizer, bytes, LOGO, 'logo'))
	const small = await fetched(`${logo}?size=thumb`)

	assert.deepEqual([small.status, size(small.bytes)], [200, [320, 224]])
	const ann = await new_customer(), face = wide(), about = { name: 'Lou', relationship: 'son', birth_date: '2019-05-04' }
	const { photo } = ok(await as(ann).post('/api/v1/users/dependents/', upload('photo', face, about)), 201)
	assert.deepEqual(size((await fetched(`${photo}&size=thumb`)).bytes), [320, 224])
})

test('what is small already is its own; each kind is taken', async () => {
	const ann = await new_customer(), tiny = picture()

	for (const [bytes, type] of [[tiny, 'image/png'], [JPEG, 'image/jpeg'], [WEBP, 'image/webp'], [GIF, 'image/gif']]) {
		const { photo } = ok(await send(ann, bytes)), small = await fetched(`${photo}&size=thumb`)

		assert.deepEqual([small.status, small.type, thumb_of(bytes)], [200, type, 'none'])
		assert.deepEqual(small.bytes, bytes)
	}
	// One that moves stands still when it is small; what shows through does so too.
	const twice = Buffer.concat([GIF.subarray(0, -1), GIF.subarray(25)]), { photo } = ok(await send(ann, twice))
	const still = await fetched(`${photo}&size=thumb`)
	assert.deepEqual([still.type, size(still.bytes)], ['image/jpeg', [16, 12]])
	assert.deepEqual((await fetched(photo)).bytes, twice)
	const glass = png(700, 350, Buffer.alloc(350 * 2801), [], 6)
	const clear = await fetched(`${ok(await send(ann, glass)).photo}&size=thumb`)
	assert.deepEqual([clear.type, size(clear.bytes)], ['image/png', [320, 160]])
})

const frames = (n) => Buffer.concat([GIF.subarray(0, 25), ...Array.from({ length: n }, () => GIF.subarray(33, -1)), Buffer.from(';')])

// What those who decode have had of the processors, in hundredths of a second: that is the same however much else there is to do.
function decoding() {
	const pid = readFileSync(join(process.env.GATEHOUSE_RUN, 'pictures.process'), 'utf8').split(' ')[0]
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
	const of = (one) => readFileSync(`/proc/${one}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').slice(11, 15).reduce((sum, n) => sum + Number(n), 0)

	return [pid, ...children].reduce((sum, one) => sum + of(one), 0)
}

test('what is too large is told at once, and not decoded', async () => {
	const ann = await new_customer()

	await send(ann, picture())
	const before = decoding()
	for (const [what, bytes] of Object.entries({
		'20,000 by 20,000 in 1.2 MB': Buffer.concat([png(20000, 20000), Buffer.alloc(1_200_000)]), 'a long line': png(16385, 1),
		'40 million and some': png(8001, 5000, Buffer.alloc(9)), 'more frames than a film': frames(501)
	})) {
		assert.ok(refused(await send(ann, bytes), 422, 'PICTURE_TOO_LARGE').body.errors.photo, what)
		assert.ok(decoding() - before < 10, `${what}: ${decoding() - before} hundredths of a second were spent on it`)
	}
	ok(await send(ann, frames(500)))
})

test('what is damaged is told; a JPEG that ends too soon is taken as it is', async () => {
	const ann = await new_customer(), good = wide(), named = () => sql(`SELECT photo FROM account WHERE id = ${ann.user.id}`)[0][0]
	const { photo } = ok(await send(ann, picture())), was = named()
	const bent = Buffer.from(good)

	bent.fill(0xee, 5000, 9000)
	for (const [what, bytes, status] of [
		['cut off', good.subarray(0, 300000), 'PICTURE_UNREADABLE'], ['bent', bent, 'PICTURE_UNREADABLE'],
		['a GIF of nothing', Buffer.concat([GIF.subarray(0, 25), Buffer.from(';')]), 'VALIDATION_ERROR'],
		['a GIF cut off', GIF.subarray(0, 60), 'PICTURE_UNREADABLE'], ['a WebP cut off', WEBP.subarray(0, 60), 'PICTURE_UNREADABLE'],
		['a head alone', good.subarray(0, 33), 'PICTURE_UNREADABLE'], ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'VALIDATION_ERROR']
	])
		assert.ok(refused(await send(ann, bytes), 422, status).body.errors.photo, what)
	assert.equal(named(), was)
	assert.equal((await fetched(photo)).status, 200)
	ok(await send(ann, JPEG.subarray(0, -8)))
	// A picture to one and an archive to another is a picture.
	const both = Buffer.concat([picture(), Buffer.from('PK\x05\x06' + '\0'.repeat(18))])
	assert.ok(!(await fetched(ok(await send(ann, both)).photo)).bytes.includes('PK\x05\x06'))
})

test('on a page: the form again, with why at the picture', async () => {
	const browser = new Browser(), person = await new_customer()

	await browser.go('/sign-in')
	await browser.submit('/sign-in', { mobile_number: person.mobile_number, password: person.password })
	await browser.send('/sign-in/code', { otp: await code(person.mobile_number) })
	for (const [bytes, says] of [[png(20000, 20000), /more than 40 million pixels/], [wide().subarray(0, 40000), /damaged and cannot be read/]]) {
		await browser.open('/account')
		await browser.open('/account', {
			method: 'POST', body: upload('photo', bytes, { ...browser.hidden('/account'), name: 'Ada Lovelace', email: '', locale: 'en' })
		})
		assert.equal(browser.status, 422)
		assert.match(browser.html, says)
		assert.match(browser.html, /id="e-photo"/)
		assert.match(browser.html, /value="Ada Lovelace"/)
	}
	await browser.open('/account', {
		method: 'POST', body: upload('photo', wide(), { ...browser.hidden('/account'), name: 'Ada Lovelace', email: '', locale: 'en' })
	})
	await browser.open('/account')
	const [, source] = browser.html.match(/<img class="portrait" src="([^"]+)"/)
	assert.deepEqual(size((await fetched(site + source.replaceAll('&amp;', '&'))).bytes), [320, 224])
})

// ---- children that die ----

const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
const ticks = (pid) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[11])
// One whose rows come in passes, so that a child is at it for a while.
const slow = () => png(6200, 6200, Buffer.alloc(6200 * 6200 + 6200 * 3), [], 0, 1)

// Sends it and, as soon as a child of that process is in the middle of it, gives that child.
async function in_the_middle(pid, person, bytes) {
	const before = Object.fromEntries(children(pid).map((child) => [child, ticks(child)])), answer = send(person, bytes)
	let busy

	await until('a child is at it', () => (busy = children(pid).find((child) => child in before && ticks(child) > before[child] + 4)))
	return { answer, busy }
}

test('a child that is killed in the middle costs that picture alone; one that hangs is ended', async () => {
	const ann = await new_customer(), bob = await new_customer(), pid = own.pid('pictures'), bytes = slow()
	const { answer, busy } = await in_the_middle(pid, ann, bytes)

	process.kill(busy, 'SIGKILL')
	assert.ok(refused(await answer, 422, 'PICTURE_UNREADABLE').body.errors.photo)
	assert.equal(sql(`SELECT COUNT(*) FROM stored_file WHERE sha256 = '${sha(bytes)}'`)[0][0], '0')
	await until('another came', () => !children(pid).includes(busy) && children(pid).length >= 1)
	ok(await send(bob, wide()))
	ok(await send(ann, bytes))
	assert.match(own.log('pictures'), /"event":"picture_child_died"/)

	const hung = await in_the_middle(pid, ann, bytes), began = Date.now()
	process.kill(hung.busy, 'SIGSTOP')
	refused(await hung.answer, 422, 'PICTURE_UNREADABLE')
	assert.ok(Date.now() - began < 8000)
	assert.ok(!children(pid).includes(hung.busy))
	ok(await send(bob, wide()))
})

test('what a child makes cannot be had but by what it is given: it has no other file, and no way to open one', async () => {
	const [child] = children(own.pid('pictures')), status = readFileSync(`/proc/${child}/status`, 'utf8')

	assert.match(status, /^Seccomp:\s*2$/m)
	assert.match(status, /^NoNewPrivs:\s*1$/m)
	assert.match(readFileSync(`/proc/${child}/limits`, 'utf8'), /^Max address space\s+536870912\s/m)
	assert.equal(readFileSync(`/proc/${child}/environ`, 'utf8'), '')
})

test('where pictures has gone in the middle, a worker does it by a child of its own, and again when it is back', async () => {
	const ann = await new_customer(), pid = own.pid('pictures'), { answer } = await in_the_middle(pid, ann, slow())
	const before = own.log('serve').match(/"event":"pictures_away"/g)?.length ?? 0

	process.kill(pid, 'SIGKILL')
	ok(await answer)
	assert.ok(own.log('serve').match(/"event":"pictures_away"/g).length > before)
	const { photo } = ok(await send(ann, wide()))
	assert.deepEqual(size((await fetched(`${photo}&size=thumb`)).bytes), [320, 224])
	assert.ok(refused(await send(ann, wide().subarray(0, 9000)), 422, 'PICTURE_UNREADABLE'))

	const again = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'pictures'], { stdio: 'ignore' })
	after(() => again.kill('SIGTERM'))
	await until('it is back', () => readFileSync(`${process.env.GATEHOUSE_RUN}/pictures.state`, 'utf8').split(' ')[1] === 'ready' &&
		readFileSync(`${process.env.GATEHOUSE_RUN}/pictures.pid`, 'utf8').trim() === String(again.pid))
	await until('its children came', () => children(again.pid).length > 0)
	const made = () => children(again.pid).reduce((sum, child) => sum + ticks(child), 0), so_far = made()
	ok(await send(ann, slow()))
	assert.ok(made() > so_far)
})

test('two at once take turns, and nobody\'s picture is another\'s', async () => {
	const people = []
	while (people.length < 8)
		people.push(await new_customer())
	const sizes = people.map((_, i) => [400 + 50 * i, 640 - 40 * i])
	const answers = await Promise.all(people.map((person, i) => send(person, png(...sizes[i], grain(...sizes[i])))))

	for (const [i, answer] of answers.entries()) {
		if (answer.status === 503) {
			refused(answer, 503, 'BUSY')
			continue
		}
		const [w, h] = size((await fetched(`${ok(answer).photo}&size=thumb`)).bytes), [width, height] = sizes[i]
		assert.equal(Math.max(w, h), 320)
		assert.ok(Math.abs(w / h - width / height) < 0.02, `${w} ${h}`)
	}
	assert.ok(answers.filter(({ status }) => status === 200).length >= 2)
})

// ---- what was stored before there were small ones ----

const path_of = (name) => join(process.env.GATEHOUSE_DIR, 'files', name.slice(0, 2), name.slice(2, 4), name)

test('pictures from before there were small ones get theirs in the background; one that is broken is told of once, and shown as it is', async () => {
	const people = []
	while (people.length < 60)
		people.push(await new_customer())
	// More than are looked at in one go, each as it stood before; of two the disk has something else, of a third nothing.
	const photos = people.map((_, i) => i % 2 ? png(400 + i, 330, grain(400 + i, 330)) : picture()), [first, tiny, rotten, lost] = [1, 0, 3, 5]
	for (const [i, person] of people.entries())
		ok(await send(person, photos[i]))
	const names = photos.map(sha), thumbs = photos.map(thumb_of), all = names.map((name) => `'${name}'`).join()
	const as_before = () => sql(`UPDATE stored_file SET thumb = NULL, looked = 0, unnamed_since = NULL WHERE sha256 IN (${all})`)
	const row = (i) => sql(`SELECT COALESCE(thumb, 'none'), looked FROM stored_file WHERE sha256 = '${names[i]}'`)[0]
	const waiting = () => Number(sql(`SELECT COUNT(*) FROM stored_file WHERE looked = 0 AND sha256 IN (${all})`)[0][0])
	const told = () => own.log('jobs').match(new RegExp(`"event":"stored_picture_unreadable".*${names[rotten]}`, 'g'))?.length ?? 0
	const run = async () => {
		jobs_run('thumbs')
		await until('the job ran', () => sql("SELECT due_at > UTC_TIMESTAMP(3) AND lease IS NULL FROM job WHERE name = 'thumbs'")[0][0] === '1')
	}

	as_before()
	writeFileSync(path_of(names[rotten]), photos[rotten].subarray(0, 20000))
	renameSync(path_of(names[lost]), `${path_of(names[lost])}.away`)
	const { photo } = ok(await as(people[first]).get(ME)), small = () => fetched(`${photo}&size=thumb`)
	assert.deepEqual((await small()).bytes, photos[first], 'until then it is shown itself')
	await run()
	assert.equal(waiting(), 1)
	for (const [i, thumb] of thumbs.entries())
		if (i !== rotten && i !== lost)
			assert.deepEqual(row(i), [thumb, '1'], `${i}`)
	assert.deepEqual([row(tiny), row(rotten), row(lost)], [['none', '1'], ['none', '1'], ['none', '0']])
	assert.equal(sha((await small()).bytes), thumbs[first])
	assert.equal(told(), 1)
	// What was not there is done when it is; nothing else is looked at, or told, again.
	renameSync(`${path_of(names[lost])}.away`, path_of(names[lost]))
	await run()
	assert.deepEqual([row(lost), waiting(), told()], [[thumbs[lost], '1'], 0, 1])
	// Killed in the middle, the next run goes on; what is there already is not made anew.
	as_before()
	process.kill(own.pid('jobs'), 'SIGSTOP')
	try {
		jobs_run('thumbs')
		const child = spawn(process.env.GATEHOUSE_BIN, ['-c', process.env.GATEHOUSE_INI, 'jobs', '--once'], { stdio: 'ignore' }), over = once(child, 'exit')
		await until('some are done', () => waiting() < 55)
		child.kill('SIGKILL')
		await over
		assert.ok(waiting() > 0, 'it was too fast to be killed')
	} finally {
		process.kill(own.pid('jobs'), 'SIGCONT')
	}
	await run()
	assert.equal(waiting(), 0)
	for (const [i, thumb] of thumbs.entries())
		assert.deepEqual(row(i), [i === rotten ? 'none' : thumb, '1'], `${i}`)
})
