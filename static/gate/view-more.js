/* All that is not scanning: how the event stands, what there is to tell, what one may set, and the way out. */
import { busy, choice, field, h } from './dom.js';
import { conflict_text, notice_text } from './notices.js';
import { set, settings } from './settings.js';
import { signal } from './signal.js';
import { take_update } from './update.js';
import { tongues } from './view-sign.js';
import { count, many, t } from './words.js';

export function more_view(app) {
	const link = (name, text, n) => h('li', h('a.row', { href: `#${name}` }, h('span.main', t(text)), n ? h('b.count', n) : ''));
	const install = app.install && h('li', h('button.row', { onclick: () => app.install.prompt() }, h('span.main', t('install'))));
	let update = null;
	const leave = () => { update = sign_out(app); };
	const waiting = app.notices.filter(({ seen }) => !seen).length + app.state.conflicts.length;

	return { update: (state) => update?.(state), el: h('div.page', h('h1', t('more')), h('ul.rows', link('status', 'status'), link('notices', 'notices', waiting), link('report', 'report'), link('leaves', 'leaves'),
		link('test', 'test'), link('settings', 'settings'), install, h('li', h('button.row', { onclick: leave }, h('span.main', t('sign_out'))))),
	h('p.hint', [app.state.usher?.name ?? app.state.usher?.username, app.state.event?.title].filter(Boolean).join(' · '))) };
}

/** Warns of what would be lost, and of what else would be as soon as it waits too. */
function sign_out(app) {
	const dialog = h('dialog', { 'aria-labelledby': 'leaving', onclose: () => dialog.remove() });

	const draw = (unsent) => {
		const send = (event) => busy(event.currentTarget, () => app.gate.syncNow(), app.failed);
		const leave = (event) => busy(event.currentTarget, async () => {
			const { done, unsent: left } = await app.gate.signOut({ force: unsent > 0, lose: unsent });

			if (done || !left)
				dialog.close();
			else
				draw(left);
		}, app.failed);

		dialog.unsent = unsent;
		dialog.replaceChildren(h('h2', { id: 'leaving' }, t('sign_out')), h('p', { role: 'status' }, unsent ? many('sign_out_unsent', unsent) : t('sign_out_text')), h('div.stack',
			unsent ? h('button.button', { onclick: send }, t('send_first')) : '', h(`button.button${unsent ? '.danger' : ''}`, { onclick: leave }, unsent ? many('sign_out_do', unsent) : t('sign_out')),
			h('button.button.quiet', { onclick: () => dialog.close() }, t('stay'))));
	};
	const update = ({ unsent, reports = 0 }) => {
		if (dialog.unsent !== unsent + reports)
			draw(unsent + reports);
	};

	update(app.state);
	document.body.append(dialog);
	dialog.showModal();
	return update;
}

const tile = (name, n) => h('div', h('dt', t(name)), h('dd', n === undefined || n === null ? '–' : count(n)));

export function status_view(app) {
	const tiles = h('dl.tiles'), gates = h('div'), held = h('dl.facts'), fault = h('p', { role: 'status' });
	const now = h('button.button', { onclick: () => busy(now, async () => { await app.gate.syncNow(); await ask(); }, app.failed) }, t('sync_now'));
	let scanning, online = app.state.online;

	async function ask() {
		try {
			const said = await app.gate.status();

			scanning = said.scanning_enabled ?? said.active;
			fault.textContent = '';
		} catch (error) {
			fault.textContent = app.words_of(error);
		}
		show(app.state);
	}
	function update(state) {
		// What was so without a network is asked for again with one.
		if (state.online && !online)
			ask();
		({ online } = state);
		show(state);
	}
	function show({ counts, others, conflicts, event, attendees, synced_at: synced, storage, expires_at: ends }) {
		const fact = (name, value) => h('div', h('dt', t(name)), h('dd', value)), mb = (n) => Math.round(n / 104857.6) / 10;

		tiles.replaceChildren(...['inside', 'entered', 'left', 'expected', 'refused'].map((name) => tile(name, counts?.[name])), tile('conflicts', conflicts.length));
		gates.replaceChildren(...(others.length ? [h('h2', t('gates')), h('table', h('thead', h('tr', ['gate', 'entered', 'left', 'refused'].map((name) => h('th', { scope: 'col' }, t(name))))),
			h('tbody', others.map((one) => h('tr', h('th', { scope: 'row' }, h('bdi', one.gate || '–')), ['entered', 'left', 'refused'].map((name) => h('td', count(one[name] ?? 0)))))))] : []));
		held.replaceChildren(fact('scanning', t((scanning ?? event?.scanning_enabled) ? 'on' : 'off')), fact('held', count(attendees)), fact('synced', app.clock(synced)),
			fact('storage', [storage.quota ? t('storage_used', mb(storage.used), mb(storage.quota)) : '–', t(storage.persisted ? 'kept' : 'not_kept')].join(' · ')), ends ? fact('expires', app.clock(ends)) : '');
	}
	ask();
	return { update, el: h('div.page', h('h1', t('status')), fault, tiles, gates, held, h('div.pair', now, h('a.button.quiet', { href: '#more' }, t('back')))) };
}

export function notices_view(app) {
	const list = h('ul.rows.told');

	const update = ({ conflicts }) => list.replaceChildren(
		...conflicts.map((one) => h('li', h('div', conflict_text(one, app)), h('button.button.quiet', { onclick: () => app.gate.seen(one.id) }, t('seen')))),
		...app.notices.map((one) => h('li', h('div', notice_text(one, app)), h('small', app.clock(one.at)), one.kind === 'update' && h('button.button', { onclick: take_update }, t('update_do')))),
		...(conflicts.length + app.notices.length ? [] : [h('li', t('notices_none'))]));

	app.notices.forEach((one) => { one.seen = true; });
	return { update, el: h('div.page', h('h1', t('notices')), list, h('a.button.quiet', { href: '#more' }, t('back'))) };
}

export function settings_view(app) {
	const mine = settings(), tick = (name) => {
		const box = h('input', { type: 'checkbox', checked: mine[name], onchange: () => {
			set(name, box.checked);
			signal('go');
		} });

		return h('label.check', box, h('span', t(name)));
	};
	const gate = h('input', { name: 'gate', type: 'text', maxlength: 40, autocomplete: 'off', list: 'gates', value: app.state.gate, onchange: () => {
		set('gate', gate.value.trim());
		app.gate.setGate(gate.value.trim()).catch(app.failed);
	} });
	const eyes = choice([['', t('camera_any')]], '', { onchange: () => set('camera', eyes.value) });
	const theme = choice(['system', 'light', 'dark'].map((name) => [name, t(name)]), mine.theme, { onchange: () => {
		set('theme', theme.value);
		app.wear_theme();
	} });

	navigator.mediaDevices?.enumerateDevices().then((all) => eyes.append(...all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId).map(({ deviceId, label }, at) =>
		h('option', { value: deviceId, selected: deviceId === mine.camera }, label || `${t('camera')} ${at + 1}`)))).catch(() => {});
	return { el: h('div.page', h('h1', t('settings')), field(t('gate'), gate, t('gate_hint')), h('datalist', { id: 'gates' }, (app.state.event?.gates ?? []).map((name) => h('option', { value: name }))),
		tick('sound'), tick('vibration'), field(t('camera'), eyes), tongues(app), field(t('theme'), theme), h('a.button.quiet', { href: '#more' }, t('back'))) };
}
