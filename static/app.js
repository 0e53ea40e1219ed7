/* What makes the pages better where a browser runs it. Every page works without.
 *
 *   data-until="ISO"      <time> counts down; the page's .countdown gets .soon in the last minute
 *   data-ago              <time datetime> says "5 minutes ago"
 *   data-live-url         on <body>: snapshots of an event; elements with data-live="counts.inside" show its numbers.
 *                         "by_gate.#7.inside" is the item with id 7. A <progress> gets the number as its value. data-say:
 *                         what a screen reader hears before a number, seldom. A "live" event on document has all of it.
 *   data-confirm="…?"     on <form> or its button: asks before sending
 *   data-copy="text"      a button, hidden without scripts, that copies
 *   data-print            a button, hidden without scripts, that prints
 *   data-auto             on <form>: a changed select, date or box sends it
 *   data-keep-focus       the gate's text field: a scanner types into it whatever was tapped before
 */
(() => {
	'use strict';
	const body = document.body, lang = document.documentElement.lang || 'en';
	const all = (selector, root = document) => [...root.querySelectorAll(selector)];
	const say = (text) => { document.getElementById('live-note').textContent = text; };
	const number = new Intl.NumberFormat(lang, { numberingSystem: 'latn' });
	/* The server's clock decides when a hold ends: the phone's may be wrong by minutes. */
	const skew = body.dataset.now ? Date.parse(body.dataset.now) - Date.now() : 0;
	const now = () => Date.now() + skew;

	/* ---- time ---- */
	function countDown() {
		for (const time of all('[data-until]')) {
			const left = Math.max(0, Math.ceil((Date.parse(time.dataset.until) - now()) / 1000));
			const hours = Math.floor(left / 3600), two = (n) => String(n).padStart(2, '0');
			const clock = (hours ? hours + ':' : '') + two(Math.floor(left / 60) % 60) + ':' + two(left % 60);
			const box = time.closest('.countdown');

			if (left === 0 && !time.dataset.over) {
				time.dataset.over = '1';
				say(body.dataset.ended);
			}
			time.textContent = left ? clock : body.dataset.ended;
			if (box)
				box.classList.toggle('soon', left < 60);
		}
	}
	const UNITS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];
	const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
	function sayAgo() {
		for (const time of all('time[data-ago]')) {
			const seconds = (Date.parse(time.dateTime) - now()) / 1000;
			const [unit, size] = UNITS.find(([, s]) => Math.abs(seconds) >= s) || ['second', 1];

			if (Number.isNaN(seconds))
				continue;
			time.title = time.title || time.textContent;
			time.textContent = relative.format(unit === 'second' ? 0 : Math.trunc(seconds / size), unit);
		}
	}
	if (document.querySelector('[data-until]')) {
		countDown();
		setInterval(countDown, 1000);
	}
	if (document.querySelector('time[data-ago]')) {
		sayAgo();
		setInterval(sayAgo, 30000);
	}

	/* ---- live counts ---- */
	const at = (tree, path) => path.split('.').reduce((node, step) => {
		if (node === null || node === undefined)
			return undefined;
		return step[0] === '#' ? node.find((item) => String(item.id) === step.slice(1)) : node[step];
	}, tree);
	let lastSaid = 0;
	function show(snapshot) {
		const heard = [];

		for (const element of all('[data-live]')) {
			const value = at(snapshot, element.dataset.live);
			const text = typeof value === 'number' ? number.format(value) : value;

			if (text === undefined || text === null)
				continue;
			if (element.tagName === 'PROGRESS') {
				element.value = value;
			} else if (element.textContent !== text) {
				element.textContent = text;
				element.classList.remove('changed');
				requestAnimationFrame(() => element.classList.add('changed'));
				if (element.dataset.say)
					heard.push(element.dataset.say + ': ' + text);
			}
		}
		/* Every scan changes a number: a voice that never stops helps nobody. */
		if (heard.length && Date.now() - lastSaid > 15000) {
			lastSaid = Date.now();
			say(heard.join(', '));
		}
		document.dispatchEvent(new CustomEvent('live', { detail: snapshot }));
	}
	function watch(url) {
		let source = null, polling = null, tag = '', failures = 0;

		const stale = (is) => {
			if (is && !body.classList.contains('stale'))
				say(body.dataset.offline);
			body.classList.toggle('stale', is);
		};
		const take = (snapshot) => {
			failures = 0;
			stale(false);
			tag = snapshot.tag || tag;
			if (snapshot.counts)
				show(snapshot);
		};
		/* Where events cannot come through (a proxy, a shared host), ask and wait. */
		async function poll() {
			const mine = polling = new AbortController();

			while (!mine.signal.aborted) {
				let pause = 1;

				try {
					const reply = await fetch(url + '?since=' + encodeURIComponent(tag) + '&wait=25',
						{ headers: { Accept: 'application/json' }, signal: mine.signal });
					const answer = await reply.json();

					if (reply.status === 401 || reply.status === 403 || reply.status === 404)
						return stale(true);
					if (!reply.ok)
						throw new Error(String(reply.status));
					take(answer.data || answer);
					pause = (answer.data || answer).retry_after || (tag ? 0.2 : 5);
				} catch (error) {
					if (mine.signal.aborted)
						return undefined;
					stale(++failures > 1);
					pause = Math.min(30, 2 ** failures);
				}
				await new Promise((done) => { setTimeout(done, pause * 1000); });
			}
			return undefined;
		}
		function start() {
			if (source || polling)
				return;
			if (!window.EventSource) {
				poll();
				return;
			}
			source = new EventSource(url);
			source.onmessage = (event) => {
				const answer = JSON.parse(event.data);

				take(answer.data || answer);
			};
			source.onerror = () => {
				stale(++failures > 1);
				if (source && source.readyState === EventSource.CLOSED) {
					source = null;
					poll();
				}
			};
		}
		function stop() {
			if (source)
				source.close();
			if (polling)
				polling.abort();
			source = polling = null;
		}
		/* A page nobody looks at holds no connection. */
		document.addEventListener('visibilitychange', () => (document.hidden ? stop() : start()));
		window.addEventListener('pagehide', stop);
		window.addEventListener('pageshow', start);
		start();
	}
	if (body.dataset.liveUrl)
		watch(body.dataset.liveUrl);

	/* ---- forms ---- */
	document.addEventListener('submit', (event) => {
		const form = event.target, button = event.submitter;
		const question = (button && button.dataset.confirm) || form.dataset.confirm;

		if (form.dataset.sent) {
			event.preventDefault();
			return;
		}
		if (question !== undefined && !window.confirm(question || body.dataset.sure)) {
			event.preventDefault();
			return;
		}
		if (form.method === 'get') {
			/* An address without the filters that are not set can be read and shared. */
			const unset = all('input, select', form).filter((field) => field.name && field.value === '');

			unset.forEach((field) => { field.disabled = true; });
			setTimeout(() => unset.forEach((field) => { field.disabled = false; }));
			return;
		}
		form.dataset.sent = '1';
		if (button)
			button.setAttribute('aria-disabled', 'true');
		/* An answer that is a file leaves the page where it is; a second act is kept off by the form's own key. */
		setTimeout(release, 8000);
	});
	function release() {
		all('form[data-sent]').forEach((form) => { delete form.dataset.sent; });
		all('[aria-disabled]').forEach((button) => button.removeAttribute('aria-disabled'));
	}
	/* Back again by the browser's own cache: the form may be sent anew. */
	window.addEventListener('pageshow', (event) => {
		if (event.persisted)
			release();
	});
	document.addEventListener('change', (event) => {
		const form = event.target.form;

		if (form && 'auto' in form.dataset && event.target.matches('select, [type=date], [type=checkbox], [type=radio]'))
			form.requestSubmit();
	});

	/* ---- buttons that only scripts can serve ---- */
	for (const button of all('[data-copy]')) {
		button.hidden = !navigator.clipboard;
		button.addEventListener('click', async () => {
			const text = button.textContent;

			await navigator.clipboard.writeText(button.dataset.copy);
			button.textContent = body.dataset.copied;
			say(body.dataset.copied);
			setTimeout(() => { button.textContent = text; }, 2000);
		});
	}
	for (const button of all('[data-print]')) {
		button.hidden = false;
		button.addEventListener('click', () => window.print());
	}

	/* ---- the gate's text field ---- */
	const field = document.querySelector('[data-keep-focus]');
	if (field) {
		const back = () => {
			const active = document.activeElement;

			if (!active || active === body || !active.matches('input, select, textarea, button, a, summary'))
				field.focus({ preventScroll: true });
		};

		field.focus({ preventScroll: true });
		field.select();
		document.addEventListener('click', () => setTimeout(back));
		document.addEventListener('visibilitychange', back);
		document.addEventListener('keydown', back, true);
	}

	/* A refused form: the summary of its faults is what to read next. */
	const alert = document.querySelector('.flash[role=alert]');
	if (alert) {
		alert.tabIndex = -1;
		alert.focus();
	}
})();
