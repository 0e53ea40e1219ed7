#ifndef BASE_ZONES_H
#define BASE_ZONES_H
/* The time zones that people choose from. */
#include <stddef.h>
#include <talloc.h>

/* The zones of the world's places ("Europe/Berlin"), as the machine's own table (zone.tab) lists them, sorted, *n of them, on ctx;
 * none where it has no such table. clock_zone_known() knows more: old names, and those without a place. */
const char *const *zones_of_places(TALLOC_CTX *ctx, size_t *n);

#endif
