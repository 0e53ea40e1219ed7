#ifndef APP_ACTIONS_ATTENDANCE_H
#define APP_ACTIONS_ATTENDANCE_H
/* The actions of attendance and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* ---- codes ---- */
int campus_code_show(struct request *rq);
int campus_code_raise(struct request *rq);
int campus_code_demo(struct request *rq);
extern const struct field CAMPUS_CODE[], DEMO_CODE[];

/* ---- a mark ---- */
int mark_code(struct request *rq);
int mark_autofill(struct request *rq);
extern const struct field MARK_CODE[], MARK_BEGUN[], MARK_CODE_REFUSED[], STUDENT_ASKED[], STUDENT_FILLED[];
int mark_location(struct request *rq);
int mark_submit(struct request *rq);
int mark_feedback(struct request *rq);
extern const struct field MARK_LOCATION[], MARK_PLACED[], MARK_SUBMIT[], MARK_SUBMITTED[], MARK_ASKED[],
	MARK_FEEDBACK[], ATTEMPT_REFUSED[];

/* ---- their pages: routes/campus_mark_page.c ---- */
int mark_code_page(struct request *rq);
int mark_page(struct request *rq);
int campus_wall(struct request *rq);
int campus_wall_index(struct request *rq);
extern const struct field MARK_CONSENT[];

/* ---- records: routes/campus_record.c ---- */

int attendance_index(struct request *rq);
int attendance_show(struct request *rq);
int attendance_review_index(struct request *rq);
int attendance_of_event(struct request *rq);
extern const struct field ATTENDANCE_LIST[], ATTENDANCE_REVIEWS[], ATTENDANCE_OF_EVENT[], ATTENDANCE_ROW[],
	ATTENDANCE_RECORD[];

/* ---- photos and signatures ---- */
int evidence_front(struct request *rq);
int evidence_back(struct request *rq);
int evidence_signature(struct request *rq);
int evidence_show(struct request *rq);
int consent_give(struct request *rq);
int consent_withdraw(struct request *rq);
extern const struct field FRONT_PHOTO[], BACK_PHOTO[], SIGNATURE[], EVIDENCE_ANSWER[], EVIDENCE_SIZE[], CONSENT[],
	CONSENT_ANSWER[];

#endif
