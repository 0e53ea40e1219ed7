/* News of one topic ("/api/live/events/7") by the first way that goes through: a WebSocket, events that the server sends, asking and
 * waiting. All of them say the same (docs/realtime.md). A way that brought something is tried again when it breaks, for a server
 * restarts; one that never did is left for the next. */

/* Something comes every 20 s; a connection that is silent for longer is dead, though the browser has not noticed.
 * One that says nothing at the first is no way. */
const SILENCE_MS = 45_000, FIRST_MS = 10_000, LOOK_MS = 5000, WAIT_S = 25, PAUSES_S = [1, 2, 4, 8, 16, 30], LOST = 4;
/* A close that no new try would mend: the session has ended, the right or the topic is gone. */
const FINAL = new Set([4401, 4403, 4404]);

/* A way is a function of where and of what it tells: snapshot(it), alive() when there is no news, away() when the server lost its
 * database, over() when nothing will come any more, broken() when this connection is of no use. It gives what closes it. */

function by_socket(url, told) {
	const address = new URL(url.replace('/api/live/', '/ws/live/'), window.location.href);

	address.protocol = address.protocol.replace('http', 'ws');
	const socket = new WebSocket(address, ['gatehouse.v1']);

	socket.onmessage = ({ data }) => {
		const frame = JSON.parse(data);

		if (frame.type === 'snapshot')
			told.snapshot(frame);
		else if (frame.type === 'away')
			told.away();
		else if (frame.type === 'heartbeat')
			told.alive();
	};
	socket.onclose = ({ code }) => (FINAL.has(code) ? told.over() : told.broken());
	return () => {
		socket.onclose = socket.onmessage = null;
		socket.close();
	};
}

function by_events(url, told) {
	const source = new EventSource(url);

	for (const name of ['counts', 'order'])
		source.addEventListener(name, ({ data }) => told.snapshot(JSON.parse(data)));
	source.addEventListener('still', told.alive);
	source.addEventListener('away', told.away);
	source.addEventListener('end', told.over);
	source.onerror = told.broken;
	return () => source.close();
}

/* Where nothing may wait (a shared host), the server says when to ask again. */
function by_asking(url, told) {
	const mine = new AbortController();
	let tag = '';

	async function ask() {
		const reply = await fetch(`${url}?since=${encodeURIComponent(tag)}&wait=${WAIT_S}`, { headers: { Accept: 'application/json' }, signal: mine.signal });

		if (mine.signal.aborted)
			return;
		if ([401, 403, 404].includes(reply.status)) {
			told.over();
			return;
		}
		if (!reply.ok)
			throw new Error(String(reply.status));
		const { data } = await reply.json();

		if (mine.signal.aborted)
			return;
		if (data.changed)
			told.snapshot(data);
		else
			told.alive();
		({ tag } = data);
		setTimeout(go_on, 1000 * (data.retry_after ?? 0.2));
	}
	function go_on() {
		if (!mine.signal.aborted)
			ask().catch(() => mine.signal.aborted || told.broken());
	}
	go_on();
	return () => mine.abort();
}

const WAYS = [
	{ open: by_socket, there: () => 'WebSocket' in window },
	{ open: by_events, there: () => 'EventSource' in window },
	{ open: by_asking, there: () => true }
];

/**
 * Watches url until the page goes, but holds no connection while nobody looks at it.
 * snapshot(it): it is news. state(name): "connecting", "live", "away" (what is shown may not hold), "over" (for good).
 * alive(): the server was heard.
 */
export function follow(url, { snapshot, state, alive }) {
	const ways = WAYS.filter(({ there }) => there());
	let way = 0, proven = false, close = null, again = null, failures = 0, heard = 0, over = false;

	function stop() {
		clearTimeout(again);
		close?.();
		close = again = null;
	}
	function hears() {
		proven = true;
		failures = 0;
		heard = Date.now();
	}
	function lives() {
		hears();
		alive();
		state('live');
	}
	/* Of a way that is not proven nobody knows whether it goes here: so the next, until none is left. */
	function broken() {
		stop();
		if (!proven && ++way < ways.length) {
			start();
			return;
		}
		if (!proven)
			way = 0;
		proven = proven && failures < LOST;
		state(++failures > 1 ? 'away' : 'connecting'); /* one failure may be a server that restarts */
		again = setTimeout(start, 1000 * PAUSES_S[Math.min(failures, PAUSES_S.length) - 1] * (0.5 + Math.random()));
	}
	const told = {
		alive: lives,
		broken,
		snapshot(it) {
			lives();
			snapshot(it);
		},
		away() {
			hears();
			state('away');
		},
		over() {
			stop();
			over = true;
			state('over');
		}
	};
	function start() {
		stop();
		if (over || document.hidden)
			return;
		heard = Date.now();
		state(failures > 1 ? 'away' : 'connecting');
		try {
			close = ways[way].open(url, told);
		} catch { /* a policy of the browser's */
			broken();
		}
	}

	document.addEventListener('visibilitychange', () => (document.hidden ? stop() : start()));
	window.addEventListener('pagehide', stop);
	window.addEventListener('pageshow', ({ persisted }) => persisted && start());
	window.addEventListener('online', start);
	window.addEventListener('offline', () => {
		stop();
		failures = 2;
		if (!over)
			state('away');
	});
	setInterval(() => {
		if (close && Date.now() - heard > (proven ? SILENCE_MS : FIRST_MS))
			broken();
	}, LOOK_MS);
	start();
}
