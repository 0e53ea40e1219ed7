/* How formats write numbers. */
#include "picture/format.h"
#include <string.h>

uint32_t big_endian(const uint8_t *bytes, unsigned n)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < n; i++)
		value = value << 8 | bytes[i];
	return value;
}

uint32_t little_endian(const uint8_t *bytes, unsigned n)
{
	uint32_t value = 0;

	while (n)
		value = value << 8 | bytes[--n];
	return value;
}

bool bytes_begin(const uint8_t *data, size_t len, const char *with, size_t n)
{
	return len >= n && !memcmp(data, with, n);
}

const uint8_t *exif_body(const uint8_t *data, size_t *len)
{
	if (!bytes_begin(data, *len, "Exif\0", 6))
		return data;
	*len -= 6;
	return data + 6;
}
