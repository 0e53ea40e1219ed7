#ifndef APP_EVENT_OFFICE_H
#define APP_EVENT_OFFICE_H
/* What the declarations of events, ticket categories and promo codes need besides their columns; see struct resource. */
#include "app/resource.h"

/* The .rule of a time of day, HH:MM. */
field_rule time_of_day_rule;

/* Its zone and currency, where they were left out: those of its venue. */
void office_event_fill(struct request *rq);
void office_event_check(struct request *rq, int64_t id);
void office_event_made(struct request *rq, int64_t id);
/* Who watches it and who has a ticket is told of what becomes another. */
void office_event_update(struct request *rq, int64_t id);
/* Its day_change, which is typed as a time and kept as minutes. */
void office_event_day_change(struct request *rq, int64_t id);
/* What an event still lacks, into an object: checks and ready, as EVENT_CHECKLIST has them. False: there is no such event, or the
 * database failed. */
bool event_checklist_put(struct request *rq, struct json_object *into, int64_t id);
/* Where the public finds it; on rq->mem. */
const char *event_link(struct request *rq, int64_t id);
void office_event_remove(struct request *rq, int64_t id);
void office_event_detail(struct request *rq);
/* Of the acts. */
void office_event_publish(struct request *rq, const struct row *row);
void office_event_cancel(struct request *rq, const struct row *row);
void office_event_keep_on(struct request *rq, const struct row *row);
void office_event_ask(struct request *rq);
/* In place of an act: a draft like it, with its categories, terms, gate rules and ushers, that begins at starts_at. */
int event_clone(struct request *rq);
void office_category_check(struct request *rq, int64_t id);
void office_category_prefill(struct request *rq);
void office_gate_rule_check(struct request *rq, int64_t id);
void office_gate_rule_prefill(struct request *rq);
void office_promo_check(struct request *rq, int64_t id);
/* The same of an organizer's, whose amount is in its event's currency. */
void office_promo_own_check(struct request *rq, int64_t id);

#endif
