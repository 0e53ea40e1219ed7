/* A page that opens sockets without end, or a token that was passed around, takes nobody else's room. */
#include "live/guest.h"

bool guest_come(struct live *live, struct guest *guest, int64_t account_id)
{
	unsigned n = 0, bucket = (unsigned)((uint64_t)account_id % GUEST_BUCKETS);
	struct guest *other;

	if (!account_id) /* nobody: of an address's handshakes there is a limit */
		return true;
	LIST_FOREACH(other, &live->guests[bucket], beside)
	n += other->account_id == account_id;
	if (n >= SOCKETS_OF_ACCOUNT)
		return false;
	guest->account_id = account_id;
	LIST_INSERT_HEAD(&live->guests[bucket], guest, beside);
	return true;
}

void guest_leave(struct guest *guest)
{
	if (guest->account_id)
		LIST_REMOVE(guest, beside);
	guest->account_id = 0;
}
