/* The verdict, over the whole screen below the bar: what to do first, then who it is, then what else one may do. */
import { busy, h, shape, voice } from './dom.js';
import { kind_of, signal, text_of, word_of } from './signal.js';
import { REASONS } from './verdict.js';
import { apart, has, t } from './words.js';

const CLOSES_MS = 4000, HOUR_S = 3600;

const fact = (name, ...value) => value.some(Boolean) && h('div', h('dt', t(name)), h('dd', h('bdi', value)));

function age_note(verdict, state) {
	const tier = state.event?.categories?.find(({ name }) => name === verdict.attendee?.tier), age = tier?.min_age ?? state.event?.min_age;

	return age ? t('check_age_of', age) : t('check_age');
}

/** What an usher must see to. */
const musts = ({ notes = [], stored, ...verdict }, { state }) => [
	...notes.filter((note) => note === 'check_age' || has(`note_${note}`)).map((note) => note === 'check_age' ? age_note(verdict, state) : t(`note_${note}`)),
	...(stored === false ? [t('not_stored')] : [])
];

/** Sentences after each other: what ends already gets no second full stop. */
const sentences = (...all) => all.flat().filter(Boolean).map((one) => /[.!?؟…]$/.test(one) ? one : `${one}.`).join(' ');

function guest(verdict, app) {
	const { attendee: who, first_scan: first, result } = verdict;
	const call = who?.emergency_contact;

	return h('div.guest',
		musts(verdict, app).map((must) => h('p.must', must)),
		who && h('div.who', who.photo && h('img.photo', { src: who.photo, alt: t('photo_of', who.name), width: 160, height: 160 }),
			h('div', h('p.name', h('bdi', who.name)), who.tier && h('p.tier', h('bdi', who.tier)))),
		who?.labels?.length > 0 && h('ul.labels', { 'aria-label': t('labels') }, who.labels.map((label) => h('li', h('bdi', label)))),
		first && (result !== 'valid' || verdict.direction !== 'out') && h('p.first', t('first', [app.clock(first.at), first.gate, first.usher].filter(Boolean).map(apart).join(' · '))),
		who && h('dl', fact('blood', who.blood_type),
			call && fact('emergency', h('bdi', call.name ?? ''), ' ', call.mobile_number && h('a', { href: `tel:${call.mobile_number}` }, call.mobile_number)),
			who.dependents?.length > 0 && fact('with', who.dependents.map(({ name }) => name).join(', ')),
			fact('reference', who.reference), fact('card', who.card_id)),
		verdict.local && h('p.local', t('local')));
}

/** { el, spoken, show(verdict), checking(), close(), forget(), open } */
export function verdict_board(app) {
	const el = h('section.verdict', { hidden: true, tabindex: -1 }), spoken = voice('assertive');
	let closes = 0, ticks = 0, shown = null;

	const close = () => {
		clearTimeout(closes);
		clearInterval(ticks);
		if (el.hidden)
			return;
		el.hidden = true;
		shown = null;
		document.body.classList.remove('judged');
		app.title(document.querySelector('main h1')?.textContent);
		document.getElementById('view')?.focus({ preventScroll: true });
		board.closed?.();
	};
	const again = (verdict) => verdict && app.show(verdict);

	// Pressed once it asks, pressed twice it does: no touch by mistake takes a scan back.
	function undo_button(verdict) {
		const button = h('button.button.quiet', { onclick: () => {
			if (!button.dataset.sure) {
				button.dataset.sure = '1';
				button.textContent = t('undo_sure');
				spoken.say(t('undo_sure'));
				clearTimeout(closes);
				return;
			}
			busy(button, async () => again(await app.gate.undo(verdict.scan_id)), app.failed);
		} }, t('undo'), ' ');
		// How long it may still be: of minutes. It is no part of the button's name, which would be another each second.
		const time = h('span', { 'aria-hidden': 'true' });
		const counts_down = () => {
			const left = Math.ceil((verdict.undo_until - app.now()) / 1000);

			button.hidden = left <= 0;
			time.textContent = left < HOUR_S ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` : '';
		};

		button.append(time);

		counts_down();
		ticks = setInterval(counts_down, 1000);
		return button;
	}

	function acts(verdict) {
		const { others = [], ticket_id: ticket } = verdict, insists = app.state.lead && verdict.result !== 'valid' && ticket && REASONS[verdict.reason]?.[1];
		const insist = () => {
			app.hand = { ticket_id: ticket, name: verdict.attendee?.name ?? '', category: verdict.attendee?.tier, override: true, direction: verdict.direction };
			app.go('hand');
		};

		return h('div.acts',
			others.length > 0 && h('div.others', h('h2', t(verdict.direction === 'out' ? 'others_out' : 'others')), others.map((one) => h('button.button', {
				onclick: (event) => busy(event.currentTarget, async () => again(await app.gate.choose(one.ticket_id)), app.failed)
			}, h('bdi', one.name), ' ', h('small', h('bdi', one.category ?? ''), ` · ${one.ticket_id}`)))),
			h('div.pair', insists && h('button.button.quiet', { onclick: insist }, t('insist')),
				verdict.undo_until > app.now() && undo_button(verdict),
				h('button.button.next', { onclick: close }, t('next'))));
	}

	const board = {
		el, spoken: spoken.el, close,
		get open() {
			return !el.hidden;
		},
		/** It takes longer than an eye waits. */
		checking() {
			clearTimeout(closes);
			el.className = 'verdict checking';
			el.replaceChildren(h('div.say', h('h1', t('checking'))));
			el.hidden = false;
		},
		show(verdict) {
			const kind = kind_of(verdict), word = word_of(verdict), text = text_of(verdict), { attendee: who, others = [] } = verdict, must = musts(verdict, app);

			clearTimeout(closes);
			clearInterval(ticks);
			shown = verdict;
			el.className = `verdict ${kind}`;
			el.dataset.reason = verdict.reason;
			el.setAttribute('aria-label', t('verdict'));
			el.replaceChildren(h('div.say', shape(kind), h('h1', word), h('p', text)), guest(verdict, app), acts(verdict));
			el.hidden = false;
			el.scrollTop = 0;
			document.body.classList.add('judged');
			el.dataset.ms = Math.round(performance.now() - (verdict.taken ?? performance.now()));
			signal(kind);
			spoken.say(sentences(word, text, must, who?.name, who?.tier));
			app.title(`${word}${who ? `: ${who.name}` : ''}`);
			el.focus({ preventScroll: true });
			if (board.aims?.() && ['go', 'gone', 'noted', 'noted_out'].includes(kind) && !others.length && !must.length)
				closes = setTimeout(close, CLOSES_MS);
		},
		get verdict() {
			return shown;
		},
		/** Nothing of what it said of guests stays on the page. */
		forget() {
			app.last = null;
			close();
			el.replaceChildren();
			spoken.el.replaceChildren();
			board.closed?.();
		}
	};
	return board;
}
