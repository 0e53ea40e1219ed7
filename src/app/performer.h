#ifndef APP_PERFORMER_H
#define APP_PERFORMER_H
/* Who plays at an event, as the public sees them. */
#include "http/request.h"

/* The .rule of an address on the web, which pages link: http or https, with a host and without a password. */
field_rule web_link_rule;
/* What an event answers of each. */
extern const struct field PERFORMER_ANSWER[];
/* The .check: an event has as many as one answer takes. */
void performer_check(struct request *rq, int64_t id);
/* Of an event that is answered: its pictures' addresses, and those of who plays there, where their digests stand. */
void event_pictures_in(struct request *rq, struct json_object *event);
/* The same of a list's cell with who plays there, as JSON; and for a cell of a file in words: "Six Lanterns (folk); …". On rq->mem. */
const char *performers_open(struct request *rq, const char *json);
const char *performers_said(struct request *rq, const char *json);

#endif
