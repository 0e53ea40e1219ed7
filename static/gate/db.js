/* What this device keeps, in IndexedDB. A change of its shape is one more function at the end of MIGRATIONS: each is run once, in
 * order, on what the ones before it left. What waits to be sent outlives all of them.
 *
 *	settings  by name: device, gate, direction, event (the gate's facts), cursors, clock, keys of the vault, …
 *	roster    ticket_id, generation, status, presence, entries, on_leave, last_in_at, category_id, dependent, box
 *	cards     k, status, box
 *	names     pages of the list of names, each sealed by the vault
 *	scans     seq, scan_id, state (UNSENT, SENT, DONE, REJECTED), ticket_id, kind, at, sealed: what waits, and the log of this device
 *	reports   incidents that wait, sealed
 */
export const UNSENT = 0, SENT = 1, DONE = 2, REJECTED = 3;

const NAME = 'gatehouse-gate';

const MIGRATIONS = [
	(db) => {
		db.createObjectStore('settings');
		db.createObjectStore('roster', { keyPath: 'ticket_id' });
		db.createObjectStore('cards', { keyPath: 'k' });
		db.createObjectStore('names', { autoIncrement: true });
		const scans = db.createObjectStore('scans', { keyPath: 'seq', autoIncrement: true });
		scans.createIndex('scan_id', 'scan_id', { unique: true });
		scans.createIndex('state', 'state');
		db.createObjectStore('reports', { keyPath: 'id', autoIncrement: true });
	}
];

const STORES = ['settings', 'roster', 'cards', 'names', 'scans', 'reports'];

/* A request's result. */
export const asked = (request) => new Promise((done, failed) => {
	request.onsuccess = () => done(request.result);
	request.onerror = () => failed(request.error);
});

/** Is the disk full, or may we keep nothing? */
export const is_full = (error) => /Quota|NotAllowed|Unknown|InvalidState|Abort/.test(error?.name ?? '');

const waiting = async (scans, reports) => await asked(scans.index('state').count(UNSENT)) + await asked(reports.count());

function opened(name) {
	return new Promise((done, failed) => {
		const request = indexedDB.open(name, MIGRATIONS.length);

		request.onupgradeneeded = ({ oldVersion }) =>
			MIGRATIONS.slice(oldVersion).forEach((migrate) => migrate(request.result, request.transaction));
		request.onsuccess = () => done(request.result);
		request.onerror = () => failed(request.error);
	});
}

export class Db {
	/* A newer app in another window wants to change the shape: that one goes first, and this one opens again when it is asked next. */
	#connection() {
		if (!this.opening) {
			const opening = this.opening = opened(this.name), gone = () => {
				if (this.opening === opening)
					this.opening = null;
			};

			opening.then((connection) => {
				connection.onclose = gone;
				connection.onversionchange = () => {
					gone();
					connection.close();
				};
			}, gone);
		}
		return this.opening;
	}

	static async open(name = NAME) {
		const db = new Db();

		db.name = name;
		await db.#connection();
		return db;
	}

	/** Runs does(stores…) in one transaction; gives what it gave once all of it is on the disk. It may wait for requests of its own
	 *  transaction only. */
	async change(names, does, durability = 'strict') {
		return this.#run(names, 'readwrite', does, durability);
	}

	async read(names, does) {
		return this.#run(names, 'readonly', does);
	}

	async #run(names, mode, does, durability) {
		const connection = await this.#connection(), list = [names].flat();
		/* "strict": a verdict that was shown must not be forgotten by a phone whose battery came out. */
		const transaction = connection.transaction(list, mode, durability && { durability });
		const over = new Promise((done, failed) => {
			transaction.oncomplete = done;
			transaction.onabort = () => failed(transaction.error ?? new DOMException('', 'AbortError'));
		});
		let result;

		over.catch(() => {});
		try {
			result = await does(...list.map((name) => transaction.objectStore(name)));
		} catch (error) {
			try { transaction.abort(); } catch { /* It is over already. */ }
			throw error;
		}
		await over;
		return result;
	}

	get(store, key) {
		return this.read(store, (from) => asked(from.get(key)));
	}

	put(store, value, key) {
		return this.change(store, (into) => asked(into.put(value, key)));
	}

	count(store) {
		return this.read(store, (from) => asked(from.count()));
	}

	/** Several settings: get_all('a', 'b') is { a, b }. */
	async settings(...names) {
		const values = await this.read('settings', (from) => Promise.all(names.map((name) => asked(from.get(name)))));

		return Object.fromEntries(names.map((name, i) => [name, values[i]]));
	}

	set(values) {
		return this.change('settings', (into) => {
			for (const [name, value] of Object.entries(values))
				if (value === undefined)
					into.delete(name);
				else
					into.put(value, name);
		});
	}

	/** How many scans and reports wait. */
	waiting() {
		return this.read(['scans', 'reports'], waiting);
	}

	/** Empties stores. */
	wipe(...names) {
		return this.change(names, (...stores) => stores.forEach((store) => store.clear()));
	}

	/** Empties all, unless more than so many scans and reports wait; gives how many do. */
	empty(lose) {
		return this.change(STORES, async (...stores) => {
			const unsent = await waiting(...stores.slice(-2));

			if (unsent <= lose)
				stores.forEach((store) => store.clear());
			return unsent;
		});
	}
}
