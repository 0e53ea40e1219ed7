#ifndef COMMAND_DOCTOR_H
#define COMMAND_DOCTOR_H
/* What the parts of `gatehouse doctor` have in common: what a visit has found, and how it says so. A mend is a sentence that
 * says what to do; tests/api/doctor.test.mjs does what each of them says. */
#include "base/config.h"
#include "db/db.h"

struct visit {
	const struct config *config;
	struct db *db;
	TALLOC_CTX *mem;
	const char *account; /* as whom it looks */
	bool connected;
	unsigned faults, warnings;
};

/* "ok   …": nothing is to be done. */
__attribute__((format(printf, 2, 3))) void well(struct visit *v, const char *format, ...);
/* "BAD  …": it does not work, or is not safe. mend on a line of its own below. */
__attribute__((format(printf, 3, 4))) void wrong(struct visit *v, const char *mend, const char *format, ...);
/* "hmm  …": it works, and yet. */
__attribute__((format(printf, 3, 4))) void doubt(struct visit *v, const char *mend, const char *format, ...);
/* A look at the database that failed found nothing, which is no proof that there is nothing. True: it failed, which is said. */
bool unanswered(struct visit *v, const char *what);
/* The room on the disk of a path; what: of whom it is. */
void check_room(struct visit *v, const char *what, const char *path);
/* How many workers there are in all. */
int workers_of_all(const struct config *config);

/* The settings, and the site as people reach it. */
void doctor_site(struct visit *v);
/* Files, directories, sockets, memory, disks. */
void doctor_machine(struct visit *v);
/* The database: itself, and what is in it. Connects. */
void doctor_database(struct visit *v);
/* The fonts of tickets and invoices. After the database. */
void doctor_fonts(struct visit *v);
/* The processes' sockets. */
void doctor_sockets(struct visit *v);

/* Is this address one of this machine alone? Browsers trust it without https. */
bool doctor_is_local(const char *url);

#endif
