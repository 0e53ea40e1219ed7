/* Keeps the gate's app on the device: the shell and all its files, of one version, whole. GET /gate/sw.js says which (FILES: their
 * addresses, which bear their content's hash; VERSION) and brings this in. Answers of the API are never kept, and nothing but
 * the app is answered from here.
 *
 * A module names another by its plain address, a page by the one with the hash: both are the same file of this version.
 *
 * Words of another language than English are kept where they are spoken, which the page says; those that an older version kept are. */
/* global FILES, VERSION */
'use strict';
const SHELL = '/gate/app', MINE = `gatehouse-gate-${VERSION}`, WORDS = /\/words-(?!en\b)\w+\.js$/;
/* It draws codes on tickets' pages (parts/list). */
const NOT_OURS = /\/lean-qr\//;

const plain = (path) => path.replace(/\.[0-9a-f]{6,64}(\.[a-z0-9]+)$/, '$1');
const HASHED = new Map(FILES.map((path) => [plain(path), path]));

async function fetched(address) {
	const answer = await fetch(address, { cache: address.startsWith('/static/') ? 'default' : 'reload', credentials: 'same-origin' });

	if (!answer.ok || answer.redirected)
		throw new Error(`${address}: ${answer.status}`);
	return answer;
}

/* What the shell names besides: the style, icons. */
const named = (html) => [...html.matchAll(/"(\/static\/[^"?#]+)"/g)].map(([, address]) => address);

async function install() {
	const cache = await caches.open(MINE), shell = await fetched(SHELL), wanted = new Map(HASHED);

	for (const path of wanted.keys())
		if (NOT_OURS.test(path) || WORDS.test(path) && !await caches.match(path))
			wanted.delete(path);
	for (const address of named(await shell.clone().text()))
		wanted.set(plain(address), address);
	await Promise.all([...wanted].map(async ([path, address]) => cache.put(path, await fetched(address))));
	await cache.put(SHELL, shell);
}

async function keep(path) {
	const cache = await caches.open(MINE);

	if (HASHED.has(path) && !await cache.match(path))
		await cache.put(path, await fetched(HASHED.get(path)));
}

async function clean() {
	for (const name of await caches.keys())
		if (name.startsWith('gatehouse-gate-') && name !== MINE)
			await caches.delete(name);
	await self.clients.claim();
}

async function kept(request, path) {
	const cache = await caches.open(MINE);

	return await cache.match(path) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(clean()));
self.addEventListener('message', (event) => {
	if (event.data === 'take over')
		self.skipWaiting();
	else if (event.data?.words)
		event.waitUntil(keep(`/static/gate/words-${event.data.words}.js`).catch(() => {}));
});
self.addEventListener('fetch', (event) => {
	const { request } = event, { origin, pathname } = new URL(request.url), path = pathname.replace(/\/$/, '');

	if (request.method !== 'GET' || origin !== self.location.origin)
		return;
	if (request.mode === 'navigate') {
		if (path === SHELL)
			event.respondWith(kept(request, SHELL));
	} else if (pathname.startsWith('/static/')) {
		const key = plain(pathname);

		/* Of another version, or of another page: it is not ours to answer. */
		if (pathname === key || !HASHED.has(key) || HASHED.get(key) === pathname)
			event.respondWith(kept(request, key));
	}
});
