#ifndef APP_SITE_KEY_H
#define APP_SITE_KEY_H
/* Secrets are kept sealed under the site key, and under no key that the database does not know. */
#include "http/request.h"

/* Something could not be sealed and stored: is that why? Then it refuses, with 503. */
bool site_key_missing(struct request *rq);
/* Makes a key by which an event signs its tickets, for one without it is none, or refuses; once it is committed, the system log has
 * it. */
void event_key_give(struct request *rq, int64_t event_id);

#endif
