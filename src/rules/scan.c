/* One question after the other, each with its own sentence; the first that fails decides. What
 * concerns the whole gate comes before what concerns one ticket, and what is wrong for good before
 * what may be right in an hour. */
#include "rules/scan.h"
#include <assert.h>
#include <string.h>

/* Every reason with its result and the usher's sentence. */
static const struct {
	const char *reason, *result, *sentence;
} REASONS[] = {
	{ "ok", "valid", "Valid: the scan counted." },
	{ "unknown_code", "not_found", "This code is not known." },
	{ "not_read", "not_found", "This code was not read whole. Scan it again." },
	{ "unknown_card", "not_found", "This card is not known." },
	{ "card_blocked", "invalid", "This card is blocked." },
	{ "no_ticket", "not_found", "There is no ticket for this event on this card." },
	{ "forged", "invalid", "This code was forged. Do not let it in." },
	{ "wrong_event", "invalid", "This ticket is for another event." },
	{ "superseded", "invalid", "This code is old: the ticket was passed on and has a new one." },
	{ "cancelled", "invalid", "This ticket was cancelled." },
	{ "refunded", "invalid", "This ticket was refunded." },
	{ "inside", "already_scanned", "Already inside: this ticket came in before." },
	{ "just_scanned_here", "already_scanned", "Scanned here just now: it counted then." },
	{ "no_re_entry", "already_scanned", "Already used: this event does not let people back in." },
	{ "not_inside", "invalid", "This ticket is not inside." },
	{ "scanning_off", "invalid", "Scanning is switched off for this event." },
	{ "event_not_live", "invalid", "This event is not taking place." },
	{ "too_early", "invalid", "Scanning for this event has not begun." },
	{ "too_late", "invalid", "Scanning for this event is over." },
	{ "scan_id_used", "invalid", "This scan's number belongs to another scan. Scan again." },
};

enum { N_REASONS = sizeof(REASONS) / sizeof(REASONS[0]) };

static struct verdict verdict_of(const char *reason)
{
	for (size_t i = 0; i < N_REASONS; i++)
		if (strcmp(REASONS[i].reason, reason) == 0)
			return (struct verdict){ .result = REASONS[i].result,
						 .reason = REASONS[i].reason,
						 .sentence = REASONS[i].sentence };
	assert(false && "a reason that is not in the table");
	return (struct verdict){ .result = "invalid", .reason = "", .sentence = "" };
}

static const char *gate_fault(const struct scan_facts *f)
{
	if (!f->event_live)
		return "event_not_live";
	if (!f->scanning_enabled)
		return "scanning_off";
	/* Who is inside may always leave: the event may have been moved meanwhile. */
	if (!f->out && f->now < f->opens)
		return "too_early";
	if (!f->out && f->now > f->closes)
		return "too_late";
	return NULL;
}

/* What was held up to the reader: does it lead to a ticket? A code whose signature is wrong is
 * refused even where its number is known, for somebody changed the rest of it. That is said of no
 * other: an usher who is told so sends a guest away. */
static const char *carrier_fault(const struct scan_facts *f)
{
	if (!f->by_card) {
		if (f->forged)
			return "forged";
		if (f->unread)
			return "not_read";
		return f->found ? NULL : "unknown_code";
	}
	if (!f->card_known)
		return "unknown_card";
	if (!f->card_active)
		return "card_blocked";
	return f->found ? NULL : "no_ticket";
}

static const char *ticket_fault(const struct scan_facts *f)
{
	if (!f->this_event)
		return "wrong_event";
	if (!f->by_card && !f->newest_code)
		return "superseded";
	if (f->refunded)
		return "refunded";
	if (!f->valid)
		return "cancelled";
	return NULL;
}

static bool comes_late(const struct scan_facts *f)
{
	return f->presence == (f->out ? OUTSIDE : INSIDE);
}

static const char *presence_fault(const struct scan_facts *f)
{
	if (f->repeats && comes_late(f))
		return "just_scanned_here";
	if (f->out)
		return f->presence == INSIDE ? NULL : "not_inside";
	if (f->presence == INSIDE)
		return "inside";
	if (f->entries > 0 && !f->re_entry)
		return "no_re_entry";
	return NULL;
}

struct verdict scan_verdict(const struct scan_facts *facts)
{
	static const char *(*const QUESTIONS[])(const struct scan_facts *) = { gate_fault, carrier_fault, ticket_fault,
									       presence_fault };
	struct verdict verdict;

	for (size_t i = 0; i < sizeof(QUESTIONS) / sizeof(QUESTIONS[0]); i++) {
		const char *reason = QUESTIONS[i](facts);

		if (!reason)
			continue;
		verdict = verdict_of(reason);
		verdict.late = QUESTIONS[i] == presence_fault && comes_late(facts);
		return verdict;
	}
	verdict = verdict_of("ok");
	verdict.moves = true;
	verdict.sentence = scan_sentence("ok", facts->out, facts->entries > 0);
	return verdict;
}

const char *scan_sentence(const char *reason, bool out, bool again)
{
	if (strcmp(reason, "ok") == 0)
		return out ? "Out: noted." : again ? "Welcome back: let in again." : "Valid: let in.";
	for (size_t i = 0; i < N_REASONS; i++)
		if (strcmp(REASONS[i].reason, reason) == 0)
			return REASONS[i].sentence;
	return "";
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
