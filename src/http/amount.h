#ifndef HTTP_AMOUNT_H
#define HTTP_AMOUNT_H
/* Amounts of money as they are sent: in which currency, and how much is too much. */
#include "http/value.h"

/* The currency that an amount is in: of the "currency" beside it, in code, or the field's own; "" for one that is none. NULL: nothing
 * says. */
const char *amount_currency(const struct field *field, const struct value_place *place, char code[4]);
/* Does the field allow n minor units? Else *fault says the bounds: as amounts where they were typed as such. */
bool amount_fits(const struct field *field, int64_t n, const char *currency, bool typed,
		 const struct value_place *place, const char **fault);

#endif
