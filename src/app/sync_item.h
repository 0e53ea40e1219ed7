#ifndef APP_SYNC_ITEM_H
#define APP_SYNC_ITEM_H
/* A ticket as a device at the gate gets it: plain, for apps of others, or sealed, for ours. */
#include "http/request.h"
#include "rules/seal_roster.h"

/* What of it the event shows. */
struct sync_shows {
	bool labels, dependents;
	bool ages; /* it asks for one: birth dates come along */
};

/* All that there is to say of a row of sync_tickets(); the caller's to put. */
struct json_object *sync_item_plain(struct request *rq, const struct row *row, struct sync_shows shows);
/* Where it is, and, with boxed, the rest in a box that its code opens. NULL: it could not be sealed. The caller's to put. */
struct json_object *sync_item_sealed(TALLOC_CTX *mem, const struct row *row, struct sync_shows shows, bool boxed);
/* What is in a box, by its letters, without what is empty; the caller's to put. */
struct json_object *sync_item_inside(const struct row *row, struct sync_shows shows);
/* Puts that text into a box under key "box" of into. False: it could not be sealed. */
bool sync_item_box(TALLOC_CTX *mem, struct json_object *into, const uint8_t key[ROSTER_KEY],
		   struct json_object *inside);

#endif
