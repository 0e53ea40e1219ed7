/* A mark can begin without a network: whatever page of a mark is asked for and does not come, the page of marks that come later is given in its
 * place, as it was kept (GET /campus/later); static/later.js finds by the address what was meant. A service worker of /campus/ that watches over
 * these pages alone, and asks the network first each time. Whatever says that nobody is signed in any more, or somebody signs out (app.js),
 * takes the page away; what waits to be sent is later.js's own, and stays. */
'use strict';
const PAGE = '/campus/later', KEPT = 'gatehouse-marks', AWAY_MS = 6000;
const OURS = /^\/campus\/(later|m(\/[^/]*)?|mark\/[^/]+(\/\w+)?)\/?$/;

/* What the page names besides: scripts, the style, icons. Their names have their content's hash. */
const named = (html) => [...new Set([...html.matchAll(/"(\/static\/[^"?#]+)/g)].map(([, address]) => address))];

/* A network that hangs is none. What is sent is let go on, for nobody knows whether it came. */
function ask(request) {
	const stop = new AbortController(), timer = request.method === 'GET' ? setTimeout(() => stop.abort(), AWAY_MS) : 0;

	return fetch(request, { signal: stop.signal }).finally(() => clearTimeout(timer));
}

const forget = () => caches.delete(KEPT);

async function keep(answer) {
	const cache = await caches.open(KEPT), parts = named(await answer.clone().text());

	await Promise.all(parts.map(async (part) => await cache.match(part) ?? cache.add(part)));
	await cache.put(PAGE, answer);
	for (const { url } of await cache.keys())
		if (![PAGE, ...parts].includes(new URL(url).pathname))
			await cache.delete(url);
}

async function keep_anew() {
	const answer = await fetch(PAGE, { cache: 'no-store', credentials: 'same-origin' });

	await (answer.ok && !answer.redirected ? keep(answer) : forget());
}

async function page(event) {
	const is_page = new URL(event.request.url).pathname.replace(/\/$/, '') === PAGE && event.request.method === 'GET';
	let answer;

	try {
		answer = await ask(event.request);
	} catch (error) {
		const kept = await (await caches.open(KEPT)).match(PAGE);

		if (kept)
			return kept;
		throw error;
	}
	if (is_page)
		event.waitUntil(answer.ok && !answer.redirected ? keep(answer.clone()) : forget());
	return answer;
}

const part = async (request) => await (await caches.open(KEPT)).match(request) ?? fetch(request);

self.addEventListener('install', (event) => {
	self.skipWaiting();
	event.waitUntil(keep_anew().catch(() => {}));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => event.data === 'keep' && event.waitUntil(keep_anew().catch(() => {})));
self.addEventListener('fetch', (event) => {
	const { request } = event, { origin, pathname } = new URL(request.url);

	if (origin !== self.location.origin)
		return;
	if (request.mode === 'navigate') {
		if (OURS.test(pathname))
			event.respondWith(page(event));
	} else if (request.method === 'GET' && pathname.startsWith('/static/')) {
		event.respondWith(part(request));
	}
});
