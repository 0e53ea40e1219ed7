#ifndef APP_ACTIONS_TREND_H
#define APP_ACTIONS_TREND_H
/* The actions of the figures over time in routes/staff.c and routes/organizer.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* trend.c */
extern const struct field TREND_ASK[];

/* trend_sales.c */
int trend_revenue(struct request *rq);
int trend_event_categories(struct request *rq);
extern const struct field TREND_REVENUE_ASK[], TREND_REVENUE[], TREND_EVENT_CATEGORIES[];
/* an organizer's own */
extern const struct field TREND_OWN_ASK[], TREND_OWN[];

/* trend_people.c */
int trend_users(struct request *rq);
int trend_nfc_cards(struct request *rq);
extern const struct field TREND_USERS[], TREND_CARDS[];

#endif
