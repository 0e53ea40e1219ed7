#ifndef APP_ACTIONS_GATE_H
#define APP_ACTIONS_GATE_H
/* The actions of routes/gate.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* scan.c */
int scan_result(struct request *rq);
bool scan_results(struct request *const rqs[], size_t n);
int gate_event_beside(struct request *rq);
int gate_scan_beside(struct request *rq);
int gate_show(struct request *rq);
int gate_scan(struct request *rq);
int scan_verify_card(struct request *rq);
int scan_card_show(struct request *rq);
int scan_card_validate(struct request *rq);
int scan_attendee(struct request *rq);
int scan_log_index(struct request *rq);
int scan_log_show(struct request *rq);
int usher_event_index(struct request *rq);
int usher_event_show(struct request *rq);
int usher_event_status(struct request *rq);
int usher_event_assignment(struct request *rq);
int nfc_status(struct request *rq);
int nfc_test(struct request *rq);
extern const struct field GATE_SHOWN[], SCAN_CARRIED[], SCAN_RESULT[], SCAN_CARD[], SCAN_VALIDATE[], SCAN_ATTENDEE[],
	SCAN_LOGS[];

/* offline.c */
int gate_worker(struct request *rq);
/* gate_act.c */
int scan_by_hand(struct request *rq);
int scan_leave(struct request *rq);
int scan_leave_index(struct request *rq);
int scan_guests(struct request *rq);
int scan_undo_post(struct request *rq);
int scan_record(struct request *rq);
extern const struct field SCAN_BY_HAND[], SCAN_LEAVE[], SCAN_LEAVES[], SCAN_UNDO[], SCAN_RECORD[], SCAN_GUESTS[],
	GUEST_ANSWER[], LEAVE_ANSWER[];

/* gate_page.c */
int gate_guests(struct request *rq);
int gate_hand(struct request *rq);
int gate_leave(struct request *rq);
int gate_undo(struct request *rq);
int gate_form_beside(struct request *rq);
int gate_log_beside(struct request *rq);
extern const struct field GATE_GUESTS[], GATE_HAND[], GATE_LEAVE[], GATE_UNDO[];

/* incident.c */
int incident_report(struct request *rq);
int incident_index(struct request *rq);
int incident_show(struct request *rq);
extern const struct field INCIDENT_REPORT[], INCIDENT_LIST[], INCIDENT_ANSWER[];

/* uploaded.c */
int scan_upload(struct request *rq);
extern const struct field UPLOADED_LOGS[], UPLOADED_ANSWER[];

/* scan_answer.c, usher.c: what they answer */
extern const struct field SCAN_ANSWER[], SCAN_VERDICT[], ATTENDEE_FOUND[], SCAN_LOG_ANSWER[], USHER_EVENT[],
	USHER_EVENT_STATUS[], USHER_ASSIGNED[], CARD_KNOWN[], CARD_SHOWN[], NFC_STATUS[], NFC_TEST[];
/* parts of these, which devices get too */
extern const struct field GATE_CONTACT[], GATE_DEPENDENT[], GATE_FIRST_SCAN[];

/* sync.c; sync_answer.c: what they answer */
int sync_attendee_index(struct request *rq);
int sync_card_index(struct request *rq);
int sync_name_index(struct request *rq);
int sync_status(struct request *rq);
extern const struct field SYNC_ASKED[], SYNC_NAMES_ASKED[], SYNC_STATUS_ASKED[], SYNC_ATTENDEES_ANSWER[],
	SYNC_CARDS_ANSWER[], SYNC_NAMES_ANSWER[], SYNC_STATUS_ANSWER[];

#endif
