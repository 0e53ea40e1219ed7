#ifndef APP_SYNC_CURSOR_H
#define APP_SYNC_CURSOR_H
/* How far a device has read, as it is told: a text that says nothing to it. */
#include "store/sync.h"
#include <stdint.h>

/* Which list a reader is in the middle of. */
enum sync_list { SYNC_ANY, SYNC_ATTENDEES, SYNC_CARDS, SYNC_NAMES };

struct sync_cursor {
	enum sync_list list; /* SYNC_ANY: of none, all that there was is known */
	int64_t event_id;
	uint32_t print;		/* of what all rows depend on: where it is another all of them are new */
	struct sync_mark since; /* what is known already */
	struct sync_mark next;	/* in the middle: what will be when the end is reached */
	int64_t after;		/* in the middle: the last that was given */
};

enum { SYNC_CURSOR_SIZE = 73 };

/* False: it is no cursor, of anybody's. */
bool sync_cursor_read(const char *text, struct sync_cursor *cursor);
/* Returns out. */
char *sync_cursor_text(const struct sync_cursor *cursor, char out[SYNC_CURSOR_SIZE]);

#endif
