#ifndef APP_UPLOAD_H
#define APP_UPLOAD_H
/* What people upload, from the field to the disk. How much one account may bring in an hour was asked before (gate_uploads). */
#include "db/db.h"
#include "http/request.h"

/* What a person's picture may have at most. */
enum { UPLOAD_PICTURE_BYTES = 5 << 20 };

/* Stores the picture of a file field and gives its SHA-256, which the caller now writes into a row, in this transaction. NULL:
 * none was sent, or it is refused, at its field; or nothing was stored, for the request has faults anyway. */
const char *upload_picture(struct request *rq, const char *field);

/* Takes a stored file away, row and bytes, unless a row names it or it was brought since before then. In a transaction of its
 * own. False: the database failed. */
bool upload_take_away(struct db *db, const char *dir, const char *sha256, ms_t before);

#endif
