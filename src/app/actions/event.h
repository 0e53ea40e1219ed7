#ifndef APP_ACTIONS_EVENT_H
#define APP_ACTIONS_EVENT_H
/* The actions of routes/event.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* event.c */
int event_index(struct request *rq);
int event_index_beside(struct request *rq);
int event_featured(struct request *rq);
int event_category_index(struct request *rq);
int event_show(struct request *rq);
int event_beside(struct request *rq);
int event_home(struct request *rq);
int event_poster(struct request *rq);
extern const struct field EVENT_FEATURED[], EVENT_LIST[], EVENT_ANSWER[], EVENT_KIND_ANSWER[];

#endif
