#ifndef APP_CONFLICT_H
#define APP_CONFLICT_H
/* What people do with entries that should not have been: they see to them. */
#include "http/request.h"

/* Before it is marked: who did. */
void conflict_see_also(struct request *rq, const struct row *conflict);

#endif
