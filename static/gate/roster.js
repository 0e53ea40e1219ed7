/* The guest list of this device: fetched once whole, then what changed, a page at a time, each page written with the cursor behind it, so
 * that a sync that was cut goes on where it was. Its rows say where a ticket stands; who it is lies in a box that only the ticket's own
 * code opens, or the card's number. It goes 24 h after the server was last asked. */
import { asked } from './db.js';
import { base64url, base64url_bytes, hex_bytes, joined, u32_bytes, u64_bytes } from './code.js';

const PAGE = 2500, SLICE = 500;
const ROSTER_SALT = 'gatehouse roster v1', CARD_SALT = 'gatehouse card v1';
const utf8 = new TextEncoder(), read = new TextDecoder();
const breath = () => new Promise((done) => setTimeout(done));

async function opened(box, ikm, salt, info) {
	const bytes = base64url_bytes(box), material = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveKey']);
	const key = await crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: utf8.encode(salt), info }, material,
		{ name: 'AES-GCM', length: 256 }, false, ['decrypt']);

	return JSON.parse(read.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.subarray(0, 12) }, key, bytes.subarray(12))));
}

/* Names are found whatever marks and case they bear. */
export const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export class Roster {
	#running = null;
	#wiping = Promise.resolve();
	#stopping = new AbortController();
	#signal = null; // of the sync that is under way
	#secret = null; // { sync_secret, gate_keys }
	#names = null;
	event = null;
	keys = new Map();
	whole = false; // was it fetched to its end?
	expires_at = 0;
	synced_at = 0;
	size = 0;
	progress = null;

	/** on_change(): its figures changed. */
	constructor({ db, vault, api, clock, on_change }) {
		Object.assign(this, { db, vault, api, clock, on_change });
	}

	async load() {
		const kept = await this.db.settings('event', 'keys', 'whole', 'expires_at', 'synced_at', 'secret', 'new_session');

		this.event = kept.event ?? null;
		this.keys = new Map((kept.keys ?? []).map((key) => [key.key_id, key]));
		this.whole = Boolean(kept.whole);
		this.expires_at = kept.expires_at ?? 0;
		this.synced_at = kept.synced_at ?? 0;
		this.#secret = await this.vault.open('roster', kept.secret);
		this.new_session = Boolean(kept.new_session);
		this.#names = null;
		this.size = await this.db.count('roster');
		this.on_change();
	}

	get expired() {
		return this.expires_at > 0 && this.clock.now() >= this.expires_at;
	}

	/** Goes where it is too old; a sync that is under way may yet make it young. Gives whether it went. */
	async expire() {
		while (this.#running)
			await this.idle();
		if (!this.expired)
			return false;
		this.#wiping = this.wipe();
		await this.#wiping;
		return true;
	}

	/** Everything of it goes, and the key that its secrets are sealed with. */
	async wipe() {
		await this.db.wipe('roster', 'cards', 'names');
		await this.vault.drop('roster');
		await this.db.set({ whole: undefined, expires_at: undefined, synced_at: undefined, secret: undefined, marks: undefined, keys: undefined });
		await this.load();
	}

	/* ---- syncing ---- */

	/** Fetches what changed. Gives the moment (the phone's clock) at which it began, once it is whole. One at a time. */
	sync() {
		this.#running ??= this.#wiping.then(() => this.#sync()).finally(() => {
			this.#running = null;
			this.progress = null;
			this.on_change();
		});
		return this.#running;
	}

	async #sync() {
		const began = Date.now();

		this.#signal = this.#stopping.signal;
		const { marks = {} } = await this.db.settings('marks');

		if (!this.#secret?.sync_secret || !this.whole || this.new_session)
			await this.#prepare();
		await this.#fetch('attendees', 'roster', marks, { sealed: 1 }, (rows, item, epoch) => {
			/* A row without its box moved only: it keeps the one it has. */
			if (item.box !== undefined)
				rows.put({ ...item, epoch });
			else
				rows.get(item.ticket_id).onsuccess = ({ target }) => rows.put({ ...target.result, ...item, epoch });
		});
		await this.#fetch('cards', 'cards', marks, { sealed: 1 }, (rows, item, epoch) => rows.put({ ...item, epoch }));
		if (this.#secret?.old_secret)
			await this.#keep_secret({ old_secret: undefined });
		if (this.event.offline_names)
			await this.#fetch('names', 'names', marks, {});
		this.synced_at = this.clock.now();
		this.whole = true;
		await this.db.set({ whole: true, synced_at: this.synced_at, expires_at: this.expires_at });
		this.size = await this.db.count('roster');
		return began;
	}

	/* Each session has a secret of its own, under which all cards are sealed anew; those that are here open by the one before until then. */
	async #prepare() {
		const { sync_secret, attendees } = await this.api.get('/api/usher/sync/status/', { sealed: 1 }, { signal: this.#signal });

		this.progress = { done: this.whole ? 0 : await this.db.count('roster'), of: attendees };
		if (sync_secret && sync_secret !== this.#secret?.sync_secret)
			await this.#keep_secret({ sync_secret, old_secret: this.#secret?.sync_secret });
		this.new_session = false;
		await this.db.set({ new_session: undefined });
		this.on_change();
	}

	async #keep_secret(more) {
		this.#secret = { ...this.#secret, ...more };
		await this.db.set({ secret: await this.vault.seal('roster', this.#secret) });
	}

	/** Once no sync is under way. */
	idle() {
		return (this.#running ?? Promise.resolve()).catch(() => {});
	}

	/** Ends a sync that is under way. Once that is over, nothing of it is written any more. */
	stop() {
		this.#stopping.abort();
		this.#stopping = new AbortController();
		return this.idle();
	}

	/* Pages of one list, the next one under way while one is written, each with its mark: { cursor, epoch, sweep }. Where the server begins
	 * afresh, what it does not name again goes at the end, and not before: meanwhile it is better than nothing. */
	async #fetch(list, store, marks, query, put) {
		const ask = (since) => this.api.get(`/api/usher/sync/${list}/`, { ...query, since, limit: PAGE }, { timeout: 60_000, signal: this.#signal });
		let mark = marks[list] ?? { epoch: 0 }, next = ask(mark.cursor), page;

		try {
			do {
				page = await next;
				next = page.more ? ask(page.cursor) : null;
				next?.catch(() => {});
				await this.#facts(page);
				mark = page.afresh || mark.cursor === undefined ? { epoch: mark.epoch + 1, sweep: mark.sweep || mark.cursor !== undefined } : { ...mark };
				mark.cursor = page.cursor;
				marks[list] = mark;
				const last = (settings) => settings.put({ ...marks }, 'marks');
				await (list === 'names' ? this.#write_names(page.items, mark, last) : this.#write(store, page.items, mark, put, last));
			} while (page.more);
		} catch (error) {
			/* A cursor that the server does not know: from the beginning. */
			if (mark.cursor === undefined || ![400, 410, 422].includes(error.status))
				throw error;
			marks[list] = { epoch: mark.epoch, sweep: true };
			return this.#fetch(list, store, marks, query, put);
		}
		if (mark.sweep)
			await this.#sweep(store, marks, list);
	}

	#sweep(store, marks, list) {
		const { epoch, cursor } = marks[list];

		return this.db.change([store, 'settings'], (rows, settings) => {
			rows.openCursor().onsuccess = ({ target }) => {
				if (!target.result)
					return;
				if (target.result.value.epoch !== epoch)
					target.result.delete();
				target.result.continue();
			};
			marks[list] = { epoch, cursor };
			settings.put({ ...marks }, 'marks');
		});
	}

	/* What comes with a page. */
	async #facts({ gate, keys, expires_at }) {
		if (expires_at)
			this.expires_at = Date.parse(expires_at);
		if (gate) {
			this.event = gate;
			await this.db.set({ event: gate, expires_at: this.expires_at });
		}
		if (!keys)
			return;
		this.keys = new Map(keys.map(({ key_id, public_key, retired }) => [key_id, { key_id, public_key, retired }]));
		await this.db.set({ keys: [...this.keys.values()] });
		const gate_keys = Object.fromEntries(keys.filter((key) => key.gate_key).map((key) => [key.key_id, key.gate_key]));
		if (JSON.stringify(gate_keys) !== JSON.stringify(this.#secret?.gate_keys ?? {}))
			await this.#keep_secret({ gate_keys });
	}

	async #write(store, items, { epoch }, put, last) {
		const key = store === 'cards' ? 'k' : 'ticket_id';

		for (let at = 0; at < items.length || at === 0; at += SLICE) {
			const slice = items.slice(at, at + SLICE), end = at + SLICE >= items.length;

			await this.db.change([store, 'settings'], (rows, settings) => {
				slice.forEach((item) => (item.gone ? rows.delete(item[key]) : put(rows, item, epoch)));
				if (end)
					last(settings);
			}, 'relaxed');
			if (this.progress && store === 'roster')
				this.progress = { ...this.progress, done: this.progress.done + slice.length };
			this.on_change();
			await breath();
		}
	}

	async #write_names(items, { epoch }, last) {
		const sealed = items.length ? await this.vault.seal('roster', items) : null;

		await this.db.change(['names', 'settings'], (names, settings) => {
			if (sealed)
				names.put({ ...sealed, epoch });
			last(settings);
		});
		if (sealed)
			this.#names = null;
	}

	/* ---- asking it ---- */

	/** A ticket's row, undefined where there is none. */
	row(ticket_id) {
		return this.db.get('roster', ticket_id);
	}

	rows(ticket_ids) {
		return this.db.read('roster', (rows) => Promise.all(ticket_ids.map((id) => asked(rows.get(id)))));
	}

	/** Who it is, by the nonce of the ticket's code; null where that does not open it, as a code of before it was passed on does not. */
	async open(row, nonce) {
		try {
			return row.box ? await opened(row.box, nonce, ROSTER_SALT, joined(u64_bytes(row.ticket_id), u32_bytes(row.generation))) : null;
		} catch {
			return null;
		}
	}

	/** A card by its UID: null where it is not known, else { status, card_id, tickets: [{ t: ticket_id, … as a box }] }. */
	async card(uid) {
		for (const secret of [this.#secret?.sync_secret, this.#secret?.old_secret].filter(Boolean)) {
			const card = await this.#card_by(hex_bytes(secret), uid);

			if (card)
				return card;
		}
		return null;
	}

	async #card_by(secret, uid) {
		const text = utf8.encode(uid);
		const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
		const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, text)), row = await this.db.get('cards', base64url(mac.subarray(0, 16)));

		if (!row)
			return null;
		const ikm = new Uint8Array([...secret, ...text]);
		const box = row.box ? await opened(row.box, ikm, CARD_SALT, new Uint8Array()).catch(() => null) : null;
		return { status: row.status, card_id: uid, tickets: box?.tickets ?? [] };
	}

	/** The gates' key (hex) of an event's key, where codes turn. */
	gate_key(key_id) {
		return this.#secret?.gate_keys?.[key_id];
	}

	/* ---- names, where the event lets devices hold them ---- */

	async #all_names() {
		if (!this.event?.offline_names)
			return null;
		if (!this.#names) {
			const pages = await this.db.read('names', (names) => asked(names.getAll())), all = new Map();

			for (const page of pages)
				for (const item of (await this.vault.open('roster', page)) ?? [])
					if (item.gone)
						all.delete(item.ticket_id);
					else
						all.set(item.ticket_id, { ...item, found: folded(`${item.name} ${(item.reference ?? '').replace('-', '')} ${item.mobile_end ?? ''}`) });
			this.#names = all;
		}
		return this.#names;
	}

	/** Up to 20 by a part of a name, of a printed reference or the end of a number; null where the device holds no names. */
	async search(text) {
		const names = await this.#all_names(), words = folded(text.replace('-', '')).split(/\s+/).filter(Boolean), found = [];

		for (const item of names?.values() ?? [])
			if (words.every((word) => item.found.includes(word)) && found.push(item) === 20)
				break;
		return names && found;
	}

	/** Tickets with this printed reference; null where the device holds no names. */
	async by_reference(reference) {
		const names = await this.#all_names();

		return names && [...names.values()].filter((item) => (item.reference ?? '').replace('-', '') === reference);
	}

	async name_of(ticket_id) {
		return (await this.#all_names())?.get(ticket_id)?.name ?? null;
	}
}
