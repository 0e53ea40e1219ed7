/* The acts over every declared noun: the move itself. That a row is moved once, however many ask at
 * the same moment, is for the UPDATE to say, whose guard names the states it may come from. */
#include "app/resource.h"
#include <assert.h>
#include <string.h>

enum { VALUES = 12 };

static void add_value(struct noun_value values[VALUES], size_t *n, const char *column, struct arg value)
{
	assert(*n < VALUES);
	values[(*n)++] = (struct noun_value){ .column = column, .value = value };
}

/* Where it leads, when, and what was said about it. */
static size_t values_of(struct request *rq, const struct resource *r, const struct act *act,
			struct noun_value values[VALUES])
{
	size_t n = 0;

	if (act->to)
		add_value(values, &n, "status", arg_text(act->to));
	if (act->at)
		add_value(values, &n, act->at, arg_time(rq->now));
	for (const struct field *f = resource_made(r)->acts[act - r->acts]; f->name; f++) {
		const struct resource_column *c = resource_column(r, f->name);

		if (!resource_field_seen(f) && !(c->flags & ASKED) && field_given(rq, f->name))
			add_value(values, &n, f->name, resource_value(rq, c));
	}
	return n;
}

static int refuse_status(struct request *rq, const struct resource *r, const struct act *act, const struct row *row)
{
	const char *words = resource_words(rq, r), *status = said_to(rq, row_text(row, "status"));

	if (act->code)
		return refuse(rq, 409, act->code, "%s", act->only);
	if (!act->to)
		return refuse(rq, 409, "WRONG_STATUS", "This %s is %s, so it stays as it is.", words, status);
	if (row_is(row, "status", act->to))
		return refuse(rq, 409, "WRONG_STATUS", "This %s is %s already.", words, status);
	return refuse(rq, 409, "WRONG_STATUS", "This %s is %s, so it cannot be %s.", words, status,
		      said_to(rq, act->to));
}

int resource_act(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct act *act = request_act(rq);
	const struct row *before = resource_locked(rq, r);
	struct noun_value values[VALUES];
	struct noun_change change = { values, 0, act->from };
	enum noun_outcome outcome;

	if (!before)
		return ANSWERED;
	if (act->unless && row_int(before, act->unless))
		return refuse(rq, 409, "WRONG_STATUS", "%s", act->unfit);
	if (act->from && !word_among(row_text(before, "status"), act->from))
		return refuse_status(rq, r, act, before);
	if (resource_stale(rq, r, before))
		return ANSWERED;
	times_in(rq, resource_zone(rq, before), before);
	change.n = values_of(rq, r, act, values);
	if (act->also)
		act->also(rq, before);
	if (has_faults(rq) && !refused(rq))
		refuse_fields(rq);
	if (refused(rq))
		return ANSWERED;
	if (!act->to)
		change.from = NULL; /* held by the lock, and what .also did may have led elsewhere */
	outcome = noun_update(rq->db, resource_view(rq, r), row_int(before, "id"), &change, rq->now);
	if (outcome == NOUN_GUARDED)
		return refuse_status(rq, r, act, before);
	if (resource_refused(rq, r, outcome, r->table))
		return ANSWERED;
	resource_changed(rq, r, act->name, before);
	if (act->message)
		say(rq, "%s", act->message);
	return ANSWERED;
}
