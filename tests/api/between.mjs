// Stands between the program and MariaDB and lets the database fail at one statement of one request, which no real server
// does when it is asked to. It knows of the protocol where commands begin, and how a refusal looks.
import { createServer, connect } from 'node:net'

const QUERY = 0x03, PREPARE = 0x16, EXECUTE = 0x17, BULK = 0xfa

// An error packet, the first of an answer.
function refusal({ code, state = 'HY000', message }) {
	const body = Buffer.concat([Buffer.from([0xff, code & 255, code >> 8]), Buffer.from(`#${state}${message}`)])

	return Buffer.concat([Buffer.from([body.length & 255, body.length >> 8, 0, 1]), body])
}

// Listens on path for what is meant for target()'s socket. Of what it gives:
//	statements  how many were sent since arm()
//	asked       their SQL
//	arm(fault)  what fails from now on: { at, commit, cut, code, message }: from the at-th statement on, and each COMMIT
//	            where commit, or from the first (nth) on that reads so: { of: /pattern/, nth }; with the connection lost and no other had (cut), or refused with that code. None: nothing.
//	            { at, kill }: at the at-th statement kill(pid) ends who sent it, so it never arrives, or where late is said too, its
//	            answer does not. What a worker prepares is no statement then: a young one prepares all of them, another none.
//	hit         what failed first: its SQL; undefined while nothing has
//	alone       what was changed outside of a transaction since arm(): each statement's SQL
export async function between(path, target) {
	const state = { statements: 0, asked: [], fault: undefined, hit: undefined, alone: [] }
	const links = new Set()

	// What a worker does of its own is no request's: it writes looks at events, and asks now and then whether the schema is still its own.
	const OWN = /^(ROLLBACK|SET SESSION|INSERT INTO event_view_day|SELECT version FROM schema_now )|AS views FROM JSON_TABLE/

	function fails(sql, kind) {
		if (OWN.test(sql) || (kind === PREPARE && state.fault?.kill))
			return false
		state.statements++
		state.asked.push(sql)
		const { at, of, nth = 1, commit } = state.fault ?? {}
		if (!(of ? state.hit || (of.test(sql) && state.asked.filter((one) => of.test(one)).length >= nth) : state.statements >= at || (commit && sql === 'COMMIT')))
			return false
		state.hit ??= sql
		return true
	}

	const server = createServer((client) => {
		if (state.fault?.cut && state.hit)
			return client.destroy()
		const database = connect(target()), link = { client, database }, texts = new Map()
		const end = () => {
			client.destroy()
			database.destroy()
			links.delete(link)
		}
		let waiting = Buffer.alloc(0), preparing, killing, open = false, pid

		function command(packet) {
			const kind = packet[4]
			let sql

			if (kind === QUERY || kind === PREPARE)
				sql = packet.toString('utf8', 5)
			else if (kind === EXECUTE || kind === BULK)
				sql = texts.get(packet.readUInt32LE(5))
			else
				return database.write(packet)
			if (/^(COMMIT|ROLLBACK)/.test(sql))
				open = false
			else if (kind !== PREPARE && /^(BEGIN NOT ATOMIC .*)?START TRANSACTION/.test(sql))
				open = true
			else if (!open && kind !== PREPARE && !/^(\(?SELECT|WITH|EXPLAIN|SET) /.test(sql))
				state.alone.push(sql)
			if (!fails(sql, kind)) {
				preparing = kind === PREPARE ? sql : undefined
				return database.write(packet)
			}
			if (state.fault.kill) {
				const { kill, late } = state.fault

				state.fault = undefined
				if (!late)
					return kill(pid)
				killing = () => kill(pid)
				return database.write(packet)
			}
			if (!state.fault.cut)
				return client.write(refusal(state.fault))
			for (const each of [...links])
				each.end()
		}

		link.end = end
		links.add(link)
		client.on('data', (data) => {
			waiting = Buffer.concat([waiting, data])
			while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUIntLE(0, 3)) {
				const packet = waiting.subarray(0, 4 + waiting.readUIntLE(0, 3))

				waiting = waiting.subarray(packet.length)
				if (packet[3] === 0) {
					command(packet)
				} else {
					// The client's part in signing on, with what it says of itself: each name and value after its length.
					pid ??= Number(/_pid.(\d+)/s.exec(packet.toString('latin1'))?.[1])
					database.write(packet)
				}
			}
		})
		database.on('data', (data) => {
			if (killing)
				return killing()
			if (preparing !== undefined && data[4] === 0)
				texts.set(data.readUInt32LE(5), preparing)
			preparing = undefined
			client.write(data)
		})
		for (const socket of [client, database])
			socket.on('error', end).on('close', end)
	})

	await new Promise((resolve) => server.listen(path, resolve))
	server.unref()
	return Object.assign(state, {
		arm(fault) {
			state.statements = 0
			state.asked = []
			state.fault = fault
			state.hit = undefined
			state.alone = []
		}
	})
}
