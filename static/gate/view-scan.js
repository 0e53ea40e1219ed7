/* Where one stands all evening: the camera's picture, in or out, and a line for what is typed. */
import { h, shape } from './dom.js';
import { camera } from './camera.js';
import { nfc_read, nfc_there } from './nfc.js';
import { set, settings } from './settings.js';
import { kind_of, word_of } from './signal.js';
import { t } from './words.js';

const WHY = { NotAllowedError: 'camera_denied', NotFoundError: 'camera_none', OverconstrainedError: 'camera_none', NotReadableError: 'camera_busy', InsecureError: 'camera_https', NoReader: 'camera_reader' };
export const why_no_camera = (error) => t(WHY[error.name] ?? 'failed', error.message);
const LATE_MS = 120, TWO_MS = 1500;

/** { el, update, shown, hidden, close, read(text, by, taken) } */
export function scan_view(app, board) {
	const video = h('video', { muted: true, playsInline: true, 'aria-hidden': 'true' }), hint = h('p.hint', { role: 'status' });
	const last = h('button.last', { hidden: true, onclick: () => app.last && board.show({ ...app.last, taken: undefined }) });
	let fault = '', two = 0, leave = false, before = 'in', wanted = settings().camera_on, asked = 0, wake = null, nfc = null, light = false, here = false;

	const eye = camera({ video, on_read: (text, taken) => app.read(text, 'camera', taken), on_two: () => {
		clearTimeout(two);
		two = setTimeout(() => {
			two = 0;
			hints();
		}, TWO_MS);
		hints();
	} });

	/** What there is to know now, and no longer than it is so. */
	function hints() {
		const text = fault || (leave ? t('leave_on') : !eye.on ? '' : t(two ? 'camera_two' : 'camera_hold'));

		if (hint.textContent !== text)
			hint.textContent = text;
	}

	// ---- the camera ----

	const start_button = h('button.button.large', { onclick: () => { wanted = true; set('camera_on', true); look(); } }, shape('camera'), t('camera_start'));
	const torch = h('button.round', { hidden: true, 'aria-pressed': 'false', 'aria-label': t('torch'), title: t('torch'), onclick: () => {
		light = !light;
		eye.torch(light)?.catch(() => { light = false; });
		torch.setAttribute('aria-pressed', light);
	} }, shape('torch'));
	const flip = h('button.round', { hidden: true, 'aria-label': t('camera_next'), title: t('camera_next'), onclick: async () => {
		const all = await eye.devices(), at = all.findIndex(({ deviceId }) => deviceId === eye.device);

		set('camera', all[(at + 1) % all.length]?.deviceId ?? '');
		eye.stop();
		look();
	} }, shape('flip'));
	const off = h('button.round', { hidden: true, 'aria-label': t('camera_stop'), title: t('camera_stop'), onclick: () => {
		wanted = false;
		set('camera_on', false);
		dark();
	} }, shape('camera'));

	async function look() {
		if (!here || !wanted || document.hidden || eye.on)
			return;
		fault = '';
		try {
			await eye.start(settings().camera);
			wake = await navigator.wakeLock?.request('screen').catch(() => null);
		} catch (error) {
			wanted = false;
			fault = why_no_camera(error);
		}
		lit();
	}
	async function lit() {
		const { on } = eye;

		hints();
		stage.classList.toggle('on', on);
		start_button.hidden = on;
		off.hidden = !on;
		torch.hidden = !on || !eye.can_torch();
		flip.hidden = !on || (await eye.devices()).length < 2;
	}
	function dark() {
		eye.stop();
		light = false;
		torch.setAttribute('aria-pressed', 'false');
		wake?.release().catch(() => {});
		wake = null;
		lit();
	}
	const seen = () => document.hidden ? dark() : look();

	// ---- which way ----

	const way = (name) => h('label', h('input', { type: 'radio', name: 'direction', value: name, onchange: () => app.gate.setDirection(name).catch(app.failed) }),
		h('span', shape(name === 'in' ? 'go' : 'gone'), h('b')));
	const ways = h('fieldset.ways', h('legend.unseen', t('direction')), way('in'), way('out'));
	const leaving = h('button.leave', { 'aria-pressed': 'false', onclick: () => {
		leave = !leave;
		// Who presses it has somebody before them who goes; afterwards it is as it was.
		if (leave)
			before = app.state.direction;
		app.gate.setDirection(leave ? 'out' : before).catch(app.failed);
		leaving.setAttribute('aria-pressed', leave);
		draw_ways(app.state);
		hints();
	} }, t('leave'));

	function draw_ways({ direction }) {
		for (const label of ways.querySelectorAll('label')) {
			const input = label.firstChild;

			input.checked = input.value === direction;
			label.querySelector('b').textContent = t(leave ? `leave_${input.value}` : input.value);
		}
		el.classList.toggle('goes-out', direction === 'out');
	}

	// ---- typing, and cards ----

	const line = h('input', { name: 'code', type: 'text', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', enterkeyhint: 'go', maxlength: 400, 'aria-label': t('code'), placeholder: t('code'), dir: 'auto' });
	const typed = h('form.typed', { onsubmit: (event) => {
		const text = line.value.trim();

		event.preventDefault();
		if (!text)
			return app.say(t('empty'), true);
		line.value = '';
		return app.read(text, 'typed');
	} }, line, h('button.button', t('check')));
	const cards = nfc_there() && h('button.button.quiet.nfc', { onclick: async () => {
		try {
			nfc = new AbortController();
			await nfc_read((text) => app.read(text, 'nfc'), nfc.signal);
			cards.replaceChildren(shape('nfc'), t('nfc_on'));
			cards.disabled = true;
			app.say(t('nfc_off'));
		} catch {
			app.say(t('nfc_denied'), true);
		}
	} }, shape('nfc'), t('nfc_start'));

	const stage = h('div.stage', video, h('div.frame', { 'aria-hidden': 'true' }), h('div.idle', h('h1', t('ready')), h('p', t('ready_text')), start_button), hint, h('div.rounds', torch, flip, off), last);
	const el = h('div.scanning', stage, h('div.controls', h('div.row', ways, leaving), typed, cards));

	board.aims = () => eye.on;
	board.closed = () => {
		const verdict = app.last;

		last.hidden = !verdict;
		if (!verdict)
			return last.replaceChildren();
		last.className = `last ${kind_of(verdict)}`;
		last.replaceChildren(h('span', `${t('last')}: ${word_of(verdict)}`), h('bdi', verdict.attendee?.name ?? ''));
	};
	document.addEventListener('visibilitychange', seen);

	return {
		el,
		update: draw_ways,
		shown() {
			here = true;
			draw_ways(app.state);
			lit();
			look();
		},
		hidden() {
			here = false;
			fault = '';
			dark();
		},
		close() {
			here = false;
			clearTimeout(two);
			dark();
			eye.close();
			nfc?.abort();
			document.removeEventListener('visibilitychange', seen);
		},
		async read(text, by, taken) {
			const { direction } = app.state, as_leave = leave, mine = ++asked;
			const late = setTimeout(() => mine === asked && board.checking(), LATE_MS);

			try {
				const verdict = await (as_leave ? app.gate[direction === 'out' ? 'leave' : 'return'](text, { by }) : app.gate.read(text, { by }));

				clearTimeout(late);
				if (!verdict)
					return board.verdict || board.close();
				if (['valid', 'already_scanned'].includes(verdict.result))
					eye.settle(text);
				return app.show(Object.assign(verdict, { leave: as_leave, taken }));
			} catch (error) {
				clearTimeout(late);
				board.close();
				return app.failed(error);
			}
		}
	};
}
