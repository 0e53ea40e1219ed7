#ifndef ONCE_H
#define ONCE_H
/* The idempotency key of an API's request, or the "once" of a page's form: claimed before the action runs, its answer
 * stored with the effect, given to whoever comes with it again: the same account in the same role, an usher at the same
 * event, on the same route. The same key with something else in it is an app's mistake; of a form it is another request, for
 * somebody went back and changed it. */
#include "exchange.h"

/* Did one of the others bring x's key? Then x waits for the answer of that one. */
bool once_among(const struct exchange *x, struct exchange *const others[], size_t n);
/* Claims x's key, where it brought one that is not claimed yet, into x->key. False: x is answered, by the answer it had
 * before or by a refusal. */
bool once_claim(struct exchange *x);
/* Claims the keys of n exchanges, 2 to HTTP_TOGETHER, if all of them are new; else nothing happens. */
void once_claim_new(struct exchange *const x[], size_t n);
/* Stores the answers of those of n that have a claimed key and were not refused, in the transaction of their effect. False
 * when a claim was lost to a twin: then that must not commit. */
bool once_keep(struct exchange *const x[], size_t n);
/* After a refusal the key is free again. Also where the outcome is unknown: an answer that was stored is guarded by its
 * status and stays. */
void once_release(struct exchange *x);
/* 409: a twin is at work. */
void once_refuse(struct exchange *x);

#endif
