#ifndef LIVE_GUEST_H
#define LIVE_GUEST_H
/* How many sockets an account has here. */
#include "live/internal.h"

enum { SOCKETS_OF_ACCOUNT = 10 };

/* One of them; a part of whatever it belongs to. All zero before it comes. */
struct guest {
	int64_t account_id;
	LIST_ENTRY(guest) beside;
};

/* One more of an account's (0: nobody's, of which there may be any number); false: it has SOCKETS_OF_ACCOUNT. */
bool guest_come(struct live *live, struct guest *guest, int64_t account_id);
/* Also of who has not come. */
void guest_leave(struct guest *guest);

#endif
