#ifndef APP_PAPER_H
#define APP_PAPER_H
/* Tickets on paper, and what goes with a mail. */
#include "app/calendar.h"

/* Each fills out and answers true; false: there is no such thing, it is not theirs, or it holds nothing that is valid. */
bool paper_tickets(const struct paper_wish *wish, int64_t order_id, int64_t page, struct drawing *out);
bool paper_one_ticket(const struct paper_wish *wish, int64_t ticket_id, struct drawing *out);

enum { PAPERS_MAX = 2 };

struct attachment {
	struct drawing drawing;
	const char *title; /* of the event: what a file in a mail is called by */
};

/* What goes with a message about something: of an "order", or a "ticket", its tickets and its calendar, in its owner's language (else
 * the site's), whatever wish says; where codes turn, its calendar alone. Returns how many; none of what is not valid any more. */
size_t papers_attached(const struct paper_wish *wish, const char *noun, int64_t id, struct attachment out[PAPERS_MAX]);

#endif
