#ifndef STORE_SCAN_SUMMARY_H
#define STORE_SCAN_SUMMARY_H
/* The live summaries: the scan log added up, so that nobody reads all of it again (live.h does); whether they still say what the log
 * says, and making them anew where they do not. */
#include "base/clock.h"
#include "db/db.h"

enum {
	SCAN_OVERLAP_S = 30,   /* younger rows stay in the tail: ids do not commit in their order */
	SCAN_TAIL_LONG = 5000, /* a tail that is worth summing up at once */
	SCAN_STEP = 20000      /* rows that one call sums up at most */
};

/* Up to which row of the log an event is summed up, its id; 0: none. */
int64_t scan_summed_upto(struct db *db, int64_t event_id);
/* Scans of this event that are not summed up yet. */
int64_t scan_tail(struct db *db, int64_t event_id);
/* Adds rows of scan_log older than SCAN_OVERLAP_S up into scan_count, scan_log_count and scan_quarter, at most SCAN_STEP, in one transaction of its own;
 * of two at once one wins and the other does nothing. How many rows, -1 on failure. */
int64_t scan_summarise(struct db *db, int64_t event_id, ms_t now);
/* The id column of the events that have rows to be summed up; at most 1,000. */
const struct rows *scan_events_to_summarise(struct db *db, ms_t now);

/* ---- what came of scans ---- */

/* Which rows of the log; NULL and 0: any. */
struct scans_of {
	int64_t event_id;
	const char *result, *reason, *direction;
};

/* How many rows of the log these are: the summaries', and of each event the rows since. */
int64_t scans_logged(struct db *db, const struct scans_of *of);

/* ---- proving ---- */

/* The invariants: `what` of the first five. */
extern const char SCAN_SUMMARY_WRONG[];	 /* parts that are not the sums of their scans */
extern const char SCAN_SUMMARY_ASTRAY[]; /* summaries that end at no scan of their event */
extern const char SCAN_LOGGED_WRONG[];	 /* counts of the log's rows by what came of them, likewise */
extern const char SCAN_QUARTERS_WRONG[]; /* quarters of an hour that are not the sums of their scans */

/* Events with any of these: event_id. NULL on failure. */
const struct rows *scan_summary_faults(struct db *db);
/* Makes all who would change an event's summary wait until the transaction ends. */
void scan_summary_lock(struct db *db, int64_t event_id);
/* An event's wrong parts, at most a thousand: category_id, gate, result, and in pairs ins and ins_found (by the log),
 * firsts, outs, scans. NULL on failure. */
const struct rows *scan_summary_parts(struct db *db, int64_t event_id);
/* The same of what came of its scans: result, reason, direction, and in a pair logged. */
const struct rows *scan_summary_logged(struct db *db, int64_t event_id);
/* The same of its quarters of an hour: quarter (when it began), and in pairs ins, firsts. */
const struct rows *scan_summary_quarters(struct db *db, int64_t event_id);
/* Where an event's summary ends, when that is at no scan of it: upto_id, upto_id_found (0). NULL: it is well, or
 * failure. */
const struct row *scan_summary_end(struct db *db, int64_t event_id);
/* Empties an event's summary, so that live counts read the log itself until scan_summarise() has made it anew. */
void scan_summary_reset(struct db *db, int64_t event_id);

#endif
