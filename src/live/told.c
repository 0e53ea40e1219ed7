/* Numbers in order in one array: a look adds a few at its end, mostly, and forgets what is below the oldest mark. */
#include "live/told.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static void mark(struct told *told, ms_t at, int64_t highest)
{
	if (told->n_marks && at - told->marks[told->n_marks - 1].at < TOLD_MARK_MS)
		return;
	if (told->n_marks == TOLD_MARKS) {
		memmove(told->marks, told->marks + 1, sizeof told->marks - sizeof *told->marks);
		told->n_marks--;
	}
	told->marks[told->n_marks].at = at;
	told->marks[told->n_marks++].highest = highest;
}

int64_t told_highest(const struct told *told)
{
	return told->n ? told->ids[told->n - 1] : told->marks[0].highest;
}

int64_t told_floor(const struct told *told, ms_t now, ms_t ago)
{
	size_t i = told->n_marks - 1;

	while (i && told->marks[i].at > now - ago)
		i--;
	return told->marks[i].highest;
}

bool told_has(const struct told *told, int64_t id)
{
	size_t low = 0, high = told->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (told->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return (low < told->n && told->ids[low] == id) || id <= told->marks[0].highest;
}

static int by_number(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Forgets what no look reaches any more. */
static void forget(struct told *told)
{
	size_t n = 0;

	while (n < told->n && told->ids[n] <= told->marks[0].highest)
		n++;
	if (!n)
		return;
	told->n -= n;
	memmove(told->ids, told->ids + n, told->n * sizeof *told->ids);
}

void told_begin(struct told *told, void *ctx, const int64_t ids[], size_t n, bool whole, ms_t now)
{
	*told = (struct told){ 0 };
	mark(told, now - TOLD_FAR_MS, whole || !n ? 0 : ids[n - 1] - 1);
	told->ids = talloc_array(ctx, int64_t, (unsigned)n + 1);
	if (!told->ids)
		abort();
	while (n)
		told->ids[told->n++] = ids[--n];
	mark(told, now, told_highest(told));
}

size_t told_fresh(const struct told *told, const int64_t ids[], size_t n, int64_t fresh[], size_t room)
{
	size_t found = 0;

	while (n-- && found < room)
		if (!told_has(told, ids[n]))
			fresh[found++] = ids[n];
	return found;
}

void told_add(struct told *told, void *ctx, const int64_t fresh[], size_t n, ms_t now)
{
	if (n) {
		told->ids = talloc_realloc(ctx, told->ids, int64_t, (unsigned)(told->n + n));
		if (!told->ids)
			abort();
		memcpy(told->ids + told->n, fresh, n * sizeof *fresh);
		told->n += n;
		qsort(told->ids, told->n, sizeof *told->ids, by_number);
	}
	mark(told, now, told_highest(told));
	forget(told);
}
