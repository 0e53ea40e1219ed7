/* What is secret lies encrypted on the disk, under keys that no script can take out of the browser. There are two, for they end at
 * different times: "roster" (the sync secret, the gates' keys, names) goes after 24 h with the roster, "keep" (tokens, and scans that
 * wait, which hold codes and names) lives until somebody signs out. Without its key nothing of it can be read any more, by nobody. */
/** What open_or_lost() gives where nobody can open it any more. */
export const LOST = Symbol('lost');

const AES = { name: 'AES-GCM', length: 256 };
const text = new TextEncoder(), read = new TextDecoder();

export class Vault {
	#keys = new Map();

	constructor(db) {
		this.db = db;
	}

	/* Made at its first use. Two windows that make it at once agree on the one that was written first. */
	#key(name) {
		if (!this.#keys.has(name))
			this.#keys.set(name, this.#found_or_made(`key:${name}`).catch((error) => {
				this.#keys.delete(name);
				throw error;
			}));
		return this.#keys.get(name);
	}

	async #found_or_made(setting) {
		const found = await this.db.get('settings', setting);

		if (found)
			return found;
		const made = await crypto.subtle.generateKey(AES, false, ['encrypt', 'decrypt']);
		return this.db.change('settings', (store) => new Promise((done, failed) => {
			const add = store.add(made, setting);

			add.onsuccess = () => done(made);
			add.onerror = (event) => {
				event.preventDefault();
				event.stopPropagation();
				const other = store.get(setting);
				other.onsuccess = () => done(other.result);
				other.onerror = () => failed(other.error);
			};
		}));
	}

	/** Bytes that only this browser can open: of any JSON value, or of bytes as they are. */
	async seal(name, value) {
		const iv = crypto.getRandomValues(new Uint8Array(12)), plain = value instanceof ArrayBuffer ? value : text.encode(JSON.stringify(value));

		return { iv, data: new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await this.#key(name), plain)) };
	}

	async bytes(name, sealed) {
		return crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, await this.#key(name), sealed.data);
	}

	/** The value; null where there is none, or its key is gone. */
	async open(name, sealed) {
		const value = sealed ? await this.open_or_lost(name, sealed).catch(() => LOST) : null;

		return value === LOST ? null : value;
	}

	/** The value, or LOST; throws where that cannot be told now, as where the database does not answer. */
	async open_or_lost(name, sealed) {
		try {
			return JSON.parse(read.decode(await this.bytes(name, sealed)));
		} catch (error) {
			if (['OperationError', 'SyntaxError'].includes(error.name))
				return LOST;
			throw error;
		}
	}

	/** Ends a key: what was sealed with it is lost. */
	async drop(...names) {
		names.forEach((name) => this.#keys.delete(name));
		await this.db.set(Object.fromEntries(names.map((name) => [`key:${name}`, undefined])));
	}

	/** After another hand wiped the keys. */
	forget() {
		this.#keys.clear();
	}
}
