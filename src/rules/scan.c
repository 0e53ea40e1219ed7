/* One question after the other, each with its own sentence; the first that fails decides. What
 * concerns the whole gate comes before what concerns one ticket, and what is wrong for good before
 * what may be right in an hour. */
#include "rules/scan.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Every reason with its result and the usher's sentence. What yields does so to a gate lead who insists. */
static const struct {
	const char *reason, *result, *sentence;
	bool yields;
} REASONS[] = {
	{ "ok", "valid", "Valid: the scan counted.", false },
	{ "by_hand", "valid", "By hand: it counted.", false },
	{ "unknown_code", "not_found", "This code is not known.", false },
	{ "unknown_ticket", "not_found", "This ticket is not known.", false },
	{ "not_read", "not_found", "This code was not read whole. Scan it again.", false },
	{ "several", "not_found", "This order has several tickets. Choose one.", false },
	{ "unknown_card", "not_found", "This card is not known.", false },
	{ "card_blocked", "invalid", "This card is blocked.", false },
	{ "no_ticket", "not_found", "There is no ticket for this event on this card.", false },
	{ "forged", "invalid", "This code was forged. Do not let it in.", false },
	{ "wrong_event", "invalid", "This ticket is for another event.", false },
	{ "superseded", "invalid", "This code is old: the ticket was passed on and has a new one.", false },
	{ "cancelled", "invalid", "This ticket was cancelled.", false },
	{ "refunded", "invalid", "This ticket was refunded.", false },
	{ "inside", "already_scanned", "Already inside: this ticket came in before.", false },
	{ "just_scanned_here", "already_scanned", "Scanned here just now: it counted then.", false },
	{ "no_re_entry", "already_scanned", "Already used: this event does not let people back in.", true },
	{ "used_today", "already_scanned", "Already used today: it lets in again on another day.", true },
	{ "not_inside", "invalid", "This ticket is not inside.", false },
	{ "not_on_leave", "invalid", "This ticket is not out for a while.", false },
	{ "turn_missing", "invalid", "This is a copy: its code must turn. Ask for the ticket's own page.", true },
	{ "turn_old", "invalid", "This is an old picture of the code. Ask for the ticket's own page.", true },
	{ "wrong_gate", "invalid", "This ticket is for another gate.", true },
	{ "not_yet", "invalid", "This kind of ticket is not let in yet.", true },
	{ "no_longer", "invalid", "This kind of ticket is no longer let in.", true },
	{ "too_young", "invalid", "This guest is too young to be let in.", true },
	{ "full", "invalid", "It is full: somebody must come out first.", true },
	{ "scanning_off", "invalid", "Scanning is switched off for this event.", false },
	{ "event_not_live", "invalid", "This event is not taking place.", false },
	{ "too_early", "invalid", "Scanning for this event has not begun.", true },
	{ "too_late", "invalid", "Scanning for this event is over.", true },
	{ "undone", "valid", "Taken back: it counts no more.", false },
	{ "not_undone", "invalid", "Not taken back: the ticket moved since, or never did by it.", false },
	{ "scan_id_used", "invalid", "This scan's number belongs to another scan. Scan again.", false },
};

enum { N_REASONS = sizeof(REASONS) / sizeof(REASONS[0]) };

/* N_REASONS where there is no such reason. */
static size_t reason_named(const char *reason)
{
	size_t i = 0;

	while (i < N_REASONS && strcmp(REASONS[i].reason, reason) != 0)
		i++;
	return i;
}

static bool stands(const struct scan_facts *f, const char *reason)
{
	size_t i = reason_named(reason);

	assert(i < N_REASONS && "a reason that is not in the table");
	return !f->override || !REASONS[i].yields;
}

static struct verdict verdict_of(const char *reason, const struct scan_facts *f)
{
	size_t i = reason_named(reason);

	assert(i < N_REASONS && "a reason that is not in the table");
	return (struct verdict){ .result = REASONS[i].result,
				 .reason = REASONS[i].reason,
				 .sentence = scan_sentence(reason, f->out, f->entries > 0) };
}

static const char *gate_fault(const struct scan_facts *f)
{
	if (!f->event_live)
		return "event_not_live";
	return f->scanning_enabled ? NULL : "scanning_off";
}

/* Who is inside may always leave: the event may have been moved meanwhile. */
static const char *time_fault(const struct scan_facts *f)
{
	if (f->out)
		return NULL;
	if (f->now < f->opens)
		return "too_early";
	return f->now > f->closes ? "too_late" : NULL;
}

static const char *card_fault(const struct scan_facts *f)
{
	if (!f->card_known)
		return "unknown_card";
	if (!f->card_active)
		return "card_blocked";
	return f->found ? NULL : "no_ticket";
}

/* What was held up to the reader: does it lead to a ticket? A code whose signature is wrong is
 * refused even where its number is known, for somebody changed the rest of it. That is said of no
 * other: an usher who is told so sends a guest away. */
static const char *carrier_fault(const struct scan_facts *f)
{
	if (f->by_hand)
		return f->found ? NULL : "unknown_ticket";
	if (f->by_card)
		return card_fault(f);
	if (f->forged)
		return "forged";
	if (f->several)
		return "several";
	if (f->unread)
		return "not_read";
	return f->found ? NULL : "unknown_code";
}

static bool by_code(const struct scan_facts *f)
{
	return !f->by_card && !f->by_hand;
}

static const char *ticket_fault(const struct scan_facts *f)
{
	if (!f->this_event)
		return "wrong_event";
	if (by_code(f) && !f->newest_code)
		return "superseded";
	if (f->refunded)
		return "refunded";
	return f->valid ? NULL : "cancelled";
}

/* Who came in on another day of an event whose days begin afresh has not come in yet; to go out is theirs on any day. */
static bool came_today(const struct scan_facts *f)
{
	return f->last_in_at >= f->day_began;
}

static bool is_inside(const struct scan_facts *f)
{
	return f->presence == INSIDE && (f->out || came_today(f));
}

static bool comes_late(const struct scan_facts *f)
{
	return f->out ? f->presence == OUTSIDE : is_inside(f);
}

static const char *way_out_fault(const struct scan_facts *f)
{
	return is_inside(f) ? NULL : "not_inside";
}

static const char *way_in_fault(const struct scan_facts *f)
{
	if (is_inside(f))
		return "inside";
	if (f->leave)
		return f->on_leave ? NULL : "not_on_leave";
	if (f->on_leave || !f->entries || !came_today(f) || f->re_entry)
		return NULL;
	return f->day_began ? "used_today" : "no_re_entry";
}

static const char *presence_fault(const struct scan_facts *f)
{
	if (f->repeats && comes_late(f))
		return "just_scanned_here";
	return f->out ? way_out_fault(f) : way_in_fault(f);
}

enum scan_rank scan_rank(const struct scan_facts *facts)
{
	if (!(facts->out ? way_out_fault(facts) : way_in_fault(facts)))
		return RANK_MAY;
	return facts->out || is_inside(facts) ? RANK_THERE : RANK_NEARLY;
}

/* Of nobody who goes out, for who is inside may always leave; a card has nothing that turns, and neither has an usher's word. */
static const char *turn_fault(const struct scan_facts *f)
{
	if (f->out || !by_code(f))
		return NULL;
	switch (f->turn) {
	case TURN_MISSING:
		return "turn_missing";
	case TURN_OLD:
		return "turn_old";
	case TURN_WRONG:
		return f->override ? NULL : "not_read";
	default:
		return NULL;
	}
}

static const char *place_fault(const struct scan_facts *f)
{
	static const char *const SAID[] = {
		[HERE_GATE] = "wrong_gate", [HERE_EARLY] = "not_yet", [HERE_LATE] = "no_longer"
	};

	return f->out ? NULL : SAID[f->category_here];
}

static const char *age_fault(const struct scan_facts *f)
{
	return !f->out && f->age >= 0 && f->age < f->min_age ? "too_young" : NULL;
}

static const char *room_fault(const struct scan_facts *f)
{
	return !f->out && f->full ? "full" : NULL;
}

struct verdict scan_verdict(const struct scan_facts *facts)
{
	static const char *(*const QUESTIONS[])(const struct scan_facts *) = {
		gate_fault, time_fault,	 carrier_fault, ticket_fault, presence_fault,
		turn_fault, place_fault, age_fault,	room_fault,
	};
	struct verdict verdict;

	for (size_t i = 0; i < sizeof(QUESTIONS) / sizeof(QUESTIONS[0]); i++) {
		const char *reason = QUESTIONS[i](facts);

		if (!reason || !stands(facts, reason))
			continue;
		verdict = verdict_of(reason, facts);
		verdict.late = QUESTIONS[i] == presence_fault && comes_late(facts);
		return verdict;
	}
	verdict = verdict_of(facts->by_hand ? "by_hand" : "ok", facts);
	verdict.moves = true;
	verdict.note = scan_note(facts);
	return verdict;
}

const char *scan_sentence(const char *reason, bool out, bool again)
{
	size_t i = reason_named(reason);

	if (strcmp(reason, "ok") == 0)
		return out ? "Out: noted." : again ? "Welcome back: let in again." : "Valid: let in.";
	if (strcmp(reason, "by_hand") == 0)
		return out ? "Out by hand: noted." : "By hand: let in.";
	return i < N_REASONS ? REASONS[i].sentence : "";
}

const char *scan_note(const struct scan_facts *facts)
{
	return !facts->out && facts->min_age && facts->age < 0 ? "check_age" : NULL;
}

const char *scan_note_sentence(const char *note)
{
	return strcmp(note, "check_age") == 0 ? "Check the age: the date of birth is not known." : "";
}

/* ---- where the facts come from ---- */

static bool same_gate(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

enum category_here category_here(const struct gate_rule rules[], size_t n, const char *gate, ms_t now)
{
	enum category_here here = n ? HERE_GATE : HERE_YES;

	for (size_t i = 0; i < n; i++) {
		if (*rules[i].gate && !same_gate(rules[i].gate, gate))
			continue;
		if (rules[i].opens_at && now < rules[i].opens_at)
			here = HERE_EARLY;
		else if (!rules[i].closes_at || now <= rules[i].closes_at)
			return HERE_YES;
		else if (here == HERE_GATE)
			here = HERE_LATE;
	}
	return here;
}

static int years_of(const char *date)
{
	return (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + date[3] - '0';
}

int age_on(const char *born, const char *day)
{
	enum { YEAR = 4 };

	if (!born || !clock_date_valid(born) || strcmp(born, day) > 0)
		return AGE_UNKNOWN;
	return years_of(day) - years_of(born) - (strcmp(day + YEAR, born + YEAR) < 0);
}

/* When the day of a date begins: its change is that wall time of the date. */
static ms_t day_begins(const char *date, const char *zone, int day_change)
{
	char text[DATE_SIZE + 6];
	ms_t wall = 0, at = 0;

	snprintf(text, sizeof text, "%sT%02d:%02d", date, day_change / 60, day_change % 60);
	if (!clock_parse_wall(text, &wall) || clock_when(wall, zone, &at) == CLOCK_NOWHERE)
		clock_when(wall, "UTC", &at);
	return at;
}

ms_t day_began(ms_t now, const char *zone, int day_change)
{
	char today[DATE_SIZE], before[DATE_SIZE];
	ms_t at;

	if (!clock_date(now, zone, today))
		clock_date(now, "UTC", today);
	at = day_begins(today, zone, day_change);
	return at <= now ? at : day_begins(clock_date_add(today, -1, before), zone, day_change);
}

enum scan_may_undo scan_may_undo(const struct scan_undoing *u)
{
	ms_t after = u->now - u->made;

	if (u->lead)
		return SCAN_UNDO_MAY;
	if (!u->own || after > SCAN_UNDO_MS || after < -SCAN_UNDO_MS)
		return SCAN_UNDO_NOT_YOURS;
	return u->last ? SCAN_UNDO_MAY : SCAN_UNDO_NOT_LAST;
}

static const char *const PRESENCES[] = { [NEVER_IN] = "never", [INSIDE] = "inside", [OUTSIDE] = "outside" };

enum presence presence_named(const char *name)
{
	for (int i = NEVER_IN; i <= OUTSIDE; i++)
		if (strcmp(PRESENCES[i], name) == 0)
			return (enum presence)i;
	assert(false && "a presence that the schema's CHECK refuses");
	return NEVER_IN;
}

const char *presence_name(enum presence presence)
{
	return PRESENCES[presence];
}
