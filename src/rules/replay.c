/* An entry that was given stands, whatever is known by now: somebody is inside by it. So every move takes effect, and the second of
 * two entries is told apart instead of being taken away. */
#include "rules/replay.h"
#include <stdlib.h>
#include <string.h>

static int by_moment(const void *a, const void *b)
{
	const struct replay_scan *one = a, *other = b;

	if (one->at != other->at)
		return one->at < other->at ? -1 : 1;
	return memcmp(one->scan_id, other->scan_id, sizeof one->scan_id);
}

void replay_order(struct replay_scan scans[], size_t n)
{
	if (n)
		qsort(scans, n, sizeof *scans, by_moment);
}

size_t replay_place(const struct replay_scan scans[], size_t n, const struct replay_scan *scan)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (by_moment(&scans[middle], scan) < 0)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

bool replay_in_since(const struct replay_state *state, ms_t day_began)
{
	return state->entries > 0 && state->last_in_at >= day_began;
}

/* The entries that one which comes next may meet. */
struct met {
	int inside;	 /* the one that the ticket is inside by */
	int first_today; /* the first of the day */
};

static int meets(const struct replay_state *s, const struct replay_scan *scan, const struct met *before)
{
	if (!replay_in_since(s, scan->day_began))
		return REPLAY_NONE;
	if (s->presence == INSIDE)
		return before->inside;
	return scan->returns || s->on_leave ? REPLAY_NONE : before->first_today;
}

static void go_in(struct replay_state *s, const struct replay_scan *scan, int i, struct met *before)
{
	bool today = replay_in_since(s, scan->day_began);

	if (s->presence != INSIDE || !today) {
		s->balance++;
		before->inside = i;
	}
	if (!today)
		before->first_today = i;
	if (!s->entries)
		s->first = (size_t)i;
	s->entries++;
	s->presence = INSIDE;
	s->last_in_at = scan->at;
	s->on_leave = false;
}

/* Who goes out and was never seen to come in is nowhere. */
static void go_out(struct replay_state *s, const struct replay_scan *scan)
{
	if (s->presence == INSIDE)
		s->balance--;
	if (!s->entries)
		return;
	s->presence = OUTSIDE;
	s->on_leave = scan->leave;
}

struct replay_state replay(const struct replay_scan scans[], size_t n, int met[])
{
	struct replay_state s = { .presence = NEVER_IN };
	struct met before = { REPLAY_NONE, REPLAY_NONE };

	for (size_t i = 0; i < n; i++) {
		if (met)
			met[i] = scans[i].out ? REPLAY_NONE : meets(&s, &scans[i], &before);
		if (scans[i].out)
			go_out(&s, &scans[i]);
		else
			go_in(&s, &scans[i], (int)i, &before);
		s.last_at = scans[i].at;
	}
	return s;
}
