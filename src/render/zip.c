/* ZIP as PKWARE's APPNOTE.TXT has it: before each part a head (4.3.7), at the end a directory of all (4.3.12) and where that is
 * (4.3.16). A head is written before its part and says how long that is, so its numbers are put in afterwards: readers that
 * take a part as it comes find them where they look first. Every byte goes through write_all(), so that a disk which is full
 * is never taken for a book that is short. */
#include "render/zip.h"
#include "base/file.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
	OUT_SIZE = 64 << 10,
	HEAD_SIZE = 30,
	ENTRY_SIZE = 46,
	END_SIZE = 22,
	NUMBERS_AT = 14, /* of a head: its checksum and both sizes */
	NUMBERS_SIZE = 12,
	VERSION = 20, /* that can unpack it: 2.0 */
	UTF8_NAMES = 0x0800,
	DEFLATED = 8,
	LEVEL = 4,	 /* a third faster than the usual 6, and a hundredth larger */
	MEMORY = 8,	 /* zlib's usual */
	DAY_ONE = 0x0021 /* 1980-01-01, the first day that it can say: the same rows are the same bytes */
};

struct part {
	const char *name;
	uint64_t at, size, packed;
	uLong sum;
};

struct zip {
	int fd, error; /* errno of the first failure */
	bool deflates; /* stream holds memory */
	z_stream stream;
	struct part *parts;
	unsigned n;
	uint64_t at; /* bytes written */
	unsigned char out[OUT_SIZE];
};

/* Little-endian, whatever the machine. Behind it. */
static unsigned char *put(unsigned char *at, unsigned bytes, uint64_t number)
{
	for (unsigned i = 0; i < bytes; i++, number >>= 8)
		*at++ = (unsigned char)number;
	return at;
}

static void fail(struct zip *zip, int error)
{
	if (!zip->error)
		zip->error = error ? error : EIO;
}

static void out(struct zip *zip, const void *bytes, size_t len)
{
	if (zip->error)
		return;
	if (zip->at + len > UINT32_MAX)
		fail(zip, EFBIG);
	else if (!write_all(zip->fd, bytes, len))
		fail(zip, errno);
	else
		zip->at += len;
}

/* What every head says of a part: flags, method, day, checksum and sizes. */
static unsigned char *put_numbers(unsigned char *at, const struct part *part)
{
	at = put(at, 2, VERSION);
	at = put(at, 2, UTF8_NAMES);
	at = put(at, 2, DEFLATED);
	at = put(at, 4, (uint64_t)DAY_ONE << 16);
	at = put(at, 4, part->sum);
	at = put(at, 4, part->packed);
	at = put(at, 4, part->size);
	at = put(at, 2, strlen(part->name));
	return put(at, 2, 0); /* nothing extra */
}

/* Deflates what the stream was given. */
static void deflate_all(struct zip *zip, int flush)
{
	int state;

	do {
		zip->stream.next_out = zip->out;
		zip->stream.avail_out = OUT_SIZE;
		state = deflate(&zip->stream, flush);
		out(zip, zip->out, OUT_SIZE - zip->stream.avail_out);
	} while (!zip->error && (flush == Z_FINISH ? state != Z_STREAM_END : !zip->stream.avail_out));
}

static void end_part(struct zip *zip)
{
	struct part *part = &zip->parts[zip->n - 1];
	unsigned char head[HEAD_SIZE];

	if (zip->error)
		return;
	deflate_all(zip, Z_FINISH);
	part->packed = zip->at - part->at - HEAD_SIZE - strlen(part->name);
	put_numbers(put(head, 4, 0), part);
	if (part->size > UINT32_MAX)
		fail(zip, EFBIG);
	/* In place of bytes that are there already, so nothing is short of room. */
	else if (!zip->error &&
		 pwrite(zip->fd, head + NUMBERS_AT, NUMBERS_SIZE, (off_t)part->at + NUMBERS_AT) != NUMBERS_SIZE)
		fail(zip, errno);
}

static int drop(struct zip *zip)
{
	if (zip->deflates)
		deflateEnd(&zip->stream);
	return 0;
}

struct zip *zip_new(TALLOC_CTX *ctx, int fd)
{
	struct zip *zip = talloc_zero(ctx, struct zip);

	zip->fd = fd;
	/* Negative bits: deflate's own form, without zlib's head. */
	zip->deflates = deflateInit2(&zip->stream, LEVEL, Z_DEFLATED, -MAX_WBITS, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK;
	if (!zip->deflates)
		fail(zip, ENOMEM);
	talloc_set_destructor(zip, drop);
	return zip;
}

void zip_part(struct zip *zip, const char *name)
{
	unsigned char head[HEAD_SIZE];
	struct part *part;

	if (zip->n)
		end_part(zip);
	if (!zip->error && zip->n == UINT16_MAX)
		fail(zip, EFBIG);
	if (zip->error)
		return;
	zip->parts = talloc_realloc(zip, zip->parts, struct part, zip->n + 1);
	part = &zip->parts[zip->n++];
	*part = (struct part){ .name = talloc_strdup(zip->parts, name), .at = zip->at };
	deflateReset(&zip->stream);
	put_numbers(put(head, 4, 0x04034b50), part);
	out(zip, head, sizeof head);
	out(zip, name, strlen(name));
}

void zip_add(struct zip *zip, const void *bytes, size_t len)
{
	struct part *part;

	if (zip->error || !len)
		return;
	part = &zip->parts[zip->n - 1];
	part->sum = crc32(part->sum, bytes, (uInt)len);
	part->size += len;
	/* It does not write there. */
	memcpy(&zip->stream.next_in, &bytes, sizeof bytes);
	zip->stream.avail_in = (uInt)len;
	deflate_all(zip, Z_NO_FLUSH);
}

uint64_t zip_part_size(const struct zip *zip)
{
	return zip->n ? zip->parts[zip->n - 1].size : 0;
}

bool zip_good(const struct zip *zip)
{
	errno = zip->error;
	return !zip->error;
}

static void write_directory(struct zip *zip)
{
	unsigned char entry[ENTRY_SIZE], end[END_SIZE], *at;
	uint64_t begins = zip->at;

	for (unsigned i = 0; i < zip->n; i++) {
		const struct part *part = &zip->parts[i];

		at = put(put(entry, 4, 0x02014b50), 2, VERSION);
		at = put_numbers(at, part);
		at = put(at, 2, 0); /* no comment */
		at = put(at, 2, 0); /* in this file */
		at = put(at, 2, 0); /* no kind of text */
		at = put(at, 4, 0); /* no attributes */
		put(at, 4, part->at);
		out(zip, entry, sizeof entry);
		out(zip, part->name, strlen(part->name));
	}
	at = put(put(end, 4, 0x06054b50), 4, 0); /* one file, not several */
	at = put(put(at, 2, zip->n), 2, zip->n);
	at = put(put(at, 4, zip->at - begins), 4, begins);
	put(at, 2, 0); /* no comment */
	out(zip, end, sizeof end);
}

size_t zip_end(struct zip *zip)
{
	if (zip->n)
		end_part(zip);
	write_directory(zip);
	return zip_good(zip) ? (size_t)zip->at : 0;
}
