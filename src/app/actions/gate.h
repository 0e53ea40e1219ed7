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

/* scan_answer.c, usher.c: what they answer */
extern const struct field SCAN_ANSWER[], SCAN_VERDICT[], ATTENDEE_FOUND[], SCAN_LOG_ANSWER[], USHER_EVENT[],
	USHER_EVENT_STATUS[], USHER_ASSIGNED[], CARD_KNOWN[], CARD_SHOWN[], NFC_STATUS[], NFC_TEST[];

#endif
