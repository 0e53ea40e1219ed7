#ifndef APP_CALENDAR_H
#define APP_CALENDAR_H
/* Events in calendars; and what every paper has in common: gathered for a request and for a mail alike, and drawn by render/. */
#include "base/config.h"
#include "db/db.h"
#include "http/paper.h"
#include "http/request.h"

/* Who wants it, and how. */
struct paper_wish {
	struct db *db;
	const struct config *config;
	TALLOC_CTX *mem; /* what is gathered lies there */
	const struct tongue *tongue;
	int64_t customer_id; /* only what is theirs; 0: anybody's */
};

/* Of who makes a request: what is theirs alone, in the language that they read. */
struct paper_wish paper_wish_of(struct request *rq);
/* The head of a paper that is found at a path and number of the site. */
struct paper_head paper_head_of(const struct paper_wish *wish, const char *path, int64_t id);
/* "Pier 9, Hamburg", of what is there. */
const char *paper_joined(TALLOC_CTX *mem, const char *first, const char *then);
/* The answer is what was gathered. Returns ANSWERED. */
int paper_show(struct request *rq, const struct drawing *drawing);

/* Each fills out and answers true; false: there is no such thing, or it is not theirs. */
bool paper_calendar_of_event(const struct paper_wish *wish, int64_t event_id, struct drawing *out);
bool paper_calendar_of_order(const struct paper_wish *wish, int64_t order_id, struct drawing *out);
bool paper_calendar_of_ticket(const struct paper_wish *wish, int64_t ticket_id, struct drawing *out);

/* Where a page's event is put into calendars: beside.calendar.{file, google, outlook}, the latter two as what stands behind the "?" of
 * these sites' addresses. file: what it is asked of, "orders/5". */
void calendar_beside(struct request *rq, int64_t event_id, const char *file);

#endif
