/* Pictures: their heads, what is left out of them, and all that decodes them, in the process itself, for there the sanitizers see
 * what a child would only die of. tests/fuzz/run builds and runs it.
 *
 * Besides not crashing, each has something to hold: what was left out once is left out (a plain copy's plain copy is the same); a
 * plain copy of what is a picture is one, of the same kind and size; and what was decoded is as small as it was wanted. */
#include "picture/format.h"
#include "picture/head.h"
#include "picture/read.h"
#include "picture/write.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* So that a head alone does not cost gigabytes: the limits on pixels are held by picture_look(), and by check_picture.c. */
enum { PIXELS = 1 << 20, LONGEST = 48 };

static picture_plain_fn *const PLAIN[PICTURE_KINDS] = {
	[PICTURE_JPEG] = jpeg_plain,
	[PICTURE_PNG] = png_plain,
	[PICTURE_WEBP] = webp_plain,
	[PICTURE_GIF] = gif_plain,
};

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* A copy for the sanitizers, to the byte; the caller's. */
static uint8_t *plain_of(const uint8_t *data, size_t size, size_t *n)
{
	uint8_t *from = malloc(size);
	char *made = NULL;
	FILE *out = open_memstream(&made, n);

	memcpy(from, data, size);
	PLAIN[picture_kind(from, size)](from, from + size, out);
	must(!fseeko(out, 0, SEEK_END) && !fclose(out));
	free(from);
	return (uint8_t *)made;
}

static void fuzz_plain(const uint8_t *data, size_t size, const struct picture_head *head)
{
	size_t n, again_n;
	uint8_t *plain = plain_of(data, size, &n), *again;
	struct picture_head now;

	must(n <= size + 16);
	must(picture_kind(plain, n) == head->kind);
	again = plain_of(plain, n, &again_n);
	must(again_n == n && !memcmp(plain, again, n));
	if (picture_look(plain, n, &now) == PICTURE_GOOD)
		must(now.width == head->width && now.height == head->height);
	free(again);
	free(plain);
}

static void fuzz_write(const struct picture *picture, enum picture_kind kind)
{
	int fd = memfd_create("out", MFD_CLOEXEC);
	int64_t bytes;

	must(fd >= 0 && picture_write(fd, picture, &kind, 60, &bytes) && bytes > 0);
	close(fd);
}

static void fuzz_read(const uint8_t *data, size_t size, unsigned how)
{
	const struct picture_wish wish = {
		.longest = LONGEST, .shape_width = how & 1 ? 3 : 0, .shape_height = how & 1 ? 2 : 0, .strict = how & 2
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	enum picture_fault fault;
	struct picture *picture = picture_read(ctx, data, size, &wish, &fault);

	if (picture) {
		must(picture->width && picture->height && picture->width <= LONGEST && picture->height <= LONGEST);
		must(picture->channels == 3 || picture->channels == 4);
		fuzz_write(picture, how & 4 ? PICTURE_NONE : PICTURE_WEBP);
	} else {
		must(fault == PICTURE_UNREADABLE);
	}
	talloc_free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture_head head;
	enum picture_fault fault;

	if (size < 2)
		return 0;
	fault = picture_look(data + 1, size - 1, &head);
	if (fault == PICTURE_WRONG_KIND)
		return 0;
	fuzz_plain(data + 1, size - 1, &head);
	if (fault == PICTURE_GOOD && head.width * head.height <= PIXELS)
		fuzz_read(data + 1, size - 1, data[0]);
	return 0;
}
