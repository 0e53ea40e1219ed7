#ifndef APP_EDIT_REQUEST_H
#define APP_EDIT_REQUEST_H
/* What an organizer changes of an event of theirs: at once where the setting organizer_may_edit names the field, else by asking
 * staff. Which fields can be asked for at all stands in the declaration of events (WISHED). */
#include "app/resource.h"

/* The .rule of organizer_may_edit. */
field_rule may_edit_rule;
/* The .also of what staff decide. */
void edit_request_approve(struct request *rq, const struct row *row);
void edit_request_reject(struct request *rq, const struct row *row);
/* The .detail of both sides' pages and the .ask of staff's: what is to be another, as people read it. */
void edit_request_detail(struct request *rq);

#endif
