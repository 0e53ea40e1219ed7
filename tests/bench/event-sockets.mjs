// People who watch one event of a campus by its own sockets.
//
//	node event-sockets.mjs PORT EVENT TOKENS N [again]	a token a line, N sockets; prints "ready" once each had its snapshot. again: who
//								is closed comes again, half a second later
//
// Then, for a line "N AT" on standard input: waits until each was told that so many attended, and prints how many milliseconds after AT (ns of
// the monotonic clock) the last of them was, and how many were not within ten seconds: "told 312 missing 0".
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import WebSocket from 'ws'

const [port, event, file, n, again] = process.argv.slice(2)
const tokens = readFileSync(file, 'utf8').trim().split('\n').slice(0, Number(n))
const attended = tokens.map(() => -1), since = tokens.map(() => 0n)

function come(token, i, resolve, reject) {
	const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/events/${event}/`, { headers: { authorization: `Bearer ${token}` } })

	socket.on('error', (error) => again || reject(error))
	socket.on('close', (code) => again ? setTimeout(come, 500, token, i, resolve, reject) : reject(new Error(`closed: ${code}`)))
	socket.on('message', (text) => {
		const { counts } = JSON.parse(text)

		if (counts && counts.attended !== attended[i])
			[attended[i], since[i]] = [counts.attended, process.hrtime.bigint()]
		resolve()
	})
}

await Promise.all(tokens.map((token, i) => new Promise((resolve, reject) => come(token, i, resolve, reject))))
console.log('ready')
for await (const line of createInterface({ input: process.stdin })) {
	const [wanted, at] = line.split(' '), missing = () => attended.filter((count) => count !== Number(wanted)).length, end = Date.now() + 10_000

	while (missing() && Date.now() < end)
		await new Promise((resolve) => setTimeout(resolve, 20))
	const last = since.reduce((most, time) => time > most ? time : most, 0n)
	console.log(`told ${Number(last - BigInt(at)) / 1e6} missing ${missing()}`)
}
process.exit(0)
