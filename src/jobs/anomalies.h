#ifndef JOBS_ANOMALIES_H
#define JOBS_ANOMALIES_H
/* The parts of one job: what is out of the ordinary at an event, and across the events of a campus. */
#include "jobs/jobs.h"
#include "store/anomaly.h"

/* The first of a half-year, which is what a term is here, as "2026-2"; *begins: when it began, in UTC. Returns out. */
enum { TERM_SIZE = 8 };
char *term_of(ms_t at, char out[TERM_SIZE], ms_t *begins);

/* Who stays away, of all of the campus, or of those who were absent at one event (0: all). False: it failed, or time is up. */
bool anomalies_of_people(struct job_run *run, int64_t campus_id, int64_t event_id);
/* Who always comes together, at the campus's events of PAIR_DAYS. The same. */
enum { PAIR_DAYS = 60 };
bool anomalies_of_pairs(struct job_run *run, int64_t campus_id);

/* {"…": value, …} as text on run's memory: n pairs of a name and a number. */
struct number {
	const char *name;
	double value;
};
const char *numbers_json(struct job_run *run, const struct number numbers[], size_t n);
/* A JSON list of UUIDs, 16 bytes each, on run's memory. */
const char *uuids_json(struct job_run *run, const uint8_t *const uuids[], size_t n);
enum { UUIDS_MOST = 50 };

#endif
