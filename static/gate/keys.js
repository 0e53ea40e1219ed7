/* Readers by USB or Bluetooth are keyboards: they type what they read faster than anybody can, and end with Enter. They are
 * heard anywhere on the page; what they typed into a field that had the focus is taken out of it again. */
const SLOWEST_MS = 120, PAUSE_MS = 400, MEAN_MS = 50, LEAST = 4;
const EDITED = 'input:not([type=radio], [type=checkbox], [type=file]), textarea, [contenteditable]';

/** on_read(text) gets what a reader read. Gives a function that ends it. */
export function listen(on_read) {
	let text = '', began = 0, last = 0, into = null, before = '';

	const fresh = (event) => {
		text = '';
		began = event.timeStamp;
		into = event.target?.closest?.(EDITED) ?? null;
		before = into?.value ?? '';
	};
	const fast = () => text.length >= LEAST && (last - began) / text.length <= MEAN_MS;
	const hear = (event) => {
		const { key, timeStamp } = event;

		if (event.ctrlKey && !event.altKey || event.metaKey || event.isComposing)
			return;
		if (key === 'Enter' || key === 'Tab') {
			const read = text;

			if (fast() && timeStamp - last < PAUSE_MS) {
				event.preventDefault();
				event.stopImmediatePropagation();
				if (into)
					into.value = before;
				on_read(read);
			}
			text = '';
			return;
		}
		if (key.length !== 1)
			return;
		// A busy device may hold up what a reader types, once it was seen that it is one.
		if (!text || timeStamp - last > (fast() ? PAUSE_MS : SLOWEST_MS))
			fresh(event);
		text += key;
		last = timeStamp;
		// A blank would press the button that has the focus, of a text it is a part.
		if (key === ' ' && text.length > 1 && !into)
			event.preventDefault();
	};

	addEventListener('keydown', hear, true);
	return () => removeEventListener('keydown', hear, true);
}
