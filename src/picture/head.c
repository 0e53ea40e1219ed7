/* A picture of 20,000 by 20,000 pixels that are all the same is a file of a megabyte, and gigabytes to who decodes it. So its
 * head is asked first, by walking its parts; nothing is decoded for that. */
#include "picture/head.h"
#include "picture/format.h"
#include <string.h>
#include <sys/mman.h>

static const struct kind {
	const char *type;
	picture_look_fn *look;
} KIND[PICTURE_KINDS] = {
	[PICTURE_JPEG] = { "image/jpeg", jpeg_look },
	[PICTURE_PNG] = { "image/png", png_look },
	[PICTURE_WEBP] = { "image/webp", webp_look },
	[PICTURE_GIF] = { "image/gif", gif_look },
};

enum picture_kind picture_kind(const uint8_t *data, size_t size)
{
	if (BEGINS(data, size, "\xff\xd8\xff"))
		return PICTURE_JPEG;
	if (size >= 24 && BEGINS(data, size, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))
		return PICTURE_PNG;
	if (size >= 20 && BEGINS(data, size, "RIFF") && !memcmp(data + 8, "WEBPVP8", 7) && strchr(" LX", data[15]) &&
	    data[15])
		return PICTURE_WEBP;
	if (size >= 13 && (BEGINS(data, size, "GIF89a") || BEGINS(data, size, "GIF87a")))
		return PICTURE_GIF;
	return PICTURE_NONE;
}

/* ISO 23008-12: a file type box whose brand is one of these. */
bool picture_is_heic(const uint8_t *data, size_t size)
{
	static const char BRANDS[] = "heic heix heim heis hevc hevx mif1 msf1 ";

	if (size < 12 || memcmp(data + 4, "ftyp", 4))
		return false;
	for (const char *brand = BRANDS; *brand; brand += 5)
		if (!memcmp(data + 8, brand, 4))
			return true;
	return false;
}

const char *picture_type(enum picture_kind kind)
{
	return KIND[kind].type;
}

enum picture_fault picture_look(const uint8_t *data, size_t size, struct picture_head *head)
{
	*head = (struct picture_head){ .kind = picture_kind(data, size), .frames = 1, .turn = 1 };
	if (!head->kind || !KIND[head->kind].look(data, data + size, head) || !head->width || !head->height)
		return PICTURE_WRONG_KIND;
	if (head->width > PICTURE_SIDE || head->height > PICTURE_SIDE || head->frames > PICTURE_FRAMES ||
	    (uint64_t)head->width * head->height > PICTURE_PIXELS)
		return PICTURE_TOO_LARGE;
	return PICTURE_GOOD;
}

enum picture_fault picture_look_at(int fd, int64_t size, struct picture_head *head)
{
	const uint8_t *data = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	enum picture_fault fault;

	if (data == MAP_FAILED) {
		*head = (struct picture_head){ .kind = PICTURE_NONE };
		return PICTURE_WRONG_KIND;
	}
	fault = picture_look(data, (size_t)size, head);
	munmap((void *)(uintptr_t)data, (size_t)size);
	return fault;
}
