/* A place is one word, taken by compare-and-swap and named after the worker that has it. So there is no count that could go
 * wrong: when a worker dies, at whatever instruction, its parent clears the words that bear its slot and wakes the others.
 *
 * Who waits sleeps in the kernel on room->turn (a futex), which costs nothing. All who wait are woken together, for they are
 * few. They also look by themselves now and then: a worker that dies between giving its seat back and telling so costs the
 * others no more than that. */
#include "seats.h"
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 100 };

_Static_assert(sizeof(atomic_uint) == 4, "the kernel compares 32 bits");

static void sleep_until_turn(atomic_uint *turn, unsigned seen, ms_t most)
{
	struct timespec time = { .tv_sec = most / MS_SECOND, .tv_nsec = most % MS_SECOND * 1000000 };

	syscall(SYS_futex, turn, FUTEX_WAIT, seen, &time, NULL, 0);
}

static void wake_all(atomic_uint *turn)
{
	atomic_fetch_add(turn, 1);
	syscall(SYS_futex, turn, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* One of the places from the first up to, but without, the end; -1 when none is free. */
static int take(struct room *room, unsigned first, unsigned end, uint64_t name)
{
	for (unsigned i = first; i < end; i++) {
		uint64_t nobody = 0;

		if (atomic_compare_exchange_strong(&room->place[i], &nobody, name))
			return (int)i;
	}
	return -1;
}

static unsigned taken(struct room *room, unsigned first, unsigned end)
{
	unsigned n = 0;

	for (unsigned i = first; i < end; i++)
		n += atomic_load(&room->place[i]) != 0;
	return n;
}

/* How many workers are in here, for one caller or (0) for all. Each counts once, wherever it was seen: one that moves has two
 * places for a moment, and one that leaves and comes again while we look may be met twice. */
static unsigned inside(struct room *room, uint32_t caller)
{
	uint64_t seen[SEATS_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < room->places; i++) {
		uint64_t name = atomic_load(&room->place[i]);
		unsigned k = 0;

		if (!name || (caller && (uint32_t)(name >> 32) != caller))
			continue;
		while (k < n && seen[k] != name)
			k++;
		if (k == n)
			seen[n++] = name;
	}
	return n;
}

/* Would this caller have more than his part of the room with so many more places? */
static bool greedy(struct room *room, uint32_t caller, unsigned more)
{
	unsigned part = room->places * 3 / 4;

	return room->fair && inside(room, caller) + more > (part < 2 ? 2 : part);
}

/* Who comes behind others sleeps before it looks, so that they are not robbed of the seat that they were woken for. */
static bool wait_for_seat(struct room *room, uint64_t name, ms_t end, bool behind)
{
	for (;; behind = false) {
		unsigned turn = atomic_load(&room->turn);
		ms_t left = end - clock_monotonic();

		if (!behind && take(room, 0, room->seats, name) >= 0)
			return true;
		if (left <= 0)
			return false;
		sleep_until_turn(&room->turn, turn, left < LOOK_MS ? left : LOOK_MS);
	}
}

/* Behind others it is a place to wait in, while there is one. */
static int take_any(struct room *room, uint64_t name, bool behind, ms_t end)
{
	for (;;) {
		int place = behind ? take(room, room->seats, room->places, name) : -1;

		if (place < 0)
			place = take(room, 0, room->places, name);
		/* Somebody may have moved from a place not yet looked at to one that was. */
		if (place >= 0 || inside(room, 0) >= room->places || clock_monotonic() > end)
			return place;
		sched_yield();
	}
}

/* A seat or a place to wait in; -1: neither. Two of one caller that come at once may both have seen room for one more, so each
 * looks again once it is in. */
static int come_in(struct room *room, uint64_t name, uint32_t caller, bool behind, ms_t end)
{
	int place = greedy(room, caller, 1) ? -1 : take_any(room, name, behind, end);

	if (place < 0 || !greedy(room, caller, 0))
		return place;
	atomic_store(&room->place[place], 0);
	wake_all(&room->turn);
	return -1;
}

bool room_enter(struct room *room, unsigned slot, uint32_t caller, ms_t wait)
{
	ms_t end = clock_monotonic() + wait;
	uint64_t name = (uint64_t)caller << 32 | (slot + 1);
	bool behind = taken(room, room->seats, room->places) > 0;
	int place = come_in(room, name, caller, behind, end);
	bool seated = place >= 0 && (unsigned)place < room->seats;

	if (place >= 0 && !seated) {
		atomic_fetch_add(&room->waited, 1);
		seated = wait_for_seat(room, name, end, behind);
		atomic_store(&room->place[place], 0);
	}
	if (!seated)
		atomic_fetch_add(&room->refused, 1);
	return seated;
}

void room_leave(struct room *room, unsigned slot)
{
	for (unsigned i = 0; i < room->places; i++) {
		uint64_t name = atomic_load(&room->place[i]);

		if ((uint32_t)name == slot + 1)
			atomic_compare_exchange_strong(&room->place[i], &name, 0);
	}
	wake_all(&room->turn);
}

unsigned long long room_figure(struct room *room, enum room_figure figure)
{
	switch (figure) {
	case ROOM_SEATED:
		return taken(room, 0, room->seats);
	case ROOM_WAITING:
		return taken(room, room->seats, room->places);
	case ROOM_WAITED:
		return atomic_load(&room->waited);
	default:
		return atomic_load(&room->refused);
	}
}
