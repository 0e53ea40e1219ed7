#ifndef STORE_SCAN_SUMMARY_H
#define STORE_SCAN_SUMMARY_H
/* Do the live summaries still say what the scan log says, and making them anew where they do not. live.c makes them and
 * reads them. */
#include "db/db.h"

/* How many scans came to a result, of all events: the summaries', and of each event the scans since. */
int64_t scans_count(struct db *db, const char *result);

/* The invariants: `what` of the first five. */
extern const char SCAN_SUMMARY_WRONG[];	 /* parts that are not the sums of their scans */
extern const char SCAN_SUMMARY_ASTRAY[]; /* summaries that end at no scan of their event */
extern const char SCAN_QUARTERS_WRONG[]; /* quarters of an hour that are not the sums of their scans */

/* Events with any of these: event_id. NULL on failure. */
const struct rows *scan_summary_faults(struct db *db);
/* Makes all who would change an event's summary wait until the transaction ends. */
void scan_summary_lock(struct db *db, int64_t event_id);
/* An event's wrong parts, at most a thousand: category_id, gate, result, and in pairs ins and ins_found (by the log),
 * firsts, outs, scans. NULL on failure. */
const struct rows *scan_summary_parts(struct db *db, int64_t event_id);
/* The same of its quarters of an hour: quarter (when it began), and in pairs ins, firsts. */
const struct rows *scan_summary_quarters(struct db *db, int64_t event_id);
/* Where an event's summary ends, when that is at no scan of it: upto_id, upto_id_found (0). NULL: it is well, or
 * failure. */
const struct row *scan_summary_end(struct db *db, int64_t event_id);
/* Empties an event's summary, so that live counts read the log itself until scan_summarise() has made it anew. */
void scan_summary_reset(struct db *db, int64_t event_id);

#endif
