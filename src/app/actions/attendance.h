#ifndef APP_ACTIONS_ATTENDANCE_H
#define APP_ACTIONS_ATTENDANCE_H
/* The actions of attendance and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* ---- a mark ---- */
int mark_location(struct request *rq);
int mark_submit(struct request *rq);
int mark_feedback(struct request *rq);
extern const struct field MARK_LOCATION[], MARK_PLACED[], MARK_SUBMIT[], MARK_SUBMITTED[], MARK_ASKED[],
	MARK_FEEDBACK[], ATTEMPT_REFUSED[];

#endif
