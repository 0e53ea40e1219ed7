#ifndef STORE_REPORT_H
#define STORE_REPORT_H
/* Reports of attendance: those that jobs make, and documents that were issued. */
#include "base/uuid.h"
#include "db/db.h"
#include "store/attendance.h"

/* ---- what goes into one ---- */

/* A list of records, or a register, as a source in its own order. Lives as long as the list. */
struct row_source *report_in_order(struct row_list *list);
/* Sources one after the other as one; n ≥ 1. On db's memory. */
struct row_source *report_joined(struct db *db, struct row_source *const sources[], size_t n);
/* Is it fixed who is expected at an event? */
bool report_roster_fixed(struct db *db, int64_t event_id);
/* Somebody of whom the eye sees records, or whom it sees expected at an event: id, student_id, full_name, department, year_level. NULL: they
 * are outside of its scope. */
const struct row *report_person(struct db *db, const struct attendance_eye *eye, int64_t account_id);
/* Their account, where it is their number that is known; 0: they are outside of its scope. Where two campuses have the number, of one of them. */
int64_t report_person_numbered(struct db *db, const struct attendance_eye *eye, const char *student_id);
/* May the eye's account ask for what is of this department, or campus, alone? */
bool report_department_seen(struct db *db, const struct attendance_eye *eye, int64_t department_id);
bool report_campus_seen(struct db *db, const struct attendance_eye *eye, int64_t campus_id);
/* All that it may ask for: id, name. */
const struct rows *report_departments(struct db *db, const struct attendance_eye *eye);
const struct rows *report_campuses(struct db *db, const struct attendance_eye *eye);
/* How a person stands, of what the eye sees, in the days and the course of a filter: of each course (series, NULL: of none; by name)
 * expected (at events that are over or that they marked, and not excused), attended, present, late, absent, excused, verified, pending,
 * rejected, remaining (events to come, or open and not marked, where they are expected). */
const struct rows *report_person_sums(struct db *db, const struct attendance_eye *eye, int64_t account_id,
				      const struct attendance_filter *filter, ms_t now);
/* A photo or a signature of a record (its number) that was looked at: file_sha256, thumb (NULL: it has none), strokes (NULL: none). NULL:
 * there is none. */
const struct row *report_evidence(struct db *db, int64_t attendance_id, const char *kind);

/* ---- those that jobs make ---- */

struct report_queued {
	int64_t account_id, rows;
	const char *role, *kind, *format, *locale;
	const char *asked; /* JSON */
};
/* Its number, uuid is made; 0 on failure. */
int64_t report_queue(struct db *db, const struct report_queued *report, uint8_t uuid[UUID_BYTES], ms_t now);
/* One that this account asked for and that is still there: report_id (uuid), number, kind, format, status, progress (per cent), rows,
 * created_at, expires_at, file_sha256. NULL: there is none. */
const struct row *report_get(struct db *db, const uint8_t uuid[UUID_BYTES], int64_t account_id, ms_t now);
/* All of them, the newest first; at most so many. */
const struct rows *report_list(struct db *db, int64_t account_id, int64_t most, ms_t now);
/* The oldest that waits, or was begun by who is gone, and of which nothing is to be sent any more: number, account_id, role, kind, format, locale, asked (text), tries, rows_total. NULL:
 * none. */
const struct row *report_next(struct db *db, ms_t now);
/* It is begun. False: it is done or gone; or on failure. */
bool report_begin(struct db *db, int64_t number);
/* So much of it is there. Outside a transaction. */
void report_progress(struct db *db, int64_t number, int64_t rows);
/* It is there; until a day from now. False: somebody was first, or it is gone; or on failure. */
bool report_done(struct db *db, int64_t number, const char *sha256, int64_t bytes, int64_t rows, ms_t now);
/* It cannot be made. */
bool report_failed(struct db *db, int64_t number, ms_t now);
/* Those whose day is over: number, file_sha256. */
const struct rows *report_expired(struct db *db, int64_t most, ms_t now);
/* It goes. False: it went already; or on failure. */
bool report_drop(struct db *db, int64_t number);

/* ---- issued ---- */

struct report_issue {
	const char *code, *format, *title, *sha256;
	int64_t account_id, rows;
	int64_t campus_id; /* of whose events; 0: of several, or of none */
};
bool report_issue(struct db *db, const struct report_issue *issue, ms_t now);
/* What was issued under a code: code, title, format, rows, sha256, issued_at, campus (its
 * name, NULL) and its logo (SHA-256, NULL). NULL: nothing. */
const struct row *report_issued(struct db *db, const char *code);

#endif
