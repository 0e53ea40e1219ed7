/* What makes the pages better where a browser runs it. Every page works without.
 *
 *   data-until="ISO"      <time> counts down; the page's .countdown gets .soon in the last minute
 *   data-then="/orders/7" on that <time>: where to go once the time is up
 *   data-refresh="20"     on an element with an id: every 20 seconds the page is asked for again and this part of it put in
 *                         place; when the part is gone, the page as a whole is something else now and is loaded.
 *                         data-refresh-by="/api/live/orders/7": and as soon as there is news of that
 *   data-price="2400"     on a <select>: what one costs; the form's data-sum="€0.00" shows the total in that form
 *   data-ago              <time datetime> says "5 minutes ago"
 *   data-live-url         on <body>: a topic, followed by data-live-module; elements with data-live="counts.inside" show its numbers.
 *                         "by_gate.#7.inside" is the item with id 7. A <progress> gets the number as its value and
 *                         data-live-max as its max; data-live-share="counts.inside counts.capacity" is a percentage,
 *                         data-live-rest="counts.expected counts.entered" what is left of the first.
 *                         data-say: what a screen reader hears before a number, seldom. A "live" event on document has
 *                         all of it.
 *   data-live-list="by_gate" data-live-key="gate"  rows, each with data-key, that come and go with the list's items; new
 *                         ones are made from the first <template> within that has no data-if, or whose data-if
 *                         ("result=valid&direction=in") fits. In a row data-item="gate" is the item's value; a <time> is
 *                         shown in the list's data-zone; a <progress> has data-item-max.
 *   data-live-some="by_gate" and data-live-empty   shown while the list has items, and while it has none
 *   data-state            one of still (no scripts), connecting, live, away, over: shown while it is so
 *   data-live-clock       <time> of the last sign of life
 *   data-full-screen      a button, hidden without scripts, for the browser's full screen
 *   data-confirm="…?"     on <form> or its button: asks before sending
 *   data-copy="text"      a button, hidden without scripts, that copies
 *   data-next             on <form>: Enter goes on to the next field that must be filled and is not, and sends when none is: for who types
 *                         without looking up, and for a reader of cards, which ends each number with Enter
 *   data-print            a button, hidden without scripts, that prints
 *   data-keep             the page is one of those that static/tickets.js keeps for when there is no network
 *   data-offline-note     shown while there is none
 *   data-auto             on <form>: a changed select, date or box sends it
 *   data-find="label"     on <select>: a field above it narrows what it offers; label: what that field is called. data-none on
 *                         <body>: what is said when nothing fits; data-also on <option>: what else it is called, parted by commas
 *   data-verdict="text"   is said once the page is there
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
				if (time.dataset.then)
					setTimeout(() => window.location.assign(time.dataset.then), 1500);
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
	const clock = (iso, zone, seconds) => new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit',
		second: seconds ? '2-digit' : undefined, hourCycle: 'h23', numberingSystem: 'latn',
		timeZone: zone || undefined }).format(new Date(iso));
	/* Puts a value where it belongs; what it says now when that is something else than before. */
	function put(element, value, max, zone) {
		const text = typeof value === 'number' ? number.format(value) : String(value ?? '');

		if (element.tagName === 'PROGRESS') {
			if (max !== undefined)
				element.max = Math.max(1, max);
			element.value = value || 0;
			return null;
		}
		if (element.tagName === 'TIME') {
			element.dateTime = text;
			element.textContent = text && clock(text, zone);
			return null;
		}
		if (element.textContent === text)
			return null;
		element.textContent = text;
		element.classList.remove('changed');
		if (!element.closest('.fresh')) /* a new row is marked as a whole */
			requestAnimationFrame(() => element.classList.add('changed'));
		return text;
	}
	function showRow(row, item, zone) {
		for (const element of all('[data-item]', row))
			put(element, at(item, element.dataset.item), element.dataset.itemMax && at(item, element.dataset.itemMax), zone);
	}
	function makeRow(list, item) {
		const fits = (condition) => [...new URLSearchParams(condition)].every(([name, value]) => String(item[name]) === value);
		const template = all(':scope > template', list).find((one) => fits(one.dataset.if || ''));

		return template ? template.content.firstElementChild.cloneNode(true) : null;
	}
	function showList(list, items) {
		const key = list.dataset.liveKey, rows = new Map(all(':scope > [data-key]', list).map((row) => [row.dataset.key, row]));
		let last = all(':scope > template', list).pop();

		for (const item of items) {
			const name = String(item[key]);
			let row = rows.get(name);

			if (!row) {
				row = makeRow(list, item);
				if (!row)
					continue;
				row.dataset.key = name;
				row.classList.add('fresh');
				setTimeout(() => row.classList.remove('fresh'), 2000);
			}
			rows.delete(name);
			showRow(row, item, list.dataset.zone);
			if (last.nextElementSibling !== row)
				last.after(row);
			last = row;
		}
		rows.forEach((row) => row.remove());
	}
	let lastSaid = 0;
	function show(snapshot) {
		const heard = [];

		for (const element of all('[data-live]')) {
			const value = at(snapshot, element.dataset.live), max = element.dataset.liveMax;
			const text = value === undefined || value === null ? null : put(element, value, max && at(snapshot, max));

			if (text !== null && element.dataset.say)
				heard.push(element.dataset.say + ': ' + text);
		}
		for (const element of all('[data-live-share]')) {
			const [part, whole] = element.dataset.liveShare.split(' ').map((path) => at(snapshot, path) || 0);

			put(element, (whole ? Math.floor(100 * part / whole) : 0) + '%');
		}
		for (const element of all('[data-live-rest]')) {
			const [whole, part] = element.dataset.liveRest.split(' ').map((path) => at(snapshot, path) || 0);

			put(element, Math.max(0, whole - part));
		}
		for (const list of all('[data-live-list]'))
			showList(list, at(snapshot, list.dataset.liveList) || []);
		for (const element of all('[data-live-some], [data-live-empty]')) {
			const { liveSome, liveEmpty } = element.dataset;
			const some = (at(snapshot, liveSome || liveEmpty) || []).length > 0;

			element.hidden = liveSome ? !some : some;
		}
		/* Every scan changes a number: a voice that never stops helps nobody. */
		if (heard.length && Date.now() - lastSaid > 30000) {
			lastSaid = Date.now();
			say(heard.join(', '));
		}
		document.dispatchEvent(new CustomEvent('live', { detail: snapshot }));
	}
	function watch({ follow }) {
		const state = (name) => {
			if (name === 'away' && !body.classList.contains('stale'))
				say(body.dataset.offline);
			body.classList.toggle('stale', name === 'away' || name === 'over');
			body.dataset.live = name;
			for (const element of all('[data-state]'))
				element.hidden = element.dataset.state !== name;
		};
		const alive = () => {
			for (const time of all('[data-live-clock]')) {
				time.dateTime = new Date(now()).toISOString();
				time.textContent = clock(time.dateTime, time.dataset.zone, true);
			}
		};

		follow(body.dataset.liveUrl, { snapshot: show, state, alive });
	}
	const by_news = () => import(body.dataset.liveModule);
	if (body.dataset.liveUrl)
		by_news().then(watch, () => {});

	/* ---- parts that are asked for again ---- */
	const parts = all('[data-refresh][id]');
	async function refresh() {
		const reply = document.hidden ? null : await fetch(window.location.href, { headers: { Accept: 'text/html' } });
		const page = reply && reply.ok && new DOMParser().parseFromString(await reply.text(), 'text/html');

		for (const part of page ? parts : []) {
			const fresh = page.getElementById(part.id);

			if (!fresh)
				return window.location.reload();
			if (fresh.innerHTML !== part.innerHTML)
				part.replaceChildren(...fresh.childNodes);
		}
		return undefined;
	}
	if (parts.length) {
		const again = () => refresh().catch(() => {}), { refresh: seconds, refreshBy: topic } = parts[0].dataset;

		setInterval(again, Number(seconds) * 1000);
		if (topic)
			by_news().then(({ follow }) => follow(topic, { snapshot: again, state: () => {}, alive: () => {} }), () => {});
	}

	/* ---- totals ---- */
	for (const sum of all('[data-sum]')) {
		const form = sum.closest('form'), zero = sum.dataset.sum.match(/0(?:\.(0+))?/);
		const places = zero[1] ? zero[1].length : 0, exact = new Intl.NumberFormat('en',
			{ minimumFractionDigits: places, maximumFractionDigits: places });
		const add = () => {
			const minor = all('[data-price]', form).reduce((n, select) => n + select.value * select.dataset.price, 0);

			sum.textContent = sum.dataset.sum.replace(zero[0], exact.format(minor / 10 ** places));
			sum.closest('.sum').hidden = minor === 0;
		};

		form.addEventListener('change', add);
		window.addEventListener('pageshow', add);
	}

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
	/* A form that is changed is another request, also when it becomes again what it was before the last one. */
	document.addEventListener('input', (event) => {
		const once = event.target.form && event.target.form.elements.namedItem('once');

		if (once)
			once.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	});
	/* A field for a number takes no digits but those of the browser's language; digits of all scripts are digits. */
	const digit = (letter) => {
		let value = 0;

		while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(letter.codePointAt(0) - value - 1)))
			value++;
		return String(value);
	};
	document.addEventListener('beforeinput', (event) => {
		const typed = event.target.type === 'number' ? event.data || '' : '';
		const plain = typed.replace(/[^\x00-\x7F]/gu, (c) => (c === '\u066B' ? '.' : c === '\u2212' ? '-' : /\p{Nd}/u.test(c) ? digit(c) : c));

		if (plain !== typed) {
			event.preventDefault();
			document.execCommand('insertText', false, plain);
		}
	});
	document.addEventListener('change', (event) => {
		const form = event.target.form;

		if (form && 'auto' in form.dataset && event.target.matches('select, [type=date], [type=checkbox], [type=radio]'))
			form.requestSubmit();
	});

	/* ---- long selects ---- */
	/* As people type: without accents and apostrophes, in any case; "new york" finds America/New_York, "bosnia and" what has an "&". */
	const plain = (text) => text.normalize('NFKD').replaceAll(/[\p{M}'`´‘’ʻʼ]/gu, '').toLowerCase().replaceAll(/[_/]/g, ' ')
		.replaceAll('&', 'and').replaceAll('ة', 'ه').replaceAll('ى', 'ي');
	for (const select of all('select[data-find]')) {
		const find = document.createElement('input'), box = document.createElement('div');
		const whole = [...select.childNodes].map((node) => node.cloneNode(true));
		let chosen = select.value;

		find.type = 'search';
		find.autocomplete = 'off';
		find.placeholder = select.dataset.find;
		find.setAttribute('aria-label', select.dataset.find);
		box.className = 'finder';
		select.before(box);
		box.append(find, select);
		find.addEventListener('input', () => {
			const words = plain(find.value).split(/\s+/).filter(Boolean);
			const fits = (option) => {
				const text = plain(`${option.textContent} ${option.value} ${option.dataset.also || ''}`);

				return words.every((word) => text.includes(word));
			};

			chosen = select.selectedOptions[0]?.disabled ? chosen : select.value; /* what nothing was found beside is not lost */
			select.replaceChildren(...whole.map((node) => node.cloneNode(true)));
			if (words.length) {
				all('option', select).filter((option) => !fits(option)).forEach((option) => option.remove());
				all('optgroup', select).filter((group) => !group.childElementCount).forEach((group) => group.remove());
			}
			const left = all('option', select), same = left.find((option) => option.value === chosen);
			/* What is called just that is meant before what begins with the words, and that before what has them somewhere. */
			const typed = plain(find.value.trim());
			const first = left.find((option) => [option.value, ...(option.dataset.also || '').split(',')].some((one) => plain(one.trim()) === typed)) ||
				left.find((option) => plain(option.textContent).startsWith(typed)) || left[0];

			if (words.length ? first : same)
				(words.length ? first : same).selected = true;
			if (!left.length) {
				const none = new Option(body.dataset.none, '', true, true);

				none.disabled = true;
				select.append(none);
			}
			say(left.length ? (words.length ? first.textContent : '') : body.dataset.none);
		});
		/* A line's end in it chooses, and sends nothing yet. */
		find.addEventListener('keydown', (event) => {
			if (event.key === 'Enter') {
				event.preventDefault();
				select.focus();
			}
		});
	}

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
	/* ---- tickets without a network ---- */
	if ('serviceWorker' in navigator) {
		/* Asked now: once it is ready, its keeper may have taken the page over already. */
		const kept = navigator.serviceWorker.controller !== null;

		if (document.querySelector('[data-keep]'))
			navigator.serviceWorker.register('/tickets/sw.js', { scope: '/tickets/' }).then(() => navigator.serviceWorker.ready).then(() => {
				/* The first page was there before its keeper: it is asked for once more, to be kept. */
				if (!kept)
					fetch(window.location.pathname, { credentials: 'same-origin' }).then((answer) => answer.ok && !answer.redirected &&
						caches.open('gatehouse-tickets').then((cache) => cache.put(window.location.pathname.replace(/\/$/, ''), answer)));
			}).catch(() => {});
		document.addEventListener('submit', (event) => {
			if (/\/sign-out$/.test(event.target.getAttribute('action') || ''))
				['gatehouse-tickets', 'gatehouse-parts', 'gatehouse-marks'].forEach((name) => caches.delete(name));
		});
	}
	const showOffline = () => all('[data-offline-note]').forEach((note) => { note.hidden = navigator.onLine; });

	showOffline();
	window.addEventListener('online', showOffline);
	window.addEventListener('offline', showOffline);

	/* A card that was read while the cursor stood in a field for digits goes where it belongs: most have a letter. */
	function placeCard(form, field) {
		const card = form.elements.card_uid, text = field.value.trim();

		if (!card || card === field || card.value || !['tel', 'decimal'].includes(field.inputMode) ||
			!/^(?=.*[a-f])([0-9a-f]{2}[:\s-]?){4,16}$/i.test(text))
			return;
		card.value = text;
		field.value = '';
	}
	for (const form of all('form[data-next]')) {
		form.addEventListener('keydown', (event) => {
			const field = event.target;

			if (event.key !== 'Enter' || event.isComposing || field.tagName !== 'INPUT')
				return;
			placeCard(form, field);
			const open = all('input[required]', form).find((one) => !one.value.trim());
			if (open) {
				event.preventDefault();
				open.focus();
			}
		});
	}
	for (const button of all('[data-print]')) {
		button.hidden = false;
		button.addEventListener('click', () => window.print());
	}

	for (const button of all('[data-full-screen]')) {
		button.hidden = !document.fullscreenEnabled;
		button.addEventListener('click', () => (document.fullscreenElement ? document.exitFullscreen()
			: document.documentElement.requestFullscreen()));
	}
	/* A screen on the wall stays on while it is looked at; the browser takes the lock back whenever the page is hidden. */
	if (body.classList.contains('screen') && navigator.wakeLock) {
		const stayAwake = () => {
			if (!document.hidden)
				navigator.wakeLock.request('screen').catch(() => undefined);
		};

		stayAwake();
		document.addEventListener('visibilitychange', stayAwake);
	}

	/* ---- the gate's verdict: a part that speaks must be there before it is filled ---- */
	const verdict = document.querySelector('[data-verdict]');
	if (verdict)
		setTimeout(() => say(verdict.dataset.verdict), 100);

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

	/* A refused form: the summary of its faults is what to read next; where one types on, it is the field that was wrong, whose fault is
	 * read with it and whose text is typed over. */
	const alert = document.querySelector('.flash[role=alert]'), wrong = document.querySelector('form[data-next] input[aria-invalid]');
	if (wrong) {
		wrong.focus();
		wrong.select();
	} else if (alert) {
		alert.tabIndex = -1;
		alert.focus();
	}
})();
