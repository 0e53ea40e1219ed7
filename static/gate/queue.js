/* What was scanned here. Every scan is on the disk before its verdict is shown, and stays "unsent" until the server has said what
 * became of it; its scan_id makes it one scan however often it is sent. Unsent ones go in their order, 500 at most at a time, again and
 * again with growing pauses. What went is the log of this device, and lies over the roster's rows until a sync that began later is whole,
 * for only that is sure to have it. */
import { asked, DONE, is_full, REJECTED, SENT, UNSENT } from './db.js';
import { LOST } from './vault.js';

export const BATCH = 500;
const AWAY = [0, 401, 403], FIRST_PAUSE_MS = 1000, LAST_PAUSE_MS = 60_000;

/* What of a scan lies on the disk as it is, to be found by; all the rest is sealed. */
const open_part = ({ seq, scan_id, state, ticket_id, kind, undoes, of, was, moves, at, sent_at }) =>
	({ ...(seq ? { seq } : {}), scan_id, state, ticket_id, kind, undoes, of, was, moves, at, sent_at });

export class Queue {
	#over = new Map(); // ticket_id: [scan], in the order in which they were made; those that move lie over the roster
	#flying = new Set(); // scan_ids that are being asked for one by one
	#lost = new Set(); // scan_ids that cannot be opened any more
	#loose = []; // scans that the disk did not take
	#behind = new Set(); // scan_ids at which the server failed: they go after all others, one at a time
	#failures = 0; // in turn; a batch that is halved is none
	#limit = BATCH;
	#timer = 0;
	#running = null;
	#era = 0; // raised by stop(): what began before is over
	unsent = 0;
	sending = false;
	retry_at = 0;

	/** on_change(): its figures changed; on_answer(scan, item): the server's verdict on an unsent scan; on_lost(n): so many cannot be read
	 *  any more. */
	constructor({ db, vault, api, clock, on_change, on_answer, on_lost }) {
		Object.assign(this, { db, vault, api, clock, on_change, on_answer, on_lost });
	}

	async load() {
		const open = await this.db.read('scans', (scans) => asked(scans.index('state').getAll(IDBKeyRange.bound(UNSENT, SENT))));

		this.#over.clear();
		open.sort((a, b) => a.seq - b.seq).forEach((scan) => this.#lay(scan));
		this.unsent = open.filter(({ state }) => state === UNSENT).length + this.#loose.length;
		this.on_change();
	}

	#lay(scan) {
		if (!scan.ticket_id)
			return;
		const list = this.#over.get(scan.ticket_id) ?? [], at = list.findIndex(({ scan_id }) => scan_id === scan.scan_id);

		if (at >= 0)
			list[at] = scan;
		else
			list.push(scan);
		this.#over.set(scan.ticket_id, list);
	}

	#lift({ ticket_id, scan_id }) {
		const list = (this.#over.get(ticket_id) ?? []).filter((one) => one.scan_id !== scan_id);

		if (list.length)
			this.#over.set(ticket_id, list);
		else
			this.#over.delete(ticket_id);
	}

	/** What this device did with a ticket that the roster may not know yet, the oldest first. */
	moves_of(ticket_id) {
		return (this.#over.get(ticket_id) ?? []).filter(({ moves }) => moves);
	}

	/** Writes a scan down. scan: scan_id, kind (in, out, leave, return, undo), undoes?, of?, was?, ticket_id?, moves, at; what:
	 *  all that is sealed:
	 *  send (kind and carrier as the server takes them), result, reason, gate, direction, note, name, category, by.
	 *  flying: it is being asked for by itself. False: the disk did not take it; it is held in memory. */
	async add(scan, what, flying = false) {
		const entry = { ...open_part(scan), state: UNSENT };

		if (flying)
			this.#flying.add(scan.scan_id);
		this.unsent++;
		this.#lay(entry);
		await this.#house();
		try {
			await this.#write(entry, what);
			return true;
		} catch (error) {
			if (!is_full(error))
				console.error(error);
			this.#loose.push({ entry, what });
			return false;
		} finally {
			this.on_change();
		}
	}

	async #write(entry, what) {
		const sealed = await this.vault.seal('keep', what);

		entry.seq = await this.db.change('scans', (scans) => asked(scans.put({ ...open_part(entry), sealed })));
	}

	/** The server answered the scan that was asked for by itself: what it says counts. server: { result, reason, ticket_id, name,
	 *  category, moves }. */
	async answered(scan_id, server) {
		this.#flying.delete(scan_id);
		await this.#settle([{ scan_id, state: SENT, server }]);
	}

	/** The answer did not come: it waits with the others. */
	unanswered(scan_id) {
		this.#flying.delete(scan_id);
		this.flush();
	}

	/** The server refused it for good. */
	async refused(scan_id, { code, message }) {
		this.#flying.delete(scan_id);
		await this.#settle([{ scan_id, state: REJECTED, server: { verdict: 'rejected', reason: code, message, moves: false } }]);
	}

	/* Notes what became of scans: [{ scan_id, state, server }]. */
	async #settle(list, era = this.#era) {
		const by_id = new Map(list.map((one) => [one.scan_id, one])), now = Date.now();
		const found = await this.#by_ids([...by_id.keys()]), changed = [];

		if (era !== this.#era)
			return;
		this.#loose = this.#loose.filter(({ entry }) => !by_id.has(entry.scan_id) || !this.#told(entry, by_id.get(entry.scan_id), now));
		for (const row of found) {
			const { server } = by_id.get(row.scan_id), what = (await this.vault.open('keep', row.sealed)) ?? {};

			if (era !== this.#era)
				return;
			if (this.#told(row, by_id.get(row.scan_id), now))
				changed.push({ ...open_part(row), sealed: await this.vault.seal('keep', { ...what, server, name: what.name || server?.name, category: what.category || server?.category }) });
		}
		try {
			await this.#rewrite(changed);
		} catch (error) {
			/* It is sent once more when the app is opened again, which does nothing. */
			if (!is_full(error))
				throw error;
		}
		this.on_change();
	}

	/* What went meanwhile, as by a wipe, does not come back. */
	#rewrite(rows) {
		return this.db.change('scans', async (scans) => {
			const keys = await Promise.all(rows.map(({ seq }) => asked(scans.getKey(seq))));

			rows.forEach((row, i) => keys[i] !== undefined && scans.put(row));
		});
	}

	/* Changes a scan's open part by what the server said. False: that was known. */
	#told(row, { state, server }, now) {
		if (row.state !== UNSENT)
			return false;
		const ticket_id = server?.ticket_id ?? row.ticket_id, moves = server?.moves ?? row.moves;

		this.unsent = Math.max(0, this.unsent - 1);
		if (state !== SENT || ticket_id !== row.ticket_id)
			this.#lift(row);
		/* Where it stood before is what this device took it for, which the server did not. */
		if (ticket_id !== row.ticket_id || moves !== row.moves)
			row.was = undefined;
		Object.assign(row, { state, sent_at: now, ticket_id, moves });
		/* In its own place: what came after it stays after it. */
		if (state === SENT)
			this.#lay(row);
		return true;
	}

	#by_ids(ids) {
		return this.db.read('scans', async (scans) => (await Promise.all(ids.map((id) => asked(scans.index('scan_id').get(id))))).filter(Boolean));
	}

	/** A whole sync that began at this moment (the phone's clock) has all that the server knew then. */
	async settled(began) {
		const rows = [...this.#over.values()].flat().filter(({ state, sent_at }) => state === SENT && sent_at < began);

		rows.forEach((row) => this.#lift(row));
		const stored = await this.db.read('scans', (scans) => asked(scans.index('state').getAll(SENT))), old = stored.filter(({ sent_at }) => sent_at < began);
		if (old.length)
			await this.#rewrite(old.map((row) => ({ ...row, state: DONE })));
	}

	/* ---- sending ---- */

	/** Sends what waits, unless it is being done. Ends when nothing waits or nothing can be sent now. */
	flush() {
		const running = this.#running ??= this.#send_all(this.#era).catch((error) => console.error(error)).finally(() => {
			if (this.#running !== running)
				return;
			this.#running = null;
			this.sending = false;
			this.on_change();
		});
		return running;
	}

	async #send_all(era) {
		clearTimeout(this.#timer);
		this.retry_at = 0;
		await this.#house();
		for (;;) {
			const batch = this.api.online && !this.closed ? await this.#batch(era) : [];

			if (!batch.length || era !== this.#era)
				return;
			this.sending = true;
			this.on_change();
			try {
				await this.#send(batch, era);
				batch.forEach(({ scan_id }) => this.#behind.delete(scan_id));
				this.#failures = 0;
				this.#limit = Math.min(BATCH, this.#limit * 2);
			} catch (error) {
				if (era !== this.#era || !await this.#failed(error, batch))
					return;
			}
		}
	}

	/* Those that the disk did not take are written when it takes them. */
	async #house() {
		while (this.#loose.length) {
			const [first] = this.#loose;

			try {
				await this.#write(first.entry, first.what);
				this.#loose = this.#loose.filter((one) => one !== first);
			} catch {
				return;
			}
		}
	}

	get homeless() {
		return this.#loose.length;
	}

	async #batch(era) {
		const stored = await this.db.read('scans', (scans) =>
			asked(scans.index('state').getAll(UNSENT, this.#limit + this.#flying.size + this.#lost.size + 2 * this.#behind.size)));
		const loose = this.#loose.map(({ entry, what }, i) => ({ ...entry, seq: 1_000_000 + i, what })), batch = [], lost = [];
		const rows = loose.length ? [...stored, ...loose].sort((a, b) => a.at - b.at) : stored;

		for (const row of this.#next(rows.filter(({ scan_id }) => !this.#flying.has(scan_id) && !this.#lost.has(scan_id)))) {
			const what = row.what ?? await this.vault.open_or_lost('keep', row.sealed);

			if (era !== this.#era)
				return [];
			if (what === LOST) {
				lost.push(row);
				continue;
			}
			batch.push({ ...row, what });
			/* What was taken back is to be settled before the ticket's next scan is judged. */
			if (row.kind === 'undo')
				break;
		}
		if (!lost.length)
			return batch;
		await this.#give_up(lost);
		return batch.length ? batch : this.#batch(era);
	}

	/* Those that are next; what takes one back that is behind goes after it. */
	#next(rows) {
		const before = rows.filter(({ scan_id, undoes }) => !this.#behind.has(scan_id) && !this.#behind.has(undoes));

		if (before.length)
			return before.slice(0, this.#limit);
		const first = [...this.#behind].find((id) => rows.some(({ scan_id }) => scan_id === id));
		return rows.filter(({ scan_id }) => scan_id === first);
	}

	/* They cannot be sent, by nobody: that is said, and the log has what is known of them. */
	async #give_up(lost) {
		lost.forEach(({ scan_id }) => this.#lost.add(scan_id));
		await this.#settle(lost.map(({ scan_id }) => ({ scan_id, state: REJECTED, server: { verdict: 'rejected', result: 'not_found', reason: 'UNREADABLE', moves: false } })));
		this.on_lost(lost.length);
	}

	#as_sent({ scan_id, seq, at, what }) {
		return {
			scan_id, seq, ...what.send, local_result: what.result, ...(what.reason ? { local_reason: what.reason } : {}),
			scanned_at: new Date(this.clock.raw(at)).toISOString(), gate: what.gate, direction: what.direction,
			...(what.note ? { note: what.note } : {})
		};
	}

	async #send(batch, era) {
		if (this.clock.doubtful)
			await this.api.probe();
		if (era !== this.#era)
			return;
		const { items } = await this.api.post('/api/usher/sync/logs/', {
			device_id: this.device_id, device_time: new Date().toISOString(), logs: batch.map((row) => this.#as_sent(row))
		}, { timeout: 30_000 });
		const said = new Map(items.map((item) => [item.scan_id, item]));

		await this.#settle(batch.filter(({ scan_id }) => said.has(scan_id)).map(({ scan_id, ticket_id, moves }) => {
			const item = said.get(scan_id), stands = ['accepted', 'duplicate', 'conflict'].includes(item.verdict);

			return {
				scan_id, state: stands ? SENT : REJECTED,
				server: {
					verdict: item.verdict, result: item.result, reason: item.reason, ticket_id: item.ticket_id ?? ticket_id, winner: item.winner,
					moves: stands && moves && ['valid', undefined, null].includes(item.result)
				}
			};
		}), era);
		if (era !== this.#era)
			return;
		batch.forEach((row) => said.has(row.scan_id) && this.on_answer(row, said.get(row.scan_id)));
		if (!batch.some(({ scan_id }) => said.has(scan_id)))
			throw Object.assign(new Error('none'), { status: 500 });
	}

	/* Shall the next batch be tried at once? */
	async #failed(error, batch) {
		if (error.status === undefined)
			throw error;
		if ([400, 413, 422].includes(error.status)) {
			if (batch.length > 1) {
				this.#limit = Math.max(1, Math.floor(batch.length / 2));
				return true;
			}
			await this.refused(batch[0].scan_id, error);
			this.on_answer(batch[0], { verdict: 'rejected', reason: error.code, message: error.message });
			return true;
		}
		/* Without a network the next try is when there is one, without a session when there is one. */
		if (!AWAY.includes(error.status)) {
			const halved = error.status !== 429 && this.#divide(batch);
			const pause = Math.max((error.retry_after ?? 0) * 1000, Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (halved ? 0 : this.#failures++)));

			this.retry_at = Date.now() + pause * (0.5 + Math.random() / 2);
			this.#timer = setTimeout(() => this.flush(), this.retry_at - Date.now());
		}
		return false;
	}

	/* Where the server fails again at the same, half of it is tried next, down to the one at which it fails, which lets the others go
	 * first and is never given up. Was it halved? */
	#divide(batch) {
		if (!this.#failures)
			return false;
		if (batch.length > 1) {
			this.#limit = Math.floor(batch.length / 2);
			return true;
		}
		const [{ scan_id }] = batch, fresh = !this.#behind.delete(scan_id);

		this.#behind.add(scan_id);
		return fresh;
	}

	close() {
		this.closed = true;
		clearTimeout(this.#timer);
	}

	/* ---- the log ---- */

	async #opened(row) {
		const what = row.what ?? await this.vault.open('keep', row.sealed) ?? {};

		return {
			scan_id: row.scan_id, undoes: row.undoes, at: new Date(row.at).toISOString(), kind: what.send?.kind ?? 'scan',
			direction: what.direction ?? (['out', 'leave'].includes(row.kind) ? 'out' : 'in'), gate: what.gate ?? '',
			ticket_id: row.ticket_id ?? null, attendee_name: what.name ?? '', category: what.category ?? null, note: what.note ?? '',
			result: what.server?.result ?? what.result, reason: what.server?.reason ?? what.reason, local_result: what.result,
			local_reason: what.reason, verdict: what.server?.verdict ?? null, winner: what.server?.winner ?? null,
			state: ['unsent', 'sent', 'sent', 'rejected'][row.state], moved: Boolean(row.moves)
		};
	}

	/** All of this device, the newest first. */
	async all() {
		const rows = await this.db.read('scans', (scans) => asked(scans.getAll()));

		return Promise.all([...rows, ...this.#loose.map(({ entry, what }) => ({ ...entry, what }))].reverse().map((row) => this.#opened(row)));
	}

	/** Who went out on leave here, the last first, unless that was taken back: as the server has it, back_at null
	 *  where they are still out. */
	async leaves() {
		const all = (await this.all()).filter(({ moved }) => moved), undone = new Set(all.map(({ undoes }) => undoes));
		const moves = all.filter(({ kind, scan_id }) => kind !== 'undo' && !undone.has(scan_id)), back = new Map(), leaves = [];

		for (const move of moves) {
			if (move.kind === 'leave')
				leaves.push({ ...move, left_at: move.at, reason: move.note, back_at: back.get(move.ticket_id) ?? null });
			back.set(move.ticket_id, move.direction === 'in' ? move.at : null);
		}
		return leaves;
	}

	async find(scan_id) {
		const loose = this.#loose.find(({ entry }) => entry.scan_id === scan_id), [row] = loose ? [{ ...loose.entry, what: loose.what }] : await this.#by_ids([scan_id]);

		return row ? { ...open_part(row), ...await this.#opened(row), at_ms: row.at, row_kind: row.kind } : null;
	}

	/** All that the server knows goes; what waits stays. */
	async forget_sent() {
		await this.db.change('scans', async (scans) => {
			for (const state of [SENT, DONE, REJECTED])
				(await asked(scans.index('state').getAllKeys(state))).forEach((key) => scans.delete(key));
		});
		await this.load();
	}

	/** What was answered before this moment (the phone's clock) goes. */
	async forget_old(before) {
		const old = [];

		await this.db.change('scans', (scans) => {
			scans.index('state').openCursor(IDBKeyRange.bound(SENT, REJECTED)).onsuccess = ({ target: { result: at } }) => {
				if (!at)
					return;
				if (at.value.sent_at < before) {
					old.push(at.value);
					at.delete();
				}
				at.continue();
			};
		});
		old.forEach((row) => this.#lift(row));
	}

	/** Ends what is under way: nothing of it is sent, written or told any more. */
	stop() {
		this.#era++;
		this.#running = null;
		clearTimeout(this.#timer);
		Object.assign(this, { sending: false, retry_at: 0 });
	}

	/** Forgets all, as after a wipe. */
	reset() {
		this.stop();
		this.#over.clear();
		this.#flying.clear();
		this.#lost.clear();
		this.#behind.clear();
		this.#loose = [];
		this.#limit = BATCH;
		this.#failures = this.unsent = 0;
	}
}

/* Incidents, with a picture perhaps, which go one by one. The key makes one of them however often it is sent. */
export class Reports {
	#running = null;
	#era = 0;
	#failed = new Map(); // id: how often the server failed at it
	waiting = 0;

	constructor({ db, vault, api, on_change, on_refused, on_lost }) {
		Object.assign(this, { db, vault, api, on_change, on_refused, on_lost });
	}

	async load() {
		this.waiting = await this.db.count('reports');
		this.on_change();
	}

	async add(fields, photo) {
		const sealed = await this.vault.seal('keep', { ...fields, key: crypto.randomUUID() });
		const picture = photo && { type: photo.type, ...await this.vault.seal('keep', await photo.arrayBuffer()) };

		await this.db.put('reports', { sealed, picture });
		this.waiting++;
		this.on_change();
	}

	/** Sends those that wait. */
	flush() {
		const running = this.#running ??= this.#send_all(this.#era).catch((error) => console.error(error)).finally(() => {
			if (this.#running !== running)
				return;
			this.#running = null;
			this.on_change();
		});
		return running;
	}

	/** Forgets all, as after a wipe. */
	reset() {
		this.#era++;
		this.#running = null;
		this.#failed.clear();
		this.waiting = 0;
	}

	async #send_all(era) {
		const keys = await this.db.read('reports', (reports) => asked(reports.getAllKeys())), late = (id) => Math.max(1, this.#failed.get(id) ?? 0);

		/* One at which the server failed twice lets the others go first. */
		for (const id of keys.sort((a, b) => late(a) - late(b) || a - b)) {
			const { sealed, picture } = await this.db.get('reports', id) ?? {}, what = sealed && await this.vault.open_or_lost('keep', sealed);

			if (era !== this.#era || !this.api.online)
				return;

			try {
				if (what !== LOST)
					await this.#send(what, picture, era);
			} catch (error) {
				if (![400, 413, 415, 422].includes(error.status)) {
					if (![...AWAY, 429].includes(error.status))
						this.#failed.set(id, (this.#failed.get(id) ?? 0) + 1);
					return;
				}
				if (era === this.#era)
					this.on_refused(what, error);
			}
			if (era !== this.#era)
				return;
			if (what === LOST)
				this.on_lost(1);
			await this.db.change('reports', (reports) => reports.delete(id));
			this.waiting--;
		}
	}

	async #send({ key, ...fields }, picture, era) {
		const form = new FormData();

		for (const [name, value] of Object.entries(fields))
			if (value !== undefined && value !== null && value !== '')
				form.set(name, value);
		if (picture)
			form.set('photo', new Blob([await this.vault.bytes('keep', picture)], { type: picture.type }), 'photo');
		if (era !== this.#era)
			return;
		await this.api.post('/api/usher/scan/report/', form, { key, timeout: 60_000 });
	}
}
