#ifndef BASE_RATE_H
#define BASE_RATE_H
/* A rate is an integer of basis points, hundredths of a per cent: 250 is 2.5 %. People read and type it as a per cent. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RATE_WHOLE = 10000 }; /* 100 % */

/* "2.5" of 250, "19" of 1900, "0.01" of 1: a per cent in as few places as say it; out of at least 24 bytes. Returns out. */
char *rate_text(int64_t points, char *out, size_t size);
/* Reads "2.5", "2,5", "2.50" or "2.5 %" as basis points; false on anything else, a sign, more than two places and what no number
 * holds. A comma is the decimal mark, for no rate has thousands. Digits are ASCII's: see number_plain(). */
bool rate_parse(const char *text, int64_t *points);

#endif
