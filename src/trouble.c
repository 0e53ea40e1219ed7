/* The database's failures in words. A person, an app and whoever runs the site do different things about a server that is
 * away, full, read-only or out of connections, so each has its name; and when to come again is told by what it takes until
 * then: a failover is over in seconds, while room is made by hand. */
#include "trouble.h"

static const struct refusal REFUSALS[] = {
	[DB_AWAY] = { 503, 2, "DATABASE_AWAY", "The database does not answer. Try again in a moment." },
	[DB_FULL] = { 503, 60, "DATABASE_FULL",
		      "There is no room left to store this. Whoever runs this site has to make some; try again in a few"
		      " minutes." },
	[DB_READ_ONLY] = { 503, 10, "DATABASE_READ_ONLY",
			   "Nothing can be changed at the moment; what is there can be read. Try again in a moment." },
	[DB_BUSY] = { 503, 2, "DATABASE_BUSY", "The database has no connection free. Try again in a moment." },
	[DB_SCHEMA] = { 503, 1, "UPDATING", "This site is being brought up to date. Try again in a moment." },
	[DB_CONFLICT] = { 503, 1, "BUSY", "Too many people did this at once. Try again." },
	[DB_UNKNOWN] = { 503, 2, "OUTCOME_UNKNOWN",
			 "The connection was lost while saving. Look whether it is there, or try again with the same"
			 " Idempotency-Key." },
	[DB_BROKEN] = { 500, 0, "INTERNAL_ERROR", "Something went wrong here. It has been noted." },
};

const struct refusal *database_refusal(enum db_error error)
{
	return REFUSALS[error].status ? &REFUSALS[error] : NULL;
}

bool refuse_database(struct request *rq, enum db_error error)
{
	/* Who reads asks again, whatever was stored by the way (an invoice's number). */
	const struct refusal *why = database_refusal(error == DB_UNKNOWN && request_reads(rq) ? DB_AWAY : error);

	if (!why)
		return false;
	rq->retry_after = why->retry_after;
	refuse(rq, why->status, why->code, "%s", why->sentence);
	return true;
}
