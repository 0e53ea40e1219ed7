// The verdict at the gate, for a device without a network: src/rules/scan.c says what each question means, and this
// asks the same ones in the same order. tests/gate holds both against the same cases, and the words against the program's.
import { has, t } from './words.js'

export const AGE_UNKNOWN = -1

// reason: result, and whether it yields to a gate lead who insists. words.js has the sentences.
export const REASONS = {
	ok: ['valid', false],
	by_hand: ['valid', false],
	unknown_code: ['not_found', false],
	unknown_ticket: ['not_found', false],
	not_read: ['not_found', false],
	several: ['not_found', false],
	unknown_card: ['not_found', false],
	card_blocked: ['invalid', false],
	no_ticket: ['not_found', false],
	forged: ['invalid', false],
	wrong_event: ['invalid', false],
	superseded: ['invalid', false],
	cancelled: ['invalid', false],
	refunded: ['invalid', false],
	inside: ['already_scanned', false],
	just_scanned_here: ['already_scanned', false],
	no_re_entry: ['already_scanned', true],
	used_today: ['already_scanned', true],
	not_inside: ['invalid', false],
	not_on_leave: ['invalid', false],
	turn_missing: ['invalid', true],
	turn_old: ['invalid', true],
	wrong_gate: ['invalid', true],
	not_yet: ['invalid', true],
	no_longer: ['invalid', true],
	too_young: ['invalid', true],
	full: ['invalid', true],
	scanning_off: ['invalid', false],
	event_not_live: ['invalid', false],
	too_early: ['invalid', true],
	too_late: ['invalid', true],
	undone: ['valid', false],
	not_undone: ['invalid', false],
	scan_id_used: ['invalid', false],
}

// The usher's sentence of a reason, as the app speaks.
export const sentence = (reason) => has(`reason.${reason}`) ? t(`reason.${reason}`) : ''

function gateFault(f) {
	if (!f.event_live)
		return 'event_not_live'
	return f.scanning_enabled ? null : 'scanning_off'
}

function timeFault(f) {
	if (f.out)
		return null
	if (!(f.now >= f.opens))
		return 'too_early'
	return f.now <= f.closes ? null : 'too_late'
}

function cardFault(f) {
	if (!f.card_known)
		return 'unknown_card'
	if (!f.card_active)
		return 'card_blocked'
	return f.found ? null : 'no_ticket'
}

function carrierFault(f) {
	if (f.by_hand)
		return f.found ? null : 'unknown_ticket'
	if (f.by_card)
		return cardFault(f)
	if (f.forged)
		return 'forged'
	if (f.several)
		return 'several'
	if (f.unread)
		return 'not_read'
	return f.found ? null : 'unknown_code'
}

const byCode = (f) => !f.by_card && !f.by_hand

function ticketFault(f) {
	if (!f.this_event)
		return 'wrong_event'
	if (byCode(f) && !f.newest_code)
		return 'superseded'
	if (f.refunded)
		return 'refunded'
	return f.valid ? null : 'cancelled'
}

const cameToday = (f) => (f.last_in_at ?? 0) >= (f.day_began ?? 0)
const isInside = (f) => f.presence === 'inside' && (Boolean(f.out) || cameToday(f))
const comesLate = (f) => f.out ? f.presence === 'outside' : isInside(f)

function wayInFault(f) {
	if (isInside(f))
		return 'inside'
	if (f.leave)
		return f.on_leave ? null : 'not_on_leave'
	if (f.on_leave || !f.entries || !cameToday(f) || f.re_entry)
		return null
	return f.day_began ? 'used_today' : 'no_re_entry'
}

const wayFault = (f) => f.out ? isInside(f) ? null : 'not_inside' : wayInFault(f)

// Of one among several: 0 where it may go, 1 where re-entry and the like stand against it, 2 where it is already where the scan leads, or
// was never where that leads from.
export const rankOf = (f) => !wayFault(f) ? 0 : f.out || isInside(f) ? 2 : 1

function presenceFault(f) {
	if (f.repeats && comesLate(f))
		return 'just_scanned_here'
	return wayFault(f)
}

function turnFault(f) {
	if (f.out || !byCode(f))
		return null
	if (f.turn === 'wrong')
		return f.override ? null : 'not_read'
	return { missing: 'turn_missing', old: 'turn_old' }[f.turn] ?? null
}

const placeFault = (f) => f.out ? null : { gate: 'wrong_gate', early: 'not_yet', late: 'no_longer' }[f.category_here] ?? null
const ageOf = (f) => f.age ?? AGE_UNKNOWN
const ageFault = (f) => !f.out && ageOf(f) >= 0 && ageOf(f) < (f.min_age ?? 0) ? 'too_young' : null
const roomFault = (f) => !f.out && f.full ? 'full' : null

const QUESTIONS = [gateFault, timeFault, carrierFault, ticketFault, presenceFault, turnFault, placeFault, ageFault, roomFault]

// What a scan with these facts gets; facts that are not named are as if false, 0 or unknown. Those of kinds: presence 'never',
// 'inside', 'outside'; turn 'none', 'missing', 'old', 'wrong', 'right'; category_here 'yes', 'gate', 'early', 'late'.
// { result, reason, sentence, moves, notes, late }: late where it is refused only because the ticket stands already where it leads.
export function verdict(facts) {
	for (const question of QUESTIONS) {
		const reason = question(facts)

		if (!reason || (facts.override && REASONS[reason][1]))
			continue
		return { result: REASONS[reason][0], reason, sentence: sentence(reason), moves: false, notes: [],
			late: question === presenceFault && comesLate(facts) }
	}
	const reason = facts.by_hand ? 'by_hand' : 'ok'

	return { result: 'valid', reason, sentence: sentence(reason), moves: true,
		notes: !facts.out && facts.min_age && ageOf(facts) < 0 ? ['check_age'] : [], late: false }
}

// ---- where the facts come from ----

const sameGate = (a, b) => {
	const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

	return lower(a) === lower(b)
}

// category_here of one category's rules [{ gate, opens_at, closes_at }], times in ms or null, at a gate ('' where it was not said).
export function categoryHere(rules, gate, now) {
	let here = rules.length ? 'gate' : 'yes'

	for (const rule of rules) {
		if (rule.gate && !sameGate(rule.gate, gate))
			continue
		if (rule.opens_at && now < rule.opens_at)
			here = 'early'
		else if (!rule.closes_at || now <= rule.closes_at)
			return 'yes'
		else if (here === 'gate')
			here = 'late'
	}
	return here
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/

function isDate(text) {
	const [, year, month, day] = DATE.exec(text ?? '') ?? []
	const date = new Date(Date.UTC(year, month - 1, day))

	if (year < 100)
		date.setUTCFullYear(year)
	return year !== undefined && date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day)
}

// Whole years on a day, both 'YYYY-MM-DD'; who was born on 29 February is a year older on 1 March of other years.
export function ageOn(born, day) {
	if (!isDate(born) || born > day)
		return AGE_UNKNOWN
	return day.slice(0, 4) - born.slice(0, 4) - (day.slice(4) < born.slice(4) ? 1 : 0)
}

// The date 'YYYY-MM-DD' that clocks of a zone show.
export function localDay(at, zone) {
	const shown = Object.fromEntries(new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', numberingSystem: 'latn',
		year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at).map(({ type, value }) => [type, value]))

	return `${shown.year.padStart(4, '0')}-${shown.month}-${shown.day}`
}

// day_began: the last of these moments that is not after now; 0 where none is.
export function dayBegan(days, now) {
	return days.reduce((began, at) => at <= now && at > began ? at : began, 0)
}
