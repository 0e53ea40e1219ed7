#ifndef APP_PICTURE_H
#define APP_PICTURE_H
/* Where pictures are: addresses that work in an <img>, which sends no token, wherever it stands. To the API they are absolute. A
 * picture of an event or an organizer is everybody's. Any other's address is signed and good for a day; it is given to those
 * only who may see the picture, and whoever has it may. */
#include "base/row.h"
#include "http/request.h"

/* The address, on rq->mem, of a picture that not everybody may see, by its digest; NULL for NULL. */
const char *picture_signed(struct request *rq, const char *sha);
/* The same of one that a row's column names. */
const char *picture_address(struct request *rq, const struct row *row, const char *column);
/* Puts the address for everybody in the place of a digest, where there is one: of an answer's member, or of that of each of a
 * list's items. */
void picture_public_in(struct request *rq, struct json_object *answer, const char *key);

#endif
