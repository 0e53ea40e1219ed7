#ifndef STORE_ANOMALY_H
#define STORE_ANOMALY_H
/* What is out of the ordinary in attendance (rules/attendance_anomaly.h): what it is computed from, and what was found. */
#include "store/attendance_figures.h"

/* ---- what was found ---- */

struct anomaly {
	const char *type, *subject, *severity;
	double score, threshold;
	const double *p_value;						  /* NULL: it has none */
	int64_t campus_id, event_id, department_id, account_id, other_id; /* 0: of none */
	const char *attendance_ids, *detail;				  /* JSON */
};
/* Keeps it. One that is there has new numbers while nobody has said anything of it; later it stays as it was then. */
void anomaly_keep(struct db *db, const struct anomaly *anomaly, ms_t now);
/* Those of an event that were computed from its own records before now, and of which nobody has said anything, hold no more. */
void anomaly_over(struct db *db, int64_t event_id, ms_t now);

/* ---- events that are over ---- */

/* Whose sums hold and were not looked at as they are, the earliest first, at most n: event_id, campus_id, starts_at, change_id, version,
 * networks (JSON; NULL: the campus has none). */
const struct rows *anomaly_events_due(struct db *db, int64_t n);
bool anomaly_event_seen(struct db *db, const struct row *event, ms_t now);
/* Of each department at an event: department_id, rated, expected, of those of which at least so many were expected. */
const struct rows *anomaly_rates(struct db *db, int64_t event_id, int64_t fewest);
/* The same of a department at the n events of the campus before then: rated, expected; the newest first. */
const struct rows *anomaly_rates_before(struct db *db, int64_t campus_id, int64_t department_id, ms_t before,
					int64_t fewest, int64_t n);
/* Marks that people made themselves and that were not rejected: id (uuid), account_id, submitted_at, ip; in the order of their times, at most
 * 9,000. */
const struct rows *anomaly_marks(struct db *db, int64_t event_id);
/* The n events of the campus with sums before then: event_id. */
const struct rows *anomaly_events_before(struct db *db, int64_t campus_id, ms_t before, int64_t n);
/* Marks of people who are not on the event's roster: id (uuid); at most 1,000. */
const struct rows *anomaly_strangers(struct db *db, int64_t event_id);

/* ---- people ---- */

/* Of whom it is asked who stays away: with an event_id of those who were absent there, else of all members of the campus; of numbers above
 * after, so many at a time. */
struct drops_of {
	int64_t campus_id, event_id, after, running;
	ms_t since, now;
};
enum { DROPS_FEWEST = 5, DROPS_PEOPLE = 500 };
/* The last of the next DROPS_PEOPLE of them; 0: there are none. */
int64_t anomaly_people(struct db *db, const struct drops_of *of);
/* Of those up to that one whose records of the campus's events that closed since then, DROPS_FEWEST or more, are below their campus's threshold,
 * or whose last `running` are absent: account_id, campus_id, department_id, expected, attended, absent_running, threshold; by account_id. */
const struct rows *anomaly_drops(struct db *db, const struct drops_of *of, int64_t until);

/* ---- campuses ---- */

/* Campuses: id, time_zone, day (of their last look; NULL: never). */
const struct rows *anomaly_campuses(struct db *db);
void anomaly_campus_seen(struct db *db, int64_t campus_id, const char *day, ms_t now);
/* The department of both; 0: of different ones. */
int64_t anomaly_department_of(struct db *db, int64_t one, int64_t other);
/* Events of a campus with sums that started since then, the earliest first, at most 5,000: event_id. */
const struct rows *anomaly_events_since(struct db *db, int64_t campus_id, ms_t since);

/* ---- reading ---- */

struct anomaly_of {
	struct figures_of figures;	      /* whose; detected in its range */
	const char *type, *severity, *status; /* NULL: any */
};
/* What was found, and the flags of records, the newest first, at most ANOMALIES_MOST: id (a text: of a flag "flag-7"), type, severity, score,
 * threshold, p_value, event.id (uuid), event.title, user.id, user.full_name, other.id, other.full_name, department.id, department.name,
 * attendance_ids (JSON), explanation (JSON: its numbers), detected_at, status, reason. */
enum { ANOMALIES_MOST = 2000 };
const struct rows *anomalies(struct db *db, const struct anomaly_of *of);
/* One of what was found, in the same columns; NULL: there is none. */
const struct row *anomaly_one(struct db *db, const struct figures_of *of, int64_t id);
/* How many of what was found, without flags, are open. */
int64_t anomalies_open(struct db *db, const struct figures_of *of);
/* What a person says of one that they see and that is open: false where it is not (or the database failed). */
bool anomaly_decide(struct db *db, const struct figures_of *of, int64_t id, const char *status, const char *reason,
		    ms_t now);
/* Its status now, of one that is seen: NULL: there is none. */
const struct row *anomaly_get(struct db *db, const struct figures_of *of, int64_t id);
/* The same two of a record's flag, kept among the record's decisions. */
bool anomaly_flag_decide(struct db *db, const struct figures_of *of, int64_t id, const char *status, const char *reason,
			 ms_t now);
const struct row *anomaly_flag_get(struct db *db, const struct figures_of *of, int64_t id);

#endif
