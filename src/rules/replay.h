#ifndef RULES_REPLAY_H
#define RULES_REPLAY_H
/* What a ticket's scans say, taken in the order in which they were made and not in that in which they came: where it is, how often
 * it was let in, and which entry met one that was there before it. The same scans say the same in whatever order they came, for
 * nothing here knows when that was. */
#include "base/clock.h"
#include "rules/scan.h"
#include <stddef.h>
#include <stdint.h>

/* A move that was given and not taken back: somebody went in or out. */
struct replay_scan {
	int64_t id;	     /* its row; 0: it has none yet */
	ms_t at;	     /* by our clock */
	ms_t day_began;	     /* the event's day in which it was made; 0: its days do not begin afresh */
	uint8_t scan_id[16]; /* of two at the same moment the lower is the first */
	int64_t usher_id;
	const char *gate;
	bool out;
	bool leave;   /* out for a while */
	bool returns; /* in, and it may be again: re-entry is on, or somebody answers for it */
};

/* A ticket after some of its scans. */
struct replay_state {
	enum presence presence;
	int entries;
	bool on_leave;
	ms_t last_at, last_in_at; /* 0: none */
	size_t first;		  /* index of its first entry, where entries > 0 */
	/* What counts count: entries that found it outside, less exits that found it inside. Who stayed inside past the end of a day
	 * and comes anew counts twice, as the log has it. */
	int balance;
};

enum { REPLAY_NONE = -1 };

/* Orders scans as they were made. */
void replay_order(struct replay_scan scans[], size_t n);
/* Where a scan belongs among n that are in order: how many were made before it. */
size_t replay_place(const struct replay_scan scans[], size_t n, const struct replay_scan *scan);
/* The ticket after n scans that are in order. met: NULL, or for each the index of the entry that it met, which was the first since
 * the ticket was last outside, or of this day where it may not come back; REPLAY_NONE of all others. */
struct replay_state replay(const struct replay_scan scans[], size_t n, int met[]);
/* Did the ticket come in on the day that began then? */
bool replay_in_since(const struct replay_state *state, ms_t day_began);

#endif
