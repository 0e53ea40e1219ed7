#ifndef RULES_SCAN_H
#define RULES_SCAN_H
/* The verdict at the gate: a pure decision over what was read. The store's guard names the same facts, so a verdict
 * that is stale when it is applied loses and is decided again. */
#include "base/clock.h"
#include <stdbool.h>

enum presence { NEVER_IN, INSIDE, OUTSIDE };

struct scan_facts {
	bool scanning_enabled;	      /* the event's switch */
	bool event_live;	      /* published, not cancelled */
	ms_t now, opens, closes;      /* scanning is from 24 h before the start to 24 h after the end */
	bool found;		      /* a ticket was found by code or card */
	bool card_known, card_active; /* with a card */
	bool by_card;
	bool forged;	  /* a code that is whole, of a key that we have, and whose signature is not that key's */
	bool unread;	  /* what was to be a code of ours, but is not whole, or of a key that nobody has */
	bool this_event;  /* the ticket is for the usher's event */
	bool newest_code; /* the code's generation is the ticket's */
	bool valid;	  /* ticket.status = valid */
	bool refunded;
	enum presence presence;
	int entries;
	bool re_entry; /* the event lets people back in */
	bool out;      /* direction */
	bool repeats; /* it has no number of its own, and this device made the ticket's last move, this way, just now */
};

/* For how long a scan without a number is taken for the one before it: apps that send none try again three times. */
#define SCAN_REPEATS_MS (90 * MS_SECOND)

struct verdict {
	const char *result; /* valid, invalid, already_scanned, not_found */
	const char *
		reason; /* ok, unknown_code, not_read, unknown_card, card_blocked, no_ticket, forged, wrong_event, superseded,
			       cancelled, refunded, inside, no_re_entry, not_inside, scanning_off, event_not_live, too_early, too_late,
			       just_scanned_here;
			       scan_id_used: the device named another scan's scan_id, and nothing was logged */
	const char *sentence; /* for the usher */
	bool moves;	      /* the ticket goes in or out by it */
	bool late; /* refused only because the ticket stands already where it leads: then it may be one that repeats */
};

struct verdict scan_verdict(const struct scan_facts *facts);
/* The usher's sentence of a reason kept in the log; of "ok" by direction and whether the ticket had been in before. */
const char *scan_sentence(const char *reason, bool out, bool again);
/* "never", "inside", "outside" */
enum presence presence_named(const char *name);
const char *presence_name(enum presence presence);

#endif
