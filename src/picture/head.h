#ifndef PICTURE_HEAD_H
#define PICTURE_HEAD_H
/* What a picture says of itself before anything of it is decoded. The bytes are a stranger's; what is read of them is bounded by
 * how many there are. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum picture_kind { PICTURE_NONE, PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP, PICTURE_GIF, PICTURE_KINDS };

/* The most that is taken: pixels, pixels a side, and pictures in one that moves. */
enum { PICTURE_PIXELS = 40000000, PICTURE_SIDE = 16384, PICTURE_FRAMES = 500 };

/* Which part is cut out, along one side. */
enum picture_part { PICTURE_MIDDLE, PICTURE_START /* left, or top */, PICTURE_END, PICTURE_PARTS };

struct picture_head {
	enum picture_kind kind;
	unsigned width, height; /* as it is coded, before it is turned */
	unsigned frames;	/* 1: it stands still */
	unsigned turn;		/* Exif's orientation, 1 (upright) to 8 */
};

enum picture_fault {
	PICTURE_GOOD,
	PICTURE_WRONG_KIND, /* it is none of ours, or its head is not whole */
	PICTURE_TOO_LARGE,
	PICTURE_UNREADABLE /* its head is well, but not what it draws; said only by who decodes it */
};

/* The kind by the first bytes (24 are enough), whatever the picture was called. */
enum picture_kind picture_kind(const uint8_t *data, size_t size);
/* Is it what telephones call HEIC, which no browser shows? So that its owner can be told what to do. */
bool picture_is_heic(const uint8_t *data, size_t size);
/* Its media type, a literal; NULL for PICTURE_NONE. */
const char *picture_type(enum picture_kind kind);
/* Reads the head of a JPEG (ITU T.81), PNG (and APNG), WebP (RFC 9649) or GIF (89a). *head is filled in where the answer is
 * PICTURE_GOOD or PICTURE_TOO_LARGE. */
enum picture_fault picture_look(const uint8_t *data, size_t size, struct picture_head *head);
/* The same of what fd holds from its start. */
enum picture_fault picture_look_at(int fd, int64_t size, struct picture_head *head);

#endif
