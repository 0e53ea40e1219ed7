/* A verdict without the network: the facts from what this device holds and what it did since, decided by verdict.js as the server
 * decides. What was scanned here and the server does not know yet, or told us of before we asked again, lies over the roster's rows. */
import { ageOn, categoryHere, dayBegan, localDay, verdict } from './verdict.js';

const DAY_MS = 86_400_000;
const ms = (iso) => (iso ? Date.parse(iso) : 0);

/* What is left of moves where some are taken back: the ticket goes where the others lead. One that the row has already cannot be left out,
 * and of the last one something may be known of where it stood before by that it moved. */
function standing(moves) {
	const left = [];
	let before = null;

	for (const move of moves) {
		const at = move.kind === 'undo' && move.undoes ? left.findIndex(({ scan_id }) => scan_id === move.undoes) : -1;

		if (at < 0 || (!move.was && at === left.length - 1)) {
			left.push(move);
			continue;
		}
		left.splice(at, 1);
		/* The row may have what is taken back, where it was fetched since. */
		if (!left.length)
			before = move.was ?? before;
	}
	return { before, left };
}

/** Where a ticket stands after these moves [{ scan_id?, kind: 'in'|'out'|'leave'|'return'|'undo', undoes?: scan_id, of?: kind, was?, at }],
 *  the oldest first; was: where it stood before what is taken back. */
export function moved(row, moves) {
	const { before, left } = standing(moves);
	const now = before ? { ...before } : { presence: row.presence, entries: row.entries, on_leave: Boolean(row.on_leave), last_in_at: ms(row.last_in_at) };

	for (const { kind, of, was, at } of left) {
		if (kind === 'in' || kind === 'return') {
			Object.assign(now, { presence: 'inside', entries: now.entries + 1, on_leave: false, last_in_at: at });
		} else if (kind === 'out' || kind === 'leave') {
			Object.assign(now, { presence: 'outside', on_leave: kind === 'leave' });
		} else if (was) {
			Object.assign(now, was);
		} else if (of === 'in' || of === 'return') {
			now.entries = Math.max(0, now.entries - 1);
			Object.assign(now, { presence: now.entries ? 'outside' : 'never', on_leave: of === 'return' });
		} else {
			Object.assign(now, { presence: 'inside', on_leave: false });
		}
	}
	return now;
}

/** The facts of the event and the moment. event: the roster's gate facts. How full it is no device without a network can know. */
export function facts_of_event(event, { now, out = false }) {
	return {
		scanning_enabled: event.scanning_enabled, event_live: event.status === 'published', now,
		opens: ms(event.starts_at) - DAY_MS, closes: ms(event.ends_at) + DAY_MS, out, re_entry: event.re_entry,
		day_began: event.daily ? dayBegan(event.days ?? [], now) : 0, full: false
	};
}

/** The facts of a ticket of this event, as it stands: row with moved() laid over it; born: 'YYYY-MM-DD' or nothing. */
export function facts_of_ticket(event, row, { now, gate, born }) {
	const category = event.categories?.find(({ id }) => id === row.category_id);
	const rules = (event.rules ?? []).filter(({ category_id }) => category_id === row.category_id)
		.map((rule) => ({ gate: rule.gate ?? '', opens_at: ms(rule.opens_at), closes_at: ms(rule.closes_at) }));
	const min_age = category?.min_age ?? event.min_age ?? 0;

	return {
		found: true, this_event: true, valid: row.status === 'valid', refunded: row.status === 'refunded', presence: row.presence,
		entries: row.entries, on_leave: row.on_leave, last_in_at: row.last_in_at, category_here: categoryHere(rules, gate, now), min_age,
		age: min_age ? ageOn(born, localDay(now, event.time_zone)) : -1
	};
}

export { verdict };
