/* The one object that the app's face talks to: who is signed in, what is read, what is said of it, and what of it the server
 * does not know yet. The face draws; it decides nothing. docs/gate-app.md says what a state, a verdict and a notice hold.
 *
 *	const gate = await createGate({ onState(state), onVerdict(verdict), onNotice(notice) });
 */
import { Api } from './api.js';
import { Clock } from './clock.js';
import { understand } from './code.js';
import { Db, is_full } from './db.js';
import { Judge, NOBODY } from './judge.js';
import { Live } from './live.js';
import { Queue, Reports } from './queue.js';
import { Roster } from './roster.js';
import { self_test } from './self_test.js';
import { follow_updates } from './update.js';
import { Vault } from './vault.js';
import { sentence } from './verdict.js';
import { has, t } from './words.js';

const ANSWER_MS = 1500, AGAIN_MS = 1000, SYNC_MS = 15_000, CHECK_MS = 10_000, UNDO_MS = 120_000, TIDY_MS = 600_000, DAY_MS = 86_400_000, SOON_MS = 3_600_000;
const PHOTO_MAX = 8 << 20;

/* What the app says of a code, in its language. */
const words_of = (code) => has(`say.${code}`) ? t(`say.${code}`) : '';
const refusal = (code, more = {}) => Object.assign(new Error(words_of(code) || code), { code, status: 0, ...more });

/** @param {{onState?: Function, onVerdict?: Function, onNotice?: Function}} listeners */
export async function createGate(listeners = {}) {
	const gate = new Gate(listeners);

	await gate.open();
	return gate;
}

class Gate {
	#session = null; // { event_id, usher, lead, gate, direction }
	#read = { key: '', at: -Infinity };
	#last = null; // what was read last: choose()
	#turn = Promise.resolve();
	#busy = 0;
	#emitting = false;
	#noticed = new Set();
	#warned = false;
	#aging = null;
	#left = 0; // is somebody signing in or out?
	#tidied = 0;
	#timers = [];
	held = false;
	#state = {
		phase: 'signed-out', online: navigator.onLine, event: null, gate: '', lead: false, usher: null, direction: 'in', unsent: 0,
		sending: false, retry_at: 0, progress: null, expires_at: 0, synced_at: 0, attendees: 0, counts: null, others: [], conflicts: [],
		storage: { ok: true, persisted: false, used: 0, quota: 0 }, session_over: false, reports: 0, update: false
	};

	constructor({ onState = () => {}, onVerdict = () => {}, onNotice = () => {} }) {
		Object.assign(this, { onState, onVerdict, onNotice });
	}

	/* ---- beginning and ending ---- */

	async open() {
		if (!globalThis.crypto?.subtle || !globalThis.indexedDB) {
			this.insecure = true;
			this.#notice('storage', 'INSECURE');
			return;
		}
		const changed = () => this.#changed(), db = this.db = await Db.open(), vault = this.vault = new Vault(db), clock = this.clock = new Clock(db);
		const api = this.api = new Api({
			tokens: {
				load: async () => vault.open('keep', await db.get('settings', 'tokens')),
				save: async (pair) => db.set({ tokens: await vault.seal('keep', pair) })
			},
			clock, on_online: (online) => this.#went(online), on_ended: () => this.#session_over()
		});

		const on_lost = (n) => this.#notice('unreadable', 'UNREADABLE', { n });
		this.queue = new Queue({ db, vault, api, clock, on_change: changed, on_answer: (scan, item) => this.#answered_late(scan, item), on_lost });
		this.reports = new Reports({ db, vault, api, on_change: changed, on_refused: (what) => this.#notice('rejected', 'REPORT_REFUSED', { report: what }), on_lost });
		this.roster = new Roster({ db, vault, api, clock, on_change: changed });
		this.judge = new Judge({ roster: this.roster, queue: this.queue, clock });
		this.live = new Live({ api, on_snapshot: (snapshot) => this.#watched(snapshot) });
		this.#alone();
		document.addEventListener('visibilitychange', () => !document.hidden && this.#session && this.#check_age());
		await Promise.all([clock.load(), this.roster.load(), this.queue.load(), this.reports.load()]);
		const { session, device_id = crypto.randomUUID(), expired, seen = [] } = await db.settings('session', 'device_id', 'expired', 'seen');
		this.queue.device_id = device_id;
		this.expired = Boolean(expired);
		this.#noticed = new Set(seen);
		await db.set({ device_id });
		this.stop_following = follow_updates({ quiet: () => this.quiet, idle: () => this.idle, told: () => { this.#state.update = true; this.#notice('update', 'UPDATE'); changed(); } });
		if (session)
			await this.#begin(session);
		changed();
	}

	/* One window at a time does this: the newest. The one before is told. */
	#alone() {
		navigator.locks?.request('gatehouse-gate', { steal: true }, () => new Promise(() => {})).catch(() => {
			this.close();
			this.#session = null;
			this.elsewhere = true;
			this.#changed();
		});
	}

	async #begin(session) {
		this.#session = session;
		this.#state.session_over = false;
		this.asked_at = 0;
		await this.#check_age();
		this.judge.warm();
		this.live.watch(session.event_id);
		this.#timers.forEach(clearInterval);
		this.#timers = [setInterval(() => this.#check_age(), CHECK_MS), setInterval(() => this.#sync(), SYNC_MS * (0.8 + Math.random() * 0.4))];
		navigator.storage?.persist?.().then((persisted) => { this.#state.storage.persisted = persisted; this.#changed(); }).catch(() => {});
		this.#sync();
		this.queue.flush();
		this.reports.flush();
	}

	/** Signs in and begins to sync. Refused: throws { code, message, status, unsent? }; code OFFLINE where there is no network, UNSENT where
	 *  scans of another usher or event wait here (force throws them away, unless they are more than lose by now).
	 *  @param {{event_id: number, username: string, password: string, force?: boolean, lose?: number}} who */
	async signIn({ event_id, username, password, force = false, lose = force ? Infinity : 0 }) {
		if (this.insecure)
			throw refusal('INSECURE');
		if (this.elsewhere)
			throw refusal('ELSEWHERE');
		const id = Number(event_id), tokens = await this.api.open('/api/usher/login/', { event_id: id, username, password });

		await this.#leaving(async () => {
			const old = await this.db.get('settings', 'session'), same = old && old.event_id === id && old.usher.id === tokens.usher_id;
			const left = old && !same ? await this.#wipe(lose) : { done: true };

			if (!left.done) {
				this.api.open('/api/usher/logout/', { refresh: tokens.refresh }, { access: tokens.access }).catch(() => {});
				throw refusal('UNSENT', { unsent: left.unsent });
			}
			await this.api.begin(tokens);
			const usher = { id: tokens.usher_id, name: tokens.user?.name ?? username, username };
			const session = { event_id: id, usher, lead: false, gate: same ? old.gate : '', direction: same ? old.direction : 'in' };
			await this.db.set({ session, new_session: true });
			this.roster.new_session = true;
			await this.#begin(session);
		});
	}

	/** Ends the session and wipes what is held here. { done: false, unsent: 3 } where scans or reports wait, unless forced; forced, too,
	 *  where they are more than lose by now.
	 *  @param {{force?: boolean, lose?: number}} how @returns {Promise<{done: boolean, unsent: number}>} */
	async signOut({ force = false, lose = force ? Infinity : 0 } = {}) {
		if (this.#left)
			return { done: false, unsent: 0 };
		await this.#turn;
		if (this.api.online && !force)
			await Promise.all([this.queue.flush(), this.reports.flush()]);
		return this.#leaving(async () => {
			/* Also what another window wrote since this one counted. */
			const unsent = await this.db.waiting() + this.queue.homeless;

			if (unsent > lose)
				return { done: false, unsent };
			const refresh = await this.api.refresh_token().catch(() => null);
			this.live.close();
			if (refresh && this.api.online)
				await this.api.within(3000, this.api.post('/api/usher/logout/', { refresh }, { timeout: 3000 })).catch(() => {});
			return this.#wipe(lose);
		});
	}

	/* Meanwhile nothing is scanned or reported, so that what is counted is all that is lost. */
	async #leaving(does) {
		this.#left++;
		try {
			await this.#turn;
			return await does();
		} finally {
			this.#left--;
		}
	}

	/* All goes, unless more than so many wait: { done, unsent }. */
	async #wipe(lose) {
		this.api.forget();
		this.queue.stop();
		await this.roster.stop();
		const unsent = this.queue.homeless + await this.db.empty(lose - this.queue.homeless);

		if (unsent > lose) {
			await this.queue.load();
			return { done: false, unsent };
		}
		this.#timers.forEach(clearInterval);
		this.live.close();
		this.#session = null;
		this.#last = null;
		this.#noticed.clear();
		this.expired = false;
		Object.assign(this.#state, { counts: null, others: [], conflicts: [], session_over: false });
		this.queue.reset();
		this.reports.reset();
		this.vault.forget();
		this.queue.device_id = crypto.randomUUID();
		await this.db.set({ device_id: this.queue.device_id });
		await Promise.all([this.roster.load(), this.queue.load(), this.reports.load()]);
		this.#changed();
		return { done: true, unsent };
	}

	/** Stops timers, polling and a sync that is under way, as when the page goes or another window is the gate. */
	close() {
		this.#timers.forEach(clearInterval);
		this.roster?.stop();
		this.live?.close();
		this.queue?.close();
		this.api?.close();
		this.stop_following?.();
	}

	/* ---- what is so ---- */

	#changed() {
		if (this.#emitting)
			return;
		this.#emitting = true;
		setTimeout(() => {
			this.#emitting = false;
			this.onState(this.state);
		}, 16);
	}

	/** How it is now: one object, always the same. */
	get state() {
		if (!this.roster)
			return this.#state;
		const { roster, queue } = this, session = this.#session, { event } = roster;

		Object.assign(this.#state, {
			phase: this.elsewhere ? 'elsewhere' : !session ? 'signed-out' : roster.whole ? 'ready' : this.expired && !roster.progress ? 'expired' : 'syncing',
			online: this.api.online, gate: session?.gate ?? '', lead: Boolean(session?.lead), usher: session?.usher ?? null,
			direction: session?.direction ?? 'in', unsent: queue.unsent, sending: queue.sending, retry_at: queue.retry_at,
			progress: roster.progress, expires_at: roster.expires_at, synced_at: roster.synced_at, attendees: roster.size,
			reports: this.reports.waiting, event: session && event ? { id: event.event_id, ...event } : null
		});
		this.#state.storage.ok = queue.homeless === 0;
		return this.#state;
	}

	#notice(kind, code, more = {}) {
		this.onNotice({ kind, code, sentence: words_of(code), at: Date.now(), ...more });
	}

	/** The moment by the server's clock, ms. */
	now() {
		return this.clock.now();
	}

	/** Is nobody doing anything? The face says with hold(true) that somebody is typing. */
	get quiet() {
		return this.#busy === 0 && !this.held;
	}

	/** Is nothing under way that an update would disturb? */
	get idle() {
		return this.quiet && !this.queue.sending && !this.queue.homeless && !this.roster.progress;
	}

	hold(held) {
		this.held = held;
	}

	#went(online) {
		this.#changed();
		if (!online || !this.#session)
			return;
		this.queue.flush();
		this.reports.flush();
		this.#sync();
	}

	#session_over() {
		if (this.#state.session_over)
			return;
		this.#state.session_over = true;
		this.#notice('session', 'SESSION');
		this.#changed();
	}

	#check_age() {
		this.#aging ??= this.#grow_old().finally(() => { this.#aging = null; });
		return this.#aging;
	}

	/* The roster lives a day from when the server was last asked, and so does what was sent. Scans that wait are no part of it. */
	async #grow_old() {
		const { roster } = this;

		if (roster.expired && await roster.expire()) {
			this.expired = true;
			await this.db.set({ expired: true });
			await this.queue.forget_sent();
			this.#last = null;
			Object.assign(this.#state, { counts: null, others: [], conflicts: [] });
			this.#notice('expired', 'EXPIRED');
		} else if (roster.expires_at && roster.expires_at - this.clock.now() < SOON_MS && !this.#warned) {
			this.#warned = true;
			this.#notice('expiring', 'EXPIRING', { expires_at: roster.expires_at });
		}
		if (Math.abs(Date.now() - this.#tidied) > TIDY_MS) {
			this.#tidied = Date.now();
			await this.queue.forget_old(this.#tidied - DAY_MS);
		}
		if (this.#may_ask()) {
			if (this.queue.unsent && !this.queue.retry_at)
				this.queue.flush();
			this.reports.flush();
		}
		const used = await navigator.storage?.estimate?.().catch(() => null);
		if (used)
			Object.assign(this.#state.storage, { used: used.usage, quota: used.quota });
		this.#changed();
	}

	/* Asks for what changed. Nothing is lost where it fails: it is tried again soon. */
	async #sync() {
		if (!this.api.online || !this.#session || this.#state.session_over)
			return;
		try {
			await this.#who_am_i();
			const began = await this.roster.sync();

			await this.queue.settled(began);
			this.judge.warm();
			if (this.expired)
				await this.db.set({ expired: undefined });
			this.expired = false;
			this.#warned = false;
		} catch (error) {
			if (is_full(error))
				this.#notice('storage', 'STORAGE');
			else if (error.status === undefined)
				console.error(error);
		}
		this.#changed();
	}

	/* Whether one is gate lead, and which gate is one's own, may change. Asked with each sync at first, then seldom. */
	async #who_am_i() {
		const session = this.#session;

		if (this.asked_at && performance.now() - this.asked_at < 60_000)
			return;
		const mine = await this.api.get(`/api/usher/events/${session.event_id}/`);

		if (session !== this.#session)
			return;
		this.asked_at = performance.now();
		await this.#keep({ lead: Boolean(mine.gate_lead), gate: this.#session?.gate || mine.gate || '' });
	}

	async #keep(more) {
		if (!this.#session)
			return;
		Object.assign(this.#session, more);
		await this.db.set({ session: this.#session });
		this.#changed();
	}

	/** Asks for what changed, and sends what waits, now. */
	async syncNow() {
		await this.api.probe();
		await Promise.all([this.#sync(), this.queue.flush(), this.reports.flush()]);
	}

	/** @param {string} name */
	async setGate(name) {
		await this.#keep({ gate: name.trim().slice(0, 40) });
	}

	/** @param {'in'|'out'} direction */
	async setDirection(direction) {
		await this.#keep({ direction: direction === 'out' ? 'out' : 'in' });
	}

	/* ---- scanning ---- */

	/** What a reader read, as it read it: a code, a card's number, a printed reference. null: the same as less than a second ago.
	 *  @param {string} text @param {{by?: 'camera'|'keys'|'nfc'|'typed'}} how @returns {Promise<object|null>} */
	async read(text, { by = 'typed' } = {}) {
		return this.#carrier('scan', text, { by });
	}

	/** Out on leave. text: as for read(). @param {string} text @param {{by?: string, note?: string}} how */
	async leave(text, { by = 'typed', note } = {}) {
		return this.#carrier('leave', text, { by, note });
	}

	/** Back from leave. @param {string} text @param {{by?: string, note?: string}} how */
	async return(text, { by = 'typed', note } = {}) {
		return this.#carrier('return', text, { by, note });
	}

	/* The guard: who holds a code up for as long as it takes means it once, also where its digits turn meanwhile. */
	#carrier(kind, text, how) {
		const began = performance.now(), key = `${kind} ${this.#session?.direction} ${text.trim().replace(/\.\d{6}$/, '')}`;
		const again = this.#read.key === key && began - this.#read.at < AGAIN_MS;

		this.#read = { key, at: began };
		if (again || !text.trim() || !this.#session || this.#left)
			return null;
		return this.#in_turn(async () => {
			const what = await understand(text, (code) => this.judge.genuine(code));

			this.#last = { what, text, kind, how };
			return this.#scan({ what, text, kind, began, ...how });
		});
	}

	/** One of the last verdict's others: a scan of its own. @param {number} ticket_id */
	async choose(ticket_id) {
		if (!this.#last || this.#left)
			return null;
		const { what, text, kind, how } = this.#last;

		return this.#in_turn(() => this.#scan({ what, text, kind, began: performance.now(), ...how, ticket_id }));
	}

	/** Lets in or out without a code. note is required; override: a gate lead insists. Offline it waits as a scan does.
	 *  @param {{ticket_id: number, direction?: 'in'|'out', note: string, override?: boolean}} what */
	async byHand({ ticket_id, direction = this.#session?.direction, note, override = false }) {
		if (!note?.trim())
			throw refusal('NOTE');
		if (override && !this.#session?.lead)
			throw refusal('NOT_LEAD');
		return this.#in_turn(() => this.#scan({
			what: { kind: 'hand', ticket_id }, kind: 'hand', began: performance.now(), by: 'hand', ticket_id, direction, note: note.trim(), override
		}));
	}

	/* One after the other: a verdict rests on what the one before did. */
	#in_turn(does) {
		if (this.#left || !this.#session)
			throw refusal('LEAVING');
		this.#busy++;
		const result = this.#turn.then(does).finally(() => { this.#busy--; });

		this.#turn = result.catch(() => {});
		return result;
	}

	/* How the server is asked for one scan, and how the same is sent later. */
	#requests({ what, text, kind, ticket_id, note, override }, scan) {
		const carrier = what.kind === 'card' ? { card_id: what.card } : what.kind === 'code' ? { code: what.code.text }
			: what.kind === 'hand' ? { ticket_id } : { code: text.trim().slice(0, 400) };
		const chosen = ticket_id && what.kind !== 'hand' ? { ticket_id } : {}, { scan_id, gate, direction } = scan;
		const insists = override ? { override } : {}, about = { ...carrier, ...chosen, scan_id, scanned_at: new Date(scan.at).toISOString(), gate };
		const ask = kind === 'scan' ? ['result', { ...about, direction }] : kind === 'hand' ? ['by-hand', { ...about, direction, note, ...insists }]
			: ['part-time-leave', { ...about, action: kind, reason: note }];

		return { ask: [`/api/usher/scan/${ask[0]}/`, ask[1]], send: { kind, ...carrier, ...chosen, ...insists } };
	}

	#may_ask() {
		return this.api.online && !this.#state.session_over;
	}

	/* The server is asked at once, and meanwhile this device decides and writes its own verdict down. The server's counts where it comes
	 * in time; else this one does, and the scan waits with the others. */
	async #scan(wanted) {
		const { what, kind, by, note, override, ticket_id, began } = wanted, session = this.#session;
		const direction = kind === 'leave' ? 'out' : kind === 'return' ? 'in' : wanted.direction ?? session.direction, out = direction === 'out';
		const scan = { scan_id: crypto.randomUUID(), at: this.clock.now(), direction, gate: session.gate, kind, ticket_id, override };
		const { ask, send } = this.#requests(wanted, scan);
		const asking = this.#may_ask() && this.api.within(ANSWER_MS, this.api.post(...ask, { timeout: ANSWER_MS })).then((data) => ({ data }), (error) => ({ error }));
		let said = await this.judge.judge(what, scan), stored = true, local = true;

		/* Whom this device let in by a card is who came in. */
		if (what.kind === 'card' && said.ticket_id)
			send.ticket_id ??= said.ticket_id;
		/* No scan yet: somebody must choose first, or come again. */
		if (!asking && ['several', 'no_roster'].includes(said.reason))
			return this.#show({ ...said, ...scan, by, local, stored: true, undo_until: 0, began });
		stored = await this.queue.add({
			scan_id: scan.scan_id, kind: kind === 'scan' || kind === 'hand' ? direction : kind, ticket_id: said.ticket_id, was: said.was, moves: said.moves, at: scan.at
		}, {
			send, result: said.result, reason: said.reason, gate: scan.gate, direction, note, name: said.attendee?.name ?? '', category: said.category, by
		}, Boolean(asking));
		if (asking) {
			const { data, error } = await asking;

			if (data) {
				said = this.judge.answered(data, out);
				[local, stored] = [false, true];
				await this.queue.answered(scan.scan_id, { ...said, name: said.attendee?.name });
			} else {
				if (error.status === undefined)
					console.error(error);
				this.queue.unanswered(scan.scan_id);
			}
		}
		if (!stored)
			this.#notice('storage', 'STORAGE', { scan_id: scan.scan_id });
		return this.#show({
			...said, ...scan, ticket_id: said.ticket_id, by, local, stored, began,
			undo_until: said.moves ? scan.at + (session.lead ? DAY_MS : UNDO_MS) : 0
		});
	}

	#show({ began, moves, out: _out, was: _was, kind, override: _override, ...said }) {
		const verdict = { ...said, act: kind, moved: moves, ms: Math.round((performance.now() - began) * 10) / 10 };

		this.onVerdict(verdict);
		this.#changed();
		return verdict;
	}

	/** Takes a scan back: one's own within 2 minutes, any other as gate lead. Gives a verdict, reason "undone".
	 *  @param {string} scan_id @param {string} note */
	async undo(scan_id, note = '') {
		return this.#in_turn(async () => {
			const began = performance.now(), own = await this.queue.find(scan_id), at = this.clock.now(), { lead } = this.#session;

			if (!lead && (!own || at - own.at_ms > UNDO_MS))
				throw refusal('TOO_LATE');
			/* What the server does not know it cannot take back yet: that goes behind it, in order. */
			const asking = this.#may_ask() && own?.state !== 'unsent';
			const undo = { scan_id: crypto.randomUUID(), at, direction: own?.direction ?? 'in', gate: this.#session.gate, kind: 'undo' };
			const timeout = own ? ANSWER_MS : 15_000;
			const ask = () => this.api.within(timeout, this.api.post('/api/usher/scan/undo/', { scan_id, undo_id: undo.scan_id, ...(note ? { note } : {}) }, { timeout }));
			let said = { ...NOBODY, result: 'valid', reason: 'undone', sentence: sentence('undone'), ticket_id: own?.ticket_id ?? null };

			if (!own)
				return this.#show({ ...this.judge.answered(await ask(), undo.direction === 'out'), ...undo, local: false, stored: true, began, undo_until: 0 });
			const stored = await this.queue.add({
				scan_id: undo.scan_id, kind: 'undo', undoes: scan_id, of: own.row_kind, was: own.was, ticket_id: own.ticket_id, moves: own.moved, at
			}, {
				send: { kind: 'undo', undoes: scan_id }, result: 'valid', reason: 'undone', gate: undo.gate, direction: undo.direction, note,
				name: own.attendee_name, category: own.category
			}, asking);
			let local = true;

			if (asking) {
				try {
					said = { ...said, ...this.judge.answered(await ask(), undo.direction === 'out') };
					local = false;
					await this.queue.answered(undo.scan_id, { result: said.result, reason: said.reason, moves: own.moved && said.moves });
				} catch (error) {
					if (error.status >= 400 && error.status < 500 && ![401, 429].includes(error.status)) {
						await this.queue.refused(undo.scan_id, error);
						throw error;
					}
					this.queue.unanswered(undo.scan_id);
				}
			} else {
				this.queue.flush();
			}
			return this.#show({ ...said, ...undo, undone: scan_id, local, stored, began, undo_until: 0 });
		});
	}

	/* What the server said of a scan that waited. */
	#answered_late(scan, item) {
		const about = { scan_id: scan.scan_id, ticket_id: item.ticket_id ?? scan.ticket_id, attendee_name: scan.what.name, message: item.message,
			result: item.result, reason: item.reason, local_result: scan.what.result, local_reason: scan.what.reason };

		if (item.verdict === 'conflict') {
			this.#noticed.add(`ticket ${about.ticket_id}`);
			this.#notice('conflict', 'CONFLICT', { ...about, winner: item.winner });
		} else if (item.verdict === 'rejected') {
			this.#notice('rejected', 'REJECTED', about);
		} else if (item.result && (item.result === 'valid') !== (scan.what.result === 'valid')) {
			this.#notice('overruled', 'OVERRULED', about);
		}
	}

	#watched({ counts, by_gate = [], conflicts = [] }) {
		if (!counts)
			return;
		const known = this.#noticed.size;

		Object.assign(this.#state, { counts, others: by_gate, conflicts: conflicts.filter(({ id }) => !this.#noticed.has(id)) });
		for (const conflict of this.#state.conflicts.filter(({ id }) => !this.#noticed.has(`told ${id}`))) {
			this.#noticed.add(`told ${conflict.id}`);
			if (!this.#noticed.has(`ticket ${conflict.ticket_id}`) && this.#concerns(conflict))
				this.#notice('conflict', 'CONFLICT', { conflict, ticket_id: conflict.ticket_id, attendee_name: conflict.attendee_name, winner: conflict.winner });
		}
		if (this.#noticed.size > known)
			this.db.set({ seen: [...this.#noticed] }).catch(() => {});
		this.#changed();
	}

	/* Was one of the two let in here? */
	#concerns({ winner, loser }) {
		return [winner, loser].some((entry) => entry?.usher === this.#session?.usher.name || (entry?.gate && entry.gate === this.#session?.gate));
	}

	/** The conflict was seen: it leaves state.conflicts here. @param {number} id */
	seen(id) {
		this.#noticed.add(id);
		this.#state.conflicts = this.#state.conflicts.filter((conflict) => conflict.id !== id);
		this.db.set({ seen: [...this.#noticed] }).catch(() => {});
		this.#changed();
	}

	/* ---- asking ---- */

	/** Guests by name, printed reference, mobile number or e-mail: 3 letters or more. { items[{ ticket_id, name, category, reference,
	 *  mobile_end, status, presence, entries, on_leave, card_id }], local }: offline names and references alone, and only where the event
	 *  lets devices hold them; else throws { code: 'OFFLINE' }. @param {string} text */
	async search(text) {
		return this.#or_local(() => this.api.get('/api/usher/scan/guests/', { search: text }, { timeout: 4000 }), async () => {
			const found = await this.roster.search(text);

			if (!found)
				throw refusal('OFFLINE');
			const stands = await this.judge.stand(found.map(({ ticket_id }) => ticket_id));
			return { items: found.map(({ ticket_id, name, reference, mobile_end }, i) => ({ ticket_id, name, reference, mobile_end, card_id: null, ...stands[i] })) };
		});
	}

	/** An incident. photo: a Blob, at most 8 MB. Offline it waits; { stored: true, sent }.
	 *  @param {{category: string, description: string, photo?: Blob, ticket_id?: number, card_id?: string}} what */
	async report({ photo, ...fields }) {
		if (photo && photo.size > PHOTO_MAX)
			throw refusal('PHOTO');
		await this.#in_turn(() => this.reports.add(fields, photo));
		await this.reports.flush();
		return { stored: true, sent: this.reports.waiting === 0 };
	}

	/* The server's answer; offline, what this device knows of it. */
	async #or_local(ask, local) {
		if (this.#may_ask()) {
			try {
				return { ...await ask(), local: false };
			} catch (error) {
				if (error.status !== 0)
					throw error;
			}
		}
		return { ...await local(), local: true };
	}

	/** The scans, the newest first: of the event where the server answers, of this device where not (local: true); own: of this device
	 *  anyhow. { items[{ id?, scan_id, at, direction, gate, result, reason, attendee_name, category, usher, state? }], page, total_pages, local }
	 *  @param {{search?: string, page?: number, own?: boolean}} how */
	async logs({ search = '', page = 1, own = false } = {}) {
		const local = async () => {
			const words = search.toLowerCase(), all = (await this.queue.all()).filter(({ attendee_name, reason, gate }) =>
				`${attendee_name} ${reason} ${gate}`.toLowerCase().includes(words));

			return { items: all.slice((page - 1) * 10, page * 10).map((one) => ({ ...one, usher: this.#session.usher.name })), page,
				total: all.length, total_pages: Math.ceil(all.length / 10) };
		};

		return own ? { ...await local(), local: true } : this.#or_local(() => this.api.get('/api/usher/scan/logs/', { search, page }), local);
	}

	/** One scan, by the log's id or a scan_id of this device. @param {number|string} id */
	async log(id) {
		const own = typeof id === 'string' && id.includes('-') ? await this.queue.find(id) : null;

		return own ? { ...own, usher: this.#session.usher.name, local: true } : { ...await this.api.get(`/api/usher/scan/logs/${id}/`), local: false };
	}

	/** Who is out on leave, and who was. @param {{page?: number}} how */
	async leaves({ page = 1 } = {}) {
		return this.#or_local(() => this.api.get('/api/usher/scan/part-time-leave/', { page }), async () => ({
			items: await this.queue.leaves(), page: 1, total_pages: 1
		}));
	}

	/** This device's scans as CSV. @returns {Promise<Blob>} */
	async exportLog() {
		const columns = ['at', 'scan_id', 'kind', 'direction', 'gate', 'local_result', 'local_reason', 'result', 'reason', 'verdict', 'state', 'ticket_id',
			'attendee_name', 'category', 'note'];
		/* A spreadsheet takes what begins so for a formula. */
		const cell = (value) => `"${String(value ?? '').replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
		const lines = (await this.queue.all()).map((row) => columns.map((column) => cell(row[column])).join());

		return new Blob(['\uFEFF', [columns.join(), ...lines].join('\r\n'), '\r\n'], { type: 'text/csv;charset=utf-8' });
	}

	/** Event's status and counts now. */
	async status() {
		return this.#or_local(() => this.api.get(`/api/usher/events/${this.#session.event_id}/status/`), () => ({
			active: this.#state.event?.status === 'published', scanning_enabled: this.#state.event?.scanning_enabled ?? false, counts: this.#state.counts
		}));
	}

	/** A self-test. steps: some of 'server', 'storage', 'crypto', 'keys', 'clock'; gives [{ step, ok, sentence, ms }]. @param {string[]} steps */
	async selfTest(steps) {
		return self_test(this, steps);
	}
}
