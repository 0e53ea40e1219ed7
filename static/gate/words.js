/* What the app says. Each language is in a module of its own, which only who speaks it loads.
 *
 *	t('key') the text; t('key', 'a', 2): {1}, {2} replaced
 *	many('key', n) a text that counts, its forms between |, as Intl.PluralRules orders them; {n} is the number
 *	has('reason.full') is there one?
 *	await speak('ar') from now on; throws where its words are not here and cannot be fetched
 *
 * All languages have the same keys and places, and each key is said somewhere: tests/gate/words.test.mjs. */

export const NAMES = { en: 'English', ar: 'العربية' };
const WORDS = { en: () => import('./words-en.js'), ar: () => import('./words-ar.js') };
const ORDER = { en: ['one', 'other'], ar: ['zero', 'one', 'two', 'few', 'many', 'other'] };
let words = {}, tongue = 'en';

/** From now on in this language; the document runs its way. */
export async function speak(language) {
	({ default: words } = await WORDS[language]());
	tongue = language;
	if (globalThis.document) {
		document.documentElement.lang = tongue;
		document.documentElement.dir = tongue === 'ar' ? 'rtl' : 'ltr';
	}
}
export const language = () => tongue;
const find = (key) => key.split('.').reduce((at, name) => at?.[name], words);
export const has = (key) => typeof find(key) === 'string';
/** A value runs its own way in whatever it stands in: a name in Latin letters does not turn an Arabic sentence round. */
export const apart = (value) => `\u2068${value ?? ''}\u2069`;
const fill = (text, values) => text.replace(/\{(\d)\}/g, (whole, n) => tongue === 'en' ? values[n - 1] ?? '' : apart(values[n - 1]));
export const t = (key, ...values) => fill(find(key) ?? key, values);
export const count = (n) => new Intl.NumberFormat(tongue === 'ar' ? 'ar-u-nu-latn' : 'en').format(n);

/** Its form for n. */
export function many(key, n) {
	const forms = (find(key) ?? key).split('|'), at = ORDER[tongue].indexOf(new Intl.PluralRules(tongue).select(n));

	return forms[Math.min(at, forms.length - 1)].replace('{n}', count(n));
}

/** Time of day, in the event's zone; with the day where it is not that of now. */
export function clock(ms, zone, now) {
	if (!ms)
		return '–';
	const at = new Date(ms), how = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone || undefined };
	const day = (time) => new Intl.DateTimeFormat('en', { timeZone: zone || undefined }).format(time);

	if (day(at) !== day(new Date(now)))
		Object.assign(how, { day: 'numeric', month: 'short' });
	return new Intl.DateTimeFormat(tongue === 'ar' ? 'ar-u-nu-latn' : 'en-GB', how).format(at);
}
