/* What was scanned, one scan, and who is out on leave. */
import { busy, field, h } from './dom.js';
import { kind_of, text_of, word_of } from './signal.js';
import { t } from './words.js';

/** A list that is fetched page by page: fetch(page) gives { items, page, total_pages, local? }. */
function paged({ fetch, row, none, app }) {
	const told = h('p', { role: 'status' }), list = h('ul.rows'), page = h('span');
	const older = h('button.button.quiet', { type: 'button', onclick: () => load(at + 1) }, t('older')), newer = h('button.button.quiet', { type: 'button', onclick: () => load(at - 1) }, t('newer'));
	const pager = h('div.pair.pager', { hidden: true }, newer, page, older);
	let at = 1;

	const load = (wanted) => busy(list, async () => {
		const { items, total_pages: pages = 1, local } = await fetch(wanted);

		at = wanted;
		list.replaceChildren(...items.map(row));
		told.textContent = !items.length ? t(none) : local ? t('log_local') : '';
		pager.hidden = pages < 2;
		page.textContent = t('page', at, pages);
		newer.hidden = at < 2;
		older.hidden = at >= pages;
	}, app.failed);

	return { parts: [told, list, pager], load };
}

export function log_view(app) {
	const text = h('input', { name: 'search', type: 'search', autocomplete: 'off', enterkeyhint: 'search', dir: 'auto' });
	const row = (one) => h('li', h('a.row', { href: `#one/${one.id ?? one.scan_id}` }, h(`i.dot.${kind_of(one)}`),
		h('span.main', h('bdi', one.attendee_name || '–'), h('small', `${word_of(one)}${one.result === 'valid' ? '' : ` · ${text_of(one)}`}`)),
		h('span.side', app.clock(one.at), h('bdi', [one.gate, one.usher?.name ?? one.usher].filter(Boolean).join(' · ')), ['waiting', 'unsent', 'local'].includes(one.state) && h('b.waits', t('waits')))));
	const list = paged({ app, row, none: 'log_none', fetch: (page) => app.gate.logs({ search: text.value.trim() || undefined, page }) });
	const save = h('button.button.quiet', { type: 'button', onclick: () => busy(save, async () => {
		const url = URL.createObjectURL(await app.gate.exportLog()), link = h('a', { href: url, download: `scans-${app.state.event?.id ?? ''}-${new Date(app.now()).toISOString().slice(0, 16).replaceAll(':', '')}.csv` });

		link.click();
		setTimeout(() => URL.revokeObjectURL(url), 60_000);
	}, app.failed) }, t('export'));

	list.load(1);
	return { el: h('div.page', h('h1', t('log_title')), h('form.find', { role: 'search', onsubmit: (event) => {
		event.preventDefault();
		list.load(1);
	} }, field(t('log_text'), text), h('button.button', t('search'))), list.parts, h('div.pair', save, h('a.button.quiet', { href: '#leaves' }, t('leaves')))) };
}

export function leaves_view(app) {
	const list = paged({ app, none: 'leaves_none', fetch: (page) => app.gate.leaves({ page }), row: (one) => h('li.row',
		h('span.main', h('bdi', one.attendee_name ?? one.name ?? '–'), h('small', h('bdi', one.reason ?? one.note ?? ''))),
		h('span.side', t('since', app.clock(one.left_at ?? one.at)), one.back_at && t('until', app.clock(one.back_at)))) });

	list.load(1);
	return { el: h('div.page', h('h1', t('leaves')), list.parts, h('a.button.quiet', { href: '#log' }, t('back'))) };
}

export function one_view(app, id) {
	const facts = h('dl.facts'), title = h('h1', t('one_scan')), undo = h('button.button.quiet.danger', { hidden: true, onclick: () => busy(undo, async () => app.show(await app.gate.undo(id_of)), app.failed) }, t('undo'));
	let id_of = id;

	app.gate.log(/^\d+$/.test(id) ? Number(id) : id).then((one) => {
		const row = (name, value) => value && h('div', h('dt', t(name)), h('dd', h('bdi', value)));

		id_of = one.scan_id ?? id;
		undo.hidden = !app.state.lead || one.result !== 'valid' || !one.scan_id;
		title.textContent = one.attendee_name || t('one_scan');
		facts.replaceChildren(...[row('verdict', `${word_of(one)} · ${text_of(one)}`), row('time', app.clock(one.at)), row('direction', t(one.direction ?? 'in')), row('gate', one.gate),
			row('usher', one.usher?.name ?? one.usher), row('category', one.category), row('card', one.card_id), row('note', one.note),
			row('state', ['waiting', 'unsent', 'local'].includes(one.state) ? t('waits') : '')].filter(Boolean));
	}).catch(app.failed);
	return { el: h('div.page', title, facts, h('div.pair', undo, h('a.button.quiet', { href: '#log' }, t('back')))) };
}
