#ifndef STORE_CAMPUS_IMPORT_H
#define STORE_CAMPUS_IMPORT_H
/* Lists of people that a campus hands in. */
#include "db/db.h"

struct campus_import {
	int64_t account_id, campus_id;
	bool dry_run, any_role; /* any_role: else it makes students alone */
	const char *
		lines; /* JSON: objects of email, first_name, last_name, username, student_id, department, year_level, role, each
				 * as validation leaves it, or what is wrong with it, FIELD_FAULTS */
	int64_t n;
};

/* Its number; 0 on failure. */
int64_t import_add(struct db *db, const struct campus_import *import, ms_t now);
/* One that this account handed in: id, status, dry_run, total, done, made, changed, refused, results (JSON), created_at, done_at; NULL. */
const struct row *import_get(struct db *db, int64_t id, int64_t account_id);
/* Reads the oldest that waits: each line for itself. False on failure; *more: another waits. */
bool import_next(struct db *db, ms_t now, bool *more);

#endif
