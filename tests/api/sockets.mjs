// Clients of sockets: plain ones by hand, and Socket.IO's official one.
import { io } from 'socket.io-client'
import WebSocket from 'ws'
import { site } from './lib.mjs'

export const at = new URL(site), ws_at = `ws://${at.host}`
const open_ones = []

// For after(): all that are open are closed.
export const leave_all = () => open_ones.splice(0).forEach((one) => (one.terminate ?? one.disconnect).call(one))

// A plain socket (raw: its frames are no JSON): frames that came, next(type) for the next of a type, when(fits) for the next
// that fits, closed: its code. at: where, if not here.
export function plain(path, { headers, protocols, raw, at: host = ws_at } = {}) {
	const ws = new WebSocket(`${host}${path}`, protocols ?? [], { headers }), frames = [], waiting = []
	const told = { ws, frames, opened: new Promise((done, failed) => { ws.on('open', done); ws.on('error', failed) }) }

	open_ones.push(ws)
	told.opened.catch(() => {})
	told.refused = new Promise((done) => ws.on('unexpected-response', (_, answer) => {
		let text = ''

		answer.on('data', (some) => { text += some })
		answer.on('end', () => done({ status: answer.statusCode, body: text && JSON.parse(text) }))
		ws.emit('error', new Error('refused'))
	}))
	told.closed = new Promise((done) => ws.on('close', (code) => done(code)))
	ws.on('message', (text, binary) => {
		frames.push(raw ? String(text) : binary ? text : JSON.parse(text))
		waiting.splice(0).forEach((wake) => wake())
	})
	told.when = async (fits, from = 0, what = String(fits)) => {
		for (;;) {
			const found = frames.slice(from).find(fits)

			if (found)
				return found
			await new Promise((done, failed) => {
				waiting.push(done)
				setTimeout(() => failed(new Error(`no ${what} in ${JSON.stringify(frames).slice(0, 400)}`)), 5000).unref()
			})
		}
	}
	told.next = (type, from = 0) => told.when((frame) => frame.type === type, from, type)
	return told
}

// The official client.
export function client(auth, { path = '', ...more } = {}) {
	const socket = io(`${site}${path}`, { auth, transports: ['websocket'], reconnection: false, forceNew: true, ...more }), snapshots = []

	open_ones.push(socket)
	socket.on('snapshot', (snapshot) => snapshots.push(snapshot))
	socket.snapshots = snapshots
	socket.came = new Promise((done, failed) => { socket.on('connect', done); socket.on('connect_error', failed) })
	socket.came.catch(() => {})
	return socket
}
export const bearer = (person) => ({ Authorization: `Bearer ${person.access}` })
