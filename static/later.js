/* Marks that were made without a network. Each is on the disk before it is called kept, is seen until its person takes it off the list, and is sent
 * again, with growing pauses, until the server has said what became of it; its client_id makes it one mark however often it is sent. It is
 * sent only while whose it is is signed in here. Whatever the server does not take stays, with the reason.
 *
 *   [data-later]             where this is shown, with data-account, who is signed in; on the overview only how many wait (data-waiting)
 *   [data-later-keep]        there are events that take such marks: static/marks.js keeps the page for them
 *   [data-later-form]        what a mark is made by, where the address is a code's and the page came from the device (static/marks.js)
 *   [data-later-send]        the form that a mark is sent as, for its fields */
(() => {
	'use strict';
	const root = document.querySelector('[data-later]'), { serviceWorker, locks } = navigator;

	if (!root || !window.indexedDB)
		return;
	const NAME = 'gatehouse-marks', AT = '/campus/later', PAUSES_MS = [2000, 5000, 15_000, 30_000, 60_000, 300_000], ANSWER_MS = 60_000;
	const WAITS = 'waits', SENT = 'sent', REFUSED = 'refused';
	const lang = document.documentElement.lang || 'en', { account } = root.dataset, list = root.querySelector('[data-later-list]');
	let failures = 0, timer = 0, sending = null, note = '';

	/* ---- the disk ---- */
	const asked = (request) => new Promise((done, failed) => {
		request.onsuccess = () => done(request.result);
		request.onerror = () => failed(request.error);
	});
	const opened = (() => {
		const request = indexedDB.open(NAME, 1);

		request.onupgradeneeded = () => request.result.createObjectStore('marks', { keyPath: 'client_id' });
		return asked(request);
	})();

	/* Gives what does() gave once it is on the disk. */
	async function on_disk(mode, does) {
		const transaction = (await opened).transaction('marks', mode, { durability: 'strict' });
		const over = new Promise((done, failed) => {
			transaction.oncomplete = done;
			transaction.onabort = transaction.onerror = () => failed(transaction.error);
		});
		const [result] = await Promise.all([asked(does(transaction.objectStore('marks'))), over]);

		return result;
	}
	const all = async () => (await on_disk('readonly', (marks) => marks.getAll())).sort((a, b) => a.scanned_at.localeCompare(b.scanned_at));
	const put = (mark) => on_disk('readwrite', (marks) => marks.put(mark));

	/* ---- what is seen ---- */
	const said_of = (mark) => mark.state === REFUSED ? mark.message
		: mark.state === SENT ? root.dataset[mark.twice ? 'twice' : 'sent']
			: mark.account !== account ? root.dataset.other
				: sending === mark.client_id ? root.dataset.sending : note || root.dataset.waits;

	function show_one(mark) {
		const item = root.querySelector('[data-later-item]').content.cloneNode(true), [title, time, says, button] = ['h3', 'time', '[role=status]', 'button'].map((one) => item.querySelector(one));

		title.textContent = mark.title;
		time.dateTime = mark.scanned_at;
		time.textContent = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short', numberingSystem: 'latn' }).format(new Date(mark.scanned_at));
		says.textContent = said_of(mark);
		item.querySelector('li').dataset.state = mark.state;
		button.hidden = mark.state === WAITS;
		button.addEventListener('click', async () => {
			await on_disk('readwrite', (marks) => marks.delete(mark.client_id));
			await show();
		});
		return item;
	}

	async function show() {
		const marks = await all();

		if (list) {
			list.replaceChildren(...marks.map(show_one));
			root.querySelector('[data-later-none]').hidden = marks.length > 0;
			return;
		}
		root.hidden = !marks.length;
		root.querySelector('a').textContent = root.dataset.waiting.replace('{1}', String(marks.length));
	}

	/* ---- sending ---- */
	class Away extends Error {}

	async function fetched(options = {}) {
		try {
			const answer = await fetch(AT, { cache: 'no-store', credentials: 'same-origin', signal: AbortSignal.timeout?.(ANSWER_MS), ...options });

			if (!answer.ok)
				throw new Away(answer.status);
			return { answer, html: new DOMParser().parseFromString(await answer.text(), 'text/html') };
		} catch (error) {
			throw error instanceof Away ? error : new Away(error.message);
		}
	}

	/* A form that the server gives now: the page's own may be of yesterday. Null: nobody is signed in, or somebody else. */
	async function form_of(mark) {
		const { html } = await fetched(), there = html.querySelector('[data-later]'), form = html.querySelector('[data-later-send]');

		if (form && there.dataset.account === mark.account)
			return new FormData(form);
		note = form ? '' : root.dataset.signedOut ?? '';
		return null;
	}

	async function send(mark) {
		const body = await form_of(mark);

		if (!body)
			return false;
		const { client_id, event_id, qr_token, scanned_at, front, back, sends } = mark;
		body.set('device_time', new Date().toISOString());
		body.set('items', JSON.stringify([{ client_id, event_id, qr_token, scanned_at, ...sends }]));
		if (front)
			body.set(`front_${client_id}`, front, 'front.jpg');
		if (back)
			body.set(`back_${client_id}`, back, 'back.jpg');
		const { html } = await fetched({ method: 'POST', body }), verdict = html.querySelector(`[data-client="${client_id}"]`)?.dataset;
		if (!verdict)
			throw new Away('no verdict');
		const refused = verdict.verdict === 'rejected';
		/* What was taken needs no photo here any more. */
		await put({ ...mark, state: refused ? REFUSED : SENT, message: verdict.message, twice: verdict.verdict === 'duplicate', ...(refused ? {} : { front: null, back: null, sends: {} }) });
		return true;
	}

	async function send_all() {
		const marks = (await all()).filter((mark) => mark.state === WAITS && mark.account === account);

		clearTimeout(timer);
		try {
			for (const mark of marks) {
				sending = mark.client_id;
				await show();
				if (!await send(mark))
					break;
				failures = 0;
			}
		} catch (error) {
			if (!(error instanceof Away))
				console.error(error);
			const pause = PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)];
			timer = setTimeout(flush, pause * (0.75 + Math.random() / 2));
		}
		sending = null;
		await show();
	}

	/* One window at a time. */
	const flush = () => (locks ? locks.request(NAME, { ifAvailable: true }, (lock) => lock && send_all()) : send_all()).catch((error) => console.error(error));

	/* ---- a new one ---- */
	const code = window.location.pathname.match(/^\/campus\/m\/(GHA1\.[\w-]{51})\/?$/)?.[1];
	const form = root.querySelector('[data-later-form]'), says = root.querySelector('[data-later-says]');

	/* The first sixteen bytes of a code are its event. */
	function event_of(token) {
		const bytes = atob(token.slice(5).replaceAll('-', '+').replaceAll('_', '/').slice(0, 24)), hex = [...bytes.slice(0, 16)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');

		return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
	}

	/* When the code was scanned is when its address was opened first. */
	function scanned(token) {
		const known = sessionStorage.getItem(token) ?? new Date().toISOString();

		sessionStorage.setItem(token, known);
		return known;
	}

	function tell(what) {
		says.textContent = says.dataset[what];
		says.hidden = false;
	}

	function begin(event, scanned_at) {
		const { title, steps, latitude, longitude, radius } = event.dataset, wanted = JSON.parse(steps), part = root.querySelector('[data-later-new]');

		for (const step of form.querySelectorAll('[data-step]'))
			if (!wanted.includes(step.dataset.step) || (step.dataset.step === 'location' && !latitude))
				step.remove();
		if (form.querySelector('[data-step=location]'))
			Object.assign(form.dataset, { latitude, longitude, radius });
		else
			delete form.dataset.place;
		part.querySelector('h2').textContent = title;
		part.hidden = false;
		form.addEventListener('submit', async (submitted) => {
			submitted.preventDefault();
			const value = (name) => form.elements[name]?.value.trim() || undefined, file = (name) => form.elements[name]?.files[0] ?? null, place = value('latitude') !== undefined;
			const strokes = value('strokes'), number = (name) => place ? Number(value(name)) : undefined;
			const mark = {
				client_id: crypto.randomUUID(), account, event_id: event.dataset.event, title, qr_token: code, scanned_at, state: WAITS, front: file('front_photo'), back: file('back_photo'),
				sends: { latitude: number('latitude'), longitude: number('longitude'), accuracy: number('accuracy'), strokes: strokes && JSON.parse(strokes), typed_name: strokes ? undefined : value('typed_name') }
			};

			try {
				await put(mark);
			} catch (error) {
				console.error(error);
				says.textContent = root.dataset.full;
				says.hidden = false;
				return;
			}
			part.hidden = true;
			await show();
			list.querySelector('li:last-child [role=status]').scrollIntoView({ block: 'center' });
			flush();
		});
	}

	function begin_any() {
		if (!form)
			return;
		if (!code) {
			if (window.location.pathname.replace(/\/$/, '') !== AT)
				tell('step');
			return;
		}
		const event = root.querySelector(`[data-event="${event_of(code)}"]`), now = Date.now();

		if (!event)
			tell('unknown');
		else if (now < Date.parse(event.dataset.opens))
			tell('early');
		else if (now >= Date.parse(event.dataset.closes))
			tell('over');
		else
			begin(event, scanned(code));
	}

	begin_any();
	if (serviceWorker && document.querySelector('[data-later-keep]'))
		serviceWorker.register('/campus/sw.js', { scope: '/campus/' }).then((made) => made.active?.postMessage('keep')).catch(() => {});
	window.addEventListener('online', () => {
		failures = 0;
		flush();
	});
	document.addEventListener('visibilitychange', () => document.hidden || flush());
	show().then(flush).catch((error) => console.error(error));
})();
