#ifndef LIVE_TICKET_H
#define LIVE_TICKET_H
/* What a socket is opened by once, where its address is the one place for a proof and a token there would be too much. */
#include "live/internal.h"

/* An access token of the session that the ticket was given to, on ctx: the ticket is good no more. A token that is none: it never was, or was
 * used, or its time is over. */
const char *ticket_token(struct live *live, TALLOC_CTX *ctx, const char *ticket);

#endif
