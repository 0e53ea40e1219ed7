/* What came back from where strangers' pictures are decoded is a stranger's again: who breaks a decoder chooses what it writes. */
#include "app/small.h"
#include "base/file.h"
#include "outside/pictures.h"
#include "picture/plain.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
	SIDE = 320, /* the longer side of a small one */
	QUALITY = 82,
	KEPT_SIDE = 1280,
	KEPT_QUALITY = 85,
	BYTES = 1 << 20,       /* more than that no small one has … */
	KEPT_BYTES = 4 << 20,  /* … and what is kept in the place of a photo */
	SMALL_BYTES = 64 << 10 /* what has less, and is no larger than a small one, is one itself */
};

/* The same file, in which whoever is given it can write nothing. -1 where the system has no way. */
static int reopened(int fd)
{
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static bool is_small(const struct picture_head *head, int64_t bytes)
{
	return head->width <= SIDE && head->height <= SIDE && head->frames == 1 && bytes <= SMALL_BYTES;
}

/* It is a picture and small, or it is not kept. Nor is more of it than what draws it. */
static enum small_outcome take(struct small_one *one, int fd, unsigned side)
{
	struct picture_head head;
	off_t bytes = lseek(fd, 0, SEEK_END);

	one->fault = PICTURE_UNREADABLE;
	if (bytes <= 0 || bytes > (side == KEPT_SIDE ? KEPT_BYTES : BYTES) ||
	    picture_look_at(fd, bytes, &head) != PICTURE_GOOD || head.width > side || head.height > side ||
	    head.frames > 1)
		return SMALL_REFUSED;
	one->fd = picture_plain(fd, bytes, &one->bytes);
	return one->fd >= 0 ? SMALL_MADE : SMALL_REFUSED;
}

/* By what a child told; result: -1 where it was only to be read. */
static enum small_outcome heed(struct small_one *one, const struct picture_told *told, int result, unsigned side)
{
	if (told->outcome == PICTURE_MADE)
		return result < 0 ? SMALL_NEEDLESS : take(one, result, side);
	one->fault = told->outcome == PICTURE_REFUSED && told->fault == PICTURE_TOO_LARGE ? PICTURE_TOO_LARGE
											  : PICTURE_UNREADABLE;
	return told->outcome == PICTURE_REFUSED || told->outcome == PICTURE_DIED ? SMALL_REFUSED : SMALL_FAILED;
}

static enum small_outcome decode(const char *run_dir, int fd, const struct picture_ask *ask, struct small_one *one)
{
	int source = reopened(fd), result = ask->only_read ? -1 : open_nameless(NULL);
	struct picture_told told = { .outcome = PICTURE_FAILED };
	enum small_outcome outcome = SMALL_FAILED;

	if (ask->only_read || result >= 0)
		outcome = pictures_ask(run_dir, ask, source < 0 ? fd : source, result, &told)
				  ? heed(one, &told, result, ask->longest)
				  : SMALL_BUSY;
	one->ink = told.ink;
	one->hash = told.hash;
	if (source >= 0)
		close(source);
	if (result >= 0)
		close(result);
	return outcome;
}

enum small_outcome small_make(const char *run_dir, int fd, int64_t bytes, struct small_one *one)
{
	struct picture_ask ask = { .form = PICTURE_ASK, .quality = QUALITY, .longest = SIDE, .size = bytes };
	struct picture_head head;

	*one = (struct small_one){ .fd = -1, .fault = picture_look_at(fd, bytes, &head) };
	if (one->fault != PICTURE_GOOD)
		return SMALL_REFUSED;
	ask.only_read = is_small(&head, bytes);
	return decode(run_dir, fd, &ask, one);
}

enum small_outcome small_cut(const char *run_dir, int fd, int64_t bytes, const struct small_wish *wish,
			     struct small_one *one)
{
	const struct picture_ask ask = { .form = PICTURE_ASK,
					 .kind = PICTURE_WEBP,
					 .quality = QUALITY,
					 .longest = wish->longest,
					 .shape_width = wish->shape_width,
					 .shape_height = wish->shape_height,
					 .across = wish->across,
					 .down = wish->down,
					 .size = bytes };
	struct picture_head head;

	*one = (struct small_one){ .fd = -1, .fault = picture_look_at(fd, bytes, &head) };
	return one->fault == PICTURE_GOOD ? decode(run_dir, fd, &ask, one) : SMALL_REFUSED;
}

enum small_outcome small_kept(const char *run_dir, int fd, int64_t bytes, bool drawing, struct small_one *one)
{
	const struct picture_ask ask = { .form = PICTURE_ASK,
					 .kind = drawing ? PICTURE_PNG : PICTURE_JPEG,
					 .quality = KEPT_QUALITY,
					 .longest = KEPT_SIDE,
					 .strict = 1,
					 .likeness = 1,
					 .size = bytes };
	struct picture_head head;

	*one = (struct small_one){ .fd = -1, .fault = picture_look_at(fd, bytes, &head) };
	return one->fault == PICTURE_GOOD ? decode(run_dir, fd, &ask, one) : SMALL_REFUSED;
}
