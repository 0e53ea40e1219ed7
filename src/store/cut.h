#ifndef STORE_CUT_H
#define STORE_CUT_H
/* What pictures are when they are cut: of which, around what (a word), in which size (a word), and which file that is. */
#include "db/db.h"

/* The cut's digest; NULL: there is none. */
const char *cut_find(struct db *db, const char *sha256, const char *focus, const char *size);
/* The covers of events that are not cut yet, so many at most: image, image_focus. */
const struct rows *cuts_missing(struct db *db, int64_t most);
/* Names a cut, which was brought before in this transaction; made NULL: there is none and will be none. False: the picture is gone
 * meanwhile, or the database failed. */
bool cut_put(struct db *db, const char *sha256, const char *focus, const char *size, const char *made);
/* Forgets those that no event shows any more. False: the database failed. */
bool cuts_forget(struct db *db);

#endif
