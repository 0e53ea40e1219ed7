#ifndef STORE_CAMPUS_H
#define STORE_CAMPUS_H
/* The people of a campus, as its apps know them. */
#include "db/db.h"

/* A member by account: id (the account's), username, email, first_name, last_name, full_name, role ("organizer": the campus's
 * word), department (its name), department_id, campus (its name), campus_id, student_id, year_level, is_verified, email_verified, is_active,
 * locale, profile_photo_url (the
 * picture's digest), date_joined. role: which of the account's roles is meant ("campus_organizer"). NULL when there is none. */
const struct row *campus_member_get(struct db *db, int64_t account_id, const char *role);
/* The account of the member of that number whom another member sees: hr and admins of their campus or of all (everybody), others of the
 * departments that they look after; 0: nobody. */
int64_t campus_member_numbered(struct db *db, int64_t viewer_id, bool everybody, const char *student_id);
/* The campus that an account is a member of; 0: of none, or of all. */
int64_t campus_of_account(struct db *db, int64_t account_id);
/* A campus: id, name, short_code, time_zone, attendance_threshold (per cent). NULL: there is none of that number. */
const struct row *campus_get(struct db *db, int64_t id);
/* The file of its logo, the small one where there is one: SHA-256. NULL: it has none. */
const char *campus_logo(struct db *db, int64_t id);
/* The campus of that number, code or name; 0: none. */
int64_t campus_named(struct db *db, const char *name);
/* The same of a department of that campus. */
int64_t department_named(struct db *db, int64_t campus_id, const char *name);

/* A member as the campus's admins have it. */
struct campus_member {
	int64_t campus_id, department_id, year_level; /* 0: none */
	const char *first_name, *last_name;	      /* of a new one */
	const char *student_id;			      /* NULL: none */
};
/* False on failure, and where another member of the campus has the number (db_last() is DB_DUPLICATE). */
bool campus_member_insert(struct db *db, int64_t account_id, const struct campus_member *member, ms_t now);
/* The same of one that is there, but for its name. */
bool campus_member_place(struct db *db, int64_t account_id, const struct campus_member *member, ms_t now);
void campus_member_verify(struct db *db, int64_t account_id, bool verified, int64_t by, ms_t now);
/* These n departments (at most SUPERVISED_MOST) are what a supervisor looks after besides their own, and no others. */
void supervisor_departments_set(struct db *db, int64_t account_id, const int64_t ids[], size_t n);
/* Is no member any more, and expected at no event that has not closed, but where there is a record of them. */
void campus_member_left(struct db *db, int64_t account_id, ms_t now);
/* Is one again: whom the rules of an event fit is expected there. */
void campus_member_back(struct db *db, int64_t account_id, ms_t now);

/* What a member may change of themselves. */
struct campus_self {
	const char *first_name, *last_name, *locale;
	const char *photo;  /* a digest; NULL: none */
	int64_t year_level; /* 0: none */
};
/* As it shall be. False on failure. */
bool campus_member_set(struct db *db, int64_t account_id, const struct campus_self *self, ms_t now);

#endif
