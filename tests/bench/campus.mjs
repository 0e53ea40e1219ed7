// What an institution asks of 2,000,000 records: each figure, by its days, and lists of records.
//
//	TOKEN=… OF_ORGANIZER=… SIGNED=… PIDS=… node campus.mjs URL	by the tokens of hr and of an organizer, and an event's id, a line each:
//		kind, what, ms (the median of TRIES; 1,000,000: it was not answered), ms of the processors of PIDS and their children
//		(the mean), records that it counts
//	ONLY=figure,list						of figure, dashboard and list these alone
import { readFileSync } from 'node:fs'

const [url] = process.argv.slice(2), { TOKEN, OF_ORGANIZER, SIGNED, ONLY, PIDS = '', TRIES = 7 } = process.env
const FAILED = 1e6, FIGURES = ['histograms/attendance-hourly/', 'histograms/weekly-pattern/', 'histograms/department-comparison/', 'histograms/verification-time/',
	'attendance-trends/', 'department-summary/']

// Ticks of a process's user and system time, a hundred a second.
const ticks = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, n) => sum + +n, 0)
const with_children = (pid) => [pid, ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)]
const processors = () => 10 * PIDS.split(',').filter(Boolean).flatMap(with_children).reduce((sum, pid) => sum + ticks(pid), 0)

async function ask(path, token) {
	const began = performance.now(), reply = await fetch(`${url}/api/campus/${path}`, { headers: { authorization: `Bearer ${token}` } }), body = await reply.json()

	if (reply.status !== 200)
		console.error(`${path}: ${reply.status} ${JSON.stringify(body)}`)
	return { ms: reply.status === 200 ? performance.now() - began : FAILED, body }
}

// Records that a figure counts, where it says so.
const counted = (body) => body.total_samples ?? (Array.isArray(body) ? body : body.results ?? body.points ?? []).reduce((sum, row) => sum + (row.attended ?? 0), 0)

async function measure(kind, path, token = TOKEN) {
	if (ONLY && !ONLY.split(',').includes(kind))
		return
	const took = []
	let last = await ask(path, token)
	const began = processors()

	if (last.ms > 5000)	// it is known by now
		took.push(last.ms)
	for (let i = 0; i < +TRIES && !took.some((ms) => ms > 5000); i++) {
		last = await ask(path, token)
		took.push(last.ms)
	}
	const used = (processors() - began) / took.length
	console.log([kind, path, took.sort((a, b) => a - b)[took.length >> 1].toFixed(1), used.toFixed(0), counted(last.body)].join('\t'))
}

for (const figure of FIGURES)
	for (const days of [7, 30, 366])
		await measure('figure', `analytics/${figure}?days=${days}${figure.startsWith('attendance-trends') && days > 30 ? '&group_by=week' : ''}`)
for (const token of [TOKEN, OF_ORGANIZER])
	for (const days of [30, 366])
		await measure('dashboard', `analytics/dashboard/?days=${days}`, token)
const LISTS = ['', 'status=late', 'status=excused', 'verification_status=pending', 'verification_status=rejected', 'method=card', 'flag=outside', 'search=person',
	'search=nobody', 'search=200017', 'student_id=200017', 'ordering=-submitted_at', 'ordering=status', 'department=1', 'status=late&department=1',
	`date_from=${new Date(Date.now() - 100 * 86400e3).toISOString().slice(0, 10)}`, 'page=2', 'page=50',
	...['full_name', '-full_name', 'student_id', 'title', '-title', 'department', 'distance_m'].map((order) => `ordering=${order}`), 'ordering=full_name&status=late', 'ordering=title&search=nobody',
	'ordering=full_name&page=50']

for (const query of LISTS)
	await measure('list', `attendance/?${query}`)
for (const query of ['', 'search=nobody', 'status=late', 'ordering=full_name', 'ordering=title'])
	await measure('list', `attendance/?${query}`, OF_ORGANIZER)
for (const token of [TOKEN, OF_ORGANIZER])
	for (const query of ['', 'page=50'])
		await measure('list', `attendance/reviews/?${query}`, token)
for (const path of [`events/${SIGNED}/attendance/?include=missing`, `events/${SIGNED}/attendance/?include=missing&page=20`, `events/${SIGNED}/roster/`])
	await measure('list', path)
