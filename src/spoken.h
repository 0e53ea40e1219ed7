#ifndef SPOKEN_H
#define SPOKEN_H
/* An answer as its mount's dialect is told of it. */
#include "exchange.h"
#include "http/dialect.h"

/* What the dialect is told of this answer; it is good as long as x. */
struct spoken spoken_of(struct exchange *x);
/* What the dialect says in the head rather than in the body. */
void spoken_headers(struct exchange *x, struct response *out);
/* The status of fields at fault, and what a deletion answers, which are the dialect's. Before anything of the answer is written. */
void spoken_settle(struct exchange *x);

#endif
