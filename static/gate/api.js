/* The server, asked by fetch with a Bearer token. It tells by itself whether there is a network: an answer of ours says there is, none
 * in time says there is not, and while there is none it asks again, seldom enough not to empty the battery.
 *
 * A refresh token is spent by its use, and one used again half a minute later ends the session. So one refresh is under way at a time,
 * in all windows of this browser, and the new pair is on the disk before anybody uses it. */
const TIMEOUT_MS = 15_000, PROBE_MS = [1000, 2000, 3000, 5000, 10_000, 15_000], EARLY_MS = 20_000;

export class ApiError extends Error {
	constructor(status, code, message = '', more = {}) {
		super(message);
		Object.assign(this, { status, code, ...more });
	}

	/** Was there no answer of the server? */
	get away() {
		return this.status === 0;
	}
}

const in_turn = (name, does) => navigator.locks ? navigator.locks.request(name, does) : does();

export class Api {
	#access = null;
	#probing = 0;
	#tries = 0;
	#refreshing = null;
	#era = 0;
	online = navigator.onLine;

	/** tokens: { load(), save({ access, refresh, ends }) }; clock: { told(server_ms, sent, came) }; on_online(online); on_ended(error): nobody
	 *  is signed in any more. */
	constructor({ tokens, clock, on_online = () => {}, on_ended = () => {} }) {
		Object.assign(this, { tokens, clock, on_online, on_ended });
		this.listener = () => (navigator.onLine ? this.probe() : this.#tell(false));
		addEventListener('online', this.listener);
		addEventListener('offline', this.listener);
	}

	close() {
		this.closed = true;
		clearTimeout(this.#probing);
		removeEventListener('online', this.listener);
		removeEventListener('offline', this.listener);
	}

	#tell(online) {
		clearTimeout(this.#probing);
		if (!online && !this.closed) {
			const wait = PROBE_MS[Math.min(this.#tries++, PROBE_MS.length - 1)];

			this.#probing = setTimeout(() => this.probe(), wait * (0.75 + Math.random() / 2));
		} else {
			this.#tries = 0;
		}
		if (online !== this.online) {
			this.online = online;
			this.on_online(online);
		}
	}

	/** Is the server there? */
	async probe() {
		clearTimeout(this.#probing);
		try {
			await this.#fetch('GET', '/healthz', { timeout: 4000 });
		} catch { /* #fetch() told it. */ }
		return this.online;
	}

	/* An answer of ours. A portal of a hotel, a web server whose program is away, and silence are none. */
	async #fetch(method, path, { body, headers = {}, timeout = TIMEOUT_MS, signal } = {}) {
		const stop = new AbortController(), timer = setTimeout(() => stop.abort(), timeout), sent = Date.now();
		const given_up = () => stop.abort();
		let answer, text;

		signal?.addEventListener('abort', given_up);
		try {
			answer = await fetch(path, { method, body, headers, signal: stop.signal, cache: 'no-store', credentials: 'omit', redirect: 'error' });
			text = await answer.text();
		} catch (error) {
			if (!signal?.aborted)
				this.#tell(false);
			throw new ApiError(0, signal?.aborted ? 'STOPPED' : 'OFFLINE', undefined, { cause: error });
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', given_up);
		}
		if (!answer.headers.get('x-request-id')) {
			this.#tell(false);
			throw new ApiError(0, 'OFFLINE');
		}
		this.clock.roughly(Date.parse(answer.headers.get('date')), sent, Date.now());
		this.#tell(true);
		return { answer, text, sent, came: Date.now() };
	}

	async #ask(method, path, { access, body, key, ...more }) {
		const form = body instanceof FormData;
		const { answer, text, sent, came } = await this.#fetch(method, path, {
			...more,
			body: body === undefined || form ? body : JSON.stringify(body),
			headers: {
				accept: 'application/json',
				...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
				...(key ? { 'idempotency-key': key } : {}),
				...(access ? { authorization: `Bearer ${access}` } : {})
			}
		});
		let json;

		try {
			json = JSON.parse(text);
		} catch {
			throw new ApiError(answer.status, 'UNREADABLE');
		}
		if (json.meta?.timestamp)
			this.clock.told(Date.parse(json.meta.timestamp), sent, came);
		if (answer.ok)
			return json.success === undefined ? json : json.data;
		throw new ApiError(answer.status, json.error?.code ?? 'ERROR', json.message ?? '', {
			errors: json.errors, retry_after: Number(answer.headers.get('retry-after')) || 0
		});
	}

	/** Without a token: signing in. */
	open(path, body, more = {}) {
		return this.#ask('POST', path, { body, ...more });
	}

	/** Begins with these tokens, as sign-in answers them. */
	async begin({ access, refresh, expires_in }) {
		const pair = { access, refresh, ends: Date.now() + expires_in * 1000 };

		await this.tokens.save(pair);
		this.#access = pair;
	}

	/** Nobody is signed in; also not by what was asked for before. */
	forget() {
		this.#access = this.#refreshing = null;
		this.#era++;
	}

	/* What an usher asked for is not for the next. */
	#same(era) {
		if (era !== this.#era)
			throw new ApiError(401, 'SIGNED_OUT');
	}

	async #pair(era) {
		const pair = this.#access ?? await this.tokens.load();

		this.#same(pair ? era : NaN);
		return this.#access ??= pair;
	}

	/* spent: the access token that is no good any more. */
	#refresh(spent, era) {
		const refreshing = this.#refreshing ??= in_turn('gatehouse-refresh', async () => {
			const stored = await this.tokens.load();

			this.#same(stored ? era : NaN);
			if (stored.access !== spent) {
				this.#access = stored; // Another window was faster.
				return;
			}
			try {
				const pair = await this.#ask('POST', '/api/usher/token/refresh/', { body: { refresh: stored.refresh } });

				this.#same(era);
				await this.begin(pair);
			} catch (error) {
				if (era === this.#era && [400, 401, 403, 422].includes(error.status))
					this.on_ended(error);
				throw error;
			}
		}).finally(() => {
			if (this.#refreshing === refreshing)
				this.#refreshing = null;
		});
		return refreshing;
	}

	/** The answer's data. more: timeout (ms), signal, key (an Idempotency-Key). Throws ApiError, also where somebody else signed in
	 *  meanwhile. */
	async call(method, path, body, more = {}) {
		const era = this.#era;
		let pair = await this.#pair(era), data;

		if (Date.now() > pair.ends - EARLY_MS && this.online) {
			await this.#refresh(pair.access, era);
			pair = await this.#pair(era);
		}
		try {
			data = await this.#ask(method, path, { body, access: pair.access, ...more });
		} catch (error) {
			if (error.status !== 401)
				throw error;
			this.#same(era);
			await this.#refresh(pair.access, era);
			data = await this.#ask(method, path, { body, access: (await this.#pair(era)).access, ...more });
		}
		this.#same(era);
		return data;
	}

	get(path, query = {}, more = {}) {
		const words = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''));

		return this.call('GET', words.size === 0 || !String(words) ? path : `${path}?${words}`, undefined, more);
	}

	post(path, body, more) {
		return this.call('POST', path, body, more);
	}

	/** The same, and whatever it takes to ask: within so many ms, or the server does not answer. What comes later is not heard. */
	within(ms, request) {
		let timer;
		const late = new Promise((_, failed) => {
			timer = setTimeout(() => {
				this.#tell(false);
				failed(new ApiError(0, 'OFFLINE'));
			}, ms);
		});

		return Promise.race([request, late]).finally(() => clearTimeout(timer));
	}

	/** The refresh token, to end the session with. */
	async refresh_token() {
		return (await this.tokens.load())?.refresh;
	}
}
