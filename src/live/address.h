#ifndef LIVE_ADDRESS_H
#define LIVE_ADDRESS_H
/* Where plain sockets are opened, and what is watched there. */
#include "live/http_wire.h"

/* What is before the name of what is watched, here and for those who poll. */
struct address {
	const char *here, *there;
	bool by_change; /* an event's of a campus: a UUID follows, and each change is told */
};

/* Which of them was asked for; NULL: none. */
const struct address *address_of(const struct ask *ask);
/* What is named behind it, on ask: "events/7", or an event's UUID. NULL: it can be none. */
char *address_name(struct ask *ask, const struct address *at);
/* Whoever asks without an upgrade is told how else: by the address alone, for that is no secret. */
void address_tell(struct ask *ask, const struct address *at, const char *name);

#endif
