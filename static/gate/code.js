/* What a reader read: a ticket's code, a card's number, a printed reference; and whether a code is what it says it is. A reader
 * that types goes through the computer's keyboard layout, and a camera finds what somebody wrapped around a code; both are undone here
 * as src/rules/ does it (ticket_code.h, keyboard.h), with the signature as the judge of what a garbled code was.
 *
 * The layout of a code is written in src/rules/ticket_code.h. */
const utf8 = new TextEncoder();
const CONTEXT = utf8.encode('gatehouse ticket v1'), TURNING = 'gatehouse turning v1';
const WHOLE = /^GH1\.([A-Za-z0-9_-]{152}|[A-Za-z0-9_-]{144})(?:\.(\d{6}))?$/;
const SIGNED = 44, SIGNATURE = 64, NONCE = 12, TYPED_MAX = 400;
export const STEP_MS = 15_000, OLD_STEPS = 240;

/* ---- bytes ---- */

export const hex_bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));

export function base64url_bytes(text) {
	const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));

	return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export const base64url = (bytes) =>
	btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

export function joined(...parts) {
	const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;

	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

export function u64_bytes(number) {
	const out = new Uint8Array(8);

	new DataView(out.buffer).setBigUint64(0, BigInt(number));
	return out;
}

export function u32_bytes(number) {
	const out = new Uint8Array(4);

	new DataView(out.buffer).setUint32(0, number);
	return out;
}

/* ---- what a code says ---- */

/** Takes a whole code apart without believing it; null where it is none. */
export function parse(text) {
	const whole = WHOLE.exec(text);

	if (!whole)
		return null;
	const bytes = base64url_bytes(whole[1]), view = new DataView(bytes.buffer);
	const [event, ticket, category] = [4, 12, 20].map((at) => view.getBigUint64(at)), generation = view.getUint32(28);
	/* No number of ours has its highest bit set. */
	if ([event, ticket, category].some((number) => number >> 63n) || generation >> 31)
		return null;
	return {
		text, key_id: view.getUint32(0), event_id: Number(event), ticket_id: Number(ticket), category_id: Number(category), generation,
		nonce: bytes.slice(32, SIGNED), signed: bytes.slice(0, SIGNED), signature: bytes.slice(SIGNED, SIGNED + SIGNATURE),
		digits: whole[2] ?? null
	};
}

/** Of a code that was read through caps lock or by a reader that has one case only, letters are lost. */
export function flattened(text) {
	const rest = text.slice(4);

	return rest === rest.toUpperCase() || rest === rest.toLowerCase();
}

/* ---- is it genuine? ---- */

let noble, native = true;
const public_keys = new Map();

/* A browser without Ed25519 has the one that was fetched when this was built, if it was. */
async function slow_verify(signature, message, public_key) {
	noble ??= import('./noble/ed25519.js').catch(() => null);
	const library = await noble;

	if (!library)
		throw Object.assign(new Error('This browser cannot check signatures.'), { code: 'NO_ED25519' });
	return library.verifyAsync(signature, message, public_key, { zip215: false });
}

/** Is it signed with this key (hex)? */
export async function verify(code, public_key) {
	const message = joined(CONTEXT, code.signed);

	if (native) {
		try {
			if (!public_keys.has(public_key))
				public_keys.set(public_key, await crypto.subtle.importKey('raw', hex_bytes(public_key), 'Ed25519', false, ['verify']));
			return await crypto.subtle.verify('Ed25519', public_keys.get(public_key), code.signature, message);
		} catch (error) {
			if (error.name !== 'NotSupportedError')
				throw error;
			native = false;
		}
	}
	return slow_verify(code.signature, message, hex_bytes(public_key));
}

/* ---- codes that turn ---- */

async function hmac(hash, key, message) {
	const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign']);

	return new Uint8Array(await crypto.subtle.sign('HMAC', imported, message));
}

/** A gate's key from an event key's whole secret, for tests and for who makes codes. */
export const gate_key = (secret) => hmac('SHA-256', secret, utf8.encode(TURNING));

/** The 20 bytes of a ticket's own. */
export async function ticket_secret(key, { nonce, generation }) {
	return (await hmac('SHA-256', key, joined(nonce, u32_bytes(generation)))).slice(0, 20);
}

/** The digits of a step (RFC 6238 with SHA-1). Give the imported key where many are asked for. */
export async function totp(secret, step) {
	const key = secret instanceof CryptoKey ? secret
		: await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
	const mac = new DataView(await crypto.subtle.sign('HMAC', key, u64_bytes(step)));

	return String((mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** 'missing', 'right', 'old' (it was right within the last hour), 'wrong'. key: the gate's, hex. */
export async function turn_of(code, key, now) {
	if (code.digits === null)
		return 'missing';
	const secret = await crypto.subtle.importKey('raw', await ticket_secret(hex_bytes(key), code), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
	const step = Math.floor(now / STEP_MS);

	for (const away of [0, -1, 1, -2])
		if (step + away >= 0 && await totp(secret, step + away) === code.digits)
			return 'right';
	for (let away = 3; away <= OLD_STEPS && away <= step; away++)
		if (await totp(secret, step - away) === code.digits)
			return 'old';
	return 'wrong';
}

/* ---- what a keyboard made of it ---- */

const keys = (text) => text.trim().split(/\s+/).map((pair) => [pair.slice(0, -1), pair.at(-1)]);

/* Each layout is what its keys type where an American one types the letter behind it. On an Arabic keyboard one key types lam and alef,
 * which are also two keys: those pairs stand first. */
const LAYOUTS = [
	{ keys: [], caps: true, pairs: 0 },
	{ keys: keys("zy yz ZY YZ ß- '- ?_"), caps: true, pairs: 0 },
	{
		keys: keys(`qa aq wz zw ,m QA AQ WZ ZW ?M &1 é2 "3 '4 (5 -6 §6 è7 _8 !8 ç9 à0 )- °_ :. É2 È7 Ç9 À0`), caps: true, pairs: 0
	},
	{
		keys: keys('لاb لآB لأG لإT \uFEFBb \uFEF5B \uFEF7G \uFEF9T شa ؤc يd ثe بf لg اh هi تj نk مl ةm ىn خo حp ضq قr سs فt عu رv صw ءx غy ئz ز. ' +
			"\u0650A }C ]D \u064FE [F أH ÷I \u0640J \u060CK /L \u2019M 'M آN ×O \u061BP \u064EQ \u064CR \u064DS \u2018U `U {V \u064BW \u0652X إY ~Z " +
			'٠0 ١1 ٢2 ٣3 ٤4 ٥5 ٦6 ٧7 ٨8 ٩9'),
		caps: false, pairs: 4
	}
];
const APART_MAX = 4, READINGS_MAX = 1500;

/* apart: which of the pairs (from 1) are two keys. How many pairs there were is left in found. */
function read_keys(text, layout, caps, apart, found) {
	let out = '';

	found.pairs = 0;
	for (let at = 0; at < text.length;) {
		const key = layout.keys.find(([typed], i) => {
			if (!text.startsWith(typed, at))
				return false;
			return i >= layout.pairs || !apart.includes(++found.pairs);
		});
		const letter = key ? key[1] : text[at];

		out += caps ? (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()) : letter;
		at += key ? key[0].length : 1;
	}
	return out;
}

/* Each choice of so many of the numbers from `from` to n. */
function* choices(n, many, from = 1) {
	if (!many)
		yield [];
	for (let first = from; many && first <= n - many + 1; first++)
		for (const others of choices(n, many - 1, first + 1))
			yield [first, ...others];
}

/** All that a text may have been on the keyboard, but for what it is. */
export function* readings(text) {
	const found = { pairs: 0 };

	if (utf8.encode(text).length > TYPED_MAX)
		return;
	for (const [i, layout] of LAYOUTS.entries())
		for (const caps of [false, true]) {
			if ((i === 0 && !caps) || (caps && !layout.caps))
				continue;
			yield read_keys(text, layout, caps, [], found);
			const { pairs } = found;
			/* So many choices there are of this many pairs. */
			let many = pairs, all = 1 + many;
			for (let apart = 1; apart <= Math.min(APART_MAX, pairs) && all <= READINGS_MAX; apart++) {
				for (const chosen of choices(pairs, apart))
					yield read_keys(text, layout, caps, chosen, found);
				many = many * (pairs - apart) / (apart + 1);
				all += many;
			}
		}
}

/* ---- what it is ---- */

function* with_itself(text) {
	yield text;
	yield* readings(text);
}

const plain_digits = (text) => text.replace(/\p{Nd}/gu, (digit) => {
	let zero = digit.codePointAt(0);

	/* Digits stand ten together in each script: the zero is the first of them. */
	while (zero > 0 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && digit.codePointAt(0) - zero < 9)
		zero--;
	return digit.codePointAt(0) < 128 ? digit : String(digit.codePointAt(0) - zero);
});

/** A card's UID as it is kept; null where it is none. */
export function card_uid(text) {
	for (const reading of with_itself(text)) {
		const uid = plain_digits(reading).replace(/[:\- ]/g, '').toUpperCase();

		if (/^(?:[0-9A-F]{2}){4,16}$/.test(uid))
			return uid;
	}
	return null;
}

const meant_as_code = (text) => [...[text], ...readings(text)].some((reading) => /^GH1\./i.test(reading));

const REFERENCE = /^[2-9A-HJKMNP-Z]{4}-?[2-9A-HJKMNP-Z]{4}$/;

/** What was read without what readers and makers of pictures put around it: a symbology's prefix, blanks and line ends, an address. */
export function tidy(text) {
	let inner = text.replace(/[\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u00AD]/g, '').trim().replace(/^\][A-Za-z][0-9A-Za-z]/, '').trim();

	if (/^https?:\/\//i.test(inner)) {
		const found = /(?:^|[/?&=#])(GH1\.[A-Za-z0-9_-]+(?:\.\d{6})?)/.exec(inner.replace(/\s+/g, '').replaceAll('%2E', '.'));

		inner = found ? found[1] : inner;
	}
	return inner;
}

/** genuine(code) says of a whole code 'genuine', 'forged', or 'unknown' (nobody here has its key). Gives { kind: 'code', code, genuine },
 *  { kind: 'card', card }, { kind: 'reference', reference } or { kind: 'unread', meant } (was it to be a code of ours?). */
export async function understand(text, genuine) {
	const tidied = tidy(text), whole = tidied.replace(/\s+/g, '');
	let itself = null;

	for (const reading of with_itself(whole)) {
		const code = parse(reading), says = code && await genuine(code);

		if (says === 'genuine')
			return { kind: 'code', code, genuine: says };
		/* "Forged" is said of what was read, never of what it may have been. */
		if (code && reading === whole)
			itself = { kind: 'code', code, genuine: says };
	}
	if (itself)
		return flattened(itself.code.text) ? { kind: 'unread', meant: true } : itself;
	const card = card_uid(tidied), reference = whole.toUpperCase();

	/* One of nothing but hexadecimal digits could be a card's number without its dash. */
	if (card && !(REFERENCE.test(reference) && reference.includes('-')))
		return { kind: 'card', card };
	if (REFERENCE.test(reference))
		return { kind: 'reference', reference: reference.replace('-', '') };
	return { kind: 'unread', meant: meant_as_code(whole) };
}
