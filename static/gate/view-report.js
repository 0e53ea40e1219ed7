/* An incident: what kind, what happened, a photo. A photo is made small here, for the air at a gate is thin. */
import { busy, choice, field, h } from './dom.js';
import { t } from './words.js';

const KINDS = ['medical', 'security', 'fraud', 'lost', 'damage', 'other'], SIDE = 1600;

async function smaller(file) {
	const picture = await createImageBitmap(file), scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
	const canvas = h('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });

	canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
	return [canvas, await new Promise((done) => canvas.toBlob(done, 'image/jpeg', .85))];
}

export function report_view(app) {
	const kind = choice(KINDS.map((name) => [name, t(`report_${name}`)]), 'other', { name: 'category' }), what = h('textarea', { name: 'description', required: true, maxlength: 2000, rows: 4, dir: 'auto' });
	const shown = h('div.taken'), input = h('input', { type: 'file', name: 'photo', accept: 'image/*', capture: 'environment', onchange: () => busy(input, take, app.failed) });
	const ticket = app.last?.ticket_id && app.last.attendee?.name, about = h('input', { type: 'checkbox', name: 'about', checked: false }), send = h('button.button.large', t('report_do'));
	let photo;

	async function take() {
		const [file] = input.files;

		photo = undefined;
		shown.replaceChildren();
		if (!file)
			return;
		const [canvas, blob] = await smaller(file);

		photo = blob;
		shown.replaceChildren(canvas, h('button.button.quiet', { type: 'button', onclick: () => {
			input.value = '';
			take();
		} }, t('photo_gone')));
	}
	return { el: h('form.page', { onsubmit: (event) => {
		event.preventDefault();
		busy(send, async () => {
			const { sent } = await app.gate.report({ category: kind.value, description: what.value.trim(), photo, ...(about.checked ? { ticket_id: app.last.ticket_id } : {}) });

			app.say(t(sent ? 'report_sent' : 'report_kept'));
			app.go('more');
		}, app.failed);
	} }, h('h1', t('report')), field(t('kind'), kind), field(t('what'), what), field(t('photo'), input), shown,
	ticket && h('label.check', about, h('span', t('about', app.last.attendee.name))), send, h('a.button.quiet', { href: '#more' }, t('cancel'))) };
}
