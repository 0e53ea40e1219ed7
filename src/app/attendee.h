#ifndef APP_ATTENDEE_H
#define APP_ATTENDEE_H
/* What an usher is told of what was held up to the reader: the verdict, who stands there, and the scan that came first. */
#include "base/row.h"
#include "http/request.h"
#include "rules/scan.h"

/* What was held up to the reader, and what it led to. */
struct look {
	struct scan_facts facts;
	const struct row *row;	    /* the ticket, NULL: none */
	const struct row *event;    /* the usher's */
	const struct row *repeated; /* the move that this scan repeats, NULL: none; see scan_last_move() */
	ms_t since;		    /* how long before */
	struct row found;	    /* row's place, where it was found among others */
	const struct rows *
		of_card; /* all tickets of the card, see scan_tickets_of_card(), or of a printed reference; NULL: of neither */
	const struct rows *asked; /* of a ruled ticket, see scan_asked(); NULL: of another */
	char card_uid[33];
	bool roomed; /* its event has room for so many at once */
	bool known;  /* a ticket of this event was found: its holder may be shown */
};

/* Below, before is when the scan was made; 0: look's ticket was read before it. */

/* result, reason, message, notes, direction, attendee, ticket, first_scan, others and of a wrong gate the right ones, into rq->data. */
void answer_verdict(struct request *rq, const struct look *look, const char *result, const char *reason, ms_t before);
/* Who stands at the gate, as far as the event lets ushers see. */
void answer_attendee(struct request *rq, struct json_object *into, const struct look *look, ms_t before);
/* emergency_contact, of a row with emergency_name and emergency_mobile: null where there is none. */
void answer_contact(struct json_object *into, const struct row *row);
/* first_scan: the ticket's first, or the one that this scan repeats, and then seconds_ago too. */
void answer_first_scan(struct request *rq, struct json_object *into, const struct look *look, ms_t before);
/* others: who may still go through with the same card or reference, as it is now. */
void answer_others(struct request *rq, struct json_object *into, const struct look *look);
/* scan_rank() of a scan now of one of several, a row of look's of_card. */
enum scan_rank rank_of_ticket(const struct row *ticket, ms_t now, bool out, bool leave);

#endif
