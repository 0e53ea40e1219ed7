/* Elements without a framework. Text is always text: nothing here reads HTML. */

/** h('button.big', { onclick, 'aria-pressed': true }, 'text', child, null): false, null and undefined are left out. */
export function h(what, ...rest) {
	const [name, ...classes] = what.split('.'), element = document.createElement(name || 'div');

	if (classes.length)
		element.className = classes.join(' ');
	const [first] = rest;
	if (first && first.constructor === Object) {
		rest.shift();
		for (const [key, value] of Object.entries(first))
			if (key.startsWith('on'))
				element.addEventListener(key.slice(2), value);
			else if (['value', 'checked', 'disabled', 'hidden', 'open', 'srcObject', 'muted', 'playsInline'].includes(key))
				element[key] = value;
			else if (value !== null && value !== undefined && value !== false)
				element.setAttribute(key, value === true ? '' : value);
	}
	element.append(...rest.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

const SVG = 'http://www.w3.org/2000/svg';
const SHAPES = {
	go: 'M32 3a29 29 0 1 0 0 58 29 29 0 0 0 0-58zM17 33l10 11 20-24',
	gone: 'M4 8h26v10M4 8v48h26V46M20 32h38M46 19l13 13-13 13',
	wait: 'M32 5 61 57H3zM32 23v16M32 47v2',
	stop: 'M21 3h22l18 18v22L43 61H21L3 43V21zM20 20l24 24M44 20 20 44',
	again: 'M55 32a23 23 0 1 1-7-16M55 5v14H41',
	noted: 'M7 7h50v50H7zM18 33l10 10 18-21',
	wait_out: 'M32 5 61 57H3zM19 44h24M34 35l9 9-9 9',
	stop_out: 'M21 3h22l18 18v22L43 61H21L3 43V21zM12 32h26M28 22l10 10-10 10M48 18v28',
	again_out: 'M55 32a23 23 0 1 1-7-16M55 5v14H41M20 33h22M34 25l8 8-8 8',
	noted_out: 'M7 7h50v50H7zM16 32h30M35 20l12 12-12 12',
	scan: 'M6 20V6h14M44 6h14v14M58 44v14H44M20 58H6V44M6 32h52',
	find: 'M27 5a22 22 0 1 0 0 44 22 22 0 0 0 0-44zM43 43l17 17',
	log: 'M10 12h44M10 32h44M10 52h30',
	more: 'M8 10h18v18H8zM38 10h18v18H38zM8 38h18v18H8zM38 38h18v18H38z',
	torch: 'M22 4h20v12l-5 8v36H27V24l-5-8zM22 16h20M32 34v8',
	camera: 'M4 18h13l5-8h20l5 8h13v38H4zM32 24a12 12 0 1 0 0 24 12 12 0 0 0 0-24',
	flip: 'M10 26a23 23 0 0 1 42-5M54 8v14H40M54 38a23 23 0 0 1-42 5M10 56V42h14',
	nfc: 'M14 20a18 18 0 0 1 0 24M26 12a30 30 0 0 1 0 40M38 5a42 42 0 0 1 0 54',
	back: 'M40 10 18 32l22 22'
};

/** A drawn sign; never without a text beside it that says the same. */
export function shape(name) {
	const svg = document.createElementNS(SVG, 'svg'), path = document.createElementNS(SVG, 'path');

	svg.setAttribute('viewBox', '0 0 64 64');
	svg.setAttribute('aria-hidden', 'true');
	svg.setAttribute('class', `shape shape-${name}`);
	path.setAttribute('d', SHAPES[name]);
	svg.append(path);
	return svg;
}

/** Reads out what say() is told, also where it is what was said last. It is in the page from the beginning, for many readers do not hear of
 *  one that comes with its text. how: 'polite', or 'assertive', which interrupts. */
export function voice(how) {
	const el = h('p.unseen', { 'aria-live': how });

	return { el, say: (text) => el.replaceChildren(h('span', text)) };
}

let serial = 0;
/** A labelled control. hint: a line that belongs to it. */
export function field(label, control, hint) {
	control.id ||= `f${++serial}`;
	const told = hint && h('p.hint', { id: `${control.id}-hint` }, hint);

	if (told)
		control.setAttribute('aria-describedby', told.id);
	return h('div.field', h('label', { for: control.id }, label), control, told);
}

export const choice = (options, value, more = {}) => h('select', more, options.map(([name, text]) =>
	h('option', { value: name, selected: name === value }, text)));

/** Runs an act of a button: pressed once, told in words if it fails. */
export async function busy(button, act, failed) {
	if (button.getAttribute('aria-busy') === 'true')
		return undefined;
	button.setAttribute('aria-busy', 'true');
	try {
		return await act();
	} catch (error) {
		failed(error);
		return undefined;
	} finally {
		button.removeAttribute('aria-busy');
	}
}
