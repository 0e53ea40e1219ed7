/* Row by row into text, batch by batch into a file that has no name any more: what is in memory is a batch and zlib's window. It is
 * packed here and not by the web server, which would hold the whole answer to do it, or not do it at all. */
#include "render/feed.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/row.h"
#include "render/accept.h"
#include "render/json.h"
#include "render/spool.h"
#include <errno.h>
#include <string.h>
#include <zlib.h>

enum {
	TEXT_MAX = 16 << 20,
	OUT_SIZE = 64 << 10,
	LEVEL = 3, /* of a plain guest list a twentieth less than 1 for a tenth more time; what is sealed packs as badly by any */
	GZIP = 16 + MAX_WBITS, /* gzip's head and end around deflate */
	MEMORY = 8	       /* zlib's usual */
};

struct pack {
	int fd;
	bool packs;
	size_t len; /* bytes in the file */
	z_stream stream;
	unsigned char out[OUT_SIZE];
};

static int pack_drop(struct pack *pack)
{
	if (pack->packs)
		deflateEnd(&pack->stream);
	return 0;
}

/* NULL: errno says why. */
static struct pack *pack_new(TALLOC_CTX *mem, int fd, bool packs)
{
	struct pack *pack = talloc_zero(mem, struct pack);

	pack->fd = fd;
	talloc_set_destructor(pack, pack_drop);
	pack->packs = packs && deflateInit2(&pack->stream, LEVEL, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK;
	if (pack->packs == packs)
		return pack;
	talloc_free(pack);
	errno = ENOMEM;
	return NULL;
}

static bool put(struct pack *pack, const void *bytes, size_t len)
{
	pack->len += len;
	return write_all(pack->fd, bytes, len);
}

/* Writes what text holds, and empties it; last: there is nothing behind it. */
static bool pack_text(struct pack *pack, struct buf *text, bool last)
{
	const char *bytes = text->data;
	bool good = !buf_over(text);

	if (!good)
		errno = EFBIG;
	else if (!pack->packs)
		good = put(pack, bytes, text->len);
	else {
		/* It does not write there. */
		memcpy(&pack->stream.next_in, &bytes, sizeof bytes);
		pack->stream.avail_in = (uInt)text->len;
		do {
			pack->stream.next_out = pack->out;
			pack->stream.avail_out = OUT_SIZE;
			deflate(&pack->stream, last ? Z_FINISH : Z_NO_FLUSH);
			good = put(pack, pack->out, OUT_SIZE - pack->stream.avail_out);
		} while (good && !pack->stream.avail_out);
	}
	buf_clear(text);
	return good;
}

/* first: none stands before it, and then one does. */
static void add_item(const struct feed *feed, const struct row *row, struct buf *text, bool *first)
{
	struct json_object *item = feed->item(feed->with, row);
	const char *json;
	size_t len;

	if (!item)
		return;
	json = json_data(item, &len);
	buf_text(text, *first ? "" : ",");
	buf_add(text, json, len);
	*first = false;
	json_object_put(item);
}

/* The members beside the items, behind them. */
static bool add_beside(const struct feed *feed, struct buf *text)
{
	struct json_object *beside = json_object_new_object();
	bool good = feed->beside(feed->with, beside);
	const char *json;
	size_t len;

	json = json_data(beside, &len);
	buf_text(text, len > 2 ? "]," : "]");
	buf_add(text, json + 1, len - 1);
	json_object_put(beside);
	return good;
}

bool feed_json(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct feed *feed = what;
	struct buf *text = buf_new(mem, TEXT_MAX);
	const struct rows *rows;
	struct pack *pack;
	bool first = true;

	out->fd = spool_open(mem);
	out->encoding = accept_takes(feed->encodings, "gzip") ? "gzip" : NULL;
	pack = out->fd < 0 ? NULL : pack_new(mem, out->fd, out->encoding != NULL);
	if (!pack)
		return false;
	buf_text(text, feed->before);
	buf_text(text, "{\"items\":[");
	while ((rows = feed->rows->next(feed->rows))) {
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			add_item(feed, &row, text, &first);
		}
		if (!pack_text(pack, text, false))
			return false;
	}
	add_item(feed, NULL, text, &first);
	if (!add_beside(feed, text))
		return false;
	buf_text(text, feed->behind);
	if (!pack_text(pack, text, true))
		return false;
	out->len = pack->len;
	return true;
}
