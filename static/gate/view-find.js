/* Guests without a code: found by what they say they are called, let in by hand with a reason. */
import { busy, field, h } from './dom.js';
import { t } from './words.js';

const where = ({ presence, on_leave: leave }) => leave ? t('on_leave') : t(presence ?? 'never');

/** As it stands on the ticket. */
const numbered = ({ reference, ticket_id: ticket }) => reference ? `${reference}-${ticket}` : '';

export function find_view(app) {
	const text = h('input', { name: 'search', type: 'search', minlength: 3, required: true, autocomplete: 'off', enterkeyhint: 'search', dir: 'auto' });
	const told = h('p', { role: 'status' }), list = h('ul.rows'), button = h('button.button', t('search'));

	const row = (one) => h('li', h('button.row', { onclick: () => {
		app.hand = one;
		app.go('hand');
	} }, h('span.main', h('bdi', one.name), h('small', h('bdi', one.category ?? ''))),
	h('span.side', h('bdi', numbered(one)), one.mobile_end && h('bdi', `…${one.mobile_end}`), h('b', { class: one.presence }, where(one)))));
	const find = () => busy(button, async () => {
		const { items, local } = await app.gate.search(text.value.trim());

		told.textContent = !items.length ? t('find_none') : local ? t('find_local') : '';
		list.replaceChildren(...items.map(row));
	}, app.failed);

	return { el: h('div.page', h('h1', t('find_title')), h('form.find', { role: 'search', onsubmit: (event) => {
		event.preventDefault();
		find();
	} }, field(t('find_text'), text), button), told, list) };
}

/** Lets one in or out by hand: app.hand says whom. */
export function hand_view(app) {
	const who = app.hand;

	if (!who)
		return find_view(app);
	const note = h('input', { name: 'note', type: 'text', required: true, maxlength: 200, dir: 'auto' });
	const override = h('input', { type: 'checkbox', name: 'override', checked: Boolean(who.override) });
	const act = (direction, look) => h(`button.button.large${look}`, { value: direction }, t(`by_hand_${direction}`));
	const preset = (key) => h('button.button.quiet', { type: 'button', onclick: () => { note.value = t(key); } }, t(key));
	const out = who.presence === 'inside';

	return { el: h('form.page', { onsubmit: (event) => {
		const direction = event.submitter?.value ?? 'in';

		event.preventDefault();
		busy(event.submitter, async () => {
			app.show(await app.gate.byHand({ ticket_id: who.ticket_id, direction, note: note.value.trim(), override: override.checked }));
			app.hand = null;
		}, app.failed);
	} }, h('h1', h('bdi', who.name || t('by_hand'))), h('p', [who.category, numbered(who), who.presence && where(who)].filter(Boolean).join(' · ')),
	field(t('why'), note, t('why_hint')), h('div.chips', preset('why_1'), preset('why_2'), preset('why_3')),
	app.state.lead && h('label.check', override, h('span', t('override'))),
	h('div.pair', act('in', out ? '.quiet' : ''), act('out', out ? '' : '.quiet')), h('a.button.quiet', { href: '#find' }, t('cancel'))) };
}
