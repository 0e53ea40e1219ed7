#ifndef APP_SCAN_LOOK_H
#define APP_SCAN_LOOK_H
/* From what was held up to a reader to the verdict: the ticket that it leads to, the facts, the decision, and what that would do. */
#include "app/attendee.h"
#include "base/uuid.h"
#include "rules/held_up.h"
#include "rules/ticket_code.h"
#include "store/scan.h"

/* What a card leads to. */
struct card_held {
	char uid[33];
	bool known, active;
	int64_t customer_id;	    /* 0: it leads to nobody */
	const struct rows *tickets; /* see scan_tickets_of_card(); NULL where it leads to nobody */
};

/* A scan under way: of a code or of a card. */
struct scan {
	struct request *rq;
	const char *code, *card;
	const struct card_held *held; /* what its card leads to, where that was looked up before; NULL: it is asked */
	const char *gate;	      /* where it is made; NULL or "": that was not said */
	int64_t ticket_id;	      /* which of a card's, 0: any */
	bool out;
	const char *kind, *note; /* of the log: "hand", "leave", "record", NULL: "scan"; NULL: no note */
	bool by_hand;		 /* nothing was read: ticket_id is the ticket */
	bool override;		 /* a gate lead insists */
	bool leave;		 /* out for a while, or back from there */
	bool unnumbered;	 /* it brought no scan_id */
	bool genuine;		 /* the code is one of ours, whole: parts */
	struct ticket_code parts;
	char digits[TICKET_DIGITS];			/* that stood behind the code, "" for none */
	char reference[REFERENCE_SIZE];			/* an order's, in place of a code; "" for none */
	char as_read[TICKET_CODE_SIZE + TICKET_DIGITS]; /* the code, where a keyboard made another text of it */
	uint8_t scan_id[UUID_BYTES];
	bool aside; /* which is the one aside of what was sent: that is a record's */
	struct look look;
	struct verdict verdict;
	ms_t counted; /* when, once scan_effect_of() said so */
};

/* Looks a card up once for all its scans that have numbers of their own, whose held it then is. False: the database failed. */
bool scan_hold_card(struct request *rq, const char *card, struct card_held *held);
/* Finds what 1 to DB_SOME scans hold up, each of which has rq, code or card, gate, ticket_id, out and unnumbered set: the codes' tickets in
 * one query. Fills look. False when an event is gone, or the database. */
bool scan_look_up(struct scan scans[], size_t n);
/* Judges the digits behind the code of a scan that was looked up, as of another moment than now: of one that was made without a network.
 * False: the database failed. */
bool scan_judge_turn(struct scan *scan, ms_t at);
/* Fills what a ruled ticket's event asks besides: days, ages, where and when; of its room only that it has one. look's row is known
 * and its facts' now and out are set; gate: where the scan is made, "" or NULL where that was not said. False: the database. */
bool scan_ask(struct request *rq, struct look *look, const char *gate);
/* What the log calls it. */
const char *scan_kind(const struct scan *scan);
/* Fills verdict. Of a scan without a number that comes late, the move that it repeats is looked for; of one that would come in, whether
 * there is room. Outside of a transaction. */
void scan_decide(struct scan *scan);
/* Decides, and says what that does; scanned_at is the request's. What it points to lives as long as the request. */
struct scan_effect scan_effect_of(struct scan *scan);

#endif
