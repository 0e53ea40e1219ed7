#ifndef BASE_ROOM_H
#define BASE_ROOM_H
/* How much room the disk of a path has left. */
#include <stdint.h>

enum room {
	ROOM_UNKNOWN, /* there is no such path, or it does not say */
	ROOM_GOOD,    /* a tenth, or 10 GB */
	ROOM_LOW,     /* less */
	ROOM_OUT      /* less than a fiftieth, or than 256 MB: what writes is about to stop */
};

struct room_left {
	int64_t free_mb, percent; /* what this account may still use */
};

/* left is filled unless it is unknown. */
enum room room_look(const char *path, struct room_left *left);

#endif
