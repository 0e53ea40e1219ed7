/* The wall: the code of now, always. The page is asked for again before its code is over, and in between for its numbers, and the part that changes is
 * put in place; when nobody answers, the wall says so, for an old code helps nobody.
 *
 *   #wall-now[data-left]     the part that changes; for how many ms its code is shown yet, "": it does not turn
 *   [data-ring]              a circle that empties until then
 *   [data-wall-clock]        <time> of now, in that zone
 *   [data-wall-state]        what is wrong, from data-lost of [data-wall] */
(() => {
	'use strict';
	const wall = document.querySelector('[data-wall]'), NUMBERS_MS = 4000, RETRY_MS = 1500, ANSWER_MS = 5000;
	if (!wall)
		return;
	const lang = document.documentElement.lang || 'en', state = wall.querySelector('[data-wall-state]'), began = Date.parse(document.body.dataset.now) - Date.now();
	const number = new Intl.NumberFormat(lang, { numberingSystem: 'latn' });
	let until = null, length = 15000, timer = null;

	const part = () => document.getElementById('wall-now');

	/* From when it was asked for: the answer's way is not counted twice. */
	function take_time(asked) {
		const left = Number(part().dataset.left);

		until = part().dataset.left && left ? asked + left : null;
	}

	function tick() {
		const ring = wall.querySelector('[data-ring]'), clock = wall.querySelector('[data-wall-clock]'), left = until === null ? 0 : Math.max(0, until - performance.now());

		if (ring) {
			ring.hidden = false;
			ring.querySelector('.left').style.strokeDashoffset = String(100 - 100 * Math.min(1, left / length));
			ring.querySelector('span').textContent = number.format(Math.ceil(left / 1000));
		}
		clock.textContent = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', numberingSystem: 'latn',
			timeZone: clock.dataset.wallClock }).format(new Date(Date.now() + began));
	}

	async function ask() {
		const asked = performance.now(), answer = await fetch(window.location.href, { cache: 'no-store', credentials: 'same-origin', signal: AbortSignal.timeout?.(ANSWER_MS) });

		/* Signed out, deleted, or somebody else's now: the page says so. */
		if (answer.redirected || [401, 403, 404].includes(answer.status))
			return window.location.reload();
		if (!answer.ok)
			throw new Error(answer.status);
		const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('wall-now');

		if (!fresh)
			return window.location.reload();
		part().replaceWith(document.adoptNode(fresh));
		take_time(asked);
		return tick();
	}

	/* A turn is asked for when it comes, numbers in between. */
	function wait() {
		const left = until === null ? NUMBERS_MS : Math.max(100, until - performance.now() + 50);

		clearTimeout(timer);
		timer = setTimeout(go, Math.min(left, NUMBERS_MS));
	}
	async function go() {
		try {
			await ask();
			state.textContent = '';
			wall.classList.remove('lost');
			wait();
		} catch {
			state.textContent = wall.dataset.lost;
			wall.classList.toggle('lost', until !== null && performance.now() > until + 5000);
			timer = setTimeout(go, RETRY_MS);
		}
	}

	take_time(performance.now());
	tick();
	setInterval(tick, 250);
	wait();
	document.addEventListener('visibilitychange', () => document.hidden || go());
	window.addEventListener('online', go);
})();
