/* The switch on the profile's page by which somebody is told on this device: <section data-push="the site's key" data-scope="/push/…/"
 * data-of="the account"> with two forms, data-on and data-off, each hidden until it is the one that fits. The browser makes the subscription or gives it up,
 * and the form that says so is sent as any other. */
(async () => {
	'use strict';
	const part = document.querySelector('[data-push]');

	if (!part || !navigator.serviceWorker || !window.PushManager || !window.Notification)
		return;
	const on = part.querySelector('[data-on]'), off = part.querySelector('[data-off]'), note = part.querySelector('[data-push-note]');
	const { push: key, scope, of } = part.dataset, whose = `gatehouse-push ${scope}`;
	const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
	const registration = await navigator.serviceWorker.getRegistration(scope);
	/* It may be of another portal's scope, which lies above. */
	const here = registration && new URL(registration.scope).pathname === scope ? registration : null;
	const had = await here?.pushManager.getSubscription();
	/* One for another key of this site is worth nothing, and one of whoever was here before is theirs until it is said anew. */
	const fits = had && text(had.options.applicationServerKey) === key, is_on = fits && localStorage.getItem(whose) === of;

	async function subscribe() {
		const made = await navigator.serviceWorker.register('/push/sw.js', { scope });

		await active(made);
		if (had && !fits)
			await had.unsubscribe();
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
			localStorage.setItem(whose, of);
			on.submit();
		} catch {
			/* Not allowed, or no push service: the browser says why. */
			note.hidden = false;
		}
	});
	off.addEventListener('submit', async (event) => {
		event.preventDefault();
		fill(off, { endpoint: had.endpoint });
		localStorage.removeItem(whose);
		await had.unsubscribe().catch(() => {});
		off.submit();
	});
	part.hidden = false;
	on.hidden = is_on;
	off.hidden = !is_on;
})();
