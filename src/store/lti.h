#ifndef STORE_LTI_H
#define STORE_LTI_H
/* Scores for a platform for learning: where a campus's platform is, what is to be sent for a report, and what the platform has by now. */
#include "db/db.h"

enum { LTI_ATTEMPTS = 6, LTI_ERROR = 300 };

/* ---- platforms ---- */

/* A campus's: id, line_item_url. NULL: it has none, or none that has a key. */
const struct row *lti_platform_of(struct db *db, int64_t campus_id);
/* Has the campus (0: any) one with a key? */
bool lti_platform_there(struct db *db, int64_t campus_id);
/* Makes its keys, and keeps the private one sealed. False on failure, where there is no such platform, or no site key. */
bool lti_platform_key(struct db *db, int64_t id);
/* The public keys of all: kid, n. */
const struct rows *lti_keys(struct db *db);

/* ---- what is to be sent ---- */

/* For a report (its number): to that line item of the platform. What a score says of when it was is now. */
bool lti_posting_add(struct db *db, int64_t report, int64_t platform_id, const char *line_item, ms_t now);
/* The oldest that was not begun, of a platform to which nothing else is being sent: report, account_id, role, asked (JSON). NULL: none. */
const struct row *lti_posting_new(struct db *db);
/* One person's points of it: as the platform's people are known by; nothing is sent of who has that not, or where the platform has the
 * same from us already. given and maximum are numbers as texts. */
bool lti_score_add(struct db *db, int64_t report, int64_t account_id, const char *given, const char *maximum, ms_t now);
/* All of them were added: it is begun. In their transaction. */
bool lti_posting_begin(struct db *db, int64_t report);
/* One of which some are due now: report, platform_id, line_item, scored_at, client_id, token_url, key_id, secret (sealed),
 * platform_at (when that was changed). NULL: none. */
const struct row *lti_posting_due(struct db *db, ms_t now);
/* The next of it, so many at most: id, user_id, given, maximum, attempts. */
const struct rows *lti_scores_due(struct db *db, int64_t report, ms_t now, int64_t most);

/* ---- what became of it ---- */

/* The platform has it. False on failure, or where that was known. In a transaction. */
bool lti_score_sent(struct db *db, int64_t id, ms_t now);
/* It has not, for that reason: again at that time, or never (0) or after LTI_ATTEMPTS. id 0: so is every one of the report that waits. */
bool lti_score_failed(struct db *db, int64_t report, int64_t id, const char *error, ms_t again);
/* Says how far those are that are being sent; those of which nothing waits any more are over. */
bool lti_postings_look(struct db *db);
/* How many there are of a report. */
int64_t lti_results_count(struct db *db, int64_t report);
/* What became of each: student_id, full_name, user_id, given, maximum, outcome (sent, same: the platform had it, failed, queued), attempts,
 * error, sent_at. On ctx. */
struct row_source *lti_results(TALLOC_CTX *ctx, struct db *db, int64_t report);

#endif
