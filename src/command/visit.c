/* How the doctor says what was found, and what several of its parts look at. */
#include "base/room.h"
#include "command/doctor.h"
#include "shared.h"
#include <stdarg.h>
#include <stdio.h>

static void print_line(const char *grade, const char *format, va_list list)
{
	printf("%s", grade);
	vprintf(format, list);
	printf("\n");
}

void well(struct visit *v, const char *format, ...)
{
	va_list list;

	(void)v;
	va_start(list, format);
	print_line("ok   ", format, list);
	va_end(list);
}

void wrong(struct visit *v, const char *mend, const char *format, ...)
{
	va_list list;

	v->faults++;
	va_start(list, format);
	print_line("BAD  ", format, list);
	va_end(list);
	printf("     %s\n", mend);
}

void doubt(struct visit *v, const char *mend, const char *format, ...)
{
	va_list list;

	v->warnings++;
	va_start(list, format);
	print_line("hmm  ", format, list);
	va_end(list);
	printf("     %s\n", mend);
}

bool unanswered(struct visit *v, const char *what)
{
	if (db_error(v->db) == DB_OK)
		return false;
	wrong(v, "See the server's log; does this account have all rights to its own database?",
	      "%s: the database did not say: %s", what, db_message(v->db));
	db_clear(v->db);
	return true;
}

void check_room(struct visit *v, const char *what, const char *path)
{
	struct room_left left;

	switch (room_look(path, &left)) {
	case ROOM_UNKNOWN:
		return;
	case ROOM_GOOD:
		well(v, "%s %s has %lld MB of room", what, path, (long long)left.free_mb);
		return;
	case ROOM_LOW:
		doubt(v, "Make room, or give it a larger disk.", "%s %s has %lld MB of room, %lld %%", what, path,
		      (long long)left.free_mb, (long long)left.percent);
		return;
	case ROOM_OUT:
		wrong(v, "Make room at once: without any, nothing is sold or scanned, and MariaDB may stop altogether.",
		      "%s %s is full: %lld MB of room, %lld %%", what, path, (long long)left.free_mb,
		      (long long)left.percent);
	}
}

int workers_of_all(const struct config *config)
{
	int workers = 0;

	for (enum pool pool = 0; pool < POOLS; pool++)
		workers += pool_workers(config, pool);
	return workers;
}
