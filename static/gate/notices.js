/* What the server or this device must tell an usher, in words. */
import { h } from './dom.js';
import { apart, has, t } from './words.js';

const TITLES = { rejected: 'rejected', overruled: 'overruled', storage: 'storage_full', unreadable: 'storage', session: 'sign_in', update: 'update', conflict: 'conflict' };

const joined = (parts, mark) => parts.filter(Boolean).map(apart).join(mark);
const by_whom = ({ at, gate, usher }, app) => joined([app.clock(at), gate, usher], ' · ');
const word = (key) => has(key) && t(key);

/* Of an entry that met none, but should not have been, nobody was first. */
export const conflict_text = ({ attendee_name: name, reason, winner, loser }, app) => winner
	? [h('strong', t('conflict')), h('span', t('conflict_text', name, by_whom(winner, app), by_whom(loser, app)))]
	: [h('strong', t('overruled')), h('span', joined([name, word(`reason.${reason}`), by_whom(loser, app)], ': '))];

export function notice_text({ kind, code, reason, sentence, attendee_name: name, winner }, app) {
	const title = t(TITLES[kind] ?? 'notices'), why = word(`reason.${reason}`) || word(`say.${code}`) || sentence;
	const more = joined([name, kind === 'conflict' && winner ? t('first', by_whom(winner, app)) : why !== title && why], ': ');

	return [h('strong', title), more && h('span', more)].filter(Boolean);
}
