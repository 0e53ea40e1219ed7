#ifndef APP_ATTENDANCE_JUDGE_H
#define APP_ATTENDANCE_JUDGE_H
/* Who may decide of a record, and what follows of one that somebody made by hand. */
#include "http/request.h"
#include "store/attendance_change.h"

/* Its history, the audit log, who watches, and, where it has a reason, who is told. before: what the row was; reader: a card reader's name,
 * or NULL. In the transaction that made it. */
void record_made_by_hand(struct request *rq, int64_t id, const struct attendance_before *before, const char *reason,
			 const char *reader);

/* May the caller, whose role may, decide of this record (row of record_or_404())? May they object to what was decided of it? For what pages
 * show: the statement decides. */
bool record_may_decide(const struct request *rq, const struct row *row);
bool record_may_appeal(const struct request *rq, const struct row *row);
/* Until when they may, of one that they may object to. */
ms_t record_appeal_until(const struct row *row);
/* The member whom the caller may mark at that event (row of event_or_404()), by their account; NULL: nobody. */
const struct row *hand_person_seen(struct request *rq, const struct row *event, int64_t user_id);

#endif
