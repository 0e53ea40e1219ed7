/* Shows what the site tells people on their devices (docs/push.md), and opens what that is about. A service worker of /push/, below which
 * no page lies, with a scope for each portal, so that who is signed in to two of them is told of both. */
'use strict';

const told = (data) => {
	try {
		return data.json();
	} catch {
		return {};
	}
};
/* Nothing but this site is ever opened. */
const address = (path) => {
	const url = new URL(path || '/', self.location.origin);

	return url.origin === self.location.origin ? url.href : self.location.origin;
};

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('push', (event) => {
	const { title, body, url, tag, lang } = told(event.data);

	/* A browser that shows nothing for a push shows something of its own. */
	event.waitUntil(self.registration.showNotification(title || self.location.host, { body, tag, lang, dir: 'auto', data: { url } }));
});

async function open(url) {
	const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
	const there = pages.find((page) => page.url === url);

	return there ? there.focus() : self.clients.openWindow(url);
}

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	event.waitUntil(open(address(event.notification.data?.url)));
});
