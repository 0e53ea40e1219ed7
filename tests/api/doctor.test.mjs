// A site as it is in the field: on https behind something that takes the TLS off, with a mail server and an SMS gateway, no demo.
// What `gatehouse doctor` finds wrong there is broken here, one thing after the other, and mended as its sentence says,
// by what the sentence says where that is a command; and then it is clean.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer as http_server, request as http_request } from 'node:http'
import { createServer as https_server, request as https_request } from 'node:https'
import { createServer as net_server } from 'node:net'
import { once } from 'node:events'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const at = mkdtempSync(join(tmpdir(), 'gatehouse-doctor-'))
const certify = (name) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
	'-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', join(at, `${name}.key`), '-out', join(at, `${name}.pem`)], { stdio: 'ignore' })
const pem = join(at, 'site.pem'), key = join(at, 'site.key')
certify('site')
certify('other')

const listening = async (server, port = 0) => {
	await once(server.listen(port, '127.0.0.1'), 'listening')
	return server.address().port
}

// ---- what stands around the site ----

// Takes the TLS off, and says for whom as long as `says`.
let web_port, says = true
const tls = https_server({ key: readFileSync(key), cert: readFileSync(pem) }, (asked, answer) => {
	const headers = { ...asked.headers, ...(says ? { 'x-forwarded-for': asked.socket.remoteAddress.replace('::ffff:', ''), 'x-forwarded-proto': 'https' } : {}) }
	const on = http_request({ host: '127.0.0.1', port: web_port, method: asked.method, path: asked.url, headers }, (got) => {
		answer.writeHead(got.statusCode, got.headers)
		got.pipe(answer)
	})

	on.on('error', () => answer.destroy())
	asked.pipe(on)
})

const mails = []
const smtp_talk = (socket) => {
	let data = false, text = ''

	socket.write('220 mail.test ESMTP\r\n')
	socket.on('error', () => {})
	socket.on('data', (bytes) => {
		const lines = (text + bytes).split('\r\n')

		text = lines.pop()
		for (const line of lines) {
			if (data && line !== '.')
				continue
			if (data)
				mails.push(line)
			data = line === 'DATA'
			socket.write(line === 'DATA' ? '354 go on\r\n' : line.startsWith('EHLO') ? '250-mail.test\r\n250 8BITMIME\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
		}
	})
}
const sms_answer = (asked, answer) => asked.resume().on('end', () => answer.end('{}'))
let smtp = net_server(smtp_talk), sms = http_server(sms_answer)
const tls_port = await listening(tls), smtp_port = await listening(smtp), sms_port = await listening(sms)
const url = `https://localhost:${tls_port}`

const { stand_in } = await import('./stripe.mjs')
const stripe = await stand_in({ tells: false })
const { own_stack } = await import('./own.mjs')
const own = await own_stack('doctor', { set: [
	`site.base_url=${url}`, 'site.demo=no', 'serve.outside_workers=8',
	'payment.provider=sandbox', `payment.url=${stripe.url}`, `payment.secret_key=${stripe.secret_key}`, 'payment.publishable_key=pk_test_of_it',
	'mail.transport=smtp', `mail.url=smtp://127.0.0.1:${smtp_port}`, 'mail.from=tickets@example.test',
	'sms.transport=http', `sms.url=http://127.0.0.1:${sms_port}/send`
] })
web_port = new URL(own.url).port
const { sql } = await import('./lib.mjs')
const { until } = await import('./world.mjs')

// Nothing here may cost money: see the last but one.
before(() => sql('UPDATE ticket_category SET price = 0'))
after(async () => {
	for (const server of [tls, smtp, sms])
		server.close()
	await own.stop()
	rmSync(at, { recursive: true })
})

// ---- asking ----

const ini = process.env.GATEHOUSE_INI, settings = readFileSync(ini, 'utf8')
const spawned = (command, words, { env, input, encoding = 'utf8' } = {}) => new Promise((resolve, reject) => {
	const child = spawn(command, words, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
	let said = ''

	child.stdout.setEncoding(encoding).on('data', (text) => said += text)
	child.stderr.setEncoding(encoding).on('data', (text) => said += text)
	child.on('error', reject)
	child.on('exit', (status) => resolve({ status, said }))
	child.stdin.end(input ?? '')
})
// The servers around it answer from this process, so it must not wait for the doctor without answering.
const doctor = async (env = {}, file = ini) => spawned(process.env.GATEHOUSE_BIN, ['-c', file, 'doctor'], { env: { CURL_CA_BUNDLE: pem, ...env } })
const clean = async (env, file) => {
	const { status, said } = await doctor(env, file)

	assert.match(said, /^0 wrong, 0 worth a look$/m, said)
	assert.equal(status, 0)
}
// Finds this, in a line of that grade; gives the sentence below it.
const finds = async (line, env, file) => {
	const { said } = await doctor(env, file), lines = said.split('\n')
	const i = lines.findIndex((one) => line.test(one))

	assert.ok(i >= 0, `${line}: ${said}`)
	return lines[i + 1].trim()
}
const shell = (command) => execFileSync('sh', ['-c', command.replace(/ {4}\(.*\)$/, '')])
const mend_rights = (said) => {
	const statement = said.match(/^ {5}(REVOKE ALL .*)$/m)?.[1]

	assert.ok(statement, said)
	execFileSync('mariadb', ['--no-defaults', '-u', 'root', '-S', process.env.GATEHOUSE_DB_SOCKET, '-e', statement])
}
// The settings with others, in a file that stands beside them.
function with_settings(changes) {
	const file = join(at, 'other.ini')
	let text = settings

	for (const [name, value] of Object.entries(changes))
		text = new RegExp(`^${name} *=`, 'm').test(text) ? text.replace(new RegExp(`^(${name} *=).*$`, 'm'), `$1 ${value}`)
			: text.replace(/^\[site\]$/m, `[site]\n${name} = ${value}`)
	writeFileSync(file, text, { mode: 0o600 })
	chmodSync(file, 0o600)
	return file
}
const reload = async (changes) => {
	const file = with_settings(changes), workers = () => readFileSync(`/proc/${own.pid('serve')}/task/${own.pid('serve')}/children`, 'utf8').trim().split(' ')
	const before = new Set(workers())

	writeFileSync(ini, readFileSync(file))
	process.kill(own.pid('serve'), 'SIGHUP')
	await until('all workers are new', () => workers().every((pid) => !before.has(pid)))
}

// Over TLS, as a browser: { status, headers, text }.
const ask = (path, headers = {}) => new Promise((resolve, reject) => {
	https_request({ host: 'localhost', port: tls_port, path, headers, ca: readFileSync(pem) }, (answer) => {
		let text = ''

		answer.setEncoding('utf8').on('data', (more) => text += more).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }))
	}).on('error', reject).end()
})

// ---- the site on https ----

test('a site that is on https says so to browsers, whoever takes the TLS off and whatever they say', async () => {
	for (const [named, said] of [['127.0.0.1', true], ['', true], ['', false]]) {
		await reload({ proxies: named })
		says = said
		const { status, headers } = await ask('/sign-in')

		assert.equal(status, 200)
		assert.match(headers['set-cookie'][0], /^__Host-gh_form=.*; Secure$/, `${named} ${said}`)
		assert.match(headers['strict-transport-security'], /^max-age=31536000/)
	}
	says = true
	await reload({})
})

test('behind a proxy that is not named: no metrics for the world, and readyz, the log, metrics and doctor say what is missing', async () => {
	assert.equal((await ask('/metrics')).status, 200) // this machine, as the named proxy says
	assert.equal((await ask('/metrics', { 'x-forwarded-for': '198.51.100.7' })).status, 200) // whatever a client says before it
	const told = () => own.log('serve').split('\n').filter((one) => one.includes('"proxy_not_named"')).map((one) => JSON.parse(one)), before = told().length
	await reload({ proxies: '' })
	for (const said of [true, false]) {
		says = said
		assert.equal((await ask('/metrics')).status, 404)
		assert.equal(JSON.parse((await ask('/readyz')).text).proxies, 'PROXY_NOT_NAMED')
	}
	says = true
	const line = told().at(-1)
	assert.equal(told().length, before + 1, 'the log is full of it')
	assert.equal(line.level, 'warn')
	assert.equal(line.setting, '[site] proxies')
	const mend = await finds(/^BAD {2}requests come through a proxy that \[site\] proxies does not name/)
	assert.match(mend, /Set \[site\] proxies to the address .*proxy_not_named/)
	// As it says.
	await reload({ proxies: line.address })
	await clean()
	const counted = (await ask('/metrics')).text.match(/^gatehouse_relayed_total (\d+)$/m)
	assert.equal(counted[1], '0') // since the reload
})

test('doctor is clean', () => clean())

// ---- settings ----

test('the settings\' file is not everybody\'s to read', async () => {
	chmodSync(ini, 0o644)
	shell((await finds(/^BAD {2}the settings .* can be read by everybody/)).replace(/, and think.*/, ''))
	assert.equal(statSync(ini).mode & 0o777, 0o640)
	await clean()
})

test('base_url: at the root of a host, and https', async () => {
	const mend = await finds(/^BAD {2}base_url is .*shop: Gatehouse is at the root of a host, and not below \/shop$/, {}, with_settings({ base_url: `${url}/shop` }))

	await clean({}, with_settings({ base_url: mend.match(/set \[site\] base_url to (\S+)\.$/)[1] }))
	assert.match(await finds(/^BAD {2}base_url is http:/, {}, with_settings({ base_url: `http://127.0.0.1:${web_port}` })), /https address people use/)
	assert.match(await finds(/^BAD {2}demo mode on a public address/, {}, with_settings({ base_url: 'https://tickets.invalid', demo: 'yes' })), /demo = no/)
})

test('what is to be scanned wants https, for phones give their camera to nothing else', async () => {
	const plain = with_settings({ base_url: 'http://tickets.invalid' })

	assert.match(await finds(/^hmm {2}.+ is to be scanned, but without https phones have no camera/, {}, plain), /TLS.*\[site\] base_url/)
	// To the machine itself they do; and where nothing is to be scanned it is nobody's concern.
	assert.doesNotMatch((await doctor({}, with_settings({ base_url: `http://127.0.0.1:${web_port}` }))).said, /is to be scanned/)
	sql('UPDATE event SET scanning_enabled = NOT scanning_enabled')
	assert.doesNotMatch((await doctor({}, plain)).said, /is to be scanned/)
	sql('UPDATE event SET scanning_enabled = NOT scanning_enabled')
})

test('locale: a language that there is', async () => {
	assert.match(await finds(/^BAD {2}there are no texts in tlh/, {}, with_settings({ locale: 'tlh' })), /templates\/lang/)
	await clean({}, with_settings({ locale: 'ar' }))
})

test('mail and text messages: nowhere, or not to be reached', async () => {
	assert.match(await finds(/^hmm {2}(text messages go|mail goes) nowhere/, {}, with_settings({ transport: 'sandbox' })), /Set \[(sms|mail)\] transport/)
	smtp.close()
	sms.close()
	assert.match(await finds(/^BAD {2}the mail server smtp:.* does not answer: /), /\[mail\] url/)
	assert.match(await finds(/^BAD {2}the SMS gateway http:.* does not answer: /), /\[sms\] url/)
	smtp = net_server(smtp_talk)
	sms = http_server(sms_answer)
	await listening(smtp, smtp_port)
	await listening(sms, sms_port)
	await clean()
})

test('the site that does not answer, or another that does', async () => {
	assert.match(await finds(/^hmm {2}the site does not answer at https:\/\/localhost:1\/readyz/, {}, with_settings({ base_url: 'https://localhost:1' })), /Start the web server/)
	assert.match(await finds(/^hmm {2}the site does not answer at .*certificate/, { CURL_CA_BUNDLE: join(at, 'other.pem') }), /curl -i/)
})

// ---- what was installed ----

test('templates are parsed, static files are looked at and asked for', async () => {
	const templates = join(at, 'templates'), statics = join(at, 'static')
	cpSync(settings.match(/^templates *= *(.*)$/m)[1], templates, { recursive: true })
	cpSync(settings.match(/^static *= *(.*)$/m)[1], statics, { recursive: true })
	const file = () => with_settings({ templates, static: statics })

	await clean({}, file())
	writeFileSync(join(templates, 'event/show.html'), '<?cs if:data.title ?>')
	assert.match(await finds(/^BAD {2}templates .*: event\/show\.html: /, {}, file()), /Install again/)
	cpSync(join(settings.match(/^templates *= *(.*)$/m)[1], 'event/show.html'), join(templates, 'event/show.html'))

	writeFileSync(join(statics, 'style.css.gz'), 'old')
	utimesSync(join(statics, 'style.css.gz'), new Date(0), new Date(0))
	shell(await finds(/^BAD {2}.*style\.css\.gz is older/, {}, file()))
	await clean({}, file())
	rmSync(join(statics, 'style.css'))
	assert.match(await finds(/^BAD {2}.*style\.css is not there/, {}, file()), /Install again/)
	await clean()
})

test('time zones: of this machine, and of the events', async () => {
	const none = mkdtempSync(join(at, 'zones-'))
	assert.match(await finds(/^BAD {2}the time zone Europe\/Berlin is not known here/, { TZDIR: none }), /tzdata/)
	sql("UPDATE event SET time_zone = 'Europe/Atlantis' WHERE id = 1")
	assert.match(await finds(/^BAD {2}events are in the time zone Europe\/Atlantis/), /a zone that is known/)
	sql("UPDATE event SET time_zone = 'Europe/Berlin' WHERE id = 1")
	await clean()
})

test('fonts: of the languages, and of what events are called', async () => {
	const fonts = mkdtempSync(join(at, 'fonts-')), conf = join(at, 'fonts.conf'), env = { FONTCONFIG_FILE: conf }
	const have = (name) => cpSync(`/usr/share/fonts/truetype/noto/${name}-Regular.ttf`, join(fonts, `${name}.ttf`))

	writeFileSync(conf, `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>`)
	have('NotoSans')
	assert.match(await finds(/^BAD {2}no font has the script of a language of this site: Arab$/, env), /apt-get install fonts-noto-core/)
	have('NotoSansArabic')
	await clean(env)
	const [[id, title]] = sql('SELECT id, title FROM event ORDER BY id DESC LIMIT 1')
	sql(`UPDATE event SET title = '東京の夜 Ωδή ሙዚቃ' WHERE id = ${id}`)
	assert.match(await finds(/^hmm {2}no font has the script of some events' or people's names: Hani, Hira, Ethi$/, env), /fonts-noto-cjk/)
	sql(`UPDATE event SET title = '${String(title).trim().replaceAll("'", "''")}' WHERE id = ${id}`)
	await clean(env)
})

test('a static file that only its owner reads, a style sheet that the web server does not send, a site that is not ready', async () => {
	const statics = join(at, 'unread')
	cpSync(settings.match(/^static *= *(.*)$/m)[1], statics, { recursive: true })
	chmodSync(join(statics, 'app.js'), 0o640)
	shell(await finds(/^hmm {2}.*app\.js cannot be read by the web server's account/, {}, with_settings({ static: statics })))
	await clean({}, with_settings({ static: statics }))

	let ready = { status: 200, said: { writes: 'ok', proxies: 'ok' } }
	const other = http_server((asked, answer) => {
		answer.writeHead(asked.url === '/readyz' ? ready.status : 404, { 'content-type': 'application/json' })
		answer.end(JSON.stringify(ready.said))
	})
	const elsewhere = with_settings({ base_url: `http://127.0.0.1:${await listening(other)}` })
	try {
		assert.match(await finds(/^BAD {2}the web server does not send the style sheet \/static\/style\..*: 404/, {}, elsewhere), /Let the web server send .* as \/static\//)
		ready.said.writes = 'DATABASE_FULL'
		assert.match(await finds(/^BAD {2}the site's workers cannot write: DATABASE_FULL/, {}, elsewhere), /the log of `gatehouse serve`/)
		ready = { status: 503, said: { message: 'Not yet.' } }
		assert.match(await finds(/^BAD {2}the site answers 503 at .*: Not yet\./, {}, elsewhere), /`curl -i http.*readyz`/)
	} finally {
		other.close()
	}
	await clean()
})

test('room for what is only there for a while, memory, processes that do not run', async () => {
	const none = join(at, 'none')
	assert.match(await finds(new RegExp(`^BAD {2}temporary files ${none} is not there`), { TMPDIR: none }), /Set TMPDIR/)
	await clean({ TMPDIR: at })
	const crowded = with_settings({})
	appendFileSync(crowded, '\n[serve]\nhash_seats = 512\ngate_hash_seats = 512\nweb_workers = 512\n') // 21 GB
	if (totalmem() < 40e9)
		assert.match(await finds(/^hmm {2}workers and passwords may take \d+ of this machine's \d+ MB/, {}, crowded), /Lower \[serve\] .*hash_seats/)
	mkdirSync(none)
	chmodSync(none, 0o750)
	const idle = with_settings({ run_dir: none })
	for (const [socket, unit] of [['web', 'gatehouse'], ['gate', 'gatehouse'], ['book', 'gatehouse'], ['outside', 'gatehouse'], ['live', 'gatehouse-live'],
		['picture', 'gatehouse-pictures']])
		assert.match(await finds(new RegExp(`^hmm {2}nothing answers on ${none}/${socket}\\.sock`), {}, idle), new RegExp(`systemctl start ${unit}\\)`))
	rmSync(none, { recursive: true })
})

test('the database\'s own settings', async () => {
	const set = (name, value) => execFileSync('mariadb', ['--no-defaults', '-u', 'root', '-S', process.env.GATEHOUSE_DB_SOCKET, '-e', `SET GLOBAL ${name} = ${value}`])

	for (const [grade, name, wrong, right, mend] of [
		['BAD', 'innodb_flush_log_at_trx_commit', '2', '1', /^Set it to 1/], ['hmm', 'character_set_server', 'latin1', 'utf8mb4', /^Set it to utf8mb4/],
		['hmm', 'local_infile', 'ON', 'OFF', /^Switch it off/], ['hmm', 'innodb_print_all_deadlocks', 'OFF', 'ON', /^Switch it on/]
	]) {
		set(name, wrong)
		assert.match(await finds(new RegExp(`^${grade} {2}${name} = ${wrong}, `)), mend)
		set(name, right)
		await clean()
	}
})

// ---- rights ----

test('directories and sockets: nobody\'s but Gatehouse\'s and the web server\'s', async () => {
	const files = settings.match(/^files *= *(.*)$/m)[1]

	for (const [path, mode, line] of [
		[own.run, 0o777, /^BAD {2}the run directory can be written by everybody on this machine: /],
		[files, 0o755, /^BAD {2}what people uploaded can be read by everybody/],
		[join(own.run, 'web.sock'), 0o666, /^BAD {2}everybody on this machine may speak to .*web\.sock/],
		[join(own.run, 'live.sock'), 0o600, /^BAD {2}the web server's group may not write to .*live\.sock/]
	]) {
		const was = statSync(path).mode & 0o7777

		chmodSync(path, mode)
		shell(await finds(line))
		await clean()
		chmodSync(path, was)
	}
	assert.match(await finds(/^BAD {2}run directory .* is not there/, {}, with_settings({ run_dir: join(at, 'run') })), /^install -d -o /)
	assert.match(await finds(/^BAD {2}files .* is not there/, {}, with_settings({ files: join(at, 'files') })), /^install -d -o /)
	shell((await finds(/^BAD {2}files .* is not there/, {}, with_settings({ files: join(at, 'files') }))))
	await clean({}, with_settings({ files: join(at, 'files') }))
})

test('rights in the database beyond its own', async () => {
	for (const grant of ['SUPER ON *.*', 'SELECT ON mysql.*', 'SELECT ON `gatehouse%`.*']) {
		execFileSync('mariadb', ['--no-defaults', '-u', 'root', '-S', process.env.GATEHOUSE_DB_SOCKET, '-e', `GRANT ${grant} TO gatehouse@localhost`])
		await finds(/^hmm {2}'gatehouse'@'localhost' has \d+ rights beyond its own database: (SUPER|SELECT) on .* \(where another site .* of its own first\)$/)
		mend_rights((await doctor()).said)
		await clean()
	}
})

// ---- what goes on ----

test('jobs that do not run, one that failed, messages that were given up', async () => {
	process.kill(own.pid('jobs'), 'SIGSTOP')
	sql("UPDATE job SET due_at = UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE, lease = NULL WHERE name = 'tidy'")
	assert.match(await finds(/^hmm {2}jobs do not run: job tidy is due for 6\d\d s/), /Start `gatehouse jobs`/)
	process.kill(own.pid('jobs'), 'SIGCONT')
	await until('it ran', () => sql("SELECT COUNT(*) FROM job WHERE name = 'tidy' AND due_at > UTC_TIMESTAMP(3)")[0][0] === '1')
	await clean()

	sql("UPDATE job SET error = 'There is no room.' WHERE name = 'files'")
	assert.match(await finds(/^hmm {2}the job files failed: There is no room\./), /tried again by itself/)
	sql("UPDATE job SET due_at = UTC_TIMESTAMP(3) WHERE name = 'files'")
	await until('it ran', () => sql("SELECT COUNT(*) FROM job WHERE error IS NOT NULL")[0][0] === '0')
	await clean()

	sql(`INSERT INTO outbox (channel, recipient, subject, body, status, due_at, created_at, error) VALUES
		('mail', 'ada@example.test', 'Hello', 'Hello', 'failed', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 'The mail server answered 550.')`)
	assert.match(await finds(/^hmm {2}1 messages were given up since yesterday, the last mail: The mail server answered 550\./), /send them again/)
	sql("UPDATE outbox SET status = 'queued', due_at = UTC_TIMESTAMP(3) WHERE status = 'failed'")
	await until('it was sent', () => sql("SELECT COUNT(*) FROM outbox WHERE status <> 'sent'")[0][0] === '0')
	assert.ok(mails.length > 0)
	await clean()
})

test('nobody of the staff can sign in', async () => {
	sql("UPDATE account a JOIN account_role r ON r.account_id = a.id SET a.status = 'disabled' WHERE r.role = 'superadmin'")
	const mend = await finds(/^hmm {2}nobody can sign in as staff yet/)
	const words = mend.split(' ').slice(1)
	const { status, said } = await spawned(process.env.GATEHOUSE_BIN, ['-c', ini, ...words], { input: 'a password of this test\n' })

	assert.equal(status, 0, said)
	await clean()
	sql("UPDATE account a JOIN account_role r ON r.account_id = a.id SET a.status = 'active' WHERE r.role = 'superadmin'")
})

test('what costs money is not on sale where none is taken', async () => {
	const event = sql("SELECT e.id, c.id FROM event e JOIN ticket_category c ON c.event_id = e.id WHERE e.status = 'published' LIMIT 1")[0]

	sql(`UPDATE ticket_category SET price = 2500 WHERE id = ${event[1]}`)
	assert.match(await finds(/^BAD {2}\d+ kinds of tickets on sale cost money, but no payments are taken/), /the price 0/)
	sql(`UPDATE ticket_category SET price = 0 WHERE id = ${event[1]}`)
	await clean()
})

test('payments: keys, notices, and whether Stripe answers', async () => {
	const settings_of = (more) => with_settings({ provider: 'stripe', ...more })

	await clean({}, settings_of())
	assert.match((await doctor({}, settings_of())).said, /^ok {3}Stripe's key is one of test mode: no card is charged$/m)
	assert.match(await finds(/^BAD {2}Stripe's notices are refused/, {}, settings_of({ webhook_secret: '' })), /webhook\/stripe\/ as docs\/payments\.md/)
	assert.match(await finds(/^BAD {2}Stripe's keys are of two modes/, {}, settings_of({ publishable_key: 'pk_live_of_it' })), /of the same mode/)
	assert.match(await finds(/^BAD {2}Stripe at http.*: it does not know the key/, {}, settings_of({ secret_key: 'sk_test_of_another' })), /secret_key right/)
	assert.match((await doctor({}, settings_of({ secret_key: 'sk_live_of_another' }))).said, /Stripe's key is a live one/)
	assert.doesNotMatch((await doctor({}, settings_of({ secret_key: 'sk_live_of_another' }))).said, /sk_live_of/)
	await stripe.stop()
	assert.match(await finds(/^BAD {2}Stripe at http.*: no answer/, {}, settings_of()), /may this machine reach it/)
	await clean()
})

test('more workers than connections', async () => {
	assert.match(await finds(/^BAD {2}400 connections are allowed, this node alone wants/, {}, with_settings({ outside_workers: 400 })), /lower the numbers of workers/)
	await clean({}, with_settings({ outside_workers: 16 }))
})
