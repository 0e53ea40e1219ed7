#ifndef APP_PICTURE_H
#define APP_PICTURE_H
/* Where pictures are: addresses that work in an <img>, which sends no token, wherever it stands. To the API they are absolute. A
 * picture of an event, an organizer or a campus is everybody's. Any other's address is signed and good for a day; it is given to those
 * only who may see the picture, and whoever has it may. */
#include "base/row.h"
#include "http/request.h"

/* The address, on rq->mem, of a picture that not everybody may see, by its digest; NULL for NULL. */
const char *picture_signed(struct request *rq, const char *sha);
/* The same of one that a row's column names. */
const char *picture_address(struct request *rq, const struct row *row, const char *column);
/* The address for everybody, on rq->mem, of a picture that is everybody's, by its digest; NULL for NULL. */
const char *picture_open(struct request *rq, const char *sha);
/* Puts that address in the place of a digest, where there is one: of an answer's member. */
void picture_open_in(struct request *rq, struct json_object *answer, const char *key);

/* Columns that hold digests, and the address that stands there instead of one. */
struct pictures {
	const char *const *columns; /* ends with NULL */
	const char *(*address)(struct request *rq, const char *sha);
};

/* The rows, and a list's rows page by page or as a whole, with addresses in these columns, so that what is made of them, a tree
 * or a file, has those. The rows' are on ctx; the list is on rq->mem. */
const struct rows *picture_rows(TALLOC_CTX *ctx, struct request *rq, const struct rows *rows,
				const struct pictures *pictures);
struct row_list *picture_list(struct request *rq, struct row_list *list, const struct pictures *pictures);

#endif
