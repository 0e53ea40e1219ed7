/* Codes that turn: each <figure data-turning="/tickets/7/code.svg"> gets the code of now, every few seconds anew, without a network too.
 *
 *   data-code, data-secret, data-step, data-digits   what the digits are made of: RFC 6238, TOTP with SHA-1
 *   data-drawer             the module that draws QR codes. Where it is missing, or the browser lets only https do cryptography, the
 *                           picture comes from the server, and without a network there is none: [data-turning-stuck] says so
 *   [data-turning-left]     for how long this code is shown, with data-text="New code in {1}"
 *   [data-turning-text]     the code as text, of a page with one
 *
 * The phone's clock may be wrong by minutes and the gate's decides, so the server's is asked, and how far apart they are is kept: a
 * page that is opened without a network goes by that. */
(() => {
	'use strict';
	const figures = [...document.querySelectorAll('[data-turning]')], CLOCK = 'gatehouse-clock', ASK_MS = 5 * 60 * 1000, ANSWER_MS = 5000, RETRY_MS = 2000;
	if (!figures.length)
		return;
	const lang = document.documentElement.lang || 'en', step = Number(figures[0].dataset.step) * 1000;
	const seconds = new Intl.NumberFormat(lang, { style: 'unit', unit: 'second', unitDisplay: 'short', numberingSystem: 'latn' });
	const stuck = document.querySelectorAll('[data-turning-stuck]');
	let ahead = null, asked = -Infinity, asking = null, shown = null, drawer = null, ready = false;

	try {
		ahead = localStorage.getItem(CLOCK);
	} catch {
		/* A browser that keeps nothing. */
	}
	const now = () => Date.now() + Number(ahead);

	/* ---- the digits ---- */
	const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));

	async function digits(figure, counter) {
		const { secret, digits: length } = figure.dataset, text = new DataView(new ArrayBuffer(8));

		text.setBigUint64(0, BigInt(counter));
		const key = await crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
		const hash = new DataView(await crypto.subtle.sign('HMAC', key, text.buffer));
		const number = hash.getUint32(hash.getUint8(19) & 15) & 0x7fffffff;

		return String(number % 10 ** length).padStart(length, '0');
	}

	/* ---- the picture ---- */
	/* As the server draws it: a unit a module, four around it. */
	function svg(text) {
		const code = drawer.generate(text, { minCorrectionLevel: drawer.correction.M, maxCorrectionLevel: drawer.correction.M });
		const side = code.size + 8;
		let path = '';

		for (let y = 0; y < code.size; y++)
			for (let x = 0; x < code.size; x++)
				if (code.get(x, y))
					path += `M${x + 4} ${y + 4}h1v1h-1z`;
		return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side * 8}" height="${side * 8}" shape-rendering="crispEdges">` +
			`<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`;
	}

	function show(figure, picture) {
		figure.querySelector('img').src = `data:image/svg+xml,${encodeURIComponent(picture)}`;
	}

	const say = (is) => {
		stuck.forEach((note) => { note.hidden = !is; });
		figures.forEach((figure) => { figure.hidden = is; });
	};

	async function draw(counter) {
		for (const figure of figures) {
			const text = `${figure.dataset.code}.${await digits(figure, counter)}`, readable = document.querySelector('[data-turning-text]');

			show(figure, svg(text));
			if (readable)
				readable.textContent = text;
		}
	}

	/* ---- the server ---- */
	/* One picture; and what its Date says of this phone's clock. Half a second is what a Date leaves out on average. */
	async function ask(figure) {
		const before = Date.now(), answer = await fetch(figure.dataset.turning, {
			cache: 'no-store', credentials: 'same-origin', signal: AbortSignal.timeout?.(ANSWER_MS)
		});
		const date = Date.parse(answer.headers.get('date'));

		/* Passed on, refunded, or nobody is signed in any more: the page says so. */
		if (answer.redirected || [401, 403, 404, 409].includes(answer.status)) {
			window.location.reload();
			throw new Error('gone');
		}
		if (!answer.ok)
			throw new Error(answer.status);
		if (date) {
			ahead = date + 500 - (before + Date.now()) / 2;
			try {
				localStorage.setItem(CLOCK, String(Math.round(ahead)));
			} catch {
				/* As above. */
			}
		}
		return answer.text();
	}

	/* The server's clock, once in a while; without a network the next try is not far. Gives the question that is under way. */
	function set_clock() {
		if (!asking && Math.abs(Date.now() - asked) >= ASK_MS) {
			asked = Date.now();
			asking = ask(figures[0]).catch(() => { asked = Date.now() - ASK_MS + 15000; }).finally(() => { asking = null; });
		}
		return asking;
	}

	async function fetch_pictures() {
		for (const figure of figures)
			show(figure, await ask(figure));
	}

	/* ---- the turn ---- */
	function count_down() {
		const left = step - now() % step;

		for (const at of document.querySelectorAll('[data-turning-left]')) {
			at.hidden = false;
			at.querySelector('progress').value = left / 1000;
			at.querySelector('span').textContent = at.dataset.text.replace('{1}', seconds.format(Math.ceil(left / 1000)));
		}
	}

	async function turn() {
		const counter = Math.floor(now() / step);

		count_down();
		if (counter === shown)
			return;
		shown = counter;
		try {
			await (drawer ? draw(counter) : fetch_pictures());
			if (counter === shown)
				say(false);
		} catch {
			/* A step is long for somebody who stands at the gate. What a later turn shows is not undone by what this one missed. */
			if (counter !== shown)
				return;
			say(true);
			setTimeout(() => { shown = counter === shown ? null : shown; }, RETRY_MS);
		}
	}

	/* What the server drew is right until the clock is known. One that is known from before serves while the server is asked. */
	async function tick() {
		const answer = set_clock();

		if (ahead === null)
			await answer;
		if (ready)
			await turn();
		else if (ahead !== null)
			count_down();
	}

	/* A network that hangs holds nothing up: what it brings late is taken late. */
	async function fetch_drawer() {
		if (!globalThis.crypto || !crypto.subtle)
			return;
		const coming = import(figures[0].dataset.drawer).then((module) => {
			drawer = module;
			shown = ready ? null : shown;
		}, () => {});

		await Promise.race([coming, new Promise((done) => { setTimeout(done, ANSWER_MS); })]);
	}

	/* What the page is made of stays on this device with it, from the first visit on: its keeper was not there yet. */
	async function keep() {
		const cache = await caches.open('gatehouse-parts');

		for (const url of [...document.querySelectorAll('script[src], link[rel=stylesheet]')].map((part) => part.src || part.href).concat(figures[0].dataset.drawer))
			if (!await cache.match(url))
				await cache.add(url);
	}

	async function start() {
		setInterval(tick, 500);
		await fetch_drawer();
		ready = true;
		await tick();
		if ('caches' in window && drawer)
			keep().catch(() => {});
	}
	const anew = () => {
		asked = -Infinity;
		tick();
	};

	window.addEventListener('online', anew);
	document.addEventListener('visibilitychange', () => document.hidden || anew());
	/* The screen stays on while a code is held up. */
	if (navigator.wakeLock) {
		const stay = () => document.hidden || navigator.wakeLock.request('screen').catch(() => {});

		stay();
		document.addEventListener('visibilitychange', stay);
	}
	start();
})();
