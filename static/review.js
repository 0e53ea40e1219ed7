/* The queue of reviews by keys: j and k go to the next and the one before, v and r write why one is verified or rejected, and Enter with Ctrl
 * or Command there sends that. Without scripts each has its buttons. */
(() => {
	'use strict';
	const items = [...document.querySelectorAll('[data-review]')];
	const typing = (target) => target.closest('input, textarea, select, [contenteditable]');
	let chosen = null;

	if (!items.length)
		return;
	document.querySelector('[data-review-keys]')?.removeAttribute('hidden');
	const current = () => items.findIndex((item) => item.contains(document.activeElement));
	const go = (to) => {
		const item = items[Math.max(0, Math.min(items.length - 1, to))];

		item.focus({ preventScroll: true });
		item.scrollIntoView({ block: 'start' });
	};
	const decide = (value) => {
		const item = items[Math.max(0, current())], reason = item.querySelector('textarea');

		chosen = item.querySelector(`button[name="decision"][value="${value}"]`);
		reason?.focus();
	};

	document.addEventListener('keydown', (event) => {
		const at = current();

		if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && chosen && event.target.form === chosen.form) {
			event.preventDefault();
			chosen.form.requestSubmit(chosen);
			return;
		}
		if (event.key === 'Escape' && typing(event.target)) {
			event.target.closest('[data-review]')?.focus();
			return;
		}
		if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target))
			return;
		if (event.key === 'j' || event.key === 'k') {
			event.preventDefault();
			go(event.key === 'j' ? at + 1 : at - 1);
		} else if (event.key === 'v' || event.key === 'r') {
			event.preventDefault();
			decide(event.key === 'v' ? 'verified' : 'rejected');
		}
	});
})();
