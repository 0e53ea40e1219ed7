#ifndef PICTURE_ASK_H
#define PICTURE_ASK_H
/* What is said between who needs a picture made smaller and the child that does it, over a socket that keeps messages apart:
 * struct picture_ask, which brings two open files along (the picture, to be read from its start, and where what is made of it is
 * written), answered by one struct picture_told. `gatehouse pictures` passes both on (RUN_DIR/picture.sock). */
#include "picture/head.h"

#define PICTURE_SOCKET "picture.sock"

enum { PICTURE_ASK = 0x67706304 /* of this form */, PICTURE_LONGEST_MAX = 8192 };

struct picture_ask {
	uint32_t form; /* PICTURE_ASK */
	uint32_t
		kind; /* enum picture_kind that is wanted; PICTURE_NONE: PNG where something shows through, else JPEG */
	uint32_t quality;
	uint32_t longest; /* and the rest as in struct picture_wish */
	uint32_t shape_width, shape_height;
	uint32_t across, down; /* enum picture_part */
	uint32_t strict;
	uint32_t only_read; /* nothing is to be written: can it be read? Then only one file comes along */
	uint32_t likeness;  /* what is made is to be known by something (likeness.h) */
	int64_t size;	    /* of what is in the first file */
};

enum picture_outcome {
	PICTURE_MADE,
	PICTURE_REFUSED, /* for its fault */
	PICTURE_DIED,	 /* it ended, or outlasted, the child that had it */
	PICTURE_FAILED	 /* there was no room for what was made, or the message made no sense */
};

struct picture_told {
	uint32_t outcome;
	uint32_t fault;		/* enum picture_fault */
	uint32_t width, height; /* of what was made, also where it was not to be written */
	uint32_t kind;
	uint32_t ink; /* likeness_ink() and _hash(), where they were asked for */
	uint64_t hash;
	int64_t bytes; /* that were written */
};

#endif
