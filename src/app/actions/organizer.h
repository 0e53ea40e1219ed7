#ifndef APP_ACTIONS_ORGANIZER_H
#define APP_ACTIONS_ORGANIZER_H
/* The actions of routes/organizer.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* organizer.c */
int organizer_dashboard(struct request *rq);
int organizer_event_index(struct request *rq);
int organizer_event_index_beside(struct request *rq);
int organizer_event_show(struct request *rq);
int organizer_event_beside(struct request *rq);
/* comparison.c */
int comparison_own(struct request *rq);
int comparison_of_any(struct request *rq);
extern const struct field COMPARISON_ASK[], COMPARISON[];
/* edit_request.c */
int organizer_edit_show(struct request *rq);
int organizer_edit_beside(struct request *rq);
int organizer_edit_put(struct request *rq);
int organizer_edit_ask(struct request *rq);
int organizer_edit_form(struct request *rq);
/* door_list.c */
int door_list_own(struct request *rq);
int door_list_of_any(struct request *rq);
/* payout.c */
int payout_invoice(struct request *rq);
int payout_invoice_of_any(struct request *rq);
extern const struct field ORGANIZER_EVENTS[];
extern const struct field ORGANIZER_EVENT[];
extern const struct field ORGANIZER_STATS[], ORGANIZER_EVENT_ROW[], ORGANIZER_EVENT_SHOWN[];

#endif
