#ifndef TROUBLE_H
#define TROUBLE_H
/* What a client is told where the database failed it: one name, sentence and time to come again for each failure, whoever
 * tells it. */
#include "db/db.h"
#include "http/request.h"

struct refusal {
	int status;
	int retry_after; /* seconds; 0: nothing is said of it */
	const char *code, *sentence;
};

/* What error means to a client; NULL for what is no failure, and for the two that an action answers itself (a duplicate, a
 * guard that said no). */
const struct refusal *database_refusal(enum db_error error);
/* Refuses with that, where there is one; false when there is none. Who only reads is never told that an outcome is unknown. */
bool refuse_database(struct request *rq, enum db_error error);

#endif
