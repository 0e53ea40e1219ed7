/* How the doctor says what was found, and what several of its parts look at. */
#include "command/doctor.h"
#include "shared.h"
#include <stdarg.h>
#include <stdio.h>
#include <sys/statvfs.h>

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
	struct statvfs st;
	unsigned long long free_mb, percent;

	if (statvfs(path, &st) || !st.f_blocks)
		return;
	free_mb = (unsigned long long)st.f_bavail * st.f_frsize >> 20;
	percent = (unsigned long long)st.f_bavail * 100 / st.f_blocks;
	if (percent >= 10 || free_mb >= 10240)
		well(v, "%s %s has %llu MB of room", what, path, free_mb);
	else if (percent >= 2 && free_mb >= 256)
		doubt(v, "Make room, or give it a larger disk.", "%s %s has %llu MB of room, %llu %%", what, path,
		      free_mb, percent);
	else
		wrong(v, "Make room at once: without any, nothing is sold or scanned, and MariaDB may stop altogether.",
		      "%s %s is full: %llu MB of room, %llu %%", what, path, free_mb, percent);
}

int workers_of_all(const struct config *config)
{
	int workers = 0;

	for (enum pool pool = 0; pool < POOLS; pool++)
		workers += pool_workers(config, pool);
	return workers;
}
