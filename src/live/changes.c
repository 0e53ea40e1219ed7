/* A change and the numbers after it are read apart, and may come in either order: a change waits until numbers were read that hold it. */
#include "live/changes.h"
#include "live/feed.h"
#include "live/say.h"
#include "live/update.h"
#include <stdlib.h>

static struct changes *changes_of(struct topic *topic)
{
	if (!topic->changes)
		topic->changes = talloc_zero(topic, struct changes);
	if (!topic->changes)
		abort();
	return topic->changes;
}

/* Beyond so many a second nothing is kept: the numbers say enough. */
static bool within_pace(struct changes *changes, ms_t now)
{
	if (now - changes->second >= MS_SECOND) {
		changes->second = now;
		changes->told = 0;
	}
	return changes->told++ < CHANGES_A_SECOND;
}

static void tell(struct live *live, const struct row *change)
{
	const struct hint news = { .kind = TOPIC_CAMPUS, .id = row_int(change, "number") };
	struct topic *topic = topic_known(live, &LIVE_KINDS[LIVE_CAMPUS], news.id);
	struct changes *changes;
	struct json_object *update;
	struct change *kept;

	topic_hint(live, &news);
	if (!topic || !topic->n)
		return;
	changes = changes_of(topic);
	if (!within_pace(changes, live->loop.now))
		return;
	update = update_of(change);
	kept = &changes->kept[changes->n++ % CHANGES_KEPT];
	talloc_free(kept->text);
	*kept = (struct change){ .at = clock_monotonic(), .text = talloc_strdup(changes, say_text(update)) };
	json_object_put(update);
	if (!kept->text)
		abort();
}

static bool listened(const struct live *live)
{
	return live->n_by_change > 0;
}

static const struct feed_use EVENTS = { .listened = listened, .tell = tell };

bool changes_listen(struct live *live)
{
	if (!feed_ready(live, &EVENTS))
		return false;
	live->n_by_change++;
	return true;
}

void changes_leave(struct live *live)
{
	live->n_by_change--;
}

int64_t changes_from(const struct topic *topic)
{
	const struct changes *changes = topic->changes;
	int64_t n = changes ? changes->n : 0;

	while (n > 0 && n > changes->n - CHANGES_KEPT && changes->kept[(n - 1) % CHANGES_KEPT].at > topic->read)
		n--;
	return n;
}

const char *changes_next(const struct topic *topic, int64_t *seen)
{
	const struct changes *changes = topic->changes;
	const struct change *next;

	if (!changes || *seen >= changes->n)
		return NULL;
	if (*seen < changes->n - CHANGES_KEPT)
		*seen = changes->n - CHANGES_KEPT;
	next = &changes->kept[*seen % CHANGES_KEPT];
	if (next->at > topic->read)
		return NULL;
	++*seen;
	return next->text;
}
