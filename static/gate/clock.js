/* The time by the server's clock, for a phone's may be wrong by hours. What is written down is this time; what is sent is said in the
 * phone's own of that moment, beside which stands what it shows now, so that the server finds the same again. */
const SLACK_MS = 400;

export class Clock {
	offset = 0;
	known = false;
	#best = Infinity;
	#heard = null; // what both clocks of this device showed when the server was last heard

	constructor(db) {
		this.db = db;
	}

	async load() {
		const { clock } = await this.db.settings('clock');

		if (clock) {
			this.offset = clock.offset;
			this.known = true;
		}
	}

	/** The server said server_ms in an answer that was asked for at sent and came at came, both by the phone's clock. */
	told(server_ms, sent, came) {
		const took = came - sent, offset = Math.round(server_ms - (sent + came) / 2), away = Math.abs(offset - this.offset);

		if (!Number.isFinite(server_ms) || took < 0 || took > 10_000)
			return;
		/* A quicker answer says it more exactly; a clock that somebody set says something else altogether. */
		if (this.known && away < took / 2 + SLACK_MS && took >= this.#best)
			return;
		this.#best = took;
		this.offset = offset;
		this.known = true;
		if (away > SLACK_MS)
			this.db.set({ clock: { offset } }).catch(() => {});
	}

	/** The same to the second, as the head of every answer has it: was the phone's clock set? */
	roughly(server_ms, sent, came) {
		const middle = (sent + came) / 2;

		/* It was set just then. */
		if (came < sent || came - sent > 10_000)
			return;
		this.#heard = { shown: Date.now(), ran: performance.now() };
		if (Number.isFinite(server_ms) && Math.abs(server_ms + 500 - middle - this.offset) > 2500 + (came - sent) / 2) {
			this.#best = Infinity;
			this.told(server_ms + 500, sent, came);
			this.#best = Infinity;
		}
	}

	/** Was this device's clock set since the server was last heard, as far as can be known, or did it sleep? */
	get doubtful() {
		return !this.#heard || Math.abs(Date.now() - this.#heard.shown - (performance.now() - this.#heard.ran)) > 2000;
	}

	now() {
		return Date.now() + this.offset;
	}

	/** The moment as the phone's clock would have shown it, set as it is now. */
	raw(at) {
		return at - this.offset;
	}
}
