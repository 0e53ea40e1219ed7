#ifndef APP_SMALL_H
#define APP_SMALL_H
/* The small one of a picture, which is shown in its place where one asks for that. */
#include "picture/head.h"
#include <stdbool.h>

enum small_outcome {
	SMALL_MADE,
	SMALL_NEEDLESS, /* the picture can be read, and is small itself */
	SMALL_REFUSED,	/* it is none that we take, or cannot be read */
	SMALL_BUSY,	/* nobody had time for it; nothing is known of it */
	SMALL_FAILED	/* it could not be made here, whatever the picture is */
};

struct small_one {
	int fd; /* the caller closes it; -1 unless SMALL_MADE */
	int64_t bytes;
	enum picture_fault fault; /* where SMALL_REFUSED */
	uint32_t ink;		  /* of small_kept(): likeness.h */
	uint64_t hash;
};

/* Makes it of the picture of so many bytes that fd holds from its start: decoded elsewhere (outside/pictures.h), so this is no
 * transaction's work. A picture that needs none is decoded all the same: what nobody can read is no picture. */
enum small_outcome small_make(const char *run_dir, int fd, int64_t bytes, struct small_one *one);

/* A part of a picture, in a shape. */
struct small_wish {
	unsigned longest, shape_width, shape_height;
	enum picture_part across, down;
};

/* The same, cut so and as WebP; whatever size it has, it is made. */
enum small_outcome small_cut(const char *run_dir, int fd, int64_t bytes, const struct small_wish *wish,
			     struct small_one *one);

/* What is kept of a photo (JPEG) or a drawing (PNG) in its place: upright, its longer side at most 1,280 pixels. */
enum small_outcome small_kept(const char *run_dir, int fd, int64_t bytes, bool drawing, struct small_one *one);

#endif
