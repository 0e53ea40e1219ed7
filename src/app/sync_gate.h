#ifndef APP_SYNC_GATE_H
#define APP_SYNC_GATE_H
/* What a device has to know of its event to judge a scan by itself. */
#include "http/request.h"

/* gate: the event, its days, categories, rules and gates. event: sync_event()'s. */
void sync_answer_gate(struct request *rq, struct json_object *into, const struct row *event);
/* keys: by which its codes are signed, those of before as well. */
void sync_answer_keys(struct request *rq, struct json_object *into, const struct row *event, bool sealed);

#endif
