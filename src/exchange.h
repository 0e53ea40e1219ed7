#ifndef EXCHANGE_H
#define EXCHANGE_H
/* One request and its answer, as dispatch, the gates and the reply know it. */
#include "base/trace.h"
#include "dispatch.h"
#include "http/request.h"

struct kept;

/* What dispatch knows besides the request. */
struct exchange {
	struct worker *worker;
	struct http *http;
	struct request rq;
	struct json_object *ignored; /* undeclared names of an API's input */
	const char *allow;	     /* of a 405 */
	const char *csrf;	     /* for the page's forms */
	const char *form_cookie;     /* to set, for people not signed in; NULL */
	struct trace trace;	     /* our part of the work that the sender named, or of our own */
	struct kept *key;	     /* the idempotency key that it claimed; NULL: none was sent */
	ms_t began;		     /* by the monotonic clock */
	bool open;		     /* no gate has refused it */
	bool looks;		     /* somebody of the public looks at an event's page: views_look() */
	bool sent;		     /* answered already, from the cache */
	bool below_api;		     /* its path lies below its mount's API, not its portal */
	bool api;		     /* below the API, or bare: JSON, no redirect to a sign-in page */
	bool cache_fill;	     /* an answer that others may have for a second */
	bool refilled;		     /* refused, and its form's page is filled again */
	bool carried;		     /* and that page is the sign-in's, which goes on with what was sent */
};

/* The request of http, on it, with nothing asked of it yet. Never NULL. */
struct exchange *exchange_new(struct worker *worker, struct http *http);
/* What the database answers and what is logged belongs to x from here on; a failure before is forgotten. */
void exchange_turn_to(struct exchange *x);
/* rq->who is known from here on: where the request asks for no language, it is answered in theirs. */
void exchange_known(struct exchange *x);
/* Forgets an attempt's answer and effects. */
void exchange_reset(struct exchange *x);

#endif
