/* Is this device fit for the gate? Each step tries the real thing. What a reader types, and cameras, are the face's to try. */
import { parse, verify } from './code.js';

/* A code that was signed once with a key of its own. */
const SAMPLE = {
	code: 'GH1.AAAAAQAAAAAAAAABAAAAAAAAAAIAAAAAAAAAAwAAAAEMNzCiShiZR6MNTMz4TM38mTpGZlRfF8QffMQo3CQ4Lirm8tru76V7Ou_NjCHIaiJyfWviX7gJNp_ZubSjOjWn69TkYMshVixiKGkO',
	key: '0e5f11f986673e614a64099efa594eaa4a4e7ce7d07e1eff4256edfc3e9d090c'
};

/* What the face has words for, by its code. */
const fault = (code) => Object.assign(new Error(code), { code });

/* Each throws what is wrong, or gives the code of what is worth a word all the same. */
const STEPS = {
	async server(gate) {
		await gate.api.get('/api/usher/nfc/test/', { text: 'gate' });
	},
	async storage({ db }) {
		const value = crypto.randomUUID();

		await db.set({ self_test: value });
		if (await db.get('settings', 'self_test') !== value)
			throw fault('UNWRITTEN');
		await db.set({ self_test: undefined });
	},
	async crypto() {
		const code = parse(SAMPLE.code), good = await verify(code, SAMPLE.key);

		code.signature[0] ^= 1;
		if (!good || await verify(code, SAMPLE.key))
			throw fault('SIGNATURES');
	},
	async keys({ roster }) {
		if (!roster.whole)
			throw fault('NO_LIST');
		if (!roster.keys.size)
			throw fault('NO_KEYS');
	},
	async clock({ clock }) {
		if (!clock.known)
			throw fault('NO_CLOCK');
		return Math.abs(clock.offset) > 60_000 ? 'CLOCK_OFF' : undefined;
	}
};

/** [{ step, ok, code, sentence, ms }]: the code and the sentence of what is wrong. */
export async function self_test(gate, steps = Object.keys(STEPS)) {
	const done = [];

	for (const step of steps.filter((name) => STEPS[name])) {
		const began = performance.now(), said = { step, ok: true };

		try {
			said.code = await STEPS[step](gate);
		} catch (error) {
			Object.assign(said, { ok: false, code: error.code, sentence: error.message });
		}
		done.push({ ...said, ms: Math.round(performance.now() - began) });
	}
	return done;
}
