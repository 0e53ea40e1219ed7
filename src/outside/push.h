#ifndef OUTSIDE_PUSH_H
#define OUTSIDE_PUSH_H
/* Handing a message to the push service of somebody's browser (RFC 8030). Its body is sealed for the browser, and its authorization made,
 * by the caller (rules/web_push.h). Where it goes a browser said, that is, anybody: a guard stands over it (outside/guard.h). */
#include "base/clock.h"
#include "base/config.h"
#include "outside/sms.h"
#include <stddef.h>

struct push {
	const char *endpoint, *authorization;
	const char
		*topic; /* it takes the place of one with the same that waits there; at most 32 letters of base64url */
	const char *urgency; /* "normal", "high" */
	int keep_s;	     /* for so long it waits for a device that is not there */
	const void *body;
	size_t len;
};

struct push_answer {
	enum send_outcome outcome;
	bool gone;   /* with SEND_NEVER: the browser wants nothing any more: 404, 410 */
	bool silent; /* with SEND_LATER: nobody answered in time */
	ms_t wait;   /* with SEND_LATER: not before so long, 0: nothing was said of it */
};

/* error gets a sentence, without the endpoint. At most 5 s, for whoever asks for it chose the server. Not inside a transaction. */
struct push_answer push_send(const struct config *config, const struct push *push, char *error, size_t size);

#endif
