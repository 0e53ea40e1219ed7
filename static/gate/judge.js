/* What this device says of what was read, by itself: who it is as far as the code opens it, and the verdict. And the server's answer
 * put into the same words. */
import { facts_of_event, facts_of_ticket, moved, verdict } from './decide.js';
import { turn_of, verify } from './code.js';
import { rankOf, sentence } from './verdict.js';

export const NOBODY = { ticket_id: null, attendee: null, first_scan: null, others: [], category: null, notes: [], moves: false };

/** Who a box speaks of, as the face shows it. */
function attendee_of(box, category, card_id) {
	return {
		name: box?.n ?? null, photo: null, tier: category?.name ?? '', card_id: card_id ?? box?.c ?? null,
		emergency_contact: box?.e ? { name: box.e[0] ?? null, mobile_number: box.e[1] ?? null } : null, blood_type: box?.b ?? null,
		labels: box?.l ?? [], dependents: (box?.d ?? []).map(([name, relationship, ticket_id]) => ({ name, relationship, ticket_id })),
		reference: box?.r ?? null
	};
}

const valid = ({ row }) => row.status === 'valid';
/* May it go, nearly, or not, as far as where it stands says? */
const rank = ({ stands }, facts) => rankOf({ ...facts, ...stands });
const may = (found, facts) => valid(found) && rank(found, facts) < 2;

export class Judge {
	constructor({ roster, queue, clock }) {
		Object.assign(this, { roster, queue, clock });
	}

	/** Is a whole code what it says? For understand(). */
	async genuine(code) {
		const key = this.roster.keys.get(code.key_id);

		if (!key)
			return 'unknown';
		try {
			return await verify(code, key.public_key) ? 'genuine' : 'forged';
		} catch (error) {
			/* This browser cannot tell: the server does, and without it nobody. */
			if (error.code === 'NO_ED25519')
				return 'unknown';
			throw error;
		}
	}

	/** The first signature that a browser checks takes long: not with a guest before us. */
	async warm() {
		const nothing = { signed: new Uint8Array(44), signature: new Uint8Array(64) };

		await Promise.all([...this.roster.keys.values()].map(({ public_key }) => verify(nothing, public_key).catch(() => {})));
	}

	/* A row as it stands by what was done here. */
	async #found(ticket_id) {
		const row = ticket_id ? await this.roster.row(ticket_id) : undefined;

		return row ? { row, stands: moved(row, this.queue.moves_of(ticket_id)) } : null;
	}

	/** Where these tickets stand, as a guest list shows it. */
	async stand(ticket_ids) {
		return Promise.all(ticket_ids.map(async (id) => {
			const found = await this.#found(id);

			return found ? {
				category: this.#other(found.row).category, status: found.row.status, presence: found.stands.presence, entries: found.stands.entries,
				on_leave: found.stands.on_leave
			} : {};
		}));
	}

	/** The verdict on what understand() gave. scan: { at, direction, gate, kind ('scan', 'hand', 'leave', 'return'), ticket_id? (the one
	 *  that was chosen), override? }. Gives { result, reason, sentence, moves, notes, ticket_id, attendee, first_scan, others, category }. */
	async judge(what, scan) {
		const { event } = this.roster, out = scan.direction === 'out', leave = scan.kind === 'leave' || scan.kind === 'return';

		if (!event)
			return this.#unprepared(out);
		const facts = { ...facts_of_event(event, { now: scan.at, out }), leave, override: scan.override };
		const carried = await this.#carried(what, scan, facts);
		/* Before the list is whole, a ticket that is not on it may well be one. */
		if (!this.roster.whole && !carried.found && !facts.forged && !facts.this_event)
			return this.#unprepared(out);
		if (carried.found) {
			const { row, stands } = carried.found;
			Object.assign(facts, facts_of_ticket(event, { ...row, ...stands }, { now: scan.at, gate: scan.gate, born: carried.box?.a }));
		}
		return this.#said(verdict(facts), carried, facts);
	}

	#unprepared(out) {
		return { ...NOBODY, result: 'not_found', reason: 'no_roster', sentence: sentence('no_roster'), out };
	}

	#said({ result, reason, sentence: words, moves, notes }, { found, box, card_id, others = [] }, facts) {
		const category = found && this.roster.event.categories?.find(({ id }) => id === found.row.category_id);
		const moved_here = found && this.queue.moves_of(found.row.ticket_id).findLast(({ kind }) => kind === 'in' || kind === 'return');
		const was_in = found && found.stands.entries > 0;
		let first = null;

		if (was_in && box?.f)
			first = { at: new Date(box.f[0]).toISOString(), usher: box.f[1] ?? null, gate: box.f[2] ?? null };
		else if (was_in)
			first = { at: new Date(found.stands.last_in_at).toISOString(), usher: moved_here?.usher ?? null, gate: moved_here?.gate ?? null };
		return {
			result, reason, sentence: words, moves, notes: [...(notes ?? []), ...(facts.notes ?? [])], ticket_id: found?.row.ticket_id ?? null, was: found?.stands,
			attendee: found ? attendee_of(box, category, card_id) : null, first_scan: first, others, category: category?.name ?? null
		};
	}

	/* Fills what the carrier says into facts; gives { found?, box?, card_id?, others? }. */
	#carried(what, scan, facts) {
		switch (what.kind) {
		case 'code':
			return this.#by_code(what, scan, facts);
		case 'card':
			return this.#by_card(what.card, scan, facts);
		case 'reference':
			return this.#by_reference(what.reference, scan, facts);
		case 'hand':
			return this.#by_hand(what.ticket_id, facts);
		default:
			facts.unread = what.meant;
			return {};
		}
	}

	async #by_code({ code, genuine }, scan, facts) {
		const { event } = this.roster;

		if (code.event_id !== event.event_id && genuine !== 'forged') {
			facts.found = true;
			return {};
		}
		facts.forged = genuine === 'forged';
		facts.unread = genuine === 'unknown';
		/* Nobody here can check it: the server can. */
		if (genuine === 'unknown')
			facts.notes = ['needs_network'];
		if (genuine !== 'genuine')
			return {};
		const found = await this.#found(code.ticket_id);

		/* It is genuine: sold since the last sync, or taken off the list. */
		if (!found) {
			facts.notes = ['not_on_list'];
			return {};
		}
		/* A code that is newer than the list was made for who has the ticket now. */
		facts.newest_code = code.generation >= found.row.generation;
		facts.turn = await this.#turn(code, scan, facts);
		return { found, box: await this.roster.open(found.row, code.nonce) };
	}

	async #turn(code, scan, facts) {
		if (!this.roster.event.turning)
			return 'none';
		const key = this.roster.gate_key(code.key_id);

		if (key)
			return turn_of(code, key, scan.at);
		facts.notes = ['turn_unchecked'];
		return 'wrong';
	}

	async #by_card(uid, scan, facts) {
		const card = await this.roster.card(uid);

		Object.assign(facts, { by_card: true, card_known: Boolean(card), card_active: card?.status === 'active' });
		if (!card || card.status !== 'active')
			return { card_id: uid };
		const tickets = (await Promise.all(card.tickets.map(async (box) => ({ box, found: await this.#found(box.t) }))))
			.filter(({ found }) => found)
			.sort((a, b) => a.found.row.dependent - b.found.row.dependent || valid(b.found) - valid(a.found) || rank(a.found, facts) - rank(b.found, facts) || a.box.t - b.box.t);
		const chosen = scan.ticket_id ? tickets.find(({ box }) => box.t === scan.ticket_id) : tickets.find(({ found }) => !found.row.dependent);
		const others = tickets.filter((one) => one !== chosen && may(one.found, facts)).map((one) => this.#other(one.found.row, one.box.n));

		return { found: chosen?.found, box: chosen?.box, card_id: uid, others };
	}

	#other(row, name) {
		return { ticket_id: row.ticket_id, name, category: this.roster.event.categories?.find(({ id }) => id === row.category_id)?.name ?? '' };
	}

	async #by_reference(reference, scan, facts) {
		const named = await this.roster.by_reference(reference);

		if (!named?.length) {
			facts.notes = named ? [] : ['needs_network'];
			return {};
		}
		const all = (await Promise.all(named.map(async (item) => ({ item, found: await this.#found(item.ticket_id) }))))
			.filter(({ found }) => found).sort((a, b) => valid(b.found) - valid(a.found) || a.item.ticket_id - b.item.ticket_id);
		/* As the server has it: the only one that may go; where none may, the first, so that it is told why. */
		const some = all.filter(({ found }) => may(found, facts));
		const chosen = scan.ticket_id ? all.find(({ item }) => item.ticket_id === scan.ticket_id) : some.length > 1 ? null : some[0] ?? all[0];

		if (!chosen) {
			facts.several = !scan.ticket_id && some.length > 1;
			return { others: facts.several ? some.map(({ item, found }) => this.#other(found.row, item.name)) : [] };
		}
		facts.newest_code = true;
		facts.turn = this.roster.event.turning ? 'missing' : 'none';
		return { found: chosen.found, box: { n: chosen.item.name, r: chosen.item.reference } };
	}

	async #by_hand(ticket_id, facts) {
		const found = await this.#found(ticket_id), name = found && await this.roster.name_of(ticket_id);

		facts.by_hand = true;
		return { found, box: name ? { n: name } : null };
	}

	/** The server's answer, as judge() gives it. */
	answered(data, out) {
		const person = data.attendee, again = person?.scan_status === 'previously_scanned';

		return {
			result: data.result, reason: data.reason, sentence: sentence(data.reason, { out, again }) || data.message, message: data.message,
			moves: data.result === 'valid', notes: data.notes ?? [], ticket_id: data.ticket?.id ?? null, first_scan: data.first_scan ?? null,
			others: data.others ?? [], category: data.ticket?.category ?? null, seconds_ago: data.seconds_ago,
			attendee: person ? { labels: [], dependents: [], ...person, tier: person.ticket_tier, reference: null } : null
		};
	}
}
