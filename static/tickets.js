/* The tickets that were opened on this device are there without a network too. A service worker of /tickets/ alone: it asks the
 * network first, keeps what was answered, and gives that where the network is away; a kept page is never shown where the server
 * answers. Whatever says that nobody is signed in any more, or somebody signs out (app.js), empties it. */
'use strict';
const PAGES = 'gatehouse-tickets', PARTS = 'gatehouse-parts', MOST = 60, AWAY_MS = 6000;

const keeps = (url) => /^\/tickets\/(order\/)?\d+\/?$/.test(url.pathname);

async function forget() {
	await Promise.all([PAGES, PARTS].map((name) => caches.delete(name)));
}

async function keep(name, request, answer) {
	const cache = await caches.open(name), kept = await cache.keys();

	if (kept.length >= MOST)
		await cache.delete(kept[0]);
	await cache.put(request, answer);
}

/* A network that hangs is none. */
function ask(request) {
	const stop = new AbortController(), timer = setTimeout(() => stop.abort(), AWAY_MS);

	return fetch(request, { signal: stop.signal }).finally(() => clearTimeout(timer));
}

async function page(event, url) {
	const key = url.pathname.replace(/\/$/, '');
	let answer;

	try {
		answer = await ask(event.request);
	} catch (error) {
		const kept = await (await caches.open(PAGES)).match(key);

		if (kept)
			return kept;
		throw error;
	}
	/* To the sign-in, or refused: whoever was here has gone. */
	if (answer.type === 'opaqueredirect' || answer.redirected || answer.status === 401 || answer.status === 403)
		event.waitUntil(forget());
	else if (answer.status === 200 && keeps(url))
		event.waitUntil(keep(PAGES, key, answer.clone()));
	else if (answer.status === 404 && keeps(url))
		event.waitUntil(caches.open(PAGES).then((cache) => cache.delete(key)));
	return answer;
}

/* What pages are made of has its content's hash in its name, so it never changes. */
async function part(event) {
	const kept = await (await caches.open(PARTS)).match(event.request);

	if (kept)
		return kept;
	const answer = await fetch(event.request);

	if (answer.status === 200)
		event.waitUntil(keep(PARTS, event.request, answer.clone()));
	return answer;
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
	const url = new URL(event.request.url);

	if (event.request.method !== 'GET' || url.origin !== self.location.origin)
		return;
	if (event.request.mode === 'navigate')
		event.respondWith(page(event, url));
	else if (url.pathname.startsWith('/static/'))
		event.respondWith(part(event));
});
