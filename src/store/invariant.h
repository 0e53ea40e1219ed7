#ifndef STORE_INVARIANT_H
#define STORE_INVARIANT_H
/* The sentences that must be true of the data at any moment, each with the query that finds what breaks it. */
#include "db/db.h"

struct invariant {
	const char *sentence;
	const char *query; /* rows that break it: a text column "what" says which; at most 5 are asked for */
};

extern const struct invariant INVARIANTS[]; /* ends with a NULL sentence */

#endif
