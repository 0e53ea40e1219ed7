#ifndef HTTP_AMOUNT_H
#define HTTP_AMOUNT_H
/* Amounts of money and rates as they are sent: in which currency, and how much is too much. */
#include "http/value.h"

/* The currency that an amount is in: of the "currency" beside it, in code, or the field's own; "" for one that is none. NULL: nothing
 * says. */
const char *amount_currency(const struct field *field, const struct value_place *place, char code[4]);
/* Reads a typed amount of currency, "12.50", as *n minor units. False: *fault says what to type instead. */
bool amount_read(const char *line, const char *currency, int64_t *n, const char **fault);
/* Does the field allow n minor units? Else *fault says the bounds: as amounts where they were typed as such. */
bool amount_fits(const struct field *field, int64_t n, const char *currency, bool typed,
		 const struct value_place *place, const char **fault);
/* Reads a typed per cent, "2.5", as *n basis points within the field's bounds, else 0 to 100 %. False: *fault says what to type
 * instead, or the bounds, as per cents. */
bool rate_read(const struct field *field, const char *line, const struct value_place *place, int64_t *n,
	       const char **fault);

#endif
