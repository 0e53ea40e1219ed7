/* The event as it goes: its counts, those of the other gates, and conflicts, by asking for the next snapshot as soon as one came. */
const WAIT_S = 25, PAUSE_MS = [1000, 2000, 5000, 10_000, 20_000];

export class Live {
	#stop = null;
	#failures = 0;

	/** on_snapshot(snapshot) */
	constructor({ api, on_snapshot }) {
		Object.assign(this, { api, on_snapshot });
	}

	/** Watches this event, and no other any more. */
	watch(event_id) {
		this.close();
		this.#stop = new AbortController();
		this.#follow(event_id, this.#stop.signal);
	}

	close() {
		this.#stop?.abort();
		this.#stop = null;
	}

	async #follow(event_id, signal) {
		let tag;

		while (!signal.aborted) {
			try {
				const snapshot = this.api.online && !document.hidden
					? await this.api.get(`/api/live/events/${event_id}`, { since: tag, wait: tag ? WAIT_S : undefined }, { timeout: (WAIT_S + 10) * 1000, signal })
					: null;

				this.#failures = 0;
				if (snapshot && snapshot.tag !== tag && !signal.aborted) {
					tag = snapshot.tag;
					this.on_snapshot(snapshot);
				}
				/* Behind some web servers nobody may wait: they say when to ask again. */
				if (!snapshot || snapshot.retry_after)
					await this.#pause(snapshot ? snapshot.retry_after * 1000 : 2000, signal);
			} catch {
				await this.#pause(PAUSE_MS[Math.min(this.#failures++, PAUSE_MS.length - 1)] * (0.5 + Math.random()), signal);
			}
		}
	}

	#pause(ms, signal) {
		return new Promise((done) => {
			const timer = setTimeout(done, ms);

			signal.addEventListener('abort', () => {
				clearTimeout(timer);
				done();
			}, { once: true });
		});
	}
}
