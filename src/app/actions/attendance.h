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
int mark_sync(struct request *rq);
int mark_feedback(struct request *rq);
extern const struct field MARK_LOCATION[], MARK_PLACED[], MARK_SUBMIT[], MARK_SUBMITTED[], MARK_ASKED[],
	MARK_FEEDBACK[], ATTEMPT_REFUSED[], MARK_SYNC[], MARKS_SYNCED[];

/* ---- their pages: routes/campus_mark_page.c ---- */
int mark_code_page(struct request *rq);
int mark_page(struct request *rq);
int mark_later_page(struct request *rq);
int mark_worker(struct request *rq);
int campus_wall(struct request *rq);
int campus_wall_index(struct request *rq);
extern const struct field MARK_CONSENT[];

/* ---- records: routes/campus_record.c ---- */

int attendance_index(struct request *rq);
int attendance_mine(struct request *rq);
int attendance_show(struct request *rq);
int attendance_review_index(struct request *rq);
int attendance_of_event(struct request *rq);
extern const struct field ATTENDANCE_LIST[], ATTENDANCE_MINE[], ATTENDANCE_REVIEWS[], ATTENDANCE_OF_EVENT[],
	ATTENDANCE_ROW[], ATTENDANCE_OR_MISSING[], ATTENDANCE_RECORD[];
int attendance_verify(struct request *rq);
int attendance_verify_many(struct request *rq);
int attendance_excuse(struct request *rq);
int attendance_excuse_show(struct request *rq);
int attendance_appealed(struct request *rq);
int attendance_hold_set(struct request *rq);
int attendance_by_hand(struct request *rq);
extern const struct field ATTENDANCE_VERIFY[], ATTENDANCE_VERIFY_MANY[], ATTENDANCE_VERIFIED_MANY[],
	ATTENDANCE_EXCUSE[], ATTENDANCE_APPEAL[], ATTENDANCE_HOLD[], ATTENDANCE_STALE[], ATTENDANCE_HAND[];
/* Their pages: routes/campus_review.c. */
int campus_mine_beside(struct request *rq);
int campus_record_beside(struct request *rq);
int campus_record_verify(struct request *rq);
int campus_record_excuse(struct request *rq);
int campus_record_appeal(struct request *rq);
int campus_record_hold(struct request *rq);
int campus_reviews(struct request *rq);
int campus_reviews_beside(struct request *rq);
int campus_room(struct request *rq);
int campus_room_beside(struct request *rq);
int campus_hand_beside(struct request *rq);
extern const struct field ATTENDANCE_HAND_ASK[];

/* ---- photos and signatures ---- */
int evidence_front(struct request *rq);
int evidence_back(struct request *rq);
int evidence_signature(struct request *rq);
int evidence_show(struct request *rq);
int consent_show(struct request *rq);
int consent_give(struct request *rq);
int consent_withdraw(struct request *rq);
extern const struct field FRONT_PHOTO[], BACK_PHOTO[], SIGNATURE[], EVIDENCE_ANSWER[], EVIDENCE_SIZE[], CONSENT[],
	CONSENT_ANSWER[], CONSENT_STATE[];

#endif
