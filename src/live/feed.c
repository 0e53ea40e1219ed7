/* A change that was read and not told, for the database failed then, is read again: what was told is noted last. Nobody listens, nobody reads. */
#include "live/feed.h"
#include "db/db.h"
#include "live/told.h"
#include "store/attendance_feed.h"
#include <stdlib.h>

enum {
	FAR_EVERY_MS = 5000,
	FEED_USES = 2 /* rooms, and events' own sockets */
};

struct feeding {
	const struct feed_use *uses[FEED_USES]; /* ends with NULL, or full */
	struct told told;
	bool reads, hinted, more;
	ms_t looked, looked_far;
};

static struct feeding *feed_of(struct live *live)
{
	if (!live->feed)
		live->feed = talloc_zero(live, struct feeding);
	if (!live->feed)
		abort();
	return live->feed;
}

/* Numbers of rows, and how many. */
static size_t numbers(const struct rows *rows, int64_t ids[FEED_IDS])
{
	for (size_t i = 0; i < rows->n; i++)
		ids[i] = rows->cells[i * rows->n_columns].i;
	return rows->n;
}

static void begin(struct live *live, struct feeding *feed, int64_t ids[FEED_IDS])
{
	size_t n = numbers(feed_ids(live->db, 0), ids);

	if (db_error(live->db) != DB_OK)
		return;
	talloc_free(feed->told.ids);
	told_begin(&feed->told, feed, ids, n, n < FEED_IDS, live->loop.now);
	feed->reads = true;
}

static bool ask(struct live *live, const struct feeding *feed)
{
	for (size_t i = 0; i < FEED_USES && feed->uses[i]; i++)
		if (feed->uses[i]->ask && feed->uses[i]->listened(live) && !feed->uses[i]->ask(live))
			return false;
	return true;
}

static void tell(struct live *live, const struct feeding *feed, const struct row *change)
{
	for (size_t i = 0; i < FEED_USES && feed->uses[i]; i++)
		if (feed->uses[i]->listened(live))
			feed->uses[i]->tell(live, change);
}

static void look(struct live *live, struct feeding *feed, int64_t ids[FEED_IDS])
{
	ms_t now = live->loop.now;
	bool far = now - feed->looked_far >= FAR_EVERY_MS;
	int64_t fresh[FEED_CHANGES];
	const struct rows *rows;
	size_t n = numbers(feed_ids(live->db, told_floor(&feed->told, now, far ? TOLD_FAR_MS : TOLD_NEAR_MS)), ids);

	n = told_fresh(&feed->told, ids, n, fresh, FEED_CHANGES);
	rows = n ? feed_changes(live->db, fresh, n) : NULL;
	if (n && !ask(live, feed))
		return;
	if (db_error(live->db) != DB_OK)
		return;
	told_add(&feed->told, feed, fresh, n, now);
	feed->more = n == FEED_CHANGES;
	if (far)
		feed->looked_far = now;
	for (size_t i = 0; rows && i < rows->n; i++) {
		struct row row = row_at(rows, i);

		tell(live, feed, &row);
	}
}

/* One or the other, on memory of its own. False: the database failed. */
static bool read_with(struct live *live, struct feeding *feed,
		      void (*reads)(struct live *, struct feeding *, int64_t *))
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	int64_t *ids = talloc_array(ctx, int64_t, FEED_IDS);
	ms_t began = clock_monotonic();
	bool good;

	if (!ids)
		abort();
	db_clear(live->db);
	db_memory(live->db, ctx);
	reads(live, feed, ids);
	good = db_error(live->db) == DB_OK;
	if (!good)
		database_failed(live, began);
	db_clear(live->db);
	db_memory(live->db, live->db);
	talloc_free(ctx);
	feed->looked = live->loop.now;
	feed->hinted = false;
	return good;
}

bool feed_ready(struct live *live, const struct feed_use *use)
{
	struct feeding *feed = feed_of(live);
	const struct feed_use **at = feed->uses;

	while (*at && *at != use)
		at++;
	*at = use;
	return feed->reads || (live->loop.now >= live->db_retry && read_with(live, feed, begin));
}

static bool wanted(const struct live *live)
{
	const struct feeding *feed = live->feed;

	for (size_t i = 0; feed && feed->reads && i < FEED_USES && feed->uses[i]; i++)
		if (feed->uses[i]->listened(live))
			return true;
	return false;
}

ms_t feed_due(const struct live *live)
{
	const struct feeding *feed = live->feed;
	ms_t at;

	if (!wanted(live))
		return INT64_MAX;
	at = feed->looked + (feed->more ? AGAIN_MS : feed->hinted ? PACE_MS : LOOK_MS);
	return at > live->db_retry ? at : live->db_retry;
}

void feed_read_due(struct live *live)
{
	if (live->feed && !wanted(live))
		live->feed->reads = false;
	else if (feed_due(live) <= live->loop.now)
		read_with(live, live->feed, look);
}

void feed_hint(struct live *live)
{
	if (live->feed)
		live->feed->hinted = true;
}

bool feed_unaware(const struct live *live)
{
	return wanted(live) && !live->feed->hinted;
}

bool feed_told(const struct live *live, int64_t id)
{
	return told_has(&live->feed->told, id);
}

int64_t feed_highest(const struct live *live)
{
	return told_highest(&live->feed->told);
}
