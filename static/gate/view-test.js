/* Does all of this device work? Before the doors open, not after. */
import { busy, h } from './dom.js';
import { camera } from './camera.js';
import { nfc_there } from './nfc.js';
import { signal, wake_sound } from './signal.js';
import { why_no_camera } from './view-scan.js';
import { has, t } from './words.js';

const WAIT_MS = 15_000;

/** Each gives [works, what is said]; works null: this device has none; undefined: who tests it knows. */
const STEPS = {
	async camera() {
		const eye = camera({ video: h('video', { muted: true, playsInline: true }), on_read() {} });

		try {
			await eye.start();
			return [true, ''];
		} catch (error) {
			return [error.name === 'NotFoundError' ? null : false, why_no_camera(error)];
		} finally {
			eye.close();
		}
	},
	async sound() {
		wake_sound();
		signal('go');
		return [undefined, t('test_heard')];
	},
	nfc: async () => nfc_there() ? [true, ''] : [null, ''],
	reader: (app) => new Promise((done) => {
		const end = (answer) => {
			clearTimeout(timer);
			app.tester = null;
			done(answer);
		};
		const timer = setTimeout(() => end([null, t('test_nothing')]), WAIT_MS);

		app.tester = (text, by) => {
			if (by !== 'keys')
				return false;
			end([true, t('test_read', text.length > 24 ? `${text.slice(0, 24)}…` : text)]);
			return true;
		};
	})
};

export function test_view(app) {
	const list = h('ul.rows.tests', { 'aria-live': 'polite' });
	let gone = false;

	const line = (step, text = '…') => {
		const mark = h('b', text), more = h('small');

		list.append(h('li.row', { 'data-step': step }, h('span.main', t(`test_${step}`), more), mark));
		return (works, said, ms) => {
			mark.textContent = works === undefined ? '?' : t(works === null ? 'not_here' : works ? 'ok' : 'not_ok');
			mark.className = works ? 'good' : works === false ? 'bad' : 'none';
			more.textContent = [said, ms ? `${Math.round(ms)} ms` : ''].filter(Boolean).join(' · ');
		};
	};
	const start = h('button.button.large', { onclick: () => busy(start, async () => {
		list.replaceChildren();
		for (const step of ['camera', 'sound', 'nfc']) {
			const tell = line(step);

			tell(...await STEPS[step](app));
			if (gone)
				return;
		}
		for (const { step, ok, code, sentence, ms } of await app.gate.selfTest())
			if (has(`test_${step}`))
				line(step)(ok, code || !ok ? app.words_of({ code, message: sentence }) : '', ms);
		const tell = line('reader', t('test_scan'));

		tell(...await STEPS.reader(app));
	}, app.failed) }, t('test_do'));

	return { close() { gone = true; app.tester = null; }, el: h('div.page', h('h1', t('test')), list, start, h('a.button.quiet', { href: '#more' }, t('back'))) };
}
