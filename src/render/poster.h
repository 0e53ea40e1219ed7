#ifndef RENDER_POSTER_H
#define RENDER_POSTER_H
/* A poster for an event that brought no picture: bold shapes in three inks, 400 by 500 units, composed so that the middle
 * band stands alone where a card shows only that. */
#include "base/buf.h"
#include <stdint.h>

/* Appends an <svg> document. The category's slug picks the motif and its inks (an unknown one: by the seed), id and title
 * vary it; the same three give the same bytes. title is its accessible name, escaped. False when out ran over. */
bool poster_svg(struct buf *out, int64_t id, const char *title, const char *category);

#endif
