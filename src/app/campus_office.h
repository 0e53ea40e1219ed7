#ifndef APP_CAMPUS_OFFICE_H
#define APP_CAMPUS_OFFICE_H
/* What campuses add to the nouns that their admins manage (resources/campus.c). */
#include "app/resource.h"

/* Of a campus: both of its coordinates or none, networks and domains that are some. */
void campus_check(struct request *rq, int64_t id);
/* Who is of one campus makes no other. */
int64_t campus_insert(struct request *rq);

#endif
