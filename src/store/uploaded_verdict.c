/* A device decided by what it knew. Whom it refused was refused; whom it let in is in, and is asked only whether by a ticket at all. */
#include "store/uploaded_verdict.h"
#include "store/scan.h"
#include <string.h>

struct replay_scan uploaded_move(const struct gate_days *days, const struct uploaded *log)
{
	struct replay_scan scan = { .at = log->at,
				    .day_began = gate_day(days, log->at),
				    .gate = log->gate,
				    .out = log->out,
				    .leave = log->kind == UPLOADED_LEAVE,
				    .returns = days->re_entry || log->kind != UPLOADED_SCAN };

	memcpy(scan.scan_id, log->scan_id, sizeof scan.scan_id);
	return scan;
}

bool uploaded_given(const struct uploaded *log)
{
	return log->local_result && !strcmp(log->local_result, "valid");
}

void uploaded_facts(struct uploaded *log, const struct row *ticket, const struct replay_state *state, ms_t day)
{
	struct scan_facts *f = &log->facts;

	f->now = log->at;
	f->day_began = day;
	f->out = log->out;
	f->leave = log->kind == UPLOADED_LEAVE || log->kind == UPLOADED_RETURN;
	f->full = f->repeats = false;
	f->presence = state->presence;
	f->entries = state->entries;
	f->on_leave = state->on_leave;
	f->last_in_at = state->last_in_at;
	if (ticket) {
		f->valid = row_is(ticket, "status", "valid");
		f->refunded = row_is(ticket, "status", "refunded");
		if (log->generation) /* a code was read; a printed reference leads to those that were not passed on */
			f->newest_code = row_int(ticket, "generation") == log->generation;
	}
	log->again = state->entries > 0;
	if (!uploaded_given(log))
		return;
	/* They went through: whether the gate was open by then is no question any more. */
	f->scanning_enabled = f->event_live = true;
	f->opens = f->now < f->opens ? f->now : f->opens;
	f->closes = f->now > f->closes ? f->now : f->closes;
	f->override = log->insists;
}

/* Not a ticket that anybody may go through by, whoever said so. */
bool uploaded_no_ticket(const struct uploaded *log)
{
	const struct scan_facts *f = &log->facts;

	return f->forged || !f->found || !f->this_event || !f->valid || (f->by_card && !f->card_active) ||
	       (!f->by_card && !f->by_hand && !f->newest_code);
}

void uploaded_refuse_entry(struct uploaded *log, const struct verdict *verdict)
{
	log->verdict = UPLOADED_REJECTED;
	log->result = verdict->moves ? "invalid" : verdict->result;
	log->reason = verdict->moves ? "refused_there" : verdict->reason;
	log->refused_entry = true;
}

static bool is_result(const char *text)
{
	return text && (!strcmp(text, "invalid") || !strcmp(text, "already_scanned") || !strcmp(text, "not_found"));
}

static bool says_it_counted(const char *reason)
{
	return !strcmp(reason, "ok") || !strcmp(reason, "by_hand") || !strcmp(reason, "undone");
}

/* Refused there, so refused; in its own words where they are ours. */
void uploaded_note_refusal(struct uploaded *log, const struct verdict *verdict)
{
	log->verdict = UPLOADED_ACCEPTED;
	log->result = is_result(log->local_result) ? log->local_result : "invalid";
	if (log->local_reason && *scan_sentence(log->local_reason, log->out, false) &&
	    !says_it_counted(log->local_reason))
		log->reason = log->local_reason;
	else
		log->reason = verdict->moves ? "refused_there" : verdict->reason;
}
