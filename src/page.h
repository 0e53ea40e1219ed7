#ifndef PAGE_H
#define PAGE_H
/* What pages need besides an answer: what their row says that they show with it, and, after a refused form, the answer that
 * the form stood in. */
#include "exchange.h"

/* Does what the row's .beside says, or, for a refused form, its .again and .beside; the refusal stays. Outside of any
 * transaction. Without effect for the API, and where what is sent will be no page. */
void page_fill(struct exchange *x);

#endif
