#ifndef OUTSIDE_WEBHOOK_H
#define OUTSIDE_WEBHOOK_H
/* Telling other people's servers what happened: several at once, none of which holds up another. Their addresses are whatever somebody
 * typed, so a guard stands over each call (outside/guard.h), and no redirect is followed. */
#include "base/clock.h"
#include "base/config.h"
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

enum { WEBHOOK_ANSWER = 2001, WEBHOOK_ERROR = 300 };

struct webhook_call {
	/* what is asked; all must live until it has ended */
	const char *url;
	const char *id, *signatures; /* the headers' */
	int64_t at_s;
	const char *body;
	size_t len;
	/* what came of it */
	long status; /* 0: nothing was answered */
	ms_t took;
	char answer[WEBHOOK_ANSWER]; /* how it began */
	char error[WEBHOOK_ERROR];   /* a sentence; "": it was taken */
};

struct webhook_calls;

/* None under way, on ctx: freed with it, those that are under way are dropped. */
struct webhook_calls *webhook_calls_new(TALLOC_CTX *ctx, const struct config *config);
/* Begins one. It ends in time, whatever becomes of it. */
void webhook_call(struct webhook_calls *calls, struct webhook_call *call);
/* How many are under way. */
unsigned webhook_under_way(const struct webhook_calls *calls);
/* One that has ended, after waiting for it up to so many milliseconds. NULL: none has. */
struct webhook_call *webhook_ended(struct webhook_calls *calls, int wait_ms);

#endif
