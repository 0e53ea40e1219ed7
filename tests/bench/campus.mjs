// What an institution asks of 2,000,000 records: each figure, by its days, and lists of records.
//
//	TOKEN=… node campus.mjs URL		a line each: kind, what, ms (the median of TRIES), records that it counts
const [url] = process.argv.slice(2), { TOKEN, TRIES = 7 } = process.env
const FIGURES = ['histograms/attendance-hourly/', 'histograms/weekly-pattern/', 'histograms/department-comparison/', 'histograms/verification-time/',
	'attendance-trends/', 'department-summary/']

async function ask(path) {
	const began = performance.now(), reply = await fetch(`${url}/api/campus/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } }), body = await reply.json()

	if (reply.status !== 200)
		throw new Error(`${path}: ${reply.status} ${JSON.stringify(body)}`)
	return { ms: performance.now() - began, body }
}

// Records that a figure counts, where it says so.
const counted = (body) => body.total_samples ?? (Array.isArray(body) ? body : body.results ?? body.points ?? []).reduce((sum, row) => sum + (row.attended ?? 0), 0)

async function measure(kind, path) {
	const took = []
	let last

	for (let i = 0; i < +TRIES; i++) {
		last = await ask(path)
		took.push(last.ms)
	}
	console.log([kind, path, took.sort((a, b) => a - b)[took.length >> 1].toFixed(1), counted(last.body)].join('\t'))
}

for (const figure of FIGURES)
	for (const days of [7, 30, 366])
		await measure('figure', `analytics/${figure}?days=${days}${figure.startsWith('attendance-trends') && days > 30 ? '&group_by=week' : ''}`)
for (const days of [30, 366])
	await measure('dashboard', `analytics/dashboard/?days=${days}`)
for (const query of ['', '?status=late', '?verification_status=pending', '?search=person', '?ordering=-submitted_at', '?department=1'])
	await measure('list', `attendance/${query}`)
