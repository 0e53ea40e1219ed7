#ifndef BASE_MONEY_H
#define BASE_MONEY_H
/* Money is an integer in minor units with an ISO 4217 currency; never a float. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal places of an ISO 4217 code (EUR 2, JPY 0, KWD 3); -1 when the code is unknown. */
int money_places(const char *currency);
/* The highest amount that anything may cost, in minor units: ten thousand million of the currency's own units, whatever they are
 * worth. Of a code that is unknown, or NULL, as for two places. */
int64_t money_most(const char *currency);
/* Sum and product that refuse to overflow: false, and *out untouched. */
bool money_add(int64_t a, int64_t b, int64_t *out);
bool money_times(int64_t a, int64_t n, int64_t *out);
/* "12.50" of 1250 with two places, 0 to 19 of them; out of at least 24 bytes. Returns out. */
char *money_decimal(int64_t minor, int places, char *out, size_t size);
/* "12.50 EUR" for people; out of at least 32 bytes. Returns out. An unknown code: "1250 minor XYZ". */
char *money_text(int64_t minor, const char *currency, char *out, size_t size);
/* Reads "12.50" or "12" as minor units of currency; false on anything else or too many places. */
bool money_parse(const char *text, const char *currency, int64_t *minor);

#endif
