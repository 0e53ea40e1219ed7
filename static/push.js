/* The switch on the profile's page by which somebody is told on this device: <section data-push="the site's key" data-scope="/push/…/"
 * data-told="marks of the devices that are told"> with two forms, data-on and data-off, each hidden until it is the one that fits. The browser makes the subscription or gives it up,
 * and the form that says so is sent as any other. */
(async () => {
	'use strict';
	const part = document.querySelector('[data-push]');

	if (!part || !navigator.serviceWorker || !window.PushManager || !window.Notification)
		return;
	const on = part.querySelector('[data-on]'), off = part.querySelector('[data-off]'), note = part.querySelector('[data-push-note]');
	const { push: key, scope, told } = part.dataset;
	/* As the page marks them: sixteen digits of SHA-256. */
	const mark_of = async (endpoint) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint)))]
		.map((byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, 16);
	const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
	const registration = await navigator.serviceWorker.getRegistration(scope);
	/* It may be of another portal's scope, which lies above. */
	const here = registration && new URL(registration.scope).pathname === scope ? registration : null;
	const had = await here?.pushManager.getSubscription();
	/* One for another key of this site is worth nothing; one that is not theirs who look is of whoever was here before, or was lost. */
	const is_on = had && text(had.options.applicationServerKey) === key && told.split(' ').includes(await mark_of(had.endpoint));

	if (had && !is_on)
		await had.unsubscribe().catch(() => {});

	async function subscribe() {
		const made = await navigator.serviceWorker.register('/push/sw.js', { scope });

		await active(made);
		return (await made.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON();
	}
	/* subscribe() wants a worker that runs; ready is of this page's own scope. */
	function active({ installing, waiting, active: runs }) {
		const worker = installing || waiting;

		return runs || !worker || worker.state === 'activated' ? null : new Promise((done) => {
			worker.addEventListener('statechange', () => worker.state === 'activated' && done());
		});
	}
	const fill = (form, values) => Object.entries(values).forEach(([name, value]) => { form.elements[name].value = value; });

	on.addEventListener('submit', async (event) => {
		event.preventDefault();
		note.hidden = true;
		try {
			const { endpoint, keys } = await subscribe();

			fill(on, { endpoint, 'keys[p256dh]': keys.p256dh, 'keys[auth]': keys.auth });
			on.submit();
		} catch {
			/* Not allowed, or no push service: the browser says why. */
			note.hidden = false;
		}
	});
	off.addEventListener('submit', async (event) => {
		event.preventDefault();
		fill(off, { endpoint: had.endpoint });
		await had.unsubscribe().catch(() => {});
		off.submit();
	});
	part.hidden = false;
	on.hidden = is_on;
	off.hidden = !is_on;
})();
