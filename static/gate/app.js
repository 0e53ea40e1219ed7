/* The gate's app, as its usher sees it: the bar that always says whether there is a network and what waits, the views, and the
 * verdict over all of them. gate.js decides; this draws.
 *
 * A view is a function of the app that gives { el, update(state)?, shown()?, close()? }; the address's # names it. */
import { h, shape, voice } from './dom.js';
import { createGate } from './gate.js';
import { listen } from './keys.js';
import { conflict_text, notice_text } from './notices.js';
import { set, settings } from './settings.js';
import { keep_words } from './update.js';
import { clock, count, has, language, many, NAMES, speak, t } from './words.js';
import { verdict_board } from './view-verdict.js';
import { scan_view } from './view-scan.js';
import { elsewhere_view } from './view-elsewhere.js';
import { sign_view } from './view-sign.js';
import { find_view, hand_view } from './view-find.js';
import { leaves_view, log_view, one_view } from './view-log.js';
import { more_view, notices_view, settings_view, status_view } from './view-more.js';
import { report_view } from './view-report.js';
import { test_view } from './view-test.js';

const VIEWS = {
	find: find_view, hand: hand_view, log: log_view, one: one_view, leaves: leaves_view, more: more_view, notices: notices_view,
	settings: settings_view, sign: sign_view, status: status_view, report: report_view, test: test_view
};
const TABS = ['scan', 'find', 'log', 'more'];
// Where a view that is no tab belongs; the others, under more.
const UNDER = { hand: 'find', one: 'log', leaves: 'log' };

// Chosen here; else as the page came, which speaks the site's or the browser's.
async function language_first() {
	const asked = [settings().language, document.documentElement.lang, ...navigator.languages ?? []].map((name) => String(name).slice(0, 2));

	await speak(asked.find((name) => NAMES[name]) ?? 'en').catch(() => speak('en'));
	keep_words(language());
}

function wear_theme() {
	const { theme } = settings();

	document.documentElement.dataset.theme = theme;
	document.querySelector('meta[name="color-scheme"]').content = theme === 'system' ? 'light dark' : theme;
}

const app = {
	gate: null, state: null, notices: [], hand: null, last: null, install: null,
	/** Says it where everybody sees and hears it. */
	say(text, bad = false) {
		toast.textContent = text;
		toast.className = bad ? 'toast bad' : 'toast';
		toast.hidden = false;
		calm.say(text);
		clearTimeout(app.saying);
		app.saying = setTimeout(() => { toast.hidden = true; }, bad ? 8000 : 4000);
	},
	/** By the server's clock, as far as it is known. */
	now: () => app.gate ? app.gate.now() : Date.now(),
	failed(error) {
		app.say(app.words_of(error), true);
	},
	words_of: ({ code, message, name }) => has(`say.${code}`) ? t(`say.${code}`) : message || t('failed', code ?? name),
	go(where) {
		if (location.hash === `#${where}`)
			draw();
		else
			location.hash = where;
	},
	clock: (ms) => clock(typeof ms === 'string' ? Date.parse(ms) : ms, app.state?.event?.time_zone, app.now()),
	/** Shows a verdict, whatever was looked at. */
	show(verdict) {
		app.last = verdict;
		toast.hidden = true;
		document.querySelector('dialog[open]')?.close();
		if (here !== 'scan')
			app.go('scan');
		board.show(verdict);
	},
	/** What the site is called, as the shell's own title ends. */
	site: document.title.split(' · ').pop(),
	title(text) {
		document.title = [text, app.state?.event?.title ?? t('app'), app.site].filter(Boolean).join(' · ');
	},
	wear_theme,
	/** Another language, if its words are here or can be fetched. */
	async speak(name) {
		try {
			await speak(name);
		} catch {
			return app.say(t('say.OFFLINE'), true);
		}
		keep_words(name);
		set('language', name);
		view?.close?.();
		scan?.close?.();
		scan = view = null;
		return build();
	}
};

const root = document.getElementById('app'), toast = h('p.toast', { hidden: true, 'aria-hidden': 'true' }), calm = voice('polite');
let bar, banner, nav, stage, board, scan = null, view = null, here = '', signed = null;

// ---- the frame ----

function build() {
	bar = { where: h('a.where'), net: h('p.net', { 'aria-live': 'polite' }), queue: h('p.queue'), note: h('p.note', { hidden: true }) };
	banner = h('div.banner', { hidden: true });
	stage = h('main.view', { id: 'view', tabindex: -1 });
	board = verdict_board(app);
	nav = h('nav.tabs', { 'aria-label': t('app') }, TABS.map((name) => h('a', { href: `#${name}`, 'data-tab': name }, shape(name), h('span', t(name)), h('b.count', { hidden: true }))));
	document.body.replaceChildren(h('a.skip', { href: '#view', onclick: (event) => { event.preventDefault(); stage.focus(); } }, t('skip')),
		h('header.bar', bar.where, h('div.states', bar.net, bar.queue)), bar.note, banner, stage, board.el, nav, toast, board.spoken, calm.el);
	here = '';
	signed = null;
	update(app.state);
}

function draw_bar(state) {
	const { event, gate, online, phase, progress, expires_at: ends, session_over: over } = state, unsent = state.unsent + (state.reports ?? 0), soon = ends && ends - app.now() < 3600e3;

	bar.where.toggleAttribute('href', false);
	if (event)
		bar.where.href = '#settings';
	bar.where.replaceChildren(h('strong', { dir: 'auto' }, event?.title ?? t('app')), event ? h('span', { dir: 'auto' }, gate || t('gate_none')) : '');
	said(bar.net, t(online ? 'online' : 'offline'), online ? 'net on' : 'net off');
	said(bar.queue, unsent ? many('unsent', unsent) : t('all_sent'), unsent ? 'queue some' : 'queue');
	bar.queue.dataset.unsent = unsent;
	const note = over ? t('session') : phase === 'expired' ? t('say.EXPIRED') : phase === 'syncing' && progress ? progress.of ? t('loading_of', count(progress.done), count(progress.of)) : t('loading')
		: !state.storage.ok ? t('storage_full') : phase === 'ready' && !online && soon ? t('expiring', app.clock(ends)) : '';

	if (bar.note.textContent !== note) {
		bar.note.replaceChildren(over ? h('a', { href: '#sign' }, note) : note);
		// How far a list has come is seen; that it comes is said.
		if (note && !(phase === 'syncing' && progress?.done))
			calm.say(note);
	}
	bar.note.hidden = !note;
	bar.note.classList.toggle('bad', over || phase === 'expired' || !state.storage.ok);
}

/** Written only where it changed, so that what is read out is read out once. */
function said(element, text, look) {
	if (element.textContent !== text)
		element.textContent = text;
	element.className = look;
}

function draw_banner(state) {
	const [conflict] = state.conflicts, fresh = unseen(state), [notice] = fresh, pick = conflict ? `c${conflict.id}` : notice ? `n${notice.serial}` : '';

	tab_count('more', state.conflicts.length + fresh.length);
	if (banner.dataset.of === pick)
		return;
	banner.dataset.of = pick;
	banner.hidden = !pick;
	banner.replaceChildren(...(pick ? [h('div', { role: 'alert' }, conflict ? conflict_text(conflict, app) : notice_text(notice, app)),
		h('button.button', { onclick: () => conflict ? app.gate.seen(conflict.id) : saw(notice) }, t('seen'))] : []));
}

/** A conflict that an answer told of stands among the event's too, as soon as they come. */
const unseen = ({ conflicts }) => app.notices.filter(({ seen, kind, ticket_id: ticket }) => !seen && !(kind === 'conflict' && conflicts.some((one) => one.ticket_id === ticket)));

function saw(notice) {
	notice.seen = true;
	draw_banner(app.state);
}

function tab_count(name, n) {
	const badge = nav.querySelector(`[data-tab="${name}"] .count`);

	badge.hidden = !n;
	badge.textContent = n || '';
}

// ---- which view ----

function draw() {
	if (!signed)
		return;
	const [name, id] = (location.hash.slice(1) || 'scan').split('/'), wanted = VIEWS[name] ? name : 'scan';

	view?.close?.();
	view = null;
	if (here === 'scan' && wanted !== 'scan')
		scan?.hidden();
	if (wanted !== 'scan')
		board.close();
	here = wanted;
	if (wanted === 'scan') {
		scan ??= scan_view(app, board);
		view_is(scan);
		scan.shown();
	} else {
		view = VIEWS[wanted](app, id);
		view_is(view);
	}
	for (const tab of nav.children)
		if (tab.dataset.tab === (TABS.includes(wanted) ? wanted : UNDER[wanted] ?? 'more'))
			tab.setAttribute('aria-current', 'page');
		else
			tab.removeAttribute('aria-current');
}

function view_is({ el, update: fresh }) {
	stage.className = `view at-${here}`;
	stage.replaceChildren(el);
	fresh?.(app.state);
	app.title(el.querySelector('h1')?.textContent);
	stage.scrollTop = 0;
	if (document.activeElement === document.body || !document.activeElement?.isConnected)
		stage.focus({ preventScroll: true });
}

// ---- what happens ----

function update(state) {
	app.state = state;
	const out = { 'signed-out': 'sign', elsewhere: 'elsewhere' }[state.phase], is = !out;

	draw_bar(state);
	document.body.classList.toggle('signed', is);
	nav.hidden = !is;
	if (is !== signed || (out && out !== here)) {
		signed = is;
		if (is) {
			draw();
		} else {
			view?.close?.();
			scan?.close();
			scan = null;
			board.forget();
			app.notices = [];
			app.hand = app.last = null;
			here = out;
			view = out === 'sign' ? sign_view(app) : elsewhere_view();
			view_is(view);
		}
	}
	draw_banner(state);
	view?.update?.(state);
	if (here === 'scan')
		scan?.update(state);
}

let serial = 0;
function noticed(notice) {
	// The bar says the one, and gate.state has the other as soon as the server tells of it.
	if (notice.kind === 'expiring' || notice.conflict)
		return;
	if (notice.kind === 'expired') {
		// Nobody's name is kept longer than the list. The bar says that it is gone.
		board?.forget();
		app.notices = [];
		app.hand = null;
		if (['find', 'hand', 'log', 'one', 'leaves'].includes(here))
			app.go('scan');
	} else {
		app.notices.unshift({ ...notice, serial: ++serial, at: app.now() });
		app.notices.length = Math.min(app.notices.length, 50);
	}
	// What is said while the app opens is drawn with it.
	if (!app.state)
		return;
	draw_banner(app.state);
	view?.update?.(app.state);
}

/** Whatever reads, wherever one is: the verdict comes. A test that waits for a reader takes it first. */
app.read = (text, by, taken = performance.now()) => {
	if (app.tester?.(text, by))
		return undefined;
	if (!signed || app.state.phase === 'signed-out')
		return undefined;
	scan ??= scan_view(app, board);
	return scan.read(text, by, taken);
};

async function start() {
	await language_first();
	wear_theme();
	root.className = '';
	let first = true;

	app.gate = await createGate({
		onState: (state) => first ? undefined : update(state),
		onNotice: noticed
	});
	first = false;
	app.state = app.gate.state;
	build();
	addEventListener('hashchange', draw);
	listen((text) => app.read(text, 'keys'));
	addEventListener('beforeinstallprompt', (event) => {
		event.preventDefault();
		app.install = event;
	});
	// A new version waits until nobody is typing.
	for (const event of ['focusin', 'focusout'])
		addEventListener(event, ({ target }) => app.gate.hold?.(event === 'focusin' && target.matches('input:not([type=radio], [type=checkbox]), textarea') || board.open));
	document.documentElement.dataset.app = 'ready';
}
// Below what the page came with, and perhaps without any words.
start().catch((error) => root.append(h('p', error.message), h('a.button', { href: '/gate' }, has('plain') ? t('plain') : '/gate')));
