#ifndef APP_UPLOAD_H
#define APP_UPLOAD_H
/* What people upload, from the field to the disk. How much one account may bring in an hour was asked before (gate_uploads). */
#include "db/db.h"
#include "http/request.h"

struct small_one;

/* What a person's picture may have at most. */
enum { UPLOAD_PICTURE_BYTES = 5 << 20 };

/* What is said of what is taken. */
#define UPLOAD_PICTURE_HELP "JPEG, PNG, WebP or GIF, at most 5 MB"

/* Makes of the picture that came for a file's field what is kept: itself without what draws nothing, and a small one, for which it
 * is decoded elsewhere (outside/pictures.h), so this is no transaction's work. What was made is on ctx, until rq ends. True where
 * none came. False: it is refused, at its field: 422 VALIDATION_ERROR (of no kind that we take), PICTURE_TOO_LARGE or
 * PICTURE_UNREADABLE; 503 BUSY; 500. */
bool upload_prepare(TALLOC_CTX *ctx, struct request *rq, const char *field);
/* Stores the prepared picture of a file field, and its small one, and gives its SHA-256, which the caller now writes into a row, in
 * this transaction. NULL: none was sent; or nothing was stored, for the request has faults anyway. */
const char *upload_picture(struct request *rq, const char *field);

/* Stores the small one of a picture that was stored without, and names it there, unless somebody did meanwhile. In a transaction of
 * its own. False: nothing was done; the database failed, or the disk, which is logged. */
bool upload_give_small(struct db *db, const char *dir, const char *sha256, const struct small_one *small, ms_t now);

/* Takes a stored file away, row and bytes, unless a row names it or it was brought since before then. In a transaction of its
 * own. False: the database failed. */
bool upload_take_away(struct db *db, const char *dir, const char *sha256, ms_t before);

#endif
