#ifndef STORE_WORDS_H
#define STORE_WORDS_H
/* The words that stand beside texts for the search: made where they are missing, which an upgrade or data that was loaded leaves,
 * and held against the texts. */
#include "db/db.h"

enum words_make { WORDS_MISSING, WORDS_WRONG };

/* Makes the words that are missing, or those that are another text's, in batches; how many texts got new ones, -1 on failure. dry:
 * none is written. Beside whatever changes texts meanwhile: what that wrote stays. */
int64_t words_make(struct db *db, enum words_make which, bool dry);
/* Are the words beside every text its own? False with *bad, its row's id, or on failure. */
bool words_verify(struct db *db, int64_t *bad);

#endif
