#ifndef JOBS_DOUBTS_H
#define JOBS_DOUBTS_H
/* What speaks against marks by those of others at the same event. */
#include "jobs/jobs.h"

/* Holds an event's marks against each other: raises what is new, and takes back what nobody has looked at and holds no more. over: it has closed, so
 * that it is also asked whose codes came late. False on failure. */
bool doubts_look(struct job_run *run, int64_t event_id, bool over);
/* Is the address in one of a campus's networks, a list of them? */
struct json_object;
bool networks_have(struct json_object *networks, const char *ip);

#endif
