/* Cameras write beside a picture where and when it was taken, programs write who edited it, and some keep the picture as it was
 * before it was cut. Whoever sends a portrait means none of that. So a copy is made of the parts that are known to draw
 * something; what is not known is left out, and so is what stands behind the picture's end. A decoder is not needed for that,
 * and not run on what strangers send. */
#include "picture/plain.h"
#include "base/file.h"
#include "picture/format.h"
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

static picture_plain_fn *const PLAIN[PICTURE_KINDS] = {
	[PICTURE_JPEG] = jpeg_plain,
	[PICTURE_PNG] = png_plain,
	[PICTURE_WEBP] = webp_plain,
	[PICTURE_GIF] = gif_plain,
};

/* An open file of what out got, which is closed. */
static int finish(FILE *out, int64_t *bytes)
{
	int fd = -1;

	if (!fflush(out) && !ferror(out) && !fseeko(out, 0, SEEK_END)) {
		*bytes = ftello(out);
		fd = *bytes < 0 ? -1 : dup(fileno(out));
	}
	fclose(out);
	return fd;
}

int picture_plain(int fd, int64_t size, int64_t *bytes)
{
	const uint8_t *from = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	int nameless = from == MAP_FAILED ? -1 : open_nameless(NULL);
	FILE *out = nameless < 0 ? NULL : fdopen(nameless, "w+");
	picture_plain_fn *plain = out ? PLAIN[picture_kind(from, (size_t)size)] : NULL;
	int copy = -1;

	if (plain) {
		plain(from, from + size, out);
		copy = finish(out, bytes);
	} else if (out) {
		fclose(out);
		errno = EINVAL;
	} else if (nameless >= 0) {
		close(nameless);
	}
	if (from != MAP_FAILED)
		munmap((void *)(uintptr_t)from, (size_t)size);
	return copy;
}
