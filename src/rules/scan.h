#ifndef RULES_SCAN_H
#define RULES_SCAN_H
/* The verdict at the gate: a pure decision over what was read. The store's guard names the same facts, so a verdict
 * that is stale when it is applied loses and is decided again. static/gate/verdict.js is the same for devices without a network;
 * tests/gate/cases.json is answered by both. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>

enum presence { NEVER_IN, INSIDE, OUTSIDE };

/* What the rules of a ticket's category say of this gate and moment. */
enum category_here { HERE_YES, HERE_GATE, HERE_EARLY, HERE_LATE };

/* The digits beside a code that turns; not asked for where it does not. */
enum turn { TURN_NONE, TURN_MISSING, TURN_OLD, TURN_WRONG, TURN_RIGHT };

enum { AGE_UNKNOWN = -1 };

struct scan_facts {
	bool scanning_enabled;	      /* the event's switch */
	bool event_live;	      /* published, not cancelled */
	ms_t now, opens, closes;      /* scanning is from 24 h before the start to 24 h after the end */
	bool found;		      /* a ticket was found by code or card */
	bool card_known, card_active; /* with a card */
	bool by_card;
	bool by_hand;	  /* the usher named the ticket, and nothing was read */
	bool override;	  /* a gate lead insists */
	bool forged;	  /* a code that is whole, of a key that we have, and whose signature is not that key's */
	bool unread;	  /* what was to be a code of ours, but is not whole, or of a key that nobody has */
	bool several;	  /* a printed reference of an order that has more than one ticket of this event */
	bool this_event;  /* the ticket is for the usher's event */
	bool newest_code; /* the code's generation is the ticket's */
	bool valid;	  /* ticket.status = valid */
	bool refunded;
	enum presence presence;
	int entries;
	ms_t last_in_at; /* 0: never */
	ms_t day_began;	 /* when the current day of the event began, 0: its days do not begin afresh */
	bool re_entry;	 /* the event lets people back in */
	bool on_leave;	 /* the ticket went out for a while */
	bool out;	 /* direction */
	bool leave;	 /* out for a while, or back from there */
	bool repeats; /* it has no number of its own, and this device made the ticket's last move, this way, just now */
	enum turn turn;
	enum category_here category_here;
	int age, min_age; /* years on the local day of the scan, or AGE_UNKNOWN; 0: any age */
	bool full;	  /* as many are inside as there is room for */
};

/* For how long a scan without a number is taken for the one before it: apps that send none try again three times. */
#define SCAN_REPEATS_MS (90 * MS_SECOND)

/* For how long who made a scan may take it back; a gate lead may always. */
#define SCAN_UNDO_MS (2 * MS_MINUTE)

/* Somebody takes a scan back that stands. */
struct scan_undoing {
	bool lead;	/* a gate lead */
	bool own;	/* they made it */
	bool last;	/* the ticket did not move since */
	ms_t made, now; /* by one clock */
};

enum scan_may_undo { SCAN_UNDO_MAY, SCAN_UNDO_NOT_YOURS, SCAN_UNDO_NOT_LAST };

/* A gate lead may take back any scan; others their own, the ticket's last, within two minutes of when it was made. */
enum scan_may_undo scan_may_undo(const struct scan_undoing *undoing);

struct verdict {
	const char *result; /* valid, invalid, already_scanned, not_found */
	const char *
		reason; /* ok, by_hand, unknown_code, unknown_ticket, not_read, several, unknown_card, card_blocked, no_ticket, forged,
			       wrong_event, superseded, cancelled, refunded, inside, no_re_entry, used_today, not_inside, not_on_leave,
			       scanning_off, event_not_live, too_early, too_late, just_scanned_here, turn_missing, turn_old, wrong_gate,
			       not_yet, no_longer, too_young, full;
			       undone: it was taken back; not_undone: it could not be, and nothing was logged;
			       scan_id_used: the device named another scan's scan_id, and nothing was logged */
	const char *sentence; /* for the usher */
	const char *note;     /* scan_note() of one who is let in */
	bool moves;	      /* the ticket goes in or out by it */
	bool late; /* refused only because the ticket stands already where it leads: then it may be one that repeats */
};

struct verdict scan_verdict(const struct scan_facts *facts);

/* By where a ticket stands: would a scan of it go through? Of several tickets of a card one with the lowest is the next. */
enum scan_rank {
	RANK_MAY,
	RANK_NEARLY, /* re-entry and the like stand against it */
	RANK_THERE   /* it is already where the scan leads, or was never where that leads from */
};

/* Reads of facts presence, entries, on_leave, last_in_at, day_began, re_entry, out and leave. */
enum scan_rank scan_rank(const struct scan_facts *facts);
/* The usher's sentence of a reason kept in the log; of "ok" and "by_hand" by direction and whether the ticket had been in before. */
const char *scan_sentence(const char *reason, bool out, bool again);
/* Of one who is let in: what the usher should see to, check_age; NULL: nothing. */
const char *scan_note(const struct scan_facts *facts);
/* The usher's sentence of a note. */
const char *scan_note_sentence(const char *note);
/* "never", "inside", "outside" */
enum presence presence_named(const char *name);
const char *presence_name(enum presence presence);

/* ---- where the facts come from ---- */

/* Where and when a category is let in. */
struct gate_rule {
	const char *gate;	  /* "": at any */
	ms_t opens_at, closes_at; /* 0: at any time */
};

/* Of a category's rules, one at least must fit; without a rule it is let in. Gates are the same whatever the case of their ASCII
 * letters; gate "": the usher did not say which. */
enum category_here category_here(const struct gate_rule rules[], size_t n, const char *gate, ms_t now);

/* Whole years on a day, both YYYY-MM-DD; who was born on 29 February is a year older on 1 March of other years. AGE_UNKNOWN where
 * born is NULL, no date, or later. */
int age_on(const char *born, const char *day);

/* When the day of an event's zone began that now is in, if days change so many minutes after midnight (0 to 1439): the change is
 * when clocks first show that time, and where they skip it, when they skip. An unknown zone is UTC. */
ms_t day_began(ms_t now, const char *zone, int day_change);

#endif
