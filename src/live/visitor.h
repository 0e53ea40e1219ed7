#ifndef LIVE_VISITOR_H
#define LIVE_VISITOR_H
/* Who comes by HTTP/1.1: what of their request proves something, kept as long as they are here, for what they ask for is asked of the same
 * routes as anybody's. */
#include "exchange.h"
#include "live/http_wire.h"
#include "live/internal.h"

enum { VISITOR_PARAMS = 10, VISITOR_TOKEN = 4096 };

struct visitor {
	struct live *live;
	struct ask *ask; /* that waits for an answer, of which they may be refused; NULL: none does */
	char *head[VISITOR_PARAMS +
		   4]; /* as CGI has it; the last three are the request's line, the one before them the token */
	unsigned n;
	const char *token; /* NULL: none, or not yet */
};

/* Is the page of the request ours, or of an origin that is configured? A program that is no browser says nothing of it. */
bool visitor_at_home(const struct ask *ask, const struct config *config);
/* On ctx. A cookie of theirs counts where they are at home alone: a browser sends it along from anywhere. */
struct visitor *visitor_new(TALLOC_CTX *ctx, struct live *live, struct ask *ask);
/* They name this token (a "Bearer " before it is cut); one that is too long is none. */
void visitor_token(struct visitor *visitor, const char *token);
/* An exchange for GET of a path, which is copied, with nothing asked of it yet; exchange_end() when it was dealt with. */
struct exchange *visitor_asks(struct visitor *visitor, const char *path);
/* Answers the ask that waits by the refusal on x. */
void visitor_turn_away(struct visitor *visitor, struct exchange *x);
/* A value of the ask's query, decoded, on the ask; NULL: none, or a bad one. */
char *ask_value(struct ask *ask, const char *name);

#endif
